"""流程: the process definitions with their versions; one is checked, compared, and published by a second person."""

from __future__ import annotations

import io

from flask import Blueprint, Response, flash, g, redirect, render_template, request, send_file, url_for
from flask_login import login_required

from engine import catalog, clock, folders, handoffs, model, people, store
from engine.bundles import HUMAN, Bundle, Problem
from engine.errors import NotAllowed, NotFound, Refused
from engine.forms import State
from engine.workdays import office_day
from web import comparison, formview, outline
from web.auth import actor
from web.choices import Names

bp = Blueprint("definitions", __name__, url_prefix="/definitions")
MENU = [(40, "流程", "definitions.index", None)]
STATES = {"draft": "待发布", "published": "现行", "retired": "已停用"}
TAGS = {"draft": "tag-yellow", "published": "tag-green", "retired": ""}
TABS = (
    ("diagrams", "流程图"),
    ("steps", "环节与表单"),
    ("clocks", "期限与参数"),
    ("letters", "文书与台账"),
    ("tables", "决策表"),
    ("versions", "版本与文件"),
)


@bp.get("")
@login_required
def index():
    return _index()


@bp.post("")
@login_required
def upload():
    by, file, note = actor(), request.files.get("file"), request.form.get("note", "").strip()[:500]
    if not catalog.may_upload(by):
        raise NotAllowed("只有流程设计人员可以上传流程")
    g.refused_page = _index
    if file is None or not file.filename:
        raise Refused("请选择流程文件夹的 zip 压缩包", "E-COM-01")
    handed = folders.from_zip(file.stream.read(folders.LARGEST + 1))
    with store.reading() as session:
        files = catalog.completed(session, handed.process, handed.files)
        known = session.get(model.Bundle, folders.digest(files))
        around = catalog.around(session)
    if known is not None:
        flash(f"文件与第 {known.version} 版（{STATES[known.state]}）完全相同，没有另存新版本", "info")
        return redirect(url_for(".version", digest=known.hash), 303)
    return _keep(handed.process, files, around, note, handed.unused)


@bp.post("/<digest>/tables/<table>")
@login_required
def change_table(digest, table):
    by, note = actor(), request.form.get("note", "").strip()[:500]
    with store.reading() as session:
        row, bundle = _found(session, digest)
        if table not in catalog.own_tables(session, bundle, by):
            raise NotAllowed("只有流程写明的岗位可以修改现行的决策表，且须在最上级机构任职")
        around = catalog.around(session)
    data, examples = (
        file.stream.read(folders.LARGEST + 1)
        if (file := request.files.get(name)) is not None and file.filename
        else b""
        for name in ("table", "examples")
    )
    g.refused_page = lambda refused: _version(digest, "tables", refused)
    if not data:
        raise Refused("请选择修改后的决策表（dmn 文件）", "E-COM-01")
    if len(data) + len(examples) > folders.LARGEST:
        raise Refused("文件超过 20 MB", "E-FILE-03")
    files = catalog.with_table(bundle, table, data, examples or None)
    if folders.digest(files) == digest:
        raise Refused("决策表没有改动", "E-COM-01")
    return _keep(row.process, files, around, note)


def _keep(process: str, files, around, note: str, unused: tuple[str, ...] = ()):
    # Checked before the transaction begins: nobody else must wait for it.
    examined = catalog.examine(process, files, around)
    unread = [Problem(name, "", "压缩包中的这个文件没有使用", warning=True) for name in unused]
    if examined.bundle is None:
        return _report(examined.process, [*examined.problems, *unread], note=note), 422
    with store.writing() as session:
        row = catalog.keep(session, examined.bundle, actor(), clock.now(), note)
    hints = len(examined.problems) + len(unread)
    flash(f"检查通过，已存为第 {row.version} 版。请先与现行版本比较，再由另一人发布", "success")
    if hints:
        names = "、".join(unused[:5])
        flash(f"另有 {hints} 条提示" + (f"；没有使用的文件：{names}" if names else ""), "warning")
    return redirect(url_for(".version", digest=row.hash), 303)


@bp.get("/<digest>")
@login_required
def version(digest):
    return _version(digest, request.args.get("tab", ""))


def _version(digest: str, tab: str, refused: Refused | None = None) -> str:
    by = actor()
    with store.reading() as session:
        row, bundle = _found(session, digest)
        mine = catalog.own_tables(session, bundle, by)
        rows = [other for other in catalog.versions(session, row.process) if _may_see(other, by)]
        shown = _names(session, rows)
        running = catalog.in_use(session, row.process)
    tables = outline.tables(bundle)
    tabs = [tab for tab in TABS if tab[0] != "tables" or tables]
    return render_template(
        "definitions/version.html",
        mine=mine,
        error=refused.detail if refused else "",
        note=request.form.get("note", ""),
        row=row,
        bundle=bundle,
        outline=outline,
        tabs=tabs,
        tab=tab if tab in dict(tabs) else tabs[0][0],
        states=STATES,
        tags=TAGS,
        names=shown,
        versions=rows,
        running=running,
        current=next((other for other in rows if other.state == "published"), None),
        may_publish=row.state != "published" and catalog.may_publish(by) and not by.is_one_of([row.uploaded_by]),
        may_upload=catalog.may_upload(by),
        diagrams=outline.diagrams(bundle),
        tables=tables,
        files=sorted((name, len(data)) for name, data in bundle.files.items()),
    )


@bp.get("/<digest>/steps/<step>")
@login_required
def step(digest, step):
    by, now = actor(), clock.now()
    with store.reading() as session:
        row, bundle = _found(session, digest)
        known = bundle.steps.get(step)
        if known is None or known.kind not in HUMAN:
            raise NotFound("没有这个环节")
        form = bundle.forms[step]
        names = Names(session, by, office_day(now))
        view = formview.View(form, {}, names, State(), None, [], by, bundle.roles)
    return render_template(
        "definitions/step.html",
        row=row,
        bundle=bundle,
        outline=outline,
        line=outline.step_line(bundle, known),
        form=form,
        view=view,
        few=formview.FEW,
        clocks=[line for line in outline.clocks(bundle) if any(part.step == step for part in _clauses(line.rule))],
    )


@bp.get("/<digest>/check")
@login_required
def report(digest):
    with store.reading() as session:
        row, bundle = _found(session, digest)
        around = catalog.around(session)
    return _report(row.process, catalog.check(row.process, bundle.files, around), row)


@bp.get("/<digest>/compare")
@login_required
def compare_with(digest):
    with store.reading() as session:
        _found(session, digest)
    return redirect(url_for(".compare", digest=digest, other=request.args.get("with") or digest), 303)


@bp.get("/<digest>/compare/<other>")
@login_required
def compare(digest, other):
    with store.reading() as session:
        (old_row, old), (new_row, new) = _found(session, other), _found(session, digest)
    if old_row.process != new_row.process:
        raise NotFound("两个版本不是同一流程")
    changes = comparison.between(old, new)
    return render_template("definitions/compare.html", old=old_row, new=new_row, changes=changes, states=STATES)


@bp.get("/<digest>/publish")
@login_required
def confirm(digest):
    by = actor()
    with store.reading() as session:
        row, bundle = _found(session, digest)
        if not catalog.may_publish(by) or row.state == "published":
            raise NotFound("该版本不能发布")
        current = catalog.published_hash(session, row.process)
        before = _found(session, current) if current else None
        running = catalog.in_use(session, row.process)
        rows = {other.hash: other for other in catalog.versions(session, row.process)}
        names = _names(session, [row])
        waiting = handoffs.waiting_for(session, row.process)
        around = catalog.around(session)
    changes = comparison.between(before[1], bundle) if before else []
    return render_template(
        "definitions/publish.html",
        row=row,
        bundle=bundle,
        current=before[0] if before else None,
        changes=changes,
        running=[(rows[key], count) for key, count in running.items()],
        waiting=waiting,
        own=by.is_one_of([row.uploaded_by]),
        names=names,
        hints=catalog.check(row.process, bundle.files, around),
    )


@bp.post("/<digest>/publish")
@login_required
def publish(digest):
    by = actor()
    with store.writing() as session:
        row = catalog.publish(session, digest, by, clock.now(), instead_of=request.form.get("instead_of", ""))
        handoffs.deployed(session, row.process)
    flash(f"第 {row.version} 版已发布：新案件使用该版本，在办案件仍用原版本", "success")
    return redirect(url_for(".version", digest=digest), 303)


@bp.get("/<digest>/files.zip")
@login_required
def files(digest):
    with store.reading() as session:
        row, bundle = _found(session, digest)
    data = folders.pack(folders.own_files(bundle.files, row.process))
    name = f"{row.process}-{row.version}.zip"
    return send_file(io.BytesIO(data), "application/zip", as_attachment=True, download_name=name)


@bp.get("/<digest>/file/<path:name>")
@login_required
def file(digest, name):
    with store.reading() as session:
        _, bundle = _found(session, digest)
    if name not in bundle.files or not name.endswith((".bpmn", ".dmn")):
        raise NotFound("没有这个文件")
    # Opened as a page, a diagram could hold a page of its own: it is only ever fetched or saved.
    headers = {"Content-Disposition": "attachment"}
    return Response(bundle.files[name], mimetype="application/xml", headers=headers)


def _index(refused: Refused | None = None) -> str:
    by = actor()
    with store.reading() as session:
        rows = [row for row in catalog.versions(session) if _may_see(row, by)]
        grouped: dict[str, list[model.Bundle]] = {}
        for row in rows:
            grouped.setdefault(row.process, []).append(row)
        names = _names(session, rows)
        running = {process: sum(catalog.in_use(session, process).values()) for process in grouped}
    return render_template(
        "definitions/index.html",
        grouped=grouped,
        states=STATES,
        names=names,
        running=running,
        error=refused.detail if refused else "",
        note=request.form.get("note", ""),
        may_upload=catalog.may_upload(by),
    )


def _report(process: str, problems: list[Problem], row: model.Bundle | None = None, note: str = "") -> str:
    return render_template("definitions/report.html", process=process, problems=problems, row=row, note=note)


def _found(session, digest: str) -> tuple[model.Bundle, Bundle]:
    row = session.get(model.Bundle, digest)
    if row is None or not _may_see(row, actor()):
        raise NotFound("没有这个流程版本")
    return row, catalog.load(session, digest)


def _may_see(row: model.Bundle, by: people.Actor) -> bool:
    """Tell whether a version is shown: drafts only to those who hand in, publish or audit, and to who handed it in."""
    return row.state != "draft" or catalog.may_publish(by) or bool(by.admin) or by.is_one_of([row.uploaded_by])


def _names(session, rows: list[model.Bundle]) -> dict[str, str]:
    accounts = {name for row in rows for name in (row.uploaded_by, row.published_by) if name}
    return {name: people.display(session, name) for name in accounts}


def _clauses(rule) -> list:
    return [clause for clauses in rule.clauses.values() for clause in clauses]
