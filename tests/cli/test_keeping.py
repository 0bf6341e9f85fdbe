"""A whole home kept: backed up and put back, moved to another server, rebuilt from its ledger."""

from __future__ import annotations

import json
import stat
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.programs import Program
from tests.stores import fresh_home, stop_server
from vibe.domain.canonical import sha256_of
from vibe.edges.backups import read_manifest
from vibe.edges.graph.addresses import read_password, read_ports
from vibe.edges.graph.embedded import attach

# Its home takes half a minute to make: one worker does it.
pytestmark = [pytest.mark.embedded, pytest.mark.slow, pytest.mark.xdist_group("keeping")]
REVIEW = """# Expert review

- The price of 900 EUR a year for berth 14 is unrealistic: the offer of the harbour asks 1,400 EUR a year.
"""
LONG = "A wooden boat of 1962 with one year of warranty, repaired by the seller. " + "It was looked at in May. " * 20
PLAN = [
    {"block": "Decision", "id": "d-boat", "title": "Buy a used wooden boat", "content": LONG},
    {
        "block": "Assumption",
        "id": "a-berth",
        "title": "Berth 14 in the harbour costs 900 EUR a year",
        "content": "The price of berth 14 in the harbour is 900 EUR a year for the whole lease.",
        "properties": {"validationMethod": "Read the offer.", "failureTrigger": "The offer asks for more."},
    },
    {"link": "CONCERNS", "from": "a-berth", "to": "d-boat"},
]


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """A home with a plan, a document, proposals, one of them carried out, a mark, a rejection and a changed block."""
    folder = tmp_path_factory.mktemp("keeping")
    program = Program(fresh_home(folder / "home"))
    (folder / "plan.jsonl").write_text("".join(json.dumps(row) + "\n" for row in PLAN))
    (folder / "review.md").write_text(REVIEW)
    (folder / "note.md").write_text("The quay is dry.\n")
    with program.store_kept():
        program.says("import", folder / "plan.jsonl")
        program.says("sources", "add", folder / "review.md", folder / "note.md")
        program.says("cycle")
        rows = program.json("proposals", "--status", "ready")["proposals"]
        program.says("approve", next(row["number"] for row in rows if "erth" in row["title"]), "--wait")
        program.says("reject", next(row["number"] for row in rows if "boat" in row["title"]), "never", "-r", "No boat.")
        program.says("block", "set", "d-boat", f"content={'A boat of steel. ' * 30}")
        program.says("gaps")
        yield program


def test_the_ledger_rebuilds_the_graph(lived_in: Program) -> None:
    """Every node and link that the graph has comes from the ledger's writes run again, and none besides."""
    found = lived_in.json("ledger", "replay")
    assert found["first_differences"] == []
    assert (found["ok"], found["differences"], found["missing_queries"]) == (True, 0, [])
    assert found["nodes"] > 20
    assert found["links"] > 10


def test_what_was_written_beside_the_ledger_shows(lived_in: Program, tmp_path: Path) -> None:
    """A rebuilt store can be kept as a home of its own; one that was tampered with is told by node and property."""
    into = tmp_path / "rebuilt"
    lived_in.says("ledger", "replay", "--into", into)
    stop_server(into / "store")
    again = lived_in.run("ledger", "replay", "--into", into)
    rebuilt = Program(into)
    (into / "keys" / "trusted").mkdir(parents=True)
    (into / "keys" / "trusted" / "old.pub").write_text((lived_in.home / "keys" / "ledger.pub").read_text())
    with rebuilt.store_kept():
        verified = rebuilt.json("ledger", "verify")
        titles = {row["title"] for row in rebuilt.json("plans")["plans"]}
        cypher(into, "MATCH (b:Block {id: 'a-berth'}) SET b.title = 'Berth 14 costs 5 EUR'")
        cypher(into, "MATCH (b:Block {id: 'd-boat'})<-[r:CONCERNS]-(a:Block {id: 'a-berth'}) DELETE r")
        tampered = rebuilt.run("ledger", "replay", "--json")
    told = json.loads(tampered.out)
    assert (again.code, "not empty" in again.err) == (1, True)
    assert (verified["ok"], titles) == (True, {row["title"] for row in lived_in.json("plans")["plans"]})
    assert (tampered.code, told["differences"]) == (1, 2)
    assert "Assumption a-berth differs in title" in told["first_differences"]


def cypher(home: Path, text: str) -> None:
    """Write past the ledger, as somebody with the store's password could."""
    import asyncio

    from vibe.catalog import Catalog
    from vibe.edges.graph.adapter import open_store

    async def write() -> None:
        store = await open_store(uri="embedded:", home=home, catalog=Catalog())
        await store.raw(text)
        await store.aclose()

    asyncio.run(write())


def daily_backup(home: Path) -> dict[str, Any]:
    """Let days pass on a home until the third of its daily backups, of which two may stay; what the last one tells."""
    import asyncio

    from vibe.bootstrap import Given, open_app, read_settings
    from vibe.edges.clock import SystemClock
    from vibe.operating import back_up_daily
    from vibe.testing import ManualClock

    class Stepping(ManualClock):
        """Says when somebody has gone to sleep."""

        asleep = asyncio.Event()

        async def sleep_until(self, when: datetime) -> None:
            self.asleep.set()
            await super().sleep_until(when)

    async def days() -> list[Path]:
        clock = Stepping(SystemClock().now())
        settings = read_settings(home)
        settings = settings.model_copy(update={"backup": settings.backup.model_copy(update={"keep": 2})})
        async with open_app(home, Given(clock=clock, settings=settings)) as app:
            assert await app.turn.take()
            task = asyncio.get_running_loop().create_task(back_up_daily(app))
            for _ in range(3):
                await clock.asleep.wait()
                clock.asleep.clear()
                clock.advance(timedelta(days=1))
            await clock.asleep.wait()
            task.cancel()
            app.turn.drop()
        return sorted((home / "backups" / "daily").iterdir())

    files = asyncio.run(days())
    manifest = read_manifest(files[-1])
    assert len(files) == 2
    return {"file": str(files[-1]), "sha256": sha256_of(files[-1].read_bytes()), "entries": manifest["entries"]}


def test_a_backup_comes_back_whole(lived_in: Program, tmp_path: Path) -> None:
    """Of the day's backup, in an empty home: graph, documents, working files, keys; the ledger verifies there."""
    lived_in.says("sign-in")
    made = daily_backup(lived_in.home)
    last = lived_in.json("ledger", "tail", "-n", "1")["entries"][0]
    other = Program(tmp_path / "other")
    back = other.json("restore", made["file"])
    with other.store_kept():
        verified = other.json("ledger", "verify")
        same = other.json("proposals", "--status", "all") == lived_in.json("proposals", "--status", "all")
        refused = other.run("restore", made["file"])
    names = {path.relative_to(other.home).as_posix() for path in other.home.rglob("*.m*")}
    assert (last["type"], json.loads(last["body"])["event"]["sha256"]) == ("BackupMade", made["sha256"])
    assert (back["ok"], back["faults"], verified["ok"], same) == (True, [], True, True)
    assert back["entries"] == made["entries"] == last["seq"] - 1
    assert "corpus/_own/review.md" in names
    assert any(name.startswith("runs/") for name in names)
    assert not (other.home / "keys" / "sessions.db").exists()
    assert (refused.code, "not empty" in refused.err) == (1, True)
    for path in (Path(made["file"]), other.home / "keys" / "ledger.key", other.home):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


def test_a_damaged_backup_is_refused_whole(lived_in: Program, tmp_path: Path) -> None:
    """A file that is no backup, one that was changed, and one whose names lead outside leave the home empty."""
    made = Path(lived_in.json("backup", tmp_path / "good.zip")["file"])
    nothing, changed, outside = tmp_path / "nothing.zip", tmp_path / "changed.zip", tmp_path / "outside.zip"
    nothing.write_bytes(b"PK nothing")
    repack(made, changed, lambda name: name)
    repack(made, outside, lambda name: f"../escaped/{name}" if name.startswith("ledger/") else name, keep=True)
    home = tmp_path / "other"
    ends = [Program(home).run("restore", file) for file in (nothing, changed, outside, tmp_path / "missing.zip")]
    again = lived_in.run("backup", made)
    assert [done.code for done in ends] == [2, 2, 2, 2], [done.err for done in ends]
    assert list(home.iterdir()) == []
    assert not (tmp_path / "escaped").exists()
    assert (again.code, "there already" in again.err) == (1, True)


def repack(source: Path, target: Path, renamed: object, *, keep: bool = False) -> None:
    """Write a backup anew, names changed; without `keep` also a key."""
    assert callable(renamed)
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "manifest.json":
                manifest = json.loads(data)
                manifest["files"] = {renamed(key): value for key, value in manifest["files"].items()}
                data = json.dumps(manifest).encode()
            elif name == "keys/owner.key" or (not keep and name.startswith("keys/")):
                data += b"x" if not keep else b""
            new.writestr(renamed(name), data)


def test_a_graph_moves_to_another_server(lived_in: Program, tmp_path: Path) -> None:
    """Every node and link arrives on the other server and the same home goes on there; a second move is refused."""
    folder = tmp_path / "server"
    attachment, _ = attach(folder)
    try:
        ports = read_ports(folder)
        assert ports is not None
        uri = f"bolt://127.0.0.1:{ports.bolt}"
        there = {
            "VIBE_GRAPH__USER": "root",
            "VIBE_GRAPH__PASSWORD": read_password(folder),
            "VIBE_GRAPH__DATABASE": "vibe",
        }
        here = Program(lived_in.home, there)
        moved = here.json("graph", "move", uri)["moved"]
        twice = here.run("graph", "move", uri)
        gone_on = Program(lived_in.home, there | {"VIBE_GRAPH__URI": uri})
        same = gone_on.json("proposals", "--status", "all") == lived_in.json("proposals", "--status", "all")
        verified = gone_on.json("ledger", "verify")
        backed_up = gone_on.run("backup", tmp_path / "no.zip")
    finally:
        attachment.close()
        stop_server(folder)
    assert (moved["Assumption"], same, verified["ok"]) == (1, True, True)
    assert (twice.code, "not empty" in twice.err) == (1, True)
    assert (backed_up.code, "neo4j-admin" in backed_up.err) == (1, True)
