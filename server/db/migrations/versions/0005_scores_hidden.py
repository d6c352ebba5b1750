"""Whether an organisation's people see scores at once, or after asking for them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column: sa.Column[bool] = sa.Column("scores_hidden", sa.Boolean(), nullable=False, server_default=sa.true())
    op.add_column("organisations", column)
