"""The page of one task: filling in, saving, being refused, handing in, handing on."""

import pytest
from sqlalchemy import select

from engine import deputies, model, store, tasks
from tests.office import open_office, who
from tests.pages import JPEG, Person, make_app
from tests.web.desk import MORNING, NOON, claimed, name_of, open_case, reread, verified

FILLED = {
    "f-checked_at": "2026-02-12T11:00",
    "f-officers": ["case_handler.city", "co_handler.city"],
    "f-result": "不属实",
}


@pytest.fixture
def app(database, monkeypatch, tmp_path):
    open_office("tip_check")
    return make_app(monkeypatch, tmp_path, NOON)


@pytest.fixture
def task(app):
    return claimed(open_case())


@pytest.fixture
def handler(app, task):
    return Person(app, "case_handler.city").open(f"/tasks/{task.id}")


def test_the_page_says_what_is_to_be_done_by_when_and_why(handler, task):
    for word in ("二号库", "剩 12 天", "2026-02-24", "当前环节：核查", "法定依据：内部规定", "示例甲厂"):
        assert word in handler.text


def test_the_case_so_far_is_told_in_words(handler):
    told = handler.find("//section[@aria-labelledby='so-far']")[0].text_content()
    for word in (
        "线索登记",
        "单位名称",
        "示例甲厂",
        "2026-02-12 09:00",
        "是否受理",
        "是",
        name_of("intake_clerk.city"),
    ):
        assert word in told


def test_the_diagram_is_also_told_in_words(handler):
    def words(kind):
        return handler.find(f"//li[@class='mark-word {kind}']/text()")

    assert (words("done"), words("current"), words("possible")) == (["线索登记"], ["核查"], ["审批"])


def test_the_diagram_is_marked_with_the_same(handler):
    (box,) = handler.find("//*[@data-diagram]")
    assert "tip_record" in box.get("data-done")
    assert box.get("data-current") == "tip_verify"
    assert "bpmn" in handler.open(box.get("data-diagram")).data.decode()


def test_each_day_of_the_limit_is_explained(handler):
    why = " ".join(handler.find("//ul[@class='why-days']")[0].text_content().split())
    for word in ("起算 2026-02-12 09:00", "02-13 第 1 日", "调休上班", "春节", "到期 2026-02-24"):
        assert word in why


def test_handing_in_moves_on_and_says_where_to(handler, task):
    handler.press("提交", **FILLED)
    assert reread(task).state == "completed"
    assert handler.path == "/"
    assert "下一环节：审批（待领取（承办机构负责人））" in handler.text


def test_handing_in_leads_to_my_next_task(app, handler):
    other = claimed(open_case(place="三号库"))
    assert handler.press("提交", **FILLED).path == f"/tasks/{other.id}"


def test_ending_a_case_is_said(app, task):
    approval = verified(reread_case(task))
    head = Person(app, "unit_head.city").open(f"/tasks/{approval.id}").press("领取")
    assert "案件已办结" in head.press("提交", **{"f-decision": "同意"}).text


def reread_case(task):
    with store.reading() as session:
        return session.get(model.Case, task.case_id)


def test_errors_keep_what_was_typed(handler, task):
    handler.press("提交", status=422, **{**FILLED, "f-checked_at": "2026-02-12T08:00", "f-result": "属实"})
    assert reread(task).state == "open"
    assert "核查时间早于收到时间" in handler.text
    assert handler.find("//input[@id='f-checked_at']/@value") == ["2026-02-12T08:00"]
    assert len(handler.find("//input[@name='f-officers'][@checked]")) == 2
    assert "有错误" in handler.find("//title/text()")[0]


def test_errors_can_be_put_right_on_the_same_page(handler, task):
    handler.press("提交", status=422, **{**FILLED, "f-result": "属实"})
    handler.press("提交", **{"f-fine": "5000"})
    assert reread(task).state == "completed"


def test_a_file_survives_a_refusal(handler, task):
    handler.press("提交", status=422, files={"f-photos": (JPEG, "现场.jpg")}, **{**FILLED, "f-result": "属实"})
    assert "现场.jpg" in handler.text
    handler.press("提交", **{"f-fine": "5000"})
    with store.reading() as session:
        said = session.scalars(select(model.Submission.data).where(model.Submission.step == "tip_verify")).one()
        (kept,) = said["photos"]
        assert session.get(model.Attachment, kept).case_id == task.case_id


def test_a_file_of_the_wrong_sort_is_named_at_its_field(handler, task):
    handler.press("提交", status=422, files={"f-photos": (b"MZ", "x.exe")}, **FILLED)
    assert "不接受 .exe 文件" in handler.find("//*[@id='f-photos-wrong']")[0].text_content()
    assert reread(task).state == "open"


def test_a_draft_is_kept_unchecked(handler, task):
    handler.press("暂存", **{"f-result": "属实"})
    assert "已暂存" in handler.text
    assert reread(task).draft == {"result": "属实"}
    assert handler.find("//input[@name='f-result'][@checked]/@value") == ["属实"]


def test_a_draft_is_saved_by_itself(handler, task):
    handler.post(f"/tasks/{task.id}/draft", status=204, **{"f-result": "不属实"})
    assert reread(task).draft == {"result": "不属实"}


def test_the_form_follows_what_is_typed(handler, task):
    answer = handler.post(f"/tasks/{task.id}/follow", **{"f-result": "属实"})
    assert b'"fine":true' in answer.data
    assert reread(task).draft is None


def test_pressing_twice_is_one_act(app, handler, task):
    twin = Person(app, "case_handler.city").open(f"/tasks/{task.id}")
    handler.press("提交", **FILLED)
    twin.press("提交", **FILLED)
    assert "已提交" in twin.text
    with store.reading() as session:
        assert len(session.scalars(select(model.Submission).where(model.Submission.step == "tip_verify")).all()) == 1


def test_the_second_to_claim_learns_who_was_first_and_when(app, task):
    with store.writing() as session:
        tasks.release(session, task.id, who("case_handler.city"), MORNING)
    one = Person(app, "case_handler.city").open(f"/tasks/{task.id}")
    two = Person(app, "case_handler2.city").open(f"/tasks/{task.id}")
    one.press("领取")
    two.press("领取", status=409)
    assert name_of("case_handler.city") in two.text
    assert "2026-02-12 12:00" in two.text


def test_a_task_of_another_is_read_not_filled(app, task):
    page = Person(app, "case_handler2.city").open(f"/tasks/{task.id}")
    assert f"该任务由{name_of('case_handler.city')}办理中" in page.text
    assert page.find("//form[@data-watch]") == []


def test_posting_to_a_task_of_another_changes_nothing(app, task):
    page = Person(app, "case_handler2.city").open(f"/tasks/{task.id}")
    page.post(f"/tasks/{task.id}", status=409, **FILLED)
    assert reread(task).state == "open"


def test_a_task_of_another_office_is_not_there(app, task):
    Person(app, "case_handler.county2").open(f"/tasks/{task.id}", status=404)


def test_an_old_page_is_refused_after_the_task_changed_hands(app, handler, task):
    head = who("unit_head.city")
    with store.writing() as session:
        tasks.assign(session, task.id, "case_handler2.city", "请假", head, NOON)
        tasks.assign(session, task.id, "case_handler.city", "销假", head, NOON)
    assert "请刷新" in handler.press("提交", status=409, **FILLED).text


def test_releasing_puts_it_back(handler, task):
    handler.press("确认释放")
    assert reread(task).assignee is None
    assert "已释放" in handler.text


def test_handing_on_needs_a_reason(app, task):
    head = Person(app, "unit_head.city").open(f"/tasks/{task.id}")
    head.press("确认转办", status=422, to="case_handler2.city", reason=" ")
    assert "请填写转办理由" in head.text
    head.press("确认转办", to="case_handler2.city", reason="出差")
    assert reread(task).assignee == "case_handler2.city"
    assert "出差" in Person(app, "case_handler2.city").open("/notices").text


def test_a_colleague_may_not_hand_on_the_task_of_another(app, task):
    page = Person(app, "case_handler2.city").open(f"/tasks/{task.id}")
    assert "转办" not in page.text
    page.post(f"/tasks/{task.id}/assign", status=403, to="case_handler2.city", reason="x")


def test_a_returned_task_says_who_returned_it_and_why(app, task):
    approval = verified(reread_case(task))
    head = Person(app, "unit_head.city").open(f"/tasks/{approval.id}").press("领取")
    head.press("提交", **{"f-decision": "退回", "f-reason": "缺少现场照片"})
    again = claimed(reread_case(task))
    page = Person(app, "case_handler.city").open(f"/tasks/{again.id}")
    assert "缺少现场照片" in page.find("//*[contains(@class, 'notice-warning')]")[0].text_content()
    assert len(page.find("//input[@name='f-officers'][@checked]")) == 2


def test_handler_and_approver_may_not_be_one_person(app, task):
    with store.writing() as session:
        session.add(model.Membership(user_name="case_handler.city", role="unit_head", org_id="city"))
    approval = verified(reread_case(task))
    page = Person(app, "case_handler.city").open(f"/tasks/{approval.id}").press("领取")
    page.press("提交", status=403, **{"f-decision": "同意"})
    assert "经办人与审批人不得为同一人" in page.text


def test_a_finished_task_tells_who_did_it(app, handler, task):
    handler.press("提交", **FILLED)
    assert (
        f"该任务已由{name_of('case_handler.city')}于 2026-02-12 12:00 办理完毕"
        in handler.open(f"/tasks/{task.id}").text
    )


def test_enterprises_are_offered_by_name_and_code(app, handler):
    with store.writing() as session:
        session.add(model.Enterprise(uscc="91370202MA3C00000G", name="示例化工有限公司", region="370202"))
    assert "91370202MA3C00000G" in handler.open("/lookup/enterprises?q=化工").data.decode()
    assert handler.open("/lookup/enterprises?q=化").data.strip() == b'{"items":[]}'


def test_a_deputy_completes_for_the_principal(app, task):
    day = NOON.date()
    with store.writing() as session:
        own = who("case_handler.city")
        deputies.appoint(session, "case_handler.city", "case_handler2.city", day, day, own, MORNING)
    deputy = Person(app, "case_handler2.city").open("/").press("代")
    deputy.open(f"/tasks/{task.id}").press("提交", **FILLED)
    with store.reading() as session:
        said = session.scalars(select(model.Submission).where(model.Submission.step == "tip_verify")).one()
        assert (said.by, said.for_user) == ("case_handler2.city", "case_handler.city")
