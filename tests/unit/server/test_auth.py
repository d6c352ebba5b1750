"""Tokens, passwords, permissions, TURN credentials: what they accept and what they do not."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import URLSafeTimedSerializer

from server.auth.passwords import PasswordWeak, hash_password, verify_password
from server.auth.permissions import PERMISSIONS, Permission, limit_of, require
from server.auth.tokens import CandidateSession, LoginToken, TokenSigner
from server.db.users import ROLES, User
from server.errors import Forbidden, Unauthenticated
from server.resources import list_ice_servers
from server.settings import MediaGroup

SECRET = b"s" * 32
SIGNER = TokenSigner(SECRET, candidate_hours=1, login_hours=1)
SESSION = CandidateSession("session", "invite", "interview")


def test_tokens_are_read_back_and_not_mixed_up() -> None:
    candidate, login = SIGNER.sign_candidate(SESSION), SIGNER.sign_login(LoginToken("user", "print"))
    assert SIGNER.read_candidate(candidate) == SESSION
    assert SIGNER.read_login(login) == LoginToken("user", "print")
    with pytest.raises(Unauthenticated):
        SIGNER.read_login(candidate)
    with pytest.raises(Unauthenticated):
        SIGNER.read_candidate(login)
    with pytest.raises(Unauthenticated):
        TokenSigner(b"t" * 32, candidate_hours=1, login_hours=1).read_candidate(candidate)


def test_a_token_ends_with_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    token = SIGNER.sign_candidate(SESSION)
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + 3599)
    assert SIGNER.read_candidate(token) == SESSION
    monkeypatch.setattr("time.time", lambda: now + 3602)
    with pytest.raises(Unauthenticated):
        SIGNER.read_candidate(token)


@given(st.text(max_size=300))
def test_no_other_text_is_a_token(text: str) -> None:
    with pytest.raises(Unauthenticated):
        SIGNER.read_candidate(text)


@pytest.mark.parametrize("loaded", [None, 7, "text", {}, [], ["a", "b"], ["a", "b", 3], ["a", "b", "c", "d"]])
def test_a_signed_value_of_another_shape_is_refused(loaded: object) -> None:
    token = str(URLSafeTimedSerializer(SECRET, salt="viva.candidate").dumps(loaded))
    with pytest.raises(Unauthenticated):
        SIGNER.read_candidate(token)


async def test_passwords() -> None:
    password_hash = await hash_password("correct horse battery")
    assert password_hash.startswith("$argon2id$")
    assert await verify_password(password_hash, "correct horse battery")
    assert not await verify_password(password_hash, "correct horse batter")
    assert not await verify_password(password_hash, "\ud800")
    assert not await verify_password(None, "nobody's password")
    assert not await verify_password("not a hash", "x")
    for weak in ("", "short", "x" * 201):
        with pytest.raises(PasswordWeak):
            await hash_password(weak)


def test_every_role_stands_in_the_table_and_only_admins_hold_all() -> None:
    assert set(PERMISSIONS) == set(ROLES)
    everything = set(get_args(Permission))
    assert PERMISSIONS["admin"] == dict.fromkeys(everything, "organisation")
    assert PERMISSIONS["recruiter"] == dict.fromkeys(everything - {"user.manage", "audit.view"}, "own")
    observer = User("u", "o", "e", "n", "observer")
    assert limit_of(observer, "interview.observe") is None
    assert limit_of(User("u", "o", "e", "n", "recruiter"), "interview.observe") == "u"
    with pytest.raises(Forbidden):
        require(observer, "interview.create")


def test_who_watches_changes_nothing_and_who_measures_hears_no_people() -> None:
    """Of observers and of QA: what they must never have, whatever else is added to the table."""
    acts = {name for name in get_args(Permission) if name.startswith(("interview.", "invite.", "chat.", "flow."))}
    acts -= {"interview.view", "interview.observe", "flow.view", "chat.view", "chat.backroom"}
    assert not acts & set(PERMISSIONS["observer"])
    assert not {"recording.play", "chat.view", "chat.candidate", "chat.backroom"} & set(PERMISSIONS["qa"])
    assert {name for name, reach in PERMISSIONS["qa"].items() if reach == "own"} == {
        "invite.issue",
        "interview.control",
        "alert.acknowledge",
    }


def test_turn_credentials_are_those_coturn_computes() -> None:
    settings = MediaGroup.model_validate(
        {
            "stun_urls": "stun:a:3478",
            "turn_urls": "turn:a:3478?transport=udp, turn:a:3478?transport=tcp",
            "turn_secret": "north",
            "turn_credential_hours": 2,
        }
    )
    stun, turn = list_ice_servers(settings, "session", 1000.5)
    assert (stun.urls, stun.username) == (("stun:a:3478",), None)
    assert turn.urls == ("turn:a:3478?transport=udp", "turn:a:3478?transport=tcp")
    assert turn.username == "8200:session"
    expected = hmac.new(b"north", b"8200:session", hashlib.sha1).digest()
    assert turn.credential == base64.b64encode(expected).decode()
    assert list(list_ice_servers(MediaGroup(), "session", 0)) == []
