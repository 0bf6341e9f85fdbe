"""Deciding on the page: what is shown, what a tap does, and what it says when somebody else was first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.edges.pages.serving import Daemon

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.embedded, pytest.mark.slow, pytest.mark.xdist_group("pages")]


def expect(found: Any) -> Any:
    """Playwright's waiting assertion; a slow machine is given time."""
    from playwright.sync_api import expect as waiting

    return waiting(found)


def ready(daemon: Daemon, word: str = "") -> dict[str, Any]:
    """A proposal that waits, with a word in its title."""
    rows = daemon.get("/api/proposals?status=ready")["proposals"]
    return next(row for row in rows if word in row["title"])


def card_of(page: Page, row: dict[str, Any]) -> Locator:
    """The proposal's card in the inbox."""
    return page.locator(f'[data-card="p{row["number"]}"]')


@pytest.fixture
def candidates(daemon: Daemon) -> list[dict[str, Any]]:
    """Passages that research found and nobody judged yet; also where no test before approved that research."""
    rows = daemon.get("/api/proposals?status=all")["proposals"]
    row = next(row for row in rows if "Rent the rooms" in row["title"])
    if row["status"] == "ready":
        daemon.run("approve", str(row["number"]), "--digest", row["digest"], "--wait")
    found: list[dict[str, Any]] = daemon.get(f"/api/proposals/{row['number']}")["candidates"]
    return found


def told(page: Page, text: str) -> None:
    """Expect the page to say this at its edge."""
    expect(page.locator(".q-notification", has_text=text).first).to_be_visible(timeout=20_000)


def test_the_inbox_shows_what_contradicts_itself_first(page: Page, daemon: Daemon) -> None:
    """The first card is the contradiction, with effect, objection, both passages, expiry and all five ways to go on."""
    page.goto("/")
    first = page.locator("[data-card^=p]").first
    expect(first).to_contain_text("Contradicted")
    expect(first).to_contain_text("If you approve")
    expect(first).to_contain_text("Strongest objection")
    expect(first).to_contain_text("3,400 EUR a month, without heating")
    expect(first).to_contain_text("expires in 13 d")
    for name in ("Approve", "Reject", "Edit", "Redo with my words"):
        expect(first.get_by_role("button", name=name, exact=True)).to_be_visible()
    expect(first.get_by_role("link", name="Details")).to_have_attribute("href", "/proposals/1")


def test_approving_on_the_page_binds_to_what_was_shown_and_carries_it_out(page: Page, daemon: Daemon) -> None:
    """One tap approves the digest on the card; the card goes, and the verdict names the page."""
    row = ready(daemon, "Rent the rooms")
    page.goto("/")
    card_of(page, row).get_by_role("button", name="Approve").click()
    told(page, f"Proposal {row['number']} is approved")
    expect(card_of(page, row)).to_have_count(0, timeout=20_000)
    page.goto(f"/proposals/{row['number']}")
    expect(page.locator(".verdict")).to_contain_text("You, on the page")
    expect(page.locator(".head")).to_contain_text("done", timeout=30_000)
    assert daemon.get(f"/api/proposals/{row['number']}")["digest"] == row["digest"]


def test_a_passage_is_judged_with_one_tap(page: Page, candidates: list[dict[str, Any]]) -> None:
    """The passages research found stand in the inbox; a tap writes evidence with its quote, file and line."""
    assert candidates
    page.goto("/")
    passage = page.locator("[data-card^=c]").first
    expect(passage).to_be_visible(timeout=20_000)
    quoted = passage.locator("blockquote").inner_text().strip("“”")
    passage.get_by_role("button", name="Contradicts").click()
    told(page, "evidence against it")
    page.goto("/evidence")
    written = page.locator(".evidence", has_text=quoted[:60]).first
    expect(written).to_contain_text("The plan contradicts itself")
    expect(written).to_contain_text("judged by you")
    expect(written.locator("figcaption")).to_contain_text(".md:")


def test_who_is_second_gets_a_clear_word(page: Page, daemon: Daemon) -> None:
    """A rejection that comes after somebody else's decision changes nothing and says what was decided."""
    row = ready(daemon, "fire inspector")
    page.goto("/")
    card_of(page, row).get_by_role("button", name="Reject").click()
    expect(page.locator(".dialog")).to_contain_text(row["title"])
    body = {"decision": "approve", "digest": row["digest"]}
    daemon.post(f"/api/proposals/{row['number']}/decision", body)
    page.locator(".dialog").get_by_role("button", name="Reject").click()
    told(page, "already approved")
    expect(card_of(page, row)).to_have_count(0, timeout=20_000)


def test_a_rejection_with_its_reason_is_held_back_and_can_be_taken_back(page: Page, daemon: Daemon) -> None:
    """Rejected as a wrong approach, it is listed as held back with the person's words, until that is undone."""
    row = ready(daemon, "Cook on the premises")
    page.goto("/")
    card_of(page, row).get_by_role("button", name="Reject").click()
    dialog = page.locator(".dialog")
    dialog.get_by_text("Wrong approach").click()
    dialog.get_by_label("Why").fill("ask the <b>landlord</b> first")
    dialog.get_by_role("button", name="Reject").click()
    told(page, "is rejected: wrong approach")
    page.goto("/held-back")
    held = page.locator(".item-row", has_text="ask the <b>landlord</b> first")
    expect(held).to_contain_text("Wrong approach")
    held.get_by_role("button", name="Show me now").click()
    told(page, "taken back")
    expect(held).to_have_count(0, timeout=20_000)


def test_redo_and_edit_ask_first_and_change_nothing_when_left(page: Page, daemon: Daemon) -> None:
    """Both dialogs can be left; an edited title makes a new version under the same number with another digest."""
    row = ready(daemon, "Settle")
    page.goto("/")
    for name in ("Redo with my words", "Edit"):
        card_of(page, row).get_by_role("button", name=name).click()
        page.locator(".dialog").get_by_role("button", name="Leave it").click()
        expect(page.locator(".dialog")).to_have_count(0, timeout=20_000)
    assert ready(daemon, "Settle")["digest"] == row["digest"]
    card_of(page, row).get_by_role("button", name="Edit").click()
    page.get_by_label("Title").fill("Settle the rent with the landlord")
    page.get_by_role("button", name="Save and check again").click()
    told(page, "being checked anew")
    page.goto(f"/proposals/{row['number']}")
    expect(page.locator("h1")).to_have_text("Settle the rent with the landlord", timeout=20_000)


def test_a_question_is_answered_by_its_button(page: Page, daemon: Daemon) -> None:
    """A question asked while the page is open shows without a reload; a tap on an option answers it."""
    page.goto("/questions")
    expect(page.locator("h1")).to_be_visible()
    asked = daemon.post("/api/questions", {"question": "Which cups?", "options": ["Clay", "Glass - lighter"]})
    card = page.locator("article", has_text="Which cups?")
    expect(card).to_contain_text("lighter", timeout=20_000)
    card.get_by_role("button", name="B. Glass").click()
    told(page, "recorded")
    expect(card).to_have_count(0, timeout=20_000)
    answer = daemon.get(f"/api/questions/{asked['question_id']}")["answer"]
    assert (answer["kind"], answer["option"]) == ("option", "B")


def test_a_gap_gets_one_of_its_three_answers(page: Page, daemon: Daemon) -> None:
    """The risk of a gap is accepted until a day; the gap leaves the list and comes back when taken back."""
    page.goto("/gaps")
    card = page.locator("article", has_text="The permit to serve food takes eight weeks")
    for name in ("I have evidence", "I accept the risk", "Not a gap"):
        expect(card.get_by_role("button", name=name)).to_be_visible()
    card.get_by_role("button", name="I accept the risk").click()
    page.get_by_label("Until").fill("2027-03-01")
    page.locator(".dialog").get_by_role("button", name="Accept the risk").click()
    expect(card).to_have_count(0, timeout=20_000)
    page.goto("/held-back")
    held = page.locator(".item-row", has_text="The permit to serve food takes eight weeks")
    expect(held).to_contain_text("risk accepted until 1 Mar 2027", timeout=20_000)


def test_a_file_is_evidence_and_kept(page: Page, daemon: Daemon) -> None:
    """A text file uploaded as evidence is kept as a document of the person's own; one that is no text is refused."""
    page.goto("/gaps")
    card = page.locator("article", has_text="We get the keys on 1 July")
    for name, data in (("scan.md", b"\xff\xfe\x00"), ("letter.md", b"The keys are handed over on 1 July.\n")):
        card.get_by_role("button", name="I have evidence").click()
        dialog = page.locator(".dialog")
        dialog.locator("input[type=file]").set_input_files({"name": name, "mimeType": "text/markdown", "buffer": data})
        expect(dialog.locator(".q-uploader__file")).to_contain_text("100", timeout=20_000)
        dialog.get_by_role("button", name="Write it down").click()
        told(page, "not UTF-8" if name == "scan.md" else "Evidence added")
    expect(card).to_have_count(0, timeout=20_000)
    assert (daemon.home / "corpus" / "_own" / "letter.md").read_text() == "The keys are handed over on 1 July.\n"
    page.goto("/evidence")
    expect(page.locator(".evidence", has_text="letter.md").first).to_be_visible(timeout=20_000)
