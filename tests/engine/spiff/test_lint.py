"""The deploy check over several files: stages, what is thrown between them, and how findings read."""

from __future__ import annotations

from engine.spiff import lint
from tests.engine.spiff.corpus import plain
from tests.engine.spiff.drawing import Drawing, document, event, instances, message, timer


def stage(process: str, inner: str = "", prefix: str = "") -> Drawing:
    """start -> user -> end, with ids of its own."""
    ids = [f"{prefix or process}_{part}" for part in ("start", "work", "end")]
    return Drawing(process).start(ids[0]).user(ids[1]).end(ids[2], inner).chain(*ids)


def main(*called: str, **inner: str) -> Drawing:
    calls = [f"call_{name}" for name in called]
    drawing = Drawing().start().end().chain("start", *calls, "end")
    for id, name in zip(calls, called, strict=True):
        drawing.call(id, name, inner.get(name, ""))
    return drawing


def check(**drawings: Drawing) -> list[str]:
    """Element and reason of what forbids a deployment."""
    files = {f"bpmn/m/{name}.bpmn": document(drawing) for name, drawing in drawings.items()}
    return [f"{found.element} {found.reason}" for found in lint.check(files, "m") if not found.warning]


def warnings(**drawings: Drawing) -> list[str]:
    files = {f"bpmn/m/{name}.bpmn": document(drawing) for name, drawing in drawings.items()}
    return [f"{found.element} {found.reason}" for found in lint.check(files, "m") if found.warning]


def test_a_process_with_its_stages_passes():
    assert check(m=main("one", "two"), one=stage("one"), two=stage("two")) == []


def test_a_step_id_may_not_return_in_another_stage():
    found = check(m=main("one", "two"), one=stage("one", prefix="s"), two=stage("two", prefix="s"))
    assert "s_work id s_work 在 bpmn/m/one.bpmn 中已有" in found


def test_a_stage_that_nobody_calls_is_a_warning():
    assert "one 流程 one 没有被调用" in warnings(m=plain(), one=stage("one"))


def test_stages_that_call_one_another_in_a_ring_are_refused():
    one = Drawing("one").start("s1").call("to_two", "two").end("e1").chain("s1", "to_two", "e1")
    two = Drawing("two").start("s2").call("to_one", "one").end("e2").chain("s2", "to_one", "e2")
    assert "to_one 流程 one 会调用到自己" in check(m=main("one"), one=one, two=two)


def test_a_missing_main_process_is_named():
    assert "m 没有名为 m 的流程" in check(other=Drawing("other").start().user("a").end().chain("start", "a", "end"))


def test_an_error_of_a_stage_may_be_caught_two_levels_up():
    inner = stage("two", event("error", "E1"))
    middle = Drawing("one").start("s1").call("to_two", "two").end("e1").chain("s1", "to_two", "e1")
    outer = main("one").boundary("failed", "call_one", event("error", "E1")).end("end_bad").flow("failed", "end_bad")
    assert check(m=outer, one=middle, two=inner) == []


def test_a_boundary_event_without_a_code_catches_every_error():
    outer = main("one").boundary("failed", "call_one", "<bpmn:errorEventDefinition/>").end("end_bad")
    assert check(m=outer.flow("failed", "end_bad"), one=stage("one", event("error", "E1"))) == []


def test_an_error_caught_by_one_caller_only_is_refused():
    outer = main("one").call("again", "one").boundary("failed", "call_one", event("error", "E1")).end("end_bad")
    outer = Drawing().start().call("first", "one").call("second", "one").end().chain("start", "first", "second", "end")
    outer.boundary("failed", "first", event("error", "E1")).end("end_bad").flow("failed", "end_bad")
    assert "one_end 错误 E1 没有边界事件接住" in check(m=outer, one=stage("one", event("error", "E1")))


def test_an_escalation_that_nobody_hears_is_a_warning():
    assert "one_end 升级 X1 没有边界事件接住" in warnings(m=main("one"), one=stage("one", event("escalation", "X1")))


def test_instances_of_a_stage_with_instances_inside_are_refused():
    inner = Drawing("one").start("s1").user("many", inner=instances("2")).end("e1").chain("s1", "many", "e1")
    found = check(m=main("one", one=instances("2")), one=inner)
    assert "many 多实例位于多实例“call_one”之内" in found


def test_a_loop_whose_only_rest_is_inside_a_stage_is_a_loop_that_waits():
    drawing = Drawing().start().call("call_one", "one").xor("gw", "out").end().chain("start", "call_one", "gw")
    drawing.flow("gw", "call_one", "True").flow("gw", "end", id="out")
    assert check(m=drawing, one=stage("one")) == []
    empty = Drawing("one").start("s1").script("x", "n = 1").end("e1").chain("s1", "x", "e1")
    assert "call_one 回路中没有等待的环节，会自动循环不止" in check(m=drawing, one=empty)


def test_the_loops_of_anytime_acts_pass_where_a_terminate_end_event_closes_them():
    def rectify(end: str) -> Drawing:
        return (
            Drawing().start().parallel("split").user("main_work", "note").catch("ask", message("m_ask")).end("end", end)
            .xor("again", "to_ask").chain("start", "split", "main_work", "end").chain("split", "again")
            .flow("again", "ask", id="to_ask").chain("ask", "note", "again")
        )  # fmt: skip

    assert check(m=rectify(event("terminate"))) == []
    assert "note 回路没有出口，也没有终止结束事件收口" in check(m=rectify(""))


def test_a_reminder_beside_a_task_passes():
    drawing = plain().boundary("weekly", "a", timer("Cycle", "'R/P7D'"), interrupting=False).user("remind")
    assert check(m=drawing.end("told").chain("weekly", "remind", "told")) == []


def test_missing_shapes_are_only_warnings():
    assert check(m=plain()) == []
    assert "a 没有图形，图上看不见" in warnings(m=plain())
    assert "m_f1 没有线条，图上看不见" in warnings(m=plain())


def test_a_finding_reads_as_a_sentence_with_its_line():
    files = {"bpmn/m/m.bpmn": document(Drawing().start().node("task", "x").end().chain("start", "x", "end"))}
    found = next(found for found in lint.check(files, "m") if found.element == "x" and not found.warning)
    line = files["bpmn/m/m.bpmn"].decode().splitlines().index('  <bpmn:task id="x" name="x"></bpmn:task>') + 1
    assert str(found) == (f"bpmn/m/m.bpmn 第{line}行 “x”(x)：普通任务没有办理方式。请改为用户任务、脚本任务或服务任务")


def test_other_files_are_none_of_its_business():
    assert lint.check({"bpmn/m/m.dmn": b"<", "bpmn/roles.toml": b"", "m.bpmn": document(plain())}, "m") != []
    assert check(m=plain()) == []


def test_findings_come_in_the_order_of_the_files_and_lines():
    drawing = Drawing().start().node("task", "x").node("task", "y").end().chain("start", "x", "y", "end")
    found = [f for f in lint.check({"m.bpmn": document(drawing)}, "m") if not f.warning]
    assert [f.line for f in found] == sorted(f.line for f in found)
