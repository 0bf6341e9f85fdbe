"""Suppressions: what a rejection keeps from being proposed again, and until when.

Source: SPEC sections 2 (when a gap is proposed again) and 3 (rejections).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from vibe.domain.canonical import epoch_ms
from vibe.domain.changes import Change, Effect, Expect, expect
from vibe.domain.identities import derived_id
from vibe.domain.proposals import Proposal, RejectionType, Waiting
from vibe.domain.verdicts import Verdict

MOST_DOUBLINGS = 6


class SuppressionStatus(StrEnum):
    """Whether a suppression still holds."""

    ACTIVE = "active"
    UNDONE = "undone"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class HeldGap:
    """A gap as a decision about its proposal finds it."""

    id: str
    status: str
    severity: str
    score: int
    proposal_id: str | None
    times_expired: int = 0

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> HeldGap:
        """Read one row of `decisions/gaps`."""
        return cls(
            row["id"], row["status"], row["severity"], row["score"], row["proposal_id"], int(row["times_expired"] or 0)
        )

    def is_held_by(self, proposal: Proposal) -> bool:
        """Whether it is this proposal that the gap waits for."""
        return self.status == "proposed" and self.proposal_id == proposal.id


def returns_at(now: datetime, first_wait: timedelta, earlier: int) -> datetime:
    """When a gap put off comes back: after the first wait, then double that for each earlier time it was put off."""
    back: datetime = now + first_wait * int(2 ** min(earlier, MOST_DOUBLINGS))
    return back


def release(
    gaps: Sequence[HeldGap], proposal: Proposal, waits_for: Waiting | None = None, next_at: datetime | None = None
) -> Change:
    """Give the gaps that wait for a proposal back: open again, to be proposed when `waits_for` has come."""
    held = [gap for gap in gaps if gap.is_held_by(proposal)]
    props = {
        "status": "open",
        "proposalId": None,
        "waitsFor": waits_for.value if waits_for else None,
        "nextAt": next_at,
    }
    return Change(
        expects=tuple(_as_found(gap) for gap in held),
        effects=_set_gaps([{"id": gap.id, "props": props} for gap in held]),
    )


def release_expired(gaps: Sequence[HeldGap], proposal: Proposal) -> Change:
    """Give gaps back after nobody answered; from the second time on they wait on the page."""
    held = [gap for gap in gaps if gap.is_held_by(proposal)]
    rows = []
    for gap in held:
        times = gap.times_expired + 1
        waits = Waiting.PAGE.value if times > 1 else None
        props = {"status": "open", "proposalId": None, "waitsFor": waits, "nextAt": None, "timesExpired": times}
        rows.append({"id": gap.id, "props": props})
    return Change(expects=tuple(_as_found(gap) for gap in held), effects=_set_gaps(rows))


def suppress(gaps: Sequence[HeldGap], proposal: Proposal) -> Change:
    """Take the gaps that wait for a proposal out of sight (`never`)."""
    held = [gap for gap in gaps if gap.is_held_by(proposal)]
    props = {"status": "suppressed", "proposalId": None, "waitsFor": None, "nextAt": None}
    return Change(
        expects=tuple(_as_found(gap) for gap in held),
        effects=_set_gaps([{"id": gap.id, "props": props} for gap in held]),
    )


def _as_found(gap: HeldGap) -> Expect:
    return expect("Gap", gap.id, status=gap.status, proposalId=gap.proposal_id)


def _set_gaps(rows: list[dict[str, Any]]) -> tuple[Effect, ...]:
    return (Effect("decisions/set_gaps", *rows),) if rows else ()


def suppression_id(verdict: Verdict) -> str:
    """The id of what follows from a rejection."""
    return derived_id("suppression", verdict.id)


def write_suppression(
    proposal: Proposal, gaps: Sequence[HeldGap], verdict: Verdict, kind: RejectionType, until: datetime | None
) -> Change:
    """Write what a rejection suppresses; severities are kept, because one that rises since is proposed all the same."""
    identity = suppression_id(verdict)
    props = {
        "kind": kind.value,
        "gapIds": [gap.id for gap in gaps],
        "gapScores": [gap.score for gap in gaps],
        "gapSeverities": [gap.severity for gap in gaps],
        "title": proposal.title,
        "content": proposal.content,
        "reason": verdict.reason,
        "approach": proposal.approach,
        "number": proposal.number,
        "until": until,
        "untilMs": epoch_ms(until) if until else None,
        "status": SuppressionStatus.ACTIVE.value,
        "at": verdict.at,
        "atMs": epoch_ms(verdict.at),
        "by": verdict.actor,
    }
    links = [{"id": f"{identity}->{gap.id}", "suppression": identity, "gap": gap.id} for gap in gaps]
    return Change(
        effects=(
            Effect("decisions/create_suppression", {"id": identity, "props": props}),
            Effect("decisions/link_suppression", {"id": identity, "verdict": verdict.id}),
            *((Effect("decisions/link_suppressed", *links),) if links else ()),
        ),
    )
