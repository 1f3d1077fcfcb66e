"""The desks of a bureau with one process, 线索核查, and a case at each of its steps."""

from __future__ import annotations

from datetime import datetime

from engine import cases, documents, model, people, store, tasks
from tests.office import at, who
from tests.processes import tips
from tests.processes.tips import only_task as task_of

MORNING = at("2026-02-12 10:00")
NOON = at("2026-02-12 12:00")
RECORD = tips.RECORD | {"uscc": "91370202MA3C00000G"}
VERIFY = tips.VERIFY | {"checked_at": "2026-02-12T11:00:00+08:00"}


def open_case(now: datetime = MORNING, **changes) -> model.Case:
    """Open a case; it waits at 核查."""
    with store.writing() as session:
        return cases.open_case(session, "tip_check", who("intake_clerk.city"), now, {**RECORD, **changes})


def claimed(case: model.Case, account: str = "case_handler.city", now: datetime = MORNING) -> model.Task:
    """Let somebody take the open task of a case."""
    with store.writing() as session:
        return tasks.claim(session, task_of(case).id, who(account), now)


def verified(case: model.Case, **changes) -> model.Task:
    """Do the step 核查; return the task of 审批."""
    with store.writing() as session:
        tasks.complete(session, task_of(case).id, {**VERIFY, **changes}, who("case_handler.city"), NOON)
    return task_of(case)


def answered(case: model.Case) -> model.Document:
    """Let a case come to its letter; return that."""
    claimed(case)
    approval = verified(case, result="属实", fine="5000")
    with store.writing() as session:
        tasks.complete(session, approval.id, {"decision": "同意"}, who("unit_head.city"), NOON)
        return documents.listing(session, case.id, who("unit_head.city"))[0]


def reread(row):
    """Return a row as it now stands."""
    with store.reading() as session:
        return session.get(type(row), row.id)


def name_of(account: str) -> str:
    """Return the name that people read for an account."""
    with store.reading() as session:
        return people.display(session, account)
