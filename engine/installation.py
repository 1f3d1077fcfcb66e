"""Puts an office into a database: tables, job tables, zone and calendar; nothing of any process."""

from __future__ import annotations

import os
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import migrations, model, parameters, store, workdays, workers
from engine.errors import Refused

ZONE = "office_zone"


def install(now: datetime) -> None:
    """Create or update what must be there before the first request; repeating it changes nothing."""
    migrations.migrate()
    workers.prepare()
    with store.writing() as session:
        _write_zone(session, now)
        parameters.seed_calendar(session)
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


def has_people(session: Session) -> bool:
    """Tell whether anybody has an account yet."""
    return session.scalar(select(model.User.name).limit(1)) is not None


def _write_zone(session: Session, now: datetime) -> None:
    if session.get(model.Setting, ZONE) is None:
        wanted = os.environ.get("ANDU_TIMEZONE") or workdays.office_zone().key
        session.add(model.Setting(key=ZONE, value=wanted))
        session.add(model.Setting(key="installed_at", value=now.isoformat()))
