"""The closures of a compiled expression: reading, computing, comparing, looping, calling."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from engine.errors import OfficeError
from engine.expressions import arithmetic, values
from engine.expressions.functions import ATTRIBUTES, BUILT_IN, TEXT_METHODS
from engine.expressions.values import NAMES, NUMBERS, RECORDS, Answers, BadExpression, BadValue, Budget, plain

Names = Mapping[str, Any]
Functions = Mapping[str, Callable[..., Any]]
Closure = Callable[["Run"], Any]
OFFICE_CALL_STEPS = 50  # a function of the case file may read the database

BINARY: dict[type, Callable[[Any, Any, Budget], Any]] = {
    ast.Add: arithmetic.add,
    ast.Sub: arithmetic.subtract,
    ast.Mult: arithmetic.multiply,
    ast.Div: arithmetic.divide,
    ast.FloorDiv: arithmetic.floor_divide,
    ast.Mod: arithmetic.remainder,
}


def _before(a: Any, b: Any, budget: Budget) -> bool:
    return values.order(a, b) == -1


def _after(a: Any, b: Any, budget: Budget) -> bool:
    return values.order(a, b) == 1


def _not_after(a: Any, b: Any, budget: Budget) -> bool:
    return values.order(a, b) in (-1, 0)


def _not_before(a: Any, b: Any, budget: Budget) -> bool:
    return values.order(a, b) in (0, 1)


COMPARE: dict[type, Callable[[Any, Any, Budget], bool]] = {
    ast.Eq: values.equals,
    ast.NotEq: lambda a, b, budget: not values.equals(a, b, budget),
    ast.Lt: _before,
    ast.LtE: _not_after,
    ast.Gt: _after,
    ast.GtE: _not_before,
    ast.In: values.contains,
    ast.NotIn: lambda a, b, budget: not values.contains(a, b, budget),
    ast.Is: lambda a, b, budget: a is b,
    ast.IsNot: lambda a, b, budget: a is not b,
}


class Run(Budget):
    """One evaluation: what the names and functions stand for, and the steps left."""

    __slots__ = ("bound", "functions", "names")

    def __init__(self, names: Names, functions: Functions, steps: int) -> None:
        super().__init__(steps)
        self.names = names
        self.functions = functions
        self.bound: dict[str, Any] = {}


def compared(left: Closure, tests: list[tuple[Callable[..., bool], Closure]]) -> Closure:
    """Compare in a chain, as in 1 < x <= 5."""
    if len(tests) == 1:
        ((test, right),) = tests
        return lambda run: test(left(run), right(run), run)

    def chain(run: Run) -> bool:
        value = left(run)
        for test, right in tests:
            following = right(run)
            if not test(value, following, run):
                return False
            value = following
        return True

    return chain


def attribute(owner: Closure, name: str) -> Closure:
    """Read a field of a record, or a part of a date, moment or duration; nothing of None is None."""

    def read(run: Run) -> Any:
        value = owner(run)
        kind = type(value)
        if kind is Answers:
            return plain(value.get(name))
        if kind is dict:
            if name not in value:
                raise BadValue(f"没有字段 {name}")
            return plain(value[name])
        if value is None:
            return None
        if (part := ATTRIBUTES.get((kind, name))) is None:
            raise BadValue(f"{NAMES[kind]}没有 {name}")
        return part(value)

    return read


def subscript(owner: Closure, index: Closure) -> Closure:
    """Take one item of a list or one field of a record."""

    def take(run: Run) -> Any:
        value, at = owner(run), index(run)
        kind = type(value)
        if value is None or at is None:
            return None
        if kind is list and type(at) is int:
            if not -len(value) <= at < len(value):
                raise BadValue(f"列表没有第 {at} 项")
            return plain(value[at])
        if kind in RECORDS and type(at) is str:
            if kind is dict and at not in value:
                raise BadValue(f"没有字段 {at}")
            return plain(value[at])
        raise BadValue(f"不能从{NAMES[kind]}里取这一项")

    return take


def signed(operand: Closure, negative: bool) -> Closure:
    def sign(run: Run) -> Any:
        value = operand(run)
        if value is None:
            return None
        if type(value) not in NUMBERS and type(value) is not timedelta:
            raise BadValue(f"{NAMES[type(value)]}没有正负")
        return -value if negative else value

    return sign


def joined_text(parts: list[Closure]) -> Closure:
    return lambda run: values.joined([values.text(part(run)) for part in parts], run)


def looped(name: str, source: Closure, tests: list[Closure], element: Closure, steps: int) -> Closure:
    """Collect `element` for each item of a list that passes the tests."""

    def collect(run: Run) -> list[Any]:
        items = source(run)
        if items is None:
            return []
        if type(items) is not list:
            raise BadValue(f"只能遍历列表，不能遍历{NAMES[type(items)]}")
        found = []
        hidden = run.bound.get(name)
        for item in items:
            run.charge(steps)
            run.bound[name] = plain(item)
            if all(test(run) for test in tests):
                found.append(element(run))
        run.bound[name] = hidden
        return found

    return collect


def called(name: str, arguments: list[Closure], keywords: list[tuple[str, Closure]]) -> Closure:
    """Call a function of the office, or else a built-in one; a name of the case file is never called."""
    built_in = BUILT_IN.get(name)

    def call(run: Run) -> Any:
        given = [argument(run) for argument in arguments]
        function = run.functions.get(name)
        # `all` is two words: all('step') asks the case file, all([...]) asks a list
        if built_in is not None and (function is None or name == "all" and not _is_step(given)):
            if keywords:
                raise BadValue(f"函数 {name} 没有带名称的参数")
            return _tried(name, built_in, run, given, {})
        if function is None:
            raise BadValue(f"没有函数 {name}")
        run.charge(OFFICE_CALL_STEPS)
        return plain(_tried(name, function, None, given, {key: value(run) for key, value in keywords}))

    return call


def method(name: str, owner: Closure, arguments: list[Closure]) -> Closure:
    """Call one of the few methods of a text."""
    carry_out = TEXT_METHODS[name]

    def call(run: Run) -> Any:
        value = owner(run)
        if value is None:
            return None
        if type(value) is not str:
            raise BadValue(f"{NAMES[type(value)]}没有方法 {name}")
        run.charge(len(value) // values.CHARACTERS_PER_STEP)
        return _tried(name, carry_out, run, [value, *(argument(run) for argument in arguments)], {})

    return call


def _is_step(given: list[Any]) -> bool:
    return len(given) == 1 and type(given[0]) is str


def _tried(name: str, function: Callable[..., Any], run: Any, given: list[Any], named: dict[str, Any]) -> Any:
    try:
        return function(run, *given) if run is not None else function(*given, **named)
    except (BadExpression, OfficeError):
        raise
    except BadValue as error:
        raise BadValue(f"{name}：{error}") from None
    except (TypeError, ValueError, ArithmeticError, LookupError) as error:
        raise BadValue(f"函数 {name} 的参数不对，或结果超出范围") from error
