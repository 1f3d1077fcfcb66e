"""A referral is seen by those whom §0 names: nobody else finds it in any of the seven views, only its label."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator

import pytest

from engine import cases, documents, instances, model, store
from tests.office import at, deploy, who
from tests.pages import Person
from tests.processes.enforcement import Case
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


DRAFT_VIEWS = ["list", "search", "export", "api", "history", "error text"]
DEAD = {"accident": "一般", "deaths": 1, "serious_injuries": 0, "direct_loss": "0"}
WAITING = [f"{role}.{PLACE}" for role in ("deputy_head", "legal_reviewer", "intake_clerk", "archivist")]


@pytest.fixture
def drafted(enforcement_at) -> Case:
    """A penalty case in which the watch has opened a draft clue that nobody has taken up."""
    office = enforcement_at("office").office
    with store.writing() as session:
        deploy(session, "judicial_referral")
    return Case.open(office, at("2026-07-03 10:00"), **DEAD)


@pytest.fixture
def draft(drafted) -> model.Case:
    with store.reading() as session:
        return session.query(model.Case).filter_by(parent_id=drafted.id, process="judicial_referral").one()


@pytest.mark.parametrize("view", DRAFT_VIEWS)
def test_a_draft_clue_is_kept_from_the_office_before_anybody_takes_it_up(drafted, draft, view):
    for name in WAITING:
        for told in VIEWS[view](drafted, draft, name):
            assert draft.number not in str(told) and draft.title not in str(told), (name, str(told)[:300])


def test_a_draft_clue_prints_for_nobody_of_whom_it_is_kept(drafted, draft):
    for name in WAITING:
        drafted.office.get(name, f"/cases/{draft.id}/volume.pdf", 404)


def test_who_may_take_up_a_draft_clue_is_led_to_it(drafted, draft):
    """The notice of the hand-off, the watch on the page of the case, and its list of linked cases."""
    for name in (f"case_handler2.{PLACE}", f"co_handler.{PLACE}", f"legal_officer.{PLACE}"):
        assert f"/cases/{draft.id}" in Person(drafted.office.app, name).open(f"/cases/{drafted.id}").data.decode()
        drafted.office.get(name, f"/cases/{draft.id}")
    with store.reading() as session:
        told = {row.user_name for row in session.query(model.Notice).filter_by(case_id=draft.id, kind="handoff")}
    assert {f"case_handler2.{PLACE}", f"legal_officer.{PLACE}"} <= told


def test_the_page_of_the_case_tells_others_only_that_there_is_one(drafted, draft):
    page = Person(drafted.office.app, f"archivist.{PLACE}").open(f"/cases/{drafted.id}?tab=links")
    assert draft.id not in page.data.decode() and "涉嫌犯罪案件移送 · 初筛" in page.text


def test_a_draft_clue_that_was_taken_up_is_kept_from_the_other_handlers(drafted, draft):
    referral = Referral(drafted.office, draft.id, "judicial_referral")
    referral.do("ref_clue", at("2026-07-03 11:00"), discovered_at="2026-07-03T10:00:00+08:00")
    drafted.office.get(f"case_handler.{PLACE}", f"/cases/{draft.id}")
    drafted.office.get(f"case_handler2.{PLACE}", f"/cases/{draft.id}", 404)


def test_a_draft_clue_on_somebody_of_the_office_is_kept_from_that_person(drafted, draft):
    with store.reading() as session:
        display = session.get_one(model.User, f"case_handler2.{PLACE}").display
    said = {"persons": [{"name": display, "suspected_crime": "玩忽职守罪"}]}
    case = Case.open(drafted.office, at("2026-07-04 10:00"), place="七号库", **DEAD, **said)
    with store.reading() as session:
        other = session.query(model.Case).filter_by(parent_id=case.id, process="judicial_referral").one()
    drafted.office.get(f"case_handler2.{PLACE}", f"/cases/{other.id}", 404)
    drafted.office.get(f"co_handler.{PLACE}", f"/cases/{other.id}")
