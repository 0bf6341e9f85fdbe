"""Agents that do not poll are called: signed, again when they are not reached, parked when they are gone."""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path

import pytest

from tests.acceptance.workers import Worker, a_work_plan, person_works
from tests.acceptance.world import OWNER, World, a_world
from tests.edges.hooks import listening
from vibe.bootstrap import webhook_secret
from vibe.domain.commands import RegisterAgent, StartExecution
from vibe.domain.errors import Gone, Permanent, Unreachable
from vibe.domain.work_commands import SetWebhook
from vibe.edges.callbacks import Callbacks

pytestmark = pytest.mark.asyncio
LOCAL = ("127.0.0.1",)


@pytest.mark.parametrize(("status", "error"), [("503 Busy", Unreachable), ("410 Gone", Gone), ("302 Found", Permanent)])
async def test_trouble_is_told_apart(status: str, error: type[Exception]) -> None:
    """What may work later is tried again; what is gone, refuses or leads elsewhere is not."""
    async with listening(status, []) as url:
        with pytest.raises(error, match=status[:3]):
            await Callbacks(str, LOCAL).post("a", url, "{}")


async def test_a_private_address_is_not_called_unless_the_owner_set_it() -> None:
    """Nothing is even connected to; a name that leads there is no way round."""
    heard: list[str] = []
    async with listening("200 OK", heard) as url:
        for address in (url, url.replace("127.0.0.1", "localhost")):
            with pytest.raises(Permanent, match="webhook_private"):
                await Callbacks(str).post("a", address, "{}")
        await Callbacks(str, LOCAL).post("a", url, "{}")
    assert len(heard) == 1


async def called(world: World, url: str) -> Worker:
    """Start a plan, then let in an agent that is told at an address that there is work."""
    await world.app.import_plan(a_work_plan(), actor=OWNER)
    terms = {"webhook_url": url}
    command = RegisterAgent("pushed", ({"action": "research"}, {"action": "document"}), "k", "h", terms)
    worker = Worker(world, (await world.command(command)).answer["agent_id"])
    await world.command(StartExecution("breeders"))
    await world.settle()
    await person_works(world)
    await world.settle()
    return worker


def private(home: Path) -> Path:
    """A home whose owner lets agents be called on this machine."""
    home.mkdir()
    (home / "config.toml").write_text('[agents]\nwebhook_private = ["127.0.0.1"]\n')
    return home


async def test_an_agent_is_called_once_for_work_and_the_call_is_its_own(tmp_path: Path) -> None:
    """The body names where to fetch, the secret checks it; what is fetched is not called about again."""
    heard: list[str] = []
    home = private(tmp_path / "home")
    async with a_world(home) as world, listening("204 No Content", heard) as url:
        worker = await called(world, url)
        task = await worker.claim()
        await world.wait(minutes=2)
        head, _, body = heard[0].partition("\r\n\r\n")
        told = json.loads(body)
        secret = webhook_secret(home, worker.id)
    signed = hmac.new(secret.encode(), body.encode(), hashlib.sha256).hexdigest()
    assert task is not None
    assert len(heard) == 1
    assert f"sha256={signed}" in head
    assert (told["event"], told["fetch"]) == ("work", f"/api/agents/{worker.id}/work")


async def test_who_is_not_reached_is_called_again_and_parked_in_the_end(tmp_path: Path) -> None:
    """Eight misses with growing pauses; the address set again is called again."""
    heard: list[str] = []
    async with a_world(private(tmp_path / "home")) as world:
        async with listening("503 Busy", heard) as url:
            worker = await called(world, url)
            for _ in range(12):
                await world.wait(hours=1)
            misses = len(heard)
            parked = await world.happened("AgentChanged")
        async with listening("200 OK", heard) as url:
            await world.command(SetWebhook(worker.id, url))
            await world.wait(minutes=6)
        faults = await world.ledger_faults()
    assert misses == 8
    assert [item["what"] for item in parked] == ["parked"]
    assert len(heard) == 9
    assert faults == []
