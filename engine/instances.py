"""The one path: every change of a process instance locks, loads, acts, runs on, projects and saves here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine import catalog, clocks, model, projections, store
from engine.bundles import Bundle
from engine.errors import Broken, Conflict, NotFound, OfficeError
from engine.people import SYSTEM_ACTOR, Actor
from engine.projections import open_tasks
from engine.running import Order, Run, install
from engine.spiff.machine import Machine

__all__ = ["Order", "Run", "advancing", "install", "open_tasks", "starting"]


@contextmanager
def advancing(
    session: Session,
    case_id: str,
    now: datetime,
    by: Actor = SYSTEM_ACTOR,
    retry: dict[str, Any] | None = None,
    held: model.Case | None = None,
) -> Iterator[Run]:
    """Lock and load a case, let the caller act on the run, then run on, project and save it.

    Raises NotFound, Conflict where the case is closed. Anything that is not an answer to a person carries an
    incident, which `store.writing` records after the roll-back; `retry` says what to do again. `held` is the
    case row where the caller has locked it already.
    """
    case = held or store.locked(session, case_id)
    if case is None:
        raise NotFound()
    if case.state != "open":
        raise Conflict("案件已经办结或终止，不能再办理", "E-COM-05", at=case.closed_at)
    with _guarded(case.id, retry), session.no_autoflush:
        bundle = catalog.load(session, case.bundle_hash)
        run = Run(session, case, bundle, now, by)
        run.machine = Machine.load(case.snapshot, bundle.model, run, now)
        run.before = {wait.id: wait for wait in run.machine.waiting()}
        run.note_time()
        yield run
        projections.settle(run)


@contextmanager
def starting(session: Session, case: model.Case, bundle: Bundle, now: datetime, by: Actor) -> Iterator[Run]:
    """Start the process of a case that was just added, then as `advancing`."""
    with _guarded(None, None), session.no_autoflush:
        run = Run(session, case, bundle, now, by)
        run.machine = Machine.start(bundle.model, run, now)
        file = run.file
        clocks.on_opening(session, case, bundle.rules, file.names(), file.functions(), now, file.clocks())
        run.step_on()
        yield run
        projections.settle(run)


@contextmanager
def _guarded(case_id: str | None, retry: dict[str, Any] | None) -> Iterator[None]:
    try:
        yield
    except OfficeError as error:
        if isinstance(error, Broken):
            error.incident = _incident(case_id, error, retry)
        raise
    except Exception as error:
        error.incident = _incident(case_id, error, retry)
        raise


def _incident(case_id: str | None, error: Exception, retry: dict[str, Any] | None) -> dict[str, Any]:
    cause = error.detail if isinstance(error, OfficeError) else f"{type(error).__name__}: {error}"
    # A case whose opening fails is rolled back with everything: its incident stands alone.
    return {
        "case_id": case_id,
        "kind": "engine",
        "element": getattr(error, "element", "") or "",
        "cause": cause[:4000],
        "retry": retry or {},
    }
