"""What the opening of a case and each submission do to its clocks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import deadlines, model
from engine.clocks import changing, reckoning, starting
from engine.clocks.hearing import Event, Hearing
from engine.deadlines import Rule

OPENING = "case"
Functions = Mapping[str, Callable[..., Any]]


def on_opening(
    session: Session,
    case: model.Case,
    rules: Sequence[Rule],
    names: Mapping[str, Any],
    functions: Functions,
    now: datetime,
    known: list[model.Clock] | None = None,
) -> bool:
    """Start the clocks that run from the opening of a case (step `case`); tell whether any did."""
    return _heard(session, case, rules, Event(OPENING, None, 0, case.opened_at), names, functions, now, known)


def on_submission(
    session: Session,
    case: model.Case,
    rules: Sequence[Rule],
    row: model.Submission,
    names: Mapping[str, Any],
    functions: Functions,
    now: datetime,
    known: list[model.Clock] | None = None,
) -> bool:
    """Let every clock that listens to this step start, stop, pause or move; tell whether any did.

    `names` and `functions` already read the new answers. A correction acts as the answer that it corrects; where an
    answer is taken back, no clause applies any more.
    `known` is the caller's list of all clocks of the case; what starts here is added to it.
    """
    first = row
    while first.corrects is not None:
        first = session.get_one(model.Submission, (case.id, first.corrects))
    event = Event(row.step, row.item, first.seq, first.at, first is not row, row.reverses)
    return _heard(session, case, rules, event, names, functions, now, known)


def _heard(
    session: Session,
    case: model.Case,
    rules: Sequence[Rule],
    event: Event,
    names: Mapping[str, Any],
    functions: Functions,
    now: datetime,
    known: list[model.Clock] | None = None,
) -> bool:
    rules = tuple(rules)
    if event.step not in _listened_to(rules):
        return False
    # A correction may concern a clock that ended long ago.
    every = reckoning.of_case(session, case.id) if known is None or event.corrected else known
    rows = [row for row in every if event.corrected or row.stopped_at is None]
    hearing = Hearing(session, case, rules, rows, event, names, functions, now)
    for row in list(rows):
        changing.tell(hearing, row)
    for rule_id in dict.fromkeys(rule.id for rule in rules):
        starting.begin(hearing, [rule for rule in rules if rule.id == rule_id])
    _catch_up(hearing)
    # A day taken from another clock follows it; such chains are short (提前量 of an extended 整改期限).
    for _ in range(4):
        if not any([starting.follow(hearing, row) for row in hearing.rows]):
            break
    for held in (every, known or []):
        held.extend(row for row in hearing.rows if row not in held)
    return bool(hearing.moved)


def _catch_up(hearing: Hearing) -> None:
    """Let clocks that a correction began or ended hear what was answered since: each step's latest answer."""
    rules = {row.rule: [rule for rule in hearing.rules if rule.id == row.rule] for row in hearing.upset}
    heard = {step for versions in rules.values() for rule in versions for step in deadlines.steps(rule)}
    if not heard:
        return
    table, first = model.Submission, hearing.event
    since = select(table).where(table.case_id == hearing.case.id, table.seq > first.seq, table.step.in_(heard))
    answers = hearing.session.scalars(since.order_by(table.seq)).all()
    gone = {row.corrects for row in answers if row.reverses}
    answers = [row for row in answers if row.corrects is None and row.seq not in gone]
    latest = {row.step: row for row in answers if row.item == first.item}
    for row in sorted(latest.values(), key=lambda row: row.seq):
        later = replace(hearing, event=Event(row.step, row.item, row.seq, row.at))
        for clock in list(hearing.rows):
            if clock.rule in rules:
                changing.tell(later, clock)
        for versions in rules.values():
            starting.begin(later, versions)


@lru_cache(maxsize=64)
def _listened_to(rules: tuple[Rule, ...]) -> frozenset[str]:
    heard = frozenset[str]().union(*(deadlines.steps(rule) for rule in rules))
    return heard.union(*(starting.day_sources(rule) for rule in rules))
