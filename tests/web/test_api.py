"""The JSON API on the worked example: the shapes of conventions.md, and every way of saying no."""

import pytest

from tests.api import Office
from tests.office import at, open_office
from tests.processes.tips import RECORD, VERIFY


@pytest.fixture
def office(database, tmp_path, monkeypatch) -> Office:
    open_office("tip_check")
    office = Office(tmp_path, monkeypatch)
    office.set(at("2026-02-12 16:00"))
    return office


@pytest.fixture
def case(office):
    return office.post("intake_clerk.city", "/cases", {"process": "tip_check", "data": RECORD}, 201)


def task_of(case) -> str:
    return f"/tasks/{case['open_tasks'][0]['id']}"


def test_an_opened_case_says_its_number_and_next_task(case):
    assert (case["number"], case["status"]) == ("XS-370200-2026-0001", "verifying")
    assert [task["step"] for task in case["open_tasks"]] == ["tip_verify"]


def test_without_a_token_nothing_is_said(office):
    answer = office.app.test_client().get("/api/v1/me")
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")


def test_me_names_office_and_roles(office):
    me = office.get("case_handler.city", "/me")
    assert (me["org"], me["roles"]) == ("city", [{"role": "case_handler", "org": "city"}])


def test_a_claim_raises_the_revision(office, case):
    claimed = office.post("case_handler.city", task_of(case) + "/claim")
    assert (claimed["assignee"], claimed["revision"]) == ("case_handler.city", 2)


def test_the_second_claim_learns_who_was_first(office, case):
    office.post("case_handler.city", task_of(case) + "/claim")
    refused = office.post("case_handler2.city", task_of(case) + "/claim", status=409)
    assert (refused["code"], refused["by"]) == ("E-COM-05", "case_handler.city")


def test_a_refused_form_names_every_error(office, case):
    early = VERIFY | {"checked_at": "2026-02-11T10:00:00+08:00"}
    refused = office.post("case_handler.city", task_of(case) + "/complete", {"data": early}, 422)
    assert (refused["code"], refused["fields"]) == ("TIP-E01", {"checked_at": "TIP-E01"})


def test_the_same_completion_again_is_answered_again(office, case):
    body = {"revision": 1, "data": VERIFY}
    first = office.post("case_handler.city", task_of(case) + "/complete", body)
    again = office.post("case_handler.city", task_of(case) + "/complete", body)
    assert first["task"]["state"] == again["task"]["state"] == "completed"


def test_an_old_revision_is_a_conflict(office, case):
    office.post("case_handler.city", task_of(case) + "/claim")
    office.post("case_handler.city", task_of(case) + "/complete", {"revision": 1, "data": VERIFY}, 409)


def test_another_role_may_look_but_not_act(office, case):
    refused = office.post("publicity_officer.city", task_of(case) + "/complete", {"data": VERIFY}, 403)
    assert refused["code"] == "E-COM-04"


def test_another_county_finds_nothing(office, case):
    office.get("case_handler.county1", f"/cases/{case['id']}", 404)
    office.post("case_handler.county1", task_of(case) + "/claim", status=404)


def test_the_clock_explains_its_days(office, case):
    (clock,) = office.get("case_handler.city", f"/cases/{case['id']}/clocks")
    assert (clock["id"], clock["due_on"], clock["verified"]) == ("TIP-C01", "2026-02-24", False)
    assert clock["explanation"] == [
        {"day": "2026-02-13", "n": 1},
        {"day": "2026-02-14", "n": 2, "why": "调休上班"},
        {"from": "2026-02-15", "to": "2026-02-23", "skipped": "春节"},
        {"day": "2026-02-24", "n": 3},
    ]


def test_the_whole_way_ends_with_an_issued_letter(office, case):
    after = office.post("case_handler.city", task_of(case) + "/complete", {"data": VERIFY})["case"]
    done = office.post("unit_head.city", task_of(after) + "/complete", {"data": {"decision": "同意"}})["case"]
    (letter,) = office.get("unit_head.city", f"/cases/{done['id']}/documents")
    issued = office.post("unit_head.city", f"/documents/{letter['id']}/issue")
    pdf = office.get("unit_head.city", f"/documents/{letter['id']}.pdf")
    assert (done["state"], issued["number"], pdf[:5]) == ("closed", "示应急线告〔2026〕1号", b"%PDF-")


def test_an_unknown_field_never_reaches_the_case_file(office, case):
    office.post("case_handler.city", task_of(case) + "/complete", {"data": VERIFY | {"approved": True}})
    whole = office.get("case_handler.city", f"/cases/{case['id']}")
    assert "approved" not in whole["case_file"]["tip_verify"]


def test_the_same_request_key_opens_one_case(office):
    body = {"process": "tip_check", "data": RECORD}
    first = office.post("intake_clerk.city", "/cases", body, **{"Idempotency-Key": "k1"})
    again = office.post("intake_clerk.city", "/cases", body, **{"Idempotency-Key": "k1"})
    assert first["id"] == again["id"]


def test_a_register_is_filtered_and_exported(office, case):
    page = office.get("case_handler.city", "/registers/L-TIP-1")
    sheet = office.get("case_handler.city", "/registers/L-TIP-1", format="xlsx")
    assert (page["items"][0]["cells"]["单位"], sheet[:2]) == ("示例甲厂", b"PK")


def test_the_description_holds_every_form(office):
    described = office.app.test_client().get("/api/v1/openapi.json").get_json()
    assert "tip_check.tip_verify" in described["components"]["schemas"]


def test_every_route_is_described(office):
    described = office.app.test_client().get("/api/v1/openapi.json").get_json()["paths"]
    routes = {
        rule.rule.removeprefix("/api/v1")
        for rule in office.app.url_map.iter_rules()
        if rule.endpoint.startswith("api.")
    }
    assert len(described) == len(routes - {"/openapi.json", "/<path:path>"}) + 2  # issue, serve and void share one rule
