"""Sourcing: batches are even, within the mode's bounds, and leave nothing out silently."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vibe.domain.runs import MODES, Mode
from vibe.research.notes import Notes, Source
from vibe.research.sourcing import choose_batches, even_batches

modes = st.sampled_from(sorted(MODES.values(), key=lambda mode: mode.name))
sources = st.lists(
    st.builds(
        Source,
        plan=st.just("plan"),
        file=st.from_regex(r"(_own/)?[a-z]{1,6}\.md", fullmatch=True),
        sha256=st.just("f" * 64),
        hits=st.integers(0, 40),
    ),
    unique_by=lambda source: source.file,
    max_size=140,
)


@given(sources, modes)
def test_what_is_listed_is_planned_or_left_out_once(listed: list[Source], mode: Mode) -> None:
    """Every document is in exactly one batch or named as left out, and no more than the target is read."""
    batches, left_out = choose_batches(listed, mode)
    planned = [source for batch in batches for source in batch]
    assert sorted(planned + list(left_out), key=str) == sorted(listed, key=str)
    assert len(planned) <= mode.sources_most
    assert not left_out or len(planned) == mode.sources_most


@given(st.integers(0, 140), modes)
def test_batches_are_even_and_bounded(total: int, mode: Mode) -> None:
    """No batch is larger than the mode allows, none smaller than it asks for unless fewer could not hold it all."""
    batches = even_batches([Source("plan", f"{n}.md", "") for n in range(total)], mode)
    sizes = [len(batch) for batch in batches]
    assert sum(sizes) == total
    assert max(sizes) <= mode.batch_most
    assert max(sizes) - min(sizes) <= 1
    fewest = max(1, -(-total // mode.batch_most))
    assert min(sizes) >= mode.batch_least or len(sizes) == fewest


@given(sources)
def test_own_documents_that_were_hit_are_read(listed: list[Source]) -> None:
    """The owner's own documents that the search found come in, up to half of the target."""
    mode = MODES["quick"]
    batches, _ = choose_batches(listed, mode)
    own = [source for source in listed if source.is_own and source.hits]
    planned = {source.file for batch in batches for source in batch}
    assert {source.file for source in own[: mode.sources_most // 2]} <= planned


@given(sources)
def test_notes_read_back_as_they_were_written(listed: list[Source]) -> None:
    """Notes survive their JSON text."""
    batches, left_out = choose_batches(listed, MODES["quick"])
    notes = Notes(claims={"c": "abc"}, batches=batches, left_out=left_out, words=("rent",), done=1, passages=3)
    assert Notes.from_text(notes.to_text()) == notes
