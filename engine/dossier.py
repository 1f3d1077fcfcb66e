"""What hangs on one case beside its answers, read at once for a page that shows all of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, or_
from sqlalchemy.orm import Session

from engine import documents, model, sight, store, volume_plan
from engine.bundles import Bundle
from engine.people import Actor
from engine.sight import Around


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
    near = sight.around(session, case_id, by)
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
