"""The verbs on cases: opening, acting, correcting, ending; what may be seen of them comes from `sight`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from engine import (
    catalog,
    clocks,
    documents,
    eligibility,
    expressions,
    forms,
    instances,
    ledger,
    model,
    numbers,
    projections,
    running,
    store,
    submissions,
)
from engine.bundles import Bundle
from engine.casefile import CaseFile
from engine.dossier import around, handed_over, history, labels
from engine.errors import CODES, Conflict, NotAllowed, NotFound, OfficeError, Refused
from engine.people import SYSTEM, Actor
from engine.sight import (
    Page,
    acts,
    attachment,
    bundle_of,
    case_file,
    get,
    listing,
    may_see,
    may_see_step,
    submissions_of,
    visible,
)
from engine.values import frozen
from engine.workdays import office_zone

__all__ = [
    "Page",
    "act",
    "acts",
    "around",
    "attempted",
    "attachment",
    "bundle_of",
    "case_file",
    "correct",
    "get",
    "handed_off",
    "handed_over",
    "history",
    "labels",
    "letters",
    "listing",
    "matter",
    "may_open",
    "merge",
    "not_correcting",
    "open_case",
    "submissions_of",
    "terminate",
    "visible",
]


def open_case(
    session: Session,
    process: str,
    by: Actor,
    now: datetime,
    data: Mapping[str, Any] | None = None,
    parent: str | None = None,
    relation: str = "",
    key: str | None = None,
    request_key: str | None = None,
    carried: Mapping[str, Any] | None = None,
    org: str | None = None,
    trigger: str | None = None,
) -> model.Case:
    """Open a case of a process; `data` answers the first step in the same transaction, without it the opener holds it.

    `parent` makes it a linked case; `key` lets the same hand-off open one case only, `request_key` the same request
    of the same person; `trigger` says what a person hands it off for, and forms the key with the parent.
    Raises NotAllowed without a starting role, Refused with the errors of the first form.
    """
    if request_key is not None:
        request_key = f"{by.user}:{request_key}"[:100]
        known = session.scalars(select(model.Case).where(model.Case.request_key == request_key)).first()
        if known is not None:
            return known
    above = get(session, parent, by) if parent else None
    if trigger is not None and above is not None:
        key = matter(above, process, trigger)
    if key is not None:
        known = handed_off(session, key)
        if known is not None:
            # Of a case that is kept from this person not even the number is told.
            number = f"，案号{known.number}" if may_see(session, known, by) else ""
            raise Conflict(f"该事项已移交{number}", "HZ-E40", known.opened_by, known.opened_at)
    bundle = catalog.published(session, process)
    if above is not None:
        above = store.locked(session, above.id)  # its ledger gets a line
    office = _office(session, bundle, by, above, org)
    case = _new(session, bundle, office, above, relation, by, now)
    case.key, case.request_key = key, request_key
    ledger.record(session, case, by, "case opened", now, process=process, version=bundle.version, parent=parent)
    with instances.starting(session, case, bundle, now, by) as run:
        run.witness("org", office.id)
        if by.org in _seats(bundle, by):
            run.witness("org", by.org)
        run.witness("user", by.user)
        if above is not None and not case.hidden:
            ledger.record(session, above, by, "linked case opened", now, process=process, number=case.number)
        given = {**_carried(session, bundle, above, now), **(carried or {})}
        if given:
            run.note("carried", {name: frozen(value) for name, value in given.items()})
        projections.settle(run)
        first = _first_task(session, case, bundle, by)
        if first is not None and by.user != SYSTEM:
            eligibility.require(run.file, first.step, by, now)
            _hold(session, first, by, now)
            if data is not None:
                submissions.submit(run, first, data, by, now)
        elif data is not None:
            raise NotAllowed("首个环节不由您办理")
    return case


def matter(case: model.Case, process: str, trigger: str) -> str:
    """Return the key under which a matter of a case is handed to a process for one reason."""
    return f"{case.number}:{process}:{trigger}"[:200]


def handed_off(session: Session, key: str) -> model.Case | None:
    """Return the case that took this matter already."""
    return session.scalars(select(model.Case).where(model.Case.key == key)).first()


def may_open(session: Session, by: Actor, case: model.Case | None = None) -> list[Bundle]:
    """Return the processes that this person may start: on their own, or from the page of `case`."""
    found = []
    for bundle in catalog.all_published(session):
        fits = case.process in bundle.settings.get("starts_from", ()) if case is not None else _alone(bundle)
        if fits and by.role_ids & set(bundle.settings.get("starts", ())):
            found.append(bundle)
    return found


def act(
    session: Session,
    case_id: str,
    act_id: str,
    by: Actor,
    now: datetime,
    data: Mapping[str, Any] | None = None,
) -> model.Task:
    """Begin an offered act: its step opens for this person; `data` answers it in the same transaction."""
    case = get(session, case_id, by)
    if case.state != "open" and "refused_act_code" in bundle_of(session, case).settings:
        raise running.not_open(bundle_of(session, case))
    with instances.advancing(session, case_id, now, by, {"verb": "act", "act": act_id}) as run:
        row = session.scalars(
            select(model.Subscription).where(model.Subscription.case_id == case_id, model.Subscription.act == act_id)
        ).first()
        if row is None:
            raise running.not_open(run.bundle)
        if not any(by.holds(role, row.org_id) for role in row.roles):
            raise NotAllowed()
        eligibility.require(run.file, None, by, now)
        ledger.record(session, run.case, by, "act begun", now, event=act_id)
        # A clock that fell due in the meantime may have opened tasks of its own.
        known, before = {wait.id for wait in run.machine.waiting()}, run.here()
        run.deliver(act_id, row.node)
        projections.settle(run)
        opened = [task for task in instances.open_tasks(session, case_id) if task.node not in known]
        task = next((task for task in opened if _offered(run.bundle, task, by)), None)
        if task is None:
            if data is not None or not opened:
                raise NotAllowed("该事项的环节不由您办理")
            return opened[0]
        _hold(session, task, by, now)
        task.came_from, task.came_status = before
        if data is not None:
            submissions.submit(run, task, data, by, now)
    return task


def correct(
    session: Session,
    case_id: str,
    step: str,
    data: Mapping[str, Any],
    reason: str,
    by: Actor,
    now: datetime,
    item: int | None = None,
) -> model.Submission:
    """Correct the latest answers of a step by a new submission with a reason; the process does not move.

    Who may do it is told by `not_correcting`; clocks that start from a corrected field count again. Where an entry
    can be taken back (`reversals`), one by which the process would have gone another way is refused.
    """
    case = get(session, case_id, by)
    if not reason.strip():
        raise Refused("更正必须填写理由", "E-COM-08", {"reason": "E-COM-08"})
    _refuse_on_record(bundle_of(session, case))
    with instances.advancing(session, case_id, now, by) as run:
        form = run.bundle.forms.get(step)
        count = run.file.count(step, item)
        if form is None or not count or not may_see_step(run.bundle, step, by):
            raise NotFound("该环节尚无可以更正的内容")
        if barred := not_correcting(run.bundle, case, run.file.submitter(step, item), by):
            raise barred
        before = run.file.answers(step, item)
        eligibility.require(run.file, step, by, now)
        ctx = submissions.context(session, run.case, run.bundle, by, now, item, run.file)
        # What is being corrected does not stand against its correction.
        said = run.file.every(step)
        latest = [row for row in said if row["item"] == item][-1]
        others = [row for row in said if row is not latest]
        ctx.functions["all"] = lambda name: others if name == step else run.file.every(name)
        answers = forms.validate(form, {**before, **data}, ctx)
        eligibility.refuse_recused(run.file, step, form, answers)
        if answers == before:
            raise Refused(CODES["E-COM-18"], "E-COM-18")
        corrected = run.file.latest_seq(step, item)
        ways = _ways(run, step, item)
        row = run.note(step, answers, item, by, corrects=corrected, reason=reason.strip())
        if ways != _ways(run, step, item):
            refusal = running.not_open(run.bundle)
            raise Refused("状态流转不合法：这样更正会改变案件的走向，请冲回该项登记后重新办理", refusal.code)
        changed = sorted(key for key in {*before, *answers} if before.get(key) != answers.get(key))
        ledger.record(
            session,
            run.case,
            by,
            "submission corrected",
            now,
            step=step,
            seq=row.seq,
            corrects=corrected,
            fields=changed,
            reason=reason.strip(),
        )
    return row


def _ways(run: instances.Run, step: str, item: int | None) -> list[bool]:
    """Return what the gateways say that ask about a step, as the case file now reads; nothing where none is asked."""
    elements = run.bundle.model.elements.values() if run.bundle.is_reversible else ()
    asked = (text for element in elements for text in element.conditions)
    return [
        bool(run.evaluate(text, item))
        for text in asked
        if any(name == step for name, _ in expressions.compile(text).references)
    ]


def not_correcting(bundle: Bundle, case: model.Case, said: Sequence[str | None], by: Actor) -> NotAllowed | None:
    """Return why this person may not correct what some people said; None where they may.

    It is who gave the answers, or a supervisor of the office; where the process names roles in `correct_by`,
    it is somebody else than who gave them, of one of these roles in the office of the case.
    """
    if roles := bundle.settings.get("correct_by"):
        titles = "、".join(bundle.roles.get(role, role) for role in roles)
        if by.is_one_of(said):
            return NotAllowed(f"更正须由填报人以外的第二人办理（{titles}）", "E-COM-06")
        return None if any(by.holds(role, case.org_id) for role in roles) else NotAllowed(f"只有{titles}可以更正")
    supervising = by.supervises and case.org_path.startswith(by.paths)
    return None if by.is_one_of(said) or supervising else NotAllowed("只有填报人或本单位负责人可以更正")


def terminate(
    session: Session, case_id: str, reason: str, by: Actor, now: datetime, into: str | None = None
) -> model.Case:
    """End a case that was opened by mistake, with a reason; `into` merges it with another visible case."""
    case = get(session, case_id, by)
    if not reason.strip():
        raise Refused("终止必须填写理由", "E-COM-08", {"reason": "E-COM-08"})
    _refuse_on_record(bundle_of(session, case))
    if not (by.supervises and case.org_path.startswith(by.paths)):
        raise NotAllowed("只有本单位负责人可以终止或合并案件")
    target = None
    if into is not None:
        target = session.scalars(
            select(model.Case).where(or_(model.Case.id == into, model.Case.number == into), visible(by))
        ).first()
        if target is None or target.id == case_id:
            raise Refused("并入的案件不存在", "E-COM-23", {"into": "E-COM-23"})
    case = store.locked(session, case_id)
    if target is not None:
        target = store.locked(session, target.id)
        if target.state in ("terminated", "merged"):
            raise Refused("并入的案件已经终止或者并入其他案件", "E-COM-23", {"into": "E-COM-23"})
    if case.state != "open":
        raise Conflict("案件已经办结或终止", "E-COM-05", at=case.closed_at)
    case.state, case.closed_at, case.close_reason = ("merged" if target else "terminated"), now, reason.strip()
    for task in instances.open_tasks(session, case_id):
        task.state, task.cancelled_at, task.revision = "cancelled", now, task.revision + 1
        session.execute(delete(model.TaskOffer).where(model.TaskOffer.task_id == task.id))
    for row_class in (model.WakeUp, model.Subscription):
        session.execute(delete(row_class).where(row_class.case_id == case_id))
    clocks.stop_all(clocks.of_case(session, case.id), now)
    case.rev += 1
    if target is not None:
        merge(session, case, target, reason, by, now)
    else:
        ledger.record(session, case, by, "case terminated", now, reason=reason.strip())
    session.flush()
    return case


def merge(session: Session, case: model.Case, target: model.Case, reason: str, by: Actor, now: datetime) -> None:
    """Link a case that ends to the one that takes it in, each ledger naming the other; both rows are held locked.

    Whoever takes part in the kept case may read what was registered here; not the other way round.
    """
    case.merged_into, case.close_reason = target.id, reason.strip()
    taking_part = select(model.Participant.kind, model.Participant.who).where(model.Participant.case_id == target.id)
    for kind, who in [*session.execute(taking_part), ("org", target.org_id)]:
        store.insert_if_absent(session, model.Participant, case_id=case.id, kind=kind, who=who)
    ledger.record(session, case, by, "case merged", now, reason=reason.strip(), into=target.number)
    ledger.record(session, target, by, "case taken in", now, reason=reason.strip(), number=case.number)


def attempted(session: Session, case_id: str, what: str, by: Actor, now: datetime) -> OfficeError | None:
    """Note that somebody tries to delete, end or correct a case to which one may only add; return the refusal.

    The caller commits before it raises what this returns; None where the case may be changed like any other.
    Whoever may not know of the case is told that it does not exist, and noted all the same.
    """
    case = store.locked(session, case_id)
    bundle = bundle_of(session, case) if case is not None else None
    if bundle is None or (what != "delete" and "append_only" not in bundle.settings):
        return NotFound() if what == "delete" else None
    seen = may_see(session, case, by)
    if seen or "append_only" in bundle.settings:
        ledger.record(session, case, by, "change refused", now, attempt=what)
    return _on_record(bundle) if seen else NotFound()


def letters(session: Session, case: model.Case, by: Actor) -> list[model.Document]:
    """Return the papers of a visible case."""
    return documents.listing(session, case.id, by)


def _alone(bundle: Bundle) -> bool:
    """Tell whether cases of a process may be opened on their own: what starts from others says so itself."""
    return not bundle.settings.get("starts_from") or bundle.settings.get("linked_only") is False


def _office(session: Session, bundle: Bundle, by: Actor, above: model.Case | None, org: str | None) -> model.Org:
    held = _seats(bundle, by)
    if by.user == SYSTEM:
        return session.get_one(model.Org, org or above.org_id)
    if above is not None and above.process not in bundle.settings.get("starts_from", ()):
        raise NotAllowed(f"不能从该案件发起“{bundle.title}”")
    if above is None and not _alone(bundle):
        raise Refused(f"“{bundle.title}”只能从其他案件的页面发起", "E-COM-25", {"parent": "E-COM-25"})
    if not held:
        raise NotAllowed(f"您的岗位不能发起“{bundle.title}”")
    if org is not None and org not in held:
        raise NotAllowed("您在该机构没有发起权限")
    wanted = org or (above.org_id if above is not None and above.org_id in held else None)
    office = session.get_one(model.Org, wanted or (by.org if by.org in held else held[0]))
    if above is not None and office.kind in ("commission", "government"):
        # What such a seat opens on a case stays with the office of the case, whose heads approve it.
        return session.get_one(model.Org, above.org_id)
    return session.get_one(model.Org, office.parent_id or office.id) if office.kind == "township" else office


def _seats(bundle: Bundle, by: Actor) -> list[str]:
    return sorted({office for role, office in by.roles if role in bundle.settings.get("starts", ())})


def _new(
    session: Session,
    bundle: Bundle,
    office: model.Org,
    above: model.Case | None,
    relation: str,
    by: Actor,
    now: datetime,
) -> model.Case:
    region = above.region if above is not None else office.region
    owner = session.get_one(model.Org, above.org_id) if above is not None and by.user == SYSTEM else office
    year = now.astimezone(office_zone()).year
    number = numbers.take(
        session,
        f"case:{bundle.process}:{region}:{year}",
        str(bundle.settings["number"]),
        region=region,
        year=year,
        org_code=owner.code,
    )
    case = model.Case(
        id=model.new_id("c"),
        number=number,
        process=bundle.process,
        bundle_hash=bundle.hash,
        state="open",
        status="",
        org_id=owner.id,
        org_path=owner.path,
        region=region,
        title="",
        enterprise="",
        uscc="",
        place="",
        confidential="" if "confidential_when" in bundle.settings else bundle.kept_for,
        hidden=bool(bundle.settings.get("hidden")),
        parent_id=above.id if above is not None else None,
        relation=relation or (bundle.process if above else ""),
        opened_by=by.user,
        opened_at=now,
        snapshot=b"",
        rev=0,
        submissions=0,
        ledger_seq=0,
        ledger_head="",
    )
    session.add(case)
    session.flush()
    return case


def _on_record(bundle: Bundle) -> Refused:
    if code := bundle.settings.get("append_only"):
        return Refused(f"{bundle.title}只能补充，不能删除、终止或者更正，本次操作已记录", str(code))
    return Refused(CODES["E-COM-24"], "E-COM-24")


def _refuse_on_record(bundle: Bundle) -> None:
    if "append_only" in bundle.settings:
        raise _on_record(bundle)


def _carried(session: Session, bundle: Bundle, above: model.Case | None, now: datetime) -> dict[str, Any]:
    if above is None:
        return {}
    file = CaseFile(session, above, bundle_of(session, above), now)
    names, functions = file.names(), file.functions()
    carries = bundle.settings.get("carries", {})
    own = carries.get(above.process, carries)
    return {
        name: expressions.evaluate(source, names, functions) for name, source in own.items() if isinstance(source, str)
    }


def _first_task(session: Session, case: model.Case, bundle: Bundle, by: Actor) -> model.Task | None:
    return next((task for task in instances.open_tasks(session, case.id) if _offered(bundle, task, by)), None)


def _offered(bundle: Bundle, task: model.Task, by: Actor) -> bool:
    return any(by.holds(role, task.org_id) for role in bundle.steps[task.step].roles)


def _hold(session: Session, task: model.Task, by: Actor, now: datetime) -> None:
    task.assignee, task.claimed_at = by.for_user or by.user, now
    task.revision += 1
    projections.pool(session, task, False)
