"""Who may act in a case: not who has withdrawn, officers with a valid certificate, reviewers with a qualification."""

from datetime import date

import pytest

from engine import cases, instances, model, store, tasks
from engine.errors import Conflict, NotAllowed, Refused
from tests import small
from tests.office import at, open_office, who
from tests.processes.tips import FRIDAY, THURSDAY, complete, only_task
from tests.small import Step

USER = {"type": "string", "title": "回避人员", "x-ui": {"kind": "user"}}
TEAM = {"type": "array", "items": {"type": "string"}, "title": "参加人员", "x-ui": {"kind": "users"}}
OFFICERS = {
    "type": "array",
    "items": {"type": "string"},
    "title": "执法人员",
    "x-ui": {"kind": "officers", "code": "E-COM-07"},
}
LINES = {
    "type": "array",
    "title": "分工",
    "x-ui": {"kind": "rows"},
    "items": {"type": "object", "properties": {"who": {"type": "string", "title": "人员", "x-ui": {"kind": "user"}}}},
}
OUT = Step("rc_withdraw", {"person": USER})
WORK = Step("rc_work", {"text": small.TEXT, "team": TEAM, "officers": OFFICERS, "lines": LINES})
REVIEW = Step("rc_review", role="法制审核人员")
SETTINGS = """starts = ["case_handler"]
recused = "[r.person for r in all('rc_withdraw')]"
recused_code = "EC-E01"
qualified = { rc_review = "legal" }
qualified_code = "EC-E18"
refused_act_code = "JR-E23"
"""
PAIR = ["case_handler.city", "co_handler.city"]


@pytest.fixture
def office(database, tmp_path):
    open_office()
    small.write(tmp_path, "inquiry", [OUT, WORK, REVIEW], SETTINGS)
    small.publish(tmp_path, "inquiry")
    return tmp_path


def withdrawn(person="case_handler2.city", clerk="case_handler.city"):
    """Open a case from which somebody has withdrawn; the work lies in the pool."""
    with store.writing() as session:
        return cases.open_case(session, "inquiry", who(clerk), THURSDAY, {"person": person} if person else {})


def claim(case, name, now=FRIDAY):
    with store.writing() as session:
        return tasks.claim(session, only_task(case).id, who(name, now), now)


def assign(case, to, now=FRIDAY):
    with store.writing() as session:
        return tasks.assign(session, only_task(case).id, to, "分工", who("unit_head.city", now), now)


def set_user(name, **values):
    with store.writing() as session:
        row = session.get_one(model.User, name)
        for key, value in values.items():
            setattr(row, key, value)


@pytest.mark.parametrize("verb", [claim, complete])
def test_who_has_withdrawn_does_not_act(office, verb):
    case = withdrawn()
    with pytest.raises(NotAllowed) as refused:
        verb(case, "case_handler2.city", *([{"text": "x"}] if verb is complete else []))
    assert refused.value.code == "EC-E01"


def test_who_has_withdrawn_is_not_given_the_task(office):
    with pytest.raises(Refused) as refused:
        assign(withdrawn(), "case_handler2.city")
    assert (refused.value.code, refused.value.fields) == ("EC-E01", {"to": "EC-E01"})


def test_whoever_held_the_task_before_cannot_finish_it(office):
    with store.writing() as session:
        case = cases.open_case(session, "inquiry", who("case_handler.city"), THURSDAY, {"person": "case_handler.city"})
    with pytest.raises(NotAllowed) as refused:
        complete(case, "case_handler.city", {"text": "x"})
    assert refused.value.code == "EC-E01"


@pytest.mark.parametrize(
    "named,field",
    [
        ({"team": ["case_handler2.city"]}, "team"),
        ({"officers": ["case_handler.city", "case_handler2.city"]}, "officers"),
        ({"lines": [{"who": "case_handler.city"}, {"who": "case_handler2.city"}]}, "lines.1.who"),
    ],
)
def test_who_has_withdrawn_is_not_named(office, named, field):
    case = withdrawn()
    with pytest.raises(Refused) as refused:
        complete(case, "case_handler.city", named)
    assert (refused.value.code, refused.value.fields) == ("EC-E01", {field: "EC-E01"})


def test_others_act_and_are_named(office):
    case = withdrawn()
    claim(case, "case_handler.city")
    complete(case, "case_handler.city", {"team": ["co_handler.city"], "officers": PAIR})
    assert only_task(case).step == "rc_review"


def test_the_step_that_decides_on_it_may_name_them_again(office):
    case = withdrawn()
    with store.writing() as session:
        cases.correct(
            session, case.id, "rc_withdraw", {"person": "co_handler.city"}, "写错", who("case_handler.city"), FRIDAY
        )
    with pytest.raises(NotAllowed):
        complete(case, "co_handler.city", {"text": "x"})


def test_a_deputy_does_not_act_for_who_has_withdrawn(office):
    case = withdrawn()
    with store.writing() as session:
        session.add(
            model.Deputy(
                id="d1",
                principal="case_handler2.city",
                deputy="co_handler.city",
                from_on=date(2026, 1, 1),
                until_on=date(2026, 12, 31),
                reason="",
                set_by="admin.security",
                set_at=THURSDAY,
            )
        )
    with store.writing() as session, pytest.raises(NotAllowed) as refused:
        tasks.claim(session, only_task(case).id, who("co_handler.city", FRIDAY, "case_handler2.city"), FRIDAY)
    assert refused.value.code == "EC-E01"


def test_an_officer_whose_certificate_ended_acts_no_longer(office):
    case = withdrawn()
    complete(case, "case_handler.city", {"officers": PAIR})
    set_user("case_handler.city", certificate_until=date(2026, 2, 28))
    with store.writing() as session, pytest.raises(NotAllowed) as refused:
        by = who("case_handler.city")
        cases.correct(session, case.id, "rc_work", {"text": "补充"}, "补充", by, at("2026-03-02 09:00"))
    assert refused.value.code == "E-COM-07"


def test_on_its_last_day_a_certificate_is_valid(office):
    case = withdrawn()
    complete(case, "case_handler.city", {"officers": PAIR})
    set_user("case_handler.city", certificate_until=date(2026, 2, 28))
    with store.writing() as session:
        by = who("case_handler.city")
        cases.correct(session, case.id, "rc_work", {"text": "补充"}, "补充", by, at("2026-02-28 23:00"))


def test_whoever_is_no_officer_of_the_case_needs_no_certificate(office):
    case = withdrawn()
    set_user("case_handler.city", certificate_no="", certificate_until=None)
    complete(case, "case_handler.city", {"text": "x"})


def test_a_reviewer_without_the_qualification_is_refused(office):
    case = withdrawn()
    complete(case, "case_handler.city", {"text": "x"})
    set_user("legal_reviewer.city", legal_no=None, legal_on=None)
    for verb in (claim, lambda case, name: complete(case, name, {"text": "通过"})):
        with pytest.raises(NotAllowed) as refused:
            verb(case, "legal_reviewer.city")
        assert refused.value.code == "EC-E18"
    with pytest.raises(Refused) as refused:
        assign(case, "legal_reviewer.city")
    assert refused.value.code == "EC-E18"


def test_a_qualification_counts_from_its_day(office):
    case = withdrawn()
    complete(case, "case_handler.city", {"text": "x"})
    set_user("legal_reviewer.city", legal_no="A1", legal_on=date(2026, 3, 1))
    with pytest.raises(NotAllowed):
        claim(case, "legal_reviewer.city")
    complete(case, "legal_reviewer.city", {"text": "通过"}, at("2026-03-01 09:00"))


@pytest.mark.parametrize(
    "declared,place",
    [
        ('recused = "[1]"', "recused"),
        ('recused = "nobody.there"\nrecused_code = "EC-E01"', "nobody"),
        ('qualified = { rc_work = "cooking" }', "资格只有"),
        ('qualified = { rc_nothing = "legal" }', "rc_nothing"),
    ],
)
def test_the_check_refuses_what_cannot_be_followed(office, declared, place):
    small.write(office, "inquiry", [OUT, WORK, REVIEW], f'starts = ["case_handler"]\n{declared}\n')
    assert any(place in text for text in small.problems(office, "inquiry"))


def test_an_act_that_is_not_open_is_refused_under_the_code_of_the_process(office):
    case = withdrawn()
    with store.writing() as session, pytest.raises(Conflict) as refused:
        cases.act(session, case.id, "jump", who("case_handler.city"), FRIDAY)
    assert refused.value.code == "JR-E23" and "状态流转不合法" in refused.value.detail


def test_so_is_an_act_on_a_closed_case(office):
    case = withdrawn()
    complete(case, "case_handler.city", {"text": "x"})
    complete(case, "legal_reviewer.city", {"text": "x"})
    with store.writing() as session, pytest.raises(Conflict) as refused:
        cases.act(session, case.id, "jump", who("case_handler.city"), FRIDAY)
    assert refused.value.code == "JR-E23"


def test_without_such_a_code_it_is_the_common_one(database, tmp_path):
    open_office()
    small.write(tmp_path, "inquiry", [OUT, WORK], 'starts = ["case_handler"]\n')
    small.publish(tmp_path, "inquiry")
    case = withdrawn()
    with store.writing() as session, pytest.raises(Conflict) as refused:
        cases.act(session, case.id, "jump", who("case_handler.city"), FRIDAY)
    assert refused.value.code == "E-COM-17"
    with store.reading() as session:
        assert len(instances.open_tasks(session, case.id)) == 1
