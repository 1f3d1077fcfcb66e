"""What a deadline says in words, at each edge of a day."""

from types import SimpleNamespace

import pytest

from tests.office import at
from web import lamps

DAY_END = at("2026-02-24 23:59:59")


def clock(due=DAY_END, yellow=None, orange=None):
    return SimpleNamespace(due_at=due, yellow_at=yellow, orange_at=orange)


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ("2026-02-21 10:00", "剩 3 天"),
        ("2026-02-23 23:59", "剩 1 天"),
        ("2026-02-24 00:00", "今日到期"),
        ("2026-02-24 23:59", "今日到期"),
        ("2026-02-25 00:00", "已超期 1 天"),
        ("2026-02-27 09:00", "已超期 3 天"),
    ],
)
def test_days_are_office_days(now, said):
    assert lamps.of(clock(), at(now)).words == said


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ("2026-02-23 10:00", "剩 28 小时"),
        ("2026-02-24 10:30", "剩 3 小时 30 分"),
        ("2026-02-24 13:59", "剩 1 分钟"),
        ("2026-02-24 15:00", "已超期 1 小时"),
        ("2026-02-28 14:00", "已超期 4 天"),
    ],
)
def test_a_limit_in_hours_is_told_in_hours(now, said):
    assert lamps.of(clock(at("2026-02-24 14:00")), at(now)).words == said


@pytest.mark.parametrize(
    ("now", "color"),
    [
        ("2026-02-19 23:59", "green"),
        ("2026-02-20 00:00", "yellow"),
        ("2026-02-23 00:00", "orange"),
        ("2026-02-24 23:59", "orange"),
        ("2026-02-25 00:00", "red"),
    ],
)
def test_the_colour_follows_the_warnings(now, color):
    row = clock(yellow=at("2026-02-20 00:00"), orange=at("2026-02-23 00:00"))
    assert lamps.of(row, at(now)).color == color


def test_no_clock_is_no_lamp():
    assert (lamps.of(None, DAY_END).color, lamps.of(None, DAY_END).words) == ("", "无期限")


def test_a_day_is_written_as_a_day_and_a_moment_as_a_moment():
    assert lamps.of(clock(), DAY_END).due == "2026-02-24"
    assert lamps.of(clock(at("2026-02-24 14:00")), DAY_END).due == "2026-02-24 14:00"
