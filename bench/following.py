"""What agents and dashboards wait for: a ready task handed out, events shown, many tasks laid out, a restart."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import signal
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.figures import Figure
from bench.load import Connection, connect, request
from bench.served import Daemon, a_daemon
from bench.serving import OWNER, let_in
from bench.starting import started, stopped
from vibe.bootstrap import open_app
from vibe.domain.blocks import Block, Kind, Link, LinkType
from vibe.domain.commands import ImportPlan, StartExecution
from vibe.domain.plans import Format, PlanReading

HANDOVERS = 60
DASHBOARDS = 100
STREAM_S = 4.0
RATES = (100, 1_000)
TASKS = 10_000
EXECUTIONS = 100


def a_chain(name: str, tasks: int, *, linked: bool) -> PlanReading:
    """A plan of tasks, each after the one before it or all at once."""
    blocks = [Block(f"{name}-{n}", Kind.TASK, f"Review number {n}", status="pending") for n in range(tasks)]
    pairs = [(f"{name}-{n}", f"{name}-{n - 1}") for n in range(1, tasks)] if linked else []
    links = [Link(LinkType.DEPENDS_ON, later, earlier) for later, earlier in pairs]
    return PlanReading(name, name, Format.EXCHANGE, tuple(blocks), tuple(links))


async def carried_out(app: Any, plan: PlanReading) -> str:
    """Import a plan and start its execution, which runs then."""
    await app.execute(ImportPlan(plan), actor=OWNER)
    made = await app.execute(StartExecution(plan.plan), actor=OWNER)
    while (await app.graph.read("executions/by_id", ids=[made.answer["execution_id"]]))[0]["status"] != "running":
        await app.settle(made.root, only={"starting.begin_execution", "starting.advance_execution"})
    return str(made.answer["execution_id"])


async def handovers(port: int, agents: list[dict[str, Any]]) -> list[float]:
    """Seconds from the word that a task is done to the next one, which waited for it, in another agent's hands."""
    callers = [(agent, await connect(port)) for agent in agents]
    (_, body) = await asked(callers[0], "GET", f"/api/agents/{agents[0]['id']}/work")
    task, times = json.loads(body)["task"], []
    for _ in range(HANDOVERS):
        busy, idle = callers
        waiting = idle[1].ask(request("GET", f"/api/agents/{idle[0]['id']}/work?wait=30", idle[0]["key"]))
        await asyncio.sleep(0.03)
        done = {"event_type": "task_completed", "task_id": task["task_id"], "output_data": {"summary": "done"}}
        await asked(busy, "POST", f"/api/executions/{task['execution_id']}/events", done | {"confidence": 0.9})
        start = time.perf_counter()
        task = json.loads((await waiting)[1])["task"]
        times.append(time.perf_counter() - start)
        callers.reverse()
    return sorted(times)


async def asked(
    caller: tuple[dict[str, Any], Connection], method: str, path: str, body: Any = None
) -> tuple[int, bytes]:
    """Ask as an agent."""
    agent, connection = caller
    status, text = await connection.ask(request(method, path, agent["key"], json.dumps(body).encode() if body else b""))
    assert status < 300, text
    return status, text


class Dashboard(asyncio.Protocol):
    """A WebSocket that takes frames apart and notes how old the event in each is."""

    def __init__(self, times: list[float]) -> None:
        self._times, self._got, self._open, self.count = times, bytearray(), False, 0

    def data_received(self, data: bytes) -> None:
        """Take whole frames out of what came."""
        self._got += data
        if not self._open:
            end = self._got.find(b"\r\n\r\n")
            if end < 0:
                return
            del self._got[: end + 4]
            self._open = True
        at, got = 0, self._got
        while len(got) >= at + 4:
            size, head = got[at + 1] & 127, 2
            if size == 126:
                size, head = int.from_bytes(got[at + 2 : at + 4]), 4
            if len(got) < at + head + size:
                break
            place = got.find(b'"status":"at ', at, at + head + size)
            if place > 0:
                self.count += 1
                if self.count % 20 == 0:
                    end = got.index(b'"', place + 13)
                    self._times.append(time.perf_counter() - float(got[place + 13 : end]))
            at += head + size
        del got[:at]


async def streamed(daemon: Daemon, agent: dict[str, Any], task: dict[str, Any], rate: int) -> tuple[list[float], float]:
    """How old events are when a hundred dashboards have them; and how many messages a second that was."""
    times: list[float] = []
    boards = []
    loop = asyncio.get_running_loop()
    path = f"/api/executions/{task['execution_id']}/stream?from=0"
    head = request("GET", path, agent["key"])[:-2].replace(b"Content-Length: 0\r\n", b"")
    key = base64.b64encode(os.urandom(16))
    upgrade = b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + key
    for _ in range(DASHBOARDS):
        transport, board = await loop.create_connection(lambda: Dashboard(times), "127.0.0.1", daemon.port)
        transport.write(head + upgrade + b"\r\n\r\n")
        boards.append((transport, board))
    await asyncio.sleep(2)
    poster = (agent, await connect(daemon.port))
    size = max(rate // 50, 1)
    start = time.perf_counter()
    while (now := time.perf_counter()) < start + STREAM_S:
        event = {
            "event_type": "task_progress",
            "task_id": task["task_id"],
            "progress_ratio": 0.5,
            "status": f"at {now}",
        }
        await asked(poster, "POST", f"/api/executions/{task['execution_id']}/events", {"events": [event] * size})
        await asyncio.sleep(max(0.0, now + size / rate - time.perf_counter()))
    await asyncio.sleep(1)
    whole = sum(board.count for _, board in boards) / (STREAM_S + 1)
    for transport, _ in boards:
        transport.close()
    return sorted(times), whole


def percentiles(times: list[float]) -> tuple[float, float]:
    """Median and 99th percentile in milliseconds."""
    return times[len(times) // 2] * 1000, times[int(len(times) * 0.99)] * 1000


async def served_figures(home: Path) -> list[Figure]:
    """Handing out, and streaming."""
    async with open_app(home) as app:
        agents = await let_in(app, 2)
        await carried_out(app, a_chain("chain", HANDOVERS + 2, linked=True))
    figures = []
    async with a_daemon(home) as daemon:
        p50, p99 = percentiles(await handovers(daemon.port, agents))
        note = f"p99 {p99:.1f} ms; from the acknowledged end of what it waited for to the waiting agent's hands"
        goal = "p50 < 10 ms, p99 < 50 ms"
        figures.append(Figure("ready task handed out", p50, "ms", goal, p50 < 10 and p99 < 50, note=note))
        held = [
            json.loads((await asked((a, await connect(daemon.port)), "GET", f"/api/agents/{a['id']}/work"))[1])
            for a in agents
        ]
        agent, task = next((a, found["task"]) for a, found in zip(agents, held, strict=True) if found["task"])
        for rate in RATES:
            times, messages = await streamed(daemon, agent, task, rate)
            p50, p99 = percentiles(times)
            note = f"p50 {p50:.1f} ms; {messages:.0f} messages/s in all; the client shares the two cores"
            name = f"{rate} events/s to {DASHBOARDS} dashboards, p99"
            figures.append(Figure(name, p99, "ms", "< 25 ms", p99 < 25, note=note))
    return figures


async def large_figure(home: Path) -> Figure:
    """Ten thousand tasks laid out and in line; breaking the plan down, which comes before, is told apart."""
    async with open_app(home) as app:
        await let_in(app, 1)
        await app.execute(ImportPlan(a_chain("large", TASKS, linked=False)), actor=OWNER)
        start = time.perf_counter()
        made = await app.execute(StartExecution("large"), actor=OWNER)
        begun, spent_s = time.perf_counter(), time.process_time()
        ready = {"starting.begin_execution", "starting.advance_execution"}
        await app.settle(made.root, only=ready)
        scheduled_s, spent_s = time.perf_counter() - begun, time.process_time() - spent_s
        counts = await app.graph.read("executions/counts", execution=made.answer["execution_id"])
    found = {row["status"]: row["count"] for row in counts}
    note = (
        f"{found}; {spent_s:.2f} s of it in Python, the rest the store; breaking down before took {begun - start:.2f} s"
    )
    met = scheduled_s < 2 and found == {"queued": TASKS}
    return Figure(f"{TASKS} tasks scheduled", scheduled_s, "s", "< 2 s", met, note=note)


async def restart_figure(home: Path) -> Figure:
    """Kill a daemon with a hundred running executions; the next one."""
    async with open_app(home) as app:
        for number in range(EXECUTIONS):
            await carried_out(app, a_chain(f"r{number}", 5, linked=True))
        before = await app.graph.read("executions/of_status", statuses=["running"], limit=1000)
    daemon, _, _ = await asyncio.to_thread(started, home)
    os.kill(daemon.pid, signal.SIGKILL)
    daemon.wait()
    daemon, ready_s, _ = await asyncio.to_thread(started, home)
    await asyncio.to_thread(stopped, daemon)
    async with open_app(home) as app:
        after = await app.graph.read("executions/of_status", statuses=["running"], limit=1000)
    lost = len(before) - len(after)
    note = f"{len(before)} running before, {lost} lost; the store went on"
    return Figure("ready again with 100 running executions", ready_s, "s", "< 3 s", ready_s < 3 and not lost, note=note)


async def run() -> list[Figure]:
    """Measure."""
    with tempfile.TemporaryDirectory() as folder:
        figures = await served_figures(Path(folder) / "served")
        figures.append(await large_figure(Path(folder) / "large"))
        figures.append(await restart_figure(Path(folder) / "restart"))
    return figures
