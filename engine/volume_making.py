"""The making of a volume: its papers read, its sheets set, everything bound; each piece of work is counted.

It writes nothing to the database: what it is given it turns into one file and a catalogue.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine import typesetting
from engine.binding import Binder, Part
from engine.volume_items import Item

TEMPLATE = "letters/volume.html"
SHEETS_AT_ONCE = 12
PICTURES = ("image/jpeg", "image/png", "image/gif", "image/webp")
OUTSIDE = "不是可以逐页装订的图片或 PDF"


@dataclass(frozen=True)
class Content:
    """What a volume says of itself and its case, and where the papers come from."""

    facts: Mapping[str, Any]  # of the cover
    gaps: Sequence[str]
    linked: Sequence[Mapping[str, str]]
    templates: Mapping[str, str]
    letter: Callable[[Item], bytes]
    place: Callable[[str], Path]  # of a file by its hash


@dataclass
class _Pages:
    source: Path
    first: int = 0
    last: int = 0
    problem: str = ""


def pieces(items: Sequence[Item]) -> int:
    """Return how many pieces of work a volume of these items is, at most."""
    sheets = sum(item.kind == "sheet" for item in items)
    papers = len(items) - sheets
    return papers + -(-(sheets + papers) // SHEETS_AT_ONCE) + 3


def make(
    items: Sequence[Item], content: Content, folder: Path, done: Callable[[], None]
) -> tuple[Path, int, list[dict[str, Any]]]:
    """Make the volume in a folder; return the file, its pages and its catalogue. `done` is told of every piece."""
    with Binder() as binder:
        pages: dict[int, _Pages] = {}
        for number, item in enumerate(items):
            if item.kind != "sheet":
                pages[number] = _paper(binder, item, number, content, folder)
                done()
        missing = [number for number, found in pages.items() if found.problem]
        sheets = [number for number, item in enumerate(items) if item.kind == "sheet"]
        for batch in _batches(sorted([*sheets, *missing])):
            told = [_sheet(items[number], str(number), pages.get(number), content) for number in batch]
            target = folder / f"sheets-{batch[0]}.pdf"
            target.write_bytes(_set(content, {"part": "sheets", "sheets": told}))
            marks = binder.marks(target)
            starts = [marks[str(number)] for number in batch]
            for number, first, last in zip(batch, starts, [*starts[1:], marks[""]], strict=True):
                problem = pages[number].problem if number in pages else ""
                pages[number] = _Pages(target, first, last, problem)
            done()
        entries = _catalogue(items, pages)
        parts = [
            Part(str(found.source), found.first, found.last, item.title, item.section)
            for item, found in zip(items, (pages[number] for number in range(len(items))), strict=True)
        ]
        counted = {**content.facts, "pages": sum(part.last - part.first for part in parts)}
        front = _own(binder, content, folder / "front.pdf", {"part": "front", **_lists(entries)}, counted, "封面和目录")
        done()
        back = {"part": "end", **_lists(entries), "gaps": list(content.gaps), "linked": list(content.linked)}
        end = _own(binder, content, folder / "end.pdf", back, counted, "校验值清单和备考表")
        done()
        target = folder / "volume.pdf"
        total = binder.bind([front, *parts, end], target, str(content.facts["title"]))
        done()
    return target, total, entries


def _paper(binder: Binder, item: Item, number: int, content: Content, folder: Path) -> _Pages:
    """Make pages of a letter or of a file; what cannot be read gets a sheet that says so."""
    target = folder / f"paper-{number}.pdf"
    if item.kind in ("letter", "slip"):
        data = content.letter(item)
        target.write_bytes(data)
        item.sha256 = hashlib.sha256(data).hexdigest()
        return _Pages(target, 0, binder.marks(target)[""])
    source = content.place(item.sha256)
    if not source.exists():
        return _Pages(source, problem="文件已不在存储中")
    if item.media_type != "application/pdf" and item.media_type not in PICTURES:
        return _Pages(source, problem=OUTSIDE)
    read = binder.paper(source, target, item.media_type in PICTURES)
    return _Pages(target, 0, read.pages, read.problem)


def _sheet(item: Item, key: str, found: _Pages | None, content: Content) -> dict[str, Any]:
    if found is None:
        return {"key": key, "title": item.title, **item.told}
    source = content.place(item.sha256)
    size = source.stat().st_size if source.exists() else 0
    return {
        "key": key,
        "title": item.title,
        "name": item.note or item.title,
        "problem": found.problem,
        "size": size,
        "sha256": item.sha256,
    }


def _catalogue(items: Sequence[Item], pages: Mapping[int, _Pages]) -> list[dict[str, Any]]:
    entries, page = [], 1
    for number, item in enumerate(items):
        length = pages[number].last - pages[number].first
        entries.append(
            {
                "section": item.section,
                "title": item.title,
                "number": item.number,
                "day": item.day,
                "page": page,
                "last": page + length - 1,
                "sha256": item.sha256,
                "problem": pages[number].problem,
                "evidence": item.evidence,
            }
        )
        page += length
    return entries


def _lists(entries: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "entries": entries,
        "evidence": [entry for entry in entries if entry["evidence"]],
        "unread": [entry for entry in entries if entry["problem"]],
    }


def _own(
    binder: Binder, content: Content, target: Path, data: Mapping[str, Any], facts: Mapping[str, Any], mark: str
) -> Part:
    target.write_bytes(_set(content, {**data, "volume": facts}))
    return Part(str(target), 0, binder.marks(target)[""], mark, numbered=False)


def _set(content: Content, data: Mapping[str, Any]) -> bytes:
    return typesetting.render(TEMPLATE, content.templates, {"volume": content.facts, **data})[1]


def _batches(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), SHEETS_AT_ONCE):
        yield numbers[start : start + SHEETS_AT_ONCE]
