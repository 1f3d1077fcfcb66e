"""Letters from draft to service, with numbers that have no gap and data that no later step moves."""

import io
import threading
from datetime import timedelta

import pypdf
import pytest
from sqlalchemy import select

from engine import attachments, cases, documents, model, parameters, store
from engine.errors import Conflict, NotAllowed, NotFound, Refused
from engine.people import SYSTEM_ACTOR
from tests.office import at, open_office, who
from tests.processes import tips
from tests.processes.tips import FRIDAY, THURSDAY, VERIFY

MONDAY = at("2026-02-24 10:00")
HEAD = "unit_head.city"


@pytest.fixture
def office(database):
    open_office("tip_check")


def drafted(now=FRIDAY) -> model.Document:
    """Walk a tip to its end; its notice lies there as a draft."""
    case = tips.open_tip(now=now)
    tips.complete(case, "case_handler.city", VERIFY, now)
    tips.complete(case, HEAD, {"decision": "同意"}, now)
    with store.reading() as session:
        (row,) = documents.listing(session, case.id, who(HEAD))
        return row


@pytest.fixture
def draft(office) -> model.Document:
    return drafted()


@pytest.fixture
def issued(draft) -> model.Document:
    return issue(draft)


def issue(row, name=HEAD, now=FRIDAY) -> model.Document:
    with store.writing() as session:
        return documents.issue(session, row.id, who(name), now)


def serve(row, name="case_handler.city", now=MONDAY, **given) -> model.Document:
    given = {"method": "直接", "served_at": "2026-02-14T09:00:00+08:00"} | given
    with store.writing() as session:
        return documents.serve(session, row.id, who(name), now, **given)


def text_of(row, name=HEAD) -> str:
    with store.reading() as session:
        return read(documents.pdf(session, row.id, who(name)))


def read(paper: bytes) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(paper)).pages).replace("\n", "")


def test_issuing_takes_the_first_number_of_the_year(issued):
    assert (issued.state, issued.number) == ("issued", "示应急线告〔2026〕1号")


def test_numbers_follow_one_another(issued):
    assert issue(drafted()).number == "示应急线告〔2026〕2号"


def test_a_new_year_begins_at_one(issued):
    assert issue(drafted(), now=at("2027-01-04 09:00")).number == "示应急线告〔2027〕1号"


def test_the_year_is_the_one_of_the_office(draft):
    # 2026-12-31 16:30 UTC is already the new year in the office.
    assert issue(draft, now=at("2027-01-01 00:30")).number == "示应急线告〔2027〕1号"


def test_a_rolled_back_issue_leaves_no_gap(draft):
    with pytest.raises(RuntimeError), store.writing() as session:
        documents.issue(session, draft.id, who(HEAD), FRIDAY)
        raise RuntimeError("power cut")
    assert issue(draft).number == "示应急线告〔2026〕1号"


def test_two_issuers_at_once_take_one_number(draft):
    outcomes = []

    def go():
        try:
            outcomes.append(issue(draft).number)
        except Conflict as late:
            outcomes.append(late.by)

    people = [threading.Thread(target=go) for _ in range(2)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert sorted(outcomes) == [HEAD, "示应急线告〔2026〕1号"]


def test_the_second_issuer_learns_who_was_first(issued):
    with pytest.raises(Conflict) as late:
        issue(issued)
    assert (late.value.by, late.value.at) == (HEAD, FRIDAY)


def test_only_the_issue_role_issues(draft):
    with pytest.raises(NotAllowed):
        issue(draft, "case_handler.city")


def test_another_office_does_not_know_the_letter(draft):
    with pytest.raises(NotFound):
        issue(draft, "unit_head.county1")


def test_another_office_may_not_look_at_it(draft):
    with store.reading() as session, pytest.raises(NotFound):
        documents.pdf(session, draft.id, who("unit_head.county1"))


def test_an_office_without_a_code_cannot_number(draft):
    with store.writing() as session:
        session.get_one(model.Org, "city").code = ""
    with pytest.raises(Refused, match="机关代字"):
        issue(draft)


def test_a_draft_says_that_it_is_one(draft):
    text = text_of(draft)
    assert "草稿" in text and "示例甲厂：经核查，二号库情况不属实。" in text


def test_an_issued_letter_bears_number_and_day(issued):
    text = text_of(issued)
    assert "示应急线告〔2026〕1号" in text and "2026年2月13日" in text and "草稿" not in text


def test_what_was_issued_stays_when_the_case_file_moves(issued):
    first = text_of(issued)
    with store.writing() as session:
        case = session.get_one(model.Case, issued.case_id)
        case.title = "别处"
        row = session.scalars(select(model.Submission).where(model.Submission.step == "tip_record")).one()
        row.data = row.data | {"enterprise_name": "乙厂"}
    for path in (store.data_dir() / "letters").rglob("*.pdf"):
        path.unlink()
    assert text_of(issued) == first


def test_a_letter_is_set_once_and_kept(issued):
    text_of(issued)
    kept = list((store.data_dir() / "letters").rglob("*.pdf"))
    assert len(kept) == 1 and text_of(issued)


def test_looking_at_a_letter_writes_nothing(issued):
    with store.reading() as session:
        documents.pdf(session, issued.id, who(HEAD))
        assert not session.dirty and not session.new


def test_the_draft_of_a_repeated_step_is_not_doubled(draft):
    with store.writing() as session:
        case = session.get_one(model.Case, draft.case_id)
        bundle = cases.bundle_of(session, case)
        documents.draft(session, case, bundle, bundle.letters["D-TIP-01"], "tip_approve", None, MONDAY)
        assert len(documents.listing(session, case.id, who(HEAD))) == 1


def test_service_is_noted(issued):
    row = serve(issued, addressee="示例甲厂 王喆")
    assert (row.state, row.served["method"], row.served["addressee"]) == ("served", "直接送达", "示例甲厂 王喆")


def test_the_enterprise_is_the_addressee_unless_said_otherwise(issued):
    assert serve(issued).served["addressee"] == "示例甲厂"


def test_a_draft_is_not_served(draft):
    with pytest.raises(Conflict, match="尚未签发"):
        serve(draft)


def test_a_letter_is_served_once(issued):
    serve(issued)
    with pytest.raises(Conflict, match="已经登记送达"):
        serve(issued)


def test_service_before_the_issue_is_refused(issued):
    with pytest.raises(Refused, match="早于文书签发时间") as refused:
        serve(issued, served_at="2026-02-13T09:59:00+08:00")
    assert refused.value.fields == {"served_at": "E-DOC-01"}


def test_service_on_the_day_of_issue_needs_no_hour(issued):
    assert serve(issued, served_at="2026-02-13").served_at == FRIDAY


def test_service_in_the_future_is_refused(issued):
    with pytest.raises(Refused, match="晚于当前时间"):
        serve(issued, served_at=MONDAY + timedelta(minutes=1))


@pytest.mark.parametrize("given", ["昨天", "2026-13-01", ""])
def test_a_moment_that_is_none_is_refused(issued, given):
    with pytest.raises(Refused, match="格式不正确"):
        serve(issued, served_at=given)


def test_an_unknown_method_is_refused(issued):
    with pytest.raises(Refused, match="送达方式"):
        serve(issued, method="口头")


def test_leaving_a_refused_letter_needs_the_note(issued):
    with pytest.raises(Refused, match="拒收"):
        serve(issued, method="留置送达")


def test_a_strange_receipt_is_refused(issued):
    with pytest.raises(Refused, match="附件"):
        serve(issued, receipt="a-none")


def test_the_receipt_is_tied_to_the_case(issued):
    with store.writing() as session:
        paper = io.BytesIO(b"%PDF-1.7 x")
        kept = attachments.keep(session, "回证.pdf", paper, who("case_handler.city"), MONDAY)
    assert serve(issued, receipt=kept.id).served["receipt"] == kept.id
    with store.reading() as session:
        assert session.get_one(model.Attachment, kept.id).case_id == issued.case_id


def test_only_the_office_notes_service(issued):
    with pytest.raises(NotFound):
        serve(issued, "case_handler.county1")


def test_a_void_letter_keeps_its_number_and_the_next_takes_another(issued):
    with store.writing() as session:
        row = documents.void(session, issued.id, who(HEAD), MONDAY, "当事人名称有误")
    assert (row.state, row.number, issue(drafted()).number) == ("void", issued.number, "示应急线告〔2026〕2号")


def test_a_void_letter_says_so(issued):
    with store.writing() as session:
        documents.void(session, issued.id, who(HEAD), MONDAY, "当事人名称有误")
    assert "作废" in text_of(issued)


def test_voiding_needs_a_reason(issued):
    with store.writing() as session, pytest.raises(Refused, match="作废理由"):
        documents.void(session, issued.id, who(HEAD), MONDAY, " ")


def test_a_void_letter_is_not_served(issued):
    with store.writing() as session:
        documents.void(session, issued.id, who(HEAD), MONDAY, "有误")
    with pytest.raises(Conflict, match="作废"):
        serve(issued)


def test_the_slip_of_service_shows_method_and_moment(issued):
    serve(issued, served_at="2026-02-14T09:05:00+08:00")
    with store.reading() as session:
        text = read(documents.service_return(session, issued.id, who(HEAD)))
    assert "送达回证" in text and "☐" not in text and "直接送达" in text and "2026年2月14日9时05分" in text


def test_a_letter_not_issued_has_no_slip(draft):
    with store.reading() as session, pytest.raises(Conflict):
        documents.service_return(session, draft.id, who(HEAD))


def test_each_act_stands_in_the_ledger(issued):
    serve(issued)
    with store.reading() as session:
        acts = [row.act for row in cases.history(session, issued.case_id, who(HEAD))]
    assert acts[-2:] == ["letter issued", "letter served"]


def test_a_confidential_letter_is_not_listed_for_others(draft):
    with store.writing() as session:
        session.get_one(model.Document, draft.id).confidential = ["supervisory_liaison"]
    with store.reading() as session:
        assert documents.listing(session, draft.case_id, who(HEAD)) == []
        assert documents.listing(session, draft.case_id, who("supervisory_liaison.city")) != []


def test_the_office_tells_court_and_telephone_from_its_parameters(draft):
    with store.writing() as session:
        parameters.set_(session, "office.phone", "0532-12350", "370200", "局办公室", SYSTEM_ACTOR, THURSDAY)
    row = issue(draft)
    assert (row.data["letter"]["org"]["phone"], row.data["letter"]["org"]["government"]) == (
        "0532-12350",
        "示例市人民政府",
    )


def test_rare_characters_are_told_before_issuing(draft):
    with store.writing() as session:
        row = session.scalars(select(model.Submission).where(model.Submission.step == "tip_record")).one()
        row.data = row.data | {"enterprise_name": "䶮辉厂"}
    with store.reading() as session:
        (said,) = documents.warnings(session, draft.id, who(HEAD))
    assert "后备字体" in said and "䶮" in said
