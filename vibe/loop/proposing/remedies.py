"""What can be done about a gap: kinds of packet in order of preference, and the remedies a person is offered.

The graph decides both, never a text: a proposer may only word what it is offered here. Nothing is offered that this
installation can't carry out. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from vibe.domain.blocks import Kind, LinkType
from vibe.domain.identities import derived_id
from vibe.domain.packet_ops import Op, OpType
from vibe.domain.packets import PacketType, PlannedTask, Remedy, approach_key
from vibe.domain.proposals import is_proposed_plan
from vibe.loop.proposing.gaps import Item
from vibe.ports.inward import Row

SHORT = 60
STOPPED = frozenset({"failed", "cancelled", "blocked"})


@dataclass(frozen=True, slots=True)
class Offered:
    """A remedy with everything but its words; `key` is what a proposer's reply refers to it by."""

    key: str
    remedy: Remedy
    title: str
    detail: str = ""
    diff: tuple[Op, ...] = ()


@dataclass(frozen=True, slots=True)
class Approach:
    """One way to go about an item: a kind of packet and the blocks it is about."""

    packet: PacketType
    target_ids: tuple[str, ...]

    @property
    def key(self) -> str:
        """What a `bad_approach` forbids."""
        return approach_key(self.packet, self.target_ids)


def approaches(item: Item) -> tuple[Approach, ...]:
    """The ways to go about an item, the best first."""
    everything = tuple(row["id"] for row in item.blocks)
    main = tuple(dict.fromkeys(gap.block_id for gap in item.gaps))
    if item.first.type in ("unvalidated_decision", "unvalidated_assumption"):
        return Approach(PacketType.RESEARCH, main), Approach(PacketType.ASK, main)
    if item.first.type == "contradicted":
        return Approach(PacketType.ASK, main), Approach(PacketType.RESEARCH, main)
    if item.first.type == "missing_capability" and _is_described(item):
        return Approach(PacketType.PLAN, everything), Approach(PacketType.ASK, everything)
    return (Approach(PacketType.ASK, everything),)


def _is_described(item: Item) -> bool:
    """Whether the graph says what the one missing capability is, so that somebody could be sent to look for it.

    An action word says too little; and a plan that looks for somebody is not to set off another such plan.
    """
    needs = _lacking(item)
    if len(needs) != 1 or any(is_proposed_plan(gap.plan) for gap in item.gaps):
        return False
    said, title = str(needs[0]["content"] or "").strip(), str(needs[0]["title"])
    return bool(said) and said != title and needs[0]["id"] != derived_id("capability", title)


def _lacking(item: Item) -> list[Row]:
    return [row for row in item.blocks if row["kind"] == "Capability"]


def planned_tasks(item: Item) -> tuple[PlannedTask, ...]:
    """The tasks that get a capability provided, named after it and after what waits for it."""
    need = _lacking(item)[0]
    waiting = [row for row in item.blocks if row["kind"] == "Task"]
    told = ", ".join(_short(row) for row in waiting[:4])
    first = f"Write down what {_short(need)} has to do for {_short(waiting[0])}"
    second = f"Research who provides {_short(need)}, at what price and from when"
    last = f"Decide who provides {_short(need)} and agree on it"
    urgent = min((str(row["priority"]) for row in waiting if row["priority"]), default="P2")
    return (
        PlannedTask(first, f"{str(need['content'])[:2_000]}\nNeeded by {told}.", urgent),
        PlannedTask(second, "Compare at least two people, firms or agents by what was written down.", urgent, (first,)),
        PlannedTask(last, "Done when a name, a price and a day are agreed on.", urgent, (second,)),
    )


def remedies(item: Item) -> tuple[Offered, ...]:
    """What a person could do about it, as the graph stands."""
    offers = {
        "contradicted": _settling,
        "missing_capability": _providing,
        "blocked_task": _unblocking,
    }.get(item.first.type, _backing)
    found: dict[str, Offered] = {}
    for offer in offers(item):
        found.setdefault(offer.title.casefold(), offer)
    return tuple(found.values())


def _short(row: Row) -> str:
    title = " ".join(str(row["title"]).split())
    return f"“{title if len(title) <= SHORT else title[: SHORT - 1].rstrip() + '…'}”"


def _withdraw(row: Row) -> Op:
    return Op(OpType.WITHDRAW, row["id"], Kind(row["kind"]), row["title"], before={"status": row["status"]})


def _status(row: Row, wanted: str) -> Op:
    before = {"status": str(row["status"])}
    return Op(OpType.SET, row["id"], Kind(row["kind"]), row["title"], before=before, after={"status": wanted})


def _unlink(link: LinkType, source: Row, target: Row) -> Op:
    ends = f"{source['title']} -> {target['title']}"[:900]
    return Op(OpType.UNLINK, title=ends, link=link, source=source["id"], target=target["id"])


def _settling(item: Item) -> Iterator[Offered]:
    main = item.blocks[0]
    yield Offered("revise", Remedy.REVISE, f"Revise {_short(main)}", "Write what it should say from now on.")
    yield Offered(
        "withdraw",
        Remedy.WITHDRAW,
        f"Withdraw {_short(main)}",
        "It no longer counts; it stays readable.",
        (_withdraw(main),),
    )
    yield Offered("keep", Remedy.KEEP, f"Keep {_short(main)} as it is", "Say why the passage does not change it.")


def _backing(item: Item) -> Iterator[Offered]:
    main = item.blocks[0]
    yield Offered("evidence", Remedy.EVIDENCE, "I have evidence", "Write it down, or paste a link.")
    yield Offered("accept", Remedy.ACCEPT, "Accept the risk for now", f"{_short(main)} stays as it is, unproven.")
    yield Offered(
        "withdraw", Remedy.WITHDRAW, f"Withdraw {_short(main)}", "Nothing is built on it.", (_withdraw(main),)
    )


def _providing(item: Item) -> Iterator[Offered]:
    tasks = [row for row in item.blocks if row["kind"] == "Task"]
    lacking = _lacking(item)
    names = ", ".join(_short(row) for row in lacking[:2])
    yield Offered(
        "provide", Remedy.PROVIDE, f"Somebody or something provides {names}", "Name who or what, and from when."
    )
    without = tuple(
        _unlink(LinkType.REQUIRES, task, need) for task in tasks for need in lacking if _needs(item, task, need)
    )
    one = _short(tasks[0]) if len(tasks) == 1 else f"the {len(tasks)} tasks"
    if without:
        yield Offered("drop", Remedy.DROP, f"Do {one} without it", "The requirement is taken away.", without)
    yield Offered(
        "cancel", Remedy.WITHDRAW, f"Give up {one}", "What depends on it will have to be looked at.",
        tuple(_status(task, "cancelled") for task in tasks),
    )  # fmt: skip


def _needs(item: Item, task: Row, need: Row) -> bool:
    return any(gap.block_id == task["id"] and need["id"] in gap.related_blocks for gap in item.gaps)


def _unblocking(item: Item) -> Iterator[Offered]:
    rows: Mapping[str, Row] = {row["id"]: row for row in item.blocks}
    stuck = [rows[gap.block_id] for gap in item.gaps]
    stopped = [row for row in item.blocks if row["id"] not in {one["id"] for one in stuck} and row["status"] in STOPPED]
    for number, cause in enumerate(stopped[:2], 1):
        waiting = [rows[gap.block_id] for gap in item.gaps if cause["id"] in gap.related_blocks]
        yield from _about_cause(number, cause, waiting)
    blocked = tuple(_status(row, "pending") for row in stuck if row["status"] == "blocked")
    if blocked:
        yield Offered(
            "unblock",
            Remedy.UNBLOCK,
            f"{_short(stuck[0])} is no longer blocked",
            "It waits for its turn again.",
            blocked,
        )
    yield Offered("replace", Remedy.REPLACE, f"Reach {_short(stuck[0])} another way", "Say what takes its place.")
    if not stopped:
        given_up = tuple(_status(row, "cancelled") for row in stuck)
        yield Offered(
            "cancel",
            Remedy.WITHDRAW,
            f"Give up {_short(stuck[0])}",
            "What depends on it will have to be looked at.",
            given_up,
        )


def _about_cause(number: int, cause: Row, waiting: Sequence[Row]) -> Iterator[Offered]:
    again = "Redo" if cause["status"] != "blocked" else "Unblock"
    key = f"-{number}"
    detail = f"It is {cause['status']}; it waits for its turn again."
    yield Offered("redo" + key, Remedy.REDO, f"{again} {_short(cause)}", detail, (_status(cause, "pending"),))
    links = tuple(_unlink(LinkType.DEPENDS_ON, row, cause) for row in waiting)
    one = _short(waiting[0]) if len(waiting) == 1 else f"the {len(waiting)} tasks"
    yield Offered(
        "drop" + key, Remedy.DROP, f"Go on with {one} without {_short(cause)}", "The dependency is taken away.", links
    )
