"""Nothing of a referral leaves to those it is not for: lists, search, export, API, papers, history, error texts."""

import io
import zipfile

import pytest

from engine import documents, instances, model, store
from tests.office import who
from tests.pages import Person

PLACE = "county1"
OUTSIDERS = [
    f"{role}.{PLACE}" for role in ("case_handler2", "intake_clerk", "archivist", "finance_clerk", "committee_office")
]
INSIDERS = [f"{role}.{PLACE}" for role in ("case_handler", "co_handler", "legal_officer", "agency_head")]


@pytest.fixture
def referral(referral_at):
    return referral_at("accepted")


@pytest.fixture
def row(referral):
    with store.reading() as session:
        return session.get_one(model.Case, referral.id)


def secrets(row) -> list[str]:
    return [row.number, row.title, "刘某"]


def silent(row, *told) -> bool:
    return not any(secret in text for text in told for secret in secrets(row))


def papers(row):
    with store.reading() as session:
        return [paper.id for paper in session.query(model.Document).filter_by(case_id=row.id)]


def test_those_it_is_for_read_it(referral, row):
    for name in INSIDERS:
        assert referral.office.get(name, f"/cases/{row.id}")["number"] == row.number


@pytest.mark.parametrize("name", OUTSIDERS)
def test_the_api_does_not_know_it(referral, row, name):
    with store.reading() as session:
        (task, *_) = instances.open_tasks(session, row.id)
    paths = [f"/cases/{row.id}{rest}" for rest in ("", "/history", "/clocks", "/documents", "/watch")]
    paths += [f"/tasks/{task.id}", *(f"/documents/{paper}.pdf" for paper in papers(row))]
    for path in paths:
        assert silent(row, str(referral.office.get(name, path, 404)))
    for path in (f"/tasks/{task.id}/claim", f"/cases/{row.id}/acts/ask_chase", f"/cases/{row.id}/correct"):
        body = {"step": "ref_clue", "data": {}, "reason": "x"}
        assert silent(row, str(referral.office.post(name, path, body, 404)))


@pytest.mark.parametrize("name", OUTSIDERS)
def test_lists_boxes_and_search_do_not_hold_it(referral, row, name):
    told = [referral.office.get(name, "/cases", size=200)]
    told += [referral.office.get(name, "/cases", text=text) for text in secrets(row)]
    told += [referral.office.get(name, "/tasks", box=box) for box in ("todo", "pool", "done", "started", "unit")]
    assert silent(row, *map(str, told))


@pytest.mark.parametrize("name", OUTSIDERS)
def test_registers_and_their_export_do_not_hold_it(referral, row, name):
    with store.reading() as session:
        registers = {line.register for line in session.query(model.RegisterRow).filter_by(case_id=row.id)}
    assert registers
    for register in registers:
        assert silent(row, str(referral.office.get(name, f"/registers/{register}")))
        sheet = zipfile.ZipFile(io.BytesIO(referral.office.get(name, f"/registers/{register}", format="xlsx")))
        assert silent(row, *(sheet.read(part).decode(errors="replace") for part in sheet.namelist()))


@pytest.mark.parametrize("name", OUTSIDERS)
def test_the_pages_do_not_show_it(referral, row, name):
    visitor = Person(referral.office.app, name)
    for path in (f"/cases/{row.id}", f"/cases/{row.id}?tab=ledger", f"/cases/{row.id}/correct/ref_clue"):
        assert silent(row, visitor.open(path, status=404).data.decode())
    for path in ("/", "/cases", f"/cases?q={row.number}", "/registers/L-JR-1", "/notices"):
        page = visitor.open(path)
        for field in page.find("//input"):
            field.set("value", "")  # what was searched for stands in its own field
        assert silent(row, visitor.text)


@pytest.mark.parametrize("name", OUTSIDERS)
def test_attachments_of_it_are_not_found(referral, row, name):
    with store.reading() as session:
        files = [file.id for file in session.query(model.Attachment).filter_by(case_id=row.id)]
    assert files
    for file in files:
        referral.office.get(name, f"/attachments/{file}", 404)


def test_its_papers_open_for_those_it_is_for(referral, row):
    with store.reading() as session:
        listed = documents.listing(session, row.id, who(referral.watcher))
    assert listed and {paper.id for paper in listed} <= set(papers(row))
