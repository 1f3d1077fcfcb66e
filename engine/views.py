"""Saved views: the filters of a board that a person keeps under a name; nobody sees those of another."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine import model
from engine.errors import NotFound, Refused
from engine.people import Actor

MOST, LONGEST_NAME, LONGEST_QUERY = 30, 30, 1000


def of(session: Session, board: str, by: Actor) -> list[model.SavedView]:
    """Return the views that this person keeps of a board, by name."""
    rows = model.SavedView
    query = select(rows).where(rows.user_name == by.user, rows.board == board)
    return list(session.scalars(query.order_by(rows.name, rows.id)))


def save(
    session: Session, board: str, name: str, query: str, by: Actor, now: datetime, opens: bool = False
) -> model.SavedView:
    """Keep filters under a name; the same name again means these filters from now on."""
    name = _name(name)
    kept = {row.name: row for row in of(session, board, by)}
    row = kept.get(name)
    if row is None and len(kept) >= MOST:
        raise Refused(f"最多保存 {MOST} 个视图，请先删除不用的", "E-WEB-05", {"name": "E-WEB-05"})
    if row is None:
        row = model.SavedView(
            id=model.new_id("v"), user_name=by.user, board=board, name=name, opens=False, created_at=now
        )
        session.add(row)
    row.query = query[:LONGEST_QUERY]
    _flush(session)
    return set_opening(session, row.id, True, by) if opens else row


def rename(session: Session, view_id: str, name: str, by: Actor) -> model.SavedView:
    """Give a view another name."""
    row = _own(session, view_id, by)
    row.name = _name(name)
    _flush(session)
    return row


def set_opening(session: Session, view_id: str, opens: bool, by: Actor) -> model.SavedView:
    """Let a board open with this view, or no longer; only one does."""
    row = _own(session, view_id, by)
    rows = model.SavedView
    session.execute(update(rows).where(rows.user_name == by.user, rows.board == row.board).values(opens=False))
    row.opens = opens
    session.flush()
    return row


def delete(session: Session, view_id: str, by: Actor) -> str:
    """Forget a view; return the name that it had."""
    row = _own(session, view_id, by)
    session.delete(row)
    session.flush()
    return row.name


def _own(session: Session, view_id: str, by: Actor) -> model.SavedView:
    row = session.get(model.SavedView, view_id)
    if row is None or row.user_name != by.user:
        raise NotFound("没有这个视图")
    return row


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_NAME:
        raise Refused(f"请给视图起一个不超过 {LONGEST_NAME} 个字的名称", "E-WEB-05", {"name": "E-WEB-05"})
    return name


def _flush(session: Session) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        raise Refused("已有同名的视图，请换一个名称", "E-WEB-05", {"name": "E-WEB-05"}) from error
