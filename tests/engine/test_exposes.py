"""What linked cases read of each other: `[exposes]`, `linked()`, `siblings()`, `parent_case`."""

from datetime import date
from decimal import Decimal

import pytest

from engine import cases, catalog, expressions, model, store
from engine.casefile import CaseFile
from engine.neighbours import Neighbours
from engine.people import SYSTEM_ACTOR
from tests import small
from tests.office import open_office, who
from tests.processes.tips import FRIDAY, THURSDAY, complete
from tests.small import Step

SUM = {"type": "string", "title": "金额", "x-ui": {"kind": "money"}}
DAY = {"type": "string", "format": "date", "title": "日期"}
MAIN = 'starts = ["case_handler"]\n'
LINKED = MAIN + 'starts_from = ["main_matter"]\n'
REGISTER = (
    '[[register]]\nid = "L-M"\ntitle = "台账"\ncolumns = [["已缴", "sum([p.paid for p in linked(\'payment\')])"]]\n'
)
OF_PAYMENT = LINKED + '[exposes]\npaid = "pay_take.sum"\npaid_on = "pay_take.day"\n'
PAY = Step("pay_take", {"sum": SUM, "day": DAY})


@pytest.fixture
def around(database, tmp_path):
    """A main matter from which payments and notes are opened."""
    open_office()
    exposes = '[exposes]\nowed = "mm_begin.sum"\nrest = "mm_begin.sum - sum([p.paid for p in linked(\'payment\')])"\n'
    begin, go_on = Step("mm_begin", {"sum": SUM}), Step("mm_go_on")
    small.write(tmp_path, "main_matter", [begin, go_on], MAIN + exposes + REGISTER)
    small.write(tmp_path, "payment", [Step("pay_take", {"sum": SUM, "day": DAY}), Step("pay_end")], OF_PAYMENT)
    small.write(tmp_path, "side_note", [Step("sn_write")], LINKED)
    for process in ("main_matter", "payment", "side_note"):
        small.publish(tmp_path, process)
    return tmp_path


def opened(process, parent=None, **data):
    with store.writing() as session:
        above = parent.id if parent else None
        return cases.open_case(session, process, who("case_handler.city"), THURSDAY, data or None, parent=above)


def read(case, source):
    """Work an expression out over a case as it lies in the database."""
    with store.reading() as session:
        row = session.get_one(model.Case, case.id)
        file = CaseFile(session, row, catalog.load(session, row.bundle_hash), FRIDAY)
        return expressions.evaluate(source, file.names(), file.functions())


def test_a_case_reads_what_its_linked_cases_expose(around):
    main = opened("main_matter", sum="100.00")
    opened("payment", main, sum="30.50", day="2026-02-10")
    assert read(main, "[[p.paid, p.paid_on] for p in linked('payment')]") == [[Decimal("30.50"), date(2026, 2, 10)]]


def test_what_every_case_tells_of_itself_stands_beside(around):
    main = opened("main_matter", sum="100.00")
    payment = opened("payment", main, sum="30.50", day="2026-02-10")
    told = read(main, "[[p.number, p.open, p.opened_on, p.relation] for p in linked('payment')]")
    assert told == [[payment.number, True, date(2026, 2, 12), "payment"]]


def test_what_a_case_does_not_expose_is_none(around):
    main = opened("main_matter", sum="100.00")
    opened("payment", main)
    assert read(main, "[[p.paid, p.anything] for p in linked('payment')]") == [[None, None]]


def test_a_linked_case_reads_the_case_above(around):
    main = opened("main_matter", sum="100.00")
    note = opened("side_note", main)
    assert read(note, "[parent_case.owed, parent_case.number, parent_case.unknown]") == [
        Decimal("100.00"),
        main.number,
        None,
    ]


def test_what_is_read_of_the_case_above_is_as_it_stands_now(around):
    main = opened("main_matter", sum="100.00")
    note = opened("side_note", main)
    opened("payment", main, sum="40.00", day="2026-02-10")
    assert read(note, "parent_case.rest") == Decimal("60.00")


def test_a_case_without_one_above_reads_nothing_there(around):
    assert read(opened("main_matter", sum="100.00"), "parent_case.owed") is None


def test_siblings_are_the_other_cases_of_the_case_above(around):
    main, other = opened("main_matter", sum="1.00"), opened("main_matter", sum="2.00")
    first = opened("payment", main, sum="10.00", day="2026-02-10")
    second = opened("payment", main, sum="20.00", day="2026-02-10")
    opened("payment", other, sum="99.00", day="2026-02-10")
    assert read(first, "[p.number for p in siblings('payment')]") == [second.number]
    assert read(main, "siblings('payment')") == []


def test_the_register_above_follows_what_is_exposed(around):
    main = opened("main_matter", sum="100.00")
    payment = opened("payment", main)
    assert cells(main) == [0]
    complete(payment, "case_handler.city", {"sum": "30.50", "day": "2026-02-10"})
    assert cells(main) == ["30.50"]


def test_what_the_case_above_exposes_of_its_linked_cases_follows_too(around):
    main = opened("main_matter", sum="100.00")
    opened("payment", main, sum="30.00", day="2026-02-10")
    with store.reading() as session:
        assert session.get_one(model.Case, main.id).exposed["rest"] == {"$number": "70.00"}


def test_a_process_without_exposes_writes_nothing(around):
    note = opened("side_note", opened("main_matter", sum="100.00"))
    with store.reading() as session:
        assert session.get_one(model.Case, note.id).exposed is None


def test_the_case_above_is_read_before_it_has_saved_its_own_step(database, tmp_path):
    open_office()
    hand = Step("mm_hand", operation="open_case", params={"process": "'payment'", "key": "'once'"})
    exposes = '[exposes]\nowed = "mm_begin.sum"\n'
    small.write(tmp_path, "main_matter", [Step("mm_begin", {"sum": SUM}), hand, Step("mm_go_on")], MAIN + exposes)
    header = LINKED + "header = { title = \"f'应缴 {parent_case.owed}'\" }\n"
    small.write(tmp_path, "payment", [Step("pay_take", {"sum": SUM, "day": DAY})], header)
    for process in ("main_matter", "payment"):
        small.publish(tmp_path, process)
    main = opened("main_matter", sum="88.00")
    with store.reading() as session:
        (payment,) = cases.around(session, main.id, SYSTEM_ACTOR).linked or [None]
    assert payment.title == "应缴 88.00"


def test_a_name_that_nobody_exposes_is_refused(around):
    small.write(around, "side_note", [Step("sn_write")], LINKED + 'header = { title = "parent_case.owned" }\n')
    assert any("parent_case 没有字段 owned（是否为 owed？）" in text for text in small.problems(around, "side_note"))


@pytest.mark.parametrize("call", ["linked('payment')", "siblings('payment')"])
def test_a_name_that_no_linked_case_exposes_is_refused(around, call):
    title = f'header = {{ title = "[p.paid_in for p in {call}]" }}\n'
    small.write(around, "side_note", [Step("sn_write")], LINKED + title)
    assert any("没有字段 paid_in" in text for text in small.problems(around, "side_note"))


def test_of_a_process_that_is_not_known_nothing_is_refused(around):
    title = "header = { title = \"[p.anything for p in linked('elsewhere')]\" }\n"
    small.write(around, "side_note", [Step("sn_write")], LINKED + title)
    assert not any("没有字段" in text for text in small.problems(around, "side_note"))


def test_the_published_processes_are_known_to_each_other(around):
    with store.reading() as session:
        around = catalog.around(session)
    assert around.exposes["payment"] == {"paid", "paid_on"}
    assert isinstance(around, Neighbours)


@pytest.mark.parametrize("line", ['status = "case.status"', 'Paid = "1"', 'paid = "pay_take.nothing"'])
def test_an_exposed_value_that_cannot_be_is_refused(around, line):
    small.write(around, "payment", [PAY], LINKED + f"[exposes]\n{line}\n")
    assert any("exposes" in text for text in small.problems(around, "payment"))


def cells(case):
    with store.reading() as session:
        return session.get_one(model.RegisterRow, ("L-M", case.id)).cells


# A case that names others by their numbers: `about`.

REVIEW = MAIN + "about = \"rv_mark.numbers.split('、') if rv_mark.numbers else []\"\n"
REVIEW += '[exposes]\nmark = "rv_mark.mark"\n'
MARKS = Step("rv_mark", {"numbers": {"type": "string", "title": "案号"}, "mark": {"type": "integer", "title": "分"}})
MARKED = REGISTER.replace("payment", "review").replace("paid", "mark").replace("已缴", "得分")


@pytest.fixture
def reviews(database, tmp_path):
    """Main matters, and reviews that are opened on their own and name them."""
    open_office()
    small.write(tmp_path, "main_matter", [Step("mm_begin", {"sum": SUM}), Step("mm_go_on")], MAIN + MARKED)
    small.write(tmp_path, "review", [MARKS, Step("rv_end")], REVIEW)
    for process in ("main_matter", "review"):
        small.publish(tmp_path, process)


def test_a_case_reads_those_that_name_it(reviews):
    first, second = opened("main_matter", sum="1.00"), opened("main_matter", sum="2.00")
    opened("review", numbers=f"{first.number}、 {second.number}", mark=90)
    assert (cells(first), cells(second)) == ([90], [90])
    assert read(second, "[r.mark for r in linked('review')]") == [90]


def test_who_names_a_case_reads_it(reviews):
    first, second = opened("main_matter", sum="1.00"), opened("main_matter", sum="2.00")
    review = opened("review", numbers=second.number, mark=90)
    assert read(review, "[m.number for m in about('main_matter')]") == [second.number]
    assert read(first, "about('main_matter')") == []


def test_who_is_no_longer_named_reads_it_no_longer(reviews):
    first, second = opened("main_matter", sum="1.00"), opened("main_matter", sum="2.00")
    review = opened("review", numbers=first.number, mark=90)
    with store.writing() as session:
        changed = {"numbers": second.number, "mark": 80}
        cases.correct(session, review.id, "rv_mark", changed, "案号有误", who("unit_head.city"), FRIDAY)
    assert (cells(first), cells(second)) == ([0], [80])


def test_a_number_of_an_office_above_reaches_nobody(reviews):
    main = opened("main_matter", sum="1.00")
    with store.writing() as session:
        by = who("case_handler.county1")
        cases.open_case(session, "review", by, THURSDAY, {"numbers": main.number, "mark": 90})
    assert cells(main) == [0]


def test_numbers_that_ask_an_unknown_step_are_refused(reviews, tmp_path):
    small.write(tmp_path, "review", [MARKS], MAIN + 'about = "[rv_other.numbers]"\n')
    assert any("about" in text and "rv_other" in text for text in small.problems(tmp_path, "review"))


def test_the_cases_of_an_office_are_its_own_and_those_below_it(reviews):
    city = opened("review", numbers="", mark=1)
    with store.writing() as session:
        for seat, mark in (("county1", 2), ("city", 3)):
            cases.open_case(session, "review", who(f"case_handler.{seat}"), THURSDAY, {"numbers": "", "mark": mark})
        below = cases.open_case(session, "main_matter", who("case_handler.county1"), THURSDAY, {"sum": "1.00"})
    assert sorted(read(city, "[r.mark for r in cases_below('review')]")) == [2, 3]
    assert read(below, "[r.mark for r in cases_below('review')]") == [2]
