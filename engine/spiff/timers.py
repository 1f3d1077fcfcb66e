"""What a timer may hold: a moment, a duration, a cycle; months and working days belong to the clocks."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

OFFICE = ZoneInfo("Asia/Shanghai")
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
LONGEST = timedelta(days=3660)
SHORTEST_CYCLE = timedelta(seconds=60)

_PARTS = r"P(?=\d|T)(?:(?P<days>\d{1,5})D)?(?:T(?=\d)(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,7})M)?)?"
_DURATION = re.compile(_PARTS)
_CYCLE = re.compile(rf"R(?P<times>\d{{1,4}})?/(?P<every>{_PARTS})")


class BadTimer(ValueError):
    """A timer value that the engine does not take; the message is Chinese."""


def moment(value: object) -> datetime:
    """The moment meant by a date timer; a bare day ends at 23:59:59 office time."""
    if isinstance(value, str):
        value = _parsed(value)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise BadTimer(f"时刻 {value.isoformat()} 没有时区，应形如 2026-02-12T09:00:00+08:00")
        return NEVER if _plausible(value).year >= NEVER.year else value.astimezone(UTC)
    if isinstance(value, date):
        return moment(datetime.combine(_plausible(value), time(23, 59, 59), OFFICE))
    raise BadTimer(f"定时日期应为时刻或日期，得到 {value!r}")


def duration(value: object) -> timedelta:
    """A length in days and hours, at most ten years: P14D, PT36H, P1DT12H."""
    length = value if isinstance(value, timedelta) else None
    if isinstance(value, str) and (match := _DURATION.fullmatch(value.strip())) and not match["minutes"]:
        length = _length(match)
    if length is None or length < timedelta(0):
        raise BadTimer(f"时长 {value!r} 应形如 P14D、PT36H；月、年、工作日请在 deadlines.toml 中设计时")
    if length > LONGEST:
        raise BadTimer(f"时长 {value!r} 超过十年")
    return length


def cycle(value: object) -> tuple[int, timedelta]:
    """(how many times, -1 for ever; every how long): R/P7D, R3/PT24H; never faster than a minute."""
    match = _CYCLE.fullmatch(value.strip()) if isinstance(value, str) else None
    every = _length(match) if match else timedelta(0)
    if not match or every < SHORTEST_CYCLE:
        raise BadTimer(f"循环 {value!r} 应形如 R/P7D、R3/PT24H，间隔不少于 60 秒")
    if every > LONGEST:
        raise BadTimer(f"循环 {value!r} 的间隔超过十年")
    return int(match["times"]) if match["times"] else -1, every


def stored(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds" if moment.microsecond else "seconds")


def restored(value: str) -> datetime:
    return datetime.fromisoformat(value)


def _parsed(value: str) -> date | datetime:
    value = value.strip()
    try:
        return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
    except ValueError:
        raise BadTimer(f"{value!r} 不是日期或时刻，应形如 2026-02-12T09:00:00+08:00") from None


def _plausible(value: date) -> date:
    if value.year < 1900:
        raise BadTimer(f"定时日期 {value.isoformat()} 早于 1900 年")
    return value


def _length(match: re.Match[str]) -> timedelta:
    return timedelta(**{unit: int(match[unit] or 0) for unit in ("days", "hours", "minutes")})
