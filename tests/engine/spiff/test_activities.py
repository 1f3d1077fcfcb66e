"""Activities: what a machine hands to its host, and several instances by cardinality."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.errors import Broken, Conflict, Refused
from engine.spiff.machine import Machine, Overrun
from tests.engine.spiff.walking import NOW, Case, quirk


def items(case, step):
    return [wait.item for wait in case.waiting("task") if wait.step == step]


def test_scripts_tables_and_orders_go_to_the_host_in_order():
    case = quirk("machines_work", place="二号库").do("a")
    assert case.finished
    assert case.host.done == [
        ("assign", "a", "x = 1", None),
        ("assign", "a", "y = 2", None),
        ("assign", "note", "z = 3", None),
        ("decide", "advise", "dmn_listing", None),
        ("order", "open_it", "open_case", {"process": "coercion", "place": "二号库"}, None),
    ]


def test_the_first_flow_in_the_file_whose_condition_holds_is_taken():
    assert quirk("gateway_order").tasks() == ["first"]


def test_a_gateway_without_a_way_is_an_incident_that_names_it():
    with pytest.raises(Broken, match="gw") as broken:
        quirk("no_way_out")
    assert broken.value.element == "gw"


@pytest.mark.parametrize("answer", ["否", 1, [], 0])
def test_a_condition_that_answers_neither_yes_nor_no_is_an_incident(answer):
    with pytest.raises(Broken, match="应得出是或否"):
        quirk("join_in_loop", again=answer).do("work", "a", "b", "c", "after")


def test_an_expression_that_fails_is_an_incident_that_names_its_element():
    with pytest.raises(Broken, match="gw") as broken:
        quirk("join_in_loop").do("work", "a", "b", "c", "after")
    assert broken.value.element == "gw"


def test_a_refusal_of_the_host_stays_a_refusal():
    case = quirk("machines_work", place="")

    def refuse(*_):
        raise Refused("不予受理", "X-E01")

    case.host.order = refuse
    with pytest.raises(Refused, match="不予受理"):
        case.do("a")


def test_instances_run_side_by_side_each_with_its_index():
    case = quirk("instances", plan=["m1", "m2", "m3"])
    assert items(case, "measure") == [0, 1, 2]
    case.do("measure", item=1).do("measure", item=0)
    assert items(case, "measure") == [2]
    assert case.do("measure", item=2).tasks() == ["after"]


def test_instances_in_turn_open_one_after_the_other():
    case = quirk("instances_in_turn", plan=["m1", "m2"])
    assert items(case, "measure") == [0]
    assert items(case.do("measure", item=0), "measure") == [1]
    assert case.do("measure", item=1).tasks() == ["after"]


@pytest.mark.parametrize("kind", ["instances", "instances_in_turn"])
def test_no_instances_are_passed_by(kind):
    assert quirk(kind, plan=[]).tasks() == ["after"]


def test_a_completion_condition_cancels_the_instances_left():
    case = quirk("instances_until", enough=False).do("vote", item=0)
    case.host.facts["enough"] = True
    assert case.do("vote", item=2).tasks() == ["after"]


def test_more_than_five_hundred_instances_are_too_many():
    assert len(items(quirk("instances", plan=range(500)), "measure")) == 500
    with pytest.raises(Overrun, match="501"):
        quirk("instances", plan=range(501))


def test_a_cardinality_that_is_no_count_is_an_incident():
    model = quirk("instances", plan=[]).model

    class Odd:
        def evaluate(self, source, item):
            return 2.5

    with pytest.raises(Broken, match=r"2\.5"):
        Machine.start(model, Odd(), NOW).run()


def test_the_index_reaches_the_tasks_and_scripts_of_a_subprocess():
    case = quirk("instances_of_subprocess")
    assert items(case, "do_it") == [0, 1]
    case.do("do_it", item=1)
    assert (items(case, "do_it"), items(case, "check_it")) == ([0], [1])
    assert case.host.done == [("assign", "note_it", "x = item", 1)]


def test_the_index_reaches_the_tasks_of_a_called_stage():
    case = quirk("instances_of_stage")
    assert items(case, "report") == [0, 1]
    assert case.do("report", item=1).do("report", item=0).finished


def test_instances_of_a_subprocess_end_together_with_their_boundary():
    case = quirk("instances_of_subprocess").do("do_it", item=0).reach(NOW + timedelta(days=9))
    assert (case.finished, case.waiting(), case.ended) == (True, [], ["end_late"])


def test_instances_inside_a_subprocess_end_with_it():
    case = quirk("instances_inside_subprocess").do("measure", item=0).reach(NOW + timedelta(days=1))
    assert case.tasks() == ["measure", "remind"]
    assert case.reach(NOW + timedelta(days=30)).finished
    assert case.waiting() == []


def test_a_process_that_calls_itself_is_stopped():
    with pytest.raises(Overrun, match="嵌套超过 10 层"):
        quirk("calls_itself")


def test_a_task_is_completed_once():
    case = quirk("instances", plan=["m1"])
    wait = case.find("measure", 0)
    case.machine.complete(wait.id)
    with pytest.raises(Conflict):
        case.machine.complete(wait.id)


@pytest.mark.parametrize("id", ["", "0", "99", "abc", "1:x", "²"])
def test_an_unknown_task_is_refused(id):
    with pytest.raises(Conflict):
        quirk("lost_race").machine.complete(id)


def test_a_timer_is_no_task_and_no_message():
    case = quirk("lost_race")
    for act in (case.machine.complete, case.machine.deliver):
        with pytest.raises(Conflict):
            act(case.find("late").id)


def test_what_was_entered_is_told_in_order_and_a_boundary_event_only_when_it_fires():
    case = quirk("lost_race")
    assert case.entered == [("start", None), ("work", None)]
    assert case.reach(NOW + timedelta(days=1)).entered == [("late", None), ("end_late", None)]


def test_a_case_of_another_host_does_not_hear_of_this_one():
    one = quirk("machines_work", place="甲")
    other = Case(one.model, type(one.host)(place="乙"))
    one.do("a")
    other.do("a")
    assert [case.host.done[-1][3]["place"] for case in (one, other)] == ["甲", "乙"]
