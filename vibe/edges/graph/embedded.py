"""Being a user of the embedded store: find its server running, or start it, and keep it for as long as we need it.

`attach` takes the shared `users.lock` and makes sure that a server answers; `Attachment.ensure` makes sure again after
it died. All of this blocks its thread (a cold start takes seconds): async callers go through `asyncio.to_thread`.
The server is known to live by the lock it holds, never by what `address.json` says, so a stale address is never
given the password.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from vibe.domain.errors import Unreachable
from vibe.edges.graph.addresses import DATABASE, HOST, LINGER_S, USER, Address, is_answered, read_password, read_ports
from vibe.edges.graph.locks import FileLock, poll

WITHIN_S = 60.0
_TRIES = 3


@dataclass(slots=True)
class Attachment:
    """One user of a home's embedded store; the server stays as long as there is one."""

    folder: Path
    heap: str
    database: str
    linger_s: float
    _users: FileLock

    def ensure(self, within_s: float = WITHIN_S) -> Address:
        """Find the server ready, or start it.

        Raises:
            Unreachable: it did not get ready in time; the message says what to do.
        """
        return _ensure(self, within_s)

    def close(self) -> None:
        """Let go; when nobody else uses the store, its server ends `linger_s` later."""
        self._users.close()


def attach(
    folder: Path,
    *,
    heap: str = "512m",
    database: str = DATABASE,
    linger_s: float = LINGER_S,
    within_s: float = WITHIN_S,
) -> tuple[Attachment, Address]:
    """Become a user of the store in `folder` (made when missing) and find its server ready.

    Raises:
        Unreachable: it did not get ready in time, or the folder cannot be used; the message says what to do.
    """
    folder = folder.absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        users = FileLock(folder / "users.lock")
    except OSError as error:
        raise Unreachable(
            f"the store's folder {folder} cannot be used ({error.strerror}); make it writable or set VIBE_HOME"
        ) from error
    attachment = Attachment(folder, heap, database, linger_s, users)
    try:
        _join(users, folder, within_s)
        return attachment, attachment.ensure(within_s)
    except BaseException:
        attachment.close()
        raise


def _join(users: FileLock, folder: Path, within_s: float) -> None:
    """Take the shared lock; while a server ends it holds that alone, and the next one is started after it."""
    if not poll(users.try_shared, within_s):
        raise Unreachable(f"a server on {folder} has been ending for {within_s:.0f} s; {_look_at(folder)}")


def _ensure(user: Attachment, within_s: float) -> Address:
    folder, database = user.folder, user.database
    end = time.monotonic() + within_s
    address = _ready(folder, database)
    starting = FileLock(folder / "start.lock")
    try:
        while address is None and (left_s := end - time.monotonic()) > 0:
            if _is_running(folder):  # somebody starts it, or it is ending
                poll(lambda: _ready(folder, database) is not None or not _is_running(folder), left_s)
            elif poll(starting.try_alone, left_s):
                if not _is_running(folder):
                    _start(user, end - time.monotonic())
                starting.release()
            address = _ready(folder, database)
    finally:
        starting.close()
    if address is None:
        raise Unreachable(f"the embedded store in {folder} was not ready within {within_s:.0f} s; {_look_at(folder)}")
    return address


def _is_running(folder: Path) -> bool:
    alive = FileLock(folder / "server.lock")
    try:
        return not alive.try_shared()
    finally:
        alive.close()


def _ready(folder: Path, database: str) -> Address | None:
    ports = read_ports(folder)
    if ports is None or ports.pid is None or not _is_running(folder) or not is_answered(ports.bolt):
        return None
    return Address(
        uri=f"bolt://{HOST}:{ports.bolt}",
        user=USER,
        password=read_password(folder),
        database=database,
        http_port=ports.http,
        folder=folder,
    )


def _start(user: Attachment, within_s: float) -> None:
    """Start the server and wait for its word; the caller holds `start.lock`.

    Raises:
        Unreachable: it ended before it was ready, each time it was tried.
    """
    end = time.monotonic() + within_s
    for _ in range(_TRIES):
        if _start_once(user, end - time.monotonic()) or time.monotonic() >= end:
            return
    raise Unreachable(f"the embedded store in {user.folder} ends while starting; {_look_at(user.folder)}")


def _start_once(user: Attachment, within_s: float) -> bool:
    folder = user.folder
    wish = ["--heap", user.heap, "--linger", str(user.linger_s)]
    (folder / "log").mkdir(mode=0o700, exist_ok=True)
    log = os.open(folder / "log" / "server.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    hears, says = os.pipe()
    try:
        subprocess.run(  # noqa: S603 - our own module; it detaches at once
            [sys.executable, "-m", "vibe.edges.graph.server", str(folder), *wish],
            stdin=subprocess.DEVNULL,
            stdout=says,
            stderr=log,
            check=False,
            cwd=folder,
            env=_environment(),
            start_new_session=True,
        )
        os.close(says)
        says = -1
        heard, _, _ = select.select([hears], [], [], max(within_s, 0.0))
        return bool(heard) and os.read(hears, 256).startswith(b"ready")
    finally:
        for number in (hears, says, log):
            with suppress(OSError):
                os.close(number)


def _environment() -> dict[str, str]:
    """Ours without what is secret: the server needs none of it, and lives longer than we do."""
    return {
        name: value
        for name, value in os.environ.items()
        if not any(word in name.upper() for word in ("PASSWORD", "TOKEN", "KEY", "SECRET"))
    }


def _look_at(folder: Path) -> str:
    return (
        f"see {folder}/log/server.log and store.0.log, look for free disk space and memory, "
        'or point graph.uri at a Neo4j ("neo4j://...")'
    )
