"""Learnt: what Vibe takes for a person's standing preferences, with what each was inferred from.

Command line and pages read through here. Source: issue 5 (Learning).
"""

from __future__ import annotations

from typing import Any

from vibe.domain.preferences import SORT
from vibe.ports.inward import Graph

MOST = 500


async def read_preferences(graph: Graph) -> list[dict[str, Any]]:
    """All of them, declined ones too, the last first."""
    rows = await graph.read("learning/preferences", sort=SORT, limit=MOST)
    sources = await graph.read("learning/preferences_from", ids=[row["id"] for row in rows]) if rows else []
    return [
        {
            "id": row["id"],
            "statement": row["title"],
            "status": row["status"],
            "wish": row["wish"],
            "quotes": list(row["quotes"]),
            "evidence": [
                {"id": one["source"], "kind": one["kind"], "number": one["number"], "title": one["title"]}
                for one in sources
                if one["id"] == row["id"]
            ],
        }
        for row in rows
    ]
