"""Reads a form file: JSON Schema with `x-ui` and `x-rules`; whatever it does not understand is a problem, named."""

from __future__ import annotations

import json
import keyword
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from engine.forms import reading
from engine.forms.fields import COUNTED, DATES, FILES, LISTS, TEXTS, BadForm, Field, Form, Rule

MAX_SIZE = 1_000_000
MAX_DEPTH = 2  # rows, and rows in rows
TYPES = {
    "int": "integer",
    "bool": "boolean",
    **dict.fromkeys(LISTS | {"rows"}, "array"),
    **dict.fromkeys(
        ("text", "longtext", "date", "datetime", "money", "enum", "user", "org", "enterprise", "uscc", "ref", "file"),
        "string",
    ),
}
FORMATS = {"date": "date", "datetime": "date-time"}
FORM_KEYS = {"$schema", "title", "description", "type", "properties", "required", "x-rules"}
FIELD_KEYS = {"type", "title", "format", "enum", "items", "x-ui"}
RULE_KEYS = {"code", "refuse_if", "fields", "detail", "which", "soft", "override"}
LIMITED = COUNTED | TEXTS | {"int", "money"}
# key -> (its JSON type, the kinds that know it; None: all)
UI_KEYS: dict[str, tuple[type, frozenset[str] | None]] = {
    "kind": (str, None),
    "required_if": (str, None),
    "show_if": (str, None),
    "default": (str, None),
    "readonly": (bool, None),
    "code": (str, None),
    "detail": (str, None),
    "help": (str, None),
    "confidential": (list, None),
    "min": (int, LIMITED),
    "max": (int, LIMITED),
    "past": (bool, DATES),
    "list": (str, frozenset({"ref"})),
    "accept": (list, FILES),
    "on": (str, frozenset({"officers"})),
}
SCHEMA_LIMITS = {
    **dict.fromkeys(TEXTS, ("minLength", "maxLength")),
    **dict.fromkeys(COUNTED, ("minItems", "maxItems")),
    **dict.fromkeys(("int", "money"), ("minimum", "maximum")),
}
LEAST = {"money": Decimal(0), "officers": 2}
MOST = {"text": 500, "longtext": 20_000, "files": 20, "rows": 200, "users": 100, "officers": 20}
_ID = re.compile(r"[a-z][a-z0-9_]{0,59}", re.ASCII)
_CODE = re.compile(r"[A-Z][A-Z0-9-]{1,30}", re.ASCII)
_MEDIA_TYPE = re.compile(r"[a-z]+/(\*|[a-z0-9.+-]+)", re.ASCII)


def load(data: bytes | Mapping[str, Any], step: str) -> Form:
    """Return the form of a step; raises BadForm with every problem of the file."""
    problems: list[str] = []
    schema = data if isinstance(data, Mapping) else _parsed(data)
    reader = _Reader(problems.append)
    form = reader.form(schema, step)
    if form is not None:
        problems += reading.problems(form)
    if problems or form is None:
        raise BadForm(problems)
    return form


def _parsed(data: bytes) -> Mapping[str, Any]:
    if len(data) > MAX_SIZE:
        raise BadForm([f"表单文件超过 {MAX_SIZE // 1_000_000} MB"])
    try:
        schema = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_without_repeats, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise BadForm([f"不是合法的 JSON：{str(error)[:120]}"]) from None
    if not isinstance(schema, dict):
        raise BadForm(["表单文件应为一个 JSON 对象"])
    return schema


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"{name} 出现了两次")
        found[name] = value
    return found


def _no_constant(text: str) -> None:
    raise ValueError(f"不能使用 {text}")


class _Reader:
    """Turns the parts of a schema into fields and rules, telling every problem to `problem`."""

    def __init__(self, problem: Callable[[str], None]) -> None:
        self.problem = problem

    def form(self, schema: Mapping[str, Any], step: str) -> Form | None:
        self._only(schema, FORM_KEYS, "表单")
        if schema.get("type") != "object" or not isinstance(schema.get("properties"), Mapping):
            self.problem('表单须有 "type": "object" 和 properties')
            return None
        title, description = (self._text(schema, key, "表单", key == "title") for key in ("title", "description"))
        fields = self.fields(schema, "", 1)
        return Form(step, title, description, fields, self.rules(schema.get("x-rules", []), fields))

    def fields(self, schema: Mapping[str, Any], above: str, depth: int) -> dict[str, Field]:
        properties, required = schema["properties"], schema.get("required", [])
        if not _is_list_of_texts(required):
            self.problem(f"{above}required 应为字段名的列表")
            required = []
        for name in required:
            if name not in properties:
                self.problem(f"{above}required 中的 {name} 不是字段")
        found = {}
        for name, description in properties.items():
            place = f"{above}{name}"
            if not _ID.fullmatch(name) or keyword.iskeyword(name):
                self.problem(f"字段名 {place} 只能用小写字母、数字和下划线，以字母开头，且不是保留字")
            elif not isinstance(description, Mapping):
                self.problem(f"字段 {place} 应为对象")
            elif (item := self.field(name, description, place, name in required, depth)) is not None:
                found[name] = item
        return found

    def field(self, name: str, schema: Mapping[str, Any], place: str, required: bool, depth: int) -> Field | None:
        where = f"字段 {place}"
        ui = schema.get("x-ui", {})
        if not isinstance(ui, Mapping):
            self.problem(f"{where}：x-ui 应为对象")
            return None
        kind = ui.get("kind") or _kind_of(schema)
        if not isinstance(kind, str) or kind not in TYPES:
            self.problem(f"{where}：不认识的 kind {kind}" if kind else f"{where}：需要 x-ui.kind")
            return None
        limits = SCHEMA_LIMITS.get(kind, ())
        self._only(schema, FIELD_KEYS | set(limits), where)
        ui = self._known_ui(ui, kind, where)
        if schema.get("type") != TYPES[kind]:
            self.problem(f"{where}：kind {kind} 的 type 应为 {TYPES[kind]}")
        if schema.get("format", FORMATS.get(kind)) != FORMATS.get(kind):
            self.problem(f"{where}：format {schema['format']} 与 kind {kind} 不符")
        if ui.get("readonly") and not ui.get("default"):
            self.problem(f"{where}：readonly 需要 default")
        if kind == "ref" and not ui.get("list"):
            self.problem(f"{where}：kind ref 需要 list（参照表名称）")
        return Field(
            id=name,
            title=self._text(schema, "title", where),
            kind=kind,
            required=required,
            enum=self._enum(schema, kind, where),
            min=self._limit(schema, ui, kind, where, "min"),
            max=self._limit(schema, ui, kind, where, "max"),
            columns=self._columns(schema, kind, place, depth),
            accept=tuple(ui.get("accept", ())),
            confidential=tuple(ui.get("confidential", ())),
            **{key: value for key, value in ui.items() if key not in ("kind", "min", "max", "accept", "confidential")},
        )

    def _known_ui(self, given: Mapping[str, Any], kind: str, where: str) -> dict[str, Any]:
        known = {}
        for key, value in given.items():
            wanted, kinds = UI_KEYS.get(key, (None, None))
            if wanted is None:
                self.problem(f"{where}：不认识的 x-ui 键 {key}")
            elif kinds is not None and kind not in kinds:
                self.problem(f"{where}：x-ui 的 {key} 不用于 kind {kind}")
            elif wanted is list and not _is_list_of_texts(value):
                self.problem(f"{where}：x-ui 的 {key} 应为文本列表")
            elif wanted in (str, bool) and (type(value) is not wanted or value == ""):
                self.problem(f"{where}：x-ui 的 {key} 应为{'文本' if wanted is str else '是否'}")
            else:
                known[key] = value
        for pattern in known.get("accept", ()):
            if not _MEDIA_TYPE.fullmatch(pattern):
                self.problem(f"{where}：accept 中的 {pattern} 不是媒体类型，写作 image/jpeg 或 image/*")
        self._check_code(known.get("code"), where)
        return known

    def _check_code(self, code: Any, where: str) -> None:
        if code is not None and not (isinstance(code, str) and _CODE.fullmatch(code)):
            self.problem(f"{where}：错误码 {code} 应由大写字母、数字和连字符组成")

    def _enum(self, schema: Mapping[str, Any], kind: str, where: str) -> tuple[str, ...]:
        items = schema["items"] if isinstance(schema.get("items"), Mapping) else {}
        values = {"enum": schema.get("enum"), "enums": items.get("enum")}.get(kind)
        if kind in LISTS:
            self._only(items, {"type", "enum"} if kind == "enums" else {"type"}, f"{where} 的 items")
            if items.get("type") != "string":
                self.problem(f"{where}：items 的 type 应为 string")
        if kind not in ("enum", "enums"):
            if "enum" in schema:
                self.problem(f"{where}：kind {kind} 不能有 enum")
            return ()
        if not values or not _is_list_of_texts(values) or len(set(values)) != len(values):
            self.problem(f"{where}：enum 应为互不相同的文本，至少一个")
            return ()
        return tuple(values)

    def _limit(self, schema: Mapping[str, Any], ui: Mapping[str, Any], kind: str, where: str, key: str) -> Any:
        if kind not in LIMITED:
            return None
        standard = SCHEMA_LIMITS[kind][key == "max"]
        if key in ui and standard in schema:
            self.problem(f"{where}：{standard} 与 x-ui 的 {key} 只能写一个")
        value = ui.get(key, schema.get(standard))
        if value is None:
            return (LEAST if key == "min" else MOST).get(kind)
        if type(value) is not int and not (kind == "money" and _is_number(value)):
            self.problem(f"{where}：{key} 应为整数")
            return None
        return Decimal(str(value)) if kind == "money" else value

    def _columns(self, schema: Mapping[str, Any], kind: str, place: str, depth: int) -> dict[str, Field]:
        if kind != "rows":
            return {}
        items = schema.get("items")
        if not isinstance(items, Mapping) or not isinstance(items.get("properties"), Mapping):
            self.problem(f"字段 {place}：kind rows 需要 items.properties（各列）")
            return {}
        if depth > MAX_DEPTH:
            self.problem(f"字段 {place}：行内最多再套一层行")
            return {}
        self._only(items, {"type", "properties", "required"}, f"字段 {place} 的 items")
        return self.fields(items, f"{place}.", depth + 1)

    def rules(self, given: Any, fields: Mapping[str, Field]) -> tuple[Rule, ...]:
        if not isinstance(given, list) or not all(isinstance(rule, Mapping) for rule in given):
            self.problem("x-rules 应为对象的列表")
            return ()
        found: dict[str, Rule] = {}
        for number, rule in enumerate(given, start=1):
            where = f"规则 {rule.get('code') or number}"
            self._only(rule, RULE_KEYS, where)
            self._check_code(rule.get("code"), where)
            code, named = self._text(rule, "code", where), rule.get("fields", [])
            if code in found:
                self.problem(f"{where}：错误码重复")
            if not _is_list_of_texts(named):
                self.problem(f"{where}：fields 应为字段名的列表")
                named = []
            for name in named:
                if name not in fields:
                    self.problem(f"{where}：fields 中的 {name} 不是字段")
            if not isinstance(rule.get("soft", False), bool) or not isinstance(rule.get("override", ""), str):
                self.problem(f"{where}：soft 应为 true 或 false，override 应为岗位 id")
            elif rule.get("override") and not rule.get("soft"):
                self.problem(f"{where}：override 只用于 soft 规则")
            found[code] = Rule(
                code=code,
                refuse_if=self._text(rule, "refuse_if", where),
                detail=self._text(rule, "detail", where),
                which=self._text(rule, "which", where, needed=False),
                fields=tuple(named),
                soft=bool(rule.get("soft")),
                override=str(rule.get("override", "")),
            )
        return tuple(found.values())

    def _only(self, given: Mapping[str, Any], known: set[str], where: str) -> None:
        for key in given:
            if key not in known:
                self.problem(f"{where}：不认识的键 {key}")

    def _text(self, given: Mapping[str, Any], key: str, where: str, needed: bool = True) -> str:
        value = given.get(key, "")
        if not isinstance(value, str) or (needed and not value.strip()):
            self.problem(f"{where}：缺少 {key}")
            return ""
        return value


def _kind_of(schema: Mapping[str, Any]) -> str | None:
    kind, items = schema.get("type"), schema.get("items")
    if kind == "string":
        formats = {name: kind for kind, name in FORMATS.items()}
        return formats.get(str(schema.get("format"))) or ("enum" if "enum" in schema else "text")
    if kind == "array" and isinstance(items, Mapping):
        return "rows" if items.get("type") == "object" else "enums" if "enum" in items else None
    return {"integer": "int", "boolean": "bool"}.get(str(kind))


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(entry, str) and entry for entry in value)


def _is_number(value: Any) -> bool:
    try:
        return not isinstance(value, bool) and Decimal(str(value)).is_finite()
    except ArithmeticError:
        return False
