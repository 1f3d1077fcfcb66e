"""The crime watch over the real processes: every row of the table, its limits, and the hazard's own hand-off."""

import pytest

from engine import handoffs, model, store
from tests.office import at, deploy
from tests.processes.enforcement import Case

CLUE_AT = at("2026-07-03 10:00")
HURT = {"accident": "一般", "deaths": 0, "serious_injuries": 0, "direct_loss": "0"}
DEAD = HURT | {"deaths": 1}
DEFECT = "安全生产设施或者安全生产条件不符合国家规定"
FIRE = "违反消防管理或者危险物品管理规定"
REFUSAL = "因重大事故隐患被责令停产停业、停止使用或者立即整改而拒不执行"
SILENT = "负有报告职责的人员不报或者谎报事故"
HIDING = "隐瞒事故、擅离职守、逃匿或者毁灭证据、藏匿伤亡人员，致不能及时有效抢救"
FORCED = "强令、组织他人违章冒险作业"
KNOWING = "明知存在重大事故隐患而不排除，仍冒险组织作业"
DESTROYED = "关闭、破坏监控、报警、防护、救生设备设施或者篡改、隐瞒、销毁其数据信息"
UNLICENSED = "未经批准或者许可擅自从事高度危险的生产作业活动"
MET = [
    ("R1", DEAD),
    ("R1", HURT | {"serious_injuries": 3}),
    ("R1", HURT | {"direct_loss": "1000000.00"}),
    ("R2", DEAD | {"criminal_facts": [FORCED]}),
    ("R2", DEAD | {"criminal_facts": [KNOWING]}),
    ("R3", {"criminal_facts": [DESTROYED], "real_danger": True}),
    ("R4", {"criminal_facts": [REFUSAL], "real_danger": True, "hazard_grade": "重大"}),
    ("R5", {"criminal_facts": [UNLICENSED], "real_danger": True}),
    ("R6", DEAD | {"criminal_facts": [DEFECT]}),
    ("R6", DEAD | {"criminal_facts": [FIRE]}),
    ("R7", DEAD | {"criminal_facts": ["建设工程降低质量标准"]}),
    ("R8", {"criminal_facts": [SILENT], "rescue_harm_deaths": 1}),
    ("R8", {"criminal_facts": [SILENT, HIDING]}),
    ("R9", {"false_document": "故意", "penalties_2y": 2}),
    ("R9", {"false_document": "故意", "illegal_gain": "100000.00"}),
    ("R10", DEAD | {"false_document": "重大过失"}),
    ("R11", {"other_elements": ["非法采矿罪"]}),
    ("R11b", {"criminal_facts": ["以暴力、威胁方法阻碍执行公务"]}),
    ("R12", {"criminal_facts": ["公职人员涉嫌职务违法犯罪"]}),
]
NOT_MET = [
    HURT | {"serious_injuries": 2, "direct_loss": "999999.99"},
    HURT | {"criminal_facts": [FORCED]},
    {"criminal_facts": [DESTROYED], "real_danger": False},
    {"criminal_facts": [REFUSAL], "real_danger": True, "hazard_grade": "一般"},
    {"criminal_facts": [UNLICENSED]},
    {"criminal_facts": [SILENT], "rescue_harm_injuries": 2, "rescue_harm_loss": "999999.99"},
    {"false_document": "故意", "penalties_2y": 1, "illegal_gain": "99999.99"},
    {"false_document": "重大过失"},
]
REFUSING = {
    "finding": "拒不整改",
    "order_obeyed": "未执行",
    "order_no": "东应急现决〔2026〕5号",
    "order_served_at": "2026-05-06T09:00:00+08:00",
    "refusal_facts": "停产决定送达后仍在生产，联锁停用",
    "real_danger": True,
    "real_danger_basis": "联锁停用仍满负荷运行",
}


def publish_referral():
    with store.writing() as session:
        deploy(session, "judicial_referral")
        handoffs.deployed(session, "judicial_referral")


@pytest.fixture
def office(enforcement_at):
    office = enforcement_at("office").office
    publish_referral()
    return office


def found(case):
    """Return the rows that were hit in a case with their states."""
    return {hit["row"]: hit["state"] for hit in case.case()["watch"]}


def referrals(case):
    with store.reading() as session:
        return session.query(model.Case).filter_by(parent_id=case.id, process="judicial_referral").all()


@pytest.mark.parametrize("row,said", MET, ids=[f"{row}-{n}" for n, (row, _) in enumerate(MET)])
def test_facts_that_meet_a_row_hit_it_and_open_one_draft_clue(office, row, said):
    case = Case.open(office, CLUE_AT, **said)
    assert found(case).get(row) == "open"
    assert len(referrals(case)) == 1


def test_every_row_of_the_table_is_met():
    assert {row for row, _ in MET} == {f"R{number}" for number in range(1, 13)} | {"R11b"}


@pytest.mark.parametrize("said", NOT_MET)
def test_facts_below_the_limits_hit_nothing(office, said):
    case = Case.open(office, CLUE_AT, **said)
    assert found(case) == {} and referrals(case) == []


def test_two_crimes_of_one_row_are_both_told(office):
    case = Case.open(office, CLUE_AT, **DEAD, criminal_facts=[DEFECT, FIRE])
    (hit,) = [hit for hit in case.case()["watch"] if hit["row"] == "R6"]
    assert hit["crime"] == "重大劳动安全事故罪；危险物品肇事罪、消防责任事故罪"


def test_the_clue_opens_filled_with_the_rows_that_were_hit(office):
    case = Case.open(office, CLUE_AT, **DEAD)
    (referral,) = referrals(case)
    (task,) = office.get(case.who("ec_clue"), f"/cases/{referral.id}")["open_tasks"]
    data = office.get(case.watcher, f"/tasks/{task['id']}")["data"]
    assert data["threshold_rows"] == ["R1 重大责任事故"] and data["from_case"] == case.case()["number"]


def test_a_hazard_whose_stop_order_is_refused_hits_row_four_once(hazard_at):
    hazard = hazard_at("rectifying")
    publish_referral()
    hazard.act("ask_check", "hz_onsite_check", at("2026-05-12 10:00"), **REFUSING)
    assert found(hazard) == {"R4": "open"}
    (referral,) = referrals(hazard)
    assert referral.relation == "刑事移送"


@pytest.mark.parametrize(("act", "row"), [(DESTROYED, "R3"), (UNLICENSED, "R5")])
def test_a_dangerous_act_found_at_a_hazard_hits_its_row(hazard_at, act, row):
    hazard = hazard_at("rectifying")
    publish_referral()
    said = {"danger_acts": [act], "real_danger": True, "real_danger_basis": "报警器断电仍在装卸"}
    hazard.act("ask_check", "hz_onsite_check", at("2026-05-12 10:00"), **said)
    assert found(hazard) == {row: "open"}


def test_without_real_danger_the_hazard_hits_nothing(hazard_at):
    hazard = hazard_at("rectifying")
    publish_referral()
    changes = REFUSING | {"real_danger": False, "real_danger_basis": None}
    hazard.act("ask_check", "hz_onsite_check", at("2026-05-12 10:00"), **changes)
    assert found(hazard) == {} and referrals(hazard) == []


def test_obstruction_and_another_marked_crime_are_answered_each_for_itself(office):
    said = {"other_elements": ["非法采矿罪"], "criminal_facts": ["以暴力、威胁方法阻碍执行公务"]}
    case = Case.open(office, CLUE_AT, **said)
    body = {"reason": "仅口头争执，没有使用暴力或者威胁"}
    office.post("case_handler.county1", f"/cases/{case.id}/watch/R11b", body)
    assert found(case) == {"R11": "open", "R11b": "answered"}
