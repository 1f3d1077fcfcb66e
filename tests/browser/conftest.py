"""A real Chromium against the application, served from a thread of the test."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from waitress import wasyncore
from waitress.server import create_server

from tests import api
from tests.office import open_office
from tests.pages import Person, make_app
from tests.web.desk import NOON

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Describing what passes takes longer than finding what does not.
ASK = "standard => axe.run(document, {runOnly: standard, resultTypes: ['violations']})"
CHROMIUM = os.environ.get("ANDU_TEST_CHROMIUM") or shutil.which("chromium-headless-shell") or "/usr/bin/chromium"


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield browser
        browser.close()


class Site:
    """The office on a port of this machine."""

    def __init__(self, app, url: str, chromium: Browser) -> None:
        self.app, self.url, self._chromium = app, url, chromium
        self.complaints: list[str] = []
        self._contexts: list[BrowserContext] = []
        self._cookies: dict[str, str] = {}

    def enter(self, account: str | None, path: str = "/", width: int = 1440, script: bool = True) -> Page:
        """Open a page in a browser of its own, signed in as somebody."""
        context = self._chromium.new_context(
            viewport={"width": width, "height": 900},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            java_script_enabled=script,
        )
        self._contexts.append(context)
        if account is not None:
            if account not in self._cookies:
                person = Person(self.app, account).open("/account")
                self._cookies[account] = person.client.get_cookie("andu").value
            context.add_cookies([{"name": "andu", "value": self._cookies[account], "url": self.url}])
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: self._note(message.type, message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(self.url + path)
        return page

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def _note(self, kind: str, text: str) -> None:
        # A page that answers 4xx is no fault of the script; anything else the browser complains of is.
        if kind in ("error", "warning") and "status of 4" not in text:
            self.complaints.append(text)


@pytest.fixture
def app() -> Flask:
    """The application that is served; a file whose tests change it has one of its own."""
    return api.make_app()


@pytest.fixture
def site(chromium, app, database, monkeypatch, tmp_path) -> Iterator[Site]:
    open_office("tip_check")
    make_app(monkeypatch, tmp_path, NOON, app)
    sockets: dict = {}
    server = create_server(app, host="127.0.0.1", port=0, threads=4, map=sockets)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    site = Site(app, f"http://127.0.0.1:{server.effective_port}", chromium)
    try:
        yield site
    finally:
        site.close()
        server.task_dispatcher.shutdown()
        # The loop itself closes what it waits for: a socket closed under it would be a fault of the test.
        server.trigger.pull_trigger(lambda: wasyncore.close_all(sockets))
        thread.join(timeout=10)
    assert site.complaints == []


@pytest.fixture
def faults() -> Callable[[Page], list[str]]:
    """What axe finds wrong with a page."""

    def find(page: Page) -> list[str]:
        page.evaluate(AXE)
        found = page.evaluate(ASK, STANDARD)["violations"]
        return [
            f"{fault['id']}: {fault['nodes'][0]['target']} {fault['nodes'][0]['failureSummary']}" for fault in found
        ]

    return find
