"""The raw limits: what Starlette, msgspec and a bare group commit reach with the same client, without keys or checks.

`python -m bench.bare URI USER PASSWORD DATABASE` serves `/api/executions/{id}/events` twice: with `echo` it decodes
and answers alone; else one writer locks a counter, chains, signs and appends what waits, as DESIGN section 3 has it.
"""

from __future__ import annotations

import asyncio
import hashlib
import sys
from typing import Any

import msgspec
import uvicorn
from nacl.signing import SigningKey
from neo4j import AsyncGraphDatabase
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.starting import free_port

LOCK = "MERGE (c:BareCounter {name: 'bare'}) SET c.lock = $nonce RETURN coalesce(c.n, 0) AS n"
APPEND = "UNWIND $rows AS r CREATE (e:BareEntry) SET e = r"
ADVANCE = "MATCH (c:BareCounter {name: 'bare'}) SET c.n = $n"


class Event(msgspec.Struct):
    """One report."""

    event_type: str
    task_id: str
    event_id: str | None = None
    progress_ratio: float | None = None


class Events(msgspec.Struct):
    """An array of them."""

    events: list[Event]


_one, _many = msgspec.json.Decoder(Event), msgspec.json.Decoder(Events)


def _read(body: bytes) -> int:
    if body.startswith(b'{"events"'):
        return len(_many.decode(body).events)
    _one.decode(body)
    return 1


class Writer:
    """Appends what waits, group by group."""

    def __init__(self, driver: Any, database: str | None) -> None:
        self._driver, self._database = driver, database
        self._key = SigningKey.generate()
        self._waiting: list[tuple[bytes, asyncio.Future[int]]] = []
        self._turn = asyncio.Lock()
        self._hash = "0" * 64

    async def append(self, body: bytes) -> int:
        """Return once it is durable."""
        done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiting.append((body, done))
        while not done.done():
            async with self._turn:
                await asyncio.sleep(0)
                if not done.done():
                    await self._write()
        return done.result()

    async def _write(self) -> None:
        group, self._waiting = self._waiting[:500], self._waiting[500:]
        async with self._driver.session(database=self._database) as session:  # noqa: SIM117
            async with await session.begin_transaction() as tx:
                n = (await (await tx.run(LOCK, nonce=str(id(group)))).single())["n"]
                rows = []
                for number, (body, _) in enumerate(group, n + 1):
                    self._hash = hashlib.sha256(self._hash.encode() + body).hexdigest()
                    rows.append({"seq": number, "body": body.decode(), "hash": self._hash})
                rows[-1]["signature"] = self._key.sign(self._hash.encode()).signature.hex()
                await (await tx.run(APPEND, rows=rows)).consume()
                await (await tx.run(ADVANCE, n=n + len(group))).consume()
                await tx.commit()
        for number, (_, done) in enumerate(group, n + 1):
            done.set_result(number)


def build(writer: Writer) -> Starlette:
    """Two routes."""

    async def echo(request: Request) -> Response:
        count = _read(await request.body())
        return Response(msgspec.json.encode({"accepted": count}), media_type="application/json")

    async def append(request: Request) -> Response:
        body = await request.body()
        count, seq = _read(body), await writer.append(body)
        return Response(msgspec.json.encode({"accepted": count, "last_seq": seq}), media_type="application/json")

    return Starlette(routes=[
        Route("/api/executions/echo/events", echo, methods=["POST"]),
        Route("/api/executions/{name}/events", append, methods=["POST"]),
    ])  # fmt: skip


async def serve(uri: str, user: str, password: str, database: str) -> None:
    """Serve until killed; the port is printed."""
    async with AsyncGraphDatabase.driver(uri, auth=(user, password)) as driver:
        port = free_port()
        app = build(Writer(driver, database or None))
        config = uvicorn.Config(app, port=port, loop="none", http="httptools", log_config=None, access_log=False)
        asyncio.get_running_loop().call_later(0.5, lambda: print(port, flush=True))
        await uvicorn.Server(config).serve()


if __name__ == "__main__":
    import uvloop

    uvloop.run(serve(*sys.argv[1:5]))
