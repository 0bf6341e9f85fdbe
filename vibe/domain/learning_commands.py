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
