"""The goal, risks, answered questions and data to collect of a run."""

from __future__ import annotations

import re

from vibe.domain.blocks import Block, Kind
from vibe.plans.formats.drafts import Draft
from vibe.plans.formats.files import PlanFile
from vibe.plans.formats.planexe.decisions import Levers, link_named
from vibe.plans.formats.sections import Section, before_labels, items, labelled, sections, under
from vibe.plans.formats.words import bare, shortened, title_from

GOAL_LABELS = {"goal statement": "goal", "goal": "goal"}
SMART_LABELS = {name: name for name in ("specific", "measurable", "achievable", "relevant", "time-bound")}
RISK_LABELS = {name: name for name in ("impact", "likelihood", "severity", "action")}
ANSWER_LABELS = {name: name for name in ("question", "answer", "rationale")}
DATA_LISTS = {
    "data to collect": "dataToCollect",
    "simulation steps": "simulation",
    "expert validation steps": "validation",
    "responsible parties": "responsible",
    "assumptions": "assumptions",
    "notes": "notes",
}
_RISK = re.compile(r"^Risk\s+(\d+)\s*[-\u2013\u2014:.]?\s*(.*)$", re.IGNORECASE)
_ANSWER = re.compile(r"^(?:Question[- ]Answer Pair|Q&A|Question)\s+(\d+)", re.IGNORECASE)
_DATA = re.compile(r"^(\d+)[.)]\s*(.+)$")
_GRADED = re.compile(r"^\*\*([^*:]+):?\*\*:?\s*")


def read_goal(file: PlanFile, draft: Draft) -> Block | None:
    """Read the goal statement with its SMART criteria; None when there is none."""
    parts = sections(file)
    for part in parts:
        fields = labelled(part.body, GOAL_LABELS)
        if "goal" in fields and fields["goal"].text:
            goal = fields["goal"]
            smart = next((labelled(part.body, SMART_LABELS) for part in parts if "smart" in part.title.lower()), {})
            named = {name.replace("time-bound", "timeBound"): found.text for name, found in smart.items()}
            return goal_block(draft, goal.text, file, goal.line, named)
    draft.warn(file.place(1), "no goal found; the form is `**Goal Statement:** ...`")
    return None


def goal_block(draft: Draft, text: str, file: PlanFile, line: int, properties: dict[str, str]) -> Block:
    """Make the NorthStar of the plan."""
    return Block(
        draft.identity("goal"), Kind.NORTH_STAR, title_from(text), text, properties=properties, place=file.place(line)
    )


def read_risks(file: PlanFile, levers: Levers, draft: Draft) -> None:
    """Read each risk as Knowledge; it CONCERNS the decisions it names."""
    found = False
    for section in sections(file):
        match = _RISK.match(section.title)
        if not match:
            continue
        found = True
        fields = {name: part.text for name, part in labelled(section.body, RISK_LABELS).items() if part.text}
        text = before_labels(section.body, RISK_LABELS)
        code = f"Risk {match.group(1)}"
        block = Block(
            draft.identity("risk", code),
            Kind.KNOWLEDGE,
            shortened(bare(match.group(2)) or code),
            text,
            properties={"sourceId": code, "code": code, "knowledgeKind": "risk", **fields},
            place=file.place(section.line),
        )
        identity = draft.add(block)
        if identity:
            link_named(draft, identity, f"{match.group(2)}\n{text}", levers, file.place(section.line))
    if not found:
        draft.warn(file.place(1), "no risk found; they stand under headings like `## Risk 1 - Title`")


def read_answers(file: PlanFile, levers: Levers, draft: Draft) -> None:
    """Read each question with its answer as Knowledge; it CONCERNS the decisions it names."""
    found = False
    for section in sections(file):
        match = _ANSWER.match(section.title)
        if not match:
            continue
        found = True
        fields = {name: part.text for name, part in labelled(section.body, ANSWER_LABELS).items()}
        question, answer = fields.get("question", ""), fields.get("answer", "")
        if not question or not answer:
            form = "`**Question**: ...` and `**Answer**: ...`"
            draft.warn(file.place(section.line), f"a pair needs {form}; left out")
            continue
        code = f"Q&A {match.group(1)}"
        properties = {
            "sourceId": code,
            "knowledgeKind": "answer",
            "question": question,
            "rationale": fields.get("rationale", ""),
        }
        block = Block(
            draft.identity("answer", code),
            Kind.KNOWLEDGE,
            shortened(question),
            answer,
            properties={key: value for key, value in properties.items() if value},
            place=file.place(section.line),
        )
        identity = draft.add(block)
        if identity:
            link_named(draft, identity, f"{question}\n{answer}", levers, file.place(section.line))
    if not found:
        draft.warn(file.place(1), "no answer found; they stand under headings like `## Question Answer Pair 1`")


def read_data(file: PlanFile, levers: Levers, draft: Draft) -> None:
    """Read each set of data to collect as a Question; it CONCERNS the decisions its title, reason or objective name."""
    parts = sections(file)
    found = False
    for index, part in enumerate(parts):
        match = _DATA.match(part.title)
        if not match:
            continue
        found = True
        below = list(under(parts, index))
        lists = {DATA_LISTS[s.title.lower()]: _plain(s) for s in below if s.title.lower() in DATA_LISTS}
        objective = next((section.text for section in below if "objective" in section.title.lower()), "")
        block = Block(
            draft.identity("data", match.group(1)),
            Kind.QUESTION,
            shortened(bare(match.group(2))),
            part.text,
            properties={
                "sourceId": match.group(1),
                **{name: texts for name, texts in lists.items() if texts},
                **({"objective": objective} if objective else {}),
            },
            place=file.place(part.line),
        )
        identity = draft.add(block)
        if identity:
            link_named(draft, identity, f"{match.group(2)}\n{part.text}\n{objective}", levers, file.place(part.line))
    if not found:
        draft.warn(file.place(1), "no data to collect found; they stand under headings like `## 1. Title`")


def _plain(section: Section) -> list[str]:
    """A list's items, with `**High:** text` written as `High: text`."""
    return [_GRADED.sub(r"\1: ", text) for _, text in items(section.body)]
