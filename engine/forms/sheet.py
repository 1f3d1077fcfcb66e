"""One reading of one set of answers: values, errors by place, and how the form stands meanwhile."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from engine import expressions
from engine.errors import CODES, Broken, Refused
from engine.expressions import Answers, BadExpression, values
from engine.forms import kinds
from engine.forms.fields import FILES, Field, Form, Rule
from engine.forms.kinds import BadAnswer
from engine.workdays import office_day

OVERRIDE = "_override"
_REASON = Field("reason", "坚持提交的理由", "longtext", max=500)
_LOOKED_UP = {
    "user": "user",
    "users": "user",
    "org": "org",
    "enterprise": "enterprise",
    "ref": "reference",
    "file": "attachment",
    "files": "attachment",
}


class Lookup(Protocol):
    """What a form may ask the office; each answer is a record or None."""

    def user(self, name: str) -> dict[str, Any] | None: ...
    def officer(self, name: str, day: date) -> dict[str, Any] | None: ...
    def org(self, org_id: str) -> dict[str, Any] | None: ...
    def enterprise(self, uscc: str) -> dict[str, Any] | None: ...
    def reference(self, list_name: str, code: str) -> dict[str, Any] | None: ...
    def attachment(self, attachment_id: str) -> dict[str, Any] | None: ...


class Person(Protocol):
    """Who hands the form in."""

    @property
    def role_ids(self) -> Collection[str]: ...


class Context(Protocol):
    """What a form is checked against; `names` holds the steps, `case` and `by`."""

    names: Mapping[str, Any]
    functions: Mapping[str, Any]
    by: Person
    now: datetime
    lookup: Lookup


@dataclass
class State:
    """How a form stands while it is being filled in: by path, as `plan` or `items.0.why`."""

    shown: dict[str, bool] = field(default_factory=dict)
    required: dict[str, bool] = field(default_factory=dict)
    computed: dict[str, Any] = field(default_factory=dict)


@dataclass
class Part:
    """The form itself, or one row of it, while it is read."""

    fields: Mapping[str, Field]
    names: Mapping[str, Any]
    above: str = ""
    record: Answers = field(default_factory=Answers)
    data: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, list[Part]] = field(default_factory=dict)

    def row(self, item: Field, index: int) -> Part:
        """Return an empty row below this part; its expressions see it as `row`."""
        record = Answers()
        return Part(item.columns, ChainMap({"row": record}, self.names), f"{self.above}{item.id}.{index}.", record)

    def below(self) -> Iterator[Part]:
        """Yield the rows directly below."""
        for rows in self.rows.values():
            yield from rows


class Sheet:
    """One reading of one set of answers."""

    def __init__(self, form: Form, context: Context) -> None:
        self.form, self.context = form, context
        record = Answers()
        self.whole = Part(form.fields, ChainMap({"form": record}, context.names), record=record)
        self.errors: dict[str, BadAnswer] = {}
        self.refused: list[Rule] = []
        self.state = State()

    def read(self, part: Part, answers: Mapping[str, Any]) -> None:
        """Take up field after field, each seeing those before it; hidden fields are left out."""
        for item in part.fields.values():
            path = part.above + item.id
            shown = item.show_if is None or bool(self._evaluate(item.show_if, part.names, f"字段 {path} 的 show_if"))
            self.state.shown[path] = shown
            if not shown:
                continue
            given = self.default(item, path, part.names) if item.readonly else answers.get(item.id)
            if item.readonly:
                self.state.computed[path] = given
            if kinds.blank(given):
                continue
            try:
                self._take(part, item, given)
            except BadAnswer as error:
                self.errors[path] = error
            if item.readonly and item.kind == "rows" and item.id in part.data:
                self.state.computed[path] = part.data[item.id]  # with the columns that were worked out

    def _take(self, part: Part, item: Field, given: Any) -> None:
        if item.kind == "rows":
            rows = part.rows[item.id] = [part.row(item, index) for index in range(_length(item, given))]
            for row, answers in zip(rows, given, strict=True):
                self.read(row, answers)
            part.data[item.id] = [row.data for row in rows]
            part.record[item.id] = [row.record for row in rows]
        elif (plain := kinds.parse(item, given)) != []:
            part.data[item.id] = plain
            part.record[item.id] = kinds.value(item, plain)

    def ask_required(self, part: Part) -> None:
        """Note which of the shown fields must be answered, now that all answers are known."""
        for item in part.fields.values():
            path = part.above + item.id
            if self.state.shown[path]:
                where = f"字段 {path} 的 required_if"
                condition = item.required_if
                self.state.required[path] = item.required or (
                    condition is not None and bool(self._evaluate(condition, part.names, where))
                )
        for row in part.below():
            self.ask_required(row)

    def check(self, part: Part) -> None:
        """Note what is missing, what does not exist and what lies in the future."""
        for item in part.fields.values():
            path = part.above + item.id
            if path in self.errors or not self.state.shown[path]:
                continue
            try:
                if item.id in part.data:
                    self._check_one(item, part.data[item.id], part.record)
                elif self.state.required[path]:
                    raise BadAnswer(item.code or kinds.MISSING, item.detail or f"{CODES[kinds.MISSING]}：{item.title}")
            except BadAnswer as error:
                self.errors[path] = error
        for row in part.below():
            self.check(row)

    def _check_one(self, item: Field, plain: Any, record: Answers) -> None:
        if item.past and _later(record[item.id], self.context.now):
            raise BadAnswer(kinds.FUTURE, f"{CODES[kinds.FUTURE]}：{item.title}")
        if item.kind == "officers":
            self._check_officers(item, plain, record)
        if (ask := _LOOKED_UP.get(item.kind)) is None:
            return
        for name in plain if isinstance(plain, list) else [plain]:
            asked = (item.list, name) if item.kind == "ref" else (name,)
            found = getattr(self.context.lookup, ask)(*asked)
            if found is None:
                raise BadAnswer(kinds.CHOICE, f"{item.title}：没有 {name}，或不可选用")
            if item.kind in FILES and item.accept and not _accepted(found.get("type", ""), item.accept):
                raise BadAnswer(kinds.CHOICE, f"{item.title}：不接受 {found.get('name', name)} 这种文件")

    def _check_officers(self, item: Field, plain: list[str], record: Answers) -> None:
        given = record[item.on] if item.on else None
        day = values.day(given if given is not None else self.context.now)
        invalid = [name for name in plain if self.context.lookup.officer(name, day) is None]
        if invalid or len(plain) < (item.min or 0):
            few = "两" if item.min == 2 else item.min
            whose = f"：{'、'.join(invalid)}" if invalid else ""
            detail = item.detail or f"执法人员少于{few}人或执法证已失效"
            raise BadAnswer(item.code or kinds.OFFICERS, detail + whose)

    def ask_rules(self, reasons: Any) -> dict[str, str]:
        """Ask every rule whose fields are clean; return the reasons that soft ones yielded to."""
        reasons = reasons if isinstance(reasons, Mapping) else {}
        wrong = {path.split(".")[0] for path in self.errors}
        accepted = {}
        for rule in self.form.rules:
            read = {name for owner, name in expressions.compile(rule.refuse_if).references if owner == "form"}
            if wrong and (None in read or wrong & read):
                continue
            if not self._evaluate(rule.refuse_if, self.whole.names, f"规则 {rule.code}"):
                continue
            reason = self._reason(rule, reasons.get(rule.code))
            if reason and (not rule.override or rule.override in self.context.by.role_ids):
                accepted[rule.code] = reason
            else:
                self.refused.append(rule)
        return accepted

    def _which(self, rule: Rule) -> str:
        """Return what exactly a rule refuses, as it is told behind its detail."""
        found = self._evaluate(rule.which, self.whole.names, f"规则 {rule.code} 的 which") if rule.which else None
        if kinds.blank(found):
            return ""
        several = found if isinstance(found, list) else [found]
        return "：" + "、".join(values.text(one) for one in several if one is not None)

    def _reason(self, rule: Rule, given: Any) -> str:
        if not rule.soft or kinds.blank(given):
            return ""
        try:
            return kinds.parse(_REASON, given)
        except BadAnswer as error:
            self.errors[OVERRIDE] = error
            return ""

    def refusal(self) -> Refused | None:
        """Return all errors in the order of the form, those of rules last; None where there are none."""
        places = {path: number for number, path in enumerate(self.state.shown)}
        found = sorted(self.errors.items(), key=lambda entry: places.get(entry[0], len(places)))
        errors = [{"field": path, "code": error.code, "detail": error.detail} for path, error in found]
        fields = {path: error.code for path, error in found}
        for rule in self.refused:
            field = rule.fields[0] if rule.fields else ""
            errors.append({"field": field, "code": rule.code, "detail": rule.detail + self._which(rule)})
            for name in rule.fields:
                fields.setdefault(name, rule.code)
        if not errors:
            return None
        return Refused(errors[0]["detail"], errors[0]["code"], fields, errors)

    def default(self, item: Field, path: str, names: Mapping[str, Any]) -> Any:
        """Return what the `default` of a field gives now, as if a person had entered it."""
        if item.default is None:
            return None
        return kinds.written(item, self._evaluate(item.default, names, f"字段 {path} 的 default"))

    def remember(self, item: Field, given: Any) -> Any:
        """Let the fields after this one see its value; return it as kept, or as given where it would be refused."""
        try:
            self._take(self.whole, item, given)
        except BadAnswer:
            return given
        return self.whole.data.get(item.id, given)

    def _evaluate(self, source: str, names: Mapping[str, Any], where: str) -> Any:
        try:
            return expressions.evaluate(source, names, self.context.functions)
        except BadExpression as error:
            raise Broken(f"表单“{self.form.title}”{where} `{source}`：{error}") from None


def _length(item: Field, given: Any) -> int:
    if not isinstance(given, list) or not all(isinstance(row, Mapping) for row in given):
        raise BadAnswer(kinds.FORMAT, f"{item.title}：应为行的列表")
    if item.max is not None and len(given) > item.max:
        raise BadAnswer(kinds.RANGE, f"{item.title}：最多 {item.max} 行")
    if item.min is not None and len(given) < item.min:
        raise kinds.too_few(item, f"{item.title}：至少 {item.min} 行")
    return len(given)


def _later(value: date | datetime, now: datetime) -> bool:
    return value > (now if isinstance(value, datetime) else office_day(now))


def _accepted(media_type: str, patterns: tuple[str, ...]) -> bool:
    return any(media_type == pattern or media_type.startswith(pattern.removesuffix("*")) for pattern in patterns)
