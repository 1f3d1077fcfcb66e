"""Who may act in one case: those who withdrew may not, officers and reviewers only with what the law asks of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from engine import expressions, forms, model, people
from engine.bundles import Bundle
from engine.casefile import CaseFile
from engine.errors import NotAllowed, OfficeError, Refused, refuse
from engine.forms import Form
from engine.people import Actor
from engine.workdays import office_day

NAMING = ("user", "users", "officers")
NOT_VALID = "E-COM-07"
KINDS = {"enforcement": "有效的行政执法证", "legal": "法律职业资格"}


def concerns(bundle: Bundle) -> bool:
    """Tell whether a process asks anything of those who act in it."""
    declared = bundle.settings.get("recused") or bundle.settings.get("qualified")
    return bool(declared) or any(field.kind == "officers" for form in bundle.forms.values() for field in _every(form))


def recused(file: CaseFile) -> frozenset[str]:
    """Return the people who must keep out of this case, as its process says."""
    source = file.bundle.settings.get("recused")
    found = expressions.evaluate(source, file.names(), file.functions()) if source else None
    return frozenset(str(name) for name in found or () if name)


def require(file: CaseFile, step: str | None, by: Actor, now: datetime) -> None:
    """Raise NotAllowed where this person may not act in the case now, or not at this step."""
    if by.user == people.SYSTEM or not concerns(file.bundle):
        return
    if by.is_one_of(recused(file)):
        raise NotAllowed("您已回避，不得办理本案", _recused_code(file))
    if problem := _lacking(file, step, by.user, office_day(now), by.for_user):
        raise NotAllowed(problem.detail, problem.code)


def require_named(file: CaseFile, step: str | None, name: str, now: datetime) -> None:
    """Raise Refused where somebody is to be given a task that they may not act in."""
    if not concerns(file.bundle):
        return
    if name in recused(file):
        raise _wrong(f"{people.display(file.session, name)}已回避，不得办理本案", _recused_code(file), "to")
    if problem := _lacking(file, step, name, office_day(now)):
        raise _wrong(problem.detail, problem.code, "to")


def refuse_recused(file: CaseFile, step: str, form: Form, data: Mapping[str, Any]) -> None:
    """Refuse answers that name somebody who has withdrawn; the steps that decide on it name them as they must."""
    out = not_to_be_named(file, step)
    code = _recused_code(file)
    refuse(
        {
            field: (code, f"{people.display(file.session, name)}已回避，不得参与本案")
            for field, name in _named(form, data, NAMING)
            if name in out
        }
    )


def not_to_be_named(file: CaseFile, step: str) -> frozenset[str]:
    """Return who has withdrawn, but for the steps that say so themselves."""
    source = file.bundle.settings.get("recused")
    return recused(file) if source and step not in {name for name, _ in _asked(source)} else frozenset()


def obstacles(file: CaseFile, step: str, names: Iterable[str], now: datetime) -> dict[str, str]:
    """Return who of these people may not be given a task of this step, and why."""
    if not concerns(file.bundle):
        return {}
    out, found = recused(file), {}
    for name in names:
        problem = _lacking(file, step, name, office_day(now))
        if name in out or problem:
            found[name] = "已回避" if name in out else problem.detail
    return found


def _lacking(
    file: CaseFile, step: str | None, name: str, today: date, principal: str | None = None
) -> OfficeError | None:
    """Return what this person lacks for acting: as an officer of the case, or at a step that asks for it."""
    kind = file.bundle.settings.get("qualified", {}).get(step or "")
    user = file.session.get(model.User, name)
    if user is None:
        return None
    as_officer = kind == "enforcement" or bool({name, principal} & _officers(file))
    if as_officer and not holds(user, "enforcement", today):
        return OfficeError(f"{user.display}没有有效的行政执法证，不能办理", NOT_VALID)
    if kind and not holds(user, kind, today):
        code = file.bundle.settings.get("qualified_code", NOT_VALID)
        return OfficeError(f"{user.display}未登记{KINDS[kind]}，不能办理该环节", code)
    return None


def holds(user: model.User, kind: str, day: date) -> bool:
    """Tell whether a person has a qualification on a day."""
    if kind == "legal":
        return bool(user.legal_no) and (user.legal_on is None or user.legal_on <= day)
    return bool(user.certificate_no) and user.certificate_until is not None and user.certificate_until >= day


def _officers(file: CaseFile) -> set[str]:
    """Return who is named as an officer in the latest answers of a case."""
    found: set[str] = set()
    for step, item, _ in file.steps():
        if (form := file.bundle.forms.get(step)) is not None:
            found |= {name for _, name in _named(form, file.answers(step, item), ("officers",))}
    return found


def _named(form: Form, data: Mapping[str, Any], kinds: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for field in form.fields.values():
        value = data.get(field.id)
        if field.kind in kinds:
            yield from ((field.id, name) for name in (value if isinstance(value, list) else [value]) if name)
        for number, row in enumerate(value or () if field.columns else ()):
            for column in field.columns.values():
                said = row.get(column.id)
                if column.kind in kinds:
                    names = said if isinstance(said, list) else [said]
                    yield from ((f"{field.id}.{number}.{column.id}", name) for name in names if name)


def _every(form: Form) -> Iterator[forms.Field]:
    for field in form.fields.values():
        yield field
        yield from (field.columns or {}).values()


def _asked(source: str) -> set[tuple[str, str | None]]:
    """Return the steps that an expression reads, also those whose answers it reads all."""
    found = expressions.compile(source)
    return set(found.references) | {(first, None) for _, first in found.calls if first}


def _recused_code(file: CaseFile) -> str:
    return str(file.bundle.settings.get("recused_code") or "E-COM-04")


def _wrong(detail: str, code: str, field: str) -> Refused:
    return Refused(detail, code, {field: code})
