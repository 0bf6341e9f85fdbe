"""What waits for a person, at a terminal: `tickets`, `ticket`, `assign`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vibe.cli.executions import Id, Json, do
from vibe.cli.session import beginning_of, in_app, out, plain, show

if TYPE_CHECKING:
    from vibe.app import App

ENDED = {
    "done": "Done",
    "accept": "Accepted",
    "return": "Given back to be done anew",
    "take_over": "Yours to do now",
    "skip": "Skipped",
    "retry": "It is tried again",
    "breakdown": "Your breakdown is kept",
}


def register(app: typer.Typer) -> None:
    """Add the group's commands."""
    app.command("tickets")(tickets)
    app.command("ticket")(ticket)
    app.command("assign")(assign)


def tickets(as_json: Json = False) -> None:
    """List what waits for you: work, reviews, breakdowns, silences.

    Example: `vibe tickets`
    """
    from vibe.plans.showing import read_tickets

    async def work(app: App) -> list[dict[str, Any]]:
        return await read_tickets(app.graph)

    rows = in_app(work, mirror=False)

    def human() -> None:
        for row in rows:
            ways = " | ".join(row["resolutions"])
            short = beginning_of(row["id"], [other["id"] for other in rows], 12)
            out.print(f"[bold]{short}[/] {row['kind']}: {plain(row['title'])}")
            out.print(f"   for {plain(row['responsible'])}; {plain(row['tried'])}  ({ways})")
            for item in (row["draft"] or {}).get("tasks", ()):
                out.print(f"# {item['title']}\n{item['markdown']}\n", markup=False)
        if not rows:
            out.print("Nothing waits for you.")

    show({"tickets": rows}, as_json, human)


def ticket(
    identity: Id,
    resolution: Annotated[str, typer.Argument(help="done, accept, return, take_over, skip, retry, breakdown.")],
    note: Annotated[str, typer.Option("--note", help="In your words.")] = "",
    file: Annotated[Path | None, typer.Option("--file", help="For breakdown: a Markdown list.")] = None,
) -> None:
    """Say how a ticket ends.

    Example: `vibe ticket 3f9a12 done --note "called her, she is in"`
    """
    from vibe.domain.commands import ResolveTicket

    markdown = file.read_text(encoding="utf-8") if file else ""
    found = do(ResolveTicket(identity, resolution, note, markdown=markdown), settle=True)
    out.print(f"{ENDED.get(found['resolution'], found['resolution'])}.")


def assign(identity: Id, who: Annotated[str, typer.Argument(metavar="WHO", help="A person, or a role.")]) -> None:
    """Say who is responsible for a ticket; they are told in their chat.

    Example: `vibe assign 3f9a12 Anna`
    """
    from vibe.domain.work_commands import AssignTicket

    out.print(f"For {do(AssignTicket(identity, who), settle=True)['responsible']} now.", markup=False)
