"""Editing: blocks and links by hand, and the owner's own documents.

Woken by the commands `AddBlocks`, `SetBlock`, `AddSource`, `RemoveSource`. What a person writes is marked `edited`, so
that an import of the same plan leaves it alone. An owner's own command is the approval.

Source: SPEC sections 4 and 6.
"""

from __future__ import annotations

from typing import Any

from vibe.domain.block_rows import create_blocks, create_links, set_block
from vibe.domain.blocks import Block, Kind
from vibe.domain.changes import Change, Effect, absent, expect
from vibe.domain.commands import AddBlocks, AddSource, RemoveSource, SetBlock
from vibe.domain.errors import BadInput, NotFound
from vibe.domain.events import Event, EventType
from vibe.domain.identities import derived_id, paging_key
from vibe.kernel.tools import Tools
from vibe.plans.offering import is_agents, offer_blocks, split
from vibe.ports.inward import Row

EDITABLE = ("title", "content", "status", "priority", "private")
OWN = "_own"


async def add_blocks(command: AddBlocks, tools: Tools) -> Change:
    """Write blocks and links by hand.

    Raises:
        NotFound: a link names a block that is neither here nor there.
        Conflict: a block of that id is there already.
    """
    if is_agents(tools.actor):
        return await _from_agent(command, tools)
    return await _written(command, tools)


async def _from_agent(command: AddBlocks, tools: Tools) -> Change:
    """Write what an agent may write; the rest becomes a proposal."""
    free, asked = split(command)
    change = await _written(free, tools)
    if not asked.blocks and not asked.links:
        return change
    await _check_ends(command, tools)
    offered = await offer_blocks(asked, free, tools)
    return change + offered + Change(answer={**change.answer, **offered.answer})


async def _check_ends(command: AddBlocks, tools: Tools) -> list[str]:
    """The blocks that links name and that are there.

    Raises:
        NotFound: one is neither here nor there.
    """
    own = {block.id for block in command.blocks}
    named = sorted({end for link in command.links for end in (link.source, link.target)} - own)
    there = {row["id"] for row in await tools.graph.read("blocks/present", ids=named)} if named else set()
    missing = [identity for identity in named if identity not in there]
    if missing:
        raise NotFound(f"there is no block {missing[0]!r}; `vibe block show` shows one, `vibe plans` lists plans")
    return named


async def _written(command: AddBlocks, tools: Tools) -> Change:
    own = {block.id for block in command.blocks}
    named = await _check_ends(command, tools)
    effects = [*create_blocks(command.blocks, at=tools.clock.now(), actor=tools.actor), *create_links(command.links)]
    events = []
    kinds = sorted({block.kind.value for block in command.blocks})
    if own:
        events.append(Event(EventType.BLOCKS_ADDED, next(iter(own)), {"ids": sorted(own), "kinds": kinds}))
    if named:
        events.append(Event(EventType.BLOCKS_CHANGED, named[0], {"ids": named, "changes": []}))
    evidence = [block.id for block in command.blocks if block.kind is Kind.EVIDENCE]
    if evidence:
        targets = sorted({link.target for link in command.links if link.source in evidence})
        events.append(Event(EventType.EVIDENCE_ADDED, evidence[0], {"ids": evidence, "targets": targets}))
    expects = tuple(absent("Block", identity) for identity in own) + tuple(expect("Block", name) for name in named)
    return Change(expects, tuple(effects), tuple(events), {"blocks": sorted(own), "links": len(command.links)})


async def set_block_by_hand(command: SetBlock, tools: Tools) -> Change:
    """Change what a block says or its status.

    Raises:
        NotFound: there is no such block.
        BadInput: a field that can't be changed by hand.
    """
    wrong = [name for name in command.changes if name not in EDITABLE]
    if wrong:
        raise BadInput(f"{wrong[0]!r} can't be set; these can: {', '.join(EDITABLE)}", field=wrong[0])
    rows = await tools.graph.read("blocks/by_id", ids=[command.id])
    if not rows:
        raise NotFound(f"there is no block {command.id!r}")
    row = rows[0]
    after = _changed(row, command.changes)
    props: dict[str, Any] = {**command.changes, "contentSha256": after.content_sha256, "edited": True}
    if "private" in command.changes:
        props["private"] = _is_yes(command.changes["private"])
    effect = Effect("blocks/set", set_block(command.id, **props, updatedAt=tools.clock.now()))
    before = {name: row.get(name) for name in command.changes}
    summary = {"id": command.id, "title": row["title"], "before": before, "after": dict(command.changes)}
    events = [Event(EventType.BLOCKS_CHANGED, command.id, {"ids": [command.id], "changes": [summary]})]
    if row["kind"] == Kind.TASK and command.changes.get("status") == "completed":
        events.append(Event(EventType.TASK_COMPLETED, command.id, {"ids": [command.id]}))
    guard = expect("Block", command.id, contentSha256=row["content_sha256"], status=row["status"])
    return Change((guard,), (effect,), tuple(events), {"id": command.id, **command.changes})


def _is_yes(word: str) -> bool | None:
    """Read yes or no; no takes the property away."""
    if word.strip().lower() not in {"yes", "no", "true", "false"}:
        raise BadInput("say yes or no", field="private")
    return word.strip().lower() in {"yes", "true"} or None


def _changed(row: Row, changes: Any) -> Block:
    title, content = changes.get("title", row["title"]), changes.get("content", row["content"] or "")
    return Block(row["id"], Kind(row["kind"]), title, content)


async def add_source(command: AddSource, tools: Tools) -> Change:
    """Write down that a document of the owner's was copied in (the copy is there already)."""
    identity = derived_id(OWN, command.file)
    known = await tools.graph.read("sources/by_id", ids=[identity])
    answer = {"file": command.file, "sha256": command.sha256}
    if known and known[0]["sha256"] == command.sha256 and known[0]["status"] == "active":
        return Change(answer=answer)
    props = {"file": command.file, "sha256": command.sha256, "status": "active", "addedAt": tools.clock.now()}
    row = {"id": identity, "key": paging_key(identity), "props": {**props, "corpus": OWN}}
    if known:
        change = Change((expect("Source", identity),), (Effect("sources/set", row),))
    else:
        change = Change((absent("Source", identity),), (Effect("sources/create", row),))
    return change + Change(events=(Event(EventType.SOURCE_ADDED, identity, answer),), answer=answer)


async def remove_source(command: RemoveSource, tools: Tools) -> Change:
    """Take a document out; evidence that quotes it becomes `withdrawn`, and its gaps return.

    Raises:
        NotFound: there is no such document.
    """
    identity = derived_id(OWN, command.file)
    known = await tools.graph.read("sources/by_id", ids=[identity])
    if not known or known[0]["status"] != "active":
        raise NotFound(f"there is no document {command.file!r} of yours; `vibe sources list` lists them")
    quoting = await tools.graph.read("sources/quoted_by", file=f"{OWN}/{command.file}", limit=500)
    ids = [row["id"] for row in quoting]
    effects = [Effect("sources/set", {"id": identity, "props": {"status": "removed"}})]
    events = [Event(EventType.SOURCE_REMOVED, identity, {"file": command.file})]
    if ids:
        rows = (set_block(name, status="withdrawn", withdrawnAt=tools.clock.now()) for name in ids)
        effects.append(Effect("blocks/set", *rows))
        targets = sorted({target for row in quoting for target in row["targets"]})
        body = {"ids": ids, "targets": targets, "reason": f"{command.file} was removed"}
        events.append(Event(EventType.EVIDENCE_WITHDRAWN, ids[0], body))
    answer = {"file": command.file, "withdrawn": len(ids)}
    return Change((expect("Source", identity, status="active"),), tuple(effects), tuple(events), answer)
