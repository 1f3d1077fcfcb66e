"""The legal staff's board with a referral in each of several states, made once and copied for every test."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from engine import model, store
from tests.api import Office, make_app
from tests.office import at, open_office
from tests.processes.referral import FAMILY, REGISTERED, STAGES, Referral
from tests.processes.referral_answers import ANSWERS
from tests.processes.stages import Family, Stages, disconnect

LEGAL, REVIEWER, HEAD = (f"{role}.county1" for role in ("legal_officer", "legal_reviewer", "agency_head"))
NOON = at("2026-06-16 12:00")  # the police have been silent on one beyond the lenient day
YEAR_END = at("2026-12-01 09:00")
# Who is suspected, and up to which state the referral was led.
PEOPLE = {
    "陈某": "screening",
    "赵某": "handed_over",
    "钱某": "accepted",
    "孙某": "filed",
    "李某": "not_filed",
    "周某": "recon_upheld",
}
JUDGED = {"刘某": "closing", "吴某": "refused_internal"}


def led(office: Office, name: str, state: str) -> Referral:
    """Open a referral of somebody and lead it to a state of the table."""
    steps: list[str] = []
    while state != "office":
        steps.insert(0, state)
        state = STAGES[state][0]
    person = ANSWERS["judicial_referral"]["ref_clue"]["persons"][0] | {"name": name}
    referral = Referral.open(office, at(REGISTERED), persons=[person])
    for step in steps:
        referral.lead(*STAGES[step][1])
    return referral


def _board(office: Office, cases: dict[str, str], moment: datetime) -> Referral:
    made = [led(office, name, state) for name, state in cases.items()]
    office.set(moment)
    return made[0]


def _family(cases: dict[str, str], moment: datetime) -> Family:
    return Family(
        {"office": ("", ()), "board": ("office", ())},
        lambda: open_office(*FAMILY),
        lambda office: _board(office, cases, moment),
        Referral,
        "judicial_referral",
        f"{moment:%Y-%m-%d %H:%M}",
    )


class Boards:
    """Makes the two databases on first use: the office of June, and the year when some were judged."""

    def __init__(self, databases, folder) -> None:
        self.databases = databases
        self._made = {}
        for name, (cases, moment) in {"june": (PEOPLE, NOON), "year": (JUDGED, YEAR_END)}.items():
            (folder / name).mkdir()
            self._made[name] = Stages(databases, folder / name, make_app(), _family(cases, moment))

    def open(self, name: str, folder, monkeypatch) -> Iterator[Referral]:
        """Yield a referral of a copy of one of them; nothing is connected to it afterwards."""
        url, referral = self._made[name].open("board", folder, monkeypatch)
        yield referral
        disconnect()
        self.databases.drop(url)


def case_of(name: str) -> model.Case:
    """Return the referral of somebody."""
    with store.reading() as session:
        return session.query(model.Case).filter(model.Case.title.startswith(name)).one()


def rows_of(page: Any) -> list[str]:
    """Return whom the rows of a page are about, in their order."""
    return [title.text_content().split("涉嫌")[0] for title in page.find("//tr[@data-row]//a[@data-open]")]
