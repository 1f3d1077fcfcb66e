"""What one version of a process holds, compiled from its files: steps, forms, clocks, tables, letters, registers."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from engine import deadlines, decisions, facts, forms, settings
from engine.errors import Refused
from engine.folders import called_folders, collect, digest, pack, unpack
from engine.spiff import parse

__all__ = [
    "BadBundle",
    "Bundle",
    "Letter",
    "Problem",
    "Register",
    "Step",
    "called_folders",
    "collect",
    "compile",
    "digest",
    "pack",
    "unpack",
]

HUMAN = ("userTask", "manualTask")
LETTER_NAMES = (
    "case",
    "letter",
    "this",
    "this_done",
    "done",
    "all",
    "parent",
    "linked",
    "papers",
    "clocks",
    "terms",
    "history",
    "names",
    "served",
    "volume",
    "assets",
)
CLOCK = re.compile(r"""clock\(\s*["']([\w.-]+)["']\s*\)""")


@dataclass(frozen=True)
class Problem:
    """Why a folder cannot be used: where, what, and what to do."""

    file: str
    element: str
    reason: str
    remedy: str = ""
    name: str = ""
    line: int | None = None
    warning: bool = False

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        what = " ".join(part for part in (self.element, self.name) if part)
        return f"{place} {what}：{self.reason}" + (f"（{self.remedy}）" if self.remedy else "")


class BadBundle(Refused):
    """A folder that cannot be compiled; `problems` says why, each with its place."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("；".join(str(problem) for problem in problems[:5]), "E-COM-20")
        self.problems = problems


@dataclass(frozen=True)
class Step:
    """An element of a diagram as the office sees it."""

    id: str
    title: str
    kind: str
    process: str
    folder: str
    roles: tuple[str, ...] = ()
    org: str = ""
    status: str = ""
    not_by: tuple[str, ...] = ()
    letters: tuple[tuple[str, str], ...] = ()  # (letter id, condition or "")
    offer: tuple[str, ...] = ()
    confidential: tuple[str, ...] = ()
    outcome: str = ""
    message: str = ""
    clock: str = ""  # the clock that a timer asks: clock('HZ-C08')
    help: str = ""


@dataclass(frozen=True)
class Letter:
    """A paper that a process can issue."""

    id: str
    title: str
    series: str
    issue_role: str
    template: str
    folder: str
    confidential: tuple[str, ...] = ()
    each: bool = False  # every answer of its step gets a paper of its own


@dataclass(frozen=True)
class Register:
    """A ledger (台账) over the cases of a process: a line for each, or one for each entry of the list `each`."""

    id: str
    title: str
    where: str
    columns: tuple[tuple[str, str], ...]
    filters: tuple[str, ...] = ()
    each: str = ""

    @property
    def sources(self) -> list[str]:
        """Return what the columns say; where a case has several lines, a column says a list of as many values."""
        told = [source for _, source in self.columns]
        return [f"[{source} for row in {self.each}]" for source in told] if self.each else told


@dataclass(frozen=True)
class Bundle:
    """One version of a process, ready to run; immutable and shared by all threads."""

    hash: str
    process: str
    version: int
    files: Mapping[str, bytes]
    settings: Mapping[str, Any]
    model: parse.Model
    folders: tuple[str, ...]
    steps: Mapping[str, Step]
    forms: Mapping[str, forms.Form]
    rules: tuple[deadlines.Rule, ...]
    tables: Mapping[str, decisions.DecisionTable]
    letters: Mapping[str, Letter]
    registers: tuple[Register, ...]
    params: Mapping[str, Mapping[str, Any]]
    roles: Mapping[str, str]  # role id -> Chinese title
    role_orgs: Mapping[str, str]  # role id -> default organisation expression
    statuses: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)  # what the crime watch asks, by name

    @property
    def title(self) -> str:
        """Return the Chinese title of the process."""
        return str(self.settings["title"])

    @property
    def kept_for(self) -> str:
        """Return to whom its cases are confidential, as a case row says it: `;role;role;`, led by `!` where the
        process names people besides, and whoever has opened the case is not among them."""
        roles = self.settings.get("confidential", ())
        return f"{'!' if 'named' in self.settings else ''};{';'.join(roles)};" if roles else ""

    @property
    def is_reversible(self) -> bool:
        """Tell whether a second person may take an entry back: where entries are corrected by a second person only."""
        return "correct_by" in self.settings

    def begun_by_act(self, step: str) -> bool:
        """Tell whether a step is reached only by an act that people begin (a message catch event with `offer`), at
        once or behind other steps of that act."""
        return self._behind_an_act(step, frozenset())

    def _behind_an_act(self, element: str, seen: frozenset[str]) -> bool:
        sources = [flow.source for flow in self.model.elements[element].incoming]
        if any(source in self.steps and self.steps[source].offer for source in sources):
            return True
        further = [source for source in sources if source not in seen]
        return bool(further) and all(self._behind_an_act(source, seen | {element}) for source in further)

    def letter_names(self) -> set[str]:
        """Return what a letter's template of this process may name."""
        return {*LETTER_NAMES, "carried", *self.steps, *self.forms}

    def status_title(self, status: str) -> str:
        """Return what people read for a status id."""
        return self.statuses.get(status, status or "办理中")


def templates(bundle: Bundle) -> dict[str, str]:
    """Return the version's own layouts and letters by the names that templates call each other."""
    return {
        name.removeprefix("forms/"): data.decode()
        for name, data in bundle.files.items()
        if name.startswith("forms/") and name.endswith((".html", ".css"))
    }


def compile(process: str, files: Mapping[str, bytes], version: int = 0) -> Bundle:
    """Compile the files of a process; raises BadBundle with every problem found."""
    problems: list[Problem] = []
    folders = _folders(files)
    if process not in folders:
        raise BadBundle([Problem(f"bpmn/{process}", "", "没有这个流程文件夹")])
    folders = (process, *(name for name in folders if name != process))
    roles = _toml(files, "bpmn/roles.toml", problems)
    role_orgs = roles.pop("org", {})
    tables = {name: _toml(files, f"bpmn/{name}/process.toml", problems) for name in folders}
    if problems:
        raise BadBundle(problems)
    for name in folders:
        said = settings.faults(tables[name])
        problems += [Problem(f"bpmn/{name}/process.toml", where, text) for where, text in said]
    given = {name: _toml(files, f"bpmn/{name}/params.toml", problems, optional=True) for name in folders}
    for name in folders:
        said = settings.parameter_faults(given[name])
        problems += [Problem(f"bpmn/{name}/params.toml", where, text) for where, text in said]
    if problems:
        raise BadBundle(problems)
    model = parse.compile({n: d for n, d in files.items() if n.endswith(".bpmn")}, process)
    titles = {title: role for role, title in roles.items()}
    steps = {e.id: _step(e, model, titles, files, problems) for e in model.elements.values()}
    found_forms = _forms(files, problems)
    rules = _rules(files, folders, problems)
    decided = _tables(files, problems)
    letters = {
        letter.id: letter
        for name in folders
        for letter in _letters(name, tables[name].get("letters", {}), files, problems)
    }
    watched = _facts(process, files, problems)
    registers = tuple(_register(table) for table in tables[process].get("register", []))
    params = {
        key: value if isinstance(value, dict) else {"value": value}
        for name in reversed(folders)
        for key, value in given[name].items()
    }
    if problems:
        raise BadBundle(problems)
    statuses = {k: v for name in reversed(folders) for k, v in tables[name].get("statuses", {}).items()}
    return Bundle(
        digest(files),
        process,
        version,
        dict(files),
        tables[process],
        model,
        folders,
        steps,
        found_forms,
        rules,
        decided,
        letters,
        registers,
        params,
        roles,
        role_orgs,
        statuses,
        watched,
    )


def _folders(files: Mapping[str, bytes]) -> tuple[str, ...]:
    names = {PurePosixPath(name).parts[1] for name in files if name.startswith("bpmn/") and name.count("/") == 2}
    return tuple(sorted(names))


def _toml(files: Mapping[str, bytes], name: str, problems: list[Problem], optional: bool = False) -> dict[str, Any]:
    if name not in files:
        if not optional:
            problems.append(Problem(name, "", "缺少该文件"))
        return {}
    try:
        return tomllib.loads(files[name].decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        problems.append(Problem(name, "", f"不是合法的 TOML：{error}"))
        return {}


def _step(
    element: parse.Element,
    model: parse.Model,
    titles: Mapping[str, str],
    files: Mapping[str, bytes],
    problems: list[Problem],
) -> Step:
    given = element.properties
    folder = _folder_of(element.process, files)
    roles = _words(given.get("roles", ""))
    if not roles and element.lane in titles:
        roles = (titles[element.lane],)
    if element.kind in HUMAN and not roles:
        problems.append(
            Problem(
                f"bpmn/{folder}/{element.process}.bpmn",
                element.id,
                f"泳道“{element.lane}”不是 roles.toml 中的岗位名称",
                "把泳道改为岗位的中文名称，或给该环节写 roles 属性",
                element.name,
            )
        )
    return Step(
        id=element.id,
        title=element.name or element.id,
        kind=element.kind,
        process=element.process,
        folder=folder,
        roles=roles,
        org=given.get("org", ""),
        status=given.get("status", ""),
        not_by=_words(given.get("not_by", "")),
        letters=_letter_orders(given.get("letters", "")),
        offer=_words(given.get("offer", "")),
        confidential=tuple(sorted(facts.SEEING))
        if element.operation == "screen"
        else _words(given.get("confidential", "")),
        outcome=given.get("outcome", ""),
        message=(element.event or "") if element.event_kind == "message" else "",
        clock=match[1] if (match := CLOCK.fullmatch(_timer(element).strip())) else "",
        help=element.documentation or "",
    )


def _timer(element: parse.Element) -> str:
    return (element.event or "") if element.event_kind == "timer" else ""


def _folder_of(process: str, files: Mapping[str, bytes]) -> str:
    for name in files:
        path = PurePosixPath(name)
        if path.suffix == ".bpmn" and path.stem == process:
            return path.parts[1]
    return process


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in text.replace(";", " ").replace(",", " ").split() if word)


def _letter_orders(text: str) -> tuple[tuple[str, str], ...]:
    orders = []
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        letter, _, condition = part.partition(" if ")
        orders.append((letter.strip(), condition.strip()))
    return tuple(orders)


def _forms(files: Mapping[str, bytes], problems: list[Problem]) -> dict[str, forms.Form]:
    found = {}
    for name, data in files.items():
        path = PurePosixPath(name)
        if path.parts[0] == "forms" and path.suffix == ".json":
            try:
                found[path.stem] = forms.load(data, path.stem)
            except forms.BadForm as error:
                problems += [Problem(name, path.stem, text) for text in error.problems]
    return found


def _rules(files: Mapping[str, bytes], folders: tuple[str, ...], problems: list[Problem]) -> tuple[deadlines.Rule, ...]:
    found: list[deadlines.Rule] = []
    for name in (f"bpmn/{folder}/deadlines.toml" for folder in folders):
        if name in files:
            try:
                found += deadlines.load(files[name])
            except deadlines.BadRule as error:
                problems.append(Problem(name, "", str(error)))
    return tuple(found)


def files_of_table(bundle: Bundle, table: str) -> list[str]:
    """Return the file of a decision table of this version and that of its examples, whatever the first is called."""
    file = next(
        name for name, data in bundle.files.items() if name.endswith(".dmn") and decisions.load(data).id == table
    )
    return [file, f"{PurePosixPath(file).parent}/{table}.cases.json"]


def _tables(files: Mapping[str, bytes], problems: list[Problem]) -> dict[str, decisions.DecisionTable]:
    found = {}
    for name, data in files.items():
        if not name.endswith(".dmn"):
            continue
        try:
            table = decisions.load(data)
        except decisions.BadTable as error:
            problems.append(Problem(name, "", str(error)))
            continue
        found[table.id] = table
        cases = f"{PurePosixPath(name).parent}/{table.id}.cases.json"
        if cases not in files:
            problems.append(Problem(name, table.id, "决策表旁缺少用例文件", f"补上 {PurePosixPath(cases).name}"))
            continue
        try:
            failed = decisions.run_cases(table, json.loads(files[cases]))
        except ValueError as error:
            failed = [f"不是合法的 JSON：{error}"]
        problems += [Problem(cases, table.id, text) for text in failed]
    return found


def _facts(process: str, files: Mapping[str, bytes], problems: list[Problem]) -> dict[str, str]:
    name = f"bpmn/{process}/{facts.FILE}"
    try:
        return facts.read(files[name]) if name in files else {}
    except ValueError as error:
        problems.append(Problem(name, "", str(error)))
        return {}


def _letters(
    folder: str, tables: Mapping[str, Mapping[str, Any]], files: Mapping[str, bytes], problems: list[Problem]
) -> list[Letter]:
    found = []
    for letter_id, table in tables.items():
        template = f"forms/{folder}/{letter_id}.html"
        if template not in files:
            problems.append(Problem(f"bpmn/{folder}/process.toml", letter_id, f"缺少文书模板 {template}"))
        confidential = table.get("confidential", ())
        found.append(
            Letter(
                letter_id,
                table.get("title", letter_id),
                table.get("series", ""),
                table.get("issue_role", ""),
                template,
                folder,
                tuple(confidential),
                bool(table.get("each", False)),
            )
        )
    return found


def _register(table: Mapping[str, Any]) -> Register:
    columns = tuple((str(title), str(source)) for title, source in table.get("columns", []))
    filters, each = tuple(table.get("filters", ())), table.get("each", "")
    return Register(table["id"], table["title"], table.get("where", "True"), columns, filters, each)
