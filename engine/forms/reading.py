"""Sees that the expressions of a form are in the language and read only fields that there are, in their order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine import expressions
from engine.expressions import BadExpression
from engine.forms.fields import Field, Form


def problems(form: Form) -> list[str]:
    """Return what is wrong, in Chinese; steps and functions of the process are checked at deploy."""
    shape = _shape(form.fields)
    found = [problem for item in form.fields.values() for problem in _of_field(item, item.id, shape, None)]
    for rule in form.rules:
        if rule.refuse_if:
            found += _of_expression(rule.refuse_if, f"规则 {rule.code}", {"form": shape})
        if rule.which:
            found += _of_expression(rule.which, f"规则 {rule.code} 的 which", {"form": shape})
    return found


def _of_field(item: Field, path: str, form: Mapping[str, Any], row: Mapping[str, Any] | None) -> Iterator[str]:
    own, owner = (form, "form") if row is None else (row, "row")
    for key in ("show_if", "required_if", "default"):
        if (source := getattr(item, key)) is None:
            continue
        where = f"字段 {path} 的 {key}"
        found = _of_expression(source, where, {"form": form, owner: own})
        yield from found
        if found or key == "required_if":
            continue
        for name, read in sorted(expressions.compile(source).references, key=str):
            # These are worked out while the form is read from top to bottom.
            if name == owner and read in own and not _before(own, read, item.id):
                yield f"{where}：只能读取排在 {item.id} 前面的字段，不能读取 {read}"
    if item.on and item.on not in own:
        yield f"字段 {path}：on 指向的 {item.on} 不是字段"
    for column in item.columns.values():
        yield from _of_field(column, f"{path}.{column.id}", form, _shape(item.columns))


def _of_expression(source: str, where: str, own: Mapping[str, Any]) -> list[str]:
    try:
        expression = expressions.compile(source)
    except BadExpression as error:
        return [f"{where} `{source}`：{error}"]
    steps = {name for name, _ in expression.references} | {step for _, step in expression.calls if step}
    names = {name: None for name in steps - {"form", "row"}}
    known = expressions.check(expression, {**names, **own}, {name for name, _ in expression.calls})
    return [f"{where} `{source}`：{problem}" for problem in known]


def _shape(fields: Mapping[str, Field]) -> dict[str, Any]:
    return {name: _shape(item.columns) if item.kind == "rows" else None for name, item in fields.items()}


def _before(fields: Mapping[str, Any], name: str, other: str) -> bool:
    order = list(fields)
    return order.index(name) < order.index(other)
