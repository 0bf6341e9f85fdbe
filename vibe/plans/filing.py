"""Filing: what agents bring beside their reports is kept by its hash and written down.

Woken by `KeepFile`. The bytes lie under `runs/EXECUTION/files/SHA256` before the entry is written, so an entry never
names a file that is not there. A name may be used again: the entries tell what it stood for when. Emits `FileKept`.

Source: SPEC section 7 (`PUT /api/executions/{id}/files/{name}`).
"""

from __future__ import annotations

import re
from typing import Any

from vibe.domain.canonical import from_json, to_json
from vibe.domain.changes import Change, Effect, expect
from vibe.domain.errors import BadInput, Conflict, NotFound
from vibe.domain.events import Event, EventType
from vibe.domain.executions import ENDED_EXECUTIONS
from vibe.domain.work_commands import KeepFile
from vibe.kernel.tools import Tools
from vibe.ports.inward import Graph, Row

LARGEST_BYTES = 2_000_000
MOST_FILES = 1000
_NAME = re.compile(r"\w[\w.\- ]{0,99}")


def place_of(execution: str, sha256: str) -> str:
    """Where a file lies, relative to the home's `runs/`."""
    return f"{execution}/files/{sha256}"


async def check_file(command: KeepFile, graph: Graph, actor: str) -> Row:
    """Whether this may be kept; the execution it belongs to.

    Raises:
        BadInput: a name that is none, nothing in it, or too large. NotFound: no such execution.
        Conflict: it is over, or the agent holds no task of it.
    """
    if not _NAME.fullmatch(command.name):
        raise BadInput("a file's name has 1 to 100 letters, digits, `.`, `-`, `_` or blanks", field="name")
    if not 0 < command.size <= LARGEST_BYTES:
        raise BadInput(f"a file has 1 to {LARGEST_BYTES} bytes", field="body")
    found = await graph.read("executions/by_id", ids=[command.execution])
    if not found:
        raise NotFound(f"there is no execution {command.execution!r}")
    if found[0]["status"] in ENDED_EXECUTIONS:
        raise Conflict(f"the execution is {found[0]['status']}", found={"status": found[0]["status"]})
    await _check_holds(command.execution, graph, actor)
    return found[0]


async def _check_holds(execution: str, graph: Graph, actor: str) -> None:
    """See that an agent works on this execution just now."""
    if not actor.startswith("agent:"):
        return
    held = await graph.read("executions/held", agent=actor.removeprefix("agent:"), limit=100)
    if all(row["properties"]["execution"] != execution for row in held):
        raise Conflict("you hold no task of this execution (any more)", found={"holds": len(held)})


async def find_file(execution: str, name: str, graph: Graph, actor: str) -> str:
    """The SHA-256 of what a name stands for in an execution.

    Raises:
        NotFound: no such execution, or no file of this name. Conflict: the agent holds no task of it.
    """
    found = await graph.read("executions/by_id", ids=[execution])
    files: dict[str, Any] = from_json(found[0]["files"]) if found and found[0]["files"] else {}
    await _check_holds(execution, graph, actor)
    if name not in files:
        raise NotFound(f"execution {execution!r} has no file {name!r}")
    return str(files[name]["sha256"])


async def keep_file(command: KeepFile, tools: Tools) -> Change:
    """Write down a file that was brought.

    Raises:
        BadInput, NotFound, Conflict: as for `check_file`; Conflict too when the execution has files enough.
    """
    execution = await check_file(command, tools.graph, tools.actor)
    files: dict[str, Any] = from_json(execution["files"]) if execution["files"] else {}
    told = {"name": command.name, "sha256": command.sha256, "size_bytes": command.size}
    answer = {**told, "kept": f"runs/{place_of(command.execution, command.sha256)}"}
    if files.get(command.name, {}).get("sha256") == command.sha256:
        return Change(answer=answer)
    if len(files) >= MOST_FILES and command.name not in files:
        raise Conflict(f"an execution has {MOST_FILES} files at most", found={"files": len(files)})
    files[command.name] = {"sha256": command.sha256, "size_bytes": command.size, "by": tools.actor}
    row = {"id": command.execution, "props": {"files": to_json(files).decode()}}
    body = {"execution": command.execution, "plan": execution["plan"], **told}
    return Change(
        expects=(expect("Execution", command.execution, status=execution["status"], files=execution["files"]),),
        effects=(Effect("executions/set", row),),
        events=(Event(EventType.FILE_KEPT, command.execution, body),),
        answer=answer,
    )
