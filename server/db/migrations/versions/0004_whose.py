"""Whose an interview is and whom it is shared with; users who are shut out; what came of an action."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    active: sa.Column[bool] = sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.true())
    op.add_column("users", active)
    outcome: sa.Column[str] = sa.Column("outcome", sa.String(80), nullable=False, server_default="ok")
    op.add_column("audit_trail", outcome)
    owner: sa.Column[str] = sa.Column("owner_id", sa.String(80))
    op.add_column("interviews", owner)
    op.create_index("ix_interviews_owner_id", "interviews", ["owner_id"])
    op.create_table(
        "interview_members",
        sa.Column("interview_id", sa.String(80), nullable=False),
        sa.Column("user_id", sa.String(80), nullable=False),
        sa.ForeignKeyConstraint(["interview_id"], ["interviews.id"], name="fk_interview_members_interview_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_interview_members_user_id"),
        sa.PrimaryKeyConstraint("interview_id", "user_id", name="pk_interview_members"),
    )
    op.create_index("ix_interview_members_user_id", "interview_members", ["user_id"])
    _name_owners()


def _name_owners() -> None:
    """Of the interviews there are: the first event says who created each."""
    events = sa.table("events", sa.column("interview_id"), sa.column("seq"), sa.column("data", sa.JSON()))
    interviews = sa.table("interviews", sa.column("id"), sa.column("owner_id"))
    connection = op.get_bind()
    created = connection.execute(sa.select(events.c.interview_id, events.c.data).where(events.c.seq == 1)).all()
    for interview_id, data in created:
        owner = sa.update(interviews).where(interviews.c.id == interview_id)
        connection.execute(owner.values(owner_id=str(data.get("created_by", ""))[:80]))
