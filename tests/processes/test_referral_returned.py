"""A referral that comes back: the handler of the penalty case is told, and resumes with the days that were left."""

from __future__ import annotations

import pytest

from engine import model, store
from tests.office import at, deploy
from tests.pages import Person
from tests.processes.enforcement import Case
from tests.processes.enforcement_desk import PRINCIPAL
from tests.processes.referral import NOT_FILED, Referral
from tests.processes.stages import Move
from tests.processes.test_referral_and_penalty import referred

HANDLER = "case_handler.county1"
PAPER = "公不立字〔2026〕7号"
BACK = [
    Move("ref_handover", "2026-07-22 15:00", {"handed_at": "2026-07-22T15:00:00+08:00", "penalties": []}),
    Move("ref_police_receipt", "2026-07-22 16:00", {"accepted_at": "2026-07-22T16:00:00+08:00"}),
    Move(
        "ref_record_decision",
        "2026-08-18 10:00",
        {**NOT_FILED, "decided_on": "2026-08-17", "notice_received_on": "2026-08-18"},
    ),
    Move("ref_objection_choice", "2026-08-19 10:00", {"choice": "认可"}),
    Move("ref_objection_choice_approve", "2026-08-19 11:00"),
    Move("ref_accepted_refusal", "2026-08-19 12:00"),
    Move("ref_return_receive", "2026-11-27 10:00", {"received_on": "2026-11-27", "document_no": PAPER}),
]


@pytest.fixture
def reporting(enforcement_at) -> Case:
    case = enforcement_at("reporting")
    with store.writing() as session:
        deploy(session, "judicial_referral")
    return case


def returned(case: Case, decision: str) -> Referral:
    """Suspend a case on its fortieth day for a referral, and let that come back with a decision on what follows."""
    referral = referred(case, PRINCIPAL).lead(*BACK[:2])
    case.act("ask_suspend", "ec_suspend", at("2026-08-14 10:00"))
    case.do("ec_suspend_approve", at("2026-08-15 10:00"))
    referral.lead(*BACK[2:])
    referral.do("ref_return_decide", at("2026-11-30 10:00"), decision=decision)
    referral.do("ref_return_decide_approve", at("2026-12-01 09:00"))
    return referral


def told(case: Case) -> list[tuple[str, str]]:
    with store.reading() as session:
        rows = session.query(model.Notice).filter_by(case_id=case.id, kind="handoff")
        return [(row.user_name, row.text) for row in rows if "退回" in row.text]


def test_15_what_comes_back_is_told_and_resumed_with_the_days_left(reporting):
    returned(reporting, "恢复原案")
    assert HANDLER in dict(told(reporting)) and "恢复调查" in dict(told(reporting))[HANDLER]
    reporting.office.set(at("2026-12-03 10:00"))
    task = reporting.office.post(HANDLER, f"/cases/{reporting.id}/acts/ask_resume")["task"]["id"]
    data = reporting.office.get(HANDLER, f"/tasks/{task}")["data"]
    assert (data["resumed_on"], data["result_paper"]) == ("2026-12-01", PAPER)
    reporting.office.post(HANDLER, f"/tasks/{task}/complete", {"data": data})
    clock = reporting.clock("EC-C06")
    assert (clock["state"], clock["due_on"]) == ("running", "2027-01-20")


def test_what_is_told_names_neither_person_nor_crime(reporting):
    returned(reporting, "恢复原案")
    assert told(reporting) and not any("刘某" in text or "危险作业" in text for _, text in told(reporting))


def test_that_nothing_more_is_to_be_punished_is_told_too(reporting):
    returned(reporting, "不再处罚")
    assert {text.rpartition("，")[2] for _, text in told(reporting)} == {"审批决定不再处罚"}


def test_a_referral_without_a_case_above_tells_nobody(referral_at):
    referral = referral_at("returned")
    referral.do("ref_return_decide", at("2026-06-26 10:00"))
    referral.do("ref_return_decide_approve", at("2026-06-26 11:00"))
    with store.reading() as session:
        assert [row.text for row in session.query(model.Notice) if "退回行政处理" in row.text] == []


def test_a_case_resumed_for_another_reason_opens_as_before(enforcement_at):
    case = enforcement_at("suspended")
    case.office.set(at("2026-12-03 10:00"))
    task = case.office.post(HANDLER, f"/cases/{case.id}/acts/ask_resume")["task"]["id"]
    data = case.office.get(HANDLER, f"/tasks/{task}")["data"]
    assert (data["resumed_on"], data.get("result_paper"), data.get("reason")) == ("2026-12-03", None, None)


def test_both_pages_link_to_each_other(reporting):
    """Links up as well as down, for who may see both."""
    referral = referred(reporting, PRINCIPAL)
    app = reporting.office.app
    up = Person(app, HANDLER).open(f"/cases/{referral.id}?tab=links")
    assert up.find(f"//a[@href='/cases/{reporting.id}']") and "来源案件" in up.text
    assert Person(app, HANDLER).open(f"/cases/{reporting.id}?tab=links").find(f"//a[@href='/cases/{referral.id}']")
