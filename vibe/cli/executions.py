"""Plans that get done: `executions`, and `plan decompose`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from vibe.cli.session import actor, counted, in_app, out, plain, show
from vibe.cli.steering import anew, change
from vibe.domain.errors import BadInput

if TYPE_CHECKING:
    from vibe.app import App

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Id = Annotated[str, typer.Argument(metavar="ID")]


def register(app: typer.Typer) -> None:
    """Add the group's commands."""
    executions = typer.Typer(help="Plans that are carried out.", no_args_is_help=True)
    executions.command("list")(list_)
    executions.command("start")(start)
    executions.command("show")(show_)
    executions.command("pause")(pause)
    executions.command("resume")(resume)
    executions.command("cancel")(cancel)
    executions.command("change")(change)
    executions.command("anew")(anew)
    app.add_typer(executions, name="executions")


def do(command: object, *, settle: bool = False) -> dict[str, Any]:
    """Give a command; with `settle` wait for what it sets off."""

    async def work(app: App) -> dict[str, Any]:
        receipt = await app.execute(command, actor=actor())
        if settle:
            await app.settle(receipt.root)
        return dict(receipt.answer)

    return in_app(work)


def decompose(
    plan: str,
    again: Annotated[bool, typer.Option("--again", help="Also what was broken down before.")] = False,
    as_json: Json = False,
) -> None:
    """Break a plan's tasks down into steps that somebody can carry out; what is not clear becomes a ticket.

    Example: `vibe plan decompose 20250321_silo`
    """
    from vibe.domain.commands import DecomposePlan

    found = do(DecomposePlan(plan, again))

    def human() -> None:
        out.print(f"{counted(found['tasks'], 'task')}: {found['broken_down']} broken down, {found['sure']} surely.")
        for problem in found["problems"][:20]:
            out.print(f"[yellow]{plain(problem)}[/]")
        if found["tickets"]:
            waits = counted(len(found["tickets"]), "ticket")
            out.print(f"{found['review']} are not clear: {waits}. `vibe tickets` shows them.")

    show(found, as_json, human)


def start(
    plan: str,
    agent: Annotated[str | None, typer.Option("--agent", help="Only this agent works on it.")] = None,
    as_json: Json = False,
) -> None:
    """Carry a plan out. It begins once no breakdown of it waits for you.

    Example: `vibe executions start 20250321_silo`
    """
    from vibe.domain.commands import StartExecution

    found = do(StartExecution(plan, agent), settle=True)

    def human() -> None:
        out.print(f"Execution {found['execution_id']}.")
        if found["review_tickets"]:
            waits = counted(found["review_tickets"], "breakdown")
            out.print(f"It begins when {waits} are settled: `vibe tickets`, then `vibe ticket ID accept`.")

    show(found, as_json, human)


def list_(as_json: Json = False) -> None:
    """List executions, the newest first.

    Example: `vibe executions list`
    """
    from vibe.plans.showing import read_executions

    async def work(app: App) -> list[dict[str, Any]]:
        return await read_executions(app.graph)

    rows = in_app(work, mirror=False)

    def human() -> None:
        table = Table(show_edge=False)
        for name in ("execution", "plan", "status", "done"):
            table.add_column(name)
        for row in rows:
            table.add_row(row["execution_id"][:12], plain(row["plan"]), row["status"], f"{row['progress_ratio']:.0%}")
        out.print(table if rows else "Nothing is carried out. `vibe executions start PLAN` begins.")

    show({"executions": rows}, as_json, human)


def show_(identity: Id, as_json: Json = False) -> None:
    """Show how far an execution is, who works on what, what waits on whom, what is next.

    Example: `vibe executions show 3f9a12`
    """
    from vibe.plans.showing import read_execution

    async def work(app: App) -> dict[str, Any]:
        return await read_execution(app.graph, await full_id(app, identity))

    found = in_app(work, mirror=False)

    def human() -> None:
        out.print(f"[bold]{plain(found['title'])}[/]  {found['status']}, {found['progress_ratio']:.0%} done")
        if found["status"] == "created":
            out.print("  It begins when no breakdown of its plan waits for you: `vibe tickets`.")
        for row in found["current"]:
            ratio = f" {row['progress_ratio']:.0%}" if row["progress_ratio"] is not None else ""
            out.print(f"  now      {plain(row['title'])}{ratio}")
        for row in found["blocked"]:
            out.print(f"  [yellow]waiting[/]  {plain(row['title'])}: {plain(row['on'])} since {row['since']}")
        for row in found["next_up"]:
            out.print(f"  next     {plain(row['title'])} {row['planned_at'] or ''}")
        for row in found["scenarios"]:
            out.print(f"  [red]risk[/]     {plain(row['says'])} ({plain(row['because'])})")
        for folder in found["snapshots"]:
            out.print(f"  kept     {folder}")

    show(found, as_json, human)


async def full_id(app: App, identity: str) -> str:
    """The one execution whose id begins so.

    Raises:
        BadInput: several do.
    """
    rows = await app.graph.read("executions/list", before_ms=2**53, limit=1000)
    found = [str(row["id"]) for row in rows if row["id"].startswith(identity)]
    if len(found) > 1:
        raise BadInput(f"several executions begin with {identity!r}; write more of it")
    return found[0] if found else identity


def _move(identity: str, status: str) -> None:
    from vibe.domain.commands import MoveExecution

    async def work(app: App) -> dict[str, Any]:
        command = MoveExecution(await full_id(app, identity), status)
        receipt = await app.execute(command, actor=actor())
        return dict(receipt.answer)

    out.print(f"It is {in_app(work)['status']}.")


def pause(identity: Id) -> None:
    """Pause an execution: what runs is told, nothing new is handed out.

    Example: `vibe executions pause 3f9a12`
    """
    _move(identity, "paused")


def resume(identity: Id) -> None:
    """Go on with an execution.

    Example: `vibe executions resume 3f9a12`
    """
    _move(identity, "running")


def cancel(identity: Id) -> None:
    """End an execution; what was done stays done.

    Example: `vibe executions cancel 3f9a12`
    """
    _move(identity, "cancelled")
