"""Registers (台账): the lines of each case, projected by the one path and read back filtered, sorted and paged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, partial
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, func, or_, select, update
from sqlalchemy.orm import Session

from engine import catalog, clocks, expressions, model, people, search
from engine.bundles import Bundle, Register
from engine.casefile import CaseFile
from engine.errors import NotFound
from engine.values import plain
from engine.workdays import office_day

ROWS = model.RegisterRow.__table__
WRITTEN = (
    *("cells", "f1", "f2", "f3", "f4", "status", "org_path", "opened_on"),
    *("yellow_at", "orange_at", "due_at", "sort_at"),
)
REPLACE = (
    update(ROWS)
    .where(ROWS.c.register == bindparam("this_register"), ROWS.c.case_id == bindparam("this_case"))
    .values({name: bindparam(name) for name in WRITTEN})
)
REMOVE = delete(ROWS).where(
    ROWS.c.case_id == bindparam("this_case"), ROWS.c.register.in_(bindparam("absent", expanding=True))
)
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
MOST_CHOICES = 100
FILTER_COLUMNS = (model.RegisterRow.f1, model.RegisterRow.f2, model.RegisterRow.f3, model.RegisterRow.f4)


@dataclass(frozen=True)
class Line:
    """A line of a register, its cells under the heads of the page, with what its lamp is read from."""

    cells: list[Any]
    yellow_at: datetime | None
    orange_at: datetime | None
    due_at: datetime | None


@dataclass(frozen=True)
class Page:
    """A page of a register: heads, (case, line), and how many cases there are in all."""

    register: Register
    heads: list[str]
    rows: list[tuple[model.Case, Line]]
    total: int
    page: int
    size: int


def refresh(session: Session, case: model.Case, bundle: Bundle, file: CaseFile) -> None:
    """Write the line of this case in every register of its process, or take it out where it no longer belongs."""
    if not bundle.registers:
        return
    names, functions = file.names(), file.functions()

    @cache
    def said(source: str) -> Any:
        return expressions.evaluate(source, names, functions)

    lamp = _nearest(file) if case.state == "open" else None
    absent = []
    late_at = clocks.late_at(lamp) if lamp else None
    for register in bundle.registers:
        key = (register.id, case.id)
        cells = _lines(register, [said(source) for source in register.sources], file) if said(register.where) else []
        if not cells:
            absent.append(register.id)
            continue
        kept = [_key(plain(said(source))) for source in register.filters]
        values = {
            "cells": cells,
            **dict(zip(("f1", "f2", "f3", "f4"), [*kept, None, None, None, None], strict=False)),
            "status": case.status,
            "org_path": case.org_path,
            "opened_on": office_day(case.opened_at),
            "yellow_at": lamp.yellow_at if lamp else None,
            "orange_at": lamp.orange_at if lamp else None,
            "due_at": late_at,
            "sort_at": late_at or NEVER,
        }
        if not _replaced(session, key, values, known=case.rev > 0):
            session.add(model.RegisterRow(register=register.id, case_id=case.id, process=case.process, **values))
    if absent and case.rev:
        session.connection().execute(REMOVE, {"this_case": case.id, "absent": absent})


def page(
    session: Session,
    bundle: Bundle,
    register_id: str,
    visible: ColumnElement[bool],
    now: datetime,
    filters: dict[str, str] | None = None,
    status: str | None = None,
    org: str | None = None,
    since: date | None = None,
    until: date | None = None,
    lamp: str | None = None,
    text: str | None = None,
    page: int = 1,
    size: int = 50,
) -> Page:
    """Return a page of a register, cut to what `visible` lets through.

    `filters` maps the expressions of the register's own filters to values; since/until bound the opening day.
    """
    register = next((entry for entry in bundle.registers if entry.id == register_id), None)
    if register is None:
        raise NotFound(f"没有台账 {register_id}")
    rows, kept = model.RegisterRow, _versions(session, bundle, register_id)
    conditions = [rows.register == register.id, visible]
    for source in register.filters:
        if value := (filters or {}).get(source):
            places = _places(kept, source)
            conditions.append(or_(*((column == value) & among for column, among in places)))
    if status:
        conditions.append(rows.status == status)
    if org:
        conditions.append(model.Case.org_id == org)
    if since:
        conditions.append(rows.opened_on >= since)
    if until:
        conditions.append(rows.opened_on <= until)
    if lamp:
        conditions.append(lamp_is(rows, lamp, now))
    if text:
        conditions.append(search.matches(text))
    query = select(model.Case, rows).join(rows, rows.case_id == model.Case.id).where(*conditions)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    order = query.order_by(rows.opened_on.desc(), model.Case.id.desc())
    found = session.execute(order.limit(size).offset((page - 1) * size)).all()
    heads = [title for title, _ in register.columns]
    lines = [(case, line) for case, row in found for line in _read(row, kept.get(case.bundle_hash, register), heads)]
    return Page(register, heads, lines, total, page, size)


def choices(session: Session, bundle: Bundle, register_id: str, source: str, visible: ColumnElement[bool]) -> list[str]:
    """Return the values that stand under one of a register's filters, among the rows one may see."""
    found: set[str] = set()
    for column, among in _places(_versions(session, bundle, register_id), source):
        query = (
            select(column)
            .join(model.Case, model.Case.id == model.RegisterRow.case_id)
            .where(model.RegisterRow.register == register_id, column.is_not(None), among, visible)
            .distinct()
            .order_by(column)
        )
        found.update(session.scalars(query.limit(MOST_CHOICES)))
    return sorted(found)[:MOST_CHOICES]


def lamp_is(rows: Any, lamp: str, now: datetime) -> ColumnElement[bool]:
    """Return the condition that a row's stored thresholds show this lamp now."""
    if lamp == "red":
        return rows.due_at < now
    if lamp == "orange":
        return (rows.due_at >= now) & (rows.orange_at <= now)
    if lamp == "yellow":
        return (rows.due_at >= now) & (rows.yellow_at <= now) & ((rows.orange_at > now) | rows.orange_at.is_(None))
    return rows.due_at.is_(None) | ((rows.due_at >= now) & ((rows.yellow_at > now) | rows.yellow_at.is_(None)))


def rebuild(session: Session, cases: list[tuple[model.Case, Bundle]], now: datetime) -> int:
    """Write the lines of these cases anew, from their case files; return how many cases were read."""
    for case, bundle in cases:
        refresh(session, case, bundle, CaseFile(session, case, bundle, now))
    session.flush()
    return len(cases)


def _replaced(session: Session, key: tuple[str, str], values: dict[str, Any], known: bool) -> bool:
    if not known:
        return False
    done = session.connection().execute(REPLACE, {"this_register": key[0], "this_case": key[1], **values})
    return done.rowcount == 1


def _versions(session: Session, bundle: Bundle, register_id: str) -> dict[str, Register]:
    """Return the register as each version of the process keeps it: a running case writes the columns of its own."""
    hashes = [row.hash for row in catalog.versions(session, bundle.process) if row.state != "draft"]
    versions = [bundle, *(catalog.load(session, digest) for digest in hashes)]
    return {
        version.hash: register for version in versions for register in version.registers if register.id == register_id
    }


def _places(kept: dict[str, Register], source: str) -> list[tuple[Any, ColumnElement[bool]]]:
    """Return in which column a filter stands, and in which versions it does."""
    found: dict[int, list[str]] = {}
    for digest, register in kept.items():
        if source in register.filters:
            found.setdefault(register.filters.index(source), []).append(digest)
    return [(FILTER_COLUMNS[place], model.Case.bundle_hash.in_(hashes)) for place, hashes in found.items()]


def _lines(register: Register, said: list[Any], file: CaseFile) -> list[Any]:
    """Return the cells of a case: of its one line, or a list of lines."""
    kinds = [_kind(register, source, file.bundle) for _, source in register.columns]
    lines = zip(*said, strict=True) if register.each else [said]
    told = [[_shown(kind, value, file) for kind, value in zip(kinds, line, strict=True)] for line in lines]
    return told if register.each else told[0]


def _read(row: model.RegisterRow, register: Register, heads: list[str]) -> list[Line]:
    """Return the lines of a case under the heads of the page, which may be those of another version."""
    titles = [title for title, _ in register.columns]
    named = [dict(zip(titles, cells, strict=False)) for cells in (row.cells if register.each else [row.cells])]
    return [Line([line.get(head) for head in heads], row.yellow_at, row.orange_at, row.due_at) for line in named]


def _kind(register: Register, source: str, bundle: Bundle) -> str:
    """Return of what kind the field is that a column shows; "" where it shows something worked out."""
    if source in ("case.status", "case.org"):
        return source.removeprefix("case.")
    whole, _, column = source.partition(".")
    step, _, name = (register.each if whole == "row" else source).partition(".")
    field = bundle.forms[step].fields.get(name) if step in bundle.forms else None
    if field is not None and whole == "row" and column:
        field = field.columns.get(column)
    return field.kind if field is not None else ""


def _shown(kind: str, value: Any, file: CaseFile) -> Any:
    """Return what a cell shows: names instead of the ids of statuses, people and offices."""
    if kind == "status":
        return file.bundle.status_title(str(value or ""))
    if value is None or kind not in ("user", "users", "officers", "org"):
        return plain(value)
    several = value if isinstance(value, list) else [value]
    shown = [file.kept((kind, entry), partial(_name, file.session, kind, str(entry))) for entry in several]
    return shown if isinstance(value, list) else shown[0]


def _name(session: Session, kind: str, entry: str) -> str:
    if kind == "org":
        org = session.get(model.Org, entry)
        return org.name if org else entry
    return people.display(session, entry)


def _nearest(file: CaseFile) -> model.Clock | None:
    owed = [row for row in file.clocks() if row.stopped_at is None and row.due_at and clocks.is_duty(row)]
    return min(owed, key=lambda row: row.due_at, default=None)


def _key(value: Any) -> str | None:
    return None if value is None else str(value)[:200]
