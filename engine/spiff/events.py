"""Events: timers by the moment handed in, messages and signals by name, errors to the stage around them."""

from __future__ import annotations

from datetime import datetime, timedelta

from SpiffWorkflow.bpmn.specs.mixins import BoundaryEventMixin
from SpiffWorkflow.util.task import TaskState

from engine import errors
from engine.spiff import timers
from engine.spiff.activities import ElementSpec, MultiInstance
from engine.spiff.compat import OfficeTask
from engine.spiff.elements import Element


class Catching(ElementSpec):
    """An intermediate catch event or a receive task: waits until it is fired."""

    def _update_hook(self, my_task: OfficeTask) -> bool:
        if my_task.internal_data.pop("fired", False):
            return True
        my_task._set_state(TaskState.WAITING)
        if self.element.event_kind == "timer":
            my_task.internal_data.update(_armed(self.element, my_task))
            if self.element.timer != "cycle" and due_of(my_task) <= my_task.workflow.top_workflow.now:
                return True
        return False

    def fire(self, my_task: OfficeTask) -> None:
        my_task.internal_data["fired"] = True
        self._update(my_task)

    def _run_hook(self, my_task: OfficeTask) -> bool:
        my_task.internal_data.pop("due", None)
        return True


class Boundary(Catching, BoundaryEventMixin):
    """An event on an activity: it cancels the activity at once, or each firing becomes its own token."""

    announces_itself = True

    def __init__(self, wf_spec, element: Element) -> None:
        super().__init__(wf_spec, element, event_definition=None, cancel_activity=element.interrupting)

    def fire(self, my_task: OfficeTask) -> None:
        once = self.cancel_activity or self.element.timer in ("date", "duration")
        if once:
            super().fire(my_task)
            return
        if self.element.timer == "cycle":
            _advance_cycle(my_task)
        token = my_task.parent._add_child(self, TaskState.FUTURE)
        token.triggered = True
        super().fire(token)

    def _on_ready_hook(self, my_task: OfficeTask) -> None:
        super()._on_ready_hook(my_task)
        my_task.workflow.top_workflow.note_entry(my_task)
        if self.cancel_activity:
            # at once: a stage that threw an error must not complete before its boundary event has run
            for sibling in my_task.parent.children:
                if sibling is not my_task and (sibling.task_spec is not self) and _belongs_to_host(sibling):
                    sibling.cancel()


class EventGateway(ElementSpec):
    """Waits for the first of several events; each keeps its own date."""

    def _predict_hook(self, my_task) -> None:
        pass

    def _update_hook(self, my_task: OfficeTask) -> bool:
        if "chosen" in my_task.internal_data:
            return True
        my_task._set_state(TaskState.WAITING)
        due = {
            spec.name: _armed(spec.element, my_task)["due"]
            for spec in self.outputs
            if spec.element.event_kind == "timer"
        }
        my_task.internal_data["due"] = due
        first = min(due, key=lambda name: timers.restored(due[name]), default=None)
        if first and timers.restored(due[first]) <= my_task.workflow.top_workflow.now:
            my_task.internal_data["chosen"] = first
            return True
        return False

    def fire(self, my_task: OfficeTask, alternative: str) -> None:
        my_task.internal_data["chosen"] = alternative
        self._update(my_task)

    def _run_hook(self, my_task: OfficeTask) -> bool:
        chosen = self._wf_spec.task_specs[my_task.internal_data.pop("chosen")]
        my_task._sync_children([chosen], TaskState.FUTURE)
        my_task.children[0].internal_data["fired"] = True
        return True


class Throwing(ElementSpec):
    """An intermediate throw event, or an end event that may close its stage or the case."""

    def _run_hook(self, my_task: OfficeTask) -> bool:
        kind = self.element.event_kind
        if kind == "signal":
            _broadcast(my_task, self.element.event)
        elif kind in ("error", "escalation"):
            catcher = _enclosing_catcher(my_task, kind, self.element.event)
            if catcher is not None:
                catcher.task_spec.fire(catcher)
            elif kind == "error":
                raise errors.Broken(
                    f"“{self.element.name or self.name}”抛出的错误 {self.element.event} 没有边界事件接住",
                    element=self.name,
                )
        return True


class EndEvent(Throwing):
    def _on_complete_hook(self, my_task: OfficeTask) -> None:
        super()._on_complete_hook(my_task)
        my_task.workflow.top_workflow.ended.append(self.name)
        if self.element.event_kind == "terminate":
            my_task.workflow.cancel_open()
            my_task.workflow.completed = True


def due_of(my_task: OfficeTask) -> datetime:
    return timers.restored(my_task.internal_data["due"])


def _armed(element: Element, my_task: OfficeTask) -> dict:
    """What a timer remembers from the moment its token arrives."""
    value = my_task.workflow.script_engine.timer(my_task, element)
    now = my_task.workflow.top_workflow.now
    try:
        if element.timer == "date":
            return {"due": timers.stored(timers.moment(value))}
        if element.timer == "duration":
            return {"due": timers.stored(now + timers.duration(value))}
        times, every = timers.cycle(value)
    except timers.BadTimer as problem:
        raise errors.Broken(f"定时事件“{element.name or element.id}”：{problem}", element=element.id) from problem
    return {"due": timers.stored(now + every), "left": times, "every": every.total_seconds()}


def _advance_cycle(my_task: OfficeTask) -> None:
    state = my_task.internal_data
    state["left"] -= 1
    if state["left"] == 0:
        my_task.cancel()
    else:
        state["due"] = timers.stored(due_of(my_task) + timedelta(seconds=state["every"]))


def _belongs_to_host(task: OfficeTask) -> bool:
    """The activity itself, or a boundary event still waiting; not the path of one that fired."""
    return not isinstance(task.task_spec, Boundary) or task._state == TaskState.WAITING


def _broadcast(my_task: OfficeTask, name: str | None) -> None:
    top = my_task.workflow.top_workflow
    for task in [task for workflow in top.workflows() for task in workflow.tasks.values()]:
        if task._state != TaskState.WAITING:
            continue
        spec = task.task_spec
        if isinstance(spec, Catching) and spec.element.event_kind == "signal" and spec.element.event == name:
            spec.fire(task)
        elif isinstance(spec, EventGateway):
            for option in spec.outputs:
                if option.element.event_kind == "signal" and option.element.event == name:
                    spec.fire(task, option.name)
                    break


def _enclosing_catcher(my_task: OfficeTask, kind: str, code: str | None) -> OfficeTask | None:
    """The waiting boundary event of the innermost stage that takes this error or escalation."""
    top, workflow = my_task.workflow.top_workflow, my_task.workflow
    while workflow.parent_task_id is not None:
        host = top.find(workflow.parent_task_id)
        while isinstance(host.parent.task_spec, MultiInstance):
            host = host.parent
        waiting = [
            task
            for task in host.parent.children
            if isinstance(task.task_spec, Boundary)
            and task._state == TaskState.WAITING
            and task.task_spec.element.event_kind == kind
            and task.task_spec.element.event in (None, code)
        ]
        if waiting:
            return max(waiting, key=lambda task: task.task_spec.element.event is not None)
        workflow = host.workflow
    return None
