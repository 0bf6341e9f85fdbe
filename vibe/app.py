"""The app: one process's parts, and what it can do with them.

Made by `bootstrap.open_app`. Commands go through `execute`; what they set off is the bus's work, here or in the daemon.
"""

from __future__ import annotations

import asyncio
from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog

from vibe import flow
from vibe.catalog import Catalog
from vibe.domain.canonical import epoch_ms, from_json, sha256_of
from vibe.domain.commands import AddSource, ImportPlan
from vibe.domain.errors import BadInput, Conflict, Transient, Unreachable, VibeError
from vibe.domain.events import EventType
from vibe.domain.identities import derived_id
from vibe.domain.plans import PlanReading, Remark
from vibe.domain.work_commands import KeepFile, StartAnew
from vibe.kernel.bells import Bells
from vibe.kernel.bus import FRESH_TRIES, Bus
from vibe.kernel.commit import Acts, Gate, Outside, Where
from vibe.kernel.inbox import Inbox
from vibe.kernel.mirror import Mirror
from vibe.kernel.signing import Signer
from vibe.kernel.submissions import Receipt, StaleTurn, Submission
from vibe.kernel.ticking import Ticker
from vibe.kernel.tools import Tools
from vibe.kernel.turns import Turn
from vibe.plans.board import Board
from vibe.plans.filing import check_file, find_file, place_of
from vibe.plans.formats.files import plan_file
from vibe.ports.inward import Chance, Clock, Ids, Likeness, Store, Wakeup
from vibe.settings import Settings

log = structlog.get_logger()
OWN = "_own"
"""The corpus of the owner's own documents."""


@dataclass(slots=True)
class App:
    """One process's parts; the `Desk` that edges get."""

    home: Path
    settings: Settings
    catalog: Catalog
    graph: Store
    clock: Clock
    ids: Ids
    chance: Chance
    wakeup: Wakeup
    gate: Gate
    turn: Turn
    bus: Bus
    ticker: Ticker
    mirror: Mirror
    signer: Signer
    outside: Outside
    inbox: Inbox
    likeness: Likeness
    board: Board
    bells: Bells = field(default_factory=Bells)
    serves: bool = False
    """Whether this process is the daemon, whose loop delivers; then nobody else here may drop the turn."""

    async def execute(self, command: object, *, actor: str, key: str | None = None) -> Receipt:
        """Carry out a command and return its answer; what it set off is the bus's work.

        Args:
            key: the outside's own id for it (`Idempotency-Key`, `update_id`); the same again is answered as the first.

        Raises:
            BadInput, NotFound, Conflict, Refused, Transient: nothing was written.
        """
        handler = flow.COMMANDS[type(command)]
        base = f"{type(command).__name__}/{key or self.ids.new()}"
        entry = derived_id(base, 0)
        where = Where(entry, type(command).__name__, entry, None, str(actor))
        if type(command) in flow.FROM_MEMORY:
            return await self._execute_from_memory(command, where, base, actor, known=key is not None)
        if key is not None and (done := await self._done_before(where.root)):
            return done
        for tries_left in reversed(range(FRESH_TRIES)):
            change = await handler(command, self._tools(where))
            if not change.effects and not change.events:
                break
            try:
                receipt = await self.gate.commit(Submission(change, base, actor, self.clock.now()))
            except Conflict:
                if not tries_left:
                    raise
            else:
                self.bells.tell(change.events)
                return receipt
        return Receipt(where.root, (), change.answer)

    async def _execute_from_memory(
        self, command: object, where: Where, base: str, actor: str, *, known: bool
    ) -> Receipt:
        """Carry out a command whose handler reads through the board; no refusal stands on a memory that is outdated."""
        handler = flow.COMMANDS[type(command)]
        with self.board.reserving() as reserve:
            tools = replace(self._tools(where), graph=self.board, reserve=reserve)
            for tries_left in reversed(range(FRESH_TRIES)):
                try:
                    change = await handler(command, tools)
                except VibeError:
                    if known and (done := await self._done_before(where.root)):
                        return done
                    if not tries_left or not await self.board.look():
                        raise
                    continue
                if not change.effects and not change.events:
                    done = await self._done_before(where.root) if known else None
                    return done or Receipt(where.root, (), change.answer)
                try:
                    receipt = await self.gate.commit(Submission(change, base, actor, self.clock.now()))
                except Conflict as error:
                    if not tries_left:
                        raise
                    self.board.forget(str(error.found.get("id") or "") or None)
                else:
                    self.bells.tell(change.events)
                    return receipt
        raise AssertionError("the last try returns or raises")

    async def _done_before(self, entry: str) -> Receipt | None:
        """What became of a command that was carried out before; its handler must not judge it by today's state."""
        rows = await self.graph.read("ledger/entries", ids=[entry])
        if not rows:
            return None
        answer = from_json(rows[0]["body"]).get("answer", {})
        return Receipt(rows[0]["root"], (rows[0]["seq"],), answer, repeated=True)

    def _tools(self, where: Where) -> Tools:
        acts = Acts(self.gate, where)
        return Tools(
            self.graph, self.clock, self.ids, self.chance, self.settings, self.catalog, acts, self.likeness, where.actor
        )

    async def settle(self, root: str, only: Container[str] | None = None) -> None:
        """Wait until nothing of this root is left to deliver, delivering it ourselves while nobody else does.

        Args:
            only: wait for these handlers' deliveries alone; the rest is left to the daemon.
        """
        troubles = 0
        only = flow.handlers().keys() - flow.UNHURRIED if only is None else only
        try:
            while True:
                try:
                    if not await self.bus.pending(root, only):
                        return
                    again = await self._go_on(root, only)
                    troubles = 0
                except Unreachable:
                    raise
                except Transient:  # a store that is only slow: the work is not lost, so neither is the patience
                    troubles += 1
                    if troubles > self.settings.bus.transient_tries:
                        raise
                    again = self.clock.now()
                if again > self.clock.now():
                    await self.wakeup.wait(again)
        finally:
            if not self.serves:
                self.turn.drop()

    async def _go_on(self, root: str, only: Container[str] | None) -> datetime:
        """Deliver what is due of a root if the turn is free; returns when to look again."""
        now = self.clock.now()
        soon = now + self.settings.bus.poll / 4
        if self.serves or not await self.turn.take():
            return soon
        try:
            soonest = await self.bus.drain(root, only) or now
        except StaleTurn:  # another process took the turn over: it will do the rest
            self.turn.drop()
            return soon
        if soonest > now + self.settings.bus.poll:
            self.turn.drop()  # a daemon that starts meanwhile need not wait for us
        return soonest

    async def deliver_due(self) -> None:
        """Deliver everything that is due now, ticks included."""
        if await self.turn.take():
            await self.ticker.sweep()
            await self.bus.drain()

    async def import_plan(self, reading: PlanReading, *, actor: str, **how: bool) -> Receipt:
        """Keep the plan's documents as its corpus, then write its blocks; `how` as in `ImportPlan`."""
        if how.get("strict"):
            await self.execute(ImportPlan(reading, **{**how, "dry_run": True}), actor=actor)  # or it keeps nothing
        if not how.get("dry_run"):
            for document in reading.documents:
                await self.outside.sources.keep(reading.plan, document.name, document.text)
        return await self.execute(ImportPlan(reading, **how), actor=actor)

    async def take_document(self, name: str, data: bytes, *, actor: str) -> str:
        """Keep a text that a person brings as a document of their own; returns the name it is kept under.

        Another document of that name stays: the new one's name tells the two apart.

        Raises:
            BadInput: it is empty, or no UTF-8 text.
        """
        remarks: list[Remark] = []
        file = plan_file(Path(name).name.lstrip("."), data, remarks.append)
        if file is None:
            raise BadInput(remarks[0].what, file=remarks[0].file, line=remarks[0].line)
        kept, place = file.name, Path(file.name)
        there = dict(await self.outside.sources.files(OWN))
        if there.get(f"{OWN}/{kept}", there.get(kept, file.sha256)) != file.sha256:
            kept = f"{place.stem}-{file.sha256[:8]}{place.suffix}"
        digest = await self.outside.sources.keep(OWN, kept, file.raw)
        await self.execute(AddSource(kept, digest), actor=actor)
        return kept

    async def keep_file(self, execution: str, name: str, data: bytes, *, actor: str) -> Receipt:
        """Keep a file that belongs to an execution under `runs/`, by its hash, and write it down.

        Raises:
            BadInput, NotFound, Conflict: as for `plans.filing.check_file`; nothing was kept.
        """
        command = KeepFile(execution, name, sha256_of(data), len(data))
        await check_file(command, self.graph, actor)
        await self.outside.workfiles.keep(place_of(execution, command.sha256), data)
        return await self.execute(command, actor=actor)

    async def read_file(self, execution: str, name: str, *, actor: str) -> tuple[bytes, str]:
        """What a file of an execution holds, and its SHA-256.

        Raises:
            NotFound, Conflict: as for `plans.filing.find_file`.
        """
        digest = await find_file(execution, name, self.graph, actor)
        return await self.outside.workfiles.fetch(place_of(execution, digest)), digest

    async def start_anew(self, folder: str, *, actor: str, key: str | None = None) -> Receipt:
        """Begin an execution anew from a snapshot below `runs/`.

        Raises:
            NotFound, BadInput, Conflict: as for `plans.reseeding.start_anew`.
        """
        text = await self.outside.workfiles.read(f"{folder}/snapshot.json")
        return await self.execute(StartAnew(folder, text), actor=actor, key=key)

    async def serve_loop(self) -> None:
        """The daemon's part: deliver, tick, mirror; runs until cancelled."""
        self.serves = True
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.bus.run(), name="bus")
                group.create_task(self._tick(), name="ticker")
                group.create_task(self._mirror(), name="mirror")
        finally:
            self.serves = False
            self.turn.drop()

    async def _tick(self) -> None:
        while True:
            soonest = None
            if self.turn.epoch is not None:
                try:
                    soonest = await self.ticker.sweep()
                except StaleTurn:
                    self.turn.drop()
                except Transient as error:
                    log.warning("ticker.store_unreachable", error=str(error))
            nap = self.clock.now() + self.settings.bus.poll
            await self.clock.sleep_until(min(nap, soonest) if soonest else nap)

    async def _mirror(self) -> None:
        while True:
            try:
                await self.mirror.catch_up()
            except Transient as error:
                log.warning("mirror.store_unreachable", error=str(error))
            await self.clock.sleep_until(self.clock.now() + self.settings.bus.poll)

    async def happened(self, root: str) -> list[Mapping[str, Any]]:
        """What happened under a root: entries in order, whoever made them."""
        return list(await self.graph.read("ledger/of_root", root=root, limit=5000))

    async def _telegram(self) -> dict[str, Any] | None:
        """How Telegram was when the daemon last noted it; None where it never was served."""
        noted = await self.inbox.noted()
        return {"trouble": noted["trouble"], "detail": noted["detail"], "bot": noted["bot"]} if noted else None

    async def health(self) -> dict[str, Any]:
        """How it is: the store, who delivers, what waits and what is set aside."""
        counter = (await self.graph.read("ledger/read_counter"))[0]
        waiting = await self.graph.read("ledger/pending", after=-1, limit=1000)
        aside = await self.graph.read("ledger/set_aside", limit=1000)
        paused = await self.graph.read("loop/paused")
        digests = await self.graph.read("notifications/list", before_ms=2**53, limit=1)
        last = await self.graph.read("ledger/last_of_type", type=EventType.HEALTH_MEASURED.value)
        alarms = from_json(last[0]["body"])["event"].get("alarms", {}) if last else {}
        now_ms = epoch_ms(self.clock.now())
        hurried = [row for row in waiting if row["handler"] not in flow.UNHURRIED]
        overdue_ms = max((now_ms - row["due_ms"] for row in hurried), default=0)
        daemon = self.turn.epoch is not None or self.turn.is_held_elsewhere()
        return {
            "ok": not aside and not (daemon and overdue_ms > self.settings.health.max_open_s * 1000),
            "store": self.settings.graph.uri,
            "entries": counter["n"],
            "daemon": daemon,
            "waiting": len(waiting),
            "overdue_s": max(overdue_ms, 0) / 1000,
            "set_aside": len(aside),
            "alarms": list(alarms.values()),
            "paused": bool(paused and paused[0]["paused"]),
            "pause_reason": paused[0]["reason"] if paused else None,
            "telegram": await self._telegram(),
            "last_digest": {"at": digests[0]["at"], "header": digests[0]["header"]} if digests else None,
        }
