"""What a place has settled: the nearest region in force, its source, and the calendar."""

from datetime import UTC, date, datetime

import pytest

from engine import ledger, model, parameters, people
from engine.errors import NotAllowed, Refused

NOW = datetime(2026, 3, 6, 1, 0, tzinfo=UTC)
TODAY = date(2026, 3, 6)
ANN = people.Actor("ann", "安", "county", "区应急局", "370202", frozenset({("case_handler", "county")}))
DESIGNER = people.Actor("lee", "李", "county", "区应急局", "370202", frozenset({("process_designer", "county")}))


def settle(session, key, value, region, source="某文件", by=people.SYSTEM_ACTOR, **given):
    return parameters.set_(session, key, value, region, source, by, NOW, **given)


def test_nothing_settled_is_nothing(session):
    assert parameters.value(session, "k", "370202001", TODAY) is None


def test_the_nearest_region_wins(session):
    for region, value in (("", 1), ("370000", 2), ("370202", 3)):
        settle(session, "k", value, region)
    assert parameters.value(session, "k", "370202001", TODAY).value == 3
    assert parameters.value(session, "k", "370203", TODAY).value == 2
    assert parameters.value(session, "k", "110101", TODAY).value == 1


def test_a_neighbour_or_a_place_below_has_no_say(session):
    settle(session, "k", 3, "370202001")
    assert parameters.value(session, "k", "370202", TODAY) is None
    assert parameters.value(session, "k", "370202002", TODAY) is None


def test_the_latest_beginning_in_force_on_the_day_applies(session):
    settle(session, "k", "old", "370202", in_force_from=date(2025, 1, 1))
    settle(session, "k", "new", "370202", in_force_from=date(2026, 3, 6))
    assert parameters.value(session, "k", "370202", date(2026, 3, 5)).value == "old"
    assert parameters.value(session, "k", "370202", date(2026, 3, 6)).value == "new"
    assert parameters.value(session, "k", "370202", date(2024, 12, 31)) is None


def test_a_value_ends_with_its_last_day(session):
    settle(session, "k", 2, "370000", in_force_from=date(2025, 1, 1))
    settle(session, "k", 3, "370202", in_force_from=date(2025, 1, 1), in_force_until=date(2026, 3, 6))
    assert parameters.value(session, "k", "370202", date(2026, 3, 6)).value == 3
    assert parameters.value(session, "k", "370202", date(2026, 3, 7)).value == 2


def test_a_value_tells_its_source_and_whether_it_was_seen(session):
    settle(session, "k", 3, "370202", source="青安委〔2012〕5号", in_force_from=date(2012, 1, 1))
    assert parameters.value(session, "k", "370202", TODAY) == (3, "青安委〔2012〕5号", False, "370202")


def test_attributes_of_a_clock_are_found_each_from_its_nearest_region(session):
    settle(session, "clock.HZ-C05.length", "3 WD", "370202")
    settle(session, "clock.HZ-C05.warn", ["1 WD"], "370000")
    settle(session, "clock.HZ-C050.length", "9 WD", "370202")
    found = parameters.clock_values(session, "HZ-C05", "370202001", TODAY)
    assert {name: settled.value for name, settled in found.items()} == {"length": "3 WD", "warn": ["1 WD"]}


def test_a_value_without_a_source_is_refused(session):
    with pytest.raises(Refused, match="依据"):
        settle(session, "k", 3, "370202", source=" ")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("clock.HZ-C05.colour", "red"),
        ("clock.HZ-C05.id", "X"),
        ("clock.HZ-C05.regional", True),
        ("clock.length", "3 WD"),
        ("clock.HZ-C05.length", "3"),
    ],
)
def test_what_no_clock_understands_is_refused(session, key, value):
    with pytest.raises(Refused):
        settle(session, key, value, "370202")


def test_a_handler_may_not_settle_values(session):
    with pytest.raises(NotAllowed):
        settle(session, "k", 3, "370202", by=ANN)


def test_a_designer_settles_a_value_and_the_ledger_knows(session):
    settle(session, "k", 3, "370202", by=DESIGNER)
    entry = ledger.of_case(session, "account:lee")[0]
    assert entry.act == "parameter set" and entry.detail["key"] == "k"


def test_the_calendar_is_seeded_once(session):
    parameters.seed_calendar(session)
    session.delete(session.get_one(model.CalendarDay, date(2026, 2, 14)))
    session.flush()
    parameters.seed_calendar(session)
    assert session.get(model.CalendarDay, date(2026, 2, 14)) is None


def test_days_that_are_written_count_at_once(session):
    parameters.seed_calendar(session)
    assert not parameters.calendar(session).is_workday(date(2026, 2, 17))
    parameters.set_days(session, [(date(2026, 2, 17), "", ""), (date(2027, 10, 1), "holiday", "国庆节")], "通知")
    found = parameters.calendar(session)
    assert found.is_workday(date(2026, 2, 17)) and 2027 in found.known_years


def test_a_year_lists_its_days(session):
    parameters.seed_calendar(session)
    days = parameters.days_of(session, 2026)
    assert len(days) == 39 and days[0].day == date(2026, 1, 1)
    assert parameters.days_of(session, 2027) == []


def test_another_process_sees_days_written_elsewhere(session):
    parameters.seed_calendar(session)
    parameters.calendar(session)
    parameters.set_days(session, [(date(2026, 3, 6), "holiday", "特别假")], "通知")
    session.info.clear()
    assert not parameters.calendar(session).is_workday(date(2026, 3, 6))


def test_a_day_of_no_kind_is_refused(session):
    with pytest.raises(Refused):
        parameters.set_days(session, [(date(2027, 1, 1), "festival", "元旦")], "通知")
    with pytest.raises(Refused, match="通知"):
        parameters.set_days(session, [(date(2027, 1, 1), "holiday", "元旦")], "")
