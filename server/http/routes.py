"""All HTTP resources and pages as routes."""

from __future__ import annotations

from starlette.routing import BaseRoute

from server.http.audit import audit_routes
from server.http.explanations import explanation_routes
from server.http.flows import flow_routes
from server.http.health import health_routes
from server.http.interviews import interview_routes
from server.http.invites import invite_routes
from server.http.jobs import job_routes
from server.http.login import login_routes
from server.http.members import member_routes
from server.http.metrics import metrics_routes
from server.http.pages import page_routes
from server.http.recordings import recording_routes
from server.http.rubrics import rubric_routes
from server.http.schemas import schema_routes
from server.http.session import session_routes


def http_routes() -> list[BaseRoute]:
    return [
        *health_routes(),
        *metrics_routes(),
        *schema_routes(),
        *login_routes(),
        *session_routes(),
        *flow_routes(),
        *job_routes(),
        *rubric_routes(),
        *interview_routes(),
        *member_routes(),
        *explanation_routes(),
        *invite_routes(),
        *recording_routes(),
        *audit_routes(),
        *page_routes(),
    ]
