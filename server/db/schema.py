"""The tables. A change here comes with a migration; a test holds the two together."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    false,
    true,
)


class UtcTime(TypeDecorator[datetime]):
    """Aware UTC times on both databases; SQLite itself forgets the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a time without zone")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


Identifier = String(80)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

organisations = Table(
    "organisations",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("name", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("scores_hidden", Boolean, nullable=False, server_default=true()),
)

users = Table(
    "users",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("organisation_id", ForeignKey("organisations.id"), nullable=False),
    Column("email", String(320), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("role", String(20), nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("active", Boolean, nullable=False, server_default=true()),
    Column("created_at", UtcTime, nullable=False),
)

# A projection: written with the events it follows from, in the same transaction. `seq` is the log's last; `owner_id` is
# who created it: a user, or something that is none, such as the command line. `chat_sent` is the number of the
# candidate's last message, `chat_seen` up to which number somebody of HR has seen them.
interviews = Table(
    "interviews",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("organisation_id", ForeignKey("organisations.id"), nullable=False),
    Column("candidate_name", Text, nullable=False),
    Column("job_title", Text, nullable=False),
    Column("flow_id", String(64), nullable=False),
    Column("language", String(16), nullable=False),
    Column("phase", String(20), nullable=False),
    Column("review_requested", Boolean, nullable=False, server_default=false()),
    Column("help_pending", Boolean, nullable=False, server_default=false()),
    Column("chat_sent", Integer, nullable=False, server_default="0"),
    Column("chat_seen", Integer, nullable=False, server_default="0"),
    Column("owner_id", Identifier),
    Column("created_at", UtcTime, nullable=False),
    Column("seq", Integer, nullable=False),
    Index(None, "organisation_id", "id"),
    Index(None, "phase"),
    Index(None, "owner_id"),
)

# Whom an interview is shared with, beside its owner.
interview_members = Table(
    "interview_members",
    metadata,
    Column("interview_id", ForeignKey("interviews.id"), primary_key=True),
    Column("user_id", ForeignKey("users.id"), primary_key=True),
    Index(None, "user_id"),
)

# `data` is JSON, not JSONB: what a candidate typed is kept to the letter, U+0000 included.
events = Table(
    "events",
    metadata,
    Column("interview_id", ForeignKey("interviews.id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("id", Identifier, nullable=False, unique=True),
    Column("at", UtcTime, nullable=False),
    Column("t_ms", BigInteger),
    Column("cause", Identifier),
    Column("type", String(80), nullable=False),
    Column("data", JSON, nullable=False),
    Index(None, "interview_id", "cause"),
)

# The link's token itself, and the key it was opened with, are stored nowhere.
invites = Table(
    "invites",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("interview_id", ForeignKey("interviews.id"), nullable=False, index=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("revoked", Boolean, nullable=False),
    Column("session_id", Identifier),
    Column("key_hash", String(64)),
    Column("redeemed_at", UtcTime),
)

audit_trail = Table(
    "audit_trail",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("organisation_id", ForeignKey("organisations.id"), nullable=False),
    Column("user_id", ForeignKey("users.id"), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("action", String(80), nullable=False),
    Column("interview_id", Identifier),
    Column("detail", Text, nullable=False),
    Column("outcome", String(80), nullable=False, server_default="ok"),
    Index(None, "organisation_id", "id"),
    Index(None, "interview_id"),
)

# Every version stays: interviews carry their own copy, and people look up what was asked, and from what job.
flows = Table(
    "flows",
    metadata,
    Column("organisation_id", ForeignKey("organisations.id"), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("flow", JSON, nullable=False),
    Column("record", JSON, nullable=False),
    Column("created_by", ForeignKey("users.id"), nullable=False),
    Column("created_at", UtcTime, nullable=False),
)
