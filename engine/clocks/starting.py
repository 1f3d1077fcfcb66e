"""How an answer starts clocks, with the values of the place and the day, and moves the days they hang on."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from engine import deadlines, expressions, model, parameters
from engine.clocks import changing, reckoning
from engine.clocks.hearing import Hearing, said, text_of
from engine.clocks.reckoning import keep
from engine.deadlines import BadRule, Clause, Rule
from engine.errors import Broken
from engine.workdays import length, office_day


def begin(hearing: Hearing, versions: Sequence[Rule]) -> None:
    """Start what this answer starts; one that corrects an earlier answer starts the same clocks again."""
    rule_id, event = versions[0].id, hearing.event
    mine = [row for row in hearing.rows if row.rule == rule_id and row.start_seq == event.seq]
    mine = [row for row in mine if not row.values.get("void")]
    begun = []
    for version in versions:
        if version.kind == "window":
            _count(hearing, version, versions)
            continue
        for sort, clause, item in _beginnings(hearing, version):
            moment = hearing.moment(clause, item)
            if deadlines.in_force(versions, office_day(moment)) is not version:
                continue
            row = next((row for row in mine if row.item == item), None)
            if row is not None:
                _restart(hearing, row, moment, clause)
                begun.append(row)
            elif sort != "start" or not _open(hearing, rule_id, item):
                for other in _open(hearing, rule_id, item):
                    hearing.end(other, "stopped", event.at, "重新起算")
                begun.append(_add(hearing, version, item, moment, clause, rearmed=sort == "rearm"))
    for row in mine:
        if row not in begun and row.kind != "window":
            hearing.end(row, "stopped", row.stopped_at or hearing.now, "更正后不再符合起算条件，停止计时")
            keep(row, void=True)
            hearing.upset.append(row)


def follow(hearing: Hearing, row: model.Clock) -> bool:
    """Take the day of an `until` or `lead` clock again where what it names has changed; tell whether it did."""
    day = row.values.get("day")
    if day is None or row.stopped_at is not None:
        return False
    found = expressions.compile(day)
    named = any(name == hearing.event.step for name, _ in found.references)
    if not named and not any(name in deadlines.CLOCK_CALLS for name, _ in found.calls):
        return False
    target = text_of(hearing.value(day, row.item))
    if target == row.values.get("target"):
        return False
    first = row.values.get("target") is None
    keep(row, target=target)
    hearing.recount(row, "" if first else "所依据的日期变更")
    return True


def look_around(
    session: Session,
    rows: Sequence[model.Clock],
    names: Mapping[str, Any],
    functions: Mapping[str, Callable[..., Any]],
    now: datetime,
) -> bool:
    """Take the days again that hang on linked cases, after one of those has changed; tell whether any moved."""
    moved = False
    for row in rows:
        day = row.values.get("day")
        if day is None or row.stopped_at is not None:
            continue
        if not any(name == "linked" for name, _ in expressions.compile(day).calls):
            continue
        target = text_of(expressions.evaluate(day, ChainMap({"item": row.item}, names), functions))
        if target != row.values.get("target"):
            before = row.due_on
            keep(row, target=target)
            reckoning.recount(row, parameters.calendar(session), now)
            reckoning.note(row, now, f"关联事项变更：期限{said(before)}改为{said(row.due_on)}")
            moved = True
    return moved


def day_sources(rule: Rule) -> frozenset[str]:
    """Return the steps that stand in the day of an `until` or `lead` rule."""
    starts = rule.clauses.get("start", ()) + rule.clauses.get("restart", ())
    texts = [rule.day, *(clause["day"] for clause in starts)]
    return frozenset(name for text in texts if text for name, _ in expressions.compile(text).references)


def _open(hearing: Hearing, rule_id: str, item: int | None) -> list[model.Clock]:
    # As it was when the answer was first given: a later round has not begun, an earlier one may still run.
    now = hearing.event.seq
    rows = [row for row in hearing.rows if row.rule == rule_id and row.item == item and row.start_seq < now]
    return [row for row in rows if row.stopped_at is None or row.values.get("stop_seq", now) > now]


def _beginnings(hearing: Hearing, rule: Rule) -> Iterator[tuple[str, Clause, int | None]]:
    """Yield the first clause that applies, once for each item that it starts a clock for."""
    event = hearing.event
    for sort in ("restart", "rearm", "start") if not event.withdrawn else ():
        for clause in rule.on(sort, event.step):
            if sort == "rearm" and not any(
                row.rule == rule.id and row.values.get("stop_seq") == event.seq for row in hearing.rows
            ):
                continue
            items = [event.item]
            if clause["each"]:
                items = list(range(hearing.value(clause["each"], event.item) or 0))
            found = [item for item in items if hearing.holds(clause, item)]
            yield from ((sort, clause, item) for item in found)
            if found:
                return


def _add(
    hearing: Hearing, rule: Rule, item: int | None, moment: datetime, clause: Clause, rearmed: bool = False
) -> model.Clock:
    case = hearing.case
    # What the law fixes for everybody no place may settle, whatever row stands in the table.
    settled = {}
    if rule.regional:
        settled = parameters.clock_values(hearing.session, rule.id, case.region, office_day(moment))
    table = {name: text_of(value) if isinstance(value, date) else value for name, value in rule.table.items()}
    try:
        rule = deadlines.parse(table | {name: place.value for name, place in settled.items()})
    except BadRule as error:
        raise Broken(f"本地参数使期限无法计算：{error}", element=rule.id) from error
    sources = "；".join(dict.fromkeys(place.source for place in settled.values()))
    row = model.Clock(
        id=model.new_id("k"),
        case_id=case.id,
        rule=rule.id,
        title=rule.title,
        kind=rule.kind,
        item=item,
        state="running",
        values={
            "rule": dict(rule.table),
            "rearmed": rearmed,
            "article": clause["article"] or rule.article,
            "source": sources or clause["article"] or rule.source,
            "verified": _is_verified(rule, clause, settled),
            "settled": {name: {"value": place.value, "region": place.region} for name, place in settled.items()},
        },
        start_seq=hearing.event.seq,
        started_at=moment,
        pauses=[],
        extensions=[],
        explanation=[],
        fired=[],
    )
    _measure(hearing, row, rule, clause)
    hearing.session.add(row)
    hearing.rows.append(row)
    hearing.added.append(row)
    if hearing.event.corrected:
        hearing.upset.append(row)
    hearing.recount(row)
    return row


def _restart(hearing: Hearing, row: model.Clock, moment: datetime, clause: Clause) -> None:
    before, started = (row.started_at, *_measured(row)), row.started_at
    row.started_at = moment
    _measure(hearing, row, deadlines.parse(row.values["rule"]), clause)
    if before == (moment, *_measured(row)):
        return
    moved = f"起算由{said(started)}更正为{said(moment)}" if started != moment else "更正后重新计算"
    hearing.recount(row, moved)
    hearing.judge(row)


def _measure(hearing: Hearing, row: model.Clock, rule: Rule, clause: Clause) -> None:
    """Note the length and the day that this start gives the clock."""
    span = clause["length"] or (rule.length.text if rule.length else None)
    if number := hearing.value(clause["days_field"], row.item):
        span = f"{number} {rule.length.unit if rule.length else 'CD'}"
    keep(row, length=length(span).text if span else None)
    if rule.kind in ("until", "lead"):
        day = clause["day"] or rule.day
        keep(row, day=day, target=text_of(hearing.value(day, row.item)))
    # What the same answer grants beyond the length (方案报送延长日数) counts from the start.
    row.extensions = changing.extensions(hearing, row, rule)


def _measured(row: model.Clock) -> tuple[Any, ...]:
    return row.values.get("length"), row.values.get("target"), row.extensions


def _is_verified(rule: Rule, clause: Clause, settled: Mapping[str, parameters.Value]) -> bool:
    if settled:
        return all(place.verified for place in settled.values())
    return rule.verified if clause["verified"] is None else bool(clause["verified"])


def _count(hearing: Hearing, rule: Rule, versions: Sequence[Rule]) -> None:
    """Count an answer in the rolling window of its rule; the first one opens the window's row."""
    event = hearing.event
    clause = next((c for c in rule.on("start", event.step) if hearing.holds(c, event.item)), None)
    row = next((row for row in hearing.rows if row.rule == rule.id and row.stopped_at is None), None)
    known = row.values.get("days", []) if row is not None else []
    days = [day for day in known if day[0] != event.seq]
    if clause is not None:
        moment = hearing.moment(clause, event.item)
        if deadlines.in_force(versions, office_day(moment)) is not rule:
            return
        row = row or _add(hearing, rule, None, moment, clause)
        days = sorted([*days, [event.seq, text_of(office_day(moment)), text_of(event.at)]])
    if row is not None and days != known:
        keep(row, days=days)
        hearing.recount(row)
        if event.corrected:
            reckoning.note(row, hearing.now, "更正后重新计数")
