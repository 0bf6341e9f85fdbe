"""File locks shared by every process of one home, freed by the system when their holder dies, however it dies.

They are advisory (`flock`) and belong to the open file, so two users within one process exclude each other as two
processes do. Nothing here blocks the event loop: `writer_turn` waits on a thread.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

_AGAIN_S = 0.01


class FileLock:
    """One user's hold on a lock file; the file is made (0600) when missing and never removed."""

    def __init__(self, path: Path) -> None:
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def try_alone(self) -> bool:
        """Take it exclusively if nobody else holds it in any way."""
        return self._try(fcntl.LOCK_EX)

    def try_shared(self) -> bool:
        """Take it shared if nobody holds it exclusively."""
        return self._try(fcntl.LOCK_SH)

    def wait_alone(self) -> None:
        """Take it exclusively, blocking this thread as long as that takes."""
        fcntl.flock(self._fd, fcntl.LOCK_EX)

    def release(self) -> None:
        """Give it up, ready to be taken again."""
        fcntl.flock(self._fd, fcntl.LOCK_UN)

    def close(self) -> None:
        """Give it up for good."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def _try(self, how: int) -> bool:
        try:
            fcntl.flock(self._fd, how | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def poll(condition: Callable[[], bool], within_s: float) -> bool:
    """Ask again every few milliseconds until it holds; False when it did not within the time. Blocks this thread."""
    pause = threading.Event()
    end = time.monotonic() + within_s
    while not condition():
        if time.monotonic() >= end:
            return False
        pause.wait(_AGAIN_S)
    return True


class _Turn:
    """One writer's way through the queue to its turn."""

    def __init__(self, folder: Path) -> None:
        self._queue, self._turn = FileLock(folder / "writer.queue"), FileLock(folder / "writer.lock")

    async def wait(self) -> None:
        """Return holding the turn: at once if nobody has it, else when a thread of its own got it.

        Not a thread of the loop's pool: whoever holds the turn may need one of those to go on.
        """
        if not (self._queue.try_alone() and self._turn.try_alone()):
            loop = asyncio.get_running_loop()
            got: asyncio.Future[None] = loop.create_future()
            threading.Thread(target=self._wait_on_thread, args=(loop, got), name="writer.lock", daemon=True).start()
            await got
        self._queue.close()

    def give_back(self) -> None:
        """Let the next one in."""
        self._queue.close()
        self._turn.close()

    def _wait_on_thread(self, loop: asyncio.AbstractEventLoop, got: asyncio.Future[None]) -> None:
        self._queue.wait_alone()
        self._turn.wait_alone()

        def tell() -> None:
            if got.cancelled():
                self.give_back()
            else:
                got.set_result(None)

        try:
            loop.call_soon_threadsafe(tell)
        except RuntimeError:  # the loop was closed meanwhile
            self.give_back()


@asynccontextmanager
async def writer_turn(folder: Path) -> AsyncIterator[None]:
    """Hold `writer.lock` for one write transaction.

    Whoever waits holds `writer.queue` meanwhile, and everybody passes through it: a busy writer cannot take the next
    turn before the one who waited. Free locks are taken at once (microseconds).
    """
    turn = _Turn(folder)
    await turn.wait()
    try:
        yield
    finally:
        turn.give_back()
