"""Databases in which one hazard has come to a stage: each made once per session, from the one before, and copied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask

from engine import clock, outbox, store
from tests.api import Office
from tests.office import OPENED, at
from tests.processes.hazard import Driver, open_hazard_office

if TYPE_CHECKING:
    from tests.conftest import Databases


@dataclass(frozen=True)
class Move:
    """A step done at a moment with some answers of its own; `act` where it has to be begun first."""

    step: str
    moment: str
    answers: dict[str, Any] = field(default_factory=dict)
    act: str = ""


REGISTERED = "2026-03-02 10:00"
# Stage: the stage before it, and the moves that lead on from there.
STAGES: dict[str, tuple[str, tuple[Move, ...]]] = {
    "office": ("", ()),
    "verifying": ("office", ()),
    "confirming": ("verifying", (Move("hz_verify", "2026-03-03 10:00", {"danger_high": True}),)),
    "listing": ("confirming", (Move("hz_confirm_list", "2026-03-04 10:00"),)),
    "assigning": ("listing", (Move("hz_approve_listing", "2026-03-06 10:00"),)),
    "assigned": ("assigning", (Move("hz_assign", "2026-03-06 15:00"),)),
    "planning": (
        "assigned",
        (
            Move("hz_receipt", "2026-03-06 16:00", {"received_at": "2026-03-06T16:00:00+08:00"}),
            Move("hz_file_listing", "2026-03-10 10:00"),
            Move("hz_publish_listing", "2026-03-11 10:00"),
        ),
    ),
    "reviewing": ("planning", (Move("hz_plan", "2026-03-20 10:00"),)),
    "rectifying": (
        "reviewing",
        (Move("hz_review_plan", "2026-03-23 10:00"), Move("hz_review_plan_approve", "2026-03-24 10:00")),
    ),
    "accepting": ("rectifying", (Move("hz_acceptance_apply", "2026-06-25 10:00"),)),
    "delisting": (
        "accepting",
        (Move("hz_acceptance_check", "2026-06-26 10:00"), Move("hz_acceptance_approve", "2026-06-29 10:00")),
    ),
    "publishing": (
        "delisting",
        (Move("hz_delist_review", "2026-07-02 10:00"), Move("hz_delist_review_approve", "2026-07-03 10:00")),
    ),
    "looking_back": ("publishing", (Move("hz_publish_delisting", "2026-07-06 10:00"),)),
    "unfixable": (
        "rectifying",
        (Move("hz_onsite_check", "2026-05-12 10:00", {"finding": "无法整改"}, act="ask_check"),),
    ),
    "closing": ("unfixable", (Move("hz_unfixable", "2026-05-13 10:00"),)),
    "deciding": (
        "closing",
        (
            Move("hz_closure_propose", "2026-05-14 10:00"),
            Move("hz_closure_propose_legal", "2026-05-15 10:00"),
            Move("hz_closure_propose_approve", "2026-05-18 10:00"),
        ),
    ),
}


@dataclass(frozen=True)
class Made:
    """A finished database: where it lies, the case in it, the tokens it knows, its last moment, the case's process."""

    url: str
    case: str
    tokens: dict[str, str]
    moment: datetime
    process: str


@dataclass(frozen=True)
class Family:
    """A family of processes: its stages, how its office is made ready, and its first case on its first day."""

    stages: dict[str, tuple[str, tuple[Move, ...]]]
    ready: Callable[[], None]
    begin: Callable[[Office], Driver]
    driver: type[Driver]
    process: str
    opened: str


HAZARDS = Family(
    STAGES,
    open_hazard_office,
    lambda office: Driver.open(office, at(REGISTERED)),
    Driver,
    "hazard_supervision",
    REGISTERED,
)


class Stages:
    """Makes the stages on first use."""

    def __init__(self, databases: Databases, folder: Path, app: Flask, family: Family = HAZARDS) -> None:
        self.databases, self.folder, self.app, self.family = databases, folder, app, family
        self._made: dict[str, Made] = {}

    def open(self, stage: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, Driver]:
        """Connect to a copy of a stage; return its URL and its hazard (no case yet at the stage `office`)."""
        made = self._made.get(stage) or self._make(stage, monkeypatch)
        url = self.databases.copy(made.url, folder)
        store.configure(url, self.folder / "data")
        office = Office(folder, monkeypatch, self.app, made.tokens)
        office.set(made.moment)
        return url, self.family.driver(office, made.case, made.process)

    def add(self, stage: str, before: str, lead_on: Callable[[Driver], Driver], folder: Path) -> None:
        """Make a stage to which no moves lead, but something else that is done with the one before; tests meet the case
        that is led on."""
        if stage not in self._made:
            with pytest.MonkeyPatch.context() as patch:
                url, driver = self.open(before, folder, patch)
                found, moment = lead_on(driver), clock.now()
            disconnect()
            self._made[stage] = Made(url, found.id, found.office.tokens, moment, found.process)

    def _make(self, stage: str, monkeypatch: pytest.MonkeyPatch) -> Made:
        before, moves = self.family.stages[stage]
        if not before:
            url = self.databases.ready(self.folder)
            store.configure(url, self.folder / "data")
            self.family.ready()
            office, case_id, moment = Office(self.folder, monkeypatch, self.app), "", OPENED
        else:
            url, hazard = self.open(before, self.folder, monkeypatch)
            if before == "office":
                hazard = self.family.begin(hazard.office)
            lead(hazard, stage, stages=self.family.stages)
            office, case_id = hazard.office, hazard.id
            moment = at(moves[-1].moment if moves else self.family.opened)
        disconnect()
        self._made[stage] = Made(url, case_id, office.tokens, moment, self.family.process)
        return self._made[stage]


def lead(hazard: Driver, *names: str, stages: dict[str, tuple[str, tuple[Move, ...]]] = STAGES) -> None:
    """Make the moves that lead to these stages, each from the one before."""
    for stage in names:
        for move in stages[stage][1]:
            hazard.make(move.step, at(move.moment), move.act, **move.answers)


def disconnect() -> None:
    """Close what is connected to the database: only then it can be copied or dropped."""
    outbox.close()
    store.dispose()
