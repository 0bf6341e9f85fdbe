"""What the owner is told of the model, once: that texts leave, that it rests, that its budget is spent."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.edges.models.conftest import Served
from tests.unit.loop.chats import Chats, chats
from tests.unit.loop.desk import assumption, gap
from vibe.domain.acts import RaiseBudget
from vibe.domain.blocks import Block, Kind, Link, LinkType
from vibe.domain.commands import SetBlock
from vibe.domain.errors import BadInput, Refused
from vibe.domain.events import EventType
from vibe.kernel.spending import read_spending

pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.embedded,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]
HEAT = assumption("a-heat", "The boiler heats 40 flats down to -12 degrees without the second burner")
SALARY = assumption("a-salary", "The caretaker Olsen works for 3,100 EUR a month until 2031")
ROWS = {block.id: gap("unvalidated_assumption", block.id) for block in (HEAT, SALARY)}
GOAL = Block("goal", Kind.NORTH_STAR, "Sell the house to Olsen's brother")
SECRET = Block("t-secret", Kind.TASK, "Dismiss the caretaker Olsen in March", status="pending")


@asynccontextmanager
async def at_model(
    tmp_path: Path, served: Served, monkeypatch: pytest.MonkeyPatch, *, away: bool = False, **more: Any
) -> AsyncIterator[Chats]:
    """A desk with a chat, on the server as this machine or (by its unspecified address) as another one."""
    address = served.address.replace("127.0.0.1", "0.0.0.0") if away else served.address
    given = {"base_url": f"{address}/v1", "name": "m", "usd_per_million_in": 1000} | more
    for name, value in given.items():
        monkeypatch.setenv(f"VIBE_MODEL__{name.upper()}", str(value))
    async with chats(tmp_path) as at:
        yield at


async def told(at: Chats, words: str) -> int:
    """How many messages with these words the founder was sent."""
    await at.app.deliver_due()
    return sum(words in message.text for message in at.told)


async def test_what_leaves_is_named_once_and_what_is_private_stays(
    tmp_path: Path, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Entry and message come before the first call and only then; no private block's title is in any request."""
    async with at_model(tmp_path, served, monkeypatch, away=True) as at:
        await at.put([HEAT, SALARY, SECRET, GOAL], [Link(LinkType.DEPENDS_ON, "t-secret", "a-heat")])
        for identity in ("a-salary", "t-secret", "goal"):
            await at.app.execute(SetBlock(identity, {"private": "yes"}), actor="owner:cli")
        await at.open_gaps(ROWS["a-salary"])
        nothing_left = (served.seen(), await at.entries(EventType.MODEL_NAMED))
        await at.open_gaps(ROWS["a-heat"])
        await at.daily()
        asked, named = json.dumps(served.seen()), await at.entries(EventType.MODEL_NAMED)
        messages = await told(at, "leave this machine")
        by = {one["gap_id"]: one["argued"] for one in await at.proposals()}
    assert nothing_left == ([], [])
    assert by == {ROWS["a-heat"]["id"]: "m", ROWS["a-salary"]["id"]: "rules"}
    assert "boiler heats 40 flats" in asked
    assert "Olsen" not in asked
    assert [one["server"].partition(":")[0] for one in named] == ["0.0.0.0"]
    assert messages == 1


async def test_a_model_on_this_machine_needs_no_word(
    tmp_path: Path, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing leaves, so nothing is named, and neighbours may be shown to it."""
    async with at_model(tmp_path, served, monkeypatch) as at:
        await at.put([HEAT, SECRET], [Link(LinkType.DEPENDS_ON, "t-secret", "a-heat")])
        await at.app.execute(SetBlock("t-secret", {"private": "yes"}), actor="owner:cli")
        await at.open_gaps(ROWS["a-heat"])
        asked, named = json.dumps(served.seen()), await at.entries(EventType.MODEL_NAMED)
    assert named == []
    assert "Olsen" in asked


async def test_the_breaker_is_told_once_and_the_rules_take_over(
    tmp_path: Path, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After two failures rules draft; one message, also when the try after the rest fails; then it is over."""
    async with at_model(tmp_path, served, monkeypatch, breaker_after=2) as at:
        await at.put([HEAT, SALARY])
        served.script(*["500"] * 3)
        await at.open_gaps(ROWS["a-heat"])
        first, resting = await at.proposals(), await read_spending(at.app.graph, at.app.settings.model, at.clock.now())
        at.clock.advance(timedelta(minutes=11))
        await at.open_gaps(ROWS["a-salary"])  # the third 500: the breaker opens again, nobody is told again
        opened = await at.entries(EventType.BREAKER_TRIPPED)
        at.clock.advance(timedelta(minutes=11))
        await at.app.execute(SetBlock("a-salary", {"title": "Olsen works for 3,200 EUR until 2031"}), actor="owner:cli")
        await at.open_gaps(gap("unvalidated_decision", "a-salary"))
        closed, messages = await at.entries(EventType.BREAKER_CLOSED), await told(at, "times in a row")
    assert [one["argued"] for one in first] == ["rules"]
    assert resting["rests"] == "the model's server answered 500"
    assert [one["failures"] for one in opened] == [2]
    assert messages == 1
    assert len(closed) == 1


async def test_more_is_allowed_for_the_day_by_a_person_alone(
    tmp_path: Path, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A spent budget stops calls and is told once; what the owner allows holds that day and is in the ledger."""
    async with at_model(tmp_path, served, monkeypatch, usd_a_day=0.01) as at:
        await at.put([HEAT, SALARY])
        await at.open_gaps(*ROWS.values())
        spent, held, asked = await at.entries(EventType.BUDGET_SPENT), await at.gap_of(ROWS["a-heat"]), served.seen()
        for actor, command in (("agent:1", RaiseBudget(usd=1)), ("loop", RaiseBudget(usd=1))):
            with pytest.raises(Refused):
                await at.app.execute(command, actor=actor)
        for usd in (0, -1, 1_001):
            with pytest.raises(BadInput):
                await at.app.execute(RaiseBudget(usd=usd), actor="owner:cli")
        for usd in (40, 50):
            await at.app.execute(RaiseBudget(usd=usd), actor="owner:cli")
        await at.daily()
        found, raised = await at.proposals(), await at.entries(EventType.BUDGET_RAISED)
        told_now = await read_spending(at.app.graph, at.app.settings.model, at.clock.now())
        at.clock.advance(timedelta(days=1))
        tomorrow = await read_spending(at.app.graph, at.app.settings.model, at.clock.now())
        messages = await told(at, "budget is used up")
    assert (len(spent), asked) == (1, [])
    assert "vibe model allow" in held["skippedReason"]
    assert [one["argued"] for one in found] == ["m", "m"]
    assert [one["usd"] for one in raised] == [40, 90]
    assert (told_now["allowed_today"]["usd"], tomorrow["allowed_today"]["usd"]) == (pytest.approx(90.01), 0.01)
    assert told_now["today"]["count"] == 6
    assert messages == 1
