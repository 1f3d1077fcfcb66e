"""The demo office: invented people, enterprises and cases, told by running the real processes through a year."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from engine import installation, ledger, model, parameters, store, wakeups
from engine.errors import Refused

MARK = "demo"


def fill(now: datetime, password_hash: str, publish: Callable[[datetime], None], say: Callable[[str], None]) -> bool:
    """Fill an empty office; tell whether anything was done.

    `publish` puts the processes in force at a moment. A filling that was interrupted goes on where it stopped.
    """
    # A thousand lines of examples, which no other start of the system reads.
    from web.demo import enterprises, office, telling
    from web.demo.agenda import agenda, opening

    with store.reading() as session:
        mark = _mark(session)
        if mark is None and installation.has_people(session):
            return False
    if mark is not None:
        if mark["done"] is None:
            return False
        now = datetime.fromisoformat(mark["now"])
    else:
        say("正在建立演示机构和人员……")
        with store.writing() as session:
            office.open_office(session, opening(now), password_hash)
            enterprises.register(session, opening(now))
            session.add(model.Setting(key=MARK, value=_words(now, 0)))
    publish(opening(now))
    with store.writing() as session:
        _backdate(session, opening(now))
        schedule = wakeups.scheduled(session, "first workday of quarter 00:00", opening(now), now)
        events = agenda(now, parameters.calendar(session), schedule)
    done = mark["done"] if mark else 0
    teller = telling.Teller(now)
    day = None
    for number, event in enumerate(events[done:], start=done + 1):
        with store.reading() as session:
            next_moment = wakeups.next_moment(session)
        if event.at.date() != day or (next_moment is not None and next_moment <= event.at):
            _sweep(event.at)
        day = event.at.date()
        with store.writing() as session:
            teller.tell(session, event)
            _note(session, now, number)
        if number * 10 // len(events) > (number - 1) * 10 // len(events):
            say(f"正在办理演示案件 {number * 100 // len(events)}%（{event.at:%Y-%m-%d}）")
    _sweep(now)
    with store.writing() as session:
        ledger.seal(session, now)
        _note(session, now, None)
    return True


def _backdate(session: Session, moment: datetime) -> None:
    """Let processes that were published just now have been in force from the first day of the demo."""
    later = update(model.Bundle).where(model.Bundle.published_at > moment)
    session.execute(later.values(uploaded_at=moment, published_at=moment))


def _sweep(moment: datetime) -> None:
    swept = wakeups.sweep(moment)
    if swept.failed:
        due, cause = swept.failed[0]
        raise Refused(f"演示数据装载中断：{due.kind} {due.key}：{cause}")


def _mark(session: Session) -> dict | None:
    row = session.get(model.Setting, MARK)
    return json.loads(row.value) if row is not None else None


def _note(session: Session, now: datetime, done: int | None) -> None:
    session.execute(update(model.Setting).where(model.Setting.key == MARK).values(value=_words(now, done)))


def _words(now: datetime, done: int | None) -> str:
    return json.dumps({"now": now.isoformat(), "done": done})
