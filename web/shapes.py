"""What the JSON API and the pages say of rows: one shape per thing, as conventions.md writes them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine import cases, clocks, documents, instances, model, tasks, volumes, watch
from engine.people import Actor
from engine.values import plain, thaw
from engine.volume_gaps import Gap
from engine.workdays import office_zone


def moment(value: datetime | None) -> str | None:
    """Return a moment with the office's offset, or None."""
    return value.astimezone(office_zone()).isoformat(timespec="seconds") if value else None


def case_head(session: Session, case: model.Case) -> dict[str, Any]:
    """Return the header of a case."""
    bundle = cases.bundle_of(session, case)
    return {
        "id": case.id,
        "number": case.number,
        "process": case.process,
        "process_title": bundle.title,
        "version": bundle.version,
        "status": case.status,
        "status_title": bundle.status_title(case.status),
        "state": case.state,
        "title": case.title,
        "enterprise": case.enterprise,
        "uscc": case.uscc,
        "org": case.org_id,
        "region": case.region,
        "parent": case.parent_id,
        "relation": case.relation or None,
        "opened_by": case.opened_by,
        "opened_at": moment(case.opened_at),
        "closed_at": moment(case.closed_at),
        "close_reason": case.close_reason or None,
        "merged_into": case.merged_into,
    }


def case_with_tasks(session: Session, case: model.Case, by: Actor) -> dict[str, Any]:
    """Return the header with the open tasks this person may know of."""
    known = [task for task in instances.open_tasks(session, case.id) if tasks.may_know(task, by)]
    return {**case_head(session, case), "open_tasks": [task_brief(task) for task in known]}


def case_whole(session: Session, case: model.Case, by: Actor, now: datetime) -> dict[str, Any]:
    """Return a case with its case file, submissions, acts and links, cut to what this person may see."""
    near = cases.around(session, case.id, by)
    return {
        **case_with_tasks(session, case, by),
        "case_file": {step: plain(thaw(data)) for step, data in cases.case_file(session, case, by, now).items()},
        "submissions": [submission(row) for row in cases.submissions_of(session, case, by)],
        "acts": [{"id": row.act, "title": row.title} for row in cases.acts(session, case, by)],
        "may_open": [row.process for row in cases.may_open(session, by, case)] if case.state == "open" else [],
        "linked": [{**case_head(session, other), "is_parent": other.id == case.parent_id} for other in near.linked],
        "linked_labels": [{"title": label.title, "status": label.status} for label in cases.labels(session, near)],
        "watch": [watch_hit(hit) for hit in watch.hits(session, case, by)],
        "handoffs": [
            {
                "process": row.process,
                "relation": row.relation,
                "title": row.title,
                "state": "待移交",
                "cause": row.cause,
            }
            for row in cases.handed_over(session, case)
        ],
    }


def volume(row: model.Volume | None, gaps: list[Gap]) -> dict[str, Any]:
    """Return what a case's volume lacks, and the bound one with how far it is and what lies in it."""
    bound = row and {
        "state": row.state,
        "percent": volumes.percent(row),
        "locked": row.locked,
        "cut": row.cut,
        "ordered_at": moment(row.ordered_at),
        "bound_at": moment(row.bound_at),
        "pages": row.pages,
        "size": row.size,
        "sha256": row.sha256,
        "problem": row.problem or None,
        "entries": row.entries,
    }
    return {"gaps": [{"step": gap.step, "title": gap.title, "text": gap.text} for gap in gaps], "volume": bound}


def watch_hit(hit: model.WatchHit) -> dict[str, Any]:
    """Return what the crime watch found, and what became of it."""
    return {
        "row": hit.row,
        "crime": hit.crime,
        "article": hit.article,
        "note": hit.note,
        "facts": hit.facts,
        "state": hit.state,
        "found_at": moment(hit.found_at),
        "answered_by": hit.answered_by,
        "answered_for": hit.answered_for,
        "answered_at": moment(hit.answered_at),
        "reason": hit.reason or None,
    }


def submission(row: model.Submission) -> dict[str, Any]:
    """Return one submission."""
    return {
        "seq": row.seq,
        "step": row.step,
        "item": row.item,
        "by": row.by,
        "for": row.for_user,
        "at": moment(row.at),
        "data": plain(thaw(row.data)),
        "corrects": row.corrects,
        "reverses": row.reverses,
        "reason": row.reason or None,
    }


def task_brief(task: model.Task) -> dict[str, Any]:
    """Return what the opening answers say of a task."""
    return {
        "id": task.id,
        "step": task.step,
        "title": task.title,
        "item": task.item,
        "state": task.state,
        "org": task.org_id,
        "assignee": task.assignee,
        "revision": task.revision,
        "due_at": moment(task.due_at),
    }


def task_line(line: tasks.Line, now: datetime) -> dict[str, Any]:
    """Return a row of the inbox."""
    brief = task_brief(line.task) if line.task else {}
    return {
        **brief,
        "lamp": clocks.lamp(line.task, now) if line.task else None,
        "opened_at": moment(line.task.opened_at) if line.task else moment(line.case.opened_at),
        "completed_at": moment(line.task.completed_at) if line.task else None,
        "reminders": line.task.reminders if line.task else 0,
        "clock": {"id": line.clock.rule, "title": line.clock.title} if line.clock else None,
        "case": {
            "id": line.case.id,
            "number": line.case.number,
            "title": line.case.title,
            "enterprise": line.case.enterprise,
            "process": line.case.process,
            "status": line.case.status,
            "state": line.case.state,
        },
    }


def act_of_ledger(row: model.LedgerEntry) -> dict[str, Any]:
    """Return one act of the ledger."""
    return {
        "seq": row.seq,
        "at": moment(row.at),
        "by": row.actor,
        "for": row.for_user,
        "org": row.org_id,
        "act": row.act,
        "detail": row.detail,
        "hash": row.hash,
    }


def document(row: model.Document) -> dict[str, Any]:
    """Return a paper of a case."""
    return {
        "id": row.id,
        "case": row.case_id,
        "letter": row.letter,
        "title": row.title,
        "state": row.state,
        "number": row.number,
        "step": row.step,
        "issued_at": moment(row.issued_at),
        "issued_by": row.issued_by,
        "served": row.served,
        "voided_at": moment(row.voided_at),
        "void_reason": row.void_reason or None,
    }


def documents_of(session: Session, case: model.Case, by: Actor) -> list[dict[str, Any]]:
    """Return the papers of a case that this person may see."""
    return [document(row) for row in documents.listing(session, case.id, by)]


def attachment(row: model.Attachment) -> dict[str, Any]:
    """Return an uploaded file."""
    return {
        "id": row.id,
        "name": row.name,
        "size": row.size,
        "sha256": row.sha256,
        "media_type": row.media_type,
    }
