"""The ledgers of a penalty case (§6): each is there with its columns, and says what was done."""

from __future__ import annotations

import tomllib

import pytest

from tests.office import ROOT, at
from tests.processes.enforcement import Case
from tests.processes.enforcement_desk import act, fine, to_decision
from tests.processes.hazard_answers import OFFICERS
from tests.processes.hazard_desk import SEALING

LEDGERS = {
    "L-EC-1": "案号 案由 来源 当事人 信用代码或证件号 程序 立案日期 承办人 当前状态 九十日到期 关联隐患 关联移送",
    "L-EC-2": "种类 物品 开始 到期日 处理",
    "L-EC-2A": "证据件数 种类 先行登记保存 查封扣押等措施",
    "L-EC-3": "告知送达日 陈述申辩 是否采纳 听证申请日 听证举行日 告知前审核次数 告知前审核结论 集体讨论日",
    "L-EC-4": "决定文号 种类 罚款 裁量档次 裁量理由 应缴日 实缴 加处 分期 催告日 法院申请 法院裁定",
    "L-EC-5": "案号 机关 立案 答复期限 结果 是否纠错",
    "L-EC-6": "公示日 是否按期 撤回 归档日 评查分",
    "L-EC-7": "列入日 依据 共享单位 反馈 到期 修复",
    "L-EC-8": "案号 发生时间 干预人 单位和职务 方式 报告日 通报 追责 季度报告日",
    "L-EC-9": "检查方式 执法计划编号 双随机抽取编号 随机抽取 抽取的检查人员 检查日期 处理",
    # Measures of coercion stand in the ledger that the hazards share.
    "L-HZ-QZ": "措施 物品 实施时间 到期日 延期 解除时间 解除理由 处理",
}
FIRST, DEPUTY = "2026-07-03 10:00", "deputy_head.county1"
DRAWN = {"source": "双随机", "plan_id": None, "draw_id": "SSJ-07", "drawn": True, "drawn_officers": OFFICERS}


def columns() -> dict[str, set[str]]:
    """The registers of all folders with the heads of their columns."""
    tables = [tomllib.loads(path.read_text()) for path in (ROOT / "bpmn").glob("*/process.toml")]
    return {row["id"]: {head for head, _ in row["columns"]} for table in tables for row in table.get("register", ())}


def line(case: Case, register: str) -> dict[str, object]:
    """The one line of a register, as the handler sees it."""
    (row,) = case.office.get(case.watcher, f"/registers/{register}")["items"]
    return row["cells"]


@pytest.mark.parametrize("register", LEDGERS)
def test_a_ledger_has_the_columns_of_the_page(register):
    assert set(LEDGERS[register].split()) - columns()[register] == set()


def test_the_ledger_of_evidence_counts_the_items_by_their_kind(enforcement_at):
    case = enforcement_at("reporting")
    more = {"type": "书证", "name": "巡检记录", "collected_at": "2026-07-09T10:00:00+08:00", "collectors": OFFICERS}
    more |= {"place": "二号库", "provider": "刘某", "lawful_source": True}
    before = line(case, "L-EC-2A")["证据件数"]
    case.act("ask_investigate", "ec_investigate", at("2026-07-09 10:30"), evidence=[more, more])
    said = line(case, "L-EC-2A")
    assert (said["证据件数"], "书证2件" in said["种类"]) == (before + 2, True)


def test_the_ledger_of_evidence_shows_a_sealing_its_extension_and_its_end(enforcement_at):
    case = enforcement_at("reporting")
    seal = case.begin("coercion", "coercion_request", at("2026-07-09 10:00"), **SEALING)
    seal.do("coercion_request_legal", at("2026-07-09 11:00"), "legal_reviewer.county1")
    seal.do("coercion_request_approve", at("2026-07-09 12:00"), DEPUTY)
    told = {"notice_at": "2026-07-10T09:00:00+08:00", "utility_notified_at": None}
    seal.do("coercion_notice", at("2026-07-10 09:00"), **told)
    seal.do("coercion_execute", at("2026-07-10 10:00"), effective_at="2026-07-10T10:00:00+08:00")
    seal.act("ask_coercion_extension", "coercion_extend", at("2026-08-03 10:00"))
    seal.do("coercion_extend_approve", at("2026-08-04 10:00"), DEPUTY)
    number = seal.case()["number"]
    said = f"{number} 查封 2026-07-10至2026-09-08，延期30日："
    assert line(case, "L-EC-2A")["查封扣押等措施"] == said + "实施中"
    seal.do("coercion_comply", at("2026-08-05 10:00"))
    seal.do("coercion_lift", at("2026-08-06 10:00"), lifted_at="2026-08-06T09:00:00+08:00", returned_all=True)
    assert line(case, "L-EC-2A")["查封扣押等措施"] == said + "解除（2026-08-06）"
    assert line(seal, "L-HZ-QZ")["处理"] == "财物已全部退还"


def test_the_ledger_of_the_review_tells_a_case_that_was_heard(enforcement_at):
    said = line(enforcement_at("heavy_deciding"), "L-EC-3")
    assert (said["告知送达日"], said["陈述申辩"]) == ("2026-09-29", "未提出")
    assert (said["听证申请日"], said["听证举行日"], said["集体讨论日"]) == ("2026-10-10", "2026-10-23", "2026-10-28")
    assert (said["告知前审核次数"], said["告知前审核结论"]) == (1, "通过")


def test_the_ledger_of_the_review_tells_whether_a_defence_was_adopted(enforcement_at):
    case = enforcement_at("stating")
    points = {"form_of": "书面", "points": "已整改", "recheck_result": "未整改", "adopted": False, "reason": "不属实"}
    case.do("ec_statement", at("2026-07-29 10:00"), statement_made=True, **points)
    said = line(case, "L-EC-3")
    assert (said["陈述申辩"], said["是否采纳"]) == ("已提出", False)


def test_the_ledger_of_penalties_names_the_number_of_the_decision(enforcement_at):
    case = enforcement_at("serving")
    (paper,) = [row for row in case.state()["documents"] if row["letter"] == "D-EC-15a"]
    assert line(case, "L-EC-4")["决定文号"] is None
    number = case.office.post("deputy_head.county1", f"/documents/{paper['id']}/issue")["number"]
    assert line(case, "L-EC-4")["决定文号"] == number


def test_the_ledger_of_inspections_tells_who_was_drawn(enforcement_at):
    case = Case.open(enforcement_at("office").office, at(FIRST), **DRAWN, checked_on="2026-07-02")
    said = line(case, "L-EC-9")
    assert (said["检查方式"], said["双随机抽取编号"], said["检查日期"]) == ("双随机", "SSJ-07", "2026-07-02")
    assert len(said["抽取的检查人员"]) == 2


def test_a_random_inspection_names_the_officers_who_were_drawn(enforcement_at):
    clue = Case(enforcement_at("office").office, "", "enforcement_case")
    said = clue.begin("enforcement_case", "ec_clue", at(FIRST), status=422, **DRAWN | {"drawn_officers": None})
    assert (said["code"], said["fields"]) == ("E-COM-01", {"drawn_officers": "E-COM-01"})


def test_what_was_reported_stands_in_no_ledger_of_inspections(enforcement_at):
    case = Case.open(enforcement_at("office").office, at(FIRST), source="部门移送", plan_id=None)
    assert case.office.get(case.watcher, "/registers/L-EC-9")["items"] == []


def test_the_ledger_of_penalties_names_the_person_and_not_the_employer(enforcement_at):
    office = enforcement_at("office").office
    said = {"party_kind": "个人", "person_name": "孙某某", "id_no": "370202198001010017", "handling": "立案查处"}
    case = Case.open(office, at(FIRST), **said)
    case.do("ec_file_case", at("2026-07-03 11:00"))
    case.do("ec_file_case_unit", at("2026-07-03 15:00"))
    case.do("ec_file_case_approve", at("2026-07-06 10:00"))
    case.act("ask_investigate", "ec_investigate", at("2026-07-08 10:30"))
    person = [act("SL99", "逾期未改正", "个人", "孙某某")]
    to_decision(case, [fine("15000", "个人", "孙某某")], violations=person)
    case.do("ec_decide", at("2026-07-28 10:00"), decided_on="2026-07-28", penalties=[fine("15000", "个人", "孙某某")])
    assert {line(case, register)["当事人"] for register in ("L-EC-1", "L-EC-4", "L-EC-6")} == {"孙某某"}
    told = line(case, "S-EC-1")
    assert [told[head] for head in ("受罚当事人", "各方罚款", "各方下限", "各方上限")] == [
        ["个人孙某某"], ["15000.00"], ["10000.00"], ["20000.00"],
    ]  # fmt: skip


def test_the_ledger_of_small_fines_names_the_cause_and_the_officers(enforcement_at):
    simple = Case(enforcement_at("office").office, "", "enforcement_simple")
    simple = simple.begin("enforcement_simple", "es_show_id", at(FIRST))
    simple.do("es_hear", at("2026-07-03 10:10"))
    simple.do("es_decide", at("2026-07-03 10:20"), amount="100.00")
    said = line(simple, "S-EC-1S")
    assert (said["案由"], len(said["承办人"])) == ("SL99", 2)
