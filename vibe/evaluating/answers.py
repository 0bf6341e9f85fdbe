"""Answers over cases: how the product reads what a person replied to a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vibe.domain.errors import BadInput
from vibe.domain.questions import AnswerKind, Option, letter_of, read_answer
from vibe.evaluating.cases import Case
from vibe.evaluating.figures import Figure, kept, share

KINDS = {kind.value: kind.value for kind in AnswerKind}


def predict_answers(cases: Sequence[Case]) -> list[dict[str, Any]]:
    """One line a case: `{id, kind}`, with `option` (its letter) where one was chosen.

    Raises:
        BadInput: names the line and field that is wrong.
    """
    return [_predict(case) for case in cases]


def _predict(case: Case) -> dict[str, Any]:
    question = case.mapping("question")
    letters, options = _options(case, question)
    try:
        answer = read_answer(case.text("reply"), options)
    except BadInput:  # nothing was said: the product asks again
        return {"id": case.id, "kind": AnswerKind.UNCLEAR.value}
    line: dict[str, Any] = {"id": case.id, "kind": answer.kind.value}
    return line | {"option": letters[answer.position]} if answer.position is not None else line


def _options(case: Case, question: Mapping[str, Any]) -> tuple[list[str], list[Option]]:
    """Options by letter: their places follow from the letters, as in the product."""
    given: list[tuple[str, Option]] = []
    for place, item in enumerate(case.sequence("options", question)):
        if isinstance(item, str):
            given.append((letter_of(place), Option(item)))
        elif isinstance(item, Mapping):
            option = Option(case.text("title", within=item), case.text("detail", default="", within=item))
            given.append((str(item.get("letter") or letter_of(place)), option))
        else:
            raise case.fault("has an option that is neither text nor object", "question.options")
    if sorted(letter.upper() for letter, _ in given) == [letter_of(place) for place in range(len(given))]:
        given.sort(key=lambda pair: pair[0].upper())
    return [letter for letter, _ in given], [option for _, option in given]


def answer_figures(cases: Sequence[Case], lines: Sequence[Mapping[str, Any]]) -> list[Figure]:
    """How often kind and option are as expected; a wrong option is the mistake that counts most."""
    pairs = [(_expected(case), line) for case, line in zip(cases, lines, strict=True)]
    known = [(wanted, line) for wanted, line in pairs if wanted]
    options = [(wanted, line) for wanted, line in known if wanted["kind"] == AnswerKind.OPTION]
    unclear = [line for wanted, line in known if wanted["kind"] == AnswerKind.UNCLEAR]
    chosen = [(wanted, line) for wanted, line in known if line["kind"] == AnswerKind.OPTION]
    return kept(
        share("read as expected", (_agree(wanted, line) for wanted, line in known)),
        share("options found", (_agree(wanted, line) for wanted, line in options)),
        share("of the options read, right", (_agree(wanted, line) for wanted, line in chosen)),
        share("unclear ones asked about", (line["kind"] == AnswerKind.UNCLEAR for line in unclear)),
    )


def _agree(wanted: Mapping[str, Any], line: Mapping[str, Any]) -> bool:
    return bool(wanted["kind"] == line["kind"] and wanted.get("option") == line.get("option"))


def _expected(case: Case) -> dict[str, Any] | None:
    """`expect` as an object like a line out, a kind, or a letter."""
    expect = case.fields.get("expect", case.fields.get("label"))
    if expect is None:
        return None
    if isinstance(expect, Mapping):
        kind = str(expect.get("kind") or ("option" if expect.get("option") else ""))
        found: dict[str, Any] = {"kind": kind}
        found |= {"option": str(expect["option"])} if expect.get("option") and kind == AnswerKind.OPTION else {}
    elif isinstance(expect, str) and expect in KINDS and expect != AnswerKind.OPTION:
        found = {"kind": expect}
    else:
        found = {"kind": "option", "option": str(expect)}
    if found["kind"] not in KINDS or (found["kind"] == AnswerKind.OPTION and "option" not in found):
        raise case.fault("must be {kind, option?}, a kind, or a letter", "expect")
    return found
