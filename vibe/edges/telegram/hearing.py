"""Hearing: takes what stands in the inbox, in order, and carries it out once.

Decisions that are tapped one after the other, each about something else, are carried out together, so that they are
written together; whatever else comes waits for all before it.

An update stays in the inbox until it was dealt with; its commands carry the key `telegram/<update_id>`, so one that is
taken up again after a crash is carried out once. A store that is away holds everything back. An update that can't be
read, or that something here fails at, is closed with a word in the log and never holds up those behind it: this is the
bus of what comes in, so it has a blanket `except` of its own. Texts never reach the log.

Source: issue "Ask once on Telegram" (nothing lost).
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import structlog
from telegram import Update

from vibe.domain.canonical import from_json
from vibe.domain.errors import BadInput, Transient
from vibe.domain.taps import TapKind, decode
from vibe.edges.telegram.guarding import Caller, Standing, who_calls
from vibe.edges.telegram.rooms import Room
from vibe.edges.telegram.speaking import answer_words
from vibe.edges.telegram.strangers import meet
from vibe.edges.telegram.talking import Talker
from vibe.edges.telegram.tapping import answer_tap
from vibe.kernel.desk import Desk
from vibe.ports.inward import Row

log = structlog.get_logger()
AGAIN = timedelta(seconds=5)
MOST_APPROVERS, TOGETHER = 100, 16
DECISIONS = frozenset({TapKind.APPROVE, TapKind.APPROVE_SURELY, TapKind.REJECT, TapKind.OPTION})
FORWARDED = "What you forward decides nothing: say it in your own words."


@dataclass(frozen=True, slots=True)
class Heard:
    """What came in: its number, how it came, and what the tapped decision is about (empty: it is none)."""

    number: int
    update: Update | None
    about: str = ""


def apart(heard: Iterable[Heard]) -> Iterator[list[Heard]]:
    """Runs of decisions about different things; anything else by itself."""
    run: list[Heard] = []
    for one in heard:
        if run and (not one.about or len(run) == TOGETHER or one.about in {other.about for other in run}):
            yield run
            run = []
        run.append(one)
        if not one.about:
            yield run
            run = []
    if run:
        yield run


def _about(update: Update) -> str:
    """What a tap decides about."""
    data = (update.callback_query.data or "") if update.callback_query else ""
    try:
        tap = decode(data)
    except BadInput:
        return ""
    return f"{'question' if tap.kind is TapKind.OPTION else 'proposal'} {tap.about}" if tap.kind in DECISIONS else ""


class Hearer:
    """Deals with what came in, in order."""

    def __init__(self, desk: Desk, talker: Talker) -> None:
        self._desk, self._talker = desk, talker
        self._more = asyncio.Event()
        self._people: frozenset[str] = frozenset()

    def heard(self) -> None:
        """Something came in."""
        self._more.set()

    async def run(self) -> None:
        """Hear until cancelled."""
        while True:
            await self._more.wait()
            self._more.clear()
            try:
                while await self.deal():
                    pass
            except Transient as error:
                log.warning("telegram.store_unreachable", error=str(error))
                await self._desk.clock.sleep_until(self._desk.clock.now() + AGAIN)
                self._more.set()

    async def deal(self) -> int:
        """Deal with what waits now; returns how many that were.

        Raises:
            Transient: the store is away; what was not dealt with waits.
        """
        rows = await self._desk.inbox.waiting()
        done: list[int] = []
        try:
            await self._look_who_may_decide()
            for run in apart(_read(row) for row in rows):
                ends = await asyncio.gather(*(self._deal_with(one) for one in run), return_exceptions=True)
                done += [one.number for one, end in zip(run, ends, strict=True) if end is None]
                for error in ends:
                    if error is not None:
                        raise error
        finally:
            await self._desk.inbox.close(done)
        return len(done)

    async def _look_who_may_decide(self) -> None:
        people = await self._desk.graph.read("people/approvers", limit=MOST_APPROVERS)
        self._people = frozenset(person["id"] for person in people)

    async def _deal_with(self, heard: Heard) -> None:
        with structlog.contextvars.bound_contextvars(update=heard.number):
            try:
                if heard.update is not None:
                    await self._answer(heard.update, f"telegram/{heard.number}")
            except Transient:
                raise
            except Exception as error:  # noqa: BLE001 - see the module's docstring
                _note_failure(error)

    async def _answer(self, update: Update, key: str) -> None:
        caller = who_calls(update, self._people)
        room = Room(self._desk, self._talker, caller, key)
        match caller.standing:
            case Standing.APPROVER:
                await self._act(room, update)
            case Standing.FORWARDED:
                room.say(FORWARDED)
            case Standing.STRANGER:
                await meet(room, update)
                await self._look_who_may_decide()  # it may have been let in
            case Standing.NOBODY:
                self._decline(caller, update)

    async def _act(self, room: Room, update: Update) -> None:
        if update.callback_query is not None:
            await answer_tap(room, update.callback_query)
        elif update.message is not None:
            await answer_words(room, update.message)

    def _decline(self, caller: Caller, update: Update) -> None:
        del caller
        log.info("telegram.ignored")
        if update.callback_query is not None:
            self._talker.toast(update.callback_query.id, "This is not yours to decide.")


def _read(row: Row) -> Heard:
    """Read what came; what can't be read is noted and dealt with."""
    with structlog.contextvars.bound_contextvars(update=row["n"]):
        try:
            update = Update.de_json(from_json(row["raw"]))
            return Heard(row["n"], update, _about(update))
        except Exception as error:  # noqa: BLE001 - see the module's docstring
            _note_failure(error)
            return Heard(row["n"], None)


def _note_failure(error: Exception) -> None:
    """Note where something failed; the whole trace would show texts."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{last.filename.rpartition('/')[2]}:{last.lineno}"
    log.error("telegram.update_failed", error=type(error).__name__, where=where)
