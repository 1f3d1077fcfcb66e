"""Who may see and do what: own office, offices above, drawn in, acting for somebody, and Eve who belongs nowhere."""

from datetime import date

import pytest

from engine import cases, deputies, model, sight, store, tasks
from engine.errors import Conflict, NotAllowed, NotFound, Refused
from tests.office import at, open_office, who
from tests.processes.tips import FRIDAY, VERIFY, complete, only_task, open_tip


@pytest.fixture
def office(database):
    open_office("tip_check")
    with store.writing() as session:
        session.add(
            model.Org(
                id="island",
                name="海岛局",
                code="岛",
                region="460100",
                kind="bureau",
                parent_id=None,
                path="/island/",
                active=True,
            )
        )
        session.flush()
        session.add(model.User(name="eve", display="Eve", org_id="island", active=True, created_at=FRIDAY))
        session.flush()
        session.add(model.Membership(user_name="eve", role="case_handler", org_id="island"))


@pytest.fixture
def county_case(office):
    return open_tip("intake_clerk.county1")


@pytest.mark.parametrize(
    "name",
    [
        "intake_clerk.county1",
        "case_handler.county1",
        "unit_head.city",
        "committee_office.county1",
        "committee_office.city",
        "government_leader.county1",
    ],
)
def test_own_office_and_those_above_see_the_case(county_case, name):
    with store.reading() as session:
        assert cases.get(session, county_case.id, who(name)).id == county_case.id


@pytest.mark.parametrize("name", ["eve", "case_handler.county2", "town_officer.town1", "committee_office.county2"])
def test_others_do_not_know_that_it_exists(county_case, name):
    with store.reading() as session, pytest.raises(NotFound):
        cases.get(session, county_case.id, who(name))


@pytest.mark.parametrize("name", ["eve", "case_handler.county2", "case_handler.county1", "unit_head.city"])
def test_the_question_of_one_row_agrees_with_the_query(county_case, name):
    with store.reading() as session:
        person, case = who(name), session.get_one(model.Case, county_case.id)
        found = cases.listing(session, person).total == 1
        assert sight.may_see(session, case, person) is found


VERBS = {
    "claim": lambda session, task, by: tasks.claim(session, task, by, FRIDAY),
    "release": lambda session, task, by: tasks.release(session, task, by, FRIDAY),
    "assign": lambda session, task, by: tasks.assign(session, task, "case_handler.county1", "忙", by, FRIDAY),
    "remind": lambda session, task, by: tasks.remind(session, task, "", by, FRIDAY),
    "draft": lambda session, task, by: tasks.save_draft(session, task, {}, by, FRIDAY),
    "complete": lambda session, task, by: tasks.complete(session, task, VERIFY, by, FRIDAY),
}


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_meets_eve(county_case, verb):
    with store.writing() as session, pytest.raises(NotFound):
        VERBS[verb](session, only_task(county_case).id, who("eve"))


@pytest.mark.parametrize("verb", ["claim", "draft", "complete"])
def test_who_sees_but_lacks_the_role_is_refused(county_case, verb):
    with store.writing() as session, pytest.raises(NotAllowed):
        VERBS[verb](session, only_task(county_case).id, who("unit_head.city"))


def test_a_starting_role_is_needed_to_open(office):
    with store.writing() as session, pytest.raises(NotAllowed):
        cases.open_case(session, "tip_check", who("publicity_officer.city"), FRIDAY)


def test_the_holder_is_drawn_in_by_assignment_only_within_the_role(county_case):
    with store.writing() as session, pytest.raises(NotAllowed):
        tasks.assign(session, only_task(county_case).id, "eve", "帮忙", who("unit_head.county1"), FRIDAY)


def test_assigning_needs_a_reason(county_case):
    with store.writing() as session, pytest.raises(Refused):
        tasks.assign(session, only_task(county_case).id, "case_handler.county1", " ", who("unit_head.county1"), FRIDAY)


def test_an_assigned_task_lies_with_its_new_holder(county_case):
    with store.writing() as session:
        tasks.assign(
            session, only_task(county_case).id, "case_handler2.county1", "出差", who("unit_head.county1"), FRIDAY
        )
    with store.reading() as session:
        page = tasks.inbox(session, who("case_handler2.county1"), "todo", FRIDAY)
    assert [line.case.id for line in page.items] == [county_case.id]


def test_a_released_task_returns_to_the_pool(county_case):
    handler, task = who("case_handler.county1"), only_task(county_case).id
    with store.writing() as session:
        tasks.claim(session, task, handler, FRIDAY)
    with store.writing() as session:
        tasks.release(session, task, handler, FRIDAY)
    with store.reading() as session:
        assert tasks.inbox(session, who("case_handler2.county1"), "pool", FRIDAY).total == 1


def test_a_held_task_is_not_somebody_elses_to_complete(county_case):
    task = only_task(county_case).id
    with store.writing() as session:
        tasks.claim(session, task, who("case_handler.county1"), FRIDAY)
    with store.writing() as session, pytest.raises(Conflict):
        tasks.complete(session, task, VERIFY, who("case_handler2.county1"), FRIDAY)


def appoint(principal: str, deputy: str, first: str, last: str) -> None:
    day = date.fromisoformat(first)
    with store.writing() as session:
        deputies.appoint(
            session, principal, deputy, day, date.fromisoformat(last), who(principal), at(f"{first} 08:00")
        )


def test_a_deputy_acts_for_the_principal_and_both_are_named(county_case):
    appoint("case_handler.county1", "co_handler.county1", "2026-02-13", "2026-02-20")
    deputy = who("co_handler.county1", FRIDAY, "case_handler.county1")
    officers = ["case_handler2.county1", "unit_head.county1"]
    with store.writing() as session:
        task = tasks.complete(session, only_task(county_case).id, VERIFY | {"officers": officers}, deputy, FRIDAY)
    assert (task.completed_by, task.completed_for) == ("co_handler.county1", "case_handler.county1")


@pytest.mark.parametrize("first,last", [("2026-02-01", "2026-02-12"), ("2026-02-14", "2026-02-20")])
def test_outside_its_days_a_deputyship_gives_nothing(office, first, last):
    appoint("case_handler.county1", "co_handler.county1", first, last)
    with pytest.raises(NotAllowed):
        who("co_handler.county1", FRIDAY, "case_handler.county1")


def test_a_deputy_may_not_approve_what_the_principal_handled(county_case):
    complete(county_case, "case_handler.county1", VERIFY | {"officers": ["case_handler.county1", "co_handler.county1"]})
    appoint("unit_head.county1", "case_handler.county1", "2026-02-13", "2026-02-20")
    deputy = who("case_handler.county1", FRIDAY, "unit_head.county1")
    with store.writing() as session, pytest.raises(NotAllowed) as refused:
        tasks.complete(session, only_task(county_case).id, {"decision": "同意"}, deputy, FRIDAY)
    assert refused.value.code == "E-COM-06"


def test_a_role_that_was_taken_away_counts_no_more(county_case):
    with store.writing() as session:
        session.delete(session.get_one(model.Membership, ("case_handler.county1", "case_handler", "county1")))
    with store.writing() as session, pytest.raises(NotFound):
        tasks.claim(session, only_task(county_case).id, who("case_handler.county1"), FRIDAY)


@pytest.mark.parametrize("name", ["admin.system", "admin.security", "admin.audit", "designer.city"])
def test_who_keeps_the_office_reads_no_case(county_case, name):
    with store.reading() as session:
        assert cases.listing(session, who(name)).total == 0
        assert not sight.may_see(session, session.get_one(model.Case, county_case.id), who(name))


def test_search_finds_two_characters_but_only_what_one_may_see(county_case):
    with store.reading() as session:
        seen = cases.listing(session, who("unit_head.city"), text="号库").total
        hidden = cases.listing(session, who("eve"), text="号库").total
    assert (seen, hidden) == (1, 0)
