"""The one path: every change of a process instance locks, loads, acts, runs on, projects and saves here."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from engine import catalog, clocks, documents, expressions, ledger, model, registers, search, store
from engine.bundles import Bundle, Step
from engine.casefile import CaseFile, canonical, frozen, plain, squeezed
from engine.errors import Broken, Conflict, NotFound, OfficeError
from engine.people import SYSTEM_ACTOR, Actor
from engine.spiff.machine import Machine, Waiting

NEVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Order:
    """What a service task asked for; carried out before the commit."""

    element: str
    operation: str
    params: dict[str, Any]
    item: int | None


_carry_out: list[Callable[[Run, Order], None]] = []


def install(carry_out: Callable[[Run, Order], None]) -> None:
    """Hand in the operations that service tasks may order (the top layer does, at start-up)."""
    _carry_out[:] = [carry_out]


@contextmanager
def advancing(
    session: Session,
    case_id: str,
    now: datetime,
    by: Actor = SYSTEM_ACTOR,
    retry: dict[str, Any] | None = None,
    held: model.Case | None = None,
) -> Iterator[Run]:
    """Lock and load a case, let the caller act on the run, then run on, project and save it.

    Raises NotFound, Conflict where the case is closed. Anything that is not an answer to a person carries an
    incident, which `store.writing` records after the roll-back; `retry` says what to do again. `held` is the
    case row where the caller has locked it already.
    """
    case = held or store.locked(session, case_id)
    if case is None:
        raise NotFound()
    if case.state != "open":
        raise Conflict("案件已经办结或终止，不能再办理", "E-COM-05", at=case.closed_at)
    with _guarded(case, retry):
        bundle = catalog.load(session, case.bundle_hash)
        run = Run(session, case, bundle, now, by)
        run.machine = Machine.load(case.snapshot, bundle.model, run, now)
        run.before = {wait.id: wait for wait in run.machine.waiting()}
        yield run
        run.settle()


@contextmanager
def starting(session: Session, case: model.Case, bundle: Bundle, now: datetime, by: Actor) -> Iterator[Run]:
    """Start the process of a case that was just added, then as `advancing`."""
    with _guarded(case, None):
        run = Run(session, case, bundle, now, by)
        run.machine = Machine.start(bundle.model, run, now)
        clocks.on_opening(session, case, bundle.rules, run.file.names(), run.file.functions(), now)
        run.step_on()
        yield run
        run.settle()


@contextmanager
def _guarded(case: model.Case, retry: dict[str, Any] | None) -> Iterator[None]:
    try:
        yield
    except OfficeError as error:
        if isinstance(error, Broken):
            error.incident = _incident(case, error, retry)
        raise
    except Exception as error:
        error.incident = _incident(case, error, retry)
        raise


def _incident(case: model.Case, error: Exception, retry: dict[str, Any] | None) -> dict[str, Any]:
    cause = error.detail if isinstance(error, OfficeError) else f"{type(error).__name__}: {error}"
    # A case whose opening fails is rolled back with everything: its incident stands alone.
    known = case.rev > 0
    return {
        "case_id": case.id if known else None,
        "kind": "engine",
        "element": getattr(error, "element", "") or "",
        "cause": cause[:4000],
        "retry": retry or {},
    }


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
        self._clocks_moved = False
        self._found_by = search.text_of(case) if case.rev else ""

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
        self.orders.append(Order(element, operation, params, item))

    def clock_due(self, clock_id: str) -> str:
        """Return the moment at which a clock is due as ISO text, year 9999 while it does not run."""
        due = clocks.due_at(self.session, self.case, clock_id)
        return (due or NEVER).isoformat()

    # What callers do.

    def submit(self, task: model.Task, data: dict[str, Any], by: Actor, digest: str | None = None) -> model.Submission:
        """Answer a task that the caller has checked: keep the answers, move the process past it."""
        row = self.note(task.step, data, task.item, by, task.id)
        task.state, task.completed_at, task.completed_by = "completed", self.now, by.user
        task.completed_for, task.submission_seq = by.for_user, row.seq
        task.answer_digest, task.draft, task.revision = digest, None, task.revision + 1
        self.done.add(task.node)
        self.session.execute(delete(model.TaskOffer).where(model.TaskOffer.task_id == task.id))
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
    ) -> model.Submission:
        """Append a submission and let the clocks that listen to its step start, stop, pause or move."""
        row = self.file.append(step, data, by, item, task_id, corrects, reason)
        moved = clocks.on_submission(
            self.session,
            self.case,
            self.bundle.rules,
            row,
            self.file.names(item),
            self.file.functions(item),
            self.now,
        )
        self._clocks_moved = self._clocks_moved or bool(moved)
        return row

    def deliver(self, act: str, node: str | None = None) -> None:
        """Let a waiting message catch event fire: an act that somebody began, or a clock's expiry."""
        for wait in self.machine.waiting():
            if wait.kind == "message" and (wait.id == node if node else act in (wait.step, wait.message)):
                self.machine.deliver(wait.id)
                return
        raise Conflict("目前不能办理该事项", "E-COM-17")

    def step_on(self) -> None:
        """Run to the next wait state and carry out what service tasks ordered on the way."""
        self.machine.run()
        while self.orders:
            order = self.orders.pop(0)
            if not _carry_out:
                raise Broken(f"没有装载操作，无法办理 {order.operation}", element=order.element)
            _carry_out[0](self, order)

    def witness(self, kind: str, who: str) -> None:
        """Note that an office or a person takes part in this case, and may see it."""
        store.insert_if_absent(self.session, model.Participant, case_id=self.case.id, kind=kind, who=who)

    def settle(self) -> None:
        """Run on, bring task, wake-up, subscription, clock and register rows up to date, and save."""
        self.step_on()
        self._note_status()
        after = {wait.id: wait for wait in self.machine.waiting()}
        self._rebind_timers(after)
        self._close_gone(after)
        for wait in after.values():
            if wait.id not in self.before:
                self._open(wait)
        if self.machine.finished:
            self._finish()
        self._bind_clocks()
        self._head()
        registers.refresh(self.session, self.case, self.bundle, self.file)
        self.case.snapshot = self.machine.dump()
        self.case.rev += 1
        self.before, self.new_tasks, self._clocks_moved = after, [], False
        self._found_by = search.text_of(self.case)
        self.session.flush()

    def _note_status(self) -> None:
        for step, _ in self.machine.entered:
            if status := self.bundle.steps[step].status if step in self.bundle.steps else "":
                self.case.status = status

    def _rebind_timers(self, after: dict[str, Waiting]) -> None:
        for node, wait in list(after.items()):
            rule = self.bundle.steps[wait.step].clock if wait.kind == "timer" else ""
            if not rule:
                continue
            due = clocks.due_at(self.session, self.case, rule) or NEVER
            if due != wait.due:
                self.machine.set_due(node, due)
                after[node] = Waiting(wait.id, wait.step, wait.item, wait.kind, due, wait.message)

    def _close_gone(self, after: dict[str, Waiting]) -> None:
        for node, wait in self.before.items():
            kept = after.get(node)
            if kept is not None and (wait.kind != "timer" or kept.due == wait.due):
                continue
            if wait.kind == "task" and node not in self.done:
                self._cancel_task(node)
            elif wait.kind == "timer":
                self._drop(model.WakeUp, node)
                if kept is not None:
                    self._open(kept)
            elif wait.kind == "message":
                self._drop(model.Subscription, node)

    def _drop(self, row_class: type[model.WakeUp] | type[model.Subscription], node: str) -> None:
        self.session.execute(delete(row_class).where(row_class.case_id == self.case.id, row_class.node == node))

    def _cancel_task(self, node: str) -> None:
        task = self.session.scalars(
            select(model.Task).where(
                model.Task.case_id == self.case.id, model.Task.node == node, model.Task.state == "open"
            )
        ).first()
        if task is not None:
            task.state, task.cancelled_at, task.revision = "cancelled", self.now, task.revision + 1
            self.session.execute(delete(model.TaskOffer).where(model.TaskOffer.task_id == task.id))
            ledger.record(self.session, self.case, SYSTEM_ACTOR, "task cancelled", self.now, step=task.step)

    def _open(self, wait: Waiting) -> None:
        step = self.bundle.steps[wait.step]
        if wait.kind == "task":
            self._open_task(wait, step)
        elif wait.kind == "timer" and wait.due is not None and wait.due < NEVER:
            clock_id = step.clock or None
            self.session.add(
                model.WakeUp(case_id=self.case.id, node=wait.id, step=wait.step, wake_at=wait.due, clock_id=clock_id)
            )
        elif wait.kind == "message":
            roles = step.offer
            self.session.add(
                model.Subscription(
                    case_id=self.case.id,
                    node=wait.id,
                    act=step.id,
                    title=step.title,
                    message=wait.message or "",
                    roles=list(roles),
                    org_id=self.org_of(step, roles, wait.item),
                )
            )

    def _open_task(self, wait: Waiting, step: Step) -> None:
        org = self.org_of(step, step.roles, wait.item)
        task = model.Task(
            id=model.new_id("t"),
            case_id=self.case.id,
            node=wait.id,
            step=step.id,
            title=step.title,
            item=wait.item,
            state="open",
            org_id=org,
            confidential=list(step.confidential),
            revision=1,
            opened_at=self.now,
            opened_by_seq=self.case.submissions,
            reminders=0,
            sort_at=NEVER,
        )
        self.session.add(task)
        self.session.flush()
        for role in step.roles:
            self.session.add(model.TaskOffer(task_id=task.id, role=role, org_id=org, pooled=True, sort_at=NEVER))
        self.new_tasks.append(task)
        if org != self.case.org_id:
            self.witness("org", org)

    def org_of(self, step: Step, roles: tuple[str, ...], item: int | None = None) -> str:
        """Return the office that a step is offered in: its own `org`, else the role's seat, else the case's."""
        source = step.org or next((self.bundle.role_orgs[role] for role in roles if role in self.bundle.role_orgs), "")
        if not source:
            return self.case.org_id
        found = self.evaluate(source, item)
        if not isinstance(found, str) or self.session.get(model.Org, found) is None:
            raise Broken(f"环节“{step.title}”的机构 {found!r} 不存在", element=step.id)
        return found

    def _bind_clocks(self) -> None:
        if not (self._clocks_moved or self.new_tasks) or self.case.state != "open":
            return
        tasks = self.new_tasks
        if self._clocks_moved:
            tasks = list(
                self.session.scalars(
                    select(model.Task).where(model.Task.case_id == self.case.id, model.Task.state == "open")
                )
            )
        running = clocks.running(self.session, self.case.id)
        for task in tasks:
            bind_clock(self.session, task, clocks.for_step(self.bundle.rules, running, task.step, task.item))

    def _finish(self) -> None:
        outcomes = [self.bundle.steps[end].outcome for end in self.machine.ended if end in self.bundle.steps]
        self.case.state, self.case.closed_at = "closed", self.now
        self.case.status = next((outcome for outcome in reversed(outcomes) if outcome), self.case.status)
        clocks.stop_all(self.session, self.case, self.now)
        ledger.record(self.session, self.case, SYSTEM_ACTOR, "case closed", self.now, outcome=self.case.status)

    def _head(self) -> None:
        header = self.bundle.settings.get("header", {})
        for key, limit in (("title", 300), ("enterprise", 200), ("uscc", 18), ("place", 300)):
            if key in header and (value := plain(self.evaluate(header[key], None))) is not None:
                value = squeezed(value) if key == "place" else str(value).strip()
                if value != getattr(self.case, key):
                    setattr(self.case, key, value[:limit])
        search.index(self.session, self.case, self._found_by, search.text_of(self.case))

    def _draft_letters(self, step: Step, item: int | None) -> None:
        for letter, condition in step.letters:
            if not condition or self.evaluate(condition, item):
                documents.draft(
                    self.session, self.case, self.bundle, self.bundle.letters[letter], step.id, item, self.now
                )


def bind_clock(session: Session, task: model.Task, clock: model.Clock | None) -> None:
    """Write onto a task (and its offers) the due dates of the clock that it answers to."""
    values = (clock.yellow_at, clock.orange_at, clock.due_at) if clock else (None, None, None)
    if (task.yellow_at, task.orange_at, task.due_at) != values:
        moved = task.due_at != values[2]
        task.yellow_at, task.orange_at, task.due_at = values
        if moved:
            task.sort_at = task.due_at or NEVER
            session.flush()
            session.execute(
                update(model.TaskOffer).where(model.TaskOffer.task_id == task.id).values(sort_at=task.sort_at)
            )
    task.clock_id = clock.id if clock else None


def open_tasks(session: Session, case_id: str) -> list[model.Task]:
    """Return the open tasks of a case in the order in which they came up."""
    rows = select(model.Task).where(model.Task.case_id == case_id, model.Task.state == "open")
    return list(session.scalars(rows.order_by(model.Task.opened_at, model.Task.id)))
