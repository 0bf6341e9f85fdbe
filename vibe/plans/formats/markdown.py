"""A plan in Markdown, as people write it.

What is understood: a first heading that names the plan; headings or labels called Goal, Decisions, Assumptions, Risks,
Questions, Evidence, Capabilities or Tasks, with one item a line (or a heading each) below; `- [ ]` and `- [x]` anywhere
as tasks, nested ones as parts, the headings above them as tasks they are part of; tables whose columns have known names
(ID, Task, Owner, Depends on, Status, Priority, Days, ...); and fields in brackets or as sub-items: `(depends on: T1)`,
`- owner: Ann`. Other text stays in the corpus; a note says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from vibe.domain.blocks import Kind
from vibe.domain.plans import Format, PlanReading
from vibe.plans.formats.drafts import Draft
from vibe.plans.formats.entries import Entries, Entry
from vibe.plans.formats.files import PlanFile
from vibe.plans.formats.outlines import Element, Heading, Item, Paragraph, Row, elements
from vibe.plans.formats.planexe.findings import goal_block
from vibe.plans.formats.vocabulary import FIELD_OF, LINK_OF, field_word, is_of_work, is_risk, kind_of
from vibe.plans.formats.words import bare, normalised, one_line, title_from

LARGEST_PLAN = 10_000_000
TABLE_FORM = "| ID | Task | Owner | Depends on | Status | Days |"
SECTIONS = "Goal, Decisions, Assumptions, Risks, Questions, Evidence, Capabilities, Tasks"
ITEM_FORM = "`- one item a line`, or a heading for each"
_BRACKETED = re.compile(r"\(([A-Za-z ]{2,24}):\s*([^()]*)\)")
_LABEL = re.compile(
    r"^(?:\*\*|__)?\s*([A-Za-z][A-Za-z &/_-]{1,30}?)(?:\s+\d+)?\s*:?(?:\*\*|__)?\s*:\s*(?:\*\*|__)?\s*(\S.*)$",
    re.DOTALL,
)
_BOLD_LABEL = re.compile(
    r"^(?:\*\*|__)\s*([A-Za-z][A-Za-z &/_-]{1,30}?)(?:\s+\d+)?\s*:\s*(?:\*\*|__)\s*(\S.*)$", re.DOTALL
)
_NUMBERED = re.compile(r"^([A-Za-z][A-Za-z ]{1,30}?)\s+\d+\s*(?:[:.]|\s[-\u2013\u2014])\s+(\S.*)$")
_ID = re.compile(r"^\[?([A-Z]{1,4}-?\d+(?:\.\d+)*|\d+(?:\.\d+)+)\]?\s*(?::|\.|\)|\s[-\u2013\u2014])\s+(?=\S)")


@dataclass
class _Open:
    """A heading above what is being read: the kind of its items, and the entry it is itself."""

    level: int
    title: str
    kind: Kind | None = None
    entry: Entry | None = None
    is_section: bool = False


def read_markdown(file: PlanFile, draft: Draft) -> PlanReading:
    """Read a Markdown file into blocks and links."""
    if len(file.text) > LARGEST_PLAN:
        draft.warn(file.place(1), f"a plan in Markdown has at most {LARGEST_PLAN} characters; left out")
        return draft.finish(draft.plan, Format.MARKDOWN, [file.document])
    found = elements(file)
    outline = _Outline(file, draft, _headings_above_work(found))
    for element in found:
        outline.take(element)
    outline.entries.write()
    if outline.goal is None and outline.title:
        draft.note(file.place(outline.title_line), "no goal found (the form is `## Goal`); the title stands for it")
        draft.add(goal_block(draft, outline.title, file, outline.title_line, {}))
    return draft.finish(outline.title or draft.plan, Format.MARKDOWN, [file.document])


def _headings_above_work(found: list[Element]) -> set[int]:
    """The lines of the headings that stand above something to tick off or a table of tasks."""
    above: list[Heading] = []
    lines: set[int] = set()
    for element in found:
        if isinstance(element, Heading):
            above = [*(heading for heading in above if heading.level < element.level), element]
        elif _is_work(element):
            lines |= {heading.line for heading in above}
    return lines


def _is_work(element: Element) -> bool:
    if isinstance(element, Row):
        return _column_kind(element.header) is Kind.TASK
    return isinstance(element, Item) and element.done is not None


class _Outline:
    """A Markdown plan while it is read from top to bottom."""

    def __init__(self, file: PlanFile, draft: Draft, above_work: set[int]) -> None:
        self.file, self.draft, self.above_work = file, draft, above_work
        self.entries = Entries(draft)
        self.open: list[_Open] = []
        self.items: list[Entry | None] = []
        self.title, self.title_line = "", 1
        self.goal: Entry | None = None
        self.columns: tuple[str, ...] = ()
        self.passed_over: set[str] = set()

    def take(self, element: Element) -> None:
        """Take the next element."""
        if isinstance(element, Heading):
            self.items = []
            self._take_heading(element)
        elif isinstance(element, Item):
            del self.items[element.depth :]
            self.items += [None] * (element.depth - len(self.items))
            self.items.append(self._take_item(element))
        elif isinstance(element, Paragraph):
            self._take_paragraph(element)
        else:
            self._take_row(element)

    @property
    def _section(self) -> _Open | None:
        """The nearest heading that says what kind of thing stands below it."""
        return next((head for head in reversed(self.open) if head.is_section), None)

    @property
    def _heading_entry(self) -> Entry | None:
        """The entry that the nearest heading is."""
        return self.open[-1].entry if self.open else None

    @property
    def _task_above(self) -> Entry | None:
        above = (head.entry for head in reversed(self.open) if head.entry and head.entry.kind is Kind.TASK)
        return next(above, None)

    def _take_heading(self, heading: Heading) -> None:
        self.open = [head for head in self.open if head.level < heading.level]
        text = bare(heading.text)
        kind = kind_of(text)
        head = _Open(heading.level, text, kind, is_section=kind is not None)
        if kind in (None, Kind.TASK) and not self.title and heading.level == 1:
            self.title, self.title_line = one_line(text), heading.line
        elif kind is None:
            self._read_heading(head, heading)
        self.open.append(head)

    def _read_heading(self, head: _Open, heading: Heading) -> None:
        """Make the heading an entry where it is one: labelled, of its section's kind, or above tasks."""
        section = self._section
        labelled = _labelled_kind(head.title) or _numbered_kind(head.title)
        if labelled:
            head.kind, text = labelled
            head.entry = self._entry(head.kind, text, heading.line, risk=is_risk(_label_word(head.title)))
        elif section and section.kind is not Kind.NORTH_STAR:
            head.kind = section.kind
            head.entry = self._entry(section.kind or Kind.TASK, head.title, heading.line, risk=is_risk(section.title))
        elif heading.line in self.above_work:
            head.kind = Kind.TASK
            head.entry = self._entry(Kind.TASK, head.title, heading.line)

    def _entry(self, kind: Kind, text: str, line: int, *, risk: bool = False) -> Entry:
        """Make an entry of a line of text: its id, the fields in brackets, its title."""
        place = self.file.place(line)
        entry = Entry(kind, "", place, properties={"knowledgeKind": "risk"} if risk else {})
        if kind is Kind.NORTH_STAR:
            if self.goal:
                self.goal.content.append(text)
                return self.goal
            self.goal = entry
        for match in _BRACKETED.finditer(text):
            if self.entries.set(entry, match.group(1), match.group(2), place):
                text = text.replace(match.group(), "", 1)
        numbered = _ID.match(text)
        if numbered and not entry.source_id:
            entry.source_id, text = numbered.group(1), text[numbered.end() :]
        plain = one_line(_unmarked(text))
        entry.title = plain if kind is Kind.TASK else title_from(plain)
        if normalised(entry.title) != normalised(plain):
            entry.content.append(plain)
        if kind is Kind.TASK:
            entry.parent = self._task_above
        return self.entries.add(entry)

    def _take_item(self, item: Item) -> Entry | None:
        above = next((entry for entry in reversed(self.items) if entry), None)
        target = above or self._heading_entry
        if item.done is not None:
            entry = self._entry(Kind.TASK, item.text, item.line)
            entry.status = entry.status or ("completed" if item.done else "pending")
            entry.parent = above if above and above.kind is Kind.TASK else entry.parent
            return entry
        if target and self._is_field(target, item.text, item.line):
            return None
        labelled = _labelled_kind(item.text)
        if labelled:
            return self._entry(*labelled, item.line, risk=is_risk(_label_word(item.text)))
        return self._plain_item(item, above)

    def _plain_item(self, item: Item, above: Entry | None) -> Entry | None:
        """An item without mark or label: of its section's kind, else part of what it stands under."""
        section, heading = self._section, self._heading_entry
        kind = section.kind if section else None
        if kind is Kind.TASK and (above is None or above.kind is Kind.TASK):
            entry = self._entry(Kind.TASK, item.text, item.line)
            entry.parent = above or entry.parent
            return entry
        if above or heading:
            (above or heading or Entry(Kind.TASK, "", self.file.place(item.line))).content.append(f"- {item.text}")
            return None
        if kind and section:
            return self._entry(kind, item.text, item.line, risk=is_risk(section.title))
        self._pass_over(item.line)
        return None

    def _is_field(self, entry: Entry, text: str, line: int) -> bool:
        """Take `name: value` as a field of an entry, where the name is one that fields have."""
        match = _LABEL.match(text)
        if match is None:
            return False
        word = field_word(match.group(1))
        if word not in LINK_OF and FIELD_OF.get(word) in (None, "title"):
            return False
        return self.entries.set(entry, match.group(1), match.group(2), self.file.place(line))

    def _take_paragraph(self, paragraph: Paragraph) -> None:
        inside = self.items[: paragraph.depth + 1] if paragraph.depth >= 0 else []
        target = next((entry for entry in reversed(inside) if entry), None) or self._heading_entry
        if target and self._is_field(target, paragraph.text, paragraph.line):
            return
        labelled = _labelled_kind(paragraph.text)
        if labelled:
            self._entry(*labelled, paragraph.line, risk=is_risk(_label_word(paragraph.text)))
        elif target:
            target.content.append(paragraph.text)
        elif self._section and self._section.kind is Kind.NORTH_STAR:
            self._entry(Kind.NORTH_STAR, paragraph.text, paragraph.line)
        elif self._section:
            what = f"text under {self._section.title!r} is not read; the form is {ITEM_FORM}"
            self.draft.note(self.file.place(paragraph.line), what)
        else:
            self._pass_over(paragraph.line)

    def _pass_over(self, line: int) -> None:
        """Note text that stands under nothing we know, once for each heading."""
        head = self.open[-1].title if self.open else ""
        if head not in self.passed_over:
            self.passed_over.add(head)
            where = f"text under {head!r}" if head else "text before the first heading"
            what = f"{where} makes no blocks; it is kept and searched (sections that do: {SECTIONS})"
            self.draft.note(self.file.place(line), what)

    def _take_row(self, row: Row) -> None:
        place = self.file.place(row.line)
        section = self._section
        kind = _column_kind(row.header) or (section.kind if section else None) or _kind_of_work(row.header)
        if kind is None:
            self._pass_over(row.line)
            return
        named = [_column(name, kind) for name in row.header]
        if "title" not in named:
            if not row.cells:
                self.draft.note(place, f"a table without a column for titles is not read; the form is {TABLE_FORM}")
            return
        if not row.cells:
            return
        title = row.cells[named.index("title")] if named.index("title") < len(row.cells) else ""
        if not title:
            self.draft.warn(place, "a row without a title; left out")
            return
        risk = any(is_risk(name) for name in row.header) or bool(section and is_risk(section.title))
        entry = self._entry(kind, title, row.line, risk=risk and kind is Kind.KNOWLEDGE)
        for name, known, cell in zip(row.header, named, row.cells, strict=False):
            if known != "title" and cell and not self.entries.set(entry, name, cell, place):
                self.entries.set_other(entry, name, cell, place)


def _labelled_kind(text: str) -> tuple[Kind, str] | None:
    """Read `Decision: text`, where the label is the word for a kind."""
    match = _BOLD_LABEL.match(text) or _LABEL.match(text)
    kind = kind_of(match.group(1)) if match else None
    return (kind, match.group(2)) if match and kind and kind is not Kind.TASK else None


def _numbered_kind(text: str) -> tuple[Kind, str] | None:
    """Read a heading like `Risk 3 - text`."""
    match = _NUMBERED.match(text)
    kind = kind_of(match.group(1)) if match else None
    return (kind, match.group(2)) if match and kind else None


def _label_word(text: str) -> str:
    match = _BOLD_LABEL.match(text) or _LABEL.match(text) or _NUMBERED.match(text)
    return match.group(1) if match else ""


def _column_kind(header: tuple[str, ...]) -> Kind | None:
    """The kind of a table's rows, where a column is called by the word for it."""
    return next((kind for kind in (kind_of(bare(name)) for name in header) if kind), None)


def _kind_of_work(header: tuple[str, ...]) -> Kind | None:
    """A table under no known word holds tasks where its columns tell of work; a budget or a list of names does not."""
    return Kind.TASK if is_of_work(bare(name) for name in header) else None


def _column(name: str, kind: Kind) -> str:
    word = field_word(bare(name))
    return "title" if kind_of(bare(name)) is kind else FIELD_OF.get(word, "")


def _unmarked(text: str) -> str:
    """Take bold and code marks off a text."""
    return text.replace("**", "").replace("__", "").replace("`", "")
