"""Timers: dated by the moment handed in, each by its own date, moved when a clock moves."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from engine.errors import Broken, Conflict
from engine.spiff import timers
from tests.engine.spiff.walking import NOW, Case, quirk

DAY = timedelta(days=1)
EAST = timezone(timedelta(hours=8))


def test_two_timers_of_one_event_gateway_keep_their_own_dates():
    case = quirk("two_timers")
    assert {wait.step: wait.due for wait in case.waiting()} == {"five": NOW + 5 * DAY, "one": NOW + DAY}
    assert case.reach(NOW + 2 * DAY).tasks() == ["after_one"]


def test_an_alternative_of_an_event_gateway_can_be_moved():
    case = quirk("two_timers")
    case.machine.set_due(case.find("one").id, NOW + 9 * DAY)
    case.blob = case.machine.dump()
    assert case.reach(NOW + 6 * DAY).tasks() == ["after_five"]


def test_a_timer_is_due_at_its_moment_and_not_a_second_before():
    assert quirk("lost_race").reach(NOW + DAY - timedelta(seconds=1)).tasks() == ["work"]
    assert quirk("lost_race").reach(NOW + DAY).ended == ["end_late"]


def test_a_timer_whose_clock_does_not_run_has_no_due_date():
    case = quirk("clock_timer")
    assert case.find("overdue").due is None
    assert case.reach(NOW + 3650 * DAY).tasks() == ["hz_receipt"]


def test_a_timer_follows_the_clock_it_asks():
    case = quirk("clock_timer")
    case.machine.set_due(case.find("overdue").id, NOW + 3 * DAY)
    case.blob = case.machine.dump()
    assert case.model.elements["overdue"].clock == "HZ-C03"
    assert case.reach(NOW + 3 * DAY).tasks() == ["escalate", "hz_receipt"]


def test_a_timer_that_is_stopped_does_not_fire_until_it_is_set_again():
    case = quirk("lost_race")
    case.machine.set_due(case.find("late").id, None)
    case.blob = case.machine.dump()
    assert case.reach(NOW + 9 * DAY).find("late").due is None
    case.machine.set_due(case.find("late").id, NOW + 10 * DAY)
    case.blob = case.machine.dump()
    assert case.reach(NOW + 10 * DAY).finished


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (datetime(2026, 3, 1, 9, tzinfo=EAST), datetime(2026, 3, 1, 1, tzinfo=UTC)),
        (date(2026, 3, 1), datetime(2026, 3, 1, 15, 59, 59, tzinfo=UTC)),
        ("2026-03-01", datetime(2026, 3, 1, 15, 59, 59, tzinfo=UTC)),
        ("2026-03-01T09:00:00+08:00", datetime(2026, 3, 1, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:59-08:00", None),
    ],
)
def test_a_date_timer_takes_moments_days_and_their_texts(day, due):
    assert quirk("date_timer", day=day).do("a").find("until").due == due


@pytest.mark.parametrize("day", ["2026-03-01T09:00:00", "明天", 7, None, "0001-01-01T00:00:00+08:00"])
def test_a_date_without_a_zone_or_no_date_at_all_is_an_incident(day):
    with pytest.raises(Broken, match="until"):
        quirk("date_timer", day=day).do("a")


def test_a_date_that_has_passed_lets_the_token_through_at_once():
    assert quirk("date_timer", day="2020-01-01").do("a").tasks() == ["b"]


def test_a_task_whose_time_is_past_is_not_offered():
    case = quirk("already_late")
    assert (case.finished, case.ended) == (True, ["end_late"])


def test_work_that_is_done_before_the_sweep_came_counts():
    case = quirk("lost_race")
    case.now = NOW + 9 * DAY
    assert case.do("work").ended == ["end"]


@pytest.mark.parametrize(("length", "hours"), [("P14D", 336), ("PT36H", 36), ("P1DT12H", 36), (3 * DAY, 72)])
def test_a_duration_is_days_and_hours(length, hours):
    assert quirk("duration_timer", length=length).find("pause").due == NOW + timedelta(hours=hours)


@pytest.mark.parametrize(
    "length", ["P1M", "P1Y", "PT5M", "PT2S", "P", "PT", "P1DT", "-P1D", "P99999D", "P99999999Y", 3]
)
def test_a_duration_in_months_or_beyond_ten_years_is_an_incident(length):
    with pytest.raises(Broken, match="pause"):
        quirk("duration_timer", length=length)


def test_each_reminder_is_a_task_of_its_own_and_outlives_the_work():
    case = quirk("reminders", every="R/P7D")
    for week in (1, 2, 3):
        case.reach(NOW + 7 * week * DAY)
    assert case.tasks() == ["remind", "remind", "remind", "work"]
    case.do("work")
    assert (case.tasks(), case.waiting("timer")) == (["remind", "remind", "remind"], [])
    assert case.do("remind", "remind", "remind").finished


def test_a_reminder_that_takes_several_steps_leaves_the_work_and_its_timers_alone():
    case = quirk("long_reminder").reach(NOW + 7 * DAY).do("remind").reach(NOW + 14 * DAY).do("remind")
    assert case.tasks() == ["follow_up", "follow_up", "work"]
    assert sorted(wait.step for wait in case.waiting("timer")) == ["stop", "weekly"]
    case.reach(NOW + 60 * DAY)
    assert case.tasks() == ["follow_up", "follow_up", "remind", "stopped"]
    assert case.do("stopped", "follow_up", "remind", "follow_up", "follow_up").finished


def test_a_year_of_reminders_that_were_answered_leaves_nothing_behind():
    case, sizes = quirk("reminders", every="R/P7D"), set()
    for week in range(1, 53):
        sizes.add(case.reach(NOW + 7 * week * DAY).do("remind").size)
    assert len(sizes) == 1
    assert case.tasks() == ["work"]


def test_a_counted_cycle_stops_after_its_count():
    case = quirk("reminders", every="R2/PT24H")
    for day in range(1, 6):
        case.reach(NOW + day * DAY)
    assert case.tasks() == ["remind", "remind", "work"]


def test_missed_rounds_of_a_cycle_come_up_one_by_one_at_their_own_moments():
    case = quirk("reminders", every="R/P1D").reach(NOW + 3 * DAY)
    assert (case.tasks(), case.find("weekly").due) == (["remind", "work"], NOW + 2 * DAY)


@pytest.mark.parametrize("every", ["R/PT0S", "R/PT59S", "R/P1M", "P7D", "R-1/P7D", "R99999/P7D"])
def test_a_cycle_faster_than_a_minute_or_by_months_is_an_incident(every):
    with pytest.raises(Broken, match="weekly"):
        quirk("reminders", every=every)


def test_two_timers_due_together_fire_in_order_of_their_dates():
    case = quirk("two_boundary_timers").reach(NOW + 5 * DAY)
    assert (case.tasks(), case.ended) == (["warned"], ["end_closed"])


def test_a_timer_can_be_moved_only_while_it_waits():
    case = quirk("lost_race")
    with pytest.raises(Conflict):
        case.machine.set_due(case.find("work").id, NOW)


def test_the_wall_clock_is_never_asked():
    long_ago = datetime(1999, 1, 1, tzinfo=UTC)
    case = quirk("lost_race")
    case = Case(case.model, case.host, long_ago)
    assert case.find("late").due == long_ago + DAY
    assert case.reach(long_ago + timedelta(hours=23)).tasks() == ["work"]


def test_never_is_never():
    assert timers.moment(timers.NEVER) == timers.NEVER
