"""The volume (案卷) of a case: ordered by those who may see it, bound in the background, locked when it is archived."""

from __future__ import annotations

import hashlib
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import (
    attachments,
    catalog,
    clock,
    documents,
    ledger,
    model,
    outbox,
    sight,
    store,
    volume_gaps,
    volume_items,
    volume_making,
    volume_plan,
)
from engine.bundles import Bundle, templates
from engine.casefile import CaseFile
from engine.dossier import Dossier
from engine.errors import Broken, Conflict, NotFound
from engine.people import SYSTEM_ACTOR, Actor
from engine.running import Run
from engine.volume_gaps import Gap
from engine.volume_items import Item
from engine.volume_words import moment
from engine.workdays import office_day

UNDER_WAY = ("ordered", "binding")
STALE = timedelta(hours=1)
TELL_SECONDS = 0.5


def plan_of(session: Session, case: model.Case) -> volume_plan.Plan | None:
    """Return how the volume of a case is built, or None where its process has none."""
    return volume_plan.read(sight.bundle_of(session, case).settings)


def gaps(session: Session, case: model.Case, by: Actor, now: datetime) -> list[Gap]:
    """Return what the volume of a visible case still lacks, as far as this person may know."""
    found = volume_gaps.gaps(CaseFile(session, case, sight.bundle_of(session, case), now))
    return volume_gaps.known_to(found, frozenset(by.role_ids))


@dataclass(frozen=True)
class Standing:
    """How the volume of a case stands for one person: what is missing, what is bound, whether it is archived."""

    gaps: list[Gap]
    row: model.Volume | None
    locked: bool


def standing(session: Session, known: Dossier, by: Actor, now: datetime) -> Standing:
    """Return how the volume of a case stands whose rows are at hand."""
    file = CaseFile(session, known.case, known.bundle, now)
    numbers = {row.id: row.number for row in known.near.below}
    drafts = [(numbers[row.case_id], row.title) for row in known.papers if row.case_id in numbers]
    found = volume_gaps.gaps(file, volume_gaps.Papers(known.letters, drafts))
    steps, papers = (step for step, _, _ in file.steps()), (row.confidential for row in known.letters)
    cut = _cut_for(volume_items.is_open_to(volume_items.kept_for(known.bundle, steps, papers), by))
    row = next((row for row in known.volumes if row.cut == cut), None)
    locked = any(row.locked for row in known.volumes)
    return Standing(volume_gaps.known_to(found, frozenset(by.role_ids)), row, locked)


def latest(session: Session, case: model.Case, by: Actor) -> model.Volume | None:
    """Return the volume that this person may read, bound or under way."""
    cut = _cut(session, case, sight.bundle_of(session, case), by)
    return session.scalars(_rows(case.id).where(model.Volume.cut == cut)).first()


def is_locked(session: Session, case: model.Case) -> bool:
    """Tell whether the volume of a case was archived."""
    return session.scalar(_rows(case.id).where(model.Volume.locked).limit(1)) is not None


def order(session: Session, case_id: str, by: Actor, now: datetime) -> model.Volume:
    """Have the volume bound, in the cut that this person may read; one that is under way is not ordered twice."""
    case = sight.get(session, case_id, by)
    store.locked(session, case.id)
    if plan_of(session, case) is None:
        raise NotFound("该流程没有设置案卷")
    if is_locked(session, case):
        raise Conflict("案卷已归档锁定，不能重新生成", "E-COM-05")
    row = latest(session, case, by)
    if row is not None and row.state in UNDER_WAY and now - row.ordered_at < STALE:
        return row
    return _order(session, case, _cut(session, case, sight.bundle_of(session, case), by), by, now)


def look_at(run: Run) -> None:
    """Lock the volume of a case with the answer that archives it."""
    plan = volume_plan.read(run.bundle.settings)
    if plan is None or not plan.closed_by or not run.file.count(plan.closed_by):
        return
    run.session.flush()
    if is_locked(run.session, run.case):
        return
    open_to_all = volume_items.is_all_open(run.session, run.case, run.bundle)
    for cut in ("whole",) if open_to_all else ("whole", "open"):
        _order(run.session, run.case, cut, run.by, run.now).locked = True
    ledger.record(run.session, run.case, run.by, "volume locked", run.now)


def file(session: Session, case_id: str, by: Actor) -> tuple[model.Volume, Path]:
    """Return the bound volume that this person may read; what was archived is checked against its hash."""
    case = sight.get(session, case_id, by)
    row = latest(session, case, by)
    if row is None or row.sha256 is None:
        raise NotFound("案卷尚未生成")
    path = attachments.place(row.sha256)
    if not path.exists():
        raise NotFound("案卷的文件已不在存储中，请联系系统管理员")
    if row.locked and _hash(path) != row.sha256:
        raise Broken("案卷文件与归档时的校验值不一致，请联系系统管理员")
    return row, path


def bind(volume_id: str) -> None:
    """Bind an ordered volume; carried out again after a crash it begins anew, and an archived one is bound once."""
    with store.reading() as session:
        row = session.get_one(model.Volume, volume_id)
        if row.state == "ready":
            return
        case = session.get_one(model.Case, row.case_id)
        bundle = catalog.load(session, case.bundle_hash)
        items = volume_items.gather(session, case, bundle, row.cut == "whole")
        content = _content(session, case, bundle, row)
        as_of = case.ledger_seq
    try:
        progress = _Progress(volume_id, volume_making.pieces(items))
        with tempfile.TemporaryDirectory(dir=_directory(), ignore_cleanup_errors=True) as folder:
            made, pages, entries = volume_making.make(items, content, Path(folder), progress.step)
            size = made.stat().st_size
            digest = attachments.keep_file(made)
    except Exception as error:
        # Whatever it was: whoever waits for the volume sees it, and the job becomes an incident.
        _fail(volume_id, error)
        raise
    _finish(volume_id, digest, size, pages, entries, as_of)


def percent(row: model.Volume) -> int:
    """Return how far the binding is."""
    return 100 if row.state == "ready" else min(99, 100 * row.done // max(1, row.total))


def _order(session: Session, case: model.Case, cut: str, by: Actor, now: datetime) -> model.Volume:
    row = session.scalars(_rows(case.id).where(model.Volume.cut == cut)).first()
    if row is None:
        row = model.Volume(id=model.new_id("v"), case_id=case.id, cut=cut)
        session.add(row)
    row.state, row.done, row.total, row.problem = "ordered", 0, 0, ""
    row.ordered_by, row.ordered_at = by.for_user or by.user, now
    session.flush()
    outbox.put(session, "bind_volume", volume_id=row.id, case_id=case.id)
    return row


def _rows(case_id: str) -> Any:
    return select(model.Volume).where(model.Volume.case_id == case_id)


def _cut(session: Session, case: model.Case, bundle: Bundle, by: Actor) -> str:
    return _cut_for(volume_items.knows_all(session, case, bundle, by))


def _cut_for(knows_all: bool) -> str:
    return "whole" if knows_all else "open"


def _content(session: Session, case: model.Case, bundle: Bundle, row: model.Volume) -> volume_making.Content:
    org = session.get_one(model.Org, case.org_id)
    now = clock.now()
    found = volume_gaps.gaps(CaseFile(session, case, bundle, now))
    facts = {
        "title": f"{case.number} 案卷",
        "office": org.name,
        "process": bundle.title,
        "number": case.number,
        "matter": case.title,
        "party": case.enterprise,
        "opened_on": office_day(case.opened_at).isoformat(),
        "closed_on": office_day(case.closed_at).isoformat() if case.closed_at else None,
        "open": row.cut == "open",
        "made_at": moment(now),
        "locked": row.locked,
    }
    below = select(model.Case).where(
        model.Case.parent_id == case.id, model.Case.hidden.is_(False), model.Case.confidential == ""
    )
    linked = [
        {"title": catalog.load(session, one.bundle_hash).title, "number": one.number}
        for one in session.scalars(below.order_by(model.Case.opened_at))
    ]
    shown = [gap.text for gap in (found if row.cut == "whole" else volume_gaps.known_to(found, frozenset()))]
    return volume_making.Content(facts, shown, linked, templates(bundle), _letter, attachments.place)


def _letter(item: Item) -> bytes:
    with store.reading() as session:
        if item.kind == "slip":
            return documents.service_return(session, item.key, SYSTEM_ACTOR)
        return documents.pdf(session, item.key, SYSTEM_ACTOR)


class _Progress:
    """How far a binding is, told to the database now and then."""

    def __init__(self, volume_id: str, total: int) -> None:
        self.volume_id, self.total, self.done, self.told = volume_id, total, 0, 0.0
        self._tell()

    def step(self) -> None:
        self.done += 1
        if time.monotonic() - self.told >= TELL_SECONDS:
            self._tell()

    def _tell(self) -> None:
        self.told = time.monotonic()
        with store.writing() as session:
            row = session.get_one(model.Volume, self.volume_id)
            row.state, row.done, row.total = "binding", self.done, self.total


def _finish(volume_id: str, digest: str, size: int, pages: int, entries: list[dict[str, Any]], as_of: int) -> None:
    with store.writing() as session:
        case_id = session.get_one(model.Volume, volume_id).case_id
        case = store.locked(session, case_id)
        row = session.get_one(model.Volume, volume_id)
        before, row.sha256, row.size, row.pages = row.sha256, digest, size, pages
        row.entries, row.as_of, row.bound_at, row.done = entries, as_of, clock.now(), row.total
        row.state, row.problem = "ready", ""
        if row.locked:
            ledger.record(
                session, case, SYSTEM_ACTOR, "volume bound", clock.now(), cut=row.cut, sha256=digest, pages=pages
            )
        session.flush()
        if before and before != digest and not _is_used(session, before):
            attachments.place(before).unlink(missing_ok=True)


def _is_used(session: Session, digest: str) -> bool:
    held = select(model.Attachment.id).where(model.Attachment.sha256 == digest).limit(1)
    bound = select(model.Volume.id).where(model.Volume.sha256 == digest).limit(1)
    return session.scalar(held) is not None or session.scalar(bound) is not None


def _fail(volume_id: str, error: Exception) -> None:
    with store.writing() as session:
        row = session.get_one(model.Volume, volume_id)
        row.state, row.problem = "failed", str(error)[:500]


def _directory() -> Path:
    directory = store.data_dir() / "binding"
    directory.mkdir(exist_ok=True)
    return directory


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
