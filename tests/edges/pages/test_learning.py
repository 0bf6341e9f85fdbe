"""Measures, wishes and what is held back: what the pages show, and what their buttons do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.edges.pages.serving import Daemon
from tests.edges.pages.test_deciding import expect, told

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.embedded, pytest.mark.slow, pytest.mark.xdist_group("pages")]


def test_what_is_held_back_says_why_and_comes_back(page: Page, daemon: Daemon) -> None:
    """A gap that was called none stands there with the person's reason; one tap makes it a gap again."""
    row = next(row for row in daemon.get("/api/gaps")["gaps"] if row["status"] == "open")
    daemon.post(f"/api/gaps/{row['id']}/mark", {"mark": "noise", "text": "a heading & nothing else"})
    page.goto("/held-back")
    held = page.locator(".item-row", has_text="a heading & nothing else")
    expect(held).to_contain_text("not a gap")
    held.get_by_role("button", name="Show me now").click()
    told(page, "open again")
    expect(held).to_have_count(0, timeout=20_000)


def test_a_wish_waits_and_a_preference_counts_on_a_yes(page: Page, daemon: Daemon) -> None:
    """What was said shows up by itself with its words; a yes makes it active, and a wish leaves the list on a tap."""
    page.goto("/wishes")
    daemon.run("say", "Sales are low, look at the ads")
    daemon.run("say", "Never write to <b>tenants</b> by name")
    wish = page.locator(".item-row", has_text="look at the ads")
    preference = page.locator(".item-row", has_text="Never write to <b>tenants</b> by name")
    expect(preference).to_contain_text("inferred", timeout=20_000)
    preference.get_by_role("button", name="Yes, always").click()
    expect(preference).to_contain_text("active", timeout=20_000)
    wish.get_by_role("button", name="Take it off the list").click()
    expect(wish).to_have_count(0, timeout=20_000)


def test_the_measures_have_charts_and_figures(page: Page) -> None:
    """Each measure stands beside its target; the charts are drawn and say in words what they add up to."""
    page.goto("/measures")
    expect(page.locator(".measure", has_text="Acceptance")).to_contain_text("target > 50%", timeout=20_000)
    expect(page.locator(".measure")).to_have_count(8)
    expect(page.locator(".chart canvas").first).to_be_visible(timeout=20_000)
    expect(page.locator(".chart").last).to_contain_text("in 30 days")
