"""The execution of a penalty: payment, instalments, surcharge, urging, the court, and every way in which it ends."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.office import ROOT, at
from tests.processes.execution import FINE, Penalty, fine, served

FULL = "50000.00"
DEPUTY = "deputy_head.county1"


def fields(case: Penalty, step: str, *names: str) -> list:
    """Some of the latest answers of a step."""
    return [case.said(step).get(name) for name in names]


def days(case: Penalty, rule: str) -> tuple[str, str]:
    """The strict and the lenient last day of a clock."""
    row = case.clock(rule)
    return row["due_on"], row["lapse_on"]


def reconsidered(case: Penalty, applied: str, decided: str = "", result: str = "维持") -> Penalty:
    """A reconsideration applied for on a day and, where `decided` is given, decided and served on that day."""
    remedy = case.begin("remedy_tracking", "rt_file", at(f"{applied} 10:00"))
    remedy.do("rt_accept", at(f"{applied} 11:00"))
    remedy.do("rt_reply", at(f"{applied} 12:00"))
    if decided:
        remedy.do("rt_result", at(f"{decided} 10:00"), result=result)
    return remedy


def surcharge_on(case: Penalty, day: str) -> str:
    """What the surcharge comes to on a day, as the handler is shown it."""
    case.act("ask_surcharge", "ec_surcharge", at(f"{day} 17:00"))
    case.do("ec_surcharge_approve", at(f"{day} 17:30"))
    return case.said("ec_surcharge")["surcharge"]


def planned(case: Penalty, day: str, *parts: tuple[str, str], decision: str = "同意") -> None:
    """Apply for instalments on a day and decide on them."""
    schedule = [{"due": due, "amount": amount} for due, amount in parts]
    case.act("ask_instalment", "ec_instalment", at(f"{day} 10:00"), schedule=schedule)
    more = {"approved_on": None, "reason": "有能力缴纳"} if decision == "不同意" else {}
    case.do("ec_instalment_approve", at(f"{day} 11:00"), decision=decision, **more)


@pytest.fixture
def owed(penalty_at) -> Penalty:
    """A fine of 50,000 yuan, served on Wednesday 2026-05-20 and due on Thursday 2026-06-04."""
    return served(penalty_at("deciding"), "2026-05-20")


@pytest.fixture
def june(penalty_at) -> Penalty:
    """A fine of 50,000 yuan, served on 2026-06-01: it may be sued against until 2026-12-01."""
    return served(penalty_at("deciding"), "2026-06-01")


# Payment.


def test_a_fine_paid_in_time_ends_the_execution(owed):
    owed.pay("2026-06-04", ("2026-06-04", FULL, "罚款"), outcome="已全部履行")
    assert owed.steps() == ["ec_publish"]
    assert fields(owed, "ec_execute", "unpaid", "surcharge") == ["0.00", "0.00"]
    assert owed.clock("EC-C12")["state"] == "met"


def test_payments_are_registered_one_after_the_other(owed):
    owed.pay("2026-05-25", ("2026-05-25", "20000.00", "罚款"))
    assert fields(owed, "ec_execute", "paid", "unpaid") == ["20000.00", "30000.00"]
    owed.pay("2026-06-01", ("2026-05-25", "20000.00", "罚款"), ("2026-06-01", "30000.00", "罚款"), outcome="已全部履行")
    assert owed.steps() == ["ec_publish"]


def test_the_form_opens_with_what_was_registered_before(owed):
    owed.pay("2026-05-25", ("2026-05-25", "20000.00", "罚款"))
    task = owed.office.get("finance_clerk.county1", f"/tasks/{owed.task('ec_execute')['id']}")
    assert [row["amount"] for row in task["data"]["payments"]] == ["20000.00"]


@pytest.mark.parametrize(
    ("moment", "lamp"),
    [
        ("2026-05-29 23:59", "green"),
        ("2026-05-30 00:00", "yellow"),
        ("2026-06-02 00:00", "orange"),
    ],
)
def test_the_term_of_payment_is_shown_as_it_comes_near(owed, moment, lamp):
    owed.office.set(at(moment))
    assert owed.clock("EC-C12")["lamp"] == lamp


@pytest.mark.parametrize(("moment", "state"), [("2026-06-04 23:59", "running"), ("2026-06-05 00:00", "expired")])
def test_the_term_of_payment_ends_with_its_last_day(owed, moment, state):
    owed.pass_time(at(moment))
    assert owed.clock("EC-C12")["state"] == state


def test_other_penalties_are_carried_out_too(penalty_at):
    stop = {"subject": "单位", "name": "甲化工厂", "kind": "责令停产停业"}
    case = served(penalty_at("deciding"), "2026-05-20", FINE, stop)
    paid = ("2026-06-01", FULL, "罚款")
    assert case.pay("2026-06-01", paid, outcome="已全部履行", status=422)["code"] == "EC-E71"
    others = [{"kind": "责令停产停业", "done_on": "2026-05-21"}]
    case.pay("2026-06-01", paid, outcome="已全部履行", others=others)
    assert case.steps() == ["ec_publish"]


def test_a_warning_needs_no_payment(penalty_at):
    warning = {"subject": "单位", "name": "甲化工厂", "kind": "警告"}
    case = served(penalty_at("deciding"), "2026-05-20", warning)
    assert "EC-C12" not in [row["id"] for row in case.office.get(case.watcher, f"/cases/{case.id}/clocks")]
    case.do("ec_execute", at("2026-05-21 10:00"), outcome="已全部履行")
    assert case.steps() == ["ec_publish"]


def test_without_a_penalty_nothing_is_executed(penalty_at):
    case = served(penalty_at("deciding"), "2026-05-20", decision="不予行政处罚")
    assert case.steps() == ["ec_publish"]


# Scenario 10: payment and surcharge.


def test_scenario_10_the_fine_is_due_fifteen_days_after_service(owed):
    assert days(owed, "EC-C12") == ("2026-06-04", "2026-06-04")


def test_scenario_10_ten_days_before_the_application_cost_15000(owed):
    reconsidered(owed, "2026-06-15")
    owed.pay("2026-06-20")
    part = owed.said("ec_execute")["parts"][0]
    assert (part["days"], part["paused"], part["surcharge"]) == (16, 6, "15000.00")


def test_scenario_10_the_answer_to_the_reconsideration_is_due_on_july_2(owed):
    remedy = owed.begin("remedy_tracking", "rt_file", at("2026-06-15 10:00"))
    remedy.do("rt_accept", at("2026-06-17 10:00"), accepted_on="2026-06-17", copy_received_on="2026-06-17")
    assert remedy.clock("EC-C17")["due_on"] == "2026-07-02"


@pytest.mark.parametrize(
    ("paid_on", "surcharge"),
    [
        ("2026-08-10", "15000.00"),
        ("2026-08-11", "16500.00"),
        ("2026-08-31", "46500.00"),
        ("2026-09-02", "49500.00"),
        ("2026-09-03", "50000.00"),
    ],
)
def test_scenario_10_the_days_of_the_remedy_do_not_count_and_the_fine_is_the_limit(owed, paid_on, surcharge):
    reconsidered(owed, "2026-06-15", "2026-08-10")
    owed.pay(paid_on, (paid_on, FULL, "罚款"))
    assert owed.said("ec_execute")["surcharge"] == surcharge


def test_scenario_10_all_is_paid_with_the_surcharge(owed):
    reconsidered(owed, "2026-06-15", "2026-08-10")
    paid = ("2026-08-31", FULL, "罚款")
    assert owed.pay("2026-08-31", paid, outcome="已全部履行", status=422)["code"] == "EC-E71"
    owed.pay("2026-09-01", paid, ("2026-09-01", "46500.00", "加处罚款"), outcome="已全部履行")
    assert owed.steps() == ["ec_publish"]


def test_a_suit_after_the_reconsideration_pauses_the_surcharge_again(owed):
    remedy = reconsidered(owed, "2026-06-15", "2026-08-10")
    said = {"sued": True, "filed_on": "2026-08-20", "court": "东山区人民法院", "received_on": "2026-08-22"}
    remedy.do("rt_suit_watch", at("2026-08-22 10:00"), **said)
    owed.pay("2026-09-30")
    assert owed.said("ec_execute")["surcharge"] == "28500.00"  # ten days, and nine from 08-11 to 08-19


# Scenario 11: payment due in a holiday.


@pytest.mark.parametrize(("paid_on", "surcharge"), [("2026-10-08", "0.00"), ("2026-10-09", "1500.00")])
def test_scenario_11_what_is_due_in_a_holiday_may_be_paid_after_it(penalty_at, paid_on, surcharge):
    case = served(penalty_at("deciding"), "2026-09-20")
    assert days(case, "EC-C12") == ("2026-10-05", "2026-10-08")
    case.pay(paid_on, (paid_on, FULL, "罚款"))
    assert case.said("ec_execute")["surcharge"] == surcharge


# Scenario 12: instalments.

THREE = (("2026-10-31", "20000.00"), ("2026-11-30", "20000.00"), ("2026-12-31", "10000.00"))


def test_scenario_12_instalments_move_the_terms(owed):
    planned(owed, "2026-06-03", *THREE)
    assert owed.clock("EC-C12")["due_on"] == "2026-12-31"
    assert owed.clock("EC-C22")["due_on"] == "2027-03-31"


@pytest.mark.parametrize("last", ["9999.00", "10001.00"])
def test_scenario_12_one_yuan_short_or_over_is_refused(owed, last):
    schedule = [{"due": due, "amount": amount} for due, amount in (*THREE[:2], ("2026-12-31", last))]
    said = owed.act("ask_instalment", "ec_instalment", at("2026-06-03 10:00"), status=422, schedule=schedule)
    assert (said["code"], said["detail"]) == ("EC-E33", "分期合计与罚款不符")


def test_each_instalment_has_its_own_last_day(owed):
    planned(owed, "2026-06-03", *THREE)
    owed.pay("2026-12-02", ("2026-10-30", "20000.00", "罚款"), ("2026-12-02", "20000.00", "罚款"))
    parts = owed.said("ec_execute")["parts"]
    assert [part["surcharge"] for part in parts] == ["0.00", "1200.00", "0.00"]  # 3 % of 20,000 for two days


def test_what_had_accrued_before_the_instalments_is_kept(owed):
    planned(owed, "2026-06-14", *THREE)
    assert fields(owed, "ec_instalment_approve", "accrued", "paid_before") == ["15000.00", "0.00"]
    owed.pay("2026-06-20")
    assert owed.said("ec_execute")["surcharge"] == "15000.00"


def test_a_second_plan_takes_the_place_of_the_first(owed):
    planned(owed, "2026-06-03", *THREE)
    owed.pay("2026-10-30", ("2026-10-30", "20000.00", "罚款"))
    planned(owed, "2026-12-02", ("2027-01-29", "30000.00"))
    assert owed.said("ec_instalment_approve")["accrued"] == "1200.00"
    assert owed.clock("EC-C12")["due_on"] == "2027-01-29"


def test_a_plan_that_is_refused_leaves_the_one_before(owed):
    planned(owed, "2026-06-03", *THREE)
    planned(owed, "2026-06-10", ("2027-06-30", FULL), decision="不同意")
    assert fields(owed, "ec_instalment_approve", "last_due", "decision") == ["2026-12-31", "不同意"]
    assert owed.clock("EC-C12")["due_on"] == "2026-12-31"


def test_one_deferred_payment_is_a_plan_too(owed):
    said = {"kind": "延期", "schedule": [{"due": "2026-08-31", "amount": FULL}]}
    owed.act("ask_instalment", "ec_instalment", at("2026-06-03 10:00"), **said)
    owed.do("ec_instalment_approve", at("2026-06-03 11:00"))
    owed.pay("2026-08-31", ("2026-08-31", FULL, "罚款"), outcome="已全部履行")
    assert owed.said("ec_execute")["surcharge"] == "0.00"


def test_the_applicant_does_not_approve(owed):
    schedule = [{"due": "2026-12-31", "amount": FULL}]
    owed.act("ask_instalment", "ec_instalment", at("2026-06-03 10:00"), schedule=schedule)
    owed.do("ec_instalment_approve", at("2026-06-03 11:00"), "case_handler.county1", 403)


# The surcharge as it is decided.


@pytest.mark.parametrize(
    ("day", "amount"), [("2026-06-05", "1500.00"), ("2026-07-07", "49500.00"), ("2026-07-08", FULL)]
)
def test_the_surcharge_is_three_per_cent_a_day(owed, day, amount):
    assert surcharge_on(owed, day) == amount


def test_amounts_with_odd_cents_are_rounded(penalty_at):
    case = served(penalty_at("deciding"), "2026-05-20", fine("33333.33"))
    assert surcharge_on(case, "2026-06-05") == "1000.00"


def test_an_agreement_may_waive_some_of_the_surcharge(owed):
    said = {"waived": "10000.00", "agreement": "a1", "remedied": "已完成整改并投用联锁"}
    owed.act("ask_surcharge", "ec_surcharge", at("2026-06-14 17:00"), **said)
    owed.do("ec_surcharge_approve", at("2026-06-14 17:30"))
    rows = ("2026-06-14", FULL, "罚款"), ("2026-06-15", "5000.00", "加处罚款")
    owed.pay("2026-06-15", *rows, outcome="已全部履行")
    assert fields(owed, "ec_execute", "waived", "surcharge_unpaid") == ["10000.00", "0.00"]


def test_a_waiver_that_is_refused_waives_nothing(owed):
    said = {"waived": "10000.00", "agreement": "a1", "remedied": "已完成整改并投用联锁"}
    owed.act("ask_surcharge", "ec_surcharge", at("2026-06-14 17:00"), **said)
    owed.do("ec_surcharge_approve", at("2026-06-14 17:30"), decision="不同意", reason="损害公共利益")
    owed.pay("2026-06-14", ("2026-06-14", FULL, "罚款"))
    assert owed.said("ec_execute")["surcharge_unpaid"] == "15000.00"


def test_the_surcharge_reaches_its_limit_after_34_days(owed):
    row = owed.clock("EC-C13")
    assert (row["started_at"][:10], row["due_on"]) == ("2026-06-05", "2026-07-08")


@pytest.mark.parametrize(
    ("moment", "lamp"),
    [
        ("2026-06-20 23:59", "green"),
        ("2026-06-21 00:00", "yellow"),
        ("2026-07-03 23:59", "yellow"),
        ("2026-07-04 00:00", "orange"),
    ],
)
def test_half_and_nine_tenths_of_the_limit_are_shown(owed, moment, lamp):
    owed.office.set(at(moment))
    assert owed.clock("EC-C13")["lamp"] == lamp


def test_while_a_remedy_is_pending_no_limit_comes_near(owed):
    reconsidered(owed, "2026-06-15")
    owed.pass_time(at("2026-07-10 00:01"))
    assert (owed.clock("EC-C13")["due_on"], owed.clock("EC-C13")["lamp"]) == (None, "green")


def test_the_limit_is_reached_later_after_a_remedy(owed):
    reconsidered(owed, "2026-06-15", "2026-08-10")
    assert owed.clock("EC-C13")["due_on"] == "2026-09-03"
    assert "关联事项变更" in owed.clock("EC-C13")["explanation"][-1]["why"]


def test_a_fine_paid_in_time_has_no_limit_to_reach(owed):
    owed.pay("2026-06-04", ("2026-06-04", FULL, "罚款"))
    assert owed.clock("EC-C13")["state"] == "stopped"


def test_the_same_reckoning_stands_in_every_form():
    forms = [
        json.loads((ROOT / f"forms/enforcement_case/{step}.json").read_text())
        for step in ("ec_execute", "ec_surcharge", "ec_instalment_approve")
    ]
    texts = [
        json.dumps(form["properties"]["parts"]["items"]).replace("form.payments", "ec_execute.payments")
        for form in forms
    ]
    assert len(set(texts)) == 1


# Remedy periods as shown, and scenario 13: the court.


def test_the_periods_of_the_remedies_are_shown(june):
    assert (days(june, "EC-C15")[0], days(june, "EC-C16")[0]) == ("2026-07-31", "2026-12-01")


@pytest.mark.parametrize(("day", "verified"), [("2026-04-30", True), ("2026-05-01", False)])
def test_the_period_to_sue_follows_the_rule_in_force(penalty_at, day, verified):
    assert served(penalty_at("deciding"), day).clock("EC-C16")["verified"] is verified


def urged(case: Penalty, day: str, **said: Any) -> Penalty:
    case.act("note_urge", "ec_urge", at(f"{day} 10:00"), **said)
    return case


def apply(case: Penalty, day: str, status: int = 200, who: str = "", **said: Any) -> dict[str, Any]:
    """Apply to the court on a day."""
    return case.act("ask_court", "ec_court_apply", at(f"{day} 15:00"), who, status, **said)


def test_scenario_13_ten_working_days_after_urging(june):
    urged(june, "2026-12-02")
    assert june.clock("EC-C21")["due_on"] == "2026-12-16"
    said = apply(june, "2026-12-16", 422)
    assert (said["code"], said["detail"]) == ("EC-E35", "催告未满10个工作日")


@pytest.mark.parametrize("day", ["2026-12-17", "2027-03-01"])
def test_scenario_13_the_court_is_asked_within_three_months(june, day):
    urged(june, "2026-12-02")
    assert june.clock("EC-C22")["due_on"] == "2027-03-01"
    apply(june, day)
    assert (june.clock("EC-C22")["state"], june.case()["status"]) == ("met", "court_enforcing")


def test_scenario_13_a_day_too_late_is_refused(june):
    urged(june, "2026-12-02")
    said = apply(june, "2027-03-02", 422)
    assert (said["code"], said["detail"]) == ("EC-E37", "超过三个月申请期限")


def test_scenario_13_the_deputy_head_may_give_a_good_reason(june):
    urged(june, "2026-12-02")
    reason = {"EC-E37": "洪水致机关停摆二十日"}
    assert apply(june, "2027-03-02", 422, _override=reason)["code"] == "EC-E37"
    apply(june, "2027-03-02", who=DEPUTY, _override=reason)
    assert june.clock("EC-C22")["state"] == "late"


@pytest.mark.parametrize("day", ["2026-11-20", "2026-12-01"])
def test_scenario_13_while_the_remedies_are_open_the_court_is_not_asked(june, day):
    urged(june, "2026-10-20")
    said = apply(june, day, 422)
    assert (said["code"], said["detail"]) == ("EC-E36", "复议诉讼期限未届满")


def test_without_urging_the_court_is_not_asked(june):
    assert apply(june, "2026-12-17", 422)["code"] == "EC-E35"


def test_a_remedy_that_is_pending_keeps_the_court_closed(june):
    reconsidered(june, "2026-07-20")
    urged(june, "2026-12-02")
    assert apply(june, "2026-12-17", 422)["code"] == "EC-E36"


@pytest.mark.parametrize(
    ("day", "code"), [("2026-09-15", "EC-E36"), ("2026-09-16", ""), ("2026-12-15", ""), ("2026-12-16", "EC-E37")]
)
def test_after_a_reconsideration_the_three_months_run_from_its_own_period(june, day, code):
    reconsidered(june, "2026-07-20", "2026-08-31")
    urged(june, "2026-08-31")
    said = apply(june, day, 422 if code else 200)
    assert not code or said["code"] == code


def test_the_period_of_the_court_follows_the_remedy(june):
    remedy = reconsidered(june, "2026-07-20")
    assert june.clock("EC-C22")["due_on"] is None
    remedy.do("rt_result", at("2026-08-31 10:00"))
    assert june.clock("EC-C22")["due_on"] == "2026-12-15"


@pytest.mark.parametrize("missing", [{"signed_by": None}, {"sealed": False}])
def test_the_application_is_signed_and_sealed(june, missing):
    urged(june, "2026-12-02")
    said = apply(june, "2026-12-17", 422, **missing)
    assert (said["code"], said["detail"]) == ("EC-E38", "申请书缺负责人签名或印章")


def test_in_court_no_instalments_are_granted(june):
    urged(june, "2026-12-02")
    apply(june, "2026-12-17")
    schedule = [{"due": "2027-06-30", "amount": FULL}]
    said = june.act("ask_instalment", "ec_instalment", at("2026-12-18 10:00"), status=422, schedule=schedule)
    assert (said["code"], said["detail"]) == ("EC-E34", "已进入法院强制执行")


def auctioned(case: Penalty, day: str, status: int = 200) -> dict[str, Any]:
    """Register on a day what an auction of that day has brought."""
    paid = {"paid_on": day, "amount": "1000.00", "of": "罚款", "channel": "拍卖抵缴", "receipt_no": "PM-1"}
    return case.do("ec_execute", at(f"{day} 10:00"), status=status, payments=[paid], outcome="继续执行")


def test_sealed_goods_are_not_auctioned_before_the_remedies_are_over(june):
    urged(june, "2026-10-20")
    said = auctioned(june, "2026-12-01", 422)
    assert (said["code"], said["detail"]) == ("EC-E36", "复议诉讼期限未届满，不得拍卖抵缴罚款")
    auctioned(june, "2026-12-02")


def test_sealed_goods_are_not_auctioned_while_a_remedy_is_pending(june):
    reconsidered(june, "2026-07-20")
    urged(june, "2026-12-02")
    assert auctioned(june, "2026-12-10", 422)["code"] == "EC-E36"


def test_sealed_goods_are_not_auctioned_without_urging(june):
    said = auctioned(june, "2026-12-10", 422)
    assert (said["code"], said["detail"]) == ("EC-E35", "未经催告，不得拍卖抵缴罚款")


@pytest.fixture
def in_court(june) -> Penalty:
    """A case that was handed to the court on Thursday 2026-12-17."""
    apply(urged(june, "2026-12-02"), "2026-12-17")
    return june


def told(case: Penalty, day: str, stage: str, status: int = 200, **said: Any) -> dict[str, Any]:
    """Register what the court did."""
    return case.do("ec_court_result", at(f"{day} 10:00"), status=status, stage=stage, **said)


def test_the_court_accepts_in_five_working_days(in_court):
    assert in_court.clock("EC-C23")["due_on"] == "2026-12-24"


@pytest.mark.parametrize(("doubtful", "due_on"), [(False, "2026-12-31"), (True, "2027-01-21")])
def test_the_court_rules_in_seven_working_days_or_in_thirty_days(in_court, doubtful, due_on):
    told(in_court, "2026-12-22", "受理", doubtful=doubtful)
    assert in_court.clock("EC-C23")["due_on"] == due_on


@pytest.mark.parametrize("stage", ["不予受理", "裁定不准予执行"])
def test_a_ruling_against_the_agency_may_be_reviewed_for_fifteen_days(in_court, stage):
    told(in_court, "2026-12-22", stage)
    assert in_court.clock("EC-C24")["due_on"] == "2027-01-06"
    told(in_court, "2026-12-28", "已申请上一级法院复议")
    assert in_court.clock("EC-C24")["state"] == "met"


def test_a_review_that_is_not_asked_for_lapses(in_court):
    told(in_court, "2026-12-22", "裁定不准予执行")
    in_court.pass_time(at("2027-01-08 00:01"))
    assert in_court.clock("EC-C24")["state"] == "expired"


def test_what_still_runs_in_court_is_not_concluded(in_court):
    assert told(in_court, "2026-12-22", "裁定准予执行", 422, concluded=True)["code"] == "EC-E78"


def test_after_the_court_the_fine_is_registered(in_court):
    told(in_court, "2026-12-22", "受理")
    told(in_court, "2026-12-29", "裁定准予执行")
    told(in_court, "2027-02-01", "执行完毕", concluded=True, collected="100000.00")
    rows = ("2027-02-01", FULL, "罚款"), ("2027-02-01", FULL, "加处罚款")
    in_court.pay("2027-02-01", *rows, outcome="已全部履行")
    assert in_court.steps() == ["ec_publish"]


def test_after_the_court_instalments_may_be_asked_for_again(in_court):
    told(in_court, "2026-12-29", "终结本次执行", concluded=True)
    planned(in_court, "2027-01-04", ("2027-06-30", FULL))
    assert in_court.clock("EC-C12")["due_on"] == "2027-06-30"


# Suspension and end.


def test_the_execution_is_suspended_and_taken_up_again(owed):
    owed.do("ec_execute", at("2026-06-10 10:00"), outcome="提请中止执行")
    owed.do("ec_exec_suspend", at("2026-06-10 11:00"))
    assert "ec_execute" in owed.steps()
    owed.do("ec_execute", at("2026-09-10 10:00"), outcome="提请中止执行")
    owed.do("ec_exec_suspend", at("2026-09-10 11:00"), kind="恢复执行", ground=None)
    assert owed.said("ec_exec_suspend")["kind"] == "恢复执行"


def ending(case: Penalty, day: str, status: int = 200, **said: Any) -> dict[str, Any]:
    """Propose the end of the execution on a day."""
    case.do("ec_execute", at(f"{day} 10:00"), outcome="提请终结执行")
    return case.do("ec_exec_end", at(f"{day} 11:00"), status=status, **said)


def test_the_execution_ends_with_the_consent_of_the_deputy_head(owed):
    ending(owed, "2026-09-10")
    assert owed.case()["status"] == "exec_ending"
    owed.do("ec_exec_end_approve", at("2026-09-11 10:00"))
    assert owed.steps() == ["ec_publish"]
    assert [owed.clock(rule)["state"] for rule in ("EC-C13", "EC-C22")] == ["stopped", "stopped"]


def test_without_consent_the_execution_goes_on(owed):
    ending(owed, "2026-09-10")
    said = {"decision": "不同意", "reason": "仍有财产可供执行", "ended_on": None}
    owed.do("ec_exec_end_approve", at("2026-09-11 10:00"), **said)
    assert "ec_execute" in owed.steps()


THREE_YEARS = {"ground": "中止执行满三年未恢复", "no_harm": True}


@pytest.mark.parametrize(("day", "status"), [("2029-06-09", 422), ("2029-06-10", 200)])
def test_after_three_years_of_suspension_it_is_not_executed_any_more(owed, day, status):
    owed.do("ec_execute", at("2026-06-10 10:00"), outcome="提请中止执行")
    owed.do("ec_exec_suspend", at("2026-06-10 11:00"))
    said = ending(owed, day, status, **THREE_YEARS)
    assert status == 200 or said["code"] == "EC-E79"


# The other codes.

REFUSALS = {
    "EC-E72": ("2026-06-02", (("2026-06-02", "1.00", "罚款"),), {}),
    "EC-E73": ("2026-06-02", (("2026-06-01", FULL, "罚款"), ("2026-06-02", "0.01", "罚款")), {}),
    "EC-E71": ("2026-06-02", (("2026-06-01", "49999.99", "罚款"),), {"outcome": "已全部履行"}),
}


@pytest.mark.parametrize("code", REFUSALS)
def test_a_payment_that_cannot_be_is_refused_and_nothing_changes(owed, code):
    owed.pay("2026-06-01", ("2026-06-01", "20000.00", "罚款"))
    day, rows, said = REFUSALS[code]
    before = owed.case()["case_file"]
    assert owed.pay(day, *rows, status=422, **said)["code"] == code
    assert owed.case()["case_file"] == before


def test_a_payment_of_tomorrow_is_refused(owed):
    assert owed.pay("2026-06-02", ("2026-06-03", "1.00", "罚款"), status=422)["code"] == "E-COM-02"


def test_a_term_before_the_application_is_refused(owed):
    schedule = [{"due": "2026-06-03", "amount": FULL}]
    said = owed.act("ask_instalment", "ec_instalment", at("2026-06-03 10:00"), status=422, schedule=schedule)
    assert said["code"] == "EC-E74"


@pytest.mark.parametrize(
    ("day", "said", "code"),
    [
        ("2026-06-04", {}, "EC-E75"),
        ("2026-06-05", {"waived": "1500.01", "agreement": "a1", "remedied": "已整改"}, "EC-E76"),
    ],
)
def test_a_surcharge_that_cannot_be_is_refused(owed, day, said, code):
    assert owed.act("ask_surcharge", "ec_surcharge", at(f"{day} 17:00"), status=422, **said)["code"] == code


def test_urging_tells_the_rights(owed):
    said = owed.act("note_urge", "ec_urge", at("2026-07-01 10:00"), status=422, rights_told=False)
    assert said["code"] == "EC-E77"


def test_urging_anew_starts_the_ten_days_anew(owed):
    urged(owed, "2026-12-02")
    urged(owed, "2026-12-09")
    assert owed.clock("EC-C21")["due_on"] == "2026-12-23"


def test_urging_names_what_is_owed(owed):
    surcharge_on(owed, "2026-06-14")
    urged(owed, "2026-06-15", statement="资金紧张", recheck="不成立")
    assert fields(owed, "ec_urge", "fine", "surcharge", "remedy_until") == [FULL, "15000.00", "2026-11-20"]


def test_urging_names_the_surcharge_as_it_was_reckoned_last(owed):
    surcharge_on(owed, "2026-06-14")
    owed.pay("2026-06-24")
    urged(owed, "2026-06-25")
    assert owed.said("ec_urge")["surcharge"] == "30000.00"
