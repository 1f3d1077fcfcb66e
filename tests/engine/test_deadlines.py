"""The law as a table of worked examples, each with its article; and what a deadlines.toml may say."""

from datetime import date, datetime

import pytest

from engine import deadlines, workdays
from engine.deadlines import Addition, BadRule, Pause
from engine.workdays import length, office_zone

CALENDAR = workdays.calendar(workdays.national(range(2004, 2027)))
TABLE = {"id": "X-C01", "title": "时限", "article": "第一条", "start": {"step": "a"}}


def rule(**given):
    return deadlines.parse(TABLE | given)


def at(text):
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=office_zone())


def due(start, calendar=CALENDAR, pauses=(), additions=(), target=None, rearmed=False, **given):
    given = {"length": "3 WD"} | given
    return deadlines.compute(
        rule(**given), at(start), calendar, pauses=pauses, additions=additions, target=target, rearmed=rearmed
    )


def pause(since, until=None, why="鉴定", **given):
    return Pause(at(since), at(until) if until else None, why, **given)


def lasts(text):
    return Addition(by=length(text))


def on(text):
    return date.fromisoformat(text)


LAW = [
    # article, start, length, due, lapse
    ("HZ-C03 内部规定, scenario 1", "2026-03-06", "3 WD", "2026-03-11", "2026-03-11"),
    ("HZ-C04 青岛2012, scenario 1", "2026-03-06", "3 WD", "2026-03-11", "2026-03-11"),
    ("HZ-C05 青岛2012, scenario 1", "2026-03-06", "5 WD", "2026-03-13", "2026-03-13"),
    ("HZ-C06 内部规定, scenario 1", "2026-03-06", "15 CD", "2026-03-21", "2026-03-23"),
    ("HZ-C04 National Day, scenario 2", "2026-09-28", "3 WD", "2026-10-08", "2026-10-08"),
    ("HZ-C05 make-up Saturday, scenario 2", "2026-09-28", "5 WD", "2026-10-10", "2026-10-10"),
    ("HZ-C04 Spring Festival, scenario 3", "2026-02-12", "3 WD", "2026-02-24", "2026-02-24"),
    ("HZ-C05 Spring Festival, scenario 3", "2026-02-12", "5 WD", "2026-02-26", "2026-02-26"),
    ("HZ-C12 青岛2012, scenario 6", "2026-05-28", "10 WD", "2026-06-11", "2026-06-11"),
    ("HZ-C17 湖北2010, scenario 11", "2026-06-25", "10 CD", "2026-07-05", "2026-07-06"),
    ("HZ-C19 青岛2012, scenario 13", "2026-07-03", "5 WD", "2026-07-10", "2026-07-10"),
    ("HZ-C21 内部规定, scenario 13", "2026-07-03", "90 CD", "2026-10-01", "2026-10-08"),
    ("HZ-C17 COAL 48, scenario 16", "2026-09-21", "20 CD", "2026-10-11", "2026-10-12"),
    ("HZ-C22 quarter end, scenario 18", "2026-09-30", "15 CD", "2026-10-15", "2026-10-15"),
    ("HZ-C22 from within the quarter, scenario 18", "2026-07-01", "1 Q + 15 CD", "2026-10-15", "2026-10-15"),
    ("APL 60", "2026-07-06", "90 CD", "2026-10-04", "2026-10-08"),
    ("APL 56 Labour Day", "2026-04-29", "7 WD", "2026-05-12", "2026-05-12"),
    ("APL 64(1)", "2026-09-29", "5 WD", "2026-10-12", "2026-10-12"),
    ("APL 67 received on a make-up Sunday", "2026-09-20", "15 CD", "2026-10-05", "2026-10-08"),
    ("APL 71", "2026-04-30", "2 WD", "2026-05-07", "2026-05-07"),
    ("SL 78(2)", "2026-09-18", "7 WD", "2026-09-29", "2026-09-29"),
    ("ALL 46", "2026-06-01", "6 M", "2026-12-01", "2026-12-01"),
    ("ARL 48", "2026-06-17", "10 WD", "2026-07-02", "2026-07-02"),
    ("AEL 54", "2026-12-02", "10 WD", "2026-12-16", "2026-12-16"),
    ("GOV 26", "2026-07-06", "20 WD", "2026-08-03", "2026-08-03"),
    ("493 art. 29", "2026-03-02", "60 CD", "2026-05-01", "2026-05-06"),
    ("493 art. 32", "2026-05-18", "15 CD", "2026-06-02", "2026-06-02"),
    ("SL 86, leap day", "2024-02-29", "1 Y", "2025-02-28", "2025-02-28"),
    ("SL 86, the day before a leap day", "2027-02-28", "1 Y", "2028-02-28", "2028-02-28"),
    ("4号 art. 3, short month", "2024-04-30", "10 M", "2025-02-28", "2025-02-28"),
    ("民法典 202, short month", "2026-01-31", "1 M", "2026-02-28", "2026-02-28"),  # a make-up Saturday
]


@pytest.mark.parametrize(("article", "start", "span", "due_on", "lapse_on"), LAW, ids=[row[0] for row in LAW])
def test_the_law_to_the_day(article, start, span, due_on, lapse_on):
    found = due(start, length=span)
    assert (found.due_on, found.lapse_on) == (on(due_on), on(lapse_on))
    assert found.due_at == at(f"{due_on}T23:59:59")
    assert found.lapse_at == at(f"{lapse_on}T23:59:59")


def test_the_hour_of_the_start_does_not_matter_for_days():
    assert due("2026-03-06T23:59").due_on == due("2026-03-06T00:00").due_on == on("2026-03-11")


def test_the_start_day_is_the_office_day_not_the_day_in_greenwich():
    assert due("2026-03-05T17:00+00:00").due_on == on("2026-03-11")


def test_hours_run_through_nights_and_holidays():
    """R310 art. 5: 24 hours; the end is a moment, and there is no day."""
    found = due("2026-10-01T15:30", length="24 H")
    assert found.due_at == found.lapse_at == at("2026-10-02T15:30")
    assert found.due_on is None and not found.provisional


def test_half_hours_can_be_counted():
    assert due("2026-03-02T11:25", length="2 H", warn=["0.5 H"]).yellow_at == at("2026-03-02T12:55")


# Sealing (AEL 25, 27, 28), scenario 10.

SEALING = {"length": "30 CD", "lapse": "none", "warn": ["10 CD", "3 CD"]}
TESTING = Addition(by=length("10 CD"), why="检测时间")


def test_sealing_ends_after_thirty_days():
    assert due("2026-04-10", **SEALING).due_on == on("2026-05-10")


def test_testing_told_in_writing_is_excluded_from_sealing():
    found = due("2026-04-10", **SEALING, additions=[TESTING])
    assert found.due_on == found.lapse_on == on("2026-05-20")


def test_an_extended_sealing_ends_on_a_holiday_without_moving():
    found = due("2026-04-10", **SEALING, additions=[TESTING, lasts("30 CD")])
    assert found.due_on == found.lapse_on == on("2026-06-19")
    assert found.lapse_at == at("2026-06-19T23:59:59")


# Rectification deadline and its ladder, scenarios 6, 7 and 12.

LADDER = [
    {"on": "1 CD", "act": "escalate", "level": "L2"},
    {"after": "15 CD", "act": "escalate", "level": "L3"},
    {"after": "30 CD", "act": "escalate", "level": "L4"},
]


def until(day="2026-06-30", additions=(), **given):
    a_rule = rule(kind="until", day="a.deadline", **given)
    found = deadlines.compute(a_rule, at("2026-03-06"), CALENDAR, target=on(day), additions=additions)
    return found, deadlines.schedule(a_rule, found, CALENDAR)


def test_a_deadline_set_by_decision_is_that_day():
    found, _ = until(warn=["30 CD", "7 CD"])
    assert found.due_on == on("2026-06-30")
    assert found.yellow_at == at("2026-05-31T00:00") and found.orange_at == at("2026-06-23T00:00")


def test_the_ladder_climbs_on_day_1_16_and_31_of_lateness():
    _, plan = until(ladder=LADDER)
    steps = [(moment, actions[0]["level"]) for moment, mark, actions in plan if mark != "due"]
    assert steps == [(at("2026-07-01"), "L2"), (at("2026-07-16"), "L3"), (at("2026-07-31"), "L4")]


def test_a_rung_may_lie_before_the_end():
    _, plan = until(ladder=[{"before": "0 CD", "act": "coercion_lift"}])
    assert plan[0] == (at("2026-06-30"), "ladder 0", [{"act": "coercion_lift"}])


def test_lateness_begins_at_midnight_after_the_day():
    _, plan = until(on_expiry=[{"notify": "committee_office"}])
    assert plan == [(at("2026-07-01"), "due", [{"warn": "red"}, {"notify": "committee_office"}])]


def test_an_end_that_is_no_duty_does_not_turn_red():
    _, plan = until(duty=False, on_expiry=[{"open": "hz_closure"}])
    assert plan == [(at("2026-07-01"), "due", [{"open": "hz_closure"}])]


def test_each_further_period_that_passes_in_silence_is_told():
    """Due on a Saturday: the first is told by on_expiry, then one every thirty days."""
    silent = {"kind": "period", "length": "30 CD", "rearm": {"step": "b"}, "ladder": [{"every": True, "act": "x"}]}
    found = deadlines.compute(rule(**silent), at("2026-03-26"), CALENDAR)
    plan = deadlines.schedule(rule(**silent), found, CALENDAR)
    told = [(moment, actions) for moment, mark, actions in plan if mark.startswith("ladder")]
    assert told[0] == (at("2026-05-26"), [{"act": "x", "round": 2}])
    assert told[1] == (at("2026-06-25"), [{"act": "x", "round": 3}])


def test_what_hangs_on_the_lapse_waits_for_it():
    """R310 art. 9: the police are late only when the lenient period is over."""
    a_rule = rule(length="3 CD", expires="lapse", ladder=[{"on": "2 WD", "notify": "legal_officer"}])
    found = deadlines.compute(a_rule, at("2026-09-29"), CALENDAR)
    plan = {mark: moment for moment, mark, _ in deadlines.schedule(a_rule, found, CALENDAR)}
    assert (found.due_on, found.lapse_on) == (on("2026-10-02"), on("2026-10-08"))
    assert plan == {"due": at("2026-10-09"), "ladder 0": at("2026-10-10")}


def test_rungs_of_an_hour_clock_count_hours():
    a_rule = rule(length="24 H", ladder=[{"on": "1 H", "notify": "a"}, {"after": "1 CD", "notify": "b"}])
    found = deadlines.compute(a_rule, at("2026-08-07T15:00"), CALENDAR)
    plan = [moment for moment, _, _ in deadlines.schedule(a_rule, found, CALENDAR)]
    assert plan == [at("2026-08-08T15:00:01"), at("2026-08-08T15:00:01"), at("2026-08-09T15:00:01")]


def test_an_extension_sets_a_new_day():
    found, _ = until(additions=[Addition(day=on("2026-09-30"))])
    assert found.due_on == on("2026-09-30")
    assert found.explanation[-1] == {"day": "2026-09-30", "why": "延长"}


def test_a_deadline_may_be_a_moment():
    a_rule = rule(kind="until", day="a.effective_at")
    found = deadlines.compute(a_rule, at("2026-08-01"), CALENDAR, target=at("2026-08-08T15:00"))
    assert found.due_at == at("2026-08-08T15:00") and found.due_on is None


# Lead, scenarios 6 and 7; APL 64(2).

LEAD = [
    ("HZ-C11 青岛2012", "20 WD", False, "2026-06-30", "2026-06-01"),
    ("APL 64(2), 7 full days between", "7 WD", True, "2026-10-23", "2026-10-13"),
    ("calendar days", "15 CD", False, "2026-06-30", "2026-06-15"),
    ("calendar days, full", "15 CD", True, "2026-06-30", "2026-06-14"),
    ("a month before", "1 M", False, "2026-03-31", "2026-02-28"),
    ("before a holiday", "1 WD", False, "2026-10-05", "2026-09-30"),
]


@pytest.mark.parametrize(("article", "span", "clear", "target", "last"), LEAD, ids=[row[0] for row in LEAD])
def test_a_lead_is_counted_back_from_its_day(article, span, clear, target, last):
    a_rule = rule(kind="lead", length=span, clear=clear, day="a.day")
    found = deadlines.compute(a_rule, at("2026-01-05"), CALENDAR, target=on(target))
    assert found.due_on == found.lapse_on == on(last)


@pytest.mark.parametrize(
    ("applied_on", "in_time", "overdue"),
    [("2026-06-01", True, False), ("2026-06-10", False, False), ("2026-07-01", False, True)],
)
def test_an_application_for_extension_is_early_late_or_too_late(applied_on, in_time, overdue):
    """Scenario 7: 06-10 needs an override (HZ-E19), 07-01 is refused (HZ-E18)."""
    deadline, _ = until()
    a_rule = rule(kind="lead", length="20 WD", day="due_on('HZ-C08')")
    lead = deadlines.compute(a_rule, at("2026-03-06"), CALENDAR, target=deadline.due_on)
    assert (on(applied_on) <= lead.due_on, at(applied_on) > deadline.due_at) == (in_time, overdue)


def test_a_lead_of_hours_is_a_moment():
    a_rule = rule(kind="lead", length="24 H", day="a.cut_at")
    found = deadlines.compute(a_rule, at("2026-08-01"), CALENDAR, target=at("2026-08-08T15:00"))
    assert found.due_at == at("2026-08-07T15:00")


def test_a_lead_explains_itself_backwards():
    a_rule = rule(kind="lead", length="7 WD", day="a.day")
    found = deadlines.compute(a_rule, at("2026-06-01"), CALENDAR, target=on("2026-06-23"))
    run = {"from": "2026-06-11", "to": "2026-06-22", "n": 7, "unit": "WD", "why": "自期限日倒数"}
    assert found.explanation[0] == run
    assert {"from": "2026-06-19", "to": "2026-06-21", "skipped": "端午节"} in found.explanation


def test_power_may_be_cut_24_hours_after_the_notice():
    """SL 70(2), scenario 8: notice 08-07 15:00; 10:00 the next day is too early, 15:00 is not."""
    found = due("2026-08-07T15:00", kind="not_before", length="24 H")
    assert at("2026-08-08T10:00") < found.due_at <= at("2026-08-08T15:00")


# Pauses (493 art. 27; EC-C06).

INVESTIGATION = {"length": "60 CD"}


def test_a_pause_moves_the_end_by_its_days():
    found = due("2026-03-02", **INVESTIGATION, pauses=[pause("2026-03-20", "2026-04-12")])
    assert found.due_on == on("2026-05-24")


def test_overlapping_pauses_count_once():
    both = [pause("2026-03-20", "2026-04-12"), pause("2026-04-01", "2026-04-25")]
    assert due("2026-03-02", **INVESTIGATION, pauses=both).due_on == on("2026-06-06")


def test_a_running_pause_has_no_due_day_but_a_remainder():
    found = due("2026-03-02", **INVESTIGATION, pauses=[pause("2026-03-20")])
    assert found.paused and found.due_on is None and found.remaining == 42


def test_a_running_pause_after_an_ended_one_counts_what_is_left():
    several = [pause("2026-03-07", "2026-03-12"), pause("2026-03-20")]
    assert due("2026-03-02", **INVESTIGATION, pauses=several).remaining == 47


def test_a_running_pause_swallows_one_that_overlaps_it():
    several = [pause("2026-03-10", "2026-03-25"), pause("2026-03-20")]
    assert due("2026-03-02", **INVESTIGATION, pauses=several).remaining == 52


def test_a_suspended_penalty_case_resumes_with_the_days_left():
    """EC scenario 17: suspended on day 40, resumed 2026-12-01, 50 days remain."""
    found = due("2026-07-06", length="90 CD", pauses=[pause("2026-08-15", "2026-12-01")])
    assert found.due_on == on("2027-01-20")


def test_a_pause_that_begins_after_the_end_excludes_nothing():
    """493 scenario 22: appraisal entrusted five days after the period was over."""
    found = due("2026-03-02", **INVESTIGATION, pauses=[pause("2026-05-06")])
    assert found.due_on == on("2026-05-01")
    assert {"day": "2026-05-06", "why": "期限届满后才中止，不予扣除"} in found.explanation


def test_a_pause_and_extensions_add_up():
    """493 scenario 8: 60 + 23 + 30 + 30."""
    appraisal = [pause("2026-03-20", "2026-04-12")]
    found = due("2026-03-02", **INVESTIGATION, pauses=appraisal, additions=[lasts("30 CD")])
    again = due("2026-03-02", **INVESTIGATION, pauses=appraisal, additions=[lasts("30 CD"), lasts("30 CD")])
    assert (found.due_on, again.due_on) == (on("2026-06-23"), on("2026-07-23"))


def test_a_paused_working_day_clock_skips_only_working_days():
    found = due("2026-03-06", length="10 WD", pauses=[pause("2026-03-10", "2026-03-16")])
    assert found.due_on == on("2026-03-26")


def test_a_working_day_pause_leaves_working_days():
    assert due("2026-03-06", length="10 WD", pauses=[pause("2026-03-10")]).remaining == 8


def test_a_pause_that_may_last_two_working_days_ends_by_itself():
    """HZ-C05: a dispute about masking takes out at most 2 working days."""
    open_one = [pause("2026-03-09", limit=length("2 WD"))]
    short = [pause("2026-03-09", "2026-03-10", limit=length("2 WD"))]
    assert due("2026-03-06", length="5 WD", pauses=open_one).due_on == on("2026-03-17")
    assert due("2026-03-06", length="5 WD", pauses=short).due_on == on("2026-03-16")


def test_months_are_pushed_by_the_days_of_a_pause():
    found = due("2026-01-31", length="1 M", pauses=[pause("2026-02-10", "2026-02-13")])
    assert found.due_on == on("2026-03-03")


def test_a_paused_hour_clock_stops_to_the_second():
    several = [pause("2026-03-06T12:00", "2026-03-06T18:30"), pause("2026-03-06T18:00", "2026-03-06T19:00")]
    assert due("2026-03-06T10:00", length="24 H", pauses=several).due_at == at("2026-03-07T17:00")
    assert due("2026-03-06T10:00", length="24 H", pauses=[pause("2026-03-06T12:00")]).remaining == 22


def test_extensions_of_one_unit_are_counted_in_one_go():
    assert due("2026-01-31", length="1 M", additions=[lasts("1 M")]).due_on == on("2026-03-31")
    assert due("2026-01-31", length="1 M", additions=[lasts("3 WD")]).due_on == on("2026-03-04")


# Warnings.


def test_warnings_of_working_days_are_counted_back():
    found = due("2026-09-28", length="5 WD", warn=["2 WD", "1 WD"])
    assert (found.yellow_at, found.orange_at) == (at("2026-10-08"), at("2026-10-09"))


def test_the_ninety_day_limit_warns_on_the_60th_and_80th_day():
    """APL 60, EC scenario 2."""
    found = due("2026-07-06", length="90 CD", warn=["30 CD", "10 CD"])
    assert (found.yellow_at, found.orange_at) == (at("2026-09-04"), at("2026-09-24"))


def test_a_day_clock_may_warn_by_hours():
    """R310 art. 5(2), JR-C01."""
    found = due("2026-03-06", length="3 CD", warn=["24 H", "8 H"])
    assert (found.yellow_at, found.orange_at) == (at("2026-03-08T23:59:59"), at("2026-03-09T15:59:59"))


# Periods.


def test_a_quarterly_period_ends_with_the_quarter_and_then_with_the_next():
    quarterly = {"kind": "period", "length": "1 Q", "rearm": {"step": "b"}}
    assert due("2026-03-06", **quarterly).due_on == on("2026-03-31")
    assert due("2026-03-20", **quarterly, rearmed=True).due_on == on("2026-06-30")


# Rolling windows (SL 113), scenario 15.

WINDOWS = ((3, length("180 CD")), (4, length("1 Y")))


@pytest.mark.parametrize(
    ("days", "reached", "until"),
    [
        (["2026-01-15", "2026-04-02", "2026-07-13"], "180 CD", "2027-01-14"),
        (["2026-01-15", "2026-04-02", "2026-07-14"], None, "2027-01-14"),
        (["2026-01-15", "2026-04-02"], None, "2026-07-13"),
        (["2026-01-15", "2026-03-01", "2026-09-01", "2027-01-14"], "1 Y", "2027-02-28"),
        (["2026-01-15", "2026-03-01", "2026-09-01", "2027-01-15"], None, "2027-02-28"),
        (["2026-01-15"], None, None),
        (["2026-01-15", "2026-01-15", "2026-01-15"], "180 CD", "2027-01-14"),
    ],
)
def test_penalties_are_counted_in_rolling_windows(days, reached, until):
    found, last = deadlines.count_in_windows(WINDOWS, [on(text) for text in reversed(days)], CALENDAR)
    assert (found.text if found else None) == reached
    assert last == (on(until) if until else None)


# Years without a notice.


def test_working_days_of_an_unknown_year_are_provisional():
    found = due("2026-12-28", length="5 WD")
    assert found.provisional and found.due_on == on("2027-01-04")
    assert found.explanation[-1]["provisional"] is True


def test_calendar_days_of_an_unknown_year_are_certain_but_the_lapse_is_not():
    found = due("2026-12-28", length="5 CD")
    assert not found.provisional and found.uncertain


def test_a_notice_that_arrives_makes_the_day_certain():
    new_year = [(on(f"2027-01-0{n}"), "holiday", "元旦") for n in (1, 2, 3)]
    rows = [*workdays.national([2026]), *new_year, (on("2027-10-01"), "holiday", "国庆节")]
    found = due("2026-12-28", length="5 WD", calendar=workdays.calendar(rows))
    assert not found.provisional and found.due_on == on("2027-01-05")


# Reasons.


def test_each_day_of_a_short_limit_is_explained():
    """The very rows of conventions.md."""
    assert due("2026-02-12T09:00").explanation == [
        {"day": "2026-02-13", "n": 1},
        {"day": "2026-02-14", "n": 2, "why": "调休上班"},
        {"from": "2026-02-15", "to": "2026-02-23", "skipped": "春节"},
        {"day": "2026-02-24", "n": 3},
    ]


def test_calendar_days_are_explained_as_runs_with_pauses_between():
    found = due("2026-03-02", **INVESTIGATION, pauses=[pause("2026-03-20", "2026-04-12")])
    assert found.explanation == [
        {"from": "2026-03-03", "to": "2026-03-20", "n": 18, "unit": "CD"},
        {"from": "2026-03-21", "to": "2026-04-12", "skipped": "鉴定"},
        {"from": "2026-04-13", "to": "2026-05-24", "n": 60, "unit": "CD"},
        {"lapse": "2026-05-25", "why": "末日为周末，至下一工作日届满"},
    ]


def test_an_extension_and_the_lapse_are_explained():
    found = due("2026-03-06", length="15 CD", additions=[lasts("7 CD")])
    assert found.explanation == [
        {"from": "2026-03-07", "to": "2026-03-28", "n": 22, "unit": "CD"},
        {"extended": "7 CD", "why": "延长"},
        {"lapse": "2026-03-30", "why": "末日为周末，至下一工作日届满"},
    ]


# What a deadlines.toml may say.


def test_a_file_is_read_in_the_order_in_which_clocks_wait_for_each_other():
    text = """
    [[clock]]
    id = "B"
    title = "提前量"
    kind = "lead"
    length = "20 WD"
    day = "due_on('A')"
    start = { step = "a" }
    article = "x"
    [[clock]]
    id = "A"
    title = "整改期限"
    kind = "until"
    day = "a.deadline"
    start = { step = "a" }
    article = "x"
    in_force_from = 2026-01-01
    """
    assert [rule.id for rule in deadlines.load(text)] == ["A", "B"]


def test_the_version_in_force_on_the_day_applies():
    old = rule(length="5 WD", in_force_from=on("2021-07-15"))
    new = rule(length="3 WD", in_force_from="2026-02-01")
    assert deadlines.in_force([old, new], on("2026-01-31")) is old
    assert deadlines.in_force([new, old], on("2026-02-01")) is new
    assert deadlines.in_force([old, new], on("2020-01-01")) is None


def test_a_rule_names_its_steps_and_expressions():
    start, stop = {"step": "a", "at": "a.received_at"}, {"step": "b", "when": "b.ok"}
    a_rule = rule(length="3 WD", start=start, stop=stop)
    assert deadlines.steps(a_rule) == {"a", "b"}
    assert sorted(deadlines.expressions_of(a_rule)) == ["a.received_at", "b.ok"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"length": "three days"}, "不是期限长度"),
        ({"kind": "never", "length": "3 WD"}, "没有 never 这一类"),
        ({}, "limit 类缺少 length"),
        ({"kind": "until"}, "until 类缺少 day"),
        ({"kind": "period", "length": "30 CD"}, "缺少 rearm"),
        ({"kind": "window"}, "缺少 windows"),
        ({"length": "3 WD", "colour": "red"}, "不认识 colour"),
        ({"length": "3 WD", "stop": {"step": "b", "if": "x"}}, "stop 不认识 if"),
        ({"length": "3 WD", "stop": {"when": "b.ok"}}, "stop 没有 step"),
        ({"length": "3 WD", "stop": {"step": "b", "when": "b.ok ="}}, "表达式"),
        ({"length": "3 WD", "warn": ["1 WD", "2 WD", "3 WD"]}, "至多两个"),
        ({"length": "3 WD", "on_expiry": [{"close": "task"}]}, "notify、act、open"),
        ({"length": "3 WD", "ladder": [{"act": "x"}]}, "before、on、after"),
        ({"length": "3 WD", "ladder": [{"every": True, "act": "x"}]}, "period"),
        ({"length": "3 WD", "lapse": "never"}, "lapse 只能是"),
        ({"length": "24 H", "extend": {"step": "b", "by": "1 CD"}}, "小时"),
        ({"length": "3 WD", "extend": {"step": "b"}}, "只写一种长度"),
        ({"length": "3 WD", "exclude": {"step": "b", "from": "b.x"}}, "成对"),
        ({"length": "3 WD", "title": ""}, "缺少 title"),
        ({"length": "3 WD", "stop": 3}, "写法不对"),
    ],
)
def test_what_nobody_can_do_is_refused_with_the_clock_named(given, words):
    with pytest.raises(BadRule, match="期限 X-C01") as error:
        rule(**given)
    assert words in str(error.value)


def test_two_rows_from_the_same_day_are_refused():
    with pytest.raises(BadRule, match="同一期限编号"):
        deadlines.load({"clock": [TABLE | {"length": "3 WD"}, TABLE | {"length": "5 WD"}]})


def test_clocks_that_wait_for_each_other_are_refused():
    table = TABLE | {"kind": "until"}
    with pytest.raises(BadRule, match="互相依赖"):
        deadlines.load({"clock": [table | {"day": "due_on('Y')"}, table | {"id": "Y", "day": "due_on('X-C01')"}]})


def test_a_file_that_is_no_toml_is_refused():
    with pytest.raises(BadRule, match="无法读取"):
        deadlines.load(b"[[clock]\n")
