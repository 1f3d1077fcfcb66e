"""Who chairs the discussion of a grave case, and what a second notice brings with it."""

from __future__ import annotations

from typing import Any

import pytest

from engine import model, store
from tests.office import at
from tests.processes.enforcement import Case
from tests.processes.enforcement_desk import back_to_notice

DEPUTY = {"chair": "deputy_head.county1"}


def discussed(case: Case, status: int = 200, **said: Any) -> dict[str, Any]:
    return case.do("ec_collective", at("2026-10-28 10:00"), status=status, **said)


@pytest.mark.parametrize("chair", ["deputy_head.county1", "unit_head.county1", "agency_head.city"])
def test_only_the_head_of_the_agency_chairs(enforcement_at, chair):
    said = discussed(enforcement_at("discussing"), 422, chair=chair)
    assert (said["code"], list(said["fields"])) == ("EC-E64", ["chair"])


def test_a_deputy_chairs_while_nobody_heads_the_agency(enforcement_at):
    case = enforcement_at("discussing")
    with store.writing() as session:
        session.delete(session.get_one(model.Membership, ("agency_head.county1", "agency_head", "county1")))
    discussed(case, **DEPUTY)
    assert case.steps() == ["ec_decide"]


def test_a_second_notice_is_a_paper_of_its_own_and_starts_the_period_anew(enforcement_at):
    """Scenario 6: what the party was told first stays in the volume beside it."""
    case = enforcement_at("stating")
    back_to_notice(case)
    heavier = [{"subject": "单位", "name": "甲化工厂", "kind": "罚款", "amount": "30000.00"}]
    case.do("ec_notice", at("2026-07-29 10:00"), proposed_penalties=heavier, new_facts="另有一处联锁停用")
    papers = case.office.get(case.watcher, f"/cases/{case.id}/documents")
    assert [paper["letter"] for paper in papers].count("D-EC-11a") == 2
    assert (case.clock("EC-C07")["due_on"], case.clock("EC-C07")["state"]) == ("2026-08-03", "running")
