"""Reviews: the messages by which Vibe tells how it did, and asks whether it held back the right things. Pure.

Source: issue 5 (Measuring itself).
"""

from __future__ import annotations

from collections.abc import Sequence

from vibe.domain import taps
from vibe.domain.messages import Button, Message, plain
from vibe.domain.metrics import Metric
from vibe.domain.questions import headline
from vibe.domain.taps import PreferenceWord, SampleWord

MARKS = {True: "✅", False: "⚠️", None: "•"}
SAMPLE_ANSWERS = {"right": "rightly dropped", "wrong": "it should have been shown"}


def value_of(one: Metric) -> str:
    """A measure's value in a few words, with its interval where it is a share."""
    if one.value is None:
        return "nothing to count yet"
    if one.low is not None and one.high is not None:
        return f"{one.value:.0%} of {one.of} ({one.low:.0%} to {one.high:.0%})"
    return f"{one.value:.1%}" if one.name == "stuck rate" else f"{one.value:,.2f}"


def target_of(one: Metric) -> str:
    """A measure's target as its value is written: shares in per cent; empty where there is none."""
    sign, _, number = one.target.partition(" ")
    return f"{sign} {float(number):.0%}" if number and float(number) <= 1 else one.target


def weekly_lines(metrics: Sequence[Metric]) -> list[str]:
    """One line a measure: whether its target is met, what it is, the target."""
    return [
        f"{MARKS[one.met]} {one.name}: {value_of(one)}" + (f", target {target_of(one)}" if one.target else "")
        for one in metrics
    ]


def weekly_message(metrics: Sequence[Metric], alarms: Sequence[str]) -> Message:
    """How the loop did over the last 30 days."""
    lines = [*weekly_lines(metrics), *(f"⚠️ {words}" for words in alarms)]
    return Message("\n".join(["📈 **How I did, over 30 days**", *map(plain, lines)]), silent=True)


def sample_message(number: int, title: str, why: str, answer: str = "") -> Message:
    """One filtered proposal, with the question whether it was rightly dropped."""
    parts = [
        "🔎 **I would have dropped this. Right?**",
        f"**{number}. {plain(headline(title, 200))}**\nWhy: {plain(headline(why, 300))}",
    ]
    if answer:
        return Message("\n\n".join([*parts, f"→ you said: {SAMPLE_ANSWERS[answer]}"]))
    row = (
        Button("Right, drop it", taps.sample(number, SampleWord.RIGHT)),
        Button("No, show me such", taps.sample(number, SampleWord.WRONG)),
    )
    return Message("\n\n".join(parts), (row,), silent=True)


SETTLED = {"active": "it counts from now on", "declined": "it does not count"}


def preference_message(identity: str, statement: str, quote: str, status: str = "") -> Message:
    """What was taken for a standing preference, with the question whether it is one."""
    asked = f"💡 **Is this a standing preference?**\n\n**{plain(headline(statement, 200))}**"
    text = f"{asked}\nFrom: {plain(headline(quote, 300))}"
    if status:
        return Message(f"{text}\n→ {SETTLED[status]}")
    row = (
        Button("Yes, always", taps.preference(identity, PreferenceWord.YES)),
        Button("No", taps.preference(identity, PreferenceWord.NO)),
    )
    return Message(f"{text}\nIt counts only if you say yes.", (row,), silent=True)


def alarm_message(words: str) -> Message:
    """An alarm, told once."""
    return Message(f"⚠️ **About my own judging**\n{plain(words[:1].upper() + words[1:])}.")
