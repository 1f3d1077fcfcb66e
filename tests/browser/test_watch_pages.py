"""The crime watch in a real browser: accessible, within the page, and answered without a mouse or a script."""

import pytest
from playwright.sync_api import expect

from engine import cases, instances, model, store
from tests.office import publish, who
from tests.processes.enforcement_answers import ANSWERS
from tests.web.desk import NOON

CLUE = ANSWERS["enforcement_case"]["ec_clue"] | {
    "found_on": "2026-02-11",
    "occurred_at": "2026-02-10T09:00:00+08:00",
    "accident": "一般",
    "deaths": 1,
    "serious_injuries": 0,
    "direct_loss": "0",
    "criminal_facts": ["安全生产设施或者安全生产条件不符合国家规定"],
}
REASON = "经核实为统计口径错误，实际无人员死亡"


@pytest.fixture
def case(site):
    publish("enforcement_case", "judicial_referral")
    with store.writing() as session:
        return cases.open_case(session, "enforcement_case", who("case_handler.city"), NOON, CLUE)


def task_path(case):
    with store.reading() as session:
        return f"/tasks/{instances.open_tasks(session, case.id)[0].id}"


@pytest.mark.parametrize("width", [1440, 360])
def test_the_panel_is_accessible_and_fits(site, case, faults, width):
    for path in (f"/cases/{case.id}", task_path(case), f"/cases/{case.id}?tab=links", "/notices"):
        page = site.enter("case_handler.city", path, width)
        page.locator(".watch details").evaluate_all("all => all.forEach(part => { part.open = true; })")
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        page.context.close()


def test_a_reason_is_given_with_the_keyboard(site, case, faults):
    page = site.enter("case_handler.city", f"/cases/{case.id}")
    page.locator("#watch-R1 summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.insert_text(REASON)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#watch-R1")).to_contain_text(REASON)
    assert faults(page) == []


def test_a_reason_is_given_without_script(site, case):
    page = site.enter("case_handler.city", f"/cases/{case.id}", script=False)
    page.locator("#watch-R1 summary").click()
    page.get_by_label("不移送的理由（必填）").first.fill(REASON)
    page.get_by_role("button", name="记录理由").first.click()
    expect(page.locator("#watch-R1")).to_contain_text("已说明理由")


def test_a_refused_reason_comes_back_accessible(site, case, faults):
    page = site.enter("case_handler.city", f"/cases/{case.id}")
    page.locator("#watch-R1 summary").click()
    page.locator("#watch-R1 textarea").fill("不够十个字")
    page.locator("#watch-R1 form").evaluate("form => form.noValidate = true")
    page.locator("#watch-R1").get_by_role("button", name="记录理由").click()
    expect(page.locator(".summary-errors")).to_contain_text("不少于 10 个字")
    assert faults(page) == []


def test_the_label_of_a_kept_referral_is_accessible(site, case, faults):
    with store.writing() as session:
        row = session.query(model.Case).filter_by(parent_id=case.id, process="judicial_referral").one()
        row.confidential = "!;legal_officer;"
    page = site.enter("case_handler.city", f"/cases/{case.id}?tab=links")
    expect(page.locator("main")).to_contain_text("涉嫌犯罪案件移送 · 初筛")
    assert row.number not in page.content()
    assert faults(page) == []
