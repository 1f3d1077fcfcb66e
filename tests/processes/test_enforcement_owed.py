"""What is owed beside the fine itself: instalments with a clock each, and the daily fines of an order not obeyed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.office import at
from tests.processes.enforcement import Case
from tests.processes.execution import Penalty, served
from tests.processes.papers import draft, words
from tests.processes.test_enforcement_execution import THREE, planned
from tests.processes.test_enforcement_investigation import STILL_OFF, ordered, rechecked

PARTS = "EC-C12-2"
UNIT = "unit_head.county1"


def parts(case: Penalty, *states: str) -> list[tuple[int, str, str]]:
    """The clocks of the instalments: place in the plan, last day and state."""
    rows = case.office.get(case.watcher, f"/cases/{case.id}/clocks")
    found = [(row["item"], row["due_on"], row["state"]) for row in rows if row["id"] == PARTS]
    return [row for row in found if not states or row[2] in states]


@pytest.fixture
def in_parts(penalty_at) -> Penalty:
    """A fine of 50,000 yuan to be paid in three parts, by the ends of October, November and December."""
    case = served(penalty_at("deciding"), "2026-05-20")
    planned(case, "2026-06-03", *THREE)
    return case


def test_each_instalment_has_a_clock_of_its_own(in_parts):
    assert parts(in_parts) == [(number, due, "running") for number, (due, _) in enumerate(THREE)]


def test_a_payment_ends_the_clocks_that_it_covers(in_parts):
    in_parts.pay("2026-10-30", ("2026-10-30", "20000.00", "罚款"))
    assert [state for _, _, state in parts(in_parts)] == ["met", "running", "running"]


def test_an_instalment_that_is_not_paid_is_urged_after_the_next_working_day(in_parts):
    """2026-10-31 is a Saturday."""
    in_parts.pass_time(at("2026-11-02 23:00"))
    assert "ec_urge" not in in_parts.steps()
    in_parts.pass_time(at("2026-11-03 00:30"))
    assert "ec_urge" in in_parts.steps()


def test_the_last_day_of_an_instalment_is_shown_as_it_comes_near(in_parts):
    in_parts.office.set(at("2026-10-29 00:00"))
    rows = in_parts.office.get(in_parts.watcher, f"/cases/{in_parts.id}/clocks")
    assert [row["lamp"] for row in rows if row["id"] == PARTS] == ["orange", "green", "green"]


def test_a_new_plan_takes_the_clocks_of_the_old_one_away(in_parts):
    planned(in_parts, "2026-06-10", ("2027-01-29", "50000.00"))
    assert parts(in_parts, "running") == [(0, "2027-01-29", "running")]


# The daily fine of SL 112.


@pytest.fixture
def daily(enforcement_at) -> Case:
    """A fine of 20,000 yuan served on 08-03; on 08-13 its order is not obeyed, ten days are agreed to."""
    case = enforcement_at("served")
    order = ordered(case)
    rechecked(order, "2026-08-13", **STILL_OFF, daily_fine=True)
    order.do("ec_daily_fine", at("2026-08-14 10:00"))
    return case


def executed(case: Case, day: str, status: int = 200, **amounts: str) -> dict[str, Any]:
    """Register on a day what was paid, by kind, as all that is owed."""
    rows = [
        {"paid_on": day, "amount": amount, "of": of, "channel": "银行", "receipt_no": f"PJ-{number}"}
        for number, (of, amount) in enumerate(amounts.items(), 1)
    ]
    return case.do("ec_execute", at(f"{day} 16:00"), status=status, payments=rows, outcome="已全部履行")


def corrected(case: Case, day: str) -> None:
    (order,) = case.linked("correction_order")
    rechecked(order, day)


def test_scenario_18_the_daily_fine_is_owed_beside_the_fine(daily):
    corrected(daily, "2026-08-14")
    assert executed(daily, "2026-08-17", 422, 罚款="20000.00")["code"] == "EC-E71"
    executed(daily, "2026-08-17", 罚款="20000.00", 按日连续处罚="200000.00")
    said = daily.case()["case_file"]["ec_execute"]
    assert [said[name] for name in ("daily_fine_total", "daily_paid", "daily_unpaid")] == [
        "200000.00",
        "200000.00",
        "0.00",
    ]


def test_no_more_daily_fine_is_paid_than_was_agreed_to(daily):
    corrected(daily, "2026-08-14")
    said = executed(daily, "2026-08-17", 422, 罚款="20000.00", 按日连续处罚="200000.01")
    assert said["code"] == "EC-E73"


def test_nothing_is_wholly_paid_while_the_order_may_still_cost_a_day(daily):
    said = executed(daily, "2026-08-17", 422, 罚款="20000.00", 按日连续处罚="200000.00")
    assert said["code"] == "EC-E80"


def test_urging_and_surcharge_name_the_daily_fine(daily):
    daily.act("ask_surcharge", "ec_surcharge", at("2026-08-21 10:00"))
    daily.act("note_urge", "ec_urge", at("2026-08-21 11:00"))
    said = daily.case()["case_file"]
    assert {said[step]["daily_fine"] for step in ("ec_surcharge", "ec_urge")} == {"200000.00"}


def test_the_urging_letter_asks_for_the_daily_fine(daily):
    daily.act("note_urge", "ec_urge", at("2026-08-21 11:00"))
    paper = daily.office.get(UNIT, f"/documents/{draft(daily, 'D-EC-19', UNIT)['id']}.pdf")
    assert "按日连续处罚的罚款人民币贰拾万元整" in words(paper)


def test_the_ledger_of_penalties_shows_the_daily_fine(daily):
    corrected(daily, "2026-08-14")
    executed(daily, "2026-08-17", 罚款="20000.00", 按日连续处罚="200000.00")
    (line,) = daily.office.get(daily.watcher, "/registers/L-EC-4")["items"]
    assert [line["cells"][title] for title in ("罚款", "按日连续处罚", "实缴")] == [
        "20000.00",
        "200000.00",
        "220000.00",
    ]


def test_a_further_refusal_that_is_not_agreed_to_leaves_the_days_before(daily):
    (order,) = daily.linked("correction_order")
    rechecked(order, "2026-08-20", **STILL_OFF, daily_fine=True)
    order.do("ec_daily_fine", at("2026-08-21 10:00"), decision="不同意", reason="设备已订购")
    daily.act("note_urge", "ec_urge", at("2026-08-21 11:00"))
    assert daily.case()["case_file"]["ec_urge"]["daily_fine"] == "200000.00"


def test_a_daily_fine_after_the_execution_is_paid_before_the_case_is_closed(enforcement_at):
    case = enforcement_at("published")
    order = ordered(case)
    rechecked(order, "2026-08-13", **STILL_OFF, daily_fine=True)
    order.do("ec_daily_fine", at("2026-08-14 10:00"))
    rechecked(order, "2026-08-14")
    said = case.do("ec_close", at("2027-02-04 10:00"), status=422)
    assert said["code"] == "EC-E41"
    receipt = {"paid_on": "2027-02-03", "amount": "200000.00", "receipt_no": "PJ-9"}
    case.do("ec_close", at("2027-02-04 10:00"), daily_payments=[receipt])
    assert case.steps() == ["ec_close_approve"]
