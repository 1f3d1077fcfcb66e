"""The JSON API under /api/v1: bearer tokens in, one engine function each, problem+json on every error."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Blueprint, Flask, Response, abort, g, jsonify, request, send_file

from engine import (
    attachments,
    cases,
    catalog,
    clock,
    clocks,
    documents,
    model,
    people,
    registers,
    reversals,
    store,
    tasks,
    volumes,
    watch,
)
from engine.errors import NotFound, Refused
from web import lamps, openapi, refusals, shapes, sheets, tokens

bp = Blueprint("api", __name__, url_prefix="/api/v1")


def init_app(app: Flask) -> None:
    """Take the API out of the browser's CSRF rule: it knows no cookie, only bearer tokens."""
    app.extensions["csrf"].exempt(bp)


@bp.before_request
def authenticate() -> None:
    """Find who speaks; nothing but the description itself is open to everybody."""
    if request.endpoint == "api.description":
        return
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    now = clock.now()
    with store.reading() as session:
        user = tokens.user_of(session, token.strip(), now) if scheme.lower() == "bearer" else None
        if user is None:
            abort(401)
        g.actor = people.actor(session, user, now, request.headers.get("X-Acting-For") or None)


@bp.get("/openapi.json")
def description():
    with store.reading() as session:
        return jsonify(openapi.describe(catalog.all_published(session)))


@bp.get("/me")
def me():
    by = g.actor
    return jsonify(
        user=by.user,
        name=by.name,
        org=by.org,
        org_name=by.org_name,
        region=by.region,
        acting_for=by.for_user,
        roles=[{"role": role, "org": org} for role, org in sorted(by.roles)],
    )


@bp.get("/processes")
def processes():
    with store.reading() as session:
        startable = {bundle.process for bundle in cases.may_open(session, g.actor)}
        items = [
            {
                "id": bundle.process,
                "title": bundle.title,
                "version": bundle.version,
                "hash": bundle.hash,
                "may_start": bundle.process in startable,
                "starts_from": list(bundle.settings.get("starts_from", ())),
                "statuses": dict(bundle.statuses),
                "registers": [{"id": entry.id, "title": entry.title} for entry in bundle.registers],
            }
            for bundle in catalog.all_published(session)
        ]
    return _list(items, len(items), 1, max(1, len(items)))


@bp.post("/attachments")
def upload():
    file = request.files.get("file")
    if file is None:
        raise Refused("请以 multipart 的 file 字段上传文件", "E-COM-01", {"file": "E-COM-01"})
    with store.writing() as session:
        row = attachments.keep(session, file.filename or "", file.stream, g.actor, clock.now())
        answer = shapes.attachment(row)
    return jsonify(answer), 201


@bp.get("/attachments/<attachment_id>")
def download(attachment_id):
    with store.reading() as session:
        row = cases.attachment(session, attachment_id, g.actor)
        path, name, media_type = attachments.content(row), row.name, row.media_type
    return send_file(path, mimetype=media_type, as_attachment=True, download_name=name)


@bp.get("/cases")
def list_cases():
    with store.reading() as session:
        found = cases.listing(
            session,
            g.actor,
            request.args.get("process"),
            request.args.get("state"),
            request.args.get("status"),
            request.args.get("text"),
            _day("since"),
            _day("until"),
            *_paging(),
        )
        items = [shapes.case_head(session, case) for case in found.items]
    return _list(items, found.total, found.page, found.size)


@bp.post("/cases")
def open_case():
    body = _body()
    with store.writing() as session:
        case = cases.open_case(
            session,
            _text(body, "process"),
            g.actor,
            clock.now(),
            _object(body, "data"),
            body.get("parent"),
            str(body.get("relation") or ""),
            request_key=request.headers.get("Idempotency-Key"),
            org=body.get("org"),
            trigger=body.get("trigger"),
        )
        answer = shapes.case_with_tasks(session, case, g.actor)
    return jsonify(answer), 201


@bp.get("/cases/<case_id>")
def one_case(case_id):
    with store.reading() as session:
        case = cases.get(session, case_id, g.actor)
        return jsonify(shapes.case_whole(session, case, g.actor, clock.now()))


@bp.delete("/cases/<case_id>")
def delete_case(case_id):
    refusals.refuse_attempt(case_id, "delete", g.actor)


@bp.get("/cases/<case_id>/history")
def history(case_id):
    with store.reading() as session:
        items = [shapes.act_of_ledger(row) for row in cases.history(session, case_id, g.actor)]
    return _list(items, len(items), 1, max(1, len(items)))


@bp.get("/cases/<case_id>/clocks")
def case_clocks(case_id):
    with store.reading() as session:
        case = cases.get(session, case_id, g.actor)
        return jsonify([clocks.as_data(row, clock.now()) for row in clocks.of_case(session, case.id)])


@bp.get("/cases/<case_id>/documents")
def case_documents(case_id):
    with store.reading() as session:
        return jsonify(shapes.documents_of(session, cases.get(session, case_id, g.actor), g.actor))


@bp.post("/cases/<case_id>/acts/<act_id>")
def act(case_id, act_id):
    body = _body()
    with store.writing() as session:
        task = cases.act(session, case_id, act_id, g.actor, clock.now(), _object(body, "data"))
        return jsonify(_task_and_case(session, task))


@bp.get("/cases/<case_id>/volume")
def volume(case_id):
    with store.reading() as session:
        case = cases.get(session, case_id, g.actor)
        found = volumes.gaps(session, case, g.actor, clock.now())
        return jsonify(shapes.volume(volumes.latest(session, case, g.actor), found))


@bp.post("/cases/<case_id>/volume")
def order_volume(case_id):
    with store.writing() as session:
        row = volumes.order(session, case_id, g.actor, clock.now())
        return jsonify(shapes.volume(row, [])["volume"]), 201


@bp.get("/cases/<case_id>/volume.pdf")
def volume_pdf(case_id):
    with store.reading() as session:
        row, path = volumes.file(session, case_id, g.actor)
    return send_file(path, mimetype="application/pdf", etag=row.sha256)


@bp.get("/cases/<case_id>/watch")
def watched(case_id):
    with store.reading() as session:
        found = watch.hits(session, cases.get(session, case_id, g.actor), g.actor)
        return jsonify([shapes.watch_hit(hit) for hit in found])


@bp.post("/cases/<case_id>/watch/<row>")
def answer_watch(case_id, row):
    body = _body()
    with store.writing() as session:
        hit = watch.answer(session, case_id, row, str(body.get("reason") or ""), g.actor, clock.now())
        return jsonify(shapes.watch_hit(hit))


@bp.post("/cases/<case_id>/correct")
def correct(case_id):
    body = _body()
    refusals.refuse_attempt(case_id, "correct", g.actor)
    with store.writing() as session:
        row = cases.correct(
            session,
            case_id,
            _text(body, "step"),
            _object(body, "data") or {},
            str(body.get("reason") or ""),
            g.actor,
            clock.now(),
            body.get("item"),
        )
        return jsonify(shapes.submission(row))


@bp.post("/cases/<case_id>/reverse")
def reverse(case_id):
    body = _body()
    if not isinstance(body.get("seq"), int):
        raise Refused("seq 必填：要冲回的登记的序号", "E-COM-01", {"seq": "E-COM-01"})
    with store.writing() as session:
        row = reversals.reverse(session, case_id, body["seq"], str(body.get("reason") or ""), g.actor, clock.now())
        return jsonify(shapes.submission(row))


@bp.post("/cases/<case_id>/terminate")
def terminate(case_id):
    body = _body()
    refusals.refuse_attempt(case_id, "terminate", g.actor)
    with store.writing() as session:
        case = cases.terminate(session, case_id, str(body.get("reason") or ""), g.actor, clock.now(), body.get("into"))
        return jsonify(shapes.case_head(session, case))


@bp.get("/documents/<document_id>.pdf")
def document_pdf(document_id):
    with store.reading() as session:
        data = documents.pdf(session, document_id, g.actor)
    return Response(data, mimetype="application/pdf")


@bp.post("/documents/<document_id>/<any(issue, serve, void):verb>")
def document_verb(document_id, verb):
    body = _body()
    now = clock.now()
    with store.writing() as session:
        if verb == "issue":
            row = documents.issue(session, document_id, g.actor, now)
        elif verb == "serve":
            row = documents.serve(
                session,
                document_id,
                g.actor,
                now,
                _text(body, "method"),
                _moment(body, "served_at"),
                receipt=body.get("receipt"),
                refused_note=body.get("refused_note"),
                addressee=body.get("addressee"),
            )
        else:
            row = documents.void(session, document_id, g.actor, now, str(body.get("reason") or ""))
        return jsonify(shapes.document(row))


@bp.get("/tasks")
def inbox():
    now = clock.now()
    page, size = _paging()
    with store.reading() as session:
        found = tasks.inbox(
            session,
            g.actor,
            request.args.get("box", "todo"),
            now,
            page,
            size,
            request.args.get("sort", "due"),
            request.args.get("lamp"),
            request.args.get("text"),
            request.args.get("process"),
        )
        items = [shapes.task_line(line, now) for line in found.items]
    return _list(items, found.total, found.page, found.size)


@bp.get("/tasks/<task_id>")
def one_task(task_id):
    now = clock.now()
    with store.reading() as session:
        task = tasks.get(session, task_id, g.actor)
        case = session.get_one(model.Case, task.case_id)
        bundle = cases.bundle_of(session, case)
        return jsonify(
            {
                **shapes.task_brief(task),
                "lamp": clocks.lamp(task, now),
                "case": shapes.case_head(session, case),
                "schema": openapi.schema_of(bundle, task.step),
                "data": tasks.prefill(session, task, bundle, g.actor, now) if task.state == "open" else None,
                "draft_at": shapes.moment(task.draft_at),
            }
        )


@bp.post("/tasks/<task_id>/claim")
def claim(task_id):
    with store.writing() as session:
        return jsonify(shapes.task_brief(tasks.claim(session, task_id, g.actor, clock.now())))


@bp.post("/tasks/<task_id>/release")
def release(task_id):
    with store.writing() as session:
        return jsonify(shapes.task_brief(tasks.release(session, task_id, g.actor, clock.now())))


@bp.post("/tasks/<task_id>/assign")
def assign(task_id):
    body = _body()
    with store.writing() as session:
        task = tasks.assign(session, task_id, _text(body, "to"), str(body.get("reason") or ""), g.actor, clock.now())
        return jsonify(shapes.task_brief(task))


@bp.post("/tasks/<task_id>/remind")
def remind(task_id):
    body = _body()
    with store.writing() as session:
        task = tasks.remind(session, task_id, str(body.get("text") or ""), g.actor, clock.now())
        return jsonify({**shapes.task_brief(task), "reminders": task.reminders})


@bp.post("/tasks/<task_id>/draft")
def draft(task_id):
    body = _body()
    with store.writing() as session:
        task = tasks.save_draft(session, task_id, _object(body, "data") or {}, g.actor, clock.now())
        return jsonify({**shapes.task_brief(task), "draft_at": shapes.moment(task.draft_at)})


@bp.post("/tasks/<task_id>/complete")
def complete(task_id):
    body = _body()
    revision = body.get("revision")
    if revision is not None and type(revision) is not int:
        raise Refused("revision 应为整数", "E-COM-21", {"revision": "E-COM-21"})
    with store.writing() as session:
        task = tasks.complete(session, task_id, _object(body, "data") or {}, g.actor, clock.now(), revision)
        return jsonify(_task_and_case(session, task))


@bp.get("/registers/<register_id>")
def register(register_id):
    now, as_sheet = clock.now(), request.args.get("format", "json") == "xlsx"
    page, size = _paging()
    with store.reading() as session:
        bundle = sheets.bundle_with(session, register_id)
        filters = {key: value for key, value in request.args.items() if "." in key}
        found = registers.page(
            session,
            bundle,
            register_id,
            cases.visible(g.actor),
            now,
            filters,
            request.args.get("status"),
            request.args.get("org"),
            _day("since"),
            _day("until"),
            request.args.get("lamp"),
            request.args.get("text"),
            1 if as_sheet else page,
            sheets.MOST_ROWS if as_sheet else size,
        )
        if as_sheet:
            return sheets.register(found, now)
        items = [
            {
                "case": case.id,
                "number": case.number,
                "lamp": lamps.of(row, now).color or None,
                "cells": dict(zip(found.heads, row.cells, strict=True)),
            }
            for case, row in found.rows
        ]
    return _list(items, found.total, found.page, found.size)


@bp.route("/<path:path>", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
def nothing(path):
    raise NotFound("没有这个接口")


def _task_and_case(session, task: model.Task) -> dict[str, Any]:
    case = session.get_one(model.Case, task.case_id)
    return {"task": shapes.task_brief(task), "case": shapes.case_with_tasks(session, case, g.actor)}


def _list(items: list[Any], total: int, page: int, size: int):
    return jsonify({"items": items, "total": total, "page": page, "size": size})


def _body() -> dict[str, Any]:
    if not request.data:
        return {}
    body = request.get_json(force=True)
    if not isinstance(body, dict):
        raise Refused("请求正文应为 JSON 对象", "E-COM-21")
    return body


def _text(body: dict[str, Any], key: str) -> str:
    value = body.get(key)
    if not isinstance(value, str) or not value.strip():
        raise Refused(f"缺少 {key}", "E-COM-01", {key: "E-COM-01"})
    return value


def _object(body: dict[str, Any], key: str) -> dict[str, Any] | None:
    value = body.get(key)
    if value is not None and not isinstance(value, dict):
        raise Refused(f"{key} 应为对象", "E-COM-21", {key: "E-COM-21"})
    return value


def _moment(body: dict[str, Any], key: str) -> datetime:
    try:
        value = datetime.fromisoformat(_text(body, key))
    except ValueError as error:
        raise Refused(f"{key} 不是时刻", "E-COM-21", {key: "E-COM-21"}) from error
    return value if value.tzinfo else value.replace(tzinfo=shapes.office_zone())


def _day(key: str) -> date | None:
    try:
        return date.fromisoformat(request.args[key]) if request.args.get(key) else None
    except ValueError as error:
        raise Refused(f"{key} 不是日期", "E-COM-21", {key: "E-COM-21"}) from error


def _paging() -> tuple[int, int]:
    page, size = request.args.get("page", 1, int), request.args.get("size", 50, int)
    return max(1, page), min(max(1, size), 200)
