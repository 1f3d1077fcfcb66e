"""Incidents: what could not go on, to be seen, tried again, and closed by somebody."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from engine import ledger, model, outbox
from engine.errors import Conflict, NotAllowed, NotFound
from engine.people import Actor

KINDS = {
    "engine": "流程异常",
    "timer": "定时异常",
    "handoff": "移交异常",
    "job": "后台任务异常",
    "clock_overdue": "期限逾期",
}


def listing(
    session: Session,
    visible: ColumnElement[bool],
    by: Actor,
    state: str = "open",
    kind: str | None = None,
    page: int = 1,
    size: int = 50,
) -> list[tuple[model.Incident, model.Case | None]]:
    """Return incidents of visible cases, and those without a case to administrators, the newest first."""
    rows = model.Incident
    mine: list[ColumnElement[bool]] = [rows.case_id.in_(select(model.Case.id).where(visible))]
    if by.admin:
        mine.append(rows.case_id.is_(None))
    query = select(rows, model.Case).outerjoin(model.Case, model.Case.id == rows.case_id)
    query = query.where(rows.state == state, or_(*mine))
    if kind:
        query = query.where(rows.kind == kind)
    found = session.execute(query.order_by(rows.at.desc()).limit(size).offset((max(1, page) - 1) * size))
    return [(incident, case) for incident, case in found]


def retry(session: Session, incident_id: str, by: Actor, now: datetime) -> model.Incident:
    """Make what failed due again at once (a timer, a clock, a job); it is closed when somebody resolves it.

    What a person had sent was rolled back and is theirs to send again: Conflict says so.
    """
    row = _found(session, incident_id, by)
    verb = row.retry.get("verb")
    if verb == "timer":
        wake = session.get(model.WakeUp, (row.case_id, str(row.retry.get("node"))))
        if wake is None:
            raise Conflict("该定时已不再等待")
        wake.wake_at = min(wake.wake_at, now)
    elif verb == "clock":
        clock_row = session.get(model.Clock, str(row.retry.get("clock")))
        if clock_row is None or clock_row.next_at is None:
            raise Conflict("该期限已结束")
        clock_row.next_at = min(clock_row.next_at, now)
    elif job := row.retry.get("job"):
        outbox.put(session, str(job), key=f"again:{row.id}:{row.tries}", **row.retry.get("arguments", {}))
    else:
        raise Conflict("提交的内容已退回办理人，请由办理人重新提交")
    row.tries += 1
    _close(session, row, by, now, "incident retried")
    return row


def resolve(session: Session, incident_id: str, by: Actor, now: datetime, note: str) -> model.Incident:
    """Close an incident that was dealt with, saying how."""
    row = _found(session, incident_id, by)
    _close(session, row, by, now, "incident resolved", note=note.strip())
    return row


def _found(session: Session, incident_id: str, by: Actor) -> model.Incident:
    if not by.admin and not by.supervises:
        raise NotAllowed("只有管理员或单位负责人可以处理异常")
    row = session.execute(
        select(model.Incident).where(model.Incident.id == incident_id).with_for_update()
    ).scalar_one_or_none()
    if row is None:
        raise NotFound("没有这个异常")
    if row.state != "open":
        raise Conflict("该异常已处理", by=row.resolved_by, at=row.resolved_at)
    return row


def _close(session: Session, row: model.Incident, by: Actor, now: datetime, act: str, **detail: str) -> None:
    row.state, row.resolved_at, row.resolved_by = "resolved", now, by.user
    ledger.record_account(session, by.user, by, act, now, incident=row.id, cause=row.cause[:200], **detail)
    session.flush()
