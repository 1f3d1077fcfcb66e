"""The statistics of a year of penalty cases: what is counted where, who sees it, and what they never say."""

from __future__ import annotations

from typing import Any

import pytest

from engine import catalog, model, penalties, store
from tests import sheets, statements
from tests.office import at, who
from tests.pages import Person
from tests.processes.enforcement_review_answers import HEAVY_FINE

LEGAL, HANDLER = "legal_officer.county1", "case_handler.county1"
OWED = "决定罚款（元，不含加处和按日连续处罚）"
END = at("2026-12-31 10:00")
FACTS = {
    penalties.ORDINARY: {
        "案由": "SL102",
        "承办人": ["张三"],
        "立案日": "2026-03-02",
        "决定期限": "2026-05-31",
        "决定日": "2026-05-06",
        "决定": "行政处罚",
        "处罚种类": ["罚款"],
        "裁量档次": "一般",
        "罚款各项": ["20000.00"],
        "受罚当事人": ["单位甲厂"],
        "各方罚款": ["20000.00"],
        "各方下限": [0],
        "各方上限": [50000],
        "实缴": "5000.00",
        "法制审核次数": 2,
        "法制审核退回次数": 0,
        "公示期限": "2026-05-15",
        "公示日": "2026-05-15",
    },
    penalties.SIMPLE: {
        "案由": "SL99",
        "承办人": ["张三"],
        "决定日": "2026-06-03",
        "种类": "罚款",
        "罚款": "3000.00",
        "实缴": "3000.00",
    },
}
PROCESS = {penalties.ORDINARY: "enforcement_case", penalties.SIMPLE: "enforcement_simple"}


def tell(*cases: dict[str, Any], register: str = penalties.ORDINARY, place: str = "county1") -> None:
    """Put lines into a register as cases would have written them; each says what is otherwise than usual."""
    with store.writing() as session:
        bundle = catalog.published(session, PROCESS[register])
        own = next(row for row in bundle.registers if row.id == register)
        org = session.get_one(model.Org, place)
        for said in cases:
            key, facts = model.new_id("c"), {**FACTS[register], **said}
            same = {"process": bundle.process, "org_path": org.path}
            case = model.Case(id=key, number=key, bundle_hash=bundle.hash, org_id=org.id, region=org.region, **same)
            case.opened_by, case.opened_at = "system", at("2026-03-02 09:00")
            session.add(case)
            cells = [facts.get(title) for title, _ in own.columns]
            row = model.RegisterRow(register=register, case_id=key, cells=cells, **same)
            row.status, row.opened_on, row.sort_at = "investigating", at("2026-03-02 09:00").date(), END
            session.add(row)


def year(account: str = LEGAL, number: int = 2026) -> penalties.Summary:
    with store.reading() as session:
        return penalties.summary(session, who(account), END, number)


def figures(found: penalties.Summary) -> dict[str, Any]:
    """All figures of the blocks by their names."""
    return {what: value for _, lines in found.blocks for what, value in lines}


@pytest.fixture
def office(enforcement_at):
    return enforcement_at("office").office


# What a real case writes.


def test_a_case_from_the_clue_to_the_archive_is_counted(enforcement_at):
    enforcement_at("closed")
    found, said = year(), figures(year())
    months = {title: counts for title, counts in found.lines}
    assert (months["立案"][6], months["普通程序决定"][6], sum(months["结案"])) == (1, 1, 0)
    assert {said["九十日内作出决定"], said["按期公示率"]} == {"100.0%（1/1）"} and said["收缴率"] == "100.0%"
    assert figures(year(number=2027))["记录齐全并已归档"] == "100.0%（1/1）"


def test_a_case_that_was_heard_and_fined_at_the_top_late_is_counted(enforcement_at):
    case = enforcement_at("heavy_deciding")
    decided = {"decided_on": "2026-10-29", "penalties": HEAVY_FINE}
    case.do("ec_decide", at("2026-10-29 10:00"), "agency_head.county1", **decided)
    said = figures(year())
    assert (said["经听证的案件"], said["经集体讨论的案件"], said["按幅度上限罚款的案件"]) == (1, 1, 1)
    assert (said["九十日内作出决定"], said["档次：从重"]) == ("0.0%（0/1）", "100.0%（1/1）")


# What is counted.


def test_the_spread_of_the_discretion_is_told_by_cause_and_by_handler(office):
    tell({}, {"承办人": ["李四", "张三"], "裁量档次": "从重", "各方罚款": ["50000.00"]}, {"案由": "SL99"})
    causes, handlers = year().tables
    assert causes.lines == [
        ["SL102 处罚条款", 2, 0, 0, 0, 0, 1, 1, "70%"],
        ["SL99 处罚条款", 1, 0, 0, 0, 0, 1, 0, "40%"],
    ]
    assert [(line[0], line[1], line[-1]) for line in handlers.lines] == [("张三", 3, "60%"), ("李四", 1, "100%")]


SEVERAL = {"各方下限": [0, 20_000], "各方上限": [100_000, 50_000]}


def test_a_party_fined_for_several_acts_is_weighed_by_all_its_fines(office):
    twice = {"受罚当事人": ["单位甲厂"] * 2, "罚款各项": ["20000.00", "60000.00"], "各方罚款": ["80000.00"] * 2}
    tell({**twice, "各方下限": [0, 0], "各方上限": [100_000] * 2})
    assert year().tables[0].lines[0][-1] == "80%"


def test_a_person_is_weighed_in_the_band_of_persons(office):
    both = {"受罚当事人": ["单位甲厂", "个人刘某"], "罚款各项": ["20000.00", "50000.00"]}
    tell({**both, "各方罚款": ["20000.00", "50000.00"], **SEVERAL})
    assert (year().tables[0].lines[0][-1], figures(year())["按幅度上限罚款的案件"]) == ("60%", 1)


def test_a_fixed_amount_says_nothing_of_the_discretion(office):
    """SL 95: a share of last year's income, neither more nor less."""
    tell({"受罚当事人": ["个人刘某"], "各方罚款": ["80000.00"], "各方下限": [80_000], "各方上限": [80_000]})
    assert (year().tables[0].lines[0][-1], figures(year())["按幅度上限罚款的案件"]) == ("—", 0)


def test_what_was_punished_on_the_spot_stands_under_its_cause_and_its_officers(office):
    tell({})
    tell({}, {"案由": "SL102", "承办人": ["李四", "张三"]}, register=penalties.SIMPLE)
    causes, handlers = year().tables
    assert [line[:3] for line in causes.lines] == [["SL102 处罚条款", 1, 1], ["SL99 处罚条款", 0, 1]]
    assert [line[:3] for line in handlers.lines] == [["张三", 1, 2], ["李四", 0, 1]]


def test_the_record_of_what_was_punished_on_the_spot_is_counted_when_it_is_filed(office):
    tell({"归档日": "2026-07-01"}, {"归档日": "2026-07-01", "记录缺失": "缺音像记录"}, {}, register=penalties.SIMPLE)
    assert figures(year())["记录齐全并已归档"] == "50.0%（1/2）"


def test_rates_are_told_with_what_they_are_of(office):
    late = {"决定日": "2026-06-01", "公示日": "2026-05-18", "法制审核次数": 4, "法制审核退回次数": 3}
    tell({}, late, {"撤销变更": True, "处罚种类": ["罚款", "责令停产停业"]}, {"处罚种类": ["责令关闭"], "罚款各项": []})
    said = figures(year())
    assert (said["九十日内作出决定"], said["按期公示率"]) == ("75.0%（3/4）", "75.0%（3/4）")
    assert (said["审核退回率"], said["被撤销、变更或者确认违法"]) == ("30.0%（3/10）", "25.0%（1/4）")
    assert (said["责令停产停业"], said["责令关闭"]) == (1, 1)
    assert (said[OWED], said["收缴率"]) == ("60000.00", "25.0%")


def test_a_fine_on_the_spot_counts_with_the_others(office):
    tell({})
    tell({}, {"种类": "警告", "罚款": None, "实缴": None}, register=penalties.SIMPLE)
    said = figures(year())
    assert (said["简易程序当场处罚"], said[OWED], said["已缴罚款（元）"]) == (2, "23000.00", "8000.00")


def test_what_a_court_ruled_on_is_the_measure_of_its_success(office):
    asked = {"法院申请日": "2026-09-01"}
    stages = ["受理", "裁定准予执行"], ["受理", "裁定不准予执行"], ["受理"]
    tell(*({**asked, "法院进展": list(stage)} for stage in stages))
    tell(asked, register=penalties.SIMPLE)
    said = figures(year())
    assert (said["申请件数"], said["准予执行率（已有裁定的）"]) == (4, "50.0%（1/2）")


def test_what_was_never_said_counts_as_nothing(office):
    silent = dict.fromkeys(FACTS[penalties.ORDINARY]) | {"决定日": "2026-05-06", "决定": "行政处罚"}
    tell(silent)
    said = figures(year())
    assert (said["决定：行政处罚"], said["审核退回率"], said["收缴率"]) == (1, "—", "—")
    assert year().tables[0].lines == [["未填", 1, 0, 0, 0, 0, 0, 0, "—"]]


def test_a_case_that_is_still_undecided_is_late_by_now(office):
    undecided = {"决定日": None, "决定": None}
    tell(undecided, {**undecided, "决定期限": "2027-01-10"}, {**undecided, "结案日": "2026-07-01"})
    assert figures(year())["目前已超期未决定"] == 1


def test_another_year_counts_for_itself(office):
    tell({}, {"决定日": "2027-01-04"})
    told = [dict(year(number=number).lines)["普通程序决定"] for number in (2026, 2027)]
    assert [sum(months) for months in told] == [1, 1]


def test_no_line_is_ordered_by_an_amount(office):
    """APL 74(3): handlers stand in the order of their names, causes in that of their codes."""
    tell({"承办人": ["乙"], "各方罚款": ["50000.00"]}, {"承办人": ["丙"], "各方罚款": ["1000.00"]}, {"承办人": ["丁"]})
    names = [line[0] for line in year().tables[1].lines]
    assert names == sorted(names)


# Who sees it.


def test_only_what_one_may_see_is_counted(office):
    tell({}, place="county2")
    assert figures(year())["决定：行政处罚"] == 0
    assert figures(year("legal_officer.county2"))["决定：行政处罚"] == 1


@pytest.mark.parametrize("account", ["agency_head.county1", "deputy_head.county1", "unit_head.county1", LEGAL])
def test_heads_and_lawyers_come_to_it_from_the_ledgers(office, account):
    tell({})
    page = Person(office.app, account).open("/registers")
    assert page.find("//a[@href='/penalties']")
    assert "不作为考核、排名依据" in page.open("/penalties?year=2026").text


def test_others_have_no_such_page(office):
    page = Person(office.app, HANDLER).open("/registers")
    assert not page.find("//a[@href='/penalties']")
    page.open("/penalties", status=404)


@pytest.mark.parametrize("query", ["", "?year=x", "?year=99999", "?year=-1", "?year=2019"])
def test_any_address_of_it_answers(office, query):
    assert "年行政处罚统计" in Person(office.app, LEGAL).open(f"/penalties{query}").text


def test_it_is_taken_away_as_a_sheet(office):
    tell({})
    page = Person(office.app, LEGAL).open("/penalties?year=2026&format=xlsx")
    lines = sheets.cells(page.data)
    assert lines[0][-1] == "全年" and ["立案", *[0, 0, 1], *[0] * 9, 1] in [list(line) for line in lines]


def test_it_asks_as_often_for_many_cases_as_for_few(office):
    asked = []
    for count in (1, 30):
        tell(*[{}] * count)
        with statements.recorded(store.engine()) as seen:
            year()
        asked.append(len(statements.of_the_page(seen)))
    assert asked[0] == asked[1] <= 3
