"""Who may speak to the candidate, and who is heard: packets go on as they come, never decoded, never encoded again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Protocol

from media.counters import MediaCounters, Tally
from media.errors import SdpRejected, SessionClosed, TooManyVoices, VoiceUnavailable
from media.frames import EncodedFrame
from media.ports import InterviewClock
from media.rtp.packet import RtpPacket
from media.settings import MediaSettings
from media.sources import Present
from media.types import MediaFact
from media.uplinks.ends import Forwarded
from media.voices.facts import Obstacle, VoiceAnswer, VoiceEnded, VoiceReach
from media.voices.second_ear import SecondEar
from media.voices.speaker import Speaker

_OBSTACLES: dict[Obstacle, str] = {
    "away": "the candidate is not connected",
    "websocket": "the candidate's network lets no WebRTC through: no voice can be sent to them",
    "unable": "the candidate's page cannot receive a voice; it can once it has been loaded anew",
}


class Stage(Protocol):
    def tell(self, fact: MediaFact) -> None: ...

    async def do_aside(self, work: Coroutine[object, object, None]) -> None: ...


class Speakers:
    """One connection each. `read_present` gives the candidate's own connection; they are sent to by the transceivers
    that were negotiated when it was made. Whoever has the voice keeps it across connections of either side."""

    def __init__(
        self,
        clock: InterviewClock,
        settings: MediaSettings,
        stage: Stage,
        ear: SecondEar,
        read_present: Callable[[], Present | None],
    ) -> None:
        self._clock = clock
        self._settings = settings
        self._stage = stage
        self._ear = ear
        self._read_present = read_present
        self._negotiating = asyncio.Lock()
        self._speakers: dict[str, Speaker] = {}
        self._holder: Speaker | None = None
        self._reach: Obstacle | None = None
        self._numbers = 0
        self._closed = False
        self._tally = Tally()

    async def open(self, speaker_id: str, offer_sdp: str) -> VoiceAnswer:
        """A further one of the same speaker takes the place of the one before. Raises SdpRejected, TooManyVoices,
        VoiceUnavailable, SessionClosed."""
        async with self._negotiating:
            self._check(speaker_id)
            self._numbers += 1
            speaker = Speaker(
                speaker_id,
                self._numbers,
                clock=self._clock,
                settings=self._settings,
                on_frame=self._on_frame,
                on_packet=self._on_packet,
            )
            try:
                sdp = await speaker.peer.answer(offer_sdp)
                if not speaker.peer.audio:
                    raise SdpRejected("the offer has no audio")
                self._check(speaker_id)
            except BaseException:
                await speaker.peer.close()
                raise
            self._tally.follow(speaker.peer)
            before = self._speakers.get(speaker_id)
            self._speakers[speaker_id] = speaker
            if before is not None:
                if self._holder is before:
                    self._hand_over(speaker)
                await self._stage.do_aside(self._let_go(before))
            return VoiceAnswer(speaker.voice_id, sdp)

    async def close(self, speaker_id: str, voice_id: str | None = None) -> None:
        """Who is not there, or has another connection than `voice_id` by now, is left alone."""
        speaker = self._speakers.get(speaker_id)
        if speaker is not None and voice_id in (None, speaker.voice_id):
            await self._end(speaker, VoiceEnded(speaker_id, "closed"))

    def give(self, speaker_id: str | None) -> None:
        """From the next packet on this one is heard, and nobody else; None: nobody. Raises VoiceUnavailable."""
        if speaker_id is None:
            self._hand_over(None)
            return
        speaker = self._speakers.get(speaker_id)
        if speaker is None:
            raise VoiceUnavailable("there is no connection to speak by")
        obstacle = self._find_obstacle()
        if obstacle in ("websocket", "unable"):
            raise VoiceUnavailable(_OBSTACLES[obstacle])
        if speaker is not self._holder:
            self._hand_over(speaker)
            self._reach = obstacle
            self._stage.tell(VoiceReach(speaker_id, obstacle))

    def want_key_frame(self) -> None:
        """The candidate's page cannot show who speaks without one."""
        if self._holder is not None:
            self._holder.want_key_frame()

    async def poll(self) -> None:
        """About ten times a second."""
        for speaker in list(self._speakers.values()):
            for fact in speaker.poll():
                if isinstance(fact, VoiceEnded):
                    await self._end(speaker, fact)
                else:
                    self._stage.tell(fact)
        if self._holder is not None and (obstacle := self._find_obstacle()) != self._reach:
            self._reach = obstacle
            self._stage.tell(VoiceReach(self._holder.id, obstacle))

    async def shut_down(self) -> None:
        self._closed = True
        self._hand_over(None)
        speakers, self._speakers = list(self._speakers.values()), {}
        for speaker in speakers:
            self._stage.tell(VoiceEnded(speaker.id, "closed"))
        await asyncio.gather(*(self._let_go(speaker) for speaker in speakers))

    def count(self) -> MediaCounters:
        return self._tally.count()

    def _check(self, speaker_id: str) -> None:
        if self._closed:
            raise SessionClosed("the interview's media are closed")
        if speaker_id not in self._speakers and len(self._speakers) >= self._settings.max_voices:
            raise TooManyVoices(f"{self._settings.max_voices} people are connected to speak already")
        obstacle = self._find_obstacle()
        if obstacle in ("websocket", "unable"):
            raise VoiceUnavailable(_OBSTACLES[obstacle])

    def _find_obstacle(self) -> Obstacle | None:
        present = self._read_present()
        if present is None:
            return "away"
        if present.source.transport == "websocket":
            return "websocket"
        if not present.source.listens:
            return "unable"
        return None if present.liveness.hears else "away"

    def _hand_over(self, speaker: Speaker | None) -> None:
        present = self._read_present()
        if self._holder is not None:
            self._ear.pause()
            if present is not None:
                present.source.fall_silent()
        self._holder = speaker
        if speaker is not None:
            self._ear.attend(speaker.number, speaker.id)

    def _on_packet(self, stream: Forwarded, packet: RtpPacket, sequence: int, starts: bool) -> None:
        if self._holder is None or self._holder.number != stream.epoch:
            return
        present = self._read_present()
        if present is not None:
            present.source.say(stream, packet, sequence, starts)

    def _on_frame(self, frame: EncodedFrame) -> None:
        if frame.kind == "audio" and self._holder is not None and self._holder.number == frame.epoch:
            self._ear.hear(frame)

    async def _end(self, speaker: Speaker, fact: VoiceEnded) -> None:
        if self._speakers.get(speaker.id) is not speaker:
            return
        del self._speakers[speaker.id]
        if self._holder is speaker:
            self._hand_over(None)
        self._stage.tell(fact)
        await self._stage.do_aside(self._let_go(speaker))

    async def _let_go(self, speaker: Speaker) -> None:
        try:
            await speaker.peer.close()
        finally:
            self._tally.let_go(speaker.peer)
