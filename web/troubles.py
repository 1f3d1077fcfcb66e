"""异常与待移交: what could not go on, tried again or closed by whoever answers for it."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_login import login_required

from engine import catalog, clock, incidents, people, store
from engine.errors import OfficeError
from web import refusals
from web.auth import actor

PAGE = 50

bp = Blueprint("troubles", __name__, url_prefix="/admin")
bp.before_request(refusals.only_for(lambda by: bool(by.admin) or by.supervises))
MENU = [
    (60, "异常", "troubles.index", lambda by: bool(by.admin) or by.supervises),
    (61, "待移交", "troubles.handoffs", lambda by: bool(by.admin) or by.supervises),
]


@bp.get("/incidents")
@login_required
def index():
    return _index()


@bp.post("/incidents/<incident_id>/retry")
@login_required
def retry(incident_id):
    with store.writing() as session:
        incidents.retry(session, incident_id, actor(), clock.now())
    flash("已安排重试；如再次失败，会出现新的异常", "success")
    return redirect(url_for(".index"), 303)


@bp.post("/incidents/<incident_id>/resolve")
@login_required
def resolve(incident_id):
    g.refused_page = lambda refused: _index(refused, incident_id)
    with store.writing() as session:
        incidents.resolve(session, incident_id, actor(), clock.now(), request.form.get("note", ""))
    flash("异常已标为处理完毕", "success")
    return redirect(url_for(".index"), 303)


@bp.get("/handoffs")
@login_required
def handoffs():
    by, number = actor(), refusals.page_asked()
    with store.reading() as session:
        rows, total = incidents.waiting(session, by, number, PAGE)
        titles = {bundle.process: bundle.title for bundle in catalog.all_published(session)}
    return render_template(
        "troubles/handoffs.html",
        rows=rows,
        total=total,
        page=number,
        pages=max(1, -(-total // PAGE)),
        address=lambda page: url_for(".handoffs", page=page),
        titles=titles,
        may_act=_may_act(by),
    )


@bp.post("/handoffs/<handoff_id>/deliver")
@login_required
def deliver(handoff_id):
    with store.writing() as session:
        row = incidents.deliver(session, handoff_id, actor(), clock.now())
    if row.state == "delivered":
        flash("已移交，对方流程已立案", "success")
    else:
        flash(f"仍不能移交：{row.cause}", "warning")
    return redirect(url_for(".handoffs"), 303)


def _index(refused: OfficeError | None = None, incident_id: str = "") -> str:
    by, number = actor(), refusals.page_asked()
    asked = refusals.text_asked("kind", "state")
    state = "resolved" if asked["state"] == "resolved" else "open"
    kind = asked["kind"] if asked["kind"] in incidents.KINDS else ""
    with store.reading() as session:
        lines, total = incidents.listing(session, by, state, kind or None, number, PAGE)
        resolvers = {line.incident.resolved_by for line in lines if line.incident.resolved_by}
        names = {name: people.display(session, name) for name in resolvers}

    def address(**changes) -> str:
        kept = {key: value for key, value in {**asked, **changes}.items() if value}
        return url_for(".index") + (f"?{urlencode(kept)}" if kept else "")

    return render_template(
        "troubles/index.html",
        lines=lines,
        names=names,
        kinds=incidents.KINDS,
        kind=kind,
        state=state,
        total=total,
        page=number,
        pages=max(1, -(-total // PAGE)),
        address=address,
        may_act=_may_act(by),
        may_repeat=incidents.may_repeat,
        **refusals.shown_again(refused, f"resolve-{incident_id}"),
    )


def _may_act(by: people.Actor) -> bool:
    return not by.admin or by.admin in incidents.KEEPERS
