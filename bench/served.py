"""The daemon in a process of its own, for the parts that call it as people and agents do."""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.starting import started, stopped

_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Daemon:
    """A running daemon."""

    pid: int
    port: int

    @property
    def cpu_s(self) -> float:
        """CPU seconds it used; its store is another process."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def memory_mb(self) -> float:
        """What it holds in memory."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


@asynccontextmanager
async def a_daemon(home: Path) -> AsyncIterator[Daemon]:
    """Run `vibe run` on a home."""
    process, _, env = await asyncio.to_thread(started, home)
    try:
        yield Daemon(process.pid, int(env["VIBE_HTTP__PORT"]))
    finally:
        await asyncio.to_thread(stopped, process)
        assert process.stdout is not None
        process.stdout.close()


class Caller:
    """One HTTP connection that costs the caller next to nothing, so that the daemon is what is measured."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: str) -> None:
        self._reader, self._writer, self._head = reader, writer, head
        self._address = writer.get_extra_info("peername")[:2]

    @classmethod
    async def to(cls, daemon: Daemon, key: str) -> Caller:
        """Connect."""
        reader, writer = await asyncio.open_connection("127.0.0.1", daemon.port)
        head = f"Host: 127.0.0.1:{daemon.port}\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n"
        return cls(reader, writer, head)

    async def call(self, method: str, path: str, body: object = None) -> Any:
        """Call and read the answer."""
        if self._reader.at_eof():  # the server hangs up on who says nothing for a while
            self.close()
            self._reader, self._writer = await asyncio.open_connection(*self._address)
        content = b"" if body is None else json.dumps(body).encode()
        head = f"{method} {path} HTTP/1.1\r\n{self._head}Content-Length: {len(content)}\r\n\r\n"
        self._writer.write(head.encode() + content)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        found = _LENGTH.search(answer)
        assert found, answer
        text = await self._reader.readexactly(int(found[1]))
        assert answer.split(b" ", 2)[1] in (b"200", b"201"), text
        return json.loads(text)

    def close(self) -> None:
        """Hang up."""
        self._writer.close()
