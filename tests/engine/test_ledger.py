"""The ledger of acts: chained per case, sealed hourly; whatever is changed afterwards is found."""

import pytest
from sqlalchemy import delete, select, update

from engine import ledger, model, store
from tests.office import open_office
from tests.processes.tips import FRIDAY, VERIFY, complete, open_tip


@pytest.fixture
def case(database):
    open_office("tip_check")
    case = open_tip()
    complete(case, "case_handler.city", VERIFY)
    with store.writing() as session:
        ledger.seal(session, FRIDAY)
    return case


def problems() -> list[str]:
    with store.reading() as session:
        return ledger.verify(session)


def test_an_untouched_ledger_holds(case):
    assert problems() == []


def test_each_act_names_who_and_what(case):
    with store.reading() as session:
        acts = [(row.act, row.actor) for row in ledger.of_case(session, case.id)]
    assert acts == [
        ("case opened", "intake_clerk.city"),
        ("task completed", "intake_clerk.city"),
        ("task completed", "case_handler.city"),
    ]


@pytest.mark.parametrize(
    "column,value", [("actor", "eve"), ("detail", {"step": "x"}), ("act", "case closed"), ("for_user", "x")]
)
def test_a_changed_act_is_found(case, column, value):
    rows = model.LedgerEntry
    with store.writing() as session:
        session.execute(update(rows).where(rows.chain == case.id, rows.seq == 2).values({column: value}))
    assert problems()


@pytest.mark.parametrize("seq", [1, 2, 3])
def test_a_missing_act_is_found_wherever_it_stood(case, seq):
    rows = model.LedgerEntry
    with store.writing() as session:
        session.execute(delete(rows).where(rows.chain == case.id, rows.seq == seq))
    assert problems()


def test_a_tail_cut_together_with_the_head_is_found_by_the_seal(case):
    rows = model.LedgerEntry
    with store.writing() as session:
        second = session.scalars(select(rows).where(rows.chain == case.id, rows.seq == 2)).one()
        session.execute(delete(rows).where(rows.chain == case.id, rows.seq == 3))
        session.execute(
            update(model.Case).where(model.Case.id == case.id).values(ledger_seq=2, ledger_head=second.hash)
        )
    assert problems()


def test_a_chain_hashed_again_without_the_key_is_found(case):
    rows = model.LedgerEntry
    with store.writing() as session:
        session.execute(update(rows).where(rows.chain == case.id, rows.seq == 3).values(hash="0" * 64))
        session.execute(update(model.Case).where(model.Case.id == case.id).values(ledger_head="0" * 64))
    assert problems()


def test_nothing_moved_needs_no_second_seal(case):
    with store.writing() as session:
        assert ledger.seal(session, FRIDAY) is None
