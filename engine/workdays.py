"""Which days the office works and how hours, days and months are added; knows no law and no database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

import chinese_calendar

ONE_DAY = timedelta(days=1)
FIRST_YEAR, LAST_YEAR = 2004, 2026
_ZONE = ZoneInfo("Asia/Shanghai")
_NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}
MAKE_UP, WEEKEND = "调休上班", "周末"
UNITS = {"H": "小时", "CD": "日", "WD": "个工作日", "M": "个月", "Y": "年", "Q": "个季度"}
MONTHS = {"M": 1, "Q": 3, "Y": 12}
_PART = re.compile(r"([0-9]{1,4}(?:\.[0-9]{1,2})?)\s*(H|CD|WD|M|Y|Q)")


class BadLength(ValueError):
    """A text that is no span of time, said in Chinese."""


@dataclass(frozen=True)
class Length:
    """A span of time as the law writes it: `20 WD`, or a sum of such parts."""

    text: str
    parts: tuple[tuple[Decimal, str], ...]

    @property
    def unit(self) -> str:
        return self.parts[-1][1]

    @property
    def words(self) -> str:
        """Return what people read: 20个工作日."""
        return "又".join(f"{number.normalize():f}{UNITS[unit]}" for number, unit in self.parts)


@lru_cache(maxsize=1024)
def length(text: str) -> Length:
    """Read a span such as `3 WD`, `0.5 H` or `1 Q + 15 CD`; raise BadLength for anything else."""
    parts = []
    for piece in str(text).split("+"):
        match = _PART.fullmatch(piece.strip())
        if not match:
            raise BadLength(f"“{text}”不是期限长度，应如 3 WD、24 H、30 CD、6 M、1 Y")
        number, unit = Decimal(match[1]), match[2]
        if unit != "H" and number != int(number):
            raise BadLength(f"“{text}”：只有小时可以带小数")
        parts.append((number, unit))
    if len({unit == "H" for _, unit in parts}) > 1:
        raise BadLength(f"“{text}”：小时不能与日、月、年相加")
    return Length(str(text), tuple(parts))


@dataclass(frozen=True)
class Calendar:
    """The days on which the State Council's notice departs from Monday to Friday, and the years it covers."""

    days: Mapping[date, tuple[str, str]] = field(default_factory=dict)  # day -> (holiday | workday, name)
    known_years: frozenset[int] = frozenset()

    def is_workday(self, day: date) -> bool:
        kind = self.days.get(day, ("", ""))[0]
        return kind == "workday" or (kind != "holiday" and day.weekday() < 5)

    def is_holiday(self, day: date) -> bool:
        """Tell whether the notice names this day a holiday; an ordinary weekend is none."""
        return self.days.get(day, ("", ""))[0] == "holiday"

    def why(self, day: date) -> str:
        """Return why a day is a rest day, or a working day although it is a weekend; else an empty text."""
        if day in self.days:
            kind, name = self.days[day]
            return name if kind == "holiday" else MAKE_UP
        return "" if day.weekday() < 5 else WEEKEND

    def add(self, day: date, n: int) -> date:
        """Return the n-th working day after `day`, before it where n is negative; `day` is not counted."""
        step = ONE_DAY if n > 0 else -ONE_DAY
        for _ in range(abs(n)):
            day += step
            while not self.is_workday(day):
                day += step
        return day

    def roll(self, day: date) -> date:
        """Return the day itself, or the next working day where it is a rest day."""
        while not self.is_workday(day):
            day += ONE_DAY
        return day

    def between(self, first: date, last: date) -> int:
        """Count the working days after `first` up to and including `last`; backwards it is negative."""
        if last < first:
            return -self.between(last, first)
        days = (first + timedelta(days=k) for k in range(1, (last - first).days + 1))
        return sum(map(self.is_workday, days))

    def shift(self, day: date, span: Length, sign: int = 1) -> date:
        """Return the day a span later (earlier with sign -1)."""
        for number, unit in span.parts:
            n = int(number) * sign
            if unit == "H":
                raise BadLength(f"“{span.text}”：小时不能加在日期上")
            if unit == "WD":
                day = self.add(day, n)
            else:
                day = day + n * ONE_DAY if unit == "CD" else add_months(day, n * MONTHS[unit])
        return day

    def add_text(self, text: str, day: date) -> date:
        """Return the day a span such as `6 M` later."""
        return self.shift(day, length(text))

    def later(self, moment: datetime, span: Length, sign: int = 1) -> datetime:
        """Return the moment a span later (earlier with sign -1), days at the same time of day."""
        if span.unit == "H":
            return moment + sign * timedelta(hours=float(sum(number for number, _ in span.parts)))
        local = moment.astimezone(_ZONE)
        return datetime.combine(self.shift(local.date(), span, sign), local.timetz())

    def covers(self, first: date, last: date) -> bool:
        """Tell whether the notices for all years between two days are known."""
        return all(year in self.known_years for year in range(first.year, last.year + 1))

    def is_rest_moment(self, moment: datetime) -> bool:
        """Tell whether only an emergency permits a coercive measure now (AEL 43: night, holiday)."""
        return is_night(moment) or self.is_holiday(office_day(moment))


def calendar(rows: Iterable[tuple[date, str, str]]) -> Calendar:
    """Make a calendar of rows (day, kind, name); a year is known once its National Day is among them."""
    days = {day: (kind, name) for day, kind, name in rows}
    holidays = [day for day, (kind, _) in days.items() if kind == "holiday"]
    return Calendar(days, frozenset(day.year for day in holidays if (day.month, day.day) == (10, 1)))


def national(years: Iterable[int]) -> list[tuple[date, str, str]]:
    """Return the national holidays and make-up working days of these years (2004 to 2026) as rows."""
    wanted = frozenset(years)
    rows = [
        (day, kind, _NAMES[name])
        for kind, table in (("holiday", chinese_calendar.holidays), ("workday", chinese_calendar.workdays))
        for day, name in table.items()
        if day.year in wanted
    ]
    return sorted(rows)


def office_zone() -> ZoneInfo:
    """Return the one zone in which legal days begin and end."""
    return _ZONE


def office_day(moment: datetime) -> date:
    """Return the legal day on which a moment falls."""
    return moment.astimezone(_ZONE).date()


def day_begins(day: date) -> datetime:
    return datetime.combine(day, time(), _ZONE)


def day_ends(day: date) -> datetime:
    """Return the last second of a legal day: what expires on this day has not expired before it is over."""
    return datetime.combine(day, time(23, 59, 59), _ZONE)


def add_months(day: date, n: int) -> date:
    """Return the corresponding day n months on, or the last day of that month where it has none."""
    year, month = divmod(day.year * 12 + day.month - 1 + n, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), following - ONE_DAY)


def quarter_end(day: date, n: int = 0) -> date:
    """Return the last day of the calendar quarter, n quarters on."""
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return add_months(first, 3 * (n + 1)) - ONE_DAY


def is_night(moment: datetime) -> bool:
    """Tell whether a moment lies between 22:00 and 06:00."""
    return not time(6) <= moment.astimezone(_ZONE).time() < time(22)
