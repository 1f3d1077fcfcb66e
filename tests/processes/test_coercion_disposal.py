"""What becomes of sealed goods: the time of an appraisal, the decision on the case, the way to the police."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine import model, store
from tests.office import at, deploy
from tests.processes import measures
from tests.processes.enforcement import Case
from tests.processes.enforcement_desk import fine, to_decision
from tests.processes.hazard_answers import OFFICERS, PDF
from tests.processes.referral import Referral
from tests.processes.referral_answers import ITEM
from tests.processes.stages import Move
from tests.processes.test_referral_and_penalty import APPROVED
from tests.processes.test_referral_carried import KETTLE

GOODS = {"subject": "单位", "name": "甲化工厂", "kind": "没收非法财物", "amount": "3000.00"}
DECIDED = {"decided_on": "2026-07-28"}
ENDED = {"complied_at": "2026-07-28T15:00:00+08:00", "facts": "案件已作出决定", "ground": "案件已作出决定"}
LIFT = {"lifted_at": "2026-07-28T16:00:00+08:00", "reason": "案件已作出决定"}


@pytest.fixture
def case(enforcement_at) -> Case:
    return enforcement_at("reporting")


@pytest.fixture
def seal(case) -> Case:
    """A sealing in force since 9 July."""
    return measures.sealed(case, at("2026-07-09 10:00"))


def disposing(case: Case, seal: Case, *penalties: dict[str, str]) -> Case:
    """The sealing of a case that was decided on, its goods about to be disposed of."""
    to_decision(case, list(penalties) or [fine("20000")])
    head = "agency_head.county1" if case.case()["case_file"].get("ec_collective") else ""
    case.do("ec_decide", at("2026-07-28 10:00"), head, **DECIDED, penalties=list(penalties) or [fine("20000")])
    seal.do("coercion_comply", at("2026-07-28 15:30"), **ENDED)
    return seal


def end(seal: Case) -> tuple[str, str]:
    shown = seal.case()
    return shown["state"], shown["status"]


# The time of an appraisal is not counted (AEL 25).


def appraise(case: Case, seal: Case, moment: str = "2026-07-10 10:00", **changes) -> None:
    said = {"coercion_no": seal.case()["number"], "period_from": "2026-07-10", "period_to": "2026-07-19", **changes}
    case.act("ask_appraise", "ec_appraise", at(moment), **said)


def test_an_appraisal_moves_the_end_of_the_sealing_by_its_days(case, seal):
    assert seal.clock("HZ-C15")["due_on"] == "2026-08-08"
    appraise(case, seal)
    assert seal.clock("HZ-C15")["due_on"] == "2026-08-18"


def test_the_result_of_an_appraisal_is_registered_without_counting_its_days_again(case, seal):
    appraise(case, seal)
    appraise(case, seal, "2026-07-20 10:00", result="不合格", result_on="2026-07-20")
    assert seal.clock("HZ-C15")["due_on"] == "2026-08-18"


def test_an_appraisal_that_takes_longer_adds_only_the_further_days(case, seal):
    appraise(case, seal)
    appraise(case, seal, "2026-07-19 10:00", period_to="2026-07-24")
    assert seal.clock("HZ-C15")["due_on"] == "2026-08-23"


def test_the_days_before_the_sealing_are_not_counted(case, seal):
    appraise(case, seal, period_from="2026-07-05", period_to="2026-07-13")
    assert seal.clock("HZ-C15")["due_on"] == "2026-08-13"


# After the decision the goods must be disposed of (AEL 27, 28).


def test_with_the_decision_the_handlers_are_told_of_the_sealing(case, seal):
    to_decision(case, [fine("20000")])
    case.do("ec_decide", at("2026-07-28 10:00"), **DECIDED)
    with store.reading() as session:
        told = session.scalars(select(model.Notice.text).where(model.Notice.user_name == "case_handler.county1")).all()
    assert any(seal.case()["number"] in text and "没收、销毁、移送或者解除" in text for text in told)


def test_without_a_sealing_nobody_is_told(case):
    to_decision(case, [fine("20000")])
    case.do("ec_decide", at("2026-07-28 10:00"), **DECIDED)
    with store.reading() as session:
        assert not [text for text in session.scalars(select(model.Notice.text)) if "查封扣押" in text]


def test_goods_are_confiscated_by_the_decision_that_says_so(case, seal):
    disposing(case, seal, fine("20000"), GOODS)
    seal.do("coercion_lift", at("2026-07-28 16:30"), **LIFT, disposal="没收", decision_no="东应急罚〔2026〕1号")
    assert (end(seal), seal.clock("HZ-C15")["state"]) == (("closed", "disposed"), "met")


def test_without_such_a_decision_nothing_is_confiscated(case, seal):
    disposing(case, seal)
    said = {**LIFT, "disposal": "没收", "decision_no": "东应急罚〔2026〕1号"}
    assert seal.do("coercion_lift", at("2026-07-28 16:30"), status=422, **said)["code"] == "HZ-E54"


DESTROYED = {"destroy_basis": "《危险化学品安全管理条例》", "destroy_officers": OFFICERS, "destroy_record": PDF}
HANDED = {"receiver": "东山区公安局 周某", "party_told_on": "2026-07-28", "transfer_list": PDF}


@pytest.mark.parametrize(("disposal", "said"), [("销毁", DESTROYED), ("移送", HANDED)])
def test_goods_are_destroyed_or_handed_over_with_what_it_takes(case, seal, disposal, said):
    disposing(case, seal)
    problem = seal.do("coercion_lift", at("2026-07-28 16:30"), status=422, **LIFT, disposal=disposal)
    assert set(problem["fields"]) == set(said)
    seal.do("coercion_lift", at("2026-07-28 16:30"), **LIFT, **said, disposal=disposal)
    assert end(seal) == ("closed", "disposed")


def test_what_is_given_back_is_lifted_as_before(case, seal):
    disposing(case, seal)
    seal.do("coercion_lift", at("2026-07-28 16:30"), **LIFT, returned_all=True)
    assert end(seal) == ("closed", "lifted")


# With the case to the police.

DAY = "2026-07-22T15:00:00+08:00"
FILED = [
    Move("ref_handover", "2026-07-22 15:30", {"handed_at": DAY, "copy_to_procuratorate_at": DAY}),
    Move("ref_police_receipt", "2026-07-22 16:00", {"accepted_at": DAY}),
    Move("ref_record_decision", "2026-07-27 10:00", {"decided_on": "2026-07-24", "notice_received_on": "2026-07-27"}),
]
LISTED = {"verified_at": "2026-07-20T15:00:00+08:00", "property": [KETTLE]}
HANDED_ON = {**ITEM, "name": KETTLE["name"], "listed_qty": 1, "qty": 1}
GIVEN = {"handed_at": "2026-07-28T10:00:00+08:00", "party_told_on": "2026-07-28", "items": [HANDED_ON]}


@pytest.fixture
def filed(case, seal) -> Referral:
    """A referral of the same case that the police have filed."""
    with store.writing() as session:
        deploy(session, "judicial_referral")
    said = {
        "discovered_at": "2026-07-20T10:00:00+08:00",
        "persons": [{"name": "刘某", "suspected_crime": "危险作业罪"}],
    }
    above = Referral(case.office, case.id, "enforcement_case")
    return above.begin("judicial_referral", "ref_clue", at("2026-07-20 10:30"), **said).lead(
        APPROVED[0], Move("ref_verify", "2026-07-20 16:00", LISTED), *APPROVED[2:], *FILED
    )


def test_with_the_goods_handed_to_the_police_the_sealing_clock_stops(seal, filed):
    filed.do("ref_property", at("2026-07-28 10:30"), **GIVEN, coercion_no=seal.case()["number"])
    clock, said = seal.clock("HZ-C15"), seal.case()["case_file"]["coercion_lift"]
    assert (clock["state"], said["disposal"], said["receiver"]) == ("met", "移送", "周某")


def test_the_handler_ends_the_sealing_that_went_to_the_police(seal, filed):
    filed.do("ref_property", at("2026-07-28 10:30"), **GIVEN, coercion_no=seal.case()["number"])
    seal.do("coercion_comply", at("2026-07-28 15:30"), **{**ENDED, "ground": "随案移送"})
    seal.do("coercion_lift", at("2026-07-28 16:30"), **LIFT, **HANDED, disposal="移送")
    assert end(seal) == ("closed", "disposed")


def test_the_number_of_the_referral_is_not_told_to_the_sealing(seal, filed):
    filed.do("ref_property", at("2026-07-28 10:30"), **GIVEN, coercion_no=seal.case()["number"])
    shown = str([seal.office.get(seal.watcher, f"/cases/{seal.id}{rest}") for rest in ("", "/history")])
    assert filed.case()["number"] not in shown


def test_a_sealing_of_another_matter_does_not_go_with_the_goods(seal, filed):
    problem = filed.do("ref_property", at("2026-07-28 10:30"), status=422, **GIVEN, coercion_no="QZ-370202-2026-9999")
    assert problem["code"] == "JR-E29"
