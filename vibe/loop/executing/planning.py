"""Planning: the tasks of an approved plan packet become a plan of their own. Pure but for the clock.

Its breakdown is asked for at once (`PlanRequested`); to carry it out is the owner's `vibe executions start`.
"""

from __future__ import annotations

from vibe.domain.block_rows import create_blocks, create_links
from vibe.domain.blocks import Block, Kind, Link, LinkType
from vibe.domain.changes import Change, Effect, absent
from vibe.domain.events import Event, EventType
from vibe.domain.identities import derived_id, paging_key
from vibe.domain.packets import TaskPlan
from vibe.domain.proposals import Proposal
from vibe.kernel.tools import Tools


def plan_of(proposal: Proposal) -> str:
    """The id of the plan that a proposal's tasks become."""
    return f"proposal-{proposal.number}"


def write_plan(proposal: Proposal, packet: TaskPlan, tools: Tools) -> Change:
    """Write the tasks, what waits for what, and the plan they are part of."""
    plan, now = plan_of(proposal), tools.clock.now()
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
            Event(EventType.PLAN_REQUESTED, plan, {"plan": plan, "number": proposal.number}),
        ),
    )
