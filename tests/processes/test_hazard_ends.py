"""Every end of a hazard and every way through its stages, walked through the API from its registration."""

from __future__ import annotations

import pytest

from tests.office import at
from tests.processes.hazard import Driver
from tests.processes.stages import lead

FAILED = {"conclusion": "不合格", "next_check_on": "2026-08-10"}
BACK = {"decision": "退回", "reason": "材料不全"}


def check(hazard: Driver, moment: str, **said) -> None:
    """File a check of the rectification."""
    hazard.act("ask_check", "hz_onsite_check", at(moment), **said)


def graded(hazard: Driver, grade: str) -> Driver:
    """Verify a hazard with a result other than a major one."""
    said = {"grade": grade, "criterion": None}
    said |= {} if grade == "一般" else {"cannot_self_fix": None, "finding_note": "现场无此情况"}
    hazard.do("hz_verify", at("2026-03-03 10:00"), **said)
    return hazard


def end_of(hazard: Driver) -> tuple[str, str]:
    case = hazard.case()
    return case["state"], case["status"]


# The five ends.


def test_a_hazard_put_right_and_looked_back_at_is_struck_off(hazard_at):
    hazard = hazard_at("looking_back")
    hazard.do("hz_look_back", at("2026-09-20 10:00"))
    assert end_of(hazard) == ("closed", "closed_delisted")


def test_a_hazard_that_cannot_be_put_right_is_shut_down(hazard_at):
    hazard = hazard_at("deciding")
    hazard.do("hz_closure_decide", at("2026-08-20 10:00"))
    assert sorted(hazard.steps()) == ["hz_closure_execute", "hz_closure_publish"]
    hazard.do("hz_closure_publish", at("2026-08-24 10:00"))
    hazard.do("hz_closure_execute", at("2026-09-01 10:00"))
    hazard.do("hz_closure_verify", at("2026-09-02 10:00"), "co_handler.county1")
    assert end_of(hazard) == ("closed", "closed_shutdown")


def test_what_is_no_hazard_ends_with_the_consent_of_the_head(hazard_at):
    hazard = graded(hazard_at("verifying"), "不属实")
    hazard.do("hz_not_hazard_approve", at("2026-03-04 10:00"))
    assert end_of(hazard) == ("closed", "closed_not_hazard")


def test_a_general_hazard_ends_once_it_is_put_right(hazard_at):
    hazard = graded(hazard_at("verifying"), "一般")
    hazard.do("hz_general_order", at("2026-03-03 15:00"))
    hazard.do("hz_general_recheck", at("2026-03-21 10:00"))
    assert end_of(hazard) == ("closed", "closed_general")


def test_a_hazard_of_another_department_is_transferred(hazard_at):
    hazard = graded(hazard_at("verifying"), "非本部门职责")
    hazard.do("hz_transfer_dept", at("2026-03-04 10:00"))
    assert end_of(hazard) == ("closed", "transferred")


def test_nothing_is_left_open_when_a_hazard_ends(hazard_at):
    hazard = hazard_at("looking_back")
    hazard.do("hz_look_back", at("2026-09-20 10:00"))
    running = [clock["id"] for clock in hazard.state()["clocks"] if clock["state"] in ("running", "paused")]
    assert (hazard.steps(), hazard.case()["acts"], running) == ([], [], [])
    assert hazard.clock("HZ-C21")["state"] == "met"


# Entry and listing.


@pytest.mark.parametrize(
    "who", ["intake_clerk.county1", "case_handler.county1", "town_officer.town1", "enterprise_reporter.county1"]
)
def test_a_hazard_is_registered_by_each_of_its_finders(hazard_office, who):
    hazard = Driver.open(hazard_office, at("2026-03-02 10:00"), who=who)
    assert (hazard.steps(), hazard.case()["status"]) == (["hz_verify"], "verifying")


def test_immediate_danger_starts_an_interim_measure_at_once(hazard_office):
    hazard = Driver.open(hazard_office, at("2026-03-02 10:00"), immediate_danger=True)
    (measure,) = hazard.linked("hazard_interim")
    assert (hazard.steps(), measure.steps()) == (["hz_verify"], ["hz_interim_order"])


def test_a_general_hazard_not_put_right_is_ordered_again(hazard_at):
    hazard = graded(hazard_at("verifying"), "一般")
    hazard.do("hz_general_order", at("2026-03-03 15:00"))
    hazard.do("hz_general_recheck", at("2026-03-21 10:00"), result="未整改")
    assert hazard.steps() == ["hz_general_order"]
    hazard.do("hz_general_order", at("2026-03-21 15:00"), deadline="2026-03-31")
    hazard.do("hz_general_recheck", at("2026-04-01 10:00"))
    assert end_of(hazard) == ("closed", "closed_general")


def test_the_head_may_return_what_is_said_to_be_no_hazard(hazard_at):
    hazard = graded(hazard_at("verifying"), "不属实")
    hazard.do("hz_not_hazard_approve", at("2026-03-04 10:00"), **BACK)
    assert hazard.steps() == ["hz_verify"]
    hazard.do("hz_verify", at("2026-03-05 10:00"))
    assert hazard.steps() == ["hz_confirm_list"]


def test_the_head_may_return_the_verification(hazard_at):
    hazard = hazard_at("confirming")
    said = {"confirm": "退回重新核查", "reason": "条款有误", "supervising_dept": None, "supervisor": None}
    hazard.do("hz_confirm_list", at("2026-03-04 10:00"), **said)
    assert hazard.steps() == ["hz_verify"]


def test_a_hazard_not_listed_still_runs_through_the_four_systems(hazard_at):
    hazard = hazard_at("listing")
    said = {"decision": "不挂牌", "list_level": None, "reason": "整改即可完成"}
    hazard.do("hz_approve_listing", at("2026-03-06 10:00"), **said)
    hazard.do("hz_assign", at("2026-03-06 15:00"))
    assert hazard.steps() == ["hz_receipt"]
    hazard.do("hz_receipt", at("2026-03-09 10:00"))
    assert (hazard.steps(), hazard.clock("HZ-C08")["due_on"]) == (["hz_plan"], "2026-06-30")


def test_a_hazard_not_listed_is_struck_off_by_the_commission_office_alone(hazard_at):
    hazard = hazard_at("listing")
    said = {"decision": "不挂牌", "list_level": None, "reason": "整改即可完成"}
    hazard.do("hz_approve_listing", at("2026-03-06 10:00"), **said)
    hazard.do("hz_assign", at("2026-03-06 15:00"))
    hazard.do("hz_receipt", at("2026-03-09 10:00"))
    for step in ("hz_plan", "hz_review_plan", "hz_review_plan_approve", "hz_acceptance_apply", "hz_acceptance_check"):
        hazard.do(step, at("2026-03-20 10:00"))
    hazard.do("hz_acceptance_approve", at("2026-03-23 10:00"))
    told = {"report_regulator_on": "2026-03-23", "report_congress_on": "2026-03-23"}
    hazard.do("hz_delist_review", at("2026-03-24 10:00"), **told)
    assert (hazard.steps(), hazard.clock("HZ-C18")["state"]) == (["hz_look_back"], "met")


def test_the_deputy_head_may_return_the_listing(hazard_at):
    hazard = hazard_at("listing")
    hazard.do("hz_approve_listing", at("2026-03-06 10:00"), **BACK, list_level=None, deadline=None)
    assert hazard.steps() == ["hz_confirm_list"]


CITY = {"list_level": "市级", "reason": "毗邻学校，危险性大"}


def test_a_city_listing_is_decided_by_the_leader_of_the_commission(hazard_at):
    hazard = hazard_at("listing")
    hazard.do("hz_approve_listing", at("2026-03-06 10:00"), **CITY)
    assert (hazard.steps(), [c["id"] for c in hazard.state()["clocks"] if c["id"] == "HZ-C08"]) == (
        ["hz_approve_listing_approve"],
        [],
    )
    hazard.do("hz_approve_listing_approve", at("2026-03-09 10:00"))
    assert (hazard.steps(), hazard.clock("HZ-C08")["due_on"]) == (["hz_assign"], "2026-06-30")


def test_the_leader_may_return_the_listing(hazard_at):
    hazard = hazard_at("listing")
    hazard.do("hz_approve_listing", at("2026-03-06 10:00"), **CITY)
    hazard.do("hz_approve_listing_approve", at("2026-03-09 10:00"), **BACK)
    assert hazard.steps() == ["hz_approve_listing"]


def test_receipt_filing_and_publication_run_side_by_side(hazard_at):
    hazard = hazard_at("assigned")
    assert hazard.steps() == ["hz_receipt", "hz_file_listing"]
    hazard.do("hz_file_listing", at("2026-03-10 10:00"))
    hazard.do("hz_publish_listing", at("2026-03-11 10:00"))
    assert hazard.steps() == ["hz_receipt"]
    hazard.do("hz_receipt", at("2026-03-11 11:00"))
    assert hazard.steps() == ["hz_plan"]


def test_a_hazard_not_received_in_time_brings_a_reminder(hazard_at):
    hazard = hazard_at("assigned")
    hazard.pass_time(at("2026-03-12 08:00"))
    assert [case.case()["title"] for case in hazard.linked("hazard_escalation")] == ["L1 提醒函"]


# Plan.


def test_a_plan_that_the_reviewer_returns_goes_back_to_the_enterprise(hazard_at):
    hazard = hazard_at("reviewing")
    hazard.do("hz_review_plan", at("2026-03-23 10:00"), result="退回修改", comments="资金不落实")
    hazard.do("hz_review_plan_approve", at("2026-03-24 10:00"))
    assert hazard.steps() == ["hz_plan"]


def test_a_plan_that_the_head_returns_goes_back_to_the_enterprise(hazard_at):
    hazard = hazard_at("reviewing")
    hazard.do("hz_review_plan", at("2026-03-23 10:00"))
    hazard.do("hz_review_plan_approve", at("2026-03-24 10:00"), **BACK)
    assert hazard.steps() == ["hz_plan"]


def test_the_handler_enters_the_plan_for_an_enterprise_without_an_account(hazard_at):
    hazard = hazard_at("planning")
    hazard.do("hz_plan", at("2026-03-20 10:00"), "case_handler.county1", signed_paper="a1")
    refused = hazard.do("hz_review_plan", at("2026-03-23 10:00"), "case_handler.county1", 403)
    assert refused["code"] == "E-COM-06"


# Rectification.


def test_checks_progress_and_penalties_leave_the_work_open(hazard_at):
    hazard = hazard_at("rectifying")
    check(hazard, "2026-05-12 10:00", milestone=1)
    for percent in (40, 60):
        hazard.act("ask_progress", "hz_progress", at("2026-05-13 10:00"), percent=percent)
    hazard.act("note_penalty", "hz_penalty_note", at("2026-05-14 10:00"))
    assert hazard.steps() == ["hz_acceptance_apply"]
    assert [act["id"] for act in hazard.case()["acts"]] == [
        "ask_check",
        "ask_extension",
        "ask_progress",
        "note_penalty",
    ]


def test_a_township_may_report_progress(hazard_office):
    hazard = Driver.open(hazard_office, at("2026-03-02 10:00"), who="town_officer.town1")
    assert hazard.steps() == ["hz_verify"]


def test_progress_in_time_begins_the_next_thirty_days(hazard_at):
    hazard = hazard_at("rectifying")
    hazard.act("ask_progress", "hz_progress", at("2026-04-20 10:00"))
    due = [clock["due_on"] for clock in hazard.state()["clocks"] if clock["id"] == "HZ-C09"]
    assert due == ["2026-04-23", "2026-05-20"]


def test_an_extension_moves_the_deadline_and_the_ladder(hazard_at):
    hazard = hazard_at("rectifying")
    hazard.act("ask_extension", "hz_extension_apply", at("2026-05-28 10:00"))
    hazard.do("hz_extension_decide", at("2026-06-10 10:00"))
    hazard.pass_time(at("2026-07-02 08:00"))
    titles = [case.case()["title"] for case in hazard.linked("hazard_escalation")]
    assert (hazard.clock("HZ-C08")["due_on"], "L2 约谈告诫" in titles) == ("2026-09-30", False)
    hazard.pass_time(at("2026-10-01 08:00"))
    assert hazard.linked("hazard_escalation")[-1].case()["title"] == "L2 约谈告诫"


def test_missing_papers_pause_the_decision_on_an_extension(hazard_at):
    hazard = hazard_at("rectifying")
    hazard.act("ask_extension", "hz_extension_apply", at("2026-05-28 10:00"))
    said = {"decision": "通知补正", "reason": "缺供货合同", "approved_deadline": None}
    hazard.do("hz_extension_decide", at("2026-06-01 10:00"), **said)
    assert (hazard.clock("HZ-C12")["state"], hazard.steps()) == ("paused", ["hz_acceptance_apply"])
    again = {"supplement_note": "补交供货合同"}
    hazard.act("ask_extension", "hz_extension_apply", at("2026-06-03 10:00"), **again)
    clocks = [clock for clock in hazard.state()["clocks"] if clock["id"] == "HZ-C12"]
    assert [(clock["state"], clock["due_on"]) for clock in clocks] == [("running", "2026-06-15")]


def test_the_extension_of_a_city_listing_is_decided_by_the_leader(hazard_at):
    hazard = hazard_at("listing")
    hazard.do("hz_approve_listing", at("2026-03-06 10:00"), **CITY)
    hazard.do("hz_approve_listing_approve", at("2026-03-06 11:00"))
    lead(hazard, "assigned", "planning", "reviewing", "rectifying")
    hazard.act("ask_extension", "hz_extension_apply", at("2026-05-28 10:00"))
    assert hazard.do("hz_extension_decide", at("2026-06-10 10:00"), status=403)["code"] == "E-COM-04"
    hazard.do("hz_extension_decide", at("2026-06-10 10:00"), "committee_leader.county1")
    assert hazard.clock("HZ-C08")["due_on"] == "2026-09-30"


def test_a_lagging_check_brings_a_reminder(hazard_at):
    hazard = hazard_at("rectifying")
    check(hazard, "2026-04-20 10:00", finding="滞后")
    assert [case.case()["title"] for case in hazard.linked("hazard_escalation")] == ["L1 提醒函"]


def test_a_worse_danger_brings_an_interim_measure_and_a_higher_level(hazard_at):
    hazard = hazard_at("rectifying")
    check(hazard, "2026-04-20 10:00", finding="险情加重")
    (raised,) = hazard.linked("hazard_escalation")
    assert (len(hazard.linked("hazard_interim")), raised.case()["title"]) == (1, "L4 提级督办")


REFUSING = {"finding": "拒不整改", "refusal_facts": "拒绝停产", "real_danger": False}


def test_a_refusal_brings_coercion_and_exposure(hazard_at):
    hazard = hazard_at("rectifying")
    check(hazard, "2026-04-20 10:00", **REFUSING)
    (exposure,) = hazard.linked("hazard_escalation")
    assert (len(hazard.linked("coercion")), exposure.case()["title"]) == (1, "L3 公开曝光")


def test_a_second_refusal_brings_a_second_measure(hazard_at):
    hazard = hazard_at("rectifying")
    for day in ("2026-04-20 10:00", "2026-04-22 10:00"):
        check(hazard, day, **REFUSING)
    assert len(hazard.linked("coercion")) == 2


def test_what_cannot_be_put_right_leaves_the_rectification(hazard_at):
    hazard = hazard_at("unfixable")
    assert (hazard.steps(), hazard.case()["acts"], hazard.case()["status"]) == (["hz_unfixable"], [], "unfixable")


# Acceptance and striking off.


def fail(hazard: Driver, day: str, **said) -> None:
    hazard.do("hz_acceptance_apply", at(f"{day} 09:00"))
    hazard.do("hz_acceptance_check", at(f"{day} 11:00"), checked_at=f"{day}T10:00:00+08:00", **FAILED, **said)


def test_the_third_failure_leads_to_closure(hazard_at):
    hazard = hazard_at("rectifying")
    for day in ("2026-05-20", "2026-06-10"):
        fail(hazard, day)
    assert hazard.steps() == ["hz_acceptance_apply"]
    fail(hazard, "2026-06-29")
    assert hazard.steps() == ["hz_unfixable"]


def test_a_hopeless_failure_leads_to_closure_at_once(hazard_at):
    hazard = hazard_at("rectifying")
    fail(hazard, "2026-05-20", hopeless=True)
    assert hazard.steps() == ["hz_unfixable"]


def test_after_a_failure_the_hazard_can_still_be_accepted(hazard_at):
    hazard = hazard_at("rectifying")
    fail(hazard, "2026-05-20")
    hazard.do("hz_acceptance_apply", at("2026-06-25 10:00"))
    hazard.do("hz_acceptance_check", at("2026-06-26 10:00"))
    hazard.do("hz_acceptance_approve", at("2026-06-29 10:00"))
    assert (hazard.steps(), hazard.clock("HZ-C08")["state"]) == (["hz_delist_review"], "met")


def test_the_deputy_head_may_return_the_acceptance(hazard_at):
    hazard = hazard_at("accepting")
    hazard.do("hz_acceptance_check", at("2026-06-26 10:00"))
    hazard.do("hz_acceptance_approve", at("2026-06-29 10:00"), **BACK)
    assert hazard.steps() == ["hz_acceptance_check"]


def test_a_firm_that_was_stopped_resumes_before_it_is_struck_off(hazard_at):
    hazard = hazard_at("rectifying")
    hazard.do("hz_acceptance_apply", at("2026-06-25 10:00"), resume=True)
    hazard.do("hz_acceptance_check", at("2026-06-26 10:00"))
    hazard.do("hz_acceptance_approve", at("2026-06-29 10:00"))
    assert (hazard.steps(), hazard.case()["status"]) == (["hz_resume"], "resuming")
    hazard.do("hz_resume", at("2026-06-30 10:00"))
    assert (hazard.steps(), hazard.clock("HZ-C17")["state"]) == (["hz_delist_review"], "met")


def test_a_coal_mine_resumes_with_the_consent_of_three(hazard_at):
    hazard = hazard_at("rectifying")
    correction = {"step": "hz_register", "data": {"industry": "煤矿"}, "reason": "行业填错"}
    hazard.office.post("case_handler.county1", f"/cases/{hazard.id}/correct", correction)
    hazard.do("hz_acceptance_apply", at("2026-06-25 10:00"), resume=True)
    hazard.do("hz_acceptance_check", at("2026-06-26 10:00"))
    hazard.do("hz_acceptance_approve", at("2026-06-29 10:00"))
    head = "agency_head.county1"
    assert hazard.do("hz_resume", at("2026-06-30 10:00"), head, 422)["code"] == "E-COM-01"
    hazard.do("hz_resume", at("2026-06-30 10:00"), head, mine_consent="a1")
    hazard.do("hz_resume_approve", at("2026-07-01 10:00"), **BACK)
    assert hazard.steps() == ["hz_resume"]
    hazard.do("hz_resume", at("2026-07-01 15:00"), head, mine_consent="a1")
    hazard.do("hz_resume_approve", at("2026-07-02 10:00"))
    assert (hazard.steps(), hazard.clock("HZ-C17")["state"]) == (["hz_delist_review"], "met")


def test_the_commission_office_may_return_to_the_acceptance(hazard_at):
    hazard = hazard_at("delisting")
    hazard.do("hz_delist_review", at("2026-07-02 10:00"), **BACK)
    assert (hazard.steps(), hazard.clock("HZ-C18")["state"]) == (["hz_acceptance_check"], "stopped")


def test_the_leader_may_return_the_striking_off(hazard_at):
    hazard = hazard_at("delisting")
    hazard.do("hz_delist_review", at("2026-07-02 10:00"))
    hazard.do("hz_delist_review_approve", at("2026-07-03 10:00"), **BACK)
    assert hazard.steps() == ["hz_delist_review"]


def test_a_rebound_ends_the_old_hazard_and_opens_a_new_one(hazard_at):
    hazard = hazard_at("looking_back")
    hazard.do("hz_look_back", at("2026-09-20 10:00"), finding="反弹")
    (again,) = hazard.linked("hazard_supervision")
    assert (end_of(hazard), again.steps()) == (("closed", "closed_delisted"), ["hz_register"])


def test_a_hazard_taken_out_of_use_does_not_rebound(hazard_at):
    hazard = hazard_at("looking_back")
    hazard.do("hz_look_back", at("2026-09-20 10:00"), finding="降级使用/停用")
    assert (end_of(hazard), hazard.linked("hazard_supervision")) == (("closed", "closed_delisted"), [])


# Closure.


@pytest.mark.parametrize("route", ["转型升级/搬迁", "停用拆除", "取缔"])
def test_other_ways_out_go_straight_to_their_execution(hazard_at, route):
    hazard = hazard_at("unfixable")
    hazard.do("hz_unfixable", at("2026-05-13 10:00"), route=route)
    hazard.do("hz_closure_execute", at("2026-09-01 10:00"))
    hazard.do("hz_closure_verify", at("2026-09-02 10:00"), "co_handler.county1")
    assert end_of(hazard) == ("closed", "closed_shutdown")


def test_a_closure_not_carried_out_is_carried_out_again(hazard_at):
    hazard = hazard_at("deciding")
    hazard.do("hz_closure_decide", at("2026-08-20 10:00"))
    hazard.do("hz_closure_execute", at("2026-09-01 10:00"))
    co_handler = "co_handler.county1"
    hazard.do("hz_closure_verify", at("2026-09-02 10:00"), co_handler, result="未到位", facts="设备未清除")
    assert "hz_closure_execute" in hazard.steps()


def test_the_announcement_keeps_the_closure_open(hazard_at):
    hazard = hazard_at("deciding")
    hazard.do("hz_closure_decide", at("2026-08-20 10:00"))
    hazard.do("hz_closure_execute", at("2026-09-01 10:00"))
    hazard.do("hz_closure_verify", at("2026-09-02 10:00"), "co_handler.county1")
    assert hazard.steps() == ["hz_closure_publish"]
    hazard.do("hz_closure_publish", at("2026-09-03 10:00"))
    assert end_of(hazard) == ("closed", "closed_shutdown")


def test_a_coal_mine_is_announced_within_five_working_days(hazard_at):
    hazard = hazard_at("deciding")
    correction = {"step": "hz_register", "data": {"industry": "煤矿"}, "reason": "行业填错"}
    hazard.office.post("case_handler.county1", f"/cases/{hazard.id}/correct", correction)
    hazard.do("hz_closure_decide", at("2026-08-20 10:00"))
    assert hazard.clock("HZ-C20")["due_on"] == "2026-08-27"


def test_a_closure_refused_sends_the_hazard_back_to_work(hazard_at):
    hazard = hazard_at("deciding")
    hazard.do("hz_closure_decide", at("2026-08-20 10:00"), decision="不予关闭")
    assert (hazard.steps(), hazard.case()["status"]) == (["hz_acceptance_apply"], "rectifying")
    assert "ask_check" in [act["id"] for act in hazard.case()["acts"]]


def test_an_earlier_refusal_does_not_undo_a_later_end(hazard_at):
    hazard = hazard_at("deciding")
    hazard.do("hz_closure_decide", at("2026-08-20 10:00"), decision="不予关闭")
    check(hazard, "2026-08-25 10:00", finding="无法整改")
    hazard.do("hz_unfixable", at("2026-08-26 10:00"), route="停用拆除")
    hazard.do("hz_closure_execute", at("2026-09-01 10:00"))
    hazard.do("hz_closure_verify", at("2026-09-02 10:00"), "co_handler.county1")
    assert end_of(hazard) == ("closed", "closed_shutdown")


@pytest.mark.parametrize(
    ("stage", "before", "step", "said"),
    [
        ("closing", ["hz_closure_propose"], "hz_closure_propose_legal", BACK),
        ("closing", ["hz_closure_propose", "hz_closure_propose_legal"], "hz_closure_propose_approve", BACK),
        ("deciding", [], "hz_closure_decide", {"decision": "退回补充", "reason": "补充听证材料"}),
    ],
)
def test_a_closure_may_be_returned_at_each_desk(hazard_at, stage, before, step, said):
    hazard = hazard_at(stage)
    for earlier in before:
        hazard.do(earlier, at("2026-05-14 10:00"))
    hazard.do(step, at("2026-05-20 10:00"), **said)
    assert hazard.steps() == ["hz_closure_propose"]
