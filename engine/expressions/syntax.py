"""Turns the syntax tree of an expression into closures; what the language does not have is refused here."""

from __future__ import annotations

import ast
import re
from collections import Counter
from typing import Any

from engine.expressions import operations
from engine.expressions.functions import BUILT_IN
from engine.expressions.operations import Closure, Run
from engine.expressions.values import SCALARS, BadExpression, BadValue, decimal_of, plain

MAX_DEPTH = 40
REPEATED = frozenset({"all", "previous", "count"})  # functions whose first argument is a step
_CONSTANTS = {"true": "True", "false": "False", "null": "None", "none": "None"}


Place = tuple[int, int]


def size(node: ast.AST) -> int:
    """Count the expressions in a tree: what the limits and the budget are reckoned in."""
    return sum(isinstance(part, (ast.expr, ast.comprehension)) for part in ast.walk(node))


class Compiler:
    """Walks the syntax tree once; each node that the language has becomes a closure, any other is refused."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = text.splitlines() or [""]
        self.references: set[tuple[str, str | None]] = set()
        self.bare: Counter[str] = Counter()  # names read without a field
        self.calls: set[tuple[str, str | None]] = set()
        self.bound: list[str] = []
        self.ever_bound: set[str] = set()
        self.depth = 0
        self.outer: ast.AST | None = None

    def visit(self, node: ast.AST) -> Closure:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.refused(node, f"嵌套超过 {MAX_DEPTH} 层")
        handle = getattr(self, f"visit_{type(node).__name__}", None)
        if handle is None:
            raise self.refused(node, f"不能使用{_WORDS.get(type(node), ' ' + type(node).__name__)}")
        closure = handle(node)
        self.depth -= 1
        return closure

    def place(self, node: ast.AST) -> Place:
        """Return line and byte offset; those of the whole f-string where Python 3.11 has none inside."""
        node = self.outer or node
        return getattr(node, "lineno", 1), getattr(node, "col_offset", 0)

    def refused(self, node: ast.AST | Place, message: str) -> BadExpression:
        line, offset = node if isinstance(node, tuple) else self.place(node)
        before = self.lines[line - 1].encode()[:offset] if line <= len(self.lines) else b""
        row = f"第 {line} 行" if len(self.lines) > 1 else ""
        character = len(before.decode(errors="ignore")) + 1
        return BadExpression(f"{row}第 {character} 个字符：{message}", self.text)

    def guarded(self, node: ast.AST, closure: Closure) -> Closure:
        """Let what goes wrong in a closure be told with its place."""
        place = self.place(node)

        def run_guarded(run: Run) -> Any:
            try:
                return closure(run)
            except BadValue as error:
                raise self.refused(place, str(error)) from None
            except (ArithmeticError, ValueError, TypeError, LookupError) as error:
                raise self.refused(place, "无法计算，或超出范围") from error

        return run_guarded

    def visit_Constant(self, node: ast.Constant) -> Closure:
        value = node.value
        if type(value) is float:
            value = self._decimal(node)
        elif type(value) not in SCALARS:
            raise self.refused(node, "不能使用这种常量")
        try:
            value = plain(value)
        except BadValue as error:
            raise self.refused(node, str(error)) from None
        return lambda run: value

    def _decimal(self, node: ast.Constant) -> Any:
        written = ast.get_source_segment(self.text, node) or ""
        exact = re.fullmatch(r"[0-9_]*\.?[0-9_]*([eE][+-]?[0-9]+)?", written) and self.outer is None
        try:
            return decimal_of(written.replace("_", "") if exact else repr(node.value))
        except BadValue as error:
            raise self.refused(node, str(error)) from None

    def visit_Name(self, node: ast.Name) -> Closure:
        name = node.id
        if name.startswith("_"):
            raise self.refused(node, f"名称 {name} 不能以下划线开头")
        if name in self.bound:
            return lambda run: run.bound[name]
        if name in BUILT_IN:
            raise self.refused(node, f"{name} 是函数，后面要有括号")
        if name in _CONSTANTS:
            raise self.refused(node, f"{name} 要写作 {_CONSTANTS[name]}")
        self.bare[name] += 1
        place = self.place(node)

        def read(run: Run) -> Any:
            try:
                return plain(run.names[name])
            except KeyError:
                raise self.refused(place, f"没有名为 {name} 的步骤或值") from None
            except BadValue as error:
                raise self.refused(place, f"{name}：{error}") from None

        return read

    def visit_Attribute(self, node: ast.Attribute) -> Closure:
        if node.attr.startswith("_"):
            raise self.refused(node, f"名称 {node.attr} 不能以下划线开头")
        owner = self.visit(node.value)
        step, named = _step_of(node.value)
        if step and not (named and step in self.bound):
            self.bare[step] -= named
            self.references.add((step, node.attr))
        return self.guarded(node, operations.attribute(owner, node.attr))

    def visit_Subscript(self, node: ast.Subscript) -> Closure:
        if isinstance(node.slice, ast.Slice):
            raise self.refused(node, "不能使用切片")
        return self.guarded(node, operations.subscript(self.visit(node.value), self.visit(node.slice)))

    def visit_List(self, node: ast.List | ast.Tuple) -> Closure:
        parts = [self.visit(part) for part in node.elts]
        return lambda run: [part(run) for part in parts]

    visit_Tuple = visit_List

    def visit_Dict(self, node: ast.Dict) -> Closure:
        keys = [key.value if type(key) is ast.Constant else None for key in node.keys]
        if not all(type(key) is str for key in keys):
            raise self.refused(node, "记录的字段名必须是引号里的文本")
        values = [self.visit(value) for value in node.values]
        return lambda run: {key: value(run) for key, value in zip(keys, values, strict=True)}

    def visit_UnaryOp(self, node: ast.UnaryOp) -> Closure:
        operand = self.visit(node.operand)
        if type(node.op) is ast.Not:
            return lambda run: not operand(run)
        if type(node.op) not in (ast.USub, ast.UAdd):
            raise self.refused(node, "不能使用运算符 ~")
        return self.guarded(node, operations.signed(operand, type(node.op) is ast.USub))

    def visit_BinOp(self, node: ast.BinOp) -> Closure:
        operate = operations.BINARY.get(type(node.op))
        if operate is None:
            raise self.refused(node, "只能用 + - * / // % 运算")
        left, right = self.visit(node.left), self.visit(node.right)
        return self.guarded(node, lambda run: operate(left(run), right(run), run))

    def visit_BoolOp(self, node: ast.BoolOp) -> Closure:
        stops_at = type(node.op) is ast.Or
        *first, last = [self.visit(value) for value in node.values]

        def connect(run: Run) -> Any:
            for closure in first:
                value = closure(run)
                if bool(value) is stops_at:
                    return value
            return last(run)

        return connect

    def visit_Compare(self, node: ast.Compare) -> Closure:
        tests = []
        for operator, right in zip(node.ops, node.comparators, strict=True):
            if type(operator) in (ast.Is, ast.IsNot) and not (
                type(right) is ast.Constant and (right.value is None or type(right.value) is bool)
            ):
                raise self.refused(node, "is 后面只能是 None、True 或 False；比较请用 ==")
            tests.append((operations.COMPARE[type(operator)], self.visit(right)))
        return self.guarded(node, operations.compared(self.visit(node.left), tests))

    def visit_IfExp(self, node: ast.IfExp) -> Closure:
        test, then, otherwise = self.visit(node.test), self.visit(node.body), self.visit(node.orelse)
        return lambda run: then(run) if test(run) else otherwise(run)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> Closure:
        outermost, self.outer = self.outer, self.outer or node
        parts = [self.visit(part) for part in node.values]
        self.outer = outermost
        return self.guarded(node, operations.joined_text(parts))

    def visit_FormattedValue(self, node: ast.FormattedValue) -> Closure:
        if node.format_spec is not None or node.conversion != -1:
            raise self.refused(node, "花括号里只能是表达式，不能带格式")
        return self.visit(node.value)

    def visit_ListComp(self, node: ast.ListComp | ast.GeneratorExp) -> Closure:
        loop, *more = node.generators
        if more or loop.is_async or type(loop.target) is not ast.Name:
            raise self.refused(node, "只能写一个 for 名称 in 列表")
        name = loop.target.id
        if name.startswith("_") or name in BUILT_IN:
            raise self.refused(loop.target, f"循环变量不能叫 {name}")
        source = self.visit(loop.iter)
        self.ever_bound.add(name)
        self.bound.append(name)
        tests = [self.visit(test) for test in loop.ifs]
        element = self.visit(node.elt)
        self.bound.pop()
        steps = 1 + sum(map(size, (node.elt, *loop.ifs)))
        return self.guarded(node, operations.looped(name, source, tests, element, steps))

    visit_GeneratorExp = visit_ListComp

    def visit_Call(self, node: ast.Call) -> Closure:
        if not all(key.arg and not key.arg.startswith("_") for key in node.keywords):
            raise self.refused(node, "参数名不能以下划线开头，也不能用 ** 展开")
        arguments = [self.visit(value) for value in node.args]
        keywords = [(str(key.arg), self.visit(key.value)) for key in node.keywords]
        if type(node.func) is ast.Attribute:
            return self._method(node, node.func, arguments, bool(keywords))
        if type(node.func) is not ast.Name or node.func.id.startswith("_") or node.func.id in self.bound:
            raise self.refused(node, "只能调用函数")
        name = node.func.id
        first = node.args[0].value if node.args and type(node.args[0]) is ast.Constant else None
        self.calls.add((name, first if type(first) is str else None))
        return self.guarded(node, operations.called(name, arguments, keywords))

    def _method(self, node: ast.Call, method: ast.Attribute, arguments: list[Closure], named: bool) -> Closure:
        if method.attr not in operations.TEXT_METHODS or named:
            raise self.refused(node, f"没有方法 {method.attr}")
        return self.guarded(node, operations.method(method.attr, self.visit(method.value), arguments))


def _step_of(node: ast.expr) -> tuple[str, bool]:
    """Return the step whose record an attribute is read from, and whether it stands there as a name.

    `plan.x` and `plan[0].x` name it; `previous('plan').x` asks for it.
    """
    while type(node) is ast.Subscript:
        node = node.value
    if type(node) is ast.Name:
        return node.id, True
    if type(node) is ast.Call and type(node.func) is ast.Name and node.func.id in REPEATED and node.args:
        first = node.args[0]
        if type(first) is ast.Constant and type(first.value) is str:
            return first.value, False
    return "", False


_WORDS: dict[type, str] = {
    ast.Lambda: " lambda",
    ast.NamedExpr: "赋值符 :=",
    ast.Set: "集合",
    ast.SetComp: "集合",
    ast.DictComp: "字典推导",
    ast.Starred: " * 展开",
}
