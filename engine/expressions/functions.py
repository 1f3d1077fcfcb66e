"""The built-in functions, text methods and attributes of dates that the language itself has."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Any

from engine import workdays
from engine.expressions.arithmetic import add
from engine.expressions.values import (
    DAYS,
    EXACT,
    NAMES,
    NUMBERS,
    RECORDS,
    BadValue,
    Budget,
    checked,
    contains,
    day,
    joined,
    order,
    plain,
    text,
)


def _length(budget: Budget, value: Any) -> int:
    if value is None:
        return 0
    if type(value) in (str, list) or type(value) in RECORDS:
        return len(value)
    raise BadValue(f"{NAMES[type(value)]}没有长度")


def _smallest(budget: Budget, *values: Any) -> Any:
    return _first_by(budget, values, -1)


def _largest(budget: Budget, *values: Any) -> Any:
    return _first_by(budget, values, 1)


def _first_by(budget: Budget, values: tuple[Any, ...], wanted: int) -> Any:
    best = None
    for value in _items(budget, values[0]) if len(values) == 1 else values:
        if best is None or order(value, best) == wanted:
            best = value
    return best


def _sum(budget: Budget, values: Any) -> Any:
    total = None
    for value in _items(budget, values):
        if value is not None:
            total = value if total is None else add(total, value, budget)
    if total is not None and type(total) not in NUMBERS and type(total) is not timedelta:
        raise BadValue(f"{NAMES[type(total)]}不能求和")
    return 0 if total is None else total


def _flat(budget: Budget, values: Any) -> Any:
    """Return one list of what several lists hold; what is not there holds nothing."""
    lists = [_items(budget, value) for value in _items(budget, values)]
    return plain([value for entries in lists for value in entries])


def _any(budget: Budget, values: Any) -> bool:
    return any(_items(budget, values))


def _all(budget: Budget, values: Any) -> bool:
    return all(_items(budget, values))


def _distinct(budget: Budget, values: Any) -> list[Any]:
    found: list[Any] = []
    for value in _items(budget, values):
        if not contains(value, found, budget):
            found.append(value)
    return found


def _abs(budget: Budget, value: Any) -> Any:
    if value is None or type(value) in NUMBERS or type(value) is timedelta:
        return None if value is None else abs(value)
    raise BadValue(f"{NAMES[type(value)]}没有绝对值")


def _round(budget: Budget, value: Any, places: Any = 0) -> Any:
    if value is None:
        return None
    if type(places) is not int or not 0 <= places <= 10 or type(value) not in NUMBERS:
        raise BadValue("round 只能把数字舍入到 0 至 10 位小数")
    rounded = checked(Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, EXACT))
    return rounded if places else int(rounded)


def _int(budget: Budget, value: Any) -> Any:
    if value is None or type(value) is int:
        return value
    if type(value) is Decimal:
        return int(value.to_integral_value(ROUND_DOWN, EXACT))
    if type(value) is str and re.fullmatch(r"[+-]?[0-9]{1,30}", value.strip()):
        return int(value)
    raise BadValue("int 需要一个数字或由数字组成的文本")


def _whole(budget: Budget, value: Any) -> Any:
    """Return the whole number with which a text begins: 12 of “12桶”; None where it begins with none."""
    if value is None or type(value) is int:
        return value
    found = re.match(r"\s*([0-9]{1,15})(?![0-9.,，])", _text(value))
    return int(found[1]) if found else None


def _str(budget: Budget, value: Any) -> str:
    return text(value)


def _date(budget: Budget, *parts: Any) -> Any:
    if None in parts:
        return None
    if len(parts) == 1 and type(parts[0]) in (date, datetime):
        return day(parts[0])
    if len(parts) == 1 and type(parts[0]) is str and re.fullmatch(r"\d{4}-\d\d-\d\d", parts[0], re.ASCII):
        return date.fromisoformat(parts[0])
    if len(parts) == 3 and all(type(part) is int for part in parts):
        return date(*parts)
    raise BadValue("date 写作 date('2026-01-01')、date(2026, 1, 1) 或 date(时刻)")


def _days(budget: Budget, number: Any) -> Any:
    return None if number is None else timedelta(days=_count(number))


def _hours(budget: Budget, number: Any) -> Any:
    return None if number is None else timedelta(hours=_count(number))


def _months(budget: Budget, number: Any, start: Any) -> Any:
    if number is None or start is None:
        return None
    if type(number) is not int or abs(number) > 12_000 or type(start) not in DAYS:
        raise BadValue("months 写作 months(月数, 日期)")
    return workdays.add_months(day(start), number)


def _count(number: Any) -> float:
    if type(number) not in NUMBERS:
        raise BadValue("时长需要一个数字")
    return number if type(number) is int else float(number)


def _items(budget: Budget, values: Any) -> list[Any]:
    if values is None:
        return []
    if type(values) is not list:
        raise BadValue(f"需要一个列表，得到的是{NAMES[type(values)]}")
    budget.charge(len(values))
    return [plain(value) for value in values]


BUILT_IN: dict[str, Callable[..., Any]] = {
    "len": _length,
    "min": _smallest,
    "max": _largest,
    "sum": _sum,
    "flat": _flat,
    "any": _any,
    "all": _all,
    "distinct": _distinct,
    "abs": _abs,
    "round": _round,
    "int": _int,
    "whole": _whole,
    "str": _str,
    "date": _date,
    "days": _days,
    "hours": _hours,
    "months": _months,
}


def _join(budget: Budget, separator: str, values: Any) -> str:
    return joined([text(value) for value in _items(budget, values)], budget, separator)


def _split(budget: Budget, value: str, separator: str | None = None) -> Any:
    budget.charge(len(value) // 10)
    return plain(value.split(separator))


TEXT_METHODS: dict[str, Callable[..., Any]] = {
    "startswith": lambda budget, value, start: value.startswith(_text(start)),
    "endswith": lambda budget, value, end: value.endswith(_text(end)),
    "strip": lambda budget, value: value.strip(),
    "lower": lambda budget, value: plain(value.lower()),
    "upper": lambda budget, value: plain(value.upper()),
    "split": _split,
    "join": _join,
}


def _text(value: Any) -> str:
    if type(value) is not str:
        raise BadValue("需要文本")
    return value


def _local(moment: datetime) -> datetime:
    return moment.astimezone(workdays.office_zone())


ATTRIBUTES: dict[tuple[type, str], Callable[[Any], Any]] = {
    (date, "year"): lambda value: value.year,
    (date, "month"): lambda value: value.month,
    (date, "day"): lambda value: value.day,
    (date, "weekday"): lambda value: value.isoweekday(),
    (datetime, "year"): lambda value: _local(value).year,
    (datetime, "month"): lambda value: _local(value).month,
    (datetime, "day"): lambda value: _local(value).day,
    (datetime, "weekday"): lambda value: _local(value).isoweekday(),
    (datetime, "hour"): lambda value: _local(value).hour,
    (datetime, "minute"): lambda value: _local(value).minute,
    (datetime, "date"): day,
    (timedelta, "days"): lambda value: value.days,
    (timedelta, "hours"): lambda value: value // timedelta(hours=1),
}
