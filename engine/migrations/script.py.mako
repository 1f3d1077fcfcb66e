"""${message.capitalize()}."""
<%
    lines = [line for line in (upgrades or "pass").splitlines() if "###" not in line]
%>
import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    ${"\n".join(lines).strip()}
