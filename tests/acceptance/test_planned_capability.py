"""A capability that nobody has: from the gap to tasks in the graph, and to somebody who provides it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.workers import a_worker, work_to_the_end
from tests.acceptance.world import World, a_world
from vibe.domain.blocks import Block, Kind, Link, LinkType
from vibe.domain.canonical import from_json
from vibe.domain.commands import AddBlocks, DecideProposal, StartExecution
from vibe.domain.packet_effects import exact_effect, rollback_of
from vibe.domain.packets import parse_packet
from vibe.kernel.showing import read_gaps

pytestmark = [pytest.mark.asyncio, pytest.mark.embedded]

HULL = Block("hull", Kind.TASK, "Weld the hull of the ferry", "12 m of aluminium, 5 mm thick.", "pending")
WELDING = Block("welding", Kind.CAPABILITY, "Certified aluminium welding", "MIG welding by ISO 9606-2, at least 5 mm.")
TITLES = [
    "Write down what “Certified aluminium welding” has to do for “Weld the hull of the ferry”",
    "Research who provides “Certified aluminium welding”, at what price and from when",
    "Decide who provides “Certified aluminium welding” and agree on it",
]


async def gap_of_hull(world: World) -> str:
    """How the gap of the task that waits for a welder stands."""
    (found,) = [gap for gap in await read_gaps(world.app.graph, every=True) if gap["related_blocks"][0] == HULL.id]
    return str(found["status"])


async def test_a_missing_capability_is_planned_for_and_then_there(tmp_path: Path) -> None:
    """The gap becomes tasks to say yes to; they stand in a plan of their own with their steps; done, they close it."""
    async with a_world(tmp_path / "home") as world:
        await world.command(AddBlocks((HULL, WELDING), (Link(LinkType.REQUIRES, "hull", "welding"),)))
        await world.wait(seconds=2)
        shown = (await world.app.graph.read("proposals/show", number=1))[0]
        packet = parse_packet(shown["action"])
        await world.command(DecideProposal(1, "approve", shown["digest"]))
        await world.wait(seconds=2)
        decided = (await world.app.graph.read("proposals/show", number=1))[0]
        tasks = await world.app.graph.read("plans/tasks", plan="proposal-1", after=-1, limit=10)
        links = await world.app.graph.read("plans/task_links", plan="proposal-1", limit=10)
        after_yes = await gap_of_hull(world)
        others = await world.proposals("ready")
        worker = await a_worker(world, "research", "document")
        await world.command(StartExecution("proposal-1"))
        await work_to_the_end(world, [worker])
        await world.wait(seconds=5)
        ended = await gap_of_hull(world)
        faults = await world.ledger_faults()
    told, names = " ".join(exact_effect(packet)), {row["id"]: row["title"] for row in tasks}
    waits = [(names[row["source"]], names[row["target"]]) for row in links if row["type"] == LinkType.DEPENDS_ON]
    assert (shown["status"], shown["title"]) == ("ready", "Find who provides “Certified aluminium welding”")
    assert all(title in told for title in TITLES)
    assert "can be withdrawn" in rollback_of(packet)
    assert sorted(names.values()) == sorted(TITLES)
    assert set(waits) == {(TITLES[2], TITLES[1]), (TITLES[1], TITLES[0])}
    assert all(from_json(row["breakdown"])["steps"] for row in tasks)
    assert (decided["status"], after_yes, others) == ("executed", "open", [])
    assert ended == "closed"
    assert faults == []
