"""Punishment on the spot: its limits, the cash that is handed in, its report, and every way in which it ends."""

from __future__ import annotations

from typing import Any

import pytest

from tests.office import at
from tests.processes.enforcement import Case
from tests.processes.execution import Penalty
from tests.processes.side import Side
from tests.processes.test_enforcement_execution import reconsidered

PERSON = {"party_kind": "个人", "enterprise_name": None, "uscc": None, "person_name": "刘某"}
CASH = {"method": "当场收缴", "ground": "一百元以下的罚款"}
DAY = "2026-04-30"


def shown(penalty_at, day: str = DAY, **said: Any) -> Penalty:
    """Certificates shown on a day."""
    office = penalty_at("office").office
    return Penalty(office, "", "enforcement_simple").begin(
        "enforcement_simple", "es_show_id", at(f"{day} 09:00"), **said
    )


def heard(penalty_at, day: str = DAY, **said: Any) -> Penalty:
    """A party heard on a day."""
    case = shown(penalty_at, day, **said)
    case.do("es_hear", at(f"{day} 09:10"))
    return case


def decided(penalty_at, day: str = DAY, **said: Any) -> Penalty:
    """A decision handed over on a day; by default a fine of 100 yuan."""
    case = heard(penalty_at, day)
    case.do("es_decide", at(f"{day} 09:20"), **{"amount": "100.00", **said})
    return case


def collected(penalty_at, day: str = DAY, **said: Any) -> Penalty:
    """A fine of 100 yuan collected in cash on a day."""
    case = decided(penalty_at, day)
    case.do("es_pay", at(f"{day} 09:30"), **CASH, **said)
    return case


def settled(case: Penalty, day: str) -> Penalty:
    """Report, publish and archive a decision on a day."""
    case.do("es_report", at(f"{day} 14:00"))
    case.do("es_publish", at(f"{day} 15:00"))
    if "es_archive" in case.steps():
        case.do("es_archive", at(f"{day} 16:00"))
    return case


def test_who_is_punished_on_the_spot_is_punished_for_a_cause(penalty_at):
    case = shown(penalty_at)
    assert case.do("es_hear", at(f"{DAY} 09:10"), status=422, cause=None)["fields"] == {"cause": "E-COM-01"}


# Scenario 1: the limits.


@pytest.mark.parametrize(
    ("party", "amount", "code"),
    [
        ({}, "2999.99", ""),
        ({}, "3000.00", ""),
        ({}, "3000.01", "EC-E06"),
        ({}, "3001.00", "EC-E06"),
        (PERSON, "200.00", ""),
        (PERSON, "200.01", "EC-E06"),
        (PERSON, "201.00", "EC-E06"),
    ],
)
def test_scenario_01_small_fines_only(penalty_at, party, amount, code):
    case = heard(penalty_at, **party)
    said = case.do("es_decide", at(f"{DAY} 09:20"), status=422 if code else 200, amount=amount)
    assert not code or (said["code"], said["detail"]) == (code, "罚款超过当场处罚限额，请转普通程序")


@pytest.mark.parametrize("text", [None, "可以申请行政复议或者提起行政诉讼"])
def test_scenario_01_the_paper_names_the_reconsideration_first(penalty_at, text):
    case = heard(penalty_at)
    said = case.do("es_decide", at(f"{DAY} 09:20"), status=422, remedy_text=text)
    assert (said["code"], said["detail"]) == ("EC-E09", "文书未载明复议前置")


def test_scenario_01_cash_is_handed_in_within_two_working_days(penalty_at):
    assert collected(penalty_at).clock("EC-C14")["due_on"] == "2026-05-07"


@pytest.mark.parametrize(("day", "state"), [("2026-05-07", "met"), ("2026-05-08", "late")])
def test_cash_is_handed_in_in_time_or_late(penalty_at, day, state):
    case = collected(penalty_at)
    case.do("es_hand_in", at(f"{day} 10:00"))
    rows = [row["state"] for row in case.office.get(case.watcher, f"/cases/{case.id}/clocks") if row["id"] == "EC-C14"]
    assert rows == [state, "running"]


@pytest.mark.parametrize(("day", "state"), [("2026-05-08", "met"), ("2026-05-09", "met"), ("2026-05-11", "late")])
def test_cash_goes_to_the_bank_within_two_more(penalty_at, day, state):
    """2026-05-09 is a Saturday that is worked."""
    case = collected(penalty_at)
    case.do("es_hand_in", at("2026-05-07 10:00"))
    assert case.clock("EC-C14")["due_on"] == "2026-05-09"
    case.do("es_bank", at(f"{day} 10:00"))
    assert case.clock("EC-C14")["state"] == state


@pytest.mark.parametrize(
    ("moment", "lamp"), [("2026-05-05 23:59", "green"), ("2026-05-06 00:00", "yellow"), ("2026-05-08 00:00", "red")]
)
def test_cash_that_is_still_out_is_shown(penalty_at, moment, lamp):
    case = collected(penalty_at)
    case.office.set(at(moment))
    assert case.clock("EC-C14")["lamp"] == lamp


def test_on_the_water_the_days_run_from_the_landing(penalty_at):
    case = decided(penalty_at)
    case.do("es_pay", at("2026-05-06 10:00"), **CASH, paid_on=DAY, ashore_on="2026-05-06")
    assert case.clock("EC-C14")["due_on"] == "2026-05-08"


# Cash on the spot.


@pytest.mark.parametrize(
    ("amount", "said", "code"),
    [
        ("100.00", CASH, ""),
        ("100.01", CASH, "EC-E07"),
        ("500.00", {**CASH, "ground": None}, "EC-E07"),
        ("500.00", {**CASH, "ground": "不当场收缴事后难以执行"}, ""),
        (
            "500.00",
            {**CASH, "ground": "边远、水上、交通不便地区，当事人到指定银行或通过电子支付缴纳确有困难"},
            "EC-E07",
        ),
        (
            "500.00",
            {
                **CASH,
                "ground": "边远、水上、交通不便地区，当事人到指定银行或通过电子支付缴纳确有困难",
                "party_asked": True,
            },
            "",
        ),
        ("100.00", {**CASH, "receipt_no": None}, "EC-E08"),
    ],
)
def test_cash_is_taken_only_where_the_law_allows_it(penalty_at, amount, said, code):
    case = decided(penalty_at, amount=amount)
    answer = case.do("es_pay", at(f"{DAY} 09:30"), status=422 if code else 200, **said)
    texts = {"EC-E07": "不符合当场收缴条件", "EC-E08": "缺少财政统一票据号"}
    assert not code or (answer["code"], answer["detail"]) == (code, texts[code])


def test_what_is_handed_in_is_what_was_taken(penalty_at):
    case = collected(penalty_at)
    assert case.do("es_hand_in", at("2026-05-06 10:00"), status=422, amount="99.00")["code"] == "EC-E87"


# Payment at the bank.


@pytest.mark.parametrize(
    ("paid_on", "surcharge"), [("2026-05-15", "0.00"), ("2026-05-18", "9.00"), ("2026-07-31", "100.00")]
)
def test_a_fine_paid_late_bears_a_surcharge(penalty_at, paid_on, surcharge):
    case = decided(penalty_at)
    more = {"surcharge_paid": surcharge} if surcharge != "0.00" else {}
    case.do("es_pay", at(f"{paid_on} 10:00"), **more)
    assert case.said("es_pay")["surcharge"] == surcharge


def test_the_surcharge_is_paid_too(penalty_at):
    case = decided(penalty_at)
    assert case.do("es_pay", at("2026-05-18 10:00"), status=422, surcharge_paid="8.99")["code"] == "EC-E86"


def test_a_remedy_pauses_the_surcharge_of_a_fine_on_the_spot(penalty_at):
    case = decided(penalty_at)
    reconsidered(case, "2026-05-18", "2026-06-10")
    case.do("es_pay", at("2026-06-11 10:00"), surcharge_paid="9.00")
    assert case.said("es_pay")["surcharge_days"] == 3  # 05-16, 05-17 and 06-11


# The terms.

TERMS = {"EC-C12": "2026-05-15", "EC-C15": "2026-06-29", "EC-C25": "2026-05-13", "EC-C33": "2026-05-05"}


@pytest.mark.parametrize("rule", TERMS)
def test_the_terms_run_from_the_decision(penalty_at, rule):
    assert decided(penalty_at).clock(rule)["due_on"] == TERMS[rule]


def test_the_term_of_the_report_is_a_parameter_to_be_verified(penalty_at):
    row = decided(penalty_at).clock("EC-C33")
    assert (row["verified"], "待核" in row["source"]) == (False, True)


@pytest.mark.parametrize(("day", "state"), [("2026-05-05", "met"), ("2026-05-06", "late")])
def test_the_report_is_in_time_or_late(penalty_at, day, state):
    case = decided(penalty_at)
    case.do("es_report", at(f"{day} 10:00"))
    assert case.clock("EC-C33")["state"] == state


# The whole way, and the ends.


def test_a_fine_in_cash_goes_to_the_archive(penalty_at):
    case = collected(penalty_at)
    case.do("es_hand_in", at("2026-05-06 10:00"))
    case.do("es_bank", at("2026-05-07 10:00"))
    assert settled(case, "2026-05-08").end() == ("closed", "closed")
    assert case.clock("EC-C29")["state"] == "met"


@pytest.mark.parametrize("last", ["es_pay", "es_report", "es_publish"])
def test_the_archive_is_due_thirty_days_after_the_last_of_its_steps(penalty_at, last):
    case = decided(penalty_at)
    for step in [step for step in ("es_pay", "es_report", "es_publish") if step != last] + [last]:
        case.do(step, at("2026-05-06 10:00"))
    assert case.clock("EC-C29")["due_on"] == "2026-06-05"


def test_a_warning_needs_no_payment(penalty_at):
    case = decided(penalty_at, kind="警告", amount=None, payment_due_days=None)
    assert "es_pay" not in case.steps()
    assert settled(case, "2026-05-06").end() == ("closed", "closed")


def test_what_is_minor_is_not_punished(penalty_at):
    case = shown(penalty_at)
    case.do("es_hear", at(f"{DAY} 09:10"), handling="不予处罚", handling_reason="轻微并当场改正，没有危害后果")
    assert case.end() == ("closed", "not_punished")


def test_what_is_too_much_goes_the_ordinary_way(penalty_at):
    case = shown(penalty_at)
    case.do("es_hear", at(f"{DAY} 09:10"), handling="转普通程序", handling_reason="拟处罚款一万元")
    assert case.end() == ("closed", "to_ordinary")
    (other,) = case.linked("enforcement_case")
    carried = other.said("carried")
    assert (carried["enterprise_name"], carried["simple_no"]) == ("甲化工厂", case.case()["number"])


def test_what_the_party_says_is_checked(penalty_at):
    case = shown(penalty_at)
    said = {"statement_made": True, "points": "标志昨日被风吹落", "recheck": "未见固定痕迹", "adopted": False}
    case.do("es_hear", at(f"{DAY} 09:10"), **said)
    assert case.steps() == ["es_decide"]


def test_one_officer_alone_punishes_nobody(penalty_at):
    office = penalty_at("office").office
    case = Penalty(office, "", "enforcement_simple")
    said = case.begin("enforcement_simple", "es_show_id", at(f"{DAY} 09:00"), status=422, officers=["zhang"])
    assert said["code"] == "E-COM-07"


ORDER = {
    "EC-E82": ("es_hear", {"told_at": f"{DAY}T08:59:00+08:00"}),
    "EC-E81": ("es_show_id", {"occurred_at": f"{DAY}T09:00:00+08:00", "shown_at": f"{DAY}T08:00:00+08:00"}),
}


def test_the_certificate_is_shown_before_the_party_is_told(penalty_at):
    step, said = ORDER["EC-E82"]
    assert shown(penalty_at).do(step, at(f"{DAY} 09:10"), status=422, **said)["code"] == "EC-E82"


def test_an_act_that_lies_ahead_is_refused(penalty_at):
    step, said = ORDER["EC-E81"]
    case = Penalty(penalty_at("office").office, "", "enforcement_simple")
    assert case.begin("enforcement_simple", step, at(f"{DAY} 09:00"), status=422, **said)["code"] == "EC-E81"


@pytest.mark.parametrize(
    ("code", "said"),
    [("EC-E83", {"decided_at": f"{DAY}T09:00:00+08:00"}), ("EC-E84", {"handed_over": False})],
)
def test_the_decision_follows_and_is_handed_over(penalty_at, code, said):
    assert heard(penalty_at).do("es_decide", at(f"{DAY} 09:20"), status=422, **said)["code"] == code


def test_days_that_run_backwards_are_refused(penalty_at):
    case = decided(penalty_at)
    assert case.do("es_pay", at("2026-05-06 10:00"), status=422, paid_on="2026-04-29")["code"] == "EC-E85"
    case.do("es_pay", at("2026-05-06 10:00"), **CASH)
    assert case.do("es_hand_in", at("2026-05-07 10:00"), status=422, handed_in_on="2026-05-05")["code"] == "EC-E85"
    case.do("es_hand_in", at("2026-05-07 10:00"))
    assert case.do("es_bank", at("2026-05-08 10:00"), status=422, banked_on="2026-05-06")["code"] == "EC-E85"


def test_what_is_not_masked_is_not_published(penalty_at):
    case = decided(penalty_at)
    said = case.do("es_publish", at("2026-05-06 10:00"), status=422, masked_check=False)
    assert (said["code"], said["detail"]) == ("EC-E40", "未完成脱敏检查")


@pytest.mark.parametrize(("opinion", "handed"), [("予以备案", []), ("发现问题，转执法纠错", ["error_correction"])])
def test_what_the_report_finds_wrong_is_put_right(penalty_at, opinion, handed):
    case = decided(penalty_at)
    said = {"problems": "适用条款有误"} if handed else {}
    case.do("es_report", at("2026-05-06 10:00"), opinion=opinion, **said)
    assert [row["process"] for row in case.case()["handoffs"]] == handed


def test_the_correction_knows_that_the_report_found_it(side_at):
    office = side_at("office").office
    case = Side(office, "", "enforcement_simple").begin("enforcement_simple", "es_show_id", at(f"{DAY} 09:00"))
    case.do("es_hear", at(f"{DAY} 09:10"))
    case.do("es_decide", at(f"{DAY} 09:20"), amount="100.00")
    case.do("es_report", at("2026-05-06 10:00"), opinion="发现问题，转执法纠错", problems="适用条款有误")
    correction = case.linked("error_correction")[0]
    task = correction.task("ec_error_find", "legal_officer.county1")
    offered = office.get("legal_officer.county1", f"/tasks/{task['id']}")["data"]
    assert (offered["source"], offered["facts"]) == ("当场处罚备案", "适用条款有误")
    correction.do("ec_error_find", at("2026-05-06 11:00"), source=offered["source"])


# From the clue of a penalty case, and what may follow.


def from_clue(enforcement_at):
    """A clue of 2026-07-06 that is handled on the spot."""
    office = enforcement_at("office").office
    clue = Case.open(office, at("2026-07-06 09:00"), handling="适用简易程序", handling_reason="事实确凿，拟处警告")
    (simple,) = clue.linked("enforcement_simple")
    return clue, simple


def test_a_clue_that_is_small_is_handled_on_the_spot(enforcement_at):
    clue, simple = from_clue(enforcement_at)
    assert (clue.case()["status"], simple.steps()) == ("to_simple", ["es_show_id"])
    task = simple.office.get(simple.watcher, f"/tasks/{simple.task('es_show_id')['id']}")
    assert {"甲化工厂", "二号库"} <= set(map(str, task["data"].values()))


def test_what_was_punished_on_the_spot_may_be_reconsidered_after_its_end(penalty_at):
    case = settled(decided(penalty_at, kind="警告", amount=None, payment_due_days=None), "2026-05-06")
    remedy = case.begin("remedy_tracking", "rt_file", at("2026-05-20 10:00"))
    assert (case.end()[0], remedy.case()["status"]) == ("closed", "reconsideration_filed")


# More than can be decided on the spot comes out when it is to be decided.

ORDINARY = {"to_ordinary": True, "ordinary_reason": "拟处罚款一万元，超过当场处罚限额"}
NO_DECISION = dict.fromkeys(
    ("kind", "amount", "decided_at", "decision_no", "payment_due_days", "remedy_text", "handed_over")
)
SAID = {"statement_made": True, "points": "已当场补设警示标志", "recheck": "属实", "adopted": False}


@pytest.fixture
def moved(enforcement_at) -> Case:
    """A matter that went the ordinary way from its decision on the spot."""
    case = Case(enforcement_at("office").office, "", "enforcement_simple")
    case = case.begin("enforcement_simple", "es_show_id", at(f"{DAY} 09:00"))
    case.do("es_hear", at(f"{DAY} 09:10"), **SAID)
    case.do("es_decide", at(f"{DAY} 09:20"), **NO_DECISION, **ORDINARY)
    return case


def test_from_the_decision_the_ordinary_way_is_still_open(moved):
    shown = moved.case()
    assert (shown["state"], shown["status"], shown["open_tasks"]) == ("closed", "to_ordinary", [])


def test_the_ordinary_case_knows_what_was_said_on_the_spot(moved):
    (ordinary,) = moved.linked("enforcement_case")
    said = ordinary.case()["case_file"]["carried"]
    assert [said[name] for name in ("facts", "place", "statement_points", "ordinary_reason")] == [
        *("二号库未设置明显的安全警示标志", "二号库", "已当场补设警示标志", ORDINARY["ordinary_reason"]),
    ]


def test_what_went_the_ordinary_way_is_no_decision(moved):
    papers = moved.office.get(moved.watcher, f"/cases/{moved.id}/documents")
    clocks = moved.office.get(moved.watcher, f"/cases/{moved.id}/clocks")
    lines = moved.office.get(moved.watcher, "/registers/L-EC-1S")["items"]
    assert (papers, clocks, lines) == ([], [], [])


def test_the_ordinary_way_wants_its_reason(penalty_at):
    case = heard(penalty_at)
    said = case.do("es_decide", at(f"{DAY} 09:20"), status=422, **NO_DECISION, to_ordinary=True)
    assert said["fields"] == {"ordinary_reason": "E-COM-01"}
