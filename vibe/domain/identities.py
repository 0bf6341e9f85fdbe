"""Ids: who is who, and how an id follows from what caused it.

Doing something twice is doing it once because the second time has the same id.
"""

from __future__ import annotations

import hashlib
from typing import NewType

BlockId = NewType("BlockId", str)
GapId = NewType("GapId", str)
ProposalId = NewType("ProposalId", str)
EntryId = NewType("EntryId", str)
RunId = NewType("RunId", str)
PlanId = NewType("PlanId", str)


class KeyedActor(str):
    """An actor that came by a key: entries it causes name the key, and its `scopes` say what it may do."""

    key_id: str
    scopes: frozenset[str]

    def __new__(cls, actor: str, key_id: str, scopes: frozenset[str]) -> KeyedActor:
        """Make one; it is its actor's text everywhere else."""
        made = super().__new__(cls, actor)
        made.key_id, made.scopes = key_id, scopes
        return made


def derived_id(*parts: str | int) -> str:
    """Derive an id (32 hex digits) from its parts; same parts, same id."""
    text = "\x1f".join(str(part) for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def paging_key(identity: str) -> int:
    """Derive the integer (62 bits) that rules page over; follows from the id alone."""
    return int.from_bytes(hashlib.sha256(identity.encode()).digest()[:8]) >> 2
