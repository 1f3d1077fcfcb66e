"""The case file as expressions read it: the latest answers by step, and the functions over one case."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from engine import catalog, clocks, expressions, forms, lookups, model, people
from engine.bundles import Bundle
from engine.expressions import Answers
from engine.values import thaw
from engine.workdays import office_day

NO_ITEM = -1
SAID, PLACES = model.Submission.__table__, model.Answer.__table__
OWN = ("case", "item", "carried", "parent_case")  # names besides the steps
LATEST = (
    select(
        *(PLACES.c.step, PLACES.c.item, PLACES.c.seq, PLACES.c.previous_seq, PLACES.c.count),
        *(SAID.c.by, SAID.c.at, SAID.c.corrects, SAID.c.data),
    )
    .join(SAID, (SAID.c.case_id == PLACES.c.case_id) & (SAID.c.seq == PLACES.c.seq))
    .where(PLACES.c.case_id == bindparam("case"))
)
# Written as plain rows: a long case has some hundred of them, and mapping each took most of a completion.
SAY, PLACE = insert(SAID), insert(PLACES)
HERE = (
    PLACES.c.case_id == bindparam("this_case"),
    PLACES.c.step == bindparam("this_step"),
    PLACES.c.item == bindparam("this_item"),
)
REPLACE = update(PLACES).where(*HERE).values({name: bindparam(name) for name in ("seq", "previous_seq", "count")})
UNPLACE = delete(PLACES).where(*HERE)


@dataclass(slots=True)
class _Place:
    """Where the latest answer of a step stands, who gave it when, and how often the step was answered."""

    item: int
    seq: int
    previous_seq: int | None
    count: int
    by: str
    at: datetime
    corrects: int | None


class CaseFile:
    """What was said in one case, read once and kept up with the submissions of the running transaction."""

    def __init__(self, session: Session, case: model.Case, bundle: Bundle, now: datetime) -> None:
        self.session, self.case, self.bundle, self.now = session, case, bundle, now
        self._rows: dict[tuple[str, int], tuple[_Place, dict[str, Any]]] | None = None
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

    def read_every(self, steps: Iterable[str]) -> None:
        """Read all submissions of some steps at once, where `every` will be asked about each of them."""
        again = [step for step in steps if any(place.count > 1 for place, _ in self._given(step))]
        rows = self._submissions_of(again) if again else []
        for step in again:
            mine = [row for row in rows if row.step == step]
            self.kept(("every", step), lambda mine=mine, step=step: self._corrected(step, mine))

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
        reverses: bool = False,
    ) -> model.Submission:
        """Add a submission to the case file; the row is the record, `Answer` only says which one is the latest.

        One that `reverses` takes the entry back that it corrects: the file reads as if that had not been said.
        """
        self._load()
        self.forget()
        self.case.submissions += 1
        said = {
            "case_id": self.case.id,
            "seq": self.case.submissions,
            "step": step,
            "item": item,
            "by": by.user,
            "for_user": by.for_user,
            "org_id": by.org or None,
            "at": self.now,
            "task_id": task_id,
            "data": data,
            "corrects": corrects,
            "reverses": reverses,
            "reason": reason,
        }
        if not self.case.rev:
            self.session.flush()  # the case itself may not be there yet
        connection = self.session.connection()
        connection.execute(SAY, said)
        key = (step, NO_ITEM if item is None else item)
        seq = self.case.submissions
        self._typed.pop(key, None)
        if reverses:
            self._place_anew(key)
            return model.Submission(**said)
        if (known := self._rows.get(key)) is not None:
            latest = known[0]
            if corrects is None:
                latest.previous_seq, latest.count = latest.seq, latest.count + 1
            latest.seq, latest.by, latest.at, latest.corrects = seq, by.user, self.now, corrects
            which = {"this_case": self.case.id, "this_step": step, "this_item": key[1]}
            place = {"seq": seq, "previous_seq": latest.previous_seq, "count": latest.count}
            connection.execute(REPLACE, which | place)
        else:
            latest = _Place(key[1], seq, None, 1, by.user, self.now, corrects)
            place = {"seq": seq, "previous_seq": None, "count": 1}
            connection.execute(PLACE, {"case_id": self.case.id, "step": step, "item": key[1]} | place)
        self._rows[key] = (latest, data)
        return model.Submission(**said)

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

    def _find(self, step: str, item: int | None) -> tuple[_Place, dict[str, Any]] | None:
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
        for step, item, *place, data in self.session.connection().execute(LATEST, {"case": self.case.id}):
            self._rows[step, item] = (_Place(item, *place), data)

    def _place_anew(self, key: tuple[str, int]) -> None:
        """Find out again which answer of a step is the latest, after one was taken back."""
        step, item = key
        rows = [row for row in self._submissions_of([step]) if (NO_ITEM if row.item is None else row.item) == item]
        which = {"this_case": self.case.id, "this_step": step, "this_item": item}
        connection = self.session.connection()
        if not (left := standing(rows)):
            del self._rows[key]
            connection.execute(UNPLACE, which)
            return
        last, previous = left[-1], left[-2].seq if len(left) > 1 else None
        place = {"seq": last.seq, "previous_seq": previous, "count": len(left)}
        self._rows[key] = (_Place(item, last.seq, previous, len(left), last.by, last.at, last.corrects), last.data)
        connection.execute(REPLACE, which | place)

    def _every(self, step: str) -> list[Answers]:
        given = self._given(step)
        if all(place.count == 1 for place, _ in given):
            given.sort(key=lambda entry: entry[0].corrects or entry[0].seq)
            return [self._signed(step, place.by, place.at, place.item, data) for place, data in given]
        return self._corrected(step, self._submissions_of([step]))

    def _given(self, step: str) -> list[tuple[_Place, dict[str, Any]]]:
        self._load()
        return [entry for (name, _), entry in self._rows.items() if name == step]

    def _submissions_of(self, steps: list[str]) -> list[model.Submission]:
        said = model.Submission
        rows = select(said).where(said.case_id == self.case.id, said.step.in_(steps))
        return list(self.session.scalars(rows.order_by(said.seq)))

    def _corrected(self, step: str, rows: list[model.Submission]) -> list[Answers]:
        return [
            self._signed(step, row.by, row.at, NO_ITEM if row.item is None else row.item, row.data)
            for row in standing(rows)
        ]

    def _with_types(self, step: str, data: Mapping[str, Any]) -> Answers:
        form = self.bundle.forms.get(step)
        if form is not None:
            return Answers(forms.typed(form, data))
        return Answers({key: thaw(value) for key, value in data.items()})

    def _signed(self, step: str, by: str, at: datetime, item: int, data: Mapping[str, Any]) -> Answers:
        answers = self._with_types(step, data)
        return Answers({"by": by, "at": at, "item": None if item == NO_ITEM else item, **answers})


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


def standing(rows: Iterable[model.Submission]) -> list[model.Submission]:
    """Return what stands of some submissions, each as last corrected, without those that were taken back."""
    found: dict[int, model.Submission] = {}
    for row in rows:
        found[row.corrects or row.seq] = row
    return [row for row in found.values() if not row.reverses]


def case_record(session: Session, case: model.Case) -> Answers:
    """Return the case itself as expressions and letters read it."""
    opened = office_day(case.opened_at) if case.opened_at else None
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
