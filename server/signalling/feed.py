"""One reader's view of one interview: the log from a given `seq`, then what happens live, without gaps or repeats."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from server.errors import InterviewError
from server.interviews.broadcast import envelope_of, interview_topic
from server.interviews.bus import Lagged
from server.protocol.envelope import Envelope
from server.protocol.events import CandidateConnected, InviteIssued, ServerRestarted
from server.protocol.signals import SessionCaughtUp
from server.signalling.ending import CloseCode, SocketEnded
from server.signalling.messages import signal
from server.signalling.outbox import Outbox
from server.signalling.ports import Log, Resources

PAGE = 200
LARGEST_SEQ = 2**31 - 1
"""What the database's integers hold."""

Filter = Callable[[object], object | None]
Check = Callable[[object], None]


class SeqUnknown(InterviewError):
    """The client claims to have seen more than the log holds."""

    code = "seq_unknown"


def end_nothing(data: object) -> None:
    pass


def end_when_replaced(data: object, connection_id: str) -> None:
    """A candidate's socket ends with the link it came from, and when they come back through another worker: within
    one, `server.signalling.seats` is sooner. Raises SocketEnded."""
    if isinstance(data, InviteIssued):
        raise SocketEnded(CloseCode.UNAUTHENTICATED, "a newer link was issued")
    if isinstance(data, CandidateConnected) and data.connection_id != connection_id:
        raise SocketEnded(CloseCode.SUPERSEDED, "superseded")


async def check_seq(log: Log, interview_id: str, after_seq: int) -> None:
    """Raises SeqUnknown."""
    if after_seq > LARGEST_SEQ or (after_seq and not await log.read(interview_id, after_seq - 1, limit=1)):
        raise SeqUnknown(f"after_seq: the log ends before {after_seq}")


class Feed:
    """`joined_seq` is the log's end when the client's presence was recorded; `check` sees what happened after it."""

    def __init__(
        self,
        interview_id: str,
        *,
        joined_seq: int,
        resources: Resources,
        outbox: Outbox,
        visible: Filter,
        check: Check = end_nothing,
    ) -> None:
        self._interview_id = interview_id
        self._joined_seq = joined_seq
        self._log = resources.log
        self._bus = resources.bus
        self._outbox = outbox
        self._visible = visible
        self._check = check
        self._last_seq = 0

    async def run(self, after_seq: int) -> None:
        """Until cancelled. The subscription stands before the log is read, so nothing can pass between the two."""
        self._last_seq = after_seq
        try:
            async with self._bus.subscribe(interview_topic(self._interview_id)) as messages:
                await self._catch_up()
                await self._outbox.put(signal(SessionCaughtUp(self._last_seq), self._interview_id))
                async for message in messages:
                    await self._follow(message)
        except InterviewError as error:
            raise SocketEnded(CloseCode.TRY_AGAIN_LATER, error.code) from error

    async def _follow(self, message: Envelope | Lagged) -> None:
        if isinstance(message, Lagged):
            await self._catch_up()
        elif message.seq is None:
            visible = self._visible(message.data)
            if visible is not None:
                self._outbox.offer(replace(message, data=visible))
        elif message.seq == self._last_seq + 1:
            await self._send(message)
        elif message.seq > self._last_seq:
            await self._catch_up()

    async def _catch_up(self) -> None:
        while True:
            events = await self._log.read(self._interview_id, self._last_seq, limit=PAGE)
            for event in events:
                await self._send(envelope_of(event))
            if len(events) < PAGE:
                return

    async def _send(self, envelope: Envelope) -> None:
        visible = self._visible(envelope.data)
        if visible is not None:
            await self._outbox.put(replace(envelope, data=visible))
        self._last_seq = envelope.seq or self._last_seq
        if self._last_seq <= self._joined_seq:
            return
        self._check(envelope.data)
        if isinstance(envelope.data, ServerRestarted):
            # The interview went on without knowing of this socket: the client must announce itself anew.
            raise SocketEnded(CloseCode.RESTARTED, "the interview was restarted; reconnect and resume")
