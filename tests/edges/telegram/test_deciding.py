"""Deciding over a real Bot API socket: a tap or a typed number becomes one verdict, of what was seen."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.world import a_small_plan
from tests.edges.telegram.chats import Chat, a_chat
from tests.telegram.emulator import Api
from vibe.domain import taps
from vibe.domain.commands import AnalyseNow
from vibe.domain.messages import Button, Message

pytestmark = [pytest.mark.asyncio, pytest.mark.embedded]


async def a_proposal(chat: Chat) -> Mapping[str, Any]:
    """Bring a small plan in and run a cycle; the first proposal that waits."""
    await chat.world.app.import_plan(a_small_plan(), actor="owner:cli")
    await chat.world.wait(seconds=2)
    await chat.world.command(AnalyseNow(draft=True))
    await chat.world.wait(seconds=0)
    return (await chat.world.proposals("ready"))[0]


async def shown(chat: Chat, proposal: Mapping[str, Any]) -> dict[str, Any]:
    """Show a proposal with a button in Anna's chat."""
    button = Button("Approve", taps.approve(proposal["number"], proposal["digest"]))
    messenger = chat.world.app.outside.messenger
    assert messenger is not None
    await messenger.send("42", Message("A proposal", ((button,),)))
    return (await chat.phone.sent(1))[-1]


async def test_a_tap_decides_in_the_tapping_persons_name(tmp_path: Path, api: Api) -> None:
    """The verdict names who tapped, the channel and the digest of what was shown; the tap is answered."""
    async with a_chat(tmp_path, api) as chat:
        proposal = await a_proposal(chat)
        message = await shown(chat, proposal)
        await chat.phone.tap(message, message["buttons"]["Approve"])
        toast = (await chat.phone.toasts(1))[0]
        verdict = (await chat.world.app.graph.read("decisions/verdict", proposal=proposal["id"]))[0]
        decided = await chat.world.happened("ProposalApproved")
        faults = await chat.world.ledger_faults()
    assert toast == f"Proposal {proposal['number']} is approved."
    assert (verdict["person"], verdict["outcome"], verdict["digest"]) == ("telegram:42", "approved", proposal["digest"])
    assert [(one["by"], one["channel"]) for one in decided] == [("telegram:42", "telegram")]
    assert faults == []
