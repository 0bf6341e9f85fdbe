"""Sealing: what agents reported long ago stands in the mirror's files alone; the graph keeps its entry and its hash.

A sealed entry's body is `SEALED`. Whoever needs the body (verifying, exporting, replaying) takes it from the mirror,
which holds it as the entry's hash says, or the check fails. Only reports of executions that have ended are sealed, each
after its line in the mirror was read back and hashed; the files of those days become read-only.

Source: SPEC section 5 (retention of execution events), DESIGN section 3 ("Forgetting").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from vibe.domain.canonical import from_json, to_json
from vibe.domain.changes import Change, Effect
from vibe.domain.errors import Permanent
from vibe.domain.events import Event, EventType
from vibe.domain.work_commands import SealEntries
from vibe.kernel.chain import hash_of
from vibe.kernel.mirror import Mirror
from vibe.kernel.tools import Tools
from vibe.ports.inward import Row

SEALED = '{"event":{"sealed":true}}'


class Bodies:
    """The bodies of sealed entries, read from the mirror once, in the order of the entries."""

    def __init__(self, mirror: Mirror) -> None:
        self._records: Iterator[Mapping[str, Any]] = (from_json(line) for line in mirror.lines() if line.strip())
        self._at: Mapping[str, Any] | None = None

    def whole(self, rows: Sequence[Row]) -> list[Row]:
        """The entries with their bodies; one that the mirror lacks stays as it is."""
        return [self._whole(row) if row["body"] == SEALED else row for row in rows]

    def _whole(self, row: Row) -> Row:
        record = self.find(int(row["seq"]))
        return {**row, "body": to_json(record["body"]).decode()} if record else row

    def find(self, seq: int) -> Mapping[str, Any] | None:
        """The mirror's record of an entry; asked for in rising order."""
        while self._at is None or int(self._at["seq"]) < seq:
            self._at = next(self._records, None)
            if self._at is None:
                return None
        return self._at if int(self._at["seq"]) == seq else None


def check_mirrored(rows: Sequence[Row], mirror: Mirror) -> None:
    """Let entries be sealed whose mirrored line is what their hash says.

    Raises:
        Permanent: one is not there, or differs; nothing may be sealed.
    """
    bodies = Bodies(mirror)
    for row in rows:
        record = bodies.find(int(row["seq"]))
        if record is None or hash_of(record, to_json(record["body"])) != row["hash"]:
            raise Permanent(f"the mirror does not hold entry {row['seq']} as it is; nothing is sealed")


async def seal_entries(command: SealEntries, tools: Tools) -> Change:
    """Take the bodies of entries out of the graph; their lines in the mirror were checked."""
    del tools
    body = {"count": len(command.ids), "first": command.first, "last": command.last}
    return Change(
        effects=(Effect("ledger/seal", *({"id": identity, "body": SEALED} for identity in command.ids)),),
        events=(Event(EventType.ENTRIES_SEALED, "ledger", body),),
        answer=body,
    )
