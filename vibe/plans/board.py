"""The board: what this process remembers of agents, executions and their tasks, so that asking costs no read.

It answers some named queries of the graph from memory and hands on the others: whoever reads through it is written as
if it read the graph. It only proposes. What is written carries its guards (`expect`), which the ledger checks in the
store itself, so a memory that is wrong costs another try and never a wrong write.

It stays right by three means: the ledger tells it of each write of this process once it is committed (`wrote`), with
the store's count of writes before it, so a write of another process in between shows, and everything is forgotten;
who has written nothing for a second looks at that count; and a write query it does not know makes it forget, too.
What is not in memory is read as it is asked for, all that wait in one query.

Source: ADR 0015, DESIGN section 3.
"""

from __future__ import annotations

import asyncio
import re
from bisect import bisect_left, insort
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from heapq import merge
from itertools import islice
from typing import Any

from vibe.catalog import Catalog, Query
from vibe.domain.changes import Effect
from vibe.plans.shelves import ALONG, PAGE, Shelf
from vibe.ports.inward import Clock, Graph, Row

LOOK_EVERY = timedelta(seconds=1)
RUNNING = "running"
MOST_AGENTS = 1000
_ALL = "all"
_KEY_COLUMNS = {
    "id": "id", "key_id": "keyId", "status": "status", "scopes": "scopes", "expires_ms": "keyExpiresMs"
}  # fmt: skip
_REMEMBERED = re.compile(r":(Agent|Execution|ExecutionTask|Ticket|Loop)\b")
_COLUMN = re.compile(r"\bn\.(\w+) AS (\w+)")
Props = Mapping[str, Any]
Rows = list[Row]


class Board:
    """`ports.inward.Graph` with a memory; one for each process."""

    def __init__(self, graph: Graph, catalog: Catalog, clock: Clock) -> None:
        self._graph, self._clock = graph, clock
        self._columns = _columns(catalog.query("executions/by_id"))
        self._everybody = Shelf(self._fetch_everybody)
        self._agents = Shelf(self._nodes("agents/by_id"))
        self._keys = Shelf(self._rows_of("agents/of_keys", "hashes", "key_hash"))
        self._executions = Shelf(self._nodes("ledger/nodes/execution"))
        self._tasks = Shelf(self._fetch_tasks)
        self._held = Shelf(self._fetch_held, along=lambda: self._agents.held)
        self._before = Shelf(self._grouped("executions/before_all", "ids", "id"), along=self._first_in_line)
        self._tickets = Shelf(self._grouped("tickets/of_tasks", "tasks", "task"), along=self._first_in_line)
        self._loads = Shelf(self._fetch_loads)
        self._pauses = Shelf(self._fetch_pauses)
        self._lanes = Shelf(self._fetch_lanes)
        self._reserved: set[str] = set()
        self._arrived: set[str] = set()
        self._one_joins = asyncio.Lock()
        self._count: int | None = None
        self._looked_at = clock.now() - LOOK_EVERY
        self._answers = self._asked()
        self._writes = self._written()
        self._unknown = {
            query.name
            for query in catalog.queries.values()
            if query.mode == "write" and _REMEMBERED.search(query.text) and query.name not in self._writes
        }

    def _asked(self) -> Mapping[str, Callable[..., Awaitable[list[Row]]]]:
        """The queries that are answered from memory."""
        return {
            "agents/by_id": self._agents_by_id,
            "agents/of_key": self._agent_of_key,
            "executions/by_id": self._executions_by_id,
            "executions/tasks_by_id": self._tasks_by_id,
            "executions/held": self._held_by,
            "executions/claimable": self._claimable,
            "executions/loads": self._loads_of,
            "executions/before": self._inputs_of,
            "tickets/of_tasks": self._tickets_of,
            "loop/pauses": self._paused,
        }

    def _written(self) -> Mapping[str, Callable[[Sequence[Props]], None]]:
        """The write queries that are understood."""
        return {
            "agents/create": self._agents_written,
            "agents/set": self._agents_written,
            "executions/set": self._executions_written,
            "executions/create": self._executions_written,
            "executions/create_tasks": self._tasks_written,
            "executions/set_tasks": self._tasks_written,
            "tickets/create": self._tickets_written,
            "tickets/set": self._tickets_written,
        }

    async def read(self, query: str, /, **params: Any) -> list[Row]:
        """Answer from memory where that is possible; else ask the graph."""
        answer = self._answers.get(query)
        if answer is None:
            return await self._graph.read(query, **params)
        if self._clock.now() - self._looked_at >= LOOK_EVERY:
            await self.look()
        return await answer(**params)

    async def look(self) -> bool:
        """Look whether another process wrote; whether it did, and so everything was forgotten."""
        self._looked_at = self._clock.now()
        before = self._count
        rows = await self._graph.read("ledger/read_counter")
        found = int(rows[0]["writes"]) if rows else 0
        if self._count != before or found == self._count:
            return False
        self._count = found
        self.forget()
        return True

    def wrote(self, effects: Sequence[Effect], before: int, after: int) -> None:
        """Take in what this process wrote; `before` and `after` are the store's count of writes."""
        if self._count != before:
            self.forget()
        self._count, self._looked_at = after, self._clock.now()
        for effect in effects:
            if effect.query in self._unknown:
                self.forget()
            elif write := self._writes.get(effect.query):
                write(effect.rows)

    def forget(self, identity: str | None = None) -> None:
        """Read a node again before the next use, or everything."""
        if identity is not None:
            self._drop_task(identity)
            self._agents.forget(identity)
            self._executions.forget(identity)
            return
        for shelf in (self._everybody, self._agents, self._keys, self._executions, self._tasks, self._held,
                      self._before, self._tickets, self._loads, self._pauses, self._lanes):  # fmt: skip
            shelf.forget_all()

    @contextmanager
    def reserving(self) -> Iterator[Callable[[str], None]]:
        """Keep the tasks that are named from being offered to anybody else until the block ends."""
        mine: set[str] = set()

        def reserve(task: str) -> None:
            mine.add(task)
            self._reserved.add(task)

        try:
            yield reserve
        finally:
            self._reserved -= mine

    # what is asked

    async def _agents_by_id(self, ids: Sequence[str]) -> list[Row]:
        return [{"properties": props} for props in (await self._agents.get(ids)).values()]

    async def _agent_of_key(self, key_hash: str) -> list[Row]:
        if key_hash not in self._keys.held:
            await self._everybody.get([_ALL])
        return list((await self._keys.get([key_hash])).values())

    async def _executions_by_id(self, ids: Sequence[str]) -> list[Row]:
        found = (await self._executions.get(ids)).values()
        return [{column: props.get(name) for column, name in self._columns.items()} for props in found]

    async def _tasks_by_id(self, ids: Sequence[str]) -> list[Row]:
        return [{"properties": props} for props in (await self._tasks.get(ids)).values()]

    async def _held_by(self, agent: str, limit: int) -> list[Row]:
        ids = (await self._held.get([agent])).get(agent, ())
        tasks = (await self._tasks.get(ids)).values()
        mine = [task for task in tasks if task.get("agent") == agent and task["status"] == RUNNING]
        return [{"properties": task} for task in sorted(mine, key=_rank)[:limit]]

    async def _claimable(self, lanes: Sequence[str], without: Sequence[str], now_ms: int, limit: int) -> list[Row]:
        await self._let_join()
        waiting = await self._lanes.get(lanes)
        found: list[Row] = []
        for _, identity in merge(*(list(lane) for lane in waiting.values())):
            if identity in self._reserved:
                continue
            task = self._tasks.held.get(identity) or (await self._tasks.get([identity])).get(identity)
            if task is None or task.get("lane") not in waiting or (task.get("notBeforeMs") or 0) > now_ms:
                continue
            name = task["execution"]
            execution = self._executions.held.get(name) or (await self._executions.get([name])).get(name)
            if execution is None or execution["status"] != RUNNING or execution["plan"] in without:
                continue
            found.append({"execution": name, "only_agent": execution.get("agent"), "properties": task})
            if len(found) == limit:
                break
        return found

    async def _let_join(self) -> None:
        """Put tasks that are new here into the lanes they wait in."""
        async with self._one_joins:  # who asks meanwhile must not go away with the lane as it was
            arrived, self._arrived = self._arrived, set()
            for task in (await self._tasks.get(arrived)).values() if arrived else ():
                lane = self._lanes.held.get(task.get("lane") or "")
                place = bisect_left(lane, _rank(task)) if lane is not None else 0
                if lane is not None and lane[place : place + 1] != [_rank(task)]:
                    lane.insert(place, _rank(task))

    async def _loads_of(self, ids: Sequence[str]) -> list[Row]:
        return list((await self._loads.get(ids)).values())

    async def _inputs_of(self, id: str, limit: int) -> list[Row]:  # noqa: A002 - the query's own parameter
        rows = (await self._before.get([id])).get(id, ())
        tasks = await self._tasks.get([row["before"] for row in rows][:limit])
        return [{"properties": props} for props in tasks.values()]

    async def _tickets_of(self, tasks: Sequence[str]) -> list[Row]:
        return [row for rows in (await self._tickets.get(tasks)).values() for row in rows]

    async def _paused(self, limit: int) -> list[Row]:
        rows: list[Row] = (await self._pauses.get(["all"]))["all"]
        return rows[:limit]

    # how it is read

    def _nodes(self, query: str) -> Callable[[list[str]], Awaitable[Mapping[str, Props]]]:
        async def fetch(ids: list[str]) -> Mapping[str, Props]:
            return {row["properties"]["id"]: row["properties"] for row in await self._graph.read(query, ids=ids)}

        return fetch

    def _rows_of(self, query: str, param: str, column: str) -> Callable[[list[str]], Awaitable[Mapping[str, Row]]]:
        async def fetch(keys: list[str]) -> Mapping[str, Row]:
            return {row[column]: row for row in await self._graph.read(query, **{param: keys})}

        return fetch

    def _grouped(self, query: str, param: str, column: str) -> Callable[[list[str]], Awaitable[Mapping[str, Rows]]]:
        async def fetch(keys: list[str]) -> Mapping[str, Rows]:
            found: dict[str, list[Row]] = {}
            for row in await self._graph.read(query, **{param: keys}):
                found.setdefault(row[column], []).append(row)
            return found

        return fetch

    async def _fetch_tasks(self, ids: list[str]) -> Mapping[str, Props]:
        rows = await self._graph.read("executions/tasks_by_id", ids=ids)
        return {row["properties"]["id"]: row["properties"] for row in rows}

    async def _fetch_everybody(self, keys: list[str]) -> Mapping[str, bool]:
        """Read the agents that are here, with their keys: who knows one of them will be asked for the others."""
        agents_since, keys_since = self._agents.now(), self._keys.now()
        for row in await self._graph.read("agents/list", limit=MOST_AGENTS):
            props = row["properties"]
            self._agents.offer(props["id"], props, agents_since)
            if hashed := props.get("keyHash"):
                found = {column: props.get(name) for column, name in _KEY_COLUMNS.items()}
                self._keys.offer(hashed, {"key_hash": hashed, **found}, keys_since)
        return dict.fromkeys(keys, True)

    def _first_in_line(self) -> Iterator[str]:
        """The tasks that will be claimed next."""
        for lane in self._lanes.held.values():
            yield from (identity for _, identity in islice(lane or (), ALONG))

    async def _fetch_held(self, agents: list[str]) -> Mapping[str, set[str]]:
        found: dict[str, set[str]] = {agent: set() for agent in agents}
        for row in await self._graph.read("executions/held_by", agents=agents):
            found[row["agent"]].add(row["id"])
        return found

    async def _fetch_loads(self, ids: list[str]) -> Mapping[str, Row]:
        none: dict[str, Row] = {identity: {"id": identity, "running": 0} for identity in ids}
        return none | {row["id"]: row for row in await self._graph.read("executions/loads", ids=ids)}

    async def _fetch_pauses(self, keys: list[str]) -> Mapping[str, Rows]:
        return dict.fromkeys(keys, await self._graph.read("loop/pauses", limit=PAGE))

    async def _fetch_lanes(self, lanes: list[str]) -> Mapping[str, list[tuple[int, str]]]:
        """Read whole lanes: the ids of their tasks, in order; a task that comes or goes meanwhile has it read again."""
        found: dict[str, list[tuple[int, str]]] = {}
        for lane in lanes:
            after, ranked, since = "", [], self._tasks.now()
            while page := await self._graph.read("executions/of_lane", lane=lane, after=after, limit=PAGE):
                ranked += [_rank(row["properties"]) for row in page]
                after = page[-1]["properties"]["id"]
                for row in page:
                    self._tasks.offer(row["properties"]["id"], row["properties"], since)
            found[lane] = sorted(ranked)
        return found

    # what is written

    def _agents_written(self, rows: Sequence[Props]) -> None:
        for row in rows:
            _merge(self._agents, row)
            if row["props"].keys() & {"keyHash", *_KEY_COLUMNS.values()} - {"id"}:
                self._keys.forget_all()

    def _executions_written(self, rows: Sequence[Props]) -> None:
        for row in rows:
            _merge(self._executions, row)

    def _tasks_written(self, rows: Sequence[Props]) -> None:
        for row in rows:
            identity, props = row["id"], row["props"]
            before = self._tasks.held.get(identity)
            _merge(self._tasks, row)
            if before is None:
                self._stranger_moved(identity, props)
            elif props.keys() & {"lane", "agent", "status", "order"}:
                self._moved(before, self._tasks.held[identity])

    def _stranger_moved(self, identity: str, props: Props) -> None:
        """Take in that a task moved which is not remembered; nobody knows from where."""
        lane = props.get("lane")
        if lane and lane in self._lanes.held:
            self._arrived.add(identity)
        elif lane:
            self._lanes.forget(lane)  # it may be being read just now
        if props.get("agent"):
            self._held.forget(props["agent"])
        if "status" in props and props["status"] != "pending":
            self._loads.forget_all()

    def _moved(self, before: Props, after: Props) -> None:
        if before.get("lane") != after.get("lane") or before.get("order") != after.get("order"):
            self._shift(before, after)
        holder = after.get("agent")
        if holder and (held := self._held.held.get(holder)) is not None:
            held.add(after["id"])
        elif holder:
            self._held.forget(holder)
        for props, step in ((before, -1), (after, 1)):
            load = self._loads.held.get(props["execution"])
            if load is not None and props["status"] == RUNNING:
                self._loads.held[props["execution"]] = {**load, "running": load["running"] + step}

    def _shift(self, before: Props, after: Props) -> None:
        """Take a task out of its lane, and put it into the next."""
        left, joined = (self._lanes.held.get(task.get("lane") or "") for task in (before, after))
        if left:
            place = bisect_left(left, _rank(before))
            if place < len(left) and left[place] == _rank(before):
                del left[place]
        if joined is not None:
            insort(joined, _rank(after))
        for lane in (before.get("lane"), after.get("lane")):
            if lane and lane not in self._lanes.held:
                self._lanes.forget(lane)

    def _drop_task(self, identity: str) -> None:
        self._tasks.forget(identity)
        self._held.forget_all()
        self._loads.forget_all()

    def _tickets_written(self, rows: Sequence[Props]) -> None:
        for row in rows:
            if task := row["props"].get("task"):
                self._tickets.forget(task)
                continue
            for task in [task for task, found in self._tickets.held.items() if _names(found, row["id"])]:
                self._tickets.forget(task)


def _names(rows: Sequence[Row] | None, ticket: str) -> bool:
    return any(row["id"] == ticket for row in rows or ())


def _merge(shelf: Shelf, row: Props) -> None:
    """Set what a row sets, as the store does: null takes a property away."""
    known = shelf.held.get(row["id"])
    if known is None:
        shelf.forget(row["id"])
        return
    merged = {**known, **row["props"]}
    shelf.held[row["id"]] = {name: value for name, value in merged.items() if value is not None}


def _rank(task: Props) -> tuple[int, str]:
    return (task["order"], task["id"])


def _columns(query: Query) -> dict[str, str]:
    """Which property each column of a query's answer is."""
    found = {column: name for name, column in _COLUMN.findall(query.text)}
    if set(found) != set(query.returns):
        raise KeyError(f"{query.name} returns more than properties")
    return found
