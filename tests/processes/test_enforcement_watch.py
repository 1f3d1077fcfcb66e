"""What a clue and a report say, held against the twelve rows of the referral table as a case is handled."""

from __future__ import annotations

from typing import Any

from tests.office import at, publish
from tests.processes.enforcement import Case

HANDLER = "case_handler.county1"
FIRST = "2026-07-03 10:00"
FORCED = "强令、组织他人违章冒险作业"
KNEW = "明知存在重大事故隐患而不排除，仍冒险组织作业"
MONITOR = "关闭、破坏监控、报警、防护、救生设备设施或者篡改、隐瞒、销毁其数据信息"
STOPPED = "因重大事故隐患被责令停产停业、停止使用或者立即整改而拒不执行"
UNLICENSED = "未经批准或者许可擅自从事高度危险的生产作业活动"
DEFECT = "安全生产设施或者安全生产条件不符合国家规定"
GOODS = "违反消防管理或者危险物品管理规定"
QUALITY = "建设工程降低质量标准"
SILENT = "负有报告职责的人员不报或者谎报事故"
HIDDEN = "隐瞒事故、擅离职守、逃匿或者毁灭证据、藏匿伤亡人员，致不能及时有效抢救"
OBSTRUCTED = "以暴力、威胁方法阻碍执行公务"
OFFICIAL = "公职人员涉嫌职务违法犯罪"


def accident(deaths: int = 0, injuries: int = 0, loss: str = "0.00", *facts: str) -> dict[str, Any]:
    said = {"accident": "一般", "deaths": deaths, "serious_injuries": injuries, "direct_loss": loss}
    return {**said, **({"criminal_facts": list(facts)} if facts else {})}


def danger(*facts: str, **more: Any) -> dict[str, Any]:
    return {"criminal_facts": list(facts), "real_danger": True, **more}


ROWS = [
    ({}, []),
    (accident(0, 2, "999999.99"), []),
    (accident(1), ["R1"]),
    (accident(0, 3), ["R1"]),
    (accident(0, 0, "1000000.00"), ["R1"]),
    (accident(1, 0, "0.00", FORCED), ["R1", "R2"]),
    (accident(0, 3, "0.00", KNEW), ["R1", "R2"]),
    (danger(MONITOR), ["R3"]),
    (danger(STOPPED, hazard_grade="重大"), ["R4"]),
    (danger(STOPPED, hazard_grade="一般"), []),
    (danger(UNLICENSED), ["R5"]),
    ({**danger(UNLICENSED), "real_danger": False}, []),
    (accident(1, 0, "0.00", DEFECT), ["R1", "R6"]),
    (accident(1, 0, "0.00", GOODS), ["R1", "R6"]),
    (accident(1, 0, "0.00", QUALITY), ["R1", "R7"]),
    ({**accident(0, 0, "0.00", SILENT), "rescue_harm_deaths": 1}, ["R8"]),
    ({"criminal_facts": [SILENT]}, []),
    ({"criminal_facts": [SILENT, HIDDEN]}, ["R8"]),
    ({"false_document": "故意", "penalties_2y": 2}, ["R9"]),
    ({"false_document": "故意", "illegal_gain": "99999.99"}, []),
    ({**accident(0, 3), "false_document": "重大过失"}, ["R1", "R10"]),
    ({"other_elements": ["非法采矿罪"]}, ["R11"]),
    ({"criminal_facts": [OBSTRUCTED]}, ["R11b"]),
    ({"criminal_facts": [OBSTRUCTED], "other_elements": ["非法采矿罪"]}, ["R11", "R11b"]),
    ({"criminal_facts": [OFFICIAL]}, ["R12"]),
]


def watched(case: Case) -> list[str]:
    """The rows that a case has met."""
    return sorted(
        {hit["row"] for hit in case.office.get(HANDLER, f"/cases/{case.id}/watch")},
        key=lambda row: (int(row[1:].strip("b")), row),
    )


def watching(case: Case) -> Case:
    """The case with the referral process published."""
    publish("judicial_referral")
    return case


def test_every_row_is_met_by_what_a_clue_says(enforcement_at):
    office = watching(enforcement_at("office")).office
    met = [
        watched(Case.open(office, at(FIRST), HANDLER, place=f"{number}号库", **said))
        for number, (said, _) in enumerate(ROWS)
    ]
    assert met == [rows for _, rows in ROWS]


def test_a_report_is_screened_by_what_was_found(enforcement_at):
    case = watching(enforcement_at("reporting"))
    case.do("ec_investigation_report", at("2026-07-20 10:00"), **accident(1))
    assert watched(case) == ["R1"]


def test_a_report_that_denies_the_clue_meets_nothing_new(enforcement_at):
    case = watching(enforcement_at("reporting"))
    case.do("ec_investigation_report", at("2026-07-20 10:00"))
    assert watched(case) == []


def test_a_hit_opens_one_referral(enforcement_at):
    case = watching(enforcement_at("reporting"))
    case.do("ec_investigation_report", at("2026-07-20 10:00"), **accident(1, 0, "0.00", FORCED))
    assert [row["process"] for row in case.case()["linked"]].count("judicial_referral") == 1
