"""Research runs and what they found: `research`, `judge`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from vibe.cli.session import actor, in_app, out, plain, show

if TYPE_CHECKING:
    from vibe.app import App

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Wait = Annotated[bool, typer.Option("--wait", help="Wait until the gap was looked at again.")]


def register(app: typer.Typer) -> None:
    """Add the group's commands."""
    research = typer.Typer(help="Research runs.", no_args_is_help=True)
    research.command("status")(status)
    research.command("show")(show_)
    app.add_typer(research, name="research")
    app.command("judge")(judge)


def status(as_json: Json = False) -> None:
    """List research runs.

    Example: `vibe research status`
    """

    async def work(app: App) -> list[dict[str, Any]]:
        return [dict(row) for row in await app.graph.read("research/list", limit=200)]

    rows = in_app(work, mirror=False)

    def human() -> None:
        if not rows:
            out.print("No research yet: approve a proposal that asks for it.")
            return
        table = Table("run", "state", "outcome", "question", show_edge=False)
        for row in rows:
            table.add_row(row["id"][:8], row["state"], (row["outcome"] or "").replace("_", " "), plain(row["question"]))
        out.print(table)

    show({"runs": rows}, as_json, human)


def show_(identity: Annotated[str, typer.Argument(metavar="RUN")], as_json: Json = False) -> None:
    """Show a run's working file.

    Example: `vibe research show 3f9a12`
    """
    from vibe.domain.errors import NotFound

    async def work(app: App) -> dict[str, Any]:
        rows = [row for row in await app.graph.read("research/list", limit=1000) if row["id"].startswith(identity)]
        if len(rows) != 1:
            raise NotFound(f"{len(rows)} runs begin with {identity!r}; `vibe research status`")
        path = app.home / "runs" / rows[0]["file"]
        return {**rows[0], "text": path.read_text(encoding="utf-8") if path.is_file() else ""}

    found = in_app(work, mirror=False)
    show(found, as_json, lambda: out.print(found["text"], markup=False))


def judge(
    identity: Annotated[str, typer.Argument(metavar="CANDIDATE")],
    stance: Annotated[str, typer.Argument(metavar="supports|contradicts|beside")],
    wait: Wait = False,
    as_json: Json = False,
) -> None:
    """Say what a found passage says about its claim; your word writes the evidence.

    Example: `vibe judge 3f9a12 supports --wait`
    """
    from vibe.domain.commands import JudgeCandidate

    async def work(app: App) -> dict[str, Any]:
        receipt = await app.execute(JudgeCandidate(identity, stance), actor=actor())
        if wait:
            await app.settle(receipt.root)
        return dict(receipt.answer)

    found = in_app(work)
    show(found, as_json, lambda: out.print(found.get("said", "Noted.")))
