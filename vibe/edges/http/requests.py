"""What a route may know of its request: who calls, and the key that makes a command once."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Header, Query, Request

from vibe.domain.identities import derived_id

LONGEST_WAIT_S = 60


def _actor(request: Request) -> str:
    actor: str = request.state.actor
    return actor


def _key(
    request: Request, idempotency_key: Annotated[str | None, Header(max_length=200, min_length=1)] = None
) -> str | None:
    """The sender's key, made this sender's own: two callers may use the same word."""
    return derived_id("http", _actor(request), idempotency_key) if idempotency_key else None


Actor = Annotated[str, Depends(_actor)]
Once = Annotated[str | None, Depends(_key)]
Wait = Annotated[float, Query(ge=0, le=LONGEST_WAIT_S, description="Seconds to wait for news; up to 60.")]
