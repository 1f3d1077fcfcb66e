"""Matters that a hazard hands to other processes: waiting for them, by hand, and only once."""

import pytest
from sqlalchemy import select, update

from engine import model, store
from tests.office import at
from tests.processes import stand_in
from web import serving

REFUSING = {
    "finding": "拒不整改",
    "order_obeyed": "未执行",
    "order_no": "东应急现决〔2026〕5号",
    "order_served_at": "2026-05-06T09:00:00+08:00",
    "refusal_facts": "停产决定送达后仍在生产",
    "real_danger": True,
    "real_danger_basis": "联锁停用仍满负荷运行",
}
BY_HAND = {"process": "enforcement_case", "trigger": "refusal"}


def refused(hazard, **changes):
    hazard.act("ask_check", "hz_onsite_check", at("2026-05-12 10:00"), **REFUSING | changes)
    return hazard


def test_a_matter_waits_where_the_process_is_not_published(hazard_at):
    (row,) = [
        row for row in refused(hazard_at("rectifying")).case()["handoffs"] if row["process"] == "judicial_referral"
    ]
    assert (row["state"], row["cause"]) == ("待移交", "流程 judicial_referral 尚未发布")


def test_what_waits_for_a_process_is_not_tried_before_it_is_published(hazard_at):
    hazard = refused(hazard_at("rectifying"))
    hazard.pass_time(at("2026-05-14 10:00"))
    with store.reading() as session:
        assert set(session.scalars(select(model.Handoff.tries).where(model.Handoff.state == "waiting"))) == {1}


@pytest.mark.parametrize(
    "lacking",
    [{"real_danger": False, "real_danger_basis": None}, {"order_served_at": None}],
    ids=["real danger", "a served order"],
)
def test_without_real_danger_or_a_served_order_nothing_goes_to_the_police(hazard_at, lacking):
    waiting = {row["process"] for row in refused(hazard_at("rectifying"), **lacking).case()["handoffs"]}
    assert "enforcement_case" in waiting and "judicial_referral" not in waiting


def test_publishing_from_the_console_delivers_what_waited(hazard_at):
    hazard = hazard_at("rectifying")
    with store.writing() as session:
        session.execute(update(model.Bundle).where(model.Bundle.process == "coercion").values(state="retired"))
    assert refused(hazard).linked("coercion") == []
    with store.writing() as session:
        session.execute(update(model.Bundle).where(model.Bundle.process == "coercion").values(state="draft"))
    serving.deploy("coercion")
    hazard.pass_time(at("2026-05-12 10:00"))
    assert [measure.steps() for measure in hazard.linked("coercion")] == [["coercion_request"]]


def test_the_same_matter_is_handed_over_by_hand_only_once(hazard_at, tmp_path):
    hazard = hazard_at("rectifying")
    stand_in.publish(tmp_path, "enforcement_case")
    body = {**BY_HAND, "parent": hazard.id}
    first = hazard.office.post(hazard.watcher, "/cases", body, 201)
    again = hazard.office.post(hazard.watcher, "/cases", body, 409)
    assert (again["code"], again["detail"]) == ("HZ-E40", f"该事项已移交，案号{first['number']}")


def test_for_another_reason_it_is_handed_over_again(hazard_at, tmp_path):
    hazard = hazard_at("rectifying")
    stand_in.publish(tmp_path, "enforcement_case")
    for trigger in ("refusal", "relapse"):
        body = {**BY_HAND, "parent": hazard.id, "trigger": trigger}
        hazard.office.post(hazard.watcher, "/cases", body, 201)


def test_what_was_handed_over_by_hand_is_not_opened_again_by_the_diagram(hazard_at, tmp_path):
    hazard = hazard_at("rectifying")
    stand_in.publish(tmp_path, "enforcement_case")
    hazard.pass_time(at("2026-05-12 09:00"))
    hazard.office.post(hazard.watcher, "/cases", {**BY_HAND, "parent": hazard.id}, 201)
    before = len(hazard.linked("enforcement_case"))
    refused(hazard)
    assert len(hazard.linked("enforcement_case")) == before
    assert [row["process"] for row in hazard.case()["handoffs"]] == ["judicial_referral"]


def test_what_the_commission_opens_on_a_case_belongs_to_its_office(hazard_at):
    hazard = hazard_at("rectifying")
    escalation = hazard.begin("hazard_escalation", "hz_escalate", at("2026-05-12 10:00"), level="L1 提醒函")
    assert (escalation.case()["org"], escalation.task("hz_escalate_l1_approve")["org"]) == ("county1", "county1")
