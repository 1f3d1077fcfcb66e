"""The lists of a task show who may act: those who have withdrawn, lost the certificate or lack the qualification."""

from datetime import date

import pytest

from engine import cases, model, store
from tests import small
from tests.engine.test_recusal import OUT, REVIEW, SETTINGS, WORK
from tests.office import open_office, who
from tests.pages import Person, make_app
from tests.processes.tips import FRIDAY, complete, only_task


@pytest.fixture
def app(database, monkeypatch, tmp_path):
    open_office()
    small.write(tmp_path, "inquiry", [OUT, WORK, REVIEW], SETTINGS)
    small.publish(tmp_path, "inquiry")
    return make_app(monkeypatch, tmp_path, FRIDAY)


@pytest.fixture
def case(app):
    with store.writing() as session:
        by = who("case_handler.city")
        return cases.open_case(session, "inquiry", by, FRIDAY, {"person": "case_handler2.city"})


def change(name, **values):
    with store.writing() as session:
        row = session.get_one(model.User, name)
        for key, value in values.items():
            setattr(row, key, value)


def task_page(app, account, case):
    return Person(app, account).open(f"/tasks/{only_task(case).id}")


def test_who_has_withdrawn_cannot_be_chosen(app, case):
    page = task_page(app, "case_handler.city", case).press("领取并办理")
    for name in ("f-team", "f-officers"):
        (box,) = page.find(f"//input[@name='{name}'][@value='case_handler2.city']")
        assert box.get("disabled") is not None and "已回避" in box.getparent().text_content()
        assert page.find(f"//input[@name='{name}'][@value='co_handler.city']")[0].get("disabled") is None


def test_an_ended_certificate_is_marked(app, case):
    change("co_handler.city", certificate_until=date(2026, 1, 31))
    page = task_page(app, "case_handler.city", case).press("领取并办理")
    (box,) = page.find("//input[@name='f-officers'][@value='co_handler.city']")
    assert "执法证已过期" in box.getparent().text_content()


def test_a_task_is_not_offered_to_who_may_not_act(app, case):
    page = task_page(app, "unit_head.city", case)
    (option,) = page.find("//select[@name='to']/option[@value='case_handler2.city']")
    assert option.get("disabled") is not None and "已回避" in option.text


def test_a_review_is_offered_to_the_qualified_alone(app, case):
    complete(case, "case_handler.city", {"text": "x"})
    change("legal_reviewer.city", legal_no=None, legal_on=None)
    page = task_page(app, "unit_head.city", case)
    (option,) = page.find("//select[@name='to']/option[@value='legal_reviewer.city']")
    assert option.get("disabled") is not None and "法律职业资格" in option.text


def test_claiming_without_being_allowed_says_why(app, case):
    page = task_page(app, "case_handler2.city", case).press("领取并办理", status=403)
    assert "您已回避，不得办理本案" in page.text


def test_the_people_page_keeps_the_legal_qualification(app):
    system = Person(app, "admin.system").open("/admin/people/legal_reviewer.city")
    system.press("保存", legal_no="A20123702020001", legal_on="2012-09-20")
    with store.reading() as session:
        row = session.get_one(model.User, "legal_reviewer.city")
    assert (row.legal_no, row.legal_on) == ("A20123702020001", date(2012, 9, 20))
    assert "A20123702020001" in system.open("/admin/people?q=legal_reviewer.city").text


@pytest.mark.parametrize(
    "said,field",
    [
        ({"legal_no": "A1", "legal_on": ""}, "legal_on"),
        ({"legal_no": "", "legal_on": "2012-09-20"}, "legal_no"),
        ({"legal_no": "A1", "legal_on": "2026-02-14"}, "legal_on"),
        ({"legal_no": "1" * 41, "legal_on": "2012-09-20"}, "legal_no"),
    ],
)
def test_half_a_qualification_is_refused(app, said, field):
    system = Person(app, "admin.system").open("/admin/people/legal_reviewer.city").press("保存", status=422, **said)
    assert system.find(f"//input[@name='{field}'][@aria-invalid='true']")
