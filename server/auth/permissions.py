"""Who may do what: the one table.

A permission reaches every interview of the organisation, or only the user's own: those they created and those they were
made a member of. Nothing reaches into another organisation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, get_args

from server.db.users import ROLES, Role, User
from server.errors import Forbidden

Permission = Literal[
    "flow.view",
    "flow.edit",
    "interview.create",
    "interview.view",
    "interview.observe",
    "interview.whisper",
    "interview.speak",
    "interview.control",
    "interview.share",
    "invite.issue",
    "chat.view",
    "chat.candidate",
    "chat.backroom",
    "alert.acknowledge",
    "evidence.view",
    "explanation.view",
    "recording.play",
    "user.manage",
    "audit.view",
]
Reach = Literal["organisation", "own"]

ALL: frozenset[Permission] = frozenset(get_args(Permission))


def _give(reach: Reach, permissions: Iterable[Permission]) -> dict[Permission, Reach]:
    return dict.fromkeys(permissions, reach)


PERMISSIONS: Mapping[Role, Mapping[Permission, Reach]] = {
    "admin": _give("organisation", ALL),
    "recruiter": _give("own", ALL - {"user.manage", "audit.view"}),
    # Watches, and talks with those who watch beside them: nothing that reaches the candidate.
    "observer": _give(
        "organisation",
        (
            "flow.view",
            "interview.view",
            "interview.observe",
            "chat.view",
            "chat.backroom",
            "evidence.view",
            "explanation.view",
        ),
    ),
    # Runs virtual candidates and measures. Recordings of people, and talking with them, are none of its business; it
    # steers, and makes links for, its own interviews alone.
    "qa": {
        **_give(
            "organisation",
            (
                "flow.view",
                "interview.create",
                "interview.view",
                "interview.observe",
                "evidence.view",
                "explanation.view",
            ),
        ),
        **_give("own", ("invite.issue", "interview.control", "alert.acknowledge")),
    },
}


def require(user: User, permission: Permission) -> Reach:
    """Raises Forbidden."""
    reach = PERMISSIONS[user.role].get(permission)
    if reach is None:
        raise Forbidden(f"the role {user.role} may not: {permission}")
    return reach


def limit_of(user: User, permission: Permission) -> str | None:
    """The user's id where the permission reaches their own only: what the tables are asked for as `member`. Raises
    Forbidden."""
    return user.id if require(user, permission) == "own" else None


def render_table() -> str:
    """As Markdown, for `docs/roles.md` and `viva user roles`."""
    words = {None: "", "own": "own", "organisation": "all"}
    lines = [f"| Permission | {' | '.join(ROLES)} |", "|---|" + "---|" * len(ROLES)]
    for permission in get_args(Permission):
        cells = (words[PERMISSIONS[role].get(permission)] for role in ROLES)
        lines.append(f"| `{permission}` | {' | '.join(cells)} |")
    return "\n".join(lines)
