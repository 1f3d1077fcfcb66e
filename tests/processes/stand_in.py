"""A process of one step that takes what a hazard hands off, where the real one is not published."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from engine import bundles, catalog, handoffs, store
from engine.people import SYSTEM_ACTOR
from tests.office import OPENED, ROOT

DIAGRAM = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="definitions" targetNamespace="urn:andu">
  <bpmn:process id="{process}" name="{title}" isExecutable="true">
    <bpmn:laneSet id="lanes"><bpmn:lane id="lane" name="承办人">
      <bpmn:flowNodeRef>start</bpmn:flowNodeRef><bpmn:flowNodeRef>counted</bpmn:flowNodeRef>
      <bpmn:flowNodeRef>{step}</bpmn:flowNodeRef><bpmn:flowNodeRef>end</bpmn:flowNodeRef>
    </bpmn:lane></bpmn:laneSet>
    <bpmn:startEvent id="start" name="收到移交" />
    <bpmn:scriptTask id="counted" name="计数"><bpmn:script>{script}</bpmn:script></bpmn:scriptTask>
    <bpmn:userTask id="{step}" name="受理" />
    <bpmn:endEvent id="end" name="办结" />
    <bpmn:sequenceFlow id="to_counted" sourceRef="start" targetRef="counted" />
    <bpmn:sequenceFlow id="to_step" sourceRef="counted" targetRef="{step}" />
    <bpmn:sequenceFlow id="to_end" sourceRef="{step}" targetRef="end" />
  </bpmn:process>
</bpmn:definitions>
"""
SETTINGS = """title = "{title}"
number = "{letters}-{{region}}-{{year}}-{{n:04}}"
starts = ["case_handler"]
starts_from = ["hazard_supervision"]
header = {{ title = "carried.facts or carried.refusal_facts or '移交'" }}
[statuses]
"""
FORM = {
    "title": "受理",
    "type": "object",
    "required": ["accepted"],
    "properties": {
        "accepted": {"type": "boolean", "title": "是否受理"},
        "hazard_no": {"type": "string", "title": "隐患编号"},
    },
}
KINDS = {"enforcement_case": ("行政处罚", "XZ"), "judicial_referral": ("刑事移送", "XS")}


def publish(folder: Path, process: str, script: str = "number = 1") -> None:
    """Write the process below `folder` and publish it as the office does; a bad `script` makes its opening fail."""
    title, letters = KINDS[process]
    step = f"{process}_accept"
    for name in ("bpmn", "forms"):
        shutil.rmtree(folder / name / process, ignore_errors=True)
        (folder / name / process).mkdir(parents=True)
    shutil.copy(ROOT / "bpmn" / "roles.toml", folder / "bpmn" / "roles.toml")
    diagram = DIAGRAM.format(process=process, title=title, step=step, script=script)
    (folder / "bpmn" / process / f"{process}.bpmn").write_text(diagram)
    (folder / "bpmn" / process / "process.toml").write_text(SETTINGS.format(title=title, letters=letters))
    (folder / "forms" / process / f"{step}.json").write_text(json.dumps(FORM, ensure_ascii=False))
    with store.writing() as session:
        row = catalog.upload(session, process, bundles.collect(folder, process), SYSTEM_ACTOR, OPENED)
        catalog.publish(session, row.hash, SYSTEM_ACTOR, OPENED, alone=True)
        handoffs.deployed(session, process)
