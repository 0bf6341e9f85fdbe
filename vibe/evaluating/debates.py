"""Debates over cases: the product's critic and arbiter, one round each, and what would follow from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vibe.domain.debates import Next, Outcome, after_round, score_of
from vibe.evaluating.cases import Case
from vibe.evaluating.figures import Figure, area, kept, share
from vibe.loop.debating import Ask, argue
from vibe.ports.inward import Chance

VERDICTS = {
    Outcome.STRONG: "strong_pass",
    Outcome.WEAK: "weak_pass",
    Outcome.FAIL: "fail",
    Outcome.UNDECIDED: "undecided",
}
_RANKS = {Outcome.FAIL: 0, Outcome.UNDECIDED: 1, Outcome.WEAK: 1, Outcome.STRONG: 2}
"""The score is the verdict first, the rubric's marks second."""
LABELS: Mapping[str, str] = {
    word: verdict
    for verdict, words in {
        "strong_pass": "strong_pass strong pass good accept accepted approve approved show shown true yes 1",
        "weak_pass": "weak_pass weak borderline",
        "fail": "fail failed bad reject rejected filter filtered drop false no 0",
        "undecided": "undecided uncertain unclear",
    }.items()
    for word in words.split()
}


async def predict_debates(cases: Sequence[Case], ask: Ask, chance: Chance) -> list[dict[str, Any]]:
    """One line a case: `{id, verdict, shown, score, objection}`.

    Raises:
        BadInput: names the line and field that is wrong.
    """
    read = [_told(case) for case in cases]
    return [await _predict(case, told, ask, chance) for case, told in zip(cases, read, strict=True)]


async def _predict(case: Case, told: Mapping[str, Any], ask: Ask, chance: Chance) -> dict[str, Any]:
    spoken = await argue(told, ask, chance)
    marks = score_of(spoken.judgement.marks) if spoken.judgement else 0.5
    follows = after_round(spoken.outcome, 1, strengthened=True, rounds_max=1)
    return {
        "id": case.id,
        "verdict": VERDICTS[spoken.outcome],
        "shown": follows is not Next.FILTERED,
        "score": round((_RANKS[spoken.outcome] + marks) / 3, 4),
        "objection": spoken.critique.objection if spoken.critique else spoken.lacking,
    }


def _told(case: Case) -> dict[str, Any]:
    """What critic and arbiter are told: as in the product, where nothing but words is known of a proposal."""
    gap, given = case.mapping("gap"), case.mapping("proposal")
    proposal: dict[str, Any] = {
        "title": case.text("title", within=given),
        "content": case.text("content", default="", within=given),
        "proposal_type": given.get("proposal_type", given.get("proposalType", "improvement")),
    }
    proposal |= {name: given[name] for name in ("impact", "effort", "confidence") if given.get(name) is not None}
    block = gap.get("block") or {}
    return {
        "gap": {name: gap.get(name, "") for name in ("type", "severity", "description")},
        "block": dict(block) if isinstance(block, Mapping) else {"title": str(block)},
        "context": [_fact(fact) for fact in case.sequence("context")],
        "proposal": proposal,
        "packet": {},
        "effect": [],
        "known": {"open": [], "earlier": [], "alike": []},
    }


def _fact(fact: object) -> str:
    if isinstance(fact, Mapping):
        return ". ".join(str(value) for value in fact.values() if value not in (None, ""))
    return str(fact)


def debate_figures(cases: Sequence[Case], lines: Sequence[Mapping[str, Any]]) -> list[Figure]:
    """What is held back, what of the good is lost, how often verdict and label agree."""
    labels = [case.word("label", LABELS) for case in cases]
    pairs = [(label, line) for label, line in zip(labels, lines, strict=True) if label]
    strong = [line for label, line in pairs if label == "strong_pass"]
    bad = [line for label, line in pairs if label == "fail"]
    return kept(
        share("filtered", (not line["shown"] for line in lines)),
        share("strong ones lost", (not line["shown"] for line in strong)),
        share("failing ones filtered", (not line["shown"] for line in bad)),
        share("verdict as labelled", (line["verdict"] == label for label, line in pairs)),
        share("shown or filtered as labelled", (line["shown"] == (label != "fail") for label, line in pairs)),
        area(
            "area under the curve, strong above failing",
            [line["score"] for line in strong],
            [line["score"] for line in bad],
        ),
    )
