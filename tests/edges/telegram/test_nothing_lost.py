"""What was said once is heard once: batches with rubbish in them, kills, a store that is away, an API that fails."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from tests.edges.telegram.chats import Chat, a_chat, served, unserved
from tests.edges.telegram.offers import a_proposal, button, shown
from tests.telegram.emulator import Api
from vibe.bootstrap import telegram_of
from vibe.domain.commands import PairPerson
from vibe.domain.errors import Transient
from vibe.domain.messages import Message
from vibe.edges.telegram.bots import make_bot
from vibe.edges.telegram.hearing import Hearer
from vibe.edges.telegram.polling import Health, KeepingRequest, Poller
from vibe.edges.telegram.talking import Talker
from vibe.kernel.inbox import Arrival, Inbox

pytestmark = [pytest.mark.asyncio, pytest.mark.embedded]


async def poll_once(chat: Chat, inbox: Inbox) -> None:
    """Poll as the daemon does, until something was written down, and die before anything is done about it."""
    messenger, clock = telegram_of(chat.world.app), chat.world.clock
    kept = asyncio.Event()
    health = Health(inbox)
    request = KeepingRequest(inbox, health, kept.set)
    poller = Poller(request, health, clock, lambda polls: make_bot(messenger.address, clock, polls), lambda: None)
    task = asyncio.get_running_loop().create_task(poller.run(lambda: True), name="polls")
    await kept.wait()
    task.cancel()
    await asyncio.wait([task])


async def test_one_update_that_cannot_be_read_loses_none_of_the_others(tmp_path: Path, api: Api) -> None:
    """The batch is kept before anything is read; what is rubbish is closed, and Telegram is not asked for it again."""
    async with unserved(tmp_path, api) as chat:
        phone = chat.phone
        await phone.update({"message": phone.message("/help")}, quietly=True)
        await phone.update({"message": {"message_id": "x", "date": "never", "chat": 7}}, quietly=True)
        await phone.update({"message": phone.message("/status")}, quietly=True)
        async with served(chat.world):
            sent = await phone.sent(2)
            last = await phone.say("/pending")
            sent = await phone.sent(3)
        polls = await phone.calls("getUpdates", 1)
        waiting = [row["n"] for row in await chat.world.app.inbox.waiting() if row["n"] < last]
    assert ["What you can say" in sent[0]["text"], "Status" in sent[1]["text"]] == [True, True]
    assert sent[2]["text"] == "Nothing waits for you."
    assert len(polls) < 8
    assert waiting == []


async def test_what_was_kept_is_done_after_a_kill_in_order(tmp_path: Path, api: Api) -> None:
    """Killed after Telegram was told that we have them and before any was dealt with: the next start does them."""
    async with unserved(tmp_path, api) as chat:
        proposal = await a_proposal(chat)
        message = await shown(chat, proposal)
        await chat.phone.tap(message, message["approve"])
        await chat.phone.update({"message": chat.phone.message(f"/reject_{proposal['number']} never")}, quietly=True)
        await poll_once(chat, chat.world.app.inbox)
        kept = len(await chat.world.app.inbox.waiting())
        async with served(chat.world):
            toast = (await chat.phone.toasts(1))[0]
            refusal = (await chat.phone.heard("Not done"))["text"]
        verdict = (await chat.world.app.graph.read("decisions/verdict", proposal=proposal["id"]))[0]
    assert kept == 2
    assert toast.endswith("is approved.")
    assert "already approved" in refusal
    assert verdict["outcome"] == "approved"


def dies_once(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process dies once when Telegram has a message and its id is not written down yet."""
    messenger = telegram_of(chat.world.app)
    send, deaths = messenger.send, [chat.world.app.turn.drop]

    async def dying(where: str, message: Message) -> tuple[str, ...]:
        ids = await send(where, message)
        if deaths:
            deaths.pop()()
            raise asyncio.CancelledError
        return ids

    monkeypatch.setattr(messenger, "send", dying)


async def test_killed_between_send_and_record_either_copy_decides(
    tmp_path: Path, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is sent once more; a tap on the first copy decides and adopts it: both say what became of it."""
    async with unserved(tmp_path, api) as chat:
        dies_once(chat, monkeypatch)
        await a_proposal(chat)
        await chat.world.wait(hours=2)
        proposal = (await chat.world.proposals("ready"))[0]
        copies = [one for one in await chat.phone.sent(2) if "Vibe Proposals" in one["text"]]
        async with served(chat.world):
            await chat.phone.tap(copies[0], button(copies[0], f"a:{proposal['number']}:"))
            toast = (await chat.phone.toasts(1))[0]
            await chat.world.wait(minutes=1)
            edits = {str(edit["id"]): edit["text"] for edit in await chat.phone.edits(2)}
        decided = await chat.world.happened("ProposalApproved")
    todo = f"/approve_{proposal['number']}"
    assert toast.endswith("is approved.")
    assert [todo in copy["text"] for copy in copies] == [True, True]
    assert {str(copy["id"]): todo in edits[str(copy["id"])] for copy in copies} == dict.fromkeys(edits, False)
    assert len(decided) == 1


class NotClosing(Inbox):
    """An inbox whose process dies between the decision and its note that it is done."""

    async def close(self, numbers: Sequence[int]) -> None:
        """Die."""
        if numbers:
            raise Transient("killed")


async def test_killed_between_tap_and_note_it_is_decided_once(tmp_path: Path, api: Api) -> None:
    """Taken up again the tap is answered as the first time, and the ledger has one decision."""
    async with unserved(tmp_path, api) as chat:
        app = chat.world.app
        proposal = await a_proposal(chat)
        message = await shown(chat, proposal)
        await chat.phone.tap(message, message["approve"])
        await poll_once(chat, app.inbox)
        whole = app.inbox
        app.inbox = NotClosing(app.graph, chat.world.clock, "telegram")
        with pytest.raises(Transient):
            await Hearer(app, Talker(telegram_of(app).chat, chat.world.clock)).deal()
        app.inbox = whole
        await chat.world.settle()
        async with served(chat.world):
            toast = (await chat.phone.toasts(1))[0]
        decided = await chat.world.happened("ProposalApproved")
        faults = await chat.world.ledger_faults()
    assert toast.endswith("is approved.")
    assert len(decided) == 1
    assert faults == []


class AwayOnce(Inbox):
    """An inbox whose store does not take the first batch."""

    tries = 0

    async def keep(self, arrivals: Sequence[Arrival]) -> None:
        """Refuse once."""
        self.tries += 1
        if self.tries == 1:
            raise Transient("the store is away")
        await super().keep(arrivals)


async def test_what_the_store_did_not_take_is_not_confirmed(tmp_path: Path, api: Api) -> None:
    """Telegram is not told that we have it, and brings it again."""
    async with unserved(tmp_path, api) as chat:
        app = chat.world.app
        inbox = AwayOnce(app.graph, chat.world.clock, "telegram")
        number = await chat.phone.say("/help")
        await poll_once(chat, inbox)
        polls = await chat.phone.calls("getUpdates", 2)
        waiting = [row["n"] for row in await app.inbox.waiting()]
    offsets = [call["given"].get("offset") for call in polls[:2]]
    assert offsets == ["0", "0"]
    assert inbox.tries == 2
    assert waiting == [number]


async def test_the_same_tap_twice_is_one_decision(tmp_path: Path, api: Api) -> None:
    """An impatient thumb gets the same answer twice."""
    async with a_chat(tmp_path, api) as chat:
        proposal = await a_proposal(chat)
        message = await shown(chat, proposal)
        for _ in range(2):
            await chat.phone.tap(message, message["approve"])
        toasts = await chat.phone.toasts(2)
        decided = await chat.world.happened("ProposalApproved")
    assert toasts == [f"Proposal {proposal['number']} is approved."] * 2
    assert len(decided) == 1


async def test_two_approvers_at_once_are_one_decision(tmp_path: Path, api: Api) -> None:
    """The second is told whose decision it was."""
    async with a_chat(tmp_path, api) as chat:
        await chat.world.command(PairPerson("telegram:43", "43", "Ben"))
        proposal = await a_proposal(chat)
        message = await shown(chat, proposal)
        ben = chat.phone.of(43, "Ben")
        await chat.phone.tap(message, message["approve"])
        await ben.say(f"/reject_{proposal['number']}")
        toast = (await chat.phone.toasts(1))[0]
        refusal = (await ben.heard("Not done"))["text"]
        verdict = (await chat.world.app.graph.read("decisions/verdict", proposal=proposal["id"]))[0]
    assert toast.endswith("is approved.")
    assert "already approved by person:telegram:42" in refusal
    assert verdict["person"] == "telegram:42"


async def test_a_tap_after_expiry_decides_nothing(tmp_path: Path, api: Api) -> None:
    """The person is told that it came too late."""
    async with a_chat(tmp_path, api) as chat:
        proposal = await a_proposal(chat)
        message = await shown(chat, proposal)
        chat.world.clock.advance(timedelta(days=15))
        await chat.phone.tap(message, message["approve"])
        toast = (await chat.phone.toasts(1))[0]
        verdicts = await chat.world.app.graph.read("decisions/verdict", proposal=proposal["id"])
    assert "expired" in toast
    assert verdicts == []


async def test_a_tap_on_another_version_decides_nothing(tmp_path: Path, api: Api) -> None:
    """What was seen is what is approved."""
    async with a_chat(tmp_path, api) as chat:
        proposal = await a_proposal(chat)
        message = await shown(chat, proposal)
        await chat.phone.tap(message, f"a:{proposal['number']}:{'0' * 12}")
        toast = (await chat.phone.toasts(1))[0]
        verdicts = await chat.world.app.graph.read("decisions/verdict", proposal=proposal["id"])
    assert "changed since" in toast
    assert verdicts == []


async def test_polling_goes_on_after_refusals_and_says_how_it_is(tmp_path: Path, api: Api) -> None:
    """502 pages, 429, a second poller and a refused token are noted and outlived; the next word is heard."""
    async with a_chat(tmp_path, api) as chat:
        await chat.phone.calls("getMe", 1)
        await chat.phone.fault("getUpdates", 409, description="Conflict: terminated by other getUpdates request")
        await chat.phone.fault("getUpdates", 502, raw="<html>Bad Gateway</html>")
        await chat.phone.say("/help")
        sent = await chat.phone.sent(1)
        noted = await chat.world.app.inbox.noted()
    assert "What you can say" in sent[0]["text"]
    assert noted is not None
    assert (noted["trouble"], noted["bot"]) == ("", "TestNameBot")


@pytest.mark.parametrize(
    ("code", "description", "trouble"),
    [
        (409, "Conflict: terminated by other getUpdates request", "second_poller"),
        (409, "Conflict: can't use getUpdates method while webhook is active", "webhook_set"),
        (401, "Unauthorized", "token_refused"),
        (502, "Bad Gateway", "unreachable"),
    ],
)
async def test_what_polling_fails_at_is_noted_for_other_processes(
    tmp_path: Path, api: Api, code: int, description: str, trouble: str
) -> None:
    """`vibe health` and `vibe check` of another process can say it."""
    async with unserved(tmp_path, api) as chat:
        await chat.phone.fault("getUpdates", code, times=1000, description=description)
        noted: asyncio.Event = asyncio.Event()

        class Noting(Inbox):
            async def note(self, trouble: str, detail: str = "", **more: str) -> None:
                await super().note(trouble, detail, **more)
                if trouble:
                    noted.set()

        chat.world.app.inbox = Noting(chat.world.app.graph, chat.world.clock, "telegram")
        async with served(chat.world):
            await noted.wait()
        found = await chat.world.app.inbox.noted()
    assert found is not None
    assert found["trouble"] == trouble


async def test_started_without_network_it_keeps_trying(tmp_path: Path, api: Api) -> None:
    """It says so, and serves once Telegram can be reached."""
    async with unserved(tmp_path, api) as chat:
        await chat.phone.fault("getMe", 502, times=2, raw="no network")
        async with served(chat.world):
            for tries in (1, 2):
                await chat.phone.calls("getMe", tries)
                while not chat.world.clock.sleepers:
                    await chat.phone.calls("getMe", tries)
                chat.world.clock.advance(timedelta(seconds=5))
            await chat.phone.say("/help")
            sent = await chat.phone.sent(1)
    assert "What you can say" in sent[0]["text"]
