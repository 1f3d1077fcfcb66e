"""The boxes of a person's work, without a line of script."""

import pytest

from engine import notices, store, tasks
from tests import statements
from tests.office import at, open_office, who
from tests.pages import Person, make_app, move_clock
from tests.web.desk import MORNING, NOON, claimed, name_of, open_case, task_of, verified


@pytest.fixture
def app(database, monkeypatch, tmp_path):
    open_office("tip_check")
    return make_app(monkeypatch, tmp_path, NOON)


@pytest.fixture
def case(app):
    return open_case()


def person(app, name):
    return Person(app, name)


def rows(page):
    return [" ".join(row.text_content().split()) for row in page.find("//tr[@data-row]")]


def counts(page):
    return {
        link.text.strip(): "".join(link.xpath("./span/text()")).strip()
        for link in page.find("//nav[@id='nav']/a[contains(@href, 'inbox') or @href='/']")
    }


def test_an_offered_task_lies_in_the_pool(app, case):
    (row,) = rows(person(app, "case_handler.city").open("/inbox/pool"))
    clerk = name_of("intake_clerk.city")
    for word in ("剩 12 天", "2026-02-24", "二号库", case.number, "示例甲厂", "核查", "内部规定", clerk):
        assert word in row


def test_taking_it_opens_it_and_moves_it_to_todo(app, case):
    handler = person(app, "case_handler.city").open("/inbox/pool").press("领取")
    assert handler.path == f"/tasks/{task_of(case).id}"
    assert len(rows(handler.open("/"))) == 1
    assert rows(handler.open("/inbox/pool")) == []


def test_boxes_tell_how_much_lies_in_them(app, case):
    open_case(place="三号库")
    claimed(case)
    found = counts(person(app, "case_handler.city").open("/"))
    assert (found["待办"], found["待领"], found["已办"]) == ("1", "1", "")


@pytest.mark.parametrize("path", ["/", "/inbox/pool", "/inbox/done", "/inbox/started"])
def test_a_box_asks_four_things_at_most(app, case, path):
    handler = person(app, "case_handler.city").open(path)
    with statements.recorded(store.engine()) as asked:
        handler.open(path)
    assert 1 <= len(statements.of_the_page(asked)) <= 4


def test_somebody_without_the_role_sees_an_empty_pool(app, case):
    assert rows(person(app, "technical_expert.city").open("/inbox/pool")) == []


def test_what_was_done_lies_among_the_done(app, case):
    claimed(case)
    verified(case)
    (row,) = rows(person(app, "case_handler.city").open("/inbox/done"))
    assert "核查" in row
    assert "审批中" in row


def test_what_i_opened_lies_among_mine(app, case):
    (row,) = rows(person(app, "intake_clerk.city").open("/inbox/started"))
    assert "线索核查" in row
    assert case.number in row


def test_the_unit_is_shown_to_its_head_only(app, case):
    (row,) = rows(person(app, "unit_head.city").open("/inbox/unit"))
    assert "待领取" in row
    assert rows(person(app, "case_handler.city").open("/inbox/unit")) == []


def test_reminding_from_the_unit_reaches_the_holder(app, case):
    claimed(case)
    head = person(app, "unit_head.city").open("/inbox/unit").press("催办")
    assert head.path == "/inbox/unit"
    assert "催办 1 次" in rows(head)[0]
    assert "催办" in person(app, "case_handler.city").open("/notices").text


def test_late_work_stands_out_in_words(app, case):
    claimed(case)
    move_clock(at("2026-02-26 09:00"))
    handler = person(app, "case_handler.city").open("/")
    assert "已超期 2 天" in rows(handler)[0]
    assert handler.find("//a[contains(@class, 'is-red')]/strong/text()") == ["1"]


@pytest.mark.parametrize(("lamp", "many"), [("red", 0), ("green", 1), ("orange", 0)])
def test_a_lamp_card_filters_the_list(app, case, lamp, many):
    claimed(case)
    assert len(rows(person(app, "case_handler.city").open(f"/?lamp={lamp}"))) == many


@pytest.mark.parametrize(
    ("text", "many"), [("二号", 1), ("甲厂", 1), ("XS-370200", 1), ("乙厂", 0), ("%", 0), ("库", 1)]
)
def test_a_box_is_searched_by_any_two_characters(app, case, text, many):
    page = person(app, "case_handler.city").open("/inbox/pool?" + "q=" + text)
    assert len(rows(page)) == many


def test_a_filter_survives_in_the_form_and_can_be_cleared(app, case):
    page = person(app, "case_handler.city").open("/inbox/pool?q=乙厂&lamp=red")
    assert page.find("//input[@id='q']/@value") == ["乙厂"]
    assert page.find("//select[@id='lamp']/option[@selected]/@value") == ["red"]
    assert "清除条件" in page.text


def test_sorting_turns_round(app, case):
    open_case(now=at("2026-02-11 10:00"), place="一号库", received_at="2026-02-11T09:00:00+08:00")
    first = rows(person(app, "case_handler.city").open("/inbox/pool?sort=due"))
    assert ["一号库" in row for row in first] == [True, False]
    assert rows(person(app, "case_handler.city").open("/inbox/pool?sort=-due")) == first[::-1]


def test_long_lists_have_pages(app):
    for number in range(32):
        open_case(place=f"{number}号库")
    page = person(app, "case_handler.city").open("/inbox/pool")
    assert len(rows(page)) == 30
    (following,) = page.find("//a[@rel='next']/@href")
    assert len(rows(page.open(following))) == 2


def test_an_unknown_box_is_not_there(app):
    person(app, "case_handler.city").open("/inbox/attic", status=404)


def test_messages_are_read_once(app, case):
    with store.writing() as session:
        notices.tell(session, ["case_handler.city"], "clock", "核查时限将于 2026-02-24 到期", MORNING, case.id)
    handler = person(app, "case_handler.city").open("/notices")
    assert "核查时限将于" in handler.text
    handler.press("标为已读")
    assert "已读" in handler.text
    assert handler.find("//li[contains(@class, 'is-new')]") == []


def test_a_message_leads_to_its_task(app, case):
    task = task_of(case)
    with store.writing() as session:
        tasks.remind(session, task.id, "", who("unit_head.city"), MORNING)
    handler = person(app, "case_handler.city").open("/notices")
    assert handler.open(handler.find("//a[@data-open]/@href")[0]).path == f"/tasks/{task.id}"


def test_the_message_of_another_is_not_opened(app, case):
    with store.writing() as session:
        notices.tell(session, ["unit_head.city"], "clock", "……", MORNING, case.id)
    page = person(app, "unit_head.city").open("/notices")
    (address,) = page.find("//a[@data-open]/@href")
    person(app, "case_handler.city").open(address, status=404)
