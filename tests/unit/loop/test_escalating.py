"""Escalating: what an answer's words say, and what asking and answering leave on a real store."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.loop.desk import desk, task
from tests.unit.loop.ready import OWNER, follow, node
from vibe.domain.blocks import Link, LinkType
from vibe.domain.commands import AnalyseNow, AnswerQuestion, PauseLoop, RaiseQuestion, ResumeLoop
from vibe.domain.errors import BadInput, Conflict, IllegalMove, NotFound, Refused
from vibe.domain.events import EventType
from vibe.domain.questions import (
    MOVES,
    AnswerKind,
    Option,
    QuestionStatus,
    check_move,
    letter_of,
    read_answer,
    read_options,
)

OPTIONS = read_options(["Auth0 - managed, costs $$$", "B) Firebase - lock-in", "Custom"])
YES_NO = read_options(["Yes", "No"])
in_store = [pytest.mark.asyncio, pytest.mark.embedded]


@pytest.mark.parametrize(
    ("said", "place", "rest"),
    [
        ("A", 0, ""),
        ("b", 1, ""),
        ("(c)", 2, ""),
        ("B) because cheap", 1, "because cheap"),
        ("B - it is cheaper", 1, "it is cheaper"),
        ("B, not Auth0", 1, "not Auth0"),
        ("A because Firebase is worse", 0, "because Firebase is worse"),
        ("A: line one\nline two", 0, "line one\nline two"),
        ("option c please", 2, "please"),
        ("I'd say B", 1, ""),
        ("go with A", 0, ""),
        ("C is what we use", 2, "is what we use"),
        ("let's go with firebase", 1, ""),
        ("I choose Custom because it is ours", 2, "because it is ours"),
        ("AUTH0!", 0, ""),
    ],
)
def test_a_choice_is_read(said: str, place: int, rest: str) -> None:
    """A letter that stands for itself or an option's name chooses; what is said beside it is kept as it is."""
    answer = read_answer(said, OPTIONS)
    assert (answer.kind, answer.position, answer.rest) == (AnswerKind.OPTION, place, rest)


@pytest.mark.parametrize(
    "said",
    [
        "A new vendor would be better",
        "a vendor",
        "I think we should build it",
        "Neither",
        "AB testing first",
        "C++ is better",
        "B2B customers decide that",
        "We talked to Firebase people last week and they were kind",
        "Ask Bo, he knows",
    ],
)
def test_no_letter_is_read_out_of_words(said: str) -> None:
    """Words that begin with a letter, hold one, or mention an option in passing are words, not a choice."""
    assert read_answer(said, OPTIONS).kind is AnswerKind.FREE_TEXT


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("F", "no option F, only A to C"),
        ("A or B", "more than one"),
        ("A, B", "more than one"),
        ("A: Custom", "different options"),
        ("Firebase locks us in, so Auth0", "chooses none"),
        ("not A", "chooses none"),
        ("Not Auth0", "chooses none"),
        ("yes", "chooses none"),
        ("no idea", "chooses none"),
        ("what do you mean?", "asks something back"),
    ],
)
def test_what_is_unclear_is_said(said: str, why: str) -> None:
    """More than one letter, one that is none, a no to one option, a shrug or a question back: unclear, and why."""
    answer = read_answer(said, OPTIONS)
    assert answer.kind is AnswerKind.UNCLEAR
    assert why in answer.why


def test_yes_and_no_are_answers_where_they_are_options() -> None:
    """A shrug elsewhere is a choice here; without options every statement is an answer."""
    assert [read_answer(said, YES_NO).position for said in ("yes", "No.", "no, it is late")] == [0, 1, 1]
    assert read_answer("yes", ()).kind is AnswerKind.FREE_TEXT
    with pytest.raises(BadInput, match="empty"):
        read_answer(" . ", YES_NO)


@given(st.text(min_size=1, max_size=200))
def test_any_text_is_read_or_refused(said: str) -> None:
    """Whatever is said is of one of three kinds, or refused as empty; a place is always an option's."""
    try:
        answer = read_answer(said, OPTIONS)
    except BadInput:
        return
    assert (answer.position is not None) == (answer.kind is AnswerKind.OPTION)
    assert answer.position is None or answer.position < len(OPTIONS)


@given(st.sampled_from(QuestionStatus), st.sampled_from(QuestionStatus))
def test_moves(current: QuestionStatus, wanted: QuestionStatus) -> None:
    """A question moves only as its table says."""
    if wanted in MOVES[current]:
        check_move(current, wanted)
    else:
        with pytest.raises(IllegalMove, match=current):
            check_move(current, wanted)


def test_options_as_they_come_in() -> None:
    """Text with a letter and a detail, or a title with a detail; empty ones and twins are refused."""
    assert (Option("Auth0", "managed, costs $$$"), Option("Firebase", "lock-in"), Option("Custom")) == OPTIONS
    assert read_options([{"title": "X", "detail": "y"}]) == (Option("X", "y"),)
    assert letter_of(2) == "C"
    for wrong in (["", "b"], ["Same", "same"], [str(number) for number in range(27)]):
        with pytest.raises(BadInput, match="options"):
            read_options(wrong)


class TestAsking:
    """Asking and answering."""

    pytestmark = in_store

    async def test_an_agent_asks_and_gets_the_persons_answer(self, tmp_path: Path) -> None:
        """The question names who is stuck on what; the answer becomes a decision about the task."""
        async with desk(tmp_path) as at:
            await at.put(
                [task("t-1", "Log users in", "pending"), task("t-2", "Send mail", "pending")],
                [Link(LinkType.DEPENDS_ON, "t-2", "t-1")],
            )
            asked = RaiseQuestion("Which provider?", ("Auth0", "Custom"), ("docs",), "choosing", "t-1", "urgent")
            question = (await at.app.execute(asked, actor="agent:builder")).answer["question_id"]
            row = (await at.app.graph.read("questions/list", statuses=["asked"], limit=5))[0]
            blocked = await at.app.graph.read("questions/blocked", task="t-1", limit=10)
            receipt = await at.app.execute(AnswerQuestion(question, "A, for now"), actor=OWNER)
            await follow(at, receipt)
            await follow(at, await at.app.execute(AnalyseNow(), actor=OWNER))
            decision = await node(at, "block", receipt.answer["answer"]["decision_id"])
            links = await at.app.graph.read("blocks/links_around", id=decision["id"], limit=10)
            found = await at.entries(EventType.GAPS_FOUND)
        assert (row["asker"], row["stuck_on"], row["task_title"], row["urgency"]) == (
            "agent:builder",
            "choosing",
            "Log users in",
            "urgent",
        )
        assert [one["id"] for one in blocked] == ["t-2"]
        assert receipt.answer["answer"]["option"] == "A"
        assert decision["content"] == "Question: Which provider?\nAnswer: Auth0. for now"
        assert sorted((one["type"], one["target_kind"]) for one in links) == [
            ("ADDRESSES", "Question"),
            ("CONCERNS", "Task"),
            ("SUPPORTS", "Decision"),
        ]
        assert found == []

    async def test_unclear_is_asked_once_more(self, tmp_path: Path) -> None:
        """One follow-up; then words are taken as they are and marked as matching no option, a letter of none is not."""
        async with desk(tmp_path) as at:
            asked = RaiseQuestion("Which provider?", ("Auth0", "Custom"))
            question = (await at.app.execute(asked, actor="loop")).answer["question_id"]
            first = (await at.app.execute(AnswerQuestion(question, "A or B"), actor=OWNER)).answer
            again = (await at.app.execute(AnswerQuestion(question, "Z"), actor=OWNER)).answer
            second = (await at.app.execute(AnswerQuestion(question, "B or A, whatever"), actor=OWNER)).answer
            told = await at.entries(EventType.ANSWER_RECORDED)
        assert first["status"] == "clarifying"
        assert "more than one option. Which of these is it: A) Auth0, B) Custom?" in first["follow_up"]
        assert (again["status"], again["repeated"]) == ("clarifying", True)
        assert "there is no option Z, only A to B" in again["follow_up"]
        assert (second["status"], second["answer"]["kind"], second["answer"]["text"]) == (
            "answered",
            "free_text",
            "B or A, whatever",
        )
        assert [one["matched"] for one in told] == [False]

    async def test_it_is_answered_once(self, tmp_path: Path) -> None:
        """Two answers at once: one counts, the other is told which; the same again gets what was recorded."""
        async with desk(tmp_path) as at:
            question = (await at.app.execute(RaiseQuestion("When?"), actor="loop")).answer["question_id"]
            both = [
                at.app.execute(AnswerQuestion(question, words), actor=actor)
                for words, actor in (("In May", "owner:page"), ("In June", "person:ann"))
            ]
            results = await asyncio.gather(*both, return_exceptions=True)
            told = [str(one) for one in results if isinstance(one, Conflict)]
            kept = await node(at, "block", question)
            again = await at.app.execute(
                AnswerQuestion(question[:10], f"{kept['answer']} "), actor=str(kept["answeredBy"])
            )
            recorded = await at.entries(EventType.ANSWER_RECORDED)
        assert len(told) == len(recorded) == 1
        assert f"already answered by {kept['answeredBy']}" in told[0]
        assert kept["answer"] in told[0]
        assert again.answer["repeated"]

    async def test_what_is_wrong_is_said(self, tmp_path: Path) -> None:
        """No words, no such task, no such question, nobody who may answer, a question that only came with a plan."""
        wrong = [
            (RaiseQuestion(" "), OWNER, BadInput, "1 to 4000"),
            (RaiseQuestion("Why?", urgency="soon"), OWNER, BadInput, "normal, urgent, critical"),
            (RaiseQuestion("Why?", task_id="t-9"), OWNER, NotFound, "no task 't-9'"),
            (AnswerQuestion("q-9", "yes"), OWNER, NotFound, "no question 'q-9'"),
            (AnswerQuestion("q-9", "yes"), "agent:builder", Refused, "only a person"),
        ]
        async with desk(tmp_path) as at:
            for command, actor, error, words in wrong:
                with pytest.raises(error, match=words):
                    await at.app.execute(command, actor=actor)
            rows = await at.app.graph.read("questions/list", statuses=["asked"], limit=5)
        assert rows == []

    async def test_the_loop_is_paused_and_goes_on(self, tmp_path: Path) -> None:
        """Pausing twice is pausing once, with its first reason and time; going on is told the same way."""
        async with desk(tmp_path) as at:
            before = (await at.app.graph.read("loop/paused"))[0]
            first = (await at.app.execute(PauseLoop("holidays"), actor=OWNER)).answer
            at.clock.advance(timedelta(hours=1))
            second = (await at.app.execute(PauseLoop("again"), actor=OWNER)).answer
            paused = (await at.app.graph.read("loop/paused"))[0]
            await at.app.execute(ResumeLoop(), actor=OWNER)
            after = (await at.app.graph.read("loop/paused"))[0]
            told = [len(await at.entries(kind)) for kind in (EventType.LOOP_PAUSED, EventType.LOOP_RESUMED)]
        assert [row["paused"] for row in (before, paused, after)] == [False, True, False]
        assert first == second
        assert (paused["reason"], told) == ("holidays", [1, 1])
