"""Proposals: a remedy for gaps, from its draft to what came of it.

Source: SPEC sections 1 ("Proposal") and 3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from vibe.domain.errors import BadInput, IllegalMove
from vibe.domain.packets import Packet, parse_packet

TITLE_MAX = 80


class ProposalStatus(StrEnum):
    """Where a proposal is."""

    DRAFT = "draft"
    DEBATING = "debating"
    READY = "ready"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXECUTING = "executing"
    EXECUTED = "executed"
    FAILED = "failed"
    FILTERED = "filtered"
    VAGUE = "vague"
    STALE = "stale"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


_S = ProposalStatus
MOVES: Mapping[ProposalStatus, frozenset[ProposalStatus]] = {
    _S.DRAFT: frozenset({_S.DEBATING, _S.VAGUE, _S.STALE}),
    _S.DEBATING: frozenset({_S.READY, _S.FILTERED, _S.STALE}),
    _S.READY: frozenset({_S.APPROVED, _S.REJECTED, _S.EXPIRED, _S.STALE, _S.DRAFT}),
    _S.APPROVED: frozenset({_S.EXECUTING, _S.CANCELLED, _S.STALE, _S.EXPIRED}),
    _S.EXECUTING: frozenset({_S.EXECUTED, _S.FAILED}),
    _S.REJECTED: frozenset(),
    _S.EXECUTED: frozenset(),
    _S.FAILED: frozenset(),
    _S.FILTERED: frozenset(),
    _S.VAGUE: frozenset(),
    _S.STALE: frozenset(),
    _S.EXPIRED: frozenset(),
    _S.CANCELLED: frozenset(),
}
OPEN = frozenset({_S.DRAFT, _S.DEBATING, _S.READY})
"""On its way to the person, or waiting there; the cap on open proposals counts these."""
LIVE = OPEN | {_S.APPROVED, _S.EXECUTING}
"""Something may still come of it: its gaps stay `proposed`."""


def move(current: str, wanted: str) -> ProposalStatus:
    """Move from one state to another.

    Raises:
        IllegalMove: there is no such row in the table; names both states.
    """
    try:
        legal = ProposalStatus(wanted) in MOVES[ProposalStatus(current)]
    except ValueError:
        legal = False
    if not legal:
        raise IllegalMove("proposal", current, wanted)
    return ProposalStatus(wanted)


def is_open(status: str) -> bool:
    """Whether it is on its way to the person or waits there."""
    return status in OPEN


class ProposalType(StrEnum):
    """What kind of thing it proposes (seed section 3)."""

    FEATURE = "feature"
    IMPROVEMENT = "improvement"
    FIX = "fix"
    ARCHITECTURE = "architecture"
    KNOWLEDGE = "knowledge"


class Grade(StrEnum):
    """Impact and effort."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Sureness(StrEnum):
    """How sure a model says it is; a word, because models give numbers without meaning."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def confidence(self) -> float:
        """As data: 0.4, 0.7, 0.9."""
        return {"low": 0.4, "medium": 0.7, "high": 0.9}[self.value]


class RejectionType(StrEnum):
    """How a person says no; `not_now` is the default on every channel."""

    NEVER = "never"
    NOT_NOW = "not_now"
    BAD_APPROACH = "bad_approach"


class Waiting(StrEnum):
    """What a gap waits for before it is proposed again (`waitsFor` of the gap)."""

    DATE = "date"  # its `nextAt`
    DIGEST = "digest"  # the next daily pass, with another approach
    PAGE = "page"  # a person who asks for it
    CHANGE = "change"  # the block, its links, the corpus or the prompt changed


@dataclass(frozen=True, slots=True)
class Proposal:
    """One proposal as it stands in the graph.

    `action` is the packet's canonical JSON and `digest` its SHA-256, which an approval binds to. `gap_ids` are all gaps
    it is a remedy for, `gap_id` the first. `objection` is the critic's strongest. `round` counts rounds from 1.
    """

    id: str
    number: int
    title: str
    content: str
    status: ProposalStatus
    proposal_type: ProposalType
    impact: Grade
    effort: Grade
    confidence: float
    gap_id: str
    gap_ids: tuple[str, ...]
    action: str
    digest: str
    approach: str = ""
    version: int = 1
    uncertain: bool = False
    round: int = 0
    objection: str = ""
    plan: str | None = None
    ready_at: datetime | None = None
    expires_at: datetime | None = None

    @property
    def packet(self) -> Packet:
        """What would be done, typed."""
        return parse_packet(self.action)

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Proposal:
        """Read one row of `proposals/show` (or of any query that returns the same columns)."""
        return cls(
            id=row["id"],
            number=row["number"],
            title=row["title"],
            content=row["content"],
            status=ProposalStatus(row["status"]),
            proposal_type=ProposalType(row["proposal_type"]),
            impact=Grade(row["impact"]),
            effort=Grade(row["effort"]),
            confidence=float(row["confidence"]),
            gap_id=row["gap_id"],
            gap_ids=tuple(row["gap_ids"]),
            action=row["action"],
            digest=row["digest"],
            approach=row.get("approach") or "",
            version=row.get("version") or 1,
            uncertain=bool(row.get("uncertain")),
            round=row.get("round") or 0,
            objection=row.get("objection") or "",
            plan=row.get("plan"),
            ready_at=row.get("ready_at"),
            expires_at=row.get("expires_at"),
        )


def check_title(title: str) -> str:
    """Accept a title: one line, not empty, at most 80 characters.

    Raises:
        BadInput: it is none.
    """
    clean = " ".join(title.split())
    if not clean or len(clean) > TITLE_MAX:
        raise BadInput(f"a title has 1 to {TITLE_MAX} characters, this one {len(clean)}", field="title")
    return clean


PLAN_OF_PROPOSAL = "proposal-"


def plan_of(number: int) -> str:
    """The id of the plan that the tasks of an approved plan packet become."""
    return f"{PLAN_OF_PROPOSAL}{number}"


def is_proposed_plan(plan: str | None) -> bool:
    """Whether a plan came of an approved plan packet."""
    return bool(plan and plan.startswith(PLAN_OF_PROPOSAL) and plan.removeprefix(PLAN_OF_PROPOSAL).isdecimal())
