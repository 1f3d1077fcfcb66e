"""Human work: the inbox query, and the verbs claim, release, assign, remind, draft and complete."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, literal, or_, select, tuple_, union_all
from sqlalchemy.orm import Session

from engine import (
    cases,
    forms,
    instances,
    ledger,
    model,
    notices,
    people,
    registers,
    search,
    sight,
    store,
    submissions,
)
from engine.bundles import Bundle
from engine.casefile import CaseFile, canonical, plain
from engine.errors import Conflict, NotAllowed, NotFound, Refused
from engine.people import Actor

COUNT_UP_TO = 100
TOTAL_UP_TO = 1000
DRAFT_LIMIT = 1 << 20
BOXES = ("todo", "pool", "done", "started", "unit")


@dataclass(frozen=True)
class Line:
    """A row of the inbox: the task (none in 我发起的), its case, and the clock that it answers to."""

    task: model.Task | None
    case: model.Case
    clock: model.Clock | None


@dataclass(frozen=True)
class Page:
    """A page of the inbox; `total` stops at 1000."""

    items: Sequence[Line]
    total: int
    page: int
    size: int


def inbox(
    session: Session,
    by: Actor,
    box: str,
    now: datetime,
    page: int = 1,
    size: int = 50,
    sort: str = "due",
    lamp: str | None = None,
    text: str | None = None,
    process: str | None = None,
) -> Page:
    """Return one page of a box: todo (mine), pool (mine to claim), done, started (by me), unit (of my office)."""
    if box not in BOXES:
        raise NotFound(f"没有“{box}”这个箱子")
    page, size = max(1, page), min(max(1, size), 200)
    if box == "started":
        return _started(session, by, now, page, size, text, process)
    tasks = model.Task
    filters: list[ColumnElement[bool]] = []
    if lamp:
        filters.append(registers.lamp_is(tasks, lamp, now))
    if process:
        filters.append(model.Case.process == process)
    if text:
        filters.append(search.matches(text))
    if box == "pool":
        top, counted = _pool(by, filters, sort, page * size)
    else:
        base = select(tasks.id, tasks.sort_at, tasks.opened_at).where(_of_box(by, box))
        if filters:
            base = base.join(model.Case, model.Case.id == tasks.case_id).where(*filters)
        order = [tasks.completed_at.desc()] if box == "done" else _order(sort, tasks.sort_at, tasks.opened_at)
        top, counted = base.order_by(*order).limit(page * size), base.limit(TOTAL_UP_TO)
    ids = top.offset((page - 1) * size).limit(size).subquery() if box != "pool" else top.subquery()
    rows = session.execute(
        select(tasks, model.Case, model.Clock)
        .join(ids, ids.c.id == tasks.id)
        .join(model.Case, model.Case.id == tasks.case_id)
        .outerjoin(model.Clock, model.Clock.id == tasks.clock_id)
        .order_by(*([tasks.completed_at.desc()] if box == "done" else _order(sort, tasks.sort_at, tasks.opened_at)))
    ).all()
    if box == "pool":
        rows = rows[(page - 1) * size : page * size]
    total = session.scalar(select(func.count()).select_from(counted.subquery())) or 0
    return Page([Line(*row) for row in rows], total, page, size)


def counts(session: Session, by: Actor, now: datetime) -> dict[str, int]:
    """Return how much lies in each box, by one statement; every count stops at 100 (shown as 99+)."""
    tasks = model.Task
    mine = _of_box(by, "todo")
    parts: dict[str, Select[Any]] = {
        "todo": select(tasks.id).where(mine),
        "pool": _pool(by, [], "none", COUNT_UP_TO)[1],
        "red": select(tasks.id).where(mine, registers.lamp_is(tasks, "red", now)),
        "orange": select(tasks.id).where(mine, registers.lamp_is(tasks, "orange", now)),
        "yellow": select(tasks.id).where(mine, registers.lamp_is(tasks, "yellow", now)),
        "notices": select(model.Notice.id).where(model.Notice.user_name == by.user, model.Notice.read_at.is_(None)),
    }
    if by.supervises:
        parts["unit"] = select(tasks.id).where(_of_box(by, "unit"))
    columns = [
        select(func.count()).select_from(part.limit(COUNT_UP_TO).subquery()).scalar_subquery().label(name)
        for name, part in parts.items()
    ]
    return dict(session.execute(select(*columns)).one()._mapping)


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
    given = {name: plain(value) for name, value in carried.items() if name in form.fields and value is not None}
    defaults = forms.defaults(form, submissions.context(session, case, bundle, by, now, task.item, file))
    return {**defaults, **given, **file.answers(task.step, task.item)}


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
            notices.tell_role(session, role, task.org_id, "reminder", message, now, case.id, task.id)
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
        raise Conflict("任务已被他人办理，请刷新", "E-COM-05", task.assignee, task.claimed_at)
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
    # The case is locked before the task is read: every verb takes the locks in this order.
    case_id = session.scalar(select(model.Task.case_id).where(model.Task.id == task_id))
    case = store.locked(session, case_id) if case_id else None
    task = session.get(model.Task, task_id, populate_existing=True) if case is not None else None
    if task is None or not may_know(task, by) or not sight.may_see(session, case, by):
        raise NotFound()
    return case, task


def _require_open(session: Session, task: model.Task) -> None:
    if task.state == "completed":
        who = people.display(session, task.completed_by)
        raise Conflict(f"任务已由{who}办理，请刷新", "E-COM-05", task.completed_by, task.completed_at)
    if task.state != "open":
        raise Conflict("流程已不再需要这项任务，请刷新", "E-COM-05", None, task.cancelled_at)


def _require_offer(session: Session, case: model.Case, task: model.Task, by: Actor) -> None:
    if not may_take(by, task, cases.bundle_of(session, case).steps[task.step].roles):
        raise NotAllowed()


def _give(session: Session, task: model.Task, to: str | None, now: datetime) -> None:
    task.assignee, task.claimed_at = to, now if to else None
    task.revision += 1
    session.flush()
    offers = select(model.TaskOffer).where(model.TaskOffer.task_id == task.id)
    for offer in session.scalars(offers):
        offer.pooled = to is None


def _of_box(by: Actor, box: str) -> ColumnElement[bool]:
    tasks = model.Task
    if box == "todo":
        return (tasks.state == "open") & (tasks.assignee == (by.for_user or by.user))
    if box == "done":
        return (tasks.completed_by == by.user) | (tasks.completed_for == by.user)
    if not by.supervises:
        return false()
    below = select(model.Org.id).where(or_(*(model.Org.path.startswith(path, autoescape=True) for path in by.paths)))
    return (tasks.state == "open") & tasks.org_id.in_(below)


def _pool(by: Actor, filters: list[ColumnElement[bool]], sort: str, limit: int) -> tuple[Any, Any]:
    """Return (first `limit` ids in order, ids to count): one bounded index walk per role and office."""
    offers, tasks = model.TaskOffer, model.Task
    base = select(offers.task_id.label("id"), offers.sort_at).where(offers.pooled)
    if filters or sort in ("opened", "-opened"):
        base = base.join(tasks, tasks.id == offers.task_id).join(model.Case, model.Case.id == tasks.case_id)
        base = base.where(*filters)
    pairs = sorted((role, org) for role, org in by.roles if org in by.orgs)
    if not pairs:
        empty = select(literal("").label("id"), offers.sort_at).where(false())
        return empty, empty
    if sort in ("opened", "-opened"):
        whole = base.where(tuple_(offers.role, offers.org_id).in_(pairs))
        ordered = whole.order_by(*_order(sort, offers.sort_at, tasks.opened_at)).limit(limit)
        return select(ordered.subquery().c.id).distinct(), whole.limit(TOTAL_UP_TO)

    def walk(pair: tuple[str, str], bound: int) -> Any:
        one = base.where(offers.role == pair[0], offers.org_id == pair[1])
        one = one.order_by(offers.sort_at, offers.task_id).limit(bound)
        return select(one.subquery())

    merged = union_all(*(walk(pair, limit) for pair in pairs)).subquery()
    first = select(merged.c.id, func.min(merged.c.sort_at).label("sort_at")).group_by(merged.c.id)
    first = first.order_by("sort_at", "id").limit(limit)
    several = union_all(*(walk(pair, TOTAL_UP_TO) for pair in pairs)).subquery()
    return first, select(several.c.id).distinct().limit(TOTAL_UP_TO)


def _order(sort: str, due: Any, opened: Any) -> list[Any]:
    return {
        "due": [due, opened],
        "-due": [due.desc()],
        "opened": [opened],
        "-opened": [opened.desc()],
    }.get(sort, [due, opened])


def _started(
    session: Session, by: Actor, now: datetime, page: int, size: int, text: str | None, process: str | None
) -> Page:
    query = select(model.Case).where(model.Case.opened_by == by.user)
    if process:
        query = query.where(model.Case.process == process)
    if text:
        query = query.where(search.matches(text))
    total = session.scalar(select(func.count()).select_from(query.limit(TOTAL_UP_TO).subquery())) or 0
    rows = session.scalars(query.order_by(model.Case.opened_at.desc()).limit(size).offset((page - 1) * size))
    return Page([Line(None, case, None) for case in rows], total, page, size)
