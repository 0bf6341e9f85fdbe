"""Parking: a task waits for somebody's word, and goes on with it in hand.

Woken by `AskAboutTask` (parks the task in the lane `answer:QUESTION`), `AnswerRecorded` and `QuestionExpired` (put it
back in line, ahead of others), and by `TakeReply` for a task that waits for somebody outside. Emits `QuestionRaised`,
`TasksMoved`, `TicketClosed`. The rungs of the question are the loop's.

Source: SPEC section 7 (`POST /api/questions`), document 003 section 6.
"""

from __future__ import annotations

from typing import Any

from vibe.domain.canonical import epoch_ms, to_json
from vibe.domain.changes import NOTHING, Change, Effect, expect
from vibe.domain.commands import AskAboutTask
from vibe.domain.errors import BadInput, Conflict, NotFound
from vibe.domain.events import Entry, Event, EventType
from vibe.domain.executions import ExecutionTask, TaskStatus
from vibe.domain.questions import Asking, Urgency, ask, headline, read_options
from vibe.domain.tickets import close_ticket
from vibe.domain.work_commands import TakeReply
from vibe.kernel.tools import Tools
from vibe.plans.ticketing import open_ticket_of

AHEAD = 10**10
"""What an answered task's place in the queue is lowered by."""
_T = TaskStatus


async def ask_about_task(command: AskAboutTask, tools: Tools) -> Change:
    """Put an agent's question before the person and park its task.

    Raises:
        NotFound: no such task. Conflict: the agent does not hold it. BadInput: no words, options that are none.
    """
    rows = await tools.graph.read("executions/tasks_by_id", ids=[command.task])
    if not rows:
        raise NotFound(f"there is no task {command.task!r}")
    task = ExecutionTask.from_row(rows[0])
    if task.status is not _T.RUNNING or f"agent:{task.agent}" != tools.actor:
        raise Conflict("you do not hold this task", found={"status": task.status.value, "agent": task.agent})
    said = command.question
    if not said.question.strip() or said.urgency not in tuple(Urgency):
        raise BadInput("a question has words, and is normal, urgent or critical", field="question")
    asking = Asking(
        id=tools.ids.new(),
        question=said.question.strip(),
        asker=tools.actor,
        options=read_options(said.options),
        context=said.context,
        stuck_on=said.stuck_on or task.title,
        urgency=Urgency(said.urgency),
        task_id=task.block,
    )
    waiting = f"your answer: {headline(asking.question, 100)}"
    parked = task.moved(
        _T.WAITING, lane=f"answer:{asking.id}", waitingOn=waiting, waitSinceMs=epoch_ms(tools.clock.now())
    )
    return ask(asking, at=tools.clock.now()) + _moved(task, _T.WAITING, parked, waiting)


async def resume_answered(entry: Entry, tools: Tools) -> Change:
    """Put the task whose question was answered (or will not be) back in line, first of all."""
    lane = f"answer:{entry.body['question']}"
    rows = await tools.graph.read("executions/of_lane", lane=lane, after="", limit=1)
    if not rows:
        return NOTHING
    task = ExecutionTask.from_row(rows[0])
    found = await tools.graph.read("questions/show", id=entry.body["question"])
    answer = {name: found[0][name] for name in ("question", "status", "answer", "answer_kind", "answer_option")}
    answers = [*(task.plain("answers") or []), answer]
    props = {"answers": to_json(answers).decode(), "order": task.properties["order"] - AHEAD, "waitingOn": None}
    return _moved(task, _T.QUEUED, task.moved(_T.QUEUED, waitSinceMs=None, **props), "answered")


async def take_reply(command: TakeReply, tools: Tools) -> Change:
    """Put a task back in line, first of all, with what somebody outside replied.

    Raises:
        NotFound: no such task. BadInput: no words. Conflict: it does not wait for somebody outside.
    """
    rows = await tools.graph.read("executions/tasks_by_id", ids=[command.task])
    if not rows or rows[0]["properties"]["execution"] != command.execution:
        raise NotFound(f"execution {command.execution!r} has no task {command.task!r}")
    if not command.text.strip():
        raise BadInput("a reply has words", field="text")
    task = ExecutionTask.from_row(rows[0])
    if task.status is not _T.WAITING or task.properties.get("lane"):
        raise Conflict("it waits for nobody outside", found={"status": task.status.value})
    waited_for = command.sender or task.properties["waitingOn"]
    reply = {"question": waited_for, "status": "answered", "answer": command.text.strip(), "answer_kind": "reply"}
    answers = to_json([*(task.plain("answers") or []), reply | {"answer_option": None}]).decode()
    props = {"answers": answers, "order": task.properties["order"] - AHEAD, "waitingOn": None, "waits": None}
    change = _moved(task, _T.QUEUED, task.moved(_T.QUEUED, waitSinceMs=None, **props), f"{waited_for} replied"[:300])
    ticket = await open_ticket_of(task.id, tools)
    if ticket is not None:
        change += close_ticket(ticket, "replied", by=tools.actor, at=tools.clock.now())
    return change + Change(answer={"task_id": task.id, "status": _T.QUEUED.value})


def _moved(task: ExecutionTask, wanted: TaskStatus, row: dict[str, Any], why: str) -> Change:
    body = {"execution": task.execution, "items": [task.told(wanted, agent=task.agent, why=why)]}
    return Change(
        expects=(expect("ExecutionTask", task.id, status=task.status.value, attempt=task.attempt),),
        effects=(Effect("executions/set_tasks", row),),
        events=(Event(EventType.TASKS_MOVED, task.execution, body),),
    )
