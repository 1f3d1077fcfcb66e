"""What the inbox, the sweep and the registers read of a process: rows brought up to date by what differs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.orm import Session

from engine import catalog, clocks, ledger, model, registers, search, store
from engine.bundles import Step
from engine.casefile import CaseFile
from engine.lookups import squeezed
from engine.people import SYSTEM_ACTOR
from engine.running import NEVER, OFFERS, Run
from engine.spiff.machine import Waiting
from engine.values import frozen, plain

OFFER = insert(OFFERS)


def settle(run: Run) -> None:
    """Run on to the next wait state, bring all rows up to date, and save the case."""
    status = run.case.status
    run.step_on()
    run.note_time()
    _note_status(run)
    after = {wait.id: wait for wait in run.machine.waiting()}
    _rebind_timers(run, after)
    _close_gone(run, after)
    for wait in after.values():
        if wait.id not in run.before:
            _open(run, wait)
    if run.machine.finished:
        _finish(run)
    _bind_clocks(run)
    _head(run)
    moved, about = _about(run)
    told = _expose(run.case, run.file)
    registers.refresh(run.session, run.case, run.bundle, run.file)
    if told or moved or run.case.status != status or run.case.state != "open":
        _tell(run.session, {run.case.parent_id, *about}, run.now)
    run.case.snapshot = run.machine.dump()
    run.case.rev += 1
    run.session.flush()
    _offer(run)
    run.before, run.new_tasks, run.clocks_moved = after, [], False
    run.found_by = search.text_of(run.case)


def bind_clock(session: Session, task: model.Task, clock: model.Clock | None, fresh: bool = False) -> None:
    """Write onto a task the due dates of the clock that it answers to, and onto its offers where it is not `fresh`."""
    values = (clock.yellow_at, clock.orange_at, clock.due_at) if clock else (None, None, None)
    if (task.yellow_at, task.orange_at, task.due_at) != values:
        moved = task.due_at != values[2]
        task.yellow_at, task.orange_at, task.due_at = values
        if moved:
            task.sort_at = task.due_at or NEVER
        if moved and not fresh:
            offers = update(model.TaskOffer).where(model.TaskOffer.task_id == task.id)
            session.execute(offers.values(sort_at=task.sort_at))
    task.clock_id = clock.id if clock else None


def pool(session: Session, task: model.Task, pooled: bool) -> None:
    """Let a task lie in the pool of those it is offered to, or take it out while somebody holds it."""
    session.flush()
    session.connection().execute(update(OFFERS).where(OFFERS.c.task_id == task.id).values(pooled=pooled))


def open_tasks(session: Session, case_id: str) -> list[model.Task]:
    """Return the open tasks of a case in the order in which they came up."""
    rows = select(model.Task).where(model.Task.case_id == case_id, model.Task.state == "open")
    return list(session.scalars(rows.order_by(model.Task.opened_at, model.Task.id)))


def _note_status(run: Run) -> None:
    for step, _ in run.machine.entered:
        if status := run.bundle.steps[step].status if step in run.bundle.steps else "":
            run.case.status = status


def _rebind_timers(run: Run, after: dict[str, Waiting]) -> None:
    for node, wait in list(after.items()):
        rule = run.bundle.steps[wait.step].clock if wait.kind == "timer" else ""
        if not rule:
            continue
        due = run.due_of(rule)
        if due != wait.due:
            run.machine.set_due(node, due)
            after[node] = Waiting(wait.id, wait.step, wait.item, wait.kind, due, wait.message)


def _close_gone(run: Run, after: dict[str, Waiting]) -> None:
    for node, wait in run.before.items():
        kept = after.get(node)
        if kept is not None and (wait.kind != "timer" or kept.due == wait.due):
            continue
        if wait.kind == "task" and node not in run.done:
            _cancel_task(run, node)
        elif wait.kind == "timer":
            _drop(run, model.WakeUp, node)
            if kept is not None:
                _open(run, kept)
        elif wait.kind == "message":
            _drop(run, model.Subscription, node)


def _drop(run: Run, row_class: type[model.WakeUp] | type[model.Subscription], node: str) -> None:
    run.session.execute(delete(row_class).where(row_class.case_id == run.case.id, row_class.node == node))


def _cancel_task(run: Run, node: str) -> None:
    task = run.session.scalars(
        select(model.Task).where(model.Task.case_id == run.case.id, model.Task.node == node, model.Task.state == "open")
    ).first()
    if task is not None:
        task.state, task.cancelled_at, task.revision = "cancelled", run.now, task.revision + 1
        run.session.execute(delete(model.TaskOffer).where(model.TaskOffer.task_id == task.id))
        ledger.record(run.session, run.case, SYSTEM_ACTOR, "task cancelled", run.now, step=task.step)


def _open(run: Run, wait: Waiting) -> None:
    step = run.bundle.steps[wait.step]
    if wait.kind == "task":
        _open_task(run, wait, step)
    elif wait.kind == "timer" and wait.due is not None:
        clock_id = step.clock or None
        run.session.add(
            model.WakeUp(case_id=run.case.id, node=wait.id, step=wait.step, wake_at=wait.due, clock_id=clock_id)
        )
    elif wait.kind == "message":
        roles = step.offer
        run.session.add(
            model.Subscription(
                case_id=run.case.id,
                node=wait.id,
                act=step.id,
                title=step.title,
                message=wait.message or "",
                roles=list(roles),
                org_id=run.org_of(step, roles, wait.item),
            )
        )


def _open_task(run: Run, wait: Waiting, step: Step) -> None:
    org = run.org_of(step, step.roles, wait.item)
    task = model.Task(
        id=model.new_id("t"),
        case_id=run.case.id,
        node=wait.id,
        step=step.id,
        title=step.title,
        item=wait.item,
        state="open",
        org_id=org,
        confidential=list(step.confidential),
        revision=1,
        opened_at=run.now,
        opened_by_seq=run.case.submissions,
        reminders=0,
        sort_at=NEVER,
    )
    run.session.add(task)
    run.new_tasks.append(task)
    if org != run.case.org_id:
        run.witness("org", org)


def _offer(run: Run) -> None:
    offers = [
        {"task_id": task.id, "role": role, "org_id": task.org_id, "pooled": True, "sort_at": task.sort_at}
        for task in run.new_tasks
        if task.state == "open"
        for role in run.bundle.steps[task.step].roles
    ]
    if offers:
        run.session.connection().execute(OFFER, offers)


def _bind_clocks(run: Run) -> None:
    if not (run.clocks_moved or run.new_tasks) or run.case.state != "open":
        return
    tasks = run.new_tasks
    older = [wait for wait in run.before.values() if wait.kind == "task" and wait.id not in run.done]
    if run.clocks_moved and older:
        run.session.flush()
        tasks = open_tasks(run.session, run.case.id)
    running = [row for row in run.file.clocks() if row.stopped_at is None]
    for task in tasks:
        fresh = task in run.new_tasks
        bind_clock(run.session, task, clocks.for_step(run.bundle.rules, running, task.step, task.item), fresh)


def _expose(case: model.Case, file: CaseFile) -> bool:
    """Write on the case what linked cases may read of it; tell whether that changed."""
    exposed = {name: frozen(value) for name, value in file.exposed().items()}
    if exposed == (case.exposed or {}):
        return False
    case.exposed = exposed
    return True


def _about(run: Run) -> tuple[bool, set[str]]:
    """Note which cases this one names by their numbers; tell whether that changed, and which they are and were."""
    source = run.bundle.settings.get("about")
    if not source:
        return False, set()
    known = _named_by(run.session, run.case)
    numbers = {str(number).strip() for number in run.evaluate(source, None) or () if number}
    # A number that somebody typed must not reach the matters of an office that this one does not look over.
    named = select(model.Case.id).where(
        model.Case.number.in_(numbers),
        model.Case.id != run.case.id,
        model.Case.org_path.startswith(run.case.org_path, autoescape=True),
    )
    wanted = set(run.session.scalars(named)) if numbers else set()
    _participate(run, "case", wanted, known)
    return known != wanted, known | wanted


def _named_by(session: Session, case: model.Case) -> set[str]:
    rows = model.Participant
    return set(session.scalars(select(rows.who).where(rows.case_id == case.id, rows.kind == "case")))


def _tell(session: Session, ids: set[str | None], now: datetime) -> None:
    """Bring the cases up to date that read of this one: the case above, and those that it is about.

    A linked case is locked before the one above it, never the other way round, so that no two wait for each other;
    of several, all are locked before any is read: the one opened last first, which may lie below another.
    """
    found = [case_id for case_id in ids if case_id]
    if not found:
        return
    if len(found) > 1:
        last_first = select(model.Case.id).where(model.Case.id.in_(found))
        found = session.scalars(last_first.order_by(model.Case.opened_at.desc(), model.Case.id.desc())).all()
    held = [store.locked(session, case_id) for case_id in found]
    session.flush()
    for case in held:
        if case is not None and case.rev:
            refresh(session, case, now)


def refresh(session: Session, case: model.Case, now: datetime) -> None:
    """Bring what others read of a case up to date, where something beside its own steps has changed."""
    bundle = catalog.load(session, case.bundle_hash)
    file = CaseFile(session, case, bundle, now)
    if case.state == "open" and clocks.look_around(session, file.clocks(), file.names(), file.functions(), now):
        running = [row for row in file.clocks() if row.stopped_at is None]
        for task in open_tasks(session, case.id):
            bind_clock(session, task, clocks.for_step(bundle.rules, running, task.step, task.item))
        file.forget()
    told = _expose(case, file)
    registers.refresh(session, case, bundle, file)
    if told:
        about = _named_by(session, case) if "about" in bundle.settings else ()
        _tell(session, {case.parent_id, *about}, now)


def _head(run: Run) -> None:
    header = run.bundle.settings.get("header", {})
    for key, limit in (("title", 300), ("enterprise", 200), ("uscc", 18), ("place", 300)):
        if key in header and (value := plain(run.evaluate(header[key], None))) is not None:
            value = squeezed(value) if key == "place" else str(value).strip()
            if value != getattr(run.case, key):
                setattr(run.case, key, value[:limit])
    when = run.bundle.settings.get("confidential_when")
    if when and not run.case.confidential and run.evaluate(when, None):
        # Once kept from others, a case stays so whatever is answered later.
        run.case.confidential = run.bundle.kept_for
    if (source := run.bundle.settings.get("confidential_also")) and run.case.confidential:
        roles = sorted({str(role) for role in run.evaluate(source, None) or ()})
        lent = "".join(f"{role}@{run.case.org_id};" for role in roles)
        run.case.confidential = run.bundle.kept_for + lent
    if source := run.bundle.settings.get("named"):
        _name(run, "name", {str(name) for name in run.evaluate(source, None) or () if name})
    if source := run.bundle.settings.get("kept_from"):
        said = {str(name) for name in run.evaluate(source, None) or () if name}
        users = select(model.User.name).where(or_(model.User.name.in_(said), model.User.display.in_(said)))
        _name(run, "kept", set(run.session.scalars(users)) if said else set())
    search.index(run.session, run.case, run.found_by, search.text_of(run.case))


def _name(run: Run, kind: str, wanted: set[str]) -> None:
    """Let those whom the process names see the case (or keep it from them), and nobody who is no longer named."""
    rows = model.Participant
    known = set(run.session.scalars(select(rows.who).where(rows.case_id == run.case.id, rows.kind == kind)))
    _participate(run, kind, wanted, known)


def _participate(run: Run, kind: str, wanted: set[str], known: set[str]) -> None:
    rows = model.Participant
    for who in sorted(wanted - known):
        run.witness(kind, who)
    if gone := known - wanted:
        run.session.execute(
            delete(rows).where(rows.case_id == run.case.id, rows.kind == kind, rows.who.in_(sorted(gone)))
        )


def _finish(run: Run) -> None:
    outcomes = [run.bundle.steps[end].outcome for end in run.machine.ended if end in run.bundle.steps]
    run.case.state, run.case.closed_at = ("merged" if run.case.merged_into else "closed"), run.now
    run.case.status = next((outcome for outcome in reversed(outcomes) if outcome), run.case.status)
    clocks.stop_all(run.file.clocks(), run.now)
    if not run.case.merged_into:
        ledger.record(run.session, run.case, SYSTEM_ACTOR, "case closed", run.now, outcome=run.case.status)
