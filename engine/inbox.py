"""The inbox query: what lies in each box of a person, in bounded walks over an index, and how much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, literal, or_, select, tuple_, union_all
from sqlalchemy.orm import Session, aliased

from engine import model, registers, search, sight
from engine.errors import NotFound
from engine.people import Actor

COUNT_UP_TO = 100
TOTAL_UP_TO = 1000
BOXES = ("todo", "pool", "done", "started", "unit")


@dataclass(frozen=True)
class Line:
    """A row of the inbox: the task (none in 我发起的), its case, and the clock that it answers to."""

    task: model.Task | None
    case: model.Case
    clock: model.Clock | None
    sender: str = ""  # who answered the step before, as people read it
    holder: str = ""  # who holds the task


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
    filters: list[ColumnElement[bool]] = [] if box == "todo" else [sight.not_kept_from(by)]
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
    said, sender, holder = model.Submission, aliased(model.User), aliased(model.User)
    rows = session.execute(
        select(tasks, model.Case, model.Clock, func.coalesce(sender.display, ""), func.coalesce(holder.display, ""))
        .join(ids, ids.c.id == tasks.id)
        .join(model.Case, model.Case.id == tasks.case_id)
        .outerjoin(model.Clock, model.Clock.id == tasks.clock_id)
        .outerjoin(said, (said.case_id == tasks.case_id) & (said.seq == tasks.opened_by_seq))
        .outerjoin(sender, sender.name == said.by)
        .outerjoin(holder, holder.name == tasks.assignee)
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
        "pool": _pool(by, [sight.not_kept_from(by)], "none", COUNT_UP_TO)[1],
        "red": select(tasks.id).where(mine, registers.lamp_is(tasks, "red", now)),
        "orange": select(tasks.id).where(mine, registers.lamp_is(tasks, "orange", now)),
        "yellow": select(tasks.id).where(mine, registers.lamp_is(tasks, "yellow", now)),
        "notices": select(model.Notice.id).where(model.Notice.user_name == by.user, model.Notice.read_at.is_(None)),
    }
    if by.supervises:
        unit = select(tasks.id).join(model.Case, model.Case.id == tasks.case_id).where(_of_box(by, "unit"))
        parts["unit"] = unit.where(sight.not_kept_from(by))
    columns = [
        select(func.count()).select_from(part.limit(COUNT_UP_TO).subquery()).scalar_subquery().label(name)
        for name, part in parts.items()
    ]
    return dict(session.execute(select(*columns)).one()._mapping)


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
    query = select(model.Case).where(model.Case.opened_by == by.user, sight.not_kept_from(by))
    if process:
        query = query.where(model.Case.process == process)
    if text:
        query = query.where(search.matches(text))
    total = session.scalar(select(func.count()).select_from(query.limit(TOTAL_UP_TO).subquery())) or 0
    rows = session.scalars(query.order_by(model.Case.opened_at.desc()).limit(size).offset((page - 1) * size))
    return Page([Line(None, case, None) for case in rows], total, page, size)
