"""Where a store answers and what it lets in: the address of any server, and the files of an embedded one.

Files of an embedded store (folder 0700, files 0600)::

    address.json   {bolt, http, pid}: the ports, kept for good; pid is null unless the server is ready
    root.pw        random password, made once
    server.lock    held exclusively by the server as long as it lives
    start.lock     held by whoever starts it
    users.lock     held shared by every user; the server ends once it could hold it alone for a while
    writer.lock, writer.queue    held for a write transaction
    databases/ config/ log/      the engine's own
"""

from __future__ import annotations

import json
import os
import secrets
import socket
from dataclasses import dataclass, field
from pathlib import Path

HOST = "127.0.0.1"
USER = "root"
DATABASE = "vibe"
LINGER_S = 2.0
"""How long the embedded server stays after its last user, unless the settings say otherwise."""
FIRST_PORT, PORT_COUNT = 20_000, 12_000
"""Below the range that systems use for outgoing connections, so that a port stays ours while the server is down."""


@dataclass(frozen=True, slots=True)
class Address:
    """How to reach one database over Bolt; `http_port` and `folder` only where the server is embedded."""

    uri: str
    user: str
    password: str = field(repr=False)
    database: str | None = None
    http_port: int | None = None
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class Ports:
    """What `address.json` says."""

    bolt: int
    http: int
    pid: int | None = None


def read_ports(folder: Path) -> Ports | None:
    """Read `address.json`; None when there is none or it is not whole."""
    try:
        found = json.loads((folder / "address.json").read_text())
        return Ports(int(found["bolt"]), int(found["http"]), found["pid"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_ports(folder: Path, ports: Ports) -> None:
    """Replace `address.json` in one step."""
    text = json.dumps({"bolt": ports.bolt, "http": ports.http, "pid": ports.pid})
    fresh = folder / f"address.{os.getpid()}.new"
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    fresh.replace(folder / "address.json")


def is_free(port: int) -> bool:
    """Whether a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def is_answered(port: int) -> bool:
    """Whether something listens there now."""
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex((HOST, port)) == 0


def free_port(other_than: int = 0) -> int:
    """Pick a free port at random, so that two stores hardly ever want the same."""
    while True:
        port = FIRST_PORT + secrets.randbelow(PORT_COUNT)
        if port != other_than and is_free(port):
            return port


def read_password(folder: Path) -> str:
    """Read the store's password, making one the first time.

    A new password makes the engine's list of users worthless, so that is made again too.
    """
    path = folder / "root.pw"
    if not (path.exists() and path.read_text().strip()):
        (folder / "config" / "server-users.jsonl").unlink(missing_ok=True)
        fresh = folder / f"root.pw.{os.getpid()}.new"
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(24))
        fresh.replace(path)
    return path.read_text().strip()
