"""What may stand in a diagram: only what the engine really does; the rest would silently do nothing."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.spiff.elements import EVENTS, NODES, TASKS, Element, definitions, tag
from engine.spiff.lint.diagram import Diagram, Scope, about
from engine.spiff.source import BPMN, DI, NAMES, SPIFF, Finding

CARRIED_OUT = {
    "startEvent": {""},
    "endEvent": {"", "terminate", "error", "escalation"},
    "intermediateCatchEvent": {"timer", "message", "signal"},
    "intermediateThrowEvent": {"", "escalation", "signal"},
    "boundaryEvent": {"timer", "message", "signal", "error", "escalation"},
}
REFUSED = {
    "task": ("普通任务没有办理方式", "请改为用户任务、脚本任务或服务任务"),
    "manualTask": ("手工任务不由系统办理", "需要有人填写时改为用户任务，否则删去"),
    "sendTask": ("系统不执行发送任务", "请改为服务任务，操作用 notify 或 open_case"),
    "complexGateway": ("系统不执行复杂网关", "请用排他、并行或包容网关表达"),
    "transaction": ("系统不执行事务子流程", "请改为普通子流程，取消用错误结束事件表达"),
    "adHocSubProcess": ("系统不执行即席子流程", "请改为带消息捕获循环的阶段图"),
}
EVENT_REMEDIES = {
    ("startEvent", "timer"): "定期开案请写在 process.toml 的 schedule",
    ("startEvent", "message"): "由其他案件开案请用服务任务 open_case",
    ("startEvent", "error"): "请在外层活动上用错误边界事件",
    ("endEvent", "message"): "请在结束前用服务任务 notify 或 open_case",
    ("endEvent", "signal"): "请在结束前用信号抛出事件",
    ("intermediateThrowEvent", "message"): "请改为服务任务 notify 或 open_case",
    ("intermediateThrowEvent", "link"): "请直接画连线",
    ("intermediateCatchEvent", "link"): "请直接画连线",
    ("intermediateCatchEvent", "conditional"): "请用网关判断，或等待消息",
    ("boundaryEvent", "conditional"): "请用网关判断，或等待消息",
}
EVENT_NAMES = {
    "": "无定义", "timer": "定时", "message": "消息", "signal": "信号", "error": "错误", "escalation": "升级",
    "terminate": "终止", "conditional": "条件", "link": "链接", "compensate": "补偿", "cancel": "取消",
}  # fmt: skip
NAMED = ("message", "signal", "error", "escalation")
HOSTS = {"userTask", "receiveTask", "callActivity", "subProcess"}
STAGES = {"callActivity", "subProcess"}
REPEATABLE = {"userTask", "scriptTask", "serviceTask", "businessRuleTask", "callActivity", "subProcess"}
INERT = {
    *("documentation", "extensionElements", "incoming", "outgoing", "laneSet", "lane", "flowNodeRef", "childLaneSet"),
    *("sequenceFlow", "conditionExpression", "textAnnotation", "text", "association", "group", "script"),
    *("multiInstanceLoopCharacteristics", "loopCardinality", "completionCondition", "process", "collaboration"),
    *("participant", "definitions", "message", "signal", "error", "escalation", "category", "categoryValue"),
    *("timerEventDefinition", "timeDate", "timeDuration", "timeCycle", "messageEventDefinition"),
    *("signalEventDefinition", "errorEventDefinition", "escalationEventDefinition", "terminateEventDefinition"),
}
UNUSED = {
    "dataObject": "数据对象不保存数据，案卷数据在表单中填写",
    "dataObjectReference": "数据对象不保存数据，案卷数据在表单中填写",
    "dataStore": "数据存储不保存数据，案卷数据在表单中填写",
    "dataStoreReference": "数据存储不保存数据，案卷数据在表单中填写",
    "ioSpecification": "环节的输入输出由表单决定",
    "standardLoopCharacteristics": "系统不执行标准循环",
    "messageFlow": "系统不执行泳池之间的消息流",
    "loopDataInputRef": "多实例不取列表",
    "loopDataOutputRef": "多实例不取列表",
    "inputDataItem": "多实例不取列表",
    "outputDataItem": "多实例不取列表",
}
UNUSED_REMEDIES = {
    "standardLoopCharacteristics": "请画成带排他网关的回路",
    "loopDataInputRef": "请写实例数（loopCardinality），如 len(plan.measures)，其中用 item 取序号",
    "messageFlow": "请改为服务任务 open_case 或 notify",
}
FOREIGN = {
    "zeebe": "Camunda 8（zeebe）扩展",
    "camunda": "Camunda 扩展",
    "activiti": "Activiti 扩展",
    "flowable": "Flowable 扩展",
}
HARMLESS = {
    *(BPMN, DI, SPIFF, "http://www.omg.org/spec/DD/20100524/DC", "http://www.omg.org/spec/DD/20100524/DI"),
    "http://www.w3.org/2001/XMLSchema-instance",
    "http://www.w3.org/XML/1998/namespace",
    "http://bpmn.io/schema/bpmn/biocolor/1.0",
    "http://www.omg.org/spec/BPMN/non-normative/color/1.0",
    "http://camunda.org/schema/modeler/1.0",
}


def kinds(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Elements and events that the engine does not carry out."""
    for element in scope.members:
        if element.kind in EVENTS:
            yield from _event(element)
        elif element.kind in REFUSED:
            yield about(element, *REFUSED[element.kind])
        elif element.kind not in NODES - {"callChoreography", "choreographyTask", "subChoreography"}:
            yield about(element, f"系统不执行 {element.kind}", "请改用支持的元素")
        if element.multi and element.kind not in REPEATABLE:
            yield about(element, f"{element.kind} 不能设为多实例", "请放入子流程，把子流程设为多实例")
    for node in scope.node:
        yield from _extras(diagram, node)


def boundaries(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Boundary events: on what, and interrupting or not."""
    known = scope.by_id
    for element in scope.members:
        if element.kind != "boundaryEvent":
            continue
        host = known.get(element.attached_to or "")
        if host is None:
            yield about(element, f"边界事件所附的环节 {element.attached_to or '（空）'} 不在同一图层", "请附到环节上")
        elif host.kind not in HOSTS:
            yield about(element, f"{host.kind} 立即完成，边界事件不会触发", "请附到用户任务、子流程或调用活动上")
        elif element.event_kind in ("error", "escalation") and host.kind not in STAGES:
            yield about(element, f"{EVENT_NAMES[element.event_kind]}只能由子流程抛出", "请附到子流程或调用活动上")
        if element.event_kind == "error" and not element.interrupting:
            yield about(element, "错误边界事件必须中断", "请改为中断型")
        if element.event_kind == "message" and not element.interrupting:
            yield about(
                element,
                "不中断的消息边界事件只触发一次",
                "请在阶段图中画“消息捕获 → 任务 → 排他网关”的循环，由终止结束事件收口",
            )


def foreign(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """What another product added: its attributes mean nothing here."""
    for node in scope.node.iter(etree.Element):
        if node is not scope.node and tag(node) in ("subProcess", "process") and node.tag.startswith(f"{{{BPMN}}}"):
            continue
        if _owner(node) is not scope.node and node is not scope.node:
            continue
        names = [etree.QName(node), *(etree.QName(name) for name in node.attrib)]
        strange = sorted({name.namespace for name in names if name.namespace and name.namespace not in HARMLESS})
        for namespace in strange:
            local = next(name.localname for name in names if name.namespace == namespace)
            product = next((title for key, title in FOREIGN.items() if key in namespace), f"扩展 {namespace}")
            yield diagram.at(node, f"含有{product}“{local}”，系统不识别", "请删除该扩展，按本系统约定另写")


def _owner(node: etree._Element) -> etree._Element | None:
    """The process or subprocess that directly contains this node's element."""
    parent = node.getparent()
    while parent is not None and tag(parent) not in ("process", "subProcess", "transaction", "adHocSubProcess"):
        parent = parent.getparent()
    return parent


def _event(element: Element) -> Iterator[Finding]:
    if element.event_kind not in CARRIED_OUT[element.kind]:
        kind = EVENT_NAMES.get(element.event_kind, element.event_kind)
        remedy = EVENT_REMEDIES.get((element.kind, element.event_kind), "请改用支持的事件")
        yield about(element, f"系统不执行{kind}类型的 {element.kind}", remedy)
        return
    # a boundary event without a code catches every error or escalation
    named = ("message", "signal") if element.kind == "boundaryEvent" else NAMED
    if element.event_kind in named and not element.event:
        kind = EVENT_NAMES[element.event_kind]
        yield about(element, f"{kind}事件没有指明{kind}", f"请选择或新建一个{kind}")


def _extras(diagram: Diagram, node: etree._Element) -> Iterator[Finding]:
    """Parts of one direct child of a scope that the engine does not carry out."""
    if tag(node) in ("subProcess", "transaction", "adHocSubProcess"):
        if node.get("triggeredByEvent") in ("true", "1"):
            yield diagram.at(node, "系统不执行事件子流程", "请改为子流程上的边界事件")
        parts = [part for child in node if tag(child) not in NODES for part in child.iter(etree.Element)]
    else:
        parts = list(node.iter(etree.Element))
    if node.get("isForCompensation") in ("true", "1"):
        yield diagram.at(node, "系统不执行补偿", "请画成普通环节")
    if len(definitions(node)) > 1 or node.get("parallelMultiple") in ("true", "1"):
        yield diagram.at(node, "一个事件只能有一种触发方式", "请用事件网关等待多个事件")
    for part in parts:
        name = tag(part)
        if name in UNUSED:
            yield diagram.at(part, UNUSED[name], UNUSED_REMEDIES.get(name, "请删除"))
        elif part.tag.startswith(f"{{{BPMN}}}") and not _expected(name, part is node):
            yield diagram.at(part, f"系统不执行 {name}", "请删除或改用支持的元素")


def _expected(name: str, direct: bool) -> bool:
    if name in INERT or (direct and name in NODES):
        return True
    # refused by its own rule, with a better reason
    return name.endswith("EventDefinition") or name == "condition" or (direct and name in TASKS)


def root_level(diagram: Diagram) -> Iterator[Finding]:
    """What stands beside the processes."""
    for node in diagram.root.iterfind("bpmn:*", NAMES):
        if tag(node) in UNUSED:
            yield diagram.at(node, UNUSED[tag(node)], UNUSED_REMEDIES.get(tag(node), "请删除"))
        elif tag(node) not in INERT:
            yield diagram.at(node, f"系统不使用 {tag(node)}", "请删除")
        for part in node.iterfind("bpmn:messageFlow", NAMES):
            yield diagram.at(part, UNUSED["messageFlow"], UNUSED_REMEDIES["messageFlow"])
        if tag(node) in ("message", "signal", "error", "escalation") and not node.get("name"):
            yield diagram.at(node, f"{EVENT_NAMES[tag(node)]}没有名称", "请填写名称")
