"""Boards in every order, without going through the whole register."""

from alembic import op

revision = "0007"
down_revision = "0006"

INDEXES = (
    ("register_row", ("register", "opened_on"), ("register", "opened_on", "case_id")),
    ("register_row", ("register", "status", "sort_at"), ("register", "status", "sort_at", "case_id")),
)
LAMPS = ("register", "sort_at", "case_id", "orange_at", "yellow_at")


def upgrade() -> None:
    for table, before, after in INDEXES:
        op.drop_index(op.f(f"ix_{table}_{'_'.join(before)}"), table)
        op.create_index(op.f(f"ix_{table}_{'_'.join(after)}"), table, list(after))
    op.drop_index("ix_register_row_lamps", "register_row")
    op.create_index("ix_register_row_lamps", "register_row", list(LAMPS))
