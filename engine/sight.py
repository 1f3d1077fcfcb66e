"""What a person may see: `visible`, the one cut for rights, and every reading of a case through it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session

from engine import catalog, forms, model, people, search
from engine.bundles import Bundle
from engine.casefile import CaseFile
from engine.errors import NotFound
from engine.people import SYSTEM, Actor
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
    taking_part = select(participants.case_id).where(_is_among(by))
    open_to = or_(
        cases.opened_by == by.user,
        *(cases.org_path.startswith(path, autoescape=True) for path in by.paths),
        *(cases.region.startswith(prefix, autoescape=True) for prefix in by.regions),
        cases.id.in_(taking_part),
    )
    return and_(open_to, not_kept_from(by)) if by.user else false()


def not_kept_from(by: Actor) -> ColumnElement[bool]:
    """Return the condition on cases that they are not confidential to others: a part of `visible`."""
    cases = model.Case
    roles = [cases.confidential.contains(word, autoescape=True) for word in _words(by)]
    opener = and_(cases.opened_by == by.user, cases.confidential.not_like("!%"))
    among = or_(opener, cases.id.in_(_named(by)), *roles)
    return or_(cases.confidential == "", and_(among, cases.id.not_in(_named(by, "kept"))))


def may_see(session: Session, case: model.Case, by: Actor) -> bool:
    """Tell whether a case that is at hand is visible: the same rule as `visible`, asked of one row."""
    if by.user == SYSTEM:
        return True
    opener = case.opened_by == by.user
    rows = model.Participant
    if case.confidential:
        known = set(session.scalars(_of_case(by, case.id)))
        among = any(word in case.confidential for word in _words(by)) or "name" in known
        if "kept" in known or not (among or (opener and case.confidential[0] != "!")):
            return False
    if opener or case.org_path.startswith(by.paths) or case.region.startswith(by.regions):
        return True
    taking_part = select(rows.case_id).where(rows.case_id == case.id, _is_among(by))
    return session.scalar(taking_part.limit(1)) is not None


def readers(session: Session, case: model.Case, names: Iterable[str], now: datetime) -> list[str]:
    """Return those of these people from whom a case is not kept: whom a notice about it may reach."""
    if not case.confidential:
        return list(names)
    known = [user for name in names if (user := session.get(model.User, name)) is not None and user.active]
    return [user.name for user in known if may_see(session, case, people.actor(session, user.name, now))]


def get(session: Session, case_id: str, by: Actor) -> model.Case:
    """Return a visible case; NotFound for one that is not there or not to be known."""
    case = session.get(model.Case, case_id)
    if case is None or not may_see(session, case, by):
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


def acts(session: Session, case: model.Case, by: Actor) -> list[model.Subscription]:
    """Return the acts that this person may begin on the case now."""
    rows = session.scalars(select(model.Subscription).where(model.Subscription.case_id == case.id))
    return offered(rows, by)


def offered(rows: Iterable[model.Subscription], by: Actor) -> list[model.Subscription]:
    """Return those of the acts that wait in a case which this person may begin."""
    mine = (row for row in rows if any(by.holds(role, row.org_id) for role in row.roles))
    return sorted(mine, key=lambda row: (row.act, row.node))


def case_file(session: Session, case: model.Case, by: Actor, now: datetime) -> dict[str, dict[str, Any]]:
    """Return the latest answers by step, without what this person may not see."""
    bundle = bundle_of(session, case)
    file = CaseFile(session, case, bundle, now)
    found: dict[str, dict[str, Any]] = {}
    for step, item, _ in file.steps():
        if not may_see_step(bundle, step, by):
            continue
        data = file.answers(step, item)
        if (hiding := _hiding(bundle, step)) and not by.is_one_of(file.submitter(step, item)):
            data = _public(hiding, data, by)
        found[step if item is None else f"{step}#{item}"] = data
    return found


def submissions_of(session: Session, case: model.Case, by: Actor) -> list[model.Submission]:
    """Return every submission this person may see, in order; confidential fields are cut by the caller's view."""
    return submissions(session, [case], by)[case.id]


def submissions(session: Session, cases: Sequence[model.Case], by: Actor) -> dict[str, list[model.Submission]]:
    """Return every submission of some visible cases that this person may see, in order, by case."""
    bundles = {case.id: bundle_of(session, case) for case in cases}
    found: dict[str, list[model.Submission]] = {case.id: [] for case in cases}
    rows = select(model.Submission).where(model.Submission.case_id.in_(bundles)).order_by(model.Submission.seq)
    for row in session.scalars(rows).all():
        bundle = bundles[row.case_id]
        if may_see_step(bundle, row.step, by):
            if (hiding := _hiding(bundle, row.step)) and not by.is_one_of([row.by, row.for_user]):
                session.expunge(row)
                row.data = _public(hiding, row.data, by)
            found[row.case_id].append(row)
    return found


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


def _words(by: Actor) -> list[str]:
    """Return what opens a confidential case to this person: a role wherever it is held, or in the case's own office."""
    return [f";{role};" for role in sorted(by.role_ids)] + [f";{role}@{org};" for role, org in sorted(by.roles)]


def _is_among(by: Actor) -> ColumnElement[bool]:
    participants = model.Participant
    return or_(
        and_(participants.kind == "org", participants.who.in_(by.orgs)),
        and_(participants.kind.in_(("user", "name")), participants.who.in_([by.user, by.for_user or by.user])),
    )


def _named(by: Actor, kind: str = "name") -> Select[tuple[str]]:
    """Return the cases that the process lets this person see by name, or keeps from this person."""
    rows = model.Participant
    return select(rows.case_id).where(rows.kind == kind, rows.who.in_([by.user, by.for_user or by.user]))


def _of_case(by: Actor, case_id: str) -> Select[tuple[str]]:
    rows = model.Participant
    whoever = rows.who.in_([by.user, by.for_user or by.user])
    return select(rows.kind).where(rows.case_id == case_id, rows.kind.in_(("name", "kept")), whoever)


def _hiding(bundle: Bundle, step: str) -> list[forms.Form]:
    """Return the forms that hide some answers of a step: its own, or for what the case was opened with all of them.

    What was carried has no form; there a field is as confidential as the one of its name that it fills.
    """
    known = bundle.forms.values() if step == "carried" else filter(None, [bundle.forms.get(step)])
    return [form for form in known if any(field.confidential for field in form.questions)]


def _public(hiding: Iterable[forms.Form], data: dict[str, Any], by: Actor) -> dict[str, Any]:
    for form in hiding:
        data = forms.public(form, data, by.role_ids)
    return data


def _is_receipt(session: Session, case: model.Case, attachment_id: str) -> bool:
    rows = session.scalars(select(model.Document.served).where(model.Document.case_id == case.id))
    return any((served or {}).get("receipt") == attachment_id for served in rows)


def may_see_step(bundle: Bundle, step: str | None, by: Actor) -> bool:
    """Tell whether a step is open to this person, or confidential to roles that they do not hold."""
    known = bundle.steps.get(step or "")
    if known is None or not known.confidential or by.user == SYSTEM:
        return True
    return bool(set(known.confidential) & by.role_ids)
