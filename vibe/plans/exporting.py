"""Exporting: blocks and links in the exchange format, blocks before the links that name them.

Source: SPEC section 6.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any, TextIO

from vibe.domain.blocks import RESERVED
from vibe.domain.canonical import iso, to_json
from vibe.ports.inward import Graph

_PAGE = 500


async def export_blocks(graph: Graph, file: TextIO, plan: str | None = None) -> int:
    """Write every block (of one plan, or all), then every link between them; returns the number of lines."""
    ids: list[str] = []
    async for properties in _blocks(graph, plan):
        file.write(to_json(_block_line(properties)).decode() + "\n")
        ids.append(properties["id"])
    count = len(ids)
    known = set(ids)
    for start in range(0, len(ids), _PAGE):
        for row in await graph.read("blocks/links_of", ids=ids[start : start + _PAGE]):
            if row["target"] in known:
                line = {"link": row["type"], "from": row["source"], "to": row["target"]}
                file.write(to_json(line).decode() + "\n")
                count += 1
    return count


async def _blocks(graph: Graph, plan: str | None) -> AsyncIterator[Mapping[str, Any]]:
    after = -1
    while rows := await graph.read("blocks/export", after=after, limit=_PAGE):
        for row in rows:
            if plan is None or row["properties"].get("plan") == plan:
                yield row["properties"]
        after = rows[-1]["key"]


def _block_line(properties: Mapping[str, Any]) -> dict[str, Any]:
    line: dict[str, Any] = {"block": properties["kind"], "id": properties["id"], "title": properties["title"]}
    line |= {"content": properties.get("content") or "", "status": properties["status"]}
    if properties.get("createdAt"):
        line["created_at"] = iso(properties["createdAt"])
    if properties.get("priority"):
        line["priority"] = properties["priority"]
    own = {name: _plain(value) for name, value in properties.items() if name not in RESERVED}
    return line | ({"properties": own} if own else {})


def _plain(value: Any) -> Any:
    return iso(value) if isinstance(value, datetime) else value
