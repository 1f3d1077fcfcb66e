"""What differs between two versions of a process: in office words first, line by line after that."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import PurePosixPath
from typing import Any

from lxml import etree

from engine.bundles import Bundle, Step
from engine.deadlines import Rule
from engine.forms import Field, Form
from engine.spiff.parse import Element
from engine.workdays import length
from web import outline

MOST_LINES = 400
DRAWING = "{http://www.omg.org/spec/BPMN/20100524/DI}BPMNDiagram"
STEP_WORDS = {
    "title": "名称",
    "roles": "岗位",
    "org": "办理机构",
    "status": "状态",
    "not_by": "不得由同一人办理的环节",
    "letters": "文书",
    "offer": "可发起的岗位",
    "confidential": "保密范围",
    "outcome": "结果",
    "message": "事件",
    "clock": "期限",
    "help": "办理说明",
}
FIELD_WORDS = {
    "title": "名称",
    "kind": "类型",
    "required": "必填",
    "required_if": "必填条件",
    "show_if": "显示条件",
    "default": "默认值",
    "readonly": "系统填写",
    "help": "提示",
    "list": "目录",
    "enum": "选项",
    "min": "下限",
    "max": "上限",
    "accept": "文件类型",
    "past": "不晚于现在",
    "confidential": "保密范围",
    "columns": "列",
    "detail": "提示语",
    "code": "错误代码",
    "on": "核验日期",
}
CLOCK_WORDS = outline.EVENTS | {
    "title": "名称",
    "kind": "类别",
    "length": "长度",
    "day": "确定日期",
    "windows": "计次",
    "warn": "预警",
    "lapse": "遇假日顺延",
    "duty": "计入逾期",
    "expires": "失效",
    "on_expiry": "到期动作",
    "ladder": "催办阶梯",
    "article": "依据",
    "source": "来源",
    "verified": "已核对",
    "regional": "地方可另定",
    "in_force_from": "施行日",
    "in_force_until": "失效日",
    "clear": "清除",
}
WIRING = {
    "event": "事件",
    "script": "脚本",
    "decision": "决策表",
    "operation": "操作",
    "params": "参数",
    "called": "调用的流程",
    "multi": "多份办理",
    "sequential": "办理次序",
    "cardinality": "份数",
    "completion": "提前结束条件",
    "attached_to": "所属环节",
    "interrupting": "是否中断",
}
SETTING_WORDS = {
    "title": "名称",
    "number": "编号规则",
    "starts": "可发起的岗位",
    "starts_from": "可从哪些事项发起",
    "linked_only": "只能从其他事项发起",
    "header": "抬头",
    "statuses": "状态",
    "letters": "文书",
    "register": "台账",
    "confidential": "保密范围",
    "confidential_when": "何时保密",
    "confidential_also": "另行知悉的岗位",
    "hidden": "不在关联事项中显示",
    "carries": "带入的内容",
    "exposes": "向关联事项公开的内容",
    "recused": "回避的人员",
    "recused_code": "回避人员办理的错误码",
    "qualified": "环节要求的资格",
    "qualified_code": "资格不符的错误码",
    "refused_act_code": "不能办理时的错误码",
    "correct_by": "由填报人以外更正的岗位",
    "named": "指名的知悉人员",
    "kept_from": "不得知悉的人员",
    "about": "所涉及的案件",
    "append_only": "只能补充的错误码",
    "tables_by": "可修改决策表的岗位",
    "schedule": "定时发起",
    "schedule_in": "定时发起的机构",
}


ENTRY_WORDS = {
    "title": "名称",
    "series": "文号",
    "issue_role": "签发岗位",
    "each": "每次一份",
    "columns": "列",
    "where": "范围",
    "filters": "筛选",
    "confidential": "保密范围",
}


@dataclass
class Line:
    """A line of a difference: `sign` is + - or a blank, or @ where lines are left out."""

    sign: str
    text: str


@dataclass
class Change:
    """A file that differs: what it is, how it differs in words, and line by line."""

    file: str
    title: str
    kind: str  # 新增 | 删除 | 修改 | 仅版面
    said: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    left_out: int = 0


def between(old: Bundle, new: Bundle) -> list[Change]:
    """Return what differs from the old version to the new, diagrams and clocks before wording."""
    found = [
        _change(old, new, name)
        for name in sorted({*old.files, *new.files})
        if old.files.get(name) != new.files.get(name)
    ]
    order = (".bpmn", "deadlines.toml", "params.toml", "process.toml", ".dmn", ".json", ".html")

    def place(change: Change) -> tuple[int, str]:
        return next((n for n, end in enumerate(order) if change.file.endswith(end)), len(order)), change.file

    return sorted(found, key=place)


def _change(old: Bundle, new: Bundle, name: str) -> Change:
    kind = "新增" if name not in old.files else "删除" if name not in new.files else "修改"
    change = Change(name, _title(new if name in new.files else old, name), kind)
    if kind == "修改":
        change.said = list(_said(old, new, name))
        if name.endswith(".bpmn") and not change.said and _without_drawing(old, name) == _without_drawing(new, name):
            change.kind, change.said = "仅版面", ["只移动了图形，办理不受影响"]
    elif name.endswith(".json") and name.startswith("forms/"):
        form = (new if kind == "新增" else old).forms.get(PurePosixPath(name).stem)
        change.said = ["、".join(item.title for item in form.fields.values())] if form else []
    change.lines, change.left_out = _lines(old.files.get(name, b""), new.files.get(name, b""))
    return change


def _title(bundle: Bundle, name: str) -> str:
    path = PurePosixPath(name)
    folder, stem = path.parts[1], path.stem
    if name == "bpmn/roles.toml":
        return "岗位名称"
    if folder == "letters":
        return f"共用版式：{path.name}"
    if path.suffix == ".bpmn":
        return f"流程图：{outline.stage_title(bundle, stem)}"
    if path.suffix == ".dmn":
        return f"决策表：{dict(outline.tables(bundle)).get(name, stem)}"
    if path.suffix == ".html":
        return f"文书模板：{bundle.letters[stem].title if stem in bundle.letters else stem}"
    if path.name.endswith(".cases.json"):
        return "决策表的用例"
    if path.suffix == ".json":
        return f"表单：{bundle.steps[stem].title if stem in bundle.steps else stem}"
    return {"deadlines.toml": "期限", "params.toml": "参数", "process.toml": "流程设置"}.get(path.name, path.name)


def _said(old: Bundle, new: Bundle, name: str) -> Iterator[str]:
    path = PurePosixPath(name)
    if path.suffix == ".bpmn":
        yield from _diagram(old, new, name)
    elif path.parts[0] == "forms" and path.suffix == ".json":
        yield from _form(old.forms[path.stem], new.forms[path.stem])
    elif path.name == "deadlines.toml":
        yield from _clocks(old, new)
    elif path.name == "params.toml":
        yield from _table(old.params, new.params, "参数", {"value": "默认值", "source": "依据", "verified": "已核对"})
    elif path.name == "process.toml" and path.parts[1] == new.process:
        yield from _settings(old.settings, new.settings)
    elif name == "bpmn/roles.toml":
        yield from _texts(old.roles, new.roles, "岗位")


def _diagram(old: Bundle, new: Bundle, name: str) -> Iterator[str]:
    before, after = _elements(old, name), _elements(new, name)
    for key in after.keys() - before.keys():
        yield f"新增{_element(after[key])}"
    for key in before.keys() - after.keys():
        yield f"删除{_element(before[key])}"
    for key in [key for key in after if key in before]:
        one, two = before[key], after[key]
        what = [*_step(old, new, key), *_wiring(one, two, lambda target: _named(before, after, target))]
        if what:
            yield f"{_element(two)}：{'；'.join(what)}"


def _elements(bundle: Bundle, name: str) -> dict[str, Element]:
    return {key: element for key, element in bundle.model.elements.items() if element.file == name}


def _element(element: Element) -> str:
    return f"{outline.ELEMENTS.get(element.kind, '元素')}“{element.name or element.id}”"


def _step(old: Bundle, new: Bundle, key: str) -> Iterator[str]:
    one, two = old.steps[key], new.steps[key]
    for name, word in STEP_WORDS.items():
        if getattr(one, name) != getattr(two, name):
            yield f"{word}由“{_step_words(old, one, name)}”改为“{_step_words(new, two, name)}”"
    if one.kind != two.kind:
        yield f"类型由{outline.ELEMENTS.get(one.kind, one.kind)}改为{outline.ELEMENTS.get(two.kind, two.kind)}"


def _step_words(bundle: Bundle, step: Step, name: str) -> str:
    value = getattr(step, name)
    if name in ("roles", "offer", "confidential"):
        return "、".join(bundle.roles.get(role, role) for role in value) or "无"
    if name in ("status", "outcome"):
        return bundle.statuses.get(value, value) or "无"
    if name == "not_by":
        return "、".join(bundle.steps[other].title for other in value if other in bundle.steps) or "无"
    if name == "letters":
        return "、".join(outline.letter_title(bundle, *order) for order in value) or "无"
    return str(value) or "无"


def _wiring(one: Element, two: Element, named: Callable[[str], str]) -> Iterator[str]:
    before, after = _ways(one), _ways(two)
    for target in after.keys() - before.keys():
        yield f"新增去向{named(target)}"
    for target in before.keys() - after.keys():
        yield f"取消去向{named(target)}"
    for target in [target for target in after if target in before and before[target] != after[target]]:
        yield f"去向{named(target)}的条件由“{before[target] or '无'}”改为“{after[target] or '无'}”"
    for name, word in WIRING.items():
        if getattr(one, name) != getattr(two, name):
            yield f"{word}已修改"


def _named(before: Mapping[str, Element], after: Mapping[str, Element], target: str) -> str:
    found = after.get(target) or before.get(target)
    return _element(found) if found else target


def _ways(element: Element) -> dict[str, str]:
    return {flow.target: flow.condition or "" for flow in element.outgoing}


def _form(old: Form, new: Form) -> Iterator[str]:
    if old.title != new.title:
        yield f"标题由“{old.title}”改为“{new.title}”"
    yield from _fields(old.fields, new.fields)
    before, after = ({rule.code: rule for rule in form.rules} for form in (old, new))
    for code in sorted(after.keys() - before.keys()):
        yield f"新增规则 {code}：{after[code].detail}"
    for code in sorted(before.keys() - after.keys()):
        yield f"删除规则 {code}：{before[code].detail}"
    for code in sorted(code for code in after.keys() & before.keys() if after[code] != before[code]):
        yield f"规则 {code} 已修改：{after[code].detail}"
    if list(old.fields) != list(new.fields) and set(old.fields) == set(new.fields):
        yield "字段顺序已调整"


def _fields(old: Mapping[str, Field], new: Mapping[str, Field], of: str = "") -> Iterator[str]:
    for key in [key for key in new if key not in old]:
        yield f"新增字段{of}“{new[key].title}”（{outline.FIELD_KINDS.get(new[key].kind, new[key].kind)}）"
    for key in [key for key in old if key not in new]:
        yield f"删除字段{of}“{old[key].title}”"
    for key in [key for key in new if key in old and old[key] != new[key]]:
        one, two = old[key], new[key]
        said = [
            f"{FIELD_WORDS.get(part.name, part.name)}由“{_value(one, part.name)}”改为“{_value(two, part.name)}”"
            for part in fields(Field)
            if part.name != "columns" and getattr(one, part.name) != getattr(two, part.name)
        ]
        if said:
            yield f"字段{of}“{two.title}”：{'；'.join(said)}"
        yield from _fields(one.columns, two.columns, f"“{two.title}”的列")


def _value(item: Field, name: str) -> str:
    value = getattr(item, name)
    return outline.FIELD_KINDS.get(value, value) if name == "kind" else _plain(value)


def _clocks(old: Bundle, new: Bundle) -> Iterator[str]:
    before, after = (_rules(bundle) for bundle in (old, new))
    for key in [key for key in after if key not in before]:
        yield f"新增期限“{after[key].title}”（{key}），{outline.span(after[key])}"
    for key in [key for key in before if key not in after]:
        yield f"删除期限“{before[key].title}”（{key}）"
    for key in [key for key in after if key in before and before[key].table != after[key].table]:
        one, two = before[key].table, after[key].table
        said = [
            _changed(CLOCK_WORDS.get(name, name), _span(name, one.get(name)), _span(name, two.get(name)))
            for name in {**CLOCK_WORDS, **one, **two}
            if one.get(name) != two.get(name)
        ]
        yield f"期限“{after[key].title}”（{key}）：{'；'.join(said)}"


def _span(name: str, value: Any) -> Any:
    """Return lengths of clocks as people read them, anything else as it is."""
    if name == "length" and value:
        return length(value).words
    return [length(part).words for part in value] if name == "warn" and value else value


def _rules(bundle: Bundle) -> dict[str, Rule]:
    several = [rule.id for rule in bundle.rules]
    return {
        rule.id if several.count(rule.id) == 1 else f"{rule.id}，{rule.in_force_from} 起": rule for rule in bundle.rules
    }


def _changed(word: str, one: Any, two: Any) -> str:
    if any(isinstance(value, (dict, list)) and value and _nested(value) for value in (one, two)):
        return f"{word}已修改"
    return f"{word}由“{_plain(one)}”改为“{_plain(two)}”"


def _nested(value: Any) -> bool:
    return isinstance(value, dict) or any(isinstance(entry, (dict, list)) for entry in value)


def _settings(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for key, word in SETTING_WORDS.items():
        one, two = old.get(key), new.get(key)
        if one == two:
            continue
        if key in ("letters", "register"):
            titles = {"title": "名称", "series": "文号", "issue_role": "签发岗位", "columns": "列", "where": "范围"}
            titles |= {"filters": "筛选", "confidential": "保密范围", "each": "每次一份"}
            yield from _table(_by_id(one), _by_id(two), word, titles)
        elif key in ("statuses", "header"):
            yield from _texts(one or {}, two or {}, word)
        else:
            yield _changed(word, one, two)


def _by_id(value: Any) -> dict[str, Mapping[str, Any]]:
    return {entry["id"]: entry for entry in value} if isinstance(value, list) else dict(value or {})


def _table(
    old: Mapping[str, Mapping[str, Any]], new: Mapping[str, Mapping[str, Any]], word: str, titles: Mapping[str, str]
) -> Iterator[str]:
    for key in [key for key in new if key not in old]:
        yield f"新增{word} {new[key].get('title') or key}"
    for key in [key for key in old if key not in new]:
        yield f"删除{word} {old[key].get('title') or key}"
    for key in [key for key in new if key in old and old[key] != new[key]]:
        said = [
            _changed(titles.get(name, name), old[key].get(name), new[key].get(name))
            for name in {**old[key], **new[key]}
            if old[key].get(name) != new[key].get(name)
        ]
        yield f"{word} {new[key].get('title') or key}：{'；'.join(said)}"


def _texts(old: Mapping[str, str], new: Mapping[str, str], word: str) -> Iterator[str]:
    for key in [key for key in new if old.get(key) != new[key]]:
        yield f"新增{word}“{new[key]}”" if key not in old else f"{word}“{old[key]}”改为“{new[key]}”"
    for key in [key for key in old if key not in new]:
        yield f"删除{word}“{old[key]}”"


def _plain(value: Any) -> str:
    if value in (None, "", (), []):
        return "无"
    if isinstance(value, bool):
        return "是" if value else "否"
    return "、".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def _without_drawing(bundle: Bundle, name: str) -> bytes:
    root = etree.fromstring(bundle.files[name], etree.XMLParser(resolve_entities=False, remove_blank_text=True))
    for drawing in root.findall(DRAWING):
        root.remove(drawing)
    return etree.tostring(root, method="c14n")


def _lines(old: bytes, new: bytes) -> tuple[list[Line], int]:
    one, two = (_readable(data) for data in (old, new))
    found = list(_signed(difflib.unified_diff(one, two, lineterm="", n=2)))
    return found[:MOST_LINES], max(0, len(found) - MOST_LINES)


def _readable(data: bytes) -> list[str]:
    # A tool that writes a diagram on one line would else show as one changed line.
    text = data.decode(errors="replace")
    return re.sub(r">\s*<", ">\n<", text).splitlines() if text.lstrip().startswith("<?xml") else text.splitlines()


def _signed(lines: Iterable[str]) -> Iterator[Line]:
    for number, line in enumerate(lines):
        if number < 2:
            continue  # the names of the two files
        if line.startswith("@@"):
            place = re.match(r"@@ -(\d+)\S* \+(\d+)", line)
            yield Line("@", f"原第 {place[1]} 行，新第 {place[2]} 行" if place else line)
        else:
            yield Line(line[0], line[1:])
