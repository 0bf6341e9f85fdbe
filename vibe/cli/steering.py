"""What steers a plan that is carried out: change it, begin it anew, limit what it costs, repeat it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vibe.cli.session import actor, counted, in_app, out, plain, show
from vibe.domain.errors import BadInput

if TYPE_CHECKING:
    from vibe.app import App

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def change(
    identity: Annotated[str, typer.Argument(metavar="ID")],
    lines: Annotated[list[str] | None, typer.Argument(help="The diff, a line each.")] = None,
    file: Annotated[Path | None, typer.Option("--file", help="Read the diff from a file.")] = None,
    as_json: Json = False,
) -> None:
    """Edit a paused execution; finished work stays. Without lines: its tasks with their numbers.

    `+ action: title (2 h) > 3, 4` adds a task after 3 and 4, `- 5` leaves one out, `~ 6 hours: 4` sets title, hours,
    params, priority, after, human or milestone.

    Example: `vibe executions change 3f9a12 "- 5" "~ 6 title: Call Marie's neighbour"`
    """
    from vibe.cli.executions import full_id
    from vibe.domain.work_commands import ChangeExecution
    from vibe.plans.showing import read_tasks

    diff = file.read_text(encoding="utf-8") if file else "\n".join(lines or ())

    async def work(app: App) -> dict[str, Any]:
        full = await full_id(app, identity)
        if not diff.strip():
            return {"execution_id": full, "tasks": await read_tasks(app.graph, full)}
        return dict((await app.execute(ChangeExecution(full, diff), actor=actor())).answer)

    found = in_app(work)

    def human() -> None:
        for task in found.get("tasks", ()):
            out.print(f"{task['number']:4}  {task['status']:10} {plain(task['action'])}: {plain(task['title'])}")
        if "added" in found:
            out.print(
                f"{len(found['added'])} added, {len(found['changed'])} changed, {len(found['left_out'])} left out."
            )
            out.print(f"`vibe executions resume {found['execution_id'][:12]}` goes on.")

    show(found, as_json, human)


def anew(
    snapshot: Annotated[str, typer.Argument(help="A folder below `runs/`; `vibe executions show ID` lists them.")],
    as_json: Json = False,
) -> None:
    """Begin an execution anew from a snapshot: what was done then is done, the rest is to be done.

    Example: `vibe executions anew 20260305T090000Z_3f9a12bc_118`
    """

    async def work(app: App) -> dict[str, Any]:
        receipt = await app.start_anew(snapshot, actor=actor())
        await app.settle(receipt.root)
        return dict(receipt.answer)

    found = in_app(work)

    def human() -> None:
        out.print(f"Execution {found['execution_id']}, {counted(found['done'], 'task')} done already.")
        for row in found["sent_since"]:
            out.print(f"  [yellow]stays done[/]  {plain(row['title'])} {plain(row['to'])}, {row['at']}")

    show(found, as_json, human)


def limit(
    plan: str,
    usd: Annotated[str, typer.Argument(help="The sum in USD, or `none`.")],
    as_json: Json = False,
) -> None:
    """Say what a plan may cost at most; at the limit it is paused and you are asked.

    Example: `vibe plan limit 20250321_silo 50`
    """
    from vibe.domain.work_commands import LimitPlan

    try:
        sum_usd = None if usd.strip().lower() == "none" else float(usd)
    except ValueError as error:
        raise BadInput(f"{usd!r} is no sum; write 50 or none") from error

    async def work(app: App) -> dict[str, Any]:
        return dict((await app.execute(LimitPlan(plan, sum_usd), actor=actor())).answer)

    found = in_app(work)
    limited = "no limit" if sum_usd is None else f"{sum_usd:.2f} USD at most"
    show(found, as_json, lambda: out.print(f"{limited}; {found['spent_usd']:.2f} USD are spent."))


def repeat(
    plan: str,
    cron: Annotated[str, typer.Argument(help="Minute, hour, day, month, weekday; `never` ends it.")],
    as_json: Json = False,
) -> None:
    """Carry a plan out again and again, at the times of a cron expression in your zone.

    Example: `vibe plan repeat weekly_review "0 9 * * mon"`
    """
    from vibe.domain.work_commands import RepeatPlan

    async def work(app: App) -> dict[str, Any]:
        command = RepeatPlan(plan, "" if cron.strip().lower() == "never" else cron)
        return dict((await app.execute(command, actor=actor())).answer)

    found = in_app(work)
    said = f"Next: {found['next_at']}." if found["next_at"] else "It is not repeated any more."
    show(found, as_json, lambda: out.print(said))
