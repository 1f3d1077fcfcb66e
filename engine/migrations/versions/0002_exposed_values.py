"""What linked cases may read of a case."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("matter", sa.Column("exposed", sa.JSON(), nullable=True))
