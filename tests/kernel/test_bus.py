"""Delivery: each entry to each handler once, in the order of its subject; failures go the way of their branch."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.kernel.builders import a_block, a_spine, adding, moving
from tests.stores import fresh_store, second_user
from vibe.domain.acts import ActKind, Intent, Outcome
from vibe.domain.changes import NOTHING, Change
from vibe.domain.errors import NeedsHuman, Permanent, Transient
from vibe.domain.events import Entry, Event
from vibe.kernel import mending
from vibe.kernel.submissions import Route, StaleTurn
from vibe.kernel.tools import Tools

pytestmark = [pytest.mark.asyncio, pytest.mark.embedded]
ADDED = "BlocksAdded"


class Recorder:
    """A handler that keeps what it was given and does as it is told, failure by failure."""

    def __init__(self, *failures: Exception) -> None:
        self.heard: list[Any] = []
        self.failures = list(failures)

    async def __call__(self, entry: Any, tools: Tools) -> Change:
        """Keep it; fail while there are failures left."""
        self.heard.append(entry)
        if self.failures:
            raise self.failures.pop(0)
        return NOTHING


async def test_each_entry_reaches_each_handler_once(tmp_path: Path) -> None:
    """Two handlers, three entries, delivered twice over: six calls."""
    one, two = Recorder(), Recorder()
    async with fresh_store() as store:
        routes = {ADDED: (Route("t.one"), Route("t.two"))}
        spine = await a_spine(store, tmp_path, {"t.one": one, "t.two": two}, routes)
        for n in range(3):
            await spine.commit(adding(spine, a_block(f"b{n}")), f"b{n}")
        await spine.deliver()
        await spine.deliver()
    assert [len(one.heard), len(two.heard)] == [3, 3]


async def test_a_debounced_handler_gets_all_that_waits_at_once(tmp_path: Path) -> None:
    """Seven hundred entries within two seconds are one call, made when the two seconds are over."""
    joined = Recorder()
    async with fresh_store() as store:
        spine = await a_spine(store, tmp_path, {"t.j": joined}, {ADDED: (Route("t.j", debounce_s=2, joins=True),)})
        for n in range(50):
            await spine.commit(adding(spine, a_block(f"b{n}")), f"b{n}")
        await spine.deliver()
        early = len(joined.heard)
        spine.clock.advance(timedelta(seconds=2))
        await spine.deliver()
        left = await spine.bus.pending()
    assert (early, len(joined.heard), len(joined.heard[0]), left) == (0, 1, 50, [])


async def test_a_transient_failure_is_tried_again_later_and_reported_once(tmp_path: Path) -> None:
    """It waits longer each time, holds back its subject, and is told after three tries; nothing is lost."""
    handler = Recorder(*(Transient("away", retry_after_s=1) for _ in range(4)))
    async with fresh_store() as store:
        spine = await a_spine(store, tmp_path, {"t.h": handler}, {ADDED: (Route("t.h"),)})
        await spine.commit(adding(spine, a_block("b1")), "b1")
        for _ in range(5):
            await spine.deliver()
            spine.clock.advance(timedelta(seconds=60))
        types = [row["type"] for row in await spine.entries()]
        left = await spine.bus.pending()
    assert (len(handler.heard), types.count("DeliveryHeldBack"), left) == (5, 1, [])


@pytest.mark.parametrize(
    ("failure", "state"), [(Permanent("no"), "aside"), (ValueError("bug"), "aside"), (NeedsHuman("?"), "asked")]
)
async def test_what_cannot_succeed_is_set_aside_and_the_subject_goes_on(
    tmp_path: Path, failure: Exception, state: str
) -> None:
    """A permanent failure, a bug or a question sets the one delivery aside; the next of its subject is delivered."""
    handler = Recorder(failure)
    async with fresh_store() as store:
        spine = await a_spine(
            store, tmp_path, {"t.h": handler}, {ADDED: (Route("t.h"),), "BlocksChanged": (Route("t.h"),)}
        )
        await spine.commit(adding(spine, a_block("b1")), "b1")
        await spine.commit(moving("b1", "active", "done"), "b2")
        await spine.deliver()
        aside = await store.read("ledger/set_aside", limit=10)
    assert ([row["state"] for row in aside], len(handler.heard)) == ([state], 2)


async def test_a_handlers_conflict_is_run_again_on_fresh_reads(tmp_path: Path) -> None:
    """A handler that lost a race reads again and then succeeds; its change is there once."""
    calls = []

    async def move(entry: Entry, tools: Tools) -> Change:
        calls.append(entry.id)
        return moving("b1", "stale" if len(calls) < 3 else "active", "moved")

    async with fresh_store() as store:
        spine = await a_spine(store, tmp_path, {"t.m": move}, {ADDED: (Route("t.m"),)})
        await spine.commit(adding(spine, a_block("b1")), "b1")
        await spine.deliver()
        rows = await store.read("blocks/present", ids=["b1"])
    assert (len(calls), rows[0]["status"]) == (3, "moved")


async def test_one_process_delivers_and_a_late_one_cannot_commit(tmp_path: Path) -> None:
    """While one home has the turn the other stands by; a change of an older epoch is refused."""
    handler = Recorder()
    async with fresh_store() as store, second_user(store) as other:
        routes = {ADDED: (Route("t.h"),)}
        (tmp_path / "a").mkdir()
        (tmp_path / "b").mkdir()
        one = await a_spine(store, tmp_path / "a", {"t.h": handler}, routes, "one")
        two = await a_spine(other, tmp_path / "b", {"t.h": handler}, routes, "two")
        first, second = await one.turn.take(), await two.turn.take()
        two.clock.advance(timedelta(seconds=16))
        third = await two.turn.take()
        with pytest.raises(StaleTurn):
            await one.commit(Change(events=(Event(ADDED, "x", {}),)), "late", "loop", epoch=one.turn.epoch)
    assert (first, second, third) == (True, False, True)


async def test_an_act_happens_once_however_often_it_is_asked_for(tmp_path: Path) -> None:
    """The outcome of a step is recorded; a handler that runs again gets it without acting again."""
    done: list[str] = []

    async def act(entry: Entry, tools: Tools) -> Change:
        async def call(outside: Any) -> Outcome:
            done.append(entry.id)
            return Outcome("result")

        outcome = await tools.acts.perform(Intent("fetch it", ActKind.FETCH), call)
        if len(done) == 1 and not seen:
            seen.append(outcome.text)
            raise Transient("cut off after the act", retry_after_s=1)
        seen.append(outcome.text)
        return NOTHING

    seen: list[str] = []
    async with fresh_store() as store:
        spine = await a_spine(store, tmp_path, {"t.a": act}, {ADDED: (Route("t.a"),)})
        await spine.commit(adding(spine, a_block("b1")), "b1")
        await spine.deliver()
        spine.clock.advance(timedelta(seconds=60))
        await spine.deliver()
        types = [row["type"] for row in await spine.entries()]
    assert (len(done), seen) == (1, ["result", "result"])
    assert types == ["BlocksAdded", "ActIntended", "ActDone"]


async def test_a_question_puts_its_delivery_back_in_line_when_it_is_answered(tmp_path: Path) -> None:
    """Who can't go on without a person asks; the answer, and only that answer, has the handler tried again."""
    handler = Recorder(NeedsHuman("Was the money sent?"))
    async with fresh_store() as store:
        routes = {ADDED: (Route("t.h"),), "AnswerRecorded": (Route("mending.retry_answered"),)}
        handlers = {"t.h": handler, "mending.retry_answered": mending.retry_answered}
        spine = await a_spine(store, tmp_path, handlers, routes)
        await spine.commit(adding(spine, a_block("b1")), "b1")
        await spine.deliver()
        asked = mending.question_of((await store.read("ledger/set_aside", limit=10))[0]["id"])
        for subject in ("another question", asked):
            await spine.commit(Change(events=(Event("AnswerRecorded", subject, {}),)), subject)
            await spine.deliver()
            calls = len(handler.heard)
            if subject != asked:
                assert calls == 1
        raised = await store.read("blocks/by_id", ids=[asked])
    assert (calls, raised[0]["content"]) == (2, "Was the money sent?")
