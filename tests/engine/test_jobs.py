"""Jobs: ordered in the caller's transaction, carried out once, kept over a killed worker, failed visibly."""

import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from dbos._schemas.system_database import SystemSchema as DBOSSchema
from sqlalchemy import func, select, text

from engine import (
    documents,
    jobs,
    model,
    outbox,
    parameters,
    store,
    upkeep,
    workers,
)
from engine.errors import Conflict
from engine.people import SYSTEM_ACTOR
from tests.office import open_office, who
from tests.processes import tips

ROOT = Path(__file__).parents[2]
ran: list[str] = []


@jobs.job("note")
def note(word: str) -> None:
    ran.append(word)


@jobs.job("stumble", attempts=2, pause=0.01)
def stumble(word: str) -> None:
    ran.append(word)
    raise ValueError(f"{word} is not possible")


@jobs.job("write_down")
def write_down(word: str, seconds: float) -> None:
    with store.writing() as session:
        session.merge(model.Setting(key=word, value="again"))


@pytest.fixture
def queue(database):
    ran.clear()
    return database


def put(job: str, key: str | None = None, **arguments) -> None:
    with store.writing() as session:
        outbox.put(session, job, key, **arguments)


def carry_out(name: str = "worker-1") -> None:
    with workers.running(name, poll=0.02):
        assert workers.finish(20)


def test_a_job_runs_after_the_commit(queue):
    put("note", word="甲")
    carry_out()
    assert ran == ["甲"]


def test_a_job_of_a_rolled_back_transaction_never_runs(queue):
    with pytest.raises(ZeroDivisionError), store.writing() as session:
        outbox.put(session, "note", word="甲")
        raise ZeroDivisionError
    assert outbox.is_empty()


def test_the_same_order_twice_is_one_job(queue):
    put("note", "n1", word="甲")
    put("note", "n1", word="甲")
    carry_out()
    assert ran == ["甲"]


def kept() -> int:
    return len(outbox.client().list_workflows(load_input=False, load_output=False))


def in_days(days: float) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)


def test_jobs_that_were_over_a_month_ago_are_dropped(queue):
    put("note", word="甲")
    carry_out()
    assert (upkeep.prune_jobs(in_days(29)), kept()) == (0, 1)
    assert (upkeep.prune_jobs(in_days(31)), kept()) == (1, 0)


def test_a_job_that_still_waits_is_never_dropped(queue):
    put("note", word="甲")
    assert (upkeep.prune_jobs(in_days(4000)), kept()) == (0, 1)
    carry_out()
    assert ran == ["甲"]


def test_jobs_are_dropped_in_batches_with_all_that_hung_on_them(queue):
    for number in range(5):
        put("note", word=str(number))
    carry_out()
    assert [outbox.prune(in_days(1), most=2) for _ in range(4)] == [2, 2, 1, 0]
    steps = DBOSSchema.operation_outputs.name
    with store.reading() as session:
        schema = "" if session.bind.dialect.name == "sqlite" else "dbos."
        assert session.scalar(text(f"SELECT count(*) FROM {schema}{steps}")) == 0


def test_an_hour_of_upkeep_ends_though_much_is_left(queue, monkeypatch):
    monkeypatch.setattr(upkeep, "BATCHES", 2)
    monkeypatch.setattr(upkeep, "JOBS_AT_ONCE", 1)
    for number in range(3):
        put("note", word=str(number))
    carry_out()
    assert (upkeep.prune_jobs(in_days(31)), kept()) == (2, 1)


def test_an_office_keeps_its_jobs_as_long_as_it_says(queue):
    with store.writing() as session:
        parameters.set_(session, "jobs.kept_days", 3, "", "信息安全规定", SYSTEM_ACTOR, datetime.now(UTC))
    put("note", word="甲")
    carry_out()
    assert (upkeep.prune_jobs(in_days(2)), upkeep.prune_jobs(in_days(4))) == (0, 1)


def test_upkeep_drops_old_jobs_by_itself(queue):
    put("note", word="甲")
    carry_out()
    upkeep.tick(in_days(31))
    assert kept() == 0


def test_arguments_are_stored_as_json_and_nothing_is_pickled(queue):
    put("note", word="甲")
    (row,) = outbox.client().list_workflows()
    assert row.input["kwargs"] == {"word": "甲"}
    assert row.app_version is None


def test_a_job_that_keeps_failing_becomes_one_incident(queue):
    put("stumble", word="乙")
    carry_out()
    with store.reading() as session:
        (incident,) = session.scalars(select(model.Incident))
        assert (incident.kind, incident.element) == ("job", "stumble")
        assert "乙 is not possible" in incident.cause
        assert incident.retry == {"job": "stumble", "arguments": {"word": "乙"}}
    assert ran == ["乙", "乙"]


def test_a_living_name_is_refused(queue):
    with workers.running("worker-1"), pytest.raises(Conflict), workers.running("worker-1"):
        pass
    assert workers.alive() == set()


def test_a_worker_that_has_lost_its_name_is_told(queue):
    with workers.running("worker-1"):
        take_name_elsewhere("worker-1", seen=datetime.now(UTC))
        with pytest.raises(Conflict):
            workers.renew("worker-1")
    assert workers.alive() == {"worker-1"}


def test_a_name_that_was_not_seen_for_long_is_free(queue):
    take_name_elsewhere("worker-1", seen=datetime.now(UTC) - timedelta(minutes=1))
    with workers.running("worker-1"):
        assert workers.alive() == {"worker-1"}


def take_name_elsewhere(name: str, seen: datetime) -> None:
    with store.writing() as session:
        session.merge(model.WorkerLease(name=name, pid=1, host="elsewhere", seen_at=seen))


@pytest.mark.slow
@pytest.mark.parametrize("successor", ["worker-1", "worker-2"])
def test_a_killed_worker_loses_no_job(queue, tmp_path, successor):
    for number in range(6):
        put("write_down", word=f"w{number}", seconds=30)
    command = [sys.executable, "tests/engine/slow_worker.py", queue, str(tmp_path / "data"), "worker-1"]
    worker = subprocess.Popen(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE)
    try:
        assert wait_until(lambda: begun() >= 4)
    finally:
        worker.kill()
        worker.communicate()
    carry_out(successor)
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(model.Setting)) == 6


def begun() -> int:
    return len(outbox.client().list_workflows(status="PENDING", load_input=False))


def wait_until(question, seconds: float = 20.0) -> bool:
    deadline = time.monotonic() + seconds
    while not question():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def test_an_issued_letter_is_set_by_a_job(queue):
    open_office("tip_check")
    case, head = tips.open_tip(), "unit_head.city"
    tips.complete(case, "case_handler.city", tips.VERIFY)
    tips.complete(case, head, {"decision": "同意"})
    with store.writing() as session:
        (letter,) = documents.listing(session, case.id, who(head))
        documents.issue(session, letter.id, who(head), tips.FRIDAY)
    carry_out()
    assert [path.suffix for path in (store.data_dir() / "letters").glob("*/*")] == [".pdf"]
