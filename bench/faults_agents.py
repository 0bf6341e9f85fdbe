"""`python -m bench.faults_agents --rounds 100`: kill -9 of daemon, store and agents while agents work over HTTP.

Agents in their own processes claim tasks, report and hand in. In each round one of them, the daemon, the store or both
are killed at a random moment; an agent comes back with its key, or is lost for good. Afterwards:

- every event that was acknowledged is in the ledger, once, and each agent's in the order in which it sent them;
- no event is there twice, whatever was sent again;
- no task was handed out again before its lease had ended, and none was completed twice;
- the task of each lost agent was running again, by somebody else, within five minutes of the daemon's clock, and
  nobody was asked;
- the ledger verifies.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog

from bench.faults import ROOT, entries_of, kill_store
from bench.figures import RESULTS
from bench.starting import free_port
from vibe.app import App
from vibe.bootstrap import new_agent_key, open_app
from vibe.domain.blocks import Block, Kind
from vibe.domain.canonical import from_json
from vibe.domain.commands import ImportPlan, RegisterAgent, StartExecution
from vibe.domain.errors import Transient
from vibe.domain.plans import Format, PlanReading
from vibe.kernel.proving import verify_ledger
from vibe.kernel.signing import trusted_keys

OWNER = "owner:faults"
AGENTS = 5
TASKS_A_ROUND = 60
READY_S = 60.0
AGAIN_WITHIN_S = 300
STEP_S = 60
LOOKS = 400
VICTIMS = ("daemon", "store", "both", "agent", "lost")


@dataclass
class Run:
    """The processes of a run, and what it hit."""

    app: App
    port: int
    chance: random.Random
    daemon: subprocess.Popen[bytes] | None = None
    agents: dict[str, tuple[str, subprocess.Popen[bytes]]] = field(default_factory=dict)
    killed: Counter[str] = field(default_factory=Counter)
    again_s: list[int] = field(default_factory=list)
    not_again: list[str] = field(default_factory=list)
    held_when_lost: int = 0

    def log_of(self, agent: str) -> Path:
        """Where an agent writes down what it was told."""
        return self.app.home / f"agent-{agent}.log"

    async def start_daemon(self) -> None:
        """Start it and wait until it answers."""
        command = [sys.executable, "-m", "bench.faulty_site", str(self.app.home), str(self.port)]
        self.daemon = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, start_new_session=True)
        assert self.daemon.stdout is not None
        await asyncio.wait_for(asyncio.to_thread(self.daemon.stdout.readline), READY_S)

    async def kill_daemon(self) -> None:
        """Kill it, and start another."""
        if self.daemon is not None:
            self.daemon.kill()
            await asyncio.to_thread(self.daemon.wait)
            assert self.daemon.stdout is not None
            self.daemon.stdout.close()
            self.daemon = None

    def start_agent(self, agent: str, key: str) -> None:
        """Start an agent's process."""
        command = [
            sys.executable,
            "-S",
            "-m",
            "bench.faulty_agent",
            str(self.port),
            agent,
            key,
            str(self.log_of(agent)),
        ]
        self.agents[agent] = (key, subprocess.Popen(command, cwd=ROOT, start_new_session=True))

    async def new_agent(self) -> None:
        """Let an agent in and start it."""
        key = new_agent_key(self.app)
        command = RegisterAgent(f"a{len(self.agents)}", ({"action": "review"},), key.id, key.hash)
        made = await patiently(lambda: self.app.execute(command, actor=OWNER))
        self.start_agent(made.answer["agent_id"], key.shown)

    def kill_agent(self, agent: str) -> str:
        """Kill an agent's process; returns its key."""
        key, process = self.agents.pop(agent)
        process.kill()
        process.wait()
        return key

    async def end(self) -> None:
        """Kill whatever is left."""
        for agent in list(self.agents):
            self.kill_agent(agent)
        await self.kill_daemon()


async def patiently(call: Any) -> Any:
    """Call until the store is there again."""
    for _ in range(LOOKS):
        try:
            return await call()
        except Transient:
            await asyncio.sleep(0.05)
    raise AssertionError("the store never came back")


async def events_kept(run: Run) -> int:
    """How far the ledger is."""
    rows = await patiently(lambda: run.app.graph.read("ledger/read_counter"))
    return int(rows[0]["n"])


async def one_round(run: Run) -> None:
    """Let them work for a random number of entries, then kill."""
    until, latest = await events_kept(run) + run.chance.randint(5, 60), time.monotonic() + 10
    while await events_kept(run) < until and time.monotonic() < latest:
        await asyncio.sleep(0.02)
    victim = run.chance.choice(VICTIMS)
    run.killed[victim] += 1
    if victim in ("store", "both"):
        kill_store(run.app.home)
    if victim in ("daemon", "both"):
        await run.kill_daemon()
        await run.start_daemon()
    if victim in ("agent", "lost"):
        agent = run.chance.choice(sorted(run.agents))
        for _ in range(LOOKS // 8):
            if await patiently(lambda: run.app.graph.read("executions/held", agent=agent, limit=10)):
                break
        key = run.kill_agent(agent)
        if victim == "agent":
            run.start_agent(agent, key)
        else:
            await run.new_agent()
            await see_it_again(run, agent)


async def see_it_again(run: Run, lost: str) -> None:
    """Move the daemon's clock minute by minute until another agent has taken up what the lost one held."""
    held = await patiently(lambda: run.app.graph.read("executions/held", agent=lost, limit=10))
    waiting = {row["properties"]["id"]: row["properties"]["attempt"] for row in held}
    run.held_when_lost += len(waiting)
    file = run.app.home / "ahead"
    moved_s = 0
    while waiting and moved_s < AGAIN_WITHIN_S:
        moved_s += STEP_S
        file.write_text(str(float(file.read_text()) + STEP_S))
        is_last = moved_s >= AGAIN_WITHIN_S  # its clock stands still now; a busy machine may take its time
        for _ in range(LOOKS * 4 if is_last else LOOKS // 8):
            ids = list(waiting)
            rows = await patiently(lambda ids=ids: run.app.graph.read("executions/tasks_by_id", ids=ids))
            for task in (row["properties"] for row in rows):
                if task["attempt"] > waiting[task["id"]] and task["status"] in ("running", "completed"):
                    del waiting[task["id"]]
                    run.again_s.append(moved_s)
            if not waiting:
                break
            await asyncio.sleep(0.02)
    run.not_again += waiting


def acknowledged(log: Path) -> list[str]:
    """Ids of the events that an agent was told are kept, in the order in which they were sent."""
    lines = [line.split() for line in log.read_text().splitlines()] if log.exists() else []
    return [line[0] for line in lines if len(line) == 2 and line[1] == "kept"]


async def faults_of(run: Run) -> dict[str, list[Any]]:
    """Ask the ledger; every list should be empty."""
    entries = [entry for entry in await entries_of(run.app) if entry["type"] in ("EventsReported", "TasksMoved")]
    bodies = [(entry["seq"], from_json(entry["body"])["event"]) for entry in entries]
    places: dict[str, list[int]] = {}
    for seq, body in bodies:
        for report in body.get("reports", ()):
            places.setdefault(report["event_id"], []).append(seq)
    told = [acknowledged(log) for log in run.app.home.glob("agent-*.log")]
    verdict = await verify_ledger(run.app.graph, trusted_keys(run.app.home / "keys"), run.app.mirror)
    tickets = await run.app.graph.read("tickets/list", statuses=["open", "closed"], limit=1000)
    return {
        "acknowledged_and_lost": [name for names in told for name in names if name not in places],
        "kept_twice": [name for name, seqs in places.items() if len(seqs) > 1],
        "out_of_order": [names[0] for names in told if not in_order([places[n][0] for n in names if n in places])],
        "handed_out_or_done_twice": list(out_of_turn(body for _, body in bodies)),
        "lost_agents_tasks_not_again": run.not_again,
        "asked_a_person": [row["properties"]["title"] for row in tickets],
        "ledger_faults": [fault.detail for fault in verdict.faults],
    }


def in_order(numbers: list[int]) -> bool:
    """Whether they only grow."""
    return numbers == sorted(numbers)


def out_of_turn(bodies: Any) -> Any:
    """Tasks that began before somebody else's lease had ended, or that ended twice."""
    stands: dict[str, str] = {}
    for body in bodies:
        for item in body.get("items", ()):
            name, after = item["id"], item["after"]
            before = stands.get(name, item["before"])
            freed = after == "queued" and before == "running" and "lease ended" not in item.get("why", "")
            if item["before"] != before or before == "completed" or freed:
                yield f"{name}: {before} -> {after} ({item.get('why', '')})"
            stands[name] = after


async def run_rounds(rounds: int, seed: int, home: Path) -> dict[str, Any]:
    """All rounds on one home, then the questions."""
    (home / "ahead").write_text("0")
    tasks = [Block(f"t{n}", Kind.TASK, f"Review number {n}", status="pending") for n in range(TASKS_A_ROUND * rounds)]
    async with open_app(home) as app:
        run = Run(app, free_port(), random.Random(seed))
        await app.execute(ImportPlan(PlanReading("f", "F", Format.EXCHANGE, tuple(tasks), ())), actor=OWNER)
        try:
            for _ in range(AGENTS):
                await run.new_agent()
            await run.start_daemon()
            await app.execute(StartExecution("f"), actor=OWNER)
            for number in range(1, rounds + 1):
                await one_round(run)
                print(f"\rround {number}/{rounds}", end="", file=sys.stderr)
        finally:
            print(file=sys.stderr)
            await run.end()
        found = await patiently(lambda: faults_of(run))
        entries = Counter(entry["type"] for entry in await entries_of(app))
    kept = sum(len(acknowledged(log)) for log in home.glob("agent-*.log"))
    return {
        "rounds": rounds, "seed": seed, "killed": dict(run.killed), "acknowledged_events": kept,
        "tasks_held_when_lost": run.held_when_lost, "again_within_s": max(run.again_s, default=0),
        "ledger_entries": sum(entries.values()), **found,
    }  # fmt: skip


def faults_in(found: Mapping[str, Any]) -> dict[str, list[Any]]:
    """What of a run's findings is a fault."""
    return {name: value for name, value in found.items() if isinstance(value, list) and value}


def main() -> None:
    """Run the rounds, print and keep what was found; exit 1 if anything was."""
    parser = argparse.ArgumentParser(prog="python -m bench.faults_agents", description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=2026)
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(run_rounds(given.rounds, given.seed, Path(folder)))
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "faults_agents.json").write_text(json.dumps(found, indent=1) + "\n")
    print(json.dumps(found, indent=1))
    if faults_in(found):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
