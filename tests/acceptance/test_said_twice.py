"""A command with a key of the outside's own is carried out once, whatever happened in between."""

from pathlib import Path

import pytest

from tests.acceptance.world import OWNER, a_world
from vibe.domain.commands import PauseLoop, ResumeLoop

pytestmark = [pytest.mark.asyncio, pytest.mark.embedded]


async def test_the_same_key_again_is_answered_as_the_first_time(tmp_path: Path) -> None:
    """The repeated pause does not pause a loop that was resumed since: its handler is not asked again."""
    async with a_world(tmp_path) as world:
        first = await world.app.execute(PauseLoop("board week"), actor=OWNER, key="telegram/7")
        await world.app.execute(ResumeLoop(), actor=OWNER)
        again = await world.app.execute(PauseLoop("board week"), actor=OWNER, key="telegram/7")
        paused = (await world.app.graph.read("loop/paused"))[0]["paused"]
        pauses = await world.happened("LoopPaused")
    assert (again.repeated, again.root, again.seqs, again.answer) == (True, first.root, first.seqs, first.answer)
    assert not paused
    assert len(pauses) == 1
