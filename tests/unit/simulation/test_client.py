from __future__ import annotations

import json

import httpx
import pytest

from simulation.client import HrClient, InviteAddress, read_json, redeem_invite
from simulation.errors import Refused
from simulation.manner import Manner


@pytest.mark.parametrize(
    ("url", "base_url", "token"),
    [
        ("http://127.0.0.1:8400/join/abc", "http://127.0.0.1:8400", "abc"),
        ("https://host.example/join/abc/", "https://host.example", "abc"),
        ("https://host.example/interviews/join/a.b-c", "https://host.example/interviews", "a.b-c"),
    ],
)
def test_an_invite_link_is_taken_apart(url: str, base_url: str, token: str) -> None:
    assert InviteAddress.parse(url) == InviteAddress(base_url, token)


@pytest.mark.parametrize("url", ["", "abc", "ftp://host/join/abc", "https://host/join/", "https://host/other/abc"])
def test_what_is_no_invite_link_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="not an invite link"):
        InviteAddress.parse(url)


async def test_cookie_requests_carry_the_header_against_forgery() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"user": {}}, headers={"Set-Cookie": "viva_session=s; Path=/"})

    async with httpx.AsyncClient(base_url="http://server", transport=httpx.MockTransport(answer)) as http:
        hr = HrClient(http)
        await hr.login("hr@example.org", "secret")
        await hr.login("hr@example.org", "secret")
    assert all(request.headers["X-Viva-Request"] == "1" for request in seen)
    assert seen[1].headers["Cookie"] == "viva_session=s"


async def test_a_lost_answer_is_asked_for_again_with_the_same_key() -> None:
    keys: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        keys.append(json.loads(request.content)["key"])
        if len(keys) == 1:
            raise httpx.ReadError("the line went dead")
        return httpx.Response(200, json={"session": "s", "interview": "i"})

    async with httpx.AsyncClient(base_url="http://server", transport=httpx.MockTransport(answer)) as http:
        assert await redeem_invite(http, "token") == "s"
    assert keys[0] == keys[1]
    assert 16 <= len(keys[0]) <= 128


async def test_events_are_read_page_after_page() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        after = int(request.url.params["after"])
        last = min(after + 2, 5)
        events = [{"seq": seq} for seq in range(after + 1, last + 1)]
        return httpx.Response(200, json={"events": events, "next": last if last < 5 else None})

    async with httpx.AsyncClient(base_url="http://server", transport=httpx.MockTransport(answer)) as http:
        assert [event["seq"] for event in await HrClient(http).read_events("one")] == [1, 2, 3, 4, 5]


def test_a_problem_becomes_a_refusal_with_its_code() -> None:
    problem = {"code": "invite_used", "detail": "opened elsewhere", "retryable": False}
    with pytest.raises(Refused, match="redeem: invite_used: opened elsewhere") as refused:
        read_json(httpx.Response(409, json=problem), "redeem")
    assert refused.value.code == "invite_used"


def test_an_answer_without_a_problem_body_is_a_refusal_too() -> None:
    with pytest.raises(Refused) as refused:
        read_json(httpx.Response(502, text="<html>"), "redeem")
    assert refused.value.code == "502"
    assert refused.value.retryable


def test_a_patient_manner_takes_its_time_and_a_hurried_one_none() -> None:
    assert Manner(pace=0).reading_s("a question of some length") == 0
    assert Manner().reading_s("请做一下自我介绍") > Manner().reading_s("yourself")
    assert Manner(pace=2).thinking_s() == 2 * Manner().thinking_s()
