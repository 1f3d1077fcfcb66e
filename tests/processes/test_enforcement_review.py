"""Review, notice, statement and hearing of a penalty case: steps, refusals, and the domain's scenarios 4, 5 and 7."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from engine import catalog, model, parameters, store
from engine.people import SYSTEM_ACTOR
from tests.office import at
from tests.pages import Person
from tests.processes import enforcement_review_answers
from tests.processes.enforcement_desk import (
    PRINCIPAL,
    act,
    back_to_notice,
    correct,
    fine,
    to_notice,
)
from tests.processes.enforcement_review_answers import HEARD, HEAVY_FINE, ITEMS, RETURNED
from tests.processes.refusals import Refusal, provoke

DOMAIN = """
    ec_unit_review ec_legal_review ec_notice ec_statement eh_accept eh_appoint eh_notify eh_hold eh_record eh_report
    ec_collective ec_decide ec_serve
"""
# Stage, its status, the step that is open.
OPEN = [
    ("reviewing", "unit_review", "ec_unit_review"),
    ("legal_review", "legal_review", "ec_legal_review"),
    ("noticing", "noticing", "ec_notice"),
    ("stating", "statement", "ec_statement"),
    ("final_review", "legal_review", "ec_legal_review_final"),
    ("hearing", "hearing", "eh_accept"),
    ("appointing", "hearing", "eh_appoint"),
    ("notifying", "hearing", "eh_notify"),
    ("holding", "hearing", "eh_hold"),
    ("recording", "hearing", "eh_record"),
    ("hearing_reporting", "hearing", "eh_report"),
    ("heavy_final_review", "legal_review", "ec_legal_review_final"),
    ("discussing", "collective", "ec_collective"),
    ("heavy_deciding", "deciding", "ec_decide"),
    ("deciding", "deciding", "ec_decide"),
    ("serving", "serving", "ec_serve"),
]


@pytest.mark.parametrize(("stage", "status", "step"), OPEN)
def test_one_step_opens_the_next(enforcement_at, stage, status, step):
    case = enforcement_at(stage)
    assert (case.case()["status"], case.steps()) == (status, [step])


def test_every_step_of_the_domain_stands_in_a_diagram_and_is_answered_here(enforcement_at):
    enforcement_at("office")
    with store.reading() as session:
        steps = catalog.published(session, "enforcement_case").steps
    assert set(DOMAIN.split()) <= set(steps)
    assert set(enforcement_review_answers.ANSWERS) == set(DOMAIN.split()) | {"ec_legal_review_final"}
    assert {step for _, _, step in OPEN} == set(enforcement_review_answers.ANSWERS)


# Where a step leads otherwise.


def test_a_unit_review_may_send_the_report_back(enforcement_at):
    case = enforcement_at("reviewing")
    case.do("ec_unit_review", at("2026-07-21 10:00"), decision="退回", reason="证据不足")
    assert "ec_investigation_report" in case.steps()


def test_a_matter_that_is_not_to_be_punished_goes_to_its_decision_without_a_notice(enforcement_at):
    case = enforcement_at("reporting")
    case.do("ec_investigation_report", at("2026-07-20 10:00"), outcome="违法事实不成立", proposed_penalties=None)
    case.do("ec_unit_review", at("2026-07-21 10:00"), benchmark=None, benchmark_sector=None)
    case.do("ec_legal_review", at("2026-07-22 10:00"))
    assert case.steps() == ["ec_legal_review_final"]


def test_new_facts_in_the_defence_lead_to_a_new_notice(enforcement_at):
    case = enforcement_at("stating")
    back_to_notice(case)
    assert case.steps() == ["ec_notice"]


@pytest.mark.parametrize("decision", ["不受理", "当事人撤回"])
def test_a_hearing_that_is_not_accepted_leads_on_to_the_decision(enforcement_at, decision):
    case = enforcement_at("hearing")
    case.do("eh_accept", at("2026-10-10 15:00"), decision=decision, reason="不在听证范围", withdrawal="a1")
    assert case.steps() == ["ec_legal_review_final"]


@pytest.mark.parametrize("result", ["当事人无正当理由缺席", "当事人中途退出", "当事人撤回"])
def test_a_party_that_stays_away_ends_the_hearing(enforcement_at, result):
    case = enforcement_at("holding")
    case.do("eh_hold", at("2026-10-23 10:00"), result=result, reason="传唤后未到场")
    assert case.steps() == ["ec_legal_review_final"]


def test_a_postponed_hearing_is_announced_again(enforcement_at):
    case = enforcement_at("holding")
    later = "2026-11-03T09:00:00+08:00"
    case.do("eh_hold", at("2026-10-22 10:00"), result="延期", reason="当事人住院", postponed_to=later)
    assert (case.steps(), case.clock("EC-C09")["due_on"]) == (["eh_notify"], "2026-10-22")
    case.do("eh_notify", at("2026-10-22 11:00"), served_on="2026-10-22", hearing_at=later)
    assert (case.steps(), case.clock("EC-C09")["state"]) == (["eh_hold"], "met")


HEARD_OTHERWISE = {
    "补充调查": "ec_investigation_report",
    "有新事实，重新告知": "ec_notice",
    "不予处罚": "ec_legal_review_final",
}


@pytest.mark.parametrize(("suggestion", "step"), HEARD_OTHERWISE.items())
def test_the_hearing_report_says_how_to_go_on(enforcement_at, suggestion, step):
    case = enforcement_at("hearing_reporting")
    case.do("eh_report", at("2026-10-26 10:00"), suggestion=suggestion)
    assert step in case.steps()


# The refusals.

R = Refusal
TAKEN_BY_CHEN = ["case_handler2.county1", "co_handler.county1"]


def asked_by_another(case) -> None:
    """Send the case back, let another officer take an inquiry record, and come to the hearing again."""
    case.do("eh_report", at("2026-10-26 10:00"), suggestion="补充调查")
    case.act("ask_investigate", "ec_investigate", at("2026-10-26 11:00"), officers=TAKEN_BY_CHEN)
    case.do("ec_investigation_report", at("2026-10-26 12:00"), refused_correction=True, proposed_penalties=HEAVY_FINE)
    case.do("ec_unit_review", at("2026-10-26 14:00"))
    case.do("ec_legal_review", at("2026-10-26 15:00"))
    case.do("ec_notice", at("2026-10-27 10:00"), proposed_penalties=HEAVY_FINE)
    case.do("ec_statement", at("2026-10-28 10:00"), hearing_requested_on="2026-10-28")
    case.do("eh_accept", at("2026-10-28 15:00"), decided_on="2026-10-28")


def reviewed_by_an_officer(case) -> None:
    """Let an officer of the case also be a legal reviewer."""
    with store.writing() as session:
        session.add(model.Membership(user_name="co_handler.county1", role="legal_reviewer", org_id="county1"))
        session.get_one(model.User, "co_handler.county1").legal_no = "A20203702"


def unqualified(case) -> None:
    """Let the reviewer's licence to practise law be struck from the records."""
    with store.writing() as session:
        session.get_one(model.User, "legal_reviewer.county1").legal_no = None


def without_a_source(case) -> None:
    """Leave the number for hearings without its ground."""
    with store.writing() as session:
        moment = at("2026-01-01 10:00")
        parameters.set_(session, "hearing_fine_source", "", "370202", "试验", SYSTEM_ACTOR, moment, date(2026, 1, 1))


REFUSALS = [
    *(
        R("EC-E17", "reviewing", "ec_unit_review", "2026-07-21 10:00", {"benchmark_sector": sector})
        for sector in ("消防", "矿山", "地震")
    ),
    R("E-COM-08", "reviewing", "ec_unit_review", "2026-07-21 10:00", {"decision": "退回"}),
    *(R("EC-E61", "legal_review", "ec_legal_review", "2026-07-22 10:00", {item: False}) for item in ITEMS),
    R("E-COM-08", "legal_review", "ec_legal_review", "2026-07-22 10:00", {**RETURNED, "comments": None}),
    R("EC-E18", "legal_review", "ec_legal_review", "2026-07-22 10:00", then=unqualified, status=403),
    R("EC-E18", "final_review", "ec_legal_review_final", "2026-07-30 10:00", then=unqualified, status=403),
    R(
        "E-COM-06", "legal_review", "ec_legal_review", "2026-07-22 10:00",
        then=reviewed_by_an_officer, who="co_handler.county1",
    ),
    R("EC-E16", "noticing", "ec_notice", "2026-07-23 10:00", {"proposed_penalties": [fine("50000.01")]}),
    R("EC-E17", "noticing", "ec_notice", "2026-07-23 10:00", {"proposed_penalties": [fine("14999.99")]}),
    R("EC-E17", "noticing", "ec_notice", "2026-07-23 10:00", {"proposed_penalties": [fine("35000.01")]}),
    R("EC-E20", "noticing", "ec_notice", "2026-07-23 10:00", {"rights_told": False}),
    R(
        "EC-E21", "stating", "ec_notice", "2026-07-24 11:00",
        {"proposed_penalties": [fine("20000.01")]}, back_to_notice,
    ),
    R("EC-E62", "noticing", "ec_notice", "2026-07-23 10:00", {"served_at": "2026-07-22T09:59:59+08:00"}),
    R("E-COM-12", "heavy_noticing", "ec_notice", "2026-09-29 10:00",
      {"proposed_penalties": HEAVY_FINE, "_override": None}),
    R(
        "E-COM-01", "heavy_noticing", "ec_notice", "2026-09-29 10:00",
        {"proposed_penalties": HEAVY_FINE}, without_a_source,
    ),
    R("EC-E20", "stating", "ec_statement", "2026-07-28 23:59"),
    R("EC-E20", "stating", "ec_statement", "2026-07-24 10:00", {"waiver": True}),
    R("EC-E20", "heavy_stating", "ec_statement", "2026-10-12 23:59"),
    R("EC-E22", "heavy_stating", "ec_statement", "2026-10-13 10:00", {"hearing_requested_on": "2026-10-13"}),
    R("EC-E62", "heavy_stating", "ec_statement", "2026-09-30 10:00", {"hearing_requested_on": "2026-09-28"}),
    R("EC-E62", "hearing", "eh_accept", "2026-10-12 10:00", {"decided_on": "2026-10-09"}),
    R("EC-E24", "appointing", "eh_appoint", "2026-10-12 10:00", {**HEARD, "host": "zhang"}),
    R("EC-E24", "appointing", "eh_appoint", "2026-10-12 10:00", {**HEARD, "host": "wang"}),
    R(
        "EC-E24", "hearing_reporting", "eh_appoint", "2026-10-29 10:00",
        {"host": "chen", "hearing_at": "2026-11-20T09:00:00+08:00"}, asked_by_another,
    ),
    R("EC-E23", "notifying", "eh_notify", "2026-10-14 10:00", {**HEARD, "served_on": "2026-10-14"}),
    R("EC-E62", "notifying", "eh_notify", "2026-10-13 10:00", {**HEARD, "served_on": "2026-10-09"}),
    R("EC-E62", "holding", "eh_hold", "2026-10-23 10:00", {"held_at": "2026-10-22T09:00:00+08:00"}),
    R("EC-E25", "recording", "eh_record", "2026-10-23 16:00", {"party_signed": False}),
    R("EC-E25", "recording", "eh_record", "2026-10-23 16:00", {"party_checked": False}),
    R("E-COM-04", "reviewing", "ec_unit_review", "2026-07-21 10:00", who="deputy_head.county1", status=403),
    R("E-COM-04", "legal_review", "ec_legal_review", "2026-07-22 10:00", who="legal_officer.county1", status=403),
    R("E-COM-04", "holding", "eh_hold", "2026-10-23 10:00", who="hearing_clerk.county1", status=403),
]  # fmt: skip


@pytest.mark.parametrize("refusal", REFUSALS, ids=str)
def test_it_is_refused_and_nothing_has_changed(enforcement_at, refusal):
    provoke(enforcement_at(refusal.stage), refusal)


# What stays allowed.


@pytest.mark.parametrize("amount", ["15000", "35000"])
def test_the_ends_of_a_tier_belong_to_it(enforcement_at, amount):
    case = enforcement_at("noticing")
    case.do("ec_notice", at("2026-07-23 10:00"), proposed_penalties=[fine(amount)])
    assert case.steps() == ["ec_statement"]


def test_the_upper_end_of_a_band_belongs_to_it_and_a_departure_wants_its_reason(enforcement_at):
    case = enforcement_at("noticing")
    said = {"proposed_penalties": [fine("50000")], "discretion_reason": "同类案件中情节最重"}
    case.do("ec_notice", at("2026-07-23 10:00"), **said)
    assert case.steps() == ["ec_statement"]


def test_a_place_may_leave_the_upper_end_out(enforcement_at):
    case = enforcement_at("reporting")
    with store.writing() as session:
        moment = at("2026-01-01 10:00")
        parameters.set_(session, "fine_upper_inclusive", False, "370202", "本省解释", SYSTEM_ACTOR, moment)
    to_notice(case, [fine("20000")])
    said = {"proposed_penalties": [fine("50000")], "discretion_reason": "同类案件中情节最重"}
    assert case.do("ec_notice", at("2026-07-23 10:00"), status=422, **said)["code"] == "EC-E16"
    case.do("ec_notice", at("2026-07-23 10:00"), **said | {"proposed_penalties": [fine("49999.99")]})


def test_fines_of_one_party_are_counted_together(enforcement_at):
    """Two acts of the firm: each up to its band, the sum up to both."""
    case = enforcement_at("reporting")
    acts = [act("SL102"), act("SL105")]
    to_notice(case, [fine("30000"), fine("20000")], violations=acts)
    over = {"proposed_penalties": [fine("60000"), fine("40000.01")], "discretion_reason": "情节严重"}
    assert case.do("ec_notice", at("2026-07-23 10:00"), status=422, **over)["code"] == "EC-E16"
    most = over | {"proposed_penalties": [fine("60000"), fine("40000")]}
    assert case.do("ec_notice", at("2026-07-23 10:00"), **most)["task"]["state"] == "completed"


ONE_ACT = [act(code, stage) | {"same_act": True} for code, stage in (("SL102", "首次"), ("SL101", "逾期未改正"))]


def test_several_rules_that_one_act_breaks_are_fined_by_the_higher_one(enforcement_at):
    """APL 29: 50,000 for SL 102 and 200,000 for SL 101 make 200,000; a second act adds its own 50,000."""
    case = enforcement_at("reporting")
    said = {"violations": [*ONE_ACT, act("SL99")], "band_reason": "情节严重"}
    over = case.do(
        "ec_investigation_report", at("2026-07-20 10:00"), status=422, proposed_penalties=[fine("250000.01")], **said
    )
    assert over["code"] == "EC-E16"
    to_notice(case, [fine("250000")], **said)
    (limit,) = case.case()["case_file"]["ec_investigation_report"]["limits"]
    assert (limit["band_min"], limit["highest"]) == ("100000.00", "250000.00")


def test_the_lower_end_for_one_act_is_that_of_the_higher_rule(enforcement_at):
    case = enforcement_at("reporting")
    said = {"violations": ONE_ACT, "proposed_penalties": [fine("99999.99")], "band_reason": "情节轻"}
    assert case.do("ec_investigation_report", at("2026-07-20 10:00"), status=422, **said)["code"] == "EC-E16"


def test_the_report_shows_the_band_of_every_party_in_words(enforcement_at):
    case = enforcement_at("legal_review")
    case.do("ec_legal_review", at("2026-07-22 10:00"), **{**RETURNED, "opinion": "补充调查"})
    key = case.task("ec_investigation_report")["id"]
    case.office.post("case_handler.county1", f"/tasks/{key}/claim")
    said = Person(case.office.app, "case_handler.county1").open(f"/tasks/{key}").text
    assert "名称（姓名）：甲化工厂，下限合计（元）：0.00 元，上限合计（元）：50,000.00 元" in said
    assert "依据：《安全生产法》第一百零二条" in said and "{'" not in said


def test_what_is_imposed_beside_a_fine_is_told_in_the_report(enforcement_at):
    case = enforcement_at("reporting")
    to_notice(case, [fine("100000")], violations=[act("SL97", "逾期未改正")], band_reason="初次")
    (band,) = case.case()["case_file"]["ec_investigation_report"]["bands"]
    assert (band["article"], band["other"]) == ("《安全生产法》第九十七条", "责令停产停业整顿")


def test_an_act_that_ended_before_the_new_law_is_fined_by_the_old_one(enforcement_at):
    """APL 37, for art. 100 of the act on dangerous chemicals, in force from 2026-05-01."""
    case = enforcement_at("reporting")
    correct(case, "case_handler", "ec_clue", occurred_at="2026-04-30T18:00:00+08:00")
    said = {"violations": [act("WH100")], "band_reason": "情节严重"}
    over = {**said, "proposed_penalties": [fine("200000.01")]}
    assert case.do("ec_investigation_report", at("2026-07-20 10:00"), status=422, **over)["code"] == "EC-E16"
    case.do("ec_investigation_report", at("2026-07-20 10:00"), **said, proposed_penalties=[fine("200000")])


def test_a_place_that_registered_its_rule_gives_notice_without_a_word(enforcement_at):
    case = enforcement_at("heavy_noticing")
    with store.writing() as session:
        moment = at("2026-01-01 10:00")
        parameters.set_(session, "hearing_fine_source", "某规〔2024〕1号", "370202", "本省", SYSTEM_ACTOR, moment)
    case.do("ec_notice", at("2026-09-29 10:00"), proposed_penalties=HEAVY_FINE, _override=None)
    assert case.case()["case_file"]["ec_notice"]["hearing_source"] == "某规〔2024〕1号"


def test_a_person_is_held_against_the_acts_of_that_person(enforcement_at):
    case = enforcement_at("reporting")
    acts = [act("SL102"), act("SL102", "拒不执行", "个人", PRINCIPAL), act("SL102", "拒不执行", "个人", "陈某")]
    person = fine("70000", "个人", PRINCIPAL)
    to_notice(case, [fine("20000"), person], violations=acts)
    over = [fine("20000"), fine("100000.01", "个人", PRINCIPAL)]
    said = {"proposed_penalties": over, "discretion_reason": "主要责任人"}
    assert case.do("ec_notice", at("2026-07-23 10:00"), status=422, **said)["code"] == "EC-E16"
    below = said | {"proposed_penalties": [fine("20000"), fine("49999.99", "个人", PRINCIPAL)]}
    assert case.do("ec_notice", at("2026-07-23 10:00"), status=422, **below)["code"] == "EC-E16"


def test_a_fine_without_a_band_is_refused(enforcement_at):
    """SL 102 fines the firm for a hazard left, and not once more where it refuses the order."""
    case = enforcement_at("reporting")
    to_notice(case, [{"subject": "单位", "name": "甲化工厂", "kind": "警告"}], violations=[act("SL102", "拒不执行")])
    said = {"proposed_penalties": [fine("1000")], "discretion_reason": "情节严重"}
    assert case.do("ec_notice", at("2026-07-23 10:00"), status=422, **said)["code"] == "EC-E16"


@pytest.mark.parametrize(("amount", "right"), [("49999.99", False), ("50000", True), ("50000.01", True)])
def test_a_large_fine_gives_the_right_to_be_heard(enforcement_at, amount, right):
    case = enforcement_at("reporting")
    to_notice(case, [fine(amount)], violations=[act("SL97")])
    case.do("ec_notice", at("2026-07-23 10:00"), proposed_penalties=[fine(amount)])
    said = case.case()["case_file"]["ec_notice"]
    assert said["hearing_right"] is right
    assert ("hearing_source" in said) is right


def test_a_unit_without_a_national_benchmark_names_another(enforcement_at):
    case = enforcement_at("reviewing")
    case.do("ec_unit_review", at("2026-07-21 10:00"), benchmark="本省裁量基准", benchmark_sector="消防")
    assert case.steps() == ["ec_legal_review"]


def test_the_deputy_may_admit_a_late_request_for_good_reason(enforcement_at):
    case = enforcement_at("heavy_stating")
    late = {"hearing_requested_on": "2026-10-13", "late_reason": "经理住院", "_override": {"EC-E22": "住院证明属实"}}
    assert case.do("ec_statement", at("2026-10-13 10:00"), status=422, **late)["code"] == "EC-E22"
    case.do("ec_statement", at("2026-10-13 10:00"), "deputy_head.county1", **late)
    assert case.steps() == ["eh_accept"]


def test_an_unsigned_record_passes_with_its_note(enforcement_at):
    case = enforcement_at("recording")
    case.do("eh_record", at("2026-10-23 16:00"), party_signed=False, unsigned_note="当事人阅后拒绝签字")
    assert case.steps() == ["eh_report"]


def test_a_party_may_agree_to_a_shorter_notice_only_where_that_is_allowed(enforcement_at):
    case = enforcement_at("notifying")
    late = {**HEARD, "served_on": "2026-10-14", "shorten_paper": "a1"}
    assert case.do("eh_notify", at("2026-10-14 10:00"), status=422, **late)["code"] == "EC-E23"
    with store.writing() as session:
        parameters.set_(
            session, "hearing_notice_shorten", True, "370202", "本省规定", SYSTEM_ACTOR, at("2026-01-01 10:00")
        )
    case.do("eh_notify", at("2026-10-14 10:00"), **late)
    assert case.steps() == ["eh_hold"]


# The domain's scenarios.


def test_scenario_04_a_hearing_requested_in_time(enforcement_at):
    case = enforcement_at("heavy_stating")
    assert (case.clock("EC-C07")["due_on"], case.clock("EC-C08")["due_on"]) == ("2026-10-09", "2026-10-12")
    early = case.do("ec_statement", at("2026-10-12 10:00"), status=422)
    assert early["code"] == "EC-E20"
    late = case.do("ec_statement", at("2026-10-13 10:00"), status=422, hearing_requested_on="2026-10-13")
    assert late["code"] == "EC-E22"
    case.do("ec_statement", at("2026-10-13 10:00"), hearing_requested_on="2026-10-10")
    assert (case.case()["status"], case.steps()) == ("hearing", ["eh_accept"])
    assert case.clock("EC-C08")["state"] == "met"


def test_scenario_04_a_signed_waiver_ends_the_waiting(enforcement_at):
    case = enforcement_at("heavy_stating")
    case.do("ec_statement", at("2026-10-12 10:00"), waiver=True, waiver_file="a1")
    assert case.steps() == ["ec_legal_review_final"]


def test_scenario_05_a_hearing_is_announced_seven_clear_working_days_before(enforcement_at):
    case = enforcement_at("notifying")
    assert case.clock("EC-C09")["due_on"] == "2026-10-13"
    late = {**HEARD, "served_on": "2026-10-14"}
    assert case.do("eh_notify", at("2026-10-14 10:00"), status=422, **late)["code"] == "EC-E23"
    case.do("eh_notify", at("2026-10-14 10:00"), **late | {"hearing_at": "2026-10-26T09:00:00+08:00"})
    assert case.case()["case_file"]["eh_notify"]["earliest_on"] == "2026-10-26"


def test_scenario_05_a_notice_on_the_last_day_is_in_time(enforcement_at):
    case = enforcement_at("holding")
    assert (case.case()["case_file"]["eh_notify"]["earliest_on"], case.clock("EC-C09")["state"]) == (
        "2026-10-23",
        "met",
    )


def told_deputy() -> list[str]:
    """What the deputy head was told of the legal review."""
    with store.reading() as session:
        notices = select(model.Notice.text).where(model.Notice.user_name == "deputy_head.county1")
        return [text for text in session.scalars(notices) if "法制审核已退回" in text]


def test_scenario_07_the_legal_review_goes_round_and_the_deputy_learns_of_the_third(enforcement_at):
    case = enforcement_at("legal_review")
    for opinion, day in (("程序纠正", 22), ("补充调查", 24)):
        case.do("ec_legal_review", at(f"2026-07-{day} 10:00"), **RETURNED | {"opinion": opinion})
        assert "ec_decide" not in case.steps() and told_deputy() == []
        case.do("ec_investigation_report", at(f"2026-07-{day} 14:00"))
        if day == 22:
            case.do("ec_unit_review", at("2026-07-23 10:00"))
    case.do("ec_unit_review", at("2026-07-27 10:00"))
    assert len(told_deputy()) == 1 and "2次" in told_deputy()[0]
    case.do("ec_legal_review", at("2026-07-28 10:00"))
    assert case.case()["case_file"]["ec_legal_review"]["round"] == 3
    assert (case.steps(), case.clock("EC-C06")["state"], case.clock("EC-C06")["due_on"]) == (
        ["ec_notice"],
        "running",
        "2026-10-04",
    )


def test_scenario_07_without_a_passed_review_no_decision_is_made(enforcement_at):
    case = enforcement_at("deciding")
    correct(case, "legal_reviewer", "ec_legal_review_final", **RETURNED)
    assert case.do("ec_decide", at("2026-07-31 10:00"), status=422)["code"] == "EC-E19"


# Tiers at the edges of the law.


def test_a_mitigated_fine_lies_below_its_band(enforcement_at):
    """Two lenient factors: below 100,000 for SL 97 left uncorrected, and never from there on without a reason."""
    case = enforcement_at("reporting")
    mitigated = {"merit": True, "coerced": True, "violations": [act("SL97", "逾期未改正")]}
    to_notice(case, [fine("80000")], **mitigated)
    over = {"proposed_penalties": [fine("100000.01")]}
    assert case.do("ec_notice", at("2026-07-23 10:00"), status=422, **over)["code"] == "EC-E17"
    case.do("ec_notice", at("2026-07-23 10:00"), proposed_penalties=[fine("80000")])
    assert case.case()["case_file"]["dmn_tier"]["tier"] == "减轻"


def test_a_fine_below_its_band_is_refused_without_a_mitigating_reason(enforcement_at):
    case = enforcement_at("reporting")
    said = {"violations": [act("SL97", "逾期未改正")], "proposed_penalties": [fine("99999.99")]}
    assert case.do("ec_investigation_report", at("2026-07-20 10:00"), status=422, **said)["code"] == "EC-E16"


def test_what_is_not_to_be_punished_is_punished_only_with_a_reason(enforcement_at):
    case = enforcement_at("reporting")
    said = {"is_minor": True, "corrected_in_time": True, "harm": "无"}
    assert case.do("ec_investigation_report", at("2026-07-20 10:00"), status=422, **said)["code"] == "EC-E17"


def test_the_tables_say_what_the_unit_sees(enforcement_at):
    case = enforcement_at("legal_review")
    said = case.case()["case_file"]
    assert (said["dmn_fine_band"]["band_max"], said["dmn_four_alls"], said["dmn_procedure"]) == (
        50_000,
        {"rows": []},
        {"rows": []},
    )
    assert said["ec_unit_review"]["tier"] == "一般"
    assert said["ec_unit_review"]["band"] == "0至50000元（《安全生产法》第一百零二条）"


def test_the_page_shows_what_the_tables_say_in_their_own_words(enforcement_at):
    case = enforcement_at("heavy_stating")
    page = Person(case.office.app, "case_handler.county1").open(f"/cases/{case.id}").page.text_content()
    assert "上限（元）50000" in page and "幅度起点（%）70" in page and "较大数额罚款（《行政处罚法》第六十三条" in page
    assert "band_max" not in page and "needs_collective" not in page
