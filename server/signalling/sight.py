"""Which interviews somebody of HR sees on the board, where that is not all of their organisation's."""

from __future__ import annotations

from server.db.users import User
from server.signalling.ports import Interviews

MOST_HIDDEN = 4_096


class Sight:
    """`limit`: the user's id where they see their own only. What was judged is remembered until the next look."""

    def __init__(self, interviews: Interviews, user: User, limit: str | None) -> None:
        self._interviews = interviews
        self._organisation_id = user.organisation_id
        self._limit = limit
        self._own: frozenset[str] = frozenset()
        self._hidden: set[str] = set()

    @property
    def limited(self) -> bool:
        return self._limit is not None

    async def look(self) -> bool:
        """Whether something came or went. What is over stays theirs, so that they hear of its end."""
        if self._limit is None:
            return False
        before = self._own
        current = await self._interviews.unfinished_of(self._organisation_id, self._limit)
        gone = [each for each in before - current if not await self._holds(each)]
        self._own = (before | current) - set(gone)
        self._hidden.difference_update(self._own)
        return self._own != before

    async def sees(self, interview_id: str) -> bool:
        if self._limit is None or interview_id in self._own:
            return True
        if interview_id in self._hidden:
            return False
        await self.look()
        if interview_id in self._own or await self._holds(interview_id):
            self._own |= {interview_id}
            return True
        if len(self._hidden) >= MOST_HIDDEN:
            self._hidden.clear()
        self._hidden.add(interview_id)
        return False

    async def _holds(self, interview_id: str) -> bool:
        return await self._interviews.find(self._organisation_id, interview_id, self._limit) is not None
