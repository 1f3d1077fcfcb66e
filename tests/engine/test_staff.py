"""Accounts, roles, offices: who keeps which, and that nobody keeps two."""

from datetime import date

import pytest

from engine import ledger, model, staff, store
from engine.errors import NotAllowed, NotFound, Refused
from engine.people import SYSTEM_ACTOR
from tests.office import OPENED, open_office, who

SYSTEM, SECURITY, AUDIT = "admin.system", "admin.security", "admin.audit"
ROLES = {"unit_head": "x", "case_handler": "x"}


@pytest.fixture
def office(database):
    open_office()


def add(session, by=SYSTEM, name="zhang.city", **changes):
    given = {"display": "张三", "org_id": "city", "password_hash": "x", "by": who(by), "now": OPENED} | changes
    return staff.add_account(session, name, **given)


def change(session, name, by=SYSTEM, **changes):
    given = {"display": "x", "org_id": "city", "email": "", "certificate_no": "", "certificate_until": None}
    return staff.change_account(session, name, who(by), OPENED, **given | {"active": True} | changes)


def give(session, name, by=SECURITY, role="unit_head", org="city"):
    staff.give_role(session, name, role, org, who(by), OPENED, ROLES)


@pytest.mark.parametrize("by", [SECURITY, AUDIT, "agency_head.city", "designer.city"])
def test_only_the_system_administrator_keeps_accounts(office, by):
    for verb in (
        lambda session: add(session, by),
        lambda session: change(session, "case_handler.city", by),
        lambda session: staff.reset_password(session, "case_handler.city", "x", who(by), OPENED),
        lambda session: staff.add_office(session, "x1", "x", "", "370200", "bureau", None, who(by), OPENED),
        lambda session: staff.change_office(session, "city", "x", "", True, who(by), OPENED),
    ):
        with store.writing() as session, pytest.raises(NotAllowed):
            verb(session)


@pytest.mark.parametrize("by", [SYSTEM, AUDIT, "agency_head.city"])
def test_only_the_security_administrator_gives_and_takes_roles(office, by):
    with store.writing() as session, pytest.raises(NotAllowed):
        give(session, "co_handler.city", by)
    with store.writing() as session, pytest.raises(NotAllowed):
        staff.take_role(session, "co_handler.city", "co_handler", "city", who(by), OPENED)


def test_nobody_gives_roles_to_the_own_account(office):
    with store.writing() as session, pytest.raises(NotAllowed):
        give(session, SECURITY)


@pytest.mark.parametrize("name", [SYSTEM, AUDIT])
def test_administrators_hold_no_role(office, name):
    with store.writing() as session, pytest.raises(Refused):
        give(session, name)


@pytest.mark.parametrize("name", [SYSTEM, SECURITY, AUDIT])
def test_an_administrators_account_is_kept_at_the_console(office, name):
    with store.writing() as session, pytest.raises(NotAllowed):
        change(session, name)
    with store.writing() as session, pytest.raises(NotAllowed):
        staff.reset_password(session, name, "x", who(SYSTEM), OPENED)
    with store.writing() as session:
        staff.reset_password(session, name, "x", SYSTEM_ACTOR, OPENED)


def test_no_account_is_two_administrators(office):
    with store.writing() as session, pytest.raises(Refused):
        staff.appoint_admin(session, AUDIT, "security", SYSTEM_ACTOR, OPENED)


def test_who_holds_a_role_becomes_no_administrator(office):
    with store.writing() as session, pytest.raises(Refused):
        staff.appoint_admin(session, "case_handler.city", "audit", SYSTEM_ACTOR, OPENED)


def test_administrators_are_appointed_at_the_console_only(office):
    with store.writing() as session:
        add(session)
        with pytest.raises(NotAllowed):
            staff.appoint_admin(session, "zhang.city", "audit", who(SYSTEM), OPENED)
        staff.appoint_admin(session, "zhang.city", "audit", SYSTEM_ACTOR, OPENED)
    assert who("zhang.city").admin == "audit"


def test_a_new_account_may_do_nothing(office):
    with store.writing() as session:
        add(session)
    person = who("zhang.city")
    assert (person.roles, person.paths, person.orgs, person.admin) == (frozenset(), (), (), "")


@pytest.mark.parametrize(
    "changes,field",
    [
        ({"name": "Zhang"}, "name"),
        ({"name": "system"}, "name"),
        ({"name": "z" * 60}, "name"),
        ({"name": "case_handler.city"}, "name"),
        ({"display": " "}, "display"),
        ({"display": "张" * 101}, "display"),
        ({"org_id": "nowhere"}, "org"),
        ({"email": "a@b\nBcc: c@d"}, "email"),
        ({"email": "zhang"}, "email"),
        ({"certificate_no": "1" * 41}, "certificate_no"),
    ],
)
def test_a_wrong_field_is_named(office, changes, field):
    with store.writing() as session, pytest.raises(Refused) as refused:
        add(session, **changes)
    assert list(refused.value.fields) == [field]


def test_every_wrong_field_is_named_at_once(office):
    with store.writing() as session, pytest.raises(Refused) as refused:
        add(session, name="7", display="", org_id="", email="x")
    assert [entry["field"] for entry in refused.value.errors] == ["name", "display", "org", "email"]


def test_a_closed_account_loses_sessions_and_tokens(office):
    with store.writing() as session:
        session.add(model.LoginSession(id="s", user_name="case_handler.city", created_at=OPENED, seen_at=OPENED))
        session.add(model.ApiToken(id="t", user_name="case_handler.city", created_at=OPENED))
        session.flush()
        change(session, "case_handler.city", active=False)
        session.expire_all()
        assert session.get(model.LoginSession, "s") is None and session.get(model.ApiToken, "t") is None
    with pytest.raises(NotFound):
        who("case_handler.city")


def test_the_ledger_knows_what_changed_and_no_address(office):
    with store.writing() as session:
        change(session, "case_handler.city", display="新名", email="x@example.com", certificate_until=date(2030, 1, 1))
        entry = ledger.of_case(session, "account:case_handler.city")[-1]
    assert entry.detail == {"display": "新名", "certificate_until": "2030-01-01"}


def test_what_does_not_change_leaves_no_entry(office):
    with store.writing() as session:
        change(session, "intake_clerk.city", display="同名")
        before = len(ledger.of_case(session, "account:intake_clerk.city"))
        change(session, "intake_clerk.city", display="同名")
        assert len(ledger.of_case(session, "account:intake_clerk.city")) == before


def test_a_role_in_a_closed_office_is_refused(office):
    with store.writing() as session:
        staff.add_office(session, "old", "旧局", "", "370200", "bureau", None, who(SYSTEM), OPENED)
        staff.change_office(session, "old", "旧局", "", False, who(SYSTEM), OPENED)
        with pytest.raises(Refused):
            give(session, "co_handler.city", org="old")


def test_a_role_that_is_not_held_is_not_taken(office):
    with store.writing() as session, pytest.raises(NotFound):
        staff.take_role(session, "co_handler.city", "unit_head", "city", who(SECURITY), OPENED)


def test_accounts_are_searched_and_counted(office):
    with store.reading() as session:
        found, total = staff.accounts(session, "case_handler", "county1", size=1)
    assert ([row.name for row in found], total) == (["case_handler.county1"], 2)


@pytest.mark.parametrize("text", ["%", "case_handler%", "\\", "'"])
def test_signs_of_the_database_are_searched_as_they_are(office, text):
    with store.reading() as session:
        assert staff.accounts(session, text)[1] == 0


@pytest.mark.parametrize(
    "entries,list_name,source,words",
    [
        ([("1", "")], "x1", "s", "第 2 行缺少编码或名称"),
        ([("1" * 121, "a")], "x1", "s", "超过 120 个字符"),
        ([("1", "a")], "X", "s", "目录标识"),
        ([("1", "a")], "x1", " ", "必须注明来源"),
        ([], "x1", "s", "没有可导入的行"),
    ],
)
def test_a_wrong_reference_list_is_refused_whole(office, entries, list_name, source, words):
    with store.writing() as session, pytest.raises(Refused) as refused:
        staff.import_references(session, list_name, entries, source, True, who(SYSTEM), OPENED)
    assert words in refused.value.detail


@pytest.mark.parametrize("by", [SECURITY, AUDIT, "unit_head.city"])
def test_only_keepers_bring_in_lists(office, by):
    with store.writing() as session, pytest.raises(NotAllowed):
        staff.import_references(session, "x1", [("1", "a")], "s", True, who(by), OPENED)
