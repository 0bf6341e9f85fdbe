"""Executions over HTTP: start one, look at it, control it, report to it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from vibe.domain.commands import DecomposePlan, MoveExecution, StartExecution
from vibe.domain.work_commands import ChangeExecution, LimitPlan, RepeatPlan, TakeReply
from vibe.edges.http.bodies import ExecutionChange, ExecutionMove, NewExecution, NewStart, PlanTerms, Reply
from vibe.edges.http.requests import Actor, Once, Wait
from vibe.kernel.bells import rings
from vibe.kernel.desk import Desk
from vibe.plans.showing import read_execution, read_executions, read_log, read_tasks


def execution_routes(desk: Desk) -> APIRouter:
    """The owner's routes about executions."""
    router = APIRouter(prefix="/api", tags=["executions"])

    @router.post("/plans/{plan_id}/decompose", summary="Break a plan's tasks down into steps")
    async def decompose(plan_id: str, actor: Actor) -> dict[str, Any]:
        return dict((await desk.execute(DecomposePlan(plan_id), actor=actor)).answer)

    @router.get("/executions", summary="The executions, the newest first")
    async def executions() -> dict[str, Any]:
        return {"executions": await read_executions(desk.graph)}

    @router.post("/executions", status_code=201, summary="Carry a plan out")
    async def start(body: NewExecution, actor: Actor, once: Once) -> dict[str, Any]:
        return dict((await desk.execute(StartExecution(body.plan_id, body.agent_id), actor=actor, key=once)).answer)

    @router.post("/executions/anew", status_code=201, summary="Begin an execution anew from a snapshot")
    async def anew(body: NewStart, actor: Actor, once: Once) -> dict[str, Any]:
        return dict((await desk.start_anew(body.snapshot, actor=actor, key=once)).answer)

    @router.patch("/plans/{plan_id}", summary="Limit what a plan may cost; repeat it on a cron expression")
    async def terms(plan_id: str, body: PlanTerms, actor: Actor) -> dict[str, Any]:
        answer: dict[str, Any] = {"plan": plan_id}
        if "limit_usd" in body.model_fields_set:
            answer |= (await desk.execute(LimitPlan(plan_id, body.limit_usd), actor=actor)).answer
        if "cron" in body.model_fields_set:
            answer |= (await desk.execute(RepeatPlan(plan_id, body.cron or ""), actor=actor)).answer
        return answer

    @router.patch("/executions/{identity}", summary="Pause, resume or cancel")
    async def move(identity: str, body: ExecutionMove, actor: Actor) -> dict[str, Any]:
        return dict((await desk.execute(MoveExecution(identity, body.status, body.reason), actor=actor)).answer)

    @router.post("/executions/{identity}/changes", summary="Edit a paused execution by a diff of its tasks")
    async def change(identity: str, body: ExecutionChange, actor: Actor, once: Once) -> dict[str, Any]:
        return dict((await desk.execute(ChangeExecution(identity, body.diff), actor=actor, key=once)).answer)

    return router


def following_routes(desk: Desk) -> APIRouter:
    """The routes that follow an execution."""
    router = APIRouter(prefix="/api", tags=["executions"])

    @router.get("/executions/{identity}/status", summary="How far it is, what waits, what is next; `wait` for news")
    async def status(identity: str, wait: Wait = 0) -> dict[str, Any]:
        if wait:
            with desk.bells.waiting(identity) as bell:
                await rings(bell, wait)
        return await read_execution(desk.graph, identity)

    @router.get("/executions/{identity}/tasks", summary="Every task of an execution")
    async def tasks(identity: str) -> dict[str, Any]:
        return {"execution_id": identity, "tasks": await read_tasks(desk.graph, identity)}

    @router.get("/executions/{identity}/events", summary="What happened after `from`, a page at a time")
    async def log(identity: str, start: Annotated[int, Query(alias="from", ge=0)] = 0) -> dict[str, Any]:
        return {"execution_id": identity, "events": await read_log(desk.graph, identity, start)}

    return router


def bringing_routes(desk: Desk) -> APIRouter:
    """The routes by which an agent brings what is no report: files, and what somebody outside replied."""
    router = APIRouter(prefix="/api", tags=["executions"])

    @router.put("/executions/{identity}/files/{name}", summary="Keep a file, by its hash; the body is the file")
    async def bring(identity: str, name: str, request: Request, actor: Actor) -> dict[str, Any]:
        receipt = await desk.keep_file(identity, name, await request.body(), actor=actor)
        return dict(receipt.answer)

    @router.get("/executions/{identity}/files/{name}", summary="A file that was kept, as it was brought")
    async def fetch(identity: str, name: str, actor: Actor) -> Response:
        data, digest = await desk.read_file(identity, name, actor=actor)
        headers = {"ETag": f'"{digest}"', "Content-Disposition": "attachment"}
        return Response(data, media_type="application/octet-stream", headers=headers)

    @router.post("/executions/{identity}/replies", summary="Somebody outside replied: the task that waited goes on")
    async def reply(identity: str, body: Reply, actor: Actor, once: Once) -> dict[str, Any]:
        command = TakeReply(identity, body.task_id, body.text, body.sender)
        return dict((await desk.execute(command, actor=actor, key=once)).answer)

    return router
