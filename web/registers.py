"""Registers (台账) in the browser: filtered, paged, and as an Excel sheet."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for
from flask_login import login_required
from sqlalchemy import select

from engine import cases, catalog, clock, model, registers, store
from engine.errors import Refused
from web import lamps, sheets
from web.auth import actor

PAGE = 50
LAMPS = ("red", "orange", "yellow", "green")

bp = Blueprint("registers", __name__, url_prefix="/registers")
MENU = [(20, "台账", "registers.index", None)]


@bp.get("")
@login_required
def index():
    with store.reading() as session:
        groups = [(bundle.title, bundle.registers) for bundle in catalog.all_published(session) if bundle.registers]
    return render_template("registers/index.html", groups=groups)


@bp.get("/<register_id>")
@login_required
def register(register_id):
    now = clock.now()
    asked = {name: request.args.get(name, "").strip()[:60] for name in ("q", "lamp", "status", "org", "since", "until")}
    number, as_sheet = max(1, request.args.get("page", 1, type=int)), request.args.get("format") == "xlsx"
    with store.reading() as session:
        bundle = sheets.bundle_with(session, register_id)
        own = next(entry for entry in bundle.registers if entry.id == register_id)
        filters = [(source, _title(own, source), request.args.get(source, "")[:200]) for source in own.filters]
        found = registers.page(
            session,
            bundle,
            register_id,
            cases.visible(actor()),
            now,
            {source: value for source, _, value in filters},
            asked["status"] or None,
            asked["org"] or None,
            _day(asked["since"]),
            _day(asked["until"]),
            asked["lamp"] if asked["lamp"] in LAMPS else None,
            asked["q"] or None,
            1 if as_sheet else number,
            sheets.MOST_ROWS if as_sheet else PAGE,
        )
        if as_sheet:
            return sheets.register(found)
        choices = {
            source: registers.choices(session, bundle, register_id, source, cases.visible(actor()))
            for source in own.filters
        }
        orgs = session.execute(select(model.Org.id, model.Org.name).order_by(model.Org.path)).all()

    def address(**changes) -> str:
        values = {**asked, **{source: value for source, _, value in filters}, **changes}
        kept = {key: value for key, value in values.items() if value}
        return url_for(".register", register_id=register_id) + (f"?{urlencode(kept)}" if kept else "")

    return render_template(
        "registers/register.html",
        found=found,
        asked=asked,
        filters=filters,
        choices=choices,
        statuses=bundle.statuses,
        orgs=orgs,
        pages=max(1, -(-found.total // found.size)),
        address=address,
        lamp_titles=lamps.TITLES,
        lamp_of=lambda row: lamps.of(row, now),
        text=sheets.text,
    )


def _title(register, source: str) -> str:
    return next((title for title, column in register.columns if column == source), source)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Refused(f"“{text}”不是日期", "E-COM-21") from error
