"""The script engine of one machine: what a designer wrote goes to the machine's host, never to Python."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.script_engine.python_environment import BasePythonScriptEngineEnvironment

from engine import errors
from engine.spiff.activities import item_of
from engine.spiff.compat import OfficeTask
from engine.spiff.elements import Element


class Host(Protocol):
    """What a machine asks of the case it runs in; `item` is the index inside a multi-instance, else None."""

    def evaluate(self, source: str, item: int | None) -> object: ...
    def assign(self, element: str, script: str, item: int | None) -> None: ...
    def decide(self, element: str, decision_id: str, item: int | None) -> None: ...
    def order(self, element: str, operation: str, params: Mapping[str, object], item: int | None) -> None: ...
    def clock_due(self, clock_id: str) -> str: ...


class HostEnvironment(BasePythonScriptEngineEnvironment):
    """For the call sites of SpiffWorkflow that skip the engine and ask its environment."""

    def __init__(self, host: Host) -> None:
        super().__init__()
        self.host = host

    def evaluate(self, expression, context, external_context=None) -> object:
        return self.host.evaluate(expression, None)

    def execute(self, script, context, external_context=None) -> bool:
        raise errors.Broken("脚本只能写在脚本任务或任务的前后脚本中")

    def call_service(self, context, **kwargs) -> str:
        raise errors.Broken("服务任务只登记事项，不在流程中执行")


class HostEngine(PythonScriptEngine):
    """Bound to one host; names the element in whatever goes wrong."""

    def __init__(self, host: Host) -> None:
        super().__init__(HostEnvironment(host))
        self.host = host

    def evaluate(self, task: OfficeTask, expression: str, external_context: Any = None) -> Any:
        with _blaming(_element(task)):
            return self.host.evaluate(expression, item_of(task))

    def timer(self, task: OfficeTask, element: Element) -> object:
        """What a timer's text means now; `clock('ID')` alone is asked of the case's clocks."""
        with _blaming(element):
            if element.clock:
                return self.host.clock_due(element.clock)
            return self.host.evaluate(element.event or "", item_of(task))

    def execute(self, task: OfficeTask, script: str, external_context: Any = None) -> bool:
        element = _element(task)
        with _blaming(element):
            self.host.assign(element.id, script, item_of(task))
        return True

    def decide(self, task: OfficeTask) -> None:
        element = _element(task)
        with _blaming(element):
            self.host.decide(element.id, element.decision or "", item_of(task))

    def order(self, task: OfficeTask) -> None:
        element, item = _element(task), item_of(task)
        with _blaming(element):
            params = {name: self.host.evaluate(source, item) for name, source in element.params.items()}
            self.host.order(element.id, element.operation or "", params, item)


def _element(task: OfficeTask) -> Element:
    return task.task_spec.element


@contextmanager
def _blaming(element: Element) -> Iterator[None]:
    try:
        yield
    except errors.OfficeError:
        raise
    except Exception as problem:
        raise errors.Broken(f"“{element.name or element.id}”({element.id})：{problem}", element=element.id) from problem
