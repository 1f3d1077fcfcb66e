"""The clocks of a hazard as the office meets them: lamps, warnings, who hears of a lapse, what a correction moves."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine import model, store
from tests.office import at

HANDLER, SECOND = "case_handler.county1", "case_handler2.county1"


def told(hazard, who: str, word: str) -> list[str]:
    """The notices of clocks to a person about a hazard that hold a word, the oldest first."""
    with store.reading() as session:
        rows = select(model.Notice).where(model.Notice.user_name == who, model.Notice.kind == "clock")
        found = session.scalars(rows.where(model.Notice.case_id == hazard.id).order_by(model.Notice.at)).all()
    return [row.text for row in found if word in row.text]


def lamp(hazard, step: str, moment: str) -> str:
    """The lamp of an open task in the inbox of those who may take it."""
    hazard.office.set(at(moment))
    lines = hazard.office.get(hazard.who(step), "/tasks", box="pool")["items"]
    return next(line["lamp"] for line in lines if line["step"] == step and line["case"]["id"] == hazard.id)


@pytest.mark.parametrize(
    ("moment", "colour"),
    [("2026-03-02 11:00", "green"), ("2026-03-03 00:00", "yellow"), ("2026-03-05 00:00", "red")],
)
def test_a_task_bears_the_lamp_of_its_clock(hazard_at, moment, colour):
    """HZ-C01, due on 03-04."""
    assert lamp(hazard_at("verifying"), "hz_verify", moment) == colour


def test_a_task_turns_orange_by_the_second_warning(hazard_at):
    """HZ-C02, due on 03-11."""
    hazard = hazard_at("listing")
    assert lamp(hazard, "hz_approve_listing", "2026-03-10 00:00") == "orange"


def test_whoever_holds_the_task_is_warned_once(hazard_at):
    hazard = hazard_at("verifying")
    hazard.office.post(HANDLER, f"/tasks/{hazard.task('hz_verify')['id']}/claim")
    for moment in ("2026-03-03 08:00", "2026-03-04 08:00"):
        hazard.pass_time(at(moment))
    assert len(told(hazard, HANDLER, "核查判定时限请关注（2026-03-04 到期）")) == 1
    assert told(hazard, SECOND, "请关注") == []


def test_a_task_that_nobody_holds_warns_all_who_may_take_it(hazard_at):
    hazard = hazard_at("verifying")
    hazard.pass_time(at("2026-03-03 08:00"))
    assert all(len(told(hazard, who, "请关注")) == 1 for who in (HANDLER, SECOND, "co_handler.county1"))


def test_a_lapse_is_told_to_the_role_of_the_page_and_completes_nothing(hazard_at):
    """HZ-C01: the head of the unit hears of it; the task stays."""
    hazard = hazard_at("verifying")
    for moment in ("2026-03-05 08:00", "2026-03-06 08:00"):
        hazard.pass_time(at(moment))
    assert len(told(hazard, "unit_head.county1", "核查判定时限已到期限")) == 1
    assert told(hazard, "deputy_head.county1", "") == []
    assert hazard.steps() == ["hz_verify"] and hazard.clock("HZ-C01")["state"] == "expired"


def test_a_lapse_becomes_an_incident_once(hazard_at):
    hazard = hazard_at("verifying")
    for moment in ("2026-03-05 08:00", "2026-03-06 08:00"):
        hazard.pass_time(at(moment))
    with store.reading() as session:
        rows = session.scalars(select(model.Incident).where(model.Incident.case_id == hazard.id)).all()
    assert [(row.kind, row.element) for row in rows] == [("clock_overdue", "HZ-C01")]


def test_each_level_of_escalation_is_opened_once(hazard_at):
    """HZ-C24: a second sweep on the same days opens nothing."""
    hazard = hazard_at("rectifying")
    for moment in ("2026-06-23 08:00", "2026-07-01 08:00", "2026-07-16 08:00", "2026-07-31 08:00", "2026-07-31 09:00"):
        hazard.pass_time(at(moment))
    by_term = [case.case() for case in hazard.linked("hazard_escalation")]
    triggers = [case["title"][:2] for case in by_term if case["case_file"]["carried"]["trigger"].startswith("整改")]
    assert triggers == ["L1", "L2", "L3", "L4"]


def reminders(hazard) -> list[str]:
    """What the letters of reminder for missing reports were opened for."""
    opened = [case.case()["case_file"]["carried"] for case in hazard.linked("hazard_escalation")]
    return [carried["trigger"] for carried in opened if carried["trigger_title"] == "进度填报周期"]


def test_each_period_without_a_report_brings_a_reminder_of_its_own(hazard_at):
    """HZ-C09, due on 04-23; reported late on 04-30, and again not by 05-30."""
    hazard = hazard_at("rectifying")
    hazard.pass_time(at("2026-04-24 08:00"))
    hazard.pass_time(at("2026-04-25 08:00"))
    assert len(reminders(hazard)) == 1
    hazard.act("ask_progress", "hz_progress", at("2026-04-30 10:00"))
    hazard.pass_time(at("2026-05-30 08:00"))
    assert len(reminders(hazard)) == 1
    hazard.pass_time(at("2026-05-31 08:00"))
    assert len(reminders(hazard)) == 2


def test_a_silent_enterprise_is_reminded_each_period(hazard_at):
    """HZ-C09: 04-23, then every thirty days, each once."""
    hazard = hazard_at("rectifying")
    for moment in ("2026-04-24 08:00", "2026-05-23 08:00", "2026-05-24 08:00", "2026-05-25 08:00"):
        hazard.pass_time(at(moment))
    assert reminders(hazard) == ["未按期填报进度", "连续未按期填报进度"]


def test_a_clock_that_no_task_ends_warns_whoever_works_on_the_case(hazard_at):
    """HZ-C08, yellow on 05-31: the enterprise and its handler, who may hand in for it."""
    hazard = hazard_at("rectifying")
    hazard.pass_time(at("2026-06-01 08:00"))
    assert all(len(told(hazard, who, "整改期限请关注")) == 1 for who in (HANDLER, "enterprise_reporter.county1"))


def test_an_extension_lets_the_warnings_come_again(hazard_at):
    """HZ-C08: yellow on 05-31 and, the term moved to 09-30, on 08-31."""
    hazard = hazard_at("rectifying")
    hazard.act("ask_extension", "hz_extension_apply", at("2026-05-28 10:00"))
    hazard.pass_time(at("2026-06-01 08:00"))
    hazard.do("hz_extension_decide", at("2026-06-10 10:00"))
    hazard.pass_time(at("2026-08-31 08:00"))
    said = told(hazard, HANDLER, "整改期限请关注")
    assert [text[-14:] for text in said] == ["2026-06-30 到期）", "2026-09-30 到期）"]


def corrected(hazard, moment: str, step: str, **data) -> None:
    hazard.office.set(at(moment))
    body = {"step": step, "data": data, "reason": "录入有误"}
    hazard.office.post(HANDLER, f"/cases/{hazard.id}/correct", body)


def test_a_moment_put_right_moves_the_clock_and_says_so(hazard_at):
    """HZ-C06: the order was received a day earlier than entered."""
    hazard = hazard_at("planning")
    corrected(hazard, "2026-03-12 10:00", "hz_receipt", received_at="2026-03-05T16:00:00+08:00")
    clock = hazard.clock("HZ-C06")
    assert clock["due_on"] == "2026-03-20"
    assert clock["explanation"][-1]["why"].startswith("起算由2026-03-06 16:00更正为2026-03-05 16:00")


def test_a_report_noted_before_the_plan_leaves_the_plan_its_own_time(hazard_at):
    """HZ-C07 ends with the report, so that the plan answers to HZ-C06 alone."""
    hazard = hazard_at("planning")
    assert hazard.task("hz_plan")["due_at"][:10] == "2026-03-09"
    corrected(
        hazard, "2026-03-12 10:00", "hz_receipt", report_regulator_on="2026-03-06", report_congress_on="2026-03-11"
    )
    assert [hazard.clock(rule)["state"] for rule in ("HZ-C07", "HZ-C07-2")] == ["met", "met"]
    assert hazard.task("hz_plan")["due_at"][:10] == "2026-03-21"


def test_nothing_runs_in_a_closed_case(hazard_at):
    hazard = hazard_at("verifying")
    hazard.do("hz_verify", at("2026-03-03 10:00"), grade="不属实", criterion=None, finding_note="现场未见该隐患")
    hazard.do("hz_not_hazard_approve", at("2026-03-03 11:00"))
    hazard.pass_time(at("2027-03-03 10:00"))
    clocks = hazard.office.get(HANDLER, f"/cases/{hazard.id}/clocks")
    assert clocks and {row["state"] for row in clocks} <= {"met", "stopped"}
    assert told(hazard, "unit_head.county1", "") == []


# The double report, registered when it was made (the plan comes weeks later).


def clues(hazard) -> list[str]:
    """For which duties of reporting a clue was handed over."""
    with store.reading() as session:
        rows = session.scalars(select(model.Handoff.key).where(model.Handoff.case_id == hazard.id))
        return sorted(key.rpartition(":")[2] for key in rows if ":report-" in key)


def test_a_report_in_time_hands_no_clue_over(hazard_at):
    """HZ-C07, due on 03-09: reported on 03-05 and registered the day after, long before the order is received."""
    hazard = hazard_at("listing")
    hazard.act("ask_report", "hz_double_report", at("2026-03-06 09:00"))
    hazard.pass_time(at("2026-03-10 08:00"))
    assert (hazard.clock("HZ-C07")["state"], hazard.clock("HZ-C07-2")["state"]) == ("met", "running")
    assert clues(hazard) == []


def test_the_two_reports_are_registered_one_after_the_other(hazard_at):
    hazard = hazard_at("listing")
    hazard.act("ask_report", "hz_double_report", at("2026-03-06 09:00"))
    minutes = hazard.case()["case_file"]["hz_double_report"]["report_regulator_file"]
    meeting = {"report_congress_on": "2026-03-09", "congress_kind": "职工大会", "congress_minutes": minutes}
    hazard.act("ask_report", "hz_double_report", at("2026-03-09 16:00"), **meeting)
    assert [hazard.clock(rule)["state"] for rule in ("HZ-C07", "HZ-C07-2")] == ["met", "met"]
    assert hazard.case()["case_file"]["hz_double_report"]["report_regulator_on"] == "2026-03-05"


def test_a_report_that_is_not_registered_is_a_clue_all_the_same(hazard_at):
    """As the page says; the report may be registered later and is late by its own day."""
    hazard = hazard_at("listing")
    hazard.pass_time(at("2026-03-10 08:00"))
    assert clues(hazard) == ["report-regulator"]
    late = {"report_regulator_on": "2026-03-11"}
    hazard.act("ask_report", "hz_double_report", at("2026-03-11 09:00"), **late)
    assert hazard.clock("HZ-C07")["state"] == "late"


def test_the_plan_takes_over_what_was_registered_and_ends_the_act(hazard_at):
    hazard = hazard_at("planning")
    reporter = "enterprise_reporter.county1"
    assert "ask_report" in [act["id"] for act in hazard.office.get(reporter, f"/cases/{hazard.id}")["acts"]]
    hazard.act("ask_report", "hz_double_report", at("2026-03-12 09:00"))
    form = hazard.office.get(reporter, f"/tasks/{hazard.task('hz_plan')['id']}")
    said = hazard.case()["case_file"]["hz_double_report"]
    assert {name: form["data"][name] for name in ("report_regulator_on", "report_regulator_file")} == {
        name: said[name] for name in ("report_regulator_on", "report_regulator_file")
    }
    hazard.do("hz_plan", at("2026-03-20 10:00"))
    assert hazard.office.get(reporter, f"/cases/{hazard.id}")["acts"] == []
    assert hazard.steps() == ["hz_review_plan"]


def test_a_plan_that_comes_back_lets_reports_be_registered_again(hazard_at):
    hazard = hazard_at("reviewing")
    hazard.do("hz_review_plan", at("2026-03-23 10:00"), result="退回修改", comments="缺少应急物资清单")
    hazard.do("hz_review_plan_approve", at("2026-03-24 10:00"))
    assert hazard.steps() == ["hz_plan"]
    hazard.act("ask_report", "hz_double_report", at("2026-03-25 09:00"))
    assert hazard.steps() == ["hz_plan"]
