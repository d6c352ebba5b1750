"""Which worker has which interview: a `Placement` over Redis.

A new interview, and one that comes back, goes to the worker with the fewest at that moment. Where its candidate arrives
says little: the kernel hands out connections to whoever wakes first, and one candidate's page opens several of them.

While Redis is away nobody can take an interview from its worker, so that one goes on with it; whatever the leases say,
a second writer is refused by the log's own sequence.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Sequence

import structlog

from server.db.log import EventLog, Position
from server.errors import NotFound, Unavailable
from server.interviews.placement import Displaced, LiveInterview, Resolve
from server.nodes import calls
from server.nodes.attendance import Attendance
from server.nodes.leases import Leases
from server.nodes.line import Line
from server.nodes.membership import HEARTBEAT_S, LEASE_S, Load, Membership, choose_node
from server.nodes.peers import Peers
from server.nodes.remote_interview import RemoteInterview
from server.protocol.signals import BoardCard

KNOWN_FOR_S = 2.0
KNOWN_LIMIT = 4096
JOIN_WITHIN_S = 8.0
OTHERS_WITHIN_S = 8.0
"""So long a start waits for the workers beside it, so that all of them share what was running."""
CALM_S = 5.0
"""So long a worker that has lost its lease leaves alone what nobody has: two heartbeats and a look."""

logger = structlog.get_logger(__name__)


class RedisPlacement:
    def __init__(
        self, membership: Membership, *, leases: Leases, line: Line, log: EventLog, measure: Callable[[], Load]
    ) -> None:
        self._membership = membership
        self._me = membership.node
        self._leases = leases
        self._line = line
        self._log = log
        self._measure = measure
        self._loads: dict[str, Load] = {}
        self._shunned: set[str] = set()
        """They have not answered since the last heartbeat: nothing new goes there."""
        self._attendance = Attendance()
        self._ours_until_s = 0.0
        self._tried_s = 0.0
        self._calm_from_s = 0.0
        self._in_doubt = False
        self._joined = asyncio.Event()
        self._complete = False
        self._known: dict[str, tuple[RemoteInterview, float]] = {}
        self.peers = Peers(self._me, line, self.living)

    @property
    def shared(self) -> bool:
        return True

    def living(self) -> dict[str, Load]:
        """Of the last heartbeat, this worker's own included."""
        return self._loads

    def gone(self, nodes: Collection[str]) -> set[str]:
        """Those that do not come back."""
        return self._attendance.gone(time.monotonic(), nodes, self._loads)

    async def run(self) -> None:
        """The heartbeat, until cancelled."""
        await self._line.listening()
        while True:
            try:
                await self._beat()
                self._joined.set()
            except Unavailable:
                pass  # said already; the lease holds for a few beats
            await asyncio.sleep(HEARTBEAT_S)

    async def close(self) -> None:
        """After everything that may still release an interview."""
        await self._leases.close()

    # --- a Placement

    async def find(self, interview_id: str, resolve: Resolve) -> LiveInterview | None:
        known, until_s = self._known.get(interview_id, (None, 0.0))
        if known is not None and time.monotonic() < until_s:
            return known
        await self._await_joined()
        position = await self._log.position(interview_id)
        if position is None:
            raise NotFound("no such interview")
        (node,) = await self._leases.owners([interview_id])
        if node is None:
            node = await self._place(interview_id)
        return None if node == self._me else self._reach(interview_id, node, position, resolve)

    async def claim(self, interview_id: str) -> None:
        await self._await_joined()
        if await self._leases.claim(interview_id) != self._me:
            raise Displaced("another worker has the interview")

    async def release(self, interview_id: str) -> None:
        try:
            await self._leases.release(interview_id)
        except Unavailable:
            pass  # whoever comes asks us, and we open it again

    async def hold(self, interview_id: str) -> None:
        now_s = time.monotonic()
        if not self._in_doubt and now_s < self._ours_until_s:
            return
        try:
            if now_s >= max(self._ours_until_s, self._tried_s + HEARTBEAT_S):
                await self._beat()
            if self._in_doubt:
                await self.claim(interview_id)
        except Unavailable:
            return  # nobody else can have taken it either

    async def take_up(self, interview_ids: Sequence[str]) -> Sequence[str]:
        await self._await_joined(all_workers=True)
        owners = await self._leases.owners(interview_ids)
        if None in owners:
            await self._beat()  # who has died is not to be chosen
            if time.monotonic() < self._calm_from_s:
                return ()
        ours: list[str] = []
        for interview_id, owner in zip(interview_ids, owners, strict=True):
            if (owner or await self._leases.place(interview_id, await self._choose())) == self._me:
                ours.append(interview_id)
        return ours

    async def lost(self, interview_ids: Sequence[str]) -> Sequence[str]:
        if not self._in_doubt:
            return ()
        lost = [each for each in interview_ids if await self._leases.claim(each) != self._me]
        self._in_doubt = False
        return lost

    async def cards(self, organisation_id: str) -> Sequence[BoardCard]:
        gathered = await self.peers.gather(calls.CARDS, organisation_id)
        return [card for cards in gathered.values() for card in cards]

    # --- small things

    async def _beat(self) -> None:
        began_s = self._tried_s = time.monotonic()
        beat = await self._leases.beat(self._measure())
        if not beat.unbroken and self._joined.is_set():
            logger.warning("worker.lease_lost")
            self._in_doubt = True
            self._calm_from_s = began_s + CALM_S
        self._ours_until_s = began_s + LEASE_S
        self._loads = beat.loads
        self._shunned.clear()
        self._attendance.note(time.monotonic(), beat.loads, beat.dead, unbroken=beat.unbroken)

    async def _await_joined(self, *, all_workers: bool = False) -> None:
        """Raises Unavailable."""
        try:
            async with asyncio.timeout(JOIN_WITHIN_S):
                await self._joined.wait()
        except TimeoutError:
            raise Unavailable("this worker has not joined the others yet; send it again") from None
        if all_workers and not self._complete:
            await self._await_the_others()
            self._complete = True

    async def _await_the_others(self) -> None:
        """Once, at the start."""
        until_s = time.monotonic() + OTHERS_WITHIN_S
        while len(self._loads) < self._membership.workers and time.monotonic() < until_s:
            await asyncio.sleep(0.1)
            await self._beat()

    async def _place(self, interview_id: str) -> str:
        """Gives out an interview that nobody has. After a Redis that has forgotten everything, which the heartbeat
        shows, its workers say first what they have."""
        await self._beat()
        wait_s = self._calm_from_s - time.monotonic()
        if wait_s > 0:
            await asyncio.sleep(wait_s)
        return await self._leases.place(interview_id, await self._choose())

    async def _choose(self) -> str:
        loads = {node: load for node, load in self._loads.items() if node not in self._shunned}
        return choose_node(loads, await self._leases.count_homes()) or self._me

    def _reach(self, interview_id: str, node: str, position: Position, resolve: Resolve) -> RemoteInterview:
        remote = RemoteInterview(
            interview_id, node, position, line=self._line, resolve=resolve, moved=self._forget_place
        )
        if len(self._known) >= KNOWN_LIMIT:
            self._known.clear()
        self._known[interview_id] = remote, time.monotonic() + KNOWN_FOR_S
        return remote

    def _forget_place(self, interview_id: str, gone: str | None) -> None:
        self._known.pop(interview_id, None)
        if gone is not None:
            self._shunned.add(gone)
