"""How a clock reads: its lamp, its word, and its data with every reason; decides nothing."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from engine import model
from engine.clocks.reckoning import is_duty
from engine.workdays import office_day, office_zone

LAMPS = {"green": "正常", "yellow": "关注", "orange": "临期", "red": "逾期"}
_DONE = {"met": "已办结", "late": "逾期办结", "stopped": "已停止", "paused": "中止"}


def lamp(row: model.Clock | model.Task, now: datetime) -> str:
    """Return green, yellow, orange or red; an end that is no duty never turns red, a window does when full."""
    if isinstance(row, model.Task):
        return _colour(row, now)
    if row.state in ("met", "stopped", "paused"):
        return "green"
    if row.state == "late":
        return "red"
    if row.kind == "window":
        near = row.yellow_at is not None and row.lapse_on is not None and office_day(now) <= row.lapse_on
        return "red" if row.due_at is not None and now >= row.due_at else "yellow" if near else "green"
    if row.due_at is not None and now > row.due_at and not is_duty(row):
        return "green"
    return _colour(row, now)


def words(row: model.Clock, now: datetime) -> str:
    """Return the word beside the lamp."""
    if row.state in _DONE:
        return _DONE[row.state]
    over = row.due_at is not None and now > row.due_at
    if row.kind == "window":
        return "已达次数" if row.due_at is not None and now >= row.due_at else LAMPS[lamp(row, now)]
    if row.kind == "not_before":
        return "已满" if over else "未满"
    if over and not is_duty(row):
        return "已届满"
    return LAMPS[lamp(row, now)]


def as_data(row: model.Clock, now: datetime) -> dict[str, Any]:
    """Return a clock as the API shows it, with the reasons for its day."""
    return {
        "id": row.rule,
        "title": row.title,
        "kind": row.kind,
        "item": row.item,
        "started_at": _moment(row.started_at),
        "due_on": _day(row.due_on),
        "due_at": _moment(row.due_at),
        "lapse_on": _day(row.lapse_on),
        "lapse_at": _moment(row.lapse_at),
        "stopped_at": _moment(row.stopped_at),
        "state": row.state,
        "lamp": lamp(row, now),
        "words": words(row, now),
        "remaining": row.values.get("remaining"),
        "provisional": row.provisional,
        "article": row.values["article"],
        "source": row.values["source"],
        "verified": row.values["verified"],
        "settled": row.values.get("settled", {}),
        "explanation": row.explanation,
    }


def _colour(row: model.Clock | model.Task, now: datetime) -> str:
    if row.due_at is not None and now > row.due_at:
        return "red"
    if row.orange_at is not None and now >= row.orange_at:
        return "orange"
    return "yellow" if row.yellow_at is not None and now >= row.yellow_at else "green"


def _moment(moment: datetime | None) -> str | None:
    return moment.astimezone(office_zone()).isoformat(timespec="seconds") if moment else None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
