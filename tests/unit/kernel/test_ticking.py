"""Due times: daily in the owner's zone, every interval, and one tick for all that were missed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from vibe.domain.events import Tick
from vibe.kernel.ticking import Schedule

DAILY = Schedule(Tick.ANALYSIS_DUE, daily_at="09:00", zone="Europe/Copenhagen")
MINUTE = Schedule(Tick.SWEEP_DUE, interval=timedelta(minutes=1))


def test_daily_follows_the_zone_through_summer_time() -> None:
    """Nine in the morning stays nine on the founder's clock when the clocks change."""
    before = DAILY.after(datetime(2026, 3, 28, 12, tzinfo=UTC) - timedelta(days=1))
    after = DAILY.after(datetime(2026, 3, 29, 12, tzinfo=UTC))
    assert (before.hour, after.hour) == (8, 7)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)), st.integers(0, 100_000))  # noqa: DTZ001 - naive bounds
def test_missed_ticks_are_one_and_the_latest(first: datetime, minutes: int) -> None:
    """After any pause the tick that is told is the last one due, and the next one is in the future."""
    start = MINUTE.after(first.replace(tzinfo=UTC))
    now = start + timedelta(minutes=minutes, seconds=30)
    latest = MINUTE.latest(start, now)
    assert latest <= now < MINUTE.after(latest)


@given(st.integers(0, 400))
def test_the_latest_daily_tick_is_not_in_the_future(days: int) -> None:
    """The same for daily ticks, through both changes of the clock."""
    start = DAILY.after(datetime(2026, 1, 1, tzinfo=UTC))
    now = start + timedelta(days=days, hours=3)
    latest = DAILY.latest(start, now)
    assert latest <= now < DAILY.after(latest)
