"""What happens when time passes: timers, clock warnings and expiries, waiting hand-offs, scheduled openings."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import (
    cases,
    catalog,
    handoffs,
    instances,
    ledger,
    model,
    parameters,
    settings,
    store,
)
from engine.errors import OfficeError, Refused
from engine.people import SYSTEM_ACTOR
from engine.workdays import office_zone

log = logging.getLogger(__name__)
PAUSE_AFTER_FAILURE = timedelta(minutes=10)
MOST = 10_000  # in one round; the next one goes on
MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class Due:
    """Something that became due: when, of which kind, and its keys."""

    at: datetime
    kind: str  # timer | clock | handoff | opening
    key: tuple[str, ...]


@dataclass
class Swept:
    """What a sweep did: how many of each kind, and which could not be carried out."""

    done: dict[str, int]
    failed: list[tuple[Due, str]]


def sweep(now: datetime) -> Swept:
    """Carry out what is due, in order of due time, each at its own moment and in its own transaction.

    A failing case is reported, becomes an incident, and is tried again later; it stops no other.
    """
    swept = Swept({}, [])
    with store.reading() as session:
        # What a schedule opens follows from the calendar alone: nothing that is carried out here adds to it.
        openings = list(_openings(session, now))
    for _ in range(MOST):
        with store.reading() as session:
            due = _next(session, now, openings, {failed.key for failed, _ in swept.failed})
        if due is None:
            break
        try:
            with store.writing() as session:
                _carry_out(session, due, now)
        except Exception as error:
            # One broken case must stop no other: the incident is recorded, the rest goes on.
            log.warning("%s %s: %r", due.kind, due.key, error)
            swept.failed.append((due, error.detail if isinstance(error, OfficeError) else repr(error)))
            _put_off(due, now)
        else:
            swept.done[due.kind] = swept.done.get(due.kind, 0) + 1
        openings = [opening for opening in openings if opening != due]
    return swept


def seal_hourly(now: datetime) -> bool:
    """Seal the ledger's heads when the last seal is an hour old."""
    with store.writing() as session:
        last = session.scalar(select(model.Seal.at).order_by(model.Seal.id.desc()).limit(1))
        if last is not None and now - last < timedelta(hours=1):
            return False
        return ledger.seal(session, now) is not None


def next_moment(session: Session) -> datetime | None:
    """Return the earliest moment at which something becomes due, or None."""
    times = [
        session.scalar(select(model.WakeUp.wake_at).order_by(model.WakeUp.wake_at).limit(1)),
        session.scalar(
            select(model.Clock.next_at).where(model.Clock.next_at.is_not(None)).order_by(model.Clock.next_at).limit(1)
        ),
    ]
    return min((moment for moment in times if moment is not None), default=None)


def _next(session: Session, now: datetime, openings: list[Due], failed: set[tuple[str, ...]]) -> Due | None:
    found = [due for due in (*_candidates(session, now), *openings) if due.key not in failed]
    return min(found, key=lambda due: (due.at, due.kind, due.key), default=None)


def _candidates(session: Session, now: datetime) -> Iterator[Due]:
    timers = select(model.WakeUp).where(model.WakeUp.wake_at <= now).order_by(model.WakeUp.wake_at).limit(20)
    for row in session.scalars(timers):
        yield Due(row.wake_at, "timer", (row.case_id, row.node))
    due = select(model.Clock).where(model.Clock.next_at <= now).order_by(model.Clock.next_at).limit(20)
    for row in session.scalars(due):
        yield Due(row.next_at, "clock", (row.case_id, row.id))
    for handoff_id in handoffs.waiting(session, now, 20):
        yield Due(now, "handoff", (handoff_id,))


def _carry_out(session: Session, due: Due, now: datetime) -> None:
    moment = min(due.at, now)
    if due.kind == "timer":
        _fire_timer(session, due, moment)
    elif due.kind == "clock":
        _fire_clock(session, due, moment)
    elif due.kind == "handoff":
        handoffs.retry(session, due.key[0], now)
    else:
        _open_scheduled(session, due, moment)


def _fire_timer(session: Session, due: Due, moment: datetime) -> None:
    case = store.locked(session, due.key[0], skip=True)
    if case is None or session.get(model.WakeUp, due.key) is None:
        return
    with instances.advancing(session, case.id, moment, retry={"verb": "timer", "node": due.key[1]}, held=case) as run:
        fired = run.machine.fire_due(moment)
        ledger.record(session, case, SYSTEM_ACTOR, "timer fired", moment, steps=sorted(fired or ()))


def _fire_clock(session: Session, due: Due, moment: datetime) -> None:
    case = store.locked(session, due.key[0], skip=True)
    if case is None:
        return
    clock = session.get_one(model.Clock, due.key[1])
    if case.state != "open":
        clock.next_at = None
    elif clock.next_at is not None:
        # The path itself carries out what its clocks owe by its moment.
        with instances.advancing(session, case.id, moment, retry={"verb": "clock", "clock": clock.id}, held=case):
            pass


def _put_off(due: Due, now: datetime) -> None:
    later = now + PAUSE_AFTER_FAILURE
    with store.writing() as session:
        if due.kind == "timer":
            rows = update(model.WakeUp).where(model.WakeUp.case_id == due.key[0], model.WakeUp.node == due.key[1])
            session.execute(rows.values(wake_at=later))
        elif due.kind == "clock":
            session.execute(update(model.Clock).where(model.Clock.id == due.key[1]).values(next_at=later))
        elif due.kind == "handoff":
            session.execute(update(model.Handoff).where(model.Handoff.id == due.key[0]).values(next_try_at=later))


def _openings(session: Session, now: datetime) -> Iterator[Due]:
    for bundle in catalog.all_published(session):
        schedule = bundle.settings.get("schedule")
        if not schedule:
            continue
        since = session.scalar(select(model.Bundle.published_at).where(model.Bundle.hash == bundle.hash)) or now
        first = session.scalar(
            select(model.Bundle.published_at)
            .where(model.Bundle.process == bundle.process, model.Bundle.published_at.is_not(None))
            .order_by(model.Bundle.published_at)
            .limit(1)
        )
        seat = bundle.settings.get("schedule_in", "commission")
        offices = session.scalars(select(model.Org.id).where(model.Org.kind == seat, model.Org.active)).all()
        for period, moment in scheduled(session, str(schedule), first or since, now):
            ran = set(
                session.scalars(
                    select(model.ScheduledRun.org_id).where(
                        model.ScheduledRun.process == bundle.process, model.ScheduledRun.period == period
                    )
                )
            )
            for office in sorted(set(offices) - ran):
                yield Due(moment, "opening", (bundle.process, office, period))


def scheduled(session: Session, schedule: str, since: datetime, now: datetime) -> list[tuple[str, datetime]]:
    """Return (period, moment) of a schedule such as `first workday of quarter 00:00` between two moments.

    Raises Refused for a schedule that cannot be read.
    """
    match = settings.SCHEDULE.fullmatch(schedule.strip())
    if match is None:
        raise Refused(f"无法识别的定时规则：{schedule}", "E-COM-20")
    months, zone, calendar = MONTHS[match[1]], office_zone(), parameters.calendar(session)
    day = since.astimezone(zone).date()
    start = date(day.year, (day.month - 1) // months * months + 1, 1)
    found = []
    while True:
        first = start if calendar.is_workday(start) else calendar.add(start, 1)
        moment = datetime(first.year, first.month, first.day, int(match[2]), int(match[3]), tzinfo=zone)
        if moment > now:
            return found
        if moment >= since:
            found.append((f"{start.year}-{start.month:02}", moment))
        index = start.year * 12 + start.month - 1 + months
        start = date(index // 12, index % 12 + 1, 1)


def _open_scheduled(session: Session, due: Due, moment: datetime) -> None:
    process, office, period = due.key
    # The row decides between two workers: whoever inserts it opens the case.
    if not store.insert_if_absent(
        session, model.ScheduledRun, process=process, org_id=office, period=period, case_id=None, at=moment
    ):
        return
    case = cases.open_case(session, process, SYSTEM_ACTOR, moment, org=office, carried={"period": period})
    session.execute(
        update(model.ScheduledRun)
        .where(
            model.ScheduledRun.process == process,
            model.ScheduledRun.org_id == office,
            model.ScheduledRun.period == period,
        )
        .values(case_id=case.id)
    )
