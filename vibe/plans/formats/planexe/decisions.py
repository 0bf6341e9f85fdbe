"""Strategic decisions of a run (`strategic_decisions.md`), what they say of each other, and who else names them.

A decision is called a lever there. Levers refer to each other by UUID, by `name` in backticks, or by plain name, which
may be shortened ("Information Control" for "Information Control Strategy").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vibe.domain.blocks import Block, Kind, Link, LinkType, Place
from vibe.plans.formats.drafts import Draft
from vibe.plans.formats.files import PlanFile
from vibe.plans.formats.sections import Labelled, Line, Section, before_labels, items, labelled, sections
from vibe.plans.formats.words import bare, normalised, sentences, shortened

LABELS = {
    "lever id": "lever",
    "the core decision": "core",
    "core decision": "core",
    "why it matters": "why",
    "strategic choices": "choices",
    "choices": "choices",
    "options": "choices",
    "trade-off / risk": "tradeoff",
    "trade-off": "tradeoff",
    "strategic connections": "connections",
    "synergy": "synergy",
    "conflict": "conflict",
    "justification": "justification",
}
PRIORITIES = {"Critical": "P0", "High": "P1", "Medium": "P2", "Low": "P3"}
_TITLE = re.compile(r"^(?:Decision|Lever)\s+(\d+)\s*[:.\-\u2013\u2014]\s*(.+)$", re.IGNORECASE)
_UUID = re.compile(r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b", re.IGNORECASE)
_CODE = re.compile(r"`([^`]+)`")
_GRADE = re.compile(r"^\W*(Critical|High|Medium|Low)\b\W*", re.IGNORECASE)
_GENERAL = frozenset(
    {"strategy", "framework", "mechanism", "model", "philosophy", "paradigm", "protocol", "approach", "plan"}
    | {"policy", "scope", "workflow", "process", "program", "programme", "system"}
)


@dataclass(frozen=True, slots=True)
class Lever:
    """A decision as others refer to it, with what it says of others."""

    id: str
    title: str
    uuid: str
    synergy: Labelled | None = None
    conflict: Labelled | None = None


class Levers:
    """All decisions of a run, to be found by UUID or by name in somebody's sentence."""

    def __init__(self, levers: Iterable[Lever] = ()) -> None:
        self.levers = list(levers)
        self.by_uuid = {lever.uuid.lower(): lever for lever in self.levers if lever.uuid}
        self.by_title = {normalised(lever.title): lever for lever in reversed(self.levers)}
        self._names = [(lever, pattern) for lever in self.levers for pattern in _name_patterns(lever.title)]

    def named_in(self, sentence: str) -> Iterator[Lever]:
        """Yield the decisions a sentence names, each once."""
        seen: set[str] = set()
        by_uuid = (self.by_uuid.get(found.lower()) for found in _UUID.findall(sentence))
        by_code = (self.by_title.get(normalised(found)) for found in _CODE.findall(sentence))
        by_name = (lever for lever, pattern in self._names if pattern.search(sentence))
        for lever in (*by_uuid, *by_code, *by_name):
            if lever and lever.id not in seen:
                seen.add(lever.id)
                yield lever

    def unknown_in(self, sentence: str) -> list[str]:
        """List the UUIDs a sentence names that are no decision of this run."""
        return [found for found in _UUID.findall(sentence) if found.lower() not in self.by_uuid]


def _name_patterns(title: str) -> Iterator[re.Pattern[str]]:
    """The full title in any case; without its last, general word only as it is written, and only two words or more."""
    words = title.split()
    if len(words) > 1:
        yield _phrase(words, re.IGNORECASE)
    if len(words) > 2 and words[-1].lower() in _GENERAL:
        yield _phrase(words[:-1], 0)


def _phrase(words: list[str], flags: int) -> re.Pattern[str]:
    return re.compile(r"(?<!\w)" + r"\s+".join(map(re.escape, words)) + r"(?!\w)", flags)


def read_decisions(file: PlanFile, draft: Draft) -> Levers:
    """Read every decision, then the links they state."""
    rank, levers = "primary", list[Lever]()
    for section in sections(file):
        if section.title.lower().startswith("secondary"):
            rank = "secondary"
        title = _TITLE.match(section.title)
        fields = labelled(section.body, LABELS)
        if title or "lever" in fields:
            name = bare(title.group(2) if title else section.title)
            lever = _read_decision(file, section, fields, draft, name=name, rank=rank)
            if lever:
                levers.append(lever)
    if not levers:
        draft.warn(file.place(1), "no decision found; they stand under headings like `### Decision 1: Title`")
    found = Levers(levers)
    for lever in levers:
        _read_links(file, lever, found, draft)
    return found


def _read_decision(
    file: PlanFile, section: Section, fields: dict[str, Labelled], draft: Draft, *, name: str, rank: str
) -> Lever | None:
    uuid = bare(fields["lever"].text) if "lever" in fields else ""
    grade = _grade(fields.get("justification"))
    texts = {key: fields[key].text for key in ("why", "tradeoff", "justification") if key in fields}
    properties = {
        "sourceId": uuid,
        "leverId": uuid,
        "grade": grade,
        "rank": rank,
        "choices": [text for _, text in items(fields["choices"].body)] if "choices" in fields else [],
        "whyItMatters": texts.get("why", ""),
        "tradeOff": texts.get("tradeoff", ""),
        "justification": _GRADE.sub("", texts.get("justification", "")),
    }
    core = fields["core"].text if "core" in fields else before_labels(section.body, LABELS)
    place = file.place(section.line)
    if not core:
        draft.note(place, f"decision {name!r} has no text; the form is `**The Core Decision:** ...`")
    identity = draft.add(
        Block(
            draft.identity("decision", uuid.lower() or normalised(name)),
            Kind.DECISION,
            shortened(name),
            core,
            priority=PRIORITIES.get(grade),
            properties={key: value for key, value in properties.items() if value},
            place=place,
        )
    )
    return Lever(identity, name, uuid, fields.get("synergy"), fields.get("conflict")) if identity else None


def _grade(justification: Labelled | None) -> str:
    found = _GRADE.match(justification.text) if justification else None
    return found.group(1).capitalize() if found else ""


def _read_links(file: PlanFile, lever: Lever, levers: Levers, draft: Draft) -> None:
    """Write what a decision says of others: synergy SUPPORTS them, conflict CONTRADICTS them."""
    for kind, stated in ((LinkType.SUPPORTS, lever.synergy), (LinkType.CONTRADICTS, lever.conflict)):
        for number, sentence in _stated(stated.body if stated else ()):
            place = file.place(number)
            for other in levers.named_in(sentence):
                if other.id != lever.id:
                    draft.link(Link(kind, lever.id, other.id, sentence), place)
            for unknown in levers.unknown_in(sentence):
                draft.warn(place, f"names lever {unknown}, which is no decision of this plan; the link is left out")


def _stated(body: tuple[Line, ...]) -> Iterator[Line]:
    for number, text in body:
        for sentence in sentences(text):
            yield number, sentence


def link_named(draft: Draft, block: str, text: str, levers: Levers, place: Place) -> None:
    """Write that a block CONCERNS each decision its text names, with the sentence that does."""
    for sentence in sentences(text):
        for lever in levers.named_in(sentence):
            draft.link(Link(LinkType.CONCERNS, block, lever.id, sentence), place)


_SCENARIO = re.compile(
    r"(?:['\u2018\u201c\"]|\*\*)((?:[A-Z][\w\u2019'-]*)(?:\s+(?:[A-Z][\w\u2019'-]*|of|the|and|&)){1,5})"
    r"(?:['\u2019\u201d\"]|\*\*)"
    r"\s+(?:strategy|strategic\s+path|scenario|path)\b"
)
_CHOOSING = re.compile(r"\b(?:adopt(?:s|ed|ion)?|chose|chosen|select(?:s|ed)?|follow(?:s|ed)?)\b", re.IGNORECASE)


def chosen_path(files: Iterable[PlanFile], levers: Levers) -> tuple[str, str]:
    """Find the scenario the plan follows: its name and `file:line`; two empty strings where no file names one.

    A sentence that says it was chosen counts more than one that only speaks of it.
    """
    spoken = ("", "")
    for file in files:
        for number, text in enumerate(file.lines, 1):
            for sentence in sentences(text) if _SCENARIO.search(text) else ():
                found = _SCENARIO.search(sentence)
                if found is None or normalised(found.group(1)) in levers.by_title:
                    continue
                named = (found.group(1), f"{file.name}:{number}")
                if _CHOOSING.search(sentence):
                    return named
                spoken = spoken if spoken[0] else named
    return spoken
