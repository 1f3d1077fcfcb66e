"""A version of a process in office words: its steps, forms, clocks, letters and registers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from engine.bundles import HUMAN, Bundle, Letter, Step
from engine.deadlines import Rule
from engine.forms import Field, Form
from engine.workdays import length

FIELD_KINDS = {
    "text": "文字",
    "longtext": "长文字",
    "date": "日期",
    "datetime": "日期时间",
    "int": "整数",
    "money": "金额（元）",
    "bool": "是/否",
    "enum": "单选",
    "enums": "多选",
    "user": "人员",
    "users": "人员（多人）",
    "officers": "执法人员",
    "org": "机构",
    "enterprise": "企业（信用代码）",
    "uscc": "统一社会信用代码",
    "phone": "电话",
    "ref": "参考目录",
    "file": "附件",
    "files": "附件（多个）",
    "rows": "表格",
}
FILE_KINDS = {
    "application/pdf": "PDF",
    "image/*": "图片",
    "image/jpeg": "JPEG 图片",
    "image/png": "PNG 图片",
    "video/*": "视频",
    "audio/*": "录音",
}
CLOCK_KINDS = {
    "limit": "时限",
    "until": "到确定日期为止",
    "period": "周期",
    "lead": "提前量",
    "not_before": "不早于",
    "window": "期间内计次",
}
EVENTS = {
    "start": "起算",
    "restart": "重新起算",
    "stop": "办结",
    "cancel": "撤销",
    "rearm": "进入下一周期",
    "pause": "中止",
    "resume": "恢复",
    "exclude": "扣除",
    "extend": "延长",
}
ELEMENTS = {
    "userTask": "环节",
    "manualTask": "环节",
    "scriptTask": "计算",
    "serviceTask": "自动办理",
    "businessRuleTask": "决策表",
    "callActivity": "阶段",
    "startEvent": "开始",
    "endEvent": "结束",
    "boundaryEvent": "边界事件",
    "intermediateCatchEvent": "等待",
    "intermediateThrowEvent": "事件",
    "exclusiveGateway": "判断",
    "inclusiveGateway": "多选判断",
    "parallelGateway": "并行",
    "eventBasedGateway": "等待其一",
    "subProcess": "子流程",
}


@dataclass
class StepLine:
    """A human step in one line: who, what form, which letters, which clocks it ends."""

    step: Step
    roles: str
    stage: str
    form: Form
    letters: list[str]
    clocks: list[Rule]
    separate: list[str] = field(default_factory=list)
    status: str = ""


@dataclass
class ClockLine:
    """A clock in one line: how long, from and to what, on what ground."""

    rule: Rule
    kind: str
    span: str
    events: list[tuple[str, list[str]]]
    warn: str
    expiry: list[str]


def steps(bundle: Bundle) -> list[StepLine]:
    """Return the human steps in the order in which a case meets them."""
    return [step_line(bundle, bundle.steps[key]) for key in _walk(bundle) if bundle.steps[key].kind in HUMAN]


def _walk(bundle: Bundle) -> list[str]:
    """Return the ids of all elements, along the flows from the start and into each stage where it is called."""
    elements, seen = bundle.model.elements, {}
    attached: dict[str, list[str]] = {}
    for element in elements.values():
        if element.attached_to:
            attached.setdefault(element.attached_to, []).append(element.id)

    def enter(process: str) -> None:
        own = [element for element in elements.values() if element.process == process]
        todo = [element.id for element in own if not element.incoming and not element.attached_to]
        # What nothing leads to is met last.
        for key in [*todo, *(element.id for element in own)]:
            ahead = [key]
            while ahead:
                key = ahead.pop(0)
                if key in seen or key not in elements:
                    continue
                seen[key] = True
                if elements[key].called:
                    enter(elements[key].called)
                ahead += [flow.target for flow in elements[key].outgoing] + attached.get(key, [])

    enter(bundle.process)
    return [*seen, *(key for key in elements if key not in seen)]


def step_line(bundle: Bundle, step: Step) -> StepLine:
    """Return one human step with what it is bound to."""
    return StepLine(
        step=step,
        roles="、".join(bundle.roles.get(role, role) for role in step.roles),
        stage=stage_title(bundle, step.process),
        form=bundle.forms[step.id],
        letters=[letter_title(bundle, *order) for order in step.letters],
        clocks=[rule for rule in bundle.rules if rule.on("stop", step.id) or rule.on("rearm", step.id)],
        separate=[bundle.steps[other].title for other in step.not_by],
        status=bundle.statuses.get(step.status, step.status),
    )


def stage_title(bundle: Bundle, process: str) -> str:
    """Return what a diagram is called."""
    if process == bundle.process:
        return bundle.title
    named = (element.name for element in bundle.model.elements.values() if element.called == process and element.name)
    return next(named, process)


def letter_title(bundle: Bundle, letter: str, condition: str) -> str:
    """Return a letter's title, with the condition under which it is made."""
    title = bundle.letters[letter].title if letter in bundle.letters else letter
    return f"{title}（当 {condition}）" if condition else title


def diagrams(bundle: Bundle) -> list[tuple[str, str]]:
    """Return (file, title) of the drawings, the main one first."""
    drawn = [name for name in bundle.files if name.endswith(".bpmn")]
    main = f"bpmn/{bundle.process}/{bundle.process}.bpmn"
    titled = [(name, stage_title(bundle, PurePosixPath(name).stem)) for name in sorted(drawn)]
    return sorted(titled, key=lambda entry: entry[0] != main)


def tables(bundle: Bundle) -> list[tuple[str, str]]:
    """Return (file, title) of the decision tables."""
    names = {PurePosixPath(name).stem: name for name in bundle.files if name.endswith(".dmn")}
    titles = {table.id: table.name or table.id for table in bundle.tables.values()}
    # A file may be called otherwise than the table in it.
    return [(name, titles.get(stem, next(iter(titles.values()), stem))) for stem, name in sorted(names.items())]


def clocks(bundle: Bundle) -> list[ClockLine]:
    """Return the clocks by their ids, the law's versions of one below each other."""
    return [clock_line(bundle, rule) for rule in sorted(bundle.rules, key=lambda rule: (rule.id, rule.in_force_from))]


def clock_line(bundle: Bundle, rule: Rule) -> ClockLine:
    """Return one clock in words."""
    return ClockLine(
        rule=rule,
        kind=CLOCK_KINDS.get(rule.kind, rule.kind),
        span=span(rule),
        events=[(EVENTS[event], [_clause(bundle, clause) for clause in rule.clauses[event]]) for event in rule.clauses],
        warn="、".join(f"提前{part.words}" for part in rule.warn),
        expiry=[_action(bundle, action) for action in (*rule.on_expiry, *rule.ladder)],
    )


def span(rule: Rule) -> str:
    """Return how long a clock runs."""
    if rule.windows:
        return "；".join(f"{part.words}内 {count} 次" for count, part in rule.windows)
    if rule.kind == "until":
        return "到确定的日期"
    return rule.length.words if rule.length else "按起算条款"


def field_limits(item: Field) -> str:
    """Return what a field asks for beyond its kind."""
    said = []
    if item.enum:
        said.append("、".join(item.enum[:12]) + ("等" if len(item.enum) > 12 else ""))
    if item.list:
        said.append(f"目录 {item.list}")
    counted = item.kind in ("text", "longtext")
    unit = " 字" if counted else " 项" if item.kind in ("enums", "users", "officers", "files", "rows") else ""
    if item.min is not None:
        said.append(f"不少于 {item.min}{unit}")
    if item.max is not None:
        said.append(f"不超过 {item.max}{unit}")
    if item.past:
        said.append("不晚于现在")
    if item.accept:
        said.append("、".join(FILE_KINDS.get(kind, kind) for kind in item.accept))
    if item.default is not None:
        said.append(f"默认 {item.default}")
    return "；".join(said)


def need(item: Field) -> str:
    """Return whether a field must be answered."""
    if item.readonly:
        return "系统填写"
    if item.required:
        return "必填"
    return f"当 {item.required_if} 时必填" if item.required_if else "选填"


def letters(bundle: Bundle) -> list[tuple[Letter, str, list[str]]]:
    """Return each letter with who issues it and at which steps it is made."""
    made: dict[str, list[str]] = {}
    for step in bundle.steps.values():
        for letter, _ in step.letters:
            made.setdefault(letter, []).append(step.title)
    return [
        (letter, bundle.roles.get(letter.issue_role, letter.issue_role), made.get(letter.id, []))
        for letter in bundle.letters.values()
    ]


def _clause(bundle: Bundle, clause: Any) -> str:
    step = bundle.steps.get(clause.step)
    said = "发起案件" if clause.step == "case" else f"“{step.title}”" if step else clause.step
    return said + "".join(_details(clause.given))


def _details(given: Mapping[str, Any]) -> Iterator[str]:
    if text := given.get("at") or given.get("day"):
        yield f"，自 {text}"
    for name, word in (("length", "，"), ("by", "，"), ("max", "，最多 ")):
        if name in given:
            value = given[name]
            yield f"{word}{length(value).words if isinstance(value, str) else f'{value} 次'}"
    for name in ("by_field", "days_field", "day_field"):
        if name in given:
            yield f"，按 {given[name]}"
    if text := given.get("when"):
        yield f"，当 {text}"


def _action(bundle: Bundle, action: Mapping[str, Any]) -> str:
    moment = ""
    for name, word in (("before", "到期前"), ("after", "逾期")):
        if name in action:
            moment = f"{word}{length(action[name]).words}："
    if "every" in action:
        moment = "此后每满一个周期："
    if role := action.get("notify"):
        return f"{moment}提醒{bundle.roles.get(role, role)}"
    if act := action.get("act"):
        step = bundle.steps.get(act)
        return f"{moment}触发“{step.title if step else act}”"
    return f"{moment}发起 {action.get('relation') or action.get('open')}"
