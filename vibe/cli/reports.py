"""Reports: how a plan stands, to read, to print, to pass on."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vibe.cli.session import in_app, out, show
from vibe.domain.visible import visible

if TYPE_CHECKING:
    from vibe.app import App


def register(app: typer.Typer) -> None:
    """Add the group's commands."""
    app.command("report")(report)


def report(
    plan: str,
    html: Annotated[Path | None, typer.Option("--html", help="Write it as a page that prints well.")] = None,
    md: Annotated[bool, typer.Option("--md", help="Print it as Markdown.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Say how a plan stands: summary, progress, planned against actual, risks, costs, who decided what.

    Example: `vibe report 20250321_silo --html report.html`
    """
    from rich.markdown import Markdown

    from vibe.plans.report_texts import as_html, as_markdown
    from vibe.plans.reporting import read_report

    async def work(app: App) -> dict[str, Any]:
        return await read_report(app.graph, plan, app.clock.now())

    found = in_app(work, mirror=False)
    if html is not None:
        html.write_text(as_html(found), encoding="utf-8")

    def human() -> None:
        if md:
            sys.stdout.write(visible(as_markdown(found)))
        elif html is not None:
            out.print(f"Written: {html}", markup=False)
        else:
            out.print(Markdown(visible(as_markdown(found))))

    show(found, as_json, human)
