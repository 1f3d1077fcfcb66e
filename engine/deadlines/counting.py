"""Counting days and hours with pauses, and saying how it was done; knows no rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from engine.workdays import (
    MONTHS,
    ONE_DAY,
    Calendar,
    Length,
    add_months,
    day_begins,
    day_ends,
    office_day,
    quarter_end,
)


@dataclass(frozen=True)
class Pause:
    """A time that does not count: its first day still does, the day on which it ends does not."""

    since: datetime
    until: datetime | None = None
    why: str = "中止计时"
    limit: Length | None = None

    def end(self, calendar: Calendar) -> datetime | None:
        """Return when it ended or, where it may last only so long, when it ends at the latest."""
        if self.limit is None:
            return self.until
        latest = calendar.later(self.since, self.limit)
        return min(self.until, latest) if self.until else latest


@dataclass
class Count:
    """A count of days in progress: where it has come to, and the reasons so far."""

    day: date
    calendar: Calendar
    away: dict[date, str]  # days that pauses take out, with their reason
    log: list[dict[str, Any]] = field(default_factory=list)

    def days(self, n: int, unit: str) -> None:
        """Count n calendar or working days on."""
        counted = 0
        while counted < n:
            self.day += ONE_DAY
            if self.day in self.away:
                self._skip(self.away[self.day])
            elif unit == "WD" and not self.calendar.is_workday(self.day):
                self._skip(self.calendar.why(self.day))
            else:
                counted += 1
                self._tell(counted, unit)

    def months(self, n: int, unit: str, rearmed: bool = False) -> None:
        """Go on to the corresponding day n months, quarters or years later."""
        first = self.day
        corresponding = add_months(first, n * MONTHS[unit])
        end = quarter_end(first, n - 1 + rearmed) if unit == "Q" else corresponding
        if end > first:
            self.log.append({"from": _text(first + ONE_DAY), "to": _text(end), "n": n, "unit": unit})
        self.push_to(end)

    def push_to(self, end: date) -> None:
        """Go to a fixed day, then one day further for each day that a pause took out on the way."""
        owed = sum(self.day < day <= end for day in self.away)
        self.day = end
        while owed:
            self.day += ONE_DAY
            if self.day not in self.away:
                owed -= 1
                self._tell(None, "CD", "补回中止的日数")

    def _tell(self, n: int | None, unit: str, why: str = "") -> None:
        why = why or (self.calendar.why(self.day) if unit == "WD" else "")
        number = {"n": n} if n else {}
        reason = {"why": why} if why else {}
        if unit == "WD":
            self.log.append({"day": _text(self.day), **number, **reason})
        elif self._goes_on("unit", unit) and self.log[-1].get("why", "") == why:
            self.log[-1].update(number, to=_text(self.day))
        else:
            day = _text(self.day)
            self.log.append({"from": day, "to": day, **number, "unit": unit, **reason})

    def _skip(self, why: str) -> None:
        day = _text(self.day)
        if self._goes_on("skipped", why):
            self.log[-1]["to"] = day
        else:
            self.log.append({"from": day, "to": day, "skipped": why})

    def _goes_on(self, key: str, value: str) -> bool:
        """Tell whether the last row is a run of the same sort that ends the day before."""
        last = self.log[-1] if self.log else {}
        return last.get(key) == value and last.get("to") == _text(self.day - ONE_DAY)


def days_away(pauses: Sequence[Pause], calendar: Calendar) -> dict[date, str]:
    """Return the days that ended pauses take out: overlapping ones count once."""
    away: dict[date, str] = {}
    for pause in sorted(pauses, key=lambda pause: pause.since):
        first, last = office_day(pause.since), office_day(pause.end(calendar))
        for k in range(1, (last - first).days + 1):
            away.setdefault(first + k * ONE_DAY, pause.why)
    return away


def time_away(pauses: Sequence[Pause], calendar: Calendar) -> list[tuple[datetime, datetime, str]]:
    """Return the stretches that ended pauses take out, to the second, overlaps joined."""
    joined: list[tuple[datetime, datetime, str]] = []
    for since, until, why in sorted((pause.since, pause.end(calendar), pause.why) for pause in pauses):
        if joined and since <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(until, joined[-1][1]), joined[-1][2])
        else:
            joined.append((since, until, why))
    return joined


def overdue(day: date | None, at: datetime, span: Length, calendar: Calendar) -> datetime:
    """Return the last second of an end moved by a length."""
    if day is None or span.unit == "H":
        return calendar.later(at, span)
    return day_ends(calendar.shift(day, span))


def ahead(day: date | None, at: datetime, span: Length, calendar: Calendar) -> datetime:
    """Return the beginning of the day (the moment, for hours) that lies a length before an end."""
    if day is None or span.unit == "H":
        return calendar.later(at, span, -1)
    return day_begins(calendar.shift(day, span, -1))


def rests(first: date, last: date, calendar: Calendar) -> list[dict[str, Any]]:
    """Return the rest days between two days, as explanation rows."""
    count = Count(first - ONE_DAY, calendar, {})
    count.days(calendar.between(first - ONE_DAY, last), "WD")
    return [row for row in count.log if "skipped" in row]


def _text(day: date) -> str:
    return day.isoformat()
