"""The ledgers of hazard supervision (§6): every column of the page is there, and filled where something happened."""

from __future__ import annotations

import pytest

from tests import sheets
from tests.office import at
from tests.processes.papers import HANDLER, OFFICE

# The columns of the page, one word of the ledger for each; 颜色 is the lamp of the line, written out in the export.
COLUMNS = {
    "L-HZ-1": "编号 企业 信用代码 行业 风险等级 部位 描述 判定依据 来源 发现时间 等级 挂牌层级 督办责任部门 督办责任人 "
    "企业整改责任人 整改期限 状态",
    "L-HZ-2": "交办单号 交办时间 签收时间 承办部门 期限 是否逾期签收",
    "L-HZ-3": "方案通过时间 计划资金 已用资金 进度% 最近填报 最近检查 检查结论 延期次数 原期限 现期限 向部门报告日期 "
    "向职工大会报告日期 升级层级",
    "L-HZ-4": "申请验收 验收结论 验收次数 验收审批 销号时间 公示时间 回头看时间 回头看结论",
    "L-HZ-5": "期次 通报对象 问题 要求 整改反馈",
}


def cells(papers, register: str, name: str) -> dict:
    """The line of a driven case."""
    who = OFFICE if register == "L-HZ-5" else HANDLER
    rows = papers.office.get(who, f"/registers/{register}", size=100)["items"]
    return next(row["cells"] for row in rows if row["case"] == papers.drivers[name].id)


@pytest.mark.parametrize("register", COLUMNS)
def test_every_column_of_the_page_is_filled(papers, register):
    line = cells(papers, register, "D-HZ-16" if register == "L-HZ-5" else "D-HZ-01")
    assert [title for title in COLUMNS[register].split() if line[title] in (None, "")] == []


@pytest.mark.parametrize(
    ("register", "title", "value"),
    [
        ("L-HZ-1", "挂牌层级", "市级"),
        ("L-HZ-1", "整改期限", "2026-08-15"),
        ("L-HZ-2", "交办单号", "东安办挂督〔2026〕1号"),
        ("L-HZ-2", "是否逾期签收", "否"),
        ("L-HZ-3", "延期次数", 1),
        ("L-HZ-3", "原期限", "2026-06-30"),
        ("L-HZ-3", "现期限", "2026-08-15"),
        ("L-HZ-4", "验收次数", 1),
        ("L-HZ-4", "回头看结论", "无反弹"),
        ("L-HZ-4", "公示时间", "2026-07-06T09:00:00+08:00"),
    ],
)
def test_a_column_says_what_happened(papers, register, title, value):
    assert cells(papers, register, "D-HZ-01")[title] == value


def test_the_list_that_is_taken_away_has_the_colour(papers):
    """颜色: the hazard that was to be closed is overdue, the one struck off has no term any more."""
    heads, *lines = sheets.cells(papers.office.get(HANDLER, "/registers/L-HZ-1", format="xlsx"))
    colours = {line[0]: line[heads.index("颜色")] for line in lines}
    numbers = [papers.drivers[name].case()["number"] for name in ("closing", "D-HZ-01")]
    assert [colours[number] for number in numbers] == ["红", None]


def test_measures_in_force_are_named_with_their_last_day(papers):
    line = cells(papers, "L-HZ-3", "closing")["现行强制措施及到期日"]
    assert "责令停产停业" in line and "查封（至2026-05-08）" in line


def test_the_clue_for_accountability_is_no_level_in_the_ledger(papers):
    assert cells(papers, "L-HZ-3", "D-HZ-01")["升级层级"].startswith("L4")


def order(hazard) -> dict:
    """The line of a hazard in the ledger of orders."""
    rows = hazard.office.get(OFFICE, "/registers/L-HZ-2")["items"]
    return next(row["cells"] for row in rows if row["case"] == hazard.id)


def test_the_ledger_of_orders_bears_the_number_of_the_paper(hazard_at):
    """Empty while the order is a draft, and again when it is void; the receipt keeps what it acknowledged."""
    hazard = hazard_at("assigned")
    assert order(hazard)["交办单号"] is None and order(hazard)["隐患编号"] == hazard.case()["number"]
    papers = hazard.office.get(OFFICE, f"/cases/{hazard.id}/documents")
    paper = next(row["id"] for row in papers if row["letter"] == "D-HZ-05")
    number = hazard.office.post(OFFICE, f"/documents/{paper}/issue", {})["number"]
    served = {"method": "直接送达", "served_at": "2026-03-06T15:30:00+08:00"}
    hazard.office.set(at("2026-03-06 15:30"))
    hazard.office.post(OFFICE, f"/documents/{paper}/serve", served)
    assert (order(hazard)["交办单号"], order(hazard)["送达时间"]) == (number, served["served_at"])
    hazard.do("hz_receipt", at("2026-03-06 16:00"))
    hazard.office.post(OFFICE, f"/documents/{paper}/void", {"reason": "期限有误"})
    assert order(hazard)["交办单号"] is None
    assert hazard.case()["case_file"]["hz_receipt"]["order_no"] == number
