"""Budgets: how much calls to a model may cost; booked before each call, settled after it.

Calls in flight are booked too, so a day's sum goes over its cap by no more than what is in flight at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from vibe.domain.acts import Intent, Spend
from vibe.domain.errors import Refused
from vibe.ports.inward import Graph


@dataclass(frozen=True, slots=True)
class Budget:
    """Caps; 0 is none."""

    usd_a_day: float = 0.0
    usd_a_month: float = 0.0
    tokens_a_day: int = 0

    async def check(self, intent: Intent, today: date, graph: Graph) -> None:
        """Let an act pass that what is left covers.

        Raises:
            Refused: it does not; says what is spent and where to allow more.
        """
        if not intent.cost_usd and not intent.tokens:
            return
        day, month = today.isoformat(), today.replace(day=1).isoformat()
        spent = await _spent(intent, day, day, graph)
        over_usd = self.usd_a_day and spent.cost_usd + intent.cost_usd > self.usd_a_day
        over_tokens = self.tokens_a_day and spent.tokens + intent.tokens > self.tokens_a_day
        if over_usd or over_tokens:
            await self._allow(spent, intent, day, graph)
        if not self.usd_a_month or not intent.cost_usd:
            return
        spent = await _spent(intent, month, day, graph)
        if spent.cost_usd + intent.cost_usd > self.usd_a_month:
            told = f"{spent.cost_usd:.2f} of {self.usd_a_month:.2f} USD"
            raise OverBudget(f"{told} are spent this month; model.usd_a_month allows more")

    async def _allow(self, spent: Spend, intent: Intent, day: str, graph: Graph) -> None:
        """Let pass what the owner allowed for this day beside the caps."""
        rows = await graph.read("ledger/nodes/budget", ids=[day])
        more = rows[0]["properties"] if rows else {}
        tokens, usd = self.tokens_a_day + int(more.get("tokens", 0)), self.usd_a_day + float(more.get("usd", 0.0))
        if self.tokens_a_day and spent.tokens + intent.tokens > tokens:
            told = f"{spent.tokens} of {tokens} tokens are used today"
            raise OverBudget(f"{told}; `vibe model allow --tokens N` (today) or model.tokens_a_day allows more")
        if self.usd_a_day and spent.cost_usd + intent.cost_usd > usd:
            told = f"{spent.cost_usd:.2f} of {usd:.2f} USD are spent today"
            raise OverBudget(f"{told}; `vibe model allow USD` (today) or model.usd_a_day allows more")


class OverBudget(Refused):
    """What is left does not cover it."""


async def _spent(intent: Intent, since: str, until: str, graph: Graph) -> Spend:
    row = (await graph.read("ledger/step/spent", what=intent.what, since=since, until=until))[0]
    return Spend(float(row["cost"]), int(row["tokens"]))
