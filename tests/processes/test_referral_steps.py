"""The steps of a referral beside its main way: what comes back, what may be done at any time, what is filled in."""

from __future__ import annotations

import pytest

from tests.office import ROOT, at
from tests.processes.referral import PEOPLE, Referral
from tests.processes.referral_answers import ANSWERS
from tests.processes.stages import Move
from tests.processes.test_referral_states import NO_CRIME

BACK = {"decision": "退回", "reason": "理由不足"}
LEGAL = "legal_officer.county1"


@pytest.mark.parametrize(
    ("state", "moves", "step", "moment", "again"),
    [
        (
            "not_filed",
            [Move("ref_objection_choice", "2026-06-16 10:00")],
            "ref_objection_choice_approve",
            "2026-06-16 11:00",
            "ref_objection_choice",
        ),
        (
            "returned",
            [Move("ref_return_decide", "2026-06-26 10:00")],
            "ref_return_decide_approve",
            "2026-06-26 11:00",
            "ref_return_decide",
        ),
    ],
)
def test_what_is_sent_back_is_done_again(referral_at, state, moves, step, moment, again):
    referral = referral_at(state).lead(*moves)
    referral.do(step, at(moment), **BACK)
    assert referral.steps() == [again]


def test_a_clue_thought_harmless_may_be_sent_back(referral_at):
    referral = Referral.open(referral_at("office").office, at("2026-06-05 09:30"), **NO_CRIME)
    referral.do("ref_clue_approve", at("2026-06-05 10:00"), **BACK)
    assert referral.steps() == ["ref_clue"]


def test_the_legal_review_may_send_the_report_back(referral_at):
    referral = referral_at("reviewing")
    referral.do("ref_legal_review", at("2026-06-08 09:30"), opinion="退回补充", comments="缺现场照片")
    assert referral.steps() == ["ref_report"]


def test_who_wrote_the_report_does_not_review_it(referral_at):
    referral = referral_at("reporting")
    report = Move("ref_report", "2026-06-08 09:00")
    referral.lead(report)
    said = referral.office.post(
        "case_handler.county1", f"/tasks/{referral.task('ref_legal_review')['id']}/complete", {"data": {}}, 403
    )
    assert said["code"] == "E-COM-04"


def test_progress_may_be_entered_as_often_as_papers_come(referral_at):
    referral = referral_at("tracking")
    for day in ("2026-07-10", "2026-08-12"):
        said = {"happened_on": day, "received_on": day, "document_no": f"检诉〔{day}〕号"}
        referral.act("ask_tracking", "ref_tracking", at(f"{day} 10:00"), **said)
    assert (referral.status(), referral.steps()) == ("tracking", ["ref_result"])


def test_the_police_are_helped_beside_the_procedure(referral_at):
    referral = referral_at("tracking")
    referral.act("ask_assistance", "ref_assistance", at("2026-07-01 10:00"))
    assert sorted(referral.steps()) == ["ref_assistance_reply", "ref_result"]
    referral.do("ref_assistance_reply", at("2026-07-10 10:00"))
    assert referral.steps() == ["ref_result"]


def test_the_term_for_a_returned_case_is_extended_by_the_head(referral_at):
    referral = referral_at("returned")
    referral.act("ask_return_extension", "ref_return_extend", at("2026-07-01 10:00"))
    referral.do("ref_return_extend_approve", at("2026-07-01 15:00"), days=7)
    assert referral.clock("JR-C15")["due_on"] == "2026-07-15"
    assert referral.steps() == ["ref_return_decide"]


def test_a_returned_case_may_be_filed_anew(referral_at):
    """With the process not published here, the matter waits to be handed over."""
    referral = referral_at("returned")
    referral.do("ref_return_decide", at("2026-06-26 10:00"), decision="另行立案")
    referral.do("ref_return_decide_approve", at("2026-06-26 11:00"))
    (row,) = referral.case()["handoffs"]
    assert (row["process"], referral.steps()) == ("enforcement_case", ["ref_close"])


def test_a_second_opinion_does_not_wait_for_the_answer_to_the_first(referral_at):
    referral = referral_at("accepted")
    for number in ("1", "2"):
        said = {"kind": "其他", "received_on": "2026-06-12", "document_no": f"检意{number}"}
        referral.act("ask_opinion", "ref_procuratorate_opinion", at("2026-06-12 10:00"), **said)
    assert referral.steps().count("ref_opinion_reply") == 2


def test_the_paper_of_the_hand_over_bears_the_hash_of_its_package(referral_at):
    referral = referral_at("approved")
    referral.do("ref_handover", at("2026-06-11 15:00"), package="a1")
    assert len(referral.case()["case_file"]["ref_handover"]["package_hash"]) == 64


@pytest.mark.parametrize(
    ("state", "step", "field", "value"),
    [
        ("filed", "ref_property", "items", ["甲醇"]),
        ("tracking", "ref_result", "persons", ["刘某"]),
        ("supplementing", "ref_supplement", "supplied", ["送达回证原件"]),
        ("returning", "ref_return_receive", "items", ["1", "2"]),
    ],
)
def test_what_is_known_is_filled_in(referral_at, state, step, field, value):
    referral = referral_at(state)
    who = referral.who(step)
    rows = referral.office.get(who, f"/tasks/{referral.task(step, who)['id']}")["data"][field]
    assert [row.get("no") or row.get("item") or row["name"] for row in rows] == value


def test_every_step_is_somebodys_and_has_acceptable_answers():
    steps = {path.stem for folder in ANSWERS for path in (ROOT / "forms" / folder).glob("*.json")}
    handler = {"ref_clue", "ref_verify", "ref_report", "ref_handover", "ref_supplement", "ref_property"}
    handler |= {"ref_assistance_reply", "ref_return_decide", "ref_return_extend"}
    assert steps - set(PEOPLE) == handler
    assert set(PEOPLE) <= steps
