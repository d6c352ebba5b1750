"""Organisations, users, interviews and their log, invites, audit trail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "organisations",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organisations"),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("organisation_id", sa.String(80), nullable=False),
        sa.Column("email", sa.String(320), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="fk_users_organisation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("email", name="uq_users_email"),
    )
    _create_log()
    _create_invites()
    _create_audit_trail()


def _create_log() -> None:
    op.create_table(
        "interviews",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("organisation_id", sa.String(80), nullable=False),
        sa.Column("candidate_name", sa.Text(), nullable=False),
        sa.Column("job_title", sa.Text(), nullable=False),
        sa.Column("flow_id", sa.String(64), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("phase", sa.String(20), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="fk_interviews_organisation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_interviews"),
    )
    op.create_index("ix_interviews_organisation_id_id", "interviews", ["organisation_id", "id"])
    op.create_index("ix_interviews_phase", "interviews", ["phase"])
    op.create_table(
        "events",
        sa.Column("interview_id", sa.String(80), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("t_ms", sa.BigInteger()),
        sa.Column("cause", sa.String(80)),
        sa.Column("type", sa.String(80), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["interview_id"], ["interviews.id"], name="fk_events_interview_id"),
        sa.PrimaryKeyConstraint("interview_id", "seq", name="pk_events"),
        sa.UniqueConstraint("id", name="uq_events_id"),
    )
    op.create_index("ix_events_interview_id_cause", "events", ["interview_id", "cause"])


def _create_invites() -> None:
    op.create_table(
        "invites",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("interview_id", sa.String(80), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("revoked", sa.Boolean(), nullable=False),
        sa.Column("session_id", sa.String(80)),
        sa.Column("key_hash", sa.String(64)),
        sa.Column("redeemed_at", TIME),
        sa.ForeignKeyConstraint(["interview_id"], ["interviews.id"], name="fk_invites_interview_id"),
        sa.PrimaryKeyConstraint("id", name="pk_invites"),
        sa.UniqueConstraint("token_hash", name="uq_invites_token_hash"),
    )
    op.create_index("ix_invites_interview_id", "invites", ["interview_id"])


def _create_audit_trail() -> None:
    op.create_table(
        "audit_trail",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("organisation_id", sa.String(80), nullable=False),
        sa.Column("user_id", sa.String(80), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("action", sa.String(80), nullable=False),
        sa.Column("interview_id", sa.String(80)),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="fk_audit_trail_organisation_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_audit_trail_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_audit_trail"),
    )
    op.create_index("ix_audit_trail_organisation_id_id", "audit_trail", ["organisation_id", "id"])
    op.create_index("ix_audit_trail_interview_id", "audit_trail", ["interview_id"])
