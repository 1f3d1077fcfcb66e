"""What a deadlines.toml says, read and checked; counts no day and knows no case."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from graphlib import CycleError, TopologicalSorter
from typing import Any

from engine import expressions
from engine.workdays import Length, length

KINDS = {"limit": True, "until": True, "period": True, "lead": False, "not_before": False, "window": False}
ACTIONS = frozenset({"notify", "act", "open"})
MOMENTS = frozenset({"before", "on", "after", "every"})
_START = frozenset({"step", "when", "at", "length", "days_field", "day", "article", "verified", "each"})
_EVENT = frozenset({"step", "when", "at"})
CLAUSES = {
    "start": _START,
    "restart": _START,
    "stop": _EVENT,
    "cancel": _EVENT,
    "rearm": _EVENT,
    "pause": _EVENT | {"key", "max", "why"},
    "resume": _EVENT | {"key"},
    "exclude": _EVENT | {"days_field", "from", "to", "unit", "why"},
    "extend": _EVENT | {"by", "by_field", "day_field", "unit", "max", "why"},
}
_EXPRESSIONS = frozenset({"when", "at", "day", "each", "key", "days_field", "by_field", "day_field", "from", "to"})
ATTRIBUTES = frozenset(CLAUSES) | {
    *("id", "title", "kind", "length", "day", "windows", "warn", "lapse", "duty", "expires", "clear"),
    *("on_expiry", "ladder", "article", "source", "verified", "regional", "in_force_from", "in_force_until"),
}
CLOCK_CALLS = frozenset({"due_on", "due_at", "lapse_on", "started"})


class BadRule(Exception):
    """A deadline that cannot be read: which clock, which attribute, and why, in Chinese."""


@dataclass(frozen=True)
class Clause:
    """One way in which a step touches a clock; its texts are expressions over the case file."""

    step: str
    given: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.given.get(name)


@dataclass(frozen=True, eq=False)
class Rule:
    """A deadline as it applies in one place from one day on."""

    id: str
    title: str
    kind: str
    table: Mapping[str, Any]  # as written
    length: Length | None
    day: str | None
    clauses: Mapping[str, tuple[Clause, ...]]
    windows: tuple[tuple[int, Length], ...]
    warn: tuple[Length, ...]
    on_expiry: tuple[Mapping[str, Any], ...]
    ladder: tuple[Mapping[str, Any], ...]
    duty: bool
    rolls: bool
    expires: str
    clear: bool
    article: str
    source: str
    verified: bool
    regional: bool  # offered to the places to settle for themselves
    in_force_from: date
    in_force_until: date

    def on(self, event: str, step: str) -> list[Clause]:
        """Return the clauses of one event that listen to this step."""
        return [clause for clause in self.clauses.get(event, ()) if clause.step == step]


def steps(rule: Rule) -> frozenset[str]:
    """Return every step that a clock listens to."""
    return frozenset(clause.step for clauses in rule.clauses.values() for clause in clauses)


def expressions_of(rule: Rule) -> list[str]:
    """Return every expression that a clock evaluates, for the check of the folder."""
    own = [rule.day] if rule.day else []
    return own + [
        clause.given[name]
        for clauses in rule.clauses.values()
        for clause in clauses
        for name in sorted(_EXPRESSIONS & clause.given.keys())
    ]


def awaited(rule: Rule) -> frozenset[str]:
    """Return the ids of the clocks that a clock's day is derived from."""
    calls = [call for text in expressions_of(rule) for call in expressions.compile(text).calls]
    return frozenset(str(first) for name, first in calls if name in CLOCK_CALLS and first)


def load(data: bytes | str | Mapping[str, Any]) -> list[Rule]:
    """Read a deadlines.toml; return its rules, a clock after the clocks that it is derived from."""
    if not isinstance(data, Mapping):
        try:
            data = tomllib.loads(data.decode() if isinstance(data, bytes) else data)
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise BadRule(f"deadlines.toml 无法读取：{error}") from error
    if unknown := data.keys() - {"clock"}:
        raise BadRule(f"deadlines.toml 只能有 [[clock]]，多出 {'、'.join(sorted(unknown))}")
    rules = [parse(table) for table in data.get("clock", [])]
    if len({(rule.id, rule.in_force_from) for rule in rules}) < len(rules):
        raise BadRule("同一期限编号有两行从同一天起施行")
    waits = {rule.id: frozenset[str]() for rule in rules}
    for rule in rules:
        waits[rule.id] |= awaited(rule) & waits.keys() - {rule.id}
    try:
        order = list(TopologicalSorter(waits).static_order())
    except CycleError as error:
        raise BadRule(f"期限互相依赖：{'、'.join(error.args[1])}") from error
    return sorted(rules, key=lambda rule: order.index(rule.id))


def in_force(rules: Iterable[Rule], day: date) -> Rule | None:
    """Return the one of several versions of a rule that is in force on a day."""
    found = [rule for rule in rules if rule.in_force_from <= day <= rule.in_force_until]
    return max(found, key=lambda rule: rule.in_force_from, default=None)


def parse(table: Mapping[str, Any]) -> Rule:
    """Read one [[clock]] table; raise BadRule where it says what nobody can do."""
    name = str(table.get("id", "（无编号）"))
    try:
        return _parse(table)
    except BadRule as error:
        raise BadRule(f"期限 {name}：{error}") from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadRule(f"期限 {name}：写法不对（{error}）") from error


def _parse(table: Mapping[str, Any]) -> Rule:
    if missing := [name for name in ("id", "title", "article") if not table.get(name)]:
        raise BadRule(f"缺少 {'、'.join(missing)}")
    if wrong := [name for name in ("id", "title", "article") if not isinstance(table[name], str)]:
        raise BadRule(f"{'、'.join(wrong)} 应为文字")
    if unknown := table.keys() - ATTRIBUTES:
        raise BadRule(f"不认识 {'、'.join(sorted(unknown))}")
    kind = table.get("kind", "limit")
    if kind not in KINDS:
        raise BadRule(f"没有 {kind} 这一类")
    span = length(table["length"]) if "length" in table else None
    clauses = {event: _clauses(event, table[event]) for event in CLAUSES if event in table}
    windows = tuple((int(row["count"]), length(row["length"])) for row in table.get("windows", ()))
    rule = Rule(
        id=table["id"],
        title=table["title"],
        kind=kind,
        table=dict(table),
        length=span,
        day=table.get("day"),
        clauses=clauses,
        windows=windows,
        warn=tuple(length(text) for text in table.get("warn", ())),
        on_expiry=tuple(_action(row) for row in table.get("on_expiry", ())),
        ladder=tuple(_action(row, MOMENTS) for row in table.get("ladder", ())),
        duty=bool(table.get("duty", KINDS[kind])),
        rolls=table.get("lapse", "roll") == "roll" and kind in ("limit", "until", "period"),
        expires=table.get("expires", "due"),
        clear=bool(table.get("clear", False)),
        article=table["article"],
        source=table.get("source") or table["article"],
        verified=bool(table.get("verified", False)),
        regional=bool(table.get("regional", False)),
        in_force_from=_day(table.get("in_force_from"), date.min),
        in_force_until=_day(table.get("in_force_until"), date.max),
    )
    _check(rule)
    return rule


def _check(rule: Rule) -> None:
    own_days = all(clause["day"] for clause in rule.clauses.get("start", ()))
    needs = {
        "start": "start" in rule.clauses or "restart" in rule.clauses,
        "length": rule.length is not None or rule.kind in ("until", "window"),
        "day": rule.kind not in ("until", "lead") or bool(rule.day) or own_days,
        "windows": rule.kind != "window" or bool(rule.windows),
        "rearm": rule.kind != "period" or "rearm" in rule.clauses,
    }
    if missing := [name for name, there in needs.items() if not there]:
        raise BadRule(f"{rule.kind} 类缺少 {'、'.join(missing)}")
    if len(rule.warn) > 2:
        raise BadRule("warn 至多两个：关注、临期")
    if rule.table.get("lapse", "roll") not in ("roll", "none") or rule.expires not in ("due", "lapse"):
        raise BadRule("lapse 只能是 roll 或 none，expires 只能是 due 或 lapse")
    for text in expressions_of(rule):
        try:
            expressions.compile(text)
        except expressions.BadExpression as error:
            raise BadRule(f"表达式 {text}：{error}") from error
    if any("every" in action for action in rule.ladder) and rule.kind != "period":
        raise BadRule("every 只用于 period 类：此后每满一个周期")
    hours = rule.length is not None and rule.length.unit == "H"
    for clause in rule.clauses.get("extend", ()) + rule.clauses.get("exclude", ()):
        unit = length(clause["by"]).unit if clause["by"] else clause["unit"]
        if unit and (unit == "H") != hours:
            raise BadRule("小时期限只能按小时延长或扣除，其他期限不能按小时")


def _clauses(event: str, given: Any) -> tuple[Clause, ...]:
    rows = [given] if isinstance(given, Mapping) else list(given)
    for row in rows:
        if not row.get("step") or not isinstance(row["step"], str):
            raise BadRule(f"{event} 没有 step")
        if unknown := row.keys() - CLAUSES[event]:
            raise BadRule(f"{event} 不认识 {'、'.join(sorted(unknown))}")
        for name in ("length", "by") + (("max",) if event == "pause" else ()):
            if name in row:
                length(row[name])
        ways = [name for name in ("by", "by_field", "day_field", "days_field", "from") if name in row]
        if event in ("extend", "exclude") and len(ways) != 1:
            raise BadRule(f"{event} 要写且只写一种长度")
        if ("from" in row) != ("to" in row):
            raise BadRule(f"{event} 的 from 与 to 要成对")
    return tuple(Clause(row["step"], dict(row)) for row in rows)


def _action(row: Mapping[str, Any], moments: frozenset[str] = frozenset()) -> Mapping[str, Any]:
    if len(row.keys() & ACTIONS) != 1:
        raise BadRule("每个动作写且只写 notify、act、open 之一")
    if moments and len(row.keys() & moments) != 1:
        raise BadRule("ladder 的每一级写且只写 before、on、after、every 之一")
    for name in row.keys() & moments - {"every"}:
        length(row[name])
    return dict(row)


def _day(value: Any, otherwise: date) -> date:
    if value is None:
        return otherwise
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(value)
