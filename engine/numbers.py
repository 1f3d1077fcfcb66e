"""Case and document numbers: a pattern with a few named places, and a counter without gaps."""

from __future__ import annotations

import re

from sqlalchemy.orm import Session

from engine import store
from engine.errors import Broken

PLACE = re.compile(r"\{(region|year|n|org\.code)(?::0(\d{1,2}))?\}")


def compose(pattern: str, **values: str | int) -> str:
    """Fill the places of a pattern: {region} {year} {n:04} {org.code}; nothing else is a place."""

    def fill(match: re.Match[str]) -> str:
        value = values[match[1].replace(".", "_")]
        return str(value).zfill(int(match[2])) if match[2] else str(value)

    text = PLACE.sub(fill, pattern)
    if "{" in text:
        raise Broken(f"编号规则 {pattern} 含有不认识的项")
    return text


def take(session: Session, series: str, pattern: str, **values: str | int) -> str:
    """Take the next number of `series` in the caller's transaction and return it as the pattern writes it."""
    return compose(pattern, n=store.next_number(session, series), **values)
