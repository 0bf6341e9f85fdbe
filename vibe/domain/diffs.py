"""Diffs: from a packet's operations to the writes that carry them out, with everything they rely on. Pure.

What a person approved was a diff against blocks as they stood. An operation whose `before` no longer holds is not
carried out: `broken` says which, and the change expects the same again when it is written.

Source: SPEC section 3 (`write_blocks`), DESIGN section 3.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, assert_never

from vibe.domain.block_rows import create_blocks, create_links, remove_links, set_block
from vibe.domain.blocks import Block, Kind, Link
from vibe.domain.changes import Change, Effect, absent, expect
from vibe.domain.events import Event, EventType
from vibe.domain.packet_ops import Op, OpType

WITHDRAWN = "withdrawn"
Found = Mapping[str, Mapping[str, Any]]
"""Blocks by id, as `blocks/by_id` returns them."""


def ids_of(ops: Iterable[Op]) -> list[str]:
    """The ids of every block the operations name."""
    named = [name for op in ops for name in (op.id, op.source, op.target) if name]
    return sorted(set(named))


def broken(ops: Sequence[Op], found: Found) -> str:
    """Say what is not as it was when the diff was made, or nothing."""
    made = {op.id for op in ops if op.op is OpType.CREATE}
    for op in ops:
        reason = _broken_ends(op, found, made) if op.link else _broken_block(op, found)
        if reason:
            return reason
    return ""


def _broken_ends(op: Op, found: Found, made: set[str]) -> str:
    missing = [name for name in (op.source, op.target) if name not in found and name not in made]
    return f"there is no block {missing[0]!r} any more" if missing else ""


def _broken_block(op: Op, found: Found) -> str:
    row = found.get(op.id)
    if op.op is OpType.CREATE:
        return f"there is a block {op.id!r} already" if row else ""
    if row is None:
        return f"there is no block {op.id!r} any more"
    if op.kind is not None and row["kind"] != op.kind.value:
        return f"{op.id!r} is a {row['kind']}, not a {op.kind.value}"
    for name, value in op.before.items():
        if (row[name] or "") != value:
            return f"the {name} of {row['title']!r} is not what it was"
    return ""


@dataclass(slots=True)
class _Tally:
    """What the operations come to, block by block."""

    found: Found
    made: list[Block] = field(default_factory=list)
    after: dict[str, dict[str, str]] = field(default_factory=dict)
    added: list[Link] = field(default_factory=list)
    removed: list[Link] = field(default_factory=list)

    def take(self, op: Op) -> None:
        match op.op:
            case OpType.CREATE:
                self.made.append(_new_block(op))
            case OpType.SET:
                self.after.setdefault(op.id, {}).update(op.after)
            case OpType.WITHDRAW:
                self.after.setdefault(op.id, {})["status"] = WITHDRAWN
            case OpType.LINK | OpType.UNLINK:
                assert op.link is not None
                links = self.added if op.op is OpType.LINK else self.removed
                links.append(Link(op.link, op.source, op.target))
            case _:
                assert_never(op.op)

    @property
    def touched(self) -> list[str]:
        """Ids of blocks that were there and are not as before: their words, their state or their links."""
        ends = {end for link in [*self.added, *self.removed] for end in (link.source, link.target)}
        return sorted((set(self.after) | ends) & set(self.found))


def _new_block(op: Op) -> Block:
    assert op.kind is not None
    after = op.after
    status = after.get("status") or ("pending" if op.kind is Kind.TASK else "active")
    return Block(op.id, op.kind, after["title"], after.get("content", ""), status, priority=after.get("priority"))


def carry_out(ops: Sequence[Op], found: Found, *, at: datetime, actor: str) -> Change:
    """Build the change that carries a diff out; `found` are the blocks it names, as they stand."""
    tally = _Tally(found)
    for op in ops:
        tally.take(op)
    rows = [_set_row(found[name], after, at, actor) for name, after in sorted(tally.after.items())]
    made = [block.id for block in tally.made]
    effects = [
        *create_blocks(tally.made, at=at, actor=actor),
        *((Effect("blocks/set", *rows),) if rows else ()),
        *create_links(tally.added),
        *remove_links(tally.removed),
    ]
    expects = [absent("Block", name) for name in made]
    for name in ids_of(ops):
        if name in found:
            row = found[name]
            before = {"status": row["status"]} if name in tally.after else {}
            expects.append(expect("Block", name, contentSha256=row["content_sha256"], **before))
    return Change(tuple(expects), tuple(effects), tuple(_events(tally)))


def _set_row(row: Mapping[str, Any], after: Mapping[str, str], at: datetime, actor: str) -> dict[str, Any]:
    title, content = after.get("title", row["title"]), after.get("content", row["content"] or "")
    block = Block(row["id"], Kind(row["kind"]), title, content)
    props: dict[str, Any] = {**after, "contentSha256": block.content_sha256, "updatedAt": at, "edited": True}
    if after.get("status") == WITHDRAWN:
        props["withdrawnAt"] = at
    return set_block(row["id"], **props, changedBy=actor)


def _events(tally: _Tally) -> Iterable[Event]:
    if tally.made:
        ids = [block.id for block in tally.made]
        yield Event(EventType.BLOCKS_ADDED, ids[0], {"ids": ids})
    if tally.touched:
        changes = [_summary(tally.found[name], after) for name, after in sorted(tally.after.items())]
        yield Event(EventType.BLOCKS_CHANGED, tally.touched[0], {"ids": tally.touched, "changes": changes})
    done = [
        name
        for name, after in sorted(tally.after.items())
        if after.get("status") == "completed" and tally.found[name]["kind"] == Kind.TASK
    ]
    if done:
        yield Event(EventType.TASK_COMPLETED, done[0], {"ids": done})


def _summary(row: Mapping[str, Any], after: Mapping[str, str]) -> dict[str, Any]:
    before = {name: row[name] for name in after}
    return {"id": row["id"], "title": row["title"], "before": before, "after": dict(after)}
