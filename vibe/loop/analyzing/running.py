"""Running one rule: over everything or over what was touched, within its time.

A rule's `anchors` scan the graph in pages; whatever would change what is known (a gap that is new, one that is gone)
is asked of its `test` once more before anything is written. After an event there is no scan: `touched` names the blocks
and `test` judges them. So a full pass costs a scan, and an event costs what it touched, however big the graph.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from vibe.catalog import Catalog
from vibe.domain.errors import BadInput, Permanent, Transient, Unreachable
from vibe.domain.gaps import LIVE, Found, GapStatus, Rule
from vibe.kernel.tools import Tools
from vibe.ports.inward import Row

T = TypeVar("T")
SCAN = 5000
"""Anchors read at once: the fewer pages the better, measured on both stores."""
AT_ONCE = 500
"""Ids handed to one query."""
MOST_TOUCHED = 5000
"""More than this and the rule is run over everything instead."""
REDUCED = 3
"""Anchors looked at when a rule takes too long (document 003 section 2)."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to analyse: everything, or the blocks with these ids; `rules` empty is every rule.

    `wake` is who asked: daily, command, outside (an event), loop (an event of the loop's own). `draft` lets the rest of
    the cycle follow.
    """

    scope: str
    ids: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    draft: bool = False
    wake: str = "outside"

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> Request:
        """Read an `AnalysisRequested`."""
        ids, rules = tuple(body.get("ids", ())), tuple(body.get("rules") or ())
        return cls(body["scope"], ids, rules, bool(body.get("draft")), str(body.get("wake", "outside")))

    @property
    def is_whole(self) -> bool:
        """Whether everything is looked at."""
        return self.scope == "all"


@dataclass(frozen=True, slots=True)
class Known:
    """The gaps that were known before, by id: all that are not closed, or all that concern what was touched."""

    rows: Mapping[str, Row]

    @classmethod
    def of(cls, rows: Iterable[Row]) -> Known:
        """Index rows of `gaps/known` or `gaps/about`."""
        return cls({row["id"]: row for row in rows})

    def holds(self, gap: str) -> bool:
        """Whether the gap is known and not closed."""
        return gap in self.rows and self.rows[gap]["status"] != GapStatus.CLOSED

    def live(self, rule: str) -> list[str]:
        """The rule's gaps that are open or proposed."""
        return [gap for gap, row in self.rows.items() if row["rule"] == rule and row["status"] in LIVE]


@dataclass(frozen=True, slots=True)
class Run:
    """What came of one rule: all gaps found, those among them nobody knew, and the known ones that are gone.

    With a `warning` it was cut short, with a `failure` it did not run: either way nothing is gone.
    """

    rule: Rule
    found: Mapping[str, Found] = field(default_factory=dict)
    fresh: tuple[Found, ...] = ()
    gone: tuple[Row, ...] = ()
    warning: str = ""
    failure: str = ""


def read_rules(catalog: Catalog) -> dict[str, Rule]:
    """Read every rule there is a folder of.

    Raises:
        BadInput: a folder lacks one of its three queries, or a header line.
    """
    rules = {}
    for name in catalog.rules:
        for part in ("anchors", "touched"):
            file = f"cypher/gaps/{name}/{part}.cypher"
            if f"gaps/{name}/{part}" not in catalog.queries:
                raise BadInput("a rule is three queries: anchors, touched, test", file=file)
        test, touched = (catalog.query(f"gaps/{name}/{part}") for part in ("test", "touched"))
        rules[name] = Rule.read(name, test.header, touched.header)
    return rules


async def run_rules(rules: Sequence[Rule], request: Request, tools: Tools) -> tuple[list[Run], Known]:
    """Run rules, each within its time limit; returns what came of each, and what was known before.

    Raises:
        Unreachable: the store does not answer.
    """
    if request.is_whole:
        skip, known = await asyncio.gather(_importing(tools), _all_known(rules, tools))
        return [
            await _guarded(rule, _over_everything(rule, known, skip, tools), known, skip, tools) for rule in rules
        ], known
    touching = (asyncio.wait_for(_touched(rule.name, request.ids, tools), _limit_s(tools)) for rule in rules)
    skip, touched = await asyncio.gather(_importing(tools), asyncio.gather(*touching, return_exceptions=True))
    named = dict.fromkeys(name for found in touched if isinstance(found, list) for name in found)
    known = await _known_about([*(dict.fromkeys(request.ids) | named)], rules, tools)
    testing = (
        _guarded(rule, _over_touched(rule, found, known, skip, tools), known, skip, tools)
        for rule, found in zip(rules, touched, strict=True)
    )
    return await asyncio.gather(*testing), known


async def _importing(tools: Tools) -> list[str]:
    """Read which plans are still coming in: their blocks are skipped."""
    return [row["id"] for row in await tools.graph.read("gaps/importing", limit=500)]


async def _all_known(rules: Sequence[Rule], tools: Tools) -> Known:
    """Read which gaps of these rules are not closed: their ids and states only, there can be many."""
    rows: list[Row] = []
    after = -1
    while True:
        page = await tools.graph.read("gaps/known", rules=[rule.name for rule in rules], after=after, limit=SCAN)
        rows += page
        if len(page) < SCAN:
            return Known.of(rows)
        after = page[-1]["key"]


async def _known_about(ids: Sequence[str], rules: Sequence[Rule], tools: Tools) -> Known:
    """Read the gaps of these rules that concern blocks, closed ones too."""
    names = {rule.name for rule in rules}
    rows: list[Row] = []
    for part in in_parts(ids, AT_ONCE):
        rows += await tools.graph.read("gaps/about", ids=part, limit=5000)
    return Known.of(row for row in rows if row["rule"] in names)


def _limit_s(tools: Tools) -> float:
    return tools.settings.gaps.rule_timeout.total_seconds()


async def _guarded(rule: Rule, work: Coroutine[Any, Any, Run], known: Known, skip: list[str], tools: Tools) -> Run:
    """Do a rule's work as document 003's table of failures says."""
    try:
        return await asyncio.wait_for(work, _limit_s(tools))
    except Unreachable:
        raise
    except (TimeoutError, Transient) as error:
        return await _reduced(rule, known, skip, tools, f"{error}" or f"took longer than {_limit_s(tools):g} s")
    except Permanent as error:
        return Run(rule, failure=str(error))


async def _reduced(rule: Rule, known: Known, skip: list[str], tools: Tools, why: str) -> Run:
    """Look at three anchors only; nothing can be said to be gone."""
    warning = f"rule {rule.name} was cut short, it looked at {REDUCED} blocks only: {why}"
    try:
        rows = await tools.graph.read(f"gaps/{rule.name}/anchors", after=-1, limit=REDUCED, skip=skip)
    except Unreachable:
        raise
    except Transient:
        return Run(rule, warning=warning)
    found = _by_id(Found.of(rule.name, row["related"]) for row in rows)
    return Run(rule, found, tuple(item for item in found.values() if not known.holds(item.id)), warning=warning)


async def _over_everything(rule: Rule, known: Known, skip: list[str], tools: Tools) -> Run:
    found = await _scan(rule, skip, tools)
    new = [item.block_id for item in found.values() if not known.holds(item.id)]
    lost = await _rows([gap for gap in known.live(rule.name) if gap not in found], tools)
    doubtful = [*new, *(row["block_id"] for row in lost)]
    confirmed = await _test(rule, doubtful, skip, tools) if doubtful else {}
    fresh = tuple(item for item in confirmed.values() if not known.holds(item.id))
    return Run(rule, found | confirmed, fresh, tuple(row for row in lost if row["id"] not in confirmed))


async def _scan(rule: Rule, skip: list[str], tools: Tools) -> dict[str, Found]:
    """Read all anchors. Several may share a key, so a page's last key is begun again, and a page of one key grows."""
    found: dict[str, Found] = {}
    after, limit = -1, SCAN
    while True:
        rows = await tools.graph.read(f"gaps/{rule.name}/anchors", after=after, limit=limit, skip=skip)
        found |= _by_id(Found.of(rule.name, row["related"]) for row in rows)
        if len(rows) < limit:
            return found
        is_one_key = rows[0]["key"] == rows[-1]["key"]
        after, limit = (after, limit * 4) if is_one_key else (rows[-1]["key"] - 1, SCAN)


async def _touched(rule: str, ids: Sequence[str], tools: Tools) -> list[str]:
    """Ask which blocks a change can touch; a list of `MOST_TOUCHED` or more is not all of them."""
    touched: dict[str, None] = {}
    for part in in_parts(ids, AT_ONCE):
        rows = await tools.graph.read(f"gaps/{rule}/touched", ids=part, limit=MOST_TOUCHED)
        touched |= dict.fromkeys(row["id"] for row in rows)
        if len(rows) >= MOST_TOUCHED:
            break
    return list(touched)


async def _over_touched(
    rule: Rule, touched: list[str] | BaseException, known: Known, skip: list[str], tools: Tools
) -> Run:
    if isinstance(touched, BaseException):
        raise touched
    if len(touched) >= MOST_TOUCHED:
        return await _over_everything(rule, await _all_known([rule], tools), skip, tools)
    mine = {gap: row for gap, row in known.rows.items() if row["rule"] == rule.name}
    tested = list(dict.fromkeys([*touched, *(row["block_id"] for row in mine.values())]))
    found = await _test(rule, tested, skip, tools)
    fresh = tuple(item for item in found.values() if not known.holds(item.id))
    return Run(rule, found, fresh, tuple(mine[gap] for gap in known.live(rule.name) if gap not in found))


async def _test(rule: Rule, blocks: Iterable[str], skip: list[str], tools: Tools) -> dict[str, Found]:
    found: dict[str, Found] = {}
    for part in in_parts(list(dict.fromkeys(blocks)), tools.settings.gaps.page):
        rows = await tools.graph.read(f"gaps/{rule.name}/test", ids=part, skip=skip)
        found |= _by_id(Found.of(rule.name, row["related"]) for row in rows)
    return found


async def _rows(gaps: Sequence[str], tools: Tools) -> list[Row]:
    rows: list[Row] = []
    for part in in_parts(gaps, AT_ONCE):
        rows += await tools.graph.read("gaps/of_ids", ids=part)
    return rows


def _by_id(founds: Iterable[Found]) -> dict[str, Found]:
    return {item.id: item for item in founds}


def in_parts(items: Sequence[T], most: int) -> Iterator[list[T]]:
    """Cut a list into parts."""
    for start in range(0, len(items), most):
        yield list(items[start : start + most])
