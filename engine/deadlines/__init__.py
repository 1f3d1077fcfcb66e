"""Time limits as the law sets them: rules read from deadlines.toml, and the days they come to."""

from engine.deadlines.counting import Pause
from engine.deadlines.due import Addition, Due, compute, count_in_windows, schedule
from engine.deadlines.rules import (
    ATTRIBUTES,
    CLOCK_CALLS,
    KINDS,
    BadRule,
    Clause,
    Rule,
    awaited,
    expressions_of,
    in_force,
    load,
    parse,
    steps,
)

__all__ = [
    "ATTRIBUTES",
    "CLOCK_CALLS",
    "KINDS",
    "Addition",
    "BadRule",
    "Clause",
    "Due",
    "Pause",
    "Rule",
    "awaited",
    "compute",
    "count_in_windows",
    "expressions_of",
    "in_force",
    "load",
    "parse",
    "schedule",
    "steps",
]
