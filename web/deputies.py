"""代理 (AB岗): who acts for whom; settled by oneself, by superiors, or by the security administrator."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_login import login_required

from engine import clock, deputies, model, people, store
from engine.errors import OfficeError, refuse
from engine.workdays import office_day
from web import refusals
from web.auth import actor

PAGE = 50

bp = Blueprint("deputies", __name__, url_prefix="/deputies")
MENU = [(50, "代理", "deputies.index", None)]


@bp.get("")
@login_required
def index():
    return _index()


@bp.post("")
@login_required
def add():
    form, by = request.form, actor()
    g.refused_page = _index
    first, last = refusals.day("from_on"), refusals.day("until_on")
    missing = {"from_on": first, "until_on": last, "deputy": form.get("deputy")}
    refuse({name: ("E-COM-01", "请填写") for name, value in missing.items() if not value})
    with store.writing() as session:
        deputies.appoint(
            session,
            form.get("principal", "").strip() or by.user,
            form.get("deputy", "").strip(),
            first,
            last,
            by,
            clock.now(),
            form.get("reason", ""),
        )
    flash("代理已设置，代理人从起始日起可以在右上角选择“代……办理”", "success")
    return redirect(url_for(".index"), 303)


@bp.post("/<deputy_id>/end")
@login_required
def end(deputy_id):
    with store.writing() as session:
        deputies.end(session, deputy_id, actor(), clock.now())
    flash("代理已结束", "success")
    return redirect(url_for(".index"), 303)


def _index(refused: OfficeError | None = None) -> str:
    by, number = actor(), refusals.page_asked()
    with store.reading() as session:
        rows = deputies.known_to(session, by, number, PAGE)
        names = {
            name: people.display(session, name) for row in rows for name in (row.principal, row.deputy, row.set_by)
        }
        principals = deputies.principals(session, by)
        offices = {row.org_id for row in principals}
        colleagues = deputies.colleagues(session, offices, by)
        titles = {org_id: session.get_one(model.Org, org_id).name for org_id in offices}
    return render_template(
        "deputies/index.html",
        rows=rows,
        names=names,
        people=[(row.name, f"{row.display}（{row.name}）") for row in principals],
        colleagues=colleagues,
        offices=titles,
        today=office_day(clock.now()),
        me=by.user,
        keeps=by.admin == deputies.KEEPER,
        number=number,
        more=len(rows) == PAGE,
        **refusals.shown_again(refused, "add"),
    )
