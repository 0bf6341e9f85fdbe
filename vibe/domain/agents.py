"""Agents: what their keys open, what they have proved, and who of several is the first for a task. Pure.

Proved is (done + 1) / (done + failed + 2), so somebody new stands at a half. Who has proved more, to a tenth, comes
first; among equals who has less in hand for what they can hold, then who costs less.

Source: SPEC section 7 (agents), document 002 section 2 ("Capability Registry").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from vibe.domain.canonical import from_json, instant
from vibe.domain.errors import BadInput

KEY_HEX = 64
URL_MAX = 500


class Scope(StrEnum):
    """What a key may open; a key without scopes opens all of them."""

    WORK = "work"  # its own work: claim, report, refuse, files, replies
    ASK = "ask"  # ask a person
    WRITE = "write"  # write blocks


def read_terms(terms: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Read what was agreed with an agent, as properties of its node; what is not named is left out.

    Raises:
        BadInput: no such scope, an end that is over, a key or an address that is none; says which.
    """
    found: dict[str, Any] = {}
    if terms.get("scopes"):
        unknown = [word for word in terms["scopes"] if word not in tuple(Scope)]
        if unknown:
            raise BadInput(f"{unknown[0]!r} is none of {', '.join(Scope)}", field="scopes")
        found["scopes"] = sorted(set(terms["scopes"]))
    if terms.get("expires_at"):
        found["keyExpiresMs"] = int(_later(str(terms["expires_at"]), now).timestamp() * 1000)
    if terms.get("public_key"):
        found["publicKey"] = _public_key(str(terms["public_key"]))
    if terms.get("webhook_url"):
        found["webhookUrl"] = _address(str(terms["webhook_url"]))
    return found


def _later(text: str, now: datetime) -> datetime:
    try:
        end = instant(text)
    except ValueError as error:
        raise BadInput("an instant like 2026-12-31T09:00:00Z belongs here", field="expires_at") from error
    if end <= now:
        raise BadInput("that is over already", field="expires_at")
    return end


def _public_key(text: str) -> str:
    key = text.strip().lower()
    if len(key) != KEY_HEX or not set(key) <= set("0123456789abcdef"):
        raise BadInput("an Ed25519 public key is 64 hex digits", field="public_key")
    return key


def _address(text: str) -> str:
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and parts.hostname and not parts.username and parts.port != 0
    except ValueError:
        good = False
    if not good or len(text) > URL_MAX or not text.isprintable() or " " in text:
        raise BadInput("an http(s) address without a user's name belongs here", field="webhook_url")
    return text


def tasks_at_once(capability: Mapping[str, Any]) -> int:
    """How many tasks of an action an agent takes at once: its `limits.tasks_at_once`, else one.

    Raises:
        BadInput: no whole number from 1 to 100.
    """
    most = (capability.get("limits") or {}).get("tasks_at_once", 1)
    if not isinstance(most, int) or isinstance(most, bool) or not 1 <= most <= 100:
        raise BadInput("a whole number from 1 to 100 belongs here", field="limits.tasks_at_once")
    return most


@dataclass(frozen=True, slots=True)
class Fitness:
    """How good an agent is for an action, at a moment."""

    agent: str
    name: str
    done: int
    failed: int
    held: int
    most: int
    cost_usd: float

    @property
    def proved(self) -> float:
        """The share of its tasks that it can be expected to do."""
        return (self.done + 1) / (self.done + self.failed + 2)

    @property
    def rank(self) -> tuple[float, float, float]:
        """Lower is better."""
        return (-round(self.proved, 1), round(self.held / self.most, 2), self.cost_usd)

    def words(self) -> str:
        """In words."""
        record = f"{self.done} done, {self.failed} failed" if self.done or self.failed else "no record yet"
        cost = f", {self.cost_usd:g} USD a task" if self.cost_usd else ""
        return f"{record} ({self.proved:.0%}), {self.held} of {self.most} in hand{cost}"


def fitness_of(agent: Mapping[str, Any], capability: Mapping[str, Any], held: int) -> Fitness:
    """Read it from an agent's properties."""
    record = records_of(agent).get(capability["action"], {})
    done, failed = int(record.get("done", 0)), int(record.get("failed", 0))
    most, cost = tasks_at_once(capability), float(capability.get("cost_usd") or 0)
    return Fitness(agent["id"], agent["name"], done, failed, held, most, cost)


def records_of(agent: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """What an agent has proved, by action: `{done, failed}`."""
    text = agent.get("records")
    return dict(from_json(text)) if text else {}


def why_first(found: Sequence[Fitness]) -> str:
    """Why the first of some, best first, is better than the second."""
    first, second = found[0], found[1]
    if first.rank[0] != second.rank[0]:
        return f"{first.name} has proved more ({first.words()}) than {second.name} ({second.words()})"
    if first.rank[1] != second.rank[1]:
        return f"{first.name} has less in hand ({first.held} of {first.most}) than {second.name}"
    return f"{first.name} costs less ({first.cost_usd:g} USD a task) than {second.name} ({second.cost_usd:g})"
