"""SpiffWorkflow 3.2.0's task tree and workflow, put right where wrong; subclasses, nothing is patched.

Tokens are empty, nothing is predicted, time is handed in: a tree holds what has happened and what waits.
"""

from __future__ import annotations

import time
from datetime import datetime

import SpiffWorkflow
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine import errors

VERSION = "3.2.0"
if SpiffWorkflow.__version__ != VERSION:
    raise ImportError(f"SpiffWorkflow {VERSION} is required, found {SpiffWorkflow.__version__}")

FINISHED = TaskState.FINISHED_MASK
OPEN = TaskState.WAITING | TaskState.READY | TaskState.STARTED
DEEPEST = 10


class Overrun(errors.Broken):
    """A run that goes on too long: too many steps, too much time, too many instances, too deep."""


class OfficeTask(Task):
    """A token: numbered by its case, without data, and never walked recursively."""

    def __init__(self, workflow, task_spec, parent=None, state=TaskState.MAYBE, id=None) -> None:
        super().__init__(workflow, task_spec, parent, state, id or workflow.top_workflow.next_id())
        self.last_state_change = 0.0

    def _set_state(self, value: int) -> None:
        # stock builds two dicts for its log on every change, even with the log off
        before, self._state = self._state, value
        if value & OPEN and not before & OPEN and not getattr(self.task_spec, "announces_itself", False):
            self.workflow.top_workflow.note_entry(self)

    def _inherit_data(self) -> None:
        """Tokens stay empty: nothing is handed down, so joins have nothing to lose."""

    def _add_child(self, task_spec, state=TaskState.MAYBE) -> OfficeTask:
        child = OfficeTask(self.workflow, task_spec, self, state)
        if state == TaskState.READY:
            child._ready()
        return child

    def run(self) -> bool | None:
        """Execute once; a task that another event cancelled meanwhile stays cancelled."""
        if self._state != TaskState.READY:
            raise errors.Conflict("该环节已经办结或被取消")
        if all(child.triggered for child in self.children):
            self.task_spec._predict_hook(self)
        result = self.task_spec._run(self)
        if self._state & FINISHED:
            return result
        if result is None:
            self._set_state(TaskState.STARTED)
        else:
            self.complete()
        return result

    def cancel(self) -> None:
        """Cancel what is unfinished here and below, stages inside included."""
        pending: list[OfficeTask] = [self]
        while pending:
            task = pending.pop()
            children = task.children
            if not task._state & FINISHED:
                task._set_state(TaskState.CANCELLED)
                for child in [child for child in children if not child._state & (OPEN | FINISHED)]:
                    self.workflow._remove_task(child.id)
                    children.remove(child)
                task.task_spec._on_cancel(task)
            pending.extend(children)

    def find_ancestor(self, spec_name: str) -> Task | None:
        task = self.parent
        while task is not None and task.task_spec.name != spec_name:
            task = task.parent
        return task


class _FlatTree:
    """Walks the flat table of tasks: stock's iterator over the tree stops in silence at depth 1000."""

    def _open_root(self) -> None:
        self.task_tree = OfficeTask(self, self.spec.start, state=TaskState.FUTURE)
        self.task_tree._ready()

    def update_waiting_tasks(self) -> None:
        # only joins wait for what happens elsewhere; events are fired, never polled
        for task in [task for task in self.tasks.values() if task._state == TaskState.WAITING]:
            if task._state == TaskState.WAITING and getattr(task.task_spec, "waits_for_others", False):
                task.task_spec._update(task)

    def cancel_open(self) -> None:
        """Cancel everything unfinished in this process or stage."""
        for task in list(self.tasks.values()):
            if task.id in self.tasks and not task._state & FINISHED:
                task.cancel()

    def _mark_complete(self, task: Task) -> None:
        self.completed = True


class OfficeSubWorkflow(_FlatTree, BpmnSubWorkflow):
    """A stage: a called process or an embedded subprocess, living inside its case."""

    def _task_completed_notify(self, task: Task) -> None:
        super()._task_completed_notify(task)
        if self.completed:
            self.top_workflow.stage_completed(self)

    def cancel(self, success: bool = False) -> None:
        self.completed = True
        self.cancel_open()


class OfficeWorkflow(_FlatTree, BpmnWorkflow):
    """One case's process instance, bound to its host and to the moment it was handed."""

    def __init__(self, spec, subprocess_specs, script_engine, now: datetime, last_id: int = 0) -> None:
        self.now = now
        self.last_id = last_id
        self.entered: list[OfficeTask] = []
        self.ended: list[str] = []
        super().__init__(spec, subprocess_specs, script_engine=script_engine, deserializing=True)

    @classmethod
    def open(cls, spec, subprocess_specs, script_engine, now: datetime) -> OfficeWorkflow:
        workflow = cls(spec, subprocess_specs, script_engine, now)
        workflow._open_root()
        return workflow

    def next_id(self) -> int:
        """Numbers instead of uuid4: the same history gives the same ids, and the snapshot stays small."""
        self.last_id += 1
        return self.last_id

    def note_entry(self, task: OfficeTask) -> None:
        self.entered.append(task)

    def workflows(self) -> list[BpmnWorkflow]:
        """The process and its open stages, outermost first."""
        return [self, *self.subprocesses.values()]

    def find(self, task_id: int) -> OfficeTask | None:
        for workflow in self.workflows():
            if task_id in workflow.tasks:
                return workflow.tasks[task_id]
        return None

    def get_task_from_id(self, task_id: int) -> OfficeTask | None:
        return self.find(task_id)

    def open_stage(self, task: OfficeTask, name: str) -> None:
        stage = OfficeSubWorkflow(self.subprocess_specs[name], task.id, self, deserializing=True)
        if stage.depth > DEEPEST:
            raise Overrun(f"阶段嵌套超过 {DEEPEST} 层（{name}），请检查调用活动是否互相调用", element=name)
        self.subprocesses[task.id] = stage
        stage._open_root()
        stage.task_tree.run()

    def stage_completed(self, stage: OfficeSubWorkflow) -> None:
        task = self.find(stage.parent_task_id)
        if task is not None and task._state == TaskState.STARTED:
            task._set_state(TaskState.READY)

    def ready(self) -> list[OfficeTask]:
        """What the engine itself can run now."""
        return [
            task
            for workflow in self.workflows()
            for task in workflow.tasks.values()
            if task._state == TaskState.READY and not task.task_spec.manual
        ]


class Budget:
    """Counts the steps of one run; a runaway process becomes an incident, not a hanging office."""

    def __init__(self, steps: int = 10_000, seconds: float = 5.0) -> None:
        self.steps = steps
        self.until = time.monotonic() + seconds
        self.taken = 0

    def spend(self, task: OfficeTask) -> None:
        self.taken += 1
        if self.taken > self.steps:
            raise Overrun(f"流程一次运行超过 {self.steps} 步，可能有自动循环", element=task.task_spec.bpmn_id or "")
        if time.monotonic() > self.until:
            raise Overrun("流程一次运行时间过长，可能有自动循环", element=task.task_spec.bpmn_id or "")
