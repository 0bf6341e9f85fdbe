"""Operating: what is done to a whole home or store: backed up, restored, moved elsewhere, rebuilt from its ledger.

Beside `bootstrap` the only file that names concrete stores, because here there are two of them at once.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import structlog

from vibe import __version__
from vibe.app import App
from vibe.bootstrap import open_app, open_graph
from vibe.domain.canonical import epoch_ms, iso, sha256_of
from vibe.domain.commands import RecordBackup
from vibe.domain.errors import BadInput, Refused, VibeError
from vibe.domain.events import EventType, Tick
from vibe.domain.executions import ENDED_EXECUTIONS
from vibe.domain.work_commands import SealEntries
from vibe.edges import backups
from vibe.edges.graph.adapter import Neo4jStore, open_store
from vibe.edges.graph.addresses import DATABASE
from vibe.edges.graph.comparing import compare_graphs, values_of
from vibe.edges.graph.engine import backup as copy_database
from vibe.edges.graph.locks import FileLock, poll
from vibe.edges.graph.moving import move_graph
from vibe.edges.graph.schema import apply_schema
from vibe.kernel.chain import GENESIS
from vibe.kernel.proving import verify_ledger
from vibe.kernel.replaying import long_texts, replay
from vibe.kernel.sealing import SEALED, check_mirrored
from vibe.kernel.signing import trusted_keys
from vibe.kernel.ticking import Schedule

log = structlog.get_logger()
Progress = Callable[[int], None]
DAILY = "daily"
AT_ONCE = 500
_ENDS_WITHIN_S = 15.0


def _store_of(app: App) -> Neo4jStore:
    assert isinstance(app.graph, Neo4jStore)
    return app.graph


async def back_up(app: App, target: Path | None, progress: Progress, *, actor: str) -> dict[str, Any]:
    """Write the home with its embedded store into one file, and say so in the ledger; the daemon may go on meanwhile.

    Raises:
        Refused: the store is a Neo4j, or the file is there already.
    """
    address = _store_of(app).address
    if address.folder is None:
        raise Refused(
            f"the graph is on {address.uri}: back that up with neo4j-admin, and this home by copying the folder"
        )
    now = app.clock.now()
    await app.mirror.catch_up()
    counter = (await app.graph.read("ledger/read_counter"))[0]
    told = {
        "vibe": __version__,
        "engine": version("arcadedb-embedded"),
        "made_at": iso(now),
        "entries": counter["n"],
        "last_hash": counter["last_hash"],
    }
    file = (target or app.home / "backups" / backups.name_of(now)).absolute()
    file = file / backups.name_of(now) if file.is_dir() else file
    written = await asyncio.to_thread(
        backups.write_backup, app.home, file, lambda: copy_database(address), told, progress
    )
    await app.execute(RecordBackup(file.name, written["sha256"], counter["n"]), actor=actor)
    return {**written, "entries": counter["n"], "last_hash": counter["last_hash"]}


async def back_up_daily(app: App) -> None:
    """Write a backup each day and keep the latest few, until cancelled. A Neo4j is backed up with its own tools."""
    wanted = app.settings.backup
    if not wanted.daily_at or _store_of(app).address.folder is None:
        return
    folder = app.home / "backups" / DAILY
    schedule = Schedule(Tick.HEALTH_DUE, daily_at=wanted.daily_at, zone=app.settings.owner.zone)
    made = [backups.time_of(path) for path in await asyncio.to_thread(_daily, folder)]
    last = max(made, default=app.clock.now())
    while True:
        await app.clock.sleep_until(schedule.after(last))
        last = app.clock.now()
        if app.turn.epoch is None:
            continue  # another process has the turn, and this to do
        try:
            await back_up(app, folder / backups.name_of(last), lambda _: None, actor="loop")
            await asyncio.to_thread(_keep_latest, folder, wanted.keep)
        except (VibeError, OSError):
            log.exception("backup.failed")


async def seal_daily(app: App) -> None:
    """Each day seal what agents reported longer ago than reports are kept in the graph; runs until cancelled."""
    while True:
        if app.turn.epoch is not None:
            try:
                await seal_old(app)
            except VibeError:
                log.exception("sealing.failed")
        await app.clock.sleep_until(app.clock.now() + timedelta(days=1))


async def seal_old(app: App) -> int:
    """Seal the reports of executions that ended, once they are old enough; how many.

    Raises:
        Permanent: the mirror does not hold one of them as it is.
    """
    await app.mirror.catch_up()
    before = app.clock.now() - app.settings.executions.events_for
    wanted = {"type": EventType.EVENTS_REPORTED.value, "before_ms": epoch_ms(before), "sealed": SEALED}
    count = 0
    while rows := await app.graph.read("ledger/sealable", **wanted, ended=list(ENDED_EXECUTIONS), limit=AT_ONCE):
        await asyncio.to_thread(check_mirrored, rows, app.mirror)
        command = SealEntries(tuple(row["id"] for row in rows), rows[0]["seq"], rows[-1]["seq"])
        await app.execute(command, actor="loop")
        count += len(rows)
    if count:
        app.mirror.seal(before.date().isoformat())
    return count


def _daily(folder: Path) -> list[Path]:
    return sorted(folder.glob("vibe-*.zip"))


def _keep_latest(folder: Path, count: int) -> None:
    for path in _daily(folder)[:-count]:
        path.unlink()


def size_of(home: Path) -> int:
    """About how many bytes a backup reads, for a progress bar."""
    return backups.size_of(home)


async def restore(file: Path, home: Path, progress: Progress) -> dict[str, Any]:
    """Put a backup back into an empty home, open it, and check that its ledger is whole.

    Raises:
        Refused: the home is not empty. BadInput: it is no whole backup.
    """
    manifest = await asyncio.to_thread(backups.restore_backup, file, home, DATABASE, progress)
    async with open_app(home) as app:
        verdict = await verify_ledger(app.graph, trusted_keys(home / "keys"), app.mirror)
        rows = await app.graph.read("ledger/page", after=manifest["entries"] - 1, limit=1)
    faults = [fault.detail for fault in verdict.faults]
    if manifest["entries"] and not (rows and rows[0]["hash"] == manifest["last_hash"]):
        faults.append(f"entry {manifest['entries']} is not the one that the backup was made at")
    return {
        "home": str(home),
        "files": len(manifest["files"]),
        "made_at": manifest["made_at"],
        "entries": verdict.entries,
        "last_hash": verdict.last_hash,
        "faults": faults,
        "ok": not faults,
    }


async def move_to(app: App, uri: str) -> dict[str, Any]:
    """Copy the graph to an empty Neo4j; user, password and database are those of the settings.

    Raises:
        Refused: a daemon runs on this home, or the address is not another server.
        Permanent: the target is not empty, or the copy differs.
    """
    if not uri.partition("://")[2]:
        raise BadInput(f"{uri!r} is no address; write neo4j://host:7687")
    if app.turn.is_held_elsewhere():
        raise Refused("a daemon runs on this home and would go on writing to the old store; stop it first")
    target = await open_graph(app.settings, app.home, app.catalog, uri=uri)
    try:
        counts = await move_graph(_store_of(app), target)
    finally:
        await target.aclose()
    return {"uri": uri, "moved": counts}


async def replay_ledger(app: App, into: Path | None, progress: Progress) -> dict[str, Any]:
    """Run the ledger's writes again into an empty store and compare that with the graph as it is.

    Args:
        into: an empty folder for the rebuilt home, kept; a temporary one if left out.

    Raises:
        Refused: the folder is not empty.
    """
    if into is not None and not backups.is_empty(into):
        raise Refused(f"{into} is not empty; name an empty folder, or leave it out")
    source = _store_of(app)
    texts = {sha256_of(text): text for text in long_texts([value async for value in values_of(source)])}
    async with _empty_store(app, into) as target:
        done = await replay(app.graph, target, app.catalog, texts, app.mirror, progress)
        compared = await compare_graphs(source, target)
    return {
        "ok": not (compared.differences or done.missing_queries),
        "entries": done.entries,
        "writes": done.writes,
        "rows": done.rows,
        "nodes": compared.nodes,
        "links": compared.links,
        "differences": compared.differences,
        "first_differences": compared.shown,
        "changed_queries": sorted(done.changed_queries),
        "missing_queries": sorted(done.missing_queries),
        "lost_texts": done.lost_texts,
    }


@asynccontextmanager
async def _empty_store(app: App, into: Path | None) -> AsyncIterator[Neo4jStore]:
    """Open an embedded store with nothing in it."""
    with tempfile.TemporaryDirectory(prefix="vibe-replay-", ignore_cleanup_errors=True) as temporary:
        home = into or Path(temporary)
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        store = await open_store(uri="embedded:", home=home, catalog=app.catalog, heap=app.settings.graph.heap)
        try:
            await apply_schema(store)
            await store.write(lambda tx: tx.run("ledger/start_counter", last_hash=GENESIS))
            yield store
        finally:
            await store.aclose()
            await asyncio.to_thread(_wait_until_ended, home / "store")


def _wait_until_ended(folder: Path) -> None:
    """Return when the server of a store that nobody uses any more is gone."""
    alive = FileLock(folder / "server.lock")
    poll(alive.try_alone, _ENDS_WITHIN_S)
    alive.close()
