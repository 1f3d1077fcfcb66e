"""Between stages: what is called exists and ends, what is thrown is caught, instances do not nest."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.spiff.elements import Element, tag
from engine.spiff.lint.diagram import Diagram, Office, Scope, about
from engine.spiff.source import SPIFF, Finding


def calls(office: Office, process: str) -> Iterator[Finding]:
    """Every called process is at hand, none calls itself, and each stage here is called by something."""
    known = {scope.process for diagram in office.values() for scope in diagram.scopes}
    callers = _callers(office)
    for diagram in office.values():
        for element in diagram.members:
            if element.kind != "callActivity":
                continue
            if not element.called:
                yield about(element, "调用活动没有指明被调用的流程", "请填写 calledElement")
            elif element.called not in known:
                yield about(element, f"被调用的流程 {element.called} 不存在", "请改正 calledElement，或补上该流程图")
            elif element.called in _above(element.process, callers):
                yield about(element, f"流程 {element.called} 会调用到自己", "请用回路代替递归调用")
    if process not in known:
        yield Finding(
            f"{process}.bpmn", process, "", 0, f"没有名为 {process} 的流程", "请把主流程图的流程 id 设为文件夹名"
        )
    for name in sorted(known - {process} - set(callers)):
        diagram = next(d for d in office.values() if any(scope.process == name for scope in d.scopes))
        yield Finding(
            diagram.file, name, "", 1, f"流程 {name} 没有被调用", "请在主流程中调用，或移出文件夹", warning=True
        )


def catches(office: Office) -> Iterator[Finding]:
    """Errors and escalations have a boundary event above; signals a sender and a receiver."""
    everything = [element for diagram in office.values() for element in diagram.members]
    callers = _callers(office)
    thrown = {e.event for e in everything if e.kind == "intermediateThrowEvent" and e.event_kind == "signal"}
    caught = {
        e.event
        for e in everything
        if e.kind in ("intermediateCatchEvent", "boundaryEvent") and e.event_kind == "signal"
    }
    for element in everything:
        throws = element.kind in ("endEvent", "intermediateThrowEvent")
        word = {"error": "错误", "escalation": "升级"}.get(element.event_kind) if throws else None
        if word and element.event and not _is_caught(element, everything, callers):
            yield about(
                element,
                f"{word} {element.event} 没有边界事件接住",
                f"请在调用它的活动上加{word}边界事件",
                warning=element.event_kind == "escalation",
            )
        if element.event_kind == "signal" and element.event:
            if throws and element.event not in caught:
                yield about(element, f"信号“{element.event}”没有事件接收", "请加信号边界事件，或删除")
            elif not throws and element.event not in thrown:
                yield about(element, f"信号“{element.event}”没有事件发出", "信号只在本案内传递；等待外来事项请用消息")


def instances(diagram: Diagram, scope: Scope, office: Office) -> Iterator[Finding]:
    """An instance has one index: several inside several would leave `item` undecided."""
    for element in scope.members:
        if element.multi:
            for inner in _inside(element, office, frozenset()):
                if inner.multi:
                    yield about(
                        inner, f"多实例位于多实例“{element.name or element.id}”之内", "请把内层拆成关联案件或另一阶段"
                    )


def calls_out(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Service tasks name an operation with parameters, decision tasks a table, scripts some text."""
    for element, node in scope.drawn:
        if element.kind == "serviceTask":
            if not element.operation:
                yield about(element, "服务任务没有指明操作", "请选择 open_case、notify、publish 或 merge")
            yield from _parameters(diagram, node)
        elif element.kind == "businessRuleTask" and not element.decision:
            yield about(element, "决策任务没有指明决策表", "请选择本文件夹中的决策表")
        elif element.kind == "scriptTask" and not element.script:
            yield about(element, "脚本任务没有内容", "请写“名称 = 表达式”，每行一项")


def _parameters(diagram: Diagram, node: etree._Element) -> Iterator[Finding]:
    seen = set()
    for part in node.iter(f"{{{SPIFF}}}parameter"):
        name = part.get("id", "")
        if not name or name in seen:
            yield diagram.at(part, f"参数“{name}”没有名称或重复", "请为每个参数取不同的 id")
        if not part.get("value", "").strip():
            yield diagram.at(part, f"参数“{name}”没有值", "请填写表达式")
        seen.add(name)


def _callers(office: Office) -> dict[str, list[Element]]:
    """Process id -> the call activities that call it."""
    found: dict[str, list[Element]] = {}
    for diagram in office.values():
        for element in diagram.members:
            if element.called:
                found.setdefault(element.called, []).append(element)
    return found


def _above(process: str, callers: dict[str, list[Element]]) -> set[str]:
    """This process and all that lead to it by calls."""
    seen, pending = {process}, [process]
    while pending:
        for caller in callers.get(pending.pop(), []):
            if caller.process not in seen:
                seen.add(caller.process)
                pending.append(caller.process)
    return seen


def _is_caught(thrown: Element, everything: list[Element], callers: dict[str, list[Element]]) -> bool:
    """Whether every way up from the thrower meets a boundary event for it."""

    def caught_above(process: str, scope: str, seen: frozenset[str]) -> bool:
        if scope != process:
            hosts = [e for e in everything if e.process == process and e.id == scope]
        else:
            hosts = [] if process in seen else callers.get(process, [])
        return bool(hosts) and all(
            any(catches_it(event, host) for event in everything)
            or caught_above(host.process, host.scope, seen | {process})
            for host in hosts
        )

    def catches_it(event: Element, host: Element) -> bool:
        attached = event.attached_to == host.id and event.process == host.process
        return attached and event.event_kind == thrown.event_kind and event.event in (None, thrown.event)

    return caught_above(thrown.process, thrown.scope, frozenset())


def _inside(element: Element, office: Office, seen: frozenset[str]) -> Iterator[Element]:
    for diagram in office.values():
        for inner in diagram.members:
            embedded = (inner.process, inner.scope) == (element.process, element.id)
            called = element.called and inner.process == inner.scope == element.called
            if (embedded and element.kind == "subProcess") or (called and element.called not in seen):
                yield inner
                yield from _inside(inner, office, seen | {element.called or ""})


def several_parts(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Parts that may stand once: a second one would be ignored."""
    for node in scope.node.iter(etree.Element):
        if tag(node) in ("conditionExpression", "loopCardinality", "completionCondition", "script"):
            twins = [other for other in node.getparent() if other.tag == node.tag]
            if len(twins) > 1 and twins[0] is not node:
                yield diagram.at(node, f"{tag(node)} 写了多次", "请只留一个")
