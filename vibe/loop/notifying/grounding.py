"""How well the plan is grounded, as a digest's header says it."""

from __future__ import annotations

from vibe.domain.digests import Grounding
from vibe.kernel.tools import Tools

DRAFTING = [
    "triggering.request_analysis",
    "analyzing.find_gaps",
    "proposing.draft_next",
    "proposing.strengthen_proposal",
    "proposing.redraft_proposal",
    "debating.debate_proposal",
]


async def read_grounding(tools: Tools) -> Grounding:
    """Count the active decisions and assumptions, and those that rest on evidence."""
    counts = [
        (await tools.graph.read(name, status="active", gone="withdrawn"))[0]
        for name in ("notifications/grounded_decisions", "notifications/grounded_assumptions")
    ]
    return Grounding(sum(row["claims"] for row in counts), sum(row["grounded"] for row in counts))


async def is_busy(tools: Tools) -> bool:
    """Whether something is still being drafted or argued about."""
    rows = await tools.graph.read("notifications/busy", handlers=DRAFTING, state="due")
    return bool(rows[0]["count"])
