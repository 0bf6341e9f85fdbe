"""Past rejections, read before anything is drafted: what they keep from being proposed again.

`never`: the gap and what is alike, unless the gap's score has risen since. `not_now`: until its date. `bad_approach`:
that approach, and what is alike, for that gap. Gap key first, likeness second: the key is exact, the score is not.

Source: SPEC section 3, document 003 section 7.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vibe.domain.likeness import ALIKE_SAME_GAP, Thresholds, Wording, likeness_of_cores, subject
from vibe.domain.proposals import RejectionType, Waiting
from vibe.kernel.tools import Tools
from vibe.loop.proposing.gaps import Item, OpenGap

MOST = 10_000


@dataclass(frozen=True, slots=True)
class Rejection:
    """A rejection that still holds."""

    id: str
    kind: RejectionType
    title: str
    approach: str
    scores: Mapping[str, int]
    number: int
    until: datetime | None
    reason: str = ""

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Rejection:
        """Read one row of `proposals/rejections`."""
        ids, scores = row["gap_ids"] or [], row["gap_scores"] or []
        return cls(
            id=row["id"],
            kind=RejectionType(row["kind"]),
            title=row["title"] or "",
            approach=row["approach"] or "",
            scores=dict(zip(ids, [*scores, *[0] * (len(ids) - len(scores))], strict=True)),
            number=row["number"] or 0,
            until=row["until"],
            reason=row.get("reason") or "",
        )

    def holds_for(self, gap: OpenGap, now: datetime) -> bool:
        """Whether it still keeps back: its date has not come, the gap's score has not risen."""
        if self.kind is RejectionType.NOT_NOW:
            return self.until is not None and self.until > now
        worst = self.scores.get(gap.id, max(self.scores.values(), default=0))
        return self.kind is not RejectionType.NEVER or gap.score <= worst


@dataclass(frozen=True, slots=True)
class Rejections:
    """All that hold; `wordings` is what their titles are about, in the same order, made once a pass."""

    items: tuple[Rejection, ...] = ()
    wordings: tuple[Wording, ...] = ()

    @classmethod
    def of(cls, items: Iterable[Rejection]) -> Rejections:
        """Take in rejections."""
        found = tuple(items)
        return cls(found, tuple(Wording(subject(item.title)) for item in found))

    def __iter__(self) -> Iterator[Rejection]:
        return iter(self.items)


async def read_rejections(tools: Tools) -> Rejections:
    """Everything that was rejected and still holds."""
    rows = await tools.graph.read("proposals/rejections", status="active", limit=MOST)
    return Rejections.of(map(Rejection.from_row, rows))


def keeps_back(gap: OpenGap, rejections: Rejections, now: datetime) -> Rejection | None:
    """The `never` or `not_now` that was said about this very gap."""
    kinds = (RejectionType.NEVER, RejectionType.NOT_NOW)
    return next(
        (item for item in rejections if item.kind in kinds and gap.id in item.scores and item.holds_for(gap, now)), None
    )


def forbids(gaps: Sequence[OpenGap], approach: str, rejections: Rejections) -> Rejection | None:
    """The `bad_approach` that was said about this way to go about one of these gaps."""
    ids = {gap.id for gap in gaps}
    return next(
        (
            item
            for item in rejections
            if item.kind is RejectionType.BAD_APPROACH and item.approach == approach and ids & item.scores.keys()
        ),
        None,
    )


@dataclass(frozen=True, slots=True)
class Alike:
    """A rejection that a draft is like; where it does not suppress it is shown to critic and person."""

    by: Rejection
    score: float
    suppresses: bool

    @property
    def told(self) -> dict[str, Any]:
        """As critic, arbiter and person are told of it."""
        return {"number": self.by.number, "title": self.by.title, "status": "rejected", "kind": self.by.kind.value}


async def is_like(title: str, gap: OpenGap, rejections: Rejections, tools: Tools) -> Alike | None:
    """What a draft's title is most alike to: the first that suppresses, else the nearest worth showing."""
    likeness, now = tools.likeness, tools.clock.now()
    scores = await likeness.scores(Wording(subject(title)), rejections.wordings)
    nearest: Alike | None = None
    for item, score in zip(rejections.items, scores, strict=True):
        if not _may_count(item, gap, score, likeness.thresholds.show) or not item.holds_for(gap, now):
            continue
        if _is_same(item, title, score, gap, likeness.thresholds):
            return Alike(item, score, suppresses=True)
        if score >= likeness.thresholds.show and (nearest is None or score > nearest.score):
            nearest = Alike(item, score, suppresses=False)
    return nearest


def _may_count(item: Rejection, gap: OpenGap, score: float, show: float) -> bool:
    return score >= show or (item.kind is RejectionType.BAD_APPROACH and gap.id in item.scores)


def _is_same(item: Rejection, title: str, score: float, gap: OpenGap, thresholds: Thresholds) -> bool:
    same_gap = gap.id in item.scores
    if item.kind is RejectionType.BAD_APPROACH:
        # about one block every title shares its subject: here the whole wording counts
        return same_gap and likeness_of_cores(title.lower(), item.title.lower()) >= ALIKE_SAME_GAP
    return score >= (thresholds.same_gap if same_gap else thresholds.suppress)


@dataclass(frozen=True, slots=True)
class Avoided:
    """Gaps that are not drafted for because of a rejection."""

    item: Item
    by: Rejection

    @property
    def reason(self) -> str:
        """Names the rejection."""
        return f"avoided: like no. {self.by.number} “{self.by.title}”, rejected as {self.by.kind}"

    @property
    def waits(self) -> Waiting:
        """What would let it be tried again."""
        return Waiting.DATE if self.by.kind is RejectionType.NOT_NOW else Waiting.CHANGE
