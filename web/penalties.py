"""The statistics of penalty cases (行政处罚统计) for heads and legal staff: one year on a page and as a sheet."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask_login import login_required

from engine import clock, penalties, store
from engine.people import Actor
from engine.workdays import office_day
from web import refusals, sheets
from web.auth import actor

ROLES = frozenset({"unit_head", "deputy_head", "agency_head", "legal_officer", "legal_reviewer"})


def for_whom(by: Actor) -> bool:
    """Tell whether somebody has this page, to which the ledgers lead."""
    return bool(by.role_ids & ROLES)


bp = Blueprint("penalties", __name__, url_prefix="/penalties")
bp.before_request(refusals.only_for(for_whom))


@bp.get("")
@login_required
def summary():
    now = clock.now()
    today = office_day(now)
    year = refusals.year_asked(today)
    with store.reading() as session:
        found = penalties.summary(session, actor(), now, year)
    if request.args.get("format") == "xlsx":
        tables = [[[table.title], table.heads, *table.lines] for table in found.tables]
        return sheets.download(f"{year}年行政处罚统计", *sheets.by_months(found.lines, found.blocks, tables))
    return render_template("penalties/summary.html", found=found, year=year, this_year=today.year)
