"""Reflecting: a plan's task says that it is blocked while its work cannot go on, and its work goes on when it says so.

Woken by `TasksMoved` and `EventsReported` (something failed for good, was blocked, or goes on) and by `BlocksChanged`
(a person, or a proposal that was approved, says that a task is no longer blocked, or given up). A blocked task is a
gap, so a way out is proposed and debated like any remedy. What waits at a gate has its proposal already. Emits
`BlocksChanged`, `TasksMoved`, `TicketClosed`.

Source: SPEC sections 1 and 2 (blocked_task), issue "Plans that get done" (blocked tasks get a suggestion).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vibe.domain.block_rows import set_block
from vibe.domain.changes import NOTHING, Change, Effect, expect
from vibe.domain.events import Entry, Event, EventType
from vibe.domain.executions import ExecutionTask, TaskStatus
from vibe.domain.tickets import close_ticket
from vibe.kernel.tools import Tools
from vibe.plans.ticketing import open_ticket_of

BLOCKED, PENDING, GIVEN_UP = "blocked", "pending", "cancelled"
PAGE, MOST = 500, 1000
_T = TaskStatus
STUCK = (_T.FAILED.value, _T.BLOCKED.value)
STANDS = frozenset({PENDING, "queued", "active", "running"})
"""What a task may be that is then blocked; one that is over stays as it is."""


def stops_or_goes_on(entry: Entry) -> bool:
    """Whether something was stuck, or is no more."""
    return any({item["before"], item["after"]} & set(STUCK) for item in entry.body.get("items", ()))


async def show_blocked(entries: Sequence[Entry], tools: Tools) -> Change:
    """Bring the blocks up to date whose work is stuck, or goes on."""
    items = [item for entry in entries for item in entry.body.get("items", ())]
    blocks = sorted({item["block"] for item in items if item["block"] and {item["before"], item["after"]} & set(STUCK)})
    if not blocks:
        return NOTHING
    stuck = {task.block: task for task in await _stuck(blocks, tools)}
    rows = []
    for start in range(0, len(blocks), PAGE):
        rows += await tools.graph.read("blocks/by_id", ids=blocks[start : start + PAGE])
    moved = []
    for row in rows:
        if row["id"] in stuck and row["status"] in STANDS:
            moved.append((row, BLOCKED))
        elif row["id"] not in stuck and row["status"] == BLOCKED:
            moved.append((row, PENDING))
    return _shown(moved, tools)


def _shown(moved: Sequence[tuple[Any, str]], tools: Tools) -> Change:
    if not moved:
        return NOTHING
    now = tools.clock.now()
    changes = [
        {"id": row["id"], "title": row["title"], "before": {"status": row["status"]}, "after": {"status": status}}
        for row, status in moved
    ]
    body = {"ids": [row["id"] for row, _ in moved], "changes": changes}
    return Change(
        expects=tuple(expect("Block", row["id"], status=row["status"]) for row, _ in moved),
        effects=(Effect("blocks/set", *(set_block(row["id"], status=status, updatedAt=now) for row, status in moved)),),
        events=(Event(EventType.BLOCKS_CHANGED, moved[0][0]["id"], body),),
    )


async def _stuck(blocks: Sequence[str], tools: Tools) -> list[ExecutionTask]:
    found = []
    for start in range(0, len(blocks), PAGE):
        part = list(blocks[start : start + PAGE])
        found += await tools.graph.read("executions/stuck_of_blocks", blocks=part, statuses=list(STUCK), limit=MOST)
    return [ExecutionTask.from_row(row) for row in found]


def says_otherwise(entry: Entry) -> bool:
    """Whether a task is said to be blocked no more."""
    return bool(_said(entry))


def _said(entry: Entry) -> dict[str, str]:
    """What became of each block that was blocked or waited, where that matters to its work."""
    return {
        change["id"]: change["after"]["status"]
        for change in entry.body.get("changes", ())
        if change.get("before", {}).get("status") in (BLOCKED, *STANDS)
        and change.get("after", {}).get("status") in (PENDING, GIVEN_UP)
    }


async def go_on(entry: Entry, tools: Tools) -> Change:
    """Put what was stuck back in line, or leave it out, as was said of its block."""
    said = _said(entry)
    change = NOTHING
    for task in await _stuck(sorted(said), tools):
        change += await _moved(task, said[task.block] == GIVEN_UP, entry.actor, tools)
    return change


async def _moved(task: ExecutionTask, given_up: bool, by: str, tools: Tools) -> Change:
    wanted = _T.SKIPPED if given_up else _T.QUEUED
    props = {} if given_up else {"attempt": task.attempt + 1, "notBeforeMs": None, "progressRatio": None}
    why = "given up" if given_up else "no longer blocked"
    body = {"execution": task.execution, "items": [task.told(wanted, why=why, by=by)]}
    change = Change(
        expects=(expect("ExecutionTask", task.id, status=task.status.value, attempt=task.attempt),),
        effects=(Effect("executions/set_tasks", task.moved(wanted, **props)),),
        events=(Event(EventType.TASKS_MOVED, task.execution, body),),
    )
    ticket = await open_ticket_of(task.id, tools)
    if ticket is None:
        return change
    return change + close_ticket(ticket, "skip" if given_up else "retry", by=by, at=tools.clock.now(), note=why)
