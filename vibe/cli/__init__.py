"""The command line: one file a group, talks to `bootstrap` only. Heavy imports wait until a command needs them."""

from __future__ import annotations

import os
import sys
from types import ModuleType

import typer

from vibe import __version__
from vibe.cli import (
    agents,
    blocks,
    daemon,
    deciding,
    evaluating,
    executions,
    gaps,
    graph,
    keeping,
    learning,
    ledger,
    metrics,
    models,
    plans,
    questions,
    reports,
    research,
    standing,
    telegram,
    tickets,
)
from vibe.cli.session import err, quiet_logs

app = typer.Typer(
    name="vibe",
    help="Vibe keeps a project as a graph, finds its gaps, and closes them with your leave.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
PANELS: tuple[tuple[str, tuple[ModuleType, ...]], ...] = (
    ("Plans in, gaps out", (plans, gaps)),
    ("Get it done", (executions, agents, tickets, reports)),
    ("Decide and answer", (deciding, standing, questions, research, learning)),
    ("See and prove", (ledger, blocks, graph, metrics, evaluating)),
    ("Operate", (daemon, models, keeping, telegram)),
)


def _register() -> None:
    """Add every group's commands, each under its panel of `vibe --help`."""
    for panel, groups in PANELS:
        commands, parts = len(app.registered_commands), len(app.registered_groups)
        for group in groups:
            group.register(app)
        for command in app.registered_commands[commands:]:
            command.rich_help_panel = panel
        for part in app.registered_groups[parts:]:
            part.rich_help_panel = panel


_register()


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"vibe {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Show the version."),
) -> None:
    quiet_logs()


def main() -> None:
    """Entry point of the `vibe` program; a file that cannot be read or written is one line, not a traceback."""
    try:
        app()
    except BrokenPipeError:  # `vibe gaps | head`: whoever read has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(1) from None
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        err.print(f"vibe: {where}{error.strerror or error}", markup=False)
        raise SystemExit(1) from error
