"""A holiday notice: provisional deadlines are counted again, and tasks, warnings and timers follow them."""

from datetime import date

import pytest
from sqlalchemy import select

from engine import holidays, ledger, model, notices, parameters, store, tasks, wakeups
from engine.errors import NotAllowed, Refused
from engine.people import SYSTEM_ACTOR
from tests.office import at, open_office, who
from tests.processes.tips import only_task, open_tip, rows

DECEMBER = at("2026-12-30 10:00")
DAYS = [
    *((date(2027, 1, day), "holiday", "元旦") for day in (1, 2, 3, 4)),
    (date(2027, 10, 1), "holiday", "国庆节"),
]


@pytest.fixture
def office(database):
    open_office("tip_check")


@pytest.fixture
def case(office):
    return open_tip(now=DECEMBER, received_at="2026-12-30T09:00:00+08:00")


def announce(days=DAYS, by="admin.system", now=DECEMBER, source="国办发明电〔2026〕9号"):
    return holidays.announce(days, source, by if not isinstance(by, str) else who(by), now)


def clock_of(case):
    with store.reading() as session:
        return session.scalars(select(model.Clock).where(model.Clock.case_id == case.id)).one()


def test_a_year_without_notice_is_provisional(case):
    clock = clock_of(case)
    assert (clock.due_on, clock.provisional) == (date(2027, 1, 4), True)


def test_the_due_day_moves_and_stands_firm(case):
    (moved,) = announce().moved
    assert (moved.number, moved.title, moved.before, moved.after) == (
        case.number,
        "核查时限",
        date(2027, 1, 4),
        date(2027, 1, 6),
    )
    clock = clock_of(case)
    assert (clock.due_on, clock.provisional) == (date(2027, 1, 6), False)


def test_the_task_and_its_place_in_the_boxes_follow(case):
    announce()
    task, clock = only_task(case), clock_of(case)
    assert (task.due_at, task.yellow_at, task.sort_at) == (clock.due_at, clock.yellow_at, clock.due_at)
    with store.reading() as session:
        offers = session.scalars(select(model.TaskOffer.sort_at).where(model.TaskOffer.task_id == task.id)).all()
    assert set(offers) == {clock.due_at}


def test_the_register_follows(case):
    announce()
    with store.reading() as session:
        row = session.scalars(select(model.RegisterRow)).one()
    assert row.due_at == clock_of(case).due_at
    assert row.cells[3] == "2027-01-06"


def test_warnings_come_by_the_new_day(case):
    with store.writing() as session:
        tasks.claim(session, only_task(case).id, who("case_handler.city"), DECEMBER)
    announce()
    wakeups.sweep(at("2027-01-04 12:00"))
    with store.reading() as session:
        assert notices.unread(session, who("case_handler.city")) == 0
    wakeups.sweep(at("2027-01-06 12:00"))
    with store.reading() as session:
        assert notices.unread(session, who("case_handler.city")) == 1


def test_a_day_that_has_passed_owes_nothing_by_the_new_one(case):
    announce(now=at("2027-01-05 09:00"))
    with store.reading() as session:
        assert session.scalars(select(model.Incident)).all() == []
    assert clock_of(case).state == "running"


def test_the_case_says_why_its_day_moved(case):
    announce()
    with store.reading() as session:
        entry = next(entry for entry in ledger.of_case(session, case.id) if entry.act == "clock moved")
    assert entry.detail["reason"] == "放假安排公布，2027-01-04改为2027-01-06"
    with store.reading() as session:
        assert ledger.verify(session) == []


def test_the_notice_stands_in_the_ledger_of_who_brought_it(office):
    announce()
    with store.reading() as session:
        entry = ledger.of_case(session, "account:admin.system")[-1]
    assert (entry.act, entry.detail["source"]) == ("calendar changed", "国办发明电〔2026〕9号")


def test_the_same_notice_again_moves_nothing(case):
    announce()
    before = rows(model.Case, model.Clock, model.Task, model.LedgerEntry)
    assert announce().moved == []
    after = rows(model.Case, model.Clock, model.Task, model.LedgerEntry)
    assert len(after) == len(before) + 1  # the second notice itself


def test_a_day_that_stood_fixed_keeps_its_place(office):
    case = open_tip()
    before = clock_of(case).due_on
    announce([(before, "holiday", "特别假")], now=at("2026-02-13 10:00"))
    assert clock_of(case).due_on == before


def test_a_finished_case_is_left_alone(case):
    with store.writing() as session:
        session.get_one(model.Case, case.id).state = "terminated"
    assert announce().moved == []


def test_a_broken_case_holds_up_no_other(case):
    other = open_tip(now=DECEMBER, received_at="2026-12-30T09:00:00+08:00", place="三号库")
    with store.writing() as session:
        session.get_one(model.Case, case.id).snapshot = b"broken"
    done = announce()
    assert (done.failed, [moved.number for moved in done.moved]) == ([case.id], [other.number])
    assert clock_of(case).provisional  # nothing of it was kept: the next notice tries again
    with store.reading() as session:
        assert session.scalars(select(model.Incident.case_id)).all() == [case.id]


@pytest.mark.parametrize("by", ["admin.security", "admin.audit", "unit_head.city"])
def test_only_keepers_bring_a_notice(office, by):
    before = rows(model.CalendarDay)
    with pytest.raises(NotAllowed):
        announce(by=by)
    assert rows(model.CalendarDay) == before


@pytest.mark.parametrize("by", ["admin.system", "designer.city", SYSTEM_ACTOR])
def test_keepers_do(office, by):
    announce(by=by)
    with store.reading() as session:
        assert 2027 in parameters.calendar(session).known_years


@pytest.mark.parametrize(
    "days",
    [
        [],
        [(date(2027, 1, 1), "holiday", "")],
        [(date(2027, 1, 1), "holiday", "元" * 61)],
        [(date(2027, 1, 1), "holiday", "元旦"), (date(2027, 1, 1), "workday", "元旦")],
        [(date(2037, 1, 1), "holiday", "元旦")],
        [(date(2027, 1, 1), "festival", "元旦")],
    ],
)
def test_a_wrong_notice_changes_no_day(office, days):
    before = rows(model.CalendarDay)
    with pytest.raises(Refused):
        announce(days)
    assert rows(model.CalendarDay) == before
