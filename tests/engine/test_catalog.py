"""Versions of processes: who hands them in and publishes, what they lean on, what the check says."""

import pytest

from engine import bundles, catalog, model, settings, store
from engine.bundles import BadBundle
from engine.errors import Conflict, NotAllowed, NotFound
from engine.people import SYSTEM_ACTOR
from tests.office import OPENED, ROOT, open_office, who
from tests.processes.tips import FRIDAY, THURSDAY, open_tip
from tests.zips import changed, own

NAME = "bpmn/tip_check/deadlines.toml"
SETTINGS = "bpmn/tip_check/process.toml"


@pytest.fixture
def office(database):
    open_office("tip_check")


def whole(session, files):
    return catalog.completed(session, "tip_check", files)


def hand_in(session, length, by=None, note=""):
    files = changed(NAME, '"3 WD"', f'"{length}"')
    return catalog.upload(session, "tip_check", whole(session, files), by or who("designer.city"), FRIDAY, note)


def problems(files):
    with store.reading() as session:
        return [str(problem) for problem in catalog.check("tip_check", whole(session, files))]


def test_versions_are_numbered_and_the_newest_comes_first(office):
    with store.writing() as session:
        hand_in(session, "5 WD"), hand_in(session, "6 WD")
    with store.reading() as session:
        assert [row.version for row in catalog.versions(session, "tip_check")] == [3, 2, 1]


def test_the_same_files_are_the_same_version(office):
    with store.writing() as session:
        assert hand_in(session, "5 WD").hash == hand_in(session, "5 WD").hash
        assert len(catalog.versions(session)) == 2


def test_only_designers_hand_in(office):
    for name in ("unit_head.city", "admin.system", "admin.security", "admin.audit"):
        with store.writing() as session, pytest.raises(NotAllowed):
            hand_in(session, "5 WD", who(name))


def test_two_people_are_needed(office):
    with store.writing() as session:
        row = hand_in(session, "5 WD")
        with pytest.raises(NotAllowed) as refused:
            catalog.publish(session, row.hash, who("designer.city"), FRIDAY)
        assert refused.value.code == "E-COM-06"
        catalog.publish(session, row.hash, who("designer2.city"), FRIDAY)
        assert catalog.published_hash(session, "tip_check") == row.hash


def test_a_deputy_of_the_uploader_is_no_second_person(office):
    from datetime import date

    from engine import deputies

    with store.writing() as session:
        row = hand_in(session, "5 WD")
        day = date(2026, 2, 13)
        deputies.appoint(session, "designer.city", "designer2.city", day, day, who("designer.city"), FRIDAY)
    with store.writing() as session, pytest.raises(NotAllowed):
        catalog.publish(session, row.hash, who("designer2.city", FRIDAY, "designer.city"), FRIDAY)


def test_a_publication_retires_the_one_before(office):
    with store.writing() as session:
        first = catalog.published_hash(session, "tip_check")
        row = hand_in(session, "5 WD")
        catalog.publish(session, row.hash, who("designer2.city"), FRIDAY)
        assert session.get_one(model.Bundle, first).state == "retired"
        assert [bundle.hash for bundle in catalog.all_published(session)] == [row.hash]


def test_a_version_that_is_published_is_not_published_again(office):
    with store.writing() as session, pytest.raises(Conflict):
        catalog.publish(session, catalog.published_hash(session, "tip_check"), who("designer2.city"), FRIDAY)


def test_who_compared_with_another_version_is_told(office):
    with store.writing() as session:
        old = catalog.published_hash(session, "tip_check")
        one, two = hand_in(session, "5 WD"), hand_in(session, "6 WD")
        catalog.publish(session, one.hash, who("designer2.city"), FRIDAY, instead_of=old)
        with pytest.raises(Conflict) as told:
            catalog.publish(session, two.hash, who("designer2.city"), FRIDAY, instead_of=old)
        assert told.value.by == "designer2.city"


def test_nobody_publishes_what_is_not_there(office):
    with store.writing() as session, pytest.raises(NotFound):
        catalog.publish(session, "0" * 64, who("designer2.city"), FRIDAY)


def test_open_cases_are_counted_by_version(office):
    case = open_tip(now=THURSDAY)
    with store.reading() as session:
        assert catalog.in_use(session, "tip_check") == {case.bundle_hash: 1}


def test_an_upload_cannot_bring_its_own_roles_or_layouts(office):
    with store.reading() as session:
        files = own() | {"bpmn/roles.toml": b'emperor = "x"', "forms/letters/base.html": b"mine"}
        found = whole(session, files)
    assert b"emperor" not in found["bpmn/roles.toml"]
    assert found["forms/letters/base.html"] != b"mine"


def test_what_is_shared_comes_from_the_version_published_last(office):
    with store.writing() as session:
        files = bundles.collect(ROOT, "coercion")
        files["bpmn/roles.toml"] += b'\nastronomer = "x"\n'
        row = catalog.upload(session, "coercion", files, SYSTEM_ACTOR, FRIDAY)
        catalog.publish(session, row.hash, SYSTEM_ACTOR, FRIDAY, alone=True)
        assert b"astronomer" in whole(session, own())["bpmn/roles.toml"]


def test_an_unchanged_folder_completed_is_the_version_in_force(office):
    with store.reading() as session:
        assert bundles.digest(whole(session, own())) == catalog.published_hash(session, "tip_check")


def test_what_fails_the_check_is_not_kept(office):
    with store.writing() as session, pytest.raises(BadBundle):
        files = changed(NAME, '"3 WD"', '"3 XX"')
        catalog.upload(session, "tip_check", whole(session, files), who("designer.city"), FRIDAY)


@pytest.mark.parametrize(
    "name,old,new,words",
    [
        (NAME, 'step = "tip_verify"', 'step = "tip_nothing"', "tip_nothing"),
        (NAME, 'id = "TIP-C01"', "id = [1]", "id 应为文字"),
        (NAME, 'notify = "unit_head"', 'nothing = "unit_head"', "notify"),
        (SETTINGS, '["intake_clerk"]', '["emperor"]', "岗位 emperor 不在 roles.toml 中"),
        (SETTINGS, '"tip_verify.result"]\n', '"tip_verify.nothing"]\n', "tip_verify.nothing"),
        (SETTINGS, "D-TIP-01]", "D-TIP-02]", "缺少文书模板"),
        (SETTINGS, 'title = "线索核查"', "title = 7", "应为文字"),
        (SETTINGS, "{n:04}", "", "必须有 {n}"),
        (SETTINGS, "{year}", "{jahr}", "编号规则里只能用"),
        (SETTINGS, 'place"', 'plaza"', "plaza"),
        ("forms/tip_check/tip_verify.json", '"title"', '"titel"', "titel"),
        ("forms/tip_check/D-TIP-01.html", "{%", "{% nonsense %}{%", "D-TIP-01"),
        ("bpmn/tip_check/tip_check.bpmn", "tip_approve.decision == '退回'", "tip_approve.nothing == 1", "nothing"),
    ],
)
def test_the_check_names_what_is_wrong(office, name, old, new, words):
    assert any(words in problem for problem in problems(changed(name, old, new)))


def test_a_register_may_not_show_what_is_kept_from_some(office):
    form = "forms/tip_check/tip_verify.json"
    data = own()[form].decode().replace('"result": {', '"result": {"x-ui": {"confidential": ["unit_head"]}, ', 1)
    assert any("只对部分岗位公开" in problem for problem in problems(own() | {form: data.encode()}))


def test_nor_a_column_of_rows_that_is_kept_from_some(office):
    rows = '"people": {"type": "array", "title": "人员", "items": {"type": "object", "properties": {"phone": {"type": '
    rows += '"string", "title": "电话", "x-ui": {"confidential": ["unit_head"]}}}}, "x-ui": {"kind": "rows"}}, '
    form = "forms/tip_check/tip_verify.json"
    files = changed(SETTINGS, '["编号", "case.number"],', '["电话", "row.phone"],')
    files[SETTINGS] = files[SETTINGS].replace(b'where = "True"', b'where = "True"\neach = "tip_verify.people"')
    files[form] = files[form].replace(b'"properties": {', f'"properties": {{{rows}'.encode(), 1)
    assert [problem for problem in problems(files) if "“电话”只对部分岗位公开" in problem]


@pytest.mark.parametrize(
    "column,words",
    [
        ("letter('D-TIP-09').number", "文书 D-TIP-09 未在 process.toml [letters] 中登记"),
        ("letter('D-TIP-01').numbre", "没有字段 numbre（是否为 number？）"),
        ("letter(tip_verify.result).number", "直接写出文书编号"),
    ],
)
def test_a_letter_that_nobody_issues_is_not_asked_for(office, column, words):
    files = changed(SETTINGS, '"tip_verify.result"],', f'"{column}"],')
    assert any(words in problem for problem in problems(files))


def test_a_register_may_not_show_the_number_of_a_confidential_letter(office):
    files = changed(SETTINGS, '"tip_verify.result"],', "\"letter('D-TIP-01').number\"],")
    files[SETTINGS] = files[SETTINGS].replace(
        b"[letters.D-TIP-01]", b'[letters.D-TIP-01]\nconfidential = ["unit_head"]'
    )
    assert any("文书“线索核查告知书”只对部分岗位公开" in problem for problem in problems(files))


def test_the_project_passes_its_own_check():
    for folder in sorted((ROOT / "bpmn").glob("*/process.toml")):
        name = folder.parent.name
        assert [str(problem) for problem in catalog.check(name, bundles.collect(ROOT, name))] == []


@pytest.mark.parametrize(
    "table,where",
    [
        ({"title": "x", "number": "{n}", "letters": {"a b": {"title": "x"}}}, "letters.a b"),
        ({"title": "x", "number": "{n}", "letters": {"a": "x"}}, "letters.a"),
        ({"title": "x", "number": "{n}", "register": [{"id": "a", "title": "x", "columns": [["x"]]}]}, "columns"),
        ({"title": "x", "number": "{n}", "register": [{"id": "a", "title": "x", "columns": []}]}, "columns"),
        ({"title": "x", "number": "{n}", "schedule": "first workday of quarter 25:00"}, "schedule"),
        ({"title": "x", "number": "{n}", "header": {"owner": "x"}}, "header.owner"),
        ({"title": "x", "number": "{n}", "carries": {"p": {"a": 1}}}, "carries.p.a"),
        ({"number": "{n}"}, "title"),
    ],
)
def test_settings_are_read_by_shape(table, where):
    assert any(where in place for place, _ in settings.faults(table))


@pytest.mark.parametrize("table", [{"k": []}, {"k": {"value": 1.5}}, {"k": {"value": 1, "verified": "yes"}}, {"k": {}}])
def test_parameters_are_read_by_shape(table):
    assert list(settings.parameter_faults(table))


def test_publishing_needs_no_second_person_at_the_console(office):
    with store.writing() as session:
        row = hand_in(session, "5 WD", SYSTEM_ACTOR)
        assert catalog.publish(session, row.hash, SYSTEM_ACTOR, OPENED, alone=True).state == "published"
