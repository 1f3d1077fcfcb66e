"""What the processes around one offer it, as the deploy check knows them: the names that each exposes."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.bundles import Bundle


@dataclass(frozen=True)
class Neighbours:
    """What is known of other processes; of one that is not among them nothing can be said."""

    exposes: Mapping[str, frozenset[str]] = field(default_factory=dict)


def on_disk(root: Path) -> Neighbours:
    """Return what the process folders below `root` say; one that cannot be read is left to its own check."""
    tables = {path.parent.name: _read(path) for path in sorted((root / "bpmn").glob("*/process.toml"))}
    return Neighbours({process: names_of(table) for process, table in tables.items() if table is not None})


def among(bundles: Iterable[Bundle]) -> Neighbours:
    """Return what these versions say."""
    return Neighbours({bundle.process: names_of(bundle.settings) for bundle in bundles})


def names_of(settings: Mapping[str, Any]) -> frozenset[str]:
    """Return the names that a process exposes."""
    exposes = settings.get("exposes")
    return frozenset(exposes) if isinstance(exposes, dict) else frozenset()


def _read(path: Path) -> dict[str, Any] | None:
    try:
        return tomllib.loads(path.read_text())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return None
