"""How well the loop does: `metrics`."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from vibe.cli.session import in_app, out, show

if TYPE_CHECKING:
    from vibe.app import App

DAYS = 30


def register(app: typer.Typer) -> None:
    """Add the group's commands."""
    app.command("metrics")(metrics)


def metrics(as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False) -> None:
    """Show how proposals, gaps and questions fared over the last 30 days, and what models cost.

    Example: `vibe metrics`
    """
    found = in_app(measure, mirror=False)

    def human() -> None:
        table = Table("measure", "value", "target", "of", show_edge=False)
        for one in found["metrics"]:
            value = "nothing yet" if one["value"] is None else f"{one['value']:.2f}"
            mark = {True: "met", False: "missed", None: ""}[one["met"]]
            table.add_row(one["name"], value, f"{one['target']} {mark}".strip(), str(one["of"]))
        out.print(table)
        for one in found["spent"]:
            role, number = one["role"] or "other", f" on no. {one['proposal']}" if one["proposal"] else ""
            out.print(f"{role}{number}: {one['tokens']} tokens, {one['cost']:.4f} USD in {one['count']} calls")

    show(found, as_json, human)


async def measure(app: App) -> dict[str, Any]:
    """Read everything the measures count."""
    from vibe.domain.acts import ActKind
    from vibe.domain.metrics import (
        acceptance,
        answer_time_h,
        cost_per_accepted,
        counted,
        filtered_share,
        gap_accuracy,
        tokens_a_day,
    )

    now = app.clock.now()
    since, first, last = now - timedelta(days=DAYS), (now - timedelta(days=DAYS)).date(), now.date()
    read = app.graph.read
    verdicts = counted(await read("metrics/verdicts", since=since, limit=100), "outcome")
    statuses = counted(await read("metrics/proposals", since=since, limit=100), "status")
    marks = counted(await read("metrics/marks", limit=100), "mark")
    answers = [
        (row["asked_at"], row["answered_at"]) for row in await read("metrics/answers", since=since, limit=10_000)
    ]
    days = {"since": first.isoformat(), "until": last.isoformat()}
    spent = await read("ledger/step/spent_by", what=ActKind.MODEL_CALL, limit=1000, **days)
    cost, tokens = sum(row["cost"] for row in spent), sum(row["tokens"] for row in spent)
    found = [
        acceptance(verdicts), gap_accuracy(verdicts, marks), answer_time_h(answers), filtered_share(statuses),
        cost_per_accepted(cost, verdicts), tokens_a_day(tokens, DAYS),
    ]  # fmt: skip
    return {"days": DAYS, "metrics": [one.as_json() for one in found], "spent": [dict(row) for row in spent]}
