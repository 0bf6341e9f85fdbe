"""Measures of the loop: each beside its target, and nothing where nothing was counted."""

from datetime import UTC, datetime, timedelta

from vibe.domain.metrics import acceptance, answer_time_h, cost_per_accepted, filtered_share, gap_accuracy

AT = datetime(2026, 3, 2, tzinfo=UTC)


def test_acceptance_is_approved_of_decided() -> None:
    """Three of four approved meet the target; one of two does not."""
    assert (acceptance({"approved": 3, "rejected": 1}).value, acceptance({"approved": 3, "rejected": 1}).met) == (
        0.75,
        True,
    )
    assert acceptance({"approved": 1, "rejected": 1}).met is False


def test_accuracy_counts_noise_against_everything_said() -> None:
    """One noise beside three approved and one with evidence leaves four of five."""
    found = gap_accuracy({"approved": 3, "rejected": 2}, {"noise": 1, "evidence": 1})
    assert (found.value, found.met, found.of) == (0.8, False, 5)


def test_answer_time_is_the_median_in_hours() -> None:
    """One late answer among quick ones does not spoil it."""
    answers = [(AT, AT + timedelta(hours=hours)) for hours in (1, 2, 90)]
    assert (answer_time_h(answers).value, answer_time_h(answers).met) == (2.0, True)


def test_filtered_counts_only_what_was_argued() -> None:
    """Drafts and vague ones did not come out of a debate."""
    assert filtered_share({"filtered": 2, "ready": 2, "vague": 6}).value == 0.5


def test_nothing_counted_is_no_value() -> None:
    """An empty graph meets and misses nothing."""
    found = [acceptance({}), gap_accuracy({}, {}), answer_time_h([]), filtered_share({}), cost_per_accepted(3.0, {})]
    assert [(one.value, one.met) for one in found] == [(None, None)] * 5
