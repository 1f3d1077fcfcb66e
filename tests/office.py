"""The cast of the process tests: the demo office with published processes, and short ways to act in it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Table, insert, select

from engine import bundles, catalog, model, operations, parameters, people, store
from engine.people import SYSTEM_ACTOR, Actor
from web.demo import office

ROOT = Path(__file__).parents[1]
ZONE = ZoneInfo("Asia/Shanghai")
OPENED = datetime(2026, 1, 1, tzinfo=UTC)
_compiled: dict[str, bundles.Bundle] = {}
_kept: dict[tuple[str, ...], list[tuple[Table, list[dict]]]] = {}


def at(text: str) -> datetime:
    """Return a moment of the office: `2026-02-12 09:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def open_office(*processes: str) -> None:
    """Fill an empty database with the demo office, the national calendar and these processes.

    The rows are made once and kept: making them takes four times as long as writing them down.
    """
    operations.install()
    with store.writing() as session:
        if processes in _kept:
            for table, rows in _kept[processes]:
                if rows:
                    session.execute(insert(table), rows)
            return
        office.open_office(session, OPENED)
        parameters.seed_calendar(session)
        for process in processes:
            deploy(session, process)
        session.flush()
        for table in model.Base.metadata.sorted_tables:
            # Every office has its own ledger key: acts of another one would not verify.
            if table.name != model.LedgerEntry.__tablename__:
                rows = [dict(row) for row in session.execute(select(table)).mappings()]
                _kept.setdefault(processes, []).append((table, rows))


def deploy(session, process: str) -> str:
    """Publish a process of this project and return its hash; `test_catalog` has all of them checked."""
    if process not in _compiled:
        _compiled[process] = bundles.compile(process, bundles.collect(ROOT, process))
    row = catalog.keep(session, _compiled[process], SYSTEM_ACTOR, OPENED)
    catalog.publish(session, row.hash, SYSTEM_ACTOR, OPENED, alone=True)
    return row.hash


def publish(*processes: str) -> None:
    """Publish processes of this project in an office that is open already."""
    with store.writing() as session:
        for process in processes:
            deploy(session, process)


def fill_list(name: str, titles: dict[str, str], source: str, verified: bool) -> None:
    """Enter titles into a reference list by their codes."""
    same = {"list": name, "source": source, "verified": verified, "sort": 1}
    with store.writing() as session:
        session.add_all(model.ReferenceItem(code=code, title=title, **same) for code, title in titles.items())


def rows_of(case_id: str) -> dict[str, list[tuple]]:
    """Return every row that the database keeps of a case, by table: what nothing has happened to has the same."""
    found = {}
    with store.reading() as session:
        for table in model.Base.metadata.sorted_tables:
            column = table.c.get("id" if table.name == model.Case.__tablename__ else "case_id")
            if column is not None:
                rows = session.execute(select(table).where(column == case_id).order_by(*table.primary_key.columns))
                found[table.name] = [tuple(row) for row in rows]
    return found


def who(name: str, now: datetime = OPENED, acting_for: str | None = None) -> Actor:
    """Return a person of the office as an actor."""
    with store.reading() as session:
        return people.actor(session, name, now, acting_for)
