"""The schema: numbered files of `cypher/schema/`, each applied once, in order.

A file opens with `// key: value` lines (`name`, `does`, `source`; `server: arcadedb` where only that engine takes it)
and holds statements that end with a line `;` or a `;` at a line's end. What was applied is a
`:SchemaStep {number, sha256}`; a file that changed afterwards is an error, since nobody could say what the store has.
Every statement can be repeated (`IF NOT EXISTS`, samples that are deleted again), so a run that was cut off, or two
processes starting together, do no harm; on the embedded store the start is done under `schema.lock` besides, because
its first use of a label fails when two do it at once (GRAPH R6).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from vibe.catalog import shipped, split_header
from vibe.domain.canonical import sha256_of
from vibe.domain.errors import BadInput, Permanent
from vibe.edges.graph.adapter import Neo4jStore
from vibe.edges.graph.locks import FileLock

_FILE_NAME = re.compile(r"^(\d{3})_[a-z_]+\.cypher$")
_FILE_S = 180.0
"""A busy small machine takes a second where a quiet one takes ten milliseconds."""
_APPLIED = "MATCH (s:SchemaStep) WHERE s.number > 0 RETURN s.number AS number, s.sha256 AS sha256 ORDER BY s.number"
_RECORD = "MERGE (s:SchemaStep {number: $number}) SET s.sha256 = $sha256 RETURN s.number AS number"


@dataclass(frozen=True, slots=True)
class Step:
    """One schema file."""

    number: int
    name: str
    statements: tuple[str, ...]
    sha256: str
    server: str


def read_steps(folder: Path | None = None) -> list[Step]:
    """Read the schema files in order.

    Raises:
        BadInput: a name or number is wrong; says which file.
    """
    folder = folder or shipped("cypher") / "schema"
    steps = [_read_step(path) for path in sorted(folder.glob("*.cypher"))]
    for expected, step in enumerate(steps, start=1):
        if step.number != expected:
            raise BadInput(f"should be number {expected:03}", file=f"cypher/schema/{step.name}.cypher", line=1)
    return steps


def _read_step(path: Path) -> Step:
    named = _FILE_NAME.match(path.name)
    header, body = split_header(path.read_text())
    if not named or header.get("name") != f"schema/{path.stem}":
        raise BadInput("name it NNN_words and say so in its header", file=f"cypher/schema/{path.name}", line=1)
    code = "\n".join(line for line in body.splitlines() if not line.lstrip().startswith("//"))
    statements = tuple(part.strip() for part in re.split(r";\s*$", code, flags=re.MULTILINE) if part.strip())
    return Step(int(named[1]), path.stem, statements, sha256_of(body), header.get("server", "any"))


async def apply_schema(store: Neo4jStore, folder: Path | None = None) -> list[str]:
    """Bring the store's schema up to date; the names of the files applied now (none: it was current).

    Raises:
        Permanent: an applied file was changed since, or the store was made by a newer Vibe.
    """
    steps = read_steps(folder)
    if not _missing(steps, await _applied(store)):
        return []
    async with _alone(store):
        missing = _missing(steps, await _applied(store))
        for step in missing:
            await _apply(store, step)
    return [step.name for step in missing]


async def _applied(store: Neo4jStore) -> dict[int, str]:
    return {row["number"]: row["sha256"] for row in await store.raw_read(_APPLIED)}


def _missing(steps: Iterable[Step], applied: dict[int, str]) -> list[Step]:
    known = {step.number: step for step in steps}
    if newer := sorted(set(applied) - set(known)):
        raise Permanent(f"the store has schema step {newer[-1]}, which this Vibe does not know; use the newer Vibe")
    for number, sha256 in applied.items():
        if known[number].sha256 != sha256:
            raise Permanent(
                f"cypher/schema/{known[number].name}.cypher was changed after it was applied to this store; "
                "put it back and add a new file instead"
            )
    return [step for step in known.values() if step.number not in applied]


def _changes_schema(statement: str) -> bool:
    """Whether it makes a constraint or an index; Neo4j wants those in other transactions than what writes nodes."""
    return re.match(r"(CREATE|DROP)\s+(\w+\s+)?(CONSTRAINT|INDEX)\b", statement) is not None


async def _apply(store: Neo4jStore, step: Step) -> None:
    if step.server == "any" or (step.server == "arcadedb") == await store.is_embedded_engine():
        for _, alike in groupby(step.statements, key=_changes_schema):
            await store.raw_all(tuple(alike), within_s=_FILE_S)
    await store.raw(_RECORD, number=step.number, sha256=step.sha256)


@asynccontextmanager
async def _alone(store: Neo4jStore) -> AsyncIterator[None]:
    folder = store.address.folder
    if folder is None:
        yield
        return
    lock = FileLock(folder / "schema.lock")
    try:
        await asyncio.to_thread(lock.wait_alone)
        yield
    finally:
        lock.close()
