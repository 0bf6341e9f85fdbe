"""Questions over HTTP, both ways: ask one, wait for its answer, answer it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from fastapi import APIRouter

from vibe.domain.commands import AnswerQuestion, AskAboutTask, RaiseQuestion
from vibe.domain.errors import BadInput, NotFound
from vibe.domain.questions import QuestionStatus
from vibe.edges.http.bodies import Answer, Question
from vibe.edges.http.requests import Actor, Once, Wait
from vibe.kernel.bells import rings
from vibe.kernel.desk import Desk
from vibe.kernel.showing import WAITING, read_question, read_questions

LOOK_EVERY_S = 1.0
"""Seconds after which a waiter looks by itself: another process may have taken the answer."""


def question_routes(desk: Desk) -> APIRouter:
    """The routes about questions."""
    router = APIRouter(prefix="/api/questions", tags=["questions"])

    @router.get("", summary="Questions that wait for the person, or those of a status")
    async def questions(status: str | None = None) -> dict[str, Any]:
        return {"questions": await read_questions(desk.graph, _statuses(status))}

    @router.post("", status_code=201, summary="Ask the person")
    async def ask(body: Question, actor: Actor, once: Once) -> dict[str, Any]:
        command = RaiseQuestion(
            body.question, tuple(body.options), body.contexts, body.stuck_on, body.task_id, body.urgency
        )
        about_task = body.task_id is not None and actor.startswith("agent:")
        asked = AskAboutTask(str(body.task_id), command) if about_task else command
        return dict((await desk.execute(asked, actor=actor, key=once)).answer)

    @router.get("/{identity}", summary="One question with its answer; `wait` for it up to 60 s")
    async def question(identity: str, actor: Actor, wait: Wait = 0) -> dict[str, Any]:
        until = desk.clock.now() + timedelta(seconds=wait)
        with desk.bells.waiting(identity) as bell:
            found = await read_question(desk.graph, identity)
            while found["status"] in WAITING and (left := (until - desk.clock.now()).total_seconds()) > 0:
                await rings(bell, min(left, LOOK_EVERY_S))
                found = await read_question(desk.graph, identity)
        if actor.startswith("agent:") and found["agent_name"] != actor:
            raise NotFound(f"you asked no question {identity!r}")
        return found

    @router.post("/{identity}/answer", summary="Answer a question: an option's letter or name, or own words")
    async def answer(identity: str, body: Answer, actor: Actor, once: Once) -> dict[str, Any]:
        return dict((await desk.execute(AnswerQuestion(identity, body.text), actor=actor, key=once)).answer)

    return router


def _statuses(word: str | None) -> tuple[str, ...]:
    if word is None:
        return WAITING
    if word.lower() == "all":
        return tuple(QuestionStatus)
    try:
        return (QuestionStatus(word.lower()),)
    except ValueError as error:
        raise BadInput(f"{word!r} is none of all, {', '.join(QuestionStatus)}", field="status") from error
