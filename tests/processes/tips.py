"""Short ways through the worked example, for tests of the engine itself."""

from __future__ import annotations

from datetime import datetime

from engine import cases, instances, model, store, tasks
from tests.office import at, who

RECORD = {
    "enterprise_name": "示例甲厂",
    "place": "二号库",
    "received_at": "2026-02-12T09:00:00+08:00",
    "accepted": True,
}
VERIFY = {
    "checked_at": "2026-02-12T15:00:00+08:00",
    "officers": ["case_handler.city", "co_handler.city"],
    "result": "不属实",
}
THURSDAY = at("2026-02-12 10:00")
FRIDAY = at("2026-02-13 10:00")


def open_tip(clerk: str = "intake_clerk.city", now: datetime = THURSDAY, **changes) -> model.Case:
    """Open a tip with its first step answered."""
    with store.writing() as session:
        return cases.open_case(session, "tip_check", who(clerk), now, {**RECORD, **changes})


def only_task(case: model.Case) -> model.Task:
    """Return the one open task of a case."""
    with store.reading() as session:
        (task,) = instances.open_tasks(session, case.id)
        return task


def complete(case: model.Case, name: str, data: dict, now: datetime = FRIDAY) -> model.Task:
    """Complete the one open task as somebody."""
    with store.writing() as session:
        return tasks.complete(session, only_task(case).id, data, who(name), now)


def rows(*row_classes: type[model.Base]) -> list[tuple]:
    """Return all rows of these tables as values, to compare the records before and after."""
    found = []
    with store.reading() as session:
        for row_class in row_classes or tuple(mapper.class_ for mapper in model.Base.registry.mappers):
            table = row_class.__table__
            found += [(table.name, tuple(map(str, row))) for row in session.execute(table.select())]
    return sorted(found)
