"""A client that costs next to nothing, in a process of its own, so that the daemon is what is measured.

`python -m bench.load` reads a job as JSON from stdin and writes what it found as JSON to stdout. One connection an
agent; at most `together` requests are under way at once, each answered before that agent's next.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

import uvloop

_numbers = count(1)


class Connection(asyncio.Protocol):
    """One HTTP/1.1 connection, one request at a time."""

    def __init__(self) -> None:
        self.transport: Any = None
        self._got = bytearray()
        self._need = -1
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None

    def connection_made(self, transport: Any) -> None:
        """Keep it."""
        self.transport = transport

    def ask(self, request: bytes) -> asyncio.Future[tuple[int, bytes]]:
        """Send a request whose bytes are ready; status and body come."""
        self._answer = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return self._answer

    def data_received(self, data: bytes) -> None:
        """Put an answer together."""
        self._got += data
        if self._need < 0:
            end = self._got.find(b"\r\n\r\n")
            if end < 0:
                return
            head = bytes(self._got[:end]).lower()
            at = head.index(b"content-length:") + 15
            self._need = end + 4 + int(head[at:].split(b"\r", 1)[0])
            self._body = end + 4
        if len(self._got) >= self._need and self._answer is not None:
            status, body = int(self._got[9:12]), bytes(self._got[self._body : self._need])
            del self._got[: self._need]
            self._need = -1
            if not self._answer.done():
                self._answer.set_result((status, body))

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever waits."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionError("the server hung up"))


async def connect(port: int) -> Connection:
    """Open a connection."""
    _, connection = await asyncio.get_running_loop().create_connection(Connection, "127.0.0.1", port)
    return connection


def request(method: str, path: str, key: str, body: bytes = b"") -> bytes:
    """The bytes of a request."""
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\n"
    return f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


Make = Callable[[Mapping[str, Any]], bytes]


def reporting(agent: Mapping[str, Any], size: int) -> bytes:
    """One report, or an array of them; each with an id of its own."""
    ids = [f"{agent['id'][:8]}-{next(_numbers)}" for _ in range(size)]
    events = [
        {"event_type": "task_progress", "task_id": agent["task"], "progress_ratio": 0.5, "event_id": name}
        for name in ids
    ]
    body = json.dumps(events[0] if size == 1 else {"events": events}).encode()
    return request("POST", f"/api/executions/{agent['execution']}/events", agent["key"], body)


def polling(agent: Mapping[str, Any]) -> bytes:
    """Ask for work."""
    return request("GET", f"/api/agents/{agent['id']}/work", agent["key"])


MAKES: Mapping[str, Make] = {
    "events": lambda agent: reporting(agent, 1),
    "arrays": lambda agent: reporting(agent, 100),
    "claims": polling,
    "polls": polling,
}


class Drive:
    """Lets the agents ask in turn, `together` at once, for `seconds` or `each` times."""

    def __init__(self, job: Mapping[str, Any]) -> None:
        self.job = job
        self.times: list[float] = []
        self.statuses: Counter[int] = Counter()
        self.tasks: dict[str, Any] = {}
        self.bad = ""
        self.waiting: deque[tuple[Mapping[str, Any], Connection, int]] = deque()

    async def run(self) -> dict[str, Any]:
        """What came of it."""
        agents = self.job["agents"]
        connections = [await connect(self.job["port"]) for _ in agents]
        self.waiting.extend(zip(agents, connections, [self.job.get("each") or 2**31] * len(agents), strict=True))
        started = time.perf_counter()
        end = started + self.job["seconds"]
        await asyncio.gather(*(self._one(end) for _ in range(self.job["together"])))
        whole = time.perf_counter() - started
        for connection in connections:
            connection.transport.close()
        times = sorted(self.times)
        return {
            "count": len(times), "seconds": whole, "rate": len(times) / whole, "cpu_s": time.process_time(),
            "p50_ms": times[len(times) // 2] * 1000, "p99_ms": times[int(len(times) * 0.99)] * 1000,
            "statuses": dict(self.statuses), "bad": self.bad, "tasks": self.tasks,
        }  # fmt: skip

    async def _one(self, end: float) -> None:
        make = MAKES[self.job["kind"]]
        while self.waiting and time.perf_counter() < end:
            agent, connection, left = self.waiting.popleft()
            asked = make(agent)
            start = time.perf_counter()
            status, body = await connection.ask(asked)
            self.times.append(time.perf_counter() - start)
            self.statuses[status] += 1
            if status >= 300:
                self.bad = self.bad or body.decode()[:300]
            elif self.job["kind"] == "claims":
                task = json.loads(body)["task"]
                self.tasks[agent["id"]] = task and task["task_id"]
                left += not task  # others were faster: it asks again
            if left > 1:
                self.waiting.append((agent, connection, left - 1))


if __name__ == "__main__":
    json.dump(uvloop.run(Drive(json.load(sys.stdin)).run()), sys.stdout)
