"""Plain values of the office, how they compare and read; None equals only None and has no order."""

from __future__ import annotations

import decimal
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import NoneType
from typing import Any

from engine.workdays import office_day, office_zone

MAX_TEXT = 100_000
MAX_ITEMS = 10_000
MAX_NUMBER = 10**30
MAX_DEPTH = 40
MAX_STEPS = 20_000
CHARACTERS_PER_STEP = 50

EXACT = decimal.Context(
    prec=60,
    rounding=decimal.ROUND_HALF_UP,
    Emin=-200,
    Emax=200,
    traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
)


class BadExpression(Exception):
    """A text that is not in the language, or that cannot be worked out; says where, in Chinese."""

    def __init__(self, message: str, source: str = "") -> None:
        super().__init__(message)
        self.source = source


class BadValue(Exception):
    """A value or an operation that the language does not have; becomes a BadExpression with its place."""


class Answers(dict[str, Any]):
    """A record whose fields are all there: what was not answered is None."""

    def __missing__(self, key: str) -> None:
        return None


class Budget:
    """The steps that one evaluation may still take."""

    __slots__ = ("steps",)

    def __init__(self, steps: int = MAX_STEPS) -> None:
        self.steps = steps

    def charge(self, steps: int) -> None:
        self.steps -= steps
        if self.steps < 0:
            raise BadValue(f"运算超过 {MAX_STEPS} 步的上限")


SCALARS = frozenset({NoneType, bool, int, Decimal, str, date, datetime, timedelta})
NUMBERS = frozenset({int, Decimal})
DAYS = frozenset({date, datetime})
RECORDS = frozenset({dict, Answers})
NAMES = {
    NoneType: "空值",
    bool: "是否",
    int: "数字",
    Decimal: "数字",
    str: "文本",
    date: "日期",
    datetime: "时刻",
    timedelta: "时长",
    list: "列表",
    dict: "记录",
    Answers: "记录",
}


def plain(value: Any) -> Any:
    """Return what the case file or an office function gave as a plain value; anything else is refused."""
    kind = type(value)
    if kind is str:
        if len(value) > MAX_TEXT:
            raise BadValue(f"文本超过 {MAX_TEXT} 字")
        return value
    if kind in NUMBERS:
        return checked(value)
    if kind is datetime:
        return value if value.tzinfo is not None else value.replace(tzinfo=office_zone())
    if kind in SCALARS:
        return value
    if kind in (list, dict, Answers):
        if len(value) > MAX_ITEMS:
            raise BadValue(f"列表超过 {MAX_ITEMS} 项")
        return value
    if kind is float:
        return decimal_of(repr(value))
    if kind in (tuple, set, frozenset):
        return plain(list(value) if kind is tuple else sorted(value, key=repr))
    raise BadValue(f"不能使用类型为 {kind.__name__} 的值")


def decimal_of(text: str) -> Decimal:
    """Read a decimal number exactly."""
    try:
        return checked(EXACT.create_decimal(text))
    except decimal.DecimalException:
        raise BadValue(f"数字 {text[:40]} 不可用") from None


def checked(number: int | Decimal) -> int | Decimal:
    """Return the number, unless it is beyond what the office counts."""
    if type(number) is Decimal and not number.is_finite():
        raise BadValue("数字无效")
    if not -MAX_NUMBER <= number <= MAX_NUMBER:
        raise BadValue("数字过大")
    return number


def result(value: Any, budget: Budget, depth: int = 0) -> Any:
    """Return a copy that shares nothing with the case file, paying for an item each time it occurs."""
    value = plain(value)
    kind = type(value)
    if kind in SCALARS:
        return value
    if depth > MAX_DEPTH:
        raise BadValue(f"嵌套超过 {MAX_DEPTH} 层")
    budget.charge(len(value))
    if kind is list:
        return [result(item, budget, depth + 1) for item in value]
    if any(type(key) is not str for key in value):
        raise BadValue("记录的字段名必须是文本")
    return {key: result(item, budget, depth + 1) for key, item in value.items()}


def day(value: date | datetime) -> date:
    """Return the office day of a date or a moment."""
    return office_day(value) if type(value) is datetime else value


def equals(a: Any, b: Any, budget: Budget, depth: int = 0) -> bool:
    """Tell whether two values are the same; values of different kinds never are."""
    kind, other = type(a), type(b)
    if kind is list and other is list:
        budget.charge(len(a))
        return len(a) == len(b) and all(_equals(x, y, budget, depth) for x, y in zip(a, b, strict=True))
    if kind in RECORDS and other in RECORDS:
        budget.charge(len(a))
        return a.keys() == b.keys() and all(_equals(a[key], b[key], budget, depth) for key in a)
    if kind is other or (kind in NUMBERS and other in NUMBERS):
        return a == b
    if kind in DAYS and other in DAYS:
        return day(a) == day(b)
    return False


def _equals(a: Any, b: Any, budget: Budget, depth: int) -> bool:
    if depth > MAX_DEPTH:
        raise BadValue(f"嵌套超过 {MAX_DEPTH} 层")
    return equals(plain(a), plain(b), budget, depth + 1)


def contains(item: Any, container: Any, budget: Budget) -> bool:
    """Tell whether a list has the item, a text the part or a record the field."""
    kind = type(container)
    if container is None:
        return False
    if kind is list:
        budget.charge(len(container))
        return any(equals(item, plain(other), budget) for other in container)
    if item is None:
        return False
    if type(item) is str and kind is str:
        budget.charge(len(container) // CHARACTERS_PER_STEP)
        return item in container
    if type(item) is str and kind in RECORDS:
        return item in container
    raise BadValue(f"“{NAMES[type(item)]} in {NAMES[kind]}”没有意义")


def order(a: Any, b: Any) -> int | None:
    """Return -1, 0 or 1 as `a` comes before, with or after `b`; None where one of them is None."""
    if a is None or b is None:
        return None
    kind, other = type(a), type(b)
    if kind in DAYS and other in DAYS and kind is not other:
        a, b = day(a), day(b)
    elif not (kind in NUMBERS and other in NUMBERS or kind is other and kind in _ORDERED):
        raise BadValue(f"不能比较{NAMES[kind]}与{NAMES[other]}的大小")
    return (a > b) - (a < b)


_ORDERED = frozenset({str, date, datetime, timedelta})


def text(value: Any) -> str:
    """Return the value as people read it: None is empty, a moment stands in office time."""
    kind = type(value)
    if kind is str:
        return value
    if kind is bool:
        return "是" if value else "否"
    if kind in NUMBERS:
        return format(value, "f") if kind is Decimal else str(value)
    if kind is datetime:
        return value.astimezone(office_zone()).isoformat()
    if kind is date:
        return value.isoformat()
    if value is None:
        return ""
    raise BadValue(f"{NAMES[kind]}不能直接变成文本" + ("，请用 .days 或 .hours" if kind is timedelta else ""))


def joined(parts: list[str], budget: Budget, separator: str = "") -> str:
    """Put texts together, paying for their length."""
    length = sum(map(len, parts)) + len(separator) * len(parts)
    if length > MAX_TEXT:
        raise BadValue(f"文本超过 {MAX_TEXT} 字")
    budget.charge(length // CHARACTERS_PER_STEP)
    return separator.join(parts)
