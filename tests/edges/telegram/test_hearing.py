"""What is carried out together, and what waits for what came before it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.edges.telegram.chats import served, unserved
from tests.telegram.emulator import Api
from tests.unit.loop.desk import Desk
from tests.unit.loop.ready import offer, offered, research
from vibe.domain import taps
from vibe.edges.telegram.hearing import TOGETHER, Heard, apart


@given(st.lists(st.sampled_from(["", "proposal 1", "proposal 2", "proposal 3", "question a"]), max_size=60))
def test_only_decisions_about_different_things_are_carried_out_together(abouts: list[str]) -> None:
    """Nothing is lost or overtaken; no two of a run are about the same, and what is no decision is by itself."""
    heard = [Heard(number, None, about) for number, about in enumerate(abouts)]
    runs = list(apart(heard))
    assert [one for run in runs for one in run] == heard
    assert all(len({one.about for one in run}) == len(run) <= TOGETHER for run in runs)
    assert all(len(run) == 1 for run in runs if any(not one.about for one in run))


@pytest.mark.asyncio
@pytest.mark.embedded
async def test_a_flurry_of_taps_is_decided_as_if_one_by_one(tmp_path: Path, api: Api) -> None:
    """Eight proposals, each tapped twice with other words, in one batch: the first word on each counts."""
    numbers = range(1, 9)
    async with unserved(tmp_path, api) as chat:
        desk = Desk(chat.world.app, chat.world.clock)
        await offered(desk)
        for number in numbers[1:]:
            await offer(desk, research(), number)
        digests = {row["number"]: row["digest"] for row in await chat.world.proposals("ready")}
        why = taps.RejectWhy.NOT_NOW
        for number in numbers:
            first, second = taps.approve(number, digests[number]), taps.reject(number, digests[number], why)
            words = (first, second) if number % 2 else (second, first)
            for data in words:
                query = {"id": f"{number}{data[0]}", "from": {"id": 42, "is_bot": False, "first_name": "Anna"}}
                shown = {"message_id": 1, "date": 1, "chat": {"id": 42, "type": "private"}, "text": "x"}
                tap = {"callback_query": query | {"chat_instance": "1", "data": data, "message": shown}}
                await chat.phone.update(tap, quietly=True)
        await chat.world.settle()
        async with served(chat.world):
            toasts = await chat.phone.toasts(2 * len(numbers))
        approved = [row["number"] for row in await chat.world.happened("ProposalApproved")]
        rejected = [row["number"] for row in await chat.world.happened("ProposalRejected")]
        faults = await chat.world.ledger_faults()
    assert (sorted(approved), sorted(rejected)) == ([1, 3, 5, 7], [2, 4, 6, 8])
    assert sum(toast.startswith("Not done") for toast in toasts) == len(numbers)
    assert faults == []
