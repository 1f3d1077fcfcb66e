"""Registers in the browser: filters, pages, Excel, and who sees which lines."""

import pytest

from engine import catalog, model, store, tasks
from engine.people import SYSTEM_ACTOR
from tests.office import at, open_office, who
from tests.pages import Person, make_app, move_clock
from tests.processes.tips import VERIFY as COUNTY_VERIFY
from tests.sheets import cells, kinds, title
from tests.web.desk import NOON, RECORD, open_case, task_of, verified
from tests.zips import changed
from web import sheets

REGISTER = "/registers/L-TIP-1"


@pytest.fixture
def app(database, monkeypatch, tmp_path):
    open_office("tip_check")
    return make_app(monkeypatch, tmp_path, NOON)


@pytest.fixture
def head(app):
    return Person(app, "unit_head.city")


def numbers(person, query=""):
    return [link.text for link in person.open(REGISTER + query).find("//tbody/tr/td[1]/a")]


def at_county(clerk="intake_clerk.county1", **changes):
    from engine import cases

    with store.writing() as session:
        return cases.open_case(session, "tip_check", who(clerk), NOON, {**RECORD, **changes})


def test_the_registers_of_all_processes_stand_together(head):
    head.open("/registers")
    assert "线索台账 L-TIP-1" in head.text and "编号、单位、结果、核查期限" in head.text


def test_a_line_stands_with_its_lamp_and_opens_its_case(head):
    case = open_case()
    head.open(REGISTER)
    assert numbers(head) == [case.number]
    assert "剩 5 个工作日" in head.text or "2026-02-24" in head.text
    assert head.find(f"//a[@data-open][@href='/cases/{case.id}']")


def test_a_finished_case_shows_its_state_instead_of_a_lamp(app, head):
    case = open_case()
    approval = verified(case)
    with store.writing() as session:
        tasks.complete(session, approval.id, {"decision": "同意"}, who("unit_head.city"), NOON)
    head.open(REGISTER)
    assert head.find("//td[@data-title='期限']/span[@class='tag']")[0].text == "办结"


@pytest.mark.parametrize(
    "query,found",
    [
        ("?q=甲厂", 2),
        ("?q=无此", 0),
        ("?tip_verify.result=不属实", 1),
        ("?tip_verify.result=属实", 0),
        ("?status=approving", 1),
        ("?status=verifying", 1),
        ("?org=city", 2),
        ("?org=county1", 0),
        ("?since=2026-02-12&until=2026-02-12", 2),
        ("?since=2026-02-13", 0),
        ("?until=2026-02-11", 0),
        ("?since=gestern", 2),
        ("?lamp=green", 2),
        ("?lamp=red", 0),
        ("?lamp=blue", 2),
        ("?page=2", 0),
        ("?page=-1", 2),
        ("?page=99999999999999999999", 0),
    ],
)
def test_a_register_is_narrowed(head, query, found):
    open_case()
    verified(open_case(place="三号库"))
    assert len(numbers(head, query)) == found


def test_lamps_turn_with_the_days(head):
    case = open_case()
    move_clock(at("2026-02-25 09:00"))
    assert numbers(head, "?lamp=red") == [case.number]
    assert head.find("//tr[contains(@class, 'row-red')]")


def test_filters_survive_the_page_and_the_export(head):
    open_case()
    head.open(REGISTER + "?status=verifying&q=甲厂")
    (link,) = head.find("//a[contains(., '导出 Excel')]/@href")
    assert "status=verifying" in link and "format=xlsx" in link
    assert head.find("//select[@name='status']/option[@selected]/@value") == ["verifying"]


def test_a_long_register_has_pages(head, monkeypatch):
    monkeypatch.setattr("web.registers.PAGE", 2)
    cases = [open_case(place=f"{n}号库") for n in range(3)]
    assert numbers(head) == [cases[2].number, cases[1].number]
    assert "第 1 / 2 页" in head.text
    assert numbers(head, "?page=2") == [cases[0].number]


def test_another_county_sees_none_of_the_lines(app):
    case = at_county()
    assert numbers(Person(app, "case_handler.county1")) == [case.number]
    other = Person(app, "unit_head.county2")
    assert numbers(other) == []
    assert cells(other.open(REGISTER + "?format=xlsx").data)[1:] == []
    assert other.open(REGISTER).find("//select[@name='org']/option/@value") == [""]


def test_a_confidential_case_stands_only_before_its_roles(app, head):
    case = open_case()
    with store.writing() as session:
        session.get_one(model.Case, case.id).confidential = ";supervisory_liaison;"
    assert numbers(head) == []
    assert cells(head.open(REGISTER + "?format=xlsx").data)[1:] == []
    assert head.open(REGISTER + "?tip_verify.result=").find("//select[@name='tip_verify.result']/option/@value") == [""]
    assert numbers(Person(app, "supervisory_liaison.city")) == [case.number]


def test_a_register_that_nobody_keeps_is_not_found(head):
    head.open("/registers/L-NONE", status=404)


def test_hostile_words_are_text_on_the_page_and_no_formula_in_excel(head):
    open_case(enterprise_name="=1+1", place="<script>alert(1)</script>")
    head.open(REGISTER)
    assert "=1+1" in head.text and not head.find("//script[contains(., 'alert')]")
    data = head.open(REGISTER + "?format=xlsx").data
    assert cells(data)[1][1] == "=1+1"
    assert kinds(data)[1][1] == "s"


def test_the_export_bears_its_chinese_name_and_heads(head):
    case = open_case()
    answer = head.open(REGISTER + "?format=xlsx")
    assert title(answer.data) == "线索台账"
    heads = ["编号", "单位", "结果", "核查期限", "颜色"]
    assert cells(answer.data) == [heads, [case.number, "示例甲厂", None, "2026-02-24", "绿"]]
    assert "%E7%BA%BF%E7%B4%A2%E5%8F%B0%E8%B4%A6.xlsx" in answer.headers["Content-Disposition"]


def test_more_lines_than_a_workbook_should_hold_are_refused(head, monkeypatch):
    monkeypatch.setattr(sheets, "MOST_ROWS", 1)
    open_case(), open_case(place="三号库")
    assert "请按日期或机构分次导出" in head.open(REGISTER + "?format=xlsx", status=422).text


def test_lines_of_an_older_version_stand_under_the_new_heads(app, head):
    old = open_case()
    name = "bpmn/tip_check/process.toml"
    column = '["单位", "tip_record.enterprise_name"]'
    files = changed(name, column, f'["地点", "tip_record.place"], {column}')
    files[name] = files[name].replace(b'filters = ["tip', b'filters = ["tip_record.place", "tip')
    with store.writing() as session:
        row = catalog.upload(session, "tip_check", catalog.completed(session, "tip_check", files), SYSTEM_ACTOR, NOON)
        catalog.publish(session, row.hash, SYSTEM_ACTOR, NOON, alone=True)
    verified(old)
    new = open_case(place="九号库")
    data = cells(head.open(REGISTER + "?format=xlsx").data)
    assert data[0] == ["编号", "地点", "单位", "结果", "核查期限", "颜色"]
    assert data[1][:3] == [new.number, "九号库", "示例甲厂"]
    assert data[2][:4] == [old.number, None, "示例甲厂", "不属实"]
    assert numbers(head, "?tip_verify.result=不属实") == [old.number]
    assert numbers(head, "?tip_record.place=九号库") == [new.number]


# The workbook itself.


@pytest.mark.parametrize(
    "value,shown,kind",
    [
        ("=1+1", "=1+1", "s"),
        ("+1", "+1", "s"),
        ("-1+1|cmd", "-1+1|cmd", "s"),
        ("@SUM(A1)", "@SUM(A1)", "s"),
        ("http://x.example", "http://x.example", "s"),
        ("91370202MA3C00000G", "91370202MA3C00000G", "s"),
        ("370202199001011234", "370202199001011234", "s"),
        (370202199001011234, "370202199001011234", "s"),
        ("007", "007", "s"),
        (7, 7, "n"),
        ("1234.50", 1234.5, "n"),
        (True, "是", "s"),
        ("2026-02-12", "2026-02-12", "s"),
        ("2026-02-12T09:00:00+08:00", "2026-02-12 09:00", "s"),
        (["甲", "乙"], "甲、乙", "s"),
        ("䶮𠮷", "䶮𠮷", "s"),
    ],
)
def test_a_cell_keeps_what_was_said(value, shown, kind):
    data = sheets.workbook("表", ["列"], [[value]])
    assert (cells(data)[1][0], kinds(data)[1][0]) == (shown, kind)


@pytest.mark.parametrize("name", ["a/b:c*?[x]", "'引号'", "长" * 60, "  ", "History"])
def test_any_title_makes_a_sheet(name):
    assert 0 < len(title(sheets.workbook(name, ["列"], []))) <= 31


def test_an_empty_register_is_still_a_workbook():
    assert cells(sheets.workbook("表", ["甲", "乙"], [])) == [["甲", "乙"]]


def test_a_task_of_the_county_moves_its_line(app):
    case = at_county("intake_clerk.county2")
    officers = ["case_handler.county2", "co_handler.county2"]
    with store.writing() as session:
        answers = COUNTY_VERIFY | {"officers": officers, "checked_at": "2026-02-12T11:00:00+08:00"}
        tasks.complete(session, task_of(case).id, answers, who("case_handler.county2"), NOON)
    page = Person(app, "unit_head.city").open(REGISTER + "?org=county2")
    assert "不属实" in page.text
