"""The writes a packet may hold, one operation at a time, and the strict reader that both are read with.

Source: SPEC section 3 (`write_blocks`: diff).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from vibe.domain.blocks import Kind, LinkType
from vibe.domain.errors import BadInput

W = TypeVar("W", bound=StrEnum)
VALUE_MAX = 20_000
WRITABLE = frozenset({"title", "content", "status", "priority"})
"""What a `set` or `create` may touch of a block."""
MACHINE_MADE = frozenset({Kind.PROPOSAL, Kind.EVIDENCE})
"""Kinds no packet creates or sets: a proposal never writes proposals, evidence only comes with a quote that holds."""


class OpType(StrEnum):
    """What is done to the graph."""

    CREATE = "create"
    SET = "set"
    LINK = "link"
    UNLINK = "unlink"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class Op:
    """One operation of a diff.

    create: `id`, `kind`, `after`; set: `id`, `kind`, `before`, `after`; withdraw: `id`, `kind`, `before` (its status);
    link, unlink: `link`, `source`, `target`. `title` names the block (or both ends) for the reader. Whoever carries it
    out expects `kind` and `before` to hold.
    """

    op: OpType
    id: str = ""
    kind: Kind | None = None
    title: str = ""
    before: Mapping[str, str] = field(default_factory=dict)
    after: Mapping[str, str] = field(default_factory=dict)
    link: LinkType | None = None
    source: str = ""
    target: str = ""


class Reader:
    """Reads one JSON object strictly: each field is asked for once, `done` refuses what nobody asked for."""

    def __init__(self, given: object, path: str) -> None:
        if not isinstance(given, Mapping):
            raise BadInput("must be an object", field=path)
        self._left: dict[str, Any] = dict(given)
        self.path = path

    def _take(self, name: str, default: Any) -> Any:
        value = self._left.pop(name, None)
        if value is None:
            if default is None:
                raise BadInput("is missing", field=self.at(name))
            return default
        return value

    def at(self, name: str) -> str:
        """The field's full name, for messages."""
        return f"{self.path}.{name}"

    def text(self, name: str, most: int, *, default: str | None = None) -> str:
        """A text of at most `most` characters; only an optional one may be empty."""
        value = self._take(name, default)
        if not isinstance(value, str):
            raise BadInput("must be a text", field=self.at(name))
        if len(value) > most:
            raise BadInput(f"has {len(value)} characters, at most {most}", field=self.at(name))
        if not value.strip() and default is None:
            raise BadInput("is empty", field=self.at(name))
        return value

    def number(self, name: str, least: float, most: float) -> float:
        """A number within bounds; left out it is the least."""
        value = self._take(name, least)
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise BadInput(f"must be a number from {least:g} to {most:g}", field=self.at(name))
        return float(value)

    def flag(self, name: str) -> bool:
        """A truth value; left out it is false."""
        value = self._left.pop(name, False)
        if not isinstance(value, bool):
            raise BadInput("must be true or false", field=self.at(name))
        return value

    def word(self, name: str, words: type[W], *, default: W | None = None) -> W:
        """One of an enum's words."""
        value = self._take(name, default)
        try:
            return words(value)
        except ValueError as error:
            raise BadInput(f"{value!r} is none of {', '.join(words)}", field=self.at(name)) from error

    def _list(self, name: str, least: int, most: int, default: tuple[()] | None) -> list[Any]:
        value = self._take(name, default)
        if not isinstance(value, list | tuple):
            raise BadInput("must be a list", field=self.at(name))
        if not least <= len(value) <= most:
            raise BadInput(f"has {len(value)} items, {least} to {most} are allowed", field=self.at(name))
        return list(value)

    def items(self, name: str, least: int, most: int, *, default: tuple[()] | None = None) -> Iterator[Reader]:
        """A list of objects, each read strictly."""
        for position, item in enumerate(self._list(name, least, most, default)):
            yield Reader(item, f"{self.at(name)}.{position}")

    def texts(self, name: str, most: int, count_max: int) -> tuple[str, ...]:
        """An optional list of texts."""
        found = self._list(name, 0, count_max, ())
        for position, item in enumerate(found):
            if not isinstance(item, str) or len(item) > most:
                raise BadInput(f"must be a text of at most {most} characters", field=f"{self.at(name)}.{position}")
        return tuple(found)

    def mapping(self, name: str) -> Mapping[str, Any]:
        """An object whose fields the caller reads."""
        found = self._take(name, None)
        if not isinstance(found, Mapping):
            raise BadInput("must be an object", field=self.at(name))
        return found

    def values(self, name: str) -> Mapping[str, str]:
        """An optional object of writable properties."""
        found = self._take(name, {})
        if not isinstance(found, Mapping):
            raise BadInput("must be an object", field=self.at(name))
        for key, value in found.items():
            if key not in WRITABLE:
                raise BadInput(
                    f"may not be written, only {', '.join(sorted(WRITABLE))}", field=self.at(f"{name}.{key}")
                )
            if not isinstance(value, str) or len(value) > VALUE_MAX:
                raise BadInput(f"must be a text of at most {VALUE_MAX} characters", field=self.at(f"{name}.{key}"))
        return dict(sorted(found.items()))

    def done(self) -> None:
        """Refuse fields that nobody asked for."""
        if self._left:
            name = min(map(str, self._left))
            raise BadInput("is not known here", field=self.at(name))


def parse_op(reader: Reader) -> Op:
    """Read one operation.

    Raises:
        BadInput: names the field.
    """
    op = reader.word("op", OpType)
    title = reader.text("title", 1_000, default="")
    if op in (OpType.LINK, OpType.UNLINK):
        found = Op(
            op,
            title=title,
            link=reader.word("link", LinkType),
            source=reader.text("source", 200),
            target=reader.text("target", 200),
        )
    else:
        found = _block_op(op, title, reader)
    reader.done()
    return found


def _block_op(op: OpType, title: str, reader: Reader) -> Op:
    found = Op(
        op,
        reader.text("id", 200),
        reader.word("kind", Kind),
        title,
        before=reader.values("before") if op is not OpType.CREATE else {},
        after=reader.values("after") if op is not OpType.WITHDRAW else {},
    )
    if found.kind in MACHINE_MADE and (op is not OpType.WITHDRAW or found.kind is Kind.PROPOSAL):
        raise BadInput(f"no packet may {op.value} a block of kind {found.kind}", field=reader.at("kind"))
    if op is OpType.CREATE and not found.after.get("title", "").strip():
        raise BadInput("is missing", field=reader.at("after.title"))
    if op is OpType.SET and not found.after:
        raise BadInput("is missing", field=reader.at("after"))
    return found
