"""What holds for every resource: errors, limits, headers, pages, health, metrics, schemas."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import jsonschema
import pytest
from prometheus_client.parser import text_string_to_metric_families

from media.transcription.condition import RecogniserStats
from server.db.errors import StorageUnavailable
from server.http.body_limit import MAX_BODY_BYTES
from server.http.health import Check
from tests.integration.server.workplace import Workplace, create_interview, open_workplace

PROBLEM = {"type", "title", "status", "detail", "code", "retryable"}


@pytest.fixture
async def workplace(tmp_path: Path) -> AsyncIterator[Workplace]:
    async with open_workplace(tmp_path) as workplace:
        yield workplace


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "not_found"),
        ("GET", "/v1/nothing", 404, "not_found"),
        ("DELETE", "/v1/login", 405, "method_not_allowed"),
        ("GET", "/v1/invites/redeem", 405, "method_not_allowed"),
        ("POST", "/healthz", 405, "method_not_allowed"),
        ("GET", "/assets/none.js", 404, "not_found"),
        ("GET", "/assets/../server/app.py", 404, "not_found"),
        ("GET", "/assets/%2e%2e/pyproject.toml", 404, "not_found"),
        ("GET", "/assets/__init__.py", 404, "not_found"),
    ],
)
async def test_errors_are_problems(workplace: Workplace, method: str, path: str, status: int, code: str) -> None:
    answer = await workplace.client.request(method, path)
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(answer.json()) == PROBLEM
    assert (answer.status_code, answer.json()["status"], answer.json()["code"]) == (status, status, code)


async def test_a_bug_is_a_problem_too_and_tells_nothing(workplace: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError("the inner secret")

    monkeypatch.setattr(type(workplace.resources.interviews), "count_by_phase", fail)
    answer = await workplace.client.get("/metrics")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert "secret" not in answer.text
    assert (await workplace.client.get("/healthz")).status_code == 200


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "invalid_body"),
        (b"{", "invalid_body"),
        (b"[]", "invalid_body"),
        (b"null", "invalid_body"),
        (b'{"token": 7}', "invalid_body"),
        (b'{"token": ""}', "invalid_body"),
        (b'{"token": "a", "more": 1}', "invalid_body"),
        (b'{"token": "\xff\xfe"}', "invalid_body"),
        (b'{"token": "\\ud800"}', "invalid_body"),
        (b'{"token": ' + b"[" * 3000, "invalid_body"),
        (b'{"token": NaN}', "invalid_body"),
    ],
)
async def test_bodies_that_are_no_requests(workplace: Workplace, content: bytes, code: str) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await workplace.client.post("/v1/invites/redeem", content=content, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


async def test_another_content_type_is_refused(workplace: Workplace) -> None:
    answer = await workplace.client.post("/v1/invites/redeem", content=b"{}", headers={"Content-Type": "text/plain"})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize("path", ["/v1/invites/redeem", "/v1/login", "/v1/interviews", "/nothing"])
async def test_a_body_that_is_too_large_is_refused_before_it_is_read(workplace: Workplace, path: str) -> None:
    headers = {"Content-Type": "application/json"}
    content = b'"' + b"x" * MAX_BODY_BYTES + b'"'
    answer = await workplace.client.post(path, content=content, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


async def test_a_body_that_does_not_tell_its_length_is_counted(workplace: Workplace) -> None:
    sent = 0

    async def pour() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(1000):
            sent += 8192
            yield b"x" * 8192

    headers = {"Content-Type": "application/json"}
    answer = await workplace.client.post("/v1/invites/redeem", content=pour(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert sent < 4 * MAX_BODY_BYTES


@pytest.mark.parametrize("length", ["-1", "x", "1e3", "9" * 30, "٣"])
async def test_a_length_that_is_none(workplace: Workplace, length: str) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", length.encode())]
    answer = await workplace.client.post("/v1/invites/redeem", content=b"{}", headers=headers)
    assert answer.status_code in (400, 413)


async def test_every_answer_carries_the_security_headers(workplace: Workplace) -> None:
    for path in ("/", "/v1/me", "/nothing", "/healthz"):
        headers = (await workplace.client.get(path)).headers
        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "camera=(self), microphone=(self)" in headers["permissions-policy"]
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
    assert (await workplace.client.get("/v1/me")).headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/join/any-token", "/hr/", "/hr/from-job", "/hr/interviews/any-id"])
async def test_pages_are_shown_and_obey_their_own_policy(workplace: Workplace, path: str) -> None:
    answer = await workplace.client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|https?://", answer.text)
    for asset in re.findall(r'(?:src|href)="(/assets/[^"]+)"', answer.text):
        assert (await workplace.client.get(asset)).status_code == 200, asset


async def test_assets_are_revalidated(workplace: Workplace) -> None:
    answer = await workplace.client.get("/assets/styles/base.css")
    assert answer.headers["cache-control"] == "no-cache"
    again = await workplace.client.get("/assets/styles/base.css", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    assert (await workplace.client.get("/hr")).headers["location"] == "/hr/"


async def test_ready_when_every_part_is(workplace: Workplace) -> None:
    answer = await workplace.client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ready"
    assert set(answer.json()["checks"]) == {"database", "disk", "recogniser", "deferred"}
    assert answer.json()["checks"]["recogniser"]["detail"] == "fake (demonstration)"


async def test_not_ready_when_one_part_is_not(workplace: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object) -> None:
        raise StorageUnavailable("the database does not answer")

    monkeypatch.setattr(type(workplace.resources.interviews), "count_by_phase", fail)
    monkeypatch.setattr("server.http.health.check_disk", lambda folder: Check(False, "3 MiB free"))
    answer = await workplace.client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"] == {"ok": False, "detail": "the database does not answer"}
    assert answer.json()["checks"]["disk"] == {"ok": False, "detail": "3 MiB free"}
    assert (await workplace.client.get("/healthz")).status_code == 200


async def test_not_ready_when_the_recogniser_fails_at_everything(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(workplace.resources.scheduler), "stats", lambda _: RecogniserStats(failing=True))
    answer = await workplace.client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["recogniser"] == {
        "ok": False,
        "detail": "fake (demonstration); fails at everything it is asked",
    }


async def test_metrics_count_and_name_nobody(workplace: Workplace) -> None:
    hr = await workplace.hr()
    created = await create_interview(hr)
    text = (await workplace.client.get("/metrics")).text
    families = {family.name: family for family in text_string_to_metric_families(text)}
    phases = {sample.labels["phase"]: sample.value for sample in families["viva_interviews"].samples}
    assert phases == {"invited": 1, "lobby": 0, "live": 0, "closing": 0, "archived": 0, "aborted": 0}
    assert families["viva_events_appended"].samples[0].value == 2
    assert {
        "viva_loop_lag_seconds",
        "viva_asr_waiting",
        "viva_asr_transcriptions",
        "viva_asr_busy_ratio",
        "viva_media_packets",
        "viva_media_heard_seconds",
        "viva_media_dropped",
        "viva_media_refused",
    } <= set(families)
    assert created["interview"] not in text
    assert "王小明" not in text


async def test_schemas_are_served(workplace: Workplace) -> None:
    schema = (await workplace.client.get("/schemas/v1.json")).json()
    jsonschema.Draft202012Validator.check_schema(schema)
    openapi = (await workplace.client.get("/openapi.json")).json()
    assert openapi["openapi"].startswith("3.1")
    for path, methods in {
        "/v1/login": {"post"},
        "/v1/interviews": {"get", "post"},
        "/v1/interviews/{interview}/events": {"get"},
        "/v1/interviews/{interview}/whep": {"post"},
        "/v1/whip": {"post"},
        "/v1/whip/{epoch}": {"delete"},
        "/readyz": {"get"},
    }.items():
        assert methods <= set(openapi["paths"][path]), path
    assert openapi["components"]["schemas"]["NewInterview"]["required"] == [
        "flow",
        "candidate_name",
        "job_title",
        "language",
    ]
    references = re.findall(r'"\$ref": "#/components/schemas/(\w+)"', json.dumps(openapi))
    assert set(references) <= set(openapi["components"]["schemas"])
    identifiers = re.findall(r'"operationId": "(\w+)"', json.dumps(openapi))
    assert len(identifiers) == len(set(identifiers))
