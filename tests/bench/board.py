"""Many referrals in one office, copied from one that was led there, to measure what the board asks and how long."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from engine import model, store

AT_ONCE = 2000
OFFER = model.TaskOffer


def fill(case_id: str, number: int, now: datetime, first: int = 0) -> None:
    """Copy a case with all that a board reads of it, `number` times, each due at another moment."""
    with store.writing() as session:
        case = _values(session.get_one(model.Case, case_id))
        statuses = ["accepted", "screening", "handed_over", "filed", "not_filed", "tracking", "closed"]
        kept = {row: _rows(session, row, case_id) for row in _of_a_case()}
        tasks = select(model.Task.id).where(model.Task.case_id == case_id)
        offers = [_values(row) for row in session.scalars(select(OFFER).where(OFFER.task_id.in_(tasks)))]
        for start in range(first, first + number, AT_ONCE):
            places = range(start, min(start + AT_ONCE, first + number))
            cases = [
                case | {"id": f"{case_id}-{n}", "number": f"{case['number']}-{n}", "key": None, "request_key": None}
                for n in places
            ]
            session.execute(insert(model.Case), cases)
            for row, originals in kept.items():
                copies = [
                    _copy(original, case_id, n, now, statuses[n % len(statuses)])
                    for n in places
                    for original in originals
                ]
                if copies:
                    session.execute(insert(row), copies)
            if offers:
                copies = [offer | {"task_id": _id(offer["task_id"], n)} for n in places for offer in offers]
                session.execute(insert(OFFER), copies)


def _of_a_case() -> tuple[Any, ...]:
    return (
        model.RegisterRow,
        model.Task,
        model.Subscription,
        model.Clock,
        model.Submission,
        model.Answer,
        model.Participant,
    )


def _rows(session: Any, row: Any, case_id: str) -> list[dict[str, Any]]:
    return [_values(found) for found in session.scalars(select(row).where(row.case_id == case_id))]


def _copy(original: dict[str, Any], case_id: str, n: int, now: datetime, status: str) -> dict[str, Any]:
    due = now + timedelta(minutes=n * 7919 % 60_000 - 6_000)
    copy = original | {"case_id": f"{case_id}-{n}"}
    if "id" in original:
        copy["id"] = _id(original["id"], n)
    if copy.get("clock_id"):
        copy["clock_id"] = _id(original["clock_id"], n)
    if "sort_at" in original and original["sort_at"]:
        copy |= {"sort_at": due, "due_at": due, "orange_at": due - timedelta(hours=8)}
    if "cells" in original:
        copy["status"] = status
    return copy


def _id(original: str, n: int) -> str:
    return f"{original[:14]}-{n}"


def _values(row: model.Base) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in row.__mapper__.column_attrs}
