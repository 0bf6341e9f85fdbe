"""What is shown of a text from outside. Pure; what is stored stays word for word."""

from __future__ import annotations

import re

_OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def visible(text: str) -> str:
    """Leave out what a screen obeys instead of showing: control characters, escapes, changes of direction."""
    return _OBEYED.sub("", text)
