"""Handing in answers: what a form is checked against, the separation of duties, and the step into the one path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine import attachments, eligibility, forms, instances, model
from engine.bundles import Bundle, Step
from engine.casefile import CaseFile
from engine.errors import CODES, NotAllowed
from engine.expressions import Answers
from engine.people import Actor
from engine.references import Lookup


@dataclass(frozen=True)
class FormContext:
    """What a form is validated against: the case file, the person, the moment, the look-ups."""

    names: Mapping[str, Any]
    functions: Mapping[str, Any]
    by: Actor
    now: datetime
    lookup: Lookup


def context(
    session: Session,
    case: model.Case,
    bundle: Bundle,
    by: Actor,
    now: datetime,
    item: int | None = None,
    file: CaseFile | None = None,
) -> FormContext:
    """Return what the forms of this case are filled in and validated against."""
    file = file or CaseFile(session, case, bundle, now)
    roles = sorted(by.role_ids)
    record = Answers(user=by.user, for_user=by.for_user, name=by.name, roles=roles, org=by.org, region=by.region)
    functions = file.functions(item)
    functions["previous"] = lambda step: file.previous(step, item, before=True)
    return FormContext(file.names(item, {"by": record}), functions, by, now, Lookup(session, case.id, by))


def submit(
    run: instances.Run,
    task: model.Task,
    answers: Mapping[str, Any],
    by: Actor,
    now: datetime,
    digest: str | None = None,
) -> None:
    """Check the answers of an open task against its form and the separation of duties, then submit them."""
    step = run.bundle.steps[task.step]
    eligibility.require(run.file, step.id, by, now)
    _require_other_hands(run, step, task, by)
    ctx = context(run.session, run.case, run.bundle, by, now, task.item, run.file)
    form = run.bundle.forms[task.step]
    data = forms.validate(form, answers, ctx)
    eligibility.refuse_recused(run.file, step.id, form, data)
    attachments.bind(run.session, forms.attachment_ids(form, data), run.case.id, task.step, by)
    run.submit(task, data, by, digest)


def _require_other_hands(run: instances.Run, step: Step, task: model.Task, by: Actor) -> None:
    # Separation of duties: neither the handler nor an officer who took part may approve.
    for other in step.not_by:
        said = run.file.submitter(other, task.item)
        officers = [
            name
            for field in run.bundle.forms[other].fields.values()
            if field.kind == "officers"
            for name in run.file.answers(other, task.item).get(field.id) or ()
        ]
        if by.is_one_of([*said, *officers]):
            raise NotAllowed(CODES["E-COM-06"], "E-COM-06")
