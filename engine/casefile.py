"""The case file as expressions read it: the latest answers by step, and the functions over one case."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine import catalog, clocks, expressions, forms, lookups, model, people
from engine.bundles import Bundle
from engine.expressions import Answers
from engine.values import thaw
from engine.workdays import office_zone

NO_ITEM = -1
OWN = ("case", "item", "carried", "parent_case")  # names besides the steps
LATEST = (
    select(model.Answer, model.Submission.data)
    .join(
        model.Submission,
        (model.Submission.case_id == model.Answer.case_id) & (model.Submission.seq == model.Answer.seq),
    )
    .where(model.Answer.case_id == bindparam("case"))
)


class CaseFile:
    """What was said in one case, read once and kept up with the submissions of the running transaction."""

    def __init__(self, session: Session, case: model.Case, bundle: Bundle, now: datetime) -> None:
        self.session, self.case, self.bundle, self.now = session, case, bundle, now
        self._rows: dict[tuple[str, int], tuple[model.Answer, dict[str, Any]]] | None = None
        self._typed: dict[tuple[str, int], Answers] = {}
        self._clocks: list[model.Clock] | None = None
        self._kept: dict[Any, Any] = {}  # what was read for this moment; forgotten when something is said

    def names(self, item: int | None = None, extra: Mapping[str, Any] | None = None) -> Names:
        """Return what expressions may name, seen from one instance of a multi-instance where `item` is given."""
        return Names(self, item, dict(extra or {}))

    def functions(self, item: int | None = None) -> dict[str, Callable[..., Any]]:
        """Return the functions of the expression language that look into this case."""
        return lookups.functions(self, item)

    def answers(self, step: str, item: int | None = None) -> dict[str, Any]:
        """Return the latest stored answers of a step (plain values), {} where it was never answered."""
        found = self._find(step, item)
        return found[1] if found else {}

    def record(self, step: str, item: int | None = None) -> Answers:
        """Return the latest answers of a step as typed values; unknown fields read as None."""
        found = self._find(step, item)
        if found is None:
            return Answers()
        key = (step, found[0].item)
        if key not in self._typed:
            self._typed[key] = self._with_types(step, found[1])
        return self._typed[key]

    def count(self, step: str, item: int | None = None) -> int:
        """Return how often a step was answered."""
        self._load()
        if item is not None and (step, item) in self._rows:
            return self._rows[step, item][0].count
        return sum(row.count for (name, _), (row, _) in self._rows.items() if name == step)

    def every(self, step: str) -> list[Answers]:
        """Return all submissions of a step in their order, each as corrected, with who and when."""
        return self.kept(("every", step), lambda: self._every(step)) if self.count(step) else []

    def clocks(self) -> list[model.Clock]:
        """Return the clocks that still matter, in the order of their start, read once; `clocks` adds what it starts."""
        if self._clocks is None:
            self.session.flush()
            self._clocks = clocks.current(self.session, self.case.id) if self.case.submissions else []
        return self._clocks

    def exposed(self) -> dict[str, Any]:
        """Return what this process lets the cases linked to it read, worked out now."""
        sources = self.bundle.settings.get("exposes")
        if not sources:
            return {}
        names, functions = self.names(), self.functions()
        return {name: expressions.evaluate(source, names, functions) for name, source in sources.items()}

    def above(self) -> Answers:
        """Return the case that this one was opened from with what it exposes; nothing where there is none."""
        parent = self.session.get(model.Case, self.case.parent_id) if self.case.parent_id else None
        return self.kept("above", lambda: self._above(parent)) if parent else Answers()

    def clock(self, rule: str) -> model.Clock | None:
        """Return the clock of a rule that was started last; a linked case also sees its parent's."""
        own = [row for row in self.clocks() if row.rule == rule]
        if own and own[-1].values.get("void"):
            return clocks.latest(self.session, self.case, rule)
        if own or not self.case.parent_id:
            return own[-1] if own else None
        parent = self.session.get(model.Case, self.case.parent_id)
        return self.kept(("parent clock", rule), lambda: clocks.latest(self.session, parent, rule))

    def kept(self, key: Any, read: Callable[[], Any]) -> Any:
        """Return what was read before under this key, or read it now."""
        if key not in self._kept:
            # The one path writes at its end; what is asked of the database in between must be there.
            self.session.flush()
            self._kept[key] = read()
        return self._kept[key]

    def forget(self) -> None:
        """Read anew from here on: something was said, or a linked case was opened."""
        self._kept.clear()

    def previous(self, step: str, item: int | None = None, before: bool = False) -> Answers:
        """Return the answer before the latest; with `before` (a form not stored yet) the latest one."""
        if before:
            return self.record(step, item)
        found = self._find(step, item)
        if found is None or found[0].previous_seq is None:
            return Answers()
        row = self._submission(found[0].previous_seq)
        return self._with_types(step, row.data)

    def append(
        self,
        step: str,
        data: dict[str, Any],
        by: people.Actor,
        item: int | None = None,
        task_id: str | None = None,
        corrects: int | None = None,
        reason: str = "",
    ) -> model.Submission:
        """Add a submission to the case file; the row is the record, `Answer` only says which one is the latest."""
        self._load()
        self.forget()
        self.case.submissions += 1
        row = model.Submission(
            case_id=self.case.id,
            seq=self.case.submissions,
            step=step,
            item=item,
            by=by.user,
            for_user=by.for_user,
            org_id=by.org or None,
            at=self.now,
            task_id=task_id,
            data=data,
            corrects=corrects,
            reason=reason,
        )
        self.session.add(row)
        key = (step, NO_ITEM if item is None else item)
        if (known := self._rows.get(key)) is not None:
            latest = known[0]
            if corrects is None:
                latest.previous_seq, latest.count = latest.seq, latest.count + 1
            latest.seq = row.seq
        else:
            latest = model.Answer(case_id=self.case.id, step=step, item=key[1], seq=row.seq, count=1)
            self.session.add(latest)
        self._rows[key] = (latest, data)
        self._typed.pop(key, None)
        return row

    def latest_seq(self, step: str, item: int | None = None) -> int | None:
        """Return the seq of the first submission behind the latest answer: the one that corrections correct."""
        found = self._find(step, item)
        if found is None:
            return None
        row = self._submission(found[0].seq)
        return row.corrects or row.seq

    def submitter(self, step: str, item: int | None = None) -> list[str]:
        """Return who gave the latest answer of a step, with the person acted for; [] where nobody did."""
        found = self._find(step, item)
        if found is None:
            return []
        row = self._submission(found[0].seq)
        return [name for name in (row.by, row.for_user) if name]

    def steps(self) -> Iterator[tuple[str, int | None, int]]:
        """Yield (step, item, seq of the latest submission), in the order in which they were last answered."""
        self._load()
        for (step, item), (row, _) in sorted(self._rows.items(), key=lambda entry: entry[1][0].seq):
            yield step, None if item == NO_ITEM else item, row.seq

    def _above(self, parent: model.Case) -> Answers:
        bundle = catalog.load(self.session, parent.bundle_hash)
        told = {"process": parent.process, "status_title": bundle.status_title(parent.status)}
        return Answers(CaseFile(self.session, parent, bundle, self.now).exposed() | lookups.brief(parent) | told)

    def _find(self, step: str, item: int | None) -> tuple[model.Answer, dict[str, Any]] | None:
        self._load()
        if item is not None and (found := self._rows.get((step, item))) is not None:
            return found
        if (found := self._rows.get((step, NO_ITEM))) is not None:
            return found
        several = [entry for (name, _), entry in self._rows.items() if name == step]
        return max(several, key=lambda entry: entry[0].seq) if several and item is None else None

    def _submission(self, seq: int) -> model.Submission:
        self.session.flush()
        return self.session.get_one(model.Submission, (self.case.id, seq))

    def _load(self) -> None:
        if self._rows is not None:
            return
        self._rows = {}
        if not self.case.submissions:
            return
        for answer, data in self.session.execute(LATEST, {"case": self.case.id}):
            self._rows[answer.step, answer.item] = (answer, data)

    def _every(self, step: str) -> list[Answers]:
        rows = self.session.scalars(
            select(model.Submission)
            .where(model.Submission.case_id == self.case.id, model.Submission.step == step)
            .order_by(model.Submission.seq)
        ).all()
        found: dict[int, model.Submission] = {}
        for row in rows:
            found[row.corrects or row.seq] = row
        return [self._signed(row) for row in found.values()]

    def _with_types(self, step: str, data: Mapping[str, Any]) -> Answers:
        form = self.bundle.forms.get(step)
        if form is not None:
            return Answers(forms.typed(form, data))
        return Answers({key: thaw(value) for key, value in data.items()})

    def _signed(self, row: model.Submission) -> Answers:
        answers = self._with_types(row.step, row.data)
        return Answers({"by": row.by, "at": row.at, "item": row.item, **answers})


class Names(Mapping[str, Any]):
    """Step ids as records, with `case`, and what the caller adds (`form`, `by`)."""

    def __init__(self, file: CaseFile, item: int | None, extra: dict[str, Any]) -> None:
        self._file, self._item, self._extra = file, item, extra

    def __getitem__(self, name: str) -> Any:
        if name in self._extra:
            return self._extra[name]
        if name == "case":
            return case_record(self._file.session, self._file.case)
        if name == "item":
            return self._item
        if name == "parent_case":
            return self._file.above()
        if name == "carried" or name in self._file.bundle.steps:
            return self._file.record(name, self._item)
        raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        return name in self._extra or name in OWN or name in self._file.bundle.steps

    def __iter__(self) -> Iterator[str]:
        yield from {*self._extra, *OWN, *self._file.bundle.steps}

    def __len__(self) -> int:
        return sum(1 for _ in self)


def case_record(session: Session, case: model.Case) -> Answers:
    """Return the case itself as expressions and letters read it."""
    opened = case.opened_at.astimezone(office_zone()).date() if case.opened_at else None
    parent = session.get(model.Case, case.parent_id) if case.parent_id else None
    return Answers(
        number=case.number,
        org=case.org_id,
        region=case.region,
        status=case.status,
        opened_on=opened,
        title=case.title,
        enterprise=case.enterprise,
        uscc=case.uscc,
        place=case.place,
        process=case.process,
        relation=case.relation,
        opened_by=case.opened_by,
        parent_number=parent.number if parent else None,
    )
