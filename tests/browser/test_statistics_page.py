"""The statistics of penalty cases in a real browser: reached from the ledgers, accessible, within a phone's width."""

import pytest
from playwright.sync_api import expect

from tests.office import fill_list, publish
from tests.processes.test_enforcement_statistics import tell

LEGAL = "legal_officer.county1"


@pytest.fixture
def told(site):
    """A year with cases of two causes and two handlers."""
    publish("enforcement_case", "enforcement_simple")
    causes = {"SL102": "未采取措施消除事故隐患", "SL99": "安全设备、警示标志"}
    fill_list("violation_codes", causes, "安全生产法", verified=True)
    heavy = {"承办人": ["李四", "张三"], "裁量档次": "从重", "各方罚款": ["50000.00"]}
    tell({}, heavy, {"案由": "SL99", "公示日": None})
    return site


@pytest.mark.parametrize("width", [1440, 360])
def test_the_statistics_are_accessible_and_fit(told, faults, width):
    page = told.enter(LEGAL, "/registers", width)
    page.get_by_role("link", name="行政处罚统计", exact=True).click()
    expect(page.locator("h1")).to_have_text("2026年行政处罚统计")
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_another_year_is_chosen_without_script(told):
    page = told.enter(LEGAL, "/penalties", script=False)
    page.get_by_label("年度").select_option("2025")
    page.get_by_role("button", name="统计").click()
    expect(page.locator("h1")).to_have_text("2025年行政处罚统计")
