"""Outcomes: the figures a plan is measured by, and what the work done so far says of them. Pure.

A goal names them in its property `metrics`, a JSON list of `{"name", "key", "target", "unit"?}`; who ends a task says
`output_data.metrics = {"prospects": 23}`, under the same keys. Only what was accepted counts; figures of a key add up.

Source: document 001 ("Success Metrics").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from vibe.domain.canonical import from_json, instant

Row = Mapping[str, Any]
PERSONS = ("owner", "person")


def wanted_metrics(texts: Sequence[str | None]) -> list[dict[str, Any]]:
    """Read the figures that goals name; what is none is left out."""
    found: list[dict[str, Any]] = []
    for text in texts:
        try:
            rows = from_json(text) if text else []
        except ValueError:
            continue
        for row in rows if isinstance(rows, list) else []:
            if isinstance(row, dict) and row.get("name") and row.get("key"):
                told = {name: row.get(name) for name in ("target", "unit")}
                found.append({"name": str(row["name"]), "key": str(row["key"]), **told})
    return found


def measured(wanted: Sequence[Row], tasks: Sequence[Row], head: Row | None, now: datetime) -> list[dict[str, Any]]:
    """Each figure with its target, what came of it, and from how many results; then time, people and money."""
    done = [task for task in tasks if task["status"] == "completed" and isinstance(task["output"], dict)]
    rows = []
    for row in wanted:
        said = [found for task in done if (found := _figure(task["output"], row["key"])) is not None]
        told = {"name": row["name"], "target": row["target"], "unit": row["unit"] or ""}
        rows.append(told | {"actual": round(sum(said), 2) if said else None, "results": len(said)})
    return rows + (_own(tasks, head, now) if head else [])


def _figure(output: Row, key: str) -> float | None:
    metrics = output.get("metrics")
    found = metrics.get(key) if isinstance(metrics, Mapping) else None
    return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else None


def _own(tasks: Sequence[Row], head: Row, now: datetime) -> list[dict[str, Any]]:
    """What every execution is measured by."""
    begin = instant(head["started_at"] or head["created_at"])
    days = ((instant(head["finished_at"]) if head["finished_at"] else now) - begin).total_seconds() / 86_400
    people = [task for task in tasks if str(task["done_by"] or "").startswith(PERSONS)]
    agents = [task for task in tasks if str(task["done_by"] or "").startswith("agent:")]
    again = sum(int(task["attempt"]) - 1 for task in tasks)
    own = (
        ("Time so far", days, "days", len(tasks)),
        ("Work of people", sum(task["hours"] for task in people), "hours as planned", len(people)),
        ("Work of agents", sum(task["hours"] for task in agents), "hours as planned", len(agents)),
        ("Attempts beyond the first", again, "", len(tasks)),
    )
    return [
        {"name": name, "target": None, "unit": unit, "actual": round(actual, 2), "results": count}
        for name, actual, unit, count in own
    ]
