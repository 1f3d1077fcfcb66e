"""Who may settle who acts for whom; the outcome stands in test_rights."""

from datetime import date

import pytest

from engine import deputies, ledger, model, notices, store
from engine.errors import NotAllowed, NotFound, Refused
from tests.office import at, open_office, who

NOW = at("2026-02-12 10:00")
FIRST, LAST = date(2026, 2, 12), date(2026, 2, 20)


@pytest.fixture
def office(database):
    open_office()


def appoint(session, principal, deputy, by, first=FIRST, last=LAST):
    return deputies.appoint(session, principal, deputy, first, last, by if not isinstance(by, str) else who(by), NOW)


@pytest.mark.parametrize(
    "principal,by",
    [
        ("case_handler.city", "case_handler.city"),
        ("case_handler.city", "unit_head.city"),
        ("unit_head.county1", "agency_head.city"),
        ("case_handler.county1", "admin.security"),
    ],
)
def test_oneself_a_superior_or_the_keeper_settles_it(office, principal, by):
    deputy = principal.replace("case_handler", "co_handler").replace("unit_head", "deputy_head")
    with store.writing() as session:
        assert appoint(session, principal, deputy, by).set_by == by


@pytest.mark.parametrize(
    "principal,by",
    [
        ("agency_head.city", "unit_head.city"),
        ("agency_head.city", "unit_head.county1"),
        ("case_handler.county2", "unit_head.county1"),
        ("case_handler.city", "co_handler.city"),
        ("case_handler.city", "admin.system"),
        ("case_handler.city", "admin.audit"),
    ],
)
def test_others_do_not(office, principal, by):
    with store.writing() as session, pytest.raises(NotAllowed):
        appoint(session, principal, "legal_officer.city", by)


@pytest.mark.parametrize(
    "principal,deputy,by,field",
    [
        ("case_handler.city", "case_handler.city", "case_handler.city", "deputy"),
        ("case_handler.city", "unit_head.city", "unit_head.city", "deputy"),
        ("case_handler.city", "case_handler.county1", "case_handler.city", "deputy"),
        ("case_handler.city", "admin.audit", "case_handler.city", "deputy"),
        ("case_handler.city", "nobody", "case_handler.city", "deputy"),
        ("admin.security", "case_handler.city", "admin.security", "deputy"),
    ],
)
def test_a_deputy_who_cannot_be_is_named(office, principal, deputy, by, field):
    with store.writing() as session, pytest.raises(Refused) as refused:
        appoint(session, principal, deputy, by)
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize("first,last", [(LAST, FIRST), (date(2026, 2, 1), date(2026, 2, 11))])
def test_days_that_cannot_be_are_refused(office, first, last):
    with store.writing() as session, pytest.raises(Refused):
        appoint(session, "case_handler.city", "co_handler.city", "case_handler.city", first, last)


def test_what_was_entrusted_is_not_handed_on(office):
    with store.writing() as session:
        appoint(session, "case_handler.city", "co_handler.city", "case_handler.city")
    acting = who("co_handler.city", NOW, "case_handler.city")
    for principal in ("case_handler.city", "co_handler.city"):
        with store.writing() as session, pytest.raises(NotAllowed):
            appoint(session, principal, "legal_officer.city", acting)


def test_beginning_and_end_stand_in_the_ledger_and_the_deputy_is_told(office):
    with store.writing() as session:
        row = appoint(session, "case_handler.city", "co_handler.city", "case_handler.city")
        assert notices.unread(session, who("co_handler.city")) == 1
        deputies.end(session, row.id, who("co_handler.city"), NOW)
        acts = [entry.act for entry in ledger.of_case(session, "account:case_handler.city")]
    assert acts == ["deputy appointed", "deputy ended"]


@pytest.mark.parametrize("by", ["legal_officer.city", "admin.system", "admin.audit", "unit_head.county1"])
def test_strangers_end_nothing(office, by):
    with store.writing() as session:
        row = appoint(session, "case_handler.city", "co_handler.city", "case_handler.city")
    with store.writing() as session, pytest.raises(NotFound):
        deputies.end(session, row.id, who(by), NOW)


def test_ending_twice_is_one_end(office):
    with store.writing() as session:
        row = appoint(session, "case_handler.city", "co_handler.city", "case_handler.city")
        deputies.end(session, row.id, who("case_handler.city"), NOW)
        deputies.end(session, row.id, who("case_handler.city"), at("2026-02-13 10:00"))
        assert session.get_one(model.Deputy, row.id).ended_at == NOW
        assert len(ledger.of_case(session, "account:case_handler.city")) == 2


def test_one_knows_of_those_that_concern_oneself(office):
    with store.writing() as session:
        appoint(session, "case_handler.city", "co_handler.city", "unit_head.city")
        for name, count in (("co_handler.city", 1), ("unit_head.city", 1), ("legal_officer.city", 0)):
            assert len(deputies.known_to(session, who(name))) == count
        assert len(deputies.known_to(session, who("admin.audit"))) == 1


def test_a_head_settles_it_for_staff_and_for_heads_below(office):
    with store.reading() as session:
        names = {row.name for row in deputies.principals(session, who("unit_head.city"))}
    assert {"unit_head.city", "case_handler.city", "unit_head.county1"} <= names
    assert not {"agency_head.city", "admin.audit", "committee_office.city"} & names
