"""地方规定: what a place has settled for itself, on what ground, and what counts where it has not."""

from __future__ import annotations

from itertools import groupby

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_login import login_required

from engine import clock, parameters, people, places, store
from engine.errors import OfficeError, refuse
from engine.workdays import office_day
from web import refusals
from web.auth import actor

bp = Blueprint("places", __name__, url_prefix="/admin/parameters")
bp.before_request(refusals.only_for(lambda by: bool(by.admin) or parameters.may_keep(by)))
MENU = [(73, "参数", "places.index", lambda by: bool(by.admin) or parameters.may_keep(by))]


@bp.get("")
@login_required
def index():
    return _index()


@bp.post("")
@login_required
def settle():
    form = request.form
    g.refused_page = _index
    with store.writing() as session:
        row = places.settle(
            session,
            form.get("key", "").strip(),
            form.get("value", ""),
            form.get("region", "").strip(),
            form.get("source", "")[:1000],
            actor(),
            clock.now(),
            refusals.day("in_force_from"),
            refusals.day("in_force_until"),
            form.get("verified") == "1",
        )
    flash(f"已登记，自 {row.in_force_from} 起对新起算的期限和新办理的事项生效", "success")
    return redirect(url_for(".index"), 303)


@bp.post("/<parameter_id>/end")
@login_required
def end(parameter_id):
    parameters.require_keeper(actor())
    g.refused_page = _index
    until = refusals.day("until")
    if until is None:
        refuse({"until": ("E-COM-01", "请填写失效日期")})
    with store.writing() as session:
        parameters.end(session, parameter_id, until, actor(), clock.now())
    flash(f"自 {until} 之后不再适用", "success")
    return redirect(url_for(".index"), 303)


def _index(refused: OfficeError | None = None) -> str:
    today = office_day(clock.now())
    with store.reading() as session:
        known = places.settable(session)
        rows = parameters.listing(session)
        regions = places.regions(session)
        names = {row.set_by: people.display(session, row.set_by) for row in rows}
    entries = sorted(known.values(), key=lambda entry: (entry.process, entry.key))
    ended = (request.view_args or {}).get("parameter_id")
    form = f"end-{ended}" if ended else "add"
    return render_template(
        "places/index.html",
        rows=rows,
        known=known,
        groups=[(process, list(found)) for process, found in groupby(entries, key=lambda entry: entry.process)],
        regions=[(code, f"{name or '（未登记机构）'} {code}".strip()) for code, name in regions],
        region_names=dict(regions),
        names=names,
        today=today,
        words=places.words,
        may_keep=parameters.may_keep(actor()),
        **refusals.shown_again(refused, form),
    )
