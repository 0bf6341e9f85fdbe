"""Claims and reports a second over HTTP: a real daemon, its client in another process, raw limits in the same run."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bench.figures import Figure
from bench.served import Daemon, a_daemon
from vibe.bootstrap import new_agent_key, open_app
from vibe.domain.blocks import Block, Kind
from vibe.domain.commands import ImportPlan, RegisterAgent, StartExecution
from vibe.domain.plans import Format, PlanReading
from vibe.edges.graph.adapter import Neo4jStore

OWNER = "owner:bench"
AGENTS = int(os.environ.get("VIBE_BENCH_AGENTS", "1000"))
REPORTERS = 64
TASKS = 3 * AGENTS


def a_plan(tasks: int = TASKS) -> PlanReading:
    """So many tasks, none waiting for another."""
    blocks = tuple(Block(f"t{n}", Kind.TASK, f"Review number {n}", status="pending") for n in range(tasks))
    return PlanReading("bench", "Bench", Format.EXCHANGE, blocks, ())


async def let_in(app: Any, count: int, tag: str = "a") -> list[dict[str, Any]]:
    """Let agents in, with their keys."""
    keys = [new_agent_key(app) for _ in range(count)]
    commands = [RegisterAgent(f"{tag}{n}", ({"action": "review"},), key.id, key.hash) for n, key in enumerate(keys)]
    made = await asyncio.gather(*(app.execute(command, actor=OWNER) for command in commands))
    return [{"id": item.answer["agent_id"], "key": key.shown} for item, key in zip(made, keys, strict=True)]


async def prepare(home: Path) -> tuple[list[dict[str, Any]], str, tuple[str, str, str, str]]:
    """Agents with keys, an execution that runs, and where the store is."""
    async with open_app(home) as app:
        agents = await let_in(app, AGENTS)
        await app.execute(ImportPlan(a_plan()), actor=OWNER)
        started = await app.execute(StartExecution("bench"), actor=OWNER)
        await app.settle(started.root)
        assert isinstance(app.graph, Neo4jStore)
        address = app.graph.address
        return agents, started.answer["execution_id"], (
            address.uri, address.user, address.password, address.database or ""
        )  # fmt: skip


async def drive(
    daemon: Daemon | None, port: int, kind: str, agents: list[dict[str, Any]], **job: Any
) -> dict[str, Any]:
    """Run one job in the client's process; with what the daemon spent on it."""
    before = daemon.cpu_s if daemon else 0.0
    given = {"port": port, "kind": kind, "agents": agents, "seconds": 60, **job}
    client = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.load", stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    said, _ = await client.communicate(json.dumps(given).encode())
    found: dict[str, Any] = json.loads(said)
    if set(found["statuses"]) - {"200"}:
        raise AssertionError(f"{kind}: {found['statuses']} {found['bad']}")
    return found | {"daemon_cpu_s": daemon.cpu_s - before if daemon else 0.0}


@asynccontextmanager
async def bare_daemon(store: tuple[str, str, str, str]) -> AsyncIterator[int]:
    """The bare trial on the same store."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.bare", *store, stdout=subprocess.PIPE, env=dict(os.environ)
    )
    try:
        assert process.stdout is not None
        yield int(await process.stdout.readline())
    finally:
        process.terminate()
        await process.wait()


def figure(name: str, found: dict[str, Any], goal: float, p99_ms: float, limit: dict[str, Any] | None, size: int = 1,
           note: str = "") -> Figure:  # fmt: skip
    """One rate with its goal and its limit."""
    rate = found["rate"] * size
    bare = limit["rate"] * size if limit else None
    met = rate >= goal and (not p99_ms or found["p99_ms"] < p99_ms)
    wanted = f">= {goal:g}/s" + (f", p99 < {p99_ms:g} ms" if p99_ms else "")
    cpu = found["daemon_cpu_s"] / max(found["count"], 1) * 1e6
    told = f"p50 {found['p50_ms']:.1f}, p99 {found['p99_ms']:.1f} ms; {cpu:.0f} us of the daemon's CPU a request"
    return Figure(name, rate, "1/s", wanted, met, bare, rate / bare if bare else None, told + (note and f"; {note}"))


async def run() -> list[Figure]:
    """Measure."""
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        agents, execution, store = await prepare(home)
        async with a_daemon(home) as daemon:
            port = daemon.port
            claims = await drive(daemon, port, "claims", agents, together=32, each=1)
            tasks = claims.pop("tasks")
            assert len(set(tasks.values())) == len(agents), "a task was given twice, or to nobody"
            figures.append(figure("claims, 1,000 agents, 32 at once", claims, 1_500, 20, None))
            print(figures[-1], flush=True)
            reporters = [agent | {"execution": execution, "task": tasks[agent["id"]]} for agent in agents[:REPORTERS]]
            events = await drive(daemon, port, "events", reporters, together=REPORTERS, seconds=8)
            print(figure("events", events, 4_000, 100, None), flush=True)
            arrays = await drive(daemon, port, "arrays", reporters, together=REPORTERS, seconds=6)
            print(figure("arrays", arrays, 50_000, 0, None, 100), flush=True)
            idle = await let_in_idle(home)
            polls = await drive(daemon, port, "polls", idle, together=64, seconds=5)
            print(figure("polls", polls, 3_000, 0, None), flush=True)
            echo = [agent | {"execution": "echo"} for agent in reporters]
            async with bare_daemon(store) as bare:
                http = await drive(None, bare, "events", echo, together=REPORTERS, seconds=4)
                one = await drive(None, bare, "events", reporters, together=REPORTERS, seconds=6)
                many = await drive(None, bare, "arrays", reporters, together=REPORTERS, seconds=4)
    said = f"bare Starlette and msgspec, nothing kept: {http['rate']:.0f}/s"
    return [
        figures[0],
        figure("events, one a POST, 64 clients", events, 4_000, 100, one, note=said),
        figure("events, 100 a POST, 64 clients", arrays, 50_000, 0, many, 100),
        figure("empty polls, 1,000 agents, 64 at once", polls, 3_000, 0, http),
    ]


async def let_in_idle(home: Path) -> list[dict[str, Any]]:
    """Agents for whom there is nothing to do."""
    async with open_app(home) as app:
        keys = [new_agent_key(app) for _ in range(AGENTS)]
        commands = [RegisterAgent(f"i{n}", ({"action": "wait"},), key.id, key.hash) for n, key in enumerate(keys)]
        made = await asyncio.gather(*(app.execute(command, actor=OWNER) for command in commands))
        return [{"id": item.answer["agent_id"], "key": key.shown} for item, key in zip(made, keys, strict=True)]
