"""HR's login."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.auth.passwords import hash_password
from tests.integration.server.workplace import CSRF, PASSWORD, Workplace, open_workplace


@pytest.fixture
async def workplace(tmp_path: Path) -> AsyncIterator[Workplace]:
    async with open_workplace(tmp_path, auth={"logins_per_minute": 5}) as workplace:
        await workplace.add_user("person@example.org", "recruiter")
        yield workplace


async def test_login_sets_a_cookie_scripts_cannot_read(workplace: Workplace) -> None:
    body = {"email": "Person@Example.ORG", "password": PASSWORD}
    answer = await workplace.browser().post("/v1/login", json=body)
    assert answer.json()["user"]["email"] == "person@example.org"
    assert set(answer.json()["user"]) == {"id", "email", "name", "role"}
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    assert "Secure" not in cookie
    assert PASSWORD not in answer.text


async def test_over_tls_the_cookie_is_for_tls_only(workplace: Workplace) -> None:
    browser = workplace.browser()
    browser.base_url = "https://viva.test"
    answer = await browser.post("/v1/login", json={"email": "person@example.org", "password": PASSWORD})
    assert "Secure" in answer.headers["set-cookie"]


async def test_me_and_logout(workplace: Workplace) -> None:
    browser = await workplace.log_in("person@example.org")
    me = (await browser.get("/v1/me")).json()
    assert (me["user"]["role"], me["organisation"]["name"], me["ice_servers"]) == ("recruiter", "Example", [])
    assert (await browser.post("/v1/logout")).status_code == 204
    assert (await browser.get("/v1/me")).status_code == 401


async def test_the_cookie_value_works_as_bearer_token_for_programs(workplace: Workplace) -> None:
    browser = await workplace.log_in("person@example.org")
    program = workplace.browser(Authorization=f"Bearer {browser.cookies['viva_session']}")
    assert (await program.get("/v1/me")).status_code == 200
    assert (await program.post("/v1/logout")).status_code == 204


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("person@example.org", "wrong password"),
        ("nobody@example.org", PASSWORD),
        ("person@example.org", PASSWORD + " "),
        ("' OR 1=1 --", "x"),
        ("a\x00b", "\x00"),
    ],
)
async def test_a_wrong_login_does_not_tell_which_half_was_wrong(
    workplace: Workplace, email: str, password: str
) -> None:
    answer = await workplace.client.post("/v1/login", json={"email": email, "password": password})
    assert (answer.status_code, answer.json()["code"]) == (401, "login_failed")
    assert answer.json()["detail"] == "the address or the password is wrong"
    assert "set-cookie" not in answer.headers


async def test_brute_force_is_slowed_down_by_account_and_by_address(workplace: Workplace) -> None:
    for number in range(5):
        body = {"email": "person@example.org", "password": f"guess number {number}"}
        assert (await workplace.client.post("/v1/login", json=body)).status_code == 401
    right = {"email": "person@example.org", "password": PASSWORD}
    answer = await workplace.client.post("/v1/login", json=right)
    assert (answer.status_code, answer.json()["code"], answer.json()["retryable"]) == (429, "too_many_requests", True)
    assert int(answer.headers["retry-after"]) >= 1


async def test_a_changed_password_ends_older_logins(workplace: Workplace) -> None:
    browser = await workplace.log_in("person@example.org")
    user_id = (await browser.get("/v1/me")).json()["user"]["id"]
    await workplace.resources.users.replace_password_hash(user_id, await hash_password("another password"))
    assert (await browser.get("/v1/me")).status_code == 401


async def test_login_from_another_site_is_refused(workplace: Workplace) -> None:
    body = {"email": "person@example.org", "password": PASSWORD}
    answer = await workplace.client.post("/v1/login", json=body, headers={"Origin": "https://evil.example"})
    assert answer.json()["code"] == "cross_site_request"
    form = await workplace.client.post("/v1/login", data=body, headers=CSRF)
    assert (form.status_code, form.json()["code"]) == (415, "unsupported_media_type")


async def test_an_organisation_s_pages_begin_with_scores_as_it_wants_them(workplace: Workplace) -> None:
    browser = await workplace.log_in("person@example.org")
    assert (await browser.get("/v1/me")).json()["organisation"]["scores_hidden"] is True
    assert await workplace.resources.organisations.hide_scores("Example", hidden=False)
    assert (await browser.get("/v1/me")).json()["organisation"]["scores_hidden"] is False
    assert (await workplace.resources.organisations.ensure("Example")).scores_hidden is False
    assert not await workplace.resources.organisations.hide_scores("Nobody", hidden=False)
