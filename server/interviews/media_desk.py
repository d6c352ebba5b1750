"""An interview's dealings with the media plane: opens the session when media comes, ends it when it is over."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Protocol

import structlog

from media.errors import VoiceUnavailable
from media.ports import FactSink, InterviewClock
from media.recovery import CutOffRecording, RecoveredSpeech
from media.types import (
    ClientStatistics,
    MediaFault,
    ObserverAnswer,
    PublisherAnswer,
    SocketAudioAnswer,
    SocketAudioCodec,
)
from media.voices.facts import VoiceAnswer
from server.interviews import intents as i
from server.interviews.errors import InterviewStopping, NotLive
from server.interviews.mailbox import Mailbox, Tell
from server.interviews.state import InterviewState, OpenRecording
from server.protocol import events as e

log = structlog.get_logger(__name__)

HIRED_WITHIN_S = 5.0
LAST_WORDS_WITHIN_S = 8.0


class CandidateMedia(Protocol):
    """What an interview asks of `media.session.MediaSession`, whose docstrings hold."""

    async def run(self) -> None: ...

    async def close(self, *, hear_out: bool = True) -> None: ...

    def expect(self, terms: tuple[str, ...]) -> None: ...

    async def flush(self, token: str) -> None: ...

    async def accept_publisher(self, offer_sdp: str) -> PublisherAnswer: ...

    async def close_publisher(self, epoch: int) -> None: ...

    async def dismiss_publishers(self) -> None: ...

    async def accept_socket_audio(self, codec: SocketAudioCodec) -> SocketAudioAnswer: ...

    def push_socket_audio(self, epoch: int, sequence: int, timestamp: int, data: bytes) -> None: ...

    def note_client_statistics(self, statistics: ClientStatistics) -> None: ...

    async def add_observer(self, offer_sdp: str) -> ObserverAnswer: ...

    async def remove_observer(self, observer_id: str) -> None: ...

    def has_observer(self, observer_id: str) -> bool: ...

    async def open_voice(self, speaker_id: str, offer_sdp: str) -> VoiceAnswer: ...

    async def close_voice(self, speaker_id: str, voice_id: str | None = None) -> None: ...

    def give_voice(self, speaker_id: str | None) -> None: ...


class SessionFactory(Protocol):
    def __call__(self, state: InterviewState, clock: InterviewClock, sink: FactSink) -> CandidateMedia: ...

    def recording_path(self, interview_id: str, name: str) -> Path: ...

    async def recover_speech(
        self, state: InterviewState, recording: CutOffRecording, after_ms: int
    ) -> RecoveredSpeech: ...


class MediaDesk:
    """Every task it starts belongs to the interview's TaskGroup, given by `hire`."""

    def __init__(self, mailbox: Mailbox, clock: InterviewClock, open_session: SessionFactory) -> None:
        self._mailbox = mailbox
        self._clock = clock
        self._open_session = open_session
        self._tasks: asyncio.TaskGroup | None = None
        self._hired = asyncio.Event()
        self._all_heard = asyncio.Event()
        self._session: CandidateMedia | None = None
        self._closed = False
        self._winding_up = False
        self._reopened = False
        self.recovering = False
        self._held_back: list[str] = []
        self._observers: dict[str, str] = {}
        """Id of an observer's connection -> user."""

    @property
    def open(self) -> bool:
        return self._session is not None

    def hire(self, tasks: asyncio.TaskGroup) -> None:
        self._tasks = tasks
        self._hired.set()

    def note_flushed(self, token: str) -> None:
        if token == i.LAST_WORDS:
            self._all_heard.set()

    async def publish(self, state: InterviewState, offer_sdp: str) -> PublisherAnswer:
        return await (await self._session_of(state)).accept_publisher(offer_sdp)

    async def unpublish(self, epoch: int) -> None:
        if self._session is not None:
            await self._session.close_publisher(epoch)

    async def open_audio(self, state: InterviewState, codec: SocketAudioCodec) -> SocketAudioAnswer:
        return await (await self._session_of(state)).accept_socket_audio(codec)

    def push_audio(self, epoch: int, sequence: int, timestamp: int, data: bytes) -> None:
        if self._session is not None:
            self._session.push_socket_audio(epoch, sequence, timestamp, data)

    def note_client_statistics(self, statistics: ClientStatistics) -> None:
        if self._session is not None:
            self._session.note_client_statistics(statistics)

    async def observe(self, state: InterviewState, user_id: str, offer_sdp: str) -> ObserverAnswer:
        session = await self._session_of(state)
        answer = await session.add_observer(offer_sdp)
        self._observers = {each: user for each, user in self._observers.items() if session.has_observer(each)}
        self._observers[answer.observer_id] = user_id
        return answer

    async def unobserve(self, user_id: str, observer_id: str) -> None:
        """Their own connection only; one that is over stays over."""
        if self._observers.get(observer_id) == user_id:
            del self._observers[observer_id]
            if self._session is not None:
                await self._session.remove_observer(observer_id)

    def dismiss_observer(self, user_id: str) -> None:
        """Picture and sound end for who watches no more."""
        for observer_id in [each for each, user in self._observers.items() if user == user_id]:
            self._start(self.unobserve(user_id, observer_id))

    async def open_voice(self, state: InterviewState, speaker_id: str, offer_sdp: str) -> VoiceAnswer:
        return await (await self._session_of(state)).open_voice(speaker_id, offer_sdp)

    async def close_voice(self, speaker_id: str, voice_id: str | None = None) -> None:
        if self._session is not None:
            await self._session.close_voice(speaker_id, voice_id)

    def give_voice(self, speaker_id: str | None) -> None:
        """Whom the candidate hears from now on, beside the interviewer. Raises VoiceUnavailable."""
        if self._session is not None:
            self._session.give_voice(speaker_id)
        elif speaker_id is not None:
            raise VoiceUnavailable("there is no connection to speak by")

    def expect(self, terms: tuple[str, ...]) -> None:
        """What may well be said from now on, the most important first."""
        if self._session is not None:
            self._session.expect(terms)

    def finish_turn(self, turn_id: str) -> None:
        """The turn's last words are transcribed; `Flushed(turn_id)` or an intent of the same meaning follows."""
        if self._session is not None:
            self.flush(turn_id)
        elif not self.holds_back(turn_id):
            self._start(self._mailbox.send(Tell(i.EndTranscription(turn_id, complete=True))))

    def holds_back(self, token: str) -> bool:
        """While the recording of a killed process is read, more may be heard of what has been flushed: it is told to
        have ended afterwards."""
        if self.recovering:
            self._held_back.append(token)
        return self.recovering

    def flush(self, token: str) -> None:
        if self._session is not None:
            self._start(self._session.flush(token))

    def dismiss_publishers(self) -> None:
        if self._session is not None:
            self._start(self._session.dismiss_publishers())

    def reopen(self) -> None:
        """The interview goes on after all: media may come again, once what was there has been wound up."""
        self._all_heard.clear()
        if self._winding_up:
            self._reopened = True
        else:
            self._closed = False

    def wind_up(self) -> None:
        """The interview is over: close media, then let the interview complete itself."""
        self._winding_up = True
        self._start(self._wind_up())

    async def close(self, *, hear_out: bool = True) -> None:
        """`hear_out`: what is being said in this moment belongs to the interview."""
        self._closed = True
        self._observers.clear()
        session, self._session = self._session, None
        if session is not None:
            await session.close(hear_out=hear_out)

    def recover(self, state: InterviewState) -> None:
        """After a crash: what the cut-off recordings hold and the log does not is transcribed and told."""
        self.recovering = True
        self._start(self._recover(state))

    async def _recover(self, state: InterviewState) -> None:
        try:
            for recording in state.open_recordings:
                try:
                    await self._recover_one(state, recording)
                except Exception as error:  # supervisor: one spoilt recording must not keep the interview from going on
                    log.exception("media.recovery_failed", error=type(error).__name__)
                    await self._mailbox.put(MediaFault("recovery_failed", recording.name))
                    closed = e.RecordingClosed(recording.epoch, recording.name, 0, 0)
                    await self._mailbox.send(Tell(i.Record(closed)))
            closing = [state.turn.id] if state.turn is not None and state.turn.closing else []
            self._held_back += [*closing, *(turn.id for turn in state.answered if turn.awaited)]
            while self._held_back:
                await self._mailbox.send(Tell(i.EndTranscription(self._held_back.pop(0), complete=True)))
        finally:
            self.recovering = False

    async def _recover_one(self, state: InterviewState, recording: OpenRecording) -> None:
        path = self._open_session.recording_path(state.id, recording.name)
        cut_off = CutOffRecording(path, recording.epoch, recording.start_ms)
        found = await self._open_session.recover_speech(state, cut_off, _heard_until_ms(state))
        for transcript in found.transcripts:
            await self._mailbox.put(transcript)
        size = path.stat().st_size if path.exists() else 0
        closed = e.RecordingClosed(recording.epoch, recording.name, found.duration_ms, size)
        await self._mailbox.send(Tell(i.Record(closed)))

    async def _session_of(self, state: InterviewState) -> CandidateMedia:
        """An interview that is just being revived is waited for: a session whose `run` is nobody's hears nothing."""
        try:
            async with asyncio.timeout(HIRED_WITHIN_S):
                await self._hired.wait()
        except TimeoutError:
            raise InterviewStopping("the interview is being restarted") from None
        if self._closed:
            raise NotLive("media has been closed")
        if self._session is None:
            session = self._open_session(state, self._clock, self._mailbox)
            self._start(self._supervise(session))
            self._session = session
        return self._session

    async def _supervise(self, session: CandidateMedia) -> None:
        try:
            await session.run()
        except Exception as error:  # supervisor: the interview outlives its media, a new offer opens a new session
            log.exception("media.session_failed", error=type(error).__name__)
            await self._mailbox.put(MediaFault("media_session_failed", type(error).__name__))
            if self._session is session:
                self._session = None
                self._observers.clear()

    async def _wind_up(self) -> None:
        """What was being said when the interview ended is still heard, within bounds."""
        if self._session is None:
            if not self.holds_back(i.LAST_WORDS):
                await self._mailbox.send(Tell(i.EndTranscription(i.LAST_WORDS, complete=True)))
        else:
            await self._session.flush(i.LAST_WORDS)
            try:
                async with asyncio.timeout(LAST_WORDS_WITHIN_S):
                    await self._all_heard.wait()
            except TimeoutError:
                log.warning("media.last_words_late")
        # Whatever came behind the last words is no answer.
        await self.close(hear_out=not self._all_heard.is_set())
        self._winding_up = False
        if self._reopened:
            self._reopened = self._closed = False
            self._all_heard.clear()
        await self._mailbox.send(Tell(i.CompleteInterview()))

    def _start(self, work: Coroutine[object, object, None]) -> None:
        if self._tasks is None:
            raise RuntimeError("the interview is not running")
        self._tasks.create_task(work)


def _heard_until_ms(state: InterviewState) -> int:
    """From where on a recording may hold speech that the log does not: texts are told in order of speech. What was said
    between two questions belongs to neither, unless an answer is still awaited."""
    if state.turn is None or any(turn.awaited for turn in state.answered):
        return state.heard_until_ms
    return max(state.heard_until_ms, state.turn.asked_at_ms)
