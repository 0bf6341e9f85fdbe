"""Pausing for a while: the loop goes on by itself, and a new time replaces the old one."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.acceptance.world import World, a_small_plan, a_world
from vibe.domain.commands import AnalyseNow, PauseLoop, ResumeLoop
from vibe.domain.errors import Conflict, NotFound

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


async def test_one_plan_is_paused_alone(tmp_path: Path) -> None:
    """Nothing is proposed for a paused plan while others go on; resumed, its gaps are; an unknown plan is refused."""
    async with a_world(tmp_path) as world:
        await world.app.import_plan(a_small_plan(), actor="owner:cli")
        first = (await world.command(PauseLoop("board week", plan="cafe"))).answer
        again = (await world.command(PauseLoop("again", plan="cafe"))).answer
        await world.wait(seconds=2)
        await world.command(AnalyseNow(draft=True))
        await world.wait(seconds=0)
        held = await world.proposals("ready")
        with pytest.raises(NotFound, match="vibe plans"):
            await world.command(PauseLoop(plan="nothing"))
        await world.command(ResumeLoop("cafe"))
        await world.command(AnalyseNow(draft=True))
        await world.wait(seconds=0)
        ready = await world.proposals("ready")
        with pytest.raises(Conflict, match="not paused"):
            await world.command(ResumeLoop("cafe"))
    assert (first, again["reason"]) == ({"paused": True, "plan": "cafe", "reason": "board week"}, "board week")
    assert (len(held), len(ready)) == (0, 2)
