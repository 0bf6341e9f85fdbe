"""Research runs, what they found, and evidence: `research`, `judge`, `evidence`."""

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
    evidence = typer.Typer(help="Evidence with its quotes; take a piece back.", no_args_is_help=True)
    evidence.command("list")(evidence_list)
    evidence.command("withdraw")(evidence_withdraw)
    app.add_typer(evidence, name="evidence")


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


def evidence_list(
    every: Annotated[bool, typer.Option("--all", help="Withdrawn pieces too.")] = False,
    as_json: Json = False,
) -> None:
    """List the newest evidence: what it says about which block, with file and line.

    Example: `vibe evidence list`
    """

    async def work(app: App) -> list[dict[str, Any]]:
        rows = await app.graph.read("pages/evidence", limit=1000)
        return [dict(row) for row in rows if every or row["status"] != "withdrawn"]

    rows = in_app(work, mirror=False)

    def human() -> None:
        if not rows:
            out.print("No evidence yet. Approve research, judge a passage, or say `vibe gaps mark ID evidence TEXT`.")
            return
        table = Table("id", "says", "about", "quote", show_edge=False)
        for row in rows:
            place = f" ({row['file']}:{row['line']})" if row["file"] else ""
            said = "withdrawn" if row["status"] == "withdrawn" else (row["stance"] or "").lower().replace("_", " ")
            quote = (row["quote"] or row["content"] or row["title"] or "")[:120]
            table.add_row(row["id"][:8], said, plain((row["claim_title"] or "")[:60]), plain(quote + place))
        out.print(table)
        out.print("`vibe evidence withdraw ID --reason WHY` takes one back.")

    show({"evidence": rows}, as_json, human)


def evidence_withdraw(
    identity: Annotated[str, typer.Argument(metavar="ID", help="The evidence's id or its beginning.")],
    reason: Annotated[str, typer.Option("--reason", "-r", help="Why it does not convince, in your words.")] = "",
    wait: Wait = False,
    as_json: Json = False,
) -> None:
    """Take back evidence that does not convince; it stays readable, and the gap it closed may return.

    Example: `vibe evidence withdraw 3f9a12 --reason "the offer was for another house" --wait`
    """
    from vibe.domain.commands import WithdrawEvidence

    async def work(app: App) -> dict[str, Any]:
        receipt = await app.execute(WithdrawEvidence(identity, reason), actor=actor())
        if wait:
            await app.settle(receipt.root)
        return dict(receipt.answer)

    found = in_app(work)
    show(found, as_json, lambda: out.print(plain(found["said"])))
