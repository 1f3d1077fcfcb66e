"""How a board reads: the running clocks in words, whose turn it is, the last papers, and the same as a sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine import boards, clocks, model
from engine.boardrows import Row
from engine.bundles import Bundle
from web import lamps, sheets

ORIGINS = ("公安机关", "检察机关", "人民法院")


@dataclass(frozen=True)
class Limit:
    """A clock that runs: what is owed, its lamp and both of its days."""

    rule: str
    title: str
    lamp: lamps.Lamp
    lapse: str

    @property
    def late(self) -> bool:
        """Tell whether somebody is late."""
        return self.lamp.color == "red"


@dataclass(frozen=True)
class Shown:
    """A case on the board in words."""

    row: Row
    limits: list[Limit]
    turn: str

    @property
    def lamp(self) -> lamps.Lamp:
        """Return the lamp of the line: the one of the clock that is late or due first."""
        return self.limits[0].lamp if self.limits else lamps.Lamp("", "无期限")


def asked(texts: dict[str, str]) -> boards.Asked:
    """Return what the texts of an address ask of a board; what no filter knows is left out."""
    return boards.Asked(
        status=texts["status"],
        open=texts["open"] == "1",
        lamp=texts["lamp"] if texts["lamp"] in lamps.TITLES else "",
        organ=texts["organ"],
        who=texts["who"],
        text=texts["q"],
        since=_day(texts["since"]),
        until=_day(texts["until"]),
        sort=texts["sort"] if texts["sort"] in boards.SORTS else "due",
    )


def roles(bundle: Bundle) -> list[tuple[str, str]]:
    """Return the roles whose turn it may be in a process, with their titles."""
    found = {role for step in bundle.steps.values() if step.id in bundle.forms for role in step.roles}
    return [(role, title) for role, title in bundle.roles.items() if role in found]


def shown(row: Row, now: datetime) -> Shown:
    """Return a case of the board in words."""
    limits = [limit(clock, now) for clock in row.clocks if clocks.is_duty(clock)]
    return Shown(row, sorted(limits, key=lambda entry: not entry.late), turn(row))


def limit(clock: model.Clock, now: datetime) -> Limit:
    """Return a clock in words; of another body's the lenient day counts, and both are shown."""
    late_at = clocks.late_at(clock)
    lamp = lamps.of(clock, now)
    if clock.state == "paused":
        lamp = lamps.Lamp("paused", "中止", lamp.due)
    elif clock.due_at is not None and late_at is not None and clock.due_at < now <= late_at:
        lamp = lamps.Lamp("orange", f"已到期，顺延至 {lapse(clock)}", lamp.due)
    return Limit(clock.rule, clock.title, lamp, lapse(clock))


def lapse(clock: model.Clock) -> str:
    """Return the lenient day where it differs from the strict one."""
    if clock.lapse_at is None or clock.lapse_at == clock.due_at:
        return ""
    return lamps.due(clock.lapse_at, clock.lapse_on)


def turn(row: Row) -> str:
    """Say whose turn it is, task by task."""
    return "；".join(f"{entry.title}：{entry.holder or '、'.join(entry.roles) + '（待领取）'}" for entry in row.turns)


def sheet(bundle: Bundle, rows: Iterable[Row], now: datetime) -> tuple[list[str], Iterator[list[Any]]]:
    """Return the heads and lines of the board as a sheet: the register, and what the board adds to it."""
    wanted = bundle.settings["board"]["register"]
    heads = [title for title, _ in next(entry for entry in bundle.registers if entry.id == wanted).columns]
    more = ["正在计算的期限", "逾期", "轮到谁办"]
    more += [f"{origin}{what}" for origin in ORIGINS for what in ("最近来文", "来文日期")]
    return [*heads, *more, "颜色"], (_line(wanted, heads, shown(row, now)) for row in rows)


def _line(wanted: str, heads: list[str], entry: Shown) -> list[Any]:
    own = next((known for known in entry.row.bundle.registers if known.id == wanted), None)
    titles = [title for title, _ in own.columns] if own else []
    cells = dict(zip(titles, entry.row.line.cells, strict=False))
    told = [f"{known.title} {known.lamp.words} {known.lamp.due}".strip() for known in entry.limits]
    late = [known.title for known in entry.limits if known.late]
    papers = [entry.row.papers.get(origin) for origin in ORIGINS]
    came = [text for paper in papers for text in ((paper.number, paper.on[:10]) if paper else ("", ""))]
    colour = sheets.COLOURS.get(entry.lamp.color, "")
    return [*(cells.get(head) for head in heads), "；".join(told), "、".join(late), entry.turn, *came, colour]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
