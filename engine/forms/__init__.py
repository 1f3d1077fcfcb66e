"""Forms as data: the schema of a step's answers, and what may be handed in; knows no process and no web."""

from engine.forms.answers import attachment_ids, defaults, public, state, typed, validate
from engine.forms.fields import BadForm, Field, Form, Rule
from engine.forms.schema import load
from engine.forms.sheet import Context, State

__all__ = [
    "BadForm",
    "Context",
    "Field",
    "Form",
    "Rule",
    "State",
    "attachment_ids",
    "defaults",
    "load",
    "public",
    "state",
    "typed",
    "validate",
]
