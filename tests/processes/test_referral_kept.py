"""A referral is seen by those whom §0 names: nobody else finds it in any of the seven views, only its label."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator

import pytest

from engine import cases, documents, instances, model, store
from tests.office import at, who
from tests.pages import Person
from tests.processes.referral import Referral
from tests.processes.stages import Move

PLACE = "county1"
# Of the place and not named by §0, or no longer: it names legal officer, head of the agency, team and named unit head.
OUTSIDERS = [
    *(f"{role}.{PLACE}" for role in ("case_handler2", "deputy_head", "legal_reviewer", "supervisory_liaison")),
    *(f"{role}.{PLACE}" for role in ("intake_clerk", "archivist", "finance_clerk", "committee_office")),
    "unit_head.city",
    "deputy_head.city",
]
INSIDERS = [f"{role}.{PLACE}" for role in ("case_handler", "co_handler", "unit_head", "legal_officer", "agency_head")]
BODY = {"step": "ref_clue", "data": {}, "reason": "x"}


@pytest.fixture
def referral(referral_at):
    return referral_at("accepted")


@pytest.fixture
def row(referral):
    with store.reading() as session:
        return session.get_one(model.Case, referral.id)


def secrets(row) -> list[str]:
    return [row.number, row.title, "刘某"]


def ids(kind, row) -> list[str]:
    with store.reading() as session:
        return [one.id for one in session.query(kind).filter_by(case_id=row.id)]


def task(row) -> str:
    with store.reading() as session:
        return instances.open_tasks(session, row.id)[0].id


def lists(referral, row, name) -> Iterator[object]:
    yield referral.office.get(name, "/cases", size=200)
    for box in ("todo", "pool", "done", "started", "unit"):
        yield referral.office.get(name, "/tasks", box=box)
    for path in ("/", "/cases", "/registers/L-JR-1", "/notices"):
        yield Person(referral.office.app, name).open(path).text


def found(referral, row, name) -> Iterator[object]:
    for text in secrets(row):
        yield referral.office.get(name, "/cases", text=text)
        yield referral.office.get(name, "/registers/L-JR-1", text=text)


def export(referral, row, name) -> Iterator[object]:
    for register in ("L-JR-1", "L-JR-3", "S-JR-1"):
        sheet = zipfile.ZipFile(io.BytesIO(referral.office.get(name, f"/registers/{register}", format="xlsx")))
        yield from (sheet.read(part).decode(errors="replace") for part in sheet.namelist())


def api(referral, row, name) -> Iterator[object]:
    for rest in ("", "/clocks", "/documents", "/watch", "/volume"):
        yield referral.office.get(name, f"/cases/{row.id}{rest}", 404)
    yield referral.office.get(name, f"/tasks/{task(row)}", 404)
    yield [referral.office.get(name, f"/registers/{register}") for register in ("L-JR-1", "L-JR-3", "S-JR-1")]


def paper(referral, row, name) -> Iterator[object]:
    files = ids(model.Document, row)
    assert files and ids(model.Attachment, row)
    for one in files:
        yield referral.office.get(name, f"/documents/{one}.pdf", 404)
    for one in ids(model.Attachment, row):
        yield referral.office.get(name, f"/attachments/{one}", 404)
    yield referral.office.get(name, f"/cases/{row.id}/volume.pdf", 404)


def history(referral, row, name) -> Iterator[object]:
    yield referral.office.get(name, f"/cases/{row.id}/history", 404)
    yield Person(referral.office.app, name).open(f"/cases/{row.id}?tab=ledger", status=404).text


def refusals(referral, row, name) -> Iterator[object]:
    for path in (f"/tasks/{task(row)}/claim", f"/cases/{row.id}/acts/ask_chase", f"/cases/{row.id}/correct"):
        yield referral.office.post(name, path, BODY, 404)
    for path in (f"/cases/{row.id}", f"/cases/{row.id}/correct/ref_clue"):
        yield Person(referral.office.app, name).open(path, status=404).text


VIEWS: dict[str, Callable[[Referral, model.Case, str], Iterator[object]]] = {
    "list": lists,
    "search": found,
    "export": export,
    "api": api,
    "pdf": paper,
    "history": history,
    "error text": refusals,
}


@pytest.mark.parametrize("view", VIEWS)
def test_no_view_tells_of_it_to_whom_the_page_does_not_name(referral, row, view):
    for name in OUTSIDERS:
        for told in VIEWS[view](referral, row, name):
            text = str(told)
            assert [secret for secret in secrets(row) if secret in text] == [], (name, text[:300])


def test_those_whom_the_page_names_read_it(referral, row):
    for name in INSIDERS:
        assert referral.office.get(name, f"/cases/{row.id}")["number"] == row.number


def test_its_papers_open_for_those_it_is_for(referral, row):
    with store.reading() as session:
        listed = documents.listing(session, row.id, who(referral.watcher))
    assert listed and {paper.id for paper in listed} <= set(ids(model.Document, row))


LENT = {
    "unit_head.county1": {"screening"},
    "legal_reviewer.county1": {"reviewing", "receiving", "reported", "refused_internal"},
    "deputy_head.county1": {"reported"},
    "supervisory_liaison.county1": {"reported", "approved", "not_police"},
}


@pytest.mark.parametrize("state", ["screening", "reviewing", "reported", "refused_internal", "not_police", "accepted"])
def test_who_has_something_to_do_with_it_sees_it_meanwhile(referral_at, state):
    case = referral_at(state)
    for name, states in LENT.items():
        known = state in states or (name == "unit_head.county1" and state != "screening")  # by now the named one
        case.office.get(name, f"/cases/{case.id}", 200 if known else 404)


def test_another_unit_head_is_named_by_correcting_the_team(referral):
    """Whoever comes after the head that formed the team is named by the head of the agency."""
    asked = {"step": "ref_team", "data": {"unit_head": "deputy_head.county1"}, "reason": "岗位调整"}
    referral.office.post("agency_head.county1", f"/cases/{referral.id}/correct", asked)
    referral.office.get("deputy_head.county1", f"/cases/{referral.id}")
    referral.office.get("unit_head.county1", f"/cases/{referral.id}", 404)


def test_the_one_row_and_the_query_agree_on_what_is_lent(referral_at):
    case = referral_at("reported")
    with store.reading() as session:
        row = session.get_one(model.Case, case.id)
        for name in (*LENT, "deputy_head.city"):
            listed = {one.id for one in cases.listing(session, who(name)).items}
            assert cases.may_see(session, row, who(name)) is (row.id in listed) is (name != "deputy_head.city")


def test_a_clue_on_an_official_is_open_to_who_takes_it_there(referral_at):
    persons = [{"name": "赵某", "suspected_crime": "玩忽职守罪"}]
    rows = ["R12 公职人员职务违法犯罪"]
    said = {"handling": "移送监察机关", "threshold_rows": rows, "persons": persons}
    case = Referral.open(referral_at("office").office, at("2026-06-10 09:30"), **said)
    case.lead(Move("ref_other_organ", "2026-06-12 11:00"))
    case.office.get("supervisory_liaison.county1", f"/cases/{case.id}")


def test_who_is_told_of_a_missed_term_may_open_it(referral_at):
    """JR-C01: three days after the head received the report, its legal officer and the liaison are told."""
    case = referral_at("reported")
    case.pass_time(at("2026-06-12 00:01"))
    with store.reading() as session:
        told = session.query(model.Notice).filter_by(case_id=case.id, kind="clock").all()
        names = {notice.user_name for notice in told if "已到期限" in notice.text}
    assert names == {"legal_officer.county1", "supervisory_liaison.county1"}
    for name in names:
        case.office.get(name, f"/cases/{case.id}")
