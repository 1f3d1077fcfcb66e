"""Runs the worked examples that lie beside a decision table: `[{"given": {...}, "expect": {...}}, …]`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from engine.decisions.table import DecisionTable
from engine.errors import Broken
from engine.expressions import Answers, BadExpression, evaluate
from engine.expressions.values import BadValue, Budget, equals, plain

_CALL = re.compile(r"([A-Za-z]\w*)\((.*)\)", re.DOTALL)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*", re.ASCII)


def run_cases(table: DecisionTable, cases: Any) -> list[str]:
    """Return what the examples do not bear out, in Chinese; an empty list where the table does as it should.

    `given` names fields ("plan.funds": 5) and results of functions ("count('plan')": 2); a text of the form
    2026-02-12 is a day. A step that is not given was not answered yet.
    """
    if not isinstance(cases, list) or not cases:
        return ['用例文件应为 [{"given": {…}, "expect": {…}}, …]']
    problems = []
    for number, case in enumerate(cases, start=1):
        try:
            problems += [f"第 {number} 个用例：{problem}" for problem in _run(table, case)]
        except (BadExpression, BadValue, Broken) as error:
            problems.append(f"第 {number} 个用例：{error}")
    return problems


def _run(table: DecisionTable, case: Any) -> list[str]:
    if not isinstance(case, dict) or not {"given", "expect"} <= case.keys() <= {"given", "expect", "title"}:
        return ["用例只能有 given、expect 和 title"]
    if not isinstance(case["given"], dict):
        return ["given 应为对象"]
    names, functions, unused = _given(table, case["given"])
    found = table.decide(names, functions)
    return [f"given 中的 {key} 与该表无关" for key in unused] + _compared(table, found, case["expect"])


def _given(
    table: DecisionTable, given: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Callable[..., Any]], list[str]]:
    used = {reference for _, source in table.expressions() for reference in source.references}
    called = {name for _, source in table.expressions() for name, _ in source.calls}
    # A name that is read whole, as a fact of the crime watch, is unknown where it is not given.
    names: dict[str, Any] = {name: None for name, field in used if field is None}
    names |= {name: Answers() for name, field in used if field is not None}
    results: dict[str, list[tuple[list[Any], Any]]] = {}
    unused = []
    for key, value in given.items():
        if _CALL.fullmatch(key):
            continue
        name, _, field = key.partition(".")
        if not field and name in names:
            names[name] = _typed(value)
        elif (name, field) in used:
            names[name][field] = _typed(value)
        else:
            unused.append(key)
    for key, value in given.items():
        if call := _CALL.fullmatch(key):
            arguments = evaluate(f"[{call[2]}]", names, {})
            results.setdefault(call[1], []).append((arguments, _typed(value)))
            unused += [key] if call[1] not in called else []
    functions = {name: _answering(name, known) for name, known in results.items()}
    return names, functions, unused


def _answering(name: str, known: list[tuple[list[Any], Any]]) -> Callable[..., Any]:
    def answer(*arguments: Any, **named: Any) -> Any:
        for given, result in known:
            if equals(given, [*arguments, *named.values()], Budget()):
                return result
        raise BadValue("given 中没有这次调用的结果")

    return answer


def _typed(value: Any) -> Any:
    if isinstance(value, dict):
        return Answers({key: _typed(item) for key, item in value.items()})
    if isinstance(value, list):
        return [_typed(item) for item in value]
    try:
        if isinstance(value, str) and _DAY.fullmatch(value):
            return date.fromisoformat(value)
        if isinstance(value, str) and _MOMENT.fullmatch(value):
            return plain(datetime.fromisoformat(value))
    except ValueError:
        return value
    return plain(value)


def _compared(table: DecisionTable, found: Any, expected: Any) -> list[str]:
    if isinstance(found, list):
        if not isinstance(expected, list) or len(expected) != len(found):
            return [f"应为 {_shown(expected)}，得到 {_shown(found)}"]
        pairs = zip(found, expected, strict=True)
        return [problem for said, wanted in pairs for problem in _compared(table, said, wanted)]
    if not isinstance(expected, dict):
        return ["expect 应为对象（COLLECT 为列表）"]
    problems = [f"expect 中的 {key} 不是输出列" for key in expected if key not in table.outputs]
    for key, wanted in expected.items():
        if key in found and not equals(found[key], _typed(wanted), Budget()):
            problems.append(f"{key} 应为 {_shown(wanted)}，得到 {_shown(found[key])}")
    return problems


def _shown(value: Any) -> str:
    return "空值" if value is None else str(value)
