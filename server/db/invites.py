"""Invites: who may open an interview. Only the hash of a link's token is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from server.db.database import Database
from server.db.schema import invites


@dataclass(frozen=True, slots=True)
class Invite:
    """`session_id` names the candidate session the link was bound to when it was first opened, `key_hash` what its
    client can show instead."""

    id: str
    interview_id: str
    expires_at: datetime
    revoked: bool
    session_id: str | None
    key_hash: str | None = None


class Invites:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def replace(self, invite: Invite, token_hash: str) -> None:
        """Adds the invite and revokes every earlier one of its interview."""
        row = {
            "id": invite.id,
            "interview_id": invite.interview_id,
            "token_hash": token_hash,
            "created_at": datetime.now(UTC),
            "expires_at": invite.expires_at,
            "revoked": False,
        }
        async with self._database.write() as connection:
            earlier = update(invites).where(invites.c.interview_id == invite.interview_id).values(revoked=True)
            await connection.execute(earlier)
            await connection.execute(insert(invites), row)

    async def find(self, invite_id: str) -> Invite | None:
        return await self._one(invites.c.id == invite_id)

    async def find_by_token_hash(self, token_hash: str) -> Invite | None:
        return await self._one(invites.c.token_hash == token_hash)

    async def bind(self, invite_id: str, session_id: str, key_hash: str | None, now: datetime) -> bool:
        """True for the one caller that came first; the condition is checked by the database, not before it."""
        free = update(invites).where(
            invites.c.id == invite_id,
            invites.c.session_id.is_(None),
            invites.c.revoked.is_(False),
            invites.c.expires_at > now,
        )
        async with self._database.write() as connection:
            result = await connection.execute(free.values(session_id=session_id, key_hash=key_hash, redeemed_at=now))
            return result.rowcount == 1

    async def release(self, invite_id: str, session_id: str) -> None:
        """Takes a binding back that could not be written to the interview's log."""
        bound = update(invites).where(invites.c.id == invite_id, invites.c.session_id == session_id)
        async with self._database.write() as connection:
            await connection.execute(bound.values(session_id=None, key_hash=None, redeemed_at=None))

    async def _one(self, condition: Any) -> Invite | None:
        async with self._database.read() as connection:
            row = (await connection.execute(select(invites).where(condition))).one_or_none()
        return _invite_of(row) if row is not None else None


def _invite_of(row: Row[Any]) -> Invite:
    return Invite(row.id, row.interview_id, row.expires_at, row.revoked, row.session_id, row.key_hash)
