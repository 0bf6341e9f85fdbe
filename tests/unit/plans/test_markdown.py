"""A plan in Markdown, as a person writes it."""

from pathlib import Path

import pytest

from vibe.domain.blocks import Block, Kind, LinkType
from vibe.domain.plans import PlanReading
from vibe.plans.formats import read_plan

BAKERY = Path(__file__).parents[2] / "fixtures" / "plans" / "bakery.md"


def read(folder: Path, text: str) -> PlanReading:
    """Read this text as a plan."""
    path = folder / "plan.md"
    path.write_text(text)
    return read_plan(path)


def titles(reading: PlanReading, kind: Kind) -> list[str]:
    """Titles of one kind, in order."""
    return [block.title for block in reading.blocks if block.kind is kind]


def links(reading: PlanReading, kind: LinkType) -> set[tuple[str, str]]:
    """Links of one type as pairs of titles."""
    names = {block.id: block.title for block in reading.blocks}
    return {(names[link.source], names[link.target]) for link in reading.links if link.type is kind}


def block(reading: PlanReading, title: str) -> Block:
    """The block of this title."""
    return next(block for block in reading.blocks if block.title == title)


def test_a_whole_plan() -> None:
    """Headings, lists, task lists, labels and tables give their kinds, states, fields and links."""
    reading = read_plan(BAKERY)
    assert (reading.title, reading.plan, reading.source) == ("Open a bakery", "bakery", "markdown")
    assert titles(reading, Kind.NORTH_STAR) == ["Bread for the whole quarter by the first of May, baked on the spot"]
    assert titles(reading, Kind.DECISION) == [
        "Rent the corner shop, not the hall",
        "Sourdough only",
        "Open at six in the morning",
    ]
    assert titles(reading, Kind.ASSUMPTION) == [
        "The oven fits through the back door",
        "Two bakers can be hired by April",
    ]
    assert titles(reading, Kind.KNOWLEDGE) == ["Flour gets dear"]
    assert titles(reading, Kind.QUESTION) == ["Who delivers at night?"]
    assert titles(reading, Kind.EVIDENCE) == ["Three offers were compared"]
    assert links(reading, LinkType.SUPPORTS) == {
        ("Open at six in the morning", "Rent the corner shop, not the hall"),
        ("Three offers were compared", "Rent the corner shop, not the hall"),
    }


def test_tasks_of_lists_and_tables_have_states_parents_and_dependencies() -> None:
    """Ticked is completed, nested is part of; a table's tasks are part of the heading above it."""
    reading = read_plan(BAKERY)
    assert {found.title: found.status for found in reading.blocks if found.kind is Kind.TASK} == {
        "Phase 1: Find a place": "pending",
        "Visit shops": "completed",
        "Sign the lease": "pending",
        "Let a lawyer read it": "pending",
        "Pay the deposit": "pending",
        "Phase 2: Build": "pending",
        "Order the oven": "pending",
        "Install it": "running",
    }
    assert links(reading, LinkType.PART_OF) == {
        ("Visit shops", "Phase 1: Find a place"),
        ("Sign the lease", "Phase 1: Find a place"),
        ("Let a lawyer read it", "Sign the lease"),
        ("Pay the deposit", "Sign the lease"),
        ("Order the oven", "Phase 2: Build"),
        ("Install it", "Phase 2: Build"),
    }
    assert links(reading, LinkType.DEPENDS_ON) >= {
        ("Sign the lease", "Visit shops"),
        ("Pay the deposit", "Let a lawyer read it"),
        ("Order the oven", "Sign the lease"),
        ("Install it", "Order the oven"),
    }
    assert block(reading, "Install it").properties == {"sourceId": "B2", "owner": "Bob", "daysRealistic": 14}
    assert block(reading, "Order the oven").properties["ovenType"] == "deck"


def test_what_was_not_understood_is_said_with_the_form_to_use() -> None:
    """Unknown ids and rows without a title are warnings, prose that makes no block is a note; each with its line."""
    reading = read_plan(BAKERY)
    told = sorted((remark.line or 0, remark.note) for remark in reading.remarks)
    assert told == [(3, True), (25, True), (36, False), (56, False), (62, True)]
    assert "- one item a line" in reading.remarks[1].what
    assert any("'B9'" in remark.what for remark in reading.remarks)


def test_every_block_stands_at_its_line() -> None:
    """The line of a block holds the beginning of its title."""
    reading = read_plan(BAKERY)
    lines = BAKERY.read_text().split("\n")
    for found in reading.blocks:
        assert found.place is not None
        assert found.title[:15] in lines[found.place.line - 1].replace("**", ""), found


def test_setext_headings_and_crlf_keep_their_lines(tmp_path: Path) -> None:
    """Headings underlined and files from Windows are read with the right lines."""
    reading = read(tmp_path, "Plan\r\n====\r\n\r\nAssumptions\r\n-----------\r\n\r\n* It rains\r\n")
    rain = block(reading, "It rains")
    assert rain.place is not None
    assert (reading.title, rain.kind, rain.place.line) == ("Plan", Kind.ASSUMPTION, 7)


def test_the_title_stands_for_a_missing_goal(tmp_path: Path) -> None:
    """Without a goal the plan's title is its NorthStar, with a note."""
    reading = read(tmp_path, "# Bake bread\n\n- [ ] Buy flour\n")
    assert titles(reading, Kind.NORTH_STAR) == ["Bake bread"]
    assert [(remark.line, remark.note) for remark in reading.remarks] == [(1, True)]


@pytest.mark.parametrize(
    ("text", "kind", "title"),
    [
        ("**Goal:** Bake bread.", Kind.NORTH_STAR, "Bake bread"),
        ("North star: Bake bread", Kind.NORTH_STAR, "Bake bread"),
        ("- **Assumption**: It rains", Kind.ASSUMPTION, "It rains"),
        ("### Risk 3 - It floods\n\nOften.", Kind.KNOWLEDGE, "It floods"),
        ("## 2. Open questions\n\n1) Who pays?", Kind.QUESTION, "Who pays?"),
        ("| Decision | Why |\n|---|---|\n| Rent | cheap |", Kind.DECISION, "Rent"),
        ("## Evidence\n\n### Three offers\n\nAll below 20.", Kind.EVIDENCE, "Three offers"),
        ("- [X] Done already", Kind.TASK, "Done already"),
        ("## To do\n\n- plain item", Kind.TASK, "plain item"),
    ],
)
def test_kinds_by_heading_label_and_column(tmp_path: Path, text: str, kind: Kind, title: str) -> None:
    """A kind is named by a section's heading, a label before the text, a numbered heading, or a column."""
    assert title in titles(read(tmp_path, text + "\n"), kind)


def test_text_that_plans_nothing_stays_text(tmp_path: Path) -> None:
    """Code, quotes, pictures and prose outside sections make no blocks."""
    text = "# Plan\n\nHello.\n\n```\n- [ ] not a task\n## Tasks\n```\n\n> - quoted\n\n- [ ] One\n"
    assert titles(read(tmp_path, text), Kind.TASK) == ["One"]


def test_circles_are_opened(tmp_path: Path) -> None:
    """Tasks that wait for each other lose the link that closes the circle."""
    reading = read(tmp_path, "- [ ] A1: one (depends on: A2)\n- [ ] A2: two (depends on: A1)\n")
    assert links(reading, LinkType.DEPENDS_ON) == {("one", "two")}
    assert "closes a circle" in reading.warnings[0].what


def test_prose_outside_known_sections_is_noted_once_a_heading(tmp_path: Path) -> None:
    """Text and lists that make no block are told with their heading and the sections that do; strict lets them pass."""
    text = "# A shop\n\nWe begin.\n\n## Goal\n\nSell tea.\n\n## Background\n\nOnce.\n\nTwice.\n\n- thrice\n"
    reading = read(tmp_path, text)
    assert [(remark.line, remark.note) for remark in reading.remarks] == [(3, True), (11, True)]
    assert "'Background' makes no blocks" in reading.remarks[1].what
    assert "Decisions, Assumptions" in reading.remarks[1].what
    assert reading.warnings == ()


def test_a_table_of_no_known_kind_holds_tasks_only_where_it_tells_of_work(tmp_path: Path) -> None:
    """A budget's rows and a list of names make no blocks, with a note; a table with owners or steps makes tasks."""
    path = tmp_path / "roof.md"
    path.write_text(
        "# Roof\n\n## Goal\n\nPower\n\n## Budget\n\n| Item | GBP |\n| --- | --- |\n| Panels | 38,000 |\n\n"
        "## Team\n\n| Name | Phone |\n| --- | --- |\n| Tom | 12 |\n\n"
        "## Next\n\n| What | Due |\n| --- | --- |\n| Order panels | 2027-03-01 |\n\n"
        "## Later\n\n| Step | Remark |\n| --- | --- |\n| Clean them | twice |\n"
    )
    reading = read_plan(path)
    assert titles(reading, Kind.TASK) == ["Order panels", "Clean them"]
    assert [remark.line for remark in reading.remarks if remark.note] == [9, 15]


def test_the_words_for_a_decision_that_stands_or_fell_are_known(tmp_path: Path) -> None:
    """Decided and agreed are active, superseded is withdrawn; a word that is neither is said, and the block stays."""
    path = tmp_path / "roof.md"
    path.write_text(
        "# Roof\n\n## Decisions\n\n| Decision | Status |\n| --- | --- |\n| A loan | decided |\n"
        "| A battery | superseded |\n| A fence | blue |\n"
    )
    reading = read_plan(path)
    assert [found.status for found in reading.blocks if found.kind is Kind.DECISION] == [
        "active",
        "withdrawn",
        "active",
    ]
    assert [remark.line for remark in reading.remarks if not remark.note] == [9]
