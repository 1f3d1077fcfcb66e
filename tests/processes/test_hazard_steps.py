"""Every step that the domain names stands in a diagram, and every step of the family is done once in one office."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine import catalog, model, store
from tests.office import at
from tests.processes import measures
from tests.processes.hazard import FAMILY, Driver
from tests.processes.stages import lead

DOMAIN = """
    hz_register hz_verify hz_interim_order hz_confirm_list hz_approve_listing hz_assign hz_receipt hz_publish_listing
    hz_general_order hz_transfer_dept hz_plan hz_review_plan hz_progress hz_onsite_check hz_extension_apply
    hz_extension_decide hz_escalate hz_acceptance_apply hz_acceptance_check hz_acceptance_approve hz_resume
    hz_delist_review hz_publish_delisting hz_look_back hz_unfixable hz_closure_propose hz_closure_execute
    hz_closure_verify coercion_lift qr_select qr_acceptance qr_bulletin
"""
NOTHING = {"criterion": None, "cannot_self_fix": None, "finding_note": "现场无此情况"}
CITY = {"list_level": "市级", "reason": "毗邻学校"}


def human_steps() -> set[str]:
    """The steps of the published family that people do."""
    with store.reading() as session:
        published = [catalog.published(session, process) for process in FAMILY]
        return {step.id for bundle in published for step in bundle.steps.values() if step.kind == "userTask"}


def found(office, number: int) -> Driver:
    """A hazard found in a workshop of its own."""
    return Driver.open(office, at("2026-03-02 11:00"), location=f"{number}号车间")


def graded(office, number: int, **verdict) -> Driver:
    """A hazard found and verified."""
    hazard = found(office, number)
    hazard.do("hz_verify", at("2026-03-03 11:00"), **verdict)
    return hazard


def smaller_matters(office) -> None:
    """What turns out general, no hazard, or somebody else's."""
    general = graded(office, 1, grade="一般", criterion=None)
    general.do("hz_general_order", at("2026-03-03 15:00"))
    general.do("hz_general_recheck", at("2026-03-21 10:00"))
    graded(office, 2, grade="不属实", **NOTHING).do("hz_not_hazard_approve", at("2026-03-04 10:00"))
    graded(office, 3, grade="非本部门职责", **NOTHING).do("hz_transfer_dept", at("2026-03-04 10:00"))


def listed_by_the_city(office) -> None:
    """A listing that the leader of the commission decides."""
    hazard = graded(office, 4, danger_high=True)
    hazard.do("hz_confirm_list", at("2026-03-04 10:00"))
    hazard.act("ask_report", "hz_double_report", at("2026-03-05 10:00"))
    hazard.do("hz_approve_listing", at("2026-03-06 10:00"), **CITY)
    hazard.do("hz_approve_listing_approve", at("2026-03-09 10:00"))


def rectified(hazard: Driver) -> None:
    """The work on a listed hazard until it is struck off: a coal mine, so that its resumption is decided too."""
    correction = {"step": "hz_register", "data": {"industry": "煤矿"}, "reason": "行业填错"}
    hazard.office.post(hazard.watcher, f"/cases/{hazard.id}/correct", correction)
    hazard.act("ask_progress", "hz_progress", at("2026-04-20 10:00"))
    hazard.act("ask_check", "hz_onsite_check", at("2026-05-12 10:00"))
    hazard.act("note_penalty", "hz_penalty_note", at("2026-05-13 10:00"))
    hazard.act("ask_extension", "hz_extension_apply", at("2026-05-28 10:00"))
    hazard.do("hz_extension_decide", at("2026-06-10 10:00"))
    hazard.do("hz_acceptance_apply", at("2026-06-25 10:00"), resume=True)
    hazard.do("hz_acceptance_check", at("2026-06-26 10:00"))
    hazard.do("hz_acceptance_approve", at("2026-06-29 10:00"))
    hazard.do("hz_resume", at("2026-06-30 10:00"), "agency_head.county1", mine_consent="a1")
    hazard.do("hz_resume_approve", at("2026-07-01 10:00"))
    lead(hazard, "publishing", "looking_back")
    hazard.do("hz_look_back", at("2026-09-20 10:00"))


def shut_down(hazard: Driver) -> None:
    """The closure of what cannot be put right."""
    lead(hazard, "closing", "deciding")
    hazard.do("hz_closure_decide", at("2026-08-20 10:00"))
    hazard.do("hz_closure_publish", at("2026-08-24 10:00"))
    hazard.do("hz_closure_execute", at("2026-09-01 10:00"))
    hazard.do("hz_closure_verify", at("2026-09-02 10:00"), "co_handler.county1")


def stopped_and_sealed(hazard: Driver) -> None:
    """An interim measure and a sealing, each extended and lifted."""
    stop = hazard.begin("hazard_interim", "hz_interim_order", at("2026-04-01 10:00"))
    stop.do("hz_interim_order_approve", at("2026-04-01 11:00"))
    stop.act("ask_interim_extension", "hz_interim_extend", at("2026-05-01 10:00"))
    stop.do("hz_interim_extend_approve", at("2026-05-02 10:00"))
    stop.do("hz_interim_lift", at("2026-05-20 11:00"))
    stop.do("hz_interim_lift_approve", at("2026-05-21 10:00"))
    seal = measures.sealed(hazard, at("2026-04-10 10:00"))
    seal.act("note_testing", "coercion_testing", at("2026-04-16 10:00"))
    seal.act("ask_coercion_extension", "coercion_extend", at("2026-05-06 10:00"))
    seal.do("coercion_extend_approve", at("2026-05-07 10:00"))
    seal.do("coercion_comply", at("2026-05-08 10:00"))
    seal.do("coercion_lift", at("2026-05-08 15:00"), returned_all=True)


def escalated(hazard: Driver) -> None:
    """One escalation of each level."""
    ways = {
        "L1 提醒函": ["hz_escalate_l1_approve"],
        "L2 约谈告诫": ["hz_escalate_l2_approve", "hz_interview"],
        "L3 公开曝光": ["hz_escalate_l3_legal", "hz_escalate_l3_approve"],
        "L4 提级督办": ["hz_escalate_l4_approve"],
        "L5 问责线索移送": ["hz_escalate_l5_approve"],
    }
    for level, steps in ways.items():
        said = {"failures": "督办不力"} if level.startswith("L5") else {}
        case = hazard.begin("hazard_escalation", "hz_escalate", at("2026-05-20 09:00"), level=level, **said)
        for step in (*steps, "hz_escalate_follow"):
            case.do(step, at("2026-05-20 10:00"))


def reported(office) -> None:
    """One quarterly round, begun by hand."""
    hand = Driver(office, "", "hazard_quarterly_round")
    case = hand.ask("hazard_quarterly_round", at("2026-07-01 09:00"))
    case.do("qr_select", at("2026-07-10 10:00"))
    case.do("qr_acceptance", at("2026-09-25 10:00"))
    case.do("qr_bulletin", at("2026-10-08 10:00"))
    case.do("qr_bulletin_approve", at("2026-10-09 10:00"))
    case.do("qr_publish", at("2026-10-14 10:00"), "publicity_officer.commission_county1")


@pytest.fixture
def done(hazard_at) -> set[str]:
    """The steps that people have done in an office with one matter of every kind."""
    hazard = hazard_at("rectifying")
    office = hazard.office
    smaller_matters(office)
    listed_by_the_city(office)
    stopped_and_sealed(hazard)
    escalated(hazard)
    rectified(hazard)
    hopeless = graded(office, 5, danger_high=True)
    lead(hopeless, "listing", "assigning", "assigned", "planning", "reviewing", "rectifying", "unfixable")
    shut_down(hopeless)
    reported(office)
    with store.reading() as session:
        return set(session.scalars(select(model.Submission.step).where(model.Submission.by != "system")))


def test_every_step_of_the_domain_stands_in_a_diagram(hazard_at):
    hazard_at("office")
    assert set(DOMAIN.split()) - human_steps() == set()


def test_every_step_of_the_family_can_be_done(done):
    assert human_steps() - done == set()
