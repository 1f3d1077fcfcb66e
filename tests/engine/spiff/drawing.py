"""Draws small BPMN files for the tests: `Drawing("m").start().user("a").end()` and the flows between them."""

from __future__ import annotations

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
    xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
    xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core"
    id="definitions" targetNamespace="http://bpmn.io/schema/bpmn">
"""
TAIL = "</bpmn:definitions>\n"


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def timer(kind: str, text: str) -> str:
    """kind: Date, Duration or Cycle."""
    return f"<bpmn:timerEventDefinition><bpmn:time{kind}>{escaped(text)}</bpmn:time{kind}></bpmn:timerEventDefinition>"


def message(name: str) -> str:
    return f'<bpmn:messageEventDefinition messageRef="{name}"/>'


def event(kind: str, name: str = "") -> str:
    """An error, escalation or signal by its name, or a terminate event."""
    reference = f' {kind}Ref="{name}"' if name else ""
    return f"<bpmn:{kind}EventDefinition{reference}/>"


def instances(cardinality: str, sequential: bool = False, until: str = "") -> str:
    until = f"<bpmn:completionCondition>{escaped(until)}</bpmn:completionCondition>" if until else ""
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}">'
        f"<bpmn:loopCardinality>{escaped(cardinality)}</bpmn:loopCardinality>{until}"
        "</bpmn:multiInstanceLoopCharacteristics>"
    )


def extension(inner: str) -> str:
    return f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>"


def properties(**values: str) -> str:
    inner = "".join(f'<spiffworkflow:property name="{k}" value="{escaped(v)}"/>' for k, v in values.items())
    return extension(f"<spiffworkflow:properties>{inner}</spiffworkflow:properties>")


class Drawing:
    """One process, or the inside of a subprocess; methods return self so that drawings read top to bottom."""

    def __init__(self, process: str = "m", lane: str = "承办人") -> None:
        self.process, self.lane = process, lane
        self.parts: list[str] = []
        self.ids: list[str] = []
        self.flows = 0
        self.roots: dict[str, str] = {}

    def node(self, kind: str, id: str, inner: str = "", **attributes: str) -> Drawing:
        extra = "".join(f' {name}="{escaped(value)}"' for name, value in attributes.items())
        named = "" if "name" in attributes else f' name="{id}"'
        self.parts.append(f'  <bpmn:{kind} id="{id}"{named}{extra}>{inner}</bpmn:{kind}>')
        self.ids.append(id)
        return self

    def start(self, id: str = "start", inner: str = "") -> Drawing:
        return self.node("startEvent", id, inner)

    def end(self, id: str = "end", inner: str = "") -> Drawing:
        return self.node("endEvent", id, self._known(inner))

    def user(self, *ids: str, inner: str = "") -> Drawing:
        for id in ids:
            self.node("userTask", id, inner)
        return self

    def script(self, id: str, text: str) -> Drawing:
        return self.node("scriptTask", id, f"<bpmn:script>{escaped(text)}</bpmn:script>")

    def xor(self, id: str, default: str = "") -> Drawing:
        return self.node("exclusiveGateway", id, **({"default": default} if default else {}))

    def parallel(self, *ids: str) -> Drawing:
        for id in ids:
            self.node("parallelGateway", id)
        return self

    def inclusive(self, id: str, default: str = "") -> Drawing:
        return self.node("inclusiveGateway", id, **({"default": default} if default else {}))

    def choice(self, id: str) -> Drawing:
        return self.node("eventBasedGateway", id)

    def call(self, id: str, called: str, inner: str = "") -> Drawing:
        return self.node("callActivity", id, inner, calledElement=called)

    def sub(self, id: str, inside: Drawing, inner: str = "") -> Drawing:
        self.ids += inside.ids
        self.roots |= inside.roots
        return self.node("subProcess", id, inner + "\n" + "\n".join(inside.parts))

    def catch(self, id: str, definition: str) -> Drawing:
        return self.node("intermediateCatchEvent", id, self._known(definition))

    def throw(self, id: str, definition: str) -> Drawing:
        return self.node("intermediateThrowEvent", id, self._known(definition))

    def boundary(self, id: str, host: str, definition: str, interrupting: bool = True) -> Drawing:
        cancel = str(interrupting).lower()
        return self.node("boundaryEvent", id, self._known(definition), attachedToRef=host, cancelActivity=cancel)

    def service(self, id: str, operation: str, **params: str) -> Drawing:
        inner = "".join(
            f'<spiffworkflow:parameter id="{name}" type="str" value="{escaped(value)}"/>'
            for name, value in params.items()
        )
        operator = f'<spiffworkflow:serviceTaskOperator id="{operation}">'
        operator += f"<spiffworkflow:parameters>{inner}</spiffworkflow:parameters>"
        return self.node("serviceTask", id, extension(operator + "</spiffworkflow:serviceTaskOperator>"))

    def decision(self, id: str, table: str) -> Drawing:
        called = f"<spiffworkflow:calledDecisionId>{table}</spiffworkflow:calledDecisionId>"
        return self.node("businessRuleTask", id, extension(called))

    def flow(self, source: str, target: str, condition: str = "", id: str = "") -> Drawing:
        self.flows += 1
        id = id or f"{self.process}_f{self.flows}"
        inner = f"<bpmn:conditionExpression>{escaped(condition)}</bpmn:conditionExpression>" if condition else ""
        self.parts.append(
            f'  <bpmn:sequenceFlow id="{id}" sourceRef="{source}" targetRef="{target}">{inner}</bpmn:sequenceFlow>'
        )
        return self

    def chain(self, *ids: str) -> Drawing:
        for source, target in zip(ids, ids[1:], strict=False):
            self.flow(source, target)
        return self

    def body(self) -> str:
        nodes = "".join(f"<bpmn:flowNodeRef>{id}</bpmn:flowNodeRef>" for id in self.ids)
        lanes = f'  <bpmn:laneSet id="{self.process}_lanes"><bpmn:lane id="{self.process}_lane" name="{self.lane}">'
        lanes += f"{nodes}</bpmn:lane></bpmn:laneSet>\n"
        opened = f'<bpmn:process id="{self.process}" name="{self.process}" isExecutable="true">\n'
        return opened + lanes + "\n".join(self.parts) + "\n</bpmn:process>\n"

    def _known(self, definition: str) -> str:
        """Declare the message, signal, error or escalation that an event refers to."""
        for kind in ("message", "signal", "error", "escalation"):
            if f'{kind}Ref="' in definition:
                name = definition.split(f'{kind}Ref="')[1].split('"')[0]
                code = f' {kind}Code="{name}"' if kind in ("error", "escalation") else ""
                self.roots[name] = f'<bpmn:{kind} id="{name}" name="{name}"{code}/>\n'
        return definition


def document(*drawings: Drawing) -> bytes:
    """One file with these processes."""
    roots: dict[str, str] = {}
    for drawing in drawings:
        roots |= drawing.roots
    return (HEAD + "".join(roots.values()) + "".join(d.body() for d in drawings) + TAIL).encode()
