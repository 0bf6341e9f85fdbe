"""What a person says about a gap itself, and what becomes of it: evidence, accepted risk, no gap, baseline."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.world import World, a_world
from vibe.domain.blocks import Block, Kind, Link, LinkType
from vibe.domain.commands import AddBlocks, AnalyseNow, BaselineGaps, MarkGap, SetBlock
from vibe.domain.errors import BadInput, IllegalMove, NotFound, Refused
from vibe.kernel.showing import read_gaps

pytestmark = [pytest.mark.asyncio, pytest.mark.embedded]

CLAIM = Block("d", Kind.DECISION, "Rent the shop on Mill Street")


async def with_blocks(world: World, *blocks: Block, links: tuple[Link, ...] = ()) -> None:
    """Add blocks and let the rules see them."""
    await world.command(AddBlocks(blocks, links))
    await world.wait(seconds=2)


async def the_gap(world: World, rule: str = "unvalidated_decision") -> Mapping[str, Any]:
    """The one gap of a rule, whatever its state."""
    (found,) = [gap for gap in await read_gaps(world.app.graph, every=True) if gap["rule"] == rule]
    return found


async def say(world: World, mark: str, rule: str = "unvalidated_decision", **more: Any) -> Mapping[str, Any]:
    """Mark the rule's gap and let what follows happen."""
    receipt = await world.command(MarkGap((await the_gap(world, rule))["id"], mark, **more))
    await world.wait(seconds=2)
    return receipt.answer


async def test_a_person_s_evidence_closes_the_gap(tmp_path: Path) -> None:
    """Words are evidence of origin human, bound to the claim; the next analysis closes the gap; twice is once."""
    async with a_world(tmp_path) as world:
        await with_blocks(world, CLAIM)
        first = await say(world, "evidence", text="The lease is signed, see the folder.")
        again = await say(world, "evidence", text="The lease is signed, see the folder.")
        closed = await the_gap(world)
        (row,) = await world.app.graph.read("blocks/by_id", ids=[first["evidence"]])
    assert closed["status"] == "closed"
    assert row["properties"]["origin"] == "human"
    assert row["properties"]["person"] == "owner"
    assert row["properties"]["claimSha256"] == CLAIM.content_sha256
    assert again["evidence"] == first["evidence"]


async def test_withdrawn_evidence_brings_the_gap_back(tmp_path: Path) -> None:
    """The same gap opens again, under the same id, when what closed it is withdrawn."""
    async with a_world(tmp_path) as world:
        await with_blocks(world, CLAIM)
        before = await the_gap(world)
        answer = await say(world, "evidence", text="The lease is signed.")
        await world.command(SetBlock(answer["evidence"], {"status": "withdrawn"}))
        await world.wait(seconds=2)
        after = await the_gap(world)
    assert (after["id"], after["status"] in ("open", "proposed")) == (before["id"], True)


async def test_a_person_s_word_on_a_contradiction_holds_until_new_evidence(tmp_path: Path) -> None:
    """Keeping a contradicted block with a reason closes the gap; evidence that comes later opens it again."""
    support = (Block("e0", Kind.EVIDENCE, "Offer"), Link(LinkType.SUPPORTS, "e0", "d"))
    async with a_world(tmp_path) as world:
        against = Block("e1", Kind.EVIDENCE, "The shop floods")
        await with_blocks(world, CLAIM, support[0], against, links=(support[1], Link(LinkType.CONTRADICTS, "e1", "d")))
        opened = await the_gap(world, "contradicted")
        world.clock.advance(timedelta(hours=1))
        await say(world, "evidence", "contradicted", text="The owner raises the floor before we move in.")
        kept = await the_gap(world, "contradicted")
        await world.command(AnalyseNow())
        await world.settle()
        still_kept = await the_gap(world, "contradicted")
        world.clock.advance(timedelta(hours=1))
        later = Block("e2", Kind.EVIDENCE, "The owner refuses to raise the floor")
        await with_blocks(world, later, links=(Link(LinkType.CONTRADICTS, "e2", "d"),))
        again = await the_gap(world, "contradicted")
    assert opened["severity"] == "critical"
    assert (kept["status"], still_kept["status"]) == ("closed", "closed")
    assert again["status"] in ("open", "proposed")


async def test_an_accepted_risk_comes_back_on_its_date(tmp_path: Path) -> None:
    """Until the date it is suppressed, whatever is analysed; then it is open again."""
    async with a_world(tmp_path) as world:
        await with_blocks(world, CLAIM)
        until = (world.clock.now() + timedelta(days=10)).date().isoformat()
        await say(world, "accept", text="The board knows", until=until)
        await world.command(AnalyseNow())
        await world.wait(days=5)
        waiting = await the_gap(world)
        await world.wait(days=6)
        back = await the_gap(world)
        returned = await world.happened("GapsReturned")
    assert (waiting["status"], waiting["mark"]) == ("suppressed", "accepted")
    assert (back["status"] in ("open", "proposed"), back["mark"], back["accepted_until"]) == (True, None, None)
    assert [[item["id"] for item in body["items"]] for body in returned] == [[back["id"]]]


async def test_an_accepted_risk_that_is_gone_is_closed_when_its_date_comes(tmp_path: Path) -> None:
    """What was backed meanwhile does not come back as a gap."""
    async with a_world(tmp_path) as world:
        await with_blocks(world, CLAIM)
        until = (world.clock.now() + timedelta(days=3)).date().isoformat()
        await say(world, "accept", until=until)
        evidence = Block("e", Kind.EVIDENCE, "Offer")
        await with_blocks(world, evidence, links=(Link(LinkType.SUPPORTS, "e", "d"),))
        await world.wait(days=4)
        gap = await the_gap(world)
    assert gap["status"] == "closed"


async def test_no_gap_stays_away_until_it_is_taken_back(tmp_path: Path) -> None:
    """Noise needs a reason, survives every analysis, and `real` opens it again."""
    async with a_world(tmp_path) as world:
        await with_blocks(world, CLAIM)
        with pytest.raises(BadInput, match="why"):
            await say(world, "noise")
        await say(world, "noise", text="A shop needs no proof")
        await world.command(AnalyseNow())
        await world.wait(days=2)
        gone = await the_gap(world)
        await say(world, "real")
        back = await the_gap(world)
        marks = [(body["mark"], body["before"], body["status"]) for body in await world.happened("GapMarked")]
    assert (gone["status"], gone["mark"]) == ("suppressed", "noise")
    assert back["status"] in ("open", "proposed")
    assert marks[-1] == ("real", "suppressed", "open")


@pytest.mark.parametrize("mark", [{"mark": "noise", "text": "no"}, {"mark": "accept", "until": "2030-01-01"}])
async def test_an_answered_gap_s_proposal_is_stale(tmp_path: Path, mark: dict[str, str]) -> None:
    """Nobody is asked to decide a remedy for what a person has answered."""
    async with a_world(tmp_path) as world:
        await with_blocks(world, CLAIM)
        ready = [row["number"] for row in await world.proposals("ready")]
        await say(world, **mark)
        stale = [row["number"] for row in await world.proposals("stale")]
        gap = await the_gap(world)
    assert len(ready) == 1
    assert (stale, gap["status"]) == (ready, "suppressed")


async def test_a_baseline_is_accepted_and_taken_back(tmp_path: Path) -> None:
    """Today's open gaps are known; what is found later is not; undo opens the first again."""
    async with a_world(tmp_path) as world:
        await world.app.execute(AddBlocks((CLAIM, Block("t", Kind.TASK, "Paint", "", "blocked"))), actor="owner:cli")
        await world.command(AnalyseNow())
        await world.settle()
        receipt = await world.command(BaselineGaps())
        await with_blocks(world, Block("a", Kind.ASSUMPTION, "Children like tea"))
        live = [gap["rule"] for gap in await read_gaps(world.app.graph)]
        undone = await world.command(BaselineGaps(undo=True))
        every = sorted(gap["rule"] for gap in await read_gaps(world.app.graph))
    assert receipt.answer["gaps"] == 2
    assert live == ["unvalidated_assumption"]
    assert undone.answer["gaps"] == 2
    assert every == ["blocked_task", "unvalidated_assumption", "unvalidated_decision"]


@pytest.mark.parametrize(
    ("mark", "more", "words"),
    [
        ("shrug", {}, "none of evidence, accept, noise, real"),
        ("accept", {}, "until when"),
        ("accept", {"until": "someday"}, "not a date"),
        ("accept", {"until": "2020-01-01"}, "past"),
        ("evidence", {"text": "  "}, "give the evidence"),
    ],
)
async def test_a_mark_that_lacks_something_is_refused(
    tmp_path: Path, mark: str, more: dict[str, str], words: str
) -> None:
    """The message says what is missing, and nothing is written."""
    async with a_world(tmp_path) as world:
        await with_blocks(world, CLAIM)
        with pytest.raises(BadInput, match=words):
            await say(world, mark, **more)
        assert await world.happened("GapMarked") == []


async def test_only_people_speak_about_gaps_that_are_there(tmp_path: Path) -> None:
    """The loop and agents are refused; unknown ids, closed gaps and evidence for a task are told apart."""
    async with a_world(tmp_path) as world:
        await with_blocks(world, CLAIM, Block("t", Kind.TASK, "Paint", "", "blocked"))
        gap = await the_gap(world)
        for actor in ("loop", "agent:1"):
            with pytest.raises(Refused):
                await world.command(MarkGap(gap["id"], "noise", "no"), actor)
            with pytest.raises(Refused):
                await world.command(BaselineGaps(), actor)
        with pytest.raises(NotFound, match="ffff"):
            await world.command(MarkGap("ffff", "noise", "no"))
        with pytest.raises(BadInput, match="about a task"):
            await say(world, "evidence", "blocked_task", text="Paint is here")
        beginning = await world.command(MarkGap(gap["id"][:12], "evidence", "The lease is signed"))
        await world.wait(seconds=2)
        with pytest.raises(IllegalMove, match=r"closed.*suppressed"):
            await say(world, "noise", text="too late")
    assert beginning.answer["gap"] == gap["id"]


async def test_an_assumption_carries_how_much_supports_it(tmp_path: Path) -> None:
    """The ratio is recomputed in the change that follows new evidence, and when evidence is withdrawn."""
    claim = Block("a", Kind.ASSUMPTION, "Children like tea")
    async with a_world(tmp_path) as world:
        evidence = [Block(f"e{number}", Kind.EVIDENCE, f"Survey {number}") for number in range(3)]
        links = [Link(LinkType.SUPPORTS, "e0", "a"), Link(LinkType.CONTRADICTS, "e1", "a")]
        await with_blocks(world, claim)
        (bare,) = await world.app.graph.read("gaps/support", ids=["a"], limit=5)
        await with_blocks(world, *evidence, links=(*links, Link(LinkType.EVIDENCE_FOR, "e2", "a")))
        (mixed,) = await world.app.graph.read("gaps/support", ids=["a"], limit=5)
        await world.command(SetBlock("e1", {"status": "withdrawn"}))
        await world.settle()
        (clear,) = await world.app.graph.read("gaps/support", ids=["a"], limit=5)
    assert [row["support_ratio"] for row in (bare, mixed, clear)] == [None, 0.6667, 1.0]
