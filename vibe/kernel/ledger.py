"""The ledger: the only writer.

Whoever has a change hands it to `Ledger.commit`. What waits is committed together in one transaction: lock the counter,
look up the entries' ids (what is there already is answered as it was), read what the changes rely on and compare,
run the merged effects stage by stage, write entries and deliveries, set the counter. A change whose expectations do not
hold gets `Conflict` and leaves no trace; the others go on. Nobody else writes while the counter is locked, so nothing
moves between check and write.

There is no writer task: the first that waits becomes the writer for all that wait with it. A writer that is cancelled
leaves the others' changes in the queue; committing them twice is committing them once.

Source: DESIGN section 3, GRAPH "The ledger's transaction".
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vibe.catalog import Catalog
from vibe.domain.canonical import from_json
from vibe.domain.changes import Effect, Expect
from vibe.domain.errors import Conflict, VibeError
from vibe.kernel.composing import Composed, compose, compose_deliveries, with_number
from vibe.kernel.signing import Signer
from vibe.kernel.submissions import Receipt, Route, StaleTurn, Submission
from vibe.ports.inward import Ids, Row, Store, Transaction

MAX_CHANGES = 500
MAX_ROWS_A_GROUP = 10_000
ROWS_A_STATEMENT = 500
STAGES = ("create", "set", "link", "unlink", "book")
NODE_QUERIES = {
    "Block": "block", "Gap": "gap", "Delivery": "delivery", "Step": "step", "Plan": "plan", "Verdict": "verdict",
    "Suppression": "suppression", "ResearchRun": "research_run", "Claim": "claim", "Due": "due", "Source": "source",
    "Person": "person", "Budget": "budget", "Notification": "notification", "Ticket": "ticket",
    "Pairing": "pairing", "Rung": "rung", "Agent": "agent", "Execution": "execution", "ExecutionTask": "execution_task",
    "Intent": "intent",
}  # fmt: skip


class IncompleteWrite(Conflict):
    """A write query returned fewer rows than it was given."""


@dataclass(slots=True, eq=False)
class _Waiting:
    submission: Submission
    done: asyncio.Future[Receipt]
    sets: frozenset[str] = frozenset()
    checks: frozenset[str] = frozenset()
    rows: int = 0


@dataclass(slots=True)
class _Counter:
    n: int
    last_hash: str
    proposals: int
    epoch: int
    writes: int


@dataclass(slots=True)
class _Outcome:
    """What one try of a group's transaction came to; only used once it is committed."""

    receipts: dict[int, Receipt] = field(default_factory=dict)
    refusals: dict[int, VibeError] = field(default_factory=dict)
    effects: tuple[Effect, ...] = ()
    writes_before: int = 0


class Ledger:
    """The only way to write.

    Args:
        store: the graph with its write side.
        routes: event type -> the handlers it wakes (`flow.py`'s table).
        signer: signs the end of each committed group.
        on_commit: called after each commit that wrote deliveries (wakes the bus, the mirror).
        on_written: told, once it is committed, what was written and the store's count of writes before and after; who
            sees a gap in the count knows that another process wrote in between.
    """

    def __init__(
        self,
        store: Store,
        catalog: Catalog,
        signer: Signer,
        ids: Ids,
        routes: Mapping[str, Sequence[Route]],
        *,
        on_commit: Callable[[], None] = lambda: None,
        on_written: Callable[[Sequence[Effect], int, int], None] = lambda effects, before, after: None,
    ) -> None:
        self._store, self._catalog, self._signer, self._ids = store, catalog, signer, ids
        self._routes, self._on_commit, self._on_written = routes, on_commit, on_written
        self._queue: deque[_Waiting] = deque()
        self._turn = asyncio.Lock()

    async def commit(self, submission: Submission) -> Receipt:
        """Write one change, together with whatever waits beside it.

        Raises:
            Conflict: something it relied on does not hold; `found` says what was found. Nothing was written.
            Transient: the store did not take it; committing the same submission again is safe.
        """
        waiting = self._prepared(submission)
        self._queue.append(waiting)
        while not waiting.done.done():
            async with self._turn:
                if not waiting.done.done():
                    await asyncio.sleep(0)  # noqa: TID251 - no time: who commits in this very turn of the loop comes along
                    await self._write_next_group()
        return waiting.done.result()

    def _prepared(self, submission: Submission) -> _Waiting:
        """Find out which nodes the change sets, so that two that set the same one keep out of one group."""
        effects = submission.change.effects + submission.books
        sets = frozenset(
            str(row["id"])
            for effect in effects
            if self._catalog.query(effect.query).stage in ("set", "unlink")
            for row in effect.rows
            if "id" in row
        )
        checks = frozenset(item.id for item in submission.expects)
        future: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        future.add_done_callback(lambda done: done.cancelled() or done.exception())  # who waited may be cancelled
        return _Waiting(submission, future, sets, checks, sum(len(effect.rows) for effect in effects))

    def _take_group(self) -> list[_Waiting]:
        """Take what may share a transaction; who sets or checks what an earlier one sets waits for the next."""
        group: list[_Waiting] = []
        left: deque[_Waiting] = deque()
        taken: set[str] = set()
        rows = 0
        while self._queue and len(group) < MAX_CHANGES:
            waiting = self._queue.popleft()
            clashes = bool(taken & waiting.sets or taken & waiting.checks)
            if clashes or (group and rows + waiting.rows > MAX_ROWS_A_GROUP):
                left.append(waiting)
            else:
                group.append(waiting)
                rows += waiting.rows
            taken |= waiting.sets  # also of those left: order among changes of one node is kept
        self._queue.extendleft(reversed(left))
        return group

    async def _write_next_group(self) -> None:
        group = self._take_group()
        try:
            await self._write(group)
        except VibeError as error:
            if len(group) == 1:
                group[0].done.set_exception(error)
                return
            for waiting in group:  # one of them spoils it: each by itself
                try:
                    await self._write([waiting])
                except VibeError as own:
                    waiting.done.set_exception(own)
        finally:
            self._queue.extendleft(reversed([waiting for waiting in group if not waiting.done.done()]))

    async def _write(self, group: list[_Waiting]) -> None:
        submissions = [waiting.submission for waiting in group]
        outcome = await self._store.write(lambda tx: self._apply(tx, submissions))
        if outcome.effects:
            self._on_written(outcome.effects, outcome.writes_before, outcome.writes_before + 1)
        for position, waiting in enumerate(group):
            if waiting.done.done():
                continue
            if position in outcome.refusals:
                waiting.done.set_exception(outcome.refusals[position])
            else:
                waiting.done.set_result(outcome.receipts[position])
        self._on_commit()

    async def _apply(self, tx: Transaction, submissions: Sequence[Submission]) -> _Outcome:
        """One transaction; may run again from the start."""
        outcome = _Outcome()
        firsts = {item.entry_id(0): position for position, item in enumerate(submissions) if item.change.events}
        row = (await tx.run("ledger/lock", nonce=self._ids.new(), ids=list(firsts)))[0]
        counter = _Counter(row["n"], row["last_hash"], row["proposals"], row["epoch"], row["writes"])
        for entry in row["known"]:
            answer = from_json(entry["body"]).get("answer", {})
            outcome.receipts[firsts[entry["id"]]] = Receipt(entry["root"], (entry["seq"],), answer, repeated=True)
        await self._refuse_broken(tx, submissions, outcome, counter)
        going = [position for position in range(len(submissions)) if self._goes_on(position, outcome)]
        if not going:
            return outcome
        composed: list[Composed] = []
        for position in going:
            submission, used = with_number(submissions[position], counter.proposals + 1)
            counter.proposals += used
            item = compose(submission, self._catalog, counter.n, counter.last_hash)
            if item.entries:
                counter.n, counter.last_hash = item.entries[-1]["seq"], item.entries[-1]["hash"]
            composed.append(item)
            outcome.receipts[position] = item.receipt
        await self._run_effects(tx, composed)
        await self._append(tx, composed, counter)
        outcome.effects = tuple(effect for item in composed for effect in item.effects)
        outcome.writes_before = counter.writes
        return outcome

    @staticmethod
    def _goes_on(position: int, outcome: _Outcome) -> bool:
        return position not in outcome.receipts and position not in outcome.refusals

    async def _refuse_broken(
        self, tx: Transaction, submissions: Sequence[Submission], outcome: _Outcome, counter: _Counter
    ) -> None:
        found = await self._read_nodes(tx, [item for sub in submissions for item in sub.expects])
        for position, submission in enumerate(submissions):
            if position in outcome.receipts:
                continue
            if submission.epoch is not None and submission.epoch != counter.epoch:
                outcome.refusals[position] = StaleTurn(found={"epoch": counter.epoch})
                continue
            for item in submission.expects:
                broken = item.broken_by(found.get((item.label, item.id)))
                if broken is not None:
                    text = f"{item.label} {item.id!r} is not as expected: found {broken}"
                    outcome.refusals[position] = Conflict(text, found={"id": item.id, **broken})
                    break

    @staticmethod
    async def _read_nodes(tx: Transaction, expects: Sequence[Expect]) -> dict[tuple[str, str], Mapping[str, Any]]:
        ids: dict[str, set[str]] = {}
        for item in expects:
            ids.setdefault(item.label, set()).add(item.id)
        found: dict[tuple[str, str], Mapping[str, Any]] = {}
        for label in sorted(ids):
            for row in await _in_parts(tx, f"ledger/nodes/{NODE_QUERIES[label]}", sorted(ids[label])):
                found[label, row["id"]] = row["properties"]
        return found

    async def _run_effects(self, tx: Transaction, composed: Sequence[Composed]) -> None:
        merged: dict[str, list[Mapping[str, Any]]] = {}
        for item in composed:
            for effect in item.effects:
                merged.setdefault(effect.query, []).extend(effect.rows)
        order = {name: position for position, name in enumerate(merged)}
        staged = sorted(merged, key=lambda name: (STAGES.index(self._catalog.query(name).stage or "book"), order[name]))
        for name in staged:
            rows = sorted(merged[name], key=lambda row: str(row.get("id", "")))  # one lock order on every path
            await run_complete(tx, name, rows)

    async def _append(self, tx: Transaction, composed: Sequence[Composed], counter: _Counter) -> None:
        entries = [entry for item in composed for entry in item.entries]
        if entries:
            entries[-1]["signature"] = self._signer.sign(entries[-1]["hash"])
            entries[-1]["key"] = self._signer.public_key
            await run_complete(tx, "ledger/append", entries)
            await run_complete(tx, "ledger/deliver", compose_deliveries(composed, self._routes))
        await tx.run(
            "ledger/advance",
            n=counter.n,
            last_hash=counter.last_hash,
            proposals=counter.proposals,
            writes=counter.writes + 1,
        )


async def run_complete(tx: Transaction, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Run a write query over its rows, at most 500 a statement; fewer rows back than given is an error."""
    for start in range(0, len(rows), ROWS_A_STATEMENT):
        part = list(rows[start : start + ROWS_A_STATEMENT])
        done = await tx.run(name, rows=part)
        if len(done) < len(part):
            missing = sorted({str(row.get("id")) for row in part} - {str(row.get("id")) for row in done})
            raise IncompleteWrite(f"{name} wrote {len(done)} of {len(part)} rows; not written: {missing[:5]}")


async def _in_parts(tx: Transaction, name: str, ids: list[str]) -> list[Row]:
    rows: list[Row] = []
    for start in range(0, len(ids), ROWS_A_STATEMENT):
        rows.extend(await tx.run(name, ids=ids[start : start + ROWS_A_STATEMENT]))
    return rows
