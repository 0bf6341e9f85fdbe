"""The rules of SPEC section 2, once more, in plain Python over blocks and links: what the queries must agree with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from vibe.domain.blocks import Block, Kind, Link, LinkType

Found = tuple[str, tuple[str, ...]]
"""A gap: its rule, and the related blocks, the first of which it is about."""

_FOR = (LinkType.SUPPORTS, LinkType.EVIDENCE_FOR)
_WAITING = ("pending", "queued")


@dataclass(frozen=True)
class Graph:
    """Blocks by id, links by their target and by their source."""

    blocks: Mapping[str, Block]
    into: Mapping[str, Sequence[Link]] = field(default_factory=dict)
    out: Mapping[str, Sequence[Link]] = field(default_factory=dict)

    @classmethod
    def of(cls, blocks: Sequence[Block], links: Sequence[Link]) -> Graph:
        """Index them."""
        into: dict[str, list[Link]] = {}
        out: dict[str, list[Link]] = {}
        for link in links:
            into.setdefault(link.target, []).append(link)
            out.setdefault(link.source, []).append(link)
        return cls({block.id: block for block in blocks}, into, out)

    def evidence(self, identity: str, *types: LinkType) -> bool:
        """Whether Evidence that is not withdrawn points at the block by one of these types."""
        sources = (self.blocks[link.source] for link in self.into.get(identity, ()) if link.type in types)
        return any(block.kind is Kind.EVIDENCE and block.status != "withdrawn" for block in sources)

    def targets(self, identity: str, link_type: LinkType, kind: Kind) -> list[Block]:
        """What the block points at by this type, of one kind, each once."""
        ids = {link.target for link in self.out.get(identity, ()) if link.type is link_type}
        return [self.blocks[target] for target in sorted(ids) if self.blocks[target].kind is kind]

    def is_provided(self, capability: str) -> bool:
        """Whether anything active provides the capability."""
        sources = (link.source for link in self.into.get(capability, ()) if link.type is LinkType.PROVIDES)
        return any(self.blocks[source].status == "active" for source in sources)


def gaps_of(blocks: Sequence[Block], links: Sequence[Link]) -> frozenset[Found]:
    """Find every gap of a graph (no person has said anything about any of them)."""
    graph = Graph.of(blocks, links)
    return frozenset(found for block in blocks for found in _gaps_of_block(block, graph))


def _gaps_of_block(block: Block, graph: Graph) -> Iterator[Found]:
    if block.kind is Kind.TASK:
        yield from _gaps_of_task(block, graph)
    if block.kind not in (Kind.DECISION, Kind.ASSUMPTION) or block.status != "active":
        return
    if graph.evidence(block.id, LinkType.CONTRADICTS):
        yield ("contradicted", (block.id,))
    if block.kind is Kind.DECISION and not graph.evidence(block.id, *_FOR):
        yield ("unvalidated_decision", (block.id,))
    if block.kind is Kind.ASSUMPTION and not graph.evidence(block.id, *_FOR, LinkType.CONTRADICTS):
        yield ("unvalidated_assumption", (block.id,))


def _gaps_of_task(task: Block, graph: Graph) -> Iterator[Found]:
    needed = graph.targets(task.id, LinkType.REQUIRES, Kind.CAPABILITY)
    missing = [block.id for block in needed if not graph.is_provided(block.id)]
    if missing and task.status in (*_WAITING, "blocked"):
        yield ("missing_capability", (task.id, *missing))
    on = graph.targets(task.id, LinkType.DEPENDS_ON, Kind.TASK)
    stopped = [block.id for block in on if block.status in ("failed", "cancelled", "blocked")]
    if task.status == "blocked" or (task.status in _WAITING and stopped):
        yield ("blocked_task", (task.id, *stopped))
