"""Judging passages by a model: written only where two wordings agree, are sure, and quote the passage."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.world import a_small_plan, a_world
from tests.edges.models.conftest import Served
from vibe.domain.commands import AnalyseNow, DecideProposal
from vibe.domain.stances import StanceReply, agreed

pytestmark = [pytest.mark.filterwarnings("ignore::DeprecationWarning")]
PASSAGE = "The seller **repaired** an espresso machine of the same make within two days last winter."
SAID = {"stance": "supports", "certainty": "high", "words": "repaired an espresso machine of the same make"}


def reply(**more: Any) -> StanceReply:
    """One judgement."""
    return StanceReply.from_reply({**SAID, **more})


@pytest.mark.parametrize(
    ("one", "other", "sure"),
    [
        ({}, {"certainty": "medium", "words": "Within two days last winter"}, True),
        ({}, {"certainty": "low"}, False),
        ({}, {"words": "it always repairs everything"}, False),
        ({"words": ""}, {}, False),
        ({"words": "winter"}, {}, False),
        ({"stance": "beside"}, {"stance": "beside"}, False),
    ],
)
def test_two_judgements_are_sure_only_with_the_passages_own_words(
    one: dict[str, str], other: dict[str, str], sure: bool
) -> None:
    """Unsure, made up, empty or one-word grounds leave it to a person; letter case and markup do not matter."""
    found = agreed(reply(**one), reply(**other), PASSAGE)
    assert found is not None
    assert found.sure is sure


def test_judgements_that_differ_come_to_nothing() -> None:
    """One says for, one against: nothing."""
    assert agreed(reply(), reply(stance="contradicts"), PASSAGE) is None


@pytest.mark.asyncio
@pytest.mark.embedded
@pytest.mark.parametrize(("second", "written"), [({}, True), (None, False)])
async def test_a_run_writes_what_both_wordings_agree_on(
    tmp_path: Path, served: Served, monkeypatch: pytest.MonkeyPatch, second: dict[str, str] | None, written: bool
) -> None:
    """A candidate that the rules left open becomes evidence, with who judged it; else it waits for a tap."""
    for name, value in {"base_url": f"{served.address}/v1", "name": "m"}.items():
        monkeypatch.setenv(f"VIBE_MODEL__{name.upper()}", value)
    monkeypatch.setenv("VIBE_RESEARCH__JUDGED_MAX", "1")
    async with a_world(tmp_path) as world:
        await world.app.import_plan(a_small_plan(), actor="owner:cli")
        await world.command(AnalyseNow(draft=True))
        await world.wait(seconds=2)
        row = next(iter([one for one in await world.proposals("ready") if await is_about(world, one, "d-machine")]))
        answers = [
            f"with:{json.dumps(SAID)}",
            f"with:{json.dumps(SAID | (second or {}))}" if second is not None else "500",
        ]
        served.script(*answers)
        await world.command(DecideProposal(row["number"], "approve", digest=row["digest"]))
        await world.wait(seconds=2)
        evidence = await world.app.graph.read("research/evidence_of_proposal", id=row["id"], limit=20)
        waiting = await world.app.graph.read("research/candidates_of_proposal", id=row["id"], limit=20)
        faults = await world.ledger_faults()
    asked = [one["body"]["messages"][-1]["content"] for one in served.seen()]
    mine = [one for one in evidence if "espresso machine of the same make" in one["quote"]]
    assert [one["stance"] for one in mine] == (["supports"] if written else [])
    assert any("espresso machine of the same make" in one["quote"] for one in waiting) is not written
    assert len(asked) == 2
    assert asked[0].splitlines()[0] != asked[1].splitlines()[0]
    assert faults == []


async def is_about(world: Any, row: Any, block: str) -> bool:
    """Whether a proposal is for a gap of this block."""
    found = await world.app.graph.read("gaps/of_ids", ids=list(row["gap_ids"]))
    return any(gap["block_id"].endswith(block) for gap in found)
