"""Workers: processes that carry out what the outbox holds, each under a name that one bears at a time."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from dbos import DBOS
from dbos._serialization import DBOSPortableJSON
from sqlalchemy import select

from engine import jobs, model, outbox, store
from engine.errors import Conflict

log = logging.getLogger(__name__)

ALIVE = timedelta(seconds=30)
RENEW_SECONDS = 5.0

_held: set[str] = set()


def prepare() -> None:
    """Create or update the job tables; part of `init`, since a worker never changes the schema."""
    DBOS.migrate(store.url())


@contextmanager
def running(name: str, poll: float | None = None) -> Iterator[None]:
    """Hold the lease of `name` and carry out jobs until the block ends; Conflict where that name is alive."""
    _take_lease(name)
    try:
        concurrency, pause = (4, 1.0) if store.url().startswith("sqlite") else (100, 0.1)
        # A queue that is known before the launch is served at once, one registered after it a second later.
        outbox.client().register_queue(outbox.QUEUE, worker_concurrency=concurrency, polling_interval_sec=poll or pause)
        DBOS(
            config={
                "name": outbox.APPLICATION,
                "system_database_url": store.url(),
                "executor_id": name,
                "application_version": jobs.VERSION,
                "serializer": DBOSPortableJSON,
                "run_migrations": False,
                "log_level": "ERROR",
            }
        )
        DBOS.launch()
        adopt()
        yield
    finally:
        DBOS.destroy(workflow_completion_timeout_sec=10)
        _give_lease_back(name)


def finish(seconds: float = 60.0) -> bool:
    """Wait until the outbox is empty; False where it is not in time."""
    deadline = time.monotonic() + seconds
    while not outbox.is_empty():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def adopt() -> int:
    """Take over jobs that a worker without a living lease had begun; return how many."""
    begun = outbox.client().list_workflows(status="PENDING", load_input=False, load_output=False)
    dead = {row.executor_id for row in begun if row.executor_id} - alive()
    return len(DBOS._recover_pending_workflows(sorted(dead))) if dead else 0


def alive() -> set[str]:
    """Return the names of the workers that live."""
    with store.reading() as session:
        return {lease.name for lease in session.scalars(select(model.WorkerLease)) if _is_alive(lease)}


def renew(name: str) -> None:
    """Say that this worker lives; Conflict where another one has taken its name meanwhile."""
    with store.writing() as session:
        lease = session.get(model.WorkerLease, name, with_for_update=True)
        if lease is None or (lease.pid, lease.host) != _self():
            raise Conflict(f"工作进程 {name} 的名字已被另一进程使用")
        lease.seen_at = datetime.now(UTC)


def work(name: str, stop: threading.Event, beat: Callable[[], None]) -> None:
    """Carry out jobs and call `beat` each second until `stop` is set or the name is lost."""
    with running(name):
        renewed = adopted = time.monotonic()
        while not stop.is_set():
            now = time.monotonic()
            if now - renewed >= RENEW_SECONDS:
                renew(name)
                renewed = now
            if now - adopted >= ALIVE.total_seconds():
                adopt()
                adopted = now
            try:
                beat()
            except Exception:
                # What is wrong with one beat must not stop the jobs; the next beat tries again.
                log.exception("worker beat failed")
            stop.wait(1.0)


def _take_lease(name: str) -> None:
    pid, host = _self()
    with store.writing() as session:
        lease = session.get(model.WorkerLease, name, with_for_update=True)
        # A restarted container often has the pid of the one before it: that is no living neighbour.
        ours = lease is not None and (lease.pid, lease.host) == (pid, host) and name not in _held
        if lease is not None and _is_alive(lease) and not ours:
            raise Conflict(f"工作进程 {name} 正在运行（{lease.host} 进程 {lease.pid}）", by=name, at=lease.seen_at)
        row = model.WorkerLease(name=name, pid=pid, host=host, seen_at=datetime.now(UTC))
        session.merge(row)
    _held.add(name)


def _give_lease_back(name: str) -> None:
    _held.discard(name)
    with store.writing() as session:
        lease = session.get(model.WorkerLease, name, with_for_update=True)
        if lease is not None and (lease.pid, lease.host) == _self():
            session.delete(lease)


def _is_alive(lease: model.WorkerLease) -> bool:
    if datetime.now(UTC) - lease.seen_at > ALIVE:
        return False
    # A process killed on this machine is known to be gone at once, without waiting for its lease to run out.
    return lease.host != socket.gethostname() or _exists(lease.pid)


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _self() -> tuple[int, str]:
    return os.getpid(), socket.gethostname()
