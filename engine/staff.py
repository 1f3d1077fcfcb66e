"""Accounts, roles and offices as administrators keep them; whoever makes an account gives it no rights."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from engine import ledger, model, parameters
from engine.errors import NotAllowed, NotFound, Refused, refuse
from engine.people import SYSTEM, Actor
from engine.workdays import office_day

ACCOUNT = re.compile(r"[a-z][a-z0-9_.-]{1,58}")
OFFICE = re.compile(r"[a-z][a-z0-9_]{1,38}")
REGION = re.compile(r"\d{6}|\d{9}")
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,130}")
ORG_KINDS = {
    "bureau": "监管部门",
    "commission": "安委办",
    "government": "人民政府",
    "department": "其他部门",
    "township": "乡镇(街道)",
}
ADMINS = {"system": "系统管理员", "security": "安全管理员", "audit": "审计管理员"}


def accounts(
    session: Session, text: str = "", org: str = "", page: int = 1, size: int = 50
) -> tuple[list[model.User], int]:
    """Return a page of accounts, those in use first, and how many there are; `text` is part of the account or name."""
    query = select(model.User)
    if text:
        fields = (model.User.name, model.User.display, model.User.certificate_no)
        query = query.where(or_(*(field.contains(text, autoescape=True) for field in fields)))
    if org:
        query = query.where(model.User.org_id == org)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = query.order_by(model.User.active.desc(), model.User.name).limit(size).offset((max(1, page) - 1) * size)
    return list(session.scalars(rows)), total


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
    legal_no: str = "",
    legal_on: date | None = None,
) -> model.User:
    """Add an account without any right; the password must be changed at the first sign-in."""
    _require(by, "system")
    problems = {}
    if not ACCOUNT.fullmatch(name) or name == SYSTEM:
        problems["name"] = ("E-COM-21", "账号应以小写字母开头，可含数字、点、横线，2 至 59 个字符")
    elif session.get(model.User, name) is not None:
        problems["name"] = ("E-COM-19", f"账号 {name} 已存在")
    refuse(problems | _faults(session, display, org_id, email, certificate_no) | _legal_faults(legal_no, legal_on, now))
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
        legal_no=legal_no.strip(),
        legal_on=legal_on,
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
    legal_no: str = "",
    legal_on: date | None = None,
) -> model.User:
    """Change what an account says of its person; a closed account is signed out everywhere at once."""
    _require(by, "system")
    row = _ordinary(session, name, by)
    refuse(_faults(session, display, org_id, email, certificate_no) | _legal_faults(legal_no, legal_on, now))
    before = _told(row)
    row.display, row.org_id, row.email = display.strip(), org_id, email.strip()
    row.certificate_no, row.certificate_until = certificate_no.strip(), certificate_until
    row.legal_no, row.legal_on = legal_no.strip(), legal_on
    if row.active and not active:
        _sign_out(session, name)
        session.execute(delete(model.ApiToken).where(model.ApiToken.user_name == name))
    row.active = active
    session.flush()
    changed = {field: value for field, value in _told(row).items() if value != before[field]}
    if changed:
        ledger.record_account(session, name, by, "account changed", now, **changed)
    return row


def reset_password(session: Session, name: str, password_hash: str, by: Actor, now: datetime) -> None:
    """Set a first password that must be changed, end all sessions, lift the sign-in lock."""
    _require(by, "system")
    row = _ordinary(session, name, by)
    row.password_hash, row.must_change_password = password_hash, True
    _sign_out(session, name)
    session.execute(delete(model.SignInFailure).where(model.SignInFailure.account == name))
    ledger.record_account(session, name, by, "password reset", now)


def appoint_admin(session: Session, name: str, kind: str, by: Actor, now: datetime) -> None:
    """Make an account one of the three administrators (三员分立): at the console only, and never beside a role."""
    if by.user != SYSTEM:
        raise NotAllowed("三类管理员只能由运维人员在控制台指定")
    row = _account(session, name)
    if kind not in ADMINS:
        raise Refused("没有这类管理员", "E-COM-23")
    if row.admin and row.admin != kind:
        raise Refused("一个账号不能兼任两类管理员", "E-COM-19")
    if roles_of(session, name):
        raise Refused("三类管理员不得兼任办案岗位", "E-COM-19")
    row.admin = kind
    session.flush()
    ledger.record_account(session, name, by, "administrator appointed", now, kind=kind)


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
    problems = {}
    if role not in set(known):
        problems["role"] = ("E-COM-23", "没有这个岗位")
    office = session.get(model.Org, org_id)
    if office is None or not office.active:
        problems["org"] = ("E-COM-23", "没有这个机构，或机构已撤销")
    if not row.active:
        problems["role"] = ("E-COM-23", "账号已停用，不能授予岗位")
    refuse(problems)
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
    above = session.get(model.Org, parent_id) if parent_id else None
    problems = {}
    if not OFFICE.fullmatch(org_id):
        problems["id"] = ("E-COM-21", "机构标识应以小写英文字母开头，可含数字和下划线，2 至 39 个字符")
    elif session.get(model.Org, org_id) is not None:
        problems["id"] = ("E-COM-19", "机构标识已存在")
    problems |= _office_faults(name, code)
    if not REGION.fullmatch(region):
        problems["region"] = ("E-COM-21", "区划代码应为 6 位或 9 位数字")
    if kind not in ORG_KINDS:
        problems["kind"] = ("E-COM-23", "请选择机构类别")
    path = f"{above.path if above else '/'}{org_id}/"
    if parent_id and above is None:
        problems["parent"] = ("E-COM-23", "没有这个上级机构")
    elif len(path) > 400:
        problems["parent"] = ("E-COM-22", "机构层级过深")
    refuse(problems)
    row = model.Org(
        id=org_id,
        name=name.strip(),
        code=code.strip(),
        region=region,
        kind=kind,
        parent_id=parent_id or None,
        path=path,
        active=True,
    )
    session.add(row)
    session.flush()
    ledger.record_account(session, by.user, by, "office added", now, org=org_id, name=row.name)
    return row


def change_office(
    session: Session, org_id: str, name: str, code: str, active: bool, by: Actor, now: datetime
) -> model.Org:
    """Rename an office, change its sign in document numbers, or close it once nothing is left in it."""
    _require(by, "system")
    row = session.get(model.Org, org_id)
    if row is None:
        raise NotFound("没有这个机构")
    problems = _office_faults(name, code)
    if row.active and not active and (left := _left_in(session, row)):
        problems["active"] = ("E-COM-19", f"机构内还有{left}，不能撤销")
    refuse(problems)
    row.name, row.code, row.active = name.strip(), code.strip(), active
    session.flush()
    detail = {"org": org_id, "name": row.name, "code": row.code, "active": active}
    ledger.record_account(session, by.user, by, "office changed", now, **detail)
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
    parameters.require_keeper(by)
    rows = [(code.strip(), title.strip()) for code, title in rows]
    problems = {}
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,58}", list_name):
        problems["list"] = ("E-COM-21", "目录标识应以小写英文字母开头，可含数字和下划线")
    if not source.strip():
        problems["source"] = ("E-COM-01", "必须注明来源")
    if not rows:
        problems["file"] = ("E-COM-01", "没有可导入的行")
    seen: set[str] = set()
    for line, (code, title) in enumerate(rows, start=2):
        if not code or not title:
            problems["file"] = ("E-COM-01", f"第 {line} 行缺少编码或名称，全部未导入")
        elif len(code) > 120:
            problems["file"] = ("E-COM-22", f"第 {line} 行的编码超过 120 个字符，全部未导入")
        elif code in seen:
            problems["file"] = ("E-COM-19", f"第 {line} 行的编码“{code}”重复，全部未导入")
        if "file" in problems:
            break
        seen.add(code)
    refuse(problems)
    for number, (code, title) in enumerate(rows, start=1):
        session.merge(
            model.ReferenceItem(
                list=list_name,
                code=code,
                title=title,
                source=source.strip(),
                verified=verified,
                sort=number,
                active=True,
            )
        )
    session.flush()
    ledger.record_account(session, by.user, by, "reference list imported", now, list=list_name, rows=len(rows))
    return len(rows)


def _told(row: model.User) -> dict[str, object]:
    """Return what the ledger keeps of an account: no address, no number, only that they changed."""
    until = row.certificate_until.isoformat() if row.certificate_until else ""
    legal = row.legal_on.isoformat() if row.legal_on else ""
    told = {"display": row.display, "org": row.org_id, "active": row.active, "certificate_until": until}
    return told | {"legal_on": legal}


def _faults(session: Session, display: str, org_id: str, email: str, certificate_no: str) -> dict[str, tuple[str, str]]:
    problems = {}
    if not display.strip():
        problems["display"] = ("E-COM-01", "请填写姓名")
    elif len(display.strip()) > 100:
        problems["display"] = ("E-COM-22", "姓名不超过 100 个字")
    office = session.get(model.Org, org_id)
    if office is None or not office.active:
        problems["org"] = ("E-COM-23", "没有这个机构，或机构已撤销")
    if email.strip() and not EMAIL.fullmatch(email.strip()):
        problems["email"] = ("E-COM-21", "邮箱地址的格式不对")
    if len(certificate_no.strip()) > 40:
        problems["certificate_no"] = ("E-COM-22", "执法证号不超过 40 个字符")
    return problems


def _legal_faults(legal_no: str, legal_on: date | None, now: datetime) -> dict[str, tuple[str, str]]:
    if len(legal_no.strip()) > 40:
        return {"legal_no": ("E-COM-22", "法律职业资格证书号不超过 40 个字符")}
    if legal_no.strip() and legal_on is None:
        return {"legal_on": ("E-COM-01", "请填写取得法律职业资格的日期")}
    if legal_on is not None and not legal_no.strip():
        return {"legal_no": ("E-COM-01", "请填写法律职业资格证书号")}
    if legal_on is not None and legal_on > office_day(now):
        return {"legal_on": ("E-COM-02", "取得日期不得晚于今天")}
    return {}


def _office_faults(name: str, code: str) -> dict[str, tuple[str, str]]:
    problems = {}
    if not name.strip():
        problems["name"] = ("E-COM-01", "请填写机构名称")
    elif len(name.strip()) > 200:
        problems["name"] = ("E-COM-22", "机构名称不超过 200 个字")
    if len(code.strip()) > 40:
        problems["code"] = ("E-COM-22", "文号代字不超过 40 个字")
    return problems


def _left_in(session: Session, office: model.Org) -> str:
    people = select(func.count()).where(model.User.org_id == office.id, model.User.active)
    cases = select(func.count()).where(model.Case.org_id == office.id, model.Case.state == "open")
    below = select(func.count()).where(model.Org.parent_id == office.id, model.Org.active)
    counted = ((people, "个在用账号"), (cases, "件在办案件"), (below, "个下级机构"))
    return "、".join(f"{number} {word}" for query, word in counted if (number := session.scalar(query)))


def _sign_out(session: Session, name: str) -> None:
    session.execute(delete(model.LoginSession).where(model.LoginSession.user_name == name))


def _account(session: Session, name: str) -> model.User:
    row = session.get(model.User, name)
    if row is None:
        raise NotFound("没有这个账号")
    return row


def _ordinary(session: Session, name: str, by: Actor) -> model.User:
    row = _account(session, name)
    # Whoever could set another administrator's password, or close the auditor's account, would be all three.
    if row.admin and by.user != SYSTEM:
        raise NotAllowed("三类管理员的账号只能由运维人员在控制台维护")
    return row


def _require(by: Actor, admin: str, but: str | None = None) -> None:
    if by.user == SYSTEM:
        return
    if by.admin != admin:
        raise NotAllowed(f"该操作由{ADMINS[admin]}办理")
    if but is not None and by.user == but:
        raise NotAllowed("不得为自己的账号授权")
