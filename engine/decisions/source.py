"""Reads a DMN 1.3 file safely and translates every cell; what does not translate is refused with its place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from lxml import etree

from engine.decisions import cells
from engine.decisions.table import BadTable, DecisionTable, Rule
from engine.expressions import BadExpression, Expression, compile
from engine.expressions.values import BadValue

DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"
MAX_SIZE = 2_000_000
MAX_RULES = 2_000
HIT_POLICIES = ("UNIQUE", "FIRST", "COLLECT")


def load(data: bytes) -> DecisionTable:
    """Read the one decision of a file; raises BadTable with the reason in Chinese."""
    decision = _decision(_root(data))
    tables = _children(decision, "decisionTable")
    if len(tables) != 1 or _children(decision, "literalExpression"):
        raise BadTable("每个文件只能有一个决策，且必须是决策表")
    table = tables[0]
    policy = table.get("hitPolicy", "UNIQUE")
    if policy not in HIT_POLICIES or table.get("aggregation"):
        policy = f"{policy} {table.get('aggregation', '')}".strip()
        raise BadTable(f"命中策略 {policy} 不支持，可用 UNIQUE、FIRST、COLLECT（不带聚合）")
    columns = _children(table, "input")
    inputs = [_input(node, column) for column, node in enumerate(columns, start=1)]
    outputs = _outputs(table, first=len(inputs) + 1)
    rows = _children(table, "rule")
    if len(rows) > MAX_RULES:
        raise BadTable(f"规则超过 {MAX_RULES} 行")
    return DecisionTable(
        id=decision.get("id", ""),
        name=decision.get("name") or decision.get("id", ""),
        hit_policy=policy,
        inputs=tuple(inputs),
        outputs=tuple(outputs),
        rules=tuple(_rule(node, number, len(inputs), len(outputs)) for number, node in enumerate(rows, start=1)),
        labels=tuple(node.get("label") or source.source for node, source in zip(columns, inputs, strict=True)),
        titles=tuple(node.get("label") or node.get("name") for node in _children(table, "output")),
    )


def _root(data: bytes) -> etree._Element:
    if len(data) > MAX_SIZE:
        raise BadTable(f"文件超过 {MAX_SIZE // 1_000_000} MB")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BadTable(f"不是可读的 XML 文件：{str(error)[:120]}") from None
    if root.getroottree().docinfo.internalDTD is not None or root.getroottree().docinfo.doctype:
        raise BadTable("文件不得带有 DOCTYPE")
    return root


def _decision(root: etree._Element) -> etree._Element:
    name = etree.QName(root)
    if name.localname != "definitions" or name.namespace != DMN:
        raise BadTable(f"不是 DMN 1.3 文件（命名空间应为 {DMN}），请在决策表编辑器中另存")
    decisions = _children(root, "decision")
    if len(decisions) != 1:
        raise BadTable(f"每个文件只能有一个决策，这里有 {len(decisions)} 个")
    if not decisions[0].get("id", "").isidentifier():
        raise BadTable("决策没有 id，或 id 不是字母、数字和下划线")
    return decisions[0]


def _input(node: etree._Element, column: int) -> Expression:
    expressions = _children(node, "inputExpression")
    source = _text(expressions[0]) if expressions else ""
    label = node.get("label") or source
    if not source:
        raise BadTable(f"输入“{label}”没有表达式", column=column)
    _require_feel([node, *expressions], None, column)
    try:
        return compile(source)
    except BadExpression as error:
        raise BadTable(f"输入“{label}”的表达式 {source[:60]}：{error}", column=column) from None


def _outputs(table: etree._Element, first: int) -> list[str]:
    names: list[str] = []
    for column, node in enumerate(_children(table, "output"), start=first):
        name = node.get("name", "")
        if not name.isidentifier() or name.startswith("_"):
            raise BadTable(f"输出“{node.get('label') or name}”的名称必须是字母、数字和下划线", column=column)
        if name in names:
            raise BadTable(f"输出名称 {name} 重复", column=column)
        names.append(name)
    if not names:
        raise BadTable("决策表没有输出列")
    return names


def _rule(node: etree._Element, number: int, inputs: int, outputs: int) -> Rule:
    given, said = _children(node, "inputEntry"), _children(node, "outputEntry")
    if len(given) != inputs or len(said) != outputs:
        raise BadTable(f"应有 {inputs} 个输入和 {outputs} 个输出单元格", row=number)
    _require_feel([*given, *said], number, None)
    tests, expressions = [], []
    for column, entry in enumerate(given, start=1):
        with _placed(number, column):
            tests.append(cells.test(_text(entry)))
    for column, entry in enumerate(said, start=inputs + 1):
        with _placed(number, column):
            expressions.append(cells.output(_text(entry)))
    return Rule(number, tuple(tests), tuple(expressions))


def _require_feel(nodes: list[etree._Element], row: int | None, column: int | None) -> None:
    for node in nodes:
        language = node.get("expressionLanguage", "feel").rstrip("/").rsplit("/", 1)[-1].lower()
        if language != "feel":
            raise BadTable(f"不支持表达式语言 {language}，请改为 FEEL", row, column)


@contextmanager
def _placed(row: int, column: int) -> Iterator[None]:
    try:
        yield
    except BadValue as error:
        raise BadTable(str(error), row, column) from None


def _children(node: etree._Element, name: str) -> list[etree._Element]:
    return node.findall(f"{{{DMN}}}{name}")


def _text(node: etree._Element) -> str:
    return (node.findtext(f"{{{DMN}}}text") or "").strip()
