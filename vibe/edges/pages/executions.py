"""Executions: the list, and one of them with its progress, blockers, tree, Gantt chart, log and controls."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from fastapi import Response
from nicegui import app as nicegui_app

from vibe.domain.canonical import instant
from vibe.domain.commands import MoveExecution
from vibe.domain.errors import NotFound
from vibe.domain.schedules import planned
from vibe.domain.work_commands import ChangeExecution
from vibe.edges.pages.cards import Row
from vibe.edges.pages.desks import Site
from vibe.edges.pages.dialogs import answers, dialog, words
from vibe.edges.pages.frame import frame
from vibe.edges.pages.gantt import draw_gantt
from vibe.edges.pages.history import draw_history
from vibe.edges.pages.live import Live
from vibe.edges.pages.pieces import action, box, card, chip, empty, heading, lead, link, progress, tagged
from vibe.edges.pages.words import ago, count, minute
from vibe.plans.showing import read_execution, read_executions, read_tasks

Found = Mapping[str, Any]
CONTROLS = {
    "running": (("Pause", "paused"), ("Cancel", "cancelled")),
    "paused": (("Go on", "running"), ("Cancel", "cancelled")),
    "blocked": (("Go on", "running"), ("Cancel", "cancelled")),
    "created": (("Cancel", "cancelled"),),
}
LOG_SHOWN = 50
NEXT_SHOWN = 5


async def executions_page(site: Site) -> None:
    """Build `/executions`."""

    async def load() -> list[dict[str, Any]]:
        return await read_executions(site.desk.graph)

    with frame(site, "Work", "/executions"):
        live: Live[list[dict[str, Any]]] = Live(site.watch, load, lambda rows: _draw_list(site, rows))
        await live.start()


def _draw_list(site: Site, rows: Sequence[Found]) -> None:
    heading("Work")
    lead("Plans that are carried out.")
    with box("line"):
        link("Tickets that wait for you", "/tickets", "more")
        link("Agents", "/agents", "more")
    if not rows:
        empty("play_circle", "Nothing is carried out", "`vibe executions start PLAN` begins.")
    for row in rows:
        with card(f"x{row['execution_id']}"):
            with box("head"):
                link(row["title"] or row["plan"], f"/executions/{quote(row['execution_id'], safe='')}", "title")
                box("space", "span")
                chip(row["status"], f"status {row['status']}")
                tagged("span", ago(instant(row["created_at"]), site.now), "when")
            with box("line"):
                progress(row["progress_ratio"])


async def execution_page(site: Site, identity: str) -> None:
    """Build `/executions/{identity}`."""

    async def load() -> Found | None:
        try:
            return await read_execution(site.desk.graph, identity)
        except NotFound:
            return None

    async def load_tasks() -> list[dict[str, Any]]:
        return await read_tasks(site.desk.graph, identity)

    async def load_log() -> list[Row]:
        return await site.read("pages/history", subject=identity, before=2**53, limit=LOG_SHOWN)

    with frame(site, "Execution", "/executions"):
        link("Work", "/executions", "back")
        live: Live[Found | None] = Live(site.watch, load, lambda found: _draw(site, found, live.refresh))
        await live.start()
        tree: Live[list[dict[str, Any]]] = Live(site.watch, load_tasks, lambda tasks: _draw_tree(identity, tasks))
        await tree.start()
        risks: Live[Found | None] = Live(site.watch, load, _draw_risks)
        await risks.start()
        log: Live[list[Row]] = Live(site.watch, load_log, lambda rows: draw_history(rows, site.now))
        await log.start()


def _draw(site: Site, told: Found | None, changed: Callable[[], Awaitable[None]]) -> None:
    if told is None:
        empty("search_off", "There is no such execution", "The list of executions shows those there are.")
        return
    heading(told["title"] or told["plan"])
    with box("line"):
        chip(told["status"], f"status {told['status']}")
        progress(told["progress_ratio"])
        box("space", "span")
        if told["status"] == "paused":
            action("Change", lambda: _change(site, told["execution_id"], changed), kind="quiet")
        for name, wanted in CONTROLS.get(told["status"], ()):
            action(name, _move(site, told["execution_id"], wanted, changed), kind="quiet")
    _draw_current(told["current"], site)
    _draw_blockers(told["blocked"], site)


def _draw_risks(told: Found | None) -> None:
    if told is not None:
        _draw_rows("What could go wrong", [(row["says"], row["because"]) for row in told["scenarios"]])
        _draw_rows("Kept at milestones", [(folder, "below runs/") for folder in told["snapshots"][-5:]])


def _draw_current(rows: Sequence[Found], site: Site) -> None:
    """Who works on what, each with its own progress."""
    if not rows:
        return
    with box("section"):
        heading("Now", small=True)
        for row in rows:
            with box("item-row"):
                tagged("strong", row["title"])
                if row["progress_ratio"] is not None:
                    progress(row["progress_ratio"])
                again = f", attempt {row['attempt']}" if row["attempt"] > 1 else ""
                tagged("span", f"{row['agent'] or 'a person'}, begun {ago(_at(row['since']), site.now)}{again}", "when")


def _draw_blockers(rows: Sequence[Found], site: Site) -> None:
    """What stands still, on whom, since when."""
    if not rows:
        return
    with box("section"):
        heading("Waiting", small=True)
        for row in rows:
            with box("item-row blocker"):
                tagged("strong", row["title"])
                tagged("span", f"on {row['on']}, {_since(row['since'], site)}", "when")
                if row["status"] == "blocked":
                    link("Decide", "/", "more")
                elif row["status"] != "waiting":
                    link("Tickets", "/tickets", "more")


def _since(moment: str | None, site: Site) -> str:
    return f"since {minute(_at(moment))} ({ago(_at(moment), site.now)})" if moment else "just now"


def _at(moment: str | None) -> datetime | None:
    return instant(moment) if moment else None


async def _change(site: Site, identity: str, changed: Callable[[], Awaitable[None]]) -> None:
    """Ask for a diff and carry it out; finished work stays."""
    with dialog("Change the plan", "One change a line; the numbers are those of the tasks below.") as opened:
        field = words("The diff", rows=6, hint="+ research: Look in Kent (2 h) > 3    - 5    ~ 6 hours: 4")
        answers(opened, "Change it", lambda: field.value.strip() or None if field.value else None)
    diff = await opened
    if diff is None:
        return
    await site.carry_out(ChangeExecution(identity, diff), "Changed. It goes on when you say so.")
    await changed()


def _move(site: Site, identity: str, wanted: str, changed: Callable[[], Awaitable[None]]) -> Any:
    async def move() -> None:
        await site.carry_out(MoveExecution(identity, wanted), f"It is {wanted}.")
        await changed()

    return move


def _draw_rows(title: str, rows: Sequence[tuple[str, str]]) -> None:
    if not rows:
        return
    with box("section"):
        heading(title, small=True)
        for name, said in rows:
            with box("item-row"):
                tagged("strong", name)
                tagged("span", said, "when")


def _next_up(tasks: Sequence[Found]) -> list[tuple[str, str]]:
    """What comes next, with its date: the plan's own, else reckoned from hours and prerequisites."""
    begun = [instant(task["started_at"]) for task in tasks if task["started_at"]]
    plan = planned(tasks, min(begun)) if begun else {}
    coming = [task for task in tasks if task["status"] in ("queued", "pending")]
    coming.sort(key=lambda task: (task["status"] != "queued", -task["way_hours"]))
    rows = []
    for task in coming[:NEXT_SHOWN]:
        reckoned = f"reckoned for {minute(plan[task['task_id']][0])}" if plan else ""
        rows.append((task["title"], f"planned for {task['planned_start'][:10]}" if task["planned_start"] else reckoned))
    return rows


def _draw_tree(identity: str, tasks: Sequence[Found]) -> None:
    if not tasks:
        return
    _draw_rows("Next up", _next_up(tasks))
    with box("section"):
        heading("Planned and actual", small=True)
        picture = box("gantt", "img")
        picture.props["src"] = f"/pictures/executions/{quote(identity, safe='')}?{_changed(tasks)}"
        picture.props["alt"] = "Planned against actual, as a Gantt chart"
    sections: dict[str, list[Found]] = {}
    for task in tasks:
        sections.setdefault(task["section"], []).append(task)
    with box("section"):
        heading("Tasks", small=True)
        for name, rows in sections.items():
            _draw_section(name, rows)


def _changed(tasks: Sequence[Found]) -> str:
    return str(hash(tuple((task["title"], task["status"], task["progress_ratio"]) for task in tasks)) & 0xFFFFFF)


def _draw_section(name: str, rows: Sequence[Found]) -> None:
    done = sum(task["status"] in ("completed", "skipped") for task in rows)
    with box("tree", "details") as tree:
        if done < len(rows):
            tree.props("open")
        tagged("summary", f"{name}: {done} of {count(len(rows), 'task')}")
        for task in rows:
            with box("item-row"):
                tagged("span", str(task["number"]), "seq")
                chip(task["status"].replace("_", " "), f"status {task['status']}")
                tagged("span", task["title"])
                doer = f", {task['done_by']}" if task["done_by"] else ""
                tagged("span", f"{task['action']}, {task['hours']:g} h{doer}", "when")


def register_gantt(site: Site) -> None:
    """Serve an execution's chart by itself, for the page to fetch."""

    @nicegui_app.get("/pictures/executions/{identity}", include_in_schema=False)
    async def picture(identity: str) -> Response:
        found = await read_execution(site.desk.graph, identity)
        tasks = await read_tasks(site.desk.graph, identity)
        begin = instant(found["started_at"] or found["created_at"])
        drawn = draw_gantt(tasks, begin, site.now)
        return Response(drawn, media_type="image/svg+xml", headers={"Cache-Control": "no-store"})
