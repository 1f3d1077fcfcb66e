"""What surrounds a referral: the threshold table, what is handed over, who may see it, and its ledgers."""

from __future__ import annotations

import json
import tomllib
from decimal import Decimal

import pytest
from lxml import etree

from engine import decisions, facts
from tests import sheets
from tests.office import ROOT, at, publish
from tests.processes.referral import FAMILY, NOT_FILED, Referral
from tests.processes.referral_answers import DRUM
from tests.processes.stages import Move
from tests.processes.test_hazard_handoffs import refused
from tests.processes.test_referral_states import BACK, NO_CRIME, STATES

FOLDER = ROOT / "bpmn" / "judicial_referral"
LEGAL = "legal_officer.county1"


@pytest.fixture(scope="module")
def table():
    return decisions.load((FOLDER / "referral_threshold.dmn").read_bytes())


def rows(table, **given) -> set[str]:
    """The rows of the table that some facts meet."""
    names = dict.fromkeys(facts.inputs(table)) | given
    return {said["row"] for said in table.decide(names, {})}


def test_the_table_is_the_one_that_the_watch_asks(table):
    assert list(facts.faults(table)) == []


def test_every_row_of_the_page_is_met_and_missed_by_an_example():
    examples = json.loads((FOLDER / "dmn_referral_threshold.cases.json").read_text())
    met = {said["row"] for example in examples for said in example["expect"]}
    assert met == {f"R{n}" for n in range(1, 13)} | {"R11b"}  # 妨害公务 is answered for itself
    assert any(not example["expect"] for example in examples)


def limits(table) -> set[tuple[str, float]]:
    """The facts that the table measures, each with the least that meets a row."""
    found = set()
    for rule in etree.parse(FOLDER / "referral_threshold.dmn").iterfind(".//{*}rule"):
        cells = ("".join(entry.itertext()).strip() for entry in rule.iterfind("{*}inputEntry"))
        for source, cell in zip(table.inputs, cells, strict=True):
            found |= {(source.source, float(cell[3:]))} if cell.startswith(">= ") else set()
    assert len(found) == 9
    return found


def test_every_limit_of_the_table_has_an_example_under_at_and_over_it(table):
    """As fine as the fact is told: a person, or a fen."""
    examples = json.loads((FOLDER / "dmn_referral_threshold.cases.json").read_text())
    told = [entry for one in examples for entry in one["given"].items() if type(entry[1]) in (int, float)]
    given = {(name, float(value)) for name, value in told}
    for name, limit in limits(table):
        step = 0.01 if limit >= 1000 else 1
        assert {(name, limit - step), (name, limit), (name, limit + step)} <= given, name


def test_every_row_names_its_crime_and_its_article(table):
    for rule in table.rules:
        said = [output.source for output in rule.outputs]
        assert "刑法" in said[2] or "第十九条" in said[2], said


@pytest.mark.parametrize(
    ("loss", "met"), [("999999.99", set()), ("1000000", {"R1"}), ("1000000.01", {"R1"})], ids=["under", "at", "over"]
)
def test_money_is_weighed_to_the_fen(table, loss, met):
    assert rows(table, accident=True, direct_loss=Decimal(loss)) == met


def test_the_marked_crimes_are_named(table):
    names = dict.fromkeys(facts.inputs(table)) | {"other_elements": ["非法采矿罪", "伪造证件罪"]}
    (said,) = table.decide(names, {})
    assert (said["row"], said["crime"]) == ("R11", "非法采矿罪、伪造证件罪")


@pytest.fixture
def handed(hazard_at) -> Referral:
    """The draft of a clue that a refused order on a hazard has opened."""
    hazard = hazard_at("rectifying")
    publish(*FAMILY)
    hazard = refused(hazard)
    (row,) = [row for row in hazard.case()["linked"] if row["process"] == "judicial_referral"]
    return Referral(hazard.office, row["id"], "judicial_referral")


def test_a_hazard_hands_over_a_clue_with_what_it_knows(handed):
    draft = handed.office.get(LEGAL, f"/tasks/{handed.task('ref_clue')['id']}")["data"]
    assert (draft["source"], draft["enterprise_name"]) == ("隐患督办", "甲化工厂")
    assert draft["hazard_no"] == draft["from_case"] == "HZ-370202-2026-0001"
    assert draft["threshold_rows"] == ["R4 危险作业（拒不执行决定）"]
    assert draft["facts"] == "停产决定送达后仍在生产"


def test_the_draft_lies_open_to_the_handlers_until_it_is_answered(handed):
    handler, other = "case_handler.county1", "case_handler2.county1"
    moment = "2026-05-12T10:00:00+08:00"
    handed.do("ref_clue", at("2026-05-12 11:00"), who=handler, discovered_at=moment)
    handed.office.get(handler, f"/cases/{handed.id}")
    assert handed.office.get(other, f"/cases/{handed.id}", 404)["code"]


SEEN = {
    LEGAL: 200,
    "agency_head.county1": 200,
    "unit_head.county1": 200,
    "case_handler.county1": 200,  # of the team
    "co_handler.county1": 200,  # of the team
    "case_handler2.county1": 404,
    "publicity_officer.county1": 404,
    "enterprise_reporter.county1": 404,
    "intake_clerk.county1": 404,
    "legal_officer.county2": 404,
}


@pytest.mark.parametrize("who", SEEN)
def test_the_file_is_open_to_those_whom_the_page_names(referral_at, who):
    referral = referral_at("team_set")
    for path in ("", "/clocks", "/history", "/documents"):
        referral.office.get(who, f"/cases/{referral.id}{path}", SEEN[who])
    listed = referral.office.get(who, "/cases", text="刘某")["total"]
    ledger = referral.office.get(who, "/registers/L-JR-1")["total"]
    assert (listed, ledger) == ((1, 1) if SEEN[who] == 200 else (0, 0))


def test_nobody_sees_a_referral_of_himself(referral_at):
    referral = referral_at("team_set")
    unit_head = "unit_head.county1"
    name = referral.office.get(unit_head, "/me")["name"]
    persons = [{"name": name, "post": "负责人"}]
    referral.act("ask_duty", "ref_duty_clue", at("2026-06-10 10:00"), persons=persons)
    referral.office.get(unit_head, f"/cases/{referral.id}", 404)


# §6 of the page, ledger by ledger; the colour of a line is its lamp.
LEDGERS = {
    "L-JR-1": "移送号 来源案号 隐患号 当事人 涉嫌罪名 发现日 报告收到 审批时间 结论 移送时刻 二十四小时内 公安机关 "
    "回执日 补正 立案、不立案日 通知收到日 物品移交日 当前状态 下一到期",
    "L-JR-2": "不立案日 选择 复议提出 复议结果 监督建议日 检察处理 最终",
    "L-JR-3": "物品 封签号 保管地 移交人 接收人 状态",
    "L-JR-4": "人员 阶段日期 判决 罚金 折抵额 缓刑、禁止令",
    "L-JR-5": "来源机关 文书号 收到日 是否立案 处罚结果 答复日",
    "L-JR-6": "人员 依据 起 止 通知单位",
}


def test_every_ledger_of_the_page_has_its_columns():
    settings = [tomllib.loads((ROOT / "bpmn" / name / "process.toml").read_text()) for name in FAMILY]
    heads = {entry["id"]: {title for title, _ in entry["columns"]} for one in settings for entry in one["register"]}
    assert {name: set(wanted.split()) - heads[name] for name, wanted in LEDGERS.items()} == dict.fromkeys(
        LEDGERS, set()
    )


def test_a_case_not_punished_after_its_return_says_so_in_its_ledger(referral_at):
    case = referral_at("returned").lead(*BACK[:2])
    (row,) = case.office.get(LEGAL, "/registers/L-JR-5")["items"]
    assert (row["cells"]["是否立案"], row["cells"]["处罚结果"]) == ("不再处罚", "不再处罚")


COLUMNS = {
    "L-JR-1": "移送号 来源案号 当事人 涉嫌罪名 发现日 报告收到 审批时间 结论 移送时刻 二十四小时内 公安机关 回执 "
    "回执日 立案情况 立案、不立案日 通知收到日 物品移交日 当前状态",
    "L-JR-3": "物品 数量 清单号 封签号 保管地 接收人 移交时间 状态",
    "L-JR-4": "人员 结果 罚金 折抵额 文书号 收到日",
}
BESIDE = {
    "L-JR-1": "隐患号 补正 下一到期",
    "L-JR-3": "移送号 移交人 差异说明",
    "L-JR-4": "移送号 阶段日期 最近进程 进程日期 判决 缓刑、禁止令 从业禁止",
}


@pytest.mark.parametrize("register", COLUMNS)
def test_the_columns_of_a_judged_referral_are_filled(referral_at, register):
    (row,) = referral_at("closing").office.get(LEGAL, f"/registers/{register}")["items"]
    assert [title for title in COLUMNS[register].split() if row["cells"][title] in (None, "")] == []
    assert set(row["cells"]) == {*COLUMNS[register].split(), *BESIDE[register].split()}


@pytest.mark.parametrize(
    ("state", "register", "title", "value"),
    [
        ("handed_over", "L-JR-1", "二十四小时内", "是"),
        ("handed_over", "L-JR-1", "下一到期", "2026-06-12"),
        ("screening", "L-JR-1", "下一到期", "2026-06-08"),
        ("approved", "L-JR-1", "下一到期", "2026-06-11"),
        ("accepted", "L-JR-1", "当前状态", "公安审查中"),
        ("supplementing", "L-JR-1", "下一到期", "2026-06-14"),
        ("filed", "L-JR-3", "状态", "未移交"),
        ("tracking", "L-JR-3", "状态", "已移交"),
        ("closing", "L-JR-4", "折抵额", "30000.00"),
        ("reconsidering", "L-JR-2", "选择", "提请复议"),
        ("recon_upheld", "L-JR-2", "复议结果", "维持不立案"),
        ("accepted_refusal", "L-JR-2", "选择", "认可"),
        ("returned", "L-JR-5", "决定期限", "2026-07-06"),
        ("returned", "L-JR-5", "来源机关", "东山区公安局"),
    ],
)
def test_a_ledger_says_what_happened(referral_at, state, register, title, value):
    (row,) = referral_at(state).office.get(LEGAL, f"/registers/{register}")["items"]
    assert row["cells"][title] == value


def test_the_ledger_of_goods_has_a_line_for_each(referral_at):
    referral = referral_at("team_set")
    pump = DRUM | {"name": "装卸泵", "seal_no": "F-2"}
    referral.do("ref_verify", at("2026-06-05 16:30"), property=[DRUM, pump])
    said = [row["cells"] for row in referral.office.get(LEGAL, "/registers/L-JR-3")["items"]]
    assert [(line["物品"], line["封签号"], line["状态"]) for line in said] == [
        ("甲醇", "F-1", "未移交"),
        ("装卸泵", "F-2", "未移交"),
    ]


def cells(referral, register):
    (row,) = referral.office.get(LEGAL, f"/registers/{register}")["items"]
    return row["cells"]


@pytest.mark.parametrize(
    ("state", "move", "day"),
    [
        ("reconsidering", Move("ref_record_recon", "2026-06-22 10:00", {"result": "立案"}), "2026-06-20"),
        ("supervision", Move("ref_record_supervision", "2026-07-20 10:00"), "2026-07-20"),
        ("accepted", Move("ref_record_decision", "2026-06-15 10:00", NOT_FILED), "2026-06-12"),
    ],
    ids=["reconsidered", "supervised", "refused"],
)
def test_the_day_of_filing_is_that_of_the_decision_that_led_to_it(referral_at, state, move, day):
    assert cells(referral_at(state).lead(move), "L-JR-1")["立案、不立案日"] == day


def test_the_ledger_of_results_tells_each_stage_with_its_day(referral_at):
    referral = referral_at("tracking")
    for number, (stage, day) in enumerate((("移送起诉", "2026-08-10"), ("提起公诉", "2026-09-10"))):
        said = {"stage": stage, "happened_on": day, "received_on": day, "document_no": f"检诉{number}"}
        referral.act("ask_tracking", "ref_tracking", at(f"{day} 10:00"), **said)
    assert cells(referral, "L-JR-4")["阶段日期"] == "移送起诉 2026-08-10；提起公诉 2026-09-10"


@pytest.mark.parametrize("register", ["L-JR-2", "L-JR-3", "L-JR-4", "L-JR-5"])
def test_a_ledger_leaves_out_what_does_not_concern_it(referral_at, register):
    assert referral_at("screening").office.get(LEGAL, f"/registers/{register}")["items"] == []


def test_the_ledger_is_taken_away_as_a_sheet(referral_at):
    heads, line = sheets.cells(referral_at("filed").office.get(LEGAL, "/registers/L-JR-1", format="xlsx"))
    assert line[heads.index("当前状态")] == "已立案"


def test_no_crime_is_stored_with_its_reason(referral_at):
    referral = Referral.open(referral_at("office").office, at("2026-06-05 09:30"), **NO_CRIME)
    referral.do("ref_clue_approve", at("2026-06-05 10:00"))
    assert referral.case()["case_file"]["ref_clue"]["no_crime_reason"] == NO_CRIME["no_crime_reason"]


def test_every_state_of_the_table_has_its_words():
    table = tomllib.loads((FOLDER / "process.toml").read_text())["statuses"]
    assert set(table) == {*STATES.split(), "no_crime", "closed"} and all(table.values())
