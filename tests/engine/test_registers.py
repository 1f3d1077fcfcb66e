"""Registers: a line per case, kept by the one path, read back by who may see it."""

import pytest

from engine import catalog, documents, model, registers, sight, store, upkeep
from engine.errors import NotFound
from engine.people import SYSTEM_ACTOR
from tests.office import at, open_office, who
from tests.processes.tips import FRIDAY, THURSDAY, VERIFY, complete, open_tip, rows
from tests.zips import changed

SETTINGS = "bpmn/tip_check/process.toml"
HEAD = "unit_head.city"


@pytest.fixture
def office(database):
    open_office("tip_check")


def republish(old, new):
    """Publish the process with another register."""
    with store.writing() as session:
        files = catalog.completed(session, "tip_check", changed(SETTINGS, old, new))
        row = catalog.upload(session, "tip_check", files, SYSTEM_ACTOR, THURSDAY)
        catalog.publish(session, row.hash, SYSTEM_ACTOR, THURSDAY, alone=True)


def page(name=HEAD, now=THURSDAY, register="L-TIP-1", **asked):
    with store.reading() as session:
        bundle = catalog.published(session, "tip_check")
        return registers.page(session, bundle, register, sight.visible(who(name)), now, **asked)


def cells(**asked):
    return [line.cells for _, line in page(**asked).rows]


def choices(source="tip_verify.result", name=HEAD):
    with store.reading() as session:
        bundle = catalog.published(session, "tip_check")
        return registers.choices(session, bundle, "L-TIP-1", source, sight.visible(who(name)))


def test_a_line_comes_with_the_case_and_moves_with_its_steps(office):
    case = open_tip()
    assert cells() == [[case.number, "示例甲厂", None, "2026-02-24"]]
    complete(case, "case_handler.city", VERIFY)
    assert cells()[0][2] == "不属实"


def paper_told() -> list:
    """The last three cells: number, day of issue, moment of service."""
    return cells()[0][-3:]


def test_a_line_names_the_letter_that_was_issued_last(office):
    """Draft, issued, served, void: each is told at once."""
    head, functions = "due_on('TIP-C01')", ("number", "issued_on", "served_at")
    asked = "".join(f', ["{name}", "letter(\'D-TIP-01\').{name}"]' for name in functions)
    republish(f'"{head}"],', f'"{head}"]{asked},')
    case = open_tip()
    complete(case, "case_handler.city", VERIFY)
    complete(case, HEAD, {"decision": "同意"})
    assert paper_told() == [None, None, None]
    with store.writing() as session:
        (draft,) = documents.listing(session, case.id, who(HEAD))
        issued = documents.issue(session, draft.id, who(HEAD), FRIDAY)
    assert paper_told() == [issued.number, "2026-02-13", None]
    with store.writing() as session:
        documents.serve(session, draft.id, who(HEAD), FRIDAY, "直接", FRIDAY)
    assert paper_told() == [issued.number, "2026-02-13", "2026-02-13T10:00:00+08:00"]
    with store.writing() as session:
        documents.void(session, draft.id, who(HEAD), FRIDAY, "有误")
    assert paper_told() == [None, None, None]


def test_a_case_outside_the_condition_has_no_line(office):
    republish('where = "True"', "where = \"tip_verify.result == '不属实'\"")
    case = open_tip()
    assert cells() == []
    complete(case, "case_handler.city", VERIFY)
    assert len(cells()) == 1


def test_a_line_is_taken_out_when_the_case_leaves_the_condition(office):
    republish('where = "True"', 'where = "tip_verify.result is None"')
    case = open_tip()
    assert len(cells()) == 1
    complete(case, "case_handler.city", VERIFY)
    assert cells() == []


def test_a_register_may_have_a_line_for_each_entry_of_a_list(office):
    """A case without an entry has none, and all its lines count as the one case."""
    before = 'where = "True"\ncolumns = ['
    republish(before, before.replace("columns = [", 'each = "tip_verify.officers"\ncolumns = [["人员", "row"],'))
    case = open_tip()
    assert cells() == []
    complete(case, "case_handler.city", VERIFY)
    assert [line[:2] for line in cells()] == [[who(name).name, case.number] for name in VERIFY["officers"]]
    assert page().total == 1


def test_people_offices_and_statuses_stand_by_their_names(office):
    new = '["编号", "case.number"], ["机构", "case.org"], ["状态", "case.status"], ["人员", "tip_verify.officers"]'
    republish('["编号", "case.number"]', new)
    complete(open_tip(), "case_handler.city", VERIFY)
    line = cells()[0]
    assert line[1:3] == ["示例市应急管理局", "审批中"]
    assert line[3] == [who("case_handler.city").name, who("co_handler.city").name]


@pytest.mark.parametrize(
    "name,count", [(HEAD, 2), ("unit_head.county1", 1), ("unit_head.county2", 0), ("admin.audit", 0)]
)
def test_a_register_is_cut_to_what_one_may_see(office, name, count):
    open_tip(), open_tip("intake_clerk.county1")
    found = page(name)
    assert (found.total, len(found.rows)) == (count, count)


def test_a_filter_offers_only_values_of_visible_lines(office):
    complete(open_tip(), "case_handler.city", VERIFY)
    assert choices() == ["不属实"]
    assert choices(name="unit_head.county2") == []


@pytest.mark.parametrize("now", ["2026-02-12 10:00", "2026-02-20 10:00", "2026-02-24 10:00", "2026-02-25 10:00"])
def test_each_line_is_under_exactly_one_lamp(office, now):
    open_tip()
    assert sum(page(now=at(now), lamp=name).total for name in ("green", "yellow", "orange", "red")) == 1


def test_a_line_turns_red_the_day_after_it_was_due(office):
    open_tip()
    assert page(now=at("2026-02-24 23:00"), lamp="red").total == 0
    assert page(now=at("2026-02-25 00:00"), lamp="red").total == 1


def test_pages_do_not_overlap(office):
    numbers = [open_tip(place=f"{n}号").number for n in range(3)]
    first, second = page(size=2), page(size=2, page=2)
    assert {case.number for case, _ in (*first.rows, *second.rows)} == set(numbers)
    assert (first.total, second.total, len(second.rows)) == (3, 3, 1)


def test_a_rebuilt_register_is_the_same(office):
    complete(open_tip(), "case_handler.city", VERIFY)
    open_tip(place="三号库")
    before = rows(model.RegisterRow)
    with store.writing() as session:
        session.query(model.RegisterRow).update({"cells": ["wrong"]})
    upkeep.rebuild_registers(FRIDAY)
    assert rows(model.RegisterRow) == before


def test_a_register_that_is_not_kept_is_not_found(office):
    with pytest.raises(NotFound):
        page(register="L-NONE")


def test_lines_of_running_cases_stand_under_the_heads_in_force(office):
    old = open_tip()
    republish('["编号", "case.number"],', '["编号", "case.number"], ["地点", "tip_record.place"],')
    new = open_tip(place="九号库")
    complete(old, "case_handler.city", VERIFY)
    assert page().heads == ["编号", "地点", "单位", "结果", "核查期限"]
    assert sorted(cells(), key=lambda line: line[0]) == [
        [old.number, None, "示例甲厂", "不属实", "2026-02-24"],
        [new.number, "九号库", "示例甲厂", None, "2026-02-24"],
    ]


def test_a_filter_that_moved_finds_lines_of_both_versions(office):
    old = open_tip()
    republish('filters = ["tip_verify.result"]', 'filters = ["tip_record.place", "tip_verify.result"]')
    new = open_tip(place="九号库")
    for case in (old, new):
        complete(case, "case_handler.city", VERIFY)
    assert page(filters={"tip_verify.result": "不属实"}).total == 2
    assert page(filters={"tip_record.place": "九号库"}).total == 1
    assert (choices(), choices("tip_record.place")) == (["不属实"], ["九号库"])
