"""The closing of a penalty case: what is unsettled, provisional closing, the archive and its terms, every end."""

from __future__ import annotations

from typing import Any

import pytest

from tests.office import at
from tests.processes.execution import FINE, Penalty, served
from tests.processes.test_enforcement_execution import reconsidered


def published(case: Penalty, day: str) -> Penalty:
    """Publish the decision on a day."""
    case.do("ec_publish", at(f"{day} 17:00"), published_at=f"{day}T16:00:00+08:00")
    return case


def executed(case: Penalty, day: str) -> Penalty:
    """Pay the fine in full on a day."""
    case.pay(day, (day, FINE["amount"], "罚款"), outcome="已全部履行")
    return case


@pytest.fixture
def paid(penalty_at) -> Penalty:
    """A fine served on 2026-05-20, paid and published: it may be sued against until 2026-11-20."""
    case = served(penalty_at("deciding"), "2026-05-20")
    return published(executed(case, "2026-06-01"), "2026-05-22")


def close(case: Penalty, day: str, status: int = 200, **said: Any) -> dict[str, Any]:
    """Propose the closing on a day."""
    return case.do("ec_close", at(f"{day} 10:00"), status=status, **said)


def approved(case: Penalty, day: str) -> Penalty:
    """Let the deputy head agree to the closing on a day."""
    case.do("ec_close_approve", at(f"{day} 15:00"))
    return case


def archived(case: Penalty, day: str, **said: Any) -> tuple[str, str]:
    """Archive a case on a day; return how it ended."""
    case.do("ec_archive", at(f"{day} 10:00"), **said)
    return case.end()


# What is unsettled.


def test_a_settled_case_is_closed_and_archived(paid):
    close(paid, "2026-11-23")
    assert archived(approved(paid, "2026-11-23"), "2026-12-01") == ("closed", "closed")


@pytest.mark.parametrize(
    ("day", "status"), [("2026-11-20", 422), ("2026-11-21", 422), ("2026-11-23", 422), ("2026-11-24", 200)]
)
def test_a_period_that_ends_on_a_rest_day_is_waited_for(penalty_at, day, status):
    """2026-11-22 is a Sunday: who may sue until then may still do so on Monday."""
    case = served(penalty_at("deciding"), "2026-05-22")
    published(executed(case, "2026-06-01"), "2026-05-25")
    assert close(case, day, status).get("code", "") == ("EC-E41" if status == 422 else "")


def test_before_the_period_to_sue_is_over_the_case_is_closed_for_now_only(paid):
    said = close(paid, "2026-07-01", 422)
    assert (said["code"], said["detail"]) == ("EC-E41", "存在未了事项")
    close(paid, "2026-07-01", provisional=True)
    assert archived(approved(paid, "2026-07-01"), "2026-07-02") == ("closed", "closed_provisional")


def test_while_a_remedy_is_pending_the_case_is_closed_for_now_only(paid):
    reconsidered(paid, "2026-06-15")
    assert close(paid, "2026-12-01", 422)["code"] == "EC-E41"
    close(paid, "2026-12-01", provisional=True)
    assert paid.said("ec_close")["remedies"] == "FS-370202-2026-0001尚未终结"
    assert archived(approved(paid, "2026-12-01"), "2026-12-02") == ("closed", "closed_provisional")


@pytest.mark.parametrize(("day", "status"), [("2026-08-25", 422), ("2026-08-26", 200)])
def test_after_a_remedy_its_own_period_is_waited_for(paid, day, status):
    reconsidered(paid, "2026-06-15", "2026-08-10")
    close(paid, day, status)


def unpaid_but_ended(case: Penalty) -> Penalty:
    """The execution was ended without payment."""
    case.do("ec_execute", at("2026-09-10 10:00"), outcome="提请终结执行")
    case.do("ec_exec_end", at("2026-09-10 11:00"))
    case.do("ec_exec_end_approve", at("2026-09-11 10:00"))
    return published(case, "2026-09-11")


def test_an_execution_that_was_ended_lets_the_case_be_closed(penalty_at):
    case = unpaid_but_ended(served(penalty_at("deciding"), "2026-05-20"))
    close(case, "2026-11-23", reason="终结执行")
    assert case.said("ec_close")["execution"] == "执行标的灭失"
    assert archived(approved(case, "2026-11-23"), "2026-12-01") == ("closed", "closed")


def test_a_decision_without_penalty_is_closed_after_its_period(penalty_at):
    case = published(served(penalty_at("deciding"), "2026-05-20", decision="不予行政处罚"), "2026-05-22")
    close(case, "2026-11-23", reason="不予行政处罚")
    ended = archived(approved(case, "2026-11-23"), "2026-12-01", recorded=["启动", "调查取证", "审核", "决定", "送达"])
    assert ended == ("closed", "closed")


def test_a_terminated_investigation_ends_as_such(penalty_at):
    case = published(served(penalty_at("deciding"), "2026-05-20", decision="不予行政处罚"), "2026-05-22")
    close(case, "2026-11-23", reason="终止调查")
    assert archived(approved(case, "2026-11-23"), "2026-12-01") == ("closed", "terminated")


def test_a_measure_in_force_keeps_the_case_open(paid):
    paid.ask("coercion", at("2026-06-02 10:00"))
    assert close(paid, "2026-11-23", 422, provisional=True)["fields"]["unsettled"] == "EC-E41"


def test_everything_that_is_unsettled_is_named(paid):
    measure = paid.ask("coercion", at("2026-06-02 10:00"))
    reconsidered(paid, "2026-06-15")
    paid.office.set(at("2026-11-23 10:00"))
    shown = paid.office.get(paid.watcher, f"/tasks/{paid.task('ec_close')['id']}")["data"]
    assert measure.case()["number"] in shown["unsettled"] and "尚未终结" in shown["remedies"]


def test_the_report_may_be_returned(paid):
    close(paid, "2026-11-23")
    paid.do("ec_close_approve", at("2026-11-23 15:00"), decision="退回", reason="缺少缴款凭证", closed_on=None)
    assert paid.steps() == ["ec_close"]


def test_who_reports_does_not_approve(paid):
    close(paid, "2026-11-23")
    paid.do("ec_close_approve", at("2026-11-23 15:00"), "case_handler.county1", 403)


# The archive.


@pytest.fixture
def closed(paid) -> Penalty:
    """A case closed on Monday 2026-11-23."""
    close(paid, "2026-11-23")
    return approved(paid, "2026-11-23")


def test_a_case_is_archived_within_thirty_days(closed):
    row = closed.clock("EC-C29")
    assert (row["due_on"], row["verified"], closed.case()["status"]) == ("2026-12-23", False, "archiving")


@pytest.mark.parametrize(("day", "state"), [("2026-12-23", "met"), ("2026-12-24", "late")])
def test_the_archive_is_in_time_or_late(closed, day, state):
    archived(closed, day)
    assert closed.clock("EC-C29")["state"] == state


@pytest.mark.parametrize(
    ("moment", "lamp"),
    [
        ("2026-12-12 23:59", "green"),
        ("2026-12-13 00:00", "yellow"),
        ("2026-12-20 00:00", "orange"),
        ("2026-12-24 00:00", "red"),
    ],
)
def test_the_term_of_the_archive_is_shown_as_it_comes_near(closed, moment, lamp):
    closed.office.set(at(moment))
    assert closed.clock("EC-C29")["lamp"] == lamp


@pytest.mark.parametrize("missing", ["启动", "调查取证", "审核", "决定", "送达", "执行"])
def test_a_gap_in_the_record_is_named_and_keeps_the_volume_open(closed, missing):
    recorded = [stage for stage in ("启动", "调查取证", "审核", "决定", "送达", "执行") if stage != missing]
    said = closed.do("ec_archive", at("2026-12-01 10:00"), status=422, recorded=recorded)
    assert (said["code"], said["detail"], said["fields"]["gaps"]) == ("EC-E42", "全过程记录缺失", "EC-E42")


def test_the_archive_is_the_archivists(closed):
    closed.do("ec_archive", at("2026-12-01 10:00"), "case_handler.county1", 403)


# The whole case.


def test_a_case_goes_from_the_clue_to_the_archive(enforcement_at):
    case = enforcement_at("closed").case()
    assert (case["state"], case["status"], case["open_tasks"]) == ("closed", "closed", [])


@pytest.mark.parametrize(
    ("register", "title", "value"),
    [
        ("L-EC-4", "罚款", "20000.00"),
        ("L-EC-4", "种类", "罚款"),
        ("L-EC-4", "应缴日", "2026-08-18"),
        ("L-EC-4", "实缴", "20000.00"),
        ("L-EC-4", "加处", "0.00"),
        ("L-EC-4", "履行情况", "已全部履行"),
        ("L-EC-6", "公示日", "2026-08-11"),
        ("L-EC-6", "是否按期", "是"),
        ("L-EC-6", "结案日", "2027-02-04"),
        ("L-EC-6", "归档期限", "2027-03-06"),
        ("L-EC-6", "归档日", "2027-02-08"),
    ],
)
def test_the_ledgers_say_what_was_done(enforcement_at, register, title, value):
    case = enforcement_at("closed")
    (line,) = case.office.get(case.watcher, f"/registers/{register}")["items"]
    assert line["cells"][title] == value
