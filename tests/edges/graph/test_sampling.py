"""When a Neo4j's planner is asked to look again: once its knowledge is half of what there is, and not more often."""

from __future__ import annotations

from vibe.edges.graph.sampling import FEWEST_ROWS, Samples, rows_in


def test_samples_are_renewed_each_time_what_was_written_doubles() -> None:
    """A million rows in batches of 500 ask a handful of times, single writes hardly ever."""
    bulk, single = Samples(), Samples()
    asked = sum(bulk.note(500) for _ in range(2_000))
    early = [single.note(1) for _ in range(FEWEST_ROWS)]
    assert asked == 11
    assert early.index(True) == FEWEST_ROWS - 1


def test_rows_of_a_write_are_counted() -> None:
    """A write query's rows count each, a query without rows counts one."""
    counted = [rows_in({"rows": [{}, {}]}), rows_in({"n": 1}), rows_in({"rows": []})]
    assert counted == [2, 1, 0]
