"""Compiles BPMN files into a model that threads share; decides nothing about what may be deployed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.control import BpmnStartTask, SimpleBpmnTask

from engine.spiff import activities, events, gateways
from engine.spiff.activities import ElementSpec, Unpredicted
from engine.spiff.elements import CHOOSING, Element, Flow, elements, processes
from engine.spiff.source import BadDiagram, Finding, read

__all__ = ["BadDiagram", "Element", "Flow", "Model", "called_elements", "compile"]

_SPECS = {
    "userTask": activities.UserTask,
    "scriptTask": activities.ScriptTask,
    "businessRuleTask": activities.DecisionTask,
    "serviceTask": activities.ServiceTask,
    "receiveTask": events.Catching,
    "exclusiveGateway": gateways.ExclusiveGateway,
    "parallelGateway": gateways.ParallelGateway,
    "inclusiveGateway": gateways.InclusiveGateway,
    "eventBasedGateway": events.EventGateway,
    "startEvent": activities.PassThrough,
    "intermediateCatchEvent": events.Catching,
    "intermediateThrowEvent": events.Throwing,
    "boundaryEvent": events.Boundary,
    "endEvent": events.EndEvent,
}


class _Start(Unpredicted, BpmnStartTask):
    pass


class _End(Unpredicted, SimpleBpmnTask):
    pass


class ProcessSpec(BpmnProcessSpec):
    """A process or an embedded subprocess, with our own control tasks at both ends."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name)
        self.task_specs.clear()
        self.start = _Start(self, "Start")
        self.end = gateways.EndJoin(self, f"{name}.EndJoin")
        self.end.connect(_End(self, "End"))


@dataclass(frozen=True)
class Model:
    """One deployed process with its stages; never changes once made."""

    process: str
    spec: ProcessSpec
    subspecs: Mapping[str, ProcessSpec]
    elements: Mapping[str, Element]
    titles: Mapping[str, str]


def compile(files: Mapping[str, bytes], process: str) -> Model:
    """Build the process and every stage it calls; raise BadDiagram with what to change."""
    titles, members = _read_all(files)
    made: dict[str, ProcessSpec] = {}
    known: dict[str, Element] = {}
    pending, seen = [process], {process}
    while pending:
        name = pending.pop()
        if name not in members:
            raise _bad("", name, f"没有找到流程 {name}", "请把被调用的流程图一并放入")
        for element in members[name]:
            if not element.id or element.id in known:
                reason = f"id {element.id} 重复" if element.id else "元素没有 id"
                raise _bad(element.file, element.id, reason, "请为每个元素取唯一的 id", element.line)
            known[element.id] = element
        made.update(_specs(name, members[name]))
        called = {element.called or "" for element in members[name] if element.kind == "callActivity"} - seen
        seen |= called
        pending.extend(sorted(called))
    return Model(process, made[process], made, known, {name: titles[name] for name in seen})


def called_elements(data: bytes) -> set[str]:
    """The ids of the processes that a diagram calls."""
    return {element.called for element in elements(read(data, ""), "") if element.called}


def _read_all(files: Mapping[str, bytes]) -> tuple[dict[str, str], dict[str, list[Element]]]:
    """Titles and members of every process in these files, by process id."""
    titles: dict[str, str] = {}
    members: dict[str, list[Element]] = {}
    for file, data in files.items():
        if not file.endswith(".bpmn"):
            continue
        root = read(data, file)
        for node in processes(root):
            identity = node.get("id", "")
            if identity in titles:
                raise _bad(file, identity, f"流程 id {identity} 重复", "请改用不同的流程 id", node.sourceline or 0)
            titles[identity] = node.get("name", identity)
            members[identity] = []
        for element in elements(root, file):
            members[element.process].append(element)
    return titles, members


def _specs(process: str, members: Iterable[Element]) -> dict[str, ProcessSpec]:
    by_scope: dict[str, list[Element]] = {process: []}
    for element in members:
        by_scope.setdefault(element.scope, []).append(element)
        if element.kind == "subProcess":
            by_scope.setdefault(element.id, [])
    return {
        name: _spec(name, inside)
        for scope, inside in by_scope.items()
        for name in [scope if scope == process else f"{process}/{scope}"]
    }


def _spec(name: str, members: list[Element]) -> ProcessSpec:
    spec = ProcessSpec(name)
    made = {element.id: _node(spec, element) for element in members}
    entry = dict(made)
    for element in members:
        attached = [made[other.id] for other in members if other.attached_to == element.id]
        if attached:
            entry[element.id] = _with_boundaries(spec, made[element.id], attached)
    for element in members:
        if element.kind == "startEvent":
            spec.start.connect(made[element.id])
        for flow in element.outgoing:
            if flow.target not in entry:
                raise _bad(element.file, flow.id, f"连线的目标“{flow.target}”不存在", "请重新连接", flow.line)
            _connect(made[element.id], entry[flow.target], element, flow)
        if element.kind == "endEvent":
            made[element.id].connect(spec.end)
    if not spec.start.outputs:
        raise _bad(members[0].file if members else "", name, "没有开始事件", "请加一个开始事件")
    return spec


def _node(spec: ProcessSpec, element: Element) -> ElementSpec:
    named = {"name": f"{element.id} [child]"} if element.multi else {}
    if element.kind == "callActivity":
        inner = activities.Stage(spec, element, element.called or "", **named)
    elif element.kind == "subProcess":
        inner = activities.Stage(spec, element, f"{element.process}/{element.id}", **named)
    elif element.kind in _SPECS and (not element.multi or issubclass(_SPECS[element.kind], activities.Scripted)):
        inner = _SPECS[element.kind](spec, element, **named)
    else:
        what = f"多实例的 {element.kind}" if element.multi else element.kind
        raise _bad(element.file, element.id, f"系统不执行 {what}", "请改用支持的元素", element.line)
    return activities.MultiInstance(spec, element, inner) if element.multi else inner


def _with_boundaries(spec: ProcessSpec, host: ElementSpec, attached: list[events.Boundary]) -> gateways.HostSplit:
    split = gateways.HostSplit(spec, f"{host.name}.BoundaryEventSplit")
    join = gateways.HostJoin(spec, f"{host.name}.BoundaryEventJoin", split_task=split.name, cancel=True)
    split.connect(host)
    host.connect(join)
    for event in attached:
        split.connect(event)
        event.connect(join)
    return split


def _connect(source: ElementSpec, target: Unpredicted, element: Element, flow: Flow) -> None:
    if element.kind in CHOOSING and flow.id != element.default and flow.condition:
        source.connect_outgoing_if(flow.condition, target)
    else:
        source.connect(target)


def _bad(file: str, element: str, reason: str, remedy: str, line: int = 0) -> BadDiagram:
    return BadDiagram(Finding(file, element, "", line, reason, remedy))
