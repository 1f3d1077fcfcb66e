"""The texts designers write: conditions, timers, scripts, parameters; each must compile before a case meets it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from lxml import etree

from engine import expressions
from engine.spiff import timers
from engine.spiff.activities import MOST_INSTANCES
from engine.spiff.elements import Element, tag
from engine.spiff.lint.diagram import Diagram, Scope, about, about_flow
from engine.spiff.source import BPMN, NAMES, Finding

UNQUOTED = re.compile(r"[PR][\dT/]\S*|R/\S+|\d{4}-\d{2}-\d{2}\S*")
PARSE = {"date": timers.moment, "duration": timers.duration, "cycle": timers.cycle}
TIMER_TAGS = ("timeDate", "timeDuration", "timeCycle")
SCRIPT_FORMATS = ("", "python", "text/x-python")


def conditions(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    for flow in scope.flows:
        if flow.condition == "":
            yield about_flow(scope, flow, "条件为空", "请填写条件或删除")
        elif flow.condition is not None:
            for reason, remedy in problems(flow.condition):
                yield about_flow(scope, flow, reason, remedy)


def activities(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Cardinalities, scripts, parameters, and the expressions in properties."""
    for element in scope.members:
        if element.multi:
            yield from _cardinality(element)
        for source in element.params.values():
            for reason, remedy in problems(source) if source.strip() else ():
                yield about(element, f"参数：{reason}", remedy)
        for script in filter(None, (element.script, element.pre_script, element.post_script)):
            yield from _script(element, script)
        for source in _property_expressions(element):
            for reason, remedy in problems(source):
                yield about(element, f"属性：{reason}", remedy)


def timed(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """A timer holds one date, duration or cycle that the engine takes."""
    for element, node in scope.drawn:
        if element.event_kind != "timer" or element.kind in ("startEvent", "endEvent"):
            continue
        values = [part for part in node.iter(etree.Element) if tag(part) in TIMER_TAGS]
        if len(values) != 1 or not element.event:
            yield about(element, "定时事件应写一个日期、时长或循环", "请填写其中之一，如 'P14D' 或 clock('HZ-C01')")
            continue
        repeats = element.kind == "boundaryEvent" and not element.interrupting
        if element.timer == "cycle" and not repeats:
            yield about(element, "循环定时只能用于不中断的边界事件", "请改用时长（timeDuration）")
        yield from _timer(element, element.event)


def languages(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Texts in another language than the office's own."""
    for node in scope.node.iter(etree.Element):
        if node.tag.startswith(f"{{{BPMN}}}") and node.get("language"):
            yield diagram.at(node, f"表达式语言“{node.get('language')}”不支持", "请删除 language，按本系统表达式书写")
        if tag(node) == "scriptTask" and node.get("scriptFormat", "").lower() not in SCRIPT_FORMATS:
            yield diagram.at(node, f"脚本语言“{node.get('scriptFormat')}”不支持", "请改写为“名称 = 表达式”")


def problems(source: str, in_timer: bool = False) -> Iterator[tuple[str, str]]:
    """(reason, remedy) for a text that is not one of our expressions."""
    if re.search(r"[#$]\{", source):
        yield f"“{source}”是 JUEL 写法", "请去掉 ${ }，按本系统表达式书写，如 step.field == '值'"
    elif source.lstrip().startswith("="):
        yield f"“{source}”是 FEEL 写法", "请去掉等号，按本系统表达式书写，如 step.field == '值'"
    else:
        try:
            compiled = expressions.compile(source)
        except expressions.BadExpression as problem:
            yield f"表达式“{source}”：{problem}", "请改正表达式"
            return
        if not in_timer and any(name == "clock" for name, _ in compiled.calls):
            yield "clock() 只能用于定时事件", "请改用 due_on()"


def _timer(element: Element, source: str) -> Iterator[Finding]:
    if UNQUOTED.fullmatch(source):
        yield about(element, f"定时值 {source} 没有加引号", f"请写成 '{source}'")
        return
    found = list(problems(source, in_timer=True))
    for reason, remedy in found:
        yield about(element, reason, remedy)
    literal = None if found else _literal(source)
    if literal is not None:
        try:
            PARSE[element.timer](literal)
        except timers.BadTimer as problem:
            yield about(element, str(problem), "请改正定时值")
    elif not found and element.timer != "date" and "clock" in {name for name, _ in expressions.compile(source).calls}:
        yield about(element, "clock() 给出日期，不是时长", "请改用日期定时（timeDate）")


def _cardinality(element: Element) -> Iterator[Finding]:
    if not element.cardinality:
        yield about(element, "多实例没有写实例数", "请填写 loopCardinality，如 len(plan.measures)")
        return
    for source in filter(None, (element.cardinality, element.completion)):
        for reason, remedy in problems(source):
            yield about(element, reason, remedy)
    count = _literal(element.cardinality)
    if count is not None and (
        not isinstance(count, int) or isinstance(count, bool) or not 0 <= count <= MOST_INSTANCES
    ):
        yield about(element, f"实例数 {count!r} 应为 0 至 {MOST_INSTANCES} 的整数", "请改正实例数")


def _script(element: Element, script: str) -> Iterator[Finding]:
    try:
        expressions.assignments(script)
    except expressions.BadExpression as problem:
        yield about(element, f"脚本：{problem}", "每行写“名称 = 表达式”")


def _property_expressions(element: Element) -> Iterator[str]:
    if "org" in element.properties:
        yield element.properties["org"]
    for letter in element.properties.get("letters", "").split(";"):
        _, given, condition = letter.partition(" if ")
        if given:
            yield condition.strip()


def _literal(source: str) -> object:
    try:
        return ast.literal_eval(source.strip())
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None


def empty_definitions(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """References to messages, signals, errors and escalations that the file does not declare."""
    declared = {node.get("id") for node in diagram.root.iterfind("bpmn:*", NAMES)}
    for node in scope.node.iter(etree.Element):
        for kind in ("message", "signal", "error", "escalation"):
            reference = node.get(f"{kind}Ref")
            if reference is not None and reference not in declared:
                yield diagram.at(node, f"引用的 {reference} 不存在", "请在图中重新选择")
