from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from media.errors import TooManyObservers
from server.interviews.errors import NotLive
from tests.integration.signalling.house import House

OFFER = "v=0\r\n"
SDP = {"Content-Type": "application/sdp"}
CANDIDATE = {**SDP, "Authorization": "Bearer candidate-one"}
HR = {**SDP, "Authorization": "Bearer hr-1"}
WHEP = "/v1/interviews/one/whep"


@pytest.fixture
def empty_house() -> House:
    return House()


@pytest.fixture
def client(empty_house: House) -> TestClient:
    empty_house.open_interview()
    return TestClient(empty_house.app)


def test_an_offer_is_answered(client: TestClient) -> None:
    answer = client.post("/v1/whip", content=OFFER, headers=CANDIDATE)
    assert (answer.status_code, answer.text) == (201, "v=0 answer")
    assert answer.headers["content-type"] == "application/sdp"
    assert answer.headers["location"] == "/v1/whip/1"
    assert answer.headers["etag"] == '"whip-1"'
    assert answer.headers.get_list("link") == [
        '<stun:stun.example.org>; rel="ice-server"',
        '<turn:turn.example.org>; rel="ice-server"; username="1:session-one"; credential="p\\"w"; '
        'credential-type="password"',
    ]


def test_media_is_withdrawn_by_its_location(client: TestClient, empty_house: House) -> None:
    location = client.post("/v1/whip", content=OFFER, headers=CANDIDATE).headers["location"]
    assert client.delete(location, headers=CANDIDATE).status_code == 200
    assert empty_house.resources.registry.interviews["one"].published == []
    assert client.delete(location, headers=CANDIDATE).status_code == 200


@pytest.mark.parametrize(
    ("content", "headers", "status", "code"),
    [
        (OFFER, SDP, 401, "unauthenticated"),
        (OFFER, {**SDP, "Authorization": "Bearer forged"}, 401, "unauthenticated"),
        (OFFER, {**SDP, "Authorization": "Bearer hr-1"}, 401, "unauthenticated"),
        (OFFER, {**CANDIDATE, "Content-Type": "text/plain"}, 415, "unsupported_media_type"),
        (b"v=0" + b"a" * 65_536, CANDIDATE, 413, "too_large"),
        (b"v=0\xff\xfe", CANDIDATE, 400, "sdp_rejected"),
        ("", CANDIDATE, 400, "sdp_rejected"),
        ("nonsense", CANDIDATE, 400, "sdp_rejected"),
        (OFFER, {**SDP, "Authorization": "Bearer candidate-nowhere"}, 404, "not_found"),
    ],
)
def test_bad_offers(client: TestClient, content: str | bytes, headers: dict[str, str], status: int, code: str) -> None:
    answer = client.post("/v1/whip", content=content, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"


def test_media_of_an_older_link_is_withdrawn_at_once(client: TestClient, empty_house: House) -> None:
    empty_house.access.checks_left = 1
    answer = client.post("/v1/whip", content=OFFER, headers=CANDIDATE)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert empty_house.resources.registry.interviews["one"].published == []


def test_media_comes_only_while_the_interview_runs(client: TestClient, empty_house: House) -> None:
    empty_house.resources.registry.interviews["one"].media_failure = NotLive("the interview is not running")
    for path, headers in (("/v1/whip", CANDIDATE), (WHEP, HR)):
        answer = client.post(path, content=OFFER, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (409, "not_live")


def test_the_methods_of_the_resources(client: TestClient) -> None:
    options = client.options("/v1/whip")
    assert (options.status_code, options.headers["accept-post"]) == (204, "application/sdp")
    for path in ("/v1/whip/1", f"{WHEP}/observer-1"):
        patch = client.patch(path, content="a=candidate", headers=CANDIDATE)
        assert (patch.status_code, patch.json()["code"], patch.headers["allow"]) == (
            405,
            "trickle_unsupported",
            "DELETE",
        )
    assert client.get("/v1/whip", headers=CANDIDATE).json()["code"] == "method_not_allowed"
    assert client.delete("/v1/whip/x", headers=CANDIDATE).status_code == 404


def test_an_observer_is_answered_and_leaves(client: TestClient, empty_house: House) -> None:
    answer = client.post(WHEP, content=OFFER, headers=HR)
    assert (answer.status_code, answer.headers["location"]) == (201, f"{WHEP}/observer-1")
    assert client.delete(answer.headers["location"], headers=HR).status_code == 200
    assert empty_house.resources.registry.interviews["one"].published == [-1]


def test_the_login_cookie_needs_the_page_s_header(client: TestClient) -> None:
    client.cookies["viva_session"] = "hr-1"
    refused = client.post(WHEP, content=OFFER, headers=SDP)
    assert (refused.status_code, refused.json()["code"]) == (403, "cross_site_request")
    assert client.post(WHEP, content=OFFER, headers={**SDP, "X-Viva-Request": "1"}).status_code == 201


@pytest.mark.parametrize("token", ["candidate-one", "forged"])
def test_candidates_and_strangers_do_not_observe(client: TestClient, token: str) -> None:
    answer = client.post(WHEP, content=OFFER, headers={**SDP, "Authorization": f"Bearer {token}"})
    assert answer.status_code == 401


def test_another_organisation_s_interview_is_not_there(client: TestClient, empty_house: House) -> None:
    for method, path in (("POST", WHEP), ("DELETE", f"{WHEP}/observer-1")):
        answer = client.request(method, path, headers={**SDP, "Authorization": "Bearer hr-2"})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert empty_house.resources.registry.asked == []


def test_one_observer_too_many(client: TestClient, empty_house: House) -> None:
    empty_house.resources.registry.interviews["one"].media_failure = TooManyObservers("eight are watching")
    answer = client.post(WHEP, content=OFFER, headers=HR)
    assert (answer.json()["code"], answer.json()["retryable"]) == ("too_many_observers", True)


def test_the_socket_under_starlette_s_own_client(client: TestClient) -> None:
    with client.websocket_connect("/v1/socket", subprotocols=["viva.v1"]) as socket:
        hello = {"token": "candidate-one"}
        socket.send_json({"v": 1, "id": "hello", "type": "session.hello", "data": hello})
        assert [socket.receive_json()["type"] for _ in range(3)] == [
            "session.welcomed", "candidate.connected", "session.caught_up",
        ]  # fmt: skip
