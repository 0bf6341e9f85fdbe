"""Takes the pictures of `docs/pictures` anew, from the sample plan in a home of its own.

    PYTHONPATH=.:tests/fence .venv/bin/python -m tests.edges.pages.pictures

Kept apart from the tests: a picture is looked at by people, not compared by machines.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.conftest import CHROMIUM_FLAGS, CHROMIUM_NAMES
from tests.edges.pages.serving import PHONE, Daemon, a_browser, a_daemon, signed_in
from tests.edges.pages.working import work_a_little

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FOLDER = Path(__file__).parents[3] / "docs" / "pictures"
DESK = {"width": 1180, "height": 800}
Picture = tuple[str, str, str, dict[str, Any]]
AT_FIRST: tuple[Picture, ...] = (
    ("inbox", "/", "[data-card^=p]", {"viewport": DESK}),
    ("inbox-dark", "/", "[data-card^=p]", {"viewport": DESK, "color_scheme": "dark"}),
    ("inbox-phone", "/", "[data-card^=p]", {"viewport": PHONE}),
)
LATER: tuple[Picture, ...] = (
    ("proposal", "/proposals/2", ".candidate", {"viewport": DESK}),
    ("proposal-phone", "/proposals/6", ".objection", {"viewport": PHONE}),
    ("passages", "/evidence#passages", ".candidate", {"viewport": DESK}),
    ("gaps", "/gaps", ".counts", {"viewport": DESK}),
    ("gaps-phone", "/gaps", ".counts", {"viewport": PHONE}),
    ("questions", "/questions", ".options", {"viewport": DESK}),
    ("plan", "/plans/sample", ".cell", {"viewport": DESK}),
    ("plan-phone", "/plans/sample", ".cell", {"viewport": PHONE}),
    ("held-back", "/held-back", ".item-row", {"viewport": DESK}),
    ("ledger", "/ledger", ".entry", {"viewport": DESK}),
)
WORK: tuple[Picture, ...] = (
    ("executions", "/executions", ".progress", {"viewport": DESK}),
    ("execution", "/executions/{}", "img.gantt", {"viewport": {"width": 1180, "height": 1900}}),
    ("execution-phone", "/executions/{}", "img.gantt", {"viewport": PHONE}),
    ("gate", "/proposals/1", ".objection", {"viewport": DESK}),
    ("tickets", "/tickets", "article", {"viewport": DESK}),
    ("agents", "/agents", "text=Ringo", {"viewport": DESK}),
)


def main() -> None:
    """Take every picture."""
    chromium = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if chromium is None:
        sys.exit("no chromium on the PATH (Debian: apt install chromium)")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as home,
        a_browser(chromium, CHROMIUM_FLAGS) as browser,
        a_daemon(Path(home) / "home", "--sample") as daemon,
    ):
        for picture in AT_FIRST:
            take(browser, daemon, *picture)
        live_a_little(browser, daemon)
        for picture in LATER:
            take(browser, daemon, *picture)
    with (
        tempfile.TemporaryDirectory() as home,
        a_browser(chromium, CHROMIUM_FLAGS) as browser,
        a_daemon(Path(home) / "home") as daemon,
    ):
        execution = work_a_little(daemon)
        for name, path, shown, how in WORK:
            take(browser, daemon, name, path.format(execution), shown, how)


def live_a_little(browser: Browser, daemon: Daemon) -> None:
    """Decide a few things, so that every page has something to show."""
    rows = daemon.get("/api/proposals?status=ready")["proposals"]
    words = {"Settle": "approve", "Rent": "approve", "Unblock": "approve", "Cook": "reject"}
    for row in rows:
        word = next((word for word in words if word in row["title"]), "")
        if word:
            body = {"decision": words[word], "digest": row["digest"], "rejection_type": "bad_approach"}
            body["reason"] = "Ask the fire inspector first." if word == "Cook" else ""
            daemon.post(f"/api/proposals/{row['number']}/decision", body)
    window = signed_in(browser, daemon)
    window.new_page().goto("/questions")
    window.pages[0].wait_for_selector(".options")
    window.pages[0].goto("/evidence")
    window.pages[0].wait_for_selector(".candidate", timeout=60_000)
    window.close()


def take(browser: Browser, daemon: Daemon, name: str, path: str, shown: str, how: dict[str, Any]) -> None:
    """Take one picture once what it is about is there."""
    window = signed_in(browser, daemon, **how)
    page: Page = window.new_page()
    page.goto(path)
    page.locator(shown).first.wait_for()
    if "#" in path:
        page.locator(shown).first.evaluate("node => node.closest('.section').scrollIntoView()")
    page.evaluate("document.fonts.ready")
    page.screenshot(path=FOLDER / f"{name}.png")
    window.close()
    print(f"{name}.png {(FOLDER / f'{name}.png').stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
