"""Finding, opening, reading, correcting and ending cases; their letters and files."""

import pytest
from sqlalchemy import select

from engine import attachments, cases, documents, model, store
from tests import statements
from tests.office import open_office, who
from tests.pages import JPEG, Person, make_app
from tests.web.desk import MORNING, NOON, answered, claimed, name_of, open_case, reread, task_of, verified


@pytest.fixture
def app(database, monkeypatch, tmp_path):
    open_office("tip_check")
    return make_app(monkeypatch, tmp_path, NOON)


@pytest.fixture
def case(app):
    return open_case()


@pytest.fixture
def letter(case):
    """The letter of a case that was approved."""
    return answered(case)


def visit(app, account, path):
    return Person(app, account).open(path)


def tab(app, account, case, name):
    return visit(app, account, f"/cases/{case.id}?tab={name}")


def test_a_case_is_opened_and_its_first_step_lies_before_the_opener(app):
    clerk = visit(app, "intake_clerk.city", "/cases/new").press("发起")
    assert clerk.path.startswith("/tasks/")
    assert "已发起，案号 XS-370200-2026-0001" in clerk.text


def test_the_button_pressed_twice_opens_one_case(app):
    page = Person(app, "intake_clerk.city").open("/cases/new")
    sent = dict(page.values("发起"))
    for _ in range(2):
        page.client.post("/cases/new", data=sent)
    with store.reading() as session:
        assert len(session.scalars(select(model.Case)).all()) == 1


def test_who_may_open_nothing_is_told_so(app):
    assert "没有可以直接发起的事项" in visit(app, "technical_expert.city", "/cases/new").text


def test_opening_by_force_without_the_role_is_refused(app):
    Person(app, "technical_expert.city").open("/cases/new").post("/cases/new", status=403, process="tip_check")


@pytest.mark.parametrize("text", ["二号", "甲厂", "XS-370200-2026", "91370202MA3C00000G", "二号 甲厂"])
def test_a_case_is_found_by_any_of_its_names(app, case, text):
    page = visit(app, "case_handler.city", "/cases?" + "q=" + text.replace(" ", "+"))
    assert page.find("//a[@data-open]/@href") == [f"/cases/{case.id}"]


def test_another_county_finds_nothing(app, case):
    assert "没有找到案件" in visit(app, "case_handler.county2", "/cases?q=甲厂").text
    Person(app, "case_handler.county2").open(f"/cases/{case.id}", status=404)


def test_the_page_tells_where_the_case_stands(app, case):
    text = visit(app, "case_handler.city", f"/cases/{case.id}").text
    for word in (
        "二号库",
        case.number,
        "线索核查",
        "示例甲厂",
        "核查中",
        "在办",
        "待领取（承办人）",
        "示例市应急管理局",
    ):
        assert word in text


def test_each_tab_answers(app, case):
    for name, word in (
        ("facts", "单位名称"),
        ("diagram", "可能的下一步"),
        ("clocks", "核查时限"),
        ("papers", "尚未生成文书"),
        ("links", "没有关联事项"),
        ("ledger", "发起案件"),
    ):
        assert word in tab(app, "case_handler.city", case, name).text


def test_the_ledger_speaks_office_words(app, letter):
    text = tab(app, "case_handler.city", reread_case(letter), "ledger").text
    for word in ("提交“核查”", "领取“核查”", "提交“审批”", "案件办结：已查实"):
        assert word in text


def reread_case(letter):
    with store.reading() as session:
        return session.get(model.Case, letter.case_id)


def test_a_submission_is_corrected_with_a_reason(app, case):
    clerk = visit(app, "intake_clerk.city", f"/cases/{case.id}/correct/tip_record")
    clerk.press("提交更正", **{"f-place": "三号库", "reason": "登记有误"})
    text = clerk.open(f"/cases/{case.id}").text
    for word in ("地点：二号库 → 三号库", "登记有误", "已更正"):
        assert word in text
    assert reread(case).title == "三号库"


def test_a_correction_without_a_reason_keeps_what_was_typed(app, case):
    clerk = visit(app, "intake_clerk.city", f"/cases/{case.id}/correct/tip_record")
    clerk.press("提交更正", status=422, **{"f-place": "三号库", "reason": ""})
    assert "必须填写理由" in clerk.text
    assert clerk.find("//input[@id='f-place']/@value") == ["三号库"]


def test_a_field_can_be_emptied_by_a_correction(app, case):
    clerk = visit(app, "intake_clerk.city", f"/cases/{case.id}/correct/tip_record")
    clerk.press("提交更正", **{"f-uscc": "", "reason": "代码不属于该单位"})
    with store.reading() as session:
        data = cases.case_file(session, reread(case), who("intake_clerk.city"), NOON)["tip_record"]
    assert "uscc" not in data


def test_a_corrected_start_moves_the_limit_and_shows_it(app, case):
    clerk = visit(app, "intake_clerk.city", f"/cases/{case.id}/correct/tip_record")
    clerk.press("提交更正", **{"f-received_at": "2026-02-11T09:00", "reason": "收到日期有误"})
    assert "2026-02-14" in clerk.open(f"/cases/{case.id}?tab=clocks").text


def test_only_the_author_or_the_head_may_correct(app, case):
    assert "更正“线索登记”" in visit(app, "unit_head.city", f"/cases/{case.id}").text
    colleague = visit(app, "case_handler.city", f"/cases/{case.id}")
    assert "更正“线索登记”" not in colleague.text
    colleague.post(f"/cases/{case.id}/correct/tip_record", status=403, reason="x", **{"f-place": "三号库"})


def test_a_case_is_terminated_with_a_reason(app, case):
    head = visit(app, "unit_head.city", f"/cases/{case.id}")
    head.press("确认终止", status=422, reason="")
    assert "必须填写理由" in head.text
    head.press("确认终止", reason="重复登记")
    assert "理由：重复登记" in head.text
    assert reread(case).state == "terminated"


def test_a_case_is_merged_into_another(app, case):
    other = open_case(place="三号库")
    head = visit(app, "unit_head.city", f"/cases/{case.id}")
    head.press("确认并案", reason="同一线索", into=other.number)
    assert reread(case).merged_into == other.id
    assert f"并入 {other.number}" in head.text


def test_the_kept_case_shows_what_was_registered_in_the_other(app, case):
    other = open_case(place="三号库")
    visit(app, "unit_head.city", f"/cases/{case.id}").press("确认并案", reason="同一线索", into=other.number)
    page = visit(app, "case_handler.city", f"/cases/{other.id}")
    assert f"并入本案：{case.number}" in page.text and "理由：同一线索" in page.text
    assert "二号库" in page.text and "三号库" in page.text
    assert (
        f"并入本案 {case.number}，理由：同一线索"
        in visit(app, "case_handler.city", f"/cases/{other.id}?tab=ledger").text
    )
    assert "并入的案件" in visit(app, "case_handler.city", f"/cases/{case.id}?tab=links").text


def test_a_case_is_not_merged_into_one_that_is_merged_itself(app, case):
    other, third = open_case(place="三号库"), open_case(place="四号库")
    visit(app, "unit_head.city", f"/cases/{other.id}").press("确认并案", reason="同一线索", into=third.number)
    head = visit(app, "unit_head.city", f"/cases/{case.id}")
    head.press("确认并案", status=422, reason="同一线索", into=other.number)
    assert "已经终止或者并入其他案件" in head.text


@pytest.mark.parametrize("tab", ["facts", "diagram", "clocks", "papers", "links", "ledger"])
def test_a_case_that_took_another_in_asks_eight_things_at_most(app, letter, tab):
    case, other = reread_case(letter), open_case(place="三号库")
    visit(app, "unit_head.city", f"/cases/{other.id}").press("确认并案", reason="同一线索", into=case.number)
    page = visit(app, "unit_head.city", f"/cases/{case.id}?tab={tab}")
    with statements.recorded(store.engine()) as asked:
        page.open(f"/cases/{case.id}?tab={tab}")
    assert 1 <= len(statements.of_the_page(asked)) <= 8


def test_merging_needs_the_other_number(app, case):
    head = visit(app, "unit_head.city", f"/cases/{case.id}")
    head.press("确认并案", status=422, reason="同一线索")
    assert "请填写并入的案号" in head.text
    assert reread(case).state == "open"


def test_a_handler_is_not_offered_the_end_of_a_case(app, case):
    handler = visit(app, "case_handler.city", f"/cases/{case.id}")
    assert "终止" not in handler.text
    handler.post(f"/cases/{case.id}/terminate", status=403, reason="x")


def test_a_letter_is_issued_under_its_number(app, letter):
    head = tab(app, "unit_head.city", reread_case(letter), "papers").press("确认签发")
    assert reread(letter).state == "issued"
    assert reread(letter).number in head.text


def test_the_handler_is_not_offered_to_issue(app, letter):
    page = tab(app, "case_handler.city", reread_case(letter), "papers")
    assert "确认签发" not in page.text
    page.post(f"/documents/{letter.id}/issue", status=403)


@pytest.fixture
def issued(letter):
    with store.writing() as session:
        return documents.issue(session, letter.id, who("unit_head.city"), NOON)


def test_service_is_noted_with_its_receipt(app, issued):
    page = tab(app, "case_handler.city", reread_case(issued), "papers")
    page.press(
        "登记送达",
        files={"receipt": (JPEG, "回证.jpg")},
        method="直接送达",
        served_at="2026-02-12T12:00",
        addressee="钱某",
    )
    for word in ("已送达", "直接送达", "钱某", "回证.jpg"):
        assert word in page.text


def test_service_without_a_method_is_refused(app, issued):
    page = tab(app, "case_handler.city", reread_case(issued), "papers")
    page.press("登记送达", status=422, served_at="2026-02-12T12:00")
    assert "请选择送达方式" in page.text
    assert reread(issued).state == "issued"


def test_a_letter_is_made_void_with_a_reason(app, issued):
    page = tab(app, "unit_head.city", reread_case(issued), "papers")
    page.press("确认作废", status=422, reason="")
    page = tab(app, "unit_head.city", reread_case(issued), "papers").press("确认作废", reason="文字有误")
    assert "理由：文字有误" in page.text
    assert reread(issued).number in page.text


def test_a_letter_is_shown_as_pdf(app, issued):
    page = visit(app, "case_handler.city", f"/documents/{issued.id}.pdf")
    assert page.data.startswith(b"%PDF")
    assert page.headers["Content-Type"] == "application/pdf"


def test_a_letter_of_another_office_is_not_there(app, issued):
    Person(app, "case_handler.county2").open(f"/documents/{issued.id}.pdf", status=404)


@pytest.fixture
def photo(case, tmp_path):
    path = tmp_path / "p.jpg"
    path.write_bytes(JPEG)
    with store.writing() as session, path.open("rb") as stream:
        row = attachments.keep(session, "现场 照片.jpg", stream, who("case_handler.city"), MORNING)
    claimed(case)
    verified(case, photos=[row.id])
    return row


def test_a_file_leaves_as_a_download_that_no_browser_runs(app, photo):
    page = visit(app, "unit_head.city", f"/attachments/{photo.id}")
    assert page.data == JPEG
    assert page.headers["Content-Disposition"].startswith("attachment")
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in page.headers["Content-Security-Policy"]


def test_a_file_of_another_office_is_not_there(app, photo):
    Person(app, "case_handler.county2").open(f"/attachments/{photo.id}", status=404)


def test_a_loose_upload_is_its_uploaders_alone(app, tmp_path):
    path = tmp_path / "p.jpg"
    path.write_bytes(JPEG)
    with store.writing() as session, path.open("rb") as stream:
        row = attachments.keep(session, "p.jpg", stream, who("case_handler.city"), MORNING)
    visit(app, "case_handler.city", f"/attachments/{row.id}")
    Person(app, "case_handler2.city").open(f"/attachments/{row.id}", status=404)


def test_the_file_of_another_case_cannot_be_put_into_a_form(app, photo):
    other = open_case(place="三号库")
    claimed(other, "case_handler2.city")
    page = visit(app, "case_handler2.city", f"/tasks/{task_of(other).id}")
    page.press(
        "提交",
        status=422,
        **{
            "f-checked_at": "2026-02-12T11:00",
            "f-officers": ["case_handler.city", "co_handler.city"],
            "f-result": "不属实",
            "f-photos-kept": photo.id,
        },
    )
    assert "没有 a" in page.text


def test_names_of_people_stand_for_their_accounts(app, case):
    text = visit(app, "case_handler.city", f"/cases/{case.id}").text
    assert name_of("intake_clerk.city") in text
    assert "intake_clerk.city" not in text
