"""工作日历: the holidays of a year, and the notice of a new one from Excel with the deadlines that it moves."""

from __future__ import annotations

import re
from datetime import date

from flask import Blueprint, g, render_template, request, url_for
from flask_login import login_required

from engine import clock, holidays, model, parameters, store
from engine.errors import OfficeError, refuse
from engine.workdays import office_day
from web import refusals, sheets
from web.auth import actor

HEADS = ("日期", "类别（休/班）", "名称")
KINDS = {"休": "holiday", "班": "workday", "holiday": "holiday", "workday": "workday", "": ""}
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
MOST_DAYS = 400

bp = Blueprint("holidays", __name__, url_prefix="/admin/calendar")
bp.before_request(refusals.only_for(lambda by: bool(by.admin) or parameters.may_keep(by)))
MENU = [(72, "工作日历", "holidays.index", lambda by: bool(by.admin) or parameters.may_keep(by))]


@bp.get("")
@login_required
def index():
    return _index()


@bp.get("/days.xlsx")
@login_required
def export():
    year = _year()
    with store.reading() as session:
        rows = parameters.days_of(session, year)
    lines = [(row.day.isoformat(), "休" if row.kind == "holiday" else "班", row.name) for row in rows]
    return sheets.download(f"{year}年放假安排", HEADS, lines)


@bp.post("")
@login_required
def take():
    by = actor()
    parameters.require_keeper(by)
    g.refused_page = _index
    file, source = request.files.get("file"), request.form.get("source", "").strip()[:200]
    missing = {} if file is not None and file.filename else {"file": ("E-COM-01", "请选择 Excel 文件")}
    if not source:
        missing["source"] = ("E-COM-01", "请填写放假通知的文号或网址")
    refuse(missing)
    days = [_read(number, cells) for number, cells in enumerate(sheets.rows(file.stream, MOST_DAYS), start=2)]
    done = holidays.announce(days, source, by, clock.now())
    with store.reading() as session:
        known = parameters.calendar(session).known_years
        failed = [session.get_one(model.Case, case_id).number for case_id in done.failed]
        offices = {row.org_id: session.get_one(model.Org, row.org_id).name for row in done.moved}
    # What moved is shown at once: the list stands nowhere else in one place.
    return render_template(
        "holidays/moved.html",
        done=done,
        failed=failed,
        offices=offices,
        days=len(days),
        years=[(year, year in known) for year in sorted({day.year for day, _, _ in days})],
    )


def _index(refused: OfficeError | None = None) -> str:
    year = _year()
    with store.reading() as session:
        rows = parameters.days_of(session, year)
        known = parameters.calendar(session).known_years
    months: dict[int, list[model.CalendarDay]] = {}
    for row in rows:
        months.setdefault(row.day.month, []).append(row)
    return render_template(
        "holidays/index.html",
        months=months,
        year=year,
        known=year in known,
        may_keep=parameters.may_keep(actor()),
        sources=sorted({row.source for row in rows}),
        weekdays="一二三四五六日",
        sheet=url_for(".export", year=year),
        **refusals.shown_again(refused, "import"),
    )


def _year() -> int:
    this = office_day(clock.now()).year
    asked = request.args.get("year", this, type=int)
    return asked if 1990 <= asked <= 2100 else this


def _read(number: int, cells: tuple[str, ...]) -> tuple[date, str, str]:
    day, kind, name = (*cells, "", "", "")[:3]
    match = _DAY.fullmatch(day)
    try:
        found = date(*map(int, match.groups())) if match else None
    except ValueError:
        found = None
    if found is None:
        refuse({"file": ("E-COM-21", f"第 {number} 行的“{day[:40]}”不是日期，全部未导入")})
    if kind not in KINDS:
        refuse({"file": ("E-COM-21", f"第 {number} 行的类别“{kind[:20]}”应为“休”或“班”，全部未导入")})
    return found, KINDS[kind], name
