"""The actor: sole owner of one interview's log, state, deadlines and media.

One message at a time: decide, append (durable), evolve, publish, answer; side effects last.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import structlog

from media.task_group import TaskGroup
from media.types import (
    FinalTranscript,
    Flushed,
    MediaFact,
    ObserverAnswer,
    PublisherAnswer,
    SocketAudioAnswer,
    SocketAudioCodec,
    SpeechStarted,
    TranscriptionFailed,
)
from media.voices.facts import VoiceAnswer
from server.db.errors import SequenceConflict
from server.db.log import NewEvent
from server.errors import InterviewError
from server.interviews import intents as i
from server.interviews.admission import admit, admit_voice
from server.interviews.advising import Advising
from server.interviews.bridge import read_statistics, translate
from server.interviews.clock import RunningClock
from server.interviews.console.chatting import ChatAllowance
from server.interviews.console.decisions import concerns_people
from server.interviews.decide import decide
from server.interviews.effects import Effects
from server.interviews.errors import InterviewStopping, NotLive, NotWatching
from server.interviews.evolve import evolve
from server.interviews.floor import find_floor_change
from server.interviews.gathering import gather_evidence
from server.interviews.hearing import Hearing
from server.interviews.mailbox import Ask, Heard, Mailbox, Message, Stop, Tell, WordsCame
from server.interviews.media_desk import MediaDesk
from server.interviews.opinions import Opinions
from server.interviews.services import Actor, Services
from server.interviews.state import InterviewState
from server.interviews.timetable import Timetable
from server.protocol import commands as c
from server.protocol import console_commands as cc
from server.protocol import events as e
from server.protocol.signals import SpeechChanged

log = structlog.get_logger(__name__)

ABANDONED_AFTER = timedelta(hours=24)
STORAGE_RETRY_MS = 1_000
ATTENTION_STEPS = 16
"""At most so many things are done of its own accord before the next message is heard."""
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
        self._advising = Advising(services.lanes, services.mind, self._mailbox)
        self._opinions = Opinions(services.lanes, services.mind, self._mailbox)
        self._effects = Effects(self._clock, self._hearing, self._desk)
        self._timetable = Timetable(self._hearing, self._desk, self._advising, services.mind)
        self._chat_allowance = ChatAllowance(services.wall.monotonic_ms)
        if state.started_at is not None:
            self._clock.start(state.started_at)

    # --- what others call

    async def submit(self, command: object, actor: Actor, command_id: str | None) -> int:
        """The `seq` the command led to; the same `command_id` gives the same answer. Raises InterviewError."""
        if isinstance(command, c.QualityReportCommand):
            self._desk.note_client_statistics(read_statistics(command))
            return self.state.seq
        if isinstance(command, cc.ChatSend):
            self._chat_allowance.take(actor.id)
        if actor.role != "system" and concerns_people(command, actor.role):
            person = i.Person(actor.role, actor.id, actor.name, actor.connection_id)
            return await self._ask(i.By(command, person), command_id)
        return await self._ask(command, command_id)

    async def record(self, event: object) -> int:
        return await self._ask(i.Record(event), None)

    async def take_late_text(self, fact: FinalTranscript | TranscriptionFailed) -> int:
        """The text of a segment that was deferred, or that there will be none; also when the interview is over. The
        same text a second time changes nothing."""
        return await self._ask(translate(fact, self.state).intent, None)

    async def connect(self, actor: Actor) -> None:
        await self._ask(i.Connect(actor.role, actor.id, actor.connection_id, actor.name), None)

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

    async def observe(self, user_id: str, offer_sdp: str) -> ObserverAnswer:
        """The candidate's media for somebody of HR; it begins when the candidate's does, and ends when they watch no
        more. Raises NotLive, NotWatching, MediaError."""
        self._require_live()
        self._require_watching(user_id)
        answer = await self._desk.observe(self.state, user_id, offer_sdp)
        if not self.state.console.watched_by(user_id):  # gone meanwhile
            await self._desk.unobserve(user_id, answer.observer_id)
            self._require_watching(user_id)
        return answer

    async def unobserve(self, user_id: str, observer_id: str) -> None:
        await self._desk.unobserve(user_id, observer_id)

    async def open_voice(self, user_id: str, offer_sdp: str) -> VoiceAnswer:
        """Somebody of HR may be heard by the candidate, once they are given the voice; a further offer of theirs
        replaces the connection. Raises NotLive, MediaError."""
        self._require_live()
        return await self._desk.open_voice(self.state, user_id, offer_sdp)

    async def close_voice(self, user_id: str, voice_id: str) -> None:
        """One that is over, or was replaced, stays over."""
        await self._desk.close_voice(user_id, voice_id)

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
        return self.state.phase != "live" and not present and not self._desk.open and not self._opinions.busy

    # --- the actor

    async def run(self) -> None:
        """Ends after `stop`. Raises SequenceConflict when another process has written to the log."""
        try:
            async with TaskGroup() as tasks:
                self._desk.hire(tasks)
                self._advising.hire(tasks)
                self._opinions.hire(tasks)
                await self._resume()
                while not isinstance(message := await self._next_message(), Stop):
                    await self._handle(message)
                await self._let_go()
                self._advising.cancel()
                self._opinions.close()
        finally:
            self._stopped = True
            self._refuse_the_rest()

    async def _next_message(self) -> Message | None:
        now_ms = self._clock.now_ms()
        if self._unstored:
            return await self._mailbox.receive(STORAGE_RETRY_MS)  # until it is stored, nothing falls due
        waits = [max(0, at_ms - now_ms) for at_ms in self._timetable.due_ms(self.state, now_ms)]
        return await self._mailbox.receive(min(waits) if waits else None)

    async def _handle(self, message: Message | None) -> None:
        if self._unstored:
            await self._store_the_unstored()
        overtaken = None
        if isinstance(message, Ask):
            # Whoever comes next ends the wait for words: what they say may be about what follows.
            overtaken = self._advising.give_way(message.command)
            await self._let_go()
        match message:
            case Ask():
                if not await self._keep(message):
                    await self._answer(message, message.command)
                if overtaken is not None:
                    await self._act(overtaken)
            case Heard(fact):
                await self._hear(fact)
            case Tell(intent):
                await self._act(intent)
            case WordsCame() | None:
                await self._pass_time()
        await self._attend()
        if self._services.lanes is not None:
            now_ms = self._clock.now_ms()
            deadline = self._timetable.deadline(self.state, now_ms)
            self._advising.look_ahead(self.state, self._hearing, deadline, now_ms)

    async def _attend(self) -> None:
        """What people are owed: floor, directives, alerts."""
        for _ in range(ATTENTION_STEPS):
            attention = self._timetable.find_attention(self.state, self._clock.now_ms())
            if attention is None or self._unstored or self._advising.kept is not None:
                return
            await self._carry_out(attention)

    async def _keep(self, message: Ask | Tell) -> bool:
        """Whether the message waits for the words of the follow-up that it brings about; no other message does."""
        now_ms = self._clock.now_ms()
        if not self._advising.keep(self.state, message, now_ms):
            return False
        if self._advising.is_due(now_ms):
            await self._let_go()
        return True

    async def _let_go(self) -> None:
        """What was kept goes on, with the words that are there or the planned ones."""
        released = await self._advising.release(self.state)
        match released:
            case (Ask() as ask, end):
                await self._answer(ask, end)
            case (Tell(), end):
                await self._carry_out(end)

    async def _answer(self, ask: Ask, command: object) -> None:
        try:
            seq = None
            if ask.command_id is not None:
                seq = await self._services.log.seq_of_cause(self.id, ask.command_id)
            if seq is None:
                seq = await self._decide_and_append(command, ask.command_id)
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
        if isinstance(fact, SpeechStarted):
            self._advising.cancel()
        if isinstance(fact, Flushed):
            self._desk.note_flushed(fact.token)
            if self._desk.holds_back(fact.token):
                return
        meaning = translate(fact, self.state)
        if meaning.intent is not None:
            await self._act(meaning.intent)
        change = find_floor_change(self.state, self._hearing, self._clock.now_ms())
        if change is not None:
            await self._act(change)
        if meaning.signal is not None:
            await self._services.broadcast.signal(self.state, meaning.signal, self._t_ms())
        speaking = self._hearing.show(fact)
        if speaking is not None:
            await self._services.broadcast.signal(self.state, SpeechChanged(speaking), self._t_ms())

    async def _act(self, intent: object) -> None:
        if isinstance(intent, i.EndTranscription | i.Expire):
            await self._let_go()
        if not await self._keep(Tell(intent)):
            await self._carry_out(intent)

    async def _carry_out(self, intent: object) -> None:
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
        if self._advising.kept is not None:
            if self._advising.is_due(now_ms):
                await self._let_go()
            return
        if turn is not None and turn.closing:
            by_ms = self._timetable.transcribed_by_ms(self.state)
            if by_ms is not None and now_ms >= by_ms:
                await self._act(i.EndTranscription(turn.id, complete=False))
            return
        deadline = self._timetable.deadline(self.state, now_ms)
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
        gathered = gather_evidence(self.state, decided, self._services.mind)
        if gathered is not None:
            await self._services.broadcast.signal(self.state, gathered, t_ms)
        for event in logged:
            self._effects.take(event, self.state)
        self._opinions.ask(self.state, (data.question_id for data in decided if isinstance(data, e.AnswerAssessed)))
        return self.state.seq

    async def _resume(self) -> None:
        """After a crash: connections of the old process are gone, half-done endings are taken up again."""
        state = self.state
        stale = state.candidate_connections or state.observer_connections or state.media_up
        if state.seq and (stale or state.phase in ("live", "closing")):
            await self._act(i.Record(e.ServerRestarted()))
        for turn in state.answered:
            self._hearing.recall_pauses(turn.segments)
        if state.turn is not None:
            self._hearing.recall_pauses(state.turn.segments)
            self._hearing.take_up(state.turn.segments, self._clock.now_ms())
        awaited = any(turn.awaited for turn in state.answered)
        if state.open_recordings or awaited or (state.turn is not None and state.turn.closing):
            self._desk.recover(state)
        self._opinions.take_up(state)
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
        kept = self._advising.kept
        for message in (*self._mailbox.drain(), *((kept.message,) if kept is not None else ())):
            if isinstance(message, Ask) and not message.answer.done():
                message.answer.set_exception(InterviewStopping("the server is going down"))

    def _require_live(self) -> None:
        if self.state.phase != "live":
            raise NotLive("the interview is not running")

    def _require_watching(self, user_id: str) -> None:
        if not self.state.console.watched_by(user_id):
            raise NotWatching("watch the interview over a socket first: the candidate is told who watches")

    def _t_ms(self) -> int | None:
        return self._clock.now_ms() if self._clock.running else None
