"""Incidents and waiting hand-offs (待移交): what could not go on, to be seen, tried again, and closed by somebody.

An administrator learns that a case stands still and why, never what the case is about.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, false, func, select, true
from sqlalchemy.orm import Session

from engine import handoffs, ledger, model, outbox, sight
from engine.errors import Conflict, NotAllowed, NotFound, refuse
from engine.people import Actor

KINDS = {
    "engine": "流程异常",
    "timer": "定时异常",
    "handoff": "移交异常",
    "job": "后台任务异常",
    "clock_overdue": "期限逾期",
    "watch": "涉罪筛查异常",
}
KEEPERS = frozenset({"system"})


@dataclass(frozen=True)
class Line:
    """An incident with its case; `open_to_me` says whether this person may look into the case."""

    incident: model.Incident
    case: model.Case | None
    open_to_me: bool


def listing(
    session: Session, by: Actor, state: str = "open", kind: str | None = None, page: int = 1, size: int = 50
) -> tuple[list[Line], int]:
    """Return a page of the incidents this person may know of, the newest first, and how many there are."""
    rows = model.Incident
    query = select(rows, model.Case, sight.visible(by)).outerjoin(model.Case, model.Case.id == rows.case_id)
    query = query.where(rows.state == state, _known_to(by))
    if kind:
        query = query.where(rows.kind == kind)
    total = session.scalar(select(func.count()).select_from(query.with_only_columns(rows.id).subquery())) or 0
    found = session.execute(query.order_by(rows.at.desc(), rows.id).limit(size).offset((max(1, page) - 1) * size))
    return [Line(incident, case, bool(case is not None and seen)) for incident, case, seen in found], total


def may_repeat(row: model.Incident) -> bool:
    """Tell whether what failed can be made due again; what a person had sent is theirs to send again."""
    return row.retry.get("verb") in ("timer", "clock") or bool(row.retry.get("job"))


def retry(session: Session, incident_id: str, by: Actor, now: datetime) -> model.Incident:
    """Make what failed due again at once (a timer, a clock, a job) and close the incident; failing again opens another.

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
    if not note.strip():
        refuse({"note": ("E-COM-08", "请写明怎样处理的")})
    _close(session, row, by, now, "incident resolved", note=note.strip()[:500])
    return row


def waiting(
    session: Session, by: Actor, page: int = 1, size: int = 50
) -> tuple[list[tuple[model.Handoff, model.Case, bool]], int]:
    """Return a page of the hand-offs that still wait, the oldest first, and how many there are."""
    rows = model.Handoff
    query = select(rows, model.Case, sight.visible(by)).join(model.Case, model.Case.id == rows.case_id)
    query = query.where(rows.state == "waiting", _known_to(by))
    total = session.scalar(select(func.count()).select_from(query.with_only_columns(rows.id).subquery())) or 0
    found = session.execute(query.order_by(rows.at, rows.id).limit(size).offset((max(1, page) - 1) * size))
    return [(row, case, bool(seen)) for row, case, seen in found], total


def deliver(session: Session, handoff_id: str, by: Actor, now: datetime) -> model.Handoff:
    """Try a waiting hand-off at once; it keeps waiting, with its cause, where it fails again."""
    row = session.scalars(
        select(model.Handoff)
        .join(model.Case, model.Case.id == model.Handoff.case_id)
        .where(model.Handoff.id == handoff_id, _known_to(by))
    ).first()
    if row is None:
        raise NotFound("没有这项移交")
    _require_keeper(by)
    if row.state != "waiting":
        raise Conflict("该事项已经移交", at=row.delivered_at)
    handoffs.retry(session, row.id, now)
    ledger.record_account(session, by.user, by, "hand-off retried", now, handoff=row.id, state=row.state)
    return row


def _known_to(by: Actor) -> ColumnElement[bool]:
    # Rows without a case (a failed opening, a job) are the administrators' alone.
    if by.admin:
        return true()
    return sight.visible(by) if by.supervises else false()


def _found(session: Session, incident_id: str, by: Actor) -> model.Incident:
    row = session.execute(
        select(model.Incident).where(model.Incident.id == incident_id).with_for_update()
    ).scalar_one_or_none()
    case = session.get(model.Case, row.case_id) if row is not None and row.case_id else None
    known = by.admin or (by.supervises and case is not None and sight.may_see(session, case, by))
    if row is None or not known:
        raise NotFound("没有这个异常")
    _require_keeper(by)
    if row.state != "open":
        raise Conflict("该异常已处理", by=row.resolved_by, at=row.resolved_at)
    return row


def _require_keeper(by: Actor) -> None:
    if by.admin and by.admin not in KEEPERS:
        raise NotAllowed("该操作由系统管理员或单位负责人办理")


def _close(session: Session, row: model.Incident, by: Actor, now: datetime, act: str, **detail: str) -> None:
    row.state, row.resolved_at, row.resolved_by = "resolved", now, by.user
    ledger.record_account(session, by.user, by, act, now, incident=row.id, cause=row.cause[:200], **detail)
    session.flush()
