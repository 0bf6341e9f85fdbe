"""A stranger's first ten minutes: real PlanExe runs through the real program, with and without a daemon."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from tests.cli.programs import Program
from vibe.domain.gaps import Severity

pytestmark = [pytest.mark.embedded, pytest.mark.slow]

GAP = {"id", "rule", "type", "severity", "description", "related_blocks", "suggested_action", "status"}
CYCLE = {"gaps_found", "gaps_closed", "drafted", "ready", "filtered", "vague", "avoided", "uncertain"}
PROPOSAL = {
    "number",
    "title",
    "status",
    "proposal_type",
    "impact",
    "effort",
    "confidence",
    "gap_id",
    "gap_ids",
    "digest",
}
SHOWN = PROPOSAL | {"content", "action", "debate", "evidence", "candidates"}
EVIDENCE = {"id", "quote", "file", "line", "sha256", "stance", "origin"}
CANDIDATE = {"id", "claim_id", "quote", "file", "line", "score", "reason"}
DIGEST = re.compile(r"[0-9a-f]{64}")


def check_import(said: Mapping[str, Any]) -> None:
    """What an import tells: the plan, what of each kind, and what was not understood where."""
    assert {"plan", "blocks", "links", "warnings"} <= set(said)
    assert {"NorthStar", "Decision", "Assumption", "Task"} <= set(said["blocks"])
    assert all(count > 0 for count in said["blocks"].values())
    assert said["links"] > 0
    assert all({"file", "line", "what"} <= set(item) for item in said["warnings"])


def check_gaps(gaps: list[Mapping[str, Any]]) -> None:
    """What every gap tells; none is told twice."""
    assert gaps
    assert all(set(gap) >= GAP for gap in gaps)
    assert len({gap["id"] for gap in gaps}) == len(gaps)
    assert {gap["severity"] for gap in gaps} <= set(Severity)
    assert {gap["status"] for gap in gaps} <= {"open", "proposed"}
    assert all(gap["related_blocks"] for gap in gaps)


def check_proposals(proposals: list[Mapping[str, Any]], gaps: list[Mapping[str, Any]]) -> None:
    """What every proposal tells; each is about gaps there are, and no gap has two."""
    assert proposals
    assert all(set(row) >= PROPOSAL and row["status"] == "ready" for row in proposals)
    assert all(DIGEST.fullmatch(row["digest"]) and row["gap_id"] == row["gap_ids"][0] for row in proposals)
    named = [gap for row in proposals for gap in row["gap_ids"]]
    assert len(named) == len(set(named))
    assert set(named) <= {gap["id"] for gap in gaps}


def check_quotes(folder: Path, shown: Mapping[str, Any]) -> None:
    """What was found stands word for word in the named file, beginning in the named line."""
    assert all(set(item) >= EVIDENCE for item in shown["evidence"])
    assert all(set(item) >= CANDIDATE for item in shown["candidates"])
    for item in [*shown["evidence"], *shown["candidates"]]:
        lines = (folder / item["file"]).read_text(encoding="utf-8").splitlines()[item["line"] - 1 :]
        assert item["quote"] in "\n".join(lines)
        assert item["quote"].splitlines()[0] in lines[0]


@pytest.mark.parametrize(("nth", "with_daemon"), [(0, False), (1, True), (2, False)])
def test_a_real_run_goes_through_the_whole_cycle(
    tmp_path: Path, planexe_runs: Path, nth: int, with_daemon: bool
) -> None:
    """Import, gaps, cycle, proposals, approve, gaps, verify: each does and prints what the specification says."""
    runs = sorted(path for path in planexe_runs.iterdir() if path.is_dir())
    folder = runs[nth % len(runs)]
    program = Program(tmp_path / "home")
    with program.daemon() if with_daemon else nullcontext():
        imported = program.json("import", folder)
        with program.store_kept():
            gaps = program.json("gaps")["gaps"]
            cycle = program.json("cycle")
            ready = program.json("proposals", "--status", "ready")["proposals"]
            number = ready[0]["number"]
            proposed = program.json("gaps")["gaps"]
            program.says("approve", number, "--wait")
            shown = program.json("show", number)
            after = program.json("gaps")["gaps"]
            program.says("ledger", "verify")
    check_import(imported)
    check_gaps(gaps)
    assert set(cycle) >= CYCLE
    assert cycle["ready"] > 0 or with_daemon  # the daemon may have drafted all that the cap lets through
    check_proposals(ready, proposed)
    assert (shown["status"], set(shown) >= SHOWN) == ("executed", True)
    assert shown["debate"]["rounds"]
    check_quotes(folder, shown)
    check_gaps(after)
    contradicted = {gap["related_blocks"][0] for gap in after if gap["type"] == "contradicted"}
    assert bool(contradicted) == any(item["stance"] == "contradicts" for item in shown["evidence"])
