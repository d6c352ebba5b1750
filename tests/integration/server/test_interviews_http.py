"""HR creates interviews and looks at them; nobody else does."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.db.log import NewEvent
from server.interviews.services import Actor
from server.protocol import commands as c
from server.protocol import console_commands as cc
from server.protocol.events import HelpRequested, RecordingClosed, RecordingOpened, SegmentTranscribed
from tests.fakes.loop_watchdog import LoopWatchdog
from tests.integration.server.workplace import (
    CSRF,
    Workplace,
    create_interview,
    open_workplace,
    token_of,
)

CANDIDATE = Actor("candidate", "session", "socket-1")
RECRUITER = Actor("hr", "user-1", "hr-1", "Recruiter One")


@pytest.fixture
async def workplace(tmp_path: Path) -> AsyncIterator[Workplace]:
    async with open_workplace(tmp_path) as workplace:
        yield workplace


async def test_an_interview_is_created_listed_and_shown(workplace: Workplace) -> None:
    hr = await workplace.hr()
    created = await create_interview(hr)
    assert created["invite_url"].startswith("http://viva.test/join/")
    assert created["expires_at"].endswith("Z")

    listed = (await hr.get("/v1/interviews")).json()
    assert listed["next"] is None
    (row,) = listed["interviews"]
    assert row["id"] == created["interview"]
    assert (row["candidate_name"], row["job_title"], row["flow"]) == ("王小明", "Clerk", "five-stage")
    assert (row["language"], row["phase"]) == ("zh-CN", "invited")

    shown = (await hr.get(f"/v1/interviews/{row['id']}")).json()
    assert shown["flow_snapshot"]["stages"][1]["questions"][0]["id"] == "introduction"
    assert shown["recordings"] == []

    events = (await hr.get(f"/v1/interviews/{row['id']}/events")).json()["events"]
    assert [(event["seq"], event["type"]) for event in events] == [(1, "interview.created"), (2, "invite.issued")]
    later = (await hr.get(f"/v1/interviews/{row['id']}/events", params={"after": 1})).json()["events"]
    assert later == events[1:]
    path = f"/v1/interviews/{row['id']}/events"
    pages = [(await hr.get(path, params={"limit": 1, "after": after})).json() for after in (0, 1)]
    assert pages == [{"events": events[:1], "next": 1}, {"events": events[1:], "next": None}]
    assert (await hr.get(path, params={"limit": 1001})).json()["code"] == "bad_request"
    assert token_of(created) not in str(events)


async def test_of_a_cv_only_the_names_are_kept(workplace: Workplace) -> None:
    hr = await workplace.hr()
    body = {
        "flow": "five-stage",
        "candidate_name": "A",
        "job_title": "B",
        "language": "en",
        "terms": [" Viva ", "viva"],
        "background": "Jane Roe\r\n2019\tMoved billing to PostgreSQL and Kubernetes at Acme Pay; earned 55,000 a year.",
    }
    created = (await hr.post("/v1/interviews", json=body)).json()
    events = (await hr.get(f"/v1/interviews/{created['interview']}/events")).json()["events"]
    terms = events[0]["data"]["terms"]
    assert terms[0] == "Viva"
    assert {"PostgreSQL", "Kubernetes", "Acme Pay"} <= set(terms)
    assert len([term for term in terms if term.casefold() == "viva"]) == 1
    assert "55,000" not in str(events)
    assert "earned" not in str(events)


async def test_every_look_is_in_the_audit_trail(workplace: Workplace) -> None:
    hr = await workplace.hr()
    created = await create_interview(hr)
    await hr.get(f"/v1/interviews/{created['interview']}")
    await hr.get(f"/v1/interviews/{created['interview']}/events")
    await hr.post(f"/v1/interviews/{created['interview']}/invites")
    entries = await workplace.resources.audit.of_interview(created["interview"])
    assert [entry.action for entry in entries] == ["interview.create", "interview.view", "events.read", "invite.issue"]


async def test_pages_of_the_list_follow_on_each_other(workplace: Workplace) -> None:
    hr = await workplace.hr()
    made = [(await create_interview(hr))["interview"] for _ in range(5)]
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = (await hr.get("/v1/interviews", params={"limit": 2, **({"cursor": cursor} if cursor else {})})).json()
        seen += [row["id"] for row in page["interviews"]]
        cursor = page["next"]
    assert seen == made[::-1]


async def test_another_organisation_sees_nothing_of_it(workplace: Workplace) -> None:
    created = await create_interview(await workplace.hr())
    stranger = await workplace.hr("admin", "Other")
    assert (await stranger.get("/v1/interviews")).json()["interviews"] == []
    path = f"/v1/interviews/{created['interview']}"
    for answer in (
        await stranger.get(path),
        await stranger.get(f"{path}/events"),
        await stranger.get(f"{path}/recordings/001-001.webm"),
        await stranger.post(f"{path}/invites"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("role", "method", "path", "status"),
    [
        ("observer", "POST", "/v1/interviews", 403),
        ("observer", "GET", "/v1/interviews", 200),
        ("observer", "POST", "/v1/interviews/{id}/invites", 403),
        ("observer", "GET", "/v1/interviews/{id}/recordings/x", 403),
        ("qa", "GET", "/v1/interviews/{id}/recordings/x", 403),
        ("qa", "GET", "/v1/interviews/{id}", 200),
        ("recruiter", "GET", "/v1/interviews/{id}/recordings/x", 404),
        ("admin", "GET", "/v1/flows", 200),
    ],
)
async def test_each_role_may_do_what_the_table_says(
    workplace: Workplace, role: str, method: str, path: str, status: int
) -> None:
    creator = await workplace.hr("admin")
    created = await create_interview(creator)
    hr = creator if role == "admin" else await workplace.hr(role)  # type: ignore[arg-type]
    answer = await hr.request(method, path.replace("{id}", created["interview"]), json={} if method == "POST" else None)
    assert answer.status_code == status
    if status == 403:
        assert answer.json()["code"] == "forbidden"


@pytest.mark.parametrize(
    "path", ["/v1/interviews", "/v1/interviews/x", "/v1/interviews/x/events", "/v1/flows", "/v1/me"]
)
async def test_without_login_there_is_nothing(workplace: Workplace, path: str) -> None:
    answer = await workplace.client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert answer.headers["www-authenticate"] == "Bearer"
    forged = await workplace.client.get(path, headers={"Cookie": "viva_session=abc.def.ghi"})
    assert forged.status_code == 401


@pytest.mark.parametrize(
    ("changes", "code", "place"),
    [
        ({"flow": "none"}, "flow_unknown", ""),
        ({"flow": 7}, "invalid_body", "flow"),
        ({"language": "tlh"}, "invalid_body", "language"),
        ({"candidate_name": ""}, "invalid_body", "candidate_name"),
        ({"candidate_name": "   "}, "invalid_body", "candidate_name"),
        ({"candidate_name": "x" * 121}, "invalid_body", "candidate_name"),
        ({"candidate_name": "a\x00b"}, "invalid_body", "control characters"),
        ({"candidate_name": "a\u202eb"}, "invalid_body", "control characters"),
        ({"job_title": None}, "invalid_body", "job_title"),
        ({"salary": 1}, "invalid_body", "salary"),
        ({"terms": ["x" * 41]}, "invalid_body", "terms.0"),
        ({"terms": ["x"] * 41}, "invalid_body", "terms"),
        ({"terms": ["a\nb"]}, "invalid_body", "control characters"),
        ({"background": "x" * 16_001}, "invalid_body", "background"),
        ({"background": "a\x00b"}, "invalid_body", "control characters"),
    ],
)
async def test_a_wrong_body_is_told_what_is_wrong(
    workplace: Workplace, changes: dict[str, object], code: str, place: str
) -> None:
    hr = await workplace.hr()
    body = {"flow": "five-stage", "candidate_name": "A", "job_title": "B", "language": "en", **changes}
    answer = await hr.post("/v1/interviews", json=body)
    assert answer.json()["code"] == code
    assert place in answer.json()["detail"]
    assert (await hr.get("/v1/interviews")).json()["interviews"] == []


@pytest.mark.parametrize("query", ["limit=0", "limit=999", "limit=x", "limit=-1", "limit=٣", "cursor=" + "x" * 99])
async def test_wrong_page_parameters(workplace: Workplace, query: str) -> None:
    answer = await (await workplace.hr()).get(f"/v1/interviews?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


async def test_a_flow_in_one_language_is_not_used_in_another(workplace: Workplace, tmp_path: Path) -> None:
    hr = await workplace.hr()
    flow = workplace.resources.flows.get("five-stage")
    assert {"en", "zh-CN"} == set(flow.languages)
    listed = (await hr.get("/v1/flows")).json()["flows"]
    assert listed[0]["questions"] == 5
    assert listed[0]["stages"][0]["en"] == "Identity check"


async def test_recordings_are_played_by_range_and_only_those_of_the_log(workplace: Workplace) -> None:
    hr = await workplace.hr()
    interview_id = (await create_interview(hr))["interview"]
    interview = await workplace.resources.registry.get(interview_id)
    await interview.record(RecordingOpened(1, "001-001.webm", 250))
    await interview.record(RecordingClosed(1, "001-001.webm", 4_000, 10))
    folder = workplace.resources.settings.recordings_dir / interview_id
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "001-001.webm").write_bytes(b"0123456789")
    (folder / "unknown.webm").write_bytes(b"secret")
    await interview.record(RecordingOpened(1, "001-002.mkv", 4_250))
    (folder / "001-002.mkv").write_bytes(b"other pictures")

    path = f"/v1/interviews/{interview_id}"
    shown = (await hr.get(path)).json()["recordings"]
    assert shown == [
        {"name": "001-001.webm", "epoch": 1, "start_ms": 250, "duration_ms": 4_000},
        {"name": "001-002.mkv", "epoch": 1, "start_ms": 4_250, "duration_ms": None},
    ]
    whole = await hr.get(f"{path}/recordings/001-001.webm")
    assert (whole.content, whole.headers["accept-ranges"]) == (b"0123456789", "bytes")
    assert whole.headers["content-type"] == "video/webm"
    other = await hr.get(f"{path}/recordings/001-002.mkv")
    assert (other.content, other.headers["content-type"]) == (b"other pictures", "video/matroska")
    part = await hr.get(f"{path}/recordings/001-001.webm", headers={"Range": "bytes=2-4"})
    assert (part.status_code, part.content) == (206, b"234")
    assert part.headers["content-range"] == "bytes 2-4/10"
    assert (await hr.get(f"{path}/recordings/001-001.webm", headers={"Range": "bytes=90-"})).status_code == 416
    for name in ("unknown.webm", "..%2f..%2fsecret", "%2e%2e", "002-001.webm"):
        assert (await hr.get(f"{path}/recordings/{name}")).status_code == 404


async def test_a_request_of_another_site_changes_nothing(workplace: Workplace) -> None:
    await workplace.add_user("person@example.org")
    browser = await workplace.log_in("person@example.org")
    del browser.headers["X-Viva-Request"]
    body = {"flow": "five-stage", "candidate_name": "A", "job_title": "B", "language": "en"}
    plain = await browser.post("/v1/interviews", json=body)
    assert (plain.status_code, plain.json()["code"]) == (403, "cross_site_request")
    foreign = await browser.post("/v1/interviews", json=body, headers={**CSRF, "Origin": "https://evil.example"})
    assert (foreign.status_code, foreign.json()["code"]) == (403, "cross_site_request")
    for nobody in ("null", "http://[", "http://[::1", ""):
        refused = await browser.get("/v1/me", headers={"Origin": nobody})
        assert (refused.status_code, refused.json()["code"]) == (403, "cross_site_request")
    own = await browser.post("/v1/interviews", json=body, headers={**CSRF, "Origin": "http://viva.test"})
    assert own.status_code == 201
    assert len((await browser.get("/v1/interviews")).json()["interviews"]) == 1


async def test_what_is_written_to_people_is_not_for_who_may_not_read_the_chat(workplace: Workplace) -> None:
    hr, qa = await workplace.hr(), await workplace.hr("qa")
    interview_id = (await create_interview(hr))["interview"]
    interview = await workplace.resources.registry.get(interview_id)
    await interview.record(HelpRequested("I feel unwell."))
    for reader, text in ((hr, "I feel unwell."), (qa, "")):
        events = (await reader.get(f"/v1/interviews/{interview_id}/events")).json()["events"]
        assert [event["data"]["text"] for event in events if event["type"] == "help.requested"] == [text]


async def test_a_long_log_is_read_without_keeping_the_loop(workplace: Workplace) -> None:
    """Several hours of an interview: everybody else on this loop has their turn meanwhile."""
    hr = await workplace.hr()
    interview_id = (await create_interview(hr))["interview"]
    log, registry = workplace.resources.log, workplace.resources.registry
    position = await log.position(interview_id)
    assert position is not None
    interview = registry.running(interview_id)
    assert interview is not None
    await interview.stop()
    while registry.running(interview_id) is not None:
        await asyncio.sleep(0.01)
    words = "I have worked with customers for many years. " * 4
    spoken = [SegmentTranscribed("t", f"s{at}", at, at + 1, words, 0.9, ()) for at in range(3_000)]
    await log.append(interview_id, position.seq, [NewEvent(each, 10) for each in spoken])
    watchdog = LoopWatchdog(computing_limit_ms=25, clock_limit_ms=5_000)
    gc.disable()  # this process is pytest's, and full of its things; what a server does about it stands elsewhere
    with watchdog.watching():
        state = await registry.fold(interview_id)
        answer = await hr.get(f"/v1/interviews/{interview_id}/events")
        board = await registry.board(state.organisation_id)
    gc.enable()
    assert state.seq == position.seq + len(spoken)
    assert len(answer.json()["events"]) == 1_000
    assert [card.interview for card in board] == [interview_id]
    assert not watchdog.holds, watchdog.holds


async def test_a_candidate_who_waits_for_a_person_stays_on_the_board(workplace: Workplace) -> None:
    """Also when the interview is over, and no process has it any more."""
    hr = await workplace.hr()
    interview_id = (await create_interview(hr))["interview"]
    registry = workplace.resources.registry
    interview = await registry.here(interview_id)
    organisation_id = interview.state.organisation_id
    await interview.submit(c.InterviewEnd(), CANDIDATE, None)
    assert await registry.board(organisation_id) == ()
    await interview.submit(cc.HelpRequest("I was cut off."), CANDIDATE, None)
    await interview.stop()
    while registry.running(interview_id) is not None:
        await asyncio.sleep(0.01)
    (card,) = await registry.board(organisation_id)
    assert (card.interview, card.phase, card.asked_for_human) == (interview_id, "aborted", True)
    interview = await registry.here(interview_id)
    await interview.connect(RECRUITER)
    await interview.submit(cc.HelpAcknowledge(), RECRUITER, None)
    assert await registry.board(organisation_id) == ()
