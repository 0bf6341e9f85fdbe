"""The schema files: applied once, in order, by however many processes start together; never changed afterwards."""

from __future__ import annotations

import asyncio
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from vibe.catalog import Catalog, shipped
from vibe.domain.blocks import Kind, LinkType
from vibe.domain.errors import BadInput, Conflict, Permanent
from vibe.edges.graph.adapter import Neo4jStore
from vibe.edges.graph.schema import apply_schema, read_steps

pytestmark = pytest.mark.asyncio
NAMES = [step.name for step in read_steps()]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A copy of the schema files that a test may change."""
    return Path(shutil.copytree(shipped("cypher") / "schema", tmp_path / "schema"))


def add_file(files: Path, number: int, body: str, name: str = "more") -> None:
    """Write one more schema file."""
    stem = f"{number:03}_{name}"
    (files / f"{stem}.cypher").write_text(f"// name: schema/{stem}\n// does: more\n// source: tests\n\n{body}\n")


async def constraints(store: Neo4jStore) -> set[str]:
    """The names of what the server enforces."""
    return {row["name"] for row in await store.raw_read("SHOW CONSTRAINTS YIELD name RETURN name")}


async def test_all_files_are_applied_in_order_once(bare_store: Neo4jStore) -> None:
    """The first start applies every file; the next finds nothing to do."""
    assert [await apply_schema(bare_store), await apply_schema(bare_store)] == [NAMES, []]


async def test_a_later_file_is_added(bare_store: Neo4jStore, files: Path) -> None:
    """An update brings one more file, and only that is applied."""
    await apply_schema(bare_store)
    add_file(files, len(NAMES) + 1, "CREATE CONSTRAINT more_a IF NOT EXISTS FOR (n:More) REQUIRE n.a IS UNIQUE;")
    applied = await apply_schema(bare_store, files)
    assert (applied, "more_a" in await constraints(bare_store)) == ([f"{len(NAMES) + 1:03}_more"], True)


async def test_users_that_start_together_apply_it_once(bare_store: Neo4jStore, another: Any) -> None:
    """However many start at the same time, each file is recorded once and nobody fails."""
    users = [bare_store, *[await another(bare_store) for _ in range(3)]]
    await asyncio.gather(*(apply_schema(user) for user in users))
    recorded = await bare_store.raw_read("MATCH (s:SchemaStep) WHERE s.number > 0 RETURN s.number AS number")
    assert sorted(row["number"] for row in recorded) == list(range(1, len(NAMES) + 1))


async def test_a_start_that_was_cut_off_is_finished(bare_store: Neo4jStore, files: Path) -> None:
    """A file that fails stops the start; mended, the next start goes on from there."""
    add_file(files, len(NAMES) + 1, "CREATE nonsense;")
    with pytest.raises(Permanent):
        await apply_schema(bare_store, files)
    add_file(files, len(NAMES) + 1, "CREATE (n:More {a: 1}) DELETE n;")
    assert await apply_schema(bare_store, files) == [f"{len(NAMES) + 1:03}_more"]


async def test_a_file_changed_after_it_was_applied_is_refused(bare_store: Neo4jStore, files: Path) -> None:
    """Nobody could say what such a store has, so the start stops and names the file."""
    await apply_schema(bare_store)
    changed = files / f"{NAMES[1]}.cypher"
    changed.write_text(changed.read_text() + "CREATE INDEX late IF NOT EXISTS FOR (n:Late) ON (n.late);\n")
    with pytest.raises(Permanent, match=NAMES[1]):
        await apply_schema(bare_store, files)


async def test_a_store_of_a_newer_vibe_is_refused(bare_store: Neo4jStore, files: Path) -> None:
    """A step that this Vibe has no file for means that its queries may be wrong for the store."""
    await apply_schema(bare_store)
    (files / f"{NAMES[-1]}.cypher").unlink()
    with pytest.raises(Permanent, match="newer Vibe"):
        await apply_schema(bare_store, files)


@pytest.mark.parametrize(("number", "name"), [(len(NAMES) + 2, "gap"), (len(NAMES) + 1, "Upper"), (1, "twice")])
async def test_a_wrong_file_name_is_bad_input(files: Path, number: int, name: str) -> None:
    """Numbers follow one another without holes or doubles, names are small letters."""
    add_file(files, number, "RETURN 1;", name)
    with pytest.raises(BadInput, match="cypher/schema/"):
        read_steps(files)


async def test_ids_are_unique(store: Neo4jStore) -> None:
    """The same id twice is refused, whatever the kind."""
    await store.raw("CREATE (:Block:Decision {id: 'a'})")
    with pytest.raises(Conflict):
        await store.raw("CREATE (:Block:Task {id: 'a'})")


async def test_numbers_are_compared_as_numbers(store: Neo4jStore) -> None:
    """What the ledger counts by is an integer to the index too: 112 comes after 9."""
    await store.raw("UNWIND range(1, 112) AS n CREATE (e:LedgerEntry {id: toString(n), seq: n})")
    greatest = await store.raw_read("MATCH (e:LedgerEntry) WHERE e.seq > 0 RETURN max(e.seq) AS seq")
    page = await store.raw_read("MATCH (e:LedgerEntry) WHERE e.seq > 8 RETURN e.seq AS seq ORDER BY e.seq LIMIT 3")
    assert (greatest, [row["seq"] for row in page]) == ([{"seq": 112}], [9, 10, 11])


async def test_every_kind_can_be_created_by_all_at_once(store: Neo4jStore, another: Any) -> None:
    """The first use of each pair of labels and each relationship type by many tasks at once succeeds."""
    users = [store, await another(store)]
    texts = [f"CREATE (:Block:{kind} {{id: $id}})" for kind in Kind]
    texts += [f"CREATE (:Block:Task {{id: $id}})-[:{link}]->(:Block:Task {{id: $id + '-'}})" for link in LinkType]
    asked = [(user, text, f"{n} {m}") for n, user in enumerate(users) for m, text in enumerate(texts)]
    await asyncio.gather(*(user.raw(text, id=id_) for user, text, id_ in asked))
    found = await store.raw_read("MATCH (b:Block) RETURN count(b) AS n")
    assert found == [{"n": 2 * (len(Kind) + 2 * len(LinkType))}]


async def test_samples_cover_what_the_queries_create() -> None:
    """Every pair of labels and every relationship type that a query can create has a sample."""
    statements = [statement for step in read_steps() for statement in step.statements]
    sampled = " ".join(statement for statement in statements if " DELETE " in statement)
    created = set()
    for query in Catalog().queries.values():
        for clause in re.findall(r"(?:CREATE|MERGE)\s+(.+)", query.text):
            created |= set(re.findall(r"\(\w*((?::\w+)+)", clause)) | set(re.findall(r"\[\w*(:\w+)", clause))
    assert {name for name in created if not re.search(rf"\w*{name}\b", sampled)} == set()
