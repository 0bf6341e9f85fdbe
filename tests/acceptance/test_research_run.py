"""A research run on a real plan: approved, read batch by batch, a contradiction written, a passage judged by a tap."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.world import World, a_world
from vibe.domain.commands import AnalyseNow, DecideProposal, JudgeCandidate, WithdrawEvidence
from vibe.domain.errors import BadInput, Conflict, NotFound, Refused
from vibe.domain.identities import derived_id
from vibe.domain.research import Quote
from vibe.plans.formats.reading import read_plan

pytestmark = [pytest.mark.asyncio, pytest.mark.embedded]
MARKERS = ("### Batch 1 Summary", *(f"## Verification Gate {number}" for number in (1, 2, 3, 4)))
TIMELINE = "The projected timeline for completing the silo"


async def proposed(world: World, planexe_runs: Path, about: str = TIMELINE) -> Mapping[str, Any]:
    """Import the silo plan, run a cycle, and give the ready proposal about a claim with these words."""
    await world.app.import_plan(read_plan(planexe_runs / "20250321_silo"), actor="owner:cli")
    await world.wait(seconds=2)
    await world.command(AnalyseNow(draft=True))
    await world.wait(seconds=0)
    for _ in range(12):
        for row in await world.proposals("ready"):
            for gap in await world.app.graph.read("gaps/of_ids", ids=list(row["gap_ids"])):
                block = (await world.app.graph.read("blocks/by_id", ids=[gap["block_id"]]))[0]
                if about in block["content"]:
                    return {**row, "claim": block["id"]}
            await world.command(DecideProposal(row["number"], "reject", rejection_type="not_now"))
        await world.command(AnalyseNow(draft=True))
        await world.wait(seconds=0)
    raise AssertionError(f"nothing was proposed about {about!r}")


async def test_the_timeline_of_the_silo_is_refuted_word_for_word(tmp_path: Path, planexe_runs: Path) -> None:
    """The run reads the plan, writes "37.6 years against 15" with the exact line, and opens the gap with it."""
    async with a_world(tmp_path) as world:
        row = await proposed(world, planexe_runs)
        await world.command(DecideProposal(row["number"], "approve", digest=row["digest"]))
        await world.wait(seconds=0)
        run = (await world.app.graph.read("research/list", limit=5))[0]
        evidence = await world.app.graph.read("research/evidence_of_proposal", id=row["id"], limit=20)
        finished = (await world.happened("ResearchFinished"))[0]
        schedule = next(item for item in evidence if item["file"].startswith("026-3"))
        kept = (await world.app.graph.read("blocks/by_id", ids=[schedule["id"]]))[0]["properties"]
        line = await world.app.outside.sources.line("20250321_silo", schedule["file"], schedule["line"])
        together = [page for page in await written(world) if "blocks/create_evidence" in page]
        gaps = {(gap["type"], gap["block_id"]): gap["status"] for gap in await world.gaps("open", "closed", "proposed")}
        told = (await world.app.graph.read("ledger/nodes/gap", ids=[derived_id("contradicted", row["claim"])]))[0]
        text = (tmp_path / "runs" / run["file"]).read_text()
        faults, aside = await world.ledger_faults(), await world.app.graph.read("ledger/set_aside", limit=5)
    assert (run["state"], run["outcome"], finished["proposal"]) == ("DONE", "refuted", row["id"])
    assert "37.6 years against 15" in kept["measure"]
    assert schedule["quote"] in line
    assert (schedule["stance"], schedule["origin"]) == ("contradicts", "same_plan")
    assert ["gaps/create" in page for page in together] == [True]
    assert gaps["contradicted", row["claim"]] == "open"
    said, against = told["properties"]["passages"]
    assert "is 15 years" in said
    assert [words for words in ("10/23/2063", "026-3", ":5)", "37.6 years") if words not in against] == []
    assert gaps["unvalidated_assumption", row["claim"]] == "closed"
    assert "Terminated: " in text.splitlines()[-1]
    assert [text.splitlines().count(marker) for marker in MARKERS] == [1] * len(MARKERS)
    assert (tmp_path / "runs" / run["file"]).stat().st_mode & 0o777 == 0o400
    assert (faults, aside) == ([], [])


async def written(world: World) -> list[str]:
    """The bodies of all entries as they are stored."""
    rows: list[str] = []
    after = 0
    while page := await world.app.graph.read("ledger/page", after=after, limit=1000):
        rows += [row["body"] for row in page]
        after = page[-1]["seq"]
    return rows


async def researched(world: World, planexe_runs: Path) -> tuple[Mapping[str, Any], list[Mapping[str, Any]]]:
    """A decision of the silo plan, researched, with its candidates."""
    row = await proposed(world, planexe_runs, "Resource Management Philosophy")
    await world.command(DecideProposal(row["number"], "approve", digest=row["digest"]))
    await world.wait(seconds=0)
    listed = await world.app.graph.read("research/candidates_of_proposal", id=row["id"], limit=100)
    return row, [item for item in listed if item["claim_id"] == row["claim"]]


async def types_about(world: World, block: str) -> set[str]:
    """The types of the live gaps about a block."""
    return {gap["type"] for gap in await world.gaps() if gap["block_id"] == block}


async def test_a_tap_on_a_passage_writes_the_evidence_and_closes_the_gap(tmp_path: Path, planexe_runs: Path) -> None:
    """A tap of "supports" writes the quote in the person's name and the gap closes; withdrawn, the gap returns."""
    async with a_world(tmp_path) as world:
        row, listed = await researched(world, planexe_runs)
        before = await types_about(world, row["claim"])
        answer = (await world.command(JudgeCandidate(listed[0]["id"][:14], "supports"))).answer
        await world.wait(seconds=2)
        after = await types_about(world, row["claim"])
        kept = (await world.app.graph.read("blocks/by_id", ids=[answer["evidence"]]))[0]["properties"]
        quote = Quote(kept["file"], kept["line"], kept["quote"], kept["sourceSha256"])
        stands = await world.app.outside.sources.holds(kept["corpus"], quote)
        await world.command(WithdrawEvidence(answer["evidence"][:14], "not convincing"))
        with pytest.raises(Conflict, match="already"):
            await world.command(WithdrawEvidence(answer["evidence"]))
        await world.wait(seconds=2)
        returned = await types_about(world, row["claim"])
    assert (kept["person"], kept["stance"], kept["origin"], stands) == ("owner", "supports", "same_plan", True)
    assert "unvalidated_decision" in before
    assert "unvalidated_decision" not in after
    assert "unvalidated_decision" in returned


async def test_a_passage_is_judged_once(tmp_path: Path, planexe_runs: Path) -> None:
    """Candidates come ranked, with reasons; the same tap again says the same, another one is told who was first."""
    async with a_world(tmp_path) as world:
        row, listed = await researched(world, planexe_runs)
        first, second = listed[0]["id"], listed[1]["id"]
        await world.command(JudgeCandidate(first, "contradicts"))
        again = (await world.command(JudgeCandidate(first, "contradicts"))).answer
        with pytest.raises(Conflict, match="judged already: owner said that it contradicts"):
            await world.command(JudgeCandidate(first, "supports"))
        with pytest.raises(NotFound):
            await world.command(JudgeCandidate("no such passage", "beside"))
        with pytest.raises(BadInput, match="supports, contradicts, beside"):
            await world.command(JudgeCandidate(second, "maybe"))
        with pytest.raises(Refused):
            await world.command(JudgeCandidate(second, "beside"), actor="agent:7")
        noted = (await world.command(JudgeCandidate(second, "beside"))).answer
        await world.wait(seconds=2)
        left = await world.app.graph.read("research/candidates_of_proposal", id=row["id"], limit=100)
        found = await types_about(world, row["claim"])
    assert [item["score"] for item in listed] == sorted((item["score"] for item in listed), reverse=True)
    assert all(item["reason"] for item in listed)
    assert (again["repeated"], noted["evidence"]) == (True, None)
    assert {item["id"] for item in listed} - {item["id"] for item in left} == {first, second}
    assert found == {"unvalidated_decision", "contradicted"}
