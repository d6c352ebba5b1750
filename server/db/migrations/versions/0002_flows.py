"""Flows that an organisation made from a job, each version with the job it came from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "flows",
        sa.Column("organisation_id", sa.String(80), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("flow", sa.JSON(), nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.String(80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="fk_flows_organisation_id"),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name="fk_flows_created_by"),
        sa.PrimaryKeyConstraint("organisation_id", "id", "version", name="pk_flows"),
    )
