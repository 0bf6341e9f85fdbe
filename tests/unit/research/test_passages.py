"""Documents are cut into passages that can be quoted word for word."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vibe.domain.research import Origin, Passage, Role
from vibe.research.passages import Document, lines_of, merge_copies, plain, read_passages

MARKDOWN = """# Review

## Issue 1 - Staffing
The plan lacks detail (e.g. on shifts). This is *optimistic*.

**Recommendation:** Hire Dr. Kim and two more.

**Sensitivity**:
A delay could cost 10 %.

| ID | Assumption | Trigger |
|----|------------|---------|
| A1 | Ovens never fail. | Two failures a year. |

- [ ] Order the flour early
1. Bake the bread twice
"""


def read(text: str, file: str = "notes.md") -> list[Passage]:
    """Cut a text."""
    return read_passages(Document.of(file, text))


def texts(passages: list[Passage]) -> list[str]:
    """What the passages say."""
    return [passage.plain for passage in passages]


def test_markdown_is_cut_into_sentences_items_and_cells() -> None:
    """Abbreviations end no sentence, list marks and empty cells are no passages."""
    assert texts(read(MARKDOWN)) == [
        "The plan lacks detail (e.g. on shifts).",
        "This is optimistic.",
        "Hire Dr. Kim and two more.",
        "A delay could cost 10 %.",
        "Ovens never fail.",
        "Two failures a year.",
        "Order the flour early",
        "Bake the bread twice",
    ]


def test_headings_lead_to_labels_and_columns() -> None:
    """A bold label heads its paragraph, alone on a line the next one; a table's column heads its cells."""
    found = {passage.plain: passage.headings for passage in read(MARKDOWN)}
    assert found["Hire Dr. Kim and two more."] == ("Review", "Issue 1 - Staffing", "Recommendation")
    assert found["A delay could cost 10 %."][-1] == "Sensitivity"
    assert found["Two failures a year."][-1] == "Trigger"
    assert found["Bake the bread twice"] == ("Review", "Issue 1 - Staffing")


def test_a_quote_keeps_markup_and_its_line() -> None:
    """What is quoted is a piece of the line as it stands, emphasis and all; what is matched is without."""
    leaning = read(MARKDOWN)[1]
    assert (leaning.plain, leaning.quotes[0].text, leaning.line) == ("This is optimistic.", "This is *optimistic*.", 4)
    assert leaning.joint == "The plan lacks detail (e.g. on shifts). This is *optimistic*."


def test_a_wrapped_sentence_keeps_a_piece_for_each_line() -> None:
    """A sentence over two lines is one passage with two quotes; a new item or capital begins another."""
    found = read("The oven is old and\nbreaks every week. It is loud.\n- one item\n- and another\n")
    assert texts(found) == ["The oven is old and breaks every week.", "It is loud.", "one item", "and another"]
    assert [(quote.line, quote.text) for quote in found[0].quotes] == [
        (1, "The oven is old and"),
        (2, "breaks every week."),
    ]


def test_sentences_on_two_lines_have_no_joint_quote() -> None:
    """A sentence that follows one on another line knows it, but can't be quoted together with it."""
    first, second = read("The oven is old and\nbreaks. This is\nunsafe for all.\n")
    assert second.before is not None
    assert (second.before.id, second.joint) == (first.id, "")


def test_json_strings_are_quoted_as_they_stand() -> None:
    """A JSON string is headed by its keys and quoted with its escapes; keys and single words are no passages."""
    text = '{\n "tasks": [\n  {"id": "t1", "delay_risks": "Flour \\"runs\\" out; costs \\u20ac5 more."}\n ]\n}'
    (found,) = read(text, "022-2-task_durations.json")
    assert (found.headings, found.line, found.role) == (("tasks", "delay_risks"), 3, Role.RISK)
    assert found.plain == 'Flour "runs" out; costs €5 more.'
    assert found.quotes[0].text == 'Flour \\"runs\\" out; costs \\u20ac5 more.'


def test_a_field_with_line_breaks_is_read_line_by_line() -> None:
    """In a CSV file each physical line is a passage; the header is none."""
    found = read(
        'key,name,start,end\nk1,"Bakery\n\nFinal deliverable:\nA shop",3/12/2026,4/1/2027\n', "026-3-schedule_gantt.csv"
    )
    assert [(passage.line, passage.plain) for passage in found][-1] == (5, 'A shop",3/12/2026,4/1/2027')


def test_the_same_sentence_in_two_files_is_one_passage() -> None:
    """The original is kept, wherever the compilation stands in order; it names its copies."""
    copied = read("# Identify Risks\nThe flour may run out soon.\n", "003-10-consolidate_assumptions_full.md")
    original = read("# Risk 1\n**The flour** may run out soon.\n", "003-2-identify_risks.md")
    (found,) = merge_copies([*copied, *original])
    assert (found.file, found.copies) == ("003-2-identify_risks.md", (("003-10-consolidate_assumptions_full.md", 2),))


def test_carriage_returns_belong_to_the_line_end() -> None:
    """A file with CRLF has the same lines and quotes."""
    assert lines_of("one two\r\nthree four\r\n") == ["one two", "three four", ""]
    assert [passage.quotes[0].text for passage in read("One two.\r\nThree four.\r\n")] == ["One two.", "Three four."]


def test_code_and_rules_are_no_passages() -> None:
    """Fenced code and rules are left out."""
    assert texts(read("Before the code.\n\n```\nsome code here\n```\n---\nAfter the code.\n")) == [
        "Before the code.",
        "After the code.",
    ]


@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=60)
        | st.sampled_from(MARKDOWN.split("\n")),
        max_size=25,
    ),
    st.sampled_from(["a.md", "a.txt", "a.json", "a.csv"]),
)
def test_every_quote_stands_in_its_line_whatever_the_text(lines: list[str], file: str) -> None:
    """However strange a document is, each quote is a piece of the very line it names, and so is each joint quote."""
    text = "\n".join(lines)
    there = lines_of(text)
    for passage in read_passages(Document.of(file, text, Origin.OWN_DOCUMENT)):
        assert all(quote.text in there[quote.line - 1] for quote in passage.quotes)
        assert passage.joint in there[passage.line - 1]
        assert plain(passage.plain) == passage.plain or "\\" in passage.plain
