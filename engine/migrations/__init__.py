"""Brings a database to the tables of `model`, step by step; knows no data of the office.

`python -m engine.migrations "add a column"` writes the next step by comparing the model with the last one.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, inspect, text
from sqlalchemy.schema import SchemaItem

from engine import model, store

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).parent


def migrate() -> None:
    """Bring the configured database to the newest schema, in one transaction."""
    with store.engine().execution_options(andu_writes=True).begin() as connection:
        if _version(connection) == f"{_steps():04}":
            return
        # Alembic takes a tenth of the office's start, and nearly every start finds the newest schema.
        from alembic import command

        command.upgrade(config(connection), "head")


def new_step(message: str) -> None:
    """Write the next migration from what the model has and the configured, migrated database has not."""
    from alembic import command

    with store.engine().execution_options(andu_writes=True).begin() as connection:
        command.revision(config(connection), message, autogenerate=True, rev_id=f"{_steps() + 1:04}")


def is_ours(_item: SchemaItem, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
    """Leave out the tables that are not in our metadata: the job queue has its own in the same database."""
    return kind != "table" or name in model.Base.metadata.tables


def config(connection: Any) -> Config:
    """Return the settings under which Alembic works on this connection."""
    from alembic.config import Config

    settings = Config()
    settings.set_main_option("script_location", str(FOLDER))
    settings.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    settings.attributes["connection"] = connection
    return settings


def _steps() -> int:
    return len(list((FOLDER / "versions").glob("[0-9]*.py")))


def _version(connection: Connection) -> str | None:
    known = inspect(connection).has_table("alembic_version")
    return connection.scalar(text("SELECT version_num FROM alembic_version")) if known else None
