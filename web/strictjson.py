"""JSON as the office accepts it: bounded in depth and size, no NaN, no key twice."""

from __future__ import annotations

import json
from typing import Any

from flask.json.provider import DefaultJSONProvider

DEPTH = 20
KEYS = 2000


class StrictJSON(DefaultJSONProvider):
    """Reads request bodies within the limits and writes Chinese as it is."""

    ensure_ascii = False
    sort_keys = False

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        text = s.decode() if isinstance(s, bytes) else s
        _check_depth(text)
        count = [0]

        def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
            count[0] += len(items)
            if count[0] > KEYS:
                raise ValueError(f"more than {KEYS} keys")
            result = dict(items)
            if len(result) != len(items):
                raise ValueError("a key stands twice")
            return result

        return json.loads(text, object_pairs_hook=pairs, parse_constant=_refuse_constant)


def _check_depth(text: str) -> None:
    # Before parsing: the parser itself recurses once per level.
    depth, in_string, escaped = 0, False, False
    for sign in text:
        if in_string:
            if escaped:
                escaped = False
            elif sign == "\\":
                escaped = True
            elif sign == '"':
                in_string = False
        elif sign == '"':
            in_string = True
        elif sign in "[{":
            depth += 1
            if depth > DEPTH:
                raise ValueError(f"nested deeper than {DEPTH}")
        elif sign in "]}":
            depth -= 1


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")
