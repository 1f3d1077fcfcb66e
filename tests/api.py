"""A client of the JSON API that speaks for one person at one moment."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask

from engine import clock, store
from engine.people import SYSTEM_ACTOR
from web import create_app, tokens


class Office:
    """The application over the connected database; `clock` is the file that holds its moment.

    `tokens` are those that a copied database knows already.
    """

    def __init__(self, folder: Path, monkeypatch, app: Flask | None = None, tokens: dict[str, str] | None = None):
        self.clock = folder / "clock"
        monkeypatch.setenv("ANDU_CLOCK", str(self.clock))
        self.app = app or make_app()
        self.tokens = dict(tokens or {})

    def set(self, moment: datetime) -> None:
        """Move the office's clock."""
        self.clock.write_text(moment.isoformat())

    def get(self, who: str, path: str, status: int = 200, **query: Any) -> Any:
        """GET as somebody and return the JSON."""
        return self._ask("get", who, path, status, query_string=query)

    def post(
        self, who: str, path: str, body: dict[str, Any] | None = None, status: int | None = None, **headers: str
    ) -> Any:
        """POST as somebody and return the JSON; by default any success will do."""
        return self._ask("post", who, path, status, json=body or {}, extra=headers)

    def delete(self, who: str, path: str, status: int) -> Any:
        """DELETE as somebody, which is always refused, and return the problem."""
        return self._ask("delete", who, path, status)

    def _ask(
        self, verb: str, who: str, path: str, status: int | None, extra: dict[str, str] | None = None, **given: Any
    ) -> Any:
        headers = {"Authorization": f"Bearer {self.token(who)}", **(extra or {})}
        answer = getattr(self.app.test_client(), verb)(f"/api/v1{path}", headers=headers, **given)
        expected = {status} if status else {200, 201}
        assert answer.status_code in expected, (
            f"{verb} {path} as {who}: {answer.status_code} {answer.get_data(as_text=True)}"
        )
        return answer.get_json() if answer.is_json or "json" in answer.mimetype else answer.data

    def token(self, who: str) -> str:
        """Return the bearer token of somebody."""
        if who not in self.tokens:
            with store.writing() as session:
                self.tokens[who] = tokens.issue(session, who, SYSTEM_ACTOR, clock.now())
        return self.tokens[who]


@cache
def make_app() -> Flask:
    """Return the application as it runs, one for all tests: to read its templates takes longer than most of them."""
    return own_app()


def own_app(**config: Any) -> Flask:
    """Return an application for a test that changes it or wants other settings."""
    return create_app({"SECRET_KEY": "for tests only", **config})
