"""The rows of a board: what runs in each case, whose turn it is, what came in from outside, what may be begun."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import JSON, func, literal, null, select, type_coerce, union_all
from sqlalchemy.orm import Session

from engine import catalog, forms, model, sight
from engine.bundles import Bundle
from engine.people import Actor


@dataclass(frozen=True)
class Paper:
    """A paper that came from outside: whose, its number, its day, its scans."""

    origin: str
    step: str
    title: str
    number: str
    on: str
    scans: tuple[str, ...]
    seq: int


@dataclass(frozen=True)
class Turn:
    """A task that waits: who holds it, or which roles may take it."""

    id: str
    step: str
    title: str
    assignee: str | None
    holder: str
    roles: tuple[str, ...]
    mine: bool
    may_take: bool


@dataclass(frozen=True)
class Draft:
    """Something that may be begun from the row with the facts of the case filled in."""

    title: str
    letter: str
    step: str
    act: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    statuses: tuple[str, ...] = ()


@dataclass
class Row:
    """A case on the board."""

    case: model.Case
    line: model.RegisterRow
    bundle: Bundle
    clocks: list[model.Clock] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    acts: list[tuple[str, str]] = field(default_factory=list)  # (act, title) that this person may begin now
    papers: dict[str, Paper] = field(default_factory=dict)  # the last one of each origin

    @property
    def organ(self) -> str:
        """Return which outside body has the case, as its register says."""
        board = self.bundle.settings.get("board", {})
        register = next((entry for entry in self.bundle.registers if entry.id == self.line.register), None)
        sources = [source for _, source in register.columns] if register else []
        organ = board.get("organ")
        return str(self.line.cells[sources.index(organ)] or "") if organ in sources else ""

    @property
    def drafts(self) -> list[Draft]:
        """Return what this person may begin here, each title once."""
        return list({draft.title: draft for draft in reversed(list(_offered(self)))}.values())[::-1]


def filled(session: Session, lines: Iterable[Any], by: Actor) -> list[Row]:
    """Return the cases of these lines with all that a board shows of them, by three statements."""
    rows = [Row(case_, line, catalog.load(session, case_.bundle_hash)) for case_, line in lines]
    by_id = {row.case.id: row for row in rows}
    if not by_id:
        return rows
    owed = select(model.Clock).where(model.Clock.case_id.in_(by_id), model.Clock.stopped_at.is_(None))
    for clock in session.scalars(owed.order_by(model.Clock.due_at)):
        if clock.due_at is not None and by_id[clock.case_id].case.state == "open":
            by_id[clock.case_id].clocks.append(clock)
    for entry in session.execute(_work(by_id)):
        _add_work(by_id[entry.case_id], entry, by)
    for submission in session.execute(_arrivals(rows)):
        _add_paper(by_id[submission.case_id], submission, by)
    return rows


def drafts(bundle: Bundle) -> list[Draft]:
    """Return what the board of a process lets people begin."""
    entries = bundle.settings.get("board", {}).get("draft", ())
    return [Draft(**{**entry, "statuses": tuple(entry.get("statuses", ()))}) for entry in entries]


def paper(bundle: Bundle, submission: Any, data: Mapping[str, Any]) -> Paper | None:
    """Return the paper from outside that a submission recorded, or None."""
    for entry in bundle.settings.get("board", {}).get("paper", ()):
        fits = all(data.get(name) in values for name, values in entry.get("where", {}).items())
        scans = tuple(data.get(entry["scan"]) or ())
        if entry["step"] == submission.step and fits and (scans or data.get(entry["number"])):
            on = str(data.get(entry["on"]) or submission.at.isoformat())
            title = bundle.steps[entry["step"]].title
            return Paper(
                entry["origin"], entry["step"], title, data.get(entry["number"]) or "", on, scans, submission.seq
            )
    return None


def _offered(row: Row) -> Iterator[Draft]:
    open_to = {turn.step for turn in row.turns if turn.mine or turn.may_take}
    waiting, acts = {turn.step for turn in row.turns}, {act for act, _ in row.acts}
    for draft in drafts(row.bundle):
        begun = draft.act and draft.step in waiting
        fits = not draft.statuses or row.case.status in draft.statuses
        if draft.step in open_to if not draft.act or begun else draft.act in acts and fits:
            yield draft


def _work(ids: Iterable[str]) -> Any:
    """Return the tasks that wait and the acts that are offered in these cases, by one statement."""
    task, act, user = model.Task, model.Subscription, model.User
    nothing = null().label("assignee")
    of_tasks = (
        select(literal("task").label("kind"), task.case_id, task.id.label("id"), task.step.label("name"), task.title)
        .add_columns(task.org_id, task.assignee, func.coalesce(user.display, "").label("holder"))
        .add_columns(task.confidential.label("roles"), task.opened_at)
        .outerjoin(user, user.name == task.assignee)
        .where(task.case_id.in_(ids), task.state == "open")
    )
    of_acts = (
        select(literal("act"), act.case_id, act.node, act.act, act.title)
        .add_columns(act.org_id, nothing, literal(""), type_coerce(act.roles, JSON), type_coerce(null(), model.Moment))
        .where(act.case_id.in_(ids))
    )
    return union_all(of_tasks, of_acts).order_by("opened_at", "name")


def _add_work(row: Row, entry: Any, by: Actor) -> None:
    if entry.kind == "act":
        if any(by.holds(role, entry.org_id) for role in entry.roles):
            row.acts.append((entry.name, entry.title))
        return
    mine = by.is_one_of([entry.assignee])
    if entry.roles and not set(entry.roles) & by.role_ids and not mine:
        return
    roles = row.bundle.steps[entry.name].roles
    may_take = entry.assignee is None and any(by.holds(role, entry.org_id) for role in roles)
    titles = tuple(row.bundle.roles.get(role, role) for role in roles)
    row.turns.append(Turn(entry.id, entry.name, entry.title, entry.assignee, entry.holder, titles, mine, may_take))


def _arrivals(rows: Sequence[Row]) -> Any:
    """Return the latest answers of the steps that record papers from outside."""
    steps = {entry["step"] for row in rows for entry in row.bundle.settings.get("board", {}).get("paper", ())}
    last, said = model.Answer, model.Submission
    return (
        select(said.case_id, said.seq, said.step, said.at, said.by, said.for_user, said.data)
        .join(last, (last.case_id == said.case_id) & (last.seq == said.seq))
        .where(last.case_id.in_([row.case.id for row in rows]), last.step.in_(steps))
        .order_by(said.case_id, said.seq)
    )


def _add_paper(row: Row, said: Any, by: Actor) -> None:
    if not sight.may_see_step(row.bundle, said.step, by):
        return
    author = by.is_one_of([said.by, said.for_user])
    data = said.data if author else forms.public(row.bundle.forms[said.step], said.data, by.role_ids)
    if (found := paper(row.bundle, said, data)) is not None:
        row.papers[found.origin] = found
