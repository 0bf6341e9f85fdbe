"""Budgeting: a person allows models more for today. Woken by the command `RaiseBudget`; emits `BudgetRaised`.

What is allowed stands in the day's node `:Budget {id: day}`; the gate adds it to the caps of that day and no other.

Source: issue 5 (Spend).
"""

from __future__ import annotations

from vibe.domain.acts import RaiseBudget
from vibe.domain.changes import Change, Effect, absent, expect
from vibe.domain.errors import BadInput
from vibe.domain.events import Event, EventType
from vibe.domain.verdicts import decider_of
from vibe.kernel.tools import Tools

MOST_USD = 1_000.0
MOST_TOKENS = 100_000_000


async def raise_budget(command: RaiseBudget, tools: Tools) -> Change:
    """Add to today's allowance.

    Raises:
        Refused: not a person. BadInput: nothing, less than nothing or too much at once.
    """
    who = decider_of(tools.actor)
    if not 0 <= command.usd <= MOST_USD or not 0 <= command.tokens <= MOST_TOKENS:
        raise BadInput(f"allow 0 to {MOST_USD:.0f} USD and 0 to {MOST_TOKENS} tokens at once", field="usd")
    if not command.usd and not command.tokens:
        raise BadInput("say how much: dollars, tokens or both", field="usd")
    day = tools.clock.now().date().isoformat()
    rows = await tools.graph.read("ledger/nodes/budget", ids=[day])
    before = rows[0]["properties"] if rows else {}
    usd = round(float(before.get("usd", 0.0)) + command.usd, 6)
    tokens = int(before.get("tokens", 0)) + command.tokens
    body = {"day": day, "usd": usd, "tokens": tokens, "by": who.person}
    seen = expect("Budget", day, usd=before["usd"], tokens=before["tokens"]) if before else absent("Budget", day)
    return Change(
        expects=(seen,),
        effects=(Effect("budgets/set", {"id": day, "props": {"usd": usd, "tokens": tokens}}),),
        events=(Event(EventType.BUDGET_RAISED, day, body),),
        answer={"day": day, "usd": usd, "tokens": tokens},
    )
