"""Says at deploy which names, fields and functions of an expression nobody declares."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Collection, Mapping
from typing import Any

from engine.expressions.functions import BUILT_IN
from engine.expressions.language import Expression, compile, parsed
from engine.expressions.syntax import REPEATED
from engine.expressions.values import BadExpression

# What is known of a value: None is anything; a set names the fields; a mapping also says what lies in each.
Shape = Collection[str] | Mapping[str, Any] | None


def check(source: str | Expression, names: Mapping[str, Shape], functions: Collection[str]) -> list[str]:
    """Return what is wrong with an expression, in Chinese; an empty list where it may be deployed."""
    try:
        expression = compile(source) if isinstance(source, str) else source
    except BadExpression as error:
        return [str(error)]
    checker = _Checker(names, functions)
    checker.shape(parsed(expression.source))
    return list(dict.fromkeys(checker.problems))


class _Checker:
    def __init__(self, names: Mapping[str, Shape], functions: Collection[str]) -> None:
        self.names = dict(names)
        self.functions = functions
        self.problems: list[str] = []

    def shape(self, node: ast.AST) -> Shape:
        """Return what is known of the value of a node, noting every unknown name below it."""
        handle = getattr(self, f"shape_{type(node).__name__}", None)
        if handle is not None:
            return handle(node)
        for child in ast.iter_child_nodes(node):
            self.shape(child)
        return None

    def shape_Name(self, node: ast.Name) -> Shape:
        return self.step(node.id)

    def step(self, name: str) -> Shape:
        if name not in self.names:
            self.problems.append(f"没有步骤或名称 {name}{_perhaps(name, self.names)}")
        return self.names.get(name)

    def shape_Attribute(self, node: ast.Attribute) -> Shape:
        owner = self.shape(node.value)
        if owner is None:
            return None
        if node.attr not in owner:
            problem = f"{ast.unparse(node.value)} 没有字段 {node.attr}"
            self.problems.append(problem + _perhaps(node.attr, owner))
        return owner.get(node.attr) if isinstance(owner, Mapping) else None

    def shape_Subscript(self, node: ast.Subscript) -> Shape:
        self.shape(node.slice)
        owner = self.shape(node.value)
        return None if type(node.slice) is ast.Constant and type(node.slice.value) is str else owner

    def shape_Call(self, node: ast.Call) -> Shape:
        for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
            self.shape(argument)
        if type(node.func) is not ast.Name:
            self.shape(node.func.value)
            return None
        name = node.func.id
        if name not in BUILT_IN and name not in self.functions:
            known = [*BUILT_IN, *self.functions]
            self.problems.append(f"没有函数 {name}{_perhaps(name, known)}")
        first = node.args[0].value if node.args and type(node.args[0]) is ast.Constant else None
        if name in REPEATED and type(first) is str:
            shape = self.step(first)
            return None if name == "count" else _signed(shape) if name == "all" else shape
        # `linked('coercion')` among the names says what each case of that call holds.
        return self.names.get(f"{name}({first!r})")

    def shape_ListComp(self, node: ast.ListComp | ast.GeneratorExp) -> Shape:
        loop = node.generators[0]
        shape = self.shape(loop.iter)
        outer = self.names
        self.names = outer | {loop.target.id: shape}
        for part in (*loop.ifs, node.elt):
            found = self.shape(part)
        self.names = outer
        return found

    shape_GeneratorExp = shape_ListComp

    def shape_IfExp(self, node: ast.IfExp) -> Shape:
        for part in (node.test, node.body, node.orelse):
            self.shape(part)
        return None


def _signed(shape: Shape) -> Shape:
    # Each of all('step') also says who answered, when, and for which item.
    if shape is None:
        return None
    inner = shape if isinstance(shape, Mapping) else dict.fromkeys(shape)
    return {"by": None, "at": None, "item": None, **inner}


def _perhaps(name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name, list(known), 1)
    return f"（是否为 {near[0]}？）" if near else ""
