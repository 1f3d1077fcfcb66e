"""What forms may look up: people, offices, enterprises, reference lists, files, valid certificates."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from engine import attachments, model
from engine.people import Actor

OFFERED = 20
OFFICER = select(model.User.name, model.User.display, model.User.certificate_no, model.User.certificate_until).where(
    model.User.name == bindparam("name"), model.User.active, model.User.certificate_no != ""
)


class Lookup:
    """The look-ups of one form submission; each returns a record, or None where there is nothing."""

    def __init__(self, session: Session, case_id: str, by: Actor) -> None:
        self._session, self._case_id, self._by = session, case_id, by

    def user(self, name: str) -> dict[str, Any] | None:
        """Return an active person."""
        row = self._session.get(model.User, name)
        return {"name": row.name, "display": row.display, "org": row.org_id} if row and row.active else None

    def officer(self, name: str, day: date) -> dict[str, Any] | None:
        """Return a person whose enforcement certificate is valid on that day (APL 42, AEL 18)."""
        row = self._session.execute(OFFICER, {"name": name}).one_or_none()
        if row is None:
            return None
        if row.certificate_until is None or row.certificate_until < day:
            return None
        return {"name": row.name, "display": row.display, "certificate": row.certificate_no}

    def org(self, org_id: str) -> dict[str, Any] | None:
        """Return an active office."""
        row = self._session.get(model.Org, org_id)
        return {"id": row.id, "name": row.name} if row and row.active else None

    def enterprise(self, uscc: str) -> dict[str, Any] | None:
        """Return an enterprise of the register."""
        row = self._session.get(model.Enterprise, uscc)
        return {"uscc": row.uscc, "name": row.name, "industry": row.industry} if row else None

    def reference(self, list_name: str, code: str) -> dict[str, Any] | None:
        """Return an entry of a reference list; 待核 ones too, marked so."""
        row = self._session.get(model.ReferenceItem, (list_name, code))
        return {"code": row.code, "title": row.title, "verified": row.verified} if row and row.active else None

    def attachment(self, attachment_id: str) -> dict[str, Any] | None:
        """Return a file of this case, or one that this person has just uploaded."""
        return attachments.info(self._session, attachment_id, self._case_id, self._by)


def options(session: Session, list_name: str) -> list[model.ReferenceItem]:
    """Return the entries of a reference list in their order."""
    rows = select(model.ReferenceItem).where(model.ReferenceItem.list == list_name, model.ReferenceItem.active)
    return list(session.scalars(rows.order_by(model.ReferenceItem.sort, model.ReferenceItem.code)))


def lists(session: Session) -> list[tuple[str, int]]:
    """Return the reference lists with the number of their entries."""
    rows = select(model.ReferenceItem.list, func.count()).group_by(model.ReferenceItem.list)
    return [(name, count) for name, count in session.execute(rows.order_by(model.ReferenceItem.list))]


def enterprises(session: Session, text: str) -> list[model.Enterprise]:
    """Return enterprises whose name or code holds the text."""
    pattern = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    rows = select(model.Enterprise).where(
        or_(
            model.Enterprise.name.ilike(pattern, escape="\\"),
            model.Enterprise.uscc.ilike(pattern, escape="\\"),
        )
    )
    return list(session.scalars(rows.order_by(model.Enterprise.name).limit(OFFERED)))
