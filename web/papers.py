"""Papers: files handed in and given out, and the letters of a case from draft to served."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from flask import Blueprint, Response, flash, g, jsonify, redirect, render_template, request, send_file, url_for
from flask_login import login_required

from engine import attachments, cases, clock, documents, model, references, store
from engine.errors import Refused
from engine.forms import Form
from engine.people import Actor
from web import formview
from web.auth import actor
from web.choices import Names, Row

STATES = {
    "draft": ("草稿", "tag-yellow"),
    "issued": ("已签发", "tag-blue"),
    "served": ("已送达", "tag-green"),
    "void": ("已作废", ""),
}

bp = Blueprint("papers", __name__)


def receive(form: Form) -> dict:
    """Read a sent form; its files are kept at once, so that a refusal of the form does not lose them."""

    def keep(upload, _field) -> str:
        with store.writing() as session:
            return attachments.keep(session, upload.filename, upload.stream, actor(), clock.now()).id

    answers, unread = formview.read(form, request.form, request.files, keep)
    g.unread_files = unread
    return answers


def require_files() -> None:
    """Refuse the form where one of its files was not accepted."""
    if unread := g.get("unread_files"):
        fields = {error["field"]: error["code"] for error in unread}
        raise Refused("有文件没有收下", unread[0]["code"], fields, unread)


@bp.get("/attachments/<attachment_id>")
@login_required
def attachment(attachment_id):
    with store.reading() as session:
        row = cases.attachment(session, attachment_id, actor())
        path = attachments.content(row)
    answer = send_file(path, mimetype=row.media_type, as_attachment=True, download_name=row.name, etag=row.sha256)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


@bp.get("/documents/<document_id>.pdf")
@login_required
def pdf(document_id):
    with store.reading() as session:
        data = documents.pdf(session, document_id, actor())
    return Response(data, mimetype="application/pdf", headers={"Content-Disposition": "inline"})


@bp.get("/documents/<document_id>/return.pdf")
@login_required
def service_return(document_id):
    with store.reading() as session:
        data = documents.service_return(session, document_id, actor())
    return Response(data, mimetype="application/pdf", headers={"Content-Disposition": "inline"})


@bp.get("/documents/<document_id>/warnings")
@login_required
def warnings(document_id):
    with store.reading() as session:
        found = documents.warnings(session, document_id, actor())
    return render_template("cases/_warnings.html", warnings=found)


@bp.post("/documents/<document_id>/issue")
@login_required
def issue(document_id):
    with store.writing() as session:
        row = documents.issue(session, document_id, actor(), clock.now())
    flash(f"已签发“{row.title}”" + (f"，文号 {row.number}" if row.number else ""), "success")
    return _back(row)


@bp.post("/documents/<document_id>/serve")
@login_required
def serve(document_id):
    sent = {key: request.form.get(key, "").strip()[:500] or None for key in ("method", "addressee", "refused_note")}
    if not sent["method"]:
        raise Refused("请选择送达方式", "E-COM-01", {"method": "E-COM-01"})
    receipt = None
    if (upload := request.files.get("receipt")) and upload.filename:
        with store.writing() as session:
            receipt = attachments.keep(session, upload.filename, upload.stream, actor(), clock.now()).id
    with store.writing() as session:
        row = documents.serve(
            session,
            document_id,
            actor(),
            clock.now(),
            sent["method"],
            request.form.get("served_at", ""),
            receipt=receipt,
            refused_note=sent["refused_note"],
            addressee=sent["addressee"],
        )
    flash(f"已登记送达“{row.title}”", "success")
    return _back(row)


@bp.post("/documents/<document_id>/void")
@login_required
def void(document_id):
    with store.writing() as session:
        row = documents.void(session, document_id, actor(), clock.now(), request.form.get("reason", "").strip()[:500])
    flash(f"已作废“{row.title}”，文号不再使用", "success")
    return _back(row)


def asked(letters: Iterable[model.Document]) -> Iterator[Row]:
    """Yield the rows whose names stand on the papers of a case."""
    for row in letters:
        yield from ((model.User, row.issued_by), (model.User, row.voided_by))
        yield model.Attachment, (row.served or {}).get("receipt")


def listing(case: model.Case, letters: Iterable[model.Document], by: Actor, names: Names) -> list[dict[str, Any]]:
    """Return the papers of a case as a page shows them, with what this person may do with each."""
    found = []
    for row in letters:
        state, tag = STATES[row.state]
        served = row.served or {}
        found.append(
            {
                "id": row.id,
                "title": row.title,
                "letter": row.letter,
                "number": row.number,
                "state": state,
                "tag": tag,
                "row": row,
                "pdf": url_for("papers.pdf", document_id=row.id),
                "issued_by": names.person(row.issued_by),
                "voided_by": names.person(row.voided_by),
                "served": served,
                "receipt": names.attachment(served["receipt"]) if served.get("receipt") else None,
                "may_issue": row.state == "draft" and documents.may_issue(row, by),
                "may_serve": row.state == "issued" and bool({row.org_id, case.org_id} & set(by.orgs)),
                "slip": url_for("papers.service_return", document_id=row.id) if row.data is not None else None,
                "may_void": row.state != "void" and documents.may_issue(row, by),
            }
        )
    return found


@bp.get("/lookup/enterprises")
@login_required
def enterprises():
    text = request.args.get("q", "").strip()[:60]
    with store.reading() as session:
        rows = references.enterprises(session, text) if len(text) >= 2 else []
    keys = ("uscc", "name", "address", "principal", "phone", "industry")
    return jsonify(items=[{key: getattr(row, key) for key in keys} for row in rows])


def _back(row: model.Document):
    return redirect(url_for("cases.case", case_id=row.case_id, tab="papers"), 303)
