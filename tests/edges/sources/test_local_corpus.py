"""The local corpus: indexed files, searched passages, quotes that hold."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from vibe.domain.errors import NotFound
from vibe.domain.research import Origin, Quote, Role
from vibe.edges.sources.documents import render_html
from vibe.edges.sources.local import LocalSources

PLAN = "bakery"
CRITICISM = "## 1.4.A Issue - Oven\nThe brick oven lacks a chimney. It was built in 1920.\n"


def write(home: Path, file: str, text: str | bytes) -> Path:
    """Put a file into the corpus."""
    path = home / "corpus" / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def sources(home: Path) -> LocalSources:
    """The corpus of a home."""
    return LocalSources(home / "corpus")


async def quote(home: Path) -> Quote:
    """A quote of the critic's first sentence."""
    return (await sources(home).passages(PLAN))[0].quotes[0]


@pytest.mark.asyncio
async def test_plan_and_own_documents_are_one_corpus(tmp_path: Path) -> None:
    """A plan sees its own files first, then the owner's, and no other plan's."""
    write(tmp_path, "bakery/016-2-expert_criticism.md", CRITICISM)
    write(tmp_path, "_own/report.md", "# Findings\nThe chimney was torn down.\n")
    write(tmp_path, "brewery/notes.md", "Hops are dear this year.\n")
    found = await sources(tmp_path).passages(PLAN)
    assert [(passage.file, passage.origin, passage.role) for passage in found] == [
        ("016-2-expert_criticism.md", Origin.SAME_PLAN, Role.JUDGING),
        ("016-2-expert_criticism.md", Origin.SAME_PLAN, Role.JUDGING),
        ("_own/report.md", Origin.OWN_DOCUMENT, Role.JUDGING),
    ]


@pytest.mark.asyncio
async def test_what_changed_on_disk_is_read_again(tmp_path: Path) -> None:
    """New, changed and vanished files are seen by the next call, in this process and the next."""
    path = write(tmp_path, "bakery/notes.md", "The oven is cold today.\n")
    corpus = sources(tmp_path)
    assert [one.plain for one in await corpus.passages(PLAN)] == ["The oven is cold today."]
    path.write_text("The oven is hot again today.\n")
    write(tmp_path, "bakery/more.md", "Flour is here as well.\n")
    assert [one.plain for one in await corpus.passages(PLAN)] == [
        "Flour is here as well.",
        "The oven is hot again today.",
    ]
    path.unlink()
    assert [one.plain for one in await sources(tmp_path).passages(PLAN)] == ["Flour is here as well."]


@pytest.mark.asyncio
async def test_passages_come_back_from_the_index_as_they_were_cut(tmp_path: Path) -> None:
    """A second process gets the same passages, sentence before and joint quote included."""
    write(tmp_path, "bakery/016-2-expert_criticism.md", CRITICISM)
    first = await sources(tmp_path).passages(PLAN)
    assert await sources(tmp_path).passages(PLAN) == first
    assert first[1].joint == "The brick oven lacks a chimney. It was built in 1920."


@pytest.mark.asyncio
async def test_search_finds_by_telling_words_in_sections_that_tell(tmp_path: Path) -> None:
    """Stems match, common words don't count, recommendations and stories are not searched."""
    shelves = "".join(f"The baker keeps jar {number} ready.\n\n" for number in range(120))
    write(tmp_path, "bakery/005-2-project_plan.md", shelves + "The baker trusts chimneys.\n")
    write(tmp_path, "bakery/016-2-expert_criticism.md", CRITICISM + "## 1.4.C Mitigation\nBuild a chimney soon.\n")
    found = await sources(tmp_path).search(PLAN, "The baker's chimney", limit=5)
    assert sorted(one.plain for one in found) == ["The baker trusts chimneys.", "The brick oven lacks a chimney."]


@pytest.mark.asyncio
async def test_search_survives_any_text(tmp_path: Path) -> None:
    """Quotes, operators and brackets of the query language are words or nothing."""
    write(tmp_path, "bakery/016-2-expert_criticism.md", CRITICISM)
    corpus = sources(tmp_path)
    asked = ('chimney" OR (', "NEAR(", "", "* - ^", "oven AND NOT brick")
    assert [len(await corpus.search(PLAN, text)) for text in asked] == [1, 0, 0, 0, 2]


@pytest.mark.asyncio
async def test_a_quote_holds_only_word_for_word_at_its_line_with_its_hash(tmp_path: Path) -> None:
    """Another line, other words, another hash, another file or a changed file: the quote doesn't hold."""
    path = write(tmp_path, "bakery/016-2-expert_criticism.md", CRITICISM)
    good, corpus = await quote(tmp_path), sources(tmp_path)
    assert await corpus.holds(PLAN, good)
    wrong = [
        replace(good, line=1),
        replace(good, line=99),
        replace(good, text="The brick oven lacks a door."),
        replace(good, text=" "),
        replace(good, sha256="0" * 64),
        replace(good, file="../bakery/016-2-expert_criticism.md"),
        replace(good, file="_own/016-2-expert_criticism.md"),
    ]
    assert [await corpus.holds(PLAN, one) for one in wrong] == [False] * len(wrong)
    path.write_text(CRITICISM + "More.\n")
    assert not await corpus.holds(PLAN, good)


@pytest.mark.asyncio
async def test_lines_are_given_exactly(tmp_path: Path) -> None:
    """A line comes without its line end; none beyond the file, none of a file that isn't there."""
    write(tmp_path, "bakery/notes.md", "One *two*.\r\n  three\n")
    corpus = sources(tmp_path)
    assert [await corpus.line(PLAN, "notes.md", number) for number in (1, 2)] == ["One *two*.", "  three"]
    for file, number in (("notes.md", 9), ("notes.md", 0), ("none.md", 1), ("../bakery/notes.md", 1)):
        with pytest.raises(NotFound):
            await corpus.line(PLAN, file, number)


@pytest.mark.asyncio
async def test_what_cant_be_read_is_named_with_its_reason(tmp_path: Path) -> None:
    """Other kinds of files and broken text are listed, links are never followed."""
    write(tmp_path, "bakery/notes.md", "The oven is cold.\n")
    write(tmp_path, "bakery/plan.pdf", b"%PDF")
    write(tmp_path, "bakery/latin.txt", "Bäckerei".encode("latin-1"))
    (tmp_path / "corpus" / "bakery" / "link.md").symlink_to(write(tmp_path, "secret.md", "Hidden words here.\n"))
    corpus = sources(tmp_path)
    assert [(one.file, one.skipped.split(" (")[0]) for one in await corpus.all_files(PLAN)] == [
        ("latin.txt", "not UTF-8"),
        ("notes.md", ""),
        ("plan.pdf", "files of kind '.pdf' are not read"),
    ]
    assert [file for file, _ in await corpus.files(PLAN)] == ["notes.md"]


@pytest.mark.asyncio
async def test_html_is_quoted_from_its_text_beside_it(tmp_path: Path) -> None:
    """A page is rendered to text that is kept beside it; quotes name that file, and it is not read twice."""
    page = "<style>p{}</style><body><h2>Findings</h2><p>The <b>oven</b>\n is cold.</p><ul><li>So it is</li></ul>"
    write(tmp_path, "_own/page.html", page)
    corpus = sources(tmp_path)
    for _ in range(2):
        (cold, item) = await corpus.passages(PLAN)
        assert (cold.plain, cold.role, item.plain) == ("The oven is cold.", Role.JUDGING, "So it is")
        assert (cold.file, await corpus.line(PLAN, cold.file, cold.line)) == ("_own/page.html.txt", "The oven is cold.")
        assert await corpus.holds(PLAN, cold.quotes[0])


def test_a_page_is_rendered_one_block_a_line() -> None:
    """Headings and items keep their marks, scripts and styles go."""
    page = "<h1>Bread</h1><p>Rye &amp; wheat</p><script>x</script><table><tr><td>a</td><td>b</td></tr></table>"
    assert render_html(page) == "# Bread\nRye & wheat\na | b\n"


@pytest.mark.asyncio
async def test_an_index_of_another_format_is_made_anew(tmp_path: Path) -> None:
    """An older or newer index is thrown away; it is only a cache, and nobody else may read it."""
    write(tmp_path, "bakery/notes.md", "The oven is cold.\n")
    index = tmp_path / "corpus" / "index.sqlite3"
    assert len(await sources(tmp_path).passages(PLAN)) == 1
    with sqlite3.connect(index) as db:
        db.execute("PRAGMA user_version = 999")
    db.close()
    assert len(await sources(tmp_path).passages(PLAN)) == 1
    assert index.stat().st_mode & 0o077 == 0


@pytest.mark.asyncio
async def test_an_empty_home_has_an_empty_corpus(tmp_path: Path) -> None:
    """No folder, no plan, a plan with a strange name: nothing is found and nothing is touched outside."""
    corpus = sources(tmp_path)
    for plan in ("", "none", "../..", "_own", ".."):
        assert list(await corpus.passages(plan)) == []
        assert list(await corpus.search(plan, "oven")) == []
    assert [path.name for path in tmp_path.iterdir()] == ["corpus"]
