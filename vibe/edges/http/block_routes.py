"""Blocks and plans over HTTP: write blocks, import a plan, list plans, read the ledger."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

from fastapi import APIRouter, Query

from vibe.domain.canonical import from_json, sha256_of, to_json
from vibe.domain.commands import AddBlocks
from vibe.domain.errors import BadInput
from vibe.domain.plans import PlanReading
from vibe.edges.http.bodies import Import, NewBlocks
from vibe.edges.http.requests import Actor, Once
from vibe.kernel.desk import Desk
from vibe.plans.formats.drafts import Draft
from vibe.plans.formats.exchange import read_exchange
from vibe.plans.formats.files import PlanFile
from vibe.plans.formats.reading import read_plan

NEWEST = 2**53


def block_routes(desk: Desk) -> APIRouter:
    """The routes about blocks, plans and the ledger."""
    router = APIRouter(prefix="/api", tags=["graph"])

    @router.post("/blocks", status_code=201, summary="Write blocks and links, in the exchange format")
    async def blocks(body: NewBlocks, actor: Actor, once: Once) -> dict[str, Any]:
        lines = _lines(body, desk)
        reading = read_exchange(PlanFile("request", sha256_of(lines), lines), Draft("request"))
        if reading.warnings:
            first = reading.warnings[0]
            raise BadInput(first.what, field=_field(body, first.line))
        command = AddBlocks(tuple(replace(block, place=None) for block in reading.blocks), reading.links)
        return dict((await desk.execute(command, actor=actor, key=once)).answer)

    @router.post("/imports", summary="Import a plan: its files by name, or `lines` of the exchange format")
    async def imports(body: Import, actor: Actor) -> dict[str, Any]:
        files = body.files or {f"{body.name}.jsonl": body.lines or ""}
        reading = await asyncio.to_thread(_read, body.name, files)
        how = {"dry_run": body.dry_run, "strict": body.strict, "regenerated": body.regenerated}
        return dict((await desk.import_plan(reading, actor=actor, **how)).answer)

    @router.get("/plans", summary="The plans")
    async def plans() -> dict[str, Any]:
        return {"plans": await desk.graph.read("plans/list", limit=1000)}

    @router.get("/ledger", summary="The last entries before `before`, newest first")
    async def ledger(
        before: Annotated[int, Query(ge=1)] = NEWEST, limit: Annotated[int, Query(ge=1, le=1000)] = 100
    ) -> dict[str, Any]:
        rows = await desk.graph.read("ledger/last", before=before, limit=limit)
        return {"entries": [{**row, "body": from_json(row["body"])} for row in rows]}

    return router


def _lines(body: NewBlocks, desk: Desk) -> str:
    """Write what came as lines of the exchange format, so that one reader checks them all."""
    items: list[Mapping[str, Any]] = []
    for block in body.blocks:
        known = block.model_dump(exclude_none=True, mode="json")
        items.append({"id": desk.ids.new(), **known})
    items += [{"link": link.link, "from": link.source, "to": link.target, "why": link.why} for link in body.links]
    return "\n".join(to_json(item).decode() for item in items)


def _field(body: NewBlocks, line: int | None) -> str | None:
    if line is None:
        return None
    return f"blocks.{line - 1}" if line <= len(body.blocks) else f"links.{line - 1 - len(body.blocks)}"


def _read(name: str, files: Mapping[str, str]) -> PlanReading:
    """Read files that came by wire as if they lay in a folder of that name.

    Raises:
        BadInput: a name that leads out of the folder, or nothing in it is understood.
    """
    for file in files:
        if Path(file).name != file or file.startswith(".") or "\\" in file or not file.isprintable() or len(file) > 200:
            raise BadInput(f"{file!r} is not a plain file name", field="files")
    with TemporaryDirectory(prefix="vibe-import-") as folder:
        place = Path(folder) / name
        place.mkdir()
        for file, text in files.items():
            (place / file).write_text(text, encoding="utf-8")
        try:
            return read_plan(place / next(iter(files)) if len(files) == 1 else place)
        except BadInput as error:
            raise BadInput(str(error).replace(f"{place}/", "").replace(str(place), name)) from error
