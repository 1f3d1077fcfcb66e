"""流程: the process definitions with their versions; a new one is checked, compared and published by a second person."""

from __future__ import annotations

import difflib
import io
from pathlib import PurePosixPath

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from flask_login import login_required

from engine import bundles, catalog, clock, folders, handoffs, model, people, store
from engine.bundles import HUMAN, Bundle
from engine.errors import NotAllowed, NotFound, Refused
from web.auth import actor

bp = Blueprint("definitions", __name__, url_prefix="/definitions")
MENU = [(40, "流程", "definitions.index", None)]
STATES = {"draft": "待发布", "published": "已发布", "retired": "已停用"}


def may_design(by: people.Actor) -> bool:
    """Tell whether this person may hand in and publish definitions."""
    return "process_designer" in by.role_ids or by.admin in ("system", "security")


@bp.get("")
@login_required
def index():
    return _index()


@bp.post("")
@login_required
def upload():
    by = actor()
    if not may_design(by):
        raise NotAllowed("只有流程设计人员或管理员可以上传流程")
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            raise Refused("请选择流程文件夹的 zip 压缩包", "E-COM-01")
        handed = folders.from_zip(file.stream.read(folders.LARGEST + 1))
        process, given = handed.process, handed.files
    except Refused as error:
        return _index(error.detail), 422
    with store.reading() as session:
        files = catalog.completed(session, process, given)
    problems = catalog.check(process, files)
    if any(not problem.warning for problem in problems):
        return render_template("definitions/report.html", process=process, problems=problems, row=None), 422
    with store.writing() as session:
        row = catalog.upload(session, process, files, by, clock.now(), request.form.get("note", "").strip()[:2000])
    flash(f"检查通过，已存为第 {row.version} 版，待另一人发布", "success")
    return redirect(url_for(".version", digest=row.hash), 303)


@bp.get("/<digest>")
@login_required
def version(digest):
    with store.reading() as session:
        row, bundle = _found(session, digest)
        published = catalog.published_hash(session, row.process)
        names = {name: people.display(session, name) for name in (row.uploaded_by, row.published_by) if name}
        older = catalog.versions(session, row.process)
    diagrams = [name for name in bundle.files if name.endswith(".bpmn")]
    own = f"bpmn/{row.process}/{row.process}.bpmn"
    return render_template(
        "definitions/version.html",
        row=row,
        bundle=bundle,
        states=STATES,
        names=names,
        versions=older,
        published=published,
        may_publish=may_design(actor()) and row.state != "published" and row.uploaded_by != actor().user,
        diagrams=sorted(diagrams, key=lambda name: (name != own, name)),
        diagram_title=lambda name: bundle.model.titles.get(PurePosixPath(name).stem, PurePosixPath(name).stem),
        tables=[name for name in bundle.files if name.endswith(".dmn")],
        steps=[step for step in bundle.steps.values() if step.kind in HUMAN],
        human=HUMAN,
    )


@bp.post("/<digest>/publish")
@login_required
def publish(digest):
    by = actor()
    if not may_design(by):
        raise NotAllowed("只有流程设计人员或管理员可以发布流程")
    with store.writing() as session:
        row = catalog.publish(session, digest, by, clock.now())
        handoffs.deployed(session, row.process)
    flash(f"第 {row.version} 版已发布：新案件使用该版本，在办案件仍用原版本", "success")
    return redirect(url_for(".version", digest=digest), 303)


@bp.get("/<digest>/compare/<other>")
@login_required
def compare(digest, other):
    with store.reading() as session:
        (old_row, old), (new_row, new) = _found(session, other), _found(session, digest)
    if old_row.process != new_row.process:
        raise NotFound("两个版本不是同一流程")
    changes = [
        (name, _kind(old, new, name), _difference(old.files.get(name, b""), new.files.get(name, b"")))
        for name in sorted({*old.files, *new.files})
        if old.files.get(name) != new.files.get(name)
    ]
    return render_template("definitions/compare.html", old=old_row, new=new_row, changes=changes)


@bp.get("/<digest>/files.zip")
@login_required
def files(digest):
    with store.reading() as session:
        row, bundle = _found(session, digest)
    name = f"{row.process}-{row.version}.zip"
    return send_file(io.BytesIO(bundles.pack(bundle.files)), "application/zip", as_attachment=True, download_name=name)


@bp.get("/<digest>/file/<path:name>")
@login_required
def file(digest, name):
    with store.reading() as session:
        _, bundle = _found(session, digest)
    if name not in bundle.files or not name.endswith((".bpmn", ".dmn")):
        raise NotFound("没有这个文件")
    return Response(bundle.files[name], mimetype="application/xml")


def _index(error: str = "") -> str:
    with store.reading() as session:
        grouped: dict[str, list[model.Bundle]] = {}
        for row in catalog.versions(session):
            grouped.setdefault(row.process, []).append(row)
        names = {
            name: people.display(session, name)
            for rows in grouped.values()
            for row in rows
            for name in (row.uploaded_by, row.published_by)
            if name
        }
    return render_template(
        "definitions/index.html",
        grouped=grouped,
        states=STATES,
        names=names,
        error=error,
        may_design=may_design(actor()),
    )


def _found(session, digest: str) -> tuple[model.Bundle, Bundle]:
    bundle = catalog.load(session, digest)
    return session.get_one(model.Bundle, digest), bundle


def _kind(old: Bundle, new: Bundle, name: str) -> str:
    return "新增" if name not in old.files else "删除" if name not in new.files else "修改"


def _difference(old: bytes, new: bytes) -> list[str]:
    lines = difflib.unified_diff(
        old.decode(errors="replace").splitlines(), new.decode(errors="replace").splitlines(), lineterm="", n=2
    )
    return list(lines)[2:400]
