"""The daemon and its health: `run`, `health`, `check`, `loop pause`, `loop resume`."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import track

from vibe.cli.session import actor, counted, err, in_app, out, plain, show

if TYPE_CHECKING:
    from vibe.app import App

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def register(app: typer.Typer) -> None:
    """Add the group's commands."""
    app.command("run")(run)
    app.command("sign-in")(sign_in)
    app.command("health")(health)
    app.command("check")(check)
    loop = typer.Typer(help="Pause and resume the loop.", no_args_is_help=True)
    loop.command("pause")(pause)
    loop.command("resume")(resume)
    app.add_typer(loop, name="loop")


def run(
    sample: Annotated[
        bool, typer.Option("--sample", help="Fill an empty graph with a small plan and run a cycle.")
    ] = False,
) -> None:
    """Run the daemon: store, loop, API and pages, until Ctrl-C or SIGTERM.

    Example: `vibe run`
    """
    from vibe.cli.serving import serve

    err.print("Starting: the store takes some seconds, the first time more.")
    in_app(lambda app: _until_stopped(serve(app, sample=sample)))


async def _until_stopped(work: Any) -> None:
    """Run until a signal asks to stop; what is being done is cut off and continued at the next start."""
    loop = asyncio.get_running_loop()
    task = loop.create_task(work, name="daemon")
    for wanted in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(wanted, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        err.print("stopped")


def sign_in() -> None:
    """Print a link that signs one browser in, once, within ten minutes; the daemon must be running.

    Example: `vibe sign-in`
    """

    async def work(app: App) -> str:
        from vibe.bootstrap import sign_in_link

        if not app.turn.is_held_elsewhere():
            err.print("No daemon runs on this home: start `vibe run` first, or the link leads nowhere.")
        return sign_in_link(app)

    out.print(in_app(work, mirror=False), markup=False, soft_wrap=True)


def health(as_json: Json = False) -> None:
    """Say how the daemon is: who delivers, what waits, what is stuck.

    Example: `vibe health`
    """

    async def work(app: App) -> dict[str, Any]:
        return dict(await app.health())

    found = in_app(work, mirror=False)

    def human() -> None:
        out.print(f"store:   {plain(found['store'])}")
        out.print(f"ledger:  {counted(found['entries'], 'entry', 'entries')}")
        running = "running; `vibe sign-in` opens its page" if found["daemon"] else "not running; `vibe run` starts it"
        out.print(f"daemon:  {running}")
        late = f", the oldest for {found['overdue_s']:.0f} s" if found["overdue_s"] > 1 else ""
        out.print(f"waiting: {counted(found['waiting'], 'delivery', 'deliveries')}{late}")
        aside = f"{found['set_aside']}; `vibe stuck list` says why" if found["set_aside"] else "nothing"
        out.print(f"stuck:   {aside}")
        paused = (
            f"paused: {plain(found['pause_reason'] or '')}; `vibe loop resume` goes on" if found["paused"] else "on"
        )
        out.print(f"loop:    {paused}")
        for words in found["alarms"]:
            out.print(f"[bold red]alarm[/]:   {plain(words)}")
        if found["telegram"]:
            bot = found["telegram"]
            out.print(
                f"telegram: {plain(bot['detail'])}" if bot["trouble"] else f"telegram: listening as @{bot['bot']}"
            )

    show(found, as_json, human)
    if not found["ok"]:
        raise typer.Exit(1)


def check(as_json: Json = False) -> None:
    """Check the installation: settings, the home's mode, the store, and every query on it.

    Example: `vibe check`
    """
    from vibe.domain.errors import VibeError

    async def work(app: App) -> dict[str, Any]:
        from vibe.bootstrap import check_telegram

        findings = []
        names = list(app.catalog.queries)
        for name in track(
            names, "asking the store about each query", console=err, transient=True, disable=not err.is_terminal
        ):
            try:
                await app.graph.explain(name)
            except VibeError as error:
                findings.append(f"query {name}: {error}")
        findings += await check_telegram(app)
        mode = app.home.stat().st_mode & 0o777
        if mode & 0o077:
            findings.append(f"the home can be read by others (mode {mode:o}); chmod 700 it")
        return {"ok": not findings, "home": str(app.home), "queries": len(app.catalog.queries), "findings": findings}

    found = in_app(work, mirror=False)

    def human() -> None:
        out.print(f"home {plain(found['home'])}, {counted(found['queries'], 'query', 'queries')}")
        for finding in found["findings"]:
            out.print(f"[red]{plain(finding)}[/]")
        if found["ok"]:
            out.print("All is well.")

    show(found, as_json, human)
    if not found["ok"]:
        raise typer.Exit(1)


Plan = Annotated[str | None, typer.Option("--plan", help="Only this plan.")]


def pause(reason: Annotated[str, typer.Argument(help="Why.")] = "", plan: Plan = None, as_json: Json = False) -> None:
    """Stop analysis and new proposals, of everything or of one plan; answers and decisions go on.

    Example: `vibe loop pause "board week"`
    """
    from vibe.domain.commands import PauseLoop

    async def work(app: App) -> dict[str, Any]:
        return dict((await app.execute(PauseLoop(reason, plan=plan), actor=actor())).answer)

    answer = in_app(work)
    what, more = (f"The plan {plain(plan)}", f" --plan {plain(plan)}") if plan else ("The loop", "")
    show(answer, as_json, lambda: out.print(f"{what} is paused. `vibe loop resume{more}` goes on."))


def resume(plan: Plan = None, as_json: Json = False) -> None:
    """Go on after a pause: with everything, or with one plan.

    Example: `vibe loop resume`
    """
    from vibe.domain.commands import ResumeLoop

    async def work(app: App) -> dict[str, Any]:
        return dict((await app.execute(ResumeLoop(plan), actor=actor())).answer)

    answer = in_app(work)
    show(answer, as_json, lambda: out.print(f"The {f'plan {plain(plan)}' if plan else 'loop'} goes on."))
