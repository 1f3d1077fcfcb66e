"""What a place may settle otherwise, and that nothing is settled that no clock could count with."""

from datetime import date

import pytest

from engine import ledger, model, parameters, places, store
from engine.errors import NotAllowed, NotFound, Refused
from tests.office import at, open_office, who
from tests.processes.tips import THURSDAY, open_tip, rows

NOW = at("2026-02-01 10:00")


@pytest.fixture
def office(database):
    open_office("tip_check")


def settle(
    session, key="clock.TIP-C01.length", text="5 WD", region="370200", source="市规", by="designer.city", **more
):
    return places.settle(session, key, text, region, source, who(by), NOW, **more)


def test_open_clocks_parameters_and_the_facts_of_an_office_are_settable(office):
    with store.reading() as session:
        found = places.settable(session)
    assert found["clock.TIP-C01.length"].words == "3个工作日"
    assert found["clock.TIP-C01.warn"].words == "提前1个工作日"
    assert found["office.court"].title == "有管辖权的人民法院"


def test_a_case_takes_the_value_of_its_nearest_place(office):
    with store.writing() as session:
        settle(session, text="5 WD", region="370200")
        settle(session, text="1 WD", region="370202")
    for clerk, length in (("intake_clerk.city", "5 WD"), ("intake_clerk.county1", "1 WD")):
        case = open_tip(clerk, THURSDAY)
        with store.reading() as session:
            clock = session.query(model.Clock).filter_by(case_id=case.id).one()
        assert clock.values["length"] == length


@pytest.mark.parametrize(
    "text,value",
    [("1 WD", ["1 WD"]), ("5 WD, 2 WD", ["5 WD", "2 WD"]), ("5 WD，2 WD", ["5 WD", "2 WD"])],
)
def test_warnings_are_written_one_after_the_other(office, text, value):
    with store.writing() as session:
        assert settle(session, key="clock.TIP-C01.warn", text=text).value == {"value": value}


@pytest.mark.parametrize(
    "changes,field",
    [
        ({"key": "clock.TIP-C01.kind"}, "key"),
        ({"key": "clock.TIP-C01.start"}, "key"),
        ({"key": "tip_verify.result"}, "key"),
        ({"text": "soon"}, "value"),
        ({"text": "3 WD + 1 H"}, "value"),
        ({"key": "clock.TIP-C01.warn", "text": "1 WD, x"}, "value"),
        ({"key": "office.phone", "text": "1" * 301}, "value"),
        ({"region": "990000"}, "region"),
        ({"region": "bald"}, "region"),
        ({"source": " "}, "source"),
        ({"in_force_from": date(2026, 3, 1), "in_force_until": date(2026, 2, 1)}, "in_force_until"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(office, changes, field):
    with store.writing() as session, pytest.raises(Refused) as refused:
        settle(session, **changes)
    assert list(refused.value.fields) == [field]
    assert rows(model.Parameter) == []


@pytest.mark.parametrize("key", ["clock.HZ-C20.length", "clock.HZ-C20.warn", "clock.HZ-C23.windows"])
def test_a_term_that_the_law_fixes_for_all_is_refused_by_name(database, key):
    """HZ-C20 (煤矿条例 49), HZ-C23 (安全生产法 113)."""
    open_office("hazard_supervision")
    with store.writing() as session, pytest.raises(Refused, match=f"{key[6:12]} .+全国统一，不得由地方另行规定"):
        settle(session, key=key, text="9 WD")
    assert rows(model.Parameter) == []


def test_a_parameter_with_choices_takes_only_those(database):
    open_office("hazard_supervision")
    with store.writing() as session:
        assert settle(session, key="ext_lead_mode", text="window").value == {"value": "window"}
        with pytest.raises(Refused, match="minimum 或 window"):
            settle(session, key="ext_lead_mode", text="sometimes")


@pytest.mark.parametrize(
    "key,text,value",
    [("extension_max", "2", 2), ("look_back_fresh_officers", "否", False), ("deadline_max", "6 M", "6 M")],
)
def test_a_parameter_keeps_the_kind_of_its_default(database, key, text, value):
    open_office("hazard_supervision")
    with store.writing() as session:
        assert settle(session, key=key, text=text).value == {"value": value}
        with pytest.raises(Refused):
            settle(session, key=key, text="bald")


@pytest.mark.parametrize("by", ["admin.security", "admin.audit", "unit_head.city"])
def test_only_keepers_settle_and_end(office, by):
    with store.writing() as session:
        row = settle(session)
    with store.writing() as session, pytest.raises(NotAllowed):
        settle(session, by=by)
    with store.writing() as session, pytest.raises(NotAllowed):
        parameters.end(session, row.id, date(2026, 3, 1), who(by), NOW)


def test_an_ended_value_gives_way_to_the_one_above(office):
    with store.writing() as session:
        settle(session, text="5 WD", region="370200")
        row = settle(session, text="1 WD", region="370202")
        parameters.end(session, row.id, date(2026, 2, 10), who("admin.system"), NOW)
        for day, value in ((date(2026, 2, 10), "1 WD"), (date(2026, 2, 11), "5 WD")):
            assert parameters.value(session, "clock.TIP-C01.length", "370202", day).value == value
        assert ledger.of_case(session, "account:admin.system")[-1].act == "parameter ended"


@pytest.mark.parametrize("until", [date(2026, 1, 31), date(2025, 1, 1)])
def test_a_value_is_not_ended_in_the_past(office, until):
    with store.writing() as session:
        row = settle(session)
        with pytest.raises(Refused):
            parameters.end(session, row.id, until, who("admin.system"), NOW)


def test_nothing_that_is_not_there_is_ended(office):
    with store.writing() as session, pytest.raises(NotFound):
        parameters.end(session, "p0", date(2026, 3, 1), who("admin.system"), NOW)


def test_every_region_with_an_office_and_those_above_may_be_chosen(office):
    with store.reading() as session:
        found = dict(places.regions(session))
    assert {"", "370000", "370200", "370202", "370202001"} <= found.keys()
    assert (found[""], found["370202"]) == ("全国", "东山区")
