"""HR's voice and picture reach the candidate over what was negotiated when the candidate came, between real peers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from aiortc.mediastreams import MediaStreamError

from media.errors import SdpRejected, SessionClosed, TooManyVoices, VoiceUnavailable
from media.settings import MediaSettings
from media.types import FinalTranscript, PartialTranscript, PeerConnected, PeerInterrupted, SpeakerTranscript
from media.voices.facts import VoiceConnected, VoiceEnded, VoiceHeard, VoiceReach
from tests.fakes.loopback import VOICE_RATE_HZ, PictureTrack, Publisher, VoiceTrack, make_voice
from tests.integration.media.conftest import Studio

OpenStudio = Callable[..., Studio]
TALK = ((3.0, True), (30.0, False))
ONE_WAY_LIMIT_S = 0.4


class Listener:
    """Takes what the candidate's page is sent, and notes when."""

    def __init__(self, candidate: Publisher) -> None:
        self._candidate = candidate
        self.frames: list[tuple[float, Any]] = []

    async def run(self) -> None:
        with suppress(MediaStreamError):
            while True:
                frame = await self._candidate.receive("audio")
                self.frames.append((time.monotonic(), frame))

    def sound(self) -> tuple[float, np.ndarray[Any, Any]]:
        """(when its first sample was there, mono samples as they came)."""
        parts = [frame.to_ndarray().reshape(-1, 2)[:, 0].astype(np.float64) for _, frame in self.frames]
        ends = np.cumsum([len(part) for part in parts]) / VOICE_RATE_HZ
        began_s = float(np.median(np.array([at for at, _ in self.frames]) - ends))
        return began_s, np.concatenate(parts)

    def is_loud(self, last: int = 10) -> bool:
        return any(np.abs(frame.to_ndarray()).max() > 1_000 for _, frame in self.frames[-last:])


@pytest.fixture
async def listen() -> Any:
    tasks: list[asyncio.Task[None]] = []

    def begin(candidate: Publisher) -> Listener:
        listener = Listener(candidate)
        tasks.append(asyncio.create_task(listener.run()))
        return listener

    yield begin
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def measure_delay_s(voice: np.ndarray[Any, Any], began_s: float, listener: Listener) -> tuple[float, float]:
    """By cross-correlation: (how much later than it was spoken it is there, how surely: 1 is the same sound)."""
    heard_s, heard = listener.sound()
    every = 8
    spoken = voice[: 3 * VOICE_RATE_HZ].astype(np.float64)
    spoken, heard = (one[: len(one) // every * every].reshape(-1, every).mean(axis=1) for one in (spoken, heard))
    size = 1 << int(np.ceil(np.log2(len(spoken) + len(heard))))
    products = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(spoken, size)), size)
    at = int(np.argmax(products))
    part = heard[at : at + len(spoken)] if at < len(heard) else heard[:0]
    likeness = products[at] / (np.linalg.norm(spoken) * np.linalg.norm(part) + 1e-9)
    lag = at if at < size // 2 else at - size
    return heard_s + lag * every / VOICE_RATE_HZ - began_s, float(likeness)


async def wait_until(condition: Callable[[], bool], within_s: float = 10.0) -> None:
    async with asyncio.timeout(within_s):
        while not condition():
            await asyncio.sleep(0.02)


async def test_the_voice_is_with_the_candidate_at_once_and_in_the_log(open_studio: OpenStudio, listen: Any) -> None:
    studio = open_studio()
    candidate, _ = await studio.publish(listens=True)
    await studio.sink.wait_for(PeerConnected)
    listener = listen(candidate)
    samples = make_voice(TALK, seed=40)
    voice = VoiceTrack(samples)
    await studio.speak("hr-1", voice)
    await studio.sink.wait_for(VoiceConnected)
    studio.session.give_voice("hr-1")
    await wait_until(lambda: voice.sent_s > 4)
    delay_s, likeness = measure_delay_s(samples, voice.began_s, listener)
    assert likeness > 0.5, "another sound"
    assert 0 < delay_s <= ONE_WAY_LIMIT_S
    heard = await studio.sink.wait_for(SpeakerTranscript, lambda fact: isinstance(fact.said, FinalTranscript))
    assert heard.speaker_id == "hr-1"
    assert isinstance(heard.said, FinalTranscript)
    assert heard.said.text
    assert heard.said.segment_id.startswith("voice-")
    assert [fact.speaking for fact in studio.sink.of(VoiceHeard)][:2] == [True, False]
    assert studio.sink.of(VoiceReach) == [VoiceReach("hr-1", None)]
    assert any(isinstance(fact.said, PartialTranscript) for fact in studio.sink.of(SpeakerTranscript))
    assert all(final.segment_id.startswith("1-") for final in studio.sink.finals), "the candidate's answer has its own"


async def test_nothing_is_sent_and_nothing_heard_of_who_has_not_the_voice(open_studio: OpenStudio) -> None:
    studio = open_studio()
    candidate, _ = await studio.publish(listens=True)
    await studio.sink.wait_for(PeerConnected)
    await studio.speak("hr-1", VoiceTrack(make_voice(TALK)), PictureTrack())
    await studio.sink.wait_for(VoiceConnected, lambda fact: fact.video)
    await asyncio.sleep(2.5)
    assert await candidate.packets_received("audio") == 0
    assert await candidate.packets_received("video") == 0
    assert not studio.sink.of(SpeakerTranscript)
    assert not studio.sink.of(VoiceHeard)


async def test_the_voice_passes_to_another_and_is_taken_away(open_studio: OpenStudio, listen: Any) -> None:
    studio = open_studio()
    candidate, _ = await studio.publish(listens=True)
    await studio.sink.wait_for(PeerConnected)
    listener = listen(candidate)
    for name in ("hr-1", "hr-2"):
        await studio.speak(name, VoiceTrack(make_voice(((30.0, True),))))
        await studio.sink.wait_for(VoiceConnected, lambda fact, name=name: fact.speaker_id == name)  # type: ignore[misc]
    for name in ("hr-1", "hr-2", "hr-1"):
        before = len(listener.frames)
        studio.session.give_voice(name)
        await wait_until(lambda before=before: len(listener.frames) > before + 25 and listener.is_loud())  # type: ignore[misc]
    studio.session.give_voice(None)
    await asyncio.sleep(0.3)
    packets = await candidate.packets_received("audio")
    await asyncio.sleep(0.5)
    assert await candidate.packets_received("audio") == packets
    studio.session.give_voice("hr-2")
    before = len(listener.frames)
    await wait_until(lambda: len(listener.frames) > before + 25 and listener.is_loud())
    assert candidate.connection.connectionState == "connected"


async def test_the_picture_is_whole_and_follows_the_voice(open_studio: OpenStudio) -> None:
    studio = open_studio()
    candidate, _ = await studio.publish(listens=True)
    await studio.sink.wait_for(PeerConnected)
    await studio.speak("hr-1", VoiceTrack(make_voice(TALK)), PictureTrack())
    await studio.sink.wait_for(VoiceConnected)
    await asyncio.sleep(0.5)
    studio.session.give_voice("hr-1")
    async with asyncio.timeout(10):
        pictures = [await candidate.receive("video") for _ in range(5)]
    for picture in pictures:
        luma = picture.to_ndarray(format="gray")
        assert luma.max() > 180
        assert np.median(luma) < 80


async def test_it_goes_on_when_the_candidate_comes_back(open_studio: OpenStudio, listen: Any) -> None:
    studio = open_studio()
    first, _ = await studio.publish(listens=True)
    await studio.sink.wait_for(PeerConnected)
    await studio.speak("hr-1", VoiceTrack(make_voice(((30.0, True),))))
    await studio.sink.wait_for(VoiceConnected)
    studio.session.give_voice("hr-1")
    await first.close()
    await studio.sink.wait_for(PeerInterrupted)
    await studio.sink.wait_for(VoiceReach, lambda fact: fact.obstacle == "away")
    second, _ = await studio.publish(listens=True)
    listener = listen(second)
    await wait_until(lambda: len(listener.frames) > 25 and listener.is_loud())
    await wait_until(lambda: studio.sink.of(VoiceReach)[-1].obstacle is None)


async def test_a_second_connection_of_the_same_speaker_has_the_voice(open_studio: OpenStudio, listen: Any) -> None:
    studio = open_studio()
    candidate, _ = await studio.publish(listens=True)
    await studio.sink.wait_for(PeerConnected)
    listener = listen(candidate)
    _, before = await studio.speak("hr-1", VoiceTrack(make_voice(((30.0, True),))))
    await studio.sink.wait_for(VoiceConnected)
    studio.session.give_voice("hr-1")
    await wait_until(lambda: len(listener.frames) > 10)
    await studio.speak("hr-1", VoiceTrack(make_voice(((30.0, True),))))
    count = len(listener.frames)
    await wait_until(lambda: len(listener.frames) > count + 25 and listener.is_loud())
    await studio.session.close_voice("hr-1", before.voice_id)  # what the first tab sends as it goes
    count = len(listener.frames)
    await wait_until(lambda: len(listener.frames) > count + 25)
    assert not studio.sink.of(VoiceEnded)
    await studio.session.close_voice("hr-1")
    await studio.session.close_voice("hr-1")
    assert await studio.sink.wait_for(VoiceEnded) == VoiceEnded("hr-1", "closed")
    with pytest.raises(VoiceUnavailable):
        studio.session.give_voice("hr-1")


async def test_a_dead_browser_is_told_and_leaves_the_voice(open_studio: OpenStudio) -> None:
    studio = open_studio(MediaSettings(voice_silent_after_ms=600))
    await studio.publish(listens=True)
    await studio.sink.wait_for(PeerConnected)
    dead, _ = await studio.speak("hr-1", VoiceTrack(make_voice(TALK)))
    await studio.sink.wait_for(VoiceConnected)
    studio.session.give_voice("hr-1")
    for sender in dead.connection.getSenders():
        await sender.stop()  # nothing says goodbye
    ended = await studio.sink.wait_for(VoiceEnded)
    assert ended == VoiceEnded("hr-1", "silent")
    with pytest.raises(VoiceUnavailable):
        studio.session.give_voice("hr-1")


async def test_a_candidate_who_cannot_be_sent_to_is_told_of(open_studio: OpenStudio) -> None:
    studio = open_studio()
    await studio.publish()
    await studio.sink.wait_for(PeerConnected)
    late = Publisher(audio=VoiceTrack(make_voice(TALK)), video=None)
    studio.people.append(late)
    with pytest.raises(VoiceUnavailable, match="loaded anew") as refused:
        await studio.session.open_voice("hr-1", await late.offer())
    assert refused.value.retryable
    await studio.session.dismiss_publishers()
    await studio.speak("hr-1", VoiceTrack(make_voice(TALK)))
    await studio.sink.wait_for(VoiceConnected)
    studio.session.give_voice("hr-1")
    assert (await studio.sink.wait_for(VoiceReach)).obstacle == "away"
    await studio.session.accept_socket_audio("opus")
    await studio.sink.wait_for(VoiceReach, lambda fact: fact.obstacle == "websocket")
    with pytest.raises(VoiceUnavailable, match="WebRTC"):
        studio.session.give_voice("hr-1")


async def test_there_are_limits_and_bad_offers_leave_nothing_behind(open_studio: OpenStudio) -> None:
    studio = open_studio(MediaSettings(max_voices=1))
    await studio.publish(listens=True)
    silent = Publisher(audio=None, video=PictureTrack())
    studio.people.append(silent)
    for offer, reason in (("v=0\r\n", "neither"), (await silent.offer(), "no audio"), ("", "v=0")):
        with pytest.raises(SdpRejected, match=reason):
            await studio.session.open_voice("hr-1", offer)
    await studio.speak("hr-1", VoiceTrack(make_voice(TALK)))
    late = Publisher(audio=VoiceTrack(make_voice(TALK)), video=None)
    studio.people.append(late)
    with pytest.raises(TooManyVoices) as refused:
        await studio.session.open_voice("hr-2", await late.offer())
    assert refused.value.retryable
    await studio.session.close()
    assert studio.sink.of(VoiceEnded) == [VoiceEnded("hr-1", "closed")]
    with pytest.raises(SessionClosed):
        await studio.session.open_voice("hr-1", await late.offer())
