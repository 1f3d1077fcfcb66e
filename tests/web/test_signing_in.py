"""The door: signing in and out, the limits on guessing, and what a browser may keep."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from engine import deputies, model, people, store
from tests.api import own_app
from tests.office import OPENED, open_office
from tests.pages import Person, make_app
from web import auth, signins

PASSWORD = "Right-horse-7"
HASHED = signins.hash_password(PASSWORD)


@pytest.fixture
def app(database, monkeypatch, tmp_path):
    open_office()
    with store.writing() as session:
        session.get(model.User, "case_handler.city").password_hash = HASHED
    return make_app(monkeypatch, tmp_path)


@pytest.fixture
def browser(app):
    return Person(app)


def sign_in(browser, account="case_handler.city", password=PASSWORD, status=200):
    return browser.open("/sign-in").press("登录", account=account, password=password, status=status)


def guess(app, account, address="10.0.0.9"):
    with store.writing() as session:
        return signins.attempt(session, account, address, signins.wall_clock())


def test_the_right_password_opens_the_inbox(browser):
    assert sign_in(browser).path == "/"


def test_a_wrong_password_says_no_more_than_an_unknown_account(browser):
    wrong = sign_in(browser, password="nope", status=401).text
    unknown = sign_in(browser, account="case_handler.mars", status=401).text
    assert wrong == unknown
    assert "用户名或密码不正确" in wrong


def test_the_account_name_stays_in_its_field_after_a_wrong_password(browser):
    sign_in(browser, password="nope", status=401)
    assert browser.find("//input[@id='account']/@value") == ["case_handler.city"]


def test_the_sixth_attempt_is_refused_even_with_the_right_password(browser):
    for _ in range(5):
        sign_in(browser, password="nope", status=401)
    assert "尝试次数过多" in sign_in(browser, status=429).text


def test_an_unknown_account_is_slowed_down_alike(app):
    for _ in range(5):
        guess(app, "nobody")
    with pytest.raises(signins.TooMany):
        guess(app, "nobody")


def test_one_address_may_try_fifty_accounts(app):
    for number in range(50):
        guess(app, f"account{number}")
    with pytest.raises(signins.TooMany):
        guess(app, "account50")


def test_a_quarter_of_an_hour_later_one_may_try_again(app):
    for _ in range(5):
        guess(app, "nobody")
    with store.writing() as session:
        earlier = signins.wall_clock() - timedelta(minutes=16)
        session.execute(update(model.SignInFailure).values(at=earlier))
    guess(app, "nobody")


def test_signing_in_forgets_the_failures_of_the_account(browser):
    for _ in range(3):
        sign_in(browser, password="nope", status=401)
    sign_in(browser)
    with store.reading() as session:
        assert session.scalars(select(model.SignInFailure)).all() == []


def test_signing_in_stands_in_the_ledger_of_the_account(browser):
    sign_in(browser)
    with store.reading() as session:
        acts = session.scalars(
            select(model.LedgerEntry.act).where(model.LedgerEntry.chain == "account:case_handler.city")
        ).all()
    assert acts == ["signed in"]


def test_a_cookie_is_worth_nothing_after_signing_out(app):
    browser = Person(app, "case_handler.city").open("/account")
    with browser.client.session_transaction() as cookie:
        stolen = dict(cookie)
    browser.press("退出登录")
    with browser.client.session_transaction() as cookie:
        cookie.update(stolen)
    assert browser.open("/account").path == "/sign-in"


def test_signing_out_by_a_link_is_not_offered(app):
    Person(app, "case_handler.city").open("/sign-out", status=405)


def test_an_idle_browser_is_signed_out(app):
    browser = Person(app, "case_handler.city").open("/")
    with store.writing() as session:
        session.execute(update(model.LoginSession).values(seen_at=signins.wall_clock() - timedelta(minutes=31)))
    assert browser.open("/").path == "/sign-in"


def test_a_browser_in_use_stays_signed_in(app):
    browser = Person(app, "case_handler.city").open("/")
    before = signins.wall_clock() - timedelta(minutes=20)
    with store.writing() as session:
        session.execute(update(model.LoginSession).values(seen_at=before))
    browser.open("/")
    with store.reading() as session:
        assert session.scalars(select(model.LoginSession.seen_at)).one() > before


def test_a_closed_account_is_signed_out_at_once(app):
    browser = Person(app, "case_handler.city").open("/")
    with store.writing() as session:
        session.get(model.User, "case_handler.city").active = False
    assert browser.open("/").path == "/sign-in"


def test_a_role_taken_away_counts_from_the_next_page(app):
    boss = Person(app, "unit_head.city").open("/inbox/unit")
    assert "本单位" in boss.text
    with store.writing() as session:
        session.delete(session.get(model.Membership, ("unit_head.city", "unit_head", "city")))
    assert "本单位" not in boss.open("/").text


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "/%2f%2fevil.example",
        "/%5cevil.example",
        "/%252f%252fevil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        " //evil.example",
        "evil.example",
        "http:evil.example",
        "/" + "a" * 600,
    ],
)
def test_the_way_back_never_leaves_this_site(app, target):
    with app.test_request_context():
        assert auth._local(target) == "/"


@pytest.mark.parametrize("target", ["/cases?q=示例", "/tasks/t1", "/inbox/pool?page=2"])
def test_the_way_back_leads_to_the_page_that_was_wanted(app, target):
    with app.test_request_context():
        assert auth._local(target) == target


def test_a_signed_out_visitor_comes_back_to_what_was_wanted(browser):
    browser.open("/cases?q=示例")
    assert browser.path == "/sign-in"
    browser.press("登录", account="case_handler.city", password=PASSWORD)
    assert browser.path == "/cases"


def test_a_first_password_must_be_changed_before_anything_else(app):
    with store.writing() as session:
        session.get(model.User, "case_handler.city").must_change_password = True
    browser = Person(app, "case_handler.city").open("/inbox/pool")
    assert browser.path == "/account"
    assert "请先修改密码" in browser.text


def test_a_new_password_signs_the_other_browsers_out(app):
    here, there = Person(app, "case_handler.city"), Person(app, "case_handler.city").open("/")
    here.open("/account").press("修改密码", current=PASSWORD, new="New-horse-88", again="New-horse-88")
    assert "密码已修改" in here.text
    assert there.open("/").path == "/sign-in"


@pytest.mark.parametrize(
    ("new", "again", "said"),
    [
        ("short-1A", "short-1A", "至少 10 位"),
        ("alllowercase", "alllowercase", "三类"),
        ("Case_Handler.City-1", "Case_Handler.City-1", "不能包含用户名"),
        ("Aa1-Aa1-Aa1-", "Aa1-Aa1-Aa1-", "过于简单"),
        ("New-horse-88", "New-horse-89", "不一致"),
        (PASSWORD, PASSWORD, "不能与当前密码相同"),
    ],
)
def test_a_weak_new_password_is_refused_with_the_reason(app, new, again, said):
    browser = Person(app, "case_handler.city").open("/account")
    assert said in browser.press("修改密码", current=PASSWORD, new=new, again=again, status=422).text


def test_the_old_password_is_asked_for(app):
    browser = Person(app, "case_handler.city").open("/account")
    browser.press("修改密码", current="guess", new="New-horse-88", again="New-horse-88", status=422)
    assert "当前密码不正确" in browser.text


def test_another_browser_of_mine_can_be_signed_out(app):
    here, there = Person(app, "case_handler.city"), Person(app, "case_handler.city").open("/")
    here.open("/account").press("退出该设备")
    assert there.open("/").path == "/sign-in"


def test_nobody_ends_the_session_of_another(app):
    other = Person(app, "unit_head.city").open("/")
    with store.reading() as session:
        theirs = session.scalars(select(model.LoginSession.id)).one()
    Person(app, "case_handler.city").open("/account").post(f"/account/sessions/{theirs}/end")
    assert other.open("/").path == "/"


def test_a_deputy_chooses_for_whom_to_act(app):
    with store.writing() as session:
        head = people.actor(session, "unit_head.city", OPENED)
        deputies.appoint(
            session,
            "unit_head.city",
            "case_handler.city",
            OPENED.date(),
            OPENED.date() + timedelta(days=90),
            head,
            OPENED,
        )
    deputy = Person(app, "case_handler.city").open("/")
    deputy.press("代")
    assert "本单位" in deputy.text
    assert "代 " in deputy.find("//details[@class='person']/summary")[0].text_content()
    assert "本单位" not in deputy.press("结束代办").text


def test_a_demo_shows_its_accounts_and_password(database, monkeypatch, tmp_path):
    open_office()
    browser = Person(make_app(monkeypatch, tmp_path, app=own_app(DEMO=True))).open("/sign-in")
    assert auth.DEMO_PASSWORD in browser.text
    assert "示例市应急管理局" in browser.text


def test_an_office_shows_no_accounts(browser):
    assert "示例市应急管理局" not in browser.open("/sign-in").text


def test_phrases_of_ones_own_are_kept(app):
    browser = Person(app, "case_handler.city").open("/account")
    browser.press("保存常用语", phrases="事实清楚，证据确凿。\n\n同意。")
    assert browser.find("//textarea[@id='phrases']")[0].text == "事实清楚，证据确凿。\n同意。"
