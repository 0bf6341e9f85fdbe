"""The exchange format: one JSON object a line, a block or a link.

::

    {"block": "Decision", "id": "d-17", "title": "...", "status": "active", "properties": {}}
    {"link": "SUPPORTS", "from": "e-3", "to": "d-17", "why": "..."}

A block may also have `content`, `priority` (P0 to P3) and `created_at` (2026-01-05T09:00:00Z).
Ids are taken as given. Strict: a block or link with a word that is not known is left out, with its line. A link may
name a block that is not in the file; whether it is in the graph the importing handler checks (`PlanReading.outside`).
Source: SPEC section 6.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from vibe.domain.blocks import Block, Kind, Link, LinkType, Place
from vibe.domain.canonical import from_json, instant
from vibe.domain.plans import Format, PlanReading
from vibe.plans.formats.drafts import Draft
from vibe.plans.formats.files import PlanFile
from vibe.plans.formats.positions import where_json_breaks
from vibe.plans.formats.properties import storable_properties

KINDS = {kind.value: kind for kind in Kind}
LINK_TYPES = {kind.value: kind for kind in LinkType}
PRIORITIES = frozenset({"P0", "P1", "P2", "P3"})
STATUSES: Mapping[Kind, frozenset[str]] = {
    Kind.TASK: frozenset(
        {"pending", "queued", "running", "completed", "failed", "in_review", "waiting"}
        | {"skipped", "cancelled", "blocked", "withdrawn"}
    ),
    Kind.PROPOSAL: frozenset(
        {"draft", "debating", "ready", "vague", "filtered", "stale", "approved", "rejected"}
        | {"expired", "cancelled", "executing", "executed", "failed", "withdrawn"}
    ),
    Kind.QUESTION: frozenset(("active", "asked", "clarifying", "answered", "expired", "withdrawn")),
}
"""The states of kinds that move by a table; any lower-case word is a state of the others, `active` being the usual."""

FIRST_STATUS = {Kind.TASK: "pending", Kind.PROPOSAL: "draft"}
BLOCK_KEYS = frozenset({"block", "id", "title", "content", "status", "created_at", "priority", "properties"})
LINK_KEYS = frozenset({"link", "from", "to", "why"})
FORM = 'a line is {"block": KIND, "id": ..., "title": ...} or {"link": TYPE, "from": ID, "to": ID}'
LONGEST_ID = 200
LINES_A_STEP = 5_000
_WORD = re.compile(r"[a-z][a-z_]{0,39}")
Progress = Callable[[int, int], None]


class _LeftOutError(Exception):
    """Why this line is left out."""


def looks_like_exchange(text: str) -> bool:
    """Tell whether the first line that says anything is a block or a link."""
    first = next((line for line in text.split("\n", 50) if line.strip()), "")
    try:
        value = from_json(first)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and ("block" in value or "link" in value)


def read_exchange(file: PlanFile, draft: Draft, progress: Progress | None = None) -> PlanReading:
    """Read a file line by line; each line stands or falls alone."""
    lines = file.lines
    strange: set[str] = set()
    for number, line in enumerate(lines, 1):
        if progress and number % LINES_A_STEP == 0:
            progress(number, len(lines))
        if not line or line.isspace():
            continue
        place = file.place(number)
        try:
            _take(line, place, draft, strange)
        except _LeftOutError as reason:
            draft.warn(place, f"{reason}; the line is left out")
        except RecursionError:
            draft.warn(place, "nested too deeply; the line is left out")
        except ValueError as fault:
            draft.warn(place, f"{where_json_breaks(line, fault)[1]}; the line is left out")
    return draft.finish(draft.plan, Format.EXCHANGE, may_name_others=True)


def _take(line: str, place: Place, draft: Draft, strange: set[str]) -> None:
    value = from_json(line)
    if not isinstance(value, dict):
        raise _LeftOutError(FORM)
    if "block" in value:
        _take_block(value, place, draft)
        unknown = value.keys() - BLOCK_KEYS
    elif "link" in value:
        _take_link(value, place, draft)
        unknown = value.keys() - LINK_KEYS
    else:
        raise _LeftOutError(FORM)
    for key in sorted(unknown - strange):
        strange.add(key)
        draft.note(place, f"field {key!r} is not known and not kept, here and on later lines; use `properties`")


def _take_block(value: dict[str, Any], place: Place, draft: Draft) -> None:
    kind = KINDS.get(_string(value, "block"))
    if kind is None:
        raise _LeftOutError(f"kind {value['block']!r} is none of {', '.join(KINDS)}")
    identity = _identity(value, "id")
    known = draft.blocks.get(identity)
    if known is not None:
        raise _LeftOutError(f"id {identity!r} is taken by line {known.place.line if known.place else 0}")
    title = _string(value, "title").strip()
    if not title:
        raise _LeftOutError("a block needs a `title`")
    draft.blocks[identity] = Block(
        identity,
        kind,
        title,
        _string(value, "content", ""),
        _status(value, kind),
        _created(value, place, draft),
        _priority(value, place, draft),
        storable_properties(value.get("properties"), place, draft),
        place,
    )


def _take_link(value: dict[str, Any], place: Place, draft: Draft) -> None:
    kind = LINK_TYPES.get(_string(value, "link"))
    if kind is None:
        raise _LeftOutError(f"link type {value['link']!r} is none of {', '.join(LINK_TYPES)}")
    draft.link(Link(kind, _identity(value, "from"), _identity(value, "to"), _string(value, "why", "")), place)


def _string(value: Mapping[str, Any], key: str, otherwise: str | None = None) -> str:
    found = value.get(key)
    if found is None and otherwise is not None:
        return otherwise
    if not isinstance(found, str):
        raise _LeftOutError(f"`{key}` must be text" if key in value else f"`{key}` is missing")
    return found


def _identity(value: Mapping[str, Any], key: str) -> str:
    found = _string(value, key)
    if not found or found != found.strip() or len(found) > LONGEST_ID or not found.isprintable():
        raise _LeftOutError(f"`{key}` must be 1 to {LONGEST_ID} printable characters without space at its ends")
    return found


def _status(value: Mapping[str, Any], kind: Kind) -> str:
    found = _string(value, "status", FIRST_STATUS.get(kind, "active")).lower()
    legal = STATUSES.get(kind)
    if legal and found not in legal:
        raise _LeftOutError(f"status {found!r} of a {kind} is none of {', '.join(sorted(legal))}")
    if not legal and not _WORD.fullmatch(found):
        raise _LeftOutError(f"status {found!r} is not one lower-case word")
    return found


def _created(value: Mapping[str, Any], place: Place, draft: Draft) -> Any:
    found = value.get("created_at")
    if found is None:
        return None
    try:
        return instant(found)
    except (ValueError, TypeError, AttributeError, OverflowError):
        draft.warn(place, "`created_at` is no instant like 2026-01-05T09:00:00Z; left out, the block is kept")
        return None


def _priority(value: Mapping[str, Any], place: Place, draft: Draft) -> str | None:
    found = value.get("priority")
    if found is None or (isinstance(found, str) and found.upper() in PRIORITIES):
        return found.upper() if found else None
    draft.warn(place, f"priority {found!r} is none of P0, P1, P2, P3; left out, the block is kept")
    return None
