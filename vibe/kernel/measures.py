"""Measures: how well the loop serves its founder over 30 days, read in one way for every surface.

The command line, the page, the weekly message and the loop's own health read through here.

Source: document 003 section 9, issue 5 (Measuring itself).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from vibe.domain.acts import ActKind
from vibe.domain.agreement import CRITIC_OVER, OVER, Judged, alarms, unreliable
from vibe.domain.canonical import from_json
from vibe.domain.events import EventType
from vibe.domain.ladders import RungAction
from vibe.domain.metrics import (
    Metric,
    Span,
    acceptance,
    agreement,
    answer_time_h,
    cost_per_accepted,
    counted,
    filtered_share,
    gap_accuracy,
    spans_of,
    stuck_rate,
    tokens_a_day,
)
from vibe.ports.inward import Graph, Row

DAYS = 30
JUDGED_DAYS = 365
"""Agreement over the last 50 looks back so far."""
STANDS = (EventType.LOOP_PAUSED, EventType.LOOP_RESUMED)
WAITS = (EventType.HUMAN_ASKED, EventType.ANSWER_RECORDED, EventType.QUESTION_EXPIRED)
PAST = frozenset({RungAction.PAUSE.value, RungAction.AGAIN.value})
"""From this rung on nobody answered in time."""
MOST = 10_000


@dataclass(frozen=True, slots=True)
class Measured:
    """What was counted: the measures, what models cost, and the days behind them (`days`: one row a day)."""

    metrics: tuple[Metric, ...]
    spent: tuple[Row, ...]
    days: tuple[Mapping[str, Any], ...]
    alarms: Mapping[str, str]

    def as_json(self) -> dict[str, Any]:
        """As `vibe metrics --json` prints it."""
        return {
            "days": DAYS,
            "metrics": [one.as_json() for one in self.metrics],
            "spent": [dict(row) for row in self.spent],
            "by_day": [dict(day) for day in self.days],
            "alarms": [{"kind": kind, "what": words} for kind, words in self.alarms.items()],
        }


async def read_judged(graph: Graph, now: datetime, limit: int = 2 * OVER) -> list[Judged]:
    """The proposals on which both arbiter and person gave their word, the last first."""
    since = now - timedelta(days=JUDGED_DAYS)
    decided, sampled = await asyncio.gather(
        graph.read("metrics/judged", since=since, limit=limit),
        graph.read("metrics/samples_answered", since=since, limit=limit),
    )
    found = [*map(Judged.decided, decided), *map(Judged.sampled, sampled)]
    return sorted(found, key=lambda one: one.at, reverse=True)[:limit]


async def why_unfiltered(graph: Graph, now: datetime) -> str:
    """Why the debate filters nothing at present, in words; empty: it filters."""
    found = unreliable(await read_judged(graph, now, OVER))
    return f"checks and you agreed on only {found.count} of the last {found.total} proposals" if found else ""


async def read_alarms(graph: Graph, now: datetime) -> dict[str, str]:
    """What is wrong with the judging."""
    critic = await graph.read("metrics/critic", limit=CRITIC_OVER)
    return alarms(await read_judged(graph, now), [row["fails"] for row in critic])


async def read_measures(graph: Graph, now: datetime) -> Measured:
    """Count everything over the last 30 days."""
    since = now - timedelta(days=DAYS)
    verdicts = counted(await graph.read("metrics/verdicts", since=since, limit=100), "outcome")
    statuses = counted(await graph.read("metrics/proposals", since=since, limit=100), "status")
    marks = counted(await graph.read("metrics/marks", since=since, limit=100), "mark")
    answers = await graph.read("metrics/answers", since=since, limit=MOST)
    judged = await read_judged(graph, now, MOST)
    days = {"since": since.date().isoformat(), "until": now.date().isoformat()}
    spent = await graph.read("ledger/step/spent_by", what=ActKind.MODEL_CALL, limit=1000, **days)
    cost, tokens = sum(row["cost"] for row in spent), sum(row["tokens"] for row in spent)
    found = (
        acceptance(verdicts),
        gap_accuracy(verdicts, marks),
        answer_time_h([(row["asked_at"], row["answered_at"]) for row in answers]),
        stuck_rate(await _stood(graph, now), since, now),
        filtered_share(statuses),
        agreement([one for one in judged if one.at >= since]),
        cost_per_accepted(cost, verdicts),
        tokens_a_day(tokens, DAYS),
    )
    return Measured(found, tuple(spent), await _by_day(graph, since, now), await read_alarms(graph, now))


async def _stood(graph: Graph, now: datetime) -> list[Span]:
    """When a loop was paused, or a question waited past its last rung but one."""
    paused = await graph.read("metrics/entries", types=[str(kind) for kind in STANDS], limit=MOST)
    waited = await graph.read("metrics/entries", types=[str(kind) for kind in WAITS], limit=MOST)
    stands = [(row["at"], row["subject"], row["type"] == EventType.LOOP_PAUSED) for row in reversed(paused)]
    waits = []
    for row in reversed(waited):
        body = from_json(row["body"])["event"]
        asked = row["type"] == EventType.HUMAN_ASKED
        if not asked or body.get("action") in PAST:
            waits.append((row["at"], str(body.get("question") or row["subject"]), asked))
    return spans_of(stands, now) + spans_of(waits, now)


async def _by_day(graph: Graph, since: datetime, now: datetime) -> tuple[Mapping[str, Any], ...]:
    """What was decided, filtered and used, day by day, empty days included."""
    first, last = since.date(), now.date()
    rows = {
        (first + timedelta(days=n)).isoformat(): {"approved": 0, "rejected": 0, "ready": 0, "filtered": 0, "tokens": 0}
        for n in range((last - first).days + 1)
    }
    for query in ("metrics/decided_by_day", "metrics/argued_by_day"):
        for row in await graph.read(query, since=since, limit=MOST):
            rows[row["at"].date().isoformat()][row["word"]] += 1
    spans = {"since": first.isoformat(), "until": last.isoformat()}
    for row in await graph.read("metrics/tokens_by_day", what=ActKind.MODEL_CALL, limit=400, **spans):
        rows[row["day"]]["tokens"] = row["tokens"]
    return tuple({"day": day, **found} for day, found in rows.items())
