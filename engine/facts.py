"""What the crime watch asks of a case: the inputs of the referral table, by expressions of the case's own process."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

from engine.decisions import DecisionTable

PROCESS = "judicial_referral"
TABLE = "dmn_referral_threshold"
FILE = "facts.toml"
# Whom the watch concerns: handlers, their heads, legal staff.
ANSWERING = ("case_handler", "co_handler", "legal_officer", "legal_reviewer")
SEEING = frozenset({*ANSWERING, "unit_head", "deputy_head", "agency_head"})
ACTS = frozenset({"crime watch hit", "crime watch answered", "crime watch referred"})
OUTPUTS = ("row", "crime", "article", "note")


def read(data: bytes) -> dict[str, str]:
    """Return the expression for each input that a facts.toml gives; raises ValueError in Chinese."""
    try:
        table = tomllib.loads(data.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"不是合法的 TOML：{error}") from error
    for name, source in table.items():
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            raise ValueError(f"{name[:60]}：名称只能用小写英文字母、数字和下划线")
        if not isinstance(source, str) or not source.strip():
            raise ValueError(f"{name}：应为表达式，写在引号里")
    return table


def inputs(table: DecisionTable) -> dict[str, int]:
    """Return which fact each input of the referral table asks for, with the number of its column."""
    found: dict[str, int] = {}
    for column, source in enumerate(table.inputs):
        for name, _ in sorted(source.references):
            found.setdefault(name, column)
    return found


def faults(table: DecisionTable) -> Iterator[str]:
    """Yield what keeps a table from being the one that the watch asks."""
    if table.hit_policy != "COLLECT":
        yield "移送标准表的命中策略应为 COLLECT：每一行都要问到"
    if missing := [name for name in OUTPUTS if name not in table.outputs]:
        yield f"移送标准表缺少输出列 {'、'.join(missing)}"
    for source in table.inputs:
        if any(field is not None for _, field in source.references):
            yield f"输入 {source.source} 应为一个事实的名称，由各流程的 facts.toml 给出"
