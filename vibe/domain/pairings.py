"""Pairings: letting a person in by a code that is shown once, on a screen only its owner sees.

Source: issue "Ask once on Telegram" (set-up).
"""

from __future__ import annotations

import re
from datetime import timedelta

from vibe.domain.canonical import sha256_of

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No letters and digits that look alike."""
LETTERS = 8
LASTS = timedelta(minutes=10)
TRIES = 5
_CODE = re.compile(rf"(?:/start(?:@\w+)?\s+)?([{ALPHABET}]{{4}})[\s-]?([{ALPHABET}]{{4}})", re.IGNORECASE)


def read_code(text: str) -> str | None:
    """The code in a message that is nothing but a code, alone or as `/start CODE`; None where there is none."""
    found = _CODE.fullmatch(text.strip())
    return f"{found.group(1)}{found.group(2)}".upper() if found else None


def shown(code: str) -> str:
    """A code as people read it aloud: `ABCD-EFGH`."""
    return f"{code[:4]}-{code[4:]}"


def hash_of(code: str) -> str:
    """What is kept of a code."""
    return sha256_of(code)
