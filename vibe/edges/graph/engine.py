"""What only the embedded engine can, over its HTTP port: further databases (tests), and backups while it runs.

All of it blocks its thread; async callers go through `asyncio.to_thread`.
"""

from __future__ import annotations

import base64
import http.client
import json
from pathlib import Path
from typing import Any

from vibe.domain.errors import Permanent, Unreachable
from vibe.edges.graph.addresses import HOST, Address

_COMMAND_S = 300.0


def create_database(address: Address, name: str) -> None:
    """Make an empty database beside the others of this server."""
    _post(address, "/api/v1/server", {"command": f"create database {name}"})


def open_database(address: Address, name: str) -> None:
    """Serve a database whose folder was put among the others."""
    _post(address, "/api/v1/server", {"command": f"open database {name}"})


def close_database(address: Address, name: str) -> None:
    """Write a database to its folder and stop serving it."""
    _post(address, "/api/v1/server", {"command": f"close database {name}"})


def drop_database(address: Address, name: str) -> None:
    """Remove a database with all it holds."""
    _post(address, "/api/v1/server", {"command": f"drop database {name}"})


def backup(address: Address) -> Path:
    """Write a consistent copy while others go on writing; where it is (a zip of the database's folder).

    Raises:
        Permanent: the engine refuses.
        Unreachable: it does not answer.
    """
    if address.folder is None:
        raise Permanent("only the embedded store is backed up here; use neo4j-admin for a Neo4j")
    answer = _post(address, f"/api/v1/command/{address.database}", {"language": "sql", "command": "BACKUP DATABASE"})
    name = Path(str(answer["result"][0]["backupFile"])).name
    return address.folder / "backups" / str(address.database) / name


def _post(address: Address, path: str, body: dict[str, Any]) -> Any:
    if address.http_port is None:
        raise Permanent("this server has no HTTP port of ours")
    connection = http.client.HTTPConnection(HOST, address.http_port, timeout=_COMMAND_S)
    credentials = base64.b64encode(f"{address.user}:{address.password}".encode()).decode()
    headers = {"Authorization": f"Basic {credentials}", "Content-Type": "application/json"}
    try:
        connection.request("POST", path, json.dumps(body), headers)
        reply = connection.getresponse()
        text = reply.read()
    except (OSError, http.client.HTTPException) as error:
        raise Unreachable(f"the embedded store's HTTP port {address.http_port} does not answer") from error
    finally:
        connection.close()
    if reply.status >= http.client.BAD_REQUEST:
        raise Permanent(f"the embedded store refuses {body.get('command')!r}: {_detail(text)}")
    return json.loads(text) if text else None


def _detail(text: bytes) -> str:
    try:
        return str(json.loads(text).get("detail") or json.loads(text).get("error"))
    except ValueError:
        return text[:200].decode(errors="replace")
