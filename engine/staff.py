"""Accounts, roles and offices as administrators keep them; whoever makes an account gives it no rights."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine import ledger, model
from engine.errors import Conflict, NotAllowed, NotFound, Refused
from engine.people import SYSTEM, Actor

ACCOUNT = re.compile(r"[a-z][a-z0-9_.-]{1,58}")
REGION = re.compile(r"\d{6}|\d{9}")
ORG_KINDS = {
    "bureau": "监管部门",
    "commission": "安委办",
    "government": "人民政府",
    "department": "其他部门",
    "township": "乡镇(街道)",
}
ADMINS = {"system": "系统管理员", "security": "安全管理员", "audit": "审计管理员"}


def accounts(session: Session, text: str = "", page: int = 1, size: int = 50) -> list[model.User]:
    """Return accounts by name, those whose name or display holds the text."""
    query = select(model.User)
    if text:
        query = query.where(
            model.User.name.contains(text, autoescape=True) | model.User.display.contains(text, autoescape=True)
        )
    return list(session.scalars(query.order_by(model.User.name).limit(size).offset((max(1, page) - 1) * size)))


def add_account(
    session: Session,
    name: str,
    display: str,
    org_id: str,
    password_hash: str,
    by: Actor,
    now: datetime,
    email: str = "",
    certificate_no: str = "",
    certificate_until: date | None = None,
) -> model.User:
    """Add an account without any right; the password must be changed at the first sign-in."""
    _require(by, "system")
    if not ACCOUNT.fullmatch(name) or name == SYSTEM:
        raise Refused("账号应为小写字母开头，可含数字、点、横线，2 至 59 个字符", "E-COM-21", {"name": "E-COM-21"})
    if not display.strip():
        raise Refused("请填写姓名", "E-COM-01", {"display": "E-COM-01"})
    if session.get(model.User, name) is not None:
        raise Conflict(f"账号 {name} 已存在", "E-COM-19")
    if session.get(model.Org, org_id) is None:
        raise Refused("没有这个机构", "E-COM-23", {"org": "E-COM-23"})
    row = model.User(
        name=name,
        display=display.strip(),
        org_id=org_id,
        password_hash=password_hash,
        must_change_password=True,
        active=True,
        email=email.strip(),
        certificate_no=certificate_no.strip(),
        certificate_until=certificate_until,
        admin="",
        created_at=now,
    )
    session.add(row)
    session.flush()
    ledger.record_account(session, name, by, "account made", now, display=row.display, org=org_id)
    return row


def change_account(
    session: Session,
    name: str,
    by: Actor,
    now: datetime,
    display: str,
    org_id: str,
    email: str,
    certificate_no: str,
    certificate_until: date | None,
    active: bool,
) -> model.User:
    """Change what an account says of its person; a closed account is signed out everywhere at once."""
    _require(by, "system")
    row = _account(session, name)
    if session.get(model.Org, org_id) is None:
        raise Refused("没有这个机构", "E-COM-23", {"org": "E-COM-23"})
    if name == by.user and not active:
        raise Refused("不能停用自己的账号", "E-COM-19")
    row.display, row.org_id, row.email = display.strip() or row.display, org_id, email.strip()
    row.certificate_no, row.certificate_until = certificate_no.strip(), certificate_until
    if row.active and not active:
        session.execute(delete(model.LoginSession).where(model.LoginSession.user_name == name))
        session.execute(delete(model.ApiToken).where(model.ApiToken.user_name == name))
    row.active = active
    session.flush()
    ledger.record_account(session, name, by, "account changed", now, active=active, org=org_id)
    return row


def roles_of(session: Session, name: str) -> list[tuple[str, str]]:
    """Return the (role, office) pairs of an account."""
    rows = select(model.Membership.role, model.Membership.org_id).where(model.Membership.user_name == name)
    return [(role, org) for role, org in session.execute(rows.order_by(model.Membership.org_id, model.Membership.role))]


def give_role(
    session: Session, name: str, role: str, org_id: str, by: Actor, now: datetime, known: Iterable[str]
) -> None:
    """Give a role in an office; the security administrator's act, never for the own account."""
    _require(by, "security", but=name)
    row = _account(session, name)
    if row.admin:
        raise Refused("三类管理员不得兼任办案岗位", "E-COM-19")
    if role not in set(known):
        raise Refused("没有这个岗位", "E-COM-23", {"role": "E-COM-23"})
    if session.get(model.Org, org_id) is None:
        raise Refused("没有这个机构", "E-COM-23", {"org": "E-COM-23"})
    if session.get(model.Membership, (name, role, org_id)) is None:
        session.add(model.Membership(user_name=name, role=role, org_id=org_id))
        session.flush()
        ledger.record_account(session, name, by, "role given", now, role=role, org=org_id)


def take_role(session: Session, name: str, role: str, org_id: str, by: Actor, now: datetime) -> None:
    """Take a role away; it counts from the person's next request on."""
    _require(by, "security", but=name)
    row = session.get(model.Membership, (name, role, org_id))
    if row is None:
        raise NotFound("该账号没有这个岗位")
    session.delete(row)
    session.flush()
    ledger.record_account(session, name, by, "role taken", now, role=role, org=org_id)


def reset_password(session: Session, name: str, password_hash: str, by: Actor, now: datetime) -> None:
    """Set a first password that must be changed, end all sessions, lift the sign-in lock."""
    _require(by, "system")
    row = _account(session, name)
    row.password_hash, row.must_change_password = password_hash, True
    session.execute(delete(model.LoginSession).where(model.LoginSession.user_name == name))
    session.execute(delete(model.SignInFailure).where(model.SignInFailure.account == name))
    ledger.record_account(session, name, by, "password reset", now)


def offices(session: Session) -> list[model.Org]:
    """Return all offices in the order of the tree."""
    return list(session.scalars(select(model.Org).order_by(model.Org.region, model.Org.path)))


def add_office(
    session: Session,
    org_id: str,
    name: str,
    code: str,
    region: str,
    kind: str,
    parent_id: str | None,
    by: Actor,
    now: datetime,
) -> model.Org:
    """Add an office below another; its id, region and place in the tree do not change later."""
    _require(by, "system")
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,38}", org_id):
        raise Refused("机构标识应为小写字母开头的英文", "E-COM-21", {"id": "E-COM-21"})
    if not REGION.fullmatch(region):
        raise Refused("区划代码应为 6 位或 9 位数字", "E-COM-21", {"region": "E-COM-21"})
    if kind not in ORG_KINDS or not name.strip():
        raise Refused("请填写机构名称和类别", "E-COM-01", {"name": "E-COM-01"})
    if session.get(model.Org, org_id) is not None:
        raise Conflict("机构标识已存在", "E-COM-19")
    above = session.get(model.Org, parent_id) if parent_id else None
    if parent_id and above is None:
        raise Refused("没有这个上级机构", "E-COM-23", {"parent": "E-COM-23"})
    row = model.Org(
        id=org_id,
        name=name.strip(),
        code=code.strip(),
        region=region,
        kind=kind,
        parent_id=parent_id or None,
        path=f"{above.path if above else '/'}{org_id}/",
        active=True,
    )
    session.add(row)
    session.flush()
    ledger.record_account(session, by.user, by, "office added", now, org=org_id, name=row.name)
    return row


def import_references(
    session: Session,
    list_name: str,
    rows: Iterable[tuple[str, str]],
    source: str,
    verified: bool,
    by: Actor,
    now: datetime,
) -> int:
    """Write entries (code, title) of a reference list; known codes are changed, none is deleted. Return how many."""
    if by.admin not in ("system", "security") and "process_designer" not in by.role_ids:
        raise NotAllowed("只有管理员或流程设计人员可以维护参考目录")
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,58}", list_name):
        raise Refused("目录标识应为英文", "E-COM-21", {"list": "E-COM-21"})
    if not source.strip():
        raise Refused("必须注明来源", "E-COM-01", {"source": "E-COM-01"})
    count = 0
    for count, (code, title) in enumerate(rows, start=1):
        if not code.strip() or not title.strip():
            raise Refused(f"第 {count} 行缺少编码或名称，全部未导入", "E-COM-01")
        session.merge(
            model.ReferenceItem(
                list=list_name,
                code=code.strip()[:120],
                title=title.strip(),
                source=source.strip(),
                verified=verified,
                sort=count,
                active=True,
            )
        )
    if not count:
        raise Refused("没有可导入的行", "E-COM-01")
    session.flush()
    ledger.record_account(session, by.user, by, "reference list imported", now, list=list_name, rows=count)
    return count


def _account(session: Session, name: str) -> model.User:
    row = session.get(model.User, name)
    if row is None:
        raise NotFound("没有这个账号")
    return row


def _require(by: Actor, admin: str, but: str | None = None) -> None:
    if by.user == SYSTEM:
        return
    if by.admin != admin:
        raise NotAllowed(f"该操作由{ADMINS[admin]}办理")
    if but is not None and by.user == but:
        raise NotAllowed("不得为自己的账号授权")
