"""The pages as people meet them: with keys, on a phone, to a screen reader, under the content policy."""

import pytest
from flask import render_template_string
from playwright.sync_api import expect

from engine import forms, store
from tests.api import own_app
from tests.office import who
from tests.web.desk import NOON, answered, claimed, open_case, reread, task_of
from tests.web.test_formview import FORM, context
from web import formview
from web.choices import Names

EVERY_KIND = """{% extends 'base.html' %}{% import '_form.html' as f with context %}
{% block title %}每种字段{% endblock %}{% block main %}<h1>每种字段</h1>
<form class="panel-body" method="post" data-watch data-follow="/every/follow">
<input type="hidden" name="csrf_token" value="{{ csrf_token() }}">{{ f.body(view) }}</form>{% endblock %}"""


@pytest.fixture
def app():
    return own_app()


@pytest.fixture
def case(site):
    return open_case()


@pytest.fixture
def task(case):
    return claimed(case)


@pytest.fixture
def letter(case):
    return answered(case)


def every_kind(site, answers):
    """Serve a page that has a field of each kind."""

    def page():
        with store.reading() as session:
            by = who("case_handler.city")
            state = forms.state(FORM, answers, context())
            view = formview.View(FORM, answers, Names(session, by, NOON.date()), state, None, ["同意。"], by, {})
            return render_template_string(EVERY_KIND, view=view, few=formview.FEW)

    def follow():
        from flask import jsonify, request

        typed, _ = formview.read(FORM, request.form, request.files, None)
        state = forms.state(FORM, typed, context())
        return jsonify(shown=state.shown, required=state.required, computed=state.computed)

    site.app.add_url_rule("/every", "every", page)
    site.app.add_url_rule("/every/follow", "every_follow", follow, methods=["POST"])
    return site.enter("case_handler.city", "/every")


def no_sideways_scroll(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def drawn(page):
    """Wait until the diagram stands."""
    page.wait_for_selector("[data-diagram][data-ready]")
    return page


LISTS = ["/", "/inbox/pool", "/inbox/done", "/inbox/unit", "/notices", "/cases", "/cases/new", "/account", "/nowhere"]


def test_every_list_is_accessible_and_fits_a_phone(site, case, faults):
    claimed(open_case(place="三号库"), "case_handler2.city")
    page = site.enter("unit_head.city")
    for width in (1440, 360):
        page.set_viewport_size({"width": width, "height": 800})
        for path in LISTS:
            page.goto(site.url + path)
            assert (path, width, faults(page)) == (path, width, [])
            assert no_sideways_scroll(page), (path, width)


def test_the_door_is_accessible(site, faults):
    site.app.config["DEMO"] = True
    page = site.enter(None, "/sign-in")
    assert faults(page) == []
    page.set_viewport_size({"width": 360, "height": 780})
    assert no_sideways_scroll(page)


def test_the_task_page_is_accessible_and_fits_a_phone(site, task, faults):
    page = site.enter("case_handler.city")
    for width in (1440, 360):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{site.url}/tasks/{task.id}")
        assert faults(drawn(page)) == []
        assert no_sideways_scroll(page)


def test_a_refused_form_is_accessible_and_takes_the_focus(site, task, faults):
    page = site.enter("case_handler.city", f"/tasks/{task.id}")
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.locator("#errors")).to_be_focused()
    assert faults(page) == []
    page.locator("#errors a").first.click()
    expect(page.locator("#f-checked_at")).to_be_focused()


def test_the_case_page_is_accessible_and_fits_a_phone(site, letter, faults):
    page = site.enter("unit_head.city")
    for tab in ("facts", "diagram", "clocks", "papers", "links", "ledger"):
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(f"{site.url}/cases/{letter.case_id}?tab={tab}")
        for part in page.locator("main details").all():
            part.evaluate("part => part.open = true")
        assert (tab, faults(page)) == (tab, [])
        page.set_viewport_size({"width": 360, "height": 780})
        assert no_sideways_scroll(page), tab


def test_every_kind_of_field_is_accessible(site, faults):
    page = every_kind(site, {"result": "不属实", "items": [{"clause": "一", "parts": [{"name": "阀"}]}]})
    assert faults(page) == []
    page.set_viewport_size({"width": 360, "height": 780})
    assert no_sideways_scroll(page)


def test_the_diagram_shows_done_current_and_possible(site, task):
    page = drawn(site.enter("case_handler.city", f"/tasks/{task.id}"))

    def marked(kind):
        return page.locator(f".djs-element.mark-{kind}").evaluate_all("all => all.map(e => e.dataset.elementId)")

    assert "tip_record" in marked("done")
    assert marked("current") == ["tip_verify"]
    assert marked("possible") == ["tip_approve"]


def test_the_mark_of_the_diagrams_makers_stays_visible(site, task):
    page = drawn(site.enter("case_handler.city", f"/tasks/{task.id}"))
    expect(page.locator(".bjs-powered-by")).to_be_visible()


def test_the_diagram_is_outside_the_way_of_the_keyboard(site, task):
    page = drawn(site.enter("case_handler.city", f"/tasks/{task.id}"))
    assert (
        page.locator("[data-diagram] :is(a, [tabindex='0'])").evaluate_all(
            "all => all.filter(e => e.tabIndex >= 0).length"
        )
        == 0
    )


def test_a_day_is_done_by_keys_alone(site, case):
    page = site.enter("case_handler.city", "/inbox/pool")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("e")
    page.wait_for_url("**/tasks/*")
    page.locator("#f-checked_at").fill("2026-02-12T11:00")
    for account in ("case_handler.city", "co_handler.city"):
        page.locator(f"input[name='f-officers'][value='{account}']").focus()
        page.keyboard.press("Space")
    page.locator("input[name='f-result'][value='不属实']").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="提交", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".notice-success")).to_contain_text("下一环节：审批")


def test_keys_walk_the_list_and_open_a_line(site):
    for place in ("一号库", "二号库", "三号库"):
        claimed(open_case(place=place))
    page = site.enter("case_handler.city")
    for key in ("j", "j", "j", "k"):
        page.keyboard.press(key)
    chosen = page.locator(".row-chosen a[data-open]")
    expect(chosen).to_be_focused()
    address = chosen.get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url("**" + address)


def test_a_slash_leads_to_the_search(site, case):
    page = site.enter("case_handler.city")
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("甲厂")
    page.keyboard.press("Enter")
    expect(page.locator("[data-row]")).to_have_count(1)


def test_a_letter_typed_into_a_field_is_no_command(site, task):
    page = site.enter("case_handler.city")
    page.locator("#q").fill("")
    page.locator("#q").press_sequentially("jk/e")
    expect(page.locator("#q")).to_have_value("jk/e")
    expect(page.locator(".row-chosen")).to_have_count(0)


def test_enter_in_a_field_hands_the_form_in(site, task):
    page = site.enter("case_handler.city", f"/tasks/{task.id}")
    page.locator("#f-fine").press("Enter")
    expect(page.locator("#errors")).to_be_visible()


def test_choosing_a_filter_changes_the_list_and_the_address(site, task):
    page = site.enter("case_handler.city")
    page.locator("#lamp").select_option("red")
    expect(page.locator("#list")).to_contain_text("没有符合条件的事项")
    page.wait_for_url("**lamp=red*")
    page.go_back()
    expect(page.locator("[data-row]")).to_have_count(1)


def test_what_becomes_required_is_marked_while_one_types(site, task):
    page = site.enter("case_handler.city", f"/tasks/{task.id}")
    mark = page.locator("[data-field='fine'] .required")
    expect(mark).to_be_hidden()
    page.get_by_label("属实", exact=True).check()
    expect(mark).to_be_visible()


def test_fields_come_up_with_the_answer_they_depend_on(site):
    page = every_kind(site, {})
    expect(page.locator("#f-why")).to_be_hidden()
    page.get_by_label("不属实", exact=True).check()
    expect(page.locator("#f-why")).to_be_visible()


def test_rows_are_added_and_removed_on_the_page(site):
    page = every_kind(site, {"items": [{"clause": "一"}]})
    page.get_by_role("button", name="添加项目").click()
    expect(page.locator("#f-items-1-clause")).to_be_focused()
    page.locator("[data-row-set]", has=page.locator("#f-items-1-clause")).get_by_role("button", name="添加部件").click()
    page.locator("#f-items-1-parts-0-name").fill("阀")
    page.locator("[data-row-set]", has=page.locator("#f-items-0-clause")).get_by_role(
        "button", name="删除"
    ).first.click()
    sent = page.evaluate("Object.fromEntries(new FormData(document.querySelector('form[data-watch]')))")
    assert sent["f-items-1-parts-0-name"] == "阀"
    assert "f-items-0-clause" not in sent


def test_a_phrase_is_put_where_the_cursor_stands(site):
    page = every_kind(site, {"descr": "甲。乙。"})
    page.locator("#f-descr").evaluate("box => { box.focus(); box.setSelectionRange(2, 2); }")
    page.locator("[data-field='descr'] summary").click()
    page.get_by_role("button", name="同意。").click()
    expect(page.locator("#f-descr")).to_have_value("甲。同意。乙。")


def test_an_amount_is_told_in_ten_thousands(site):
    page = every_kind(site, {})
    page.locator("#f-funds").fill("1234567.8")
    expect(page.locator("#f-funds-told")).to_have_text("＝ 123.45678 万元")


def test_a_list_of_people_is_narrowed_by_typing(site):
    page = every_kind(site, {})
    team = page.locator("#f-team-list")
    before = team.locator(".form-check:visible").count()
    page.get_by_label("筛选参加人员").fill("case_handler")
    assert 0 < team.locator(".form-check:visible").count() < before


def test_a_draft_is_kept_while_one_types(site, task):
    page = site.enter("case_handler.city", "/account")
    page.clock.install()
    page.goto(f"{site.url}/tasks/{task.id}")
    page.get_by_label("不属实", exact=True).check()
    page.clock.run_for(21_000)
    expect(page.locator("[data-saved]")).to_contain_text("已自动暂存")
    assert reread(task).draft == {"result": "不属实"}


def test_a_double_click_hands_in_once(site, task):
    page = site.enter("case_handler.city", f"/tasks/{task.id}")
    page.locator("#f-checked_at").fill("2026-02-12T11:00")
    for account in ("case_handler.city", "co_handler.city"):
        page.locator(f"input[name='f-officers'][value='{account}']").check()
    page.get_by_label("不属实", exact=True).check()
    page.get_by_role("button", name="提交", exact=True).dblclick()
    expect(page.locator(".notice-success")).to_contain_text("已提交")
    assert reread(task).state == "completed"


def test_letters_are_checked_for_rare_signs_before_issue(site, letter):
    page = site.enter("unit_head.city", f"/cases/{letter.case_id}?tab=papers")
    page.locator("summary", has_text="签发").click()
    expect(page.locator("details[open]")).to_contain_text("已检查", timeout=30_000)


def test_the_menu_of_a_phone_opens_without_a_script(site, task):
    page = site.enter("case_handler.city", width=360, script=False)
    page.get_by_role("link", name="菜单", exact=True).click()
    expect(page.get_by_role("link", name="关闭菜单")).to_be_visible()
    page.locator("#nav").get_by_role("link", name="待领").click()
    expect(page.locator("h1")).to_have_text("待领")


def test_a_phone_shows_lines_as_cards(site, task):
    page = site.enter("case_handler.city", width=360)
    assert page.locator("[data-row]").evaluate("row => getComputedStyle(row).display") == "block"
    assert page.locator("[data-row] .btn-primary").bounding_box()["height"] >= 38


def test_a_task_is_done_without_a_script(site, case):
    page = site.enter("case_handler.city", f"/tasks/{task_of(case).id}", script=False)
    page.get_by_role("button", name="领取并办理").click()
    page.locator("#f-checked_at").fill("2026-02-12T11:00")
    for account in ("case_handler.city", "co_handler.city"):
        page.locator(f"input[name='f-officers'][value='{account}']").check()
    page.get_by_label("不属实", exact=True).check()
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.locator(".notice-success")).to_contain_text("下一环节：审批")
