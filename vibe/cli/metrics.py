"""How well the loop does: `metrics`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from vibe.cli.session import actor, in_app, out, plain, show

if TYPE_CHECKING:
    from vibe.app import App


def register(app: typer.Typer) -> None:
    """Add the group's commands."""
    app.command("metrics")(metrics)
    app.command("sample")(sample)


def metrics(as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False) -> None:
    """Show how proposals, gaps and questions fared over the last 30 days, and what models cost.

    Example: `vibe metrics`
    """
    from vibe.kernel.measures import read_measures

    async def work(app: App) -> dict[str, Any]:
        return (await read_measures(app.graph, app.clock.now())).as_json()

    found = in_app(work, mirror=False)

    def human() -> None:
        table = Table("measure", "value", "target", "of", show_edge=False)
        for one in found["metrics"]:
            value = "nothing yet" if one["value"] is None else f"{one['value']:.2f}"
            mark = {True: "met", False: "missed", None: ""}[one["met"]]
            sure = f" ({one['low']:.2f} to {one['high']:.2f})" if one["low"] is not None else ""
            table.add_row(one["name"], value + sure, f"{one['target']} {mark}".strip(), str(one["of"]))
        out.print(table)
        for one in found["spent"]:
            role, number = one["role"] or "other", f" on no. {one['proposal']}" if one["proposal"] else ""
            out.print(f"{role}{number}: {one['tokens']} tokens, {one['cost']:.4f} USD in {one['count']} calls")

        for one in found["alarms"]:
            out.print(f"[bold red]alarm[/]: {plain(one['what'])}")

    show(found, as_json, human)


def sample(
    number: Annotated[int | None, typer.Argument(metavar="N", help="The proposal's number.")] = None,
    answer: Annotated[str | None, typer.Argument(metavar="right|wrong", help="Was it rightly dropped?")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Show this week's filtered proposal ("I would have dropped this. Right?"), or answer.

    Example: `vibe sample 12 wrong`
    """
    from datetime import timedelta

    from vibe.domain.errors import BadInput
    from vibe.domain.learning_commands import JudgeSample

    async def work(app: App) -> dict[str, Any]:
        if number is not None:
            if answer is None:
                raise BadInput("say right or wrong", field="answer")
            return dict((await app.execute(JudgeSample(number, answer), actor=actor())).answer)
        rows = await app.graph.read("metrics/sampled", since=app.clock.now() - timedelta(days=7), limit=5)
        names = ("number", "title", "objection", "reason", "answer")
        return {"samples": [{name: row[name] for name in names} for row in rows]}

    found = in_app(work)

    def human() -> None:
        if "said" in found:
            out.print(plain(found["said"]))
        elif not found["samples"]:
            out.print("Nothing was dropped that you were not shown.")
        for one in found.get("samples", ()):
            said = (
                f"you said: {one['answer']}" if one["answer"] else f"right? `vibe sample {one['number']} right|wrong`"
            )
            out.print(f"{one['number']}. {plain(one['title'])}\nI would have dropped it: "
                      f"{plain(one['objection'] or one['reason'] or '')}\n{said}")  # fmt: skip

    show(found, as_json, human)
