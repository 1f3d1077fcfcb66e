"""Walks a machine in the tests: a host that answers from plain facts, and a case that is saved after every act."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from engine.spiff import parse
from engine.spiff.machine import Machine, Waiting

NOW = datetime(2026, 2, 12, 1, 0, tzinfo=UTC)
QUIRKS = Path(__file__).parent / "quirks"


class Facts:
    """A host whose expressions see `facts`; notes what it was asked to do."""

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        self.done: list[tuple] = []
        self.clocks: dict[str, str] = {}

    def evaluate(self, source: str, item: int | None) -> object:
        return eval(source, {"__builtins__": {"len": len}}, {**self.facts, "item": item})

    def assign(self, element: str, script: str, item: int | None) -> None:
        self.done.append(("assign", element, script, item))

    def decide(self, element: str, decision_id: str, item: int | None) -> None:
        self.done.append(("decide", element, decision_id, item))

    def order(self, element: str, operation: str, params: Mapping[str, object], item: int | None) -> None:
        self.done.append(("order", element, operation, dict(params), item))

    def clock_due(self, clock_id: str) -> str:
        return self.clocks.get(clock_id, "9999-01-01T00:00:00+00:00")


class Case:
    """A machine that is dumped and loaded again after every act, as the office does."""

    def __init__(self, model: parse.Model, host: Facts | None = None, now: datetime = NOW) -> None:
        self.model, self.host, self.now = model, host or Facts(), now
        self.entered: list[tuple[str, int | None]] = []
        self.ended: list[str] = []
        self.machine = Machine.start(model, self.host, now)
        self._settle()

    def _settle(self) -> None:
        self.machine.run()
        self.entered, self.ended = self.machine.entered, self.machine.ended
        self.blob = self.machine.dump()
        self.machine = Machine.load(self.blob, self.model, self.host, self.now)

    def waiting(self, kind: str = "") -> list[Waiting]:
        return [wait for wait in self.machine.waiting() if kind in ("", wait.kind)]

    def tasks(self) -> list[str]:
        return sorted(wait.step for wait in self.waiting("task"))

    def find(self, step: str, item: int | None = None) -> Waiting:
        return next(wait for wait in self.waiting() if wait.step == step and wait.item == item)

    def do(self, *steps: str, item: int | None = None) -> Case:
        for step in steps:
            self.machine.complete(self.find(step, item).id)
            self._settle()
        return self

    def send(self, *steps: str) -> Case:
        for step in steps:
            self.machine.deliver(self.find(step).id)
            self._settle()
        return self

    def reach(self, now: datetime) -> Case:
        """Time passes until `now`; what is due fires, once."""
        self.now = now
        self.machine = Machine.load(self.blob, self.model, self.host, now)
        self.machine.fire_due(now)
        self._settle()
        return self

    @property
    def finished(self) -> bool:
        return self.machine.finished

    @property
    def size(self) -> int:
        """How many tokens the case keeps."""
        return sum(len(workflow.tasks) for workflow in self.machine._workflow.workflows())


def quirk(name: str, **facts: object) -> Case:
    """A case of the process `m` in quirks/<name>.bpmn."""
    file = f"{name}.bpmn"
    return Case(parse.compile({file: (QUIRKS / file).read_bytes()}, "m"), Facts(**facts))
