"""Climbing: what happens while nobody answers.

Woken by `QuestionRaised` (the ladder is worked out and its due times stored), by `RungDue` (each minute, or as often as
the smallest rung needs), and by `AnswerRecorded` and `QuestionExpired`, which end it. Of the rungs that are due only
the highest fires, so a downtime is made up for by one step; each fires once: its change expects it to wait.
Emits `QuestionPublished`, `HumanAsked`, `LoopPaused`, `LoopResumed`; the messages hang on `HumanAsked`.

A pause by the ladder holds for the plan the question is about (no new drafts), for the whole loop where it is about
none, until the answer or `vibe loop resume`.

Source: SPEC section 5 (escalation rungs, pause by the ladder), document 003 section 6.
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from vibe.domain.block_rows import set_block
from vibe.domain.canonical import epoch_ms
from vibe.domain.changes import NOTHING, Change, Effect, absent, expect
from vibe.domain.events import Entry, Event, EventType
from vibe.domain.identities import derived_id
from vibe.domain.ladders import REACHES, Rung, RungAction, RungStatus, raised, rungs_of
from vibe.domain.questions import QuestionStatus, Urgency, headline
from vibe.kernel.people import read_approvers
from vibe.kernel.tools import Tools
from vibe.ports.inward import Row

log = structlog.get_logger()

WAITING = (QuestionStatus.ASKED.value, QuestionStatus.CLARIFYING.value)
MOST_A_LOOK = 200
LOOP = "loop"


async def start_ladder(entry: Entry, tools: Tools) -> Change:
    """Work out and store a question's ladder; what is due at once happens at once."""
    question = await _question(entry.subject, tools)
    if question is None or question["status"] not in WAITING:
        return NOTHING
    people = await read_approvers(tools.graph, tools.settings.owner)
    stuck_since = question["stuck_since"]
    rungs = rungs_of(
        [rung.step() for rung in tools.settings.escalation.rungs],
        stuck_since or entry.at,
        outright=stuck_since is None,
        people=[person.hours for person in people],
        presses=question["urgency"] != Urgency.NORMAL,
    )
    due = [rung for rung in rungs if rung.due <= tools.clock.now()]
    rows = [_row(question, rung, due) for rung in rungs]
    change = Change(
        expects=tuple(absent("Rung", str(row["id"])) for row in rows),
        effects=(Effect("questions/set_rungs", *rows),) if rows else (),
    )
    return change + (await _fire(question, due[-1].n, due[-1].action, tools) if due else NOTHING)


def _row(question: Row, rung: Rung, due: Sequence[Rung]) -> dict[str, object]:
    fires = RungStatus.FIRED if due and rung == due[-1] else RungStatus.PASSED
    props = {
        "question": question["id"],
        "n": rung.n,
        "action": rung.action.value,
        "dueMs": epoch_ms(rung.due),
        "status": (fires if rung in due else RungStatus.WAITING).value,
    }
    return {"id": derived_id("rung", question["id"], rung.n), "props": props}


async def climb_ladder(tick: Entry, tools: Tools) -> Change:
    """Fire the highest rung that is due of each question that still waits."""
    del tick
    now_ms = epoch_ms(tools.clock.now())
    rows = await tools.graph.read(
        "questions/rungs_due", status=RungStatus.WAITING.value, now_ms=now_ms, limit=MOST_A_LOOK
    )
    change = NOTHING
    for identity in dict.fromkeys(row["question"] for row in rows):
        due = [row for row in rows if row["question"] == identity]
        question = await _question(identity, tools)
        waits = question is not None and question["status"] in WAITING
        change += _moved(due, RungStatus.PASSED if waits else RungStatus.ENDED, fires=waits)
        if question is not None and waits:
            change += await _fire(question, due[-1]["n"], RungAction(due[-1]["action"]), tools)
    return change


def _moved(due: Sequence[Row], status: RungStatus, *, fires: bool) -> Change:
    states = [status.value] * (len(due) - 1) + [(RungStatus.FIRED if fires else status).value]
    rows = [{"id": row["id"], "props": {"status": state}} for row, state in zip(due, states, strict=True)]
    return Change(
        expects=tuple(expect("Rung", row["id"], status=RungStatus.WAITING.value) for row in due),
        effects=(Effect("questions/set_rungs", *rows),),
    )


async def _fire(question: Row, n: int, action: RungAction, tools: Tools) -> Change:
    log.debug("ladder.rung", question=question["id"], action=action.value, n=n)
    body = {"question": question["id"], "action": action.value, "n": n}
    if action is RungAction.PUBLISH:
        words = {"words": headline(question["question"], 300), "asker": question["asker"]}
        more = {"urgency": question["urgency"], "task": question["task_id"]}
        return Change(events=(Event(EventType.QUESTION_PUBLISHED, question["id"], body | words | more),))
    if action not in REACHES:
        return NOTHING
    change = Change(
        expects=(expect("Block", question["id"], status=question["status"]),),
        events=(Event(EventType.HUMAN_ASKED, question["id"], body),),
    )
    urgency = raised(question["urgency"], action)
    if urgency != question["urgency"]:
        change += Change(effects=(Effect("blocks/set", set_block(question["id"], urgency=urgency.value)),))
    return change + (await _pause(question, tools) if action is RungAction.PAUSE else NOTHING)


async def _pause(question: Row, tools: Tools) -> Change:
    plans = [row["plan"] for row in await tools.graph.read("questions/plans", id=question["id"], limit=10)]
    scope = f"plan:{plans[0]}" if plans else LOOP
    if not plans and (await tools.graph.read("loop/paused"))[0]["paused"]:
        return NOTHING
    reason = f"nobody has answered: {headline(question['question'], 80)}"
    now = tools.clock.now()
    props = {"paused": True, "reason": reason, "since": now, "question": question["id"]}
    props["plan"] = plans[0] if plans else None
    body = {"reason": reason, "by": "ladder", "plan": props["plan"], "question": question["id"]}
    return Change(
        effects=(Effect("loop/set", {"id": scope, "props": props}),),
        events=(Event(EventType.LOOP_PAUSED, scope, body),),
    )


async def end_ladder(entry: Entry, tools: Tools) -> Change:
    """End a question's ladder, and the pause it made."""
    identity = str(entry.body.get("question") or entry.subject)
    rows = await tools.graph.read(
        "questions/rungs_of", question=identity, status=RungStatus.WAITING.value, limit=MOST_A_LOOK
    )
    ended = _moved(rows, RungStatus.ENDED, fires=False) if rows else NOTHING
    now = tools.clock.now()
    props = {"paused": False, "reason": None, "since": now, "question": None}
    for row in await tools.graph.read("loop/paused_by", question=identity, limit=10):
        event = Event(EventType.LOOP_RESUMED, row["id"], {"by": "answer", "question": identity})
        ended += Change(effects=(Effect("loop/set", {"id": row["id"], "props": props}),), events=(event,))
    return ended


async def _question(identity: str, tools: Tools) -> Row | None:
    rows = await tools.graph.read("questions/show", id=identity)
    return rows[0] if rows else None
