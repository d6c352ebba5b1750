"""Every route of HR leaves an entry of its own name: the whole table, walked. Commands: `test_command_matrix`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock

import httpx
import pytest

from media.types import ObserverAnswer
from media.voices.facts import VoiceAnswer
from server.db.audit import AuditQuery
from server.interviews.services import Actor
from server.protocol import commands as c
from server.protocol.events import RecordingClosed, RecordingOpened
from tests.integration.server.test_jobs_http import propose
from tests.integration.server.test_role_matrix import PATH, ROUTES
from tests.integration.server.workplace import Workplace, create_interview, open_workplace

OF_NOBODY = ("everybody", "candidate")
UNTOLD = {"GET /v1/me"}
"""Who I am: nobody else's."""
ACTIONS: dict[str, str] = {
    "POST /v1/login": "login",
    "POST /v1/logout": "logout",
    "GET /v1/flows": "flows.list",
    "GET /v1/flows/{flow}": "flow.view",
    "GET /v1/rubrics": "rubrics.read",
    "POST /v1/flows": "flow.save",
    "POST /v1/flows/{flow}/versions": "flow.save",
    "POST /v1/jobs/competencies": "jobs.competencies",
    "POST /v1/jobs/questions": "jobs.questions",
    "POST /v1/jobs/wording": "jobs.wording",
    "POST /v1/interviews": "interview.create",
    "GET /v1/interviews": "interviews.list",
    f"GET {PATH}": "interview.view",
    f"GET {PATH}/events": "events.read",
    f"GET {PATH}/explanations": "explanations.read",
    f"GET {PATH}/recordings/{{name}}": "recording.play",
    f"POST {PATH}/invites": "invite.issue",
    f"POST {PATH}/reopen": "interview.reopen",
    f"GET {PATH}/members": "members.list",
    f"PUT {PATH}/members": "interview.share",
    f"POST {PATH}/whep": "media.observe",
    f"DELETE {PATH}/whep/{{observer}}": "media.unobserve",
    f"POST {PATH}/voice": "voice.open",
    f"DELETE {PATH}/voice/{{voice}}": "voice.close",
    "GET /v1/audit": "audit.view",
}
SDP = {"Content-Type": "application/sdp"}


@pytest.fixture
async def workplace(tmp_path: Path) -> AsyncIterator[Workplace]:
    async with open_workplace(tmp_path) as workplace:
        yield workplace


def test_every_route_of_hr_has_its_entry() -> None:
    of_hr = {route for route, door in ROUTES.items() if door not in OF_NOBODY} | {"POST /v1/login"}
    assert set(ACTIONS) == of_hr - UNTOLD


async def test_every_view_and_every_action_is_in_the_trail(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    hr = await workplace.hr("admin")
    interview_id = (await create_interview(hr))["interview"]
    interview = await workplace.resources.registry.here(interview_id)
    await _record(workplace, interview_id)
    monkeypatch.setattr(type(interview), "observe", AsyncMock(return_value=ObserverAnswer("o", "v=0")))
    monkeypatch.setattr(type(interview), "open_voice", AsyncMock(return_value=VoiceAnswer("v", "v=0")))
    _, flow = await propose(hr)
    saved = await hr.post("/v1/flows", json=flow)
    flow_id = saved.json()["id"]
    await interview.submit(c.InterviewEnd(), Actor("candidate", "session"), None)
    bodies: dict[str, Any] = {
        "POST /v1/flows": flow,
        "POST /v1/flows/{flow}/versions": {**flow, "after": 1},
        "POST /v1/jobs/competencies": {"job": flow["job"]},
        "POST /v1/jobs/questions": {"job": flow["job"], "competencies": flow["competencies"], "count": 6},
        "POST /v1/jobs/wording": flow["questions"][0],
        f"POST {PATH}/reopen": {"reason": "our network failed", "confirmed": True},
        f"PUT {PATH}/members": {"members": []},
    }
    walked = [route for route in ACTIONS if route not in ("POST /v1/login", "POST /v1/interviews", "POST /v1/logout")]
    for route in [*walked, "POST /v1/logout"]:
        before = await _entries(workplace)
        answer = await _knock(hr, route, bodies.get(route), interview_id, flow_id)
        assert answer.status_code < 300, (route, answer.text)
        new = (await _entries(workplace))[len(before) :]
        told = (ACTIONS[route], interview_id if "{interview}" in route else None, "ok")
        assert told in new, (route, new)
        assert len(new) == 1, (route, new)
    assert [action for action, *_ in await _entries(workplace)][:2] == ["login", "interview.create"]


async def _knock(hr: httpx.AsyncClient, route: str, body: Any, interview: str, flow: str) -> httpx.Response:
    method, _, path = route.partition(" ")
    filled = {"{interview}": interview, "{flow}": flow, "{observer}": "o", "{voice}": "v", "{name}": "001-001.webm"}
    for name, value in filled.items():
        path = path.replace(name, value)
    if path.endswith(("/whep", "/voice")):
        return await hr.request(method, path, content=b"v=0", headers=SDP)
    return await hr.request(method, path, json=body)


async def _record(workplace: Workplace, interview_id: str) -> None:
    interview = await workplace.resources.registry.get(interview_id)
    await interview.record(RecordingOpened(1, "001-001.webm", 250))
    await interview.record(RecordingClosed(1, "001-001.webm", 4_000, 10))
    folder = workplace.resources.settings.recordings_dir / interview_id
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "001-001.webm").write_bytes(b"0123456789")


async def _entries(workplace: Workplace) -> list[tuple[str, str | None, str]]:
    """Oldest first."""
    entries = await workplace.resources.audit.page(None, AuditQuery(), 500)
    return [(entry.action, entry.interview_id, entry.outcome) for entry in reversed(entries)]
