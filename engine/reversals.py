"""Taking back the last entry of a case (冲回): by a second person, with a reason; the process stands as before it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import cases, eligibility, instances, ledger, model, notices, projections, running, sight
from engine.bundles import Bundle
from engine.errors import Conflict, NotFound, Refused
from engine.people import SYSTEM, Actor


def reverse(session: Session, case_id: str, seq: int, reason: str, by: Actor, now: datetime) -> model.Submission:
    """Take back the last thing that a person entered; it stays on record and counts no more. Returns the new entry.

    Process, tasks and clocks are again as before it, and its step is open with the same answers as a draft (an act is
    offered again). Raises Refused without a reason, NotAllowed for whoever may not (`cases.not_correcting`), and
    Conflict for what is not the last entry or has had consequences that stay: a paper issued, a matter handed on.
    """
    case = sight.get(session, case_id, by)
    if not reason.strip():
        raise Refused("冲回必须填写理由", "E-COM-08", {"reason": "E-COM-08"})
    with instances.advancing(session, case_id, now, by) as run:
        rows = model.Submission
        entry = last(session.scalars(select(rows).where(rows.case_id == case_id).order_by(rows.seq)).all())
        if entry is not None and not sight.may_see_step(run.bundle, entry.step, by):
            raise NotFound()
        if not run.bundle.is_reversible or entry is None or entry.seq != seq:
            text = "其后已有新的登记或者已经冲回，只能从最后一项登记开始逐项冲回"
            raise Conflict(f"状态流转不合法：{text}", running.not_open(run.bundle).code)
        if barred := cases.not_correcting(run.bundle, case, [entry.by, entry.for_user], by):
            raise barred
        eligibility.require(run.file, entry.step, by, now)
        task = session.get_one(model.Task, entry.task_id)
        _refuse_what_is_out(run, entry, task)
        answers = run.file.answers(entry.step, entry.item)
        open_before = instances.open_tasks(session, case_id)
        for row in _with_it(run, entry):
            back = run.note(row.step, {}, row.item, by, corrects=row.seq, reason=reason.strip(), reverses=True)
        run.go_back(task)
        ledger.record(
            session,
            run.case,
            by,
            "entry taken back",
            now,
            step=entry.step,
            seq=back.seq,
            corrects=seq,
            reason=back.reason,
        )
        projections.settle(run)
        again = next((row for row in instances.open_tasks(session, case_id) if row.node == task.node), None)
        if again is not None:
            again.draft, again.draft_at = answers, now
        _tell(run, entry, again, open_before)
    return back


def last(said: Sequence[model.Submission]) -> model.Submission | None:
    """Return, of all entries of a case, the one that could be taken back now: the last by a person that stands."""
    gone = {row.corrects for row in said if row.reverses}
    return next((row for row in reversed(said) if row.task_id and row.seq not in gone), None)


def offered(bundle: Bundle, case: model.Case, said: Sequence[model.Submission], by: Actor) -> model.Submission | None:
    """Return the entry that this person may take back now, for the page; whether it still can be, the act tells."""
    entry = last(said) if bundle.is_reversible and case.state == "open" else None
    barred = entry and cases.not_correcting(bundle, case, [entry.by, entry.for_user], by)
    return None if barred else entry


def outlook(session: Session, case: model.Case, seq: int) -> tuple[str, list[str]]:
    """Return, for the page, the status before an entry and the titles of the open steps that came up since."""
    rows = model.Task
    task = session.scalars(select(rows).where(rows.case_id == case.id, rows.submission_seq == seq)).first()
    if task is None:
        return "", []
    since = [row.title for row in instances.open_tasks(session, case.id) if row.opened_at >= task.completed_at]
    return task.came_status or "", since


def _with_it(run: running.Run, entry: model.Submission) -> list[model.Submission]:
    """Return the entry and what tables and scripts said because of it, the latest first."""
    rows = model.Submission
    since = select(rows).where(rows.case_id == run.case.id, rows.seq > entry.seq)
    later = run.session.scalars(since.order_by(rows.seq)).all()
    gone = {row.corrects for row in later if row.reverses}
    own = [row for row in later if row.corrects is None and row.seq not in gone]
    if any(row.by != SYSTEM or row.at != entry.at for row in own):
        raise Conflict("其后系统又登记了其他内容，不能冲回")
    return [*reversed(own), entry]


def _refuse_what_is_out(run: running.Run, entry: model.Submission, task: model.Task) -> None:
    session, case = run.session, run.case
    if task.came_from is None:
        raise Conflict("该项登记早于冲回功能启用，不能冲回，请更正内容")
    papers, matters, below = model.Document, model.Handoff, model.Case
    ours = (papers.case_id == case.id, papers.step == entry.step, papers.created_at >= entry.at)
    for paper in session.scalars(select(papers).where(*ours, papers.state != "void")):
        if paper.state != "draft":
            raise Conflict(f"《{paper.title}》已经签发，请先作废该文书")
        paper.state, paper.voided_at, paper.voided_by, paper.void_reason = "void", run.now, run.by.user, "登记已冲回"
    handed = select(matters.id).where(matters.case_id == case.id, matters.at >= entry.at)
    opened = select(below.id).where(below.parent_id == case.id, below.opened_at >= entry.at, below.hidden.is_(False))
    if session.scalar(handed.limit(1)) or session.scalar(opened.limit(1)):
        raise Conflict("其后已从本案移交或者发起关联事项，不能冲回")


def _tell(run: running.Run, entry: model.Submission, again: model.Task | None, before: list[model.Task]) -> None:
    """Tell whoever made the entry, and whoever held what was opened by it."""
    title = run.bundle.steps[entry.step].title
    text = f"{run.case.number} {run.case.title}：“{title}”的登记已被冲回，请重新办理"
    notices.tell(run.session, {entry.for_user or entry.by}, "handoff", text, run.now, run.case.id, again and again.id)
    holders = {row.assignee for row in before if row.state == "cancelled" and row.assignee}
    text = f"{run.case.number} {run.case.title}：“{title}”的登记已被冲回，由其产生的环节不再办理"
    notices.tell(run.session, holders - {entry.by, entry.for_user}, "handoff", text, run.now, run.case.id)
