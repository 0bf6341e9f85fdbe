"""Tickets in a chat: who is responsible is told with what was tried, and ends it there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.workers import a_work_plan, a_worker, tickets
from tests.edges.telegram.chats import Chat, a_chat
from tests.edges.telegram.offers import button
from tests.edges.telegram.test_buttons import tapped
from tests.telegram.emulator import Api
from vibe.domain.commands import PairPerson, RefuseTask, StartExecution
from vibe.domain.work_commands import AssignRole, AssignTicket

pytestmark = [pytest.mark.asyncio, pytest.mark.embedded]


async def edited(chat: Chat, words: str) -> str:
    """Wait until a message of the bot shows these words; its id."""
    count = 1
    while True:
        await chat.world.settle()
        edits = await chat.phone.edits(count)
        found = [one["id"] for one in edits if words in one["text"]]
        if found:
            return str(found[-1])
        count = len(edits) + 1


async def test_a_refused_task_reaches_who_is_responsible_and_ends_there(tmp_path: Path, api: Api) -> None:
    """Carla has the role that researches: she is told what was tried, Anna is not; what she replies is the result."""
    async with a_chat(tmp_path, api) as chat:
        world = chat.world
        await world.app.import_plan(a_work_plan(), actor="owner:cli")
        await world.command(PairPerson("telegram:43", "43", "Carla"))
        carla = Chat(world, chat.phone.of(43, "Carla"))
        await world.command(AssignRole("breeders", "Research near us", "Carla"))
        worker = await a_worker(world, "research")
        await world.command(StartExecution("breeders"))
        draft = await chat.heard("How is this done")
        await chat.phone.say("- document: Look at each of them (2 h)", reply_to=draft)
        await chat.heard("the work goes on")
        await edited(chat, "breakdown, by you")
        task = await worker.claim()
        assert task is not None
        await world.command(RefuseTask(worker.id, task["task_id"], "no map"), f"agent:{worker.id}")
        told = await carla.heard("For Carla")
        annas = [one["text"] for one in await chat.phone.sent(0)]
        await tapped(carla, told, button(told, "k:"))
        await carla.phone.say("Seven, all in Kent", reply_to=await carla.heard("What came of"))
        await carla.heard("the work goes on")
        await edited(carla, "done, by you")
        done = (await world.app.graph.read("executions/tasks_by_id", ids=[task["task_id"]]))[0]["properties"]
        assert "no map" in told["text"]
        assert not any("For Carla" in text for text in annas)
        assert (done["status"], done["doneBy"]) == ("completed", "person:telegram:43")
        assert "Seven" in done["output"]


async def test_a_ticket_given_to_another_leaves_the_first_chat(tmp_path: Path, api: Api) -> None:
    """The old message says who has it now; many at once are one list."""
    async with a_chat(tmp_path, api) as chat:
        world = chat.world
        await world.app.import_plan(a_work_plan(), actor="owner:cli")
        await world.command(StartExecution("breeders"))
        told = await chat.heard("How is this done")
        await world.command(PairPerson("telegram:43", "43", "Carla"))
        waiting = (await tickets(world))[0]
        await world.command(AssignTicket(waiting["id"], "carla"))
        await Chat(world, chat.phone.of(43, "Carla")).heard("For carla")
        assert await edited(chat, "responsible for it now") == str(told["id"])
