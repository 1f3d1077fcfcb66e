"""The acceptance scenarios of the referral page (§8), by their numbers, through the API."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from engine import cases, model, store
from engine.people import SYSTEM_ACTOR
from tests.office import ROOT, at
from tests.processes.referral import ASKED, FORWARDED, NOT_FILED, REFUSED, Referral
from tests.processes.referral_answers import ITEM, RESULT
from tests.processes.stages import Move

LEGAL = "legal_officer.county1"


def due(referral: Referral, rule: str) -> tuple[str, str]:
    clock = referral.clock(rule)
    return clock["due_on"], clock["lapse_on"]


def test_1_a_straight_path_keeps_every_term(referral_at):
    referral = referral_at("reported")
    assert due(referral, "JR-C01") == ("2026-06-11", "2026-06-11")
    referral.do("ref_decide", at("2026-06-10 16:30"))
    assert referral.clock("JR-C02")["due_at"] == "2026-06-11T16:30:00+08:00"
    referral.do("ref_handover", at("2026-06-11 15:00"))
    referral.do("ref_police_receipt", at("2026-06-11 15:10"))
    assert due(referral, "JR-C04") == ("2026-06-14", "2026-06-15")
    referral.do("ref_record_decision", at("2026-06-15 10:00"))
    assert due(referral, "JR-C07") == ("2026-06-18", "2026-06-18")
    referral.do("ref_property", at("2026-06-17 10:30"))
    assert referral.status() == "property_done"
    referral.do("ref_case_officer", at("2026-06-18 10:00"))
    assert referral.status() == "tracking"
    met = {rule: referral.clock(rule)["state"] for rule in ("JR-C01", "JR-C02", "JR-C03", "JR-C04", "JR-C07")}
    assert set(met.values()) == {"met"}


def test_2_twenty_four_hours_do_not_wait_for_a_holiday(referral_at):
    referral = referral_at("receiving")
    referral.do("ref_receive", at("2026-09-28 10:00"), received_at="2026-09-28T10:00:00+08:00")
    assert due(referral, "JR-C01") == ("2026-10-01", "2026-10-08")
    referral.do("ref_decide", at("2026-09-30 16:30"))
    assert referral.clock("JR-C02")["due_at"] == "2026-10-01T16:30:00+08:00"
    moment = "2026-10-08T09:00:00+08:00"
    referral.do("ref_handover", at("2026-10-08 09:30"), handed_at=moment, copy_to_procuratorate_at=moment)
    clock = referral.clock("JR-C02")
    assert (clock["state"], clock["lamp"]) == ("late", "red")
    assert at("2026-10-08 09:00") - at("2026-10-01 16:30") == timedelta(days=6, hours=16, minutes=30)


def test_4_a_refusal_needs_reasons_and_an_opinion_opens_the_case_again(referral_at):
    referral = referral_at("reported")
    for reason, code in (("已拟处罚", "JR-E09"), ("证据不足以证明现实危险，暂不移送公安机关", "JR-E08")):
        said = referral.do("ref_decide", at("2026-06-10 10:00"), status=422, **{**REFUSED, "reason": reason})
        assert said["code"] == code
    referral.do("ref_decide", at("2026-06-10 10:00"), **REFUSED)
    assert referral.status() == "refused_internal"
    referral.act("ask_opinion", "ref_procuratorate_opinion", at("2026-07-06 10:00"))
    assert (referral.status(), due(referral, "JR-C17")) == ("reported", ("2026-07-09", "2026-07-09"))
    again = referral.do("ref_decide", at("2026-07-07 10:00"), status=422, **REFUSED)
    assert again["fields"] == {"written_reply": "E-COM-01"}
    referral.do("ref_decide", at("2026-07-07 10:00"))
    referral.do("ref_handover", at("2026-07-07 15:00"), handed_at="2026-07-07T15:00:00+08:00")
    assert referral.clock("JR-C17")["state"] == "met"


def test_5_a_missing_copy_is_let_through_with_a_reason_and_must_be_cured(referral_at):
    referral = referral_at("approved")
    reason = {"JR-E12": "检察机关窗口已下班"}
    referral.do("ref_handover", at("2026-06-11 15:00"), copy_to_procuratorate_at=None, _override=reason)
    assert due(referral, "JR-C03-2") == ("2026-06-12", "2026-06-12")
    cured = "2026-06-12T09:00:00+08:00"
    referral.do("ref_police_receipt", at("2026-06-12 10:00"), copy_cured_at=cured)
    assert referral.clock("JR-C03-2")["state"] == "met"


def test_6_a_supplement_does_not_stop_the_police(referral_at):
    referral = referral_at("accepted")
    referral.do("ref_record_decision", at("2026-06-12 11:30"), **ASKED)
    assert referral.clock("JR-C05a")["state"] == "met"
    assert (referral.status(), due(referral, "JR-C05")) == ("supplementing", ("2026-06-15", "2026-06-15"))
    referral.do("ref_supplement", at("2026-06-15 10:30"))
    assert (referral.status(), due(referral, "JR-C04")) == ("accepted", ("2026-06-14", "2026-06-15"))


def test_6_a_refusal_of_incomplete_papers_is_noted_with_its_ground(referral_at):
    referral = referral_at("receipt_refused")
    referral.do("ref_refused_receipt", at("2026-06-12 10:00"))
    assert referral.case()["case_file"]["ref_refused_receipt"]["ground"] == "材料不全"
    assert referral.status() == "accepted"


def test_7_a_reconsidered_case_is_filed(referral_at):
    referral = referral_at("not_filed")
    assert due(referral, "JR-C08") == ("2026-06-18", "2026-06-18")
    referral.do("ref_objection_choice", at("2026-06-16 10:00"))
    referral.do("ref_objection_choice_approve", at("2026-06-16 15:00"))
    referral.do("ref_reconsider", at("2026-06-17 10:00"))
    assert due(referral, "JR-C09") == ("2026-06-20", "2026-06-22")
    referral.do("ref_record_recon", at("2026-06-22 10:00"), result="立案")
    assert (referral.status(), due(referral, "JR-C07")) == ("filed", ("2026-06-25", "2026-06-25"))


def test_8_an_upheld_refusal_goes_to_the_procuratorate(referral_at):
    referral = referral_at("recon_upheld")
    assert due(referral, "JR-C10") == ("2026-06-25", "2026-06-25")
    referral.do("ref_upheld_choice", at("2026-06-23 10:00"))
    referral.do("ref_suggest_supervision", at("2026-06-24 10:00"))
    asked = {"result": "要求公安说明理由", "received_on": "2026-06-29", "police_received_on": "2026-06-29"}
    asked["document_no"] = "检监〔2026〕1号"
    referral.do("ref_record_supervision", at("2026-06-30 10:00"), **asked)
    assert due(referral, "JR-C11") == ("2026-07-06", "2026-07-06")
    told = {"result": "通知公安立案", "received_on": "2026-07-10", "police_received_on": "2026-07-10"}
    told["document_no"] = "检监〔2026〕2号"
    referral.do("ref_record_supervision", at("2026-07-10 10:00"), **told)
    assert due(referral, "JR-C12") == ("2026-07-25", "2026-07-27")
    referral.do("ref_record_supervision", at("2026-07-20 10:00"))
    assert referral.status() == "filed"


def test_9_a_missed_objection_can_still_be_a_late_letter(referral_at):
    referral = referral_at("not_filed")
    referral.pass_time(at("2026-06-19 00:01"))
    assert referral.clock("JR-C08")["lamp"] == "red"
    choice = {"choice": "提请复议"}
    assert referral.do("ref_objection_choice", at("2026-06-19 10:00"), status=422, **choice)["code"] == "JR-E16"
    referral.do("ref_objection_choice", at("2026-06-19 10:00"), choice="直接建议立案监督")
    referral.do("ref_objection_choice_approve", at("2026-06-19 11:00"))
    late = {"sent_on": "2026-06-19"}
    assert referral.do("ref_suggest_supervision", at("2026-06-19 12:00"), status=422, **late)["code"] == "JR-E16"
    referral.do("ref_suggest_supervision", at("2026-06-19 12:00"), late=True, **late)
    assert referral.status() == "supervision"
    rows = referral.office.get(LEGAL, "/registers/L-JR-2")["items"]
    assert rows[0]["cells"]["逾期提出"] == "是"


def test_10_supervision_may_be_asked_for_without_reconsideration(referral_at):
    referral = referral_at("not_filed")
    referral.do("ref_objection_choice", at("2026-06-16 10:00"), choice="直接建议立案监督")
    referral.do("ref_objection_choice_approve", at("2026-06-16 11:00"))
    referral.do("ref_suggest_supervision", at("2026-06-16 15:00"), sent_on="2026-06-16")
    assert (referral.status(), referral.clock("JR-C08")["state"]) == ("supervision", "met")


def test_11_silent_police_are_reminded(referral_at):
    referral = referral_at("accepted")
    referral.pass_time(at("2026-06-15 23:00"))
    assert "ref_chase" not in referral.steps()
    referral.pass_time(at("2026-06-16 00:01"))
    referral.do("ref_chase", at("2026-06-16 10:00"))
    assert referral.status() == "accepted"


def test_11_a_paper_of_thirty_days_moves_the_end(referral_at):
    referral = referral_at("accepted")
    paper = {"decision": "延长审查", "extension_days": 30, "extension_basis": "公通字〔2015〕32号"}
    referral.do("ref_record_decision", at("2026-06-13 10:00"), **paper)
    assert due(referral, "JR-C04") == ("2026-07-11", "2026-07-13")


def test_12_a_suspected_official_goes_to_the_supervision_organ(referral_at):
    office = referral_at("office")
    duty = {
        "handling": "移送监察机关",
        "threshold_rows": ["R12 公职人员职务违法犯罪"],
        "persons": [{"name": "赵某", "suspected_crime": "玩忽职守罪"}],
    }
    referral = Referral.open(office.office, at("2026-06-12 09:30"), **duty)
    assert (referral.status(), referral.steps()) == ("not_police", ["ref_other_organ"])
    assert due(referral, "JR-C16") == ("2026-06-15", "2026-06-15")


def test_12_a_clue_on_an_official_may_go_there_beside_the_referral(referral_at):
    referral = referral_at("accepted")
    referral.act("ask_duty", "ref_duty_clue", at("2026-06-12 10:00"))
    assert referral.status() == "accepted"


@pytest.mark.parametrize(
    ("state", "held"),
    [("reported", []), ("approved", ["刘某"]), ("not_filed", ["刘某"]), ("result", ["刘某"]), ("returned", [])],
)
def test_13_whose_fine_waits_is_told_to_the_case_above(referral_at, state, held):
    """Who is on the way to the police may not be fined for the same act; given back, the hold ends."""
    referral = referral_at(state)
    with store.reading() as session:
        exposed = session.get_one(model.Case, referral.id).exposed
    assert (exposed["persons_held"], exposed["persons"]) == (held, ["刘某"])


@pytest.mark.parametrize(
    ("paid", "fine", "offset"), [("30000", "50000", 30000), ("30000", "20000", 20000), ("30000", None, 0)]
)
def test_14_a_fine_paid_before_counts_towards_the_criminal_fine(referral_at, paid, fine, offset):
    referral = referral_at("tracking")
    person = {**RESULT, "criminal_fine": fine} if fine else {k: v for k, v in RESULT.items() if k != "criminal_fine"}
    referral.do("ref_result", at("2026-11-20 10:00"), persons=[person])
    assert due(referral, "JR-C14") == ("2026-11-27", "2026-11-27")
    note = {"legal_note": "已缴罚款超过罚金的部分由法制机构提出意见"} if offset == 20000 else {}
    sent = {} if offset else {"letter_sent_on": None}
    referral.do("ref_offset", at("2026-11-24 10:00"), **note, **sent)
    (row,) = referral.case()["case_file"]["ref_offset"]["offsets"]
    assert (float(row["offset"]), float(row["paid_fine"])) == (offset, int(paid))


def test_14_a_company_and_its_manager_are_two_subjects(referral_at):
    referral = referral_at("approved")
    fine = {"name": "甲化工厂", "decision_no": "罚2", "fine": "90000", "paid": "90000", "paid_on": "2026-05-20"}
    penalties = [{**fine, "receipt_no": "0001237"}]
    referral.lead(
        Move("ref_handover", "2026-06-11 15:00", {"penalties": penalties}),
        Move("ref_police_receipt", "2026-06-11 15:30"),
        Move("ref_record_decision", "2026-06-15 10:00"),
        Move("ref_property", "2026-06-17 10:30"),
        Move("ref_case_officer", "2026-06-18 10:00"),
        Move("ref_result", "2026-11-20 10:00"),
        Move("ref_offset", "2026-11-24 10:00", {"letter_sent_on": None}),
    )
    (row,) = referral.case()["case_file"]["ref_offset"]["offsets"]
    assert float(row["offset"]) == 0


def test_15_a_returned_case_is_checked_and_the_procuratorate_answered_before_the_end(referral_at):
    referral = referral_at("tracking")
    person = {"name": "刘某", "result": "不起诉", "effective_on": "2026-11-18"}
    referral.do("ref_result", at("2026-11-20 10:00"), persons=[person])
    opinion = {"kind": "行政处罚", "received_on": "2026-11-20", "document_no": "检意〔2026〕9号"}
    referral.act("ask_opinion", "ref_procuratorate_opinion", at("2026-11-20 11:00"), **opinion)
    assert due(referral, "JR-C18") == ("2027-01-20", "2027-01-20")
    referral.do("ref_offset", at("2026-11-24 10:00"), letter_sent_on=None)
    missing = [{"no": "1", "returned": True}]
    when = {"trigger": "不起诉", "received_on": "2026-11-30"}
    refused = referral.do("ref_return_receive", at("2026-12-01 10:00"), status=422, items=missing, **when)
    assert refused["code"] == "JR-E19"
    referral.do("ref_return_receive", at("2026-12-01 11:00"), **when)
    assert referral.status() == "returned"
    referral.do("ref_return_decide", at("2026-12-02 10:00"))
    referral.do("ref_return_decide_approve", at("2026-12-02 11:00"))
    closed = {"closed_on": "2026-12-03"}
    assert referral.do("ref_close", at("2026-12-03 10:00"), status=422, **closed)["code"] == "JR-E20"
    reply = {"opinion_no": "检意〔2026〕9号", "replied_on": "2026-12-04"}
    referral.do("ref_opinion_reply", at("2026-12-04 10:00"), **reply)
    referral.do("ref_close", at("2026-12-04 11:00"), closed_on="2026-12-04")
    assert referral.status() == "closed"


def test_16_a_sentence_keeps_the_person_out_of_the_trade_for_five_years(referral_at):
    referral = referral_at("tracking")
    person = {**RESULT, "ban": None, "sentence_ends_on": "2027-03-01"}
    referral.do("ref_result", at("2026-11-20 10:00"), persons=[person])
    referral.do("ref_offset", at("2026-11-24 10:00"))
    (ban,) = referral.linked("occupational_ban")
    ban.do("ref_ban", at("2026-11-25 10:00"))
    assert (ban.case()["status"], due(ban, "JR-C19")) == ("in_force", ("2032-03-01", "2032-03-01"))
    referral.do("ref_close", at("2026-11-26 10:00"), closed_on="2026-11-26")
    assert ban.case()["state"] == "open"  # a ban outlives its referral
    rows = referral.office.get(LEGAL, "/registers/L-JR-6")["items"]
    assert [(row["cells"]["起"], row["cells"]["止"]) for row in rows] == [("2027-03-01", "2032-03-01")]
    ban.pass_time(at("2032-03-02 00:01"))
    assert (ban.case()["state"], ban.case()["status"]) == ("closed", "expired")


@pytest.mark.parametrize(("years", "status"), [(5, 422), (3, 200)])
def test_16_who_is_banned_cannot_be_named_in_those_years(referral_at, years, status):
    office = referral_at("office")
    kind = "法院从业禁止" if years == 3 else "受刑事处罚或者撤职的主要负责人"
    ban = {"kind": kind, "years": years, "starts_on": "2027-03-01"}
    office.begin("occupational_ban", "ref_ban", at("2026-12-01 10:00"), **ban)
    office.pass_time(at("2030-05-04 00:01"))
    referral = Referral.open(office.office, at("2030-05-05 10:00"), discovered_at="2030-05-05T09:00:00+08:00")
    referral.do("ref_team", at("2030-05-05 11:00"))
    appraisal = {"name": "评价报告", "organ": "甲所", "appraiser": "刘某", "qualified": True}
    said = {"verified_at": "2030-05-05T12:00:00+08:00", "appraisals": [appraisal]}
    answer = referral.do("ref_verify", at("2030-05-05 15:00"), status=status, **said)
    assert answer.get("code") == ("JR-E21" if status == 422 else None)


def test_16_a_ban_waits_for_the_end_of_the_sentence_and_may_last_for_life(referral_at):
    office = referral_at("office")
    ban = office.begin("occupational_ban", "ref_ban", at("2026-12-01 10:00"), starts_on=None, grave=True)
    assert ban.case()["status"] == "pending_start"
    ban.do("ref_ban_begin", at("2027-03-02 10:00"))
    begun = ban.case()["case_file"]["ref_ban_begin"]
    assert (ban.case()["status"], begun.get("ends_on")) == ("in_force", None)
    ban.act("ask_ban_lift", "ref_ban_lift", at("2028-01-10 10:00"))
    assert (ban.case()["state"], ban.case()["status"]) == ("closed", "lifted")


def test_17_a_disputed_grade_keeps_the_report_back_until_there_is_an_opinion(referral_at):
    referral = referral_at("team_set")
    referral.do("ref_verify", at("2026-06-05 16:30"), grade_disputed=True)
    assert referral.do("ref_report", at("2026-06-08 09:00"), status=422)["code"] == "JR-E24"
    opinion = {"hazard_opinion_by": "设区的市级以上安全生产监管部门", "hazard_opinion": ["a1"]}
    referral.do("ref_report", at("2026-06-08 09:00"), **opinion)
    assert referral.steps() == ["ref_legal_review"]


def test_18_eleven_drums_of_twelve_need_a_note_signed_by_two(referral_at):
    referral = referral_at("filed")
    said = {"items": [{**ITEM, "qty": 11}]}
    assert referral.do("ref_property", at("2026-06-17 10:30"), status=422, **said)["code"] == "JR-E14"
    signed = {"difference_note": "一桶途中泄漏", "difference_officers": ["zhang", "wang"]}
    referral.do("ref_property", at("2026-06-17 10:30"), **said, **signed)
    assert referral.status() == "property_done"


# What the page asks beside its scenarios.


def test_a_late_legal_review_does_not_hold_the_report_back(referral_at):
    referral = referral_at("reviewing")
    referral.pass_time(at("2026-06-09 23:58"))
    assert referral.steps() == ["ref_legal_review"]
    referral.pass_time(at("2026-06-10 00:01"))
    assert referral.steps() == ["ref_receive"]


def test_a_supplemented_report_keeps_the_day_of_its_receipt(referral_at):
    referral = referral_at("reported")
    back = {"decision": "退回补充", "reason": "补充现场照片"}
    referral.do("ref_decide", at("2026-06-09 10:00"), **back)
    referral.do("ref_report", at("2026-06-09 11:00"))
    referral.do("ref_legal_review", at("2026-06-09 12:00"))
    assert (referral.steps(), due(referral, "JR-C01")[0]) == (["ref_decide"], "2026-06-11")


def test_a_forwarded_case_is_decided_by_the_organ_that_took_it(referral_at):
    referral = referral_at("handed_over")
    referral.do("ref_police_receipt", at("2026-06-12 10:00"), **FORWARDED)
    referral.do("ref_forwarded", at("2026-06-12 11:30"))
    assert due(referral, "JR-C04") == ("2026-06-15", "2026-06-15")
    referral.do("ref_record_decision", at("2026-06-15 10:00"), **NOT_FILED)
    assert referral.status() == "not_filed"


def test_ninety_days_without_an_entry_ask_for_an_inquiry(referral_at):
    referral = referral_at("tracking")
    referral.pass_time(at("2026-09-17 00:01"))
    assert sorted(referral.steps()) == ["ref_chase", "ref_result"]
    referral.do("ref_chase", at("2026-09-17 10:00"), kind="查询函", sent_on="2026-09-17")
    assert due(referral, "JR-C13")[0] == "2026-12-16"


def test_a_closed_enterprise_gives_a_ban_and_nothing_else(referral_at):
    """What a hazard hands over after a closure: only the ban is registered."""
    office = referral_at("office").office
    carried = {"enterprise_name": "甲化工厂", "basis": "安全生产法第一百一十三条"}
    office.set(at("2026-09-02 10:00"))
    with store.writing() as session:
        case = cases.open_case(
            session,
            "judicial_referral",
            SYSTEM_ACTOR,
            at("2026-09-02 10:00"),
            relation="从业禁止",
            carried=carried,
            org="county1",
        )
        case_id = case.id
    referral = Referral(office, case_id, "judicial_referral")
    (ban,) = referral.linked("occupational_ban")
    assert (referral.status(), ban.steps()) == ("closed", ["ref_ban"])


def test_every_scenario_of_the_page_has_a_test_of_its_number():
    written = "".join(path.read_text() for path in (ROOT / "tests" / "processes").glob("test_referral_*.py"))
    assert {int(number) for number in re.findall(r"^def test_(\d+)_", written, re.M)} == set(range(1, 20))
