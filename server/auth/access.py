"""Who is calling: a candidate by Bearer token, a user by login cookie (or by the same value as Bearer token).

A cookie is sent by the browser whoever asks it to, so a request that changes something and is known by its cookie must
also carry the header `X-Viva-Request: 1`, which no other site can add, and come from our own origin.
"""

from __future__ import annotations

import hashlib
from typing import ClassVar
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from server.auth.invites import InviteOffice
from server.auth.limiter import RateLimits
from server.auth.passwords import hash_password, needs_rehash, verify_password
from server.auth.permissions import Permission, require
from server.auth.tokens import CandidateSession, LoginToken, TokenSigner
from server.db.users import Credentials, User, Users
from server.errors import Forbidden, Unauthenticated

COOKIE = "viva_session"
REQUEST_HEADER = "X-Viva-Request"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class LoginFailed(Unauthenticated):
    code: ClassVar[str] = "login_failed"


class UserDisabled(Unauthenticated):
    code: ClassVar[str] = "user_disabled"


class CrossSiteRequest(Forbidden):
    code: ClassVar[str] = "cross_site_request"


class Access:
    """`public_url`: where browsers reach us when a proxy stands between."""

    def __init__(
        self,
        users: Users,
        invites: InviteOffice,
        tokens: TokenSigner,
        limits: RateLimits,
        *,
        public_url: str | None = None,
    ) -> None:
        self._users = users
        self._invites = invites
        self._limits = limits
        self._public_host = urlsplit(public_url).netloc if public_url else None
        self.tokens = tokens

    def is_own_host(self, host: str, requested: str) -> bool:
        return host in (requested, self._public_host)

    async def candidate(self, token: str) -> CandidateSession:
        """Raises Unauthenticated: forged, out of date, or ended by a newer invite."""
        session = self.tokens.read_candidate(token)
        if not await self._invites.is_current(session):
            raise Unauthenticated("the session has ended; a newer link was issued")
        return session

    async def user(self, token: str) -> User:
        """Raises Unauthenticated, UserDisabled."""
        return (await self.credentials(token)).user

    async def credentials(self, token: str) -> Credentials:
        """As they are now. Raises Unauthenticated, UserDisabled."""
        login = self.tokens.read_login(token)
        credentials = (await self._users.credentials_of((login.user_id,))).get(login.user_id)
        if credentials is None or _fingerprint(credentials.password_hash) != login.fingerprint:
            raise Unauthenticated("the login is no longer valid")
        if not credentials.user.active:
            raise UserDisabled("this user was shut out; ask an administrator")
        return credentials

    async def log_in(self, email: str, password: str, address: str) -> tuple[User, str]:
        """The user and the login token. Raises LoginFailed, UserDisabled, TooManyRequests."""
        await self._limits.count_login(address, email)
        credentials = await self._users.credentials(email)
        password_hash = credentials.password_hash if credentials else None
        if not await verify_password(password_hash, password) or credentials is None or password_hash is None:
            raise LoginFailed("the address or the password is wrong")
        if not credentials.user.active:
            raise UserDisabled("this user was shut out; ask an administrator")
        if needs_rehash(password_hash):
            password_hash = await hash_password(password)
            await self._users.replace_password_hash(credentials.user.id, password_hash)
        return credentials.user, self.tokens.sign_login(LoginToken(credentials.user.id, _fingerprint(password_hash)))


def access_of(connection: HTTPConnection) -> Access:
    access: Access = connection.app.state.access
    return access


async def candidate_of(connection: HTTPConnection) -> CandidateSession:
    """Raises Unauthenticated."""
    token = bearer_token(connection)
    if token is None:
        raise Unauthenticated("a candidate session is needed (Authorization: Bearer)")
    return await access_of(connection).candidate(token)


async def user_of(connection: HTTPConnection, permission: Permission | None = None) -> User:
    """For requests and for sockets. Raises Unauthenticated, Forbidden, CrossSiteRequest."""
    user = await access_of(connection).user(login_token(connection))
    if permission is not None:
        require(user, permission)
    return user


async def credentials_of(connection: HTTPConnection) -> Credentials:
    """Raises Unauthenticated, CrossSiteRequest."""
    return await access_of(connection).credentials(login_token(connection))


def login_token(connection: HTTPConnection) -> str:
    """Raises Unauthenticated, CrossSiteRequest."""
    token = bearer_token(connection)
    if token is None:
        token = connection.cookies.get(COOKIE)
        if token is None:
            raise Unauthenticated("log in first")
        check_same_site(connection)
    return token


def bearer_token(connection: HTTPConnection) -> str | None:
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def check_same_site(connection: HTTPConnection) -> None:
    """A socket cannot carry own headers; there the browser's Origin must be ours. Raises CrossSiteRequest."""
    check_origin(connection)
    method = connection.scope.get("method", "GET")
    if method not in _SAFE_METHODS and connection.headers.get(REQUEST_HEADER) != "1":
        raise CrossSiteRequest(f"the header {REQUEST_HEADER}: 1 is missing")


def check_origin(connection: HTTPConnection) -> None:
    """No Origin is sent by programs, and by browsers on plain GET; one that is sent must be ours."""
    origin = connection.headers.get("origin")
    if origin is None:
        return
    try:
        own = access_of(connection).is_own_host(urlsplit(origin).netloc, connection.url.netloc)
    except ValueError:  # an address that is none, such as http://[
        own = False
    if not own:
        raise CrossSiteRequest("the request comes from another site")


def _fingerprint(password_hash: str) -> str:
    return hashlib.sha256(password_hash.encode()).hexdigest()[:16]
