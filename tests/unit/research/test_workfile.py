"""Working files: every section once, whatever is killed when; text from outside can't pose as a marker."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vibe.domain.errors import BadInput, Permanent
from vibe.domain.research import Quote, Stance
from vibe.edges.workfiles import LocalWorkfiles
from vibe.research.notes import Found, GateRecord
from vibe.research.workfile import finding_line, gate_section, one_line

FILE = "2026-03-02_abc/working.md"
BATCH = ("### Batch 1 Summary", "- sources fetched: a.md")
GATE = ("## Verification Gate 1", "**PASS**")


@pytest.mark.asyncio
async def test_a_section_written_again_stays_one(tmp_path: Path) -> None:
    """Killed after the write and before the record, the same write is asked for again: nothing is doubled."""
    files = LocalWorkfiles(tmp_path)
    first = await files.append(FILE, [BATCH, GATE])
    assert await files.append(FILE, [BATCH, GATE]) == first
    assert first.splitlines().count(BATCH[0]) == 1


@pytest.mark.asyncio
async def test_a_write_that_was_cut_off_leaves_the_old_text(tmp_path: Path) -> None:
    """Killed within the write, the half-written part is beside the file, and the write is done whole later."""
    files = LocalWorkfiles(tmp_path)
    await files.append(FILE, [BATCH])
    (tmp_path / FILE).with_name("working.md.part").write_text("### Batch 1 Summ")
    before = await files.read(FILE)
    after = await files.append(FILE, [BATCH, GATE])
    assert before.splitlines()[0] == BATCH[0]
    assert [line for line in after.splitlines() if line.startswith("#")] == [BATCH[0], GATE[0]]


@pytest.mark.asyncio
async def test_a_sealed_file_takes_nothing_more(tmp_path: Path) -> None:
    """Sealed, it can be read, sealed again and asked for what it has, but not added to."""
    files = LocalWorkfiles(tmp_path)
    await files.append(FILE, [BATCH])
    sha256 = await files.seal(FILE)
    await files.append(FILE, [BATCH])
    with pytest.raises(Permanent, match="sealed"):
        await files.append(FILE, [GATE])
    assert await files.seal(FILE) == sha256
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o400


@pytest.mark.asyncio
async def test_files_are_private_and_stay_in_their_folder(tmp_path: Path) -> None:
    """Only the owner reads a working file; a name that leads out of the folder is refused."""
    files = LocalWorkfiles(tmp_path / "runs")
    await files.append(FILE, [BATCH])
    with pytest.raises(BadInput):
        await files.append("../elsewhere.md", [BATCH])
    assert (tmp_path / "runs" / FILE).stat().st_mode & 0o077 == 0


@given(st.text(), st.text(min_size=1))
def test_text_from_outside_never_begins_a_line_with_a_marker(quoted: str, reason: str) -> None:
    """Whatever a document or a reason says, it stays on the one line of its finding."""
    item = Found("f", "c", Stance.CONTRADICTS, True, 90, (Quote(f"a\n{BATCH[0]}", 1, quoted),), (reason,))
    line = finding_line(item)
    assert len(line.splitlines()) == 1
    assert line.startswith("- [contradicts] ")


def test_a_failed_gate_says_its_remedy() -> None:
    """FAIL is spelled out, with what is ticked, what is not, and what to do."""
    marker, text = gate_section(GateRecord(2, False, (("diverse", False), ("read", True)), "read others"), 2)
    assert marker == "## Verification Gate 2 (pass 2)"
    assert [one_line(line) for line in text.splitlines() if line] == [
        "**FAIL**", "- [ ] diverse", "- [x] read", "Remediation: read others",
    ]  # fmt: skip
