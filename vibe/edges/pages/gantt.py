"""The Gantt chart of an execution as SVG: planned against actual, by section, the critical path in colour. Pure.

Built element by element, so that a task's title can only ever be text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from vibe.domain.canonical import instant
from vibe.domain.schedules import critical_path, planned
from vibe.domain.visible import visible

WIDTH, LEFT, ROW_H, BAR_H, LEAST = 960, 300, 18, 12, 3
HEAD_H, TICKS = 24, 4
LETTERS = 44
STYLE = (
    "text{font:11px system-ui,sans-serif;fill:#1f2428}.planned{fill:none;stroke:#8a9196}.actual{fill:#8fb8aa}"
    ".critical .planned{stroke:#b3261e}.completed .actual{fill:#2f6f5e}.running .actual{fill:#3f7fbf}"
    ".waiting .actual,.blocked .actual,.in_review .actual{fill:#e08a1e}.failed .actual{fill:#b3261e}"
    ".now{stroke:#b3261e}.grid{stroke:#e3e7e9}.tick{font-size:10px;fill:#6b7378}"
)
Task = Mapping[str, Any]


def draw_gantt(tasks: Sequence[Task], begin: datetime, now: datetime) -> bytes:
    """Draw the chart; hollow bars are planned, full ones happened."""
    plan = planned(tasks, begin)
    ends = max([now, *(end for _, end in plan.values())], default=now)
    span_s = max((ends - begin).total_seconds(), 1.0)

    def across(moment: datetime) -> float:
        return LEFT + (WIDTH - LEFT) * min(max((moment - begin).total_seconds() / span_s, 0.0), 1.0)

    svg = Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "class": "gantt", "role": "img"})
    svg.set("viewBox", f"0 0 {WIDTH} {HEAD_H + ROW_H * len(tasks) + ROW_H // 2}")
    SubElement(svg, "title").text = "Planned against actual"
    SubElement(svg, "style").text = STYLE
    critical = critical_path(tasks)
    for part in range(TICKS + 1):
        _tick(svg, begin + (ends - begin) * part / TICKS, across, len(tasks), last=part == TICKS)
    for place, task in enumerate(tasks):
        y = HEAD_H + place * ROW_H
        row = _draw_head(svg, task, y, task["task_id"] in critical)
        starts, until = plan[task["task_id"]]
        _bar(row, "planned", across(starts), across(until), y)
        if task["started_at"] or task["finished_at"]:
            began = across(instant(task["started_at"] or task["finished_at"]))
            ended = across(instant(task["finished_at"]) if task["finished_at"] else now)
            _bar(row, "actual", began, ended, y)
    today = across(now)
    line = {
        "x1": f"{today:.1f}",
        "x2": f"{today:.1f}",
        "y1": str(HEAD_H - 4),
        "y2": str(HEAD_H + ROW_H * len(tasks)),
        "class": "now",
    }
    SubElement(svg, "line", line)
    return tostring(svg)


def _tick(svg: Element, moment: datetime, across: Callable[[datetime], float], count: int, *, last: bool) -> None:
    x = f"{across(moment):.1f}"
    said = {"x": x, "y": "12", "class": "tick", "text-anchor": "end" if last else "start"}
    SubElement(svg, "text", said).text = f"{moment:%b %d %H:%M}"
    line = {"x1": x, "x2": x, "y1": str(HEAD_H - 4), "y2": str(HEAD_H + ROW_H * count), "class": "grid"}
    SubElement(svg, "line", line)


def _draw_head(svg: Element, task: Task, y: int, critical: bool) -> Element:
    whole = visible(task["title"])
    title = whole if len(whole) <= LETTERS else whole[: LETTERS - 1] + "…"
    SubElement(svg, "text", {"x": "0", "y": str(y + 13)}).text = title
    row = SubElement(svg, "g", {"class": f"bar {task['status']}{' critical' if critical else ''}"})
    SubElement(row, "title").text = f"{whole}: {task['status'].replace('_', ' ')}"
    return row


def _bar(row: Element, kind: str, left: float, right: float, y: int) -> None:
    size = {"x": f"{left:.1f}", "width": f"{max(right - left, LEAST):.1f}", "y": str(y + 3), "height": str(BAR_H)}
    SubElement(row, "rect", {**size, "rx": "3", "class": kind})
