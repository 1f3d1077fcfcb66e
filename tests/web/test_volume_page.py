"""The tab 案卷 of a case and its address in the API: what is missing, how far the binding is, the file."""

import pytest

from engine import instances, model, store, tasks, volumes
from tests import bound
from tests.api import Office
from tests.bound import HANDLER
from tests.office import open_office, who
from tests.pages import Person, make_app
from tests.processes.tips import FRIDAY


@pytest.fixture
def app(database, monkeypatch, tmp_path):
    open_office()
    bound.publish(tmp_path)
    return make_app(monkeypatch, tmp_path, FRIDAY)


@pytest.fixture
def case(app):
    return bound.opened(papers=[bound.upload("材料.pdf", bound.pages(2))])


def visit(app, case, account=HANDLER):
    return Person(app, account).open(f"/cases/{case.id}?tab=volume").text


def bind(case):
    with store.reading() as session:
        row = volumes.latest(session, session.get_one(model.Case, case.id), who(HANDLER))
    volumes.bind(row.id)


def ordered(app, case):
    Person(app, HANDLER).open(f"/cases/{case.id}?tab=volume").press("生成案卷")


def test_the_tab_says_what_is_missing_by_step(app, case):
    page = visit(app, case)
    assert "还缺 2 项" in page and "《检查记录》已拟稿，尚未签发" in page


def test_an_order_shows_how_far_it_is_without_any_script(app, case):
    ordered(app, case)
    page = visit(app, case)
    assert "等待装订" in page and "0%" in page and "刷新进度" in page


def test_a_bound_volume_shows_its_catalogue_and_its_hash(app, case):
    ordered(app, case)
    bind(case)
    page = visit(app, case)
    assert "已生成" in page and "材料.pdf" in page and "查看案卷 PDF" in page


def test_the_page_says_when_the_case_went_on_since(app, case):
    ordered(app, case)
    bind(case)
    with store.writing() as session:
        (task,) = instances.open_tasks(session, case.id)
        tasks.claim(session, task.id, who("legal_officer.city"), FRIDAY)
    assert "此后案件又有办理" in visit(app, case)


def test_a_process_without_a_volume_has_no_such_tab(database, monkeypatch, tmp_path):
    open_office("tip_check")
    app = make_app(monkeypatch, tmp_path, FRIDAY)
    from tests.web import desk

    case = desk.open_case()
    assert "案卷" not in visit(app, case, "intake_clerk.city")


def test_the_api_orders_tells_and_serves(database, monkeypatch, tmp_path):
    open_office()
    bound.publish(tmp_path)
    office = Office(tmp_path, monkeypatch)
    office.set(FRIDAY)
    case = bound.opened()
    assert office.post(HANDLER, f"/cases/{case.id}/volume", status=201)["state"] == "ordered"
    bind(case)
    told = office.get(HANDLER, f"/cases/{case.id}/volume")
    assert (told["volume"]["state"], told["volume"]["percent"], len(told["gaps"])) == ("ready", 100, 2)
    office.get("case_handler.county2", f"/cases/{case.id}/volume", 404)
    office.post("case_handler.county2", f"/cases/{case.id}/volume", status=404)
