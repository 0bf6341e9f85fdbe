"""Climbing: when each rung is due, that each fires once and never early, and what reaches the person meanwhile."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.edges.hooks import listening
from tests.stores import fresh_store
from tests.unit.loop.chats import FOUNDER, Chats, chats
from tests.unit.loop.desk import task
from tests.unit.loop.ready import OWNER, decide, offered
from vibe.bootstrap import Given, open_app
from vibe.domain.asked import AskedQuestion, ended_words, name_of, question_message
from vibe.domain.block_rows import set_block
from vibe.domain.blocks import Block, Kind, Link, LinkType
from vibe.domain.canonical import from_json
from vibe.domain.changes import Change, Effect
from vibe.domain.commands import AnswerQuestion, RaiseQuestion, ResumeLoop
from vibe.domain.events import Event, EventType
from vibe.domain.hours import Hours, later_until
from vibe.domain.ladders import REACHES, RungAction, Step, look_every_s, rungs_of
from vibe.domain.notices import MOST_CHARACTERS
from vibe.domain.questions import Asking, Option, ask, read_options
from vibe.domain.taps import LaterUntil
from vibe.kernel.signing import is_signed_by
from vibe.testing import ManualClock, RecordingMessenger, SerialIds

in_store = [pytest.mark.asyncio, pytest.mark.embedded]
ZERO = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
LADDER = [
    Step(timedelta(minutes=5), RungAction.LOG), Step(timedelta(minutes=15), RungAction.PUBLISH),
    Step(timedelta(minutes=30), RungAction.ASK), Step(timedelta(hours=2), RungAction.URGENT),
    Step(timedelta(hours=8), RungAction.PAUSE), Step(timedelta(hours=24), RungAction.AGAIN),
]  # fmt: skip
ACTOR = f"person:{FOUNDER}"

QUESTION = """❓ **\\[Build Agent\\] needs help**

**Task:** Implement user authentication
**Stuck on:** Which OAuth provider to use

**Question:**
Should we use Auth0, Firebase Auth, or roll our own?

**Options:**
A) Auth0 - managed, costs $$$
B) Firebase - Google lock-in
C) Custom - more control, more work

**Blocked:** 3 downstream tasks waiting

Reply A, B, or C with optional reasoning."""


def asked(**more: Any) -> AskedQuestion:
    """The question of document 003."""
    options = read_options(
        ["A) Auth0 - managed, costs $$$", "B) Firebase - Google lock-in", "C) Custom - more control, more work"]
    )
    words = "Should we use Auth0, Firebase Auth, or roll our own?"
    task_title, stuck = "Implement user authentication", "Which OAuth provider to use"
    told = {"id": "9f3ac1d04e77", "asker": "agent:build_agent", "question": words, "options": options}
    return AskedQuestion(**(told | {"task": task_title, "stuck_on": stuck, "blocked": 3} | more))  # type: ignore[arg-type]


def test_a_question_has_the_form_of_the_document() -> None:
    """Who is stuck on what, the options by letter, what is blocked, how to reply; a button an option."""
    message = question_message(asked())
    assert message.text == QUESTION
    assert [[(button.label, button.data) for button in row] for row in message.rows] == [
        [("A) Auth0", "o:9f3ac1d04e77:A")],
        [("B) Firebase", "o:9f3ac1d04e77:B")],
        [("C) Custom", "o:9f3ac1d04e77:C")],
    ]
    assert message.ask == ""


def test_the_urgent_form_and_the_end() -> None:
    """Sent again it is red; answered, it says how, with nothing left to tap; without options it asks for words."""
    urgent, ended = (
        question_message(asked(urgent=True)),
        question_message(asked(ended=ended_words("b, cheaper", "you", "B"))),
    )
    free = question_message(asked(options=()))
    assert urgent.text == "🔴 **URGENT**\n" + QUESTION
    assert ended.text == QUESTION.replace(
        "Reply A, B, or C with optional reasoning.", "✅ Answered by you: B) b, cheaper"
    )
    assert (ended.rows, ended.ask) == ((), "")
    assert (free.ask, free.rows, free.text.splitlines()[-1]) == ("Your answer", (), "Reply in your own words.")
    assert [name_of(who) for who in ("loop", "agent:builder", "owner:cli")] == ["Vibe", "Builder", "You"]


def test_a_question_fits_a_message() -> None:
    """However long what an agent sent, the message stays short enough to be sent whole."""
    options = tuple(Option(f"title {number} " * 30, "detail " * 90) for number in range(6))
    long = asked(question="why " * 900, context=("c " * 400,) * 9, options=options, stuck_on="s " * 300)
    assert len(question_message(long).text) < 3 * MOST_CHARACTERS


@given(
    st.lists(st.tuples(st.integers(1, 200_000), st.sampled_from(RungAction)), max_size=8),
    st.booleans(),
    st.sampled_from([("", ""), ("22:00", "07:00"), ("01:00", "23:30"), ("12:00", "13:00")]),
    st.integers(0, 86_400),
)
def test_no_rung_is_due_early(
    steps: list[tuple[int, RungAction]], outright: bool, quiet: tuple[str, str], at: int
) -> None:
    """Whatever is configured: in order, never before its time, never in quiet hours; only `ask` may come at once."""
    ladder = [Step(timedelta(seconds=after), action) for after, action in steps]
    zero = ZERO + timedelta(seconds=at)
    hours = Hours("Europe/Copenhagen", *quiet)
    rungs = rungs_of(ladder, zero, outright=outright, people=[hours])
    after = sorted(ladder, key=lambda step: step.after)[len(ladder) - len(rungs) :]
    assert [rung.due for rung in rungs] == sorted(rung.due for rung in rungs)
    assert [rung.action for rung in rungs] == [step.action for step in after]
    for rung, step in zip(rungs, after, strict=True):
        at_once = outright and rung.n == 0 and rung.action is RungAction.ASK
        assert rung.due >= zero + (timedelta(0) if at_once else step.after)
        assert rung.action not in REACHES or hours.quiet_until(rung.due) is None


def test_the_default_ladder() -> None:
    """Outright: asked at once, the rest from then; after silence: from the last sign of life, from the bottom."""
    outright = rungs_of(LADDER, ZERO, outright=True)
    silent = rungs_of(LADDER, ZERO, outright=False)
    night = rungs_of(LADDER, ZERO.replace(hour=21), outright=True, people=[Hours("UTC", "22:00", "07:00")])
    pressing = rungs_of(
        LADDER, ZERO.replace(hour=23), outright=True, people=[Hours("UTC", "22:00", "07:00")], presses=True
    )
    assert [(rung.action.value, (rung.due - ZERO) // timedelta(minutes=1)) for rung in outright] == [
        ("ask", 0), ("urgent", 120), ("pause", 480), ("again", 1440),
    ]  # fmt: skip
    assert [(rung.due - ZERO) // timedelta(minutes=1) for rung in silent] == [5, 15, 30, 120, 480, 1440]
    assert [rung.due.strftime("%d %H:%M") for rung in night] == ["02 21:00", "03 07:00", "03 13:00", "04 07:00"]
    assert pressing[0].due == ZERO.replace(hour=23)
    assert (look_every_s(LADDER), look_every_s([Step(timedelta(seconds=2), RungAction.ASK)])) == (60, 2)


def test_later_is_on_the_persons_clock() -> None:
    """In an hour, at 20:00, at nine tomorrow, at nine on Monday after a Friday; after 20:00 tonight is tomorrow's."""
    friday = datetime(2026, 3, 6, 18, 30, tzinfo=UTC)
    hours = Hours("Europe/Copenhagen")
    told = {choice.name: later_until(choice, friday, hours).isoformat() for choice in LaterUntil if choice}
    late = later_until(LaterUntil.TONIGHT, friday + timedelta(hours=1), hours)
    assert told == {
        "AN_HOUR": "2026-03-06T19:30:00+00:00",
        "TONIGHT": "2026-03-06T19:00:00+00:00",
        "TOMORROW": "2026-03-07T08:00:00+00:00",
        "WORKING_DAY": "2026-03-09T08:00:00+00:00",
    }
    assert late.isoformat() == "2026-03-07T19:00:00+00:00"


async def raise_one(at: Chats, *options: str, task_id: str | None = None, urgency: str = "normal") -> str:
    """Have an agent ask; returns the question's id."""
    command = RaiseQuestion("Which provider?", options, (), "choosing", task_id, urgency)
    receipt = await at.app.execute(command, actor="agent:build_agent")
    await at.app.deliver_due()
    return str(receipt.answer["question_id"])


def titles(at: Chats) -> list[str]:
    """The first line of each message the founder was sent."""
    return [message.text.splitlines()[0] for message in at.told if "Nothing new" not in message.text]


class TestLadder:
    """A question on a real store."""

    pytestmark = in_store

    async def test_a_question_climbs_until_it_is_answered(self, tmp_path: Path) -> None:
        """Asked at once with what is blocked, red after two hours, paused after eight, ended by the answer."""
        waits = [task("t-1", "Log users in", "pending"), task("t-2", "Mail", "pending"), task("t-3", "Bill", "pending")]
        links = [Link(LinkType.DEPENDS_ON, "t-2", "t-1"), Link(LinkType.DEPENDS_ON, "t-3", "t-2")]
        async with chats(tmp_path) as at:
            await at.put(waits, links)
            question = await raise_one(at, "Auth0", "Custom", task_id="t-1")
            first = list(at.told)
            await at.go_on(hours=1, minutes=59)
            early = len(at.told)
            await at.go_on(minutes=1)
            await at.go_on(hours=6)
            paused = (await at.app.graph.read("loop/paused"))[0]["paused"]
            await at.app.execute(AnswerQuestion(question, "b, cheaper"), actor=ACTOR)
            await at.go_on(hours=15)
            await at.go_on(hours=15)
            after = (await at.app.graph.read("loop/paused"))[0]["paused"]
        assert "**Blocked:** 2 downstream tasks waiting" in first[0].text
        assert (len(first), early) == (1, 1)
        assert titles(at) == ["❓ **\\[Build Agent\\] needs help**", "🔴 **URGENT**", "🔴 **URGENT**"]
        assert "**Paused:**" in at.told[2].text
        assert [message.reply_to for message in at.told[:3]] == ["", "1", "1"]
        assert (paused, after) == (True, False)
        assert [identity for identity, _ in at.edits] == ["1", "2", "3"]
        assert all("✅ Answered by you: B) b, cheaper" in message.text for _, message in at.edits)

    async def test_restarts_at_every_rung(self, tmp_path: Path) -> None:
        """A new process before and after each due time: every rung once, never early, in order."""
        clock, messenger = ManualClock(), RecordingMessenger()
        times = [0, 119, 120, 121, 479, 480, 481, 1439, 1440, 1441, 3000]
        fired: list[tuple[int, int]] = []
        async with fresh_store() as store:
            for place, minute in enumerate(times):
                clock.advance(ZERO + timedelta(minutes=minute) - clock.now())
                given = Given(clock=clock, ids=SerialIds(f"p{place}"), messenger=messenger, store=store)
                async with open_app(tmp_path / "home", given) as app:
                    at = Chats(app, clock, messenger=messenger)
                    if place == 0:
                        await at.let_in(zone="UTC", quietFrom="", quietTo="")
                        await app.deliver_due()
                        await raise_one(at)
                    await app.deliver_due()
                    fired += [(minute, body["n"]) for body in (await at.entries(EventType.HUMAN_ASKED))[len(fired) :]]
                    app.turn.drop()
        assert fired == [(0, 0), (120, 1), (480, 2), (1440, 3)]
        assert len([message for _, message in messenger.sent if "needs help" in message.text]) == 4

    async def test_after_downtime_only_the_highest_fires(self, tmp_path: Path) -> None:
        """Two days away: one step, the one that was due last, and the question's urgency is critical."""
        async with chats(tmp_path) as at:
            question = await raise_one(at)
            await at.go_on(days=2)
            await at.go_on(hours=20)
            asked_for = [body["action"] for body in await at.entries(EventType.HUMAN_ASKED)]
            row = (await at.app.graph.read("questions/show", id=question))[0]
        assert asked_for == ["ask", "again"]
        assert row["urgency"] == "critical"

    async def test_silence_starts_at_the_bottom(self, tmp_path: Path) -> None:
        """An agent silent since ten minutes ago: logged already; published at fifteen, asked at thirty."""
        async with chats(tmp_path) as at:
            since = at.clock.now() - timedelta(minutes=10)
            asking = Asking("q-1", "The agent is silent. Go on without it?", "loop", stuck_since=since)
            await at.commit(ask(asking, at=at.clock.now()))
            await at.app.deliver_due()
            seen = []
            for minutes in (4, 2, 13, 2):
                await at.go_on(minutes=minutes)
                seen.append((len(await at.entries(EventType.QUESTION_PUBLISHED)), len(at.told)))
        assert seen == [(0, 0), (1, 0), (1, 0), (1, 1)]

    async def test_a_published_question_is_posted_signed(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Fifteen minutes of silence: the owner's own program hears of the question, once."""
        heard: list[str] = []
        async with listening("204 No Content", heard) as url:
            monkeypatch.setenv("VIBE_ESCALATION__WEBHOOK_URL", url)
            async with chats(tmp_path) as at:
                asking = Asking("q-1", "Go on without it?", "agent:builder", stuck_since=at.clock.now())
                await at.commit(ask(asking, at=at.clock.now()))
                await at.go_on(minutes=16)
                await at.go_on(minutes=5)
                key = at.app.signer.public_key
        head, _, body = heard[0].partition("\r\n\r\n")
        signature = next(
            line.split(": ")[1] for line in head.splitlines() if line.lower().startswith("x-vibe-signature")
        )
        assert len(heard) == 1
        assert (from_json(body)["question"], from_json(body)["words"]) == ("q-1", "Go on without it?")
        assert is_signed_by(key, body, signature)

    async def test_quiet_hours_hold_a_normal_question(self, tmp_path: Path) -> None:
        """A normal one waits for their end, an urgent one comes at once, and again two hours later."""
        async with chats(tmp_path) as at:
            await at.let_in(quietFrom="06:00", quietTo="10:00")
            await raise_one(at)
            quiet = len(at.told)
            await raise_one(at, urgency="urgent")
            pressing = len(at.told)
            await at.go_on(hours=1, minutes=58)
            held = len([one for one in at.told if "needs help" in one.text])
            await at.go_on(minutes=3)
            came = len([one for one in at.told if "needs help" in one.text])
        assert (quiet, pressing, held, came) == (0, 1, 1, 3)

    async def test_a_pause_holds_for_the_questions_plan(self, tmp_path: Path) -> None:
        """A question about a plan pauses drafts for that plan alone; resuming lets it go on."""
        plan = {"id": "cafe", "key": 1, "props": {"status": "active"}}
        block = Block("t-1", Kind.TASK, "Log users in", "", "pending")
        async with chats(tmp_path) as at:
            await at.put([block])
            rows = (Effect("plans/create", plan), Effect("blocks/set", set_block("t-1", plan="cafe")))
            await at.commit(Change(effects=rows, events=(Event(EventType.HEALTH_MEASURED, "none", {"trouble": []}),)))
            await raise_one(at, task_id="t-1")
            await at.go_on(hours=8, minutes=1)
            whole = (await at.app.graph.read("loop/paused"))[0]["paused"]
            plans = [row["plan"] for row in await at.app.graph.read("loop/paused_plans", limit=10)]
            await at.app.execute(ResumeLoop(), actor=OWNER)
            after = await at.app.graph.read("loop/paused_plans", limit=10)
        assert (whole, plans, after) == (False, ["cafe"], [])

    async def test_an_unclear_answer_is_asked_about_in_the_chat(self, tmp_path: Path) -> None:
        """The follow-up answers the question's message and waits for words; the next answer ends it."""
        async with chats(tmp_path) as at:
            question = await raise_one(at, "Auth0", "Custom")
            await at.app.execute(AnswerQuestion(question, "A or B"), actor=ACTOR)
            await at.app.deliver_due()
            follow_up = at.told[-1]
            await at.app.execute(AnswerQuestion(question, "A"), actor=ACTOR)
            await at.app.deliver_due()
        assert (follow_up.reply_to, follow_up.ask) == ("1", "Your answer")
        assert "more than one option" in follow_up.text
        assert [message.text.splitlines()[-1] for _, message in at.edits] == ["✅ Answered by you: A) A"]

    async def test_too_many_in_an_hour_wait(self, tmp_path: Path) -> None:
        """Beyond the cap an hour a normal question waits until there is room again."""
        async with chats(tmp_path) as at:
            cap = at.app.settings.owner.messages_an_hour
            for _ in range(cap + 2):
                await raise_one(at)
            at_once = len(at.told)
            await at.go_on(minutes=58)
            before = len(at.told)
            await at.go_on(minutes=3)
        assert (at_once, before, len(at.told)) == (cap, cap, cap + 2)


class TestAway:
    """What a person hears after Vibe was away."""

    pytestmark = in_store

    async def test_more_than_a_day_away_is_said_and_all_is_asked_once_more(self, tmp_path: Path) -> None:
        """Undecided proposals are in the notice with their buttons; a question comes by the rung that was due."""
        async with chats(tmp_path) as at:
            await offered(at)
            await raise_one(at)
            await at.morning()
            await at.go_on(minutes=30)
            before = len(at.told)
            await at.go_on(days=2)
            told = at.told[before:]
            away = [message for message in told if "I was away" in message.text]
            again = [message for message in told if "needs help" in message.text]
            await at.go_on(minutes=20)
            once = len([message for message in at.told if "I was away" in message.text])
            await decide(at, "reject")
            await at.app.deliver_due()
        assert away[0].text.splitlines()[:2] == [
            "👋 **I was away** from Mon 2 March 09:31 to Wed 4 March 09:31",
            "1 proposal and 1 question wait",
        ]
        assert "→ /approve_1 or /reject_1" in away[0].text
        assert (len(away), len(again), once) == (1, 1, 1)
        assert any("I was away" in message.text and "❌ rejected" in message.text for _, message in at.edits)
