"""Events: who catches what, what they cancel, and that a stage never completes behind its boundary event."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.errors import Broken, Conflict
from tests.engine.spiff.walking import NOW, quirk

ACTS = ["ask_check", "ask_extension", "ask_progress"]


def test_anytime_acts_are_offered_again_after_each_use():
    case = quirk("anytime_stage", again=False)
    case.send("ask_progress").do("hz_progress").send("ask_progress").send("ask_extension")
    assert case.tasks() == ["hz_acceptance_apply", "hz_extension_apply", "hz_progress"]


def test_a_terminate_end_event_closes_the_stage_with_all_its_loops():
    case = quirk("anytime_stage", again=False).send("ask_progress").do("hz_acceptance_apply")
    assert [wait.step for wait in case.waiting()] == ["hz_acceptance_check"]
    assert case.do("hz_acceptance_check").finished


def test_thirty_rounds_of_a_stage_leave_the_case_as_small_as_one():
    case, sizes = quirk("anytime_stage", again=True), []
    for _ in range(30):
        for act, step in zip(ACTS, ["hz_onsite_check", "hz_extension_apply", "hz_progress"], strict=True):
            case.send(act).do(step)
        sizes.append(case.size)
        case.do("hz_acceptance_apply", "hz_acceptance_check")
    assert len(set(sizes)) == 1
    assert sorted(wait.step for wait in case.waiting("message")) == ACTS


def test_an_error_end_event_goes_to_the_boundary_of_its_stage_and_nowhere_else():
    case = quirk("error_end", bad=True).do("inspect")
    assert (case.tasks(), case.ended) == (["repair"], [])
    assert ("go_on", None) not in case.entered


def test_a_stage_that_ends_well_passes_its_error_boundary_by():
    case = quirk("error_end", bad=False).do("inspect")
    assert (case.tasks(), case.ended) == (["go_on"], ["s_end"])


def test_an_error_of_one_instance_cancels_the_others():
    case = quirk("instances_that_fail", bad=False).do("report", item=1)
    case.host.facts["bad"] = True
    assert case.do("report", item=0).tasks() == ["repair"]
    assert case.do("repair").finished


def test_an_error_passes_through_stages_that_do_not_catch_it():
    case = quirk("error_through_two_stages").do("report")
    assert [wait.step for wait in case.waiting()] == ["repair"]
    assert case.do("repair").ended == ["end_bad"]


def test_an_error_that_nobody_catches_is_an_incident():
    with pytest.raises(Broken, match="E-REFUSED"):
        quirk("error_uncaught").do("a")


def test_each_escalation_of_a_stage_is_told_anew():
    case = quirk("escalations", again=True).do("inspect").do("inspect")
    assert case.tasks() == ["inspect", "read", "read"]


def test_what_an_escalation_started_outlives_the_stage():
    case = quirk("escalations", again=False).do("inspect")
    assert (case.tasks(), case.finished) == (["read"], False)
    assert case.do("read").finished


def test_a_signal_reaches_the_boundary_event_of_its_name():
    case = quirk("signal").do("tell")
    assert case.finished
    assert set(case.ended) == {"end_told", "end_heard"}


def test_a_message_on_the_boundary_withdraws_the_task():
    case = quirk("message_boundary").send("withdrawn")
    assert (case.finished, case.ended) == (True, ["end_withdrawn"])


def test_a_receive_task_waits_for_its_message_by_name():
    case = quirk("receive")
    assert [(wait.kind, wait.message) for wait in case.waiting()] == [("message", "来文")]
    assert case.send("paper_in").finished


def test_interrupting_a_stage_leaves_nothing_waiting_inside():
    case = quirk("stage_interrupted")
    assert sorted(wait.step for wait in case.waiting()) == ["i_late", "inner", "s_msg", "stop"]
    case.reach(NOW + timedelta(days=30))
    assert [wait.step for wait in case.waiting()] == ["stopped"]
    assert case.do("stopped").finished


def test_what_time_has_taken_can_no_longer_be_completed():
    case = quirk("lost_race")
    task = case.find("work").id
    case.machine.fire_due(NOW + timedelta(days=1))
    with pytest.raises(Conflict, match="已经办结或被取消"):
        case.machine.complete(task)
