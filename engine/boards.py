"""Boards: every case of a process on one page, with what runs, whose turn it is, what came in and what may be begun.

What a board shows says `[board]` of the process; it is read from the projections, never from running processes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from engine import boardrows, cases, catalog, instances, model, registers, running, search, sight, tasks
from engine.boardrows import Draft, Row
from engine.bundles import Bundle
from engine.errors import NotAllowed, NotFound
from engine.people import Actor

COUNT_UP_TO, TOTAL_UP_TO, AT_ONCE = 100, 1000, 1000
SORTS = ("due", "-due", "opened", "-opened", "number", "-number", "status")
LAMPS = ("red", "orange", "yellow")


@dataclass(frozen=True)
class Asked:
    """What a person wants to see of a board; `who` is mine, pool, or the id of a role whose turn it is."""

    status: str = ""
    open: bool = False
    lamp: str = ""
    organ: str = ""
    who: str = ""
    text: str = ""
    since: date | None = None
    until: date | None = None
    sort: str = "due"


@dataclass(frozen=True)
class Page:
    """A page of a board; `total` stops at 1000 unless all were asked for."""

    rows: Sequence[Row]
    total: int
    page: int
    size: int


def of(session: Session, process: str, by: Actor) -> Bundle | None:
    """Return the process whose board this person may open, None before it is published; NotFound for others."""
    digest = catalog.published_hash(session, process)
    if digest is None:
        return None
    bundle = catalog.load(session, digest)
    if not set(bundle.settings.get("board", {}).get("roles", ())) & by.role_ids:
        raise NotFound()
    return bundle


def page(
    session: Session, bundle: Bundle, by: Actor, now: datetime, asked: Asked, number: int = 1, size: int = 30
) -> tuple[Page, dict[str, int]]:
    """Return a page of the board, and how many cases are in each state and under each lamp (up to 100)."""
    lines = session.execute(_lines(bundle, by, now, asked, size, (number - 1) * size)).all()
    counted = _counts(session, bundle, by, now, asked)
    rows = boardrows.filled(session, lines, by)
    return Page(rows, counted.pop("total"), number, size), counted


def everything(session: Session, bundle: Bundle, by: Actor, now: datetime, asked: Asked, most: int) -> list[Row]:
    """Return all cases that are asked for, one more than `most` at the most."""
    lines = session.execute(_lines(bundle, by, now, asked, most + 1)).all()
    chunks = (lines[first : first + AT_ONCE] for first in range(0, len(lines), AT_ONCE))
    return [row for chunk in chunks for row in boardrows.filled(session, chunk, by)]


def begin(session: Session, case_id: str, title: str, by: Actor, now: datetime) -> model.Task:
    """Open the step behind a draft of the board for this person, filled with the facts of the case.

    A draft that the person has begun already is opened again as it stands; Refused where it cannot be begun now.
    """
    case_ = cases.get(session, case_id, by)
    _let_clocks_act(session, case_, now)
    own = cases.bundle_of(session, case_)
    wanted = [draft for draft in boardrows.drafts(own) if draft.title == title]
    waiting = {task.step: task for task in instances.open_tasks(session, case_id)}
    for draft in wanted:
        task = waiting.get(draft.step)
        if task is not None and (task.assignee is None or by.is_one_of([task.assignee])):
            return _drafted(session, tasks.claim(session, task.id, by, now), own, draft, by, now)
    act = next((draft for draft in wanted if draft.act and draft.step not in waiting), None)
    if act is None or (act.statuses and case_.status not in act.statuses):
        raise running.not_open(own) if wanted else NotFound()
    return _drafted(session, cases.act(session, case_id, act.act, by, now), own, act, by, now)


def _drafted(session: Session, task: model.Task, bundle: Bundle, draft: Draft, by: Actor, now: datetime) -> model.Task:
    if task.step != draft.step:
        raise NotAllowed()
    if task.draft is None and draft.answers:
        filled = tasks.prefill(session, task, bundle, by, now) | dict(draft.answers)
        return tasks.save_draft(session, task.id, filled, by, now)
    return task


def _let_clocks_act(session: Session, case_: model.Case, now: datetime) -> None:
    """Do what clocks of the case have to do by now: one of them may begin the very act that a button is for."""
    rows = model.Clock
    due = select(rows.id).where(rows.case_id == case_.id, rows.next_at <= now)
    if case_.state == "open" and session.scalar(due.limit(1)) is not None:
        with instances.advancing(session, case_.id, now):
            pass


def _lines(bundle: Bundle, by: Actor, now: datetime, asked: Asked, most: int, first: int = 0) -> Any:
    """Return the lines of a page. Only their ids are sorted: lines are wide, and most stand on another page."""
    rows, order = model.RegisterRow, _order(bundle, asked.sort)
    keys = [key.label(f"key{place}") for place, (key, _) in enumerate(order)]
    found = _found(bundle, by, now, asked).with_only_columns(rows.case_id, *keys)
    ids = found.order_by(*(_turned(*entry) for entry in order)).limit(most).offset(first).subquery("ids")
    there = select(model.Case, rows).join(rows, rows.case_id == model.Case.id).join(ids, ids.c.case_id == rows.case_id)
    there = there.where(rows.register == bundle.settings["board"]["register"])
    return there.order_by(*(_turned(ids.c[f"key{place}"], down) for place, (_, down) in enumerate(order)))


def _base(bundle: Bundle, by: Actor) -> Any:
    rows = model.RegisterRow
    query = select(model.Case, rows).join(rows, rows.case_id == model.Case.id)
    return query.where(rows.register == bundle.settings["board"]["register"], sight.visible(by))


def _found(bundle: Bundle, by: Actor, now: datetime, asked: Asked) -> Any:
    rows, conditions = model.RegisterRow, []
    if asked.status:
        conditions.append(rows.status == asked.status)
    if asked.open:
        conditions.append(model.Case.state == "open")
    if asked.lamp:
        conditions.append(registers.lamp_is(rows, asked.lamp, now))
    if asked.organ:
        register = next(entry for entry in bundle.registers if entry.id == bundle.settings["board"]["register"])
        column = registers.FILTER_COLUMNS[register.filters.index(bundle.settings["board"]["organ"])]
        conditions.append(column.contains(asked.organ, autoescape=True))
    if asked.who:
        conditions.append(_whose_turn(asked.who, by))
    if asked.text:
        conditions.append(search.matches(asked.text))
    if asked.since:
        conditions.append(rows.opened_on >= asked.since)
    if asked.until:
        conditions.append(rows.opened_on <= asked.until)
    return _base(bundle, by).where(*conditions)


def _whose_turn(who: str, by: Actor) -> ColumnElement[bool]:
    # From the few tasks to their cases: asked of every case in turn, it looked through the whole register.
    waiting, offers = model.Task, model.TaskOffer
    own = select(waiting.case_id).where(waiting.state == "open")
    if who == "mine":
        return model.RegisterRow.case_id.in_(own.where(waiting.assignee == (by.for_user or by.user)))
    offered = own.join(offers, offers.task_id == waiting.id)
    if who == "pool":
        pairs = [and_(offers.role == role, offers.org_id == org) for role, org in sorted(by.roles) if org in by.orgs]
        offered = offered.where(offers.pooled, or_(false(), *pairs))
    else:
        offered = offered.where(offers.role == who)
    return model.RegisterRow.case_id.in_(offered)


def _order(bundle: Bundle, sort: str) -> list[tuple[Any, bool]]:
    """Return the keys of an order, each with whether it runs down."""
    rows, name, down = model.RegisterRow, sort.removeprefix("-"), sort.startswith("-")
    places = {status: place for place, status in enumerate(bundle.statuses)}
    column: Any = {
        "opened": rows.opened_on,
        "number": model.Case.number,
        "status": case(places, value=rows.status, else_=len(places)),
    }.get(name, rows.sort_at)
    more = [(rows.sort_at, False)] if name == "status" else []
    return [(column, down), *more, (rows.case_id, down)]


def _turned(key: Any, down: bool) -> Any:
    return key.desc() if down else key


def _counts(session: Session, bundle: Bundle, by: Actor, now: datetime, asked: Asked) -> dict[str, int]:
    rows = model.RegisterRow
    states = union_all(*(select(literal(status).label("status")) for status in bundle.statuses)).subquery("states")
    base = _base(bundle, by).with_only_columns(literal(1).label("one"))

    def count(query: Any, most: int) -> Any:
        return select(func.count()).select_from(query.limit(most).subquery()).scalar_subquery()

    in_state = base.where(rows.status == states.c.status).correlate(states)
    parts = [select(states.c.status.label("name"), count(in_state, COUNT_UP_TO).label("number"))]
    for lamp in LAMPS:
        query = base.where(_lit(lamp, now))
        parts.append(select(literal(lamp), count(query, COUNT_UP_TO)))
    total = _found(bundle, by, now, asked).with_only_columns(literal(1).label("one"))
    parts.append(select(literal("total"), count(total, TOTAL_UP_TO)))
    return dict(session.execute(union_all(*parts)).all())


def _lit(lamp: str, now: datetime) -> ColumnElement[bool]:
    # The same as registers.lamp_is, in the columns of one index.
    rows = model.RegisterRow
    if lamp == "red":
        return rows.sort_at < now
    if lamp == "orange":
        return (rows.sort_at >= now) & (rows.orange_at <= now)
    return (rows.sort_at >= now) & (rows.yellow_at <= now) & ((rows.orange_at > now) | rows.orange_at.is_(None))
