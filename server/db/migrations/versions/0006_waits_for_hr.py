"""Whether a candidate waits for a person, in calls for help and in messages: found without reading the logs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pending: sa.Column[bool] = sa.Column("help_pending", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("interviews", pending)
    for name in ("chat_sent", "chat_seen"):
        number: sa.Column[int] = sa.Column(name, sa.Integer(), nullable=False, server_default="0")
        op.add_column("interviews", number)
