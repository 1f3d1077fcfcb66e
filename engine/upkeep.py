"""What keeps the office running by itself: what is due, what is waiting, what has come to a standstill."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from engine import catalog, clock, ledger, model, outbox, parameters, registers, store, wakeups, workers
from engine.workdays import office_day

SEAL_EVERY = timedelta(hours=1)
CASES_AT_ONCE = 200
JOBS_AT_ONCE, BATCHES = 500, 20
LONGEST = 36_500  # days; beyond a century the calendar of computers ends


def beat() -> None:
    """Do what a worker does each second beside its jobs: fire what is due; each hour seal the ledger, drop old jobs."""
    now = clock.now()
    _fire(now)
    _hourly(now)


def tick(now: datetime) -> int:
    """Fire what is due and, where no worker lives, carry out the waiting jobs; return how much was due."""
    fired = _fire(now)
    if not outbox.is_empty() and not workers.alive():
        with workers.running("tick", poll=0.05):
            workers.finish()
        fired += _fire(now)  # a job may have opened a case with something due
    _hourly(now)
    return fired


def prune_jobs(now: datetime) -> int:
    """Drop the records of jobs that were over long ago (`jobs.kept_days`), batch by batch; return how many.

    What a batch deletes is committed by itself, and what is left over waits for the next hour.
    """
    with store.reading() as session:
        settled = parameters.value(session, outbox.KEPT, "", office_day(now))
    days = settled.value if settled else outbox.KEPT_DAYS
    before, done = now - timedelta(days=min(days, LONGEST)), 0
    for _ in range(BATCHES):
        found = outbox.prune(before, JOBS_AT_ONCE)
        done += found
        if not found:
            break
    return done


def work(name: str, stop: threading.Event) -> None:
    """Be a worker until told to stop."""
    workers.work(name, stop, beat)


def problems(session: Session) -> Iterator[str]:
    """Say what is wrong with the records: broken chains and seals, open cases in which nothing can happen."""
    yield from ledger.verify(session)
    yield from (f"案件 {number} 没有待办、期限或可办事项，已停滞" for number in stalled(session))


def stalled(session: Session) -> list[str]:
    """Return the numbers of open cases that wait for nothing and have no open incident."""
    case = model.Case
    waits = (
        exists().where(model.Task.case_id == case.id, model.Task.state == "open"),
        exists().where(model.WakeUp.case_id == case.id),
        exists().where(model.Subscription.case_id == case.id),
        exists().where(model.Incident.case_id == case.id, model.Incident.state == "open"),
    )
    query = select(case.number).where(case.state == "open", *(~wait for wait in waits))
    return list(session.scalars(query.order_by(case.number)))


def rebuild_registers(now: datetime) -> int:
    """Write all register lines anew from the case files, some cases at a time; return how many cases."""
    done, last = 0, ""
    while True:
        with store.writing() as session:
            page = select(model.Case).where(model.Case.id > last).order_by(model.Case.id).limit(CASES_AT_ONCE)
            rows = session.scalars(page.with_for_update()).all()
            if not rows:
                return done
            cases = [(case, catalog.load(session, case.bundle_hash)) for case in rows]
            done += registers.rebuild(session, cases, now)
            last = rows[-1].id


def _fire(now: datetime) -> int:
    return sum(wakeups.sweep(now).done.values())


def _hourly(now: datetime) -> None:
    with store.reading() as session:
        last = session.scalar(select(model.Seal.at).order_by(model.Seal.id.desc()).limit(1))
    if last is None or now - last >= SEAL_EVERY:
        with store.writing() as session:
            ledger.seal(session, now)
        prune_jobs(now)
