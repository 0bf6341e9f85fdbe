"""The store itself: `graph queries`, `graph browser`, `graph move`."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from vibe.cli.keeping import move
from vibe.cli.session import in_app, out, plain, show
from vibe.domain.canonical import epoch_ms

if TYPE_CHECKING:
    from vibe.app import App

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def register(app: typer.Typer) -> None:
    """Add the group's commands."""
    graph = typer.Typer(help="The graph for analysts and operators.", no_args_is_help=True)
    graph.command("queries")(queries)
    graph.command("browser")(browser)
    graph.command("move")(move)
    app.add_typer(graph, name="graph")


def queries(
    name: Annotated[str | None, typer.Argument(help="Run this one; list them if left out.")] = None,
    cypher: Annotated[bool, typer.Option("--cypher", help="Print its Cypher, to paste into Neo4j Browser.")] = False,
    as_json: Json = False,
) -> None:
    """List the analysts' saved queries, or run one.

    Example: `vibe graph queries rests_on_nothing`
    """
    from vibe.catalog import Catalog

    views = {key.removeprefix("views/"): query for key, query in Catalog().queries.items() if key.startswith("views/")}
    if name is None:
        rows = [{"name": key, "does": query.header["does"]} for key, query in views.items()]
        show({"queries": rows}, as_json, lambda: _list(rows))
        return
    if name not in views:
        raise typer.BadParameter(f"{name!r} is none of {', '.join(views)}")
    if cypher:
        typer.echo(views[name].text)
        return

    async def work(app: App) -> list[dict[str, Any]]:
        given = {"limit": 100, "since": 7}
        params: dict[str, Any] = {key: given[key] for key in views[name].params if key in given}
        if "after_ms" in views[name].params:
            params["after_ms"] = epoch_ms(app.clock.now()) - 7 * 86_400_000
        return [dict(row) for row in await app.graph.read(f"views/{name}", **params)]

    found = in_app(work, mirror=False)
    show({"rows": found}, as_json, lambda: _rows(found))


def _list(rows: list[dict[str, Any]]) -> None:
    table = Table("name", "what it shows", show_edge=False)
    for row in rows:
        table.add_row(row["name"], plain(row["does"]))
    out.print(table)
    out.print("`vibe graph queries NAME` runs one; `--cypher` prints it for Neo4j Browser.")


def _rows(rows: list[dict[str, Any]]) -> None:
    if not rows:
        out.print("Nothing to show.")
        return
    whole = [name for name in rows[0] if any(str(row[name]).startswith("{") for row in rows)]
    table = Table(*(name for name in rows[0] if name not in whole), show_edge=False)
    for row in rows:
        table.add_row(*(_cell(value) for name, value in row.items() if name not in whole))
    out.print(table)
    if whole:
        out.print(f"--json also shows {', '.join(whole)}.")


def _cell(value: Any) -> str:
    """One value, short enough for a column; JSON has it whole."""
    match value:
        case None:
            return ""
        case datetime():
            return f"{value:%Y-%m-%d}"
        case _ if isinstance(value, str) and re.fullmatch("[0-9a-f]{32,64}", value):
            return value[:8]
        case _ if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT", value):
            return value[:16].replace("T", " ")
        case _:
            return plain(str(value)[:120])


def browser(
    folder: Annotated[Path, typer.Option("--to", help="Where to write the files.")] = Path("vibe-browser"),
    as_json: Json = False,
) -> None:
    """Write saved queries to drop into Neo4j Browser, and say how to connect.

    Example: `vibe graph browser --to ~/vibe-browser`
    """
    import zipfile

    from vibe.catalog import Catalog

    async def work(app: App) -> dict[str, Any]:
        address = app.graph.address
        return {"uri": address.uri, "user": address.user, "database": address.database}

    found = in_app(work, mirror=False)
    folder.mkdir(parents=True, exist_ok=True)
    archive = folder / "vibe-queries.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for key, query in Catalog().queries.items():
            if key.startswith("views/"):
                title = query.header["does"].rstrip(".")
                file.writestr(f"Vibe/{key.removeprefix('views/')}.cypher", f"// {title}\n{query.text}\n")
    found["queries"] = str(archive)

    def human() -> None:
        out.print(f"Connect Neo4j Browser to {found['uri']} as {found['user']} (database {found['database']}).")
        out.print("The password of the embedded store is in the home, store/root.pw; it gives full write access.")
        out.print(f"Drop {archive} on the Browser's window: the queries are under Favorites.")

    show(found, as_json, human)
