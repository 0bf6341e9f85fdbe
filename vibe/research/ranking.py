"""Ranking: claims set against passages; what is written, what waits for a person's tap, in which order, and why.

`Examiner` takes in all claims and all passages of a plan once (weights, rivals, schedule, the prompt's prohibitions),
then examines any claims against any batch of passages. A finding depends on its claim, its passage and the plan,
never on the batch it came in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vibe.domain.research import Claim, Finding, Passage, Role, Stance
from vibe.research.bench import Bench, lexicon_of
from vibe.research.findings import ranked
from vibe.research.measuring import by_figures, by_schedule
from vibe.research.ordering import by_order
from vibe.research.wording import by_words, says_about

_UNREAD = frozenset({Role.COPY, Role.QUESTION})


class Examiner:
    """Examines claims of one plan."""

    def __init__(self, claims: Sequence[Claim], passages: Sequence[Passage]) -> None:
        self._bench = Bench(claims, passages)

    def examine(self, passages: Iterable[Passage], claims: Sequence[Claim] | None = None) -> list[Finding]:
        """Findings for the claims (default: all of the plan), claim by claim in the order given.

        Of each claim the written ones come first, then candidates by score.
        """
        wanted = self._bench.claims if claims is None else tuple(claims)
        ids = frozenset(claim.id for claim in wanted)
        batch = [passage for passage in passages if passage.role not in _UNREAD]
        found: dict[str, list[Finding]] = {claim.id: [] for claim in wanted}
        for passage in batch:
            for one in (
                *by_words(self._bench, passage, ids),
                *by_figures(self._bench, passage, wanted),
                *by_order(self._bench, passage, wanted),
            ):
                found[one.claim_id].append(one)
        for one in by_schedule(self._bench, batch, wanted):
            found[one.claim_id].append(one)
        return [one for claim in wanted for one in ranked(found[claim.id])]

    def stance(self, claim: Claim, passage: Passage) -> tuple[Stance, bool]:
        """What one passage says about one of the plan's claims, and whether that would be written."""
        found = self.examine([passage], [claim])
        if found:
            return found[0].stance, found[0].written
        return says_about(self._bench, claim, passage), False


def examine(claims: Sequence[Claim], passages: Sequence[Passage], rivals: Sequence[Claim] = ()) -> list[Finding]:
    """Set claims against passages at once; `rivals` are all claims of the plan where `claims` are only some."""
    return Examiner(rivals or claims, passages).examine(passages, claims)


__all__ = ["Examiner", "examine", "lexicon_of"]
