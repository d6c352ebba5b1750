"""Invite links: a random token that opens one interview once, for the browser that opens it first."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from server.auth.tokens import CandidateSession
from server.db.invites import Invite, Invites
from server.errors import Conflict, InterviewError, NotFound
from server.identifiers import new_id

TOKEN_BYTES = 32
MAX_TOKEN_CHARACTERS = 200


class InviteUnknown(NotFound):
    code: ClassVar[str] = "invite_unknown"


class InviteUsed(Conflict):
    code: ClassVar[str] = "invite_used"


class InviteExpired(InterviewError):
    code: ClassVar[str] = "invite_expired"
    status: ClassVar[int] = 410


class InviteRevoked(InterviewError):
    code: ClassVar[str] = "invite_revoked"
    status: ClassVar[int] = 410


@dataclass(frozen=True, slots=True)
class IssuedInvite:
    """`token` goes into the link and is kept nowhere."""

    id: str
    interview_id: str
    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Redemption:
    """`first` when this call bound the link: then it is a fact for the interview's log."""

    session: CandidateSession
    first: bool


class InviteOffice:
    def __init__(self, invites: Invites, *, valid_hours: int) -> None:
        self._invites = invites
        self._valid = timedelta(hours=valid_hours)

    async def issue(self, interview_id: str) -> IssuedInvite:
        """Every earlier link of the interview, and every session that came from one, ends."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        invite = Invite(new_id(), interview_id, datetime.now(UTC) + self._valid, revoked=False, session_id=None)
        await self._invites.replace(invite, hash_token(token))
        return IssuedInvite(invite.id, interview_id, token, invite.expires_at)

    async def redeem(self, token: str, current: CandidateSession | None, key: str | None = None) -> Redemption:
        """`current` is the session the browser already has, if any: it may come back as often as it likes.
        `key` is a secret of the browser's own making; it comes back with that too, when our first answer was lost.

        Raises InviteUnknown, InviteRevoked, InviteUsed, InviteExpired.
        """
        if len(token) > MAX_TOKEN_CHARACTERS:
            raise InviteUnknown("this link is not known here")
        invite = await self._invites.find_by_token_hash(hash_token(token))
        if invite is None:
            raise InviteUnknown("this link is not known here")
        if invite.revoked:
            raise InviteRevoked("this link was replaced by a newer one")
        if invite.session_id is not None:
            return Redemption(_returning(invite, current, key), first=False)
        now = datetime.now(UTC)
        if invite.expires_at <= now:
            raise InviteExpired("this link has expired; ask for a new one")
        session = CandidateSession(new_id(), invite.id, invite.interview_id)
        if await self._invites.bind(invite.id, session.id, hash_token(key) if key is not None else None, now):
            return Redemption(session, first=True)
        bound = await self._invites.find(invite.id)  # by someone a moment faster: perhaps the same browser
        return Redemption(_returning(bound or invite, current, key), first=False)

    async def release(self, session: CandidateSession) -> None:
        """Undoes a first redemption that could not be recorded."""
        await self._invites.release(session.invite_id, session.id)

    async def is_current(self, session: CandidateSession) -> bool:
        invite = await self._invites.find(session.invite_id)
        return invite is not None and not invite.revoked and invite.session_id == session.id


def hash_token(token: str) -> str:
    """The token has 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _returning(invite: Invite, current: CandidateSession | None, key: str | None) -> CandidateSession:
    shown = key is not None and invite.key_hash is not None and hmac.compare_digest(hash_token(key), invite.key_hash)
    if shown and invite.session_id is not None:
        return CandidateSession(invite.session_id, invite.id, invite.interview_id)
    if current is None or current.invite_id != invite.id or current.id != invite.session_id:
        raise InviteUsed("this link was opened on another device; ask for a new one")
    return current
