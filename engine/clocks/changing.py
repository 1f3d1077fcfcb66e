"""How an answer changes a clock that runs: pause, resume, exclude, extend, stop, cancel."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from engine import model
from engine.clocks import reckoning
from engine.clocks.hearing import Hearing, as_moment, text_of
from engine.deadlines import Clause, Rule
from engine.workdays import day_ends, length, office_day


def tell(hearing: Hearing, row: model.Clock) -> None:
    """Let a clock hear an answer; one that corrects an earlier answer replaces what that one did."""
    event = hearing.event
    if not _concerns(hearing, row):
        return
    rule = hearing.in_force(row)
    reopened = row.values.get("stop_seq") == event.seq
    if reopened:
        row.values = {name: value for name, value in row.values.items() if name != "stop_seq"}
        row.stopped_at = None
    before = (row.pauses, row.extensions)
    row.pauses, row.extensions = _pauses(hearing, row, rule), extensions(hearing, row, rule)
    moved = before != (row.pauses, row.extensions)
    if reopened or moved:
        hearing.recount(row, "更正后重新计算" if event.corrected else "")
        hearing.judge(row)
    ended = _stop(hearing, row, rule)
    if reopened and not ended:
        reckoning.note(row, hearing.now, "更正后恢复计时")
    if event.corrected and (moved or reopened != ended):
        hearing.upset.append(row)


def _concerns(hearing: Hearing, row: model.Clock) -> bool:
    # An answer concerns the clocks of its own item that were running when it was first given.
    event, ended = hearing.event, row.values.get("stop_seq")
    if row.item is not None and event.item not in (None, row.item):
        return False
    if row.stopped_at is not None and ended is None:
        return False
    return row.start_seq < event.seq and (ended is None or ended >= event.seq)


def _pauses(hearing: Hearing, row: model.Clock, rule: Rule) -> list[dict[str, Any]]:
    seq = hearing.event.seq
    own = [entry for entry in row.pauses if entry["seq"] == seq]
    kept = [entry for entry in row.pauses if entry["seq"] != seq]
    kept = [entry | {"to": None, "to_seq": None} if entry.get("to_seq") == seq else entry for entry in kept]
    for clause in hearing.matching(row, rule, "resume"):
        key = _key(hearing, row, clause)
        for place, entry in enumerate(kept):
            if entry["key"] == key and _was_open(entry, seq):
                kept[place] = entry | {"to": text_of(hearing.moment(clause, row.item)), "to_seq": seq}
                break
    for clause in hearing.matching(row, rule, "pause"):
        key = _key(hearing, row, clause)
        if any(entry["key"] == key and _was_open(entry, seq) for entry in kept):
            continue
        # A corrected pause keeps the end that a later answer gave it.
        known = next((entry for entry in own if entry.get("key") == key), {"to": None, "to_seq": None})
        words = {name: clause[name] for name in ("why", "max") if clause[name]}
        since = text_of(hearing.moment(clause, row.item))
        kept.append(known | {"seq": seq, "key": key, "from": since} | words)
    for clause in hearing.matching(row, rule, "exclude"):
        first, last = hearing.value(clause["from"], row.item), hearing.value(clause["to"], row.item)
        if first is not None and last is not None:
            span = {"from": text_of(as_moment(first)), "to": text_of(as_moment(last))}
            kept.append(span | {"seq": seq, "key": "exclude", "why": clause["why"] or "扣除"})
    return kept


def _was_open(entry: dict[str, Any], seq: int) -> bool:
    ended = entry.get("to_seq") or (seq + 1 if entry["to"] is None else 0)
    return entry["seq"] < seq < ended


def _key(hearing: Hearing, row: model.Clock, clause: Clause) -> str:
    return str(hearing.value(clause["key"], row.item) if clause["key"] else hearing.event.item)


def extensions(hearing: Hearing, row: model.Clock, rule: Rule) -> list[dict[str, Any]]:
    """Return what lengthens a clock once this answer is heard."""
    seq = hearing.event.seq
    place = next((n for n, entry in enumerate(row.extensions) if entry["seq"] == seq), len(row.extensions))
    others = [entry for entry in row.extensions if entry["seq"] != seq]
    granted = sum(entry["kind"] == "extend" for entry in others)
    found = []
    for clause in hearing.matching(row, rule, "extend"):
        if granted >= (clause["max"] or 1):
            reckoning.note(row, hearing.now, f"已延长 {granted} 次，达到上限，此次不再延长")
        elif (entry := _addition(hearing, row, rule, clause, "by_field")) is not None:
            granted += 1
            found.append({"seq": seq, "kind": "extend", "why": clause["why"] or "延长"} | entry)
    for clause in hearing.matching(row, rule, "exclude"):
        if (entry := _addition(hearing, row, rule, clause, "days_field")) is not None:
            found.append({"seq": seq, "kind": "exclude", "why": clause["why"] or "扣除"} | entry)
    return [*others[:place], *found, *others[place:]]


def _addition(hearing: Hearing, row: model.Clock, rule: Rule, clause: Clause, field: str) -> dict[str, Any] | None:
    if clause["by"]:
        return {"by": clause["by"]}
    if (day := hearing.value(clause["day_field"], row.item)) is not None:
        return {"day": text_of(office_day(day) if isinstance(day, datetime) else day)}
    if not (number := hearing.value(clause[field], row.item)):
        return None
    unit = clause["unit"] or (rule.length.unit if rule.length else "CD")
    if field == "days_field" and unit in ("M", "Y", "Q"):
        unit = "CD"
    return {"by": length(f"{number} {unit}").text}


def _stop(hearing: Hearing, row: model.Clock, rule: Rule) -> bool:
    """End a clock where a clause says so; tell whether one did."""
    cancelled = hearing.matching(row, rule, "cancel")
    done = [*hearing.matching(row, rule, "stop"), *hearing.matching(row, rule, "rearm")]
    if not cancelled and not done:
        return False
    answered = hearing.event.at
    _forget_later(hearing, row)
    if cancelled:
        hearing.end(row, "stopped", answered)
        return True
    moment = hearing.value(done[0]["at"], row.item) or answered
    if not isinstance(moment, datetime):
        # A day is as good as its last second, or as the answer that was given on it.
        moment = answered if office_day(answered) == moment else day_ends(moment)
    hearing.end(row, "met", moment)
    hearing.judge(row)
    return True


def _forget_later(hearing: Hearing, row: model.Clock) -> None:
    """Leave out what befell a clock after the answer that, corrected, turns out to have ended it."""
    kept = [[e for e in entries if e["seq"] <= hearing.event.seq] for entries in (row.pauses, row.extensions)]
    if kept != [row.pauses, row.extensions]:
        row.pauses, row.extensions = kept
        hearing.recount(row, "更正后重新计算")
