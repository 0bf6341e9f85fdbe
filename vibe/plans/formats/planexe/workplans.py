"""The work breakdown of a run: its tree of tasks, how long they take, what they wait for, and when they are planned.

The tree comes whole in `wbs_project_level1_and_level2_and_level3.json`; what only the list of levels 1 and 2 has is
added. The root of the tree is the plan itself and no task.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from vibe.domain.blocks import Block, Kind, Link, LinkType, Place
from vibe.plans.formats.drafts import Draft
from vibe.plans.formats.files import PlanFile
from vibe.plans.formats.positions import JsonFile, Path
from vibe.plans.formats.words import one_line, shortened

_DATE = re.compile(r"^\s*(\d{1,4})[/.-](\d{1,2})[/.-](\d{1,4})")


@dataclass
class WorkPlan:
    """The tasks read so far, by the source's own ids, and what the root says of the plan."""

    draft: Draft
    tasks: dict[str, str] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    root: str = ""
    title: str = ""
    deliverable: str = ""
    starts: str = ""
    ends: str = ""


@dataclass(frozen=True, slots=True)
class _Node:
    """A task of the tree, still to be taken in."""

    value: Any
    path: Path
    parent: str
    level: int
    position: int


def read_root(json: JsonFile, work: WorkPlan) -> None:
    """Read `wbs_level1.json`: the project's id, title and final deliverable."""
    if not isinstance(json.value, Mapping):
        work.draft.warn(json.place(), "an object with `project_title` belongs here; left out")
        return
    work.root = work.root or _text(json.value.get("id"))
    work.title = work.title or _text(json.value.get("project_title"))
    work.deliverable = work.deliverable or _text(json.value.get("final_deliverable"))


def read_tree(json: JsonFile, work: WorkPlan) -> None:
    """Read the whole tree; each task is PART_OF its parent task."""
    root = json.value.get("wbs_project", json.value) if isinstance(json.value, Mapping) else None
    path: Path = ("wbs_project",) if isinstance(json.value, Mapping) and "wbs_project" in json.value else ()
    if not isinstance(root, Mapping):
        work.draft.warn(json.place(), 'an object {"wbs_project": {...}} belongs here; the tree is left out')
        return
    work.root = work.root or _text(root.get("id"))
    work.title = work.title or _text(root.get("description"))
    extra = root.get("extra_fields")
    work.deliverable = work.deliverable or (_text(extra.get("final_deliverable")) if isinstance(extra, Mapping) else "")
    _take(json, list(_children(json, _Node(root, path, "", 0, 0), work.draft)), work)


def read_levels(json: JsonFile, work: WorkPlan) -> None:
    """Read `wbs_level2.json`: phases with their subtasks; those that the tree already gave are passed over."""
    if not isinstance(json.value, list):
        work.draft.warn(json.place(), "a list of phases belongs here; left out")
        return
    nodes = [_Node(value, (index,), "", 1, index + 1) for index, value in enumerate(json.value)]
    _take(json, nodes, work)


def _children(json: JsonFile, node: _Node, draft: Draft) -> Iterator[_Node]:
    """Yield a node's children, of the tree or of the list of levels."""
    source = _text(node.value.get("id")) if node.level else ""
    for key in ("task_children", "subtasks"):
        children = node.value.get(key)
        if children is not None and not isinstance(children, list):
            draft.warn(json.place(*node.path), f"`{key}` is no list; what stands there is left out")
        for index, child in enumerate(children if isinstance(children, list) else ()):
            yield _Node(child, (*node.path, key, index), source, node.level + 1, index + 1)


def _take(json: JsonFile, nodes: list[_Node], work: WorkPlan) -> None:
    """Take in nodes and all below them, in reading order, without recursion; files read before are not said again."""
    known = frozenset(work.tasks)
    waiting = nodes[::-1]
    while waiting:
        node = waiting.pop()
        place = json.place(*node.path)
        source = _text(node.value.get("id")) if isinstance(node.value, Mapping) else ""
        if not source:
            work.draft.warn(place, "a task is an object with `id` and `description`; left out with all below it")
            continue
        if source not in known:
            _add_task(node, source, place, work)
        waiting += list(_children(json, node, work.draft))[::-1]


def _add_task(node: _Node, source: str, place: Place, work: WorkPlan) -> None:
    value: Mapping[str, Any] = node.value
    title = one_line(_text(value.get("description")) or _text(value.get("major_phase_title")))
    extra = value.get("extra_fields")
    extra = extra if isinstance(extra, Mapping) else {}
    if not title:
        work.draft.warn(place, f"task {source} has no description; its id stands for it")
    resources = extra.get("resources_needed")
    properties = {
        "sourceId": source,
        "level": node.level,
        "position": node.position,
        "resourcesNeeded": [_text(item) for item in resources if _text(item)] if isinstance(resources, list) else [],
    }
    details = _text(extra.get("detailed_description"))
    block = Block(
        work.draft.identity("task", source),
        Kind.TASK,
        shortened(title or source),
        details or (title if len(title) > len(shortened(title)) else ""),
        status="pending",
        properties={key: value for key, value in properties.items() if value},
        place=place,
    )
    identity = work.draft.add(block)
    if identity is None:
        return
    if source not in work.tasks:
        work.tasks[source] = identity
        work.parents[source] = node.parent
    if node.parent in work.tasks:
        work.draft.link(Link(LinkType.PART_OF, identity, work.tasks[node.parent]), place)


def read_durations(json: JsonFile, work: WorkPlan) -> None:
    """Read how many days each task takes at least, at most and realistically, what may delay it and what helps."""
    if not isinstance(json.value, list):
        work.draft.warn(json.place(), "a list of durations belongs here; left out")
        return
    for index, value in enumerate(json.value):
        place = json.place(index)
        source = _text(value.get("task_id")) if isinstance(value, Mapping) else ""
        if source not in work.tasks:
            if source != work.root or not source:
                work.draft.warn(place, f"a duration for task {source!r}, which is not there; left out")
            continue
        days = _estimate(value, place, work.draft)
        texts = {name: _text(value.get(key)) for key, name in _DELAYS.items()}
        if (days["daysMin"] or 0) > (days["daysMax"] or days["daysMin"] or 0):
            work.draft.note(
                place, f"days_min {days['daysMin']} is more than days_max {days['daysMax']}; kept as it stands"
            )
        _set(work.draft, work.tasks[source], {**days, **texts})


_DAYS = {"days_min": "daysMin", "days_realistic": "daysRealistic", "days_max": "daysMax"}
_DELAYS = {"delay_risks": "delayRisks", "mitigation_strategy": "mitigation"}


def _estimate(value: Mapping[str, Any], place: Place, draft: Draft) -> dict[str, int | float | None]:
    """Read the three numbers of days; -1 is the generator's word for "not known"."""
    unknown = [key for key in _DAYS if value.get(key) in (-1, "-1")]
    if unknown:
        draft.note(place, f"the run gives no estimate here ({', '.join(unknown)} are -1)")
    known = {key: None if key in unknown else value.get(key) for key in _DAYS}
    return {name: _days(known[key], key, place, draft) for key, name in _DAYS.items()}


def _days(value: Any, key: str, place: Place, draft: Draft) -> int | float | None:
    if isinstance(value, str):
        with suppress(ValueError):
            value = float(value)
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1_000_000:
        return int(value) if value == int(value) else float(value)
    if value is not None:
        draft.warn(place, f"`{key}` is {shortened(str(value), 40)!r}, not a number of days; left out")
    return None


def _set(draft: Draft, identity: str, properties: Mapping[str, Any]) -> None:
    block = draft.blocks[identity]
    added = {key: value for key, value in properties.items() if value not in (None, "")}
    draft.blocks[identity] = replace(block, properties={**block.properties, **added})


def read_dependencies(json: JsonFile, work: WorkPlan) -> None:
    """Read what each task waits for; ids that point at nothing, or at the task's own parents or parts, are left out."""
    details = json.value.get("task_dependency_details") if isinstance(json.value, Mapping) else json.value
    path: Path = ("task_dependency_details",) if isinstance(json.value, Mapping) else ()
    if not isinstance(details, list):
        work.draft.warn(json.place(), "`task_dependency_details` is no list; the dependencies are left out")
        return
    for index, value in enumerate(details):
        place = json.place(*path, index)
        on = value.get("depends_on_task_id_list") if isinstance(value, Mapping) else None
        if not isinstance(on, list):
            work.draft.warn(
                place, "a dependency needs `dependent_task_id` and the list `depends_on_task_id_list`; left out"
            )
            continue
        source = _text(value.get("dependent_task_id"))
        reasons = value.get("depends_on_task_explanation_list")
        reasons = [_text(reason) for reason in reasons] if isinstance(reasons, list) else []
        for position, other in enumerate(on):
            why = reasons[position] if len(reasons) == len(on) else reasons[0] if len(reasons) == 1 else ""
            line = json.place(*path, index, "depends_on_task_id_list", position)
            _depend(source, _text(other), why, line, work)


def _depend(source: str, other: str, why: str, place: Place, work: WorkPlan) -> None:
    for end in (source, other):
        if end not in work.tasks:
            work.draft.warn(place, f"a dependency names task {end!r}, which is not there; left out")
            return
    if source != other and (_is_part(source, other, work) or _is_part(other, source, work)):
        work.draft.warn(place, f"task {source} depends on {other}, one of which is part of the other; left out")
        return
    work.draft.link(Link(LinkType.DEPENDS_ON, work.tasks[source], work.tasks[other], why), place)


def _is_part(source: str, whole: str, work: WorkPlan) -> bool:
    seen: set[str] = set()
    while source and source not in seen:
        seen.add(source)
        source = work.parents.get(source, "")
        if source == whole:
            return True
    return False


def read_schedule(file: PlanFile, work: WorkPlan) -> None:
    """Read when each task is planned; the row of the root gives the plan's own first and last day."""
    reader = csv.reader(io.StringIO(file.text, newline=""))
    header: list[str] = []
    first = 1
    try:
        for cells in reader:
            line, first = first, reader.line_num + 1
            if not header:
                header = [cell.strip().lower() for cell in cells]
                if "project_key" not in header:
                    work.draft.warn(file.place(line), "no column `project_key`; the schedule is left out")
                    return
            elif cells:
                _plan_row(dict(zip(header, cells, strict=False)), file.place(line), work)
    except csv.Error as fault:
        work.draft.warn(file.place(first), f"not CSV ({fault}); the schedule is left out from here on")


def _plan_row(row: Mapping[str, str], place: Place, work: WorkPlan) -> None:
    source = row.get("project_key", "").strip()
    days = [_date(row.get(f"project_{end}_date", ""), place, work.draft) for end in ("start", "end")]
    if source and source == work.root:
        work.starts, work.ends = days[0] or "", days[1] or ""
    elif source in work.tasks:
        _set(work.draft, work.tasks[source], {"plannedStart": days[0], "plannedEnd": days[1]})
    else:
        work.draft.warn(place, f"the schedule names task {shortened(source, 80)!r}, which is not there; left out")


def _date(text: str, place: Place, draft: Draft) -> str | None:
    """Read month/day/year, or year-month-day, as an ISO date."""
    found = _DATE.match(text)
    if found:
        one, two, three = (int(part) for part in found.groups())
        year, month, day = (one, two, three) if len(found.group(1)) == 4 else (three, one, two)
        with suppress(ValueError):
            return date(year, month, day).isoformat()
    if text.strip():
        draft.warn(place, f"{shortened(text, 40)!r} is no date; the form is 3/12/2026; left out")
    return None


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else str(value) if isinstance(value, int) else ""
