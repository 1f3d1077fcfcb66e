"""Every clock of a referral to the day: three days strictly and leniently, twenty-four hours through any holiday."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from sqlalchemy import select

from engine import model, parameters, store
from engine.people import SYSTEM_ACTOR
from tests.office import ROOT, at
from tests.processes.matters import Matter, said
from tests.processes.referral import ASKED, FORWARDED, NOT_FILED, REFUSED
from tests.processes.referral_answers import ANSWERS, RESULT

WHOLE = {"decision": "批准移送"}
NOT_PROSECUTED = {"persons": [{"name": "刘某", "result": "不起诉", "effective_on": "2026-06-01"}]}
REASONS = {"result": "要求公安说明理由"}
OPINION = {"kind": "行政处罚"}
BEGINS: dict[str, tuple[str, str, dict[str, Any]]] = {
    # clock: the step that starts it, the field that holds the day or moment, what else is said
    "JR-C00": ("ref_clue", "discovered_at", {}),
    "JR-C01": ("ref_receive", "received_at", {}),
    "JR-C01-2": ("ref_report", "", {}),
    "JR-C02": ("ref_decide", "", WHOLE),
    "JR-C03": ("ref_handover", "handed_at", {}),
    "JR-C03-2": ("ref_handover", "handed_at", {"copy_to_procuratorate_at": None}),
    "JR-C04": ("ref_police_receipt", "accepted_at", {}),
    "JR-C05a": ("ref_police_receipt", "accepted_at", {}),
    "JR-C05": ("ref_record_decision", "notice_at", ASKED),
    "JR-C06": ("ref_police_receipt", "found_at", FORWARDED),
    "JR-C06b": ("ref_record_decision", "decided_on", {"decision": "已决定待书面通知", "notice_received_on": None}),
    "JR-C07": ("ref_record_decision", "notice_received_on", {}),
    "JR-C08": ("ref_record_decision", "notice_received_on", NOT_FILED),
    "JR-C09": ("ref_reconsider", "police_received_on", {}),
    "JR-C10": ("ref_record_recon", "notice_received_on", {}),
    "JR-C11": ("ref_record_supervision", "police_received_on", REASONS),
    "JR-C12": ("ref_record_supervision", "police_received_on", {"result": "通知公安立案"}),
    "JR-C13": ("ref_property", "", {}),
    "JR-C13-2": ("ref_assistance", "due_on", {}),
    "JR-C14": ("ref_result", "paper_received_on", {}),
    "JR-C15": ("ref_return_receive", "received_on", {}),
    "JR-C16": ("ref_police_receipt", "notice_received_on", {"result": "非公安职责", "accepted_at": None}),
    "JR-C17": ("ref_procuratorate_opinion", "received_on", {}),
    "JR-C18": ("ref_procuratorate_opinion", "received_on", {"kind": "行政处罚"}),
    "JR-C18-2": ("ref_result", "paper_received_on", NOT_PROSECUTED),
    "JR-C18-3": ("ref_result", "paper_received_on", NOT_PROSECUTED),
}
THREE_DAYS = "JR-C01 JR-C04 JR-C05 JR-C06b JR-C07 JR-C08 JR-C09 JR-C10 JR-C16 JR-C17"
HOURS = "JR-C02 JR-C05a JR-C06"


class Record(Matter):
    """A referral without its diagram."""

    told = ANSWERS


@pytest.fixture(scope="module")
def own_stages(referral_stages):
    return referral_stages


def begun(session, rule: str, moment: str) -> Record:
    """A referral in which a clock was started at a moment."""
    record = Record(session, "judicial_referral", moment)
    step, field, given = BEGINS[rule]
    when = {} if not field else {field: moment[:10] if field.endswith("_on") else at(moment).isoformat()}
    record.answer(step, moment, **given | when)
    return record


def settle(session, key: str, value: object) -> None:
    """Let the province settle a parameter."""
    source = "省规定"
    parameters.set_(session, key, value, "370202", source, SYSTEM_ACTOR, at("2026-01-01 00:00"))


DAYS = [
    # clock, edge, started, due, lapse
    ("JR-C00", "weekend", "2026-06-05 10:00", "2026-06-08", "2026-06-08"),
    ("JR-C00", "National Day", "2026-09-30 10:00", "2026-10-08", "2026-10-08"),
    ("JR-C01-2", "weekend", "2026-06-05 10:00", "2026-06-08", "2026-06-08"),
    ("JR-C03", "plain", "2026-06-11 15:00", "2026-06-12", "2026-06-12"),
    ("JR-C03", "National Day", "2026-09-30 15:00", "2026-10-08", "2026-10-08"),
    ("JR-C03-2", "Dragon Boat", "2026-06-18 15:00", "2026-06-22", "2026-06-22"),
    ("JR-C11", "plain", "2026-06-29 10:00", "2026-07-06", "2026-07-06"),
    ("JR-C11", "Dragon Boat", "2026-06-12 10:00", "2026-06-19", "2026-06-22"),
    ("JR-C12", "ends on a Saturday", "2026-07-10 10:00", "2026-07-25", "2026-07-27"),
    ("JR-C12", "ends in National Day", "2026-09-18 10:00", "2026-10-03", "2026-10-08"),
    ("JR-C13", "plain", "2026-06-17 10:00", "2026-09-15", "2026-09-15"),
    ("JR-C13", "ends on a Sunday", "2026-06-22 10:00", "2026-09-20", "2026-09-20"),  # a day of work, moved there
    ("JR-C13-2", "the day asked for", "2026-07-15 10:00", "2026-07-15", "2026-07-15"),
    ("JR-C13-2", "asked for a Saturday", "2026-07-11 10:00", "2026-07-11", "2026-07-13"),
    ("JR-C14", "weekend", "2026-11-20 10:00", "2026-11-27", "2026-11-27"),
    ("JR-C14", "National Day", "2026-09-28 10:00", "2026-10-10", "2026-10-10"),
    ("JR-C15", "weekend", "2026-06-25 10:00", "2026-07-06", "2026-07-06"),
    ("JR-C18", "two months", "2026-07-06 10:00", "2026-09-06", "2026-09-07"),
    ("JR-C18-2", "Dragon Boat", "2026-06-17 10:00", "2026-06-23", "2026-06-23"),
    ("JR-C18-3", "three days and ten", "2026-06-08 10:00", "2026-06-26", "2026-06-26"),
    ("JR-C18", "into the next year", "2026-11-20 10:00", "2027-01-20", "2027-01-20"),
    *((rule, "plain", "2026-06-08 10:00", "2026-06-11", "2026-06-11") for rule in THREE_DAYS.split()),
    *((rule, "weekend", "2026-06-11 15:00", "2026-06-14", "2026-06-15") for rule in THREE_DAYS.split()),
    *((rule, "Dragon Boat", "2026-06-17 10:00", "2026-06-20", "2026-06-22") for rule in THREE_DAYS.split()),
    *((rule, "National Day", "2026-09-28 10:00", "2026-10-01", "2026-10-08") for rule in THREE_DAYS.split()),
]


@pytest.mark.parametrize(
    ("rule", "edge", "started", "due", "lapse"), DAYS, ids=[f"{rule} {edge}" for rule, edge, *_ in DAYS]
)
def test_the_last_day_strictly_and_leniently(session, rule, edge, started, due, lapse):
    shown = begun(session, rule, started).shown(rule)
    assert (shown["due_on"], shown["lapse_on"]) == (due, lapse)


@pytest.mark.parametrize("rule", HOURS.split())
@pytest.mark.parametrize(("started", "due"), [("2026-06-10 16:30", "2026-06-11"), ("2026-09-30 16:30", "2026-10-01")])
def test_twenty_four_hours_run_through_nights_and_holidays(session, rule, started, due):
    shown = begun(session, rule, started).shown(rule)
    assert shown["due_at"] == shown["lapse_at"] == f"{due}T16:30:00+08:00"


@pytest.mark.parametrize(
    ("rule", "started", "yellow", "orange"),
    [
        ("JR-C00", "2026-06-05 10:00", "2026-06-08 19:59", ""),
        ("JR-C01", "2026-06-08 10:00", "2026-06-10 23:59", "2026-06-11 15:59"),
        ("JR-C02", "2026-06-10 16:30", "2026-06-11 08:30", "2026-06-11 13:30"),
        ("JR-C03", "2026-06-11 15:00", "2026-06-12 15:59", ""),
        ("JR-C04", "2026-06-11 15:00", "2026-06-13", "2026-06-14"),
        ("JR-C05", "2026-06-12 11:00", "2026-06-14 23:59", ""),
        ("JR-C05a", "2026-06-11 15:00", "", ""),
        ("JR-C06", "2026-06-11 15:00", "", ""),
        ("JR-C06b", "2026-06-12 10:00", "", ""),
        ("JR-C07", "2026-06-15 10:00", "2026-06-17 23:59", ""),
        ("JR-C08", "2026-06-15 10:00", "2026-06-17 23:59", "2026-06-18 15:59"),
        ("JR-C09", "2026-06-17 10:00", "2026-06-20", ""),
        ("JR-C10", "2026-06-22 10:00", "2026-06-24 23:59", "2026-06-25 15:59"),
        ("JR-C11", "2026-06-29 10:00", "", ""),
        ("JR-C12", "2026-07-10 10:00", "", ""),
        ("JR-C13", "2026-06-17 10:00", "2026-08-31", ""),
        ("JR-C13-2", "2026-07-15 10:00", "2026-07-12", "2026-07-14"),
        ("JR-C14", "2026-11-20 10:00", "2026-11-25", "2026-11-26"),
        ("JR-C15", "2026-06-25 10:00", "2026-07-01", "2026-07-03"),
        ("JR-C16", "2026-06-12 10:00", "2026-06-14 23:59", ""),
        ("JR-C17", "2026-07-06 10:00", "2026-07-08 23:59", ""),
        ("JR-C18", "2026-11-20 10:00", "2026-12-21", "2027-01-13"),
    ],
)
def test_warnings_come_as_the_page_says(session, rule, started, yellow, orange):
    row = begun(session, rule, started).row(rule)
    assert (said(row.yellow_at), said(row.orange_at)) == (yellow, orange)


def test_a_province_may_count_three_days_in_working_days(session):
    settle(session, "referral.day_type", "working")
    for rule in THREE_DAYS.split():
        shown = begun(session, rule, "2026-06-17 10:00").shown(rule)
        assert (shown["due_on"], shown["lapse_on"]) == ("2026-06-23", "2026-06-23"), rule


STOPS = [
    # clock, started, the step that ends it, its answers, when, how it ends
    ("JR-C00", "2026-06-05 10:00", "ref_team", {}, "2026-06-08 17:00", "met"),
    ("JR-C00", "2026-06-05 10:00", "ref_team", {}, "2026-06-09 09:00", "late"),
    ("JR-C01", "2026-06-08 10:00", "ref_decide", WHOLE, "2026-06-11 23:59", "met"),
    ("JR-C01", "2026-06-08 10:00", "ref_decide", WHOLE, "2026-06-12 00:00", "late"),
    ("JR-C01", "2026-06-08 10:00", "ref_decide", REFUSED, "2026-06-11 10:00", "met"),
    (
        "JR-C02",
        "2026-06-10 16:30",
        "ref_handover",
        {"handed_at": "2026-06-11T16:30:00+08:00"},
        "2026-06-11 17:00",
        "met",
    ),
    (
        "JR-C02",
        "2026-06-10 16:30",
        "ref_handover",
        {"handed_at": "2026-06-11T16:31:00+08:00"},
        "2026-06-11 17:00",
        "late",
    ),
    ("JR-C03", "2026-06-11 15:00", "ref_police_receipt", {}, "2026-06-12 17:00", "met"),
    ("JR-C04", "2026-06-11 15:00", "ref_record_decision", {"decided_on": "2026-06-14"}, "2026-06-17 10:00", "met"),
    ("JR-C04", "2026-06-11 15:00", "ref_record_decision", {"decided_on": "2026-06-15"}, "2026-06-17 10:00", "late"),
    ("JR-C05a", "2026-06-11 15:00", "ref_record_decision", ASKED, "2026-06-12 15:00", "met"),
    (
        "JR-C05",
        "2026-06-12 11:00",
        "ref_supplement",
        {"supplied_at": "2026-06-15T23:00:00+08:00"},
        "2026-06-16 09:00",
        "met",
    ),
    (
        "JR-C05",
        "2026-06-12 11:00",
        "ref_supplement",
        {"supplied_at": "2026-06-16T08:00:00+08:00"},
        "2026-06-16 09:00",
        "late",
    ),
    (
        "JR-C06",
        "2026-06-11 15:00",
        "ref_forwarded",
        {"told_at": "2026-06-12T15:00:00+08:00"},
        "2026-06-12 16:00",
        "met",
    ),
    (
        "JR-C06",
        "2026-06-11 15:00",
        "ref_forwarded",
        {"told_at": "2026-06-12T15:01:00+08:00"},
        "2026-06-12 16:00",
        "late",
    ),
    (
        "JR-C06b",
        "2026-06-12 10:00",
        "ref_record_decision",
        {"notice_received_on": "2026-06-15"},
        "2026-06-16 10:00",
        "met",
    ),
    (
        "JR-C07",
        "2026-06-15 10:00",
        "ref_property",
        {"handed_at": "2026-06-18T23:00:00+08:00"},
        "2026-06-18 23:30",
        "met",
    ),
    (
        "JR-C07",
        "2026-06-15 10:00",
        "ref_property",
        {"handed_at": "2026-06-19T00:00:00+08:00"},
        "2026-06-19 10:00",
        "late",
    ),
    ("JR-C08", "2026-06-15 10:00", "ref_reconsider", {"filed_on": "2026-06-18"}, "2026-06-22 10:00", "met"),
    (
        "JR-C08",
        "2026-06-15 10:00",
        "ref_suggest_supervision",
        {"sent_on": "2026-06-22", "late": True},
        "2026-06-22 10:00",
        "late",
    ),
    ("JR-C09", "2026-06-17 10:00", "ref_record_recon", {"decided_on": "2026-06-20"}, "2026-06-22 10:00", "met"),
    ("JR-C10", "2026-06-22 10:00", "ref_suggest_supervision", {"sent_on": "2026-06-25"}, "2026-06-26 10:00", "met"),
    ("JR-C10", "2026-06-22 10:00", "ref_upheld_choice", {"choice": "认可"}, "2026-06-23 10:00", "met"),
    (
        "JR-C11",
        "2026-06-29 10:00",
        "ref_record_supervision",
        {"result": "公安已说明理由", "received_on": "2026-07-06"},
        "2026-07-07 10:00",
        "met",
    ),
    ("JR-C12", "2026-07-10 10:00", "ref_record_supervision", {"received_on": "2026-07-25"}, "2026-07-27 10:00", "met"),
    (
        "JR-C12",
        "2026-07-10 10:00",
        "ref_record_supervision",
        {"result": "不立案理由成立"},
        "2026-07-27 10:00",
        "stopped",
    ),
    ("JR-C14", "2026-11-20 10:00", "ref_offset", {"fed_back_on": "2026-11-27"}, "2026-11-30 10:00", "met"),
    ("JR-C15", "2026-06-25 10:00", "ref_return_decide_approve", {}, "2026-07-06 10:00", "met"),
    ("JR-C16", "2026-06-12 10:00", "ref_other_organ", {"sent_on": "2026-06-15"}, "2026-06-16 10:00", "met"),
    (
        "JR-C17",
        "2026-07-06 10:00",
        "ref_handover",
        {"handed_at": "2026-07-09T20:00:00+08:00"},
        "2026-07-09 21:00",
        "met",
    ),
    (
        "JR-C17",
        "2026-07-06 10:00",
        "ref_decide",
        {**REFUSED, "written_reply": "a1"},
        "2026-07-08 10:00",
        "stopped",
    ),
    ("JR-C18", "2026-11-20 10:00", "ref_opinion_reply", {"replied_on": "2027-01-20"}, "2027-01-21 10:00", "met"),
    ("JR-C18-2", "2026-06-17 10:00", "ref_procuratorate_opinion", OPINION | {"received_on": "2026-06-23"}, "", "met"),
    ("JR-C18-2", "2026-06-17 10:00", "ref_procuratorate_opinion", OPINION | {"received_on": "2026-06-24"}, "", "late"),
    ("JR-C18-3", "2026-06-08 10:00", "ref_procuratorate_opinion", OPINION | {"received_on": "2026-06-26"}, "", "met"),
    ("JR-C18-3", "2026-06-08 10:00", "ref_procuratorate_opinion", OPINION | {"received_on": "2026-06-29"}, "", "late"),
    ("JR-C13-2", "2026-07-15 10:00", "ref_assistance_reply", {"replied_on": "2026-07-15"}, "2026-07-16 10:00", "met"),
    ("JR-C13-2", "2026-07-15 10:00", "ref_assistance_reply", {"replied_on": "2026-07-16"}, "2026-07-16 10:00", "late"),
    ("JR-C13-2", "2026-07-15 10:00", "ref_result", {}, "2026-07-16 10:00", "stopped"),
    (
        "JR-C03-2",
        "2026-06-11 15:00",
        "ref_addition",
        {"matter": "补送检察机关抄送", "copied_at": "2026-06-12T09:00:00+08:00"},
        "2026-06-12 10:00",
        "met",
    ),
]


@pytest.mark.parametrize(
    ("rule", "started", "step", "answers", "moment", "state"), STOPS, ids=[f"{r[0]} {r[2]} {r[5]}" for r in STOPS]
)
def test_what_ends_a_clock_and_how(session, rule, started, step, answers, moment, state):
    record = begun(session, rule, started)
    record.answer(step, moment or "2026-07-01 10:00", **answers)
    assert record.row(rule).state == state


def test_a_return_of_the_report_does_not_stop_the_three_days(session):
    record = begun(session, "JR-C01", "2026-06-08 10:00")
    record.answer("ref_decide", "2026-06-09 10:00", decision="退回补充")
    assert record.runs("JR-C01") and record.shown("JR-C01")["due_on"] == "2026-06-11"


@pytest.mark.parametrize(("days", "due", "lapse"), [(7, "2026-06-18", "2026-06-18"), (30, "2026-07-11", "2026-07-13")])
def test_a_paper_of_the_police_moves_their_examination(session, days, due, lapse):
    """JR-C04: 7 or 30 days from the day of acceptance."""
    record = begun(session, "JR-C04", "2026-06-11 15:00")
    to = f"2026-{due[5:]}"
    record.answer("ref_record_decision", "2026-06-13 10:00", decision="延长审查", extension_days=days, extended_to=to)
    shown = record.shown("JR-C04")
    assert (shown["due_on"], shown["lapse_on"]) == (due, lapse)


def test_forwarding_starts_the_examination_anew(session):
    record = Record(session, "judicial_referral", "2026-06-11 15:00")
    record.answer("ref_police_receipt", "2026-06-12 10:00", **FORWARDED)
    assert not record.runs("JR-C04")
    record.answer("ref_forwarded", "2026-06-12 12:00")
    assert record.shown("JR-C04")["due_on"] == "2026-06-15"


@pytest.mark.parametrize(("pauses", "due"), [(False, "2026-06-14"), (True, "2026-06-17")])
def test_a_supplement_stops_the_examination_only_where_a_place_says_so(session, pauses, due):
    settle(session, "supplement_pauses", pauses)
    record = begun(session, "JR-C04", "2026-06-11 15:00")
    record.answer("ref_record_decision", "2026-06-12 11:30", **ASKED)
    record.answer("ref_supplement", "2026-06-15 10:30")
    assert record.shown("JR-C04")["due_on"] == due


def test_a_repeal_within_the_three_days_keeps_their_start(session):
    """JR-C08 after an accepted refusal was taken back."""
    record = begun(session, "JR-C08", "2026-06-15 10:00")
    record.answer("ref_objection_choice", "2026-06-16 10:00", choice="认可")
    record.answer("ref_objection_choice_approve", "2026-06-16 11:00")
    assert not record.runs("JR-C08")
    record.answer("ref_accepted_refusal", "2026-06-17 10:00", action="改提复议或者监督")
    assert record.runs("JR-C08") and record.shown("JR-C08")["due_on"] == "2026-06-18"


def test_a_written_consent_of_the_police_moves_the_supplement(session):
    """JR-C05: 06-15 becomes 06-18, and what comes on that day is in time."""
    record = begun(session, "JR-C05", "2026-06-12 11:00")
    record.answer("ref_addition", "2026-06-14 10:00")
    assert record.shown("JR-C05")["due_on"] == "2026-06-18"
    record.answer("ref_supplement", "2026-06-18 10:00", supplied_at="2026-06-18T09:00:00+08:00")
    assert record.row("JR-C05").state == "met"


@pytest.mark.parametrize(("number", "due"), [("1", ["2026-10-10", "2026-09-08"]), ("2", ["2026-09-06", "2026-10-10"])])
def test_each_opinion_has_its_own_term_and_its_own_extension(session, number, due):
    record = Record(session, "judicial_referral", "2026-07-06 10:00")
    for opinion, day in (("1", "2026-07-06"), ("2", "2026-07-08")):
        record.answer("ref_procuratorate_opinion", f"{day} 10:00", **OPINION, document_no=opinion, received_on=day)
    longer = {"matter": "检察机关同意延长回复", "opinion_no": number, "extended_to": "2026-10-10"}
    record.answer("ref_addition", "2026-08-01 10:00", **longer)
    assert [row.due_on.isoformat() for row in sorted(record.rows("JR-C18"), key=lambda row: row.item)] == due


@pytest.mark.parametrize(("number", "left"), [("1", [1]), ("2", [0])])
def test_an_answer_ends_the_term_of_its_own_opinion_only(session, number, left):
    record = Record(session, "judicial_referral", "2026-07-06 10:00")
    for opinion in ("1", "2"):
        record.answer("ref_procuratorate_opinion", "2026-07-06 10:00", **OPINION, document_no=opinion)
    record.answer("ref_opinion_reply", "2026-08-01 10:00", opinion_no=number)
    assert [row.item for row in record.rows("JR-C18") if row.stopped_at is None] == left


def test_a_result_of_one_of_two_persons_neither_ends_the_watch_nor_starts_the_feedback(session):
    """JR-C13 goes on, counted anew from that entry; JR-C14 waits for the other."""
    record = Record(session, "judicial_referral", "2026-06-05 10:00")
    persons = [{"name": name, "suspected_crime": "危险作业罪"} for name in ("刘某", "孙某")]
    record.answer("ref_clue", "2026-06-05 10:00", persons=persons)
    record.answer("ref_property", "2026-06-17 10:00")
    record.answer("ref_result", "2026-08-12 10:00")
    assert record.shown("JR-C13")["due_on"] == "2026-11-10" and record.rows("JR-C14") == []
    freed = {"name": "孙某", "result": "不起诉", "effective_on": "2026-09-01"}
    record.answer("ref_result", "2026-09-02 10:00", persons=[RESULT, freed], paper_received_on="2026-09-02")
    assert not record.runs("JR-C13") and record.shown("JR-C14")["due_on"] == "2026-09-09"


def test_a_copy_without_its_addressee_must_be_cured_too(session):
    record = Record(session, "judicial_referral", "2026-06-11 15:00")
    record.answer("ref_handover", "2026-06-11 15:00", procuratorate=None)
    assert record.shown("JR-C03-2")["due_on"] == "2026-06-12"


def test_each_entry_of_the_criminal_procedure_begins_ninety_days_anew(session):
    record = begun(session, "JR-C13", "2026-06-17 10:00")
    record.answer("ref_tracking", "2026-08-12 10:00")
    assert [said(row.due_at)[:10] for row in record.rows("JR-C13")] == ["2026-09-15", "2026-11-10"]
    record.answer("ref_result", "2026-11-01 10:00")
    assert not record.runs("JR-C13")


def test_the_head_of_the_unit_may_add_seven_working_days_once(session):
    """JR-C15: 07-06 becomes 07-15."""
    record = begun(session, "JR-C15", "2026-06-25 10:00")
    for moment in ("2026-07-02 10:00", "2026-07-10 10:00"):
        record.answer("ref_return_extend_approve", moment, days=7)
    assert record.shown("JR-C15")["due_on"] == "2026-07-15"


EXPIRIES = [
    # clock, started, when it has run out, who is told, what is begun
    ("JR-C00", "2026-06-05 10:00", "2026-06-09", "agency_head", ""),
    ("JR-C01", "2026-06-08 10:00", "2026-06-12", "legal_officer supervisory_liaison", ""),
    ("JR-C02", "2026-06-10 16:30", "2026-06-11 16:30", "agency_head legal_officer supervisory_liaison", ""),
    ("JR-C03", "2026-06-11 15:00", "2026-06-13", "legal_officer", ""),
    ("JR-C03-2", "2026-06-11 15:00", "2026-06-13", "legal_officer", ""),
    ("JR-C04", "2026-06-11 15:00", "2026-06-16", "legal_officer", "ask_chase"),
    ("JR-C05", "2026-06-12 11:00", "2026-06-16", "legal_officer unit_head", ""),
    ("JR-C06", "2026-06-11 15:00", "2026-06-12 15:00", "legal_officer", ""),
    ("JR-C06b", "2026-06-12 10:00", "2026-06-16", "legal_officer", "ask_chase"),
    ("JR-C07", "2026-06-15 10:00", "2026-06-19", "unit_head legal_officer", ""),
    ("JR-C08", "2026-06-15 10:00", "2026-06-19", "legal_officer agency_head", ""),
    ("JR-C09", "2026-06-17 10:00", "2026-06-23", "legal_officer", "ask_chase"),
    ("JR-C10", "2026-06-22 10:00", "2026-06-26", "legal_officer agency_head", ""),
    ("JR-C11", "2026-06-29 10:00", "2026-07-07", "legal_officer", "ask_chase"),
    ("JR-C12", "2026-07-10 10:00", "2026-07-28", "legal_officer", "ask_chase"),
    ("JR-C13", "2026-06-17 10:00", "2026-09-16", "legal_officer", "ask_chase"),
    ("JR-C13-2", "2026-07-15 10:00", "2026-07-16", "legal_officer unit_head", ""),
    ("JR-C14", "2026-11-20 10:00", "2026-11-28", "unit_head", ""),
    ("JR-C15", "2026-06-25 10:00", "2026-07-07", "unit_head", ""),
    ("JR-C16", "2026-06-12 10:00", "2026-06-16", "legal_officer supervisory_liaison", ""),
    ("JR-C17", "2026-07-06 10:00", "2026-07-10", "agency_head legal_officer", ""),
    ("JR-C18", "2026-07-06 10:00", "2026-09-07", "legal_officer agency_head", ""),
]


@pytest.mark.parametrize(("rule", "started", "when", "told", "begins"), EXPIRIES, ids=[row[0] for row in EXPIRIES])
def test_what_happens_once_a_clock_has_run_out(session, rule, started, when, told, begins):
    """Other bodies are late only after the lenient end."""
    caused = [(at, done) for at, done in begun(session, rule, started).falls_due(rule) if "warn" not in done]
    assert {moment for moment, _ in caused} == {when}
    assert {done["notify"] for _, done in caused if "notify" in done} == set(told.split())
    assert [done["act"] for _, done in caused if "act" in done] == begins.split()


def test_a_ban_warns_ninety_days_ahead_and_tells_of_its_end(referral_at):
    """JR-C19: it ends by itself, and the legal officer learns of it."""
    office = referral_at("office")
    ban = office.begin("occupational_ban", "ref_ban", at("2026-12-01 10:00"), starts_on="2026-11-01")
    with store.reading() as session:
        (row,) = session.scalars(select(model.Clock).where(model.Clock.case_id == ban.id))
    assert said(row.yellow_at) == "2031-08-03"
    ban.pass_time(at("2031-11-02 00:01"))
    with store.reading() as session:
        told = session.scalars(select(model.Notice.text).where(model.Notice.case_id == ban.id)).all()
    assert ban.case()["status"] == "expired" and any("职业禁入期" in text for text in told)


BANS = [
    # kind, grave, years, starts, ends
    ("受刑事处罚或者撤职的主要负责人", False, 5, "2027-03-01", "2032-03-01"),
    ("受刑事处罚或者撤职的主要负责人", True, 5, "2027-03-01", None),
    ("法院从业禁止", False, 3, "2027-03-01", "2030-03-01"),
    ("法院从业禁止", True, 3, "2028-02-29", "2031-02-28"),
]


@pytest.mark.parametrize(("kind", "grave", "years", "starts", "ends"), BANS)
def test_a_ban_runs_to_its_last_day_or_for_life(referral_at, kind, grave, years, starts, ends):
    office = referral_at("office")
    said = {"kind": kind, "grave": grave, "years": years, "starts_on": starts}
    ban = office.begin("occupational_ban", "ref_ban", at("2026-12-01 10:00"), **said)
    rows = office.office.get(ban.watcher, f"/cases/{ban.id}/clocks")
    assert [row["due_on"] for row in rows] == ([ends] if ends else [])


def test_every_clock_of_the_page_is_there_and_tested():
    page = {f"JR-C{n:02}" for n in range(20)} | {"JR-C05a", "JR-C06b"}
    written = set()
    for folder in ("judicial_referral", "occupational_ban"):
        table = tomllib.loads((ROOT / "bpmn" / folder / "deadlines.toml").read_text())
        written |= {clock["id"] for clock in table["clock"]}
    assert written == page | {"JR-C01-2", "JR-C03-2", "JR-C13-2", "JR-C18-2", "JR-C18-3"} == {*BEGINS, "JR-C19"}
