"""Commands about work that is being done: its files, what others answered, a practice task.

Like `domain.commands`, which holds the rest; `flow.COMMANDS` names the handler of each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class KeepFile:
    """Write down a file that belongs to an execution; its bytes are kept under this hash already."""

    execution: str
    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class TakeReply:
    """Somebody outside answered a task that waited for them; `sender` is who, in their words."""

    execution: str
    task: str
    text: str
    sender: str = ""


@dataclass(frozen=True, slots=True)
class AssignTicket:
    """Say who is responsible for a ticket: a person's name or id, or a role of the plan's team."""

    id: str
    responsible: str


@dataclass(frozen=True, slots=True)
class AssignRole:
    """Say which person has a role of a plan's team; who is not of it joins it."""

    plan: str
    role: str
    person: str


@dataclass(frozen=True, slots=True)
class RotateKey:
    """Give an agent another key; the old one is good no longer. `terms` that are not named stay as they were."""

    agent: str
    key_id: str
    key_hash: str
    terms: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SetWebhook:
    """Say where an agent is told that there is work; empty: nowhere."""

    agent: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class RevokeAgent:
    """Let an agent in no longer; what it holds goes to another."""

    agent: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SendPractice:
    """Give an agent a task that belongs to no plan; without an action it is the agent's first."""

    agent: str
    action: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChangeExecution:
    """Edit a paused execution; `diff` is lines as `domain.task_diffs` reads them."""

    id: str
    diff: str


@dataclass(frozen=True, slots=True)
class LimitPlan:
    """Say what a plan may cost at most; None takes the limit away."""

    plan: str
    limit_usd: float | None


@dataclass(frozen=True, slots=True)
class RepeatPlan:
    """Carry a plan out at the times of a cron expression (five fields); an empty one ends that."""

    plan: str
    cron: str


@dataclass(frozen=True, slots=True)
class StartAnew:
    """Begin an execution anew from a snapshot; `text` is its `snapshot.json`, which the ledger has the hash of."""

    folder: str
    text: str


@dataclass(frozen=True, slots=True)
class SealEntries:
    """Take the bodies of old entries out of the graph; `first` and `last` are their numbers."""

    ids: tuple[str, ...]
    first: int
    last: int
