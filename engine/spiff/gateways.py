"""Gateways and joins: which way a token goes, and when tokens have gathered."""

from __future__ import annotations

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, EventSplit, _EndJoin
from SpiffWorkflow.bpmn.specs.mixins import ExclusiveGatewayMixin, InclusiveGatewayMixin, ParallelGatewayMixin
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.util.task import TaskState

from engine import errors
from engine.spiff.activities import ElementSpec, Unpredicted, holds
from engine.spiff.compat import FINISHED, OPEN, OfficeTask
from engine.spiff.events import Boundary


class ExclusiveGateway(ExclusiveGatewayMixin, ElementSpec):
    """The first flow, in the order of the file, whose condition holds."""

    def _predict_hook(self, my_task: OfficeTask) -> None:
        pass

    def _run_hook(self, my_task: OfficeTask) -> bool:
        for condition, name in self.cond_task_specs:
            if condition is not None and holds(my_task, condition.args[0]):
                return _follow(my_task, [name])
        if self.default_task_spec is None:
            raise _no_way(self)
        return _follow(my_task, [self.default_task_spec])


class TokenJoin(ElementSpec):
    """Gathers tokens: every arrival waits as a task of its own until one firing consumes it.

    Stock leaves arrivals of earlier rounds in the tree, where they count again: joins in loops fire early.
    """

    waits_for_others = True
    announces_itself = True

    def _predict_hook(self, my_task: OfficeTask) -> None:
        pass

    def _update_hook(self, my_task: OfficeTask) -> bool:
        my_task._state = TaskState.WAITING
        arrived: dict[str, OfficeTask] = {}
        for task in my_task.workflow.tasks.values():
            if task.task_spec is self and task._state == TaskState.WAITING:
                arrived.setdefault(task.parent.task_spec.name, task)
        arrived[my_task.parent.task_spec.name] = my_task
        if not self.gathered(my_task, set(arrived)):
            return False
        for task in arrived.values():
            if task is not my_task:
                task._set_state(TaskState.CANCELLED)
        return True

    def _on_ready_hook(self, my_task: OfficeTask) -> None:
        my_task.workflow.top_workflow.note_entry(my_task)
        super()._on_ready_hook(my_task)

    def gathered(self, my_task: OfficeTask, arrived: set[str]) -> bool:
        raise NotImplementedError


class ParallelGateway(TokenJoin, ParallelGatewayMixin):
    """Fires when every incoming flow holds a token; surplus tokens stay for the next firing."""

    def gathered(self, my_task: OfficeTask, arrived: set[str]) -> bool:
        return set(self._inputs) <= arrived

    def _run_hook(self, my_task: OfficeTask) -> bool:
        return _follow(my_task, self._outputs)


class InclusiveGateway(TokenJoin, InclusiveGatewayMixin):
    """Fires when no token elsewhere can still reach an empty incoming flow without passing this gateway.

    A token that can also reach a flow that already holds one does not hold the gateway up (BPMN 2.0, 13.4.3).
    """

    def gathered(self, my_task: OfficeTask, arrived: set[str]) -> bool:
        empty = set(self._inputs) - arrived
        elsewhere = {
            task.task_spec.name: task.task_spec
            for task in my_task.workflow.tasks.values()
            if task.task_spec is not self and is_token(task)
        }
        for spec in elsewhere.values() if empty else ():
            reached = self._reached_from(spec)
            if reached & empty and not reached & arrived:
                return False
        return True

    def _reached_from(self, spec: TaskSpec) -> set[str]:
        """The incoming flows, by their source, that a token at `spec` can still come through."""
        seen, pending = {spec.name}, [spec]
        while pending:
            for following in pending.pop().outputs:
                if following is not self and following.name not in seen:
                    seen.add(following.name)
                    pending.append(following)
        return seen & set(self._inputs)

    def _run_hook(self, my_task: OfficeTask) -> bool:
        ways = self.cond_task_specs
        taken = [name for condition, name in ways if condition is not None and holds(my_task, condition.args[0])]
        taken = taken or [name for condition, name in ways if condition is None]
        if not taken:
            raise _no_way(self)
        return _follow(my_task, taken)


class EndJoin(Unpredicted, _EndJoin):
    """Closes a process or stage once no other token is left in it."""

    waits_for_others = True

    def _update_hook(self, my_task: OfficeTask) -> bool:
        for task in list(my_task.workflow.tasks.values()):
            if task.task_spec is self and task is not my_task and not task._state & FINISHED:
                task.cancel()
        if any(task is not my_task and is_token(task) for task in my_task.workflow.tasks.values()):
            my_task._set_state(TaskState.WAITING)
            return False
        return True

    def _run_hook(self, my_task: OfficeTask) -> bool:
        return True


class HostSplit(Unpredicted, EventSplit):
    """Stands before an activity with boundary events and starts both."""

    def __init__(self, wf_spec, name: str) -> None:
        super().__init__(Boundary, wf_spec, name)


class HostJoin(Unpredicted, BoundaryEventJoin):
    """Cancels the boundary events of an activity that is done; it never waits, so none pile up."""

    def _update_hook(self, my_task: OfficeTask) -> bool:
        finished, cancel = self._check_threshold_structured(my_task)
        for task in cancel:
            task.cancel()
        if not finished:
            my_task._set_state(TaskState.CANCELLED)
        return finished


def is_token(task: OfficeTask) -> bool:
    """Whether something can still come of this task; a child of a finished one is about to be reached."""
    return bool(task._state & OPEN or (not task._state & FINISHED and task.parent._state & FINISHED))


def _follow(my_task: OfficeTask, names: list[str]) -> bool:
    """A child for each flow taken; two flows to one target are two tokens."""
    for name in names:
        my_task._add_child(my_task.workflow.spec.task_specs[name], TaskState.FUTURE)
    return True


def _no_way(spec: ElementSpec) -> errors.Broken:
    named = spec.element.name or spec.name
    return errors.Broken(f"网关“{named}”没有一条路径的条件成立，也没有默认路径", element=spec.name)
