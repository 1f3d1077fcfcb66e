"""A case under its lock: what its diagram asks of the office, and what the office may do with it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, delete
from sqlalchemy.orm import Session

from engine import clocks, documents, expressions, ledger, model, search, store
from engine.bundles import Bundle, Step
from engine.casefile import CaseFile
from engine.errors import Broken, Conflict
from engine.people import SYSTEM, SYSTEM_ACTOR, Actor
from engine.spiff.machine import Machine, Waiting
from engine.values import canonical, frozen

OFFERS = model.TaskOffer.__table__
WITHDRAW = delete(OFFERS).where(OFFERS.c.task_id == bindparam("task"))
AT_ONCE = frozenset({"screen"})  # what the gateway behind a service task reads
NEVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Order:
    """What a service task asked for; carried out before the commit."""

    element: str
    operation: str
    params: dict[str, Any]
    item: int | None


_carry_out: list[Callable[[Run, Order], None]] = []
_look_at: list[Callable[[Run], None]] = []
_act_on: list[Callable[[Run, model.Clock, dict[str, Any], datetime], None]] = []


def install(
    carry_out: Callable[[Run, Order], None],
    act_on: Callable[[Run, model.Clock, dict[str, Any], datetime], None],
    look_at: Callable[[Run], None],
) -> None:
    """Hand in what service tasks may order, what clocks may cause, and who looks at every answer that is given.

    The top layer does, at start-up.
    """
    _carry_out[:] = [carry_out]
    _act_on[:] = [act_on]
    _look_at[:] = [look_at]


def not_open(bundle: Bundle) -> Conflict:
    """Return the refusal of an act that the process does not offer now, under the code that it gives for it."""
    code = str(bundle.settings.get("refused_act_code") or "E-COM-17")
    reason = "目前不能办理该事项，请刷新" if code == "E-COM-17" else "状态流转不合法：目前不能办理该事项，请刷新"
    return Conflict(reason, code)


class Run:
    """One case under its lock: the host of its diagram, and the acts that a caller may do with it."""

    machine: Machine

    def __init__(self, session: Session, case: model.Case, bundle: Bundle, now: datetime, by: Actor) -> None:
        self.session, self.case, self.bundle, self.now, self.by = session, case, bundle, now, by
        self.file = CaseFile(session, case, bundle, now)
        self.before: dict[str, Waiting] = {}
        self.orders: list[Order] = []
        self.done: set[str] = set()  # nodes of tasks that were completed, not cancelled
        self.new_tasks: list[model.Task] = []
        self.clocks_moved = False
        self.found_by = search.text_of(case) if case.rev else ""

    # What the diagram asks of its host.

    def evaluate(self, source: str, item: int | None) -> Any:
        """Return the value of a designer's expression over the case file."""
        return expressions.evaluate(source, self.file.names(item), self.file.functions(item))

    def assign(self, element: str, script: str, item: int | None) -> None:
        """Carry out the lines of a script task; the results are a submission by the system."""
        said: dict[str, Any] = {}
        for name, line in expressions.assignments(script):
            said[name] = expressions.evaluate(line, self.file.names(item, said), self.file.functions(item))
        self.note(element, {name: frozen(value) for name, value in said.items()}, item)

    def decide(self, element: str, decision: str, item: int | None) -> None:
        """Ask a decision table; what it says is a submission by the system."""
        table = self.bundle.tables[decision]
        found = table.decide(self.file.names(item), self.file.functions(item))
        data = {"rows": found} if isinstance(found, list) else dict(found or {})
        self.note(element, {name: frozen(value) for name, value in data.items()}, item)

    def order(self, element: str, operation: str, params: dict[str, Any], item: int | None) -> None:
        """Note what a service task orders, with the values of this moment."""
        order = Order(element, operation, params, item)
        if operation in AT_ONCE:
            self._carry_out(order)
        else:
            self.orders.append(order)

    def clock_due(self, clock_id: str) -> str:
        """Return the moment at which a clock is due as ISO text, year 9999 while it does not run."""
        return (self.due_of(clock_id) or NEVER).isoformat()

    def due_of(self, clock_id: str) -> datetime | None:
        """Return when a clock that still runs is due, for the timers bound to it."""
        row = self.file.clock(clock_id)
        return row.due_at if row is not None and row.stopped_at is None else None

    # What callers do.

    def submit(self, task: model.Task, data: dict[str, Any], by: Actor, digest: str | None = None) -> model.Submission:
        """Answer a task that the caller has checked: keep the answers, move the process past it."""
        if task.came_from is None or task.opened_by_seq != self.case.submissions:
            task.came_from, task.came_status = self.here()
        row = self.note(task.step, data, task.item, by, task.id)
        task.state, task.completed_at, task.completed_by = "completed", self.now, by.user
        task.completed_for, task.submission_seq = by.for_user, row.seq
        task.answer_digest, task.draft, task.revision = digest, None, task.revision + 1
        self.done.add(task.node)
        self.session.connection().execute(WITHDRAW, {"task": task.id})
        self.witness("user", by.user)
        ledger.record(
            self.session,
            self.case,
            by,
            "task completed",
            self.now,
            step=task.step,
            item=task.item,
            seq=row.seq,
            digest=hashlib.sha256(canonical(data)).hexdigest(),
        )
        self.machine.complete(task.node)
        self._draft_letters(self.bundle.steps[task.step], task.item)
        return row

    def note(
        self,
        step: str,
        data: dict[str, Any],
        item: int | None = None,
        by: Actor = SYSTEM_ACTOR,
        task_id: str | None = None,
        corrects: int | None = None,
        reason: str = "",
        reverses: bool = False,
    ) -> model.Submission:
        """Append a submission and let the clocks that listen to its step start, stop, pause or move."""
        row = self.file.append(step, data, by, item, task_id, corrects, reason, reverses)
        moved = clocks.on_submission(
            self.session,
            self.case,
            self.bundle.rules,
            row,
            self.file.names(item),
            self.file.functions(item),
            self.now,
            self.file.clocks(),
        )
        if moved:
            self.clocks_moved = True
            self.file.forget()
        if by.user != SYSTEM:
            for look_at in _look_at:
                look_at(self)
        return row

    def here(self) -> tuple[bytes | None, str | None]:
        """Return where the case stands, to go back to; nothing where no entry can be taken back."""
        return (self.machine.dump(), self.case.status) if self.bundle.is_reversible else (None, None)

    def go_back(self, task: model.Task) -> None:
        """Let the process stand where it stood when a task was answered; what was said since must be taken back first.

        What clocks that still run have opened since is gone with it, and they open it again.
        """
        self.machine = self.machine.back(task.came_from)
        self.case.status = task.came_status
        for row in self.file.clocks():
            if row.stopped_at is None:
                clocks.open_again(row, task.completed_at)

    def deliver(self, act: str, node: str | None = None) -> None:
        """Let a waiting message catch event fire: an act that somebody began, or a clock's expiry."""
        for wait in self.machine.waiting():
            if wait.kind == "message" and (wait.id == node if node else act in (wait.step, wait.message)):
                self.machine.deliver(wait.id)
                return
        raise not_open(self.bundle)

    def note_time(self) -> None:
        """Carry out what clocks of this case owe by now, each at its own moment, before anything else is done.

        A late answer that comes before the sweep must not swallow the expiry that it is late for.
        """
        for _ in range(100):
            owed = [row for row in self.file.clocks() if row.next_at is not None and row.next_at <= self.now]
            if not owed:
                return
            row = min(owed, key=lambda row: (row.next_at, row.rule))
            moment = row.next_at
            for action in clocks.fire(self.session, row, moment):
                for act_on in _act_on:
                    act_on(self, row, action, moment)
            self.file.forget()

    def step_on(self) -> None:
        """Run to the next wait state and carry out what service tasks ordered on the way."""
        self.machine.run()
        while self.orders:
            self._carry_out(self.orders.pop(0))
            self.file.forget()

    def witness(self, kind: str, who: str) -> None:
        """Note that an office or a person takes part in this case, and may see it."""
        store.insert_if_absent(self.session, model.Participant, case_id=self.case.id, kind=kind, who=who)

    def org_of(self, step: Step, roles: tuple[str, ...], item: int | None = None) -> str:
        """Return the office that a step is offered in: its own `org`, else the role's seat, else the case's."""
        source = step.org or next((self.bundle.role_orgs[role] for role in roles if role in self.bundle.role_orgs), "")
        if not source:
            return self.case.org_id
        found = self.evaluate(source, item)
        if not isinstance(found, str) or self.session.get(model.Org, found) is None:
            raise Broken(f"环节“{step.title}”的机构 {found!r} 不存在", element=step.id)
        return found

    def _carry_out(self, order: Order) -> None:
        if not _carry_out:
            raise Broken(f"没有装载操作，无法办理 {order.operation}", element=order.element)
        _carry_out[0](self, order)

    def _draft_letters(self, step: Step, item: int | None) -> None:
        for letter, condition in step.letters:
            if not condition or self.evaluate(condition, item):
                documents.draft(
                    self.session, self.case, self.bundle, self.bundle.letters[letter], step.id, item, self.now
                )
