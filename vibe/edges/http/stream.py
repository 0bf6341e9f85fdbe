"""The stream of an execution: everything that happens in it over a WebSocket, from any entry on.

One event a message, each with its cursor `seq.position`; who was cut off goes on after the last cursor seen. What this
process commits is sent at once, what others do within a second. Nothing is skipped for a reader that is slow.
"""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from vibe.domain.canonical import to_json
from vibe.domain.errors import BadInput
from vibe.kernel.bells import rings
from vibe.kernel.desk import Desk
from vibe.plans.showing import read_log

LOOK_EVERY_S = 1.0
WRONG_CURSOR = 1008


def stream_routes(desk: Desk) -> APIRouter:
    """The one route of the stream."""
    router = APIRouter()

    @router.websocket("/api/executions/{identity}/stream")
    async def stream(socket: WebSocket, identity: str) -> None:
        try:
            after = read_cursor(socket.query_params.get("from", "0"))
        except BadInput as error:
            await socket.close(WRONG_CURSOR, str(error))
            return
        await socket.accept()
        async with asyncio.TaskGroup() as group:
            pump = group.create_task(_pump(desk, socket, identity, after), name=f"stream {identity}")
            await _until_left(socket)
            pump.cancel()

    return router


def read_cursor(text: str) -> tuple[int, int]:
    """Read `seq` or `seq.position`; `seq` alone is after the whole entry.

    Raises:
        BadInput: it is neither.
    """
    seq, _, place = text.partition(".")
    if not seq.isdecimal() or not (place or "0").isdecimal():
        raise BadInput("`from` is a cursor like 17 or 17.3", field="from")
    return int(seq), int(place) if place else 2**31


async def _pump(desk: Desk, socket: WebSocket, identity: str, after: tuple[int, int]) -> None:
    """Send what comes after a cursor, for ever."""
    with desk.bells.waiting(identity) as bell:
        while True:
            page = await read_log(desk.graph, identity, max(after[0] - 1, 0))
            fresh = [item for item in page if read_cursor(item["cursor"]) > after]
            for item in fresh:
                try:
                    await socket.send_text(to_json(item).decode())
                except (WebSocketDisconnect, RuntimeError):
                    return  # gone meanwhile
            if fresh:
                after = read_cursor(fresh[-1]["cursor"])
            else:
                await rings(bell, LOOK_EVERY_S)


async def _until_left(socket: WebSocket) -> None:
    """Return when the other side has gone; what it says is not listened to."""
    try:
        while True:
            await socket.receive_text()
    except (WebSocketDisconnect, KeyError):
        return
