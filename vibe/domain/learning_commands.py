"""Commands by which Vibe learns from a person: what they say of what was held back, of what it takes for their wish.

Like `domain.commands`, which holds the rest; `flow.COMMANDS` names the handler of each.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class JudgeSample:
    """Say whether the filtered proposal that is shown this week was rightly dropped: `right` or `wrong`."""

    number: int
    answer: str


@dataclass(frozen=True, slots=True)
class SettlePreference:
    """Say whether what was inferred is a standing preference; `id` may be its beginning. Can be said again."""

    id: str
    holds: bool


@dataclass(frozen=True, slots=True)
class HearWords:
    """Take down words that are about nothing that waits: a wish that is kept, a standing preference, or neither."""

    text: str


@dataclass(frozen=True, slots=True)
class CloseIntent:
    """Take something off the list of what a person wants done; `id` may be its beginning."""

    id: str
