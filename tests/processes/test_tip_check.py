"""The worked example of three steps, from its opening to its letter."""

import pytest
from sqlalchemy import select

from engine import cases, documents, model, store, tasks, wakeups
from engine.errors import Conflict, NotAllowed, NotFound, Refused
from tests.office import at, open_office, who
from tests.processes.tips import FRIDAY, RECORD, THURSDAY, VERIFY, complete, only_task, open_tip


@pytest.fixture
def office(database):
    open_office("tip_check")


@pytest.fixture
def case(office):
    return open_tip()


def test_the_opening_answers_the_first_step(case):
    assert (case.number, case.status, only_task(case).step) == ("XS-370200-2026-0001", "verifying", "tip_verify")


def test_the_second_case_takes_the_next_number(case):
    with store.writing() as session:
        second = cases.open_case(session, "tip_check", who("intake_clerk.city"), THURSDAY, RECORD)
    assert second.number == "XS-370200-2026-0002"


def test_without_data_the_opener_holds_the_first_task(office):
    with store.writing() as session:
        case = cases.open_case(session, "tip_check", who("intake_clerk.city"), THURSDAY)
    assert (only_task(case).step, only_task(case).assignee) == ("tip_record", "intake_clerk.city")


def test_the_handler_finds_it_in_the_pool(case):
    with store.reading() as session:
        page = tasks.inbox(session, who("case_handler.city"), "pool", FRIDAY)
    assert [(line.task.step, line.case.number) for line in page.items] == [("tip_verify", case.number)]


def test_another_office_does_not(case):
    with store.reading() as session:
        assert tasks.inbox(session, who("case_handler.county1"), "pool", FRIDAY).items == []


def test_the_task_answers_to_the_clock_over_spring_festival(case):
    assert only_task(case).due_at == at("2026-02-24 23:59:59")


def test_a_check_before_the_report_is_refused_and_changes_nothing(case):
    early = VERIFY | {"checked_at": "2026-02-11T10:00:00+08:00"}
    with pytest.raises(Refused) as refused:
        complete(case, "case_handler.city", early)
    assert (refused.value.code, refused.value.fields) == ("TIP-E01", {"checked_at": "TIP-E01"})
    assert only_task(case).step == "tip_verify"


def test_the_handler_may_not_approve(case):
    complete(case, "case_handler.city", VERIFY)
    with pytest.raises(NotAllowed):
        complete(case, "case_handler.city", {"decision": "同意"})


def test_the_return_opens_the_step_again_with_its_answers(case):
    complete(case, "case_handler.city", VERIFY)
    complete(case, "unit_head.city", {"decision": "退回", "reason": "照片不清"})
    task = only_task(case)
    with store.reading() as session:
        bundle = cases.bundle_of(session, session.get_one(model.Case, case.id))
        given = tasks.prefill(session, task, bundle, who("case_handler.city"), FRIDAY)
    assert (task.step, given["result"]) == ("tip_verify", "不属实")


def test_the_second_completion_learns_who_was_first(case):
    first = only_task(case)
    complete(case, "case_handler.city", VERIFY)
    with store.writing() as session, pytest.raises(Conflict) as late:
        tasks.complete(session, first.id, VERIFY, who("case_handler2.city"), FRIDAY)
    assert late.value.by == "case_handler.city"


def test_the_same_answers_by_the_same_person_are_one_act(case):
    first = only_task(case)
    complete(case, "case_handler.city", VERIFY)
    with store.writing() as session:
        again = tasks.complete(session, first.id, VERIFY, who("case_handler.city"), FRIDAY)
    with store.reading() as session:
        said = session.scalars(select(model.Submission).where(model.Submission.step == "tip_verify")).all()
    assert (again.state, len(said)) == ("completed", 1)


def test_consent_closes_the_case_and_drafts_the_letter(case):
    complete(case, "case_handler.city", VERIFY)
    complete(case, "unit_head.city", {"decision": "同意"})
    with store.reading() as session:
        closed = session.get_one(model.Case, case.id)
        (letter,) = documents.listing(session, case.id, who("unit_head.city"))
    assert (closed.state, closed.status, letter.state) == ("closed", "confirmed", "draft")


def test_who_belongs_nowhere_does_not_know_the_case(case):
    with store.reading() as session, pytest.raises(NotFound):
        cases.get(session, case.id, who("case_handler.county2"))


def test_a_late_check_is_told_to_the_head(case):
    wakeups.sweep(at("2026-02-25 00:00:01"))
    with store.reading() as session:
        told = session.scalars(select(model.Notice.user_name)).all()
    assert "unit_head.city" in told
