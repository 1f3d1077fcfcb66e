"""What the lists of a form offer, and the names behind the ids in its answers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import case as sql_case
from sqlalchemy import inspect, or_, select, tuple_
from sqlalchemy.orm import Session

from engine import model, people, references, store
from engine.decisions import DecisionTable
from engine.forms import Field, Form
from engine.people import Actor
from engine.values import plain, thaw
from engine.workdays import office_zone
from web.formview import Choice

MOST_PEOPLE = 400
Row = tuple[type[model.Base], Any]  # a table, and the key of a row in it
NAMED: dict[str, type[model.Base]] = {
    "user": model.User,
    "users": model.User,
    "officers": model.User,
    "org": model.Org,
    "enterprise": model.Enterprise,
    "file": model.Attachment,
    "files": model.Attachment,
}


@dataclass
class Told:
    """One answer as people read it: a text, or files, or a small table."""

    title: str
    text: str = ""
    files: list[Mapping[str, Any]] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    rows: list[list[Told]] = field(default_factory=list)
    changed: str = ""


class Names:
    """Reads names for one page, each once."""

    def __init__(self, session: Session, by: Actor, today: date) -> None:
        self.session, self.by, self.today = session, by, today
        self.barred: Collection[str] = ()  # who has withdrawn from the case of this page
        self._people: list[tuple[model.User, model.Org]] | None = None
        self._known: dict[Row, model.Base | None] = {}

    def learn(self, asked: Iterable[Row]) -> None:
        """Read at once what the page will name, by one statement; what is not there is remembered too."""
        keys: dict[type[model.Base], set[Any]] = {}
        for table, key in asked:
            if key and (table, key) not in self._known:
                keys.setdefault(table, set()).add(key)
                self._known[table, key] = None
        parts = [(table, _key_of(table).in_(sorted(wanted))) for table, wanted in keys.items()]
        for rows in store.together(self.session, *parts):
            self._known |= {(type(row), _key_in(row)): row for row in rows}

    def asked(self, form: Form | None, data: Mapping[str, Any]) -> Iterator[Row]:
        """Yield the rows whose names stand behind the answers of a step."""
        for name, item in form.fields.items() if form else ():
            yield from _asked(item, data.get(name))

    def people(self, chosen: Iterable[str], officers: bool = False) -> list[Choice]:
        """Return the people to choose from, one's own office first; the chosen ones are always among them."""
        chosen = set(chosen)
        found = []
        for user, org in self._everybody(chosen):
            if officers and not user.certificate_no and user.name not in chosen:
                continue
            note = ""
            if officers and user.certificate_no:
                ended = user.certificate_until is None or user.certificate_until < self.today
                note = "执法证已过期" if ended else f"证号 {user.certificate_no}"
            barred = user.name in self.barred
            found.append(Choice(user.name, user.display, org.name, "已回避" if barred else note, barred))
        return found

    def orgs(self, chosen: Iterable[str]) -> list[Choice]:
        """Return the offices to choose from, in the order of the tree."""
        rows = self.session.scalars(
            select(model.Org).where(or_(model.Org.active, model.Org.id.in_(list(chosen)))).order_by(model.Org.path)
        )
        return [Choice(row.id, row.name) for row in rows.fetchmany(1000)]

    def reference(self, name: str | None) -> list[Choice]:
        """Return the entries of a reference list; those not yet checked against the source say so."""
        rows = references.options(self.session, name or "")
        return [Choice(row.code, row.title, "", "" if row.verified else "待核") for row in rows]

    def attachment(self, attachment_id: str) -> Mapping[str, Any]:
        """Return the name and size of a file."""
        row = self._get(model.Attachment, attachment_id)
        if row is None:
            return {"id": attachment_id, "name": "（附件不存在）", "size": 0}
        return {"id": row.id, "name": row.name, "size": row.size, "type": row.media_type}

    def person(self, name: str | None) -> str:
        """Return the name of an account as people read it."""
        if not name or name == people.SYSTEM:
            return people.display(self.session, name)
        row = self._get(model.User, name)
        return row.display if row else name

    def org(self, org_id: str | None) -> str:
        """Return the name of an office."""
        row = self._get(model.Org, org_id)
        return row.name if row else (org_id or "")

    def enterprise_name(self, uscc: Any) -> str:
        """Return the name of an enterprise of the register, or an empty text."""
        row = self._get(model.Enterprise, uscc) if isinstance(uscc, str) else None
        return row.name if row else ""

    def words(self, item: Field, value: Any) -> str:
        """Return a single answer in words."""
        if value in (None, "", []):
            return ""
        kind = item.kind
        if kind == "bool":
            return {True: "是", False: "否"}.get(value, str(value))
        if kind == "datetime":
            return _moment(value)
        if kind == "money":
            return _money(value)
        if kind == "user":
            return self.person(value)
        if kind == "users":
            return "、".join(self.person(name) for name in value)
        if kind == "officers":
            return "、".join(self._officer(name) for name in value)
        if kind == "org":
            return self.org(value)
        if kind == "enterprise":
            return f"{self.enterprise_name(value) or '（企业库中没有）'}（{value}）"
        if kind == "ref":
            row = self._get(model.ReferenceItem, (item.list or "", str(value)))
            return f"{row.title}{'' if row.verified else '（待核）'}" if row else str(value)
        if kind == "rows":
            return "\n".join(self._in_line(item, row) for row in value if isinstance(row, dict))
        if isinstance(value, list):
            return "、".join(str(entry) for entry in value)
        return str(value)

    def told(
        self,
        form: Form | None,
        data: Mapping[str, Any],
        titles: Mapping[str, str],
        tables: Mapping[str, Field] | None = None,
    ) -> list[Told]:
        """Return the answers of a step in the order of its form; what a table or script said, by the known titles.

        Rows without a form are shown under the columns of the question in `tables` that they will answer.
        """
        if form is None:
            known = thaw(dict(data))
            return [
                self._line(tables[key], data[key])
                if tables and key in tables and isinstance(value, list)
                else Told(titles.get(key, key), _loose(value))
                for key, value in known.items()
                if value is not None
            ]
        lines = [self._line(item, data[name]) for name, item in form.fields.items() if data.get(name) not in (None, "")]
        for code, reason in (data.get("_override") or {}).items():
            lines.append(Told(f"坚持提交的理由（{code}）", str(reason)))
        return lines

    def decided(self, table: DecisionTable, data: Mapping[str, Any]) -> list[Told]:
        """Return what a decision table said, under the words that stand above its columns."""
        known = thaw(dict(data))
        columns = list(zip(table.outputs, table.titles, strict=True))
        if table.hit_policy != "COLLECT":
            return [Told(title, _loose(known[name])) for name, title in columns if known.get(name) is not None]
        if not known.get("rows"):
            return [Told("结果", "没有命中")]
        cells = [[Told(title, _loose(row.get(name))) for name, title in columns] for row in known["rows"]]
        return [Told("结果", heads=list(table.titles), rows=cells)]

    def _line(self, item: Field, value: Any) -> Told:
        if value in (None, "", []):
            return Told(item.title)
        if item.kind in ("file", "files"):
            ids = value if isinstance(value, list) else [value]
            return Told(item.title, files=[self.attachment(known) for known in ids])
        if item.kind == "rows":
            columns = item.columns
            return Told(
                item.title,
                heads=[column.title for column in columns.values()],
                rows=[
                    [self._line(column, row.get(name)) for name, column in columns.items()]
                    for row in value
                    if isinstance(row, dict)
                ],
            )
        return Told(item.title, self.words(item, value))

    def _in_line(self, item: Field, row: Mapping[str, Any]) -> str:
        said = [(column.title, self.words(column, row.get(name))) for name, column in item.columns.items()]
        return "，".join(f"{title}：{words}" for title, words in said if words)

    def _officer(self, name: str) -> str:
        user = self._get(model.User, name)
        if user is None or not user.certificate_no:
            return self.person(name)
        return f"{user.display}（执法证 {user.certificate_no}）"

    def _get(self, table: type[model.Base], key: Any) -> Any:
        if key and (table, key) not in self._known:
            self._known[table, key] = self.session.get(table, key)
        return self._known.get((table, key))

    def _everybody(self, chosen: set[str]) -> list[tuple[model.User, model.Org]]:
        if self._people is None:
            near = sql_case((model.Org.id == self.by.org, 0), *_below(self.by), else_=2)
            rows = (
                select(model.User, model.Org)
                .join(model.Org, model.Org.id == model.User.org_id)
                .where(model.User.active)
                .order_by(near, model.Org.path, model.User.name)
                .limit(MOST_PEOPLE)
            )
            self._people = [(user, org) for user, org in self.session.execute(rows)]
        known = {user.name for user, _ in self._people}
        if missing := chosen - known:
            more = select(model.User, model.Org).join(model.Org, model.Org.id == model.User.org_id)
            self._people += [tuple(row) for row in self.session.execute(more.where(model.User.name.in_(missing)))]
        return self._people


def _asked(item: Field, value: Any) -> Iterator[Row]:
    values = value if isinstance(value, list) else [value]
    if item.kind == "rows":
        rows = [row for row in values if isinstance(row, dict)]
        yield from (
            asked for row in rows for name, column in item.columns.items() for asked in _asked(column, row.get(name))
        )
    elif item.kind == "ref":
        yield from ((model.ReferenceItem, (item.list or "", str(one))) for one in values if one)
    elif item.kind in NAMED:
        yield from ((NAMED[item.kind], one) for one in values if isinstance(one, str))


def _key_of(table: type[model.Base]) -> Any:
    columns = inspect(table).primary_key
    return columns[0] if len(columns) == 1 else tuple_(*columns)


def _key_in(row: model.Base) -> Any:
    key = inspect(row).identity
    return key[0] if len(key) == 1 else key


def _below(by: Actor) -> list[tuple[Any, int]]:
    return [(model.Org.path.startswith(path, autoescape=True), 1) for path in by.paths]


def _moment(value: Any) -> str:
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        return str(value)
    return moment.astimezone(office_zone()).strftime("%Y-%m-%d %H:%M")


def _money(value: Any) -> str:
    try:
        return f"{Decimal(str(value)):,.2f} 元"
    except InvalidOperation:
        return str(value)


def _loose(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, list):
        return "；".join(_loose(entry) for entry in value)
    if isinstance(value, dict):
        return "，".join(f"{key} {_loose(entry)}" for key, entry in value.items())
    return str(plain(value))
