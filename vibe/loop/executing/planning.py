"""Planning: the tasks of an approved plan packet become a plan of their own; what it was for counts once they are done.

Its breakdown is asked for at once (`PlanRequested`); to carry it out is the owner's `vibe executions start`.
"""

from __future__ import annotations

from vibe.domain.block_rows import create_blocks, create_links
from vibe.domain.blocks import Block, Kind, Link, LinkType
from vibe.domain.changes import NOTHING, Change, Effect, absent, expect
from vibe.domain.events import Entry, Event, EventType
from vibe.domain.identities import derived_id, paging_key
from vibe.domain.packets import TaskPlan
from vibe.domain.proposals import Proposal, is_proposed_plan, plan_of
from vibe.kernel.tools import Tools


def write_plan(proposal: Proposal, packet: TaskPlan, tools: Tools) -> Change:
    """Write the tasks, what waits for what, and the plan they are part of."""
    plan, now = plan_of(proposal.number), tools.clock.now()
    ids = {task.title: derived_id(proposal.id, "task", task.title) for task in packet.tasks}
    blocks = [
        Block(ids[task.title], Kind.TASK, task.title, task.content, "pending", priority=task.priority,
              properties={"position": position})
        for position, task in enumerate({task.title: task for task in packet.tasks}.values(), 1)
    ]  # fmt: skip
    links = [
        Link(LinkType.DEPENDS_ON, ids[task.title], ids[before]) for task in packet.tasks for before in task.depends_on
    ]
    props = {"title": proposal.title, "source": "proposal", "status": "active", "importedAt": now, "sample": False}
    members = [{"id": block.id, "block": block.id, "plan": plan} for block in blocks]
    added = {"ids": [block.id for block in blocks], "kinds": [Kind.TASK.value], "plan": plan}
    return Change(
        expects=(absent("Plan", plan), *(absent("Block", block.id) for block in blocks)),
        effects=(
            Effect("plans/create", {"id": plan, "key": paging_key(plan), "props": props}),
            *create_blocks(blocks, at=now, actor=f"proposal:{proposal.number}", plan=plan),
            *create_links(links, plan=plan),
            Effect("plans/link_members", *members),
        ),
        events=(
            Event(EventType.BLOCKS_ADDED, plan, added),
            Event(EventType.PLAN_REQUESTED, plan, {"plan": plan, "proposal": proposal.id, "digest": proposal.digest}),
        ),
    )


def may_provide(entry: Entry) -> bool:
    """Whether a plan that came of a proposal is carried out."""
    return entry.body.get("after") == "completed" and is_proposed_plan(entry.body.get("plan"))


async def provide_planned(entry: Entry, tools: Tools) -> Change:
    """Keep as Knowledge that a plan carried out provides the capabilities it was for, unless a task was left out."""
    plan = str(entry.body["plan"])
    rows = await tools.graph.read("proposals/show", number=int(plan.rpartition("-")[2]))
    proposal = Proposal.from_row(rows[0]) if rows else None
    packet = proposal.packet if proposal else None
    if proposal is None or not isinstance(packet, TaskPlan):
        return NOTHING
    lacking = [target for target in packet.targets if target.kind is Kind.CAPABILITY]
    identity = derived_id(proposal.id, "provides")
    written = [derived_id(proposal.id, "task", task.title) for task in packet.tasks]
    tasks = await tools.graph.read("blocks/by_id", ids=written)
    left_out = [row for row in tasks if row["properties"].get("status") not in ("done", "completed")]
    if not lacking or left_out or await tools.graph.read("blocks/by_id", ids=[identity]):
        return NOTHING
    said = f"The tasks of plan {plan!r} are done: {proposal.title}"
    block = Block(identity, Kind.KNOWLEDGE, said[:300], said, properties={"origin": "plan"})
    links = [Link(LinkType.PROVIDES, identity, target.id) for target in lacking]
    made = create_blocks([block], at=tools.clock.now(), actor=f"proposal:{proposal.number}", plan=plan)
    return Change(
        expects=(absent("Block", identity), *(expect("Block", target.id) for target in lacking)),
        effects=(*made, *create_links(links, plan=plan)),
        events=(
            Event(EventType.BLOCKS_ADDED, identity, {"ids": [identity], "kinds": [Kind.KNOWLEDGE.value]}),
            Event(EventType.BLOCKS_CHANGED, identity, {"ids": [target.id for target in lacking], "changes": []}),
        ),
    )
