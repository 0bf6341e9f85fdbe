"""Properties of a block: what a node can hold, under names that are not Vibe's own."""

from __future__ import annotations

import re
from typing import Any

from vibe.domain.blocks import RESERVED, Place
from vibe.domain.canonical import to_json
from vibe.plans.formats.drafts import Draft

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_INT64 = range(-(2**63), 2**63)


def camel(name: str) -> str:
    """Write a key of somebody's file as a property is written: `final_deliverable`, `Final deliverable` alike."""
    words: list[str] = re.findall(r"[A-Za-z0-9]+", name)
    if not words:
        return ""
    first = words[0] if not words[0].isupper() else words[0].lower()
    return first[:1].lower() + first[1:] + "".join(word[:1].upper() + word[1:] for word in words[1:])


def storable_properties(value: Any, place: Place, draft: Draft) -> dict[str, Any]:
    """Keep what a node can hold; refuse names that belong to Vibe, with a remark."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        draft.warn(place, "`properties` must be an object; left out, the block is kept")
        return {}
    kept: dict[str, Any] = {}
    for name, given in value.items():
        if name in RESERVED:
            draft.warn(place, f"property {name!r} belongs to Vibe; refused, the block is kept")
        elif not _NAME.fullmatch(name):
            draft.warn(place, f"property name {name!r} is not letters, digits and _; left out, the block is kept")
        elif given is not None:
            kept[name] = _storable(name, given, place, draft)
    return kept


def _storable(name: str, value: Any, place: Place, draft: Draft) -> Any:
    """A scalar or a list of scalars of one type as it is; anything else as JSON text, with a remark."""
    if _is_scalar(value):
        return value
    if isinstance(value, list) and all(_is_scalar(item) for item in value):
        types = {type(item) for item in value}
        if len(types) <= 1:
            return value
        if types == {int, float}:
            return [float(item) for item in value]
    draft.note(place, f"property {name!r} is not a scalar or a list of one kind of scalar; kept as JSON text")
    return to_json(value).decode()


def _is_scalar(value: Any) -> bool:
    return isinstance(value, str | bool | float) or (isinstance(value, int) and value in _INT64)
