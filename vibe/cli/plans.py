"""Plans and documents in, blocks out: `import`, `export`, `plans`, `plan`, `sources`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import Progress, SpinnerColumn
from rich.table import Table

from vibe.cli.executions import decompose
from vibe.cli.session import actor, counted, err, in_app, out, plain, show
from vibe.cli.steering import limit, repeat

if TYPE_CHECKING:
    from vibe.app import App
    from vibe.domain.plans import Remark
    from vibe.kernel.submissions import Receipt

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
MOST_WARNINGS = 20
Wait = Annotated[bool, typer.Option("--wait", help="Wait until everything this sets off is done.")]


def register(app: typer.Typer) -> None:
    """Add the group's commands."""
    app.command("import")(import_)
    app.command("export")(export)
    app.command("plans")(plans)
    plan = typer.Typer(help="One plan.", no_args_is_help=True)
    plan.command("show")(plan_show)
    plan.command("withdraw")(withdraw)
    plan.command("decompose")(decompose)
    plan.command("team")(team)
    plan.command("limit")(limit)
    plan.command("repeat")(repeat)
    app.add_typer(plan, name="plan")
    sources = typer.Typer(help="Your own documents that research may search.", no_args_is_help=True)
    sources.command("add")(sources_add)
    sources.command("list")(sources_list)
    sources.command("remove")(sources_remove)
    app.add_typer(sources, name="sources")


def import_(
    path: Annotated[Path, typer.Argument(help="A PlanExe run folder, or a plan as .md, .json or .jsonl.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be written; write nothing.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Refuse a plan that is not understood whole.")] = False,
    as_plan: Annotated[
        str | None, typer.Option("--as", metavar="PLAN", help="Update this plan: match by title (a regenerated run).")
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="With --as: write without showing the difference first.")
    ] = False,
    wait: Wait = False,
    as_json: Json = False,
) -> None:
    """Bring a plan in; again is an update, never twice.

    Example: `vibe import ~/runs/20250321_silo`
    """
    how = {"dry_run": dry_run, "strict": strict, "regenerated": as_plan is not None}
    ask = as_plan is not None and not (yes or dry_run or as_json)

    async def work(app: App) -> dict[str, Any]:
        with Progress(
            SpinnerColumn(), *Progress.get_default_columns(), console=err, transient=True, disable=not err.is_terminal
        ) as bar:
            receipt = await _import(app, path, as_plan, how, ask, bar)
        if wait:
            await app.settle(receipt.root)
        return dict(receipt.answer)

    answer = in_app(work)
    show(answer, as_json, lambda: _summary(answer))


async def _import(app: App, path: Path, as_plan: str | None, how: dict[str, bool], ask: bool, bar: Progress) -> Receipt:
    """Read the plan, show the difference first where that is wanted, and write it."""
    from vibe.domain.errors import BadInput, NotFound
    from vibe.plans.formats import read_plan

    if as_plan is not None and not await app.graph.read("plans/by_id", ids=[as_plan]):
        raise NotFound(f"there is no plan {as_plan!r} to update; `vibe plans` lists them, without --as it is a new one")
    task = bar.add_task("reading", total=None)

    def tell(done: int, total: int) -> None:
        bar.update(task, completed=done, total=total)

    reading = await asyncio.to_thread(read_plan, path, plan=as_plan, progress=tell)
    if how["strict"] and reading.warnings:
        raise BadInput(_left_out(reading.warnings))
    bar.update(task, description="writing", total=None)
    if ask:
        seen = await app.import_plan(reading, actor=actor(), dry_run=True, regenerated=True)
        bar.stop()
        _summary(dict(seen.answer))
        typer.confirm("Write this?", abort=True, err=True)
    return await app.import_plan(reading, actor=actor(), **how)


def _left_out(warnings: Sequence[Remark]) -> str:
    """What `--strict` says: everything that was not understood, a line each."""
    lines = "\n".join(f"  {remark}" for remark in warnings[:MOST_WARNINGS])
    more = f"\n  ... and {len(warnings) - MOST_WARNINGS} more" if len(warnings) > MOST_WARNINGS else ""
    return f"{counted(len(warnings), 'thing')} not understood, so nothing was written (--strict):\n{lines}{more}"


def _summary(answer: dict[str, Any]) -> None:
    verb = "would be" if answer.get("dry_run") else "are"
    table = Table(title=f"{answer['title']} ({answer['plan']})", title_justify="left", show_edge=False)
    table.add_column("kind")
    table.add_column("blocks", justify="right")
    for kind, count in answer["blocks"].items():
        table.add_row(kind, str(count))
    out.print(table)
    out.print(
        f"{counted(answer['links'], 'link')}. {answer['added']} {verb} new, {answer['changed']} changed, "
        f"{answer['withdrawn']} withdrawn."
    )
    for name, colour in (("warnings", "yellow"), ("notes", "dim")):
        rows = answer.get(name, ())
        for row in rows[:MOST_WARNINGS]:
            where = ":".join(str(part) for part in (row["file"], row["line"]) if part)
            out.print(f"[{colour}]{plain(where)}[/] {plain(row['what'])}")
        if len(rows) > MOST_WARNINGS:
            out.print(f"... and {len(rows) - MOST_WARNINGS} more {name} (--json shows all)")
    if not answer.get("dry_run"):
        out.print("Next: `vibe gaps` lists what rests on nothing; `vibe cycle` proposes remedies.")


def export(
    path: Annotated[Path | None, typer.Argument(help="Where to; standard output if left out.")] = None,
    plan: Annotated[str | None, typer.Option("--plan", help="Only this plan.")] = None,
) -> None:
    """Write blocks and links in the exchange format.

    Example: `vibe export blocks.jsonl`
    """
    from vibe.plans.exporting import export_blocks

    async def work(app: App) -> int:
        if path is None:
            return await export_blocks(app.graph, sys.stdout, plan)
        part = path.with_name(path.name + ".part")
        with part.open("w", encoding="utf-8") as file:
            count = await export_blocks(app.graph, file, plan)
        part.rename(path)
        return count

    count = in_app(work, mirror=False)
    err.print(f"{count} lines written")


def plans(as_json: Json = False) -> None:
    """List plans.

    Example: `vibe plans`
    """

    async def work(app: App) -> list[dict[str, Any]]:
        return [dict(row) for row in await app.graph.read("plans/list", limit=1000)]

    rows = in_app(work, mirror=False)

    def human() -> None:
        if not rows:
            out.print("No plans yet. `vibe import PATH` brings one in; `vibe run --sample` loads a small one.")
            return
        table = Table("plan", "title", "status", "form", show_edge=False)
        for row in rows:
            table.add_row(plain(row["id"]), plain(row["title"]), row["status"], row["source"])
        out.print(table)

    show({"plans": rows}, as_json, human)


def plan_show(plan: str, as_json: Json = False) -> None:
    """Show what a plan holds and rests on.

    Example: `vibe plan show 20250321_silo`
    """
    from vibe.cli.reading import describe_plan

    async def work(app: App) -> dict[str, Any]:
        return await describe_plan(app, plan)

    found = in_app(work, mirror=False)

    def human() -> None:
        out.print(f"[bold]{plain(found['title'])}[/] ({plain(found['plan'])}, {found['status']})")
        for kind, count in found["blocks"].items():
            out.print(f"  {count:5} {kind}")
        out.print(f"{found['with_evidence']} of {found['claims']} decisions and assumptions rest on evidence.")
        out.print(f"{counted(found['open_gaps'], 'open gap')}. `vibe gaps --plan {plain(found['plan'])}` lists them.")

    show(found, as_json, human)


def withdraw(plan: str, as_json: Json = False) -> None:
    """Take a plan out: its blocks become `withdrawn`, nothing is deleted.

    Example: `vibe plan withdraw sample`
    """
    from vibe.domain.commands import WithdrawPlan

    async def work(app: App) -> dict[str, Any]:
        return dict((await app.execute(WithdrawPlan(plan), actor=actor())).answer)

    answer = in_app(work)
    show(answer, as_json, lambda: out.print(f"{counted(answer['withdrawn'], 'block')} withdrawn; nothing is deleted."))


def sources_add(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files, or folders of them.")],
    as_json: Json = False,
) -> None:
    """Copy documents (or folders of them) in, so that research may search them.

    Example: `vibe sources add survey.md letters/`
    """
    from vibe.cli.reading import take_in

    async def work(app: App) -> dict[str, Any]:
        return await take_in(app, paths, actor())

    answer = in_app(work)

    def human() -> None:
        for row in answer["sources"]:
            out.print(f"{plain(row['file'])}  {row['sha256'][:12]}")
        for row in answer["warnings"]:
            out.print(f"[yellow]{plain(row['file'])}[/] {plain(row['what'])}")
        if answer["sources"]:
            out.print("Research searches them from now on; quotes name them as _own/FILE:LINE.")

    show(answer, as_json, human)


def sources_list(as_json: Json = False) -> None:
    """List your own documents.

    Example: `vibe sources list`
    """

    async def work(app: App) -> list[dict[str, Any]]:
        return [dict(row) for row in await app.graph.read("sources/list", limit=1000)]

    rows = in_app(work, mirror=False)

    def human() -> None:
        if not rows:
            out.print("No documents of your own yet. `vibe sources add PATH` adds one.")
        for row in rows:
            out.print(f"{plain(row['file'])}  {row['sha256'][:12]}  {row['added_at']:%Y-%m-%d}")

    show({"sources": rows}, as_json, human)


def sources_remove(file: str, as_json: Json = False) -> None:
    """Take a document out; evidence that quotes it becomes `withdrawn`.

    Example: `vibe sources remove survey.md`
    """
    from vibe.cli.reading import put_out

    async def work(app: App) -> dict[str, Any]:
        return await put_out(app, file, actor())

    answer = in_app(work)
    show(answer, as_json, lambda: out.print(_put_out(answer)))


def _put_out(answer: dict[str, Any]) -> str:
    return f"{plain(answer['file'])} removed; {counted(answer['withdrawn'], 'piece')} of evidence withdrawn."


def team(
    plan: str,
    role: Annotated[str, typer.Argument(help="A role; with it, who has it.")] = "",
    person: Annotated[str, typer.Argument(help="A person's name, as in their chat; empty: nobody.")] = "",
    as_json: Json = False,
) -> None:
    """Show who of a plan's team does what, or say who has a role; tickets go to whoever does such work.

    Example: `vibe plan team 20250321_silo "Construction and Engineering Manager" Anna`
    """
    from vibe.domain.work_commands import AssignRole
    from vibe.plans.showing import read_team_of

    async def work(app: App) -> list[dict[str, str]]:
        if role:
            await app.execute(AssignRole(plan, role, person), actor=actor())
        return await read_team_of(app.graph, plan)

    rows = in_app(work)

    def human() -> None:
        for row in rows:
            out.print(f"[bold]{plain(row['role'])}[/]  {plain(row['person']) or 'nobody yet'}")
        if not rows:
            out.print("The plan names no team. `vibe plan team PLAN ROLE PERSON` adds somebody.")

    show({"team": rows}, as_json, human)
