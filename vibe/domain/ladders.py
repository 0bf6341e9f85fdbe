"""Ladders: what happens while nobody answers a question, and when. Pure.

A ladder is a list of steps, each so long after the question began to wait. Its due times are worked out once, when it
is asked, and stored; what is configured later changes only later questions. A question asked outright starts at `ask`;
an agent's silence starts from its last sign of life, at the bottom. Quiet hours shift what would reach a person, and
what comes after, unless the question presses.

Source: SPEC section 5 (escalation rungs, quiet hours), document 003 section 6.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from vibe.domain.hours import Hours
from vibe.domain.questions import Urgency

PATIENT_S = 60
"""Seconds between two looks at the ladder where no rung needs more."""


class RungAction(StrEnum):
    """What a rung does."""

    LOG = "log"
    PUBLISH = "publish"
    ASK = "ask"
    URGENT = "urgent"
    PAUSE = "pause"
    AGAIN = "again"


class RungStatus(StrEnum):
    """What became of a rung: it fired, a higher one was due too and fired for it, or the question ended first."""

    WAITING = "waiting"
    FIRED = "fired"
    PASSED = "passed"
    ENDED = "ended"


REACHES = frozenset({RungAction.ASK, RungAction.URGENT, RungAction.PAUSE, RungAction.AGAIN})
"""Rungs that reach a person."""
RAISED = {RungAction.URGENT: Urgency.URGENT, RungAction.AGAIN: Urgency.CRITICAL}
ORDER = (Urgency.NORMAL, Urgency.URGENT, Urgency.CRITICAL)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the ladder as it is configured."""

    after: timedelta
    action: RungAction


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of one question's ladder: `n` counts from 0, `due` is stored when it is asked."""

    n: int
    action: RungAction
    due: datetime


def rungs_of(
    steps: Sequence[Step], zero: datetime, *, outright: bool, people: Sequence[Hours] = (), presses: bool = False
) -> tuple[Rung, ...]:
    """The ladder of a question that began to wait at `zero`, lowest rung first."""
    ordered = sorted(steps, key=lambda step: step.after)
    asks = next((place for place, step in enumerate(ordered) if step.action is RungAction.ASK), 0)
    rungs: list[Rung] = []
    shift = timedelta(0)
    for place, step in enumerate(ordered):
        if outright and place < asks:
            continue
        after = timedelta(0) if outright and place == asks and step.action is RungAction.ASK else step.after
        due = zero + after + shift
        until = None if presses or step.action not in REACHES else all_quiet_until(people, due)
        if until is not None:
            shift += until - due
            due = until
        rungs.append(Rung(len(rungs), step.action, due))
    return tuple(rungs)


def all_quiet_until(people: Sequence[Hours], moment: datetime) -> datetime | None:
    """When the first person's quiet hours end, where everybody's lie over `moment`; None: somebody can be reached."""
    ends = [hours.quiet_until(moment) for hours in people]
    known = [end for end in ends if end is not None]
    return min(known) if known and len(known) == len(ends) else None


def look_every_s(steps: Sequence[Step]) -> int:
    """How often the ladder has to be looked at: each minute, or as often as the smallest rung needs."""
    times = sorted({int(step.after.total_seconds()) for step in steps} | {0})
    gaps = [later - earlier for earlier, later in pairwise(times)]
    return max(1, min([PATIENT_S, *gaps]))


def raised(urgency: str, action: RungAction) -> Urgency:
    """How much a question presses after a rung; never less than before."""
    now = Urgency(urgency)
    return max(now, RAISED.get(action, now), key=ORDER.index)
