"""A home in which nothing has happened yet: every page says what to do, and news show by themselves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.edges.pages.serving import a_daemon, signed_in
from tests.edges.pages.test_deciding import expect

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.embedded, pytest.mark.slow, pytest.mark.xdist_group("pages")]
SAYS = {
    "/": "vibe import PATH",
    "/gaps": "No gaps",
    "/questions": "No open questions",
    "/plans": "No plan yet",
    "/evidence": "No evidence yet",
    "/held-back": "Nothing is held back",
    "/measures": "Nothing to count yet",
    "/wishes": "No wishes yet",
    "/ledger": "Nothing has happened yet",
    "/model": "No language model is set",
    "/proposals/7": "There is no proposal 7",
    "/blocks/none": "There is no such block",
    "/plans/none": "There is no plan none",
}
ASTRAY = {"/nowhere": (404, "There is no such page"), "/proposals/seven": (422, "There is no such page")}


def test_an_empty_home_says_what_to_do_and_follows_along(browser: Browser, tmp_path: Path) -> None:
    """Every page explains itself, a path that leads nowhere too; what another process writes appears by itself."""
    with a_daemon(tmp_path / "home") as daemon:
        window = signed_in(browser, daemon)
        page = window.new_page()
        for path, text in SAYS.items():
            page.goto(path)
            expect(page.locator(".empty")).to_contain_text(text, timeout=20_000)
        for path, (status, text) in ASTRAY.items():
            answer = page.goto(path)
            assert answer
            assert answer.status == status
            expect(page.locator(".empty")).to_contain_text(text)
            expect(page.get_by_role("link", name="To the inbox")).to_be_visible()
        page.goto("/ledger")
        daemon.run("block", "add", "Decision", "Use \u202eclay cups")  # what turns letters round is not obeyed
        expect(page.locator(".entries")).to_contain_text("1 block added", timeout=20_000)
        page.goto("/gaps")
        expect(page.locator("article")).to_contain_text("Use clay cups", timeout=30_000)
        window.close()
