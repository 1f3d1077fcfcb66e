"""Where a case stands in its diagrams: what is done, current and possible, for the picture and in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from engine.bundles import HUMAN, Bundle

NAMED = (*HUMAN, "callActivity", "scriptTask", "serviceTask", "businessRuleTask", "task", "receiveTask")


@dataclass
class Diagram:
    """One drawing of a process with the ids to mark and the words that say the same."""

    name: str
    title: str
    done: list[str] = field(default_factory=list)
    current: list[str] = field(default_factory=list)
    possible: list[str] = field(default_factory=list)
    words: dict[str, list[tuple[str, str]]] = field(default_factory=dict)


def of(bundle: Bundle, done: Iterable[str], current: Iterable[str], possible: Iterable[str]) -> list[Diagram]:
    """Return the drawings of a process version, the main one first, marked for one case."""
    elements = bundle.model.elements
    now = {step for step in current if step in elements}
    past = {step for step in done if step in elements} - now
    next_ = ({step for step in possible if step in elements} | _next(bundle, now)) - now
    by_process: dict[str, list[str]] = {}
    for element in elements.values():
        by_process.setdefault(element.process, []).append(element.id)
    for marked in (now, past):
        _roll_up(bundle, by_process, marked)
    past -= now
    next_ -= now
    found = []
    for process in sorted(by_process, key=lambda name: (name != bundle.process, name)):
        members = [elements[step] for step in by_process[process]]
        diagram = Diagram(process, _title(bundle, process))
        for kind, marked in (("done", past), ("current", now), ("possible", next_)):
            ids = [element.id for element in members if element.id in marked]
            setattr(diagram, kind, ids)
            diagram.words[kind] = [
                (element.id, element.name) for element in members if element.id in marked and element.name
            ]
        if diagram.done or diagram.current:
            # A token that has moved on has left the start.
            diagram.done += [element.id for element in members if element.kind == "startEvent"]
        found.append(diagram)
    return found


def shown(diagrams: list[Diagram], wanted: str | None) -> Diagram:
    """Return the drawing that was asked for, else the deepest one where the case now stands, else the main one."""
    for diagram in diagrams:
        if diagram.name == wanted:
            return diagram
    standing = [diagram for diagram in diagrams if diagram.current]
    return standing[-1] if standing else diagrams[0]


def xml(bundle: Bundle, process: str) -> bytes | None:
    """Return the file of one drawing."""
    for name, data in bundle.files.items():
        path = PurePosixPath(name)
        if path.suffix == ".bpmn" and path.stem == process:
            return data
    return None


def _next(bundle: Bundle, now: set[str]) -> set[str]:
    """Return the human steps and stages that may come next: through gateways and the engine's own steps."""
    elements = bundle.model.elements
    todo = [flow.target for step in now for flow in elements[step].outgoing]
    seen: set[str] = set()
    found: set[str] = set()
    while todo:
        step = todo.pop()
        if step in seen or step not in elements:
            continue
        seen.add(step)
        element = elements[step]
        if element.kind in HUMAN or element.kind in ("callActivity", "endEvent"):
            found.add(step)
        else:
            todo += [flow.target for flow in element.outgoing]
    return found


def _roll_up(bundle: Bundle, by_process: dict[str, list[str]], marked: set[str]) -> None:
    # A stage is drawn as one box in the diagram that calls it: the box stands where its inside stands.
    for _ in range(len(by_process)):
        grown = {
            element.id
            for element in bundle.model.elements.values()
            if element.called and any(step in marked for step in by_process.get(element.called, ()))
        }
        if grown <= marked:
            return
        marked |= grown


def _title(bundle: Bundle, process: str) -> str:
    if process == bundle.process:
        return bundle.title
    for element in bundle.model.elements.values():
        if element.called == process and element.name:
            return element.name
    return process
