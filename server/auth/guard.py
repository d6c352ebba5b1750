"""Whether this user may do this to that interview; every refusal is in the audit trail.

What one may not know of is not there (NotFound); what one knows of and may not do is Forbidden.
"""

from __future__ import annotations

from typing import Protocol

from server.auth.permissions import PERMISSIONS, Permission, limit_of
from server.db.interviews import InterviewRow
from server.db.users import User
from server.errors import Forbidden, NotFound


class Rows(Protocol):
    async def find(self, organisation_id: str, interview_id: str, member: str | None = None) -> InterviewRow | None: ...


class Trail(Protocol):
    async def add(
        self, user: User, action: str, interview_id: str | None = None, detail: str = "", *, outcome: str = "ok"
    ) -> None: ...


class Guard:
    def __init__(self, rows: Rows, trail: Trail) -> None:
        self._rows = rows
        self.trail = trail

    async def require(self, user: User, permission: Permission, action: str | None = None) -> str | None:
        """For what concerns no single interview; the answer is that of `limit_of`. `action`: what the trail calls it,
        where that is not the permission's name. Raises Forbidden."""
        try:
            return limit_of(user, permission)
        except Forbidden as error:
            await self.trail.add(user, action or permission, outcome=error.code)
            raise

    async def reach(
        self, user: User, interview_id: str, permission: Permission, action: str | None = None
    ) -> InterviewRow:
        """Raises Forbidden, NotFound."""
        try:
            return await self.find(user, interview_id, permission)
        except (Forbidden, NotFound) as error:
            await self.trail.add(user, action or permission, interview_id, outcome=error.code)
            raise

    async def find(self, user: User, interview_id: str, permission: Permission) -> InterviewRow:
        """As `reach`, for callers that write the trail themselves."""
        limit = limit_of(user, permission)
        row = await self._rows.find(user.organisation_id, interview_id, limit)
        if row is not None:
            return row
        if limit is not None and await self._is_known(user, interview_id):
            raise Forbidden(f"the role {user.role} may do this to its own interviews only: {permission}")
        raise NotFound("there is no such interview")

    async def _is_known(self, user: User, interview_id: str) -> bool:
        if PERMISSIONS[user.role].get("interview.view") != "organisation":
            return False
        return await self._rows.find(user.organisation_id, interview_id) is not None
