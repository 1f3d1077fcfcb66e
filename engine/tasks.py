"""Human work: the verbs claim, release, assign, remind, draft and complete; what lies where says `inbox`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine import (
    cases,
    eligibility,
    forms,
    instances,
    ledger,
    model,
    notices,
    people,
    projections,
    sight,
    store,
    submissions,
)
from engine.bundles import Bundle
from engine.casefile import CaseFile
from engine.errors import CODES, Conflict, NotAllowed, NotFound, Refused
from engine.inbox import BOXES, TOTAL_UP_TO, Line, Page, counts, inbox
from engine.people import Actor
from engine.values import canonical, plain

__all__ = [
    "BOXES",
    "TOTAL_UP_TO",
    "Line",
    "Page",
    "assign",
    "claim",
    "complete",
    "counts",
    "get",
    "inbox",
    "may_know",
    "may_take",
    "prefill",
    "release",
    "remind",
    "save_draft",
    "supervises",
]

DRAFT_LIMIT = 1 << 20


def get(session: Session, task_id: str, by: Actor) -> model.Task:
    """Return a task of a visible case; NotFound otherwise, also for a step confidential to other roles."""
    task = session.get(model.Task, task_id)
    if task is None or not may_know(task, by):
        raise NotFound()
    cases.get(session, task.case_id, by)
    return task


def prefill(session: Session, task: model.Task, bundle: Bundle, by: Actor, now: datetime) -> dict[str, Any]:
    """Return what the form opens with: the draft, else the last answers of this step, else defaults and what
    a linked case was given."""
    form = bundle.forms[task.step]
    if task.draft is not None:
        return dict(task.draft)
    case = session.get_one(model.Case, task.case_id)
    file = CaseFile(session, case, bundle, now)
    carried = file.record("carried")
    given = {
        name: plain(value)
        for name, value in carried.items()
        if name in form.fields and value is not None and _is_offered(form.fields[name], value)
    }
    defaults = forms.defaults(form, submissions.context(session, case, bundle, by, now, task.item, file))
    # An act that may be done any number of times begins afresh: what was reported last month is not this month's.
    before = {} if bundle.begun_by_act(task.step) else file.answers(task.step, task.item)
    return {**defaults, **given, **before}


def claim(session: Session, task_id: str, by: Actor, now: datetime) -> model.Task:
    """Take an offered task; Conflict with who was first, NotAllowed without the role."""
    case, task = _held(session, task_id, by)
    _require_open(session, task)
    if task.assignee is not None:
        if by.is_one_of([task.assignee]):
            return task
        raise Conflict(
            f"任务已被{people.display(session, task.assignee)}领取，请刷新",
            "E-COM-05",
            task.assignee,
            task.claimed_at,
        )
    _require_offer(session, case, task, by)
    eligibility.require(_file(session, case, now), task.step, by, now)
    _give(session, task, by.for_user or by.user, now)
    ledger.record(session, case, by, "task claimed", now, step=task.step, task=task.id)
    session.flush()
    return task


def release(session: Session, task_id: str, by: Actor, now: datetime) -> model.Task:
    """Put a task that one holds back into the pool."""
    case, task = _held(session, task_id, by)
    _require_open(session, task)
    if not by.is_one_of([task.assignee]):
        raise NotAllowed("只有领取人可以释放该任务")
    _give(session, task, None, now)
    ledger.record(session, case, by, "task released", now, step=task.step, task=task.id)
    session.flush()
    return task


def assign(session: Session, task_id: str, to: str, reason: str, by: Actor, now: datetime) -> model.Task:
    """Hand a task to a member of its role and office: by its holder or the office's supervisor, with a reason."""
    case, task = _held(session, task_id, by)
    _require_open(session, task)
    if not reason.strip():
        raise Refused("请填写转办理由", "E-COM-08", {"reason": "E-COM-08"})
    if not (by.is_one_of([task.assignee]) or supervises(session, by, task)):
        raise NotAllowed("只有领取人或本单位负责人可以转办")
    bundle = cases.bundle_of(session, case)
    people.require_member(session, to, bundle.steps[task.step].roles, task.org_id)
    eligibility.require_named(_file(session, case, now), task.step, to, now)
    if not sight.may_see(session, case, people.actor(session, to, now)):
        raise Refused("该人员不在本案的知悉范围内，不能转办", "E-COM-04", {"to": "E-COM-04"})
    _give(session, task, to, now)
    ledger.record(session, case, by, "task assigned", now, step=task.step, task=task.id, to=to, reason=reason.strip())
    text = f"{by.name}把“{task.title}”（{case.number}）交给您办理：{reason.strip()}"
    notices.tell(session, [to], "assigned", text, now, case.id, task.id)
    session.flush()
    return task


def remind(session: Session, task_id: str, text: str, by: Actor, now: datetime) -> model.Task:
    """Remind the holder of a task, or everybody who could take it (催办)."""
    case, task = _held(session, task_id, by)
    _require_open(session, task)
    task.reminders += 1
    message = f"催办：{case.number} {case.title} “{task.title}”。{text.strip()}".strip()
    if task.assignee:
        notices.tell(session, [task.assignee], "reminder", message, now, case.id, task.id)
    else:
        for role in cases.bundle_of(session, case).steps[task.step].roles:
            told = [user.name for user in people.members(session, role, task.org_id)]
            notices.tell(session, sight.readers(session, case, told, now), "reminder", message, now, case.id, task.id)
    ledger.record(session, case, by, "task reminded", now, step=task.step, task=task.id, text=text.strip())
    session.flush()
    return task


def save_draft(session: Session, task_id: str, answers: Mapping[str, Any], by: Actor, now: datetime) -> model.Task:
    """Keep what was typed so far, unchecked; only the holder's."""
    case, task = _held(session, task_id, by)
    _require_open(session, task)
    if task.assignee is not None and not by.is_one_of([task.assignee]):
        raise Conflict("任务已由他人领取，草稿未保存", "E-COM-05", task.assignee, task.claimed_at)
    if task.assignee is None:
        _require_offer(session, case, task, by)
    kept = dict(answers)
    if len(canonical(kept)) > DRAFT_LIMIT:
        raise Refused("草稿超过 1 MB", "E-COM-22")
    task.draft, task.draft_at = kept, now
    session.flush()
    return task


def complete(
    session: Session,
    task_id: str,
    answers: Mapping[str, Any],
    by: Actor,
    now: datetime,
    revision: int | None = None,
) -> model.Task:
    """Submit the answers of a task and move the process on.

    The same answers by the same person again are one act: the completed task is returned. Raises Conflict where
    somebody else was first or `revision` is not the task's, NotAllowed, Refused with every error of the form.
    """
    case, task = _held(session, task_id, by)
    digest = hashlib.sha256(by.user.encode() + canonical(dict(answers))).hexdigest()
    if task.state == "completed" and task.answer_digest == digest:
        return task
    _require_open(session, task)
    if task.assignee is None:
        _require_offer(session, case, task, by)
    elif not by.is_one_of([task.assignee]):
        raise Conflict(
            f"任务已由{people.display(session, task.assignee)}领取",
            "E-COM-05",
            task.assignee,
            task.claimed_at,
        )
    if revision is not None and revision != task.revision:
        raise Conflict(CODES["E-COM-05"], "E-COM-05", task.assignee, task.claimed_at)
    retry = {"verb": "complete", "task": task.id}
    with instances.advancing(session, case.id, now, by, retry, held=case) as run:
        submissions.submit(run, task, answers, by, now, digest)
    return task


def supervises(session: Session, by: Actor, task: model.Task) -> bool:
    """Tell whether this person supervises the office of the task (its own or one below)."""
    org = session.get(model.Org, task.org_id)
    return by.supervises and org is not None and (org.id in by.orgs or org.path.startswith(by.paths))


def may_know(task: model.Task, by: Actor) -> bool:
    """Tell whether this person may know of a task: confidential steps show only to their roles."""
    return not task.confidential or bool(set(task.confidential) & by.role_ids) or by.is_one_of([task.assignee])


def may_take(by: Actor, task: model.Task, roles: Sequence[str]) -> bool:
    """Tell whether this person's roles let them claim the task."""
    return any(by.holds(role, task.org_id) for role in roles)


def _held(session: Session, task_id: str, by: Actor) -> tuple[model.Case, model.Task]:
    held = store.locked_with_case(session, task_id)
    if held is None or not may_know(held[1], by) or not sight.may_see(session, held[0], by):
        raise NotFound()
    return held[0], held[1]


def _require_open(session: Session, task: model.Task) -> None:
    if task.state == "completed":
        who = people.display(session, task.completed_by)
        raise Conflict(f"任务已由{who}办理，请刷新", "E-COM-05", task.completed_by, task.completed_at)
    if task.state != "open":
        raise Conflict("流程已不再需要这项任务，请刷新", "E-COM-05", None, task.cancelled_at)


def _require_offer(session: Session, case: model.Case, task: model.Task, by: Actor) -> None:
    if not may_take(by, task, cases.bundle_of(session, case).steps[task.step].roles):
        raise NotAllowed()


def _is_offered(field: forms.Field, value: Any) -> bool:
    # Another process may say by a code what this form says by a label: then the form's own default stands.
    return not field.enum or set(value if isinstance(value, list) else [value]) <= set(field.enum)


def _file(session: Session, case: model.Case, now: datetime) -> CaseFile:
    return CaseFile(session, case, cases.bundle_of(session, case), now)


def _give(session: Session, task: model.Task, to: str | None, now: datetime) -> None:
    task.assignee, task.claimed_at = to, now if to else None
    task.revision += 1
    projections.pool(session, task, to is None)
