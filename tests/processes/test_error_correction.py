"""Correcting errors of enforcement: decided by the head, told to the party, withdrawn, refunded, made anew."""

from __future__ import annotations

import pytest

from engine import store
from tests.office import at
from tests.processes.matters import Matter
from tests.processes.side import SIDE, Side, register

FOUND, DECIDED = "2026-08-10 10:00", "2026-08-11 10:00"
LEGAL = "legal_officer.county1"


@pytest.fixture
def penalty(side_at) -> Side:
    return side_at("published")


@pytest.fixture
def found(penalty) -> Side:
    """An error found by the office itself in a published penalty of 20,000 yuan, which was paid."""
    return penalty.begin("error_correction", "ec_error_find", at(FOUND), paid="20000.00")


@pytest.fixture
def correcting(found) -> Side:
    """Revoked, to be withdrawn and refunded; the party was told."""
    found.do("ec_error_decide", at(DECIDED), refund="20000.00")
    found.do("ec_error_notify", at("2026-08-12 10:00"))
    return found


def recorded(case: Side) -> Side:
    case.do("ec_error_record", at("2026-08-20 10:00"))
    return case


# The straight path.


def test_a_revoked_decision_is_withdrawn_refunded_and_recorded(correcting):
    assert sorted(correcting.steps()) == ["ec_error_refund", "ec_error_withdraw"]
    correcting.do("ec_error_withdraw", at("2026-08-13 10:00"))
    correcting.do("ec_error_refund", at("2026-08-14 10:00"))
    assert recorded(correcting).end() == ("closed", "corrected")


def test_the_form_knows_the_case_it_is_about(penalty, found):
    said = found.said("ec_error_find")
    task = penalty.ask("error_correction", at(FOUND), LEGAL).task("ec_error_find", LEGAL)
    offered = penalty.office.get(LEGAL, f"/tasks/{task['id']}")["data"]
    assert (offered["case_no"], offered["published_on"]) == (penalty.case()["number"], "2026-08-05")
    assert said["proposal"] == "撤销"


def test_what_is_not_corrected_is_recorded_all_the_same(found):
    found.do("ec_error_decide", at(DECIDED), decision="不予纠错", reason="程序合法", effective_on=None)
    assert found.steps() == ["ec_error_record"]
    assert recorded(found).end() == ("closed", "not_corrected")


def test_a_slip_of_the_pen_is_neither_withdrawn_nor_refunded(found):
    found.do("ec_error_decide", at(DECIDED), decision="补正", content="更正决定书日期")
    found.do("ec_error_notify", at("2026-08-12 10:00"))
    assert found.steps() == ["ec_error_record"]


def test_a_case_that_was_sent_back_is_looked_at_again(found):
    found.refused("E-COM-08", "ec_error_decide", DECIDED, decision="退回", reason=None)
    found.do("ec_error_decide", at(DECIDED), decision="退回", reason="补充证据", decided_on=None, effective_on=None)
    assert found.steps() == ["ec_error_find"]


def test_whoever_found_the_error_does_not_decide_on_it(found):
    found.office.post(LEGAL, f"/tasks/{found.task('ec_error_decide')['id']}/complete", {"data": {}}, 403)


# From a remedy: the publication is withdrawn there, once.


@pytest.fixture
def quashed(penalty) -> Side:
    """A penalty quashed on reconsideration, which is to be made anew."""
    remedy = penalty.begin("remedy_tracking", "rt_file", at("2026-08-10 10:00"))
    remedy.do("rt_accept", at("2026-08-11 10:00"))
    remedy.do("rt_reply", at("2026-08-12 10:00"))
    remedy.do("rt_result", at("2026-09-01 10:00"), result="撤销", reasons="违反法定程序", remake=True)
    return remedy


def test_a_remedy_that_was_won_opens_a_correction_that_does_not_withdraw_again(quashed):
    assert "rt_withdraw" in quashed.steps()
    case = quashed.linked("error_correction")[0]
    asked = case.office.get(LEGAL, f"/tasks/{case.task('ec_error_find', LEGAL)['id']}")["data"]
    assert (asked["source"], asked["case_no"], asked["result"]) == ("复议诉讼", "EC-370202-2026-0001", "撤销")
    case.do("ec_error_find", at("2026-09-01 11:00"), **asked, proposal="执行复议诉讼结果")
    case.do("ec_error_decide", at("2026-09-01 15:00"), decision="执行复议诉讼结果", remake=True)
    case.do("ec_error_notify", at("2026-09-02 10:00"))
    assert case.steps() == ["ec_error_remake"]
    assert "EC-C26" not in [row["id"] for row in case.office.get(case.watcher, f"/cases/{case.id}/clocks")]


@pytest.mark.parametrize("step", ["ec_error_find", "ec_error_decide"])
def test_what_a_court_decided_is_carried_out(quashed, step):
    case = quashed.linked("error_correction")[0]
    source = {"source": "复议诉讼", "result": "撤销"}
    if step == "ec_error_find":
        case.refused("EC-E120", step, "2026-09-01 11:00", **source, proposal="不予纠错")
        return
    case.do("ec_error_find", at("2026-09-01 11:00"), **source)
    case.refused("EC-E120", step, "2026-09-01 15:00", decision="不予纠错", effective_on=None)


@pytest.fixture
def remaking(found) -> Side:
    found.do("ec_error_decide", at(DECIDED), remake=True)
    found.do("ec_error_notify", at("2026-08-12 10:00"))
    found.do("ec_error_withdraw", at("2026-08-12 11:00"))
    return found


SAME = {"outcome": "重新作出处罚", "new_case_no": "EC-370202-2026-0009", "same_facts": True, "same_act": True}


def test_the_same_act_on_the_same_facts_is_not_repeated(remaking):
    remaking.refused("EC-E121", "ec_error_remake", "2026-08-20 10:00", **SAME)
    remaking.do("ec_error_remake", at("2026-08-20 10:00"), **{**SAME, "same_act": False})
    assert remaking.steps() == ["ec_error_record"]


def test_unless_it_was_quashed_for_its_procedure_alone(found):
    found.do("ec_error_decide", at(DECIDED), remake=True, procedural=True)
    found.do("ec_error_notify", at("2026-08-12 10:00"))
    found.do("ec_error_remake", at("2026-08-20 10:00"), **SAME)
    assert found.steps() == ["ec_error_withdraw"]


# From a review of files: the case is named by its number, and is not the case above.

REVIEWED = "2026-10-12 10:00"
WRONG = {"wrong": True, "procedure": 5, "problem": "告知书未载明听证权利"}
LISTING = ("dishonest_listing", "dl_propose", at("2026-10-20 10:00"))


def reviewed(case: Side, number: str, moment: str = REVIEWED, found: bool = True, **said) -> Side:
    """The correction of a case that a quarterly round, begun on its own, found wrong."""
    then = at(moment)
    row = {"case_no": number, "party": "甲化工厂"}
    round_ = Side(case.office, "", "enforcement_quality").begin(
        "enforcement_quality", "ec_quality_sample", then, cases=[row]
    )
    round_.do("ec_quality", then, **WRONG)
    round_.do("ec_quality_review", then, findings=[{**row, "problem": WRONG["problem"]}])
    round_.do("ec_quality_approve", then)
    correction = round_.linked("error_correction")[0]
    if found:
        correction.do("ec_error_find", then, source="案卷评查", case_no=number, **said)
    return correction


def decided(correction: Side, decision: str = "撤销", moment: str = "2026-10-13 10:00", **said) -> Side:
    correction.do("ec_error_decide", at(moment), decision=decision, **said)
    return correction


@pytest.mark.parametrize(
    ("decision", "listable", "counted"),
    [("撤销", False, True), ("确认违法", False, True), ("变更", True, True), ("补正", True, False)],
)
def test_what_a_review_found_and_the_head_quashed_lists_nobody(penalty, decision, listable, counted):
    content = {"content": "改为罚款一万元"} if decision in ("变更", "补正") else {}
    decided(reviewed(penalty, penalty.case()["number"]), decision, **content)
    penalty.office.set(at("2026-10-20 10:00"))
    (row,) = register(penalty.office, LEGAL, "S-EC-1")
    assert row["撤销变更"] is counted
    found = penalty.begin(*LISTING, status=201 if listable else 422)
    assert listable or found["code"] == "EC-E43"


def test_before_the_head_decides_a_finding_changes_nothing(penalty):
    reviewed(penalty, penalty.case()["number"])
    assert register(penalty.office, LEGAL, "S-EC-1")[0]["撤销变更"] is False
    penalty.begin(*LISTING)


def test_the_form_knows_what_was_published_and_paid_of_the_reviewed_case(side_at):
    paid = side_at("paid")
    correction = reviewed(paid, paid.case()["number"], found=False)
    task = correction.task("ec_error_find", LEGAL)
    offered = paid.office.get(LEGAL, f"/tasks/{task['id']}")["data"]
    assert (offered["published_on"], offered["paid"]) == ("2026-08-05", "20000.00")


def test_the_case_knows_when_its_publication_was_withdrawn_after_a_review(penalty):
    correction = decided(reviewed(penalty, penalty.case()["number"], published_on="2026-08-05"))
    correction.do("ec_error_notify", at("2026-10-14 10:00"))
    correction.do("ec_error_withdraw", at("2026-10-15 10:00"))
    assert register(penalty.office, LEGAL, "L-EC-6")[0]["撤回"] == "2026-10-15"


def test_an_archived_case_is_quashed_by_its_number_too(side_at):
    penalty = side_at("closed")
    penalty.office.set(at("2027-03-01 10:00"))
    file = penalty.case()["case_file"]
    correction = reviewed(penalty, penalty.case()["number"], "2027-03-01 10:00")
    decided(correction, moment="2027-03-02 10:00")
    assert penalty.end()[0] == "closed"
    assert register(penalty.office, LEGAL, "S-EC-1")[0]["撤销变更"] is True
    assert penalty.case()["case_file"] == file


def test_a_penalty_on_the_spot_that_a_review_quashed_lists_nobody(side_at):
    simple = Side(side_at("office").office, "", "enforcement_simple").begin(
        "enforcement_simple", "es_show_id", at("2026-04-30 09:00")
    )
    simple.do("es_hear", at("2026-04-30 09:10"))
    simple.do("es_decide", at("2026-04-30 09:20"), amount="100.00")
    decided(reviewed(simple, simple.case()["number"]))
    assert register(simple.office, LEGAL, "S-EC-1S")[0]["撤销变更"] is True
    assert simple.begin(*LISTING, status=422)["code"] == "EC-E43"


def test_a_number_of_another_office_quashes_nothing_there(penalty):
    strange = Side(penalty.office, "", "enforcement_case", "county2").begin(
        "enforcement_quality", "ec_quality_sample", at(REVIEWED), "legal_officer.county2"
    )
    correction = strange.begin("error_correction", "ec_error_find", at(REVIEWED), "legal_officer.county2")
    assert correction.said("ec_error_find")["case_no"] == penalty.case()["number"]
    correction.do("ec_error_decide", at("2026-10-13 10:00"), "agency_head.county2")
    assert register(penalty.office, LEGAL, "S-EC-1")[0]["撤销变更"] is False


def test_a_number_that_was_mistyped_lets_the_case_go_again(penalty):
    correction = reviewed(penalty, penalty.case()["number"])
    correction.do("ec_error_decide", at("2026-10-13 09:00"), decision="退回", reason="案号有误", effective_on=None)
    correction.do("ec_error_find", at("2026-10-13 09:30"), source="案卷评查", case_no="EC-370202-2026-0099")
    decided(correction)
    assert register(penalty.office, LEGAL, "S-EC-1")[0]["撤销变更"] is False


def test_the_page_of_the_case_shows_the_correction(penalty):
    correction = reviewed(penalty, penalty.case()["number"])
    linked = penalty.office.get(LEGAL, f"/cases/{penalty.id}")["linked"]
    assert correction.id in [row["id"] for row in linked]


# Refusals.


def test_a_decision_is_not_dated_before_the_finding(found):
    found.refused("EC-E122", "ec_error_decide", DECIDED, decided_on="2026-08-09")


@pytest.mark.parametrize("refund", ["20000.01", "50000.00"])
def test_no_more_is_refunded_than_was_paid(found, refund):
    found.refused("EC-E123", "ec_error_decide", DECIDED, refund=refund)


@pytest.mark.parametrize("amount", ["19999.99", "20000.01"])
def test_what_is_refunded_is_what_was_decided(correcting, amount):
    correcting.refused("EC-E124", "ec_error_refund", "2026-08-14 10:00", amount=amount)


@pytest.mark.parametrize(
    ("step", "changes"),
    [
        ("ec_error_withdraw", {"withdrawn_on": "2026-08-04"}),
        ("ec_error_refund", {"refunded_on": "2026-08-10"}),
    ],
)
def test_nothing_is_dated_before_what_it_follows(correcting, step, changes):
    correcting.refused("EC-E122", step, "2026-08-14 10:00", **changes)


def test_the_notice_and_the_record_follow_the_decision(found):
    found.do("ec_error_decide", at(DECIDED), decision="补正", content="更正日期")
    found.refused("EC-E122", "ec_error_notify", "2026-08-12 10:00", served_on="2026-08-10")
    found.do("ec_error_notify", at("2026-08-12 10:00"))
    found.refused("EC-E122", "ec_error_record", "2026-08-20 10:00", recorded_on="2026-08-10")


def test_the_new_decision_follows_the_correction(remaking):
    remaking.refused("EC-E122", "ec_error_remake", "2026-08-20 10:00", decided_on="2026-08-10")


def test_a_handler_does_not_open_a_correction(penalty):
    penalty.begin("error_correction", "ec_error_find", at(FOUND), "case_handler.county1", 403)


# Clocks.


def test_the_publication_is_withdrawn_within_three_working_days(correcting):
    assert correcting.clock("EC-C26")["due_on"] == "2026-08-14"
    correcting.do("ec_error_withdraw", at("2026-08-14 23:59"))
    assert correcting.clock("EC-C26")["state"] == "met"


def test_a_late_withdrawal_is_marked_and_told(correcting):
    correcting.office.set(at("2026-08-13 00:00"))
    assert correcting.clock("EC-C26")["lamp"] == "yellow"
    correcting.pass_time(at("2026-08-15 00:01"))
    assert correcting.clock("EC-C26")["lamp"] == "red"
    correcting.do("ec_error_withdraw", at("2026-08-17 10:00"))
    assert correcting.clock("EC-C26")["state"] == "late"


class Correction(Matter):
    told = SIDE


@pytest.mark.parametrize(
    ("effective", "due"),
    [
        ("2026-04-30", "2026-05-08"),  # scenario 14: Labour Day lies between
        ("2026-09-24", "2026-09-30"),
        ("2026-08-11", "2026-08-14"),
    ],
)
def test_the_three_days_are_working_days(penalty, effective, due):
    with store.writing() as session:
        matter = Correction(session, "error_correction", f"{effective} 09:00")
        matter.answer(
            "ec_error_decide", f"{effective} 10:00", decided_on=effective, effective_on=effective, withdraw=True
        )
        assert matter.shown("EC-C26")["due_on"] == due
        session.rollback()


SUPERVISED = {"source": "行政执法监督机关", "paper_no": "督〔2026〕3号", "reply_due": "2026-08-31"}


@pytest.mark.parametrize(("day", "state"), [("2026-08-31", "met"), ("2026-09-01", "late")])
def test_the_supervising_body_is_answered_by_the_day_its_paper_names(penalty, day, state):
    case = penalty.begin("error_correction", "ec_error_find", at(FOUND), **SUPERVISED)
    assert case.clock("EC-C36")["due_on"] == "2026-08-31"
    case.do("ec_error_decide", at(DECIDED), decision="不予纠错", reason="合法", effective_on=None)
    case.refused("E-COM-01", "ec_error_record", f"{day} 10:00")
    case.refused("EC-E122", "ec_error_record", f"{day} 10:00", replied_on="2026-08-09")
    case.do("ec_error_record", at(f"{day} 10:00"), replied_on=day)
    assert case.clock("EC-C36")["state"] == state


def test_a_paper_of_a_supervising_body_has_a_number(penalty):
    problem = penalty.begin(
        "error_correction", "ec_error_find", at(FOUND), status=422, **{**SUPERVISED, "paper_no": None}
    )
    assert problem["fields"] == {"paper_no": "E-COM-01"}


# What others read of it.


def test_the_ledgers_tell_what_was_withdrawn_and_refunded(penalty, correcting):
    correcting.do("ec_error_withdraw", at("2026-08-13 10:00"))
    correcting.do("ec_error_refund", at("2026-08-14 10:00"))
    recorded(correcting)
    row = register(penalty.office, LEGAL, "L-EC-10")[0]
    assert (row["撤回公示日"], row["退还金额"]) == ("2026-08-13", "20000.00")
    assert register(penalty.office, LEGAL, "L-EC-6")[0]["撤回"] == "2026-08-13"


def test_another_county_sees_nothing_of_it(found):
    assert register(found.office, "legal_officer.county2", "L-EC-10") == []
    found.office.get("legal_officer.county2", f"/cases/{found.id}", 404)
