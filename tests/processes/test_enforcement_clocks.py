"""The clocks of a penalty case up to its report, and of what is kept or ordered in it: every edge to the day."""

from __future__ import annotations

import pytest

from engine import deadlines, parameters
from engine.people import SYSTEM_ACTOR
from tests.office import ROOT, at
from tests.processes.enforcement import ANSWERS
from tests.processes.matters import Matter, said

CASE, KEPT, ORDER = "enforcement_case", "evidence_preservation", "correction_order"
PENALTY = {
    "decision": "行政处罚",
    "penalties": [{"subject": "单位", "name": "甲", "kind": "罚款", "amount": "40000.00"}],
}


class Record(Matter):
    """A case of the enforcement family without its diagram."""

    told = ANSWERS

    def decide(self, day: str, **changes) -> None:
        """Note a decision of a day as the decision stage would."""
        self._run(f"{day} 10:00").note("ec_decide", {**PENALTY, "decided_on": day, **changes})


@pytest.fixture(scope="module")
def own_stages(enforcement_stages):
    return enforcement_stages


def moment(text: str) -> str:
    return at(text).isoformat()


def clue(session, occurred: str, registered: str, **changes) -> Record:
    """A clue of an act that occurred on a day, registered at a moment."""
    record = Record(session, CASE, registered)
    record.answer("ec_clue", registered, occurred_at=moment(f"{occurred} 09:00"), **changes)
    return record


def urgent(session, first: str) -> Record:
    """A clue that was looked into on the spot."""
    return clue(session, first[:10], first, urgent=True, first_act_at=moment(first))


def filed(session, day: str) -> Record:
    """A case filed on a day."""
    record = clue(session, day, f"{day} 10:00")
    record.answer("ec_file_case_approve", f"{day} 11:00", filed_on=day)
    return record


def decided(session, day: str, **changes) -> Record:
    """A case decided on a day."""
    record = filed(session, day)
    record.decide(day, **changes)
    return record


def kept(session, served: str) -> Record:
    """Evidence kept since a moment."""
    record = Record(session, KEPT, served)
    record.answer("ec_preserve_serve", served, served_at=moment(served))
    return record


def ordered(session, deadline: str, served: str = "2026-02-02 10:00") -> Record:
    """An order to put something right by a day."""
    record = Record(session, ORDER, served)
    record.answer("ec_order_correct", served, served_at=moment(served), deadline=deadline)
    return record


NOT_PENALISED = {"decision": "不予行政处罚", "penalties": None}
DAYS = [
    # clock, edge, made, due, lapse, yellow, orange
    ("EC-C01", "two years", lambda s: clue(s, "2025-03-02", "2026-03-02 10:00"),
     "2027-03-02", "2027-03-02", "2026-12-02", "2027-01-31"),
    ("EC-C01", "ends on a Sunday", lambda s: clue(s, "2024-03-01", "2026-02-02 10:00"),
     "2026-03-01", "2026-03-01", "2025-12-01", "2026-01-30"),
    ("EC-C01", "ends on National Day", lambda s: clue(s, "2024-10-01", "2026-02-02 10:00"),
     "2026-10-01", "2026-10-01", "2026-07-03", "2026-09-01"),
    ("EC-C01", "from 29 February", lambda s: clue(s, "2024-02-29", "2026-02-02 10:00"),
     "2026-02-28", "2026-02-28", "2025-11-30", "2026-01-29"),
    ("EC-C01", "five years", lambda s: clue(s, "2024-03-01", "2026-03-02 10:00", life_safety_harm=True),
     "2029-03-01", "2029-03-01", "2028-12-01", "2029-01-30"),
    ("EC-C02", "weekend", lambda s: urgent(s, "2026-07-03 10:00"),
     "2026-07-10", "2026-07-10", "2026-07-08", "2026-07-09"),
    ("EC-C02", "National Day", lambda s: urgent(s, "2026-09-29 10:00"),
     "2026-10-12", "2026-10-12", "2026-10-09", "2026-10-10"),
    ("EC-C03", "Labour Day", lambda s: kept(s, "2026-04-29 10:00"),
     "2026-05-12", "2026-05-12", "2026-05-08", "2026-05-11"),
    ("EC-C03", "weekend", lambda s: kept(s, "2026-07-03 10:00"),
     "2026-07-14", "2026-07-14", "2026-07-09", "2026-07-13"),
    ("EC-C03", "Spring Festival", lambda s: kept(s, "2026-02-12 10:00"),
     "2026-02-28", "2026-02-28", "2026-02-25", "2026-02-27"),
    ("EC-C06", "ends in a holiday", lambda s: filed(s, "2026-07-06"),
     "2026-10-04", "2026-10-08", "2026-09-04", "2026-09-24"),
    ("EC-C06", "ends on a Sunday", lambda s: filed(s, "2026-03-02"),
     "2026-05-31", "2026-06-01", "2026-05-01", "2026-05-21"),
    ("EC-C25", "over Mid-Autumn", lambda s: decided(s, "2026-09-18"),
     "2026-09-29", "2026-09-29", "2026-09-23", "2026-09-28"),
    ("EC-C25", "weekend", lambda s: decided(s, "2026-07-03"),
     "2026-07-14", "2026-07-14", "2026-07-09", "2026-07-13"),
    ("EC-C25", "no penalty: twenty days", lambda s: decided(s, "2026-07-03", **NOT_PENALISED),
     "2026-07-31", "2026-07-31", "2026-07-28", "2026-07-30"),
    ("EC-C27", "next day", lambda s: ordered(s, "2026-07-15"), "2026-07-16", "2026-07-16", "2026-07-15", ""),
    ("EC-C27", "over a weekend", lambda s: ordered(s, "2026-07-17"), "2026-07-20", "2026-07-20", "2026-07-17", ""),
    ("EC-C27", "deadline on a Saturday", lambda s: ordered(s, "2026-07-18"),
     "2026-07-20", "2026-07-20", "2026-07-17", ""),
    ("EC-C27", "over Labour Day", lambda s: ordered(s, "2026-04-30"),
     "2026-05-06", "2026-05-06", "2026-04-30", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "edge", "made", "due_on", "lapse_on", "yellow", "orange"), DAYS, ids=[f"{d[0]}-{d[1]}" for d in DAYS]
)
def test_the_days_of_a_clock(session, rule, edge, made, due_on, lapse_on, yellow, orange):
    row = made(session).row(rule)
    assert (str(row.due_on), str(row.lapse_on)) == (due_on, lapse_on)
    assert (said(row.yellow_at), said(row.orange_at)) == (yellow, orange)


def test_an_act_that_still_goes_on_does_not_lapse(session):
    """EC-C01, APL 36(2)."""
    assert not clue(session, "2020-01-01", "2026-03-02 10:00", continuing=True).runs("EC-C01")


def test_a_continuing_act_lapses_from_its_end(session):
    record = Record(session, CASE, "2026-03-02 10:00")
    wrong = record.answer("ec_clue", "2026-03-02 10:00", occurred_at=moment("2020-01-01 09:00"), continuing=True)
    record.correct(wrong, "2026-03-10 10:00", act_ended_at=moment("2026-03-05 18:00"))
    assert record.shown("EC-C01")["due_on"] == "2028-03-05"


def test_filing_ends_the_lapse(session):
    assert filed(session, "2026-07-06").row("EC-C01").state == "met"


def test_a_lapsed_act_is_no_overdue_task(session):
    """EC-C01 ends as a right of the State does: told to the heads, never red."""
    record = clue(session, "2024-08-01", "2026-07-06 10:00")
    told = [action for moment, action in record.falls_due("EC-C01") if moment == "2026-08-02"]
    assert told == [{"notify": "unit_head"}, {"notify": "deputy_head"}]


def test_what_is_filed_first_needs_no_filing_afterwards(session):
    assert not clue(session, "2026-07-02", "2026-07-03 10:00").runs("EC-C02")


def test_the_filing_papers_end_the_time_for_filing_afterwards(session):
    record = urgent(session, "2026-07-03 10:00")
    record.answer("ec_file_case", "2026-07-10 23:00")
    assert record.row("EC-C02").state == "met"


def test_a_disposal_after_seven_days_is_late(session):
    record = kept(session, "2026-04-29 10:00")
    record.answer("ec_preserve_release", "2026-05-13 10:00", released_at=moment("2026-05-13 09:00"))
    assert record.row("EC-C03").state == "late"


def test_a_disposal_on_the_last_day_is_in_time(session):
    record = kept(session, "2026-04-29 10:00")
    record.answer("ec_preserve_dispose", "2026-05-12 20:00", disposed_at=moment("2026-05-12 19:00"))
    assert record.row("EC-C03").state == "met"


# EC-C06, ninety days.


def suspended(session) -> Record:
    """A case suspended on its fortieth day."""
    record = filed(session, "2026-07-06")
    record.answer("ec_suspend_approve", "2026-08-15 10:00", suspended_on="2026-08-15")
    return record


def test_a_suspension_stops_the_ninety_days(session):
    shown = suspended(session).shown("EC-C06")
    assert (shown["state"], shown["due_on"]) == ("paused", None)


def test_the_remaining_days_run_on_from_the_day_after_the_resumption(session):
    record = suspended(session)
    record.answer("ec_resume", "2026-12-01 15:00", resumed_on="2026-12-01")
    shown = record.shown("EC-C06")
    assert shown["due_on"] == "2027-01-20"
    assert {"from": "2026-08-16", "to": "2026-12-01", "skipped": "中止调查"} in shown["explanation"]


def test_a_refused_suspension_stops_nothing(session):
    record = filed(session, "2026-07-06")
    record.answer("ec_suspend_approve", "2026-08-15 10:00", decision="不同意", suspended_on=None, reason="理由不足")
    assert record.shown("EC-C06")["due_on"] == "2026-10-04"


def test_two_suspensions_are_both_left_out(session):
    record = suspended(session)
    record.answer("ec_resume", "2026-08-20 10:00", resumed_on="2026-08-20")
    record.answer("ec_suspend_approve", "2026-09-01 10:00", suspended_on="2026-09-01")
    record.answer("ec_resume", "2026-09-11 10:00", resumed_on="2026-09-11")
    assert record.shown("EC-C06")["due_on"] == "2026-10-19"


def test_testing_counts_unless_the_place_says_otherwise(session):
    record = filed(session, "2026-07-06")
    record.answer("ec_appraise", "2026-07-09 10:00")
    assert record.shown("EC-C06")["due_on"] == "2026-10-04"


def test_a_place_may_leave_testing_out(session):
    parameters.set_(session, "ec_decision_exclude", "检测", "370202", "某市规定", SYSTEM_ACTOR, at("2026-01-01 00:00"))
    record = filed(session, "2026-07-06")
    record.answer("ec_appraise", "2026-07-09 10:00", days=10)
    assert record.shown("EC-C06")["due_on"] == "2026-10-14"


def heard(session) -> Record:
    """A case in which a hearing was granted on 08-03 and reported on 08-13."""
    record = filed(session, "2026-07-06")
    record.answer("eh_accept", "2026-08-03 10:00", decision="受理", decided_on="2026-08-03")
    record.answer("eh_report", "2026-08-13 10:00")
    return record


def test_a_hearing_counts_unless_the_place_says_otherwise(session):
    assert heard(session).shown("EC-C06")["due_on"] == "2026-10-04"


def test_a_place_may_leave_hearings_out(session):
    parameters.set_(session, "ec_decision_exclude", "听证", "370202", "某市规定", SYSTEM_ACTOR, at("2026-01-01 00:00"))
    assert heard(session).shown("EC-C06")["due_on"] == "2026-10-14"


def test_a_resumption_does_not_end_the_time_of_a_hearing(session):
    parameters.set_(session, "ec_decision_exclude", "听证", "370202", "某市规定", SYSTEM_ACTOR, at("2026-01-01 00:00"))
    record = filed(session, "2026-07-06")
    record.answer("eh_accept", "2026-08-03 10:00", decision="受理", decided_on="2026-08-03")
    record.answer("ec_suspend_approve", "2026-08-05 10:00", suspended_on="2026-08-05")
    record.answer("ec_resume", "2026-08-07 10:00", resumed_on="2026-08-07")
    assert record.row("EC-C06").state == "paused"


def test_the_handler_is_reminded_on_the_last_working_day(session):
    """Scenario 2: due on Sunday 10-04, the last working day before is 09-30."""
    record = filed(session, "2026-07-06")
    assert ("2026-09-30", {"notify": "case_handler"}) in record.falls_due("EC-C06")


def test_a_decision_after_the_holiday_is_late(session):
    """Scenario 2: the strict end does not roll."""
    record = filed(session, "2026-07-06")
    record.decide("2026-10-08")
    assert record.row("EC-C06").state == "late"


def test_lateness_is_told_to_the_legal_officer_and_ends_nothing(session):
    record = filed(session, "2026-07-06")
    told = [action for moment, action in record.falls_due("EC-C06") if moment == "2026-10-05"]
    assert told == [{"warn": "red"}, {"notify": "legal_officer"}, {"notify": "deputy_head"}]


# EC-C25, EC-C27 and EC-C28.


def test_publication_counts_from_the_day_on_which_it_appeared(session):
    record = decided(session, "2026-09-18")
    record.answer("ec_publish", "2026-09-30 10:00", published_at=moment("2026-09-29 17:00"))
    assert record.row("EC-C25").state == "met"


def test_an_early_recheck_is_in_time(session):
    record = ordered(session, "2026-07-15")
    record.answer("ec_recheck", "2026-07-10 10:00", checked_at=moment("2026-07-10 09:00"))
    assert record.row("EC-C27").state == "met"


REFUSED = {
    "result": "未改正",
    "refuses": True,
    "refusal_facts": "仍停用",
    "original_fine": "40000.00",
    "daily_fine": True,
}


def test_daily_fines_run_from_the_day_after_the_order(session):
    record = ordered(session, "2026-08-12", "2026-08-03 10:00")
    record.answer("ec_recheck", "2026-08-13 10:00", checked_at=moment("2026-08-13 09:00"), **REFUSED)
    shown = record.shown("EC-C28")
    assert (shown["started_at"][:10], shown["due_on"], shown["state"]) == ("2026-08-03", "2026-08-04", "running")


def test_every_further_refusal_runs_on_and_a_pass_ends_it(session):
    record = ordered(session, "2026-08-12", "2026-08-03 10:00")
    record.answer("ec_recheck", "2026-08-13 10:00", checked_at=moment("2026-08-13 09:00"), **REFUSED)
    record.answer("ec_recheck", "2026-08-15 10:00", checked_at=moment("2026-08-15 09:00"), **REFUSED)
    assert record.runs("EC-C28") and record.shown("EC-C28")["due_on"] == "2026-08-16"
    record.answer("ec_recheck", "2026-08-20 10:00", checked_at=moment("2026-08-20 09:00"))
    assert not record.runs("EC-C28")


def test_without_a_fine_no_daily_fine_runs(session):
    record = ordered(session, "2026-08-12", "2026-08-03 10:00")
    record.answer("ec_recheck", "2026-08-13 10:00", **{**REFUSED, "original_fine": None, "daily_fine": None})
    assert not record.runs("EC-C28")


# What the page says of each clock.

PAGE = {
    "EC-C01": (CASE, "limit", "2 Y", ("90 CD", "30 CD"), "第三十六条", True, False),
    "EC-C02": (CASE, "limit", "5 WD", ("2 WD", "1 WD"), "第二十三条", False, True),
    "EC-C03": (KEPT, "limit", "7 WD", ("3 WD", "1 WD"), "第五十六条", True, False),
    "EC-C06": (CASE, "limit", "90 CD", ("30 CD", "10 CD"), "第六十条", True, False),
    "EC-C25": (CASE, "limit", "7 WD", ("3 WD", "1 WD"), "第七十八条第二款", True, False),
    "EC-C27": (ORDER, "limit", "1 WD", ("1 WD",), "内部规定", False, True),
    "EC-C28": (ORDER, "period", "1 CD", (), "第一百一十二条", True, False),
}


@pytest.mark.parametrize("name", PAGE)
def test_a_clock_is_as_the_page_has_it(name):
    folder, kind, length, warn, article, verified, regional = PAGE[name]
    rules = deadlines.load((ROOT / "bpmn" / folder / "deadlines.toml").read_bytes())
    rule = next(rule for rule in rules if rule.id == name)
    assert (rule.kind, rule.length.text, tuple(span.text for span in rule.warn)) == (kind, length, warn)
    assert article in rule.article
    assert (rule.verified, rule.regional) == (verified, regional)


@pytest.mark.parametrize("name", ["EC-C02", "EC-C27"])
def test_a_place_settles_its_own_length(session, name):
    parameters.set_(
        session,
        f"clock.{name}.length",
        "3 WD",
        "370202",
        "某市规定",
        SYSTEM_ACTOR,
        at("2026-01-01 00:00"),
        verified=True,
    )
    record = urgent(session, "2026-07-03 10:00") if name == "EC-C02" else ordered(session, "2026-07-03")
    shown = record.shown(name)
    assert (shown["due_on"], shown["source"]) == ("2026-07-08", "某市规定")
