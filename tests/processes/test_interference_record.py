"""The record of interference: who may read it, that nobody else finds a trace, that it can only be added to."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from engine import ledger, model, store
from tests.office import at
from tests.pages import Person
from tests.processes.matters import Matter
from tests.processes.side import SIDE, Side, register

RECORDED = "2026-08-04 11:00"
CALLED = {"occurred_at": "2026-08-04T10:00:00+08:00"}
HANDLER, LIAISON, HEAD = "case_handler.county1", "supervisory_liaison.county1", "agency_head.county1"
SUPERIORS = ("unit_head.county1", "deputy_head.county1")
OTHERS = (
    "co_handler.county1",
    "legal_officer.county1",
    "supervisory_liaison.county2",
    "agency_head.county2",
    *SUPERIORS,
)


@pytest.fixture
def penalty(side_at) -> Side:
    return side_at("served")


@pytest.fixture
def record(penalty) -> Side:
    """A call about the case, recorded by its handler an hour later."""
    return penalty.begin("interference_record", "ir_record", at(RECORDED), **CALLED)


def display(name: str) -> str:
    with store.reading() as session:
        return session.get_one(model.User, name).display


def sees(case: Side, who: str) -> bool:
    case.office.set(at("2026-08-04 12:00"))
    return any(row["id"] == case.id for row in case.office.get(who, "/cases", process="interference_record")["items"])


def attempts(case: Side) -> list[tuple[str, str]]:
    with store.reading() as session:
        return [
            (row.actor, row.detail["attempt"])
            for row in ledger.of_case(session, case.id)
            if row.act == "change refused"
        ]


# Scenario 19.


def test_scenario_19_the_liaison_and_the_head_see_the_record(record):
    assert sees(record, LIAISON) and sees(record, HEAD)
    assert record.case()["case_file"]["ir_record"]["content"] == "来电要求对该企业从轻处理"


@pytest.mark.parametrize("who", [*OTHERS, HANDLER])
def test_scenario_19_nobody_else_finds_a_trace(penalty, record, who):
    office = record.office
    office.set(at("2026-08-04 12:00"))
    for path in ("", "/history", "/clocks", "/documents", "/watch"):
        office.get(who, f"/cases/{record.id}{path}", 404)
    number = "GY-370202-2026-0001"
    assert not sees(record, who)
    assert office.get(who, "/cases", text=number)["total"] == 0
    assert register(office, who, "L-EC-8") == []
    for box in ("todo", "pool", "done", "started", "unit"):
        assert [row for row in office.get(who, "/tasks", box=box)["items"] if row["case"]["id"] == record.id] == []


@pytest.mark.parametrize("who", [HANDLER, *SUPERIORS, LIAISON])
def test_the_case_itself_shows_nothing_of_it(penalty, who):
    penalty.office.set(at("2026-08-04 12:00"))
    paths = ("", "/history", "/clocks", "/documents")
    before = [penalty.office.get(who, f"/cases/{penalty.id}{path}") for path in paths]
    penalty.begin("interference_record", "ir_record", at(RECORDED), **CALLED)
    penalty.office.set(at("2026-08-04 12:00"))
    assert [penalty.office.get(who, f"/cases/{penalty.id}{path}") for path in paths] == before


def test_the_superior_opens_the_page_and_finds_no_word_of_it(penalty, record):
    record.office.set(at("2026-08-04 12:00"))
    superior = Person(record.office.app, "deputy_head.county1")
    for tab in ("facts", "ledger", "links"):
        page = superior.open(f"/cases/{penalty.id}?tab={tab}").data.decode()
        assert "GY-370202" not in page and record.id not in page
    superior.open(f"/cases/{record.id}", 404)


def test_no_file_of_the_record_leaves_it(penalty):
    case = penalty.begin("interference_record", "ir_record", at(RECORDED), **CALLED, evidence=["a1"])
    file = case.case()["case_file"]["ir_record"]["evidence"][0]
    case.office.get("deputy_head.county1", f"/attachments/{file}", 404)
    assert Person(case.office.app, LIAISON).open(f"/attachments/{file}").data.startswith(b"%PDF")


def test_its_paper_is_for_the_two_readers_only(record):
    record.office.set(at("2026-08-04 12:00"))
    (paper,) = record.office.get(LIAISON, f"/cases/{record.id}/documents")
    assert paper["letter"] == "D-EC-23"
    for who in ("deputy_head.county1", HANDLER):
        record.office.get(who, f"/documents/{paper['id']}.pdf", 404)


def test_no_administrator_hears_that_it_is_late(record):
    record.pass_time(at("2026-08-12 00:01"))
    assert record.clock("EC-C31-2")["lamp"] == "red"
    page = Person(record.office.app, "admin.system").open("/admin/incidents").data.decode()
    assert "GY-370202" not in page and "干预" not in page


def test_the_exported_register_is_empty_for_others(record):
    def rows(who: str) -> int:
        sheet = load_workbook(io.BytesIO(record.office.get(who, "/registers/L-EC-8", format="xlsx"))).active
        return sum("GY-370202-2026-0001" in [cell.value for cell in line] for line in sheet.iter_rows())

    record.office.set(at("2026-08-04 12:00"))
    assert (rows(LIAISON), rows("deputy_head.county1")) == (1, 0)


@pytest.mark.parametrize("who", [LIAISON, HEAD])
def test_scenario_19_an_attempt_to_delete_is_refused_and_kept(record, who):
    record.office.set(at("2026-08-04 12:00"))
    problem = record.office.delete(who, f"/cases/{record.id}", 422)
    assert problem["code"] == "EC-E110"
    assert attempts(record) == [(who, "delete")]
    assert record.case()["open_tasks"][0]["step"] == "ir_report"


def test_a_stranger_who_tries_learns_nothing_but_is_noted(record):
    record.office.set(at("2026-08-04 12:00"))
    problem = record.office.delete("deputy_head.county1", f"/cases/{record.id}", 404)
    assert problem["code"] == "E-COM-09"
    assert attempts(record) == [("deputy_head.county1", "delete")]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("terminate", {"reason": "误录"}),
        ("correct", {"step": "ir_record", "data": {"content": "无"}, "reason": "改"}),
    ],
)
def test_a_record_is_neither_ended_nor_changed(record, path, body):
    record.office.set(at("2026-08-04 12:00"))
    before = record.case()
    assert record.office.post(HEAD, f"/cases/{record.id}/{path}", body, 422)["code"] == "EC-E110"
    assert attempts(record) == [(HEAD, path)]
    assert record.case()["case_file"] == before["case_file"]


def test_no_case_is_deleted_and_others_are_not_noted(penalty):
    problem = penalty.office.delete(HANDLER, f"/cases/{penalty.id}", 422)
    assert problem["code"] == "E-COM-24"
    penalty.office.delete("case_handler.county2", f"/cases/{penalty.id}", 404)
    assert [name for name, _ in attempts(penalty)] == [HANDLER]


def test_a_record_is_added_to(record):
    record.act("note_addendum", "ir_addendum", at("2026-08-05 10:00"))
    record.act("note_addendum", "ir_addendum", at("2026-08-06 10:00"), content="第三次来电")
    said = [row for row in record.case()["submissions"] if row["step"] == "ir_addendum"]
    assert [row["data"]["content"] for row in said] == ["次日再次来电", "第三次来电"]


# Those whom the record names.


def test_a_head_who_is_named_does_not_see_it_and_the_higher_organ_handles_it(penalty):
    case = penalty.begin("interference_record", "ir_record", at(RECORDED), **CALLED, accounts=[HEAD])
    assert not sees(case, HEAD)
    case.office.get(HEAD, f"/cases/{case.id}", 404)
    assert sees(case, "supervisory_liaison.city")
    case.do("ir_report", at("2026-08-05 10:00"), "agency_head.city", report_to="上级机关")
    assert case.steps() == ["ir_outcome"]


def test_a_head_of_that_name_does_not_see_it_either(penalty):
    case = penalty.begin("interference_record", "ir_record", at(RECORDED), **CALLED, person_name=display(HEAD))
    assert not sees(case, HEAD)
    box = case.office.get(HEAD, "/tasks", box="pool")["items"]
    assert [row for row in box if row["case"]["id"] == case.id] == []
    assert register(case.office, HEAD, "L-EC-8") == []


def test_a_liaison_who_is_named_learns_nothing_when_it_is_late(penalty):
    case = penalty.begin("interference_record", "ir_record", at(RECORDED), **CALLED, accounts=[LIAISON])
    case.pass_time(at("2026-08-12 00:01"))
    with store.reading() as session:
        told = set(session.scalars(select(model.Notice.user_name).where(model.Notice.case_id == case.id)))
    assert LIAISON not in told
    assert told == {"agency_head.city", "supervisory_liaison.city"}


def test_whoever_is_added_later_no_longer_sees_it(record):
    record.act("note_addendum", "ir_addendum", at("2026-08-05 10:00"), accounts=[HEAD])
    assert not sees(record, HEAD)
    record.refused("EC-E114", "ir_addendum", "2026-08-06 10:00", "note_addendum", accounts=None)


def test_at_the_top_the_one_who_is_not_named_handles_it(side_at):
    city = side_at("office")
    case = Side(city.office, "", "enforcement_case", "city").begin(
        "enforcement_case", "ec_clue", at("2026-07-03 10:00")
    )
    record = case.begin(
        "interference_record",
        "ir_record",
        at("2026-07-03 12:00"),
        occurred_at="2026-07-03T11:00:00+08:00",
        accounts=["agency_head.city"],
    )
    record.office.get("agency_head.city", f"/cases/{record.id}", 404)
    record.do("ir_report", at("2026-07-03 15:00"))
    assert record.steps() == ["ir_outcome"]


# Recording.


@pytest.mark.parametrize(
    "who",
    [
        HANDLER,
        "co_handler.county1",
        "legal_officer.county1",
        "finance_clerk.county1",
        "archivist.county1",
        "hearing_clerk.county1",
        "unit_head.county1",
    ],
)
def test_whoever_works_on_the_case_may_record(penalty, who):
    case = penalty.begin("interference_record", "ir_record", at(RECORDED), who, **CALLED)
    assert case.said("ir_record")["case_no"] == penalty.case()["number"]
    said = case.said("ir_record")
    assert (said["step_id"], said["step_title"]) == (penalty.case()["status"], "执行")


def test_it_is_begun_from_any_task_page(side_at):
    case = side_at("reporting")
    case.office.set(at("2026-07-09 10:00"))
    handler = Person(case.office.app, HANDLER).open(f"/tasks/{case.task('ec_investigation_report', HANDLER)['id']}")
    handler.press("干预情况记录")
    assert "只供干预记录管理员和机关主要负责人查阅" in handler.text
    sent = {"f__occurred_at": "2026-07-09T09:00", "f__person_name": "高某某", "f__unit_post": "某局副局长"}
    handler.press("提交", **sent, f__form="电话", f__content="来电要求从轻处理")
    assert register(case.office, LIAISON, "L-EC-8")[0]["案号"] == case.case()["number"]
    assert "GY-370202" not in Person(case.office.app, "deputy_head.county1").open(f"/cases/{case.id}").text


def test_the_enterprise_does_not(penalty):
    penalty.begin("interference_record", "ir_record", at(RECORDED), "enterprise_reporter.county1", 403, **CALLED)


def test_the_recorder_sees_the_form_until_it_is_handed_in(penalty):
    case = penalty.ask("interference_record", at(RECORDED), HANDLER)
    assert case.office.get(HANDLER, f"/cases/{case.id}")["open_tasks"][0]["step"] == "ir_record"
    case.office.get("deputy_head.county1", f"/cases/{case.id}", 404)
    case.do("ir_record", at(RECORDED), HANDLER, **CALLED)
    case.office.get(HANDLER, f"/cases/{case.id}", 404)


def test_every_linked_case_may_be_recorded_about(penalty):
    wrong = penalty.begin("error_correction", "ec_error_find", at("2026-08-04 10:00"))
    record = wrong.begin("interference_record", "ir_record", at(RECORDED), "legal_officer.county1", **CALLED)
    assert record.said("ir_record")["case_no"] == wrong.case()["number"]


@pytest.mark.parametrize(("day", "late"), [("2026-08-05 23:59", False), ("2026-08-06 00:01", True)])
def test_what_is_recorded_after_a_working_day_says_why(penalty, day, late):
    if not late:
        assert penalty.begin("interference_record", "ir_record", at(day), **CALLED).clock("EC-C31")["state"] == "met"
        return
    penalty.office.set(at(day))
    before = penalty.rows()
    problem = penalty.begin("interference_record", "ir_record", at(day), status=422, **CALLED)
    assert (problem["code"], problem["fields"]) == ("EC-E111", {"late_reason": "EC-E111"})
    assert penalty.rows() == before
    case = penalty.begin("interference_record", "ir_record", at(day), **CALLED, late_reason="出差在外")
    assert case.clock("EC-C31")["state"] == "late"


# The way to the end.


def test_a_record_ends_in_the_quarterly_report(record):
    record.refused("EC-E113", "ir_report", "2026-08-05 10:00", reported_on="2026-08-03")
    record.do("ir_report", at("2026-08-05 10:00"))
    record.refused("EC-E112", "ir_outcome", "2026-08-10 10:00", finding="不属于非法干预")
    record.refused("EC-E113", "ir_outcome", "2026-08-10 10:00", circulated_on="2026-08-03")
    record.refused("E-COM-01", "ir_outcome", "2026-08-10 10:00", circulated_to=None)
    record.do("ir_outcome", at("2026-08-10 10:00"))
    assert (record.steps(), record.case()["status"]) == ([], "quarterly")
    quarterly = quarter(record)
    reported(quarterly)
    assert record.end() == quarterly.end() == ("closed", "closed")
    row = register(record.office, LIAISON, "L-EC-8")[0]
    assert (row["通报"], row["追责"], row["季度"]) == ("通报", "移送纪检监察机关", "2026年第3季度")
    assert (row["季度报告日"], row["季度报告编号"]) == ("2026-10-12", quarterly.case()["number"])


def test_what_was_no_interference_is_neither_circulated_nor_punished(record):
    record.do("ir_report", at("2026-08-05 10:00"))
    nothing = dict.fromkeys(("circulated_on", "circulated_to", "accountable_on"))
    record.do(
        "ir_outcome",
        at("2026-08-10 10:00"),
        finding="不属于非法干预",
        circulation="不通报",
        accountability="不追责",
        **nothing,
    )
    assert (record.steps(), record.case()["status"]) == ([], "quarterly")


# The quarterly report.

OCTOBER = "2026-10-08 00:01"  # the first working day after National Day


def quarter(case: Side, seat: str = "county1", moment: str = OCTOBER) -> Side:
    """The quarterly report that the schedule has begun in a bureau, as its liaison meets it."""
    case.office.set(at(moment))
    case.pass_time(at(moment))
    box = case.office.get(f"supervisory_liaison.{seat}", "/tasks", box="pool")["items"]
    found = [row["case"]["id"] for row in box if row["step"] == "iq_compile"]
    return Side(case.office, found[-1], "interference_quarter", seat)


@pytest.fixture
def over(side_stages, side_at, tmp_path_factory) -> Side:
    """A record that was concluded in August, in the quarter after it."""
    side_stages.add("quarter over", "served", outlast, tmp_path_factory.mktemp("over"))
    return side_at("quarter over")


def outlast(penalty: Side) -> Side:
    record = concluded(penalty.begin("interference_record", "ir_record", at(RECORDED), **CALLED))
    record.pass_time(at(OCTOBER))
    return record


def reported(quarterly: Side, day: str = "2026-10-12") -> Side:
    quarterly.do("iq_compile", at(f"{day} 09:00"))
    quarterly.do("iq_report", at(f"{day} 10:00"))
    return quarterly


def concluded(record: Side) -> Side:
    record.do("ir_report", at("2026-08-05 10:00"))
    record.do("ir_outcome", at("2026-08-10 10:00"))
    return record


def rows(quarterly: Side) -> list[dict]:
    return quarterly.said("iq_compile").get("records", [])


def test_the_quarterly_report_lists_the_records_with_their_outcomes(over):
    number = over.case()["number"]
    quarterly = quarter(over)
    quarterly.do("iq_compile", at("2026-10-12 09:00"))
    (row,) = rows(quarterly)
    assert (row["record_no"], row["finding"], row["circulation"]) == (number, "属于非法干预", "通报")
    assert (row["accountability"], row["concluded"]) == ("移送纪检监察机关", True)
    said = quarterly.said("iq_compile")
    assert [said[name] for name in ("quarter", "concluded", "unlawful", "accountable")] == ["2026年第3季度", 1, 1, 1]


def test_until_it_is_reported_a_record_may_be_added_to(over):
    quarterly = quarter(over)
    quarterly.do("iq_compile", at("2026-10-12 09:00"))
    over.act("note_addendum", "ir_addendum", at("2026-10-12 09:30"))
    assert over.end() == ("open", "quarterly")
    quarterly.do("iq_report", at("2026-10-12 10:00"))
    assert over.end() == ("closed", "closed")


def test_what_is_not_concluded_is_listed_and_goes_on(record):
    record.do("ir_report", at("2026-08-05 10:00"))
    first = reported(quarter(record))
    assert [row["concluded"] for row in rows(first)] == [False]
    assert record.steps() == ["ir_outcome"]
    record.do("ir_outcome", at("2026-11-02 10:00"))
    second = reported(quarter(record, moment="2027-01-04 00:01"), "2027-01-05")
    assert [row["concluded"] for row in rows(second)] == [True]
    assert record.end() == ("closed", "closed")


def test_a_quarter_without_records_is_reported_as_such(penalty):
    quarterly = reported(quarter(penalty))
    assert (rows(quarterly), quarterly.end()) == ([], ("closed", "closed"))


def test_what_happened_in_the_new_quarter_waits_for_the_next_report(penalty):
    event = {"occurred_at": "2026-10-01T10:00:00+08:00", "late_reason": "假期"}
    penalty.begin("interference_record", "ir_record", at("2026-10-08 09:00"), **event)
    quarterly = quarter(penalty, moment="2026-10-08 10:00")
    quarterly.do("iq_compile", at("2026-10-12 09:00"))
    assert rows(quarterly) == []


@pytest.mark.parametrize("who", [*OTHERS, HANDLER])
def test_nobody_else_finds_a_trace_of_the_quarterly_report(over, who):
    quarterly = quarter(over)
    quarterly.do("iq_compile", at("2026-10-12 09:00"))
    office = quarterly.office
    for path in ("", "/history", "/clocks", "/documents"):
        office.get(who, f"/cases/{quarterly.id}{path}", 404)
    assert office.get(who, "/cases", text=quarterly.case()["number"])["total"] == 0
    assert register(office, who, "L-EC-8Q") == []


def test_a_head_who_is_named_is_reported_on_by_the_higher_organ(penalty):
    case = penalty.begin("interference_record", "ir_record", at(RECORDED), **CALLED, accounts=[HEAD])
    own, higher = quarter(case), quarter(case, "city")
    for quarterly in (own, higher):
        quarterly.do("iq_compile", at("2026-10-12 09:00"))
    assert (rows(own), [row["person_name"] for row in rows(higher)]) == ([], ["高某某"])


def test_who_is_named_in_a_listed_record_does_not_see_the_report(penalty):
    named = {"accounts": [HEAD, "agency_head.city"]}
    case = penalty.begin("interference_record", "ir_record", at(RECORDED), **CALLED, **named)
    higher = quarter(case, "city")
    case.office.get("agency_head.city", f"/cases/{higher.id}", 404)
    higher.do("iq_compile", at("2026-10-12 09:00"))
    assert len(rows(higher)) == 1


def test_every_bureau_begins_a_report_each_quarter(penalty):
    penalty.pass_time(at(OCTOBER))
    with store.reading() as session:
        found = select(model.Case.org_id).where(model.Case.process == "interference_quarter")
        offices = list(session.scalars(found.where(model.Case.opened_at >= at("2026-10-08 00:00"))))
    assert sorted(offices) == ["city", "county1", "county2"]


@pytest.mark.parametrize(("day", "state"), [("2026-10-21", "met"), ("2026-10-22", "late")])
def test_the_quarterly_report_is_due_after_ten_working_days(over, day, state):
    quarterly = quarter(over)
    reported(quarterly, day)
    row = quarterly.clock("EC-C31-3")
    assert (row["due_on"], row["verified"], row["state"]) == ("2026-10-21", False, state)


def test_the_report_is_neither_ended_nor_dated_before_its_quarter(over):
    quarterly = quarter(over)
    quarterly.do("iq_compile", at("2026-10-12 09:00"))
    quarterly.refused("EC-E113", "iq_report", "2026-10-12 10:00", reported_on="2026-09-30")
    assert quarterly.office.delete(LIAISON, f"/cases/{quarterly.id}", 422)["code"] == "EC-E110"


class Record(Matter):
    told = SIDE


@pytest.mark.parametrize(
    ("occurred", "record", "report"),
    [
        ("2026-08-04", "2026-08-05", "2026-08-11"),
        ("2026-09-24", "2026-09-28", "2026-10-09"),  # the Mid-Autumn holiday and National Day
        ("2026-09-19", "2026-09-20", "2026-09-24"),  # a Saturday before a made-up Sunday
    ],
)
def test_both_clocks_count_working_days_from_the_event(penalty, occurred, record, report):
    with store.writing() as session:
        matter = Record(session, "interference_record", f"{occurred} 09:00")
        matter.answer("ir_record", f"{occurred} 10:00", occurred_at=f"{occurred}T10:00:00+08:00")
        assert (matter.shown("EC-C31")["due_on"], matter.shown("EC-C31-2")["due_on"]) == (record, report)
        session.rollback()


@pytest.mark.parametrize(("day", "state"), [("2026-08-11", "met"), ("2026-08-12", "late")])
def test_the_report_is_in_time_until_its_last_day(record, day, state):
    record.do("ir_report", at(f"{day} 10:00"))
    assert record.clock("EC-C31-2")["state"] == state
