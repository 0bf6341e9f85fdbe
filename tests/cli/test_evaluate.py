"""`vibe evaluate`: predictions and figures of each kind, and faults told by line."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from typer.testing import CliRunner

from vibe.cli import app

DEBATE = {
    "id": "d",
    "gap": {"type": "unvalidated_decision", "severity": "high", "description": "x", "block": "Sell bread online"},
    "context": ["The oven holds 40 loaves."],
    "proposal": {
        "title": "Survey 40 buyers about bread online",
        "content": "Ask 40 buyers.",
        "proposalType": "knowledge",
    },
}
LIKENESS = {"id": "l", "a": {"title": "Hire a nurse", "content": ""}, "b": {"title": "Hire a nurse", "content": ""}}
ANSWER = {"id": "a", "question": {"text": "Which?", "options": [{"letter": "A", "title": "Oak"}]}, "reply": "A"}
STANCE = {"id": "s", "claim": "Rent stays low", "claim_file": "p/a.md:1", "passage": "Rain is wet.", "file": "p/b.md"}
KINDS = {"debate": DEBATE, "likeness": LIKENESS, "answers": ANSWER, "stance": STANCE | {"line": 3}}
FIELDS = {
    "debate": {"id", "verdict", "shown", "score", "objection"},
    "likeness": {"id", "score", "same"},
    "answers": {"id", "kind", "option"},
    "stance": {"id", "stance", "written"},
}


@pytest.fixture(autouse=True)
def _own_logs() -> Iterator[None]:
    """The program points the logs at its own stderr, which ends with it."""
    yield
    structlog.reset_defaults()


def run(tmp_path: Path, kind: str, cases: list[Any], *more: str) -> Any:
    """Evaluate cases; returns what the program said."""
    file = tmp_path / "cases.jsonl"
    file.write_text("".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in cases))
    return CliRunner().invoke(app, ["evaluate", "--kind", kind, str(file), *more], env={"VIBE_HOME": str(tmp_path)})


@pytest.mark.parametrize("kind", KINDS)
def test_without_labels_it_only_predicts(tmp_path: Path, kind: str) -> None:
    """Each kind writes one line a case, with the fields of its format, and no figures."""
    out = tmp_path / "out.jsonl"
    result = run(tmp_path, kind, [KINDS[kind]], "--predictions", str(out), "--json")
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert result.exit_code == 0
    assert json.loads(result.stdout)["figures"] == []
    assert [set(line) for line in lines] == [FIELDS[kind]]


@pytest.mark.parametrize(
    ("kind", "label"), [("debate", "strong"), ("likeness", "same"), ("answers", "A"), ("stance", "beside")]
)
def test_with_labels_it_counts_figures_with_intervals(tmp_path: Path, kind: str, label: str) -> None:
    """Where labels are given every figure lies within its 95 % interval."""
    name = "expect" if kind == "answers" else "label"
    result = run(tmp_path, kind, [KINDS[kind] | {name: label}], "--json")
    figures = json.loads(result.stdout)["figures"]
    assert figures
    assert all(one["low"] <= one["value"] <= one["high"] for one in figures)


@pytest.mark.parametrize(
    ("kind", "line", "said"),
    [
        ("debate", "{not json", "no JSON"),
        ("debate", {"id": "x", "gap": [], "proposal": {}}, "gap"),
        ("debate", DEBATE | {"id": "x", "label": "splendid"}, "splendid"),
        ("likeness", {"id": "x", "a": {"title": "T"}}, "b"),
        ("answers", {"id": "x", "question": {"options": [3]}, "reply": "A"}, "question.options"),
        ("stance", STANCE | {"id": "x", "line": "ten"}, "line"),
        ("likeness", {"a": {"title": "T"}, "b": {"title": "T"}}, "id"),
        ("likeness", LIKENESS, "line 1"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, kind: str, line: Any, said: str) -> None:
    """A fault ends with exit code 2 and names file, line and what is wrong."""
    result = run(tmp_path, kind, [KINDS[kind], line])
    assert result.exit_code == 2
    assert "cases.jsonl:2" in result.stderr
    assert said in result.stderr


def test_an_unknown_kind_is_wrong_usage(tmp_path: Path) -> None:
    """Only the four kinds are evaluated."""
    assert run(tmp_path, "taste", [DEBATE]).exit_code == 2
