"""Acts that may be done at any time: each begins afresh, and what belongs to a case is not opened without one."""

from engine import cases, store
from tests.office import at, who


def begin_progress(hazard, moment: str) -> dict:
    hazard.office.set(at(moment))
    task = hazard.office.post("enterprise_reporter.county1", f"/cases/{hazard.id}/acts/ask_progress")["task"]
    return hazard.office.get("enterprise_reporter.county1", f"/tasks/{task['id']}")


def test_the_second_report_of_progress_does_not_repeat_the_first(hazard_at):
    hazard = hazard_at("rectifying")
    hazard.act("ask_progress", "hz_progress", at("2026-04-10 10:00"))
    opened = begin_progress(hazard, "2026-05-10 10:00")
    assert "done" not in opened["data"]


def test_a_step_that_came_back_opens_with_its_last_answers(hazard_at):
    hazard = hazard_at("reviewing")
    hazard.do("hz_review_plan", at("2026-03-23 10:00"), result="退回修改", comments="补充预案")
    hazard.do("hz_review_plan_approve", at("2026-03-24 10:00"))
    opened = hazard.office.get("enterprise_reporter.county1", f"/tasks/{hazard.task('hz_plan')['id']}")
    assert opened["data"]["goal"] == "恢复联锁"


def test_coercion_is_offered_on_a_case_and_not_alone(hazard_at):
    hazard = hazard_at("rectifying")
    handler = who("case_handler.county1")
    with store.reading() as session:
        alone = {bundle.process for bundle in cases.may_open(session, handler)}
        on_it = {bundle.process for bundle in cases.may_open(session, handler, cases.get(session, hazard.id, handler))}
    assert ("coercion" in alone, "coercion" in on_it) == (False, True)


def test_what_belongs_to_a_case_is_refused_without_one(hazard_at):
    office = hazard_at("rectifying").office
    said = office.post("case_handler.county1", "/cases", {"process": "coercion"}, 422)
    assert (said["code"], said["fields"]) == ("E-COM-25", {"parent": "E-COM-25"})
    assert office.get("case_handler.county1", "/cases", process="coercion")["total"] == 0


def test_the_api_offers_on_a_case_what_may_be_opened_from_it(hazard_at):
    hazard = hazard_at("rectifying")
    assert set(hazard.case()["may_open"]) == {"coercion", "hazard_interim"}
    assert hazard.office.get("committee_office.county1", f"/cases/{hazard.id}")["may_open"] == ["hazard_escalation"]
    for process in hazard.case()["may_open"]:
        hazard.office.post(hazard.watcher, "/cases", {"process": process, "parent": hazard.id}, 201)
