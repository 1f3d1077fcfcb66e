"""The deploy check of a whole folder: diagrams by the engine's own rules, then every name against every other."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePosixPath

from engine import deadlines, expressions, facts, neighbours, settings, typesetting, volume_plan
from engine.bundles import HUMAN, Bundle, Letter, Problem, templates
from engine.decisions import DecisionTable
from engine.neighbours import Neighbours
from engine.spiff import lint, parse

FUNCTIONS = frozenset(
    [
        "today",
        "now",
        "due_on",
        "started",
        "working_days",
        "param",
        "linked",
        "siblings",
        "about",
        "watch_open",
        "watch_rows",
        "open_cases",
        "ended_cases",
        "cases_below",
        "sha256",
        "running",
        "volume_gaps",
        "all",
        "count",
        "previous",
        "clock",
        "commission",
        "government",
        "parent",
        "members",
        "is_workday",
        "is_rest",
        "hours_between",
        "days_between",
        "add",
        "letter",
        "decision",
    ]
)
PAPER = frozenset(["number", "issued_on", "served_at"])  # what `letter('D-HZ-05')` holds
OPERATIONS = ("open_case", "notify", "publish", "merge", "enter", "screen")
SCREENED = frozenset({"rows", "positive"})  # what `screen` notes under its element
CASE_FIELDS = frozenset(
    [
        "number",
        "org",
        "region",
        "status",
        "opened_on",
        "title",
        "enterprise",
        "uscc",
        "place",
        "parent_number",
        "process",
        "relation",
        "opened_by",
    ]
)
BY_FIELDS = frozenset(["user", "for_user", "name", "roles", "org", "region"])


def diagrams(process: str, files: Mapping[str, bytes]) -> list[Problem]:
    """Return what the engine would not really do, element by element."""
    drawn = {name: data for name, data in files.items() if name.endswith(".bpmn")}
    return [
        Problem(f.file, f.element, f.reason, f.remedy, f.name, f.line, getattr(f, "warning", False))
        for f in lint.check(drawn, process)
    ]


def content(bundle: Bundle, around: Neighbours | None = None) -> list[Problem]:
    """Return every departure of forms, clocks, letters, registers and properties from what they refer to.

    `around` says what other processes offer; what they do not say is taken on trust.
    """
    names = declared(bundle) | _offered(bundle, around or Neighbours())
    return [
        *_steps(bundle, names),
        *_forms(bundle, names),
        *_settings(bundle, names),
        *_clocks(bundle, names),
        *_tables(bundle, names),
        *_facts(bundle, names, (around or Neighbours()).asked),
    ]


def letters(bundle: Bundle) -> list[Problem]:
    """Return what is wrong with the templates of the letters: syntax, missing layouts, names that nobody gives."""
    given, known = templates(bundle), bundle.letter_names()
    return [
        Problem(letter.template, letter.id, text, name=letter.title)
        for letter in bundle.letters.values()
        for text in typesetting.check(letter.template.removeprefix("forms/"), given, known)
    ]


def declared(bundle: Bundle) -> dict[str, Collection[str] | None]:
    """Return what an expression may name: steps with their fields, decisions with their outputs, case, by, item."""
    names: dict[str, Collection[str] | None] = {
        "case": CASE_FIELDS,
        "by": BY_FIELDS,
        "item": frozenset(),
        "carried": None,
        "parent_case": None,
        "true": frozenset(),
    }
    for step in bundle.steps.values():
        if step.kind in HUMAN:
            form = bundle.forms.get(step.id)
            names[step.id] = frozenset(form.fields) if form else frozenset()
        elif step.kind == "scriptTask":
            script = bundle.model.elements[step.id].script or ""
            names[step.id] = frozenset(name for name, _ in expressions.assignments(script))
        elif step.kind == "businessRuleTask":
            table = bundle.tables.get(bundle.model.elements[step.id].decision or "")
            names[step.id] = _decided(table) if table else None
        elif step.kind == "serviceTask" and bundle.model.elements[step.id].operation == "screen":
            names[step.id] = SCREENED
        elif step.kind == "intermediateCatchEvent" and step.message and not step.offer:
            names[step.id] = None  # what another case enters with the message
    # What `decision('dmn_x')` answers with.
    names |= {f"decision({table.id!r})": frozenset(table.outputs) for table in bundle.tables.values()}
    return names


def _decided(table: DecisionTable) -> Collection[str]:
    outputs = frozenset(table.outputs)
    return {"rows": outputs} if table.hit_policy == "COLLECT" else outputs


def _offered(bundle: Bundle, around: Neighbours) -> dict[str, frozenset[str]]:
    """Return what expressions may read of papers, and of cases above, below and beside whose process is known."""
    exposes = {**around.exposes, bundle.process: neighbours.names_of(bundle.settings)}
    found = {
        f"{call}({process!r})": names | settings.TOLD
        for process, names in exposes.items()
        for call in ("linked", "siblings", "about", "cases_below")
    }
    found |= {f"letter({letter!r})": PAPER for letter in bundle.letters}
    above = bundle.settings.get("starts_from", ())
    if above and all(process in exposes for process in above):
        found["parent_case"] = settings.TOLD.union(["status_title"], *(exposes[process] for process in above))
    return found


def _said(
    bundle: Bundle,
    file: str,
    element: str,
    where: str,
    source: str,
    names: Mapping[str, frozenset[str] | None],
    functions: Collection[str] = FUNCTIONS,
) -> Iterator[Problem]:
    found = expressions.check(source, names, functions)
    for text in found or _letters_asked(bundle, source):
        yield Problem(file, element, f"{where} `{source}`：{text}")
    for table in _unknown_tables(source, names):
        yield Problem(file, element, f"{where} `{source}`：没有决策表 {table}", "补上 .dmn 文件")


def _unknown_tables(source: str, names: Mapping[str, object]) -> list[str]:
    """Return the tables that an expression asks and the folder does not hold."""
    try:
        asked = [first for call, first in expressions.compile(source).calls if call == "decision"]
    except expressions.BadExpression:
        return []  # said already
    return [str(table) for table in asked if f"decision({table!r})" not in names]


def _letters_asked(bundle: Bundle, source: str) -> Iterator[str]:
    for name, letter in sorted(expressions.compile(source).calls, key=str):
        if name == "letter" and letter is None:
            yield "letter 要直接写出文书编号，如 letter('D-HZ-05')"
        elif name == "letter" and letter not in bundle.letters:
            yield f"文书 {letter} 未在 process.toml [letters] 中登记"


def _steps(bundle: Bundle, names: Mapping[str, frozenset[str] | None]) -> Iterator[Problem]:
    for step in bundle.steps.values():
        file = f"bpmn/{step.folder}/{step.process}.bpmn"
        element = bundle.model.elements[step.id]
        if step.kind in HUMAN and step.id not in bundle.forms:
            yield Problem(file, step.id, f"缺少表单 forms/{step.folder}/{step.id}.json", "补上表单文件", step.title)
        for role in (*step.roles, *step.offer, *step.confidential):
            if role not in bundle.roles:
                yield Problem(file, step.id, f"岗位 {role} 不在 roles.toml 中", "使用岗位 id", step.title)
        for other in step.not_by:
            if other not in bundle.forms:
                yield Problem(file, step.id, f"not_by 指向的环节 {other} 不存在", "", step.title)
        for status in filter(None, (step.status, step.outcome)):
            if status not in bundle.statuses:
                yield Problem(file, step.id, f"状态 {status} 未在 process.toml [statuses] 中登记", "", step.title)
        for letter, condition in step.letters:
            if letter not in bundle.letters:
                yield Problem(file, step.id, f"文书 {letter} 未在 process.toml [letters] 中登记", "", step.title)
            if condition:
                yield from _said(bundle, file, step.id, "文书条件", condition, names)
        if step.org:
            yield from _said(bundle, file, step.id, "机构", step.org, names)
        if element.kind == "serviceTask":
            if element.operation not in OPERATIONS:
                yield Problem(file, step.id, f"没有名为 {element.operation} 的操作", f"可用：{'、'.join(OPERATIONS)}")
            for source in element.params.values():
                yield from _said(bundle, file, step.id, "参数", source, names)
        if element.kind == "businessRuleTask" and element.decision not in bundle.tables:
            yield Problem(file, step.id, f"没有决策表 {element.decision}", "补上 .dmn 文件", step.title)
        above: dict[str, None] = {}  # a line may read what the lines above it gave
        for name, line in expressions.assignments(element.script or "") if element.kind == "scriptTask" else ():
            yield from _said(bundle, file, step.id, "脚本", line.source, {**names, **above})
            above[name] = None
        for source in _expressions(element):
            yield from _said(bundle, file, step.id, "表达式", source, names)


def _forms(bundle: Bundle, names: Mapping[str, frozenset[str] | None]) -> Iterator[Problem]:
    used = {step.id for step in bundle.steps.values() if step.kind in HUMAN}
    for name in bundle.files:
        path = PurePosixPath(name)
        if path.parts[0] != "forms" or path.suffix != ".json":
            continue
        if path.stem not in used:
            yield Problem(name, path.stem, "没有环节使用这个表单", "改名或删除", warning=True)
            continue
        form = bundle.forms[path.stem]
        own = {**names, "form": frozenset(form.fields) | {"_override"}, "row": None}
        for where, source in form.expressions():
            yield from _said(bundle, name, path.stem, where, source, own)


def _settings(bundle: Bundle, names: Mapping[str, frozenset[str] | None]) -> Iterator[Problem]:
    file = f"bpmn/{bundle.process}/process.toml"
    for key in ("starts", "confidential", "correct_by"):
        for role in bundle.settings.get(key, ()):
            if role not in bundle.roles:
                yield Problem(file, key, f"岗位 {role} 不在 roles.toml 中")
    for table, title in (("header", "抬头"), ("exposes", "公开的内容")):
        for key, source in bundle.settings.get(table, {}).items():
            yield from _said(bundle, file, f"{table}.{key}", title, source, names)
    for key, title in (
        ("confidential_when", "保密条件"),
        ("recused", "回避人员"),
        ("confidential_also", "另行知悉的岗位"),
        ("named", "知悉人员"),
        ("kept_from", "不得知悉的人员"),
        ("about", "所涉及的案件"),
    ):
        if source := bundle.settings.get(key):
            yield from _said(bundle, file, key, title, source, names)
    if "recused" in bundle.settings and "recused_code" not in bundle.settings:
        yield Problem(file, "recused", "没有写明回避人员办理时的错误码", "补上 recused_code")
    for key in ("kept_from", "confidential_also"):
        if key in bundle.settings and "confidential" not in bundle.settings:
            yield Problem(file, key, "没有写明由哪些岗位知悉", "补上 confidential")
    for table, roles in bundle.settings.get("tables_by", {}).items():
        if table not in bundle.tables:
            yield Problem(file, f"tables_by.{table}", f"没有决策表 {table}")
        for role in roles:
            if role not in bundle.roles:
                yield Problem(file, f"tables_by.{table}", f"岗位 {role} 不在 roles.toml 中")
    for step in bundle.settings.get("qualified", {}):
        if step not in bundle.forms:
            yield Problem(file, f"qualified.{step}", f"没有人工环节 {step}")
    for letter in bundle.letters.values():
        if letter.issue_role and letter.issue_role not in bundle.roles:
            yield Problem(file, letter.id, f"签发岗位 {letter.issue_role} 不在 roles.toml 中")
    yield from _board(bundle)
    yield from _volume(bundle, names)
    for register in bundle.registers:
        if len(register.filters) > 4:
            yield Problem(file, register.id, "台账筛选最多四项")
        sources = [register.where, *register.sources, *register.filters]
        for source in sources:
            yield from _said(bundle, file, register.id, "台账", source, names)
        for source in dict.fromkeys(sources):
            for what in _confidential(bundle, source):
                remedy = "台账人人可见，请去掉这一列或改用不涉密的内容"
                yield Problem(file, register.id, f"台账 `{source}`：{what}只对部分岗位公开", remedy)


def _board(bundle: Bundle) -> Iterator[Problem]:
    """Yield what the board of a process names that the process has not."""
    board = bundle.settings.get("board")
    if board is None:
        return
    file = f"bpmn/{bundle.process}/process.toml"
    register = next((entry for entry in bundle.registers if entry.id == board["register"]), None)
    if register is None or register.each or board["organ"] not in register.filters:
        yield Problem(file, "board", "没有这本台账，或者它不是一案一行，或者 organ 不是它的筛选项")
    for role in board["roles"]:
        if role not in bundle.roles:
            yield Problem(file, "board.roles", f"岗位 {role} 不在 roles.toml 中")
    named = [(entry["step"], [entry["number"], entry["on"], entry["scan"]]) for entry in board.get("paper", ())]
    named += [(entry["step"], list(entry.get("answers", {}))) for entry in board.get("draft", ())]
    named += [(step, [field]) for step, field in board.get("happened", {}).items()]
    for step, fields in named:
        form = bundle.forms.get(step)
        if form is None or not set(fields) <= form.fields.keys():
            yield Problem(file, f"board {step}", f"没有这个环节，或者它没有字段 {'、'.join(fields)}")
    for entry in board.get("draft", ()):
        if entry["letter"] not in bundle.letters or entry.get("act", "") not in ("", *bundle.steps):
            yield Problem(file, f"board {entry['title']}", "没有这件文书或者这个随时可办的事项")


def _volume(bundle: Bundle, names: Mapping[str, frozenset[str] | None]) -> Iterator[Problem]:
    """Yield where the plan of the volume and the process do not agree."""
    plan, file = volume_plan.read(bundle.settings), f"bpmn/{bundle.process}/process.toml"
    if plan is None:
        return
    yield from (Problem(file, where, text) for where, text in volume_plan.problems(plan, bundle))
    for where, source, step in volume_plan.expressions_of(plan):
        form = bundle.forms.get(step)
        known = {**names, "answer": frozenset(form.fields)} if form else names
        yield from _said(bundle, file, where, "案卷", source, known)


def _confidential(bundle: Bundle, source: str) -> Iterator[str]:
    """Yield the steps and fields kept from some roles that an expression reads."""
    try:
        found = expressions.compile(source)
    except expressions.BadExpression:
        return  # said already
    for name, first in sorted(found.calls, key=str):
        letter = bundle.letters.get(str(first)) if name == "letter" else None
        if letter is not None and _kept_from_some(bundle, letter):
            yield f"文书“{letter.title}”"
    asked = {str(first) for _, first in found.calls if first} | {name for name, _ in found.references}
    for step in sorted(asked & bundle.steps.keys()):
        if bundle.steps[step].confidential:
            yield f"环节“{bundle.steps[step].title}”"
        form = bundle.forms.get(step)
        for field in form.questions if form else ():
            if field.confidential and re.search(rf"\.{re.escape(field.id)}\b", source):
                yield f"“{field.title}”"


def _kept_from_some(bundle: Bundle, letter: Letter) -> bool:
    steps = [step for step in bundle.steps.values() if any(letter.id == name for name, _ in step.letters)]
    return bool(letter.confidential) or any(step.confidential for step in steps)


def _clocks(bundle: Bundle, names: Mapping[str, frozenset[str] | None]) -> Iterator[Problem]:
    known = {**names, "case_opened": None}
    for rule in bundle.rules:
        file = f"bpmn/{bundle.process}/deadlines.toml"
        for step in deadlines.steps(rule):
            if step != "case" and step not in bundle.steps:
                yield Problem(file, rule.id, f"期限引用的环节 {step} 不存在")
        for source in deadlines.expressions_of(rule):
            yield from _said(bundle, file, rule.id, "期限", source, known)


def _tables(bundle: Bundle, names: Mapping[str, frozenset[str] | None]) -> Iterator[Problem]:
    for table in bundle.tables.values():
        known, functions = names, FUNCTIONS
        if bundle.process == facts.PROCESS and table.id == facts.TABLE:
            # Asked with the facts of other processes, which name them in their facts.toml.
            known, functions = dict.fromkeys(facts.inputs(table)), frozenset()
            for text in facts.faults(table):
                yield Problem(f"{table.id}.dmn", table.id, text)
        for _, column in table.expressions():
            yield from _said(bundle, f"{table.id}.dmn", table.id, "决策表", column.source, known, functions)


def _facts(
    bundle: Bundle, names: Mapping[str, frozenset[str] | None], asked: Collection[str] | None
) -> Iterator[Problem]:
    file = f"bpmn/{bundle.process}/{facts.FILE}"
    for name, source in bundle.facts.items():
        if asked is not None and name not in asked:
            yield Problem(file, name, f"移送标准表不问 {name}", "改用表中的输入名称，或删去这一行")
        yield from _said(bundle, file, name, "事实", source, names)


def _expressions(element: parse.Element) -> list[str]:
    timer = element.event if element.event_kind == "timer" else None
    given = [timer, element.cardinality, element.completion, *(flow.condition for flow in element.outgoing)]
    return [source for source in given if source]
