"""A fine on the spot that nobody pays: urging, the court, and the end of its execution."""

from __future__ import annotations

from typing import Any

import pytest

from tests.office import at
from tests.processes.execution import Penalty
from tests.processes.test_enforcement_simple import decided

# Decided on Thursday 2026-04-30: payable until 2026-05-15, open to reconsideration until 2026-06-29.
URGE, COURT, END = ({"unpaid": said} for said in ("催告", "申请法院强制执行", "提请终结执行"))
GROUND = {**END, "end_ground": "执行标的灭失", "end_facts": "企业已注销"}
NOTHING = {"method": None, "paid_on": None, "receipt_no": None}


@pytest.fixture
def unpaid(penalty_at) -> Penalty:
    """A fine of 1,000 yuan that is not paid."""
    return decided(penalty_at, amount="1000.00")


def noted(case: Penalty, day: str, said: dict[str, Any], status: int = 200) -> dict[str, Any]:
    """Say on a day what is to be done about a fine that is not paid."""
    return case.do("es_pay", at(f"{day} 09:00"), status=status, **NOTHING | said)


def urged(case: Penalty, day: str) -> Penalty:
    noted(case, day, URGE)
    case.do("es_urge", at(f"{day} 10:00"))
    return case


def applied(case: Penalty, day: str, status: int = 200, **said: Any) -> dict[str, Any]:
    noted(case, day, COURT)
    return case.do("es_court_apply", at(f"{day} 15:00"), status=status, **said)


def test_nobody_is_urged_before_the_term_of_payment_is_over(unpaid):
    assert noted(unpaid, "2026-05-15", URGE, 422)["code"] == "EC-E88"


def test_urging_names_the_fine_and_its_surcharge(unpaid):
    urged(unpaid, "2026-05-18")
    said = unpaid.said("es_urge")
    assert [said[name] for name in ("fine", "surcharge_days", "surcharge")] == ["1000.00", 3, "90.00"]
    assert (unpaid.steps()[-1], unpaid.clock("EC-C21")["due_on"]) == ("es_pay", "2026-06-01")


def test_urging_tells_the_rights(unpaid):
    noted(unpaid, "2026-05-18", URGE)
    assert unpaid.do("es_urge", at("2026-05-18 10:00"), status=422, rights_told=False)["code"] == "EC-E77"


@pytest.mark.parametrize(
    ("urged_on", "day", "code"),
    [
        ("2026-05-18", "2026-06-29", "EC-E36"),
        ("2026-06-24", "2026-06-30", "EC-E35"),
        ("2026-05-18", "2026-09-30", "EC-E37"),
    ],
)
def test_the_court_is_asked_neither_early_nor_late(unpaid, urged_on, day, code):
    assert applied(urged(unpaid, urged_on), day, 422)["code"] == code


def test_the_deputy_head_may_go_to_court_later_for_a_good_reason(unpaid):
    urged(unpaid, "2026-05-18")
    reason = {"EC-E37": "洪水致机关停摆二十日"}
    assert applied(unpaid, "2026-09-30", 422, _override=reason)["code"] == "EC-E37"
    unpaid.do("es_court_apply", at("2026-09-30 16:00"), "deputy_head.county1", _override=reason)
    assert unpaid.clock("EC-C22")["state"] == "late"


@pytest.mark.parametrize("missing", [{"signed_by": None}, {"sealed": False}])
def test_the_application_is_signed_and_sealed(unpaid, missing):
    assert applied(urged(unpaid, "2026-05-18"), "2026-06-30", 422, **missing)["code"] == "EC-E38"


def test_the_court_is_asked_within_three_months_and_takes_the_money(unpaid):
    urged(unpaid, "2026-05-18")
    assert unpaid.clock("EC-C22")["due_on"] == "2026-09-29"
    applied(unpaid, "2026-06-30")
    assert unpaid.clock("EC-C22")["state"] == "met"
    unpaid.do("es_pay", at("2026-08-03 10:00"), method="法院划拨", surcharge_paid="1000.00")
    assert sorted(unpaid.steps()) == ["es_publish", "es_report"]


def test_an_execution_is_ended_with_the_agreement_of_the_deputy_head(unpaid):
    noted(unpaid, "2026-06-30", GROUND)
    unpaid.do("es_end_approve", at("2026-07-01 10:00"))
    assert sorted(unpaid.steps()) == ["es_publish", "es_report"]
    assert {unpaid.clock(rule)["state"] for rule in ("EC-C12", "EC-C22")} == {"stopped"}
    unpaid.do("es_report", at("2026-07-01 11:00"))
    unpaid.do("es_publish", at("2026-07-01 12:00"))
    assert unpaid.clock("EC-C29")["due_on"] == "2026-07-31"


def test_an_end_that_is_not_agreed_to_leaves_the_fine_owed(unpaid):
    noted(unpaid, "2026-06-30", GROUND)
    unpaid.do("es_end_approve", at("2026-07-01 10:00"), decision="不同意", reason="仍有财产", ended_on=None)
    assert "es_pay" in unpaid.steps()


def test_who_asks_for_the_end_does_not_agree_to_it(unpaid):
    noted(unpaid, "2026-06-30", GROUND)
    unpaid.do("es_end_approve", at("2026-07-01 10:00"), "case_handler.county1", 403)


def test_a_reminder_to_pay_is_no_payment(unpaid):
    urged(unpaid, "2026-05-18")
    unpaid.do("es_report", at("2026-05-19 11:00"))
    unpaid.do("es_publish", at("2026-05-19 12:00"))
    clocks = unpaid.office.get(unpaid.watcher, f"/cases/{unpaid.id}/clocks")
    assert "EC-C29" not in [row["id"] for row in clocks]
