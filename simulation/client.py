"""The HTTP side of a client: the candidate's session, and what HR's pages do."""

from __future__ import annotations

import secrets
import ssl
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
from pydantic import BaseModel

from server.protocol.events import ConsentKind
from server.protocol.flow import Language
from server.protocol.signals import Phase
from simulation.errors import Refused

TIMEOUT_S = 20.0


class ConsentText(BaseModel):
    title: str
    text: str
    hash: str


class ConsentAsked(BaseModel):
    kind: ConsentKind
    required: bool
    version: str
    texts: dict[Language, ConsentText]


class IceServer(BaseModel):
    urls: list[str]
    username: str | None = None
    credential: str | None = None


class SessionInfo(BaseModel):
    interview: str
    phase: Phase
    candidate_name: str
    language: Language
    questions_total: int
    consents: list[ConsentAsked]
    ice_servers: list[IceServer] = []


class InterviewLink(BaseModel):
    interview: str
    invite_url: str
    expires_at: str


class InterviewSummary(BaseModel):
    id: str
    candidate_name: str
    phase: Phase


@dataclass(frozen=True, slots=True)
class InviteAddress:
    """An invite link taken apart: `https://host/join/TOKEN`."""

    base_url: str
    token: str

    @classmethod
    def parse(cls, url: str) -> InviteAddress:
        parts = urlsplit(url)
        folder, _, token = parts.path.rstrip("/").rpartition("/")
        if parts.scheme not in ("http", "https") or not parts.netloc or not folder.endswith("/join") or not token:
            raise ValueError(f"not an invite link: {url!r}")
        return cls(f"{parts.scheme}://{parts.netloc}{folder.removesuffix('/join')}", token)


def open_http(base_url: str, certificates: ssl.SSLContext | None = None) -> httpx.AsyncClient:
    """Proxies of the environment are not used: the client speaks to exactly the server it was given."""
    verify: ssl.SSLContext | bool = certificates or True
    return httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT_S, trust_env=False, verify=verify)


async def redeem_invite(http: httpx.AsyncClient, token: str, session: str | None = None) -> str:
    """The candidate's session token. A session that redeemed the invite before may do so again. An answer that is lost
    on the way is asked for once more: the key shows that it is still us."""
    headers = {"Authorization": f"Bearer {session}"} if session else {}
    body = {"token": token, "key": secrets.token_urlsafe(32)}
    try:
        answer = await http.post("/v1/invites/redeem", json=body, headers=headers)
    except httpx.TransportError:
        answer = await http.post("/v1/invites/redeem", json=body, headers=headers)
    return str(read_json(answer, "redeem the invite")["session"])


async def fetch_session(http: httpx.AsyncClient, session: str) -> SessionInfo:
    answer = await http.get("/v1/session", headers={"Authorization": f"Bearer {session}"})
    return SessionInfo.model_validate(read_json(answer, "read the session"))


class HrClient:
    """What HR's pages do over HTTP. The login is the cookie kept by `http`."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http
        http.headers["X-Viva-Request"] = "1"

    async def login(self, email: str, password: str) -> None:
        answer = await self.http.post("/v1/login", json={"email": email, "password": password})
        read_json(answer, "log in")

    async def list_flows(self) -> tuple[str, ...]:
        answer = await self.http.get("/v1/flows")
        return tuple(str(flow["id"]) for flow in read_json(answer, "list the flows")["flows"])

    async def create_interview(
        self, flow: str, candidate_name: str, job_title: str, language: Language
    ) -> InterviewLink:
        body = {"flow": flow, "candidate_name": candidate_name, "job_title": job_title, "language": language}
        answer = await self.http.post("/v1/interviews", json=body)
        return InterviewLink.model_validate(read_json(answer, "create an interview"))

    async def list_interviews(self) -> tuple[InterviewSummary, ...]:
        answer = await self.http.get("/v1/interviews")
        return tuple(
            InterviewSummary.model_validate(one) for one in read_json(answer, "list the interviews")["interviews"]
        )

    async def read_events(self, interview: str, after_seq: int = 0) -> tuple[dict[str, Any], ...]:
        """Envelopes as they are stored, with what candidates never get; page after page, to the end."""
        events: list[dict[str, Any]] = []
        after: int | None = after_seq
        while after is not None:
            answer = await self.http.get(f"/v1/interviews/{interview}/events", params={"after": after})
            page = read_json(answer, "read the events")
            events += page["events"]
            after = page.get("next")
        return tuple(events)


def read_json(answer: httpx.Response, action: str) -> dict[str, Any]:
    """Raises Refused with the code of the problem+json answer."""
    if answer.is_success:
        body: dict[str, Any] = answer.json()
        return body
    raise refusal(answer, action)


def refusal(answer: httpx.Response, action: str) -> Refused:
    try:
        problem = answer.json()
    except ValueError:
        problem = {}
    code = str(problem.get("code", answer.status_code))
    detail = str(problem.get("detail", answer.reason_phrase))
    return Refused(action, code, detail, retryable=bool(problem.get("retryable", answer.status_code >= 500)))
