"""Escalating: questions to the person, and what their answers become.

Woken by commands (`RaiseQuestion`, `AnswerQuestion`) and by `SweepDue` (a question whose time is over). An answer
becomes a Decision with the person's words as its Evidence, so answering never leaves a decision that rests on nothing.
What is unclear is asked once more; after that the words are taken as they are, where there are any. Emits
`QuestionRaised`, `QuestionClarified`, `AnswerRecorded`, `QuestionExpired`; whoever waits is woken by them.

The ladder (rungs, urgency, pause) hangs on `QuestionRaised` and is in `climbing`.

Source: SPEC sections 1 (question) and 5, document 003 section 6.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vibe.domain.block_rows import create_blocks, create_links, set_block
from vibe.domain.blocks import Block, Kind, Link, LinkType
from vibe.domain.canonical import epoch_ms, iso
from vibe.domain.changes import NOTHING, Change, Effect, expect
from vibe.domain.commands import AnswerQuestion, RaiseQuestion
from vibe.domain.errors import BadInput, Conflict, NotFound
from vibe.domain.events import Entry, Event, EventType
from vibe.domain.identities import derived_id
from vibe.domain.questions import (
    Answer,
    AnswerKind,
    Asking,
    Option,
    QuestionStatus,
    Urgency,
    ask,
    check_move,
    expire,
    follow_up,
    headline,
    is_no_option,
    letter_of,
    read_answer,
    read_options,
)
from vibe.domain.verdicts import Decider, decider_of
from vibe.kernel.tools import Tools
from vibe.ports.inward import Row

QUESTION_MAX = 4_000
WAITING = (QuestionStatus.ASKED.value, QuestionStatus.CLARIFYING.value)
EVER_ASKED = (*WAITING, QuestionStatus.ANSWERED.value, QuestionStatus.EXPIRED.value)
MOST_A_SWEEP = 50


async def raise_question(command: RaiseQuestion, tools: Tools) -> Change:
    """Put a question before the person.

    Raises:
        BadInput: no words, options that are none, an unknown urgency. NotFound: no such task.
    """
    words = command.question.strip()
    if not words or len(words) > QUESTION_MAX:
        raise BadInput(f"a question has 1 to {QUESTION_MAX} characters", field="question")
    if command.task_id and not await tools.graph.read("blocks/present", ids=[command.task_id]):
        raise NotFound(f"there is no task {command.task_id!r}")
    asking = Asking(
        id=tools.ids.new(),
        question=words,
        asker=tools.actor,
        options=read_options(command.options),
        context=command.context,
        stuck_on=command.stuck_on.strip(),
        urgency=_urgency(command.urgency),
        task_id=command.task_id,
    )
    return ask(asking, at=tools.clock.now())


def _urgency(word: str) -> Urgency:
    try:
        return Urgency(word.strip().lower())
    except ValueError as error:
        raise BadInput(f"{word!r} is none of normal, urgent, critical", field="urgency") from error


@dataclass(frozen=True, slots=True)
class _Open:
    """A question as an answer finds it; `pending` is the place of an option that was chosen and lacks words."""

    row: Row
    options: tuple[Option, ...]
    status: QuestionStatus
    pending: int | None

    @property
    def id(self) -> str:
        return str(self.row["id"])

    @classmethod
    def from_row(cls, row: Row) -> _Open:
        needs = list(row["option_needs"]) + [""] * len(row["options"])
        details = list(row["option_details"]) + [""] * len(row["options"])
        options = tuple(Option(*item) for item in zip(row["options"], details, needs, strict=False))
        return cls(row, options, QuestionStatus(row["status"]), row["pending_option"])


async def record_answer(command: AnswerQuestion, tools: Tools) -> Change:
    """Read an answer and store it as a decision, or ask once more what was meant.

    Raises:
        NotFound: no such question. Refused: not a person. BadInput: no words.
        Conflict: it was answered or expired meanwhile.
    """
    who = decider_of(tools.actor)
    question = await _find(command.id, tools)
    if question.status not in WAITING:
        return _answer_late(question, command.text, who)
    answer = _read(command.text, question)
    unclear = _unclear(answer, question)
    if unclear and question.status is QuestionStatus.CLARIFYING and question.pending == answer.position:
        return Change(answer=_asked_again(question, unclear) | {"repeated": True})
    if unclear:
        return _clarify(question, answer, unclear)
    return await _record(question, answer, who, tools)


async def _find(identity: str, tools: Tools) -> _Open:
    rows = await tools.graph.read("questions/show", id=identity)
    if not rows and identity:
        begins = await tools.graph.read("questions/begins", start=identity, statuses=list(EVER_ASKED), limit=2)
        if len(begins) > 1:
            raise NotFound(f"several questions begin with {identity!r}; write more of it")
        rows = await tools.graph.read("questions/show", id=begins[0]["id"]) if begins else []
    if not rows:
        raise NotFound(f"there is no question {identity!r}; `vibe questions` lists those that wait")
    if rows[0]["status"] not in EVER_ASKED:
        raise BadInput(f"question {identity!r} came with a plan; nobody here waits for its answer", field="id")
    return _Open.from_row(rows[0])


def _answer_late(question: _Open, text: str, who: Decider) -> Change:
    """The same answer again gets what was recorded; another one is told what happened."""
    row = question.row
    if question.status is QuestionStatus.ANSWERED:
        if row["answer"] == text.strip() and row["answered_by"] == who.actor:
            return Change(answer=_told(question, row["answer_kind"], row["answer_option"], row) | {"repeated": True})
        at = iso(row["answered_at"])
        raise Conflict(f"it was already answered by {row['answered_by']} at {at}: {row['answer']}")
    raise Conflict("the question expired; nobody waits for its answer any more")


def _read(text: str, question: _Open) -> Answer:
    """Read the words; where an option was chosen before, they are what it lacked."""
    answer = read_answer(text, question.options)
    chosen = question.pending
    if chosen is None or (answer.kind is AnswerKind.OPTION and (answer.position != chosen or answer.rest)):
        return answer
    words = text.strip() if answer.kind is AnswerKind.FREE_TEXT else ""
    return Answer(AnswerKind.OPTION, text.strip(), chosen, words)


def _unclear(answer: Answer, question: _Open) -> str:
    """Say what has to be asked once more, or nothing."""
    if answer.kind is AnswerKind.OPTION and answer.position is not None:
        option = question.options[answer.position]
        return (
            f"{letter_of(answer.position)}) {option.title}: {option.needs}" if option.needs and not answer.rest else ""
        )
    if question.status is QuestionStatus.CLARIFYING and not is_no_option(answer, question.options):
        return ""  # asked once already: the words are taken as they are
    return follow_up(answer.why, question.options) if answer.kind is AnswerKind.UNCLEAR else ""


def _clarify(question: _Open, answer: Answer, words: str) -> Change:
    props = {
        "status": QuestionStatus.CLARIFYING.value,
        "followUp": words,
        "unclearAnswer": answer.text,
        "pendingOption": answer.position,
    }
    body = {"question": question.id, "asker": question.row["asker"], "follow_up": words}
    return Change(
        expects=(expect("Block", question.id, status=question.status.value),),
        effects=(Effect("blocks/set", set_block(question.id, **props)),),
        events=(Event(EventType.QUESTION_CLARIFIED, question.id, body),),
        answer=_asked_again(question, words),
    )


def _asked_again(question: _Open, words: str) -> dict[str, Any]:
    return {"question_id": question.id, "status": QuestionStatus.CLARIFYING.value, "follow_up": words}


async def _record(question: _Open, answer: Answer, who: Decider, tools: Tools) -> Change:
    check_move(question.status, QuestionStatus.ANSWERED)
    now = tools.clock.now()
    about = await tools.graph.read("questions/about", id=question.id, limit=100)
    decision = _decision(question, answer, who)
    evidence = _evidence(question, answer, decision, who)
    letter = letter_of(answer.position) if answer.position is not None else None
    kind = AnswerKind.OPTION if letter else AnswerKind.FREE_TEXT
    said = {
        "status": QuestionStatus.ANSWERED.value,
        "answer": answer.text,
        "answerKind": kind.value,
        "answerOption": letter,
        "answerWords": answer.rest if letter else answer.text,
        "answeredAt": now,
        "answeredBy": who.actor,
        "decisionId": decision.id,
    }
    links = [
        Link(LinkType.SUPPORTS, evidence.id, decision.id),
        Link(LinkType.ADDRESSES, decision.id, question.id),
        *(Link(LinkType.CONCERNS, decision.id, row["id"]) for row in about),
    ]
    return Change(
        expects=(expect("Block", question.id, status=question.status.value),),
        effects=(
            *create_blocks([decision, evidence], at=now, actor=who.actor),
            Effect("blocks/set", set_block(question.id, **said)),
            *create_links(links),
        ),
        events=_answered(question, letter, decision, evidence),
        answer=_told(question, kind.value, letter, {"answer": answer.text, "decision_id": decision.id}),
    )


def _answered(question: _Open, letter: str | None, decision: Block, evidence: Block) -> tuple[Event, ...]:
    body = {
        "question": question.id,
        "decision": decision.id,
        "asker": question.row["asker"],
        "proposal": question.row["proposal_id"],
        "task": question.row["task_id"],
        "kind": (AnswerKind.OPTION if letter else AnswerKind.FREE_TEXT).value,
        "option": letter,
        "matched": bool(letter) or not question.options,
        "remedy": any(question.row["option_remedies"]),
    }
    supports = {"ids": [evidence.id], "targets": [decision.id], "target_kinds": [Kind.DECISION.value]}
    return (
        Event(EventType.ANSWER_RECORDED, question.id, body),
        Event(EventType.EVIDENCE_ADDED, evidence.id, supports),
    )


def _decision(question: _Open, answer: Answer, who: Decider) -> Block:
    chosen = question.options[answer.position].title if answer.position is not None else answer.text
    said = f"{chosen}. {answer.rest}".strip() if answer.position is not None and answer.rest else chosen
    return Block(
        id=derived_id("answer", question.id),
        kind=Kind.DECISION,
        title=headline(f"{headline(question.row['question'], 80)} {headline(chosen, 60)}", 160),
        content=f"Question: {question.row['question']}\nAnswer: {said}",
        properties={"origin": "human", "person": who.person, "questionId": question.id},
    )


def _evidence(question: _Open, answer: Answer, decision: Block, who: Decider) -> Block:
    return Block(
        id=derived_id("answer", question.id, "evidence"),
        kind=Kind.EVIDENCE,
        title=f"{who.person} answered: {headline(answer.text, 80)}",
        content=answer.text,
        properties={
            "origin": "human",
            "quote": answer.text,
            "person": who.person,
            "stance": "supports",
            "claimSha256": decision.content_sha256,
        },
    )


def _told(question: _Open, kind: str, letter: str | None, row: Row) -> dict[str, Any]:
    option = question.options[ord(letter) - ord("A")].title if letter else None
    answer = {"kind": kind, "option": letter, "title": option, "text": row["answer"], "decision_id": row["decision_id"]}
    return {"question_id": question.id, "status": QuestionStatus.ANSWERED.value, "answer": answer, "repeated": False}


async def expire_questions(tick: Entry, tools: Tools) -> Change:
    """Expire what nobody answered in time; whoever waits is told by `QuestionExpired`."""
    del tick
    now = tools.clock.now()
    now_ms = epoch_ms(now)
    rows = await tools.graph.read("questions/expired", statuses=list(WAITING), now_ms=now_ms, limit=MOST_A_SWEEP)
    return sum((expire(row["id"], row["status"], row["proposal_id"], at=now) for row in rows), start=NOTHING)
