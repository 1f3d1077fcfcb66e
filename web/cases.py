"""Cases: finding one, opening one, and the page that tells all of it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import date
from urllib.parse import urlencode

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_login import current_user, login_required

from engine import (
    cases,
    catalog,
    clock,
    documents,
    dossier,
    eligibility,
    forms,
    model,
    projections,
    reversals,
    sight,
    store,
    submissions,
    watch,
)
from engine.bundles import Bundle
from engine.casefile import CaseFile
from engine.dossier import Dossier
from engine.errors import NotFound, OfficeError, Refused
from engine.people import Actor
from engine.workdays import office_day
from web import diagrams, formview, papers, refusals, telling, volumes
from web.auth import actor
from web.choices import Names, Row

PAGE = 30
SAYING = ("facts", "diagram")  # the tabs that need what was said in the steps
TABS = (
    ("facts", "案情"),
    ("diagram", "流程"),
    ("clocks", "期限"),
    ("papers", "文书"),
    ("volume", "案卷"),
    ("links", "关联事项"),
    ("ledger", "办理记录"),
)
STATES = {"open": "在办", "closed": "办结", "terminated": "终止", "merged": "并案"}

bp = Blueprint("cases", __name__)
MENU = [(10, "案件", "cases.index", None), (20, "新建事项", "cases.new", None)]


@bp.get("/cases")
@login_required
def index():
    asked = {name: request.args.get(name, "").strip()[:60] for name in ("q", "process", "state", "since", "until")}
    with store.reading() as session:
        page = cases.listing(
            session,
            actor(),
            process=asked["process"] or None,
            state=asked["state"] if asked["state"] in STATES else None,
            text=asked["q"] or None,
            since=_day(asked["since"]),
            until=_day(asked["until"]),
            page=request.args.get("page", 1, type=int),
            size=PAGE,
        )
        bundles = {case.bundle_hash: cases.bundle_of(session, case) for case in page.items}
        titles = {bundle.process: bundle.title for bundle in catalog.all_published(session)}
        names = Names(session, actor(), office_day(clock.now()))
        offices = {case.org_id: names.org(case.org_id) for case in page.items}

    def address(**changes) -> str:
        values = {key: value for key, value in {**asked, **changes}.items() if value}
        return url_for(".index") + (f"?{urlencode(values)}" if values else "")

    return render_template(
        "cases/index.html",
        page=page,
        pages=max(1, -(-page.total // page.size)),
        asked=asked,
        address=address,
        bundles=bundles,
        processes=titles,
        offices=offices,
        states=STATES,
        search_text=asked["q"],
    )


@bp.get("/cases/new")
@login_required
def new():
    with store.reading() as session:
        offered = cases.may_open(session, actor())
    starters = {
        bundle.process: "由"
        + "、".join(bundle.roles.get(role, role) for role in bundle.settings.get("starts", ()))
        + "发起"
        for bundle in offered
    }
    return render_template("cases/new.html", offered=offered, starters=starters, request_key=secrets.token_hex(8))


@bp.post("/cases/new")
@login_required
def open_case():
    process, parent = request.form.get("process", ""), request.form.get("parent") or None
    with store.writing() as session:
        case = cases.open_case(
            session,
            process,
            actor(),
            clock.now(),
            parent=parent,
            request_key=request.form.get("request_key") or None,
        )
        mine = [task for task in projections.open_tasks(session, case.id) if actor().is_one_of([task.assignee])]
    flash(f"已发起，案号 {case.number}", "success")
    if mine:
        return redirect(url_for("tasks.page", task_id=mine[0].id), 303)
    return redirect(url_for(".case", case_id=case.id), 303)


@bp.get("/cases/<case_id>")
@login_required
def case(case_id):
    return _case_page(case_id, request.args.get("tab"))


@bp.post("/cases/<case_id>/acts/<act>")
@login_required
def act(case_id, act):
    with store.writing() as session:
        task = cases.act(session, case_id, act, actor(), clock.now())
    return redirect(url_for("tasks.page", task_id=task.id), 303)


@bp.post("/cases/<case_id>/watch/<row>")
@login_required
def answer_watch(case_id, row):
    g.refused_page = lambda error: _case_page(case_id, "facts", refused_row=(row, error))
    with store.writing() as session:
        watch.answer(session, case_id, row, request.form.get("answer", ""), actor(), clock.now())
    flash(f"已记录 {row} 不移送的理由，保存在办理记录中", "success")
    return redirect(url_for(".case", case_id=case_id), 303)


@bp.get("/cases/<case_id>/correct/<step>")
@login_required
def correction(case_id, step):
    return _correction_page(case_id, step)


@bp.post("/cases/<case_id>/correct/<step>")
@login_required
def correct(case_id, step):
    item, order = request.args.get("item", type=int), request.form.get("do", "submit")
    with store.reading() as session:
        form = cases.bundle_of(session, cases.get(session, case_id, actor())).forms.get(step)
    if form is None:
        raise NotFound("没有这个环节")
    answers = papers.receive(form)
    if order == "submit":
        answers = formview.without_blank_rows(form, answers)
    g.refused_page = lambda error: _correction_page(case_id, step, answers, error)
    if order != "submit":
        formview.change_rows(form, answers, order)
        return _correction_page(case_id, step, answers)
    papers.require_files()
    # What was emptied must be emptied in the correction too, so every field is named.
    answers = dict.fromkeys(form.fields) | answers
    refusals.refuse_attempt(case_id, "correct", actor())
    with store.writing() as session:
        cases.correct(session, case_id, step, answers, request.form.get("reason", ""), actor(), clock.now(), item)
    flash("已更正，原内容保留在案卷中", "success")
    return redirect(url_for(".case", case_id=case_id), 303)


@bp.get("/cases/<case_id>/reverse/<int:seq>")
@login_required
def reversal(case_id, seq):
    return _reversal_page(case_id, seq)


@bp.post("/cases/<case_id>/reverse/<int:seq>")
@login_required
def reverse(case_id, seq):
    g.refused_page = lambda error: _reversal_page(case_id, seq, error)
    with store.writing() as session:
        reversals.reverse(session, case_id, seq, request.form.get("reason", ""), actor(), clock.now())
    flash("已冲回，原登记保留在案卷中，该环节请重新办理", "success")
    return redirect(url_for(".case", case_id=case_id), 303)


@bp.post("/cases/<case_id>/terminate")
@login_required
def terminate(case_id):
    reason, into = request.form.get("reason", ""), request.form.get("into", "").strip() or None
    g.refused_page = lambda error: _case_page(case_id, "facts", error)
    if request.form.get("verb") == "merge" and not into:
        raise Refused("请填写并入的案号", "E-COM-01", {"into": "E-COM-01"})
    refusals.refuse_attempt(case_id, "terminate", actor())
    with store.writing() as session:
        cases.terminate(session, case_id, reason, actor(), clock.now(), into)
    flash("案件已并入" if into else "案件已终止", "success")
    return redirect(url_for(".case", case_id=case_id), 303)


@bp.get("/cases/<case_id>/diagrams/<process>.bpmn")
@login_required
def diagram(case_id, process):
    with store.reading() as session:
        bundle = cases.bundle_of(session, cases.get(session, case_id, actor()))
    data = diagrams.xml(bundle, process)
    if data is None:
        raise NotFound("没有这张流程图")
    return Response(data, mimetype="application/xml")


def _case_page(
    case_id: str,
    tab: str | None,
    error: OfficeError | None = None,
    refused_row: tuple[str, OfficeError] | None = None,
) -> str:
    by, now = actor(), clock.now()
    tab = tab if tab in dict(TABS) else "facts"
    with store.reading() as session:
        known = dossier.read(session, case_id, by)
        case, bundle, near = known.case, known.bundle, known.near
        tabs = [(key, title) for key, title in TABS if key != "volume" or "volume" in bundle.settings]
        tab = tab if tab in dict(tabs) else "facts"
        names = Names(session, by, office_day(clock.now()))
        said = sight.submissions(session, [case, *near.merged], by) if tab in SAYING else {}
        ledger = dossier.told(session, near, by) if tab == "ledger" else []
        bundles = {one.id: cases.bundle_of(session, one) for one in (case, *near.merged) if one.id in said}
        in_steps = [row for key, version in bundles.items() for row in telling.asked(version, said[key], names)]
        names.learn([*_asked(known, ledger), *in_steps])
        tellings = {
            one.id: telling.steps(one, bundles[one.id], said[one.id], by, names)
            for one in (case, *near.merged)
            if one.id in said
        }
        told, clocks = tellings.get(case.id, []), telling.time_limits(known.clocks, now)
        drawn = telling.diagram(known, told, request.args.get("diagram")) if tab == "diagram" else (None, [])
        letters, links = known.letters_of(by), telling.links(session, known, by)
        counts = {
            "clocks": sum(clock["running"] for clock in clocks),
            "papers": len(letters),
            "links": len(links["linked"]) + len(links["waiting"]) + len(links["labels"]),
        }
        return render_template(
            "cases/case.html",
            case=case,
            bundle=bundle,
            tab=tab,
            tabs=[(key, title, counts.get(key, 0)) for key, title in tabs],
            told=told,
            clocks=clocks,
            diagram=drawn[0],
            drawings=drawn[1],
            papers=papers.listing(case, letters, by, names) if tab == "papers" else [],
            volume=volumes.panel(session, known, by, names) if tab == "volume" else None,
            work=telling.open_work(known.tasks, bundle, by, now, names),
            offered=sight.offered(known.acts, by),
            ledger=telling.acts(ledger, bundle, names),
            may_end=_may_end(case, bundle, by),
            kept=near.kept,
            kept_seen=near.kept is not None and near.kept.id in near.known,
            merged=[{"case": one, "told": tellings[one.id]} for one in near.merged if one.id in tellings],
            office=names.org(case.org_id),
            opened_by=names.person(case.opened_by),
            state=STATES.get(case.state, case.state),
            error=error,
            watched=telling.watched(known, by, names),
            refused_row=refused_row,
            methods=documents.METHODS,
            request_key=secrets.token_hex(8),
            **links,
        )


def _asked(known: Dossier, ledger: list[model.LedgerEntry]) -> Iterator[Row]:
    """Yield the rows whose names stand around the steps on the page of a case."""
    yield from ((model.Org, known.case.org_id), (model.User, known.case.opened_by))
    yield from ((model.User, task.assignee) for task in known.tasks)
    yield from ((model.User, who) for hit in known.hits for who in (hit.answered_by, hit.answered_for))
    yield from ((model.User, volume.ordered_by) for volume in known.volumes)
    yield from papers.asked(known.letters)
    yield from telling.asked_of_acts(ledger)


def _correction_page(case_id: str, step: str, answers: dict | None = None, error: OfficeError | None = None) -> str:
    by, now, item = actor(), clock.now(), request.args.get("item", type=int)
    with store.reading() as session:
        case = cases.get(session, case_id, by)
        bundle = cases.bundle_of(session, case)
        form = bundle.forms.get(step)
        names = Names(session, by, office_day(clock.now()))
        told = telling.steps(case, bundle, cases.submissions_of(session, case, by), by, names)
        entry = next((entry for entry in reversed(told) if (entry.step, entry.item) == (step, item)), None)
        if form is None or entry is None:
            raise NotFound("该环节尚无可以更正的内容")
        file = CaseFile(session, case, bundle, now)
        names.barred = eligibility.not_to_be_named(file, step)
        if answers is None:
            answers = file.answers(step, item)
        state = forms.state(form, answers, submissions.context(session, case, bundle, by, now, item))
        return render_template(
            "cases/correct.html",
            case=case,
            bundle=bundle,
            entry=entry,
            view=formview.View(form, answers, names, state, error, current_user.phrases, by, bundle.roles),
            few=formview.FEW,
            reason=request.form.get("reason", ""),
        )


def _reversal_page(case_id: str, seq: int, error: OfficeError | None = None) -> str:
    by = actor()
    with store.reading() as session:
        case = cases.get(session, case_id, by)
        bundle = cases.bundle_of(session, case)
        names = Names(session, by, office_day(clock.now()))
        told = telling.steps(case, bundle, cases.submissions_of(session, case, by), by, names)
        entry = next((entry for entry in told if entry.seq == seq and (entry.may_reverse or error)), None)
        if entry is None:
            raise NotFound("没有可以冲回的登记，请刷新案件页面")
        before, gone = reversals.outlook(session, case, seq)
        return render_template(
            "cases/reverse.html",
            case=case,
            entry=entry,
            status=bundle.status_title(before),
            gone=gone,
            error=error,
            wrong=bool(error and error.fields),
        )


def _may_end(case: model.Case, bundle: Bundle, by: Actor) -> bool:
    fixed = case.state != "open" or "append_only" in bundle.settings
    return not fixed and by.supervises and case.org_path.startswith(by.paths)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
