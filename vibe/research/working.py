"""Working: what one transition of a run stands on, and what it comes to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from vibe.domain.blocks import Block, Kind, Place
from vibe.domain.changes import NOTHING, Change
from vibe.domain.events import Event, EventType
from vibe.domain.research import Claim
from vibe.domain.runs import Run, RunState
from vibe.kernel.tools import Tools
from vibe.ports.inward import Row
from vibe.research.claims import CLAIMING, claim_of
from vibe.research.notes import GateRecord, Notes

MOST_RIVALS = 300
"""So many of a plan's claims are weighed against each other; more would only cost time."""
PAGE = 100


@dataclass(frozen=True, slots=True)
class Work:
    """A run with its notes, and the claims it is about as they are now.

    `plans` maps a claim's id to its plan ("" for none). Claims that are no longer active are left out.
    """

    run: Run
    notes: Notes
    claims: tuple[Claim, ...]
    plans: Mapping[str, str]
    tools: Tools

    @property
    def hashes(self) -> dict[str, str]:
        """Content hash of each claim now."""
        return {claim.id: claim.sha256 for claim in self.claims}

    @property
    def scope_changed(self) -> bool:
        """Whether a claim was changed, withdrawn or brought back since the plan was made."""
        return dict(self.notes.claims) != self.hashes

    def targets(self) -> dict[str, list[Claim]]:
        """The claims by plan."""
        found: dict[str, list[Claim]] = {}
        for claim in self.claims:
            found.setdefault(self.plans[claim.id], []).append(claim)
        return found

    async def rivals(self) -> dict[str, list[Claim]]:
        """All claims of each plan concerned, the targets first."""
        found = {}
        for plan, mine in self.targets().items():
            ids = {claim.id for claim in mine}
            others = [claim for claim in await _claims_of_plan(plan, self.tools) if claim.id not in ids]
            found[plan] = [*mine, *others][:MOST_RIVALS]
        return found


@dataclass(frozen=True, slots=True)
class Step:
    """What a transition comes to: the next state, the notes, further properties of the run, events, more to write."""

    after: RunState
    notes: Notes
    props: Mapping[str, Any] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    change: Change = NOTHING


def gate_failed(run: Run, gate: GateRecord) -> tuple[Event, ...]:
    """The event of a gate that was not passed; none where it was."""
    body = {"run": run.id, "gate": gate.number, "remedy": gate.remedy}
    return () if gate.passed else (Event(EventType.GATE_FAILED, run.id, body),)


def revised(work: Work, why: str, gates: Iterable[GateRecord] = ()) -> Notes:
    """The notes for a plan that is made anew: gates and counts stay, what was found is looked for again."""
    notes = work.notes
    return Notes(gates=(*notes.gates, *gates), revised=notes.revised + 1, passes=notes.passes, why=why)


def again(notes: Notes, number: int) -> int:
    """How often a gate was tried, this time included."""
    return sum(gate.number == number for gate in notes.gates) + 1


def with_gate(notes: Notes, gate: GateRecord) -> Notes:
    """The notes with one more gate."""
    return replace(notes, gates=(*notes.gates, gate))


async def read_run(identity: str, tools: Tools) -> Run | None:
    """Read a run's node."""
    rows = await tools.graph.read("research/run", id=identity)
    return Run.from_row(rows[0]) if rows else None


async def read_work(run: Run, tools: Tools) -> Work:
    """Read what a transition needs."""
    rows = await tools.graph.read("blocks/by_id", ids=list(run.targets)) if run.targets else []
    by_id = {row["id"]: row for row in rows}
    live = [by_id[name] for name in run.targets if name in by_id and _claims(by_id[name])]
    claims = tuple(claim_of(read_block(row)) for row in live)
    return Work(run, Notes.from_text(run.notes), claims, {row["id"]: row["plan"] or "" for row in live}, tools)


def _claims(row: Row) -> bool:
    return row["status"] == "active" and row["kind"] in {kind.value for kind in CLAIMING}


async def _claims_of_plan(plan: str, tools: Tools) -> Sequence[Claim]:
    found: list[Claim] = []
    after = -1
    while plan and len(found) < MOST_RIVALS:
        rows = await tools.graph.read("research/claims_of_plan", plan=plan, after=after, limit=PAGE)
        found += [claim_of(read_block(row)) for row in rows]
        if len(rows) < PAGE:
            break
        after = rows[-1]["key"]
    return found


def read_block(row: Row) -> Block:
    """Read a row of `blocks/by_id` (or any with these columns) as a block."""
    props = row["properties"]
    place = (
        Place(props["file"], int(props.get("line") or 0), props.get("sourceSha256") or "")
        if props.get("file")
        else None
    )
    return Block(
        id=row["id"],
        kind=Kind(row["kind"]),
        title=row["title"] or "",
        content=row["content"] or "",
        status=row["status"] or "",
        properties=props,
        place=place,
    )
