"""The cases that run beside a hazard, and the quarterly round: every way through them, walked through the API."""

from __future__ import annotations

import pytest

from tests.office import at
from tests.processes import measures
from tests.processes.hazard import Driver
from tests.processes.hazard_desk import SEALING

BACK = {"decision": "退回", "reason": "材料不全"}


def end_of(case: Driver) -> tuple[str, str]:
    said = case.case()
    return said["state"], said["status"]


# Coercion.


def test_a_measure_ends_when_the_enterprise_complies(hazard_at):
    measure = measures.noticed(hazard_at("rectifying"), at("2026-08-06 10:00"), at("2026-08-07 15:00"))
    measure.do("coercion_execute", at("2026-08-08 15:00"))
    measure.do("coercion_comply", at("2026-08-20 10:00"))
    assert measure.clock("HZ-C16")["due_at"] == "2026-08-21T09:00:00+08:00"
    measure.do("coercion_lift", at("2026-08-20 16:00"))
    assert (end_of(measure), measure.clock("HZ-C16")["state"]) == (("closed", "lifted"), "met")


@pytest.mark.parametrize("kind", ["停止供应民用爆炸物品", "停止供电"])
def test_the_head_of_the_agency_cuts_supplies(hazard_at, kind):
    measure = measures.asked(hazard_at("rectifying"), at("2026-08-06 10:00"), kind=kind)
    measure.do("coercion_request_approve", at("2026-08-06 11:00"))
    letters = [paper["letter"] for paper in measure.state()["documents"]]
    assert (measure.steps(), letters) == (["coercion_notice"], ["D-HZ-10"])


STOP = {"kind": "责令停产停业", "scope": "二号库储罐区"} | {
    name: value for name, value in SEALING.items() if value is None
}


@pytest.mark.parametrize(
    ("request_", "letter"), [(STOP, "D-HZ-03"), (SEALING, "D-HZ-20"), ({**SEALING, "kind": "扣押"}, "D-HZ-20")]
)
def test_the_deputy_head_approves_the_other_measures(hazard_at, request_, letter):
    measure = measures.asked(hazard_at("rectifying"), at("2026-04-09 10:00"), **request_)
    measure.do("coercion_request_approve", at("2026-04-09 11:00"), measures.DEPUTY)
    assert [paper["letter"] for paper in measure.state()["documents"]] == [letter]


def test_a_measure_not_approved_ends(hazard_at):
    measure = measures.asked(hazard_at("rectifying"), at("2026-08-06 10:00"))
    measure.do("coercion_request_approve", at("2026-08-06 11:00"), decision="不同意", reason="危险已排除")
    assert end_of(measure) == ("closed", "refused")


def test_a_request_may_be_returned_by_the_lawyer_and_by_the_head(hazard_at):
    hazard = hazard_at("rectifying")
    measure = hazard.begin("coercion", "coercion_request", at("2026-08-06 10:00"))
    measure.do("coercion_request_legal", at("2026-08-06 11:00"), **BACK)
    assert measure.steps() == ["coercion_request"]
    measure.do("coercion_request", at("2026-08-06 12:00"))
    measure.do("coercion_request_legal", at("2026-08-06 13:00"))
    measure.do("coercion_request_approve", at("2026-08-06 14:00"), **BACK)
    assert measure.steps() == ["coercion_request"]


URGENT = {**SEALING, "urgent": True, "taken_at": "2026-04-09T09:00:00+08:00"}


def test_an_urgent_measure_is_approved_within_24_hours(hazard_at):
    measure = measures.asked(hazard_at("rectifying"), at("2026-04-09 10:00"), **URGENT)
    assert measure.clock("HZ-C14")["due_at"] == "2026-04-10T09:00:00+08:00"
    measure.do("coercion_request_approve", at("2026-04-09 15:00"), measures.DEPUTY)
    assert measure.clock("HZ-C14")["state"] == "met"


def test_an_urgent_measure_not_approved_is_lifted_at_once(hazard_at):
    measure = measures.asked(hazard_at("rectifying"), at("2026-04-09 10:00"), **URGENT)
    said = {"decision": "不同意", "reason": "不符合条件"}
    measure.do("coercion_request_approve", at("2026-04-09 15:00"), measures.DEPUTY, **said)
    assert measure.steps() == ["coercion_lift"]
    measure.do("coercion_lift", at("2026-04-09 16:00"), lifted_at="2026-04-09T15:30:00+08:00", returned_all=True)
    assert end_of(measure) == ("closed", "lifted")


def test_an_urgent_measure_without_approval_after_24_hours_is_an_incident(hazard_at):
    measure = measures.asked(hazard_at("rectifying"), at("2026-04-09 10:00"), **URGENT)
    measure.pass_time(at("2026-04-10 09:01"))
    overdue = [row["detail"]["clock"] for row in measure.state()["history"]["items"] if row["act"] == "clock overdue"]
    assert overdue == ["HZ-C14"]


def test_a_sealing_that_ends_by_itself_is_lifted(hazard_at):
    measure = measures.sealed(hazard_at("rectifying"), at("2026-04-10 10:00"))
    measure.pass_time(at("2026-05-11 08:00"))
    assert (measure.steps(), measure.case()["status"]) == (["coercion_lift"], "lifting")
    measure.do("coercion_lift", at("2026-05-11 09:00"), lifted_at="2026-05-11T09:00:00+08:00", returned_all=True)
    assert (end_of(measure), measure.clock("HZ-C15")["state"]) == (("closed", "lifted"), "late")


def test_an_extension_of_a_sealing_may_be_refused(hazard_at):
    measure = measures.sealed(hazard_at("rectifying"), at("2026-04-10 10:00"))
    measure.act("ask_coercion_extension", "coercion_extend", at("2026-05-06 10:00"))
    said = {"decision": "不同意", "reason": "理由不充分", "days": None}
    measure.do("coercion_extend_approve", at("2026-05-07 10:00"), **said)
    assert measure.clock("HZ-C15")["due_on"] == "2026-05-10"
    assert "ask_coercion_extension" in [act["id"] for act in measure.case()["acts"]]


# Interim measures.


@pytest.fixture
def ordered(hazard_at) -> Driver:
    """An interim measure ordered on 2026-04-01 10:00."""
    said = {"served_at": "2026-04-01T10:00:00+08:00"}
    return hazard_at("rectifying").begin("hazard_interim", "hz_interim_order", at("2026-04-01 11:00"), **said)


def test_an_interim_measure_is_approved_within_24_hours(ordered):
    assert ordered.clock("HZ-C14")["due_at"] == "2026-04-02T10:00:00+08:00"
    ordered.do("hz_interim_order_approve", at("2026-04-01 15:00"))
    assert (ordered.clock("HZ-C14")["state"], ordered.case()["status"]) == ("met", "in_force")


def test_an_interim_measure_not_approved_is_lifted_at_once(ordered):
    ordered.do("hz_interim_order_approve", at("2026-04-01 15:00"), decision="不同意", reason="措施过当")
    ordered.do("hz_interim_lift", at("2026-04-01 16:00"), conditions_met=None)
    assert end_of(ordered) == ("closed", "withdrawn")


def test_work_resumes_only_with_the_consent_of_the_deputy_head(ordered):
    ordered.do("hz_interim_order_approve", at("2026-04-01 15:00"))
    ordered.do("hz_interim_lift", at("2026-05-20 11:00"))
    ordered.do("hz_interim_lift_approve", at("2026-05-21 10:00"), decision="不同意", reason="联锁未投用")
    assert ordered.steps() == ["hz_interim_lift"]
    ordered.do("hz_interim_lift", at("2026-05-25 11:00"))
    ordered.do("hz_interim_lift_approve", at("2026-05-26 10:00"))
    assert (end_of(ordered), ordered.clock("HZ-C25")["state"]) == (("closed", "resumed"), "met")


def test_a_temporary_stop_lasts_six_months_unless_it_is_extended(ordered):
    ordered.do("hz_interim_order_approve", at("2026-04-01 15:00"))
    assert ordered.clock("HZ-C25")["due_on"] == "2026-10-01"
    ordered.act("ask_interim_extension", "hz_interim_extend", at("2026-09-01 10:00"))
    ordered.do("hz_interim_extend_approve", at("2026-09-02 10:00"), until="2026-12-31")
    assert ordered.clock("HZ-C25")["due_on"] == "2026-12-31"


def test_the_extension_of_a_temporary_stop_may_be_refused(ordered):
    ordered.do("hz_interim_order_approve", at("2026-04-01 15:00"))
    ordered.act("ask_interim_extension", "hz_interim_extend", at("2026-09-01 10:00"))
    said = {"decision": "不同意", "reason": "已具备恢复条件", "until": None}
    ordered.do("hz_interim_extend_approve", at("2026-09-02 10:00"), **said)
    assert ordered.clock("HZ-C25")["due_on"] == "2026-10-01"


def test_a_hazard_with_an_interim_measure_in_force_is_not_struck_off(hazard_at):
    hazard = hazard_at("delisting")
    hazard.begin("hazard_interim", "hz_interim_order", at("2026-07-01 10:00"))
    assert hazard.do("hz_delist_review", at("2026-07-02 10:00"), status=422)["code"] == "HZ-E43"


# Escalation.

LEVELS = {
    "L1 提醒函": (["hz_escalate_l1_approve"], "D-HZ-23", "followed"),
    "L2 约谈告诫": (["hz_escalate_l2_approve", "hz_interview"], "D-HZ-13a", "followed"),
    "L3 公开曝光": (["hz_escalate_l3_legal", "hz_escalate_l3_approve"], None, "followed"),
    "L4 提级督办": (["hz_escalate_l4_approve"], "D-HZ-14a", "raised"),
    "L5 问责线索移送": (["hz_escalate_l5_approve"], "D-HZ-14b", "followed"),
}


def escalated(hazard: Driver, level: str) -> Driver:
    said = {"failures": "督办不力"} if level.startswith("L5") else {}
    return hazard.begin("hazard_escalation", "hz_escalate", at("2026-07-02 09:00"), level=level, **said)


@pytest.mark.parametrize("level", LEVELS)
def test_each_level_is_approved_carried_out_and_followed_up(hazard_at, level):
    steps, _, outcome = LEVELS[level]
    case = escalated(hazard_at("rectifying"), level)
    for step in steps:
        case.do(step, at("2026-07-03 10:00"))
    case.do("hz_escalate_follow", at("2026-07-16 10:00"))
    assert end_of(case) == ("closed", outcome)


@pytest.mark.parametrize("level", LEVELS)
def test_each_level_drafts_its_letter(hazard_at, level):
    letter = LEVELS[level][1]
    case = escalated(hazard_at("rectifying"), level)
    papers = case.office.get("committee_office.county1", f"/cases/{case.id}/documents")
    assert [paper["letter"] for paper in papers] == ([letter] if letter else [])


@pytest.mark.parametrize(
    ("level", "step"),
    [(level, step) for level, (steps, _, _) in LEVELS.items() for step in steps if step.endswith("approve")],
)
def test_each_level_may_be_returned(hazard_at, level, step):
    case = escalated(hazard_at("rectifying"), level)
    if level.startswith("L3"):
        case.do("hz_escalate_l3_legal", at("2026-07-03 09:00"))
    said = {"channel": None, "masked_check": None, "list_level": None}
    case.do(step, at("2026-07-03 10:00"), **BACK, **said)
    assert case.steps() == ["hz_escalate"]


def test_the_lawyer_may_return_an_exposure(hazard_at):
    case = escalated(hazard_at("rectifying"), "L3 公开曝光")
    case.do("hz_escalate_l3_legal", at("2026-07-03 09:00"), **BACK)
    assert case.steps() == ["hz_escalate"]


def test_an_exposure_is_noted_as_a_publication(hazard_at):
    case = escalated(hazard_at("rectifying"), "L3 公开曝光")
    for step in LEVELS["L3 公开曝光"][0]:
        case.do(step, at("2026-07-03 10:00"))
    acts = [row["act"] for row in case.state()["history"]["items"]]
    assert "publication noted" in acts


def test_a_clue_of_accountability_is_told_to_the_liaison_and_shown_to_few(hazard_at):
    case = escalated(hazard_at("rectifying"), "L5 问责线索移送")
    case.do("hz_escalate_l5_approve", at("2026-07-03 10:00"))
    case.office.get("case_handler.county1", f"/cases/{case.id}", 404)
    seen = case.office.get("supervisory_liaison.county1", f"/cases/{case.id}")["case_file"]
    assert seen["hz_escalate_l5_approve"]["decision"] == "同意"


def test_a_raised_hazard_shows_it_in_the_list(hazard_at):
    hazard = hazard_at("rectifying")
    case = escalated(hazard, "L4 提级督办")
    case.do("hz_escalate_l4_approve", at("2026-07-03 10:00"))
    case.do("hz_escalate_follow", at("2026-07-16 10:00"))
    hazard.act("ask_check", "hz_onsite_check", at("2026-07-17 10:00"))
    (line,) = hazard.office.get(hazard.watcher, "/registers/L-HZ-1")["items"]
    assert (line["cells"]["挂牌层级"], line["cells"]["提级"]) == ("县级", "已提级")


# The quarterly round.


def rounds(office) -> list[dict]:
    found = office.get("committee_leader.county1", "/cases", process="hazard_quarterly_round")["items"]
    return sorted(found, key=lambda case: case["opened_at"])


@pytest.mark.parametrize(
    ("eve", "first"),
    [
        ("2026-03-31 23:59", "2026-04-01T00:00:00+08:00"),
        ("2026-10-07 23:59", "2026-10-08T00:00:00+08:00"),
    ],
)
def test_a_round_begins_on_the_first_working_day_of_the_quarter(hazard_office, eve, first):
    Driver(hazard_office, "", "").pass_time(at(eve))
    before = len(rounds(hazard_office))
    Driver(hazard_office, "", "").pass_time(at(first[:10] + " 08:00"))
    opened = rounds(hazard_office)[before:]
    assert [case["opened_at"] for case in opened] == [first]


def test_a_round_runs_from_selection_to_the_published_bulletin(hazard_office):
    Driver(hazard_office, "", "").pass_time(at("2026-07-01 00:00"))
    round_ = Driver(hazard_office, rounds(hazard_office)[-1]["id"], "hazard_quarterly_round")
    round_.do("qr_select", at("2026-07-10 10:00"))
    round_.do("qr_acceptance", at("2026-09-25 10:00"))
    round_.do("qr_bulletin", at("2026-10-08 10:00"))
    round_.do("qr_bulletin_approve", at("2026-10-09 10:00"), **BACK)
    round_.do("qr_bulletin", at("2026-10-10 10:00"))
    round_.do("qr_bulletin_approve", at("2026-10-12 10:00"))
    round_.do("qr_publish", at("2026-10-14 10:00"), "publicity_officer.commission_county1")
    assert (end_of(round_), round_.clock("HZ-C22")["state"]) == (("closed", "closed"), "met")
