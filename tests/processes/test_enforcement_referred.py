"""Fines that wait for a referral of the same person for the same act, whichever case of the matter it came from."""

from __future__ import annotations

from typing import Any

import pytest

from engine import model, store
from tests.office import at
from tests.processes.enforcement import Case
from tests.processes.enforcement_desk import PERSONAL, PRINCIPAL, beside, to_personal_decision
from tests.processes.enforcement_review_answers import FIRM

HEAD = "agency_head.county1"


def from_a_hazard(case: Case) -> str:
    """Let the case have been handed over by a hazard; returns the hazard's id."""
    hazard = beside(case, "hazard_supervision", None)
    with store.writing() as session:
        session.get_one(model.Case, case.id).parent_id = hazard
    return hazard


def decided(case: Case, status: int = 200) -> dict[str, Any]:
    """Decide on a fine for the firm and one for its principal."""
    return case.do("ec_decide", at("2026-07-28 10:00"), HEAD, status, decided_on="2026-07-28", penalties=PERSONAL)


@pytest.fixture
def personal(enforcement_at) -> Case:
    """A fine on the principal beside that of the firm, ready to be decided."""
    return to_personal_decision(enforcement_at("reporting"))


def test_a_referral_from_the_hazard_holds_the_fine(personal):
    beside(personal, "judicial_referral", from_a_hazard(personal), persons_held=[PRINCIPAL])
    assert decided(personal, 422)["code"] == "EC-E30"


@pytest.mark.parametrize(("cause", "status"), [("SL102", 422), ("SL99", 200)])
def test_a_referral_from_a_sister_case_holds_the_fine_for_the_same_act_only(personal, cause, status):
    beside(personal, "enforcement_case", from_a_hazard(personal), persons_held=[PRINCIPAL], cause=cause)
    assert decided(personal, status).get("code") == ("EC-E30" if status == 422 else None)


def test_a_referral_of_another_person_holds_nothing(personal):
    beside(personal, "judicial_referral", from_a_hazard(personal), persons_held=["陈某"])
    decided(personal)


def test_a_referral_of_another_matter_holds_nothing(personal):
    from_a_hazard(personal)
    beside(personal, "judicial_referral", beside(personal, "hazard_supervision", None), persons_held=[PRINCIPAL])
    decided(personal)


def test_no_small_fine_on_the_spot_goes_around_the_hold(enforcement_at):
    case = Case.open(enforcement_at("office").office, at("2026-07-03 10:00"), handling="适用简易程序")
    beside(case, "judicial_referral", case.id, persons_held=[PRINCIPAL])
    (simple,) = case.linked("enforcement_simple")
    person = {"party_kind": "个人", "enterprise_name": None, "uscc": None, "person_name": PRINCIPAL}
    simple.do("es_show_id", at("2026-07-03 11:00"), **person)
    simple.do("es_hear", at("2026-07-03 11:10"))
    assert simple.do("es_decide", at("2026-07-03 11:20"), status=422, amount="200.00")["code"] == "EC-E30"


def test_a_small_fine_on_a_referred_firm_is_held_as_well(enforcement_at):
    case = Case.open(enforcement_at("office").office, at("2026-07-03 10:00"), handling="适用简易程序")
    beside(case, "judicial_referral", case.id, persons_held=[FIRM])
    (simple,) = case.linked("enforcement_simple")
    simple.do("es_show_id", at("2026-07-03 11:00"))
    simple.do("es_hear", at("2026-07-03 11:10"))
    assert simple.do("es_decide", at("2026-07-03 11:20"), status=422)["code"] == "EC-E30"
