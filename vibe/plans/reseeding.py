"""Reseeding: an execution is begun anew from a snapshot; no state ever moves back.

Woken by `StartAnew`. The snapshot's text must be the one the ledger has the hash of. A new execution is made whose
tasks stand as they stood then: what was done is done, with its results; the rest is to be done. What reached outside
since then stays sent: it is listed, and the tasks that would do it again say so to whoever gets them.

Emits `ExecutionCreated`, `ExecutionMoved`. Source: issue "Plans that get done" (Executions), document 002 section 5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vibe.domain.canonical import epoch_ms, from_json, sha256_of, to_json
from vibe.domain.changes import Change, Effect, absent, expect
from vibe.domain.errors import BadInput, Conflict, NotFound
from vibe.domain.events import Event, EventType
from vibe.domain.executions import DONE, ENDED_EXECUTIONS, ExecutionStatus, TaskStatus
from vibe.domain.identities import derived_id
from vibe.domain.verdicts import decider_of
from vibe.domain.work_commands import StartAnew
from vibe.kernel.tools import Tools
from vibe.plans.milestones import FORM
from vibe.plans.reporting import sent_of
from vibe.plans.showing import read_tasks

AT_ONCE = 5000
FILE = "snapshot.json"
_KEPT = (
    "block", "section", "sectionTitle", "sourceId", "title", "action", "human", "params", "evidenceRequired",
    "reversible", "timeLimitS", "hours", "plannedStart", "plannedEnd", "priority", "order", "wayHours", "position",
    "milestone",
)  # fmt: skip
_RESULT = ("status", "output", "confidence", "doneBy", "startedMs", "firstStartedMs", "finishedMs", "note")
_LIVE = tuple(status.value for status in ExecutionStatus if status.value not in ENDED_EXECUTIONS)


async def start_anew(command: StartAnew, tools: Tools) -> Change:
    """Make an execution whose tasks stand as they stood in a snapshot.

    Raises:
        NotFound: no such snapshot. BadInput: its text is not the one that was kept. Refused: not a person.
        Conflict: the plan is being carried out; cancel that first.
    """
    decider_of(tools.actor)
    snapshot = await _read(command, tools)
    old, plan = snapshot["execution"]["id"], snapshot["execution"]["plan"]
    live = await tools.graph.read("executions/of_plan", plan=plan, statuses=list(_LIVE), limit=1)
    if live:
        raise Conflict(f"plan {plan!r} is being carried out: execution {live[0]['id']}; cancel it first")
    identity = tools.ids.new()
    done_then = {task["id"] for task in snapshot["tasks"] if task["status"] in DONE}
    sent = [row for row in sent_of(await read_tasks(tools.graph, old)) if row["task_id"] not in done_then]
    again = {
        row["task_id"]: f"Done already, at {row['at']}, before this was begun anew: do not do it twice." for row in sent
    }
    tasks, links = _laid_out(snapshot, identity, again)
    head = _head(snapshot["execution"], command.folder, sent, epoch_ms(tools.clock.now()))
    body = {"execution": identity, "plan": plan, "from": old, "snapshot": command.folder}
    moved = {"execution": identity, "plan": plan, "before": "created", "after": "queued", "tasks": len(tasks)}
    return Change(
        expects=(absent("Execution", identity), expect("Execution", old)),
        effects=(
            Effect("executions/create", {"id": identity, "props": head}),
            *(Effect("executions/create_tasks", *tasks[at : at + AT_ONCE]) for at in range(0, len(tasks), AT_ONCE)),
            *(Effect("executions/link_tasks", *links[at : at + AT_ONCE]) for at in range(0, len(links), AT_ONCE)),
        ),
        events=(
            Event(EventType.EXECUTION_CREATED, identity, body),
            Event(EventType.EXECUTION_MOVED, identity, moved),
        ),
        answer={"execution_id": identity, "done": len(done_then), "sent_since": sent},
    )


def _laid_out(
    snapshot: Mapping[str, Any], execution: str, again: Mapping[str, str]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The snapshot's tasks and links under ids of the new execution."""
    names = {task["id"]: derived_id(execution, task["id"]) for task in snapshot["tasks"]}
    tasks = [{"id": names[task["id"]], "props": _props(task, execution, again)} for task in snapshot["tasks"]]
    links = [
        {"id": f"{names[later]}->{names[earlier]}", "source": names[later], "target": names[earlier]}
        for later, earlier in snapshot["links"]
    ]
    return tasks, links


def _head(before: Mapping[str, Any], folder: str, sent: Sequence[Mapping[str, Any]], now_ms: int) -> dict[str, Any]:
    """The new execution's own properties."""
    return {
        "plan": before["plan"],
        "title": before["title"],
        "status": ExecutionStatus.QUEUED.value,
        "createdMs": now_ms,
        "startedMs": now_ms,
        "problems": to_json([f"stays done from before: {row['title']} ({row['to']})" for row in sent]).decode(),
        "seededFrom": folder,
    }


async def _read(command: StartAnew, tools: Tools) -> dict[str, Any]:
    rows = await tools.graph.read("executions/snapshot", folder=command.folder)
    if not rows:
        raise NotFound(f"there is no snapshot {command.folder!r}; `vibe executions show` lists those of an execution")
    kept = from_json(rows[0]["body"])["event"]["files"][FILE]
    if sha256_of(command.text) != kept:
        raise BadInput("it is not the snapshot that was kept: its hash differs from the ledger's", file=FILE)
    snapshot: dict[str, Any] = from_json(command.text)
    if snapshot.get("form") != FORM:
        raise BadInput(f"it is no {FORM}", file=FILE, field="form")
    return snapshot


def _props(task: Mapping[str, Any], execution: str, again: Mapping[str, str]) -> dict[str, Any]:
    """A task as it stood: done with its result, or to be done from the first attempt on."""
    props = {name: task[name] for name in _KEPT if task.get(name) is not None}
    props |= {"execution": execution, "attempt": 1, "reports": 0, "seededFrom": task["id"]}
    if task["status"] in DONE:
        return props | {name: task[name] for name in _RESULT if task.get(name) is not None}
    note = {"note": again[task["id"]]} if task["id"] in again else {}
    return props | {"status": TaskStatus.PENDING.value, **note}
