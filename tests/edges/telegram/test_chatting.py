"""Sending and editing over a real Bot API socket: every refusal has its answer."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from tests.telegram.emulator import Api, Phone, phone_of
from vibe.domain.errors import Gone, Permanent, Transient
from vibe.domain.messages import Button, Message
from vibe.edges.telegram.messenger import TelegramMessenger
from vibe.testing import ManualClock

pytestmark = pytest.mark.asyncio


@asynccontextmanager
async def a_messenger(api: Api, clock: ManualClock, gap_s: int = 0) -> AsyncIterator[tuple[TelegramMessenger, Phone]]:
    """A messenger with a bot of its own, and Anna's phone."""
    token = api.new_token()
    messenger = TelegramMessenger(token, api.url, timedelta(seconds=gap_s), clock)
    async with phone_of(api, token) as phone:
        try:
            yield messenger, phone
        finally:
            await messenger.aclose()


async def test_a_long_message_goes_in_parts_with_the_buttons_on_the_last(api: Api) -> None:
    """4,097 characters are two messages, in order; a reply is one only with its first part."""
    async with a_messenger(api, ManualClock()) as (messenger, phone):
        (first,) = await messenger.send("42", Message("one"))
        message = Message("x" * 4097, ((Button("Go", "t"), Button("Page", url="https://v.example/")),), reply_to=first)
        ids = await messenger.send("42", message)
        sent = await phone.sent(3)
    assert [len(one["text"]) for one in sent] == [3, 4096, 1]
    assert [one["buttons"] for one in sent] == [{}, {}, {"Go": "t", "Page": "https://v.example/"}]
    assert [str(one["id"]) for one in sent] == [first, *ids]
    assert [str(one["reply_to"]) for one in sent] == ["None", first, "None"]


async def test_an_answer_can_be_asked_for(api: Api) -> None:
    """The phone opens a reply with the placeholder; a silent message makes no sound."""
    async with a_messenger(api, ManualClock()) as (messenger, phone):
        await messenger.send("42", Message("Why?", ask="Your reason", silent=True))
        (sent,) = await phone.sent(1)
    assert sent["markup"] == {"force_reply": True, "selective": True, "input_field_placeholder": "Your reason"}
    assert sent["silent"]


async def test_an_edit_that_changes_nothing_is_done(api: Api) -> None:
    """Telegram calls it an error; here it is the goal."""
    async with a_messenger(api, ManualClock()) as (messenger, phone):
        (sent,) = await messenger.send("42", Message("one"))
        await messenger.edit("42", sent, Message("two"))
        await messenger.edit("42", sent, Message("two"))
        calls = await phone.calls("editMessageText", 2)
    assert [call["code"] for call in calls] == [200, 400]


@pytest.mark.parametrize(
    ("method", "code", "description", "kind"),
    [
        ("sendMessage", 403, "Forbidden: bot was blocked by the user", Gone),
        ("sendMessage", 400, "Bad Request: chat not found", Gone),
        ("editMessageText", 400, "Bad Request: message to edit not found", Gone),
        ("sendMessage", 400, "Bad Request: can't parse entities", Permanent),
        ("sendMessage", 502, "Bad Gateway", Transient),
        ("editMessageText", 500, "Internal Server Error", Transient),
        ("sendMessage", 401, "Unauthorized", Transient),
    ],
)
async def test_a_refusal_says_the_way_forward(
    api: Api, method: str, code: int, description: str, kind: type[Exception]
) -> None:
    """Gone for good, never possible, or later; the token never stands in it."""
    async with a_messenger(api, ManualClock()) as (messenger, phone):
        (sent,) = await messenger.send("42", Message("one"))
        await phone.fault(method, code, description=description)
        again = Message("two")
        trying = messenger.send("42", again) if method == "sendMessage" else messenger.edit("42", sent, again)
        with pytest.raises(kind) as refused:
            await trying
    assert phone.token not in f"{refused.value!r} {refused.value.__cause__!r}"


async def test_a_page_instead_of_an_answer_is_tried_later(api: Api) -> None:
    """What a broken proxy says is no answer of Telegram's."""
    async with a_messenger(api, ManualClock()) as (messenger, phone):
        await phone.fault("sendMessage", 502, raw="<html>Bad Gateway</html>")
        with pytest.raises(Transient):
            await messenger.send("42", Message("one"))
        assert await messenger.send("42", Message("one"))


async def test_silence_lasts_as_long_as_telegram_says(api: Api) -> None:
    """For 120 s nothing is even tried, in any chat; whoever tries is told how long is left."""
    clock = ManualClock()
    async with a_messenger(api, clock) as (messenger, phone):
        await phone.fault("sendMessage", 429, parameters={"retry_after": 120})
        with pytest.raises(Transient) as first:
            await messenger.send("42", Message("one"))
        clock.advance(timedelta(seconds=50))
        with pytest.raises(Transient) as second:
            await messenger.send("43", Message("other"))
        tried = len(await phone.calls("sendMessage", 1))
        clock.advance(timedelta(seconds=70))
        await messenger.send("42", Message("one"))
    assert (first.value.retry_after_s, second.value.retry_after_s, tried) == (120, 70, 1)


async def test_it_goes_slower_after_a_429_and_faster_again_later(api: Api) -> None:
    """Two seconds a message after the first 429, four after the second, and the old pace after quiet minutes."""
    clock = ManualClock()
    gaps = []
    async with a_messenger(api, clock, gap_s=1) as (messenger, phone):
        pacer = messenger.bot.rate_limiter
        for _ in range(2):
            await phone.fault("sendMessage", 429, parameters={"retry_after": 5})
            with pytest.raises(Transient):
                await messenger.send("42", Message("one"))
            clock.advance(timedelta(minutes=1))
            gaps.append(pacer.gap_s)  # type: ignore[union-attr]
        clock.advance(timedelta(minutes=20))
        await messenger.send("42", Message("two"))
        gaps.append(pacer.gap_s)  # type: ignore[union-attr]
    assert gaps == [2.0, 4.0, 1.0]


async def test_a_tap_that_is_too_old_needs_no_answer(api: Api) -> None:
    """Telegram refuses late answers; the decision stands all the same."""
    async with a_messenger(api, ManualClock()) as (messenger, phone):
        text = "Bad Request: query is too old and response timeout expired or query ID is invalid"
        await phone.fault("answerCallbackQuery", 400, description=text)
        await messenger.chat.answer_tap("1", "Approved")
        calls = await phone.calls("answerCallbackQuery", 1)
    assert [call["code"] for call in calls] == [400]
