"""What hangs on one case beside its answers: the cases around it, its ledger, and all its rows read at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, literal, or_, select
from sqlalchemy.orm import Session, aliased

from engine import documents, facts, ledger, lookups, model, sight, store, volume_plan
from engine.bundles import Bundle
from engine.errors import NotFound
from engine.people import SYSTEM, Actor


@dataclass(frozen=True)
class Around:
    """A visible case with those above, below, merged with it; `known` are the ids of those this person may see."""

    case: model.Case
    near: tuple[model.Case, ...]
    known: frozenset[str]

    @property
    def linked(self) -> list[model.Case]:
        """Return the visible cases beside it, the oldest first; a hidden one is linked to nothing."""
        return [row for row in self.near if row.id in self.known and not row.hidden]

    @property
    def below(self) -> list[model.Case]:
        """Return the cases that were opened from it, also those that this person may not see."""
        return [row for row in self.near if row.parent_id == self.case.id]

    @property
    def merged(self) -> list[model.Case]:
        """Return the visible cases that were merged into it, the oldest first."""
        return [row for row in self.near if row.merged_into == self.case.id and row.id in self.known]

    @property
    def kept(self) -> model.Case | None:
        """Return the case into which it was merged itself."""
        return next((row for row in self.near if row.id == self.case.merged_into), None)


def around(session: Session, case_id: str, by: Actor) -> Around:
    """Return a visible case with those that hang together with it, by one statement; NotFound as `get`."""
    rows, own = model.Case, aliased(model.Case)
    above = select(own.parent_id).where(own.id == case_id)
    kept = select(own.merged_into).where(own.id == case_id)
    seen = literal(True) if by.user == SYSTEM else sight.visible(by)
    near = or_(
        rows.id == case_id,
        rows.parent_id == case_id,
        rows.merged_into == case_id,
        rows.id == above.scalar_subquery(),
        rows.id == kept.scalar_subquery(),
        rows.id.in_(lookups.naming(case_id)),
    )
    found = session.execute(select(rows, seen).where(near).order_by(rows.opened_at, rows.id)).all()
    known = frozenset(row.id for row, is_seen in found if is_seen)
    if case_id not in known:
        raise NotFound()
    case = next(row for row, _ in found if row.id == case_id)
    return Around(case, tuple(row for row, _ in found if row is not case), known)


@dataclass(frozen=True)
class Dossier:
    """The rows of a visible case, uncut: `documents`, `sight`, `volumes` and `watch` say who may know what of them."""

    near: Around
    bundle: Bundle
    tasks: Sequence[model.Task]  # those that are open, in the order in which they came up
    acts: Sequence[model.Subscription]
    timers: Sequence[model.WakeUp]
    waiting: Sequence[model.Handoff]
    hits: Sequence[model.WatchHit]
    clocks: Sequence[model.Clock]  # in the order of their start
    volumes: Sequence[model.Volume]
    papers: Sequence[model.Document]  # the oldest first, with drafts of cases below that belong into the volume

    @property
    def case(self) -> model.Case:
        """Return the case itself."""
        return self.near.case

    @property
    def letters(self) -> list[model.Document]:
        """Return the letters of the case itself."""
        return [row for row in self.papers if row.case_id == self.case.id]

    def letters_of(self, by: Actor) -> list[model.Document]:
        """Return the letters that this person may see."""
        return documents.known_to(self.letters, by)


def read(session: Session, case_id: str, by: Actor) -> Dossier:
    """Return what hangs on a visible case, by two statements; NotFound for one that is not to be known."""
    near = around(session, case_id, by)
    bundle = sight.bundle_of(session, near.case)
    bound = [row.id for row in volume_plan.bound_with(bundle.settings, near.below)]
    task, paper, act, handoff = model.Task, model.Document, model.Subscription, model.Handoff
    tasks, acts, timers, waiting, hits, clocks, volumes, papers = store.together(
        session,
        (task, and_(task.case_id == case_id, task.state == "open")),
        (act, act.case_id == case_id),
        (model.WakeUp, model.WakeUp.case_id == case_id),
        (handoff, and_(handoff.case_id == case_id, handoff.state == "waiting")),
        (model.WatchHit, model.WatchHit.case_id == case_id),
        (model.Clock, model.Clock.case_id == case_id),
        (model.Volume, model.Volume.case_id == case_id),
        (paper, or_(paper.case_id == case_id, and_(paper.case_id.in_(bound), paper.state == "draft"))),
    )
    tasks.sort(key=lambda row: (row.opened_at, row.id))
    clocks.sort(key=lambda row: (row.start_seq, row.id))
    papers.sort(key=lambda row: (row.created_at, row.id))
    return Dossier(near, bundle, tasks, acts, timers, waiting, hits, clocks, volumes, papers)


def history(session: Session, case_id: str, by: Actor) -> list[model.LedgerEntry]:
    """Return the ledger of acts of a visible case, without what is confidential to other roles."""
    return told(session, around(session, case_id, by), by)


def told(session: Session, near: Around, by: Actor) -> list[model.LedgerEntry]:
    """Return the ledger without acts at confidential steps, without what the crime watch found, and without the
    numbers of linked cases that this person may not know."""
    case = near.case
    bundle = sight.bundle_of(session, case)
    kept = {row.number for row in near.below if row.id not in near.known}
    found = []
    for row in ledger.of_case(session, case.id):
        if not sight.may_see_step(bundle, row.detail.get("step"), by):
            continue
        if row.act in facts.ACTS and not facts.SEEING & by.role_ids and by.user != SYSTEM:
            continue
        if row.detail.get("number") in kept:
            session.expunge(row)
            row.detail = {key: value for key, value in row.detail.items() if key != "number"}
        found.append(row)
    return found


@dataclass(frozen=True)
class Label:
    """What everybody learns of a linked case that is kept from them: what it is, and where it stands."""

    process: str
    title: str
    status: str


def labels(session: Session, near: Around) -> list[Label]:
    """Return what may be told of the cases below this one that are kept from this person."""
    kept = [row for row in near.below if row.confidential and not row.hidden and row.id not in near.known]
    bundles = [sight.bundle_of(session, row) for row in kept]
    return [
        Label(row.process, bundle.title, bundle.status_title(row.status))
        for row, bundle in zip(kept, bundles, strict=True)
    ]


def handed_over(session: Session, case: model.Case) -> list[model.Handoff]:
    """Return the hand-offs of a case that still wait (待移交)."""
    rows = model.Handoff
    return list(session.scalars(select(rows).where(rows.case_id == case.id, rows.state == "waiting")))
