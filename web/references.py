"""参考目录: the lists that forms offer (clauses of standards, industries …), read and brought in from Excel."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_login import login_required

from engine import catalog, clock, parameters, references, staff, store
from engine.errors import NotFound, OfficeError, refuse
from web import refusals, sheets
from web.auth import actor

HEADS = ("编码", "名称")
PAGE = 50

bp = Blueprint("references", __name__, url_prefix="/admin/references")
bp.before_request(refusals.only_for(lambda by: bool(by.admin) or parameters.may_keep(by)))
MENU = [(74, "参考目录", "references.index", lambda by: bool(by.admin) or parameters.may_keep(by))]


@bp.get("")
@login_required
def index():
    return _index()


@bp.get("/<name>.xlsx")
@login_required
def export(name):
    with store.reading() as session:
        rows = references.options(session, name)
    if not rows:
        raise NotFound("没有这个目录")
    return sheets.download(f"参考目录 {name}", HEADS, [(row.code, row.title) for row in rows])


@bp.post("")
@login_required
def take():
    parameters.require_keeper(actor())
    form, file = request.form, request.files.get("file")
    g.refused_page = _index
    if file is None or not file.filename:
        refuse({"file": ("E-COM-01", "请选择 Excel 文件")})
    name = form.get("list", "").strip()
    entries = [(row[0], (*row, "")[1]) for row in sheets.rows(file.stream)]
    source, checked = form.get("source", "")[:1000], form.get("verified") == "1"
    with store.writing() as session:
        count = staff.import_references(session, name, entries, source, checked, actor(), clock.now())
    flash(f"目录 {name}：已导入 {count} 条，原有的编码已更新，其余不变", "success")
    return redirect(url_for(".index", list=name), 303)


def _index(refused: OfficeError | None = None) -> str:
    asked, number = refusals.text_asked("list", "q"), refusals.page_asked()
    with store.reading() as session:
        lists = references.lists(session)
        rows = references.options(session, asked["list"]) if asked["list"] else []
        used = _used(session)
    words = asked["q"].lower()
    found = [row for row in rows if words in row.code.lower() or words in row.title.lower()]

    def address(**changes) -> str:
        kept = {key: value for key, value in {**asked, **changes}.items() if value}
        return url_for(".index") + (f"?{urlencode(kept)}" if kept else "")

    return render_template(
        "references/index.html",
        lists=lists,
        used=used,
        rows=found[(number - 1) * PAGE : number * PAGE],
        total=len(found),
        page=number,
        pages=max(1, -(-len(found) // PAGE)),
        address=address,
        asked=asked,
        may_keep=parameters.may_keep(actor()),
        **refusals.shown_again(refused, "import"),
    )


def _used(session) -> dict[str, list[str]]:
    """Return which fields of the published processes offer each list."""
    used: dict[str, list[str]] = {}
    for bundle in catalog.all_published(session):
        for form in bundle.forms.values():
            for field in form.fields.values():
                for item in (field, *field.columns.values()):
                    if item.list:
                        used.setdefault(item.list, []).append(f"{bundle.title}“{item.title}”")
    return {name: list(dict.fromkeys(places)) for name, places in used.items()}
