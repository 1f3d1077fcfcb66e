"""How plain values add up; any sum with None is None again, and decimals stay exact."""

from __future__ import annotations

import decimal
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from engine.expressions.values import (
    DAYS,
    EXACT,
    NAMES,
    NUMBERS,
    BadValue,
    Budget,
    checked,
    day,
    joined,
    plain,
)


def add(a: Any, b: Any, budget: Budget) -> Any:
    kind, other = type(a), type(b)
    if kind in NUMBERS and other in NUMBERS:
        return checked(a + b if kind is int and other is int else EXACT.add(a, b))
    if a is None or b is None:
        return None
    if kind is str and other is str:
        return joined([a, b], budget)
    if kind is list and other is list:
        budget.charge(len(a) + len(b))
        return plain(a + b)
    if kind is timedelta and other in DAYS:
        a, b, kind, other = b, a, other, kind
    if other is timedelta and (kind is timedelta or kind in DAYS):
        return a + (_whole_days(b) if kind is date else b)
    raise BadValue(_cannot(a, b, "相加") + ('，请写成 f"{…}"' if str in (kind, other) else ""))


def subtract(a: Any, b: Any, budget: Budget) -> Any:
    kind, other = type(a), type(b)
    if kind in NUMBERS and other in NUMBERS:
        return checked(a - b if kind is int and other is int else EXACT.subtract(a, b))
    if a is None or b is None:
        return None
    if other is timedelta and (kind is timedelta or kind in DAYS):
        return a - (_whole_days(b) if kind is date else b)
    if kind in DAYS and other in DAYS:
        return a - b if kind is other else day(a) - day(b)
    raise BadValue(_cannot(a, b, "相减"))


def multiply(a: Any, b: Any, budget: Budget) -> Any:
    kind, other = type(a), type(b)
    if kind in NUMBERS and other in NUMBERS:
        return checked(a * b if kind is int and other is int else EXACT.multiply(a, b))
    if a is None or b is None:
        return None
    if kind is timedelta and other is int or kind is int and other is timedelta:
        return a * b
    raise BadValue(_cannot(a, b, "相乘"))


def divide(a: Any, b: Any, budget: Budget) -> Any:
    if a is None or b is None:
        return None
    if type(a) not in NUMBERS or type(b) not in NUMBERS:
        raise BadValue(_cannot(a, b, "相除"))
    if not b:
        raise BadValue("除数为零")
    return checked(EXACT.divide(Decimal(a), Decimal(b)))


def floor_divide(a: Any, b: Any, budget: Budget) -> Any:
    if type(a) is int and type(b) is int and b:
        return a // b
    quotient = divide(a, b, budget)
    return None if quotient is None else quotient.to_integral_value(decimal.ROUND_FLOOR, EXACT)


def remainder(a: Any, b: Any, budget: Budget) -> Any:
    if type(a) is int and type(b) is int and b:
        return a % b
    whole = floor_divide(a, b, budget)
    return None if whole is None else subtract(a, multiply(b, whole, budget), budget)


def _whole_days(length: timedelta) -> timedelta:
    if length % timedelta(days=1):
        raise BadValue("日期只能加减整天")
    return length


def _cannot(a: Any, b: Any, verb: str) -> str:
    return f"{NAMES[type(a)]}与{NAMES[type(b)]}不能{verb}"
