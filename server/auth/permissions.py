"""Who may do what: the one table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from server.db.users import Role, User
from server.errors import Forbidden

Permission = Literal[
    "flow.view",
    "interview.create",
    "interview.view",
    "interview.observe",
    "invite.issue",
    "recording.play",
]

PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    "admin": frozenset(
        {
            "flow.view",
            "interview.create",
            "interview.view",
            "interview.observe",
            "invite.issue",
            "recording.play",
        }
    ),
    "recruiter": frozenset(
        {
            "flow.view",
            "interview.create",
            "interview.view",
            "interview.observe",
            "invite.issue",
            "recording.play",
        }
    ),
    "observer": frozenset({"flow.view", "interview.view", "interview.observe"}),
    # Runs virtual candidates and measures; recordings of people are none of its business.
    "qa": frozenset({"flow.view", "interview.create", "interview.view", "interview.observe", "invite.issue"}),
}


def require(user: User, permission: Permission) -> None:
    if permission not in PERMISSIONS[user.role]:
        raise Forbidden(f"the role {user.role} may not: {permission}")
