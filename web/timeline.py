"""One referral from report to judgment: what happened on which day, what came from outside, which limits were kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from sqlalchemy.orm import Session

from engine import boardrows, cases, clocks, forms, model
from engine.bundles import HUMAN, Bundle
from engine.people import Actor
from engine.workdays import office_zone
from web import boardview, lamps, telling
from web.choices import Names

KINDS = {"case": "立案", "step": "办理", "paper": "来文", "letter": "发文", "clock": "期限"}
ENDS = {"case closed": "案件办结", "case terminated": "案件终止", "case merged": "案件并入其他案件"}
TOLD = 6  # answers of a step that stand in the timeline; the case page has all of them
BRIEF = 60


@dataclass
class Event:
    """Something that happened: on its own day, and when it was put on record."""

    at: datetime
    kind: str
    title: str
    on: str = ""  # the day as people read it, where no hour is known
    recorded: datetime | None = None
    who: str = ""
    text: str = ""
    paper: boardrows.Paper | None = None
    files: list[dict[str, Any]] = field(default_factory=list)
    color: str = ""

    @property
    def word(self) -> str:
        """Return what kind of event it is."""
        return self.paper.origin + "来文" if self.paper else KINDS[self.kind]


@dataclass(frozen=True)
class Limit:
    """A clock from its start to its end: both of its days, and how late somebody was."""

    rule: str
    title: str
    started: datetime
    due: str
    lapse: str
    ended: datetime | None
    word: str
    color: str


@dataclass(frozen=True)
class Timeline:
    """A case in the order of its days, with all of its limits."""

    events: list[Event]
    limits: list[Limit]


def of(session: Session, case: model.Case, bundle: Bundle, by: Actor, now: datetime, names: Names) -> Timeline:
    """Return what this person may know of a case, by the day on which it happened."""
    said = cases.submissions_of(session, case, by)
    names.learn(telling.asked(bundle, said, names))
    limits = [_limit(row, now) for row in clocks.of_case(session, case.id) if row.due_at is not None]
    events = [*_steps(bundle, said, names), *_letters(session, case, by, names)]
    events += [*_ends(session, case, by, names), *(_overdue(limit) for limit in limits if limit.color == "red")]
    return Timeline(sorted(events, key=lambda event: event.at), sorted(limits, key=lambda limit: limit.started))


def _steps(bundle: Bundle, rows: list[model.Submission], names: Names) -> Iterator[Event]:
    happened = bundle.settings.get("board", {}).get("happened", {})
    corrected = {row.corrects: row for row in rows if row.corrects and not row.reverses}
    gone = {row.corrects for row in rows if row.reverses}
    for row in rows:
        step = bundle.steps.get(row.step)
        if step is None or step.kind not in HUMAN:
            continue
        if row.reverses:
            yield Event(row.at, "case", f"冲回“{step.title}”", who=names.person(row.by), text=row.reason)
        if row.corrects is not None:
            continue
        data = corrected.get(row.seq, row).data
        paper = boardrows.paper(bundle, row, data) if row.seq not in gone else None
        said = paper.on if paper else data.get(happened.get(row.step, "")) or row.at.isoformat()
        yield Event(
            _moment(said),
            "paper" if paper else "step",
            step.title + ("（已冲回）" if row.seq in gone else ""),
            said if "T" not in said else "",
            row.at,
            names.person(row.by) + (f"（代{names.person(row.for_user)}）" if row.for_user else ""),
            _brief(names, bundle.forms.get(row.step), data),
            paper,
            [dict(names.attachment(scan)) for scan in (paper.scans if paper else ())],
        )


def _letters(session: Session, case: model.Case, by: Actor, names: Names) -> Iterator[Event]:
    for row in cases.letters(session, case, by):
        if row.issued_at is not None and row.state != "void":
            text = f"文号 {row.number}" if row.number else ""
            yield Event(row.issued_at, "letter", f"签发{row.title}", who=names.person(row.issued_by), text=text)
        if row.served_at is not None and row.state != "void":
            yield Event(row.served_at, "letter", f"送达{row.title}", text=str((row.served or {}).get("method", "")))


def _ends(session: Session, case: model.Case, by: Actor, names: Names) -> Iterator[Event]:
    for row in cases.history(session, case.id, by):
        if row.act == "case opened":
            yield Event(row.at, "case", "登记移送事项", who=names.person(row.actor), text=f"移送号 {case.number}")
        elif row.act in ENDS:
            yield Event(row.at, "case", ENDS[row.act], who=names.person(row.actor), text=row.detail.get("reason", ""))


def _limit(row: model.Clock, now: datetime) -> Limit:
    shown = boardview.limit(row, now)
    late_at, word, color = clocks.late_at(row), clocks.words(row, now), clocks.lamp(row, now)
    if row.stopped_at is None and row.state != "paused":
        word, color = shown.lamp.words, shown.lamp.color
    elif row.state == "late" and row.stopped_at is not None and late_at is not None:
        # What was done after the strict day, but within the lenient one, was late by nobody's reckoning but ours.
        over = _over(row, late_at)
        word, color = over or "顺延期内办结", "red" if over else "yellow"
    if not clocks.is_duty(row):
        color = ""
    return Limit(
        row.rule,
        row.title,
        row.started_at,
        shown.lamp.due or lamps.due(row.due_at, row.due_on),
        shown.lapse,
        row.stopped_at,
        word,
        color,
    )


def _over(row: model.Clock, late_at: datetime) -> str:
    """Say by how much something was late when it was done; "" where it was not."""
    if row.stopped_at is None or row.stopped_at <= late_at:
        return ""
    return lamps.words(row.due_at, row.stopped_at, row.due_on).replace("已超期", "逾期")


def _overdue(limit: Limit) -> Event:
    local = datetime.fromisoformat(limit.due.replace(" ", "T"))
    if len(limit.due) == 10:
        local = datetime.combine(local.date(), time(23, 59, 59))
    title, text = f"{limit.title}到期未办", f"{limit.word}"
    return Event(local.replace(tzinfo=office_zone()), "clock", title, limit.due[:10], text=text, color="red")


def _brief(names: Names, form: forms.Form | None, data: dict[str, Any]) -> str:
    if form is None:
        return ""
    told = []
    for name, item in form.fields.items():
        value = data.get(name)
        if value in (None, "", []) or item.kind in ("file", "files", "rows", "date", "datetime"):
            continue
        words = names.words(item, value)
        told.append(f"{item.title}：{words if len(words) <= BRIEF else words[:BRIEF] + '…'}")
    return "；".join(told[:TOLD])


def _moment(said: str) -> datetime:
    if "T" in said:
        return datetime.fromisoformat(said)
    # A day of which no hour is known comes at its end: what led to it on the same day stands before it.
    return datetime.combine(date.fromisoformat(said), time(23, 59), office_zone())
