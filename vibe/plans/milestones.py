"""Milestones: when a phase of a plan is finished, or a task marked so, how everything stands is kept and reported.

Woken by `MilestoneReached`, which `starting` says in the very change that ends the last task of a level-1 phase, and at
the end of the execution. Writes `runs/TIME_EXECUTION/`: `snapshot.json` (the execution, its tasks, who waits for whom;
a new execution can be seeded from it) and the report as JSON, Markdown and HTML. Emits `SnapshotKept`, which wakes
`run_command`: the owner's own program (`reports.command`) gets the folder. Emits `ReportRun`.

Source: document 002 section 5 ("Report Generation", "Versioned Plans").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from vibe.domain.acts import ActKind, Intent, Outcome, Unknown
from vibe.domain.canonical import from_json, iso, sha256_of, to_json
from vibe.domain.changes import NOTHING, Change, Effect, expect
from vibe.domain.events import Entry, Event, EventType
from vibe.kernel.commit import Outside
from vibe.kernel.tools import Tools
from vibe.plans.report_texts import as_html, as_markdown
from vibe.plans.reporting import read_report
from vibe.plans.showing import all_tasks, read_links
from vibe.ports.inward import Graph, Row

MOST_KEPT = 200
FORM = "vibe execution snapshot 1"


def folder_of(execution: str, at: datetime) -> str:
    """Where a snapshot lies, below `runs/`."""
    return f"{at:%Y%m%dT%H%M%SZ}_{execution[:12]}"


async def keep_snapshot(entry: Entry, tools: Tools) -> Change:
    """Write how an execution stands, and its report, into a folder of its own."""
    execution = (await tools.graph.read("executions/by_id", ids=[entry.subject]))[0]
    folder = f"{folder_of(entry.subject, entry.at)}_{entry.seq}"
    files = await _files(execution, entry, tools.graph)
    hashes = {name: sha256_of(text) for name, text in files.items()}

    async def keep(outside: Outside) -> Outcome:
        for name, text in files.items():
            await outside.workfiles.keep(f"{folder}/{name}", text.encode())
        kept = {name: sha256_of(await outside.workfiles.read(f"{folder}/{name}")) for name in files}
        return Outcome(to_json(kept).decode(), tuple(files), "read back and hashed")

    intent = Intent(f"keep {folder}", ActKind.FILE, {"folder": folder, "files": hashes}, Unknown.REPEAT)
    kept = from_json((await tools.acts.perform(intent, keep)).text)
    body = {"execution": entry.subject, "plan": execution["plan"], "folder": folder, "files": kept}
    body |= {"milestone": entry.body["name"]}
    snapshots = [*(execution["snapshots"] or ()), folder][-MOST_KEPT:]
    return Change(
        expects=(expect("Execution", entry.subject, snapshots=execution["snapshots"]),),
        effects=(Effect("executions/set", {"id": entry.subject, "props": {"snapshots": snapshots}}),),
        events=(Event(EventType.SNAPSHOT_KEPT, folder, body),),
    )


async def _files(execution: Row, entry: Entry, graph: Graph) -> dict[str, str]:
    report = await read_report(graph, execution["plan"], entry.at, execution["id"]) | {"milestone": entry.body["name"]}
    snapshot = await read_snapshot(graph, execution, entry.at, seq=entry.seq, milestone=entry.body["name"])
    return {
        "snapshot.json": to_json(snapshot).decode(),
        "report.json": to_json(report).decode(),
        "report.md": as_markdown(report),
        "report.html": as_html(report),
    }


async def read_snapshot(graph: Graph, execution: Row, at: datetime, **more: Any) -> dict[str, Any]:
    """An execution with all its tasks and who waits for whom, as plain data."""
    tasks = [dict(task.properties) for task in await all_tasks(graph, execution["id"])]
    links: Sequence[Mapping[str, Any]] = await read_links(graph, execution["id"])
    head = {"form": FORM, "made_at": iso(at), "execution": dict(execution), **more}
    return head | {"tasks": tasks, "links": [[row["source"], row["target"]] for row in links]}


async def run_command(entry: Entry, tools: Tools) -> Change:
    """Give the folder of a snapshot to the owner's own program, where there is one; how it ends is written down."""
    if not tools.settings.reports.command:
        return NOTHING

    async def run(outside: Outside) -> Outcome:
        assert outside.program is not None, "made with the setting"
        code, said = await outside.program.run(entry.subject)
        return Outcome(
            to_json({"code": code, "said": said}).decode(), (tools.settings.reports.command,), f"ended with {code}"
        )

    done = from_json((await tools.acts.perform(Intent(f"report on {entry.subject}", ActKind.RUN), run)).text)
    body = {"folder": entry.subject, "execution": entry.body["execution"], "ok": done["code"] == 0, **done}
    return Change(events=(Event(EventType.REPORT_RUN, entry.subject, body),))
