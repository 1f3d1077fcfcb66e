"""Diagrams as other modellers write them: those that pass run exactly as BPMN says."""

from __future__ import annotations

import pytest

from engine.spiff import lint, parse
from tests.engine.spiff.corpus import plain
from tests.engine.spiff.drawing import Drawing, document, event, instances, timer
from tests.engine.spiff.walking import Case, Facts


def plain_text() -> str:
    return document(plain()).decode()


def edited(*pairs: tuple[str, str]) -> bytes:
    text = plain_text()
    for before, after in pairs:
        assert before in text, before
        text = text.replace(before, after)
    return text.encode()


def declared(encoding: str) -> bytes:
    return plain_text().replace("UTF-8", encoding).encode(encoding)


def asking(condition: str) -> bytes:
    drawing = Drawing().start().user("a").xor("gw", "out").user("b").end().chain("start", "a", "gw")
    drawing.flow("gw", "b", "CONDITION").chain("b", "end").flow("gw", "end", id="out")
    return document(drawing).decode().replace("CONDITION", condition).encode()


def merged() -> bytes:
    """Two flows straight into one task: BPMN runs it once for each token."""
    drawing = Drawing().start().parallel("split").user("a", "b", "c").end()
    drawing.chain("start", "split", "a", "c").chain("split", "b", "c", "end")
    return document(drawing)


def mixed() -> bytes:
    """One parallel gateway that joins and splits."""
    drawing = Drawing().start().parallel("split", "mid", "last").user("a", "b", "c", "d").end().chain("start", "split")
    for before, after in ("ac", "bd"):
        drawing.chain("split", before, "mid").chain("mid", after, "last")
    return document(drawing.chain("last", "end"))


def several_ends() -> bytes:
    drawing = Drawing().start().parallel("split").user("a", "b").end("end_a").end("end_b")
    return document(drawing.chain("start", "split", "a", "end_a").chain("split", "b", "end_b"))


def terminated() -> bytes:
    drawing = Drawing().start().parallel("split").user("a", "b").end("end_a", event("terminate")).end("end_b")
    return document(drawing.chain("start", "split", "a", "end_a").chain("split", "b", "end_b"))


def interrupting_by_default() -> bytes:
    drawing = Drawing().start().user("a").end().end("end_late").chain("start", "a", "end")
    drawing.boundary("late", "a", timer("Date", "'2020-01-01'")).flow("late", "end_late")
    return document(drawing).decode().replace(' cancelActivity="true"', "").encode()


def boxed() -> bytes:
    inside = Drawing("i").start("i_start").user("b").end("i_end").chain("i_start", "b", "i_end")
    return document(Drawing().start().user("a").sub("box", inside).end().chain("start", "a", "box", "end"))


def in_turn() -> bytes:
    row = instances("2", sequential=True)
    return document(Drawing().start().user("a", inner=row).end().chain("start", "a", "end"))


def flows_first() -> bytes:
    text = plain_text()
    flows = [line for line in text.splitlines() if "sequenceFlow" in line]
    rest = "\n".join(line for line in text.splitlines() if "sequenceFlow" not in line)
    return rest.replace("</bpmn:laneSet>", "</bpmn:laneSet>\n" + "\n".join(flows)).encode()


CAMUNDA_MODELER = (
    '<bpmn:definitions xmlns:modeler="http://camunda.org/schema/modeler/1.0"'
    ' modeler:executionPlatform="Camunda Platform" modeler:executionPlatformVersion="7.20.0"'
)
COLOURED = '<bpmn:userTask xmlns:bioc="http://bpmn.io/schema/bpmn/biocolor/1.0" bioc:stroke="#831311" id="a"'
ARROWS = "<bpmn:incoming>m_f1</bpmn:incoming><bpmn:outgoing>m_f2</bpmn:outgoing></bpmn:userTask>"
NOTE = (
    '<bpmn:textAnnotation id="note_1"><bpmn:text>注</bpmn:text></bpmn:textAnnotation>'
    '<bpmn:association id="as_1" sourceRef="a" targetRef="note_1"/></bpmn:process>'
)
POOL = (
    '<bpmn:collaboration id="c"><bpmn:participant id="p" name="甲" processRef="m"/></bpmn:collaboration><bpmn:process'
)
NESTED = (
    '<bpmn:lane id="outer" name="机关"><bpmn:childLaneSet id="cl"><bpmn:lane id="inner" name="承办人">'
    "<bpmn:flowNodeRef>a</bpmn:flowNodeRef></bpmn:lane></bpmn:childLaneSet></bpmn:lane></bpmn:laneSet>"
)

RUNS = {
    "no prefix": (edited(("bpmn:", ""), ("xmlns:bpmn=", "xmlns=")), ["a"]),
    "bpmn2 prefix": (edited(("bpmn:", "bpmn2:"), ("xmlns:bpmn=", "xmlns:bpmn2=")), ["a"]),
    "byte order mark": (b"\xef\xbb\xbf" + edited(), ["a"]),
    "no declaration": (edited(('<?xml version="1.0" encoding="UTF-8"?>\n', "")), ["a"]),
    "utf-16": (declared("UTF-16"), ["a"]),
    "gbk": (declared("GBK"), ["a"]),
    "gb18030": (declared("gb18030"), ["a"]),
    "comments and instructions": (edited(("<bpmn:userTask", "<!-- x --><?y z?><bpmn:userTask")), ["a"]),
    "text annotation": (edited(("</bpmn:process>", NOTE)), ["a"]),
    "modeler attributes": (edited(("<bpmn:definitions", CAMUNDA_MODELER)), ["a"]),
    "colours": (edited(('<bpmn:userTask id="a"', COLOURED)), ["a"]),
    "incoming and outgoing": (edited(("</bpmn:userTask>", ARROWS)), ["a"]),
    "one pool": (edited(("<bpmn:process", POOL)), ["a"]),
    "nested lanes": (edited(("<bpmn:flowNodeRef>a</bpmn:flowNodeRef>", ""), ("</bpmn:laneSet>", NESTED)), ["a"]),
    "executable by default": (edited((' isExecutable="true"', "")), ["a"]),
    "flows before nodes": (flows_first(), ["a"]),
    "condition in CDATA": (asking("<![CDATA[ 1 < 2 ]]>"), ["a", "b"]),
    "condition with line breaks": (asking("\n   1 &lt; 2\n   "), ["a", "b"]),
    "condition with character references": (asking("&#49; &#60; 2"), ["a", "b"]),
    "default path": (asking("1 &gt; 2"), ["a"]),
    "implicit merge": (merged(), ["a", "b", "c", "c"]),
    "joining and splitting gateway": (mixed(), ["a", "b", "c", "d"]),
    "several ends": (several_ends(), ["a", "b"]),
    "terminate": (terminated(), ["a"]),
    "interrupting by default": (interrupting_by_default(), []),
    "embedded subprocess": (boxed(), ["a", "b"]),
    "sequential instances": (in_turn(), ["a", "a"]),
}


@pytest.mark.parametrize("name", RUNS)
def test_a_foreign_file_that_passes_runs_as_bpmn_says(name):
    data, path = RUNS[name]
    refusals = [finding for finding in lint.check({"m.bpmn": data}, "m") if not finding.warning]
    assert refusals == []
    case, walked = Case(parse.compile({"m.bpmn": data}, "m"), Facts()), []
    while case.tasks() and len(walked) < 20:
        wait = min(case.waiting("task"), key=lambda wait: (wait.step, wait.item or 0))
        walked.append(wait.step)
        case.do(wait.step, item=wait.item)
    assert (case.finished, sorted(walked)) == (True, path)


def test_moving_a_shape_changes_no_path():
    drawing = Drawing().start().xor("gw", "out").user("first", "second").end().flow("start", "gw")
    drawing.flow("gw", "first", "True").flow("gw", "second", "True").flow("gw", "end", id="out")
    data = document(drawing.flow("first", "end").flow("second", "end")).decode()
    shape = '<bpmndi:BPMNShape id="{0}_di" bpmnElement="{0}"><dc:Bounds x="0" y="{1}"/></bpmndi:BPMNShape>'
    shapes = shape.format("first", 500) + shape.format("second", 10)
    plane = f'<bpmndi:BPMNDiagram id="d"><bpmndi:BPMNPlane id="p">{shapes}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
    data = data.replace("</bpmn:definitions>", plane + "</bpmn:definitions>")
    assert Case(parse.compile({"m.bpmn": data.encode()}, "m")).tasks() == ["first"]
