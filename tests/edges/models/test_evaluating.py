"""Evaluating with the configured model: it debates and judges passages, within a day's budget."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.edges.models.conftest import Served
from vibe.bootstrap import open_judges
from vibe.evaluating.running import Evaluation, Kind, evaluate

pytestmark = [pytest.mark.asyncio, pytest.mark.filterwarnings("ignore::DeprecationWarning")]
DEBATE = {
    "id": "c1",
    "gap": {"type": "unvalidated_decision", "severity": "high", "description": "x", "block": {"title": "Use Redis"}},
    "context": [],
    "proposal": {"title": "Measure the queue", "content": "Measure it.", "impact": "high", "effort": "low"},
}
PASSAGE = "The queue was measured at 900 messages a second in May."
STANCE = {"id": "s1", "claim": "The queue takes 900 messages a second", "claim_file": "plan/003-5.md:4",
          "passage": PASSAGE, "file": "plan/notes.md", "line": 3}  # fmt: skip
SAID = {"stance": "supports", "certainty": "high", "words": "measured at 900 messages a second"}


async def evaluated(tmp_path: Path, kind: Kind, case: dict[str, object]) -> Evaluation:
    """One case through the judges of this installation."""
    file = tmp_path / "cases.jsonl"
    file.write_text(json.dumps(case) + "\n")
    async with open_judges(tmp_path / "home", ()) as judges:
        return await evaluate(kind, file, judges)


@pytest.mark.parametrize(
    ("kind", "case", "script", "line"),
    [
        (Kind.DEBATE, DEBATE, [], {"id": "c1", "verdict": "strong_pass", "shown": True}),
        (Kind.STANCE, STANCE, [f"with:{json.dumps(SAID)}"] * 2, {"id": "s1", "stance": "supports", "written": True}),
    ],
)
async def test_the_configured_model_judges(
    tmp_path: Path,
    served: Served,
    monkeypatch: pytest.MonkeyPatch,
    kind: Kind,
    case: dict[str, object],
    script: list[str],
    line: dict[str, object],
) -> None:
    """Its words are the prediction, and it is named; what it may not spend it is not asked."""
    monkeypatch.setenv("VIBE_MODEL__BASE_URL", f"{served.address}/v1")
    monkeypatch.setenv("VIBE_MODEL__NAME", "m")
    served.script(*script)
    found = await evaluated(tmp_path, kind, case)
    asked = len(served.seen())
    monkeypatch.setenv("VIBE_MODEL__TOKENS_A_DAY", "10")
    served.script()
    await evaluated(tmp_path, kind, case)
    assert found.by == "m"
    assert {name: found.lines[0][name] for name in line} == line
    assert (asked, served.seen()) == (2, [])
