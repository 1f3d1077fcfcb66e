"""The SQL statements that reach a database while something is done."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import dropwhile

from sqlalchemy import Engine, event

# Who is signed in, what they may do and for whom they act: read on every page before it begins.
OF_THE_PERSON = re.compile(r"FROM (login_session|user_account|org|membership|deputy)\b")


@contextmanager
def recorded(engine: Engine) -> Iterator[list[tuple]]:
    """Collect the statements of an engine, each with its values."""
    seen: list[tuple] = []

    def note(_connection, _cursor, statement, parameters, _context, _executemany) -> None:
        seen.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def of_the_page(statements: list[tuple]) -> list[str]:
    """Return what a page asked for beyond the session and the person, whom it reads before anything else."""
    asked = (text for text, _ in statements if not text.startswith("BEGIN"))
    return list(dropwhile(OF_THE_PERSON.search, asked))
