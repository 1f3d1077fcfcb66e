"""Every code of the domain, provoked through the API on its step: refused, and nothing has changed."""

from __future__ import annotations

import pytest

from tests.office import at
from tests.processes import measures, stand_in
from tests.processes.hazard import Driver
from tests.processes.hazard_answers import ANSWERS
from tests.processes.hazard_desk import SEALING
from tests.processes.refusals import Refusal, provoke
from tests.processes.test_hazard_forms import codes_of, load

FAILED_ITEM = [{"clause": "联锁投用", "result": "不合格", "evidence": "未投用"}]
AGENCY = {"agency_report": "a1", "agency_cert_no": "APJ-1"}
REPORTED = {"source": "群众举报(12350)", "photos": None, "informant_protected": True, "informant_name": "周某某"}
TOLD = "周某某反映二号库可燃气体报警联锁被人为停用，存在泄漏爆炸风险"


def registering(hazard: Driver) -> Driver:
    """A hazard about to be registered."""
    return Driver(hazard.office, "", "").ask("hazard_supervision", at("2026-03-02 11:00"), "case_handler.county1")


def reported(hazard: Driver) -> Driver:
    """A hazard about to be registered from a report."""
    return Driver(hazard.office, "", "").ask("hazard_supervision", at("2026-03-02 11:00"), "intake_clerk.county1")


def filed(hazard: Driver) -> Driver:
    """A listed hazard about to be published."""
    hazard.do("hz_file_listing", at("2026-03-10 10:00"))
    return hazard


def progressing(hazard: Driver) -> Driver:
    """A hazard with forty per cent done."""
    hazard.act("ask_progress", "hz_progress", at("2026-04-20 10:00"))
    return hazard


def extended(hazard: Driver) -> Driver:
    """A hazard whose one extension was granted."""
    hazard.act("ask_extension", "hz_extension_apply", at("2026-05-28 10:00"))
    hazard.do("hz_extension_decide", at("2026-06-10 10:00"))
    return hazard


def applied(hazard: Driver) -> Driver:
    """A hazard with an application for an extension on the table."""
    hazard.act("ask_extension", "hz_extension_apply", at("2026-05-28 10:00"))
    return hazard


def completed_once(hazard: Driver) -> Driver:
    """An application that was handed in again after the one notice of missing papers."""
    applied(hazard).do(
        "hz_extension_decide", at("2026-06-01 10:00"), decision="通知补正", reason="缺合同", approved_deadline=None
    )
    hazard.act("ask_extension", "hz_extension_apply", at("2026-06-03 10:00"), supplement_note="补交合同")
    return hazard


def interim(hazard: Driver) -> Driver:
    """An interim measure about to be ordered."""
    return hazard.ask("hazard_interim", at("2026-04-01 10:00"))


def coercing(hazard: Driver) -> Driver:
    """A coercive measure about to be asked for."""
    return hazard.ask("coercion", at("2026-08-06 10:00"))


def asked(hazard: Driver) -> Driver:
    """A power cut before its approval."""
    return measures.asked(hazard, at("2026-08-06 10:00"))


def noticed(hazard: Driver) -> Driver:
    """A power cut made known on Friday 2026-08-07 15:00."""
    return measures.noticed(hazard, at("2026-08-06 10:00"), at("2026-08-07 15:00"))


def cut(hazard: Driver) -> Driver:
    """A power cut in force."""
    measure = noticed(hazard)
    measure.do("coercion_execute", at("2026-08-08 15:00"))
    return measure


def sealed(hazard: Driver) -> Driver:
    """A sealing that was extended once."""
    measure = measures.sealed(hazard, at("2026-04-10 10:00"))
    measure.act("ask_coercion_extension", "coercion_extend", at("2026-05-06 10:00"))
    measure.do("coercion_extend_approve", at("2026-05-07 10:00"))
    return measure


def opened(hazard: Driver) -> Driver:
    """A sealing whose goods are about to be disposed of."""
    measure = sealed(hazard)
    measure.do("coercion_comply", at("2026-05-08 10:00"), ground="案件已作出决定")
    return measure


def escalated(hazard: Driver, level: str) -> Driver:
    """An escalation drafted by the commission's office."""
    return hazard.begin("hazard_escalation", "hz_escalate", at("2026-07-02 09:00"), level=level)


def interviewed(hazard: Driver) -> Driver:
    """An interview about to be recorded."""
    case = escalated(hazard, "L2 约谈告诫")
    case.do("hz_escalate_l2_approve", at("2026-07-02 10:00"))
    return case


def exposed(hazard: Driver) -> Driver:
    """An exposure that has passed the legal review."""
    case = escalated(hazard, "L3 公开曝光")
    case.do("hz_escalate_l3_legal", at("2026-07-02 10:00"))
    return case


def disowned(hazard: Driver) -> Driver:
    """An exposure whose legal review was taken back before it was approved."""
    case = exposed(hazard)
    body = {"step": "hz_escalate_l3_legal", "data": {"decision": "退回", "reason": "证据不足"}, "reason": "复核后更正"}
    case.office.post("legal_reviewer.county1", f"/cases/{case.id}/correct", body)
    return case


def coal(hazard: Driver) -> Driver:
    """A coal mine whose resumption of work is to be decided."""
    said = {"step": "hz_register", "data": {"industry": "煤矿"}, "reason": "行业填错"}
    hazard.office.post("case_handler.county1", f"/cases/{hazard.id}/correct", said)
    hazard.do("hz_acceptance_apply", at("2026-06-25 10:00"), resume=True)
    hazard.do("hz_acceptance_check", at("2026-06-26 10:00"))
    hazard.do("hz_acceptance_approve", at("2026-06-29 10:00"))
    return hazard


def quarter(hazard: Driver) -> Driver:
    """A quarterly round about to begin."""
    return Driver(hazard.office, "", "hazard_quarterly_round").ask("hazard_quarterly_round", at("2026-07-01 09:00"))


def bulletin(hazard: Driver) -> Driver:
    """A quarterly round before its bulletin."""
    case = quarter(hazard)
    case.do("qr_select", at("2026-09-01 10:00"))
    case.do("qr_acceptance", at("2026-09-25 10:00"))
    return case


def own_officer(hazard: Driver) -> Driver:
    """A hazard at whose verification the head of the unit took part."""
    hazard.do("hz_verify", at("2026-03-03 10:00"), officers=["case_handler.county1", "unit_head.county1"])
    return hazard


R = Refusal
ELSEWHERE = {"duplicate_action": "并入已有隐患", "duplicate_of": "HZ-370202-2025-0001", "duplicate_reason": "同一储罐"}
EXTEND = {"act": "ask_extension"}
REFUSALS = [
    R("HZ-E01", "verifying", "hz_register", "2026-03-02 11:00", then=registering),
    R("HZ-E52", "verifying", "hz_register", "2026-03-02 11:00", ELSEWHERE, registering),
    R("HZ-E02", "office", "hz_register", "2026-03-02 11:00", {"description": "联锁停用"}, registering),
    R(
        "HZ-E03",
        "office",
        "hz_register",
        "2026-03-02 11:00",
        {**REPORTED, "description": TOLD},
        reported,
        who="intake_clerk.county1",
    ),
    R("HZ-E04", "verifying", "hz_verify", "2026-03-03 10:00", {"criterion": None}),
    R("HZ-E05", "verifying", "hz_verify", "2026-03-03 10:00", {"checked_at": "2026-03-02T08:59:00+08:00"}),
    R("HZ-E06", "rectifying", "hz_interim_order", "2026-04-01 10:00", {"resume_condition": None}, interim),
    R("HZ-E07", "rectifying", "hz_interim_order", "2026-04-01 10:00", {"scope": None}, interim),
    R("HZ-E08", "listing", "hz_approve_listing", "2026-03-06 10:00", {"deadline": "2027-03-07"}),
    R("HZ-E09", "listing", "hz_approve_listing", "2026-03-06 10:00", {"list_level": "市级"}),
    R("HZ-E10", "listing", "hz_approve_listing", "2026-03-06 10:00", {"deadline": "2026-03-05"}),
    R("HZ-E11", "assigning", "hz_assign", "2026-03-06 15:00", {"deadline": "2026-07-01"}),
    R("HZ-E12", "assigned", "hz_publish_listing", "2026-03-11 10:00", {"masked_check": False}, filed),
    R("HZ-E12", "publishing", "hz_publish_delisting", "2026-07-06 10:00", {"masked_check": False}),
    R("HZ-E12", "rectifying", "hz_escalate_l3_approve", "2026-07-02 11:00", {"masked_check": False}, exposed),
    R("HZ-E13", "planning", "hz_plan", "2026-03-20 10:00", {"congress_minutes": None}),
    R(
        "HZ-E14",
        "planning",
        "hz_plan",
        "2026-03-20 10:00",
        {"schedule": [{"milestone": "投用", "due_on": "2026-07-01"}]},
    ),
    R("HZ-E15", "planning", "hz_plan", "2026-03-20 10:00", {"funds": "0"}),
    R(
        "HZ-E16",
        "rectifying",
        "hz_progress",
        "2026-04-22 10:00",
        {"percent": 39},
        progressing,
        act="ask_progress",
    ),
    R("HZ-E17", "rectifying", "hz_progress", "2026-04-22 10:00", {"percent": 100}, act="ask_progress"),
    R("HZ-E18", "rectifying", "hz_extension_apply", "2026-07-01 10:00", **EXTEND),
    R("HZ-E19", "rectifying", "hz_extension_apply", "2026-06-10 10:00", **EXTEND),
    R(
        "HZ-E20",
        "rectifying",
        "hz_extension_apply",
        "2026-07-01 10:00",
        {"new_deadline": "2026-12-31"},
        extended,
        **EXTEND,
    ),
    R("HZ-E21", "rectifying", "hz_extension_apply", "2026-05-28 10:00", {"new_deadline": "2027-03-07"}, **EXTEND),
    R("HZ-E21", "rectifying", "hz_extension_decide", "2026-06-10 10:00", {"approved_deadline": "2027-03-07"}, applied),
    R(
        "HZ-E22",
        "rectifying",
        "coercion_request_approve",
        "2026-08-06 11:00",
        then=asked,
        who="deputy_head.county1",
    ),
    R(
        "E-COM-12",
        "rectifying",
        "coercion_execute",
        "2026-08-08 15:00",
        {"id_shown": False},
        noticed,
    ),
    R(
        "HZ-E23",
        "rectifying",
        "coercion_execute",
        "2026-08-07 16:00",
        {"effective_at": "2026-08-08T10:00:00+08:00"},
        noticed,
    ),
    R("HZ-E24", "rectifying", "coercion_request", "2026-08-06 10:00", {"decision_served_at": None}, coercing),
    R("HZ-E25", "rectifying", "coercion_request", "2026-08-06 10:00", {**SEALING, "related": False}, coercing),
    R("HZ-E26", "rectifying", "coercion_request", "2026-08-06 10:00", {"implementer": "受委托机构"}, coercing),
    R(
        "HZ-E27",
        "rectifying",
        "coercion_execute",
        "2026-08-07 16:00",
        {"effective_at": "2026-08-08T22:30:00+08:00"},
        noticed,
    ),
    R("HZ-E28", "rectifying", "hz_interview", "2026-07-03 10:00", {"signed": False}, interviewed),
    R("HZ-E29", "rectifying", "hz_escalate_l3_approve", "2026-07-02 11:00", then=disowned),
    R("HZ-E30", "rectifying", "hz_acceptance_apply", "2026-06-25 10:00", {"self_assessment": None}),
    R(
        "HZ-E31",
        "rectifying",
        "hz_acceptance_apply",
        "2026-06-25 10:00",
        {**AGENCY, "agency_cert_until": "2026-06-24"},
    ),
    R("HZ-E32", "accepting", "hz_acceptance_check", "2026-07-02 10:00", {"items": FAILED_ITEM}),
    R("HZ-E33", "accepting", "hz_acceptance_check", "2026-07-02 10:00", {"experts_no_conflict": False}),
    R("HZ-E34", "delisting", "hz_delist_review", "2026-07-02 10:00", {"no_coercion": False}),
    R("HZ-E35", "delisting", "hz_delist_review", "2026-07-02 10:00", {"congress_minutes": None}),
    R("HZ-E36", "delisting", "hz_delist_review", "2026-07-02 10:00", {"acceptance_approved": False}),
    R("HZ-E37", "looking_back", "hz_look_back", "2026-09-20 10:00", {"officers": ["zhang", "wang"]}),
    R("HZ-E38", "closing", "hz_closure_propose", "2026-05-14 10:00", {"hearing_notice": None}),
    R("HZ-E39", "unfixable", "hz_unfixable", "2026-05-13 10:00", {"expert_opinion": None}),
    R(
        "HZ-E41",
        "rectifying",
        "hz_resume",
        "2026-06-30 10:00",
        {"mine_consent": "a1"},
        coal,
        who="deputy_head.county1",
    ),
    R("HZ-E42", "rectifying", "coercion_request", "2026-08-06 10:00", {**SEALING, "already_sealed": True}, coercing),
    R("HZ-E43", "delisting", "hz_delist_review", "2026-07-02 10:00", {"orders_closed": False}),
    R("HZ-E44", "rectifying", "hz_extension_apply", "2026-05-28 10:00", {"new_deadline": "2026-06-30"}, **EXTEND),
    R(
        "HZ-E45",
        "rectifying",
        "hz_extension_decide",
        "2026-06-05 10:00",
        {"decision": "通知补正", "approved_deadline": None},
        completed_once,
    ),
    R("HZ-E46", "rectifying", "coercion_request", "2026-08-06 10:00", {"real_danger": False}, coercing),
    R("HZ-E47", "rectifying", "coercion_extend", "2026-05-20 10:00", then=sealed, act="ask_coercion_extension"),
    R("HZ-E48", "office", "qr_select", "2026-07-01 10:00", {"units": [{"unit": "市北区", "listed": 2}]}, quarter),
    R("HZ-E49", "rectifying", "coercion_extend", "2026-08-10 10:00", then=cut, act="ask_coercion_extension"),
    R("HZ-E50", "office", "qr_select", "2026-07-01 10:00", {"candidates": None}, quarter),
    R("HZ-E51", "office", "qr_bulletin", "2026-10-10 10:00", {"on_time": 5}, bulletin),
    R("HZ-E53", "verifying", "hz_double_report", "2026-03-05 16:00", act="ask_report"),
    R("HZ-E54", "rectifying", "coercion_lift", "2026-05-08 15:00", {"disposal": "没收", "decision_no": "罚1"}, opened),
    R("E-COM-01", "planning", "hz_plan", "2026-03-20 10:00", {"goal": None}),
    R("E-COM-02", "verifying", "hz_verify", "2026-03-03 10:00", {"checked_at": "2026-03-03T10:00:01+08:00"}),
    R("E-COM-03", "office", "hz_register", "2026-03-02 11:00", {"uscc": "91370202MA3C00001A"}, registering),
    R("E-COM-04", "listing", "hz_approve_listing", "2026-03-06 10:00", who="unit_head.county1", status=403),
    R("E-COM-06", "verifying", "hz_confirm_list", "2026-03-04 10:00", then=own_officer, status=403),
    R("E-COM-07", "verifying", "hz_verify", "2026-03-03 10:00", {"officers": ["zhang"]}),
    R("E-COM-07", "verifying", "hz_verify", "2026-03-03 10:00", {"officers": ["zhang", "legal_reviewer.county1"]}),
    R("E-COM-08", "confirming", "hz_confirm_list", "2026-03-04 10:00", {"confirm": "退回重新核查"}),
    R("E-COM-08", "reviewing", "hz_review_plan", "2026-03-23 10:00", {"result": "退回修改"}),
    R("E-COM-08", "deciding", "hz_closure_decide", "2026-05-20 10:00", {"decision": "退回补充"}),
]
# What the engine refuses by itself, not a form: provoked below, or by `status` above.
ENGINE = {"HZ-E40", "E-COM-01", "E-COM-02", "E-COM-03", "E-COM-04", "E-COM-05", "E-COM-06"}
DOMAIN = {f"HZ-E{n:02}" for n in range(1, 41)} | {f"E-COM-{n:02}" for n in range(1, 9)}
OURS = {f"HZ-E{n}" for n in range(41, 55)} | {"E-COM-12"}
BANNED = {"JR-E21"}  # a code of referrals, provoked where the bans are made


@pytest.mark.parametrize("refusal", REFUSALS, ids=str)
def test_it_is_refused_and_nothing_has_changed(hazard_at, refusal):
    provoke(hazard_at(refusal.stage), refusal)


def test_who_comes_second_learns_who_was_first_and_nothing_has_changed(hazard_at):
    hazard = hazard_at("verifying")
    task = hazard.task("hz_verify")["id"]
    hazard.do("hz_verify", at("2026-03-03 10:00"))
    before = hazard.rows()
    problem = hazard.office.post("case_handler2.county1", f"/tasks/{task}/complete", {"data": {}}, 409)
    assert (problem["code"], problem["by"]) == ("E-COM-05", "case_handler.county1")
    assert hazard.rows() == before


def test_a_second_hand_off_is_refused_and_nothing_has_changed(hazard_at, tmp_path):
    hazard = hazard_at("rectifying")
    stand_in.publish(tmp_path, "judicial_referral")
    body = {"process": "judicial_referral", "parent": hazard.id, "trigger": "refusal"}
    hazard.office.post(hazard.watcher, "/cases", body, 201)
    before = hazard.rows()
    assert hazard.office.post(hazard.watcher, "/cases", body, 409)["code"] == "HZ-E40"
    assert hazard.rows() == before


def test_a_refused_registration_leaves_no_case_and_takes_no_number(hazard_office):
    bad = {"process": "hazard_supervision", "data": {"source": "监督检查"}}
    hazard_office.set(at("2026-03-02 10:00"))
    hazard_office.post("case_handler.county1", "/cases", bad, 422)
    assert hazard_office.get("case_handler.county1", "/cases")["total"] == 0
    assert Driver.open(hazard_office, at("2026-03-02 10:00")).case()["number"] == "HZ-370202-2026-0001"


def test_every_code_of_the_domain_is_provoked():
    provoked = {refusal.code for refusal in REFUSALS} | {"E-COM-05", "HZ-E40"}
    assert provoked == DOMAIN | OURS


def test_the_forms_bear_these_codes_and_no_others():
    borne = {code for folder, steps in ANSWERS.items() for step in steps for code in codes_of(load(folder, step))}
    assert borne == (DOMAIN | OURS | BANNED) - ENGINE
