"""Legal qualification of reviewers."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("user_account", sa.Column("legal_no", sa.String(length=40), nullable=True))
    op.add_column("user_account", sa.Column("legal_on", sa.Date(), nullable=True))
