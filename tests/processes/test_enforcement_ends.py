"""Every terminal state of the enforcement family, reached through the API from the opening of a case."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.office import ROOT, at
from tests.processes import test_coercion_disposal as seals
from tests.processes import test_dishonest_listing as listing
from tests.processes import test_enforcement_quality as quality
from tests.processes import test_enforcement_simple as simple
from tests.processes import test_error_correction as errors
from tests.processes import test_hazard_family as hazards
from tests.processes import test_interference_record as interference
from tests.processes import test_remedy_tracking as remedies
from tests.processes.enforcement import Case
from tests.processes.side import LINKED

FAMILY = ("enforcement_case", "enforcement_simple", "evidence_preservation", "correction_order", "coercion", *LINKED)
FIRST = "2026-07-03 10:00"
NOT_FILED = {"handling": "不予立案", "handling_reason": "没有违法事实"}
EXPIRED = {**NOT_FILED, "occurred_at": "2024-03-01T10:00:00+08:00"}
ELSEWHERE = {
    "handling": "移送其他机关",
    "handling_reason": "不归本机关管辖",
    "transfer_to": "住房和城乡建设局",
    "transfer_paper": "a1",
}


def clue(**said: object) -> Callable[[Case], Case]:
    """What registers a clue that ends at once."""
    return lambda case: Case.open(case.office, at(FIRST), **said)


def archived(case: Case, day: str, reason: str, provisional: bool | None = None) -> Case:
    """Close a case on a day and bind its volume."""
    case.do("ec_close", at(f"{day} 10:00"), reason=reason, provisional=provisional)
    case.do("ec_close_approve", at(f"{day} 15:00"))
    case.do("ec_archive", at(f"{day} 16:00"))
    return case


def closed_for_now(case: Case) -> Case:
    """A fine paid while the party may still sue."""
    return archived(case, "2026-09-01", "执行完毕", True)


def terminated(case: Case) -> Case:
    """An investigation that came to nothing."""
    case.act("ask_terminate", "ec_terminate", at("2026-08-20 10:00"))
    case.do("ec_terminate_approve", at("2026-08-20 11:00"))
    return archived(case, "2026-08-21", "终止调查")


def keeping(case: Case) -> Case:
    """Evidence about to be kept."""
    return case.begin("evidence_preservation", "ec_preserve", at("2026-07-08 11:00"))


def kept(case: Case) -> Case:
    """Evidence kept since noon."""
    keep = keeping(case)
    keep.do("ec_preserve_approve", at("2026-07-08 11:30"))
    keep.do("ec_preserve_serve", at("2026-07-08 12:00"))
    return keep


def keeping_refused(case: Case) -> Case:
    keep = keeping(case)
    keep.do("ec_preserve_approve", at("2026-07-08 12:00"), decision="不同意", reason="证据没有灭失的可能")
    return keep


def disposed(case: Case) -> Case:
    keep = kept(case)
    keep.do("ec_preserve_dispose", at("2026-07-09 10:00"))
    return keep


def released(case: Case) -> Case:
    keep = kept(case)
    keep.pass_time(at("2026-07-18 08:00"))
    keep.do("ec_preserve_release", at("2026-07-20 09:00"))
    return keep


def corrected(case: Case) -> Case:
    served = {"served_at": "2026-07-08T11:00:00+08:00", "deadline": "2026-07-15"}
    order = case.begin("correction_order", "ec_order_correct", at("2026-07-08 11:00"), **served)
    order.do("ec_recheck", at("2026-07-16 10:00"))
    return order


# Process and state: the stage from which it is reached, and how.
ENDS: dict[tuple[str, str], tuple[str, Callable[[Case], Case]]] = {
    ("enforcement_case", "not_filed"): ("office", clue(**NOT_FILED)),
    ("enforcement_case", "not_filed_expired"): ("office", clue(**EXPIRED)),
    ("enforcement_case", "transferred_out"): ("office", clue(**ELSEWHERE)),
    ("enforcement_case", "to_simple"): ("office", clue(handling="适用简易程序")),
    ("enforcement_case", "terminated"): ("reporting", terminated),
    ("enforcement_case", "closed_provisional"): ("published", closed_for_now),
    ("enforcement_case", "closed"): ("closed", lambda case: case),
    ("evidence_preservation", "refused"): ("investigating", keeping_refused),
    ("evidence_preservation", "disposed"): ("investigating", disposed),
    ("evidence_preservation", "lapsed"): ("investigating", released),
    ("correction_order", "corrected"): ("investigating", corrected),
}
# Reached by these tests, each of which goes through the API from the opening of the case.
BESIDE = {
    ("enforcement_simple", "closed"): simple.test_a_fine_in_cash_goes_to_the_archive,
    ("enforcement_simple", "not_punished"): simple.test_what_is_minor_is_not_punished,
    ("enforcement_simple", "to_ordinary"): simple.test_what_is_too_much_goes_the_ordinary_way,
    ("remedy_tracking", "final"): remedies.test_a_suit_goes_through_its_states,
    ("coercion", "lifted"): hazards.test_a_measure_ends_when_the_enterprise_complies,
    ("coercion", "disposed"): seals.test_goods_are_confiscated_by_the_decision_that_says_so,
    ("coercion", "refused"): hazards.test_a_measure_not_approved_ends,
    ("dishonest_listing", "out_of_scope"): listing.test_other_trades_are_left_to_their_own_department,
    ("dishonest_listing", "not_listed"): listing.test_a_decision_quashed_meanwhile_lists_nobody,
    ("dishonest_listing", "removed"): listing.test_scenario_20_the_task_of_removal_opens_on_the_day_the_term_ends,
    ("dishonest_listing", "revoked"): listing.test_a_revoked_listing_ends,
    ("dishonest_listing", "repaired"): listing.test_an_early_removal_holds_until_the_original_term_is_over,
    ("interference_record", "closed"): interference.test_a_record_ends_in_the_quarterly_report,
    ("interference_quarter", "closed"): interference.test_a_record_ends_in_the_quarterly_report,
    ("error_correction", "corrected"): errors.test_a_revoked_decision_is_withdrawn_refunded_and_recorded,
    ("error_correction", "not_corrected"): errors.test_what_is_not_corrected_is_recorded_all_the_same,
    ("enforcement_quality", "closed"): quality.test_every_file_is_scored_reviewed_and_reported,
}


@pytest.mark.parametrize(("process", "end"), ENDS)
def test_a_matter_comes_to_its_end(enforcement_at, process, end):
    stage, lead = ENDS[process, end]
    case = lead(enforcement_at(stage)).case()
    assert (case["process"], case["state"], case["status"], case["open_tasks"]) == (process, "closed", end, [])


def test_every_end_of_the_family_is_reached():
    found = set()
    for process in FAMILY:
        for path in (ROOT / "bpmn" / process).glob("*.bpmn"):
            found |= {(process, end) for end in re.findall(r'name="outcome" value="(\w+)"', path.read_text())}
    assert found == {*ENDS, *BESIDE}
