"""The volume of a case: what it lacks, what lies in it, what cannot be bound, who reads which cut, the lock."""

import io

import pypdf
import pytest

from engine import attachments, cases, documents, instances, ledger, model, store, tasks, volumes, workers
from engine.errors import Broken, Conflict, NotFound
from tests import small
from tests.bound import BROKEN, HANDLER, PAPER, SETTINGS, STEPS, opened, pages, picture, publish, scans, upload
from tests.office import open_office, who
from tests.processes.tips import FRIDAY


@pytest.fixture
def office(database, tmp_path):
    open_office()
    publish(tmp_path)
    return tmp_path


def answer(case, by=HANDLER, **said):
    with store.writing() as session:
        (task,) = instances.open_tasks(session, case.id)
        tasks.claim(session, task.id, who(by), FRIDAY)
        tasks.complete(session, task.id, said, who(by), FRIDAY)


def gaps(case, by=HANDLER):
    with store.reading() as session:
        return [gap.text for gap in volumes.gaps(session, session.get_one(model.Case, case.id), who(by), FRIDAY)]


def paper(case):
    with store.reading() as session:
        (row,) = documents.listing(session, case.id, who(HANDLER))
        return row


def issued(case):
    with store.writing() as session:
        documents.issue(session, paper(case).id, who(HANDLER), FRIDAY, ahead=False)


def served(case, receipt=None):
    with store.writing() as session:
        documents.serve(session, paper(case).id, who(HANDLER), FRIDAY, "直接送达", FRIDAY, receipt=receipt)


def bound(case, by=HANDLER):
    """Have the volume bound as the worker does, and return it."""
    with store.writing() as session:
        row = volumes.order(session, case.id, who(by), FRIDAY)
    volumes.bind(row.id)
    return volume(case, by)


def volume(case, by=HANDLER):
    with store.reading() as session:
        return volumes.latest(session, session.get_one(model.Case, case.id), who(by))


def pdf(case, by=HANDLER):
    with store.reading() as session:
        return pypdf.PdfReader(volumes.file(session, case.id, who(by))[1])


def text(reader):
    return "".join(page.extract_text() for page in reader.pages)


# What is missing.


def test_a_letter_lacks_its_issue_then_its_service_then_the_slip(office):
    case = opened()
    answer(case, "legal_officer.city", text="一")
    assert gaps(case) == ["《检查记录》已拟稿，尚未签发"]
    issued(case)
    assert gaps(case) == ["《检查记录》（记〔2026〕1号）尚未登记送达，还缺送达回证"]
    served(case)
    assert gaps(case) == ["还缺《检查记录》（记〔2026〕1号）的送达回证"]


def test_a_letter_served_with_its_slip_is_complete(office):
    case = opened()
    answer(case, "legal_officer.city", text="一")
    issued(case)
    served(case, upload("回证.pdf", pages(1)))
    assert gaps(case) == []


def test_a_letter_made_void_is_to_be_written_again(office):
    case = opened()
    with store.writing() as session:
        documents.void(session, paper(case).id, who(HANDLER), FRIDAY, "写错")
    assert "“vo_look”已办理，还缺《检查记录》" in gaps(case)


def test_a_stage_without_any_step_is_named(office):
    assert "全过程记录缺“保密”环节的办理记录" in gaps(opened())


def test_an_act_on_site_needs_its_audio_visual_record(office):
    assert "第1次“vo_look”没有音像记录编号" in gaps(opened(kind="现场"))
    assert "第1次“vo_look”没有音像记录编号" not in gaps(opened(kind="现场", av_record_id="AV-1"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"collectors": [HANDLER]}, "证据“账册”的收集人员不足两名"),
        ({"provider": None}, "证据“账册”的来源不清：缺收集时间、地点或者提供人"),
        ({"hash": None}, "证据“账册”没有文件，也没有校验值"),
    ],
)
def test_evidence_needs_its_hash_its_collectors_and_where_it_came_from(office, change, said):
    whole = {
        "type": "书证",
        "name": "账册",
        "collected_at": "2026-02-12T09:00:00+08:00",
        "collectors": [HANDLER, "co_handler.city"],
        "place": "财务室",
        "provider": "刘某",
        "hash": "0" * 64,
    }
    assert not [one for one in gaps(opened(evidence=[whole])) if "账册" in one]
    assert said in gaps(opened(evidence=[whole | change]))


def test_a_form_shows_what_is_missing(office):
    case = opened()
    answer(case, "legal_officer.city", text="一")
    answer(case)
    with store.reading() as session:
        row = session.get_one(model.Case, case.id)
        said = cases.case_file(session, row, who(HANDLER), FRIDAY)["vo_archive"]
    assert said["missing"] == "《检查记录》已拟稿，尚未签发"


def test_what_the_plan_names_must_exist(office):
    wrong = SETTINGS.replace('steps = ["vo_archive"]', 'steps = ["vo_nothing"]').replace(
        "vo_look.evidence", "vo_look.x"
    )
    small.write(office, "volume_try", STEPS, wrong)
    (office / "forms" / "volume_try" / "L-1.html").write_text(PAPER)
    said = "；".join(small.problems(office, "volume_try"))
    assert "没有这个环节" in said and "没有这个字段" in said and "没有放进案卷的任何部分" in said


# What is bound.


def test_a_volume_has_a_cover_a_catalogue_numbers_bookmarks_and_hashes(office):
    case = opened(papers=[upload("现场.jpg", picture()), upload("材料.pdf", pages(3))])
    issued(case)
    row, reader = bound(case), pdf(case)
    entries = {entry["title"]: entry for entry in row.entries}
    assert (row.state, row.pages) == ("ready", len(reader.pages))
    assert entries["材料.pdf"]["last"] - entries["材料.pdf"]["page"] == 2
    assert [mark.title for mark in reader.outline if not isinstance(mark, list)][:2] == ["封面和目录", "检查"]
    said = text(reader)
    assert "卷内目录" in said and entries["材料.pdf"]["sha256"] in said.replace("\n", "")
    assert reader.page_labels[0] == "i"


def test_every_page_of_the_body_bears_its_number(office):
    case = opened(papers=[upload("材料.pdf", pages(3))])
    row, reader = bound(case), pdf(case)
    entry = next(entry for entry in row.entries if entry["title"] == "材料.pdf")
    first = reader.page_labels.index(str(entry["page"]))
    assert [page.extract_text().strip() for page in reader.pages[first : first + 3]] == [
        str(entry["page"] + more) for more in range(3)
    ]


def test_a_bound_page_keeps_what_stands_on_it(office):
    case = opened(papers=[upload("照片.jpg", picture()), upload("扫描.pdf", scans(2))])
    row, reader = bound(case), pdf(case)
    first = reader.page_labels.index(str(next(e["page"] for e in row.entries if e["title"] == "照片.jpg")))
    for page in reader.pages[first : first + 3]:
        assert b" Do" in page.get_contents().get_data() and len(page.images) == 1


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("坏.pdf", BROKEN, "不是完好的 PDF 文件"),
        ("说明.txt", "说明".encode(), "不是可以逐页装订的图片或 PDF"),
        ("残.jpg", picture()[:400], "文件已损坏"),
    ],
)
def test_what_cannot_be_bound_becomes_a_sheet_with_its_hash(office, name, data, why):
    case = opened(papers=[upload(name, data)])
    row = bound(case)
    entry = next(entry for entry in row.entries if entry["title"] == name)
    assert why in entry["problem"] and entry["page"] == entry["last"]
    assert entry["sha256"] in text(pdf(case)).replace("\n", "")


def test_a_locked_pdf_becomes_a_sheet(office):
    writer, out = pypdf.PdfWriter(), io.BytesIO()
    writer.add_blank_page(595, 842)
    writer.encrypt("密码", algorithm="RC4-128")
    writer.write(out)
    row = bound(opened(papers=[upload("加密.pdf", out.getvalue())]))
    assert "PDF 已加密，无法打开" in [entry["problem"] for entry in row.entries]


def test_a_letter_made_void_stays_in_the_volume(office):
    case = opened()
    issued(case)
    with store.writing() as session:
        documents.void(session, paper(case).id, who(HANDLER), FRIDAY, "写错")
    assert "检查记录（已作废）" in [entry["title"] for entry in bound(case).entries]


def test_a_rare_character_is_printed(office):
    case = opened(papers=[upload("㛃𠮷的材料.pdf", pages(1))])
    assert "㛃𠮷的材料" in text(pdf(case)) if bound(case) else False


# Who reads what.


def test_who_may_not_know_a_step_gets_a_volume_without_it(office):
    case = opened()
    answer(case, "legal_officer.city", text="线索内容")
    mine, theirs = bound(case), bound(case, "legal_officer.city")
    assert (mine.cut, theirs.cut) == ("open", "whole")
    assert "线索内容" not in text(pdf(case)) and "线索内容" in text(pdf(case, "legal_officer.city"))


def test_what_is_missing_at_a_confidential_step_is_not_told_to_others(office):
    case = opened()
    answer(case, "legal_officer.city", text="一")
    with store.writing() as session:
        session.get_one(model.Document, paper(case).id).confidential = ["legal_officer"]
    assert gaps(case) == [] and gaps(case, "legal_officer.city") == ["《检查记录》已拟稿，尚未签发"]


def test_a_stranger_finds_no_volume(office):
    case = opened()
    bound(case)
    with store.reading() as session, pytest.raises(NotFound):
        volumes.file(session, case.id, who("case_handler.county2"))


# The lock.


@pytest.fixture
def archived(office):
    case = opened()
    issued(case)
    answer(case, "legal_officer.city", text="一")
    answer(case)
    with workers.running("worker-1", poll=0.02):
        assert workers.finish(60)
    return case


def test_the_archive_binds_both_cuts_and_keeps_their_hashes(archived):
    with store.reading() as session:
        acts = [row for row in ledger.of_case(session, archived.id) if row.act.startswith("volume")]
    assert [row.act for row in acts] == ["volume locked", "volume bound", "volume bound"]
    rows = {volume(archived, by).cut: volume(archived, by).sha256 for by in (HANDLER, "legal_officer.city")}
    assert {row.detail["cut"]: row.detail["sha256"] for row in acts[1:]} == rows


def test_an_archived_volume_is_not_bound_anew(archived):
    with store.writing() as session, pytest.raises(Conflict, match="锁定"):
        volumes.order(session, archived.id, who(HANDLER), FRIDAY)
    before = volume(archived).sha256
    volumes.bind(volume(archived).id)
    assert volume(archived).sha256 == before


def test_an_archived_file_that_was_changed_is_not_served(archived):
    attachments.place(volume(archived).sha256).write_bytes(b"%PDF-")
    with store.reading() as session, pytest.raises(Broken):
        volumes.file(session, archived.id, who(HANDLER))


def test_a_volume_under_way_is_not_ordered_twice(office):
    case = opened()
    with store.writing() as session:
        first = volumes.order(session, case.id, who(HANDLER), FRIDAY)
        assert volumes.order(session, case.id, who(HANDLER), FRIDAY).id == first.id
    assert volumes.percent(first) < 100


def test_what_a_killed_binding_leaves_is_no_volume_and_is_bound_anew(office):
    case = opened()
    with store.writing() as session:
        row = volumes.order(session, case.id, who(HANDLER), FRIDAY)
        row.state, row.done, row.total = "binding", 2, 9
    with store.reading() as session, pytest.raises(NotFound):
        volumes.file(session, case.id, who(HANDLER))
    volumes.bind(row.id)
    assert volume(case).state == "ready" and volumes.percent(volume(case)) == 100


def test_a_binding_that_fails_says_so(office, monkeypatch):
    case = opened()
    with store.writing() as session:
        row = volumes.order(session, case.id, who(HANDLER), FRIDAY)
        session.get_one(model.Bundle, case.bundle_hash)
    monkeypatch.setattr("engine.binding.START", "import sys; sys.exit(1)")
    with pytest.raises(Broken):
        volumes.bind(row.id)
    assert volume(case).state == "failed" and volume(case).problem
