"""The decision on a penalty and its service: steps, refusals, and the domain's scenarios 6, 8, 9 and 15."""

from __future__ import annotations

import pytest

from engine import forms, parameters, store
from engine.people import SYSTEM_ACTOR
from tests.office import ROOT, at, publish
from tests.processes.enforcement_desk import (
    PERSONAL,
    PRINCIPAL,
    WAIVED,
    act,
    correct,
    fine,
    held,
    hit,
    to_decision,
    to_notice,
    to_personal_decision,
    withdrawn_hearing,
)
from tests.processes.enforcement_review_answers import ANSWERS, FIRM, HEAVY_FINE, MEMBERS, RETURNED
from tests.processes.refusals import Refusal, provoke
from tests.processes.test_enforcement_review import REFUSALS as REVIEWS

HEAD = "agency_head.county1"
WARNING = {"subject": "单位", "name": "甲化工厂", "kind": "警告"}
STOP = {"subject": "单位", "name": "甲化工厂", "kind": "责令停产停业"}
HEAVY = {"penalties": HEAVY_FINE}


# Where a step leads otherwise.


@pytest.mark.parametrize("result", ["补充调查", "重新告知"])
def test_a_discussion_may_send_the_case_back(enforcement_at, result):
    case = enforcement_at("discussing")
    case.do("ec_collective", at("2026-10-28 10:00"), result=result)
    assert case.steps() == ["ec_unit_review"]


def test_a_failed_final_review_sends_the_case_back(enforcement_at):
    case = enforcement_at("final_review")
    case.do("ec_legal_review_final", at("2026-07-30 10:00"), **RETURNED)
    assert case.steps() == ["ec_unit_review"]


def test_the_reviewer_may_ask_for_a_discussion(enforcement_at):
    case = enforcement_at("final_review")
    case.do("ec_legal_review_final", at("2026-07-30 10:00"), collective_needed=True)
    assert case.steps() == ["ec_collective"]


@pytest.mark.parametrize("decision", ["不予行政处罚", "违法事实不成立"])
def test_a_decision_not_to_punish_is_served_too(enforcement_at, decision):
    case = enforcement_at("deciding")
    case.do("ec_decide", at("2026-07-31 10:00"), decision=decision)
    assert case.steps() == ["ec_serve"]


def test_a_matter_for_the_police_is_decided_without_service(enforcement_at):
    case = enforcement_at("deciding")
    case.do("ec_decide", at("2026-07-31 10:00"), decision="移送司法机关", remedy_text=None)
    assert "ec_serve" not in case.steps()
    assert (case.clock("EC-C06")["state"], case.clock("EC-C06")["due_on"]) == ("met", "2026-10-04")


def test_a_lighter_decision_gives_its_reason(enforcement_at):
    case = enforcement_at("deciding")
    said = {"penalties": [fine("15000")], "change_reason": "采纳申辩意见"}
    case.do("ec_decide", at("2026-07-31 10:00"), **said)
    assert case.case()["case_file"]["ec_decide"]["fine_total"] == "15000.00"


# The refusals.

R = Refusal
FINAL = "2026-07-31 10:00"


def other_review(case) -> None:
    """Take the final legal review back."""
    correct(case, "legal_reviewer", "ec_legal_review_final", **RETURNED)


def grave_after_all(case) -> None:
    """Find out that the case is complex when its decision is open already."""
    correct(case, "unit_head", "ec_unit_review", complex=True)


def screened(case) -> None:
    hit(case)


def person_referred(case) -> None:
    to_personal_decision(case)
    held(case, PRINCIPAL)


def firm_referred(case) -> None:
    held(case, FIRM)


def outside_the_tier(case) -> None:
    """A fine above its tier with its reason, which is discussed."""
    to_decision(case, [fine("45000")], violations=[act("SL102")], band_reason="同类案件中情节最重")


def not_punished(case) -> None:
    """The discussion finds that nobody is to be punished."""
    case.do("ec_collective", at("2026-10-28 10:00"), result="不予处罚")


TWO = [MEMBERS[0], MEMBERS[1]]
WITH_HANDLERS = [*TWO, {**MEMBERS[2], "member": "zhang"}, {**MEMBERS[2], "member": "wang"}]
SILENT = [*TWO, {**MEMBERS[2], "opinion": None}]
NO_COURT = "如不服本决定，可以自收到之日起六十日内申请行政复议。"
NO_PERIOD = "如不服本决定，可以申请行政复议或者提起行政诉讼。"
DISCUSSED = "2026-10-28 10:00"
POSTED = {"method": "邮寄", "signed_on": "2026-08-03"}

REFUSALS = [
    R("EC-E26", "discussing", "ec_collective", DISCUSSED, {"members": TWO}),
    R("EC-E26", "discussing", "ec_collective", DISCUSSED, {"members": WITH_HANDLERS}),
    R("EC-E26", "discussing", "ec_collective", DISCUSSED, {"members": None}),
    R("EC-E27", "discussing", "ec_collective", DISCUSSED, {"members": SILENT}),
    R("E-COM-01", "discussing", "ec_collective", DISCUSSED, {"members": [*TWO, {**MEMBERS[2], "vote": "不同意"}]}),
    R("EC-E19", "deciding", "ec_decide", FINAL, then=other_review),
    R(
        "EC-E20", "heavy_stating", "ec_decide", "2026-10-12 10:00",
        {**HEAVY, "decided_on": "2026-10-12"}, withdrawn_hearing, who=HEAD,
    ),
    R("EC-E26", "deciding", "ec_decide", FINAL, then=grave_after_all),
    R("EC-E63", "deciding", "ec_decide", FINAL, then=screened),
    R("EC-E63", "deciding", "ec_decide", FINAL, {"decision": "不予行政处罚"}, screened),
    R("EC-E30", "reporting", "ec_decide", "2026-07-28 10:00",
      {"decided_on": "2026-07-28", "penalties": PERSONAL}, person_referred, who=HEAD),
    R("EC-E30", "deciding", "ec_decide", FINAL, then=firm_referred),
    R("E-COM-12", "deciding", "ec_decide", FINAL, {"surcharge_stated": False}),
    R("E-COM-23", "deciding", "ec_decide", FINAL, {"channel": "当场收缴"}),
    R("EC-E16", "deciding", "ec_decide", FINAL, {"penalties": [fine("50000.01")]}),
    R("EC-E17", "deciding", "ec_decide", FINAL, {"penalties": [fine("14999.99")], "change_reason": "采纳申辩"}),
    R(
        "EC-E17", "deciding", "ec_decide", FINAL,
        {"penalties": [fine("14000")], "change_reason": "采纳申辩", "discretion_reason": "没有讨论"},
    ),
    R("EC-E17", "reporting", "ec_decide", "2026-07-28 10:00",
      {"decided_on": "2026-07-28", "penalties": [fine("45000")]}, outside_the_tier, who=HEAD),
    R("EC-E21", "deciding", "ec_decide", FINAL, {"penalties": [fine("20000.01")]}),
    R("EC-E21", "deciding", "ec_decide", FINAL, {"penalties": [fine("20000"), STOP]}),
    R("EC-E21", "deciding", "ec_decide", FINAL, {"penalties": [fine("20000"), WARNING]}),
    R("EC-E28", "deciding", "ec_decide", FINAL, {"penalties": [fine("19999.99")]}),
    R("EC-E28", "discussing", "ec_decide", "2026-10-29 10:00",
      {**HEAVY, "decided_on": "2026-10-29"}, not_punished, who=HEAD),
    R("EC-E29", "deciding", "ec_decide", FINAL, {"remedy_text": None}),
    R("EC-E29", "deciding", "ec_decide", FINAL, {"remedy_text": NO_COURT}),
    R("EC-E29", "deciding", "ec_decide", FINAL, {"remedy_text": NO_PERIOD}),
    R("EC-E62", "deciding", "ec_decide", FINAL, {"decision": "不予行政处罚", "decided_on": "2026-07-22"}),
    R("E-COM-04", "heavy_deciding", "ec_decide", "2026-10-29 10:00", {**HEAVY, "decided_on": "2026-10-29"}),
    R("E-COM-04", "deciding", "ec_decide", FINAL, who="unit_head.county1", status=403),
    R("EC-E31", "serving", "ec_serve", "2026-08-03 10:00", {"method": "电子"}),
    R("EC-E32", "serving", "ec_serve", "2026-08-03 10:00", {"method": "公告", "announced_on": "2026-08-03"}),
    R("EC-E62", "serving", "ec_serve", "2026-08-03 10:00", {"signed_on": "2026-07-30"}),
    R("E-COM-01", "serving", "ec_serve", "2026-08-03 10:00", {"method": "留置"}),
    R("E-COM-01", "serving", "ec_serve", "2026-08-03 10:00", {**POSTED, "receipt": None}),
]  # fmt: skip


@pytest.mark.parametrize("refusal", REFUSALS, ids=str)
def test_it_is_refused_and_nothing_has_changed(enforcement_at, refusal):
    provoke(enforcement_at(refusal.stage), refusal)


def test_scenario_17_a_fine_on_the_firm_goes_on_while_its_principal_is_referred(enforcement_at):
    """EC-E30 holds the fine of the same person for the same act only."""
    case = enforcement_at("deciding")
    held(case, PRINCIPAL)
    case.do("ec_decide", at(FINAL))
    assert case.steps() == ["ec_serve"]


def test_scenario_17_a_principal_who_is_not_referred_is_fined(enforcement_at):
    case = enforcement_at("reporting")
    to_personal_decision(case)
    held(case, "陈某")
    case.do("ec_decide", at("2026-07-28 10:00"), HEAD, decided_on="2026-07-28", penalties=PERSONAL)
    assert case.case()["case_file"]["ec_decide"]["fine_total"] == "90000.00"


@pytest.mark.parametrize("state", ["referred", "answered"])
def test_what_the_watch_found_is_decided_once_it_is_referred_or_answered(enforcement_at, state):
    case = enforcement_at("deciding")
    hit(case, state)
    case.do("ec_decide", at(FINAL))
    assert case.steps() == ["ec_serve"]


def test_what_the_watch_found_may_always_go_to_the_police(enforcement_at):
    case = enforcement_at("deciding")
    hit(case)
    case.do("ec_decide", at(FINAL), decision="移送司法机关", remedy_text=None)
    assert "ec_decide" not in case.steps()


# The domain's scenarios.


def test_scenario_06_no_heavier_penalty_after_the_defence(enforcement_at):
    case = enforcement_at("reporting")
    to_decision(case, [fine("50000")], violations=[act("SL97")])
    assert case.steps() == ["ec_decide"]
    heavier = {"decided_on": "2026-07-30", "penalties": [fine("60000")]}
    assert case.do("ec_decide", at("2026-07-30 10:00"), HEAD, 422, **heavier)["code"] == "EC-E21"
    case.do("ec_decide", at("2026-07-30 10:00"), HEAD, decision="重新告知", new_facts="查明另有三处联锁停用")
    assert (case.steps(), case.clock("EC-C06")["state"]) == (["ec_unit_review"], "running")
    case.do("ec_unit_review", at("2026-07-31 10:00"))
    case.do("ec_legal_review", at("2026-08-03 10:00"))
    again = {"proposed_penalties": [fine("60000")], "new_facts": "另有三处联锁停用"}
    case.do("ec_notice", at("2026-08-04 10:00"), **again)
    assert (case.clock("EC-C07")["due_on"], case.clock("EC-C08")["due_on"]) == ("2026-08-07", "2026-08-11")
    assert {case.clock(rule)["state"] for rule in ("EC-C07", "EC-C08")} == {"running"}


def test_scenario_08_one_lenient_factor_keeps_to_the_lower_third(enforcement_at):
    case = enforcement_at("reporting")
    to_notice(case, [fine("15000")], merit=True)
    tier = case.case()["case_file"]["dmn_tier"]
    assert (tier["tier"], tier["position_from"], tier["position_to"]) == ("从轻", 0, 30)
    for amount, code in (("30000", "EC-E17"), ("60000", "EC-E16")):
        said = {"proposed_penalties": [fine(amount)]}
        assert case.do("ec_notice", at("2026-07-23 10:00"), status=422, **said)["code"] == code
    case.do("ec_notice", at("2026-07-23 10:00"), proposed_penalties=[fine("15000")])


@pytest.mark.parametrize(("amount", "code"), [("15000.01", "EC-E17"), ("30000", "EC-E17"), ("60000", "EC-E16")])
def test_scenario_08_the_proposal_itself_is_refused(enforcement_at, amount, code):
    case = enforcement_at("reporting")
    said = {"merit": True, "proposed_penalties": [fine(amount)]}
    assert case.do("ec_investigation_report", at("2026-07-20 10:00"), status=422, **said)["code"] == code


def test_scenario_08_a_lenient_factor_beside_a_heavy_one_is_discussed(enforcement_at):
    case = enforcement_at("reporting")
    to_decision(case, [fine("20000")], merit=True, prior_penalties_12m=2)
    said = case.case()["case_file"]
    assert (said["dmn_tier"]["tier"], said["dmn_tier"]["needs_collective"]) == ("一般", True)
    assert said["ec_collective"]["result"] == "同意拟处理意见"


FOUR_ALLS = {"four_alls": True, "four_alls_grounds": ["违法违规的单位和责任人"]}


def test_scenario_09_a_departure_from_the_four_alls_wants_its_reason_and_a_discussion(enforcement_at):
    case = enforcement_at("reporting")
    said = {**FOUR_ALLS, "proposed_penalties": [fine("30000")]}
    assert case.do("ec_investigation_report", at("2026-07-20 10:00"), status=422, **said)["code"] == "EC-E17"
    to_notice(case, [fine("30000")], **FOUR_ALLS, band_reason="企业已停产，危害较小")
    assert case.case()["case_file"]["dmn_tier"]["tier"] == "从重"
    reasoned = {"proposed_penalties": [fine("30000")], "discretion_reason": "企业已停产，危害较小"}
    case.do("ec_notice", at("2026-07-23 10:00"), **reasoned)
    case.do("ec_statement", at("2026-07-23 15:00"), **WAIVED)
    case.do("ec_legal_review_final", at("2026-07-24 10:00"))
    assert case.steps() == ["ec_collective"]
    case.do("ec_collective", at("2026-07-27 10:00"))
    decided = {"decided_on": "2026-07-28", "penalties": [fine("30000")], "discretion_reason": "企业已停产，危害较小"}
    case.do("ec_decide", at("2026-07-28 10:00"), HEAD, **decided)
    assert case.steps() == ["ec_serve"]


@pytest.mark.parametrize(
    ("grounds", "penalties", "reason"),
    [
        (["违法违规的单位和责任人"], [fine("49999.99")], True),
        (["违法违规的单位和责任人"], [fine("50000")], False),
        (["存在违法行为的单位"], [fine("40000")], True),
        (["存在违法行为的单位"], [fine("40000"), STOP], False),
        (["触犯法律"], [fine("40000")], False),
    ],
)
def test_the_four_alls_advise_and_a_reason_departs_from_them(enforcement_at, grounds, penalties, reason):
    case = enforcement_at("reporting")
    said = {"four_alls": True, "four_alls_grounds": grounds, "proposed_penalties": penalties}
    answer = case.do("ec_investigation_report", at("2026-07-20 10:00"), status=422 if reason else 200, **said)
    assert answer.get("code") == ("EC-E17" if reason else None)


def test_scenario_15_nothing_is_served_electronically_without_a_confirmation(enforcement_at):
    case = enforcement_at("serving")
    said = {"method": "电子", "receipt": None}
    assert case.do("ec_serve", at("2026-08-03 10:00"), status=422, **said)["code"] == "EC-E31"
    case.do("ec_serve", at("2026-08-03 10:00"), **said | {"confirmation": "a1"})
    assert case.case()["case_file"]["ec_serve"]["served_on"] == "2026-08-03"


def test_scenario_15_an_announcement_serves_thirty_days_later(enforcement_at):
    case = enforcement_at("serving")
    said = {"method": "公告", "announced_on": "2026-08-03", "other_methods_failed": "人去楼空，邮件退回"}
    case.do("ec_serve", at("2026-08-03 10:00"), **said)
    assert case.case()["case_file"]["ec_serve"]["served_on"] == "2026-09-02"
    assert case.clock("EC-C11")["state"] == "met"


def test_no_penalty_replaces_a_referral(enforcement_at):
    """The screen hits R5; until the clue is referred or answered with a reason, nothing is decided."""
    case = enforcement_at("reporting")
    publish("judicial_referral")
    suspicion = {"criminal_facts": ["未经批准或者许可擅自从事高度危险的生产作业活动"], "real_danger": True}
    to_decision(case, [fine("20000")], **suspicion)
    decided = {"decided_on": "2026-07-28"}
    case.refused("EC-E63", "ec_decide", "2026-07-28 10:00", **decided)
    reason = {"reason": "经核查不属于须经批准的高度危险作业活动"}
    case.office.post("case_handler.county1", f"/cases/{case.id}/watch/R5", reason)
    case.do("ec_decide", at("2026-07-28 10:00"), **decided)
    assert case.steps() == ["ec_serve"]


def test_a_province_may_settle_its_own_number_for_hearings(enforcement_at):
    """law_updates: the number of the province comes first, with its ground."""
    case = enforcement_at("heavy_noticing")
    with store.writing() as session:
        for key, value in (("hearing_fine_unit", 100_000), ("hearing_fine_source", "本省人大常委会规定")):
            parameters.set_(session, key, value, "370000", "本省规定", SYSTEM_ACTOR, at("2026-01-01 10:00"))
    case.do("ec_notice", at("2026-09-29 10:00"), proposed_penalties=HEAVY_FINE)
    assert case.case()["case_file"]["ec_notice"]["hearing_right"] is False


# The codes of the domain for these stages, and ours: every one is provoked above or in the review's tests.
TEXTS = {
    "EC-E16": "罚款超出法定幅度",
    "EC-E17": "偏离裁量档次须说明理由并集体讨论",
    "EC-E18": "审核人员不具备资格",
    "EC-E19": "未经法制审核不得作出决定",
    "EC-E20": "告知未送达或期限未届满，不得作出决定",
    "EC-E21": "不得因陈述申辩加重处罚",
    "EC-E22": "申请超过5个工作日",
    "EC-E23": "听证通知不足7个工作日",
    "EC-E24": "主持人为本案调查人员",
    "EC-E25": "听证笔录未经当事人核对签字且未注明",
    "EC-E26": "参加人数不足",
    "EC-E27": "讨论记录缺少成员意见",
    "EC-E28": "决定内容与告知不一致",
    "EC-E29": "缺少复议诉讼途径和期限",
    "EC-E30": "罚款处于移送暂缓状态",
    "EC-E31": "未签署确认书不得电子送达",
    "EC-E32": "公告送达前未记录其他方式失败",
}
BY_THE_ENGINE = {"EC-E18"}  # asks for the reviewer's licence before any form is read


def test_every_code_of_these_stages_is_provoked():
    provoked = {refusal.code for refusal in [*REVIEWS, *REFUSALS]}
    assert provoked - {code for code in provoked if code.startswith("E-COM")} == set(TEXTS) | {
        "EC-E61",
        "EC-E62",
        "EC-E63",
    }


@pytest.mark.parametrize("code", sorted(set(TEXTS) - BY_THE_ENGINE))
def test_a_code_is_explained_in_the_words_of_the_domain(code):
    folder = ROOT / "forms" / "enforcement_case"
    forms_here = [forms.load((folder / f"{step}.json").read_bytes(), step) for step in ANSWERS]
    said = [rule.detail for form in forms_here for rule in form.rules if rule.code == code]
    said += [field.detail for form in forms_here for field in _fields(form.fields) if field.code == code]
    assert any(text.startswith(TEXTS[code]) for text in said)


def _fields(fields):
    for field in fields.values():
        yield field
        yield from _fields(field.columns or {})
