"""Every kind of field as HTML, and what a browser sends back as answers."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from flask import render_template_string
from lxml import html
from werkzeug.datastructures import FileStorage, MultiDict

from engine import forms, model, store
from engine.errors import Refused
from tests.office import open_office, who
from tests.pages import make_app, sent_by
from web import formview
from web.choices import Names

PAGE = "{% import '_form.html' as f with context %}<form>{{ f.body(view) }}</form>"
NOW = datetime(2026, 2, 12, 4, tzinfo=UTC)
KINDS = {
    "place": {"type": "string", "title": "部位"},
    "descr": {"type": "string", "title": "描述", "x-ui": {"kind": "longtext", "min": 20, "help": "写到设备"}},
    "due": {"type": "string", "format": "date", "title": "期限"},
    "seen_at": {"type": "string", "format": "date-time", "title": "时间"},
    "percent": {"type": "integer", "title": "进度", "minimum": 0, "maximum": 100},
    "funds": {"type": "string", "title": "经费", "x-ui": {"kind": "money"}},
    "danger": {"type": "boolean", "title": "有危险"},
    "result": {"type": "string", "enum": ["属实", "不属实"], "title": "结果"},
    "industry": {"type": "string", "enum": [f"行业{n}" for n in range(9)], "title": "行业"},
    "measures": {"type": "array", "items": {"type": "string", "enum": ["撤人", "停产"]}, "title": "措施"},
    "supervisor": {"type": "string", "title": "督办人", "x-ui": {"kind": "user"}},
    "team": {"type": "array", "items": {"type": "string"}, "title": "参加人员", "x-ui": {"kind": "users"}},
    "officers": {"type": "array", "items": {"type": "string"}, "title": "核查人员", "x-ui": {"kind": "officers"}},
    "dept": {"type": "string", "title": "责任部门", "x-ui": {"kind": "org"}},
    "firm": {"type": "string", "title": "企业", "x-ui": {"kind": "enterprise"}},
    "uscc": {"type": "string", "title": "信用代码", "x-ui": {"kind": "uscc"}},
    "criterion": {"type": "string", "title": "依据", "x-ui": {"kind": "ref", "list": "criteria"}},
    "paper": {"type": "string", "title": "意见书", "x-ui": {"kind": "file", "accept": ["application/pdf"]}},
    "photos": {"type": "array", "items": {"type": "string"}, "title": "照片", "x-ui": {"kind": "files"}},
    "number": {"type": "string", "title": "编号", "x-ui": {"default": "'甲1'", "readonly": True}},
    "why": {
        "type": "string",
        "title": "原因",
        "x-ui": {"show_if": "form.result == '不属实'", "required_if": "form.result == '不属实'"},
    },
    "items": {
        "type": "array",
        "title": "项目",
        "x-ui": {"kind": "rows", "min": 1},
        "items": {
            "type": "object",
            "required": ["clause"],
            "properties": {
                "clause": {"type": "string", "title": "条款"},
                "passed": {"type": "boolean", "title": "合格"},
                "parts": {
                    "type": "array",
                    "title": "部件",
                    "x-ui": {"kind": "rows"},
                    "items": {"type": "object", "properties": {"name": {"type": "string", "title": "名称"}}},
                },
            },
        },
    },
}
RULES = [
    {"code": "X-E01", "refuse_if": "form.percent == 7", "fields": ["percent"], "detail": "七不行", "soft": True},
    {
        "code": "X-E02",
        "refuse_if": "form.percent == 8",
        "fields": ["percent"],
        "detail": "八不行",
        "soft": True,
        "override": "unit_head",
    },
]
FORM = forms.load({"title": "各种字段", "type": "object", "properties": KINDS, "x-rules": RULES}, "every")


class Nothing:
    """A look-up that knows everybody, so that only the form speaks."""

    def __getattr__(self, name):
        return lambda *asked: {"name": asked[0], "type": "application/pdf"}


@pytest.fixture
def app(database, monkeypatch, tmp_path):
    open_office()
    with store.writing() as session:
        session.add(model.ReferenceItem(list="criteria", code="A-1", title="通则第一条", verified=False))
        session.add(model.Enterprise(uscc="91370202MA3C00000G", name="示例化工", region="370202"))
    return make_app(monkeypatch, tmp_path)


def context(account="case_handler.city"):
    return SimpleNamespace(names={}, functions={}, by=who(account), now=NOW, lookup=Nothing())


def shown(app, answers, refused=None, form=FORM, account="case_handler.city"):
    """Return the form as a page shows it."""
    by = who(account)
    with store.reading() as session, app.test_request_context():
        names = Names(session, by, NOW.date())
        state = forms.state(form, answers, context(account))
        view = formview.View(form, answers, names, state, refused, ["同意。"], by, {"unit_head": "承办机构负责人"})
        text = render_template_string(PAGE, view=view, few=formview.FEW)
    return html.document_fromstring(text)


def sent_back(page):
    return MultiDict(sent_by(page.xpath("//form")[0]))


def read(sent, files=(), keep=lambda upload, item: f"a-{upload.filename}"):
    return formview.read(FORM, MultiDict(sent), MultiDict(files), keep)


ANSWERS = {
    "place": "二号库<b>",
    "descr": "第一行\n第二行",
    "due": "2026-03-01",
    "seen_at": "2026-02-12T09:00:00+08:00",
    "percent": 40,
    "funds": "1234.50",
    "danger": False,
    "result": "不属实",
    "industry": "行业3",
    "measures": ["停产"],
    "supervisor": "unit_head.city",
    "team": ["case_handler.city", "co_handler.city"],
    "officers": ["case_handler.city"],
    "dept": "county1",
    "firm": "91370202MA3C00000G",
    "uscc": "91370202MA3C00000G",
    "criterion": "A-1",
    "paper": "a7",
    "photos": ["a8", "a9"],
    "why": "查无此事",
    "items": [
        {"clause": "一", "passed": True, "parts": [{"name": "阀"}, {"name": "泵"}]},
        {"clause": "二", "passed": False},
    ],
}


def test_what_is_shown_comes_back_as_it_was(app):
    answers, problems = formview.read(FORM, sent_back(shown(app, ANSWERS)), MultiDict(), None)
    assert answers == ANSWERS
    assert problems == []


def test_an_empty_form_sends_nothing(app):
    answers, _ = formview.read(FORM, sent_back(shown(app, {})), MultiDict(), None)
    assert formview.without_blank_rows(FORM, answers) == {"items": []}


def test_every_field_has_a_name_that_assistive_technology_reads(app):
    page = shown(app, ANSWERS)
    for control in page.xpath("//form//input[not(@type='hidden')] | //form//select | //form//textarea"):
        if not list(control.iterancestors("template")):
            labelled = page.xpath(f"//label[@for='{control.get('id')}']") or control.get("aria-label")
            assert labelled, html.tostring(control)


def test_no_id_stands_twice(app):
    page = shown(app, ANSWERS)
    for template in page.xpath("//template"):
        template.drop_tree()
    ids = page.xpath("//@id")
    assert sorted(ids) == sorted(set(ids))


def test_what_people_typed_is_never_markup(app):
    assert shown(app, ANSWERS).xpath("//input[@id='f-place']/@value") == ["二号库<b>"]


def test_a_moment_is_shown_in_the_office_zone(app):
    page = shown(app, {"seen_at": "2026-02-12T01:00:00+00:00"})
    assert page.xpath("//input[@id='f-seen_at']/@value") == ["2026-02-12T09:00"]


def test_a_moment_without_zone_is_the_offices(app):
    assert read({"f-seen_at": "2026-02-12T09:00"})[0] == {"seen_at": "2026-02-12T09:00:00+08:00"}


def test_an_impossible_date_is_left_for_the_check(app):
    assert read({"f-seen_at": "30 Feb", "f-due": "2026-02-30"})[0] == {"seen_at": "30 Feb", "due": "2026-02-30"}


def test_a_number_that_is_none_stays_as_typed(app):
    assert read({"f-percent": "四十"})[0] == {"percent": "四十"}
    assert shown(app, {"percent": "四十"}).xpath("//input[@id='f-percent']/@value") == ["四十"]


def test_missing_is_not_no(app):
    assert read({})[0] == {}
    assert read({"f-danger": "false"})[0] == {"danger": False}
    assert not shown(app, {}).xpath("//input[@name='f-danger'][@checked]")


def test_money_may_be_typed_with_separators(app):
    assert read({"f-funds": "1,234，567.5"})[0] == {"funds": "1234567.5"}


def test_a_code_is_read_in_capitals(app):
    assert read({"f-uscc": "91370202ma3c00000g"})[0] == {"uscc": "91370202MA3C00000G"}


def test_a_readonly_value_is_told_and_not_asked(app):
    page = shown(app, {"number": "乙2"})
    assert page.xpath("//output[@id='f-number']")[0].text == "甲1"
    assert not page.xpath("//*[@name='f-number']")


def test_a_field_that_does_not_apply_is_hidden(app):
    assert shown(app, {"result": "属实"}).xpath("//*[@data-field='why'][@hidden]")
    assert not shown(app, {"result": "不属实"}).xpath("//*[@data-field='why'][@hidden]")


def test_a_field_that_became_required_bears_the_mark(app):
    mark = "//*[@data-field='why']//*[@class='required']"
    assert not shown(app, {"result": "不属实"}).xpath(mark)[0].get("hidden") is not None
    assert shown(app, {"result": "属实"}).xpath(mark)[0].get("hidden") is not None


def test_errors_are_linked_to_their_fields(app):
    refused = Refused("x", errors=[{"field": "items.1.clause", "code": "E-COM-01", "detail": "必填项未填写：条款"}])
    page = shown(app, ANSWERS, refused)
    (link,) = page.xpath("//*[@id='errors']//a/@href")
    (field,) = page.xpath(f"//*[@id='{link[1:]}']")
    assert field.get("aria-invalid") == "true"
    assert "f-items-1-clause-wrong" in field.get("aria-describedby")


@pytest.mark.parametrize("name", ["danger", "result", "measures", "officers", "team"])
def test_an_error_of_a_group_leads_to_its_first_choice(app, name):
    refused = Refused("x", errors=[{"field": name, "code": "E", "detail": "缺"}])
    page = shown(app, {}, refused)
    (link,) = page.xpath("//*[@id='errors']//a/@href")
    assert page.xpath(f"//input[@id='{link[1:]}']")


def test_an_error_of_no_field_is_told_without_a_link(app):
    page = shown(app, {}, Refused("办不了", "E-COM-09"))
    assert "办不了" in page.xpath("//*[@id='errors']")[0].text_content()
    assert not page.xpath("//*[@id='errors']//a")


def test_uploads_join_the_files_that_are_kept(app):
    upload = FileStorage(None, "新.jpg")
    answers, _ = read([("f-photos-kept", "a8")], [("f-photos", upload)])
    assert answers == {"photos": ["a8", "a-新.jpg"]}


def test_a_file_unticked_is_left_out(app):
    assert read([("f-photos-kept", "a9")])[0] == {"photos": ["a9"]}


def test_a_new_file_takes_the_place_of_the_only_one(app):
    assert read([("f-paper-kept", "a7")], [("f-paper", FileStorage(None, "b.pdf"))])[0] == {"paper": "a-b.pdf"}


def test_a_file_that_is_refused_is_named_at_its_field(app):
    def refuse(upload, item):
        raise Refused("不接受 .exe 文件", "E-COM-30")

    answers, problems = read([("f-place", "库")], [("f-photos", FileStorage(None, "x.exe"))], refuse)
    assert answers == {"place": "库"}
    assert problems == [{"field": "photos", "code": "E-COM-30", "detail": "不接受 .exe 文件"}]


def test_rows_are_read_in_their_order_whatever_numbers_they_bear(app):
    answers, _ = read([("f-items-10-clause", "乙"), ("f-items-2-clause", "甲"), ("f-items-x-clause", "无")])
    assert answers == {"items": [{"clause": "甲"}, {"clause": "乙"}]}


@pytest.mark.parametrize(
    ("order", "clauses"),
    [("add:f-items", 3), ("drop:f-items-0", 1), ("drop:f-items-9", 2), ("drop:f-place", 2), ("nonsense", 2)],
)
def test_rows_come_and_go_by_buttons_of_the_server(app, order, clauses):
    answers = {"items": [{"clause": "一"}, {"clause": "二"}]}
    formview.change_rows(FORM, answers, order)
    assert len(answers["items"]) == clauses


def test_rows_inside_rows_come_and_go(app):
    answers = {"items": [{"clause": "一"}, {"clause": "二"}]}
    formview.change_rows(FORM, answers, "add:f-items-1-parts")
    formview.change_rows(FORM, answers, "add:f-items-1-parts")
    formview.change_rows(FORM, answers, "drop:f-items-1-parts-0")
    assert answers["items"] == [{"clause": "一"}, {"clause": "二", "parts": [{}]}]


def test_rows_left_blank_are_not_handed_in(app):
    answers = {"items": [{}, {"clause": "一", "parts": [{}]}, {"parts": [{}]}]}
    assert formview.without_blank_rows(FORM, answers) == {"items": [{"clause": "一", "parts": [{}]}]}


def test_a_required_list_of_rows_opens_with_one(app):
    assert len(shown(app, {}).xpath("//*[@data-rows='items']/div/*[@data-row-set]")) == 1


@pytest.mark.parametrize(
    ("percent", "account", "said"),
    [
        (7, "case_handler.city", "填写理由后可以继续提交"),
        (8, "case_handler.city", "须由承办机构负责人"),
        (8, "unit_head.city", "填写理由后可以继续提交"),
    ],
)
def test_a_soft_rule_asks_for_the_reason_of_who_may_give_it(app, percent, account, said):
    code = f"X-E0{percent - 6}"
    refused = Refused("x", errors=[{"field": "percent", "code": code, "detail": "不行"}])
    page = shown(app, {"percent": percent}, refused, account=account)
    assert said in page.xpath(f"//*[@id='o-{code}-hint']")[0].text_content()


def test_the_reason_against_a_soft_rule_is_read(app):
    assert read({"f-percent": "7", "o-X-E01": " 情况紧急 "})[0] == {"percent": 7, "_override": {"X-E01": "情况紧急"}}


def test_only_holders_of_a_certificate_are_offered_as_officers(app):
    offered = set(shown(app, {}).xpath("//input[@name='f-officers']/@value"))
    assert "case_handler.city" in offered
    assert "intake_clerk.city" not in offered


def test_ones_own_office_is_offered_first(app):
    assert shown(app, {}).xpath("//select[@id='f-supervisor']/optgroup/@label")[0] == "示例市应急管理局"


def test_a_reference_not_yet_checked_says_so(app):
    assert "待核" in shown(app, {}).xpath("//select[@id='f-criterion']")[0].text_content()
