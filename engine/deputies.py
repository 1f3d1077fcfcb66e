"""Deputies (AB岗): who may act for whom, from which day to which; every appointment and its end is on record."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine import ledger, model, notices
from engine.errors import NotAllowed, NotFound, refuse
from engine.people import SUPERVISORS, Actor
from engine.workdays import office_day

KEEPER = "security"  # who may settle a deputyship for others is who gives rights


def appoint(
    session: Session,
    principal: str,
    deputy: str,
    from_on: date,
    until_on: date,
    by: Actor,
    now: datetime,
    reason: str = "",
) -> model.Deputy:
    """Let `deputy` act for `principal`, a colleague of the same office, from the first to the last day, both counted.

    The principal's own act, or a superior's or the security administrator's, who may not be the deputy themselves.
    """
    who, whom = session.get(model.User, deputy), session.get(model.User, principal)
    if whom is None or not may_appoint_for(session, whom, by):
        raise NotAllowed("只有本人、上级负责人或安全管理员可以设置代理")
    problems = {}
    if who is None or not who.active:
        problems["deputy"] = ("E-COM-23", "没有这个代理人账号，或账号已停用")
    elif who.name == whom.name:
        problems["deputy"] = ("E-COM-12", "不能委托本人代理")
    elif who.name == by.user:
        problems["deputy"] = ("E-COM-12", "为他人设置代理时，不能指定自己为代理人")
    elif who.org_id != whom.org_id:
        problems["deputy"] = ("E-COM-12", "代理人应当与委托人在同一机构")
    elif who.admin or whom.admin:
        problems["deputy"] = ("E-COM-12", "三类管理员不办理案件，不能代理或被代理")
    if not whom.active:
        problems["principal"] = ("E-COM-23", "委托人账号已停用")
    if until_on < from_on:
        problems["until_on"] = ("E-COM-12", "代理的结束日期早于开始日期")
    elif until_on < office_day(now):
        problems["until_on"] = ("E-COM-12", "代理的结束日期已过")
    refuse(problems)
    row = model.Deputy(
        id=model.new_id("y"),
        principal=principal,
        deputy=deputy,
        from_on=from_on,
        until_on=until_on,
        reason=reason.strip()[:500],
        set_by=by.user,
        set_at=now,
    )
    session.add(row)
    days = f"{from_on.isoformat()} 至 {until_on.isoformat()}"
    ledger.record_account(session, principal, by, "deputy appointed", now, deputy=deputy, days=days, reason=row.reason)
    text = f"{whom.display}由{who.display}代理：{days}"
    notices.tell(session, {deputy, principal} - {by.user}, "assigned", text, now)
    session.flush()
    return row


def may_appoint_for(session: Session, principal: model.User, by: Actor) -> bool:
    """Tell whether this person may settle who acts for `principal`."""
    if by.for_user is not None:
        return False  # a deputy does not hand on what was entrusted to him
    if by.user == principal.name or by.admin == KEEPER:
        return True
    office = session.get_one(model.Org, principal.org_id)
    if not by.supervises or not office.path.startswith(by.paths):
        return False
    # Heads of one office settle it for their staff, not for each other.
    held = select(model.Membership.role).where(model.Membership.user_name == principal.name)
    return office.path not in by.paths or not SUPERVISORS & set(session.scalars(held))


def end(session: Session, deputy_id: str, by: Actor, now: datetime) -> model.Deputy:
    """End a deputyship before its last day; the row stays."""
    row = session.get(model.Deputy, deputy_id)
    if row is None or (by.user not in (row.principal, row.deputy, row.set_by) and by.admin != KEEPER):
        raise NotFound("没有这项代理")
    if row.ended_at is None:
        row.ended_at = now
        ledger.record_account(session, row.principal, by, "deputy ended", now, deputy=row.deputy)
        session.flush()
    return row


def known_to(session: Session, by: Actor, page: int = 1, size: int = 50) -> list[model.Deputy]:
    """Return the deputyships that concern this person, all of them to an administrator, the newest first."""
    rows = select(model.Deputy).order_by(model.Deputy.from_on.desc(), model.Deputy.id.desc())
    if not by.admin:
        table = model.Deputy
        rows = rows.where(or_(table.principal == by.user, table.deputy == by.user, table.set_by == by.user))
    return list(session.scalars(rows.limit(size).offset((max(1, page) - 1) * size)))


def principals(session: Session, by: Actor) -> list[model.User]:
    """Return the people for whom this person may settle a deputy, oneself first (for the keeper: nobody by name)."""
    own = session.get_one(model.User, by.user)
    if not by.supervises or by.for_user is not None:
        return [] if own.admin else [own]
    offices = or_(*(model.Org.path.startswith(path, autoescape=True) for path in by.paths))
    rows = (
        select(model.User)
        .join(model.Org, model.Org.id == model.User.org_id)
        .where(model.User.active, model.User.admin == "", model.User.name != by.user, offices)
        .order_by(model.Org.path, model.User.display)
    )
    return [own, *(row for row in session.scalars(rows.limit(400)) if may_appoint_for(session, row, by))]


def colleagues(session: Session, org_ids: set[str], by: Actor) -> list[model.User]:
    """Return the active people of these offices who could act for a colleague."""
    rows = select(model.User).where(
        model.User.org_id.in_(org_ids), model.User.active, model.User.admin == "", model.User.name != by.user
    )
    return list(session.scalars(rows.order_by(model.User.org_id, model.User.display).limit(1000)))
