"""The volume of a case on its page: what it lacks, how far its binding is, the bound file."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from flask import Blueprint, flash, redirect, render_template, send_file, url_for
from flask_login import login_required
from sqlalchemy.orm import Session

from engine import cases, clock, model, store, volumes
from engine.dossier import Dossier
from engine.people import Actor
from web.auth import actor
from web.choices import Names

STATES = {
    "ordered": ("等待装订", "tag-yellow"),
    "binding": ("正在装订", "tag-yellow"),
    "ready": ("已生成", "tag-green"),
    "failed": ("装订失败", "tag-red"),
}

bp = Blueprint("volumes", __name__)


@bp.post("/cases/<case_id>/volume")
@login_required
def order(case_id):
    with store.writing() as session:
        volumes.order(session, case_id, actor(), clock.now())
    flash("已开始在后台装订案卷", "success")
    return redirect(url_for("cases.case", case_id=case_id, tab="volume"), 303)


@bp.get("/cases/<case_id>/volume/progress")
@login_required
def progress(case_id):
    with store.reading() as session:
        case = cases.get(session, case_id, actor())
        bound = told(case, volumes.latest(session, case, actor()))
        return render_template("cases/_volume_progress.html", case=case, bound=bound)


@bp.get("/cases/<case_id>/volume.pdf")
@login_required
def pdf(case_id):
    with store.reading() as session:
        row, path = volumes.file(session, case_id, actor())
        name = f"{cases.get(session, case_id, actor()).number} 案卷.pdf"
    answer = send_file(path, mimetype="application/pdf", download_name=name, etag=row.sha256)
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def told(case: model.Case, row: model.Volume | None) -> dict[str, Any] | None:
    """Return how a volume stands, or None where there is none yet."""
    if row is None:
        return None
    state, tag = STATES[row.state]
    sections = [(title, list(found)) for title, found in groupby(row.entries, key=lambda entry: entry["section"])]
    return {
        "row": row,
        "state": state,
        "tag": tag,
        "percent": volumes.percent(row),
        "under_way": row.state in volumes.UNDER_WAY,
        "sections": sections,
        "behind": row.state == "ready" and not row.locked and row.as_of < case.ledger_seq,
    }


def panel(session: Session, known: Dossier, by: Actor, names: Names) -> dict[str, Any]:
    """Return what the tab shows: what is missing by step, and the bound volume."""
    standing = volumes.standing(session, known, by, clock.now())
    bound = told(known.case, standing.row)
    return {
        "gaps": [(title, list(rows)) for title, rows in groupby(standing.gaps, key=lambda gap: gap.title)],
        "missing": len(standing.gaps),
        "bound": bound,
        "ordered_by": names.person(bound["row"].ordered_by) if bound else "",
        "locked": standing.locked,
    }
