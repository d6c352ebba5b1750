"""The actor: sole owner of one interview's log, state, deadlines and media.

One message at a time: decide, append (durable), evolve, publish, answer; side effects last.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import structlog

from media.types import (
    FinalTranscript,
    Flushed,
    MediaFact,
    ObserverAnswer,
    PublisherAnswer,
    SocketAudioAnswer,
    SocketAudioCodec,
    TranscriptionFailed,
)
from realtime_scoring.types import TurnDeadline
from server.db.errors import SequenceConflict
from server.db.log import NewEvent
from server.errors import InterviewError
from server.interviews import intents as i
from server.interviews.admission import admit, admit_voice
from server.interviews.bridge import read_statistics, translate
from server.interviews.clock import RunningClock
from server.interviews.deadlines import TRANSCRIBED_WITHIN_MS, postpone_unheard, turn_deadline
from server.interviews.decide import decide
from server.interviews.effects import Effects
from server.interviews.errors import InterviewStopping, NotLive
from server.interviews.evolve import evolve
from server.interviews.hearing import Hearing
from server.interviews.mailbox import Ask, Heard, Mailbox, Message, Stop, Tell
from server.interviews.media_desk import MediaDesk
from server.interviews.services import Actor, Services
from server.interviews.state import InterviewState
from server.protocol import commands as c
from server.protocol import events as e
from server.protocol.signals import SpeechChanged

log = structlog.get_logger(__name__)

ABANDONED_AFTER = timedelta(hours=24)
STORAGE_RETRY_MS = 1_000
UNSTORED_LIMIT = 1_000
"""Facts kept in memory while the disk refuses them; at about one a second this is a quarter of an hour."""


class Interview:
    def __init__(self, state: InterviewState, services: Services) -> None:
        self.id = state.id
        self.state = state
        self._services = services
        self._clock = RunningClock(services.wall)
        self._mailbox = Mailbox()
        self._hearing = Hearing()
        self._unstored: list[object] = []
        self._stopped = False
        self._desk = MediaDesk(self._mailbox, self._clock, services.open_session)
        self._effects = Effects(self._clock, self._hearing, self._desk)
        if state.started_at is not None:
            self._clock.start(state.started_at)

    # --- what others call

    async def submit(self, command: object, actor: Actor, command_id: str | None) -> int:
        """The `seq` the command led to; the same `command_id` gives the same answer. Raises InterviewError."""
        if isinstance(command, c.QualityReportCommand):
            self._desk.note_client_statistics(read_statistics(command))
            return self.state.seq
        return await self._ask(command, command_id)

    async def record(self, event: object) -> int:
        return await self._ask(i.Record(event), None)

    async def take_late_text(self, fact: FinalTranscript | TranscriptionFailed) -> int:
        """The text of a segment that was deferred, or that there will be none; also when the interview is over. The
        same text a second time changes nothing."""
        return await self._ask(translate(fact, self.state).intent, None)

    async def connect(self, actor: Actor) -> None:
        await self._ask(i.Connect(actor.role, actor.id, actor.connection_id), None)

    async def disconnect(self, actor: Actor) -> None:
        await self._ask(i.Disconnect(actor.role, actor.id, actor.connection_id), None)

    async def publish(self, offer_sdp: str) -> PublisherAnswer:
        """Media of the candidate; a further offer replaces the peer. Raises NotLive, RecogniserBusy, MediaError."""
        self._require_live()
        admit_voice(self.state, self._services.admits)
        return await self._desk.publish(self.state, offer_sdp)

    async def unpublish(self, epoch: int) -> None:
        await self._desk.unpublish(epoch)

    async def open_audio(self, codec: SocketAudioCodec) -> SocketAudioAnswer:
        """The candidate's voice over their socket instead; `unpublish` ends it. Raises NotLive, RecogniserBusy,
        MediaError."""
        self._require_live()
        admit_voice(self.state, self._services.admits)
        return await self._desk.open_audio(self.state, codec)

    def push_audio(self, epoch: int, sequence: int, timestamp: int, data: bytes) -> None:
        """Never waits: sound does not stand in line with commands."""
        self._desk.push_audio(epoch, sequence, timestamp, data)

    async def observe(self, offer_sdp: str) -> ObserverAnswer:
        """The candidate's media for an observer; it begins when the candidate's does. Raises NotLive, MediaError."""
        self._require_live()
        return await self._desk.observe(self.state, offer_sdp)

    async def unobserve(self, observer_id: str) -> None:
        await self._desk.unobserve(observer_id)

    async def stop(self) -> None:
        """Ends media, lets everything before be written, ends `run`."""
        await self._desk.close()
        if not self._stopped:
            await self._mailbox.send(Stop())

    async def expire(self, now: datetime) -> None:
        """Ends an interview whose candidate has been gone for `ABANDONED_AFTER`."""
        state = self.state
        if state.phase != "live" or state.candidate_present or state.last_event_at is None:
            return
        if now - state.last_event_at >= ABANDONED_AFTER and not self._stopped:
            await self._mailbox.send(Tell(i.Expire()))

    @property
    def idle(self) -> bool:
        """Nobody is here and nothing runs: the log alone is enough."""
        present = self.state.candidate_connections or self.state.observer_connections
        return self.state.phase != "live" and not present and not self._desk.open

    # --- the actor

    async def run(self) -> None:
        """Ends after `stop`. Raises SequenceConflict when another process has written to the log."""
        try:
            async with asyncio.TaskGroup() as tasks:
                self._desk.hire(tasks)
                await self._resume()
                while not isinstance(message := await self._next_message(), Stop):
                    await self._handle(message)
        finally:
            self._stopped = True
            self._refuse_the_rest()

    async def _next_message(self) -> Message | None:
        now_ms = self._clock.now_ms()
        waits = [max(0, at_ms - now_ms) for at_ms in self._due_ms(now_ms)]
        if self._unstored:
            waits.append(STORAGE_RETRY_MS)
        return await self._mailbox.receive(min(waits) if waits else None)

    def _deadline(self, now_ms: int) -> TurnDeadline | None:
        deadline = turn_deadline(self.state, self._hearing, self._services.mind.profile)
        return None if deadline is None else postpone_unheard(deadline, self._hearing, now_ms)

    def _due_ms(self, now_ms: int) -> list[int]:
        due: list[int] = []
        deadline = self._deadline(now_ms)
        if deadline is not None:
            due.append(deadline.at_ms)
        turn = self.state.turn
        if turn is not None and turn.closing and not self._desk.recovering:
            due.append(turn.closing_since_ms + TRANSCRIBED_WITHIN_MS)
        return due

    async def _handle(self, message: Message | None) -> None:
        if self._unstored:
            await self._store_the_unstored()
        match message:
            case Ask():
                await self._answer(message)
            case Heard(fact):
                await self._hear(fact)
            case Tell(intent):
                await self._act(intent)
            case None:
                await self._pass_time()

    async def _answer(self, ask: Ask) -> None:
        try:
            seq = None
            if ask.command_id is not None:
                seq = await self._services.log.seq_of_cause(self.id, ask.command_id)
            if seq is None:
                seq = await self._decide_and_append(ask.command, ask.command_id)
        except SequenceConflict:
            raise
        except InterviewError as error:
            if not ask.answer.done():
                ask.answer.set_exception(error)
        else:
            if not ask.answer.done():
                ask.answer.set_result(seq)
        finally:
            if not ask.answer.done():
                # Something unforeseen ends this actor; its sender must not wait for ever.
                ask.answer.set_exception(InterviewStopping("the interview is being restarted"))

    async def _hear(self, fact: MediaFact) -> None:
        self._hearing.note(fact, self._clock.now_ms())
        if isinstance(fact, Flushed):
            self._desk.note_flushed(fact.token)
            if self._desk.holds_back(fact.token):
                return
        meaning = translate(fact, self.state)
        if meaning.intent is not None:
            await self._act(meaning.intent)
        if meaning.signal is not None:
            await self._services.broadcast.signal(self.state, meaning.signal, self._t_ms())
        speaking = self._hearing.show(fact)
        if speaking is not None:
            await self._services.broadcast.signal(self.state, SpeechChanged(speaking), self._t_ms())

    async def _act(self, intent: object) -> None:
        """An intent of our own: what the disk refuses is kept and tried again, never dropped.

        Raises SequenceConflict: the log has gone on without us, so this state is not the interview's any more.
        """
        try:
            await self._decide_and_append(intent, None)
        except SequenceConflict:
            raise
        except InterviewError as error:
            if not error.retryable or len(self._unstored) >= UNSTORED_LIMIT:
                raise
            log.warning("interview.unstored", code=error.code, waiting=len(self._unstored) + 1)
            self._unstored.append(intent)

    async def _store_the_unstored(self) -> None:
        waiting, self._unstored = self._unstored, []
        for intent in waiting:
            if self._unstored:
                self._unstored.append(intent)
            else:
                await self._act(intent)

    async def _pass_time(self) -> None:
        now_ms, turn = self._clock.now_ms(), self.state.turn
        if turn is not None and turn.closing:
            if not self._desk.recovering and now_ms >= turn.closing_since_ms + TRANSCRIBED_WITHIN_MS:
                await self._act(i.EndTranscription(turn.id, complete=False))
            return
        deadline = self._deadline(now_ms)
        if turn is not None and deadline is not None and now_ms >= deadline.at_ms:
            await self._act(i.ReachDeadline(turn.id, deadline.action))

    async def _decide_and_append(self, command: object, command_id: str | None) -> int:
        now_ms = self._clock.now_ms()
        decided = decide(self.state, command, now_ms, self._services.mind)
        if not decided:
            return self.state.seq
        admit(self.state, decided, self._services.admits)
        t_ms = now_ms if self._clock.running else None
        new = [NewEvent(data, t_ms, command_id) for data in decided]
        await self._services.hold(self.id)
        logged = await self._services.log.append(self.id, self.state.seq, new)
        for event in logged:
            self.state = evolve(self.state, event.data, at=event.at, t_ms=event.t_ms)
        await self._services.broadcast.events(self.state, logged, self._hearing.shown)
        for event in logged:
            self._effects.take(event, self.state)
        return self.state.seq

    async def _resume(self) -> None:
        """After a crash: connections of the old process are gone, half-done endings are taken up again."""
        state = self.state
        stale = state.candidate_connections or state.observer_connections or state.media_up
        if state.seq and (stale or state.phase in ("live", "closing")):
            await self._act(i.Record(e.ServerRestarted()))
        if state.turn is not None:
            self._hearing.take_up(state.turn.segments, self._clock.now_ms())
        awaited = any(turn.awaited for turn in state.answered)
        if state.open_recordings or awaited or (state.turn is not None and state.turn.closing):
            self._desk.recover(state)
        if self.state.phase == "closing":
            await self._act(i.CompleteInterview())

    # --- small things

    async def _ask(self, command: object, command_id: str | None) -> int:
        if self._stopped:
            raise InterviewStopping("the server is going down")
        answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        await self._mailbox.send(Ask(command, command_id, answer))
        return await answer

    def _refuse_the_rest(self) -> None:
        for message in self._mailbox.drain():
            if isinstance(message, Ask) and not message.answer.done():
                message.answer.set_exception(InterviewStopping("the server is going down"))

    def _require_live(self) -> None:
        if self.state.phase != "live":
            raise NotLive("the interview is not running")

    def _t_ms(self) -> int | None:
        return self._clock.now_ms() if self._clock.running else None
