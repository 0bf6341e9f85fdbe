"""Spending: what the model cost, what is left of today, and how it stands, for every surface that tells it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vibe.domain.acts import ActKind
from vibe.ports.inward import Graph
from vibe.settings import ModelSettings

MOST = 1_000


async def read_spending(graph: Graph, settings: ModelSettings, now: datetime) -> dict[str, Any]:
    """Read today's and this month's spend by role and proposal, the caps with what was allowed, and the breaker."""
    day, month = now.date().isoformat(), now.date().replace(day=1).isoformat()
    what = ActKind.MODEL_CALL
    today = (await graph.read("ledger/step/spent", what=what, since=day, until=day))[0]
    in_month = (await graph.read("ledger/step/spent", what=what, since=month, until=day))[0]
    by = await graph.read("ledger/step/spent_by", what=what, since=month, until=day, limit=MOST)
    rows = {row["id"]: row["properties"] for row in await graph.read("ledger/nodes/budget", ids=[day, "model"])}
    more, state = rows.get(day, {}), rows.get("model", {})
    return {
        "server": settings.base_url,
        "model": settings.name,
        "today": {name: today[name] for name in ("count", "cost", "tokens")},
        "month": {name: in_month[name] for name in ("count", "cost", "tokens")},
        "allowed_today": {
            "usd": settings.usd_a_day + float(more.get("usd", 0.0)) if settings.usd_a_day else None,
            "tokens": settings.tokens_a_day + int(more.get("tokens", 0)) if settings.tokens_a_day else None,
        },
        "allowed_month_usd": settings.usd_a_month or None,
        "by": [dict(row) for row in by],
        "rests": str(state.get("why") or "it failed too often") if state.get("open") else None,
    }
