"""Fresh stores for tests: real embedded databases with the schema applied, in about 0.2 s each.

    from tests.stores import fresh_store, fresh_home

    async with fresh_store() as store:            # an empty database of its own, dropped afterwards
        await store.write(...)
    async with fresh_store(Catalog(folder)) as store: ...      # with other queries
    async with fresh_store() as store, second_user(store) as other: ...   # two users of one database, as two processes

    fresh_home(tmp_path)                          # a home whose embedded store has the schema already; nothing runs yet

One server runs for each test process (under a temporary folder, stopped at the end, or by itself if the process is
killed). A new database is a copy of a template, which is kept between sessions in a private temporary folder named
after the schema's hash. Stores belong to the event loop they were opened in.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from importlib.metadata import version
from itertools import count
from pathlib import Path

from vibe.catalog import Catalog
from vibe.domain.canonical import sha256_of
from vibe.edges.graph.adapter import Neo4jStore
from vibe.edges.graph.addresses import Address, read_ports
from vibe.edges.graph.embedded import attach
from vibe.edges.graph.engine import close_database, create_database, drop_database, open_database
from vibe.edges.graph.locks import FileLock, poll
from vibe.edges.graph.schema import apply_schema, read_steps
from vibe.edges.graph.servers import EmbeddedServer

os.environ.setdefault("VIBE_STORE_JVM_ARGS", "-XX:TieredStopAtLevel=1")  # 0.5 s faster to start
_numbers = count(1)


@asynccontextmanager
async def fresh_store(catalog: Catalog | None = None, *, schema: bool = True) -> AsyncIterator[Neo4jStore]:
    """Give an empty store, with the schema applied unless told otherwise; its database is dropped afterwards."""
    folder = await asyncio.to_thread(_server_folder)
    name = f"test{next(_numbers)}"
    address = await asyncio.to_thread(_address, folder)
    if schema:
        template = await asyncio.to_thread(_template)
        await asyncio.to_thread(_copy_database, template, folder / "databases" / name)
        await asyncio.to_thread(open_database, address, name)
    else:
        await asyncio.to_thread(create_database, address, name)
    store = await _open(folder, name, catalog or Catalog())
    try:
        yield store
    finally:
        await store.aclose()
        await asyncio.to_thread(drop_database, address, name)


@asynccontextmanager
async def second_user(store: Neo4jStore, catalog: Catalog | None = None) -> AsyncIterator[Neo4jStore]:
    """Give another user of the same embedded database, which shares nothing with the first but the server."""
    assert store.address.folder is not None
    assert store.address.database is not None
    other = await _open(store.address.folder, store.address.database, catalog or Catalog())
    try:
        yield other
    finally:
        await other.aclose()


def fresh_home(home: Path) -> Path:
    """Prepare `home` so that its embedded store has the schema already; the first user starts its server (2 s)."""
    (home / "store" / "databases").mkdir(parents=True, mode=0o700, exist_ok=True)
    _copy_database(_template(), home / "store" / "databases" / "vibe")
    return home


def stop_server(folder: Path) -> None:
    """End the server of a store's folder, if one runs, and wait until it is gone."""
    if not folder.exists():
        return
    ports = read_ports(folder)
    alive = FileLock(folder / "server.lock")
    if not alive.try_alone() and ports and ports.pid:
        os.kill(ports.pid, signal.SIGTERM)
    poll(alive.try_alone, 10.0)
    alive.close()


async def _open(folder: Path, name: str, catalog: Catalog) -> Neo4jStore:
    server = await EmbeddedServer.attached(folder, heap="512m", database=name)
    return Neo4jStore(server, catalog)


@cache
def _server_folder() -> Path:
    """Start this process's server; it is ended and its folder removed when the process ends."""
    base = Path(tempfile.mkdtemp(prefix="vibe-tests-"))
    folder = base / "store"
    attachment, _ = attach(folder)

    def end() -> None:
        attachment.close()
        stop_server(folder)
        shutil.rmtree(base, ignore_errors=True)

    atexit.register(end)
    return folder


def _address(folder: Path) -> Address:
    attachment, address = attach(folder)
    attachment.close()
    return address


@cache
def _template() -> Path:
    """Find the template database, or make it; processes that start together make it once."""
    key = sha256_of([version("arcadedb-embedded"), [step.sha256 for step in read_steps()]])[:16]
    private = Path(tempfile.gettempdir()) / f"vibe-tests-{os.getuid()}"
    private.mkdir(mode=0o700, exist_ok=True)
    assert private.stat().st_uid == os.getuid()
    lock = FileLock(private / "template.lock")
    lock.wait_alone()
    try:
        if not (private / key).exists():
            _make_template(private / key)
    finally:
        lock.close()
    return private / key


def _make_template(target: Path) -> None:
    folder = _server_folder()
    address = _address(folder)
    create_database(address, "template")

    async def fill() -> None:
        store = await _open(folder, "template", Catalog())
        await apply_schema(store)
        await store.aclose()

    asyncio.run(fill())
    close_database(address, "template")
    fresh = target.with_suffix(f".{os.getpid()}")
    _copy_database(folder / "databases" / "template", fresh)
    fresh.rename(target)


def _copy_database(source: Path, target: Path) -> None:
    target.mkdir(parents=True, mode=0o700)
    for file in source.iterdir():
        if file.name != "database.lck":
            shutil.copyfile(file, target / file.name)
