"""Brings a database to the tables of `model`, step by step; knows no data of the office.

`python -m engine.migrations "add a column"` writes the next step by comparing the model with the last one.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy.schema import SchemaItem

from engine import model, store

FOLDER = Path(__file__).parent


def migrate() -> None:
    """Bring the configured database to the newest schema, in one transaction."""
    with store.engine().execution_options(andu_writes=True).begin() as connection:
        command.upgrade(config(connection), "head")


def new_step(message: str) -> None:
    """Write the next migration from what the model has and the configured, migrated database has not."""
    number = len(list((FOLDER / "versions").glob("[0-9]*.py"))) + 1
    with store.engine().execution_options(andu_writes=True).begin() as connection:
        command.revision(config(connection), message, autogenerate=True, rev_id=f"{number:04}")


def is_ours(_item: SchemaItem, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
    """Leave out the tables that are not in our metadata: the job queue has its own in the same database."""
    return kind != "table" or name in model.Base.metadata.tables


def config(connection: Any) -> Config:
    """Return the settings under which Alembic works on this connection."""
    settings = Config()
    settings.set_main_option("script_location", str(FOLDER))
    settings.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    settings.attributes["connection"] = connection
    return settings
