"""Questions of the loop that events have overtaken."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.world import a_small_plan, a_world
from vibe.domain.commands import SetBlock
from vibe.domain.questions import Asking, ask
from vibe.kernel.submissions import Submission

pytestmark = [pytest.mark.asyncio, pytest.mark.embedded]


async def test_a_question_about_what_is_withdrawn_expires(tmp_path: Path) -> None:
    """The loop's question stays while one block it is about stands, then expires; a person's own question stays."""
    about = ("a-rent", "d-machine")
    async with a_world(tmp_path) as world:
        await world.app.import_plan(a_small_plan(), actor="owner:cli")
        await world.wait(seconds=2)
        for identity, asker in (("q-loop", "loop"), ("q-agent", "agent:planner")):
            change = ask(Asking(id=identity, question="What now?", asker=asker, about=about), at=world.clock.now())
            await world.app.gate.commit(Submission(change, identity, "owner:cli", world.clock.now()))
        seen = []
        for block in about:
            await world.command(SetBlock(block, {"status": "withdrawn"}))
            await world.settle()
            rows = await world.app.graph.read("blocks/by_id", ids=["q-loop", "q-agent"])
            seen.append({row["id"]: row["status"] for row in rows})
        told = [body["question"] for body in await world.happened("QuestionExpired")]
    assert seen == [{"q-loop": "asked", "q-agent": "asked"}, {"q-loop": "expired", "q-agent": "asked"}]
    assert told == ["q-loop"]
