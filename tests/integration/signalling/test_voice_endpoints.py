"""HR's voice: who may connect it, and what ends it."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from media.errors import SdpRejected, TooManyVoices, VoiceUnavailable
from server.interviews.errors import NotLive
from tests.integration.signalling.house import FakeInterview, House

OFFER = "v=0\r\n"
SDP = {"Content-Type": "application/sdp"}
RECRUITER = {**SDP, "Authorization": "Bearer recruiter-1"}
VOICE = "/v1/interviews/one/voice"


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def interview(house: House) -> FakeInterview:
    return house.open_interview()


@pytest.fixture
def client(house: House, interview: FakeInterview) -> TestClient:
    return TestClient(house.app)


def test_a_voice_is_answered_and_ended_by_its_location(client: TestClient, interview: FakeInterview) -> None:
    answer = client.post(VOICE, content=OFFER, headers=RECRUITER)
    assert (answer.status_code, answer.text) == (201, "v=0 answer")
    assert answer.headers["location"] == f"{VOICE}/voice-1"
    assert answer.headers["etag"] == '"voice-voice-1"'
    assert len(answer.headers.get_list("link")) == 2
    assert interview.voices == {"user-1": "voice-1"}
    assert client.delete(f"{VOICE}/voice-of-another", headers=RECRUITER).status_code == 200
    assert interview.voices, "what is not one's own is left alone"
    for _ in range(2):
        assert client.delete(answer.headers["location"], headers=RECRUITER).status_code == 200
    assert not interview.voices


@pytest.mark.parametrize(
    ("token", "status", "code"),
    [
        ("", 401, "unauthenticated"),
        ("candidate-one", 401, "unauthenticated"),
        ("forged", 401, "unauthenticated"),
        ("hr-1", 403, "forbidden"),
        ("recruiter-2", 404, "not_found"),
    ],
)
def test_who_may_not_speak(
    client: TestClient, house: House, interview: FakeInterview, token: str, status: int, code: str
) -> None:
    headers = {**SDP, **({"Authorization": f"Bearer {token}"} if token else {})}
    for method, path in (("POST", VOICE), ("DELETE", f"{VOICE}/voice-1")):
        answer = client.request(method, path, content=OFFER, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not interview.voices
    assert not house.resources.registry.asked


def test_who_signs_out_meanwhile_has_no_voice(client: TestClient, house: House, interview: FakeInterview) -> None:
    house.access.checks_left = 1
    answer = client.post(VOICE, content=OFFER, headers=RECRUITER)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert not interview.voices


@pytest.mark.parametrize(
    ("failure", "status", "code", "retryable"),
    [
        (NotLive("the interview is not running"), 409, "not_live", False),
        (SdpRejected("the offer has no audio"), 400, "sdp_rejected", False),
        (TooManyVoices("4 people"), 503, "too_many_voices", True),
        (VoiceUnavailable("no WebRTC"), 409, "voice_unavailable", True),
    ],
)
def test_refusals_say_why(
    client: TestClient, interview: FakeInterview, failure: Exception, status: int, code: str, retryable: bool
) -> None:
    interview.media_failure = failure
    answer = client.post(VOICE, content=OFFER, headers=RECRUITER)
    body = answer.json()
    assert (answer.status_code, body["code"], body["retryable"]) == (status, code, retryable)
    assert body["detail"] == str(failure)


@pytest.mark.parametrize(
    ("content", "kind", "status", "code"),
    [
        (OFFER, "text/plain", 415, "unsupported_media_type"),
        (b"v=0" + b"a" * 65_536, "application/sdp", 413, "too_large"),
        (b"v=0\xff\xfe", "application/sdp", 400, "sdp_rejected"),
    ],
)
def test_bad_offers(client: TestClient, content: str | bytes, kind: str, status: int, code: str) -> None:
    answer = client.post(VOICE, content=content, headers={**RECRUITER, "Content-Type": kind})
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_the_page_needs_its_header_and_changes_are_refused(client: TestClient) -> None:
    client.cookies["viva_session"] = "recruiter-1"
    assert client.post(VOICE, content=OFFER, headers=SDP).json()["code"] == "cross_site_request"
    assert client.post(VOICE, content=OFFER, headers={**SDP, "X-Viva-Request": "1"}).status_code == 201
    assert client.options(VOICE).headers["accept-post"] == "application/sdp"
    patch = client.patch(f"{VOICE}/voice-1", content="a=candidate", headers=RECRUITER)
    assert (patch.status_code, patch.json()["code"]) == (405, "trickle_unsupported")
