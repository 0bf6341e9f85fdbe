"""The stream of an execution: everything that happens in it over a WebSocket, from any entry on.

One event a message, each with its cursor `seq.position`; who was cut off goes on after the last cursor seen. What this
process commits is sent at once, what others do within a second. Nothing is skipped for a reader that is slow.
However many follow an execution, each entry is read and written down once.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from itertools import takewhile

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from vibe.domain.canonical import to_json
from vibe.domain.errors import BadInput
from vibe.kernel.bells import Bells, rings
from vibe.kernel.desk import Desk
from vibe.plans.showing import read_log

LOOK_EVERY_S = 1.0
WRONG_CURSOR = 1008
REMEMBERED = 5_000
Cursor = tuple[int, int]
Line = tuple[Cursor, str]


def stream_routes(desk: Desk) -> APIRouter:
    """The one route of the stream."""
    router = APIRouter()
    feeds: dict[str, Feed] = {}

    @router.websocket("/api/executions/{identity}/stream")
    async def stream(socket: WebSocket, identity: str) -> None:
        try:
            after = read_cursor(socket.query_params.get("from", "0"))
        except BadInput as error:
            await socket.close(WRONG_CURSOR, str(error))
            return
        await socket.accept()
        feed = feeds.setdefault(identity, Feed(desk, identity))
        feed.followers += 1
        try:
            async with asyncio.TaskGroup() as group:
                pump = group.create_task(_pump(feed, desk.bells, identity, socket, after), name=f"stream {identity}")
                await _until_left(socket)
                pump.cancel()
        finally:
            feed.followers -= 1
            if not feed.followers:
                feeds.pop(identity, None)

    return router


def read_cursor(text: str) -> Cursor:
    """Read `seq` or `seq.position`; `seq` alone is after the whole entry.

    Raises:
        BadInput: it is neither.
    """
    seq, _, place = text.partition(".")
    if not seq.isdecimal() or not (place or "0").isdecimal():
        raise BadInput("`from` is a cursor like 17 or 17.3", field="from")
    return int(seq), int(place) if place else 2**31


class Feed:
    """What happened of late in one execution, read and written down once for all who follow it."""

    def __init__(self, desk: Desk, identity: str) -> None:
        self._desk, self._identity = desk, identity
        self._lines: deque[Line] = deque()
        self._since: Cursor | None = None
        self._to = 0
        self._one_looks = asyncio.Lock()
        self._looks = 0
        self.followers = 0

    async def after(self, cursor: Cursor) -> Sequence[Line]:
        """A page of what came after a cursor; who is behind what is remembered reads the ledger."""
        if self._since is None or cursor < self._since:
            page = [line for line in await self._read(max(cursor[0] - 1, 0)) if line[0] > cursor]
            if not page and self._since is None:
                self._since, self._to = cursor, min(cursor[0], await self._last())
            return page
        await self._look()
        newer = list(takewhile(lambda line: line[0] > cursor, reversed(self._lines)))
        return newer[::-1]

    async def _look(self) -> None:
        """Take in what is new; many who ask at once cost one look that began after they asked."""
        seen = self._looks
        async with self._one_looks:
            if self._looks != seen:
                return
            self._looks += 1
            while page := await self._read(self._to):
                self._to = page[-1][0][0]
                self._lines.extend(page)
            while len(self._lines) > REMEMBERED:
                self._since, _ = self._lines.popleft()

    async def _read(self, seq: int) -> list[Line]:
        items = await read_log(self._desk.graph, self._identity, seq)
        return [(read_cursor(item["cursor"]), to_json(item).decode()) for item in items]

    async def _last(self) -> int:
        rows = await self._desk.graph.read("ledger/read_counter")
        return int(rows[0]["n"]) if rows else 0


async def _pump(feed: Feed, bells: Bells, identity: str, socket: WebSocket, after: Cursor) -> None:
    """Send what comes after a cursor, for ever."""
    with bells.waiting(identity) as bell:
        while True:
            page = await feed.after(after)
            for _, text in page:
                try:
                    await socket.send_text(text)
                except (WebSocketDisconnect, RuntimeError):
                    return  # gone meanwhile
            if page:
                after = page[-1][0]
            else:
                await rings(bell, LOOK_EVERY_S)


async def _until_left(socket: WebSocket) -> None:
    """Return when the other side has gone; what it says is not listened to."""
    try:
        while True:
            await socket.receive_text()
    except (WebSocketDisconnect, KeyError):
        return
