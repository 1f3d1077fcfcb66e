"""What the page of the penalty case names, of which nothing is left out: steps, papers and scenarios."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from engine import catalog, model, store
from tests.office import at
from tests.processes.enforcement import STAGES
from tests.processes.side import LINKED, Side
from tests.processes.test_enforcement_letters import MUST

FAMILY = ("enforcement_case", "enforcement_simple", "evidence_preservation", "correction_order", *LINKED)
STEPS = """
    ec_clue ec_screen_crime ec_file_case es_show_id es_hear es_decide es_pay es_report ec_investigate ec_sample
    ec_appraise ec_preserve ec_preserve_dispose ec_order_correct ec_suspend ec_resume ec_terminate
    ec_investigation_report ec_unit_review ec_legal_review ec_notice ec_statement eh_accept eh_appoint eh_notify eh_hold
    eh_record eh_report ec_collective ec_decide ec_serve ec_execute ec_instalment ec_surcharge ec_urge ec_court_apply
    ec_exec_suspend ec_exec_end ec_publish ec_close ec_archive ec_quality dl_propose dl_inform dl_decide
    dl_publish_share dl_repair dl_remove
"""
PAPERS = {
    "D-EC-01": "cause source facts basis handlers approvals",
    "D-EC-02": "time place rights questions answers signatures",
    "D-EC-03": "scene sketch photos witness",
    "D-EC-04": "items method body dates",
    "D-EC-05": "items place reason seven working days",
    "D-EC-06": "party reason basis period objects remedies seal",
    "D-EC-07": "problems deadline result",
    "D-EC-08": "act kind basis amount time place reconsideration officers",
    "D-EC-09": "facts evidence tables proposal",
    "D-EC-10": "items opinion reviewer",
    "D-EC-11": "proposal facts basis rights periods",
    "D-EC-12": "points evidence adoption reason",
    "D-EC-13": "time place host public agents cost content signed opinion",
    "D-EC-14": "time members opinions conclusion",
    "D-EC-15": "party facts evidence kind basis way term remedies organ day surcharge",
    "D-EC-16": "receiver method date witness address",
    "D-EC-17": "schedule",
    "D-EC-18": "base rate days cap",
    "D-EC-19": "term way amount rights",
    "D-EC-20": "application decision facts basis party's view urging object signature seal",
    "D-EC-21": "facts evidence basis",
    "D-EC-22": "result execution list",
    "D-EC-23": "when who form content witness",
    "D-EC-24": "facts basis period remedies",
    "D-EC-25": "error change refund",
}
SCENARIOS = {f"{n:02}" for n in range(1, 23)}
# Where the scenarios of this page are told; those of the hazards and the referrals have numbers of their own.
TOLD = re.compile(r"test_(enforcement_\w+|remedy_tracking|dishonest_listing|interference_record|error_correction)\.py")
CALL = re.compile(r'\b(?:do|act|ask|begin|make|refused|Move|R)\(\s*((?:"[^"]*",?\s*)+)')


def told() -> str:
    """All that the tests of the family say."""
    paths = sorted(Path(__file__).parent.glob("test_*.py"))
    return "\n".join(path.read_text() for path in paths if TOLD.fullmatch(path.name))


# Steps.


def steps() -> dict[str, tuple[str, catalog.Bundle]]:
    """The steps of the published family: what they are, and the process that they are of."""
    with store.reading() as session:
        bundles = [catalog.published(session, process) for process in FAMILY]
    return {step.id: (step.kind, bundle) for bundle in bundles for step in bundle.steps.values()}


def test_every_step_of_the_page_stands_in_a_diagram(side_at):
    side_at("office")
    assert set(STEPS.split()) - set(steps()) == set()


def test_every_step_that_people_do_has_a_form_a_role_and_an_answer(side_at):
    side_at("office")
    human = {step: bundle for step, (kind, bundle) in steps().items() if kind == "userTask"}
    bare = [step for step, bundle in human.items() if step not in bundle.forms or not bundle.steps[step].roles]
    assert bare == []
    assert [step for step, bundle in human.items() if step not in Side.told[bundle.process]] == []


def test_every_step_that_people_do_is_done_in_a_test(side_at):
    side_at("office")
    done = {name for arguments in CALL.findall(told()) for name in re.findall(r'"(\w+)"', arguments)}
    done |= {move.step for _, moves in STAGES.values() for move in moves}
    assert {step for step, (kind, _) in steps().items() if kind == "userTask"} - done == set()


# Papers: what each says is looked at beside the papers themselves.


@pytest.mark.parametrize("paper", PAPERS)
def test_a_paper_is_looked_at_for_all_that_the_page_wants_of_it(paper):
    looked_at = {word for letter in MUST if letter.startswith(paper) for item in MUST[letter] for word in item.split()}
    assert set(PAPERS[paper].split()) - {word.strip(",") for word in looked_at} == set()


# Scenarios.


def test_every_scenario_of_the_page_is_told():
    assert SCENARIOS - set(re.findall(r"def test_scenario_(\d\d)_", told())) == set()


@pytest.mark.parametrize(
    ("moment", "lamp"),
    [
        ("2026-09-03 23:59", "green"),
        ("2026-09-04 00:00", "yellow"),
        ("2026-09-24 00:00", "orange"),
        ("2026-10-05 00:00", "red"),
    ],
)
def test_scenario_02_the_ninety_days_end_in_the_holiday(enforcement_at, moment, lamp):
    """Filed on 2026-07-06: the strict end on Sunday 10-04 does not roll."""
    case = enforcement_at("deciding")
    case.office.set(at(moment))
    row = case.clock("EC-C06")
    assert (row["due_on"], row["lapse_on"], row["lamp"]) == ("2026-10-04", "2026-10-08", lamp)


def test_scenario_02_the_handler_is_reminded_on_the_last_working_day_before(enforcement_at):
    case = enforcement_at("deciding")
    case.pass_time(at("2026-09-29 23:59"))
    before = reminded()
    case.pass_time(at("2026-09-30 09:00"))
    assert len(reminded()) == len(before) + 1


def test_scenario_02_a_decision_after_the_holiday_is_recorded_as_overdue(enforcement_at):
    case = enforcement_at("deciding")
    case.do("ec_decide", at("2026-10-08 10:00"), decided_on="2026-10-08")
    assert (case.clock("EC-C06")["state"], case.steps()) == ("late", ["ec_serve"])


def reminded() -> list[str]:
    """What the handler was told of the ninety days."""
    with store.reading() as session:
        notices = select(model.Notice.text).where(model.Notice.user_name == "case_handler.county1")
        return [text for text in session.scalars(notices) if "作出处罚决定期限" in text]


@pytest.mark.parametrize(("published", "state"), [("2026-09-29", "met"), ("2026-09-30", "late")])
def test_scenario_14_a_decision_is_published_over_mid_autumn(enforcement_at, published, state):
    """Decided on Friday 2026-09-18: Sunday 09-20 is worked, Friday 09-25 is not."""
    case = enforcement_at("deciding")
    case.do("ec_decide", at("2026-09-18 10:00"), decided_on="2026-09-18")
    case.do("ec_serve", at("2026-09-18 15:00"), signed_on="2026-09-18")
    assert case.clock("EC-C25")["due_on"] == "2026-09-29"
    case.do("ec_publish", at(f"{published} 15:00"), published_at=f"{published}T14:00:00+08:00")
    assert case.clock("EC-C25")["state"] == state
