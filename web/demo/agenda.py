"""Puts the stories, the quarterly rounds and the office's own acts into one order of time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from engine.workdays import Calendar, office_day, office_zone, quarter_end
from web.demo import enforcement_stories, referral_stories
from web.demo.matters import Matter
from web.demo.stories import Story, stories

BETWEEN_STEPS = timedelta(minutes=35)
COMMISSIONS = ("city", "county1", "county2")
FAR = timedelta(days=330)


@dataclass(frozen=True)
class Event:
    """Something that was done at a moment: a step or another verb, in a story, a round or the office itself."""

    at: datetime
    verb: str  # do | open | claim | draft | remind | begin | merge | handle | lodge | take_up, or a verb of the office
    step: str = ""
    story: Story | None = None
    branch: str = ""  # which linked case: L1 … L5, again, coercion
    said: dict[str, Any] | str = field(default_factory=dict)
    round: tuple[str, str] = ("", "")  # place and period of a quarterly round
    away: bool = False  # the deputies act
    matter: Matter | None = None  # a penalty case or a referral

    @property
    def words(self) -> str:
        """Name the event to whoever has to mend the table."""
        told = self.story or self.matter
        what = told.name if told else "/".join(self.round)
        return f"{what} {self.branch} {self.verb} {self.step} {self.at:%Y-%m-%d}"


def agenda(now: datetime, calendar: Calendar, rounds: list[tuple[str, datetime]]) -> list[Event]:
    """Return everything that was done until now; `rounds` are the periods of the quarterly rounds and their days."""
    days = _Days(now, calendar)
    found: list[Event] = []
    for number, story in enumerate(stories(days.today)):
        found += _events(story, days, timedelta(minutes=number * 7 % 41))
    matters = [*enforcement_stories.ordinary(), *enforcement_stories.simple()]
    matters += [*referral_stories.referrals(), *referral_stories.meetings()]
    for number, matter in enumerate(matters):
        found += _events(matter, days, timedelta(minutes=number * 11 % 43))
    for place in COMMISSIONS:
        found += _rounds(place, days, rounds)
        found += _interference(place, days, rounds)
    found += _office(days)
    # Sorting is stable: what one story does in a row stays in a row.
    found = sorted((event for event in found if event.at < now), key=lambda event: event.at)
    away = next(event.at for event in found if event.verb == "appoint")
    return [replace(event, away=event.at > away) for event in found]


def opening(now: datetime) -> datetime:
    """Return when the demo office began to work with the system."""
    return now - FAR


class _Days:
    def __init__(self, now: datetime, calendar: Calendar) -> None:
        self.now, self.calendar, self.today = now, calendar, office_day(now)

    def moment(self, when: int | str) -> datetime:
        if isinstance(when, str) and when.endswith("h"):
            return self.now + timedelta(hours=int(when[:-1]))
        if isinstance(when, str):
            return self.morning(self.calendar.add(self.today, int(when[:-1])))
        return self.morning(self.today + timedelta(days=when))

    def morning(self, day: date) -> datetime:
        """Return ten o'clock on this day, or on the next working day that is over already."""
        wanted = self.calendar.roll(day)
        while wanted >= self.today or not self.calendar.is_workday(wanted):
            wanted -= timedelta(days=1)
        return datetime.combine(wanted, time(10, 5), office_zone())


HANDLED = {"do": "handle", "begin": "take_up"}  # what is done in a penalty case or a referral has verbs of its own


def _events(story: Story | Matter, days: _Days, late: timedelta) -> Iterator[Event]:
    last = None
    rows = [(days.moment(row[0]), row) for row in story.rows]
    for begins, row in sorted(rows, key=lambda entry: entry[0]):
        at = begins if str(row[0]).endswith("h") else begins + late
        for word in row[1].split():
            at = max(at, last + BETWEEN_STEPS) if last else at
            branch, verb, step = _read(word)
            said = row[2] if len(row) > 2 else {}
            if isinstance(story, Matter):
                yield Event(at, HANDLED.get(verb, verb), step, said=said, matter=story)
            else:
                yield Event(at, verb, step, story, branch, said)
            last = at


def _read(word: str) -> tuple[str, str, str]:
    """Return branch, verb and step of a word such as `L2:hz_interview`, `claim:hz_verify`, `coercion_lift`."""
    front, _, step = word.rpartition(":")
    if front in ("L1", "L2", "L3", "L4", "L5", "again"):
        return front, "do", step
    if front == "open":
        return step, "open", ""
    return "", front or "do", step


def _rounds(place: str, days: _Days, rounds: list[tuple[str, datetime]]) -> Iterator[Event]:
    for number, (period, opened) in enumerate(reversed(rounds)):
        end = quarter_end(office_day(opened))
        plan = [
            ("qr_select", office_day(opened) + timedelta(days=6)),
            ("qr_acceptance", end - timedelta(days=15)),
            ("qr_bulletin", end + timedelta(days=3)),
            ("qr_bulletin_approve", end + timedelta(days=6)),
            ("qr_publish", end + timedelta(days=8)),
        ]
        if number == 0:
            early = ("qr_acceptance", office_day(opened) + timedelta(days=20))
            plan = {"city": plan[:1], "county1": [], "county2": [plan[0], early]}[place]
        elif number == 1:
            plan = plan[: {"city": 5, "county1": 4, "county2": 3}[place]]
        for step, day in plan:
            at = days.morning(day) + timedelta(hours=5, minutes=COMMISSIONS.index(place) * 20)
            yield Event(at, "do", step, round=(place, period))


def _interference(place: str, days: _Days, rounds: list[tuple[str, datetime]]) -> Iterator[Event]:
    """Yield the quarterly reports of interference of a bureau, in the first days of each quarter."""
    for period, opened in rounds:
        for step, after in (("iq_compile", 3), ("iq_report", 5)):
            at = days.morning(office_day(opened) + timedelta(days=after)) + timedelta(hours=4)
            if at > opened:  # in the first days of a quarter the report is not made yet
                yield Event(at, "do", step, round=(place, period))


def _office(days: _Days) -> Iterator[Event]:
    yield Event(days.moment("-6w"), "appoint")
    yield Event(days.moment("-3w") + timedelta(hours=6), "design")
    for back in (-200, -100, -20, -6):
        yield Event(days.moment(back) + timedelta(hours=7), "tidy")
    evening = days.moment("-1w") + timedelta(hours=7)
    for minutes, verb in ((0, "correct"), (10, "void"), (20, "take")):
        yield Event(evening + timedelta(minutes=minutes), verb)
