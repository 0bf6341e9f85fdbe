"""Work graphs: a plan's tasks as a graph of what waits for what; circles, dates that can't be, and the longest way.

The only module that imports networkx.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import networkx as nx

from vibe.domain.errors import BadInput

Order: TypeAlias = "nx.DiGraph[Any]"
"""Nodes are ids; an edge goes from what comes earlier to what comes later."""
PRIORITIES = {"P0": 0, "P1": 1, "P2": 2, "P3": 3}


@dataclass(frozen=True, slots=True)
class WorkTask:
    """A task of a plan, as far as its place in the order goes; `starts` and `ends` are ISO dates."""

    id: str
    title: str
    priority: str = "P2"
    position: int = 0
    starts: str = ""
    ends: str = ""
    properties: Mapping[str, Any] = field(default_factory=dict, compare=False)


@dataclass(slots=True)
class WorkGraph:
    """A plan's tasks: `parents` says what is part of what, `links` (task -> what it waits for) the prerequisites."""

    tasks: dict[str, WorkTask]
    parents: dict[str, str]
    links: list[tuple[str, str]]
    problems: list[str] = field(default_factory=list)

    @property
    def leaves(self) -> list[WorkTask]:
        """The tasks without parts, in the order of the plan."""
        wholes = set(self.parents.values())
        return [self.tasks[identity] for identity in self._in_order() if identity not in wholes]

    def section_of(self, identity: str) -> str:
        """The outermost task that a task is part of; itself where it is part of none."""
        return [identity, *self._above(identity)][-1]

    def _above(self, identity: str) -> list[str]:
        found: list[str] = []
        while (identity := self.parents.get(identity, "")) and identity not in found:
            found.append(identity)
        return found

    def _in_order(self) -> list[str]:
        """All tasks, each before its parts, siblings as they stand in the plan."""
        parts: dict[str, list[str]] = {}
        for identity in self.tasks:
            parts.setdefault(self.parents.get(identity, ""), []).append(identity)
        for siblings in parts.values():
            siblings.sort(key=lambda item: (self.tasks[item].position, self.tasks[item].title, item))
        order: list[str] = []
        waiting = parts.get("", [])[::-1]
        while waiting:
            order.append(waiting.pop())
            waiting += parts.get(order[-1], [])[::-1]
        return order

    def leaf_order(self) -> Order:
        """Which leaf comes before which: prerequisites of a task or of what it is part of hold for each of its leaves.

        A prerequisite that would close a circle is left out and told in `problems`.
        """
        leaves = [leaf.id for leaf in self.leaves]
        below: dict[str, list[str]] = {}
        for leaf in leaves:
            for whole in (leaf, *self._above(leaf)):
                below.setdefault(whole, []).append(leaf)
        known = []
        for later, earlier in self.links:
            if later in below and earlier in below:
                known.append((later, earlier))
            else:
                self.problems.append(f"a prerequisite names {later!r} or {earlier!r}, which is not there")
        order: Order = nx.DiGraph()
        order.add_nodes_from(leaves)
        complete: Order = order.copy()
        for later, earlier in known:
            complete.add_edges_from((first, last) for first in below[earlier] for last in below[later])
        if nx.is_directed_acyclic_graph(complete):
            return complete
        for later, earlier in known:  # one by one, which takes the square of their number: only to name the culprits
            self._add(order, below[later], below[earlier], f"{self._title(later)} waits for {self._title(earlier)}")
        return order

    def _add(self, order: Order, later: Iterable[str], earlier: Iterable[str], what: str) -> None:
        firsts, lasts = set(earlier), set(later)
        if firsts & lasts or any(lasts & nx.ancestors(order, first) for first in firsts):
            self.problems.append(f"a circle: {what}; left out")
            return
        order.add_edges_from((first, last) for first in firsts for last in lasts)

    def _title(self, identity: str) -> str:
        return self.tasks[identity].title

    def impossible_dates(self, order: Order) -> list[str]:
        """Dates that can't be kept: an end before its start, a start before what it waits for has ended."""
        found = [
            f"{task.title}: ends {task.ends}, before it starts {task.starts}"
            for task in self.tasks.values()
            if task.starts and task.ends and task.ends < task.starts
        ]
        for earlier, later in order.edges:
            ends, starts = self.tasks[earlier].ends, self.tasks[later].starts
            if ends and starts and starts < ends:
                found.append(f"{self._title(later)}: starts {starts}, but {self._title(earlier)} ends {ends}")
        return found


def check_order(edges: Iterable[tuple[str, str]], titles: Mapping[str, str]) -> None:
    """Let an order pass that has a beginning and an end.

    Raises:
        BadInput: a circle; names what waits for what.
    """
    order: Order = nx.DiGraph()
    order.add_edges_from(edges)
    try:
        circle = nx.find_cycle(order)
    except nx.NetworkXNoCycle:
        return
    named = ", which comes before ".join(titles[earlier] for earlier, _ in circle)
    raise BadInput(f"these wait for one another: {named}, which comes before {titles[circle[0][0]]}", field="diff")


def longest_ways(edges: Iterable[tuple[str, str]], hours: Mapping[str, float]) -> dict[str, float]:
    """For each node of `hours`, the hours of the longest way from its start to the end of everything.

    An edge goes from what comes earlier to what comes later.
    """
    order: Order = nx.DiGraph()
    order.add_nodes_from(hours)
    order.add_edges_from(edges)
    ways: dict[str, float] = {}
    for node in reversed(list(nx.topological_sort(order))):
        ways[node] = hours.get(node, 0.0) + max((ways[later] for later in order.successors(node)), default=0.0)
    return ways


def rank(priority: str, way_hours: float) -> int:
    """The place in the queue, lower first: priority, then the longest way still to go."""
    return PRIORITIES.get(priority, 2) * 10**9 - min(int(way_hours * 10), 10**9 - 1)
