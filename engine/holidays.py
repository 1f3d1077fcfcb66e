"""Holiday notices: the days they name, and the provisional deadlines that stand firm once they are known."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clocks, instances, ledger, model, parameters, store
from engine.errors import refuse
from engine.people import SYSTEM_ACTOR, Actor
from engine.workdays import office_day

log = logging.getLogger(__name__)
FARTHEST_YEAR = 5


@dataclass(frozen=True)
class Moved:
    """A due day that a new calendar has moved."""

    case_id: str
    number: str
    org_id: str
    title: str
    before: date | None
    after: date | None


@dataclass
class Recounted:
    """What a new calendar has done: how many cases were counted again, which due days moved, which cases failed."""

    cases: int = 0
    moved: list[Moved] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def announce(days: Iterable[tuple[date, str, str]], source: str, by: Actor, now: datetime) -> Recounted:
    """Write the days of a holiday notice into the calendar, then bring every deadline after that was provisional.

    Refused with every wrong day. Due days that stood fixed keep theirs.
    """
    days = list(days)
    with store.writing() as session:
        parameters.require_keeper(by)
        _check_days(days, now)
        parameters.set_days(session, days, source)
        detail = {"days": len(days), "first": min(days)[0].isoformat(), "last": max(days)[0].isoformat()}
        ledger.record_account(session, by.user, by, "calendar changed", now, source=source.strip(), **detail)
    return recount_provisional(now)


def recount_provisional(now: datetime) -> Recounted:
    """Count the provisional deadlines again, and bind to them the tasks and timers that follow them.

    Each case in its own transaction: one that fails becomes an incident and holds up no other, and whatever is
    interrupted is done by the next call.
    """
    done = Recounted()
    with store.reading() as session:
        table = model.Clock
        guessed = (table.stopped_at.is_(None), table.values["uncertain"].as_boolean())
        waiting = session.scalars(select(table.case_id).where(*guessed).distinct().order_by(table.case_id)).all()
    for case_id in waiting:
        try:
            with store.writing() as session:
                done.moved += _recount(session, case_id, now)
        except Exception:
            # One broken case must not leave the others with the days of last year.
            log.exception("case %s not counted again", case_id)
            done.failed.append(case_id)
        else:
            done.cases += 1
    return done


def _recount(session: Session, case_id: str, now: datetime) -> list[Moved]:
    case = store.locked(session, case_id)
    if case is None or case.state != "open":
        return []
    before = [_days_of(row) for row in clocks.running(session, case_id)]
    # Counted before the path is entered, which else would carry out what the old day owed.
    moved = clocks.recompute_provisional(session, parameters.calendar(session), now, case_id)
    if before == [_days_of(row) for row in clocks.running(session, case_id)]:
        return []
    for row, old, new in moved:
        why = f"放假安排公布，{_said(old)}改为{_said(new)}"
        ledger.record(session, case, SYSTEM_ACTOR, "clock moved", now, title=row.title, clock=row.rule, reason=why)
    with instances.advancing(session, case_id, now, held=case) as run:
        run.clocks_moved = True
    return [Moved(case.id, case.number, case.org_id, row.title, old, new) for row, old, new in moved]


def _days_of(row: model.Clock) -> tuple[object, ...]:
    return row.id, row.due_at, row.yellow_at, row.orange_at, row.lapse_at, row.provisional


def _said(day: date | None) -> str:
    return day.isoformat() if day else "未定"


def _check_days(days: list[tuple[date, str, str]], now: datetime) -> None:
    problems, seen = {}, set()
    if not days:
        problems["file"] = ("E-COM-01", "表中没有日期")
    for day, kind, name in days:
        if day in seen:
            problems["file"] = ("E-COM-19", f"{day.isoformat()} 在表中出现两次，全部未导入")
        elif kind and not name.strip():
            problems["file"] = ("E-COM-01", f"{day.isoformat()} 没有写明名称，全部未导入")
        elif len(name) > 60:
            problems["file"] = ("E-COM-22", f"{day.isoformat()} 的名称超过 60 个字，全部未导入")
        elif abs(day.year - office_day(now).year) > FARTHEST_YEAR:
            problems["file"] = ("E-COM-30", f"{day.isoformat()} 离今年太远，请核对年份，全部未导入")
        if problems:
            break
        seen.add(day)
    refuse(problems)
