"""From WebRTC to the websocket and back, in the middle of an answer, without a word lost or heard twice."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from fractions import Fraction

import av
import numpy as np
import pytest
from aiortc.mediastreams import MediaStreamTrack
from numpy.typing import NDArray

from media.errors import ModelUnavailable
from media.hearing.opus import ENCODED_SAMPLES, OpusEncoder
from media.models.catalogue import open_demo
from media.session import MediaSession
from media.types import (
    Flushed,
    PeerConnected,
    PeerInterrupted,
    RecordingClosed,
    SocketAudioAnswer,
    SpeechStopped,
)
from tests.fakes.loopback import VOICE_RATE_HZ
from tests.fakes.playback import play
from tests.integration.media.conftest import Studio
from tests.integration.media.test_recognising import ERROR_LIMIT, measure_errors, read_answer

OpenStudio = Callable[..., Studio]
FRAME_S = 0.02
FRAME = VOICE_RATE_HZ // 50


class Microphone:
    """One voice, to be heard by more than one way at the same time."""

    def __init__(self, samples: NDArray[np.int16]) -> None:
        self._samples = samples
        self._began_s = time.monotonic()

    @property
    def heard_s(self) -> float:
        return time.monotonic() - self._began_s

    def frame(self, number: int) -> NDArray[np.int16]:
        part = self._samples[number * FRAME : (number + 1) * FRAME]
        return np.pad(part, (0, FRAME - len(part)))

    async def wait_for(self, number: int) -> None:
        """Until the frame has been spoken."""
        await asyncio.sleep(max(0.0, (number + 1) * FRAME_S - self.heard_s))


class MicrophoneTrack(MediaStreamTrack):
    kind = "audio"

    def __init__(self, microphone: Microphone) -> None:
        super().__init__()
        self._microphone = microphone
        self._number: int | None = None

    async def recv(self) -> av.AudioFrame:
        self._number = int(self._microphone.heard_s / FRAME_S) if self._number is None else self._number + 1
        await self._microphone.wait_for(self._number)
        samples = self._microphone.frame(self._number)
        frame = av.AudioFrame.from_ndarray(samples[None], format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = VOICE_RATE_HZ, self._number * FRAME, Fraction(1, VOICE_RATE_HZ)
        return frame


class Line:
    """What the page does: it begins with what was not heard any more, a little earlier even."""

    def __init__(self, microphone: Microphone, session: MediaSession) -> None:
        self._microphone = microphone
        self._session = session
        self._encoder = OpusEncoder()
        self.answer = SocketAudioAnswer(0, None)

    @asynccontextmanager
    async def speaking(self) -> AsyncIterator[Line]:
        asked_s = self._microphone.heard_s
        self.answer = await self._session.accept_socket_audio("opus")
        back_s = 0.0 if self.answer.silent_ms is None else self.answer.silent_ms / 1000 + 0.1
        speaking = asyncio.create_task(self._speak(int(max(0.0, asked_s - back_s) / FRAME_S), asked_s))
        try:
            yield self
        finally:
            speaking.cancel()

    async def _speak(self, number: int, zero_s: float) -> None:
        while True:
            await self._microphone.wait_for(number)
            timestamp = round((number * FRAME_S - zero_s) * 48_000) % 2**32
            self._session.push_socket_audio(self.answer.epoch, number, timestamp, self._encode(number))
            number += 1

    def _encode(self, number: int) -> bytes:
        thinned = self._microphone.frame(number).reshape(ENCODED_SAMPLES, 3).mean(axis=1)
        return self._encoder.encode((thinned / 32_768).astype(np.float32))


@pytest.fixture
def voice() -> tuple[NDArray[np.int16], str]:
    return read_answer("en-1", "customer-0.opus")


@pytest.fixture
def studio(open_studio: OpenStudio) -> Studio:
    from media.transcription.engine import WhisperEngine

    try:
        demo = open_demo()
    except ModelUnavailable as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no bundled recogniser: {missing.detail}")
    return open_studio(engine=WhisperEngine(demo.path, demo.info))


async def hear_out(studio: Studio, microphone: Microphone, samples: NDArray[np.int16]) -> str:
    """All that was understood, once the whole voice has been heard."""
    await microphone.wait_for(len(samples) // FRAME + 50)
    await studio.sink.wait_for(SpeechStopped, within_s=20)
    await studio.session.flush("answer")
    await studio.sink.wait_for(Flushed, within_s=30)
    return " ".join(final.text for final in studio.sink.finals)


def connections(studio: Studio) -> list[tuple[int, str]]:
    return [(fact.epoch, fact.transport) for fact in studio.sink.of(PeerConnected)]


def spans(studio: Studio, t_ms: int) -> bool:
    """The stretch that was understood as one goes on through that moment."""
    return any(final.t_start_ms < t_ms - 300 and t_ms + 300 < final.t_end_ms for final in studio.sink.finals)


async def test_a_dead_connection_is_taken_over_by_the_websocket(
    studio: Studio, voice: tuple[NDArray[np.int16], str]
) -> None:
    samples, text = voice
    microphone = Microphone(samples)
    publisher, _ = await studio.publish(audio=MicrophoneTrack(microphone))  # type: ignore[arg-type]
    await microphone.wait_for(150)
    cut_ms = studio.session._clock.now_ms()
    for sender in publisher.connection.getSenders():
        sender.replaceTrack(None)
    assert (await studio.sink.wait_for(PeerInterrupted)).reason == "silent"
    await asyncio.sleep(1)
    async with Line(microphone, studio.session).speaking() as line:
        heard = await hear_out(studio, microphone, samples)
    assert line.answer.epoch == 2
    assert 2_500 < (line.answer.silent_ms or 0) < 6_000
    assert measure_errors("en", text, heard) <= ERROR_LIMIT, heard
    assert spans(studio, cut_ms), "the answer was cut in two where the connection died"
    assert connections(studio) == [(1, "webrtc"), (2, "websocket")]


async def test_webrtc_takes_over_from_the_websocket(studio: Studio, voice: tuple[NDArray[np.int16], str]) -> None:
    samples, text = voice
    microphone = Microphone(samples)
    async with Line(microphone, studio.session).speaking() as line:
        assert line.answer == SocketAudioAnswer(1, None)
        await microphone.wait_for(100)
        _, answer = await studio.publish(audio=MicrophoneTrack(microphone))  # type: ignore[arg-type]
        assert answer.epoch == 2
        await microphone.wait_for(200)
        assert connections(studio) == [(1, "websocket")], "the websocket goes on until the page ends it"
    changed_ms = studio.session._clock.now_ms()
    await studio.session.close_publisher(1)
    heard = await hear_out(studio, microphone, samples)
    assert measure_errors("en", text, heard) <= ERROR_LIMIT, heard
    assert spans(studio, changed_ms), "the answer was cut in two"
    assert connections(studio) == [(1, "websocket"), (2, "webrtc")]
    interrupted = studio.sink.of(PeerInterrupted)
    assert [(fact.epoch, fact.reason) for fact in interrupted] == [(1, "replaced")]
    await studio.session.close()
    for closed in studio.sink.of(RecordingClosed):
        assert play(closed.path).audio_s > 2


async def test_what_was_said_before_there_was_any_way_is_heard(
    studio: Studio, voice: tuple[NDArray[np.int16], str]
) -> None:
    samples, text = voice
    microphone = Microphone(samples)
    await microphone.wait_for(200)
    line = Line(microphone, studio.session)
    line.answer = await studio.session.accept_socket_audio("opus")
    speaking = asyncio.create_task(line._speak(0, microphone.heard_s))
    try:
        heard = await hear_out(studio, microphone, samples)
    finally:
        speaking.cancel()
    assert measure_errors("en", text, heard) <= ERROR_LIMIT, heard


async def test_frames_of_another_epoch_are_ignored(open_studio: OpenStudio) -> None:
    studio = open_studio()
    first = await studio.session.accept_socket_audio("opus")
    second = await studio.session.accept_socket_audio("pcm16")
    assert (first.epoch, second.epoch) == (1, 2)
    for number in range(10):
        studio.session.push_socket_audio(1, number, number * 960, OpusEncoder().encode(np.zeros(320, np.float32)))
        studio.session.push_socket_audio(99, number, number * 960, bytes(640))
    await asyncio.sleep(0.3)
    assert studio.session._sources.heard_until_ms is None
    studio.session.push_socket_audio(2, 0, 0, bytes(640))
    assert studio.session._sources.heard_until_ms is not None
