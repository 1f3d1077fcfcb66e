"""Notices to people: from clocks, reminders and hand-offs; read once, mailed where mail is configured."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from engine import mail, model, outbox, people
from engine.people import Actor


def tell(
    session: Session,
    users: Iterable[str],
    kind: str,
    text: str,
    now: datetime,
    case_id: str | None = None,
    task_id: str | None = None,
) -> None:
    """Leave a notice for each of these people; `kind` is clock, reminder, handoff, assigned, incident or watch."""
    for name in sorted(set(users) - {people.SYSTEM}):
        row = model.Notice(
            id=model.new_id("n"),
            user_name=name,
            case_id=case_id,
            task_id=task_id,
            kind=kind,
            text=text[:1000],
            at=now,
        )
        session.add(row)
        if mail.is_configured():
            session.flush()
            outbox.put(session, "send_mail", key=row.id, notice_id=row.id)


def tell_role(
    session: Session,
    role: str,
    org_id: str,
    kind: str,
    text: str,
    now: datetime,
    case_id: str | None = None,
) -> None:
    """Leave a notice for everybody who holds a role in an office."""
    names = [user.name for user in people.members(session, role, org_id)]
    tell(session, names, kind, text, now, case_id)


def unread(session: Session, by: Actor) -> int:
    """Return how many notices this person has not read (counted up to 100)."""
    rows = select(model.Notice.id).where(model.Notice.user_name == by.user, model.Notice.read_at.is_(None)).limit(100)
    return session.scalar(select(func.count()).select_from(rows.subquery())) or 0


def listing(session: Session, by: Actor, page: int = 1, size: int = 50) -> list[model.Notice]:
    """Return a person's notices, unread first, then the newest."""
    rows = (
        select(model.Notice)
        .where(model.Notice.user_name == by.user)
        .order_by(model.Notice.read_at.is_not(None), model.Notice.at.desc())
    )
    return list(session.scalars(rows.limit(size).offset((page - 1) * size)))


def mark_read(session: Session, by: Actor, now: datetime, notice_id: str | None = None) -> None:
    """Mark one of this person's notices as read, or all of them."""
    rows = update(model.Notice).where(model.Notice.user_name == by.user, model.Notice.read_at.is_(None))
    if notice_id is not None:
        rows = rows.where(model.Notice.id == notice_id)
    session.execute(rows.values(read_at=now))
