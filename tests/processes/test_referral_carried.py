"""What a referral takes along from its case (§5): orders with their service, evidence with hashes, seizures, fines."""

from __future__ import annotations

import pytest

from engine import cases, store
from tests.office import at, deploy, who
from tests.pages import Person
from tests.processes import measures
from tests.processes.enforcement import Case
from tests.processes.enforcement_desk import PRINCIPAL, fine, to_decision
from tests.processes.enforcement_review_answers import FIRM
from tests.processes.hazard import Driver
from tests.processes.referral import Referral
from tests.processes.test_referral_and_penalty import referred as approved
from tests.processes.test_watch_family import REFUSING

HANDLER, LEGAL = "case_handler.county1", "legal_officer.county1"
DAY = "2026-07-20T{}:00+08:00"
CLUE = {"discovered_at": DAY.format("10:00"), "persons": [{"name": PRINCIPAL, "suspected_crime": "危险作业罪"}]}
KETTLE = {"name": "反应釜", "qty": 1}


def seal(case: Case, moment: str) -> None:
    """Seal a kettle of the enterprise."""
    measures.sealed(Driver(case.office, case.id, "enforcement_case"), at(moment))


@pytest.fixture
def reporting(enforcement_at) -> Case:
    case = enforcement_at("reporting")
    with store.writing() as session:
        deploy(session, "judicial_referral")
    case.begin("correction_order", "ec_order_correct", at("2026-07-09 10:00"), file=["a1"])
    seal(case, "2026-07-10 10:00")
    return case


def referred(case: Case, moment: str = "2026-07-20 10:30") -> Referral:
    """Refer the principal by hand, as far as the verification."""
    above = Referral(case.office, case.id, "enforcement_case")
    referral = above.begin("judicial_referral", "ref_clue", at(moment), **CLUE)
    referral.do("ref_team", at(moment))
    return referral


def offered(referral: Referral, step: str) -> dict:
    """What the form of an open step opens with."""
    return referral.office.get(referral.watcher, f"/tasks/{referral.task(step, referral.watcher)['id']}")["data"]


def test_what_the_case_holds_is_carried(reporting):
    carried = referred(reporting).case()["case_file"]["carried"]
    assert [row["kind"] for row in carried["orders"]] == ["责令限期改正", "查封"]
    assert (carried["orders"][0]["served_at"] is None, carried["orders"][0]["proof"]) == (False, True)
    assert [row["name"] for row in carried["evidence"]] == ["询问笔录"]
    assert [(row["name"], row["seized_qty"]) for row in carried["property"]] == [("反应釜", 1)]


def test_a_file_among_the_evidence_is_carried_with_its_hash(reporting):
    with store.reading() as session:
        case = cases.get(session, reporting.id, who(HANDLER))
        (said,) = [
            row.data for row in cases.submissions_of(session, case, who(HANDLER)) if row.step == "ec_investigate"
        ]
    told = {**said["evidence"][0], "name": "监控录像", "file": "a1"}
    reporting.act("ask_investigate", "ec_investigate", at("2026-07-11 10:00"), evidence=[told])
    carried = referred(reporting).case()["case_file"]["carried"]["evidence"]
    assert [(row["name"], len(row["hash"] or "")) for row in carried] == [("询问笔录", 0), ("监控录像", 64)]


def test_the_verification_opens_with_what_was_carried(reporting):
    data = offered(referred(reporting), "ref_verify")
    assert [row["kind"] for row in data["orders"]] == ["责令限期改正", "查封"]
    assert (data["evidence"][0]["type"], data["evidence"][0]["source"]) == ("当事人陈述", "刘某")
    assert data["property"][0]["seized_qty"] == 1 and data["property"][0].get("qty") is None


def test_the_page_shows_what_was_carried_under_the_titles_of_the_form(reporting):
    page = Person(reporting.office.app, LEGAL).open(f"/cases/{referred(reporting).id}?tab=facts").text
    assert "已作出的决定和送达" in page and "清单数量" in page and "seized_qty" not in page


def test_a_seizure_after_the_clue_is_offered_as_well(enforcement_at):
    case = enforcement_at("reporting")
    with store.writing() as session:
        deploy(session, "judicial_referral")
    referral = referred(case)
    seal(case, "2026-07-22 10:00")
    assert [row["name"] for row in offered(referral, "ref_verify")["property"]] == ["反应釜"]


@pytest.mark.parametrize(
    ("items", "status"),
    [([KETTLE], 200), ([{**KETTLE, "qty": 2}], 422), ([{"name": "甲醇", "qty": 1}], 422), ([], 422)],
    ids=["as listed", "another number", "something else", "nothing"],
)
def test_the_goods_are_held_against_the_list_of_the_seizure(reporting, items, status):
    """JR-E06: against the list itself, whatever number the officer copies from it."""
    said = {"verified_at": DAY.format("15:00"), "property": items}
    answer = referred(reporting).do("ref_verify", at("2026-07-20 16:00"), status=status, **said)
    assert answer.get("code") == (None if status == 200 else "JR-E06")


def test_a_seizure_that_was_lifted_is_held_against_nothing(reporting):
    (measure,) = Driver(reporting.office, reporting.id, "enforcement_case").linked("coercion")
    measure.do("coercion_comply", at("2026-07-14 10:00"), complied_at="2026-07-14T09:00:00+08:00")
    measure.do("coercion_lift", at("2026-07-15 10:00"), lifted_at="2026-07-15T10:00:00+08:00", returned_all=True)
    referral = referred(reporting)
    referral.do("ref_verify", at("2026-07-20 16:00"), verified_at=DAY.format("15:00"), property=[])
    assert referral.steps() == ["ref_report"]


def test_the_hand_over_opens_with_the_fines_that_were_decided(enforcement_at):
    """Decided after the clue and before the hand-over: what stands in the case then is offered."""
    case = enforcement_at("reporting")
    with store.writing() as session:
        deploy(session, "judicial_referral")
    referral = approved(case, PRINCIPAL)
    to_decision(case, [fine("20000")])
    case.do("ec_decide", at("2026-07-28 10:00"), "agency_head.county1", decided_on="2026-07-28")
    (row,) = offered(referral, "ref_handover")["penalties"]
    assert (row["name"], row["fine"], row["paid"]) == (FIRM, "20000.00", "0.00")


def test_a_hazard_hands_over_its_order_with_the_day_it_was_served(hazard_at):
    hazard = hazard_at("rectifying")
    with store.writing() as session:
        deploy(session, "judicial_referral")
    said = {**REFUSING, "real_danger": False, "real_danger_basis": None}
    hazard.act("ask_check", "hz_onsite_check", at("2026-05-12 10:00"), **said)
    clue = {**CLUE, "discovered_at": "2026-05-12T11:00:00+08:00"}
    above = Referral(hazard.office, hazard.id, "hazard_supervision")
    referral = above.begin("judicial_referral", "ref_clue", at("2026-05-12 12:00"), **clue)
    (order,) = referral.case()["case_file"]["carried"]["orders"]
    assert (order["number"], order["served_at"][:10]) == ("东应急现决〔2026〕5号", "2026-05-06")
