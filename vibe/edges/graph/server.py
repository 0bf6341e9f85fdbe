"""The embedded store's server: ArcadeDB with a Bolt listener, a process of its own and nobody's child.

    python -m vibe.edges.graph.server STORE [--heap 512m] [--linger 2]

Whoever needs the store first starts it (`embedded.py`); it detaches at once, writes one line to stdout when queries
work, and ends by itself `--linger` seconds after it could hold `users.lock` alone, or as soon as its folder is gone.
SIGTERM stops it cleanly. It listens on 127.0.0.1 only, keeps its ports across restarts, and writes its logs to
`STORE/log`.
Source: DESIGN section 4; ADRs on the store and on its lingering.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import time
import traceback
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from vibe.edges.graph.addresses import (
    DATABASE,
    HOST,
    LINGER_S,
    Ports,
    free_port,
    is_free,
    read_password,
    read_ports,
    write_ports,
)
from vibe.edges.graph.locks import FileLock, poll

STOP_S = 4.0
_LOOK_S = 0.25
_MESSAGE_BYTES = 64 << 20
# Settings of a database must be system properties: in the server's configuration they silently do nothing.
_DATABASE_SETTINGS = (
    "-Duser.timezone=UTC",
    "-Darcadedb.txWalFlush=1",
    "-Darcadedb.command.timeout=30000",
)
_LOGGING = """\
handlers=java.util.logging.FileHandler
.level=WARNING
com.arcadedb.level=WARNING
java.util.logging.FileHandler.pattern={log}/store.%g.log
java.util.logging.FileHandler.limit=5000000
java.util.logging.FileHandler.count=3
java.util.logging.FileHandler.append=true
java.util.logging.FileHandler.formatter=java.util.logging.SimpleFormatter
"""


def detach() -> None:
    """Leave the starter: the first process ends, its child goes on in a session of its own."""
    if os.fork():
        os._exit(0)
    os.setsid()


def choose_ports(folder: Path) -> Ports:
    """Take the recorded ports where they are free, others where somebody else sits on them."""
    kept = read_ports(folder)
    bolt = kept.bolt if kept and poll(lambda: is_free(kept.bolt), 1.0) else free_port()
    http = kept.http if kept and kept.http != bolt and is_free(kept.http) else free_port(other_than=bolt)
    return Ports(bolt, http)


def launch(folder: Path, ports: Ports, heap: str) -> Any:
    """Start the engine inside this process; returns once its database is open."""
    log = folder / "log"
    (log / "logging.properties").write_text(_LOGGING.format(log=log))
    os.environ["ARCADEDB_JVM_ERROR_FILE"] = str(log / "hs_err_pid%p.log")
    from arcadedb_embedded.server import ArcadeDBServer

    extra = os.environ.get("VIBE_STORE_JVM_ARGS", "").split()
    java = ["-XX:+UseSerialGC", f"-Djava.util.logging.config.file={log}/logging.properties", *extra]
    engine = ArcadeDBServer(
        str(folder),
        read_password(folder),
        {
            "mode": "development",  # "production" hides the texts of errors
            "host": HOST,
            "http_port": ports.http,
            "bolt_port": ports.bolt,
            "bolt_defaultDatabase": DATABASE,
            "bolt_maxMessageSize": _MESSAGE_BYTES,
            "bolt_packstream_maxValueLength": _MESSAGE_BYTES,
            "server_plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
            "server_httpWorkerThreads": 8,
        },
        jvm_kwargs={"heap_size": heap, "jvm_args": [*_DATABASE_SETTINGS, *java]},
    )
    engine.start()
    engine.create_database(DATABASE)
    return engine


def wait_until_unused(users: FileLock, stop: threading.Event, folder: Path, linger_s: float) -> None:
    """Return when told to stop, when the folder is gone, or holding `users` after nobody else did for `linger_s`.

    Newcomers then wait until we end.
    """
    alone_since: float | None = None
    while not stop.wait(_LOOK_S) and folder.exists():
        if not users.try_alone():
            alone_since = None
            continue
        now = time.monotonic()
        alone_since = now if alone_since is None else alone_since
        if now - alone_since >= linger_s:
            return
        users.release()


def serve(folder: Path, heap: str, linger_s: float) -> int:
    """Run the server until it is unused or told to stop; the exit code."""
    alive, users = FileLock(folder / "server.lock"), FileLock(folder / "users.lock")
    if not poll(alive.try_alone, 5.0):
        sys.stderr.write("another server runs on this store\n")
        return 1
    ports = choose_ports(folder)
    write_ports(folder, ports)
    engine = launch(folder, ports, heap)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    write_ports(folder, replace(ports, pid=os.getpid()))
    _tell_starter(f"ready {ports.bolt}\n")
    wait_until_unused(users, stop, folder, linger_s)
    with suppress(OSError):  # the folder may be gone
        write_ports(folder, ports)
    _stop(engine)
    return 0


def _stop(engine: Any) -> None:
    """Close the databases; a stop that hangs is cut off, which the write-ahead log bears as it bears a crash."""
    stopping = threading.Thread(target=engine.stop, daemon=True)
    stopping.start()
    stopping.join(STOP_S)
    if stopping.is_alive():
        sys.stderr.write(f"the engine did not stop within {STOP_S:.0f} s\n")


def _tell_starter(line: str) -> None:
    """Write to the pipe of whoever started us, if it still listens, and let go of it."""
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    try:
        os.write(1, line.encode())
    except OSError:
        return
    finally:
        os.dup2(2, 1)


def main(arguments: list[str] | None = None) -> NoReturn:
    """Read the command line, detach and serve; ends the process."""
    parser = argparse.ArgumentParser(prog="vibe.edges.graph.server", description="The embedded store's server.")
    parser.add_argument("store", type=Path)
    parser.add_argument("--heap", default="512m")
    parser.add_argument("--linger", type=float, default=LINGER_S)
    given = parser.parse_args(arguments)
    os.umask(0o077)
    folder = given.store.resolve()
    (folder / "log").mkdir(parents=True, exist_ok=True)
    os.chdir(folder)  # the engine writes to ./log
    detach()
    code = 1
    try:
        code = serve(folder, given.heap, given.linger)
    except Exception:  # noqa: BLE001 - whatever it is, the engine's threads must not keep a dead server alive
        sys.stderr.write(traceback.format_exc())
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
