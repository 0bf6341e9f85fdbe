"""Likeness over cases: the product's measure on pairs of proposals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vibe.domain.likeness import Wording
from vibe.evaluating.cases import Case
from vibe.evaluating.figures import Figure, area, kept, share
from vibe.ports.inward import Likeness

LABELS: Mapping[str, str] = {
    word: meaning
    for meaning, words in {
        "same": "same true yes 1 1.0 alike duplicate similar positive light deep paraphrase",
        "different": "different false no 0 0.0 unlike other distinct not_same negative hard easy",
    }.items()
    for word in words.split()
}


async def predict_likeness(cases: Sequence[Case], likeness: Likeness) -> list[dict[str, Any]]:
    """One line a case: `{id, score, same}`; same is what a person would be told of, or more.

    Raises:
        BadInput: names the line and field that is wrong.
    """
    pairs = [(_wording(case, "a"), _wording(case, "b")) for case in cases]
    found = []
    for case, (one, other) in zip(cases, pairs, strict=True):
        score = (await likeness.scores(one, [other]))[0]
        found.append({"id": case.id, "score": round(score, 4), "same": score >= likeness.thresholds.show})
    return found


def _wording(case: Case, name: str) -> Wording:
    if isinstance(case.fields.get(name), str):
        return Wording(case.text(name))
    given = case.mapping(name)
    return Wording(case.text("title", within=given), case.text("content", default="", within=given))


def likeness_figures(cases: Sequence[Case], lines: Sequence[Mapping[str, Any]], likeness: Likeness) -> list[Figure]:
    """The area under the curve, and how often the two thresholds are right."""
    labels = [case.word("label", LABELS) for case in cases]
    same = [line for label, line in zip(labels, lines, strict=True) if label == "same"]
    other = [line for label, line in zip(labels, lines, strict=True) if label == "different"]
    never = likeness.thresholds.suppress
    return kept(
        area("area under the curve", [line["score"] for line in same], [line["score"] for line in other]),
        share("same ones called same", (line["same"] for line in same)),
        share("different ones called same", (line["same"] for line in other)),
        share("same ones suppressed", (line["score"] >= never for line in same)),
        share("different ones suppressed", (line["score"] >= never for line in other)),
    )
