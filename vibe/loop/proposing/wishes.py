"""Wishes: confirmed standing preferences, as far as rules can follow them: which way first, what not, how long.

Source: issue 5 (Learning).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from vibe.domain.preferences import SORT, PreferenceStatus, Wish, against, ordered, shortened
from vibe.kernel.tools import Tools
from vibe.loop.proposing.drafting import Drafted, Failed
from vibe.loop.proposing.remedies import Approach

MOST = 100


@dataclass(frozen=True, slots=True)
class Wishes:
    """Keys of confirmed preferences, with what each says."""

    said: dict[str, str]

    def first(self, approaches: Sequence[Approach]) -> list[Approach]:
        """The ways to go about it, in the order the person prefers."""
        order = ordered(self.said, [approach.packet.value for approach in approaches])
        return sorted(approaches, key=lambda approach: order.index(approach.packet.value))

    def keep(self, result: Drafted | Failed) -> Drafted | Failed:
        """The draft as the person wants it; failed, naming the preference, where it goes against one."""
        if isinstance(result, Failed):
            return result
        draft = result.draft
        plain = {"title": draft.title, "content": draft.content, "effort": draft.effort.value}
        key = against(self.said, plain | {"proposal_type": draft.proposal_type.value})
        if key is not None:
            return Failed(result.item, f"it goes against your standing preference “{self.said[key]}”")
        if Wish.SHORT in self.said:
            return replace(result, draft=replace(draft, content=shortened(draft.content)))
        return result


async def read_wishes(tools: Tools) -> Wishes:
    """The preferences a person confirmed; one that a person wrote without a key is only shown to the proposer."""
    rows = await tools.graph.read("learning/preferences", sort=SORT, limit=MOST)
    active = [row for row in rows if row["wish"] and row["status"] == PreferenceStatus.ACTIVE]
    return Wishes({row["wish"]: row["title"] for row in active})
