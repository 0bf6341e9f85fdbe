"""Refining: what the templates are not sure of is broken down by a model, where one is configured.

Woken by `PlanDecomposed` with drafts to review. Asks once a task; what the model is sure of is taken and leaves the
review, what it is not sure of replaces the template's draft in it. A reply that is none leaves the template's. With
each question go the executions that are most alike, with how they ended; the ledger lists which. Emits `TicketClosed`,
`BreakdownsRefined`.

Source: issue "Plans that get done" (Decomposition), document 002 section 3 ("Continuous Learning").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vibe.domain.acts import ActKind, Intent, ModelRequest
from vibe.domain.breakdowns import Breakdown, Step, StepsReply, write_markdown
from vibe.domain.canonical import sha256_of, to_json
from vibe.domain.changes import NOTHING, Change, Effect, expect
from vibe.domain.debates import Role
from vibe.domain.errors import BadInput, Permanent, Transient
from vibe.domain.events import Entry, Event, EventType
from vibe.domain.executions import ENDED_EXECUTIONS, REVIEW_BELOW
from vibe.domain.likeness import Wording
from vibe.domain.tickets import Ticket, TicketKind, close_ticket
from vibe.domain.workgraphs import WorkGraph, WorkTask
from vibe.kernel.tools import Tools
from vibe.plans.decomposing import capability_id, hours_of, keep_breakdowns, read_work
from vibe.plans.templates import human_actions, templates

PROMPT = "decompose/steps"
MOST_ASKED = 100
MOST_TICKETS = 500
CASES, LATELY = 3, 200
NEWEST_MS = 2**53


def needs_review(entry: Entry) -> bool:
    """Whether something waits for a person to say how it is done."""
    return bool(entry.body.get("review"))


async def refine_plan(entry: Entry, tools: Tools) -> Change:
    """Ask the model about every task of a plan that waits for review."""
    if not tools.settings.model.base_url:
        return NOTHING
    plan = str(entry.body["plan"])
    kind = TicketKind.BREAKDOWN.value
    rows = await tools.graph.read("tickets/of_plan", plan=plan, kind=kind, limit=MOST_TICKETS)
    work = await read_work(plan, tools)
    cases = await read_cases(plan, tools)
    words = await _known_words(tools)
    kept: dict[WorkTask, Breakdown] = {}
    change = NOTHING
    for ticket in map(Ticket.from_row, rows):
        drafts = list(ticket.draft["tasks"])
        found: dict[str, Breakdown] = {}
        for row in drafts:
            if row["task_id"] in work.tasks and len(kept) < MOST_ASKED:
                reply = await _ask(work, work.tasks[row["task_id"]], words, cases, tools)
                found |= {row["task_id"]: reply} if reply else {}
        kept |= {work.tasks[name]: breakdown for name, breakdown in found.items()}
        change += _reviewed(ticket, drafts, found, tools) if found else NOTHING
    if not kept:
        return NOTHING
    sure = sum(item.confidence >= REVIEW_BELOW for item in kept.values())
    body = {"plan": plan, "ids": [task.id for task in kept], "sure": sure, "review": len(kept) - sure}
    told = Change(events=(Event(EventType.BREAKDOWNS_REFINED, plan, body),))
    return told + await keep_breakdowns(kept, tools) + change


def _reviewed(
    ticket: Ticket, drafts: Sequence[Mapping[str, Any]], found: Mapping[str, Breakdown], tools: Tools
) -> Change:
    """A ticket with the model's drafts, without what it is sure of; nothing left: closed."""
    left = []
    for row in drafts:
        one = found.get(row["task_id"])
        if one is None:
            left.append(dict(row))
        elif one.confidence < REVIEW_BELOW:
            left.append({**row, "confidence": one.confidence, "markdown": write_markdown(one.steps)})
    if not left:
        return close_ticket(ticket, "drafted", by="loop", at=tools.clock.now(), note="a model was sure of it")
    props = {"draft": to_json({"tasks": left}).decode(), "tried": "broken down by a model, which is not sure of these"}
    return Change(
        expects=(expect("Ticket", ticket.id, status="open"),),
        effects=(Effect("tickets/set", {"id": ticket.id, "props": props}),),
    )


async def _known_words(tools: Tools) -> list[str]:
    """The action words whose Capability is there: the loop makes none without a person's leave."""
    ids = {capability_id(action): action for action in templates()}
    return sorted(ids[row["id"]] for row in await tools.graph.read("blocks/by_id", ids=list(ids)))


async def _ask(
    work: WorkGraph, task: WorkTask, words: Sequence[str], cases: Sequence[Mapping[str, Any]], tools: Tools
) -> Breakdown | None:
    """The model's breakdown of a task; None where no reply of use came."""
    hours = hours_of(task)
    inputs = {
        "task": {"title": task.title, "content": str(task.properties.get("content") or "")[:4000]},
        "section": work.tasks[work.section_of(task.id)].title,
        "goal": "",
        "hours": hours,
        "actions": [
            {"action": one.action, "says": one.says, "human": one.human}
            for name, one in templates().items()
            if name in words
        ],
        "before": [work.tasks[earlier].title for later, earlier in work.links if later == task.id],
        "cases": list(cases),
    }
    told = {"prompt": PROMPT, "inputs": sha256_of(inputs), "cases": [case["execution"] for case in cases]}
    try:
        reply = await tools.acts.ask_model(
            ModelRequest(Role.DECOMPOSER, PROMPT, inputs), Intent(f"decompose/{task.id}", ActKind.MODEL_CALL, told)
        )
        read = StepsReply.from_reply(reply.value)
        steps = tuple(_step(step, task, words) for step in read.steps)
    except (BadInput, Transient, Permanent):
        return None
    return Breakdown(steps, read.certainty.confidence, f"model:{reply.model}")


def _step(step: Step, task: WorkTask, words: Sequence[str]) -> Step:
    """A model's step with what is ours to say: how long it may take, and whether it is a person's.

    Raises:
        BadInput: an action word that is none.
    """
    if step.action not in words:
        raise BadInput(f"{step.action!r} is none of {', '.join(words)}", field="steps.action")
    known = templates()[step.action]
    goal = str(task.properties.get("content") or "") or task.title
    return Step(
        known.action, step.title, step.hours, known.time_limit_s, step.evidence,
        step.human or known.action in human_actions(), known.reversible, {"goal": goal, "step": step.title},
    )  # fmt: skip


async def read_cases(plan: str, tools: Tools) -> list[dict[str, Any]]:
    """Executions that ended, the most alike first, with how they ended."""
    titles = await tools.graph.read("plans/by_id", ids=[plan])
    rows = await tools.graph.read("executions/list", before_ms=NEWEST_MS, limit=LATELY)
    ended = [row for row in rows if row["status"] in ENDED_EXECUTIONS and row["plan"] != "_practice"]
    if not ended or not titles:
        return []
    scores = await tools.likeness.scores(Wording(titles[0]["title"]), [Wording(row["title"] or "") for row in ended])
    best = sorted(zip(scores, ended, strict=True), key=lambda pair: (-pair[0], -pair[1]["created_ms"]))[:CASES]
    return [await _case(row, tools) for _, row in best]


async def _case(row: Mapping[str, Any], tools: Tools) -> dict[str, Any]:
    counts = await tools.graph.read("executions/counts", execution=row["id"])
    hours = round(((row["finished_ms"] or row["created_ms"]) - row["created_ms"]) / 3_600_000, 1)
    tasks = {item["status"]: item["count"] for item in counts}
    return {"execution": row["id"], "title": row["title"], "ended": row["status"], "tasks": tasks, "took_hours": hours}
