"""The nodes and flows of a BPMN file as plain values; knows nothing of what may be deployed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from lxml import etree

from engine.spiff.source import BPMN, NAMES, SPIFF

EVENTS = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"})
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"})
SCOPES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
TASKS = frozenset(
    {
        "task",
        "userTask",
        "manualTask",
        "scriptTask",
        "serviceTask",
        "businessRuleTask",
        "sendTask",
        "receiveTask",
        "callActivity",
    }
)
NODES = EVENTS | GATEWAYS | SCOPES | TASKS | {"callChoreography", "choreographyTask", "subChoreography"}
CHOOSING = ("exclusiveGateway", "inclusiveGateway")
TIMERS = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}

_CLOCK = re.compile(r"""\s*clock\(\s*(["'])(?P<id>[^"'\\]+)\1\s*\)\s*""")


@dataclass(frozen=True)
class Flow:
    id: str
    name: str
    source: str
    target: str
    condition: str | None
    line: int


@dataclass(frozen=True)
class Element:
    """What the diagram says about one node; `scope` is the process or subprocess that contains it."""

    id: str
    name: str
    kind: str
    process: str
    scope: str
    file: str
    line: int
    lane: str | None = None
    properties: Mapping[str, str] = field(default_factory=dict)
    documentation: str = ""
    event_kind: str = ""
    event: str | None = None
    timer: str = ""
    attached_to: str | None = None
    interrupting: bool = True
    script: str | None = None
    pre_script: str | None = None
    post_script: str | None = None
    decision: str | None = None
    operation: str | None = None
    params: Mapping[str, str] = field(default_factory=dict)
    called: str | None = None
    multi: bool = False
    sequential: bool = False
    cardinality: str | None = None
    completion: str | None = None
    scripts_each: bool = False
    default: str | None = None
    outgoing: tuple[Flow, ...] = ()
    incoming: tuple[Flow, ...] = ()

    @property
    def message(self) -> str | None:
        return self.event if self.event_kind == "message" else None

    @property
    def clock(self) -> str | None:
        """The clock that a timer asks for its date, where it asks nothing else."""
        asked = _CLOCK.fullmatch(self.event or "") if self.event_kind == "timer" else None
        return asked["id"] if asked else None

    @property
    def conditions(self) -> tuple[str, ...]:
        """The conditions a gateway asks, in order; those elsewhere are never asked."""
        if self.kind not in CHOOSING:
            return ()
        return tuple(flow.condition for flow in self.outgoing if flow.condition and flow.id != self.default)

    @property
    def expressions(self) -> tuple[str, ...]:
        """Every expression the engine asks of this element; scripts and parameters are kept apart."""
        timer = self.event if self.event_kind == "timer" else None
        return tuple(filter(None, (*self.conditions, self.cardinality, self.completion, timer)))


def tag(node: etree._Element) -> str:
    return etree.QName(node).localname


def text(node: etree._Element, path: str) -> str | None:
    found = node.find(path, NAMES)
    return None if found is None else (found.text or "").strip()


def processes(root: etree._Element) -> list[etree._Element]:
    return root.findall("bpmn:process", NAMES)


def scopes(process: etree._Element) -> Iterator[etree._Element]:
    """The process and every subprocess inside it, outermost first."""
    yield process
    yield from process.iter(*(f"{{{BPMN}}}{kind}" for kind in SCOPES))


def nodes(scope: etree._Element) -> Iterator[etree._Element]:
    """The flow nodes that lie directly in this process or subprocess."""
    for child in scope:
        if child.tag.startswith(f"{{{BPMN}}}") and tag(child) in NODES:
            yield child


def flows(scope: etree._Element) -> list[Flow]:
    return [
        Flow(
            id=node.get("id", ""),
            name=node.get("name", ""),
            source=node.get("sourceRef", ""),
            target=node.get("targetRef", ""),
            condition=text(node, "bpmn:conditionExpression"),
            line=node.sourceline or 0,
        )
        for node in scope.findall("bpmn:sequenceFlow", NAMES)
    ]


def definitions(node: etree._Element) -> list[etree._Element]:
    """The event definitions of an event (bpmn:…EventDefinition)."""
    return [child for child in node if tag(child).endswith("EventDefinition")]


def lanes(process: etree._Element) -> dict[str, list[str]]:
    """Node id -> names of the innermost lanes that list it."""
    found: dict[str, list[str]] = {}
    for lane in process.iter(f"{{{BPMN}}}lane"):
        if lane.find("bpmn:childLaneSet", NAMES) is None:
            for reference in lane.findall("bpmn:flowNodeRef", NAMES):
                found.setdefault((reference.text or "").strip(), []).append(lane.get("name", "").strip())
    return found


def elements(root: etree._Element, file: str) -> list[Element]:
    """Every node of every process in this file."""
    names = _reference_names(root)
    result = []
    for process in processes(root):
        placed = {node: named[0] for node, named in lanes(process).items()}
        for scope in scopes(process):
            inherited = placed.get(scope.get("id", ""))
            arrows = flows(scope)
            for node in nodes(scope):
                lane = placed.get(node.get("id", "")) or placed.get(node.get("attachedToRef", "")) or inherited
                if lane:
                    placed.setdefault(node.get("id", ""), lane)
                result.append(_element(node, process, scope, file, lane, arrows, names))
    return result


def _element(node, process, scope, file, lane, arrows, names) -> Element:
    kind, identity = tag(node), node.get("id", "")
    event_kind, event, timer = _event(node, names)
    multi = node.find("bpmn:multiInstanceLoopCharacteristics", NAMES)
    operator = node.find("bpmn:extensionElements/spiff:serviceTaskOperator", NAMES)
    parameters = (
        {}
        if operator is None
        else {p.get("id", ""): p.get("value", "") for p in operator.iter(f"{{{SPIFF}}}parameter")}
    )
    extension = "bpmn:extensionElements/spiff:"
    return Element(
        id=identity,
        name=node.get("name", ""),
        kind=kind,
        process=process.get("id", ""),
        scope=scope.get("id", ""),
        file=file,
        line=node.sourceline or 0,
        lane=lane,
        properties=MappingProxyType(
            {
                p.get("name", ""): p.get("value", "")
                for p in node.iterfind(f"{extension}properties/spiff:property", NAMES)
            }
        ),
        documentation=text(node, "bpmn:documentation") or "",
        event_kind=event_kind,
        event=event,
        timer=timer,
        attached_to=node.get("attachedToRef"),
        interrupting=node.get("cancelActivity", "true").strip() not in ("false", "0"),
        script=text(node, "bpmn:script"),
        pre_script=text(node, f"{extension}preScript"),
        post_script=text(node, f"{extension}postScript"),
        decision=text(node, f"{extension}calledDecisionId"),
        operation=None if operator is None else operator.get("id"),
        params=MappingProxyType(parameters),
        called=node.get("calledElement"),
        multi=multi is not None,
        sequential=multi is not None and multi.get("isSequential", "false").strip() in ("true", "1"),
        cardinality=None if multi is None else text(multi, "bpmn:loopCardinality"),
        completion=None if multi is None else text(multi, "bpmn:completionCondition"),
        scripts_each=multi is not None and multi.get(f"{{{SPIFF}}}scriptsOnInstances") == "true",
        default=node.get("default"),
        outgoing=tuple(arrow for arrow in arrows if arrow.source == identity),
        incoming=tuple(arrow for arrow in arrows if arrow.target == identity),
    )


def _event(node: etree._Element, names: Mapping[str, str]) -> tuple[str, str | None, str]:
    """(kind, what it waits for or throws, timer kind) of the first event definition."""
    if tag(node) in ("receiveTask", "sendTask"):
        return "message", names.get(node.get("messageRef", "")), ""
    for definition in definitions(node):
        kind = tag(definition).removesuffix("EventDefinition")
        if kind == "timer":
            for child in definition:
                if tag(child) in TIMERS:
                    return kind, (child.text or "").strip(), TIMERS[tag(child)]
            return kind, None, ""
        reference = definition.get(f"{kind}Ref")
        return kind, names.get(reference or ""), ""
    return "", None, ""


def _reference_names(root: etree._Element) -> dict[str, str]:
    """Id of a message, signal, error or escalation -> its name, or its code where it is matched by code."""
    names = {}
    for node in root:
        kind = tag(node)
        if kind in ("message", "signal"):
            names[node.get("id", "")] = node.get("name") or node.get("id", "")
        elif kind in ("error", "escalation"):
            names[node.get("id", "")] = node.get(f"{kind}Code") or node.get("id", "")
    return names
