"""The embedded server as a process of its own: shared, private, started again, and gone when nobody needs it."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.stores import fresh_home, stop_server
from vibe.catalog import Catalog
from vibe.domain.errors import Unreachable
from vibe.edges.graph.adapter import Neo4jStore, open_store
from vibe.edges.graph.addresses import Ports, read_ports, write_ports
from vibe.edges.graph.embedded import attach
from vibe.edges.graph.locks import FileLock, poll, writer_turn

pytestmark = [pytest.mark.asyncio, pytest.mark.embedded]
OTHER_PROCESS = """\
import asyncio, sys
from pathlib import Path
from vibe.catalog import Catalog
from vibe.edges.graph.adapter import open_store

async def main():
    store = await open_store(uri="embedded:", home=Path(sys.argv[1]), catalog=Catalog())
    await store.raw("CREATE (:Block:Task {id: $id})", id=sys.argv[2])
    print(store.address.uri, flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    await store.aclose()

asyncio.run(main())
"""
ENDS_WITHIN_S = 30.0


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A home whose server, if one was started, is ended after the test."""
    yield fresh_home(tmp_path)
    stop_server(tmp_path / "store")


async def opened(home: Path) -> Neo4jStore:
    """Open the home's store."""
    return await open_store(uri="embedded:", home=home, catalog=Catalog())


@pytest_asyncio.fixture
async def store(home: Path) -> AsyncIterator[Neo4jStore]:
    """The home's store, open."""
    first = await opened(home)
    yield first
    await first.aclose()


def other_process(home: Path, id_: str) -> subprocess.Popen[str]:
    """Start another process that writes one task and stays until its stdin says a line."""
    return subprocess.Popen(
        [sys.executable, "-c", OTHER_PROCESS, str(home), id_],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def said(process: subprocess.Popen[str]) -> str:
    """The next line a process says."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def server_pid(home: Path) -> int:
    """The pid of the home's server."""
    ports = read_ports(home / "store")
    assert ports is not None
    assert ports.pid is not None
    return ports.pid


def kill_server(home: Path) -> None:
    """End the server as a crash would, and wait until the system has freed its lock."""
    os.kill(server_pid(home), signal.SIGKILL)
    assert server_is_gone(home)


def server_is_gone(home: Path) -> bool:
    """Wait until no server lives on this home; False when one still does after a generous time."""
    alive = FileLock(home / "store" / "server.lock")
    try:
        return poll(alive.try_alone, ENDS_WITHIN_S)
    finally:
        alive.close()


async def ids(store: Neo4jStore) -> list[str]:
    """The ids of all blocks."""
    return [row["id"] for row in await store.raw_read("MATCH (b:Block) WHERE b.id > '' RETURN b.id AS id ORDER BY id")]


async def test_processes_that_start_together_share_one_server(home: Path) -> None:
    """Two processes at once on a home where nothing runs start one server and see each other's writes."""
    with other_process(home, "a") as first, other_process(home, "b") as second:
        addresses = {said(first), said(second)}
        store = await opened(home)
        addresses.add(store.address.uri)
        found = await ids(store)
        await store.aclose()
        first.communicate("\n")
        second.communicate("\n")
    assert (len(addresses), found) == (1, ["a", "b"])


async def test_the_server_is_nobodys_child(home: Path) -> None:
    """It outlives the process that started it, in a session of its own, as long as somebody else uses it."""
    with other_process(home, "a") as first:
        said(first)
        store = await opened(home)
        first.communicate("\n")
    pid = server_pid(home)
    assert (await ids(store), os.getsid(pid) != os.getsid(0)) == (["a"], True)
    await store.aclose()


async def test_it_ends_by_itself_when_nobody_uses_it(home: Path) -> None:
    """After the last user let go it ends, and what was written is there the next time."""
    store = await opened(home)
    await store.raw("CREATE (:Block:Task {id: 'a'})")
    await store.aclose()
    gone = await asyncio.to_thread(server_is_gone, home)
    store = await opened(home)
    assert (gone, await ids(store)) == (True, ["a"])
    await store.aclose()


async def test_it_ends_when_its_folder_was_removed(home: Path) -> None:
    """A home that is deleted under a running server leaves no process behind."""
    store = await opened(home)
    alive = FileLock(home / "store" / "server.lock")
    await store.aclose()
    await asyncio.to_thread(shutil.rmtree, home / "store")
    gone = await asyncio.to_thread(poll, alive.try_alone, ENDS_WITHIN_S)
    alive.close()
    assert gone


async def test_a_killed_user_does_not_keep_it(home: Path) -> None:
    """A user that was killed holds nothing."""
    with other_process(home, "a") as user:
        said(user)
        user.kill()
    assert await asyncio.to_thread(server_is_gone, home)


async def test_after_a_kill_waiting_reads_and_writes_go_on(home: Path, store: Neo4jStore) -> None:
    """Kill -9 of the server costs its users a wait: it is started again at the same port, nothing written is lost."""
    await store.raw("CREATE (:Block:Task {id: 'a'})")
    before = store.address
    kill_server(home)
    reads = [ids(store) for _ in range(5)]
    *_, written = await asyncio.gather(*reads, store.raw("CREATE (b:Block:Task {id: 'b'}) RETURN b.id AS id"))
    assert (written, await ids(store), store.address) == ([{"id": "b"}], ["a", "b"], before)


async def test_a_kill_in_the_middle_of_a_write_undoes_it_and_runs_it_again(home: Path, store: Neo4jStore) -> None:
    """The unit of work is run again as a whole: its effects are there once."""
    runs = []

    async def work(transaction: object) -> None:
        opened_transaction = transaction._opened  # type: ignore[attr-defined]
        await opened_transaction.run("CREATE (:Block:Task {id: 'a'})")
        runs.append(1)
        if len(runs) == 1:
            await asyncio.to_thread(kill_server, home)

    await store.write(work)
    assert (await ids(store), len(runs)) == (["a"], 2)


async def test_a_clean_stop_is_followed_by_a_restart(home: Path, store: Neo4jStore) -> None:
    """SIGTERM, as at an operator's hand, ends the server cleanly; whoever still needs it starts it again."""
    os.kill(server_pid(home), signal.SIGTERM)
    gone = await asyncio.to_thread(server_is_gone, home)
    assert (gone, await ids(store)) == (True, [])


async def test_another_program_on_its_port_makes_it_move(home: Path) -> None:
    """A port that was taken meanwhile is left to who has it; the address file tells the new one."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        write_ports(home / "store", Ports(port, port, pid=os.getpid()))
        store = await opened(home)
        assert (store.address.uri.endswith(f":{port}"), await ids(store)) == (False, [])
        await store.aclose()


async def test_its_files_are_private(home: Path, store: Neo4jStore) -> None:
    """Nobody else on the machine can read the data, the password or the logs."""
    await store.raw("CREATE (:Block:Task {id: 'a'})")
    folder = home / "store"
    files = [path for path in folder.rglob("*") if "databases/vibe" not in path.as_posix()]
    assert folder.stat().st_mode & 0o077 == 0
    assert {path.name: oct(path.stat().st_mode) for path in files if path.stat().st_mode & 0o077} == {}


async def test_the_password_is_random_and_kept(tmp_path: Path) -> None:
    """Each home has its own, long, in a file of its own, and it is not part of what an address shows."""
    from vibe.edges.graph.addresses import Address, read_password

    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        folder.mkdir()
    first, second, again = read_password(folders[0]), read_password(folders[1]), read_password(folders[0])
    assert (first != second, first == again, len(first) >= 32) == (True, True, True)
    assert first not in repr(Address("bolt://x", "root", first))


async def test_a_lost_password_file_is_made_again(home: Path) -> None:
    """Without the file the next start sets a new password; the data stays."""
    store = await opened(home)
    await store.raw("CREATE (:Block:Task {id: 'a'})")
    await store.aclose()
    assert await asyncio.to_thread(server_is_gone, home)
    (home / "store" / "root.pw").unlink()
    store = await opened(home)
    assert await ids(store) == ["a"]
    await store.aclose()


async def test_it_listens_on_this_machine_only(home: Path, store: Neo4jStore) -> None:
    """Every port of the server's process is bound to 127.0.0.1."""
    await ids(store)
    assert listening_hosts(server_pid(home)) == {"127.0.0.1"}


def listening_hosts(pid: int) -> set[str]:
    """The addresses a process listens on, from the kernel's own tables."""
    links = [path.readlink().as_posix() for path in Path(f"/proc/{pid}/fd").iterdir() if path.is_symlink()]
    inodes = {link[8:-1] for link in links if link.startswith("socket:[")}
    found = set()
    for table, family in (("tcp", socket.AF_INET), ("tcp6", socket.AF_INET6)):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and fields[9] in inodes:
                found.add(_host(fields[1].split(":")[0], family))
    return found


def _host(text: str, family: socket.AddressFamily) -> str:
    words = [bytes.fromhex(text[start : start + 8])[::-1] for start in range(0, len(text), 8)]
    return socket.inet_ntop(family, b"".join(words)).removeprefix("::ffff:")


async def test_a_store_that_cannot_start_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory that cannot be had fails each try at once; the message names the log and the way out."""
    monkeypatch.setenv("VIBE_STORE_JVM_ARGS", "-XX:NoSuchOption=1")
    with pytest.raises(Unreachable, match=r"server\.log.*neo4j://"):
        await asyncio.to_thread(attach, tmp_path / "store")


async def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    """Where a file is in the way, the message names the folder."""
    (tmp_path / "store").write_text("in the way")
    with pytest.raises(Unreachable, match="VIBE_HOME"):
        await asyncio.to_thread(attach, tmp_path / "store")


async def test_one_writer_at_a_time(tmp_path: Path) -> None:
    """Turns of any number of writers never overlap, whoever they belong to."""
    inside, most, done = 0, 0, 0

    async def write() -> None:
        nonlocal inside, most, done
        async with writer_turn(tmp_path):
            inside += 1
            most = max(most, inside)
            await asyncio.to_thread(os.stat, tmp_path)
            inside -= 1
            done += 1

    await asyncio.gather(*(write() for _ in range(30)))
    assert (most, done) == (1, 30)


async def test_a_busy_writer_lets_the_waiting_one_in(tmp_path: Path) -> None:
    """Who waits for a turn gets the next one, though the holder wants it again at once."""
    order: list[str] = []
    waiting = asyncio.Event()

    async def waiter() -> None:
        turn = writer_turn(tmp_path)
        waiting.set()
        async with turn:
            order.append("waiter")

    async with writer_turn(tmp_path):
        task = asyncio.ensure_future(waiter())
        await waiting.wait()
        queue = FileLock(tmp_path / "writer.queue")
        assert await asyncio.to_thread(poll, lambda: not _free(queue), ENDS_WITHIN_S)
    async with writer_turn(tmp_path):
        order.append("busy")
    await task
    queue.close()
    assert order == ["waiter", "busy"]


def _free(lock: FileLock) -> bool:
    if lock.try_alone():
        lock.release()
        return True
    return False


async def test_a_cancelled_wait_gives_the_turn_back(tmp_path: Path) -> None:
    """A writer that gives up while it waits does not hold the turn it gets later."""
    async with writer_turn(tmp_path):
        task = asyncio.ensure_future(writer_turn(tmp_path).__aenter__())
        queue = FileLock(tmp_path / "writer.queue")
        assert await asyncio.to_thread(poll, lambda: not _free(queue), ENDS_WITHIN_S)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    turn = FileLock(tmp_path / "writer.lock")
    free = await asyncio.to_thread(poll, turn.try_alone, ENDS_WITHIN_S)
    turn.close()
    queue.close()
    assert (task.cancelled(), free) == (True, True)
