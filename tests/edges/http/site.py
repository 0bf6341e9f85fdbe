"""A site to call: the real server on loopback, over a real store, its clock moved by hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.acceptance.world import REVIEW, World, a_small_plan, a_world
from vibe.domain.commands import AnalyseNow
from vibe.edges.http.keys import owner_key
from vibe.edges.http.server import Mount, serve_web
from vibe.edges.http.sessions import sign_in_link


@dataclass
class Site:
    """A served home and two callers: `owner` shows the key, `stranger` shows nothing."""

    world: World
    address: str
    owner: httpx.AsyncClient
    stranger: httpx.AsyncClient
    stack: AsyncExitStack

    @property
    def home(self) -> Path:
        """The home that is served."""
        return self.world.app.home

    def code(self) -> str:
        """A fresh sign-in code, made as another process would."""
        return sign_in_link(self.home, self.world.clock.now(), self.address).partition("code=")[2]

    async def sign_in(self) -> httpx.AsyncClient:
        """A browser that is signed in: it has the cookie and says that our own page sent what it sends."""
        caller = httpx.AsyncClient(base_url=self.address, headers={"Origin": self.address})
        browser = await self.stack.enter_async_context(caller)
        answer = await browser.post("/sign-in", data={"code": self.code()})
        assert answer.status_code == 303
        return browser

    async def ready(self, review: str = REVIEW) -> list[Mapping[str, Any]]:
        """Bring a small plan in and run a cycle; the proposals that wait then."""
        await self.world.app.import_plan(a_small_plan(review), actor="owner:cli")
        await self.world.wait(seconds=2)
        await self.world.command(AnalyseNow(draft=True))
        await self.world.wait(seconds=0)
        return list((await self.owner.get("/api/proposals", params={"status": "READY"})).json()["proposals"])


@asynccontextmanager
async def web_of(world: World, mounts: Sequence[Mount] = ()) -> AsyncIterator[str]:
    """Serve a world over HTTP while the block runs; its address."""
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = serve_web(world.app, host="127.0.0.1", port=0, on_ready=ready.set_result, mounts=mounts)
    task = asyncio.get_running_loop().create_task(serving, name="web")
    try:
        await asyncio.wait([task, ready], return_when=asyncio.FIRST_COMPLETED)
        address = ready.result() if ready.done() else task.result()
        assert address
        yield address
    finally:
        task.cancel()
        await asyncio.wait([task])


@asynccontextmanager
async def a_site(home: Path, mounts: Sequence[Mount] = ()) -> AsyncIterator[Site]:
    """Serve a fresh home while the block runs."""
    async with a_world(home) as world, web_of(world, mounts) as address:
        key = {"Authorization": f"Bearer {owner_key(home)}"}
        async with (
            httpx.AsyncClient(base_url=address, headers=key) as owner,
            httpx.AsyncClient(base_url=address) as stranger,
            AsyncExitStack() as stack,
        ):
            yield Site(world, address, owner, stranger, stack)
