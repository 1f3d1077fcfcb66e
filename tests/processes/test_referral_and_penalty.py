"""A penalty case and the referral it opened, side by side: what waits, what goes on, what is never put in its place."""

from __future__ import annotations

import pytest

from engine import referrals, store
from tests.office import at, publish, who
from tests.pages import Person
from tests.processes.enforcement import Case
from tests.processes.enforcement_desk import PERSONAL, PRINCIPAL, to_decision, to_personal_decision
from tests.processes.referral import Referral
from tests.processes.stages import Move

HEAD, LEGAL = "agency_head.county1", "legal_officer.county1"
FIRM_FINE, _ = PERSONAL
ON = {"decided_on": "2026-07-28"}
APPROVED = [
    Move("ref_team", "2026-07-20 11:00"),
    Move("ref_verify", "2026-07-20 16:00", {"verified_at": "2026-07-20T15:00:00+08:00"}),
    Move("ref_report", "2026-07-21 09:00"),
    Move("ref_legal_review", "2026-07-21 10:00"),
    Move("ref_receive", "2026-07-21 11:00", {"received_at": "2026-07-21T11:00:00+08:00"}),
    Move("ref_decide", "2026-07-22 10:00"),
]


@pytest.fixture
def reporting(enforcement_at) -> Case:
    case = enforcement_at("reporting")
    publish("judicial_referral")
    return case


def referred(case: Case, person: str) -> Referral:
    """Refer somebody of the case to the police, as far as the approval of the head."""
    above = Referral(case.office, case.id, "enforcement_case")
    said = {
        "discovered_at": "2026-07-20T10:00:00+08:00",
        "persons": [{"name": person, "suspected_crime": "危险作业罪"}],
    }
    return above.begin("judicial_referral", "ref_clue", at("2026-07-20 10:30"), **said).lead(*APPROVED)


def test_13_the_firm_is_fined_while_its_manager_is_with_the_police(reporting):
    """One accident, two subjects: the fine on the manager for the same act waits, that on the firm does not."""
    referral = referred(reporting, PRINCIPAL)
    case = to_personal_decision(reporting)
    assert case.do("ec_decide", at("2026-07-28 10:00"), HEAD, 422, **ON, penalties=PERSONAL)["code"] == "EC-E30"
    case.do("ec_decide", at("2026-07-28 11:00"), HEAD, **ON, penalties=[FIRM_FINE], change_reason="个人部分已移送公安")
    assert (case.steps(), referral.status()) == (["ec_serve"], "approved")


def test_13_somebody_else_is_fined(reporting):
    referred(reporting, "陈某")
    case = to_personal_decision(reporting)
    case.do("ec_decide", at("2026-07-28 10:00"), HEAD, **ON, penalties=PERSONAL)
    assert case.case()["case_file"]["ec_decide"]["fine_total"] == "90000.00"


def test_19_no_penalty_takes_the_place_of_a_referral(reporting):
    """The screen hits R5 and nothing is referred: no decision, and the check of the summary stays at nought."""
    suspicion = {"criminal_facts": ["未经批准或者许可擅自从事高度危险的生产作业活动"], "real_danger": True}
    case = to_decision(reporting, [FIRM_FINE], **suspicion)
    case.refused("EC-E63", "ec_decide", "2026-07-28 10:00", **ON)
    with store.reading() as session:
        assert referrals.summary(session, who(LEGAL), at("2026-12-31 10:00"), 2026).substituted == []


def test_beside_its_case_a_referral_shows_its_state_alone(reporting):
    """Whoever handles the penalty and is not on the team learns where the referral stands, and no more."""
    referral, other = referred(reporting, PRINCIPAL), "case_handler2.county1"
    number, above = referral.case()["number"], f"/cases/{reporting.id}"
    told = [reporting.office.get(other, above + rest) for rest in ("", "/history", "/documents", "/watch", "/volume")]
    told += [reporting.office.get(other, f"/registers/{register}") for register in ("L-EC-1", "L-EC-4")]
    told += [Person(reporting.office.app, other).open(above + tab).text for tab in ("", "?tab=facts", "?tab=ledger")]
    assert not any(number in str(one) for one in told)
    (row,) = reporting.office.get(other, "/registers/L-EC-1")["items"]
    assert row["cells"]["关联移送"] == "已批准待移送"
    assert told[0]["linked_labels"] == [{"title": "涉嫌犯罪案件移送", "status": "已批准待移送"}]
