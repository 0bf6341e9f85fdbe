"""Reading answers, measured: a labelled set of replies in five languages, with tricks among them."""

import json
from pathlib import Path
from typing import Any

from vibe.domain.questions import Option, letter_of, read_answer

HERE = Path(__file__).parent
CASES, HELD_OUT = (
    [json.loads(line) for line in (HERE / name).read_text().splitlines()]
    for name in ("answers.jsonl", "answers_held_out.jsonl")
)
LEAST, RIGHT, RIGHT_HELD_OUT = 60, 0.95, 0.9


def read(case: dict[str, Any]) -> dict[str, str]:
    """What Vibe makes of a reply, in the words of the label."""
    options = tuple(Option(item["title"], item["detail"]) for item in case["question"]["options"])
    answer = read_answer(case["reply"], options)
    letter = {"option": letter_of(answer.position)} if answer.position is not None else {}
    return {"kind": answer.kind.value, **letter}


def test_the_set_is_large_and_mixed() -> None:
    """At least 60 replies, of every kind, each once."""
    assert len(CASES) >= LEAST
    assert {case["expect"]["kind"] for case in CASES} == {"option", "free_text", "unclear"}
    assert len({case["id"] for case in CASES}) == len(CASES)


def test_nearly_all_are_read_right() -> None:
    """At least 95 % are what their label says."""
    wrong = {case["id"]: (case["reply"], read(case)) for case in CASES if read(case) != case["expect"]}
    assert len(wrong) <= len(CASES) * (1 - RIGHT), wrong


def test_none_is_read_as_an_option_that_is_none() -> None:
    """No reply is taken for a choice that it was not: that would act on what nobody said."""
    every = CASES + HELD_OUT
    taken = [case["reply"] for case in every if read(case)["kind"] == "option" and read(case) != case["expect"]]
    assert taken == []


def test_replies_written_without_looking_at_the_reader_are_mostly_read_right() -> None:
    """What is missed of them asks once more or is kept as it was said; the figures at first sight are in docs."""
    wrong = {case["id"]: (case["reply"], read(case)) for case in HELD_OUT if read(case) != case["expect"]}
    assert len(wrong) <= len(HELD_OUT) * (1 - RIGHT_HELD_OUT), wrong
