"""Reversing entries: what counts no more, and where the case stood before it."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reverses", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.alter_column("reverses", server_default=None)
    op.add_column("task", sa.Column("came_from", sa.LargeBinary(), nullable=True))
    op.add_column("task", sa.Column("came_status", sa.String(length=60), nullable=True))
