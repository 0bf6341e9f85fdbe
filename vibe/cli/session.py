"""One command's session: opens the home, runs, turns errors into one line and an exit code.

Exit codes: 0 done, 1 refused or failed, 2 wrong usage or bad input, 3 the store or another outside part is not there.
Source: SPEC section 6.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import typer
from rich.console import Console
from rich.text import Text

from vibe.domain.canonical import iso
from vibe.domain.errors import BadInput, NotFound, Unreachable, VibeError
from vibe.domain.visible import visible

if TYPE_CHECKING:
    from vibe.app import App

T = TypeVar("T")


class PlainConsole(Console):
    """A console on which a title from a plan is text: it sets no colour, moves no cursor, becomes no emoji."""

    def render_str(self, text: str, **options: Any) -> Text:
        """Take every text that is printed, cells of tables among them."""
        return super().render_str(visible(text), **options)


# A terminal gets lines broken between words; a file or a pipe gets them whole.
out = PlainConsole(highlight=False, emoji=False, soft_wrap=not sys.stdout.isatty())
err = PlainConsole(stderr=True, highlight=False, emoji=False, soft_wrap=not sys.stderr.isatty())


def in_app(work: Callable[[Any], Awaitable[T]], *, mirror: bool = True) -> T:
    """Open the home, run `work` with the app, and end with the right exit code when it fails."""
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            return runner.run(_opened(work, mirror))
    except VibeError as error:
        raise typer.Exit(fail(error)) from error
    except ExceptionGroup as errors:
        raise typer.Exit(fail(_said(errors))) from errors
    except KeyboardInterrupt:
        err.print("stopped")
        raise typer.Exit(130) from None


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """The faster event loop where there is one (not on Windows); None is Python's own."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def _said(errors: ExceptionGroup[Exception]) -> VibeError:
    """What the task said that stopped the others; what is none of our errors is a bug and stays as it is."""
    for error in errors.exceptions:
        if isinstance(error, VibeError):
            return error
        if isinstance(error, ExceptionGroup):
            return _said(error)
    raise errors


async def _opened(work: Callable[[Any], Awaitable[T]], mirror: bool) -> T:
    from vibe.bootstrap import open_app
    from vibe.settings import home_folder

    async with AsyncExitStack() as stack:
        with working("opening the store (some seconds where no daemon runs)"):
            app = await stack.enter_async_context(open_app(home_folder()))
        try:
            return await work(app)
        finally:
            if mirror:
                await app.mirror.catch_up()


def fail(error: VibeError) -> int:
    """Say what happened in one line on stderr; returns the exit code."""
    err.print(f"[red]vibe:[/] {plain(str(error))}")
    match error:
        case Unreachable():
            return 3
        case BadInput():
            return 2
        case _:
            return 1


def plain(text: object) -> str:
    """A text from outside, made safe for rich: brackets stay brackets."""
    return str(text).replace("[", "\\[")


def counted(number: int, one: str, many: str | None = None) -> str:
    """Say how many there are: `1 gap`, `3 gaps`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def beginning_of(identity: str, others: Iterable[str], least: int = 8) -> str:
    """As much of an id as tells it from the others: ids made one after the other begin with the same time."""
    rest = {other for other in others if other != identity}
    for length in range(least, len(identity)):
        if not any(other.startswith(identity[:length]) for other in rest):
            return identity[:length]
    return identity


def show(value: Mapping[str, Any], as_json: bool, human: Callable[[], None]) -> None:
    """Print one JSON document, or what people read."""
    if as_json:
        sys.stdout.write(json.dumps(value, ensure_ascii=False, default=_plain_json) + "\n")
        return
    human()


def _plain_json(value: object) -> str:
    """Instants as everywhere else: ISO 8601, ending in Z."""
    return iso(value) if isinstance(value, datetime) else str(value)


def actor() -> str:
    """The command line acts as the owner of the home."""
    return "owner:cli"


def quiet_logs(level: int = logging.WARNING) -> None:
    """Send logs to stderr, warnings and worse only; a traceback tells lines of code, never what variables held."""
    import structlog

    logging.basicConfig(level=level, stream=sys.stderr)
    logging.getLogger("httpx").setLevel(logging.ERROR)
    logging.getLogger("neo4j").setLevel(logging.CRITICAL)  # what it fails at is told by our own error
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.StackInfoRenderer(),
            structlog.dev.set_exc_info,
            structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S", utc=False),
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            ),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


@contextmanager
def working(what: str) -> Iterator[None]:
    """Show on stderr that something is being done, where a person looks on."""
    with err.status(what + " ..."):
        yield


async def full_id(app: App, identity: str) -> str:
    """The id of the one block whose id is this or begins so.

    Raises:
        NotFound: none does, or several do.
    """
    if await app.graph.read("blocks/by_id", ids=[identity]):
        return identity
    rows = await app.graph.read("blocks/beginning", start=identity, limit=6) if identity else []
    if not rows:
        raise NotFound(f"there is no block {identity!r}; `vibe export` lists them with their ids")
    if len(rows) > 1:
        told = ", ".join(f"{row['id'][:16]} ({row['title'][:30]})" for row in rows[:5])
        raise NotFound(f"several blocks begin with {identity!r}; write more of it: {told}")
    return str(rows[0]["id"])


def edited(text: str, suffix: str) -> str | None:
    """Let the person change a text in `$EDITOR`; None when nothing was changed.

    Raises:
        BadInput: the editor is not there, or gave up.
    """
    editor = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")
    with tempfile.NamedTemporaryFile("w+", suffix=suffix, encoding="utf-8") as file:
        file.write(text)
        file.flush()
        try:
            subprocess.run([*editor, file.name], check=True)  # noqa: S603 - their own editor
        except (OSError, subprocess.CalledProcessError) as error:
            raise BadInput(f"the editor {editor[0]!r} did not work ({error}); set EDITOR, or use --file") from error
        after = Path(file.name).read_text(encoding="utf-8")
    return after if after != text else None
