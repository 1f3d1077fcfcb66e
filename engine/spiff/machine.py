"""One case's process instance: start or load it, act on what waits, run on to the next wait, dump it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from SpiffWorkflow.util.task import TaskState

from engine import errors
from engine.spiff import snapshot, timers
from engine.spiff.activities import item_of
from engine.spiff.compat import Budget, OfficeTask, OfficeWorkflow, Overrun
from engine.spiff.environment import Host, HostEngine
from engine.spiff.events import Boundary, Catching, EventGateway
from engine.spiff.parse import Model

__all__ = ["Host", "Machine", "Overrun", "Waiting"]

PRUNE_EVERY = 20


@dataclass(frozen=True)
class Waiting:
    """Something the case waits for; a timer that does not run has no due moment."""

    id: str
    step: str
    item: int | None
    kind: str
    due: datetime | None = None
    message: str | None = None


class Machine:
    """Bound to one host and one moment; not shared between threads, unlike its model."""

    def __init__(self, workflow: OfficeWorkflow, model: Model) -> None:
        self._workflow = workflow
        self._model = model

    @classmethod
    def start(cls, model: Model, host: Host, now: datetime) -> Machine:
        """A new instance with its token before the start event; `run` moves it on."""
        return cls(OfficeWorkflow.open(model.spec, model.subspecs, HostEngine(host), now), model)

    @classmethod
    def load(cls, blob: bytes, model: Model, host: Host, now: datetime) -> Machine:
        return cls(snapshot.load(blob, model, HostEngine(host), now), model)

    def dump(self) -> bytes:
        return snapshot.dump(self._workflow, self._model.process)

    def back(self, blob: bytes) -> Machine:
        """This instance as it was dumped earlier; numbers that it has given since are not given again."""
        workflow = snapshot.load(blob, self._model, self._workflow.script_engine, self._workflow.now)
        workflow.last_id = self._workflow.last_id
        return Machine(workflow, self._model)

    @property
    def finished(self) -> bool:
        return self._workflow.completed

    @property
    def ended(self) -> list[str]:
        """End events reached since load, in order."""
        return list(self._workflow.ended)

    @property
    def entered(self) -> list[tuple[str, int | None]]:
        """Elements that a token reached since load, in order; a boundary event counts when it fires."""
        return [(task.task_spec.bpmn_id, item_of(task)) for task in self._workflow.entered if task.task_spec.bpmn_id]

    def waiting(self) -> list[Waiting]:
        """Open tasks, timers and messages; the alternatives of an event gateway one by one."""
        return [
            entry
            for workflow in self._workflow.workflows()
            for task in workflow.tasks.values()
            for entry in _entries(task)
        ]

    def complete(self, id: str) -> None:
        """The person's part of a task is done; refused unless it is open."""
        task, _ = self._find(id)
        if task is None or not task.task_spec.manual or task._state != TaskState.READY:
            raise errors.Conflict("该任务已经办结或被取消")
        task.run()

    def deliver(self, id: str) -> None:
        """The awaited message has come."""
        if self._kind(id) != "message":
            raise errors.Conflict("流程已不再等待这一事项")
        self._fire(*self._find(id))

    def fire_due(self, now: datetime) -> list[str]:
        """Fire each timer due by `now` once, in order of due; return the ids. A cycle may be due again."""
        self._workflow.now = max(self._workflow.now, now)
        due = sorted(
            (entry for entry in self.waiting() if entry.kind == "timer" and entry.due and entry.due <= now),
            key=lambda entry: entry.due,
        )
        fired = []
        for entry in due:
            # an earlier timer may have cancelled this one
            if self._kind(entry.id) == "timer":
                self._fire(*self._find(entry.id))
                fired.append(entry.id)
        return fired

    def set_due(self, id: str, due: datetime | None) -> None:
        """Move a running timer; None stops it until it is set again."""
        task, alternative = self._find(id)
        if self._kind(id) != "timer":
            raise errors.Conflict("该计时已经结束")
        value = timers.stored(timers.NEVER if due is None else timers.moment(due))
        if alternative:
            task.internal_data["due"][alternative] = value
        else:
            task.internal_data["due"] = value

    def run(self, budget: Budget | None = None) -> None:
        """Go on until only people, time or messages can; Overrun when that takes too long."""
        budget = budget or Budget()
        pruned = 0
        while ready := self._workflow.ready():
            for task in ready:
                if task._state == TaskState.READY:
                    budget.spend(task)
                    task.run()
            if budget.taken - pruned > PRUNE_EVERY:
                snapshot.prune(self._workflow)
                pruned = budget.taken

    def _find(self, id: str) -> tuple[OfficeTask | None, str]:
        number, _, alternative = id.partition(":")
        return (self._workflow.find(int(number)) if number.isdecimal() else None), alternative

    def _kind(self, id: str) -> str:
        task, _ = self._find(id)
        return next((entry.kind for entry in _entries(task) if entry.id == id), "") if task else ""

    def _fire(self, task: OfficeTask, alternative: str) -> None:
        task.task_spec.fire(task, *([alternative] if alternative else []))


def _entries(task: OfficeTask) -> list[Waiting]:
    spec, number = task.task_spec, str(task.id)
    if task._state == TaskState.READY and spec.manual:
        return [Waiting(number, spec.bpmn_id, item_of(task), "task")]
    if task._state != TaskState.WAITING:
        return []
    if isinstance(spec, Catching):
        return _event(number, spec, item_of(task), task.internal_data.get("due"))
    if isinstance(spec, EventGateway):
        due = task.internal_data["due"]
        return [
            entry
            for option in spec.outputs
            for entry in _event(f"{number}:{option.name}", option, item_of(task), due.get(option.name))
        ]
    return []


def _event(number: str, spec: Catching | Boundary, item: int | None, due: str | None) -> list[Waiting]:
    element = spec.element
    if element.event_kind == "message":
        return [Waiting(number, element.id, item, "message", message=element.event)]
    if element.event_kind == "timer" and due is not None:
        moment = timers.restored(due)
        return [Waiting(number, element.id, item, "timer", due=None if moment >= timers.NEVER else moment)]
    return []
