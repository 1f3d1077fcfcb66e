"""The crime watch over punishment on the spot: what is first learnt there is screened, and no fine takes its place."""

from __future__ import annotations

import pytest

from engine import model, referrals, store
from tests.office import at, deploy, who
from tests.processes.execution import Penalty

DAY = "2026-04-30"
LEGAL = "legal_officer.county1"
DESTROYED = "关闭、破坏监控、报警、防护、救生设备设施或者篡改、隐瞒、销毁其数据信息"
REFUSED = "因重大事故隐患被责令停产停业、停止使用或者立即整改而拒不执行"
UNLICENSED = "未经批准或者许可擅自从事高度危险的生产作业活动"
MET = [
    ({"criminal_facts": [DESTROYED], "real_danger": True}, ["R3"]),
    ({"criminal_facts": [REFUSED], "real_danger": True, "hazard_grade": "重大"}, ["R4"]),
    ({"criminal_facts": [REFUSED], "real_danger": True, "hazard_grade": "一般"}, []),
    ({"criminal_facts": [UNLICENSED], "real_danger": True}, ["R5"]),
    ({"criminal_facts": [UNLICENSED], "real_danger": False}, []),
    ({"other_elements": ["非法采矿罪"]}, ["R11"]),
    ({"criminal_facts": ["以暴力、威胁方法阻碍执行公务"]}, ["R11b"]),
    ({"criminal_facts": ["公职人员涉嫌职务违法犯罪"]}, ["R12"]),
    ({}, []),
]


@pytest.fixture
def shown(penalty_at) -> Penalty:
    office = penalty_at("office").office
    with store.writing() as session:
        deploy(session, "judicial_referral")
    return Penalty(office, "", "enforcement_simple").begin("enforcement_simple", "es_show_id", at(f"{DAY} 09:00"))


def hits(case) -> dict[str, str]:
    return {hit["row"]: hit["state"] for hit in case.office.get(LEGAL, f"/cases/{case.id}/watch")}


@pytest.mark.parametrize(("said", "rows"), MET)
def test_what_is_learnt_on_the_spot_is_screened(shown, said, rows):
    shown.do("es_hear", at(f"{DAY} 09:10"), **said)
    assert hits(shown) == dict.fromkeys(rows, "open")
    with store.reading() as session:
        opened = session.query(model.Case).filter_by(parent_id=shown.id, process="judicial_referral").count()
    assert opened == bool(rows)


def test_no_fine_on_the_spot_takes_the_place_of_a_referral(shown):
    shown.do("es_hear", at(f"{DAY} 09:10"), criminal_facts=[DESTROYED], real_danger=True)
    before = shown.state()
    said = shown.do("es_decide", at(f"{DAY} 09:20"), status=422, amount="100.00")
    assert (said["code"], shown.state()) == ("EC-E63", before)
    reason = {"reason": "报警器系停电失效，并非人为关闭，已核实"}
    shown.office.post(LEGAL, f"/cases/{shown.id}/watch/R3", reason)
    shown.do("es_decide", at(f"{DAY} 09:30"), amount="100.00")


def test_the_check_of_the_summary_sees_fines_on_the_spot(shown):
    """A hit that was opened again after the fine stands in the check that must be nought."""
    shown.do("es_hear", at(f"{DAY} 09:10"))
    shown.do("es_decide", at(f"{DAY} 09:20"), amount="100.00")
    body = {"step": "es_hear", "data": {"other_elements": ["非法经营罪"]}, "reason": "事后查明"}
    shown.office.post("case_handler.county1", f"/cases/{shown.id}/correct", body)
    with store.reading() as session:
        found = referrals.summary(session, who(LEGAL), at("2026-12-31 10:00"), 2026)
    assert found.substituted == [shown.case()["number"]]


def test_the_clue_from_a_simple_case_opens_with_its_facts(shown):
    shown.do("es_hear", at(f"{DAY} 09:10"), criminal_facts=[DESTROYED], real_danger=True)
    with store.reading() as session:
        row = session.query(model.Case).filter_by(parent_id=shown.id, process="judicial_referral").one()
    task = shown.office.get(LEGAL, f"/cases/{row.id}")["open_tasks"][0]["id"]
    data = shown.office.get(LEGAL, f"/tasks/{task}")["data"]
    assert (data["source"], data["enterprise_name"]) == ("行政执法", "甲化工厂")
    assert data["threshold_rows"] == ["R3 危险作业（破坏监控报警设施数据）"]
