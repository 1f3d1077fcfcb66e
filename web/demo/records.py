"""What the records of the demo hold when a step is answered: the case, its numbers, the figures of a quarter."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import model, sight
from engine.people import SYSTEM_ACTOR
from engine.workdays import office_day, office_zone, quarter_end
from web.demo.agenda import Event
from web.demo.answers import Scene
from web.demo.hazards import HAZARDS
from web.demo.stories import Story

MAIN, ROUND = "hazard_supervision", "hazard_quarterly_round"
LEVELS = {
    "L1": "L1 提醒函",
    "L2": "L2 约谈告诫",
    "L3": "L3 公开曝光",
    "L4": "L4 提级督办",
    "L5": "L5 问责线索移送",
}
FAMILIES = {"coercion": "coercion", "hz_interim": "hazard_interim"}  # how steps of linked cases begin
PENALTY = {"number": "decision_no", "decided_on": "decided_on", "fact": "fact", "amount": "amount"}


def case_of(session: Session, event: Event) -> model.Case | None:
    """Return the case in which an event happens; None where an escalation is not open (any more)."""
    if event.story is None:
        place, period = event.round
        of_bureau = event.step.startswith("iq_")
        key = ("interference_quarter", place) if of_bureau else (ROUND, f"commission_{place}")
        run = session.get_one(model.ScheduledRun, (*key, period))
        return session.get_one(model.Case, run.case_id)
    main = main_case(session, event.story)
    linked = select(model.Case).where(model.Case.parent_id == main.id)
    if event.branch == "again":
        return session.scalars(linked.where(model.Case.relation == "反弹")).one()
    linked = linked.where(model.Case.state == "open").order_by(model.Case.opened_at)
    if event.branch in LEVELS:
        rows = session.scalars(linked.where(model.Case.process == "hazard_escalation")).all()
        # What somebody has opened by hand has no level before its first step.
        return next((row for row in rows if row.title in (LEVELS[event.branch], "升级处置")), None)
    process = next((process for start, process in FAMILIES.items() if event.step.startswith(start)), None)
    return session.scalars(linked.where(model.Case.process == process)).first() if process else main


def main_case(session: Session, story: Story) -> model.Case:
    """Return the hazard of a story."""
    key = f"{story.opener}:{story.name}"[:100]
    return session.scalars(select(model.Case).where(model.Case.request_key == key)).one()


def open_task(session: Session, case: model.Case, step: str) -> model.Task | None:
    """Return the open task of a step."""
    rows = select(model.Task).where(model.Task.case_id == case.id, model.Task.step == step)
    return session.scalars(rows.where(model.Task.state == "open")).first()


def scene(session: Session, event: Event, case: model.Case | None, now: datetime) -> Scene:
    """Return the scene of an event; `now` is today, from which deadlines are counted."""
    if event.story is None:
        place, period = event.round
        figures = _quarter(session, place, date.fromisoformat(f"{period}-01"), event.at)
        return Scene(next(iter(HAZARDS.values())), place, event.at, known=figures)
    story = event.story
    again = story.say.get("again", {}) if event.branch == "again" else {}
    found = Scene(
        story.hazard,
        story.hazard.bureau,
        event.at,
        again.get("level", story.level),
        office_day(now) + timedelta(days=again.get("deadline", story.deadline)),
        case.opened_at if case else event.at,
        measure=story.measure,
    )
    if case is not None:
        main = main_case(session, story)
        found.known["number"] = main.number
        found.times = _times(session, case, event.step)
    if event.branch in LEVELS and case is not None:
        carried = session.get(model.Submission, (case.id, 1))
        trigger = carried.data.get("trigger") if carried and carried.step == "carried" else None
        found.known |= {"escalation": LEVELS[event.branch], "trigger": trigger or "整改和督办不力"}
    if "known:" in str(event.said) or event.step == "coercion_request":
        found.known |= _orders(session, main) | {"penalties": _penalties(session, main)}
    if story.key:
        found.known["same"] = same(session, story, case)
    return found


def same(session: Session, story: Story, case: model.Case | None) -> str | None:
    """Return the number of another open hazard of the enterprise."""
    rows = select(model.Case.number).where(model.Case.uscc == story.hazard.uscc, model.Case.state == "open")
    rows = rows.where(model.Case.process == MAIN)
    return session.scalar(rows.where(model.Case.id != case.id) if case else rows)


def _times(session: Session, case: model.Case, step: str) -> int:
    rows = select(model.Answer.count).where(model.Answer.case_id == case.id, model.Answer.step == step)
    return session.scalar(rows) or 0


def _orders(session: Session, main: model.Case) -> dict[str, Any]:
    """Return the number and the service of the order to stop production, where there is one."""
    rows = select(model.Document).join(model.Case, model.Case.id == model.Document.case_id)
    order = session.scalars(
        rows.where(
            model.Case.parent_id == main.id, model.Document.letter == "D-HZ-03", model.Document.state == "served"
        )
    ).first()
    return {"order": order.number, "order_served_at": _text(order.served_at)} if order else {}


def _penalties(session: Session, main: model.Case) -> list[dict[str, Any]]:
    rows = select(model.Submission.data).where(model.Submission.case_id == main.id)
    noted = session.scalars(rows.where(model.Submission.step == "hz_penalty_note").order_by(model.Submission.seq))
    return [{name: said[field] for name, field in PENALTY.items()} for said in noted]


def _quarter(session: Session, place: str, first: date, at: datetime) -> dict[str, Any]:
    """Return what the records of a place say of a quarter: listed, accepted, overdue, counted."""
    last = quarter_end(first)
    unit = session.get_one(model.Org, place).name
    hazards = select(model.Case).where(model.Case.process == MAIN, model.Case.org_id == place)
    told: dict[str, Any] = {"unit": unit, "quarter_text": f"{first.year}年第{(first.month + 2) // 3}季度"}
    listed, accepted, overdue, found = [], [], [], 0
    for case in session.scalars(hazards.order_by(model.Case.number)).all():
        said = sight.case_file(session, case, SYSTEM_ACTOR, at)
        row = {"hazard_no": case.number, "enterprise": case.enterprise}
        fresh = first <= office_day(case.opened_at) <= last
        found += fresh
        listing = said.get("hz_approve_listing", {})
        if fresh and listing.get("decision") == "同意挂牌":
            listed.append(row | {"unit": unit, "list_level": listing["list_level"]})
        checked = said.get("hz_acceptance_check", {})
        day = checked.get("checked_at", "")[:10]
        if first.isoformat() <= day <= last.isoformat():
            conclusion = {"due_on": listing["deadline"], "checked_on": day, "conclusion": checked["conclusion"]}
            accepted.append(row | conclusion)
        if late := _days_late(session, case, at):
            overdue.append(row | {"deadline": late[0].isoformat(), "days": late[1], "dept": unit})
    passed = sum(row["conclusion"] == "合格" for row in accepted)
    counted = {"found": found, "listed": len(listed), "due": len(accepted) + len(overdue)}
    figures = {"year": first.year, "quarter": (first.month + 2) // 3, "delisted": passed, "on_time": passed}
    return told | {
        "listed_rows": listed,
        "accepted_rows": accepted,
        "overdue": overdue,
        "figures": figures | counted,
    }


def _days_late(session: Session, case: model.Case, at: datetime) -> tuple[date, int] | None:
    rows = select(model.Clock.due_on).where(model.Clock.case_id == case.id, model.Clock.rule == "HZ-C08")
    due = session.scalar(rows.where(model.Clock.stopped_at.is_(None)))
    return (due, (office_day(at) - due).days) if due and due < office_day(at) else None


def _text(moment: datetime) -> str:
    return moment.astimezone(office_zone()).isoformat(timespec="seconds")
