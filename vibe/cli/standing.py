"""What stays after a decision: `rejections`, `permissions`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from vibe.cli.deciding import Json, Number, decide
from vibe.cli.session import actor, in_app, out, plain, show

if TYPE_CHECKING:
    from vibe.app import App


def register(app: typer.Typer) -> None:
    """Add the group's commands."""
    rejections = typer.Typer(help="What you rejected, and what follows from it.", invoke_without_command=True)
    rejections.callback()(rejections_list)
    rejections.command("undo")(rejections_undo)
    app.add_typer(rejections, name="rejections")
    permissions = typer.Typer(help="What you allowed for good.", invoke_without_command=True)
    permissions.callback()(permissions_list)
    permissions.command("give")(permissions_give)
    permissions.command("revoke")(permissions_revoke)
    app.add_typer(permissions, name="permissions")


def rejections_list(context: typer.Context, as_json: Json = False) -> None:
    """List what you rejected, and what follows from it.

    Example: `vibe rejections`
    """
    if context.invoked_subcommand is not None:
        return

    async def work(app: App) -> list[dict[str, Any]]:
        return [dict(row) for row in await app.graph.read("decisions/suppressions", before_ms=2**53, limit=500)]

    rows = in_app(work, mirror=False)

    def human() -> None:
        if not rows:
            out.print("Nothing was rejected.")
            return
        table = Table("id", "N", "kind", "until", "what", "why", show_edge=False)
        for row in rows:
            until = f"{row['until']:%Y-%m-%d}" if row.get("until") else ""
            kind = row["kind"].replace("_", " ") + ("" if row["status"] == "active" else f" ({row['status']})")
            why = plain(row.get("reason") or "")
            table.add_row(row["id"][:8], str(row["number"] or ""), kind, until, plain(row["title"]), why)
        out.print(table)
        out.print("`vibe rejections undo ID` takes one back.")

    show({"rejections": rows}, as_json, human)


def rejections_undo(identity: Annotated[str, typer.Argument(metavar="ID")], as_json: Json = False) -> None:
    """Take a rejection back: its gaps may be proposed again.

    Example: `vibe rejections undo 3f9a12`
    """
    from vibe.domain.commands import UndoRejection

    async def work(app: App) -> dict[str, Any]:
        return dict((await app.execute(UndoRejection(identity), actor=actor())).answer)

    answer = in_app(work)
    show(answer, as_json, lambda: out.print("Taken back."))


def permissions_list(context: typer.Context, as_json: Json = False) -> None:
    """List what you allowed for good: such proposals are approved without asking, so many a day.

    Example: `vibe permissions`
    """
    if context.invoked_subcommand is not None:
        return

    async def work(app: App) -> list[dict[str, Any]]:
        return [dict(row) for row in await app.graph.read("decisions/permissions", statuses=["active"], limit=500)]

    rows = in_app(work, mirror=False)

    def human() -> None:
        if not rows:
            out.print("Nothing is allowed for good. `vibe permissions give N` allows what an approved proposal does.")
            return
        table = Table("id", "what", "a day", "used", "since", "from", show_edge=False)
        for row in rows:
            used = f"{row['used']} on {row['day']}" if row["day"] else ""
            table.add_row(
                row["id"][:8], row["what"], str(row["per_day"]), used, f"{row['at']:%Y-%m-%d}", f"no. {row['number']}"
            )
        out.print(table)
        out.print("`vibe permissions revoke ID` asks you again each time.")

    show({"permissions": rows}, as_json, human)


def permissions_give(
    number: Number,
    per_day: Annotated[int, typer.Option("--per-day", help="How many times a day at most.")] = 5,
    as_json: Json = False,
) -> None:
    """Always allow what an approved proposal does; only local acts without cost.

    Example: `vibe permissions give 4 --per-day 5`
    """
    from vibe.domain.commands import GivePermission

    answer = decide(GivePermission(number, per_day), wait=False)
    told = f"From now on {answer['what']} proposals are approved by themselves, {answer['per_day']} a day at most."
    show(answer, as_json, lambda: out.print(told))


def permissions_revoke(identity: Annotated[str, typer.Argument(metavar="ID")], as_json: Json = False) -> None:
    """Be asked again each time.

    Example: `vibe permissions revoke 3f9a12`
    """
    from vibe.domain.commands import RevokePermission

    answer = decide(RevokePermission(identity), wait=False)
    show(answer, as_json, lambda: out.print("Taken back: you are asked again each time."))
