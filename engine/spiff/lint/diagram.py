"""What the rules look at: the processes of a set of files, their scopes, and a place for each finding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from engine.spiff.elements import Element, Flow, elements, flows, nodes, processes, scopes, tag
from engine.spiff.source import BPMN, Finding


@dataclass(frozen=True)
class Scope:
    """A process or an embedded subprocess: the nodes and flows that lie directly in it."""

    file: str
    process: str
    node: etree._Element
    drawn: tuple[tuple[Element, etree._Element], ...]
    flows: tuple[Flow, ...]

    @property
    def members(self) -> tuple[Element, ...]:
        return tuple(element for element, _ in self.drawn)

    @property
    def id(self) -> str:
        return self.node.get("id", "")

    @property
    def by_id(self) -> dict[str, Element]:
        return {element.id: element for element in self.members}

    def following(self, element: Element) -> list[Element]:
        """Where a token can go from here, by a flow or by a boundary event."""
        known = self.by_id
        reached = [known[flow.target] for flow in element.outgoing if flow.target in known]
        return reached + [other for other in self.members if other.attached_to == element.id]


@dataclass(frozen=True)
class Diagram:
    """One file with what is drawn in it."""

    file: str
    root: etree._Element
    members: tuple[Element, ...]
    scopes: tuple[Scope, ...]

    @classmethod
    def of(cls, root: etree._Element, file: str) -> Diagram:
        members = tuple(elements(root, file))
        found, rest = [], iter(members)
        for process in processes(root):
            for scope in scopes(process):
                # by position, not by id: a damaged file may lack ids or repeat them
                drawn = tuple((next(rest), node) for node in nodes(scope))
                found.append(Scope(file, process.get("id", ""), scope, drawn, tuple(flows(scope))))
        return cls(file, root, members, tuple(found))

    def at(self, node: etree._Element, reason: str, remedy: str, warning: bool = False) -> Finding:
        """A finding about an XML node, named by the nearest thing around it that a designer can click on."""
        named = node
        while named.getparent() is not None and (named.get("id") is None or _is_detail(named)):
            named = named.getparent()
        return Finding(
            self.file, named.get("id", ""), named.get("name", ""), node.sourceline or 0, reason, remedy, warning
        )


DETAILS = {"multiInstanceLoopCharacteristics", "standardLoopCharacteristics", "ioSpecification", "script"}


def _is_detail(node: etree._Element) -> bool:
    name = tag(node)
    inner = name in DETAILS or name.endswith(("EventDefinition", "Expression", "Cardinality", "Condition"))
    return inner or not node.tag.startswith(f"{{{BPMN}}}")


Office = Mapping[str, Diagram]
"""All the files under check, by name."""


def about(element: Element, reason: str, remedy: str, warning: bool = False) -> Finding:
    return Finding(element.file, element.id, element.name, element.line, reason, remedy, warning)


def about_flow(scope: Scope, flow: Flow, reason: str, remedy: str) -> Finding:
    return Finding(scope.file, flow.id, flow.name, flow.line, reason, remedy)
