"""Agreement of arbiter and person: what counts, when the debate may filter, and when an alarm is due."""

from datetime import UTC, datetime, timedelta

import pytest

from vibe.domain.agreement import Agreement, Judged, alarms, unreliable, wilson
from vibe.domain.metrics import agreement, spans_of, stuck_rate

AT = datetime(2026, 3, 2, tzinfo=UTC)


def judged(agrees: int, of: int) -> list[Judged]:
    """So many cases, of which so many were seen alike."""
    return [Judged(AT, passed=True, wanted=place < agrees) for place in range(of)]


def test_both_sides_count() -> None:
    """A shown one approved and a filtered one rightly dropped agree; the other two kinds do not."""
    seen = [
        Judged.decided({"at": AT, "said": "strong", "outcome": "approved"}),
        Judged.decided({"at": AT, "said": "weak", "outcome": "rejected"}),
        Judged.decided({"at": AT, "said": "fail", "outcome": "rejected"}),
        Judged.sampled({"at": AT, "answer": "right"}),
        Judged.sampled({"at": AT, "answer": "wrong"}),
    ]
    assert [one.agrees for one in seen] == [True, False, True, True, False]


def test_the_interval_is_wilsons() -> None:
    """For 8 of 10 it is 0.490 to 0.943, as in the textbooks, and the measure carries it."""
    low, high = wilson(8, 10)
    found = agreement(judged(8, 10))
    assert (low, high) == (pytest.approx(0.490, abs=0.001), pytest.approx(0.943, abs=0.001))
    assert (found.low, found.high) == (low, high)


@pytest.mark.parametrize(
    ("agrees", "of", "filters"),
    [(50, 50, True), (33, 50, True), (31, 50, False), (25, 50, False), (3, 50, False), (10, 49, True)],
)
def test_the_debate_filters_while_agreement_is_no_chance(agrees: int, of: int, filters: bool) -> None:
    """With an interval that includes a coin's half, or lies below it, over 50 cases it does not; fewer say nothing."""
    assert (unreliable(judged(agrees, of)) is None) is filters


def test_alarms_say_the_numbers() -> None:
    """Twenty points below the 50 before, chance, a critic that always or never rejects."""
    fell = alarms(judged(38, 50) + judged(48, 50), [True] * 15 + [False] * 15)
    assert (list(fell), "38 of the last 50" in fell["agreement_fell"], "48" in fell["agreement_fell"]) == (
        ["agreement_fell"],
        True,
        True,
    )
    assert alarms(judged(39, 50) + judged(48, 50), []) == {}
    assert list(alarms(judged(28, 50), [True] * 30)) == ["agreement_chance", "critic_always"]
    assert list(alarms([], [False] * 30)) == ["critic_never"]
    assert alarms([], [False] * 29) == {}


def test_stuck_counts_hours_in_which_something_stood() -> None:
    """Two pauses that overlap stand once; part of an hour counts as the hour; what still stands counts to now."""
    hour = timedelta(hours=1)
    marks = [
        (AT, "loop", True),
        (AT + hour, "plan:a", True),
        (AT + 2.5 * hour, "loop", False),
        (AT + 3 * hour, "plan:a", False),
        (AT + 9 * hour, "question", True),
    ]
    spans = spans_of(marks, AT + 10 * hour)
    found = stuck_rate(spans, AT, AT + 10 * hour)
    assert (found.value, found.met, stuck_rate([], AT, AT + 10 * hour).met) == (0.4, False, True)


def test_nothing_judged_is_no_agreement() -> None:
    """An empty graph has none."""
    assert (Agreement.over([]), agreement([]).value) == (None, None)
