"""Questions: their states, their options, and what a person's answer says.

An answer is a letter, an option's name, or free text. A letter counts only where it stands for itself: "A new vendor"
is no vote for option A. What is unclear gets one follow-up question; after that the words are taken as they are.

Source: SPEC section 1, document 003 section 6.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from vibe.domain.answer_words import (
    ANY_ORDINAL,
    ARTICLE,
    BARE_NUMBER,
    CHOSEN_ORDINAL,
    CONDITION,
    DRESSED,
    END,
    LEAD_IN,
    NO,
    NOT,
    NUMBERED,
    REMARK,
    SEVERAL,
    SHRUG,
    SMILE,
    YES,
    place_of,
)
from vibe.domain.block_rows import create_blocks, create_links, set_block
from vibe.domain.blocks import Block, Kind, Link, LinkType
from vibe.domain.canonical import epoch_ms
from vibe.domain.changes import Change, Effect, Expect, expect
from vibe.domain.errors import BadInput, IllegalMove
from vibe.domain.events import Event, EventType

MOST_OPTIONS = 26
SHORT_WORDS = 5
_ALONE = re.compile(r"\W*(?:[A-Za-z]|\d{1,2})\W*")


class QuestionStatus(StrEnum):
    """Where a question stands; `open` is one that came with a plan and that nobody waits for."""

    OPEN = "open"
    ASKED = "asked"
    CLARIFYING = "clarifying"
    ANSWERED = "answered"
    EXPIRED = "expired"


class Urgency(StrEnum):
    """How much it presses."""

    NORMAL = "normal"
    URGENT = "urgent"
    CRITICAL = "critical"


MOVES: Mapping[QuestionStatus, frozenset[QuestionStatus]] = {
    QuestionStatus.OPEN: frozenset(),
    QuestionStatus.ASKED: frozenset({QuestionStatus.CLARIFYING, QuestionStatus.ANSWERED, QuestionStatus.EXPIRED}),
    QuestionStatus.CLARIFYING: frozenset({QuestionStatus.ANSWERED, QuestionStatus.EXPIRED}),
    QuestionStatus.ANSWERED: frozenset(),
    QuestionStatus.EXPIRED: frozenset(),
}


def check_move(current: str, wanted: QuestionStatus) -> None:
    """Let a legal move pass.

    Raises:
        IllegalMove: there is no such row in the table.
    """
    if wanted not in MOVES.get(QuestionStatus(current), frozenset()):
        raise IllegalMove("question", current, wanted)


@dataclass(frozen=True, slots=True)
class Option:
    """One way to answer; its letter follows from its place.

    `needs` says what the person must add for it to mean anything ("say why"); empty: nothing. `remedy` is the word that
    whoever carries the answer out goes by.
    """

    title: str
    detail: str = ""
    needs: str = ""
    remedy: str = ""


def read_options(given: Sequence[str | Mapping[str, str]]) -> tuple[Option, ...]:
    """Read options as they come in: text (`title - detail`, a leading letter is dropped) or `{title, detail}`.

    Raises:
        BadInput: an empty one, two alike, or more than the alphabet has letters.
    """
    found = tuple(_read_option(item) for item in given)
    titles = [option.title.casefold() for option in found]
    if len(found) > MOST_OPTIONS or not all(titles) or len(set(titles)) < len(titles):
        raise BadInput(f"options are at most {MOST_OPTIONS}, none empty, no two alike", field="options")
    return found


def _read_option(item: str | Mapping[str, str]) -> Option:
    if not isinstance(item, str):
        return Option(str(item.get("title", "")).strip(), str(item.get("detail") or "").strip())
    plain = re.sub(r"^\s*\(?[A-Z][).:]\s+", "", item).strip()
    title, _, detail = (
        part.strip() for part in re.sub(r"\s[-\u2013\u2014]\s", "\x1f", plain, count=1).partition("\x1f")
    )
    return Option(title, detail)


def letter_of(position: int) -> str:
    """The letter of the option at a place (from 0)."""
    return chr(ord("A") + position)


class AnswerKind(StrEnum):
    """What an answer turned out to be."""

    OPTION = "option"
    FREE_TEXT = "free_text"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Answer:
    """A person's words read.

    `position` is the option's place (from 0), `rest` what was said beside it; `why` says what was unclear.
    """

    kind: AnswerKind
    text: str
    position: int | None = None
    rest: str = ""
    why: str = ""


def read_answer(text: str, options: Sequence[Option]) -> Answer:
    """Read what a person answered.

    Raises:
        BadInput: there are no words in it.
    """
    said = text.strip()
    if not re.search(r"\w|\?", said):
        raise BadInput("the answer is empty", field="text")
    same = [place for place, option in enumerate(options) if _plainly(option.title) == _plainly(said)]
    if same:
        return Answer(AnswerKind.OPTION, said, same[0])
    if said.endswith("?"):
        return Answer(AnswerKind.UNCLEAR, said, why="it asks something back")
    if not options:
        return Answer(AnswerKind.FREE_TEXT, said)
    bare = SMILE.sub("", said).strip(DRESSED) or said
    return replace(_read_choice(bare, options), text=said)


def is_no_option(answer: Answer, options: Sequence[Option]) -> bool:
    """Whether it is nothing but a letter or a number that no option has: no words that could be taken as they are."""
    return answer.kind is AnswerKind.UNCLEAR and bool(options) and _ALONE.fullmatch(answer.text) is not None


def _plainly(text: str) -> str:
    words = " ".join(text.casefold().split()).strip(f" .!(){DRESSED}")
    return ARTICLE.sub("", words)


def _name(option: Option) -> str:
    """What people call an option: its title without the article."""
    return ARTICLE.sub("", option.title, count=1) if ARTICLE.match(option.title) else option.title


def _read_choice(said: str, options: Sequence[Option]) -> Answer:
    several = SEVERAL.search(said)
    if several and several[1] != several[2] and all(_in_range(letter, options) for letter in several.groups()):
        return Answer(AnswerKind.UNCLEAR, said, why="it names more than one option")
    agreed = _agreed(said, options)
    if agreed is not None:
        return agreed
    found = _lettered(said, options)
    named = [place for place, option in enumerate(options) if _names(said, option)]
    if CONDITION.search(said) and (found or named or _letters(said, options)):
        return Answer(AnswerKind.UNCLEAR, said, why="it chooses only under a condition")
    if found:
        return _read_letter(said, found, named, options)
    chosen = [(place, match) for place in named if (match := _choosing(said, _name(options[place])))]
    if len(chosen) == 1:
        place, match = chosen[0]
        return _chosen(said, place, _rest(said, match))
    return _read_place(said, options) or _read_words(said, named, options)


def _read_words(said: str, named: Sequence[int], options: Sequence[Option]) -> Answer:
    """Words that choose nothing: unclear where they turn an option down, name several or shrug; else free text."""
    short = len(said.split()) <= SHORT_WORDS
    letters = _letters(said, options)
    denied = NOT.search(said) and short and (named or letters or ANY_ORDINAL.search(said))
    torn = short and (len(letters) > 1 or len({place_of(one) for one in ANY_ORDINAL.findall(said)}) > 1)
    spoken_of = short and any(_plainly(options[place].title) not in YES | NO for place in named)
    if denied or torn or spoken_of or len(named) > 1 or SHRUG.fullmatch(said.casefold()):
        return Answer(AnswerKind.UNCLEAR, said, why="it chooses none of the options")
    return Answer(AnswerKind.FREE_TEXT, said)


def _agreed(said: str, options: Sequence[Option]) -> Answer | None:
    """A yes or no in another language, where that is what the options are."""
    first = re.match(r"[\w']+", said.casefold())
    for words in (YES, NO):
        places = [place for place, option in enumerate(options) if _plainly(option.title) in words]
        if first and first[0] in words and len(places) == 1 and re.match(END, said[first.end() :]):
            return Answer(AnswerKind.OPTION, said, places[0], _rest(said, first))
    return None


def _read_place(said: str, options: Sequence[Option]) -> Answer | None:
    """The second one, option 2; a bare number where no option's name has one in it."""
    ordinal = CHOSEN_ORDINAL.match(said)
    if ordinal:
        others = {place_of(one) for one in ANY_ORDINAL.findall(said)}
        place = place_of(next(group for group in ordinal.groups() if group))
        place = len(options) - 1 if place < 0 else place
        if len(others) > 1:
            return Answer(AnswerKind.UNCLEAR, said, why="it names more than one option")
        return _at(said, place, _rest(said, ordinal), options)
    number = NUMBERED.match(said) or BARE_NUMBER.fullmatch(said)
    if number and not any(re.search(r"(?<!\w)\d", option.title) for option in options):
        return _at(said, int(number[1]) - 1, _rest(said, number), options)
    return None


def _at(said: str, place: int, rest: str, options: Sequence[Option]) -> Answer:
    if 0 <= place < len(options):
        return Answer(AnswerKind.OPTION, said, place, rest)
    return Answer(AnswerKind.UNCLEAR, said, why=f"there are only {len(options)} options")


def _in_range(letter: str, options: Sequence[Option]) -> bool:
    return ord(letter.upper()) - ord("A") < len(options)


def _lettered(said: str, options: Sequence[Option]) -> re.Match[str] | None:
    """Where a letter stands for itself; `A` and `I` followed by a word are words."""
    surely = (
        re.fullmatch(r"\(?([A-Za-z])\)?[.!]?", said)
        or re.match(rf"(?i:{LEAD_IN})\(?([A-Z])(?i:{END})", said)
        or re.match(rf"(?i:{LEAD_IN})(?i:option|choice|answer|letter)\s+([A-Za-z])(?i:{END})", said)
        or re.match(r"\(?([a-z])\)\s", said)
    )
    if surely:
        return surely
    loosely = (
        re.match(r"([a-z])(?=[).:,;!](?:\s|$)|\s+[-\u2013\u2014]\s)", said)
        or re.match(r"([a-z])(?=\s+(?:because|please|weil|bitte|fordi|tak|parce|porque)\b)", said)
        or re.match(r"([B-HJ-Z])\s+(?=\w)", said)
    )
    return loosely if loosely and _in_range(loosely[1], options) else None


def _read_letter(said: str, found: re.Match[str], named: Sequence[int], options: Sequence[Option]) -> Answer:
    place = ord(found.group(1).upper()) - ord("A")
    if place >= len(options):
        why = f"there is no option {letter_of(place)}, only A to {letter_of(len(options) - 1)}"
        return Answer(AnswerKind.UNCLEAR, said, why=why)
    rest = _rest(said, found)
    other = [item for item in named if item != place and _choosing(rest, _name(options[item]))]
    if other:
        return Answer(AnswerKind.UNCLEAR, said, why="letter and name point at different options")
    return _chosen(said, place, rest)


def _chosen(said: str, place: int, rest: str) -> Answer:
    if REMARK.match(rest):
        why = f"it says something about {letter_of(place)} but does not choose it"
        return Answer(AnswerKind.UNCLEAR, said, why=why)
    return Answer(AnswerKind.OPTION, said, place, rest)


def _rest(said: str, match: re.Match[str]) -> str:
    return said[match.end() :].lstrip(" \t\n).:,;!-\u2013\u2014")


def _names(said: str, option: Option) -> bool:
    return re.search(rf"(?<!\w){re.escape(_name(option))}(?!\w)", said, re.IGNORECASE) is not None


def _choosing(said: str, title: str) -> re.Match[str] | None:
    return re.match(rf"{LEAD_IN}{re.escape(title)}{END}", said, re.IGNORECASE)


def _letters(said: str, options: Sequence[Option]) -> set[str]:
    """Letters of options that stand alone somewhere."""
    return set(re.findall(rf"\b[A-{letter_of(len(options) - 1)}]\b", said))


def follow_up(why: str, options: Sequence[Option]) -> str:
    """The words of the one follow-up question."""
    letters = ", ".join(f"{letter_of(place)}) {option.title}" for place, option in enumerate(options))
    asked = f"Which of these is it: {letters}?" if options else "What is your answer, in your own words?"
    return f"I did not understand that: {why}. {asked}"


@dataclass(frozen=True, slots=True)
class Asking:
    """A question about to be asked.

    `asker` is who is stuck (`loop`, `agent:ID`, `owner:cli`); `about` are ids of the blocks it concerns, `gaps` of the
    gaps; `stuck_on` says in a few words what cannot go on; `expires_at` None waits for ever. `stuck_since` is the last
    sign of life of an agent that has fallen silent; None: it is asked outright.
    """

    id: str
    question: str
    asker: str
    options: tuple[Option, ...] = ()
    context: tuple[str, ...] = ()
    stuck_on: str = ""
    urgency: Urgency = Urgency.NORMAL
    task_id: str | None = None
    proposal_id: str | None = None
    about: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    expires_at: datetime | None = None
    stuck_since: datetime | None = None


def ask(asking: Asking, *, at: datetime) -> Change:
    """Build the change that raises a question; also what the bus does with `NeedsHuman`."""
    about = tuple(dict.fromkeys([*asking.about, *([asking.task_id] if asking.task_id else [])]))
    block = Block(
        id=asking.id,
        kind=Kind.QUESTION,
        title=headline(asking.question),
        content=asking.question,
        status=QuestionStatus.ASKED,
        properties=_properties(asking, at),
    )
    links = [Link(LinkType.CONCERNS, asking.id, target) for target in about]
    expects: tuple[Expect, ...] = tuple(expect("Block", target) for target in about)
    body = {"question": asking.id, "asker": asking.asker, "urgency": asking.urgency, "proposal": asking.proposal_id}
    return Change(
        expects=expects,
        effects=create_blocks([block], at=at, actor=asking.asker) + create_links(links),
        events=(Event(EventType.QUESTION_RAISED, asking.id, body),),
        answer={"question_id": asking.id},
    )


def expire(identity: str, status: str, proposal: str | None, *, at: datetime) -> Change:
    """Build the change that ends a question without an answer.

    Raises:
        IllegalMove: it is answered or expired already.
    """
    check_move(status, QuestionStatus.EXPIRED)
    props = {"status": QuestionStatus.EXPIRED.value, "updatedAt": at}
    body = {"question": identity, "proposal": proposal}
    return Change(
        expects=(expect("Block", identity, status=status),),
        effects=(Effect("blocks/set", set_block(identity, **props)),),
        events=(Event(EventType.QUESTION_EXPIRED, identity, body),),
    )


def headline(text: str, most: int = 120) -> str:
    """The text as one line of at most `most` characters, cut between words."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rsplit(" ", 1)[0] + "…"


def _properties(asking: Asking, at: datetime) -> dict[str, Any]:
    return {
        "asker": asking.asker,
        "options": [option.title for option in asking.options],
        "optionDetails": [option.detail for option in asking.options],
        "optionNeeds": [option.needs for option in asking.options],
        "optionRemedies": [option.remedy for option in asking.options],
        "gapIds": list(asking.gaps),
        "context": list(asking.context),
        "stuckOn": asking.stuck_on,
        "urgency": asking.urgency.value,
        "askedUrgency": asking.urgency.value,
        "stuckSince": asking.stuck_since,
        "taskId": asking.task_id,
        "proposalId": asking.proposal_id,
        "askedAt": at,
        "expiresMs": epoch_ms(asking.expires_at) if asking.expires_at else None,
    }
