"""A decision table ready to decide: which rules hit, by the hit policy UNIQUE, FIRST or COLLECT."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.decisions.cells import Test
from engine.errors import Broken
from engine.expressions import BadExpression, Expression, evaluate
from engine.expressions.values import BadValue


class BadTable(Exception):
    """A file that is no decision table of ours; says at which rule and column, counted from 1."""

    def __init__(self, reason: str, row: int | None = None, column: int | None = None) -> None:
        place = "".join([f"第 {row} 行" if row is not None else "", f"第 {column} 列" if column is not None else ""])
        super().__init__(f"{place}：{reason}" if place else reason)
        self.reason, self.row, self.column = reason, row, column


@dataclass(frozen=True)
class Rule:
    """One row: a test for each input (None lets everything through) and an expression for each output."""

    number: int
    tests: tuple[Test | None, ...]
    outputs: tuple[Expression, ...]


@dataclass(frozen=True)
class DecisionTable:
    """A table as deployed; columns are counted from 1 as the reader sees them."""

    id: str
    name: str
    hit_policy: str
    inputs: tuple[Expression, ...]
    outputs: tuple[str, ...]
    rules: tuple[Rule, ...]
    labels: tuple[str, ...] = ()  # what people read above each input
    titles: tuple[str, ...] = ()  # and above each output

    def decide(
        self, names: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]]
    ) -> dict[str, Any] | list[dict[str, Any]]:
        """Return the outputs of the rule that hits (all None where none does); with COLLECT those of every one.

        Raises Broken where two rules of a UNIQUE table hit, or where a cell cannot be worked out.
        """
        found = [said for _, said in self.found(names, functions)]
        if self.hit_policy == "COLLECT":
            return found
        return found[0] if found else dict.fromkeys(self.outputs)

    def found(
        self, names: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]]
    ) -> list[tuple[Rule, dict[str, Any]]]:
        """Return the rules that hit, each with its outputs; raises as `decide`."""
        given = [
            self._worked_out(source, names, functions, column=column)
            for column, source in enumerate(self.inputs, start=1)
        ]
        hits = []
        for rule in self.rules:
            if self._hits(rule, given):
                hits.append(rule)
                if self.hit_policy == "FIRST":
                    break
        if self.hit_policy == "UNIQUE" and len(hits) > 1:
            numbers = "、".join(str(rule.number) for rule in hits)
            raise self._broken(f"第 {numbers} 行规则同时命中，而该表只允许命中一行")
        return [(rule, self._said(rule, names, functions)) for rule in hits]

    def expressions(self) -> list[tuple[str, Expression]]:
        """Return what must be checked against the case file, with its place."""
        found = [(f"第 {column} 列输入", source) for column, source in enumerate(self.inputs, start=1)]
        for rule in self.rules:
            for column, source in enumerate(rule.outputs, start=len(self.inputs) + 1):
                found.append((f"第 {rule.number} 行第 {column} 列", source))
        return found

    def _hits(self, rule: Rule, given: list[Any]) -> bool:
        for column, (test, value) in enumerate(zip(rule.tests, given, strict=True), start=1):
            try:
                if test is not None and not test(value):
                    return False
            except BadValue as error:
                raise self._broken(str(error), rule.number, column) from None
        return True

    def _said(
        self, rule: Rule, names: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]]
    ) -> dict[str, Any]:
        first = len(self.inputs) + 1
        return {
            name: self._worked_out(source, names, functions, rule.number, column)
            for column, (name, source) in enumerate(zip(self.outputs, rule.outputs, strict=True), start=first)
        }

    def _worked_out(
        self,
        source: Expression,
        names: Mapping[str, Any],
        functions: Mapping[str, Callable[..., Any]],
        row: int | None = None,
        column: int | None = None,
    ) -> Any:
        try:
            return evaluate(source, names, functions)
        except BadExpression as error:
            raise self._broken(f"{source.source}：{error}", row, column) from None

    def _broken(self, reason: str, row: int | None = None, column: int | None = None) -> Broken:
        return Broken(f"决策表“{self.name}”{BadTable(reason, row, column)}")
