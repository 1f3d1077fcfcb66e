"""When tokens gather: joins fire once per round, in loops too, and a process ends when no token is left."""

from __future__ import annotations

import itertools

import pytest

from engine.spiff.machine import Overrun
from tests.engine.spiff.walking import Case, quirk

ORDERS = list(itertools.permutations("abc"))


@pytest.mark.parametrize("kind", ["join_in_loop", "inclusive_join_in_loop"])
def test_a_join_in_a_loop_waits_for_all_branches_whatever_their_order(kind):
    for first, second in itertools.product(ORDERS, repeat=2):
        case = quirk(kind, again=True)
        for order in (first, second):
            case.do("work", *order[:2])
            assert case.tasks() == [order[2]], (first, second)
            case.do(order[2])
            assert case.tasks() == ["after"], (first, second)
            case.do("after")


@pytest.mark.slow
def test_a_thousand_rounds_leave_the_case_as_small_as_one():
    case = quirk("long_loop", again=True)
    case.do("work")
    size, length = case.size, len(case.blob)
    for _ in range(1000):
        case.do("work")
    assert (case.size, case.finished, case.tasks()) == (size, False, ["work"])
    assert len(case.blob) <= length + 8
    case.host.facts["again"] = False
    assert case.do("work").finished


def test_a_hundred_rounds_leave_the_case_as_small_as_one():
    case = quirk("long_loop", again=True).do("work")
    size = case.size
    for _ in range(100):
        case.do("work")
    assert (case.size, case.tasks()) == (size, ["work"])


def test_an_automatic_loop_is_stopped_and_named():
    with pytest.raises(Overrun, match="自动循环"):
        quirk("automatic_loop", again=True)


def test_an_automatic_loop_may_take_a_thousand_rounds():
    case = quirk("automatic_loop", again=False)
    answers = iter([True] * 1000 + [False])
    case.host.evaluate = lambda source, item: next(answers)
    assert Case(case.model, case.host).finished


def test_a_surplus_token_does_not_stand_for_a_branch_that_is_open():
    case = quirk("surplus_token").do("a", "b")
    assert (case.tasks(), case.finished) == (["slow"], False)


def test_a_branch_that_ends_leaves_the_other_running():
    case = quirk("parallel_straight_to_end")
    assert (case.tasks(), case.ended) == (["a"], ["end_b"])
    assert case.do("a").finished


def test_two_tokens_may_reach_one_end_event():
    case = quirk("two_arrivals_at_end").do("a")
    assert (case.ended, case.finished) == (["end"], False)
    assert case.do("b").finished
