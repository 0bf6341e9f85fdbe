"""The story of the whole loop: a plan, its gaps, a remedy approved, researched, judged, and proved."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.world import a_small_plan, a_world
from vibe.domain.commands import AnalyseNow, DecideProposal, JudgeCandidate

pytestmark = [pytest.mark.asyncio, pytest.mark.embedded]


async def test_a_gap_is_found_proposed_approved_researched_judged_and_closed(tmp_path: Path) -> None:
    """One turn of the loop, end to end, each step shown by what the graph and the ledger hold."""
    async with a_world(tmp_path) as world:
        # A plan comes in; two seconds later one analysis has looked at it.
        await world.app.import_plan(a_small_plan(), actor="owner:cli")
        await world.wait(seconds=2)
        found = {gap["related_blocks"][0]: gap["type"] for gap in await world.gaps()}
        assert found == {"d-machine": "unvalidated_decision", "a-rent": "unvalidated_assumption"}
        assert len(await world.happened("AnalysisRequested")) == 1

        # The cycle proposes a remedy for each, checks it, and puts it before the founder.
        await world.command(AnalyseNow(draft=True))
        await world.wait(seconds=0)
        ready = await world.proposals("ready")
        assert {gap for row in ready for gap in row["gap_ids"]} == {gap["id"] for gap in await world.gaps("proposed")}
        assert [len(await world.happened("HumanNotified"))] == [1]

        # The founder approves what they saw: the remedy for the rent.
        rent = next(row for row in ready if "rent" in row["title"].lower())
        answer = (await world.command(DecideProposal(rent["number"], "approve", digest=rent["digest"]))).answer
        assert answer["status"] == "approved"
        await world.wait(seconds=0)

        # It was researched in the plan's own documents: the contradiction is written, quoted word for word.
        assert (await world.proposals("executed"))[0]["number"] == rent["number"]
        evidence = await world.app.graph.read("research/evidence_of_proposal", id=rent["id"], limit=10)
        assert [(row["stance"], row["file"], row["line"]) for row in evidence] == [("contradicts", "review.md", 5)]
        kinds = {gap["type"]: gap["status"] for gap in await world.gaps("open", "proposed", "closed")}
        assert (kinds["contradicted"], kinds["unvalidated_assumption"]) == ("open", "closed")

        # A passage that no rule may judge waits for one tap; the tap closes the decision's gap or says why not.
        machine = next(row for row in ready if row["number"] != rent["number"])
        await world.command(DecideProposal(machine["number"], "approve", digest=machine["digest"]))
        await world.wait(seconds=0)
        candidates = await world.app.graph.read("research/candidates_of_proposal", id=machine["id"], limit=10)
        assert candidates
        await world.command(JudgeCandidate(candidates[0]["id"], "supports"))
        await world.wait(seconds=2)
        assert "unvalidated_decision" not in {gap["type"] for gap in await world.gaps()}

        # And all of it is proved.
        assert (await world.ledger_faults(), await world.app.graph.read("ledger/set_aside", limit=10)) == ([], [])
