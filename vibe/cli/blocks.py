"""The graph by hand: `block add`, `block set`, `block show`, `link`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from vibe.cli.session import actor, full_id, in_app, out, plain, show

if TYPE_CHECKING:
    from vibe.app import App

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
BlockId = Annotated[str, typer.Argument(metavar="ID", help="The block's id or its beginning.")]


def register(app: typer.Typer) -> None:
    """Add the group's commands."""
    block = typer.Typer(help="One block, by hand.", no_args_is_help=True)
    block.command("add")(add)
    block.command("set")(set_)
    block.command("show")(show_)
    app.add_typer(block, name="block")
    app.command("link")(link)


def add(
    kind: Annotated[str, typer.Argument(help="Decision, Evidence, Assumption, Knowledge, Question, Task, ...")],
    title: Annotated[str, typer.Argument(help="What it is, in a line.")],
    content: Annotated[str, typer.Option("--content", "-c", help="What it says.")] = "",
    status: Annotated[str, typer.Option(help="Its status.")] = "active",
    priority: Annotated[str | None, typer.Option(help="P0 to P3.")] = None,
    identity: Annotated[str | None, typer.Option("--id", help="Its id; made if left out.")] = None,
    as_json: Json = False,
) -> None:
    """Write a block.

    Example: `vibe block add Decision "Use PostgreSQL" --content "for all services"`
    """
    from vibe.domain.blocks import Block, Kind
    from vibe.domain.commands import AddBlocks

    kinds = {item.value.lower(): item for item in Kind}
    if kind.lower() not in kinds:
        raise typer.BadParameter(f"{kind!r} is none of {', '.join(item.value for item in Kind)}")

    async def work(app: App) -> dict[str, Any]:
        new = Block(identity or app.ids.new(), kinds[kind.lower()], title, content, status, priority=priority)
        return dict((await app.execute(AddBlocks((new,)), actor=actor())).answer)

    answer = in_app(work)
    show(answer, as_json, lambda: out.print(f"Written: {plain(answer['blocks'][0])}"))


def set_(
    identity: BlockId,
    changes: Annotated[list[str], typer.Argument(metavar="NAME=VALUE...", help="title, content, status, priority.")],
    as_json: Json = False,
) -> None:
    """Change title, content, status or priority.

    Example: `vibe block set d-17 status=active priority=P1`
    """
    from vibe.domain.commands import SetBlock

    pairs = dict(item.partition("=")[::2] for item in changes)
    if any("=" not in item for item in changes):
        raise typer.BadParameter("write NAME=VALUE, for instance status=active")

    async def work(app: App) -> dict[str, Any]:
        whole = await full_id(app, identity)
        return dict((await app.execute(SetBlock(whole, pairs), actor=actor())).answer)

    answer = in_app(work)
    show(answer, as_json, lambda: out.print(f"{plain(identity)} is set."))


def show_(identity: BlockId, as_json: Json = False) -> None:
    """Show a block with its links.

    Example: `vibe block show d-17`
    """

    async def work(app: App) -> dict[str, Any]:
        whole = await full_id(app, identity)
        rows = await app.graph.read("blocks/by_id", ids=[whole])
        links = await app.graph.read("blocks/links_around", id=whole, limit=200)
        return {**rows[0], "links": [dict(row) for row in links]}

    found = in_app(work, mirror=False)

    def human() -> None:
        out.print(f"[bold]{found['kind']}[/] {plain(found['title'])}  [dim]{found['status']}[/]")
        where = f"{found['file']}:{found['line']}" if found["file"] else "written by hand"
        out.print(f"[dim]{plain(found['id'])}, {plain(where)}[/]")
        if found["content"] and found["content"] != found["title"]:
            out.print(found["content"], markup=False)
        for row in found["links"]:
            outward = row["source"] == found["id"]
            arrow = f"-{row['type']}->" if outward else f"<-{row['type']}-"
            other = "target" if outward else "source"
            told = f"{row[f'{other}_kind']} {row[f'{other}_title']}"
            out.print(f"  {arrow} {told}  ({row[other][:8]})", markup=False)

    show(found, as_json, human)


def link(
    source: Annotated[str, typer.Argument(metavar="FROM")],
    kind: Annotated[str, typer.Argument(metavar="TYPE")],
    target: Annotated[str, typer.Argument(metavar="TO")],
    as_json: Json = False,
) -> None:
    """Link two blocks.

    Example: `vibe link e-3 SUPPORTS d-17`
    """
    from vibe.domain.blocks import Link, LinkType
    from vibe.domain.commands import AddBlocks

    if kind.upper() not in LinkType.__members__:
        raise typer.BadParameter(f"{kind!r} is none of {', '.join(LinkType)}")

    async def work(app: App) -> dict[str, Any]:
        ends = await full_id(app, source), await full_id(app, target)
        command = AddBlocks(links=(Link(LinkType[kind.upper()], *ends),))
        return dict((await app.execute(command, actor=actor())).answer)

    answer = in_app(work)
    show(answer, as_json, lambda: out.print(f"{plain(source)} -{kind.upper()}-> {plain(target)}"))
