"""Sign-in codes and browser sessions: only their hashes are kept, in `keys/sessions.db` (SQLite, mode 0600).

A code is good once, for ten minutes; a POST uses it up, so that a link preview cannot burn it. Any process of the home
can make one (`vibe sign-in` does); the daemon takes it. Without the file nobody is signed in.

Source: SPEC section 7, issue "The whole loop" (Page).
"""

from __future__ import annotations

import hashlib
import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from vibe.domain.canonical import epoch_ms

CODE_LASTS = timedelta(minutes=10)
SESSION_LASTS = timedelta(days=30)
_TABLES = """
CREATE TABLE IF NOT EXISTS codes (hash TEXT PRIMARY KEY, until_ms INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sessions (hash TEXT PRIMARY KEY, until_ms INTEGER NOT NULL) WITHOUT ROWID;
"""


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


class Sessions:
    """One home's codes and sessions; opens its file for each call, so several processes may use it."""

    def __init__(self, home: Path) -> None:
        self._path = home / "keys" / "sessions.db"

    def new_code(self, now: datetime) -> str:
        """Make a code that signs one browser in."""
        code = secrets.token_urlsafe(32)
        with self._opened() as db:
            db.execute("DELETE FROM codes WHERE until_ms <= ?", (epoch_ms(now),))
            db.execute("INSERT INTO codes VALUES (?, ?)", (_hashed(code), epoch_ms(now + CODE_LASTS)))
        return code

    def is_good(self, code: str, now: datetime) -> bool:
        """Whether a code would be taken; looking does not use it up."""
        with self._opened(writes=False) as db:
            row = db.execute("SELECT until_ms FROM codes WHERE hash = ?", (_hashed(code),)).fetchone()
        return row is not None and row[0] > epoch_ms(now)

    def use_code(self, code: str, now: datetime) -> str | None:
        """Trade a code for a session's token; None when it is unknown, used or too old."""
        token = secrets.token_urlsafe(32)
        with self._opened() as db:
            used = db.execute("DELETE FROM codes WHERE hash = ? AND until_ms > ?", (_hashed(code), epoch_ms(now)))
            if used.rowcount != 1:
                return None
            db.execute("DELETE FROM sessions WHERE until_ms <= ?", (epoch_ms(now),))
            db.execute("INSERT INTO sessions VALUES (?, ?)", (_hashed(token), epoch_ms(now + SESSION_LASTS)))
        return token

    def holds(self, token: str, now: datetime) -> bool:
        """Whether a session is signed in."""
        with self._opened(writes=False) as db:
            row = db.execute("SELECT until_ms FROM sessions WHERE hash = ?", (_hashed(token),)).fetchone()
        return row is not None and row[0] > epoch_ms(now)

    def end(self, token: str) -> None:
        """Sign a session out."""
        with self._opened() as db:
            db.execute("DELETE FROM sessions WHERE hash = ?", (_hashed(token),))

    @contextmanager
    def _opened(self, *, writes: bool = True) -> Iterator[sqlite3.Connection]:
        """Open the file, made with mode 0600; what is written inside is one transaction."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
        db = sqlite3.connect(self._path, timeout=5, isolation_level=None)
        try:
            db.executescript(_TABLES)
            db.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
            yield db
            db.execute("COMMIT")
        finally:
            db.close()


def sign_in_link(home: Path, now: datetime, address: str) -> str:
    """A link that signs one browser in, once, within ten minutes; `address` is like `http://127.0.0.1:8787`."""
    return f"{address.rstrip('/')}/sign-in?code={Sessions(home).new_code(now)}"
