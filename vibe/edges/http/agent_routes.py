"""Agents over HTTP: let one in, let one go, and what an agent itself asks: work, a heartbeat, to hand a task back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter

from vibe.domain.commands import ClaimWork, RefuseTask, RegisterAgent, SignOfLife
from vibe.domain.errors import Conflict
from vibe.domain.events import EventType
from vibe.domain.work_commands import RevokeAgent, RotateKey, SendPractice, SetWebhook
from vibe.edges.http.bodies import KeyTerms, NewAgent, Practice, Refusal, Webhook
from vibe.edges.http.keys import new_agent_key, webhook_secret
from vibe.edges.http.requests import Actor, Once
from vibe.kernel.desk import Desk
from vibe.plans.showing import action_words
from vibe.plans.showing_agents import read_agent_shown, read_agents_shown

STIRRING = (EventType.TASKS_MOVED, EventType.EVENTS_REPORTED, EventType.EXECUTION_MOVED, EventType.LOOP_RESUMED)
LOOK_EVERY_S = 1.0
"""Seconds after which a waiter looks by itself: another process may have queued something."""


def agent_routes(desk: Desk) -> APIRouter:
    """The routes that tell of agents and what they can do."""
    router = APIRouter(prefix="/api", tags=["agents"])

    @router.get("/actions", summary="The action words with their schemas")
    async def actions() -> dict[str, Any]:
        return {"actions": await action_words(desk.graph)}

    @router.get("/agents", summary="The agents, what they hold and what they have done")
    async def agents() -> dict[str, Any]:
        return {"agents": await read_agents_shown(desk.graph)}

    @router.get("/agents/{agent_id}", summary="One agent: its key, what it has proved, why it is first for what or not")
    async def agent(agent_id: str) -> dict[str, Any]:
        return await read_agent_shown(desk.graph, agent_id, desk.clock.now())

    return router


def admitting_routes(desk: Desk) -> APIRouter:
    """The owner's routes that let agents in and out."""
    router = APIRouter(prefix="/api", tags=["agents"])

    @router.post("/agents", status_code=201, summary="Let an agent in; its key is shown this once")
    async def register(body: NewAgent, actor: Actor, once: Once) -> dict[str, Any]:
        key = new_agent_key(desk.home)
        capabilities = tuple(item.model_dump(exclude_none=True) for item in body.capabilities)
        command = RegisterAgent(body.name, capabilities, key.id, key.hash, body.terms())
        receipt = await desk.execute(command, actor=actor, key=once)
        secret = {"webhook_secret": webhook_secret(desk.home, receipt.answer["agent_id"])} if body.webhook_url else {}
        return {**receipt.answer, "api_key": None if receipt.repeated else key.shown, **secret}

    @router.put("/agents/{agent_id}/webhook", summary="Where it is told that there is work; empty: nowhere")
    async def webhook(agent_id: str, body: Webhook, actor: Actor) -> dict[str, Any]:
        receipt = await desk.execute(SetWebhook(agent_id, body.url), actor=actor)
        return {**receipt.answer, "webhook_secret": webhook_secret(desk.home, agent_id)}

    @router.post("/agents/{agent_id}/rotate-key", summary="Give an agent another key; the old one is good no longer")
    async def rotate(agent_id: str, actor: Actor, body: KeyTerms | None = None) -> dict[str, Any]:
        key = new_agent_key(desk.home)
        terms = body.terms() if body else {}
        receipt = await desk.execute(RotateKey(agent_id, key.id, key.hash, terms), actor=actor)
        return {**receipt.answer, "api_key": key.shown}

    @router.post("/agents/{agent_id}/test", status_code=201, summary="Send it a practice task, which is of no plan")
    async def practise(agent_id: str, body: Practice, actor: Actor) -> dict[str, Any]:
        return dict((await desk.execute(SendPractice(agent_id, body.action, body.params), actor=actor)).answer)

    @router.delete("/agents/{agent_id}", summary="Let an agent in no longer")
    async def revoke(agent_id: str, actor: Actor) -> dict[str, Any]:
        return dict((await desk.execute(RevokeAgent(agent_id), actor=actor)).answer)

    return router


class Idle:
    """Claims work; who got nothing is told so from memory until something moves, or for a second."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._nothing: dict[str, tuple[int, datetime]] = {}

    async def claim(self, agent: str, actor: str) -> dict[str, Any]:
        """The agent's next task, or none."""
        now = self._desk.clock.now()
        moved = sum(self._desk.bells.heard[kind] for kind in STIRRING)
        known = self._nothing.get(agent)
        if known and known[0] == moved and now < known[1]:
            return {"task": None}
        try:
            answer = dict((await self._desk.execute(ClaimWork(agent), actor=actor)).answer)
        except Conflict:  # others were faster five times; the next poll may do better
            return {"task": None}
        if answer["task"] is None:
            self._nothing[agent] = (moved, now + timedelta(seconds=LOOK_EVERY_S))
        else:
            self._nothing.pop(agent, None)
        return answer


def working_routes(desk: Desk) -> APIRouter:
    """An agent's own routes."""
    router = APIRouter(prefix="/api", tags=["agents"])

    @router.post("/agents/{agent_id}/heartbeat", summary="I am there: what I hold stays mine")
    async def heartbeat(agent_id: str, actor: Actor) -> dict[str, Any]:
        return dict((await desk.execute(SignOfLife(agent_id), actor=actor)).answer)

    @router.post("/agents/{agent_id}/refuse", summary="Hand a task back that can't be done")
    async def refuse(agent_id: str, body: Refusal, actor: Actor) -> dict[str, Any]:
        return dict((await desk.execute(RefuseTask(agent_id, body.task_id, body.reason), actor=actor)).answer)

    return router
