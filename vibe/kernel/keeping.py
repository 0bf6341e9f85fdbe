"""Keeping: the ledger's word that a backup was made, and how far it goes."""

from __future__ import annotations

from vibe.domain.changes import Change
from vibe.domain.commands import RecordBackup
from vibe.domain.events import Event, EventType
from vibe.kernel.tools import Tools


async def record_backup(command: RecordBackup, tools: Tools) -> Change:
    """Say in the ledger that a backup was written; nothing else changes."""
    del tools
    body = {"file": command.file, "sha256": command.sha256, "entries": command.entries}
    return Change(events=(Event(EventType.BACKUP_MADE, "backup", body),), answer=body)
