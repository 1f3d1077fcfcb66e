"""What is to be done after the commit: a job is noted in the caller's transaction, or not at all.

It does not know what a job does; `jobs` carries them out.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dbos import DBOSClient
from dbos._serialization import DBOSPortableJSON
from sqlalchemy.orm import Session

from engine import store

APPLICATION = "andu"
QUEUE = "andu"
UNFINISHED = ["ENQUEUED", "DELAYED", "PENDING"]
FINISHED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
KEPT, KEPT_DAYS = "jobs.kept_days", 30

_clients: dict[str, DBOSClient] = {}


def put(session: Session, job: str, key: str | None = None, **arguments: Any) -> str:
    """Order a job by its name with plain JSON arguments and return its id.

    With `key`, the same order given again is the same job and is not carried out twice.
    """
    options: dict[str, Any] = {"queue_name": QUEUE, "workflow_name": job}
    if key is not None:
        options["workflow_id"] = f"{job}:{key}"
    return client().enqueue_in_transaction(session, options, **arguments).get_workflow_id()


def is_empty() -> bool:
    """Say whether every job that was ordered is done (or has failed into an incident)."""
    left = client().list_workflows(status=UNFINISHED, limit=1, load_input=False, load_output=False)
    return not left


def waiting(most: int = 1000) -> tuple[int, datetime | None]:
    """Return how many jobs wait (counted up to `most`) and since when the oldest does."""
    left = client().list_workflows(status=UNFINISHED, limit=most, load_input=False, load_output=False)
    oldest = min((row.created_at for row in left if row.created_at), default=None)
    return len(left), datetime.fromtimestamp(oldest / 1000, UTC) if oldest else None


def prune(before: datetime, most: int) -> int:
    """Delete at most so many jobs that were over before a moment, with all that was kept of them; return how many."""
    over = client().list_workflows(
        status=FINISHED,
        completed_before=before.isoformat(),
        limit=most,
        load_input=False,
        load_output=False,
    )
    if over:
        client().delete_workflows([row.workflow_id for row in over])
    return len(over)


def client() -> DBOSClient:
    """Return this process's client for the database in use; it connects only to read."""
    url = store.url()
    if url not in _clients:
        close()
        _clients[url] = DBOSClient(
            system_database_url=url, serializer=DBOSPortableJSON, application_name=APPLICATION, lazy=True
        )
    return _clients[url]


def close() -> None:
    """Close the client's own connections."""
    while _clients:
        _clients.popitem()[1].destroy()
