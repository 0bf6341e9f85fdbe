"""One evaluation: cases in, predictions out, figures where all cases have labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from vibe.domain.acts import ModelReply
from vibe.evaluating.answers import answer_figures, predict_answers
from vibe.evaluating.cases import read_cases
from vibe.evaluating.debates import debate_figures, predict_debates
from vibe.evaluating.figures import Figure
from vibe.evaluating.likenesses import likeness_figures, predict_likeness
from vibe.evaluating.stances import predict_stances, stance_figures
from vibe.loop.debating import Ask
from vibe.ports.inward import Chance, Likeness


class Kind(StrEnum):
    """What is evaluated."""

    DEBATE = "debate"
    LIKENESS = "likeness"
    ANSWERS = "answers"
    STANCE = "stance"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What came out: one line a case, and figures where there are labels; `by` names who judged."""

    kind: Kind
    by: str
    lines: Sequence[dict[str, Any]]
    figures: Sequence[Figure]


@dataclass(frozen=True, slots=True)
class Judges:
    """Who judges: the debate's ask, the measure of likeness, where documents are looked for; a model or rules."""

    ask: Ask
    likeness: Likeness
    folders: Sequence[Path]
    chance: Chance
    is_model: bool = False


async def evaluate(kind: Kind, file: Path, judges: Judges) -> Evaluation:
    """Run the product's own judges over a file.

    Raises:
        BadInput: names the line that is wrong.
    """
    cases = read_cases(file)
    label = "expect" if kind is Kind.ANSWERS else "label"
    labelled = any(case.fields.get(label) is not None for case in cases)
    figures: list[Figure] = []
    match kind:
        case Kind.DEBATE:
            by, ask = _listening(judges.ask)
            lines = await predict_debates(cases, ask, judges.chance)
            name = by[0]
            figures = debate_figures(cases, lines) if labelled else []
        case Kind.LIKENESS:
            lines, name = await predict_likeness(cases, judges.likeness), judges.likeness.name
            figures = likeness_figures(cases, lines, judges.likeness) if labelled else []
        case Kind.ANSWERS:
            lines, name = predict_answers(cases), "rules"
            figures = answer_figures(cases, lines) if labelled else []
        case Kind.STANCE:
            by, ask = _listening(judges.ask)
            lines = await predict_stances(cases, judges.folders, ask if judges.is_model else None)
            name = by[0] if judges.is_model else "rules"
            figures = stance_figures(cases, lines) if labelled else []
    return Evaluation(kind, name, lines, figures)


def _listening(ask: Ask) -> tuple[list[str], Ask]:
    """The same ask, with the name of whoever answered last."""
    names = ["nobody"]

    async def listen(role: Any, prompt: str, inputs: Any) -> ModelReply:
        reply = await ask(role, prompt, inputs)
        names[0] = reply.model
        return reply

    return names, listen
