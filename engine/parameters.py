"""What a place has settled for itself, from which day and on what ground; and the calendar of the office."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import deadlines, ledger, model, people, store, workdays
from engine.errors import NotAllowed, NotFound, Refused, refuse
from engine.workdays import BadLength, Calendar, length, office_day

DESIGNERS = frozenset({"process_designer"})
CALENDAR_VERSION = "calendar"
CLOCKS = "clock."
_LENGTHS = frozenset({"length"})
_FIXED = frozenset({"id", "kind", "regional"})
_calendars: dict[str, tuple[str, Calendar]] = {}


class Value(NamedTuple):
    """A value in force, where it was settled and whether its text was seen (待核 where not)."""

    value: Any
    source: str
    verified: bool
    region: str = ""


def value(session: Session, key: str, region: str, on: date) -> Value | None:
    """Return what the nearest region (the place itself, else upwards) has in force for `key` on a day."""
    return _nearest(_rows(session, model.Parameter.key == key, region), region, on).get(key)


def clock_values(session: Session, rule: str, region: str, on: date) -> dict[str, Value]:
    """Return the attributes of a clock that this place has settled otherwise, by attribute."""
    rows = session.info.get((CLOCKS, region))
    if rows is None:
        rows = session.info[CLOCKS, region] = _rows(session, model.Parameter.key.startswith(CLOCKS), region)
    found = _nearest(rows, region, on)
    prefix = f"{CLOCKS}{rule}."
    return {key.removeprefix(prefix): settled for key, settled in found.items() if key.startswith(prefix)}


def set_(
    session: Session,
    key: str,
    value: Any,
    region: str,
    source: str,
    by: people.Actor,
    now: datetime,
    in_force_from: date | None = None,
    in_force_until: date | None = None,
    verified: bool = False,
) -> model.Parameter:
    """Settle a value for a region from a day on (today, where none is given); running clocks keep theirs."""
    require_keeper(by)
    if not source.strip():
        raise Refused("必须注明依据", "E-COM-01", {"source": "E-COM-01"})
    start = in_force_from or office_day(now)
    if in_force_until is not None and in_force_until < start:
        raise Refused("失效日期早于施行日期", "E-COM-30", {"in_force_until": "E-COM-30"})
    if key.startswith(CLOCKS):
        _check_clock(key, value)
    row = model.Parameter(
        id=model.new_id("p"),
        key=key,
        region=region,
        value={"value": value},
        source=source.strip(),
        verified=verified,
        in_force_from=start,
        in_force_until=in_force_until,
        set_by=by.user,
        set_at=now,
    )
    session.add(row)
    ledger.record_account(
        session, by.user, by, "parameter set", now, key=key, region=region, value=value, source=row.source
    )
    session.flush()
    for known in [known for known in session.info if known[0] == CLOCKS]:
        session.info.pop(known)
    return row


def end(session: Session, parameter_id: str, until: date, by: people.Actor, now: datetime) -> model.Parameter:
    """Let a settled value end with a day, today or later; the one of the place above counts again."""
    require_keeper(by)
    row = session.get(model.Parameter, parameter_id)
    if row is None:
        raise NotFound("没有这项地方规定")
    if until < max(office_day(now), row.in_force_from):
        refuse({"in_force_until": ("E-COM-30", "失效日期不能早于今天，也不能早于施行日期")})
    row.in_force_until = until
    ledger.record_account(
        session, by.user, by, "parameter ended", now, key=row.key, region=row.region, until=until.isoformat()
    )
    session.flush()
    return row


def may_keep(by: people.Actor) -> bool:
    """Tell whether this person keeps parameters, calendar and reference lists."""
    return by.user == people.SYSTEM or by.admin == "system" or bool(by.role_ids & DESIGNERS)


def require_keeper(by: people.Actor) -> None:
    """Raise NotAllowed for everybody but the system administrator and the designers of processes."""
    if not may_keep(by):
        raise NotAllowed("只有系统管理员或流程设计人员可以维护参数、工作日历和参考目录")


def listing(session: Session, prefix: str = "") -> list[model.Parameter]:
    """Return all rows whose key begins so, by key, region and day; the later of two beginnings applies."""
    columns = (model.Parameter.key, model.Parameter.region, model.Parameter.in_force_from, model.Parameter.id)
    found = select(model.Parameter).where(model.Parameter.key.startswith(prefix, autoescape=True))
    return list(session.scalars(found.order_by(*columns)))


def calendar(session: Session) -> Calendar:
    """Return the office calendar; read again only when its version has moved."""
    if (known := session.info.get(CALENDAR_VERSION)) is not None:
        return known
    version = session.get(model.Setting, CALENDAR_VERSION)
    kept = _calendars.get(store.url())
    if version is not None and kept is not None and kept[0] == version.value:
        found = kept[1]
    else:
        days = model.CalendarDay
        found = workdays.calendar(tuple(row) for row in session.execute(select(days.day, days.kind, days.name)))
        if version is not None:
            _calendars[store.url()] = (version.value, found)
    session.info[CALENDAR_VERSION] = found
    return found


def days_of(session: Session, year: int) -> list[model.CalendarDay]:
    """Return the days of a year that depart from Monday to Friday."""
    days = model.CalendarDay
    found = select(days).where(days.day >= date(year, 1, 1), days.day <= date(year, 12, 31))
    return list(session.scalars(found.order_by(days.day)))


def set_days(session: Session, rows: Iterable[tuple[date, str, str]], source: str) -> None:
    """Write days (day, kind, name) into the calendar; an empty kind makes it an ordinary day again.

    The due dates that this moves are the clocks' matter: `clocks.recompute_provisional`.
    """
    if not source.strip():
        raise Refused("必须注明放假通知的文号或网址", "E-COM-01", {"source": "E-COM-01"})
    known = {row.day: row for row in session.scalars(select(model.CalendarDay))}
    for day, kind, name in rows:
        if kind not in ("holiday", "workday", "") or (kind and not name):
            raise Refused(f"{day} 的类别应为 holiday 或 workday，并写明名称", "E-COM-30")
        if not kind:
            if day in known:
                session.delete(known.pop(day))
        elif day in known:
            known[day].kind, known[day].name, known[day].source = kind, name, source.strip()
        else:
            known[day] = model.CalendarDay(day=day, kind=kind, name=name, source=source.strip())
            session.add(known[day])
    session.merge(model.Setting(key=CALENDAR_VERSION, value=model.new_id("v")))
    session.flush()
    session.info.pop(CALENDAR_VERSION, None)


def seed_calendar(session: Session) -> None:
    """Fill an empty calendar with the national holidays of 2004 to 2026."""
    if session.scalars(select(model.CalendarDay).limit(1)).first() is None:
        years = range(workdays.FIRST_YEAR, workdays.LAST_YEAR + 1)
        set_days(session, workdays.national(years), "国务院办公厅各年放假安排通知（chinesecalendar 汇编）")


def _rows(session: Session, which: Any, region: str) -> list[model.Parameter]:
    regions = people.regions_upwards(region)
    return list(session.scalars(select(model.Parameter).where(which, model.Parameter.region.in_(regions))))


def _nearest(rows: Iterable[model.Parameter], region: str, on: date) -> dict[str, Value]:
    regions = people.regions_upwards(region)
    valid = [row for row in rows if row.in_force_from <= on <= (row.in_force_until or on)]
    # The nearest region last, and in it the latest beginning, then the latest word.
    valid.sort(key=lambda row: (-regions.index(row.region), row.in_force_from, row.set_at, row.id))
    return {row.key: Value(row.value["value"], row.source, row.verified, row.region) for row in valid}


def _check_clock(key: str, value: Any) -> None:
    _, _, rest = key.partition(".")
    rule, _, attribute = rest.rpartition(".")
    if not rule or attribute not in deadlines.ATTRIBUTES - _FIXED:
        raise Refused(f"{key} 不是期限的属性，应如 clock.HZ-C05.length", "E-COM-30", {"key": "E-COM-30"})
    if attribute in _LENGTHS:
        try:
            length(value)
        except BadLength as error:
            raise Refused(str(error), "E-COM-30", {"value": "E-COM-30"}) from error
