"""Action packets: exactly what would be done, typed; what was seen is what is approved.

A packet is parsed strictly (unknown fields are refused), written as canonical JSON, and its SHA-256 is the digest an
approval binds to. Each target carries the content hash it had when the packet was made, so a changed target changes
what may be done. Nothing in a packet names a query, a label or code: `loop` knows what each operation means.

Source: SPEC section 3, DESIGN section 5.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from typing import Any, ClassVar, TypeAlias

from vibe.domain.blocks import Kind
from vibe.domain.canonical import from_json, sha256_of, to_json
from vibe.domain.errors import BadInput
from vibe.domain.packet_ops import Op, Reader, parse_op

TEXT_MAX = 4_000
LIST_MAX = 50
GATE_MAX = 1_000


class PacketType(StrEnum):
    """The five things a proposal can ask leave for."""

    RESEARCH = "research"
    WRITE_BLOCKS = "write_blocks"
    ASK = "ask"
    PLAN = "plan"
    GATE = "gate"


class Remedy(StrEnum):
    """What choosing an option means; whoever carries an answer out goes by this word and by the option's diff."""

    REVISE = "revise"  # the person's text replaces what the block says
    WITHDRAW = "withdraw"  # diff
    KEEP = "keep"  # the person's reason; the contradiction counts as judged
    DROP = "drop"  # diff: the link goes
    REDO = "redo"  # diff: the task that stopped waits again
    UNBLOCK = "unblock"  # diff: the blocked task waits again
    REPLACE = "replace"  # the person's text says what takes its place
    PROVIDE = "provide"  # the person's text says who or what provides it
    EVIDENCE = "evidence"  # the person's text is evidence of kind human
    ACCEPT = "accept"  # the risk is accepted for a while
    NONE = ""  # the answer is only recorded


@dataclass(frozen=True, slots=True)
class Target:
    """A block the packet is about, with the content hash it had when the packet was made."""

    id: str
    kind: Kind
    title: str
    content_sha256: str


@dataclass(frozen=True, slots=True)
class Research:
    """Look a question up; says beforehand what would confirm and what would refute the targets."""

    type: ClassVar[PacketType] = PacketType.RESEARCH
    question: str
    targets: tuple[Target, ...]
    confirm: str
    refute: str


@dataclass(frozen=True, slots=True)
class WriteBlocks:
    """Write a diff to the graph."""

    type: ClassVar[PacketType] = PacketType.WRITE_BLOCKS
    diff: tuple[Op, ...]
    targets: tuple[Target, ...] = ()


@dataclass(frozen=True, slots=True)
class Option:
    """One answer a person may give, with the writes that choosing it allows."""

    title: str
    detail: str = ""
    remedy: Remedy = Remedy.NONE
    diff: tuple[Op, ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """Put a question with options before the person."""

    type: ClassVar[PacketType] = PacketType.ASK
    question: str
    options: tuple[Option, ...]
    targets: tuple[Target, ...] = ()
    context: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedTask:
    """One task of a plan packet; `depends_on` holds titles of tasks of the same packet."""

    title: str
    content: str = ""
    priority: str = "P2"
    depends_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TaskPlan:
    """Have tasks done."""

    type: ClassVar[PacketType] = PacketType.PLAN
    tasks: tuple[PlannedTask, ...]
    targets: tuple[Target, ...] = ()


@dataclass(frozen=True, slots=True)
class GatedTask:
    """One task that waits at a gate; `sha256` is of all it would do, so another text is another task."""

    id: str
    title: str
    action: str
    sha256: str


@dataclass(frozen=True, slots=True)
class RiskGate:
    """Let tasks of a running plan go ahead that reach outside or cost money: these, and what is within the list.

    `recipients`, `channels` and `texts` are what a later task has to keep to, to go ahead by itself; `cap` is how many
    tasks in all, `sum_usd` how much money in all, `until` the last day (ISO date).
    """

    type: ClassVar[PacketType] = PacketType.GATE
    execution: str
    tasks: tuple[GatedTask, ...]
    cap: int
    until: str
    recipients: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    sum_usd: float = 0.0
    targets: tuple[Target, ...] = ()


Packet: TypeAlias = Research | WriteBlocks | Ask | TaskPlan | RiskGate


def parse_packet(given: str | bytes | Mapping[str, Any]) -> Packet:
    """Read a packet from JSON.

    Raises:
        BadInput: names the field that is missing, unknown, of the wrong type or too long.
    """
    if isinstance(given, str | bytes):
        try:
            given = from_json(given)
        except ValueError as error:
            raise BadInput(f"not JSON: {error}", field="action") from error
    reader = Reader(given, "action")
    kind = reader.word("type", PacketType)
    packet = _PARSERS[kind](reader)
    reader.done()
    return packet


def _targets(reader: Reader, least: int) -> tuple[Target, ...]:
    return tuple(_target(item) for item in reader.items("targets", least, LIST_MAX, default=() if least == 0 else None))


def _target(reader: Reader) -> Target:
    found = Target(
        id=reader.text("id", 200),
        kind=reader.word("kind", Kind),
        title=reader.text("title", 1_000, default=""),
        content_sha256=reader.text("content_sha256", 64),
    )
    reader.done()
    return found


def _research(reader: Reader) -> Research:
    return Research(
        question=reader.text("question", TEXT_MAX),
        targets=_targets(reader, 1),
        confirm=reader.text("confirm", TEXT_MAX),
        refute=reader.text("refute", TEXT_MAX),
    )


def _write_blocks(reader: Reader) -> WriteBlocks:
    ops = tuple(parse_op(item) for item in reader.items("diff", 1, LIST_MAX))
    return WriteBlocks(ops, _targets(reader, 0))


def _option(reader: Reader) -> Option:
    found = Option(
        title=reader.text("title", 300),
        detail=reader.text("detail", TEXT_MAX, default=""),
        remedy=reader.word("remedy", Remedy, default=Remedy.NONE),
        diff=tuple(parse_op(item) for item in reader.items("diff", 0, LIST_MAX, default=())),
    )
    reader.done()
    return found


def _ask(reader: Reader) -> Ask:
    return Ask(
        question=reader.text("question", TEXT_MAX),
        options=tuple(_option(item) for item in reader.items("options", 0, 8, default=())),
        targets=_targets(reader, 0),
        context=reader.texts("context", TEXT_MAX, LIST_MAX),
    )


def _planned_task(reader: Reader) -> PlannedTask:
    found = PlannedTask(
        title=reader.text("title", 300),
        content=reader.text("content", TEXT_MAX, default=""),
        priority=reader.word("priority", Priority, default=Priority.P2).value,
        depends_on=reader.texts("depends_on", 300, LIST_MAX),
    )
    reader.done()
    return found


class Priority(StrEnum):
    """How urgent a task is; P0 is the most."""

    P0 = "P0"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"


def _plan(reader: Reader) -> TaskPlan:
    tasks = tuple(_planned_task(item) for item in reader.items("tasks", 1, LIST_MAX))
    titles = {task.title for task in tasks}
    for position, task in enumerate(tasks):
        unknown = set(task.depends_on) - titles
        if unknown:
            raise BadInput(f"no task is called {min(unknown)!r}", field=f"action.tasks.{position}.depends_on")
    return TaskPlan(tasks, _targets(reader, 0))


def _gate(reader: Reader) -> RiskGate:
    return RiskGate(
        execution=reader.text("execution", 200),
        tasks=tuple(_gated_task(item) for item in reader.items("tasks", 1, LIST_MAX)),
        cap=int(reader.number("cap", 1, 10_000)),
        until=reader.text("until", 10),
        recipients=reader.texts("recipients", 300, GATE_MAX),
        channels=reader.texts("channels", 100, LIST_MAX),
        texts=reader.texts("texts", TEXT_MAX, LIST_MAX),
        sum_usd=reader.number("sum_usd", 0, 10**9),
        targets=_targets(reader, 0),
    )


def _gated_task(reader: Reader) -> GatedTask:
    found = GatedTask(
        reader.text("id", 200), reader.text("title", 300), reader.text("action", 100), reader.text("sha256", 64)
    )
    reader.done()
    return found


_PARSERS: Mapping[PacketType, Callable[[Reader], Packet]] = {
    PacketType.RESEARCH: _research,
    PacketType.WRITE_BLOCKS: _write_blocks,
    PacketType.ASK: _ask,
    PacketType.PLAN: _plan,
    PacketType.GATE: _gate,
}


def to_plain(packet: Packet) -> dict[str, Any]:
    """Write a packet as plain JSON data, the form `parse_packet` reads; empty optional fields are left out."""
    return {"type": packet.type.value, **_plain(packet)}


def _plain(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if not is_dataclass(value):
        return value
    kept = {item.name: getattr(value, item.name) for item in fields(value)}
    return {name: _plain(item) for name, item in kept.items() if item not in (None, "", (), {})}


def canonical(packet: Packet) -> str:
    """Write a packet as canonical JSON, the text that is stored."""
    return to_json(to_plain(packet)).decode()


def digest_of(packet: Packet) -> str:
    """Hex SHA-256 of a packet's canonical JSON; what an approval binds to."""
    return sha256_of(canonical(packet))


def approach_of(packet: Packet) -> str:
    """Name the approach, for `bad_approach`: packet type and what it is about."""
    return approach_key(packet.type, (target.id for target in packet.targets))


def approach_key(kind: PacketType, target_ids: Iterable[str]) -> str:
    """Name an approach by packet type and ids of targets, in any order."""
    return f"{kind.value}:{sha256_of(sorted(set(target_ids)))[:16]}"
