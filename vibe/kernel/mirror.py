"""The mirror: the ledger once more as daily JSONL files under the home, the sealed copy.

One line is one entry in canonical JSON; a file holds one UTC day (by the entry's own time, never going back). It
continues after the last whole line that is there, so a crash costs nothing; a line that was cut off is written again.

Source: DESIGN section 3, "Forgetting".
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vibe.domain.canonical import from_json
from vibe.kernel.chain import as_line
from vibe.ports.inward import Graph, Row

PAGE = 500


class Mirror:
    """Appends what is new; one process at a time (`mirror.lock`)."""

    def __init__(self, graph: Graph, folder: Path) -> None:
        self._graph, self._folder = graph, folder

    async def catch_up(self) -> int:
        """Append every entry that is not there yet; returns how many. Does nothing while another process does it."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self._folder / "mirror.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return 0
            return await self._append_new()

    async def _append_new(self) -> int:
        seq, day = self.last()
        count = 0
        while rows := await self._graph.read("ledger/page", after=seq, limit=PAGE):
            day = self._append(rows, day)
            seq = rows[-1]["seq"]
            count += len(rows)
        return count

    def _append(self, rows: list[Row], day: str) -> str:
        lines: dict[str, list[bytes]] = {}
        for row in rows:
            day = max(day, str(row["at"])[:10])
            lines.setdefault(day, []).append(as_line(row))
        for name, found in lines.items():
            path = self._folder / f"{name}.jsonl"
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(handle, "ab") as file:
                file.write(b"\n".join(found) + b"\n")
                file.flush()
                os.fsync(file.fileno())
        return day

    def last(self) -> tuple[int, str]:
        """The seq of the last whole line, and the day of its file; (0, "") when there is none."""
        for path in sorted(self._folder.glob("*.jsonl"), reverse=True):
            _cut_half_line(path)
            line = _last_line(path)
            if line:
                return int(from_json(line)["seq"]), path.stem
        return 0, ""

    def tail(self) -> dict[str, Any] | None:
        """The last whole record, or None when nothing was mirrored yet."""
        for path in sorted(self._folder.glob("*.jsonl"), reverse=True):
            line = _last_line(path)
            if line:
                return dict(from_json(line))
        return None

    def seal(self, before: str) -> None:
        """Make the files of the days before this one (ISO date) read-only."""
        for path in self._folder.glob("*.jsonl"):
            if path.stem < before:
                path.chmod(0o400)

    def lines(self) -> Iterator[bytes]:
        """Every line, oldest first."""
        for path in sorted(self._folder.glob("*.jsonl")):
            with path.open("rb") as file:
                yield from file


def _cut_half_line(path: Path) -> None:
    """Drop what follows the last line end: a write that a crash cut off."""
    size = path.stat().st_size
    if size == 0:
        return
    with path.open("rb+") as file:
        file.seek(max(0, size - 1))
        if file.read(1) == b"\n":
            return
        file.seek(0)
        file.truncate(file.read().rfind(b"\n") + 1)


def _last_line(path: Path) -> bytes:
    size = path.stat().st_size
    reach = 65_536
    with path.open("rb") as file:
        while True:
            file.seek(max(0, size - reach))
            lines = file.read().splitlines()
            if len(lines) > 1 or reach >= size:
                return lines[-1] if lines else b""
            reach *= 8
