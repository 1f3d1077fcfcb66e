"""What a rule comes to: due and lapse, warnings, what happens when, and why; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from engine.deadlines.counting import Count, Pause, ahead, days_away, overdue, rests, time_away
from engine.deadlines.rules import MOMENTS, Rule
from engine.workdays import (
    ONE_DAY,
    Calendar,
    Length,
    day_begins,
    day_ends,
    length,
    office_day,
    office_zone,
)

ONE_SECOND = timedelta(seconds=1)
ROUNDS = 24  # periods that may pass in silence before a clock has no more to say


@dataclass(frozen=True)
class Addition:
    """A length added to a clock, or a day set instead of its own."""

    by: Length | None = None
    day: date | None = None
    why: str = "延长"


@dataclass(frozen=True)
class Due:
    """What a clock comes to; all days are None while it is paused, then `remaining` counts what is left."""

    due_on: date | None = None
    due_at: datetime | None = None
    lapse_on: date | None = None
    lapse_at: datetime | None = None
    yellow_at: datetime | None = None
    orange_at: datetime | None = None
    provisional: bool = False
    uncertain: bool = False  # also where only the lapse or a warning rests on a year without data
    explanation: list[dict[str, Any]] = field(default_factory=list)
    remaining: int | None = None

    @property
    def paused(self) -> bool:
        return self.due_at is None


@dataclass(frozen=True)
class _End:
    day: date | None
    at: datetime
    provisional: bool
    log: list[dict[str, Any]]


def compute(
    rule: Rule,
    started: datetime,
    calendar: Calendar,
    *,
    span: Length | None = None,
    target: date | datetime | None = None,
    pauses: Sequence[Pause] = (),
    additions: Sequence[Addition] = (),
    rearmed: bool = False,
) -> Due:
    """Count a clock out; the start day is day 0 and is not counted.

    `span` stands instead of the rule's length; `target` is the day of an `until` or `lead` rule;
    `rearmed` is a period that follows a fulfilled one.
    """
    span = span or rule.length

    def ended(among: Sequence[Pause]) -> _End:
        if rule.kind == "lead":
            return _lead(rule, span, target, calendar)
        if isinstance(target, datetime) or (target is None and span.unit == "H"):
            return _exact(started, span, target, among, additions, calendar)
        return _daily(started, span, target, among, additions, calendar, rearmed)

    begun = [pause.since for pause in pauses if pause.end(calendar) is None]
    if not begun:
        return _finish(rule, ended(pauses), calendar)
    since = min(begun)
    before = [replace(p, until=min(p.end(calendar) or since, since)) for p in pauses if p.since < since]
    whole = ended(before)
    if since <= whole.at:
        return _paused(whole, since, span, calendar)
    whole.log.append({"day": office_day(since).isoformat(), "why": "期限届满后才中止，不予扣除"})
    return _finish(rule, whole, calendar)


def schedule(rule: Rule, due: Due, calendar: Calendar) -> list[tuple[datetime, str, list[dict[str, Any]]]]:
    """Return what a clock does when: (moment, mark, actions), in order of time."""
    warnings = (("yellow", due.yellow_at), ("orange", due.orange_at))
    rows = [(moment, mark, [{"warn": mark}]) for mark, moment in warnings if moment is not None]
    if due.due_at is None:
        return rows
    day, at = (due.lapse_on, due.lapse_at) if rule.expires == "lapse" else (due.due_on, due.due_at)
    late = [{"warn": "red"}] if rule.duty else []
    rows.append((at + ONE_SECOND, "due", late + [dict(action) for action in rule.on_expiry]))
    for number, action in enumerate(rule.ladder):
        rest = {name: value for name, value in action.items() if name not in MOMENTS}
        if "every" in action:
            for n in range(1, ROUNDS + 1):
                span = Length(rule.length.text, tuple((part * n, unit) for part, unit in rule.length.parts))
                moment = overdue(day, at, span, calendar) + ONE_SECOND
                rows.append((moment, f"ladder {number} {n}", [rest | {"round": n + 1}]))
            continue
        rows.append((_rung(action, day, at, calendar), f"ladder {number}", [rest]))
    return sorted(rows, key=lambda row: row[0])


def count_in_windows(
    windows: Iterable[tuple[int, Length]], days: Iterable[date], calendar: Calendar
) -> tuple[Length | None, date | None]:
    """Return the window in which the count was reached, and the last day on which one more would reach one.

    The first day counts as day 1 (SL 113: the third penalty within 180 days).
    """
    ordered = sorted(days)
    reached, until = None, None
    for count, span in windows:
        for first, last in zip(ordered, ordered[count - 1 :], strict=False):
            if last < calendar.shift(first, span):
                reached = reached or span
        if len(ordered) >= count - 1 > 0:
            end = calendar.shift(ordered[1 - count], span) - ONE_DAY
            if ordered[-1] <= end:
                until = max(until or end, end)
    return reached, until


def _daily(
    started: datetime,
    span: Length | None,
    target: date | None,
    pauses: Sequence[Pause],
    additions: Sequence[Addition],
    calendar: Calendar,
    rearmed: bool,
) -> _End:
    start = office_day(started)
    count = Count(start, calendar, days_away(pauses, calendar))
    parts = list(span.parts) if span and target is None else []
    if target is not None:
        count.log.append({"day": target.isoformat(), "why": "确定的期限"})
        count.push_to(target)
    told = []
    for addition in additions:
        if addition.day:
            # A day that was set in words replaces the count, pauses included.
            count, parts = Count(addition.day, calendar, {}), []
            told = []
        else:
            parts = _joined(parts, addition.by)
        told.append(_told(addition))
    for number, unit in parts:
        if unit in ("CD", "WD"):
            count.days(int(number), unit)
        else:
            count.months(int(number), unit, rearmed)
    guessed = any(unit == "WD" for _, unit in parts) and not calendar.covers(start, count.day)
    return _End(count.day, day_ends(count.day), guessed, count.log + told)


def _exact(
    started: datetime,
    span: Length | None,
    target: datetime | None,
    pauses: Sequence[Pause],
    additions: Sequence[Addition],
    calendar: Calendar,
) -> _End:
    """Hours run through nights and holidays."""
    end = target or calendar.later(started, span)
    row: dict[str, Any] = {"from": _text(started), "to": _text(end)}
    log = [row | ({"why": "确定的时刻"} if target else {"n": _hours(span), "unit": "H"})]
    for addition in additions:
        end = calendar.later(end, addition.by) if addition.by else day_ends(addition.day)
        log.append(_told(addition))
    for since, until, why in time_away(pauses, calendar):
        if since < end and until > started:
            end += until - max(since, started)
            log.append({"from": _text(since), "to": _text(until), "skipped": why})
    return _End(None, end, False, log)


def _lead(rule: Rule, span: Length, target: date | datetime, calendar: Calendar) -> _End:
    """Count back from the target, which is day 0; the n-th day back is the last day in time.

    `clear`: n full days lie between, so it must be done before the n-th day back (APL 64: hearing, 7 days).
    """
    if span.unit == "H":
        moment = target if isinstance(target, datetime) else day_begins(target)
        end = calendar.later(moment, span, -1)
        row = {"from": _text(end), "to": _text(moment), "n": _hours(span), "unit": "H"}
        return _End(None, end, False, [row])
    last = office_day(target) if isinstance(target, datetime) else target
    first = calendar.shift(last, span, -1)
    day = first - ONE_DAY if rule.clear else first
    row = {"from": first.isoformat(), "to": (last - ONE_DAY).isoformat(), "n": int(span.parts[0][0])}
    log = [row | {"unit": span.unit, "why": "自期限日倒数"}]
    if span.unit == "WD":
        log += rests(first, last, calendar)
    log.append({"day": last.isoformat(), "n": 0, "why": "期限日，不计入"})
    return _End(day, day_ends(day), span.unit == "WD" and not calendar.covers(day, last), log)


def _finish(rule: Rule, end: _End, calendar: Calendar) -> Due:
    lapse_on, lapse_at, log = end.day, end.at, list(end.log)
    if end.day and rule.rolls:
        lapse_on = calendar.roll(end.day)
        lapse_at = day_ends(lapse_on)
        if lapse_on != end.day:
            why = f"末日为{calendar.why(end.day)}，至下一工作日届满"
            log.append({"lapse": lapse_on.isoformat(), "why": why})
    warnings = [ahead(end.day, end.at, span, calendar) for span in rule.warn]
    if end.provisional:
        log.append({"why": "所跨年份尚未公布放假安排，按周一至周五计算，暂定", "provisional": True})
    first = min([office_day(moment) for moment in warnings], default=end.day)
    return Due(
        due_on=end.day,
        due_at=end.at,
        lapse_on=lapse_on,
        lapse_at=lapse_at,
        yellow_at=warnings[0] if warnings else None,
        orange_at=warnings[1] if len(warnings) > 1 else None,
        provisional=end.provisional,
        uncertain=end.provisional or bool(end.day and not calendar.covers(first, lapse_on)),
        explanation=log,
    )


def _paused(whole: _End, since: datetime, span: Length | None, calendar: Calendar) -> Due:
    day = office_day(since)
    if whole.day is None:
        left = int((whole.at - since).total_seconds() // 3600)
    elif span is not None and span.unit == "WD":
        left = calendar.between(day, whole.day)
    else:
        left = (whole.day - day).days
    row = {"from": (day + ONE_DAY).isoformat(), "to": None, "skipped": "中止计时", "remaining": left}
    return Due(explanation=[row], remaining=left, uncertain=whole.provisional)


def _rung(action: Mapping[str, Any], day: date | None, at: datetime, calendar: Calendar) -> datetime:
    if "before" in action:
        return ahead(day, at, length(action["before"]), calendar)
    if "after" in action:
        return overdue(day, at, length(action["after"]), calendar) + ONE_SECOND
    span = length(action["on"])
    if day and span.unit != "H":
        return day_begins(calendar.shift(day, span))
    (number, unit), *_ = span.parts
    return overdue(day, at, Length(span.text, ((number - 1, unit),)), calendar) + ONE_SECOND


def _joined(parts: list[tuple[Decimal, str]], by: Length) -> list[tuple[Decimal, str]]:
    """Add a length; the same unit is counted in one go (31 Jan + 1 M + 1 M = 31 Mar)."""
    for number, unit in by.parts:
        if parts and parts[-1][1] == unit:
            parts = [*parts[:-1], (parts[-1][0] + number, unit)]
        else:
            parts = [*parts, (number, unit)]
    return parts


def _told(addition: Addition) -> dict[str, Any]:
    by = {"extended": addition.by.text} if addition.by else {"day": addition.day.isoformat()}
    return by | {"why": addition.why}


def _hours(span: Length) -> float | int:
    total = sum(number for number, _ in span.parts)
    return int(total) if total == int(total) else float(total)


def _text(moment: datetime) -> str:
    return moment.astimezone(office_zone()).isoformat()
