"""What the processes around one offer it, as the deploy check knows them: the names that each exposes, and what
the referral table asks."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine import decisions, facts
from engine.bundles import Bundle
from engine.decisions import DecisionTable


@dataclass(frozen=True)
class Neighbours:
    """What is known of other processes; of one that is not among them nothing can be said."""

    exposes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    asked: frozenset[str] | None = None  # the inputs of the referral table, where it is known


def on_disk(root: Path) -> Neighbours:
    """Return what the process folders below `root` say; one that cannot be read is left to its own check."""
    tables = {path.parent.name: _read(path) for path in sorted((root / "bpmn").glob("*/process.toml"))}
    exposes = {process: names_of(table) for process, table in tables.items() if table is not None}
    found = [_table(path) for path in sorted((root / "bpmn" / facts.PROCESS).glob("*.dmn"))]
    return Neighbours(exposes, _asked([table for table in found if table is not None]))


def among(bundles: Iterable[Bundle]) -> Neighbours:
    """Return what these versions say."""
    known = {bundle.process: bundle for bundle in bundles}
    exposes = {process: names_of(bundle.settings) for process, bundle in known.items()}
    return Neighbours(exposes, _asked(known[facts.PROCESS].tables.values()) if facts.PROCESS in known else None)


def names_of(settings: Mapping[str, Any]) -> frozenset[str]:
    """Return the names that a process exposes."""
    exposes = settings.get("exposes")
    return frozenset(exposes) if isinstance(exposes, dict) else frozenset()


def _asked(tables: Iterable[DecisionTable]) -> frozenset[str] | None:
    return next((frozenset(facts.inputs(table)) for table in tables if table.id == facts.TABLE), None)


def _table(path: Path) -> DecisionTable | None:
    try:
        return decisions.load(path.read_bytes())
    except (OSError, decisions.BadTable):
        return None


def _read(path: Path) -> dict[str, Any] | None:
    try:
        return tomllib.loads(path.read_text())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return None
