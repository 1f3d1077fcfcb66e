"""The page on which one task is done: its form, the case so far, and the verbs around it."""

from __future__ import annotations

import secrets
from datetime import datetime

from flask import Blueprint, flash, g, jsonify, redirect, render_template, request, url_for
from flask_login import current_user, login_required
from sqlalchemy.orm import Session

from engine import (
    cases,
    clock,
    dossier,
    eligibility,
    forms,
    model,
    people,
    projections,
    sight,
    store,
    submissions,
    tasks,
    watch,
)
from engine.bundles import Bundle
from engine.casefile import CaseFile
from engine.errors import OfficeError
from engine.workdays import office_day
from web import formview, lamps, papers, telling
from web.auth import actor
from web.choices import Names

bp = Blueprint("tasks", __name__, url_prefix="/tasks")


@bp.get("/<task_id>")
@login_required
def page(task_id):
    return _page(task_id)


@bp.post("/<task_id>")
@login_required
def submit(task_id):
    """Do what the pressed button says: submit, save, add or drop a row, or show the form anew."""
    order, form = request.form.get("do", "submit"), _form_of(task_id)
    answers = papers.receive(form)
    if order == "submit":
        answers = formview.without_blank_rows(form, answers)
    g.refused_page = lambda error: _page(task_id, answers, error)
    if order not in ("submit", "save"):
        formview.change_rows(form, answers, order)
        return _page(task_id, answers)
    papers.require_files()
    now = clock.now()
    if order == "save":
        with store.writing() as session:
            tasks.save_draft(session, task_id, answers, actor(), now)
        flash("已暂存，尚未提交", "success")
        return redirect(url_for(".page", task_id=task_id), 303)
    with store.writing() as session:
        task = tasks.complete(session, task_id, answers, actor(), now, request.form.get("revision", type=int))
        flash(_what_happened(session, task, now), "success")
        for warning in _crimes_met(session, task, now):
            flash(warning, "warning")
        mine = tasks.inbox(session, actor(), "todo", now).items
    mine = sorted(mine, key=lambda line: line.case.id != task.case_id)
    if mine:
        return redirect(url_for(".page", task_id=mine[0].task.id), 303)
    return redirect(url_for("inbox.index"), 303)


@bp.post("/<task_id>/draft")
@login_required
def draft(task_id):
    answers = papers.receive(_form_of(task_id))
    with store.writing() as session:
        tasks.save_draft(session, task_id, answers, actor(), clock.now())
    return "", 204


@bp.post("/<task_id>/follow")
@login_required
def follow(task_id):
    """Say which fields the answers typed so far bring up, require and compute; nothing is kept."""
    answers = papers.receive(_form_of(task_id))
    with store.reading() as session:
        task = tasks.get(session, task_id, actor())
        case = cases.get(session, task.case_id, actor())
        bundle = cases.bundle_of(session, case)
        form = bundle.forms[task.step]
        state = forms.state(form, answers, _context(session, case, bundle, task.item))
        names = Names(session, actor(), office_day(clock.now()))
        computed = {path: names.words(_field(form, path), value) for path, value in state.computed.items()}
    return jsonify(shown=state.shown, required=state.required, computed=computed)


@bp.post("/<task_id>/claim")
@login_required
def claim(task_id):
    with store.writing() as session:
        tasks.claim(session, task_id, actor(), clock.now())
    return redirect(url_for(".page", task_id=task_id), 303)


@bp.post("/<task_id>/release")
@login_required
def release(task_id):
    with store.writing() as session:
        task = tasks.release(session, task_id, actor(), clock.now())
    flash(f"已释放“{task.title}”，本岗位其他人员可以领取", "success")
    return redirect(url_for("inbox.index"), 303)


@bp.post("/<task_id>/assign")
@login_required
def assign(task_id):
    to, reason = request.form.get("to", ""), request.form.get("reason", "")
    g.refused_page = lambda error: _page(task_id, refused_act=error)
    with store.writing() as session:
        task = tasks.assign(session, task_id, to, reason, actor(), clock.now())
        name = people.display(session, to)
    flash(f"已将“{task.title}”转交{name}办理", "success")
    return redirect(url_for("inbox.index"), 303)


@bp.post("/<task_id>/remind")
@login_required
def remind(task_id):
    with store.writing() as session:
        task = tasks.remind(session, task_id, request.form.get("text", "")[:200], actor(), clock.now())
    flash(f"已催办“{task.title}”（第 {task.reminders} 次），办理人会收到消息", "success")
    if request.form.get("back") == "unit":
        return redirect(url_for("inbox.index", box="unit"), 303)
    return redirect(url_for(".page", task_id=task_id), 303)


def _page(
    task_id: str, answers: dict | None = None, error: OfficeError | None = None, refused_act: OfficeError | None = None
) -> str:
    by, now = actor(), clock.now()
    with store.reading() as session:
        task = tasks.get(session, task_id, by)
        case = cases.get(session, task.case_id, by)
        bundle = cases.bundle_of(session, case)
        names = Names(session, by, office_day(clock.now()))
        roles = bundle.steps[task.step].roles
        mine = task.state == "open" and by.is_one_of([task.assignee])
        view = _view(session, task, case, bundle, names, answers, error) if mine else None
        bound = session.get(model.Clock, task.clock_id) if task.clock_id else None
        known = dossier.read(session, case.id, by)
        said = cases.submissions_of(session, case, by)
        names.learn([*telling.asked(bundle, said, names), *papers.asked(known.letters)])
        told = telling.steps(case, bundle, said, by, names)
        shown, drawings = telling.diagram(known, told, request.args.get("diagram"))
        return render_template(
            "tasks/page.html",
            task=task,
            case=case,
            bundle=bundle,
            view=view,
            few=formview.FEW,
            mine=mine,
            may_claim=task.state == "open" and task.assignee is None and tasks.may_take(by, task, roles),
            may_assign=task.state == "open" and (mine or tasks.supervises(session, by, task)),
            members=_members(session, task, roles),
            obstacles=_obstacles(session, case, bundle, task, roles, now) if task.state == "open" else {},
            assignee=names.person(task.assignee),
            completed_by=names.person(task.completed_by),
            roles="、".join(bundle.roles.get(role, role) for role in roles),
            office=names.org(task.org_id),
            help=bundle.steps[task.step].help,
            bound=bound,
            lamp=lamps.of(task, now, bound.due_on if bound else None),
            returned=telling.returned(told, task, bundle),
            refused_act=refused_act,
            current_box="todo" if mine else None,
            watched=telling.watched(known, by, names),
            told=[entry for entry in telling.latest(told) if entry.lines],
            diagram=shown,
            drawings=drawings,
            clocks=telling.time_limits(known.clocks, now),
            papers=papers.listing(case, known.letters_of(by), by, names),
            ledger=telling.acts(dossier.told(session, known.near, by), bundle, names),
            work=[row for row in telling.open_work(known.tasks, bundle, by, now, names) if row["task"].id != task.id],
            offered=sight.offered(known.acts, by),
            recordable=[other for other in cases.may_open(session, by, case) if other.settings.get("hidden")],
            request_key=secrets.token_hex(8),
            revision=request.form.get("revision") or task.revision,
        )


def _view(session, task, case, bundle, names, answers, error) -> formview.View:
    form = bundle.forms[task.step]
    names.barred = eligibility.not_to_be_named(CaseFile(session, case, bundle, clock.now()), task.step)
    if answers is None:
        answers = tasks.prefill(session, task, bundle, actor(), clock.now())
    state = forms.state(form, answers, _context(session, case, bundle, task.item))
    return formview.View(form, answers, names, state, error, current_user.phrases, actor(), bundle.roles)


def _form_of(task_id: str) -> forms.Form:
    with store.reading() as session:
        task = tasks.get(session, task_id, actor())
        case = cases.get(session, task.case_id, actor())
        return cases.bundle_of(session, case).forms[task.step]


def _field(form: forms.Form, path: str) -> forms.Field:
    first, *inner = [part for part in path.split(".") if not part.isdigit()]
    found = form.fields[first]
    for part in inner:
        found = found.columns[part]
    return found


def _members(session: Session, task: model.Task, roles: tuple[str, ...]) -> dict[str, str]:
    found = {user.name: user.display for role in roles for user in people.members(session, role, task.org_id)}
    return {name: display for name, display in found.items() if name != task.assignee}


def _obstacles(
    session: Session, case: model.Case, bundle: Bundle, task: model.Task, roles: tuple[str, ...], now: datetime
) -> dict[str, str]:
    file = CaseFile(session, case, bundle, now)
    return eligibility.obstacles(file, task.step, _members(session, task, roles), now)


def _context(session: Session, case: model.Case, bundle: Bundle, item: int | None):
    return submissions.context(session, case, bundle, actor(), clock.now(), item)


def _crimes_met(session: Session, task: model.Task, now: datetime) -> list[str]:
    """Return what the crime watch has found in this answer, to whoever gave it and is led on to another task."""
    case = session.get_one(model.Case, task.case_id)
    met = [hit for hit in watch.hits(session, case, actor()) if hit.state == "open" and hit.found_at == now]
    return [
        f"涉嫌犯罪提示：{case.number} 命中移送标准 {hit.row} {hit.crime}，请登记线索办理移送，或者说明不移送的理由"
        for hit in met
    ]


def _what_happened(session: Session, task: model.Task, now: datetime) -> str:
    case = session.get_one(model.Case, task.case_id)
    bundle = cases.bundle_of(session, case)
    done = f"已提交“{task.title}”（{case.number}）。"
    if case.state != "open":
        return f"{done}案件已办结：{bundle.status_title(case.status)}。"
    names = Names(session, actor(), office_day(clock.now()))
    work = telling.open_work(projections.open_tasks(session, case.id), bundle, actor(), now, names)[:4]
    following = "；".join(f"{row['title']}（{row['who']}）" for row in work)
    return done + (f"下一环节：{following}。" if following else "现等待期限届满或外部回执。")
