"""Scenarios: what could go wrong with a plan that is being carried out, by rules over how it stands. Pure.

Each rule looks at one thing and says what it saw. `existential` means: were it so, the plan would fail as a whole; a
person looks at those. Source: document 002 section 4 ("Existential-Risk Checks").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from vibe.domain.canonical import instant

ENDED = ("completed", "skipped", "cancelled")
LATE, RUINOUSLY_LATE = 1.25, 2.0
SILENT_AFTER = timedelta(hours=24)
_SCALE = {
    "very low": 1, "low": 1, "medium": 2, "moderate": 2, "high": 3, "very high": 4, "critical": 4, "severe": 4,
    "catastrophic": 5, "existential": 5,
}  # fmt: skip
_CRITICAL, _HIGH, _UTMOST = 4, 3, 5
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Standing:
    """How an execution stands: its tasks and risks as `plans.showing` and the report tell them."""

    tasks: Sequence[Row]
    risks: Sequence[Row]
    doers: Mapping[str, int]
    """How many agents can do each action word."""
    begin: datetime
    planned_end: datetime
    now: datetime
    spent_usd: float = 0.0
    limit_usd: float | None = None

    @property
    def left(self) -> list[Row]:
        """The tasks that are not ended."""
        return [task for task in self.tasks if task["status"] not in ENDED]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One thing that could happen; `because` is what was seen."""

    name: str
    says: str
    because: str
    existential: bool = False

    def as_data(self) -> dict[str, Any]:
        """As it is kept and shown."""
        return {"name": self.name, "says": self.says, "because": self.because, "existential": self.existential}


def run_scenarios(at: Standing) -> list[Scenario]:
    """All that apply, what could end the plan first."""
    found = [*_late(at), *_over_budget(at), *_nobody(at), *_silent(at), *_failing(at), *_register(at)]
    return sorted(found, key=lambda item: not item.existential)


def _late(at: Standing) -> Iterator[Scenario]:
    hours = max((float(task["way_hours"]) for task in at.left), default=0.0)
    planned_s = (at.planned_end - at.begin).total_seconds()
    if not hours or planned_s <= 0:
        return
    ends = at.now + timedelta(hours=hours)
    ratio = (ends - at.begin).total_seconds() / planned_s
    if ratio > LATE:
        yield Scenario(
            "late",
            f"It ends about {ends:%Y-%m-%d}, {ratio:.1f} times as late as planned.",
            f"{hours:g} hours are left on the longest way; the plan ended {at.planned_end:%Y-%m-%d}",
            ratio > RUINOUSLY_LATE,
        )


def _over_budget(at: Standing) -> Iterator[Scenario]:
    done = 1 - len(at.left) / len(at.tasks) if at.tasks else 0.0
    if not at.limit_usd or not at.spent_usd or not done:
        return
    whole = at.spent_usd / done
    if whole > at.limit_usd:
        yield Scenario(
            "over budget",
            f"At this rate it costs {whole:.2f} USD, {whole - at.limit_usd:.2f} more than the limit.",
            f"{at.spent_usd:.2f} of {at.limit_usd:.2f} USD are spent with {done:.0%} done",
            at.spent_usd >= at.limit_usd,
        )


def _nobody(at: Standing) -> Iterator[Scenario]:
    for action in sorted({task["action"] for task in at.left if not task["human"]}):
        count = sum(task["action"] == action for task in at.left)
        if at.doers.get(action) == 1 and count > 1:
            yield Scenario(
                "one agent",
                f"If the only agent for {action!r} is lost, {count} tasks stand still.",
                "no other agent here can do it",
            )


def _silent(at: Standing) -> Iterator[Scenario]:
    waiting = [
        task for task in at.tasks
        if task["status"] == "waiting" and task["wait_since"] and at.now - instant(task["wait_since"]) > SILENT_AFTER
    ]  # fmt: skip
    if waiting:
        yield Scenario(
            "nobody answers",
            f"{len(waiting)} of those who were asked never answer.",
            f"silent for more than a day: {waiting[0]['title']}",
        )


def _failing(at: Standing) -> Iterator[Scenario]:
    failed = [task for task in at.tasks if task["status"] == "failed"]
    stopped = {task["task_id"] for task in failed}
    behind = [task for task in at.left if stopped & set(task["waits_for"])]
    if failed:
        yield Scenario(
            "work fails",
            f"{len(failed)} tasks fail for good; {len(behind)} that come after them can't begin.",
            f"every attempt failed: {failed[0]['title']}",
            len(failed) + len(behind) > len(at.tasks) / 2,
        )


def _register(at: Standing) -> Iterator[Scenario]:
    for risk in at.risks:
        likely, grave = _grade(risk["likelihood"]), _grade(risk["impact"])
        if grave >= _CRITICAL or (likely >= _HIGH and grave >= _HIGH):
            yield Scenario(
                "a known risk",
                f"It comes true: {risk['title']}",
                f"the plan's register has it as likely: {risk['likelihood'] or '?'}, impact: {risk['impact'] or '?'}",
                grave >= _UTMOST or (likely >= _HIGH and grave >= _HIGH),
            )


def _grade(word: Any) -> int:
    return _SCALE.get(str(word or "").strip().lower(), 0)
