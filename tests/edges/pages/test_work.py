"""Work on the page: what is carried out, how far it is, what waits and on whom, and the person's hand on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.edges.pages.serving import Daemon
from tests.edges.pages.test_deciding import expect
from tests.edges.pages.working import work_a_little

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.embedded, pytest.mark.slow, pytest.mark.xdist_group("pages")]


@pytest.fixture(scope="module")
def execution(daemon: Daemon) -> str:
    """A plan half done."""
    return work_a_little(daemon)


def test_an_execution_shows_what_runs_what_waits_and_on_whom(page: Page, daemon: Daemon, execution: str) -> None:
    """Progress of the whole and of the task in hand, blockers in orange with whom and since when, chart, tree, log."""
    page.goto("/executions")
    page.get_by_role("link", name="breeders").first.click()
    expect(page.locator("img.gantt")).to_be_visible(timeout=20_000)
    expect(page.locator(".item-row", has_text="Call the top five").first).to_contain_text("70% done")
    expect(page.locator(".item-row", has_text="Call the top five").first).to_contain_text("Ringo")
    blocker = page.locator(".item-row.blocker", has_text="Marie calls back")
    expect(blocker).to_contain_text("on Marie, since")
    expect(page.locator(".item-row.blocker", has_text="Compare what others ask")).to_contain_text("a person's review")
    expect(page.locator(".item-row.blocker", has_text="Write to those who listened")).to_contain_text("on your leave")
    assert blocker.evaluate("node => getComputedStyle(node).borderLeftColor") == "rgb(224, 138, 30)"
    expect(page.locator(".entry", has_text="Qualify <b>the leads</b>").first).to_be_visible()
    expect(page.get_by_text("A milestone: Research.")).to_be_visible()
    expect(page.get_by_text("It comes true: Breeders never answer")).to_be_visible()
    ratio = daemon.get(f"/api/executions/{execution}/status")["progress_ratio"]
    expect(page.get_by_text(f"{ratio:.0%} done").first).to_be_visible()


def test_a_plan_is_paused_changed_and_goes_on_on_the_page(page: Page, daemon: Daemon, execution: str) -> None:
    """A diff is typed into the dialog; a line that is none is told, and nothing of it is done."""
    page.goto(f"/executions/{execution}")
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Change").click(timeout=20_000)
    page.get_by_label("The diff").fill("+ research: Look in Kent, too (3 h) > 2\n- 7")
    page.get_by_role("button", name="Change it").click()
    expect(page.get_by_text("Look in Kent, too").first).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="Go on").click()
    expect(page.locator(".chip.status.running").first).to_be_visible(timeout=20_000)
    tasks = {row["number"]: row for row in daemon.get(f"/api/executions/{execution}/tasks")["tasks"]}
    assert (tasks[7]["status"], tasks[8]["title"]) == ("skipped", "Look in Kent, too")


def test_agents_and_tickets_are_shown(page: Page, execution: str) -> None:
    """Who holds what and has proved what; what waits for the person, and how it ends."""
    del execution
    page.goto("/agents")
    larry = page.locator("article", has_text="Larry")
    expect(larry).to_contain_text("research: 2 done, 0 failed", timeout=20_000)
    expect(page.locator("article", has_text="Ringo")).to_contain_text("70% done")
    page.goto("/tickets")
    ticket = page.locator("article", has_text="Is this good: Compare what others ask")
    ticket.get_by_role("button", name="Good as it is").click()
    expect(ticket).to_have_count(0, timeout=20_000)


def test_an_execution_is_stopped_on_the_page(page: Page, daemon: Daemon, execution: str) -> None:
    """Cancelled, nobody is asked about its gates any more."""
    page.goto(f"/executions/{execution}")
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator(".chip.status.cancelled").first).to_be_visible(timeout=20_000)
    rows = daemon.get("/api/proposals?status=ready")["proposals"]
    assert daemon.get(f"/api/executions/{execution}/status")["status"] == "cancelled"
    assert [row["title"] for row in rows if row["title"].startswith("Let it go ahead")] == []
