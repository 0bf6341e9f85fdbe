"""Pairing over a real Bot API socket: the code opens the door, once, and the test button ends it."""

import json
from pathlib import Path

import pytest

from tests.edges.telegram.chats import a_chat
from tests.telegram.emulator import Api
from vibe.domain.commands import OfferPairing
from vibe.domain.pairings import hash_of

pytestmark = [pytest.mark.asyncio, pytest.mark.embedded]
CODE = "ABCD2345"


async def test_a_person_pairs_and_tries_the_button(tmp_path: Path, api: Api) -> None:
    """The code sent as the link sends it lets Anna in; her test tap is answered."""
    async with a_chat(tmp_path, api, paired=False) as chat:
        await chat.world.command(OfferPairing(hash_of(CODE)))
        await chat.phone.say(f"/start {CODE}")
        welcome = (await chat.phone.sent(1))[0]
        await chat.phone.tap(welcome, welcome["buttons"]["Test"])
        toast = (await chat.phone.toasts(1))[0]
        menu = (await chat.phone.calls("setMyCommands", 1))[0]["given"]["commands"]
        people = await chat.world.app.graph.read("people/approvers", limit=10)
    assert [one["command"] for one in json.loads(menu)] == ["pending", "status", "gaps", "help"]
    assert welcome["text"].startswith("You are in")
    assert "It works" in toast
    assert [(row["id"], row["chat"], row["name"]) for row in people] == [("telegram:42", "42", "Anna")]
