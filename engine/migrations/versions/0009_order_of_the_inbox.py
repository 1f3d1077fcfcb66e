"""The inbox's index by office first, also where an early 0007 had turned it round for the board."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

COLUMNS = ("org_id", "role", "pooled", "sort_at", "task_id")
TURNED = ("role", "org_id", "pooled", "sort_at", "task_id")


def upgrade() -> None:
    known = {
        tuple(index["column_names"]): index["name"] for index in sa.inspect(op.get_bind()).get_indexes("task_offer")
    }
    if TURNED in known:
        op.drop_index(op.f(known[TURNED]), "task_offer")
    if COLUMNS not in known:
        op.create_index(op.f(f"ix_task_offer_{'_'.join(COLUMNS)}"), "task_offer", list(COLUMNS))
