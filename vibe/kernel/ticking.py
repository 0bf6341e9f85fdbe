"""Ticking: the clock's voice. Due times are nodes; a tick wakes its handlers and makes no entry.

A tick's id is its name and planned time: twice is once. Ticks missed while nobody ran are one tick, the latest.
APScheduler's triggers only compute next times, so a manual clock drives everything. The only module that imports it.

Source: DESIGN section 3, "Time".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from vibe.domain.canonical import epoch_ms
from vibe.domain.changes import Change, Effect, expect
from vibe.domain.errors import BadInput, Conflict
from vibe.domain.events import Entry, Tick
from vibe.kernel.composing import delivery_row
from vibe.kernel.ledger import Ledger
from vibe.kernel.submissions import Route, Submission
from vibe.kernel.turns import Turn
from vibe.ports.inward import Clock, Graph

_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a tick is due: `daily_at` ("09:00", in `zone`), or every `interval`."""

    tick: Tick
    daily_at: str | None = None
    interval: timedelta | None = None
    zone: str = "UTC"

    def after(self, moment: datetime) -> datetime:
        """The first due time later than `moment`; aware UTC."""
        due: datetime = self._trigger().get_next_fire_time(None, moment + timedelta(microseconds=1))
        return due.astimezone(UTC)

    def latest(self, first: datetime, now: datetime) -> datetime:
        """The last due time not later than `now`, counting from `first`."""
        due = first
        while (following := self.after(due)) <= now:
            due = following
            if self.interval is not None:  # jump, instead of stepping through a month of minutes
                due += ((now - due) // self.interval) * self.interval
        return due

    def _trigger(self) -> BaseTrigger:
        if self.interval is not None:
            return IntervalTrigger(seconds=int(self.interval.total_seconds()), start_date=_EPOCH, timezone=UTC)
        hour, minute = (self.daily_at or "09:00").split(":")
        return CronTrigger(hour=int(hour), minute=int(minute), timezone=ZoneInfo(self.zone))


def next_of_cron(expression: str, zone: str, moment: datetime) -> datetime:
    """The first time later than `moment` that a cron expression of five fields names, in a zone; aware UTC.

    Raises:
        BadInput: it is no cron expression, or names no time at all.
    """
    try:
        trigger = CronTrigger.from_crontab(expression, timezone=ZoneInfo(zone))
    except ValueError as error:
        raise BadInput(f"{expression!r} is no cron expression: {error}; write one like `0 9 * * mon`") from error
    due: datetime | None = trigger.get_next_fire_time(None, moment + timedelta(microseconds=1))
    if due is None:
        raise BadInput(f"{expression!r} names no time that ever comes", field="cron")
    return due.astimezone(UTC)


class Ticker:
    """Writes the deliveries of ticks that are due, while this process has the turn."""

    def __init__(
        self,
        *,
        graph: Graph,
        ledger: Ledger,
        clock: Clock,
        turn: Turn,
        schedules: Sequence[Schedule],
        routes: Mapping[str, Sequence[Route]],
    ) -> None:
        self._graph, self._ledger, self._clock, self._turn = graph, ledger, clock, turn
        self._schedules = {schedule.tick.value: schedule for schedule in schedules}
        self._routes = routes

    async def sweep(self) -> datetime | None:
        """Wake what is due; returns when the next tick is."""
        now = self._clock.now()
        due = {row["id"]: row["due_ms"] for row in await self._graph.read("ledger/due/read", limit=100)}
        fresh = [schedule for name, schedule in self._schedules.items() if name not in due]
        if fresh:
            rows = [
                {"id": item.tick.value, "name": item.tick.value, "dueMs": epoch_ms(item.after(now))} for item in fresh
            ]
            await self._book(Change(effects=(Effect("ledger/due/start", *rows),)))
            due |= {row["id"]: row["dueMs"] for row in rows}
        for name, planned_ms in sorted(due.items()):
            if name in self._schedules and planned_ms <= epoch_ms(now):
                due[name] = await self._fire(self._schedules[name], planned_ms, now)
        known = [ms for name, ms in due.items() if name in self._schedules]
        return datetime.fromtimestamp(min(known) / 1000, UTC) if known else None

    async def _fire(self, schedule: Schedule, planned_ms: int, now: datetime) -> int:
        planned = schedule.latest(datetime.fromtimestamp(planned_ms / 1000, UTC), now)
        following = epoch_ms(schedule.after(planned))
        name = schedule.tick.value
        identity = f"{name}@{planned.isoformat()}"
        entry = Entry(0, identity, name, name, "clock", planned, identity, identity)
        deliveries = [delivery_row(entry, route) for route in self._routes.get(name, ())]
        moved = Effect("ledger/due/move", {"id": name, "dueMs": following})
        effects = (moved, Effect("ledger/deliver", *deliveries)) if deliveries else (moved,)
        await self._book(Change((expect("Due", name, dueMs=planned_ms),), effects))
        return following

    async def _book(self, change: Change) -> None:
        now = self._clock.now()
        try:
            await self._ledger.commit(Submission(change, "", "clock", now, epoch=self._turn.epoch))
        except Conflict:
            return  # another process was first
