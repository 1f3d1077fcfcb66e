"""Who sits where in the demo office: a city bureau, two counties, townships, commission offices, governments."""

from __future__ import annotations

from collections.abc import Iterator
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
    ("town3", "东山区港湾街道应急管理办公室", "港湾", "370202002", "township", "county1"),
    ("town2", "西河县石桥镇应急管理办公室", "石桥", "370281101", "township", "county2"),
    ("town4", "西河县青龙镇应急管理办公室", "青龙", "370281102", "township", "county2"),
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
ROLES = {
    "bureau": BUREAU_ROLES,
    "commission": ["committee_office", "committee_leader", "publicity_officer"],
    "government": ["government_leader"],
    "township": ["town_officer"],
}
# They came later: those who were there before keep their names and certificates.
JOINED = {"bureau": ["finance_clerk", "archivist", "hearing_host", "hearing_clerk", "panel_secretary"]}
# A second person where the law or the work wants two.
TWICE = {"case_handler", "intake_clerk"}
OFFICERS = {"case_handler", "co_handler", "town_officer", "unit_head", "deputy_head"}
LEGAL = {"legal_reviewer", "legal_officer"}  # those with a legal qualification
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
GIVEN = [
    *("建国", "海燕", "喆", "文博", "雅琴", "志强", "晓东", "春梅", "翀", "立新", "慧敏", "永刚", "思远", "国栋"),
    *("䶮", "玉兰", "明轩", "丽娟", "振华", "雨桐", "昊", "秀英", "子墨", "桂芳", "鹏", "凤霞", "瑾瑜", "广平", "淑珍"),
    *("一鸣", "卫民", "婧", "培元", "彦霖", "红军", "若曦", "炜", "长林", "芷若", "维嘉"),
]
OTHERS = [  # account, display, administrator of what, role
    ("admin.system", "系统管理员", "system", ""),
    ("admin.security", "安全管理员", "security", ""),
    ("admin.audit", "审计管理员", "audit", ""),
    ("designer.city", "流程设计员甲", "", "process_designer"),
    ("designer2.city", "流程设计员乙", "", "process_designer"),
]


def open_office(session: Session, now: datetime, password_hash: str = "") -> None:
    """Add the offices and one person for each role and place, named `role.place` (`case_handler.city`)."""
    paths: dict[str, str] = {}
    for org_id, name, code, region, kind, parent in ORGS:
        path = paths[org_id] = f"{paths.get(parent or '', '/')}{org_id}/"
        row = model.Org(id=org_id, name=name, code=code, region=region, kind=kind, parent_id=parent, path=path)
        row.active = True
        session.add(row)
        session.flush()
    for number, (account, role, org_id) in enumerate(people()):
        # Both lists are walked at different paces, so that nobody is called like a colleague.
        display = SURNAMES[number % len(SURNAMES)] + GIVEN[number * 7 % len(GIVEN)]
        certificate = f"示执{number + 1:05}" if role in OFFICERS else ""
        legal = f"示法{number + 1:05}" if role in LEGAL else ""
        _add(session, account, display, org_id, role, now, password_hash, certificate, legal=legal)
    for account, display, admin, role in OTHERS:
        _add(session, account, display, "city", role, now, password_hash, admin=admin)
    session.flush()


def people() -> Iterator[tuple[str, str, str]]:
    """Yield (account, role, office) of everybody who works on cases."""
    for org_id, _, _, _, kind, _ in ORGS:
        for role in ROLES[kind]:
            for name in (role, f"{role}2") if role in TWICE else (role,):
                yield account(name, org_id), role, org_id
    for org_id, _, _, _, kind, _ in ORGS:
        for role in JOINED.get(kind, ()):
            yield account(role, org_id), role, org_id


def account(name: str, org_id: str) -> str:
    """Return the account of a role in an office; commission and government go by the name of their place."""
    if name == "publicity_officer":
        return f"{name}.{org_id}"  # both the bureau and the commission have one
    return f"{name}.{org_id.removeprefix('commission_').removeprefix('gov_')}"


def _add(
    session: Session,
    account: str,
    display: str,
    org_id: str,
    role: str,
    now: datetime,
    password_hash: str,
    certificate: str = "",
    admin: str = "",
    legal: str = "",
) -> None:
    session.add(
        model.User(
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
            legal_no=legal,
            legal_on=date(2016, 3, 1) if legal else None,
        )
    )
    session.flush()
    if role:
        session.add(model.Membership(user_name=account, role=role, org_id=org_id))
