"""Builds one bad diagram from the good one: start -> a -> end, with one thing changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.engine.spiff.drawing import Drawing, document, extension

BOX = Drawing("box").start("x_start").user("x_a").end("x_end").chain("x_start", "x_a", "x_end")


@dataclass(frozen=True)
class Refused:
    """A file of the process `m`, the element that is named, and words of the reason."""

    what: str
    data: bytes
    element: str
    reason: str


def plain() -> Drawing:
    """start -> a -> end, without a fault."""
    return Drawing().start().user("a").end().chain("start", "a", "end")


def instead(kind: str, inner: str = "", **attributes: str) -> bytes:
    """start -> x -> end, with x of this kind."""
    return document(Drawing().start().node(kind, "x", inner, **attributes).end().chain("start", "x", "end"))


def catching(definition: str) -> bytes:
    return document(Drawing().start().catch("x", definition).end().chain("start", "x", "end"))


def throwing(definition: str) -> bytes:
    return document(Drawing().start().throw("x", definition).end().chain("start", "x", "end"))


def starting(definition: str) -> bytes:
    return document(Drawing().start("start", definition).user("a").end().chain("start", "a", "end"))


def ending(definition: str) -> bytes:
    return document(Drawing().start().user("a").end("x", definition).chain("start", "a", "x"))


def bounded(definition: str, interrupting: bool = True, host: str = "userTask") -> bytes:
    inner = "<bpmn:script>x = 1</bpmn:script>" if host == "scriptTask" else ""
    drawing = Drawing().start().node(host, "a", inner).end().end("end_x").chain("start", "a", "end")
    return document(drawing.boundary("x", "a", definition, interrupting).flow("x", "end_x"))


def asking(condition: str) -> bytes:
    drawing = Drawing().start().user("a").xor("gw", "out").end().chain("start", "a", "gw")
    return document(drawing.flow("gw", "a", condition, id="back").flow("gw", "end", id="out"))


def repeated(inner: str) -> bytes:
    return instead("userTask", inner)


def changed(before: str, after: str, data: bytes | None = None) -> bytes:
    text = (data or document(plain())).decode()
    assert before in text, before
    return text.replace(before, after, 1).encode()


def extended(inner: str) -> bytes:
    """start -> a -> end, with these extension elements on a."""
    return changed("</bpmn:userTask>", extension(inner) + "</bpmn:userTask>")


def with_namespace(prefix: str, address: str, attribute: str) -> bytes:
    return changed('<bpmn:userTask id="a"', f'<bpmn:userTask xmlns:{prefix}="{address}" {attribute} id="a"')


def drawn(build: Callable[[Drawing], Drawing]) -> bytes:
    return document(build(plain()))


def loop(*, gateway: bool = True, wait: bool = True, exit: bool = True) -> bytes:
    drawing = Drawing().start().end()
    drawing.xor("gw", "out") if gateway else drawing.parallel("gw")
    drawing.user("x") if wait else drawing.script("x", "n = 1")
    drawing.flow("start", "gw").flow("gw", "x", "True" if exit and gateway else "", id="back" if exit else "out")
    drawing.flow("x", "gw")
    return document(drawing.flow("gw", "end", id="out") if exit else drawing)


def operator(inner: str) -> str:
    return extension(f'<spiffworkflow:serviceTaskOperator id="notify">{inner}</spiffworkflow:serviceTaskOperator>')


def parameter(**attributes: str) -> str:
    given = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f"<spiffworkflow:parameters><spiffworkflow:parameter{given}/></spiffworkflow:parameters>"


def definition(kind: str, inner: str = "") -> str:
    return f"<bpmn:{kind}EventDefinition>{inner}</bpmn:{kind}EventDefinition>"


def many(count: int) -> bytes:
    ids = [f"n{number}" for number in range(count)]
    return document(Drawing().start().user(*ids).end().chain("start", *ids, "end"))


def lanes(count: int) -> bytes:
    extra = "".join(f'<bpmn:lane id="lane_{n}" name="岗位{n}"/>' for n in range(count))
    return changed("</bpmn:laneSet>", extra + "</bpmn:laneSet>")


def wide(width: int) -> bytes:
    """start -> a -> end, drawn from 40 to as far to the right as makes this width."""
    place = '<dc:Bounds xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" x="{}" y="0" width="100" height="80"/>'
    shapes = "".join(
        f'<bpmndi:BPMNShape id="{step}_di" bpmnElement="{step}">{place.format(left)}</bpmndi:BPMNShape>'
        for step, left in (("start", 40), ("a", width - 60))
    )
    plane = f'<bpmndi:BPMNPlane id="plane" bpmnElement="m">{shapes}</bpmndi:BPMNPlane>'
    space = 'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"'
    drawing = f'<bpmndi:BPMNDiagram {space} id="drawing">{plane}</bpmndi:BPMNDiagram>'
    return changed("</bpmn:definitions>", drawing + "</bpmn:definitions>")


LIST = "<bpmn:multiInstanceLoopCharacteristics>{}</bpmn:multiInstanceLoopCharacteristics>"
BILLION = '<!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>\n'
OUTSIDE = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n'
