"""Random walks beside the stock engine, on diagrams that the stock engine runs as BPMN says."""

from __future__ import annotations

import random

import pytest
from lxml import etree
from SpiffWorkflow.bpmn import BpmnEvent, BpmnWorkflow
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.script_engine.python_environment import BasePythonScriptEngineEnvironment
from SpiffWorkflow.bpmn.specs.event_definitions import MultipleEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.spiff.parser import SpiffBpmnParser
from SpiffWorkflow.util.task import TaskState

from engine.spiff import parse
from tests.engine.spiff.drawing import Drawing, document, event, instances, message, timer
from tests.engine.spiff.walking import NOW, Case, Facts

LONGEST = 40


class Environment(BasePythonScriptEngineEnvironment):
    """Stock's scripts, answered from the same facts as ours."""

    def __init__(self, host: Facts) -> None:
        super().__init__({})
        self.host = host

    def evaluate(self, expression, context, external_context=None):
        return self.host.evaluate(expression, None)

    def execute(self, script, context, external_context=None):
        return True


class Stock:
    """The unaltered engine, driven by the same acts."""

    def __init__(self, data: bytes, host: Facts) -> None:
        parser = SpiffBpmnParser()
        parser.add_bpmn_xml(etree.fromstring(data))
        engine = PythonScriptEngine(Environment(host))
        self.workflow = BpmnWorkflow(parser.get_spec("m"), parser.get_subprocess_specs("m"), script_engine=engine)
        self.workflow.do_engine_steps()

    def tasks(self) -> dict[tuple, object]:
        found = {}
        for task in self.workflow.get_tasks(state=TaskState.READY, manual=True):
            found[task.task_spec.bpmn_id.removesuffix(" [child]"), item(task), task.workflow.depth] = task
        return found

    def events(self) -> dict[tuple, object]:
        found = {}
        for task in self.workflow.event_manager.tasks.values():
            definition = task.task_spec.event_definition
            if isinstance(definition, MultipleEventDefinition):
                for option, child in zip(definition.event_definitions, task.task_spec.outputs, strict=True):
                    found[child.name, item(task), task.workflow.depth] = (task, option)
            elif hasattr(definition, "correlation_properties") or isinstance(definition, TimerEventDefinition):
                found[task.task_spec.name, item(task), task.workflow.depth] = (task, definition)
        return found

    def state(self) -> tuple:
        return sorted(self.tasks(), key=str), sorted(self.events(), key=str), self.workflow.is_completed()

    def complete(self, key: tuple) -> None:
        self.tasks()[key].run()
        self.settle()

    def fire(self, key: tuple) -> None:
        task, definition = self.events()[key]
        if not isinstance(definition, TimerEventDefinition):
            self.workflow.send_event(BpmnEvent(definition, payload={}))
        elif isinstance(task.task_spec.event_definition, MultipleEventDefinition):
            task.internal_data["seen_events"] = [BpmnEvent(definition)]
        else:
            task.internal_data["event_value"] = "2020-01-01T00:00:00+00:00"
        self.settle()

    def settle(self) -> None:
        self.workflow.refresh_timers()
        for _ in range(3):
            self.workflow.do_engine_steps()


def item(task):
    """The nearest instance index in stock's bookkeeping."""
    while task is not None:
        for key in ("key_or_index", "item"):
            if key in task.internal_data:
                return task.internal_data[key]
        task = (
            task.workflow.top_workflow.get_task_from_id(task.workflow.parent_task_id) if task.workflow.depth else None
        )
    return None


class Ours(Case):
    """Our engine under the same keys, saved and loaded after every act."""

    def key(self, wait) -> tuple:
        task, _ = self.machine._find(wait.id)
        return wait.step, wait.item, task.workflow.depth

    def state(self) -> tuple:
        tasks = sorted((self.key(wait) for wait in self.waiting("task")), key=str)
        others = sorted((self.key(wait) for wait in self.waiting() if wait.kind != "task"), key=str)
        return tasks, others, self.finished

    def complete(self, key: tuple) -> None:
        self.machine.complete(self._id(key))
        self._settle()

    def fire(self, key: tuple) -> None:
        self.machine._fire(*self.machine._find(self._id(key)))
        self._settle()

    def _id(self, key: tuple) -> str:
        return next(wait.id for wait in self.waiting() if self.key(wait) == key)


def rounds() -> bytes:
    """Gateways, a rework loop, timers on tasks, a stage that itself waits, a timer event."""
    stage = (
        Drawing("stage")
        .start("s_start")
        .user("s_a")
        .user("s_b")
        .end("s_end")
        .end("s_late")
        .boundary("s_timer", "s_b", timer("Duration", "'P14D'"))
        .chain("s_start", "s_a", "s_b", "s_end")
        .flow("s_timer", "s_late")
    )
    main = (
        Drawing()
        .start()
        .user("intake", "fix", "late", "follow")
        .xor("ok", "to_stage")
        .xor("again", "to_year")
        .call("stage_call", "stage")
        .catch("year", timer("Duration", "'P360D'"))
        .end()
        .end("expired")
        .boundary("intake_late", "intake", timer("Duration", "'P30D'"))
        .chain("start", "intake", "ok")
        .flow("ok", "fix", "a")
        .chain("fix", "intake")
        .flow("ok", "stage_call", id="to_stage")
        .chain("stage_call", "again")
        .flow("again", "stage_call", "b")
        .flow("again", "year", id="to_year")
        .chain("year", "follow", "end")
        .chain("intake_late", "late", "expired")
    )
    return document(main, stage)


def branches() -> bytes:
    """Nested parallel branches: one interrupted by a timer, one with a reminder, one inside a subprocess."""
    inside = Drawing("box").start("x_start").user("x_a").xor("x_gw", "x_out").user("x_b").end("x_end")
    inside.chain("x_start", "x_a", "x_gw").flow("x_gw", "x_b", "a").flow("x_b", "x_a")
    inside.flow("x_gw", "x_end", id="x_out")
    drawing = (
        Drawing()
        .start()
        .parallel("p1", "p2", "j1", "j2")
        .user("a", "b", "c", "after", "late", "nag", "nag_again")
        .end()
        .sub("box", inside)
        .boundary("b_late", "b", timer("Duration", "'P3D'"))
        .boundary("a_nag", "a", timer("Duration", "'P2D'"), interrupting=False)
        .end("end_nag")
        .chain("a_nag", "nag", "nag_again", "end_nag")
        .xor("merge", "merge_out")
        .chain("start", "p1", "a", "j1")
        .chain("p1", "p2", "b", "merge")
        .chain("p2", "c", "j2")
        .chain("p1", "box", "j1")
        .chain("b_late", "late", "merge")
        .flow("merge", "j2", id="merge_out")
        .chain("j2", "j1", "after", "end")
    )
    return document(drawing)


def several() -> bytes:
    """Instances in parallel and in sequence, over a task and over a subprocess, one cut short by a timer."""
    inside = Drawing("each").start("e_start").user("e_a", "e_b").end("e_end")
    inside.chain("e_start", "e_a", "e_b", "e_end")
    drawing = (
        Drawing()
        .start()
        .user("first", "late", "last")
        .user("many", inner=instances("3"))
        .user("row", inner=instances("2", sequential=True))
        .sub("each", inside, instances("2"))
        .end()
        .end("end_late")
        .boundary("many_late", "many", timer("Duration", "'P3D'"))
        .chain("start", "first", "many", "row", "each", "last", "end")
        .chain("many_late", "late", "end_late")
    )
    return document(drawing)


def choices() -> bytes:
    """An inclusive split and join, and an event gateway between a message and a date."""
    drawing = (
        Drawing()
        .start()
        .user("w", "x", "y", "z", "after", "by_mail", "by_time")
        .inclusive("split", "to_z")
        .inclusive("join", "join_out")
        .choice("which")
        .catch("mail", message("m_mail"))
        .end()
        .end("end_mail")
        .catch("day", timer("Duration", "'P5D'"))
        .chain("start", "w", "split")
        .flow("split", "x", "a")
        .flow("split", "y", "b")
        .flow("split", "z", id="to_z")
        .chain("x", "join")
        .chain("y", "join")
        .chain("z", "join")
        .flow("join", "after", id="join_out")
        .chain("after", "which")
        .chain("which", "mail", "by_mail", "end_mail")
        .chain("which", "day", "by_time", "end")
    )
    return document(drawing)


def anytime() -> bytes:
    """A stage whose message loops a terminate end event closes, and one that ends in an error."""
    stage = (
        Drawing("stage")
        .start("s_start")
        .parallel("s_split")
        .user("s_main", "s_note", "s_ask")
        .catch("c_note", message("m_note"))
        .catch("c_ask", message("m_ask"))
        .xor("x_note", "n1")
        .xor("x_ask", "n2")
        .end("s_end", event("terminate"))
        .chain("s_start", "s_split", "s_main", "s_end")
        .chain("s_split", "x_note")
        .flow("x_note", "c_note", id="n1")
        .chain("c_note", "s_note", "x_note")
        .chain("s_split", "x_ask")
        .flow("x_ask", "c_ask", id="n2")
        .chain("c_ask", "s_ask", "x_ask")
    )
    fails = (
        Drawing("fails")
        .start("f_start")
        .user("f_a")
        .xor("f_gw", "f_out")
        .end("f_end")
        .end("f_err", event("error", "E1"))
        .chain("f_start", "f_a", "f_gw")
        .flow("f_gw", "f_err", "a")
        .flow("f_gw", "f_end", id="f_out")
    )
    main = (
        Drawing()
        .start()
        .call("stage_call", "stage")
        .call("fails_call", "fails")
        .user("check", "repair")
        .end()
        .boundary("failed", "fails_call", event("error", "E1"))
        .xor("gw", "gw_out")
        .chain("start", "stage_call", "check", "gw")
        .flow("gw", "stage_call", "b")
        .flow("gw", "fails_call", id="gw_out")
        .chain("fails_call", "end")
        .chain("failed", "repair", "check")
    )
    return document(main, stage, fails)


MODELS = {"rounds": rounds, "branches": branches, "several": several, "choices": choices, "anytime": anytime}


def walk(name: str, seed: int) -> None:
    dice, data = random.Random(f"{name} {seed}"), MODELS[name]()
    host = Facts(a=False, b=False)
    ours, stock = Ours(parse.compile({"m.bpmn": data}, "m"), host, NOW), Stock(data, host)
    for step in range(LONGEST):
        state = stock.state()
        assert ours.state() == state, f"{name} seed {seed} step {step}"
        tasks, events, finished = state
        if finished or not (tasks or events):
            return
        host.facts.update(a=dice.random() < 0.4, b=dice.random() < 0.4)
        key = dice.choice(events) if events and (not tasks or dice.random() < 0.2) else dice.choice(tasks)
        for engine in (ours, stock):
            (engine.fire if key in events else engine.complete)(key)


@pytest.mark.parametrize("name", MODELS)
def test_walks_go_as_on_the_stock_engine(name):
    for seed in range(10):
        walk(name, seed)


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS)
def test_two_hundred_walks_go_as_on_the_stock_engine(name):
    for seed in range(200):
        walk(name, seed)
