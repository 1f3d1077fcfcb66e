"""The legal staff's board in a real browser: accessible, within a phone's width, and worked by keyboard alone."""

import pytest
from playwright.sync_api import expect

from engine import cases, store
from tests.office import at, publish, who
from tests.pages import move_clock
from tests.processes.referral_answers import ANSWERS

LEGAL = "legal_officer.city"
MONDAY = at("2026-02-09 10:00")
LATER = at("2026-02-17 10:00")
CLUE = ANSWERS["judicial_referral"]["ref_clue"] | {"discovered_at": "2026-02-09T09:00:00+08:00"}
PAGES = ("/referrals", "/referrals?sort=status", "/referrals?status=closed", "/referrals/summary", "{story}")


@pytest.fixture
def board(site):
    publish("judicial_referral", "occupational_ban")
    with store.writing() as session:
        for name in ("刘某", "陈某", "赵某"):
            person = CLUE["persons"][0] | {"name": name}
            case = cases.open_case(
                session, "judicial_referral", who("case_handler.city"), MONDAY, CLUE | {"persons": [person]}
            )
    move_clock(LATER)
    site.story = f"/referrals/{case.id}"
    return site


@pytest.mark.parametrize("width", [1440, 360])
def test_every_page_is_accessible_and_fits(board, faults, width):
    for path in PAGES:
        page = board.enter(LEGAL, path.format(story=board.story), width)
        page.locator("main details").evaluate_all("all => all.forEach(part => { part.open = true; })")
        assert faults(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
        page.context.close()


def test_rows_are_walked_and_opened_with_keys(board):
    page = board.enter(LEGAL)
    page.get_by_role("link", name="行刑衔接工作台").click()
    expect(page.locator("h1")).to_have_text("行刑衔接工作台")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("tr.row-chosen")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/*")


def test_a_filter_a_view_and_a_button_work_without_script(board):
    page = board.enter(LEGAL, "/referrals", script=False)
    page.get_by_label("关键词").fill("陈某")
    page.get_by_role("button", name="筛选").click()
    expect(page.locator("tr[data-row]")).to_have_count(1)
    page.locator("summary", has_text="保存当前视图").click()
    page.get_by_label("名称", exact=True).fill("陈某的案件")
    page.get_by_label("打开工作台时使用这个视图").check()
    page.get_by_role("button", name="保存视图").click()
    page.goto(board.url + "/referrals")
    expect(page.locator("tr[data-row]")).to_have_count(1)
    expect(page.locator(".views")).to_contain_text("陈某的案件（默认）")
    page.locator("summary", has_text="其他事项").click()
    page.get_by_role("button", name="登记检察意见").click()
    expect(page.locator("main")).to_contain_text("检察意见登记")


def test_a_wrong_name_comes_back_accessible(board, faults):
    page = board.enter(LEGAL, "/referrals")
    page.locator("summary", has_text="保存当前视图").click()
    page.locator("#view-name").evaluate("field => { field.form.noValidate = true; }")
    page.get_by_role("button", name="保存视图").click()
    expect(page.locator(".summary-errors")).to_contain_text("不超过 30 个字")
    assert faults(page) == []


@pytest.mark.parametrize("width", [1440, 360])
def test_the_page_of_a_reversal_is_accessible_and_fits(board, faults, width):
    page = board.enter(LEGAL, board.story.replace("referrals", "cases"), width)
    page.get_by_role("link", name="冲回“涉罪线索登记”").click()
    page.get_by_role("button", name="确认冲回").click()
    expect(page.locator(".wrong")).to_have_text("冲回必须填写理由")
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_an_entry_is_taken_back_with_keys(board):
    page = board.enter(LEGAL, board.story.replace("referrals", "cases"))
    page.get_by_role("link", name="冲回“涉罪线索登记”").press("Enter")
    page.get_by_label("冲回理由").focus()
    page.keyboard.type("登记有误")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".told").last).to_contain_text("登记有误")
