"""One interview's media: comes with the interview, outlives every connection."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from pathlib import Path

from media.connections import Connections
from media.counters import DropCounters, MediaCounters, Tally
from media.errors import SessionClosed
from media.frames import EncodedFrame
from media.hearing.pipeline import Pipeline
from media.key_frames import KeyFrameRequests
from media.notices import Notices
from media.ports import FactSink, InterviewClock
from media.quality.keeper import QualityKeeper
from media.recording.recorder import Recorder
from media.rtp.packet import RtpPacket
from media.settings import MediaSettings
from media.sources import Present
from media.task_group import TaskGroup
from media.transcription.condition import DegradeLevel
from media.transcription.ports import Recogniser
from media.transcription.shelf import Shelf
from media.types import (
    AsrDegraded,
    ClientStatistics,
    LanguageCode,
    MediaFact,
    MediaFault,
    ObserverAnswer,
    PublisherAnswer,
    SocketAudioAnswer,
    SocketAudioCodec,
)
from media.uplinks.ends import Forwarded
from media.voices.facts import VoiceAnswer
from media.voices.second_ear import SecondEar
from media.voices.speakers import Speakers
from media.webrtc.fan_out import FanOut

WATCH_INTERVAL_S = 0.1
CLOSE_WITHIN_S = 5.0
HEAR_OUT_WITHIN_S = 2.5
RESTART_AFTER_S = 1.0


class MediaSession:
    """`run` is owned by the interview; everything else may be called from it or beside it and never waits for the sink,
    so that the sink's owner may call in while its mailbox is full.

    `first_epoch` continues the count after a restart of the server. `load` tells how busy the process is, 0..1.
    """

    def __init__(
        self,
        interview_id: str,
        *,
        language: LanguageCode,
        recording_dir: Path,
        clock: InterviewClock,
        sink: FactSink,
        scheduler: Recogniser,
        settings: MediaSettings,
        first_epoch: int = 1,
        load: Callable[[], float] = lambda: 0.0,
        tally: Tally | None = None,
        shelf: Shelf | None = None,
    ) -> None:
        self._tally = tally if tally is not None else Tally()
        self._clock = clock
        self._sink = sink
        self._settings = settings
        self._recorder = Recorder(recording_dir, clock, settings)
        self._second_ear = SecondEar(
            interview_id, language=language, scheduler=scheduler, settings=settings, report=sink.put
        )
        self._speakers = Speakers(clock, settings, self, self._second_ear, self._read_present)
        self._connections = Connections(
            clock,
            settings,
            self,
            self._recorder,
            first_epoch=first_epoch,
            on_packet=self._on_packet,
            want_key_frame=self._want_key_frame,
            want_return_key_frame=self._speakers.want_key_frame,
        )
        self._sources = self._connections.sources
        self._quality = QualityKeeper(settings)
        self._load = load
        self._fan_out = FanOut(settings, self._want_key_frame, self.do_aside)
        self._pipeline = Pipeline(
            interview_id,
            language=language,
            scheduler=scheduler,
            settings=settings,
            report=sink.put,
            shelf=shelf,
        )
        self._recogniser = scheduler
        self._notices = Notices(sink)
        self._wake = asyncio.Event()
        self._key_frames = KeyFrameRequests(settings.key_frame_request_gap_ms)
        self._group: asyncio.TaskGroup | None = None
        self._closing = asyncio.Event()
        self._hear_out = True
        self._ended = asyncio.Event()
        self._shut = False

    # --- signalling ---------------------------------------------------------------------------------------------------

    async def accept_publisher(self, offer_sdp: str) -> PublisherAnswer:
        """The new connection takes over at once, from audio over the websocket when it is heard; the old one is told
        and closed. Raises SdpRejected, SessionClosed."""
        return await self._connections.accept_publisher(offer_sdp)

    async def accept_socket_audio(self, codec: SocketAudioCodec) -> SocketAudioAnswer:
        """The candidate's voice comes by `push_socket_audio` from now on. Raises SessionClosed, OpusUnavailable."""
        answer = await self._connections.accept_socket_audio(codec)
        self._wake.set()  # that it is connected is told before its first words are
        return answer

    def push_socket_audio(self, epoch: int, sequence: int, timestamp: int, data: bytes) -> None:
        """Another epoch than the present one is ignored."""
        self._sources.take_socket_audio(epoch, sequence, timestamp, data)

    async def close_publisher(self, epoch: int) -> None:
        """An epoch that is over stays over."""
        await self._sources.close(epoch)

    async def dismiss_publishers(self) -> None:
        """Nobody is heard until somebody comes anew."""
        await self._sources.dismiss()

    async def add_observer(self, offer_sdp: str) -> ObserverAnswer:
        """Raises SdpRejected, TooManyObservers, SessionClosed."""
        self.check_open()
        return await self._fan_out.add(offer_sdp)

    async def remove_observer(self, observer_id: str) -> None:
        await self._fan_out.remove(observer_id)

    def has_observer(self, observer_id: str) -> bool:
        """False when it has gone by itself, too."""
        return observer_id in self._fan_out

    async def open_voice(self, speaker_id: str, offer_sdp: str) -> VoiceAnswer:
        """Somebody else may speak to the candidate, once they are given the voice. A further connection of the same one
        takes the place of the one before, and has the voice if that had it. Raises SdpRejected, TooManyVoices,
        VoiceUnavailable (nothing can be sent to the candidate as they are connected now), SessionClosed."""
        self.check_open()
        return await self._speakers.open(speaker_id, offer_sdp)

    async def close_voice(self, speaker_id: str, voice_id: str | None = None) -> None:
        """Who is not there, or has another connection than `voice_id` by now, is left alone."""
        await self._speakers.close(speaker_id, voice_id)

    def give_voice(self, speaker_id: str | None) -> None:
        """From the next packet on the candidate hears this one and nobody else; None: nobody. Their words are told as
        `SpeakerTranscript`. Raises VoiceUnavailable; who has the voice keeps it then."""
        self._speakers.give(speaker_id)

    def note_client_statistics(self, statistics: ClientStatistics) -> None:
        """What the candidate's page has measured about its present connection."""
        self._quality.note_client(statistics)
        if statistics.rtt_ms is not None and self._sources.present is not None:
            self._sources.present.source.note_round_trip(statistics.rtt_ms)

    def count(self) -> MediaCounters:
        """Since it began, of all its connections."""
        dropped = MediaCounters(dropped=DropCounters(facts=self._notices.dropped))
        others = self._speakers.count() + self._second_ear.count()
        return self._connections.count() + self._pipeline.count() + others + dropped

    @property
    def observer_count(self) -> int:
        return self._fan_out.count

    def expect(self, terms: tuple[str, ...]) -> None:
        """Words that may well be said from now on, the most important first."""
        self._pipeline.expect(terms)
        self._second_ear.expect(terms)

    async def flush(self, token: str) -> None:
        """Closes what is being said now; `Flushed(token)` follows when all of it has been reported. Returns at once."""
        self._pipeline.flush(token, self._settings.flush_grace_ms / 1000 if self._sources.hears else 0.0)

    # --- life ---------------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Until `close` or cancellation; ends with all connections closed and recordings finished."""
        self._tally.follow(self)
        if self._recogniser.level:
            self._tell_level(self._recogniser.level)
        unwatch = self._recogniser.watch(self._tell_level)
        try:
            async with TaskGroup() as group:
                self._group = group
                tasks = [
                    group.create_task(self._supervise(name, work))
                    for name, work in (
                        ("watch", self._watch),
                        ("tell", self._notices.run),
                        ("listen", self._pipeline.listen),
                        ("caption", self._pipeline.caption),
                        ("record", lambda: self._recorder.run(self._sink.put)),
                        ("hear_speakers", self._second_ear.run),
                        ("transcribe", self._pipeline.transcribe),
                    )
                ]
                await self._closing.wait()
                if self._hear_out:
                    await self._hear_the_rest(transcribing=tasks[-1])
                for task in tasks:
                    task.cancel()
        finally:
            self._group = None
            unwatch()
            try:
                await self._shut_down()
            finally:
                self._tally.let_go(self)
                self._ended.set()

    async def close(self, *, hear_out: bool = True) -> None:
        """Idempotent; done within about five seconds. `hear_out`: what is being said in this moment counts, and is
        kept for later."""
        self._hear_out = self._hear_out and hear_out
        self._closing.set()
        try:
            async with asyncio.timeout(CLOSE_WITHIN_S):
                if self._group is not None:
                    await self._ended.wait()
                await self._shut_down()
        except TimeoutError:
            pass

    async def _hear_the_rest(self, *, transcribing: asyncio.Task[None]) -> None:
        """Whoever stops us in the middle of a word is to find the whole of it afterwards. The recording is about to be
        closed in good order, so that nobody will look for speech in it."""
        try:
            async with asyncio.timeout(HEAR_OUT_WITHIN_S):
                transcribing.cancel()  # what waits is kept, which also makes room
                await asyncio.wait([transcribing])
                await asyncio.gather(self._pipeline.hear_out(), self._second_ear.hear_out())
        except TimeoutError:
            self.tell(MediaFault("hearing_cut_off", "what was said last was not listened to; it is in the recording"))

    async def _shut_down(self) -> None:
        if self._shut:
            return
        self._shut = True
        closing: list[Awaitable[object]] = [self._speakers.shut_down(), *self._connections.leave()]
        try:
            async with asyncio.timeout(CLOSE_WITHIN_S):
                ends = await asyncio.gather(
                    *closing, self._fan_out.close(), self._recorder.finish(), return_exceptions=True
                )
                for fact in _tell_ends(ends):
                    self.tell(fact)
                await self._notices.deliver()
        except TimeoutError:
            pass
        finally:
            self._pipeline.close()
            self._second_ear.close()

    async def _supervise(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """A stage that fails is reported and started again: the interview goes on."""
        while True:
            try:
                await work()
            except Exception as error:  # noqa: BLE001 - the session's supervisor
                self.tell(MediaFault(f"{name}_failed", f"{type(error).__name__}: {error}"))
                await asyncio.sleep(RESTART_AFTER_S)

    # --- frames and housekeeping --------------------------------------------------------------------------------------

    def hear(self, frame: EncodedFrame) -> None:
        """Of the present source."""
        self._quality.count(frame)
        self._recorder.push(frame)
        if frame.kind == "audio":
            self._pipeline.push(frame)

    def _on_packet(self, source: Forwarded, packet: RtpPacket, sequence: int, starts: bool) -> None:
        if self._sources.is_present(source.epoch):
            self._fan_out.forward(source, packet, sequence, starts)

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            timer = loop.call_later(WATCH_INTERVAL_S, self._wake.set)
            await self._wake.wait()
            timer.cancel()
            self._wake.clear()
            await self._sources.check()
            if self._sources.present is not None:
                await self._attend(self._sources.present)
            await self._fan_out.poll()
            await self._speakers.poll()

    async def _attend(self, present: Present) -> None:
        now_ms = self._clock.now_ms()
        if self._recorder.wants_key_frame:
            self._key_frames.want(now_ms)
        if self._key_frames.due(now_ms):
            await present.source.request_key_frame()
        if present.liveness.connected:
            for fact in self._quality.measure(
                present.source, now_ms, self._fan_out.count, self._load(), lambda: self._pipeline.count().heard
            ):
                self.tell(fact)

    def _read_present(self) -> Present | None:
        return self._sources.present

    def _want_key_frame(self) -> None:
        if self._key_frames.want(self._clock.now_ms()):
            self._wake.set()

    def end_stream(self) -> None:
        self._pipeline.end_stream()

    async def do_aside(self, work: Coroutine[object, object, None]) -> None:
        """Behind the scenes, where there is a scene."""
        if self._group is not None and not self._closing.is_set():
            self._group.create_task(work)
        else:
            await work

    def _tell_level(self, level: DegradeLevel) -> None:
        self.tell(AsrDegraded(int(level), level.word))

    def tell(self, fact: MediaFact) -> None:
        self._notices.tell(fact)

    def check_open(self) -> None:
        if self._closing.is_set() or self._shut:
            raise SessionClosed("the interview's media are closed")


def _tell_ends(ends: Sequence[object]) -> list[MediaFact]:
    """What the parts of a session say when they end, those that end badly too."""
    facts: list[MediaFact] = []
    for end in ends:
        if isinstance(end, BaseException):
            facts.append(MediaFault("close_failed", f"{type(end).__name__}: {end}"))
        elif isinstance(end, list):
            facts += end
    return facts
