"""Whether a candidate has asked for a person, in the lists of interviews."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column: sa.Column[bool] = sa.Column("review_requested", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("interviews", column)
