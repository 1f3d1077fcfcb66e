"""What a process.toml and a params.toml may say, by shape; whether the names in them exist is the review's matter."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from engine import numbers, volume_plan

SCHEDULE = re.compile(r"first workday of (month|quarter|year) (\d\d):(\d\d)")
HEADER = ("title", "enterprise", "uscc", "place")
TOLD = frozenset({"number", "status", "open", "title", "opened_on", "relation", "process"})  # by every case of itself
PARAMETER = frozenset({"value", "title", "source", "verified", "choices"})
QUALIFICATIONS = ("enforcement", "legal")  # 行政执法证、法律职业资格
BOARD = frozenset({"title", "roles", "register", "organ", "happened", "paper", "draft"})
PAPER = frozenset({"step", "origin", "number", "on", "scan"})  # a paper from outside, by the fields that hold it
DRAFT = frozenset({"step", "title", "letter"})  # what may be begun from the row: a step, or the act before it
Fault = tuple[str, str]  # where in the file, what is wrong


def faults(table: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield what a process.toml says that nobody can follow."""
    for key in ("title", "number"):
        if key not in table:
            yield key, "缺少这一项"
    for key, value in table.items():
        read = KEYS.get(key)
        if read is None:
            yield key, f"不认识这一项，可用：{'、'.join(KEYS)}"
        else:
            yield from read(key, value)


def parameter_faults(table: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield what a params.toml says that nobody can follow."""
    for key, given in table.items():
        entry = given if isinstance(given, dict) else {"value": given}
        if len(key) > 100:
            yield key, "参数名超过 100 个字符"
        if not isinstance(entry.get("value"), (bool, int, str)):
            yield key, "value 应为文字、整数或 true/false"
        if unknown := entry.keys() - PARAMETER:
            yield key, f"不认识 {'、'.join(sorted(unknown))}"
        if not isinstance(entry.get("verified", False), bool):
            yield key, "verified 应为 true 或 false"
        for name in ("title", "source"):
            yield from _text(f"{key}.{name}", entry.get(name, "无"), 500)
        yield from _words(f"{key}.choices", entry.get("choices", []))


def _text(where: str, value: Any, most: int = 200) -> Iterator[Fault]:
    if not isinstance(value, str) or not value.strip():
        yield where, "应为文字"
    elif len(value) > most:
        yield where, f"超过 {most} 个字"


def _source(where: str, value: Any) -> Iterator[Fault]:
    yield from _text(where, value, 2000)


def _flag(where: str, value: Any) -> Iterator[Fault]:
    if not isinstance(value, bool):
        yield where, "应为 true 或 false"


def _words(where: str, value: Any) -> Iterator[Fault]:
    if not isinstance(value, list) or not all(isinstance(word, str) and word for word in value):
        yield where, '应为文字的列表，如 ["case_handler"]'


def _texts(where: str, value: Any) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield where, "应为一组“名称 = 文字”"
        return
    for key, text in value.items():
        if len(key) > 60:
            yield f"{where}.{key[:60]}", "名称超过 60 个字符"
        yield from _text(f"{where}.{key[:60]}", text, 500)


def _header(where: str, value: Any) -> Iterator[Fault]:
    yield from _texts(where, value)
    for key in value if isinstance(value, dict) else ():
        if key not in HEADER:
            yield f"{where}.{key}", f"抬头只有 {'、'.join(HEADER)}"


def _qualified(where: str, value: Any) -> Iterator[Fault]:
    yield from _texts(where, value)
    for step, kind in value.items() if isinstance(value, dict) else ():
        if kind not in QUALIFICATIONS:
            yield f"{where}.{step[:60]}", f"资格只有 {'、'.join(QUALIFICATIONS)}"


def _tables_by(where: str, value: Any) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield where, "应写成 [tables_by]，下面是“决策表 = 岗位的列表”"
        return
    for key, roles in value.items():
        yield from _words(f"{where}.{key[:60]}", roles)


def _exposes(where: str, value: Any) -> Iterator[Fault]:
    yield from _texts(where, value)
    for key in value if isinstance(value, dict) else ():
        if key in TOLD:
            yield f"{where}.{key}", "这一项每个事项都有，不必另写"
        elif not re.fullmatch(r"[a-z][a-z0-9_]*", key):
            yield f"{where}.{key[:60]}", "名称只能用小写英文字母、数字和下划线"


def _carries(where: str, value: Any) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield where, "应写成 [carries.流程]，下面是“字段 = 表达式”"
        return
    for process, fields in value.items():
        read = _texts if isinstance(fields, dict) else _text
        yield from read(f"{where}.{process[:60]}", fields)


def _pattern(where: str, value: Any) -> Iterator[Fault]:
    if not isinstance(value, str) or len(value) > 80:
        yield where, "应为不超过 80 个字的编号规则，如 XS-{region}-{year}-{n:04}"
    elif any(sign in numbers.PLACE.sub("", value) for sign in "{}"):
        yield where, "编号规则里只能用 {region}、{year}、{n}（可写 {n:04}）和 {org.code}"
    elif not re.search(r"\{n(:0\d+)?\}", value):
        yield where, "编号规则里必须有 {n}，否则编号会重复"


def _schedule(where: str, value: Any) -> Iterator[Fault]:
    match = SCHEDULE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or int(match[2]) > 23 or int(match[3]) > 59:
        yield where, "定时规则应如 first workday of quarter 00:00（month、quarter 或 year）"


def _seat(where: str, value: Any) -> Iterator[Fault]:
    if value not in ("commission", "bureau"):
        yield where, "定时发起的机构只有 commission（安委办）和 bureau（应急管理部门）"


def _letters(where: str, value: Any) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield where, "应写成 [letters.编号]"
        return
    for letter, entry in value.items():
        place = f"{where}.{letter[:40]}"
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,40}", letter):
            yield place, "文书编号只能用英文字母、数字和横线，不超过 40 个字符"
        if not isinstance(entry, dict):
            yield place, "应写成 [letters.编号]"
            continue
        yield from _text(f"{place}.title", entry.get("title"))
        if series := entry.get("series", ""):
            yield from _pattern(f"{place}.series", series)
        yield from _text(f"{place}.issue_role", entry.get("issue_role", "无"), 60)
        yield from _words(f"{place}.confidential", entry.get("confidential", []))
        yield from _flag(f"{place}.each", entry.get("each", False))
        if unknown := entry.keys() - {"title", "series", "issue_role", "confidential", "each"}:
            yield place, f"不认识 {'、'.join(sorted(unknown))}"


def _registers(where: str, value: Any) -> Iterator[Fault]:
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        yield where, "应写成 [[register]]"
        return
    ids = [entry.get("id") for entry in value]
    for entry in value:
        place = f"{where} {str(entry.get('id', ''))[:40]}".strip()
        yield from _text(f"{place}.id", entry.get("id"), 40)
        yield from _text(f"{place}.title", entry.get("title"), 100)
        yield from _text(f"{place}.where", entry.get("where", "True"), 2000)
        columns = entry.get("columns")
        good = isinstance(columns, list) and all(isinstance(column, list) and len(column) == 2 for column in columns)
        if not good or not columns or not all(isinstance(text, str) for column in columns for text in column):
            yield f"{place}.columns", '应为列的列表，每列是 ["列名", "表达式"]'
        yield from _words(f"{place}.filters", entry.get("filters", []))
        yield from _text(f"{place}.each", entry["each"], 200) if "each" in entry else ()
        if ids.count(entry.get("id")) > 1:
            yield place, "台账编号重复"
        if unknown := entry.keys() - {"id", "title", "where", "columns", "filters", "each"}:
            yield place, f"不认识 {'、'.join(sorted(unknown))}"


def _board(where: str, value: Any) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield where, "应写成 [board]"
        return
    for key in ("title", "register", "organ"):
        yield from _source(f"{where}.{key}", value.get(key))
    yield from _words(f"{where}.roles", value.get("roles"))
    yield from _texts(f"{where}.happened", value.get("happened", {}))
    for key, wanted, more in (("paper", PAPER, {"where"}), ("draft", DRAFT, {"act", "answers", "statuses"})):
        for place, entry in enumerate(value.get(key, ()), start=1):
            if not isinstance(entry, dict) or wanted - entry.keys() or entry.keys() - wanted - more:
                said = f"，还可以有 {'、'.join(sorted(more))}"
                yield f"{where}.{key} 第 {place} 项", f"应有 {'、'.join(sorted(wanted))}{said}"
    if unknown := value.keys() - BOARD:
        yield where, f"不认识 {'、'.join(sorted(unknown))}"


KEYS: dict[str, Callable[[str, Any], Iterator[Fault]]] = {
    "title": _text,
    "number": _pattern,
    "starts": _words,
    "starts_from": _words,
    "linked_only": _flag,
    "header": _header,
    "statuses": _texts,
    "letters": _letters,
    "register": _registers,
    "confidential": _words,
    "confidential_when": _text,
    "confidential_also": _source,
    "hidden": _flag,
    "carries": _carries,
    "exposes": _exposes,
    "about": _source,
    "recused": _source,
    "recused_code": _text,
    "qualified": _qualified,
    "qualified_code": _text,
    "refused_act_code": _text,
    "correct_by": _words,
    "named": _source,
    "kept_from": _source,
    "append_only": _text,
    "schedule": _schedule,
    "schedule_in": _seat,
    "volume": volume_plan.faults,
    "board": _board,
    "tables_by": _tables_by,
}
