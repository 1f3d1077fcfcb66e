"""One answered step before the clocks of its case: who hears it, and what its expressions say."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from sqlalchemy.orm import Session

from engine import deadlines, expressions, model, parameters
from engine.clocks import reckoning
from engine.deadlines import Clause, Rule
from engine.workdays import day_begins, office_day, office_zone


@dataclass(frozen=True)
class Event:
    """A step that was answered: which submission, and when; `corrected` is put right later, `withdrawn` taken back."""

    step: str
    item: int | None
    seq: int
    at: datetime
    corrected: bool = False
    withdrawn: bool = False


@dataclass
class Hearing:
    """An event, the clocks it may concern, and the case file that already holds the new answers."""

    session: Session
    case: model.Case
    rules: tuple[Rule, ...]
    rows: list[model.Clock]
    event: Event
    names: Mapping[str, Any]
    functions: Mapping[str, Callable[..., Any]]
    now: datetime
    moved: list[model.Clock] = field(default_factory=list)
    added: list[model.Clock] = field(default_factory=list)
    upset: list[model.Clock] = field(default_factory=list)  # what a correction moved

    def __post_init__(self) -> None:
        # The case file may have read its clocks before this hearing; what began since is known only here.
        known = {"due_on": reckoning.day_of, "started": lambda row: row.started_at}
        for name in known.keys() & self.functions.keys():
            self.functions = {**self.functions, name: self._first_here(known[name], self.functions[name])}

    def value(self, text: str | None, item: int | None) -> Any:
        """Return what an expression says, seen from one item; None where there is none."""
        if text is None:
            return None
        names = self.names if item == self.event.item else ChainMap({"item": item}, self.names)
        return expressions.evaluate(text, names, self.functions)

    def _first_here(self, read: Callable[[model.Clock], Any], otherwise: Callable[[str], Any]) -> Callable[[str], Any]:
        def ask(rule: str) -> Any:
            row = next((row for row in reversed(self.added) if row.rule == rule), None)
            return otherwise(rule) if row is None else read(row)

        return ask

    def holds(self, clause: Clause, item: int | None) -> bool:
        """Tell whether a clause applies to this answer."""
        if self.event.withdrawn:
            return False
        return clause["when"] is None or bool(self.value(clause["when"], item))

    def matching(self, row: model.Clock, rule: Rule, name: str) -> list[Clause]:
        """Return the clauses of one sort that apply to this answer and clock."""
        return [clause for clause in rule.on(name, self.event.step) if self.holds(clause, row.item)]

    def moment(self, clause: Clause, item: int | None) -> datetime:
        """Return when it happened: what `at` says, else when the step was answered."""
        said = self.value(clause["at"], item)
        return self.event.at if said is None else as_moment(said)

    def recount(self, row: model.Clock, why: str = "") -> None:
        """Count a clock out again; `why` is said where that moves its day."""
        old = row.due_on or row.due_at
        reckoning.recount(row, parameters.calendar(self.session), self.now)
        new = row.due_on or row.due_at
        if why and old != new:
            reckoning.note(row, self.now, f"{why}：期限{said(old)}改为{said(new)}")
        self.touch(row)

    def end(self, row: model.Clock, state: str, moment: datetime, why: str = "") -> None:
        """Stop a clock by this event."""
        row.state, row.stopped_at, row.next_at = state, moment, None
        reckoning.keep(row, stop_seq=self.event.seq)
        if why:
            reckoning.note(row, self.now, why)
        self.touch(row)

    def judge(self, row: model.Clock) -> None:
        """Say again of a clock that was fulfilled whether that was in time."""
        if row.state in ("met", "late"):
            late = row.due_at is not None and row.stopped_at > row.due_at and row.kind != "not_before"
            row.state = "late" if late else "met"

    def touch(self, row: model.Clock) -> None:
        """Note that a clock has changed."""
        if row not in self.moved:
            self.moved.append(row)

    def in_force(self, row: model.Clock) -> Rule:
        """Return a clock's rule as the case's version of the process has it, else as it was copied."""
        versions = [rule for rule in self.rules if rule.id == row.rule]
        found = deadlines.in_force(versions, office_day(row.started_at))
        return found or deadlines.parse(row.values["rule"])


def as_moment(value: date | datetime) -> datetime:
    """Return a moment; a day is its beginning."""
    return value if isinstance(value, datetime) else day_begins(value)


def text_of(value: date | datetime | None) -> str | None:
    """Return a day or a moment as the rows keep it."""
    if isinstance(value, datetime):
        return value.astimezone(office_zone()).isoformat()
    return value.isoformat() if value else None


def said(value: date | datetime | None) -> str:
    """Return a day or a moment as people read it."""
    if isinstance(value, datetime):
        local = value.astimezone(office_zone())
        return local.strftime("%Y-%m-%d %H:%M" if local.time() != time() else "%Y-%m-%d")
    return value.isoformat() if value else "未定"
