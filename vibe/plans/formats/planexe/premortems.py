"""Assumptions of a run: one for each question, and those to kill with the failure modes they cause.

The first stand in `make_assumptions.md`, the others in `premortem.md`. Failure modes may repeat, and an assumption may
have none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from vibe.domain.blocks import Block, Kind, Link, LinkType, Place
from vibe.plans.formats.drafts import Draft
from vibe.plans.formats.files import PlanFile
from vibe.plans.formats.sections import Labelled, Section, before_labels, items, labelled, rows, sections, under
from vibe.plans.formats.words import bare, normalised, shortened, title_from

QUESTION_LABELS = {"assumptions": "assumption", "assumption": "assumption", "assessments": "assessment"}
MODE_LABELS = {
    "archetype": "archetype",
    "root cause": "rootCause",
    "owner": "owner",
    "risk level": "riskLevel",
    "stop rule": "stopRule",
}
MODE_LISTS = {
    "early warning signs": "earlyWarningSigns",
    "tripwires": "tripwires",
    "response playbook": "responsePlaybook",
}
_QUESTION = re.compile(r"^Question\s+(\d+)\s*[-\u2013\u2014:.]?\s*(.*)$", re.IGNORECASE)
_MODE = re.compile(r"^(FM\s*\d+)\s*[-\u2013\u2014:.]\s*(.*)$", re.IGNORECASE)
_CODE = re.compile(r"\bA\d+\b")
_SAID = re.compile(r"^\W*Assumptions?\s*:\s*", re.IGNORECASE)


def read_assumptions(file: PlanFile, draft: Draft) -> None:
    """Read one Assumption a question, placed at the line of its own words."""
    found = False
    for section in sections(file):
        match = _QUESTION.match(section.title)
        if not match:
            continue
        found = True
        fields = labelled(section.body, QUESTION_LABELS)
        if "assumption" not in fields or not _SAID.sub("", fields["assumption"].text):
            draft.warn(file.place(section.line), "question without an assumption; the form is `**Assumptions:** ...`")
            continue
        _add_assumption(file, match, fields, draft)
    if not found:
        draft.warn(file.place(1), "no assumption found; they stand under headings like `## Question 1 - ...`")


def _add_assumption(file: PlanFile, question: re.Match[str], fields: dict[str, Labelled], draft: Draft) -> None:
    said = fields["assumption"]
    text = _SAID.sub("", said.text)
    code = f"Q{question.group(1)}"
    properties = {
        "sourceId": code,
        "question": question.group(2).strip(),
        "assessment": fields["assessment"].text if "assessment" in fields else "",
    }
    line = next((number for number, words in said.body if words.strip()), said.line)
    draft.add(
        Block(
            draft.identity("assumption", code),
            Kind.ASSUMPTION,
            title_from(text),
            text,
            properties=_filled(properties),
            place=file.place(line),
        )
    )


def _filled(properties: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in properties.items() if value}


def read_premortem(file: PlanFile, draft: Draft) -> None:
    """Read the assumptions to kill, then the failure modes, each CONCERNS the assumption it names as root cause."""
    premortem = _Premortem(file, draft)
    parts = sections(file)
    unsummed = [part for part in parts if "failure" not in part.title.lower()]
    for row in (row for part in unsummed for row in premortem.table(part, "id", "assumption")):
        premortem.add_to_kill(row)
    if not premortem.codes:
        draft.warn(file.place(1), "no assumption to kill found; the form is a table `| ID | Assumption | ... |`")
    for row in (row for part in parts for row in premortem.table(part, "id", "title", "root cause")):
        premortem.summaries.setdefault(bare(row.cells["id"]).upper(), row)
    for index, part in enumerate(parts):
        match = _MODE.match(part.title)
        if match:
            premortem.add_mode(match, part, list(under(parts, index)))
    premortem.add_summaries()


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a table, by column name."""

    place: Place
    cells: dict[str, str]


@dataclass
class _Premortem:
    """A premortem while it is read: its assumptions by code, its failure modes as the summary has them."""

    file: PlanFile
    draft: Draft
    codes: dict[str, str] = field(default_factory=dict)
    summaries: dict[str, _Row] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    def table(self, section: Section, *needs: str) -> Iterator[_Row]:
        """Read the section's first table that has the columns it needs; extra cells belong to the last column."""
        header: list[str] = []
        for line, cells in rows(section.body):
            place = self.file.place(line)
            if not header:
                names = [normalised(cell) for cell in cells]
                header = names if all(need in names for need in needs) else []
                continue
            if len(cells) != len(header):
                self.draft.note(place, f"a row of {len(cells)} cells under {len(header)} columns; read as it stands")
            ends = [*cells[: len(header) - 1], " | ".join(cells[len(header) - 1 :])]
            yield _Row(place, {**dict.fromkeys(header, ""), **dict(zip(header, ends, strict=False))})

    def add_to_kill(self, row: _Row) -> None:
        """Take an assumption to kill."""
        code, text = bare(row.cells["id"]).upper(), row.cells["assumption"]
        if not text or not _CODE.fullmatch(code):
            self.draft.warn(row.place, f"an assumption needs an id like A1 and a text, this has {code!r}; left out")
            return
        properties = {
            "sourceId": code,
            "code": code,
            "validationMethod": row.cells.get("validation method", ""),
            "failureTrigger": row.cells.get("failure trigger", ""),
        }
        identity = self.draft.add(
            Block(
                self.draft.identity("to kill", code),
                Kind.ASSUMPTION,
                title_from(text),
                text,
                properties=_filled(properties),
                place=row.place,
            )
        )
        if identity:
            self.codes.setdefault(code, identity)

    def add_mode(self, heading: re.Match[str], part: Section, below: list[Section]) -> None:
        """Take a failure mode with its story, warning signs, tripwires and playbook."""
        code = heading.group(1).replace(" ", "").upper()
        properties: dict[str, object] = {}
        for section in (part, *below):
            fields = labelled(section.body, MODE_LABELS)
            properties = {name: bare(found.text) for name, found in fields.items()} | properties
            name = MODE_LISTS.get(section.title.lower())
            if name:
                ended = before_labels(section.body, MODE_LABELS).split("\n")
                properties[name] = [text for _, text in items(tuple(enumerate(ended)))]
        story = next((section for section in below if "story" in section.title.lower()), None)
        self._add(code, bare(heading.group(2)), story.text if story else "", properties, self.file.place(part.line))

    def add_summaries(self) -> None:
        """Take the failure modes that stand only in the summary table."""
        for code, row in self.summaries.items():
            if code not in self.seen and re.fullmatch(r"FM\d+", code):
                properties: dict[str, object] = {MODE_LABELS[name]: row.cells.get(name, "") for name in MODE_LABELS}
                self._add(code, row.cells["title"], "", properties, row.place)

    def _add(self, code: str, title: str, story: str, properties: dict[str, object], place: Place) -> None:
        row = self.summaries.get(code)
        cause = str(properties.get("rootCause") or (row.cells["root cause"] if row else ""))
        named = list(dict.fromkeys(_CODE.findall(cause)))
        self.seen.add(code)
        known = {"sourceId": code, "code": code, "knowledgeKind": "failureMode"}
        identity = self.draft.add(
            Block(
                self.draft.identity("failure mode", code),
                Kind.KNOWLEDGE,
                shortened(title or code),
                story,
                properties=_filled({**known, **properties, "rootCause": named}),
                place=place,
            )
        )
        if identity:
            self._link_cause(identity, code, named, place)

    def _link_cause(self, identity: str, code: str, named: list[str], place: Place) -> None:
        if not named:
            self.draft.warn(place, f"{code} names no root cause; the form is `- **Root Cause**: Assumption A1`")
        for name in named:
            if name in self.codes:
                why = f"{name} is the root cause of {code}."
                self.draft.link(Link(LinkType.CONCERNS, identity, self.codes[name], why), place)
            else:
                self.draft.warn(place, f"{code} names {name} as root cause, which is not there; the link is left out")
