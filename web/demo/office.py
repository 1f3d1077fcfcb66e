"""Who sits where in the demo office: a city bureau, two counties, townships, commission offices, governments."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from engine import model

# id, name, code in document numbers, region, kind, parent
ORGS = [
    ("gov_city", "示例市人民政府", "示政", "370200", "government", None),
    ("city", "示例市应急管理局", "示应急", "370200", "bureau", None),
    ("commission_city", "示例市安全生产委员会办公室", "示安办", "370200", "commission", None),
    ("gov_county1", "东山区人民政府", "东政", "370202", "government", None),
    ("county1", "东山区应急管理局", "东应急", "370202", "bureau", "city"),
    ("commission_county1", "东山区安全生产委员会办公室", "东安办", "370202", "commission", None),
    ("gov_county2", "西河县人民政府", "西政", "370281", "government", None),
    ("county2", "西河县应急管理局", "西应急", "370281", "bureau", "city"),
    ("commission_county2", "西河县安全生产委员会办公室", "西安办", "370281", "commission", None),
    ("town1", "东山区柳林街道应急管理办公室", "柳林", "370202001", "township", "county1"),
    ("town2", "西河县石桥镇应急管理办公室", "石桥", "370281101", "township", "county2"),
]
BUREAU_ROLES = [
    "intake_clerk",
    "case_handler",
    "co_handler",
    "enterprise_reporter",
    "unit_head",
    "deputy_head",
    "agency_head",
    "technical_expert",
    "legal_reviewer",
    "legal_officer",
    "publicity_officer",
    "supervisory_liaison",
]
COMMISSION_ROLES = ["committee_office", "committee_leader", "publicity_officer"]
# A second person where the law or the work wants two.
TWICE = {"case_handler", "intake_clerk"}
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
GIVEN = ["建国", "志强", "海燕", "晓东", "春梅", "文博", "立新", "雅琴", "永刚", "慧敏", "喆", "翀", "思远", "国栋"]
OFFICERS = {"case_handler", "co_handler", "town_officer", "unit_head", "deputy_head"}


def open_office(session: Session, now: datetime, password_hash: str = "") -> None:
    """Add the offices and one person for each role and place, named `role.place` (`case_handler.city`)."""
    paths: dict[str, str] = {}
    for org_id, name, code, region, kind, parent in ORGS:
        paths[org_id] = f"{paths.get(parent or '', '/')}{org_id}/"
        session.add(
            model.Org(
                id=org_id,
                name=name,
                code=code,
                region=region,
                kind=kind,
                parent_id=parent,
                path=paths[org_id],
                active=True,
            )
        )
        session.flush()
    number = 0
    for org_id, _, _, _, kind, _ in ORGS:
        for role in _roles(kind):
            for place in (role, f"{role}2") if role in TWICE else (role,):
                account = f"{place}.{org_id.removeprefix('commission_').removeprefix('gov_')}"
                if kind == "commission" and role == "publicity_officer":
                    account = f"{role}.{org_id}"
                _add_person(session, account, number, org_id, role, now, password_hash)
                number += 1
    for account, display, admin in (
        ("admin.system", "系统管理员", "system"),
        ("admin.security", "安全管理员", "security"),
        ("admin.audit", "审计管理员", "audit"),
    ):
        session.add(_user(account, display, "city", now, password_hash, admin=admin))
    for account, display in (("designer.city", "流程设计员甲"), ("designer2.city", "流程设计员乙")):
        session.add(_user(account, display, "city", now, password_hash))
        session.flush()
        session.add(model.Membership(user_name=account, role="process_designer", org_id="city"))
    session.flush()


def _roles(kind: str) -> list[str]:
    return {
        "bureau": BUREAU_ROLES,
        "commission": COMMISSION_ROLES,
        "government": ["government_leader"],
        "township": ["town_officer"],
    }[kind]


def _add_person(
    session: Session, account: str, number: int, org_id: str, role: str, now: datetime, password_hash: str
) -> None:
    display = SURNAMES[number % len(SURNAMES)] + GIVEN[number % len(GIVEN)]
    certificate = f"鲁B{number:05}" if role in OFFICERS else ""
    session.add(_user(account, display, org_id, now, password_hash, certificate))
    session.flush()
    session.add(model.Membership(user_name=account, role=role, org_id=org_id))


def _user(
    account: str, display: str, org_id: str, now: datetime, password_hash: str, certificate: str = "", admin: str = ""
) -> model.User:
    return model.User(
        name=account,
        display=display,
        org_id=org_id,
        password_hash=password_hash,
        must_change_password=False,
        active=True,
        certificate_no=certificate,
        certificate_until=date(2031, 12, 31) if certificate else None,
        admin=admin,
        created_at=now,
    )
