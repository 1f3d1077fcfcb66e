"""The activities of a diagram: what a token does in a task, a stage, or several instances of one."""

from __future__ import annotations

from SpiffWorkflow.bpmn.specs.mixins import UserTaskMixin
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.util.task import TaskState

from engine import errors
from engine.spiff.compat import OPEN, OfficeTask, Overrun
from engine.spiff.elements import Element

MOST_INSTANCES = 500


class Unpredicted(TaskSpec):
    """Makes children only when a task runs: predicting is slow, recursive, and read by no join here."""

    def _predict(self, my_task, seen=None, looked_ahead=0, mask=TaskState.PREDICTED_MASK) -> None:
        pass


class ElementSpec(Unpredicted, BpmnSpecMixin):
    """A node of the diagram; keeps the element it was made from."""

    def __init__(self, wf_spec, element: Element, name: str | None = None, **kwargs) -> None:
        self.element = element
        super().__init__(wf_spec, name or element.id, lane=element.lane, bpmn_name=element.name, **kwargs)
        self.bpmn_id = element.id


class PassThrough(ElementSpec):
    """A start event: the token goes straight on."""


class Scripted(ElementSpec):
    """An activity, with the assignments a designer put before and after it."""

    def __init__(self, wf_spec, element: Element, name: str | None = None, **kwargs) -> None:
        super().__init__(wf_spec, element, name, **kwargs)
        # a multi-instance runs them once, around all its instances, unless they are meant for each
        mine = not element.multi or (name is None) != element.scripts_each
        self.prescript = element.pre_script if mine else None
        self.postscript = element.post_script if mine else None

    def _update_hook(self, my_task: OfficeTask) -> bool:
        if self.prescript and not my_task._state & OPEN:
            my_task.workflow.script_engine.execute(my_task, self.prescript)
        return True

    def _on_complete_hook(self, my_task: OfficeTask) -> None:
        if self.postscript:
            my_task.workflow.script_engine.execute(my_task, self.postscript)
        super()._on_complete_hook(my_task)


class UserTask(UserTaskMixin, Scripted):
    """Waits for a person."""


class ScriptTask(Scripted):
    def _run_hook(self, my_task: OfficeTask) -> bool:
        my_task.workflow.script_engine.execute(my_task, self.element.script or "")
        return True


class DecisionTask(Scripted):
    def _run_hook(self, my_task: OfficeTask) -> bool:
        my_task.workflow.script_engine.decide(my_task)
        return True


class ServiceTask(Scripted):
    """Notes an order and goes on at once; carrying it out is not the engine's business."""

    def _run_hook(self, my_task: OfficeTask) -> bool:
        my_task.workflow.script_engine.order(my_task)
        return True


class Stage(Scripted):
    """A call activity or an embedded subprocess: opens its stage and waits until that has closed."""

    def __init__(self, wf_spec, element: Element, stage: str, name: str | None = None) -> None:
        super().__init__(wf_spec, element, name)
        self.stage = stage

    def _update_hook(self, my_task: OfficeTask) -> bool:
        if my_task._state & OPEN:
            return False
        super()._update_hook(my_task)
        my_task._set_state(TaskState.STARTED)
        my_task.workflow.top_workflow.open_stage(my_task, self.stage)
        return False

    def _on_complete_hook(self, my_task: OfficeTask) -> None:
        my_task.workflow.top_workflow.subprocesses.pop(my_task.id, None)
        super()._on_complete_hook(my_task)

    def _on_cancel(self, my_task: OfficeTask) -> None:
        stage = my_task.workflow.top_workflow.subprocesses.pop(my_task.id, None)
        if stage is not None:
            stage.cancel()


class MultiInstance(Scripted):
    """Several instances by cardinality; an instance knows its index and nothing else."""

    def __init__(self, wf_spec, element: Element, inner: ElementSpec) -> None:
        super().__init__(wf_spec, element)
        self.inner = inner.name
        inner.inputs = [self]
        # connected once, here: stock connects on first use, which changes a spec that threads share
        inner.completed_event.connect(self.instance_completed)

    def _update_hook(self, my_task: OfficeTask) -> bool:
        if my_task._state & OPEN:
            return False
        super()._update_hook(my_task)
        count = self._count(my_task)
        if count == 0:
            return True
        my_task._set_state(TaskState.STARTED)
        begun = 1 if self.element.sequential else count
        my_task.internal_data.update(left=count, begun=begun)
        for index in range(begun):
            self._begin(my_task, index)
        return False

    def instance_completed(self, workflow, child: OfficeTask) -> None:
        my_task = child.parent
        progress = my_task.internal_data
        progress["left"] -= 1
        early = self.element.completion and holds(child, self.element.completion)
        if early or progress["left"] == 0:
            my_task._set_state(TaskState.READY)
            for other in my_task.children:
                if other is not child and other._state & OPEN:
                    other.cancel()
        elif self.element.sequential:
            progress["begun"] += 1
            self._begin(my_task, progress["begun"] - 1)

    def _count(self, my_task: OfficeTask) -> int:
        count = my_task.workflow.script_engine.evaluate(my_task, self.element.cardinality)
        named = f"“{self.element.name or self.name}”"
        if isinstance(count, bool) or not isinstance(count, int) or count < 0:
            raise errors.Broken(f"{named}的实例数应为非负整数，得到 {count!r}", element=self.name)
        if count > MOST_INSTANCES:
            raise Overrun(f"{named}要产生 {count} 个实例，超过 {MOST_INSTANCES}", element=self.name)
        return count

    def _begin(self, my_task: OfficeTask, index: int) -> None:
        child = my_task._add_child(self._wf_spec.task_specs[self.inner], TaskState.FUTURE)
        child.triggered = True
        child.internal_data["item"] = index
        child.task_spec._update(child)


def holds(task: OfficeTask, condition: str) -> bool:
    """Whether a condition is true; an answer that is neither yes nor no must not choose the way."""
    value = task.workflow.script_engine.evaluate(task, condition)
    if value is None or isinstance(value, bool):
        return bool(value)
    element = task.task_spec.element
    named = f"“{element.name or element.id}”({element.id})"
    raise errors.Broken(f"{named}的条件 {condition} 应得出是或否，得到 {value!r}", element=element.id)


def item_of(task: OfficeTask | None) -> int | None:
    """The index of the instance this token belongs to, through the stages around it."""
    while task is not None:
        if "item" in task.internal_data:
            return task.internal_data["item"]
        task = task.workflow.top_workflow.find(task.workflow.parent_task_id)
    return None
