"""The list of the seriously dishonest: from the proposal to the removal, scenario 20, every refusal and clock."""

from __future__ import annotations

import pytest

from engine import store
from tests.office import at
from tests.processes.matters import Matter
from tests.processes.side import SHARES, SIDE, Side, register

PROPOSED, INFORMED, DECIDED = "2026-09-21 10:00", "2026-09-22 10:00", "2026-10-12 10:00"
HANDLER = "case_handler.county1"


@pytest.fixture
def penalty(side_at) -> Side:
    return side_at("served")


@pytest.fixture
def proposed(penalty) -> Side:
    return penalty.begin("dishonest_listing", "dl_propose", at(PROPOSED))


@pytest.fixture
def heard(proposed) -> Side:
    return informed(proposed)


@pytest.fixture
def listed(side_stages, side_at, tmp_path_factory) -> Side:
    """Listed on 2026-10-12 and shared the same day."""
    side_stages.add("listed", "served", enlist, tmp_path_factory.mktemp("listed"))
    return side_at("listed")


@pytest.fixture
def outlived(listed, side_stages, side_at, tmp_path_factory) -> Side:
    """Listed, and the three years are over."""
    side_stages.add("outlived", "listed", outlive, tmp_path_factory.mktemp("outlived"))
    return side_at("outlived")


def enlist(penalty: Side) -> Side:
    listed = informed(penalty.begin("dishonest_listing", "dl_propose", at(PROPOSED)))
    listed.do("dl_decide", at(DECIDED))
    listed.do("dl_publish_share", at("2026-10-12 16:00"))
    return listed


def outlive(listed: Side) -> Side:
    listed.pass_time(at("2029-10-12 00:01"))
    return listed


def informed(proposed: Side) -> Side:
    """Informed on 2026-09-22; the party says nothing."""
    proposed.do("dl_inform", at(INFORMED), served_at="2026-09-22T10:00:00+08:00")
    proposed.do("dl_statement", at("2026-10-09 10:00"))
    return proposed


def repaired(listed: Side, day: str = "2027-10-12", decision: str = "同意", **changes) -> Side:
    listed.act("ask_repair", "dl_repair", at(f"{day} 10:00"))
    listed.do("dl_repair_approve", at(f"{day} 15:00"), decision=decision, **changes)
    return listed


def removed_early(listed: Side) -> Side:
    repaired(listed)
    listed.do("dl_remove", at("2027-10-13 10:00"))
    return listed


# Scenario 20.


def test_scenario_20_a_proposal_needs_an_effective_penalty(side_at):
    case = side_at("serving")
    case.office.set(at("2026-08-01 10:00"))
    before = case.rows()
    problem = case.begin("dishonest_listing", "dl_propose", at("2026-08-01 10:00"), status=422)
    assert (problem["status"], problem["code"]) == (422, "EC-E43")
    assert case.rows() == before


def test_scenario_20_a_proposal_without_any_case_is_refused(penalty):
    penalty.id = ""
    problem = penalty.begin("dishonest_listing", "dl_propose", at(PROPOSED), status=422)
    assert problem["code"] == "E-COM-25"


def test_scenario_20_the_party_may_state_until_the_last_day_of_september(proposed):
    proposed.do("dl_inform", at(INFORMED), served_at="2026-09-22T10:00:00+08:00")
    assert proposed.clock("EC-C30-3")["due_on"] == "2026-09-30"


def test_scenario_20_listed_in_october_it_may_ask_after_a_year_and_leaves_after_three(listed):
    assert listed.clock("EC-C30-2")["due_on"] == "2027-10-12"
    assert listed.clock("EC-C30")["due_on"] == "2029-10-12"
    listed.refused("EC-E45", "dl_repair", "2027-10-11 10:00", "ask_repair")
    listed.act("ask_repair", "dl_repair", at("2027-10-12 10:00"))
    assert listed.steps() == ["dl_repair_approve"]


def test_scenario_20_the_task_of_removal_opens_on_the_day_the_term_ends(listed):
    listed.pass_time(at("2029-10-11 23:59"))
    assert listed.steps() == []
    listed.pass_time(at("2029-10-12 00:01"))
    assert listed.steps() == ["dl_remove"]
    listed.do("dl_remove", at("2029-10-12 10:00"))
    assert listed.end() == ("closed", "removed")
    assert listed.said("dl_remove")["kind"] == "期满移出"
    assert listed.clock("EC-C30")["state"] == "met"


# Refusals.


def test_what_is_not_grave_is_not_proposed(penalty):
    penalty.office.set(at(PROPOSED))
    before = penalty.rows()
    problem = penalty.begin("dishonest_listing", "dl_propose", at(PROPOSED), status=422, grave=False)
    assert problem["code"] == "EC-E100"
    assert penalty.rows() == before


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("EC-E44", {"rights_told": False}),
        ("EC-E44", {"consequences": None}),
        ("EC-E101", {"served_at": "2026-07-30T10:00:00+08:00"}),
    ],
)
def test_the_party_is_told_of_its_rights_in_time(proposed, code, changes):
    proposed.refused(code, "dl_inform", INFORMED, **changes)


@pytest.mark.parametrize("day", ["2026-09-22", "2026-09-30"])
def test_nobody_is_listed_before_the_party_could_be_heard(heard, day):
    heard.refused("EC-E44", "dl_decide", DECIDED, listed_on=day)


def test_a_waiver_lets_the_decision_come_earlier(proposed):
    proposed.do("dl_inform", at(INFORMED), served_at="2026-09-22T10:00:00+08:00")
    proposed.do("dl_statement", at("2026-09-23 10:00"), waiver=True, waiver_file="a1")
    proposed.do("dl_decide", at("2026-09-24 10:00"))
    assert proposed.steps() == ["dl_publish_share"]


def test_a_statement_does_not_shorten_the_period(proposed):
    proposed.do("dl_inform", at(INFORMED), served_at="2026-09-22T10:00:00+08:00")
    said = {"points": "已改正", "recheck_result": "未改正", "adopted": False, "reason": "与现场不符"}
    proposed.refused("E-COM-01", "dl_statement", "2026-09-23 10:00", statement_made=True)
    proposed.do("dl_statement", at("2026-09-23 10:00"), statement_made=True, **said)
    proposed.refused("EC-E44", "dl_decide", "2026-09-30 10:00")
    proposed.do("dl_decide", at("2026-10-01 10:00"))


def test_who_proposed_does_not_decide(heard):
    heard.office.post(HANDLER, f"/tasks/{heard.task('dl_decide')['id']}/complete", {"data": {}}, 403)


def test_a_decision_quashed_meanwhile_lists_nobody(penalty, heard):
    wrong = penalty.begin("error_correction", "ec_error_find", at("2026-10-09 11:00"))
    wrong.do("ec_error_decide", at("2026-10-09 12:00"))
    heard.refused("EC-E43", "dl_decide", DECIDED)
    heard.do("dl_decide", at(DECIDED), decision="不列入", reason="原处罚决定已撤销")
    assert heard.end() == ("closed", "not_listed")


def test_a_decision_gives_its_reason(heard):
    heard.refused("E-COM-08", "dl_decide", DECIDED, reason=None)


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("EC-E40", {"masked_check": False}),
        ("EC-E101", {"served_on": "2026-10-11"}),
        ("EC-E101", {"published_at": "2026-10-11T10:00:00+08:00"}),
        ("EC-E102", {"shares": [{**share, "sent_on": "2026-10-12"} for share in SHARES[1:]]}),
        ("E-COM-01", {"shares": [{**share, "sent_on": "2026-10-12", "legal_basis": ""} for share in SHARES]}),
    ],
)
def test_every_measure_is_passed_on_with_its_basis(heard, code, changes):
    heard.do("dl_decide", at(DECIDED))
    heard.refused(code, "dl_publish_share", "2026-10-12 16:00", **changes)


def shares_without(*kinds: str) -> list[dict]:
    return [{**share, "sent_on": "2026-10-12"} for share in SHARES if share["organ_kind"] not in kinds]


def test_the_kinds_of_bodies_that_were_not_told_are_named(heard):
    heard.do("dl_decide", at(DECIDED))
    shares = shares_without("投资主管", "证券监管")
    heard.refused("EC-E108", "dl_publish_share", "2026-10-12 16:00", shares=shares)
    reason = {"EC-E108": "该单位没有投资项目，未上市"}
    heard.do("dl_publish_share", at("2026-10-12 16:00"), shares=shares, _override=reason)
    assert heard.said("dl_publish_share")["missing_kinds"] == "投资主管、证券监管"


def test_who_told_all_six_kinds_needs_no_reason(listed):
    assert listed.steps() == []
    assert not listed.said("dl_publish_share").get("missing_kinds")


def test_feedback_comes_from_those_who_were_told(listed):
    other = [{"measure": "荣誉", "organ": "东山区总工会", "feedback": "已取消", "received_on": "2026-11-02"}]
    listed.refused("EC-E102", "dl_feedback", "2026-11-02 10:00", "note_feedback", feedbacks=other)


def test_a_repair_needs_all_its_conditions(listed):
    listed.act("ask_repair", "dl_repair", at("2027-10-12 10:00"), corrected=False)
    listed.refused("EC-E106", "dl_repair_approve", "2027-10-12 15:00")
    listed.refused(
        "EC-E101", "dl_repair_approve", "2027-10-12 15:00", decided_on="2027-10-11", decision="不同意", reason="否"
    )
    listed.refused("E-COM-01", "dl_repair_approve", "2027-10-12 15:00", decision="不同意")
    listed.do("dl_repair_approve", at("2027-10-12 15:00"), decision="不同意", reason="尚未改正")
    assert listed.case()["status"] == "listed"
    assert {act["id"] for act in listed.case()["acts"]} >= {"ask_repair"}


@pytest.mark.parametrize(("code", "changes"), [("EC-E104", {"told": False}), ("EC-E103", {"removed_on": "2029-10-11"})])
def test_a_removal_is_neither_early_nor_silent(outlived, code, changes):
    outlived.refused(code, "dl_remove", "2029-10-12 10:00", **changes)


def test_an_early_removal_is_not_dated_before_its_approval(listed):
    repaired(listed)
    listed.refused("EC-E101", "dl_remove", "2027-10-13 10:00", removed_on="2027-10-11")


def test_a_listing_is_not_revoked_while_its_penalty_stands(listed):
    said = {"basis": "原处罚决定被撤销", "reason": "撤销"}
    listed.refused("EC-E107", "dl_remove", "2027-01-05 10:00", "ask_revoke", **said)


# Ways out.


def test_other_trades_are_left_to_their_own_department(penalty):
    case = penalty.begin(
        "dishonest_listing",
        "dl_propose",
        at(PROPOSED),
        sector="其他行业",
        transfer_to="东山区住房和城乡建设局",
        grave=None,
        legal_basis=None,
        measures=None,
    )
    assert case.end() == ("closed", "out_of_scope")


def test_another_department_is_named(penalty):
    problem = penalty.begin("dishonest_listing", "dl_propose", at(PROPOSED), status=422, sector="其他行业")
    assert problem["fields"] == {"transfer_to": "E-COM-01"}


@pytest.mark.parametrize("sector", ["矿山", "商贸", "安全评价检测检验机构"])
def test_the_trades_of_article_two_are_in_scope(penalty, sector):
    case = penalty.begin("dishonest_listing", "dl_propose", at(PROPOSED), sector=sector)
    assert case.steps() == ["dl_inform"]


def test_a_returned_proposal_is_made_and_told_again(heard):
    heard.do("dl_decide", at(DECIDED), decision="退回", reason="补充证据")
    assert heard.steps() == ["dl_propose"]
    heard.do("dl_propose", at("2026-10-13 10:00"))
    heard.do("dl_inform", at("2026-10-14 10:00"))
    assert heard.clock("EC-C30-3")["due_on"] == "2026-10-21"


def test_a_person_may_be_listed(penalty):
    person = {"subject_kind": "个人", "person_name": "刘某", "role_in_unit": "总经理", "uscc": None}
    case = penalty.begin("dishonest_listing", "dl_propose", at(PROPOSED), **person)
    assert case.case()["title"] == "严重失信主体名单：刘某"


def test_a_revoked_listing_ends(listed):
    said = {"basis": "列入决定被撤销", "reason": "复议机关撤销列入决定"}
    listed.act("ask_revoke", "dl_remove", at("2027-01-05 10:00"), **said)
    assert listed.end() == ("closed", "revoked")


def test_an_early_removal_holds_until_the_original_term_is_over(listed):
    removed_early(listed)
    assert listed.case()["status"] == "removed_early"
    listed.pass_time(at("2029-10-12 00:01"))
    assert listed.end() == ("closed", "repaired")


def test_false_repair_papers_bring_the_party_back(listed):
    removed_early(listed)
    listed.act("note_false_repair", "dl_restore", at("2028-03-01 10:00"))
    listed.do("dl_restore_approve", at("2028-03-02 10:00"))
    assert listed.case()["status"] == "listed"
    listed.pass_time(at("2029-10-12 00:01"))
    listed.do("dl_remove", at("2029-10-12 10:00"))
    assert listed.end() == ("closed", "removed")


def test_a_party_that_was_brought_back_may_be_repaired_again(listed):
    removed_early(listed)
    listed.act("note_false_repair", "dl_restore", at("2028-03-01 10:00"))
    listed.do("dl_restore_approve", at("2028-03-02 10:00"))
    repaired(listed, "2028-12-01")
    listed.do("dl_remove", at("2028-12-04 10:00"))
    assert (listed.case()["status"], listed.said("dl_remove")["kind"]) == ("removed_early", "信用修复")


def test_a_suspicion_that_is_not_confirmed_changes_nothing(listed):
    removed_early(listed)
    listed.refused("EC-E101", "dl_restore", "2028-03-01 10:00", "note_false_repair", found_on="2027-10-12")
    listed.act("note_false_repair", "dl_restore", at("2028-03-01 10:00"))
    listed.refused("EC-E101", "dl_restore_approve", "2028-03-02 10:00", restored_on="2028-02-29")
    listed.do(
        "dl_restore_approve",
        at("2028-03-02 10:00"),
        decision="不同意",
        reason="不属实",
        restored_on=None,
        republished=None,
    )
    assert listed.case()["status"] == "removed_early"


def test_a_stay_stops_the_term(listed):
    listed.act("note_stay", "dl_stay", at("2027-01-04 10:00"))
    assert listed.clock("EC-C30")["state"] == "paused"
    listed.refused("EC-E105", "dl_stay", "2027-02-01 10:00", "note_stay")
    listed.refused("EC-E101", "dl_stay", "2027-02-01 10:00", "note_stay", kind="恢复执行", on="2027-01-03")
    listed.act("note_stay", "dl_stay", at("2027-02-03 10:00"), kind="恢复执行")
    assert listed.clock("EC-C30")["due_on"] > "2029-10-12"


# Registers, rights, clocks.


def test_the_register_tells_measures_and_feedback(listed):
    listed.act("note_feedback", "dl_feedback", at("2026-11-02 10:00"))
    row = register(listed.office, HANDLER, "L-EC-7")[0]
    assert (row["列入日"], row["到期"]) == ("2026-10-12", "2029-10-12")
    assert row["共享单位"] == "、".join(share["organ"] for share in SHARES)
    assert row["反馈"] == "东山区财政局：已限制参加政府采购"


def test_another_county_sees_nothing_of_it(listed):
    assert register(listed.office, "case_handler.county2", "L-EC-7") == []
    listed.office.get("case_handler.county2", f"/cases/{listed.id}", 404)


class Listing(Matter):
    told = SIDE


@pytest.mark.parametrize(
    ("day", "due"),
    [
        ("2026-10-12", "2029-10-12"),
        ("2028-02-29", "2031-02-28"),
        ("2026-09-30", "2029-09-30"),
    ],
)
def test_the_term_is_three_years_to_the_day(penalty, day, due):
    with store.writing() as session:
        matter = Listing(session, "dishonest_listing", f"{day} 09:00")
        matter.answer("dl_decide", f"{day} 10:00", listed_on=day)
        assert matter.shown("EC-C30")["due_on"] == due
        session.rollback()


@pytest.mark.parametrize(
    ("served", "due"),
    [
        ("2026-09-22", "2026-09-30"),  # the Mid-Autumn holiday lies between
        ("2026-09-29", "2026-10-12"),  # 国庆: 09-30, 10-08, 10-09, the made-up Saturday 10-10, 10-12
        ("2026-11-02", "2026-11-09"),
    ],
)
def test_the_party_has_five_working_days(penalty, served, due):
    with store.writing() as session:
        matter = Listing(session, "dishonest_listing", f"{served} 09:00")
        matter.answer("dl_inform", f"{served} 10:00", served_at=f"{served}T10:00:00+08:00")
        assert matter.shown("EC-C30-3")["due_on"] == due
        session.rollback()


def test_the_last_month_of_the_term_is_yellow(listed):
    listed.office.set(at("2029-09-11 23:59"))
    assert listed.clock("EC-C30")["lamp"] == "green"
    listed.office.set(at("2029-09-12 00:00"))
    assert listed.clock("EC-C30")["lamp"] == "yellow"


def test_a_removal_that_is_late_is_marked(outlived):
    outlived.pass_time(at("2029-10-13 00:01"))
    assert outlived.clock("EC-C30")["lamp"] == "red"
    outlived.do("dl_remove", at("2029-10-15 10:00"))
    assert outlived.clock("EC-C30")["state"] == "late"
