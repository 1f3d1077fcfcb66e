"""The functions of the expression language that look into one case and around it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import CompoundSelect, Select, Text, bindparam, cast, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from engine import clocks, model, parameters, people, volume_gaps
from engine.errors import Broken
from engine.expressions import Answers
from engine.values import thaw
from engine.workdays import Calendar, office_zone


class File(Protocol):
    """What the functions read of a case file."""

    session: Session
    case: model.Case
    now: datetime
    bundle: Any

    def names(self, item: int | None = None, extra: Mapping[str, Any] | None = None) -> Mapping[str, Any]: ...
    def count(self, step: str, item: int | None = None) -> int: ...
    def every(self, step: str) -> list[Answers]: ...
    def previous(self, step: str, item: int | None = None, before: bool = False) -> Answers: ...
    def clock(self, rule: str) -> model.Clock | None: ...
    def clocks(self) -> list[model.Clock]: ...
    def kept(self, key: Any, read: Callable[[], Any]) -> Any: ...


def functions(file: File, item: int | None) -> dict[str, Callable[..., Any]]:
    session, case, now = file.session, file.case, file.now
    today = now.astimezone(office_zone()).date()

    def param(key: str) -> Any:
        own = file.bundle.params.get(key)
        found = parameters.value(session, key, case.region, today)
        if found is not None:
            return found[0]
        if own is None:
            raise Broken(f"没有参数 {key}")
        return own["value"]

    def calendar() -> Calendar:
        return parameters.calendar(session)

    def due_on(rule: str) -> date | None:
        row = file.clock(rule)
        return None if row is None or row.due_at is None else row.due_on or _day(row.due_at)

    def started(rule: str) -> datetime | None:
        row = file.clock(rule)
        return row.started_at if row is not None else None

    def decision(table: str, **instead: Any) -> Any:
        found = file.bundle.tables.get(table)
        if found is None:
            raise Broken(f"没有决策表 {table}")
        if table in asked:
            raise Broken(f"决策表 {table} 又问到它自己")
        given = {name: Answers(said) if isinstance(said, dict) else said for name, said in instead.items()}
        asked.append(table)
        try:
            return found.decide(file.names(item, given), known)
        finally:
            asked.pop()

    asked: list[str] = []
    known = {
        "today": lambda: today,
        "now": lambda: now,
        "count": lambda step: file.count(step, item),
        "all": file.every,
        "previous": lambda step: file.previous(step, item),
        "param": param,
        "due_on": due_on,
        "started": started,
        "working_days": lambda n, day: calendar().add(_day(day), n) if day is not None else None,
        "is_workday": lambda day: calendar().is_workday(_day(day)),
        "is_rest": lambda moment: calendar().is_rest_moment(moment),
        "hours_between": lambda a, b: None if a is None or b is None else int((b - a).total_seconds() // 3600),
        "days_between": lambda a, b: None if a is None or b is None else (_day(b) - _day(a)).days,
        "add": lambda text, day: calendar().add_text(text, _day(day)) if text and day is not None else None,
        "linked": lambda process: file.kept("linked", lambda: linked(session, case)).get(process, []),
        "siblings": lambda process: file.kept("siblings", lambda: siblings(session, case)).get(process, []),
        "about": lambda process: file.kept("about", lambda: named_by(session, case)).get(process, []),
        "open_cases": lambda process, uscc=None, place=None, telling=None: open_cases(
            session, case, process, uscc, place, telling
        ),
        "letter": lambda letter: file.kept(("letter", letter), lambda: paper(session, case, letter)),
        "watch_rows": lambda: file.kept("watch", lambda: watched(session, case))["rows"],
        "watch_open": lambda: file.kept("watch", lambda: watched(session, case))["open"],
        "cases_below": lambda process: file.kept(("below", process), lambda: cases_below(session, case, process)),
        "ended_cases": lambda process, uscc=None, place=None: ended_cases(session, case, process, uscc, place),
        "sha256": lambda attachment_id: sha256(session, attachment_id),
        "running": lambda: [
            Answers(title=row.title, due_on=row.due_on)
            for row in file.clocks()
            if row.stopped_at is None and clocks.is_duty(row)
        ],
        "volume_gaps": lambda: volume_gaps.sentences(file),
        "commission": lambda region: people.commission(session, region),
        "government": lambda region: people.government(session, region),
        "parent": lambda org: people.parent(session, org),
        "members": lambda role, org: [
            Answers(user=row.name, name=row.display) for row in people.members(session, role, org)
        ],
        "decision": decision,
    }
    return known


def linked(session: Session, case: model.Case) -> dict[str, list[Answers]]:
    """Return the cases that were opened from this one or are about it, by their process, with what each exposes."""
    return _by_process(session, LINKED, this=case.id)


def siblings(session: Session, case: model.Case) -> dict[str, list[Answers]]:
    """Return the other cases that were opened from the case above this one, by their process."""
    return _by_process(session, SIBLINGS, this=case.id, above=case.parent_id) if case.parent_id else {}


def naming(case_id: Any) -> Select[tuple[str]]:
    """Return the query of the cases that name this one by its number: `about` of process.toml."""
    rows = model.Participant
    return select(rows.case_id).where(rows.kind == "case", rows.who == case_id)


def named_by(session: Session, case: model.Case) -> dict[str, list[Answers]]:
    """Return the cases that this one is about, by their process, with what each exposes."""
    return _by_process(session, NAMED, this=case.id)


def _cases(ids: Select[tuple[str]] | CompoundSelect) -> Select[tuple[model.Case]]:
    # By ids, not by `or`: a database that meets a query inside an `or` reads the whole table.
    return select(model.Case).where(model.Case.id.in_(ids)).order_by(model.Case.opened_at, model.Case.id)


# Put together once: that takes longer than asking them.
NEAR, THIS, ABOVE = aliased(model.Case), bindparam("this"), bindparam("above")
LINKED = _cases(union_all(select(NEAR.id).where(NEAR.parent_id == THIS), naming(THIS)))
SIBLINGS = _cases(select(NEAR.id).where(NEAR.parent_id == ABOVE, NEAR.id != THIS))
NAMED = _cases(select(model.Participant.who).where(model.Participant.case_id == THIS, model.Participant.kind == "case"))


def watched(session: Session, case: model.Case) -> dict[str, list[str]]:
    """Return the rows of the referral table that the facts of a case have met, and those still open."""
    hits = model.WatchHit
    query = select(hits.row, hits.state).where(hits.case_id == case.id)
    rows = session.execute(query.order_by(hits.found_at, hits.row))
    found = [(row, state) for row, state in rows]
    return {"rows": [row for row, _ in found], "open": [row for row, state in found if state == "open"]}


def paper(session: Session, case: model.Case, letter: str) -> Answers:
    """Return the letter of this id that was issued last and is not void; every field is None before there is one."""
    rows = model.Document
    last = (
        select(rows.number, rows.issued_at, rows.served_at)
        .where(rows.case_id == case.id, rows.letter == letter, rows.state.in_(("issued", "served")))
        .order_by(rows.issued_at.desc(), rows.id.desc())
    )
    found = session.execute(last.limit(1)).first()
    if found is None:
        return Answers(number=None, issued_on=None, served_at=None)
    return Answers(number=found.number, issued_on=_day(found.issued_at), served_at=found.served_at)


def open_cases(
    session: Session,
    case: model.Case,
    process: str,
    uscc: str | None,
    place: str | None,
    telling: str | None = None,
) -> list[Answers]:
    """Return other open cases of a process at the same enterprise (and place), with what they expose.

    `telling` asks for those among whose exposed texts one contains this. Nothing given matches nothing.
    """
    return [_whole(row) for row in _at_the_same(session, case, process, uscc, place, "open", telling)]


def cases_below(session: Session, case: model.Case, process: str) -> list[Answers]:
    """Return the open cases of a process in the office of this one and in those below it, with what they expose."""
    rows = select(model.Case).where(
        model.Case.process == process,
        model.Case.state == "open",
        model.Case.org_path.startswith(case.org_path, autoescape=True),
        model.Case.id != case.id,
    )
    return [_whole(row) for row in session.scalars(rows.order_by(model.Case.opened_at, model.Case.id))]


def ended_cases(session: Session, case: model.Case, process: str, uscc: str | None, place: str | None) -> list[Answers]:
    """Return the cases of a process at the same enterprise (and place) that were ended, with what they expose."""
    return [_whole(row) for row in _at_the_same(session, case, process, uscc, place, "closed")]


def sha256(session: Session, attachment_id: str | None) -> str | None:
    """Return the hash of a file that was handed in, as it was taken when it arrived."""
    row = session.get(model.Attachment, attachment_id) if attachment_id else None
    return row.sha256 if row else None


def squeezed(text: str) -> str:
    """Return a place without its spaces, as it is compared."""
    return "".join(str(text).split())[:300]


def brief(row: model.Case) -> Answers:
    """Return what every case tells of itself to another one; of one kept from others neither number nor title."""
    opened = row.opened_at.astimezone(office_zone()).date()
    return Answers(
        number="" if row.confidential else row.number,
        status=row.status,
        open=row.state == "open",
        title="" if row.confidential else row.title,
        opened_on=opened,
        relation=row.relation,
    )


def _by_process(session: Session, query: Select[tuple[model.Case]], **given: str) -> dict[str, list[Answers]]:
    found: dict[str, list[Answers]] = {}
    for row in session.scalars(query, given):
        found.setdefault(row.process, []).append(_whole(row))
    return found


def _whole(row: model.Case) -> Answers:
    exposed = {name: thaw(value) for name, value in (row.exposed or {}).items()}
    return Answers(exposed | brief(row))


def _at_the_same(
    session: Session,
    case: model.Case,
    process: str,
    uscc: str | None,
    place: str | None,
    state: str,
    telling: str | None = None,
) -> list[model.Case]:
    if not uscc and not place and not telling:
        return []
    query = select(model.Case).where(model.Case.process == process, model.Case.state == state, model.Case.id != case.id)
    if uscc is not None:
        query = query.where(model.Case.uscc == uscc)
    if place is not None:
        query = query.where(model.Case.place == squeezed(place))
    if telling is not None:
        # SQLite keeps JSON as it was written, with escapes; PostgreSQL gives it back as text with or without them.
        exposed, told = cast(model.Case.exposed, Text), json.dumps(telling)[1:-1]
        query = query.where(or_(*(exposed.contains(form, autoescape=True) for form in {telling, told})))
    return list(session.scalars(query.order_by(model.Case.opened_at)))


def _day(value: date | datetime) -> date:
    return value.astimezone(office_zone()).date() if isinstance(value, datetime) else value
