"""Run by Alembic with the connection that `migrate` opened."""

from typing import Any

from alembic import context
from alembic.autogenerate.api import AutogenContext

from engine import migrations, model


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | bool:
    """Write moments as the plain type, so that a step stays true when the class moves."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, model.Moment) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=model.Base.metadata,
    include_object=migrations.is_ours,
    render_item=render_item,
    render_as_batch=True,
)
context.run_migrations()
