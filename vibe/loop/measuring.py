"""Measuring: is the loop well? Woken hourly (`HealthDue`) and each minute (`SweepDue`).

Reads what waits too long, what was set aside, and how well the debate's judging holds (alarms); emits `HealthMeasured`
only when the trouble is another than last time, so that a quiet loop leaves no trace. An alarm that is new is `raised`:
`notifying.reviewing` tells it once. A failure here is transient: the next minute looks again.

Source: seed 003 section 1 (scheduled triggers), DESIGN section 2, issue 5 (Measuring itself).
"""

from __future__ import annotations

from datetime import timedelta

from vibe.domain.acts import ActKind
from vibe.domain.canonical import epoch_ms, from_json
from vibe.domain.changes import NOTHING, Change
from vibe.domain.events import Entry, Event, EventType
from vibe.kernel.measures import read_alarms
from vibe.kernel.tools import Tools

_SUBJECT = "loop"


async def measure_loop(entry: Entry, tools: Tools) -> Change:
    """Say what is wrong with the loop, when that has changed."""
    trouble, alarms = await _trouble(tools), await read_alarms(tools.graph, tools.clock.now())
    last = await tools.graph.read("ledger/last_of_type", type=EventType.HEALTH_MEASURED.value)
    told = from_json(last[0]["body"])["event"] if last else {}
    known = told.get("alarms", {})
    if trouble == told.get("trouble", []) and alarms.keys() == known.keys():
        return NOTHING
    raised = sorted(alarms.keys() - known.keys())
    body = {"trouble": trouble, "alarms": alarms, "raised": raised}
    return Change(events=(Event(EventType.HEALTH_MEASURED, _SUBJECT, body),))


async def _trouble(tools: Tools) -> list[str]:
    """What is wrong now, in words that stay the same while it does."""
    aside = await tools.graph.read("ledger/set_aside", limit=1000)
    waiting = await tools.graph.read("ledger/pending", after=-1, limit=1000)
    limit_ms = epoch_ms(tools.clock.now()) - tools.settings.health.max_open_s * 1000
    late = sorted({str(row["handler"]) for row in waiting if row["attempts"] > 0 and row["due_ms"] < limit_ms})
    found = [f"{row['handler']} was set aside ({row['id'][:12]})" for row in aside]
    return [*found, *(f"{name} is late" for name in late), *await _model_trouble(tools)]


async def _model_trouble(tools: Tools) -> list[str]:
    """Whether the language model failed so often in a row that the rules stand in."""
    most = tools.settings.model.breaker_after
    since = (tools.clock.now() - timedelta(days=1)).date().isoformat()
    latest = await tools.graph.read("ledger/step/latest", what=ActKind.MODEL_CALL, since=since, limit=most)
    failed = len(latest) == most and all(row["state"] == "failed" for row in latest)
    return [f"the model failed {most} times in a row; rules stand in"] if failed else []
