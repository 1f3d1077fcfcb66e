"""审计记录: the acts that belong to no case (sign-ins, accounts, rights, parameters, processes), for the auditor."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for
from flask_login import login_required

from engine import clock, ledger, model, people, staff, store
from engine.workdays import office_day, office_zone
from web import refusals, sheets
from web.auth import role_titles

PAGE = 50
DAYS = 30
ACTS = {
    "signed in": "登录",
    "signed out": "退出登录",
    "acting for": "切换代理身份",
    "password changed": "修改密码",
    "password reset": "重置密码",
    "account made": "建立账号",
    "account changed": "修改账号",
    "administrator appointed": "指定管理员",
    "token issued": "发放接口令牌",
    "role given": "授予岗位",
    "role taken": "收回岗位",
    "deputy appointed": "设置代理",
    "deputy ended": "结束代理",
    "office added": "登记机构",
    "office changed": "修改机构",
    "parameter set": "登记地方规定",
    "parameter ended": "终止地方规定",
    "calendar changed": "导入放假安排",
    "reference list imported": "导入参考目录",
    "process uploaded": "上传流程",
    "process published": "发布流程",
    "incident retried": "重试异常",
    "incident resolved": "处理异常",
    "hand-off retried": "重试移交",
}
DETAILS = {
    "address": "地址",
    "display": "姓名",
    "org": "机构",
    "active": "在用",
    "certificate_until": "执法证有效期",
    "legal_on": "法律职业资格取得日期",
    "kind": "类别",
    "role": "岗位",
    "deputy": "代理人",
    "days": "期间",
    "reason": "理由",
    "principal": "委托人",
    "name": "名称",
    "code": "代字",
    "key": "参数",
    "region": "区划",
    "value": "值",
    "source": "依据",
    "until": "至",
    "first": "自",
    "last": "至",
    "list": "目录",
    "rows": "条数",
    "process": "流程",
    "version": "版本",
    "incident": "异常",
    "cause": "原因",
    "note": "处理",
    "handoff": "移交",
    "state": "结果",
    "title": "名称",
}

bp = Blueprint("audit", __name__, url_prefix="/admin/audit")
bp.before_request(refusals.only_for(lambda by: by.admin == "audit"))
MENU = [(63, "审计记录", "audit.index", lambda by: by.admin == "audit")]


@bp.get("")
@login_required
def index():
    asked, number = refusals.text_asked("account", "act", "since", "until"), refusals.page_asked()
    as_sheet = request.args.get("format") == "xlsx"
    since = refusals.day_asked("since") or office_day(clock.now()) - timedelta(days=DAYS)
    until = refusals.day_asked("until")
    with store.reading() as session:
        rows, total = ledger.of_accounts(
            session,
            asked["account"],
            asked["act"] if asked["act"] in ACTS else "",
            _midnight(since),
            _midnight(until + timedelta(days=1)) if until else None,
            1 if as_sheet else number,
            sheets.MOST_ROWS if as_sheet else PAGE,
        )
        accounts = {row.chain.removeprefix("account:") for row in rows} | {row.actor for row in rows}
        names = {name: people.display(session, name) for name in accounts}
        known = {"role": role_titles(session), "org": {org.id: org.name for org in staff.offices(session)}}
    lines = [_line(row, names, known) for row in rows]
    if as_sheet:
        return sheets.download("审计记录", ("时间", "办理人", "事项", "对象", "内容", "链上序号"), lines)

    def address(**changes) -> str:
        kept = {key: value for key, value in {**asked, **changes}.items() if value}
        return url_for(".index") + (f"?{urlencode(kept)}" if kept else "")

    return render_template(
        "audit/index.html",
        lines=lines,
        asked={**asked, "since": since.isoformat()},
        acts=ACTS,
        total=total,
        page=number,
        pages=max(1, -(-total // PAGE)),
        address=address,
    )


def _line(
    row: model.LedgerEntry, names: dict[str, str], known: dict[str, dict[str, str]]
) -> tuple[str, str, str, str, str, int]:
    account = row.chain.removeprefix("account:")
    said = "；".join(
        f"{DETAILS.get(key, key)}：{known.get(key, {}).get(str(value)) or _value(value)}"
        for key, value in row.detail.items()
        if value != ""
    )
    moment = row.at.astimezone(office_zone()).strftime("%Y-%m-%d %H:%M:%S")
    return moment, _named(row.actor, names), ACTS.get(row.act, row.act), _named(account, names), said, row.seq


def _named(account: str, names: dict[str, str]) -> str:
    display = names.get(account, "")
    return f"{display}（{account}）" if display and display != account else account


def _value(value: object) -> str:
    return {True: "是", False: "否"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _midnight(day) -> datetime:
    return datetime.combine(day, time(), office_zone())
