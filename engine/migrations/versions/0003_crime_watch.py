"""What the crime watch found."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("matter", sa.Column("screened_by", sa.String(length=64), nullable=True))
    op.create_table(
        "watch_hit",
        sa.Column("case_id", sa.String(length=24), nullable=False),
        sa.Column("row", sa.String(length=20), nullable=False),
        sa.Column("crime", sa.String(length=200), nullable=False),
        sa.Column("article", sa.String(length=300), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.String(length=60), nullable=True),
        sa.Column("answered_for", sa.String(length=60), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("referral_id", sa.String(length=24), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["matter.id"], name=op.f("fk_watch_hit_case_id")),
        sa.PrimaryKeyConstraint("case_id", "row", name=op.f("pk_watch_hit")),
    )
    with op.batch_alter_table("watch_hit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_watch_hit_state_found_at"), ["state", "found_at"], unique=False)
