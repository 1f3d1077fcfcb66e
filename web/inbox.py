"""The boxes of a person's work: what waits, what may be taken, what was done, and the messages."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from flask_login import login_required
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import cases, catalog, clock, model, notices, store, tasks
from engine.errors import NotFound
from web import lamps
from web.auth import actor
from web.frame import BOXES

PAGE = 30

bp = Blueprint("inbox", __name__)


@bp.get("/", defaults={"box": "todo"})
@bp.get("/inbox/<box>")
@login_required
def index(box):
    if box not in tasks.BOXES:
        raise NotFound("没有这个箱子")
    now, by = clock.now(), actor()
    asked = {name: request.args.get(name, "").strip()[:60] for name in ("q", "lamp", "process", "sort")}
    asked["lamp"] = asked["lamp"] if asked["lamp"] in lamps.TITLES else ""
    number = request.args.get("page", 1, type=int)
    with store.reading() as session:
        page = tasks.inbox(
            session,
            by,
            box,
            now,
            page=number,
            size=PAGE,
            sort=asked["sort"] or "due",
            lamp=asked["lamp"] or None,
            text=asked["q"] or None,
            process=asked["process"] or None,
        )
        titles = {bundle.process: bundle.title for bundle in catalog.all_published(session)}
        statuses = _statuses(session, (line.case for line in page.items))

    def address(**changes) -> str:
        values = {key: value for key, value in {**asked, **changes}.items() if value}
        return url_for(".index", box=box) + (f"?{urlencode(values)}" if values else "")

    return render_template(
        "inbox/index.html",
        box=box,
        current_box=box,
        heading=dict(BOXES)[box],
        page=page,
        pages=max(1, -(-page.total // page.size)),
        capped=page.total >= tasks.TOTAL_UP_TO,
        asked=asked,
        address=address,
        processes=titles,
        statuses=statuses,
        lamp_of=lambda line: lamps.of(line.task, now, line.clock.due_on if line.clock else None),
        lamp_titles=lamps.TITLES,
        now=now,
    )


@bp.get("/notices")
@login_required
def notices_page():
    number = max(1, request.args.get("page", 1, type=int))
    with store.reading() as session:
        rows = notices.listing(session, actor(), number, PAGE)
        # A case may have become confidential since the notice was left.
        known = select(model.Case.id, model.Case.number).where(model.Case.id.in_({row.case_id for row in rows}))
        numbers = dict(session.execute(known.where(cases.visible(actor()))).all())
    return render_template(
        "inbox/notices.html", current_box="notices", rows=rows, numbers=numbers, number=number, more=len(rows) == PAGE
    )


@bp.post("/notices/read")
@login_required
def read_notice():
    with store.writing() as session:
        notices.mark_read(session, actor(), clock.now(), request.form.get("id") or None)
    return redirect(url_for(".notices_page"), 303)


@bp.get("/notices/<notice_id>/open")
@login_required
def open_notice(notice_id):
    with store.reading() as session:
        row = session.get(model.Notice, notice_id)
    if row is None or row.user_name != actor().user:
        raise NotFound()
    if row.task_id:
        return redirect(url_for("tasks.page", task_id=row.task_id), 303)
    return redirect(url_for("cases.case", case_id=row.case_id) if row.case_id else url_for(".notices_page"), 303)


def _statuses(session: Session, cases: Iterable[model.Case]) -> dict[str, str]:
    return {case.id: catalog.load(session, case.bundle_hash).status_title(case.status) for case in cases}
