"""People and offices as the administrators keep them; who may do what here is decided in the engine."""

from __future__ import annotations

import secrets
from urllib.parse import urlencode

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_login import login_required

from engine import clock, model, people, staff, store
from engine.errors import NotFound, OfficeError
from web import refusals, signins
from web.auth import actor, role_titles

PAGE = 50

bp = Blueprint("staff", __name__, url_prefix="/admin")
bp.before_request(refusals.only_for(lambda by: bool(by.admin)))
MENU = [
    (70, "人员", "staff.person_list", lambda by: bool(by.admin)),
    (71, "机构", "staff.office_list", lambda by: bool(by.admin)),
]


@bp.get("/people")
@login_required
def person_list():
    return _person_list()


@bp.post("/people")
@login_required
def add_person():
    form, password = request.form, _first_password()
    g.refused_page = _person_list
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
            refusals.day("certificate_until"),
            form.get("legal_no", ""),
            refusals.day("legal_on"),
        )
    return _show_once(row.name, row.display, password)


@bp.get("/people/<name>")
@login_required
def person(name):
    return _person(name)


@bp.post("/people/<name>")
@login_required
def change_person(name):
    form = request.form
    g.refused_page = lambda refused: _person(name, refused, "facts")
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
            refusals.day("certificate_until"),
            form.get("active") == "1",
            form.get("legal_no", ""),
            refusals.day("legal_on"),
        )
    flash("已保存", "success")
    return redirect(url_for(".person", name=name), 303)


@bp.post("/people/<name>/roles")
@login_required
def change_role(name):
    form, by, now = request.form, actor(), clock.now()
    g.refused_page = lambda refused: _person(name, refused, "role")
    role, org = form.get("role", ""), form.get("org", "")
    with store.writing() as session:
        if form.get("verb") == "take":
            staff.take_role(session, name, role, org, by, now)
        else:
            staff.give_role(session, name, role, org, by, now, role_titles(session))
    flash("岗位已收回，立即生效" if form.get("verb") == "take" else "岗位已授予，立即生效", "success")
    return redirect(url_for(".person", name=name), 303)


@bp.post("/people/<name>/password")
@login_required
def reset_password(name):
    password = _first_password()
    with store.writing() as session:
        staff.reset_password(session, name, signins.hash_password(password), actor(), clock.now())
        display = people.display(session, name)
    return _show_once(name, display, password)


@bp.get("/offices")
@login_required
def office_list():
    return _office_list()


@bp.post("/offices")
@login_required
def add_office():
    form = request.form
    g.refused_page = _office_list
    with store.writing() as session:
        row = staff.add_office(
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
    flash(f"机构“{row.name}”已登记", "success")
    return redirect(url_for(".office_list"), 303)


@bp.get("/offices/<org_id>")
@login_required
def office(org_id):
    return _office(org_id)


@bp.post("/offices/<org_id>")
@login_required
def change_office(org_id):
    form = request.form
    g.refused_page = lambda refused: _office(org_id, refused)
    with store.writing() as session:
        active = form.get("active") == "1"
        staff.change_office(session, org_id, form.get("name", ""), form.get("code", ""), active, actor(), clock.now())
    flash("已保存", "success")
    return redirect(url_for(".office_list"), 303)


def _person_list(refused: OfficeError | None = None) -> str:
    asked, number = refusals.text_asked("q", "org"), refusals.page_asked()
    with store.reading() as session:
        rows, total = staff.accounts(session, asked["q"], asked["org"], number, PAGE)
        offices = staff.offices(session)

    def address(**changes) -> str:
        kept = {key: value for key, value in {**asked, **changes}.items() if value}
        return url_for(".person_list") + (f"?{urlencode(kept)}" if kept else "")

    return render_template(
        "staff/people.html",
        rows=rows,
        total=total,
        page=number,
        pages=max(1, -(-total // PAGE)),
        address=address,
        asked=asked,
        offices=offices,
        office_names={office.id: office.name for office in offices},
        admins=staff.ADMINS,
        choices=_choices(offices),
        **refusals.shown_again(refused, "add"),
    )


def _person(name: str, refused: OfficeError | None = None, form: str = "") -> str:
    with store.reading() as session:
        row = session.get(model.User, name)
        if row is None:
            raise NotFound("没有这个账号")
        roles, titles, offices = staff.roles_of(session, name), role_titles(session), staff.offices(session)
    return render_template(
        "staff/person.html",
        row=row,
        roles=roles,
        titles=titles,
        offices=offices,
        office_names={office.id: office.name for office in offices},
        admins=staff.ADMINS,
        choices=_choices(offices),
        **refusals.shown_again(refused, form),
    )


def _office_list(refused: OfficeError | None = None) -> str:
    with store.reading() as session:
        rows = staff.offices(session)
    again = refusals.shown_again(refused, "add")
    return render_template("staff/offices.html", rows=rows, kinds=staff.ORG_KINDS, choices=_choices(rows), **again)


def _office(org_id: str, refused: OfficeError | None = None) -> str:
    with store.reading() as session:
        row = session.get(model.Org, org_id)
        if row is None:
            raise NotFound("没有这个机构")
        above = session.get(model.Org, row.parent_id) if row.parent_id else None
    return render_template(
        "staff/office.html", row=row, above=above, kinds=staff.ORG_KINDS, **refusals.shown_again(refused, "facts")
    )


def _choices(offices: list[model.Org]) -> list[tuple[str, str]]:
    return [(office.id, office.name) for office in offices if office.active]


def _first_password() -> str:
    # Easily read aloud, and long enough to need no signs: it is changed at the first sign-in.
    return "-".join(secrets.token_hex(3) for _ in range(4))


def _show_once(name: str, display: str, password: str) -> str:
    # Shown at once instead of after a redirect: a flashed message would lie in the cookie until it is read.
    return render_template("staff/password.html", name=name, display=display, password=password)
