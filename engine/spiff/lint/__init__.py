"""What may be deployed: every rule over every diagram of a folder, each finding with its reason and remedy.

A diagram passes when the engine really does what it shows; whatever would silently do nothing is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.spiff.lint import identity, paths, stages, texts, vocabulary
from engine.spiff.lint.diagram import Diagram, Office
from engine.spiff.source import BadDiagram, Finding, read

__all__ = ["Finding", "check"]

PER_SCOPE = (
    vocabulary.kinds,
    vocabulary.boundaries,
    vocabulary.foreign,
    identity.step_ids,
    identity.lanes_and_size,
    identity.extensions,
    paths.connections,
    paths.gateways,
    paths.starts_and_ends,
    stages.calls_out,
    stages.several_parts,
    texts.conditions,
    texts.activities,
    texts.timed,
    texts.languages,
    texts.empty_definitions,
)


def check(files: Mapping[str, bytes], process: str) -> list[Finding]:
    """Every finding in these files, ordered by place; only those not marked `warning` forbid a deployment."""
    office: dict[str, Diagram] = {}
    found: set[Finding] = set()
    for file, data in files.items():
        if file.endswith(".bpmn"):
            try:
                office[file] = Diagram.of(read(data, file), file)
            except BadDiagram as problem:
                found.update(problem.findings)
    if not found:
        # what an unreadable file holds may be what the others call
        found.update(stages.calls(office, process))
    found.update(_all(office))
    return sorted(found, key=lambda f: (f.warning, f.file, f.line, f.element, f.reason))


def _all(office: Office) -> Iterator[Finding]:
    for diagram in office.values():
        yield from identity.xml_ids(diagram)
        yield from identity.drawn(diagram)
        yield from vocabulary.root_level(diagram)
        for scope in diagram.scopes:
            for rule in PER_SCOPE:
                yield from rule(diagram, scope)
            yield from paths.loops(diagram, scope, office)
            yield from stages.instances(diagram, scope, office)
    yield from identity.process_names(office)
    yield from identity.steps_across_files(office)
    yield from stages.catches(office)
