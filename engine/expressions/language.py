"""Compiles and evaluates an expression under a budget; no text ever becomes Python code."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from engine.expressions.functions import BUILT_IN
from engine.expressions.operations import Closure, Functions, Names, Run
from engine.expressions.syntax import Compiler, size
from engine.expressions.values import MAX_STEPS, SCALARS, BadExpression, BadValue, Budget, result

MAX_SOURCE = 2_000
MAX_NODES = 300
MAX_LINES = 100
_ESCAPE = re.compile(r"\\(.?)", re.DOTALL)


@dataclass(frozen=True, eq=False)
class Expression:
    """A compiled expression; `references` and `calls` say what it reads, for whoever must know beforehand."""

    source: str
    references: frozenset[tuple[str, str | None]]
    calls: frozenset[tuple[str, str | None]]
    _bound: frozenset[str] = field(repr=False)
    _steps: int = field(repr=False)
    _body: Closure = field(repr=False)

    def __call__(self, names: Names, functions: Functions) -> Any:
        """Work the expression out; raises BadExpression where that cannot be done."""
        if self._bound and not self._bound.isdisjoint(functions):
            raise BadExpression("循环变量不能与函数同名", self.source)
        run = Run(names, functions, self._steps)
        value = self._body(run)
        if type(value) in SCALARS:
            return value
        try:
            return result(value, Budget())
        except BadValue as error:
            raise BadExpression(str(error), self.source) from None


def evaluate(expression: str | Expression, names: Names, functions: Functions) -> Any:
    """Return the plain value of an expression over these names and functions."""
    return (compile(expression) if isinstance(expression, str) else expression)(names, functions)


@lru_cache(maxsize=4096)
def compile(source: str) -> Expression:
    """Turn a text into an expression, refusing whatever is not in the language."""
    text = source.strip()
    if not text:
        raise BadExpression("表达式为空", source)
    if len(text) > MAX_SOURCE:
        raise BadExpression(f"表达式超过 {MAX_SOURCE} 字", source[:MAX_SOURCE])
    for escape in _ESCAPE.finditer(text):
        if escape[1] not in tuple("n\\'\""):
            raise BadExpression(f"第 {escape.start() + 1} 个字符：反斜线后面只能是 n、引号或反斜线", source)
    tree = parsed(text)
    if (nodes := size(tree)) > MAX_NODES:
        raise BadExpression(f"表达式超过 {MAX_NODES} 个成分，请拆开", source)
    compiler = Compiler(text)
    body = compiler.visit(tree)
    return Expression(
        source=text,
        references=frozenset(compiler.references | {(name, None) for name in +compiler.bare}),
        calls=frozenset(compiler.calls),
        _bound=frozenset(compiler.ever_bound),
        _steps=MAX_STEPS - nodes,
        _body=body,
    )


def assignments(script: str) -> list[tuple[str, Expression]]:
    """Split the lines `name = expression` of a script step."""
    if len(script) > 10 * MAX_SOURCE:
        raise BadExpression(f"脚本超过 {10 * MAX_SOURCE} 字", script[:MAX_SOURCE])
    tree = _parsed(script, "exec")
    if len(tree.body) > MAX_LINES:
        raise BadExpression(f"脚本超过 {MAX_LINES} 行", script)
    found: dict[str, Expression] = {}
    for line in tree.body:
        place = f"第 {line.lineno} 行："
        if type(line) is not ast.Assign or len(line.targets) != 1 or type(line.targets[0]) is not ast.Name:
            raise BadExpression(f"{place}只能写“名称 = 表达式”", script)
        name = line.targets[0].id
        if name.startswith("_") or name in BUILT_IN or name in found:
            raise BadExpression(f"{place}名称 {name} 不能用，或已经用过", script)
        try:
            found[name] = compile((ast.get_source_segment(script, line) or "").partition("=")[2])
        except BadExpression as error:
            raise BadExpression(f"{place}{error}", script) from None
    return list(found.items())


def parsed(text: str) -> ast.expr:
    """Return the syntax tree of a text, whatever it holds."""
    if "\n" not in text:
        return _parsed(text, "eval").body
    # brackets let an expression run over several lines; it must not reach out of them, as in `1)\n+(2`
    tree = _parsed(f"(\n{text}\n)", "eval", above=1).body
    if tree.lineno == 1:
        raise BadExpression("括号没有成对", text)
    ast.increment_lineno(tree, -1)
    return tree


def _parsed(text: str, mode: str, above: int = 0) -> Any:
    try:
        return ast.parse(text, mode=mode)
    except SyntaxError as error:
        line = (error.lineno or 1) - above
        character = error.offset or len(text) + 1  # 0: the text ends too early
        place = f"第 {line} 行" if "\n" in text else f"第 {character} 个字符"
        raise BadExpression(f"{place}：{_in_chinese(error.msg)}", text) from None
    except (ValueError, RecursionError, MemoryError):
        raise BadExpression("表达式无法识别，或嵌套过深", text) from None


def _in_chinese(message: str) -> str:
    if "invalid character" in message or "non-printable" in message:
        return "有不能使用的字符，请改用英文标点"
    if "unterminated" in message:
        return "引号没有成对"
    if "never closed" in message or "unmatched" in message or "does not match" in message:
        return "括号没有成对"
    if "==" in message:
        return "判断相等要写 =="
    return "写法有误"
