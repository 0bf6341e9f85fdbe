"""The bus: brings each entry to the handlers that `flow.py` names for it, once.

The transaction that writes an entry writes its deliveries; a handler's own change deletes its delivery, so an effect in
the graph happens exactly once. Lowest `seq` of a subject first, different subjects in parallel, a bound per handler.

How a handler fails decides what follows: `Transient` moves the delivery's due time (and holds back its subject),
`Permanent` sets it aside for `vibe stuck` and lets the subject go on, `NeedsHuman` asks, `Conflict` runs the handler
again on fresh reads, five times, then counts as transient. What is none of these is a bug: set aside, with its trace.

Source: DESIGN section 3, "Bus". The only place with a blanket `except`.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Never

import structlog

from vibe.domain.canonical import epoch_ms
from vibe.domain.changes import NOTHING, Change, Effect, expect
from vibe.domain.errors import Conflict, NeedsHuman, Permanent, Transient
from vibe.domain.events import Entry, Event, EventType
from vibe.domain.identities import derived_id
from vibe.domain.questions import Asking, ask
from vibe.kernel import mending
from vibe.kernel.commit import Acts, Gate, Where
from vibe.kernel.composing import as_entry
from vibe.kernel.submissions import Route, StaleTurn, Submission
from vibe.kernel.tools import Tools
from vibe.kernel.turns import Turn
from vibe.ports.inward import Clock, Graph, Row, Wakeup

log = structlog.get_logger()

FRESH_TRIES = 5
PAGE, ENTRIES = 1000, 500
Handler = Callable[[Any, Tools], Awaitable[Change]]
"""Takes one entry (or, where its route joins, all that wait) and the tools; returns what is to be written."""


@dataclass(frozen=True, slots=True)
class Waits:
    """How patient the bus is (settings `[bus]`)."""

    poll: timedelta
    transient_tries: int
    most_wait: timedelta


@dataclass(frozen=True, slots=True)
class _Job:
    """One or more deliveries that are handed over together, in the epoch in which they were taken up."""

    route: Route
    deliveries: tuple[Row, ...]
    epoch: int

    @property
    def first(self) -> Row:
        return self.deliveries[0]

    @property
    def lane(self) -> tuple[str, str]:
        """Deliveries of one lane go one after the other."""
        return (self.route.handler, str(self.first["subject"]))


class Bus:
    """Delivers while this process has the turn.

    Args:
        handlers: handler name -> function.
        routes: event type -> its routes, as the ledger has them.
        tools_for: makes a handler's tools from its acts.
        on_events: told of what a handler's change made happen, once it is committed.
    """

    def __init__(
        self,
        *,
        graph: Graph,
        gate: Gate,
        turn: Turn,
        clock: Clock,
        wakeup: Wakeup,
        routes: Mapping[str, Sequence[Route]],
        handlers: Mapping[str, Handler],
        tools_for: Callable[[Acts], Tools],
        waits: Waits,
        on_events: Callable[[Sequence[Event]], None] = lambda _: None,
    ) -> None:
        self._graph, self._gate, self._turn, self._clock, self._wakeup = graph, gate, turn, clock, wakeup
        self._handlers, self._tools_for, self._waits = handlers, tools_for, waits
        self._on_events = on_events
        self._routes = {route.handler: route for rows in routes.values() for route in rows}

    async def run(self) -> Never:
        """Deliver for ever: while this process has the turn, else stand by."""
        while True:
            wait_until = self._clock.now() + self._waits.poll
            try:
                if await self._turn.take():
                    soonest = await self.drain()
                    wait_until = min(wait_until, soonest or wait_until)
            except StaleTurn:
                self._turn.drop()
            except Transient as error:
                log.warning("bus.store_unreachable", error=str(error))
            await self._wakeup.wait(wait_until)

    async def drain(self, root: str | None = None, only: Container[str] | None = None) -> datetime | None:
        """Deliver what is due (of one root and to these handlers, or all) until nothing is.

        Returns:
            When the next delivery will be due; None when there is none.

        Raises:
            StaleTurn: another process has the turn; what was under way is cut off.
            Transient: the store does not answer; the deliveries wait.
        """
        try:
            return await self._drain(root, only)
        except ExceptionGroup as errors:
            for kind in (StaleTurn, Transient):  # who lost the turn need not ask for the store
                for error in errors.exceptions:
                    if isinstance(error, kind):
                        raise error from None
            raise

    async def _drain(self, root: str | None, only: Container[str] | None) -> datetime | None:
        running: dict[tuple[str, str], asyncio.Task[None]] = {}
        async with asyncio.TaskGroup() as group:
            while True:
                for lane in [lane for lane, task in running.items() if task.done()]:
                    del running[lane]
                await self._turn.take()
                if self._turn.epoch is None:
                    raise StaleTurn
                jobs, soonest = self._due_jobs(await self.pending(root, only), running, self._turn.epoch)
                told = await self._told(jobs)
                for job in jobs:
                    work = self._deliver(job, _entries(job, told))
                    running[job.lane] = group.create_task(work, name=f"deliver {job.route.handler}")
                if not running:
                    return soonest
                await self._wakeup.wait(self._clock.now() + self._waits.poll)

    async def pending(self, root: str | None = None, only: Container[str] | None = None) -> list[Row]:
        """Deliveries that wait: of one root, or all (a thousand at a time); to these handlers, or to any."""
        if root is None:
            rows = await self._graph.read("ledger/pending", after=-1, limit=PAGE)
        else:
            rows = await self._graph.read("ledger/pending_of_root", root=root, limit=PAGE)
        return [row for row in rows if only is None or row["handler"] in only]

    def _due_jobs(
        self, pending: Sequence[Row], running: Mapping[tuple[str, str], object], epoch: int
    ) -> tuple[list[_Job], datetime | None]:
        """Find what may be delivered now: per lane the lowest seq, up to each handler's bound."""
        now = epoch_ms(self._clock.now())
        lanes: dict[tuple[str, str], list[Row]] = {}
        for row in pending:
            lanes.setdefault((row["handler"], row["subject"]), []).append(row)
        used = Counter(handler for handler, _ in running)
        jobs: list[_Job] = []
        later: list[int] = []
        for lane, rows in lanes.items():
            route = self._routes.get(lane[0], Route(lane[0]))
            if lane in running or used[lane[0]] >= route.bound:
                continue
            if rows[0]["due_ms"] > now:
                later.append(rows[0]["due_ms"])
                continue
            used[lane[0]] += 1
            jobs.append(_Job(route, tuple(rows) if route.joins else (rows[0],), epoch))
        return jobs, datetime.fromtimestamp(min(later) / 1000, UTC) if later else None

    async def _told(self, jobs: Sequence[_Job]) -> dict[str, Entry]:
        """The entries that jobs are about, by their ids; read at once for all of them."""
        wanted = sorted({row["entry"] for job in jobs for row in job.deliveries if not row["tick"]})
        parts = [wanted[start : start + ENTRIES] for start in range(0, len(wanted), ENTRIES)]
        pages = [await self._graph.read("ledger/entries", ids=part) for part in parts]
        return {row["id"]: as_entry(row) for page in pages for row in page}

    async def _deliver(self, job: _Job, entries: list[Entry]) -> None:
        """Run one handler and commit what it wants; never raises but for a lost turn or a lost store."""
        row = job.first
        with structlog.contextvars.bound_contextvars(handler=row["handler"], root=row["root"], seq=row["seq"]):
            try:
                await self._handle(job, entries)
            except StaleTurn:
                raise
            except Transient as error:
                await self._put_off(job, error, error.retry_after_s)
            except NeedsHuman as error:
                await self._set_aside(job, error, "asked", self._question(job, error))
            except Permanent as error:
                await self._set_aside(job, error, "aside")
            except Exception as error:
                log.exception("bus.handler_failed")
                await self._set_aside(job, error, "aside")
            finally:
                self._wakeup.notify()

    async def _handle(self, job: _Job, entries: list[Entry]) -> None:
        if not entries:
            return await self._forget(job)
        handler = self._handlers.get(job.route.handler)
        if handler is None:
            raise Permanent(f"there is no handler {job.route.handler!r} in this version")
        last: Conflict | None = None
        for _ in range(FRESH_TRIES):
            tools = self._tools_for(Acts(self._gate, self._where(job, entries[0])))
            change = await handler(entries if job.route.joins else entries[0], tools)
            try:
                await self._gate.commit(self._submission(job, entries, change))
            except StaleTurn:
                raise
            except Conflict as error:
                last = error
                if not await self._still_waits(job):
                    return None  # somebody has done it meanwhile
            else:
                self._on_events(change.events)
                log.debug("bus.delivered", events=[str(event.type) for event in change.events])
                return None
        raise Transient(f"lost {FRESH_TRIES} races: {last}", retry_after_s=1.0) from last

    def _where(self, job: _Job, entry: Entry) -> Where:
        return Where(entry.id, job.route.handler, entry.root, job.epoch)

    async def _still_waits(self, job: _Job) -> bool:
        return bool(await self._graph.read("ledger/nodes/delivery", ids=[job.first["id"]]))

    def _submission(self, job: _Job, entries: Sequence[Entry], change: Change) -> Submission:
        entry = entries[0]
        done = Effect("ledger/delivered", *({"id": row["id"]} for row in job.deliveries))
        return Submission(
            change,
            base=derived_id(entry.id, job.route.handler),
            actor="loop",
            at=self._clock.now(),
            cause=entry.id,
            root=entry.root,
            epoch=job.epoch,
            books=(done,),
            guards=tuple(expect("Delivery", row["id"], state="due") for row in job.deliveries),
            joined=tuple(sorted({other.root for other in entries} - {entry.root})),
        )

    async def _forget(self, job: _Job) -> None:
        """Drop deliveries whose entries were sealed away."""
        books = (Effect("ledger/delivered", *({"id": row["id"]} for row in job.deliveries)),)
        await self._book(job, Change(), books)

    async def _put_off(self, job: _Job, error: Transient, retry_after_s: float) -> None:
        tries = int(job.first["attempts"]) + 1
        wait = min(timedelta(seconds=retry_after_s * 2 ** (tries - 1)), self._waits.most_wait)
        due = epoch_ms(self._clock.now() + wait)
        log.warning("bus.put_off", error=str(error), tries=tries, wait_s=wait.total_seconds())
        change = Change()
        if tries == self._waits.transient_tries:
            change = Change(events=(self._trouble(job, EventType.DELIVERY_HELD_BACK, error),))
        await self._book(job, change, (self._moved(job, due, "due", tries, error),))

    def _question(self, job: _Job, error: NeedsHuman) -> Change:
        """Ask; the answer puts the delivery back in line (`mending.retry_answered`)."""
        row = job.first
        asking = Asking(
            id=mending.question_of(row["id"]),
            question=error.question,
            asker="loop",
            context=(f"{job.route.handler} can't go on without the answer, and is tried again with it.",),
            stuck_on=job.route.handler,
        )
        return ask(asking, at=self._clock.now())

    async def _set_aside(self, job: _Job, error: Exception, state: str, more: Change = NOTHING) -> None:
        log.error("bus.set_aside", error=str(error), state=state)
        moved = self._moved(job, int(job.first["due_ms"]), state, int(job.first["attempts"]) + 1, error)
        event = self._trouble(job, EventType.DELIVERY_SET_ASIDE, error)
        await self._book(job, Change(events=(event,)) + more, (moved,))

    def _moved(self, job: _Job, due: int, state: str, tries: int, error: Exception) -> Effect:
        said = f"{type(error).__name__}: {error}"[:500]
        moved = {"dueMs": due, "state": state, "attempts": tries, "error": said}
        rows = ({"id": row["id"], **moved} for row in job.deliveries)
        return Effect("ledger/put_off", *rows)

    def _trouble(self, job: _Job, what: EventType, error: Exception) -> Event:
        body = {"delivery": job.first["id"], "handler": job.route.handler, "error": str(error)[:500]}
        return Event(what, str(job.first["subject"] or job.first["entry"]), body)

    async def _book(self, job: _Job, change: Change, books: tuple[Effect, ...]) -> None:
        row = job.first
        base = f"{row['id']}/trouble/{row['attempts']}"
        submission = Submission(
            change,
            base,
            actor="loop",
            at=self._clock.now(),
            cause=row["entry"],
            root=row["root"],
            epoch=job.epoch,
            books=books,
            guards=(expect("Delivery", row["id"]),),
        )
        try:
            await self._gate.commit(submission)
        except StaleTurn:
            raise
        except Conflict:
            log.debug("bus.already_gone")


def _entries(job: _Job, told: Mapping[str, Entry]) -> list[Entry]:
    """What a job hands over: its ticks, then its entries in their order; those that were sealed away are gone."""
    ticks = [_tick(row) for row in job.deliveries if row["tick"]]
    found = {row["entry"]: told[row["entry"]] for row in job.deliveries if row["entry"] in told}
    return ticks + sorted(found.values(), key=lambda entry: entry.seq)


def _tick(row: Row) -> Entry:
    at = datetime.fromtimestamp(row["planned_ms"] / 1000, UTC)
    return Entry(0, row["entry"], row["tick"], row["tick"], "clock", at, row["entry"], row["root"])
