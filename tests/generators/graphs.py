"""Graphs of any size with planted gaps and decoys, made from small scenes whose gaps are known by construction.

A scene is a handful of blocks and links that stands for one thing a rule can get right or wrong. A graph is as many
scenes as fit, each with ids of its own, linked to each other by nothing that a rule reads, and filled up with blocks no
rule is about. The same size and seed is the same graph.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from tests.generators.reference import Found
from vibe.domain.blocks import Block, Kind, Link, LinkType
from vibe.domain.canonical import iso

FIRST = datetime(2026, 1, 5, 9, tzinfo=UTC)
STOPPED = ("failed", "cancelled", "blocked")
STARTED = ("running", "completed", "failed", "cancelled", "skipped", "in_review", "waiting")


@dataclass
class Scene:
    """Blocks and links under construction; ids start with `prefix`."""

    prefix: str
    blocks: list[Block] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    gaps: set[Found] = field(default_factory=set)

    def add(self, kind: Kind, status: str = "active", title: str = "") -> str:
        """Add a block and return its id."""
        identity = f"{self.prefix}-{len(self.blocks)}"
        made = FIRST + timedelta(minutes=len(self.blocks))
        name = title or f"{kind.value} {identity}"
        self.blocks.append(Block(identity, kind, name, f"What {name} says.", status, made))
        return identity

    def link(self, source: str, link_type: LinkType, target: str) -> str:
        """Link two blocks; returns the target."""
        self.links.append(Link(link_type, source, target))
        return target

    def evidence(self, target: str, link_type: LinkType = LinkType.SUPPORTS, status: str = "active") -> str:
        """Add evidence about a block and return its id."""
        identity = self.add(Kind.EVIDENCE, status)
        self.link(identity, link_type, target)
        return identity

    def expect(self, rule: str, about: str, *others: str) -> None:
        """Say which gap is planted."""
        self.gaps.add((rule, (about, *sorted(others))))


def _bare(scene: Scene, kind: Kind) -> None:
    scene.expect(_unvalidated(kind), scene.add(kind))


def _bare_twins(scene: Scene, kind: Kind) -> None:
    for _ in range(2):
        scene.expect(_unvalidated(kind), scene.add(kind, title="We sell to schools first"))


def _supported(scene: Scene, kind: Kind) -> None:
    scene.evidence(scene.add(kind))
    scene.evidence(scene.add(kind), LinkType.EVIDENCE_FOR)


def _supported_twice(scene: Scene, kind: Kind) -> None:
    claim = scene.add(kind)
    scene.evidence(claim, status="withdrawn")
    second = scene.evidence(claim)
    scene.link(second, LinkType.EVIDENCE_FOR, claim)


def _withdrawn_support(scene: Scene, kind: Kind) -> None:
    claim = scene.add(kind)
    scene.evidence(claim, status="withdrawn")
    scene.expect(_unvalidated(kind), claim)


def _wrong_direction(scene: Scene, kind: Kind) -> None:
    claim = scene.add(kind)
    evidence = scene.add(Kind.EVIDENCE)
    scene.link(claim, LinkType.SUPPORTS, evidence)
    scene.link(claim, LinkType.CONTRADICTS, evidence)
    scene.expect(_unvalidated(kind), claim)


def _wrong_link(scene: Scene, kind: Kind) -> None:
    claim = scene.add(kind)
    for link_type in (LinkType.CONCERNS, LinkType.DERIVED_FROM, LinkType.ADDRESSES, LinkType.PART_OF):
        scene.evidence(claim, link_type)
    scene.expect(_unvalidated(kind), claim)


def _wrong_supporter(scene: Scene, kind: Kind) -> None:
    claim = scene.add(kind)
    for other in (Kind.DECISION, Kind.KNOWLEDGE, Kind.TASK, Kind.ASSUMPTION):
        supporter = scene.add(other, "draft")
        scene.link(supporter, LinkType.SUPPORTS, claim)
        scene.link(supporter, LinkType.CONTRADICTS, claim)
    scene.expect(_unvalidated(kind), claim)


def _inactive(scene: Scene, kind: Kind) -> None:
    for status in ("draft", "withdrawn", "superseded", "rejected"):
        scene.evidence(scene.add(kind, status), LinkType.CONTRADICTS)


def _refuted(scene: Scene, kind: Kind) -> None:
    claim = scene.add(kind)
    scene.evidence(claim, LinkType.CONTRADICTS)
    scene.evidence(claim, LinkType.CONTRADICTS)
    scene.expect("contradicted", claim)
    if kind is Kind.DECISION:
        scene.expect("unvalidated_decision", claim)


def _mixed(scene: Scene, kind: Kind) -> None:
    claim = scene.add(kind)
    scene.evidence(claim, LinkType.CONTRADICTS)
    scene.evidence(claim)
    scene.expect("contradicted", claim)


def _refutation_withdrawn(scene: Scene, kind: Kind) -> None:
    claim = scene.add(kind)
    scene.evidence(claim, LinkType.CONTRADICTS, "withdrawn")
    scene.evidence(claim)


def _rivals(scene: Scene, kind: Kind) -> None:
    one, other = scene.add(kind), scene.add(kind)
    scene.link(one, LinkType.CONTRADICTS, other)
    scene.evidence(one)
    scene.evidence(other)


def _unvalidated(kind: Kind) -> str:
    return f"unvalidated_{kind.lower()}"


def _provided(scene: Scene) -> None:
    task, capability = scene.add(Kind.TASK, "pending"), scene.add(Kind.CAPABILITY)
    scene.link(task, LinkType.REQUIRES, capability)
    scene.link(scene.add(Kind.ARTIFACT), LinkType.PROVIDES, capability)
    scene.link(scene.add(Kind.ARTIFACT, "withdrawn"), LinkType.PROVIDES, capability)


def _nothing_provides(scene: Scene) -> None:
    for status in ("pending", "queued"):
        task, capability = scene.add(Kind.TASK, status), scene.add(Kind.CAPABILITY)
        scene.link(task, LinkType.REQUIRES, capability)
        scene.expect("missing_capability", task, capability)


def _provider_inactive(scene: Scene) -> None:
    task, capability = scene.add(Kind.TASK, "queued"), scene.add(Kind.CAPABILITY)
    scene.link(task, LinkType.REQUIRES, capability)
    for status in ("withdrawn", "draft", "pending"):
        scene.link(scene.add(Kind.ARTIFACT, status), LinkType.PROVIDES, capability)
    scene.expect("missing_capability", task, capability)


def _provides_backwards(scene: Scene) -> None:
    task, capability = scene.add(Kind.TASK, "pending"), scene.add(Kind.CAPABILITY)
    scene.link(task, LinkType.REQUIRES, capability)
    scene.link(capability, LinkType.PROVIDES, scene.add(Kind.ARTIFACT))
    scene.expect("missing_capability", task, capability)


def _some_missing(scene: Scene) -> None:
    task = scene.add(Kind.TASK, "blocked")
    wanted = [scene.add(Kind.CAPABILITY) for _ in range(4)]
    for capability in wanted:
        scene.link(task, LinkType.REQUIRES, capability)
    scene.link(scene.add(Kind.ARTIFACT), LinkType.PROVIDES, wanted[1])
    scene.expect("missing_capability", task, wanted[0], wanted[2], wanted[3])
    scene.expect("blocked_task", task)


def _requires_else(scene: Scene) -> None:
    task = scene.add(Kind.TASK, "pending")
    scene.link(task, LinkType.REQUIRES, scene.add(Kind.KNOWLEDGE))
    scene.link(task, LinkType.DEPENDS_ON, scene.add(Kind.CAPABILITY))


def _started_lacks(scene: Scene) -> None:
    for status in STARTED:
        scene.link(scene.add(Kind.TASK, status), LinkType.REQUIRES, scene.add(Kind.CAPABILITY))


def _blocked(scene: Scene) -> None:
    scene.expect("blocked_task", scene.add(Kind.TASK, "blocked"))


def _waits_for_stopped(scene: Scene) -> None:
    for number, status in enumerate(STOPPED):
        task = scene.add(Kind.TASK, ("pending", "queued")[number % 2])
        stopped = scene.link(task, LinkType.DEPENDS_ON, scene.add(Kind.TASK, status))
        scene.expect("blocked_task", task, stopped)
        if status == "blocked":
            scene.expect("blocked_task", stopped)


def _waits_for_several(scene: Scene) -> None:
    task = scene.add(Kind.TASK, "pending")
    others = [scene.add(Kind.TASK, status) for status in ("failed", "completed", "cancelled", "running")]
    for other in others:
        scene.link(task, LinkType.DEPENDS_ON, other)
    scene.expect("blocked_task", task, others[0], others[2])


def _waits_for_going(scene: Scene) -> None:
    task = scene.add(Kind.TASK, "pending")
    for status in ("pending", "queued", "running", "completed", "skipped"):
        scene.link(task, LinkType.DEPENDS_ON, scene.add(Kind.TASK, status))


def _two_hops(scene: Scene) -> None:
    far, near = scene.add(Kind.TASK, "pending"), scene.add(Kind.TASK, "queued")
    failed = scene.add(Kind.TASK, "failed")
    scene.link(far, LinkType.DEPENDS_ON, near)
    scene.link(near, LinkType.DEPENDS_ON, failed)
    scene.expect("blocked_task", near, failed)


def _depended_on(scene: Scene) -> None:
    task = scene.add(Kind.TASK, "pending")
    scene.link(scene.add(Kind.TASK, "failed"), LinkType.DEPENDS_ON, task)
    scene.link(scene.add(Kind.TASK, "cancelled"), LinkType.BLOCKS, task)
    scene.link(task, LinkType.PART_OF, scene.add(Kind.TASK, "failed"))
    scene.link(task, LinkType.DEPENDS_ON, scene.add(Kind.ARTIFACT, "failed"))


def _started_waits(scene: Scene) -> None:
    for status in STARTED:
        scene.link(scene.add(Kind.TASK, status), LinkType.DEPENDS_ON, scene.add(Kind.TASK, "failed"))


CLAIM_SCENES: tuple[Callable[[Scene, Kind], None], ...] = (
    _bare, _bare_twins, _supported, _supported_twice, _withdrawn_support, _wrong_direction, _wrong_link,
    _wrong_supporter, _inactive, _refuted, _mixed, _refutation_withdrawn, _rivals,
)  # fmt: skip
TASK_SCENES: tuple[Callable[[Scene], None], ...] = (
    _provided, _nothing_provides, _provider_inactive, _provides_backwards, _some_missing, _requires_else,
    _started_lacks, _blocked, _waits_for_stopped, _waits_for_several, _waits_for_going, _two_hops, _depended_on,
    _started_waits,
)  # fmt: skip


@dataclass(frozen=True)
class Planted:
    """A graph and the gaps that were planted in it."""

    blocks: tuple[Block, ...]
    links: tuple[Link, ...]
    gaps: frozenset[Found]

    def lines(self) -> Iterator[str]:
        """The graph in the exchange format, one JSON object a line."""
        for block in self.blocks:
            yield json.dumps(_exchanged(block))
        for link in self.links:
            yield json.dumps({"link": link.type.value, "from": link.source, "to": link.target})


def _exchanged(block: Block) -> dict[str, Any]:
    row: dict[str, Any] = {"block": block.kind.value, "id": block.id, "title": block.title, "content": block.content}
    row |= {"status": block.status, "properties": dict(block.properties)}
    if block.created_at is not None:
        row["created_at"] = iso(block.created_at)
    return row | ({"priority": block.priority} if block.priority else {})


def scenes(prefix: str) -> Iterator[Scene]:
    """Every scene once, for decisions, assumptions and tasks."""
    for kind in (Kind.DECISION, Kind.ASSUMPTION):
        for number, plant in enumerate(CLAIM_SCENES):
            scene = Scene(f"{prefix}{kind.value[0].lower()}{number}")
            plant(scene, kind)
            yield scene
    for number, play in enumerate(TASK_SCENES):
        scene = Scene(f"{prefix}t{number}")
        play(scene)
        yield scene


def planted_graph(size: int, seed: int = 1, share_ratio: float = 0.5) -> Planted:
    """Make a graph of `size` blocks, about `share_ratio` of them in scenes, the rest sound or beside the point."""
    chance = Random(seed)
    found: list[Scene] = []
    count = 0
    round_number = 0
    while True:
        batch = list(scenes(f"s{seed}r{round_number}"))
        more = sum(len(scene.blocks) for scene in batch)
        if found and count + more > size * share_ratio:
            break
        found += batch
        count += more
        round_number += 1
    found += _filling(size - count, seed)
    blocks = [block for scene in found for block in scene.blocks]
    links = [link for scene in found for link in scene.links]
    chance.shuffle(blocks)
    chance.shuffle(links)
    gaps = frozenset(gap for scene in found for gap in scene.gaps)
    return Planted(tuple(blocks), tuple(links), gaps)


def _filling(count: int, seed: int) -> Iterator[Scene]:
    """Sound blocks: backed decisions and assumptions, tasks in a chain, knowledge."""
    scene = Scene(f"f{seed}")
    last = ""
    while len(scene.blocks) + 6 <= count:
        decision = scene.add(Kind.DECISION)
        assumption = scene.add(Kind.ASSUMPTION)
        evidence = scene.evidence(decision)
        scene.link(evidence, LinkType.EVIDENCE_FOR, assumption)
        scene.link(assumption, LinkType.SUPPORTS, decision)
        task = scene.add(Kind.TASK, "pending")
        if last:
            scene.link(task, LinkType.DEPENDS_ON, last)
        last = task
        scene.link(scene.add(Kind.KNOWLEDGE), LinkType.CONCERNS, decision)
        scene.link(scene.add(Kind.QUESTION, "open"), LinkType.CONCERNS, task)
    while len(scene.blocks) < count:
        scene.add(Kind.KNOWLEDGE)
    yield scene


def ids_of(blocks: Sequence[Block]) -> list[str]:
    """Their ids."""
    return [block.id for block in blocks]
