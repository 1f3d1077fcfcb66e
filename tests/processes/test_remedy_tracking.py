"""Reconsideration and suit: every state, every clock, every refusal, and what they do to the case above."""

from __future__ import annotations

from typing import Any

import pytest

from engine import model, store
from engine.values import thaw
from tests.office import at
from tests.processes import test_enforcement_simple
from tests.processes.execution import Penalty, served
from tests.processes.test_enforcement_closing import published

SUIT = {"kind": "行政诉讼", "organ": "东山区人民法院", "start_event": None}
SERVED = "2026-04-01"


@pytest.fixture
def decision(penalty_at) -> Penalty:
    """A decision served on 2026-04-01."""
    return served(penalty_at("deciding"), SERVED)


def filed(case: Penalty, day: str, status: int = 201, **said: Any) -> Any:
    """Register a remedy on a day."""
    return case.begin("remedy_tracking", "rt_file", at(f"{day} 10:00"), status=status, **said)


def accepted(case: Penalty, day: str, **said: Any) -> Penalty:
    """A reconsideration applied for and accepted on a day."""
    remedy = filed(case, day)
    remedy.do("rt_accept", at(f"{day} 11:00"), **said)
    return remedy


def decided(case: Penalty, day: str, result: str = "维持", **said: Any) -> Penalty:
    """A reconsideration applied for on 2026-04-13 and decided and served on a day."""
    remedy = accepted(case, "2026-04-13")
    remedy.do("rt_reply", at("2026-04-15 10:00"))
    remedy.do("rt_result", at(f"{day} 10:00"), result=result, **said)
    return remedy


def judged(case: Penalty, day: str, **said: Any) -> Penalty:
    """A suit filed on 2026-04-13 and judged on a day."""
    remedy = filed(case, "2026-04-13", **SUIT)
    remedy.do("rt_answer", at("2026-04-20 10:00"))
    remedy.do("rt_judgment", at(f"{day} 10:00"), **said)
    return remedy


def told(remedy: Penalty, *names: str) -> list:
    """What the cases around it may read of a remedy."""
    with store.reading() as session:
        exposed = session.get_one(model.Case, remedy.id).exposed
        found = [thaw(exposed.get(name)) for name in names]
    return [value.isoformat() if hasattr(value, "isoformat") else value for value in found]


# States.


def test_a_reconsideration_goes_through_its_states(decision):
    remedy = filed(decision, "2026-04-13")
    seen = [remedy.case()["status"]]
    remedy.do("rt_accept", at("2026-04-14 10:00"))
    seen.append(remedy.case()["status"])
    remedy.do("rt_reply", at("2026-04-15 10:00"))
    remedy.do("rt_result", at("2026-06-01 10:00"))
    seen.append(remedy.case()["status"])
    remedy.do("rt_suit_watch", at("2026-06-10 10:00"))
    assert seen == ["reconsideration_filed", "recon_accepted", "recon_decided"]
    assert remedy.end() == ("closed", "final")


def test_a_suit_goes_through_its_states(decision):
    remedy = filed(decision, "2026-04-13", **SUIT)
    seen = [remedy.case()["status"]]
    remedy.do("rt_answer", at("2026-04-20 10:00"))
    seen.append(remedy.case()["status"])
    remedy.do("rt_judgment", at("2026-08-03 10:00"))
    remedy.do("rt_appeal_watch", at("2026-08-10 10:00"), appealed=True, appellant="当事人", appealed_on="2026-08-10")
    seen.append(remedy.case()["status"])
    remedy.do("rt_appeal", at("2026-10-20 10:00"))
    assert seen == ["suit_filed", "first_instance", "appeal"]
    assert remedy.end() == ("closed", "final")


SUED = {"sued": True, "filed_on": "2026-06-10", "court": "东山区人民法院", "received_on": "2026-06-12"}


def test_a_reconsideration_may_be_followed_by_a_suit(decision):
    remedy = decided(decision, "2026-06-01")
    remedy.do("rt_suit_watch", at("2026-06-12 10:00"), **SUED)
    assert (remedy.steps(), remedy.case()["status"]) == (["rt_answer"], "suit_filed")
    remedy.do("rt_answer", at("2026-06-20 10:00"))
    remedy.do("rt_judgment", at("2026-09-01 10:00"))
    remedy.do("rt_appeal_watch", at("2026-09-10 10:00"))
    assert remedy.end() == ("closed", "final")


@pytest.mark.parametrize("result", ["不予受理", "撤回"])
def test_what_is_not_taken_up_ends_early(decision, result):
    remedy = filed(decision, "2026-04-13")
    remedy.do(
        "rt_accept",
        at("2026-04-15 10:00"),
        result=result,
        served_on="2026-04-15",
        accepted_on=None,
        procedure=None,
        copy_received_on=None,
    )
    assert remedy.steps() == (["rt_suit_watch"] if result == "不予受理" else [])


@pytest.mark.parametrize("result", ["准予撤诉", "按撤诉处理", "调解"])
def test_a_suit_that_is_withdrawn_or_settled_has_no_appeal(decision, result):
    remedy = judged(decision, "2026-08-03", result=result, paper_kind="裁定")
    assert remedy.end() == ("closed", "final")


def test_what_is_sent_back_is_judged_again(decision):
    remedy = judged(decision, "2026-08-03")
    remedy.do("rt_appeal_watch", at("2026-08-10 10:00"), appealed=True, appellant="当事人", appealed_on="2026-08-10")
    remedy.do("rt_appeal", at("2026-10-20 10:00"), result="发回重审")
    assert (remedy.steps(), remedy.case()["status"]) == (["rt_judgment"], "first_instance")
    remedy.do("rt_judgment", at("2026-12-01 10:00"), result="撤销")
    remedy.do("rt_appeal_watch", at("2026-12-10 10:00"))
    assert told(remedy, "result", "adverse", "final_served_on") == ["撤销", True, "2026-12-01"]


# What is exposed.


def test_a_pending_remedy_has_no_final_paper(decision):
    remedy = accepted(decision, "2026-04-13")
    assert told(remedy, "kind", "applied_on", "final_served_on", "remedy_until", "result", "final") == [
        *("行政复议", "2026-04-13", None, None, None, False),
    ]


def test_a_decided_reconsideration_says_until_when_it_may_be_sued_against(decision):
    remedy = decided(decision, "2026-06-01")
    assert told(remedy, "final_served_on", "remedy_until", "result") == ["2026-06-01", "2026-06-16", "维持"]


def test_a_suit_after_the_reconsideration_has_its_own_days(decision):
    remedy = decided(decision, "2026-06-01")
    remedy.do("rt_suit_watch", at("2026-06-12 10:00"), **SUED)
    assert told(remedy, "sued_on", "suit_served_on", "remedy_until") == ["2026-06-10", None, None]
    remedy.do("rt_answer", at("2026-06-20 10:00"))
    remedy.do("rt_judgment", at("2026-09-01 10:00"))
    remedy.do("rt_appeal_watch", at("2026-09-10 10:00"))
    names = ("final_served_on", "suit_served_on", "remedy_until", "final")
    assert told(remedy, *names) == ["2026-06-01", "2026-09-01", "2026-09-16", True]


def test_the_paper_of_the_second_court_is_the_last(decision):
    remedy = judged(decision, "2026-08-03", result="撤销")
    remedy.do("rt_appeal_watch", at("2026-08-10 10:00"), appealed=True, appellant="本机关", appealed_on="2026-08-10")
    assert told(remedy, "final_served_on") == [None]
    remedy.do("rt_appeal", at("2026-10-20 10:00"), result="驳回诉讼请求")
    assert told(remedy, "result", "adverse", "final_served_on") == ["驳回诉讼请求", False, "2026-10-20"]


def test_a_judgment_that_is_upheld_stays_the_result(decision):
    remedy = judged(decision, "2026-08-03", result="确认违法")
    remedy.do("rt_appeal_watch", at("2026-08-10 10:00"), appealed=True, appellant="本机关", appealed_on="2026-08-10")
    remedy.do("rt_appeal", at("2026-10-20 10:00"), result="维持原判")
    assert told(remedy, "result", "adverse") == ["确认违法", True]


# Clocks.


@pytest.mark.parametrize(
    ("procedure", "answer", "hearing"),
    [("普通程序", "2026-07-02", "2026-08-16"), ("简易程序", "2026-06-25", "2026-07-17")],
)
def test_the_answer_and_the_hearing_have_their_terms(decision, procedure, answer, hearing):
    """2026-06-19 is a holiday."""
    remedy = accepted(decision, "2026-06-17", procedure=procedure)
    assert [remedy.clock(rule)["due_on"] for rule in ("EC-C17", "EC-C18")] == [answer, hearing]


@pytest.mark.parametrize(("day", "state"), [("2026-07-02", "met"), ("2026-07-03", "late")])
def test_the_answer_is_in_time_or_late(decision, day, state):
    remedy = accepted(decision, "2026-06-17")
    remedy.do("rt_reply", at(f"{day} 10:00"))
    assert remedy.clock("EC-C17")["state"] == state


@pytest.mark.parametrize(
    ("moment", "lamp"),
    [
        ("2026-06-24 23:59", "green"),
        ("2026-06-25 00:00", "yellow"),
        ("2026-06-30 00:00", "orange"),
        ("2026-07-03 00:00", "red"),
    ],
)
def test_the_term_of_the_answer_is_shown_as_it_comes_near(decision, moment, lamp):
    remedy = accepted(decision, "2026-06-17")
    remedy.office.set(at(moment))
    assert remedy.clock("EC-C17")["lamp"] == lamp


def changed(remedy: Penalty, day: str, kind: str, status: int = 200, **said: Any) -> dict[str, Any]:
    return remedy.act("note_stay", "rt_stay", at(f"{day} 10:00"), status=status, kind=kind, **said)


def test_a_stay_stops_the_clock_of_the_hearing(decision):
    remedy = accepted(decision, "2026-06-17")
    changed(remedy, "2026-06-30", "中止审理")
    assert remedy.clock("EC-C18")["state"] == "paused"
    changed(remedy, "2026-07-10", "恢复审理")
    assert remedy.clock("EC-C18")["due_on"] == "2026-08-26"


@pytest.mark.parametrize(
    ("kind", "days", "due_on"),
    [("延长审理", 30, "2026-09-15"), ("现场勘验、鉴定", 12, "2026-08-28"), ("提级审理", None, "2026-08-29")],
)
def test_the_term_of_the_hearing_may_be_moved(decision, kind, days, due_on):
    remedy = accepted(decision, "2026-06-17")
    changed(remedy, "2026-06-30", kind, **({"days": days} if days else {}))
    assert remedy.clock("EC-C18")["due_on"] == due_on


def test_a_hearing_is_extended_by_thirty_days_at_most(decision):
    remedy = accepted(decision, "2026-06-17")
    assert changed(remedy, "2026-06-30", "延长审理", 422, days=31)["code"] == "EC-E96"


def test_a_hearing_that_is_too_long_is_noted(decision):
    remedy = accepted(decision, "2026-06-17")
    remedy.pass_time(at("2026-08-17 00:01"))
    assert remedy.clock("EC-C18")["state"] == "expired"


def test_who_loses_a_reconsideration_may_sue_for_fifteen_days(decision):
    remedy = decided(decision, "2026-06-01")
    row = remedy.clock("EC-C16")
    assert (row["due_on"], row["title"]) == ("2026-06-16", "复议后起诉期")


@pytest.mark.parametrize(
    ("served_on", "before", "after"),
    [
        ("2026-06-01", "2026-06-16 23:59", "2026-06-17 00:00"),
        ("2026-06-05", "2026-06-22 23:59", "2026-06-23 00:00"),  # the 20th is a Saturday
    ],
)
def test_the_remedy_is_final_when_the_period_to_sue_has_lapsed(decision, served_on, before, after):
    remedy = decided(decision, served_on)
    remedy.pass_time(at(before))
    assert remedy.steps() == ["rt_suit_watch"]
    remedy.pass_time(at(after))
    assert remedy.end() == ("closed", "final")


def test_a_decision_registered_after_its_period_is_final_at_once(decision):
    remedy = accepted(decision, "2026-04-13")
    remedy.do("rt_reply", at("2026-04-15 10:00"))
    remedy.do("rt_result", at("2026-07-01 10:00"), decided_on="2026-06-01", served_on="2026-06-01")
    assert remedy.end() == ("closed", "final")


def test_the_agency_answers_a_suit_within_fifteen_days(decision):
    remedy = filed(decision, "2026-04-13", **SUIT)
    assert remedy.clock("EC-C19")["due_on"] == "2026-04-28"


def test_the_agency_answers_a_suit_after_the_reconsideration_too(decision):
    remedy = decided(decision, "2026-06-01")
    remedy.do("rt_suit_watch", at("2026-06-12 10:00"), **SUED)
    assert remedy.clock("EC-C19")["due_on"] == "2026-06-27"


@pytest.mark.parametrize(("day", "state"), [("2026-04-28", "met"), ("2026-04-29", "late")])
def test_evidence_is_in_time_or_late(decision, day, state):
    remedy = filed(decision, "2026-04-13", **SUIT)
    remedy.do("rt_answer", at(f"{day} 10:00"))
    assert remedy.clock("EC-C19")["state"] == state


def test_the_court_may_give_more_time(decision):
    remedy = filed(decision, "2026-04-13", **SUIT)
    remedy.act("note_evidence", "rt_evidence_extension", at("2026-04-20 10:00"), until="2026-05-20")
    assert remedy.clock("EC-C19")["due_on"] == "2026-05-20"
    said = remedy.act("note_evidence", "rt_evidence_extension", at("2026-04-21 10:00"), status=422, until="2026-05-20")
    assert said["code"] == "EC-E97"


@pytest.mark.parametrize(
    ("said", "due_on"),
    [({}, "2026-08-18"), ({"result": "驳回起诉", "paper_kind": "裁定"}, "2026-08-13")],
)
def test_an_appeal_has_fifteen_days_or_ten(decision, said, due_on):
    assert judged(decision, "2026-08-03", **said).clock("EC-C20")["due_on"] == due_on


def test_a_judgment_is_final_when_nobody_appeals(decision):
    remedy = judged(decision, "2026-08-03")
    remedy.pass_time(at("2026-08-18 23:59"))
    assert remedy.steps() == ["rt_appeal_watch"]
    remedy.pass_time(at("2026-08-19 00:00"))
    assert remedy.end() == ("closed", "final")


# What an adverse result does.

ADVERSE = ["撤销", "部分撤销", "变更", "确认违法", "确认无效"]


@pytest.mark.parametrize("result", [*ADVERSE, "维持", "驳回", "责令履行", "调解/和解", "终止"])
def test_what_is_quashed_or_changed_is_put_right(decision, result):
    remedy = decided(decision, "2026-06-01", result, reasons="适用法律错误")
    handed = [row["process"] for row in remedy.case()["handoffs"]]
    assert handed == (["error_correction"] if result in ADVERSE else [])


def test_a_quash_by_the_court_is_put_right_when_it_is_final(decision):
    remedy = judged(decision, "2026-08-03", result="撤销")
    assert remedy.case()["handoffs"] == []
    remedy.pass_time(at("2026-08-19 00:01"))
    assert [row["process"] for row in remedy.case()["handoffs"]] == ["error_correction"]


def quashed(decision: Penalty) -> Penalty:
    """A published decision, quashed with effect of Thursday 2026-04-30."""
    published(decision, "2026-04-08")
    return decided(decision, "2026-04-30", "撤销")


def test_scenario_14_a_quashed_decision_is_withdrawn_by_may_8(decision):
    remedy = quashed(decision)
    assert (remedy.steps(), remedy.clock("EC-C26")["due_on"]) == (["rt_withdraw"], "2026-05-08")


@pytest.mark.parametrize(("day", "state"), [("2026-05-08", "met"), ("2026-05-09", "late")])
def test_the_withdrawal_is_in_time_or_late(decision, day, state):
    remedy = quashed(decision)
    remedy.do("rt_withdraw", at(f"{day} 10:00"))
    assert (remedy.clock("EC-C26")["state"], told(remedy, "withdrawn_on")) == (state, [day])


@pytest.mark.parametrize(
    ("moment", "lamp"), [("2026-05-06 23:59", "green"), ("2026-05-07 00:00", "yellow"), ("2026-05-09 00:00", "red")]
)
def test_the_term_of_the_withdrawal_is_shown(decision, moment, lamp):
    remedy = quashed(decision)
    remedy.office.set(at(moment))
    assert remedy.clock("EC-C26")["lamp"] == lamp


def test_what_was_never_published_is_not_withdrawn(decision):
    assert decided(decision, "2026-04-30", "撤销").steps() == ["rt_suit_watch"]


def test_after_the_withdrawal_the_period_to_sue_is_still_watched(decision):
    remedy = quashed(decision)
    remedy.do("rt_withdraw", at("2026-05-07 10:00"))
    assert remedy.steps() == ["rt_suit_watch"]


# Refusals.


def test_during_a_reconsideration_no_suit_is_registered(decision):
    accepted(decision, "2026-04-13")
    said = filed(decision, "2026-04-20", 422, **SUIT)
    assert (said["code"], said["detail"]) == ("EC-E39", "复议期间不得登记起诉，诉讼期间不得登记复议")


def test_during_a_suit_no_reconsideration_is_registered(decision):
    filed(decision, "2026-04-13", **SUIT)
    assert filed(decision, "2026-04-20", 422)["code"] == "EC-E39"


def test_after_the_reconsideration_another_may_sue(decision):
    decided(decision, "2026-06-01")
    filed(decision, "2026-06-10", **SUIT, applicant="刘某")


def test_the_same_applicant_does_not_apply_twice(decision):
    accepted(decision, "2026-04-13")
    assert filed(decision, "2026-04-20", 422)["code"] == "EC-E91"


def test_a_remedy_before_the_decision_is_refused(decision):
    assert filed(decision, "2026-04-13", 422, filed_on="2026-03-31")["code"] == "EC-E92"


def test_against_a_punishment_on_the_spot_reconsideration_comes_first(penalty_at):
    case = test_enforcement_simple.decided(penalty_at)
    assert filed(case, "2026-05-18", 422, **SUIT)["code"] == "EC-E93"
    decided_on = filed(case, "2026-05-18")
    assert decided_on.case()["status"] == "reconsideration_filed"


@pytest.mark.parametrize(("day", "refused"), [("2031-04-01", False), ("2031-04-02", True)])
def test_five_years_after_the_decision_there_is_no_remedy_without_a_reason(decision, day, refused):
    """However late it became known: the cap is counted from the act."""
    said = {"known_on": "2031-03-31", "start_event": None, "late_reason": "未送达"}
    if not refused:
        filed(decision, day, **said)
        return
    assert filed(decision, day, 422, **said)["code"] == "EC-E94"
    filed(decision, day, **said, _override={"EC-E94": "人民法院已经受理"})


def test_about_real_estate_the_cap_is_twenty_years(decision):
    said = {"known_on": "2031-03-31", "start_event": None, "real_estate": True}
    remedy = filed(decision, "2031-04-02", **said)
    assert remedy.said("rt_file")["outer_limit"] == "2046-04-01"


@pytest.mark.parametrize(("estate", "last_day"), [(False, "2031-04-01"), (True, "2031-05-30")])
def test_the_last_day_is_never_after_the_cap(decision, estate, last_day):
    remedy = filed(decision, "2031-04-01", known_on="2031-03-31", start_event=None, real_estate=estate)
    assert remedy.said("rt_file")["last_day"] == last_day


TOLD_LONGER = {"told": "告知期限长于法定", "told_until": "2026-07-01"}


@pytest.mark.parametrize(
    ("said", "last_day"),
    [
        ({"told": "已告知"}, "2026-05-31"),
        ({"told": "未告知"}, "2027-04-01"),
        ({"told": "告知期限短于法定"}, "2026-05-31"),
        (TOLD_LONGER, "2026-07-01"),
        ({**TOLD_LONGER, "told_until": "2026-05-01"}, "2026-05-31"),
        ({**TOLD_LONGER, "told_until": "2032-01-01"}, "2031-04-01"),
        ({**SUIT, **TOLD_LONGER, "told_until": "2027-01-04"}, "2027-01-04"),
    ],
)
def test_the_last_day_to_apply_is_worked_out(decision, said, last_day):
    remedy = filed(decision, "2026-04-13", known_on=SERVED, **said)
    assert remedy.said("rt_file")["last_day"] == last_day


def test_who_was_told_a_longer_term_names_its_end(decision):
    said = filed(decision, "2026-04-13", 422, **{**TOLD_LONGER, "told_until": None})
    assert said["fields"] == {"told_until": "E-COM-01"}


@pytest.mark.parametrize("event", ["直接送达：拒收之日", "邮寄送达：签收之日", "公告送达：公告期满之日"])
def test_the_day_of_knowing_follows_from_how_it_became_known(decision, event):
    later = {"start_event": event, "known_on": "2026-04-02"}
    assert filed(decision, "2026-04-13", 422, **later)["code"] == "EC-E98"
    assert filed(decision, "2026-04-13", start_event=event).said("rt_file")["counted_from"] == SERVED


def test_what_was_decided_on_the_spot_was_known_that_day(penalty_at):
    case = test_enforcement_simple.decided(penalty_at)
    spot = {"start_event": "当场作出：决定之日"}
    assert filed(case, "2026-05-18", 422, **spot, known_on="2026-05-06")["code"] == "EC-E98"
    assert filed(case, "2026-05-18", **spot).said("rt_file")["counted_from"] == test_enforcement_simple.DAY


def test_nobody_knew_of_a_decision_before_it_was_made(decision):
    said = {"known_on": "2026-03-31", "start_event": None}
    assert filed(decision, "2026-04-13", 422, **said)["code"] == "EC-E95"


def test_the_last_day_to_sue_is_six_months_after(decision):
    remedy = filed(decision, "2026-04-13", **SUIT, known_on=SERVED)
    assert remedy.said("rt_file")["last_day"] == "2026-10-01"


BACKWARDS = {
    "rt_accept": {"accepted_on": "2026-04-12"},
    "rt_reply": {"replied_on": "2026-04-12"},
    "rt_result": {"served_on": "2026-04-14", "decided_on": "2026-04-15"},
}


def test_days_of_a_reconsideration_that_run_backwards_are_refused(decision):
    remedy = filed(decision, "2026-04-13")
    for step, said in BACKWARDS.items():
        assert remedy.do(step, at("2026-04-20 10:00"), status=422, **said)["code"] == "EC-E95"
        if step != "rt_result":
            remedy.do(
                step, at("2026-04-20 11:00"), **({"copy_received_on": "2026-04-13"} if step == "rt_accept" else {})
            )


def test_days_of_a_suit_that_run_backwards_are_refused(decision):
    remedy = filed(decision, "2026-04-13", **SUIT)
    assert remedy.do("rt_answer", at("2026-04-20 10:00"), status=422, answered_on="2026-04-12")["code"] == "EC-E95"
    remedy.do("rt_answer", at("2026-04-20 10:00"))
    wrong = {"decided_on": "2026-08-03", "served_on": "2026-08-02"}
    assert remedy.do("rt_judgment", at("2026-08-03 10:00"), status=422, **wrong)["code"] == "EC-E95"
    remedy.do("rt_judgment", at("2026-08-03 10:00"))
    remedy.do("rt_appeal_watch", at("2026-08-10 10:00"), appealed=True, appellant="当事人", appealed_on="2026-08-10")
    wrong = {"decided_on": "2026-08-02", "served_on": "2026-08-02"}
    assert remedy.do("rt_appeal", at("2026-10-20 10:00"), status=422, **wrong)["code"] == "EC-E95"


def test_remedies_are_the_lawyers(decision):
    filed_by = {"process": "remedy_tracking", "parent": decision.id}
    decision.office.set(at("2026-04-13 10:00"))
    assert decision.office.post("case_handler.county1", "/cases", filed_by, 403)["code"] == "E-COM-04"


# The ledger.


def test_the_ledger_shows_a_remedy(decision):
    decided(decision, "2026-06-01", "撤销")
    (line,) = decision.office.get("legal_officer.county1", "/registers/L-EC-5")["items"]
    cells = line["cells"]
    assert [cells[name] for name in ("种类", "结果", "立案", "文书送达日", "答复期限")] == [
        *("行政复议", "撤销", "2026-04-13", "2026-06-01", "2026-04-27"),
    ]


def test_a_lawyer_who_withdrew_from_the_case_keeps_out_of_its_remedies(enforcement_at):
    case = enforcement_at("investigating")
    case.act("ask_recuse", "ec_recuse", at("2026-07-08 10:00"), officer="legal_officer.county1")
    case.do("ec_recuse_decide", at("2026-07-09 10:00"))
    case.office.set(at("2026-07-10 10:00"))
    body = {"process": "remedy_tracking", "parent": case.id}
    assert case.office.post("legal_officer.county1", "/cases", body, 403)["code"] == "EC-E01"
