"""One draft: ask the proposer, check its reply against what it was offered, make the packet. Writes nothing.

A reply can word things; kind of packet, targets, remedies and their writes come from the graph.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vibe.domain.acts import ActKind, Intent, ModelRequest
from vibe.domain.blocks import Kind
from vibe.domain.canonical import sha256_of
from vibe.domain.debates import Draft, Role
from vibe.domain.errors import BadInput, Permanent, Transient
from vibe.domain.packets import Ask, Option, Packet, PacketType, Research, Target, TaskPlan
from vibe.kernel.tools import Tools
from vibe.loop.proposing.gaps import Item
from vibe.loop.proposing.remedies import Approach, Offered, planned_tasks
from vibe.ports.inward import Row

PROMPT = "propose/draft"
TRIES = 3
CONTEXT_LINES = 3


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft with its packet and what it was made from; `argued` is the model's name."""

    item: Item
    draft: Draft
    packet: Packet
    context: Mapping[str, Any]
    argued: str


@dataclass(frozen=True, slots=True)
class Failed:
    """No draft came out, for this reason."""

    item: Item
    reason: str


async def draft_item(
    item: Item, approach: Approach, offers: Sequence[Offered], context: Mapping[str, Any], tools: Tools, *, name: str
) -> Drafted | Failed:
    """Ask for a draft; what fails is tried twice again.

    `name` tells this draft from others of the same cause.
    """
    offered = [{"remedy": offer.key, "title": offer.title, "detail": offer.detail} for offer in offers]
    inputs = {
        **context,
        "packets": [approach.packet.value],
        "remedies": offered if approach.packet is PacketType.ASK else _tasks(item, approach),
    }
    reason = ""
    for tried in range(1, TRIES + 1):
        request = ModelRequest(Role.PROPOSER, PROMPT, inputs)
        intent = Intent(f"propose/{name}/{tried}", ActKind.MODEL_CALL, {"prompt": PROMPT, "inputs": sha256_of(inputs)})
        try:
            reply = await tools.acts.ask_model(request, intent)
            draft = Draft.from_reply(reply.value)
            packet = make_packet(draft, approach, item, offers, context)
        except (BadInput, Transient) as error:
            reason = str(error)
            continue
        except Permanent as error:
            return Failed(item, str(error))
        return Drafted(item, draft, packet, context, reply.model)
    return Failed(item, f"no draft after {TRIES} tries: {reason}")


def make_packet(
    draft: Draft, approach: Approach, item: Item, offers: Sequence[Offered], context: Mapping[str, Any]
) -> Packet:
    """Make the packet: the draft's words, everything else as offered.

    Raises:
        BadInput: the draft is of another kind, lacks words that its kind needs, or names what was not offered.
    """
    if draft.packet is not approach.packet:
        raise BadInput(f"{draft.packet} was not offered, only {approach.packet}", field="draft.packet")
    rows = {row["id"]: row for row in item.blocks}
    targets = tuple(_target(rows[block]) for block in approach.target_ids if block in rows)
    if approach.packet is PacketType.RESEARCH:
        for name in ("question", "confirm", "refute"):
            if not getattr(draft, name).strip() and not draft.vague:
                raise BadInput("is empty", field=f"draft.{name}")
        return Research(draft.question, targets, draft.confirm, draft.refute)
    if approach.packet is PacketType.PLAN:
        return TaskPlan(planned_tasks(item), targets)
    return Ask(draft.question or draft.title, _options(draft, offers), targets, _passages(context))


def _tasks(item: Item, approach: Approach) -> list[dict[str, str]]:
    """The tasks of a plan packet, as a proposer is told them."""
    if approach.packet is not PacketType.PLAN:
        return []
    return [
        {"remedy": f"task-{number}", "title": task.title, "detail": task.content}
        for number, task in enumerate(planned_tasks(item), 1)
    ]


def _target(row: Row) -> Target:
    return Target(row["id"], Kind(row["kind"]), str(row["title"])[:1_000], row["content_sha256"])


def _options(draft: Draft, offers: Sequence[Offered]) -> tuple[Option, ...]:
    by_key = {offer.key: offer for offer in offers}
    found: dict[str, Option] = {}
    for option in draft.options:
        offer = by_key.get(option.remedy)
        if offer is None:
            raise BadInput(f"{option.remedy!r} was not offered", field="draft.options")
        found[offer.key] = Option(option.title, option.detail, offer.remedy, offer.diff)
    if not found and not draft.vague:
        raise BadInput("has no options", field="draft.options")
    return tuple(found.values())


def _passages(context: Mapping[str, Any]) -> tuple[str, ...]:
    against = context.get("against") or []
    return tuple(
        f"{row['file'] or 'a source'}:{row['line'] or '?'}: “{row['quote']}”" for row in against[:CONTEXT_LINES]
    )
