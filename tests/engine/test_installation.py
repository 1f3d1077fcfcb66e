"""An office is installed once, for one zone, and installing again changes nothing."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from engine import installation, model, store
from engine.errors import Refused

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def office(empty_database, tmp_path):
    store.configure(empty_database, tmp_path / "data")
    installation.install(NOW)
    yield
    store.dispose()


def days() -> int:
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(model.CalendarDay))


def test_a_new_office_knows_the_holidays(office):
    with store.reading() as session:
        assert session.get(model.CalendarDay, date(2026, 10, 1)).name == "国庆节"
    assert days() > 600


def test_installing_again_changes_nothing(office):
    before = days()
    installation.install(NOW)
    assert days() == before


def test_a_corrected_holiday_survives_an_update(office):
    with store.writing() as session:
        session.get(model.CalendarDay, date(2026, 10, 1)).name = "省里另行通知"
    installation.install(NOW)
    with store.reading() as session:
        assert session.get(model.CalendarDay, date(2026, 10, 1)).name == "省里另行通知"


def test_another_zone_is_refused(office, monkeypatch):
    monkeypatch.setenv("ANDU_TIMEZONE", "Asia/Urumqi")
    with pytest.raises(Refused, match="时区"):
        installation.require_zone()
