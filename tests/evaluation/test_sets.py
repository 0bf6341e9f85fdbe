"""The labelled sets: big enough, balanced so that neither length nor keywords tell the labels, and what is reached."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.lacking import skip_for_lack_of
from vibe.domain.acts import ModelReply, ModelRequest
from vibe.domain.debates import Role
from vibe.edges.likeness.minilm import MiniLmLikeness, is_installed
from vibe.edges.likeness.words import WordLikeness
from vibe.edges.models.rules import RuleModel
from vibe.evaluating.cases import read_cases
from vibe.evaluating.debates import debate_figures, predict_debates
from vibe.evaluating.figures import Figure, area
from vibe.evaluating.likenesses import likeness_figures, predict_likeness
from vibe.ports.inward import Likeness
from vibe.testing import SeededChance

HERE = Path(__file__).parent
DEBATE, LIKENESS = HERE / "debate.jsonl", HERE / "likeness.jsonl"
SECOND = {path: path.with_stem(f"{path.stem}_second") for path in (DEBATE, LIKENESS)}
"""Sets written later, in other domains, on which nothing was tuned before its first figures were kept."""
BOTH_DEBATES = [pytest.param(path, id=path.stem) for path in (DEBATE, SECOND[DEBATE])]
NO_BETTER = 0.65
"""Area that guessing by length or by single words may reach at most."""


def rows(path: Path) -> list[dict[str, Any]]:
    """The cases of a set."""
    return [json.loads(line) for line in path.read_text().splitlines()]


def text_of(row: Mapping[str, Any]) -> str:
    """What a proposal says."""
    return f"{row['proposal']['title']} {row['proposal']['content']}"


def words_of(row: Mapping[str, Any]) -> frozenset[str]:
    """The words of a proposal."""
    return frozenset(re.findall(r"\w+", text_of(row).lower()))


def test_the_sets_are_big_enough() -> None:
    """Each set has at least 60 cases, every id once."""
    for path in (DEBATE, LIKENESS):
        found = rows(path)
        assert len({row["id"] for row in found}) == len(found) >= 60
        later = rows(SECOND[path])
        assert len({row["id"] for row in later} - {row["id"] for row in found}) == len(later) >= 40


@pytest.mark.parametrize("path", BOTH_DEBATES)
@pytest.mark.parametrize("measure", [lambda row: len(text_of(row)), lambda row: row["proposal"]["confidence"]])
def test_length_and_confidence_do_not_tell_the_label(measure: Callable[[Mapping[str, Any]], float], path: Path) -> None:
    """Who guessed by the length of a proposal, or its stated confidence, would hardly do better than chance."""
    strong = [measure(row) for row in rows(path) if row["label"] == "strong_pass"]
    bad = [measure(row) for row in rows(path) if row["label"] == "fail"]
    found = area("", strong, bad)
    assert found is not None
    assert 1 - NO_BETTER <= found.value <= NO_BETTER


@pytest.mark.parametrize("path", BOTH_DEBATES)
def test_no_keyword_tells_the_label(path: Path) -> None:
    """Whoever took any one word, or a figure, for a sign of a label would hardly do better than chance."""
    strong = [words_of(row) for row in rows(path) if row["label"] == "strong_pass"]
    bad = [words_of(row) for row in rows(path) if row["label"] == "fail"]

    def told_by(has: Callable[[frozenset[str]], bool]) -> float:
        return abs(sum(map(has, strong)) / len(strong) - sum(map(has, bad)) / len(bad)) / 2 + 0.5

    best = max((told_by(lambda words, word=word: word in words), word) for word in frozenset().union(*strong, *bad))
    assert best[0] <= NO_BETTER, best
    assert told_by(lambda words: any(word.isdigit() for word in words)) <= NO_BETTER


def measures() -> list[Any]:
    """Both measures of likeness, by name."""
    return [pytest.param("rapidfuzz"), pytest.param("minilm")]


def measure_of(name: str) -> Likeness:
    """One measure; a loud skip where it is not installed."""
    if name == "minilm" and not is_installed():
        skip_for_lack_of("MiniLM", "the extra `likeness` is not installed")
    return MiniLmLikeness() if name == "minilm" else WordLikeness()


def named(figures: Sequence[Figure]) -> dict[str, float]:
    """Figures by name."""
    return {one.name: one.value for one in figures}


@pytest.mark.asyncio
@pytest.mark.parametrize("path", BOTH_DEBATES)
@pytest.mark.parametrize("name", measures())
async def test_the_debate_by_rules_filters_and_keeps_the_strong(name: str, path: Path) -> None:
    """At least 30 % of all are filtered and at most 5 % of the strong ones are lost, with either measure."""
    model = RuleModel(measure_of(name))

    async def ask(role: Role, prompt: str, inputs: Mapping[str, Any]) -> ModelReply:
        return await model.ask(ModelRequest(role, prompt, inputs))

    cases = read_cases(path)
    found = named(debate_figures(cases, await predict_debates(cases, ask, SeededChance())))
    assert found["filtered"] >= 0.30
    assert found["strong ones lost"] <= 0.05
    assert found["failing ones filtered"] >= 0.75


@pytest.mark.asyncio
@pytest.mark.parametrize("path", [LIKENESS, SECOND[LIKENESS]])
@pytest.mark.parametrize(("name", "least", "wrong"), [("minilm", 0.94, 0.05), ("rapidfuzz", 0.5, 0.25)])
async def test_likeness_tells_the_same_from_what_only_seems_so(
    name: str, least: float, wrong: float, path: Path
) -> None:
    """The area under the curve is at least 0.94 by meaning; little that differs would be suppressed."""
    likeness, cases = measure_of(name), read_cases(path)
    found = named(likeness_figures(cases, await predict_likeness(cases, likeness), likeness))
    assert found["area under the curve"] >= least
    assert found["different ones suppressed"] <= wrong
