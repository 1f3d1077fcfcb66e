"""Registers (台账) in the browser: filtered, paged, and as an Excel sheet."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for
from flask_login import login_required
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from engine import cases, catalog, clock, model, people, registers, store
from engine.bundles import Bundle, Register
from web import lamps, penalties, refusals, sheets
from web.auth import actor
from web.cases import STATES

PAGE = 50

bp = Blueprint("registers", __name__, url_prefix="/registers")
MENU = [(20, "台账", "registers.index", None)]


@bp.get("")
@login_required
def index():
    with store.reading() as session:
        groups = [(bundle.title, bundle.registers) for bundle in catalog.all_published(session) if bundle.registers]
    return render_template("registers/index.html", groups=groups, statistics=penalties.for_whom(actor()))


@bp.get("/<register_id>")
@login_required
def register(register_id):
    now, visible = clock.now(), cases.visible(actor())
    asked = refusals.text_asked("q", "lamp", "status", "org", "since", "until")
    asked |= {name: "" for name in ("since", "until") if refusals.day_asked(name) is None}
    asked["lamp"] = asked["lamp"] if asked["lamp"] in lamps.TITLES else ""
    number, as_sheet = refusals.page_asked(), request.args.get("format") == "xlsx"
    with store.reading() as session:
        bundle = sheets.bundle_with(session, register_id)
        own = next(entry for entry in bundle.registers if entry.id == register_id)
        chosen = {source: request.args.get(source, "").replace("\0", "")[:200] for source in own.filters}
        found = registers.page(
            session,
            bundle,
            register_id,
            visible,
            now,
            chosen,
            asked["status"] or None,
            asked["org"] or None,
            refusals.day_asked("since"),
            refusals.day_asked("until"),
            asked["lamp"] or None,
            asked["q"] or None,
            1 if as_sheet else number,
            sheets.MOST_ROWS if as_sheet else PAGE,
        )
        if as_sheet:
            return sheets.register(found, now)
        filters = [
            (source, _title(own, bundle, source), chosen[source], _choices(session, bundle, own, source, visible))
            for source in own.filters
        ]
        orgs = _offices(session, register_id, visible)

    def address(**changes) -> str:
        kept = {key: value for key, value in {**asked, **chosen, **changes}.items() if value}
        return url_for(".register", register_id=register_id) + (f"?{urlencode(kept)}" if kept else "")

    return render_template(
        "registers/register.html",
        found=found,
        asked=asked,
        filtered=any(asked.values()) or any(chosen.values()),
        filters=filters,
        statuses=bundle.statuses,
        states=STATES,
        orgs=orgs,
        pages=max(1, -(-found.total // found.size)),
        address=address,
        lamp_titles=lamps.TITLES,
        lamp_of=lambda row: lamps.of(row, now),
        text=sheets.text,
    )


def _title(own: Register, bundle: Bundle, source: str) -> str:
    """Return what a filter is called: its column's title, else its field's."""
    step, _, name = source.partition(".")
    field = bundle.forms[step].fields.get(name) if step in bundle.forms else None
    return next((title for title, column in own.columns if column == source), field.title if field else source)


def _choices(
    session: Session, bundle: Bundle, own: Register, source: str, visible: ColumnElement[bool]
) -> list[tuple[str, str]]:
    """Return the values of a filter with the names that people read."""
    step, _, name = source.partition(".")
    field = bundle.forms[step].fields.get(name) if step in bundle.forms else None
    kind = field.kind if field else ""
    values = registers.choices(session, bundle, own.id, source, visible)
    return [(value, _said(session, kind, value)) for value in values]


def _said(session: Session, kind: str, value: str) -> str:
    if kind == "org":
        org = session.get(model.Org, value)
        return org.name if org else value
    if kind == "user":
        return people.display(session, value)
    return {"True": "是", "False": "否"}.get(value, sheets.text(value))


def _offices(session: Session, register_id: str, visible: ColumnElement[bool]) -> list[tuple[str, str]]:
    """Return the offices whose cases stand in a register, among those that this person sees."""
    rows = (
        select(model.Org.id, model.Org.name, model.Org.path)
        .join(model.Case, model.Case.org_id == model.Org.id)
        .join(model.RegisterRow, model.RegisterRow.case_id == model.Case.id)
        .where(model.RegisterRow.register == register_id, visible)
        .distinct()
        .order_by(model.Org.path)
    )
    return [(org_id, name) for org_id, name, _ in session.execute(rows)]
