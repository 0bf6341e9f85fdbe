"""Gating: a task that reaches outside, spends or files waits for a person's leave before anybody may have it.

`starting` brings every task that waits for nothing any more. What `config/tiers.toml` lets happen goes on; a task that
contacts people goes on by itself where a gate was approved that lists these people, these words and this channel; what
is left is blocked, and one proposal asks for all of it, with a digest over exactly what each task would do.
`releasing` moves the tasks on once that is decided.

Emits `TasksMoved`, `ProposalReady`. Source: SPEC section 4, document 002 section 4 ("Explicit Risk Gates").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from vibe.catalog import shipped
from vibe.domain.block_rows import create_blocks, set_block
from vibe.domain.blocks import Block, Kind
from vibe.domain.canonical import epoch_ms, sha256_of
from vibe.domain.changes import NOTHING, NUMBER, Change, Effect, Expect, absent, expect
from vibe.domain.events import Event, EventType
from vibe.domain.executions import ExecutionTask, TaskStatus
from vibe.domain.identities import derived_id
from vibe.domain.packets import LIST_MAX, TEXT_MAX, GatedTask, RiskGate, Target, approach_of, canonical, digest_of
from vibe.domain.packets import parse_packet as read_packet
from vibe.domain.proposals import TITLE_MAX, Grade, ProposalStatus, ProposalType, move
from vibe.kernel.tiers import Tier, TierTable
from vibe.kernel.tools import Tools
from vibe.ports.inward import Row

OPEN = "open"
MOST_GATES = 200
MOST_BEFORE = 32
_DAY_MS = 86_400_000
_T = TaskStatus


@cache
def _tiers() -> TierTable:
    return TierTable.read(shipped("config") / "tiers.toml")


def tier_of(task: ExecutionTask) -> Tier:
    """How much leave a task needs; what a person does themselves, and what can be taken back, needs none."""
    known = _tiers()
    free = task.is_human or (task.action not in known.actions and task.properties.get("reversible"))
    return Tier(0) if free else known.of_action(task.action)


@dataclass(frozen=True, slots=True)
class Deed:
    """What a task would do, as far as a gate goes by it."""

    task: ExecutionTask
    sha256: str
    recipients: tuple[str, ...]
    channel: str
    text: str
    sum_usd: float

    def is_within(self, gate: RiskGate) -> bool:
        """Whether an approved gate lets it go ahead: it is listed, or keeps to people, words and channel."""
        if any(listed.id == self.task.id and listed.sha256 == self.sha256 for listed in gate.tasks):
            return True
        return (
            tier_of(self.task).level == 1
            and bool(self.recipients and self.text)
            and set(self.recipients) <= set(gate.recipients)
            and self.text in gate.texts
            and (self.channel in gate.channels or not (self.channel or gate.channels))
            and not self.sum_usd
        )


async def deed_of(task: ExecutionTask, tools: Tools) -> Deed:
    """Read what a task would do, from its params and what the tasks before it brought."""
    params = task.plain("params") or {}
    rows = await tools.graph.read("executions/before", id=task.id, limit=MOST_BEFORE)
    brought = [ExecutionTask.from_row(row).plain("output") for row in rows]
    text = str(params.get("text") or "") or next((said for item in brought if (said := _words(item))), "")
    who = next((params[name] for name in ("to", "recipients", "audience") if params.get(name)), ())
    people = tuple(map(str, who)) if isinstance(who, list | tuple) else (str(who),)
    does = [task.action, task.title, dict(params), brought]
    return Deed(
        task, sha256_of(does), people, str(params.get("channel") or ""), text[:TEXT_MAX], _number(params.get("sum_usd"))
    )


def _words(output: Any) -> str:
    return str(output.get("text") or output.get("summary") or "") if isinstance(output, Mapping) else ""


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0


@dataclass(slots=True)
class Sorted:
    """Tasks by what a gate says of them: `free` may be had (each with more to set), `held` wait for a person."""

    free: list[tuple[ExecutionTask, dict[str, Any]]] = field(default_factory=list)
    held: list[Deed] = field(default_factory=list)
    change: Change = NOTHING


async def sort_by_leave(execution: str, tasks: Sequence[ExecutionTask], tools: Tools) -> Sorted:
    """Say which tasks go ahead and which wait for leave; counts what goes ahead within a gate."""
    found = Sorted()
    governed = [task for task in tasks if tier_of(task).level]
    found.free += [(task, {}) for task in tasks if not tier_of(task).level]
    if not governed:
        return found
    gates = await _open_gates(execution, tools)
    used: dict[str, int] = {}
    for task in governed:
        deed = await deed_of(task, tools)
        gate = next((row for row in gates if _has_room(row, used) and deed.is_within(row["gate"])), None)
        if gate is None:
            found.held.append(deed)
            continue
        used[gate["id"]] = used.get(gate["id"], 0) + 1
        found.free.append((task, {"gate": gate["proposal"]}))
    for row in gates:
        if row["id"] in used:
            found.change += _counted(row, used[row["id"]])
    found.free, daily = await spread_over_days(found.free, tools)
    found.change += daily
    return found


async def _open_gates(execution: str, tools: Tools) -> list[dict[str, Any]]:
    rows = await tools.graph.read("executions/gates", execution=execution, status=OPEN, limit=MOST_GATES)
    today = tools.clock.now().date().isoformat()
    read = [{**row, "gate": read_packet(row["packet"])} for row in rows]
    return [row for row in read if row["gate"].until >= today]


def _has_room(row: Mapping[str, Any], used: Mapping[str, int]) -> bool:
    return bool(row["used"] + used.get(row["id"], 0) < row["gate"].cap)


def _counted(row: Mapping[str, Any], more: int) -> Change:
    return Change(
        expects=(expect("Budget", row["id"], status=OPEN, used=row["used"]),),
        effects=(Effect("decisions/set_permission", {"id": row["id"], "props": {"used": row["used"] + more}}),),
    )


def open_gate(proposal: str, packet: RiskGate, used: int) -> Change:
    """Write down that a gate stands open, with what has gone through it."""
    identity = derived_id("gate", proposal)
    props = {
        "kind": "gate",
        "execution": packet.execution,
        "proposal": proposal,
        "packet": canonical(packet),
        "status": OPEN,
        "used": used,
    }
    effect = Effect("decisions/set_permission", {"id": identity, "props": props})
    return Change((absent("Budget", identity),), (effect,))


async def spread_over_days(
    free: Sequence[tuple[ExecutionTask, dict[str, Any]]], tools: Tools
) -> tuple[list[tuple[ExecutionTask, dict[str, Any]]], Change]:
    """Hold what goes ahead to the caps a day: what is over waits for the next day's room."""
    now = tools.clock.now()
    today = datetime(now.year, now.month, now.day, tzinfo=UTC)
    change = NOTHING
    found = [(task, more) for task, more in free if tier_of(task).per_day is None]
    for action in sorted({task.action for task, _ in free if tier_of(task).per_day is not None}):
        mine = [(task, more) for task, more in free if task.action == action]
        per_day = tier_of(mine[0][0]).per_day or 1
        identity = derived_id("acts a day", action)
        rows = await tools.graph.read("executions/budget", id=identity)
        used = max(0, rows[0]["used"] - per_day * ((epoch_ms(today) - rows[0]["day_ms"]) // _DAY_MS)) if rows else 0
        for place, (task, more) in enumerate(mine):
            later = (used + place) // per_day
            wait = {"notBeforeMs": epoch_ms(today + timedelta(days=later))} if later else {}
            found.append((task, more | wait))
        props = {"kind": "daily", "used": used + len(mine), "dayMs": epoch_ms(today)}
        guard = expect("Budget", identity, used=rows[0]["used"]) if rows else absent("Budget", identity)
        change += Change((guard,), (Effect("decisions/set_permission", {"id": identity, "props": props}),))
    return found, change


async def ask_for_leave(execution: Row, deeds: Sequence[Deed], tools: Tools) -> Change:
    """Block tasks and put one proposal before the person that lets them go ahead."""
    deeds = deeds[:LIST_MAX]
    identity = derived_id(
        "gate proposal", *(part for deed in deeds for part in (deed.task.id, deed.task.attempt, deed.sha256))
    )
    if await tools.graph.read("decisions/proposals", ids=[identity]):
        identity = tools.ids.new()  # asked before in these words, and let lapse: it is asked anew
    packet = await _packet(execution["id"], deeds, tools)
    now = tools.clock.now()
    moved = [
        {
            "lane": f"gate:{identity}",
            "gate": identity,
            "waitingOn": "your leave",
            "waitSinceMs": epoch_ms(now),
        }
        for _ in deeds
    ]
    rows = [_blocked(deed.task, props) for deed, props in zip(deeds, moved, strict=True)]
    items = [deed.task.told(_T.BLOCKED, why="waits for your leave") for deed in deeds]
    body = {"execution": execution["id"], "plan": execution["plan"], "items": items}
    guards: tuple[Expect, ...] = tuple(
        expect("ExecutionTask", deed.task.id, status=deed.task.status.value, attempt=deed.task.attempt)
        for deed in deeds
    )
    blocked = Change(
        guards,
        (Effect("executions/set_tasks", *rows),),
        (Event(EventType.TASKS_MOVED, execution["id"], body),),
    )
    return blocked + _proposed(identity, execution, packet, tools)


async def withdraw_gate(proposal: str, reason: str, tools: Tools) -> Change:
    """Make a gate's proposal stale that nobody has decided."""
    rows = await tools.graph.read("decisions/proposals", ids=[proposal])
    if not rows or rows[0]["status"] != ProposalStatus.READY:
        return NOTHING
    status = move(rows[0]["status"], ProposalStatus.STALE).value
    props = set_block(proposal, status=status, endedBecause=reason, updatedAt=tools.clock.now())
    body = {"number": rows[0]["number"], "reason": reason}
    return Change(
        expects=(expect("Block", proposal, status=rows[0]["status"], digest=rows[0]["digest"]),),
        effects=(Effect("blocks/set", props),),
        events=(Event(EventType.PROPOSAL_STALE, proposal, body),),
    )


def _blocked(task: ExecutionTask, props: Mapping[str, Any]) -> dict[str, Any]:
    """The row that blocks a task; one that is blocked already only waits for something else."""
    return {"id": task.id, "props": dict(props)} if task.status is _T.BLOCKED else task.moved(_T.BLOCKED, **props)


async def _packet(execution: str, deeds: Sequence[Deed], tools: Tools) -> RiskGate:
    actions = {deed.task.action for deed in deeds}
    rows = await tools.graph.read("executions/open_of_actions", execution=execution, actions=sorted(actions))
    blocks = sorted({deed.task.block for deed in deeds if deed.task.block})
    about = await tools.graph.read("blocks/by_id", ids=blocks) if blocks else []
    until = tools.clock.now() + tools.settings.executions.gate_for
    return RiskGate(
        execution,
        tuple(GatedTask(deed.task.id, deed.task.title[:300], deed.task.action, deed.sha256) for deed in deeds),
        cap=max(rows[0]["count"] if rows else 0, len(deeds)),
        until=until.date().isoformat(),
        recipients=tuple(dict.fromkeys(who for deed in deeds for who in deed.recipients)),
        channels=tuple(dict.fromkeys(deed.channel for deed in deeds if deed.channel)),
        texts=tuple(dict.fromkeys(deed.text for deed in deeds if deed.text)),
        sum_usd=round(sum(deed.sum_usd for deed in deeds), 2),
        targets=tuple(Target(row["id"], Kind(row["kind"]), row["title"], row["content_sha256"]) for row in about),
    )


def _proposed(identity: str, execution: Row, packet: RiskGate, tools: Tools) -> Change:
    """Write the proposal; it says exactly what is done, so there is nothing to argue about: it is ready at once."""
    now = tools.clock.now()
    expires = now + tools.settings.proposals.expires_after
    first, count = packet.tasks[0].title, len(packet.tasks)
    title = f"Let it go ahead: {first}" if count == 1 else f"Let {count} tasks go ahead, first: {first}"
    props = {
        "proposalType": ProposalType.FEATURE.value,
        "impact": Grade.HIGH.value,
        "effort": Grade.LOW.value,
        "confidence": 0.9,
        "action": canonical(packet),
        "digest": digest_of(packet),
        "approach": approach_of(packet),
        "gapId": "",
        "gapIds": [],
        "version": 1,
        "round": 0,
        "uncertain": False,
        "objection": "What is sent, spent or filed can't be taken back.",
        "context": "{}",
        "readyAt": now,
        "expiresAt": expires,
        "expiresMs": epoch_ms(expires),
        "root": identity,
    }
    content = (
        f"“{execution['title'] or execution['plan']}” is being carried out and stands before {count} "
        f"{'task that reaches' if count == 1 else 'tasks that reach'} outside. Nobody does that before you say so."
    )
    block = Block(identity, Kind.PROPOSAL, title[:TITLE_MAX], content, ProposalStatus.READY.value, properties=props)
    body = {"number": NUMBER, "uncertain": False}
    return Change(
        expects=(absent("Block", identity),),
        effects=(
            *create_blocks([block], at=now, actor="loop", plan=execution["plan"]),
            Effect("proposals/number", {"id": identity, "number": NUMBER}),
        ),
        events=(Event(EventType.PROPOSAL_READY, identity, body),),
    )
