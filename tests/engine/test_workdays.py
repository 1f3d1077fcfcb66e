"""Days of the office: holidays, make-up days, months, quarters."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import workdays
from engine.workdays import BadLength, add_months, length

CALENDAR = workdays.calendar(workdays.national(range(2004, 2027)))


def day(text):
    return date.fromisoformat(text)


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=workdays.office_zone())


@pytest.mark.parametrize(
    ("a_day", "works"),
    [
        ("2026-02-14", True),  # Saturday, made up for the Spring Festival
        ("2026-02-15", False),
        ("2026-02-23", False),
        ("2026-02-24", True),
        ("2026-06-19", False),  # a Friday, Dragon Boat
        ("2026-09-20", True),  # Sunday, made up for National Day
        ("2026-10-07", False),
        ("2026-10-10", True),
        ("2026-10-11", False),  # plain Sunday
    ],
)
def test_the_notice_of_2026_is_followed(a_day, works):
    assert CALENDAR.is_workday(day(a_day)) is works


def test_all_years_from_2004_to_2026_are_known():
    assert frozenset(range(2004, 2027)) == CALENDAR.known_years


def test_a_year_without_a_notice_counts_monday_to_friday_and_is_not_covered():
    assert CALENDAR.is_workday(day("2027-10-01"))
    assert not CALENDAR.is_workday(day("2027-10-02"))
    assert not CALENDAR.covers(day("2026-12-30"), day("2027-01-04"))


def test_a_few_days_of_a_year_do_not_make_it_known():
    assert workdays.calendar([(day("2027-01-01"), "holiday", "元旦")]).known_years == frozenset()


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        ("2026-02-12", 3, "2026-02-24"),
        ("2026-09-28", 5, "2026-10-10"),
        ("2026-06-30", -20, "2026-06-01"),
        ("2026-10-03", 1, "2026-10-08"),
        ("2026-10-03", -1, "2026-09-30"),
        ("2026-10-03", 0, "2026-10-03"),
    ],
)
def test_working_days_are_counted_from_the_next_day_on(start, n, end):
    assert CALENDAR.add(day(start), n) == day(end)


def test_a_working_day_rolls_to_itself_and_a_rest_day_to_the_next():
    assert CALENDAR.roll(day("2026-09-30")) == day("2026-09-30")
    assert CALENDAR.roll(day("2026-10-01")) == day("2026-10-08")


def test_working_days_between_two_days_leave_out_the_first():
    assert CALENDAR.between(day("2026-09-28"), day("2026-10-10")) == 5
    assert CALENDAR.between(day("2026-10-10"), day("2026-09-28")) == -5


def test_each_rest_day_says_why():
    assert CALENDAR.why(day("2026-02-17")) == "春节"
    assert CALENDAR.why(day("2026-03-07")) == "周末"
    assert CALENDAR.why(day("2026-02-14")) == "调休上班"
    assert CALENDAR.why(day("2026-03-09")) == ""


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2027-02-28", 12, "2028-02-28"),
        ("2026-10-31", 4, "2027-02-28"),
        ("2026-12-31", 12, "2027-12-31"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-01-15", -1, "2025-12-15"),
    ],
)
def test_a_month_ends_on_the_corresponding_day_or_the_last(start, n, end):
    assert add_months(day(start), n) == day(end)


def test_quarters_end_in_march_june_september_and_december():
    assert workdays.quarter_end(day("2026-01-01")) == day("2026-03-31")
    assert workdays.quarter_end(day("2026-09-30")) == day("2026-09-30")
    assert workdays.quarter_end(day("2026-11-21"), 1) == day("2027-03-31")


@pytest.mark.parametrize(
    ("at", "rest"),
    [
        ("2026-10-02T10:00", True),  # scenario 9: National Day
        ("2026-09-30T10:00", False),
        ("2026-09-30T22:00", True),
        ("2026-09-30T05:59:59", True),
        ("2026-09-30T06:00", False),
        ("2026-09-19T10:00", False),  # a plain Saturday is no statutory holiday
    ],
)
def test_coercion_rests_at_night_and_on_holidays(at, rest):
    assert CALENDAR.is_rest_moment(moment(at)) is rest


def test_an_office_day_ends_at_its_last_second_in_shanghai():
    assert workdays.day_ends(day("2026-06-30")).isoformat() == "2026-06-30T23:59:59+08:00"
    assert workdays.office_day(datetime.fromisoformat("2026-06-30T16:00:00+00:00")) == day("2026-07-01")


def test_spans_are_read_and_said():
    assert length("1 Q + 15 CD").words == "1个季度又15日"
    assert length("0.5 H").words == "0.5小时"
    assert CALENDAR.add_text("6 M", day("2026-08-31")) == day("2027-02-28")


@pytest.mark.parametrize("text", ["", "3", "WD", "3 days", "1.5 CD", "-3 WD", "1 H + 1 CD", "99999 CD"])
def test_what_is_no_span_is_refused(text):
    with pytest.raises(BadLength):
        length(text)


def test_hours_cannot_be_added_to_a_day():
    with pytest.raises(BadLength, match="小时"):
        CALENDAR.add_text("24 H", day("2026-08-31"))


days = st.dates(date(2004, 1, 10), date(2026, 12, 1))


@given(days, st.integers(1, 60))
@settings(max_examples=200, deadline=None)
def test_adding_and_counting_working_days_agree(start, n):
    end = CALENDAR.add(start, n)
    assert CALENDAR.is_workday(end) and CALENDAR.between(start, end) == n
    assert CALENDAR.between(start, end - timedelta(days=1)) == n - 1
    if CALENDAR.is_workday(start):
        assert CALENDAR.add(end, -n) == start


@given(days, st.integers(-60, 60))
@settings(max_examples=200, deadline=None)
def test_months_land_in_the_wanted_month_on_or_before_the_day(start, n):
    end = add_months(start, n)
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == n
    assert end.day == start.day or (end + timedelta(days=1)).day == 1 and end.day < start.day
