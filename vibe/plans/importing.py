"""Importing: a plan's reading becomes blocks, links and what vanished; again is an update, never twice.

Woken by the commands `ImportPlan` and `WithdrawPlan`. Reads what the graph has of the plan, compares by the hash of
what the plan said last time, and emits `BlocksAdded`, `BlocksChanged`, and for a big plan `PlanImported`. What a person
changed meanwhile stays as it is, with a remark. Up to 5,000 rows are one change; above that, batches that the rules
skip until the last one is there; cut off, it is continued by running it again.

Source: DESIGN section 3 ("Bulk"), issue "The whole loop" (Import), SPEC section 6.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from vibe.domain.block_rows import block_props, create_blocks, create_links, import_sha256, remove_links, set_block
from vibe.domain.blocks import Block, Kind, Link, LinkType
from vibe.domain.canonical import sha256_of
from vibe.domain.changes import NOTHING, Change, Effect, Expect, absent, expect
from vibe.domain.commands import ImportPlan, WithdrawPlan
from vibe.domain.errors import BadInput, NotFound
from vibe.domain.events import Event, EventType
from vibe.domain.identities import paging_key
from vibe.domain.plans import PlanReading, Remark, count_kinds
from vibe.domain.teams import read_team, team_text
from vibe.kernel.tools import Tools
from vibe.plans.comparing import Difference, compare
from vibe.ports.inward import Row

AT_ONCE = 5_000
BATCH = 2_000
MOST_BLOCKS = 2_000_000
_PAGE = 2_000


@dataclass(frozen=True, slots=True)
class _Difference:
    """What is new, what changed, what is gone; blocks and links."""

    added: tuple[Block, ...]
    changed: tuple[tuple[Block, Row], ...]
    vanished: tuple[Mapping[str, Any], ...]
    links: tuple[Link, ...]
    unlinked: tuple[Link, ...]
    remarks: tuple[Remark, ...]
    lost_count: int = 0
    """Links that name a block that is not there."""
    left_out: frozenset[str] = frozenset()
    """Blocks of the reading that are not taken."""

    @property
    def rows(self) -> int:
        return len(self.added) + len(self.changed) + len(self.vanished) + len(self.links) + len(self.unlinked)


async def import_plan(command: ImportPlan, tools: Tools) -> Change:
    """Bring the graph's plan in line with what was read.

    Raises:
        BadInput: `strict` and something was not understood; nothing is written.
    """
    reading = command.reading
    reading = _without_machinery(reading)
    known = [row async for row in _known_blocks(reading.plan, tools)]
    compared = compare(reading, known, match_titles=command.regenerated)
    reading = compared.reading
    difference = await _difference(compared, known, tools)
    if command.strict:
        _refuse_remarks([*reading.remarks, *difference.remarks])
    answer = _answer(reading, difference)
    if command.dry_run:
        return Change(answer=answer | {"dry_run": True})
    plans = await tools.graph.read("plans/by_id", ids=[reading.plan])
    documents = _documents_changed(reading, plans)
    if difference.rows == 0 and plans and plans[0]["status"] == "active" and not documents.events:
        return Change(answer=answer)
    if difference.rows <= AT_ONCE:
        node = _plan_node(command, plans, tools, "active")
        return node + _as_change(reading, difference, tools) + documents + Change(answer=answer)
    return await _in_batches(command, reading, difference, plans, tools) + Change(answer=answer)


def _documents_changed(reading: PlanReading, plans: Sequence[Row]) -> Change:
    """Tell when a plan that is known comes with other documents: what quotes the old ones is looked at again."""
    if not plans or plans[0]["documents_sha256"] == _documents_sha256(reading):
        return NOTHING
    body = {"plan": reading.plan, "files": len(reading.documents)}
    return Change(events=(Event(EventType.DOCUMENTS_CHANGED, reading.plan, body),))


def _documents_sha256(reading: PlanReading) -> str:
    return sha256_of(sorted([document.name, document.sha256] for document in reading.documents))


def _refuse_remarks(remarks: Sequence[Remark]) -> None:
    left_out = [remark for remark in remarks if not remark.note]
    if left_out:
        first = left_out[0]
        more = f" (and {len(left_out) - 1} more)" if len(left_out) > 1 else ""
        raise BadInput(f"{first.what}{more}; nothing was written (--strict)", file=first.file or None, line=first.line)


def _without_machinery(reading: PlanReading) -> PlanReading:
    """Leave out what only Vibe itself may make: proposals, and the word that a quote was checked."""
    proposals = [block for block in reading.blocks if block.kind is Kind.PROPOSAL]
    gone = {block.id for block in proposals}
    told = "left out: proposals are made here, not brought in"
    remarks = [_remark(block, f"proposal {block.title!r} {told}") for block in proposals]
    blocks = tuple(_as_stated(block) for block in reading.blocks if block.id not in gone)
    links = tuple(link for link in reading.links if link.source not in gone and link.target not in gone)
    return replace(reading, blocks=blocks, links=links, remarks=reading.remarks + tuple(remarks))


def _as_stated(block: Block) -> Block:
    """Evidence that a plan brings along is what the plan says, not a quote that was checked here."""
    if block.kind is not Kind.EVIDENCE or "origin" not in block.properties:
        return block
    properties = {**block.properties, "statedOrigin": block.properties["origin"]}
    del properties["origin"]
    return replace(block, properties=properties)


async def withdraw_plan(command: WithdrawPlan, tools: Tools) -> Change:
    """Withdraw a plan's blocks and the plan.

    Raises:
        NotFound: there is no such plan.
    """
    plans = await tools.graph.read("plans/by_id", ids=[command.plan])
    if not plans:
        raise NotFound(f"there is no plan {command.plan!r}; `vibe plans` lists them")
    known = [row async for row in _known_blocks(command.plan, tools)]
    # A proposal has states of its own; it goes out of date when what it is about is withdrawn.
    rows = [row for row in known if row["status"] != "withdrawn" and row["kind"] != Kind.PROPOSAL]
    ids = [row["id"] for row in rows]
    now = tools.clock.now()
    effects = [Effect("plans/set", {"id": command.plan, "props": {"status": "withdrawn"}})]
    if ids:
        sets = (set_block(identity, status="withdrawn", withdrawnAt=now) for identity in ids)
        effects.append(Effect("blocks/set", *sets))
    changes = [_summary(row, {"status": row["status"]}, {"status": "withdrawn"}) for row in rows]
    events = (
        Event(EventType.PLAN_WITHDRAWN, command.plan, {"plan": command.plan, "ids": ids}),
        Event(EventType.BLOCKS_CHANGED, command.plan, {"plan": command.plan, "ids": ids, "changes": changes[:500]}),
    )
    return Change(
        (expect("Plan", command.plan),), tuple(effects), events, {"plan": command.plan, "withdrawn": len(ids)}
    )


async def _known_blocks(plan: str, tools: Tools) -> AsyncIterator[Row]:
    ids = [row["id"] for row in await tools.graph.read("blocks/ids_of_plan", plan=plan, limit=MOST_BLOCKS)]
    for start in range(0, len(ids), _PAGE):
        for row in await tools.graph.read("blocks/of_plan", ids=ids[start : start + _PAGE]):
            yield row


async def _difference(compared: Difference, known: Sequence[Row], tools: Tools) -> _Difference:
    """Add to the comparison what only the graph can tell: other plans' blocks, people's edits, links."""
    rows = {row["id"]: row for row in known}
    reading = compared.reading
    foreign = await _present([block.id for block in compared.added], tools)
    own = rows.keys() | {block.id for block in compared.added if block.id not in foreign}
    reachable = own | foreign.keys() | (await _present(sorted(reading.outside), tools)).keys()
    stated = {(link.type, link.source, link.target): link for link in reading.links}
    links = {key: link for key, link in stated.items() if key[1] in reachable and key[2] in reachable}
    there = await _stated_links(reading.plan, sorted(rows), tools)
    remarks = [_remark(block, f"block {block.id!r} belongs to plan {foreign[block.id]!r}; left out") for block in
               compared.added if block.id in foreign]  # fmt: skip
    remarks += [
        _remark(block, f"{block.title!r} changed in the plan, but a person changed it too; theirs stays", note=True)
        for block in compared.changed
        if rows[block.id]["edited"]
    ]
    other_kind = {block.id for block in compared.changed if rows[block.id]["kind"] != block.kind}
    remarks += [_of_other_kind(block, rows[block.id]["kind"]) for block in compared.changed if block.id in other_kind]
    changed = [block for block in compared.changed if not rows[block.id]["edited"] and block.id not in other_kind]
    remarks += [
        _remark(link, f"link {link.source} {link.type} {link.target} names a block that is not there; left out")
        for key, link in stated.items()
        if key not in links
    ]
    return _Difference(
        tuple(block for block in compared.added if block.id not in foreign),
        tuple((block, rows[block.id]) for block in changed),
        compared.vanished,
        tuple(link for key, link in links.items() if key not in there),
        tuple(link for key, link in there.items() if key not in links),
        tuple(remarks),
        len(stated) - len(links),
        frozenset(foreign.keys() | other_kind),
    )


def _of_other_kind(block: Block, kind: str) -> Remark:
    return _remark(block, f"block {block.id!r} is a {kind} and can't become a {block.kind}; left as it is")


def _remark(about: Block | Link, what: str, *, note: bool = False) -> Remark:
    return Remark(about.place.file if about.place else "", about.place.line if about.place else None, what, note)


async def _present(ids: list[str], tools: Tools) -> dict[str, str]:
    found: dict[str, str] = {}
    for start in range(0, len(ids), 500):
        rows = await tools.graph.read("blocks/present", ids=ids[start : start + 500])
        found |= {row["id"]: row["plan"] or "" for row in rows}
    return found


async def _stated_links(plan: str, ids: list[str], tools: Tools) -> dict[tuple[LinkType, str, str], Link]:
    """The links this plan stated last time."""
    found = {}
    for start in range(0, len(ids), 500):
        for row in await tools.graph.read("blocks/links_of", ids=ids[start : start + 500]):
            if row["plan"] == plan:
                link = Link(LinkType(row["type"]), row["source"], row["target"], row["why"] or "")
                found[link.type, link.source, link.target] = link
    return found


def _as_change(reading: PlanReading, difference: _Difference, tools: Tools) -> Change:
    now, actor, plan = tools.clock.now(), tools.actor, reading.plan
    effects = [
        *create_blocks(difference.added, at=now, actor=actor, plan=plan),
        *_sets(difference, plan, tools),
        *create_links(difference.links, plan=plan),
        *_memberships(difference.added, plan),
        *remove_links(difference.unlinked),
    ]
    return Change((), tuple(effects), tuple(_events(difference, plan)))


def _sets(difference: _Difference, plan: str, tools: Tools) -> Iterator[Effect]:
    now = tools.clock.now()
    rows = []
    for block, row in difference.changed:
        props = block_props(block, at=now, actor=tools.actor, plan=plan)
        props |= {"importSha256": import_sha256(block), "importedStatus": block.status}
        for name in ("createdAt", "madeBy", "madeOn"):
            props.pop(name, None)
        if row["status"] == "withdrawn":
            props["withdrawnAt"] = None
        elif row["imported_status"] == block.status:
            del props["status"]  # the plan says no other status than last time; what happened since stays
        rows.append(set_block(block.id, **props))
    rows += [set_block(row["id"], status="withdrawn", withdrawnAt=now, updatedAt=now) for row in difference.vanished]
    if rows:
        yield Effect("blocks/set", *rows)


def _memberships(blocks: Sequence[Block], plan: str) -> Iterator[Effect]:
    if blocks:
        yield Effect("plans/link_members", *({"id": block.id, "block": block.id, "plan": plan} for block in blocks))
    goals = [block for block in blocks if block.kind is Kind.NORTH_STAR]
    if goals:
        yield Effect("plans/link_goal", *({"id": block.id, "block": block.id, "plan": plan} for block in goals))


def _events(difference: _Difference, plan: str) -> Iterator[Event]:
    """One entry for what is new and one for what changed; links count as a change of both their ends."""
    added = [block.id for block in difference.added]
    if added:
        kinds = sorted({block.kind.value for block in difference.added})
        yield Event(EventType.BLOCKS_ADDED, plan, {"plan": plan, "ids": added, "kinds": kinds})
    changes = [_block_summary(block, row) for block, row in difference.changed]
    changes += [_summary(row, {"status": row["status"]}, {"status": "withdrawn"}) for row in difference.vanished]
    new = set(added)
    linked = {end for link in (*difference.links, *difference.unlinked) for end in (link.source, link.target)} - new
    ids = list(dict.fromkeys([*(change["id"] for change in changes), *sorted(linked)]))
    if ids:
        yield Event(EventType.BLOCKS_CHANGED, plan, {"plan": plan, "ids": ids, "changes": changes[:500]})


def _block_summary(block: Block, row: Row) -> dict[str, Any]:
    before = {"title": row["title"], "status": row["status"]}
    return _summary(row, before, {"title": block.title, "status": block.status})


def _summary(row: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """What analysts read in the entry: which block, and the changed fields before and after."""
    fields = [name for name in after if before.get(name) != after[name]]
    return {
        "id": row["id"],
        "title": row["title"],
        "before": {name: before.get(name) for name in fields},
        "after": {name: after[name] for name in fields},
    }


def _plan_node(command: ImportPlan, plans: Sequence[Row], tools: Tools, status: str) -> Change:
    reading = command.reading
    props = {
        "title": reading.title,
        "source": reading.source.value,
        "status": status,
        "importedAt": tools.clock.now(),
        "documentsSha256": _documents_sha256(reading),
        "sample": command.sample,
        "team": team_text(read_team(item.text for item in reading.documents), plans[0]["team"] if plans else None),
    }
    if plans:
        guard: Expect = expect("Plan", reading.plan, status=plans[0]["status"])
        return Change((guard,), (Effect("plans/set", {"id": reading.plan, "props": props}),))
    row = {"id": reading.plan, "key": paging_key(reading.plan), "props": props}
    return Change((absent("Plan", reading.plan),), (Effect("plans/create", row),))


async def _in_batches(
    command: ImportPlan, reading: PlanReading, difference: _Difference, plans: Sequence[Row], tools: Tools
) -> Change:
    """Write a big plan in parts; the rules skip it until the last change says that it is whole."""
    started = Event(EventType.BLOCKS_CHANGED, reading.plan, {"plan": reading.plan, "ids": [], "changes": []})
    opening = _plan_node(command, plans, tools, "importing")
    if not (plans and plans[0]["status"] == "importing"):
        await tools.acts.record("open", replace(opening, events=(started,)))
    for number, part in enumerate(_parts(difference)):
        await tools.acts.record(f"part {number}", _as_change(reading, part, tools))
    counts = _answer(reading, difference)
    done = Effect("plans/set", {"id": reading.plan, "props": {"status": "active", "importedAt": tools.clock.now()}})
    event = Event(EventType.PLAN_IMPORTED, reading.plan, {"plan": reading.plan, "counts": counts["blocks"]})
    return Change((expect("Plan", reading.plan, status="importing"),), (done,), (event,)) + NOTHING


def _parts(difference: _Difference) -> Iterator[_Difference]:
    """Cut a difference into parts of at most 2,000 rows: blocks first, then what links them."""
    none: _Difference = _Difference((), (), (), (), (), ())
    for start in range(0, len(difference.added), BATCH):
        yield replace(none, added=difference.added[start : start + BATCH])
    for start in range(0, len(difference.changed), BATCH):
        yield replace(none, changed=difference.changed[start : start + BATCH])
    for start in range(0, len(difference.vanished), BATCH):
        yield replace(none, vanished=difference.vanished[start : start + BATCH])
    for start in range(0, len(difference.links), BATCH):
        yield replace(none, links=difference.links[start : start + BATCH])
    for start in range(0, len(difference.unlinked), BATCH):
        yield replace(none, unlinked=difference.unlinked[start : start + BATCH])


def _answer(reading: PlanReading, difference: _Difference) -> dict[str, Any]:
    """What `vibe import --json` prints (SPEC section 6), and what became of it."""
    remarks = [*reading.remarks, *difference.remarks]
    return {
        "plan": reading.plan,
        "title": reading.title,
        "blocks": count_kinds(block for block in reading.blocks if block.id not in difference.left_out),
        "links": len(reading.links) - difference.lost_count,
        "warnings": [{"file": item.file, "line": item.line, "what": item.what} for item in remarks if not item.note],
        "notes": [{"file": item.file, "line": item.line, "what": item.what} for item in remarks if item.note],
        "added": len(difference.added),
        "changed": len(difference.changed),
        "withdrawn": len(difference.vanished),
    }
