"""The guard over a real Bot API socket: nobody but an approver, in their own chat, in their own words, decides."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.edges.telegram.chats import Chat, a_chat
from tests.edges.telegram.offers import a_proposal, shown
from tests.telegram.emulator import Api
from vibe.domain.commands import RaiseQuestion

pytestmark = [pytest.mark.asyncio, pytest.mark.embedded]
MALLORY = 666_001
DAY = timedelta(days=1)
GROUP = {"chat": {"id": -100, "type": "supergroup", "title": "Board"}}
PASSED_ON = {"forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "Mallory"}}
Trick = Callable[[Chat, Mapping[str, Any], str], Awaitable[Any]]


async def edited(chat: Chat, message: Mapping[str, Any], order: str) -> None:
    """Anna's own message, edited into an approval."""
    del message
    await chat.phone.update({"edited_message": chat.phone.message(order, edit_date=1)})


async def forwarded(chat: Chat, message: Mapping[str, Any], order: str) -> None:
    """Somebody's approval, forwarded by Anna."""
    del message
    await chat.phone.say(order, **PASSED_ON)


async def by_a_bot(chat: Chat, message: Mapping[str, Any], order: str) -> None:
    """An inline bot's text in Anna's chat."""
    del message
    await chat.phone.say(order, via_bot={"id": 5, "is_bot": True, "first_name": "Helper"})


async def in_a_group(chat: Chat, message: Mapping[str, Any], order: str) -> None:
    """The right person in an unknown group."""
    del message
    await chat.phone.say(order, **GROUP)


async def tapped_in_a_group(chat: Chat, message: Mapping[str, Any], order: str) -> None:
    """The right person taps in an unknown group."""
    del order
    await chat.phone.tap(message, message["approve"], message={**as_in_group(message)})


async def by_a_stranger(chat: Chat, message: Mapping[str, Any], order: str) -> None:
    """A stranger in their own chat."""
    del message
    await chat.phone.of(MALLORY).say(order)


async def tapped_by_a_stranger(chat: Chat, message: Mapping[str, Any], order: str) -> None:
    """A stranger's tap in Anna's chat."""
    del order
    mallory = {"id": MALLORY, "is_bot": False, "first_name": "Mallory"}
    await chat.phone.tap(message, message["approve"], **{"from": mallory})


async def in_somebodys_chat(chat: Chat, message: Mapping[str, Any], order: str) -> None:
    """Anna's words in a chat that is not hers."""
    del message
    await chat.phone.say(order, chat={"id": MALLORY, "type": "private"})


async def never_tapped_data(chat: Chat, message: Mapping[str, Any], order: str) -> None:
    """A button nobody made."""
    del order
    await chat.phone.tap(message, "a:1:zzzzzz")


def as_in_group(message: Mapping[str, Any]) -> dict[str, Any]:
    """The bot's message as it would stand in a group."""
    return {"message_id": message["id"], "date": 1, "text": message["text"], **GROUP}


@pytest.mark.parametrize(
    "trick",
    [
        edited, forwarded, by_a_bot, in_a_group, tapped_in_a_group, by_a_stranger, tapped_by_a_stranger,
        in_somebodys_chat, never_tapped_data,
    ],
)  # fmt: skip
async def test_a_trick_decides_nothing(tmp_path: Path, api: Api, trick: Trick) -> None:
    """The proposal waits as before, nothing is in the ledger, and Anna's next word is heard."""
    async with a_chat(tmp_path, api) as chat:
        proposal = await a_proposal(chat)
        message = await shown(chat, proposal)
        entries = len(await chat.world.app.graph.read("ledger/page", after=0, limit=1000))
        await trick(chat, message, f"/approve_{proposal['number']}")
        await chat.phone.say("/help")
        await chat.phone.heard("What you can say")
        after = len(await chat.world.app.graph.read("ledger/page", after=0, limit=1000))
        verdicts = await chat.world.app.graph.read("decisions/verdict", proposal=proposal["id"])
    assert verdicts == []
    assert after == entries


async def test_a_stranger_gets_one_short_line_a_day(tmp_path: Path, api: Api) -> None:
    """However much they write; the next day one more."""
    async with a_chat(tmp_path, api) as chat:
        mallory = chat.phone.of(MALLORY)
        for text in ("hello", "/start", "WWWW-2222", "/approve_1"):
            await mallory.say(text)
        await chat.phone.say("/help")
        await chat.phone.heard("What you can say")
        first = [one["text"] for one in await mallory.sent(1)]
        chat.world.clock.advance(DAY)
        await mallory.say("hello again")
        await mallory.heard("This bot", times=2)
        second = [one["text"] for one in await mallory.sent(1)]
    assert first == ["This bot works for its owner only."]
    assert second == first * 2


async def test_what_looks_like_a_command_inside_an_answer_decides_nothing(tmp_path: Path, api: Api) -> None:
    """As a reply to "say why" a command is refused; the proposal and its reason stay open."""
    async with a_chat(tmp_path, api) as chat:
        proposal = await a_proposal(chat)
        message = await shown(chat, proposal)
        digest = proposal["digest"][:12]
        await chat.phone.tap(message, f"r:{proposal['number']}:w:{digest}")
        prompt = await chat.phone.heard("Why do you reject")
        await chat.phone.say(f"/approve_{proposal['number']}", reply_to=prompt)
        answer = await chat.phone.heard("Not done")
        status = (await chat.world.proposals("ready"))[0]["number"]
    assert prompt["markup"]["force_reply"]
    assert "decides nothing" in answer["text"]
    assert status == proposal["number"]


async def test_a_yes_with_two_open_questions_answers_neither(tmp_path: Path, api: Api) -> None:
    """The person is asked which one they mean."""
    async with a_chat(tmp_path, api) as chat:
        for words in ("Auth0 or our own?", "Berlin or Vienna?"):
            await chat.world.command(RaiseQuestion(words, ("one", "two")))
        await chat.phone.say("yes")
        sent = await chat.phone.heard("Several")
        answers = await chat.world.happened("AnswerRecorded")
    assert "Berlin or Vienna?" in sent["text"]
    assert answers == []
