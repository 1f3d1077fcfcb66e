"""The answers of a step in words, as the sheets of a volume print them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine import model, people
from engine.bundles import Bundle
from engine.forms import Field
from engine.values import plain, thaw
from engine.workdays import office_zone

Line = dict[str, Any]  # title, and text or rows (each row a list of lines)
# Acts of the ledger that a volume tells of; the others move work about.
ACTS = {
    "case opened": "发起案件",
    "task completed": "办理",
    "submission corrected": "更正",
    "entry taken back": "冲回",
    "letter issued": "签发文书",
    "letter served": "送达文书",
    "letter voided": "作废文书",
    "case terminated": "终止案件",
    "case merged": "并案",
    "case closed": "案件办结",
}


class Words:
    """The names behind the ids of one volume, each looked up once."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._people: dict[str, str] = {}

    def lines(self, bundle: Bundle, step: str, data: Mapping[str, Any]) -> list[Line]:
        """Return what a submission says, in the order of its form."""
        form, element = bundle.forms.get(step), bundle.model.elements.get(step)
        if form is not None:
            return [self._line(field, data[name]) for name, field in form.fields.items() if _said(data.get(name))]
        table = bundle.tables.get(element.decision or "") if element else None
        titles = dict(zip(table.outputs, table.titles, strict=True)) if table else {}
        known = plain(thaw(dict(data)))
        if table is not None and table.hit_policy == "COLLECT":
            rows = [list(_loose(row, titles)) for row in known.get("rows") or ()]
            return [{"title": "结果", "rows": rows}] if rows else [{"title": "结果", "text": "没有命中"}]
        return list(_loose(known, titles))

    def person(self, name: str | None, acting_for: str | None = None) -> str:
        """Return how a person is called, with the one acted for."""
        if acting_for:
            return f"{self.person(acting_for)}（{self.person(name)}代）"
        if name and name not in self._people:
            self._people[name] = people.display(self.session, name)
        return self._people.get(name or "", "")

    def _line(self, field: Field, value: Any) -> Line:
        if field.kind == "rows":
            rows = [
                [self._line(column, row[name]) for name, column in field.columns.items() if _said(row.get(name))]
                for row in value
                if isinstance(row, dict)
            ]
            return {"title": field.title, "rows": rows}
        return {"title": field.title, "text": "、".join(self._words(field, value))}

    def _words(self, field: Field, value: Any) -> Iterator[str]:
        for one in value if isinstance(value, list) else [value]:
            if field.kind == "bool":
                yield "是" if one else "否"
            elif field.kind in ("user", "users"):
                yield self.person(one)
            elif field.kind == "officers":
                user = self.session.get(model.User, one)
                held = f"（执法证 {user.certificate_no}）" if user and user.certificate_no else ""
                yield self.person(one) + held
            elif field.kind in ("file", "files"):
                yield self._file(one)
            elif field.kind == "org":
                org = self.session.get(model.Org, one)
                yield org.name if org else str(one)
            elif field.kind == "ref":
                entry = self.session.get(model.ReferenceItem, (field.list or "", str(one)))
                yield entry.title if entry else str(one)
            elif field.kind == "datetime":
                yield moment(one)
            else:
                yield str(one)

    def _file(self, key: str) -> str:
        """Return a file with its way into the case: who handed it in, when, and its hash since."""
        row = self.session.get(model.Attachment, key)
        if row is None:
            return str(key)
        return f"{row.name}（{self.person(row.uploaded_by)} {moment(row.uploaded_at)}上传，SHA-256：{row.sha256}）"


def moment(value: Any) -> str:
    """Return a moment as the office reads it."""
    try:
        known = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        return str(value)
    return known.astimezone(office_zone()).strftime("%Y-%m-%d %H:%M")


def _said(value: Any) -> bool:
    return value not in (None, "", [])


def _loose(known: Mapping[str, Any], titles: Mapping[str, str]) -> Iterator[Line]:
    for name, value in known.items():
        if not _said(value):
            continue
        words = value if isinstance(value, list) else [value]
        said = ("是" if one is True else "否" if one is False else str(one) for one in words)
        yield {"title": titles.get(name, name), "text": "、".join(said)}
