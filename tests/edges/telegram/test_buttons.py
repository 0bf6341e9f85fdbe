"""Every button and typed word does what it says, over a real Bot API socket."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.edges.telegram.chats import Chat, a_chat, served, unserved
from tests.edges.telegram.offers import a_proposal, button, shown
from tests.telegram.emulator import Api, buttons_of
from tests.unit.loop.desk import Desk
from tests.unit.loop.ready import offered
from vibe.domain.canonical import from_json
from vibe.domain.commands import DecideProposal, PairPerson, RaiseQuestion
from vibe.domain.packets import PlannedTask, TaskPlan
from vibe.kernel.learnt import read_preferences

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


async def results(chat: Chat) -> list[dict[str, Any]]:
    """Approve all that waits; the results that are told."""
    await a_proposal(chat)
    proposals = await chat.world.proposals("ready")
    for proposal in proposals:
        await chat.world.command(DecideProposal(proposal["number"], "approve"))
        await chat.world.wait(seconds=2)
    return [await chat.heard(f"Result of {proposal['number']}") for proposal in proposals]


@pytest.mark.parametrize(
    ("label", "stance", "said"),
    [
        ("Supports", "supports", "Noted: supports."),
        ("Contradicts", "contradicts", "Noted: contradicts."),
        ("Beside", "beside", "Noted: beside the point."),
    ],
)
async def test_a_passage_is_judged(tmp_path: Path, api: Api, label: str, stance: str, said: str) -> None:
    """What only a person can judge has three buttons; the tap is the verdict, and evidence where it says anything."""
    async with a_chat(tmp_path, api) as chat:
        told = await results(chat)
        result, data = next(
            (one, data) for one in told for name, data in one["buttons"].items() if name.endswith(f" {label}")
        )
        convinced = next(
            (one, data) for one in told for name, data in one["buttons"].items() if name.endswith(" Convincing")
        )
        before = len(await chat.world.happened("EvidenceAdded"))
        toast = await tapped(chat, result, data)
        stays = await tapped(chat, *convinced)
        judged = [row["stance"] for row in await chat.world.happened("CandidateJudged")]
        evidence = len(await chat.world.happened("EvidenceAdded")) - before
        withdrawn = await chat.world.happened("EvidenceWithdrawn")
    assert (toast, judged, evidence) == (said, [stance], 0 if label == "Beside" else 1)
    assert (stays, withdrawn) == ("Good: it stays.", [])


@pytest.mark.parametrize("way", ["tap", "word"])
async def test_what_cannot_be_taken_back_needs_a_second_tap(tmp_path: Path, api: Api, way: str) -> None:
    """Tapped or typed, the first yes only brings a button that names the effect; that one decides."""
    plan = TaskPlan((PlannedTask("Order the oven"), PlannedTask("Fit the oven")))
    async with unserved(tmp_path, api) as chat, AsyncExitStack() as stack:
        await offered(Desk(chat.world.app, chat.world.clock), plan)
        proposal = (await chat.world.proposals("ready"))[0]
        await chat.world.settle()
        await stack.enter_async_context(served(chat.world))
        await chat.phone.say("1")
        details = await chat.heard("Why now")
        if way == "tap":
            asks = await tapped(chat, details, button(details, "a:1:"))
            rows = from_json((await chat.phone.calls("editMessageReplyMarkup", 1))[0]["given"]["reply_markup"])
            named = next(key for key, data in buttons_of(rows).items() if data.startswith("y:1:"))
        else:
            await chat.phone.say("/approve_1")
            sure = await chat.heard("cannot be taken back")
            asks, named = sure["text"], next(iter(sure["buttons"]))
        before = await chat.world.app.graph.read("decisions/verdict", proposal=proposal["id"])
        toast = await tapped(chat, details, f"y:1:{proposal['digest'][:12]}")
        decided = await verdict(chat, proposal)
    assert "cannot be taken back" in asks
    assert named == "Yes: Creates the task “Order the oven” (P2)."
    assert before == []
    assert (toast, decided[0]) == ("Proposal 1 is approved.", "approved")


async def test_buttons_work_after_a_restart(tmp_path: Path, api: Api) -> None:
    """What was asked and offered before the daemon ended is answered and decided by the next one."""
    async with unserved(tmp_path, api) as chat:
        async with served(chat.world):
            proposal = await a_proposal(chat)
            digest = await shown(chat, proposal)
            await chat.world.command(RaiseQuestion("Auth0 or our own?", ("Auth0", "Own")), "agent:build_agent")
            question = await chat.heard("Auth0 or our own?")
        async with served(chat.world):
            chosen = await tapped(chat, question, button(question, "o:"))
            approved = await tapped(chat, digest, digest["approve"])
        answers = await chat.world.happened("AnswerRecorded")
    assert chosen == "Noted: A) Auth0"
    assert approved == f"Proposal {proposal['number']} is approved."
    assert [row["option"] for row in answers] == ["A"]


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


async def test_a_risk_is_accepted_until_a_date(tmp_path: Path, api: Api) -> None:
    """The tap opens 30 days, 90 days and a date of one's own; what is no date is refused with the form to use."""
    async with a_chat(tmp_path, api) as chat:
        await a_proposal(chat)
        proposals = await chat.world.proposals("ready")
        details = []
        for proposal in proposals:
            await chat.phone.say(str(proposal["number"]))
            details.append(await chat.heard("Why now", times=len(details) + 1))
        first, second = (one["buttons"]["I accept the risk"] for one in details)
        await tapped(chat, details[0], first)
        opened = (await chat.phone.calls("editMessageReplyMarkup", 1))[0]["given"]["reply_markup"]
        quarter = await tapped(chat, details[0], f"{first[:-1]}q")
        await tapped(chat, details[1], f"{second[:-1]}t")
        prompt = await chat.heard("Until when")
        await chat.phone.say("next spring", reply_to=prompt)
        refused = await chat.heard("Not done")
        await chat.phone.say("2026-12-31", reply_to=prompt)
        await chat.heard("until 2026-12-31")
        marks = {str(row["accepted_until"])[:10] for row in await chat.world.gaps("suppressed")}
    assert [f"{first[:-1]}{word}" in opened for word in "mqt"] == [True, True, True]
    assert "2026-05-31" in quarter
    assert "write 2026-12-31" in refused["text"]
    assert marks == {"2026-05-31", "2026-12-31"}


async def test_a_gap_is_answered_itself(tmp_path: Path, api: Api) -> None:
    """Evidence and "not a gap" are asked for in words; an accepted risk comes back in thirty days."""
    async with a_chat(tmp_path, api) as chat:
        proposal = await a_proposal(chat)
        digest = await shown(chat, proposal)
        first, second = (await chat.world.gaps())[:2]
        accepted = await tapped(chat, digest, f"g:{first['id'][:8]}:m")
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


async def test_words_about_nothing_become_a_preference_or_a_wish(tmp_path: Path, api: Api) -> None:
    """A standing preference is asked about and counts after a tap; a directive is kept; the rest is not understood."""
    async with a_chat(tmp_path, api) as chat:
        await chat.phone.say("No paid tools, please")
        asked = await chat.heard("Is this a standing preference?")
        toast = await tapped(chat, asked, next(data for data in asked["buttons"].values() if data.endswith(":y")))
        await chat.phone.say("Sales are low, look at the ads")
        await chat.heard("nothing is done by it")
        await chat.phone.say("Nice weather")
        await chat.heard("I do not know what that is about")
        (found,) = await read_preferences(chat.world.app.graph)
        (wish,) = await chat.world.app.graph.read("learning/intents", status="waiting", limit=5)
    assert ("is a standing preference now" in toast, found["status"]) == (True, "active")
    assert (wish["wanted"], wish["by"]) == ("Sales are low, look at the ads", "telegram:42")
