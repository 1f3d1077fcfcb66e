"""A second database with the same contents, to compare with."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import URL, Connection, create_engine, event, make_url


@contextmanager
def of(url: str) -> Iterator[Connection]:
    """Copy the database, which nobody uses meanwhile, and yield a connection as durable as the office's own."""
    source = make_url(url)
    if source.get_backend_name() == "sqlite":
        copy = source.set(database=f"{source.database}.copy")
        shutil.copyfile(source.database, copy.database)
    else:
        copy = source.set(database=f"{source.database}_copy")
        _create(source, copy.database, source.database)
    engine = create_engine(copy)
    if copy.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def empty(server: str, name: str) -> str:
    """Create an empty database on a PostgreSQL server and return its URL."""
    source = make_url(server)
    _create(source, name, "template0")
    return source.set(database=name).render_as_string(hide_password=False)


def _create(server: URL, name: str, template: str) -> None:
    host, user = server.query["host"], server.username
    with psycopg.connect(host=host, user=user, dbname="postgres", autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def _prepare(connection, _record) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
