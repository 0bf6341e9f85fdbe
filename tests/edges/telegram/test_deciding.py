"""Deciding over a real Bot API socket: a tap or a typed number becomes one verdict, of what was seen."""

from pathlib import Path

import pytest

from tests.edges.telegram.chats import a_chat
from tests.edges.telegram.offers import a_proposal, shown
from tests.telegram.emulator import Api

pytestmark = [pytest.mark.asyncio, pytest.mark.embedded]


async def test_a_tap_decides_in_the_tapping_persons_name(tmp_path: Path, api: Api) -> None:
    """The verdict names who tapped, the channel and the digest of what was shown; the tap is answered."""
    async with a_chat(tmp_path, api) as chat:
        proposal = await a_proposal(chat)
        message = await shown(chat, proposal)
        await chat.phone.tap(message, message["approve"])
        toast = (await chat.phone.toasts(1))[0]
        verdict = (await chat.world.app.graph.read("decisions/verdict", proposal=proposal["id"]))[0]
        decided = await chat.world.happened("ProposalApproved")
        faults = await chat.world.ledger_faults()
    assert toast == f"Proposal {proposal['number']} is approved."
    assert (verdict["person"], verdict["outcome"], verdict["digest"]) == ("telegram:42", "approved", proposal["digest"])
    assert [(one["by"], one["channel"]) for one in decided] == [("telegram:42", "telegram")]
    assert faults == []
