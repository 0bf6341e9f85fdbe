"""Keep what there is: `backup`, `restore`, `graph move`, `ledger replay`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import Progress

from vibe.cli.session import actor, counted, err, fail, in_app, out, plain, show, working

if TYPE_CHECKING:
    from vibe.app import App

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def register(app: typer.Typer) -> None:
    """Add the group's commands."""
    app.command("backup")(backup)
    app.command("restore")(restore)


@contextmanager
def _bar(what: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """Show on stderr how far something is; what is given counts on."""
    with Progress(console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task(what, total=total)
        yield lambda more: bar.advance(task, more)


def backup(
    path: Annotated[
        Path | None, typer.Argument(help="The file to write, or a folder for it; the home's backups/ if left out.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Write the home with its embedded store into one file; a daemon may go on meanwhile.

    Example: `vibe backup /mnt/usb/`
    """

    async def work(app: App) -> dict[str, Any]:
        from vibe.operating import back_up, size_of

        with _bar("packing", size_of(app.home)) as more:
            return await back_up(app, path, more, actor=actor())

    found = in_app(work)

    def human() -> None:
        out.print(f"{plain(found['file'])}: {found['bytes'] // 1000:,} kB, {counted(found['files'], 'file')}.")
        out.print(f"It holds the ledger up to entry {found['entries']} and this home's keys: keep it like a password.")
        out.print("`vibe restore FILE` puts it back into an empty home.")

    show(found, as_json, human)


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `vibe backup` wrote.")],
    as_json: Json = False,
) -> None:
    """Put a backup back into an empty home and check its ledger; a home that holds anything is left alone.

    Example: `vibe restore vibe-20261121-090000.zip`
    """
    from vibe.domain.canonical import instant
    from vibe.domain.errors import VibeError
    from vibe.operating import restore as put_back
    from vibe.settings import home_folder

    try:
        with _bar("unpacking and checking", None) as more:
            found = asyncio.run(put_back(file, home_folder(), more))
    except VibeError as error:
        raise typer.Exit(fail(error)) from error

    def human() -> None:
        entries = counted(found["entries"], "entry", "entries")
        made = f"{instant(found['made_at']):%Y-%m-%d %H:%M} UTC"
        out.print(f"{plain(found['home'])} is back as of {made}: {entries}, {found['files']} files.")
        for fault in found["faults"]:
            out.print(f"[red]{plain(fault)}[/]")
        if found["ok"]:
            out.print("The ledger is whole. People sign in again (`vibe sign-in`).")

    show(found, as_json, human)
    if not found["ok"]:
        raise typer.Exit(1)


def move(
    uri: Annotated[str, typer.Argument(metavar="URI", help="neo4j://host:7687, bolt://..., neo4j+s://...")],
    as_json: Json = False,
) -> None:
    """Copy the graph to an empty Neo4j; user, password and database are the settings' (`VIBE_GRAPH__USER` ...).

    Example: `vibe graph move neo4j://db.example.org:7687`
    """

    async def work(app: App) -> dict[str, Any]:
        from vibe.operating import move_to

        with working("copying and counting"):
            return await move_to(app, uri)

    found = in_app(work)

    def human() -> None:
        from vibe.domain.blocks import Kind

        moved = found["moved"]
        blocks, entries = sum(moved.get(kind.value, 0) for kind in Kind), moved.get("LedgerEntry", 0)
        told = counted(entries, "ledger entry", "ledger entries")
        out.print(f"Copied and counted: {counted(blocks, 'block')}, {told}.")
        out.print(f"Next: set graph.uri (VIBE_GRAPH__URI) to {plain(uri)}; the old store stays as it is in store/.")

    show(found, as_json, human)


def replay(
    into: Annotated[Path | None, typer.Option("--into", help="Keep the rebuilt store in this empty folder.")] = None,
    as_json: Json = False,
) -> None:
    """Run the ledger's writes again into an empty store and compare it with the graph: nothing was written beside it.

    Example: `vibe ledger replay`
    """

    async def work(app: App) -> dict[str, Any]:
        from vibe.operating import replay_ledger

        total = (await app.graph.read("ledger/read_counter"))[0]["n"]
        with Progress(console=err, transient=True, disable=not err.is_terminal) as bar:
            task = bar.add_task("replaying", total=total)
            return await replay_ledger(app, into, lambda done: bar.update(task, completed=done))

    found = in_app(work, mirror=False)

    def human() -> None:
        rows, entries = counted(found["rows"], "row"), counted(found["entries"], "entry", "entries")
        out.print(f"{rows} of {counted(found['writes'], 'write')} from {entries}, run again in their order.")
        for name in found["missing_queries"]:
            out.print(f"[red]the query {plain(name)} does not exist any more: what it wrote is not rebuilt[/]")
        for difference in found["first_differences"]:
            out.print(f"[red]{plain(difference)}[/]")
        if found["differences"] > len(found["first_differences"]):
            out.print(f"[red]... {found['differences']} differences in all[/]")
        if found["changed_queries"]:
            changed = counted(len(found["changed_queries"]), "query", "queries")
            out.print(f"{changed} changed since; run as they are now.")
        if found["ok"]:
            nodes, links = counted(found["nodes"], "node"), counted(found["links"], "link")
            out.print(f"The graph is what the ledger says: {nodes} and {links} alike, no difference.")

    show(found, as_json, human)
    if not found["ok"]:
        raise typer.Exit(1)
