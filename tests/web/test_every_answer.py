"""What holds for every page: headers, tokens, errors, and who must be signed in."""

import pytest

from engine import store
from engine.errors import Conflict
from tests.api import own_app
from tests.office import at, open_office
from tests.pages import Person, make_app
from tests.web.desk import name_of
from web import POLICY


@pytest.fixture
def app(database, monkeypatch, tmp_path):
    open_office()
    return make_app(monkeypatch, tmp_path, app=own_app())


@pytest.fixture
def clerk(app):
    return Person(app, "intake_clerk.city")


def pages(app, method):
    """Return the addresses of all routes of a method, with a made-up id where one is wanted."""
    for rule in app.url_map.iter_rules():
        if method in rule.methods and not rule.rule.startswith(("/api/", "/static/")):
            yield (
                rule.rule,
                app.url_map.bind("").build(
                    rule.endpoint,
                    {name: "7" if name in ("page", "seq") else "x" for name in rule.arguments},
                    method=method,
                ),
            )


def test_signed_out_every_page_leads_to_the_door(app):
    visitor = Person(app)
    for rule, path in pages(app, "GET"):
        visitor.open(path)
        assert visitor.path == "/sign-in", rule


def test_signed_out_nothing_can_be_posted(app):
    visitor = Person(app).open("/sign-in")
    for rule, path in pages(app, "POST"):
        if rule != "/sign-in":
            visitor.post(path)
            assert visitor.path == "/sign-in", rule


def test_no_post_is_accepted_without_the_token(app, clerk):
    for rule, path in pages(app, "POST"):
        answer = clerk.client.post(path, data={"account": "x"})
        assert (rule, answer.status_code) == (rule, 400)


def test_every_page_carries_the_policy_and_is_not_kept(clerk):
    headers = clerk.open("/").headers
    assert headers["Content-Security-Policy"] == POLICY
    assert "script" not in POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(app):
    cookie = Person(app).open("/sign-in").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_a_static_file_may_be_kept_for_ever_under_its_hash(clerk):
    (address,) = clerk.open("/").find("//link[contains(@href, 'gov.css')]/@href")
    assert "immutable" in clerk.open(address).headers["Cache-Control"]


def test_what_is_not_there_says_so_in_chinese(clerk):
    assert "没有找到" in clerk.open("/nowhere", status=404).text
    assert "没有找到" in clerk.open("/cases/c1", status=404).text


def test_an_unforeseen_failure_shows_no_details(app, clerk, caplog):
    app.add_url_rule("/broken", "broken", lambda: 1 / 0)
    text = clerk.open("/broken", status=500).text
    assert "本次操作没有生效" in text
    assert "division" not in text
    assert "ZeroDivisionError" in caplog.text


def test_a_conflict_says_who_was_first_and_when(app, clerk):
    def taken():
        raise Conflict("任务已被领取，请刷新", by="case_handler.city", at=at("2026-02-12 10:00"))

    app.add_url_rule("/taken", "taken", taken)
    text = clerk.open("/taken", status=409).text
    assert name_of("case_handler.city") in text
    assert "2026-02-12 10:00" in text


def test_a_fragment_asked_by_htmx_gets_its_error_as_a_notice(clerk):
    answer = clerk.open("/cases/c1", status=404, **{"HX-Request": "true"})
    assert answer.headers["HX-Retarget"] == "#notices"
    assert "<html" not in answer.data.decode()


def test_an_upload_over_the_limit_is_refused(app, clerk):
    clerk.open("/account")
    app.config["MAX_CONTENT_LENGTH"] = 10_000
    assert "过大" in clerk.post("/account/phrases", status=413, phrases="x" * 20_000).text


@pytest.mark.parametrize(
    "body",
    [
        "[" * 21 + "]" * 21,
        '{"a": NaN}',
        '{"a": 1, "a": 2}',
        "{" + ",".join(f'"k{n}": 1' for n in range(2001)) + "}",
        '{"a": Infinity}',
    ],
)
def test_json_beyond_the_limits_is_not_read(app, body):
    with pytest.raises(ValueError):
        app.json.loads(body)


def test_brackets_inside_a_text_are_no_depth(app):
    assert app.json.loads('{"a": "' + "[" * 50 + '\\"{"}') == {"a": "[" * 50 + '"{'}


def test_two_processes_started_together_share_the_cookie_key(database, monkeypatch, tmp_path):
    monkeypatch.delenv("ANDU_SECRET_KEY", raising=False)
    first = own_app(SECRET_KEY=None)
    second = own_app(SECRET_KEY=None)
    assert first.secret_key == second.secret_key
    assert (store.data_dir() / "cookie.key").stat().st_mode & 0o777 == 0o600
