"""Every clock of hazard supervision to the day: what starts it, over weekends and holidays, with every pause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from engine import deadlines, parameters
from engine.people import SYSTEM_ACTOR
from tests.office import ROOT, at
from tests.processes.hazard import FAMILY
from tests.processes.matters import Matter, said

COAL = {"industry": "煤矿"}
SEAL = {"kind": "查封"}


@dataclass(frozen=True)
class Begin:
    """The step that starts a clock; `at` is the field that holds the moment, where it is not that of the answer."""

    step: str
    at: str = ""
    before: tuple[str, ...] = ()
    process: str = "hazard_supervision"


BEGINS = {
    "HZ-C01": Begin("hz_register"),
    "HZ-C02": Begin("hz_confirm_list"),
    "HZ-C03": Begin("hz_assign"),
    "HZ-C04": Begin("hz_approve_listing"),
    "HZ-C05": Begin("hz_approve_listing"),
    "HZ-C06": Begin("hz_receipt", "received_at"),
    "HZ-C07": Begin("hz_confirm_list"),
    "HZ-C07-2": Begin("hz_confirm_list"),
    "HZ-C08": Begin("hz_approve_listing"),
    "HZ-C09": Begin("hz_review_plan_approve", before=("hz_review_plan",)),
    "HZ-C10": Begin("hz_approve_listing"),
    "HZ-C10-2": Begin("hz_review_plan_approve", before=("hz_plan", "hz_review_plan")),
    "HZ-C11": Begin("hz_approve_listing"),
    "HZ-C12": Begin("hz_extension_apply"),
    "HZ-C13": Begin("coercion_notice", "notice_at", ("coercion_request",), "coercion"),
    "HZ-C14": Begin("coercion_request", "taken_at", process="coercion"),
    "HZ-C15": Begin("coercion_execute", "effective_at", ("coercion_request",), "coercion"),
    "HZ-C16": Begin("coercion_comply", "complied_at", process="coercion"),
    "HZ-C17": Begin("hz_acceptance_apply", before=("hz_register",)),
    "HZ-C18": Begin("hz_acceptance_approve"),
    "HZ-C19": Begin("hz_delist_review_approve"),
    "HZ-C20": Begin("hz_closure_decide", "decided_on", ("hz_register",)),
    "HZ-C21": Begin("hz_delist_review_approve"),
    "HZ-C22": Begin("", process="hazard_quarterly_round"),
    "HZ-C23": Begin("hz_penalty_note", "decided_on"),
    "HZ-C24": Begin("hz_approve_listing"),
    "HZ-C25": Begin("hz_interim_order", "served_at", process="hazard_interim"),
    "interim HZ-C14": Begin("hz_interim_order", "served_at", process="hazard_interim"),
}
# What a clock needs said besides its acceptable answers.
GIVEN = {
    "HZ-C14": {"coercion_request": {"urgent": True}},
    "HZ-C15": {"coercion_request": SEAL},
    "HZ-C20": {"hz_register": COAL},
}


def begun(session, rule: str, moment: str, given: dict[str, dict[str, Any]] | None = None, place="county1") -> Matter:
    """A case in which a clock was started at a moment; `given` replaces answers by step."""
    begin, given = BEGINS[rule], GIVEN.get(rule, {}) | (given or {})
    matter = Matter(session, begin.process, moment, place)
    for step in begin.before:
        matter.answer(step, moment, **given.get(step, {}))
    if begin.step:
        when = {begin.at: moment[:10] if begin.at.endswith("_on") else at(moment).isoformat()} if begin.at else {}
        matter.answer(begin.step, moment, **when | given.get(begin.step, {}))
    return matter


@pytest.fixture(scope="module")
def own_stages(stages):
    return stages


# The days. §3 of the domain; the calendar of 2026 unless an edge lies in no quarter of that year.


def listing(deadline: str) -> dict[str, Any]:
    return {"hz_approve_listing": {"deadline": deadline}}


def milestone(day: str) -> dict[str, Any]:
    return {"hz_plan": {"schedule": [{"milestone": "投用", "due_on": day}]}}


DAYS = [
    # clock, edge, started, given, due, lapse, yellow, orange
    ("HZ-C01", "weekend", "2026-03-06 10:00", {}, "2026-03-10", "2026-03-10", "2026-03-09", ""),
    ("HZ-C01", "Spring Festival", "2026-02-13 10:00", {}, "2026-02-24", "2026-02-24", "2026-02-14", ""),
    ("HZ-C02", "weekend", "2026-03-04 10:00", {}, "2026-03-11", "2026-03-11", "2026-03-09", "2026-03-10"),
    ("HZ-C02", "National Day", "2026-09-28 10:00", {}, "2026-10-10", "2026-10-10", "2026-10-08", "2026-10-09"),
    ("HZ-C03", "weekend", "2026-03-06 10:00", {}, "2026-03-11", "2026-03-11", "2026-03-10", ""),
    ("HZ-C03", "Labour Day", "2026-04-30 10:00", {}, "2026-05-08", "2026-05-08", "2026-05-07", ""),
    ("HZ-C04", "weekend", "2026-03-06 10:00", {}, "2026-03-11", "2026-03-11", "2026-03-10", ""),
    ("HZ-C04", "National Day", "2026-09-28 10:00", {}, "2026-10-08", "2026-10-08", "2026-09-30", ""),
    ("HZ-C05", "weekend", "2026-03-06 10:00", {}, "2026-03-13", "2026-03-13", "2026-03-11", "2026-03-12"),
    ("HZ-C05", "Spring Festival", "2026-02-12 10:00", {}, "2026-02-26", "2026-02-26", "2026-02-24", "2026-02-25"),
    ("HZ-C06", "ends on a Saturday", "2026-03-06 16:00", {}, "2026-03-21", "2026-03-23", "2026-03-16", "2026-03-19"),
    ("HZ-C06", "ends on National Day", "2026-09-20 09:00", {}, "2026-10-05", "2026-10-08", "2026-09-30", "2026-10-03"),
    ("HZ-C07", "weekend", "2026-03-04 10:00", {}, "2026-03-09", "2026-03-09", "2026-03-06", ""),
    ("HZ-C07", "Spring Festival", "2026-02-12 10:00", {}, "2026-02-24", "2026-02-24", "2026-02-14", ""),
    ("HZ-C07-2", "ends on a Saturday", "2026-03-12 10:00", {}, "2026-04-11", "2026-04-13", "2026-04-04", ""),
    ("HZ-C07-2", "ends on Qingming", "2026-03-05 10:00", {}, "2026-04-04", "2026-04-07", "2026-03-28", ""),
    (
        "HZ-C08", "ends on a Saturday", "2026-03-06 10:00", listing("2026-08-15"),
        "2026-08-15", "2026-08-17", "2026-07-16", "2026-08-08",
    ),
    (
        "HZ-C08", "ends on National Day", "2026-03-06 10:00", listing("2026-10-01"),
        "2026-10-01", "2026-10-08", "2026-09-01", "2026-09-24",
    ),
    ("HZ-C09", "ends on a Saturday", "2026-03-26 10:00", {}, "2026-04-25", "2026-04-27", "2026-04-20", "2026-04-23"),
    ("HZ-C09", "ends on National Day", "2026-09-05 10:00", {}, "2026-10-05", "2026-10-08", "2026-09-30", "2026-10-03"),
    ("HZ-C10", "ends on a Sunday", "2024-02-20 10:00", {}, "2024-03-31", "2024-04-01", "2024-03-16", "2024-03-26"),
    ("HZ-C10", "ends before New Year", "2023-11-20 10:00", {}, "2023-12-31", "2024-01-02", "2023-12-16", "2023-12-26"),
    (
        "HZ-C10-2", "ends on a Sunday", "2026-03-24 10:00", milestone("2026-05-10"),
        "2026-05-10", "2026-05-11", "2026-04-25", "2026-05-05",
    ),
    (
        "HZ-C10-2", "ends on Dragon Boat", "2026-03-24 10:00", milestone("2026-06-19"),
        "2026-06-19", "2026-06-22", "2026-06-04", "2026-06-14",
    ),
    (
        "HZ-C11", "before a Saturday", "2026-03-06 10:00", listing("2026-08-15"),
        "2026-07-20", "2026-07-20", "2026-07-06", "",
    ),
    (
        "HZ-C11", "over Dragon Boat", "2026-03-06 10:00", listing("2026-06-30"),
        "2026-06-01", "2026-06-01", "2026-05-18", "",
    ),
    (
        "HZ-C11", "over National Day", "2026-03-06 10:00", listing("2026-10-10"),
        "2026-09-07", "2026-09-07", "2026-08-24", "",
    ),
    ("HZ-C12", "weekend", "2026-05-28 10:00", {}, "2026-06-11", "2026-06-11", "2026-06-08", "2026-06-10"),
    ("HZ-C12", "Dragon Boat", "2026-06-15 10:00", {}, "2026-06-30", "2026-06-30", "2026-06-25", "2026-06-29"),
    (
        "HZ-C15", "ends on a Sunday", "2026-04-10 10:00", {},
        "2026-05-10", "2026-05-10", "2026-04-30", "2026-05-07",
    ),
    (
        "HZ-C15", "ends on National Day", "2026-09-03 10:00", {},
        "2026-10-03", "2026-10-03", "2026-09-23", "2026-09-30",
    ),
    ("HZ-C17", "ends on a Sunday", "2026-06-25 10:00", {}, "2026-07-05", "2026-07-06", "2026-07-01", "2026-07-03"),
    ("HZ-C17", "ends on National Day", "2026-09-21 10:00", {}, "2026-10-01", "2026-10-08", "2026-09-27", "2026-09-29"),
    (
        "HZ-C17", "coal, twice as long", "2026-09-21 10:00", {"hz_register": COAL},
        "2026-10-11", "2026-10-12", "2026-10-07", "2026-10-09",
    ),
    ("HZ-C18", "weekend", "2026-06-29 10:00", {}, "2026-07-06", "2026-07-06", "2026-07-02", "2026-07-03"),
    ("HZ-C18", "Labour Day", "2026-04-28 10:00", {}, "2026-05-08", "2026-05-08", "2026-05-06", "2026-05-07"),
    ("HZ-C19", "weekend", "2026-07-03 10:00", {}, "2026-07-10", "2026-07-10", "2026-07-08", "2026-07-09"),
    ("HZ-C19", "National Day", "2026-09-28 10:00", {}, "2026-10-10", "2026-10-10", "2026-10-08", "2026-10-09"),
    ("HZ-C20", "weekend", "2026-08-20 10:00", {}, "2026-08-27", "2026-08-27", "2026-08-25", "2026-08-26"),
    ("HZ-C20", "National Day", "2026-09-29 10:00", {}, "2026-10-12", "2026-10-12", "2026-10-09", "2026-10-10"),
    ("HZ-C21", "ends on a Sunday", "2026-04-20 10:00", {}, "2026-07-19", "2026-07-20", "2026-07-04", "2026-07-14"),
    ("HZ-C21", "ends on National Day", "2026-07-03 10:00", {}, "2026-10-01", "2026-10-08", "2026-09-16", "2026-09-26"),
    ("HZ-C22", "first working day", "2026-07-01 00:00", {}, "2026-10-15", "2026-10-15", "2026-10-10", "2026-10-13"),
    ("HZ-C22", "ends on a Sunday", "2023-07-03 00:00", {}, "2023-10-15", "2023-10-16", "2023-10-10", "2023-10-13"),
    ("HZ-C22", "after National Day", "2025-10-09 00:00", {}, "2026-01-15", "2026-01-15", "2026-01-10", "2026-01-13"),
    (
        "HZ-C24", "ends on a Saturday", "2026-03-06 10:00", listing("2026-08-15"),
        "2026-08-15", "2026-08-17", "", "",
    ),
    ("HZ-C25", "ends on a Saturday", "2026-03-05 10:00", {}, "2026-09-05", "2026-09-07", "2026-08-06", "2026-08-29"),
    ("HZ-C25", "ends on National Day", "2026-04-01 10:00", {}, "2026-10-01", "2026-10-08", "2026-09-01", "2026-09-24"),
    ("HZ-C25", "from the 31st", "2026-08-31 10:00", {}, "2027-02-28", "2027-03-01", "2027-01-29", "2027-02-21"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "edge", "moment", "given", "due_on", "lapse_on", "yellow", "orange"),
    DAYS,
    ids=[f"{row[0]} {row[1]}" for row in DAYS],
)
def test_a_clock_comes_to_its_day(session, rule, edge, moment, given, due_on, lapse_on, yellow, orange):
    matter = begun(session, rule, moment, given)
    row, shown = matter.row(rule), matter.shown(rule)
    assert (shown["due_on"], shown["lapse_on"]) == (due_on, lapse_on)
    assert (said(row.yellow_at), said(row.orange_at)) == (yellow, orange)
    assert (shown["due_at"], shown["lapse_at"]) == (f"{due_on}T23:59:59+08:00", f"{lapse_on}T23:59:59+08:00")


HOURS = [
    # clock, edge, started, given, due, yellow, orange
    ("HZ-C13", "weekend", "2026-08-07 15:00", {}, "2026-08-08 15:00", "", ""),
    ("HZ-C13", "National Day", "2026-10-01 09:30", {}, "2026-10-02 09:30", "", ""),
    ("HZ-C14", "weekend", "2026-03-07 20:00", {}, "2026-03-08 20:00", "2026-03-08 08:00", "2026-03-08 16:00"),
    ("HZ-C14", "Spring Festival", "2026-02-15 02:00", {}, "2026-02-16 02:00", "2026-02-15 14:00", "2026-02-15 22:00"),
    ("interim HZ-C14", "night", "2026-03-03 22:15", {}, "2026-03-04 22:15", "2026-03-04 10:15", "2026-03-04 18:15"),
    ("HZ-C16", "weekend", "2026-08-21 17:00", {}, "2026-08-22 17:00", "2026-08-22 05:00", ""),
    ("HZ-C16", "National Day", "2026-09-30 17:00", {}, "2026-10-01 17:00", "2026-10-01 05:00", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "edge", "moment", "given", "due_at", "yellow", "orange"),
    HOURS,
    ids=[f"{row[0]} {row[1]}" for row in HOURS],
)
def test_a_clock_of_hours_runs_through_nights_and_holidays(session, rule, edge, moment, given, due_at, yellow, orange):
    row = begun(session, rule, moment, given).row(rule.removeprefix("interim "))
    assert (said(row.due_at), said(row.lapse_at), row.due_on) == (due_at, due_at, None)
    assert (said(row.yellow_at), said(row.orange_at)) == (yellow, orange)


def test_a_hazard_with_immediate_danger_is_verified_at_once(session):
    """HZ-C01: two hours, in the night and on a Saturday, and yellow from the start."""
    matter = begun(session, "HZ-C01", "2026-03-07 22:30", {"hz_register": {"immediate_danger": True}})
    assert said(matter.row("HZ-C01").due_at) == "2026-03-08 00:30"
    assert matter.shown("HZ-C01", "2026-03-07 22:31")["lamp"] == "yellow"


def test_the_day_does_not_hang_on_the_hour_of_the_start(session):
    assert begun(session, "HZ-C03", "2026-03-06 23:59").row("HZ-C03").due_on == at("2026-03-11").date()


# What restarts, pauses and lengthens them.


def test_the_listing_decision_starts_anew_after_a_return(session):
    """HZ-C02: return for re-check restarts."""
    matter = begun(session, "HZ-C02", "2026-03-04 10:00")
    matter.answer("hz_approve_listing", "2026-03-10 10:00", decision="退回")
    assert not matter.runs("HZ-C02")
    matter.answer("hz_confirm_list", "2026-03-12 10:00")
    assert matter.shown("HZ-C02")["due_on"] == "2026-03-19"


def test_the_decision_of_the_city_ends_the_clock_not_the_proposal_to_it(session):
    """HZ-C02, C04, C05, C08: a government's listing is approved by the head of its committee."""
    matter = begun(session, "HZ-C02", "2026-03-04 10:00")
    matter.answer("hz_approve_listing", "2026-03-05 10:00", list_level="市级")
    assert matter.runs("HZ-C02") and not matter.runs("HZ-C04")
    matter.answer("hz_approve_listing_approve", "2026-03-06 10:00")
    assert matter.row("HZ-C02").state == "met"
    assert {rule: matter.shown(rule)["due_on"] for rule in ("HZ-C04", "HZ-C05", "HZ-C08")} == {
        "HZ-C04": "2026-03-11",
        "HZ-C05": "2026-03-13",
        "HZ-C08": "2026-06-30",
    }


@pytest.mark.parametrize(("published", "state"), [("2026-03-17", "met"), ("2026-03-18", "late")])
def test_a_dispute_over_masking_moves_the_publication_two_working_days(session, published, state):
    """HZ-C05, over a weekend: 03-13 becomes 03-17."""
    matter = begun(session, "HZ-C05", "2026-03-06 10:00")
    when = f"{published}T09:00:00+08:00"
    matter.answer("hz_publish_listing", f"{published} 10:00", published_at=when, mask_dispute_days=2)
    assert (matter.shown("HZ-C05")["due_on"], matter.row("HZ-C05").state) == ("2026-03-17", state)


def test_the_plan_may_be_given_seven_days_more(session):
    """HZ-C06: 03-21 becomes Saturday 03-28, lapse on Monday; and why."""
    shown = begun(session, "HZ-C06", "2026-03-06 16:00", {"hz_receipt": {"plan_extra_days": 7}}).shown("HZ-C06")
    assert (shown["due_on"], shown["lapse_on"]) == ("2026-03-28", "2026-03-30")
    assert {"extended": "7 CD", "why": "承办机构负责人批准延长报送"} in shown["explanation"]


def test_the_seven_days_may_be_granted_later(session):
    matter = Matter(session, "hazard_supervision", "2026-03-06 16:00")
    receipt = matter.answer("hz_receipt", "2026-03-06 16:00", received_at="2026-03-06T16:00:00+08:00")
    matter.correct(receipt, "2026-03-19 09:00", plan_extra_days=7)
    shown = matter.shown("HZ-C06")
    assert shown["due_on"] == "2026-03-28"
    assert shown["explanation"][-1]["why"] == "更正后重新计算：期限2026-03-21改为2026-03-28"


def test_a_receipt_put_right_moves_the_plan_and_says_so(session):
    matter = Matter(session, "hazard_supervision", "2026-03-06 16:00")
    receipt = matter.answer("hz_receipt", "2026-03-06 16:00", received_at="2026-03-06T16:00:00+08:00")
    matter.correct(receipt, "2026-03-10 09:00", received_at="2026-03-05T16:00:00+08:00")
    shown = matter.shown("HZ-C06")
    assert shown["due_on"] == "2026-03-20"
    assert "起算由2026-03-06 16:00更正为2026-03-05 16:00" in shown["explanation"][-1]["why"]


@pytest.mark.parametrize(("rule", "field"), [("HZ-C07", "report_regulator_on"), ("HZ-C07-2", "report_congress_on")])
def test_the_day_of_the_report_counts_not_the_day_of_the_plan(session, rule, field):
    matter = begun(session, rule, "2026-03-04 10:00")
    matter.answer("hz_plan", "2026-04-20 10:00", **{field: "2026-03-09"})
    assert matter.row(rule).state == "met"


def extended(session, decision: str) -> Matter:
    matter = begun(session, "HZ-C08", "2026-03-06 10:00", listing("2026-06-30"))
    matter.answer("hz_extension_apply", "2026-05-28 10:00", new_deadline="2026-08-15")
    matter.answer("hz_extension_decide", "2026-06-10 10:00", decision=decision, approved_deadline="2026-08-15")
    return matter


def test_an_extension_moves_the_term_its_warnings_and_its_lead(session):
    """HZ-C08, C11, C24: to a Saturday."""
    matter = extended(session, "同意")
    row, shown = matter.row("HZ-C08"), matter.shown("HZ-C08")
    assert (shown["due_on"], shown["lapse_on"]) == ("2026-08-15", "2026-08-17")
    assert (said(row.yellow_at), said(row.orange_at)) == ("2026-07-16", "2026-08-08")
    assert [matter.shown(rule)["due_on"] for rule in ("HZ-C11", "HZ-C24")] == ["2026-07-20", "2026-08-15"]


def test_a_refused_extension_leaves_the_term(session):
    matter = extended(session, "不同意")
    assert [matter.shown(rule)["due_on"] for rule in ("HZ-C08", "HZ-C24")] == ["2026-06-30", "2026-06-30"]


@pytest.mark.parametrize(("checked", "state"), [("2026-06-30", "met"), ("2026-07-01", "late")])
def test_the_day_of_the_acceptance_check_keeps_the_term(session, checked, state):
    """HZ-C08: not the day on which the leader approves what was found."""
    matter = begun(session, "HZ-C08", "2026-03-06 10:00", listing("2026-06-30"))
    matter.answer("hz_acceptance_check", f"{checked} 17:00", checked_at=f"{checked}T15:00:00+08:00")
    matter.answer("hz_acceptance_approve", "2026-07-03 10:00")
    assert matter.row("HZ-C08").state == state


def test_a_failed_acceptance_leaves_the_term(session):
    matter = begun(session, "HZ-C08", "2026-03-06 10:00", listing("2026-06-30"))
    matter.answer("hz_acceptance_check", "2026-06-20 17:00", conclusion="不合格")
    matter.answer("hz_acceptance_approve", "2026-06-21 10:00", decision="退回")
    assert matter.runs("HZ-C08") and matter.shown("HZ-C08")["due_on"] == "2026-06-30"


def test_the_term_goes_on_where_the_delisting_is_returned(session):
    """HZ-C08, C10, C11, C24: with the extension that was granted, and still counted from the listing."""
    matter = extended(session, "同意")
    matter.answer("hz_acceptance_check", "2026-07-01 09:00", checked_at="2026-07-01T09:00:00+08:00")
    matter.answer("hz_acceptance_approve", "2026-07-02 09:00")
    assert not matter.runs("HZ-C08")
    matter.answer("hz_delist_review", "2026-07-06 09:00", decision="退回")
    assert matter.row("HZ-C18").state == "stopped"
    found = {rule: matter.shown(rule)["due_on"] for rule in ("HZ-C08", "HZ-C11", "HZ-C24", "HZ-C10")}
    assert found == {
        "HZ-C08": "2026-08-15",
        "HZ-C11": "2026-07-20",
        "HZ-C24": "2026-08-15",
        "HZ-C10": "2026-09-30",
    }
    assert said(matter.row("HZ-C08").started_at) == "2026-03-06 10:00"


def test_each_report_of_progress_begins_a_period(session):
    """HZ-C09: thirty days from the report, over Labour Day."""
    matter = begun(session, "HZ-C09", "2026-03-24 10:00")
    matter.answer("hz_progress", "2026-04-05 10:00")
    assert matter.shown("HZ-C09")["due_on"] == "2026-05-05" and matter.shown("HZ-C09")["lapse_on"] == "2026-05-06"


def test_progress_is_reported_until_acceptance_and_again_after_a_failed_one(session):
    matter = begun(session, "HZ-C09", "2026-03-24 10:00")
    matter.answer("hz_acceptance_apply", "2026-04-05 10:00")
    assert not matter.runs("HZ-C09")
    matter.answer("hz_acceptance_check", "2026-04-10 10:00", conclusion="不合格")
    assert matter.shown("HZ-C09")["due_on"] == "2026-05-10"


def test_a_check_in_one_quarter_is_owed_again_in_the_next(session):
    """HZ-C10."""
    matter = begun(session, "HZ-C10", "2026-03-06 10:00")
    matter.answer("hz_onsite_check", "2026-03-20 10:00")
    assert matter.shown("HZ-C10")["due_on"] == "2026-06-30"


def test_each_milestone_has_its_check(session):
    """HZ-C10: a check stops the clock of the milestone that it names."""
    matter = begun(session, "HZ-C10-2", "2026-03-24 10:00")
    matter.answer("hz_onsite_check", "2026-05-08 10:00", milestone=1)
    rows = matter.rows("HZ-C10-2")
    assert [(row.due_on.isoformat(), row.state) for row in rows] == [("2026-05-10", "met"), ("2026-06-30", "running")]


def test_an_application_counts_from_the_day_on_which_it_came_in(session):
    """HZ-C12: received on paper on a Thursday, entered on Monday."""
    matter = begun(session, "HZ-C12", "2026-06-01 10:00", {"hz_extension_apply": {"applied_on": "2026-05-28"}})
    assert matter.shown("HZ-C12")["due_on"] == "2026-06-11"


def test_missing_papers_stop_the_decision_on_an_extension(session):
    """HZ-C12: told on 06-02, the third working day; handed in on 06-10: 06-11 is the fourth."""
    matter = begun(session, "HZ-C12", "2026-05-28 10:00")
    matter.answer("hz_extension_decide", "2026-06-02 16:00", decision="通知补正")
    assert (matter.row("HZ-C12").state, matter.shown("HZ-C12")["due_on"]) == ("paused", None)
    matter.answer("hz_extension_apply", "2026-06-10 09:00")
    shown = matter.shown("HZ-C12")
    assert shown["due_on"] == "2026-06-22"
    assert {"from": "2026-06-03", "to": "2026-06-10", "skipped": "一次性告知补正材料"} in shown["explanation"]


def test_silence_is_no_consent_to_an_extension(session):
    """HZ-C12 runs out: the deputy head is told, and the term stays."""
    matter = begun(session, "HZ-C08", "2026-03-06 10:00", listing("2026-06-30"))
    matter.answer("hz_extension_apply", "2026-05-28 10:00", new_deadline="2026-08-15")
    matter.falls_due("HZ-C12")
    assert matter.shown("HZ-C08")["due_on"] == "2026-06-30"


def test_an_emergency_waives_the_notice_of_a_power_cut(session):
    """HZ-C13."""
    matter = begun(session, "HZ-C13", "2026-08-07 15:00")
    matter.answer("coercion_execute", "2026-08-07 15:30", emergency=True, effective_at="2026-08-07T15:30:00+08:00")
    assert matter.row("HZ-C13").state == "stopped"


@pytest.mark.parametrize("kind", ["停止供应民用爆炸物品", "责令停产停业", "查封", "扣押"])
def test_only_cutting_power_needs_the_notice(session, kind):
    """HZ-C13, SL 70(2)."""
    matter = begun(session, "HZ-C13", "2026-08-07 15:00", {"coercion_request": {"kind": kind}})
    assert not matter.runs("HZ-C13")


def test_what_was_decided_beforehand_needs_no_approval_afterwards(session):
    """HZ-C14 runs only where the measure was taken on the spot."""
    matter = begun(session, "HZ-C14", "2026-03-07 20:00", {"coercion_request": {"urgent": False}})
    assert not matter.runs("HZ-C14")


def test_a_refusal_too_ends_the_approval_afterwards(session):
    matter = begun(session, "HZ-C14", "2026-03-07 20:00")
    matter.answer("coercion_request_approve", "2026-03-08 09:00", decision="不同意")
    assert matter.row("HZ-C14").state == "met"


def sealed(session) -> Matter:
    matter = begun(session, "HZ-C15", "2026-04-10 10:00")
    matter.answer("coercion_testing", "2026-04-16 10:00")
    return matter


def test_the_time_of_testing_is_not_counted_in_a_sealing(session):
    """HZ-C15, scenario 10: ten days told in writing, 05-10 becomes 05-20."""
    assert sealed(session).shown("HZ-C15")["due_on"] == "2026-05-20"


def test_a_sealing_is_extended_once_and_ends_on_a_holiday(session):
    """HZ-C15, scenario 10: Dragon Boat does not move the end; a second extension is not heard."""
    matter = sealed(session)
    for moment in ("2026-05-18 10:00", "2026-06-10 10:00"):
        matter.answer("coercion_extend_approve", moment)
    shown = matter.shown("HZ-C15")
    assert (shown["due_on"], shown["lapse_on"]) == ("2026-06-19", "2026-06-19")


@pytest.mark.parametrize("kind", ["责令停产停业", "停止供电", "停止供应民用爆炸物品"])
def test_only_sealing_and_seizure_end_by_themselves(session, kind):
    assert not begun(session, "HZ-C15", "2026-04-10 10:00", {"coercion_request": {"kind": kind}}).runs("HZ-C15")


def test_missing_papers_stop_the_examination_before_resuming(session):
    """HZ-C17: told on 06-26, handed in on 06-30: four days are not counted, 07-05 becomes 07-09."""
    matter = begun(session, "HZ-C17", "2026-06-25 10:00")
    told = {"supplement_told_on": "2026-06-26", "supplement_received_on": "2026-06-30"}
    matter.answer("hz_acceptance_check", "2026-07-02 10:00", **told)
    assert matter.runs("HZ-C17") and matter.shown("HZ-C17")["due_on"] == "2026-07-09"


def test_coal_is_examined_until_the_government_has_signed(session):
    """HZ-C17: COAL 48."""
    given = {"hz_register": COAL, "hz_acceptance_apply": {"resume": True}}
    matter = begun(session, "HZ-C17", "2026-09-21 10:00", given)
    matter.answer("hz_resume", "2026-10-09 10:00")
    assert matter.runs("HZ-C17")
    matter.answer("hz_resume_approve", "2026-10-10 10:00")
    assert matter.row("HZ-C17").state == "met"


def test_only_the_closing_of_coal_mines_is_announced_by_law(session):
    matter = begun(session, "HZ-C20", "2026-08-20 10:00", {"hz_register": {"industry": "危化"}})
    assert not matter.runs("HZ-C20")


def test_an_unlisted_hazard_is_delisted_by_the_committee_office(session):
    """HZ-C18, C19, C21: no plate to take down; the look-back is owed all the same."""
    matter = begun(session, "HZ-C08", "2026-03-06 10:00", {"hz_approve_listing": {"decision": "不挂牌"}})
    matter.answer("hz_acceptance_approve", "2026-06-29 10:00")
    matter.answer("hz_delist_review", "2026-07-03 10:00")
    assert matter.row("HZ-C18").state == "met" and not matter.runs("HZ-C19")
    assert matter.shown("HZ-C21")["due_on"] == "2026-10-01"


def penalties(session, *days: str) -> Matter:
    matter = Matter(session, "hazard_supervision", "2026-01-01 00:00")
    for day in days:
        matter.answer("hz_penalty_note", f"{day} 10:00", decided_on=day)
    return matter


CLOSURE = [{"act": "closure_due"}, {"notify": "agency_head"}]


@pytest.mark.parametrize(
    ("days", "actions"),
    [
        (("2026-01-15", "2026-04-02", "2026-07-13"), CLOSURE),  # day 180
        (("2026-01-15", "2026-04-02", "2026-07-14"), []),  # day 181: the year shows 3 of 4
        (("2026-01-15", "2026-05-02", "2026-09-02", "2027-01-14"), CLOSURE),  # the last day of the year
        (("2026-01-15", "2026-05-02", "2026-09-02", "2027-01-15"), []),
    ],
)
def test_penalties_are_counted_in_windows_that_roll(session, days, actions):
    """HZ-C23, SL 113(1), scenario 15; weekends and holidays count."""
    found = penalties(session, *days).falls_due("HZ-C23")
    assert [action for _, action in found if "warn" not in action] == actions


@pytest.mark.parametrize(
    ("days", "lamp"),
    [
        (("2026-01-15",), "green"),
        (("2026-01-15", "2026-04-02"), "yellow"),
        (("2026-01-15", "2026-05-02", "2026-09-02"), "yellow"),
        (("2026-01-15", "2026-04-02", "2026-07-13"), "red"),
    ],
)
def test_the_window_turns_yellow_one_penalty_before(session, days, lamp):
    assert penalties(session, *days).shown("HZ-C23", f"{days[-1]} 12:00")["lamp"] == lamp


def levels(found) -> list[tuple[str, str]]:
    return [(moment, action["level"][:2]) for moment, action in found if action.get("open") == "hazard_escalation"]


def test_the_ladder_climbs_by_the_days_overdue(session):
    """HZ-C24, scenario 6: L1 with orange, L2 on day 1, L3 after 15 days, L4 after 30."""
    matter = begun(session, "HZ-C24", "2026-03-06 10:00", listing("2026-06-30"))
    assert levels(matter.falls_due("HZ-C24")) == [
        ("2026-06-23", "L1"),
        ("2026-07-01", "L2"),
        ("2026-07-16", "L3"),
        ("2026-07-31", "L4"),
    ]


def test_the_ladder_counts_from_a_rest_day_as_from_any_other(session):
    matter = begun(session, "HZ-C24", "2026-03-06 10:00", listing("2026-10-01"))
    assert levels(matter.falls_due("HZ-C24"))[1:3] == [("2026-10-02", "L2"), ("2026-10-17", "L3")]


def test_an_accepted_extension_lets_the_ladder_begin_again(session):
    matter = begun(session, "HZ-C24", "2026-03-06 10:00", listing("2026-06-30"))
    matter.falls_due("HZ-C24", until="2026-06-25 00:00")
    matter.answer("hz_extension_decide", "2026-06-25 10:00", approved_deadline="2026-08-15")
    assert levels(matter.falls_due("HZ-C24"))[:2] == [("2026-08-08", "L1"), ("2026-08-16", "L2")]


def test_a_stop_of_production_is_extended_to_the_day_that_was_decided(session):
    """HZ-C25: to a Saturday before National Day."""
    matter = begun(session, "HZ-C25", "2026-03-03 10:00")
    matter.answer("hz_interim_extend_approve", "2026-08-20 10:00", until="2026-10-03")
    shown = matter.shown("HZ-C25")
    assert (shown["due_on"], shown["lapse_on"]) == ("2026-10-03", "2026-10-08")


def test_only_a_stop_of_production_is_bounded_to_six_months(session):
    given = {"hz_interim_order": {"measures": ["撤出作业人员", "停止使用设施设备"]}}
    assert not begun(session, "HZ-C25", "2026-03-03 10:00", given).runs("HZ-C25")


# The table of the domain (§3, with the findings on its law), written out.

QINGDAO, OWN = "青岛市2012年暂行制度", "内部规定"


@dataclass(frozen=True)
class Row:
    """What the page says of a clock; `place` where a region may settle it otherwise ([CFG] and [LOCAL])."""

    folder: str
    kind: str
    length: str
    warn: tuple[str, ...]
    article: str
    verified: bool
    causes: frozenset[str]
    place: bool = True


def causes(*texts: str) -> frozenset[str]:
    return frozenset(texts)


HAZARD = "hazard_supervision"
L1, L2, L3, L4 = "L1 提醒函", "L2 约谈告诫", "L3 公开曝光", "L4 提级督办"
PAGE = {
    "HZ-C01": Row(HAZARD, "limit", "2 WD", ("1 WD",), OWN, False, causes("unit_head")),
    "HZ-C02": Row(HAZARD, "limit", "5 WD", ("2 WD", "1 WD"), OWN, False, causes("committee_office")),
    "HZ-C03": Row(HAZARD, "limit", "3 WD", ("1 WD",), OWN, False, causes("unit_head", L1)),
    "HZ-C04": Row(HAZARD, "limit", "3 WD", ("1 WD",), QINGDAO, True, causes("committee_office")),
    "HZ-C05": Row(HAZARD, "limit", "5 WD", ("2 WD", "1 WD"), QINGDAO, True, causes("publicity_officer")),
    "HZ-C06": Row(HAZARD, "limit", "15 CD", ("5 CD", "2 CD"), OWN, False, causes(L1, L2)),
    "HZ-C07": Row(HAZARD, "limit", "3 WD", ("1 WD",), "第一百零一条第五项", False, causes("enforcement_case")),
    "HZ-C07-2": Row(HAZARD, "limit", "30 CD", ("7 CD",), "第四十一条第二款", False, causes("enforcement_case")),
    "HZ-C08": Row(
        HAZARD, "until", "", ("30 CD", "7 CD"), "第四十一条第三款", False,
        causes("committee_office", "enforcement_case"),
    ),
    "HZ-C09": Row(HAZARD, "period", "30 CD", ("5 CD", "2 CD"), OWN, False, causes(L1)),
    "HZ-C10": Row(HAZARD, "period", "1 Q", ("15 CD", "5 CD"), "一季度一挂牌", False, causes("case_handler")),
    "HZ-C10-2": Row(HAZARD, "until", "", ("15 CD", "5 CD"), "一季度一挂牌", False, causes("case_handler")),
    # Qingdao's text may as well mean a window of the last 20 days: the reading is not verified.
    "HZ-C11": Row(HAZARD, "lead", "20 WD", ("10 WD",), QINGDAO, False, causes()),
    "HZ-C12": Row(HAZARD, "limit", "10 WD", ("3 WD", "1 WD"), QINGDAO, True, causes("deputy_head")),
    "HZ-C13": Row("coercion", "not_before", "24 H", (), "第七十条", True, causes(), place=False),
    "HZ-C14": Row(
        "coercion", "limit", "24 H", ("12 H", "4 H"), "《行政强制法》第十九条", True,
        causes("deputy_head", "case_handler"), place=False,
    ),
    "HZ-C15": Row(
        "coercion", "limit", "30 CD", ("10 CD", "3 CD"), "第二十五条", True, causes("case_handler"), place=False
    ),
    "HZ-C16": Row("coercion", "limit", "24 H", ("12 H",), "第七十条", False, causes("deputy_head")),
    "HZ-C17": Row(HAZARD, "limit", "10 CD", ("4 CD", "2 CD"), "第16号第二十三条", False, causes("deputy_head")),
    "HZ-C18": Row(HAZARD, "limit", "5 WD", ("2 WD", "1 WD"), OWN, False, causes("committee_office")),
    "HZ-C19": Row(HAZARD, "limit", "5 WD", ("2 WD", "1 WD"), QINGDAO, True, causes("publicity_officer")),
    "HZ-C20": Row(
        HAZARD, "limit", "5 WD", ("2 WD", "1 WD"), "《煤矿安全生产条例》第四十九条", True,
        causes("publicity_officer"), place=False,
    ),
    "HZ-C21": Row(HAZARD, "limit", "90 CD", ("15 CD", "5 CD"), OWN, False, causes("case_handler")),
    "HZ-C22": Row(
        "hazard_quarterly_round", "limit", "1 Q + 15 CD", ("5 CD", "2 CD"), OWN, False, causes("committee_leader")
    ),
    "HZ-C23": Row(
        HAZARD, "window", "", (), "第一百一十三条第一项", True, causes("closure_due", "agency_head"), place=False
    ),
    "HZ-C24": Row(HAZARD, "until", "", (), OWN, False, causes(L1, L2, L3, L4)),
    "HZ-C25": Row("hazard_interim", "limit", "6 M", ("30 CD", "7 CD"), "第十四条", False, causes("deputy_head")),
    "interim HZ-C14": Row(
        "hazard_interim", "limit", "24 H", ("12 H", "4 H"), "《行政强制法》第十九条", True,
        causes("deputy_head", "case_handler"), place=False,
    ),
}  # fmt: skip
RULES = {
    name: next(
        rule
        for rule in deadlines.load((ROOT / "bpmn" / row.folder / "deadlines.toml").read_bytes())
        if rule.id == name.removeprefix("interim ")
    )
    for name, row in PAGE.items()
}


def test_every_clock_of_the_page_is_there_and_no_other():
    own = {
        (folder, rule.id)
        for folder in FAMILY
        for rule in deadlines.load((ROOT / "bpmn" / folder / "deadlines.toml").read_bytes())
    }
    known = {(row.folder, name.removeprefix("interim ")) for name, row in PAGE.items()}
    assert own - known == {("hazard_escalation", "HZ-SJ-01")}  # the follow-up day that an escalation sets itself
    assert {f"HZ-C{n:02}" for n in range(1, 26)} <= {rule for _, rule in own}


@pytest.mark.parametrize("name", PAGE)
def test_a_clock_is_as_the_page_has_it(name):
    rule, row = RULES[name], PAGE[name]
    assert (rule.kind, rule.length.text if rule.length else "") == (row.kind, row.length)
    assert tuple(span.text for span in rule.warn) == row.warn
    assert row.article in rule.article
    assert (rule.verified, rule.regional) == (row.verified, row.place)
    said_of = ("level", "notify", "act", "open")
    actions = [*rule.on_expiry, *rule.ladder]
    assert {next(action[key] for key in said_of if key in action) for action in actions} == row.causes


@pytest.mark.parametrize("name", [name for name in PAGE if name not in ("HZ-C11", "HZ-C13", "HZ-C23", "HZ-C24")])
def test_being_late_turns_red(name):
    """On expiry: an incident and red. A lead, a waiting time, a window and the ladder are no duties."""
    assert RULES[name].duty


def test_the_penalties_that_lead_to_closure():
    """SL 113(1)."""
    assert [(count, span.text) for count, span in RULES["HZ-C23"].windows] == [(3, "180 CD"), (4, "1 Y")]


def test_a_clock_shows_its_article_and_whether_it_was_verified(session):
    shown = begun(session, "HZ-C04", "2026-03-06 10:00").shown("HZ-C04")
    assert (shown["source"], shown["verified"]) == (QINGDAO, True)


def test_the_longer_time_for_coal_has_its_own_article(session):
    """HZ-C17: COAL 48 was read, order 16 was not."""
    shown = begun(session, "HZ-C17", "2026-09-21 10:00", {"hz_register": COAL}).shown("HZ-C17")
    assert (shown["article"], shown["verified"]) == ("《煤矿安全生产条例》第四十八条", True)


# What a place settles for itself.

SETTLED = {
    "limit": ("length", "4 WD"),
    "period": ("length", "20 CD"),
    "lead": ("length", "10 WD"),
    "until": ("warn", ["3 CD"]),
    "HZ-C16": ("length", "12 H"),
    "HZ-C24": ("ladder", [{"on": "5 CD", "notify": "deputy_head"}]),
}
ORDINANCE = "西河县2026年试行规定"


@pytest.mark.parametrize("name", [name for name, row in PAGE.items() if row.place])
def test_a_place_settles_its_own_value_and_the_clock_names_the_ground(session, name):
    attribute, value = SETTLED.get(name) or SETTLED[PAGE[name].kind]
    moment = "2026-07-01 09:00"
    given = {"hz_approve_listing": {"deadline": "2026-12-25"}} if BEGINS[name].step == "hz_approve_listing" else {}
    before = begun(session, name, moment, given, "county2").shown(name)
    parameters.set_(
        session, f"clock.{name}.{attribute}", value, "370281", ORDINANCE, SYSTEM_ACTOR, at("2026-01-01"), verified=True
    )
    matter = begun(session, name, moment, given, "county2")
    shown = matter.shown(name)
    assert (shown["source"], shown["verified"]) == (ORDINANCE, True)
    assert shown["settled"] == {attribute: {"value": value, "region": "370281"}}
    assert matter.row(name).values["rule"][attribute] == value
    assert (shown["due_at"] != before["due_at"]) == (attribute == "length")


def test_the_neighbour_keeps_the_common_value(session):
    parameters.set_(session, "clock.HZ-C03.length", "9 WD", "370281", ORDINANCE, SYSTEM_ACTOR, at("2026-01-01"))
    shown = begun(session, "HZ-C03", "2026-03-06 10:00").shown("HZ-C03")
    assert (shown["due_on"], shown["source"], shown["settled"]) == ("2026-03-11", OWN, {})


def test_a_value_settled_later_moves_no_clock_that_runs(session):
    matter = begun(session, "HZ-C03", "2026-03-06 10:00")
    parameters.set_(session, "clock.HZ-C03.length", "9 WD", "370202", ORDINANCE, SYSTEM_ACTOR, at("2026-01-01"))
    matter.answer("hz_assign", "2026-03-09 10:00")
    assert matter.shown("HZ-C03")["due_on"] == "2026-03-11"
