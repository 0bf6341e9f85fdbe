"""A draft: blocks, links and remarks while a plan is being read; finishing it checks that all of it hangs together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from vibe.domain.blocks import Block, Link, LinkType, Place
from vibe.domain.identities import derived_id
from vibe.domain.plans import Document, Format, PlanReading, Remark
from vibe.plans.formats.circles import closing_links

REMARKS_KEPT = 1_000
LONGEST_REMARK = 600
ACYCLIC = (LinkType.DEPENDS_ON, LinkType.PART_OF)


@dataclass
class Draft:
    """What was read so far of the plan `plan`."""

    plan: str
    blocks: dict[str, Block] = field(default_factory=dict)
    links: dict[tuple[LinkType, str, str], tuple[Link, Place]] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    untold: int = 0

    def tell(self, remark: Remark) -> None:
        """Keep a remark; past the first thousand they are only counted."""
        if len(self.remarks) < REMARKS_KEPT:
            short = remark.what if len(remark.what) <= LONGEST_REMARK else f"{remark.what[:LONGEST_REMARK]}…"
            self.remarks.append(replace(remark, what=short))
        else:
            self.untold += 1

    def warn(self, place: Place, what: str) -> None:
        """Say that something at this place was left out."""
        self.tell(Remark(place.file, place.line, what))

    def note(self, place: Place, what: str) -> None:
        """Say something that lost nothing."""
        self.tell(Remark(place.file, place.line, what, note=True))

    def identity(self, *source: str | int) -> str:
        """Derive a block's id from the plan and the source's own id: the same at every reading of the same run."""
        return derived_id("block", self.plan, *source)

    def add(self, block: Block) -> str | None:
        """Take a block in; return the id it got.

        An id that is taken: the same words again are left out (None), other words get an id of their own.
        """
        known = self.blocks.get(block.id)
        if known is None:
            self.blocks[block.id] = block
            return block.id
        place = block.place or Place("", 0)
        first = f"{known.place.file}:{known.place.line}" if known.place else "before"
        if known.content_sha256 == block.content_sha256:
            self.warn(place, f"{block.title!r} stands here again (first at {first}); left out")
            return None
        other = derived_id(block.id, block.content_sha256)
        if other in self.blocks:
            self.warn(place, f"{block.title!r} stands here again; left out")
            return None
        self.warn(place, f"{block.title!r} has the id of what stands at {first}; kept under an id of its own")
        self.blocks[other] = replace(block, id=other)
        return other

    def link(self, link: Link, place: Place) -> None:
        """Take a link in; the same link again changes nothing, a block is never linked to itself."""
        if link.source == link.target:
            self.warn(place, f"{link.type} from {self.named(link.source)} to itself; left out")
            return
        self.links.setdefault((link.type, link.source, link.target), (link, place))

    def named(self, identity: str) -> str:
        """Name a block for a reader."""
        block = self.blocks.get(identity)
        return repr(block.title if block else identity)

    def finish(
        self, title: str, source: Format, documents: Iterable[Document] = (), *, may_name_others: bool = False
    ) -> PlanReading:
        """Drop links that point at nothing and links that close a circle; make the reading.

        With `may_name_others` links may name ids that are not in this input; those ids are returned as `outside`.
        """
        outside: set[str] = set()
        for key, (link, place) in list(self.links.items()):
            missing = [end for end in (link.source, link.target) if end not in self.blocks]
            if missing and may_name_others:
                outside.update(missing)
                self.links[key] = (replace(link, place=place), place)
            elif missing:
                self.warn(place, f"{link.type} names {missing[0]!r}, which is not there; the link is left out")
                del self.links[key]
        self._open_circles()
        if self.untold:
            self.remarks.append(Remark(self.remarks[-1].file, None, f"and {self.untold} more remarks like these"))
        return PlanReading(
            plan=self.plan,
            title=title,
            source=source,
            blocks=tuple(self.blocks.values()),
            links=tuple(link for link, _ in self.links.values()),
            documents=tuple(documents),
            remarks=tuple(self.remarks),
            outside=frozenset(outside),
        )

    def _open_circles(self) -> None:
        for kind in ACYCLIC:
            links = [link for link, _ in self.links.values() if link.type is kind]
            for link, circle in closing_links(links, self.blocks):
                place = self.links.pop((link.type, link.source, link.target))[1]
                way = " -> ".join(self.named(step) for step in circle)
                self.warn(place, f"{link.type} closes a circle ({way}); this link is left out")
