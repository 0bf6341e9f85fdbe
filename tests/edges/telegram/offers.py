"""Proposals to decide on in a chat."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.acceptance.world import a_small_plan
from tests.edges.telegram.chats import Chat
from vibe.domain import taps
from vibe.domain.commands import AnalyseNow
from vibe.domain.messages import Button, Message


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
