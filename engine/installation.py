"""Puts an office into a database: tables, job tables, zone and calendar; nothing of any process."""

from __future__ import annotations

import os
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import migrations, model, people, store, workdays, workers
from engine.errors import Refused

ZONE = "office_zone"
CALENDAR_SOURCE = "国务院办公厅关于部分节假日安排的通知（chinesecalendar）"


def install(now: datetime) -> None:
    """Create or update what must be there before the first request; repeating it changes nothing."""
    migrations.migrate()
    workers.prepare()
    with store.writing() as session:
        _write_zone(session, now)
        _fill_calendar(session)
    require_zone()


def require_zone() -> None:
    """Refuse to work in another zone than the one this office was installed for.

    Legal days begin and end in it; a process that counts in another one would shift every deadline.
    """
    wanted = os.environ.get("ANDU_TIMEZONE") or workdays.office_zone().key
    with store.reading() as session:
        written = session.scalar(select(model.Setting.value).where(model.Setting.key == ZONE))
    if written is None:
        raise Refused("数据库尚未初始化，请先运行 flask --app web init")
    if wanted != written or written != workdays.office_zone().key:
        raise Refused(f"本机构的时区是 {written}，不能按 {wanted} 运行（ANDU_TIMEZONE）")


def create_user(
    session: Session,
    name: str,
    display: str,
    org_id: str,
    roles: list[str],
    password_hash: str,
    now: datetime,
) -> model.User:
    """Add an account with its roles in one organisation; a new password is set at the first sign-in."""
    if session.get(model.User, name) is not None:
        raise Refused(f"账号 {name} 已存在")
    if name == people.SYSTEM or session.get(model.Org, org_id) is None:
        raise Refused(f"没有机构 {org_id}" if name != people.SYSTEM else "账号名 system 为系统保留")
    user = model.User(
        name=name,
        display=display,
        org_id=org_id,
        password_hash=password_hash,
        must_change_password=True,
        created_at=now,
    )
    session.add(user)
    session.flush()
    session.add_all(model.Membership(user_name=name, role=role, org_id=org_id) for role in roles)
    session.flush()
    return user


def has_people(session: Session) -> bool:
    """Tell whether anybody has an account yet."""
    return session.scalar(select(model.User.name).limit(1)) is not None


def _write_zone(session: Session, now: datetime) -> None:
    if session.get(model.Setting, ZONE) is None:
        wanted = os.environ.get("ANDU_TIMEZONE") or workdays.office_zone().key
        session.add(model.Setting(key=ZONE, value=wanted))
        session.add(model.Setting(key="installed_at", value=now.isoformat()))


def _fill_calendar(session: Session) -> None:
    # A day that the office has corrected or imported stays as it is.
    known = set(session.scalars(select(model.CalendarDay.day)))
    years = range(workdays.FIRST_YEAR, workdays.LAST_YEAR + 1)
    session.add_all(
        model.CalendarDay(day=day, kind=kind, name=name, source=CALENDAR_SOURCE)
        for day, kind, name in workdays.national(years)
        if day not in known
    )
