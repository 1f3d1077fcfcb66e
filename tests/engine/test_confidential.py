"""A case kept from others: who sees it, and that nothing of it leaves by lists, search, history or error texts."""

import pytest

from engine import cases, inbox, instances, lookups, model, registers, search, store, tasks
from engine.errors import Conflict, NotFound, Refused
from tests import small, watching
from tests.office import open_office, who
from tests.processes.tips import FRIDAY, complete, only_task
from tests.small import Step

TEAM = {"type": "array", "items": {"type": "string"}, "title": "专案组", "x-ui": {"kind": "users"}}
SECRET = "甲厂瞒报死亡"
KEPT = """starts = ["case_handler", "legal_officer"]
starts_from = ["matter"]
header = { title = "ref_clue.facts or '涉罪线索'" }
confidential = ["legal_officer", "agency_head"]
confidential_when = "count('ref_clue') > 0"
named = "ref_team.team or []"
[statuses]
clue = "线索待登记"
working = "公安审查中"
[exposes]
label = "'公安审查中'"
[[register]]
id = "L-JR"
title = "移送台账"
columns = [["事项", "case.title"]]
"""
CLUE = Step("ref_clue", {"facts": small.TEXT}, properties={"status": "clue"})
TEAM_STEP = Step("ref_team", {"team": TEAM}, role="机关主要负责人", properties={"status": "working"})
VERIFY = Step("ref_verify", properties={"status": "working"})
OUTSIDERS = ["case_handler.city", "unit_head.city", "deputy_head.city", "intake_clerk.city", "committee_office.city"]


@pytest.fixture
def referral(database, tmp_path):
    """A referral of a matter whose clue was registered by the handler, and whose team is another handler."""
    open_office()
    watching.write(tmp_path)
    files = {
        path.name: path.read_text()
        for path in (tmp_path / "bpmn" / "judicial_referral").glob("*m*")
        if "dmn" in path.name
    }
    small.write(tmp_path, "judicial_referral", [CLUE, TEAM_STEP, VERIFY], KEPT, files)
    for process in ("judicial_referral", "matter"):
        small.publish(tmp_path, process)
    case = watching.report(deaths=1)
    (referral,) = watching.referrals(case)
    complete(referral, "case_handler.city", {"facts": SECRET})
    complete(referral, "agency_head.city", {"team": ["case_handler2.city"]})
    return referral


def main(referral):
    with store.reading() as session:
        return session.get_one(model.Case, referral.parent_id)


def seen_by(name, referral):
    with store.reading() as session:
        return cases.get(session, referral.id, who(name)).id == referral.id


@pytest.mark.parametrize("name", ["legal_officer.city", "agency_head.city", "case_handler2.city"])
def test_its_roles_and_those_it_names_see_it(referral, name):
    assert seen_by(name, referral)


@pytest.mark.parametrize("name", OUTSIDERS)
def test_others_do_not_know_of_it(referral, name):
    with pytest.raises(NotFound):
        seen_by(name, referral)


@pytest.mark.parametrize("name", [*OUTSIDERS, "legal_officer.city", "case_handler2.city"])
def test_the_question_of_one_row_agrees_with_the_query(referral, name):
    with store.reading() as session:
        listed = {case.id for case in cases.listing(session, who(name)).items}
        row = session.get_one(model.Case, referral.id)
        assert cases.may_see(session, row, who(name)) is (referral.id in listed)


@pytest.mark.parametrize("name", OUTSIDERS)
def test_no_box_shows_it(referral, name):
    with store.reading() as session:
        for box in inbox.BOXES:
            lines = inbox.inbox(session, who(name), box, FRIDAY).items
            assert referral.id not in {line.case.id for line in lines}, box


def test_the_pool_of_those_it_names_shows_it(referral):
    with store.reading() as session:
        lines = inbox.inbox(session, who("case_handler2.city"), "pool", FRIDAY).items
        assert referral.id in {line.case.id for line in lines}
        assert inbox.counts(session, who("case_handler2.city"), FRIDAY)["pool"] == len(lines)


def test_the_counts_do_not_count_it(referral):
    with store.reading() as session:
        by = who("case_handler.city")
        assert inbox.counts(session, by, FRIDAY)["pool"] == len(inbox.inbox(session, by, "pool", FRIDAY).items)


@pytest.mark.parametrize("name", OUTSIDERS)
def test_search_and_registers_do_not_find_it(referral, name):
    with store.reading() as session:
        assert cases.listing(session, who(name), text=SECRET).total == 0
        bundle = cases.bundle_of(session, session.get_one(model.Case, referral.id))
        assert registers.page(session, bundle, "L-JR", cases.visible(who(name)), FRIDAY).total == 0
    with store.reading() as session:
        assert session.query(model.Case).filter(search.matches(SECRET)).count() == 1


def test_the_case_above_shows_its_label_alone(referral):
    with store.reading() as session:
        by, above = who("unit_head.city"), main(referral)
        near = cases.around(session, above.id, by)
        assert near.linked == []
        (label,) = cases.labels(session, near)
        assert (label.title, label.status) == ("judicial_referral", "公安审查中")


def test_whoever_sees_it_gets_no_label(referral):
    with store.reading() as session:
        by, above = who("legal_officer.city"), main(referral)
        near = cases.around(session, above.id, by)
        assert cases.labels(session, near) == [] and len(near.linked) == 1


def test_the_history_above_does_not_tell_its_number(referral):
    with store.reading() as session:
        outside = cases.history(session, referral.parent_id, who("unit_head.city"))
        assert referral.number not in str([row.detail for row in outside])
    with store.reading() as session:
        inside = cases.history(session, referral.parent_id, who("legal_officer.city"))
        assert referral.number in str([row.detail for row in inside])


def test_the_history_above_tells_the_watch_only_to_whom_it_concerns(referral):
    with store.reading() as session:
        for name, shown in (("unit_head.city", True), ("committee_office.city", False)):
            told = {row.act for row in cases.history(session, referral.parent_id, who(name))}
            assert ("crime watch hit" in told) is shown


def test_an_error_text_does_not_tell_its_number(referral):
    with store.writing() as session, pytest.raises(Conflict) as refused:
        by = who("case_handler.city")
        cases.open_case(session, "judicial_referral", by, FRIDAY, parent=referral.parent_id, trigger="watch")
    assert refused.value.detail == "该事项已移交"


def test_expressions_of_other_cases_do_not_read_its_title(referral):
    with store.reading() as session:
        above = session.get_one(model.Case, referral.parent_id)

        (told,) = lookups.linked(session, above)["judicial_referral"]
    assert told["title"] == "" and told["label"] == "公安审查中"


def test_a_task_is_not_given_to_somebody_outside(referral):
    with store.writing() as session, pytest.raises(Refused) as refused:
        by = who("case_handler2.city")
        task = tasks.claim(session, only_task(referral).id, by, FRIDAY)
        tasks.assign(session, task.id, "case_handler.city", "忙", by, FRIDAY)
    assert refused.value.fields == {"to": "E-COM-04"}


def test_who_is_no_longer_named_sees_it_no_longer(referral):
    with store.writing() as session:
        by = who("agency_head.city")
        cases.correct(session, referral.id, "ref_team", {"team": ["co_handler.city"]}, "调整", by, FRIDAY)
    assert seen_by("co_handler.city", referral)
    with pytest.raises(NotFound):
        seen_by("case_handler2.city", referral)


def test_before_its_condition_holds_it_is_visible_as_usual(referral):
    case = watching.report(deaths=1)
    (draft,) = watching.referrals(case)
    assert seen_by("case_handler.city", draft)


def test_whoever_opened_it_is_not_let_in_by_that(referral):
    with store.writing() as session:
        by = who("case_handler.city")
        case = cases.open_case(session, "judicial_referral", by, FRIDAY, {"facts": "x"}, parent=referral.parent_id)
        assert instances.open_tasks(session, case.id)
    with pytest.raises(NotFound):
        seen_by("case_handler.city", case)


def test_those_who_may_not_see_it_are_not_told_of_its_arrival(database, tmp_path):
    open_office()
    watching.write(tmp_path)
    kept = KEPT.replace("confidential_when = \"count('ref_clue') > 0\"\n", "")
    files = {
        path.name: path.read_text()
        for path in (tmp_path / "bpmn" / "judicial_referral").iterdir()
        if "dmn" in path.name
    }
    small.write(tmp_path, "judicial_referral", [CLUE, TEAM_STEP], kept, files)
    for process in ("judicial_referral", "matter"):
        small.publish(tmp_path, process)
    case = watching.report(deaths=1)
    (referral,) = watching.referrals(case)
    with store.reading() as session:
        told = {row.user_name for row in session.query(model.Notice).filter_by(case_id=referral.id)}
    assert told == {"legal_officer.city"}


LENT = "confidential_also = \"['unit_head'] if count('ref_verify') == 0 else []\"\n"


def test_a_role_of_its_own_office_sees_it_as_long_as_the_process_says(database, tmp_path):
    open_office()
    kept = KEPT.replace("starts_from", f"linked_only = false\n{LENT}starts_from")
    small.write(tmp_path, "judicial_referral", [CLUE, TEAM_STEP, VERIFY], kept)
    small.publish(tmp_path, "judicial_referral")
    with store.writing() as session:
        case = cases.open_case(session, "judicial_referral", who("case_handler.city"), FRIDAY, {"facts": SECRET})
    complete(case, "agency_head.city", {"team": ["case_handler2.city"]})
    assert seen_by("unit_head.city", case)
    for name in ("unit_head.county1", "deputy_head.city"):
        with pytest.raises(NotFound):
            seen_by(name, case)
    complete(case, "case_handler2.city", {"text": "核实"})
    with pytest.raises(NotFound):
        seen_by("unit_head.city", case)


def test_the_check_refuses_roles_for_now_where_nothing_is_kept(tmp_path):
    small.write(tmp_path, "plain", [CLUE], 'starts = ["case_handler"]\nconfidential_also = "[\'unit_head\']"\n')
    assert any("没有写明由哪些岗位知悉" in problem for problem in small.problems(tmp_path, "plain"))
