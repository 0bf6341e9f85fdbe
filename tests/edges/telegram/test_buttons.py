"""Every button and typed word does what it says, over a real Bot API socket."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.edges.telegram.chats import Chat, a_chat
from tests.edges.telegram.offers import a_proposal, button, shown
from tests.telegram.emulator import Api
from vibe.domain.commands import PairPerson, RaiseQuestion

pytestmark = [pytest.mark.asyncio, pytest.mark.embedded]


async def tapped(chat: Chat, message: Mapping[str, Any], data: str) -> str:
    """Tap, and wait for the answer to this tap."""
    before = len(await chat.phone.toasts(0))
    await chat.phone.tap(message, data)
    return (await chat.phone.toasts(before + 1))[before]


async def verdict(chat: Chat, proposal: Mapping[str, Any]) -> tuple[str, str | None, str]:
    """What was decided."""
    row = (await chat.world.app.graph.read("decisions/verdict", proposal=proposal["id"]))[0]
    return row["outcome"], row["rejection_type"], row["reason"]


async def test_reject_opens_its_reasons_below_the_row_and_closes_them_again(tmp_path: Path, api: Api) -> None:
    """The other proposals keep their buttons; one of the reasons decides."""
    async with a_chat(tmp_path, api) as chat:
        proposal = await a_proposal(chat)
        digest = await shown(chat, proposal)
        number = proposal["number"]
        reject = button(digest, f"r:{number}::")
        await tapped(chat, digest, reject)
        opened = (await chat.phone.calls("editMessageReplyMarkup", 1))[0]["given"]["reply_markup"]
        reason = f"r:{number}:b:{proposal['digest'][:12]}"
        toast = await tapped(chat, digest, reason)
        decided = await verdict(chat, proposal)
    assert reason in opened
    assert all(data in opened for data in digest["buttons"].values())
    assert "rejected (bad approach)" in toast
    assert decided == ("rejected", "bad_approach", "")


async def test_say_why_keeps_the_words(tmp_path: Path, api: Api) -> None:
    """The reply to the prompt is the reason of the rejection."""
    async with a_chat(tmp_path, api) as chat:
        proposal = await a_proposal(chat)
        digest = await shown(chat, proposal)
        await tapped(chat, digest, f"r:{proposal['number']}:w:{proposal['digest'][:12]}")
        prompt = await chat.heard("Why do you reject")
        await chat.phone.say("We have no money left", reply_to=prompt)
        await chat.heard("is rejected (not now)")
        decided = await verdict(chat, proposal)
    assert prompt["markup"]["force_reply"]
    assert decided == ("rejected", "not_now", "We have no money left")


async def test_a_number_that_was_never_shown_decides_nothing(tmp_path: Path, api: Api) -> None:
    """Ben was let in after the digest: his typed number shows the proposal first, then it decides."""
    async with a_chat(tmp_path, api) as chat:
        proposal = await a_proposal(chat)
        await chat.world.command(PairPerson("telegram:43", "43", "Ben"))
        ben = Chat(chat.world, chat.phone.of(43, "Ben"))
        await ben.phone.say(f"/approve_{proposal['number']}")
        refusal = await ben.heard("not shown")
        undecided = await chat.world.app.graph.read("decisions/verdict", proposal=proposal["id"])
        await ben.heard("Why now")
        await ben.phone.say(f"/approve_{proposal['number']}")
        await ben.heard("is approved")
        decided = await verdict(chat, proposal)
    assert "nothing was decided" in refusal["text"]
    assert undecided == []
    assert decided[0] == "approved"


async def test_what_changed_since_is_shown_instead(tmp_path: Path, api: Api) -> None:
    """A button of another version decides nothing; the proposal follows as it stands."""
    async with a_chat(tmp_path, api) as chat:
        proposal = await a_proposal(chat)
        digest = await shown(chat, proposal)
        toast = await tapped(chat, digest, f"a:{proposal['number']}:{'0' * 12}")
        follows = await chat.heard("Why now")
        undecided = await chat.world.app.graph.read("decisions/verdict", proposal=proposal["id"])
    assert "changed since" in toast
    assert follows["text"].startswith(f"{proposal['number']}. ")
    assert undecided == []


async def test_approve_in_reply_to_its_message(tmp_path: Path, api: Api) -> None:
    """`/approve` alone means the proposal of the message it replies to; without a reply it means none."""
    async with a_chat(tmp_path, api) as chat:
        proposal = await a_proposal(chat)
        await shown(chat, proposal)
        await chat.phone.say("/approve")
        await chat.heard("say which one")
        await chat.phone.say(str(proposal["number"]))
        details = await chat.heard("Why now")
        await chat.phone.say("/approve", reply_to=details)
        await chat.heard("is approved")
        decided = await verdict(chat, proposal)
    assert decided[0] == "approved"


async def test_an_approval_is_taken_back_and_a_kind_allowed_for_good(tmp_path: Path, api: Api) -> None:
    """Cancel works until it began; after that the person is told that it is too late. Always allow is a permission."""
    async with a_chat(tmp_path, api) as chat:
        proposal = await a_proposal(chat)
        digest = await shown(chat, proposal)
        number = proposal["number"]
        await tapped(chat, digest, button(digest, f"a:{number}:"))
        allowed = await tapped(chat, digest, f"w:{number}")
        cancelled = await tapped(chat, digest, f"c:{number}")
        again = await tapped(chat, digest, f"c:{number}")
        permissions = await chat.world.app.graph.read("decisions/permissions", statuses=["active"], limit=10)
    assert "Allowed from now on" in allowed
    assert cancelled == f"Proposal {number} is cancelled."
    assert again.startswith("Not done")
    assert [row["what"] for row in permissions] == ["research"]


async def test_a_remark_becomes_a_reason_or_a_note(tmp_path: Path, api: Api) -> None:
    """The words stand on the rejection; the buttons of the remark are gone."""
    async with a_chat(tmp_path, api) as chat:
        proposal = await a_proposal(chat)
        await shown(chat, proposal)
        await chat.phone.say(str(proposal["number"]))
        details = await chat.heard("Why now")
        await chat.phone.say("My uncle knows the landlord", reply_to=details)
        remark = await chat.heard("I kept this")
        noted = await tapped(chat, remark, remark["buttons"]["Just a note"])
        rejected = await tapped(chat, remark, remark["buttons"]["Reject with this reason"])
        decided = await verdict(chat, proposal)
        gone = (await chat.phone.calls("editMessageReplyMarkup", 1))[-1]["given"].get("reply_markup")
    assert noted == "Kept as a note."
    assert "is rejected" in rejected
    assert decided == ("rejected", "not_now", "My uncle knows the landlord")
    assert not gone


async def test_words_answer_the_one_question_that_is_open(tmp_path: Path, api: Api) -> None:
    """Without a reply too; a bare number is details even then; a command in reply to the question is refused."""
    async with a_chat(tmp_path, api) as chat:
        proposal = await a_proposal(chat)
        await chat.world.command(RaiseQuestion("Auth0 or our own?", ("Auth0", "Own")), "agent:build_agent")
        question = await chat.heard("Auth0 or our own?")
        await chat.phone.say("/approve_1", reply_to=question)
        await chat.heard("looks like a command")
        await chat.phone.say(str(proposal["number"]))
        await chat.heard("Why now")
        before = await chat.world.happened("AnswerRecorded")
        await chat.phone.say("our own, please")
        await chat.heard("Noted")
        answers = await chat.world.happened("AnswerRecorded")
        undecided = await chat.world.app.graph.read("decisions/verdict", proposal=proposal["id"])
    assert before == []
    assert len(answers) == 1
    assert undecided == []


async def test_an_option_is_tapped(tmp_path: Path, api: Api) -> None:
    """The button's letter is the answer; a second tap is told that it was answered."""
    async with a_chat(tmp_path, api) as chat:
        await chat.world.command(RaiseQuestion("Auth0 or our own?", ("Auth0", "Own")), "agent:build_agent")
        question = await chat.heard("Auth0 or our own?")
        data = next(one for one in question["buttons"].values() if one.endswith(":B"))
        toast = await tapped(chat, question, data)
        late = await tapped(chat, question, data.replace(":B", ":A"))
        answers = await chat.world.happened("AnswerRecorded")
    assert toast == "Noted: B) Own"
    assert "already answered" in late
    assert [row["option"] for row in answers] == ["B"]


async def test_a_gap_is_answered_itself(tmp_path: Path, api: Api) -> None:
    """Evidence and "not a gap" are asked for in words; an accepted risk comes back in thirty days."""
    async with a_chat(tmp_path, api) as chat:
        proposal = await a_proposal(chat)
        digest = await shown(chat, proposal)
        first, second = (await chat.world.gaps())[:2]
        accepted = await tapped(chat, digest, f"g:{first['id'][:8]}:a")
        await tapped(chat, digest, f"g:{second['id'][:8]}:n")
        prompt = await chat.heard("not a gap?")
        await chat.phone.say("The lease says so", reply_to=prompt)
        await chat.heard("Noted as no gap")
        marks = {row["id"]: row["mark"] for row in await chat.world.gaps("suppressed")}
    assert "2026-04-01" in accepted
    assert marks == {first["id"]: "accepted", second["id"]: "noise"}


@pytest.mark.parametrize(
    ("words", "answer"),
    [("/pending", "Waiting for you"), ("/status", "The loop is on."), ("/gaps", "Open gaps"), ("/nonsense", "/help")],
)
async def test_what_is_asked_is_told(tmp_path: Path, api: Api, words: str, answer: str) -> None:
    """The lists are short and come at once."""
    async with a_chat(tmp_path, api) as chat:
        await a_proposal(chat)
        await chat.phone.say(words)
        told = await chat.heard(answer)
    assert len(told["text"]) <= 1500
