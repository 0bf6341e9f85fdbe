"""Triggering: what happened becomes one request to analyse.

Woken by everything that changes what rules read (`BlocksAdded`, `BlocksChanged`, `PlanImported`, `PlanWithdrawn`,
`EvidenceAdded`, `EvidenceWithdrawn`, `TaskCompleted`, `TaskFailed`), by the daily `AnalysisDue`, by `LoopResumed`, and
by the command `AnalyseNow`. What comes within two seconds is joined: 700 imported blocks are one analysis. Emits
`AnalysisRequested`, with the blocks that changed and the rules they can touch, or nothing.

The loop's own writes are analysed too, but apart: what they open is drafted by the daily pass only. While the loop is
paused nothing is requested; when it goes on everything is looked at, because nobody listened meanwhile.

Source: DESIGN sections 2 and 3 ("Circles"), SPEC sections 2 and 5, document 003 section 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from vibe.domain.changes import NOTHING, Change
from vibe.domain.commands import AnalyseNow
from vibe.domain.errors import BadInput, Refused
from vibe.domain.events import Entry, Event, EventType, Tick
from vibe.domain.gaps import Rule
from vibe.kernel.tools import Tools

MOST_NAMED = 2000
"""More changed blocks than this and everything is looked at."""
AT_ONCE = 500
WHOLE = frozenset({Tick.ANALYSIS_DUE, EventType.PLAN_IMPORTED, EventType.LOOP_RESUMED})


async def request_analysis(entries: Sequence[Entry], tools: Tools) -> Change:
    """Ask for one analysis of all that happened; two where the loop's own writes are among it."""
    if (await tools.graph.read("loop/paused"))[0]["paused"]:
        return NOTHING
    if any(entry.type in WHOLE for entry in entries):
        is_daily = any(entry.type == Tick.ANALYSIS_DUE for entry in entries)
        return _asked(scope="all", draft=True, wake="daily" if is_daily else "outside")
    heard = await _of_whole_plans(entries, tools)
    change = NOTHING
    for wake, from_loop in (("outside", False), ("loop", True)):
        change += await _of_changed(_ids(entry for entry in heard if entry.is_from_loop is from_loop), wake, tools)
    return change


async def _of_whole_plans(entries: Sequence[Entry], tools: Tools) -> list[Entry]:
    """Leave out the parts of plans that are still coming in; their end is heard of."""
    if not any(entry.body.get("plan") for entry in entries):
        return list(entries)
    importing = {row["id"] for row in await tools.graph.read("gaps/importing", limit=500)}
    return [entry for entry in entries if entry.body.get("plan") not in importing]


async def _of_changed(ids: list[str], wake: str, tools: Tools) -> Change:
    if len(ids) > MOST_NAMED:
        return _asked(scope="all", draft=wake != "loop", wake=wake)
    kinds = set()
    for start in range(0, len(ids), AT_ONCE):
        kinds |= {row["kind"] for row in await tools.graph.read("gaps/kinds", ids=ids[start : start + AT_ONCE])}
    rules = [name for name, rule in _rules(tools).items() if ids and rule.is_touched_by(kinds)]
    if not rules:
        return NOTHING
    return _asked(scope="touched", ids=ids, rules=rules, draft=wake != "loop", wake=wake)


def _rules(tools: Tools) -> dict[str, Rule]:
    queries = tools.catalog.queries
    parts = {name: (queries[f"gaps/{name}/test"], queries.get(f"gaps/{name}/touched")) for name in tools.catalog.rules}
    return {
        name: Rule.read(name, test.header, touched.header if touched else {}) for name, (test, touched) in parts.items()
    }


def _ids(entries: Iterable[Entry]) -> list[str]:
    named: dict[str, None] = {}
    for entry in entries:
        named |= dict.fromkeys([*entry.body.get("ids", ()), *entry.body.get("targets", ())])
    return list(named)


def _asked(**body: Any) -> Change:
    return Change(events=(Event(EventType.ANALYSIS_REQUESTED, "analysis", body),))


async def analyse_now(command: AnalyseNow, tools: Tools) -> Change:
    """Ask for an analysis of everything, because a person wants to know now.

    Raises:
        BadInput: there is no such rule.
        Refused: a full cycle while the loop is paused.
    """
    known = tools.catalog.rules
    if command.rule is not None and command.rule not in known:
        raise BadInput(f"there is no rule {command.rule!r}; there are {', '.join(known)}", field="rule")
    paused = (await tools.graph.read("loop/paused"))[0]
    if command.draft and paused["paused"]:
        raise Refused(f"the loop is paused ({paused['reason'] or 'no reason given'}); `vibe loop resume` lets it go on")
    rules = [command.rule] if command.rule else []
    return _asked(scope="all", rules=rules, draft=command.draft, wake="command")
