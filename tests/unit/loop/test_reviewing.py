"""How the loop did, on a real store: measures, the weekly message, the sample of what was filtered, alarms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.unit.loop.chats import Chats, chats
from tests.unit.loop.desk import Desk, decision, desk, gap
from tests.unit.loop.ready import offer, research
from vibe.domain.block_rows import set_block
from vibe.domain.changes import Change, Effect
from vibe.domain.commands import PauseLoop, ResumeLoop
from vibe.domain.debates import RubricItem
from vibe.domain.errors import BadInput, Conflict, NotFound, Refused
from vibe.domain.events import Event, EventType
from vibe.domain.identities import derived_id, paging_key
from vibe.domain.learning_commands import JudgeSample
from vibe.domain.taps import decode
from vibe.kernel.measures import read_alarms, read_measures, why_unfiltered
from vibe.testing import ScriptedModel

pytestmark = [pytest.mark.asyncio, pytest.mark.embedded]


async def argued(at: Desk, cases: Sequence[tuple[str, bool]], first: int = 1) -> None:
    """Put proposals in that were argued out: what the arbiter said, and whether a person (or their sample) agreed."""
    now, effects = at.clock.now(), [Effect("decisions/start_person", {"id": "owner", "name": "owner"})]
    for number, (said, agrees) in enumerate(cases, first):
        identity = derived_id("argued", number)
        props: dict[str, Any] = {
            "kind": "Proposal", "title": f"Ask maker {number}", "number": 1000 + number, "createdAt": now,
            "status": "filtered" if said == "fail" else "approved" if agrees else "rejected",
        }  # fmt: skip
        if said == "fail":
            answer = {"sampleAnswer": "right" if agrees else "wrong", "sampleAnsweredAt": now}
            props |= {"sampledAt": now, **answer}
        else:
            props["readyAt"] = now
            verdict = {"outcome": props["status"], "at": now, "proposalId": identity}
            effects.append(Effect("decisions/create_verdict", {"id": f"v{number}", "props": verdict}))
            link = {"id": f"v{number}", "person": "owner", "proposal": identity}
            effects.append(Effect("decisions/link_verdict", link))
        row = {"id": identity, "key": paging_key(identity), "priority": None, "props": props}
        debate = {"outcome": said, "proposalId": identity}
        round_ = {"atMs": number, "criticFails": said == "fail"}
        effects += [
            Effect("blocks/create_proposal", row),
            Effect("debates/open", {"id": f"d{number}", "props": debate}),
            Effect("debates/link", {"id": f"d{number}", "debate": f"d{number}", "proposal": identity}),
            Effect("debates/create_round", {"id": f"r{number}", "props": round_}),
        ]
    noted = Event(EventType.HEALTH_MEASURED, "none", {"trouble": []})
    await at.commit(Change(effects=tuple(effects), events=(noted,)))


async def filtered(at: Desk, number: int) -> str:
    """Put a filtered proposal in."""
    identity = await offer(at, research(), number, title=f"Boil the ocean {number}")
    row = set_block(identity, status="filtered", endedBecause="It stays vague.", objection="It stays vague.")
    noted = Event(EventType.HEALTH_MEASURED, "none", {"trouble": []})
    await at.commit(Change(effects=(Effect("blocks/set", row),), events=(noted,)))
    return identity


async def test_measures_count_what_happened(tmp_path: Path) -> None:
    """Three of four decided approved; one of five filtered; two of 720 hours paused; agreement with its interval."""
    async with desk(tmp_path) as at:
        await argued(at, [*[("strong", number < 4) for number in range(1, 5)], ("fail", True)])
        await at.app.execute(PauseLoop("lunch"), actor="owner:cli")
        at.clock.advance(timedelta(hours=1, minutes=30))
        await at.app.execute(ResumeLoop(), actor="owner:cli")
        found = (await read_measures(at.app.graph, at.clock.now())).as_json()
        by_name: dict[str, Any] = {one["name"]: one for one in found["metrics"]}
        values = {name: round(one["value"], 4) for name, one in by_name.items() if one["value"] is not None}
        agrees = by_name["arbiter agrees with you"]
        today = found["by_day"][-1]
    assert values == {
        "acceptance": 0.75, "gap accuracy": 1.0, "stuck rate": round(2 / 720, 4), "filtered": 0.2,
        "arbiter agrees with you": 0.8, "USD per accepted proposal": 0.0, "tokens a day": 0.0,
    }  # fmt: skip
    assert (by_name["acceptance"]["met"], by_name["filtered"]["met"], by_name["stuck rate"]["met"]) == (
        True,
        False,
        True,
    )
    assert (agrees["of"], agrees["low"] < 0.8 < agrees["high"]) == (5, True)
    assert {name: today[name] for name in ("approved", "rejected", "ready", "filtered")} == {
        "approved": 3, "rejected": 1, "ready": 4, "filtered": 1,
    }  # fmt: skip
    assert len(found["by_day"]) == 31


async def test_each_monday_one_message_and_one_sample(tmp_path: Path) -> None:
    """A young loop is silent; then each Monday at nine in the person's zone, once, with one of the filtered ones."""
    async with chats(tmp_path) as at:
        first = await filtered(at, 1)
        await at.morning()
        assert not [message for message in at.told if "How I did" in message.text]
        sample = [message for message in at.told if "I would have dropped this" in message.text]
        word = [decode(button.data) for button in sample[0].rows[0]]
        await at.go_on(days=7)
        await at.go_on(days=1)
        weekly = [message.text for message in at.told if "How I did" in message.text]
        notice = await at.app.graph.read("metrics/week", since=at.clock.now() - timedelta(days=3))
        drawn = await at.app.graph.read("metrics/sampled", since=at.clock.now() - timedelta(days=30), limit=10)
    assert (len(sample), [(tap.kind.value, tap.number, tap.word) for tap in word]) == (
        1,
        [("s", 1, "r"), ("s", 1, "w")],
    )
    assert (len(weekly), "acceptance: nothing to count yet, target > 50%" in weekly[0], len(notice)) == (1, True, 1)
    assert [row["id"] for row in drawn] == [first]


async def test_the_answer_counts_once_and_the_message_says_so(tmp_path: Path) -> None:
    """Only a person, one word of two, once, and only about the one that was drawn; every copy shows the answer."""
    async with chats(tmp_path) as at:
        await filtered(at, 1)
        await at.morning()
        execute, owner = at.app.execute, "owner:cli"
        refused: list[type] = []
        for command, actor in (
            (JudgeSample(1, "right"), "agent:x"),
            (JudgeSample(1, "maybe"), owner),
            (JudgeSample(9, "right"), owner),
        ):
            with pytest.raises((Refused, BadInput, NotFound)) as error:
                await execute(command, actor=actor)
            refused.append(error.type)
        await execute(JudgeSample(1, "wrong"), actor=owner)
        with pytest.raises(Conflict):
            await execute(JudgeSample(1, "right"), actor=owner)
        await at.go_on(minutes=1)
        edited = [message.text for _, message in at.edits]
        found = {one.name: one for one in (await read_measures(at.app.graph, at.clock.now())).metrics}
    assert refused == [Refused, BadInput, NotFound]
    assert any("you said: it should have been shown" in text for text in edited)
    assert (found["arbiter agrees with you"].value, found["arbiter agrees with you"].of) == (0.0, 1)


async def test_chance_ends_the_filter_until_it_does_better(tmp_path: Path) -> None:
    """With 28 of 50 alike a failing draft is shown, flagged, and says why; the alarm is told once; then it recovers."""
    model = ScriptedModel({
        "proposer": DRAFT,
        "critic": {"objection": "It helps nobody.", "reason": "no user", "marks": MARKS},
        "arbiter": {"outcome": "fail", "reason": "It helps nobody.", "marks": MARKS},
    })  # fmt: skip
    async with desk(tmp_path, model) as opened:
        at = Chats(opened.app, opened.clock)
        await argued(at, [("strong" if number % 2 else "fail", number < 28) for number in range(50)])
        why = await why_unfiltered(at.app.graph, at.clock.now())
        await at.put([decision("d1", "Use clay cups at the stalls of the market")])
        await at.open_gaps(gap("unvalidated_decision", "d1"))
        shown = (await at.proposals("ready"))[-1]
        await at.go_on(hours=1)
        await at.go_on(hours=1)
        told = [body for body in await at.entries(EventType.HEALTH_MEASURED) if body.get("raised")]
        health = await at.app.health()
        await argued(at, [("strong", True)] * 50, first=60)
        alarms = await read_alarms(at.app.graph, at.clock.now())
        await at.put([decision("d2", "Wash the cups in the river behind the stalls")])
        await at.open_gaps(gap("unvalidated_decision", "d2"))
        dropped = await at.proposals("filtered")
    assert why == "checks and you agreed on only 28 of the last 50 proposals"
    assert (shown["uncertain"], shown["shown_though"]) == (True, f"It failed its checks; {why}.")
    assert [body["raised"] for body in told] == [["agreement_chance"]]
    assert "28 of the last 50" in health["alarms"][0]
    assert "agreement_chance" not in alarms
    assert [row["title"] for row in dropped if row["title"] == DRAFT["title"]] == [DRAFT["title"]]


async def test_an_alarm_is_told_in_the_chat_once(tmp_path: Path) -> None:
    """A critic that never rejected in 30 rounds is told of with the numbers, once, however often it is measured."""
    async with chats(tmp_path) as at:
        await argued(at, [("strong", True)] * 30)
        for _ in range(3):
            await at.go_on(hours=1)
        told = [message.text for message in at.told if "judging" in message.text]
    assert (len(told), "none of the last 30" in told[0]) == (1, True)


MARKS = {item.value: 0 if item is RubricItem.SPECIFIC else 2 for item in RubricItem}
DRAFT = {
    "title": "Ask around about cups", "content": "Somebody may know.", "proposal_type": "knowledge", "impact": "low",
    "effort": "low", "confidence": "low", "packet": "research", "question": "Are clay cups used?",
    "confirm": "they are", "refute": "they are not",
}  # fmt: skip
