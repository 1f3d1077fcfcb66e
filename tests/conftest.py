"""Databases for every test: a SQLite file, or a database of a private PostgreSQL server."""

from __future__ import annotations

import gc
import itertools
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
import pytest
from alembic import command
from hypothesis import settings
from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.orm import Session
from xdist.scheduler import LoadScopeScheduling

from engine import migrations, model, outbox, store, workers
from tests import cluster

SERVER = "ANDU_TEST_POSTGRESQL"
# Those that share what is long in making, the first pattern that fits: the papers of a family; what comes after a
# decision; what hangs on a penalty; the stages of a family; the office of any other file; the referrals of the board.
SHARING = (
    r"processes/test_(?:hazard_letters|hazard_registers|letters)",
    r"processes/test_enforcement_letters",
    r"processes/test_referral_letters",
    r"processes/test_(?:enforcement_(?:execution|simple|closing|owed)|remedy_tracking)",
    r"processes/test_(?:enforcement_quality|error_correction|dishonest_listing|interference_record)",
    r"processes/test_hazard_",
    r"processes/test_enforcement_",
    r"processes/test_referral_",
    r"processes/\w+",
    r"web/test_referral_board",
)
# What processes do with a database. What their forms, tables, limits and papers say is no matter of the database.
WALKS = re.compile(
    r"_(?:scenarios|states|ends|steps|handoffs|closing|registers|statistics|reversals|corrections|kept|merging|family"
    r"|referred)\."
)
MEMORY, ROOM = Path("/dev/shm"), 4 << 30
_resources = ExitStack()
_first: dict[str, Engine] = {}

# The same walks everywhere: a failure on another machine can be repeated, and a slow one fails nobody.
settings.register_profile("office", deadline=None, derandomize=True)
settings.load_profile("office")


def pytest_addoption(parser):
    parser.addoption("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.addoption("--short", action="store_true", help="of the processes their walks, of each test three examples")


def pytest_configure(config):
    # Some hundred thousand objects live for the whole run; looking through them again and again took an eighth of it.
    gc.set_threshold(50_000, 20, 20)
    # A disk that has to be sure of every commit is what most tests would wait for.
    if config.option.basetemp is None and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
        config.option.basetemp = _resources.enter_context(TemporaryDirectory(prefix="andu-tests-", dir=MEMORY))
    store.create_engine = _same_dialect
    # The controlling process starts the one server; its xdist workers find it in the environment.
    if config.getoption("--database") == "postgresql" and SERVER not in os.environ:
        os.environ[SERVER] = _resources.enter_context(cluster.running())


def _same_dialect(url: str, **options: Any) -> Engine:
    """Connect as the office does, with the statements that were compiled for the databases before."""
    engine = create_engine(url, **options)
    first = _first.setdefault(engine.dialect.name, engine)
    engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache
    engine.pool._dialect = first.dialect
    return engine


def pytest_unconfigure():
    _resources.close()


def pytest_collection_modifyitems(config, items):
    """Run on PostgreSQL what touches a database; what touches none was run with SQLite and would say the same.

    So would Chromium: the pages that it is shown are asked of PostgreSQL by the tests of `web`. And so would the demo
    office, which nobody runs on PostgreSQL.
    """
    left = items
    if config.getoption("--database") == "postgresql":
        left = [item for item in items if "databases" in item.fixturenames and "chromium" not in item.fixturenames]
        left = [item for item in left if item.path.name != "test_demo.py"]
    if config.getoption("--short"):
        left = list(
            _spread([item for item in left if "processes" not in item.path.parts or WALKS.search(item.path.name)])
        )
    chosen = set(left)
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = left


def _spread(items: list[pytest.Item]) -> Iterator[pytest.Item]:
    """Yield of each test the first, the middle and the last of its examples."""
    for _, same in itertools.groupby(items, lambda item: item.nodeid.partition("[")[0]):
        every = list(same)
        yield from (every[n] for n in sorted({0, len(every) // 2, len(every) - 1}))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    return Kin(config, log)


class Kin(LoadScopeScheduling):
    """Gives one worker the tests that share what is long in making, and the others to whoever is free.

    Groups of xdist would say it in the tests, but its 3.8 cannot tell the workers with pytest 9.2.
    """

    def _split_scope(self, nodeid: str) -> str:
        for kin in SHARING:
            if found := re.match(f"tests/{kin}", nodeid):
                return found[0] if kin.endswith("+") else kin
        return nodeid


def pytest_report_header(config):
    return f"database: {config.getoption('--database')}"


@pytest.fixture(scope="session")
def database_kind(request) -> str:
    return request.config.getoption("--database")


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch):
    """No test sees the settings of the person who runs it."""
    for name in [name for name in os.environ if name.startswith("ANDU_") and name != SERVER]:
        monkeypatch.delenv(name)


class Databases:
    """Makes databases of one kind, empty or with all tables (a copy of one prepared template)."""

    def __init__(self, kind: str, folder: Path, worker: str):
        self.kind, self.folder, self.worker = kind, folder, worker
        self._count = 0
        self._template: str | None = None
        self._server: psycopg.Connection | None = None

    def empty(self, folder: Path) -> str:
        """Return the URL of a new database without tables."""
        if self.kind == "sqlite":
            return f"sqlite:///{folder / self._name()}.sqlite"
        return self._create("template0")

    def ready(self, folder: Path) -> str:
        """Return the URL of a new database with all tables."""
        if self._template is None:
            self._template = self.empty(self.folder)
            _make_tables(self._template, self.folder)
        return self.copy(self._template, folder)

    def copy(self, template: str, folder: Path) -> str:
        """Return the URL of a copy of a database to which nobody is connected."""
        if self.kind == "sqlite":
            url = self.empty(folder)
            shutil.copyfile(make_url(template).database, make_url(url).database)
            return url
        return self._create(make_url(template).database)

    def drop(self, url: str) -> None:
        if self.kind == "postgresql":
            self._run(f'DROP DATABASE "{make_url(url).database}" WITH (FORCE)')

    def close(self) -> None:
        if self._server is not None:
            self._server.close()

    def _name(self) -> str:
        self._count += 1
        return f"andu_{self.worker}_{self._count}"

    def _create(self, template: str) -> str:
        name = self._name()
        # Copying files takes a seventh of the time of copying through the log.
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return make_url(os.environ[SERVER]).set(database=name).render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        if self._server is None:
            host = make_url(os.environ[SERVER]).query["host"]
            self._server = psycopg.connect(host=host, user="postgres", dbname="postgres", autocommit=True)
        self._server.execute(statement)


def _make_tables(url: str, folder: Path) -> None:
    with store.configure(url, folder).execution_options(andu_writes=True).begin() as connection:
        model.Base.metadata.create_all(connection)
        command.stamp(migrations.config(connection), "head")
    workers.prepare()
    store.dispose()


@pytest.fixture(scope="session")
def databases(database_kind, tmp_path_factory) -> Iterator[Databases]:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    made = Databases(database_kind, tmp_path_factory.mktemp("databases"), worker)
    yield made
    made.close()


@pytest.fixture
def empty_database(databases, tmp_path) -> Iterator[str]:
    """The URL of a database without tables; nothing is connected to it."""
    url = databases.empty(tmp_path)
    yield url
    databases.drop(url)


@pytest.fixture
def database(databases, tmp_path) -> Iterator[str]:
    """The URL of a database with all tables, to which this process's `store` is connected."""
    url = databases.ready(tmp_path)
    store.configure(url, tmp_path / "data")
    yield url
    outbox.close()
    store.dispose()
    databases.drop(url)


@pytest.fixture
def session(database) -> Iterator[Session]:
    """One open writing transaction; nobody else writes to this database until the test ends."""
    with store.writing() as session:
        yield session
