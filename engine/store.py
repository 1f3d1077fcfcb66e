"""Connections and transactions: one writing transaction at a time per request, and nothing else commits."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    and_,
    bindparam,
    create_engine,
    event,
    inspect,
    literal,
    select,
    union_all,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session

from engine import clock, model

log = logging.getLogger(__name__)
_state: dict[str, Any] = {}


def configure(url: str | None = None, data_dir: str | Path | None = None) -> Engine:
    """Connect to the database of this process; called once at start-up, and again by each test.

    `url` defaults to ANDU_DATABASE_URL or a SQLite file in the data directory (ANDU_DATA_DIR, else `data`).
    """
    directory = Path(data_dir or os.environ.get("ANDU_DATA_DIR") or "data").resolve()
    directory.mkdir(parents=True, exist_ok=True)
    url = url or os.environ.get("ANDU_DATABASE_URL") or f"sqlite:///{directory / 'andu.db'}"
    if url.startswith("postgresql://"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    dispose()
    engine = create_engine(url, pool_pre_ping=url.startswith("postgresql"))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    _state.update(engine=engine, data_dir=directory, url=url)
    return engine


def dispose() -> None:
    """Close all connections of this process."""
    if "engine" in _state:
        _state.pop("engine").dispose()


def engine() -> Engine:
    """Return the engine, connecting with the defaults where nobody has configured one."""
    return _state["engine"] if "engine" in _state else configure()


def url() -> str:
    """Return the database URL as SQLAlchemy reads it."""
    engine()
    return _state["url"]


def data_dir() -> Path:
    """Return the directory for attachments and rendered papers."""
    engine()
    return _state["data_dir"]


@contextmanager
def reading() -> Iterator[Session]:
    """Open a session that only reads; what it would write is rolled back."""
    session = Session(engine(), expire_on_commit=False)
    try:
        yield session
    finally:
        # Rows that were read stay readable afterwards; a roll-back would expire those still attached.
        session.expunge_all()
        session.rollback()
        session.close()


@contextmanager
def writing() -> Iterator[Session]:
    """Open the one writing transaction of a request; commit at the end, roll back on any error.

    An error that is not an answer to the user is recorded as an incident, in a transaction of its own that
    begins only when this one is gone (SQLite has one writer).
    """
    session = Session(engine().execution_options(andu_writes=True), expire_on_commit=False)
    try:
        yield session
        session.commit()
    except BaseException as error:
        session.rollback()
        session.close()
        incident = getattr(error, "incident", None)
        if incident is not None:
            _record_incident(incident)
        raise
    finally:
        session.close()


def together(session: Session, *parts: tuple[type[model.Base], ColumnElement[bool]]) -> list[list[Any]]:
    """Return the rows of several tables, each with its own condition, by one statement."""
    keys = [inspect(table).primary_key for table, _ in parts]
    most = max(map(len, keys), default=0)
    chosen = [
        select(
            literal(place).label("part"), *(column.label(f"key{n}") for n, column in enumerate(_padded(key, most)))
        ).where(condition)
        for place, (key, (_, condition)) in enumerate(zip(keys, parts, strict=True))
    ]
    if not chosen:
        return []
    which = union_all(*chosen).subquery("which")
    query = select(which.c.part, *(table for table, _ in parts))
    for place, (key, (table, _)) in enumerate(zip(keys, parts, strict=True)):
        same = (column == which.c[f"key{n}"] for n, column in enumerate(key))
        query = query.outerjoin(table, and_(which.c.part == place, *same))
    found: list[list[Any]] = [[] for _ in parts]
    for part, *rows in session.execute(query):
        found[part].append(rows[part])
    return found


def _padded(key: tuple[Any, ...], most: int) -> tuple[Any, ...]:
    return (*key, *(literal("") for _ in range(most - len(key))))


def locked(session: Session, case_id: str, skip: bool = False) -> model.Case | None:
    """Return the case row under its lock, or None where it does not exist (or, with `skip`, is held elsewhere)."""
    session.flush()  # reading the row again must not forget what was just written on it
    query = select(model.Case).where(model.Case.id == case_id).with_for_update(skip_locked=skip)
    return session.execute(query, execution_options={"populate_existing": True}).scalar_one_or_none()


def locked_with_case(session: Session, task_id: str) -> tuple[model.Case, model.Task] | None:
    """Return a task and its case as they are now, under the locks of both, or None where there is no such task.

    One statement locks the case before the task, in the order of every other path.
    """
    options = {"populate_existing": True}
    return session.execute(_TASK_AND_CASE, {"task": task_id}, execution_options=options).one_or_none()


_TASK_AND_CASE = (
    select(model.Case, model.Task)
    .join(model.Task, model.Task.case_id == model.Case.id)
    .where(model.Task.id == bindparam("task"))
    .with_for_update(of=[model.Case, model.Task])
)


def next_number(session: Session, series: str) -> int:
    """Take the next number of a series inside the caller's transaction: a rolled back one leaves no gap."""
    row = session.execute(
        select(model.Counter).where(model.Counter.series == series).with_for_update(),
        execution_options={"populate_existing": True},
    ).scalar_one_or_none()
    if row is None:
        # Two transactions may both find it missing on PostgreSQL: the insert decides, the loser waits for it.
        insert_if_absent(session, model.Counter, series=series, last=0)
        row = session.execute(
            select(model.Counter).where(model.Counter.series == series).with_for_update()
        ).scalar_one()
    row.last += 1
    session.flush()
    return row.last


def insert_if_absent(session: Session, row_class: type[model.Base], **values: Any) -> bool:
    """Insert a row unless its key exists already; tell whether it was inserted."""
    dialect = session.get_bind().dialect.name
    return session.connection().execute(_insert_if_absent(row_class, dialect), values).first() is not None


@cache
def _insert_if_absent(row_class: type[model.Base], dialect: str) -> Any:
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    # The count of rows is not known on PostgreSQL here; what comes back is.
    return insert(row_class.__table__).on_conflict_do_nothing().returning(literal(1))


def _record_incident(incident: dict[str, Any]) -> None:
    try:
        with writing() as session:
            known = session.scalars(
                select(model.Incident).where(
                    model.Incident.state == "open",
                    model.Incident.case_id == incident["case_id"],
                    model.Incident.kind == incident["kind"],
                    model.Incident.element == incident["element"],
                    model.Incident.cause == incident["cause"],
                )
            ).first()
            if known is not None:
                known.tries += 1
            else:
                session.add(model.Incident(id=model.new_id("i"), at=clock.now(), **incident))
    except Exception:
        # The first error is the one to be seen; this one goes to the log.
        log.exception("incident not recorded: %s", incident.get("kind"))


def _prepare_sqlite(connection: DBAPIConnection, _record: object) -> None:
    connection.isolation_level = None  # the listener below writes BEGIN itself
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that reads and then writes fails at once when another writer was first.
    writes = connection.get_execution_options().get("andu_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
