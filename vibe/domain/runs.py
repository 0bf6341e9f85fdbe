"""Research runs: their states, the table of legal moves, their modes, and the node a run is kept in.

Source: SPEC section 1 ("Research run"), document 004 sections 2, 3 and 5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from vibe.domain.changes import Effect
from vibe.domain.errors import BadInput, IllegalMove
from vibe.domain.identities import derived_id
from vibe.domain.packets import Research


class RunState(StrEnum):
    """Where a run is; the names are document 004's."""

    INIT_INPUT = "INIT_INPUT"
    CLARIFYING = "CLARIFYING"
    PLAN_STRATEGY = "PLAN_STRATEGY"
    REVISE_PLAN = "REVISE_PLAN"
    ACQUIRE_BATCH = "ACQUIRE_BATCH"
    EXPAND_SCOPE = "EXPAND_SCOPE"
    DEEPEN_DIM = "DEEPEN_DIM"
    SATURATED = "SATURATED"
    VERIFYING = "VERIFYING"
    SYNTHESIZING = "SYNTHESIZING"
    FINALIZING = "FINALIZING"
    DONE = "DONE"
    ABORTED = "ABORTED"


_S = RunState
ENDS = frozenset({_S.DONE, _S.ABORTED})
_ANYWHERE = frozenset({_S.REVISE_PLAN, _S.ABORTED})
"""From any open state: the scope changed or gate 1 failed; cancelled, or stalled twice."""
MOVES: Mapping[RunState, frozenset[RunState]] = {
    _S.INIT_INPUT: frozenset({_S.PLAN_STRATEGY, _S.CLARIFYING}) | _ANYWHERE,
    _S.CLARIFYING: frozenset({_S.INIT_INPUT, _S.PLAN_STRATEGY}) | _ANYWHERE,
    _S.PLAN_STRATEGY: frozenset({_S.ACQUIRE_BATCH}) | _ANYWHERE,
    _S.REVISE_PLAN: frozenset({_S.PLAN_STRATEGY, _S.CLARIFYING}) | _ANYWHERE,
    _S.ACQUIRE_BATCH: frozenset({_S.ACQUIRE_BATCH, _S.DEEPEN_DIM, _S.VERIFYING, _S.EXPAND_SCOPE, _S.SATURATED})
    | _ANYWHERE,
    _S.EXPAND_SCOPE: frozenset({_S.ACQUIRE_BATCH, _S.CLARIFYING}) | _ANYWHERE,
    _S.DEEPEN_DIM: frozenset({_S.DEEPEN_DIM, _S.ACQUIRE_BATCH, _S.SATURATED, _S.VERIFYING}) | _ANYWHERE,
    _S.SATURATED: frozenset({_S.VERIFYING, _S.EXPAND_SCOPE}) | _ANYWHERE,
    _S.VERIFYING: frozenset({_S.SYNTHESIZING, _S.ACQUIRE_BATCH, _S.CLARIFYING}) | _ANYWHERE,
    _S.SYNTHESIZING: frozenset({_S.FINALIZING, _S.VERIFYING}) | _ANYWHERE,
    _S.FINALIZING: frozenset({_S.DONE, _S.SYNTHESIZING}) | _ANYWHERE,
    _S.DONE: frozenset(),
    _S.ABORTED: frozenset(),
}


def move(current: str, wanted: str) -> RunState:
    """Move from one state to another.

    Raises:
        IllegalMove: there is no such row in the table; names both states.
    """
    try:
        legal = RunState(wanted) in MOVES[RunState(current)]
    except ValueError:
        legal = False
    if not legal:
        raise IllegalMove("research run", current, wanted)
    return RunState(wanted)


class RunOutcome(StrEnum):
    """What a run came to."""

    SUPPORTED = "supported"
    REFUTED = "refuted"
    MIXED = "mixed"
    NOTHING_FOUND = "nothing_found"
    ABORTED = "aborted"


@dataclass(frozen=True, slots=True)
class Mode:
    """How far a run goes: how many sources in all, how many at once, and whether it goes deeper afterwards.

    Fewer sources than the target is recorded, not an error.
    """

    name: str
    sources_least: int
    sources_most: int
    batch_least: int
    batch_most: int
    deepens: bool


MODES: Mapping[str, Mode] = {
    "quick": Mode("quick", 10, 20, 5, 10, deepens=False),
    "learning": Mode("learning", 30, 50, 10, 15, deepens=True),
    "deep": Mode("deep", 50, 100, 15, 20, deepens=True),
}


def mode_of(name: str) -> Mode:
    """Look a mode up.

    Raises:
        BadInput: there is none of that name.
    """
    if name not in MODES:
        raise BadInput(f"{name!r} is none of {', '.join(MODES)}", field="research.mode")
    return MODES[name]


def run_id(proposal_id: str) -> str:
    """The id of the run that an approved proposal starts; twice is once."""
    return derived_id("run", proposal_id)


def start_run(proposal_id: str, number: int, packet: Research, *, at: datetime, mode: str, root: str) -> Effect:
    """Build the effect that makes an approved packet's run; `root` is the entry that led here."""
    props = {
        "state": RunState.INIT_INPUT.value,
        "proposalId": proposal_id,
        "proposalNumber": number,
        "question": packet.question,
        "targets": [target.id for target in packet.targets],
        "targetHashes": [target.content_sha256 for target in packet.targets],
        "confirm": packet.confirm,
        "refute": packet.refute,
        "mode": mode_of(mode).name,
        "root": root,
        "batches": 0,
        "startedAt": at,
    }
    return Effect("research/create_runs", {"id": run_id(proposal_id), "props": props})


@dataclass(frozen=True, slots=True)
class Run:
    """A run as its node has it.

    `targets` are ids of the blocks it is about with the content hash each had when it was approved ("" where that
    is not known). `notes` is what it has worked out so far, plain JSON data.
    """

    id: str
    state: RunState
    proposal_id: str
    number: int
    question: str
    targets: Mapping[str, str]
    confirm: str
    refute: str
    mode: Mode
    file: str
    batches: int
    notes: str
    started_at: datetime | None
    outcome: str | None = None

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Run:
        """Read one row of `research/run`."""
        props = row["properties"]
        ids = list(props.get("targets") or ())
        hashes = list(props.get("targetHashes") or ())
        return cls(
            id=row["id"],
            state=RunState(props["state"]),
            proposal_id=props.get("proposalId") or "",
            number=int(props.get("proposalNumber") or 0),
            question=props.get("question") or "",
            targets=dict(zip(ids, hashes + [""] * (len(ids) - len(hashes)), strict=True)),
            confirm=props.get("confirm") or "",
            refute=props.get("refute") or "",
            mode=mode_of(props.get("mode") or "quick"),
            file=props.get("file") or "",
            batches=int(props.get("batches") or 0),
            notes=props.get("notes") or "",
            started_at=props.get("startedAt"),
            outcome=props.get("outcome"),
        )
