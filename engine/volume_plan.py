"""What a process.toml says of the volume (案卷) of its cases: its sections in order, and what must lie in them."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

HUMAN = ("userTask", "manualTask")
KEYS = frozenset({"closed_by", "left_out", "required", "evidence", "served", "on_site", "section", "stage"})
SECTION = frozenset({"title", "letters", "steps", "linked"})
STAGE = frozenset({"title", "steps", "when"})
RECORDED = "av_record_id"  # the field of an on-site act that names its audio-visual record


@dataclass(frozen=True)
class Section:
    """A part of a volume: the letters and steps that lie in it, and the linked cases whose papers do."""

    title: str
    letters: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    linked: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stage:
    """A stage of which the whole-process record must show something, where `when` holds."""

    title: str
    steps: tuple[str, ...]
    when: str = "True"


@dataclass(frozen=True)
class Plan:
    """How the volume of a process is built and checked."""

    sections: tuple[Section, ...]
    stages: tuple[Stage, ...] = ()
    closed_by: str = ""  # the step that locks the volume
    left_out: tuple[str, ...] = ()  # letters that are no part of it, as its own catalogue
    required: tuple[str, ...] = ()  # letters without which a step that drafts them is not complete
    evidence: tuple[tuple[str, str], ...] = ()  # (step, field) of the rows that are evidence
    served: tuple[tuple[str, str], ...] = ()  # (letter, expression that proves its service otherwise)
    on_site: tuple[tuple[str, str], ...] = ()  # (step, expression over `answer`): needs an audio-visual record


def bound_with(settings: Mapping[str, Any], below: Iterable[Any]) -> list[Any]:
    """Return those of the cases below one whose papers lie in its volume; hidden and kept ones have their own."""
    plan = read(settings)
    processes = {process for section in plan.sections for process in section.linked} if plan else ()
    return [row for row in below if row.process in processes and not row.hidden and not row.confidential]


def read(settings: Mapping[str, Any]) -> Plan | None:
    """Return the plan of a process, or None where its cases have no volume."""
    table = settings.get("volume")
    return _read(json.dumps(table)) if table else None


@functools.lru_cache(maxsize=64)
def _read(text: str) -> Plan:
    table = json.loads(text)
    return Plan(
        tuple(
            Section(one["title"], *(tuple(one.get(key, ())) for key in ("letters", "steps", "linked")))
            for one in table["section"]
        ),
        tuple(Stage(one["title"], tuple(one["steps"]), one.get("when", "True")) for one in table.get("stage", ())),
        table.get("closed_by", ""),
        tuple(table.get("left_out", ())),
        tuple(table.get("required", ())),
        tuple(tuple(one.split(".", 1)) for one in table.get("evidence", ())),
        tuple(table.get("served", {}).items()),
        tuple(table.get("on_site", {}).items()),
    )


def faults(where: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yield what a [volume] says that nobody can follow, by shape."""
    if not isinstance(value, dict):
        yield where, "应写成 [volume]"
        return
    if unknown := value.keys() - KEYS:
        yield where, f"不认识 {'、'.join(sorted(unknown))}"
    if not isinstance(value.get("closed_by", ""), str):
        yield f"{where}.closed_by", "应为环节"
    for key in ("left_out", "required", "evidence"):
        if not _are_words(value.get(key, [])):
            yield f"{where}.{key}", "应为文字的列表"
    if any("." not in one for one in value.get("evidence", ()) if isinstance(one, str)):
        yield f"{where}.evidence", "应写成“环节.字段”"
    for key in ("served", "on_site"):
        table = value.get(key, {})
        if not isinstance(table, dict) or not all(isinstance(text, str) and text for text in table.values()):
            yield f"{where}.{key}", "应为一组“名称 = 表达式”"
    for key, known in (("section", SECTION), ("stage", STAGE)):
        entries = value.get(key, [])
        if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
            yield f"{where}.{key}", f"应写成 [[volume.{key}]]"
            continue
        for place, one in enumerate(entries, start=1):
            if not isinstance(one.get("title"), str) or one.keys() - known:
                yield f"{where}.{key} 第 {place} 项", f"应有 title，可有 {'、'.join(sorted(known - {'title'}))}"
            if not all(_are_words(one.get(part, [])) for part in ("letters", "steps", "linked")):
                yield f"{where}.{key} 第 {place} 项", "letters、steps、linked 应为文字的列表"
            if key == "stage" and not one.get("steps"):
                yield f"{where}.{key} 第 {place} 项", "应有 steps"
    if not value.get("section"):
        yield f"{where}.section", "案卷至少有一部分"


def problems(plan: Plan, bundle: Any) -> Iterator[tuple[str, str]]:
    """Yield what a plan names that its process has not, and what of the process lies in no section."""
    for kind, known, title in (("letters", bundle.letters, "文书"), ("steps", bundle.steps, "环节")):
        placed = [name for section in plan.sections for name in getattr(section, kind)]
        for name in dict.fromkeys(placed):
            if name not in known:
                yield f"volume {name}", f"没有这个{title}"
            elif placed.count(name) > 1:
                yield f"volume {name}", f"{title}放在案卷的两处"
        wanted = plan.left_out if kind == "letters" else ()
        for name, one in known.items():
            if name not in (*placed, *wanted) and (kind == "letters" or one.kind in HUMAN):
                yield f"volume {name}", f"{title}“{one.title}”没有放进案卷的任何部分"
    named = [(name, bundle.letters) for name in (*plan.left_out, *plan.required, *(one for one, _ in plan.served))]
    named += [(name, bundle.steps) for stage in plan.stages for name in stage.steps]
    named += [(plan.closed_by, bundle.forms)] if plan.closed_by else []
    for name, known in named:
        if name not in known:
            yield f"volume {name}", "没有这个环节或者文书"
    fields = [*plan.evidence, *((step, RECORDED) for step, _ in plan.on_site)]
    for step, field in fields:
        if step not in bundle.forms or field not in bundle.forms[step].fields:
            yield f"volume {step}.{field}", "没有这个字段"


def expressions_of(plan: Plan) -> Iterator[tuple[str, str, str]]:
    """Yield (where, expression, the step whose answer it reads, if any) for the deploy check."""
    yield from ((f"volume {letter}", source, "") for letter, source in plan.served)
    yield from ((f"volume {stage.title}", stage.when, "") for stage in plan.stages)
    yield from ((f"volume {step}", source, step) for step, source in plan.on_site)


def _are_words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) and word for word in value)
