"""Work graphs: what waits for what, circles left out, the longest way."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vibe.domain.workgraphs import WorkGraph, WorkTask, longest_ways, rank

NAMES = "abcdef"


def a_graph(links: list[tuple[str, str]], parents: dict[str, str] | None = None, **tasks: WorkTask) -> WorkGraph:
    """A graph of six tasks."""
    found = {name: WorkTask(name, name, position=place) for place, name in enumerate(NAMES)}
    return WorkGraph(found | tasks, parents or {}, links)


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=20))
def test_whatever_is_linked_there_is_an_order(links: list[tuple[str, str]]) -> None:
    """Every link either holds or is told as a circle, and what holds can be put in an order."""
    work = a_graph(links)
    order = work.leaf_order()
    kept = {(later, earlier) for earlier, later in order.edges}
    ways = longest_ways(order.edges, dict.fromkeys(NAMES, 1.0))
    assert all(
        link in kept or any(f"{link[0]} waits for {link[1]}" in text for text in work.problems) for link in links
    )
    assert all(ways[earlier] > ways[later] for earlier, later in order.edges)


def test_a_prerequisite_of_a_whole_holds_for_its_parts() -> None:
    """A phase that waits for a phase: each of its tasks waits for each of the other's."""
    work = a_graph([("d", "a")], {"b": "a", "c": "a", "e": "d"})
    assert set(work.leaf_order().edges) == {("b", "e"), ("c", "e")}


def test_dates_that_cannot_be_are_told() -> None:
    """An end before its start, and a start before what it waits for has ended."""
    a = WorkTask("a", "first", starts="2026-03-09", ends="2026-03-02")
    b = WorkTask("b", "second", starts="2026-03-01", ends="2026-03-05")
    work = a_graph([("b", "a")], a=a, b=b)
    assert len(work.impossible_dates(work.leaf_order())) == 2


def test_priority_comes_before_the_longest_way() -> None:
    """A P0 with nothing behind it goes before a P1 with everything behind it; equals by the longer way."""
    assert rank("P0", 0) < rank("P1", 10_000) < rank("P1", 10) < rank("P2", 0)
