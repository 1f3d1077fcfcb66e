"""The crime watch: asks the referral table after every answer given in a case, and lets no hit be forgotten.

The table is that of the published `judicial_referral`; which facts a case gives to it stands in its facts.toml.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import cases, catalog, expressions, facts, handoffs, instances, ledger, model, notices, projections, store
from engine.bundles import Bundle
from engine.decisions import DecisionTable
from engine.dossier import Around
from engine.errors import Conflict, NotAllowed, NotFound, OfficeError, Refused
from engine.people import SYSTEM_ACTOR, Actor
from engine.running import Order, Run
from engine.values import plain

log = logging.getLogger(__name__)
KEY = "watch"
REFER = "refer"  # carried out after the orders of the diagram: one of them may refer the matter itself
SEPARATOR = "；"
SHORTEST_REASON = 10
STATES = {"open": "待处理", "answered": "已说明理由", "referred": "已转移送办理"}


@dataclass
class Met:
    """A row of the table that the facts meet."""

    row: str
    crime: str
    article: str
    note: str
    facts: list[dict[str, Any]]


def look_at(run: Run) -> None:
    """Look at a case in which somebody has just said something."""
    if run.case.process == facts.PROCESS:
        _note_referral(run)
    elif run.bundle.facts:
        screen(run)


def screen(run: Run) -> list[str] | None:
    """Ask the table now, keep what is new and order the hand-off; return the rows met, None where none can be asked."""
    session, case = run.session, run.case
    digest = catalog.published_hash(session, facts.PROCESS)
    table = catalog.load(session, digest).tables.get(facts.TABLE) if digest else None
    if table is None or not run.bundle.facts:
        return None
    case.screened_by = digest
    try:
        met = _met(run, table)
    except (OfficeError, expressions.BadExpression) as error:
        _report(run, error)
        return None
    if fresh := [row for row in met.values() if _is_news(run, row)]:
        session.flush()
        run.file.forget()
        rows = [one.row for one in fresh]
        ledger.record(session, case, SYSTEM_ACTOR, "crime watch hit", run.now, rows=rows)
        _tell(run, fresh)
        run.orders.append(Order(KEY, REFER, {}, None))
    return list(met)


def refer(run: Run, order: Order) -> None:
    """Hand what stands open to the referral process, once; a referral of this case that runs already takes it."""
    if any(other.operation != REFER for other in run.orders):
        run.orders.append(order)
        return
    session, case = run.session, run.case
    session.flush()
    hits = _hits(session, case.id, "open")
    if not hits or _running_referral(session, case) is not None:
        return
    told = "；".join(f"{fact['title']}：{plain(fact['value'])}" for hit in hits for fact in hit.facts)
    carries = {
        "rows": [{"row": hit.row, "crime": hit.crime, "article": hit.article, "note": hit.note} for hit in hits],
        "threshold_rows": [hit.row for hit in hits],
        "threshold_row": "、".join(hit.row for hit in hits),
        "suspected_crime": "；".join(dict.fromkeys(hit.crime for hit in hits)),
        "articles": "；".join(dict.fromkeys(hit.article for hit in hits)),
        "facts": told,
        "from_case": case.number,
        "discovered_at": run.now,
    }
    title = "涉嫌犯罪线索"  # read by whoever sees the case while it waits: it must not tell the crime
    key = _key(session, case)
    handoffs.hand_off(session, case, facts.PROCESS, "涉罪线索", key, carries, SYSTEM_ACTOR, run.now, title)


def _key(session: Session, case: model.Case) -> str:
    """Return the key of the hand-off: one while it waits or runs, a new one for facts met after its referral ended."""
    rows, whole = model.Handoff, cases.matter(case, facts.PROCESS, KEY)
    states = session.scalars(
        select(rows.state).where(rows.case_id == case.id, rows.key.startswith(whole, autoescape=True))
    ).all()
    return f"{KEY}:{len(states) + 1}" if states and "waiting" not in states else KEY


def answer(session: Session, case_id: str, row: str, reason: str, by: Actor, now: datetime) -> model.WatchHit:
    """Answer an open hit with the reason why it is not referred; the reason stays in the ledger of the case."""
    case = cases.get(session, case_id, by)
    if not sees(by):
        raise NotFound()
    if not any(by.holds(role, case.org_id) for role in facts.ANSWERING):
        raise NotAllowed("涉罪提示由承办人或法制人员办理")
    case = store.locked(session, case_id)
    hit = session.get(model.WatchHit, (case_id, row), populate_existing=True)
    if hit is None:
        raise NotFound("没有这条涉罪提示")
    if hit.state != "open":
        raise Conflict(f"该提示{STATES[hit.state]}，请刷新", "E-COM-05", hit.answered_by, hit.answered_at)
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refused(f"请写明不移送的理由，不少于 {SHORTEST_REASON} 个字", "E-COM-08", {"reason": "E-COM-08"})
    hit.state, hit.reason = "answered", reason.strip()
    hit.answered_by, hit.answered_for, hit.answered_at = by.user, by.for_user, now
    ledger.record(session, case, by, "crime watch answered", now, rows=[row], reason=hit.reason)
    session.flush()
    if case.state == "open":
        with instances.advancing(session, case.id, now, by, held=case):
            pass  # registers and exposed values may read watch_open()
    return hit


def hits(session: Session, case: model.Case, by: Actor) -> list[model.WatchHit]:
    """Return what the watch found in a visible case, to those whom it concerns; what stands open comes first."""
    bundle = cases.bundle_of(session, case)
    return shown(_hits(session, case.id), bundle, by) if sees(by) and bundle.facts else []


def shown(rows: Iterable[model.WatchHit], bundle: Bundle, by: Actor) -> list[model.WatchHit]:
    """Return what this person is shown of the hits of a case; what stands open comes first."""
    known = rows if sees(by) and bundle.facts else ()
    return sorted(known, key=lambda hit: (hit.state != "open", hit.found_at, hit.row))


def referrals(near: Around) -> list[model.Case]:
    """Return the referrals of a case that this person may see, the running one first."""
    rows = [row for row in near.below if row.process == facts.PROCESS and row.id in near.known]
    return sorted(rows, key=lambda row: row.state != "open")


def sees(by: Actor) -> bool:
    """Tell whether a person is shown what the watch finds: the handlers, their heads and the legal staff."""
    return bool(by.role_ids & facts.SEEING)


def may_answer(case: model.Case, by: Actor) -> bool:
    """Tell whether a person may answer a hit of this case."""
    return any(by.holds(role, case.org_id) for role in facts.ANSWERING)


def unasked(session: Session, but: Collection[str] = ()) -> list[str]:
    """Return some open cases that the referral table now in force was never asked about."""
    digest = catalog.published_hash(session, facts.PROCESS)
    if digest is None or facts.TABLE not in catalog.load(session, digest).tables:
        return []
    rows = model.Case
    used = session.scalars(select(rows.bundle_hash).where(rows.state == "open").distinct())
    watched = [one for one in used if catalog.load(session, one).facts]
    query = select(rows.id).where(rows.state == "open", rows.bundle_hash.in_(watched), rows.id.not_in(but))
    return list(session.scalars(query.where(rows.screened_by.is_distinct_from(digest)).order_by(rows.id).limit(100)))


def catch_up(now: datetime) -> int:
    """Ask the table about every open case that it was not asked about, each in its own transaction."""
    done, failed = 0, set()
    while True:
        with store.reading() as session:
            waiting = unasked(session, but=failed)
        if not waiting:
            return done
        for case_id in waiting:
            try:
                done += _ask_again(case_id, now)
            except Exception as error:
                # One broken case must keep no other from being asked; its incident is recorded.
                log.warning("watch %s: %r", case_id, error)
                failed.add(case_id)


def _ask_again(case_id: str, now: datetime) -> bool:
    with store.writing() as session:
        case = store.locked(session, case_id)
        if case is None or case.state != "open":
            return False
        with instances.advancing(session, case_id, now, held=case) as run:
            screen(run)
        return True


def _met(run: Run, table: DecisionTable) -> dict[str, Met]:
    names, functions = run.file.names(), run.file.functions()
    given = dict.fromkeys(facts.inputs(table))
    given |= {name: expressions.evaluate(source, names, functions) for name, source in run.bundle.facts.items()}
    found: dict[str, Met] = {}
    for rule, said in table.found(given, functions):
        asked = [name for name, column in facts.inputs(table).items() if rule.tests[column] is not None]
        row = str(said["row"])
        one = found.setdefault(row, Met(row, "", "", "", []))
        for name in ("crime", "article", "note"):
            # Several rules of one row may name different crimes; each is told once.
            words = [*filter(None, getattr(one, name).split(SEPARATOR)), str(said[name] or "")]
            setattr(one, name, SEPARATOR.join(dict.fromkeys(filter(None, words))))
        known = {fact["name"] for fact in one.facts}
        one.facts += [
            {"name": name, "title": table.labels[facts.inputs(table)[name]], "value": plain(given[name])}
            for name in asked
            if name not in known
        ]
    return found


def _is_news(run: Run, met: Met) -> bool:
    """Keep a row that is met; tell whether somebody must look at it now."""
    session, case = run.session, run.case
    hit = session.get(model.WatchHit, (case.id, met.row))
    if hit is not None and not _is_upset(session, hit, met):
        hit.facts = met.facts
        return False
    if hit is None:
        hit = model.WatchHit(case_id=case.id, row=met.row, reason="", note="")
        session.add(hit)
    hit.crime, hit.article, hit.note, hit.facts = met.crime[:200], met.article[:300], met.note, met.facts
    hit.state, hit.found_at, hit.reason = "open", run.now, ""
    hit.answered_by = hit.answered_for = hit.answered_at = hit.referral_id = None
    if taken := _taken_above(session, case, met.row) or _running_referral(session, case, begun=True):
        hit.state, hit.referral_id = "referred", taken
    return True


def _is_upset(session: Session, hit: model.WatchHit, met: Met) -> bool:
    # An answer holds for the facts that it was given for, a referral as long as it was not opened by mistake.
    if hit.state == "answered":
        return hit.facts != met.facts
    referral = session.get(model.Case, hit.referral_id) if hit.referral_id else None
    return referral is not None and referral.state == "terminated"


def _taken_above(session: Session, case: model.Case, row: str) -> str | None:
    hit = session.get(model.WatchHit, (case.parent_id, row)) if case.parent_id else None
    return hit.referral_id if hit is not None and hit.state == "referred" else None


def _running_referral(session: Session, case: model.Case, begun: bool = False) -> str | None:
    rows = model.Case
    query = select(rows.id).where(rows.parent_id == case.id, rows.process == facts.PROCESS, rows.state == "open")
    if begun:
        said = model.Submission
        query = query.where(rows.id.in_(select(said.case_id).where(said.task_id.is_not(None))))
    return session.scalar(query.order_by(rows.opened_at).limit(1))


def _note_referral(run: Run) -> None:
    """Somebody has taken up a referral: what stood open in the case above is referred by it."""
    session, above = run.session, run.case.parent_id
    if not above or not _hits(session, above, "open"):
        return
    parent = store.locked(session, above)
    taken = _hits(session, above, "open")
    for hit in taken:
        hit.state, hit.referral_id = "referred", run.case.id
    ledger.record(session, parent, run.by, "crime watch referred", run.now, rows=[hit.row for hit in taken])
    session.flush()
    if parent.state == "open":
        projections.refresh(session, parent, run.now)


def _hits(session: Session, case_id: str, state: str | None = None) -> list[model.WatchHit]:
    rows = model.WatchHit
    query = select(rows).where(rows.case_id == case_id, *([rows.state == state] if state else []))
    return list(session.scalars(query.order_by(rows.found_at, rows.row)))


def _tell(run: Run, fresh: list[Met]) -> None:
    crimes = "、".join(f"{one.row} {one.crime}" for one in fresh)
    text = f"{run.case.number} {run.case.title}：命中涉嫌犯罪移送标准 {crimes}，不得以罚代刑，请核实并办理移送"
    holders = [task.assignee for task in instances.open_tasks(run.session, run.case.id) if task.assignee]
    notices.tell(run.session, {run.by.user, *holders}, KEY, text, run.now, run.case.id)
    notices.tell_role(run.session, "legal_officer", run.case.org_id, KEY, text, run.now, run.case.id)


def _report(run: Run, error: Exception) -> None:
    # The watch must not stop the office: that it could not look is shown as an incident.
    cause = f"涉罪筛查未能进行：{error.detail if isinstance(error, OfficeError) else error}"
    rows = model.Incident
    known = select(rows.id).where(rows.case_id == run.case.id, rows.kind == KEY, rows.state == "open")
    if run.session.scalar(known.limit(1)) is None:
        given: Mapping[str, Any] = {"case_id": run.case.id, "kind": KEY, "element": facts.FILE, "retry": {}}
        run.session.add(model.Incident(id=model.new_id("i"), cause=cause[:4000], at=run.now, **given))
