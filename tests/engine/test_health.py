"""How the office fares, in words: each sign when all is well, and when it is not."""

from datetime import UTC, datetime, timedelta

import pytest

from engine import health, installation, model, outbox, store, upkeep, workers
from tests.office import at, open_office, who
from tests.processes.tips import THURSDAY, open_tip


@pytest.fixture
def office(database):
    open_office("tip_check")


def sign(title, now=THURSDAY):
    with store.reading() as session:
        return next(sign for sign in health.signs(session, now) if sign.title == title)


def test_an_office_without_worker_is_ill(office):
    found = sign("后台工作进程")
    assert found.state == "ill" and "没有工作进程在运行" in found.words and found.remedy


def test_a_living_worker_is_named(office):
    with workers.running("worker-1"):
        assert (sign("后台工作进程").state, "worker-1" in sign("后台工作进程").words) == ("well", True)


def test_what_is_due_and_not_done_is_told(office):
    open_tip(now=THURSDAY)
    assert sign("到期事项").state == "well"
    late = sign("到期事项", at("2026-03-12 10:00"))
    assert late.state == "ill" and "2026-02-1" in late.words or "2026-02-2" in late.words
    upkeep.tick(at("2026-03-12 10:00"))
    assert sign("到期事项", at("2026-03-12 10:00")).state == "well"


def test_jobs_that_wait_long_are_told(office):
    assert sign("后台任务").words == "没有等待的任务"
    with store.writing() as session:
        outbox.put(session, "send_mail", notice_id="n1")
    assert sign("后台任务").words.startswith("1 项在等待")


def test_acts_that_nobody_sealed_are_told(office):
    open_tip(now=THURSDAY)
    assert sign("办理记录封存", THURSDAY + timedelta(hours=1)).state == "well"
    assert sign("办理记录封存", THURSDAY + timedelta(hours=3)).state == "ill"
    upkeep.tick(THURSDAY + timedelta(hours=3))
    assert sign("办理记录封存", THURSDAY + timedelta(hours=9)).state == "well"


@pytest.mark.parametrize(
    "now,title,state",
    [
        ("2026-06-01 09:00", "2026 年放假安排", "well"),
        ("2026-06-01 09:00", "2027 年放假安排", "well"),
        ("2026-11-15 09:00", "2027 年放假安排", "watch"),
        ("2027-01-04 09:00", "2027 年放假安排", "ill"),
    ],
)
def test_a_year_without_notice_is_told_in_time(office, now, title, state):
    assert sign(title, at(now)).state == state


def test_deadlines_that_wait_for_the_notice_are_counted(office):
    open_tip(now=at("2026-12-30 10:00"), received_at="2026-12-30T09:00:00+08:00")
    assert "1 个期限因此暂定" in sign("2027 年放假安排", at("2026-12-30 11:00")).words


def test_incidents_are_counted_and_overdue_ones_apart(office):
    assert sign("异常").state == "well"
    with store.writing() as session:
        for key, kind in (("i1", "clock_overdue"), ("i2", "engine")):
            session.add(model.Incident(id=key, kind=kind, cause="x", retry={}, at=THURSDAY))
    found = sign("异常")
    assert (found.state, found.words) == ("ill", "1 项未处理，另有 1 个期限逾期")


def test_waiting_hand_offs_are_counted(office):
    case = open_tip()
    with store.writing() as session:
        row = model.Handoff(id="h1", case_id=case.id, process="x", relation="x", key="k", by="system", at=THURSDAY)
        row.carries, row.state = {}, "waiting"
        session.add(row)
    assert (sign("待移交").state, sign("待移交").words[:6]) == ("watch", "1 项在等待，"[:6])


def test_a_case_that_waits_for_nothing_is_named(office):
    case = open_tip()
    with store.writing() as session:
        for task in session.query(model.Task):
            task.state = "cancelled"
    assert case.number in sign("停滞的案件").words


def test_little_room_on_the_disk_is_told(office, monkeypatch):
    monkeypatch.setattr(health, "LEAST_DISK", 1 << 60)
    assert sign("磁盘空间").state == "ill"


def test_mail_is_said_to_be_there_or_not(office, monkeypatch):
    assert "未配置" in sign("邮件").words
    monkeypatch.setenv("ANDU_SMTP", "smtp://localhost:25")
    assert "已配置" in sign("邮件").words


def test_a_new_installation_has_signs_for_everything(database):
    installation.install(datetime.now(UTC))
    with store.reading() as session:
        titles = [sign.title for sign in health.signs(session, datetime.now(UTC))]
    assert len(titles) == len(set(titles)) == 11


def test_nobody_is_named_who_is_no_worker(office):
    assert who("admin.system").name not in sign("后台工作进程").words
