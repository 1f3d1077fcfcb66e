"""Small processes for tests of the engine: a row of steps, written as folders and published as the office does."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from engine import bundles, catalog, handoffs, model, neighbours, store
from engine.people import SYSTEM_ACTOR
from tests.office import OPENED, ROOT

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" id="definitions" targetNamespace="urn:andu">
  <bpmn:process id="{process}" name="{title}" isExecutable="true">
"""
TEXT = {"type": "string", "title": "内容"}


@dataclass(frozen=True)
class Step:
    """A user task with its form, or with `operation` a service task with its parameters."""

    id: str
    fields: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: {"text": TEXT})
    role: str = "承办人"
    properties: Mapping[str, str] = field(default_factory=dict)
    operation: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    rules: Sequence[Mapping[str, Any]] = ()


def write(
    root: Path, process: str, steps: Sequence[Step], settings: str, files: Mapping[str, str] | None = None
) -> None:
    """Write a process whose steps follow each other; `files` are more of its folder, by name."""
    for name in ("bpmn", "forms"):
        shutil.rmtree(root / name / process, ignore_errors=True)
        (root / name / process).mkdir(parents=True)
    shutil.copy(ROOT / "bpmn" / "roles.toml", root / "bpmn" / "roles.toml")
    folder = root / "bpmn" / process
    (folder / f"{process}.bpmn").write_text(_diagram(process, steps))
    letters = process.replace("_", "").upper()
    number = f'number = "{letters}-{{region}}-{{year}}-{{n:04}}"\n'
    (folder / "process.toml").write_text(f'title = "{process}"\n{number}{settings}')
    for name, text in (files or {}).items():
        (folder / name).write_text(text)
    for step in steps:
        if not step.operation:
            form = {"title": step.id, "type": "object", "properties": dict(step.fields), "x-rules": list(step.rules)}
            (root / "forms" / process / f"{step.id}.json").write_text(json.dumps(form, ensure_ascii=False))


def publish(root: Path, process: str) -> model.Bundle:
    """Publish a process below `root`, checked beside the others there."""
    with store.writing() as session:
        files = bundles.collect(root, process)
        row = catalog.upload(session, process, files, SYSTEM_ACTOR, OPENED, around=neighbours.on_disk(root))
        catalog.publish(session, row.hash, SYSTEM_ACTOR, OPENED, alone=True)
        handoffs.deployed(session, process)
        return row


def problems(root: Path, process: str) -> list[str]:
    """Return what the deploy check says of a process below `root`."""
    found = catalog.check(process, bundles.collect(root, process), neighbours.on_disk(root))
    return [str(problem) for problem in found]


def _diagram(process: str, steps: Sequence[Step]) -> str:
    whole = HEAD.format(process=process, title=process) + '<bpmn:laneSet id="lanes">'
    lanes: dict[str, list[str]] = {}
    for step in steps:
        lanes.setdefault(step.role, []).append(step.id)
    ends = [f"{process}_start", f"{process}_end"]
    for number, (role, ids) in enumerate(lanes.items()):
        inside = "".join(f"<bpmn:flowNodeRef>{one}</bpmn:flowNodeRef>" for one in [*ids, *(ends if not number else [])])
        whole += f'<bpmn:lane id="lane_{number}" name={quoteattr(role)}>{inside}</bpmn:lane>'
    whole += f'</bpmn:laneSet><bpmn:startEvent id="{ends[0]}" name="开始" />'
    whole += "".join(map(_task, steps)) + f'<bpmn:endEvent id="{ends[1]}" name="结束" />'
    row = [ends[0], *(step.id for step in steps), ends[1]]
    for number, (one, two) in enumerate(zip(row, row[1:], strict=False)):
        whole += f'<bpmn:sequenceFlow id="flow_{number}" sourceRef="{one}" targetRef="{two}" />'
    return whole + "</bpmn:process></bpmn:definitions>"


def _task(step: Step) -> str:
    given = "".join(
        f"<spiffworkflow:property name={quoteattr(name)} value={quoteattr(value)} />"
        for name, value in step.properties.items()
    )
    inner = f"<spiffworkflow:properties>{given}</spiffworkflow:properties>" if given else ""
    kind = "userTask"
    if step.operation:
        kind = "serviceTask"
        told = "".join(
            f'<spiffworkflow:parameter id={quoteattr(name)} type="str" value={quoteattr(value)} />'
            for name, value in step.params.items()
        )
        inner += (
            f'<spiffworkflow:serviceTaskOperator id="{step.operation}">'
            f"<spiffworkflow:parameters>{told}</spiffworkflow:parameters></spiffworkflow:serviceTaskOperator>"
        )
    extra = f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>" if inner else ""
    return f'<bpmn:{kind} id="{step.id}" name="{step.id}">{extra}</bpmn:{kind}>'
