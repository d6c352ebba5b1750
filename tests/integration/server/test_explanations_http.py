"""Reasons are read by HR at any time, by the candidate after the end, and by nobody else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from server.interviews.placement import LiveInterview
from server.interviews.services import Actor
from server.protocol import commands as c
from server.protocol.flow import Flow
from tests.integration.server.workplace import Workplace, create_interview, open_workplace, token_of

CANDIDATE = Actor("candidate", "candidate", "socket-1")
ANSWER = (
    "Last year a customer was angry because the order was late. I called the customer the same day, listened to her "
    "and explained the delay. I sent a new order at once. As a result late orders fell by twenty percent."
)


@pytest.fixture
async def workplace(tmp_path: Path) -> AsyncIterator[Workplace]:
    async with open_workplace(tmp_path) as workplace:
        yield workplace


async def enter(workplace: Workplace, created: dict[str, str]) -> httpx.AsyncClient:
    """The candidate's browser, with a session."""
    answer = await workplace.client.post("/v1/invites/redeem", json={"token": token_of(created)})
    return workplace.browser(Authorization=f"Bearer {answer.json()['session']}")


async def begin(workplace: Workplace, candidate: httpx.AsyncClient, *, scoring: bool = True) -> LiveInterview:
    session = (await candidate.get("/v1/session")).json()
    interview = await workplace.resources.registry.get(session["interview"])
    for consent in session["consents"]:
        granted = scoring or consent["kind"] == "recording"
        given = c.ConsentGive(consent["kind"], granted, consent["texts"]["en"]["hash"])
        await interview.submit(given, CANDIDATE, None)
    await interview.submit(c.InterviewStart(text_only=True), CANDIDATE, None)
    return interview


async def answer_some(workplace: Workplace, interview: LiveInterview, count: int) -> None:
    for _ in range(count):
        state = await workplace.resources.registry.look(interview.id)
        assert state.turn is not None
        await interview.submit(c.AnswerSubmit(state.turn.id, ANSWER), CANDIDATE, None)


def text_of(explained: dict[str, Any]) -> str:
    (customer,) = (each for each in explained["questions"] if each["question_id"] == "customer")
    return " ".join(sentence for each in customer["competencies"] for sentence in each["sentences"])


async def test_hr_reads_the_reasons_while_the_interview_runs_and_the_candidate_does_not(workplace: Workplace) -> None:
    hr = await workplace.hr()
    created = await create_interview(hr, language="en")
    candidate = await enter(workplace, created)
    path = f"/v1/interviews/{created['interview']}/explanations"
    before = (await hr.get(path)).json()
    assert (before["scoring"], before["questions"]) == ("open", [])
    early = await candidate.get("/v1/session/explanation")
    assert (early.status_code, early.json()["code"]) == (409, "not_over")

    interview = await begin(workplace, candidate)
    await answer_some(workplace, interview, 4)
    answer = await hr.get(path, params={"language": "en"})
    assert answer.headers["cache-control"] == "no-store"
    explained = answer.json()
    assert explained["agreement_with_human_raters"] == "unknown until measured"
    assert "Customer focus: the answer reached step" in text_of(explained)
    for question in explained["questions"]:
        for each in question["competencies"]:
            for quote in each["shown"] + each["against"]:
                assert quote["quote"] in ANSWER
                assert quote["turn_id"] in question["turns"]
    during = await candidate.get("/v1/session/explanation")
    assert (during.status_code, during.json()["code"]) == (409, "not_over")
    assert "step" not in during.text
    entries = await workplace.resources.audit.of_interview(created["interview"])
    assert "explanations.read" in [entry.action for entry in entries]


async def test_after_the_end_the_candidate_reads_the_same_in_their_language(workplace: Workplace) -> None:
    hr = await workplace.hr()
    created = await create_interview(hr, language="en")
    candidate = await enter(workplace, created)
    interview = await begin(workplace, candidate)
    await answer_some(workplace, interview, 4)
    await interview.submit(c.InterviewEnd(), CANDIDATE, None)
    own = await candidate.get("/v1/session/explanation")
    assert own.status_code == 200
    seen_by_hr = (await hr.get(f"/v1/interviews/{created['interview']}/explanations")).json()
    assert own.json() == seen_by_hr
    chinese = (await candidate.get("/v1/session/explanation", params={"language": "zh-CN"})).json()
    assert "级" in text_of(chinese)
    listed = (await hr.get("/v1/interviews")).json()["interviews"]
    assert [row["review_requested"] for row in listed] == [False]
    await interview.submit(c.ReviewRequest("Please look again."), CANDIDATE, None)
    listed = (await hr.get("/v1/interviews")).json()["interviews"]
    assert [row["review_requested"] for row in listed] == [True]
    events = (await hr.get(f"/v1/interviews/{created['interview']}/events")).json()["events"]
    assert [event["data"] for event in events if event["type"] == "review.requested"] == [
        {"text": "Please look again."}
    ]


async def test_who_refused_scoring_reads_that_nothing_was_scored(workplace: Workplace) -> None:
    created = await create_interview(await workplace.hr(), language="en")
    candidate = await enter(workplace, created)
    interview = await begin(workplace, candidate, scoring=False)
    await answer_some(workplace, interview, 3)
    await interview.submit(c.InterviewEnd(), CANDIDATE, None)
    own = (await candidate.get("/v1/session/explanation")).json()
    assert (own["scoring"], own["questions"], own["versions"]) == ("refused", [], [])


async def test_a_flow_may_leave_explaining_to_people(workplace: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    flows = workplace.resources.flows.flows
    silent = Flow.model_validate({**flows["five-stage"].model_dump(), "explains_to_candidate": False})
    monkeypatch.setitem(flows, "five-stage", silent)
    created = await create_interview(await workplace.hr(), language="en")
    candidate = await enter(workplace, created)
    interview = await begin(workplace, candidate)
    await interview.submit(c.InterviewEnd(), CANDIDATE, None)
    own = await candidate.get("/v1/session/explanation")
    assert (own.status_code, own.json()["code"]) == (403, "not_explained")
    assert (await candidate.get("/v1/session")).json()["explains"] is False


@pytest.mark.parametrize("language", ["", "de", "EN", "en,zh-CN", "../en", "en\x00", "x" * 5_000])
async def test_a_language_that_is_none_of_ours_is_refused(workplace: Workplace, language: str) -> None:
    hr = await workplace.hr()
    created = await create_interview(hr)
    answer = await hr.get(f"/v1/interviews/{created['interview']}/explanations", params={"language": language})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")
    assert "x" * 100 not in answer.text


async def test_nobody_else_reads_anything(workplace: Workplace) -> None:
    hr = await workplace.hr()
    created, other = await create_interview(hr), await create_interview(hr)
    path = f"/v1/interviews/{created['interview']}/explanations"
    stranger = await workplace.hr("admin", "Other")
    assert (await stranger.get(path)).status_code == 404
    assert (await hr.get("/v1/interviews/none/explanations")).status_code == 404
    assert (await workplace.client.get(path)).status_code == 401
    candidate = await enter(workplace, other)
    assert (await candidate.get(path)).status_code == 401  # a candidate's token opens nothing of HR's
    for token in ("", "abc.def.ghi", "x" * 5_000):
        forged = await workplace.client.get("/v1/session/explanation", headers={"Authorization": f"Bearer {token}"})
        assert forged.status_code == 401
    assert (await hr.get("/v1/session/explanation")).status_code == 401
    await hr.post(f"/v1/interviews/{other['interview']}/invites")
    ended = await candidate.get("/v1/session/explanation")
    assert (ended.status_code, ended.json()["code"]) == (401, "unauthenticated")


@pytest.mark.parametrize("role", ["observer", "qa", "recruiter", "admin"])
async def test_who_may_see_an_interview_may_read_its_reasons(workplace: Workplace, role: Any) -> None:
    created = await create_interview(await workplace.hr("admin", "Example"))
    hr = await workplace.log_in("admin@example.example") if role == "admin" else await workplace.hr(role)
    if role == "recruiter":
        assert (await hr.get(f"/v1/interviews/{created['interview']}/explanations")).status_code == 404
        admin = await workplace.log_in("admin@example.example")
        shared = {"members": ["recruiter@example.example"]}
        assert (await admin.put(f"/v1/interviews/{created['interview']}/members", json=shared)).status_code == 200
    assert (await hr.get(f"/v1/interviews/{created['interview']}/explanations")).status_code == 200
    assert (await hr.get("/v1/rubrics")).status_code == 200


async def test_rubrics_come_with_their_names_in_both_languages(workplace: Workplace) -> None:
    named = (await (await workplace.hr()).get("/v1/rubrics")).json()
    assert named["version"] == workplace.resources.scoring.versions.rubric
    (communication,) = (each for each in named["rubrics"] if each["id"] == "communication")
    assert set(communication["name"]) == {"en", "zh-CN"}
    assert [len(anchors) for anchors in communication["anchors"].values()] == [5, 5]
    assert {each["sign"] for each in communication["indicators"]} == {1, -1}
    assert all(set(each["label"]) == {"en", "zh-CN"} for each in communication["indicators"])
    assert {"own_action", "measured_result"} <= {each["id"] for each in named["structure"]}
    assert (await workplace.client.get("/v1/rubrics")).status_code == 401


async def test_an_organisations_own_rubric_is_among_them(tmp_path: Path) -> None:
    own = tmp_path / "rubrics"
    own.mkdir()
    (own / "site_safety.yaml").write_text(SITE_SAFETY, encoding="utf-8")
    async with open_workplace(tmp_path, rubrics_dir=own) as workplace:  # type: ignore[arg-type]
        named = (await (await workplace.hr()).get("/v1/rubrics")).json()
    (safety,) = (each for each in named["rubrics"] if each["id"] == "site_safety")
    assert safety["name"] == {"en": "Site safety", "zh-CN": "现场安全"}
    assert safety["indicators"][0]["label"]["zh-CN"] == "停止不安全的作业"


SITE_SAFETY = """
id: site_safety
name: {en: Site safety, zh-CN: 现场安全}
vocabulary: {en: [safety, accident, helmet], zh-CN: [安全, 事故, 头盔]}
anchors:
  en: [Tells nothing., Talks of safety., Acted once., Acted twice., Acted and measured.]
  zh-CN: [没有说明。, 谈到安全。, 采取过一次行动。, 采取过两次行动。, 采取行动并测量效果。]
indicators:
  - id: stopped_work
    label: {en: stopped unsafe work, zh-CN: 停止不安全的作业}
    en: ['stopped (?:the )?(?:work|crane|machine)']
    zh-CN: ['叫停了?[^,]{0,6}(?:作业|施工)']
  - id: fenced_off
    label: {en: fenced a place off, zh-CN: 围起危险区域}
    en: ['fenced (?:it |the \\\\w+ )?off']
    zh-CN: ['围起(?:来|危险)']
  - id: reported_danger
    label: {en: reported a danger, zh-CN: 上报隐患}
    en: ['reported (?:the |a )?(?:danger|hazard|risk)']
    zh-CN: ['上报了?[^,]{0,4}(?:隐患|危险)']
negatives:
  - id: ignored_danger
    label: {en: ignored a danger, zh-CN: 忽视危险}
    en: ['ignored (?:the |a )?(?:danger|hazard|risk)']
    zh-CN: ['忽视了?[^,]{0,4}(?:隐患|危险)']
"""
