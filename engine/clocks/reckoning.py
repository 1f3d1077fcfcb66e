"""Clock rows: counted out from what they hold, found, fired at their moments, stopped with their case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from engine import deadlines, model
from engine.deadlines import Addition, Due, Pause, Rule
from engine.workdays import Calendar, length, office_day, office_zone

# What `Clock.values` holds: rule (the table, with the place's values), length, day, target, rearmed, days (of
# a window), article, source, verified, settled (what a place has changed), notes (corrections), schedule
# ([moment, mark, actions]), uncertain, remaining, stop_seq, void (a correction showed that it never began).


def of_case(session: Session, case_id: str) -> list[model.Clock]:
    """Return all clocks of a case, also those that have stopped, in the order in which they started."""
    rows = select(model.Clock).where(model.Clock.case_id == case_id)
    return list(session.scalars(rows.order_by(model.Clock.start_seq, model.Clock.id)))


def current(session: Session, case_id: str) -> list[model.Clock]:
    """Return the clocks of a case that still matter: all that run, and of each rule the one started last.

    A thousand rounds of a loop leave a thousand clocks behind; none of the old ones is read again.
    """
    return list(session.scalars(_CURRENT, {"case": case_id}))


def _current() -> Select[tuple[model.Clock]]:
    table, case = model.Clock, bindparam("case")
    last = (
        select(table.rule, func.max(table.start_seq).label("seq"))
        .where(table.case_id == case)
        .group_by(table.rule)
        .subquery()
    )
    return (
        select(table)
        .outerjoin(last, (last.c.rule == table.rule) & (last.c.seq == table.start_seq))
        .where(table.case_id == case, table.stopped_at.is_(None) | last.c.seq.is_not(None))
        .order_by(table.start_seq, table.id)
    )


_CURRENT = _current()  # asked at every step of every case: built once


def running(session: Session, case_id: str) -> list[model.Clock]:
    """Return the clocks of a case that have not been stopped: running, paused, or expired and still owed."""
    rows = select(model.Clock).where(model.Clock.case_id == case_id, model.Clock.stopped_at.is_(None))
    return list(session.scalars(rows.order_by(model.Clock.start_seq, model.Clock.id)))


def latest(session: Session, case: model.Case, rule: str) -> model.Clock | None:
    """Return the clock of this rule that was started last, in whatever state."""
    rows = select(model.Clock).where(model.Clock.case_id == case.id, model.Clock.rule == rule)
    newest = session.scalars(rows.order_by(model.Clock.start_seq.desc(), model.Clock.id.desc()))
    return next((row for row in newest if not row.values.get("void")), None)


def due_at(session: Session, case: model.Case, rule: str) -> datetime | None:
    """Return when a clock that is running falls due; None where none runs, for the timers bound to it."""
    row = latest(session, case, rule)
    return row.due_at if row is not None and row.stopped_at is None else None


def due_on(session: Session, case: model.Case, rule: str) -> date | None:
    """Return the due day of the latest clock of a rule, for expressions; of an hour clock its office day."""
    row = latest(session, case, rule)
    return None if row is None else day_of(row)


def day_of(row: model.Clock) -> date | None:
    """Return the office day on which a clock falls due."""
    return None if row.due_at is None else row.due_on or office_day(row.due_at)


def lapse_on(session: Session, case: model.Case, rule: str) -> date | None:
    """Return the last day in the lenient reading, which alone may lock something."""
    row = latest(session, case, rule)
    return None if row is None or row.lapse_at is None else row.lapse_on or office_day(row.lapse_at)


def started(session: Session, case: model.Case, rule: str) -> datetime | None:
    """Return when the latest clock of a rule started."""
    row = latest(session, case, rule)
    return row.started_at if row is not None else None


def for_step(
    rules: Iterable[Rule], rows: Iterable[model.Clock], step: str, item: int | None = None
) -> model.Clock | None:
    """Return the clock that a task answers to: of those that its step stops, the one that is due first.

    A task without an item may stop the clock of any item.
    """
    stops = {rule.id for rule in rules if rule.duty and (rule.on("stop", step) or rule.on("rearm", step))}
    found = [
        row
        for row in rows
        if row.rule in stops and (item is None or row.item in (None, item)) and row.due_at is not None
    ]
    return min(found, key=lambda row: row.due_at, default=None)


def nearest(session: Session, case: model.Case) -> model.Clock | None:
    """Return the duty of a case that falls due first."""
    owed = [row for row in running(session, case.id) if is_duty(row) and row.due_at is not None]
    return min(owed, key=lambda row: row.due_at, default=None)


def late_at(row: model.Clock) -> datetime | None:
    """Return the moment after which somebody is late: another body only when the lenient reading has passed too."""
    return row.lapse_at or row.due_at if row.values["rule"].get("expires") == "lapse" else row.due_at


def is_duty(row: model.Clock) -> bool:
    """Tell whether the end of this clock means lateness (and not merely an end)."""
    return bool(row.values["rule"].get("duty", deadlines.KINDS[row.kind]))


def due_events(row: model.Clock, now: datetime) -> list[dict[str, Any]]:
    """Return what a clock has to do at its next moment; [] where that lies ahead."""
    if row.next_at is None or row.next_at > now:
        return []
    return [action for _, _, actions in _pending(row, row.next_at) for action in actions]


def fire(session: Session, row: model.Clock, now: datetime) -> list[dict[str, Any]]:
    """Take the actions of the clock's next moment, each once; a moment that lies further on is another call."""
    if row.next_at is None or row.next_at > now:
        return []
    pending = _pending(row, row.next_at)
    marks = [mark for _, mark, _ in pending]
    row.fired = [*row.fired, *marks]
    if "due" in marks and row.state == "running":
        row.state = "expired"
    row.next_at = _next(row)
    session.flush()
    return [dict(action) for _, _, actions in pending for action in actions]


def open_again(row: model.Clock, since: datetime) -> None:
    """Let a clock open once more what it has opened since a moment: a task that is no longer there."""
    again = {mark for at, mark, actions in _plan(row) if at > since and any("act" in action for action in actions)}
    row.fired = [mark for mark in row.fired if mark not in again]
    row.next_at = _next(row)


def stop_all(rows: Iterable[model.Clock], now: datetime) -> None:
    """Stop what still runs of the clocks of a case that ends; what is overdue stays expired for good."""
    for row in rows:
        if row.stopped_at is not None:
            continue
        row.stopped_at, row.next_at = now, None
        if row.state != "expired":
            row.state = "stopped"


def recompute_provisional(
    session: Session, calendar: Calendar, now: datetime, case_id: str | None = None
) -> list[tuple[model.Clock, date | None, date | None]]:
    """Count again the open clocks (of one case, or all) that rested on a year without data; return those that moved.

    (clock, old day, new day); the tasks and timers bound to them are the caller's to bring after.
    """
    table = model.Clock
    guessed = table.values["uncertain"].as_boolean()
    rows = select(table).where(table.stopped_at.is_(None), guessed).order_by(table.case_id, table.id)
    if case_id is not None:
        rows = rows.where(table.case_id == case_id)
    moved = []
    for row in session.scalars(rows).all():
        old = row.due_on
        recount(row, calendar, now)
        if row.due_on != old:
            moved.append((row, old, row.due_on))
            note(row, now, f"放假安排公布后重新计算：{_said(old)}改为{_said(row.due_on)}")
    session.flush()
    return moved


def recount(row: model.Clock, calendar: Calendar, now: datetime) -> None:
    """Count a clock out from its values, pauses and extensions, and write what it comes to into the row."""
    rule = deadlines.parse(row.values["rule"])
    due = _window(row, rule, calendar) if rule.kind == "window" else _counted(row, rule, calendar)
    if rule.kind == "window" and due.yellow_at != row.yellow_at:
        row.fired = [mark for mark in row.fired if mark != "yellow"]
    for name in ("due_on", "due_at", "lapse_on", "lapse_at", "yellow_at", "orange_at", "provisional"):
        setattr(row, name, getattr(due, name))
    plan = deadlines.schedule(rule, due, calendar)
    keep(
        row,
        schedule=[[_text(moment), mark, actions] for moment, mark, actions in plan],
        uncertain=due.uncertain,
        remaining=due.remaining,
    )
    row.explanation = due.explanation + row.values.get("notes", [])
    # What lies ahead again (an extension was granted) may happen again; of warnings only the last is said.
    ahead = {mark for moment, mark, _ in plan if moment > now}
    passed = [mark for moment, mark, _ in plan if moment <= now and mark in ("yellow", "orange", "due")]
    row.fired = [mark for mark in row.fired if mark not in ahead]
    row.fired += [mark for mark in passed[:-1] if mark not in row.fired and mark != "due"]
    if row.stopped_at is None:
        expired = "expired" if "due" in row.fired else "running"
        row.state = "paused" if due.remaining is not None else expired
        row.next_at = _next(row)


def note(row: model.Clock, now: datetime, why: str) -> None:
    """Say in the explanation that a clock was counted again, and why."""
    keep(row, notes=[*row.values.get("notes", []), {"corrected": _text(now), "why": why}])
    row.explanation = [*row.explanation, row.values["notes"][-1]]


def keep(row: model.Clock, **values: Any) -> None:
    """Put values into a row's JSON; a new object, so that the change is seen."""
    row.values = {**row.values, **values}


def _counted(row: model.Clock, rule: Rule, calendar: Calendar) -> Due:
    target = _point(row.values.get("target"))
    if rule.kind in ("until", "lead") and target is None and not any("day" in e for e in row.extensions):
        return Due(explanation=[{"why": "期限日尚未确定"}])
    span = row.values.get("length")
    return deadlines.compute(
        rule,
        row.started_at,
        calendar,
        span=length(span) if span else None,
        target=target,
        pauses=[_pause(entry) for entry in row.pauses],
        additions=[_addition(entry) for entry in row.extensions],
        rearmed=bool(row.values.get("rearmed")),
    )


def _window(row: model.Clock, rule: Rule, calendar: Calendar) -> Due:
    days = [(date.fromisoformat(day), datetime.fromisoformat(at)) for _, day, at in row.values.get("days", [])]
    reached, until = deadlines.count_in_windows(rule.windows, [day for day, _ in days], calendar)
    at = None
    for n in range(1, len(days) + 1):
        if at is None and deadlines.count_in_windows(rule.windows, [day for day, _ in days[:n]], calendar)[0]:
            at = days[n - 1][1]
    log = [{"day": day.isoformat(), "n": n} for n, (day, _) in enumerate(sorted(days), 1)]
    if reached:
        log[-1]["why"] = f"{reached.words}内已达规定次数"
    elif until:
        log.append({"lapse": until.isoformat(), "why": "至此日再有一次即达规定次数"})
    near = days[-1][1] if until and not reached else None
    return Due(due_at=at, lapse_on=until, lapse_at=at, yellow_at=near, explanation=log)


def _pending(row: model.Clock, moment: datetime) -> list[tuple[datetime, str, list[dict[str, Any]]]]:
    return [entry for entry in _plan(row) if entry[0] <= moment and entry[1] not in row.fired]


def _next(row: model.Clock) -> datetime | None:
    return min((at for at, mark, _ in _plan(row) if mark not in row.fired), default=None)


def _plan(row: model.Clock) -> list[tuple[datetime, str, list[dict[str, Any]]]]:
    return [(datetime.fromisoformat(at), mark, actions) for at, mark, actions in row.values["schedule"]]


def _pause(entry: Mapping[str, Any]) -> Pause:
    until, limit = entry.get("to"), entry.get("max")
    return Pause(
        datetime.fromisoformat(entry["from"]),
        datetime.fromisoformat(until) if until else None,
        entry.get("why") or "中止计时",
        length(limit) if limit else None,
    )


def _addition(entry: Mapping[str, Any]) -> Addition:
    day = entry.get("day")
    return Addition(
        by=length(entry["by"]) if "by" in entry else None,
        day=date.fromisoformat(day) if day else None,
        why=entry.get("why") or "延长",
    )


def _point(text: str | None) -> date | datetime | None:
    if text is None:
        return None
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def _text(moment: datetime) -> str:
    return moment.astimezone(office_zone()).isoformat()


def _said(day: date | None) -> str:
    return day.isoformat() if day else "未定"
