"""Who withdraws from a penalty case, at any time until it is archived, and who presides over its hearing."""

from __future__ import annotations

import pytest

from engine import model, store
from tests.office import at
from tests.processes import measures
from tests.processes.enforcement import Case
from tests.processes.hazard_desk import SEALING

DEPUTY, HEAD, HOST = "deputy_head.county1", "agency_head.county1", "hearing_host.county1"
REVIEWER, OTHER = "legal_reviewer.county1", "legal_officer.county1"


def withdrawn(case: Case, officer: str, day: str, **decided) -> Case:
    """A case from which somebody was told to withdraw on a day."""
    case.act("ask_recuse", "ec_recuse", at(f"{day} 11:00"), "unit_head.county1", officer=officer)
    case.do("ec_recuse_decide", at(f"{day} 15:00"), **decided)
    return case


def join(user: str, role: str) -> None:
    """Give somebody one more role in the office."""
    with store.writing() as session:
        session.add(model.Membership(user_name=user, role=role, org_id="county1"))


def acts(case: Case) -> set[str]:
    return {act["id"] for act in case.case()["acts"]}


def test_a_reviewer_who_withdrew_after_the_report_reviews_nothing(enforcement_at):
    case = withdrawn(enforcement_at("legal_review"), REVIEWER, "2026-07-21")
    assert case.do("ec_legal_review", at("2026-07-22 10:00"), status=403)["code"] == "EC-E01"


def test_the_deputy_head_who_withdrew_decides_nothing(enforcement_at):
    case = enforcement_at("deciding")
    case.act("ask_recuse", "ec_recuse", at("2026-07-30 11:00"), "unit_head.county1", officer=DEPUTY)
    case.do("ec_recuse_decide", at("2026-07-30 15:00"), HEAD)
    assert case.do("ec_decide", at("2026-07-31 10:00"), DEPUTY, 403)["code"] == "EC-E01"


@pytest.mark.parametrize(
    ("officer", "step"),
    [(REVIEWER, "ec_legal_review"), (DEPUTY, "ec_recuse_decide"), (HEAD, "ec_recuse_decide")],
)
def test_whoever_acts_in_the_case_may_withdraw_by_himself(enforcement_at, officer, step):
    case = enforcement_at("legal_review")
    mine = {"officer": officer, "kind": "自行回避", "applicant": None}
    case.act("ask_recuse", "ec_recuse", at("2026-07-21 11:00"), officer, **mine)
    assert case.do(step, at("2026-07-22 10:00"), officer, 403)["code"] == "EC-E01"


@pytest.mark.parametrize("stage", ["filing", "stating", "served", "archiving"])
def test_a_withdrawal_can_be_asked_for_until_the_case_is_archived(enforcement_at, stage):
    assert "ask_recuse" in acts(enforcement_at(stage))


def test_after_the_archive_nothing_waits_any_more(enforcement_at):
    case = enforcement_at("closed").case()
    assert (case["state"], case["status"], case["acts"], case["open_tasks"]) == ("closed", "closed", [], [])


def test_a_case_is_not_closed_before_a_request_is_decided(enforcement_at):
    case = enforcement_at("published")
    case.act("ask_recuse", "ec_recuse", at("2027-02-04 09:00"), "unit_head.county1")
    assert case.do("ec_close", at("2027-02-04 10:00"), status=422)["code"] == "EC-E41"
    case.do("ec_recuse_decide", at("2027-02-04 11:00"), decision="驳回申请", reason="没有利害关系")
    case.do("ec_close", at("2027-02-04 12:00"))


def test_on_a_deputy_the_head_of_the_agency_decides_and_no_other_deputy(enforcement_at):
    case = enforcement_at("investigating")
    join(OTHER, "deputy_head")
    case.act("ask_recuse", "ec_recuse", at("2026-07-08 11:00"), "unit_head.county1", officer=DEPUTY)
    assert case.do("ec_recuse_decide", at("2026-07-09 15:00"), OTHER, 422)["code"] == "EC-E01"
    case.do("ec_recuse_decide", at("2026-07-09 16:00"), HEAD)


def test_who_withdrew_seals_nothing_in_the_case_either(enforcement_at):
    case = enforcement_at("investigating")
    seal = measures.asked(case, at("2026-07-08 09:00"), **SEALING)
    withdrawn(case, DEPUTY, "2026-07-08", who=HEAD, decided_on="2026-07-08")
    assert seal.do("coercion_request_approve", at("2026-07-08 16:00"), DEPUTY, 403)["code"] == "EC-E01"


# Who presides over a hearing.


@pytest.mark.parametrize(
    ("stage", "step", "moment"),
    [("holding", "eh_hold", "2026-10-23 15:00"), ("hearing_reporting", "eh_report", "2026-10-26 10:00")],
)
def test_another_host_than_the_appointed_one_neither_hears_nor_reports(enforcement_at, stage, step, moment):
    case = enforcement_at(stage)
    join(OTHER, "hearing_host")
    assert case.do(step, at(moment), OTHER, 422)["code"] == "EC-E24"
    case.do(step, at(moment), HOST)


def test_nobody_without_the_role_is_appointed_as_host(enforcement_at):
    case = enforcement_at("appointing")
    said = {"host": OTHER, "hearing_at": "2026-10-23T09:00:00+08:00"}
    assert case.do("eh_appoint", at("2026-10-12 10:00"), status=422, **said)["code"] == "E-COM-04"


def test_who_replaces_the_host_that_withdrew_presides(enforcement_at):
    case = enforcement_at("holding")
    join(OTHER, "hearing_host")
    withdrawn(case, HOST, "2026-10-14", successor=OTHER)
    assert case.do("eh_hold", at("2026-10-23 14:00"), HOST, 403)["code"] == "EC-E01"
    case.do("eh_hold", at("2026-10-23 15:00"), OTHER)
    assert case.steps() == ["eh_record"]


def test_a_host_does_not_withdraw_without_a_successor(enforcement_at):
    case = enforcement_at("holding")
    case.act("ask_recuse", "ec_recuse", at("2026-10-14 11:00"), "unit_head.county1", officer=HOST)
    problem = case.do("ec_recuse_decide", at("2026-10-14 15:00"), status=422)
    assert problem["fields"] == {"successor": "E-COM-01"}
