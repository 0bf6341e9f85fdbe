"""What a proposer is shown: chosen by named queries under a budget, and what was left out is kept."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.unit.loop.desk import assumption, desk, gap
from vibe.domain.blocks import Block, Kind, Link, LinkType
from vibe.domain.canonical import from_json
from vibe.domain.commands import DecideProposal
from vibe.kernel.showing import read_proposal
from vibe.loop.proposing.contexts import PREFERENCE

pytestmark = [pytest.mark.asyncio, pytest.mark.embedded]
HEAT = assumption("a-heat", "The boiler heats 40 flats down to -12 degrees without the second burner")
TRAM = assumption("a-tram", "The tram line 7 carries 900 riders an hour by June 2027")
ROWS = {block.id: gap("unvalidated_assumption", block.id) for block in (HEAT, TRAM)}
GOAL = Block("goal", Kind.NORTH_STAR, "Warm flats for 40 families")
WANTS = Block("k-wants", Kind.KNOWLEDGE, "Never by telephone", "Ask in writing only.", properties={"sort": PREFERENCE})
THOUGHT = Block("k-thought", Kind.KNOWLEDGE, "Boilers are heavy")
UNSURE = Block("k-unsure", Kind.KNOWLEDGE, "Perhaps in May", status="suggested", properties={"sort": PREFERENCE})


async def context_of(at: Any, number: int) -> dict[str, Any]:
    """What the draft of a proposal was made from."""
    found = (await at.app.graph.read("proposals/show", number=number))[0]
    return dict(from_json(found["context"]))


async def test_everything_a_proposer_needs_is_chosen(tmp_path: Path) -> None:
    """Goal, confirmed preferences, rejections, what is being done and the neighbourhood; no other knowledge."""
    async with desk(tmp_path) as at:
        task = Block("t-1", Kind.TASK, "Order the burner", status="pending")
        await at.put([HEAT, TRAM, GOAL, WANTS, THOUGHT, UNSURE, task], [Link(LinkType.DEPENDS_ON, "t-1", "a-heat")])
        await at.open_gaps(ROWS["a-tram"])
        row = (await at.proposals())[0]
        await at.app.execute(
            DecideProposal(row["number"], "reject", rejection_type="never", reason="too far away"), actor="owner:cli"
        )
        await at.open_gaps(ROWS["a-heat"])
        context = await context_of(at, 2)
        shown = (await read_proposal(at.app.graph, 2))["context"]
    assert context["north_star"] == {"title": GOAL.title}
    assert context["preferences"] == [{"title": WANTS.title, "content": WANTS.content}]
    assert [(one["kind"], one["reason"]) for one in context["rejected"]] == [("never", "too far away")]
    assert [one["title"] for one in context["links"]] == ["Order the burner"]
    assert (shown["shown"]["preferences"], shown["left_out"]) == (1, [])


async def test_a_small_budget_leaves_out_what_is_worth_least_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The block itself is always there; neighbours go first, named on the proposal."""
    monkeypatch.setenv("VIBE_MODEL__CONTEXT_TOKENS", "300")
    tasks = [Block(f"t-{n}", Kind.TASK, f"Order burner number {n} of twelve", status="pending") for n in range(12)]
    async with desk(tmp_path) as at:
        await at.put([HEAT, WANTS, *tasks], [Link(LinkType.DEPENDS_ON, one.id, "a-heat") for one in tasks])
        await at.open_gaps(ROWS["a-heat"])
        context = await context_of(at, 1)
        left = (await read_proposal(at.app.graph, 1))["context"]["left_out"]
    assert [one["id"] for one in context["blocks"]] == ["a-heat"]
    assert len(context["preferences"]) == 1
    assert [(one["what"], one["count"] + len(context["links"])) for one in left] == [("links", 12)]
    assert len(context["links"]) < 12
    assert set(left[0]["titles"]) < {one.title for one in tasks}


async def test_a_block_that_says_too_much_is_trimmed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its longest fields are left out first, by name; its title and text stay."""
    monkeypatch.setenv("VIBE_MODEL__CONTEXT_TOKENS", "500")
    long = assumption("a-heat", HEAT.title, minutes="They talked. " * 100, failureTrigger="Below 18 degrees.")
    async with desk(tmp_path) as at:
        await at.put([long])
        await at.open_gaps(ROWS["a-heat"])
        context = await context_of(at, 1)
    assert context["blocks"][0]["facts"] == {"failureTrigger": "Below 18 degrees."}
    assert context["blocks"][0]["title"] == HEAT.title
    assert context["left_out"] == [{"what": "facts", "count": 1, "titles": ["minutes"]}]


async def test_what_is_being_done_is_told(tmp_path: Path) -> None:
    """An approved proposal is known to whoever drafts the next, so that nothing is begun twice."""
    async with desk(tmp_path) as at:
        await at.put([HEAT, TRAM])
        await at.open_gaps(ROWS["a-tram"])
        row = (await at.proposals())[0]
        await at.app.execute(DecideProposal(row["number"], "approve", digest=row["digest"]), actor="owner:cli")
        at.clock.advance(timedelta(seconds=1))
        await at.open_gaps(ROWS["a-heat"])
        context = await context_of(at, 2)
    assert context["under_way"] == [{"title": row["title"], "status": "approved"}]
