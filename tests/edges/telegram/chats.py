"""A chat to test in: a world whose bot is served over a real Bot API socket, and Anna's phone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.acceptance.world import World, a_world
from tests.telegram.emulator import ANNA, Api, Phone, phone_of
from vibe.bootstrap import serve_telegram
from vibe.domain.commands import PairPerson

PATIENCE_S = 30


@dataclass
class Chat:
    """A served world and who talks to it."""

    world: World
    phone: Phone

    async def heard(self, words: str, times: int = 1) -> dict[str, Any]:
        """The bot's message that holds these words, the nth of them; lets the loop go on until it is there."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                await self.world.settle()
                sent = await self.phone.sent(0)
                found = [one for one in sent if words in one["text"]]
                if len(found) >= times:
                    return found[times - 1]
                await self.phone.waited(len(sent) + 1)


def configure(home: Path, api: Api, token: str) -> None:
    """Write the settings a home needs to reach this Bot API."""
    home.mkdir(parents=True, exist_ok=True)
    lines = ["[telegram]", f'token = "{token}"', f'base_url = "{api.url}"', 'chat_gap = "0s"']
    (home / "config.toml").write_text("\n".join(lines) + "\n")


@asynccontextmanager
async def served(world: World) -> AsyncIterator[None]:
    """Serve the bot while the block runs."""
    task = asyncio.get_running_loop().create_task(serve_telegram(world.app), name="telegram")
    try:
        yield
        if task.done():
            task.result()
    finally:
        task.cancel()
        await asyncio.wait([task])


@asynccontextmanager
async def unserved(home: Path, api: Api) -> AsyncIterator[Chat]:
    """A paired world whose bot nobody serves yet."""
    token = api.new_token()
    configure(home, api, token)
    async with a_world(home) as world, phone_of(api, token) as phone:
        await world.command(PairPerson(f"telegram:{ANNA}", str(ANNA), "Anna"))
        yield Chat(world, phone)


@asynccontextmanager
async def a_chat(home: Path, api: Api, *, paired: bool = True) -> AsyncIterator[Chat]:
    """A fresh world with a bot of its own; Anna may decide there unless told otherwise."""
    token = api.new_token()
    configure(home, api, token)
    async with a_world(home) as world, phone_of(api, token) as phone:
        if paired:
            await world.command(PairPerson(f"telegram:{ANNA}", str(ANNA), "Anna"))
        async with served(world):
            yield Chat(world, phone)
