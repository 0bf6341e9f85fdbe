"""A command's session: what its logs tell and what they keep to themselves."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest
import structlog
from rich.table import Table

from vibe.cli.session import PlainConsole, beginning_of, quiet_logs


@pytest.fixture
def _configured() -> Iterator[None]:
    """Give the test's own configuration of logs back afterwards."""
    yield
    structlog.reset_defaults()
    for name in ("httpx", "neo4j"):
        logging.getLogger(name).setLevel(logging.NOTSET)


def _fail(password: str) -> None:
    raise ValueError(f"{len(password)} letters are too few")


@pytest.mark.usefixtures("_configured")
def test_a_logged_traceback_holds_no_values_of_variables(capsys: pytest.CaptureFixture[str]) -> None:
    """It says what failed and where; what the variables held, a secret perhaps, stays out."""
    quiet_logs()
    secret = "".join(["hunter", "2"])
    try:
        _fail(secret)
    except ValueError:
        structlog.get_logger().exception("bus.handler_failed", handler="some.handler")
    said = capsys.readouterr().err
    assert "7 letters are too few" in said
    assert "some.handler" in said
    assert "in _fail" in said
    assert secret not in said


def test_a_short_id_tells_its_thing_from_the_others_in_the_list() -> None:
    """Ids made in one instant begin alike, so as much is shown as tells them apart; a lone one is cut at the least."""
    ids = ["01a1ff0079d342af9b95", "01a1ff0079d345b9bf3b", "953f66c43d6964a66a1b"]
    assert [beginning_of(one, ids) for one in ids] == ["01a1ff0079d342", "01a1ff0079d345", "953f66c4"]
    assert beginning_of("a1", ["a1", "a12"]) == "a1"


def test_a_title_from_a_plan_sets_no_colour_on_a_terminal() -> None:
    """Escapes, bells and changes of direction are left out, in lines and in cells; our own colours stay."""
    into = io.StringIO()
    console = PlainConsole(
        file=into, force_terminal=True, highlight=False, emoji=False, color_system="standard", width=80
    )
    hostile = "a\x1b[31mb\x07\u202ec\x9b2J :smile:"
    console.print(hostile, markup=False)
    table = Table("[red]head[/]")
    table.add_row(hostile)
    console.print(table)
    said = into.getvalue()
    assert said.count("a[31mbc2J :smile:") == 2
    assert "\x1b[31mb" not in said
    assert not set("\x07\x9b\u202e") & set(said)
    assert "\x1b[31m" in said or "\x1b[1;31m" in said
