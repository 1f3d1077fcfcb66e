"""Finding cases by any two characters that stand together in number, title, enterprise or code."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, delete, insert, or_, select
from sqlalchemy.orm import Session

from engine import model


def grams(text: str) -> set[str]:
    """Return the two-character pieces of a text, without spaces and in lower case."""
    words = text.lower().split()
    return {word[index : index + 2] for word in words for index in range(len(word) - 1)}


def index(session: Session, case: model.Case, before: str, after: str) -> None:
    """Bring the index of one case from one text to another; nothing is written where they agree."""
    old, new = grams(before), grams(after)
    if gone := old - new:
        session.execute(
            delete(model.SearchGram).where(model.SearchGram.case_id == case.id, model.SearchGram.gram.in_(gone))
        )
    if added := new - old:
        rows = [{"gram": gram, "case_id": case.id} for gram in sorted(added)]
        session.execute(insert(model.SearchGram), rows)


def text_of(case: model.Case) -> str:
    """Return what a case is found by."""
    return " ".join((case.number, case.title, case.enterprise, case.uscc))


def matches(text: str) -> ColumnElement[bool]:
    """Return the condition on cases for a search text: every word must stand in one of the fields.

    The index narrows the cases, the comparison decides; a single character is compared without the index.
    """
    conditions: list[ColumnElement[bool]] = []
    for word in text.lower().split()[:6]:
        for gram in sorted(grams(word))[:8]:
            conditions.append(model.Case.id.in_(select(model.SearchGram.case_id).where(model.SearchGram.gram == gram)))
        pattern = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        fields = (model.Case.number, model.Case.title, model.Case.enterprise, model.Case.uscc)
        conditions.append(or_(*(field.ilike(pattern, escape="\\") for field in fields)))
    return and_(*conditions) if conditions else and_(model.Case.id.is_not(None))
