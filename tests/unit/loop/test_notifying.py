"""Notifying on a real store: one digest at once, then daily, each proposal once, an empty day without a trace."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.unit.loop.desk import Desk, assumption, contradiction, decision, desk, gap
from tests.unit.loop.ready import decide, node, offer, offered, research, sweep
from vibe.domain.canonical import from_json
from vibe.domain.changes import Change, Effect
from vibe.domain.digests import Grounding, Item, chosen, header_of, text_of
from vibe.domain.events import Event, EventType

in_store = [pytest.mark.asyncio, pytest.mark.embedded]


def item(number: int, gap_type: str, impact: str = "medium", score: int = 40) -> Item:
    """An item of a digest."""
    return Item(f"p-{number}", number, 1, f"Proposal {number}", "d", impact, gap_type, score, sample=False)


def numbers(items: Sequence[Item]) -> list[int]:
    """Which items, in order."""
    return [one.number for one in items]


def test_contradicted_first_then_by_theme_and_impact() -> None:
    """A contradiction leads whatever its score; themes stay together, the gravest first, by impact within."""
    items = [
        item(1, "blocked_task", "low", 30),
        item(2, "unvalidated_decision", "medium", 70),
        item(3, "blocked_task", "high", 60),
        item(4, "contradicted", "low", 20),
        item(5, "unvalidated_decision", "high", 50),
        item(6, "blocked_task", "medium", 10),
    ]
    assert numbers(chosen(items, 5)) == [4, 5, 2, 3, 6]


def test_the_words_of_a_digest() -> None:
    """The header counts what rests on evidence, what was gained and what waits; items stand under their theme."""
    header = header_of(Grounding(40, 12), 10, 3)
    assert header == "12 of 40 decisions and assumptions rest on evidence (+2), 3 wait"
    assert header_of(Grounding(40, 9), 10, 0).endswith("(-1), 0 wait")
    assert text_of(header, [item(4, "blocked_task", "high")], ["Proposal 9 lapsed."]).splitlines() == [
        header,
        "Blocked task:",
        "  4. Proposal 4 [HIGH]",
        "Proposal 9 lapsed.",
    ]


async def a_day(at: Desk) -> None:
    """Let a day pass: the morning's ticks, what follows them within two seconds, the sweep a minute later."""
    for step in (timedelta(0), timedelta(days=1), timedelta(seconds=2), timedelta(minutes=1)):
        at.clock.advance(step)
        await at.app.deliver_due()


async def kept(at: Desk) -> list[dict[str, Any]]:
    """The digests that were sent, in order."""
    bodies = await at.entries(EventType.HUMAN_NOTIFIED)
    return [await node(at, "notification", body["notification"]) for body in bodies]


async def sent(at: Desk) -> list[list[int]]:
    """The numbers in each digest that was sent, in order."""
    return [body["items"] for body in await at.entries(EventType.HUMAN_NOTIFIED)]


class TestSending:
    """What is sent, and when."""

    pytestmark = in_store

    async def test_one_digest_at_once_when_all_is_through(self, tmp_path: Path) -> None:
        """After an analysis a person set off, its ready proposals are told in one digest, contradicted first."""
        machine = decision("d-pg", "Keep sessions in Postgres", "At least 99.9 % of logins survive a restart of Redis.")
        heat = assumption("a-heat", "The boiler heats 40 flats down to -12 degrees without the second burner")
        evidence, link = contradiction("e-1", "a-heat", "The boiler froze at -8 degrees in 2021.")
        rows = [gap("unvalidated_decision", "d-pg"), gap("contradicted", "a-heat", severity="low")]
        async with desk(tmp_path) as at:
            await at.put([machine, heat, evidence], [link])
            receipt = await at.open_gaps(*rows)
            at.clock.advance(timedelta(seconds=2))
            await at.app.settle(receipt.root)
            told, listed = await sent(at), await kept(at)
            themes = [one["gap_type"] for one in from_json(listed[0]["items"])]
        assert [sorted(one) for one in told] == [[1, 2]]
        assert themes == ["contradicted", "unvalidated_decision"]
        assert listed[0]["header"] == "0 of 2 decisions and assumptions rest on evidence (+0), 2 wait"

    async def test_the_day_tells_each_proposal_once(self, tmp_path: Path) -> None:
        """Five at most a day, the rest the next day; what was told is not told again, and then nothing is written."""
        async with desk(tmp_path) as at:
            await offered(at)
            for number in range(2, 8):
                await offer(at, research(), number)
            for _ in range(4):
                await a_day(at)
            told = await sent(at)
        assert [len(one) for one in told] == [5, 2]
        assert sorted(told[0] + told[1]) == [1, 2, 3, 4, 5, 6, 7]

    async def test_a_digest_waits_for_the_days_analysis(self, tmp_path: Path) -> None:
        """While the day is still looked at the digest is owed; the sweep after that sends it."""
        async with desk(tmp_path) as at:
            await offered(at)
            await at.app.deliver_due()
            at.clock.advance(timedelta(days=1))
            await at.app.deliver_due()
            before = await sent(at)
            at.clock.advance(timedelta(minutes=1))
            await at.app.deliver_due()
            at.clock.advance(timedelta(minutes=1))
            await at.app.deliver_due()
            after = await sent(at)
        assert (before, after) == ([], [[1]])

    async def test_whoever_approved_in_vain_is_told(self, tmp_path: Path) -> None:
        """An approval that lapsed unused is in the next digest, with the reason, once."""
        async with desk(tmp_path) as at:
            await offered(at)
            await decide(at, "approve")
            await sweep(at)
            at.clock.advance(timedelta(days=7))
            await sweep(at)
            await a_day(at)
            await a_day(at)
            listed = await kept(at)
        assert len(listed) == 1
        assert "Proposal 1 “Ask the maker” was approved but not carried out in time" in listed[0]["text"]

    async def test_items_of_the_sample_are_marked(self, tmp_path: Path) -> None:
        """What belongs to the sample plan says so, for channels that leave this machine."""
        plan = {"id": "tour", "key": 1, "props": {"status": "active", "sample": True}}
        async with desk(tmp_path) as at:
            identity = await offered(at)
            rows = Effect("plans/create", plan), Effect("blocks/set", {"id": identity, "props": {"plan": "tour"}})
            await at.commit(Change(effects=rows, events=(Event(EventType.HEALTH_MEASURED, "none", {"trouble": []}),)))
            await a_day(at)
            listed = await kept(at)
        assert [one["sample"] for one in from_json(listed[0]["items"])] == [True]
