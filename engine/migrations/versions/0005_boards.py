"""Boards: saved views, and register rows in the order in which they are late."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("user_name", sa.String(length=60), nullable=False),
        sa.Column("board", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("opens", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_name"], ["user_account.name"], name=op.f("fk_saved_view_user_name")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("user_name", "board", "name", name=op.f("uq_saved_view_user_name_board_name")),
    )
    op.add_column("register_row", sa.Column("sort_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE register_row SET sort_at = coalesce(due_at, '9999-01-01 00:00:00.000000')")
    with op.batch_alter_table("register_row", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_register_row_register_status_sort_at"), ["register", "status", "sort_at"], unique=False
        )
        batch_op.create_index("ix_register_row_lamps", ["register", "sort_at", "orange_at", "yellow_at"], unique=False)
