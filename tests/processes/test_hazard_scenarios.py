"""The worked scenarios of the domain, number by number, on the calendar of 2026: people by the API, time by sweeps."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.office import at
from tests.processes import measures, stand_in
from tests.processes.hazard import Driver


def days(hazard: Driver, rule: str) -> tuple[str, str]:
    """The strict and the lenient last day of a clock."""
    row = hazard.clock(rule)
    return row["due_on"], row["lapse_on"]


def levels(hazard: Driver) -> list[str]:
    """The levels of the escalations that were opened, the oldest first."""
    return [case.case()["title"] for case in hazard.linked("hazard_escalation")]


def handed_over(hazard: Driver, process: str, facts: str) -> list[str]:
    """The numbers of the cases that took over a matter with these facts."""
    found = [case.case() for case in hazard.linked(process)]
    return [case["number"] for case in found if case["case_file"]["carried"].get("facts") == facts]


def listed(hazard: Driver, moment: str, deadline: str) -> Driver:
    """List a hazard that waits for it, and assign it an hour later."""
    hazard.do("hz_approve_listing", at(f"{moment} 10:00"), deadline=deadline)
    hazard.do("hz_assign", at(f"{moment} 11:00"), deadline=deadline)
    return hazard


# 1. Normal path.


@pytest.mark.parametrize(
    ("rule", "due_on"), [("HZ-C03", "2026-03-11"), ("HZ-C04", "2026-03-11"), ("HZ-C05", "2026-03-13")]
)
def test_scenario_01_receipt_filing_and_publication_follow_the_listing(hazard_at, rule, due_on):
    hazard = listed(hazard_at("listing"), "2026-03-06", "2026-06-30")
    assert hazard.clock(rule)["due_on"] == due_on


def test_scenario_01_a_plan_due_on_a_saturday_lapses_on_monday(hazard_at):
    assert days(hazard_at("planning"), "HZ-C06") == ("2026-03-21", "2026-03-23")


# 2 and 3. Crossing the holidays.


def verified(hazard: Driver, day: str) -> Driver:
    """Register, verify and confirm a hazard on one day."""
    found = Driver.open(hazard.office, at(f"{day} 08:00"), discovered_at=f"{day}T07:30:00+08:00")
    found.do("hz_verify", at(f"{day} 08:30"), checked_at=f"{day}T08:20:00+08:00", danger_high=True)
    found.do("hz_confirm_list", at(f"{day} 09:00"))
    return found


@pytest.mark.parametrize(("rule", "due_on"), [("HZ-C04", "2026-10-08"), ("HZ-C05", "2026-10-10")])
def test_scenario_02_the_national_day_holiday_is_crossed(hazard_at, rule, due_on):
    hazard = listed(verified(hazard_at("office"), "2026-09-28"), "2026-09-28", "2026-12-31")
    assert hazard.clock(rule)["due_on"] == due_on


@pytest.mark.parametrize(("rule", "due_on"), [("HZ-C04", "2026-02-24"), ("HZ-C05", "2026-02-26")])
def test_scenario_03_the_spring_festival_is_crossed(hazard_at, rule, due_on):
    hazard = listed(verified(hazard_at("office"), "2026-02-12"), "2026-02-12", "2026-06-30")
    assert hazard.clock(rule)["due_on"] == due_on


def test_scenario_03_the_saturday_made_up_counts(hazard_at):
    hazard = listed(verified(hazard_at("office"), "2026-02-12"), "2026-02-12", "2026-06-30")
    counted = [entry["day"] for entry in hazard.clock("HZ-C04")["explanation"] if "n" in entry]
    assert counted == ["2026-02-13", "2026-02-14", "2026-02-24"]


# 4. Double report incomplete.


def test_scenario_04_a_plan_without_the_congress_minutes_is_refused(hazard_at):
    hazard = hazard_at("planning")
    refused = hazard.do("hz_plan", at("2026-03-20 10:00"), status=422, congress_minutes=None)
    assert (refused["code"], refused["fields"]) == ("HZ-E13", {"congress_minutes": "HZ-E13"})
    assert (hazard.steps(), hazard.clock("HZ-C06")["state"]) == (["hz_plan"], "running")


# 5. Plan rejection loop.


def returned(hazard: Driver, day: str) -> None:
    """Hand a plan in and return it on the same day."""
    hazard.do("hz_plan", at(f"{day} 09:00"))
    hazard.do("hz_review_plan", at(f"{day} 10:00"), result="退回修改", comments="资金不落实")
    hazard.do("hz_review_plan_approve", at(f"{day} 11:00"))


def test_scenario_05_the_third_return_of_the_plan_leads_to_an_interview(hazard_at):
    hazard = hazard_at("planning")
    for day in ("2026-03-24", "2026-04-01"):
        returned(hazard, day)
    assert "L2 约谈告诫" not in levels(hazard)
    returned(hazard, "2026-04-10")
    assert (levels(hazard)[-1], hazard.steps()) == ("L2 约谈告诫", ["hz_plan"])


# 6. Extension refused, then overdue.


def extension_asked(hazard: Driver, day: str, status: int = 200, **changes) -> dict:
    """Ask for an extension on a day."""
    moment = at(f"{day} 10:00")
    return hazard.act("ask_extension", "hz_extension_apply", moment, status=status, **changes)


@pytest.fixture
def refused_extension(hazard_at) -> Driver:
    hazard = hazard_at("rectifying")
    extension_asked(hazard, "2026-05-28")
    hazard.do("hz_extension_decide", at("2026-06-10 10:00"), decision="不同意", reason="理由不充分")
    return hazard


def test_scenario_06_the_last_timely_day_lies_twenty_working_days_before(hazard_at):
    assert hazard_at("rectifying").clock("HZ-C11")["due_on"] == "2026-06-01"


def test_scenario_06_the_application_is_decided_within_ten_working_days(hazard_at):
    hazard = hazard_at("rectifying")
    extension_asked(hazard, "2026-05-28")
    assert hazard.clock("HZ-C12")["due_on"] == "2026-06-11"


def test_scenario_06_a_refusal_leaves_the_deadline(refused_extension):
    assert refused_extension.clock("HZ-C08")["due_on"] == "2026-06-30"
    assert refused_extension.clock("HZ-C12")["state"] == "met"


def test_scenario_06_the_next_day_it_is_overdue_and_an_interview_is_due(refused_extension):
    refused_extension.pass_time(at("2026-06-30 23:59"))
    assert "L2 约谈告诫" not in levels(refused_extension)
    refused_extension.pass_time(at("2026-07-01 08:00"))
    overdue = refused_extension.clock("HZ-C08")
    assert (overdue["lamp"], overdue["words"], levels(refused_extension)[-1]) == ("red", "逾期", "L2 约谈告诫")


@pytest.mark.parametrize(
    ("before", "day", "level"),
    [("2026-07-15 23:59", "2026-07-16 08:00", "L3 公开曝光"), ("2026-07-30 23:59", "2026-07-31 08:00", "L4 提级督办")],
)
def test_scenario_06_it_is_raised_after_fifteen_and_after_thirty_days(refused_extension, before, day, level):
    refused_extension.pass_time(at(before))
    assert level not in levels(refused_extension)
    refused_extension.pass_time(at(day))
    assert levels(refused_extension).count(level) == 1


# 7. Late extension.


def test_scenario_07_after_the_deadline_no_extension_is_taken(hazard_at):
    assert extension_asked(hazard_at("rectifying"), "2026-07-01", status=422)["code"] == "HZ-E18"


def test_scenario_07_within_the_last_twenty_working_days_it_is_refused(hazard_at):
    assert extension_asked(hazard_at("rectifying"), "2026-06-10", status=422)["code"] == "HZ-E19"


def test_scenario_07_unless_the_head_of_the_unit_gives_a_reason(hazard_at):
    hazard = hazard_at("rectifying")
    said = {"who": "unit_head.county1", "signed_paper": "a1", "_override": {"HZ-E19": "台风停工十日"}}
    hazard.act("ask_extension", "hz_extension_apply", at("2026-06-10 10:00"), **said)
    assert "hz_extension_decide" in hazard.steps()


def test_scenario_07_nobody_else_may_override(hazard_at):
    said = {"_override": {"HZ-E19": "台风停工十日"}}
    assert extension_asked(hazard_at("rectifying"), "2026-06-10", status=422, **said)["code"] == "HZ-E19"


def test_scenario_07_a_second_extension_is_refused(hazard_at):
    hazard = hazard_at("rectifying")
    extension_asked(hazard, "2026-05-28", new_deadline="2026-09-30")
    hazard.do("hz_extension_decide", at("2026-06-10 10:00"))
    refused = extension_asked(hazard, "2026-07-01", status=422, new_deadline="2026-12-31")
    assert (refused["code"], hazard.clock("HZ-C08")["due_on"]) == ("HZ-E20", "2026-09-30")


# 8 and 9. Power cuts.


@pytest.fixture
def power_cut(hazard_at) -> Driver:
    return measures.noticed(hazard_at("rectifying"), at("2026-08-06 10:00"), at("2026-08-07 15:00"))


def test_scenario_08_a_cut_within_24_hours_of_the_notice_is_refused(power_cut):
    said = {"effective_at": "2026-08-08T10:00:00+08:00"}
    assert power_cut.do("coercion_execute", at("2026-08-07 16:00"), status=422, **said)["code"] == "HZ-E23"


def test_scenario_08_after_24_hours_it_is_accepted(power_cut):
    power_cut.do("coercion_execute", at("2026-08-08 15:00"), effective_at="2026-08-08T15:00:00+08:00")
    assert power_cut.clock("HZ-C13")["due_at"] == "2026-08-08T15:00:00+08:00"
    assert power_cut.case()["status"] == "in_force"


def test_scenario_08_in_an_emergency_it_need_not_wait(power_cut):
    said = {"emergency": True, "emergency_facts": "储罐超压", "effective_at": "2026-08-07T15:30:00+08:00"}
    power_cut.do("coercion_execute", at("2026-08-07 15:30"), **said)
    assert power_cut.case()["status"] == "in_force"


def test_scenario_08_the_deputy_head_cannot_approve_it(hazard_at):
    measure = measures.asked(hazard_at("rectifying"), at("2026-08-06 10:00"))
    refused = measure.do("coercion_request_approve", at("2026-08-06 11:00"), measures.DEPUTY, 422)
    assert refused["code"] == "HZ-E22"


def test_scenario_09_no_power_is_cut_on_a_holiday_without_an_emergency(hazard_at):
    measure = measures.noticed(hazard_at("rectifying"), at("2026-09-29 10:00"), at("2026-09-30 10:00"))
    said = {"effective_at": "2026-10-02T10:00:00+08:00"}
    assert measure.do("coercion_execute", at("2026-09-30 11:00"), status=422, **said)["code"] == "HZ-E27"


# 10. Sealing with testing.


@pytest.fixture
def sealing(hazard_at) -> Driver:
    return measures.sealed(hazard_at("rectifying"), at("2026-04-10 10:00"))


def with_testing(measure: Driver) -> Driver:
    measure.act("note_testing", "coercion_testing", at("2026-04-16 10:00"), days=10)
    return measure


def with_extension(measure: Driver) -> Driver:
    measure.act("ask_coercion_extension", "coercion_extend", at("2026-05-06 10:00"))
    measure.do("coercion_extend_approve", at("2026-05-07 10:00"))
    return measure


def test_scenario_10_a_sealing_ends_after_thirty_days(sealing):
    assert days(sealing, "HZ-C15") == ("2026-05-10", "2026-05-10")


def test_scenario_10_the_time_of_testing_is_not_counted(sealing):
    assert days(with_testing(sealing), "HZ-C15") == ("2026-05-20", "2026-05-20")


def test_scenario_10_extended_it_ends_on_a_holiday_all_the_same(sealing):
    assert days(with_extension(with_testing(sealing)), "HZ-C15") == ("2026-06-19", "2026-06-19")


def test_scenario_10_on_its_last_day_the_lifting_is_due(sealing):
    with_testing(sealing).pass_time(at("2026-05-20 12:00"))
    assert sealing.steps() == ["coercion_comply"]
    sealing.pass_time(at("2026-05-20 23:59:59"))
    assert sealing.steps() == ["coercion_lift"]


def test_scenario_10_after_its_last_day_it_is_red(sealing):
    with_testing(sealing).pass_time(at("2026-05-21 08:00"))
    lift = sealing.office.get(sealing.watcher, f"/tasks/{sealing.task('coercion_lift')['id']}")
    assert (lift["lamp"], sealing.clock("HZ-C15")["lamp"]) == ("red", "red")


def test_scenario_10_an_extended_sealing_is_lifted_on_the_extended_day(sealing):
    with_extension(with_testing(sealing)).pass_time(at("2026-06-19 12:00"))
    assert sealing.steps() == ["coercion_comply"]
    sealing.pass_time(at("2026-06-20 00:00"))
    assert sealing.steps() == ["coercion_lift"]


# 11 and 12. Acceptance.


def test_scenario_11_the_examination_due_on_a_sunday_lapses_on_monday(hazard_at):
    assert days(hazard_at("accepting"), "HZ-C17") == ("2026-07-05", "2026-07-06")


def test_scenario_11_one_failed_item_forbids_to_pass_the_whole(hazard_at):
    hazard = hazard_at("accepting")
    said = {"items": [{"clause": "联锁投用", "result": "不合格", "evidence": "未投用"}]}
    assert hazard.do("hz_acceptance_check", at("2026-07-02 10:00"), status=422, **said)["code"] == "HZ-E32"


def failed(hazard: Driver, day: str, **changes) -> None:
    """Apply for acceptance and fail on the same day."""
    hazard.do("hz_acceptance_apply", at(f"{day} 09:00"))
    said = {"conclusion": "不合格", "checked_at": f"{day}T10:00:00+08:00", "next_check_on": "2026-08-10"}
    hazard.do("hz_acceptance_check", at(f"{day} 11:00"), **said, **changes)


def test_scenario_12_two_failures_lead_to_an_interview(hazard_at):
    hazard = hazard_at("rectifying")
    failed(hazard, "2026-06-20")
    assert ("L2 约谈告诫" in levels(hazard), hazard.case()["status"]) == (False, "rectifying")
    failed(hazard, "2026-06-29")
    assert (levels(hazard)[-1], hazard.case()["status"]) == ("L2 约谈告诫", "rectifying")


def test_scenario_12_failing_does_not_move_the_deadline(hazard_at):
    hazard = hazard_at("rectifying")
    for day in ("2026-06-20", "2026-06-29"):
        failed(hazard, day)
    assert hazard.clock("HZ-C08")["due_on"] == "2026-06-30"
    hazard.pass_time(at("2026-07-01 08:00"))
    assert hazard.clock("HZ-C08")["words"] == "逾期"


# 13. Delisting blocked.


@pytest.fixture
def sealed_and_accepted(hazard_at) -> tuple[Driver, Driver]:
    hazard = hazard_at("rectifying")
    measure = measures.sealed(hazard, at("2026-06-10 10:00"))
    hazard.do("hz_acceptance_apply", at("2026-06-25 10:00"))
    hazard.do("hz_acceptance_check", at("2026-06-26 10:00"))
    hazard.do("hz_acceptance_approve", at("2026-06-29 10:00"))
    return hazard, measure


def test_scenario_13_a_hazard_under_seal_is_not_struck_off(sealed_and_accepted):
    hazard, _ = sealed_and_accepted
    assert hazard.do("hz_delist_review", at("2026-07-01 10:00"), status=422)["code"] == "HZ-E34"


def test_scenario_13_once_lifted_it_is_struck_off(sealed_and_accepted):
    hazard, measure = sealed_and_accepted
    measure.do("coercion_comply", at("2026-07-01 11:00"), complied_at="2026-07-01T11:00:00+08:00")
    said = {"lifted_at": "2026-07-01T15:00:00+08:00", "returned_all": True}
    measure.do("coercion_lift", at("2026-07-01 15:00"), **said)
    hazard.do("hz_delist_review", at("2026-07-02 10:00"))
    hazard.do("hz_delist_review_approve", at("2026-07-03 10:00"))
    assert (measure.case()["status"], hazard.case()["status"]) == ("lifted", "publishing")


def test_scenario_13_publication_and_look_back_follow_the_striking_off(hazard_at):
    hazard = hazard_at("publishing")
    assert hazard.clock("HZ-C19")["due_on"] == "2026-07-10"
    assert days(hazard, "HZ-C21") == ("2026-10-01", "2026-10-08")


# 14. Rebound.


@pytest.fixture
def rebound(hazard_at) -> Driver:
    hazard = hazard_at("looking_back")
    hazard.do("hz_look_back", at("2026-09-20 10:00"), finding="反弹")
    return hazard


def test_scenario_14_a_rebound_opens_a_new_hazard_that_names_the_old_one(rebound):
    (again,) = rebound.linked("hazard_supervision")
    given = rebound.office.get(again.watcher, f"/tasks/{again.task('hz_register')['id']}")["data"]
    assert (given["relapse_of"], given["relapse_level"]) == (rebound.case()["number"], "县级")
    assert (given["source"], given["enterprise_name"]) == ("回头看发现", "甲化工厂")


def test_scenario_14_it_is_to_be_listed_one_level_higher(rebound):
    (again,) = rebound.linked("hazard_supervision")
    given = rebound.office.get(again.watcher, f"/tasks/{again.task('hz_register')['id']}")["data"]
    again.do("hz_register", at("2026-09-21 09:00"), **given)
    again.do("hz_verify", at("2026-09-22 10:00"), checked_at="2026-09-22T09:00:00+08:00")
    again.do("hz_confirm_list", at("2026-09-23 10:00"))
    assert again.case()["case_file"]["hz_listing_advice"]["list_level"] == "市级"


def test_scenario_14_the_hand_off_to_enforcement_happens_once(rebound, tmp_path):
    stand_in.publish(tmp_path, "enforcement_case")
    rebound.pass_time(at("2026-09-20 11:00"))
    (number,) = handed_over(rebound, "enforcement_case", "回头看发现隐患反弹")
    again = {"process": "enforcement_case", "parent": rebound.id, "trigger": "relapse"}
    refused = rebound.office.post(rebound.watcher, "/cases", again, 409)
    assert (refused["code"], refused["detail"]) == ("HZ-E40", f"该事项已移交，案号{number}")
    assert len(handed_over(rebound, "enforcement_case", "回头看发现隐患反弹")) == 1


# 15. Closure counter.


def penalised(hazard: Driver, decided_on: str) -> None:
    """Note a penalty on the day of its decision, or at once where the hazard was found later."""
    moment = max(at(f"{decided_on} 17:00"), at("2026-03-25 09:00"))
    said = {"decided_on": decided_on, "decision_no": f"东应急罚〔{decided_on}〕"}
    hazard.act("note_penalty", "hz_penalty_note", moment, **said)
    hazard.pass_time(moment + timedelta(minutes=1))


def test_scenario_15_the_third_penalty_within_180_days_opens_the_closure(hazard_at):
    hazard = hazard_at("rectifying")
    for day in ("2026-01-15", "2026-04-02"):
        penalised(hazard, day)
    assert hazard.steps() == ["hz_acceptance_apply"]
    penalised(hazard, "2026-07-13")
    assert (hazard.steps(), hazard.case()["status"]) == (["hz_closure_propose"], "closing")


def test_scenario_15_a_day_later_it_does_not(hazard_at):
    hazard = hazard_at("rectifying")
    for day in ("2026-01-15", "2026-04-02", "2026-07-14"):
        penalised(hazard, day)
    assert "hz_closure_propose" not in hazard.steps()
    counted = [entry["n"] for entry in hazard.clock("HZ-C23")["explanation"] if "n" in entry]
    assert counted == [1, 2, 3]


def test_scenario_15_the_fourth_penalty_within_the_year_opens_it(hazard_at):
    hazard = hazard_at("rectifying")
    for day in ("2026-01-15", "2026-04-02", "2026-07-14", "2026-12-01"):
        penalised(hazard, day)
    assert hazard.steps() == ["hz_closure_propose"]


# 16. Coal resumption.


@pytest.fixture
def coal_mine(hazard_at) -> Driver:
    office = hazard_at("office").office
    hazard = Driver.open(office, at("2026-08-03 09:00"), industry="煤矿", discovered_at="2026-08-03T08:00:00+08:00")
    hazard.do("hz_verify", at("2026-08-04 10:00"), checked_at="2026-08-04T09:00:00+08:00", danger_high=True)
    hazard.do("hz_confirm_list", at("2026-08-05 10:00"))
    listed(hazard, "2026-08-06", "2026-12-31")
    hazard.do("hz_receipt", at("2026-08-07 09:00"), received_at="2026-08-07T09:00:00+08:00")
    hazard.do("hz_file_listing", at("2026-08-07 10:00"))
    hazard.do("hz_publish_listing", at("2026-08-07 11:00"))
    hazard.do("hz_plan", at("2026-08-10 10:00"))
    hazard.do("hz_review_plan", at("2026-08-11 10:00"))
    hazard.do("hz_review_plan_approve", at("2026-08-12 10:00"))
    hazard.do("hz_acceptance_apply", at("2026-09-21 10:00"), resume=True)
    return hazard


def test_scenario_16_the_examination_of_a_coal_mine_takes_twenty_days(coal_mine):
    assert days(coal_mine, "HZ-C17") == ("2026-10-11", "2026-10-12")


def test_scenario_16_without_the_government_it_does_not_resume(coal_mine):
    coal_mine.do("hz_acceptance_check", at("2026-09-25 10:00"), checked_at="2026-09-25T09:00:00+08:00")
    coal_mine.do("hz_acceptance_approve", at("2026-09-27 10:00"))
    head = "agency_head.county1"
    coal_mine.do("hz_resume", at("2026-09-28 10:00"), head, resume_on="2026-10-08", mine_consent="a1")
    refused = coal_mine.do("hz_resume_approve", at("2026-09-28 11:00"), head, 403)
    assert (refused["code"], coal_mine.steps()) == ("E-COM-04", ["hz_resume_approve"])
    assert coal_mine.clock("HZ-C17")["state"] == "running"


# 17. Refusal with three consequences.

REFUSAL = {
    "finding": "拒不整改",
    "order_obeyed": "未执行",
    "order_no": "东应急现决〔2026〕5号",
    "order_served_at": "2026-05-06T09:00:00+08:00",
    "refusal_facts": "停产决定送达后仍在生产",
    "real_danger": True,
    "real_danger_basis": "联锁停用仍满负荷运行",
}
CONSEQUENCES = ("coercion", "enforcement_case", "judicial_referral")


def checked(hazard: Driver) -> Driver:
    """Find on 2026-05-12 that a served stop order is not obeyed."""
    hazard.act("ask_check", "hz_onsite_check", at("2026-05-12 10:00"), **REFUSAL)
    return hazard


def waiting(hazard: Driver) -> dict[str, str]:
    """What still waits to be handed over, with its cause."""
    return {row["process"]: row["cause"] for row in hazard.case()["handoffs"] if row["state"] == "待移交"}


def test_scenario_17_one_check_has_three_consequences_at_once(hazard_at, tmp_path):
    hazard = hazard_at("rectifying")
    for process in ("enforcement_case", "judicial_referral"):
        stand_in.publish(tmp_path, process)
    checked(hazard)
    opened = {process: [case.case()["opened_at"] for case in hazard.linked(process)] for process in CONSEQUENCES}
    assert opened == dict.fromkeys(CONSEQUENCES, ["2026-05-12T10:00:00+08:00"])


def test_scenario_17_the_request_is_filled_in_from_the_check(hazard_at):
    (measure,) = checked(hazard_at("rectifying")).linked("coercion")
    given = measure.office.get(measure.watcher, f"/tasks/{measure.task('coercion_request')['id']}")["data"]
    assert (given["decision_no"], given["real_danger"]) == (REFUSAL["order_no"], True)


def test_scenario_17_what_cannot_be_delivered_yet_is_shown_as_waiting(hazard_at):
    hazard = checked(hazard_at("rectifying"))
    assert len(hazard.linked("coercion")) == 1
    assert waiting(hazard).keys() == {"enforcement_case", "judicial_referral"}


def test_scenario_17_it_is_delivered_once_the_process_is_published(hazard_at, tmp_path):
    hazard = checked(hazard_at("rectifying"))
    stand_in.publish(tmp_path, "enforcement_case")
    hazard.pass_time(at("2026-05-13 08:00"))
    assert waiting(hazard).keys() == {"judicial_referral"}
    assert len(handed_over(hazard, "enforcement_case", REFUSAL["refusal_facts"])) == 1


def test_scenario_17_one_that_fails_takes_none_of_the_others_along(hazard_at, tmp_path):
    hazard = hazard_at("rectifying")
    stand_in.publish(tmp_path, "enforcement_case", script="number = 1 // 0")
    stand_in.publish(tmp_path, "judicial_referral")
    checked(hazard)
    assert [len(hazard.linked(process)) for process in CONSEQUENCES] == [1, 0, 1]
    assert waiting(hazard)["enforcement_case"] != ""


def test_scenario_17_the_failed_one_is_tried_again_until_it_succeeds(hazard_at, tmp_path):
    hazard = hazard_at("rectifying")
    stand_in.publish(tmp_path, "enforcement_case", script="number = 1 // 0")
    checked(hazard)
    hazard.pass_time(at("2026-05-12 12:00"))
    assert hazard.linked("enforcement_case") == []
    stand_in.publish(tmp_path, "enforcement_case")
    hazard.pass_time(at("2026-05-12 12:01"))
    assert len(handed_over(hazard, "enforcement_case", REFUSAL["refusal_facts"])) == 1


# 18. Quarterly round.

LEADER = "committee_leader.county1"


@pytest.fixture
def round_of_autumn(hazard_at) -> Driver:
    """The round of the third quarter, opened by the calendar."""
    office = hazard_at("office").office
    Driver(office, "", "").pass_time(at("2026-07-01 00:00"))
    found = office.get("committee_office.county1", "/cases", process="hazard_quarterly_round")["items"]
    opened = {case["opened_at"]: case["id"] for case in found}
    round_ = Driver(office, opened["2026-07-01T00:00:00+08:00"], "hazard_quarterly_round")
    return round_


def line_of_the_bulletins(round_: Driver, **query) -> list[dict]:
    rows = round_.office.get(LEADER, "/registers/L-HZ-5", **query)["items"]
    return [row["cells"] for row in rows if row["case"] == round_.id]


def test_scenario_18_the_bulletin_is_due_fifteen_days_after_the_quarter(round_of_autumn):
    row = round_of_autumn.office.get(LEADER, f"/cases/{round_of_autumn.id}/clocks")
    assert [clock["due_on"] for clock in row if clock["id"] == "HZ-C22"] == ["2026-10-15"]


def test_scenario_18_without_a_bulletin_it_shows_as_not_reported(round_of_autumn):
    round_of_autumn.pass_time(at("2026-10-15 23:00"))
    assert line_of_the_bulletins(round_of_autumn, lamp="red") == []
    round_of_autumn.pass_time(at("2026-10-16 08:00"))
    (line,) = line_of_the_bulletins(round_of_autumn, lamp="red")
    assert line["通报情况"] == "未通报"
