"""The legal staff's board: what it shows, filters, keeps, begins and takes away, and to whom it shows nothing."""

from datetime import datetime
from urllib.parse import quote

import pytest

from engine import boards, cases, catalog, model, referrals, store, views
from engine.errors import Conflict, NotFound, Refused
from tests import sheets, statements
from tests.bench import board
from tests.board import HEAD, LEGAL, NOON, PEOPLE, REVIEWER, YEAR_END, Boards, case_of, rows_of
from tests.office import at, who
from tests.pages import Person
from web.referrals import PROCESS, ROLES

OUTSIDERS = [f"{role}.county1" for role in ("case_handler", "case_handler2", "intake_clerk", "unit_head", "archivist")]
ELSEWHERE = "legal_officer.county2"


@pytest.fixture(scope="session")
def made(databases, tmp_path_factory):
    return Boards(databases, tmp_path_factory.mktemp("boards"))


@pytest.fixture
def june(made, tmp_path, monkeypatch):
    yield from made.open("june", tmp_path, monkeypatch)


@pytest.fixture
def year(made, tmp_path, monkeypatch):
    yield from made.open("year", tmp_path, monkeypatch)


def visit(referral, query="", account=LEGAL):
    return Person(referral.office.app, account).open(f"/referrals{query}")


def row(page, name):
    return next(line for line in page.find("//tr[@data-row]") if name in line.text_content())


def said(page, name):
    return " ".join(row(page, name).text_content().split())


# Who sees it


@pytest.mark.parametrize("account", [LEGAL, HEAD])
def test_the_navigation_leads_there(june, account):
    page = Person(june.office.app, account).open("/")
    assert page.find("//nav[@id='nav']//a[@href='/referrals']")
    assert rows_of(page.open("/referrals")) == list(PEOPLE)


def test_the_reviewer_finds_there_what_lies_with_him(june):
    """A referral is open to who reviews its report until the head has approved it, and no longer."""
    page = Person(june.office.app, REVIEWER).open("/")
    assert page.find("//nav[@id='nav']//a[@href='/referrals']")
    assert rows_of(page.open("/referrals")) == []


@pytest.mark.parametrize("account", OUTSIDERS)
def test_nobody_else_knows_of_it(june, account):
    page = Person(june.office.app, account).open("/")
    assert not page.find("//nav[@id='nav']//a[@href='/referrals']")
    case = case_of("李某").id
    for path in ("", "?format=xlsx", "/summary", "/summary?format=xlsx", f"/{case}"):
        page.open(f"/referrals{path}", status=404)
        assert "李某" not in page.text
    page.post(f"/referrals/{case}/begin", 404, draft="复议申请")


@pytest.mark.parametrize("path", ["", "?q=李某", "?organ=东山", "?format=xlsx", "/summary", "/summary?format=xlsx"])
def test_another_office_finds_nothing_in_it(june, path):
    page = Person(june.office.app, ELSEWHERE).open(f"/referrals{path}")
    told = sheets.said(sheets.cells(page.data)) if path.endswith("xlsx") else page.text
    assert not any(f"{name}涉嫌" in told for name in PEOPLE) and "JR-370202" not in told
    assert "发现涉罪线索1" not in told


def test_another_office_can_begin_nothing_and_read_no_timeline(june):
    case = case_of("李某").id
    page = Person(june.office.app, ELSEWHERE).open("/referrals")
    page.post(f"/referrals/{case}/begin", 404, draft="复议申请")
    page.open(f"/referrals/{case}", status=404)
    assert "李某" not in page.text


def test_a_referral_kept_from_somebody_is_not_counted_either(june):
    case = case_of("李某")
    with store.writing() as session:
        name = who(LEGAL).user
        session.add(model.Participant(case_id=case.id, kind="kept", who=name))
    page = visit(june)
    assert "李某" not in rows_of(page) and "共 5 件" in page.text and "不予立案 1" not in page.text
    with store.reading() as session:
        found = referrals.summary(session, who(LEGAL), NOON, 2026)
    assert found.lines[0].total == 5


def test_the_roles_of_the_menu_are_those_of_the_process(june):
    with store.reading() as session:
        assert set(catalog.published(session, PROCESS).settings["board"]["roles"]) == ROLES


def test_before_the_process_is_published_it_says_so(june):
    with store.writing() as session:
        session.query(model.Bundle).filter_by(process=PROCESS).update({"state": "retired"})
    assert "尚未发布" in visit(june).text


# What a line says


def test_a_silent_police_is_late_only_after_the_lenient_day(june):
    assert "已超期 2 天" in said(visit(june), "钱某") and "顺延至 2026-06-15" in said(visit(june), "钱某")
    june.office.set(at("2026-06-15 12:00"))
    page = visit(june)
    assert "已到期，顺延至 2026-06-15" in said(page, "钱某") and "row-red" not in row(page, "钱某").get("class")
    assert "钱某" not in rows_of(visit(june, "?lamp=red"))


def test_a_line_says_whose_turn_it_is(june):
    assert "公安回执待领取（法制人员）" in said(visit(june), "赵某")
    page = visit(june).press(f"公安回执，{case_of('赵某').number}")
    assert page.path.startswith("/tasks/")
    assert "公安回执我" in said(visit(june), "赵某")
    assert "公安回执彭慧敏" in said(visit(june, account=HEAD), "赵某")


def test_a_line_shows_the_last_paper_with_number_day_and_scan(june):
    page = visit(june)
    assert "公复字〔2026〕1号 2026-06-22" in said(page, "周某") and "登记复议决定" in said(page, "周某")
    (scan,) = row(page, "周某").xpath(".//a[starts-with(@href, '/attachments/')]/@href")
    with page.client.get(scan) as answer:
        assert answer.status_code == 200


def test_the_papers_of_police_procuratorate_and_court_stand_apart(june):
    june.id = case_of("钱某").id
    june.act("ask_opinion", "ref_procuratorate_opinion", NOON, kind="其他", received_on="2026-06-16")
    line = said(visit(june), "钱某")
    assert "检察 检意〔2026〕1号 2026-06-16" in line and "公安 公立字〔2026〕1号 2026-06-11" in line


def test_the_head_sees_the_line_but_not_the_legal_officers_buttons(june):
    assert "催办函" in said(visit(june), "钱某")
    assert "催办函" not in said(visit(june, account=HEAD), "钱某")


ASKED = [f"?sort={sort}" for sort in boards.SORTS] + [f"?who={who}" for who in ("pool", "unit_head", "legal_officer")]
ASKED += ["", "?lamp=red", "?open=1", "?status=accepted", "?since=2026-01-01&until=2026-12-31", "?page=2"]
ASKED += ["?organ=东山&sort=status", "?q=钱某&status=accepted", "?view=none&sort=-opened&page=3"]


def test_the_page_asks_eight_questions_however_many_referrals_there_are(june):
    page = visit(june)
    board.fill(case_of("钱某").id, 200, NOON)
    for query in ASKED:
        with statements.recorded(store.engine()) as seen:
            page.open(f"/referrals{query}")
        assert rows_of(page), query
        assert len(statements.of_the_page(seen)) <= 8, query


# Filters, order, pages


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?status=filed", ["孙某"]),
        ("?lamp=red", ["陈某", "赵某", "钱某"]),
        ("?organ=东山区", ["赵某", "钱某", "孙某", "李某", "周某"]),
        ("?organ=西河", []),
        ("?organ=%25", []),
        ("?who=unit_head", ["陈某"]),
        ("?who=pool", ["赵某", "钱某", "孙某", "李某", "周某"]),
        ("?who=mine", []),
        ("?q=钱某", ["钱某"]),
        ("?q=JR-370202-2026-0005", ["李某"]),
        ("?since=2026-06-06", []),
        ("?until=2026-06-05&status=handed_over", ["赵某"]),
        ("?sort=-number", ["周某", "李某", "孙某", "钱某", "赵某", "陈某"]),
        ("?sort=-due", ["周某", "李某", "孙某", "钱某", "赵某", "陈某"]),
        ("?sort=status", ["陈某", "赵某", "钱某", "孙某", "李某", "周某"]),
        ("?open=1&lamp=nonsense&sort=nonsense&since=nonsense", list(PEOPLE)),
    ],
)
def test_a_filter_finds(june, query, found):
    assert rows_of(visit(june, query)) == found


def test_what_i_hold_is_found_as_mine(june):
    visit(june).press(f"公安回执，{case_of('赵某').number}")
    assert rows_of(visit(june, "?who=mine")) == ["赵某"]


def test_grouped_by_state_each_state_has_a_head(june):
    heads = [head.text_content() for head in visit(june, "?sort=status").find("//tr[@class='group']/th")]
    assert heads == ["初筛", "已移送待回执", "公安审查中", "已立案", "不予立案", "复议维持"]


def test_the_strip_counts_states_and_lamps(june):
    page = visit(june)
    assert "不予立案 1" in page.text and "3逾期" in page.text
    assert rows_of(page.open(page.find("//nav[@class='chips']//a[contains(., '不予立案')]/@href")[0])) == ["李某"]


def test_pages_follow_each_other(june):
    with store.reading() as session:
        by, bundle = who(LEGAL), boards.of(session, PROCESS, who(LEGAL))
        first, _ = boards.page(session, bundle, by, NOON, boards.Asked(), 1, 4)
        second, _ = boards.page(session, bundle, by, NOON, boards.Asked(), 2, 4)
    assert (len(first.rows), len(second.rows), first.total) == (4, 2, 6)
    assert not {row.case.id for row in first.rows} & {row.case.id for row in second.rows}


@pytest.mark.parametrize("status", ["closed", "screening"])
def test_an_empty_answer_offers_to_clear_the_filters(june, status):
    page = visit(june, f"?status={status}&q={quote('无此人')}")
    assert "没有符合条件的移送事项" in page.text
    assert rows_of(page.open(page.find("//p[@class='panel-empty']/a/@href")[0])) == list(PEOPLE)


# What may be begun from the row


def begun(referral, name, draft, account=LEGAL):
    return visit(referral, account=account).press(f"{draft}，{case_of(name).number}")


def value(page, field):
    fields = page.find(f"//*[@name='f-{field}']")
    chosen = [entry for entry in fields if entry.get("checked") is not None]
    return chosen[0].get("value") if chosen else fields[0].text or fields[0].get("value") or ""


def test_a_reminder_opens_with_the_facts_of_the_case(june):
    page = begun(june, "钱某", "催办函")
    assert value(page, "kind") == "催办函" and value(page, "to_organ") == "东山区公安局"
    text = value(page, "content")
    assert "钱某涉嫌危险作业罪一案" in text and "2026-06-11移送东山区公安局" in text
    assert "法定审查期限于2026-06-14届满" in text
    page.press("提交")
    with store.reading() as session:
        papers = cases.letters(session, case_of("钱某"), who(LEGAL))
    assert "D-JR-12a" in {paper.letter for paper in papers}


def test_a_filed_case_is_inquired_about(june):
    page = begun(june, "孙某", "查询函")
    assert value(page, "kind") == "查询函" and "现查询案件办理进展" in value(page, "content")


def test_reconsideration_is_begun_in_one_click(june):
    page = begun(june, "李某", "复议申请")
    assert "不立案处置意见" in page.text and value(page, "choice") == "提请复议"
    assert "停产整改决定送达后仍组织生产" in value(page, "reason")


def test_supervision_is_suggested_after_a_refusal_and_after_an_upheld_one(june):
    page = begun(june, "李某", "立案监督建议书")
    assert value(page, "choice") == "直接建议立案监督"
    page = begun(june, "周某", "立案监督建议书")
    assert "复议维持的处置" in page.text and value(page, "choice") == "建议立案监督"


def test_the_suggestion_itself_opens_with_facts_and_refusals(june):
    june.id = case_of("周某").id
    june.do("ref_upheld_choice", at("2026-06-23 10:00"))
    page = begun(june, "周某", "立案监督建议书")
    text = value(page, "reasons")
    assert "周某涉嫌危险作业罪" in text and "决定不予立案" in text and "复议决定：维持不立案" in text


def test_pressing_twice_opens_the_same_form(june):
    first, second = begun(june, "李某", "复议申请").path, ""
    case = case_of("李某")
    page = visit(june)
    second = page.post(f"/referrals/{case.id}/begin", draft="复议申请").path
    assert first == second
    assert page.post(f"/referrals/{case_of('钱某').id}/begin", draft="催办函").path.startswith("/tasks/")
    again = page.open("/referrals").post(f"/referrals/{case_of('钱某').id}/begin", draft="催办函").path
    assert again.startswith("/tasks/")


def test_what_was_typed_is_not_overwritten_by_pressing_again(june):
    page = begun(june, "李某", "复议申请")
    page.press("save", **{"f__reason": "已经写好的理由"})
    assert value(begun(june, "李某", "立案监督建议书"), "reason") == "已经写好的理由"


def test_what_cannot_be_begun_now_is_refused(june):
    with store.writing() as session, pytest.raises(Conflict, match="状态流转不合法"):
        boards.begin(session, case_of("陈某").id, "复议申请", who(LEGAL), NOON)
    with store.writing() as session, pytest.raises(NotFound):
        boards.begin(session, case_of("陈某").id, "不存在的文书", who(LEGAL), NOON)
    page = visit(june)
    page.post(f"/referrals/{case_of('陈某').id}/begin", 409, draft="催办函")
    assert "JR-E23" in page.text


def test_who_may_look_may_not_therefore_begin(june):
    page = visit(june, account=HEAD)
    page.post(f"/referrals/{case_of('李某').id}/begin", 403, draft="复议申请")


# Views


def test_a_view_is_kept_opened_renamed_made_default_and_deleted(june):
    page = visit(june, "?lamp=red&organ=" + quote("东山")).press("保存视图", name="东山逾期")
    assert rows_of(page) == ["赵某", "钱某"] and "视图“东山逾期”已保存" in page.text
    page.press("设为默认")
    assert rows_of(page.open("/referrals")) == ["赵某", "钱某"]
    assert rows_of(page.open("/referrals?all=1")) == list(PEOPLE)
    page.press("改名", name="东山催办")
    assert "东山催办（默认）" in page.text
    page.press("取消默认")
    assert rows_of(page.open("/referrals")) == list(PEOPLE)
    page.press("删除")
    assert "视图“东山催办”已删除" in page.text and "尚未保存" in page.text


def test_a_view_belongs_to_one_person(june):
    visit(june, "?lamp=red").press("保存视图", name="逾期的", opens="1")
    other = visit(june, account=HEAD)
    assert rows_of(other) == list(PEOPLE) and "尚未保存" in other.text
    with store.writing() as session:
        (row,) = views.of(session, PROCESS, who(LEGAL))
        for verb in (views.delete, lambda *given: views.rename(given[0], given[1], "我的", given[2])):
            with pytest.raises(NotFound):
                verb(session, row.id, who(HEAD))
    other.post(f"/referrals/views/{row.id}", 404, do="delete")


def test_the_same_name_means_the_new_filters(june):
    visit(june, "?lamp=red").press("保存视图", name="常用")
    page = visit(june, "?status=filed").press("保存视图", name=" 常用 ")
    assert rows_of(page) == ["孙某"] and len(page.find("//section[@class='views']/a")) == 1


@pytest.mark.parametrize("name", ["", "   ", "名" * 31])
def test_a_view_without_a_proper_name_is_refused_and_the_page_comes_back(june, name):
    page = visit(june, "?lamp=red").press("保存视图", status=422, name=name)
    assert "不超过 30 个字" in page.find("//*[@role='alert']")[0].text_content()
    assert rows_of(page) == ["陈某", "赵某", "钱某"]


def test_two_views_cannot_have_one_name(june):
    with store.writing() as session:
        views.save(session, PROCESS, "甲", "", who(LEGAL), NOON)
        second = views.save(session, PROCESS, "乙", "", who(LEGAL), NOON).id
    page = visit(june)
    page.post(f"/referrals/views/{second}", 422, do="rename", name="甲")
    assert "已有同名的视图" in page.text


def test_there_is_an_end_to_views(june):
    with store.writing() as session:
        for number in range(views.MOST):
            views.save(session, PROCESS, f"视图{number}", "", who(LEGAL), NOON)
        with pytest.raises(Refused, match="最多保存"):
            views.save(session, PROCESS, "再一个", "", who(LEGAL), NOON)


def test_a_view_keeps_only_what_the_board_knows(june):
    page = visit(june)
    page.post("/referrals/views", name="怪", query="lamp=red&format=xlsx&next=//evil&view=x")
    with store.reading() as session:
        (row,) = views.of(session, PROCESS, who(LEGAL))
    assert row.query == "lamp=red"


# The sheet, the timeline, the summary


def test_the_sheet_holds_what_the_page_shows(june):
    heads, *lines = sheets.cells(visit(june, "?lamp=red&format=xlsx").data)
    assert [line[heads.index("当事人")] for line in lines] == ["陈某", "赵某", "钱某"]
    last = dict(zip(heads, lines[-1], strict=True))
    assert last["当前状态"] == "公安审查中" and last["逾期"] == "公安立案审查" and last["颜色"] == "红"
    assert last["公安机关最近来文"] == "公立字〔2026〕1号" and last["公安机关来文日期"] == "2026-06-11"
    assert last["轮到谁办"] == "登记公安审查结果：法制人员（待领取）"


def test_a_sheet_too_long_is_refused(june, monkeypatch):
    monkeypatch.setattr("web.sheets.MOST_ROWS", 3)
    Person(june.office.app, LEGAL).open("/referrals?format=xlsx", status=422)


def test_the_timeline_goes_from_report_to_result_in_the_order_of_days(year):
    page = Person(year.office.app, LEGAL).open(f"/referrals/{case_of('刘某').id}")
    titles = [title.text for title in page.find("//ol[@class='timeline']//strong")]
    wanted = ["涉罪线索登记", "移送审批", "移送公安", "公安回执", "登记公安审查结果", "涉案物品材料移交", "结果登记"]
    assert [title for title in titles if title in wanted] == wanted
    days = page.find("//ol[@class='timeline']//time/@datetime")
    assert days == sorted(days, key=datetime.fromisoformat)
    assert "人民法院来文" in page.text and "公立字〔2026〕1号" in page.text


def test_the_timeline_tells_both_days_of_a_clock_and_how_late_it_was(year):
    page = Person(year.office.app, LEGAL).open(f"/referrals/{case_of('刘某').id}")
    lines = [" ".join(line.text_content().split()) for line in page.find("//table//tbody/tr")]
    police = next(line for line in lines if "JR-C04" in line)
    assert "2026-06-14" in police and "2026-06-15" in police and "已办结" in police
    assert any("逾期 65 天" in line for line in lines) and "进程查询周期到期未办" in page.text


def test_a_paper_put_on_record_later_says_when(year):
    page = Person(year.office.app, LEGAL).open(f"/referrals/{case_of('刘某').id}")
    page.open(page.find("//nav[@class='crumbs']//a/@href")[1])
    assert page.path.startswith("/cases/")


def test_only_a_referral_has_a_timeline(june):
    page = Person(june.office.app, LEGAL)
    page.open("/referrals/nothing", status=404)


def lines_of(cohort=False, year=2026):
    with store.reading() as session:
        found = referrals.summary(session, who(LEGAL), YEAR_END, year, cohort)
    return found, {line.title: line for line in found.lines}


def test_the_summary_counts_each_stage_in_its_month(year):
    found, lines = lines_of()
    june_, november = 5, 10
    assert lines["发现涉罪线索"].months[june_] == 2 and lines["移送公安"].months[june_] == 1
    assert lines["公安立案"].total == 1 and lines["法院判决"].months[november] == 1
    assert lines["退出移送"].months[june_] == 1 and found.blocks[0].lines == [("内部不批准：证据不足", 1)]


def test_by_the_month_of_the_clue_a_judgment_counts_where_it_began(year):
    assert lines_of(cohort=True)[1]["法院判决"].months[5] == 1
    assert lines_of(year=2025)[1]["发现涉罪线索"].total == 0


def test_the_summary_tells_rates_days_and_sums(year):
    figures = {title: value for block in lines_of()[0].blocks for title, value in block.lines}
    assert figures["主要负责人审批"] == "100.0%（2/2）" and figures["二十四小时移送"] == "100.0%（1/1）"
    assert figures["公安立案率"] == "100.0%（1/1）" and figures["移送至立案天数（中位数）"] == "1"
    assert figures["罚款折抵合计（元）"] == "30000.00" and figures["判处刑罚人数"] == 1
    assert figures["命中移送标准、未移送而已作处罚决定的案件（应为 0）"] == 0


# §6 of the page, in its order.
STATISTICS = (
    "筛查线索 其中命中移送标准 移送公安 内部不批准移送 主要负责人审批 二十四小时移送 物品材料移交 公安立案率 补正率 "
    "复议改立率 监督立案率 移送至立案天数（中位数） 不起诉后退回 退回后作出处罚决定 罚款折抵合计（元） "
    "登记职业禁入人次 已立案而物品尚未移交"
)


def test_the_summary_tells_all_that_the_page_asks_for(year):
    with store.reading() as session:
        found = referrals.summary(session, who(LEGAL), YEAR_END, 2026)
    told = {title: value for block in found.blocks for title, value in block.lines}
    titles = {line.title for line in found.lines} | set(told)
    assert set(STATISTICS.split()) - titles == set()
    assert found.substituted == [] and told["命中移送标准、未移送而已作处罚决定的案件（应为 0）"] == 0


def test_a_late_approval_lowers_the_rate(june):
    with store.writing() as session:
        clock = session.query(model.Clock).filter_by(case_id=case_of("孙某").id, rule="JR-C01").one()
        clock.state = "late"
    with store.reading() as session:
        blocks = referrals.summary(session, who(LEGAL), NOON, 2026).blocks
    assert dict(blocks[1].lines)["主要负责人审批"] == "80.0%（4/5）"


def penalised(session, number, state):
    """Let a referral's row pass for a penalty case with a hit in this state."""
    case = case_of("李某")
    values = {column.key: getattr(case, column.key) for column in case.__mapper__.column_attrs}
    values |= {"id": f"ec-{number}", "number": number, "process": "enforcement_case", "confidential": "", "key": None}
    values |= {"exposed": {"decision": "行政处罚", "decided_on": {"$date": "2026-06-10"}}, "request_key": None}
    session.add(model.Case(**values))
    session.flush()
    row = {"crime": "危险作业罪", "article": "刑法", "facts": [], "found_at": NOON}
    session.add(model.WatchHit(case_id=f"ec-{number}", row="R5", state=state, **row))


def test_a_penalty_in_place_of_a_referral_is_named(june):
    with store.writing() as session:
        penalised(session, "EC-1", "open")
        penalised(session, "EC-2", "answered")
        penalised(session, "EC-3", "referred")
    with store.reading() as session:
        found = referrals.summary(session, who(LEGAL), NOON, 2026)
    assert found.substituted == ["EC-1"] and dict(found.blocks[-1].lines)["命中后已说明理由的案件"] == 1
    page = Person(june.office.app, LEGAL).open("/referrals/summary")
    assert "EC-1" in page.find("//*[@role='alert']")[0].text_content()


def test_the_summary_is_taken_away_as_a_sheet(year):
    page = Person(year.office.app, LEGAL).open("/referrals/summary?year=2026&format=xlsx")
    heads, *lines = sheets.cells(page.data)
    assert heads[-1] == "全年" and lines[0][0] == "发现涉罪线索" and lines[0][-1] == 2


@pytest.mark.parametrize("query", ["?year=x", "?year=99999", "?basis=found", "?year=-3"])
def test_any_address_of_the_summary_answers(june, query):
    assert "年行刑衔接汇总" in Person(june.office.app, LEGAL).open(f"/referrals/summary{query}").text
