"""Sampling files every quarter or by hand: each is scored, the result is reviewed, errors go to their correction."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine import model, store
from tests.office import at
from tests.pages import Person
from tests.processes.side import BOARD, FULL_MARKS, Side, register

SAMPLED = "2026-10-12 10:00"
LEGAL = "legal_officer.county1"
TWO = [
    {"case_no": "EC-370202-2026-0001", "party": "甲化工厂"},
    {"case_no": "EC-370202-2026-0002", "party": "乙机械厂"},
]
WRONG = {"wrong": True, "procedure": 5, "problem": "告知书未载明听证权利"}


@pytest.fixture
def office(side_at) -> Side:
    """The office without any case."""
    return Side(side_at("office").office, "", "enforcement_quality")


@pytest.fixture
def sampled(office) -> Side:
    return office.begin("enforcement_quality", "ec_quality_sample", at(SAMPLED))


def scored(case: Side, **second) -> Side:
    case.do("ec_quality", at("2026-10-13 10:00"))
    case.do("ec_quality", at("2026-10-13 11:00"), **second)
    return case


def approved(case: Side, **changes) -> Side:
    case.do("ec_quality_review", at("2026-10-14 10:00"), **changes)
    case.do("ec_quality_approve", at("2026-10-15 10:00"))
    return case


def items(case: Side) -> list[dict]:
    return [row["data"] for row in case.case()["submissions"] if row["step"] == "ec_quality"]


# The straight path.


def test_every_file_is_scored_reviewed_and_reported(sampled):
    assert sampled.steps() == ["ec_quality", "ec_quality"]
    approved(scored(sampled, procedure=15))
    assert sampled.said("ec_quality_review")["average"] == "95.0"
    assert sampled.steps() == ["ec_quality_report"]
    sampled.do("ec_quality_report", at("2026-10-16 10:00"))
    assert sampled.end() == ("closed", "closed")


def test_the_task_names_its_own_file(sampled):
    scored(sampled)
    assert [row["case_no"] for row in items(sampled)] == [row["case_no"] for row in TWO]


@pytest.mark.parametrize(
    ("changes", "conclusion"),
    [
        ({}, "优秀"),
        ({"procedure": 15}, "优秀"),
        ({"procedure": 14}, "合格"),
        ({"procedure": 0, "facts": 10}, "合格"),
        ({"procedure": 0, "facts": 9, "problem": "证据不足"}, "不合格"),
        (WRONG, "不合格"),
    ],
)
def test_the_marks_decide_the_conclusion(sampled, changes, conclusion):
    scored(sampled, **changes)
    assert items(sampled)[1]["conclusion"] == conclusion
    assert items(sampled)[1]["total"] == sum({**FULL_MARKS, **changes}[name] for name in FULL_MARKS)


def test_an_error_opens_its_correction_once(sampled):
    approved(scored(sampled, **WRONG), findings=[{**TWO[1], "problem": WRONG["problem"]}])
    (case,) = sampled.linked("error_correction")
    asked = case.office.get(LEGAL, f"/tasks/{case.task('ec_error_find', LEGAL)['id']}")["data"]
    assert (asked["source"], asked["case_no"], asked["facts"]) == ("案卷评查", TWO[1]["case_no"], WRONG["problem"])


def test_a_round_without_errors_opens_none(sampled):
    approved(scored(sampled))
    assert sampled.linked("error_correction") == []


def test_the_form_of_the_review_brings_the_errors_along(sampled):
    scored(sampled, **WRONG)
    found = sampled.office.get(LEGAL, f"/tasks/{sampled.task('ec_quality_review', LEGAL)['id']}")["data"]["findings"]
    assert [(row["case_no"], row["problem"]) for row in found] == [(TWO[1]["case_no"], WRONG["problem"])]


def test_a_result_that_was_sent_back_is_reviewed_again(sampled):
    scored(sampled)
    sampled.do("ec_quality_review", at("2026-10-14 10:00"))
    sampled.refused("E-COM-08", "ec_quality_approve", "2026-10-15 10:00", decision="退回")
    sampled.do("ec_quality_approve", at("2026-10-15 10:00"), decision="退回", reason="补充审议意见")
    assert sampled.steps() == ["ec_quality_review"]


# Refusals.


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("EC-E130", {"cases": [TWO[0], TWO[0]]}),
        ("EC-E131", {"population": 1}),
        ("EC-E131", {"method": "全覆盖"}),
        ("EC-E132", {"board": BOARD[:2]}),
        ("EC-E133", {"cases": [{**TWO[0], "handlers": [BOARD[2]]}]}),
        ("E-COM-01", {"method": "重点抽查"}),
    ],
)
def test_a_sample_is_drawn_as_it_should_be(office, code, changes):
    problem = office.begin("enforcement_quality", "ec_quality_sample", at(SAMPLED), status=422, **changes)
    assert (problem["status"], problem["code"]) == (422, code)
    with store.reading() as session:
        assert session.scalars(select(model.Case)).all() == []


def test_full_coverage_takes_all(office):
    case = office.begin("enforcement_quality", "ec_quality_sample", at(SAMPLED), method="全覆盖", population=2)
    assert case.steps() == ["ec_quality", "ec_quality"]


@pytest.mark.parametrize("changes", [{"wrong": True}, {"procedure": 0, "facts": 9}])
def test_a_failed_file_says_what_is_wrong(sampled, changes):
    sampled.refused("EC-E134", "ec_quality", "2026-10-13 10:00", **changes)


@pytest.mark.parametrize(("name", "marks"), [("subject", 11), ("filing", 6), ("facts", -1)])
def test_no_part_gives_more_than_its_marks(sampled, name, marks):
    sampled.refused("E-COM-22", "ec_quality", "2026-10-13 10:00", **{name: marks})


def test_an_error_cannot_be_left_out_of_the_review(sampled):
    scored(sampled, **WRONG)
    sampled.refused("EC-E135", "ec_quality_review", "2026-10-14 10:00", findings=None)


def test_what_was_not_drawn_cannot_be_found_wrong(sampled):
    scored(sampled)
    other = [{"case_no": "EC-370202-2026-0099", "problem": "错误"}]
    sampled.refused("EC-E136", "ec_quality_review", "2026-10-14 10:00", findings=other)


def test_the_board_has_three(sampled):
    scored(sampled)
    sampled.refused("EC-E132", "ec_quality_review", "2026-10-14 10:00", present=BOARD[:2])


def test_a_handler_starts_no_round(office):
    office.begin("enforcement_quality", "ec_quality_sample", at(SAMPLED), "case_handler.county1", 403)


def test_a_round_is_begun_on_its_own_or_from_one_case(side_at):
    penalty = side_at("served")
    offered = {row["id"]: row["may_start"] for row in penalty.office.get(LEGAL, "/processes")["items"]}
    assert (offered["enforcement_quality"], offered["error_correction"]) == (True, False)
    page = Person(penalty.office.app, LEGAL).open(f"/cases/{penalty.id}").text
    assert "发起案卷评查" in page and "发起执法纠错" in page


def test_one_case_is_looked_at_by_itself(side_at):
    penalty = side_at("served")
    asked = penalty.ask("enforcement_quality", at(SAMPLED), LEGAL)
    data = penalty.office.get(LEGAL, f"/tasks/{asked.task('ec_quality_sample', LEGAL)['id']}")["data"]
    assert data["cases"] == [{"case_no": penalty.case()["number"], "party": "甲化工厂"}]
    asked.do("ec_quality_sample", at(SAMPLED), population=1, cases=data["cases"])
    asked.do("ec_quality", at("2026-10-13 10:00"))
    asked.do("ec_quality_review", at("2026-10-14 10:00"))
    asked.do("ec_quality_approve", at("2026-10-15 10:00"))
    assert register(penalty.office, LEGAL, "L-EC-6")[0]["评查分"] == "2026年第3季度 100分 优秀"


def test_each_case_of_a_round_shows_its_own_marks_when_they_are_approved(side_at):
    penalty = side_at("published")
    round_ = Side(penalty.office, "", "enforcement_quality").begin(
        "enforcement_quality", "ec_quality_sample", at(SAMPLED)
    )
    scored(round_, procedure=14)
    assert register(penalty.office, LEGAL, "L-EC-6")[0]["评查分"] == ""
    approved(round_)
    assert register(penalty.office, LEGAL, "L-EC-6")[0]["评查分"] == "2026年第3季度 100分 优秀"


def test_an_archived_case_shows_its_marks(side_at):
    penalty = side_at("closed")
    round_ = Side(penalty.office, "", "enforcement_quality").begin(
        "enforcement_quality", "ec_quality_sample", at("2027-04-01 10:00")
    )
    for step in ("ec_quality", "ec_quality", "ec_quality_review", "ec_quality_approve"):
        round_.do(step, at("2027-04-02 10:00"))
    assert register(penalty.office, LEGAL, "L-EC-6")[0]["评查分"] == "2026年第3季度 100分 优秀"


def test_a_penalty_on_the_spot_shows_its_marks(office):
    simple = Side(office.office, "", "enforcement_simple").begin(
        "enforcement_simple", "es_show_id", at("2026-04-30 09:00")
    )
    simple.do("es_hear", at("2026-04-30 09:10"))
    simple.do("es_decide", at("2026-04-30 09:20"), amount="100.00")
    cases = [{"case_no": simple.case()["number"], "party": "甲化工厂"}]
    round_ = office.begin("enforcement_quality", "ec_quality_sample", at(SAMPLED), cases=cases)
    round_.do("ec_quality", at("2026-10-13 10:00"), procedure=14)
    approved(round_)
    assert register(simple.office, LEGAL, "L-EC-1S")[0]["评查分"] == "2026年第3季度 89分 合格"


# By the calendar.


def rounds(seat: str) -> list[tuple[str, str]]:
    with store.reading() as session:
        rows = select(model.Case).where(model.Case.process == "enforcement_quality", model.Case.org_id == seat)
        return [(row.org_id, row.title) for row in session.scalars(rows.order_by(model.Case.opened_at))]


def test_every_bureau_begins_a_round_on_the_first_working_day_of_the_quarter(office):
    office.pass_time(at("2026-04-01 00:01"))
    assert {seat for org in ("city", "county1", "county2") for seat, _ in rounds(org)} == {"city", "county1", "county2"}
    assert rounds("commission_county1") == []
    assert ("county1", "2026年第2季度案卷评查") in rounds("county1")


def test_a_quarter_begins_one_round_only(office):
    office.pass_time(at("2026-04-01 00:01"))
    before = rounds("county1")
    office.pass_time(at("2026-06-30 23:59"))
    assert rounds("county1") == before
    office.pass_time(at("2026-07-01 00:01"))
    assert len(rounds("county1")) == len(before) + 1


def test_the_national_holiday_puts_the_round_off(office):
    office.pass_time(at("2026-10-07 23:59"))
    before = len(rounds("county1"))
    office.pass_time(at("2026-10-08 00:01"))
    assert len(rounds("county1")) == before + 1


def test_a_scheduled_round_is_done_by_the_legal_officer(office):
    office.pass_time(at("2026-10-08 00:01"))
    box = office.office.get(LEGAL, "/tasks", box="pool")["items"]
    case = next(row["case"] for row in box if row["case"]["title"] == "2026年第4季度案卷评查")
    round_ = Side(office.office, case["id"], "enforcement_quality")
    round_.do("ec_quality_sample", at(SAMPLED))
    assert round_.steps() == ["ec_quality", "ec_quality"]


# What others read of it.


def test_the_register_tells_the_scores(sampled):
    approved(scored(sampled, procedure=14))
    row = register(sampled.office, LEGAL, "L-EC-11")[0]
    assert row["案卷和得分"] == "EC-370202-2026-0001 100分 优秀；EC-370202-2026-0002 89分 合格"
    assert (row["抽取数"], row["平均分"]) == (2, "94.5")
    assert register(sampled.office, "legal_officer.county2", "L-EC-11") == []
