"""A plan in JSON: a documented shape of our own, and the work breakdown tree of a PlanExe run standing alone.

::

    {
        "title": "Open a bakery",
        "goal": "Bread for the quarter by May",
        "decisions": [{"id": "D1", "title": "Rent, not buy", "content": "...", "choices": ["rent", "buy"]}],
        "assumptions": ["The oven fits through the door"],
        "risks": [{"title": "Flour gets dear", "likelihood": "Medium"}],
        "questions": ["Who delivers at night?"],
        "evidence": [{"title": "Three offers", "content": "...", "supports": ["D1"]}],
        "capabilities": [{"title": "Baking"}],
        "tasks": [
            {
                "id": "T1",
                "title": "Find a shop",
                "depends_on": ["T0"],
                "requires": ["Baking"],
                "days": 10,
                "status": "pending",
                "children": [{"title": "Visit three"}],
            }
        ],
    }

Every list is optional; an item is a text or an object. Keys of no known meaning become properties.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vibe.domain.blocks import Kind
from vibe.domain.plans import Format, PlanReading
from vibe.plans.formats.drafts import Draft
from vibe.plans.formats.entries import Entries, Entry
from vibe.plans.formats.planexe.findings import goal_block
from vibe.plans.formats.planexe.workplans import WorkPlan, read_tree
from vibe.plans.formats.positions import JsonFile, Path
from vibe.plans.formats.vocabulary import field_word, is_risk, kind_of
from vibe.plans.formats.words import one_line

CHILDREN = frozenset({"children", "subtasks", "tasks", "task children", "steps", "activities"})
PLAN_TITLES = ("title", "name", "project", "project_title")
FORM = '{"title": ..., "goal": ..., "decisions": [...], "assumptions": [...], "tasks": [{"title": ..., ...}]}'


def read_json_plan(json: JsonFile, draft: Draft) -> PlanReading:
    """Read a plan from its decoded file; what has no known place in it is left out with a remark."""
    if isinstance(json.value, Mapping) and "wbs_project" in json.value:
        return _read_breakdown(json, draft)
    value = json.value if isinstance(json.value, Mapping) else {"tasks": json.value}
    if not isinstance(json.value, Mapping | list):
        draft.warn(json.place(), f"a plan in JSON is an object like {FORM}")
    tree = _Tree(json, Entries(draft), draft)
    for key, given in value.items():
        if not tree.take_section(key, given, (key,) if isinstance(json.value, Mapping) else ()):
            draft.note(json.place(key), f"key {key!r} is not known and not read; the form is {FORM}")
    tree.entries.write()
    title = next((one_line(value[key]) for key in PLAN_TITLES if isinstance(value.get(key), str)), "")
    if not any(block.kind is Kind.NORTH_STAR for block in draft.blocks.values()) and title:
        draft.note(json.place(), 'no "goal"; the plan\'s title stands for it')
        draft.add(goal_block(draft, title, json.file, json.place("title").line, {}))
    return draft.finish(title or draft.plan, Format.JSON, [json.file.document])


def _read_breakdown(json: JsonFile, draft: Draft) -> PlanReading:
    work = WorkPlan(draft)
    read_tree(json, work)
    if work.title:
        said = f"{work.title}: {work.deliverable}" if work.deliverable else work.title
        draft.add(goal_block(draft, said, json.file, 1, {}))
    return draft.finish(work.title or draft.plan, Format.JSON, [json.file.document])


class _Tree:
    """A plan's object while it is walked through."""

    def __init__(self, json: JsonFile, entries: Entries, draft: Draft) -> None:
        self.json, self.entries, self.draft = json, entries, draft

    def take_section(self, key: str, given: Any, path: Path) -> bool:
        """Take what stands under one key of the plan; False where the key is not known."""
        kind = kind_of(field_word(key))
        if kind is None:
            return key in PLAN_TITLES or field_word(key) in ("id", "plan id", "version")
        if isinstance(given, str) and kind is Kind.TASK:
            return key in PLAN_TITLES or key == "plan"
        items = given if isinstance(given, list) else [given]
        known = {"knowledgeKind": "risk"} if is_risk(field_word(key)) else {}
        waiting: list[tuple[Any, Path, Entry | None]] = [
            (items[index], (*path, index) if isinstance(given, list) else path, None)
            for index in reversed(range(len(items)))
        ]
        while waiting:
            item, at, parent = waiting.pop()
            entry = self._entry(kind, item, at, known)
            if entry:
                entry.parent = parent
                waiting += [(child, where, entry) for child, where in self._children(kind, item, at)][::-1]
        return True

    def _entry(self, kind: Kind, item: Any, path: Path, known: Mapping[str, Any]) -> Entry | None:
        place = self.json.place(*path)
        entry = Entry(kind, "", place, properties=dict(known))
        if isinstance(item, str):
            entry.title = item
        elif isinstance(item, Mapping):
            for key, value in item.items():
                self._field(entry, key, value)
        elif item is not None:
            self.draft.warn(place, f"a {kind} is a text or an object with a `title`; left out")
        entry.title = entry.title or _first_line(entry)
        if not entry.title:
            if isinstance(item, Mapping | str):
                self.draft.warn(place, f"a {kind} needs a `title`; left out")
            return None
        return self.entries.add(entry)

    def _field(self, entry: Entry, key: str, value: Any) -> None:
        word = field_word(key)
        if word in CHILDREN and isinstance(value, list) and entry.kind is Kind.TASK:
            return
        if key == "properties" and isinstance(value, Mapping):
            for name, given in value.items():
                self.entries.set_other(entry, name, given, entry.place)
        elif kind_of(word) is entry.kind and isinstance(value, str):
            entry.title = one_line(value)
        elif not self.entries.set(entry, key, value, entry.place):
            self.entries.set_other(entry, key, value, entry.place)

    def _children(self, kind: Kind, item: Any, path: Path) -> list[tuple[Any, Path]]:
        if kind is not Kind.TASK or not isinstance(item, Mapping):
            return []
        lists = [(key, value) for key, value in item.items() if field_word(key) in CHILDREN and isinstance(value, list)]
        return [(child, (*path, key, index)) for key, value in lists for index, child in enumerate(value)]


def _first_line(entry: Entry) -> str:
    return one_line(entry.content[0].split("\n")[0]) if entry.content else ""
