"""A founder's day on Telegram, over a real Bot API socket, from pairing to the agent that gets its decision."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.acceptance.world import a_small_plan
from tests.edges.http.site import web_of
from tests.edges.telegram.chats import Chat, a_chat
from tests.edges.telegram.offers import button
from tests.telegram.emulator import Api
from vibe.domain.blocks import Block, Kind
from vibe.domain.commands import AddBlocks, DecideProposal, OfferPairing, RaiseQuestion
from vibe.domain.pairings import hash_of
from vibe.domain.plans import PlanReading
from vibe.edges.http.keys import owner_key

MORE = (
    "Roast the beans ourselves in the cellar",
    "Heat the shop with a wood stove",
    "Deliver cakes by bicycle courier",
    "Open a branch in Hamburg within a year",
    "Print the menu on slate boards",
    "Hire an accountant instead of software",
)
WEIGHTY = {"grade": "Critical"}
SECOND = 12
"""The second digest tells of this number."""

pytestmark = [pytest.mark.asyncio, pytest.mark.embedded]


def a_plan() -> PlanReading:
    """The small plan of a café and its review, with some decisions more that nothing backs."""
    plan = a_small_plan()
    titles = {
        "d-hours": "Close the café at six in the evening",
        "d-staff": "Two baristas are enough for the first year",
        "d-loan": "Finance the opening with a bank loan of 40,000 EUR",
    }
    more = [Block(key, Kind.DECISION, title, f"{title}.", properties=WEIGHTY) for key, title in titles.items()]
    more += [Block(f"d-{place}", Kind.DECISION, title, f"{title}.") for place, title in enumerate(MORE)]
    ours = [replace(block, properties={**block.properties, **WEIGHTY}) for block in plan.blocks]
    return replace(plan, blocks=(*ours, *more))


async def number_of(chat: Chat, words: str) -> int:
    """The number of the proposal whose title holds these words."""
    return next(row["number"] for row in await chat.world.proposals("ready") if words in row["title"])


async def pairing(chat: Chat) -> None:
    """The code from the terminal, sent as the link sends it, and the test button."""
    await chat.world.command(OfferPairing(hash_of("ABCD2345")))
    await chat.phone.say("/start ABCD2345")
    welcome = await chat.heard("You are in")
    assert "It works" in await tapped(chat, welcome, welcome["buttons"]["Test"])


async def tapped(chat: Chat, message: dict[str, Any], data: str) -> str:
    """Tap, and wait for the answer to this tap."""
    before = len(await chat.phone.toasts(0))
    await chat.phone.tap(message, data)
    return (await chat.phone.toasts(before + 1))[before]


async def first_digest(chat: Chat) -> dict[str, Any]:
    """A plan is brought in and a cycle run: one digest with five items on one screen."""
    await chat.world.app.import_plan(a_plan(), actor="owner:cli")
    await chat.world.wait(seconds=2)
    digest = await chat.heard("Vibe Proposals")
    assert "(5 items)" in digest["text"]
    assert len(digest["text"]) <= 1500
    return digest


async def deciding(chat: Chat, digest: dict[str, Any], rent: int, hours: int) -> None:
    """A tap approves one, a typed command rejects another; the digest says so where it stands."""
    assert await tapped(chat, digest, button(digest, f"a:{rent}:")) == f"Proposal {rent} is approved."
    await chat.phone.say(f"/Reject_{hours}@TestNameBot bad_approach ask the neighbours first")
    assert "(bad approach)" in (await chat.heard(f"Proposal {hours} is rejected"))["text"]
    await chat.world.settle()
    told = [one["text"] for one in await chat.phone.edits(1) if one["text"].startswith("🔔")][-1]
    rejected = (await chat.world.happened("ProposalRejected"))[0]
    assert (rejected["rejection_type"], rejected["by"]) == ("bad_approach", "telegram:42")
    assert ("✅ done" in told, "rejected" in told) == (True, True)
    assert f"/approve_{hours}" not in told


async def later(chat: Chat, digest: dict[str, Any], staff: int) -> None:
    """Later opens the times below its row; in an hour the proposal comes again by itself."""
    await tapped(chat, digest, button(digest, f"l:{staff}:"))
    rows = (await chat.phone.calls("editMessageReplyMarkup", 1))[0]["given"]["reply_markup"]
    assert f"l:{staff}:h" in rows
    assert "comes again Mon 2 March 09:00" in await tapped(chat, digest, f"l:{staff}:h")
    await chat.world.wait(minutes=58)
    before = [one for one in await chat.phone.sent(0) if one["text"].startswith(f"{staff}. ")]
    await chat.world.wait(minutes=2)
    await chat.world.wait(minutes=1)
    assert before == []
    await chat.heard("for the first year” [HIGH]\n\nWhy now")


async def remarking(chat: Chat, loan: int) -> None:
    """A number shows details; words in reply are kept, and Redo has the proposal written anew."""
    await chat.phone.say(str(loan))
    details = await chat.heard("“Finance the opening with a bank loan of 40,000 EUR” [HIGH]\n\nWhy now")
    await chat.phone.say("Ask the second bank as well", reply_to=details)
    remark = await chat.heard("I kept this")
    assert "written anew" in await tapped(chat, remark, remark["buttons"]["Redo with this"])
    await chat.world.wait(seconds=2)
    redone = [row for row in await chat.world.happened("ProposalRedrafted") if row["why"] == "words"]
    assert [row["number"] for row in redone] == [loan]


async def on_the_page(chat: Chat, staff: int) -> None:
    """A decision on the page edits the message in the chat."""
    await chat.world.command(DecideProposal(staff, "reject", rejection_type="never"), actor="owner:page")
    await chat.world.settle()
    texts = [one["text"] for one in await chat.phone.edits(1)]
    assert [text for text in texts if text.startswith(f"{staff}. Find what backs") and "rejected" in text]


async def unconvinced(chat: Chat, rent: int) -> None:
    """The result answers the message that asked; what does not convince is taken back with the reason."""
    result = await chat.heard(f"Result of {rent}")
    data = next(one for one in result["buttons"].values() if one.startswith("v:") and one.endswith("-"))
    await tapped(chat, result, data)
    prompt = await chat.heard("What does not convince you")
    await chat.phone.say("That is the seller's own figure", reply_to=prompt)
    assert "gap opens again" in (await chat.heard("Taken back"))["text"]
    withdrawn = await chat.world.happened("EvidenceWithdrawn")
    assert [row["reason"] for row in withdrawn] == ["That is the seller's own figure"]


class Stuck:
    """An agent with its own key that asks over HTTP and waits for the answer there."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    @classmethod
    async def registered(cls, chat: Chat, http: httpx.AsyncClient) -> Stuck:
        """Let the owner register it."""
        owner = {"Authorization": f"Bearer {owner_key(chat.world.app.home)}"}
        body = {"name": "Build Agent", "capabilities": [{"action": "build"}]}
        made = await http.post("/api/agents", json=body, headers=owner)
        http.headers["Authorization"] = f"Bearer {made.json()['api_key']}"
        return cls(http)

    async def ask(self, words: str) -> asyncio.Task[httpx.Response]:
        """Ask; the task ends when the answer is there."""
        options = ["Auth0 - managed, costs money", "Firebase - Google lock-in", "Custom - more work"]
        body = {"question": words, "options": options, "stuck_on": "which provider to use"}
        made = await self.http.post("/api/questions", json=body)
        waiting = self.http.get(f"/api/questions/{made.json()['question_id']}", params={"wait": 60})
        return asyncio.get_running_loop().create_task(waiting, name="the agent waits")


async def at_noon(chat: Chat) -> None:
    """The founder writes a weighty decision down at the terminal; it waits for the morning's digest."""
    lease = Block("d-lease", Kind.DECISION, "Sign the lease for ten years", "Ten years.", properties=WEIGHTY)
    await chat.world.command(AddBlocks((lease,)))
    await chat.world.wait(seconds=2)


async def answering(chat: Chat) -> None:
    """The agent that waits over HTTP gets the answer given in words; an unclear one gets one follow-up."""
    async with web_of(chat.world) as address, httpx.AsyncClient(base_url=address, timeout=60) as http:
        agent = await Stuck.registered(chat, http)
        first = await agent.ask("Which provider for the sign-in?")
        question = await chat.heard("Which provider for the sign-in?")
        waits = not first.done()
        await chat.phone.say("b, cheaper", reply_to=question)
        await chat.heard("Noted: B) Firebase")
        second = await agent.ask("And for the second shop?")
        question = await chat.heard("And for the second shop?")
        await chat.phone.say("hm, A or B", reply_to=question)
        follow_up = await chat.heard("I did not understand that")
        unclear = not second.done()
        await chat.phone.say("A", reply_to=follow_up)
        await chat.heard("Noted: A) Auth0")
        got = [(await one).json()["answer"] for one in (first, second)]
    assert (waits, unclear) == (True, True)
    assert [(one["option"], one["text"]) for one in got] == [("B", "b, cheaper"), ("A", "A")]
    assert all(one["decision_id"] for one in got)


async def quiet_hours(chat: Chat) -> None:
    """At night nothing is asked; in the morning it is, and the second digest tells what is new."""
    now = chat.world.clock.now()
    evening = now.replace(hour=22, minute=30) - now
    chat.world.clock.advance(evening)
    await chat.world.settle()
    before = len(await chat.phone.sent(0))
    await chat.world.command(RaiseQuestion("Which door lock?", ("Key", "Code")), "agent:build_agent")
    await chat.world.wait(minutes=1)
    asleep = len(await chat.phone.sent(0)) - before
    await chat.world.wait(hours=9)
    await chat.world.wait(hours=2)
    await chat.heard("Which door lock?")
    assert asleep == 0


async def second_digest(chat: Chat) -> None:
    """In the morning a digest with what is new; what a typed number names is rejected with its reason."""
    digest = await chat.heard("Vibe Proposals", times=2)
    numbers = [int(number) for number in re.findall(r"^(\d+)\. ", digest["text"], re.MULTILINE)]
    await chat.phone.say(f"/reject_{SECOND} bad_approach")
    await chat.heard(f"Proposal {SECOND} is rejected (bad approach)")
    rejected = (await chat.world.happened("ProposalRejected"))[-1]
    assert len(digest["text"]) <= 1500
    assert 1 <= len(numbers) <= 5
    assert SECOND in numbers
    assert (rejected["number"], rejected["rejection_type"], rejected["by"]) == (SECOND, "bad_approach", "telegram:42")


async def pausing(chat: Chat) -> None:
    """`/pause 2d` pauses the loop, and it goes on by itself."""
    await chat.phone.say("/PAUSE 2d")
    await chat.heard("The loop is paused until")
    before = (await chat.world.app.graph.read("loop/paused"))[0]["paused"]
    await chat.world.wait(days=2)
    await chat.world.wait(minutes=1)
    after = (await chat.world.app.graph.read("loop/paused"))[0]["paused"]
    assert (before, after) == (True, False)


async def test_a_founders_day(tmp_path: Path, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything a founder does in a day arrives, is decided once, and stands in a ledger that verifies."""
    monkeypatch.setenv("VIBE_OWNER__QUIET_FROM", "22:00")
    monkeypatch.setenv("VIBE_OWNER__QUIET_TO", "07:00")
    async with a_chat(tmp_path, api, paired=False) as chat:
        await pairing(chat)
        digest = await first_digest(chat)
        rent, hours, staff, loan = [await number_of(chat, words) for words in ("rent", "six", "baristas", "loan")]
        await deciding(chat, digest, rent, hours)
        await unconvinced(chat, rent)
        await later(chat, digest, staff)
        await remarking(chat, loan)
        await on_the_page(chat, staff)
        await at_noon(chat)
        await answering(chat)
        await quiet_hours(chat)
        await second_digest(chat)
        await pausing(chat)
        faults = await chat.world.ledger_faults()
        waiting = await chat.world.app.inbox.waiting()
    assert faults == []
    assert waiting == []
