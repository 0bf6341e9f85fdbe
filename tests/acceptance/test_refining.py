"""A model breaks down what the templates are not sure of; what it is sure of nobody is asked about."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.workers import a_work_plan, tickets
from tests.acceptance.world import OWNER, a_world
from vibe.domain.acts import ModelRequest
from vibe.domain.blocks import Block, Kind
from vibe.domain.canonical import from_json
from vibe.domain.commands import DecomposePlan
from vibe.domain.plans import Format, PlanReading
from vibe.testing import ScriptedModel

pytestmark = pytest.mark.asyncio
SURE = {"action": "research", "title": "List their websites", "hours": 3.0, "evidence": "the list", "human": False}


def reply(request: ModelRequest) -> Mapping[str, Any]:
    """Sure of websites, unsure of fences, nonsense about gates."""
    title = request.inputs["task"]["title"]
    if "gates" in title:
        return {"steps": [{**SURE, "action": "teleport"}], "certainty": "high"}
    return {"steps": [SURE], "certainty": "high" if "websites" in title else "medium"}


async def test_a_sure_model_spares_the_review_and_an_unsure_one_words_it(tmp_path: Path) -> None:
    """The ticket of what is sure is closed, the other has the model's draft; a word that is none changes nothing."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "config.toml").write_text('[model]\nbase_url = "http://127.0.0.1:9/v1"\nname = "scripted"\n')
    others = tuple(
        Block(f"o{number}", Kind.TASK, title, status="pending", properties={"position": number})
        for number, title in enumerate(("Fences and hedges", "Garden gates"))
    )
    model = ScriptedModel({"decomposer": reply})
    async with a_world(home, model=model) as world:
        await world.app.import_plan(a_work_plan(), actor=OWNER)
        await world.app.import_plan(PlanReading("garden", "Garden", Format.EXCHANGE, others, ()), actor=OWNER)
        for plan in ("breeders", "garden"):
            await world.command(DecomposePlan(plan))
        await world.settle()
        waiting = {row["draft"] for row in await tickets(world)}
        block = (await world.app.graph.read("blocks/by_id", ids=["t2"]))[0]["properties"]
        refined = await world.happened("BreakdownsRefined")
        faults = await world.ledger_faults()
    drafts = {item["title"]: item for text in waiting for item in from_json(text)["tasks"]}
    assert set(drafts) == {"Fences and hedges", "Garden gates"}
    assert "research: List their websites (3 h)" in drafts["Fences and hedges"]["markdown"]
    assert "Garden gates" in drafts["Garden gates"]["markdown"]
    assert from_json(block["breakdown"])["by"] == "model:scripted"
    assert [(item["sure"], item["review"]) for item in refined] == [(1, 0), (0, 1)]
    assert faults == []
