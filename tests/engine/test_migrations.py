"""A database that grew by migrations is the same as one made from the model today."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from engine import migrations, model, store, workers


@pytest.fixture
def migrated(empty_database, tmp_path):
    store.configure(empty_database, tmp_path / "data")
    migrations.migrate()
    workers.prepare()
    yield store.engine()
    store.dispose()


def test_a_migrated_database_lacks_nothing_of_the_model(migrated):
    with migrated.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": migrations.is_ours, "compare_type": True}
        )
        missing = compare_metadata(context, model.Base.metadata)
    assert missing == [], 'write the step with: python -m engine.migrations "what changes"'


def test_a_migrated_schema_equals_a_fresh_one(migrated, databases, tmp_path):
    grown = described(migrated)
    fresh = databases.ready(tmp_path)
    store.configure(fresh, tmp_path / "data")
    assert grown == described(store.engine())
    store.dispose()
    databases.drop(fresh)


def test_migrating_twice_changes_nothing(migrated):
    before = described(migrated)
    migrations.migrate()
    assert described(migrated) == before


def test_an_index_that_an_early_step_turned_round_is_put_right(migrated):
    before = described(migrated)
    with migrated.begin() as connection:
        connection.execute(text("DROP INDEX ix_task_offer_org_id_role_pooled_sort_at_task_id"))
        connection.execute(text("CREATE INDEX turned ON task_offer (role, org_id, pooled, sort_at, task_id)"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0008'"))
    migrations.migrate()
    assert described(migrated) == before


def test_the_job_tables_do_not_meet_ours(empty_database, tmp_path):
    store.configure(empty_database, tmp_path / "data")
    workers.prepare()
    theirs = inspect(store.engine()).get_table_names()
    store.dispose()
    assert not set(theirs) & set(model.Base.metadata.tables)


def described(engine) -> dict:
    """Return what a database says about each of our tables."""
    inspector = inspect(engine)
    return {
        table: {
            "columns": [
                (column["name"], str(column["type"]), column["nullable"], column["default"])
                for column in inspector.get_columns(table)
            ],
            "key": inspector.get_pk_constraint(table),
            "references": sorted(map(str, inspector.get_foreign_keys(table))),
            "indexes": sorted(map(_plain, inspector.get_indexes(table))),
            "unique": sorted(map(str, inspector.get_unique_constraints(table))),
        }
        for table in model.Base.metadata.tables
    }


def _plain(index: dict) -> str:
    options = {name: str(value) for name, value in index.get("dialect_options", {}).items()}
    return str(index | {"dialect_options": options})
