"""Asked: the messages about questions, in the form of document 003 section 6. Pure.

Source: document 003 section 6, SPEC section 5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vibe.domain import taps
from vibe.domain.messages import Button, Message, Rows, plain
from vibe.domain.questions import Option, headline, letter_of

SHOWN = 900
BUTTON_LONG = 40
PLACEHOLDER = "Your answer"


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question as its message tells it; `blocked` counts the tasks downstream, `ended` says how it ended."""

    id: str
    asker: str
    question: str
    options: tuple[Option, ...] = ()
    task: str = ""
    stuck_on: str = ""
    context: tuple[str, ...] = ()
    blocked: int = 0
    urgent: bool = False
    paused: bool = False
    ended: str = ""


def name_of(asker: str) -> str:
    """Who asks, as a person reads it: `agent:build_agent` is `Build Agent`, the loop itself `Vibe`."""
    kind, _, rest = asker.partition(":")
    if kind == "agent" and rest:
        return " ".join(word.capitalize() for word in rest.replace("_", " ").replace("-", " ").split())
    return "Vibe" if kind == "loop" else "You" if kind == "owner" else rest or kind


def question_message(one: AskedQuestion) -> Message:
    """A question; 🔴 where it presses, and once it ended without anything to tap."""
    need = f"**\\[{plain(name_of(one.asker))}\\] needs help**"
    head = f"🔴 **URGENT**\n❓ {need}" if one.urgent and not one.ended else f"❓ {need}"
    parts = [head, _about(one), f"**Question:**\n{plain(headline(one.question, SHOWN))}", _context(one.context)]
    parts += [_listed(one.options), _blocked(one), one.ended or _how(one.options)]
    text = "\n\n".join(part for part in parts if part)
    rows = () if one.ended else option_rows(one.id, one.options)
    return Message(text, rows, ask="" if rows or one.ended else PLACEHOLDER)


def _about(one: AskedQuestion) -> str:
    lines = [("Task", one.task), ("Stuck on", one.stuck_on)]
    return "\n".join(f"**{name}:** {plain(headline(text, 200))}" for name, text in lines if text)


def _context(context: Sequence[str]) -> str:
    return "\n".join(f"> {plain(headline(line, 200))}" for line in context[:3])


def _listed(options: Sequence[Option]) -> str:
    lines = [f"{letter_of(place)}) {_told(option)}" for place, option in enumerate(options)]
    return "\n".join(["**Options:**", *lines]) if lines else ""


def _told(option: Option) -> str:
    title = plain(headline(option.title, 120))
    return f"{title} - {plain(headline(option.detail, 160))}" if option.detail else title


def _blocked(one: AskedQuestion) -> str:
    waits = "task" if one.blocked == 1 else "tasks"
    lines = [f"**Blocked:** {one.blocked} downstream {waits} waiting"] if one.blocked else []
    lines += ["**Paused:** nothing new is begun on this plan until you answer."] if one.paused and not one.ended else []
    return "\n".join(lines)


def _how(options: Sequence[Option]) -> str:
    letters = [letter_of(place) for place in range(len(options))]
    if not letters:
        return "Reply in your own words."
    listed = (
        letters[0] if len(letters) == 1 else f"{', '.join(letters[:-1])}{',' * (len(letters) > 2)} or {letters[-1]}"
    )
    return f"Reply {listed} with optional reasoning."


def option_rows(question: str, options: Sequence[Option]) -> Rows:
    """One button an option."""
    return tuple(
        (Button(headline(f"{letter_of(place)}) {one.title}", BUTTON_LONG), taps.option(question, letter_of(place))),)
        for place, one in enumerate(options)
    )


def follow_up_message(words: str) -> Message:
    """The one clarifying question, to be answered in words."""
    return Message(f"❓ {plain(words)}", ask=PLACEHOLDER)


def ended_words(answer: str, by: str, option: str = "") -> str:
    """How a question ended."""
    chosen = f"{option}) " if option else ""
    return f"✅ Answered by {plain(by)}: {chosen}{plain(headline(answer, 300))}"


EXPIRED = "⌛ Expired: nobody waits for its answer any more."
