"""What several commands read: a plan described, documents taken in."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vibe.domain.commands import AddSource, RemoveSource
from vibe.domain.errors import BadInput, NotFound
from vibe.domain.plans import Remark
from vibe.plans.formats.files import PlanFile, list_folder, read_file

if TYPE_CHECKING:
    from vibe.app import App

OWN = "_own"


async def describe_plan(app: App, plan: str) -> dict[str, Any]:
    """What a plan holds and rests on.

    Raises:
        NotFound: there is no such plan.
    """
    rows = await app.graph.read("plans/by_id", ids=[plan])
    if not rows:
        raise NotFound(f"there is no plan {plan!r}; `vibe plans` lists them")
    kinds = await app.graph.read("plans/kinds", plan=plan, limit=100)
    grounded = (await app.graph.read("plans/grounded", plan=plan))[0]
    gaps = (await app.graph.read("plans/open_gaps", plan=plan))[0]
    return {
        "plan": plan,
        "title": rows[0]["title"],
        "status": rows[0]["status"],
        "blocks": {row["kind"]: row["count"] for row in kinds},
        "claims": grounded["claims"],
        "with_evidence": grounded["with_evidence"],
        "open_gaps": gaps["count"],
    }


async def take_in(app: App, paths: Sequence[Path], actor: str) -> dict[str, Any]:
    """Copy documents, or folders of them, into the owner's corpus.

    Raises:
        BadInput: there is no such path; nothing was copied.
    """
    read = [await asyncio.to_thread(_read_files, path) for path in paths]
    files = [file for found, _ in read for file in found]
    warnings = [row for _, rows in read for row in rows]
    taken = []
    for file in files:
        digest = await app.outside.sources.keep(OWN, file.name, file.raw)
        await app.execute(AddSource(file.name, digest), actor=actor)
        taken.append({"file": file.name, "sha256": digest})
    return {"sources": taken, "warnings": warnings}


def _read_files(path: Path) -> tuple[list[PlanFile], list[dict[str, Any]]]:
    """Read one file, or every file of a folder, with the same suspicion as a plan's."""
    if not path.exists():
        raise BadInput("there is no such file or folder", file=str(path))
    remarks: list[Remark] = []
    paths = list_folder(path, remarks.append) if path.is_dir() else [path]
    found = [read_file(item, item.name, remarks.append) for item in paths]
    return [file for file in found if file is not None], [{"file": item.file, "what": item.what} for item in remarks]


async def put_out(app: App, file: str, actor: str) -> dict[str, Any]:
    """Take a document out of the owner's corpus; the graph first, so that nothing quotes what is gone."""
    answer = dict((await app.execute(RemoveSource(file), actor=actor)).answer)
    await app.outside.sources.drop(OWN, file)
    return answer
