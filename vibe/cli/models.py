"""The language model: `model`, what it costs and how it stands; `model allow`, more for today."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from vibe.cli.session import actor, in_app, out, plain, show

if TYPE_CHECKING:
    from vibe.app import App

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def register(app: typer.Typer) -> None:
    """Add the group's commands."""
    model = typer.Typer(help="The language model: what it costs, how it stands.", invoke_without_command=True)
    model.callback()(model_shown)
    model.command("allow")(model_allow)
    app.add_typer(model, name="model")


def model_shown(context: typer.Context, as_json: Json = False) -> None:
    """Show which model is asked, what it cost today and this month, by role and proposal, and what is left.

    Example: `vibe model`
    """
    if context.invoked_subcommand is not None:
        return

    async def work(app: App) -> dict[str, Any]:
        from vibe.kernel.spending import read_spending

        return await read_spending(app.graph, app.settings.model, app.clock.now())

    found = in_app(work, mirror=False)
    show(found, as_json, lambda: _print(found))


def _print(found: dict[str, Any]) -> None:
    if not found["server"]:
        out.print("No model is set: rules draft and check. `model.base_url` names one (docs/operator.md).")
        return
    out.print(f"{plain(found['model'])} at {plain(found['server'])}")
    if found["rests"]:
        out.print(f"[red]It rests[/], rules stand in: {plain(found['rests'])}")
    for name, most in (("today", found["allowed_today"]["usd"]), ("month", found["allowed_month_usd"])):
        one, of = found[name], f" of {most:.2f}" if most is not None else ""
        out.print(f"{name}: {one['cost']:.4f}{of} USD, {one['tokens']} tokens, {one['count']} calls")
    for row in found["by"]:
        number = f" for no. {row['proposal']}" if row["proposal"] else ""
        lost = f", {row['estimated']} of them estimated" if row["estimated"] else ""
        told = f"{row['role'] or 'other'}{number}: {row['cost']:.4f} USD, {row['tokens']} tokens"
        out.print(f"  {told}, {row['count']} calls{lost}")


def model_allow(
    usd: Annotated[float, typer.Argument(metavar="USD", help="Dollars more for today.")] = 0.0,
    tokens: Annotated[int, typer.Option(help="Tokens more for today.")] = 0,
    as_json: Json = False,
) -> None:
    """Allow models more for today only, beside the day's caps.

    Example: `vibe model allow 2.50`
    """
    from vibe.domain.acts import RaiseBudget

    async def work(app: App) -> dict[str, Any]:
        return dict((await app.execute(RaiseBudget(usd, tokens), actor=actor())).answer)

    answer = in_app(work)
    told = f"Allowed today beside the caps: {answer['usd']:.2f} USD and {answer['tokens']} tokens, in all."
    show(answer, as_json, lambda: out.print(told))
