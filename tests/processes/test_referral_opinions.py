"""What comes in beside the main way: opinions, extensions, requests for help, late copies; and whom a chase goes to."""

from __future__ import annotations

import pytest

from tests.office import at
from tests.processes.referral import Referral
from tests.processes.stages import Move

LEGAL = "legal_officer.county1"
PROCURATORATE, POLICE = "东山区人民检察院", "东山区公安局"


def opinion(referral, number, day="2026-06-20"):
    said = {"kind": "行政处罚", "received_on": day, "document_no": number}
    referral.act("ask_opinion", "ref_procuratorate_opinion", at(f"{day} 10:00"), **said)


def draft(referral, step):
    """What the form of a step opens with."""
    return referral.office.get(LEGAL, f"/tasks/{referral.task(step)['id']}")["data"]


def clocks(referral, rule):
    rows = referral.office.get(LEGAL, f"/cases/{referral.id}/clocks")
    return [row for row in rows if row["id"] == rule]


def test_each_reply_opens_with_the_opinion_that_still_waits(referral_at):
    referral = referral_at("accepted")
    opinion(referral, "检意1")
    opinion(referral, "检意2")
    assert draft(referral, "ref_opinion_reply")["opinion_no"] == "检意1"
    referral.do("ref_opinion_reply", at("2026-06-22 10:00"), opinion_no="检意1", replied_on="2026-06-22")
    fresh = draft(referral, "ref_opinion_reply")
    assert (fresh["opinion_no"], fresh.get("content")) == ("检意2", None)


def test_two_opinions_run_two_terms_and_each_ends_with_its_own_answer(referral_at):
    referral = referral_at("accepted")
    opinion(referral, "检意1")
    opinion(referral, "检意2", "2026-06-23")
    assert [row["due_on"] for row in clocks(referral, "JR-C18")] == ["2026-08-20", "2026-08-23"]
    referral.do("ref_opinion_reply", at("2026-06-24 10:00"), opinion_no="检意2", replied_on="2026-06-24")
    assert [row["state"] for row in clocks(referral, "JR-C18")] == ["running", "met"]
    assert referral.task("ref_opinion_reply")["due_at"] == "2026-08-20T23:59:59+08:00"


def test_the_police_may_agree_in_writing_to_a_later_supplement(referral_at):
    referral = referral_at("supplementing")
    referral.act("ask_addition", "ref_addition", at("2026-06-13 10:00"))
    clock = referral.clock("JR-C05")
    assert clock["due_on"] == "2026-06-18" and "公安机关书面同意延长" in str(clock["explanation"])


def test_the_procuratorate_may_agree_in_writing_to_a_later_answer(referral_at):
    referral = referral_at("accepted")
    opinion(referral, "检意1")
    said = {"matter": "检察机关同意延长回复", "opinion_no": "检意1", "extended_to": "2026-09-20"}
    referral.act("ask_addition", "ref_addition", at("2026-08-01 10:00"), **said, received_on="2026-08-01")
    assert referral.clock("JR-C18")["due_on"] == "2026-09-20"


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"scan": None}, "JR-E01"),
        ({"extended_to": "2026-06-14"}, "E-COM-12"),
        ({"matter": "检察机关同意延长回复", "opinion_no": "没有登记的"}, "E-COM-23"),
        ({"matter": "补送检察机关抄送", "procuratorate": "甲", "copied_at": "2026-06-12T10:00:00+08:00"}, "E-COM-23"),
    ],
)
def test_an_extension_needs_its_paper_and_something_to_extend(referral_at, answers, code):
    referral = referral_at("supplementing")
    before = referral.rows()
    said = referral.act("ask_addition", "ref_addition", at("2026-06-13 10:00"), status=422, **answers)
    assert said["code"] == code and referral.rows() == before


def test_a_missing_copy_does_not_keep_the_receipt_out_and_may_be_cured_at_any_time(referral_at):
    referral = referral_at("approved")
    given = {"copy_to_procuratorate_at": None, "_override": {"JR-E12": "窗口已下班"}}
    referral.lead(Move("ref_handover", "2026-06-11 15:00", given), Move("ref_police_receipt", "2026-06-11 15:30"))
    assert (referral.status(), referral.clock("JR-C03-2")["state"]) == ("accepted", "running")
    sent = {"matter": "补送检察机关抄送", "procuratorate": PROCURATORATE, "copied_at": "2026-06-12T09:00:00+08:00"}
    referral.act("ask_addition", "ref_addition", at("2026-06-12 10:00"), **sent)
    assert referral.clock("JR-C03-2")["state"] == "met"


def test_a_request_of_the_police_runs_to_the_day_they_ask_for(referral_at):
    referral = referral_at("tracking")
    referral.act("ask_assistance", "ref_assistance", at("2026-07-01 10:00"))
    assert referral.clock("JR-C13-2")["due_on"] == "2026-07-15"
    referral.do("ref_assistance_reply", at("2026-07-10 10:00"))
    assert referral.clock("JR-C13-2")["state"] == "met"


def test_the_final_result_says_what_becomes_of_an_unanswered_request(referral_at):
    """The request ends with the procedure, but not unseen."""
    referral = referral_at("tracking")
    referral.act("ask_assistance", "ref_assistance", at("2026-07-01 10:00"))
    refused = referral.do("ref_result", at("2026-11-20 10:00"), status=422)
    assert refused["fields"] == {"assistance_settled": "E-COM-01"}
    referral.do("ref_result", at("2026-11-20 10:00"), assistance_settled="公安机关已另行取得鉴定意见，不再答复")
    assert "ref_assistance_reply" not in referral.steps() and referral.clock("JR-C13-2")["state"] == "stopped"


def test_a_decision_not_yet_told_in_writing_is_chased_and_then_entered(referral_at):
    """已决定待书面通知: the examination has ended, the written notice is owed within three days."""
    referral = referral_at("accepted")
    referral.do("ref_record_decision", at("2026-06-12 16:00"), decision="已决定待书面通知", notice_received_on=None)
    clock = referral.clock("JR-C06b")
    assert (referral.status(), referral.clock("JR-C04")["state"]) == ("accepted", "met")
    assert (clock["due_on"], referral.steps()) == ("2026-06-15", ["ref_record_decision"])
    referral.pass_time(at("2026-06-16 00:01"))
    assert "ref_chase" in referral.steps()
    referral.do("ref_record_decision", at("2026-06-17 10:00"), notice_received_on="2026-06-16")
    assert (referral.status(), referral.clock("JR-C06b")["state"]) == ("filed", "late")


def supervised(referral, result, day):
    said = {"result": result, "received_on": day, "police_received_on": day, "document_no": f"检监{day}"}
    referral.do("ref_record_supervision", at(f"{day} 10:00"), **said)
    return referral


def test_police_who_give_no_reasons_are_chased(referral_at):
    referral = supervised(referral_at("supervision"), "要求公安说明理由", "2026-06-29")
    referral.pass_time(at("2026-07-07 00:01"))
    told = draft(referral, "ref_chase")
    assert (told["kind"], told["to_organ"]) == ("催办函", POLICE) and "说明不立案理由的期限于2026-07-06届满" in told[
        "content"
    ]


def test_police_who_do_not_file_as_told_are_reported_to_the_procuratorate(referral_at):
    referral = supervised(referral_at("supervision"), "通知公安立案", "2026-07-10")
    referral.pass_time(at("2026-07-28 00:01"))
    told = draft(referral, "ref_chase")
    assert (told["kind"], told["to_organ"]) == ("报告检察机关", PROCURATORATE)
    assert "通知立案的期限于2026-07-25届满" in told["content"] and told["content"].endswith("请依法监督。")


def test_police_silent_after_a_reminder_are_reported_too(referral_at):
    referral = referral_at("accepted")
    referral.pass_time(at("2026-06-16 00:01"))
    assert draft(referral, "ref_chase")["kind"] == "催办函"
    referral.do("ref_chase", at("2026-06-16 10:00"))
    referral.office.post(LEGAL, f"/cases/{referral.id}/acts/ask_chase", {}, 200)
    told = draft(referral, "ref_chase")
    assert (told["kind"], told["to_organ"]) == ("报告检察机关", PROCURATORATE)


@pytest.mark.parametrize(
    ("persons", "changes", "status"),
    [
        ([{"name": "刘某"}], {}, 422),
        ([{"name": "刘某"}], {"separate_facts": "另一处储罐区，不是同一事实"}, 200),
        ([{"name": "钱某"}], {}, 200),
        ([{"name": "刘某", "id_no": "370202197001010011"}], {}, 422),
    ],
    ids=["same name", "separate facts", "somebody else", "the other has no number"],
)
def test_who_is_referred_already_is_found_by_name_without_an_enterprise(referral_at, persons, changes, status):
    office = referral_at("team_set").office
    assert clue(office, persons, status, **changes) == (None if status == 200 else "JR-E03")


@pytest.mark.parametrize(
    ("name", "number", "status"),
    [("刘某", "370202198505050055", 200), ("刘某某", "370202197001010011", 422), ("刘某", None, 422)],
    ids=["a namesake", "another spelling", "no number"],
)
def test_a_number_tells_namesakes_apart(referral_at, name, number, status):
    office = referral_at("office").office
    clue(office, [{"name": "刘某", "id_no": "370202197001010011"}], 200)
    assert clue(office, [{"name": name, "id_no": number}], status) == (None if status == 200 else "JR-E03")


def clue(office, persons, status, **changes):
    """Register a clue about some people who belong to no enterprise; return the code of its refusal."""
    fresh = Referral(office, "", "").ask("judicial_referral", at("2026-06-05 12:00"), "case_handler.county1")
    people = [{**person, "suspected_crime": "危险作业罪"} for person in persons]
    said = {"enterprise_name": None, "uscc": None, "persons": people, **changes}
    return fresh.do("ref_clue", at("2026-06-05 12:00"), status=status, **said).get("code")
