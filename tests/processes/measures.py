"""Coercive measures led to where a test wants them, by the people of the place."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.processes.hazard import Driver
from tests.processes.hazard_desk import SEALING

DEPUTY = "deputy_head.county1"


def asked(hazard: Driver, moment: datetime, **request) -> Driver:
    """A measure that was asked for and has passed the legal review."""
    measure = hazard.begin("coercion", "coercion_request", moment, **request)
    measure.do("coercion_request_legal", moment + timedelta(minutes=30))
    return measure


def noticed(hazard: Driver, moment: datetime, notice: datetime, **request) -> Driver:
    """A measure that was approved (by the head of the agency) and made known to the enterprise."""
    measure = asked(hazard, moment, **request)
    measure.do("coercion_request_approve", moment + timedelta(hours=1))
    said = {"notice_at": notice.isoformat()}
    if request.get("kind", "停止供电").startswith("停止供"):
        said["utility_notified_at"] = notice.isoformat()
    measure.do("coercion_notice", notice, **said, **({} if len(said) == 2 else {"utility_notified_at": None}))
    return measure


def sealed(hazard: Driver, moment: datetime) -> Driver:
    """A sealing in force since a moment."""
    measure = noticed(hazard, moment - timedelta(days=1), moment - timedelta(hours=1), **SEALING)
    measure.do("coercion_execute", moment, effective_at=moment.isoformat())
    return measure
