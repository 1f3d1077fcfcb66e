"""Letters of a case: drafted by a step, issued under a number with their data frozen, served, or made void.

It does not know what a letter says (`letters`) nor how it is set (`typesetting`).
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine import (
    attachments,
    catalog,
    expressions,
    ledger,
    letters,
    model,
    numbers,
    outbox,
    people,
    registers,
    store,
    typesetting,
)
from engine.bundles import Bundle, Letter
from engine.casefile import CaseFile
from engine.errors import CODES, Conflict, NotAllowed, NotFound, Refused
from engine.people import SYSTEM, Actor
from engine.sight import visible
from engine.values import canonical
from engine.workdays import office_day, office_zone

METHODS = ("直接送达", "留置送达", "邮寄送达", "委托送达", "转交送达", "电子送达", "公告送达")
SLIP = "letters/service_return.html"
PICTURE_BYTES = 8 << 20
PICTURES_BYTES = 24 << 20


def draft(
    session: Session, case: model.Case, bundle: Bundle, letter: Letter, step: str, item: int | None, now: datetime
) -> model.Document:
    """Lay a draft before those who may issue it.

    One that still lies there is taken up again by the same step or its approval, not doubled; but of a letter
    that is written `each` time (a record of a check) none replaces another.
    """
    file = CaseFile(session, case, bundle, now)
    org_id = _office(session, file, bundle, letter, step, item)
    row = None if letter.each else _lying(session, case, letter, step, item)
    if row is None:
        row = model.Document(id=model.new_id("d"), case_id=case.id, letter=letter.id, item=item, state="draft")
        session.add(row)
    # A letter speaks of the answers by which it was drafted, not of those that a later round gives.
    row.created_at = now
    row.bundle_hash, row.title, row.step, row.org_id = bundle.hash, letter.title, step, org_id
    row.issue_role = letter.issue_role
    known = bundle.steps.get(step)
    row.confidential = list(letter.confidential or (known.confidential if known else ()))
    session.flush()
    return row


def issue(session: Session, document_id: str, by: Actor, now: datetime, ahead: bool = True) -> model.Document:
    """Number a draft and freeze what it says; the number is taken in this transaction, so the series has no gap.

    It is set as PDF soon after, or without `ahead` when somebody opens it first.
    """
    row, case = _held(session, document_id, by)
    _require_issuer(row, by)
    if row.state != "draft":
        raise _no_draft(row)
    if case.state in ("terminated", "merged"):
        raise Conflict("案件已经终止或并入其他案件，不能再签发文书", "E-COM-05", at=case.closed_at)
    bundle = catalog.load(session, row.bundle_hash)
    letter = bundle.letters[row.letter]
    row.state, row.issued_at, row.issued_by = "issued", now, by.for_user or by.user
    row.title = letter.title
    if letter.series:
        row.series, row.number = _take_number(session, letter, row, case, now)
    row.data = letters.facts(session, case, bundle, row, now)
    ledger.record(
        session, case, by, "letter issued", now, document=row.id, letter=row.letter, number=row.number, step=row.step
    )
    _tell_registers(session, case, now)
    if ahead:
        outbox.put(session, "render_letter", key=row.id, document_id=row.id)
    return row


def serve(
    session: Session,
    document_id: str,
    by: Actor,
    now: datetime,
    method: str,
    served_at: datetime | date | str,
    receipt: str | None = None,
    refused_note: str | None = None,
    addressee: str | None = None,
) -> model.Document:
    """Note how, when and to whom an issued letter was served.

    `served_at` is a moment, or a day where the hour is not known. Leaving a letter with one who refuses it
    (留置送达) needs the note of the refusal.
    """
    row, case = _held(session, document_id, by)
    if row.org_id not in by.orgs and case.org_id not in by.orgs:
        raise NotAllowed("只有发文机关的人员可以登记送达")
    if row.state != "issued":
        raise _not_issued(row)
    method = method.strip() if method.strip().endswith("送达") else f"{method.strip()}送达"
    if method not in METHODS:
        raise Refused(f"没有“{method}”这种送达方式", "E-COM-23", {"method": "E-COM-23"})
    moment = _served_moment(served_at, row, now)
    if method == "留置送达" and not (refused_note or "").strip():
        raise Refused(CODES["E-DOC-02"], "E-DOC-02", {"refused_note": "E-DOC-02"})
    if receipt is not None:
        if attachments.info(session, receipt, case.id, by) is None:
            raise Refused("送达回证的附件不存在", "E-COM-23", {"receipt": "E-COM-23"})
        attachments.bind(session, [receipt], case.id, row.step, by)
    row.state, row.served_at = "served", moment
    row.served = {
        "method": method,
        "served_at": moment.astimezone(office_zone()).isoformat(timespec="seconds"),
        "addressee": (addressee or "").strip() or case.enterprise,
        "receipt": receipt,
        "refused_note": (refused_note or "").strip() or None,
        "by": by.for_user or by.user,
    }
    ledger.record(
        session, case, by, "letter served", now, document=row.id, number=row.number, method=method, step=row.step
    )
    _tell_registers(session, case, now)
    return row


def void(session: Session, document_id: str, by: Actor, now: datetime, reason: str) -> model.Document:
    """Make a letter void, or drop a draft; its number stays with it and is never used again."""
    row, case = _held(session, document_id, by)
    _require_issuer(row, by)
    if row.state == "void":
        raise Conflict(f"该文书已由{_who(session, row.voided_by)}作废", by=row.voided_by, at=row.voided_at)
    if not reason.strip():
        raise Refused("请填写作废理由", "E-COM-01", {"reason": "E-COM-01"})
    row.state, row.voided_at, row.voided_by, row.void_reason = "void", now, by.for_user or by.user, reason.strip()
    ledger.record(
        session,
        case,
        by,
        "letter voided",
        now,
        document=row.id,
        number=row.number,
        reason=row.void_reason,
        step=row.step,
    )
    _tell_registers(session, case, now)
    return row


def get(session: Session, document_id: str, by: Actor) -> model.Document:
    """Return a letter of a visible case; NotFound otherwise, also for one confidential to other roles."""
    return _find(session, document_id, by)[0]


def listing(session: Session, case_id: str, by: Actor) -> list[model.Document]:
    """Return the letters of a visible case that this person may see, the oldest first."""
    rows = session.scalars(
        select(model.Document)
        .join(model.Case, model.Case.id == model.Document.case_id)
        .where(model.Document.case_id == case_id, _seen(by))
        .order_by(model.Document.created_at, model.Document.id)
    )
    return known_to(rows, by)


def known_to(rows: Iterable[model.Document], by: Actor) -> list[model.Document]:
    """Return those letters of a visible case that this person may see."""
    return [row for row in rows if _may_know(row, by)]


def pdf(session: Session, document_id: str, by: Actor) -> bytes:
    """Return a letter as PDF: a draft as it would read now, an issued one from its frozen data.

    It only reads, so that setting a page holds up nobody who writes; what was set is kept beside the attachments.
    """
    row, case = _find(session, document_id, by)
    bundle = catalog.load(session, row.bundle_hash)
    return _set(
        session, bundle, bundle.letters[row.letter].template, _data(session, row, case, bundle), row.data is not None
    )


def html(session: Session, document_id: str, by: Actor) -> str:
    """Return a letter as a page of its own, without pictures, for a quick look."""
    row, case = _find(session, document_id, by)
    bundle = catalog.load(session, row.bundle_hash)
    name = bundle.letters[row.letter].template.removeprefix("forms/")
    return typesetting.html(name, letters.templates(bundle), _data(session, row, case, bundle))


def service_return(session: Session, document_id: str, by: Actor) -> bytes:
    """Return the slip of service (送达回证) of an issued letter, to be signed or as it was served."""
    row, case = _find(session, document_id, by)
    if row.data is None:
        raise Conflict("文书尚未签发，不能打印送达回证")
    bundle = catalog.load(session, row.bundle_hash)
    if SLIP not in letters.templates(bundle):
        raise NotFound("该流程版本没有送达回证的版式")
    served = row.served or {"addressee": case.enterprise}
    return _set(session, bundle, SLIP, _data(session, row, case, bundle) | {"served": served}, row.served is not None)


def warnings(session: Session, document_id: str, by: Actor) -> list[str]:
    """Return what should be looked at before issuing: characters that no font has, or another font must draw."""
    text = html(session, document_id, by)
    missing = sorted(typesetting.missing_characters(text))
    others = sorted(sign for sign in typesetting.fallback_characters(text) if sign.isalpha())
    said = []
    if missing:
        said.append(f"没有字体含有这些字，打印会缺字：{'、'.join(missing)}")
    if others:
        said.append(f"这些字将以后备字体印出，请核对：{'、'.join(others)}")
    return said


def may_issue(row: model.Document, by: Actor) -> bool:
    """Tell whether this person may issue the letter or make it void."""
    return by.holds(row.issue_role, row.org_id) if row.issue_role else row.org_id in by.orgs


def _lying(session: Session, case: model.Case, letter: Letter, step: str, item: int | None) -> model.Document | None:
    first = step.removesuffix("_approve")
    rows = select(model.Document).where(
        model.Document.case_id == case.id,
        model.Document.letter == letter.id,
        model.Document.state == "draft",
        model.Document.step.in_((first, f"{first}_approve")),
        model.Document.item.is_(None) if item is None else model.Document.item == item,
    )
    return session.scalars(rows.order_by(model.Document.created_at.desc())).first()


def _find(session: Session, document_id: str, by: Actor) -> tuple[model.Document, model.Case]:
    found = session.execute(
        select(model.Document, model.Case)
        .join(model.Case, model.Case.id == model.Document.case_id)
        .where(model.Document.id == document_id, _seen(by))
    ).first()
    if found is None or not _may_know(found[0], by):
        raise NotFound()
    return found[0], found[1]


def _held(session: Session, document_id: str, by: Actor) -> tuple[model.Document, model.Case]:
    """Find a letter and hold its case's row, so that two issuers come one after the other."""
    row, _ = _find(session, document_id, by)
    case = store.locked(session, row.case_id)
    session.refresh(row)
    return row, case


def _tell_registers(session: Session, case: model.Case, now: datetime) -> None:
    """Bring the case's lines up to date: their columns may name a letter's number and days."""
    session.flush()
    bundle = catalog.load(session, case.bundle_hash)
    registers.refresh(session, case, bundle, CaseFile(session, case, bundle, now))


def _seen(by: Actor) -> Any:
    return or_(visible(by), by.user == SYSTEM)


def _may_know(row: model.Document, by: Actor) -> bool:
    own = by.is_one_of([row.issued_by]) or by.user == SYSTEM
    return own or not row.confidential or bool(set(row.confidential) & by.role_ids)


def _require_issuer(row: model.Document, by: Actor) -> None:
    if not may_issue(row, by):
        raise NotAllowed("您没有签发或作废该文书的权限")


def _no_draft(row: model.Document) -> Conflict:
    if row.state == "void":
        return Conflict("该文书已作废，不能签发", by=row.voided_by, at=row.voided_at)
    return Conflict("该文书已经签发，请刷新", by=row.issued_by, at=row.issued_at)


def _not_issued(row: model.Document) -> Conflict:
    if row.state == "served":
        return Conflict("该文书已经登记送达，请刷新", by=(row.served or {}).get("by"), at=row.served_at)
    if row.state == "void":
        return Conflict("该文书已作废，不能送达", by=row.voided_by, at=row.voided_at)
    return Conflict("文书尚未签发，不能送达")


def _who(session: Session, user: str | None) -> str:
    return people.display(session, user)


def _office(session: Session, file: CaseFile, bundle: Bundle, letter: Letter, step: str, item: int | None) -> str:
    """Return the office in whose name the letter goes out: where its issuer sits, else the case's."""
    known = bundle.steps.get(step)
    source = bundle.role_orgs.get(letter.issue_role, "")
    if not source and known is not None and letter.issue_role in known.roles:
        source = known.org
    if not source:
        return file.case.org_id
    found = expressions.evaluate(source, file.names(item), file.functions(item))
    # A step that several roles share may sit where this one does not: the reply to a hazard that the commission
    # decides on is still issued by the bureau.
    return found if isinstance(found, str) and people.members(session, letter.issue_role, found) else file.case.org_id


def _take_number(
    session: Session, letter: Letter, row: model.Document, case: model.Case, now: datetime
) -> tuple[str, str]:
    org = session.get_one(model.Org, row.org_id)
    if "{org.code}" in letter.series and not org.code:
        raise Refused(f"{org.name}没有登记机关代字，不能编文号", "E-DOC-03")
    places = {"region": case.region, "year": office_day(now).year, "org_code": org.code}
    series = numbers.compose(letter.series, n=0, **places)
    return series, numbers.take(session, f"letter {series}", letter.series, **places)


def _served_moment(given: datetime | date | str, row: model.Document, now: datetime) -> datetime:
    field = {"served_at": "E-COM-21"}
    if isinstance(given, str):
        try:
            given = date.fromisoformat(given) if len(given) == 10 else datetime.fromisoformat(given)
        except ValueError:
            raise Refused("送达时间格式不正确", "E-COM-21", field) from None
    if isinstance(given, datetime):
        moment = given if given.tzinfo else given.replace(tzinfo=office_zone())
    else:
        moment = datetime.combine(given, time(), office_zone())
        if given == office_day(row.issued_at):
            moment = row.issued_at
    if moment > now:
        raise Refused("送达时间晚于当前时间", "E-COM-02", {"served_at": "E-COM-02"})
    # Moments are typed to the minute: a letter served in the minute of its issue is not served before it.
    if moment < row.issued_at.replace(second=0, microsecond=0):
        raise Refused(CODES["E-DOC-01"], "E-DOC-01", {"served_at": "E-DOC-01"})
    return moment


def _data(session: Session, row: model.Document, case: model.Case, bundle: Bundle) -> dict[str, Any]:
    if row.data is None:
        return letters.facts(session, case, bundle, row, row.created_at)
    letter = row.data["letter"] | ({"state": "void"} if row.state == "void" else {})
    return row.data | {"letter": letter}


def _set(session: Session, bundle: Bundle, template: str, data: Mapping[str, Any], keep: bool) -> bytes:
    name, files = template.removeprefix("forms/"), letters.templates(bundle)
    if not keep:
        return typesetting.render(name, files, data, _pictures(session, data))[1]
    key = hashlib.sha256(canonical([bundle.hash, name, data])).hexdigest()
    path = _place(key)
    if path.exists():
        return path.read_bytes()
    paper = typesetting.render(name, files, data, _pictures(session, data))[1]
    _write(path, paper)
    return paper


def _pictures(session: Session, data: Mapping[str, Any]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for key in letters.pictures(data):
        row = session.get(model.Attachment, key)
        if row is None or row.size > PICTURE_BYTES or sum(map(len, found.values())) + row.size > PICTURES_BYTES:
            continue  # named in the letter instead of shown
        found[key] = attachments.content(row).read_bytes()
    return found


def _place(key: str) -> Path:
    return store.data_dir() / "letters" / key[:2] / f"{key[2:]}.pdf"


def _write(path: Path, paper: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as out:
        out.write(paper)
    os.replace(temporary, path)
