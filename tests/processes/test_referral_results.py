"""How the procedure ends for each person: which organ said so, which ban follows; and what a year is told to be."""

from __future__ import annotations

from typing import Any

import pytest

from engine import boardrows, cases, catalog, model, referrals, store
from tests.office import at, who
from tests.processes.referral import PAIR, Referral, led_through
from tests.processes.referral_answers import RESULT
from tests.processes.stages import Move
from tests.processes.test_referral_states import FROM_COURT

LEGAL = "legal_officer.county1"
YEAR_END = at("2026-12-31 10:00")
CONVICTED = {**RESULT, "ban": None}
FREED = {"name": "孙某", "result": "不起诉", "effective_on": "2026-08-10"}
SECOND = {"document_no": "东检不诉〔2026〕1号", "paper_received_on": "2026-09-02"}


def origins(referral: Referral) -> dict[str, tuple[str, str]]:
    """The last papers from outside as the board shows them: (number, day) by origin."""
    with store.reading() as session:
        case = session.get_one(model.Case, referral.id)
        bundle = catalog.load(session, case.bundle_hash)
        said = cases.submissions_of(session, case, who(LEGAL))
    papers = [boardrows.paper(bundle, row, row.data) for row in said]
    return {paper.origin: (paper.number, paper.on[:10]) for paper in papers if paper}


def told(cohort: bool = False) -> dict[str, Any]:
    """The figures of the summary of 2026 by their titles."""
    with store.reading() as session:
        found = referrals.summary(session, who(LEGAL), YEAR_END, 2026, cohort)
    figures = {title: value for block in found.blocks for title, value in block.lines}
    return figures | {line.title: line.months for line in found.lines}


def test_the_result_waits_for_everybody(referral_at):
    """Until the last person has a result the procedure goes on, and so does the watch over it."""
    referral = led_through(referral_at("office").office, PAIR)
    referral.do("ref_result", at("2026-08-12 10:00"), paper_received_on="2026-08-12", persons=[_early(RESULT)])
    assert (referral.status(), referral.steps()) == ("tracking", ["ref_result"])
    assert referral.clock("JR-C13")["due_on"] == "2026-11-10" and not _has(referral, "JR-C14")
    referral.do("ref_result", at("2026-09-02 10:00"), persons=[_early(RESULT), FREED], **SECOND)
    assert (referral.status(), referral.clock("JR-C14")["due_on"]) == ("result", "2026-09-09")
    assert referral.clock("JR-C13")["state"] == "met"


def test_the_ledger_of_results_has_a_line_for_each_person(referral_at):
    referral = led_through(referral_at("office").office, PAIR)
    referral.do("ref_result", at("2026-08-12 10:00"), paper_received_on="2026-08-12", persons=[_early(RESULT)])
    said = [row["cells"] for row in referral.office.get(LEGAL, "/registers/L-JR-4")["items"]]
    assert [(line["人员"], line["结果"]) for line in said] == [("刘某", "判处刑罚"), ("孙某", "")]


def _early(person: dict[str, Any]) -> dict[str, Any]:
    return {**person, "effective_on": "2026-08-10"}


def _has(referral: Referral, rule: str) -> bool:
    return any(row["id"] == rule for row in referral.office.get(LEGAL, f"/cases/{referral.id}/clocks"))


@pytest.mark.parametrize(
    ("result", "origin"),
    [("判处刑罚", "人民法院"), ("无罪", "人民法院"), ("不起诉", "检察机关"), ("撤案", "公安机关")],
)
def test_a_result_comes_from_the_organ_that_gave_it(referral_at, result, origin):
    referral = referral_at("tracking")
    person = {"name": "刘某", "result": result, "effective_on": "2026-11-18"}
    referral.do("ref_result", at("2026-11-20 10:00"), persons=[person])
    assert origins(referral)[origin] == ("（2026）东刑初1号", "2026-11-20")


def test_the_second_paper_comes_from_the_organ_of_the_second_person(referral_at):
    referral = led_through(referral_at("office").office, PAIR)
    referral.do("ref_result", at("2026-08-12 10:00"), paper_received_on="2026-08-12", persons=[_early(RESULT)])
    referral.do("ref_result", at("2026-09-02 10:00"), persons=[_early(RESULT), FREED], **SECOND)
    shown = origins(referral)
    assert (shown["人民法院"][0], shown["检察机关"][0]) == ("（2026）东刑初1号", "东检不诉〔2026〕1号")


@pytest.mark.parametrize(
    ("answers", "day"),
    [
        ({}, "2026-06-11"),
        ({"result": "转送其他公安机关", "accepted_at": None, "found_at": "2026-06-12T09:00:00+08:00"}, "2026-06-12"),
    ],
)
def test_a_receipt_stands_on_the_board_with_its_own_day(referral_at, answers, day):
    referral = referral_at("handed_over")
    referral.do("ref_police_receipt", at("2026-06-13 10:00"), **answers)
    assert origins(referral)["公安机关"] == ("公立字〔2026〕1号", day)


def test_a_request_for_help_is_a_paper_of_the_police(referral_at):
    referral = referral_at("tracking")
    referral.act("ask_assistance", "ref_assistance", at("2026-07-02 10:00"), document_no="公协〔2026〕5号")
    assert origins(referral)["公安机关"] == ("公协〔2026〕5号", "2026-07-01")


@pytest.mark.parametrize(
    ("role", "person", "kinds"),
    [
        ("总经理", {}, ["受刑事处罚或者撤职的主要负责人"]),
        ("副总经理", {}, []),
        ("操作工", {}, []),
        ("操作工", {"ban": "受刑事处罚或者撤职的主要负责人"}, ["受刑事处罚或者撤职的主要负责人"]),
        ("操作工", {"court_ban_years": 3}, ["法院从业禁止"]),
        ("总经理", {"court_ban_years": 3}, ["受刑事处罚或者撤职的主要负责人", "法院从业禁止"]),
        ("总经理", {"ban": "不适用"}, []),
        ("总经理", {"result": "免予刑事处罚", "criminal_fine": None}, []),
    ],
)
def test_a_ban_is_opened_for_whom_it_applies_to_and_of_its_kind(referral_at, role, person, kinds):
    suspect = [{"name": "刘某", "role_in_unit": role, "suspected_crime": "危险作业罪"}]
    referral = led_through(referral_at("office").office, suspect)
    referral.do("ref_result", at("2026-11-20 10:00"), persons=[{**CONVICTED, **person}])
    sent = {} if "result" not in person else {"letter_sent_on": None}
    referral.do("ref_offset", at("2026-11-24 10:00"), **sent)
    bans = [ban.office.get(LEGAL, f"/tasks/{ban.task('ref_ban')['id']}") for ban in referral.linked("occupational_ban")]
    assert [ban["data"]["kind"] for ban in bans] == kinds


def test_a_case_ends_once_each_ban_is_registered(referral_at):
    referral = referral_at("tracking")
    referral.do("ref_result", at("2026-11-20 10:00"), persons=[{**CONVICTED, "court_ban_years": 3}])
    referral.do("ref_offset", at("2026-11-24 10:00"))
    closed = {"closed_on": "2026-11-26"}
    assert referral.do("ref_close", at("2026-11-26 10:00"), status=422, **closed)["code"] == "JR-E22"
    first, second = referral.linked("occupational_ban")
    first.do("ref_ban", at("2026-11-26 11:00"))
    assert referral.do("ref_close", at("2026-11-26 11:10"), status=422, **closed)["code"] == "JR-E22"
    second.do("ref_ban", at("2026-11-26 11:20"), kind="法院从业禁止", years=3)
    referral.do("ref_close", at("2026-11-26 12:00"), **closed)
    assert referral.status() == "closed"


# What the summary tells


@pytest.mark.parametrize(
    ("state", "moves", "title", "value"),
    [
        ("accepted", [], "补正率", "0.0%（0/1）"),
        ("supplementing", [], "补正率", "100.0%（1/1）"),
        ("supplementing", [Move("ref_supplement", "2026-06-15 10:30")], "补正率", "100.0%（1/1）"),
        (
            "reconsidering",
            [Move("ref_record_recon", "2026-06-22 10:00", {"result": "立案"})],
            "复议改立率",
            "100.0%（1/1）",
        ),
        ("reconsidering", [Move("ref_record_recon", "2026-06-22 10:00")], "复议改立率", "0.0%（0/1）"),
        ("supervision", [Move("ref_record_supervision", "2026-07-20 10:00")], "监督立案率", "100.0%（1/1）"),
        (
            "supervision",
            [Move("ref_record_supervision", "2026-07-20 10:00", {"result": "不立案理由成立"})],
            "监督立案率",
            "0.0%（0/1）",
        ),
        ("filed", [], "尚未移交的物品（项）", 1),
        ("property_done", [], "尚未移交的物品（项）", 0),
    ],
)
def test_the_summary_tells_how_the_police_and_the_procuratorate_answered(referral_at, state, moves, title, value):
    referral_at(state).lead(*moves)
    assert told()[title] == value


def test_each_reason_for_a_loss_has_its_line_by_months(referral_at):
    refused = referral_at("refused_internal")
    Referral.open(refused.office, at("2026-07-05 09:30"), **_harmless("2026-07-05T09:00:00+08:00"))
    lines = told()
    assert lines["退出移送"][5:7] == (1, 1)
    assert lines["退出移送：内部不批准：证据不足"][5:7] == (1, 0)
    assert lines["退出移送：不涉嫌犯罪"][5:7] == (0, 1)


def _harmless(found: str) -> dict[str, Any]:
    reason = "没有造成事故，也没有现实危险"
    return {
        "handling": "不涉嫌犯罪",
        "threshold_rows": None,
        "persons": None,
        "no_crime_reason": reason,
        "discovered_at": found,
    }


def test_a_case_that_a_court_sends_over_is_no_clue_that_we_found(referral_at):
    Referral.open(referral_at("office").office, at("2026-06-05 09:30"), **FROM_COURT)
    lines = told()
    assert sum(lines["发现涉罪线索"]) == 0 and lines["筛查线索"] == 0


PENALTY = {"decision": "行政处罚", "decided_on": {"$date": "2026-07-28"}}


@pytest.mark.parametrize(
    ("place", "exposed", "counted"),
    [
        ("below", PENALTY, 1),
        ("above", PENALTY, 1),
        ("below", PENALTY | {"decision": "不予行政处罚"}, 0),
        ("above", PENALTY | {"decision": "不予行政处罚"}, 0),
        ("above", PENALTY | {"decided_on": {"$date": "2026-06-01"}}, 0),
        ("below", {"decision": None, "decided_on": None}, 0),
    ],
)
def test_a_penalty_after_the_return_is_counted_wherever_it_was_decided(referral_at, place, exposed, counted):
    """In the case that goes on (above), or in the one filed anew (below); and only a penalty."""
    referral = referral_at("returned")
    with store.writing() as session:
        case = session.get_one(model.Case, referral.id)
        values = {column.key: getattr(case, column.key) for column in case.__mapper__.column_attrs}
        values |= {"id": "ec-1", "number": "EC-1", "process": "enforcement_case", "confidential": "", "key": None}
        values |= {"exposed": exposed, "request_key": None, "parent_id": case.id if place == "below" else None}
        session.add(model.Case(**values))
        session.flush()
        if place == "above":
            case.parent_id = "ec-1"
    assert told()["退回后作出处罚决定"] == counted


def test_a_case_given_back_without_any_other_is_not_counted(referral_at):
    referral_at("returned")
    assert told()["退回后作出处罚决定"] == 0
