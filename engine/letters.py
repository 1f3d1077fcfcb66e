"""What a letter is given: the facts of its case as plain JSON, with the names of people, offices and files.

It decides nothing and changes nothing; `documents` freezes what it returns when a letter is issued.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import catalog, deadlines, model, parameters, people, volume_gaps
from engine.bundles import HUMAN, Bundle, templates
from engine.casefile import case_record, standing
from engine.errors import NotFound, Refused
from engine.forms import Field
from engine.values import plain, thaw
from engine.workdays import length, office_day, office_zone

__all__ = ["facts", "known_names", "pictures", "templates"]

KINDS = {"user": "users", "users": "users", "officers": "users", "org": "orgs", "file": "files", "files": "files"}
# What a court or a reader of the letter must be told about the office, settled per place like any parameter.
OFFICE = ("government", "court", "police", "procuratorate", "address", "phone")
LAST = 200


def facts(session: Session, case: model.Case, bundle: Bundle, row: model.Document, now: datetime) -> dict[str, Any]:
    """Return everything that the letter's template may name; answers kept confidential from others stay out
    unless the letter is confidential itself."""
    own = _Said(session, case, bundle, keep_all=bool(row.confidential))
    above = _above(session, case, keep_all=bool(row.confidential))
    names = _Names(session)
    for said in filter(None, (own, above)):
        names.note(said)
    this, done = own.at(row.step, row.item, row.created_at)
    return {
        **{step: {} for step in _steps(bundle)},
        **own.latest,
        row.step: this,
        "case": _case(session, case, bundle),
        "letter": _letter(session, case, row, now),
        "this": this,
        "this_done": done,
        "done": own.done | {row.step: done},
        "all": own.every,
        "parent": _parent(session, above, row) if above else None,
        "linked": _linked(session, case),
        "papers": _papers(session, case, row),
        "clocks": _clocks(session, case),
        "terms": _terms(session, case, bundle, office_day(row.issued_at or now)),
        "history": own.history,
        "names": names.known,
        "served": row.served,
        "volume": volume_gaps.catalogue(session, case.id, bool(row.confidential)),
    }


def known_names(bundle: Bundle) -> set[str]:
    """Return what a template of this process may name."""
    return bundle.letter_names()


def pictures(data: Mapping[str, Any]) -> list[str]:
    """Return the ids of the pictures among the answers of the letter's own step."""
    files = data["names"].get("files", {})
    return [key for key in _texts(data["this"]) if files.get(key, {}).get("type", "").startswith("image/")]


class _Said:
    """What was said in one case, ready to print."""

    def __init__(self, session: Session, case: model.Case, bundle: Bundle, keep_all: bool) -> None:
        self.case, self.bundle = case, bundle
        self.latest: dict[str, dict[str, Any]] = {}
        self.done: dict[str, dict[str, Any]] = {}
        self.every: dict[str, list[dict[str, Any]]] = {}
        self.history: list[dict[str, Any]] = []
        self._by_item: dict[tuple[str, int | None], list[tuple[datetime, dict[str, Any], dict[str, Any]]]] = {}
        rows = session.scalars(
            select(model.Submission).where(model.Submission.case_id == case.id).order_by(model.Submission.seq)
        ).all()
        firsts = {row.seq: row for row in rows}
        displays: dict[str, str] = {}
        for row in standing(rows):
            self._add(row, firsts[row.corrects or row.seq], keep_all, session, displays)
        self.every = {step: said[-LAST:] for step, said in self.every.items() if len(said) > 1}
        self.history = self.history[-LAST:]

    def at(self, step: str, item: int | None, moment: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the answers that a step (in this instance of it) had at a moment, and who gave them."""
        for given_at, data, done in reversed(self._by_item.get((step, item), ())):
            if given_at <= moment:
                return data, done
        return self.latest.get(step, {}), self.done.get(step, {})

    def _add(
        self, row: model.Submission, first: model.Submission, keep_all: bool, session: Session, displays: dict[str, str]
    ) -> None:
        form = self.bundle.forms.get(row.step)
        hidden = {key for key, field in form.fields.items() if field.confidential} if form and not keep_all else set()
        data = {key: plain(thaw(value)) for key, value in row.data.items() if key not in hidden}
        if row.by not in displays:
            displays[row.by] = people.display(session, row.by)
        moment = first.at.astimezone(office_zone()).isoformat(timespec="seconds")
        done = {"by": row.for_user or row.by, "by_name": displays[row.by], "at": moment}
        if row.for_user:
            done["by_name"] = f"{people.display(session, row.for_user)}（{displays[row.by]}代）"
        self.latest[row.step], self.done[row.step] = data, done
        self._by_item.setdefault((row.step, row.item), []).append((first.at, data, done))
        self.every.setdefault(row.step, []).append(data | {"done": done})
        step = self.bundle.steps.get(row.step)
        if step is not None and step.kind in HUMAN and not step.confidential:
            self.history.append({"at": moment, "title": step.title, "by_name": done["by_name"]})


class _Names:
    """The names behind the ids in answers, by kind."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.known: dict[str, dict[str, dict[str, Any]]] = {"users": {}, "orgs": {}, "files": {}, "references": {}}
        self._files: list[model.Attachment] = []

    def note(self, said: _Said) -> None:
        """Look up every id that the answers of a case hold."""
        # Held here, so that the session finds each of them below without asking the database one by one.
        self._files += self.session.scalars(select(model.Attachment).where(model.Attachment.case_id == said.case.id))
        for done in said.done.values():
            self._find("users", done["by"])
        for step, answers in said.latest.items():
            form = said.bundle.forms.get(step)
            for data in (answers, *said.every.get(step, ())) if form else ():
                for field in form.fields.values():
                    self._walk(field, data.get(field.id))

    def _walk(self, field: Field, value: Any) -> None:
        if value is None:
            return
        if field.columns and isinstance(value, list):
            for line in value:
                for column in field.columns.values():
                    self._walk(column, line.get(column.id))
        elif field.kind == "ref":
            self._find("references", value, field.list)
        elif field.kind in KINDS:
            for key in value if isinstance(value, list) else [value]:
                self._find(KINDS[field.kind], key)

    def _find(self, kind: str, key: str, list_name: str = "") -> None:
        if not isinstance(key, str) or key in self.known[kind]:
            return
        if kind == "users" and (user := self.session.get(model.User, key)):
            self.known[kind][key] = {"name": user.display, "certificate": user.certificate_no}
        elif kind == "orgs" and (org := self.session.get(model.Org, key)):
            self.known[kind][key] = {"name": org.name}
        elif kind == "files" and (file := self.session.get(model.Attachment, key)):
            self.known[kind][key] = {
                "name": file.name,
                "type": file.media_type,
                "sha256": file.sha256,
                "size": file.size,
            }
        elif kind == "references" and (entry := self.session.get(model.ReferenceItem, (list_name, key))):
            self.known[kind][key] = {"title": entry.title}


def _steps(bundle: Bundle) -> Iterator[str]:
    yield from {"carried", *bundle.steps, *bundle.forms}


def _case(session: Session, case: model.Case, bundle: Bundle) -> dict[str, Any]:
    record = plain(dict(case_record(session, case)))
    org = session.get(model.Org, case.org_id)
    return record | {
        "id": case.id,
        "process_title": bundle.title,
        "status": bundle.status_title(case.status),
        "org_name": org.name if org else "",
    }


def _letter(session: Session, case: model.Case, row: model.Document, now: datetime) -> dict[str, Any]:
    issued = row.issued_at
    return {
        "id": row.letter,
        "title": row.title,
        "number": row.number,
        "issued_on": office_day(issued).isoformat() if issued else None,
        "state": row.state if row.state in ("draft", "void") else "issued",
        "step": row.step,
        "org": _office(session, row.org_id, case.region, office_day(issued or now)),
        "signer": people.display(session, row.issued_by) if row.issued_by else "",
    }


def _office(session: Session, org_id: str, region: str, on: date) -> dict[str, Any]:
    org = session.get_one(model.Org, org_id)
    told: dict[str, Any] = {"id": org.id, "name": org.name, "code": org.code, "region": org.region}
    for key in OFFICE:
        settled = parameters.value(session, f"office.{key}", org.region, on)
        told[key] = settled.value if settled else ""
    if not told["government"]:
        told["government"] = _government(session, org.region or region)
    return told


def _government(session: Session, region: str) -> str:
    try:
        return session.get_one(model.Org, people.government(session, region)).name
    except Refused:
        return ""


def _above(session: Session, case: model.Case, keep_all: bool) -> _Said | None:
    parent = session.get(model.Case, case.parent_id) if case.parent_id else None
    return _Said(session, parent, catalog.load(session, parent.bundle_hash), keep_all) if parent else None


def _parent(session: Session, above: _Said, row: model.Document) -> dict[str, Any]:
    steps = {**{step: {} for step in _steps(above.bundle)}, **above.latest}
    whole = _case(session, above.case, above.bundle) | {"papers": _papers(session, above.case, row)}
    return whole | {"steps": steps, "done": above.done, "all": above.every, "history": above.history}


def _papers(session: Session, case: model.Case, reader: model.Document) -> list[dict[str, Any]]:
    """Return the letters of a case that were issued before this one, the oldest first; what is confidential
    is told only to a letter that is confidential itself."""
    rows = session.scalars(
        select(model.Document)
        .where(
            model.Document.case_id == case.id,
            model.Document.id != reader.id,
            model.Document.state.in_(("issued", "served")),
        )
        .order_by(model.Document.issued_at, model.Document.id)
    )
    return [
        {
            "letter": paper.letter,
            "title": paper.title,
            "number": paper.number,
            "issued_on": office_day(paper.issued_at).isoformat() if paper.issued_at else None,
            "served_on": office_day(paper.served_at).isoformat() if paper.served_at else None,
        }
        for paper in rows
        if reader.confidential or not paper.confidential
    ]


def _clocks(session: Session, case: model.Case) -> dict[str, Any]:
    """Return the latest clock of each rule: when it began and when it ends."""
    rows = session.scalars(
        select(model.Clock).where(model.Clock.case_id == case.id).order_by(model.Clock.started_at, model.Clock.id)
    )
    return {
        row.rule: {
            "started_on": office_day(row.started_at).isoformat(),
            "due_on": row.due_on.isoformat() if row.due_on else None,
            "due_at": row.due_at.astimezone(office_zone()).isoformat() if row.due_at else None,
            "state": row.state,
        }
        for row in rows
    }


def _terms(session: Session, case: model.Case, bundle: Bundle, on: date) -> dict[str, str]:
    """Return how long each clock of the process runs in this place, in words, whether it runs yet or not."""
    told = {}
    for key in dict.fromkeys(rule.id for rule in bundle.rules):
        rule = deadlines.in_force([rule for rule in bundle.rules if rule.id == key], on)
        if rule is not None and rule.length is not None:
            settled = parameters.clock_values(session, key, case.region, on) if rule.regional else {}
            told[key] = length(settled["length"].value).words if "length" in settled else rule.length.words
    return told


def _linked(session: Session, case: model.Case) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(model.Case)
        .where(model.Case.parent_id == case.id, model.Case.hidden.is_(False), model.Case.confidential == "")
        .order_by(model.Case.opened_at)
    )
    return [_brief(session, row) for row in rows]


def _brief(session: Session, case: model.Case) -> dict[str, Any]:
    try:
        bundle = catalog.load(session, case.bundle_hash)
    except NotFound:
        return {"number": case.number, "title": case.title, "process": case.process, "relation": case.relation}
    return {
        "number": case.number,
        "title": case.title,
        "process": case.process,
        "process_title": bundle.title,
        "relation": case.relation,
        "status": bundle.status_title(case.status),
        "state": case.state,
    }


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for entry in value.values() if isinstance(value, dict) else value:
            yield from _texts(entry)
