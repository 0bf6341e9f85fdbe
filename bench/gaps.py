"""Gap analysis beside the bare query: everything at several sizes, and after one event.

Bare is what nobody can do without: one query a rule, unpaged, through the driver alone, as document 003 writes it.
Ours is the whole of it: from the request to what is committed. Graphs have planted gaps, about one block in a hundred.

Run by hand: `python -m bench.gaps 10000 100000`.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from neo4j import AsyncGraphDatabase

from tests.generators.graphs import Planted, planted_graph
from vibe.app import App
from vibe.bootstrap import Given, open_app
from vibe.domain.block_rows import create_blocks, create_links, set_block
from vibe.domain.blocks import Block, Kind, Link, LinkType
from vibe.domain.changes import Change, Effect
from vibe.domain.events import Entry, Event, EventType
from vibe.kernel.commit import Acts, Where
from vibe.kernel.submissions import Submission
from vibe.kernel.tools import Tools
from vibe.loop import analyzing, triggering

SHARE_RATIO = 0.05
ROUNDS = 15
EVENTS = 30
GOAL_RATIO, GOAL_EVENT_MS = 1.3, 20.0
EVIDENCE = "(x)<-[:{}]-(e:Evidence) WHERE e.status <> 'withdrawn'"
BARE = {
    "unvalidated_decision": (
        "MATCH (x:Decision {status: 'active'}) WHERE NOT EXISTS { MATCH "
        + EVIDENCE.format("SUPPORTS|EVIDENCE_FOR")
        + " } RETURN x.id AS id ORDER BY x.createdAt"
    ),
    "unvalidated_assumption": (
        "MATCH (x:Assumption {status: 'active'}) WHERE NOT EXISTS { MATCH "
        + EVIDENCE.format("SUPPORTS|EVIDENCE_FOR|CONTRADICTS")
        + " } RETURN x.id AS id ORDER BY x.createdAt"
    ),
    "contradicted": (
        "MATCH (e:Evidence)-[:CONTRADICTS]->(x:Block {status: 'active'}) WHERE e.status <> 'withdrawn' "
        "AND (x:Decision OR x:Assumption) RETURN DISTINCT x.id AS id"
    ),
    "missing_capability": (
        "MATCH (x:Task)-[:REQUIRES]->(c:Capability) WHERE x.status IN ['pending', 'queued', 'blocked'] "
        "AND NOT EXISTS { MATCH (c)<-[:PROVIDES]-(p) WHERE p.status = 'active' } "
        "RETURN x.id AS id, collect(c.id) AS missing ORDER BY id"
    ),
    "blocked_task": (
        "MATCH (x:Task) WHERE x.status = 'blocked' OR (x.status IN ['pending', 'queued'] AND EXISTS { "
        "MATCH (x)-[:DEPENDS_ON]->(d:Task) WHERE d.status IN ['failed', 'cancelled', 'blocked'] }) "
        "RETURN x.id AS id ORDER BY x.createdAt"
    ),
}


async def load(app: App, graph: Planted) -> None:
    """Write a graph without the ledger: how it came in is not what is measured."""
    at = app.clock.now()
    effects = create_blocks(graph.blocks, at=at, actor="owner:cli", plan="bench") + create_links(graph.links)
    for effect in effects:
        for start in range(0, len(effect.rows), 500):
            rows = list(effect.rows[start : start + 500])
            await app.graph.write(lambda tx, query=effect.query, rows=rows: tx.run(query, rows=rows))  # type: ignore[misc]


class Analyst:
    """Asks for analyses the way the bus does, without its waiting."""

    def __init__(self, app: App) -> None:
        self.app, self.number = app, 0

    async def full(self) -> None:
        """Everything, from the request to the commit."""
        await self._find({"scope": "all", "draft": False, "wake": "daily"})

    async def event(self, ids: list[str]) -> None:
        """What one event touched, from the event to the commit."""
        entry, tools = self._begin(EventType.BLOCKS_CHANGED, {"ids": ids}, "request")
        asked = await triggering.request_analysis([entry], tools)
        await self._commit(asked, "request")
        await self._find(asked.events[0].body)

    async def _find(self, body: Any) -> None:
        entry, tools = self._begin(EventType.ANALYSIS_REQUESTED, body, "find")
        await self._commit(await analyzing.find_gaps(entry, tools), "find")

    async def commit(self, change: Change) -> None:
        """Commit somebody else's change."""
        self.number += 1
        await self._commit(change, "outside")

    async def _commit(self, change: Change, what: str) -> None:
        if change.events:
            base = f"bench {what} {self.number}"
            await self.app.gate.commit(Submission(change, base, "owner:bench", self.app.clock.now()))

    def _begin(self, kind: str, body: Any, handler: str) -> tuple[Entry, Tools]:
        self.number += 1
        app, cause = self.app, f"bench cause {self.number}"
        entry = Entry(1, cause, kind, "bench", "owner:bench", app.clock.now(), cause, cause, body)
        acts = Acts(app.gate, Where(cause, handler, cause, None, "owner:bench"))
        tools = Tools(
            app.graph, app.clock, app.ids, app.chance, app.settings, app.catalog, acts, app.likeness, "owner:bench"
        )
        return entry, tools


async def _ms(work: Callable[[], Awaitable[object]]) -> float:
    started = time.perf_counter()
    await work()
    return (time.perf_counter() - started) * 1000


async def _bare(session: Any) -> None:
    for query in BARE.values():
        await (await session.run(query)).fetch(1_000_000)


async def _size(app: App, size: int) -> dict[str, Any]:
    graph = planted_graph(size, share_ratio=SHARE_RATIO)
    await load(app, graph)
    analyst = Analyst(app)
    first_ms = await _ms(analyst.full)
    found = (await app.graph.read("gaps/known", rules=app.catalog.rules, after=-1, limit=5000))[:5000]
    assert len(found) == min(5000, len(graph.gaps)), f"{len(found)} of {len(graph.gaps)} gaps"
    address = app.graph.address  # type: ignore[attr-defined]
    full, bare = [], []
    async with (
        AsyncGraphDatabase.driver(address.uri, auth=(address.user, address.password)) as driver,
        driver.session(database=address.database, fetch_size=5000) as session,
    ):
        for number in range(ROUNDS + 3):  # in turn, so that both see the same machine; the first three warm up
            pair = (await _ms(lambda: _bare(session)), await _ms(analyst.full))
            if number > 2:
                bare.append(pair[0])
                full.append(pair[1])
    events, rests, commits = await _events(analyst, graph)
    ratio = statistics.median(full) / statistics.median(bare)
    return {
        "blocks": size,
        "links": len(graph.links),
        "gaps": len(graph.gaps),
        "first_full_ms": round(first_ms, 1),
        "bare_ms": round(statistics.median(bare), 1),
        "full_ms": round(statistics.median(full), 1),
        "full_to_bare_ratio": round(ratio, 2),
        "full_goal_met": ratio <= GOAL_RATIO,
        "event_ms": round(statistics.median(events), 1),
        "event_p90_ms": round(sorted(events)[int(len(events) * 0.9)], 1),
        "two_bare_commits_ms": round(statistics.median(commits), 1),
        "event_changing_nothing_ms": round(statistics.median(rests), 1),
        "event_goal_met": statistics.median(events) < GOAL_EVENT_MS,
    }


async def _two_commits(app: App) -> None:
    """What an event's analysis cannot do without: the request and the finding, each one node in one transaction."""
    for number in range(2):
        await app.graph.raw(  # type: ignore[attr-defined]
            "MERGE (c:Bench {id: 'commits'}) SET c.n = $n RETURN c.n AS n", n=number
        )


async def _events(analyst: Analyst, graph: Planted) -> tuple[list[float], list[float], list[float]]:
    """Evidence for a bare decision comes and goes: its gap closes and opens; then events that change nothing.

    Beside each, the two bare commits that it cannot do without.
    """
    about = min(block for rule, (block, *_) in graph.gaps if rule == "unvalidated_decision")
    now = analyst.app.clock.now()
    evidence = Block("bench-evidence", Kind.EVIDENCE, "A survey", status="withdrawn")
    effects = create_blocks([evidence], at=now, actor="owner:bench")
    links = create_links([Link(LinkType.SUPPORTS, evidence.id, about)])
    event = Event(EventType.BLOCKS_CHANGED, evidence.id, {"ids": [evidence.id]})
    await analyst.commit(Change((), effects + links, (event,)))
    taken, rests, commits = [], [], []
    for number in range(EVENTS + 4):
        status = ("active", "withdrawn")[number % 2]
        await analyst.commit(Change((), (Effect("blocks/set", set_block(evidence.id, status=status)),), (event,)))
        taken.append(await _ms(lambda: analyst.event([evidence.id])))
        commits.append(await _ms(lambda: _two_commits(analyst.app)))
        rests.append(await _ms(lambda: analyst.event([evidence.id])))
    return taken[4:], rests[4:], commits[4:]


async def run(sizes: list[int]) -> dict[str, Any]:
    """Measure each size on an embedded store of its own."""
    found = []
    for size in sizes:
        async with AsyncExitStack() as stack:
            home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="vibe-bench-")))
            app = await stack.enter_async_context(open_app(home, Given()))
            found.append(await _size(app, size))
    flat = found[-1]["event_ms"] / found[0]["event_ms"] if found else 1.0
    return {
        "what": "gap analysis",
        "goals": {"full_to_bare_ratio": GOAL_RATIO, "event_ms": GOAL_EVENT_MS},
        "sizes": found,
        "event_growth_ratio": round(flat, 2),
    }


if __name__ == "__main__":
    answer = asyncio.run(run([int(size) for size in sys.argv[1:]] or [10_000, 100_000]))
    Path("bench/results").mkdir(parents=True, exist_ok=True)
    Path("bench/results/gaps.json").write_text(json.dumps(answer, indent=2) + "\n")
    print(json.dumps(answer, indent=2))
