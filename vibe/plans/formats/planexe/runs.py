"""A whole PlanExe run: which file says what, in which order they are read, and what is made of a missing one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from vibe.domain.blocks import Kind
from vibe.domain.plans import Format, PlanReading, Remark
from vibe.plans.formats.drafts import Draft
from vibe.plans.formats.files import PlanFile
from vibe.plans.formats.planexe.decisions import Levers, chosen_path, read_decisions
from vibe.plans.formats.planexe.findings import goal_block, read_answers, read_data, read_goal, read_risks
from vibe.plans.formats.planexe.premortems import read_assumptions, read_premortem
from vibe.plans.formats.planexe.workplans import (
    WorkPlan,
    read_dependencies,
    read_durations,
    read_levels,
    read_root,
    read_schedule,
    read_tree,
)
from vibe.plans.formats.positions import JsonFile, read_json
from vibe.plans.formats.words import one_line

T = TypeVar("T")

FILES = {
    "strategic_decisions.md": "002-14-strategic_decisions.md",
    "identify_risks.md": "003-2-identify_risks.md",
    "make_assumptions.md": "003-5-make_assumptions.md",
    "project_plan.md": "005-2-project_plan.md",
    "data_collection.md": "017-2-data_collection.md",
    "wbs_level1.json": "018-2-wbs_level1.json",
    "wbs_level2.json": "018-5-wbs_level2.json",
    "task_dependencies_raw.json": "021-task_dependencies_raw.json",
    "task_durations.json": "022-2-task_durations.json",
    "wbs_project_level1_and_level2_and_level3.json": "023-3-wbs_project_level1_and_level2_and_level3.json",
    "schedule_gantt_machai.csv": "026-3-schedule_gantt_machai.csv",
    "questions_and_answers.md": "027-2-questions_and_answers.md",
    "premortem.md": "028-2-premortem.md",
}
"""The files that blocks are made of, by the part of the name that stays, with the name a run usually gives them."""

SPEAKERS = ("scenarios.md", "swot_analysis.md", "questions_and_answers.md", "executive_summary.md", "identify_risks.md")
"""Where the chosen scenario is named, best first."""

_NUMBER = re.compile(r"^\d{3}(?:-\d+)?-")
_PROMPT_HEAD = re.compile(r"^\s*Plan:\s*$", re.IGNORECASE)


def stem(name: str) -> str:
    """The part of a file's name that stays from run to run."""
    return _NUMBER.sub("", name).lower()


def is_run(names: Iterable[str]) -> bool:
    """Tell whether files of these names are a PlanExe run, or a part of one."""
    return any(stem(name) in FILES for name in names)


class _Run:
    """The files of a run, by stem."""

    def __init__(self, files: Iterable[PlanFile], draft: Draft) -> None:
        self.draft = draft
        self.files: dict[str, PlanFile] = {}
        for file in files:
            if stem(file.name) in self.files:
                draft.warn(file.place(1), f"{self.files[stem(file.name)].name} says the same; this file is not read")
            else:
                self.files[stem(file.name)] = file

    def read(self, name: str, reader: Callable[[PlanFile], T], otherwise: T) -> T:
        """Read one text file, if it is there."""
        file = self.files.get(name)
        return reader(file) if file else otherwise

    def read_json(self, name: str, reader: Callable[[JsonFile, WorkPlan], None], work: WorkPlan) -> None:
        """Read one JSON file, if it is there and JSON."""
        file = self.files.get(name)
        json = read_json(file, self.draft) if file else None
        if json:
            reader(json, work)


def read_run(files: list[PlanFile], draft: Draft, present: Iterable[str]) -> PlanReading:
    """Read a run from its files; `present` are the names of all files of the folder, readable or not."""
    run = _Run(files, draft)
    there = {stem(name) for name in present}
    for name, usual in FILES.items():
        if name not in there:
            draft.tell(Remark(usual, None, "missing; what it says is left out"))
    work = _read_work(run, draft)
    levers = run.read("strategic_decisions.md", lambda file: read_decisions(file, draft), Levers())
    run.read("make_assumptions.md", lambda file: read_assumptions(file, draft), None)
    run.read("premortem.md", lambda file: read_premortem(file, draft), None)
    run.read("identify_risks.md", lambda file: read_risks(file, levers, draft), None)
    run.read("questions_and_answers.md", lambda file: read_answers(file, levers, draft), None)
    run.read("data_collection.md", lambda file: read_data(file, levers, draft), None)
    _add_goal(run, work, draft)
    _mark_path(run, levers, draft)
    return draft.finish(work.title or draft.plan, Format.PLANEXE, [file.document for file in files])


def _read_work(run: _Run, draft: Draft) -> WorkPlan:
    work = WorkPlan(draft)
    run.read_json("wbs_level1.json", read_root, work)
    run.read_json("wbs_project_level1_and_level2_and_level3.json", read_tree, work)
    run.read_json("wbs_level2.json", read_levels, work)
    run.read_json("task_durations.json", read_durations, work)
    run.read_json("task_dependencies_raw.json", read_dependencies, work)
    run.read("schedule_gantt_machai.csv", lambda file: read_schedule(file, work), None)
    return work


def _add_goal(run: _Run, work: WorkPlan, draft: Draft) -> None:
    """Add the NorthStar: from the goal statement, else the project's title, else the prompt."""
    goal = run.read("project_plan.md", lambda file: read_goal(file, draft), None)
    for name in ("wbs_level1.json", "wbs_project_level1_and_level2_and_level3.json"):
        file = run.files.get(name)
        if goal is None and file and work.title:
            said = f"{work.title}: {work.deliverable}" if work.deliverable else work.title
            goal = goal_block(draft, one_line(said), file, 1, {})
            draft.note(file.place(1), "no goal statement; the project's title stands for it")
    prompt = run.files.get("plan.txt")
    if goal is None and prompt:
        for line, text in enumerate(prompt.lines, 1):
            if goal is None and text.strip() and not _PROMPT_HEAD.match(text):
                goal = goal_block(draft, text.strip(), prompt, line, {})
                draft.note(prompt.place(line), "no goal statement; the prompt stands for it")
    if goal is None:
        draft.tell(Remark(FILES["project_plan.md"], None, "no goal found in any file; the plan has no NorthStar"))
        return
    dates = {"finalDeliverable": work.deliverable, "plannedStart": work.starts, "plannedEnd": work.ends}
    draft.add(replace(goal, properties={**goal.properties, **{key: value for key, value in dates.items() if value}}))


def _mark_path(run: _Run, levers: Levers, draft: Draft) -> None:
    """Write the name of the chosen scenario, where a file names one, on every decision."""
    name, where = chosen_path((run.files[name] for name in SPEAKERS if name in run.files), levers)
    for block in list(draft.blocks.values()) if name else ():
        if block.kind is Kind.DECISION:
            marked = {**block.properties, "chosenPath": name, "chosenPathAt": where}
            draft.blocks[block.id] = replace(block, properties=marked)
