"""Composing: from a change to the rows of its entries and deliveries. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from vibe.catalog import Catalog
from vibe.domain.canonical import epoch_ms, from_json, iso, to_json
from vibe.domain.changes import NUMBER, Change, Effect
from vibe.domain.events import Entry, Event
from vibe.domain.identities import KeyedActor, derived_id
from vibe.kernel.chain import hash_of, shortened
from vibe.kernel.submissions import Receipt, Route, Submission


@dataclass(frozen=True, slots=True)
class Composed:
    """A change made ready: its entries as rows of the graph, its effects, and what its sender gets back."""

    entries: tuple[dict[str, Any], ...]
    effects: tuple[Effect, ...]
    receipt: Receipt
    events: tuple[Entry, ...]
    joined: tuple[str, ...] = ()


def with_number(submission: Submission, number: int) -> tuple[Submission, int]:
    """Put the next proposal number where the change asks for one; returns how many numbers were used (0 or 1)."""
    change = submission.change
    if not any(value is NUMBER for effect in change.effects for row in effect.rows for value in row.values()):
        return submission, 0
    numbered = Change(
        change.expects,
        tuple(Effect(effect.query, *(_filled(row, number) for row in effect.rows)) for effect in change.effects),
        tuple(Event(event.type, event.subject, _filled(event.body, number)) for event in change.events),
        _filled(change.answer, number),
        change.approval,
    )
    return replace(submission, change=numbered), 1


def _filled(row: Mapping[str, Any], number: int) -> Mapping[str, Any]:
    return {name: number if value is NUMBER else value for name, value in row.items()}


def compose(submission: Submission, catalog: Catalog, last_seq: int, last_hash: str) -> Composed:
    """Make a change's entries: numbered, chained, hashed; the first one holds the writes."""
    root = submission.root or submission.entry_id(0)
    rows: list[dict[str, Any]] = []
    heard: list[Entry] = []
    for position, event in enumerate(submission.change.events):
        body: dict[str, Any] = {"event": shortened(event.body)}
        if isinstance(submission.actor, KeyedActor):
            body["key_id"] = submission.actor.key_id
        if position == 0:
            body |= _writes(submission.change, catalog)
        row = _entry_row(submission, event, position, root, to_json(body).decode())
        row["seq"], row["previousHash"] = last_seq + position + 1, last_hash
        record = row | {"at": row["atText"], "previous_hash": last_hash}
        row["hash"] = last_hash = hash_of(record, row["body"])
        rows.append(row)
        heard.append(as_entry(row | {"at": submission.at}))
    seqs = tuple(row["seq"] for row in rows)
    effects = submission.change.effects + submission.books
    return Composed(
        tuple(rows), effects, Receipt(root, seqs, submission.change.answer), tuple(heard), submission.joined
    )


def _writes(change: Change, catalog: Catalog) -> dict[str, Any]:
    found: dict[str, Any] = {
        "writes": [
            {"query": effect.query, "sha256": catalog.query(effect.query).sha256, "rows": shortened(effect.rows)}
            for effect in change.effects
            if effect.rows
        ]
    }
    if change.answer:
        found["answer"] = change.answer
    if change.approval:
        found["approval"] = {"proposal": change.approval.proposal_id, "digest": change.approval.digest}
    return found


def _entry_row(submission: Submission, event: Event, position: int, root: str, body: str) -> dict[str, Any]:
    identity = submission.entry_id(position)
    return {
        "id": identity,
        "type": str(event.type),
        "subject": event.subject,
        "actor": str(submission.actor),
        "atText": iso(submission.at),
        "atMs": epoch_ms(submission.at),
        "cause": submission.cause or submission.entry_id(0),
        "root": root,
        "body": body,
    }


def as_entry(row: Mapping[str, Any]) -> Entry:
    """Read a stored entry the way handlers see it."""
    return Entry(
        seq=row["seq"],
        id=row["id"],
        type=row["type"],
        subject=row["subject"],
        actor=row["actor"],
        at=row["at"],
        cause=row["cause"],
        root=row["root"],
        body=from_json(row["body"])["event"],
    )


def compose_deliveries(composed: Sequence[Composed], routes: Mapping[str, Sequence[Route]]) -> list[dict[str, Any]]:
    """Make a delivery for each handler that each entry wakes."""
    return [
        delivery_row(entry, route) | ({"roots": list(item.joined)} if item.joined else {})
        for item in composed
        for entry in item.events
        for route in routes.get(entry.type, ())
        if route.only_if is None or route.only_if(entry)
    ]


def delivery_row(entry: Entry, route: Route) -> dict[str, Any]:
    """Make one delivery; a tick's carries the tick itself, as there is no entry to look up."""
    row: dict[str, Any] = {
        "id": derived_id(entry.id, route.handler),
        "handler": route.handler,
        "subject": _lane(entry, route),
        "entry": entry.id,
        "seq": entry.seq,
        "root": entry.root,
        "dueMs": epoch_ms(entry.at + timedelta(seconds=route.debounce_s)),
        "state": "due",
        "attempts": 0,
    }
    if entry.seq == 0:
        row |= {"tick": entry.type, "plannedMs": epoch_ms(entry.at)}
    return row


def _lane(entry: Entry, route: Route) -> str:
    """What a delivery waits in line with: others about its subject, or whatever it joins."""
    if not route.joins:
        return entry.subject
    return entry.root if route.by_root else ""
