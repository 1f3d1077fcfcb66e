"""The clocks from the unit's review to the service of the decision: every edge to the day, every pause and stop."""

from __future__ import annotations

from typing import Any

import pytest

from engine import deadlines, parameters
from engine.people import SYSTEM_ACTOR
from tests.office import ROOT, at
from tests.processes.enforcement import ANSWERS
from tests.processes.enforcement_review_answers import PASSED, RETURNED
from tests.processes.matters import Matter, said

RULES = ("EC-C07", "EC-C08", "EC-C09", "EC-C10", "EC-C10-2", "EC-C11")
NOT_PUNISHED = {"outcome": "违法事实不成立", "proposed_penalties": None}


class Record(Matter):
    """A penalty case without its diagram."""

    told = ANSWERS


@pytest.fixture(scope="module")
def own_stages(enforcement_stages):
    return enforcement_stages


@pytest.fixture
def record(session):
    return Record(session, "enforcement_case", "2026-01-05 10:00")


def moment(text: str) -> str:
    return at(text).isoformat()


def noticed(record: Record, served: str, right: bool = True) -> Record:
    """A notice served at a moment."""
    record.answer("ec_notice", served, served_at=moment(served), hearing_right=right)
    return record


def begin(record: Record, rule: str, text: str, **changes: Any) -> Record:
    """Start a clock at a moment."""
    day = text[:10]
    if rule in ("EC-C07", "EC-C08"):
        noticed(record, text)
    elif rule == "EC-C09":
        record.answer("eh_appoint", "2026-01-06 10:00", hearing_at=moment(text))
    elif rule == "EC-C10":
        record.answer("ec_unit_review", text, **changes)
    elif rule == "EC-C10-2":
        record.answer("ec_statement", text)
    else:
        record.answer("ec_decide", text, decided_on=day)
    return record


DAYS = [
    # clock, edge, started, given, due, lapse, yellow, orange
    ("EC-C07", "weekend", "2026-07-23 10:00", {}, "2026-07-28", "2026-07-28", "", ""),
    ("EC-C07", "National Day and a make-up day", "2026-09-29 10:00", {}, "2026-10-09", "2026-10-09", "", ""),
    ("EC-C07", "the last minute of its day", "2026-07-23 23:59", {}, "2026-07-28", "2026-07-28", "", ""),
    ("EC-C08", "weekend", "2026-07-23 10:00", {}, "2026-07-30", "2026-07-30", "", ""),
    ("EC-C08", "scenario 4", "2026-09-29 10:00", {}, "2026-10-12", "2026-10-12", "", ""),
    ("EC-C09", "scenario 5", "2026-10-23 09:00", {}, "2026-10-13", "2026-10-13", "2026-10-09", "2026-10-12"),
    ("EC-C09", "served on a Sunday", "2026-06-25 09:00", {}, "2026-06-14", "2026-06-14", "2026-06-10", "2026-06-12"),
    ("EC-C09", "over Labour Day", "2026-05-11 09:00", {}, "2026-04-27", "2026-04-27", "2026-04-22", "2026-04-24"),
    ("EC-C10", "weekend", "2026-07-21 10:00", {}, "2026-07-28", "2026-07-28", "2026-07-24", "2026-07-27"),
    ("EC-C10", "National Day", "2026-09-28 10:00", {}, "2026-10-10", "2026-10-10", "2026-10-08", "2026-10-09"),
    (
        "EC-C10", "complex", "2026-07-21 10:00", {"complex": True},
        "2026-08-04", "2026-08-04", "2026-07-31", "2026-08-03",
    ),
    ("EC-C10-2", "weekend", "2026-07-29 10:00", {}, "2026-08-05", "2026-08-05", "2026-08-03", "2026-08-04"),
    ("EC-C10-2", "National Day", "2026-09-28 10:00", {}, "2026-10-10", "2026-10-10", "2026-10-08", "2026-10-09"),
    ("EC-C11", "weekend", "2026-07-31 10:00", {}, "2026-08-11", "2026-08-11", "2026-08-06", "2026-08-10"),
    ("EC-C11", "National Day", "2026-09-29 10:00", {}, "2026-10-14", "2026-10-14", "2026-10-10", "2026-10-13"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "edge", "started", "given", "due_on", "lapse_on", "yellow", "orange"),
    DAYS,
    ids=[f"{row[0]} {row[1]}" for row in DAYS],
)
def test_a_clock_comes_to_its_day(record, rule, edge, started, given, due_on, lapse_on, yellow, orange):
    row, shown = begin(record, rule, started, **given).row(rule), record.shown(rule)
    assert (shown["due_on"], shown["lapse_on"], shown["provisional"]) == (due_on, lapse_on, False)
    assert (said(row.yellow_at), said(row.orange_at)) == (yellow, orange)


TOLD = {
    "EC-C07": "case_handler",
    "EC-C08": "case_handler",
    "EC-C09": "hearing_clerk",
    "EC-C10": "deputy_head",
    "EC-C10-2": "deputy_head",
    "EC-C11": "unit_head",
}


@pytest.mark.parametrize(("rule", "role"), TOLD.items())
def test_who_is_told_when_a_clock_runs_out(record, rule, role):
    begin(record, rule, "2026-07-21 10:00")
    assert [action["notify"] for _, action in record.falls_due(rule) if "notify" in action] == [role]


@pytest.mark.parametrize("rule", RULES)
def test_an_unverified_length_is_marked(record, rule):
    begin(record, rule, "2026-07-21 10:00")
    assert record.shown(rule)["verified"] is (rule in ("EC-C08", "EC-C09", "EC-C11"))


@pytest.mark.parametrize("rule", ["EC-C07", "EC-C08", "EC-C09"])
def test_a_right_of_the_party_is_never_overdue(record, rule):
    begin(record, rule, "2026-07-21 10:00")
    assert record.shown(rule, "2026-12-01 10:00")["lamp"] != "red"


@pytest.mark.parametrize("rule", ["EC-C10", "EC-C10-2", "EC-C11"])
def test_a_duty_of_the_office_turns_red(record, rule):
    begin(record, rule, "2026-07-21 10:00")
    assert record.shown(rule, "2026-12-01 10:00")["lamp"] == "red"


def test_a_new_notice_starts_both_periods_again(record):
    noticed(record, "2026-07-23 10:00")
    noticed(record, "2026-07-27 10:00")
    assert (record.shown("EC-C07")["due_on"], record.shown("EC-C08")["due_on"]) == ("2026-07-30", "2026-08-03")
    assert [row.state for row in record.rows("EC-C07")] == ["stopped", "running"]


def test_no_right_to_a_hearing_no_period(record):
    assert not noticed(record, "2026-07-23 10:00", right=False).runs("EC-C08")


def test_a_lighter_notice_ends_the_period_for_hearings(record):
    noticed(record, "2026-07-23 10:00")
    assert not noticed(record, "2026-07-24 10:00", right=False).runs("EC-C08")


def test_a_request_fulfils_the_period_on_its_own_day(record):
    noticed(record, "2026-09-29 10:00")
    record.answer("ec_statement", "2026-10-13 10:00", hearing_requested_on="2026-10-12")
    assert (record.row("EC-C08").state, record.row("EC-C07").state) == ("met", "stopped")


def test_a_request_after_the_period_is_late(record):
    noticed(record, "2026-09-29 10:00")
    record.answer("ec_statement", "2026-10-13 10:00", hearing_requested_on="2026-10-13")
    assert record.row("EC-C08").state == "late"


def test_a_party_that_asks_for_nothing_ends_both(record):
    noticed(record, "2026-07-23 10:00")
    record.answer("ec_statement", "2026-07-31 10:00")
    assert {record.row(rule).state for rule in ("EC-C07", "EC-C08")} == {"stopped"}


def test_a_hearing_notice_is_in_time_on_its_last_day_and_late_the_next(record):
    begin(record, "EC-C09", "2026-10-23 09:00")
    record.answer("eh_notify", "2026-10-15 10:00", served_on="2026-10-13")
    assert record.row("EC-C09").state == "met"


def test_a_hearing_notice_served_a_day_later_is_late(record):
    begin(record, "EC-C09", "2026-10-23 09:00")
    record.answer("eh_notify", "2026-10-15 10:00", served_on="2026-10-14")
    assert record.row("EC-C09").state == "late"


def test_a_postponed_hearing_counts_from_its_new_day(record):
    begin(record, "EC-C09", "2026-10-23 09:00")
    record.answer("eh_notify", "2026-10-13 10:00", served_on="2026-10-13")
    record.answer("eh_hold", "2026-10-22 10:00", result="延期", postponed_to=moment("2026-11-03 09:00"))
    assert [row.due_on.isoformat() for row in record.rows("EC-C09")] == ["2026-10-13", "2026-10-22"]


def test_the_legal_review_pauses_while_the_file_is_returned(record):
    """Returned on the second working day, back a week later: the pause day counts, the day of the return does not."""
    begin(record, "EC-C10", "2026-07-21 10:00")
    record.answer("ec_legal_review", "2026-07-23 10:00", **RETURNED)
    assert record.row("EC-C10").state == "paused"
    record.answer("ec_unit_review", "2026-07-30 10:00")
    assert (record.row("EC-C10").state, record.shown("EC-C10")["due_on"]) == ("running", "2026-08-04")
    record.answer("ec_legal_review", "2026-08-04 10:00", **PASSED)
    assert record.row("EC-C10").state == "met"


def test_the_legal_review_is_late_a_day_after(record):
    begin(record, "EC-C10", "2026-07-21 10:00")
    record.answer("ec_legal_review", "2026-07-29 10:00", **PASSED)
    assert record.row("EC-C10").state == "late"


def test_a_report_that_the_unit_returns_starts_no_legal_review(record):
    assert not begin(record, "EC-C10", "2026-07-21 10:00", decision="退回").runs("EC-C10")


STARTS = [
    ("ec_statement", {"new_facts": True}, False),
    ("ec_statement", {"hearing_requested_on": "2026-07-27"}, False),
    ("eh_accept", {}, False),
    ("eh_accept", {"decision": "不受理"}, True),
    ("eh_hold", {}, False),
    ("eh_hold", {"result": "延期"}, False),
    ("eh_hold", {"result": "当事人撤回"}, True),
    ("eh_report", {}, True),
    ("eh_report", {"suggestion": "补充调查"}, False),
    ("eh_report", {"suggestion": "有新事实，重新告知"}, False),
]


@pytest.mark.parametrize(("step", "changes", "runs"), STARTS)
def test_the_final_review_is_counted_from_the_end_of_the_procedure(record, step, changes, runs):
    record.answer(step, "2026-07-29 10:00", **changes)
    assert record.runs("EC-C10-2") is runs


def test_where_nobody_is_punished_the_final_review_follows_the_first(record):
    record.answer("ec_investigation_report", "2026-07-20 10:00", **NOT_PUNISHED)
    record.answer("ec_legal_review", "2026-07-22 10:00", **PASSED)
    assert record.runs("EC-C10-2")
    record.answer("ec_legal_review_final", "2026-07-23 10:00")
    assert record.row("EC-C10-2").state == "met"


@pytest.mark.parametrize("decision", ["移送司法机关", "重新告知"])
def test_what_is_not_served_has_no_period_for_service(record, decision):
    record.answer("ec_decide", "2026-07-31 10:00", decision=decision)
    assert not record.runs("EC-C11")


SERVED = [
    ({"signed_on": "2026-08-11"}, "met"),
    ({"signed_on": "2026-08-12"}, "late"),
    ({"method": "公告", "signed_on": None, "announced_on": "2026-08-11", "served_on": "2026-09-10"}, "met"),
    ({"method": "公告", "signed_on": None, "announced_on": "2026-08-12", "served_on": "2026-09-11"}, "late"),
]


@pytest.mark.parametrize(("changes", "state"), SERVED)
def test_service_is_judged_by_the_day_on_which_it_was_done(record, changes, state):
    begin(record, "EC-C11", "2026-07-31 10:00")
    record.answer("ec_serve", "2026-09-12 10:00", **changes)
    assert record.row("EC-C11").state == state


def test_a_place_may_settle_a_longer_period_for_statements(record):
    moment_set = at("2026-01-01 10:00")
    parameters.set_(record.session, "clock.EC-C07.length", "5 WD", "370202", "本省规定", SYSTEM_ACTOR, moment_set)
    shown = noticed(record, "2026-07-23 10:00").shown("EC-C07")
    assert (shown["due_on"], shown["source"]) == ("2026-07-30", "本省规定")


def test_the_90_days_go_on_through_review_and_stop_at_the_decision(record):
    """EC-C06: never paused by a return, not ended by a decision to give notice anew."""
    record.answer("ec_file_case_approve", "2026-07-06 11:00", filed_on="2026-07-06")
    begin(record, "EC-C10", "2026-07-21 10:00")
    record.answer("ec_legal_review", "2026-07-23 10:00", **RETURNED)
    assert record.row("EC-C06").state == "running"
    record.answer("ec_decide", "2026-07-30 10:00", decision="重新告知", decided_on=None)
    assert record.row("EC-C06").state == "running"
    record.answer("ec_decide", "2026-10-08 10:00", decided_on="2026-10-08")
    assert (record.row("EC-C06").state, record.shown("EC-C06")["due_on"]) == ("late", "2026-10-04")


def test_every_clock_of_these_stages_is_counted_here():
    given = (ROOT / "bpmn" / "enforcement_case" / "deadlines.toml").read_bytes()
    assert {row[0] for row in DAYS} == set(RULES) <= {rule.id for rule in deadlines.load(given)}
