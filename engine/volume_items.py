"""What lies in the volume of a case, in its order: sheets of what was said, letters, proofs of service, files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import catalog, facts, forms, ledger, model, volume_plan
from engine.bundles import Bundle, templates
from engine.documents import SLIP
from engine.people import SYSTEM, Actor
from engine.values import canonical
from engine.volume_plan import Section
from engine.volume_words import ACTS, Words, moment
from engine.workdays import office_day

RECORD = "办理过程记录"
NOBODY: frozenset[str] = frozenset()


@dataclass
class Item:
    """One entry of the catalogue: pages that are set here (a sheet), or a paper that has its own."""

    section: str
    kind: str  # sheet | letter | slip | file
    key: str
    title: str
    at: datetime
    number: str = ""
    sha256: str = ""
    media_type: str = ""
    note: str = ""
    told: dict[str, Any] = field(default_factory=dict)
    evidence: dict[str, Any] = field(default_factory=dict)

    @property
    def day(self) -> str:
        """Return the office day of the item."""
        return office_day(self.at).isoformat()


def knows_all(session: Session, case: model.Case, bundle: Bundle, by: Actor) -> bool:
    """Tell whether nothing of what lies in a case's volume is kept from this person."""
    return is_open_to(_kept(session, case, bundle), by)


def is_open_to(kept: Iterable[tuple[str, ...]], by: Actor) -> bool:
    """Tell whether this person is among the roles of everything that only some may know."""
    return by.user == SYSTEM or all(set(roles) & by.role_ids for roles in kept)


def is_all_open(session: Session, case: model.Case, bundle: Bundle) -> bool:
    """Tell whether everybody who may see the case may see all of its volume."""
    return not _kept(session, case, bundle)


def gather(session: Session, case: model.Case, bundle: Bundle, whole: bool) -> list[Item]:
    """Return what lies in the volume; without `whole` nothing that is kept for some roles only."""
    plan = volume_plan.read(bundle.settings)
    words = Words(session)
    found: list[Item] = []
    own = list(_of_case(session, case, bundle, whole, words, ""))
    for section in plan.sections:
        mine = [item for item, place in own if place in _places(section)]
        linked = [item for below in _linked(session, case, section) for item in _linked_items(session, below, words)]
        for item in [*mine, *linked]:
            item.section = section.title
            found.append(item)
    return [*found, _record(session, case, bundle, whole, words)]


def _places(section: Section) -> set[tuple[str, str]]:
    return {("letter", name) for name in section.letters} | {("step", name) for name in section.steps}


def _kept(session: Session, case: model.Case, bundle: Bundle) -> set[tuple[str, ...]]:
    """Return the roles of everything in a case that only some may know."""
    steps = set(session.scalars(select(model.Answer.step).where(model.Answer.case_id == case.id)))
    papers = session.scalars(select(model.Document.confidential).where(model.Document.case_id == case.id))
    return kept_for(bundle, steps, papers)


def kept_for(bundle: Bundle, steps: Iterable[str], papers: Iterable[Sequence[str]]) -> set[tuple[str, ...]]:
    """Return the roles of the steps that were answered and of the letters that only some may know."""
    found = {bundle.steps[step].confidential for step in steps if step in bundle.steps}
    return {tuple(roles) for roles in (*found, *papers) if roles}


def _linked(session: Session, case: model.Case, section: Section) -> list[model.Case]:
    if not section.linked:
        return []
    rows = model.Case
    query = select(rows).where(rows.parent_id == case.id, rows.process.in_(section.linked))
    # Cases that are hidden or kept for some roles have volumes of their own.
    query = query.where(rows.hidden.is_(False), rows.confidential == "")
    return list(session.scalars(query.order_by(rows.opened_at, rows.id)))


def _linked_items(session: Session, below: model.Case, words: Words) -> Iterator[Item]:
    bundle = catalog.load(session, below.bundle_hash)
    yield from (item for item, _ in _of_case(session, below, bundle, False, words, f"{below.number} "))


def _of_case(
    session: Session, case: model.Case, bundle: Bundle, whole: bool, words: Words, lead: str
) -> list[tuple[Item, tuple[str, str]]]:
    """Return the items of one case in the order of time, each with what places it in a section."""
    found = [*_said(session, case, bundle, whole, words, lead), *_papers(session, case, bundle, whole, lead)]
    return sorted(found, key=lambda entry: entry[0].at)


def _said(
    session: Session, case: model.Case, bundle: Bundle, whole: bool, words: Words, lead: str
) -> Iterator[tuple[Item, tuple[str, str]]]:
    """Yield the sheet of every submission, and behind it the files that it brought."""
    files = {row.id: row for row in session.scalars(_files(case))}
    rows = session.scalars(
        select(model.Submission).where(model.Submission.case_id == case.id).order_by(model.Submission.seq)
    )
    bound: set[str] = set()
    for row in rows:
        step, form = bundle.steps.get(row.step), bundle.forms.get(row.step)
        if step is None or (step.confidential and not whole):
            continue
        # An informant's name is in no volume: confidential fields stay in the case file, as they do for letters.
        data = forms.public(form, row.data, NOBODY) if form else row.data
        title = lead + step.title + (f"（第{row.item + 1}项）" if row.item is not None else "")
        title += "（冲回）" if row.reverses else "（更正）" if row.corrects else ""
        told = {
            "by": words.person(row.by, row.for_user),
            "at": moment(row.at),
            "corrects": row.reason if row.corrects else "",
            "lines": words.lines(bundle, row.step, data),
        }
        digest = hashlib.sha256(canonical(row.data)).hexdigest()
        place = ("step", row.step)
        yield Item("", "sheet", f"{case.id}-{row.seq}", title, row.at, sha256=digest, told=told), place
        proofs = _evidence(bundle, row.step, data, words)
        for key in forms.attachment_ids(form, data) if form else ():
            if key in files and key not in bound:
                bound.add(key)
                yield _file(files[key], lead, row.at, proofs.get(key, {})), place


def _papers(
    session: Session, case: model.Case, bundle: Bundle, whole: bool, lead: str
) -> Iterator[tuple[Item, tuple[str, str]]]:
    """Yield the letters that were issued, also those made void since, with the proofs of their service."""
    plan = volume_plan.read(bundle.settings)
    rows = session.scalars(
        select(model.Document)
        .where(model.Document.case_id == case.id, model.Document.issued_at.is_not(None))
        .order_by(model.Document.issued_at, model.Document.id)
    )
    for row in rows:
        if (row.confidential and not whole) or (plan and row.letter in plan.left_out):
            continue
        place = ("letter", row.letter)
        title = lead + row.title + ("（已作废）" if row.state == "void" else "")
        yield Item("", "letter", row.id, title, row.issued_at, row.number or "", note=row.void_reason), place
        if row.served and SLIP in templates(bundle):
            slip = Item("", "slip", row.id, f"{title}送达回证", row.issued_at, row.number or "")
            yield slip, place
            receipt = session.get(model.Attachment, row.served.get("receipt") or "")
            if receipt is not None:
                yield _file(receipt, lead, row.issued_at, {}), place


def _files(case: model.Case) -> Any:
    return select(model.Attachment).where(model.Attachment.case_id == case.id)


def _file(row: model.Attachment, lead: str, at: datetime, proof: dict[str, Any]) -> Item:
    title = lead + (proof.get("name") or row.name)
    return Item("", "file", row.id, title, at, "", row.sha256, row.media_type, row.name, evidence=proof)


def _evidence(bundle: Bundle, step: str, data: dict[str, Any], words: Words) -> dict[str, dict[str, Any]]:
    """Return by file what is said of the evidence that it is: who collected it, when, where and from whom."""
    plan = volume_plan.read(bundle.settings)
    fields = [name for one, name in plan.evidence if one == step] if plan else []
    return {
        row["file"]: {
            "name": row.get("name", ""),
            "type": row.get("type", ""),
            "collectors": "、".join(words.person(name) for name in row.get("collectors") or ()),
            "collected_at": moment(row.get("collected_at") or ""),
            "place": row.get("place", ""),
            "provider": row.get("provider", ""),
            "proves": row.get("proves", ""),
        }
        for name in fields
        for row in data.get(name) or ()
        if row.get("file")
    }


def _record(session: Session, case: model.Case, bundle: Bundle, whole: bool, words: Words) -> Item:
    """Return the sheet that tells who did what and when, as the ledger has it."""
    rows = [row for row in ledger.of_case(session, case.id) if row.act in ACTS and row.act not in facts.ACTS]
    lines = []
    for row in rows:
        step = bundle.steps.get(row.detail.get("step") or "")
        if step is not None and step.confidential and not whole:
            continue
        letter = bundle.letters.get(row.detail.get("letter") or "")
        what = "".join((ACTS[row.act], f"“{step.title}”" if step else "", f"《{letter.title}》" if letter else ""))
        lines.append([moment(row.at), words.person(row.actor, row.for_user), what])
    last = rows[-1] if rows else None
    at = last.at if last else case.opened_at
    return Item(RECORD, "sheet", "record", RECORD, at, sha256=last.hash if last else "", told={"acts": lines})
