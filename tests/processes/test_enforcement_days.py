"""The clocks of a penalty case after its decision, and of what hangs on it: every edge to the day, and none left out.

The clocks up to the service have their examples beside their stages; sealing has them with the hazards.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.office import at
from tests.processes import (
    execution_answers,
    test_enforcement_clocks,
    test_enforcement_review_clocks,
    test_hazard_clocks,
)
from tests.processes.matters import Matter, said
from tests.processes.side import Side

CASE, SIMPLE, REMEDY = "enforcement_case", "enforcement_simple", "remedy_tracking"
SUIT, CASH = {"kind": "行政诉讼"}, {"method": "当场收缴"}
REFUSED = {"result": "未改正", "refuses": True, "original_fine": "40000.00", "daily_fine": True}


class Record(Matter):
    """A case of the family without its diagram; what is done today is dated today."""

    told = Side.told

    def answer(self, step: str, moment: str, **changes: Any) -> Any:
        today = execution_answers.dated(self.told[self.case.process][step], at(moment))
        return super().answer(step, moment, **{**today, **changes})


@dataclass(frozen=True)
class Begin:
    """The step that starts a clock, the field that holds its day or moment, and what is answered before."""

    process: str
    step: str
    at: str
    before: tuple[str, ...] = ()


BEGINS = {
    "EC-C12": Begin(CASE, "ec_serve", "served_on", ("ec_decide",)),
    "EC-C13": Begin(CASE, "ec_serve", "served_on", ("ec_decide",)),
    "EC-C14": Begin(SIMPLE, "es_pay", "paid_on"),
    "EC-C15": Begin(CASE, "ec_serve", "served_on", ("ec_decide",)),
    "EC-C16": Begin(CASE, "ec_serve", "served_on", ("ec_decide",)),
    "EC-C17": Begin(REMEDY, "rt_accept", "copy_received_on", ("rt_file",)),
    "EC-C18": Begin(REMEDY, "rt_accept", "accepted_on", ("rt_file",)),
    "EC-C19": Begin(REMEDY, "rt_file", "received_on"),
    "EC-C20": Begin(REMEDY, "rt_judgment", "served_on"),
    "EC-C21": Begin(CASE, "ec_urge", "served_on", ("ec_decide",)),
    "EC-C22": Begin(CASE, "ec_serve", "served_on", ("ec_decide",)),
    "EC-C23": Begin(CASE, "ec_court_apply", "applied_on"),
    "EC-C24": Begin(CASE, "ec_court_result", "received_on"),
    "EC-C26": Begin("error_correction", "ec_error_decide", "effective_on"),
    "EC-C28": Begin("correction_order", "ec_recheck", "", ("ec_order_correct",)),
    "EC-C29": Begin(CASE, "ec_close_approve", "closed_on"),
    "EC-C30": Begin("dishonest_listing", "dl_decide", "listed_on"),
    "EC-C31": Begin("interference_record", "ir_record", "occurred_at"),
    "EC-C31-2": Begin("interference_record", "ir_record", "occurred_at"),
}
DAYS = [
    # clock, edge, started, given, due, lapse, yellow, orange
    ("EC-C12", "ends on a Saturday", "2026-05-15", {}, "2026-05-30", "2026-06-01", "2026-05-25", "2026-05-28"),
    ("EC-C12", "scenario 11", "2026-09-20", {}, "2026-10-05", "2026-10-08", "2026-09-30", "2026-10-03"),
    ("EC-C13", "34 days of three per cent", "2026-05-20", {}, "2026-07-08", "2026-07-08", "2026-06-21", "2026-07-04"),
    ("EC-C13", "paid late over National Day", "2026-09-20", {}, "2026-11-11", "2026-11-11", "2026-10-25", "2026-11-07"),
    ("EC-C14", "weekend", "2026-07-03", CASH, "2026-07-07", "2026-07-07", "2026-07-06", ""),
    ("EC-C14", "scenario 1, Labour Day", "2026-04-30", CASH, "2026-05-07", "2026-05-07", "2026-05-06", ""),
    ("EC-C15", "sixty days", "2026-06-01", {}, "2026-07-31", "2026-07-31", "", ""),
    ("EC-C15", "ends on National Day", "2026-08-04", {}, "2026-10-03", "2026-10-08", "", ""),
    ("EC-C16", "six months", "2026-06-01", {}, "2026-12-01", "2026-12-01", "", ""),
    ("EC-C16", "ends on National Day", "2026-04-01", {}, "2026-10-01", "2026-10-08", "", ""),
    ("EC-C16", "from the 31st, ends on a Sunday", "2026-08-31", {}, "2027-02-28", "2027-03-01", "", ""),
    ("EC-C17", "scenario 10, Dragon Boat", "2026-06-17", {}, "2026-07-02", "2026-07-02", "2026-06-25", "2026-06-30"),
    ("EC-C17", "simple: five days", "2026-06-17", {"procedure": "简易程序"},
     "2026-06-25", "2026-06-25", "2026-06-17", "2026-06-23"),
    ("EC-C18", "ends on National Day", "2026-08-04", {}, "2026-10-03", "2026-10-08", "", ""),
    ("EC-C18", "simple: thirty days", "2026-06-15", {"procedure": "简易程序"}, "2026-07-15", "2026-07-15", "", ""),
    ("EC-C19", "ends on National Day", "2026-09-18", SUIT, "2026-10-03", "2026-10-08", "2026-09-26", "2026-09-30"),
    ("EC-C19", "ends on a Sunday", "2026-06-13", SUIT, "2026-06-28", "2026-06-29", "2026-06-21", "2026-06-25"),
    ("EC-C20", "judgment, ends on National Day", "2026-09-18", {},
     "2026-10-03", "2026-10-08", "2026-09-28", "2026-10-01"),
    ("EC-C20", "ruling, ends on a Saturday", "2026-06-10", {"paper_kind": "裁定", "result": "驳回起诉"},
     "2026-06-20", "2026-06-22", "2026-06-15", "2026-06-18"),
    ("EC-C21", "scenario 13", "2026-12-02", {}, "2026-12-16", "2026-12-16", "", ""),
    ("EC-C21", "National Day and a make-up day", "2026-09-28", {}, "2026-10-16", "2026-10-16", "", ""),
    ("EC-C22", "scenario 13", "2026-06-01", {}, "2027-03-01", "2027-03-01", "2026-12-31", "2027-01-30"),
    ("EC-C22", "ends on a Sunday", "2026-06-28", {}, "2027-03-28", "2027-03-29", "2027-01-27", "2027-02-26"),
    ("EC-C23", "weekend", "2026-12-17", {}, "2026-12-24", "2026-12-24", "", ""),
    ("EC-C23", "National Day", "2026-09-29", {}, "2026-10-12", "2026-10-12", "", ""),
    ("EC-C24", "ends on National Day", "2026-09-18", {"stage": "不予受理"},
     "2026-10-03", "2026-10-08", "2026-09-26", "2026-09-30"),
    ("EC-C26", "scenario 14, Labour Day", "2026-04-30", {"withdraw": True},
     "2026-05-08", "2026-05-08", "2026-05-07", ""),
    ("EC-C26", "weekend", "2026-09-17", {"withdraw": True}, "2026-09-21", "2026-09-21", "2026-09-20", ""),
    ("EC-C28", "runs through the weekend", "2026-08-14", REFUSED, "2026-08-04", "2026-08-04", "", ""),
    ("EC-C29", "ends on National Day", "2026-09-05", {}, "2026-10-05", "2026-10-08", "2026-09-25", "2026-10-02"),
    ("EC-C29", "ends on a Saturday", "2026-06-11", {}, "2026-07-11", "2026-07-13", "2026-07-01", "2026-07-08"),
    ("EC-C30", "scenario 20", "2026-10-12", {}, "2029-10-12", "2029-10-12", "2029-09-12", ""),
    ("EC-C30", "from 29 February", "2028-02-29", {}, "2031-02-28", "2031-02-28", "2031-01-29", ""),
    ("EC-C31", "a Saturday before a make-up Sunday", "2026-09-19", {}, "2026-09-20", "2026-09-20", "", ""),
    ("EC-C31-2", "over Mid-Autumn", "2026-09-22", {}, "2026-09-30", "2026-09-30", "2026-09-29", ""),
]  # fmt: skip
PAGE = {f"EC-C{n:02}" for n in range(1, 32)}
# Sealing and its approval afterwards are clocks of the measure, whose diagram the hazards share.
ELSEWHERE = {"EC-C04": "HZ-C15", "EC-C05": "HZ-C14"}


@pytest.fixture(scope="module")
def own_stages(side_stages):
    return side_stages


def begun(session, rule: str, day: str, given: dict[str, Any]) -> Record:
    """A case in which a clock was started on a day at ten."""
    begin, moment = BEGINS[rule], f"{day} 10:00"
    record = Record(session, begin.process, moment)
    for step in begin.before:
        changes = {"served_at": "2026-08-03T10:00:00+08:00"} if step == "ec_order_correct" else {}
        record.answer(step, moment, **changes)
    value = at(moment).isoformat() if begin.at.endswith("_at") else day
    record.answer(begin.step, moment, **({begin.at: value} if begin.at else {}), **given)
    return record


@pytest.mark.parametrize(
    ("rule", "edge", "day", "given", "due_on", "lapse_on", "yellow", "orange"),
    DAYS,
    ids=[f"{row[0]} {row[1]}" for row in DAYS],
)
def test_a_clock_comes_to_its_day(session, rule, edge, day, given, due_on, lapse_on, yellow, orange):
    row = begun(session, rule, day, given).row(rule)
    assert (str(row.due_on), str(row.lapse_on)) == (due_on, lapse_on)
    assert (said(row.yellow_at), said(row.orange_at)) == (yellow, orange)


def test_the_bank_has_two_working_days_after_the_handing_in(session):
    """EC-C14: 2026-05-09 is a Saturday that is worked."""
    record = begun(session, "EC-C14", "2026-04-30", CASH)
    record.answer("es_hand_in", "2026-05-07 10:00")
    assert [str(row.due_on) for row in record.rows("EC-C14")] == ["2026-05-07", "2026-05-09"]


def test_the_clock_of_the_reconsideration_stands_still_while_it_is_suspended(session):
    """EC-C18: ten of the days are left out."""
    record = begun(session, "EC-C18", "2026-06-15", {})
    record.answer("rt_stay", "2026-06-20 10:00", on="2026-06-20", kind="中止审理")
    assert record.shown("EC-C18")["state"] == "paused"
    record.answer("rt_stay", "2026-06-30 10:00", on="2026-06-30", kind="恢复审理")
    assert record.shown("EC-C18")["due_on"] == "2026-08-24"


def test_every_clock_of_the_page_has_its_example():
    rows = (*DAYS, *test_enforcement_clocks.DAYS, *test_enforcement_review_clocks.DAYS)
    hazards = {row[0] for row in (*test_hazard_clocks.DAYS, *test_hazard_clocks.HOURS)}
    shown = {row[0] for row in rows} | {ours for ours, theirs in ELSEWHERE.items() if theirs in hazards}
    assert PAGE - shown == set()
