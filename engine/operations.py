"""What a service task may order: open a linked case, notify a role, note a publication; nothing leaves the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import cases, catalog, handoffs, instances, ledger, model, notices, people, sight, store, volumes, watch
from engine.bundles import Bundle
from engine.errors import Broken, Conflict, OfficeError
from engine.instances import Order, Run
from engine.people import SYSTEM_ACTOR
from engine.values import frozen, plain
from engine.workdays import office_zone


def install() -> None:
    """Give the one path its operations; called once at start-up."""
    instances.install(carry_out, act_on, look_at)


def look_at(run: Run) -> None:
    """Look at every answer that is given: for what is criminal, and for the one that archives the case."""
    watch.look_at(run)
    volumes.look_at(run)


def carry_out(run: Run, order: Order) -> None:
    """Carry out one order in the transaction of its case; Broken for an unknown operation or a missing parameter."""
    operation = OPERATIONS.get(order.operation)
    if operation is None:
        raise Broken(f"没有名为 {order.operation} 的操作", element=order.element)
    operation(run, order, dict(order.params))


def open_case(run: Run, order: Order, params: dict[str, Any]) -> None:
    """Hand a matter to another process: process, relation, key, title, again; `carry_x` gives the value of x there.

    With `when` it is handed over only where that holds. Of a case that was merged it is the one that took it in
    which hands over.
    """
    if not params.get("when", True):
        return
    process, key = params.get("process"), params.get("key")
    if not isinstance(process, str) or not isinstance(key, str):
        raise Broken("open_case 需要 process 和 key", element=order.element)
    carries = {name[6:]: value for name, value in params.items() if name.startswith("carry_")}
    case = store.locked(run.session, run.case.merged_into) if run.case.merged_into else run.case
    handoffs.hand_off(
        run.session,
        case,
        process,
        str(params.get("relation") or process),
        key,
        carries,
        run.by,
        run.now,
        str(params.get("title") or ""),
        str(params.get("again") or "same"),
    )


def notify(run: Run, order: Order, params: dict[str, Any]) -> None:
    """Leave a notice for a role: role, text, and `org` where it is not the case's own office.

    With `when` only where that holds; with `above` about the case that this one was opened from, in the office of that.
    """
    if not params.get("when", True):
        return
    role, text = params.get("role"), params.get("text")
    if not isinstance(role, str) or not text:
        raise Broken("notify 需要 role 和 text", element=order.element)
    if not params.get("above"):
        tell(run, role, str(text), org=params.get("org"))
    elif (above := run.session.get(model.Case, run.case.parent_id or "")) is not None:
        told = [user.name for user in people.members(run.session, role, above.org_id)]
        names = sight.readers(run.session, above, told, run.now)
        notices.tell(run.session, names, "handoff", f"{above.number} {above.title}：{text}", run.now, above.id)


def publish(run: Run, order: Order, params: dict[str, Any]) -> None:
    """Note in the ledger of acts what is to be made public, where and when."""
    kept = {name: str(value) for name, value in params.items() if value is not None}
    ledger.record(run.session, run.case, SYSTEM_ACTOR, "publication noted", run.now, step=order.element, **kept)


def enter(run: Run, order: Order, params: dict[str, Any]) -> None:
    """Enter under a step of another case what was decided in this one: process, into (its number), step, once; `say_x`.

    A step that is a message event happens with it: the other case goes on from there.
    What shares one of the fields named by `once` with an earlier entry is the same and is not entered again; with
    `when` only where that holds. Where no such case is open that concerns this office, the work goes on and the ledger
    says so.
    """
    if not params.get("when", True):
        return
    process, step, once = params.get("process"), params.get("step"), params.get("once")
    if not all(isinstance(name, str) for name in (process, step, once)):
        raise Broken("enter 需要 process、step 和 once", element=order.element)
    into = str(params.get("into") or "").strip()
    said = {name[4:]: value for name, value in params.items() if name.startswith("say_") and value is not None}
    try:
        with run.session.begin_nested():
            entered = _enter(run, process, into, step, once.split(), said)
    except OfficeError as error:
        # What is wrong with the other case must not stop this one; its own people enter it by hand.
        ledger.record(run.session, run.case, SYSTEM_ACTOR, "not entered", run.now, into=into, cause=error.detail)
        tell(run, "case_handler", f"本案的决定未能计入 {into}：{error.detail}，请手工登记")
        return
    if entered:
        ledger.record(run.session, run.case, SYSTEM_ACTOR, "entered elsewhere", run.now, into=into, step=step)


def merge(run: Run, order: Order, params: dict[str, Any]) -> None:
    """Let the case end as merged into another one of its process that is still open: into (its number), reason."""
    number, reason = params.get("into"), params.get("reason")
    if not isinstance(number, str) or not isinstance(reason, str):
        raise Broken("merge 需要 into 和 reason", element=order.element)
    session, case = run.session, run.case
    known = session.scalar(
        select(model.Case.id).where(
            model.Case.number == number.strip(), model.Case.process == case.process, model.Case.id != case.id
        )
    )
    target = store.locked(session, known) if known else None
    if target is None or target.state != "open":
        raise Conflict(f"要并入的 {number} 不存在或已经办结，请重新选择", "E-COM-17")
    cases.merge(session, case, target, reason, run.by, run.now)
    bundle = catalog.load(session, target.bundle_hash)
    message = f"{target.number} {target.title}：{case.number} 并入本案，理由：{reason.strip()}"
    for name, task_id in _holders(session, bundle, instances.open_tasks(session, target.id)).items():
        notices.tell(session, [name], "handoff", message, run.now, target.id, task_id)


def screen(run: Run, order: Order, params: dict[str, Any]) -> None:
    """Ask the referral table now and note under the element what it says; `positive` is None where none is in force."""
    rows = watch.screen(run)
    run.note(order.element, {"rows": rows or [], "positive": None if rows is None else bool(rows)}, order.item)


def refer(run: Run, order: Order, params: dict[str, Any]) -> None:
    """Hand what the crime watch found to the referral process; ordered by the watch alone."""
    watch.refer(run, order)


def tell(run: Run, role: str, text: str, org: str | None = None, kind: str = "handoff") -> None:
    """Leave a notice for everybody of a role in its own seat, or in the office of the case."""
    seat = run.bundle.role_orgs.get(role)
    where = org or (run.evaluate(seat, None) if seat else run.case.org_id)
    message = f"{run.case.number} {run.case.title}：{text}"
    told = [user.name for user in people.members(run.session, role, where)]
    notices.tell(run.session, sight.readers(run.session, run.case, told, run.now), kind, message, run.now, run.case.id)


def act_on(run: instances.Run, clock: model.Clock, action: dict[str, Any], moment: datetime) -> None:
    """Carry out one action of a clock: a warning, a notice, an act of the diagram, a linked case."""
    case, session = run.case, run.session
    if colour := action.get("warn"):
        words = {"yellow": "请关注", "orange": "即将到期", "red": "已逾期"}[colour]
        _tell_holders(run, clock, f"{clock.title}{words}（{_day_of(clock)}）", moment)
        if colour == "red":
            _overdue(run, clock, moment)
    if role := action.get("notify"):
        tell(run, role, f"{clock.title}已到期限（{_day_of(clock)}）", kind="clock")
    if act := action.get("act"):
        try:
            run.deliver(act)
        except OfficeError:
            ledger.record(session, case, SYSTEM_ACTOR, "clock act not waiting", moment, clock=clock.rule, event=act)
        else:
            run.step_on()
            ledger.record(session, case, SYSTEM_ACTOR, "clock act begun", moment, clock=clock.rule, event=act)
    if process := action.get("open"):
        extra = {k: v for k, v in action.items() if k not in ("open", "relation", "key", "title", "round")}
        key = str(action.get("key") or f"{clock.rule}:{action.get('level', '')}:{clock.due_on or clock.due_at}")
        if "round" in action:
            key += f":{action['round']}"
        handoffs.hand_off(
            session,
            case,
            str(process),
            str(action.get("relation") or process),
            key,
            {"trigger": clock.rule, "trigger_title": clock.title, **extra},
            SYSTEM_ACTOR,
            moment,
            str(action.get("title") or ""),
        )


def _concerns(run: Run, target: model.Case) -> bool:
    """Tell whether a case is this one's own, of an office above or below, or one that this office was drawn into."""
    own, theirs = run.case.org_path, target.org_path
    if run.case.parent_id == target.id or own.startswith(theirs) or theirs.startswith(own):
        return True
    return run.session.get(model.Participant, (target.id, "org", run.case.org_id)) is not None


def _enter(run: Run, process: str, number: str, step: str, once: list[str], said: dict[str, Any]) -> bool:
    """Note a step in the open case of this number, or in the one that took it in; tell whether it is new there."""
    rows = model.Case
    row = run.session.scalars(select(rows).where(rows.number == number, rows.process == process)).first()
    target = store.locked(run.session, row.merged_into or row.id) if row else None
    # A number that somebody typed must not write into the matter of an office that has nothing to do with this one.
    if target is None or not _concerns(run, target):
        raise Conflict("没有这个编号的案件")
    with instances.advancing(run.session, target.id, run.now, held=target) as other:
        is_event = step in other.bundle.steps and bool(other.bundle.steps[step].message)
        if step not in other.bundle.forms and not is_event:
            raise Broken(f"流程 {process} 没有人工环节或者消息事件 {step}", element=step)
        known = [entry.get(name) for entry in other.file.every(step) for name in once]
        if any(plain(said.get(name)) in known for name in once if said.get(name)):
            return False
        shaped = frozen if is_event else plain
        other.note(step, {name: shaped(value) for name, value in said.items()})
        if is_event:
            other.deliver(step)
        source = "" if run.case.confidential else run.case.number
        ledger.record(run.session, target, SYSTEM_ACTOR, "entered", run.now, step=step, source=source)
    return True


def _overdue(run: instances.Run, clock: model.Clock, moment: datetime) -> None:
    # Overdue never completes a human task: it becomes visible, to the handler's superior and in the ledger.
    ledger.record(run.session, run.case, SYSTEM_ACTOR, "clock overdue", moment, clock=clock.rule, title=clock.title)
    if run.case.hidden:
        return  # administrators read every incident, and nobody may learn of such a case from them
    run.session.add(
        model.Incident(
            id=model.new_id("i"),
            case_id=run.case.id,
            kind="clock_overdue",
            element=clock.rule,
            cause=f"{clock.title}已逾期（{_day_of(clock)}）",
            retry={},
            at=moment,
        )
    )


def _tell_holders(run: instances.Run, clock: model.Clock, text: str, moment: datetime) -> None:
    """Tell each person at work on what the clock measures, once."""
    message = f"{run.case.number} {run.case.title}：{text}"
    told = _holders(run.session, run.bundle, _concerned(run, clock))
    for name in sight.readers(run.session, run.case, told, run.now):
        notices.tell(run.session, [name], "clock", message, moment, run.case.id, told[name])


def _holders(session: Session, bundle: Bundle, tasks: list[model.Task]) -> dict[str, str]:
    """Return who holds these tasks, or may take them where nobody does, each with one of the tasks."""
    told: dict[str, str] = {}
    for task in tasks:
        if task.assignee:
            told.setdefault(task.assignee, task.id)
            continue
        for role in bundle.steps[task.step].roles:
            for user in people.members(session, role, task.org_id):
                told.setdefault(user.name, task.id)
    return told


def _concerned(run: instances.Run, clock: model.Clock) -> list[model.Task]:
    """Return the open tasks that can fulfil a clock; where there is none, all open tasks of the case.

    整改期限 and 督办检查周期 run for months beside tasks that do not end them: whoever has work on the case must know.
    """
    tasks = instances.open_tasks(run.session, run.case.id)
    rules = [rule for rule in run.bundle.rules if rule.id == clock.rule]
    ends = {clause.step for rule in rules for name in ("stop", "rearm") for clause in rule.clauses.get(name, ())}
    found = [task for task in tasks if task.step in ends and clock.item in (None, task.item)]
    return found or tasks


def _day_of(clock: model.Clock) -> str:
    if clock.due_on is not None:
        return f"{clock.due_on.isoformat()} 到期"
    return clock.due_at.astimezone(office_zone()).strftime("%Y-%m-%d %H:%M 到期") if clock.due_at else "无期限"


OPERATIONS: dict[str, Callable[[Run, Order, dict[str, Any]], None]] = {
    "open_case": open_case,
    "notify": notify,
    "publish": publish,
    "merge": merge,
    "enter": enter,
    "screen": screen,
    watch.REFER: refer,
}
