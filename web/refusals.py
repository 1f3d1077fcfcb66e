"""What a page needs to be shown again with what was typed, and where it is wrong; and whom pages are for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import request
from flask_login import current_user

from engine import cases, clock, store
from engine.errors import NotFound, OfficeError, Refused
from engine.people import Actor


def shown_again(refused: OfficeError | None, form: str) -> dict[str, Any]:
    """Return the values for `_fields.html`: which form of the page was refused, what was typed, what is wrong."""
    if refused is None:
        return {"refused_form": "", "typed": {}, "wrong": {}, "error": ""}
    wrong: dict[str, str] = {}
    for entry in refused.errors:
        if entry.get("field"):
            wrong.setdefault(entry["field"], entry["detail"])
    wrong = wrong or {field: refused.detail for field in refused.fields}
    return {"refused_form": form, "typed": request.form, "wrong": wrong, "error": refused.detail}


def only_for(allowed: Callable[[Actor], bool]) -> Callable[[], None]:
    """Return a `before_request` that hides a module's pages from everybody else."""

    def keep_out() -> None:
        if current_user.is_authenticated and not allowed(current_user.actor):
            raise NotFound()

    return keep_out


def day(name: str) -> date | None:
    """Return a day of the form that was sent; None where it is empty."""
    text = request.form.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        detail = f"“{text[:40]}”不是日期"
        refused = {"field": name, "code": "E-COM-21", "detail": detail}
        raise Refused(detail, "E-COM-21", {name: "E-COM-21"}, [refused]) from error


def day_asked(name: str) -> date | None:
    """Return a day of the address; None where it is empty or no day."""
    try:
        return date.fromisoformat(request.args.get(name, "").strip())
    except ValueError:
        return None


def page_asked() -> int:
    """Return the number of the page that is asked for."""
    return min(max(1, request.args.get("page", 1, type=int)), 10_000)


def year_asked(today: date) -> int:
    """Return the year of the address, this one where it names none."""
    return min(max(2000, request.args.get("year", today.year, type=int)), 2100)


def text_asked(*names: str) -> dict[str, str]:
    """Return texts of the address, cut to what a filter may be."""
    return {name: request.args.get(name, "").replace("\0", "").strip()[:60] for name in names}


def refuse_attempt(case_id: str, what: str, by: Actor) -> None:
    """Refuse to delete, end or correct what may only be added to; that it was tried is kept, whatever follows."""
    with store.writing() as session:
        refusal = cases.attempted(session, case_id, what, by, clock.now())
    if refusal is not None:
        raise refusal
