"""Proposals to decide on in a chat."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.acceptance.world import a_small_plan
from tests.edges.telegram.chats import Chat
from vibe.domain.commands import AnalyseNow


async def a_proposal(chat: Chat) -> Mapping[str, Any]:
    """Bring a small plan in and run a cycle; the first proposal that waits, which a digest shows."""
    await chat.world.app.import_plan(a_small_plan(), actor="owner:cli")
    await chat.world.wait(seconds=2)
    await chat.world.command(AnalyseNow(draft=True))
    await chat.world.wait(seconds=0)
    return (await chat.world.proposals("ready"))[0]


async def shown(chat: Chat, proposal: Mapping[str, Any]) -> dict[str, Any]:
    """The digest that shows it, with the data of its Approve button as `approve`."""
    digest = await chat.phone.heard(str(proposal["title"])[:20])
    return digest | {"approve": button(digest, f"a:{proposal['number']}:")}


def button(message: Mapping[str, Any], begins: str) -> str:
    """What the button carries whose data begins so."""
    return next(data for data in message["buttons"].values() if data.startswith(begins))
