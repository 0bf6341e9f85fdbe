"""Looking around: every page, on a desk and on a phone, with keys, live, and with hostile text in it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.edges.pages.serving import Daemon
from tests.edges.pages.test_deciding import expect, told

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.embedded, pytest.mark.slow, pytest.mark.xdist_group("pages")]
PAGES = (
    "/",
    "/gaps",
    "/questions",
    "/plans",
    "/plans/sample",
    "/evidence",
    "/held-back",
    "/measures",
    "/wishes",
    "/ledger",
    "/model",
    "/proposals/1",
    "/executions",
    "/tickets",
    "/agents",
)
HOSTILE = "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 2'>"
HOSTILE_ID = "x\" onclick=\"window.hacked=3' onerror='window.hacked=4/../<b>"


@pytest.mark.parametrize("path", PAGES)
def test_every_page_fits_a_phone(phone: Page, path: str) -> None:
    """At 390 pixels nothing sticks out sideways, and the way to the other pages is there."""
    phone.goto(path)
    expect(phone.locator(".live h1").first).to_be_visible(timeout=20_000)
    expect(phone.get_by_role("navigation").get_by_text("Held back")).to_be_in_viewport()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_nothing_is_loaded_from_elsewhere(page: Page, daemon: Daemon) -> None:
    """Every request of every page goes to the daemon itself: no CDN, no fonts, no trackers."""
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    for path in PAGES:
        page.goto(path)
        expect(page.locator(".live h1").first).to_be_visible(timeout=20_000)
    assert asked == {urlsplit(daemon.address).netloc}


def test_a_stranger_sees_how_to_sign_in_and_nothing_else(browser: Browser, daemon: Daemon) -> None:
    """Without a session every page is the same short page; a used link says that it was used."""
    window = browser.new_context(base_url=daemon.address)
    page = window.new_page()
    seen = []
    for path in ("/", "/gaps", "/proposals/1"):
        page.goto(path)
        seen.append(page.locator("main").inner_text())
    link = daemon.link()
    page.goto(link)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".live h1").first).to_be_visible(timeout=20_000)
    page.goto(link)
    expect(page.locator("main")).to_contain_text("no longer good")
    window.close()
    assert all("Please sign in" in text and "vibe sign-in" in text for text in seen)
    assert not any("rent" in text.lower() for text in seen)


def test_hostile_text_is_only_ever_text(page: Page, daemon: Daemon) -> None:
    """Markup in a title, a quote, a question, an id or a plan's name is shown as it stands and never runs."""
    said = {"origin": HOSTILE, "quote": HOSTILE}
    blocks = [
        {"block": "Decision", "id": HOSTILE_ID, "title": HOSTILE, "content": HOSTILE},
        {"block": "Evidence", "id": "e" + HOSTILE_ID, "title": HOSTILE, "properties": said},
    ]
    links = [{"link": "CONTRADICTS", "from": "e" + HOSTILE_ID, "to": HOSTILE_ID}]
    daemon.post("/api/blocks", {"blocks": blocks, "links": links})
    daemon.post("/api/questions", {"question": HOSTILE, "options": [HOSTILE, "b"], "stuck_on": HOSTILE})
    for path in ("/gaps", "/questions", "/evidence", "/ledger", "/"):
        page.goto(path)
        expect(page.locator(".live h1").first).to_be_visible(timeout=20_000)
    page.goto("/gaps")
    card = page.locator("article", has_text=HOSTILE).first
    expect(card).to_be_visible(timeout=30_000)
    card.locator("a.where").click()
    expect(page.locator("h1")).to_have_text(HOSTILE, timeout=20_000)
    expect(page.locator(".evidence blockquote")).to_contain_text("onerror")
    assert page.evaluate("window.hacked") is None


def test_a_plan_is_a_picture_that_leads_to_its_blocks(page: Page, daemon: Daemon) -> None:
    """Every block has its place, gaps are marked by severity, and a click on a block opens it."""
    page.goto("/plans/sample")
    cell = page.locator('.cell.contradicted[data-id="sample-a-rent"]')
    expect(cell).to_have_count(1, timeout=20_000)
    assert page.locator(".cell").count() == 28
    assert page.locator(".cell.gap").count() >= 8
    before = page.locator("svg.plan").get_attribute("viewBox")
    page.locator("[data-do=zoom-in]").click()
    expect(page.locator("svg.plan")).not_to_have_attribute("viewBox", before or "")
    page.locator("[data-do=zoom-fit]").click()
    expect(page.locator("svg.plan")).to_have_attribute("viewBox", before or "")
    cell.click()
    expect(page.locator("h1")).to_have_text("The rent stays below 3,000 EUR a month", timeout=20_000)
    expect(page.locator(".main")).to_contain_text("What speaks for and against it")


def test_keys_move_open_and_help(page: Page) -> None:
    """J and k move between items, Enter opens the chosen one, ? shows the keys, g and a letter go to a page."""
    page.goto("/")
    expect(page.locator("[data-card]").first).to_be_visible(timeout=20_000)
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("l")
    page.wait_for_url("**/ledger")
    page.goto("/plans")
    expect(page.locator("[data-card]").first).to_be_visible(timeout=20_000)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url("**/plans/*")


def test_keys_reject_and_typing_is_left_alone(page: Page) -> None:
    """R on the chosen card asks why; letters typed into a field are letters."""
    page.goto("/")
    expect(page.locator("[data-card^=p]").first).to_be_visible(timeout=20_000)
    page.keyboard.press("j")
    page.keyboard.press("r")
    why = page.get_by_label("Why")
    why.fill("")
    why.type("jar")
    expect(why).to_have_value("jar")
    page.locator(".dialog").get_by_role("button", name="Leave it").click()


def test_the_ledger_is_verified_on_the_page(page: Page) -> None:
    """The button checks every entry and says so; inner steps are shown when asked for."""
    page.goto("/ledger")
    page.get_by_role("button", name="Verify the chain").click()
    told(page, "The chain holds")
    before = page.locator(".entry").count()
    page.get_by_role("button", name="Show inner steps").click()
    expect(page.get_by_role("button", name="Hide inner steps")).to_be_visible(timeout=20_000)
    expect(page.locator(".entries")).to_contain_text("Done and verified")
    assert before > 0


def test_a_paused_loop_is_told_on_every_page_and_goes_on_with_a_tap(page: Page, daemon: Daemon) -> None:
    """Paused by another process, the strip shows while the page is open; its button resumes the loop."""
    page.goto("/evidence")
    expect(page.locator(".live h1").first).to_be_visible(timeout=20_000)
    daemon.run("loop", "pause", "board week")
    strip = page.locator(".strip", has_text="board week")
    expect(strip).to_be_visible(timeout=20_000)
    strip.get_by_role("button", name="Go on").click()
    expect(strip).to_have_count(0, timeout=20_000)


def test_dark_and_light_are_kept(page: Page) -> None:
    """The choice outlives a reload."""
    page.goto("/")
    expect(page.locator(".live h1").first).to_be_visible(timeout=20_000)
    page.locator(".side [data-do=theme]").click()
    expect(page.locator("body.body--dark")).to_have_count(1, timeout=20_000)
    page.reload()
    expect(page.locator("body.body--dark")).to_have_count(1, timeout=20_000)


def test_signing_out_closes_the_door(page: Page) -> None:
    """The button ends this browser's session: the next page asks to sign in."""
    page.goto("/")
    expect(page.locator(".live h1").first).to_be_visible(timeout=20_000)
    page.locator(".side [data-do=sign-out]").click()
    page.wait_for_url("**/sign-in")
    page.goto("/")
    expect(page.locator("main")).to_contain_text("Please sign in")
