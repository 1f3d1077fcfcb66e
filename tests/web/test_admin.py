"""Administration: three administrators kept apart, and what each of them keeps."""

from datetime import date

import pytest
from sqlalchemy import select

from engine import catalog, deputies, incidents, model, parameters, staff, store
from engine.people import SYSTEM_ACTOR
from tests.office import at, deploy, open_office, who
from tests.pages import Person, make_app
from tests.processes.tips import rows
from tests.sheets import cells, xlsx
from tests.web.desk import NOON, name_of, open_case, task_of
from tests.zips import changed

ACCOUNTS = ("admin.system", "admin.security", "admin.audit", "designer.city", "unit_head.city", "case_handler.city")
SYSTEM, SECURITY, AUDIT, DESIGNER, HEAD, HANDLER = ACCOUNTS
ADMINS = {SYSTEM, SECURITY, AUDIT}
EVERYBODY = set(ACCOUNTS)
KEEPERS = {SYSTEM, DESIGNER}

READS = {
    "/admin/people": ADMINS,
    "/admin/people/<name>": ADMINS,
    "/admin/offices": ADMINS,
    "/admin/offices/<org_id>": ADMINS,
    "/admin/calendar": ADMINS | {DESIGNER},
    "/admin/calendar/days.xlsx": ADMINS | {DESIGNER},
    "/admin/parameters": ADMINS | {DESIGNER},
    "/admin/references": ADMINS | {DESIGNER},
    "/admin/references/<name>.xlsx": ADMINS | {DESIGNER},
    "/admin/incidents": ADMINS | {HEAD},
    "/admin/handoffs": ADMINS | {HEAD},
    "/admin/health": ADMINS,
    "/admin/audit": {AUDIT},
    "/deputies": EVERYBODY,
    "/definitions": EVERYBODY,
    "/definitions/<digest>": ADMINS | {DESIGNER},
    "/definitions/<digest>/steps/<step>": ADMINS | {DESIGNER},
    "/definitions/<digest>/check": ADMINS | {DESIGNER},
    "/definitions/<digest>/compare": ADMINS | {DESIGNER},
    "/definitions/<digest>/compare/<other>": ADMINS | {DESIGNER},
    "/definitions/<digest>/publish": {SYSTEM, DESIGNER},
    "/definitions/<digest>/files.zip": ADMINS | {DESIGNER},
    "/definitions/<digest>/file/<path:name>": ADMINS | {DESIGNER},
}
CHANGES = {
    "/admin/people": {SYSTEM},
    "/admin/people/<name>": {SYSTEM},
    "/admin/people/<name>/password": {SYSTEM},
    "/admin/people/<name>/roles": {SECURITY},
    "/admin/offices": {SYSTEM},
    "/admin/offices/<org_id>": {SYSTEM},
    "/admin/calendar": KEEPERS,
    "/admin/parameters": KEEPERS,
    "/admin/parameters/<parameter_id>/end": KEEPERS,
    "/admin/references": KEEPERS,
    "/admin/incidents/<incident_id>/retry": {SYSTEM, HEAD},
    "/admin/incidents/<incident_id>/resolve": {SYSTEM, HEAD},
    "/admin/handoffs/<handoff_id>/deliver": {SYSTEM, HEAD},
    "/deputies": {DESIGNER, HEAD, HANDLER, SECURITY, SYSTEM, AUDIT},
    "/deputies/<deputy_id>/end": {HEAD, SECURITY},
    "/definitions": {DESIGNER},
    "/definitions/<digest>/publish": {SYSTEM, DESIGNER},
    "/definitions/<digest>/tables/<table>": set(),  # whom the process names: here nobody
}
OURS = ("staff", "deputies", "holidays", "places", "references", "troubles", "health", "audit", "definitions")


@pytest.fixture
def app(database, monkeypatch, tmp_path):
    open_office("tip_check")
    return make_app(monkeypatch, tmp_path, NOON)


@pytest.fixture
def system(app):
    return Person(app, SYSTEM)


@pytest.fixture
def security(app):
    return Person(app, SECURITY)


def row_of(row_class, key):
    with store.reading() as session:
        return session.get(row_class, key)


def furnish() -> dict[str, str]:
    """Put one thing of each kind into the office; return their ids by the names that routes give them."""
    case = open_case()
    with store.writing() as session:
        other = deploy_draft(session)
        day = NOON.date()
        deputy = deputies.appoint(session, HEAD, "deputy_head.city", day, day, who(HEAD), NOON)
        settled = parameters.set_(session, "office.court", "某法院", "370200", "依据", SYSTEM_ACTOR, NOON)
        staff.import_references(session, "clauses", [("1", "一")], "标准", True, SYSTEM_ACTOR, NOON)
        session.add(model.Incident(id="i1", case_id=case.id, kind="engine", cause="x", retry={}, at=NOON))
        handoff = model.Handoff(id="h1", case_id=case.id, process="nowhere", relation="x", key="k", carries={}, by=HEAD)
        handoff.at, handoff.state = NOON, "waiting"
        session.add(handoff)
        session.flush()
        current = catalog.published_hash(session, "tip_check")
    return {
        "name": "case_handler.county1",
        "org_id": "county1",
        "parameter_id": settled.id,
        "incident_id": "i1",
        "handoff_id": "h1",
        "deputy_id": deputy.id,
        "digest": other,
        "other": current,
        "step": "tip_verify",
        "table": "dmn_tip",
    }


def deploy_draft(session) -> str:
    files = changed("bpmn/tip_check/deadlines.toml", '"3 WD"', '"5 WD"')
    whole = catalog.completed(session, "tip_check", files)
    return catalog.upload(session, "tip_check", whole, SYSTEM_ACTOR, NOON).hash


def address(rule: str, ids: dict[str, str]) -> str:
    if rule.endswith("<path:name>"):
        ids = ids | {"path:name": "bpmn/tip_check/tip_check.bpmn"}
    if rule.startswith("/admin/references"):
        ids = ids | {"name": "clauses"}
    for name, value in ids.items():
        rule = rule.replace(f"<{name}>", value)
    return rule


# Who comes where.


def test_every_route_of_the_office_pages_stands_in_the_table(app):
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.split(".")[0] in OURS]
    assert {rule.rule for rule in rules if "GET" in rule.methods} == READS.keys()
    assert {rule.rule for rule in rules if "POST" in rule.methods} == CHANGES.keys()


@pytest.mark.parametrize("account", ACCOUNTS)
def test_each_page_opens_only_to_those_it_is_for(app, account):
    ids, browser = furnish(), Person(app, account).client
    found = {rule: browser.get(address(rule, ids)).status_code for rule in READS}
    assert {rule for rule, status in found.items() if status in (200, 303)} == {
        rule for rule, those in READS.items() if account in those
    }
    assert set(found.values()) <= {200, 303, 404}


@pytest.mark.parametrize("account", ACCOUNTS)
def test_each_change_is_open_only_to_those_who_answer_for_it(app, account):
    ids, person = furnish(), Person(app, account).open("/account")
    token = person.find("//input[@name='csrf_token']/@value")[0]
    for rule, allowed in CHANGES.items():
        before = rows(model.User, model.Membership, model.Org, model.Deputy, model.Bundle, model.LedgerEntry)
        sent = {"csrf_token": token, "instead_of": ids["other"], "active": "1", "name": "x", "display": "x"}
        status = person.client.post(address(rule, ids), data=sent).status_code
        assert (rule, status in (200, 303, 409, 422)) == (rule, account in allowed), status
        if account not in allowed:
            assert status in (403, 404)
            after = rows(model.User, model.Membership, model.Org, model.Deputy, model.Bundle, model.LedgerEntry)
            assert after == before, rule


def test_the_auditor_changes_nothing_at_all(app):
    ids, person = furnish(), Person(app, AUDIT).open("/account")
    token = person.find("//input[@name='csrf_token']/@value")[0]
    before = rows()
    for rule in CHANGES:
        person.client.post(address(rule, ids), data={"csrf_token": token, "principal": HEAD, "deputy": HANDLER})
    assert [row for row in rows() if row[0] != "login_session"] == [row for row in before if row[0] != "login_session"]


@pytest.mark.parametrize("rule", CHANGES)
def test_no_change_is_accepted_without_the_token(app, rule):
    ids = furnish()
    for account in CHANGES[rule]:
        assert Person(app, account).client.post(address(rule, ids), data={}).status_code == 400


@pytest.mark.parametrize("account", sorted(ADMINS))
def test_an_administrator_sees_no_case(app, account):
    case = open_case()
    person = Person(app, account)
    assert case.number not in person.open("/cases").text
    person.open(f"/cases/{case.id}", status=404)
    assert case.number not in person.open("/registers/L-TIP-1").text


# Accounts.


def add(system, status=200, **answers):
    given = {"name": "zhang.city", "display": "张三", "org": "city"} | answers
    return system.open("/admin/people").press("建立账号", status, **given)


def test_an_account_is_made_without_any_right(system):
    add(system)
    assert "zhang.city" in system.text and "首次登录须修改" in system.text
    person = row_of(model.User, "zhang.city")
    assert (person.must_change_password, person.admin) == (True, "")
    assert who("zhang.city").roles == frozenset()


def test_the_first_password_is_shown_once_and_kept_nowhere(app, system, caplog):
    caplog.set_level("DEBUG")
    password = add(system).find("//code")[1].text
    assert len(password) > 20 and system.headers["Cache-Control"] == "no-store"
    assert password not in caplog.text
    assert password not in str(rows())
    assert password not in str([cookie.value for cookie in system.client._cookies.values()])
    assert password not in system.open("/admin/people/zhang.city").text


def test_the_first_password_opens_the_door_and_must_be_changed(app, system):
    password = add(system).find("//code")[1].text
    new = Person(app).open("/sign-in").press("登录", account="zhang.city", password=password)
    assert new.path == "/account"


def test_a_refused_account_keeps_what_was_typed_and_names_each_field(system):
    add(system, 422, name="Zhang", display=" ", email="zhang", certificate_no="示执1", org="")
    assert system.find("//input[@name='name']/@value") == ["Zhang"]
    assert system.find("//input[@name='certificate_no']/@value") == ["示执1"]
    wrong = system.find("//*[@aria-invalid]/@name")
    assert wrong == ["name", "display", "org", "email"]
    assert "请填写姓名" in system.text and "邮箱地址的格式不对" in system.text
    assert system.page.findtext(".//title").startswith("有错误：")


def test_a_day_that_is_none_keeps_what_was_typed(system):
    add(system, 422, certificate_until="2026-02-31")
    assert "“2026-02-31”不是日期" in system.text
    assert system.find("//input[@name='display']/@value") == ["张三"]


def test_an_account_that_is_there_already_is_refused_in_place(system):
    add(system, 422, name="case_handler.city")
    assert "账号 case_handler.city 已存在" in system.text


def test_hostile_names_are_shown_as_text(system):
    add(system, display="<script>alert(1)</script>")
    assert not system.find("//script[contains(., 'alert')]")
    assert "<script>alert(1)</script>" in system.open("/admin/people?q=zhang").text


def test_a_closed_account_is_signed_out_at_once(app, system):
    handler = Person(app, HANDLER).open("/")
    system.open(f"/admin/people/{HANDLER}").press("保存", active="0")
    assert handler.open("/").path == "/sign-in"


def test_a_reset_password_ends_all_sessions(app, system):
    handler = Person(app, HANDLER).open("/")
    system.open(f"/admin/people/{HANDLER}").press("确认重置")
    assert handler.open("/").path == "/sign-in"


@pytest.mark.parametrize("other", [SECURITY, AUDIT, SYSTEM])
def test_no_administrator_touches_the_account_of_one(app, system, other):
    system.open(f"/admin/people/{other}")
    assert not system.find("//main//form")
    before = rows(model.User)
    for path in ("", "/password"):
        system.post(f"/admin/people/{other}{path}", 403, display="x", org="city", active="0")
    assert rows(model.User) == before


def test_accounts_are_found_by_name_and_office(system):
    assert "县" not in system.open("/admin/people?q=case_handler.city").find("//tbody")[0].text_content()
    assert len(system.open("/admin/people?org=town1").find("//tbody/tr")) == 1


# Roles.


def test_the_security_administrator_gives_and_takes_roles(app, security):
    page = security.open("/admin/people/co_handler.city")
    page.press("授予", role="unit_head", org="city")
    assert ("unit_head", "city") in who("co_handler.city").roles
    page.press("收回承办机构负责人")
    assert ("unit_head", "city") not in who("co_handler.city").roles


def test_the_designers_role_can_be_given(security):
    security.open("/admin/people/co_handler.city").press("授予", role="process_designer", org="city")
    assert "流程设计人员" in security.text
    assert "process_designer" in who("co_handler.city").role_ids


def test_a_made_up_role_is_refused_in_place(security):
    security.open("/admin/people/co_handler.city").press("授予", 422, role="emperor", org="city")
    assert "没有这个岗位" in security.text


@pytest.mark.parametrize("name,status", [(SECURITY, 403), (SYSTEM, 422), (AUDIT, 422)])
def test_no_administrator_gets_a_role(security, name, status):
    security.open(f"/admin/people/{name}")
    security.post(f"/admin/people/{name}/roles", status, verb="give", role="unit_head", org="city")
    assert who(name).roles == frozenset()


def test_a_role_taken_away_ends_with_the_next_click(app, security):
    case = open_case()
    handler = Person(app, HANDLER).open(f"/cases/{case.id}")
    security.open(f"/admin/people/{HANDLER}").press("收回承办人")
    handler.open(f"/cases/{case.id}", status=404)


# Offices.


def office(system, status=200, **answers):
    given = {"id": "county3", "name": "南海县应急管理局", "region": "370283", "kind": "bureau", "parent": "city"}
    return system.open("/admin/offices").press("登记", status, **given | answers)


def test_an_office_is_added_below_another(system):
    office(system)
    assert row_of(model.Org, "county3").path == "/city/county3/"


def test_a_refused_office_names_each_field(system):
    office(system, 422, id="南海", region="37", name="")
    assert system.find("//*[@aria-invalid]/@name") == ["name", "id", "region"]
    assert system.find("//input[@name='id']/@value") == ["南海"]


def test_an_office_is_renamed_and_an_empty_one_closed(system):
    office(system)
    system.open("/admin/offices/county3").press("保存", name="南海县局", active="0")
    row = row_of(model.Org, "county3")
    assert (row.name, row.active) == ("南海县局", False)


def test_an_office_with_people_is_not_closed(system):
    system.open("/admin/offices/county1").press("保存", 422, active="0")
    assert "个在用账号" in system.text and "不能撤销" in system.text


# Deputies.


def test_a_colleague_is_made_deputy(app):
    head = Person(app, HEAD).open("/deputies")
    head.press("设置代理", deputy="deputy_head.city", from_on="2026-02-12", until_on="2026-02-20", reason="出差")
    assert "生效中" in head.text and "出差" in head.text
    told = Person(app, "deputy_head.city").open("/notices").text
    assert f"{name_of(HEAD)}由{name_of('deputy_head.city')}代理" in told


def test_a_refused_deputy_keeps_what_was_typed(app):
    handler = Person(app, HANDLER).open("/deputies")
    handler.press("设置代理", 422, deputy="co_handler.city", from_on="2026-02-20", until_on="2026-02-12", reason="病假")
    assert handler.find("//select[@name='deputy']//option[@selected]/@value") == ["co_handler.city"]
    assert handler.find("//input[@name='reason']/@value") == ["病假"]
    assert "结束日期早于开始日期" in handler.text


def test_a_deputyship_is_ended_early_by_those_it_concerns(app):
    handler = Person(app, HANDLER).open("/deputies")
    handler.press("设置代理", deputy="co_handler.city", from_on="2026-02-12", until_on="2026-02-20")
    deputy = Person(app, "co_handler.city").open("/deputies")
    assert "已于 2026-02-12 结束" in deputy.press("提前结束").text


def test_the_security_administrator_settles_deputies_by_account(app, security):
    security.open("/deputies").press("设置代理", principal=HANDLER, deputy="co_handler.city", reason="住院")
    with store.reading() as session:
        assert session.scalars(select(model.Deputy.set_by)).all() == [SECURITY]


# The calendar.

NEW_YEAR = [
    ("2027-01-01", "休", "元旦"),
    ("2027年1月2日", "休", "元旦"),
    (date(2027, 1, 4), "休", "元旦"),
    ("2027/10/1", "休", "国庆节"),
]


def take(person, *days, status=200, source="国办发明电〔2026〕9号", data=None):
    page = person.open("/admin/calendar")
    return page.press("导入并重新计算", status, files={"file": (data or xlsx(*days), "a.xlsx")}, source=source)


def test_a_new_year_moves_due_days_tasks_and_warnings(app, system):
    case = open_case(at("2026-12-30 10:00"), received_at="2026-12-30T09:00:00+08:00")
    before = task_of(case).due_at
    take(system, *NEW_YEAR)
    assert "1 个到期日随之变动" in system.text
    assert "".join(f"{case.number}示例市应急管理局核查时限2027-01-042027-01-06".split()) in "".join(system.text.split())
    assert task_of(case).due_at > before


def test_an_incomplete_year_is_said_to_be_so(system):
    take(system, NEW_YEAR[0])
    assert "2027 年没有国庆节" in system.text


def test_the_days_of_a_year_go_out_and_come_back(system):
    sheet = system.open("/admin/calendar/days.xlsx?year=2026").data
    assert cells(sheet)[1] == ["2026-01-01", "休", "元旦"]
    before = rows(model.CalendarDay)
    with store.reading() as session:
        source = session.scalars(select(model.CalendarDay.source)).first()
    take(system, data=sheet, source=source)
    assert rows(model.CalendarDay) == before


@pytest.mark.parametrize(
    "days,words",
    [
        ([("明天", "休", "元旦")], "第 2 行的“明天”不是日期"),
        ([("2027-02-30", "休", "元旦")], "第 2 行的“2027-02-30”不是日期"),
        ([("2027-01-01", "假", "元旦")], "类别“假”应为“休”或“班”"),
        ([("2027-01-01", "休", "")], "没有写明名称"),
        ([("2027-01-01", "休", "元旦"), ("2027-01-01", "班", "元旦")], "出现两次"),
        ([("2207-01-01", "休", "元旦")], "离今年太远"),
        ([], "表中没有日期"),
    ],
)
def test_a_wrong_day_stops_the_whole_import(system, days, words):
    before = rows(model.CalendarDay)
    take(system, *days, status=422)
    assert words in system.text
    assert system.find("//input[@name='source']/@value") == ["国办发明电〔2026〕9号"]
    assert rows(model.CalendarDay) == before


def test_a_file_that_is_no_workbook_is_refused_in_place(system):
    assert "不是可以读取的 Excel 文件" in take(system, status=422, data=b"PK\x03\x04 nonsense").text


def test_a_notice_without_source_is_refused(system):
    assert "文号或网址" in take(system, *NEW_YEAR, status=422, source=" ").text


# Parameters.


def settle(person, status=200, **answers):
    given = {"key": "clock.TIP-C01.length", "value": "5 WD", "region": "370200", "source": "市局规定第三条"}
    return person.open("/admin/parameters").press("登记", status, **given | answers)


def test_a_place_settles_a_clock_and_new_cases_follow(system):
    settle(system, in_force_from="2026-02-01")
    assert "5个工作日" in system.text and "市局规定第三条" in system.text and "待核" in system.text
    with store.reading() as session:
        row = session.scalars(select(model.Clock).where(model.Clock.case_id == open_case().id)).one()
    assert (row.values["length"], row.values["source"]) == ("5 WD", "市局规定第三条")


@pytest.mark.parametrize(
    "answers,words",
    [
        ({"key": "clock.TIP-C01.colour"}, "没有可由地方规定的"),
        ({"key": "clock.TIP-C99.length"}, "没有可由地方规定的"),
        ({"key": "anything"}, "没有可由地方规定的"),
        ({"value": "bald"}, "不是期限长度"),
        ({"value": ""}, "请填写"),
        ({"key": "clock.TIP-C01.warn", "value": "1 WD, 2 WD, 3 WD"}, "warn 至多两个"),
        ({"region": "990000"}, "没有区划 990000 的机构"),
        ({"source": " "}, "必须注明依据"),
        ({"in_force_from": "2026-03-01", "in_force_until": "2026-02-01"}, "失效日期早于施行日期"),
        ({"in_force_from": "bald"}, "不是日期"),
    ],
)
def test_what_no_clock_could_count_with_is_refused_and_kept_on_the_page(system, answers, words):
    settle(system, 422, **answers)
    assert words in system.text
    assert system.find("//input[@name='source']/@value") == [answers.get("source", "市局规定第三条")]
    assert rows(model.Parameter) == []


def test_a_settled_value_is_ended_from_a_day_on(system):
    settle(system)
    system.press("确认终止", until="2026-02-20")
    with store.reading() as session:
        assert session.scalars(select(model.Parameter.in_force_until)).all() == [date(2026, 2, 20)]
    assert "至 2026-02-20" in system.text


def test_a_value_is_not_ended_in_the_past(system):
    settle(system).press("确认终止", 422, until="2026-02-01")
    assert "不能早于今天" in system.text


# Reference lists.


def bring(person, *entries, status=200, **answers):
    given = {"list": "clauses", "source": "GB 1234"} | answers
    return person.open("/admin/references").press("导入", status, files={"file": (xlsx(*entries), "a.xlsx")}, **given)


def test_a_list_is_brought_in_and_read_again(system):
    bring(system, ("1.1", "防爆"), ("00123", "通风"), (7, "整数编码"))
    assert "已导入 3 条" in system.text and "待核" in system.text
    assert cells(system.open("/admin/references/clauses.xlsx").data)[1:] == [
        ["1.1", "防爆"],
        ["00123", "通风"],
        ["7", "整数编码"],
    ]


def test_known_codes_change_and_none_is_lost(system):
    bring(system, ("1", "旧"), ("2", "留"))
    bring(system, ("1", "新"), verified="1")
    with store.reading() as session:
        found = session.execute(select(model.ReferenceItem.code, model.ReferenceItem.title)).all()
    assert sorted(map(tuple, found)) == [("1", "新"), ("2", "留")]


@pytest.mark.parametrize(
    "entries,answers,words",
    [
        ([("1", "甲"), ("", "乙")], {}, "第 3 行缺少编码或名称"),
        ([("1", "甲"), ("1", "乙")], {}, "编码“1”重复"),
        ([], {}, "没有可导入的行"),
        ([("1", "甲")], {"list": "目录"}, "目录标识应以小写英文字母开头"),
        ([("1", "甲")], {"source": ""}, "必须注明来源"),
    ],
)
def test_a_wrong_list_is_refused_whole(system, entries, answers, words):
    bring(system, *entries, status=422, **answers)
    assert words in system.text
    assert rows(model.ReferenceItem) == []


# Incidents and hand-offs.


@pytest.fixture
def stuck(app):
    case = open_case()
    with store.writing() as session:
        row = model.Incident(id="i1", case_id=case.id, kind="engine", element="tip_verify", cause="坏了", at=NOON)
        session.add(row)
    return case


def test_an_administrator_learns_the_number_and_not_the_matter(system, stuck):
    text = system.open("/admin/incidents").text
    assert stuck.number in text and "坏了" in text
    assert stuck.title not in text


def test_a_superior_opens_the_case_from_its_incident(app, stuck):
    head = Person(app, HEAD).open("/admin/incidents")
    assert head.find(f"//a[@href='/cases/{stuck.id}']")


def test_the_superior_of_another_county_knows_nothing_of_it(app, stuck):
    other = Person(app, "unit_head.county1").open("/admin/incidents")
    assert "坏了" not in other.text
    for verb in ("retry", "resolve"):
        other.post(f"/admin/incidents/i1/{verb}", 404, note="x")


def test_an_incident_is_closed_with_a_word(app, stuck):
    head = Person(app, HEAD).open("/admin/incidents")
    assert "请写明怎样处理的" in head.press("确认", 422, note=" ").text
    head.open("/admin/incidents").press("确认", note="已改流程")
    assert "没有未处理的异常" in head.text
    assert name_of(HEAD) in head.open("/admin/incidents?state=resolved").text


def test_a_matter_that_waits_is_handed_over_on_demand(app, system):
    furnish()
    assert "立即重试" in system.open("/admin/handoffs").text
    system.press("立即重试")
    assert "仍不能移交：流程 nowhere 尚未发布" in system.text


def test_a_matter_is_delivered_once_its_process_is_there(app, system):
    case = open_case()
    with store.writing() as session:
        row = model.Handoff(id="h1", case_id=case.id, process="coercion", relation="强制", key="k", by=HEAD, at=NOON)
        row.carries, row.state = {}, "waiting"
        session.add(row)
        deploy(session, "coercion")
    assert "已移交，对方流程已立案" in system.open("/admin/handoffs").press("立即重试").text


def test_kinds_of_incidents_have_words(app):
    assert set(incidents.KINDS) >= {"engine", "timer", "handoff", "job", "clock_overdue"}


# How the office fares.


def test_an_office_without_worker_says_so_in_plain_words(system):
    text = system.open("/admin/health").text
    assert "没有工作进程在运行" in text and "请运维人员启动工作进程" in text
    assert "2026年放假安排正常已导入" in "".join(text.split())
    assert "磁盘空间" in text and "GB" in text


# The auditor.


def test_the_auditor_reads_who_did_what_to_whose_account(app, system, security):
    add(system)
    security.open("/admin/people/co_handler.city").press("授予", role="unit_head", org="city")
    text = Person(app, AUDIT).open("/admin/audit").text
    assert "建立账号张三（zhang.city）" in text
    assert "授予岗位" in text and "岗位：承办机构负责人；机构：示例市应急管理局" in text


def test_the_auditor_takes_the_record_away(app, system):
    add(system)
    sheet = cells(Person(app, AUDIT).open("/admin/audit?act=account made&format=xlsx").data)
    assert sheet[0][:3] == ["时间", "办理人", "事项"]
    assert [row[2] for row in sheet[1:]] == ["建立账号"]
