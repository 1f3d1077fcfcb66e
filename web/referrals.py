"""The legal staff's board (行刑衔接工作台): every referral on one page, its timeline, the summary, one's own views."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_login import login_required

from engine import boards, cases, clock, referrals, store, tasks, views
from engine.errors import OfficeError, Refused
from engine.people import Actor
from engine.workdays import office_day
from web import boardview, lamps, refusals, sheets, timeline
from web.auth import actor
from web.cases import STATES
from web.choices import Names

PROCESS, PAGE = "judicial_referral", 30
ROLES = frozenset({"legal_officer", "legal_reviewer", "agency_head"})
TEXTS = ("q", "status", "lamp", "organ", "who", "open", "sort", "since", "until")
SORTS = {
    "due": "先到期的在前",
    "status": "按状态分组",
    "-opened": "新登记的在前",
    "opened": "早登记的在前",
    "number": "按移送号",
}


def _for_whom(by: Actor) -> bool:
    return bool(by.role_ids & ROLES)


bp = Blueprint("referrals", __name__, url_prefix="/referrals")
bp.before_request(refusals.only_for(_for_whom))
MENU = [(15, "行刑衔接工作台", "referrals.index", _for_whom)]


@bp.get("")
@login_required
def index():
    return _board()


@bp.post("/<case_id>/begin")
@login_required
def begin(case_id):
    """Begin what a button of the row says, and open its form with the facts of the case."""
    with store.writing() as session:
        boards.of(session, PROCESS, actor())
        task = boards.begin(session, case_id, request.form.get("draft", ""), actor(), clock.now())
    return redirect(url_for("tasks.page", task_id=task.id), 303)


@bp.post("/<case_id>/take/<task_id>")
@login_required
def take(case_id, task_id):
    with store.writing() as session:
        tasks.claim(session, task_id, actor(), clock.now())
    return redirect(url_for("tasks.page", task_id=task_id), 303)


@bp.post("/views")
@login_required
def save_view():
    query = _kept_query(request.form.get("query", ""))
    name, opens = request.form.get("name", "")[:200], bool(request.form.get("opens"))
    g.refused_page = lambda error: _board(dict(parse_qsl(query)), error)
    with store.writing() as session:
        row = views.save(session, PROCESS, name, query, actor(), clock.now(), opens)
    flash(f"视图“{row.name}”已保存", "success")
    return redirect(_address(query, row.id), 303)


@bp.post("/views/<view_id>")
@login_required
def change_view(view_id):
    """Rename a view, let the board open with it or no longer, or delete it, as the pressed button says."""
    order = request.form.get("do", "rename")
    g.refused_page = lambda error: _board({}, error)
    with store.writing() as session:
        if order == "delete":
            flash(f"视图“{views.delete(session, view_id, actor())}”已删除", "success")
        elif order in ("opens", "closes"):
            row = views.set_opening(session, view_id, order == "opens", actor())
            flash(f"视图“{row.name}”{'已设为默认' if row.opens else '不再是默认'}", "success")
        else:
            row = views.rename(session, view_id, request.form.get("name", "")[:200], actor())
            flash(f"视图已改名为“{row.name}”", "success")
    return redirect(url_for(".index", all=1), 303)


@bp.get("/<case_id>")
@login_required
def story(case_id):
    by, now = actor(), clock.now()
    with store.reading() as session:
        case = cases.get(session, case_id, by)
        bundle = cases.bundle_of(session, case)
        if case.process != PROCESS:
            return redirect(url_for("cases.case", case_id=case_id), 303)
        told = timeline.of(session, case, bundle, by, now, Names(session, by, office_day(now)))
    return render_template("referrals/timeline.html", case=case, bundle=bundle, told=told, states=STATES)


@bp.get("/summary")
@login_required
def summary():
    now, by = clock.now(), actor()
    today = office_day(now)
    year = refusals.year_asked(today)
    cohort = request.args.get("basis") == "found"
    with store.reading() as session:
        found = referrals.summary(session, by, now, year, cohort)
    if request.args.get("format") == "xlsx":
        lines = [(line.title, line.months) for line in found.lines]
        blocks = [(block.title, block.lines) for block in found.blocks]
        return sheets.download(f"{year}年行刑衔接汇总", *sheets.by_months(lines, blocks))
    return render_template("referrals/summary.html", found=found, year=year, this_year=today.year, cohort=cohort)


def _board(given: dict[str, str] | None = None, error: OfficeError | None = None):
    by, now = actor(), clock.now()
    args = request.args.to_dict() if given is None else given
    asked = {name: args.get(name, "").replace("\0", "").strip()[:60] for name in TEXTS}
    wanted = boardview.asked(asked)
    number, as_sheet = refusals.page_asked(), args.get("format") == "xlsx"
    with store.reading() as session:
        bundle = boards.of(session, PROCESS, by)
        if bundle is None:
            return render_template("referrals/none.html")
        if as_sheet:
            rows = boards.everything(session, bundle, by, now, wanted, sheets.MOST_ROWS)
            return _sheet(bundle, rows, now)
        kept = views.of(session, PROCESS, by)
        first = next((row for row in kept if row.opens), None)
        if first is not None and not args and given is None:
            return redirect(_address(first.query, first.id), 302)
        page, counts = boards.page(session, bundle, by, now, wanted, number, PAGE)
    query = urlencode({name: value for name, value in asked.items() if value})

    def address(**changes) -> str:
        values = {name: value for name, value in {**asked, **changes}.items() if value}
        return url_for(".index") + f"?{urlencode(values or {'all': 1})}"

    return render_template(
        "referrals/index.html",
        bundle=bundle,
        page=page,
        pages=max(1, -(-page.total // page.size)),
        capped=page.total >= boards.TOTAL_UP_TO,
        counts=counts,
        asked=asked,
        query=query,
        filtered=bool(query),
        address=address,
        views=kept,
        view_address=lambda row: _address(row.query, row.id),
        current_view=args.get("view", ""),
        roles=boardview.roles(bundle),
        organs=sorted({row.organ for row in page.rows if row.organ}),
        rows=[boardview.shown(row, now) for row in page.rows],
        lamp_titles=lamps.TITLES,
        sorts=SORTS,
        states=STATES,
        error=error,
    )


def _sheet(bundle, rows, now):
    if len(rows) > sheets.MOST_ROWS:
        raise Refused(f"超过 {sheets.MOST_ROWS} 条，请按日期或状态分次导出", "E-COM-22")
    return sheets.download(bundle.settings["board"]["title"], *boardview.sheet(bundle, rows, now))


def _kept_query(text: str) -> str:
    """Return the filters of a query that the board knows, and nothing else."""
    return urlencode([(name, value[:60]) for name, value in parse_qsl(text[:1000]) if name in TEXTS])


def _address(query: str, view: str) -> str:
    return f"{url_for('.index')}?{query}{'&' if query else ''}view={view}"
