"""Verdicts: what a person said about a proposal, and who may say it.

Source: SPEC section 3, document 003 section 7.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from vibe.domain.canonical import iso
from vibe.domain.changes import Change, Effect, absent
from vibe.domain.errors import BadInput, Refused
from vibe.domain.identities import derived_id
from vibe.domain.proposals import Proposal, RejectionType


class Decision(StrEnum):
    """What a person asks for."""

    APPROVE = "approve"
    REJECT = "reject"


class VerdictOutcome(StrEnum):
    """What a verdict says."""

    APPROVED = "approved"
    REJECTED = "rejected"


OUTCOME_OF = {Decision.APPROVE: VerdictOutcome.APPROVED, Decision.REJECT: VerdictOutcome.REJECTED}


@dataclass(frozen=True, slots=True)
class Decider:
    """A person, and the channel they spoke through; `actor` is both, as the ledger has it."""

    person: str
    channel: str
    actor: str


def decider_of(actor: str) -> Decider:
    """Say who decides: `owner:cli` is the owner at the command line, `person:telegram:42` somebody let in.

    Raises:
        Refused: the loop, a model or an agent; they never decide.
    """
    who, _, rest = actor.partition(":")
    if who == "owner":
        return Decider("owner", rest or "owner", actor)
    if who == "person" and rest:
        return Decider(rest, rest.partition(":")[0] if ":" in rest else "person", actor)
    raise Refused(f"only a person decides; {actor} is none")


def read_decision(text: str) -> Decision:
    """Read `approve` or `reject`.

    Raises:
        BadInput: it is neither.
    """
    try:
        return Decision(text.strip().lower())
    except ValueError as error:
        raise BadInput(f"{text!r} is neither approve nor reject", field="decision") from error


def read_rejection_type(text: str | None) -> RejectionType:
    """Read why not; nothing said is `not_now`.

    Raises:
        BadInput: it is none of the three.
    """
    try:
        return RejectionType((text or RejectionType.NOT_NOW).strip().lower())
    except ValueError as error:
        raise BadInput(f"{text!r} is none of never, not_now, bad_approach", field="rejection_type") from error


@dataclass(frozen=True, slots=True)
class Verdict:
    """One person's word about one proposal, in one version of it."""

    id: str
    outcome: VerdictOutcome
    at: datetime
    digest: str
    actor: str
    person: str
    rejection_type: RejectionType | None = None
    reason: str = ""
    used_at: datetime | None = None

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Verdict:
        """Read one row of `decisions/verdict`."""
        kind = row["rejection_type"]
        return cls(
            id=row["id"],
            outcome=VerdictOutcome(row["outcome"]),
            at=row["at"],
            digest=row["digest"],
            actor=row["actor"],
            person=row["person"],
            rejection_type=RejectionType(kind) if kind else None,
            reason=row["reason"] or "",
            used_at=row["used_at"],
        )

    def said(self) -> str:
        """Say it in words: `approved by owner:cli at 2026-03-02T08:00:00Z`."""
        kind = f" ({self.rejection_type})" if self.rejection_type else ""
        return f"{self.outcome}{kind} by {self.actor} at {iso(self.at)}"


def verdict_id(proposal_id: str) -> str:
    """The id of a proposal's verdict: there is one, ever."""
    return derived_id("verdict", proposal_id)


def give_verdict(proposal: Proposal, verdict: Verdict, channel: str) -> Change:
    """Write a verdict with who made it; that the proposal moves is left to the caller."""
    props = {
        "outcome": verdict.outcome.value,
        "rejectionType": verdict.rejection_type.value if verdict.rejection_type else None,
        "reason": verdict.reason,
        "at": verdict.at,
        "digest": verdict.digest,
        "channel": channel,
        "actor": verdict.actor,
        "person": verdict.person,
        "proposalId": proposal.id,
        "number": proposal.number,
    }
    link = {"id": verdict.id, "person": verdict.person, "proposal": proposal.id}
    return Change(
        expects=(absent("Verdict", verdict.id),),
        effects=(
            Effect("decisions/start_person", {"id": verdict.person, "name": verdict.person}),
            Effect("decisions/create_verdict", {"id": verdict.id, "props": props}),
            Effect("decisions/link_verdict", link),
        ),
    )
