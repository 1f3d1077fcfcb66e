"""What cannot be right in a referral is refused in words, and what was there or was typed is still there."""

from __future__ import annotations

import pytest

from engine import store
from tests.office import at
from tests.pages import Person
from tests.processes.referral import Referral
from tests.processes.stages import Move

LEGAL = "legal_officer.county1"
RARE = "刘䶮𠮷"
ENTRY = Move("ref_tracking", "2026-08-12 10:00", act="ask_tracking")


def upload(office, who, data: bytes, name: str):
    """What the API answers to a file."""
    head = f'--part\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    whole = b"".join((head.encode(), data, b"\r\n--part--\r\n"))
    headers = {"Authorization": f"Bearer {office.token(who)}", "Content-Type": "multipart/form-data; boundary=part"}
    return office.app.test_client().post("/api/v1/attachments", data=whole, headers=headers)


def kept() -> set[str]:
    """The files on the disk of the office."""
    return {str(path) for path in (store.data_dir() / "files").rglob("*") if path.is_file()}


def test_a_paper_is_not_registered_twice(referral_at):
    case = referral_at("tracking").lead(ENTRY)
    said = case.refused("JR-E25", "ref_tracking", "2026-08-13 10:00", "ask_tracking")
    assert "已经登记" in said["detail"]


def test_a_registered_paper_may_be_corrected_under_its_number(referral_at):
    case = referral_at("tracking").lead(ENTRY)
    body = {"step": "ref_tracking", "data": {"note": "起诉书副本另存"}, "reason": "补充说明"}
    case.office.post("agency_head.county1", f"/cases/{case.id}/correct", body)
    assert case.case()["case_file"]["ref_tracking"]["note"] == "起诉书副本另存"


@pytest.mark.parametrize(
    ("state", "step", "moment", "answers"),
    [
        ("approved", "ref_handover", "2026-06-11 15:00", {"handed_at": "2026-06-10T16:00:00+08:00"}),
        ("accepted", "ref_record_decision", "2026-06-15 10:00", {"notice_received_on": "2026-06-11"}),
        ("tracking", "ref_result", "2026-11-20 10:00", {"paper_received_on": "2026-11-17"}),
    ],
)
def test_no_day_lies_before_the_one_it_follows(referral_at, state, step, moment, answers):
    code = "JR-E11" if step == "ref_handover" else "E-COM-12"
    assert "早于" in referral_at(state).refused(code, step, moment, **answers)["detail"]


def test_who_was_recused_does_nothing_on_it(referral_at):
    case = referral_at("screening").lead(Move("ref_team", "2026-06-05 11:00", {"avoid": [LEGAL]}))
    said = case.refused("EC-E01", "ref_chase", "2026-06-05 12:00", "ask_chase", LEGAL, 403)
    assert "回避" in said["detail"]


def test_a_rare_character_in_a_name_is_kept_whole_everywhere(referral_at):
    office = referral_at("office").office
    persons = [{"name": RARE, "suspected_crime": "危险作业罪"}]
    case = Referral.open(office, at("2026-06-05 09:30"), persons=persons)
    assert case.case()["case_file"]["ref_clue"]["persons"][0]["name"] == RARE
    assert office.get(LEGAL, "/cases", text="䶮𠮷")["total"] == 1
    (row,) = office.get(LEGAL, "/registers/L-JR-1")["items"]
    assert row["cells"]["当事人"] == RARE and RARE in Person(office.app, LEGAL).open(f"/cases/{case.id}").text


def test_a_pdf_that_is_none_is_refused_and_leaves_nothing(referral_at):
    case = referral_at("handed_over")
    before = kept()
    said = upload(case.office, LEGAL, b"MZ\x90\x00 not a paper", "公安回执.pdf")
    assert (said.status_code, said.json["code"], "公安回执.pdf" in said.json["detail"]) == (422, "E-FILE-02", True)
    assert kept() == before


def test_the_page_with_such_a_pdf_comes_back_with_what_was_typed(referral_at):
    case = referral_at("handed_over")
    task = case.task("ref_police_receipt", LEGAL)["id"]
    case.office.post(LEGAL, f"/tasks/{task}/claim")
    page = Person(case.office.app, LEGAL).open(f"/tasks/{task}")
    bad = {"f-scan": (b"MZ\x90\x00 not a paper", "公安回执.pdf")}
    page.press("提交", status=422, files=bad, f__result="接受", f__document_no="公收字〔2026〕8号")
    assert page.find("//input[@name='f-document_no']")[0].get("value") == "公收字〔2026〕8号"
    assert case.status() == "handed_over"


@pytest.mark.parametrize(("size", "status", "words"), [(60, 413, "60 MB"), (51, 422, "50 MB")])
def test_a_scan_of_sixty_megabytes_is_refused_and_leaves_nothing(referral_at, size, status, words):
    case = referral_at("handed_over")
    before = kept()
    said = upload(case.office, LEGAL, b"%PDF-1.7\n" + bytes(size << 20), "卷宗.pdf")
    assert (said.status_code, said.json["code"], words in said.json["detail"]) == (status, "E-FILE-03", True)
    assert kept() == before and case.status() == "handed_over"


@pytest.mark.parametrize("size", [51, 60, 100])
def test_the_page_with_such_a_scan_comes_back_with_what_was_typed(referral_at, size):
    """Nothing is lost: neither the answers on the page nor the case, and the next try needs the scan only."""
    case = referral_at("handed_over")
    task = case.task("ref_police_receipt", LEGAL)["id"]
    case.office.post(LEGAL, f"/tasks/{task}/claim")
    before, page = kept(), Person(case.office.app, LEGAL).open(f"/tasks/{task}")
    big = {"f-scan": (b"%PDF-1.7\n" + bytes(size << 20), "卷宗.pdf")}
    page.press(
        "提交",
        status=422,
        files=big,
        f__result="接受",
        f__document_no="公收字〔2026〕8号",
        f__accepted_at="2026-06-11T15:00",
    )
    assert page.find("//input[@name='f-document_no']")[0].get("value") == "公收字〔2026〕8号"
    assert page.find("//input[@name='f-accepted_at']")[0].get("value") == "2026-06-11T15:00"
    assert "50 MB" in page.text and (kept(), case.status()) == (before, "handed_over")
    page.press("提交", files={"f-scan": (b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF", "卷宗.pdf")})
    assert case.status() == "accepted"


def test_a_request_beyond_all_measure_is_still_refused_as_a_whole(referral_at):
    case = referral_at("handed_over")
    task = case.task("ref_police_receipt", LEGAL)["id"]
    case.office.post(LEGAL, f"/tasks/{task}/claim")
    page = Person(case.office.app, LEGAL).open(f"/tasks/{task}")
    page.press("提交", status=413, files={"f-scan": (bytes(181 << 20), "卷宗.pdf")})
    assert case.status() == "handed_over"
