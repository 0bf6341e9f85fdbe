"""Likeness by words alone (rapidfuzz): always there, and sure only where the same title comes again."""

from __future__ import annotations

from collections.abc import Sequence

from vibe.domain.contrast import DAMPED, contrast
from vibe.domain.likeness import ALIKE, ALIKE_SAME_GAP, Thresholds, Wording, core, likenesses_of_cores

SHOW = 0.80


class WordLikeness:
    """Compares the telling words of titles."""

    name = "rapidfuzz"
    thresholds = Thresholds(suppress=ALIKE, same_gap=ALIKE_SAME_GAP, show=SHOW)

    def __init__(self) -> None:
        self._last: tuple[Sequence[Wording], list[str]] | None = None

    async def scores(self, one: Wording, others: Sequence[Wording]) -> Sequence[float]:
        """How alike the titles are, 0..1. The same sequence asked about again is not read again."""
        if self._last is None or self._last[0] is not others:
            self._last = (others, [core(other.title) for other in others])
        found = likenesses_of_cores(core(one.title), self._last[1])
        return [
            score * DAMPED if score >= SHOW and contrast(one.title, other.title).sure else score
            for score, other in zip(found, others, strict=True)
        ]

    async def nearness(self, one: str, other: str) -> float | None:
        """Words alone can't tell."""
        return None

    def close(self) -> None:
        """Nothing is open."""
