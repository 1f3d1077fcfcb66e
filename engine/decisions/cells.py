"""The cells of a decision table: FEEL unary tests as people write them in dmn-js, and nothing more of FEEL."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from engine.expressions import BadExpression, compile
from engine.expressions.language import Expression
from engine.expressions.values import NAMES, BadValue, Budget, decimal_of, equals, order, plain

Test = Callable[[Any], bool]

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<text>"(?:[^"\\]|\\.)*")
    | (?P<number>-?[0-9]+(?:\.[0-9]+)?(?!\w))
    | (?P<word>date[ ]and[ ]time|[A-Za-z_]\w*)
    | (?P<sign>\.\.|<=|>=|<|>|[\[\](),])
    )""",
    re.VERBOSE | re.ASCII,
)
_WORDS = {"true": True, "false": False, "null": None}
_CHINESE_MARKS = re.compile("[“”‘’，（）《》＜＞【】]")


def test(text: str) -> Test | None:
    """Translate an input cell; None where it lets everything through. Raises BadValue with the reason."""
    text = text.strip()
    if text in ("", "-"):
        return None
    cell = _Cell(text)
    negated = cell.word("not")
    if negated:
        cell.expect("(")
    tests = [cell.test()]
    while cell.sign(","):
        tests.append(cell.test())
    if negated:
        cell.expect(")")
    if cell.tokens:
        raise cell.unreadable()
    if negated:
        return lambda value: not any(passes(value) for passes in tests)
    return tests[0] if len(tests) == 1 else lambda value: any(passes(value) for passes in tests)


def output(text: str) -> Expression:
    """Translate an output cell: a literal, or an expression of the language; an empty one gives None."""
    text = text.strip()
    if text in ("", "-"):
        return compile("None")
    try:
        return compile(str(_WORDS[text]) if text in _WORDS else text)
    except BadExpression as error:
        raise BadValue(str(error)) from None


class _Cell:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[tuple[str, str]] = []
        at = 0
        while at < len(text.rstrip()):
            found = _TOKEN.match(text, at)
            if found is None:
                raise self.unreadable()
            self.tokens.append((found.lastgroup or "", found[found.lastgroup or 0]))
            at = found.end()

    def unreadable(self) -> BadValue:
        hint = "，标点和引号请用英文的" if _CHINESE_MARKS.search(self.text) else ""
        return BadValue(f"看不懂单元格 {self.text[:60]}{hint}；可以写值、逗号列表、not(…)、< <= > >= 和 [a..b]")

    def next(self, kind: str, *wanted: str) -> str | None:
        if self.tokens and self.tokens[0][0] == kind and (not wanted or self.tokens[0][1] in wanted):
            return self.tokens.pop(0)[1]
        return None

    def sign(self, *wanted: str) -> str | None:
        return self.next("sign", *wanted)

    def word(self, wanted: str) -> bool:
        return self.next("word", wanted) is not None

    def expect(self, sign: str) -> None:
        if not self.sign(sign):
            raise self.unreadable()

    def test(self) -> Test:
        if (sign := self.sign("<", "<=", ">", ">=")) is not None:
            return _compared(sign, self.bound())
        if (left := self.sign("[", "]", "(")) is not None:
            low = self.bound()
            self.expect("..")
            high = self.bound()
            right = self.sign("]", "[", ")")
            if right is None:
                raise self.unreadable()
            if order(low, high) == 1:
                raise BadValue(f"区间 {self.text[:60]} 的下限大于上限")
            above = _compared(">=" if left == "[" else ">", low)
            below = _compared("<=" if right == "]" else "<", high)
            return lambda value: above(value) and below(value)
        wanted = self.literal()
        return lambda value: equals(value, wanted, Budget())

    def bound(self) -> Any:
        value = self.literal()
        if value is None or type(value) is bool:
            raise BadValue(f"{NAMES[type(value)]}没有大小")
        return value

    def literal(self) -> Any:
        if (text := self.next("text")) is not None:
            return plain(re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], text[1:-1]))
        if (number := self.next("number")) is not None:
            return decimal_of(number) if "." in number else plain(int(number))
        word = self.next("word", *_WORDS, "date", "date and time")
        if word is None:
            raise self.unreadable()
        if word in _WORDS:
            return _WORDS[word]
        self.expect("(")
        text = self.next("text")
        self.expect(")")
        return _moment(word, (text or "").strip('"'))


def _compared(sign: str, bound: Any) -> Test:
    wanted = {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1)}[sign]
    return lambda value: order(value, bound) in wanted


def _moment(word: str, text: str) -> Any:
    try:
        if word == "date" and re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
            return date.fromisoformat(text)
        if word == "date and time" and "T" in text:
            return plain(datetime.fromisoformat(text))
    except ValueError:
        pass
    raise BadValue(f'{text[:40]} 不是日期；写作 date("2026-01-01")')
