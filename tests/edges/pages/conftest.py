"""One daemon with the sample and one browser for all tests of the pages: both take seconds to start."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.conftest import CHROMIUM_FLAGS
from tests.edges.pages.serving import PHONE, Daemon, a_browser, a_daemon, signed_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """A headless Chromium; a busy machine may take its time to show what is expected."""
    from playwright.sync_api import expect

    expect.set_options(timeout=20_000)
    with a_browser(chromium, CHROMIUM_FLAGS) as found:
        yield found


@pytest.fixture(scope="session")
def daemon(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """A daemon with the sample plan and its first proposals."""
    with a_daemon(tmp_path_factory.mktemp("pages") / "home", "--sample") as found:
        yield found


@pytest.fixture
def page(browser: Browser, daemon: Daemon) -> Iterator[Page]:
    """A signed-in page on a desk; a script error on it fails the test."""
    yield from _page(browser, daemon)


@pytest.fixture
def phone(browser: Browser, daemon: Daemon) -> Iterator[Page]:
    """A signed-in page on a phone."""
    yield from _page(browser, daemon, viewport=PHONE, has_touch=True)


def _page(browser: Browser, daemon: Daemon, **how: object) -> Iterator[Page]:
    window = signed_in(browser, daemon, **how)
    opened = window.new_page()
    opened.set_default_timeout(20_000)
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    window.close()
    assert errors == []
