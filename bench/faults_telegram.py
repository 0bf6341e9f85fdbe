"""`python -m bench.faults_telegram --rounds 50`: kill -9 while a person taps on Telegram, then ask what was kept.

The Bot API is a process of its own (needs Node). An agent asks questions over HTTP and waits for their answers; a
person taps Approve and Reject, some of it twice or in old messages, and answers by button or in words. In each round
the daemon is killed at a random moment, often just after a tap, and started again. In the end everything that was said
was handed over, and:

- each proposal that was tapped on is decided once, as the first tap said, unless it had ended by itself;
- each question has one answer, which is the first that was given, and whoever waited for it was told;
- what `bench.faults` asks is as it should be, and the ledger verifies.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import random
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Container, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import structlog

from bench.faults import (
    OWNER,
    READY_S,
    Rounds,
    Told,
    a_plan,
    come_to_rest,
    entries_of,
    event_of,
    faults_in,
    faults_of,
    gone,
    start_daemon,
    under_way,
)
from bench.figures import RESULTS
from tests.telegram.emulator import ANNA, Api, Phone, bot_api, phone_of
from vibe.app import App
from vibe.bootstrap import open_app
from vibe.domain import taps
from vibe.domain.commands import AnalyseNow, PairPerson
from vibe.domain.errors import VibeError
from vibe.domain.taps import RejectWhy, TapKind
from vibe.edges.http.keys import owner_key
from vibe.edges.http.server import serve_web

CONFIG = """[proposals]
open_max = 12
drafted_a_cycle = 4
[owner]
messages_an_hour = 10000
open_items_max = 1000
[telegram]
token = "{token}"
base_url = "{url}"
chat_gap = "0s"
"""
ROUND_S = 5.0
ENTRIES_A_ROUND = 80
LATEST, MOSTLY = 10, 0.7
OPTIONS = ["Mill Street", "The harbour", "Neither"]
PATIENCE_S = 60.0
DECIDED = {"a": "approved", "r": "rejected"}
WAITING = ("asked", "clarifying")


@dataclass
class Person:
    """Somebody who taps and answers, an agent that asks, and what each of them said or was told."""

    app: App
    phone: Phone
    agent: httpx.AsyncClient
    chance: random.Random
    waits: asyncio.TaskGroup
    decisions: dict[int, list[str]] = field(default_factory=dict)
    answers: dict[str, list[str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    told: dict[str, str] = field(default_factory=dict)
    said: int = 0
    patience: float = float("inf")
    refused: Counter[str] = field(default_factory=Counter)

    async def act(self) -> None:
        """One random action."""
        ways = [self.analyse, self.tap, self.ask, self.answer]
        try:
            await self.chance.choices(ways, [2, 8, 2, 3])[0]()
        except VibeError as error:
            self.refused[type(error).__name__] += 1

    async def analyse(self) -> None:
        """Ask for a cycle; the daemon does it, and sends a digest."""
        await self.app.execute(AnalyseNow(draft=True), actor=OWNER)

    async def _button(self, kind: TapKind, tapped: Container[str]) -> tuple[dict[str, Any], taps.Tap] | None:
        """A button of this kind below one of the latest messages that have any, and its message as it was sent."""
        found = [
            (message, taps.decode(data))
            for message in await self.phone.sent(0)
            for data in message["buttons"].values()
            if data.startswith(f"{kind.value}:")
        ]
        fresh = [one for one in found if one[1].about not in tapped]
        latest = fresh if fresh and self.chance.random() < MOSTLY else found[-LATEST:]
        return self.chance.choice(latest) if latest else None

    async def tap(self) -> None:
        """Approve or reject what a message shows, mostly what waits; now and then with an impatient thumb."""
        found = await self._button(TapKind.APPROVE, {str(number) for number in self.decisions})
        if found is None:
            return
        message, tap = found
        data, kind = taps.encode(tap), "a"
        if self.chance.random() < 0.3:
            why = self.chance.choice([RejectWhy.NOT_NOW, RejectWhy.BAD_APPROACH, RejectWhy.NEVER])
            data, kind = taps.reject(tap.number, tap.digest, why), "r"
        for _ in range(1 + (self.chance.random() < 0.2)):
            self.said += 1
            self.decisions.setdefault(tap.number, []).append(DECIDED[kind])
            await self.phone.tap(message, data)

    async def ask(self) -> None:
        """The agent asks over HTTP, and waits for the answer."""
        question = {"question": f"Where is shop {len(self.asked)}?", "options": OPTIONS, "urgency": "urgent"}
        answer = await self.agent.post("/api/questions", json=question)
        if answer.status_code == 201:
            identity = answer.json()["question_id"]
            self.asked.append(identity)
            self.waits.create_task(self._wait_for(identity))

    async def _wait_for(self, question: str) -> None:
        while question not in self.told and time.monotonic() < self.patience:
            answer = await self.agent.get(f"/api/questions/{question}", params={"wait": 20})
            if answer.status_code == 200 and answer.json()["status"] not in WAITING:
                self.told[question] = (answer.json()["answer"] or {}).get("option", "")

    async def answer(self) -> None:
        """Answer a question by its button, or in words as a reply."""
        found = await self._button(TapKind.OPTION, self.answers)
        if found is None:
            return
        message, tap = found
        self.answers.setdefault(tap.about, []).append(tap.word)
        self.said += 1
        if self.chance.random() < 0.5:
            await self.phone.tap(message, taps.encode(tap))
        else:
            await self.phone.say(f"{tap.word.lower()}, it is nearer", reply_to=message)


async def entries(app: App) -> int:
    """How far the ledger is."""
    return int((await app.graph.read("ledger/read_counter"))[0]["n"])


async def one_round(person: Person, rounds: Rounds) -> None:
    """Start the daemon, tap, kill it: at a random entry of the ledger, or within a moment of a tap."""
    app, chance = person.app, person.chance
    rounds.daemon = start_daemon(app.home)
    assert rounds.daemon.stdout is not None
    if chance.random() < 0.8:
        await asyncio.wait_for(asyncio.to_thread(rounds.daemon.stdout.readline), READY_S)
    moment, latest = await entries(app) + chance.randint(0, ENTRIES_A_ROUND), time.monotonic() + ROUND_S
    while time.monotonic() < latest and await entries(app) < moment:
        await person.act()
        await asyncio.sleep(chance.uniform(0, 0.2))
    if chance.random() < 0.5:
        await person.tap()
        await asyncio.sleep(chance.uniform(0, 0.1))
    if rounds.daemon.poll() is not None:
        raise AssertionError(f"the daemon ended by itself with {rounds.daemon.returncode}")
    rounds.daemon.kill()
    await gone(rounds)
    rounds.killed["daemon"] += 1
    rounds.cut.update(await under_way(app))


async def hand_over(person: Person, rounds: Rounds) -> None:
    """A last round without a kill: every question is answered, everything said is dealt with; then it is killed too."""
    rounds.daemon = start_daemon(person.app.home)
    for question in person.asked:
        if question not in person.answers:
            shown = await person.phone.heard(f"shop {person.asked.index(question)}?")
            data = taps.option(question, "A")
            person.answers[question] = ["A"]
            await person.phone.tap(shown, data)
    if not person.decisions:
        await person.phone.heard("Vibe Proposals")
        await person.tap()
    await person.phone.say("/help")
    await person.phone.heard("What you can say")
    person.patience = time.monotonic() + PATIENCE_S
    while await person.app.inbox.waiting() and time.monotonic() < person.patience:
        await asyncio.sleep(0.1)
    rounds.daemon.kill()
    await gone(rounds)


@asynccontextmanager
async def agent_of(app: App) -> AsyncIterator[httpx.AsyncClient]:
    """Serve the API in this process, and somebody who calls it."""
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.ensure_future(serve_web(app, host="127.0.0.1", port=0, on_ready=ready.set_result))
    await asyncio.wait([serving, ready], return_when=asyncio.FIRST_COMPLETED)
    address = ready.result() if ready.done() else serving.result() or ""
    key = {"Authorization": f"Bearer {owner_key(app.home)}"}
    try:
        async with httpx.AsyncClient(base_url=address, headers=key, timeout=60) as agent:
            yield agent
    finally:
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving


async def telegram_faults(person: Person) -> tuple[dict[str, list[Any]], Told, int]:
    """What of the taps and answers is not as it should be; the decisions there must be; taps that came too late."""
    told, late = Told(), 0
    graph, ledger = person.app.graph, await entries_of(person.app)
    decided = {event_of(one)["number"] for one in ledger if one["type"] in ("ProposalApproved", "ProposalRejected")}
    for number, said in person.decisions.items():
        status = (await graph.read("decisions/proposal", number=number))[0]["status"]
        if number in decided or status == "ready":
            told.decisions[number] = said[0]
        else:
            late += 1
    recorded: dict[str, list[str]] = {}
    for one in ledger:
        if one["type"] == "AnswerRecorded":
            event = event_of(one)
            recorded.setdefault(event["question"], []).append(event.get("option") or "")
    found: dict[str, list[Any]] = {
        "answers_lost_changed_or_repeated": [
            f"{question}: {said[0]}, recorded {recorded.get(question)}"
            for question, said in person.answers.items()
            if recorded.get(question) != [said[0]]
        ],
        "answers_that_did_not_reach_the_agent": [
            f"{question}: {said[0]}, told {person.told.get(question)}"
            for question, said in person.answers.items()
            if question in person.asked and person.told.get(question) != said[0]
        ],
        "left_in_the_inbox": [row["n"] for row in await person.app.inbox.waiting()],
    }
    return found, told, late


async def run(rounds: int, seed: int, home: Path, api: Api, claims: int = 340) -> dict[str, Any]:
    """All rounds on one home with a plan of so many claims, then the questions."""
    chance, hit, token = random.Random(seed), Rounds(), api.new_token()
    (home / "config.toml").write_text(CONFIG.format(token=token, url=api.url))
    async with AsyncExitStack() as stack:
        app = await stack.enter_async_context(open_app(home))
        phone = await stack.enter_async_context(phone_of(api, token))
        agent = await stack.enter_async_context(agent_of(app))
        await app.execute(PairPerson(f"telegram:{ANNA}", str(ANNA), "Anna"), actor=OWNER)
        await app.import_plan(a_plan(chance, claims), actor=OWNER)
        await app.settle((await app.execute(AnalyseNow(draft=True), actor=OWNER)).root)
        async with asyncio.TaskGroup() as waits:
            person = Person(app, phone, agent, chance, waits)
            try:
                for number in range(1, rounds + 1):
                    await one_round(person, hit)
                    print(f"round {number}/{rounds}, {person.said} taps and answers", flush=True)
                await hand_over(person, hit)
            finally:
                if hit.daemon is not None:
                    hit.daemon.kill()
                    await gone(hit)
        await come_to_rest(app)
        await app.mirror.catch_up()
        found, told, late = await telegram_faults(person)
        found |= await faults_of(app, told)
        happened = Counter(entry["type"] for entry in await entries_of(app))
        sent = [call for call in await phone.calls("sendMessage", 0) if call["code"] == 200]
    return _figures(rounds, seed, person, hit) | {
        "proposals_tapped": len(person.decisions), "decisions_checked": len(told.decisions),
        "proposals_that_ended_before_their_tap": late, "messages_sent": len(sent),
        "happened": {name: happened[name] for name in SHOWN}, "ledger_entries": sum(happened.values()), **found,
    }  # fmt: skip


SHOWN = ("ProposalApproved", "ProposalRejected", "AnswerRecorded", "MessageSent", "MessageEdited", "MessageAdopted")


def _figures(rounds: int, seed: int, person: Person, hit: Rounds) -> Mapping[str, Any]:
    return {
        "rounds": rounds, "seed": seed, "killed": dict(hit.killed), "under_way_when_killed": dict(hit.cut),
        "taps_and_answers": person.said, "questions_asked": len(person.asked),
        "questions_answered": len(person.answers),
        "agents_told": len(person.told), "refused_with_a_word": dict(person.refused),
    }  # fmt: skip


def main() -> None:
    """Run the rounds, print and keep what was found; exit 1 if anything was, or where there is no Node."""
    parser = argparse.ArgumentParser(prog="python -m bench.faults_telegram", description=__doc__)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=2026)
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory() as folder, bot_api() as api:
        if isinstance(api, str):
            raise SystemExit(f"not run: {api}")
        found = asyncio.run(run(given.rounds, given.seed, Path(folder), api))
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "faults_telegram.json").write_text(json.dumps(found, indent=1) + "\n")
    print(json.dumps(found, indent=1))
    if faults_in(found):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
