"""The measurements on one database: `python -m tests.bench.measure PART URL FOLDER` prints JSON."""

from __future__ import annotations

import gc
import json
import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import Connection, insert, select

from engine import (
    cases,
    clock,
    documents,
    installation,
    model,
    store,
    tasks,
)
from engine.people import Actor
from tests import statements
from tests.bench import board, copies, volume
from tests.office import deploy, open_office, who
from tests.processes.referral_answers import ANSWERS
from web import create_app, signins
from web.cases import TABS

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
CLERK, HANDLER, HEAD, LEGAL = (
    f"{role}.city" for role in ("intake_clerk", "case_handler", "unit_head", "legal_officer")
)
COMPLETIONS, WARM = 200, 20
ROUNDS, COMPARED = 1000, 30
FEW, MANY = 1_000, 100_000
FEW_REFERRALS, MANY_REFERRALS = 200, 20_000
FEW_ACTS, MANY_ACTS = 10, 300
BOARD, POOL = "/referrals?sort=due", "/referrals?who=pool"
PAGES = 30
LETTERS = 15
TIP = {
    "enterprise_name": "鲁东化工有限公司",
    "place": "二号库",
    "received_at": "2026-03-02T08:30:00+08:00",
    "accepted": True,
    "content": "举报人称二号库超量存放，通道堵塞，夜间仍在装卸。" * 8,
}
FOUND = {
    "checked_at": "2026-03-02T08:50:00+08:00",
    "officers": [HANDLER, "co_handler.city"],
    "result": "属实",
    "fine": "12000.00",
}
BACK = {"decision": "退回", "reason": "请补充现场照片并写明超量数量"}
AGREED = {"decision": "同意"}


def work(url: str, folder: Path) -> dict[str, float]:
    """Install an office and measure completions, loops, the inbox and letters."""
    install(url, folder)
    figures = completions()
    figures |= loop()
    figures |= letter()
    figures |= inbox()
    store.dispose()
    return figures


def install(url: str, folder: Path) -> None:
    store.configure(url, folder)
    installation.install(NOW)
    open_office("tip_check")


def memory(url: str, folder: Path) -> dict[str, float]:
    """Use the pages as a day's work would and return the memory of this process."""
    store.configure(url, folder)
    app = create_app()
    client = signed_in(app, HANDLER)
    for number in range(1000):
        fetch(client, "/inbox/pool" if number % 2 else "/")
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return {"rss_mb": round(pages * resource.getpagesize() / 2**20, 1)}


def completions() -> dict[str, float]:
    """Time tasks being completed, and their very statements carried out without the engine."""
    rob = who(HANDLER)
    open_tasks = [open_case() for _ in range(COMPLETIONS)]
    store.engine().dispose()
    with copies.of(store.url()) as other, statements.recorded(store.engine()) as recorded:
        done, bare = [], []
        for task_id in open_tasks:
            recorded.clear()
            done.append(timed(lambda task_id=task_id: complete(task_id, FOUND, rob)))
            bare.append(timed(lambda: replay(other, recorded)))
    with store.reading() as session:
        sizes = [len(blob) for blob in session.scalars(select(model.Case.snapshot))]
    return {
        "completion_ratio": round(median(done[WARM:]) / median(bare[WARM:]), 2),
        "completion_ms": round(median(done[WARM:]) * 1000, 2),
        "state_bytes": median(sizes),
    }


def loop() -> dict[str, float]:
    """Send one case back and forth a thousand times, another ten times; then compare their next rounds in turn."""
    late, early = open_case(), open_case()
    for _ in range(ROUNDS):
        late = go_round(late)
    for _ in range(10):
        early = go_round(early)
    slow, quick = [], []
    for _ in range(COMPARED):
        start = time.perf_counter()
        late = go_round(late)
        middle = time.perf_counter()
        early = go_round(early)
        slow.append(middle - start)
        quick.append(time.perf_counter() - middle)
    with store.reading() as session:
        case_id = session.get_one(model.Task, late).case_id
        size = len(session.get_one(model.Case, case_id).snapshot)
    return {"loop_ratio_1000_10": round(median(slow) / median(quick), 2), "state_bytes_1000": size}


def go_round(task_id: str) -> str:
    """Complete the check, send it back, and return the task that opens again."""
    complete(task_id, FOUND, who(HANDLER))
    complete(next_task(task_id), BACK, who(HEAD))
    return next_task(task_id)


def letter() -> dict[str, float]:
    """Issue letters and time their typesetting; the first one pays for the start of the child and is left out."""
    rob, lee = who(HANDLER), who(HEAD)
    times = []
    for _ in range(LETTERS + 1):
        task_id = open_case()
        complete(task_id, FOUND, rob)
        complete(next_task(task_id), AGREED, lee)
        with store.writing() as session:
            case_id = session.get_one(model.Task, task_id).case_id
            paper = session.scalars(select(model.Document.id).where(model.Document.case_id == case_id)).one()
            documents.issue(session, paper, lee, NOW)
        times.append(timed(lambda paper=paper: render(paper, lee)))
    return {"letter_s": round(median(times[1:]), 3)}


def inbox() -> dict[str, float]:
    """Time the page of a shared box with few and with many open tasks."""
    client = signed_in(create_app(), HANDLER)
    fill(FEW)
    few = page_time(client)
    fill(MANY - FEW)
    many = page_time(client)
    with statements.recorded(store.engine()) as asked:
        fetch(client, "/inbox/pool")
        count = len(statements.of_the_page(asked))
    return {
        "inbox_ratio": round(many / few, 2),
        "inbox_ms": round(many * 1000, 1),
        "inbox_statements": count,
    }


def referrals(url: str, folder: Path) -> dict[str, float]:
    """Time the board with few and with many referrals, and the page of a referral with few and with many acts."""
    install(url, folder)
    legal, client = who(LEGAL), signed_in(create_app(), LEGAL)
    clue = ANSWERS["judicial_referral"]["ref_clue"] | {"discovered_at": "2026-03-02T08:00:00+08:00"}
    (person,) = clue["persons"]
    chase = ANSWERS["judicial_referral"]["ref_chase"] | {"sent_on": "2026-03-02"}
    with store.writing() as session:
        for process in ("judicial_referral", "occupational_ban"):
            deploy(session, process)
        case, other = (
            cases.open_case(
                session, "judicial_referral", who(HANDLER), NOW, clue | {"persons": [person | {"name": name}]}
            )
            for name in ("陈某", "赵某")
        )

    def add_acts(case_id: str, number: int) -> None:
        for _ in range(number):
            with store.writing() as session:
                cases.act(session, case_id, "ask_chase", legal, NOW, chase)

    board.fill(case.id, FEW_REFERRALS, NOW)
    gather_statistics()
    few, few_waiting = page_time(client, BOARD), page_time(client, POOL)
    board.fill(case.id, MANY_REFERRALS - FEW_REFERRALS, NOW, FEW_REFERRALS)
    gather_statistics()
    many, many_waiting = page_time(client, BOARD), page_time(client, POOL)
    add_acts(case.id, FEW_ACTS)
    add_acts(other.id, MANY_ACTS)
    short, long = page_time(client, f"/cases/{case.id}"), page_time(client, f"/cases/{other.id}")
    figures = {
        "board_ratio": round(many / few, 2),
        "board_ms": round(many * 1000, 1),
        "board_statements": max(asked(client, path) for path in (BOARD, POOL)),
        "board_pool_ratio": round(many_waiting / few_waiting, 2),
        "case_300_ratio": round(long / short, 2),
        "case_300_statements": max(asked(client, f"/cases/{other.id}?tab={tab}") for tab, _ in TABS),
    }
    store.dispose()
    return figures


def asked(client, path: str) -> int:
    """Return how many statements a page makes beyond the session and the person."""
    fetch(client, path)
    with statements.recorded(store.engine()) as seen:
        fetch(client, path)
    return len(statements.of_the_page(seen))


def open_case() -> str:
    """Open a case with its first step done; return the id of the task that waits."""
    clerk = who(CLERK)
    with store.writing() as session:
        case = cases.open_case(session, "tip_check", clerk, NOW, TIP)
        return waiting(session, case.id)


def complete(task_id: str, answers: dict, by: Actor) -> None:
    with store.writing() as session:
        tasks.complete(session, task_id, answers, by, NOW)


def next_task(task_id: str) -> str:
    with store.reading() as session:
        return waiting(session, session.get_one(model.Task, task_id).case_id)


def waiting(session, case_id: str) -> str:
    rows = select(model.Task.id).where(model.Task.case_id == case_id, model.Task.state == "open")
    return session.scalars(rows).one()


def render(paper: str, by: Actor) -> bytes:
    with store.writing() as session:
        return documents.pdf(session, paper, by)


def fill(number: int) -> None:
    """Copy one open case with its task and offer, as many times."""
    template = open_case()
    with store.writing() as session:
        task = session.get_one(model.Task, template)
        case = session.get_one(model.Case, task.case_id)
        offers = session.scalars(select(model.TaskOffer).where(model.TaskOffer.task_id == task.id)).all()
        case_row, task_row, offer_rows = values(case), values(task), [values(offer) for offer in offers]
        for first in range(0, number, 5000):
            chunk = [f"{case.id}-{index}" for index in range(first, min(first + 5000, number))]
            due = [NOW + timedelta(minutes=index * 7919 % 50000) for index in range(len(chunk))]
            session.execute(insert(model.Case), [case_row | {"id": id, "number": id} for id in chunk])
            session.execute(
                insert(model.Task),
                [
                    task_row | {"id": id, "case_id": id, "due_at": at, "sort_at": at}
                    for id, at in zip(chunk, due, strict=True)
                ],
            )
            session.execute(
                insert(model.TaskOffer),
                [
                    offer | {"task_id": id, "sort_at": at}
                    for offer in offer_rows
                    for id, at in zip(chunk, due, strict=True)
                ],
            )
    gather_statistics()


def gather_statistics() -> None:
    """Do what PostgreSQL does by itself in an office that was not filled a moment ago."""
    if not store.url().startswith("sqlite"):
        with store.engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def values(row: model.Base) -> dict:
    return {column.key: getattr(row, column.key) for column in row.__mapper__.column_attrs}


def signed_in(app, name: str):
    """Return a browser in which this person is signed in."""
    with store.writing() as session:
        token = signins.open_session(session, name, "127.0.0.1", signins.wall_clock(), clock.now())
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    return client


def fetch(client, path: str) -> None:
    answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")


def page_time(client, path: str = "/inbox/pool") -> float:
    for _ in range(5):
        fetch(client, path)
    return median(timed(lambda: fetch(client, path)) for _ in range(PAGES))


def timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def replay(connection: Connection, recorded: list[tuple]) -> None:
    """Carry out the very statements of a completion, reads included, in one transaction with ready values."""
    for statement, parameters in recorded:
        if not statement.startswith("BEGIN"):
            found = connection.exec_driver_sql(statement, parameters)
            if found.returns_rows:
                found.fetchall()
    connection.commit()


if __name__ == "__main__":
    part, url, folder = sys.argv[1:]
    gc.freeze()
    parts = {"work": work, "memory": memory, "referrals": referrals, "volume": volume.measure}
    print(json.dumps(parts[part](url, Path(folder))))
