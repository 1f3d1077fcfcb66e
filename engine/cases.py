"""Cases: opening, looking up, acting, correcting, ending; and `visible`, the one cut for rights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, false, func, or_, select
from sqlalchemy.orm import Session

from engine import (
    catalog,
    clocks,
    documents,
    forms,
    instances,
    ledger,
    model,
    numbers,
    search,
    store,
    submissions,
)
from engine.bundles import HUMAN, Bundle
from engine.casefile import CaseFile, frozen
from engine.errors import Conflict, NotAllowed, NotFound, Refused
from engine.people import SYSTEM, SYSTEM_ACTOR, Actor
from engine.workdays import office_zone


@dataclass(frozen=True)
class Page:
    """A page of cases."""

    items: Sequence[model.Case]
    total: int
    page: int
    size: int


def visible(by: Actor) -> ColumnElement[bool]:
    """Return the condition on cases that cuts everything which leaves: lists, search, registers, letters, exports.

    Seen are the cases of one's own office and those below, of the region that a commission or government seat
    looks over, and those that one's office or oneself was drawn into; confidential ones only by their roles.
    """
    cases, participants = model.Case, model.Participant
    taking_part = select(participants.case_id).where(
        or_(
            and_(participants.kind == "org", participants.who.in_(by.orgs)),
            and_(participants.kind == "user", participants.who.in_([by.user, by.for_user or by.user])),
        )
    )
    open_to = or_(
        cases.opened_by == by.user,
        *(cases.org_path.startswith(path, autoescape=True) for path in by.paths),
        *(cases.region.startswith(prefix, autoescape=True) for prefix in by.regions),
        cases.id.in_(taking_part),
    )
    named = [cases.confidential.contains(f";{role};", autoescape=True) for role in sorted(by.role_ids)]
    return and_(open_to, or_(cases.confidential == "", cases.opened_by == by.user, *named)) if by.user else false()


def get(session: Session, case_id: str, by: Actor) -> model.Case:
    """Return a visible case; NotFound for one that is not there or not to be known."""
    if by.user == SYSTEM:
        case = session.get(model.Case, case_id)
    else:
        case = session.scalars(select(model.Case).where(model.Case.id == case_id, visible(by))).first()
    if case is None:
        raise NotFound()
    return case


def bundle_of(session: Session, case: model.Case) -> Bundle:
    """Return the version that this case runs on."""
    return catalog.load(session, case.bundle_hash)


def listing(
    session: Session,
    by: Actor,
    process: str | None = None,
    state: str | None = None,
    status: str | None = None,
    text: str | None = None,
    since: date | None = None,
    until: date | None = None,
    page: int = 1,
    size: int = 50,
) -> Page:
    """Return a page of visible cases, the newest first."""
    page, size = max(1, page), min(max(1, size), 200)
    query = select(model.Case).where(visible(by))
    for column, value in (
        (model.Case.process, process),
        (model.Case.state, state),
        (model.Case.status, status),
    ):
        if value:
            query = query.where(column == value)
    if text:
        query = query.where(search.matches(text))
    if since:
        query = query.where(model.Case.opened_at >= datetime.combine(since, datetime.min.time(), office_zone()))
    if until:
        query = query.where(model.Case.opened_at <= datetime.combine(until, datetime.max.time(), office_zone()))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.scalars(query.order_by(model.Case.opened_at.desc()).limit(size).offset((page - 1) * size))
    return Page(list(rows), total, page, size)


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
) -> model.Case:
    """Open a case of a process; `data` answers the first step in the same transaction, without it the opener holds it.

    `parent` makes it a linked case; `key` lets the same hand-off open one case only, `request_key` the same request
    of the same person. Raises NotAllowed without a starting role, Refused with the errors of the first form.
    """
    if request_key is not None:
        request_key = f"{by.user}:{request_key}"[:100]
        known = session.scalars(select(model.Case).where(model.Case.request_key == request_key)).first()
        if known is not None:
            return known
    if key is not None:
        known = session.scalars(select(model.Case).where(model.Case.key == key)).first()
        if known is not None:
            raise Conflict(f"该事项已移交，案号{known.number}", "HZ-E40", known.opened_by, known.opened_at)
    bundle = catalog.published(session, process)
    above = get(session, parent, by) if parent else None
    office = _office(session, bundle, by, above, org)
    case = _new(session, bundle, office, above, relation, by, now)
    case.key, case.request_key = key, request_key
    ledger.record(session, case, by, "case opened", now, process=process, version=bundle.version, parent=parent)
    with instances.starting(session, case, bundle, now, by) as run:
        run.witness("org", office.id)
        run.witness("user", by.user)
        if above is not None:
            ledger.record(session, above, by, "linked case opened", now, process=process, number=case.number)
        given = {**_carried(session, bundle, above, now), **(carried or {})}
        if given:
            run.note("carried", {name: frozen(value) for name, value in given.items()})
        run.settle()
        first = _first_task(session, case, bundle, by)
        if first is not None and by.user != SYSTEM:
            _hold(session, first, by, now)
            if data is not None:
                submissions.submit(run, first, data, by, now)
        elif data is not None:
            raise NotAllowed("首个环节不由您办理")
    return case


def may_open(session: Session, by: Actor, case: model.Case | None = None) -> list[Bundle]:
    """Return the processes that this person may start: on their own, or from the page of `case`."""
    found = []
    for bundle in catalog.all_published(session):
        origins = bundle.settings.get("starts_from", [])
        fits = case.process in origins if case is not None else not bundle.settings.get("linked_only", False)
        if fits and by.role_ids & set(bundle.settings.get("starts", ())):
            found.append(bundle)
    return found


def acts(session: Session, case: model.Case, by: Actor) -> list[model.Subscription]:
    """Return the acts that this person may begin on the case now."""
    rows = session.scalars(
        select(model.Subscription).where(model.Subscription.case_id == case.id).order_by(model.Subscription.act)
    )
    return [row for row in rows if any(by.holds(role, row.org_id) for role in row.roles)]


def act(
    session: Session,
    case_id: str,
    act_id: str,
    by: Actor,
    now: datetime,
    data: Mapping[str, Any] | None = None,
) -> model.Task:
    """Begin an offered act: its step opens for this person; `data` answers it in the same transaction."""
    get(session, case_id, by)
    with instances.advancing(session, case_id, now, by, {"verb": "act", "act": act_id}) as run:
        row = session.scalars(
            select(model.Subscription).where(model.Subscription.case_id == case_id, model.Subscription.act == act_id)
        ).first()
        if row is None:
            raise Conflict("目前不能办理该事项，请刷新", "E-COM-17")
        if not any(by.holds(role, row.org_id) for role in row.roles):
            raise NotAllowed()
        ledger.record(session, run.case, by, "act begun", now, act=act_id)
        known = {task.id for task in instances.open_tasks(session, case_id)}
        run.deliver(act_id, row.node)
        run.settle()
        opened = [task for task in instances.open_tasks(session, case_id) if task.id not in known]
        task = next((task for task in opened if _offered(run.bundle, task, by)), None)
        if task is None:
            if data is not None or not opened:
                raise NotAllowed("该事项的环节不由您办理")
            return opened[0]
        _hold(session, task, by, now)
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

    Only who gave them, or a supervisor of the office; clocks that start from a corrected field count again.
    """
    case = get(session, case_id, by)
    if not reason.strip():
        raise Refused("更正必须填写理由", "E-COM-08", {"reason": "E-COM-08"})
    with instances.advancing(session, case_id, now, by) as run:
        form = run.bundle.forms.get(step)
        count = run.file.count(step, item)
        if form is None or not count or not _may_see_step(run.bundle, step, by):
            raise NotFound("该环节尚无可以更正的内容")
        said = run.file.submitter(step, item)
        if not by.is_one_of(said) and not (by.supervises and case.org_path.startswith(by.paths)):
            raise NotAllowed("只有填报人或本单位负责人可以更正")
        before = run.file.answers(step, item)
        ctx = submissions.context(session, run.case, run.bundle, by, now, item, run.file)
        answers = forms.validate(form, {**before, **data}, ctx)
        if answers == before:
            raise Refused("更正前后内容相同", "E-COM-18")
        corrected = run.file.latest_seq(step, item)
        row = run.note(step, answers, item, by, corrects=corrected, reason=reason.strip())
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


def terminate(
    session: Session, case_id: str, reason: str, by: Actor, now: datetime, into: str | None = None
) -> model.Case:
    """End a case that was opened by mistake, with a reason; `into` merges it with another visible case."""
    case = get(session, case_id, by)
    if not reason.strip():
        raise Refused("终止必须填写理由", "E-COM-08", {"reason": "E-COM-08"})
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
    if case.state != "open":
        raise Conflict("案件已经办结或终止", "E-COM-05", at=case.closed_at)
    case.state, case.closed_at, case.close_reason = (
        ("merged" if target else "terminated"),
        now,
        reason.strip(),
    )
    case.merged_into = target.id if target else None
    for task in instances.open_tasks(session, case_id):
        task.state, task.cancelled_at, task.revision = "cancelled", now, task.revision + 1
        session.execute(delete(model.TaskOffer).where(model.TaskOffer.task_id == task.id))
    for row_class in (model.WakeUp, model.Subscription):
        session.execute(delete(row_class).where(row_class.case_id == case_id))
    clocks.stop_all(session, case, now)
    case.rev += 1
    verb = "case merged" if target else "case terminated"
    ledger.record(session, case, by, verb, now, reason=reason.strip(), into=target.number if target else None)
    session.flush()
    return case


def case_file(session: Session, case: model.Case, by: Actor, now: datetime) -> dict[str, dict[str, Any]]:
    """Return the latest answers by step, without what this person may not see."""
    bundle = bundle_of(session, case)
    file = CaseFile(session, case, bundle, now)
    found: dict[str, dict[str, Any]] = {}
    for step, item, _ in file.steps():
        if not _may_see_step(bundle, step, by):
            continue
        data = file.answers(step, item)
        form = bundle.forms.get(step)
        if form is not None and _has_confidential(form) and not by.is_one_of(file.submitter(step, item)):
            data = forms.public(form, data, by.role_ids)
        found[step if item is None else f"{step}#{item}"] = data
    return found


def submissions_of(session: Session, case: model.Case, by: Actor) -> list[model.Submission]:
    """Return every submission this person may see, in order; confidential fields are cut by the caller's view."""
    bundle = bundle_of(session, case)
    rows = session.scalars(
        select(model.Submission).where(model.Submission.case_id == case.id).order_by(model.Submission.seq)
    ).all()
    found = []
    for row in rows:
        if _may_see_step(bundle, row.step, by):
            form = bundle.forms.get(row.step)
            if form is not None and _has_confidential(form) and not by.is_one_of([row.by, row.for_user]):
                session.expunge(row)
                row.data = forms.public(form, row.data, by.role_ids)
            found.append(row)
    return found


def history(session: Session, case_id: str, by: Actor) -> list[model.LedgerEntry]:
    """Return the ledger of acts of a visible case, without acts at steps confidential to other roles."""
    case = get(session, case_id, by)
    bundle = bundle_of(session, case)
    return [row for row in ledger.of_case(session, case.id) if _may_see_step(bundle, row.detail.get("step"), by)]


def links(session: Session, case: model.Case, by: Actor) -> tuple[list[model.Case], list[model.Handoff]]:
    """Return the visible cases linked to this one (above and below), and the hand-offs that still wait (待移交)."""
    near = [model.Case.parent_id == case.id]
    if case.parent_id:
        near.append(model.Case.id == case.parent_id)
    rows = session.scalars(
        select(model.Case).where(or_(*near), visible(by), model.Case.hidden.is_(False)).order_by(model.Case.opened_at)
    ).all()
    waiting = session.scalars(
        select(model.Handoff).where(model.Handoff.case_id == case.id, model.Handoff.state == "waiting")
    ).all()
    return list(rows), list(waiting)


def attachment(session: Session, attachment_id: str, by: Actor) -> model.Attachment:
    """Return a file that this person uploaded, or that belongs to a step they may see of a visible case."""
    row = session.get(model.Attachment, attachment_id)
    if row is None:
        raise NotFound()
    if row.case_id is None:
        if row.uploaded_by != by.user:
            raise NotFound()
        return row
    case = get(session, row.case_id, by)
    bundle = bundle_of(session, case)
    if row.uploaded_by != by.user:
        known = any(
            row.id in forms.attachment_ids(bundle.forms[said.step], said.data)
            for said in submissions_of(session, case, by)
            if said.step in bundle.forms
        )
        if not known and not _is_receipt(session, case, row.id):
            raise NotFound()
    return row


def letters(session: Session, case: model.Case, by: Actor) -> list[model.Document]:
    """Return the papers of a visible case."""
    return documents.listing(session, case.id, by)


def _office(session: Session, bundle: Bundle, by: Actor, above: model.Case | None, org: str | None) -> model.Org:
    starts = bundle.settings.get("starts", ())
    held = sorted({office for role, office in by.roles if role in starts})
    if by.user == SYSTEM:
        return session.get_one(model.Org, org or above.org_id)
    if above is not None and above.process not in bundle.settings.get("starts_from", ()):
        raise NotAllowed(f"不能从该案件发起“{bundle.title}”")
    if not held:
        raise NotAllowed(f"您的岗位不能发起“{bundle.title}”")
    if org is not None and org not in held:
        raise NotAllowed("您在该机构没有发起权限")
    wanted = org or (above.org_id if above is not None and above.org_id in held else None)
    return session.get_one(model.Org, wanted or (by.org if by.org in held else held[0]))


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
    roles = bundle.settings.get("confidential", ())
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
        confidential=f";{';'.join(roles)};" if roles else "",
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


def _carried(session: Session, bundle: Bundle, above: model.Case | None, now: datetime) -> dict[str, Any]:
    if above is None:
        return {}
    file = CaseFile(session, above, bundle_of(session, above), now)
    names, functions = file.names(), file.functions()
    carries = bundle.settings.get("carries", {})
    own = carries.get(above.process, carries)
    return {
        name: instances.expressions.evaluate(source, names, functions)
        for name, source in own.items()
        if isinstance(source, str)
    }


def _first_task(session: Session, case: model.Case, bundle: Bundle, by: Actor) -> model.Task | None:
    return next((task for task in instances.open_tasks(session, case.id) if _offered(bundle, task, by)), None)


def _offered(bundle: Bundle, task: model.Task, by: Actor) -> bool:
    return any(by.holds(role, task.org_id) for role in bundle.steps[task.step].roles)


def _hold(session: Session, task: model.Task, by: Actor, now: datetime) -> None:
    task.assignee, task.claimed_at = by.for_user or by.user, now
    task.revision += 1
    for offer in session.scalars(select(model.TaskOffer).where(model.TaskOffer.task_id == task.id)):
        offer.pooled = False


def _has_confidential(form: forms.Form) -> bool:
    return any(field.confidential for field in form.fields.values())


def _is_receipt(session: Session, case: model.Case, attachment_id: str) -> bool:
    rows = session.scalars(select(model.Document.served).where(model.Document.case_id == case.id))
    return any((served or {}).get("receipt") == attachment_id for served in rows)


def _may_see_step(bundle: Bundle, step: str | None, by: Actor) -> bool:
    known = bundle.steps.get(step or "")
    if known is None or not known.confidential or by.user == SYSTEM_ACTOR.user:
        return True
    return bool(set(known.confidential) & by.role_ids)


def human_steps(bundle: Bundle) -> list[str]:
    """Return the steps that people answer."""
    return [step.id for step in bundle.steps.values() if step.kind in HUMAN]
