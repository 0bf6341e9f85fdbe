"""Executions: the list, and one of them with its progress, blockers, tree, Gantt chart, log and controls."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from fastapi import Response
from nicegui import app as nicegui_app

from vibe.domain.canonical import instant
from vibe.domain.commands import MoveExecution
from vibe.domain.errors import NotFound
from vibe.edges.pages.cards import Row
from vibe.edges.pages.desks import Site
from vibe.edges.pages.frame import frame
from vibe.edges.pages.gantt import draw_gantt
from vibe.edges.pages.history import draw_history
from vibe.edges.pages.live import Live
from vibe.edges.pages.pieces import action, box, card, chip, empty, heading, lead, link, tagged
from vibe.edges.pages.words import ago, count
from vibe.plans.showing import read_execution, read_executions, read_tasks

Found = Mapping[str, Any]
CONTROLS = {
    "running": (("Pause", "paused"), ("Cancel", "cancelled")),
    "paused": (("Go on", "running"), ("Cancel", "cancelled")),
    "blocked": (("Go on", "running"), ("Cancel", "cancelled")),
    "created": (("Cancel", "cancelled"),),
}
LOG_SHOWN = 50


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
            _progress(row["progress_ratio"])


def _progress(ratio: float) -> None:
    bar = box("progress").props(f'role="progressbar" aria-valuenow="{ratio * 100:.0f}"')
    with bar:
        box("done").style(f"width: {ratio * 100:.1f}%")
    tagged("span", f"{ratio:.0%} done", "when")


async def execution_page(site: Site, identity: str) -> None:
    """Build `/executions/{identity}`."""

    async def load() -> tuple[Found, list[Row]] | None:
        try:
            found = await read_execution(site.desk.graph, identity)
        except NotFound:
            return None
        return found, await site.read("pages/history", subject=identity, before=2**53, limit=LOG_SHOWN)

    async def load_tasks() -> list[dict[str, Any]]:
        return await read_tasks(site.desk.graph, identity)

    with frame(site, "Execution", "/executions"):
        link("Work", "/executions", "back")
        live: Live[tuple[Found, list[Row]] | None] = Live(
            site.watch, load, lambda found: _draw(site, found, live.refresh)
        )
        await live.start()
        tree: Live[list[dict[str, Any]]] = Live(site.watch, load_tasks, lambda tasks: _draw_tree(identity, tasks))
        await tree.start()


def _draw(site: Site, found: tuple[Found, list[Row]] | None, changed: Callable[[], Awaitable[None]]) -> None:
    if found is None:
        empty("search_off", "There is no such execution", "The list of executions shows those there are.")
        return
    told, log = found
    heading(told["title"] or told["plan"])
    with box("line"):
        chip(told["status"], f"status {told['status']}")
        _progress(told["progress_ratio"])
        box("space", "span")
        for name, wanted in CONTROLS.get(told["status"], ()):
            action(name, _move(site, told["execution_id"], wanted, changed), kind="quiet")
    _draw_rows("Now", [(row["title"], _doing(row)) for row in told["current"]])
    blockers = [(row["title"], f"{row['on']}, since {row['since'] or 'just now'}") for row in told["blocked"]]
    _draw_rows("Waiting", blockers, "blocker")
    _draw_rows("Next up", [(row["title"], row["planned_at"] or "") for row in told["next_up"][:5]])
    draw_history(log, site.now)


def _doing(row: Found) -> str:
    ratio = f"{row['progress_ratio']:.0%}, " if row["progress_ratio"] is not None else ""
    return f"{ratio}attempt {row['attempt']}, since {row['since']}"


def _move(site: Site, identity: str, wanted: str, changed: Callable[[], Awaitable[None]]) -> Any:
    async def move() -> None:
        await site.carry_out(MoveExecution(identity, wanted), f"It is {wanted}.")
        await changed()

    return move


def _draw_rows(title: str, rows: Sequence[tuple[str, str]], classes: str = "") -> None:
    if not rows:
        return
    with box("section"):
        heading(title, small=True)
        for name, said in rows:
            with box(f"item-row {classes}"):
                tagged("strong", name)
                tagged("span", said, "when")


def _draw_tree(identity: str, tasks: Sequence[Found]) -> None:
    if not tasks:
        return
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
    return str(hash(tuple(task["status"] for task in tasks)) & 0xFFFFFF)


def _draw_section(name: str, rows: Sequence[Found]) -> None:
    done = sum(task["status"] in ("completed", "skipped") for task in rows)
    with box("tree", "details"):
        tagged("summary", f"{name}: {done} of {count(len(rows), 'task')}")
        for task in rows:
            with box("item-row"):
                chip(task["status"].replace("_", " "), f"status {task['status']}")
                tagged("span", task["title"])
                tagged("span", f"{task['action']}, {task['hours']:g} h", "when")


def register_gantt(site: Site) -> None:
    """Serve an execution's chart by itself, for the page to fetch."""

    @nicegui_app.get("/pictures/executions/{identity}", include_in_schema=False)
    async def picture(identity: str) -> Response:
        found = await read_execution(site.desk.graph, identity)
        tasks = await read_tasks(site.desk.graph, identity)
        begin = instant(found["started_at"] or found["created_at"])
        drawn = draw_gantt(tasks, begin, site.now)
        return Response(drawn, media_type="image/svg+xml", headers={"Cache-Control": "no-store"})
