"""Entries: what a person's own plan says of one thing, in their words, made into blocks and links at the end.

Both Markdown and JSON plans come down to entries. References go by id or title, within the plan; what they point at may
stand further down. Source of the words: `vocabulary.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from vibe.domain.blocks import Block, Kind, Link, LinkType, Place
from vibe.domain.identities import derived_id
from vibe.plans.formats.drafts import Draft
from vibe.plans.formats.exchange import FIRST_STATUS, STATUSES
from vibe.plans.formats.properties import camel, storable_properties
from vibe.plans.formats.vocabulary import FIELD_OF, LINK_OF, NOTHING, PRIORITY_OF, STATUS_OF, field_word
from vibe.plans.formats.words import normalised, one_line, shortened

_NUMBER = re.compile(r"^\s*(\d{1,7}(?:[.,]\d{1,3})?)\s*(days?|d|weeks?|w|hours?|h)?\s*$", re.IGNORECASE)
LONGEST_KEY = 300
_DAYS_OF = {"d": 1, "w": 7}
_BETWEEN = re.compile(r"\s*(?:[,;]|\band\b)\s*")


@dataclass
class Entry:
    """One thing of the plan. `content` grows while its section is read; `parent` is the task it is part of."""

    kind: Kind
    title: str
    place: Place
    source_id: str = ""
    status: str = ""
    priority: str | None = None
    content: list[str] = field(default_factory=list)
    properties: dict[str, Any] = field(default_factory=dict)
    references: list[tuple[LinkType, str, Place]] = field(default_factory=list)
    parent: Entry | None = None
    key: str = ""
    block_id: str | None = None


class Entries:
    """All entries of a plan, in reading order."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.entries: list[Entry] = []

    def add(self, entry: Entry) -> Entry:
        """Take an entry; what it says may still grow."""
        self.entries.append(entry)
        return entry

    def set(self, entry: Entry, name: str, value: Any, place: Place) -> bool:
        """Set a field by the word for it; False where the word is none that is known."""
        word = field_word(name)
        if word in LINK_OF:
            entry.references += [(LINK_OF[word], text, place) for text in _texts(value)]
            return True
        known = FIELD_OF.get(word)
        if known is None:
            return False
        self._set_known(entry, known, value, place)
        return True

    def set_other(self, entry: Entry, name: str, value: Any, place: Place) -> None:
        """Keep a field of no known meaning as a property."""
        kept = storable_properties({camel(name) or name: value}, place, self.draft)
        entry.properties |= {key: found for key, found in kept.items() if found not in ("", [])}

    def _set_known(self, entry: Entry, known: str, value: Any, place: Place) -> None:
        text = "" if value is None else one_line(str(value))
        if known == "content":
            entry.content.append(str(value).strip() if value is not None else "")
        elif known in ("title", "id"):
            setattr(entry, "title" if known == "title" else "source_id", text)
        elif known == "status":
            self._set_status(entry, text, place)
        elif known == "priority":
            entry.priority = PRIORITY_OF.get(normalised(text))
            if text and entry.priority is None:
                self.draft.warn(place, f"priority {text!r} is none of P0, P1, P2, P3; left out")
        elif normalised(text) not in NOTHING:
            entry.properties |= dict(_measured(known, text))

    def _set_status(self, entry: Entry, text: str, place: Place) -> None:
        status = STATUS_OF.get(normalised(text.replace("_", " ")), text.lower())
        legal = STATUSES.get(entry.kind, frozenset({"active", "withdrawn"}))
        if status in legal:
            entry.status = status
        elif text:
            self.draft.warn(
                place, f"status {text!r} is none of {', '.join(sorted(legal))}; the block is kept without it"
            )

    def write(self) -> None:
        """Make blocks of all entries, then the links they state."""
        for entry in self.entries:
            self._write_block(entry)
        index = _Index(self.entries)
        for entry in self.entries:
            for link in self._links(entry, index):
                self.draft.link(*link)

    def _write_block(self, entry: Entry) -> None:
        title = shortened(entry.title)
        if not title:
            self.draft.warn(entry.place, f"a {entry.kind} needs a title; left out")
            return
        above = f"{entry.parent.key}/" if entry.parent and not entry.source_id else ""
        key = f"{above}{entry.source_id or normalised(entry.title)}"
        entry.key = key if len(key) <= LONGEST_KEY else derived_id(key)
        text = "\n".join(part for part in entry.content if part)
        if title != one_line(entry.title):
            text = f"{entry.title.strip()}\n{text}".strip()
        source = {"sourceId": entry.source_id} if entry.source_id else {}
        entry.block_id = self.draft.add(
            Block(
                self.draft.identity(entry.kind, entry.key),
                entry.kind,
                title,
                text or ("" if entry.kind is Kind.TASK else one_line(entry.title)),
                entry.status or FIRST_STATUS.get(entry.kind, "active"),
                priority=entry.priority,
                properties={**source, **entry.properties},
                place=entry.place,
            )
        )

    def _links(self, entry: Entry, index: _Index) -> Iterator[tuple[Link, Place]]:
        if entry.block_id is None:
            return
        if entry.parent and entry.parent.block_id:
            yield Link(LinkType.PART_OF, entry.block_id, entry.parent.block_id), entry.place
        for kind, text, place in entry.references:
            for name, other in index.find(text):
                if other:
                    yield Link(kind, entry.block_id, other), place
                else:
                    what = f"{entry.title!r} {kind} {name!r}, which is the id or title of nothing here"
                    self.draft.warn(place, f"{what}; the link is left out")


class _Index:
    """Entries by id and by title."""

    def __init__(self, entries: list[Entry]) -> None:
        self.ids: dict[str, str] = {}
        for entry in entries:
            if entry.block_id and entry.source_id:
                self.ids.setdefault(entry.source_id.casefold(), entry.block_id)
        for entry in entries:
            if entry.block_id:
                self.ids.setdefault(normalised(entry.title), entry.block_id)

    def find(self, text: str) -> list[tuple[str, str | None]]:
        """Find what a text names: one thing, or several with commas between; each name with its id."""
        whole = self._one(text)
        names = [text] if whole else _BETWEEN.split(text)
        return [(name, self._one(name)) for name in names if normalised(name) not in NOTHING]

    def _one(self, name: str) -> str | None:
        plain = name.strip().strip("[]`*\"'").strip()
        return self.ids.get(plain.casefold()) or self.ids.get(normalised(plain))


def _texts(value: Any) -> list[str]:
    """The references a field gives: a text, or a list of texts or numbers."""
    given = value if isinstance(value, list) else [value]
    return [one_line(str(text)) for text in given if isinstance(text, str | int) and str(text).strip()]


def _measured(name: str, text: str) -> Iterator[tuple[str, Any]]:
    """Read an amount of time or a day; what is neither stays as it was written."""
    found = _NUMBER.match(text)
    if name == "hours" or name.startswith("days"):
        unit = (found.group(2) or ("h" if name == "hours" else "d"))[0].lower() if found else ""
        if not found:
            yield "effort" if name == "hours" else "duration", text
            return
        amount = float(found.group(1).replace(",", ".")) * _DAYS_OF.get(unit, 1)
        plain = int(amount) if amount == int(amount) else amount
        yield "hours" if unit == "h" else "daysRealistic" if name == "hours" else name, plain
    elif name.startswith("planned"):
        yield name, _day(text)
    else:
        yield name, text


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return text
