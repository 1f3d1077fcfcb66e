"""The volume of a penalty case: what is said to be missing at each step, the archive that refuses, the bound whole."""

import pypdf
import pytest

from engine import documents, model, store, volumes, workers
from tests import statements
from tests.office import at, who
from tests.pages import Person
from web.cases import TABS

ARCHIVIST = "archivist.county1"


def gaps(case, person=""):
    return [gap["text"] for gap in case.office.get(person or case.watcher, f"/cases/{case.id}/volume")["gaps"]]


def test_at_any_step_the_case_says_what_is_missing(enforcement_at):
    said = gaps(enforcement_at("reporting"))
    assert "《立案审批表》已拟稿，尚未签发" in said and "《询问笔录》已拟稿，尚未签发" in said


def test_the_archive_is_refused_while_a_paper_is_missing(enforcement_at):
    case = enforcement_at("archiving")
    said = case.do("ec_archive", at("2027-02-08 10:00"), status=422)
    assert (said["code"], said["fields"]["missing"]) == ("EC-E42", "EC-E42")


def test_no_tab_of_a_whole_case_asks_more_than_eight_things(enforcement_at):
    case = enforcement_at("archiving")
    page = Person(case.office.app, case.watcher)
    for tab, _ in TABS:
        page.open(f"/cases/{case.id}?tab={tab}")
        with statements.recorded(store.engine()) as asked:
            page.open(f"/cases/{case.id}?tab={tab}")
        assert 1 <= len(statements.of_the_page(asked)) <= 8, tab


def test_the_archivist_reads_the_gaps_on_the_form(enforcement_at):
    case = enforcement_at("archiving")
    task = case.task("ec_archive", ARCHIVIST)
    assert "《立案审批表》已拟稿" in case.office.get(ARCHIVIST, f"/tasks/{task['id']}")["data"]["missing"]


def test_a_notice_that_was_not_served_lacks_its_slip(enforcement_at):
    case = enforcement_at("archiving")
    with store.writing() as session:
        row = session.get_one(model.Submission, (case.id, _seq(session, case, "ec_serve")))
        row.data = {name: value for name, value in row.data.items() if name != "receipt"}
    case.complete_papers(at("2027-02-08 09:00"))
    (said,) = gaps(case)
    assert said.startswith("《行政处罚决定书》（") and said.endswith("尚未登记送达，还缺送达回证")


def _seq(session, case, step):
    return session.query(model.Answer).filter_by(case_id=case.id, step=step).one().seq


@pytest.fixture
def archived(enforcement_stages, enforcement_at, tmp_path_factory):
    """A case whose volume is bound; binding is long, so it is done once."""
    enforcement_stages.add("archived", "closed", bind, tmp_path_factory.mktemp("archived"))
    return enforcement_at("archived")


def bind(case):
    with workers.running("worker-1", poll=0.05):
        assert workers.finish(120)
    return case


def test_the_archived_volume_holds_every_section_and_is_locked(archived):
    told = archived.office.get(archived.watcher, f"/cases/{archived.id}/volume")["volume"]
    assert (told["state"], told["locked"], told["percent"]) == ("ready", True, 100)
    titles = [entry["title"] for entry in told["entries"]]
    assert {"立案审批表", "询问笔录", "行政处罚决定书", "结案审批表", "归档", "办理过程记录"} <= set(titles)
    assert all(entry["sha256"] for entry in told["entries"])
    answer = archived.office.post(archived.watcher, f"/cases/{archived.id}/volume", status=409)
    assert answer["detail"] == "案卷已归档锁定，不能重新生成"


def test_the_crime_screen_is_read_by_those_who_may_know_it_only(archived):
    def titles(person):
        told = archived.office.get(person, f"/cases/{archived.id}/volume")["volume"]
        return told["cut"], "涉罪初筛" in [entry["title"] for entry in told["entries"]]

    assert titles("legal_officer.county1") == ("whole", True)
    assert titles(ARCHIVIST) == ("open", False)


def test_the_file_is_the_one_whose_hash_the_ledger_keeps(archived):
    with store.reading() as session:
        path = volumes.file(session, archived.id, who(archived.watcher))[1]
    told = archived.office.get(archived.watcher, f"/cases/{archived.id}/volume")["volume"]
    assert len(pypdf.PdfReader(path).pages) == told["pages"]
    acts = archived.office.get(archived.watcher, f"/cases/{archived.id}/history")["items"]
    assert told["sha256"] in str(acts)


def test_the_catalogue_that_is_issued_lists_what_was_bound(archived):
    papers = archived.office.get(archived.watcher, f"/cases/{archived.id}/documents")
    (key,) = [paper["id"] for paper in papers if paper["letter"] == "D-EC-22b"]
    archived.office.post(ARCHIVIST, f"/documents/{key}/issue")
    with store.reading() as session:
        volume = session.get_one(model.Document, key).data["volume"]
        text = documents.html(session, key, who(ARCHIVIST))
    assert volume["pages"] and all(entry["title"] in text for entry in volume["entries"])
