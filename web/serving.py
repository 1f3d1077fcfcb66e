"""Opens the office on one machine: what is missing is put in place, then pages and a worker follow."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import tomllib
from datetime import datetime
from pathlib import Path

import waitress
from flask import Flask

from engine import bundles, catalog, clock, handoffs, installation, model, neighbours, store, upkeep
from engine.errors import Conflict, Refused
from engine.people import SYSTEM_ACTOR
from web import auth, demo, signins

log = logging.getLogger(__name__)
ROOT = Path(__file__).parent.parent


def open_office(app: Flask, host: str, port: int) -> None:
    """Serve until told to stop."""
    # The port is taken first: whoever has started the office twice learns it before anything is changed.
    listener = _listen(host, port)
    installation.install(clock.now())
    if os.environ.get("ANDU_DEMO") == "1":
        fill_demo()
    publish_all(clock.now())
    server = waitress.create_server(app, sockets=[listener], threads=8, ident="AnDu")
    signal.signal(signal.SIGTERM, _leave)
    stop = threading.Event()
    worker = threading.Thread(target=_work, args=(stop,), name="embedded worker")
    worker.start()
    print(f"安督已启动 AnDu is running: http://{host}:{port}/", flush=True)
    try:
        server.run()
    finally:
        stop.set()
        worker.join(30)


def processes() -> list[str]:
    """Return the names of all process folders of this installation."""
    return sorted(path.parent.name for path in (ROOT / "bpmn").glob("*/process.toml"))


def roles() -> dict[str, str]:
    """Return the roles that this installation knows, with their titles."""
    table = tomllib.loads((ROOT / "bpmn" / "roles.toml").read_text())
    return {role: title for role, title in table.items() if isinstance(title, str)}


def publish_all(now: datetime) -> None:
    """Put in force what the files hold that this office has never had; what was published since stays in force."""
    for process in processes():
        digest = bundles.digest(bundles.collect(ROOT, process))
        with store.reading() as session:
            known = session.get(model.Bundle, digest) is not None
        if not known:
            deploy(process, now)


def deploy(process: str, now: datetime | None = None) -> model.Bundle:
    """Publish the process as its files are now; the same files again are the same version."""
    now, files = now or clock.now(), bundles.collect(ROOT, process)
    with store.writing() as session:
        row = session.get(model.Bundle, bundles.digest(files))
        if row is None:
            row = catalog.upload(session, process, files, SYSTEM_ACTOR, now, around=neighbours.on_disk(ROOT))
        row = catalog.publish(session, row.hash, SYSTEM_ACTOR, now, alone=True)
        handoffs.deployed(session, process)
        return row


def fill_demo() -> bool:
    """Tell the examples in a database that has no accounts yet; say whether there was anything to do."""
    with store.reading() as session:
        peopled = installation.has_people(session)
    password = "" if peopled else signins.hash_password(auth.DEMO_PASSWORD)
    return demo.fill(clock.now(), password, publish_all, lambda words: print(words, flush=True))


def _listen(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise Refused(f"端口 {port} 已被占用，系统可能已在运行（{error.strerror}）") from error
    listener.setblocking(False)
    return listener


def _work(stop: threading.Event) -> None:
    try:
        upkeep.work("embedded", stop)
    except Conflict as error:
        # Another process on the same database does the work already: this one only serves pages.
        log.warning("%s", error.detail)


def _leave(*_: object) -> None:
    raise SystemExit
