"""Hand-offs (移交): a matter given to another process once per key, at once or as soon as that process can take it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from engine import cases, catalog, facts, ledger, model, notices, outbox, people, sight
from engine.errors import Conflict, OfficeError
from engine.people import SYSTEM_ACTOR, Actor
from engine.running import NEVER
from engine.values import frozen, thaw

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)


def hand_off(
    session: Session,
    case: model.Case,
    process: str,
    relation: str,
    key: str,
    carries: Mapping[str, Any],
    by: Actor,
    now: datetime,
    title: str = "",
    again: str = "same",
) -> model.Handoff:
    """Hand a matter of `case` (whose row is held locked) to `process`, once per (case, process, key).

    A hand-off that cannot be delivered waits as 待移交 with its cause and is tried again; it stops nothing else.
    A second one with the same key is the first again, or with `again="refuse"` a Conflict HZ-E40 with the number.
    """
    whole = cases.matter(case, process, key)
    known = session.scalars(select(model.Handoff).where(model.Handoff.key == whole)).first()
    if known is not None:
        if again == "refuse":
            target = session.get(model.Case, known.target_id) if known.target_id else None
            number = target.number if target else "待移交"
            raise Conflict(f"该事项已移交，案号{number}", "HZ-E40", known.by, known.at)
        return known
    row = model.Handoff(
        id=model.new_id("h"),
        case_id=case.id,
        process=process,
        relation=relation or process,
        key=whole,
        title=title or process,
        carries={name: frozen(value) for name, value in carries.items()},
        state="waiting",
        by=by.user,
        at=now,
        cause="",
        tries=0,
    )
    session.add(row)
    session.flush()
    ledger.record(session, case, by, "matter handed off", now, process=process, key=key)
    deliver(session, row, now)
    return row


def deliver(session: Session, row: model.Handoff, now: datetime) -> bool:
    """Try to open the target of a waiting hand-off; on failure keep the cause and the time of the next try."""
    if row.state == "delivered":
        return True
    row.tries += 1
    if catalog.published_hash(session, row.process) is None:
        # Nothing to try before the process is published, and then it is due at once.
        return _wait(row, f"流程 {row.process} 尚未发布", now, NEVER)
    carried = {name: thaw(value) for name, value in row.carries.items()}
    try:
        with session.begin_nested():
            # Somebody may have handed it over by hand in the meantime.
            target = cases.handed_off(session, row.key) or cases.open_case(
                session,
                row.process,
                SYSTEM_ACTOR,
                now,
                parent=row.case_id,
                relation=row.relation,
                key=row.key,
                carried=carried,
            )
    except OfficeError as error:
        return _wait(row, error.detail, now)
    except Exception as error:
        # Whatever broke the target's own process must not stop the case that hands over; the cause is shown.
        return _wait(row, f"{type(error).__name__}: {error}", now)
    row.state, row.target_id, row.delivered_at, row.next_try_at, row.cause = (
        "delivered",
        target.id,
        now,
        None,
        "",
    )
    settings = catalog.load(session, target.bundle_hash).settings
    title = settings["title"]
    for role in settings.get("starts", ()):
        text = f"收到移交：{target.number} {title}（来自 {session.get_one(model.Case, row.case_id).number}）"
        told = [user.name for user in people.members(session, role, target.org_id)]
        notices.tell(session, sight.readers(session, target, told, now), "handoff", text, now, target.id)
    session.flush()
    return True


def waiting(session: Session, now: datetime, limit: int = 50) -> list[str]:
    """Return the ids of hand-offs whose next try is due."""
    rows = model.Handoff
    return list(
        session.scalars(
            select(rows.id)
            .where(rows.state == "waiting", or_(rows.next_try_at.is_(None), rows.next_try_at <= now))
            .order_by(rows.at)
            .limit(limit)
        )
    )


def retry(session: Session, handoff_id: str, now: datetime) -> bool:
    """Try a waiting hand-off again under the lock of its case."""
    row = session.get_one(model.Handoff, handoff_id)
    session.execute(select(model.Case.id).where(model.Case.id == row.case_id).with_for_update())
    session.refresh(row)
    return deliver(session, row, now)


def waiting_for(session: Session, process: str) -> int:
    """Return how many hand-offs wait for a process."""
    rows = select(func.count()).where(model.Handoff.process == process, model.Handoff.state == "waiting")
    return session.scalar(rows) or 0


def deployed(session: Session, process: str) -> None:
    """A process was published: its waiting hand-offs are due at once, and a new referral table is asked everywhere."""
    for row in session.scalars(
        select(model.Handoff).where(model.Handoff.process == process, model.Handoff.state == "waiting")
    ):
        row.next_try_at = None
    if process == facts.PROCESS:
        outbox.put(session, "screen_cases", key=str(catalog.published_hash(session, process)))


def _wait(row: model.Handoff, cause: str, now: datetime, until: datetime | None = None) -> bool:
    pause = min(FIRST_PAUSE * 2 ** min(row.tries, 10), LONGEST_PAUSE)
    row.state, row.cause, row.next_try_at = "waiting", cause[:2000], until or now + pause
    return False


def by_name(session: Session, row: model.Handoff) -> str:
    """Return who handed it off, as people read it."""
    return people.display(session, row.by)
