"""Research nouns: a passage, a claim, and what the one says about the other.

Everything a research run handles is one of these. A quote is bound to a file, a line and the file's hash, so that
"word for word at the named line" can be checked at any time, by anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a passage does in its document; decides what may be concluded from it."""

    JUDGING = "judging"
    """Somebody assesses the plan: criticism, review, weaknesses, omissions. The only role that may write."""
    RISK = "risk"
    """Names a hazard. Gives candidates."""
    STATEMENT = "statement"
    """Says how things are or are meant to be: summary, goal, prompt, an own document without telling headings."""
    INTENTION = "intention"
    """Recommends, promises, plans: actions, targets, opportunities, mitigations."""
    HYPOTHETICAL = "hypothetical"
    """Fiction on purpose: failure stories, consequences, sensitivities."""
    CLAIM = "claim"
    """States claims itself: decisions, assumptions."""
    QUESTION = "question"
    """Asks."""
    PROMPT = "prompt"
    """What the plan was ordered with; agreement is repetition, disagreement is gold."""
    SCHEDULE = "schedule"
    """Rows of a schedule; read by arithmetic only."""
    COPY = "copy"
    """Restates other sections of the same corpus."""


class Origin(StrEnum):
    """Where evidence comes from; decides how it is worded."""

    SAME_PLAN = "same_plan"
    OWN_DOCUMENT = "own_document"
    WEB = "web"
    HUMAN = "human"


class Stance(StrEnum):
    """What a passage says about a claim. `beside` = another matter, `repeats` = only restates it."""

    CONTRADICTS = "contradicts"
    SUPPORTS = "supports"
    BESIDE = "beside"
    REPEATS = "repeats"


@dataclass(frozen=True, slots=True)
class Quote:
    """Text exactly as it stands within one line (from 1) of a file whose SHA-256 is given."""

    file: str
    line: int
    text: str
    sha256: str = ""
    origin: Origin = Origin.SAME_PLAN


@dataclass(frozen=True, slots=True)
class Passage:
    """One sentence, list item or table cell.

    `quotes` are its parts as they stand, one a line (several only where a sentence is wrapped). `plain` is the same
    without markup, for reading. `before` is the sentence that precedes it in the same paragraph (its own `before` is
    left out); `joint` is both as they stand where they share a line, else empty. `headings` leads from the outermost
    heading to the innermost label. `section` names the heading block inside the file. `copies` says where else the
    same sentence stands.
    """

    id: str
    quotes: tuple[Quote, ...]
    plain: str
    role: Role
    headings: tuple[str, ...] = ()
    section: str = ""
    before: Passage | None = None
    joint: str = ""
    copies: tuple[tuple[str, int], ...] = ()

    @property
    def file(self) -> str:
        """The file it stands in."""
        return self.quotes[0].file

    @property
    def line(self) -> int:
        """The line it begins on."""
        return self.quotes[0].line

    @property
    def origin(self) -> Origin:
        """Whose document it is."""
        return self.quotes[0].origin


@dataclass(frozen=True, slots=True)
class Claim:
    """What a Decision or an Assumption asserts, ready to be set against passages.

    `kind` is the block's kind, `topic` what it is about (a decision's title, the question an assumption answers),
    `sentences` what it asserts one by one, `alternatives` a decision's choices (nobody asserts those). `sha256` is the
    block's content hash that evidence is bound to.
    """

    id: str
    kind: str
    text: str
    sentences: tuple[str, ...]
    topic: str = ""
    alternatives: tuple[str, ...] = ()
    file: str = ""
    line: int = 0
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What rules make of one passage beside one claim.

    `written`: sure enough to become Evidence; else a candidate that waits for a person's tap. `quotes`: the one that
    counts first, what it needs to be understood after it. `reasons`: plain words, the weightiest first. `score` 0..100
    ranks within a claim. `measure` is the arithmetic where there is one ("37.6 years against 15 years").
    """

    id: str
    claim_id: str
    stance: Stance
    written: bool
    score: int
    passage: Passage
    quotes: tuple[Quote, ...]
    reasons: tuple[str, ...]
    measure: str = ""
