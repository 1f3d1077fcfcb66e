"""A form of the engine as accessible HTML, and what a browser sends back as answers; it decides nothing.

Names in HTML: `f-<field>`, in rows `f-<rows>-<i>-<column>`; kept files `…-kept`; reasons against soft rules `o-<code>`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from werkzeug.datastructures import FileStorage, MultiDict

from engine.errors import OfficeError, Refused
from engine.forms import Field, Form, State
from engine.people import Actor
from engine.workdays import office_zone

Store = Callable[[FileStorage, Field], str]

FEW = 7  # so many choices are shown as buttons side by side, more as a list
INDEX = re.compile(r"\d{1,4}")
LISTS = ("enums", "users", "officers", "files")


@dataclass
class Choice:
    """One of the values that may be chosen; `group` is the heading it stands under."""

    value: str
    title: str
    group: str = ""
    note: str = ""
    barred: bool = False  # shown, but not to be chosen


@dataclass
class Entry:
    """A field as the page shows it."""

    field: Field
    name: str
    value: Any = None
    shown: bool = True
    required: bool = False
    readonly: bool = False
    error: str = ""
    code: str = ""
    choices: list[Choice] = field(default_factory=list)
    files: list[Mapping[str, Any]] = field(default_factory=list)
    told: str = ""
    rows: list[list[Entry]] = field(default_factory=list)
    blank_row: list[Entry] = field(default_factory=list)
    mark: str = ""

    @property
    def id(self) -> str:
        return self.name

    @property
    def kind(self) -> str:
        return self.field.kind

    @property
    def is_short(self) -> bool:
        """Tell whether two such fields fit side by side."""
        if self.kind == "enum":
            return len(self.choices) > FEW or sum(len(choice.title) + 3 for choice in self.choices) <= 20
        if self.kind == "text":
            return (self.field.max or 0) <= 120
        return self.kind in ("date", "datetime", "int", "money", "uscc", "bool", "user", "org")

    @property
    def text(self) -> str:
        """Return the value as an input element takes it."""
        if self.value is None:
            return ""
        if self.kind == "datetime":
            return _local_moment(self.value)
        return str(self.value)

    @property
    def chosen(self) -> list[str]:
        """Return the values of a field with several, or the one."""
        if isinstance(self.value, list):
            return [str(value) for value in self.value]
        return [] if self.value is None else [str(self.value)]

    @property
    def groups(self) -> list[tuple[str, list[Choice]]]:
        """Return the choices under their headings, in the order in which they come."""
        return [(title, list(items)) for title, items in groupby(self.choices, lambda choice: choice.group)]

    @property
    def described_by(self) -> str:
        """Return the ids of the texts that explain the field."""
        parts = [f"{self.id}-wrong"] if self.error else []
        parts += [f"{self.id}-hint"] if self.field.help or self.hint else []
        parts += [f"{self.id}-told"] if self.kind in ("enterprise", "money") else []
        return " ".join(parts)

    @property
    def hint(self) -> str:
        """Return what the kind itself asks of the value."""
        low, high = self.field.min, self.field.max
        if self.kind == "officers":
            return f"至少 {low} 名持有效执法证的人员"
        if self.kind in ("text", "longtext") and low:
            return f"至少 {low} 字"
        if self.kind == "int" and (low or high is not None):
            return _between(low, high)
        if self.kind in ("enums", "users", "rows", "files") and low and low > 1:
            return f"至少 {low} 项"
        if self.kind == "uscc":
            return "18 位，输入企业名称或代码可从企业库选取"
        if self.kind == "enterprise":
            return "输入企业名称或统一社会信用代码，从企业库选取"
        return ""


def read(
    form: Form, sent: MultiDict[str, str], files: MultiDict[str, FileStorage], keep: Store
) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """Return what the browser sent as answers, and what was wrong with its files.

    Values that cannot be read stay as typed, for the check to refuse. `keep` stores an uploaded file and returns its
    id. The reasons against soft rules come under `_override`.
    """
    problems: list[dict[str, str]] = []

    def kept(upload: FileStorage, item: Field, name: str) -> str | None:
        try:
            return keep(upload, item)
        except Refused as error:
            path = name.removeprefix("f-").replace("-", ".")
            problems.append({"field": path, "code": error.code, "detail": error.detail})
            return None

    answers = _read_fields(form.fields, "f-", sent, files, kept)
    reasons = {name[2:]: text.strip() for name, text in sent.items() if name.startswith("o-") and text.strip()}
    if reasons:
        answers["_override"] = reasons
    return answers, problems


def change_rows(form: Form, answers: dict[str, Any], order: str) -> None:
    """Carry out the button `add:<path>` or `drop:<path>` of a page without script; `<path>` is an HTML name.

    A path that leads nowhere changes nothing: the page is shown again as it was.
    """
    verb, _, path = order.partition(":")
    parts = path.removeprefix("f-").split("-")
    rows, fields = answers, form.fields
    while len(parts) > 2 and parts[0] in fields and parts[1].isdigit():
        inside = rows.get(parts[0]) or []
        if int(parts[1]) >= len(inside):
            return
        rows, fields, parts = inside[int(parts[1])], fields[parts[0]].columns or {}, parts[2:]
    if parts[0] not in fields or fields[parts[0]].kind != "rows":
        return
    if verb == "add" and len(parts) == 1:
        rows[parts[0]] = [*(rows.get(parts[0]) or []), {}]
    elif verb == "drop" and len(parts) == 2 and parts[1].isdigit():
        rows[parts[0]] = [row for index, row in enumerate(rows.get(parts[0]) or []) if index != int(parts[1])]


def without_blank_rows(form: Form, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers without rows in which nothing was filled."""
    result = dict(answers)
    for name, item in form.fields.items():
        if item.kind == "rows" and isinstance(result.get(name), list):
            result[name] = [row for row in result[name] if any(_filled(value) for value in row.values())]
    return result


class View:
    """A whole form ready for the template: its entries, and the errors that stand above them."""

    def __init__(
        self,
        form: Form,
        answers: Mapping[str, Any],
        choices: Any,
        state: State,
        refused: OfficeError | None,
        phrases: Iterable[str],
        by: Actor,
        roles: Mapping[str, str],
    ) -> None:
        self.title, self.description = form.title, form.description
        self.phrases = list(phrases)
        self._choices, self._state = choices, state
        self.errors = _errors(refused)
        self._wrong = {error["field"]: error for error in reversed(self.errors) if error["field"]}
        self.entries = [self._entry(item, f"f-{name}", answers.get(name)) for name, item in form.fields.items()]
        self.soft = _soft(form, self.errors, answers.get("_override") or {}, by, roles)
        for error in self.errors:
            error["href"] = self._anchor(error["field"])

    def _entry(self, item: Field, name: str, value: Any, depth: int = 0) -> Entry:
        path = name.removeprefix("f-").replace("-", ".")
        error = self._wrong.get(path, {})
        entry = Entry(
            field=item,
            name=name,
            value=self._state.computed.get(path) if item.readonly else value,
            shown=self._state.shown.get(path, True) or bool(error),
            required=self._state.required.get(path, item.required),
            readonly=item.readonly,
            error=error.get("detail", ""),
            code=error.get("code", ""),
        )
        if item.kind == "rows":
            self._fill_rows(entry, depth)
        elif item.kind in ("file", "files"):
            entry.files = [self._choices.attachment(known) for known in entry.chosen]
        elif item.kind in ("enum", "enums"):
            entry.choices = [Choice(label, label) for label in item.enum]
        elif item.kind in ("user", "users", "officers"):
            entry.choices = self._choices.people(entry.chosen, officers=item.kind == "officers")
        elif item.kind == "org":
            entry.choices = self._choices.orgs(entry.chosen)
        elif item.kind == "ref":
            entry.choices = self._choices.reference(item.list)
        elif item.kind == "enterprise":
            entry.told = self._choices.enterprise_name(value)
        if entry.readonly:
            entry.told = self._choices.words(item, entry.value)
        return entry

    def _fill_rows(self, entry: Entry, depth: int) -> None:
        item, name = entry.field, entry.name
        entry.mark = f"__{depth}__"
        rows = [row for row in entry.value if isinstance(row, Mapping)] if isinstance(entry.value, list) else []
        if not rows and (item.min or entry.required):
            rows = [{}]
        entry.rows = [
            [
                self._entry(column, f"{name}-{index}-{key}", row.get(key), depth + 1)
                for key, column in item.columns.items()
            ]
            for index, row in enumerate(rows)
        ]
        entry.blank_row = [
            self._entry(column, f"{name}-{entry.mark}-{key}", None, depth + 1) for key, column in item.columns.items()
        ]

    def _anchor(self, path: str) -> str:
        name = "f-" + path.replace(".", "-")
        for entry in self._all():
            if entry.name == name:
                return anchor(entry)
        return "f-" + path.split(".")[0] if path else ""

    def _all(self) -> Iterable[Entry]:
        todo = list(self.entries)
        while todo:
            entry = todo.pop(0)
            yield entry
            todo = [column for row in entry.rows for column in row] + todo


def anchor(entry: Entry) -> str:
    """Return the id of the element that a link from the error summary should focus."""
    grouped = entry.kind in ("bool", "users", "officers", "enums") or (
        entry.kind == "enum" and len(entry.choices) <= FEW
    )
    return f"{entry.id}-0" if grouped else entry.id


def _read_fields(
    fields: Mapping[str, Field], prefix: str, sent: MultiDict, files: MultiDict, keep: Callable[..., str | None]
) -> dict[str, Any]:
    answers = {}
    for name, item in fields.items():
        value = _read(item, prefix + name, sent, files, keep)
        if value is not None:
            answers[name] = value
    return answers


def _read(item: Field, name: str, sent: MultiDict, files: MultiDict, keep: Callable[..., str | None]) -> Any:
    if item.kind == "rows":
        indexes = sorted(_indexes(name, sent) | _indexes(name, files))
        return [_read_fields(item.columns, f"{name}-{index}-", sent, files, keep) for index in indexes] or None
    if item.kind in ("file", "files"):
        kept = sent.getlist(f"{name}-kept")
        kept += [keep(upload, item, name) for upload in files.getlist(name) if upload and upload.filename]
        kept = [known for known in kept if known]
        return (kept or None) if item.kind == "files" else (kept[-1] if kept else None)
    if item.kind in LISTS:
        return [value for value in sent.getlist(name) if value] or None
    values = sent.getlist(name)
    text = values[-1].replace("\r\n", "\n").strip() if values else ""
    if not text:
        return None
    if item.kind == "bool":
        return {"true": True, "false": False}.get(text, text)
    if item.kind == "int" and re.fullmatch(r"[+-]?\d{1,15}", text):
        return int(text)
    if item.kind == "datetime":
        return _moment(text)
    if item.kind == "money":
        return text.replace(",", "").replace("，", "")
    if item.kind == "uscc":
        return text.upper()
    return text


def _indexes(name: str, sent: MultiDict) -> set[int]:
    start = name + "-"
    found = (key[len(start) :].partition("-")[0] for key in sent if key.startswith(start))
    return {int(text) for text in found if INDEX.fullmatch(text)}


def _moment(text: str) -> str:
    # A browser sends the office's wall time without a zone; whatever else was typed is left for the check to refuse.
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        return text
    return value.replace(tzinfo=office_zone()).isoformat() if value.tzinfo is None else value.isoformat()


def _local_moment(value: Any) -> str:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return value
    if not isinstance(value, datetime):
        return str(value)
    if value.tzinfo is not None:
        value = value.astimezone(office_zone())
    return value.strftime("%Y-%m-%dT%H:%M")


def _errors(refused: OfficeError | None) -> list[dict[str, Any]]:
    if refused is None:
        return []
    found = refused.errors or [
        {"field": next(iter(refused.fields), ""), "code": refused.code, "detail": refused.detail}
    ]
    return [{"field": "", "code": "", "detail": "", **error} for error in found]


def _soft(
    form: Form, errors: Iterable[Mapping[str, Any]], reasons: Mapping[str, str], by: Actor, roles: Mapping[str, str]
) -> list[dict[str, Any]]:
    refused = {error["code"] for error in errors}
    return [
        {
            "code": rule.code,
            "detail": rule.detail,
            "reason": reasons.get(rule.code, ""),
            "allowed": not rule.override or rule.override in by.role_ids,
            "role_title": roles.get(rule.override, rule.override),
        }
        for rule in form.rules
        if rule.soft and (rule.code in refused or rule.code in reasons)
    ]


def _filled(value: Any) -> bool:
    if isinstance(value, list):
        return any(not isinstance(row, dict) or any(map(_filled, row.values())) for row in value)
    return value not in (None, "")


def _between(low: Any, high: Any) -> str:
    if low is not None and high is not None:
        return f"{low} 至 {high} 之间"
    return f"不小于 {low}" if low is not None else f"不大于 {high}"
