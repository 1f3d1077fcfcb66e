"""A case whose steps are answered without its diagram, so that nothing but its clocks moves."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from engine import catalog, clocks, model
from engine.people import SYSTEM_ACTOR
from engine.running import Run
from tests.office import ZONE, at
from tests.processes.hazard_answers import ANSWERS


class Matter:
    """A case of a published process in one place; each step is answered at a moment, the clocks listen."""

    told = ANSWERS

    def __init__(self, session: Session, process: str, opened: str, place: str = "county1") -> None:
        self.session, self.bundle = session, catalog.published(session, process)
        org = session.get_one(model.Org, place)
        key = model.new_id("c")
        self.case = model.Case(
            id=key,
            number=key,
            process=process,
            bundle_hash=self.bundle.hash,
            org_id=org.id,
            org_path=org.path,
            region=org.region,
            opened_by="system",
            opened_at=at(opened).astimezone(UTC),
        )
        session.add(self.case)
        session.flush()
        run = self._run(opened)
        clocks.on_opening(
            session, self.case, self.bundle.rules, run.file.names(), run.file.functions(), self.case.opened_at
        )

    def answer(self, step: str, moment: str, **changes: Any) -> model.Submission:
        """Answer a step at a moment with acceptable answers; `changes` replaces some, None takes one out."""
        said = {**self.told[self.case.process][step], **changes}
        data = {name: value for name, value in said.items() if value is not None}
        return self._run(moment).note(step, data)

    def correct(self, wrong: model.Submission, moment: str, **changes: Any) -> None:
        """Put an earlier answer right."""
        data = {**wrong.data, **changes}
        self._run(moment).note(wrong.step, data, corrects=wrong.seq, reason="录入有误")

    def row(self, rule: str) -> model.Clock:
        """Return the clock of a rule that was started last."""
        found = clocks.latest(self.session, self.case, rule)
        assert found is not None, f"{rule} does not run"
        return found

    def rows(self, rule: str) -> list[model.Clock]:
        """Return all clocks of a rule, in the order of their days."""
        found = [row for row in clocks.of_case(self.session, self.case.id) if row.rule == rule]
        return sorted(found, key=lambda row: row.due_at)

    def runs(self, rule: str) -> bool:
        """Tell whether a clock of this rule is open."""
        return any(row.rule == rule for row in clocks.running(self.session, self.case.id))

    def shown(self, rule: str, moment: str = "2026-01-01 00:00") -> dict[str, Any]:
        """Return the clock as people are shown it."""
        return clocks.as_data(self.row(rule), at(moment))

    def falls_due(self, rule: str, until: str = "2028-12-31 00:00") -> list[tuple[str, dict[str, Any]]]:
        """Let a clock run out; return (moment, action) of all that it causes, in order."""
        row, done = self.row(rule), []
        while row.next_at is not None and row.next_at <= at(until):
            moment = row.next_at
            done += [(said(moment), action) for action in clocks.fire(self.session, row, moment)]
        return done

    def _run(self, moment: str) -> Run:
        return Run(self.session, self.case, self.bundle, at(moment), SYSTEM_ACTOR)


def said(moment: datetime | None) -> str:
    """Return a moment as the tables of the tests write it; midnight is its day."""
    if moment is None:
        return ""
    return moment.astimezone(ZONE).strftime("%Y-%m-%d %H:%M").removesuffix(" 00:00")
