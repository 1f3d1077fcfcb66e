"""What follows a decision outside of the fine: closure, licences, and a stop of production until it may be resumed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.office import at
from tests.processes.enforcement import Case
from tests.processes.enforcement_desk import fine, to_decision
from tests.processes.hazard_answers import PDF
from tests.processes.papers import draft, words

HEAD, DEPUTY = "agency_head.county1", "deputy_head.county1"


def penalty(kind: str) -> dict[str, str]:
    return {"subject": "单位", "name": "甲化工厂", "kind": kind, "content": "二号库"}


def sent(kind: str, **changes: Any) -> dict[str, Any]:
    row = {"kind": kind, "name": "甲化工厂", "organ": "东山区人民政府", "sent_on": "2026-07-30", "receipt": PDF}
    return {**row, **changes}


@pytest.fixture
def served(enforcement_at):
    """Serve on Wednesday 2026-07-29 a decision that bears these penalties besides a fine."""

    def serve(*kinds: str) -> Case:
        penalties = [fine("20000"), *(penalty(kind) for kind in kinds)]
        case = to_decision(enforcement_at("reporting"), penalties)
        head = HEAD if "ec_collective" in case.case()["case_file"] else DEPUTY
        case.do("ec_decide", at("2026-07-28 10:00"), head, decided_on="2026-07-28", penalties=penalties)
        case.do("ec_serve", at("2026-07-29 10:00"), signed_on="2026-07-29")
        return case

    return serve


def tell(case: Case, *rows: dict[str, Any], status: int = 200) -> dict[str, Any]:
    return case.do("ec_tell_organs", at("2026-07-30 10:00"), status=status, told=list(rows))


# The government closes, the licensing body takes the licence.


def test_a_fine_alone_is_told_to_nobody_and_checked_by_nobody(served):
    assert sorted(served().steps()) == ["ec_execute", "ec_publish"]


LICENCE = {"organ": "市行政审批服务局", "licence": "安全生产许可证 鲁WH安许证字〔2025〕1号"}


def test_a_closure_goes_to_the_government_and_a_revocation_to_the_licensing_body(served):
    case = served("责令关闭", "吊销许可证件")
    told = [sent("责令关闭"), sent("吊销许可证件", **LICENCE)]
    tell(case, *told)
    said = case.case()["case_file"]["ec_tell_organs"]["told"]
    assert [row.get("licence") for row in said] == [None, LICENCE["licence"]]


def test_the_request_to_the_government_is_drafted_and_numbered(served):
    case = served("责令关闭")
    key = draft(case, "D-HZ-15", HEAD)["id"]
    assert case.office.post(HEAD, f"/documents/{key}/issue")["number"] == "东应急请〔2026〕1号"
    said = words(case.office.get(HEAD, f"/documents/{key}.pdf"))
    wanted = ["关于提请关闭甲化工厂的请示", "第一百一十五条", "责令关闭，二号库", "2026年7月29日送达", "妥否，请批示"]
    assert [text for text in wanted if text not in said] == []


def test_no_closure_no_request(served):
    case = served("吊销许可证件")
    papers = case.office.get(HEAD, f"/cases/{case.id}/documents")
    assert "D-HZ-15" not in [row["letter"] for row in papers]


def test_every_such_penalty_is_passed_on(served):
    case = served("责令关闭", "吊销许可证件")
    assert tell(case, sent("责令关闭"), status=422)["code"] == "EC-E56"


def test_a_licence_is_named(served):
    case = served("暂扣许可证件")
    assert tell(case, sent("暂扣许可证件", organ="市行政审批服务局"), status=422)["code"] == "E-COM-01"


def test_nothing_is_passed_on_before_the_decision(served):
    case = served("责令关闭")
    assert tell(case, sent("责令关闭", sent_on="2026-07-27"), status=422)["code"] == "EC-E62"


def test_the_case_is_not_closed_before_it_is_passed_on(served):
    case = served("责令关闭")
    paid = [{"paid_on": "2026-08-03", "amount": "20000.00", "of": "罚款", "channel": "银行", "receipt_no": "PJ-1"}]
    closed = [{"kind": "责令关闭", "done_on": "2026-08-03"}]
    case.do("ec_execute", at("2026-08-03 10:00"), payments=paid, others=closed, outcome="已全部履行")
    case.do("ec_publish", at("2026-08-03 11:00"), published_at="2026-08-03T11:00:00+08:00")
    assert case.steps() == ["ec_tell_organs"]
    tell(case, sent("责令关闭"))
    assert case.steps() == ["ec_close"]


# A stop of production is checked until it ends.


def check(case: Case, day: str, result: str = "继续停产停业", status: int = 200, **changes: Any) -> dict[str, Any]:
    said = {"checked_at": f"{day}T09:00:00+08:00", "result": result, **changes}
    if result != "继续停产停业":
        said.setdefault("reason", "联锁已恢复，验收合格")
    return case.do("ec_stop_check", at(f"{day} 10:00"), status=status, **said)


READY = "具备条件，提请恢复"


def test_a_stop_is_checked_on_the_working_day_after_the_service(served):
    case = served("责令停产停业")
    assert ("ec_stop_check" in case.steps(), case.clock("EC-C35")["due_on"]) == (True, "2026-07-30")


def test_the_next_check_is_due_on_the_day_that_was_set(served):
    case = served("责令停产停业")
    check(case, "2026-07-30", next_on="2026-08-20")
    assert [row["due_on"] for row in _clocks(case)] == ["2026-07-30", "2026-08-20"]
    assert [row["state"] for row in _clocks(case)] == ["met", "running"]


def test_production_is_resumed_with_the_agreement_of_the_head(served):
    case = served("责令停产停业")
    check(case, "2026-07-30", READY)
    case.do("ec_stop_approve", at("2026-07-31 10:00"))
    assert sorted(case.steps()) == ["ec_execute", "ec_publish"]


def test_what_is_not_agreed_to_is_checked_again(served):
    case = served("责令停产停业")
    check(case, "2026-07-30", READY)
    refused = {"decision": "不同意", "resumed_on": None, "reason": "现场仍有积液", "next_on": "2026-08-10"}
    case.do("ec_stop_approve", at("2026-07-31 10:00"), **refused)
    assert ("ec_stop_check" in case.steps(), _clocks(case)[-1]["due_on"]) == (True, "2026-08-10")


def test_who_went_on_producing_does_not_resume(served):
    case = served("责令停产停业")
    assert check(case, "2026-07-30", READY, 422, obeyed="未停产停业")["code"] == "EC-E57"


def test_the_next_check_lies_ahead(served):
    case = served("责令停产停业")
    assert check(case, "2026-07-30", status=422, next_on="2026-07-30")["code"] == "EC-E62"


def test_a_stop_that_was_quashed_is_checked_no_more(served):
    case = served("责令停产停业")
    check(case, "2026-07-30", "不再执行", reason="复议机关撤销了决定")
    assert "ec_stop_check" not in case.steps()


def _clocks(case: Case) -> list[dict[str, Any]]:
    rows = case.office.get(case.watcher, f"/cases/{case.id}/clocks")
    return sorted((row for row in rows if row["id"] == "EC-C35"), key=lambda row: row["due_on"])
