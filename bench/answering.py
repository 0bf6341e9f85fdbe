"""How fast an answer reaches whoever waits for it over HTTP, the daemon in a process of its own."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from bench.figures import Figure
from bench.served import Caller, Daemon, a_daemon
from vibe.edges.http.keys import owner_key

WAITERS, ROUNDS, PLAIN = 16, 30, 30
SETTLED_S = 0.1
GOAL_A_SECOND = 500.0


async def run() -> list[Figure]:
    """Measure answers with sixteen waiting, each on a question of its own, and on one question."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        async with a_daemon(home) as daemon:
            callers = [await Caller.to(daemon, owner_key(home)) for _ in range(2 * WAITERS)]
            try:
                return await _measured(callers[:WAITERS], callers[WAITERS:], daemon)
            finally:
                for caller in callers:
                    caller.close()


async def _measured(waiters: list[Caller], people: list[Caller], daemon: Daemon) -> list[Figure]:
    took_ms: list[float] = []
    whole_s = 0.0
    before = daemon.cpu_s
    for _ in range(ROUNDS):
        asked = [await _ask(caller) for caller in people]
        resumed = [asyncio.ensure_future(_resumed(*pair)) for pair in zip(waiters, asked, strict=True)]
        await asyncio.sleep(SETTLED_S)
        start = time.perf_counter()
        await asyncio.gather(*(_answer(caller, one) for caller, one in zip(people, asked, strict=True)))
        ends = await asyncio.gather(*resumed)
        took_ms += [(end - start) * 1000 for end in ends]
        whole_s += max(ends) - start
    cpu_ms = (daemon.cpu_s - before) / (ROUNDS * WAITERS) * 1000
    one_ms = await _one_by_one(waiters[0], people[0])
    shared = await _shared(waiters, people[0])
    plain = await _plain(waiters, asked[0])
    rate = ROUNDS * WAITERS / whole_s
    note = f"{WAITERS} waiting on questions of their own, all answered at once over HTTP"
    return [
        Figure("answer to resumed waiter, p50", statistics.median(one_ms), "ms", note="one waiting, one answer"),
        Figure("answer to resumed waiter, p99", statistics.quantiles(one_ms, n=100)[98], "ms"),
        Figure("the same, 16 answered at once, p50", statistics.median(took_ms), "ms", note=note),
        Figure("the same, 16 answered at once, p99", statistics.quantiles(took_ms, n=100)[98], "ms"),
        Figure("answers to resumed waiters", rate, "1/s", f">= {GOAL_A_SECOND:g}/s", rate >= GOAL_A_SECOND, plain,
               rate / plain, note=f"{note}; limit: plain reads of a question on the same connections"),
        Figure("waiters of one question resumed", shared, "1/s", f">= {GOAL_A_SECOND:g}/s", shared >= GOAL_A_SECOND,
               plain, shared / plain, note=f"{WAITERS} waiting on one question, one answer"),
        Figure("CPU an answer", cpu_ms, "ms", note="the daemon alone: asking, waiting, answering, what follows"),
    ]  # fmt: skip


async def _ask(caller: Caller) -> str:
    body = {"question": "Which provider?", "options": ["Auth0", "Custom"]}
    return str((await caller.call("POST", "/api/questions", body))["question_id"])


async def _answer(caller: Caller, question: str) -> None:
    await caller.call("POST", f"/api/questions/{question}/answer", {"text": "B"})


async def _resumed(caller: Caller, question: str) -> float:
    """When a waiter got the answer."""
    told = await caller.call("GET", f"/api/questions/{question}?wait=20")
    assert told["answer"]["option"] == "B"
    return time.perf_counter()


async def _one_by_one(waiter: Caller, person: Caller) -> list[float]:
    took_ms = []
    for _ in range(ROUNDS * 4):
        question = await _ask(person)
        resumed = asyncio.ensure_future(_resumed(waiter, question))
        await asyncio.sleep(SETTLED_S / 5)
        start = time.perf_counter()
        await _answer(person, question)
        took_ms.append((await resumed - start) * 1000)
    return took_ms


async def _shared(waiters: list[Caller], person: Caller) -> float:
    """Waiters of one question that a second resumes."""
    whole_s = 0.0
    for _ in range(ROUNDS):
        question = await _ask(person)
        resumed = [asyncio.ensure_future(_resumed(caller, question)) for caller in waiters]
        await asyncio.sleep(SETTLED_S)
        start = time.perf_counter()
        await _answer(person, question)
        whole_s += max(await asyncio.gather(*resumed)) - start
    return ROUNDS * WAITERS / whole_s


async def _plain(callers: list[Caller], question: str) -> float:
    """Plain reads a second on as many connections."""

    async def read(caller: Caller) -> None:
        for _ in range(PLAIN):
            await caller.call("GET", f"/api/questions/{question}")

    start = time.perf_counter()
    await asyncio.gather(*map(read, callers))
    return len(callers) * PLAIN / (time.perf_counter() - start)
