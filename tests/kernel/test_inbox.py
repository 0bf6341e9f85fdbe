"""The inbox: what came in is kept in order, once, and forgotten when it was dealt with."""

import pytest

from tests.stores import fresh_store
from vibe.kernel.inbox import Arrival, Inbox
from vibe.testing import ManualClock

pytestmark = [pytest.mark.asyncio, pytest.mark.embedded]


async def test_what_came_is_kept_once_and_in_order() -> None:
    """Brought again, also after it was dealt with, it is nothing new; the numbers give the order."""
    async with fresh_store() as store:
        inbox = Inbox(store, ManualClock(), "telegram")
        await inbox.keep([Arrival(12, "c"), Arrival(2, "a"), Arrival(7, "b")])
        await inbox.close([2])
        await inbox.keep([Arrival(2, "a"), Arrival(7, "b"), Arrival(100, "d")])
        waiting = [(row["n"], row["raw"]) for row in await inbox.waiting()]
    assert waiting == [(7, "b"), (12, "c"), (100, "d")]


async def test_words_that_were_dealt_with_are_forgotten() -> None:
    """The row keeps its number and loses its text."""
    async with fresh_store() as store:
        inbox = Inbox(store, ManualClock(), "telegram")
        await inbox.keep([Arrival(1, '{"text": "my secret"}')])
        await inbox.close([1])
        assert await inbox.waiting() == []
        done = await store.read("inbox/waiting", state="done", after=-1, limit=10)
    assert [(row["n"], row["raw"]) for row in done] == [(1, "")]


async def test_how_the_channel_is_can_be_read_by_other_processes() -> None:
    """The last note counts."""
    async with fresh_store() as store:
        inbox = Inbox(store, ManualClock(), "telegram")
        assert await inbox.noted() is None
        await inbox.note("second_poller", "stop it", bot="TestNameBot")
        await inbox.note("", bot="TestNameBot")
        noted = await inbox.noted()
    assert noted is not None
    assert (noted["trouble"], noted["bot"]) == ("", "TestNameBot")
