"""Every HTTP route against everybody who could knock. A route that `ROUTES` does not name fails the test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal, get_args
from unittest.mock import Mock

import httpx
import pytest
from starlette.routing import Route, WebSocketRoute

from server.auth.permissions import PERMISSIONS, Permission
from server.db.users import ROLES, Role
from tests.integration.server.workplace import CSRF, Workplace, create_interview, open_workplace, token_of

Door = Permission | Literal["everybody", "candidate", "login"]
"""`everybody` and `login` lead to nothing of an interview."""

PATH = "/v1/interviews/{interview}"
ROUTES: dict[str, Door] = {
    "GET /healthz": "everybody",
    "GET /readyz": "everybody",
    "GET /metrics": "everybody",
    "GET /schemas/v1.json": "everybody",
    "GET /openapi.json": "everybody",
    "POST /v1/login": "everybody",
    "POST /v1/invites/redeem": "everybody",
    "OPTIONS /v1/whip": "everybody",
    "PATCH /v1/whip/{epoch:int}": "everybody",
    f"OPTIONS {PATH}/whep": "everybody",
    f"PATCH {PATH}/whep/{{observer}}": "everybody",
    f"OPTIONS {PATH}/voice": "everybody",
    f"PATCH {PATH}/voice/{{voice}}": "everybody",
    "GET /v1/me": "login",
    "POST /v1/logout": "login",
    "GET /v1/session": "candidate",
    "GET /v1/session/explanation": "candidate",
    "POST /v1/whip": "candidate",
    "DELETE /v1/whip/{epoch:int}": "candidate",
    "GET /v1/flows": "flow.view",
    "GET /v1/flows/{flow}": "flow.view",
    "GET /v1/rubrics": "flow.view",
    "POST /v1/flows": "flow.edit",
    "POST /v1/flows/{flow}/versions": "flow.edit",
    "POST /v1/jobs/competencies": "flow.edit",
    "POST /v1/jobs/questions": "flow.edit",
    "POST /v1/jobs/wording": "flow.edit",
    "POST /v1/interviews": "interview.create",
    "GET /v1/interviews": "interview.view",
    f"GET {PATH}": "interview.view",
    f"GET {PATH}/events": "evidence.view",
    f"GET {PATH}/explanations": "explanation.view",
    f"GET {PATH}/recordings/{{name}}": "recording.play",
    f"POST {PATH}/invites": "invite.issue",
    f"POST {PATH}/reopen": "interview.control",
    f"GET {PATH}/members": "interview.view",
    f"PUT {PATH}/members": "interview.share",
    f"POST {PATH}/whep": "interview.observe",
    f"DELETE {PATH}/whep/{{observer}}": "interview.observe",
    f"POST {PATH}/voice": "interview.speak",
    f"DELETE {PATH}/voice/{{voice}}": "interview.speak",
    "GET /v1/audit": "audit.view",
}
"""HTML pages and their files, which hold nothing of anybody's, are left out."""
PAGES = ("/assets", "/join", "/hr", "/candidate", "/lib", "/locales", "/demo")
FILLED = {"{observer}": "o", "{voice}": "v", "{name}": "x.webm", "{flow}": "none", "{epoch:int}": "1"}


@dataclass(frozen=True, slots=True)
class Town:
    place: Workplace
    interview: str
    owners: dict[Role, str]
    """An interview that the user of this role has created, where the role may."""
    people: dict[str, httpx.AsyncClient]

    async def knock(self, who: str, route: str, interview: str) -> tuple[int, str, str]:
        """Status, code and detail of the answer."""
        method, _, path = route.partition(" ")
        for name, value in {**FILLED, "{interview}": interview}.items():
            path = path.replace(name, value)
        answer = await self.people[who].request(method, path, json={} if method in ("POST", "PUT") else None)
        told = answer.json() if "json" in answer.headers.get("content-type", "") else {}
        return answer.status_code, str(told.get("code", "")), str(told.get("detail", ""))


async def _bearer(place: Workplace, interview: dict[str, str]) -> httpx.AsyncClient:
    answer = await place.client.post("/v1/invites/redeem", json={"token": token_of(interview)})
    return place.browser(Authorization=f"Bearer {answer.json()['session']}")


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with open_workplace(tmp_path, auth={"logins_per_minute": 100, "redeems_per_minute": 100}) as place:
        people: dict[str, httpx.AsyncClient] = {role: await place.hr(role) for role in ROLES}
        await place.add_user("other@example.example", "recruiter")
        people["other recruiter"] = await place.log_in("other@example.example")
        people["stranger"] = await place.hr("admin", "Elsewhere")
        people["nobody"] = place.browser(**CSRF)
        people["forger"] = place.browser(Authorization="Bearer forged")
        created = await create_interview(people["recruiter"])
        revoked = await create_interview(people["recruiter"])
        people["candidate"] = await _bearer(place, created)
        people["revoked candidate"] = await _bearer(place, revoked)
        await people["recruiter"].post(f"/v1/interviews/{revoked['interview']}/invites")
        owners: dict[Role, str] = {"recruiter": created["interview"]}
        owners["qa"] = (await create_interview(people["qa"]))["interview"]
        yield Town(place, created["interview"], owners, people)


def routes_of(place: Workplace) -> set[str]:
    found: set[str] = set()
    app = place.client._transport.app  # type: ignore[attr-defined]
    for route in app.routes:
        if isinstance(route, WebSocketRoute):
            assert route.path == "/v1/socket", "its commands are walked in tests/integration/signalling"
        elif isinstance(route, Route) and not route.path.startswith(PAGES) and route.path != "/":
            found |= {f"{method} {route.path}" for method in (route.methods or set()) - {"HEAD"}}
    return found


async def test_every_route_has_its_door(town: Town) -> None:
    assert routes_of(town.place) == set(ROUTES)


def allowed(role: Role, door: Permission, *, own: bool) -> Literal["yes", "forbidden", "absent"]:
    reach = PERMISSIONS[role].get(door)
    if reach is None:
        return "forbidden"
    if reach == "organisation" or own:
        return "yes"
    return "forbidden" if PERMISSIONS[role]["interview.view"] == "organisation" else "absent"


ABSENT = (404, "not_found", "there is no such interview")
HR_DOORS = sorted(route for route, door in ROUTES.items() if door in get_args(Permission))


async def test_hr_s_routes_open_to_whom_the_table_names(town: Town) -> None:
    for route in HR_DOORS:
        await _try_door(town, route)


async def _try_door(town: Town, route: str) -> None:
    door: Permission = ROUTES[route]  # type: ignore[assignment]
    of_interview = "{interview}" in route
    inside = await town.knock("admin", route, town.interview)
    assert inside[0] not in (401, 403)
    assert inside != ABSENT
    for role in ROLES:
        for own in {False, role in town.owners} if of_interview else {True}:
            interview = town.owners[role] if own and of_interview else town.interview
            if role == "recruiter" and not own:
                interview = town.owners["qa"]
            answer = await town.knock(role, route, interview)
            match allowed(role, door, own=own):
                case "yes":
                    assert answer[:2] == inside[:2], (route, role, own)
                    assert answer != ABSENT, (route, role, own)
                case "forbidden":
                    assert answer[:2] == (403, "forbidden"), (route, role, own)
                case "absent":
                    assert answer == ABSENT, (route, role, own)
    for outsider in ("nobody", "forger", "candidate", "revoked candidate"):
        assert (await town.knock(outsider, route, town.interview))[:2] == (401, "unauthenticated"), (route, outsider)
    if of_interview:
        for outsider in ("stranger", "other recruiter"):
            assert await town.knock(outsider, route, town.interview) == ABSENT, (route, outsider)


async def test_a_candidate_s_routes_open_to_the_candidate_alone(town: Town) -> None:
    for route in sorted(route for route, door in ROUTES.items() if door == "candidate"):
        assert (await town.knock("candidate", route, ""))[0] not in (401, 403, 404)
        for outsider in (*ROLES, "stranger", "nobody", "forger", "revoked candidate"):
            assert (await town.knock(outsider, route, ""))[:2] == (401, "unauthenticated"), (route, outsider)


async def test_an_expired_link_opens_nothing(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = await create_interview(town.people["recruiter"])
    late = Mock(now=Mock(return_value=datetime.now(UTC) + timedelta(days=400)))
    monkeypatch.setattr("server.auth.invites.datetime", late)
    answer = await town.place.client.post("/v1/invites/redeem", json={"token": token_of(fresh)})
    assert (answer.status_code, answer.json()["code"]) == (410, "invite_expired")


async def test_what_a_login_opens_is_open_to_every_role(town: Town) -> None:
    for route in ("GET /v1/me", "POST /v1/logout"):
        for person in (*ROLES, "stranger"):
            assert (await town.knock(person, route, ""))[0] in (200, 204)
        for outsider in ("nobody", "forger", "candidate", "revoked candidate"):
            assert (await town.knock(outsider, route, ""))[:2] == (401, "unauthenticated"), (route, outsider)


async def test_what_is_open_tells_nobody_more(town: Town) -> None:
    for route in sorted(route for route, door in ROUTES.items() if door == "everybody"):
        answers = {await town.knock(person, route, town.interview) for person in ("nobody", "stranger", "admin")}
        assert len(answers) == 1, route
        assert answers.pop()[0] not in (401, 403, 500), route
