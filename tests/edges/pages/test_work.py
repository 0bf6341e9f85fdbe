"""Work on the page: what is carried out, how far it is, and what waits for the person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.edges.pages.serving import Daemon
from tests.edges.pages.test_deciding import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.embedded, pytest.mark.slow, pytest.mark.xdist_group("pages")]
PLAN = "\n".join(
    [
        '{"block": "Task", "id": "w1", "title": "Research dog breeders <b>near us</b>", "status": "pending"}',
        '{"block": "Task", "id": "w2", "title": "Breeders and their websites", "status": "pending"}',
    ]
)


def test_an_execution_is_started_followed_and_stopped_on_the_page(page: Page, daemon: Daemon) -> None:
    """A draft is accepted on the tickets page; the execution shows its chart and tasks, and can be paused."""
    plan = daemon.post("/api/imports", {"name": "pagework", "lines": PLAN})["plan"]
    started = daemon.post("/api/executions", {"plan_id": plan})["execution_id"]
    page.goto("/tickets")
    page.get_by_role("button", name="Good as it is").first.click()
    page.goto(f"/executions/{started}")
    expect(page.locator("img.gantt")).to_be_visible(timeout=20_000)
    page.locator("summary").first.click()
    expect(page.get_by_text("Research dog breeders <b>near us</b>").first).to_be_visible()
    page.get_by_role("button", name="Pause").click()
    expect(page.locator(".chip.status.paused").first).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator(".chip.status.cancelled").first).to_be_visible(timeout=20_000)
    assert daemon.get(f"/api/executions/{started}/status")["status"] == "cancelled"
