"""What is carried out after the commit: each job by its name; a job must not mind running twice.

Jobs keep the wall clock and never decide by time: what becomes due is the business of `wakeups`.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from dbos import DBOS

from engine import clock, documents, mail, model, store, volumes, watch
from engine.people import SYSTEM_ACTOR

log = logging.getLogger(__name__)

# Raised only when the arguments of a job change: jobs of another version wait for a worker of theirs.
VERSION = "1"


def job(name: str, attempts: int = 3, pause: float = 2.0) -> Callable[[Callable[..., None]], Callable]:
    """Make a function of plain keyword arguments a job of this name.

    A job that still fails after `attempts`, with growing pauses in seconds, becomes an incident.
    """

    def register(function: Callable[..., None]) -> Callable:
        retries = {"retries_allowed": attempts > 1, "max_attempts": attempts, "interval_seconds": pause}
        step = DBOS.step(name=name, **retries)(function)

        @DBOS.workflow(name=name)
        def carry_out(**arguments: Any) -> None:
            try:
                step(**arguments)
            except Exception as error:
                # Whatever it was, it is visible and repeatable as an incident; to the queue the job is over.
                log.warning("job %s failed: %r", name, error)
                _fail(name, arguments, error)

        return function

    return register


@job("send_mail", attempts=4, pause=5.0)
def send_mail(notice_id: str) -> None:
    """Mail a notice to its reader, once, where the reader has an address."""
    with store.reading() as session:
        notice = session.get_one(model.Notice, notice_id)
        user = session.get_one(model.User, notice.user_name)
        if notice.mailed_at is not None or not user.email:
            return
        mail.send(user.email, notice.text.splitlines()[0][:60], notice.text, notice_id)
    with store.writing() as session:
        session.get_one(model.Notice, notice_id).mailed_at = datetime.now(UTC)


@job("render_letter")
def render_letter(document_id: str) -> None:
    """Set an issued letter as PDF, so that it lies ready when somebody opens it."""
    with store.reading() as session:
        documents.pdf(session, document_id, SYSTEM_ACTOR)


@job("bind_volume", attempts=2)
def bind_volume(volume_id: str, case_id: str) -> None:
    """Bind the volume of a case; `case_id` is for the incident where that fails."""
    volumes.bind(volume_id)


@job("screen_cases")
def screen_cases() -> None:
    """Ask the referral table that came into force about every open case; what was asked already is left alone."""
    watch.catch_up(clock.now())


def _fail(name: str, arguments: dict[str, Any], error: Exception) -> None:
    """Record the incident of a job; a job that runs twice and fails twice leaves one."""
    reason = (getattr(error, "errors", None) or [error])[-1]
    number = hashlib.sha256((DBOS.workflow_id or "").encode()).hexdigest()[:22]
    with store.writing() as session:
        session.merge(
            model.Incident(
                id=f"i{number}",
                case_id=arguments.get("case_id"),
                kind="job",
                element=name,
                cause=f"{type(reason).__name__}: {reason}",
                retry={"job": name, "arguments": arguments},
                at=datetime.now(UTC),
            )
        )
