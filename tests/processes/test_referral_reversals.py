"""The last entry of a referral is taken back by a second person: it stands as if that had not been entered (§2.8)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine import model, store
from tests.office import at
from tests.pages import Person, offered
from tests.processes.referral import ASKED, NOT_FILED
from tests.processes.test_referral_states import WAYS

LEGAL, HEAD, HANDLER = (f"{role}.county1" for role in ("legal_officer", "agency_head", "case_handler"))
LATER = at("2026-06-15 15:00")


@pytest.fixture
def refused(referral_at):
    """A referral that the legal officer noted on Monday as not filed, where the police had filed it."""
    referral = referral_at("not_filed")
    referral.office.set(LATER)
    return referral


def reverse(referral, who=HEAD, status=200, **changes):
    body = {"seq": last(referral)["seq"], "reason": "通知书看错，公安机关已立案", **changes}
    return referral.office.post(who, f"/cases/{referral.id}/reverse", body, status)


def last(referral):
    """The last entry of a person that stands, as the API tells it."""
    said = referral.case()["submissions"]
    gone = {row["corrects"] for row in said if row["reverses"]}
    people = [row for row in said if not row["corrects"] and row["by"] != "system" and row["seq"] not in gone]
    return people[-1]


def standing(referral):
    """What a case is at a moment: its state, open steps, acts, answers, and its running clocks with their days."""
    case = referral.case()
    clocks = referral.office.get(LEGAL, f"/cases/{referral.id}/clocks")
    running = sorted((row["id"], row["due_on"]) for row in clocks if row["state"] in ("running", "paused", "expired"))
    acts = sorted(row["id"] for row in case["acts"])
    return case["status"], sorted(task["step"] for task in case["open_tasks"]), acts, case["case_file"], running


@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_the_state_table_can_be_gone_back(referral_at, way):
    start, moves, reached = WAYS[way]
    referral = referral_at(start).lead(*moves[:-1])
    move = moves[-1]
    referral.pass_time(at(move.moment))
    before = standing(referral)
    referral.lead(move)
    entry = last(referral)
    reverse(referral, HEAD if entry["by"] != HEAD else LEGAL)
    assert standing(referral) == before
    referral.lead(move)
    assert referral.status() == reached


def test_the_step_is_open_again_with_the_same_answers_as_a_draft(refused):
    entry = last(refused)
    reverse(refused)
    task = refused.office.get(LEGAL, f"/tasks/{refused.task('ref_record_decision')['id']}")
    assert task["data"] == entry["data"] and entry["data"]["reason"] == NOT_FILED["reason"]


def test_both_entries_stay_on_record(refused):
    entry = last(refused)
    row = reverse(refused)
    assert (row["corrects"], row["reverses"], row["by"], row["data"]) == (entry["seq"], True, HEAD, {})
    assert entry in refused.case()["submissions"]


def test_the_right_entry_then_leads_the_other_way(refused):
    reverse(refused)
    refused.do("ref_record_decision", LATER)
    assert (refused.status(), refused.clock("JR-C07")["due_on"]) == ("filed", "2026-06-18")


def test_the_limit_that_the_wrong_entry_started_is_gone(refused):
    reverse(refused)
    assert refused.clock("JR-C08")["state"] == "stopped"
    assert refused.clock("JR-C04")["state"] in ("running", "expired")


def test_what_fell_due_meanwhile_is_caught_up(referral_at):
    referral = referral_at("accepted")
    referral.do("ref_record_decision", at("2026-06-12 10:00"), notice_received_on="2026-06-12")
    referral.pass_time(at("2026-06-17 10:00"))
    reverse(referral)
    referral.pass_time(at("2026-06-17 10:01"))
    assert "ref_chase" in referral.steps()


def test_what_a_limit_opened_in_between_is_opened_again(referral_at):
    referral = referral_at("accepted")
    referral.do("ref_record_decision", at("2026-06-12 11:30"), **ASKED)
    referral.pass_time(at("2026-06-17 10:00"))
    assert "ref_chase" in referral.steps()
    reverse(referral)
    assert "ref_chase" in referral.steps()


def test_who_made_the_entry_does_not_take_it_back(refused):
    before = refused.rows()
    assert reverse(refused, LEGAL, 403)["code"] == "E-COM-06"
    assert refused.rows() == before


def test_a_member_of_the_team_does_not_take_it_back(refused):
    assert reverse(refused, HANDLER, 403)["code"] == "E-COM-04"


def test_another_county_does_not_learn_of_it(refused):
    assert reverse(refused, "legal_officer.county2", 404)["code"] == "E-COM-09"


def test_without_a_reason_nothing_is_taken_back(refused):
    assert reverse(refused, status=422, reason=" ")["code"] == "E-COM-08"


def test_only_the_last_entry_is_taken_back(refused):
    slip = next(row for row in refused.case()["submissions"] if row["step"] == "ref_police_receipt")
    assert reverse(refused, status=409, seq=slip["seq"])["code"] == "JR-E23"


def test_sent_twice_it_is_taken_back_once(refused):
    seq = last(refused)["seq"]
    reverse(refused)
    before = refused.rows()
    assert reverse(refused, status=409, seq=seq)["code"] == "JR-E23"
    assert refused.rows() == before


def test_entries_are_taken_back_one_after_the_other(refused):
    reverse(refused)
    reverse(refused)
    assert (refused.status(), refused.steps()) == ("handed_over", ["ref_police_receipt"])


def test_an_issued_paper_holds_the_entry_that_it_came_of(referral_at):
    referral = referral_at("approved")
    letters = referral.office.get(HANDLER, f"/cases/{referral.id}/documents")
    letter = next(row for row in letters if row["letter"] == "D-JR-04")
    referral.office.post(HANDLER, f"/documents/{letter['id']}/issue", {}, 200)
    assert "请先作废" in reverse(referral, LEGAL, 409)["detail"]


def test_the_drafts_of_the_entry_are_void_with_it(referral_at):
    referral = referral_at("approved")
    reverse(referral, LEGAL)
    letters = referral.office.get(HANDLER, f"/cases/{referral.id}/documents")
    assert {row["state"] for row in letters if row["step"] == "ref_decide"} == {"void"}


def test_a_matter_handed_on_holds_the_entry_that_it_came_of(referral_at):
    referral = referral_at("tracking")
    referral.do("ref_result", at("2026-11-20 10:00"))
    with store.writing() as session:
        row = session.get_one(model.Case, referral.id)
        kept = model.Handoff(id="h1", case_id=row.id, process="occupational_ban", relation="ban", key="k", carries={})
        kept.state, kept.by, kept.at = "waiting", "system", at("2026-11-20 10:00")
        session.add(kept)
    assert "不能冲回" in reverse(referral, status=409)["detail"]


def test_who_made_the_entry_is_told(refused):
    reverse(refused)
    with store.reading() as session:
        told = session.scalars(select(model.Notice.text).where(model.Notice.user_name == LEGAL)).all()
    assert any("登记已被冲回" in text for text in told)


def test_the_page_offers_it_to_the_second_person_alone(refused):
    link = f"/cases/{refused.id}/reverse/{last(refused)['seq']}"
    assert offered(refused.office.app, f"/cases/{refused.id}?tab=facts", link, LEGAL, HEAD) == [HEAD]


def test_the_page_says_what_will_be_undone_and_does_it(refused):
    page = Person(refused.office.app, HEAD).open(f"/cases/{refused.id}/reverse/{last(refused)['seq']}")
    assert "公安审查中" in page.text and "不立案处置意见" in page.text
    page.press("确认冲回", reason="通知书看错，公安机关已立案")
    assert refused.status() == "accepted"
