"""Nothing is lost or half done: a cut at any statement, two people at once, the same thing twice."""

import threading

import pytest
from sqlalchemy import event

from engine import cases, model, store, tasks
from engine.errors import Broken, Conflict
from tests.office import open_office, who
from tests.processes.tips import FRIDAY, RECORD, THURSDAY, VERIFY, complete, only_task, open_tip, rows


class Cut(Exception):
    """The process died here."""


@pytest.fixture
def office(database):
    open_office("tip_check")


@pytest.fixture
def cut_before():
    """Make the n-th statement from now on fail; give the number of statements seen."""
    seen = {"count": 0, "at": 0}

    def count(connection, cursor, statement, *rest):
        seen["count"] += 1
        if seen["count"] == seen["at"]:
            raise Cut(statement)

    event.listen(store.engine(), "before_cursor_execute", count)
    yield seen
    event.remove(store.engine(), "before_cursor_execute", count)


def complete_cut_at(task_id: str, n: int, cut_before: dict) -> bool:
    handler = who("case_handler.city")
    cut_before.update(count=0, at=n)
    try:
        with store.writing() as session:
            tasks.complete(session, task_id, VERIFY, handler, FRIDAY)
        return True
    except Cut:
        return False
    finally:
        cut_before["at"] = 0


def test_a_completion_cut_before_any_statement_leaves_the_case_as_before(office, cut_before):
    case = open_tip()
    task, before, n = only_task(case).id, rows(), 1
    while not complete_cut_at(task, n, cut_before):
        after = [row for row in rows() if row[0] != "incident"]
        assert after == before, f"cut before statement {n} left something behind"
        n += 1
    assert n > 10 and only_task(case).step == "tip_approve"


def test_an_opening_cut_before_any_statement_takes_no_number(office, cut_before):
    clerk, n = who("intake_clerk.city"), 1
    while True:
        cut_before.update(count=0, at=n)
        try:
            with store.writing() as session:
                case = cases.open_case(session, "tip_check", clerk, THURSDAY, RECORD)
            break
        except Cut:
            n += 1
    cut_before["at"] = 0
    assert (case.number, len(rows(model.Case))) == ("XS-370200-2026-0001", 1)


def test_of_many_who_complete_at_once_one_wins(office):
    task = only_task(open_tip()).id
    people = [who("case_handler.city"), who("case_handler2.city")] * 4
    start, outcomes = threading.Barrier(len(people)), []

    def race(person, number):
        start.wait()
        try:
            with store.writing() as session:
                tasks.complete(session, task, VERIFY | {"result": "不属实", "photos": []}, person, FRIDAY)
            outcomes.append("won")
        except Conflict:
            outcomes.append("late")

    threads = [threading.Thread(target=race, args=(person, number)) for number, person in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    said = [row for row in rows(model.Submission) if "tip_verify" in row[1]]
    # The winner's own repetitions are the same act again; everybody else is told that he is late.
    assert (len(said), len(outcomes), outcomes.count("late")) == (1, 8, 4)


def test_of_many_who_claim_at_once_one_holds_it(office):
    task = only_task(open_tip()).id
    people = [who("case_handler.city"), who("case_handler2.city")]
    start, outcomes = threading.Barrier(2), []

    def race(person):
        start.wait()
        try:
            with store.writing() as session:
                outcomes.append(tasks.claim(session, task, person, FRIDAY).assignee)
        except Conflict as late:
            outcomes.append(f"late, {late.by} was first")

    threads = [threading.Thread(target=race, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    winner = next(outcome for outcome in outcomes if not outcome.startswith("late"))
    assert sorted(outcomes) == sorted([winner, f"late, {winner} was first"])


def test_an_expression_that_breaks_becomes_an_incident_and_moves_nothing(office, monkeypatch):
    case = open_tip()
    complete(case, "case_handler.city", VERIFY)
    from engine import expressions

    def broken(*given):
        raise expressions.BadExpression("除数为零")

    with monkeypatch.context() as patch, pytest.raises(Broken):
        patch.setattr("engine.running.expressions.evaluate", broken)
        complete(case, "unit_head.city", {"decision": "同意"})
    with store.reading() as session:
        (incident,) = session.query(model.Incident).all()
    assert (only_task(case).step, incident.case_id, "除数为零" in incident.cause) == ("tip_approve", case.id, True)


def test_a_thousand_rounds_of_return_stay_small(office):
    case = open_tip()
    for round_ in range(60):
        complete(case, "case_handler.city", VERIFY | {"result": "不属实"})
        complete(case, "unit_head.city", {"decision": "退回", "reason": f"第{round_}次"})
    with store.reading() as session:
        snapshot = session.get_one(model.Case, case.id).snapshot
    assert len(snapshot) < 1024
