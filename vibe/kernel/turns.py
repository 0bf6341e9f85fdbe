"""Turns: one process delivers; the others commit and wait.

The counter node says who (`deliverer`), in which `epoch`, and `untilMs` when. Within one home a file lock decides at
once and is free as soon as its holder dies; between homes that share a Neo4j a turn ends 15 s after its last renewal.

Source: DESIGN section 3, "Who delivers".
"""

from __future__ import annotations

import fcntl
import os
from datetime import timedelta
from pathlib import Path

from vibe.domain.canonical import epoch_ms
from vibe.kernel.submissions import StaleTurn
from vibe.ports.inward import Clock, Ids, Store, Transaction

TURN = timedelta(seconds=15)
RENEW = timedelta(seconds=5)


class Turn:
    """This process's claim to deliver; `epoch` is None while another has the turn."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, home: Path) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._path = home / "deliver.lock"
        self._home_id = f"{home.resolve()}"
        self._name = f"{self._home_id}#{ids.new()}"
        self._file: int | None = None
        self._renewed_at = clock.now() - TURN
        self.epoch: int | None = None

    async def take(self) -> bool:
        """Try to take the turn; True when this process has it (again)."""
        if self.epoch is not None:
            return await self._renew()
        if not self._lock_file():
            return False
        self.epoch = await self._store.write(self._claim)
        if self.epoch is None:
            self._unlock_file()
        self._renewed_at = self._clock.now()
        return self.epoch is not None

    def drop(self) -> None:
        """Give the turn back; the lock file tells the others of this home at once."""
        self.epoch = None
        self._unlock_file()

    def is_held_elsewhere(self) -> bool:
        """Whether another process of this home has the turn."""
        if self._file is not None:
            return False
        free = self._lock_file()
        self._unlock_file()
        return not free

    async def _renew(self) -> bool:
        if self._clock.now() - self._renewed_at < RENEW:
            return True
        try:
            await self._store.write(self._extend)
        except StaleTurn:
            self.drop()
            return False
        self._renewed_at = self._clock.now()
        return True

    async def _claim(self, tx: Transaction) -> int | None:
        row = (await tx.run("ledger/lock", nonce=self._ids.new(), ids=[]))[0]
        same_home = str(row["deliverer"]).split("#")[0] in ("", self._home_id)
        if not same_home and row["until_ms"] > epoch_ms(self._clock.now()):
            return None
        epoch = int(row["epoch"]) + 1
        await tx.run("ledger/take_turn", deliverer=self._name, epoch=epoch, until_ms=self._until_ms())
        return epoch

    async def _extend(self, tx: Transaction) -> None:
        row = (await tx.run("ledger/lock", nonce=self._ids.new(), ids=[]))[0]
        if row["epoch"] != self.epoch:
            raise StaleTurn(found={"epoch": row["epoch"]})
        await tx.run("ledger/take_turn", deliverer=self._name, epoch=self.epoch, until_ms=self._until_ms())

    def _until_ms(self) -> int:
        return epoch_ms(self._clock.now() + TURN)

    def _lock_file(self) -> bool:
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        self._file = handle
        return True

    def _unlock_file(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
