"""Block rows: from blocks and links to the write queries that keep them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from vibe.domain.blocks import Block, Kind, Link
from vibe.domain.canonical import sha256_of
from vibe.domain.changes import Effect
from vibe.domain.identities import paging_key

_QUERY_OF_KIND = {kind: "blocks/create_" + ("north_star" if kind is Kind.NORTH_STAR else kind.lower()) for kind in Kind}


def import_sha256(block: Block) -> str:
    """Hash of everything a plan says about a block; the same again means nothing to update."""
    return sha256_of([block.kind, block.title, block.content, block.status, block.priority, dict(block.properties)])


def block_props(block: Block, *, at: datetime, actor: str, plan: str | None = None) -> dict[str, Any]:
    """All properties of a block's node but `id` and `key`."""
    props: dict[str, Any] = {
        **block.properties,
        "kind": block.kind.value,
        "title": block.title,
        "content": block.content,
        "status": block.status,
        "createdAt": block.created_at or at,
        "updatedAt": at,
        "priority": block.priority,
        "contentSha256": block.content_sha256,
        "plan": plan,
        "madeBy": actor,
        "madeOn": at.date().isoformat(),
    }
    if block.place is not None:
        props |= {"file": block.place.file, "line": block.place.line, "sourceSha256": block.place.sha256}
    return {name: value for name, value in props.items() if value is not None}


def create_blocks(blocks: Iterable[Block], *, at: datetime, actor: str, plan: str | None = None) -> tuple[Effect, ...]:
    """Effects that make blocks, one for each kind; `actor` and day are kept for the caps of tier 1."""
    rows: dict[Kind, list[dict[str, Any]]] = {}
    for block in blocks:
        props = block_props(block, at=at, actor=actor, plan=plan)
        if plan is not None and block.kind is not Kind.PROPOSAL:  # proposals are made here, whatever plan they are for
            props |= {"importSha256": import_sha256(block), "importedStatus": block.status}
        row = {"id": block.id, "key": paging_key(block.id), "priority": block.priority, "props": props}
        rows.setdefault(block.kind, []).append(row)
    return tuple(Effect(_QUERY_OF_KIND[kind], *found) for kind, found in rows.items())


def create_links(links: Iterable[Link], *, plan: str | None = None) -> tuple[Effect, ...]:
    """Effects that link blocks, one for each type; a link that is there already stays one."""
    return _link_effects("blocks/link_", links, plan)


def remove_links(links: Iterable[Link]) -> tuple[Effect, ...]:
    """Effects that take links away, one for each type."""
    return _link_effects("blocks/unlink_", links, None)


def _link_effects(prefix: str, links: Iterable[Link], plan: str | None) -> tuple[Effect, ...]:
    rows: dict[str, dict[str, dict[str, Any]]] = {}
    for link in links:
        identity = f"{link.source}->{link.target}"
        props = {name: value for name, value in (("why", link.why), ("plan", plan)) if value}
        row = {"id": identity, "source": link.source, "target": link.target, "props": props}
        rows.setdefault(prefix + link.type.lower(), {})[identity] = row
    return tuple(Effect(query, *found.values()) for query, found in rows.items())


def set_block(identity: str, **props: Any) -> dict[str, Any]:
    """One row of `blocks/set`; None takes a property away."""
    return {"id": identity, "props": props}
