"""Replaying: the ledger's own writes run again, into an empty store, so that its graph can be compared with this one.

Each entry names its write queries with their rows; they are run group by group, stage by stage, as they were. A long
text stands in the entry as its hash only; it is taken from the nodes as they are (`texts`, by hash). One that nobody
has any more was overwritten or forgotten since, and a mark stands in its place until a later entry overwrites that too.

Bookkeeping (deliveries, due times, turns) made no entries and is not rebuilt.

Source: DESIGN section 3 ("replay runs them again").
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vibe.catalog import Catalog
from vibe.domain.canonical import epoch_ms, from_json, instant
from vibe.kernel.chain import LONG_TEXT
from vibe.kernel.ledger import STAGES, run_complete
from vibe.kernel.mirror import Mirror
from vibe.kernel.sealing import Bodies
from vibe.ports.inward import Graph, Row, Store, Transaction

PAGE = 500
GROUPS_AT_ONCE = 50
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")
_NEVER_INSTANTS = frozenset({"id", "title", "content", "quote", "text", "file", "name", "reason"})


@dataclass(slots=True)
class Replayed:
    """What was run again: entries, write statements' rows, and what could not be taken as it was."""

    entries: int = 0
    writes: int = 0
    rows: int = 0
    lost_texts: int = 0
    """Long texts that no node has any more."""
    changed_queries: set[str] = field(default_factory=set)
    """Queries whose text is another one now than when they ran."""
    missing_queries: set[str] = field(default_factory=set)


Write = tuple[str, list[dict[str, Any]]]


async def replay(
    source: Graph,
    target: Store,
    catalog: Catalog,
    texts: Mapping[str, str],
    mirror: Mirror,
    progress: Callable[[int], None] = lambda _: None,
) -> Replayed:
    """Run every entry's writes of one ledger into another, empty store; the entries themselves come along.

    Args:
        texts: the long texts of the source's nodes, by their SHA-256.
        mirror: where the bodies of sealed entries are.
        progress: told how many entries are done.
    """
    done = Replayed()
    waiting: list[list[Row]] = []
    bodies = Bodies(mirror)
    async for group in _groups(source):
        waiting.append(group)
        if len(waiting) == GROUPS_AT_ONCE:
            await _run(target, waiting, catalog, texts, bodies, done)
            progress(done.entries)
            waiting = []
    await _run(target, waiting, catalog, texts, bodies, done)
    counter = (await source.read("ledger/read_counter"))[0]
    set_to = {name: counter[name] for name in ("n", "last_hash", "proposals", "writes")}
    await target.write(lambda tx: tx.run("ledger/advance", **set_to))
    progress(done.entries)
    return done


async def _groups(source: Graph) -> AsyncIterator[list[Row]]:
    """The entries as they were committed together: a group's last one is signed."""
    group: list[Row] = []
    after = 0
    while rows := await source.read("ledger/page", after=after, limit=PAGE):
        for row in rows:
            group.append(row)
            if row["signature"]:
                yield group
                group = []
        after = rows[-1]["seq"]
    if group:
        yield group


async def _run(
    target: Store,
    groups: Sequence[Sequence[Row]],
    catalog: Catalog,
    texts: Mapping[str, str],
    bodies: Bodies,
    done: Replayed,
) -> None:
    planned = [_writes_of(bodies.whole(group), catalog, texts, done) for group in groups]
    entries = [_stored(row) for group in groups for row in group]

    async def write(tx: Transaction) -> None:
        for writes in planned:
            for query, rows in writes:
                await run_complete(tx, query, rows)
        await run_complete(tx, "ledger/append", entries)

    if entries:
        await target.write(write)
    done.entries += len(entries)
    done.writes += sum(len(writes) for writes in planned)
    done.rows += sum(len(rows) for writes in planned for _, rows in writes)


def _writes_of(group: Iterable[Row], catalog: Catalog, texts: Mapping[str, str], done: Replayed) -> list[Write]:
    """A group's writes, merged and in the order the ledger ran them."""
    merged: dict[str, list[dict[str, Any]]] = {}
    for row in group:
        for write in from_json(row["body"]).get("writes", ()):
            query = catalog.queries.get(write["query"])
            if query is None:
                done.missing_queries.add(write["query"])
                continue
            if query.sha256 != write["sha256"]:
                done.changed_queries.add(query.name)
            if query.stage != "book":
                merged.setdefault(query.name, []).extend(_revived(item, texts, done) for item in write["rows"])
    order = {name: position for position, name in enumerate(merged)}
    staged = sorted(merged, key=lambda name: (STAGES.index(catalog.query(name).stage or "book"), order[name]))
    return [(name, sorted(merged[name], key=lambda item: str(item.get("id", "")))) for name in staged]


def _revived(value: Any, texts: Mapping[str, str], done: Replayed, name: str = "") -> Any:
    """Give an entry's plain data its instants and long texts back."""
    if isinstance(value, str):
        return instant(value) if name not in _NEVER_INSTANTS and _INSTANT.fullmatch(value) else value
    if isinstance(value, list):
        return [_revived(item, texts, done, name) for item in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"sha256", "length"} and value["length"] > LONG_TEXT:
        found = texts.get(value["sha256"])
        done.lost_texts += found is None
        return found if found is not None else f"sha256:{value['sha256']}"
    return {key: _revived(item, texts, done, key) for key, item in value.items()}


def _stored(row: Row) -> dict[str, Any]:
    """An entry as `ledger/append` takes it."""
    at = row["at"]
    kept = {name: row[name] for name in ("seq", "id", "type", "subject", "actor", "cause", "root", "body", "hash")}
    kept |= {"atText": at, "atMs": epoch_ms(instant(at)), "previousHash": row["previous_hash"]}
    signed = {name: row[name] for name in ("signature", "key") if row[name]}
    return kept | signed


def long_texts(values: Iterable[Any]) -> Iterator[str]:
    """Every text among properties that an entry would only have held the hash of."""
    for value in values:
        if isinstance(value, str) and len(value) > LONG_TEXT:
            yield value
        elif isinstance(value, list):
            yield from long_texts(value)
