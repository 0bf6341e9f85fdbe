"""Bots: one token's way to the Bot API.

Silences the HTTP library first of all: it writes the token, which is part of every address, to the log at info.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta

from telegram.ext import ExtBot
from telegram.request import BaseRequest, HTTPXRequest

from vibe.edges.telegram.pacing import Pacer
from vibe.ports.inward import Clock

CONNECT_S = 10.0
ANSWER_S = 20.0


@dataclass(frozen=True, slots=True)
class Address:
    """Which bot, and where the Bot API is (its root)."""

    token: str
    base_url: str
    chat_gap: timedelta = timedelta(seconds=1)

    def __repr__(self) -> str:
        return f"Address({self.base_url})"


def silence() -> None:
    """Keep token and texts out of the log; what matters is told by our own errors and events."""
    for name, level in (("httpx", logging.WARNING), ("httpcore", logging.WARNING), ("telegram", logging.CRITICAL)):
        logging.getLogger(name).setLevel(level)


def make_bot(address: Address, clock: Clock, updates: BaseRequest | None = None) -> ExtBot[int]:
    """Make a bot; nothing is called yet. `updates` carries its polls."""
    silence()
    root = address.base_url.rstrip("/")
    return ExtBot(
        address.token,
        base_url=f"{root}/bot",
        base_file_url=f"{root}/file/bot",
        request=HTTPXRequest(connection_pool_size=8, connect_timeout=CONNECT_S, read_timeout=ANSWER_S, pool_timeout=60),
        get_updates_request=updates or HTTPXRequest(connection_pool_size=1),
        rate_limiter=Pacer(clock, address.chat_gap),
    )
