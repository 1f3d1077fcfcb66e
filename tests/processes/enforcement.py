"""A penalty case driven through the JSON API, and the stages from which its tests begin.

A later stage adds its answers to `ANSWERS`, its people to `PEOPLE` and its moves to `STAGES`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from engine import model, store
from tests.api import Office
from tests.office import at, open_office
from tests.processes import enforcement_answers, enforcement_review_answers, execution_answers, hazard_answers
from tests.processes.causes import register_causes
from tests.processes.hazard import Driver
from tests.processes.stages import Family, Move

FAMILY = (
    "enforcement_case",
    "evidence_preservation",
    "correction_order",
    "coercion",
    "enforcement_simple",
    "remedy_tracking",
)
SERVED = {"D-EC-18a"}
PEOPLE = {
    "ec_file_case_unit": "unit_head",
    "ec_file_case_approve": "deputy_head",
    "ec_suspend_approve": "deputy_head",
    "ec_terminate_approve": "deputy_head",
    "ec_recuse_decide": "deputy_head",
    "ec_preserve_approve": "deputy_head",
    "ec_daily_fine": "deputy_head",
    "ec_publish": "publicity_officer",
    "ec_stop_approve": "deputy_head",
    "coercion_request_legal": "legal_reviewer",
    "coercion_request_approve": "deputy_head",
    "coercion_extend_approve": "deputy_head",
    **enforcement_review_answers.PEOPLE,
    **execution_answers.PEOPLE,
}
ANSWERS: dict[str, dict[str, dict[str, Any]]] = {
    **enforcement_answers.ANSWERS,
    "coercion": hazard_answers.ANSWERS["coercion"],
}
ANSWERS |= {name: execution_answers.ANSWERS[name] for name in ("enforcement_simple", "remedy_tracking")}
REPORT = {
    "ec_superior_report": {"organ": "青山市应急管理局", "filed_on": "2026-08-10", "receipt": hazard_answers.PDF},
    "ec_tell_organs": {},
    "ec_stop_check": {
        "checked_at": "2026-12-31T10:00:00+08:00",
        "officers": hazard_answers.OFFICERS,
        "obeyed": "已停产停业",
        "facts": "储罐区已停止进料，联锁正在整改",
        "result": "继续停产停业",
    },
    "ec_stop_approve": {"decision": "同意", "resumed_on": execution_answers.TODAY},
}
for told in (enforcement_review_answers.ANSWERS, REPORT, execution_answers.EXECUTION):
    ANSWERS["enforcement_case"] = ANSWERS["enforcement_case"] | told


class Case(Driver):
    """One case of the enforcement family, driven by the people of one place."""

    people = PEOPLE
    told = ANSWERS

    @classmethod
    def open(cls, office: Office, moment: datetime, who: str = "", seat: str = "county1", **changes: Any) -> Case:
        """Register a clue at a moment in the office `seat`; `changes` replaces answers of it."""
        return cls(office, "", "enforcement_case", seat).begin("enforcement_case", "ec_clue", moment, who, **changes)

    def answers(
        self, process: str, step: str, person: str, changes: dict[str, Any], moment: datetime
    ) -> dict[str, Any]:
        """Return acceptable answers; what is done today is dated today."""
        today = execution_answers.dated(self.told[process][step], moment)
        return super().answers(process, step, person, {**today, **changes}, moment)

    def do(self, step: str, moment: datetime, who: str = "", status: int = 200, **changes: Any) -> dict[str, Any]:
        """Complete an open step; before the archive all papers are issued and served, as its volume needs."""
        if step == "ec_archive" and status == 200:
            self.complete_papers(moment)
        return super().do(step, moment, who, status, **changes)

    def complete_papers(self, moment: datetime) -> None:
        """Issue every draft of the case, and serve what no step proves the service of."""
        self.office.set(moment)
        with store.reading() as session:
            rows = session.query(model.Document).filter_by(case_id=self.id).all()
            papers = [(row.id, row.letter, row.issue_role, row.state) for row in rows]
        for key, letter, role, state in papers:
            if state == "draft":
                self.office.post(f"{role}.{self.place}", f"/documents/{key}/issue")
            if letter in SERVED and state in ("draft", "issued"):
                said = {"method": "电子送达", "served_at": moment.isoformat()}
                self.office.post(self.watcher, f"/documents/{key}/serve", said)


def open_enforcement_office() -> None:
    """The demo office with the whole enforcement family and the reference entries that its forms look up."""
    open_office(*FAMILY)
    register_causes()


REGISTERED = "2026-07-03 10:00"
# Stage: the stage before it, and the moves that lead on from there.
STAGES: dict[str, tuple[str, tuple[Move, ...]]] = {
    "office": ("", ()),
    "filing": ("office", ()),
    "filing_unit": ("filing", (Move("ec_file_case", "2026-07-03 11:00"),)),
    "filing_approval": ("filing_unit", (Move("ec_file_case_unit", "2026-07-03 15:00"),)),
    "investigating": ("filing_approval", (Move("ec_file_case_approve", "2026-07-06 10:00"),)),
    "reporting": ("investigating", (Move("ec_investigate", "2026-07-08 10:30", act="ask_investigate"),)),
    "reviewing": ("reporting", (Move("ec_investigation_report", "2026-07-20 10:00"),)),
    "suspended": (
        "reporting",
        (
            Move("ec_suspend", "2026-08-14 10:00", act="ask_suspend"),
            Move("ec_suspend_approve", "2026-08-15 10:00"),
        ),
    ),
    **enforcement_review_answers.STAGES,
    **execution_answers.STAGES,
}
ENFORCEMENT = Family(
    STAGES,
    open_enforcement_office,
    lambda office: Case.open(office, at(REGISTERED)),
    Case,
    "enforcement_case",
    REGISTERED,
)
