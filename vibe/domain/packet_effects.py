"""What a packet does, in the words a person decides by: exact effect, diff, rollback, cost.

Every surface shows these same lines; nothing here reads anything but the packet.

Source: DESIGN section 5 (what a person gets: exact effect, diff, cost, rollback).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import assert_never

from vibe.domain.packet_ops import Op, OpType
from vibe.domain.packets import Ask, Packet, Research, RiskGate, TaskPlan, WriteBlocks

SHOWN = 160


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line of a diff: `mark` is `+` (new), `-` (goes), `~` (changes); `option` names the answer it hangs on."""

    mark: str
    what: str
    before: str = ""
    after: str = ""
    option: str = ""


def exact_effect(packet: Packet) -> tuple[str, ...]:
    """Say what will happen when the packet is approved, one sentence a line."""
    match packet:
        case Research():
            return tuple(_research(packet))
        case WriteBlocks():
            return tuple(_sentence(op) for op in packet.diff)
        case Ask():
            return tuple(_ask(packet))
        case TaskPlan():
            return tuple(_plan(packet))
        case RiskGate():
            return tuple(_gate(packet))
        case _:
            assert_never(packet)


def _research(packet: Research) -> Iterator[str]:
    names = _names(target.title or target.id for target in packet.targets)
    yield f"Searches the plan's documents and your own sources on this machine about {names}."
    yield "What is found is quoted word for word with file and line; what only you can judge is put before you."
    yield f"Counts as confirmation: {packet.confirm}"
    yield f"Counts as refutation: {packet.refute}"
    yield "Changes no decision, assumption or task."


def _ask(packet: Ask) -> Iterator[str]:
    yield f"Puts this question before you: {packet.question}"
    for option in packet.options:
        writes = " ".join(_sentence(op) for op in option.diff)
        yield f"{option.title}: {writes or 'records your answer.'}"
    yield "Nothing is written before you have answered."


def _plan(packet: TaskPlan) -> Iterator[str]:
    for task in packet.tasks:
        after = f", after {_names(task.depends_on)}" if task.depends_on else ""
        yield f"Creates the task {_quoted(task.title)} ({task.priority}){after}."
        if task.content:
            yield f"It says: {task.content}"
    yield "They become a plan of their own and are broken down into steps, with what each of them requires."
    yield "None is carried out before you start it (`vibe executions start`)."


def _gate(packet: RiskGate) -> Iterator[str]:
    for task in packet.tasks:
        yield f"Lets this task of a running plan go ahead: {_quoted(task.title)} ({task.action})."
    if packet.recipients:
        channels = f" ({', '.join(packet.channels)})" if packet.channels else ""
        yield f"Reaches{channels}: {', '.join(packet.recipients)}."
    yield from (f"With these words: {text}" for text in packet.texts)
    if packet.recipients and packet.texts:
        yield "Later tasks of this execution that keep to these people, words and channels go ahead by themselves."
    money = f"{packet.sum_usd:.2f} USD in all at most" if packet.sum_usd else "no money"
    yield f"Within these bounds: {packet.cap} tasks, {money}, until {packet.until}."


def diff_of(packet: Packet) -> tuple[DiffLine, ...]:
    """List what would change in the graph, block by block; empty where nothing changes by itself."""
    match packet:
        case Research():
            return ()
        case WriteBlocks():
            return tuple(line for op in packet.diff for line in _lines(op, ""))
        case Ask():
            return tuple(line for option in packet.options for op in option.diff for line in _lines(op, option.title))
        case TaskPlan():
            return tuple(
                DiffLine("+", f"task {_quoted(task.title)}", after=task.content or task.priority)
                for task in packet.tasks
            )
        case RiskGate():
            return ()
        case _:
            assert_never(packet)


def rollback_of(packet: Packet) -> str:
    """Say how to take it back."""
    match packet:
        case Research():
            return "Evidence it writes can be withdrawn; the gap then opens again."
        case WriteBlocks():
            return " ".join(_undone(op) for op in packet.diff)
        case Ask():
            undone = [_undone(op) for option in packet.options for op in option.diff]
            return " ".join(["A question can be left unanswered.", *dict.fromkeys(undone)])
        case TaskPlan():
            return "The plan can be withdrawn (`vibe plan withdraw`); nothing is deleted, its tasks are marked."
        case RiskGate():
            return "What was sent, bought or filed stays so; what has not begun is stopped by pausing the execution."
        case _:
            assert_never(packet)


def cost_of(packet: Packet) -> str:
    """Say what it costs: money, time, a person's minutes."""
    match packet:
        case Research():
            return "No money; some seconds of this machine, and a minute of yours for each passage only you can judge."
        case WriteBlocks():
            return "No money; done at once."
        case Ask():
            return "No money; a minute or two of yours."
        case TaskPlan():
            return f"No money by itself; {len(packet.tasks)} tasks to be done."
        case RiskGate():
            return f"{packet.sum_usd:.2f} USD at most." if packet.sum_usd else "No money."
        case _:
            assert_never(packet)


def _sentence(op: Op) -> str:
    match op.op:
        case OpType.CREATE:
            return f"Creates the {_kind(op)} {_quoted(op.after['title'])}."
        case OpType.SET:
            changed = ", ".join(f"{name} {_from(op.before, name)}to {_quoted(op.after[name])}" for name in op.after)
            return f"Sets {changed} on the {_kind(op)} {_quoted(op.title or op.id)}."
        case OpType.WITHDRAW:
            return f"Withdraws the {_kind(op)} {_quoted(op.title or op.id)}; it stays readable."
        case OpType.LINK:
            return f"Adds the link {_link(op)}."
        case OpType.UNLINK:
            return f"Removes the link {_link(op)}."
        case _:
            assert_never(op.op)


def _undone(op: Op) -> str:
    match op.op:
        case OpType.CREATE:
            return f"{_quoted(op.after['title'])} can be withdrawn."
        case OpType.SET:
            return f"{_quoted(op.title or op.id)} can be set back to what stood there; the ledger keeps it."
        case OpType.WITHDRAW:
            return f"{_quoted(op.title or op.id)} can be set back to {op.before.get('status', 'active')}."
        case OpType.LINK:
            return f"The link {_link(op)} can be removed."
        case OpType.UNLINK:
            return f"The link {_link(op)} can be added again."
        case _:
            assert_never(op.op)


def _lines(op: Op, option: str) -> Iterator[DiffLine]:
    match op.op:
        case OpType.CREATE:
            yield DiffLine(
                "+", f"{_kind(op)} {_quoted(op.after['title'])}", after=op.after.get("content", ""), option=option
            )
        case OpType.SET:
            for name, after in op.after.items():
                what = f"{name} of {_quoted(op.title or op.id)}"
                yield DiffLine("~", what, op.before.get(name, ""), after, option)
        case OpType.WITHDRAW:
            what = f"status of {_quoted(op.title or op.id)}"
            yield DiffLine("~", what, op.before.get("status", "active"), "withdrawn", option)
        case OpType.LINK:
            yield DiffLine("+", f"link {_link(op)}", option=option)
        case OpType.UNLINK:
            yield DiffLine("-", f"link {_link(op)}", option=option)
        case _:
            assert_never(op.op)


def _kind(op: Op) -> str:
    return op.kind.value if op.kind else "block"


def _from(before: Mapping[str, str], name: str) -> str:
    return f"from {_quoted(before[name])} " if name in before else ""


def _link(op: Op) -> str:
    ends = op.title or f"{op.source} -> {op.target}"
    return f"{op.link.value if op.link else ''} ({ends})"


def _quoted(text: str) -> str:
    return f"“{text if len(text) <= SHOWN else text[: SHOWN - 1].rstrip() + '…'}”"


def _names(titles: Iterable[str]) -> str:
    found = [_quoted(title) for title in titles]
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}"


def is_final(packet: Packet) -> bool:
    """Whether what it sets going cannot be taken back once it has begun; then it is approved with a second tap."""
    return isinstance(packet, TaskPlan | RiskGate)
