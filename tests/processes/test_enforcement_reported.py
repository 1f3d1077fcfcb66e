"""Where a decided penalty goes besides the party: to the counter of its hazard, and to the organ that assigned it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from engine import catalog, model, store
from engine.people import SYSTEM_ACTOR
from engine.running import Run
from tests.api import Office
from tests.office import at, publish
from tests.processes.enforcement import Case
from tests.processes.hazard import Driver, fill_criteria

SERVED = at("2026-08-03 10:00")


def noted(case: Driver, step: str, **said: Any) -> None:
    """Note something under a step, beside what was said there before."""
    with store.writing() as session:
        row = session.get_one(model.Case, case.id)
        run = Run(session, row, catalog.load(session, row.bundle_hash), at("2026-07-30 09:00"), SYSTEM_ACTOR)
        run.note(step, run.file.answers(step) | said)


def registered(office: Office, moment: str, place: str = "county1") -> Driver:
    """A hazard registered at a moment, in an office that publishes its process only now."""
    publish("hazard_supervision")
    fill_criteria()
    return Driver.open(office, at(moment), place=place)


@pytest.fixture
def case(enforcement_at) -> Case:
    """A fine of 20,000 yuan that was decided on 2026-07-31 and is to be served."""
    return enforcement_at("serving")


@pytest.fixture
def hazard(case) -> Driver:
    """A registered hazard, of which the decision speaks."""
    found = registered(case.office, "2026-08-01 10:00")
    noted(case, "ec_clue", hazard_no=found.case()["number"])
    return found


def counted(hazard: Driver) -> list[dict[str, Any]]:
    """The penalties that count for a hazard, as they were noted."""
    rows = model.Submission
    with store.reading() as session:
        found = select(rows.data).where(rows.case_id == hazard.id, rows.step == "hz_penalty_note")
        return list(session.scalars(found.order_by(rows.seq)))


def test_a_penalty_counts_for_its_hazard_once_it_is_served(case, hazard):
    assert counted(hazard) == []
    case.do("ec_serve", SERVED)
    (penalty,) = counted(hazard)
    assert [penalty[name] for name in ("case_no", "decided_on", "penalty", "amount")] == [
        case.case()["number"],
        "2026-07-31",
        "罚款",
        "20000.00",
    ]
    assert hazard.clock("HZ-C23")["started_at"].startswith("2026-07-31")


def test_the_hazard_that_handed_the_case_over_counts_its_penalty(case, hazard):
    with store.writing() as session:
        session.get_one(model.Case, case.id).parent_id = hazard.id
    case.do("ec_serve", SERVED)
    assert (len(counted(hazard)), hazard.steps(), hazard.clock("HZ-C23")["state"]) == (1, ["hz_verify"], "running")


def test_a_penalty_that_was_noted_by_hand_is_not_counted_again(case, hazard):
    noted(hazard, "hz_penalty_note", decided_on="2026-07-31", decision_no=case.case()["number"])
    case.do("ec_serve", SERVED)
    assert len(counted(hazard)) == 1


def test_a_hazard_that_is_not_there_stops_no_penalty(case):
    noted(case, "ec_clue", hazard_no="HZ-370202-2026-9999")
    case.do("ec_serve", SERVED)
    assert sorted(case.steps()) == ["ec_execute", "ec_publish"]
    ledger = case.office.get(case.watcher, f"/cases/{case.id}/history")["items"]
    assert "not entered" in [entry["act"] for entry in ledger]


def test_a_penalty_enters_no_hazard_of_another_county(case):
    elsewhere = registered(case.office, "2026-08-01 10:00", place="county2")
    noted(case, "ec_clue", hazard_no=elsewhere.case()["number"])
    case.do("ec_serve", SERVED)
    assert (counted(elsewhere), sorted(case.steps())) == ([], ["ec_execute", "ec_publish"])


def test_the_handler_is_told_of_a_hazard_that_is_over(case, hazard):
    with store.writing() as session:
        session.get_one(model.Case, hazard.id).state = "closed"
    case.do("ec_serve", SERVED)
    with store.reading() as session:
        told = session.scalars(select(model.Notice.text).where(model.Notice.case_id == case.id)).all()
    assert any("请手工登记" in text and hazard.case()["number"] in text for text in told)
    assert counted(hazard) == []


def test_a_decision_not_to_punish_does_not_count(enforcement_at):
    case = enforcement_at("deciding")
    noted(case, "ec_clue", hazard_no="HZ-370202-2026-9999")
    case.do("ec_decide", at("2026-07-31 10:00"), decision="不予行政处罚")
    case.do("ec_serve", SERVED)
    assert case.steps() == ["ec_publish"]


def test_a_penalty_on_the_spot_counts_for_its_hazard_too(enforcement_at):
    office = enforcement_at("office").office
    hazard = registered(office, "2026-07-01 10:00")
    said = {"handling": "适用简易程序", "hazard_no": hazard.case()["number"]}
    (simple,) = Case.open(office, at("2026-07-03 10:00"), **said).linked("enforcement_simple")
    simple.do("es_show_id", at("2026-07-03 11:00"))
    simple.do("es_hear", at("2026-07-03 11:10"))
    simple.do("es_decide", at("2026-07-03 11:20"))
    assert [(said["case_no"], said["amount"]) for said in counted(hazard)] == [(simple.case()["number"], "3000.00")]


# Cases that the superior assigned.


@pytest.fixture
def assigned(enforcement_at) -> Case:
    """A penalty in a case that the superior assigned, decided on Friday 2026-07-31 and served."""
    case = enforcement_at("deciding")
    noted(case, "ec_clue", source="上级交办", source_paper="青应急交〔2026〕3号")
    case.do("ec_decide", at("2026-07-31 10:00"))
    case.do("ec_serve", SERVED)
    return case


def test_the_superior_is_told_within_ten_days(assigned):
    row = assigned.clock("EC-C34")
    assert (row["due_on"], row["lapse_on"], row["verified"]) == ("2026-08-10", "2026-08-10", False)
    assert "ec_superior_report" in assigned.steps()


@pytest.mark.parametrize(("day", "state"), [("2026-08-10", "met"), ("2026-08-11", "late")])
def test_the_superior_is_told_in_time_or_late(assigned, day, state):
    assigned.do("ec_superior_report", at(f"{day} 16:00"), filed_on=day)
    assert assigned.clock("EC-C34")["state"] == state
    assert assigned.case()["case_file"]["ec_superior_report"]["source_paper"] == "青应急交〔2026〕3号"


@pytest.mark.parametrize(
    ("moment", "lamp"), [("2026-08-04 23:59", "green"), ("2026-08-05 00:00", "yellow"), ("2026-08-08 00:00", "orange")]
)
def test_the_term_of_the_report_is_shown_as_it_comes_near(assigned, moment, lamp):
    assigned.office.set(at(moment))
    assert assigned.clock("EC-C34")["lamp"] == lamp


def test_what_is_told_to_the_superior_follows_the_decision(assigned):
    said = assigned.do("ec_superior_report", at("2026-08-10 16:00"), status=422, filed_on="2026-07-30")
    assert said["code"] == "EC-E62"


def test_only_assigned_cases_are_told_to_the_superior(enforcement_at):
    case = enforcement_at("served")
    assert "ec_superior_report" not in case.steps()


# What is named as unsettled.


def test_a_clock_that_still_runs_is_named_when_the_case_is_to_be_closed(enforcement_at):
    case = enforcement_at("published")
    with store.writing() as session:
        row = session.scalars(select(model.Clock).where(model.Clock.rule == "EC-C25")).one()
        row.stopped_at, row.state = None, "running"
    assert case.do("ec_close", at("2027-02-04 10:00"), status=422)["code"] == "EC-E41"
    task = case.task("ec_close")
    assert case.office.get(case.watcher, f"/tasks/{task['id']}")["data"]["unsettled"] == (
        "处罚决定公示（2026-08-11到期）未了结"
    )


def test_an_investigation_that_was_terminated_owes_no_decision(enforcement_at):
    case = enforcement_at("reporting")
    case.act("ask_terminate", "ec_terminate", at("2026-07-20 10:00"))
    case.do("ec_terminate_approve", at("2026-07-20 15:00"), terminated_on="2026-07-20")
    assert (case.clock("EC-C06")["state"], case.steps()) == ("stopped", ["ec_close"])
    case.do("ec_close", at("2026-07-21 10:00"), reason="终止调查")
