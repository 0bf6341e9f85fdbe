"""Hours: a person's day in their own zone: quiet hours, the time of the digest, and what "later" means. Pure.

Source: SPEC section 5 (quiet hours, daily 09:00 in the person's zone).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from vibe.domain.taps import LaterUntil

EVENING, MORNING = time(20, 0), time(9, 0)
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Hours:
    """A zone (IANA name) and the quiet hours in it (`22:00` to `07:00`); empty: none."""

    zone: str = "UTC"
    quiet_from: str = ""
    quiet_to: str = ""

    def local(self, moment: datetime) -> datetime:
        """The instant on this person's clock."""
        return moment.astimezone(ZoneInfo(self.zone))

    def at(self, day: date, clock: time) -> datetime:
        """A time of a day in this zone; aware UTC."""
        return datetime.combine(day, clock, ZoneInfo(self.zone)).astimezone(UTC)

    def day(self, moment: datetime) -> str:
        """The date on this person's calendar."""
        return self.local(moment).date().isoformat()

    def since(self, moment: datetime, clock: str) -> datetime | None:
        """When it was this time (`09:00`) on the day of `moment`; None: not yet."""
        due = self.at(self.local(moment).date(), read_time(clock))
        return due if due <= moment else None

    def week_since(self, moment: datetime, clock: str) -> datetime:
        """When it last was Monday at this time (`09:00`) in this zone."""
        today = self.local(moment).date()
        due = self.at(today - timedelta(days=today.weekday()), read_time(clock))
        return due if due <= moment else self.at(today - timedelta(days=today.weekday() + 7), read_time(clock))

    def quiet_until(self, moment: datetime) -> datetime | None:
        """When the quiet hours end that `moment` lies in; None: it lies in none."""
        if not self.quiet_from or not self.quiet_to:
            return None
        begin, end, here = read_time(self.quiet_from), read_time(self.quiet_to), self.local(moment)
        over_midnight = begin > end
        now = here.time().replace(tzinfo=None)
        is_quiet = (now >= begin or now < end) if over_midnight else begin <= now < end
        if not is_quiet:
            return None
        day = here.date() + timedelta(days=1) if over_midnight and now >= begin else here.date()
        until = self.at(day, end)
        return until if until > moment else None


def read_time(text: str) -> time:
    """Read `09:00`.

    Raises:
        ValueError: it is no time of a day.
    """
    hour, _, minute = text.partition(":")
    return time(int(hour), int(minute or 0))


def later_until(choice: LaterUntil, now: datetime, hours: Hours) -> datetime:
    """Say when something put off comes back: in an hour, at 20:00, at 9:00 tomorrow or on the next working day."""
    today = hours.local(now).date()
    if choice is LaterUntil.TONIGHT:
        tonight = hours.at(today, EVENING)
        return tonight if tonight > now else hours.at(today + timedelta(days=1), EVENING)
    if choice is LaterUntil.TOMORROW:
        return hours.at(today + timedelta(days=1), MORNING)
    if choice is LaterUntil.WORKING_DAY:
        day = today + timedelta(days=1)
        while day.weekday() >= SATURDAY:
            day += timedelta(days=1)
        return hours.at(day, MORNING)
    return now + timedelta(hours=1)
