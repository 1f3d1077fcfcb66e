"""A penalty case from the clue to the investigation report: its steps, refusals, ends, scenarios and hand-offs."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine import catalog, forms, handoffs, model, store
from engine.people import SYSTEM_ACTOR
from engine.running import Run
from tests.office import ROOT, at, deploy, publish
from tests.pages import Person
from tests.processes.enforcement import Case
from tests.processes.enforcement_answers import ANSWERS, EVIDENCE, GOODS
from tests.processes.enforcement_desk import act
from tests.processes.hazard import PDF, Driver
from tests.processes.hazard_answers import USCC
from tests.processes.hazard_desk import SEALING
from tests.processes.refusals import Refusal, provoke

HANDLER, DEPUTY = "case_handler.county1", "deputy_head.county1"
FIRST = "2026-07-03 10:00"


def registering(case: Case) -> Case:
    """A clue about to be registered."""
    return Case(case.office, "", "enforcement_case").ask("enforcement_case", at(FIRST), HANDLER)


def urgent(case: Case) -> Case:
    """A case filed too late after it was looked into on the spot."""
    return Case.open(
        case.office, at(FIRST), urgent=True, first_act_at="2026-06-24T10:00:00+08:00", place="三号库", who=HANDLER
    )


def about_to_lapse(case: Case) -> Case:
    """A case whose act lapses before it is approved."""
    late = Case.open(case.office, at(FIRST), occurred_at="2024-07-04T10:00:00+08:00", place="三号库", who=HANDLER)
    late.do("ec_file_case", at("2026-07-03 11:00"))
    late.do("ec_file_case_unit", at("2026-07-03 15:00"))
    return late


def keeping(case: Case) -> Case:
    """Evidence about to be kept."""
    return case.ask("evidence_preservation", at("2026-07-08 11:00"))


def approved(case: Case) -> Case:
    """A keeping approved at noon, its notice about to be served."""
    kept = case.begin("evidence_preservation", "ec_preserve", at("2026-07-08 11:00"))
    kept.do("ec_preserve_approve", at("2026-07-08 12:00"))
    return kept


def kept_since(case: Case, moment: str) -> Case:
    """Evidence kept since a moment."""
    kept = case.begin("evidence_preservation", "ec_preserve", at(moment) - timedelta(hours=2))
    kept.do("ec_preserve_approve", at(moment) - timedelta(hours=1))
    kept.do("ec_preserve_serve", at(moment), served_at=at(moment).isoformat())
    return kept


def kept(case: Case) -> Case:
    """Evidence kept since 8 July."""
    return kept_since(case, "2026-07-08 15:00")


def ordered(case: Case) -> Case:
    """An order to put right what was found, served on 3 August."""
    moment = at("2026-08-03 10:00")
    said = {"served_at": moment.isoformat(), "deadline": "2026-08-12"}
    return case.begin("correction_order", "ec_order_correct", moment, **said)


def recused(case: Case) -> Case:
    """A request that the deputy head withdraw."""
    case.act("ask_recuse", "ec_recuse", at("2026-07-08 11:00"), officer=DEPUTY)
    return case


def host_withdrawing(case: Case) -> Case:
    """A request that the appointed host of the hearing withdraw."""
    case.act("ask_recuse", "ec_recuse", at("2026-10-14 11:00"), "unit_head.county1", officer="hearing_host.county1")
    return case


def evidence(**changes: Any) -> dict[str, Any]:
    return {"evidence": [EVIDENCE | changes]}


R = Refusal
ASK = {"act": "ask_investigate"}
LOOKED = "2026-07-08 10:30"
FOUND_OUT = {"outcome": "拟不予处罚", "education_record": "当场教育", "proposed_penalties": None}
MINOR = "违法行为轻微并及时改正，没有造成危害后果"
UNCORRECTED = {"result": "未改正", "refuses": False}
REFUSALS = [
    R("EC-E01", "filing", "ec_file_case", "2026-07-03 11:00", {"recusal_checked": False}),
    R("EC-E01", "investigating", "ec_recuse_decide", "2026-07-09 11:00", then=recused),
    R("EC-E24", "holding", "ec_recuse_decide", "2026-10-14 15:00", {"successor": "zhang"}, host_withdrawing),
    R("E-COM-04", "holding", "ec_recuse_decide", "2026-10-14 15:00",
      {"successor": "hearing_host.county1"}, host_withdrawing),
    R("EC-E02", "office", "ec_clue", FIRST, {"occurred_at": "2024-07-02T10:00:00+08:00"}, registering),
    R("EC-E02", "filing", "ec_file_case_approve", "2026-07-06 10:00", then=about_to_lapse),
    R("EC-E03", "office", "ec_clue", FIRST, {"authority_basis": "委托"}, registering),
    R("EC-E04", "filing", "ec_clue", FIRST, then=registering),
    R("EC-E05", "office", "ec_file_case", "2026-07-03 11:00", then=urgent),
    R("EC-E10", "investigating", "ec_investigate", LOOKED, evidence(collectors=["zhang"]), **ASK),
    R("EC-E11", "investigating", "ec_investigate", LOOKED, evidence(from_monitor=True, legal_checked=True), **ASK),
    R("EC-E12", "investigating", "ec_investigate", LOOKED, evidence(file="a1", hash="0" * 64), **ASK),
    R("EC-E13", "investigating", "ec_preserve_serve", "2026-07-08 13:00",
      {"served_at": "2026-07-08T11:59:00+08:00"}, approved),
    R("EC-E14", "investigating", "ec_preserve_dispose", "2026-07-09 10:00", {"disposal": None}, kept),
    R("EC-E15", "investigating", "ec_preserve_serve", "2026-07-08 13:00", {"items": GOODS * 2}, approved),
    R("EC-E15", "investigating", "ec_preserve_dispose", "2026-07-09 10:00",
      {"items": [GOODS[0] | {"qty": "2台"}]}, kept),
    R("EC-E40", "served", "ec_publish", "2026-08-05 10:00", {"masked_check": False}),
    R("EC-E50", "investigating", "ec_investigate", LOOKED, evidence(lawful_source=False), **ASK),
    R("EC-E51", "investigating", "ec_investigation_report", "2026-07-20 10:00"),
    R("EC-E52", "suspended", "ec_investigation_report", "2026-08-20 10:00"),
    R("EC-E53", "reporting", "ec_investigation_report", "2026-07-20 10:00", {**FOUND_OUT, "no_penalty_ground": MINOR}),
    R("EC-E54", "investigating", "ec_recheck", "2026-08-13 10:00",
      {"items": [{"problem": "报警联锁停用", "result": "未改正"}]}, ordered),
    R("EC-E55", "investigating", "ec_appraise", "2026-07-09 10:00",
      {"coercion_no": "QZ-370202-2026-9999"}, act="ask_appraise"),
    R("E-COM-01", "office", "ec_clue", FIRST, {"facts": None}, registering),
    R("E-COM-01", "office", "ec_clue", FIRST, {"plan_id": None}, registering),
    R("E-COM-02", "office", "ec_clue", FIRST, {"occurred_at": "2026-07-03T10:00:01+08:00"}, registering),
    R("E-COM-03", "office", "ec_clue", FIRST, {"uscc": "91370202MA3C00001A"}, registering),
    R("E-COM-07", "filing", "ec_file_case", "2026-07-03 11:00", {"handlers": ["zhang"]}),
    R("E-COM-07", "filing", "ec_file_case", "2026-07-03 11:00", {"handlers": ["zhang", "legal_reviewer.county1"]}),
    R("E-COM-07", "investigating", "ec_investigate", LOOKED, {"officers": ["zhang"]}, **ASK),
    R("E-COM-07", "investigating", "ec_investigate", LOOKED,
      evidence(collectors=["zhang", "legal_reviewer.county1"]), **ASK),
    R("E-COM-07", "investigating", "ec_sample", "2026-07-08 12:00", {"officers": ["zhang"]}, act="ask_sample"),
    R("E-COM-07", "investigating", "ec_preserve", "2026-07-08 12:00", {"officers": ["zhang"]}, keeping),
    R("E-COM-07", "investigating", "ec_recheck", "2026-08-13 10:00", {"officers": ["zhang"]}, ordered),
    R("E-COM-08", "filing_unit", "ec_file_case_unit", "2026-07-03 15:00", {"decision": "退回"}),
    R("E-COM-08", "filing_approval", "ec_file_case_approve", "2026-07-06 10:00",
      {"decision": "不予立案", "filed_on": None}),
    R("E-COM-12", "investigating", "ec_investigate", LOOKED, {"id_shown": False}, **ASK),
    R("E-COM-12", "reporting", "ec_investigation_report", "2026-07-20 10:00", {"correction_ordered": False}),
    R("EC-E04", "reporting", "ec_investigation_report", "2026-07-20 10:00",
      {"violations": [act("SL102") | {"same_act": True}, act("SL99")]}),
    R("E-COM-22", "investigating", "ec_appraise", "2026-07-09 10:00", {"period_to": "2026-07-09"}, act="ask_appraise"),
    R("E-COM-22", "suspended", "ec_resume", "2026-08-20 10:00", {"resumed_on": "2026-08-14"}, act="ask_resume"),
]  # fmt: skip


@pytest.mark.parametrize("refusal", REFUSALS, ids=str)
def test_it_is_refused_and_nothing_has_changed(enforcement_at, refusal):
    provoke(enforcement_at(refusal.stage), refusal)


MINE = [(process, step) for process, steps in ANSWERS.items() for step in steps]


def form(process: str, step: str) -> forms.Form:
    return forms.load((ROOT / "forms" / process / f"{step}.json").read_bytes(), step)


def test_every_code_of_these_forms_is_provoked():
    """The fines (EC-E16, EC-E17) are provoked beside their tables, JR-E21 beside the list of the banned."""
    borne = {rule.code for process, step in MINE for rule in form(process, step).rules}
    assert borne - {refusal.code for refusal in REFUSALS} == {"EC-E16", "EC-E17", "JR-E21"}


def test_whoever_filed_does_not_approve(enforcement_at):
    case = enforcement_at("filing_approval")
    with store.writing() as session:
        session.add(model.Membership(user_name=HANDLER, role="deputy_head", org_id="county1"))
    problem = case.do("ec_file_case_approve", at("2026-07-06 10:00"), HANDLER, 403)
    assert problem["code"] == "E-COM-06"


def test_only_the_deputy_head_files(enforcement_at):
    case = enforcement_at("filing_approval")
    assert case.do("ec_file_case_approve", at("2026-07-06 10:00"), "unit_head.county1", 403)["code"] == "E-COM-04"


def test_a_certificate_that_has_run_out_does_not_count(enforcement_at):
    case = enforcement_at("filing")
    with store.writing() as session:
        session.get_one(model.User, "co_handler.county1").certificate_until = date(2026, 7, 2)
    assert case.do("ec_file_case", at("2026-07-03 11:00"), status=422)["code"] == "E-COM-07"


# Every step is done once, every end is reached.


def whole(case: Case) -> None:
    """All that can happen in an investigation, besides its termination."""
    case.act("ask_investigate", "ec_investigate", at(LOOKED))
    case.act("ask_sample", "ec_sample", at("2026-07-08 12:00"))
    case.act("ask_appraise", "ec_appraise", at("2026-07-09 10:00"))
    case.act("ask_recuse", "ec_recuse", at("2026-07-10 11:00"))
    case.do("ec_recuse_decide", at("2026-07-10 15:00"))
    case.act("ask_suspend", "ec_suspend", at("2026-08-14 10:00"))
    case.do("ec_suspend_approve", at("2026-08-15 10:00"))
    case.act("ask_resume", "ec_resume", at("2026-12-01 10:00"))


def ways_of_keeping(case: Case) -> None:
    """One keeping disposed of, one that ran out."""
    kept(case).do("ec_preserve_dispose", at("2026-07-09 10:00"))
    lapsed = kept_since(case, "2026-07-09 15:00")
    lapsed.pass_time(at("2026-07-21 08:00"))
    lapsed.do("ec_preserve_release", at("2026-07-21 09:00"))


def fined(case: Case, day: str) -> None:
    """Note a fine as the decision of the case says it."""
    fine = {"subject": "单位", "name": "甲化工厂", "kind": "罚款", "amount": "40000.00"}
    said = {"decision": "行政处罚", "decided_on": day, "penalties": [fine], "fine_total": fine["amount"]}
    with store.writing() as session:
        row = session.get_one(model.Case, case.id)
        bundle = catalog.load(session, row.bundle_hash)
        run = Run(session, row, bundle, at(f"{day} 10:00"), SYSTEM_ACTOR)
        run.note("ec_decide", said)


STILL_OFF = {
    "result": "未改正",
    "items": [{"problem": "报警联锁停用", "result": "未改正"}],
    "refuses": True,
    "refusal_facts": "仍未恢复联锁",
}


def rechecked(case: Case, day: str, **changes: Any) -> None:
    """A re-check on a day at nine."""
    moment = at(f"{day} 09:00")
    case.do("ec_recheck", moment + timedelta(hours=1), checked_at=moment.isoformat(), **changes)


def daily_fine(case: Case) -> Case:
    """An order that was not obeyed, in a case with a fine of 40,000: the daily fine waits for its approval."""
    fined(case, "2026-08-10")
    order = ordered(case)
    rechecked(order, "2026-08-13", **STILL_OFF, daily_fine=True)
    return order


def test_every_step_can_be_done(enforcement_at):
    case = enforcement_at("investigating")
    ways_of_keeping(case)
    order = daily_fine(case)
    order.do("ec_daily_fine", at("2026-08-14 10:00"))
    rechecked(order, "2026-08-20")
    whole(case)
    gone = filed(case.office, "五号库")
    terminated(gone)
    case.do("ec_investigation_report", at("2026-12-10 10:00"))
    with store.reading() as session:
        done = set(session.scalars(select(model.Submission.step).where(model.Submission.by != "system")))
    assert {step for _, step in MINE} - done == {"ec_publish"}


def test_a_decision_is_published_within_seven_working_days(enforcement_at):
    """EC-C25: decided on Friday 07-31."""
    case = enforcement_at("served")
    assert case.clock("EC-C25")["due_on"] == "2026-08-11"
    case.do("ec_publish", at("2026-08-11 17:00"))
    assert case.clock("EC-C25")["state"] == "met"


def test_what_is_not_made_public_says_why(enforcement_at):
    case = enforcement_at("served")
    hidden = {"decision": "不予公开", "published_at": None, "channel": None, "url": None, "masked_check": None}
    assert case.do("ec_publish", at("2026-08-05 10:00"), status=422, **hidden)["code"] == "E-COM-01"
    case.do("ec_publish", at("2026-08-05 10:00"), secret_reason="涉及商业秘密", **hidden)
    assert case.clock("EC-C25")["state"] == "met"


def filed(office, place: str) -> Case:
    """Another case, filed."""
    case = Case.open(office, at(FIRST), who=HANDLER, place=place)
    case.do("ec_file_case", at("2026-07-03 11:00"))
    case.do("ec_file_case_unit", at("2026-07-03 15:00"))
    case.do("ec_file_case_approve", at("2026-07-06 10:00"))
    return case


def terminated(case: Case) -> Case:
    """A case whose investigation was ended."""
    case.act("ask_terminate", "ec_terminate", at("2026-08-20 10:00"))
    case.do("ec_terminate_approve", at("2026-08-20 11:00"))
    return case


EXPIRED = {"occurred_at": "2024-03-01T10:00:00+08:00"}
ENDS = [
    ({"handling": "不予立案", "handling_reason": "没有违法事实"}, "not_filed"),
    ({"handling": "不予立案", "handling_reason": "已过时效", **EXPIRED}, "not_filed_expired"),
    (
        {
            "handling": "移送其他机关",
            "handling_reason": "不归本机关管辖",
            "transfer_to": "住房和城乡建设局",
            "transfer_paper": "a1",
        },
        "transferred_out",
    ),
    ({"handling": "适用简易程序"}, "to_simple"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "end"), ENDS, ids=[end for _, end in ENDS])
def test_a_clue_that_is_not_filed_ends_at_once(enforcement_at, said, end):
    clue = Case.open(enforcement_at("office").office, at(FIRST), **said)
    shown = clue.case()
    assert (shown["status"], shown["state"], shown["open_tasks"]) == (end, "closed", [])


def test_the_deputy_head_may_decline_to_file(enforcement_at):
    case = enforcement_at("filing_approval")
    case.do("ec_file_case_approve", at("2026-07-06 10:00"), decision="不予立案", filed_on=None, reason="证据不足")
    assert (case.case()["status"], case.case()["state"]) == ("not_filed", "closed")


@pytest.mark.parametrize(
    ("stage", "step"), [("filing_unit", "ec_file_case_unit"), ("filing_approval", "ec_file_case_approve")]
)
def test_a_returned_request_comes_back_to_the_handler(enforcement_at, stage, step):
    case = enforcement_at(stage)
    none = {"filed_on": None} if step == "ec_file_case_approve" else {}
    case.do(step, at("2026-07-06 10:00"), decision="退回", reason="案由有误", **none)
    assert case.steps() == ["ec_file_case"]


def test_a_terminated_investigation_goes_to_the_closing(enforcement_at):
    case = terminated(enforcement_at("reporting"))
    assert "ec_investigation_report" not in case.steps()
    assert {act["id"] for act in case.case()["acts"]} & {"ask_investigate", "ask_suspend", "ask_terminate"} == set()


def test_a_refused_termination_leaves_the_investigation_open(enforcement_at):
    case = enforcement_at("reporting")
    case.act("ask_terminate", "ec_terminate", at("2026-08-20 10:00"))
    refused = {"decision": "不同意", "terminated_on": None, "reason": "企业尚未注销"}
    case.do("ec_terminate_approve", at("2026-08-20 11:00"), **refused)
    assert case.steps() == ["ec_investigation_report"]
    case.act("ask_terminate", "ec_terminate", at("2026-08-21 10:00"))


def test_after_the_report_nothing_of_the_investigation_is_open_but_the_withdrawal(enforcement_at):
    acts = {act["id"] for act in enforcement_at("reviewing").case()["acts"]}
    investigation = {"ask_investigate", "ask_sample", "ask_appraise", "ask_suspend", "ask_terminate"}
    assert (acts & investigation, "ask_recuse" in acts) == (set(), True)


def test_a_resumption_is_offered_only_while_it_is_suspended(enforcement_at):
    case = enforcement_at("suspended")
    assert case.case()["status"] == "suspended"
    assert {act["id"] for act in case.case()["acts"]} >= {"ask_resume", "ask_investigate"}
    case.act("ask_resume", "ec_resume", at("2026-12-01 10:00"))
    acts = {act["id"] for act in case.case()["acts"]}
    assert (case.case()["status"], "ask_resume" in acts, "ask_suspend" in acts) == ("investigating", False, True)


# What a clue knows.


def test_another_act_at_the_same_place_is_registered_with_a_reason(enforcement_at):
    case = enforcement_at("filing")
    other = Case.open(case.office, at(FIRST), other_act_reason="另一时间的违章动火，不是同一行为", who=HANDLER)
    assert case.case()["number"] in other.case()["case_file"]["ec_clue"]["known_cases"]


def test_what_was_fined_before_is_not_fined_again(enforcement_at):
    """APL 29: the case came to its end, its fine is known by its number."""
    case = enforcement_at("office")
    first = Case.open(case.office, at(FIRST), handling="不予立案", handling_reason="已由原案处罚")
    with store.writing() as session:
        session.get_one(model.Case, first.id).exposed = {"fine_total": {"$number": "20000.00"}}
    again = registering(case)
    problem = again.do("ec_clue", at("2026-07-03 11:00"), status=422)
    assert problem["code"] == "EC-E04"


PERSON = {"party_kind": "个人", "uscc": None, "enterprise_name": None, "id_no": "370202197001010011"}


def test_a_person_is_known_by_name_at_the_place(enforcement_at):
    office = enforcement_at("office").office
    Case.open(office, at(FIRST), HANDLER, **PERSON, person_name="刘某")
    Case.open(office, at(FIRST), HANDLER, **PERSON, person_name="周某某")
    again = Case(office, "", "enforcement_case")
    said = {**PERSON, "person_name": "刘某"}
    problem = again.begin("enforcement_case", "ec_clue", at("2026-07-03 11:00"), HANDLER, 422, **said)
    assert problem["code"] == "EC-E04"


def test_what_ended_without_a_fine_bars_nothing(enforcement_at):
    case = enforcement_at("office")
    Case.open(case.office, at(FIRST), handling="不予立案", handling_reason="没有违法事实")
    assert Case.open(case.office, at(FIRST)).steps() == ["ec_file_case"]


def test_whoever_informed_is_known_to_the_intake_alone(enforcement_at):
    office = enforcement_at("office").office
    said = {"source": "举报(12350)", "plan_id": None, "informant_name": "周某某"}
    clue = Case.open(office, at(FIRST), who="intake_clerk.county1", **said)
    assert "周某某" not in str(office.get("unit_head.county1", f"/cases/{clue.id}"))


def test_a_file_with_its_own_hash_is_taken(enforcement_at):
    case = enforcement_at("investigating")
    told = hashlib.sha256(PDF).hexdigest().upper()
    case.act("ask_investigate", "ec_investigate", at(LOOKED), **evidence(file="a1", hash=told))
    assert case.steps() == ["ec_investigation_report"]


# 3. Evidence preservation over Labour Day.


def earlier(office) -> Case:
    """A case under investigation in April."""
    said = {"occurred_at": "2026-04-20T09:00:00+08:00", "found_on": "2026-04-21", "place": "三号库", "who": HANDLER}
    case = Case.open(office, at("2026-04-21 10:00"), **said)
    case.do("ec_file_case", at("2026-04-21 11:00"))
    case.do("ec_file_case_unit", at("2026-04-21 15:00"))
    case.do("ec_file_case_approve", at("2026-04-22 10:00"), filed_on="2026-04-22")
    return case


@pytest.fixture
def labour_day(enforcement_at) -> Case:
    return kept_since(earlier(enforcement_at("office").office), "2026-04-29 10:00")


def test_scenario_03_seven_working_days_over_labour_day(labour_day):
    assert labour_day.clock("EC-C03")["due_on"] == "2026-05-12"


def test_scenario_03_until_the_last_moment_it_can_be_disposed_of(labour_day):
    labour_day.pass_time(at("2026-05-12 23:59"))
    assert labour_day.steps() == ["ec_preserve_dispose"]


def test_scenario_03_then_it_must_be_released_and_is_red(labour_day):
    labour_day.pass_time(at("2026-05-13 08:00"))
    assert (labour_day.steps(), labour_day.clock("EC-C03")["lamp"]) == (["ec_preserve_release"], "red")
    labour_day.do("ec_preserve_release", at("2026-05-13 09:00"))
    assert (labour_day.case()["status"], labour_day.clock("EC-C03")["state"]) == ("lapsed", "late")


def test_a_keeping_that_is_not_approved_ends(enforcement_at):
    refused = enforcement_at("investigating").begin("evidence_preservation", "ec_preserve", at("2026-07-08 11:00"))
    refused.do("ec_preserve_approve", at("2026-07-08 12:00"), decision="不同意", reason="可以当场取证")
    assert refused.case()["status"] == "refused"


# 17, the clock: forty days before and fifty after.


def test_scenario_17_the_remaining_fifty_days_run_from_the_resumption(enforcement_at):
    case = enforcement_at("suspended")
    assert case.clock("EC-C06")["state"] == "paused"
    case.act("ask_resume", "ec_resume", at("2026-12-01 15:00"))
    assert case.clock("EC-C06")["due_on"] == "2027-01-20"


# 18. Daily fine.


def test_scenario_18_ten_days_at_the_original_amount_are_shown_for_approval(enforcement_at):
    order = daily_fine(enforcement_at("investigating"))
    order.do("ec_daily_fine", at("2026-08-14 10:00"))
    fine = order.case()["case_file"]["ec_daily_fine"]
    told = [fine[name] for name in ("from_on", "until_on", "days", "daily_amount", "total")]
    assert told == ["2026-08-04", "2026-08-13", 10, "40000.00", "400000.00"]


def test_scenario_18_the_original_amount_is_that_of_the_decision(enforcement_at):
    order = ordered(enforcement_at("served"))
    rechecked(order, "2026-08-13", **STILL_OFF, daily_fine=True)
    order.do("ec_daily_fine", at("2026-08-14 10:00"))
    assert order.case()["case_file"]["ec_daily_fine"]["total"] == "200000.00"


def test_scenario_18_without_a_fine_there_is_no_daily_fine(enforcement_at):
    order = ordered(enforcement_at("investigating"))
    rechecked(order, "2026-08-13", **STILL_OFF, daily_fine=True)
    assert order.steps() == ["ec_recheck"]
    assert "daily_fine" not in order.case()["case_file"]["ec_recheck"]


def test_scenario_18_it_runs_until_a_recheck_passes(enforcement_at):
    order = daily_fine(enforcement_at("investigating"))
    order.do("ec_daily_fine", at("2026-08-14 10:00"))
    assert (order.steps(), order.clock("EC-C28")["due_on"]) == (["ec_recheck"], "2026-08-04")
    rechecked(order, "2026-08-20")
    assert (order.case()["status"], order.case()["open_tasks"]) == ("corrected", [])


# 21. Prescription.


def test_scenario_21_after_two_years_nothing_is_filed(enforcement_at):
    clue = Case(enforcement_at("office").office, "", "enforcement_case")
    said = {**EXPIRED, "found_on": "2026-03-02"}
    problem = clue.begin("enforcement_case", "ec_clue", at("2026-03-02 10:00"), HANDLER, 422, **said)
    assert problem["code"] == "EC-E02"


@pytest.mark.parametrize(
    "said",
    [
        {"found_on": "2026-03-01"},
        {"continuing": True},
        {"life_safety_harm": True},
        {"continuing": True, "act_ended_at": "2025-03-01T10:00:00+08:00"},
    ],
)
def test_scenario_21_in_time_still_going_on_or_with_harm_to_life_it_is_filed(enforcement_at, said):
    office = enforcement_at("office").office
    clue = Case.open(office, at("2026-03-02 10:00"), **{**EXPIRED, "found_on": "2026-03-02", **said})
    assert clue.steps() == ["ec_file_case"]


def test_scenario_21_the_expired_clue_is_kept_with_its_reason(enforcement_at):
    said = {"handling": "不予立案", "handling_reason": "已过二年", "found_on": "2026-03-02", **EXPIRED}
    clue = Case.open(enforcement_at("office").office, at("2026-03-02 10:00"), **said)
    assert clue.case()["status"] == "not_filed_expired"


# 22. Single officer.


@pytest.mark.parametrize(
    ("said", "code"), [(evidence(collectors=["zhang"]), "EC-E10"), ({"officers": ["zhang"]}, "E-COM-07")]
)
def test_scenario_22_a_record_of_one_officer_is_refused(enforcement_at, said, code):
    case = enforcement_at("investigating")
    problem = case.act("ask_investigate", "ec_investigate", at(LOOKED), status=422, **said)
    assert problem["code"] == code


# From a hazard.

REFUSAL = {
    "finding": "拒不整改",
    "order_obeyed": "未执行",
    "refusal_facts": "责令停产后仍在生产",
    "real_danger": False,
    "suggested_violation": "未采取措施消除事故隐患(第102条)",
}


def penalties(hazard: Driver) -> list[Case]:
    """The penalty cases that a hazard opened."""
    linked = [row for row in hazard.case()["linked"] if row["process"] == "enforcement_case"]
    return [Case(hazard.office, row["id"], "enforcement_case") for row in linked]


def handed_over(hazard: Driver) -> Case:
    """The penalty case that a hazard's refusal opened, once these processes are published."""
    publish("enforcement_case")
    hazard.act("ask_check", "hz_onsite_check", at("2026-05-12 10:00"), **REFUSAL)
    hazard.pass_time(at("2026-05-12 10:05"))
    (case,) = penalties(hazard)
    return case


def test_a_hazard_hands_over_what_the_clue_needs(hazard_at):
    hazard = hazard_at("rectifying")
    case = handed_over(hazard)
    carried = case.case()["case_file"]["carried"]
    assert (case.steps(), carried["source"], carried["hazard_no"]) == (
        ["ec_clue"],
        "隐患督办移交",
        hazard.case()["number"],
    )
    assert (carried["facts"], carried["uscc"], carried["place"]) == ("责令停产后仍在生产", USCC, "二号库")


def test_the_clue_from_a_hazard_is_filled_in_beforehand(hazard_at):
    case = handed_over(hazard_at("rectifying"))
    task = case.office.get(HANDLER, f"/tasks/{case.task('ec_clue')['id']}")
    filled = task["defaults"] if "defaults" in task else task["data"]
    assert filled["enterprise_name"] == "甲化工厂"
    assert (filled["handling"], filled["suggested_violation"]) == ("立案查处", REFUSAL["suggested_violation"])


def test_the_clue_from_a_hazard_is_filed_as_it_was_filled_in(hazard_at):
    case = handed_over(hazard_at("rectifying"))
    task = case.office.get(HANDLER, f"/tasks/{case.task('ec_clue')['id']}")
    filled = task["defaults"] if "defaults" in task else task["data"]
    said = {**filled, "life_safety_harm": False}
    case.office.post(HANDLER, f"/tasks/{task['id']}/complete", {"data": said})
    clue = case.case()["case_file"]["ec_clue"]
    assert (case.steps(), clue["hazard_grade"], len(clue["criminal_facts"])) == (["ec_file_case"], "重大", 1)


def test_what_waited_is_delivered_when_the_process_is_published(hazard_at):
    hazard = hazard_at("rectifying")
    hazard.act("ask_check", "hz_onsite_check", at("2026-05-12 10:00"), **REFUSAL)
    assert penalties(hazard) == []
    with store.writing() as session:
        deploy(session, "enforcement_case")
        handoffs.deployed(session, "enforcement_case")
    hazard.pass_time(at("2026-05-13 10:00"))
    assert "enforcement_case" not in [row["process"] for row in hazard.case()["handoffs"]]
    assert any(case.case()["case_file"]["carried"]["facts"] == "责令停产后仍在生产" for case in penalties(hazard))


# Who must keep out.


def withdrawn(case: Case) -> Case:
    """A case from which the second officer was told to withdraw."""
    case.act("ask_recuse", "ec_recuse", at("2026-07-10 11:00"), "unit_head.county1")
    case.do("ec_recuse_decide", at("2026-07-10 15:00"))
    return case


def test_while_a_party_s_request_is_undecided_the_investigation_goes_on(enforcement_at):
    """APL 43(3)."""
    case = enforcement_at("investigating")
    case.act("ask_recuse", "ec_recuse", at("2026-07-08 10:00"), "unit_head.county1")
    case.act("ask_investigate", "ec_investigate", at(LOOKED), "co_handler.county1")


def test_who_withdrew_acts_no_more(enforcement_at):
    case = withdrawn(enforcement_at("investigating"))
    case.refused("EC-E01", "ec_investigate", "2026-07-13 10:00", "ask_investigate", "co_handler.county1", 403)


@pytest.mark.parametrize(
    ("act", "step", "said"),
    [
        ("ask_investigate", "ec_investigate", {"officers": ["zhang", "chen"]}),
        ("ask_sample", "ec_sample", {}),
    ],
)
def test_who_withdrew_is_not_named_among_the_officers(enforcement_at, act, step, said):
    case = withdrawn(enforcement_at("investigating"))
    problem = case.act(act, step, at("2026-07-13 10:00"), status=422, **said)
    assert problem["code"] == "EC-E01"


def test_who_withdrew_serves_no_paper_beside_the_case_either(enforcement_at):
    case = withdrawn(enforcement_at("investigating"))
    said = {"officers": ["zhang", "chen"]}
    kept = case.begin("evidence_preservation", "ec_preserve", at("2026-07-13 10:00"), **said)
    kept.do("ec_preserve_approve", at("2026-07-13 11:00"))
    assert kept.do("ec_preserve_serve", at("2026-07-13 12:00"), status=422)["code"] == "EC-E01"


def test_who_withdraws_by_himself_stops_at_once(enforcement_at):
    case = enforcement_at("investigating")
    mine = {"kind": "自行回避", "applicant": None}
    case.act("ask_recuse", "ec_recuse", at("2026-07-08 10:00"), "co_handler.county1", **mine)
    problem = case.act("ask_investigate", "ec_investigate", at(LOOKED), "co_handler.county1", 403)
    assert problem["code"] == "EC-E01"


def test_a_rejected_request_leaves_the_officer_in_the_case(enforcement_at):
    case = enforcement_at("investigating")
    case.act("ask_recuse", "ec_recuse", at("2026-07-08 10:00"), "unit_head.county1")
    case.do("ec_recuse_decide", at("2026-07-10 15:00"), decision="驳回申请", reason="没有利害关系")
    case.act("ask_investigate", "ec_investigate", at("2026-07-13 10:00"), "co_handler.county1")


def test_the_head_of_the_agency_decides_on_his_deputy(enforcement_at):
    case = recused(enforcement_at("investigating"))
    case.do("ec_recuse_decide", at("2026-07-10 15:00"), "agency_head.county1")
    case.act("ask_suspend", "ec_suspend", at("2026-08-14 10:00"))
    assert case.do("ec_suspend_approve", at("2026-08-15 10:00"), DEPUTY, 403)["code"] == "EC-E01"


# A delegated body: coercion stays with the agency (scenario 16).


def test_scenario_16_a_delegated_body_seals_nothing(enforcement_at):
    case = enforcement_at("office")
    said = {"authority_basis": "委托", "delegation_no": "WT-1"}
    mine = Case.open(case.office, at(FIRST), HANDLER, **said)
    measure = mine.ask("coercion", at("2026-07-03 11:00"))
    told = measure.case()["case_file"]["carried"]["implementer"]
    problem = measure.do("coercion_request", at("2026-07-03 11:00"), status=422, **SEALING, implementer=told)
    assert problem["code"] == "HZ-E26"


# The ledgers of these stages (§6).


def line(case: Case, register: str, of: Case) -> dict[str, Any]:
    """What a ledger says of a case."""
    rows = case.office.get(HANDLER, f"/registers/{register}", size=100)["items"]
    return next(row["cells"] for row in rows if row["case"] == of.id)


def test_the_ledger_of_cases_says_what_the_page_asks(enforcement_at):
    case = enforcement_at("investigating")
    cells = line(case, "L-EC-1", case)
    names = ("案号", "案由", "来源", "当事人", "信用代码或证件号", "程序", "立案日期", "九十日到期")
    found = [cells[name] for name in names]
    number = case.case()["number"]
    assert found == [number, "SL102", "计划检查", "甲化工厂", USCC, "普通程序", "2026-07-06", "2026-10-04"]


def test_the_ledger_of_kept_evidence_says_what_became_of_it(enforcement_at):
    case = enforcement_at("investigating")
    goods = kept(case)
    goods.do("ec_preserve_dispose", at("2026-07-09 10:00"))
    cells = line(case, "L-EC-2", goods)
    found = [cells[name] for name in ("案号", "当事人", "物品", "到期日", "处理")]
    assert found == [case.case()["number"], "甲化工厂", "可燃气体报警控制器 1台", "2026-07-17", "解除"]


def test_the_ledger_of_orders_shows_the_daily_fine(enforcement_at):
    case = enforcement_at("investigating")
    order = daily_fine(case)
    order.do("ec_daily_fine", at("2026-08-14 10:00"))
    cells = line(case, "L-EC-ZG", order)
    assert [cells[name] for name in ("改正期限", "复查结论", "按日连续处罚日数")] == ["2026-08-12", "未改正", 10]


# APL 28: a penalty goes with an order to correct, or with the reason why there is none.


def test_a_penalty_without_an_order_says_why_there_is_none(enforcement_at):
    case = enforcement_at("reporting")
    why = {"correction_ordered": False, "no_correction_reason": "报警联锁已当场恢复"}
    case.do("ec_investigation_report", at("2026-07-20 10:00"), **why)
    assert case.steps() == ["ec_unit_review"]


def test_an_order_that_was_opened_stands_for_the_statement(enforcement_at):
    case = enforcement_at("reporting")
    ordered(case)
    case.do("ec_investigation_report", at("2026-08-04 10:00"), correction_ordered=False)
    assert case.steps() == ["ec_unit_review"]


@pytest.mark.parametrize(("refuses", "ticked"), [(True, 1), (False, 0)])
def test_a_refusal_found_at_the_check_is_filled_into_the_report(enforcement_at, refuses, ticked):
    case = enforcement_at("reporting")
    found = {"result": "未改正", "refuses": refuses, "refusal_facts": "拒绝恢复联锁" if refuses else None}
    items = [{"problem": "报警联锁停用", "result": "未改正"}]
    ordered(case).do("ec_recheck", at("2026-08-13 10:00"), items=items, **found)
    key = case.task("ec_investigation_report")["id"]
    case.office.post(HANDLER, f"/tasks/{key}/claim")
    page = Person(case.office.app, HANDLER).open(f"/tasks/{key}")
    assert len(page.find("//input[@name='f-refused_correction'][@value='true'][@checked]")) == ticked
