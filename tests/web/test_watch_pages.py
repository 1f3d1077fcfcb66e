"""What the crime watch found, on the pages of the case and its tasks, and through the API."""

import pytest

from engine import cases, ledger, model, store
from tests import watching
from tests.api import Office
from tests.office import who
from tests.pages import Person, make_app
from tests.processes.tips import FRIDAY, THURSDAY, complete, only_task

REASON = "经核实为统计口径错误，实际无人员死亡"


@pytest.fixture
def app(database, monkeypatch, tmp_path):
    watching.open_both(tmp_path)
    return make_app(monkeypatch, tmp_path, FRIDAY)


@pytest.fixture
def case(app):
    return watching.report(deaths=2, loss="1000000.00")


@pytest.fixture
def office(database, monkeypatch, tmp_path):
    watching.open_both(tmp_path)
    office = Office(tmp_path, monkeypatch)
    office.set(FRIDAY)
    return office


def visit(app, account, case):
    return Person(app, account).open(f"/cases/{case.id}")


def test_the_case_page_tells_the_row_the_facts_and_the_article(app, case):
    page = visit(app, "case_handler.city", case)
    for words in (
        "涉嫌犯罪提示",
        "R1",
        "重大责任事故罪",
        "死亡人数：2",
        "直接经济损失：1000000.00",
        "刑法第一百三十四条第一款",
    ):
        assert words in page.text
    assert "不得以罚代刑" in page.text and "1 条待处理" in page.text


def test_the_task_page_tells_it_too(app, case):
    page = Person(app, "unit_head.city").open(f"/tasks/{only_task(case).id}")
    assert "涉嫌犯罪提示" in page.text and "重大责任事故罪" in page.text


@pytest.mark.parametrize(("deaths", "told"), [("0", False), ("1", True)])
def test_who_hands_in_what_hits_is_told_before_going_on(app, deaths, told):
    with store.writing() as session:
        case = cases.open_case(session, "matter", who("case_handler.city"), FRIDAY)
    page = Person(app, "case_handler.city").open(f"/tasks/{only_task(case).id}")
    page.press("提交", f__place="二号库", f__deaths=deaths)
    assert (f"{case.number} 命中移送标准 R1 重大责任事故罪" in page.text) == told


def test_a_case_without_a_hit_shows_nothing(app):
    assert "涉嫌犯罪提示" not in visit(app, "case_handler.city", watching.report(deaths=0)).text


@pytest.mark.parametrize("account", ["intake_clerk.city", "archivist.city", "committee_office.city"])
def test_others_are_shown_nothing(app, case, account):
    page = visit(app, account, case)
    assert "涉嫌犯罪" not in page.text and "重大责任事故罪" not in page.text
    ledger_tab = Person(app, account).open(f"/cases/{case.id}?tab=ledger")
    assert "移送标准" not in ledger_tab.text


def test_the_reason_is_kept_and_shown(app, case):
    page = visit(app, "case_handler.city", case).press("记录理由", answer=REASON)
    assert "已记录 R1 不移送的理由" in page.text and REASON in page.text and "均已处理" in page.text
    assert watching.hits(case) == {"R1": "answered"}
    history = Person(app, "legal_officer.city").open(f"/cases/{case.id}?tab=ledger")
    assert f"说明涉罪提示不移送的理由 R1，理由：{REASON}" in history.text


def test_without_a_reason_the_page_comes_back_with_what_was_typed(app, case):
    page = visit(app, "case_handler.city", case).press("记录理由", status=422, answer="不移送")
    assert "不少于 10 个字" in page.find("//*[@role='alert']")[0].text_content()
    assert page.find("//textarea[@name='answer']/text()") == ["不移送"]
    assert watching.hits(case) == {"R1": "open"}


def test_who_may_not_answer_is_given_no_form(app, case):
    assert visit(app, "unit_head.city", case).find("//textarea[@name='answer']") == []


def test_the_page_leads_to_the_draft_clue(app, case):
    (referral,) = watching.referrals(case)
    page = visit(app, "case_handler.city", case)
    assert page.find(f"//a[@href='/cases/{referral.id}'][contains(., '登记线索，办理移送')]")


def test_after_the_clue_is_registered_it_is_shown_as_referred(app, case):
    (referral,) = watching.referrals(case)
    complete(referral, "case_handler.city", {"facts": "二人死亡"})
    page = visit(app, "case_handler.city", case)
    assert "已转移送办理" in page.text and "查看移送案件" in page.text
    assert page.find("//textarea[@name='answer']") == []


def test_the_draft_clue_opens_filled_with_what_was_found(app, case):
    (referral,) = watching.referrals(case)
    with store.reading() as session:
        by = who("case_handler.city")
        assert cases.case_file(session, referral, by, THURSDAY)["carried"]["threshold_row"] == "R1"
    clerk = Person(app, "case_handler.city").open(f"/tasks/{only_task(referral).id}").press("领取并办理")
    assert clerk.find("//input[@name='f-threshold_row']/@value") == ["R1"]


def test_the_notice_says_why(app, case):
    page = Person(app, "legal_officer.city").open("/notices")
    assert "命中涉嫌犯罪移送标准 R1 重大责任事故罪，不得以罚代刑" in page.text


def test_text_of_the_case_is_never_markup(app):
    case = watching.report(deaths=1)
    with store.writing() as session:
        session.get_one(model.WatchHit, (case.id, "R1")).crime = "<b>罪</b>"
    assert visit(app, "case_handler.city", case).find("//section[contains(@class, 'watch')]//b") == []


def test_the_api_lists_and_answers(office):
    case = watching.report(deaths=1)
    (hit,) = office.get("case_handler.city", f"/cases/{case.id}/watch")
    assert (hit["row"], hit["state"], hit["facts"][0]["value"]) == ("R1", "open", 1)
    told = office.post("legal_officer.city", f"/cases/{case.id}/watch/R1", {"reason": REASON}, 200)
    assert (told["state"], told["reason"], told["answered_by"]) == ("answered", REASON, "legal_officer.city")
    assert office.get("unit_head.city", f"/cases/{case.id}")["watch"][0]["state"] == "answered"


def test_the_api_refuses_an_answer_without_reason(office):
    case = watching.report(deaths=1)
    refused = office.post("case_handler.city", f"/cases/{case.id}/watch/R1", {}, 422)
    assert (refused["code"], refused["fields"]) == ("E-COM-08", {"reason": "E-COM-08"})
    office.post("unit_head.city", f"/cases/{case.id}/watch/R1", {"reason": REASON}, 403)
    office.post("archivist.city", f"/cases/{case.id}/watch/R1", {"reason": REASON}, 404)
    office.post("case_handler.city", f"/cases/{case.id}/watch/R7", {"reason": REASON}, 404)


def test_the_api_tells_others_nothing_of_it(office):
    case = watching.report(deaths=1)
    whole = office.get("archivist.city", f"/cases/{case.id}")
    acts = {row["act"] for row in office.get("archivist.city", f"/cases/{case.id}/history")["items"]}
    assert whole["watch"] == [] and not any(act.startswith("crime watch") for act in acts)


def test_the_ledger_stays_whole(app, case):
    visit(app, "case_handler.city", case).press("记录理由", answer=REASON)
    with store.reading() as session:
        assert ledger.verify(session) == []
