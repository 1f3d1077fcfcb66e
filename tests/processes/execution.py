"""The stages after the decision alone: a penalty case in which the steps before it are no more than a line each.

The diagrams, forms and clocks of these stages are the published ones; only what leads to them is stood in for.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

from engine import bundles, catalog, store
from engine.people import SYSTEM_ACTOR
from tests.office import OPENED, ROOT, at, open_office
from tests.processes import execution_answers
from tests.processes.causes import register_causes
from tests.processes.execution_answers import TODAY
from tests.processes.hazard import Driver
from tests.processes.stages import Family, Move

STAGES_ALONE = ("enforcement_execution", "enforcement_court", "enforcement_closing")
BEFORE = (
    *("ec_clue", "ec_recuse", "ec_recuse_decide", "ec_file_case", "ec_file_case_approve"),
    *("ec_investigate", "ec_investigation_report"),
    *("ec_unit_review", "ec_legal_review"),
)
CLOCKS = {f"EC-C{n}" for n in (12, "12-2", 13, 15, 16, 21, 22, 23, 24, 25, 29)}
FINE = {"subject": "单位", "name": "甲化工厂", "kind": "罚款", "amount": "50000.00"}
NOTE = {"title": "说明", "type": "object", "properties": {"note": {"type": "string", "title": "说明"}}}
DAY = {"type": "string", "format": "date", "title": "日期"}
FORMS: dict[str, dict[str, Any]] = {
    **{step: NOTE for step in BEFORE},
    "ec_decide": {
        "title": "处罚决定",
        "type": "object",
        "properties": {
            "decision": {"type": "string", "enum": ["行政处罚", "不予行政处罚"], "title": "决定"},
            "decided_on": DAY,
            "penalties": {
                "type": "array",
                "title": "处罚",
                "x-ui": {"kind": "rows"},
                "items": {
                    "type": "object",
                    "properties": {
                        **{name: {"type": "string", "title": name} for name in ("subject", "name", "kind")},
                        "amount": {"type": "string", "title": "金额", "x-ui": {"kind": "money"}},
                    },
                },
            },
            "payment_due_days": {"type": "integer", "title": "缴款期限"},
            "channel": {"type": "string", "title": "渠道"},
        },
    },
    "ec_serve": {"title": "送达", "type": "object", "properties": {"served_on": DAY}},
}
TASKS = (*BEFORE, "ec_decide", "ec_serve")
SETTINGS = """title = "安全生产行政处罚"
number = "EC-{region}-{year}-{n:04}"
starts = ["case_handler"]
header = { title = "'甲化工厂'" }
[exposes]
party = "'甲化工厂'"
"""
EXPOSED = ("decided_on", "served_on", "published_on", "remedy_first")


class Penalty(Driver):
    """A penalty case from its decision on, and what runs beside it; what is done today is dated today."""

    people = {**execution_answers.PEOPLE, "ec_publish": "publicity_officer"}
    told = {
        **execution_answers.ANSWERS,
        "enforcement_case": {
            **{step: {} for step in BEFORE},
            "ec_decide": {
                "decision": "行政处罚",
                "decided_on": TODAY,
                "penalties": [FINE],
                "payment_due_days": 15,
                "channel": "指定银行",
            },
            "ec_serve": {"served_on": TODAY},
            "ec_publish": {**execution_answers.PUBLISHED, "published_at": "2027-12-31T10:00:00+08:00"},
            **execution_answers.EXECUTION,
        },
    }

    def answers(
        self, process: str, step: str, person: str, changes: dict[str, Any], moment: datetime
    ) -> dict[str, Any]:
        today = execution_answers.dated(self.told[process][step], moment)
        return super().answers(process, step, person, {**today, **changes}, moment)

    def pay(self, day: str, *payments: tuple[str, str, str], outcome: str = "继续执行", **changes: Any) -> Any:
        """Register on a day all payments so far, each as (day, amount, what for)."""
        rows = [
            {"paid_on": paid_on, "amount": amount, "of": of, "channel": "银行", "receipt_no": f"PJ-{number}"}
            for number, (paid_on, amount, of) in enumerate(payments, 1)
        ]
        return self.do("ec_execute", at(f"{day} 16:00"), payments=rows, outcome=outcome, **changes)

    def said(self, step: str) -> dict[str, Any]:
        """Return the latest answers of a step."""
        return self.case()["case_file"].get(step, {})

    def end(self) -> tuple[str, str]:
        """Return whether the case is over, and how."""
        case = self.case()
        return case["state"], case["status"]


def served(case: Penalty, day: str, *penalties: dict[str, Any], decision: str = "行政处罚") -> Penalty:
    """Decide and serve a penalty on a day; by default a fine of 50,000 yuan."""
    case.do("ec_decide", at(f"{day} 09:00"), penalties=list(penalties) or [FINE], decision=decision)
    case.do("ec_serve", at(f"{day} 10:00"))
    return case


def fine(amount: str) -> dict[str, Any]:
    """Return a fine as the decision has it."""
    return {**FINE, "amount": amount}


def open_execution_office() -> None:
    """The demo office with the stages alone, the punishment on the spot and the remedies."""
    open_office("coercion")
    register_causes()
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder))
        with store.writing() as session:
            for process in ("enforcement_case", "enforcement_simple", "remedy_tracking"):
                row = catalog.upload(session, process, bundles.collect(Path(folder), process), SYSTEM_ACTOR, OPENED)
                catalog.publish(session, row.hash, SYSTEM_ACTOR, OPENED, alone=True)


def write(root: Path) -> None:
    """Write the folders: the stages of the project behind a main diagram of stand-ins."""
    for kind in ("bpmn", "forms"):
        for process in ("enforcement_simple", "remedy_tracking"):
            shutil.copytree(ROOT / kind / process, root / kind / process)
        (root / kind / "enforcement_case").mkdir()
    shutil.copy(ROOT / "bpmn" / "roles.toml", root / "bpmn")
    shutil.copytree(ROOT / "forms" / "letters", root / "forms" / "letters")
    source, folder = ROOT / "bpmn" / "enforcement_case", root / "bpmn" / "enforcement_case"
    for name in STAGES_ALONE:
        text = (source / f"{name}.bpmn").read_text()
        # The papers speak of the whole case, of which there is no more than a line here.
        (folder / f"{name}.bpmn").write_text(re.sub(r'.*<spiffworkflow:property name="letters".*\n', "", text))
    shutil.copy(source / "params.toml", folder)
    (folder / "enforcement_case.bpmn").write_text(_diagram())
    (folder / "process.toml").write_text(_settings((source / "process.toml").read_text()))
    clocks = re.split(r"(?m)^(?=\[\[clock\]\]$)", (source / "deadlines.toml").read_text())
    own = [text for text in clocks if (found := re.search(r'^id = "(.*)"', text, re.M)) and found[1] in CLOCKS]
    (folder / "deadlines.toml").write_text("".join(own))
    for step in (*execution_answers.EXECUTION, "ec_publish"):
        shutil.copy(ROOT / "forms" / "enforcement_case" / f"{step}.json", root / "forms" / "enforcement_case")
    for step, form in FORMS.items():
        text = json.dumps(form, ensure_ascii=False)
        (root / "forms" / "enforcement_case" / f"{step}.json").write_text(text)


def _settings(real: str) -> str:
    table = tomllib.loads(real)
    exposes = {name: source for name, source in table["exposes"].items() if name in EXPOSED}
    texts = [SETTINGS, *(f"{name} = {json.dumps(source)}" for name, source in exposes.items()), "[statuses]"]
    texts += [f"{name} = {json.dumps(title, ensure_ascii=False)}" for name, title in table["statuses"].items()]
    return "\n".join(texts) + "\n"


def _diagram() -> str:
    flows = [*zip(("start", *TASKS), (*TASKS, "split"), strict=False), ("split", "gw"), ("split", "ec_publish")]
    flows += [("stage_execution", "x"), ("x", "join"), ("ec_publish", "join"), ("join", "stage_closing")]
    flows += [("stage_closing", "end")]
    nodes = ['<bpmn:startEvent id="start" name="开始" />', '<bpmn:endEvent id="end" name="办结" />']
    nodes += [f'<bpmn:userTask id="{step}" name="{step}" />' for step in (*TASKS, "ec_publish")]
    nodes += [f'<bpmn:parallelGateway id="{name}" />' for name in ("split", "join")]
    nodes += ['<bpmn:exclusiveGateway id="gw" name="处罚？" default="skip" />', '<bpmn:exclusiveGateway id="x" />']
    nodes += [
        f'<bpmn:callActivity id="stage_{name}" name="{name}" calledElement="enforcement_{name}" />'
        for name in ("execution", "closing")
    ]
    lanes = [("承办人", [*TASKS, "start", "end", "split", "join", "gw", "x", "stage_execution", "stage_closing"])]
    lanes += [("公示人员", ["ec_publish"])]
    return "".join(
        (
            '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
            ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="definitions" targetNamespace="urn:andu">'
            '<bpmn:process id="enforcement_case" name="行政处罚" isExecutable="true"><bpmn:laneSet id="lanes">',
            *(
                f'<bpmn:lane id="lane_{number}" name="{title}">'
                + "".join(f"<bpmn:flowNodeRef>{node}</bpmn:flowNodeRef>" for node in members)
                + "</bpmn:lane>"
                for number, (title, members) in enumerate(lanes)
            ),
            "</bpmn:laneSet>",
            *nodes,
            *(f'<bpmn:sequenceFlow id="from_{a}_to_{b}" sourceRef="{a}" targetRef="{b}" />' for a, b in flows),
            '<bpmn:sequenceFlow id="skip" sourceRef="gw" targetRef="x" />'
            '<bpmn:sequenceFlow id="carry_out" name="处罚" sourceRef="gw" targetRef="stage_execution">'
            "<bpmn:conditionExpression"
            " xsi:type=\"bpmn:tFormalExpression\">ec_decide.decision == '行政处罚'</bpmn:conditionExpression>"
            "</bpmn:sequenceFlow></bpmn:process></bpmn:definitions>",
        )
    )


OPENING = "2026-01-05 09:00"
STAGES: dict[str, tuple[str, tuple[Move, ...]]] = {
    "office": ("", ()),
    "deciding": ("office", tuple(Move(step, "2026-01-05 09:30") for step in BEFORE[1:])),
}
EXECUTION = Family(
    STAGES,
    open_execution_office,
    lambda office: Penalty(office, "", "enforcement_case").begin("enforcement_case", BEFORE[0], at(OPENING)),
    Penalty,
    "enforcement_case",
    OPENING,
)
