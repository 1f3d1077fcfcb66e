"""决策表: legal staff of the highest office change the referral table, and only that; another person publishes it."""

import pytest

from engine import bundles, catalog, model, store
from engine.errors import NotAllowed
from tests.office import OPENED, deploy, open_office, who
from tests.pages import Person, make_app
from tests.zips import own

TABLE = "dmn_referral_threshold"
FILE = "bpmn/judicial_referral/referral_threshold.dmn"
EXAMPLES = f"bpmn/judicial_referral/{TABLE}.cases.json"
WORDS = ("达到立案标准嫌疑即应移送", "达到本地立案标准嫌疑即应移送")
LEGAL, SECOND = "legal_officer.city", "designer.city"


@pytest.fixture
def app(database, monkeypatch, tmp_path):
    open_office("judicial_referral")
    return make_app(monkeypatch, tmp_path)


def live() -> str:
    with store.reading() as session:
        return catalog.published_hash(session, "judicial_referral")


def edited(*pairs, name=FILE) -> bytes:
    text = own("judicial_referral")[name].decode()
    for old, new in pairs or [WORDS]:
        assert old in text
        text = text.replace(old, new)
    return text.encode()


def hand_in(person, status=200, table=None, examples=None):
    files = {"table": (edited() if table is None else table, "标准.dmn")}
    files |= {"examples": (examples, "用例.json")} if examples is not None else {}
    return person.open(f"/definitions/{live()}?tab=tables").press("检查并上传", status, files, note="省里调整")


def test_a_legal_officer_hands_in_the_table_and_a_designer_publishes_it(app):
    before, person = live(), hand_in(Person(app, LEGAL))
    digest = person.path.rpartition("/")[2]
    assert "检查通过" in person.text and live() == before != digest
    Person(app, SECOND).open(f"/definitions/{digest}/publish").press("我已核对改动，确认发布")
    assert live() == digest
    with store.reading() as session:
        bundle = catalog.load(session, digest)
        assert {name for name in bundle.files if bundle.files[name] != catalog.load(session, before).files[name]} == {
            FILE
        }
        acts = session.query(model.LedgerEntry).filter_by(actor=LEGAL).all()
        assert [row.act for row in acts][-1] == "process uploaded"


def test_who_handed_it_in_sees_the_draft_and_does_not_publish_it(app):
    person = hand_in(Person(app, LEGAL))
    digest = person.path.rpartition("/")[2]
    assert "待发布" in person.text and "省里调整" in person.text
    person.open(f"/definitions/{digest}/publish", status=404)
    Person(app, "legal_officer.county1").open(f"/definitions/{digest}", status=404)


def test_a_table_that_its_examples_deny_is_not_kept(app):
    """A limit of two dead instead of one: the examples say otherwise, and the report says which."""
    person = hand_in(Person(app, LEGAL), 422, edited(("&gt;= 1<", "&gt;= 2<")))
    assert "没有存入系统" in person.text and "第 2 个用例" in person.text
    with store.reading() as session:
        assert len(catalog.versions(session, "judicial_referral")) == 1


def test_examples_come_with_a_changed_limit(app):
    table = edited(("&gt;= 1000000<", "&gt;= 900000<"))
    examples = edited(("999999.99", "899999.99"), ("1000000.01", "900000.01"), ("1000000", "900000"), name=EXAMPLES)
    assert "检查通过" in hand_in(Person(app, LEGAL), table=table, examples=examples).text


@pytest.mark.parametrize(
    ("table", "words"), [(b"", "请选择修改后的决策表"), (own("judicial_referral")[FILE], "没有改动")]
)
def test_nothing_or_nothing_new_is_refused(app, table, words):
    person = Person(app, LEGAL).open(f"/definitions/{live()}?tab=tables")
    files = {"table": (table, "标准.dmn" if table else "")}
    assert words in person.press("检查并上传", 422, files).text


@pytest.mark.parametrize("name", ["legal_reviewer.city", "case_handler.city", "legal_officer.county1", "admin.system"])
def test_nobody_else_changes_the_table(app, name):
    """Neither another role nor a legal officer of an office below: the table is in force in all of them."""
    person = Person(app, name).open(f"/definitions/{live()}?tab=tables")
    assert not person.find("//input[@name='table']")
    Person(app, name).post(f"/definitions/{live()}/tables/{TABLE}", status=400)  # without a token
    with store.writing() as session, pytest.raises(NotAllowed):
        bundle = catalog.load(session, live())
        files = catalog.with_table(bundle, TABLE, edited())
        catalog.keep(session, bundles.compile(bundle.process, files), who(name), OPENED)


def test_no_other_table_and_no_other_file_is_changed_that_way(app):
    with store.writing() as session:
        deploy(session, "enforcement_case")
        bundle = catalog.load(session, live())
        by, name = who(LEGAL), "bpmn/judicial_referral/process.toml"
        settings = bundle.files[name].replace('title = "移送台账"'.encode(), 'title = "移送册"'.encode())
        assert settings != bundle.files[name]
        for files in (bundle.files | {name: settings}, catalog.with_table(bundle, TABLE, edited()) | {name: settings}):
            with pytest.raises(NotAllowed):
                catalog.keep(session, bundles.compile(bundle.process, files), by, OPENED)
        assert catalog.own_tables(session, catalog.published(session, "enforcement_case"), by) == {}


def test_a_version_that_is_not_in_force_is_not_changed(app):
    person = hand_in(Person(app, LEGAL))
    assert not person.open(f"{person.path}?tab=tables").find("//input[@name='table']")


def test_the_check_refuses_a_right_to_a_table_that_is_not_there(app):
    name = "bpmn/judicial_referral/process.toml"
    with store.reading() as session:
        bundle = catalog.load(session, live())
        files = bundle.files | {
            name: bundle.files[name].replace(b'threshold = ["legal_officer"]', b'limits = ["clerk"]')
        }
        told = [str(problem) for problem in catalog.check(bundle.process, files)]
    assert any("没有决策表 dmn_referral_limits" in text for text in told)
    assert any("岗位 clerk 不在 roles.toml 中" in text for text in told)
