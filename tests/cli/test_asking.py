"""What a person asks for by name: a proposal for one gap, evidence taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.programs import Program
from tests.stores import fresh_home

pytestmark = [pytest.mark.embedded, pytest.mark.slow]
PLAN = """\
{"block": "Decision", "id": "d-boat", "title": "Buy a boat", "content": "A wooden boat of 1962, for 8,000 EUR."}
{"block": "Decision", "id": "d-berth", "title": "Rent berth 14", "content": "Berth 14 for 900 EUR a year."}
"""


def test_one_gap_is_proposed_for_when_asked(tmp_path: Path) -> None:
    """The cap leaves a gap without a proposal; asked for it gets one at once, and asked again it says that it has."""
    program = Program(fresh_home(tmp_path / "home"), {"VIBE_PROPOSALS__OPEN_MAX": "1"})
    (tmp_path / "plan.jsonl").write_text(PLAN)
    with program.store_kept():
        program.says("import", tmp_path / "plan.jsonl")
        cycle = program.json("cycle")
        left = next(gap for gap in program.json("gaps")["gaps"] if gap["status"] == "open")
        asked = program.json("propose", left["id"][:12])
        again = program.run("propose", left["id"][:12])
        ready = program.json("proposals", "--status", "ready")["proposals"]
    assert (cycle["ready"], asked["number"], asked["status"]) == (1, 2, "ready")
    assert [row["gap_id"] for row in ready][-1] == left["id"]
    assert (again.code, "has" in again.err) == (1, True)


def test_evidence_is_listed_and_taken_back(tmp_path: Path) -> None:
    """Evidence closes its gap; withdrawn with a reason it is listed no longer and the gap is back; twice is refused."""
    program = Program(fresh_home(tmp_path / "home"))
    (tmp_path / "plan.jsonl").write_text(PLAN)
    with program.store_kept():
        program.says("import", tmp_path / "plan.jsonl")
        gap = program.json("gaps")["gaps"][0]
        (tmp_path / "survey.md").write_text("It floats.\n")
        mark = ("gaps", "mark", gap["id"], "evidence", "The survey of May says so.", "--file")
        program.says(*mark, tmp_path / "survey.md")
        missing = program.run(*mark, tmp_path / "nothing.md")
        closed = {row["id"] for row in program.json("gaps")["gaps"]}
        evidence = program.json("evidence", "list")["evidence"]
        program.says("evidence", "withdraw", evidence[0]["id"][:12], "--reason", "another boat", "--wait")
        back = {row["id"] for row in program.json("gaps")["gaps"]}
        now, every = program.json("evidence", "list"), program.json("evidence", "list", "--all")
        twice = program.run("evidence", "withdraw", evidence[0]["id"])
    assert (gap["id"] in closed, gap["id"] in back) == (False, True)
    assert (evidence[0]["stance"], evidence[0]["claim_id"]) == ("SUPPORTS", gap["related_blocks"][0])
    assert (now["evidence"], every["evidence"][0]["reason"]) == ([], "another boat")
    assert (missing.code, (program.home / "corpus" / "_own" / "survey.md").read_text()) == (2, "It floats.\n")
    assert (twice.code, "withdrawn already" in twice.err) == (1, True)
