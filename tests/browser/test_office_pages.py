"""The pages of those who keep the office: drawn, with keys, on a phone, to a screen reader."""

import pytest
from playwright.sync_api import expect

from engine import catalog, store
from engine.people import SYSTEM_ACTOR
from tests.office import deploy
from tests.web.desk import NOON, open_case, verified
from tests.web.test_admin import furnish
from tests.zips import changed, own, zipped

DRAWING = "bpmn/tip_check/tip_check.bpmn"
HOSTILE = "&lt;img src=x onerror=&quot;window.harmed=1&quot;&gt;&lt;script&gt;window.harmed=1&lt;/script&gt;"


@pytest.fixture
def ids(site):
    verified(open_case(place="三号库"))
    return furnish()


def pages(ids):
    """Who opens which page."""
    version, current = f"/definitions/{ids['digest']}", ids["other"]
    return [
        ("designer.city", "/definitions"),
        ("designer.city", version),
        *(("designer.city", f"{version}?tab={tab}") for tab in ("steps", "clocks", "letters", "versions")),
        ("designer.city", f"{version}/steps/tip_verify"),
        ("designer.city", f"{version}/check"),
        ("designer.city", f"{version}/compare/{current}"),
        ("designer2.city", f"{version}/publish"),
        ("admin.system", "/admin/people"),
        ("admin.system", "/admin/people/case_handler.city"),
        ("admin.security", "/admin/people/case_handler.city"),
        ("admin.system", "/admin/offices"),
        ("admin.system", "/admin/offices/county1"),
        ("unit_head.city", "/deputies"),
        ("admin.security", "/deputies"),
        ("admin.system", "/admin/calendar"),
        ("admin.system", "/admin/parameters"),
        ("admin.system", "/admin/references?list=clauses"),
        ("unit_head.city", "/admin/incidents"),
        ("unit_head.city", "/admin/handoffs"),
        ("admin.system", "/admin/health"),
        ("admin.audit", "/admin/audit"),
        ("unit_head.city", "/registers"),
        ("unit_head.city", "/registers/L-TIP-1"),
    ]


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def opened(page):
    """Open everything that is folded, as somebody would who reads all of it."""
    page.locator("main details").evaluate_all("all => all.forEach(part => { part.open = true; })")
    return page


@pytest.mark.slow
def test_every_page_is_accessible_and_fits(site, ids, faults):
    found = {}
    for account, path in pages(ids):
        page = opened(site.enter(account, path, 1440))
        for width in (1440, 360):
            page.set_viewport_size({"width": width, "height": 800})
            if wrong := faults(page):
                found[account, path, width] = wrong
            if not fits(page):
                found[account, path, width, "wide"] = page.evaluate("document.documentElement.scrollWidth")
        page.context.close()
    assert found == {}


def test_every_control_is_reached_with_the_tab_key(site, ids):
    for account, path in pages(ids)[::4]:
        page = opened(site.enter(account, path))
        wanted = page.locator("main :is(a[href], button, input:not([type=hidden]), select, summary):visible")
        wanted = wanted.evaluate_all("all => all.filter(e => !e.disabled && e.tabIndex >= 0).length")
        reached = set()
        for _ in range(wanted + 60):
            page.keyboard.press("Tab")
            key = page.evaluate(
                "() => { const e = document.activeElement; return e.closest('main') ?"
                " [...document.querySelectorAll('main *')].indexOf(e) : -1; }"
            )
            if key >= 0:
                reached.add(key)
        assert len(reached) >= wanted, path
        page.context.close()


# Definitions.


def upload(page, files):
    page.locator("input[type=file]").set_input_files(
        {"name": "tip.zip", "mimeType": "application/zip", "buffer": zipped(files)}
    )
    page.get_by_role("button", name="检查并上传").click()


def test_the_drawing_of_a_version_is_drawn_and_grows(site, ids):
    page = site.enter("designer.city", f"/definitions/{ids['other']}")
    page.wait_for_selector("[data-diagram][data-ready]")
    expect(page.locator("[data-diagram] [data-element-id=tip_verify]").first).to_be_visible()
    size = "() => document.querySelector('[data-element-id=tip_verify] .djs-visual').getBoundingClientRect().width"
    before = page.evaluate(size)
    page.get_by_role("button", name="放大").click()
    assert page.evaluate(size) > before


def test_a_decision_table_is_drawn_in_chinese(site, faults):
    with store.writing() as session:
        digest = deploy(session, "hazard_supervision")
    page = site.enter("designer.city", f"/definitions/{digest}?tab=tables")
    page.wait_for_selector("[data-decision][data-ready]")
    expect(page.get_by_text("命中规则")).to_be_visible()
    expect(page.get_by_text("行业").first).to_be_visible()
    assert faults(page) == []


def test_the_legal_staff_change_their_table_on_a_phone_too(site, faults):
    with store.writing() as session:
        digest = deploy(session, "judicial_referral")
    page = site.enter("legal_officer.city", f"/definitions/{digest}?tab=tables")
    page.set_viewport_size({"width": 360, "height": 800})
    expect(page.get_by_role("button", name="检查并上传")).to_be_visible()
    assert (fits(page), faults(page)) == (True, [])


def test_the_mark_of_the_tables_makers_stays_visible(site):
    with store.writing() as session:
        digest = deploy(session, "hazard_supervision")
    page = site.enter("designer.city", f"/definitions/{digest}?tab=tables")
    page.wait_for_selector("[data-decision][data-ready]")
    mark = page.locator("[data-decision] .bjs-powered-by")
    mark.scroll_into_view_if_needed()
    assert mark.evaluate(
        "e => { const r = e.getBoundingClientRect();"
        " return e.contains(document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2)); }"
    )


def test_a_version_goes_from_the_zip_to_the_second_person(site, ids):
    page = site.enter("designer.city", "/definitions")
    page.get_by_label("修改说明").fill("放宽到七日")
    upload(page, changed("bpmn/tip_check/deadlines.toml", '"3 WD"', '"7 WD"'))
    expect(page.get_by_text("检查通过")).to_be_visible()
    page.get_by_role("link", name="与现行版本比较").click()
    expect(page.get_by_text("长度由“3个工作日”改为“7个工作日”")).to_be_visible()
    page.get_by_text("逐行比较").click()
    expect(page.get_by_role("region", name="期限 的逐行比较")).to_be_visible()
    digest = page.url.split("/")[-3]
    other = site.enter("designer2.city", f"/definitions/{digest}/publish")
    other.get_by_role("button", name="我已核对改动，确认发布").click()
    expect(other.get_by_text("版已发布：新案件使用该版本")).to_be_visible()


@pytest.mark.parametrize("width", [1440, 360])
def test_the_report_of_a_refused_zip_is_accessible_and_fits(site, faults, width):
    page = site.enter("designer.city", "/definitions", width)
    upload(page, changed(DRAWING, 'name="承办人"', 'name="承办员"'))
    expect(page.get_by_text("没有存入系统")).to_be_visible()
    assert faults(page) == []
    assert fits(page)


def test_a_refused_zip_takes_the_focus_to_the_reason(site, faults):
    page = site.enter("designer.city", "/definitions")
    upload(page, {"x.txt": b""})
    expect(page.locator(".summary-errors")).to_be_focused()
    assert faults(page) == []


def test_hostile_words_in_a_drawing_stay_words(site):
    files = changed(DRAWING, 'name="核查"', f'name="{HOSTILE}"')
    with store.writing() as session:
        whole = catalog.completed(session, "tip_check", files)
        digest = catalog.upload(session, "tip_check", whole, SYSTEM_ACTOR, NOON).hash
    page = site.enter("designer.city", f"/definitions/{digest}")
    page.wait_for_selector("[data-diagram][data-ready]")
    expect(page.locator("[data-diagram] text", has_text="onerror").first).to_be_attached()
    for tab in ("steps", "clocks", "letters", "versions"):
        page.goto(f"{site.url}/definitions/{digest}?tab={tab}")
        assert page.evaluate("window.harmed") is None


def test_hostile_words_in_a_table_stay_words(site):
    name = "bpmn/hazard_supervision/listing.dmn"
    with store.writing() as session:
        deploy(session, "hazard_supervision")
        files = own("hazard_supervision")
        files[name] = files[name].replace(b'label="', f'label="{HOSTILE}'.encode(), 1)
        whole = catalog.completed(session, "hazard_supervision", files)
        digest = catalog.upload(session, "hazard_supervision", whole, SYSTEM_ACTOR, NOON).hash
    page = site.enter("designer.city", f"/definitions/{digest}?tab=tables")
    page.wait_for_selector("[data-decision][data-ready]")
    assert "onerror" in page.locator("[data-decision]").inner_text()
    assert page.evaluate("window.harmed") is None


def test_the_page_of_a_version_says_all_without_script(site, ids):
    page = site.enter("designer.city", f"/definitions/{ids['other']}?tab=steps", script=False)
    expect(page.get_by_role("link", name="核查", exact=True)).to_be_visible()


# Administration.


def test_a_refused_account_is_accessible_and_leads_to_its_fields(site, faults):
    page = site.enter("admin.system", "/admin/people")
    page.locator("form[method=post]").last.evaluate("form => { form.noValidate = true; }")
    page.get_by_role("button", name="建立账号").click()
    expect(page.locator("#errors")).to_be_focused()
    page.evaluate("scrollTo(0, 0)")  # what lies half under the top bar is small to axe
    assert faults(page) == []
    page.locator("#errors a").first.click()
    expect(page.locator("#add-name")).to_be_focused()


def test_a_first_password_is_shown_and_gone_after_going_back(site, faults):
    page = site.enter("admin.system", "/admin/people")
    page.locator("#add-name").fill("zhang.city")
    page.locator("#add-display").fill("张三")
    page.locator("#add-org").select_option("city")
    page.get_by_role("button", name="建立账号").click()
    password = page.locator("code.fs-5").inner_text()
    assert faults(page) == []
    page.get_by_role("link", name="已告知，返回账号").click()
    assert password not in page.content()


def test_roles_are_given_by_keyboard_alone(site):
    page = site.enter("admin.security", "/admin/people/co_handler.city")
    page.locator("#role-role").focus()
    page.locator("#role-role").select_option("unit_head")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("岗位已授予，立即生效")).to_be_visible()


def test_a_wide_register_scrolls_inside_its_own_frame(site):
    with store.writing() as session:
        deploy(session, "hazard_supervision")
    open_case()
    page = site.enter("unit_head.city", "/registers/L-TIP-1", 800)
    assert fits(page)
    page.goto(f"{site.url}/registers/L-HZ-1")
    assert fits(page)
