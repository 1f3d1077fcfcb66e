"""What a township reports: the bureau above takes it on, and the township goes on seeing its own matter."""

import pytest

from engine import cases, model, store, tasks
from engine.errors import NotFound
from tests.office import at, who
from tests.processes.hazard import Driver

MONDAY = at("2026-03-02 10:00")


@pytest.fixture
def reported(hazard_office):
    return Driver.open(hazard_office, MONDAY, who="town_officer.town1")


def test_the_bureau_above_verifies_what_a_township_reports(reported):
    with store.reading() as session:
        case = session.get_one(model.Case, reported.id)
        pool = tasks.inbox(session, who("case_handler2.county1"), "pool", MONDAY)
    assert (case.org_id, case.number) == ("county1", "HZ-370202-2026-0001")
    assert [(line.task.step, line.case.id) for line in pool.items] == [("hz_verify", reported.id)]


def test_the_township_sees_its_report_and_no_other(reported, hazard_office):
    other = Driver.open(hazard_office, MONDAY, location="三号库")
    with store.reading() as session:
        assert cases.get(session, reported.id, who("town_officer.town1")).id == reported.id
        with pytest.raises(NotFound):
            cases.get(session, other.id, who("town_officer.town1"))
        with pytest.raises(NotFound):
            cases.get(session, reported.id, who("town_officer.town2"))


def test_the_pool_offers_a_township_nothing_that_it_may_not_see(hazard_office):
    with store.writing() as session:
        case = cases.open_case(session, "hazard_supervision", who("case_handler.county1"), MONDAY)
        task = session.query(model.Task).filter_by(case_id=case.id).one()
        tasks.release(session, task.id, who("case_handler.county1"), MONDAY)
    with store.reading() as session:
        assert tasks.inbox(session, who("intake_clerk.county1"), "pool", MONDAY).total == 1
        assert tasks.inbox(session, who("town_officer.town1"), "pool", MONDAY).total == 0
