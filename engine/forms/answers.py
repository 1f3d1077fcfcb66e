"""Checks what was handed in against a form: every error is collected, and only declared, visible fields are kept."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from engine.errors import Refused
from engine.forms import kinds
from engine.forms.fields import FILES, Field, Form
from engine.forms.sheet import OVERRIDE, Context, Sheet, State


def validate(form: Form, answers: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Return the answers as the case file keeps them; raises Refused with all that is wrong.

    Rules are asked only where the fields they read are free of errors. A soft rule yields to a reason under
    `_override`, given by the role that the rule names; the reason is kept with the data.
    """
    if not isinstance(answers, Mapping):
        raise Refused("提交的内容应为一个对象", kinds.FORMAT)
    sheet = Sheet(form, context)
    sheet.read(sheet.whole, answers)
    sheet.ask_required(sheet.whole)
    sheet.check(sheet.whole)
    accepted = sheet.ask_rules(answers.get(OVERRIDE))
    if (refusal := sheet.refusal()) is not None:
        raise refusal
    return {**sheet.whole.data, OVERRIDE: accepted} if accepted else sheet.whole.data


def state(form: Form, answers: Mapping[str, Any], context: Context) -> State:
    """Return which fields are shown and required, and what readonly ones hold, for answers that may be half done."""
    sheet = Sheet(form, context)
    sheet.read(sheet.whole, answers)
    sheet.ask_required(sheet.whole)
    return sheet.state


def defaults(form: Form, context: Context) -> dict[str, Any]:
    """Return what the form opens with before anybody answered."""
    sheet = Sheet(form, context)
    found = {}
    for item in form.fields.values():
        given = sheet.default(item, item.id, sheet.whole.names)
        if not kinds.blank(given):
            found[item.id] = sheet.remember(item, given)
    return found


def typed(form: Form, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return stored answers as expressions see them; a field that was not answered is None."""
    return {name: kinds.value(item, data.get(name)) for name, item in form.fields.items()}


def public(form: Form, data: Mapping[str, Any], roles: Collection[str]) -> dict[str, Any]:
    """Return the answers without the fields that none of these roles may see."""
    return _public(form.fields, data, set(roles))


def attachment_ids(form: Form, data: Mapping[str, Any]) -> list[str]:
    """Return the ids of all files in the answers, those in rows included."""
    return list(dict.fromkeys(_attachments(form.fields, data)))


def _public(fields: Mapping[str, Field], data: Mapping[str, Any], roles: set[str]) -> dict[str, Any]:
    found = {}
    for name, given in data.items():
        item = fields.get(name)
        if item is not None and item.confidential and not roles & set(item.confidential):
            continue
        if item is not None and item.kind == "rows" and given:
            given = [_public(item.columns, row, roles) for row in given]
        found[name] = given
    return found


def _attachments(fields: Mapping[str, Field], data: Mapping[str, Any]) -> Iterator[str]:
    for name, item in fields.items():
        given = data.get(name)
        if item.kind in FILES and given:
            yield from given if isinstance(given, list) else [given]
        for row in given or () if item.kind == "rows" else ():
            yield from _attachments(item.columns, row)
