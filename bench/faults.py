"""`python -m bench.faults --rounds 100`: kill -9 at random moments of the cycle, then ask what was kept.

A founder's program analyses, approves, rejects and judges on one home while the daemon works on it. In each round the
daemon, the store's server, or both are killed at a random moment, while the daemon starts or in the middle of its work;
the next round starts what is gone again. Afterwards everything must have come to rest, and:

- every acknowledged decision is there, once, and as it was acknowledged;
- nothing was executed twice, and no research run took a step twice;
- no gap has more than one open proposal, and gaps and proposals agree on who waits for whom;
- nothing hangs half-way or is stuck, and the ledger verifies.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import structlog

from bench.figures import RESULTS
from vibe.app import App
from vibe.bootstrap import open_app
from vibe.domain.blocks import Block, Kind
from vibe.domain.canonical import from_json, sha256_of
from vibe.domain.commands import AnalyseNow, AnswerQuestion, DecideProposal, JudgeCandidate
from vibe.domain.errors import Conflict, NotFound, Refused, Transient
from vibe.domain.plans import Document, Format, PlanReading
from vibe.edges.graph.addresses import read_ports
from vibe.kernel.proving import verify_ledger
from vibe.kernel.showing import read_questions
from vibe.kernel.signing import trusted_keys

ROOT = Path(__file__).parents[1]
HALF_WAY = ["draft", "debating", "approved", "executing"]
ONCE = (
    "ProposalExecuting",
    "ProposalExecuted",
    "ProposalFailed",
    "ResearchRequested",
    "ResearchFinished",
    "ProposalApproved",
    "ProposalRejected",
)
CLAIMS_A_ROUND = 6
CONFIG = "[proposals]\nopen_max = 12\ndrafted_a_cycle = 4\n"
READY_S = 60.0
ROUND_S = 8.0
ENTRIES_A_ROUND = 120
"""A round ends with a random entry of the ledger, not a time: so it hits the middle of the work on any machine."""
TRIES = 5
REST = timedelta(minutes=5)
OWNER = "owner:faults"


@dataclass
class Told:
    """What the founder was told is done, and in what words the rest was refused."""

    decisions: dict[int, str] = field(default_factory=dict)
    judged: int = 0
    answered: int = 0
    refused: Counter[str] = field(default_factory=Counter)


@dataclass
class Rounds:
    """What the rounds hit: who was killed, and which deliveries were waiting or under way at that moment."""

    killed: Counter[str] = field(default_factory=Counter)
    cut: Counter[str] = field(default_factory=Counter)
    daemon: subprocess.Popen[bytes] | None = None


def a_plan(chance: random.Random, claims: int) -> PlanReading:
    """A plan of many claims, each about a place of its own; a review speaks against some and mentions others."""
    words = ["".join(parts).title() for parts in product(("mar", "lun", "tev", "osk", "bri", "gon"), repeat=4)]
    places = [f"{one} {other}" for one, other in zip(words, chance.sample(words, len(words)), strict=True)]
    blocks, review = [], ["# Expert review", "", "## Issues", ""]
    for n, place in enumerate(chance.sample(places, claims)):
        months, cost = chance.randint(3, 30), chance.randint(10, 900)
        title = f"The harbour of {place} is ready within {months} months"
        content = f"The harbour of {place} is built within {months} months and costs {cost},000 EUR."
        kind = Kind.DECISION if n % 3 == 0 else Kind.ASSUMPTION
        how = {"validationMethod": f"Ask the builder of {place}."}
        blocks.append(Block(f"c{n}", kind, title, content, properties=how))
        late = (
            f"The timeline of {months} months for the harbour of {place} is unrealistic: it takes {months * 2} months."
        )
        review.append(f"- {(late, f'The builder of the harbour of {place} built another harbour before.')[n % 2]}")
    text = "\n".join(review) + "\n"
    document = Document("review.md", sha256_of(text), text)
    return PlanReading("faults", "A plan for faults", Format.EXCHANGE, tuple(blocks), (), (document,))


class Founder:
    """A program that does what a founder would, and writes down what it was told."""

    def __init__(self, app: App, chance: random.Random) -> None:
        self.app, self.chance, self.told = app, chance, Told()

    async def act(self) -> None:
        """One random action; errors are words to the founder, never a crash."""
        ways = [self.analyse, self.approve, self.reject, self.judge, self.answer]
        choice = self.chance.choices(ways, [1, 6, 2, 4, 3])[0]
        try:
            await choice()
        except (Conflict, NotFound, Refused, Transient) as error:
            self.told.refused[type(error).__name__] += 1

    async def entries(self) -> int:
        """How far the ledger is; 0 while the store is away."""
        try:
            return int((await self.app.graph.read("ledger/read_counter"))[0]["n"])
        except Transient:
            return 0

    async def analyse(self) -> None:
        """Ask for a cycle; the daemon does it."""
        await self.app.execute(AnalyseNow(draft=True), actor=OWNER)

    async def approve(self) -> None:
        """Approve a ready proposal."""
        await self._decide("approve")

    async def reject(self) -> None:
        """Reject a ready proposal, one way or another."""
        await self._decide("reject")

    async def _decide(self, decision: str) -> None:
        ready = await self.app.graph.read("proposals/list", statuses=["ready"], after=0, limit=100)
        if not ready:
            return
        row = self.chance.choice(ready)
        kind = self.chance.choice(["never", "not_now", "bad_approach"])
        command = DecideProposal(row["number"], decision, digest=row["digest"], rejection_type=kind)
        await self.app.execute(command, actor=OWNER)
        self.told.decisions[row["number"]] = {"approve": "approved", "reject": "rejected"}[decision]

    async def judge(self) -> None:
        """Say what a found passage is."""
        waiting = await self.app.graph.read("pages/candidates", limit=20)
        if waiting:
            stance = self.chance.choice(["supports", "contradicts", "beside"])
            await self.app.execute(JudgeCandidate(self.chance.choice(waiting)["id"], stance), actor=OWNER)
            self.told.judged += 1

    async def answer(self) -> None:
        """Answer a question that an approved proposal asked."""
        waiting = await read_questions(self.app.graph)
        if waiting:
            await self.app.execute(AnswerQuestion(self.chance.choice(waiting)["id"], "A"), actor=OWNER)
            self.told.answered += 1


def start_daemon(home: Path) -> subprocess.Popen[bytes]:
    """Start the daemon in a process group of its own; it says when it delivers."""
    command = [sys.executable, "-m", "bench.faulty_daemon", str(home)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, start_new_session=True)


async def one_round(founder: Founder, rounds: Rounds) -> None:
    """Start the daemon if it is gone, act, kill at a random moment: now and then while it still starts."""
    app, chance = founder.app, founder.chance
    if rounds.daemon is None:
        rounds.daemon = start_daemon(app.home)
        assert rounds.daemon.stdout is not None
        if chance.random() < 0.8:
            await asyncio.wait_for(asyncio.to_thread(rounds.daemon.stdout.readline), READY_S)
    moment, latest = await founder.entries() + chance.randint(0, ENTRIES_A_ROUND), time.monotonic() + ROUND_S
    while time.monotonic() < latest and await founder.entries() < moment:
        await founder.act()
        await asyncio.sleep(chance.uniform(0, 0.2))
    victims = chance.choice(["daemon", "daemon", "store", "both"])
    if victims in ("store", "both"):
        kill_store(app.home)
    if victims in ("daemon", "both"):
        rounds.daemon.kill()
        await gone(rounds)
    rounds.killed[victims] += 1
    rounds.cut.update(await under_way(app))
    if rounds.daemon is not None and rounds.daemon.poll() is not None:
        raise AssertionError(f"the daemon ended by itself with {rounds.daemon.returncode}")


async def under_way(app: App) -> list[str]:
    """Handlers whose deliveries wait or were cut; a store that is only just back may need a second question."""
    for _ in range(TRIES):
        try:
            return [row["handler"] for row in await app.bus.pending()]
        except Transient:
            continue
    return []


def kill_store(home: Path) -> None:
    """Kill the server of this home; a pid that is by now somebody else's is left alone."""
    ports = read_ports(home / "store")
    with suppress(OSError):
        if ports and ports.pid and str(home).encode() in Path(f"/proc/{ports.pid}/cmdline").read_bytes():
            os.kill(ports.pid, signal.SIGKILL)


async def gone(rounds: Rounds) -> None:
    """Wait until a killed daemon is gone."""
    if rounds.daemon is not None:
        await asyncio.to_thread(rounds.daemon.wait)
        assert rounds.daemon.stdout is not None
        rounds.daemon.stdout.close()
        rounds.daemon = None


async def come_to_rest(app: App) -> None:
    """Deliver everything that is left, in this process."""
    end = app.clock.now() + REST
    while app.clock.now() < end:
        again = app.clock.now() + timedelta(seconds=1)
        try:
            if await app.turn.take():
                soonest = await app.bus.drain()
                if soonest is None:
                    return
                again = min(end, soonest)
        except Transient as error:
            print(f"at rest later: {error}", file=sys.stderr)
        await app.clock.sleep_until(again)
    raise AssertionError(f"not at rest after {REST}: {await app.bus.pending()}")


async def faults_of(app: App, told: Told, keys: Sequence[str] = ()) -> dict[str, list[Any]]:
    """Ask the graph and the ledger; every list should be empty. `keys`: whose signatures count."""
    entries = await entries_of(app)
    once = Counter((entry["type"], entry["subject"]) for entry in entries if entry["type"] in ONCE)
    live = await app.graph.read("proposals/list", statuses=[*HALF_WAY, "ready"], after=0, limit=1000)
    waited_for = Counter(gap for row in live for gap in row["gap_ids"])
    waiting = await app.graph.read("gaps/list", statuses=["proposed"], rules=[], after=-1, limit=1000)
    verdicts = _verdicts(entries)
    verdict = await verify_ledger(app.graph, keys or trusted_keys(app.home / "keys"), app.mirror)
    aside = await app.graph.read("ledger/set_aside", limit=100)
    return {
        "decisions_lost_or_changed": [n for n, outcome in told.decisions.items() if verdicts.get(n) != [outcome]],
        "decided_twice": [n for n, outcomes in verdicts.items() if len(outcomes) > 1],
        "done_twice": [f"{kind} {subject}" for (kind, subject), count in once.items() if count > 1],
        "steps_of_runs_out_of_order": _steps_out_of_order(entries),
        "gaps_with_two_open_proposals": [gap for gap, count in waited_for.items() if count > 1],
        "gaps_and_proposals_disagree": sorted({row["id"] for row in waiting} ^ set(waited_for)),
        "left_half_way": [f"{row['number']} {row['status']}" for row in live if not _waits_for_a_person(row)],
        "stuck": [f"{row['handler']}: {row['error']}" for row in aside],
        "ledger_faults": [fault.detail for fault in verdict.faults],
    }


def _waits_for_a_person(proposal: Mapping[str, Any]) -> bool:
    """Whether a decision or an answer is all that it lacks."""
    asks = proposal["status"] == "executing" and from_json(proposal["action"])["type"] == "ask"
    return bool(asks or proposal["status"] == "ready")


def event_of(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What an entry says happened."""
    found: dict[str, Any] = from_json(entry["body"])["event"]
    return found


def _verdicts(entries: list[Mapping[str, Any]]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    words = {"ProposalApproved": "approved", "ProposalRejected": "rejected"}
    for entry in entries:
        if entry["type"] in words:
            found.setdefault(event_of(entry)["number"], []).append(words[entry["type"]])
    return found


def _steps_out_of_order(entries: list[Mapping[str, Any]]) -> list[str]:
    """Each step of a run begins where the one before ended."""
    stands: dict[str, str] = {}
    found = []
    for entry in entries:
        if entry["type"] == "RunAdvanced":
            step = event_of(entry)
            if step["before"] != stands.get(step["run"], step["before"]):
                found.append(f"{step['run']}: {step['before']} -> {step['after']} at {stands[step['run']]}")
            stands[step["run"]] = step["after"]
    return found


async def entries_of(app: App) -> list[Mapping[str, Any]]:
    """The whole ledger."""
    rows: list[Mapping[str, Any]] = []
    while found := await app.graph.read("ledger/page", after=rows[-1]["seq"] if rows else 0, limit=1000):
        rows += found
    return rows


async def run(rounds: int, seed: int, home: Path) -> dict[str, Any]:
    """All rounds on one home, then the questions."""
    chance, hit = random.Random(seed), Rounds()
    (home / "config.toml").write_text(CONFIG)
    async with open_app(home) as app:
        await app.import_plan(a_plan(chance, 40 + CLAIMS_A_ROUND * rounds), actor=OWNER)
        founder = Founder(app, chance)
        await app.settle((await app.execute(AnalyseNow(draft=True), actor=OWNER)).root)
        try:
            for number in range(1, rounds + 1):
                await one_round(founder, hit)
                said = f"\rround {number}/{rounds}, {len(founder.told.decisions)} decisions acknowledged"
                print(said, end="", file=sys.stderr)
        finally:
            print(file=sys.stderr)
            if hit.daemon is not None:
                hit.daemon.kill()
                await gone(hit)
        await come_to_rest(app)
        await app.mirror.catch_up()
        found = await faults_of(app, founder.told)
        happened = Counter(entry["type"] for entry in await entries_of(app))
    told = founder.told
    done = ("ProposalApproved", "ProposalRejected", "ProposalExecuted", "ProposalFailed", "EvidenceAdded")
    return {
        "rounds": rounds, "seed": seed, "killed": dict(hit.killed), "under_way_when_killed": dict(hit.cut),
        "acknowledged_decisions": len(told.decisions), "acknowledged_judgements": told.judged,
        "acknowledged_answers": told.answered,
        "refused_with_a_word": dict(told.refused), "happened": {name: happened[name] for name in done},
        "ledger_entries": sum(happened.values()), **found,
    }  # fmt: skip


def faults_in(found: Mapping[str, Any]) -> dict[str, list[Any]]:
    """What of a run's findings is a fault."""
    return {name: value for name, value in found.items() if isinstance(value, list) and value}


def main() -> None:
    """Run the rounds, print and keep what was found; exit 1 if anything was."""
    parser = argparse.ArgumentParser(prog="python -m bench.faults", description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=2026)
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(run(given.rounds, given.seed, Path(folder)))
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "faults.json").write_text(json.dumps(found, indent=1) + "\n")
    print(json.dumps(found, indent=1))
    if faults_in(found):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
