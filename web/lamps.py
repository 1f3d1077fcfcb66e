"""A deadline in words and as a lamp; the colour is never said alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from engine.workdays import office_day, office_zone

TITLES = {"red": "逾期", "orange": "临期", "yellow": "关注", "green": "正常"}


@dataclass(frozen=True)
class Lamp:
    """What a page shows of a deadline; `color` is red, orange, yellow, green, or empty where nothing runs."""

    color: str
    words: str
    due: str = ""

    @property
    def title(self) -> str:
        return TITLES.get(self.color, "无期限")


def of(row: Any, now: datetime, due_on: date | None = None) -> Lamp:
    """Return the lamp of anything that stores yellow_at, orange_at and due_at."""
    if row is None or row.due_at is None:
        return Lamp("", "无期限")
    due_on = due_on or getattr(row, "due_on", None)
    color = "green"
    if now > row.due_at:
        color = "red"
    elif row.orange_at and now >= row.orange_at:
        color = "orange"
    elif row.yellow_at and now >= row.yellow_at:
        color = "yellow"
    return Lamp(color, words(row.due_at, now, due_on), due(row.due_at, due_on))


def words(due_at: datetime, now: datetime, due_on: date | None = None) -> str:
    """Say how long is left: in days where a day is due, in hours and minutes where a moment is."""
    if due_on is None and _ends_a_day(due_at):
        due_on = office_day(due_at)
    if due_on is not None:
        days = (due_on - office_day(now)).days
        if now > due_at:
            return f"已超期 {max(1, -days)} 天"
        return "今日到期" if days == 0 else f"剩 {days} 天"
    late = now > due_at
    left = now - due_at if late else due_at - now
    text = _span(left)
    return f"已超期 {text}" if late else f"剩 {text}"


def due(due_at: datetime, due_on: date | None) -> str:
    """Write when it is due: a day, or a moment where the law counts hours."""
    local = due_at.astimezone(office_zone())
    if due_on is not None or _ends_a_day(due_at):
        return (due_on or local.date()).isoformat()
    return local.strftime("%Y-%m-%d %H:%M")


def _span(left: timedelta) -> str:
    hours, minutes = divmod(int(left.total_seconds()) // 60, 60)
    if hours >= 72:
        return f"{hours // 24} 天"
    if hours:
        return f"{hours} 小时" + (f" {minutes} 分" if minutes and hours < 10 else "")
    return f"{max(1, minutes)} 分钟"


def _ends_a_day(moment: datetime) -> bool:
    local = moment.astimezone(office_zone())
    return (local.hour, local.minute) == (23, 59)
