"""Pausing for a while: the loop goes on by itself, and a new time replaces the old one."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.acceptance.world import World, a_world
from vibe.domain.commands import PauseLoop

pytestmark = [pytest.mark.asyncio, pytest.mark.embedded]


async def is_paused(world: World) -> bool:
    """Whether it is paused now."""
    return bool((await world.app.graph.read("loop/paused"))[0]["paused"])


async def test_a_pause_ends_when_its_time_is_over(tmp_path: Path) -> None:
    """Two days after it was said, not earlier; the ledger says that it went on."""
    async with a_world(tmp_path) as world:
        answer = (await world.command(PauseLoop("holiday", timedelta(days=2)))).answer
        await world.wait(days=1, hours=23)
        before = await is_paused(world)
        await world.wait(hours=1)
        after = await is_paused(world)
        resumed = await world.happened("LoopResumed")
    assert answer["until"] == "2026-03-04T08:00:00Z"
    assert (before, after) == (True, False)
    assert len(resumed) == 1


async def test_a_new_time_replaces_the_old_one(tmp_path: Path) -> None:
    """Paused already, a time that is said counts from now; the first reason stays."""
    async with a_world(tmp_path) as world:
        await world.command(PauseLoop("holiday", timedelta(hours=1)))
        answer = (await world.command(PauseLoop("longer", timedelta(hours=3)))).answer
        await world.wait(hours=2)
        assert await is_paused(world)
    assert (answer["reason"], answer["until"]) == ("holiday", "2026-03-02T11:00:00Z")
