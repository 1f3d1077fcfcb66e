"""A hazard driven through the JSON API: each step by the person of its role, with acceptable answers."""

from __future__ import annotations

import copy
import io
from datetime import datetime
from typing import Any

from engine import wakeups
from tests.api import Office
from tests.office import ZONE, at, fill_list, open_office, rows_of
from tests.processes.hazard_answers import ANSWERS

FAMILY = ("hazard_supervision", "coercion", "hazard_interim", "hazard_escalation", "hazard_quarterly_round")
PEOPLE = {
    "hz_register": "case_handler",
    "hz_not_hazard_approve": "unit_head",
    "hz_confirm_list": "unit_head",
    "hz_approve_listing": "deputy_head",
    "hz_approve_listing_approve": "committee_leader",
    "hz_assign": "committee_office",
    "hz_file_listing": "committee_office",
    "hz_publish_listing": "publicity_officer",
    "hz_double_report": "enterprise_reporter",
    "hz_plan": "enterprise_reporter",
    "hz_review_plan_approve": "unit_head",
    "hz_acceptance_apply": "enterprise_reporter",
    "hz_progress": "enterprise_reporter",
    "hz_extension_apply": "enterprise_reporter",
    "hz_extension_decide": "deputy_head",
    "hz_acceptance_approve": "deputy_head",
    "hz_resume": "deputy_head",
    "hz_resume_approve": "government_leader",
    "hz_delist_review": "committee_office",
    "hz_delist_review_approve": "committee_leader",
    "hz_publish_delisting": "publicity_officer",
    "hz_closure_propose_legal": "legal_reviewer",
    "hz_closure_propose_approve": "agency_head",
    "hz_closure_decide": "government_leader",
    "hz_closure_publish": "publicity_officer",
    "coercion_request_legal": "legal_reviewer",
    "coercion_request_approve": "agency_head",
    "coercion_extend_approve": "deputy_head",
    "hz_interim_order_approve": "deputy_head",
    "hz_interim_lift_approve": "deputy_head",
    "hz_interim_extend_approve": "deputy_head",
    "hz_escalate": "committee_office",
    "hz_escalate_l1_approve": "unit_head",
    "hz_escalate_l2_approve": "deputy_head",
    "hz_interview": "committee_office",
    "hz_escalate_l3_legal": "legal_reviewer",
    "hz_escalate_l3_approve": "deputy_head",
    "hz_escalate_l4_approve": "committee_leader",
    "hz_escalate_l5_approve": "agency_head",
    "hz_escalate_follow": "committee_office",
    "qr_select": "committee_office",
    "qr_acceptance": "committee_office",
    "qr_bulletin": "committee_office",
    "qr_bulletin_approve": "committee_leader",
    "qr_publish": "publicity_officer",
}
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + b"\x00" * 64


def open_hazard_office() -> None:
    """The demo office with the whole hazard family and the reference entries that its forms look up."""
    open_office(*FAMILY)
    fill_criteria()


def fill_criteria() -> None:
    """Enter the clauses by which the hazards of the tests are judged."""
    titles = dict.fromkeys(("WH-11", "WH-12"), "判定标准条款（题名，待核）")
    fill_list("hazard_criteria", titles, "待核", verified=False)


class Driver:
    """One case of the family, driven by the people of one place; another family has its own people and answers."""

    people = PEOPLE
    told = ANSWERS

    def __init__(self, office: Office, case_id: str, process: str, place: str = "county1") -> None:
        self.office, self.id, self.process, self.place = office, case_id, process, place
        self._told: list[dict[str, Any]] = []  # the open tasks of the last answer

    @classmethod
    def open(cls, office: Office, moment: datetime, place: str = "county1", who: str = "", **changes: Any) -> Driver:
        """Register a hazard at a moment; `changes` replaces answers of the registration."""
        office.set(moment)
        person = who or f"case_handler.{place}"
        data = answers(office, "hazard_supervision", "hz_register", person, place, changes, moment)
        case = office.post(person, "/cases", {"process": "hazard_supervision", "data": data}, 201)
        return cls(office, case["id"], "hazard_supervision", place)

    @property
    def watcher(self) -> str:
        seat = self.process in ("hazard_quarterly_round", "hazard_escalation")
        role = "committee_office" if seat else "case_handler"
        return f"{role}.{self.place}"

    def case(self) -> dict[str, Any]:
        """Return the whole case as its handler sees it."""
        return self.office.get(self.watcher, f"/cases/{self.id}")

    def steps(self) -> list[str]:
        """Return the open steps."""
        return [task["step"] for task in self.case()["open_tasks"]]

    def who(self, step: str) -> str:
        """Return who does a step in this place."""
        return f"{self.people.get(step, 'case_handler')}.{self.place}"

    def task(self, step: str, who: str = "") -> dict[str, Any]:
        """Return the open task of a step, as somebody sees it."""
        tasks = self.office.get(who or self.watcher, f"/cases/{self.id}")["open_tasks"]
        found = [task for task in tasks if task["step"] == step]
        assert found, f"{step} is not open: {[task['step'] for task in tasks]}"
        return found[0]

    def do(self, step: str, moment: datetime, who: str = "", status: int = 200, **changes: Any) -> dict[str, Any]:
        """Complete an open step at a moment; return the answer of the API (a problem where `status` says so)."""
        self.office.set(moment)
        person = who or self.who(step)
        data = self.answers(self.process, step, person, changes, moment)
        told = [task for task in self._told if task["step"] == step]
        task = told[0] if told else self.task(step, person)
        return self._heard(self.office.post(person, f"/tasks/{task['id']}/complete", {"data": data}, status))

    def act(
        self, act: str, step: str, moment: datetime, who: str = "", status: int = 200, **changes: Any
    ) -> dict[str, Any]:
        """Begin and complete an anytime act."""
        self.office.set(moment)
        person = who or self.who(step)
        data = self.answers(self.process, step, person, changes, moment)
        return self._heard(self.office.post(person, f"/cases/{self.id}/acts/{act}", {"data": data}, status))

    def make(
        self, step: str, moment: datetime, act: str = "", who: str = "", status: int = 200, **changes: Any
    ) -> dict[str, Any]:
        """Complete a step, beginning it by its act where it has one."""
        if act:
            return self.act(act, step, moment, who, status, **changes)
        return self.do(step, moment, who, status, **changes)

    def refused(
        self, code: str, step: str, moment: str, act: str = "", who: str = "", status: int = 422, **changes: Any
    ) -> dict[str, Any]:
        """See that a step is refused with this code and that nothing has changed; return the problem."""
        self.office.set(at(moment))
        before = self.rows()
        problem = self.make(step, at(moment), act, who, status, **changes)
        assert (problem["status"], problem["code"]) == (status, code), problem
        assert self.rows() == before
        return problem

    def clock(self, rule: str) -> dict[str, Any]:
        """Return the latest clock of a rule."""
        rows = self.office.get(self.watcher, f"/cases/{self.id}/clocks")
        return [row for row in rows if row["id"] == rule][-1]

    def linked(self, process: str) -> list[Driver]:
        """Return the cases of a process that were opened from this one, the oldest first."""
        rows = [row for row in self.case()["linked"] if not row["is_parent"] and row["process"] == process]
        return [type(self)(self.office, row["id"], process, self.place) for row in rows]

    def begin(self, process: str, step: str, moment: datetime, who: str = "", status: int = 201, **changes: Any) -> Any:
        """Open a linked case with its first step answered; return its driver, or the problem that `status` expects."""
        self.office.set(moment)
        person = who or self.who(step)
        data = self.answers(process, step, person, changes, moment)
        above = {"parent": self.id} if self.id else {}
        said = self.office.post(person, "/cases", {"process": process, "data": data, **above}, status)
        return type(self)(self.office, said["id"], process, self.place) if status == 201 else said

    def ask(self, process: str, moment: datetime, who: str = "") -> Driver:
        """Open a linked case, or one of its own where there is no case yet, with its first step still to be done."""
        self.office.set(moment)
        body = {"process": process, **({"parent": self.id} if self.id else {})}
        case = self.office.post(who or self.watcher, "/cases", body, 201)
        return type(self)(self.office, case["id"], process, self.place)

    def pass_time(self, moment: datetime) -> None:
        """Let time pass until a moment, with all that falls due on the way."""
        self.office.set(moment)
        self._told = []
        assert wakeups.sweep(moment).failed == []

    def _heard(self, said: dict[str, Any]) -> dict[str, Any]:
        if "case" in said:
            self._told = said["case"]["open_tasks"]
        return said

    def answers(
        self, process: str, step: str, person: str, changes: dict[str, Any], moment: datetime
    ) -> dict[str, Any]:
        """Return acceptable answers of a step as this person would give them."""
        return answers(self.office, process, step, person, self.place, changes, moment, self.told)

    def rows(self) -> dict[str, list[tuple]]:
        """Return every row that is kept of the case, to see that nothing changed."""
        return rows_of(self.id)

    def state(self) -> dict[str, Any]:
        """Return all that the case says of itself."""
        paths = {"case": "", "clocks": "/clocks", "history": "/history", "documents": "/documents"}
        return {name: self.office.get(self.watcher, f"/cases/{self.id}{path}") for name, path in paths.items()}


def answers(
    office: Office,
    process: str,
    step: str,
    person: str,
    place: str,
    changes: dict[str, Any],
    moment: datetime,
    told: dict[str, dict[str, dict[str, Any]]] = ANSWERS,
) -> dict[str, Any]:
    """Return acceptable answers with real people, offices and freshly uploaded files; None takes a field out.

    Moments that lie after `moment` are brought back to it: facts cannot lie in the future.
    """
    data = {**copy.deepcopy(told[process][step]), **changes}
    said = {name for name in changes}
    found = {}
    for name, value in data.items():
        if value is not None:
            found[name] = _real(office, value, person, place, None if name in said else moment)
    return found


def _real(office: Office, value: Any, person: str, place: str, moment: datetime | None) -> Any:
    if isinstance(value, list):
        return [_real(office, entry, person, place, moment) for entry in value]
    if isinstance(value, dict):
        return {name: _real(office, entry, person, place, moment) for name, entry in value.items()}
    people = {"zhang": "case_handler", "wang": "co_handler", "chen": "case_handler2"}
    if value in people:
        return f"{people[value]}.{place}"
    if value == "o1":
        return place
    if value in ("a1", "a2"):
        return upload(office, person, "签章.pdf" if value == "a1" else "现场.jpg", PDF if value == "a1" else JPEG)
    if moment is not None and isinstance(value, str) and len(value) == 25 and value[10] == "T":
        when = datetime.fromisoformat(value)
        return min(when, moment).astimezone(ZONE).isoformat()
    return value


def upload(office: Office, person: str, name: str, content: bytes) -> str:
    """Upload a file as somebody and return its id."""
    client = office.app.test_client()
    answer = client.post(
        "/api/v1/attachments",
        headers={"Authorization": f"Bearer {office.token(person)}"},
        data={"file": (io.BytesIO(content), name)},
    )
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return answer.get_json()["id"]
