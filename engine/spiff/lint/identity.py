"""Ids, names, lanes and extension properties: by what the rest of the office finds an element."""

from __future__ import annotations

import difflib
import keyword
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath

from lxml import etree

from engine.spiff.elements import lanes, nodes, processes, scopes, tag
from engine.spiff.lint.diagram import Diagram, Office, Scope, about
from engine.spiff.source import BPMN, DC, DI, NAMES, SPIFF, Finding

STEP_ID = re.compile(r"[a-z][a-z0-9_]{0,63}")
XML_ID = re.compile(r"[A-Za-z_\u4e00-\u9fff][\w.\-\u4e00-\u9fff]*")
ROLE_IDS = re.compile(r"[a-z][a-z0-9_]*(?:[\s,;]+[a-z][a-z0-9_]*)*")
TAKEN = frozenset({"case", "form", "by", "item", "row", "letter", "carried", "true", "false", "none"})
MOST_NODES = 25
MOST_LANES = 6
MOST_WIDTH = 2600

PROPERTIES = {
    "roles": {"userTask"},
    "org": {"userTask", "intermediateCatchEvent", "receiveTask"},
    "status": None,
    "not_by": {"userTask"},
    "letters": {"userTask"},
    "offer": {"intermediateCatchEvent", "receiveTask"},
    "confidential": {"userTask"},
    "outcome": {"endEvent"},
}
EXTENSIONS = {
    "properties": None,
    "property": None,
    "preScript": {"userTask", "scriptTask", "serviceTask", "businessRuleTask", "callActivity", "subProcess"},
    "postScript": {"userTask", "scriptTask", "serviceTask", "businessRuleTask", "callActivity", "subProcess"},
    "calledDecisionId": {"businessRuleTask"},
    "serviceTaskOperator": {"serviceTask"},
    "parameters": {"serviceTask"},
    "parameter": {"serviceTask"},
    "instructionsForEndUser": {"userTask"},
}


def xml_ids(diagram: Diagram) -> Iterator[Finding]:
    """Every id of a file is a legal name and stands once."""
    counts = Counter(node.get("id") for node in diagram.root.iter(f"{{{BPMN}}}*") if node.get("id") is not None)
    for node in diagram.root.iter(f"{{{BPMN}}}*"):
        identity = node.get("id")
        if identity is not None and not XML_ID.fullmatch(identity):
            yield diagram.at(node, f"id“{identity}”不合规则", "请以字母开头，只用字母、数字、下划线")
        elif identity is not None and counts[identity] > 1:
            yield diagram.at(node, f"id {identity} 在文件中出现 {counts[identity]} 次", "请为每个元素取唯一的 id")


def step_ids(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Node ids are snake_case: expressions, forms and the address line use them."""
    for element in scope.members:
        if not element.id:
            yield about(element, f"{element.kind} 没有 id", "请填写 id，如 hz_verify")
        elif not STEP_ID.fullmatch(element.id):
            yield about(element, f"id“{element.id}”不是小写蛇形", "请改为小写字母、数字、下划线，如 hz_verify")
        elif element.id in TAKEN or keyword.iskeyword(element.id):
            yield about(element, f"id“{element.id}”在表达式中另有含义", "请换一个 id")
        if element.kind in ("userTask", "callActivity", "subProcess") and not element.name.strip():
            yield about(element, "环节没有名称，待办列表无法显示", "请填写中文名称")
    for flow in scope.flows:
        if not flow.id:
            yield Finding(scope.file, "", flow.name, flow.line, "连线没有 id", "请填写 id")


def steps_across_files(office: Office) -> Iterator[Finding]:
    """One id names one element in everything that runs together; forms and answers go by it."""
    first: dict[str, str] = {}
    for diagram in office.values():
        for element in diagram.members:
            other = first.setdefault(element.id, diagram.file)
            if element.id and other != diagram.file:
                yield about(element, f"id {element.id} 在 {other} 中已有", "请在所有阶段图中使用不同的 id")


def process_names(office: Office) -> Iterator[Finding]:
    """A file holds one executable process, named as the file."""
    seen: dict[str, str] = {}
    for diagram in office.values():
        found = processes(diagram.root)
        if len(found) != 1:
            yield Finding(diagram.file, "", "", 1, f"文件中有 {len(found)} 个流程", "请一个文件画一个流程")
        for process in found:
            identity = process.get("id", "")
            if identity != PurePosixPath(diagram.file).stem or not STEP_ID.fullmatch(identity):
                yield diagram.at(
                    process, f"流程 id“{identity}”与文件名不同或不是小写蛇形", "请把流程 id 与文件名改为一致"
                )
            if identity in seen:
                yield diagram.at(process, f"流程 {identity} 在 {seen[identity]} 中已有", "请改用不同的流程 id")
            seen.setdefault(identity, diagram.file)
            if process.get("isExecutable") in ("false", "0"):
                yield diagram.at(process, "流程未设为可执行", "请勾选“可执行”（isExecutable）")


def lanes_and_size(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Every person's task lies in one named lane; a stage fits on a page."""
    if tag(scope.node) != "process":
        return
    placed = lanes(scope.node)
    drawn = {node.get("id"): node for part in scopes(scope.node) for node in nodes(part)}
    for identity, names in placed.items():
        if identity not in drawn:
            yield diagram.at(scope.node, f"泳道列出的元素 {identity} 不存在", "请在建模工具中重新放入泳道")
        elif len(names) > 1:
            yield diagram.at(drawn[identity], f"同时在泳道“{'”“'.join(names)}”中", "请只放入一个泳道")
    for element in diagram.members:
        mine = element.process == scope.id and element.kind == "userTask"
        if mine and not element.lane and "roles" not in element.properties:
            yield about(element, "不在任何有名称的泳道中，不知由谁办理", "请放入岗位泳道，或填写 roles 属性")
    if len(drawn) > MOST_NODES:
        yield diagram.at(scope.node, f"图中有 {len(drawn)} 个节点，超过 {MOST_NODES} 个", "请拆分为阶段图")
    if (wide := _width(scope.node)) > MOST_WIDTH:
        yield diagram.at(scope.node, f"图宽 {wide:.0f} 像素，超过 {MOST_WIDTH} 像素", "请拆分为阶段图或排得紧凑些")
    innermost = [lane for lane in scope.node.iter(f"{{{BPMN}}}lane") if lane.find("bpmn:childLaneSet", NAMES) is None]
    if len(innermost) > MOST_LANES:
        yield diagram.at(scope.node, f"图中有 {len(innermost)} 个泳道，超过 {MOST_LANES} 个", "请拆分为阶段图")


def _width(node: etree._Element) -> float:
    """Return how wide a process is drawn, in pixels; what a damaged drawing does not say counts as nothing."""
    edges = []
    for shape in node.getroottree().getroot().iter(f"{{{DC}}}Bounds"):
        try:
            left, width = float(shape.get("x", "")), float(shape.get("width", ""))
        except ValueError:
            continue
        edges += [left, left + width]
    return max(edges) - min(edges) if edges else 0


def extensions(diagram: Diagram, scope: Scope) -> Iterator[Finding]:
    """Only the closed list of properties and extension elements, each where it means something."""
    for node in nodes(scope.node):
        kind, named = tag(node), Counter()
        own = node.find("bpmn:extensionElements", NAMES)
        for part in own.iter(f"{{{SPIFF}}}*") if own is not None else ():
            allowed = EXTENSIONS.get(tag(part), frozenset())
            if allowed is not None and kind not in allowed:
                yield diagram.at(part, f"{kind} 不支持扩展“{tag(part)}”", "请删除")
            if tag(part) == "property":
                name, value = part.get("name", ""), part.get("value", "")
                named[name] += 1
                yield from _property(diagram, part, kind, name, value, named[name])


def _property(diagram: Diagram, part, kind: str, name: str, value: str, nth: int) -> Iterator[Finding]:
    if name not in PROPERTIES:
        near = difflib.get_close_matches(name, PROPERTIES, 1)
        remedy = f"是否应为 {near[0]}？" if near else f"可用：{'、'.join(PROPERTIES)}"
        yield diagram.at(part, f"属性“{name}”不在约定之内", remedy)
    elif PROPERTIES[name] is not None and kind not in PROPERTIES[name]:
        yield diagram.at(part, f"属性 {name} 对 {kind} 没有意义", f"只用于 {'、'.join(sorted(PROPERTIES[name]))}")
    elif not value.strip():
        yield diagram.at(part, f"属性 {name} 为空", "请填写或删除")
    elif nth > 1:
        yield diagram.at(part, f"属性 {name} 写了 {nth} 次", "请合并为一个")
    elif name in ("roles", "offer", "not_by", "confidential") and not ROLE_IDS.fullmatch(value.strip()):
        yield diagram.at(part, f"属性 {name} 的值“{value}”不是 id 列表", "请写 id，多个用空格或逗号分开")


def drawn(diagram: Diagram) -> Iterator[Finding]:
    """What has no shape or line cannot be seen; the process still runs."""
    shown = {node.get("bpmnElement") for node in diagram.root.iter(f"{{{DI}}}BPMNShape", f"{{{DI}}}BPMNEdge")}
    for element in diagram.members:
        if element.id not in shown:
            yield about(element, "没有图形，图上看不见", "请在建模工具中放上图形", warning=True)
    for scope in diagram.scopes:
        for flow in scope.flows:
            if flow.id not in shown:
                yield Finding(
                    scope.file, flow.id, flow.name, flow.line, "没有线条，图上看不见", "请在建模工具中重新连线", True
                )
