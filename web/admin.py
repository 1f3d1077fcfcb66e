"""Administration: people, offices, deputies, calendar, parameters, reference lists, incidents."""

from __future__ import annotations

import secrets
from datetime import date

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask_login import current_user, login_required

from engine import catalog, clock, holidays, incidents, model, parameters, people, references, staff, store
from engine import deputies as acting
from engine.errors import NotAllowed, NotFound, Refused
from engine.workdays import office_day, office_zone
from web import sheets, signins
from web.auth import actor, role_titles

bp = Blueprint("admin", __name__, url_prefix="/admin")
KINDS = {"休": "holiday", "班": "workday", "holiday": "holiday", "workday": "workday", "": ""}


def _administers(by: people.Actor) -> bool:
    return bool(by.admin) or "process_designer" in by.role_ids


MENU = [
    (50, "代理", "admin.deputies", None),
    (60, "异常", "admin.incident_list", lambda by: bool(by.admin) or by.supervises),
    (70, "人员", "admin.person_list", lambda by: bool(by.admin)),
    (71, "机构", "admin.office_list", lambda by: bool(by.admin)),
    (72, "工作日历", "admin.calendar", _administers),
    (73, "参数", "admin.parameter_list", _administers),
    (74, "参考目录", "admin.reference_lists", _administers),
]


@bp.before_request
def keep_out():
    """Only the people a page is for find it; everybody may see their own deputies."""
    if not current_user.is_authenticated:
        return
    if request.endpoint in ("admin.deputies", "admin.add_deputy", "admin.end_deputy"):
        return
    by = actor()
    if request.endpoint in ("admin.incident_list", "admin.retry_incident", "admin.resolve_incident"):
        allowed = bool(by.admin) or by.supervises
    else:
        allowed = _administers(by)
    if not allowed:
        raise NotFound()


@bp.get("/people")
@login_required
def person_list():
    text, page = request.args.get("q", "").strip()[:60], request.args.get("page", 1, type=int)
    with store.reading() as session:
        rows, _ = staff.accounts(session, text, page=page)
        offices = {org.id: org.name for org in staff.offices(session)}
    return render_template("admin/people.html", rows=rows, offices=offices, text=text, page=page, admins=staff.ADMINS)


@bp.post("/people")
@login_required
def add_person():
    form, password = request.form, secrets.token_urlsafe(9)
    g.refused_page = lambda error: _again(".person_list", error)
    with store.writing() as session:
        row = staff.add_account(
            session,
            form.get("name", "").strip(),
            form.get("display", ""),
            form.get("org", ""),
            signins.hash_password(password),
            actor(),
            clock.now(),
            form.get("email", ""),
            form.get("certificate_no", ""),
            _day(form.get("certificate_until")),
        )
    flash(f"已建立账号 {row.name}，初始密码 {password}（只显示这一次，首次登录须修改）", "success")
    return redirect(url_for(".person", name=row.name), 303)


@bp.get("/people/<name>")
@login_required
def person(name):
    with store.reading() as session:
        row = session.get(model.User, name)
        if row is None:
            raise NotFound("没有这个账号")
        return render_template(
            "admin/person.html",
            row=row,
            roles=staff.roles_of(session, name),
            titles=role_titles(session),
            offices=staff.offices(session),
            admins=staff.ADMINS,
        )


@bp.post("/people/<name>")
@login_required
def change_person(name):
    form = request.form
    g.refused_page = lambda error: _again(".person", error, name=name)
    with store.writing() as session:
        staff.change_account(
            session,
            name,
            actor(),
            clock.now(),
            form.get("display", ""),
            form.get("org", ""),
            form.get("email", ""),
            form.get("certificate_no", ""),
            _day(form.get("certificate_until")),
            form.get("active") == "1",
        )
    flash("已保存", "success")
    return redirect(url_for(".person", name=name), 303)


@bp.post("/people/<name>/roles")
@login_required
def change_role(name):
    form = request.form
    g.refused_page = lambda error: _again(".person", error, name=name)
    with store.writing() as session:
        if form.get("verb") == "take":
            staff.take_role(session, name, form.get("role", ""), form.get("org", ""), actor(), clock.now())
        else:
            known = role_titles(session)
            staff.give_role(session, name, form.get("role", ""), form.get("org", ""), actor(), clock.now(), known)
    flash("岗位已更新", "success")
    return redirect(url_for(".person", name=name), 303)


@bp.post("/people/<name>/password")
@login_required
def reset_password(name):
    password = secrets.token_urlsafe(9)
    with store.writing() as session:
        staff.reset_password(session, name, signins.hash_password(password), actor(), clock.now())
    flash(f"{name} 的初始密码：{password}（只显示这一次，登录后须修改）", "success")
    return redirect(url_for(".person", name=name), 303)


@bp.get("/offices")
@login_required
def office_list():
    with store.reading() as session:
        return render_template("admin/offices.html", rows=staff.offices(session), kinds=staff.ORG_KINDS)


@bp.post("/offices")
@login_required
def add_office():
    form = request.form
    g.refused_page = lambda error: _again(".office_list", error)
    with store.writing() as session:
        staff.add_office(
            session,
            form.get("id", "").strip(),
            form.get("name", ""),
            form.get("code", ""),
            form.get("region", "").strip(),
            form.get("kind", ""),
            form.get("parent") or None,
            actor(),
            clock.now(),
        )
    flash("机构已登记", "success")
    return redirect(url_for(".office_list"), 303)


@bp.get("/deputies")
@login_required
def deputies():
    by = actor()
    with store.reading() as session:
        rows = acting.known_to(session, by)
        names = {
            name: people.display(session, name) for row in rows for name in (row.principal, row.deputy, row.set_by)
        }
        colleagues = acting.colleagues(session, {by.org}, by)
    today = office_day(clock.now())
    return render_template(
        "admin/deputies.html", rows=rows, names=names, colleagues=colleagues, today=today, me=by.user
    )


@bp.post("/deputies")
@login_required
def add_deputy():
    form, by = request.form, actor()
    g.refused_page = lambda error: _again(".deputies", error)
    first, last = _day(form.get("from_on")), _day(form.get("until_on"))
    if first is None or last is None:
        raise Refused("请填写代理的起止日期", "E-COM-01")
    with store.writing() as session:
        acting.appoint(
            session,
            form.get("principal") or by.user,
            form.get("deputy", ""),
            first,
            last,
            by,
            clock.now(),
            form.get("reason", ""),
        )
    flash("代理已设置", "success")
    return redirect(url_for(".deputies"), 303)


@bp.post("/deputies/<deputy_id>/end")
@login_required
def end_deputy(deputy_id):
    with store.writing() as session:
        acting.end(session, deputy_id, actor(), clock.now())
    flash("代理已结束", "success")
    return redirect(url_for(".deputies"), 303)


@bp.get("/calendar")
@login_required
def calendar():
    year = request.args.get("year", clock.now().astimezone(office_zone()).year, type=int)
    with store.reading() as session:
        rows = parameters.days_of(session, year)
        known = year in parameters.calendar(session).known_years
    return render_template("admin/calendar.html", rows=rows, year=year, known=known)


@bp.post("/calendar")
@login_required
def import_calendar():
    by = actor()
    if not _administers(by) or by.admin == "audit":
        raise NotAllowed("只有管理员或流程设计人员可以维护工作日历")
    g.refused_page = lambda error: _again(".calendar", error)
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Refused("请选择 Excel 文件", "E-COM-01")
    days = []
    for number, row in enumerate(sheets.rows(file.stream), start=2):
        cells = (*row, "", "", "")[:3]
        try:
            day = date.fromisoformat(cells[0])
        except ValueError as error:
            raise Refused(f"第 {number} 行的“{cells[0]}”不是日期，全部未导入", "E-COM-21") from error
        if cells[1] not in KINDS:
            raise Refused(f"第 {number} 行的类别应为“休”或“班”，全部未导入", "E-COM-21")
        days.append((day, KINDS[cells[1]], cells[2]))
    done = holidays.announce(days, request.form.get("source", ""), by, clock.now())
    rows = [(row.number, row.title, row.before, row.after) for row in done.moved]
    flash(f"已导入 {len(days)} 天，{len(rows)} 个暂定期限随之变动", "success")
    return render_template("admin/moved.html", rows=rows)


@bp.get("/parameters")
@login_required
def parameter_list():
    with store.reading() as session:
        own = [
            (bundle.title, key, param)
            for bundle in catalog.all_published(session)
            for key, param in bundle.params.items()
        ]
        rules = [
            (bundle.title, rule) for bundle in catalog.all_published(session) for rule in bundle.rules if rule.regional
        ]
        rows = parameters.listing(session)
        regions = sorted({org.region for org in staff.offices(session)})
    return render_template("admin/parameters.html", own=own, rules=rules, rows=rows, regions=regions)


@bp.post("/parameters")
@login_required
def set_parameter():
    form = request.form
    g.refused_page = lambda error: _again(".parameter_list", error)
    with store.writing() as session:
        parameters.set_(
            session,
            form.get("key", "").strip(),
            _value(form.get("value", "").strip()),
            form.get("region", "").strip(),
            form.get("source", ""),
            actor(),
            clock.now(),
            _day(form.get("in_force_from")),
            None,
            form.get("verified") == "1",
        )
    flash("参数已登记，自施行日起对新起算的期限生效", "success")
    return redirect(url_for(".parameter_list"), 303)


@bp.get("/references")
@login_required
def reference_lists():
    name = request.args.get("list", "")
    with store.reading() as session:
        lists = references.lists(session)
        rows = references.options(session, name) if name else []
    return render_template("admin/references.html", lists=lists, name=name, rows=rows)


@bp.post("/references")
@login_required
def import_references():
    form, file = request.form, request.files.get("file")
    g.refused_page = lambda error: _again(".reference_lists", error)
    if file is None or not file.filename:
        raise Refused("请选择 Excel 文件", "E-COM-01")
    entries = [(row[0], (*row, "")[1]) for row in sheets.rows(file.stream)]
    name = form.get("list", "").strip()
    with store.writing() as session:
        count = staff.import_references(
            session, name, entries, form.get("source", ""), form.get("verified") == "1", actor(), clock.now()
        )
    flash(f"已导入 {count} 条", "success")
    return redirect(url_for(".reference_lists", list=name), 303)


@bp.get("/incidents")
@login_required
def incident_list():
    by, kind = actor(), request.args.get("kind") or None
    state = "resolved" if request.args.get("state") == "resolved" else "open"
    with store.reading() as session:
        found, _ = incidents.listing(session, by, state, kind, request.args.get("page", 1, type=int))
        rows = [(line.incident, line.case if line.open_to_me else None) for line in found]
    return render_template("admin/incidents.html", rows=rows, kinds=incidents.KINDS, kind=kind, state=state)


@bp.post("/incidents/<incident_id>/retry")
@login_required
def retry_incident(incident_id):
    with store.writing() as session:
        incidents.retry(session, incident_id, actor(), clock.now())
    flash("已安排重试", "success")
    return redirect(url_for(".incident_list"), 303)


@bp.post("/incidents/<incident_id>/resolve")
@login_required
def resolve_incident(incident_id):
    with store.writing() as session:
        incidents.resolve(session, incident_id, actor(), clock.now(), request.form.get("note", ""))
    flash("异常已处理", "success")
    return redirect(url_for(".incident_list"), 303)


def _again(endpoint: str, error: Refused, **values: str):
    # The page is drawn anew with the refusal above it; what was typed is still in the browser's own form history.
    flash(error.detail, "danger")
    return current_app.view_functions[f"admin{endpoint}"](**values)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Refused(f"“{text}”不是日期", "E-COM-21") from error


def _value(text: str) -> object:
    if text in ("true", "false", "是", "否"):
        return text in ("true", "是")
    return int(text) if text.lstrip("-").isdigit() else text
