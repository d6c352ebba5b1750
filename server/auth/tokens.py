"""Signed session tokens. They name a session or a user and say nothing else; the database decides what it may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from itsdangerous import BadSignature, URLSafeTimedSerializer

from server.errors import Unauthenticated

MAX_TOKEN_CHARACTERS = 4096


@dataclass(frozen=True, slots=True)
class CandidateSession:
    """`id` is what the invite was bound to."""

    id: str
    invite_id: str
    interview_id: str


@dataclass(frozen=True, slots=True)
class LoginToken:
    """`fingerprint` changes with the password, which ends every older login."""

    user_id: str
    fingerprint: str


class TokenSigner:
    def __init__(self, secret: bytes, *, candidate_hours: int, login_hours: int) -> None:
        self._candidates = URLSafeTimedSerializer(secret, salt="viva.candidate")
        self._logins = URLSafeTimedSerializer(secret, salt="viva.login")
        self._candidate_s = candidate_hours * 3600
        self.login_s = login_hours * 3600

    def sign_candidate(self, session: CandidateSession) -> str:
        return str(self._candidates.dumps([session.id, session.invite_id, session.interview_id]))

    def read_candidate(self, token: str) -> CandidateSession:
        """Raises Unauthenticated."""
        return CandidateSession(*_parts(self._candidates, token, self._candidate_s, 3))

    def sign_login(self, login: LoginToken) -> str:
        return str(self._logins.dumps([login.user_id, login.fingerprint]))

    def read_login(self, token: str) -> LoginToken:
        """Raises Unauthenticated."""
        return LoginToken(*_parts(self._logins, token, self.login_s, 2))


def _parts(serializer: URLSafeTimedSerializer, token: str, max_age_s: int, count: int) -> list[str]:
    if len(token) > MAX_TOKEN_CHARACTERS:
        raise Unauthenticated("the session is not valid")
    try:
        loaded: Any = serializer.loads(token, max_age=max_age_s)
    except BadSignature:  # SignatureExpired is one
        raise Unauthenticated("the session is not valid or has ended") from None
    if not isinstance(loaded, list) or len(loaded) != count or not all(isinstance(part, str) for part in loaded):
        raise Unauthenticated("the session is not valid")
    return loaded
