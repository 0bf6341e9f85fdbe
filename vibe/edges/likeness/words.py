"""Likeness by words alone (rapidfuzz): always there, and sure only where the same title comes again."""

from __future__ import annotations

from collections.abc import Sequence

from vibe.domain.contrast import DAMPED, contrast
from vibe.domain.likeness import ALIKE, ALIKE_SAME_GAP, Thresholds, Wording, likenesses

SHOW = 0.80


class WordLikeness:
    """Compares the telling words of titles."""

    name = "rapidfuzz"
    thresholds = Thresholds(suppress=ALIKE, same_gap=ALIKE_SAME_GAP, show=SHOW)

    async def scores(self, one: Wording, others: Sequence[Wording]) -> Sequence[float]:
        """How alike the titles are, 0..1."""
        found = likenesses(one.title, [other.title for other in others])
        return [
            score * DAMPED if score >= SHOW and contrast(one.title, other.title).sure else score
            for score, other in zip(found, others, strict=True)
        ]

    async def nearness(self, one: str, other: str) -> float | None:
        """Words alone can't tell."""
        return None

    def close(self) -> None:
        """Nothing is open."""
