"""A person at a browser without JavaScript: opens pages, fills the forms that stand there, presses their buttons."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Flask
from lxml import html
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from engine import clock, operations, store
from tests import api
from web import signins

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + b"\x00" * 64


def make_app(
    monkeypatch, folder, moment: datetime = datetime(2026, 2, 12, 4, tzinfo=UTC), app: Flask | None = None
) -> Flask:
    """Return the application over the connected database, at a moment that a file in the folder holds."""
    file = folder / "clock"
    file.write_text(moment.isoformat())
    monkeypatch.setenv("ANDU_CLOCK", str(file))
    operations.install()
    return app or api.make_app()


def move_clock(moment: datetime) -> None:
    """Move the clock of the office that `make_app` returned."""
    Path(os.environ["ANDU_CLOCK"]).write_text(moment.isoformat())


def sent_by(form: html.HtmlElement) -> list[tuple[str, str]]:
    """Return what a browser sends of a form: its fields as they stand, nothing of templates."""
    for template in form.xpath(".//template"):
        template.drop_tree()
    # lxml takes an empty value of a chosen radio button for none at all.
    empty = set(form.xpath(".//input[@checked][@value='']/@name"))
    values = [(name, value) for name, value in form.form_values() if value is not None]
    return [(name, "" if name in empty and value == "on" else value) for name, value in values]


class Person:
    """A browser in which somebody is signed in (or nobody)."""

    def __init__(self, app, account: str | None = None) -> None:
        self.client = app.test_client()
        self.status, self.path, self.headers, self.data = 0, "", None, b""
        if account is not None:
            with store.writing() as session:
                token = signins.open_session(session, account, "10.0.0.1", signins.wall_clock(), clock.now())
            with self.client.session_transaction() as cookie:
                cookie["_user_id"] = token

    def open(self, path: str, status: int = 200, **headers: str) -> Person:
        """Open a page, following redirects as a browser does."""
        return self._take(self.client.get(path, follow_redirects=True, headers=headers, buffered=True), status)

    @property
    def page(self) -> html.HtmlElement:
        return html.document_fromstring(self.data.decode())

    @property
    def text(self) -> str:
        """Return what the page says, with runs of blanks made one."""
        body = self.page.find("body")
        for hidden in body.xpath("//template | //script | //noscript | //*[@hidden]"):
            hidden.drop_tree()
        return " ".join(body.text_content().split())

    def find(self, xpath: str) -> list[Any]:
        """Return what an XPath finds on the page."""
        return self.page.xpath(xpath)

    def values(self, button: str) -> list[tuple[str, str]]:
        """Return what the form around this button would send."""
        form, pressed = self._form(button)
        return self._values(form, pressed)

    def press(self, button: str, status: int = 200, files: dict[str, tuple[bytes, str]] | None = None, **answers: Any):
        """Press a button (by its words or value), the fields of its form filled with `answers` first."""
        form, pressed = self._form(button)
        sent: dict[str, list[Any]] = {}
        for name, value in self._values(form, pressed):
            sent.setdefault(name, []).append(value)
        for name, value in answers.items():
            sent[name.replace("__", "-")] = value if isinstance(value, list) else [value]
        for name, (data, filename) in (files or {}).items():
            sent[name] = [FileStorage(BytesIO(data), filename, name)]
        action, body = form.get("action") or self.path, sent
        kind = "multipart/form-data" if form.get("enctype") else "application/x-www-form-urlencoded"
        if files:
            # Encoded here: the client would spool a large file to the disk and leave it open.
            boundary, body = encode_multipart(sent)
            kind = f'multipart/form-data; boundary="{boundary}"'
        answer = self.client.post(action, data=body, content_type=kind, follow_redirects=True)
        return self._take(answer, status)

    def post(self, path: str, status: int = 200, **data: Any):
        """Post without a page, as a program would; the CSRF token is the last page's."""
        token = (self.page.xpath("//input[@name='csrf_token']/@value") or [""])[0] if self.data else ""
        return self._take(self.client.post(path, data={"csrf_token": token, **data}, follow_redirects=True), status)

    def _form(self, button: str) -> tuple[html.HtmlElement, html.HtmlElement]:
        for element in self.page.xpath("//form//button[not(@type='button')][not(@aria-hidden)]"):
            words = "".join(element.text_content().split())
            if button in (element.get("value"), words) or words.startswith(button):
                return next(element.iterancestors("form")), element
        raise AssertionError(f"no button {button!r} on {self.path}: {self.text[:400]}")

    @staticmethod
    def _values(form: html.HtmlElement, pressed: html.HtmlElement) -> list[tuple[str, str]]:
        return sent_by(form) + ([(pressed.get("name"), pressed.get("value", ""))] if pressed.get("name") else [])

    def _take(self, answer, status: int) -> Person:
        self.status, self.path, self.headers, self.data = (
            answer.status_code,
            answer.request.path,
            answer.headers,
            answer.data,
        )
        assert self.status == status, f"{self.path}: {self.status}\n{self.data.decode(errors='replace')[:3000]}"
        return self


def offered(app, page: str, link: str, *people: str) -> list[str]:
    """Return those of the people to whom a page shows a link."""
    return [who for who in people if Person(app, who).open(page).find(f"//a[@href='{link}']")]
