"""Every code of a referral, provoked through the API on its step: refused, and nothing has changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date

import pytest

from engine import deputies, store
from tests.office import ROOT, at, who
from tests.processes.referral import ASKED, PAIR, REFUSED, Referral, led_through
from tests.processes.referral_answers import ANSWERS, DRUM, EVIDENCE, ITEM, RESULT
from tests.processes.refusals import Refusal, provoke
from tests.processes.stages import Move

DEPUTY = "deputy_head.county1"
R2 = {"threshold_rows": ["R2 强令、组织他人违章冒险作业"]}
OPINION = Move("ref_procuratorate_opinion", "2026-06-20 10:00", {"received_on": "2026-06-19"}, act="ask_opinion")


def led(*moves: Move) -> Callable[[Referral], Referral]:
    """What leads a referral on by some moves."""
    return lambda referral: referral.lead(*moves)


def clue(referral: Referral) -> Referral:
    """A clue about to be registered."""
    return referral.ask("judicial_referral", at("2026-06-05 12:00"), "case_handler.county1")


def second(referral: Referral) -> Referral:
    """A second clue about the same enterprise, beside the referral that runs."""
    return Referral(referral.office, "", "").ask("judicial_referral", at("2026-06-05 12:00"), "case_handler.county1")


def disputed(referral: Referral) -> Referral:
    """A verified case whose grade of hazard is in dispute."""
    said = {"grade_disputed": True}
    return referral.lead(Move("ref_verify", "2026-06-05 16:30", said))


def returned_once(referral: Referral) -> Referral:
    """A report that the head sent back once."""
    return referral.lead(
        Move("ref_decide", "2026-06-09 10:00", {"decision": "退回补充", "reason": "补充现场照片"}),
        Move("ref_report", "2026-06-09 11:00"),
        Move("ref_legal_review", "2026-06-09 12:00"),
    )


def banned(referral: Referral) -> Referral:
    """An office in which somebody is kept from the trade."""
    referral.begin("occupational_ban", "ref_ban", at("2026-06-05 10:00"), person="严某", starts_on="2026-06-01")
    return referral


def uncured(referral: Referral) -> Referral:
    """A referral handed over without the copy for the procuratorate."""
    data = {"copy_to_procuratorate_at": None, "_override": {"JR-E12": "节假日送达不到"}}
    return referral.lead(Move("ref_handover", "2026-06-11 15:00", data))


def never_cured(referral: Referral) -> Referral:
    """A judged case of which the procuratorate never had a copy."""
    return uncured(referral).lead(*JUDGED)


def kept(referral: Referral) -> Referral:
    """A judged case whose goods the agency still keeps."""
    items = [{**ITEM, "kept_by_agency": True}]
    return referral.lead(
        Move("ref_property", "2026-06-17 10:30", {"items": items, "keep_paper": "a1"}),
        Move("ref_case_officer", "2026-06-18 10:00"),
        Move("ref_result", "2026-11-20 10:00"),
        Move("ref_offset", "2026-11-24 10:00"),
    )


JUDGED = (
    Move("ref_police_receipt", "2026-06-11 15:30"),
    Move("ref_record_decision", "2026-06-15 10:00"),
    Move("ref_property", "2026-06-17 10:30"),
    Move("ref_case_officer", "2026-06-18 10:00"),
    Move("ref_result", "2026-11-20 10:00"),
    Move("ref_offset", "2026-11-24 10:00"),
)


def partly(referral: Referral) -> Referral:
    """A case of two persons, of whom one has been judged."""
    return led_through(referral.office, PAIR).lead(Move("ref_result", "2026-11-20 10:00"))


def answered(referral: Referral) -> Referral:
    """Two opinions of the procuratorate, of which one is answered."""
    said = {"kind": "其他", "received_on": "2026-06-19"}
    opinions = (
        Move("ref_procuratorate_opinion", "2026-06-20 10:00", said | {"document_no": no}, "ask_opinion")
        for no in ("检意〔2026〕1号", "检意〔2026〕2号")
    )
    return referral.lead(*opinions, Move("ref_opinion_reply", "2026-06-21 09:00", {"replied_on": "2026-06-21"}))


R = Refusal
UNBANNED = (Move("ref_result", "2026-11-20 10:00", {"persons": [{**RESULT, "ban": None}]}), JUDGED[-1])
NO_SCAN = {"scan": None}
FIRST = {"document_no": "公立字〔2026〕1号"}  # the number of the decision of the police
SUPPLIED = Move("ref_supplement", "2026-06-15 10:30")
ENDED = {"choice": "办结", "new_facts": None, "filed_on": "2026-06-21"}
EXTENSION = Move("ref_addition", "2026-06-12 15:00", act="ask_addition")
BROKEN = [
    {
        **EVIDENCE[0],
        "chain": [*EVIDENCE[0]["chain"], {"giver": "门卫", "receiver": "司机", "at": "2026-06-05T15:30:00+08:00"}],
    }
]
SHORT = {"items": [{**ITEM, "qty": 11}]}
REFUSALS = [
    R("JR-E01", "handed_over", "ref_police_receipt", "2026-06-11 15:30", NO_SCAN),
    R("JR-E01", "forwarding", "ref_forwarded", "2026-06-12 11:30", NO_SCAN),
    R("JR-E01", "receipt_refused", "ref_refused_receipt", "2026-06-12 10:00", NO_SCAN),
    R("JR-E01", "accepted", "ref_record_decision", "2026-06-15 10:00", NO_SCAN),
    R("JR-E01", "not_police", "ref_other_organ", "2026-06-12 11:00", {"receipt": None}),
    R("JR-E01", "reconsidering", "ref_record_recon", "2026-06-22 10:00", NO_SCAN),
    R("JR-E01", "supervision", "ref_record_supervision", "2026-07-20 10:00", NO_SCAN),
    R("JR-E01", "tracking", "ref_tracking", "2026-08-12 10:00", NO_SCAN, act="ask_tracking"),
    R("JR-E01", "tracking", "ref_assistance", "2026-07-01 10:00", NO_SCAN, act="ask_assistance"),
    R("JR-E01", "tracking", "ref_result", "2026-11-20 10:00", NO_SCAN),
    R(
        "JR-E01",
        "accepted",
        "ref_procuratorate_opinion",
        "2026-06-12 10:00",
        {"scan": None, "received_on": "2026-06-12"},
        act="ask_opinion",
    ),
    R("JR-E01", "returning", "ref_return_receive", "2026-06-25 10:00", NO_SCAN),
    R("JR-E02", "office", "ref_clue", "2026-06-05 12:00", {"threshold_rows": None}, clue),
    R(
        "JR-E02",
        "office",
        "ref_clue",
        "2026-06-05 12:00",
        {"handling": "不涉嫌犯罪", "threshold_rows": None, "persons": None},
        clue,
    ),
    R("JR-E03", "team_set", "ref_clue", "2026-06-05 12:00", then=second),
    R("JR-E03", "team_set", "ref_clue", "2026-06-05 12:00", {"uscc": None, "enterprise_name": None}, second),
    R("E-COM-01", "office", "ref_clue", "2026-06-05 12:00", {"flight_or_evidence_risk": True}, clue),
    R("JR-E04", "screening", "ref_team", "2026-06-05 11:00", {"officers": ["zhang"]}),
    R("EC-E01", "screening", "ref_team", "2026-06-05 11:00", {"avoid": ["wang"]}),
    R("JR-E05", "team_set", "ref_verify", "2026-06-05 16:30", {"evidence": BROKEN}),
    R("JR-E05", "team_set", "ref_verify", "2026-06-05 16:30", {"evidence": [{**EVIDENCE[0], "lawful_source": False}]}),
    R("JR-E05", "team_set", "ref_verify", "2026-06-05 16:30", {"evidence": [{**EVIDENCE[0], "type": "电子数据"}]}),
    R("JR-E06", "team_set", "ref_verify", "2026-06-05 16:30", {"property": [{**DRUM, "qty": 11}]}),
    R("JR-E07", "reported", "ref_decide", "2026-06-10 16:30", who=DEPUTY),
    R("JR-E08", "reported", "ref_decide", "2026-06-10 16:30", {**REFUSED, "reason": "现有证据不足以证明存在现实危险"}),
    R("JR-E09", "reported", "ref_decide", "2026-06-10 16:30", {**REFUSED, "reason": "已拟处罚"}),
    R("JR-E09", "reported", "ref_decide", "2026-06-10 16:30", {**REFUSED, "ground": "已作出或者拟作出行政处罚"}),
    R("JR-E10", "approved", "ref_handover", "2026-06-11 15:00", {"enclosures": ["移送书", "调查报告", "其他有关材料"]}),
    R(
        "JR-E10",
        "approved",
        "ref_handover",
        "2026-06-11 15:00",
        {"enclosures": ["移送书", "调查报告", "涉案物品清单", "其他有关材料"]},
    ),
    R("JR-E11", "approved", "ref_handover", "2026-06-11 15:00", {"handed_at": "2026-06-10T16:00:00+08:00"}),
    R("JR-E12", "approved", "ref_handover", "2026-06-11 15:00", {"copy_to_procuratorate_at": None}),
    R("JR-E12", "approved", "ref_handover", "2026-06-11 15:00", {"procuratorate": None}),
    R("JR-E12", "approved", "ref_close", "2026-11-25 10:00", {"closed_on": "2026-11-25"}, never_cured),
    R("JR-E13", "supplementing", "ref_supplement", "2026-06-15 10:30", {"supplied": [{"item": "现场照片"}]}),
    R("JR-E14", "filed", "ref_property", "2026-06-17 10:30", SHORT),
    R(
        "JR-E14",
        "filed",
        "ref_property",
        "2026-06-17 10:30",
        {**SHORT, "difference_note": "挥发", "difference_officers": ["zhang"]},
    ),
    R("JR-E15", "filed", "ref_property", "2026-06-17 10:30", {"receiver_signed": None}),
    R("JR-E29", "filed", "ref_property", "2026-06-17 10:30", {"coercion_no": "QZ-370202-2026-9999"}),
    R(
        "JR-E16",
        "objecting",
        "ref_reconsider",
        "2026-06-19 10:00",
        {"filed_on": "2026-06-19", "police_received_on": "2026-06-19"},
    ),
    R("JR-E16", "not_filed", "ref_objection_choice", "2026-06-19 10:00"),
    R("JR-E16", "suggesting", "ref_suggest_supervision", "2026-06-26 10:00", {"sent_on": "2026-06-26"}),
    R(
        "JR-E16",
        "accepted_refusal",
        "ref_accepted_refusal",
        "2026-06-19 10:00",
        {"action": "改提复议或者监督", "revoked": True, "revoke_reason": "发现新的证据"},
    ),
    R("JR-E16", "accepted_refusal", "ref_accepted_refusal", "2026-06-19 10:00", {"action": "改提复议或者监督"}),
    R("JR-E17", "reconsidering", "ref_record_recon", "2026-06-22 10:00", {"notice_received_on": None}),
    R("JR-E17", "reconsidering", "ref_record_recon", "2026-06-22 10:00", {"result": "逾期未答复"}),
    R("JR-E17", "suggesting", "ref_suggest_supervision", "2026-06-24 10:00", {"enclosures": ["立案监督建议书"]}),
    R("JR-E18", "accepted_refusal", "ref_accepted_refusal", "2026-06-17 10:00", {"action": "改提复议或者监督"}),
    R(
        "JR-E19",
        "returning",
        "ref_return_receive",
        "2026-06-25 10:00",
        {"items": [{"no": "1", "returned": True}, {"no": "2", "returned": False}]},
    ),
    R("JR-E20", "closing", "ref_close", "2026-11-25 10:00", then=led(OPINION)),
    R(
        "JR-E20",
        "refused_internal",
        "ref_refused_internal",
        "2026-06-21 10:00",
        {"choice": "办结", "new_facts": None, "filed_on": "2026-06-21"},
        led(
            Move(
                "ref_procuratorate_opinion",
                "2026-06-20 10:00",
                {"kind": "其他", "received_on": "2026-06-19"},
                act="ask_opinion",
            )
        ),
    ),
    R("JR-E20", "refused_internal", "ref_refused_internal", "2026-06-21 10:00", ENDED, answered),
    R(
        "JR-E21",
        "team_set",
        "ref_verify",
        "2026-06-05 16:30",
        {"appraisals": [{"name": "鉴定", "organ": "甲所", "appraiser": "严某", "qualified": True}]},
        banned,
    ),
    R("JR-E21", "tracking", "ref_assistance", "2026-07-01 10:00", {"expert": "严某"}, banned, act="ask_assistance"),
    R("JR-E22", "filed", "ref_close", "2026-11-25 10:00", then=kept),
    R("JR-E22", "tracking", "ref_close", "2026-11-25 10:00", {"closed_on": "2026-11-25"}, led(*UNBANNED)),
    R("JR-E23", "reported", "ref_decide", "2026-06-10 16:30", {"decision": "退回补充"}, returned_once),
    R("JR-E23", "reported", "ref_property", "2026-06-10 16:30", act="ask_property", status=409),
    R(
        "JR-E25",
        "tracking",
        "ref_tracking",
        "2026-08-13 10:00",
        then=led(Move("ref_tracking", "2026-08-12 10:00", act="ask_tracking")),
        act="ask_tracking",
    ),
    R(
        "JR-E25",
        "supplementing",
        "ref_record_decision",
        "2026-06-15 11:00",
        {"document_no": ASKED["document_no"]},
        led(SUPPLIED),
    ),
    R("JR-E25", "reconsidering", "ref_record_recon", "2026-06-22 10:00", FIRST),
    R("JR-E25", "supervision", "ref_record_supervision", "2026-07-20 10:00", FIRST),
    R("JR-E25", "tracking", "ref_assistance", "2026-07-01 10:00", FIRST, act="ask_assistance"),
    R("JR-E25", "office", "ref_result", "2026-12-01 10:00", {}, partly),
    R("JR-E25", "supplementing", "ref_addition", "2026-06-13 10:00", {}, led(EXTENSION), act="ask_addition"),
    R("JR-E25", "accepted", "ref_opinion_reply", "2026-06-21 10:00", {"replied_on": "2026-06-21"}, answered),
    R("JR-E25", "closing", "ref_procuratorate_opinion", "2026-11-25 10:00", {}, led(OPINION), act="ask_opinion"),
    R("JR-E24", "team_set", "ref_report", "2026-06-08 09:00", then=disputed),
    R("E-COM-23", "office", "ref_clue", "2026-06-05 12:00", {"handling": "移送监察机关"}, clue),
    R(
        "E-COM-23",
        "accepted",
        "ref_record_decision",
        "2026-06-13 10:00",
        {"decision": "延长审查", "extension_days": 10, "extension_basis": "公通字〔2015〕32号"},
    ),
    R(
        "E-COM-23",
        "accepted",
        "ref_record_decision",
        "2026-06-13 10:00",
        {"decision": "延长审查", "extension_days": 30, "extension_basis": "程序规定第一百七十九条"},
    ),
    R(
        "E-COM-23",
        "tracking",
        "ref_result",
        "2026-11-20 10:00",
        {"persons": [{"name": "外人", "result": "撤案", "effective_on": "2026-11-18"}]},
    ),
    R("E-COM-23", "closing", "ref_opinion_reply", "2026-11-25 10:00", {"opinion_no": "另一个"}, led(OPINION)),
    R("E-COM-23", "returned", "ref_return_decide", "2026-06-26 10:00", {"decision": "恢复原案"}),
    R("E-COM-12", "accepted", "ref_record_decision", "2026-06-15 10:00", {"decided_on": "2026-06-10"}),
    R("E-COM-12", "accepted", "ref_record_decision", "2026-06-15 10:00", {"notice_received_on": "2026-06-11"}),
    R(
        "E-COM-12",
        "handed_over",
        "ref_police_receipt",
        "2026-06-11 15:30",
        {"accepted_at": "2026-06-11T14:59:00+08:00"},
    ),
    R("E-COM-12", "objecting", "ref_reconsider", "2026-06-17 10:00", {"filed_on": "2026-06-14"}),
    R("E-COM-02", "filed", "ref_property", "2026-06-17 10:30", {"handed_at": "2026-06-17T10:31:00+08:00"}),
    R("E-COM-08", "reviewing", "ref_legal_review", "2026-06-08 09:30", {"opinion": "退回补充"}),
    R(
        "E-COM-22",
        "office",
        "ref_ban",
        "2026-06-05 10:00",
        {"years": 3},
        lambda r: r.ask("occupational_ban", at("2026-06-05 10:00")),
    ),
]
DOMAIN = {f"JR-E{n:02}" for n in range(1, 25)}
OURS = {"JR-E25"}  # a paper registered twice


NAMED = [
    (
        Refusal("JR-E10", "approved", "ref_handover", "2026-06-11 15:00", {"enclosures": ["移送书", "其他有关材料"]}),
        "移送材料不全：缺调查报告、缺涉案物品清单、缺检验报告或者鉴定意见，又未说明原因",
    ),
    (
        Refusal(
            "JR-E05",
            "team_set",
            "ref_verify",
            "2026-06-05 16:30",
            {"evidence": [EVIDENCE[0], {**EVIDENCE[1], "lawful_source": False}]},
        ),
        "证据清单存在断链（交接应当前后相接、来源合法）：第2项",
    ),
    (
        Refusal("JR-E20", "refused_internal", "ref_refused_internal", "2026-06-21 10:00", ENDED, answered),
        "未答复检察机关不得办结：检意〔2026〕2号",
    ),
    (
        Refusal("JR-E22", "tracking", "ref_close", "2026-11-25 10:00", {"closed_on": "2026-11-25"}, led(*UNBANNED)),
        "存在未了人员、物品、职业禁入或者答复：刘某的职业禁入未登记",
    ),
]


@pytest.mark.parametrize(("refusal", "detail"), NAMED, ids=[str(refusal) for refusal, _ in NAMED])
def test_a_refusal_names_what_is_missing(referral_at, refusal, detail):
    case = referral_at(refusal.stage)
    case = refusal.then(case) if refusal.then else case
    said = case.make(refusal.step, at(refusal.moment), status=422, **refusal.answers)
    assert said["detail"] == detail


@pytest.mark.parametrize("refusal", REFUSALS, ids=str)
def test_it_is_refused_and_nothing_has_changed(referral_at, refusal):
    provoke(referral_at(refusal.stage), refusal)


def test_every_code_of_the_domain_is_provoked():
    assert {refusal.code for refusal in REFUSALS} >= DOMAIN | OURS


def test_every_code_stands_on_a_form_or_in_the_settings():
    forms = (ROOT / "forms").glob("judicial_referral/*.json")
    borne = {code for path in forms for code in DOMAIN | OURS if f'"{code}"' in path.read_text()}
    assert borne == DOMAIN | OURS
    assert 'refused_act_code = "JR-E23"' in (ROOT / "bpmn/judicial_referral/process.toml").read_text()


def test_every_step_has_an_answer_in_the_tests():
    for folder in ANSWERS:
        steps = {path.stem for path in (ROOT / "forms" / folder).glob("*.json")}
        assert steps == set(ANSWERS[folder])


def test_3_the_head_acting_by_order_may_approve_a_proxy_may_not(referral_at):
    """Scenario 3: a deputy alone and a mere proxy are refused, who has been put in charge by an order is not."""
    referral = referral_at("reported")
    head = "agency_head.county1"
    days = (date(2026, 6, 9), date(2026, 6, 12))
    with store.writing() as session:
        deputies.appoint(session, head, DEPUTY, *days, who(head), at("2026-06-09 10:00"), "出差")
    referral.office.set(at("2026-06-09 11:00"))
    task = referral.task("ref_decide", DEPUTY)["id"]
    data = {"decision": "批准移送", "reason": "涉嫌犯罪，应当移送"}
    path, acting = f"/tasks/{task}/complete", {"X-Acting-For": head}
    assert referral.office.post(DEPUTY, path, {"data": data}, 422)["code"] == "JR-E07"
    assert referral.office.post(DEPUTY, path, {"data": data}, 422, **acting)["code"] == "JR-E07"
    order = referral.answers("judicial_referral", "ref_handover", DEPUTY, {"letter": "a1"}, at("2026-06-09 10:00"))
    said = {**data, "acting_order_no": "东政任〔2026〕3号", "acting_order": order["letter"]}
    referral.office.post(DEPUTY, path, {"data": said}, 200, **acting)
    assert referral.status() == "approved"


def test_the_forms_are_written_as_json_that_people_can_read():
    for path in (ROOT / "forms").glob("judicial_referral/*.json"):
        assert json.loads(path.read_text())["title"]
