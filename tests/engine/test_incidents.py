"""Incidents and waiting hand-offs: who knows of them, what trying again does, how one is closed."""

import pytest
from sqlalchemy import select

from engine import handoffs, incidents, ledger, model, outbox, store, wakeups
from engine.errors import Conflict, NotAllowed, NotFound, Refused
from tests.office import deploy, open_office, who
from tests.processes.tips import FRIDAY, THURSDAY, open_tip, rows

LATER = THURSDAY.replace(month=3)


@pytest.fixture
def case(database):
    open_office("tip_check")
    return open_tip("intake_clerk.county1")


def note(case=None, **changes):
    """Note an incident; return its id."""
    values = {"id": "i1", "case_id": case and case.id, "kind": "engine", "element": "x", "cause": "坏了", "at": FRIDAY}
    with store.writing() as session:
        session.add(model.Incident(**values | {"retry": {}} | changes))
    return "i1"


def known(name, **asked):
    with store.reading() as session:
        lines, total = incidents.listing(session, who(name), **asked)
    assert total == len(lines)
    return lines


def row_of(row_class, key):
    with store.reading() as session:
        return session.get(row_class, key)


@pytest.mark.parametrize("name", ["unit_head.county1", "unit_head.city", "committee_office.county1"])
def test_superiors_know_of_incidents_in_their_cases(case, name):
    note(case)
    (line,) = known(name)
    assert (line.incident.cause, line.open_to_me) == ("坏了", True)


@pytest.mark.parametrize("name", ["unit_head.county2", "case_handler.county1", "designer.city"])
def test_others_do_not(case, name):
    note(case)
    assert known(name) == []


@pytest.mark.parametrize("name", ["admin.system", "admin.security", "admin.audit"])
def test_administrators_know_that_a_case_stands_still_and_may_not_open_it(case, name):
    note(case)
    (line,) = known(name)
    assert (line.case.id, line.open_to_me) == (case.id, False)


def test_an_incident_without_a_case_is_the_administrators(case):
    note()
    assert known("unit_head.county1") == []
    assert len(known("admin.system")) == 1


def test_incidents_are_narrowed_by_kind_and_state(case):
    note(case, kind="timer")
    assert known("admin.system", kind="job") == []
    assert len(known("admin.system", kind="timer")) == 1
    assert known("admin.system", state="resolved") == []


@pytest.mark.parametrize("name", ["unit_head.county2", "case_handler.county1"])
def test_strangers_neither_repeat_nor_close(case, name):
    key = note(case)
    for verb in (
        lambda session: incidents.retry(session, key, who(name), FRIDAY),
        lambda session: incidents.resolve(session, key, who(name), FRIDAY, "x"),
    ):
        with store.writing() as session, pytest.raises(NotFound):
            verb(session)


@pytest.mark.parametrize("name", ["admin.security", "admin.audit"])
def test_the_other_administrators_only_look(case, name):
    key = note(case)
    with store.writing() as session, pytest.raises(NotAllowed):
        incidents.resolve(session, key, who(name), FRIDAY, "x")


def test_closing_needs_a_word_and_stands_in_the_ledger(case):
    key, by = note(case), who("unit_head.county1")
    with store.writing() as session, pytest.raises(Refused):
        incidents.resolve(session, key, by, FRIDAY, "  ")
    with store.writing() as session:
        incidents.resolve(session, key, by, FRIDAY, "已更正")
        entry = ledger.of_case(session, "account:unit_head.county1")[-1]
    assert (entry.act, entry.detail["note"]) == ("incident resolved", "已更正")


def test_what_is_closed_is_not_closed_again(case):
    key, by = note(case), who("unit_head.county1")
    with store.writing() as session:
        incidents.resolve(session, key, by, FRIDAY, "x")
    with store.writing() as session, pytest.raises(Conflict) as told:
        incidents.resolve(session, key, who("admin.system"), FRIDAY, "y")
    assert told.value.by == "unit_head.county1"


def test_a_clock_that_failed_is_due_at_once(case):
    with store.writing() as session:
        clock = session.scalars(select(model.Clock).where(model.Clock.case_id == case.id)).one()
        clock.next_at = LATER
    key = note(case, kind="timer", retry={"verb": "clock", "clock": clock.id})
    with store.writing() as session:
        incidents.retry(session, key, who("admin.system"), FRIDAY)
    assert row_of(model.Clock, clock.id).next_at == FRIDAY
    assert row_of(model.Incident, key).state == "resolved"
    assert wakeups.sweep(FRIDAY).failed == []


def test_a_timer_that_failed_is_due_at_once(case):
    with store.writing() as session:
        session.add(model.WakeUp(case_id=case.id, node="n1", step="x", wake_at=LATER))
    key = note(case, kind="timer", retry={"verb": "timer", "node": "n1"})
    with store.writing() as session:
        incidents.retry(session, key, who("unit_head.county1"), FRIDAY)
    assert row_of(model.WakeUp, (case.id, "n1")).wake_at == FRIDAY


def test_a_timer_that_waits_no_more_is_said_so(case):
    key = note(case, retry={"verb": "timer", "node": "n1"})
    with store.writing() as session, pytest.raises(Conflict):
        incidents.retry(session, key, who("admin.system"), FRIDAY)
    assert row_of(model.Incident, key).state == "open"


def test_a_job_that_failed_is_ordered_again(case):
    key = note(kind="job", retry={"job": "send_mail", "arguments": {"notice_id": "n1"}})
    with store.writing() as session:
        incidents.retry(session, key, who("admin.system"), FRIDAY)
    count, oldest = outbox.waiting()
    assert count == 1 and oldest is not None


def test_what_a_person_sent_is_theirs_to_send_again(case):
    key = note(case, retry={"verb": "complete", "task": "t1"})
    assert not incidents.may_repeat(row_of(model.Incident, key))
    with store.writing() as session, pytest.raises(Conflict, match="由办理人重新提交"):
        incidents.retry(session, key, who("admin.system"), FRIDAY)


# Hand-offs.


@pytest.fixture
def waiting(case):
    with store.writing() as session:
        locked = store.locked(session, case.id)
        row = handoffs.hand_off(session, locked, "coercion", "强制", "k", {}, who("unit_head.county1"), FRIDAY)
    assert row.state == "waiting"
    return row


def found(name):
    with store.reading() as session:
        return incidents.waiting(session, who(name))


@pytest.mark.parametrize(
    "name,count,seen", [("unit_head.county1", 1, True), ("admin.audit", 1, False), ("unit_head.county2", 0, None)]
)
def test_hand_offs_are_known_like_incidents(waiting, name, count, seen):
    lines, total = found(name)
    assert total == count
    assert [line[2] for line in lines] == [seen] * count


@pytest.mark.parametrize("name,error", [("unit_head.county2", NotFound), ("admin.audit", NotAllowed)])
def test_who_may_not_hand_over_changes_nothing(waiting, name, error):
    before = rows(model.Handoff)
    with store.writing() as session, pytest.raises(error):
        incidents.deliver(session, waiting.id, who(name), FRIDAY)
    assert rows(model.Handoff) == before


def test_a_hand_off_that_fails_again_keeps_waiting_with_its_cause(waiting):
    with store.writing() as session:
        row = incidents.deliver(session, waiting.id, who("admin.system"), FRIDAY)
    assert (row.state, row.tries) == ("waiting", 2)
    assert "尚未发布" in row.cause


def test_a_hand_off_is_delivered_once(waiting):
    with store.writing() as session:
        deploy(session, "coercion")
        row = incidents.deliver(session, waiting.id, who("unit_head.county1"), FRIDAY)
    assert row.state == "delivered" and row.target_id
    with store.writing() as session, pytest.raises(Conflict):
        incidents.deliver(session, waiting.id, who("unit_head.county1"), FRIDAY)
    assert found("admin.system") == ([], 0)
