"""What Vibe learnt from you: `preferences`, `say`, `wishes`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from vibe.cli.session import actor, in_app, out, plain, show

if TYPE_CHECKING:
    from vibe.app import App

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
MOST = 500


def register(app: typer.Typer) -> None:
    """Add the group's commands."""
    preferences = typer.Typer(help="What Vibe takes for your standing preferences.", invoke_without_command=True)
    preferences.callback()(list_)
    preferences.command("confirm")(confirm)
    preferences.command("decline")(decline)
    app.add_typer(preferences, name="preferences")
    wishes = typer.Typer(
        help="What you want done, said in passing; nothing is done by it.", invoke_without_command=True
    )
    wishes.callback()(wishes_)
    wishes.command("close")(close)
    app.add_typer(wishes, name="wishes")
    app.command("say")(say)


def list_(context: typer.Context, as_json: Json = False) -> None:
    """List standing preferences: those that count, and those that wait for your word.

    Example: `vibe preferences confirm 3f9a`
    """
    if context.invoked_subcommand is not None:
        return
    from vibe.kernel.learnt import read_preferences

    rows = in_app(lambda app: read_preferences(app.graph), mirror=False)

    def human() -> None:
        if not rows:
            out.print("None yet. Say it (`vibe say 'no paid tools'`), or reject with a reason.")
            return
        table = Table("id", "preference", "status", "from", show_edge=False)
        for row in rows:
            shown = "\n".join([*(f"“{quote}”" for quote in row["quotes"]), *_from(row)])
            table.add_row(row["id"][:8], plain(row["statement"]), row["status"], plain(shown))
        out.print(table)
        if any(row["status"] == "inferred" for row in rows):
            out.print("Inferred ones count once you say so: `vibe preferences confirm ID`, or `decline ID`.")

    show({"preferences": rows}, as_json, human)


def _from(row: dict[str, Any]) -> list[str]:
    numbers = [f"no. {one['number']}" for one in row["evidence"] if one["number"]]
    return ["proposals " + ", ".join(numbers)] if numbers else []


def confirm(
    identity: Annotated[str, typer.Argument(metavar="ID", help="Its id or the beginning.")], as_json: Json = False
) -> None:
    """Say that it is a standing preference: it counts from now on.

    Example: `vibe preferences confirm 3f9a`
    """
    _settle(identity, as_json, holds=True)


def decline(
    identity: Annotated[str, typer.Argument(metavar="ID", help="Its id or the beginning.")], as_json: Json = False
) -> None:
    """Say that it is none, or no longer: it does not count and is not inferred again.

    Example: `vibe preferences decline 3f9a`
    """
    _settle(identity, as_json, holds=False)


def _settle(identity: str, as_json: bool, *, holds: bool) -> None:
    from vibe.domain.learning_commands import SettlePreference

    _do(SettlePreference(identity, holds), as_json)


def _do(command: object, as_json: bool) -> None:
    async def work(app: App) -> dict[str, Any]:
        return dict((await app.execute(command, actor=actor())).answer)

    found = in_app(work)
    show(found, as_json, lambda: out.print(plain(found["said"])))


def say(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What you want, in your words.")], as_json: Json = False
) -> None:
    """Say what you want: kept as a wish that waits, or taken for a standing preference. Nothing is done by it.

    Example: `vibe say "sales are low, look at the ads"`
    """
    from vibe.domain.learning_commands import HearWords

    _do(HearWords(text), as_json)


def wishes_(context: typer.Context, as_json: Json = False) -> None:
    """List what you want done, said in passing. It waits for you; nothing is done by it.

    Example: `vibe wishes`
    """
    if context.invoked_subcommand is not None:
        return

    async def work(app: App) -> list[dict[str, Any]]:
        return [dict(row) for row in await app.graph.read("learning/intents", status="waiting", limit=MOST)]

    rows = in_app(work, mirror=False)

    def human() -> None:
        for row in rows:
            out.print(f"{row['id']}  {plain(row['wanted'])}")
        out.print("`vibe wishes close ID` takes one off." if rows else "None waits.")

    show({"wishes": rows}, as_json, human)


def close(
    identity: Annotated[str, typer.Argument(metavar="ID", help="Its id or the beginning.")], as_json: Json = False
) -> None:
    """Take a wish off the list.

    Example: `vibe wishes close 01J`
    """
    from vibe.domain.learning_commands import CloseIntent

    _do(CloseIntent(identity), as_json)
