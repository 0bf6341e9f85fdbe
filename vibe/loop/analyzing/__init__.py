"""Analyzing: the rules are run over the graph, and what they find is compared with what was known.

Woken by `AnalysisRequested`: over everything (daily, after a big import, when a person asks), or over what an event
touched. Reads the rules' queries (`cypher/gaps/<rule>/`); emits `GapsFound`, `GapsClosed`, `AnalysisFinished`,
`AnalysisFailed`. An analysis of an event's blocks that finds nothing new and loses nothing writes nothing at all.

How it fails: the store does not answer: the bus tries again, three times, then `raise_alarm` says so; a rule takes too
long: it looks at three blocks only, closes nothing and leaves a warning; a rule is broken: the others go on.
Nothing found is no error.

Source: SPEC section 2, document 003 section 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import structlog

from vibe.domain.block_rows import set_block
from vibe.domain.changes import NOTHING, Change, Effect
from vibe.domain.events import Entry, Event, EventType
from vibe.domain.gaps import Rule
from vibe.kernel.tools import Tools
from vibe.loop.analyzing.keeping import Kept, keep
from vibe.loop.analyzing.running import AT_ONCE, Request, Run, in_parts, read_rules, run_rules

log = structlog.get_logger()


async def find_gaps(entry: Entry, tools: Tools) -> Change:
    """Run the rules that were asked for and write what is new and what is gone.

    Raises:
        Unreachable: the store does not answer; nothing was decided, the bus tries again.
    """
    request = Request.read(entry.body)
    rules = _chosen(read_rules(tools.catalog), request.rules)
    runs, known = await run_rules(list(rules.values()), request, tools)
    _tell(runs, request)
    kept = await keep(runs, known, request, tools)
    return _finished(kept, runs, request)


def _chosen(rules: dict[str, Rule], wanted: Sequence[str]) -> dict[str, Rule]:
    return {name: rule for name, rule in rules.items() if not wanted or name in wanted}


def _tell(runs: Sequence[Run], request: Request) -> None:
    for run in runs:
        if run.warning:
            log.warning("analysis.cut_short", rule=run.rule.name, reason=run.warning)
        if run.failure:
            log.error("analysis.rule_failed", rule=run.rule.name, reason=run.failure)
    if not any(run.found for run in runs):
        tell = log.info if request.is_whole else log.debug
        tell("analysis.nothing_found", scope=request.scope, rules=len(runs))


def _finished(kept: Kept, runs: Sequence[Run], request: Request) -> Change:
    warnings = [run.warning for run in runs if run.warning]
    failures = [run for run in runs if run.failure]
    if not (request.is_whole or kept.says_something or warnings or failures):
        return NOTHING
    body: dict[str, Any] = {
        "scope": request.scope,
        "wake": request.wake,
        "draft": request.draft,
        "found": kept.found_count,
        "closed": kept.closed_count,
        "warnings": warnings + [f"rule {run.rule.name} failed: {run.failure}" for run in failures],
    }
    troubles = tuple(
        Event(EventType.ANALYSIS_FAILED, run.rule.name, {"rule": run.rule.name, "reason": run.failure})
        for run in failures
    )
    return kept.rest + Change(events=(*troubles, Event(EventType.ANALYSIS_FINISHED, "analysis", body)))


async def raise_alarm(entry: Entry, tools: Tools) -> Change:
    """Say that an analysis could not be done: the bus held it back or set it aside.

    Woken by `DeliveryHeldBack` and `DeliverySetAside` of `find_gaps` (`concerns_analysis`).
    """
    del tools
    reason = str(entry.body.get("error", ""))
    log.error("analysis.failed", reason=reason)
    return Change(events=(Event(EventType.ANALYSIS_FAILED, "analysis", {"rule": None, "reason": reason}),))


def concerns_analysis(entry: Entry) -> bool:
    """Whether a delivery's trouble is an analysis' trouble."""
    return entry.body.get("handler") == "analyzing.find_gaps"


async def score_assumptions(entries: Sequence[Entry], tools: Tools) -> Change:
    """Recompute how much of an assumption's evidence is for it, wherever evidence came or went."""
    ids = list(dict.fromkeys(name for entry in entries for name in _named(entry)))
    rows = []
    for part in in_parts(ids, AT_ONCE):
        rows += await tools.graph.read("gaps/support", ids=part, limit=5000)
    changed = {row["id"]: _ratio(row["supports"], row["contradicts"]) for row in rows}
    before = {row["id"]: row["support_ratio"] for row in rows}
    items = [
        {"id": name, "before": before[name], "after": ratio} for name, ratio in changed.items() if ratio != before[name]
    ]
    if not items:
        return NOTHING
    sets = (set_block(item["id"], supportRatio=item["after"]) for item in items)
    event = Event(EventType.ASSUMPTIONS_SCORED, items[0]["id"], {"items": items})
    return Change(effects=(Effect("blocks/set", *sets),), events=(event,))


def _named(entry: Entry) -> list[str]:
    return [*entry.body.get("ids", ()), *entry.body.get("targets", ())]


def _ratio(supports: int, contradicts: int) -> float | None:
    return round(supports / (supports + contradicts), 4) if supports + contradicts else None
