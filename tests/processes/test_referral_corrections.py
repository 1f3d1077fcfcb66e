"""What a referral's record says wrongly is put right by a second person, with a reason; the first entry stays."""

from __future__ import annotations

import pytest

from tests.office import at
from tests.pages import offered

LEGAL, HEAD, HANDLER = (f"{role}.county1" for role in ("legal_officer", "agency_head", "case_handler"))
SLIP = {"step": "ref_police_receipt", "reason": "回执日期抄错", "data": {"accepted_at": "2026-06-11T15:20:00+08:00"}}


@pytest.fixture
def referral(referral_at):
    case = referral_at("accepted")
    case.office.set(at("2026-06-11 16:00"))
    return case


def correct(referral, who, status, **changes):
    return referral.office.post(who, f"/cases/{referral.id}/correct", {**SLIP, **changes}, status)


def test_who_made_the_entry_does_not_correct_it(referral):
    before = referral.rows()
    said = correct(referral, LEGAL, 403)
    assert (said["code"], "第二人" in said["detail"]) == ("E-COM-06", True)
    assert referral.rows() == before


def test_a_member_of_the_team_does_not_correct_it_either(referral):
    assert correct(referral, HANDLER, 403)["code"] == "E-COM-04"


def test_a_second_person_reverses_it_with_a_reason(referral):
    row = correct(referral, HEAD, 200)
    first = next(one for one in referral.case()["submissions"] if one["seq"] == row["corrects"])
    assert (row["by"], row["reason"], first["by"]) == (HEAD, "回执日期抄错", LEGAL)
    assert referral.clock("JR-C04")["started_at"] == "2026-06-11T15:20:00+08:00"


def test_without_a_reason_nothing_is_corrected(referral):
    assert correct(referral, HEAD, 422, reason=" ")["code"] == "E-COM-08"


def test_the_corrected_entry_must_still_hold(referral):
    early = {"accepted_at": "2026-06-11T14:00:00+08:00"}
    assert correct(referral, HEAD, 422, data=early)["code"] == "E-COM-12"


def test_what_would_have_led_elsewhere_is_taken_back_not_corrected(referral):
    other = {"result": "拒收", "accepted_at": None}
    before = referral.rows()
    assert correct(referral, HEAD, 422, data=other)["code"] == "JR-E23"
    assert referral.rows() == before


def test_the_page_offers_it_to_the_second_person_alone(referral):
    link = f"/cases/{referral.id}/correct/ref_police_receipt"
    assert offered(referral.office.app, f"/cases/{referral.id}?tab=facts", link, LEGAL, HEAD) == [HEAD]
