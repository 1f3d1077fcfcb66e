"""Deadlines running in cases: which submission moves them, what they come to, what falls due, how they read."""

from engine.clocks.events import on_opening, on_submission
from engine.clocks.reckoning import (
    current,
    due_at,
    due_events,
    due_on,
    fire,
    for_step,
    is_duty,
    lapse_on,
    late_at,
    latest,
    nearest,
    of_case,
    open_again,
    recompute_provisional,
    running,
    started,
    stop_all,
)
from engine.clocks.showing import as_data, lamp, words
from engine.clocks.starting import look_around

__all__ = [
    "of_case",
    "as_data",
    "current",
    "due_at",
    "due_events",
    "due_on",
    "fire",
    "for_step",
    "is_duty",
    "lamp",
    "lapse_on",
    "late_at",
    "latest",
    "look_around",
    "nearest",
    "on_opening",
    "on_submission",
    "open_again",
    "recompute_provisional",
    "running",
    "started",
    "stop_all",
    "words",
]
