"""Runs: the table of moves is SPEC's, modes are document 004's, and a node reads back as it was started."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vibe.domain.blocks import Kind
from vibe.domain.errors import BadInput, IllegalMove
from vibe.domain.packets import Research, Target
from vibe.domain.runs import ENDS, MODES, MOVES, Run, RunState, mode_of, move, start_run

TABLE = """
INIT_INPUT: PLAN_STRATEGY CLARIFYING
CLARIFYING: INIT_INPUT PLAN_STRATEGY
PLAN_STRATEGY: ACQUIRE_BATCH
REVISE_PLAN: PLAN_STRATEGY CLARIFYING
ACQUIRE_BATCH: ACQUIRE_BATCH DEEPEN_DIM VERIFYING EXPAND_SCOPE SATURATED
EXPAND_SCOPE: ACQUIRE_BATCH CLARIFYING
DEEPEN_DIM: DEEPEN_DIM ACQUIRE_BATCH SATURATED VERIFYING
SATURATED: VERIFYING EXPAND_SCOPE
VERIFYING: SYNTHESIZING ACQUIRE_BATCH CLARIFYING
SYNTHESIZING: FINALIZING VERIFYING
FINALIZING: DONE SYNTHESIZING
DONE:
ABORTED:
"""
states = st.sampled_from(RunState)


def legal(current: RunState) -> set[str]:
    """What may follow, read from the table above; any open state may also be revised or aborted."""
    rows = dict(line.split(":") for line in TABLE.split("\n") if line)
    return set(rows[current].split()) | (set() if current in ENDS else {"REVISE_PLAN", "ABORTED"})


@given(states, states)
def test_only_the_moves_of_the_table_are_legal(current: RunState, wanted: RunState) -> None:
    """A move in the table leads to its state; any other raises, naming both."""
    if wanted in legal(current):
        assert move(current, wanted) is wanted
    else:
        with pytest.raises(IllegalMove, match=f"{current.value}.*{wanted.value}"):
            move(current, wanted)


@given(states, st.text(max_size=12))
def test_what_is_no_state_is_no_move(current: RunState, wanted: str) -> None:
    """A word that names no state is refused like any other illegal move."""
    if wanted not in set(RunState):
        with pytest.raises(IllegalMove):
            move(current, wanted)


@pytest.mark.parametrize("start", sorted(set(RunState) - ENDS))
def test_every_open_state_can_be_finished(start: RunState) -> None:
    """From every open state the run can still come to an end, done or aborted."""
    reached, before = {start}, set[RunState]()
    while reached != before:
        before, reached = reached, reached | {after for state in reached for after in MOVES[state]}
    assert reached >= ENDS


@pytest.mark.parametrize("name", sorted(MODES))
def test_a_mode_s_batches_fit_its_target(name: str) -> None:
    """A batch is never larger than all that the mode reads, and its bounds are in order."""
    mode = mode_of(name)
    assert mode.batch_least <= mode.batch_most <= mode.sources_least <= mode.sources_most


def test_an_unknown_mode_is_named() -> None:
    """A mode that is none says which there are."""
    with pytest.raises(BadInput, match="quick, learning, deep"):
        mode_of("thorough")


def test_a_started_run_reads_back() -> None:
    """What an approved packet started is what a transition reads."""
    target = Target("a-1", Kind.ASSUMPTION, "Rent", "abc")
    packet = Research("Does the rent hold?", (target,), "an offer of the same rent", "another rent")
    at = datetime(2026, 3, 2, 8, tzinfo=UTC)
    row = start_run("p-1", 7, packet, at=at, mode="quick", root="r-1").rows[0]
    run = Run.from_row({"id": row["id"], "properties": row["props"]})
    assert (run.state, run.number, run.targets) == (RunState.INIT_INPUT, 7, {"a-1": "abc"})
    assert (run.question, run.refute, run.batches, run.started_at) == (packet.question, packet.refute, 0, at)
